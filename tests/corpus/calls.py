"""Customs of calls as users write them, for the two programs beside this file that have an SDK:

python sdk_helper.py PACKAGE TASK_CLASS function|nothing    (reads calls from stdin, prints a list of customs as JSON)

A call is ``{"$new": CLASS, ...}`` with its keyword arguments beside it; arguments are JSON, ``{"$tuple": [...]}``, and calls.
"""

from __future__ import annotations

import importlib
import json
import sys
from collections.abc import Callable
from types import ModuleType
from typing import Any


def function() -> None:
    """The task's function: it must stand in a module."""


def made(value: Any, classes: list[ModuleType]) -> Any:
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


def answer(custom: Callable[[Any, Any, bool], Any], *classes: ModuleType) -> None:
    """Prints what ``custom`` makes of the task's class, a config, and whether the task has a function."""
    package, task_class, of = sys.argv[1:]
    plugin = importlib.import_module(package)
    task = getattr(plugin, task_class)
    configs = (made(call, [plugin, *classes]) for call in json.load(sys.stdin))
    print(json.dumps([custom(task, config, of == "function") for config in configs], allow_nan=False))
