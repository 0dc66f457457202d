"""What a user reads of a task that does not run, where propeller's account has nothing but its rendered rights.

Nothing here schedules pods or pulls images: the tests write what a scheduler and a kubelet would.
"""

from __future__ import annotations

from datetime import datetime, timezone

import pytest

from .backend import Backend, WorkflowPhase, until
from .kubernetes import PODS, Object
from .simulated_operator import Behaviour

pytestmark = [pytest.mark.servers, pytest.mark.go, pytest.mark.sdk]

SILENT = pytest.param(Behaviour(silent=True), id="silent")


def settings(stuck_timeout: str) -> object:
    quick = {"grace-period": "1s", "interval": "1s"}
    plugins = {"solverjob": {"diagnosis": quick, "stuck-timeout": stuck_timeout}}
    return pytest.param({"plugins": {**plugins, "k8s": {"image-pull-backoff-grace-period": "1s"}}}, id=stuck_timeout)


@pytest.mark.parametrize("behaviour", [SILENT])
@pytest.mark.parametrize("propeller_settings", [settings("1h")])
def test_a_pods_trouble_is_the_tasks_reason(backend: Backend) -> None:
    execution = backend.execute("solver:waits", seconds=0)
    (cr,) = until(backend.custom_resources, 30, "the CR")
    pod = _create_pod(backend, cr)

    _condition(backend, pod, "PodScheduled", "Unschedulable", "0/3 nodes are available")
    until(
        lambda: "0/3 nodes are available" in backend.console.task("solver.wait").reason,
        30,
        lambda: f"the reason; the console shows {backend.console.task('solver.wait')}",
    )

    image = {"name": "main", "image": "i", "imageID": "", "ready": False, "restartCount": 0}
    waiting = {"waiting": {"reason": "ImagePullBackOff", "message": "no such image"}}
    _condition(backend, pod, "Ready", "ContainersNotReady", "", containerStatuses=[{**image, "state": waiting}])
    assert execution.wait_for_end() is WorkflowPhase.FAILED
    assert "no such image" in execution.error
    assert pod["metadata"]["name"] in execution.error

    until(lambda: not backend.custom_resources(), 30, "the CR to be deleted: the operator had not given it up")
    assert not backend.refused_requests(), "the rendered rights suffice"


@pytest.mark.parametrize("behaviour", [SILENT])
@pytest.mark.parametrize("propeller_settings", [settings("2s")])
def test_a_stuck_operator_is_named_and_the_task_tried_again(backend: Backend) -> None:
    execution = backend.execute("solver:waits", seconds=0)

    assert execution.wait_for_end() is WorkflowPhase.FAILED
    assert "no status of SolverJob" in execution.error
    assert f"watches namespace {backend.namespace}" in execution.error
    names = {cr["metadata"]["name"] for cr in backend.operator.seen}
    assert len(names) > 1, "every attempt has a CR of its own"


def _create_pod(backend: Backend, cr: Object) -> Object:
    """The pod that an operator would make of the driver's template."""
    template = cr["spec"]["driver"]["template"]
    metadata = {**template["metadata"], "name": f"{cr['metadata']['name']}-driver", "namespace": backend.namespace}
    pod = {"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": template["spec"]}
    return backend.api.create(PODS, pod, backend.namespace)


def _condition(backend: Backend, pod: Object, kind: str, reason: str, message: str, **status: object) -> None:
    now = datetime.now(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
    condition = {"type": kind, "status": "False", "reason": reason, "message": message, "lastTransitionTime": now}
    backend.api.patch(
        PODS, backend.namespace, pod["metadata"]["name"], {"status": {"conditions": [condition], **status}}, "status"
    )
