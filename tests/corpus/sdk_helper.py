"""What needs flytekit, run by the interpreter that has it and the rendered SDK, as calls.py says."""

from __future__ import annotations

from typing import Any

import flytekit
import flytekit.extras.accelerators
import kubernetes.client
from calls import answer, function
from flytekit.configuration import Image, ImageConfig, SerializationSettings

IMAGE = Image(name="default", fqn="registry.example.com/demo", tag="v1")
SETTINGS = SerializationSettings(
    project="project", domain="domain", version="version", image_config=ImageConfig(default_image=IMAGE)
)


def custom(task: Any, config: Any, has_function: bool) -> Any:
    more = {"task_function": function} if has_function else {"name": "task"}
    return task(task_config=config, **more).get_custom(SETTINGS)


if __name__ == "__main__":
    answer(custom, flytekit, flytekit.extras.accelerators, kubernetes.client)
