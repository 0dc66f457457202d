"""The notebook of the SDK's README, beside a function with the same config; run by a Python that has both and papermill."""

import os
from collections import OrderedDict
from contextlib import contextmanager

import pytest
from example import square
from flytekit import Resources, task
from flytekit.configuration import FastSerializationSettings, Image, ImageConfig, SerializationSettings
from flytekit.core.context_manager import ExecutionState, FlyteContextManager
from flytekit.exceptions.system import FlyteNonRecoverableSystemException
from flytekit.exceptions.user import FlyteUserRuntimeException
from flytekit.extend import IgnoreOutputs
from flytekit.models.literals import Literal, LiteralMap, Primitive, Scalar
from flytekit.tools.translator import get_serializable

IMAGE = Image(name="default", fqn="registry.example.com/demo", tag="v1")
SETTINGS = SerializationSettings(image_config=ImageConfig(default_image=IMAGE))
TASK_TYPE = square.task_type


@task(task_config=square.task_config, requests=Resources(cpu="1", mem="1Gi"))
def function(n: int) -> int:
    return n * n


def number(value):
    return Literal(scalar=Scalar(primitive=Primitive(integer=value)))


def serialized(entity, settings=SETTINGS):
    """Return the task template as it is registered, with the arguments of its main container apart."""
    template = get_serializable(OrderedDict(), settings, entity).template.to_flyte_idl()
    if template.HasField("container"):
        arguments = list(template.container.args)
        del template.container.args[:]
    else:
        main = template.k8s_pod.pod_spec["containers"][0]
        arguments = list(main["args"])
        main["args"] = []
    return template, arguments


@contextmanager
def pod(monkeypatch, **environment):
    """Run the notebook as pyflyte-execute does, in a pod with these variables."""
    context = FlyteContextManager.current_context()
    state = context.new_execution_state().with_params(mode=ExecutionState.Mode.TASK_EXECUTION)
    with (
        monkeypatch.context() as patch,
        FlyteContextManager.with_context(context.with_execution_state(state)) as inside,
    ):
        for name, value in environment.items():
            patch.setenv(name, value)
        yield lambda: square.dispatch_execute(inside, LiteralMap({"n": number(12)})).literals["squared"]


def test_it_is_registered_as_a_function_is():
    own, arguments = serialized(square)
    like, _ = serialized(function)
    assert own.custom == like.custom and own.custom
    for field in ("type", "task_type_version", "config", "container", "k8s_pod", "extended_resources"):
        assert getattr(own, field) == getattr(like, field), field
    assert arguments[-4:] == ["task-module", "example", "task-name", "square"]


def test_it_is_registered_with_code_apart_from_the_image():
    fast = FastSerializationSettings(enabled=True, destination_dir="/root", distribution_location="s3://bucket/code")
    settings = SETTINGS.new_builder().with_fast_serialization_settings(fast).build()
    _, own = serialized(square, settings)
    _, like = serialized(function, settings)
    assert own[0] == "pyflyte-fast-execute" and own[:-4] == like[:-4]


def test_it_runs_here():
    squared, notebook, page = square(n=12)
    assert squared == 144


def test_in_a_pod_of_the_plugin_it_runs(monkeypatch):
    with pod(monkeypatch, FLYTE_BACKEND_PLUGIN=TASK_TYPE) as run:
        assert run() == number(144)


def test_in_a_plain_container_it_does_not_run(monkeypatch):
    with pod(monkeypatch) as run, pytest.raises(FlyteNonRecoverableSystemException, match="as a plain container"):
        run()


@pytest.mark.skipif("EVERY_REPLICA" not in os.environ, reason="one pod runs it")
def test_other_replicas_write_no_outputs(monkeypatch):
    monkeypatch.setattr(f"{os.environ['LIBRARY']}.tasks._IS_FIRST_REPLICA", False)
    # pyflyte-execute looks for it inside of this error.
    with pod(monkeypatch, FLYTE_BACKEND_PLUGIN=TASK_TYPE) as run, pytest.raises(FlyteUserRuntimeException) as ignored:
        run()
    assert isinstance(ignored.value.value, IgnoreOutputs)
