"""Everything that goes wrong on the road, on real components: each fault ends as its docstring says, and the user's console says
why. ``make docs`` cuts a table of docs/faults.md from these docstrings: the fault, an empty line, its end.

One scenario alone: ``make test TESTS=tests/backend ARGS="-k NAME"``; its logs stay in build/backend/NAME/.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from . import kubelet as kubelets
from .backend import Backend, Rendered, WorkflowPhase, use_up_quota
from .kubelet import Kubelet
from .kubernetes import Api
from .propeller import merged
from .rights import without
from .services import Catalog
from .simulated_operator import Behaviour
from .waiting import until

pytestmark = [pytest.mark.servers, pytest.mark.go, pytest.mark.sdk]

ALL = pytest.mark.parametrize("plugin_kind", ["example", "DaskJob", "PyTorchJob"])
# What is waited for in minutes elsewhere; the pauses grow from these.
QUICK = {"diagnosis": {"grace-period": "1s", "interval": "1s"}, "progress-interval": "100ms"}


def operator(**behaviour: Any) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("behaviour", [pytest.param(Behaviour(**behaviour), id="operator")])


def plugin(**settings: Any) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("plugin_settings", [pytest.param(settings, id="plugin")])


def propeller(settings: dict[str, Any]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("propeller_settings", [settings], ids=["-"])


# ------------------------------------------------------------------------------------------------------ the user's code
@ALL
def test_user_exception(backend: Backend) -> None:
    """The user's code raises an exception.

    The task fails for good with the exception's text and traceback; nothing is tried again.
    """
    execution = backend.execute("faults:fails", n=1)

    assert execution.wait_for_end() is WorkflowPhase.FAILED
    assert "ValueError: the matrix is singular" in execution.error
    (attempt,) = backend.console.attempts("faults.fail")
    assert attempt.phase == "FAILED"
    assert attempt.error["kind"] == "USER"
    assert "ValueError: the matrix is singular" in attempt.error["message"]


@ALL
def test_recoverable_exception(backend: Backend) -> None:
    """The user's code raises FlyteRecoverableException at the first of two attempts.

    The second attempt runs in a resource of its own, and its outputs are the task's.
    """
    execution = backend.execute("faults:recovers", n=5)

    assert execution.wait_for_end() is WorkflowPhase.SUCCESS, execution.error
    assert execution.outputs() == {"o0": 5}
    first, second = backend.console.attempts("faults.recover")
    assert first.phase == "FAILED"
    assert "the licence server is busy" in first.error["message"]
    assert second.phase == "SUCCEEDED"
    names = [cr["metadata"]["name"] for cr in backend.operator.seen]
    assert names == [first.resource, second.resource]
    assert first.resource != second.resource


@ALL
def test_crash(backend: Backend, rendered_plugin: Rendered) -> None:
    """The user's process dies without a message.

    The task fails with what the operator says of its pod.
    """
    execution = backend.execute("faults:crashes", n=1)

    assert execution.wait_for_end() is WorkflowPhase.FAILED
    assert said(rendered_plugin, "exited with code 3") in execution.error
    (attempt,) = backend.console.attempts("faults.crash")
    assert attempt.error["code"] == "DownstreamSystemError"


@pytest.mark.parametrize("plugin_kind", ["PyTorchJob"])
@propeller({"plugins": {"k8s": {"enable-distributed-error-aggregation": True}}})
def test_replicas_fail(backend: Backend) -> None:
    """Several replicas raise exceptions, and `enable-distributed-error-aggregation` is on.

    The task fails with the exception of the replica that failed first, and names it.
    """
    execution = backend.execute("replicas:disagrees", n=1)

    assert execution.wait_for_end() is WorkflowPhase.FAILED
    assert "the worker was the first to fail" in execution.error
    (attempt,) = backend.console.attempts("replicas.disagree")
    assert "the worker was the first to fail" in attempt.error["message"]
    assert "the master failed" not in attempt.error["message"]


@pytest.mark.parametrize("plugin_kind", ["PyTorchJob"])
@operator(ranks=False)
def test_replicas_without_ranks(backend: Backend) -> None:
    """Several replicas end, one after the other, and the operator does not tell them their ranks.

    The outputs are those of the first role, whichever replica ends last.
    """
    execution = backend.execute("replicas:says_who")

    assert execution.wait_for_end() is WorkflowPhase.SUCCESS, execution.error
    assert "-master-" in execution.outputs()["o0"]


# --------------------------------------------------------------------------------------------------------- the operator
@ALL
@operator(fails_with="no node has 20Gi of scratch")
def test_operator_failure(backend: Backend, rendered_plugin: Rendered, behaviour: Behaviour) -> None:
    """The operator gives up before anything runs.

    The task fails with the operator's message, if the CRD has room for one.
    """
    execution = backend.execute("faults:fails", n=0)

    assert execution.wait_for_end() is WorkflowPhase.FAILED
    assert said(rendered_plugin, behaviour.fails_with) in execution.error
    assert said(rendered_plugin, behaviour.fails_with) in backend.console.task("faults.fail").error["message"]


@pytest.mark.parametrize("plugin_kind", ["example", "PyTorchJob"])
@operator(pod=kubelets.running, fails_with="no node has 20Gi of scratch")
def test_operator_failure_beside_a_running_pod(backend: Backend, rendered_plugin: Rendered) -> None:
    """The operator gives up while a pod of the resource still runs.

    The resource is deleted with the pod, unless the CRD has a switch by which the operator cleans up: that was sent, and the
    resource stays.
    """
    execution = backend.execute("faults:fails", n=0)

    assert execution.wait_for_end() is WorkflowPhase.FAILED
    if rendered_plugin.plugin.spec_defaults:
        (kept,) = backend.custom_resources()
        assert kept["spec"]["runPolicy"]["cleanPodPolicy"] == "Running"
    else:
        until(lambda: not backend.custom_resources(), "the resource to be deleted: a pod of it goes on")


@ALL
@operator(silent=True)
@plugin(**{"stuck-timeout": "2s"}, **QUICK)
def test_silent_operator(backend: Backend, rendered_plugin: Rendered) -> None:
    """The operator does not run, or does not watch the namespace.

    After `stuck-timeout` the task is tried again at the platform's expense, and fails naming the operator and the namespace.
    """
    execution = backend.execute("faults:fails", n=0)

    assert execution.wait_for_end() is WorkflowPhase.FAILED
    assert f"no status of {rendered_plugin.plugin.crd.kind}" in execution.error
    assert f"watches namespace {backend.namespace}" in execution.error
    attempts = backend.console.attempts("faults.fail")
    assert len({attempt.resource for attempt in attempts}) == len(attempts) > 1
    assert {attempt.error["kind"] for attempt in attempts} == {"SYSTEM"}


@pytest.mark.parametrize("plugin_kind", ["example", "PyTorchJob"])
@operator(states=("Suspended",), holds=True)
def test_suspended(backend: Backend) -> None:
    """The resource is suspended, by its user or by a queue such as Kueue's.

    The task is queued, and goes on when the resource does.
    """
    execution = backend.execute("faults:fails", n=0)
    until(lambda: "Suspended" in backend.console.task("faults.fail").reason, "the reason")
    assert backend.console.task("faults.fail").phases == ["QUEUED"]

    backend.operator.go_on()

    assert execution.wait_for_end() is WorkflowPhase.SUCCESS, execution.error
    assert backend.console.task("faults.fail").phases == ["QUEUED", "RUNNING", "SUCCEEDED"]


@pytest.mark.parametrize("plugin_kind", ["DaskJob", "PyTorchJob"])
@operator(states=("Defragmenting",), watched=True)
def test_unknown_state(backend: Backend) -> None:
    """The operator has a state that the phase table does not know.

    The task runs on, shows the state's name, and ends with the resource.
    """
    execution = backend.execute("faults:fails", n=0)

    assert execution.wait_for_end() is WorkflowPhase.SUCCESS, execution.error
    attempt = backend.console.task("faults.fail")
    assert attempt.phases == ["QUEUED", "RUNNING", "SUCCEEDED"]
    assert any("Defragmenting" in reason for reason in attempt.reasons)


# --------------------------------------------------------------------------------------------------------------- the pods
@ALL
@operator(pod=kubelets.killed_for_memory, fails_with="a pod has failed")
def test_killed_for_memory(backend: Backend) -> None:
    """A container of the user's code runs out of memory.

    The task fails as OOMKilled, naming the pod.
    """
    execution = backend.execute("faults:fails", n=0)

    assert execution.wait_for_end() is WorkflowPhase.FAILED
    error = backend.console.task("faults.fail").error
    assert error["code"] == "OOMKilled"
    assert f"pod {backend.console.task('faults.fail').resource}-" in error["message"]


@ALL
@operator(pod=kubelets.image_pull_backoff, holds=True)
@plugin(**QUICK)
@propeller({"plugins": {"k8s": {"image-pull-backoff-grace-period": "1s"}}})
def test_image_that_cannot_be_pulled(backend: Backend) -> None:
    """An image of the user's code cannot be pulled.

    After Flyte's own time of grace the task fails with the kubelet's message, and the resource is deleted.
    """
    execution = backend.execute("faults:fails", n=0)

    assert execution.wait_for_end() is WorkflowPhase.FAILED
    assert 'Back-off pulling image "no-such:v1"' in execution.error
    until(lambda: not backend.custom_resources(), "the resource to be deleted: its operator had not given it up")
    assert not backend.refused_requests(), "the rendered rights suffice"


@ALL
@operator(pod=kubelets.image_pull_backoff, afflicted="-n0-0-n0-0", holds=True)
@plugin(**QUICK)
@propeller({"plugins": {"k8s": {"image-pull-backoff-grace-period": "1s"}}})
def test_two_nodes_of_one_name(backend: Backend) -> None:
    """A workflow calls another one twice, and the image of a task of the first one cannot be pulled.

    That task fails. The other one has the same node id, and its labels of Flyte's: it waits and succeeds as if nothing had been.
    """
    execution = backend.execute("faults:twins", calls="faults:fails", n=0)

    def ended() -> list[str]:
        return [each.resource for each in backend.console.attempts("faults.fail") if each.phase == "FAILED"]

    def looks() -> int:
        asked = [(each["verb"], each.get("objectRef", {}).get("resource")) for each in backend.requests()]
        return asked.count(("list", "pods"))

    until(ended, "the task without an image to fail")
    before = looks()
    until(lambda: looks() >= before + 2 or len(ended()) > 1, "the other task to be looked at since")
    (failed,) = ended()
    backend.operator.go_on()

    assert execution.wait_for_end() is WorkflowPhase.FAILED
    (other,) = (each for each in backend.console.attempts("faults.fail") if each.resource not in ended())
    assert other.phase == "SUCCEEDED"
    assert failed.endswith("-n0-0-n0-0")
    first, second = backend.operator.seen
    assert first["metadata"]["labels"]["node-id"] == second["metadata"]["labels"]["node-id"]
    assert not backend.refused_requests(), "the rendered rights suffice"


@ALL
@operator(pod=kubelets.unschedulable, holds=True)
@plugin(**QUICK)
def test_unschedulable(backend: Backend) -> None:
    """No node has room for a pod.

    The console shows the scheduler's message while the task waits; it goes on once there is room.
    """
    execution = backend.execute("faults:fails", n=0)
    task = backend.console.task
    until(
        lambda: "3 Insufficient memory" in task("faults.fail").reason,
        lambda: f"a reason, not {task('faults.fail')}",
    )

    backend.operator.go_on()

    assert execution.wait_for_end() is WorkflowPhase.SUCCESS, execution.error
    assert len(backend.console.attempts("faults.fail")) == 1


# -------------------------------------------------------------------------------------------------------------- time, users
@ALL
def test_timeout(backend: Backend) -> None:
    """The task takes longer than its timeout.

    The task fails saying so, its resource is deleted and the user's code ends.
    """
    execution = backend.execute("faults:lingers", seconds=600)

    assert execution.wait_for_end() is WorkflowPhase.FAILED
    assert "task execution timeout [5s] expired" in execution.error
    until(lambda: not backend.custom_resources(), "the resource to be deleted")
    until(lambda: all(each.status is not None for each in backend.operator.processes), "the user's code to end")


@ALL
@pytest.mark.parametrize("meanwhile", ["running", "propeller_is_down"])
def test_abort(backend: Backend, meanwhile: str) -> None:
    """The user aborts the execution, also while propeller is down.

    The resource is deleted, the user's code ends, and the console shows the task as aborted.
    """
    execution = backend.execute("faults:waits", file="/no/such/file")
    processes = until(lambda: backend.operator.processes, "the user's code")
    until(lambda: backend.console.task("faults.wait").phase == "RUNNING", "the phase")

    if meanwhile == "propeller_is_down":
        backend.propeller.kill()
    execution.abort()
    if meanwhile == "propeller_is_down":
        backend.propeller.start()

    until(lambda: not backend.custom_resources(), "the resource to be deleted")
    until(lambda: execution.get() is None, "the execution to be gone")
    until(lambda: all(each.status is not None for each in processes), "the user's code to end")
    assert backend.console.task("faults.wait").phase == "ABORTED"


# -------------------------------------------------------------------------------------------------------------- the cluster
@ALL
@pytest.mark.parametrize("when", ["after_creating", "while_running", "at_the_end"])
def test_propeller_is_killed(backend: Backend, when: str, tmp_path: Path) -> None:
    """Propeller is killed, and started again: just after it has created the resource, while that runs, or after its end.

    The task ends as if nothing had been; there is no second resource, and a success meanwhile counts.
    """
    file = tmp_path / "end"
    execution = backend.execute("faults:waits", file=str(file))
    if when == "after_creating":
        until(lambda: backend.operator.seen, "the resource")
    else:
        until(lambda: backend.console.task("faults.wait").phase == "RUNNING", "the task to run")

    backend.propeller.kill()
    if when == "at_the_end":
        file.touch()
        until(lambda: backend.operator.ended, "the resource to end")
    backend.propeller.start()
    file.touch()

    assert execution.wait_for_end() is WorkflowPhase.SUCCESS, execution.error
    assert execution.outputs() == {"o0": 7}
    assert len(backend.operator.seen) == 1
    assert len(backend.console.attempts("faults.wait")) == 1


@ALL
def test_resource_is_deleted(backend: Backend, tmp_path: Path) -> None:
    """A user deletes the resource while it runs.

    The attempt fails as ResourceDeletedExternally, and the platform pays for another one.
    """
    file = tmp_path / "end"
    execution = backend.execute("faults:waits", file=str(file))
    until(lambda: backend.console.task("faults.wait").phase == "RUNNING", "the task to run")

    backend.api.delete(backend.operator.resource, backend.namespace, backend.operator.seen[0]["metadata"]["name"])
    until(lambda: len(backend.operator.seen) == 2, "another resource")
    file.touch()

    assert execution.wait_for_end() is WorkflowPhase.SUCCESS, execution.error
    first, second = backend.console.attempts("faults.wait")
    assert (first.error["code"], first.error["kind"]) == ("ResourceDeletedExternally", "SYSTEM")
    assert second.phase == "SUCCEEDED"


@ALL
def test_refused_value(backend: Backend) -> None:
    """The API server refuses a value that the CRD does not allow (422).

    The task fails for good as BadTaskFormat, with the API server's message.
    """
    execution = backend.execute("faults:is_refused", n=1)

    assert execution.wait_for_end() is WorkflowPhase.FAILED
    (attempt,) = backend.console.attempts("faults.refuse")
    assert attempt.error["code"] == "BadTaskFormat"
    assert "Invalid value" in attempt.error["message"]
    assert not backend.operator.seen


def test_quota(backend: Backend) -> None:
    """A ResourceQuota on the number of resources is used up.

    The task fails as RuntimeFailure, with the quota's name: Flyte waits for room only for pods.
    """
    quota = use_up_quota(backend.api, backend.operator.resource, backend.namespace)

    execution = backend.execute("faults:fails", n=0)

    assert execution.wait_for_end() is WorkflowPhase.FAILED
    assert f"exceeded quota: {quota}" in execution.error
    assert backend.console.task("faults.fail").error["code"] == "RuntimeFailure"


def test_missing_right(backend: Backend, rendered_plugin: Rendered, propeller_api: Api) -> None:
    """Propeller's account may not create the resource.

    The task fails with the API server's message: the verb, the resource and the account.
    """
    crd = rendered_plugin.plugin.crd
    with without(backend.api, propeller_api, "create", crd.group, crd.plural, backend.namespace):
        execution = backend.execute("faults:fails", n=0)

        assert execution.wait_for_end() is WorkflowPhase.FAILED
    assert f'cannot create resource "{crd.plural}"' in execution.error
    assert not backend.custom_resources()


# ------------------------------------------------------------------------------------------------- the rest of Flyte
# Rounds that fail, before propeller gives up an execution: ten by default, Flyte's charts have 30.
GIVES_UP = {"propeller": {"max-workflow-retries": 1}}
IS_PATIENT = {"propeller": {"max-workflow-retries": 1000}}


@propeller(IS_PATIENT)
def test_flyteadmin_is_away(backend: Backend, tmp_path: Path) -> None:
    """Flyteadmin does not answer for a while, and the task ends meanwhile.

    Propeller repeats the round until it can tell its news: the task has run once, and ends as if nothing had been.
    """
    file = tmp_path / "end"
    execution = backend.execute("faults:waits", file=str(file))
    until(lambda: backend.console.task("faults.wait").phase == "RUNNING", "the task to run")

    backend.console.stop()
    file.touch()
    until(lambda: execution.status.get("failedAttempts"), "a round to fail")
    assert "Error sending event" in execution.status["message"]
    backend.console.start()

    assert execution.wait_for_end() is WorkflowPhase.SUCCESS, execution.error
    assert execution.outputs() == {"o0": 7}
    (attempt,) = backend.console.attempts("faults.wait")
    assert attempt.phases[-2:] == ["RUNNING", "SUCCEEDED"]
    assert len(backend.operator.seen) == 1


@propeller(GIVES_UP)
def test_flyteadmin_stays_away(backend: Backend, tmp_path: Path) -> None:
    """Flyteadmin does not answer for more rounds than propeller's `max-workflow-retries`, though there is news.

    The resource is deleted, even a successful one; once flyteadmin is back, the execution fails with the number of rounds.
    The task's own panel says ABORTED, or RUNNING for good: propeller sends that once a round, the execution's end until it is taken.
    """
    file = tmp_path / "end"
    execution = backend.execute("faults:waits", file=str(file))
    until(lambda: backend.console.task("faults.wait").phase == "RUNNING", "the task to run")

    backend.console.stop()
    file.touch()
    until(lambda: not backend.custom_resources(), "the resource to be deleted")
    assert backend.operator.ended, "the resource had succeeded"
    assert WorkflowPhase(execution.status["phase"]) is WorkflowPhase.RUNNING
    backend.console.start()

    assert execution.wait_for_end() is WorkflowPhase.FAILED
    assert "max number of system retry attempts" in execution.error
    # Which one depends on where in a round flyteadmin came back: see HandleAbortedWorkflow, whose clean-up is best effort.
    assert backend.console.task("faults.wait").phase in ("RUNNING", "ABORTED")


class TestCatalog:
    QUICKLY = pytest.mark.parametrize("more_settings", [{**GIVES_UP, "catalog-cache": {"max-retries": 1}}], ids=["-"])

    @pytest.fixture
    def more_settings(self) -> dict[str, Any]:
        return IS_PATIENT

    @pytest.fixture
    def propeller_settings(self, catalog: Catalog, more_settings: dict[str, Any]) -> dict[str, Any]:
        return merged(catalog.settings, more_settings)

    def test_catalog_is_away(self, backend: Backend, catalog: Catalog) -> None:
        """The catalog does not answer for a while, before a cached task starts.

        Propeller repeats the round, and starts the task once it knows that there is no hit.
        """
        catalog.stop()
        execution = backend.execute("features:caches", n=1)
        until(lambda: execution.status.get("failedAttempts"), "a round to fail")
        assert not backend.operator.seen

        catalog.start()

        assert execution.wait_for_end() is WorkflowPhase.SUCCESS, execution.error
        assert backend.console.cache(execution.name) == ("CACHE_POPULATED", "")

    @QUICKLY
    def test_catalog_stays_away(self, backend: Backend, catalog: Catalog) -> None:
        """The catalog does not answer for more rounds than propeller's `max-workflow-retries`, before a cached task starts.

        The execution fails with the catalog's error and the number of rounds, and no resource is created.
        """
        catalog.stop()
        execution = backend.execute("features:caches", n=1)

        assert execution.wait_for_end() is WorkflowPhase.FAILED
        assert "max number of system retry attempts" in execution.error
        assert "Failed to check Catalog for previous results" in execution.error
        assert not backend.operator.seen

    def test_catalog_goes_away(self, backend: Backend, catalog: Catalog, tmp_path: Path) -> None:
        """The catalog stops answering while a cached task runs.

        The task succeeds, and its panel says that its outputs are not cached: CACHE_PUT_FAILURE.
        """
        file = tmp_path / "end"
        execution = backend.execute("features:caches_late", file=str(file))
        until(lambda: backend.console.task("features.remember_late").phase == "RUNNING", "the task to run")

        catalog.stop()
        file.touch()

        assert execution.wait_for_end() is WorkflowPhase.SUCCESS, execution.error
        assert execution.outputs() == {"o0": 7}
        assert backend.console.cache(execution.name) == ("CACHE_PUT_FAILURE", "")

    @QUICKLY
    def test_catalog_goes_away_with_a_reservation(self, backend: Backend, catalog: Catalog, tmp_path: Path) -> None:
        """The same, and the task has `cache_serialize`: a reservation that propeller extends in each round.

        After `max-workflow-retries` rounds the execution fails with the number of rounds, and the resource is deleted.
        """
        execution = backend.execute("features:caches_serially", file=str(tmp_path / "end"))
        until(lambda: backend.console.task("features.remember_serially").phase == "RUNNING", "the task to run")

        catalog.stop()

        assert execution.wait_for_end() is WorkflowPhase.FAILED
        assert "max number of system retry attempts" in execution.error
        assert not backend.custom_resources()


class TestRolledBack:
    @pytest.fixture
    def propeller_config(self, propeller_config: dict[str, Any], rendered_plugin: Rendered) -> dict[str, Any]:
        """The configuration from before the plugin."""
        plugins = propeller_config["tasks"]["task-plugins"]
        task_type = rendered_plugin.plugin.names.task_type
        plugins["enabled-plugins"].remove(task_type)
        del plugins["default-for-task-types"][task_type]
        return propeller_config

    @ALL
    @pytest.mark.parametrize(
        "workflow, inputs", [("faults:fails", {"n": 0}), ("features:maps", {"ns": [3, 4]})], ids=["task", "map_task"]
    )
    def test_plugin_is_not_enabled(
        self, backend: Backend, kubelet: Kubelet, rendered_plugin: Rendered, workflow: str, inputs: dict[str, Any]
    ) -> None:
        """Propeller does not have the plugin, or has been rolled back: Flyte runs the task as a plain container, a map task as well.

        The SDK refuses to run the user's code there, and the task fails naming the lines of configuration that are missing.
        """
        execution = backend.execute(workflow, **inputs)

        assert execution.wait_for_end() is WorkflowPhase.FAILED
        task_type = rendered_plugin.plugin.names.task_type
        assert f"no plugin is enabled for its type, {task_type}" in execution.error
        assert f"enabled-plugins: [..., {task_type}]" in execution.error
        assert not backend.custom_resources()
        assert kubelet.ran


def said(rendered_plugin: Rendered, message: str) -> str:
    """``message``, if the operator has somewhere to write it."""
    status = rendered_plugin.plugin.status
    return message if status.message or status.by_conditions else ""
