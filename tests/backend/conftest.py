"""Fixtures of the real back end. What takes long is there once per session; a scenario has its own namespace,
propeller, operator and folder of logs: build/backend/<test>/.
"""

from __future__ import annotations

import functools
import re
import signal
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import pytest

from tests.support import documents, kinds, toolchain
from tools import venv

from . import decorated_pods, tools
from .api_server import ApiServer
from .backend import OPERATOR, PROPELLER, STOCK_PROPELLER, USER, Backend, Rendered, ensure_namespace, kept
from .connector import CONNECTOR
from .kubelet import Kubelet
from .kubernetes import Api
from .object_store import ObjectStore
from .propeller import merged
from .rights import rights_of_others, rights_of_propeller, rights_of_stock_propeller
from .sdk import Sdk
from .services import Catalog
from .simulated_operator import Behaviour
from .stage import Stage

HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Load comes last: nothing else is to be waited for while the machine is full."""
    items.sort(key=lambda item: item.path.name == "test_load.py")


@pytest.fixture(scope="session", autouse=True)
def _end_on_sigterm() -> Iterator[None]:
    """Fixtures are torn down when CI ends the run, as they are on Ctrl-C."""

    def interrupt(number: int, frame: object) -> None:
        raise KeyboardInterrupt("SIGTERM")

    before = signal.signal(signal.SIGTERM, interrupt)
    yield
    signal.signal(signal.SIGTERM, before)


@pytest.fixture(scope="session")
def server_logs() -> Path:
    return kept("servers")


@pytest.fixture(scope="session")
def shown(request: pytest.FixtureRequest) -> Callable[[], AbstractContextManager[None]]:
    """``with shown():`` lets what takes minutes the first time tell how far it is."""
    return request.config.pluginmanager.getplugin("capturemanager").global_and_fixture_disabled


@pytest.fixture(scope="session")
def api_server(go: str, server_logs: Path, shown: Callable) -> Iterator[ApiServer]:
    with shown():
        servers = tools.servers(go)
    server = ApiServer(servers, server_logs, [PROPELLER, STOCK_PROPELLER, CONNECTOR, OPERATOR, USER])
    yield server
    server.stop()


@pytest.fixture(scope="session")
def object_store(server_logs: Path, shown: Callable) -> Iterator[ObjectStore]:
    requirements = toolchain.ROOT / "requirements" / "servers.txt"
    with shown():
        python = venv.ensure(toolchain.CACHE / "servers", ["-r", str(requirements)])
    store = ObjectStore(python, server_logs)
    yield store
    store.stop()


@pytest.fixture(scope="session")
def users_of(server_logs: Path, tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Rendered]:
    """``users_of(repo, kind, propeller, kubectl_flyte)``: with the SDK as users have it, and what else they can import."""
    temporary = tmp_path_factory.mktemp("sdk")

    def one(repo: Any, kind: str, propeller: Path, kubectl_flyte: Path, *more: Path) -> Rendered:
        plugin = repo.plugins[kind]
        names = plugin.names
        path = (repo.path / f"flytekit-{names.project}", repo.path / "demo", HERE / "workflows", *more)
        log = server_logs / f"flytekit-{repo.path.name}-{names.name}.log"
        sdk = Sdk(venv.python_of(repo.sdk), path, names.name, temporary, log)
        return Rendered(plugin, repo.plugins, repo.path, propeller, kubectl_flyte, sdk)

    return one


@pytest.fixture(scope="session")
def deploy(
    repository: Callable, api_server: ApiServer, go: str, shown: Callable, users_of: Callable[..., Rendered]
) -> Callable[[str], Rendered]:
    """``deploy("example")``: one of tests/support/kinds.py, built, with its CRD and its RBAC on the API server."""

    @functools.lru_cache(maxsize=None)
    def built(home: str):
        repo = repository(home)
        with shown():
            tools.say(f"Building the propeller of {home} (minutes when nothing is cached) ...")
            repo.make("propeller", TAGS="nospark")
            repo.make("venv")
            kubectl_flyte = tools.kubectl_flyte(repo.path, go)
        api = api_server.api()
        ensure_namespace(api, PROPELLER.split(":")[0])
        for each in rights_of_propeller(repo):
            api.apply(each)
        for plugin in repo.plugins.values():
            api_server.install_crd(documents.load((repo.path / "crd" / f"{plugin.crd.plural}.yaml").read_text()))
            for each in rights_of_others(plugin):
                api.apply(each)
        return repo, kubectl_flyte

    @functools.lru_cache(maxsize=None)
    def one(kind: str) -> Rendered:
        repo, kubectl_flyte = built(kinds.home(kind))
        return users_of(repo, kind, repo.path / "bin" / "flytepropeller", kubectl_flyte)

    return one


@pytest.fixture(scope="session")
def stock(
    repository: Callable, api_server: ApiServer, go: str, users_of: Callable[..., Rendered]
) -> Callable[..., Rendered]:
    """``stock(repo)``: a repository without a propeller, with Flyte's own, and what else its users can import."""

    def one(repo: Any, *more: Path) -> Rendered:
        other = repository("example")  # has Go, and what is pinned for it
        repo.make("venv")
        api = api_server.api()
        ensure_namespace(api, STOCK_PROPELLER.split(":")[0])
        for each in [*rights_of_stock_propeller(other), *rights_of_others(other.plugins["example"])]:
            api.apply(each)
        propeller, kubectl_flyte = tools.stock_propeller(other.path, go), tools.kubectl_flyte(other.path, go)
        return users_of(repo, "example", propeller, kubectl_flyte, *more)

    return one


@pytest.fixture(scope="session")
def stage(api_server: ApiServer, object_store: ObjectStore) -> Callable[..., Stage]:
    """``with stage(rendered, folder) as there``."""
    return functools.partial(Stage, api_server, object_store)


@pytest.fixture(scope="session")
def decorator(rendered: Callable[..., Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The SDK of a rendered decorator."""
    return decorated_pods.sdk(rendered, tmp_path_factory.mktemp("decorator"))


@pytest.fixture
def plugin_kind() -> str:
    """The kind whose plugin a scenario runs; ``@pytest.mark.parametrize("plugin_kind", [...])`` overrides it."""
    return "example"


@pytest.fixture
def rendered_plugin(deploy: Callable[[str], Rendered], plugin_kind: str) -> Rendered:
    return deploy(plugin_kind)


@pytest.fixture
def behaviour() -> Behaviour:
    """How the operator behaves; a scenario overrides it with ``@pytest.mark.parametrize("behaviour", [...])``."""
    return Behaviour()


@pytest.fixture
def propeller_settings() -> dict[str, Any]:
    """Configuration of propeller on top of the rendered one; a scenario overrides it as it does ``behaviour``."""
    return {}


@pytest.fixture
def plugin_settings() -> dict[str, Any]:
    """The same for the plugin's own section."""
    return {}


@pytest.fixture
def propeller_config(rendered_plugin: Rendered) -> dict[str, Any]:
    """The rendered configuration."""
    return documents.load((rendered_plugin.path / "kustomize" / "propeller" / "config.yaml").read_text())


@pytest.fixture
def keeps_news() -> bool:
    """Whether every reason of the plugin must reach the console; Flyte's own plugins lose some."""
    return True


@pytest.fixture
def warm() -> bool:
    """Whether the users' commands are forked from a Python that has flytekit, and not started as pods start them."""
    return True


@pytest.fixture
def folder(request: pytest.FixtureRequest) -> Path:
    """Where a scenario's logs are kept; its name is that of the scenario's namespace."""
    name = re.sub(r"[^a-z0-9]+", "-", request.node.name.lower()).strip("-")[:60].rstrip("-")
    return kept(name)


@pytest.fixture
def catalog(rendered_plugin: Rendered, folder: Path) -> Iterator[Catalog]:
    """Keeps the outputs of cached tasks, for a propeller whose ``propeller_settings`` are the catalog's."""
    one = Catalog(rendered_plugin.sdk.python, folder)
    yield one
    one.stop()


@pytest.fixture
def backend(
    stage: Callable[..., Stage],
    folder: Path,
    rendered_plugin: Rendered,
    behaviour: Behaviour,
    propeller_config: dict[str, Any],
    propeller_settings: dict[str, Any],
    plugin_settings: dict[str, Any],
    keeps_news: bool,
    warm: bool,
) -> Iterator[Backend]:
    with stage(rendered_plugin, folder) as there:
        there.has_operator(behaviour, warm)
        own = {"plugins": {rendered_plugin.plugin.names.task_type: plugin_settings}}
        yield there.backend(Backend, PROPELLER, propeller_config, merged(propeller_settings, own))
    lost = there.console.lost_news() if keeps_news else []
    assert not lost, f"the console never showed {lost}: a version did not rise"


@pytest.fixture
def kubelet(backend: Backend) -> Iterator[Kubelet]:
    """Runs the pods that Flyte itself creates in the scenario's namespace."""
    one = Kubelet(backend.api, backend.namespace, backend.sdk.environment, backend.folder, backend.sdk.warm)
    yield one
    one.stop()


@pytest.fixture
def propeller_api(api_server: ApiServer) -> Api:
    """The API as propeller's own account may use it."""
    return api_server.api(PROPELLER)
