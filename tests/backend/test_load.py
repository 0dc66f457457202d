"""Two hundred workflows at once: all end, none runs twice, and a healthy task costs the API server no more than with Flyte's own
plugin for DaskJob.

``make test TESTS=tests/backend/test_load.py ARGS=--load-write`` writes the figures into docs/benchmarks.md.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from tests.support.rendering import ROOT
from tools import docs

from . import tools
from .backend import Backend
from .simulated_operator import Behaviour
from .waiting import until

pytestmark = [pytest.mark.servers, pytest.mark.go, pytest.mark.sdk]

COUNT = 200  # of the example
PAIR = 100  # of each side where two are compared
NOISE = 1.25  # how often propeller writes a workflow depends on when it looks at it, and on what else the machine does
# What the operator says of a resource, without a pause; Dask's in the words that Flyte's own plugin knows.
INSTANT = Behaviour(instant=True, pause=0)
DASK = Behaviour(instant=True, pause=0, states=("JobCreated", "ClusterCreated"), success="Successful")
# As many requests as the API server can answer, and no log links of pods: for these the pods are listed while a task runs.
FAST = {
    "propeller": {
        "kube-client-config": {"qps": 1000, "burst": 1000},
        "workflow-reeval-duration": "2s",
        "downstream-eval-duration": "2s",
    },
    "plugins": {"logs": {"kubernetes-enabled": False}},
}


@dataclass(frozen=True)
class Load:
    """What ``tasks`` tasks took."""

    tasks: int
    seconds: float
    requests: Counter[str]  # propeller's to the API server about resources, pods and events: "create daskjobs"
    updates: int  # of the workflows
    events: int  # that flyteadmin got of the tasks

    @property
    def plugins(self) -> Counter[str]:
        """The requests without propeller's own, which asks for a resource that its informer has not seen yet."""
        return Counter({what: each for what, each in self.requests.items() if not what.startswith("get ")})


def run(backend: Backend, workflow: str, task: str, count: int) -> Load:
    start = time.monotonic()
    executions = backend.execute_many(workflow, count)

    def ended() -> bool:
        phases = [each["event"]["phase"] for each in backend.console.requests("CreateWorkflowEvent")]
        time.sleep(0.5)
        assert "FAILED" not in phases
        return phases.count("SUCCEEDED") == count

    until(ended, lambda: f"{count} executions to end; {len(backend.operator.ended)} resources have", timeout=300)
    seconds = time.monotonic() - start

    # None twice, and none without one.
    owners = [cr["metadata"]["labels"]["execution-id"] for cr in backend.operator.seen]
    assert sorted(owners) == sorted(each.name for each in executions)
    attempts = backend.console.attempts(task)
    assert [attempt.phase for attempt in attempts] == ["SUCCEEDED"] * count

    requests = Counter[str]()
    for event in backend.requests():
        about = event.get("objectRef", {})
        # What has no namespace is an informer's, which is there once, however many tasks there are.
        if about.get("namespace") == backend.namespace:
            requests[f"{event['verb']} {about['resource']}"] += 1
    updates = requests.pop("update flyteworkflows")
    return Load(count, seconds, requests, updates, sum(len(each.versions) for each in attempts))


@pytest.fixture(scope="module")
def figures(request: pytest.FixtureRequest, shown: Callable) -> Iterator[dict[str, Load]]:
    """By plugin; printed at the end, and written where that is asked for."""
    found: dict[str, Load] = {}
    yield found
    with shown():
        tools.say("\n".join(["", *table(found)]))
    if request.config.getoption("--load-write") and len(found) == 3:
        page = ROOT / "docs/benchmarks.md"
        page.write_text(docs.fresh(page.read_text(), {"load": lambda: table(found)}))


def table(figures: dict[str, Load]) -> Iterator[str]:
    yield "| plugin | tasks at once | requests about resources, a task | updates of its workflow | events of the task |"
    yield "|---|---|---|---|---|"
    for plugin, load in figures.items():
        requests = ", ".join(f"{number / load.tasks:.2f} {what}" for what, number in sorted(load.requests.items()))
        yield f"| {plugin} | {load.tasks} | {requests} | {load.updates / load.tasks:.1f} | {load.events / load.tasks:.1f} |"


@pytest.fixture
def propeller_settings() -> dict[str, Any]:
    return FAST


@pytest.fixture
def plugin_settings() -> dict[str, Any]:
    """All is as rendered, but for the time after which a task is slow: on a busy machine any of these may be."""
    return {"diagnosis": {"grace-period": "10m"}}


@pytest.mark.parametrize(
    "plugin_kind, behaviour", [("example", INSTANT), ("DaskJob", DASK)], ids=["example", "DaskJob"]
)
def test_all_end_and_none_twice(backend: Backend, plugin_kind: str, figures: dict[str, Load]) -> None:
    count = COUNT if plugin_kind == "example" else PAIR
    load = figures[f"rendered, {plugin_kind}"] = run(backend, "load:rendered", "load.pass_by", count)

    assert load.plugins == {f"create {backend.operator.resource.plural}": count}


class TestBesideTheInTreePlugin:
    @pytest.fixture
    def keeps_news(self) -> bool:
        return False  # its versions fall back to 0 when a reason stays the same, so a later one can be dropped

    @pytest.fixture
    def propeller_config(self, propeller_config: dict[str, Any]) -> dict[str, Any]:
        plugins = propeller_config["tasks"]["task-plugins"]
        plugins["enabled-plugins"].append("dask")
        plugins["default-for-task-types"]["dask"] = "dask"
        return propeller_config

    @pytest.mark.parametrize("plugin_kind, behaviour", [("DaskJob", DASK)], ids=["DaskJob"])
    def test_no_more_requests(self, backend: Backend, figures: dict[str, Load]) -> None:
        """Needs the figures of the test above: both are last in one session."""
        in_tree = figures["Flyte's own, DaskJob"] = run(backend, "load:in_tree", "load.pass_by_in_tree", PAIR)
        if "rendered, DaskJob" not in figures:
            pytest.skip("there is nothing to compare with: run the whole file")

        rendered = figures["rendered, DaskJob"]
        assert rendered.plugins <= in_tree.plugins
        assert rendered.updates <= NOISE * in_tree.updates
