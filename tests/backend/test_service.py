"""The rendered connector of a remote service on Flyte's own propeller, as the rendered values configure it, and a service of its document that
does wrong whatever it can. All scenarios share them, and those of the table run at once.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from tests.support import simulator
from tests.support.simulator import Fault, Script

from . import service_faults
from .backend import STOCK_PROPELLER, Backend, Execution, Rendered, WorkflowPhase, kept
from .connector import POLL, POLLING, Connector, config_of_charts
from .console import PHASES, Attempt
from .object_store import ObjectStore
from .propeller import merged
from .services import Catalog
from .stage import Stage
from .waiting import until

pytestmark = [pytest.mark.servers, pytest.mark.go, pytest.mark.sdk]

NAMESPACE = "simulated"
# Simulations that are no faults of the service: by what the test says of them.
SCRIPTS = {
    **simulator.SCRIPTS,
    "resists": Script(
        (("running",),),
        # It is not heard, then refused, then not answered.
        {"cancel": [Fault(code=202), Fault(code=409), Fault()]},
    ),
    "lasts": Script((("running",),)),
    "begins": Script(faults={"create": [Fault(is_done=True, wait=service_faults.NEVER)]}),
}


@dataclass
class Simulated(Backend):
    """A back end whose propeller asks a connector, which asks a service."""

    service: simulator.Simulator
    connector: Connector

    def simulate(self, name: str, workflow: str = "simulates") -> Execution:
        return self.execute(f"simulating:{workflow}", name=name, steps=3)

    def attempts(self, execution: Execution) -> list[Attempt]:
        return self.console.attempts("simulating.simulate", execution.name)

    def runs(self, execution: Execution) -> bool:
        return [each.phase for each in self.attempts(execution)] == ["RUNNING"]


@pytest.fixture(scope="module")
def simulated(
    repository: Callable[..., Any],
    stock: Callable[..., Rendered],
    stage: Callable[..., Stage],
    object_store: ObjectStore,
) -> Iterator[Simulated]:
    rendered = stock(repository("example", source=simulator.DOCUMENT))
    with stage(rendered, kept(NAMESPACE)) as there:
        folder, python, project = there.folder, rendered.sdk.python, rendered.plugin.names.project
        scripts = {name: row.script for name, row in service_faults.ROWS.items()}
        service = there.stops(simulator.start({**SCRIPTS, **scripts}))
        catalog = there.stops(Catalog(python, folder))
        settings = json.dumps(simulator.settings(service, folder, **{"requests-per-second": 50}))
        kubeconfig, storage = folder / "no-kubeconfig", object_store.environment
        connector = Connector(python, rendered.path, project, kubeconfig, folder, settings, storage)
        there.stops(connector)
        connector.start()
        config = config_of_charts(rendered, f"dns:///127.0.0.1:{connector.port}")
        overrides = merged(catalog.settings, POLLING)
        yield there.backend(Simulated, STOCK_PROPELLER, config, overrides, service=service, connector=connector)


@pytest.fixture(scope="module")
def started(simulated: Simulated) -> dict[str, Execution]:
    """All at once, those first that take longest."""
    return {name: simulated.simulate(name) for name in (*service_faults.ROWS, "succeeds", "waits", "resists")}


def test_outputs(simulated: Simulated, started: dict[str, Execution]) -> None:
    """The results of a job are the task's outputs, and its request had the task's input."""
    execution = started["succeeds"]

    assert execution.wait_for_end() is WorkflowPhase.SUCCESS, execution.error
    assert execution.outputs() == {"o0": 1.5, "o1": {"steps": [1, 2]}}
    (job,) = simulated.service.named("succeeds")
    assert job["body"]["steps"] == 3
    (shown,) = simulated.attempts(execution)
    assert shown.custom_info["state"] == "succeeded"


@pytest.mark.parametrize("name", service_faults.ROWS)
def test_fault(name: str, simulated: Simulated, started: dict[str, Execution]) -> None:
    """Each row of service_faults.py: how the task ends, with which attempts, and what becomes of its jobs."""
    row, execution, service = service_faults.ROWS[name], started[name], simulated.service

    end = execution.wait_for_end()

    shown = simulated.attempts(execution)
    assert [each.phase for each in shown] == [*row.phases], execution.error
    assert (end is WorkflowPhase.SUCCESS) == (row.phases[-1] == "SUCCEEDED")
    assert row.error in execution.error
    assert service.ends(name) == [*row.jobs]
    assert row.logged in simulated.connector.log.read_text()
    assert not any(service.left[name].values()), "the service did not do all of it"
    assert row.reason in "\n".join(each for attempt in shown for each in attempt.reasons)
    for attempt in shown:
        # A job is queued after it has waited to be created.
        phases = [each for each in attempt.phases if each != "WAITING_FOR_RESOURCES"]
        assert sorted(phases, key=PHASES.index) == phases, "a phase followed a later one"


def test_how_long_the_service_was_away(simulated: Simulated, started: dict[str, Execution]) -> None:
    """Propeller asks no more after so many failed looks, unless the rendered values say otherwise."""
    started["away"].wait_for_end()
    asked = simulated.service.at("away", "read")
    assert asked[service_faults.SIX_LOOKS + 1] - asked[1] > 6 * POLL


def test_the_time_of_retry_after(simulated: Simulated, started: dict[str, Execution]) -> None:
    started["limits"].wait_for_end()
    first, second, third, *_ = simulated.service.at("limits", "create")
    assert second - first >= 2 and third - second >= 1


def test_one_token_for_all(simulated: Simulated, started: dict[str, Execution]) -> None:
    """One at first, one after that had ended, and two for who was denied: as many as the service has refused."""
    for execution in (started["ends_token"], started["denies"]):
        execution.wait_for_end()
    assert simulated.service.tokens <= 4
    assert "token-1" not in (simulated.folder / "admin.jsonl").read_text() + simulated.connector.log.read_text()


def test_abort(simulated: Simulated, started: dict[str, Execution]) -> None:
    """The user aborts the execution.

    The job is cancelled.
    """
    execution = started["waits"]
    until(lambda: simulated.runs(execution), "the task to run")

    execution.abort()

    until(lambda: simulated.service.ends("waits") == ["cancelled"], "the job to be cancelled")
    until(lambda: execution.get() is None, "the execution to go")


def test_abort_that_does_not_take_at_first(simulated: Simulated, started: dict[str, Execution]) -> None:
    """The user aborts the execution, and the service takes the request to cancel without effect, then refuses it, and then breaks the connection.

    The connector looks whether it took, and cancels again until it has; only then the execution is gone.
    """
    execution = started["resists"]
    until(lambda: simulated.runs(execution), "the task to run")

    execution.abort()

    until(lambda: execution.get() is None, "the execution to go")
    assert simulated.service.ends("resists") == ["cancelled"]
    assert not simulated.service.left["resists"]["cancel"]


def test_the_connector_dies(simulated: Simulated, started: dict[str, Execution]) -> None:
    """The connector is killed, and started again: while a job runs, and while the service creates another one.

    The task whose job runs goes on with it. Attempts to create one fail while there is no connector, each of them a retry; the one after that first
    cancels the job whose id was never told.
    """
    for each in started.values():
        if each.get() is not None:
            each.wait_for_end()
    lasts, begins = simulated.simulate("lasts"), simulated.simulate("begins", "simulates_through_an_outage")
    until(lambda: simulated.runs(lasts), "the task to run")
    until(lambda: simulated.service.named("begins"), "the job to be created")

    simulated.connector.kill()
    until(lambda: len(simulated.attempts(begins)) > 0, "propeller to see that")
    simulated.connector.start()
    (job,) = simulated.service.named("lasts")
    job["states"] = ["succeeded"]

    for each in (lasts, begins):
        assert each.wait_for_end() is WorkflowPhase.SUCCESS, each.error
    assert [each.phase for each in simulated.attempts(lasts)] == ["SUCCEEDED"]
    assert len(simulated.service.named("lasts")) == 1
    assert simulated.service.ends("begins") == ["cancelled", "succeeded"]


def test_no_job_goes_on(simulated: Simulated, started: dict[str, Execution]) -> None:
    """What was refused, lost, aborted or tried again has left nothing that computes."""
    assert simulated.service.going_on() == set()
