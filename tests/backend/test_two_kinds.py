"""One propeller with the plugins of two operators' kinds, from one repository, runs both in one workflow."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from .api_server import ApiServer
from .backend import OPERATOR, Backend, Rendered, WorkflowPhase
from .simulated_operator import Behaviour, SimulatedOperator

pytestmark = [pytest.mark.servers, pytest.mark.go, pytest.mark.sdk]


@pytest.fixture
def second(backend: Backend, api_server: ApiServer, rendered_plugin: Rendered) -> Iterator[SimulatedOperator]:
    """The operator of the repository's second kind."""
    plugin = rendered_plugin.plugins["DaskJob"]
    operator = SimulatedOperator(
        api_server.api(OPERATOR),
        plugin,
        backend.namespace,
        backend.sdk.environment,
        backend.folder / plugin.names.name,
        backend.console,
        Behaviour(),
        backend.sdk.warm,
    )
    yield operator
    operator.stop()
    assert not operator.problems, operator.problems


@pytest.mark.parametrize("plugin_kind", ["RayJob"])
def test_one_workflow_of_two_kinds(backend: Backend, second: SimulatedOperator) -> None:
    execution = backend.execute("two_kinds:both", n=20)
    assert execution.wait_for_end() is WorkflowPhase.SUCCESS, execution.error
    assert execution.outputs() == {"o0": 42}
    # Each operator got what is its own, and propeller needed no right that it does not have.
    assert [each["kind"] for each in (*backend.operator.seen, *second.seen)] == ["RayJob", "DaskJob"]
    assert not backend.refused_requests()
