"""Fixtures of the real back end. What takes long is there once per session; a scenario has its own namespace,
propeller, operator and folder of logs: build/backend/<test>/.
"""

from __future__ import annotations

import os
import re
import shutil
import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import yaml

from flyte_plugin_scaffold import plugin as derivation
from flyte_plugin_scaffold.model import Plugin
from tests.support import toolchain
from tools import venv

from . import tools
from .api_server import ApiServer, user_name
from .backend import Backend, Rendered, create_namespace
from .kubernetes import Api, Object
from .object_store import ObjectStore
from .propeller import Propeller
from .sdk import Sdk
from .simulated_operator import Behaviour, SimulatedOperator

HERE = Path(__file__).parent
LOGS = Path(os.environ.get("BUILD") or toolchain.ROOT / "build") / "backend"
OPERATOR = "operators:operator"
USER = "users:user"
# What an account of its own may do to run flytepropeller; the rest of the rendered manifests needs controllers.
RBAC_KINDS = ("ServiceAccount", "ClusterRole", "ClusterRoleBinding", "Role", "RoleBinding")


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
def manifests(repository: Callable) -> list[Object]:
    """The RBAC of the example's rendered kustomize overlay for a propeller by itself."""
    return _rbac(repository("example"))


@pytest.fixture(scope="session")
def api_server(go: str, server_logs: Path, manifests: list[Object]) -> Iterator[ApiServer]:
    server = ApiServer(tools.servers(go), server_logs, [_account(manifests), OPERATOR, USER])
    yield server
    server.stop()


@pytest.fixture(scope="session")
def object_store(server_logs: Path) -> Iterator[ObjectStore]:
    python = venv.ensure(toolchain.CACHE / "servers", ["-r", str(toolchain.ROOT / "requirements" / "servers.txt")])
    store = ObjectStore(python, server_logs)
    yield store
    store.stop()


@pytest.fixture(scope="session")
def example(repository: Callable, api_server: ApiServer, manifests: list[Object], go: str) -> Rendered:
    """The example, built, with its CRD and its RBAC on the API server."""
    repo = repository("example")
    repo.make("propeller", TAGS="nospark")
    repo.make("venv")
    recorded = yaml.safe_load((repo.path / ".flyte-plugin.yaml").read_text())
    plugin = derivation.build(recorded["answers"], str(repo.path))
    api_server.install_crd(yaml.safe_load((repo.path / "crd" / f"{plugin.crd.plural}.yaml").read_text()))
    api = api_server.api()
    for namespace in {each["metadata"]["namespace"] for each in manifests if "namespace" in each["metadata"]}:
        create_namespace(api, namespace)
    for each in [*manifests, *_rights_of_others(plugin)]:
        api.apply(each)
    return Rendered(
        plugin=plugin,
        path=repo.path,
        account=_account(manifests),
        propeller=repo.path / "bin" / "flytepropeller",
        kubectl_flyte=tools.kubectl_flyte(repo.path, go),
        sdk=Sdk(
            venv.python_of(repo.sdk),
            (repo.path / f"flytekit-{plugin.names.name}", HERE / "workflows"),
        ),
    )


@pytest.fixture
def behaviour() -> Behaviour:
    """How the operator behaves; a scenario overrides it with ``@pytest.mark.parametrize("behaviour", [...])``."""
    return Behaviour()


@pytest.fixture
def backend(
    request: pytest.FixtureRequest,
    api_server: ApiServer,
    object_store: ObjectStore,
    example: Rendered,
    behaviour: Behaviour,
) -> Iterator[Backend]:
    name = re.sub(r"[^a-z0-9]+", "-", request.node.name.lower()).strip("-")[:60].rstrip("-")
    folder = LOGS / name
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    api = api_server.api()
    create_namespace(api, name)
    operator = SimulatedOperator(
        api_server.api(OPERATOR), example.plugin, name, example.sdk.environment, folder, behaviour
    )
    propeller = Propeller(
        example.propeller,
        example.path / "flytepropeller" / "config.yaml",
        api_server.kubeconfig(folder / "propeller.kubeconfig", example.account),
        object_store,
        folder,
    )
    made = Backend(
        api=api,
        user_kubeconfig=api_server.kubeconfig(folder / "user.kubeconfig", USER),
        kubectl_flyte=example.kubectl_flyte,
        store=object_store,
        sdk=example.sdk,
        propeller=propeller,
        operator=operator,
        namespace=name,
        folder=folder,
    )
    yield made
    made.keep()
    operator.stop()
    propeller.stop()
    made.clean_up()
    assert not operator.problems, "the operator found wrong pods:\n" + "\n".join(operator.problems)


@pytest.fixture
def propeller_api(api_server: ApiServer, example: Rendered) -> Api:
    """The API as propeller's own account may use it."""
    return api_server.api(example.account)


def _rbac(repo) -> list[Object]:
    version = re.search(r"kustomize/v5@(\S+)", (repo.path / "Makefile").read_text())
    assert version, "the rendered Makefile does not pin kustomize"
    program = f"sigs.k8s.io/kustomize/kustomize/v5@{version[1].rstrip(')')}"
    out = repo.run("go", "run", program, "build", "kustomize/propeller", "-o", "build/propeller.yaml")
    built = repo.path / "build" / "propeller.yaml"
    assert built.exists(), out
    return [each for each in yaml.safe_load_all(built.read_text()) if each["kind"] in RBAC_KINDS]


def _account(manifests: list[Object]) -> str:
    (account,) = (each["metadata"] for each in manifests if each["kind"] == "ServiceAccount")
    return f"{account['namespace']}:{account['name']}"


def _rights_of_others(plugin: Plugin) -> Iterator[Object]:
    """Roles of the two accounts that are no part of what is tested: the operator's, and the user's who runs things."""
    crd = plugin.crd
    rules = {
        OPERATOR: [
            {"apiGroups": [crd.group], "resources": [crd.plural], "verbs": ["get", "list", "watch", "patch"]},
            {"apiGroups": [crd.group], "resources": [f"{crd.plural}/status"], "verbs": ["patch"]},
            {"apiGroups": ["", "apps"], "resources": ["pods", "deployments"], "verbs": ["create"]},
        ],
        USER: [{"apiGroups": ["flyte.lyft.com"], "resources": ["flyteworkflows"], "verbs": ["create"]}],
    }
    for account, granted in rules.items():
        name = account.replace(":", "-")
        group = "rbac.authorization.k8s.io"
        head = {"apiVersion": f"{group}/v1", "metadata": {"name": name}}
        yield {**head, "kind": "ClusterRole", "rules": granted}
        yield {
            **head,
            "kind": "ClusterRoleBinding",
            "roleRef": {"apiGroup": group, "kind": "ClusterRole", "name": name},
            "subjects": [{"apiGroup": group, "kind": "User", "name": user_name(account)}],
        }
