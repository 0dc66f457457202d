"""The rest of an install bundle: what is said of its objects, and which of them are not installed."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from flyte_plugin_scaffold.asking import drafting, findings
from flyte_plugin_scaffold.model import BundleObject, Crd
from flyte_plugin_scaffold.reading import crd
from tests.support.crd_refusals import DEPLOYMENT, VALID

ROOT = Path(__file__).parent.parent.parent
EXAMPLE = (ROOT / "flyte_plugin_scaffold/example/solverjobs.yaml").read_text()
RBAC = "rbac.authorization.k8s.io/v1"
ADMISSION = "admissionregistration.k8s.io/v1"
Load = Callable[..., Crd]


@pytest.fixture
def load(tmp_path: Path) -> Load:
    def read(*objects: dict[str, Any] | str) -> Crd:
        texts = [each if isinstance(each, str) else yaml.safe_dump(each, sort_keys=False) for each in objects]
        (tmp_path / "crd.yaml").write_text("---\n".join([VALID, *texts]))
        crd._read.cache_clear()
        return crd.load("crd.yaml", "Run", base=tmp_path)

    return read


def an(
    kind: str, api: str = "v1", name: str = "it", annotations: dict[str, str] | None = None, **more: Any
) -> dict[str, Any]:
    """A small object; ``more`` stands beside its metadata."""
    metadata: dict[str, Any] = {"name": name}
    if annotations:
        metadata["annotations"] = annotations
    return {"apiVersion": api, "kind": kind, "metadata": metadata, **more}


def pod(container: dict[str, Any] | None = None, **spec: Any) -> dict[str, Any]:
    return {"containers": [{"name": "main", "image": "a", **(container or {})}], **spec}


def deployment(**spec: Any) -> dict[str, Any]:
    return an("Deployment", "apps/v1", spec={"template": {"spec": pod(**spec)}})


def context(**more: Any) -> dict[str, Any]:
    return {"container": {"securityContext": more}}


SUBJECTS = [{"kind": "ServiceAccount", "name": "operator", "namespace": "solver"}]
MASTERS = [{"kind": "Group", "name": "system:masters"}]
EVERYBODY = [{"kind": "Group", "name": "system:unauthenticated"}]
TO_ADMIN = {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": "cluster-admin"}
TO_VIEW = {**TO_ADMIN, "name": "view"}


def rule(**more: Any) -> list[dict[str, Any]]:
    return [{"apiGroups": [""], "resources": ["pods"], "verbs": ["get"]}, more]


WARNED = {
    "cluster-admin": (an("ClusterRoleBinding", RBAC, roleRef=TO_ADMIN, subjects=SUBJECTS), "gives cluster-admin to ServiceAccount operator"),
    "cluster-admin of a namespace": (an("RoleBinding", RBAC, roleRef=TO_ADMIN, subjects=[]), "gives cluster-admin to no account yet"),
    "everybody": (an("ClusterRoleBinding", RBAC, roleRef=TO_VIEW, subjects=EVERYBODY), "gives rights to system:unauthenticated"),
    "masters": (an("ClusterRoleBinding", RBAC, roleRef=TO_VIEW, subjects=MASTERS), "system:masters"),
    "all verbs": (an("ClusterRole", RBAC, rules=rule(verbs=["*"], resources=["jobs"])), "wildcards (*) in verbs"),
    "all resources": (an("Role", RBAC, rules=rule(resources=["*"], verbs=["get"])), "wildcards (*) in resources"),
    "all of pods": (an("Role", RBAC, rules=rule(resources=["pods/*"])), "wildcards (*) in resources"),
    "all groups and verbs": (an("Role", RBAC, rules=rule(apiGroups=["*"], verbs=["*"])), "wildcards (*) in apiGroups, verbs"),
    "all addresses": (an("ClusterRole", RBAC, rules=rule(nonResourceURLs=["/*"], verbs=["get"])), "wildcards (*) in nonResourceURLs"),
    "escalate": (an("Role", RBAC, rules=rule(resources=["roles"], verbs=["escalate", "bind"])), "the right to escalate, bind"),
    "impersonate": (an("ClusterRole", RBAC, rules=rule(resources=["users"], verbs=["impersonate"])), "the right to impersonate"),
    "privileged": (deployment(**context(privileged=True)), "privileged containers: main"),
    "escalation": (deployment(**context(allowPrivilegeEscalation=True)), "allow privilege escalation: main"),
    "SYS_ADMIN": (deployment(**context(capabilities={"add": ["NET_BIND_SERVICE", "CAP_SYS_ADMIN"]})), "the capability CAP_SYS_ADMIN: main"),
    "ALL": (deployment(**context(capabilities={"add": ["ALL"]})), "the capability ALL"),
    "hostPID": (deployment(hostPID=True), "the node's processes (hostPID)"),
    "hostIPC": (deployment(hostIPC=True), "hostIPC"),
    "hostNetwork": (deployment(hostNetwork=True), "hostNetwork"),
    "hostPath": (deployment(volumes=[{"name": "a", "hostPath": {"path": "/var/run/docker.sock"}}]), "(hostPath): /var/run/docker.sock"),
    "hostPort": (deployment(container={"ports": [{"containerPort": 80, "hostPort": 80}]}), "hostPort"),
    "hostProcess": (deployment(securityContext={"windowsOptions": {"hostProcess": True}}), "hostProcess"),
    "procMount": (deployment(**context(procMount="Unmasked")), "procMount"),
    "init container": (deployment(initContainers=[{"name": "first", "securityContext": {"privileged": True}}]), "privileged containers: first"),
    "DaemonSet": (an("DaemonSet", "apps/v1", spec={"template": {"spec": pod(hostPID=True)}}), "hostPID"),
    "Pod": (an("Pod", spec=pod(hostPID=True)), "hostPID"),
    "CronJob": (an("CronJob", "batch/v1", spec={"jobTemplate": {"spec": {"template": {"spec": pod(hostPID=True)}}}}), "hostPID"),
    "of some operator": (an("Farm", "acme.dev/v1", spec={"groups": [{"pod": {"spec": pod(hostPID=True)}}]}), "hostPID"),
    "webhook": (
        an("MutatingWebhookConfiguration", ADMISSION, webhooks=[{"name": "a.b.c", "rules": [{"apiGroups": ["*"], "resources": ["*/*"]}]}]),
        "a webhook for every kind of object (a.b.c)",
    ),
    "hook": (an("Job", "batch/v1", annotations={"helm.sh/hook": "pre-install, pre-delete"}), "a Helm hook (pre-install, pre-delete)"),
}  # fmt: skip


@pytest.mark.parametrize(("value", "says"), WARNED.values(), ids=WARNED)
def test_warned_of(load: Load, value: dict[str, Any], says: str) -> None:
    (found,) = load(value).bundle
    assert found.left_out == ""
    (warning,) = found.warnings
    assert says in warning


HARMLESS = {
    "plain": deployment(),
    "restricted": deployment(**context(privileged=False, allowPrivilegeEscalation=False, capabilities={"drop": ["ALL"]})),
    "baseline": deployment(**context(capabilities={"add": ["NET_BIND_SERVICE", "chown"]})),
    "own role": an("ClusterRole", RBAC, rules=rule(resources=["jobs"], verbs=["get", "list"])),
    "own binding": an("ClusterRoleBinding", RBAC, roleRef=TO_VIEW, subjects=SUBJECTS),
    "own webhook": an("ValidatingWebhookConfiguration", ADMISSION, webhooks=[{"name": "a", "rules": [{"apiGroups": ["acme.dev"], "resources": ["*"]}]}]),
    "Namespace": an("Namespace"),
    "a schema": VALID.replace("runs", "walks").replace("Run", "Walk").replace("singular: run", "singular: walk").replace(
        "count:\n                  type: integer", "hostPID:\n                  type: boolean"
    ),
}  # fmt: skip


@pytest.mark.parametrize("value", HARMLESS.values(), ids=HARMLESS)
def test_not_warned_of(load: Load, value: Any) -> None:
    (found,) = load(value).bundle
    assert (found.warnings, found.left_out) == ((), "")


LEFT_OUT = {
    "Kustomization": (an("Kustomization", "kustomize.config.k8s.io/v1beta1", resources=["https://evil.example/x"]), "configuration of kustomize"),
    "Component": (an("Component", "kustomize.config.k8s.io/v1alpha1"), "configuration of kustomize"),
    "Kustomization without a type": ({"kind": "Kustomization", "resources": ["x"]}, "configuration of kustomize"),
    "builtin": (an("HelmChartInflationGenerator", "builtin"), "configuration of kustomize"),
    "builtin of a version": (an("PatchTransformer", "builtin/v1"), "configuration of kustomize"),
    "function": (an("Anything", "acme.dev/v1", annotations={"config.kubernetes.io/function": "exec: {path: ./x}"}), "a plugin of kustomize"),
    "old function": (an("Anything", "acme.dev/v1", annotations={"config.k8s.io/function": "container: {image: x}"}), "a plugin of kustomize"),
    "local": (an("Kptfile", "kpt.dev/v1", annotations={"config.kubernetes.io/local-config": "true"}), "configuration of a local tool"),
    "exported": ({**an("ConfigMap"), "metadata": {"name": "a", "resourceVersion": "1"}}, "exported from a cluster"),
    "generateName": ({**an("Job", "batch/v1"), "metadata": {"generateName": "a-"}}, "generateName"),
    "no name": ({**an("ConfigMap"), "metadata": {}}, "no name"),
    "values": ("replicas: 3\n", "no Kubernetes object"),
    "no apiVersion": ({"kind": "ConfigMap", "metadata": {"name": "a"}}, "no Kubernetes object"),
    "hook of a deletion": (an("Job", "batch/v1", annotations={"helm.sh/hook": "pre-delete"}), "a Helm hook for pre-delete"),
    "hook of a test": (an("Pod", spec=pod(), annotations={"helm.sh/hook": "test"}), "a Helm hook for test"),
    "the CRD again": (VALID, "stands twice"),
}  # fmt: skip


@pytest.mark.parametrize(("value", "why"), LEFT_OUT.values(), ids=LEFT_OUT)
def test_left_out(load: Load, value: Any, why: str) -> None:
    made = load(value)
    (found,) = made.bundle
    assert why in found.left_out
    assert made.bundle_written(secrets=True) == ()


def test_an_operator_may_have_a_kind_of_that_name(load: Load) -> None:
    made = load(an("Kustomization", "kustomize.toolkit.fluxcd.io/v1"))
    assert [each.title for each in made.bundle_written(secrets=False)] == ["Kustomization it"]


def test_the_second_of_two_is_left_out(load: Load) -> None:
    """kustomize refuses two objects of one name; a namespace is a part of it."""
    elsewhere = {**an("ConfigMap"), "metadata": {"name": "it", "namespace": "other"}}
    made = load(an("ConfigMap"), an("ConfigMap", data={"a": "b"}), elsewhere)
    assert [each.left_out for each in made.bundle] == ["", "it stands twice: the first one is taken", ""]


def test_secrets_are_asked_for(load: Load) -> None:
    made = load(an("Secret", stringData={"password": "hunter2"}), DEPLOYMENT)
    assert [each.title for each in made.bundle_written(secrets=False)] == ["Deployment operator"]
    assert [(each.title, "bundle_secrets=yes" in why) for each, why in made.bundle_left_out(secrets=False)] == [
        ("Secret it", True)
    ]
    assert [each.title for each in made.bundle_written(secrets=True)] == ["Secret it", "Deployment operator"]
    assert made.bundle_left_out(secrets=True) == ()


def test_lists_in_lists(load: Load) -> None:
    inner = {"apiVersion": "v1", "kind": "List", "items": [an("Secret"), an("ConfigMap")]}
    made = load({"apiVersion": "v1", "kind": "List", "items": [an("Service"), inner]})
    assert [each.title for each in made.bundle] == ["Service it", "Secret it", "ConfigMap it"]
    assert [each.secret for each in made.bundle] == [False, True, False]


def test_a_document_with_a_directive_is_written_anew(load: Load) -> None:
    """In the middle of a file it would be no YAML."""
    (found,) = load('%YAML 1.1\n--- {apiVersion: v1, kind: ConfigMap, metadata: {name: it}}\n').bundle  # fmt: skip
    assert yaml.safe_load(found.text) == an("ConfigMap")
    assert not found.text.startswith("%")


@pytest.mark.parametrize("odd", [None, 7, "x", [], [1], [None], {"a": 1}, [[{}]], {"add": 1}, True])
def test_odd_values_raise_nothing(load: Load, odd: Any) -> None:
    keys = ("rules", "subjects", "roleRef", "webhooks", "spec", "metadata")
    for kind, api in (
        ("ClusterRole", RBAC),
        ("RoleBinding", RBAC),
        ("MutatingWebhookConfiguration", ADMISSION),
        ("Pod", "v1"),
    ):
        for key in keys:
            load({**an(kind, api), key: odd})
        load(
            an(kind, api, rules=[{"verbs": odd, "resources": odd}], subjects=[{"name": odd}], webhooks=[{"rules": odd}])
        )
    load(an("Pod", spec={"containers": odd, "volumes": odd}))
    for key in ("securityContext", "ports", "name"):
        load(an("Pod", spec=pod({key: odd})))
    load(an("Pod", spec=pod({"securityContext": {"capabilities": odd, "windowsOptions": odd}})))


def test_names_do_not_write_to_the_terminal(load: Load) -> None:
    value = deployment(**context(privileged=True))
    value["metadata"]["name"] = "a\x1b[31mb\nc"
    value["spec"]["template"]["spec"]["containers"][0]["name"] = "x\x1b]0;y\x07"
    (found,) = load(value).bundle
    assert found.title.isprintable() and all(each.isprintable() for each in found.warnings)


def test_a_large_bundle_takes_little_time(load: Load) -> None:
    """Per object far less than reading it."""
    values = [an("ConfigMap", name=f"c{index}", data={"a": "b"}) for index in range(3000)]
    made = load({"apiVersion": "v1", "kind": "List", "items": values})
    started = time.process_time()
    written = made.bundle_written(secrets=False)
    left = made.bundle_left_out(secrets=False)
    assert (len(written), len(left)) == (3000, 0)
    assert time.process_time() - started < 0.5


# ---------------------------------------------------------------------------------------------------------- in the finding
@pytest.fixture
def report(tmp_path: Path) -> Callable[..., str]:
    def said(*objects: dict[str, Any] | str, options: str = "") -> str:
        texts = [each if isinstance(each, str) else yaml.safe_dump(each) for each in objects]
        (tmp_path / "bundle.yaml").write_text("---\n".join([EXAMPLE, *texts]))
        return findings.report(drafting.draft({"source": str(tmp_path / "bundle.yaml"), "options": options}))

    return said


def test_the_finding_lists_and_warns(report: Callable[..., str]) -> None:
    roles = [an("ClusterRole", RBAC, name=f"role{index}", rules=rule()) for index in range(7)]
    secret = an("Secret", stringData={"a": "b"})
    kustomization = an("Kustomization", "kustomize.config.k8s.io/v1beta1")
    objects = [deployment(hostPID=True), *roles, secret, kustomization]
    text = report(*objects)
    assert "  bundle    Deployment it\n" in text
    assert "ClusterRole role0, role1, role2, role3 and 3 more\n" in text
    assert "! Deployment it: pods in the node's processes (hostPID)\n" in text
    assert "left out: Secret it (Secrets stay out of a repository; bundle_secrets=yes in options keeps them)\n" in text
    assert "left out: Kustomization it (configuration of kustomize" in text
    assert "left out: Secret" not in report(*objects, options="bundle_secrets=yes")


def test_the_finding_stays_short(report: Callable[..., str]) -> None:
    objects = [an(f"Kind{index}", "acme.dev/v1", spec=pod(hostPID=True)) for index in range(300)]
    text = report(*objects)
    assert "and 290 more kinds, see the rendered README\n" in text
    assert "and 290 more warnings, see the rendered README\n" in text
    assert len(text.splitlines()) < 60


def test_the_finding_says_nothing_of_a_crd_alone(report: Callable[..., str]) -> None:
    assert "bundle " not in report()


def test_what_else_is_in_a_folder_is_named(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(f"{VALID}---\n{DEPLOYMENT}")
    assert crd.read(str(tmp_path)).notes == ("also in the folder, and no part of the rendering: Deployment operator",)


def test_titles() -> None:
    assert BundleObject("a mapping without kind", "", "x: 1\n").title == "a mapping without kind"
