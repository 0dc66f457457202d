"""The whole road on real components: the rendered SDK serializes a workflow, the rendered propeller runs it with its
rendered configuration and nothing but its rendered rights, and a simulated operator runs the user's code.

One scenario alone: ``make test TESTS=tests/backend ARGS="-k NAME"``; its logs stay in build/backend/NAME/.
"""

from __future__ import annotations

import json

import pytest

from .backend import Backend, WorkflowPhase
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
