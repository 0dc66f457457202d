"""Three kinds of three operators in one repository: its own tests, lint and overlays, one propeller, doctor and SDK."""

from __future__ import annotations

import zipfile

import pytest
import yaml

from tests.support import lint

pytestmark = pytest.mark.go

TASK_TYPES = {"solverjob", "snapshotsrestore", "loadtest"}


@pytest.fixture(scope="module")
def here(repository):
    return repository("several")


def test_one_propeller_has_all(here):
    """One propeller has the plugins of all kinds, and enables them. Those of each kind are run in test_make.py."""
    here.run("go", "test", "-vet=off", "-tags", "nospark", "./flytepropeller/...")


@pytest.mark.sdk
def test_it_is_linted(here):
    """The types of its SDK are looked at where it has a connector as well, in test_connector.py."""
    lint.all_but_types(here)


def test_a_role_for_each_kind(here):
    objects = here.overlay("kustomize/rbac")
    roles = [each["metadata"]["name"] for each in objects if each["kind"] == "ClusterRole"]
    assert sorted(roles) == sorted(f"flytepropeller-{name}" for name in TASK_TYPES)
    values = yaml.safe_load((here.path / "kustomize/values/flyte-binary.yaml").read_text())
    granted = {rule["resources"][0] for rule in values["rbac"]["extraRules"]}
    assert {"solverjobs", "restores", "loadtests"} <= granted
    # What all need is granted once.
    assert len({str(rule) for rule in values["rbac"]["extraRules"]}) == len(values["rbac"]["extraRules"])


def test_every_crd_is_installed(here):
    objects = here.overlay("crd")
    assert sorted(each["spec"]["names"]["kind"] for each in objects) == ["LoadTest", "Restore", "SolverJob"]


@pytest.mark.parametrize(
    "values, keys", [("flyte-core", ["configmap", "enabled_plugins"]), ("flyte-binary", ["enabled_plugins"])]
)
def test_the_charts_enable_every_plugin(here, values, keys):
    section = yaml.safe_load((here.path / f"kustomize/values/{values}.yaml").read_text())
    for key in [*keys, "tasks", "task-plugins"]:
        section = section[key]
    assert set(section["enabled-plugins"]) >= TASK_TYPES
    assert section["default-for-task-types"] == {name: name for name in TASK_TYPES}


@pytest.mark.sdk
def test_one_distribution_has_every_kind(here):
    here.make("build_python")
    (wheel,) = (here.path / "dist").glob("*.whl")
    names = zipfile.ZipFile(wheel).namelist()
    folders = {name.split("/")[1] for name in names if name.startswith("flytekitplugins/")}
    assert folders == {"_batch", *TASK_TYPES}
