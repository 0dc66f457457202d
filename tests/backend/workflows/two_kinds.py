"""Tasks of two kinds in one workflow, from one SDK; the scenario of test_two_kinds.py runs them."""

from flytekit import task, workflow
from flytekitplugins.daskjob import DaskJob
from flytekitplugins.rayjob import RayJob


@task(task_config=RayJob())
def on_ray(n: int) -> int:
    return n + 1


@task(task_config=DaskJob())
def on_dask(n: int) -> int:
    return n * 2


@workflow
def both(n: int) -> int:
    return on_dask(n=on_ray(n=n))
