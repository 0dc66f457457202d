"""The gRPC services of Flyte that propeller talks to, each as a process whose log says what it was told."""

from __future__ import annotations

from pathlib import Path

from .kubernetes import Object
from .logs import json_lines
from .processes import Process, free_port, is_listening

HERE = Path(__file__).parent


class Service:
    """Serves from construction to :meth:`stop`. What it was told, and its output, are kept in ``folder``."""

    def __init__(self, name: str, python: Path, folder: Path, *arguments: str) -> None:
        """``name`` is that of a module beside this one, ``<name>_service``; ``python`` has flytekit."""
        self._name = name
        self._folder = folder
        self._log = folder / f"{name}.jsonl"
        self._log.touch()
        self._port = free_port()
        self.endpoint = f"dns:///127.0.0.1:{self._port}"
        self._command = [python, HERE / f"{name}_service.py", str(self._port), self._log, *arguments]
        self.start()

    def start(self) -> None:
        """Starts it (again), with all that it was told before."""
        self._process = Process(f"{self._name} service", self._command, self._folder / f"{self._name}.log")
        self._process.wait_until(lambda: is_listening(self._port), 30)

    def stop(self) -> None:
        self._process.stop()

    def requests(self, call: str, answer: str = "OK") -> list[Object]:
        return [each["request"] for each in json_lines(self._log) if (each["call"], each["answer"]) == (call, answer)]


class Catalog(Service):
    """A DataCatalog: outputs of tasks that are cached."""

    def __init__(self, python: Path, folder: Path) -> None:
        super().__init__("catalog", python, folder)

    @property
    def settings(self) -> Object:
        """What propeller's configuration says of it."""
        return {"catalog-cache": {"type": "datacatalog", "endpoint": self.endpoint, "insecure": True}}
