"""A task whose operator says that it is over, and not how: scenarios of test_loadtest.py."""

from flytekit import task, workflow
from flytekitplugins.loadtest import LoadTest


@task(task_config=LoadTest(target="https://shop.example.com", parallelism=2))
def measure() -> None: ...


@workflow
def measures() -> None:
    measure()
