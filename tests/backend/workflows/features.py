"""What else Flyte can do with a task, for whatever kind was rendered; the scenarios of test_workflows.py run it."""

from faults import Kind, square, wait_for
from flytekit import Resources, dynamic, map_task, task, workflow

# A value past the SDK's typed fields that each CRD has room for.
OTHER = {
    "SolverJob": {"tolerance": 0.5},
    "DaskJob": {"cluster": {"spec": {"idleTimeout": 77}}},
    "PyTorchJob": {"runPolicy": {"backoffLimit": 7}},
}


@workflow
def maps(ns: list[int]) -> list[int]:
    return map_task(square)(n=ns)


@dynamic
def plan(n: int) -> list[int]:
    return [square(n=i) for i in range(n)]


@workflow
def is_dynamic(n: int) -> list[int]:
    return plan(n=n)


@dynamic(task_config=Kind())
def plan_in_resource(n: int) -> list[int]:
    return [square(n=i) for i in range(n)]


@workflow
def is_dynamic_in_resource(n: int) -> list[int]:
    return plan_in_resource(n=n)


@task(task_config=Kind(), cache=True, cache_version="1")
def remember(n: int) -> int:
    return n + 1


@workflow
def caches(n: int) -> int:
    return remember(n=n)


@workflow
def maps_cached(ns: list[int]) -> list[int]:
    return map_task(remember)(n=ns)


@task(task_config=Kind(), cache=True, cache_version="1")
def remember_late(file: str) -> int:
    return wait_for(file)


@workflow
def caches_late(file: str) -> int:
    return remember_late(file=file)


@task(task_config=Kind(), cache=True, cache_version="1", cache_serialize=True)
def remember_serially(file: str) -> int:
    return wait_for(file)


@workflow
def caches_serially(file: str) -> int:
    return remember_serially(file=file)


@task(task_config=Kind())
def tune(n: int) -> int:
    return n * 10


@workflow
def overrides(n: int) -> int:
    more = Resources(cpu="3", mem="3Gi")
    image = "registry.example.com/other:v9"
    config = Kind(spec_overrides=OTHER[Kind.__name__])
    return tune(n=n).with_overrides(requests=more, limits=more, container_image=image, task_config=config)
