"""Tasks whose code runs in several pods of one resource; the scenarios of test_faults.py run them."""

import os
import time

from flytekit import task, workflow
from flytekitplugins.pytorchjob import PyTorchJob, Worker


@task(task_config=PyTorchJob(worker=Worker(replicas=1)))
def disagree(n: int) -> int:
    if n > 0 and os.environ["RANK"] == "1":
        raise ValueError("the worker was the first to fail")
    time.sleep(3)
    if n > 0:
        raise ValueError("the master failed after its worker")
    return n


@workflow
def disagrees(n: int) -> int:
    return disagree(n=n)


@task(task_config=PyTorchJob(worker=Worker(replicas=1)))
def say_who() -> str:
    name = os.environ["_F_WN"]
    time.sleep(2 if "worker" in name else 0)
    return name


@workflow
def says_who() -> str:
    return say_who()
