"""What a user of the rendered SDK writes; the scenarios of test_workflows.py run it."""

import os

from flytekit import Resources, task, workflow
from flytekitplugins.solverjob import Driver, SolverJob, Workers


@task(
    task_config=SolverJob(
        driver=Driver(requests=Resources(cpu="1", mem="1Gi")),
        workers=Workers(
            replicas=3,
            image="registry.example.com/solver-worker:v2",
            requests=Resources(cpu="2", mem="4Gi"),
            limits=Resources(cpu="2", mem="4Gi"),
            restart_policy="OnFailure",
        ),
        solver="multigrid",
        tolerance=0.001,
        max_iterations=100,
        tags=["nightly"],
        environment={"SOLVER_THREADS": "2"},
        scratch_size="20Gi",
        spec_overrides={"checkpoint": {"every": 10, "volume": "checkpoints"}},
    ),
    environment={"SCALE": "10"},
)
def solve(n: int) -> int:
    return int(os.environ["SCALE"]) * sum(i * i for i in range(n))


@task(task_config=SolverJob())
def describe(residual: int) -> str:
    return f"the residual is {residual}"


@workflow
def solve_and_describe(n: int) -> tuple[int, str]:
    residual = solve(n=n)
    return residual, describe(residual=residual)
