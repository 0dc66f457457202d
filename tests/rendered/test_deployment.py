"""What is deployed agrees with itself: one list of plugins, one rule, one version, whatever the CRD came with."""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
import yaml

from flyte_plugin_scaffold import versions

VERBS = ["get", "list", "watch", "create", "delete", "patch"]
SKIP_PROTOS = {"FLYTE_PLUGIN_PROTOS": "skip"}


def _load(file: Path) -> Any:
    return yaml.safe_load(file.read_text())


def _one(objects: Iterable[dict], kind: str, name: str) -> dict:
    (found,) = (each for each in objects if each and each["kind"] == kind and each["metadata"]["name"] == name)
    return found


def test_enabled_plugins_are_the_union_everywhere(kind, rendered):
    """A list replaces a chart's: what a chart enables is in each of ours, and nothing that is not enabled is a default."""
    repository = rendered(kind)
    task_type = _load(repository / ".flyte-plugin.yaml")["answers"]["task_type"]
    wanted = [*versions.of("")["chart_plugins"].split(","), task_type]
    for name, keys in {
        "flytepropeller/config.yaml": (),
        "kustomize/values/flyte-core.yaml": ("configmap", "enabled_plugins"),
        "kustomize/values/flyte-binary.yaml": ("enabled_plugins",),
    }.items():
        settings = _load(repository / name)
        for key in keys:
            settings = settings[key]
        plugins = settings["tasks"]["task-plugins"]
        assert plugins["enabled-plugins"] == wanted, name
        assert plugins["default-for-task-types"][task_type] == task_type, name
        # propeller panics at a default that is not enabled.
        assert set(plugins["default-for-task-types"].values()) <= set(wanted), name


def test_rights_are_the_same_everywhere(kind, rendered):
    """The six verbs on exactly this kind, and a look at pods and events, and at Jobs where one has the result: for a
    ClusterRole, and in the values of the chart that grants none."""
    repository = rendered(kind)
    group, plural = next(
        (crd["spec"]["group"], crd["spec"]["names"]["plural"])
        for crd in map(_load, repository.glob("crd/*.yaml"))
        if crd["kind"] == "CustomResourceDefinition"
    )
    rules = [
        {"apiGroups": [group], "resources": [plural], "verbs": VERBS},
        {"apiGroups": [""], "resources": ["pods", "events"], "verbs": ["list"]},
    ]
    if "job=" in _load(repository / ".flyte-plugin.yaml")["answers"]["phases"]:
        rules.insert(1, {"apiGroups": ["batch"], "resources": ["jobs"], "verbs": ["list"]})
    objects = list(yaml.safe_load_all((repository / "kustomize/rbac/rbac.yaml").read_text()))
    (role,) = (each for each in objects if each["kind"] == "ClusterRole")
    assert role["rules"] == rules
    assert _load(repository / "kustomize/values/flyte-binary.yaml")["rbac"]["extraRules"] == rules


@pytest.mark.parametrize("kind", ["example"])
def test_one_namespace_gets_the_same_rights(kind, repository):
    here = repository(kind)
    cluster = here.overlay("kustomize/rbac")
    one = here.overlay("kustomize/rbac-namespaced")
    assert sorted(each["kind"] for each in one) == ["Role", "RoleBinding"]
    name = one[0]["metadata"]["name"]
    assert _one(one, "Role", name)["rules"] == _one(cluster, "ClusterRole", name)["rules"]
    binding = _one(one, "RoleBinding", name)
    assert binding["roleRef"]["kind"] == "Role"
    # The namespace of the tasks is not the one of propeller's account.
    assert binding["metadata"]["namespace"] != binding["subjects"][0]["namespace"] == "flyte"


@pytest.mark.parametrize("kind", ["example"])
def test_propeller_has_its_configuration_and_image(kind, repository):
    """The ConfigMap is flytepropeller/config.yaml as it is, and every container runs the image that make builds."""
    here = repository(kind)
    objects = here.overlay("kustomize/propeller")
    (config,) = (each for each in objects if each["kind"] == "ConfigMap")
    assert list(config["data"].values()) == [(here.path / "flytepropeller/config.yaml").read_text()]
    built = here.make("-n", "push_propeller").split()[-1]
    pods = [each["spec"]["template"]["spec"] for each in objects if each["kind"] == "Deployment"]
    assert {c["image"] for pod in pods for c in pod["containers"] + pod.get("initContainers", [])} == {built}
    mounted = [source for pod in pods for v in pod["volumes"] for source in v.get("projected", {}).get("sources", [])]
    assert {each["configMap"]["name"] for each in mounted if "configMap" in each} == {config["metadata"]["name"]}


@pytest.mark.parametrize("kind", ["example"])
def test_set_version_changes_every_place(kind, repository, tmp_path):
    here = repository(kind)
    copy = tmp_path / "copy"
    shutil.copytree(here.path, copy, ignore=shutil.ignore_patterns("bin", "build"))
    here.run("make", "-C", str(copy), "set_version", "VERSION=v7.8.9")
    changed = {
        str(file.relative_to(copy))
        for file in copy.rglob("*")
        if file.is_file() and ".git" not in file.parts and b"7.8.9" in file.read_bytes()
    }
    assert changed == {
        "flytekit-solverjob/pyproject.toml",
        "kustomize/propeller/kustomization.yaml",
        "kustomize/values/flyte-binary.yaml",
        "kustomize/values/flyte-core.yaml",
    }
    for name in changed:
        assert len((copy / name).read_text().split("7.8.9")) == 2, f"{name}: one version"
        assert "0.1.0" not in (copy / name).read_text(), name


def test_an_install_bundle_is_kept(bake, crd_path, tmp_path):
    """What came with the CRD is installed with it, unchanged."""
    account = "apiVersion: v1\nkind: ServiceAccount\nmetadata:\n  name: solver-operator\n  namespace: solver\n"
    bundle = tmp_path / "bundle.yaml"
    bundle.write_text(crd_path("example").read_text() + "---\n" + account)
    baked = bake(crd=str(bundle), env=SKIP_PROTOS)
    assert baked.path, baked.output
    assert yaml.safe_load(account) in yaml.safe_load_all((baked.path / "kustomize/operator/bundle.yaml").read_text())
    assert "make install" in (baked.path / "README.md").read_text()
    listed = _load(baked.path / "kustomize/operator/kustomization.yaml")["resources"]
    assert listed == ["../../crd", "bundle.yaml"]


def test_without_a_crd_there_is_nothing_to_install(bake):
    baked = bake(
        crd="gadgets.example.com/v1/Gadget",
        roles="none",
        status_path=".status.phase",
        phases="Success=Done; Failure=Broken",
        env=SKIP_PROTOS,
    )
    assert baked.path, baked.output
    assert not (baked.path / "crd").exists() and not (baked.path / "kustomize/operator").exists()
    for name in ("Makefile", "README.md"):
        text = (baked.path / name).read_text()
        assert "make install" not in text and "install:" not in text, name


@pytest.mark.parametrize(
    ("registry", "secret"), [("ghcr.io/acme", "secrets.GITHUB_TOKEN"), ("quay.io/acme", "secrets.REGISTRY_PASSWORD")]
)
def test_release_logs_in_where_images_go(bake, registry, secret):
    baked = bake(container_registry=registry, env=SKIP_PROTOS)
    assert baked.path, baked.output
    jobs = _load(baked.path / ".github/workflows/release.yml")["jobs"]
    (login,) = (s["with"] for s in jobs["images"]["steps"] if s.get("uses", "").startswith("docker/login-action"))
    assert login["registry"] == registry.split("/")[0]
    assert login["password"] == "${{ " + secret + " }}"
    assert all(each["image"].startswith(registry + "/") for each in jobs["images"]["strategy"]["matrix"]["include"])
