"""What needs flytekit, run by the interpreter that has it and the rendered SDK:

python sdk_helper.py PACKAGE TASK_CLASS function|nothing    (reads calls from stdin, prints a list of customs as JSON)

A call is ``{"$new": CLASS, ...}`` with its keyword arguments beside it; arguments are JSON, and calls.
"""

from __future__ import annotations

import importlib
import json
import sys
from typing import Any

import flytekit
import flytekit.extras.accelerators
import kubernetes.client
from flytekit.configuration import Image, ImageConfig, SerializationSettings

IMAGE = Image(name="default", fqn="registry.example.com/demo", tag="v1")
SETTINGS = SerializationSettings(
    project="project", domain="domain", version="version", image_config=ImageConfig(default_image=IMAGE)
)


def function() -> None:
    """The task's function: it must stand in a module."""


def made(value: Any, classes: list[Any]) -> Any:
    if isinstance(value, list):
        return [made(each, classes) for each in value]
    if not isinstance(value, dict):
        return value
    arguments = {name: made(each, classes) for name, each in value.items() if name != "$new"}
    if "$new" not in value:
        return arguments
    where = next(module for module in classes if hasattr(module, value["$new"]))
    return getattr(where, value["$new"])(**arguments)


def main(package: str, task_class: str, of: str) -> None:
    plugin = importlib.import_module(package)
    task = getattr(plugin, task_class)
    more = {"task_function": function} if of == "function" else {"name": "task"}
    customs = []
    for call in json.load(sys.stdin):
        config = made(call, [plugin, flytekit, flytekit.extras.accelerators, kubernetes.client])
        customs.append(task(task_config=config, **more).get_custom(SETTINGS))
    print(json.dumps(customs, allow_nan=False))


if __name__ == "__main__":
    main(*sys.argv[1:])
