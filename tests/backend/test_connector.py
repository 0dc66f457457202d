"""The rendered connector on real components: two of flytekit's servers with the connector's rendered rights alone, and Flyte's own propeller,
configured as the rendered values say. All scenarios share them, and those that disturb nobody run at once.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from flyte_plugin_scaffold.model import Plugin
from tests.support import documents

from .api_server import ApiServer
from .backend import (
    OPERATOR,
    STOCK_PROPELLER,
    Backend,
    Execution,
    Rendered,
    WorkflowPhase,
    ensure_namespace,
    kept,
    use_up_quota,
)
from .connector import CONNECTOR, POLL, POLLING, Connector, Replicas, Road, config_of_charts
from .console import PHASES, Attempt
from .decorated_pods import check_resources
from .kubernetes import RESOURCE_QUOTAS, Object
from .propeller import merged
from .rights import rights_in
from .services import Catalog
from .simulated_operator import Behaviour, SimulatedOperator
from .stage import Stage
from .waiting import until

pytestmark = [pytest.mark.servers, pytest.mark.go, pytest.mark.sdk]

NAMESPACE = "connected"
# What a connector looks for when it starts, and deletes.
SETTINGS = json.dumps({"plugins": {"solverjob": {"keep-finished": "20s"}}})


@dataclass
class Connected(Backend):
    """A back end whose propeller asks a connector."""

    connector: Replicas
    road: Road  # from the connector to the API server
    rights: list[Object]  # the rendered ones
    plugin: Plugin

    def attempts(self, execution: Execution, task: str = "") -> list[Attempt]:
        return self.console.attempts(task, execution.name)

    def wait_until_it_runs(self, execution: Execution) -> None:
        until(lambda: [each.phase for each in self.attempts(execution)] == ["RUNNING"], f"{execution.name} to run")

    def wait_until_it_waits(self, execution: Execution, why: str) -> None:
        """Until its only attempt says that it waits for resources, and why."""

        def waits() -> bool:
            attempts = self.attempts(execution)
            return bool(attempts) and "WAITING_FOR_RESOURCES" in attempts[0].phases and why in str(attempts[0].reasons)

        until(waits, f"{execution.name} to wait")

    def resources(self, execution: Execution) -> list[Object]:
        """Those that there are of an execution."""
        found = self.custom_resources()
        return [each for each in found if each["metadata"]["labels"]["execution-id"] == execution.name]

    def seen(self, execution: Execution) -> list[Object]:
        """Those that its operator has seen."""
        return [each for each in self.operator.seen if each["metadata"]["labels"]["execution-id"] == execution.name]


@pytest.fixture(scope="module")
def connected(
    repository: Callable[..., Any],
    stock: Callable[..., Rendered],
    stage: Callable[..., Stage],
    api_server: ApiServer,
    decorator: Path,
) -> Iterator[Connected]:
    rendered = stock(repository("example", targets="connector"), decorator)
    plugin, python = rendered.plugin, rendered.sdk.python
    rights = rights_in(repository("example").overlay(rendered.path / "kustomize/connector"))
    for each in rights:
        api_server.api().apply(each)
    api_server.install_crd(documents.load((rendered.path / "crd" / f"{plugin.crd.plural}.yaml").read_text()))
    with stage(rendered, kept(NAMESPACE)) as there:
        there.has_operator(Behaviour())
        road = there.stops(Road(api_server))
        catalog = there.stops(Catalog(python, there.folder))
        kubeconfig = road.kubeconfig(api_server, there.folder / "connector.kubeconfig", CONNECTOR)
        folders = (there.folder / f"connector-{number}" for number in range(2))
        project = plugin.names.project
        replicas = [Connector(python, rendered.path, project, kubeconfig, each, SETTINGS) for each in folders]
        connector = there.stops(Replicas(replicas, python, there.folder))
        config = config_of_charts(rendered, connector.endpoint)
        # The connector is away when propeller starts.
        made = there.backend(
            Connected,
            STOCK_PROPELLER,
            config,
            merged(catalog.settings, POLLING),
            connector=connector,
            road=road,
            rights=rights,
            plugin=plugin,
        )
        connector.start()
        yield made


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("connected") / "touched"


@pytest.fixture(scope="module")
def started(connected: Connected, file: Path) -> dict[str, Execution]:
    """Executions that disturb nobody, all at once."""
    return {
        "fails": connected.execute("connected:fails", n=1),
        "works": connected.execute("connected:works", n=4, file=str(file)),
        "caches": connected.execute("features:caches", n=1),
        "twins": connected.execute("faults:twins", calls="faults:fails", n=0),
        "decorated": connected.execute("decorated:on_operator_alone", n=21),
        "plans": connected.execute("features:is_dynamic_in_resource", n=2),
    }


def test_outputs(connected: Connected, started: dict[str, Execution], file: Path) -> None:
    execution = started["works"]

    assert execution.wait_for_end() is WorkflowPhase.SUCCESS, execution.error
    assert execution.outputs() == {"o0": 160}
    assert file.exists()
    (shown,) = connected.attempts(execution, "connected.scale")
    assert shown.phases[-1] == "SUCCEEDED" and shown.custom_info == {"state": "Succeeded"}


def test_secrets(connected: Connected, started: dict[str, Execution]) -> None:
    """The webhook of Flyte finds what a pod wants as it does in pods of other tasks."""
    started["works"].wait_for_end()
    found = {}
    for cr in connected.seen(started["works"]):
        pod = cr["spec"]["driver"]["template"]["metadata"]
        found[cr["metadata"]["labels"]["task-name"]] = (
            pod["labels"].get("inject-flyte-secrets"),
            [name for name in pod["annotations"] if name.startswith("flyte.secrets/")],
        )
    assert found["connected-scale"] == ("true", ["flyte.secrets/s0"])
    assert found["faults-square"] == (None, [])


def test_decorator(connected: Connected, started: dict[str, Execution]) -> None:
    """Every pod of a resource has what the decorator of another plugin gives the task."""
    execution = started["decorated"]

    assert execution.wait_for_end() is WorkflowPhase.SUCCESS, execution.error
    assert execution.outputs() == {"o0": 42}
    assert len(connected.seen(execution)) == 1
    check_resources(connected.plugin, connected.seen(execution))


def test_nodes_of_one_name(connected: Connected, started: dict[str, Execution]) -> None:
    """A workflow calls another one twice.

    Tasks of the same node id in it have resources of their own.
    """
    execution = started["twins"]

    assert execution.wait_for_end() is WorkflowPhase.SUCCESS, execution.error
    assert execution.outputs() == {"o0": 0, "o1": 0}
    names = {cr["metadata"]["name"]: cr["metadata"]["labels"]["node-id"] for cr in connected.seen(execution)}
    assert len(names) == 2 and set(names.values()) == {"n0"}


def test_dynamic(connected: Connected, started: dict[str, Execution]) -> None:
    execution = started["plans"]

    assert execution.wait_for_end() is WorkflowPhase.SUCCESS, execution.error
    assert execution.outputs() == {"o0": [0, 1]}
    assert len(connected.seen(execution)) == 3


def test_map_task(connected: Connected) -> None:
    """A map task is to run in a connector.

    The SDK refuses to register it: propeller would fail its parts after ten attempts.
    """
    with pytest.raises(RuntimeError, match="cannot be mapped"):
        connected.execute("features:maps", ns=[3, 4, 5])


def test_cache(connected: Connected, started: dict[str, Execution]) -> None:
    first = started["caches"]
    assert first.wait_for_end() is WorkflowPhase.SUCCESS, first.error

    again = first.relaunch()

    assert again.wait_for_end() is WorkflowPhase.SUCCESS, again.error
    assert again.outputs() == {"o0": 2}
    assert connected.console.cache(again.name) == ("CACHE_HIT", first.name)
    assert len(connected.seen(first)) == 1 and not connected.seen(again)


def failure(connected: Connected, execution: Execution, task: str) -> str:
    """The error with which a task has failed, in its only attempt."""
    assert execution.wait_for_end() is WorkflowPhase.FAILED
    (shown,) = connected.attempts(execution, task)
    assert shown.phase == "FAILED"
    return shown.error["message"]


def test_exception(connected: Connected, started: dict[str, Execution]) -> None:
    """The user's code raises an exception.

    The task fails for good with the exception's text and traceback.
    """
    assert "the matrix is singular" in failure(connected, started["fails"], "faults.fail")


def test_exception_without_outputs(connected: Connected, started: dict[str, Execution]) -> None:
    """The user's code of a task without outputs raises an exception.

    Its process ends with 1, and the task fails with what the operator says of its pod. It is tried again as often as it has retries.
    """
    assert "exited with code 1" in failure(connected, started["fails"], "connected.fail_without_outputs")


def test_crash(connected: Connected, started: dict[str, Execution]) -> None:
    """The user's process dies without a message.

    The task fails with what the operator says of its pod.
    """
    assert "exited with code 3" in failure(connected, started["fails"], "faults.crash")


def test_refused_resource(connected: Connected, started: dict[str, Execution]) -> None:
    """Kubernetes refuses the resource: a field is of a wrong type.

    The task fails for good with what Kubernetes says, although it has retries.
    """
    assert "spec.maxIterations" in failure(connected, started["fails"], "connected.refuse_for_good")


def test_timeout(connected: Connected, started: dict[str, Execution]) -> None:
    """A task takes longer than its timeout.

    The task is aborted, its resource is deleted, and the user's code ends.
    """
    assert started["fails"].wait_for_end() is WorkflowPhase.FAILED
    (shown,) = connected.attempts(started["fails"], "faults.linger")
    assert shown.phase == "ABORTED"
    (lingering,) = (each for each in connected.seen(started["fails"]) if each["metadata"]["labels"]["node-id"] == "n4")
    job = connected.operator.jobs[lingering["metadata"]["uid"]]
    until(lambda: job.deleted.is_set() and all(each.status is not None for each in job.processes), "the code to end")


def test_recoverable_error(connected: Connected, started: dict[str, Execution]) -> None:
    """The user's code raises FlyteRecoverableException at the first of two attempts.

    The second attempt runs in a resource of its own, and its outputs are the task's.
    """
    started["fails"].wait_for_end()
    first, second = connected.attempts(started["fails"], "faults.recover")
    assert (first.phase, second.phase) == ("FAILED", "SUCCEEDED")
    assert "the licence server is busy" in first.error["message"]


def test_two_connectors(connected: Connected, started: dict[str, Execution]) -> None:
    """Two pods of the connector are asked at once to create a resource, and then one after the other how it is doing.

    They create one resource and give the same answer, and no phase follows a later one. Both look for resources to delete: one that is gone is no error.
    """
    ends = {name: each.wait_for_end() for name, each in started.items()}
    assert ends == {**dict.fromkeys(started, WorkflowPhase.SUCCESS), "fails": WorkflowPhase.FAILED}
    answered = [(each["call"], tuple(each["servers"])) for each in connected.connector.answered()]
    assert {("CreateTask", (0, 1)), ("GetTask", (0,)), ("GetTask", (1,))} <= set(answered)
    assert ("CreateTask", (0,)) not in answered and ("CreateTask", (1,)) not in answered
    for execution in started.values():
        uids = {each["metadata"]["uid"]: each["metadata"]["name"] for each in connected.seen(execution)}
        assert len(uids) == len(set(uids.values()))
        for attempt in connected.attempts(execution):
            assert sorted(attempt.phases, key=PHASES.index) == attempt.phases
            assert len(set(attempt.phases)) == len(attempt.phases)


def test_abort(connected: Connected, tmp_path: Path) -> None:
    """The user aborts the execution.

    The resource is deleted, and the user's code ends.
    """
    execution = connected.execute("faults:waits", file=str(tmp_path / "never"))
    connected.wait_until_it_runs(execution)

    execution.abort()

    until(lambda: not connected.resources(execution) and execution.get() is None, "all of it to go")
    (job,) = (job for job in connected.operator.jobs.values() if job.name.startswith(execution.name))
    until(lambda: all(each.status is not None for each in job.processes), "the user's code to end")


def test_connector_is_away(connected: Connected, tmp_path: Path) -> None:
    """The pods of the connector die: one of the two, and later the other one, which leaves none for more looks than propeller forgives by default.

    The one that is left goes on with the tasks of both. Without one, tasks go on as well. What has ended in the meantime succeeds once other pods
    run, which know nothing of before, and resources of ended tasks are deleted.
    """
    first = connected.execute("faults:waits", file=str(tmp_path / "first"))
    connected.wait_until_it_runs(first)
    done = {each["metadata"]["name"] for each in connected.resources(first)}
    connected.connector.each[0].kill()
    (tmp_path / "first").touch()
    execution = connected.execute("faults:waits", file=str(tmp_path / "end"))
    connected.wait_until_it_runs(execution)
    assert first.wait_for_end() is WorkflowPhase.SUCCESS, first.error

    connected.connector.kill()
    (tmp_path / "end").touch()
    time.sleep(7.5 * POLL)
    assert connected.attempts(execution)[0].phase == "RUNNING"
    connected.connector.start()

    assert execution.wait_for_end() is WorkflowPhase.SUCCESS, execution.error
    assert execution.outputs() == {"o0": 7}
    assert done
    until(lambda: not done & {each["metadata"]["name"] for each in connected.custom_resources()}, "the sweep")


def test_api_server_is_away(connected: Connected, tmp_path: Path) -> None:
    """The connector does not reach the API server.

    Tasks go on, and their ends are seen later. A new task waits with the reason, and its resource is created in the same attempt once the API server is back.
    """
    execution = connected.execute("faults:waits", file=str(tmp_path / "end"))
    connected.wait_until_it_runs(execution)

    with connected.road.closed():
        (tmp_path / "end").touch()
        other = execution.relaunch()
        connected.wait_until_it_waits(other, "API server does not answer")
        assert connected.attempts(execution)[0].phase == "RUNNING"

    for each in execution, other:
        assert each.wait_for_end() is WorkflowPhase.SUCCESS, each.error
        assert each.outputs() == {"o0": 7}
        assert len(connected.attempts(each)) == 1


def test_quota(connected: Connected, tmp_path: Path) -> None:
    """A ResourceQuota on the number of resources is used up.

    The task waits with the quota's name, and its resource is created in the same attempt once there is room.
    """
    quota = use_up_quota(connected.api, connected.operator.resource, NAMESPACE)
    (tmp_path / "end").touch()
    execution = connected.execute("faults:waits", file=str(tmp_path / "end"))
    try:
        connected.wait_until_it_waits(execution, f"exceeded quota: {quota}")
    finally:
        connected.api.delete(RESOURCE_QUOTAS, NAMESPACE, quota)

    assert execution.wait_for_end() is WorkflowPhase.SUCCESS, execution.error
    assert execution.outputs() == {"o0": 7}
    assert len(connected.attempts(execution)) == 1


def test_many_tasks(connected: Connected) -> None:
    """200 at once, whose operator has each of them succeed at once."""
    namespace = f"{NAMESPACE}-many"
    ensure_namespace(connected.api, namespace)
    api, plugin = connected.server.api(OPERATOR), connected.plugin
    operator = SimulatedOperator(
        api, plugin, namespace, {}, connected.folder, connected.console, Behaviour(pause=0, instant=True), None
    )
    many = replace(connected, namespace=namespace, operator=operator)
    try:
        executions = many.execute_many("connected:does_nothing_often", 8)
        for each in executions:
            assert each.wait_for_end() is WorkflowPhase.SUCCESS, each.error
    finally:
        operator.stop()
    assert len(operator.seen) == 200
    many.clean_up()


def test_rights(connected: Connected, request: pytest.FixtureRequest) -> None:
    """Nothing was refused of what the connector asked, and all scenarios together have used each of its rights."""
    events = connected.server.audit(CONNECTOR, connected._audit_start)
    refused = [event for event in events if event["annotations"]["authorization.k8s.io/decision"] != "allow"]
    assert not refused, json.dumps(refused[:3], indent=1)
    if request.config.getoption("keyword"):
        return  # only some of them ran
    used = {(event["objectRef"]["resource"], event["verb"]) for event in events}
    granted = {
        (resource, verb)
        for each in connected.rights
        if each["kind"] == "ClusterRole"
        for rule in each["rules"]
        for resource in rule["resources"]
        for verb in rule["verbs"]
    }
    assert granted == used
