"""Tasks of whatever kind was rendered, and what can go wrong in them; the scenarios of test_faults.py run them.

The kind is that of the rendered demo module that DEMO names.
"""

import importlib
import os
import time
from datetime import timedelta
from pathlib import Path

from flytekit import WorkflowFailurePolicy, task, workflow
from flytekit.exceptions.user import FlyteRecoverableException

demo = importlib.import_module(f"workflows.{os.environ['DEMO']}")
Kind = type(demo.square.task_config)

# A value of the wrong type for a field that each CRD has, past the SDK's typed fields.
REFUSED = {
    "SolverJob": {"maxIterations": "many"},
    "DaskJob": {"cluster": {"spec": {"idleTimeout": "soon"}}},
    "PyTorchJob": {"runPolicy": {"backoffLimit": "few"}},
}


@task(task_config=Kind())
def square(n: int) -> int:
    return n * n


@task(task_config=Kind())
def fail(n: int) -> int:
    if n > 0:
        raise ValueError("the matrix is singular")
    return n


@workflow
def fails(n: int) -> int:
    return fail(n=n)


@workflow(failure_policy=WorkflowFailurePolicy.FAIL_AFTER_EXECUTABLE_NODES_COMPLETE)
def twins(n: int) -> tuple[int, int]:
    return fail(n=n), fail(n=n)


@task(task_config=Kind(), retries=1)
def recover(n: int) -> int:
    if os.environ["FLYTE_ATTEMPT_NUMBER"] == "0":
        raise FlyteRecoverableException("the licence server is busy")
    return n


@workflow
def recovers(n: int) -> int:
    return recover(n=n)


@task(task_config=Kind())
def crash(n: int) -> int:
    if n > 0:
        os._exit(3)
    return n


@workflow
def crashes(n: int) -> int:
    return crash(n=n)


def wait_for(file: str) -> int:
    while not Path(file).exists():
        time.sleep(0.1)
    return 7


@task(task_config=Kind())
def wait(file: str) -> int:
    return wait_for(file)


@workflow
def waits(file: str) -> int:
    return wait(file=file)


@task(task_config=Kind(), timeout=timedelta(seconds=5))
def linger(seconds: int) -> int:
    time.sleep(seconds)
    return seconds


@workflow
def lingers(seconds: int) -> int:
    return linger(seconds=seconds)


@task(task_config=Kind(spec_overrides=REFUSED[Kind.__name__]))
def refuse(n: int) -> int:
    return n


@workflow
def is_refused(n: int) -> int:
    return refuse(n=n)
