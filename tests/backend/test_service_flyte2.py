"""The connector of Flyte 2 of a remote service as its image has it, served by ``c0``, and a service that does wrong whatever it can.

No Flyte 2 runs here: what its executor would ask is asked by gRPC, with what the SDK serializes.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.support import rendering, simulator
from tests.support.simulator import Script

from . import service_faults
from .processes import Process, free_port, is_listening
from .test_flyte2 import installed
from .test_service import SCRIPTS

pytestmark = [pytest.mark.servers, pytest.mark.sdk]

EXECUTOR = Path(__file__).with_name("flyte2_executor.py")
ABORTED = ("waits", "resists")


@dataclass
class Ended:
    """How tasks have ended, by the names of their simulations."""

    service: simulator.Simulator
    log: str  # the connector's
    said: dict[str, Any]


@pytest.fixture(scope="module")
def ended(flyte2_python: Path, server_logs: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ended]:
    folder, logs = tmp_path_factory.mktemp("repository"), server_logs / "flyte2-simulation"
    shutil.rmtree(logs, ignore_errors=True)
    site = installed(rendering.draft("example", source=simulator.DOCUMENT, targets="flyte2"), folder, flyte2_python)
    rows: dict[str, Script] = {name: row.script for name, row in service_faults.ROWS.items()}
    service = simulator.start({**SCRIPTS, **rows})
    settings = folder / "settings.yaml"
    settings.write_text(json.dumps(simulator.settings(service, folder, **{"requests-per-second": 50})))
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(folder),
        "PYTHONPATH": str(site),
        "FLYTE_CONNECTOR_SETTINGS": str(settings),
    }
    port = free_port()
    command = [flyte2_python.with_name("c0"), "--port", str(port), "--prometheus_port", str(free_port())]
    server = Process("c0", command, logs / "c0.log", environment, folder)
    try:
        server.wait_until(lambda: is_listening(port), 60)
        names = [*service_faults.ROWS, "succeeds", *ABORTED]
        run = subprocess.run(
            [flyte2_python, EXECUTOR, str(port), str(folder / "outputs")],
            input="".join(json.dumps({"name": each, "abort": each in ABORTED}) + "\n" for each in names),
            env=environment,
            capture_output=True,
            text=True,
            timeout=300,
        )
        assert run.returncode == 0, run.stderr
        said = {each["name"]: each for each in map(json.loads, run.stdout.splitlines())}
        yield Ended(service, server.log.read_text(), said)
    finally:
        server.stop(grace=1)
        service.stop()


def test_outputs(ended: Ended) -> None:
    literals = ended.said["succeeds"]["outputs"]["literals"]
    assert literals[0] == {"name": "energy", "value": {"scalar": {"primitive": {"floatValue": 1.5}}}}
    (job,) = ended.service.named("succeeds")
    assert job["body"]["steps"] == 3


@pytest.mark.parametrize("name", service_faults.ROWS)
def test_fault(name: str, ended: Ended) -> None:
    """Each row of service_faults.py, as with the connector of Flyte 1."""
    row, said = service_faults.ROWS[name], ended.said[name]

    assert said["phases"] == [*row.phases], said
    assert row.error in said.get("error", "")
    assert row.reason in "\n".join(said["reasons"])
    assert ended.service.ends(name) == [*row.jobs]
    assert row.logged in ended.log
    assert not any(ended.service.left[name].values()), "the service did not do all of it"


def test_abort(ended: Ended) -> None:
    assert (ended.said["waits"]["phases"], ended.service.ends("waits")) == (["ABORTED"], ["cancelled"])


def test_abort_that_does_not_take_at_first(ended: Ended) -> None:
    assert (ended.said["resists"]["phases"], ended.service.ends("resists")) == (["ABORTED"], ["cancelled"])
    assert not ended.service.left["resists"]["cancel"]


def test_no_job_goes_on(ended: Ended) -> None:
    assert ended.service.going_on() == set()
