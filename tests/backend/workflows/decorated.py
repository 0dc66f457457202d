"""What a user writes with the decorator of one plugin and the task types of another; test_decorator.py runs it."""

import os

from faults import Kind
from flytekit import dynamic, map_task, task, workflow
from flytekitplugins.acmeplatform import AcmePlatform

acme = AcmePlatform(team="search", tier="online", traced=True)


@acme
@task
def on_flyte(n: int) -> int:
    return n + 1


@acme
@task(task_config=Kind(), environment={"ACMEPLATFORM_TIER": "batch"})
def on_operator(n: int) -> int:
    return n * 2


@acme
@task
def tell() -> str:
    return f"{os.environ['ACMEPLATFORM_TEAM']} writes to {os.environ['SCRATCH']}"


@workflow
def both(n: int) -> tuple[int, str]:
    return on_operator(n=on_flyte(n=n)), tell()


@workflow
def on_operator_alone(n: int) -> int:
    return on_operator(n=n)


@workflow
def maps(ns: list[int]) -> tuple[list[int], list[int]]:
    return map_task(on_flyte)(n=ns), map_task(on_operator)(n=ns)


@acme
@dynamic
def plan(n: int) -> list[int]:
    return [on_operator(n=on_flyte(n=each)) for each in range(n)]


@workflow
def is_dynamic(n: int) -> list[int]:
    return plan(n=n)
