"""The whole road on real components: the rendered SDK serializes a workflow, the rendered propeller runs it with its
rendered configuration and nothing but its rendered rights, and a simulated operator runs the user's code.

One scenario alone: ``make test TESTS=tests/backend ARGS="-k NAME"``; its logs stay in build/backend/NAME/.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from .backend import Backend, Rendered, WorkflowPhase, until
from .kubernetes import CLUSTER_ROLES, Api
from .simulated_operator import Behaviour

pytestmark = [pytest.mark.servers, pytest.mark.go, pytest.mark.sdk]


# Propeller takes in a state within a tenth of a second; with this pause it cannot miss one on a busy machine.
@pytest.mark.parametrize("behaviour", [pytest.param(Behaviour(pause=1), id="every_phase")])
def test_workflow_succeeds_with_the_users_output(backend: Backend) -> None:
    execution = backend.execute("solver:solve_and_describe", n=1000)

    assert execution.wait_for_end() is WorkflowPhase.SUCCESS, execution.error
    residual = 10 * sum(i * i for i in range(1000))
    assert execution.outputs() == {"o0": residual, "o1": f"the residual is {residual}"}

    assert backend.console.task("solver.solve").phases == ["QUEUED", "INITIALIZING", "RUNNING", "SUCCEEDED"]

    # What the user wrote in Python is what the operator got.
    (solve,) = (each for each in backend.operator.seen if each["metadata"]["labels"]["node-id"] == "n0")
    spec = solve["spec"]
    assert {name: spec[name] for name in spec if name not in ("driver", "workers")} == {
        "solver": "multigrid",
        "tolerance": 0.001,
        "maxIterations": 100,
        "tags": ["nightly"],
        "environment": {"SOLVER_THREADS": "2"},
        "scratchSize": "20Gi",
        "checkpoint": {"every": 10, "volume": "checkpoints"},
    }
    assert spec["driver"]["service"] == {}
    assert spec["workers"]["replicas"] == 3
    (worker,) = spec["workers"]["template"]["spec"]["containers"]
    assert worker["image"] == "registry.example.com/solver-worker:v2"
    assert worker["resources"] == {name: {"cpu": "2", "memory": "4Gi"} for name in ("requests", "limits")}

    # Nobody refused propeller anything.
    refused = backend.refused_requests()
    assert not refused, json.dumps(refused[:3], indent=1)


def test_user_exception_fails_with_the_users_message(backend: Backend) -> None:
    execution = backend.execute("solver:raises", n=1)

    assert execution.wait_for_end() is WorkflowPhase.FAILED
    assert "ValueError: the matrix is singular" in execution.error


def test_crash_fails_with_what_the_operator_says(backend: Backend) -> None:
    execution = backend.execute("solver:crashes", n=1)

    assert execution.wait_for_end() is WorkflowPhase.FAILED
    assert "driver-0-0 exited with code 3" in execution.error


@pytest.mark.parametrize("behaviour", [pytest.param(Behaviour(fails_with="no node has 20Gi of scratch"), id="refused")])
def test_operator_failure_fails_with_its_message(backend: Backend, behaviour: Behaviour) -> None:
    execution = backend.execute("solver:waits", seconds=60)

    assert execution.wait_for_end() is WorkflowPhase.FAILED
    assert behaviour.fails_with in execution.error


def test_abort_deletes_the_custom_resource(backend: Backend) -> None:
    execution = backend.execute("solver:waits", seconds=600)
    (process,) = until(
        lambda: [p for job in backend.operator.jobs.values() for p in job.processes], 60, "the user's code"
    )
    assert process.status is None

    execution.abort()

    until(lambda: not backend.custom_resources(), 30, "the CR to be deleted")
    until(lambda: execution.get() is None, 30, "the execution to be gone")
    until(lambda: process.status is not None, 30, "the user's code to end")


def test_missing_right_is_named(backend: Backend, rendered_plugin: Rendered, propeller_api: Api) -> None:
    with _without(backend.api, propeller_api, rendered_plugin, "create", backend.namespace):
        execution = backend.execute("solver:waits", seconds=0)

        assert execution.wait_for_end() is WorkflowPhase.FAILED
    assert "forbidden" in execution.error
    assert f'cannot create resource "{rendered_plugin.plugin.crd.plural}"' in execution.error
    assert not backend.custom_resources()


@contextmanager
def _without(admin: Api, account: Api, rendered_plugin: Rendered, verb: str, namespace: str) -> Iterator[None]:
    """Takes a verb on the CRs away from propeller's account, and gives it back."""
    crd = rendered_plugin.plugin.crd
    (role,) = (
        each
        for each in admin.list(CLUSTER_ROLES)["items"]
        if each["metadata"]["name"].startswith("flytepropeller")
        and any(crd.group in rule.get("apiGroups", []) for rule in each["rules"])
    )
    name, rules = role["metadata"]["name"], role["rules"]
    fewer = [
        {**rule, "verbs": [each for each in rule["verbs"] if each != verb]} if crd.group in rule["apiGroups"] else rule
        for rule in rules
    ]
    assert fewer != rules, f"the rendered role {name} does not grant {verb}"

    def may() -> bool:
        return account.may(verb, crd.group, crd.plural, namespace)

    admin.patch(CLUSTER_ROLES, "", name, {"rules": fewer})
    try:
        # The API server's own view of the roles follows after a moment.
        until(lambda: not may(), 10, f"{verb} to be refused")
        yield
    finally:
        admin.patch(CLUSTER_ROLES, "", name, {"rules": rules})
        until(may, 10, f"{verb} to be granted again")
