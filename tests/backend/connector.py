"""Rendered connectors as Flyte's charts start them: flytekit's server, which finds what it serves by the entry points of what is installed."""

from __future__ import annotations

import json
import os
import re
import socket
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import urlsplit

from tests.support import documents

from .api_server import ApiServer
from .backend import Rendered
from .kubernetes import Object
from .processes import Process, free_port, is_listening
from .propeller import merged
from .services import Service

# The rendered ServiceAccount of the example's connector.
CONNECTOR = "flyte:solverjob-connector"
# Seconds between two requests to a connector: the least that propeller allows.
POLL = 5
_INTERVALS = {"pollInterval": "1s", "webApi": {"caching": {"resyncInterval": f"{POLL}s"}}}
POLLING = {"plugins": {"connector-service": _INTERVALS}}


class Connector:
    """Runs from :meth:`start` to :meth:`stop`. What it prints is kept in ``folder``."""

    def __init__(
        self,
        python: Path,
        repository: Path,
        project: str,
        kubeconfig: Path,
        folder: Path,
        settings: str = "",
        storage: Mapping[str, str] | None = None,
    ) -> None:
        """``python`` has flytekit, ``settings`` are the text of the administrator's, and ``storage`` leads to an object store."""
        self.log = folder / "connector.log"
        self.port = free_port()
        self._metrics = free_port()
        self._command = [
            python.parent / "pyflyte",
            "serve",
            "agent",
            "--port",
            self.port,
            "--prometheus_port",
            self._metrics,
        ]
        installed = folder / "installed"
        installed.mkdir(parents=True, exist_ok=True)
        _install(repository / "connector", installed)
        (folder / "settings.yaml").write_text(settings)
        self._env = {
            "PATH": os.pathsep.join([str(python.parent), os.defpath]),
            "PYTHONPATH": os.pathsep.join(
                map(str, (installed, repository / "connector", repository / f"flytekit-{project}"))
            ),
            "PYTHONDONTWRITEBYTECODE": "1",
            # As in its image.
            "FLYTE_SDK_LOGGING_LEVEL": "20",
            "FLYTE_SDK_RICH_TRACEBACKS": "0",
            "HOME": str(folder),
            "KUBECONFIG": str(kubeconfig),
            "FLYTE_CONNECTOR_SETTINGS": str(folder / "settings.yaml"),
            **(storage or {}),
        }
        self._process: Process | None = None

    @property
    def group(self) -> int:
        """The id of the process group of what runs now."""
        assert self._process
        return self._process.group

    def start(self, wait: bool = True) -> None:
        """Starts it (again)."""
        self._process = Process("connector", list(map(str, self._command)), self.log, env=self._env)
        if wait:
            self.wait()

    def wait(self) -> None:
        """Waits until it serves."""
        assert self._process is not None
        self._process.wait_until(lambda: is_listening(self.port), 60)

    def kill(self) -> None:
        """Ends it at once, as a lost node does."""
        if self._process:
            self._process.kill()

    stop = kill


class Replicas:
    """Connectors that stand for each other, as the pods of the rendered deployment, behind one address."""

    def __init__(self, connectors: Sequence[Connector], python: Path, folder: Path) -> None:
        self.each = connectors
        self._balancer = Service("balancer", python, folder, *(f"127.0.0.1:{each.port}" for each in connectors))
        self.endpoint = self._balancer.endpoint
        self._log = folder / "balancer.jsonl"
        self._balancer.stop()

    def start(self) -> None:
        """Starts all of them (again)."""
        for each in self.each:
            each.start(wait=False)
        for each in self.each:
            each.wait()
        self._balancer.start()

    def kill(self) -> None:
        """Ends all that run."""
        self._balancer.stop()
        for each in self.each:
            each.kill()

    stop = kill

    def answered(self) -> list[Object]:
        """What was asked, and the numbers of the connectors that have answered: ``{"call": "GetTask", "servers": [0]}``."""
        return [json.loads(line) for line in self._log.read_text().splitlines()]


def config_of_charts(rendered: Rendered, endpoint: str) -> Object:
    """What the rendered values add to the configuration of a chart's propeller, with the address of a process here."""
    values = documents.load((rendered.path / "kustomize/connector/values/flyte-binary.yaml").read_text())
    inline = values["configuration"]["inline"]
    service = inline["plugins"]["connector-service"]
    for each in [service.get("defaultConnector"), *service.get("connectors", {}).values()]:
        if each:
            each["endpoint"] = endpoint
    container = {"container": "container", "sidecar": "sidecar", "container_array": "k8s-array"}
    task_plugins = {
        "enabled-plugins": rendered.plugin.versions["chart_plugins"].split(","),
        "default-for-task-types": container,
    }
    return merged({"tasks": {"task-plugins": task_plugins}}, inline)


def _install(project: Path, into: Path) -> None:
    """Writes of a distribution what pip would write of it, for those who look for its entry points."""
    text = (project / "pyproject.toml").read_text()
    name = re.search(r'^name = "(.*)"$', text, re.M)
    groups = re.findall(r'^\[project\.entry-points\."(.*)"\]\n((?:\w.*\n)+)', text, re.M)
    assert name and groups, f"{project / 'pyproject.toml'} has no name, or no entry points"
    folder = into / f"{name[1].replace('-', '_')}-0.1.0.dist-info"
    folder.mkdir(exist_ok=True)
    (folder / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name[1]}\nVersion: 0.1.0\n")
    (folder / "entry_points.txt").write_text(
        "".join(f"[{group}]\n{lines.replace(chr(34), '')}\n" for group, lines in groups)
    )


class Road:
    """The way from one process to the API server, which can be cut. What goes over it is not looked at."""

    def __init__(self, server: ApiServer) -> None:
        self._server = urlsplit(server.url)
        self.port = free_port()
        self._open: list[socket.socket] = []
        self._listener: socket.socket | None = None
        self.mend()

    def kubeconfig(self, server: ApiServer, file: Path, account: str) -> Path:
        """The kubeconfig of an account that goes this way."""
        text = server.kubeconfig(file, account).read_text()
        file.write_text(text.replace(server.url, f"https://127.0.0.1:{self.port}"))
        return file

    def mend(self) -> None:
        self._listener = socket.create_server(("127.0.0.1", self.port))
        threading.Thread(target=self._accept, args=(self._listener,), daemon=True).start()

    @contextmanager
    def closed(self) -> Iterator[None]:
        self.cut()
        try:
            yield
        finally:
            self.mend()

    def cut(self) -> None:
        """Ends all connections; new ones are refused."""
        if self._listener:
            with suppress(OSError):
                self._listener.shutdown(socket.SHUT_RDWR)
            self._listener.close()
            self._listener = None
        for each in self._open:
            _close(each)
        self._open.clear()

    stop = cut

    def _accept(self, listener: socket.socket) -> None:
        while True:
            try:
                near, _ = listener.accept()
                far = socket.create_connection((self._server.hostname, self._server.port))
            except OSError:
                return
            self._open += [near, far]
            for pair in ((near, far), (far, near)):
                threading.Thread(target=_carry, args=pair, daemon=True).start()


def _carry(source: socket.socket, target: socket.socket) -> None:
    with suppress(OSError):
        while data := source.recv(65536):
            target.sendall(data)
    _close(source)
    _close(target)


def _close(one: socket.socket) -> None:
    with suppress(OSError):
        one.shutdown(socket.SHUT_RDWR)
    one.close()
