"""The whole road on real components: the rendered SDK serializes a workflow, the rendered propeller runs it with its
rendered configuration and nothing but its rendered rights, and a simulated operator runs the user's code.

One scenario alone: ``make test TESTS=tests/backend ARGS="-k NAME"``; its logs stay in build/backend/NAME/.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from flyte_plugin_scaffold.model import Runs

from .backend import Backend, Rendered, WorkflowPhase
from .kubelet import Kubelet
from .pods import pods_of
from .services import Catalog
from .simulated_operator import Behaviour
from .waiting import until

pytestmark = [pytest.mark.servers, pytest.mark.go, pytest.mark.sdk]

ALL = pytest.mark.parametrize("plugin_kind", ["example", "DaskJob", "PyTorchJob"])


@pytest.mark.parametrize("behaviour", [pytest.param(Behaviour(watched=True), id="every_phase")])
@pytest.mark.parametrize("warm", [False], ids=["-"])
def test_workflow_succeeds_with_the_users_output(backend: Backend) -> None:
    execution = backend.execute("solver:solve_and_describe", n=1000)

    assert execution.wait_for_end() is WorkflowPhase.SUCCESS, execution.error
    residual = 10 * sum(i * i for i in range(1000))
    assert execution.outputs() == {"o0": residual, "o1": f"the residual is {residual}"}

    # What a user sees of it.
    (shown,) = backend.console.attempts("solver.solve")
    assert shown.phases == ["QUEUED", "INITIALIZING", "RUNNING", "SUCCEEDED"]
    assert shown.reasons[-3:] == ["Pending", "Starting", "Running"]
    assert shown.custom_info == {"state": "Succeeded"}
    # Every event is news, and none came twice.
    assert [version for phase, version in shown.versions if phase == "QUEUED"] == list(range(len(shown.versions) - 3))
    assert not backend.console.requests("CreateTaskEvent", "ALREADY_EXISTS")

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


# Names that the operator writes into its status, and names of pods that it made.
@pytest.mark.parametrize(
    "plugin_kind, behaviour, links",
    [
        ("example", Behaviour(), {"driver": "{cr}-driverpodname"}),
        ("DaskJob", Behaviour(), {"job": "{cr}-jobrunnerpodname"}),
        ("PyTorchJob", Behaviour(pods=True), {"master": "{cr}-master-0", "worker": "{cr}-worker-0"}),
    ],
    ids=["example", "DaskJob", "PyTorchJob"],
)
def test_log_links(backend: Backend, links: dict[str, str]) -> None:
    several = "worker" in links
    execution = backend.execute("replicas:says_who") if several else backend.execute("faults:fails", n=0)

    assert execution.wait_for_end() is WorkflowPhase.SUCCESS, execution.error
    shown = backend.console.task("replicas.say_who" if several else "faults.fail")
    namespace = backend.namespace
    assert shown.links == {
        f"Kubernetes Logs ({role})": f"http://localhost:30082/#!/log/{namespace}/{pod.format(cr=shown.resource)}/pod"
        f"?namespace={namespace}"
        for role, pod in links.items()
    }


@ALL
def test_map_task(backend: Backend) -> None:
    execution = backend.execute("features:maps", ns=[3, 4, 5])

    assert execution.wait_for_end() is WorkflowPhase.SUCCESS, execution.error
    assert execution.outputs() == {"o0": [9, 16, 25]}
    (execution_id,) = {cr["metadata"]["labels"]["execution-id"] for cr in backend.operator.seen}
    names = sorted(cr["metadata"]["name"] for cr in backend.operator.seen)
    assert names == [f"{execution_id}-n0-0-n{index}-0" for index in range(3)]
    # The console shows each part with its state.
    (event, *_) = reversed(backend.console.requests("CreateTaskEvent"))
    parts = event["event"]["metadata"]["external_resources"]
    assert [(part["external_id"], part["phase"]) for part in parts] == [(name, "SUCCEEDED") for name in names]


@ALL
def test_dynamic(backend: Backend, kubelet: Kubelet) -> None:
    """The planning task is a pod of Flyte's own, and each of the planned tasks a resource."""
    execution = backend.execute("features:is_dynamic", n=2)

    assert execution.wait_for_end() is WorkflowPhase.SUCCESS, execution.error
    assert execution.outputs() == {"o0": [0, 1]}
    assert len(backend.operator.seen) == 2
    assert len(kubelet.ran) == 1


@ALL
def test_dynamic_in_a_resource(backend: Backend) -> None:
    execution = backend.execute("features:is_dynamic_in_resource", n=2)

    assert execution.wait_for_end() is WorkflowPhase.SUCCESS, execution.error
    assert execution.outputs() == {"o0": [0, 1]}
    assert len(backend.operator.seen) == 3


class TestCache:
    @pytest.fixture
    def propeller_settings(self, catalog: Catalog) -> dict[str, Any]:
        return catalog.settings

    @ALL
    def test_cache(self, backend: Backend) -> None:
        """A hit costs no resource, and has the outputs of the execution that filled the cache."""
        first = backend.execute("features:caches", n=1)
        other = backend.execute("features:caches", n=2)
        for execution, output in (first, 2), (other, 3):
            assert execution.wait_for_end() is WorkflowPhase.SUCCESS, execution.error
            assert execution.outputs() == {"o0": output}
            assert backend.console.cache(execution.name) == ("CACHE_POPULATED", "")

        again = first.relaunch()

        assert again.wait_for_end() is WorkflowPhase.SUCCESS, again.error
        assert again.outputs() == {"o0": 2}
        assert backend.console.cache(again.name) == ("CACHE_HIT", first.name)
        assert len(backend.operator.seen) == 2

    def test_map_task_cache(self, backend: Backend) -> None:
        """Each part has a place of its own in the cache."""
        for ns, outputs, resources in ([1, 2], [2, 3], 2), ([1, 2, 3], [2, 3, 4], 3):
            execution = backend.execute("features:maps_cached", ns=ns)
            assert execution.wait_for_end() is WorkflowPhase.SUCCESS, execution.error
            assert execution.outputs() == {"o0": outputs}
            assert len(backend.operator.seen) == resources

    def test_cache_serialize(self, backend: Backend, catalog: Catalog, tmp_path: Path) -> None:
        """Of two executions at once one runs, and the other waits for its outputs."""
        file = tmp_path / "end"
        two = backend.execute_many("features:caches_serially", 2, file=str(file))
        until(lambda: backend.console.task("features.remember_serially").phase == "RUNNING", "one to run")

        def owners() -> set[str]:
            return {each["owner_id"] for each in catalog.requests("GetOrExtendReservation")}

        until(lambda: len(owners()) == 2, "the other one to ask for the reservation")
        file.touch()

        for execution in two:
            assert execution.wait_for_end() is WorkflowPhase.SUCCESS, execution.error
            assert execution.outputs() == {"o0": 7}
        assert len(backend.operator.seen) == 1
        assert sorted(backend.console.cache(each.name)[0] for each in two) == ["CACHE_HIT", "CACHE_POPULATED"]


def test_cache_without_a_catalog(backend: Backend) -> None:
    execution = backend.execute("features:caches", n=1)

    assert execution.wait_for_end() is WorkflowPhase.SUCCESS, execution.error
    assert execution.outputs() == {"o0": 2}


@ALL
def test_with_overrides(backend: Backend, rendered_plugin: Rendered) -> None:
    execution = backend.execute("features:overrides", n=1)

    assert execution.wait_for_end() is WorkflowPhase.SUCCESS, execution.error
    assert execution.outputs() == {"o0": 10}
    (cr,) = backend.operator.seen
    pod = next(each for each in pods_of(rendered_plugin.plugin, cr) if each.role.runs is Runs.USER)
    container = pod.container(cr["metadata"]["name"])
    assert container["image"] == "registry.example.com/other:v9"
    assert container["resources"] == {name: {"cpu": "3", "memory": "3Gi"} for name in ("requests", "limits")}
    changed = {"SolverJob": ("tolerance", 0.5), "DaskJob": ("idleTimeout", 77), "PyTorchJob": ("backoffLimit", 7)}
    name, value = changed[rendered_plugin.plugin.crd.kind]
    assert f'"{name}": {value}' in json.dumps(cr["spec"])
