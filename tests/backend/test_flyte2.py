"""The connector of Flyte 2 as its image has it, on a real API server: installed, served by ``c0``, under the rendered rights alone.

No Flyte 2 runs here: what its executor would ask is asked by gRPC, with what the SDK serializes.
"""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from flyte_plugin_scaffold.model import FLYTE2
from tests.support import documents, rendering

from . import tools
from .api_server import ApiServer
from .backend import ensure_namespace
from .kubernetes import Resource
from .processes import Process, free_port

pytestmark = [pytest.mark.servers, pytest.mark.sdk]

HERE = Path(__file__).parent
NAMESPACE = "default"
KINDS = ("example", "Restore")  # one whose pods run a function, and one without pods


class Asked:
    """A client of the connector, which answers line by line."""

    def __init__(self, command: list[str], env: dict[str, str]) -> None:
        self._process = subprocess.Popen(command, env=env, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.known = self._answer()

    def ask(self, word: str) -> dict[str, Any]:
        assert self._process.stdin
        self._process.stdin.write(f"{word}\n")
        self._process.stdin.flush()
        return self._answer()

    def _answer(self) -> dict[str, Any]:
        assert self._process.stdout
        line = self._process.stdout.readline()
        assert line, "the client has ended"
        return json.loads(line)

    def end(self) -> None:
        self._process.kill()
        self._process.communicate()


def installed(draft: Any, folder: Path, python: Path) -> Path:
    """Renders into a folder, installs SDK and connector as pip does, and returns the place of their packages."""
    rendering.write(rendering.tree(draft), folder)
    rendering.generate_python(folder)
    site = folder / "site"
    install = [str(python), "-m", "pip", "install", "--quiet", "--no-deps", "--target", str(site)]
    install += [*map(str, folder.glob("flyteplugins-*")), str(folder / "connector")]
    run_pip = subprocess.run(install, capture_output=True, text=True)
    assert run_pip.returncode == 0, run_pip.stderr
    return site


@pytest.fixture(scope="module", params=KINDS)
def served(
    request, go: str, flyte2_python: Path, shown: Callable, server_logs: Path, tmp_path_factory
) -> Iterator[Any]:
    """The plugin, the API server and a client of the connector."""
    draft = rendering.draft(request.param, targets="flyte2")
    plugin = draft.project.of_sdk(FLYTE2).kinds[0]
    folder = tmp_path_factory.mktemp("repository")
    site = installed(draft, folder, flyte2_python)
    project = plugin.names.project
    account = f"flyte:{project}-connector"
    logs = server_logs / f"flyte2-{plugin.names.name}"
    with shown():
        servers = tools.servers(go)
    api = ApiServer(servers, logs, [account])
    try:
        ensure_namespace(api.api(), "flyte")
        api.install_crd(documents.load((folder / f"crd/{plugin.crd.plural}.yaml").read_text()))
        for each in documents.load_all((folder / f"kustomize/connector-rbac/{plugin.names.name}.yaml").read_text()):
            api.api().apply(each)
        port = free_port()
        environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(folder),
            "PYTHONPATH": str(site),
            "KUBECONFIG": str(api.kubeconfig(folder / "kubeconfig", account)),
        }
        command = [flyte2_python.with_name("c0"), "--port", str(port), "--prometheus_port", str(free_port())]
        server = Process("c0", command, logs / "c0.log", environment, folder)
        client = [str(flyte2_python), str(HERE / "flyte2_client.py"), str(port), plugin.names.name]
        asked = Asked(client, {**environment, "PYTHONPATH": f"{site}{os.pathsep}{folder / 'demo/flyte2'}"})
        try:
            yield plugin, api, asked
        finally:
            asked.end()
            server.stop(grace=1)
    finally:
        api.stop()


def test_a_task_from_its_beginning_to_its_end(served):
    plugin, api, asked = served
    (known,) = asked.known["connectors"]
    assert known["supportedTaskCategories"] == [{"name": plugin.names.task_type, "version": 1}]

    meta = asked.ask("create")
    assert meta["failure"] == "", meta
    assert asked.ask("create") == meta
    kind = Resource(plugin.crd.group, plugin.crd.version, plugin.crd.plural)
    found = api.api().get(kind, NAMESPACE, meta["name"])
    assert found["metadata"]["labels"]["run"] == "r1"
    if plugin.user_roles:
        assert '"args":["a0",' in json.dumps(found["spec"], separators=(",", ":"))
    assert asked.ask("get")["resource"]["phase"] == "QUEUED"

    asked.ask("delete")
    assert api.api().find(kind, NAMESPACE, meta["name"]) is None
    gone = asked.ask("get")["resource"]
    assert (gone["phase"], "is gone" in gone["message"]) == ("RETRYABLE_FAILED", True)
