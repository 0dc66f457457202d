"""What needs the SDK of Flyte 2, run by the interpreter that has it and the rendered one, as calls.py says."""

from __future__ import annotations

from typing import Any

import flyte
import kubernetes.client
from calls import answer, function
from flyte.models import SerializationContext

IMAGE = "registry.example.com/demo:v1"
CONTEXT = SerializationContext(project="project", domain="domain", org="org", version="version")


def custom(task: Any, config: Any, has_function: bool) -> Any:
    if has_function:
        return (
            flyte.TaskEnvironment(name="env", image=IMAGE, plugin_config=config).task(function).custom_config(CONTEXT)
        )
    return task(name="task", plugin_config=config).custom_config(CONTEXT)


if __name__ == "__main__":
    answer(custom, flyte, kubernetes.client)
