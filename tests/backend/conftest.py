"""Fixtures of the real back end. What takes long is there once per session; a scenario has its own namespace,
propeller, operator and folder of logs: build/backend/<test>/.
"""

from __future__ import annotations

import functools
import os
import re
import shutil
import signal
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack
from pathlib import Path
from typing import Any

import pytest

from flyte_plugin_scaffold.model import Plugin
from tests.support import documents, kinds, toolchain
from tools import venv

from . import decorated_pods, tools
from .api_server import ApiServer, user_name
from .backend import OPERATOR, PROPELLER, STOCK_PROPELLER, USER, Backend, Rendered, ensure_namespace
from .connector import CONNECTOR
from .console import Console
from .kubelet import Kubelet
from .kubernetes import Api, Object
from .object_store import ObjectStore
from .propeller import Propeller, merged
from .sdk import Sdk
from .services import Catalog
from .simulated_operator import Behaviour, SimulatedOperator

HERE = Path(__file__).parent
LOGS = Path(os.environ.get("BUILD") or toolchain.ROOT / "build") / "backend"
# What an account of its own may do to run flytepropeller; the rest of the rendered manifests needs controllers.
RBAC_KINDS = ("ServiceAccount", "ClusterRole", "ClusterRoleBinding", "Role", "RoleBinding")


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
    folder = LOGS / "servers"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder


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
def deploy(
    repository: Callable,
    api_server: ApiServer,
    go: str,
    shown: Callable,
    server_logs: Path,
    tmp_path_factory: pytest.TempPathFactory,
) -> Callable[[str], Rendered]:
    """``deploy("example")``: one of tests/support/kinds.py, built, with its CRD and its RBAC on the API server."""
    temporary = tmp_path_factory.mktemp("sdk")

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
        for each in _rbac(repo):
            api.apply(each)
        for plugin in repo.plugins.values():
            api_server.install_crd(documents.load((repo.path / "crd" / f"{plugin.crd.plural}.yaml").read_text()))
            for each in rights_of_others(plugin):
                api.apply(each)
        return repo, kubectl_flyte

    @functools.lru_cache(maxsize=None)
    def one(kind: str) -> Rendered:
        repo, kubectl_flyte = built(kinds.home(kind))
        plugin = repo.plugins[kind]
        return Rendered(
            plugin=plugin,
            plugins=repo.plugins,
            path=repo.path,
            propeller=repo.path / "bin" / "flytepropeller",
            kubectl_flyte=kubectl_flyte,
            sdk=Sdk(
                venv.python_of(repo.sdk),
                (repo.path / f"flytekit-{plugin.names.project}", repo.path / "demo", HERE / "workflows"),
                plugin.names.name,
                temporary,
                server_logs / f"flytekit-{plugin.names.name}.log",
            ),
        )

    return one


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
    folder = LOGS / name
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder


@pytest.fixture
def catalog(rendered_plugin: Rendered, folder: Path) -> Iterator[Catalog]:
    """Keeps the outputs of cached tasks, for a propeller whose ``propeller_settings`` are the catalog's."""
    one = Catalog(rendered_plugin.sdk.python, folder)
    yield one
    one.stop()


@pytest.fixture
def backend(
    folder: Path,
    api_server: ApiServer,
    object_store: ObjectStore,
    rendered_plugin: Rendered,
    behaviour: Behaviour,
    propeller_config: dict[str, Any],
    propeller_settings: dict[str, Any],
    plugin_settings: dict[str, Any],
    keeps_news: bool,
    warm: bool,
) -> Iterator[Backend]:
    api, name = api_server.api(), folder.name
    ensure_namespace(api, name)
    with ExitStack() as left:
        console = Console(rendered_plugin.sdk.python, folder)
        left.callback(console.stop)
        operator = SimulatedOperator(
            api_server.api(OPERATOR),
            rendered_plugin.plugin,
            name,
            rendered_plugin.sdk.environment,
            folder,
            console,
            behaviour,
            rendered_plugin.sdk.warm if warm else None,
        )
        left.callback(operator.stop)
        propeller = Propeller(
            rendered_plugin.propeller,
            propeller_config,
            api_server.kubeconfig(folder / "propeller.kubeconfig", PROPELLER),
            object_store,
            console.endpoint,
            folder,
            merged(propeller_settings, {"plugins": {rendered_plugin.plugin.names.task_type: plugin_settings}}),
        )
        left.callback(propeller.stop)
        made = Backend(
            server=api_server,
            api=api,
            user_kubeconfig=api_server.kubeconfig(folder / "user.kubeconfig", USER),
            kubectl_flyte=rendered_plugin.kubectl_flyte,
            store=object_store,
            sdk=rendered_plugin.sdk,
            console=console,
            propeller=propeller,
            operator=operator,
            namespace=name,
            folder=folder,
        )
        left.callback(made.keep)
        yield made
    made.clean_up()
    lost = console.lost_news() if keeps_news else []
    assert not lost, f"the console never showed {lost}: a version did not rise"
    assert not operator.problems, "the operator found wrong pods:\n" + "\n".join(operator.problems)


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


def _rbac(repo) -> list[Object]:
    found = [each for each in repo.overlay("kustomize/propeller") if each["kind"] in RBAC_KINDS]
    accounts = [each["metadata"] for each in found if each["kind"] == "ServiceAccount"]
    assert PROPELLER in [f"{each['namespace']}:{each['name']}" for each in accounts]
    return found


def rights_of_others(plugin: Plugin) -> Iterator[Object]:
    """Roles of the two accounts that are no part of what is tested: the operator's, and the user's who runs things."""
    crd = plugin.crd
    rules = {
        OPERATOR: [
            {"apiGroups": [crd.group], "resources": [crd.plural], "verbs": ["get", "list", "watch", "patch"]},
            {"apiGroups": [crd.group], "resources": [f"{crd.plural}/status"], "verbs": ["patch"]},
            {"apiGroups": ["", "apps"], "resources": ["pods", "deployments"], "verbs": ["create"]},
            {"apiGroups": [""], "resources": ["pods/status"], "verbs": ["patch"]},
        ],
        USER: [{"apiGroups": ["flyte.lyft.com"], "resources": ["flyteworkflows"], "verbs": ["create"]}],
    }
    for account, granted in rules.items():
        name = f"{account.replace(':', '-')}-{crd.plural}"
        group = "rbac.authorization.k8s.io"
        head = {"apiVersion": f"{group}/v1", "metadata": {"name": name}}
        yield {**head, "kind": "ClusterRole", "rules": granted}
        yield {
            **head,
            "kind": "ClusterRoleBinding",
            "roleRef": {"apiGroup": group, "kind": "ClusterRole", "name": name},
            "subjects": [{"apiGroup": group, "kind": "User", "name": user_name(account)}],
        }
