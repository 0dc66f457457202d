"""The rendered demo of real kinds on real components: a pod template, a bare PodSpec, a command that the operator
submits, user code in every replica, and kinds that Flyte's own plugins register.

One kind alone: ``make test TESTS=tests/backend ARGS="-k 'test_demo_succeeds and RayJob'"``.
"""

from __future__ import annotations

import pytest

from .backend import Backend, Rendered, WorkflowPhase

pytestmark = [pytest.mark.servers, pytest.mark.go, pytest.mark.sdk]


@pytest.fixture
def warm() -> bool:
    """A demo's command is started as a pod starts it."""
    return False


@pytest.mark.parametrize("plugin_kind", ["DaskJob", "RayJob", "PyTorchJob", "MPIJob", "XGBoostJob", "PaddleJob"])
def test_demo_succeeds(backend: Backend, rendered_plugin: Rendered) -> None:
    execution = backend.execute(f"workflows.{rendered_plugin.plugin.names.name}:demo", n=12)

    assert execution.wait_for_end() is WorkflowPhase.SUCCESS, execution.error
    assert execution.outputs() == {"o0": 144}
