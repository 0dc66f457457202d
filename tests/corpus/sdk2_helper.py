"""What needs the SDK of Flyte 2, run by the interpreter that has it and the rendered one:

python sdk2_helper.py PACKAGE TASK_CLASS function|nothing    (as sdk_helper.py; a call may have {"$tuple": [...]}, too)
"""

from __future__ import annotations

import importlib
import json
import sys
from typing import Any

import flyte
import kubernetes.client
from flyte.models import SerializationContext

IMAGE = "registry.example.com/demo:v1"
CONTEXT = SerializationContext(project="project", domain="domain", org="org", version="version")


def function() -> None:
    """The task's function: it must stand in a module."""


def made(value: Any, classes: list[Any]) -> Any:
    if isinstance(value, list):
        return [made(each, classes) for each in value]
    if not isinstance(value, dict):
        return value
    if "$tuple" in value:
        return tuple(value["$tuple"])
    arguments = {name: made(each, classes) for name, each in value.items() if name != "$new"}
    if "$new" not in value:
        return arguments
    where = next(module for module in classes if hasattr(module, value["$new"]))
    return getattr(where, value["$new"])(**arguments)


def main(package: str, task_class: str, of: str) -> None:
    plugin = importlib.import_module(package)
    customs = []
    for call in json.load(sys.stdin):
        config = made(call, [plugin, flyte, kubernetes.client])
        if of == "function":
            task = flyte.TaskEnvironment(name="env", image=IMAGE, plugin_config=config).task(function)
        else:
            task = getattr(plugin, task_class)(name="task", plugin_config=config)
        customs.append(task.custom_config(CONTEXT))
    print(json.dumps(customs, allow_nan=False))


if __name__ == "__main__":
    main(*sys.argv[1:])
