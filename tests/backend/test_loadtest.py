"""A kind whose Job tells how it ended, and which is paused where others are deleted. The tests are its operator."""

from __future__ import annotations

import pytest

from .backend import Backend, WorkflowPhase
from .kubernetes import Object, Resource
from .simulated_operator import Behaviour
from .waiting import until

pytestmark = [
    pytest.mark.servers,
    pytest.mark.go,
    pytest.mark.sdk,
    pytest.mark.parametrize("plugin_kind", ["LoadTest"]),
    pytest.mark.parametrize("behaviour", [pytest.param(Behaviour(silent=True), id="silent")]),
]

JOBS = Resource("batch", "v1", "jobs")
TIME = "2026-01-01T00:00:00Z"


@pytest.mark.parametrize(
    "end, phase", [("Complete", WorkflowPhase.SUCCESS), ("Failed", WorkflowPhase.FAILED)], ids=["Complete", "Failed"]
)
def test_the_owned_job_tells_how_it_ended(backend: Backend, end: str, phase: WorkflowPhase) -> None:
    execution = backend.execute("measuring:measures")
    (cr,) = until(backend.custom_resources, "the CR")
    job = _create_job(backend, cr)
    backend.api.patch(
        backend.operator.resource,
        backend.namespace,
        cr["metadata"]["name"],
        {"status": {"stage": "finished", "startTime": TIME, "sent": {"requests": 1}}},
        "status",
    )

    until(
        lambda: backend.console.task("measuring.measure").phase == "RUNNING",
        "the task to run on without a result",
    )
    _end_job(backend, job, end)
    assert execution.wait_for_end() is phase, execution.error
    assert not backend.refused_requests(), "the rendered rights suffice"


def test_an_abort_pauses_it_and_leaves_it_to_its_operator(backend: Backend) -> None:
    execution = backend.execute("measuring:measures")
    (cr,) = until(backend.custom_resources, "the CR")
    assert "ownerReferences" not in cr["metadata"]

    execution.abort()

    until(lambda: execution.get() is None, "the execution to be gone")
    (cr,) = backend.custom_resources()
    assert cr["spec"]["paused"] is True
    assert "deletionTimestamp" not in cr["metadata"]
    assert not cr["metadata"].get("finalizers"), "nothing of Flyte's keeps it from being deleted"


def _create_job(backend: Backend, cr: Object) -> Object:
    owner = {key: cr["metadata"][key] for key in ("name", "uid")}
    return backend.api.create(
        JOBS,
        {
            "apiVersion": "batch/v1",
            "kind": "Job",
            "metadata": {
                "name": cr["metadata"]["name"],
                "namespace": backend.namespace,
                "ownerReferences": [{"apiVersion": cr["apiVersion"], "kind": cr["kind"], "controller": True, **owner}],
            },
            "spec": {
                "template": {"spec": {"restartPolicy": "Never", "containers": [{"name": "runner", "image": "i"}]}}
            },
        },
        backend.namespace,
    )


def _end_job(backend: Backend, job: Object, end: str) -> None:
    """The status that Kubernetes' own Job controller writes at the end."""
    before = {"Complete": "SuccessCriteriaMet", "Failed": "FailureTarget"}[end]
    conditions = [{"type": each, "status": "True", "lastTransitionTime": TIME} for each in (before, end)]
    status = {
        "conditions": conditions,
        "startTime": TIME,
        **({"completionTime": TIME, "succeeded": 1} if end == "Complete" else {}),
    }
    backend.api.patch(JOBS, backend.namespace, job["metadata"]["name"], {"status": status}, "status")
