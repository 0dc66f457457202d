"""A real S3 server on the loopback interface: moto's, in a process of its own."""

from __future__ import annotations

from pathlib import Path

import requests

from .processes import Process, free_port, is_listening

BUCKET = "flyte"
ACCESS_KEY = "flyte"
SECRET_KEY = "flyte-secret"


class ObjectStore:
    """Holds one empty bucket from construction to :meth:`stop`; nothing is kept."""

    def __init__(self, python: Path, folder: Path) -> None:
        """``python`` is an interpreter with moto."""
        port = free_port()
        self.endpoint = f"http://127.0.0.1:{port}"
        self._process = Process(
            "moto", [python, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)], folder / "s3.log"
        )
        self._process.wait_until(lambda: is_listening(port), 60)
        with requests.Session() as session:
            session.trust_env = False
            session.put(f"{self.endpoint}/{BUCKET}", timeout=30).raise_for_status()

    @property
    def environment(self) -> dict[str, str]:
        """What flytekit needs to know of it."""
        return {
            "FLYTE_AWS_ENDPOINT": self.endpoint,
            "FLYTE_AWS_ACCESS_KEY_ID": ACCESS_KEY,
            "FLYTE_AWS_SECRET_ACCESS_KEY": SECRET_KEY,
        }

    def stop(self) -> None:
        self._process.stop(grace=1)
