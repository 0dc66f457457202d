"""A function that runs in a SolverJob, in a workflow."""

from flytekit import Resources, task, workflow

from flytekitplugins.solverjob import SolverJob


@task(
    task_config=SolverJob(),
    requests=Resources(cpu="500m", mem="512Mi"),
    limits=Resources(cpu="1", mem="1Gi"),
)
def square(n: int) -> int:
    return n * n


@workflow
def demo(n: int = 12) -> int:
    return square(n=n)
