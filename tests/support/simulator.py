"""The service that tests/openapi/simulations.yaml describes: the one of the rendered tests, with the document's paths and states."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import Any

DOCUMENT = str(Path(__file__).parents[1] / "openapi/simulations.yaml")
# The states of a simulation, by its name.
STATES = {
    "succeeds": ["queued", "running", "succeeded"],
    "loses": ["running", "succeeded"],
    "fails": ["running", "failed"],
    "waits": ["running"],
}


def start(repository: Path) -> Any:
    """Serves until its ``stop``. Requests may be made to fail: ``fail("POST", "/v2/...", service.http.LOST)``."""
    spec = importlib.util.spec_from_file_location(
        "http_service", repository / "connector/tests/service/http_service.py"
    )
    assert spec and spec.loader
    http = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(http)

    class Simulator(http.HttpService):
        def answer(self, seen: Any) -> Any:
            seen.path = seen.path.removeprefix("/v2/projects/blue")
            if seen.path.endswith("/cancel"):
                (job,) = (self.jobs[each] for each in seen.path.split("/") if each in self.jobs)
                self.cancelled.append(job["body"]["name"])
                job["states"] = ["cancelled"]
                return 202, {}, {}
            if seen.method == "POST" and seen.path == "/simulations":
                self.states = STATES[seen.body["name"]]
            code, headers, content = super().answer(seen)
            if isinstance(content, dict) and "status" in content:
                content["state"] = content.pop("status")
            return code, headers, content

        def named(self, name: str) -> list[Any]:
            return [job for job in self.jobs.values() if job["body"]["name"] == name]

    made = Simulator()
    made.http = http  # type: ignore[attr-defined]
    made.token = "asked for first"
    made.results = {"energy": 1.5, "more": {"steps": [1, 2]}}
    return made


def settings(service: Any, folder: Path) -> dict[str, Any]:
    """The connector's settings for the service. Its credentials are put into a folder."""
    for secret in ("client_id", "client_secret"):
        (folder / f"simulation_{secret}").write_text("of the connector")
    kind = {"base-url": f"{service.url}/v2", "token-url": "/token", "secrets-folder": str(folder)}
    return {"plugins": {"simulation": kind}}
