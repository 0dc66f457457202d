"""The service that tests/openapi/simulations.yaml describes: the one of the rendered tests, with the document's paths and states."""

from __future__ import annotations

import importlib.util
import itertools
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType
from typing import Any

from tests.support.rendering import ROOT

DOCUMENT = str(Path(__file__).parents[1] / "openapi/simulations.yaml")


def _http_service() -> ModuleType:
    """The server of the rendered tests, where it stands. No byte code is written there: it would be rendered."""
    file = ROOT / "{{cookiecutter.plugin_slug}}/connector/tests/service/http_service.py"
    spec = importlib.util.spec_from_file_location("http_service", file)
    assert spec and spec.loader
    made = importlib.util.module_from_spec(spec)
    before, sys.dont_write_bytecode = sys.dont_write_bytecode, True
    try:
        sys.modules[spec.name] = made  # for its dataclasses
        spec.loader.exec_module(made)
    finally:
        sys.dont_write_bytecode = before
    return made


http = _http_service()
Fault, LOST = http.Fault, http.LOST
ENDS = ("succeeded", "failed", "cancelled")
# Done to the service before it answers a request, instead of a fault.
Change = Callable[["Simulator", Any], None]


@dataclass(frozen=True)
class Script:
    """How the service behaves towards simulations of one name.

    ``states`` are those of each job in turn, the last ones of any further. ``faults`` are what becomes of the first requests about them, by
    what these want: create, read, results, logs or cancel. None is no fault.
    """

    states: Sequence[Sequence[str]] = (("queued", "running", "succeeded"),)
    faults: Mapping[str, Sequence[Any | Change | None]] = field(default_factory=dict)


SCRIPTS = {
    "succeeds": Script(),
    "loses": Script((("running", "succeeded"),)),
    "fails": Script((("running", "failed"),)),
    "waits": Script((("running",),)),
}


class Simulator(http.HttpService):  # type: ignore[name-defined]
    """``times`` has the time of each request, with the name of its simulation and what it wants."""

    def __init__(self, scripts: Mapping[str, Script]) -> None:
        self.scripts = scripts
        self.left = {name: {what: list(each) for what, each in one.faults.items()} for name, one in scripts.items()}
        self.times: list[tuple[float, str, str]] = []
        self._one_at_a_time = threading.Lock()
        self._numbers = itertools.count(1)
        super().__init__()
        self.token = "asked for first"
        self.results = {"energy": 1.5, "more": {"steps": [1, 2]}}

    def fault(self, seen: Any) -> Any:
        with self._one_at_a_time:
            name, what = self._about(seen)
            self.times.append((time.monotonic(), name, what))
            steps = self.left.get(name, {}).get(what)
            step = steps.pop(0) if steps else super().fault(seen)
            if callable(step):
                step(self, seen)
                return None
            return step

    def answer(self, seen: Any) -> Any:
        with self._one_at_a_time:
            _, what = self._about(seen)
            seen.path = seen.path.removeprefix("/v2/projects/blue")
            if what == "cancel":
                job = self.job(seen)
                self.cancelled.append(job["body"]["name"])
                job["states"] = ["cancelled"]
                return 202, {}, {}
            code, headers, content = super().answer(seen)
            if isinstance(content, dict) and "status" in content:
                content["state"] = content.pop("status")
            return code, headers, content

    def job(self, seen: Any) -> Any:
        """The job that a request is about, or None."""
        return next((self.jobs[each] for each in seen.path.split("/") if each in self.jobs), None)

    def _about(self, seen: Any) -> tuple[str, str]:
        """The name of the simulation that a request is about, and what it wants."""
        if seen.method == "POST" and seen.path.endswith("/simulations"):
            return seen.body["name"], "create"
        job, last = self.job(seen), seen.path.rpartition("/")[2]
        return (job["body"]["name"], "read" if last in self.jobs else last) if job else ("", last)

    def _make(self, id: str, body: Any) -> str:
        states = self.scripts[body["name"]].states
        self.states = list(states[min(len(self.named(body["name"])), len(states) - 1)])
        made: str = super()._make(f"j{next(self._numbers)}", body)
        return made

    def forget(self, seen: Any) -> None:
        """Has the job that a request is about be no more."""
        for id in [id for id, job in self.jobs.items() if job is self.job(seen)]:
            del self.jobs[id]

    def named(self, name: str) -> list[Any]:
        """The jobs of a name, in the order in which they were made."""
        return [job for job in self.jobs.values() if job["body"]["name"] == name]

    def at(self, name: str, what: str) -> list[float]:
        """When there were requests about simulations of a name that wanted that."""
        return [time for time, *about in self.times if about == [name, what]]

    def going_on(self) -> set[str]:
        """The names of jobs that have not ended."""
        return {job["body"]["name"] for job in self.jobs.values() if job["states"][0] not in ENDS}

    def ends(self, name: str) -> list[str]:
        """The states that the jobs of a name are in."""
        return [job["states"][0] for job in self.named(name)]


def start(scripts: Mapping[str, Script] = SCRIPTS) -> Simulator:
    """Serves until its ``stop``. Requests may be made to fail: ``fail("POST", "/v2/...", http.LOST)``."""
    return Simulator(scripts)


def settings(service: Simulator, folder: Path, **more: Any) -> dict[str, Any]:
    """The connector's settings for the service. Its credentials are put into a folder."""
    for secret in ("client_id", "client_secret"):
        (folder / f"simulation_{secret}").write_text("of the connector")
    kind = {"base-url": f"{service.url}/v2", "token-url": "/token", "secrets-folder": str(folder), **more}
    return {"plugins": {"simulation": kind}}
