from typing import Iterator

import pytest
from flytekit.configuration import Image, ImageConfig, SerializationSettings
from flytekit.core.context_manager import ExecutionState, FlyteContext, FlyteContextManager


@pytest.fixture
def settings() -> SerializationSettings:
    default = Image(name="default", fqn="registry.example.com/demo", tag="v1")
    tools = Image(name="tools", fqn="registry.example.com/tools", tag="v2")
    return SerializationSettings(
        project="project",
        domain="domain",
        version="version",
        image_config=ImageConfig(default_image=default, images=[default, tools]),
    )


@pytest.fixture
def remote() -> Iterator[FlyteContext]:
    """The context in which pyflyte-execute runs a task in a pod."""
    context = FlyteContextManager.current_context()
    state = context.new_execution_state().with_params(mode=ExecutionState.Mode.TASK_EXECUTION)
    with FlyteContextManager.with_context(context.with_execution_state(state)) as inside:
        yield inside
