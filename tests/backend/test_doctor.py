"""`flytepropeller doctor` and `check-crd` on a real API server: silent where all is well, and each fault, planted alone, is
named with its cure. ``make docs`` cuts a table of docs/faults.md from it: the two paragraphs of a test's docstring, or the rows
of its parameters.
"""

from __future__ import annotations

import copy
import os
import re
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.support import documents

from .api_server import ApiServer
from .backend import OPERATOR, PROPELLER, Rendered, ensure_namespace
from .kubernetes import CRDS, DEPLOYMENTS, Api, ApiError, Object, Resource
from .processes import Process, free_port
from .rights import without
from .waiting import until

pytestmark = [pytest.mark.servers, pytest.mark.go]

ACCOUNT = f"system:serviceaccount:{PROPELLER}"
NAMESPACE = "doctor-development"
CORE = {kind: Resource("", "v1", kind) for kind in ("configmaps", "secrets", "serviceaccounts")}
VERBS = ("get", "list", "watch", "create", "delete", "patch")


@dataclass(frozen=True)
class Said:
    """What a run of the doctor printed: its lines without the summary."""

    status: int
    lines: list[str]

    def of(self, level: str) -> list[str]:
        return [line.removeprefix(level).strip() for line in self.lines if line.startswith(f"{level} ")]

    def only(self, level: str, *words: str) -> str:
        """The one line that is not ok: of ``level``, with a cure and all of ``words``."""
        bad = [line for line in self.lines if not line.startswith("ok ")]
        assert len(bad) == 1, "\n".join(self.lines)
        assert bad[0].startswith(f"{level} ") and ". Cure: " in bad[0], bad[0]
        assert not [word for word in words if word not in bad[0]], bad[0]
        assert self.status == (1 if level == "error" else 0)
        return bad[0]

    def well(self) -> None:
        assert self.status == 0 and not [line for line in self.lines if not line.startswith("ok ")], "\n".join(
            self.lines
        )


class Doctor:
    """The rendered propeller's subcommands, run as someone whom the API server knows."""

    def __init__(self, plugin: Rendered, kubeconfig: Path) -> None:
        self.plugin = plugin
        self.environment = {"PATH": os.defpath, "HOME": str(kubeconfig.parent), "KUBECONFIG": str(kubeconfig)}

    def __call__(self, *arguments: str | Path, **environment: str) -> Said:
        run = subprocess.run(
            [self.plugin.propeller, *map(str, arguments)],
            env={**self.environment, **environment},
            cwd=self.environment["HOME"],
            capture_output=True,
            text=True,
            timeout=60,
        )
        assert run.stderr == "", run.stderr
        *lines, summary = run.stdout.splitlines()
        assert re.fullmatch(r"\d+ errors, \d+ warnings", summary), run.stdout
        said = Said(run.returncode, lines)
        assert summary == f"{len(said.of('error'))} errors, {len(said.of('warning'))} warnings"
        assert len(lines) == sum(len(said.of(level)) for level in ("ok", "warning", "error")), "one line each"
        return said

    def examine(self, *arguments: str | Path) -> Said:
        """As `make doctor NAMESPACE=...` does it for an administrator."""
        return self("doctor", "--as", ACCOUNT, "--namespace", NAMESPACE, *arguments)

    def check_crd(self, *arguments: str) -> Said:
        return self("check-crd", self.crd_file, *arguments)

    @property
    def crd_file(self) -> Path:
        return self.plugin.path / "crd" / f"{self.plugin.plugin.crd.plural}.yaml"


@pytest.fixture(scope="module")
def plugin(deploy: Callable[[str], Rendered]) -> Rendered:
    return deploy("example")


@pytest.fixture(scope="module")
def admin(api_server: ApiServer) -> Api:
    return api_server.api()


@pytest.fixture(scope="module", autouse=True)
def _healthy(plugin: Rendered, admin: Api) -> Iterator[None]:
    """What a cluster has in which tasks run: propeller as it is rendered, an operator, the namespace of a project."""
    wanted = ("Deployment", "ConfigMap")
    manifests = list(documents.load_all((plugin.path / "build" / "propeller.yaml").read_text()))
    made = [each for each in manifests if each["kind"] in wanted]
    made.append(
        _object("v1", "Secret", "flyte", "flytepropeller-cluster", stringData={"100-cluster.yaml": "admin: {}\n"})
    )
    made.append(_object("v1", "ServiceAccount", NAMESPACE, "default"))
    ensure_namespace(admin, NAMESPACE)
    ensure_namespace(admin, OPERATOR.split(":")[0])
    made += [_operator(), *_rights_of_the_operator(plugin)]
    for each in made:
        admin.apply(each)
    _available(admin, 1)
    yield
    for each in made:
        resource = admin.resource(each["apiVersion"], each["kind"])
        admin.delete(resource, each["metadata"].get("namespace", ""), each["metadata"]["name"])


@pytest.fixture(scope="module")
def doctor(plugin: Rendered, api_server: ApiServer, tmp_path_factory: pytest.TempPathFactory) -> Doctor:
    return Doctor(plugin, api_server.kubeconfig(tmp_path_factory.mktemp("admin") / "kubeconfig"))


@pytest.fixture(scope="module")
def own_doctor(plugin: Rendered, api_server: ApiServer, tmp_path_factory: pytest.TempPathFactory) -> Doctor:
    """Run as propeller's own account, as in its pod."""
    return Doctor(plugin, api_server.kubeconfig(tmp_path_factory.mktemp("own") / "kubeconfig", PROPELLER))


@pytest.fixture
def configured(plugin: Rendered, tmp_path: Path) -> Callable[..., Path]:
    """``configured(change)``: the rendered configuration after ``change(its task-plugins)``."""

    def write(change: Callable[[dict[str, Any]], object] = lambda _: None, **sections: Any) -> Path:
        settings = documents.load((plugin.path / "kustomize" / "propeller" / "config.yaml").read_text())
        change(settings["tasks"]["task-plugins"])
        file = tmp_path / "config.yaml"
        file.write_text(yaml.safe_dump({**settings, **sections}))
        return file

    return write


# ------------------------------------------------------------------------------------------------------------ all is well
def test_well(doctor: Doctor) -> None:
    """The configuration is found through propeller's deployment, in its ConfigMap and its Secret."""
    said = doctor.examine()
    said.well()
    assert any("deployment flyte/flytepropeller" in line for line in said.lines)
    assert any(f"deployment {OPERATOR.replace(':', '/')}" in line for line in said.lines)
    assert any(f"{ACCOUNT} may {', '.join(VERBS)}" in line for line in said.lines)


def test_well_as_propeller_itself(own_doctor: Doctor, configured: Callable[..., Path]) -> None:
    own_doctor("doctor", "--config", configured()).well()


def test_what_propeller_may_not_see_is_a_warning(own_doctor: Doctor, configured: Callable[..., Path]) -> None:
    """The account that runs it may not list namespaces or operators.

    warning: what is forbidden; run it as an administrator.
    """
    said = own_doctor("doctor", "--config", configured(), "--namespace", NAMESPACE)
    assert said.status == 0
    assert len(said.of("warning")) == 2 and all("forbidden" in line for line in said.of("warning"))


def test_help(plugin: Rendered) -> None:
    for command in ("doctor", "check-crd"):
        run = subprocess.run([plugin.propeller, command, "--help"], capture_output=True, text=True)
        assert run.returncode == 0 and "Exit status" in run.stdout and "--as" in run.stdout


@pytest.mark.parametrize(
    "arguments", [["doctor", "x"], ["doctor", "--unknown"], ["check-crd"], ["check-crd", "a", "b"]]
)
def test_wrong_usage(plugin: Rendered, arguments: list[str]) -> None:
    run = subprocess.run([plugin.propeller, *arguments], capture_output=True, text=True)
    assert run.returncode == 2 and len(run.stderr.splitlines()) == 1 and "--help" in run.stderr


def test_make(repository: Callable, doctor: Doctor) -> None:
    """The targets pass what they are given, and the status of what they run."""
    settings = {"KUBECONFIG": doctor.environment["KUBECONFIG"], "TAGS": "nospark"}
    here = repository("example")
    assert "0 errors, 0 warnings" in here.make("doctor", NAMESPACE=NAMESPACE, **settings)
    assert "0 errors, 0 warnings" in here.make("check_crd", **settings)
    with pytest.raises(AssertionError, match="there is no namespace nowhere"):
        here.make("doctor", NAMESPACE="nowhere", **settings)


# -------------------------------------------------------------------------------------------------------------- no cluster
def test_api_server_that_is_down(plugin: Rendered, tmp_path: Path) -> None:
    """The API server does not answer.

    error: its address, and that the connection was refused; choose a cluster as for kubectl.
    """
    kubeconfig = tmp_path / "kubeconfig"
    one = {"name": "down"}
    cluster = {"server": f"https://127.0.0.1:{free_port()}"}
    kubeconfig.write_text(
        yaml.safe_dump(
            {
                "current-context": "down",
                "clusters": [{**one, "cluster": cluster}],
                "contexts": [{**one, "context": {"cluster": "down"}}],
            }
        )
    )
    down = Doctor(plugin, kubeconfig)
    down.examine().only("error", cluster["server"], "connection refused", "kubectl")
    down.check_crd().only("error", cluster["server"], "connection refused")


def test_no_kubeconfig(plugin: Rendered, tmp_path: Path) -> None:
    """There is no kubeconfig.

    error: no cluster is configured; set `KUBECONFIG`. Checks that need no cluster are made all the same.
    """
    Doctor(plugin, tmp_path / "none").examine().only("error", "no kubeconfig names one", "KUBECONFIG")


def test_what_needs_no_cluster_is_looked_at_without_one(plugin: Rendered, tmp_path: Path, configured: Callable) -> None:
    config = configured(lambda plugins: plugins["enabled-plugins"].append("absent"))
    said = Doctor(plugin, tmp_path / "none").examine("--config", config)
    assert len(said.of("error")) == 2 and 'plugin "absent" is enabled, and this binary lacks it' in said.of("error")[1]


# --------------------------------------------------------------------------------------------------------------- the kind
def test_crd_that_is_missing(doctor: Doctor, admin: Api, api_server: ApiServer) -> None:
    """The CRD is missing.

    error: its name, and that tasks stay queued; install the operator.
    """
    crd = _crd(doctor)
    admin.delete(CRDS, "", crd["metadata"]["name"])
    try:
        until(lambda: not admin.find(CRDS, "", crd["metadata"]["name"]) and not _served(admin, crd), "no CRD")
        doctor.examine().only("error", f"no CRD {crd['metadata']['name']}", "install the operator")
        doctor.check_crd().only("error", f"no CRD {crd['metadata']['name']}", "install the operator")
    finally:
        api_server.install_crd(crd)
        until(lambda: _served(admin, crd), "the CRD to be served again")


def test_crd_of_another_version(doctor: Doctor, admin: Api, api_server: ApiServer) -> None:
    """The CRD is served in another version.

    error: that version, and the one that the plugin needs; install an operator that serves it.
    """

    def rename(crd: Object) -> None:
        (v1,) = crd["spec"]["versions"]
        crd["spec"]["versions"].append({**copy.deepcopy(v1), "name": "v2", "storage": False})
        v1["served"] = False

    with _changed_crd(doctor, api_server, rename) as crd:
        until(lambda: _served(admin, crd) == ["v2"], "v2 to be served alone")
        doctor.examine().only("error", "is served in version v2", "needs v1", "install an operator")
        doctor.check_crd().only("error", "in version v1", "the cluster's serves v2")
    until(lambda: _served(admin, _crd(doctor)) == ["v1"], "v1 to be served again")


# ----------------------------------------------------------------------------------------------------------------- rights
@pytest.mark.parametrize("verb", VERBS)
def test_right_that_is_missing(
    doctor: Doctor, own_doctor: Doctor, admin: Api, propeller_api: Api, configured: Callable[..., Path], verb: str
) -> None:
    """Propeller's account lacks a verb of the rendered role.

    error: the account, the verb and the resource; `kubectl apply -k kustomize/rbac`.
    """
    crd = doctor.plugin.plugin.crd
    with without(admin, propeller_api, verb, crd.group, crd.plural, NAMESPACE):
        words = (
            f"{ACCOUNT} may not {verb} {crd.plural}.{crd.group} in all namespaces",
            "kubectl apply -k kustomize/rbac;",
        )
        doctor.examine().only("error", *words)
        own_doctor("doctor", "--config", configured()).only("error", *words)


@pytest.mark.parametrize("verb", ["list", "watch"])
def test_propellers_log_names_the_right(
    plugin: Rendered,
    admin: Api,
    propeller_api: Api,
    api_server: ApiServer,
    configured: Callable,
    tmp_path: Path,
    verb: str,
) -> None:
    """Flyte gives controller-runtime no logger: its own propeller waits in silence."""
    settings = {
        "propeller": {
            "kube-config": str(api_server.kubeconfig(tmp_path / "kubeconfig", PROPELLER)),
            "create-flyteworkflow-crd": True,
            "prof-port": free_port(),
        },
        "storage": {"type": "mem", "container": "none"},
        "event": {"type": "log"},
        "admin": {"endpoint": "localhost:1", "insecure": True},
    }
    crd, log = plugin.plugin.crd, tmp_path / "log"
    with without(admin, propeller_api, verb, crd.group, crd.plural, NAMESPACE):
        process = Process("flytepropeller", [plugin.propeller, "--config", configured(**settings)], log)
        try:
            until(lambda: f'cannot {verb} resource \\"{crd.plural}\\"' in log.read_text(), f"{log} to name {verb}")
        finally:
            process.stop(grace=1)


def test_rights_for_the_diagnosis_are_a_warning(doctor: Doctor, admin: Api, propeller_api: Api) -> None:
    """Propeller's account may not list events or pods.

    warning: tasks run, and lack explanations; `kubectl apply -k kustomize/rbac`.
    """
    # flytepropeller's own role lists them, too.
    with without(admin, propeller_api, "list", "", "events", NAMESPACE):
        doctor.examine().only("warning", f"{ACCOUNT} may not list events in all namespaces", "kustomize/rbac")


def test_rights_in_the_only_namespace(
    doctor: Doctor, admin: Api, propeller_api: Api, configured: Callable[..., Path]
) -> None:
    """Propeller serves one namespace, and lacks a right there; or the tasks are in another.

    error: the right, `kubectl apply -k kustomize/rbac-namespaced`; or the namespace that is served.
    """
    crd = doctor.plugin.plugin.crd
    group = "rbac.authorization.k8s.io"
    rule = {"apiGroups": [crd.group], "resources": [crd.plural], "verbs": ["watch"]}
    role = _object(f"{group}/v1", "Role", NAMESPACE, "watch", rules=[rule])
    binding = _object(f"{group}/v1", "RoleBinding", NAMESPACE, "watch")
    binding["roleRef"] = {"apiGroup": group, "kind": "Role", "name": "watch"}
    binding["subjects"] = [{"kind": "ServiceAccount", "name": "flytepropeller", "namespace": "flyte"}]

    def config(namespace: str) -> Path:
        return configured(propeller={"limit-namespace": namespace})

    with without(admin, propeller_api, "watch", crd.group, crd.plural, NAMESPACE):
        doctor.examine("--config", config(NAMESPACE)).only(
            "error", f"may not watch {crd.plural}.{crd.group} in namespace {NAMESPACE}", "kustomize/rbac-namespaced"
        )
        for each in (role, binding):
            admin.apply(each)
        until(lambda: propeller_api.may("watch", crd.group, crd.plural, NAMESPACE), "watch to be granted")
        doctor.examine("--config", config(NAMESPACE)).well()
        for each in (role, binding):
            admin.delete(admin.resource(each["apiVersion"], each["kind"]), NAMESPACE, "watch")
    doctor.examine("--config", config("elsewhere")).only("error", "serves only namespace elsewhere", NAMESPACE)


# ---------------------------------------------------------------------------------------------------------- configuration
CONFIGURATIONS = {
    "not enabled": (
        lambda plugins: plugins.update(
            {"enabled-plugins": plugins["enabled-plugins"][:-1], "default-for-task-types": {}}
        ),
        ("error", 'plugin "solverjob" is not enabled', "add it to tasks.task-plugins.enabled-plugins"),
    ),
    "not enabled, and a default": (
        lambda plugins: plugins["enabled-plugins"].remove("solverjob"),
        ("error", 'plugin "solverjob" is the default', "propeller does not start", 'add "solverjob" to'),
    ),
    "enabled and not in the binary": (
        lambda plugins: plugins["enabled-plugins"].append("spark"),
        ("error", 'plugin "spark" is enabled, and this binary lacks it', "plain containers", "TAGS=nospark"),
    ),
    "default and not enabled": (
        lambda plugins: plugins["default-for-task-types"].update({"ray": "ray"}),
        ("error", 'plugin "ray" is the default', "propeller does not start", 'add "ray" to'),
    ),
    "another default": (
        lambda plugins: plugins["default-for-task-types"].update({"solverjob": "container"}),
        ("error", 'tasks of type "solverjob" go to plugin "container"', 'to "solverjob"'),
    ),
    "nothing enabled": (
        lambda plugins: plugins.update({"enabled-plugins": []}),
        ("warning", "is empty, which enables all", "copy the list from kustomize/propeller/config.yaml"),
    ),
}


@pytest.mark.parametrize(("change", "expected"), CONFIGURATIONS.values(), ids=CONFIGURATIONS)
def test_configuration(doctor: Doctor, configured: Callable[..., Path], change: Callable, expected: tuple[str]) -> None:
    """Propeller's configuration:"""
    doctor.examine("--config", configured(change)).only(*expected)


def test_plugins_that_only_propeller_has(doctor: Doctor, configured: Callable[..., Path]) -> None:
    change, _ = CONFIGURATIONS["enabled and not in the binary"]
    doctor.examine("--config", configured(change), "--held", "spark").well()


def test_configuration_of_the_cluster(doctor: Doctor, admin: Api, configured: Callable[..., Path]) -> None:
    """What a later file says replaces what an earlier one says, a Secret's as well."""
    change, expected = CONFIGURATIONS["not enabled, and a default"]
    secret = {"stringData": {"100-cluster.yaml": configured(change).read_text()}}
    admin.patch(CORE["secrets"], "flyte", "flytepropeller-cluster", secret)
    try:
        doctor.examine().only(expected[0], expected[1])
    finally:
        admin.patch(CORE["secrets"], "flyte", "flytepropeller-cluster", {"stringData": {"100-cluster.yaml": "{}"}})


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("tasks: [", "did not find expected node content"),
        ("tasks: 1", "expected a map"),
        (None, "there is no file"),
        (os.sep, "there is no file"),
    ],
    ids=["no YAML", "no configuration", "no file", "a folder"],
)
def test_unreadable_configuration(doctor: Doctor, tmp_path: Path, text: str | None, said: str) -> None:
    """Propeller's configuration is no YAML, no configuration, a folder, or not there.

    error: that it cannot be read, and why; `make doctor CONFIG=file`.
    """
    file = tmp_path / "broken.yaml"
    if text == os.sep:
        file.mkdir()
    elif text is not None:
        file.write_text(text)
    doctor.examine("--config", file).only("error", "cannot read propeller's configuration", said, "CONFIG=file")


def test_no_propeller(doctor: Doctor) -> None:
    """No deployment runs as propeller's account.

    error: the account; deploy propeller, or name its account (`make doctor ACCOUNT=`) or its configuration (`CONFIG=file`).
    """
    said = doctor("doctor", "--as", "system:serviceaccount:flyte:nobody")
    assert "no deployment runs as system:serviceaccount:flyte:nobody" in said.of("error")[0]
    assert "ACCOUNT=" in said.of("error")[0]


# -------------------------------------------------------------------------------------------------- namespace and operator
def test_namespace_that_is_missing(doctor: Doctor) -> None:
    """The namespace of the project is missing.

    error: its name; register the project, or create it.
    """
    said = doctor("doctor", "--as", ACCOUNT, "--namespace", "nowhere")
    said.only("error", "there is no namespace nowhere", "register the project")


def test_service_account_that_is_missing(doctor: Doctor, configured: Callable[..., Path]) -> None:
    """The service account of the tasks is missing in their namespace.

    error: its name; `kubectl create serviceaccount`.
    """
    doctor.examine("--service-account", "robot").only(
        "error", "no service account robot", "create serviceaccount robot"
    )
    config = configured(plugins={"solverjob": {"service-account": "solver"}})
    doctor.examine("--config", config).only("error", "no service account solver", "create serviceaccount solver")


def test_operator_that_does_not_run(doctor: Doctor, admin: Api) -> None:
    """The operator's deployment has no available pod.

    warning: its name; `kubectl describe deployment`.
    """
    _available(admin, 0)
    try:
        doctor.examine().only("warning", "has no available pod", "describe deployment operator")
    finally:
        _available(admin, 1)


def test_operator_that_watches_others(doctor: Doctor, admin: Api) -> None:
    """The operator watches other namespaces.

    warning: which, and the setting that says so; add the namespace there.
    """
    admin.apply(_operator(args=["--watch-namespace=other"]))
    try:
        doctor.examine().only("warning", f"seems to watch other and not {NAMESPACE}", "--watch-namespace")
    finally:
        admin.apply(_operator())


def test_no_operator(doctor: Doctor, admin: Api) -> None:
    """No account may write the kind's status: there is no operator.

    warning: that none was seen; install the operator.
    """
    admin.delete(DEPLOYMENTS, *OPERATOR.split(":"))
    try:
        doctor.examine().only("warning", "no operator found", "install the operator")
    finally:
        admin.apply(_operator())
        _available(admin, 1)


# -------------------------------------------------------------------------------------------------------------------- SDK
@pytest.mark.sdk
def test_sdk_of_the_same_release(doctor: Doctor, plugin: Rendered) -> None:
    folder = plugin.path / f"flytekit-{plugin.plugin.names.project}"
    said = doctor("doctor", "--as", ACCOUNT, "--sdk-python", plugin.sdk.python, PYTHONPATH=str(folder))
    said.well()
    assert any(re.search(r"knows all \d\d fields that the SDK sends", line) for line in said.lines)


@pytest.mark.sdk
def test_sdk_that_is_newer(doctor: Doctor, plugin: Rendered, tmp_path: Path) -> None:
    """The SDK sends a field that propeller does not know.

    error: the field; roll out a propeller of the SDK's release.
    """
    names = plugin.plugin.names
    folder = tmp_path / names.python_package.replace(".", "/")
    folder.mkdir(parents=True)
    (folder / f"{names.name}_pb2.py").write_text(
        "from google.protobuf import descriptor_pb2, descriptor_pool\n"
        'file = descriptor_pb2.FileDescriptorProto(name="newer.proto", package="newer", syntax="proto3")\n'
        f'file.message_type.add(name="{names.config_class}").field.add('
        'name="novelty", json_name="novelty", number=99, type=9, label=1)\n'
        "pool = descriptor_pool.DescriptorPool()\n"
        "pool.AddSerializedFile(file.SerializeToString())\n"
        "DESCRIPTOR = pool.FindFileByName(file.name)\n"
    )
    said = doctor("doctor", "--as", ACCOUNT, "--sdk-python", plugin.sdk.python, PYTHONPATH=str(tmp_path))
    said.only("error", f"does not know: {names.config_class}.novelty", "roll out a propeller")


def test_no_sdk(doctor: Doctor, tmp_path: Path) -> None:
    """There is no SDK where it is said to be.

    error: the interpreter that cannot read it; set `SDK_PYTHON`.
    """
    doctor("doctor", "--as", ACCOUNT, "--sdk-python", tmp_path / "python").only(
        "error", "cannot be read with", "SDK_PYTHON"
    )


# --------------------------------------------------------------------------------------------------------------- check_crd
def _spec(crd: Object) -> dict[str, Any]:
    return crd["spec"]["versions"][0]["schema"]["openAPIV3Schema"]["properties"]["spec"]["properties"]


def _phases(crd: Object) -> list[str]:
    status = crd["spec"]["versions"][0]["schema"]["openAPIV3Schema"]["properties"]["status"]
    return status["properties"]["phase"]["enum"]


CRD_FAULTS = {
    "a field that is sent": (
        lambda crd: _spec(crd).pop("tolerance"),
        ("error", "lacks .spec.tolerance, and the plugin uses .spec.tolerance", "render the plugin"),
    ),
    "a field that is not sent": (
        lambda crd: _spec(crd).pop("ttlSecondsAfterFinished"),
        ("warning", "lacks .spec.ttlSecondsAfterFinished", "spec_overrides"),
    ),
    "pods": (
        lambda crd: _spec(crd)["workers"]["properties"].pop("template"),
        ("error", "lacks .spec.workers.template (pods), and the plugin uses .spec.workers.template"),
    ),
    "a value that is sent": (
        lambda crd: _spec(crd)["solver"]["enum"].remove("multigrid"),
        ("error", ".spec.solver cannot be multigrid any more"),
    ),
    "a new state": (
        lambda crd: _phases(crd).append("Rescaling"),
        ("warning", ".status.phase can be Rescaling in the cluster.", "phases.go"),
    ),
    "a new end": (
        lambda crd: _phases(crd).append("DeadlineExpired"),
        ("error", ".status.phase can be DeadlineExpired in the cluster, which looks like an end", "phases.go"),
    ),
}


def test_crd_that_is_the_same(doctor: Doctor) -> None:
    doctor.check_crd().well()


@pytest.mark.parametrize(("change", "expected"), CRD_FAULTS.values(), ids=CRD_FAULTS)
def test_crd_that_differs(doctor: Doctor, api_server: ApiServer, change: Callable, expected: tuple[str]) -> None:
    """The cluster's CRD has changed, in"""
    with _changed_crd(doctor, api_server, change):
        doctor.check_crd().only(*expected)


def test_crd_that_has_more(doctor: Doctor, api_server: ApiServer) -> None:
    def add(crd: Object) -> None:
        _spec(crd)["novelty"] = {"type": "string"}
        _spec(crd)["solver"]["enum"].append("quantum")

    with _changed_crd(doctor, api_server, add):
        said = doctor.check_crd()
        said.well()
        assert said.lines == ["ok       the cluster's CRD has 2 more fields and values, which the plugin does not use"]
        listed = doctor.check_crd("--verbose").lines[1:]
        assert [line.split(" has ")[1] for line in listed] == [".spec.novelty", ".spec.solver: quantum"]


def test_no_crd_to_compare_with(bake: Callable) -> None:
    """The plugin was rendered from a name alone, without a CRD.

    `there is no crd/...`, before anything is built; the kubectl command that gets it.
    """
    answers = {"roles": "none", "status_path": ".status.phase", "phases": "Success=Done; Failure=Broken"}
    baked = bake(source="gadgets.example.com/v1/Gadget", env={"FLYTE_PLUGIN_PROTOS": "skip"}, **answers)
    assert baked.path, baked.output
    run = subprocess.run(["make", "check_crd"], cwd=baked.path, capture_output=True, text=True, timeout=60)
    assert run.returncode != 0 and run.stdout == ""
    assert "there is no crd/gadgets.yaml" in run.stderr and "kubectl get crd gadgets.example.com -o yaml" in run.stderr


def test_crd_file_of_another_kind(doctor: Doctor, tmp_path: Path) -> None:
    """`check-crd` is given another kind's CRD, or no file.

    error: not the CRD of a plugin of this propeller, or no such file.
    """
    other = tmp_path / "other.yaml"
    other.write_text("kind: CustomResourceDefinition\nmetadata: {name: others.example.com}\n")
    doctor("check-crd", other).only("error", "not the CRD of a plugin of this propeller")
    doctor("check-crd", tmp_path / "none").only("error", "no such file")


# ---------------------------------------------------------------------------------------------------------------- helpers
def _object(api_version: str, kind: str, namespace: str, name: str, **content: Any) -> Object:
    metadata = {"name": name, **({"namespace": namespace} if namespace else {})}
    return {"apiVersion": api_version, "kind": kind, "metadata": metadata, **content}


def _operator(**container: Any) -> Object:
    namespace, name = OPERATOR.split(":")
    labels = {"app": name}
    pod = {
        "serviceAccountName": name,
        "containers": [{"name": name, "image": "registry.example.com/operator", **container}],
    }
    return _object(
        *("apps/v1", "Deployment", namespace, name),
        spec={"selector": {"matchLabels": labels}, "template": {"metadata": {"labels": labels}, "spec": pod}},
    )


def _rights_of_the_operator(plugin: Rendered) -> Iterator[Object]:
    crd = plugin.plugin.crd
    namespace, name = OPERATOR.split(":")
    group = "rbac.authorization.k8s.io"
    rule = {"apiGroups": [crd.group], "resources": [f"{crd.plural}/status"], "verbs": ["patch"]}
    yield _object(f"{group}/v1", "ClusterRole", "", "doctor-operator", rules=[rule])
    yield _object(
        *(f"{group}/v1", "ClusterRoleBinding", "", "doctor-operator"),
        roleRef={"apiGroup": group, "kind": "ClusterRole", "name": "doctor-operator"},
        subjects=[{"kind": "ServiceAccount", "name": name, "namespace": namespace}],
    )


def _available(admin: Api, replicas: int) -> None:
    """What the controller of deployments would say."""
    status = {"replicas": 1, "readyReplicas": replicas, "availableReplicas": replicas}
    admin.patch(DEPLOYMENTS, *OPERATOR.split(":"), {"status": status}, "status")


def _crd(doctor: Doctor) -> Object:
    return documents.load(doctor.crd_file.read_text())


@contextmanager
def _changed_crd(doctor: Doctor, api_server: ApiServer, change: Callable[[Object], object]) -> Iterator[Object]:
    # safe_load shares what YAML anchors share.
    changed = copy.deepcopy(_unshared(_crd(doctor)))
    change(changed)
    api_server.install_crd(changed)
    try:
        yield changed
    finally:
        api_server.install_crd(_crd(doctor))


def _unshared(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _unshared(each) for key, each in value.items()}
    return [_unshared(each) for each in value] if isinstance(value, list) else value


def _served(admin: Api, crd: Object) -> list[str]:
    """The versions in which discovery has the kind."""
    group = crd["spec"]["group"]
    try:
        return [each["version"] for each in admin.request("GET", f"/apis/{group}").json()["versions"]]
    except ApiError as error:
        if error.status == 404:
            return []
        raise
