"""Repositories of remote services: all that their owner would run is green at once, and the connector is served as Flyte would."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.backend.connector import Connector
from tests.rendered import test_files
from tests.support import bakes, simulator

CLIENT = Path(simulator.__file__).with_name("connector_client.py")


SIMULATION = bakes.one("test_service.py", source="Simulation", targets="connector")
OTHERS = [each for each in bakes.of("test_service.py") if each is not SIMULATION]


@pytest.fixture(scope="module")
def simulations(repository, sdk_python) -> Any:
    return SIMULATION.opened(repository)


def test_its_own_tests_linters_and_overlays(simulations):
    SIMULATION.run(simulations)


@pytest.mark.parametrize("bake", OTHERS, ids=lambda bake: bake.id)
def test_own_tests_of_more_services(bake, repository, flyte2_python):
    """Of the documents that others ship, too."""
    bake.run(bake.opened(repository), flyte2_python if bake.targets == "flyte2" else None)


def test_nothing_of_an_operator_is_there(simulations):
    top = {each.name for each in simulations.path.iterdir()}
    assert not top & {"go.mod", "crd", "internal", "flytepropeller"}
    files = [each.relative_to(simulations.path).as_posix() for each in (simulations.path / "kustomize").rglob("*.yaml")]
    assert [name for name in files if "rbac" in name or "cluster-resources" in name] == []


@pytest.mark.parametrize("targets", ["connector", "flyte2", "connector, flyte2"])
def test_pages_name_what_is_there(rendered, targets):
    def of_service(kind: str) -> Path:
        return rendered(kind, source=simulator.DOCUMENT, targets=targets)

    test_files.test_readme_links_and_targets_exist("example", of_service)


TASKS = """
from flytekit import kwtypes
from flytekitplugins.simulation import Simulation, SimulationTask


def simulation(name):
    overrides = {"steps": "{{ .inputs.steps }}"}
    config = Simulation(project="blue", name=name, model="heat", body_overrides=overrides)
    types = {"inputs": kwtypes(steps=int), "outputs": kwtypes(energy=float, more=dict)}
    return SimulationTask(name=f"simulating.{name}", task_config=config, **types)


succeeds, fails, waits, loses = map(simulation, ("succeeds", "fails", "waits", "loses"))
"""


class Served:
    """The rendered connector as flytekit's server serves it, and the service that it asks."""

    def __init__(self, repository: Path, python: Path, folder: Path) -> None:
        self.python, self.folder = python, folder
        self.service = simulator.start()
        settings = json.dumps(simulator.settings(self.service, folder))
        self.connector = Connector(python, repository, "simulation", folder / "none", folder, settings)
        self.connector.start()
        (folder / "simulating.py").write_text(TASKS)
        self.path = os.pathsep.join(map(str, (folder, repository / "flytekit-simulation")))

    def asked(self, task: str, *requests: str) -> list[Any]:
        """What is answered to requests about one attempt of a task."""
        inputs = {"literals": {"steps": {"scalar": {"primitive": {"integer": "3"}}}}}
        run = subprocess.run(
            [
                *(self.python, CLIENT, str(self.connector.port), f"simulating:{task}"),
                *(str(self.folder / task / "0"), json.dumps(inputs)),
            ],
            input="\n".join(requests),
            env={**os.environ, "PYTHONPATH": self.path},
            capture_output=True,
            text=True,
        )
        assert run.returncode == 0, run.stderr + self.connector.log.read_text()
        return [json.loads(line) for line in run.stdout.splitlines() if line.startswith("{")]


@pytest.fixture(scope="module")
def served(simulations, connector_python, tmp_path_factory) -> Iterator[Served]:
    made = Served(simulations.path, connector_python, tmp_path_factory.mktemp("served"))
    yield made
    made.connector.stop()
    made.service.stop()


def test_a_task_from_its_beginning_to_its_end(served):
    fault = simulator.http.Fault
    served.service.fail("GET", "/v2/projects", fault(code=429), fault(code=500), fault())
    first, *found = served.asked("succeeds", "create", "get", "get", "get")
    assert [each["resource"]["phase"] for each in found] == ["QUEUED", "RUNNING", "SUCCEEDED"]
    outputs = found[-1]["resource"]["outputs"]["literals"]
    assert outputs["energy"]["scalar"]["primitive"] == {"floatValue": 1.5}
    (job,) = served.service.named("succeeds")
    assert job["body"]["steps"] == 3 and first["id"] in served.service.jobs


def test_a_lost_answer_to_create_starts_no_second_job(served):
    served.service.fail("POST", "/v2/projects", simulator.http.LOST)
    _, again, *found = served.asked("loses", "create", "create", "get", "get")
    assert [each["resource"]["phase"] for each in found] == ["RUNNING", "SUCCEEDED"]
    (job,) = served.service.named("loses")
    assert served.service.jobs[again["id"]] is job


def test_a_failure_ends_with_the_jobs_log(served):
    _, _, ended = served.asked("fails", "create", "get", "get")
    assert ended["resource"]["phase"] == "RETRYABLE_FAILED" and ended["resource"]["message"] == "failed: no memory"


def test_an_abort_cancels_the_job(served):
    served.asked("waits", "create", "get", "delete")
    assert served.service.cancelled == ["waits"]
