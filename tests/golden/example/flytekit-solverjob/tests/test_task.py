import os
from collections import OrderedDict
from unittest import mock

import corpus
import pytest
from flytekit import task
from flytekit.core.context_manager import ExecutionState, FlyteContextManager
from flytekit.exceptions.system import FlyteNonRecoverableSystemException
from flytekit.extend import TaskPlugins
from flytekit.models.literals import LiteralMap
from flytekit.tools.translator import get_serializable

from flytekitplugins.solverjob import SolverJob, SolverJobTask
from flytekitplugins.solverjob.guard import CHECK_VARIABLE, PLUGIN_VARIABLE

TASK_TYPE = "solverjob"


@task(task_config=corpus.full())
def greet() -> str:
    return "hello"


def run_in_pod(in_map_task=False, **variables):
    """Run ``greet`` as pyflyte-execute does, in a pod with these environment variables."""
    context = FlyteContextManager.current_context()
    state = context.new_execution_state().with_params(mode=ExecutionState.Mode.TASK_EXECUTION)
    with mock.patch.dict(os.environ, variables, clear=True):
        with FlyteContextManager.with_context(context.with_execution_state(state)) as inside:
            if in_map_task:
                return greet.execute()
            return greet.dispatch_execute(inside, LiteralMap({})).literals["o0"].scalar.primitive.string_value


def test_registration():
    assert TaskPlugins.find_pythontask_plugin(SolverJob) is SolverJobTask
    assert isinstance(greet, SolverJobTask)


def test_template():
    template = get_serializable(OrderedDict(), corpus.SETTINGS, greet).template
    assert template.type == TASK_TYPE
    assert template.task_type_version == 1
    assert template.custom == corpus.custom("full")
    assert template.container.image == "registry.example.com/demo:v1"
    assert template.container.args[0] == "pyflyte-execute"
    assert template.container.args[-4:] == ["task-module", __name__, "task-name", "greet"]


def test_runs_locally_as_a_plain_function():
    assert greet() == "hello"


def test_runs_in_a_pod_of_the_plugin():
    assert run_in_pod(**{PLUGIN_VARIABLE: TASK_TYPE}) == "hello"


@pytest.mark.parametrize("variables", [{}, {PLUGIN_VARIABLE: "another"}])
def test_refuses_a_pod_that_the_plugin_did_not_build(variables):
    with pytest.raises(FlyteNonRecoverableSystemException, match="Update propeller first") as refused:
        run_in_pod(**variables)
    assert f"enabled-plugins: [..., {TASK_TYPE}]" in str(refused.value)
    assert f"  {TASK_TYPE}: {TASK_TYPE}\n" in str(refused.value)
    with pytest.raises(FlyteNonRecoverableSystemException):
        run_in_pod(in_map_task=True, **variables)


def test_check_can_be_a_warning(monkeypatch, caplog):
    monkeypatch.setattr("flytekit.loggers.logger.propagate", True)
    assert run_in_pod(**{CHECK_VARIABLE: "warn"}) == "hello"
    assert "Update propeller first" in caplog.text
