"""The rendered connector of a remote service on Flyte's own propeller, as the rendered values configure it, and a service of its document."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from tests.support import simulator
from tools import venv

from . import tools
from .api_server import ApiServer
from .backend import STOCK_PROPELLER, USER, Backend, WorkflowPhase, ensure_namespace
from .conftest import HERE, LOGS, rights_of_others
from .connector import Connector
from .console import Console
from .kubernetes import WORKFLOWS
from .object_store import ObjectStore
from .propeller import Propeller, merged
from .sdk import Sdk
from .services import Catalog
from .test_connector import POLLING, propeller_config, rights_of_propeller
from .waiting import until

pytestmark = [pytest.mark.servers, pytest.mark.go, pytest.mark.sdk]

NAMESPACE = "simulated"


@dataclass
class Simulated(Backend):
    """A back end whose propeller asks a connector, which asks a service."""

    service: Any


@pytest.fixture(scope="module")
def simulated(
    repository: Callable[..., Any],
    api_server: ApiServer,
    object_store: ObjectStore,
    go: str,
    server_logs: Path,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Simulated]:
    repo, other = repository("example", source=simulator.DOCUMENT), repository("example")  # the other one has Go
    repo.make("venv")
    folder = LOGS / NAMESPACE
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    api = api_server.api()
    for name in ("flyte", NAMESPACE):
        ensure_namespace(api, name)
    for each in [*rights_of_propeller(other), *rights_of_others(other.plugins["example"])]:
        api.apply(each)
    paths = (repo.path / "flytekit-simulation", HERE / "workflows")
    log = server_logs / "flytekit-simulated.log"
    sdk = Sdk(venv.python_of(repo.sdk), paths, "simulation", tmp_path_factory.mktemp("sdk"), log)
    with ExitStack() as left:
        service = simulator.start(repo.path)
        left.callback(service.stop)
        console = Console(sdk.python, folder)
        left.callback(console.stop)
        catalog = Catalog(sdk.python, folder)
        left.callback(catalog.stop)
        connector = Connector(
            sdk.python,
            repo.path,
            "simulation",
            folder / "no-kubeconfig",
            folder,
            json.dumps(simulator.settings(service, folder)),
            object_store.environment,
        )
        left.callback(connector.stop)
        connector.start()
        propeller = Propeller(
            tools.stock_propeller(other.path, go),
            propeller_config(repo, other.plugins["example"], f"dns:///127.0.0.1:{connector.port}"),
            api_server.kubeconfig(folder / "propeller.kubeconfig", STOCK_PROPELLER),
            object_store,
            console.endpoint,
            folder,
            merged(catalog.settings, {"plugins": {"connector-service": POLLING}}),
        )
        left.callback(propeller.stop)
        made = Simulated(
            server=api_server,
            api=api,
            user_kubeconfig=api_server.kubeconfig(folder / "user.kubeconfig", USER),
            kubectl_flyte=tools.kubectl_flyte(other.path, go),
            store=object_store,
            sdk=sdk,
            console=console,
            propeller=propeller,
            operator=cast(Any, SimpleNamespace(resource=WORKFLOWS, seen=[])),
            namespace=NAMESPACE,
            folder=folder,
            service=service,
        )
        left.callback(made.keep)
        yield made
    made.clean_up()


@pytest.fixture(scope="module")
def started(simulated: Simulated) -> dict[str, Any]:
    """All at once: the answer to the first request of one of them gets lost, and some others are no answers."""
    http = simulated.service.http
    executions = {name: simulated.execute(f"simulating:{name}", steps=3) for name in ("fails", "waits", "succeeds")}
    until(lambda: len(simulated.service.jobs) >= 3, "three jobs")
    simulated.service.fail("POST", "/v2/projects/blue/simulations", http.LOST)
    executions["loses"] = simulated.execute("simulating:loses", steps=3)
    simulated.service.fail(
        "GET", "/v2/projects/blue/simulations", http.Fault(code=429), http.Fault(code=500), http.Fault()
    )
    return executions


def test_outputs(simulated: Simulated, started: dict[str, Any]) -> None:
    """The job succeeds, although some answers were none.

    Its results are the task's outputs, and its request had the task's input.
    """
    execution = started["succeeds"]

    assert execution.wait_for_end() is WorkflowPhase.SUCCESS, execution.error
    assert execution.outputs() == {"o0": 1.5, "o1": {"steps": [1, 2]}}
    (job,) = simulated.service.named("succeeds")
    assert job["body"]["steps"] == 3
    (shown,) = simulated.console.attempts("simulating.succeeds", execution.name)
    assert shown.custom_info["state"] == "succeeded"


def test_a_lost_answer_to_create(simulated: Simulated, started: dict[str, Any]) -> None:
    """The connection breaks after the job was made.

    The task succeeds in its first attempt, with that job.
    """
    execution = started["loses"]

    assert execution.wait_for_end() is WorkflowPhase.SUCCESS, execution.error
    assert len(simulated.service.named("loses")) == 1
    assert len(simulated.console.attempts("simulating.loses", execution.name)) == 1


def test_failure(simulated: Simulated, started: dict[str, Any]) -> None:
    """The job fails.

    The task is tried again as often as it has retries, and its error ends with that of the job's log.
    """
    execution = started["fails"]

    assert execution.wait_for_end() is WorkflowPhase.FAILED
    assert "failed: no memory" in execution.error
    assert len(simulated.service.named("fails")) == 2


def test_abort(simulated: Simulated, started: dict[str, Any]) -> None:
    """The user aborts the execution.

    The job is cancelled, and no other one.
    """
    execution = started["waits"]
    until(lambda: execution.status.get("phase") == WorkflowPhase.RUNNING, "the execution to run")
    until(lambda: bool(simulated.console.attempts("simulating.waits", execution.name)), "the task to begin")

    execution.abort()

    until(lambda: simulated.service.cancelled == ["waits"], "the job to be cancelled")
    until(lambda: execution.get() is None, "the execution to go")
