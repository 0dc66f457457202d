"""What test_connector.py runs at once: each task is a scenario of its own."""

import os
from pathlib import Path

from faults import REFUSED, Kind, crash, fail, linger, recover, square
from flytekit import Secret, WorkflowFailurePolicy, task, workflow


@task(task_config=Kind())
def fail_without_outputs(n: int) -> None:
    raise ValueError("the disk is full")


@task(task_config=Kind())
def succeed_without_outputs(file: str) -> None:
    Path(file).touch()


@task(task_config=Kind(), secret_requests=[Secret(group="tokens", key="hub")], environment={"SCALE": "10"})
def scale(n: int) -> int:
    return n * int(os.environ["SCALE"])


@task(task_config=Kind(spec_overrides=REFUSED[Kind.__name__]), retries=2)
def refuse_for_good(n: int) -> int:
    return n


@workflow
def works(n: int, file: str) -> int:
    succeed_without_outputs(file=file)
    return scale(n=square(n=n))


@workflow(failure_policy=WorkflowFailurePolicy.FAIL_AFTER_EXECUTABLE_NODES_COMPLETE)
def fails(n: int) -> int:
    fail(n=n)
    fail_without_outputs(n=n)
    crash(n=n)
    refuse_for_good(n=n)
    linger(seconds=120)
    return recover(n=n)


@task(task_config=Kind())
def do_nothing() -> None:
    pass


@workflow
def does_nothing_often() -> None:
    for _ in range(25):
        do_nothing()
