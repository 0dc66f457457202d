"""Flyte's own charts with the rendered values: installed by helm on a real API server, and read by the rendered propeller.

The charts are those of the Go module of the Flyte release. No pod runs; what each would find is looked at.
"""

from __future__ import annotations

import copy
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

from flyte_plugin_scaffold.flyte import versions
from tests.support import documents, kinds, simulator

from . import tools
from .api_server import ApiServer
from .backend import Rendered, ensure_namespace
from .kubernetes import Api, ApiError, Object, Resource

pytestmark = [pytest.mark.servers, pytest.mark.go, pytest.mark.sdk]

CORE, BINARY = CHARTS = ("flyte-core", "flyte-binary")
RELEASE = "flyte"
ACCOUNT = "solver"  # the answer service_account
# What a chart writes into propeller's configuration for other parts of Flyte.
OF_OTHERS = {CORE: {"manager"}, BINARY: {"cluster_resources", "database", "flyte"}}
RAY_AND_SPARK = {
    "enabled-plugins": ["container", "sidecar", "spark", "ray"],
    "default-for-task-types": {"spark": "spark"},
}
# Values of somebody who runs other plugins already, and what brings out more of the charts.
CURRENT = {
    CORE: {
        "configmap": {"enabled_plugins": {"tasks": {"task-plugins": RAY_AND_SPARK}}},
        "flyteconnector": {"enabled": False},
        "flytepropeller": {"createCRDs": False, "manager": True},
    },
    BINARY: {
        "configuration": {"inline": {"tasks": {"task-plugins": RAY_AND_SPARK}}},
        "deployment": {"sidecars": [{"name": "proxy", "image": "proxy:v1"}]},
    },
}
# Propeller itself installs the CRD of workflows, in other tests too: helm would take only one of its own.
FRESH = {CORE: {"flytepropeller": {"createCRDs": False}}, BINARY: {"configuration": {"logging": {"level": 2}}}}
SERVICE_ACCOUNTS = Resource("", "v1", "serviceaccounts")
ROLES = Resource("rbac.authorization.k8s.io", "v1", "roles")


@dataclass(frozen=True)
class Helm:
    program: Path
    kubeconfig: Path
    charts: Path

    def __call__(self, *arguments: str | Path) -> str:
        home = {name: str(self.charts / ".helm") for name in ("HELM_CACHE_HOME", "HELM_CONFIG_HOME", "HELM_DATA_HOME")}
        run = subprocess.run(
            [self.program, *arguments],
            env={"PATH": os.environ["PATH"], "HOME": str(self.charts), "KUBECONFIG": str(self.kubeconfig), **home},
            cwd=self.charts,
            capture_output=True,
            text=True,
        )
        assert run.returncode == 0, f"helm {' '.join(map(str, arguments))}: {run.stderr}"
        return run.stdout


@dataclass(frozen=True)
class Release:
    """A chart as it is installed."""

    chart: str
    namespace: str
    objects: list[Object]
    plugin: Rendered
    merged: bool  # by `make values`, with what was there before

    def all(self, *some: str) -> list[Object]:
        return [each for each in self.objects if each["kind"] in some]

    def pod(self, *containers: str) -> Object:
        """The pod template with one of these containers."""
        (found,) = (
            each["spec"]["template"]
            for each in self.all("Deployment")
            if set(containers) & {one["name"] for one in each["spec"]["template"]["spec"]["containers"]}
        )
        return found

    @property
    def propeller(self) -> Object:
        """The pod that propeller is in: of its own chart, or with all of Flyte in one container."""
        return self.pod("flytepropeller", "flytepropeller-manager", "flyte")

    def mounted(self, pod: Object, path: str) -> dict[str, str]:
        """The files at ``path`` of a pod: all that is in the ConfigMaps and Secrets of this release."""
        names = {
            m["name"] for c in pod["spec"]["containers"] for m in c.get("volumeMounts", []) if m["mountPath"] == path
        }
        (volume,) = (each for each in pod["spec"]["volumes"] if each["name"] in names)
        found: dict[str, str] = {}
        for source in volume["projected"]["sources"] if "projected" in volume else [volume]:
            name = source.get("configMap", source.get("secret"))["name"]
            (one,) = (each for each in self.all("ConfigMap", "Secret") if each["metadata"]["name"] == name)
            found.update({**(one.get("data") or {}), **(one.get("stringData") or {})})
        return found

    @property
    def configuration(self) -> dict[str, str]:
        return self.mounted(self.propeller, {CORE: "/etc/flyte/config", BINARY: "/etc/flyte/config.d"}[self.chart])


@pytest.fixture(scope="module")
def plugin(deploy: Callable[[str], Rendered]) -> Rendered:
    return deploy("example")


@pytest.fixture(scope="module")
def with_account(repository: Callable) -> Any:
    """The same plugin, rendered with an account for its pods."""
    return repository("example", options=f"service_account={ACCOUNT}")


@pytest.fixture(scope="module")
def helm(go: str, api_server: ApiServer, shown: Callable, tmp_path_factory: pytest.TempPathFactory) -> Helm:
    module = kinds.module_folder(f"github.com/flyteorg/flyte@{versions.newest()}")
    charts = tmp_path_factory.mktemp("charts")
    for name in (*CHARTS, "flyteconnector"):
        shutil.copytree(module / "charts" / name, charts / name, copy_function=shutil.copyfile)
        for folder, _, _ in os.walk(charts / name):
            os.chmod(folder, 0o755)  # the module cache is read-only
    with shown():
        program = tools.helm(go)
    helm = Helm(program, api_server.kubeconfig(charts / "kubeconfig"), charts)
    for name in CHARTS:
        helm("dependency", "build", name)
    return helm


@pytest.fixture(scope="module", params=[(chart, way) for chart in CHARTS for way in ("fresh", "merged")], ids="-".join)
def release(
    request: pytest.FixtureRequest, helm: Helm, api_server: ApiServer, plugin: Rendered, with_account: Any
) -> Iterator[Release]:
    """Installed as the rendered README says: beside values of one's own, or merged with them by `make values`."""
    chart, way = request.param
    namespace = f"{chart}-{way}"
    ensure_namespace(api_server.api(), namespace)
    own = helm.charts / f"{namespace}.yaml"
    own.write_text(yaml.safe_dump({"fresh": FRESH, "merged": CURRENT}[way][chart]))
    upgrade = ("upgrade", "--install", RELEASE, chart, "-n", namespace)
    try:
        if way == "fresh":
            helm(*upgrade, "-f", own, "-f", plugin.path / f"kustomize/values/{chart}.yaml")
        else:
            helm(*upgrade, "-f", own)
            own.write_text(helm("get", "values", RELEASE, "-n", namespace, "-o", "yaml"))
            with_account.make("cluster_resources")
            with_account.make("values", f"CURRENT={own}", "TEMPLATES=build/cluster-resources")
            helm(*upgrade, "-f", with_account.path / "build/values.yaml")
        objects = [each for each in documents.load_all(helm("get", "manifest", RELEASE, "-n", namespace)) if each]
        yield Release(chart, namespace, objects, plugin, merged=way == "merged")
    finally:
        # Some of its rights are the whole cluster's: other tests find no operator but theirs.
        helm("uninstall", RELEASE, "-n", namespace, "--ignore-not-found")


def _leaves(values: Any, above: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    for key, value in values.items():
        if isinstance(value, dict):
            yield from _leaves(value, (*above, key))
        else:
            yield (*above, key)


@pytest.mark.parametrize("chart", CHARTS)
@pytest.mark.parametrize("target", ["plugin", "connector", "services_connector"])
def test_every_value_is_one_of_the_charts(chart: str, target: str, helm: Helm, request: pytest.FixtureRequest) -> None:
    """Helm silently takes a key that a chart does not know: each of ours changes what is installed."""

    def installed(values: Any) -> list[Object]:
        file = helm.charts / "tried.yaml"
        file.write_text(yaml.safe_dump(values))
        return list(documents.load_all(helm("template", RELEASE, chart, "-f", file)))

    folder = "kustomize/values" if target == "plugin" else "kustomize/connector/values"
    values = documents.load((request.getfixturevalue(target).path / folder / f"{chart}.yaml").read_text())
    everything = installed(values)
    leaves = list(_leaves(values))
    assert len(leaves) >= 4
    for *above, last in leaves:
        less = copy.deepcopy(values)
        place = less
        for key in above:
            place = place[key]
        del place[last]
        assert installed(less) != everything, f"{chart} does not know {'.'.join([*above, last])}"


@pytest.mark.parametrize("chart", CHARTS)
def test_settings_of_the_readme_reach_propeller(chart: str, helm: Helm, plugin: Rendered) -> None:
    """As values of the chart; and the pull secret reaches each account that runs this repository's image."""
    (block,) = re.findall(rf"```yaml\n# {chart}\n(.*?)```", (plugin.path / "README.md").read_text(), re.S)
    settings = helm.charts / "settings.yaml"
    settings.write_text(block)
    ours = plugin.path / f"kustomize/values/{chart}.yaml"
    objects = list(documents.load_all(helm("template", RELEASE, chart, "-f", ours, "-f", settings)))
    texts = [text for each in objects if each and each["kind"] == "ConfigMap" for text in each["data"].values()]
    name = plugin.plugin.names.name
    wanted = {"diagnosis": {"interval": "1m"}}
    assert wanted in [(documents.load(text).get("plugins") or {}).get(name) for text in texts if f"{name}:" in text]
    accounts = {each["metadata"]["name"]: each for each in objects if each and each["kind"] == "ServiceAccount"}
    pods = [each["spec"]["template"]["spec"] for each in objects if each and each["kind"] == "Deployment"]
    running = {pod["serviceAccountName"] for pod in pods if _image(plugin) in str(pod)}
    assert running
    for account in running:
        assert accounts[account]["imagePullSecrets"] == [{"name": "registry"}]


def test_what_is_installed_is_valid(release: Release, api_server: ApiServer) -> None:
    """Helm does not ask for unknown fields."""
    api = api_server.api()
    for each in release.objects:
        if api.resource(each["apiVersion"], each["kind"]).namespaced:
            each = {**each, "metadata": {"namespace": release.namespace, **each["metadata"]}}
        api.apply(each, dry_run=True)


def _image(plugin: Rendered) -> str:
    (one,) = documents.load((plugin.path / "kustomize/propeller/kustomization.yaml").read_text())["images"]
    return f"{one['newName']}:{one['newTag']}"


def test_every_propeller_is_ours(release: Release, plugin: Rendered) -> None:
    """The image of this repository where propeller or its webhook runs, and nowhere else; flyte-binary's own is off."""
    pods = [each["spec"]["template"] for each in release.all("Deployment")]
    pods += [each["template"] for each in release.all("PodTemplate")]
    containers = [each for pod in pods for each in pod["spec"].get("initContainers", []) + pod["spec"]["containers"]]
    image = _image(plugin)
    ours = {each["name"]: each for each in containers if each["image"] == image}
    if release.chart == CORE:
        assert set(ours) == {"flytepropeller", "generate-secrets", "webhook"} | (
            {"flytepropeller-manager"} if release.merged else set()
        )
        # The two programs of the image, which has them on PATH.
        assert {each["command"][0] for each in ours.values()} <= {"flytepropeller", "flytepropeller-manager"}
    else:
        assert set(ours) == {"flytepropeller", "init-certs", "webhook"}
        assert not any("command" in each for each in ours.values()), "the image's own"
        # Propeller takes the default PodTemplate from the namespace that it runs in, and the webhook's certificate names it.
        for name, container in ours.items():
            variables = {each["name"] for each in container.get("env", [])}
            assert "POD_NAMESPACE" in variables, f"the container {name} is not told its namespace"
        assert _read(release)["flyte"]["propeller"]["disabled"] is True
        others = {each["name"] for each in containers} - set(ours)
        assert others == {"flyte", "wait-for-db"} | ({"proxy"} if release.merged else set())
    assert not [each["image"] for each in containers if "flytepropeller" in each["image"] and each["image"] != image]


def test_the_cluster_tells_how_flyte_is_installed(
    release: Release, plugin: Rendered, api_server: ApiServer, tmp_path: Path
) -> None:
    """`make find_flyte` knows the chart and helm's release by the marks that these leave, and prints how to upgrade."""
    path = f"/apis/apps/v1/namespaces/{release.namespace}/deployments"
    (tmp_path / "found.json").write_text(api_server.api().request("GET", path).text)
    run = subprocess.run(
        [sys.executable, plugin.path / "scripts/find_flyte.py", _image(plugin)],
        env={**os.environ, "KUBECTL": f"sh -c 'cat {tmp_path}/found.json'"},
        capture_output=True,
        text=True,
    )
    assert run.returncode == 0, run.stderr
    assert 'Yours is "The charts flyte-core and flyte-binary"' in run.stdout
    assert f"helm upgrade {RELEASE} flyteorg/{release.chart} --version v" in run.stdout
    assert f"--namespace {release.namespace} --values build/values.yaml" in run.stdout
    assert run.stdout.count(f"runs {_image(plugin)} (chart {release.chart} v") == 1
    account = release.propeller["spec"]["serviceAccountName"]
    assert f"ACCOUNT=system:serviceaccount:{release.namespace}:{account} " in run.stdout


def _read(release: Release) -> dict[str, Any]:
    """Propeller's configuration as one: mappings key by key, in the order of the files."""

    def over(below: Any, above: Any) -> Any:
        if isinstance(below, dict) and isinstance(above, dict):
            return {**below, **{key: over(below.get(key), value) for key, value in above.items()}}
        return above

    whole: dict[str, Any] = {}
    for _, text in sorted(release.configuration.items()):
        whole = over(whole, documents.load(text) or {})
    return whole


def test_every_plugin_stays_enabled(release: Release, plugin: Rendered) -> None:
    found = _read(release)["tasks"]["task-plugins"]
    ours = plugin.plugin.names.task_type
    wanted = {*versions.of("")["chart_plugins"].split(","), ours, *(("ray", "spark") if release.merged else ())}
    assert sorted(found["enabled-plugins"]) == sorted(wanted)
    defaults = {"container": "container", "sidecar": "sidecar", "container_array": "k8s-array", ours: ours}
    assert found["default-for-task-types"] == {**defaults, **({"spark": "spark"} if release.merged else {})}


def test_propeller_understands_it(release: Release, plugin: Rendered, tmp_path: Path) -> None:
    """The rendered propeller knows every setting but those of other programs."""
    for name, text in release.configuration.items():
        (tmp_path / name).write_text(text)
    run = subprocess.run(
        [plugin.propeller, "config", "validate", "--strict", "--file", f"{tmp_path}/*.yaml"],
        capture_output=True,
        text=True,
    )
    said = run.stdout + run.stderr
    unknown = " ".join(re.findall(r"received keys \[map\[([^]]*)\]\]", said))
    assert set(re.findall(r"(\w+):\{\}", unknown)) == OF_OTHERS[release.chart], said


def test_the_doctor_is_content(release: Release, plugin: Rendered, helm: Helm) -> None:
    """It takes the configuration that propeller's account has in its deployment, and asks for the account's rights."""
    account = f"system:serviceaccount:{release.namespace}:{release.propeller['spec']['serviceAccountName']}"
    run = subprocess.run(
        [plugin.propeller, "doctor", "--as", account],
        env={"PATH": os.defpath, "HOME": str(helm.charts), "KUBECONFIG": str(helm.kubeconfig)},
        capture_output=True,
        text=True,
    )
    assert f"configuration is that of deployment {release.namespace}/" in run.stdout
    assert f"propeller runs as image {_image(plugin)};" in run.stdout
    assert f'plugin "{plugin.plugin.names.task_type}" is enabled, and gets the tasks of its type' in run.stdout
    wrong = [line for line in run.stdout.splitlines()[:-1] if not line.startswith("ok ")]
    # Tests build without Spark; an id that the binary lacks is what the doctor is for.
    assert len(wrong) == (1 if release.merged else 0), run.stdout
    assert all(re.match(r'error +.*"spark"', line) for line in wrong), run.stdout


def test_pods_find_what_they_mount(release: Release) -> None:
    for pod in (release.propeller, release.pod("webhook")):
        for volume in pod["spec"]["volumes"]:
            for source in volume["projected"]["sources"] if "projected" in volume else [volume]:
                names = {each["metadata"]["name"] for each in release.all("ConfigMap", "Secret")}
                wanted = source.get("configMap", {}).get("name") or source.get("secret", {}).get("secretName")
                assert wanted is None or wanted in names, f"{volume['name']}: {source}"


def test_the_webhook_is_reached(release: Release) -> None:
    """The service that the configuration names leads to the port on which the webhook's container listens."""
    settings = _read(release)["webhook"]
    (service,) = (each for each in release.all("Service") if each["metadata"]["name"] == settings["serviceName"])
    pod = release.pod("webhook")
    assert service["spec"]["selector"].items() <= pod["metadata"]["labels"].items()
    (port,) = service["spec"]["ports"]
    assert port["port"] == settings.get("servicePort", 443)
    named = {
        p["name"]: p["containerPort"] for c in pod["spec"]["containers"] for p in c.get("ports", []) if "name" in p
    }
    assert named.get(port["targetPort"], port["targetPort"]) == settings.get("listenPort", 9443)
    # The certificates that the init container makes are where the webhook looks for them.
    (webhook,) = (each for each in pod["spec"]["containers"] if each["name"] == "webhook")
    assert any(settings["certDir"].startswith(mount["mountPath"]) for mount in webhook["volumeMounts"])


def _as_read(template: str, namespace: str) -> Object:
    """A template as flyteadmin reads it: the first document after its variables' values are put in."""
    for name, value in {"namespace": namespace, "projectQuotaCpu": "4", "projectQuotaMemory": "3000Mi"}.items():
        template = template.replace("{{ %s }}" % name, value)
    assert "{{" not in template
    (one,) = documents.load_all(template)  # flyteadmin drops every further one
    return one


@pytest.mark.parametrize("release", [(chart, "merged") for chart in CHARTS], ids="-".join, indirect=True)
def test_flyteadmin_makes_what_namespaces_of_tasks_get(
    release: Release, api_server: ApiServer, with_account: Any
) -> None:
    """Under its own account, in the order of the files, twice: as its cluster resource manager does it."""
    admin = api_server.api()
    pod = release.pod({CORE: "sync-cluster-resources", BINARY: "flyte"}[release.chart])
    place = {CORE: "/etc/flyte/clusterresource/templates", BINARY: "/etc/flyte/cluster-resource-templates"}
    files = release.mounted(pod, place[release.chart])
    settings = [text for each in release.all("ConfigMap") for text in each["data"].values() if "templatePath" in text]
    assert {documents.load(text)["cluster_resources"]["templatePath"] for text in settings} == {place[release.chart]}
    assert all(name.endswith(".yaml") for name in files)
    namespace = f"{release.namespace}-tasks"
    made = [_as_read(text, namespace) for _, text in sorted(files.items())]
    kinds_made = [each["kind"] for each in made]
    assert kinds_made[0] == "Namespace", "what is in it comes later"

    flyteadmin = _account(api_server, release.namespace, pod["spec"]["serviceAccountName"])
    for each in [*made, *made]:
        _create_or_patch(flyteadmin, each, namespace)
        admin.apply(each, dry_run=True)  # with no field that Kubernetes does not know

    assert admin.get(SERVICE_ACCOUNTS, namespace, ACCOUNT)
    rbac = [*with_account.overlay("kustomize/rbac"), *with_account.overlay("kustomize/rbac-namespaced")]
    (wanted,) = (each for each in rbac if each["kind"] == "ClusterRole")
    if release.chart == CORE:
        assert kinds_made == ["Namespace", "ResourceQuota", "Role", "RoleBinding", "ServiceAccount"]
        assert admin.get(ROLES, namespace, wanted["metadata"]["name"])["rules"] == wanted["rules"]
    else:
        # Why it gets no Role: it may make none, and has the rights in every namespace.
        assert kinds_made == ["Namespace", "ServiceAccount"]
        (role,) = (each for each in rbac if each["kind"] == "Role")
        role["metadata"]["namespace"] = namespace
        with pytest.raises(ApiError, match="cannot create resource .roles"):
            _create_or_patch(flyteadmin, role, namespace)
        for rule in wanted["rules"]:
            for resource in rule["resources"]:
                for verb in rule["verbs"]:
                    assert flyteadmin.may(verb, rule["apiGroups"][0], resource, namespace), f"{verb} {resource}"


# ------------------------------------------------------------------------------------------------------- the connector
@pytest.fixture(scope="module")
def connector(repository: Callable) -> Any:
    """A repository whose tasks Flyte's own propeller runs, by a connector."""
    return repository("example", targets="connector")


@pytest.fixture(scope="module")
def services_connector(repository: Callable) -> Any:
    """The same for jobs of a remote service."""
    return repository("example", source=simulator.DOCUMENT)


@dataclass(frozen=True)
class Told(Release):
    """A chart whose propeller is told of a connector: ``own``, a repository."""

    own: Any


CONNECTORS = ("connector", "services_connector")


@pytest.fixture(
    scope="module",
    params=[(chart, way, own) for chart in CHARTS for way in ("fresh", "merged") for own in CONNECTORS],
    ids="-".join,
)
def told(request: pytest.FixtureRequest, helm: Helm, plugin: Rendered) -> Told:
    """What the charts would install with the connector's values, as connector/README.md says."""
    chart, way, name = request.param
    connector = request.getfixturevalue(name)
    own = helm.charts / f"{name}-{chart}-{way}.yaml"
    own.write_text(yaml.safe_dump({"fresh": FRESH, "merged": CURRENT}[way][chart]))
    files = [own, connector.path / f"kustomize/connector/values/{chart}.yaml"]
    if way == "merged":
        connector.make("values_connector", f"CURRENT={own}")
        files = [connector.path / "build/values.yaml"]
    given = [word for file in files for word in ("-f", file)]
    objects = [each for each in documents.load_all(helm("template", RELEASE, chart, "-n", "flyte", *given)) if each]
    return Told(chart, "flyte", objects, plugin, merged=way == "merged", own=connector)


def test_propeller_is_told_of_the_connector(told: Told) -> None:
    """It stays Flyte's own, keeps its plugins, and gives tasks of the type to the connector, found or not."""
    assert _image(told.plugin) not in str(told.objects)
    found = _read(told)
    (kind,) = told.own.plugins.values()
    plugins = found["tasks"]["task-plugins"]
    assert plugins["default-for-task-types"][kind.names.task_type] == "connector-service"
    assert {"container": "container", "sidecar": "sidecar"}.items() <= plugins["default-for-task-types"].items()
    more = {"ray", "spark"} if told.merged else set()
    assert {"container", "sidecar", "connector-service", *more} <= set(plugins["enabled-plugins"])
    section = found["plugins"]["connector-service"]
    assert section["supportedTaskTypes"] == [kind.names.task_type]
    assert section["webApi"]["caching"]["maxSystemFailures"] >= 1_000_000
    (service,) = section["connectors"].values()
    assert service["insecure"] is True and service["defaultTimeout"] == "10s"
    retried = json.loads(service["defaultServiceConfig"])["methodConfig"][0]["retryPolicy"]
    assert retried["retryableStatusCodes"] == ["UNAVAILABLE"]


def test_propeller_understands_what_it_is_told(told: Told, tmp_path: Path) -> None:
    test_propeller_understands_it(told, told.plugin, tmp_path)


def test_the_connector_lets_propeller_in(told: Told) -> None:
    """The chart's propeller has a label that the connector's NetworkPolicy names; another of Flyte's programs has none."""
    (policy,) = (each for each in told.own.overlay("kustomize/connector") if each["kind"] == "NetworkPolicy")
    (rule, _) = policy["spec"]["ingress"]
    (test,) = rule["from"][0]["podSelector"]["matchExpressions"]
    # A manager makes the pods of its propellers of a template.
    (propeller, *_) = [each["template"] for each in told.all("PodTemplate")] or [told.propeller]
    name = propeller["metadata"]["labels"][test["key"]]
    assert name in test["values"]
    names = [each["spec"]["template"]["metadata"]["labels"].get(test["key"]) for each in told.all("Deployment")]
    assert {each for each in names if each in test["values"]} <= {name}


def _account(api_server: ApiServer, namespace: str, name: str) -> Api:
    """The API as a service account sees it, with a token as a pod gets one."""
    admin = api_server.api()
    path = SERVICE_ACCOUNTS.path(namespace, name, "token")
    asked = {"apiVersion": "authentication.k8s.io/v1", "kind": "TokenRequest", "spec": {}}
    return Api(admin.url, admin.certificate, admin.request("POST", path, asked).json()["status"]["token"])


def _create_or_patch(api: Api, obj: Object, namespace: str) -> None:
    resource = api.resource(obj["apiVersion"], obj["kind"])
    try:
        api.create(resource, obj, namespace if resource.namespaced else "")
    except ApiError as error:
        if error.reason != "AlreadyExists":
            raise
        assert api.get(resource, namespace, obj["metadata"]["name"])
        api.patch(resource, namespace, obj["metadata"]["name"], obj)
