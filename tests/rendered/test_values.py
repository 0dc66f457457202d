"""`make values`: a Flyte that runs other plugins keeps every one of them."""

from __future__ import annotations

import importlib.util
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from flyte_plugin_scaffold.flyte import versions
from tests.support import documents, kinds, tree

pytestmark = [pytest.mark.go, pytest.mark.sdk]

RAY_AND_SPARK = {
    "enabled-plugins": ["container", "sidecar", "spark", "ray"],
    "default-for-task-types": {"spark": "spark"},
}


TEMPLATE = "kind: ServiceAccount\nmetadata:\n  namespace: '{{ namespace }}'\n"


def _values(repository, tmp_path, current, *templates, check=True) -> str:
    file = tmp_path / "values.yaml"
    file.write_text(current if isinstance(current, str) else yaml.safe_dump(current))
    here = repository("example")
    here.make("venv")
    return here.run(str(here.sdk / "bin/python"), "scripts/values.py", str(file), *map(str, templates), check=check)


@pytest.fixture(scope="module")
def charts() -> Path:
    """Flyte's own charts, of the release that renderings are for."""
    return kinds.module_folder(f"github.com/flyteorg/flyte@{versions.newest()}") / "charts"


@pytest.fixture
def script(rendered) -> Any:
    """scripts/values.py as a module."""
    spec = importlib.util.spec_from_file_location("values", rendered("example") / "scripts/values.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_values_tell_their_chart(script, charts):
    """Each value that one chart has and the other lacks, by itself; `flyteconnector` is in both."""
    core, binary = (
        set(documents.load((charts / name / "values.yaml").read_text())) for name in ("flyte-core", "flyte-binary")
    )
    assert {script.chart_of({key: {}})[0] for key in binary - core} == {"flyte-binary"}
    assert {script.chart_of({key: {}})[0] for key in core - binary} == {"flyte-core"}
    for key in core & binary:
        assert script.chart_of({key: {}, "configmap": {}})[0] == "flyte-core"
        assert script.chart_of({key: {}, "configuration": {}})[0] == "flyte-binary"
        with pytest.raises(ValueError, match="nothing that only one chart has"):
            script.chart_of({key: {}})


def test_templates_of_the_charts_are_known(script, charts):
    """Ours replace them, so that they stand in the script, as they are in this release."""
    manager = documents.load((charts / "flyte-core/values.yaml").read_text())["cluster_resource_manager"]
    assert [(each["key"], each["value"].strip()) for each in script.CORE_TEMPLATES] == [
        (each["key"], each["value"].strip()) for each in manager["templates"]
    ]
    files = (charts / "flyte-binary/defaults/cluster-resource-templates").iterdir()
    assert {each.name: each.read_text() for each in files} == script.BINARY_TEMPLATES


def test_templates_are_added_to_what_is_there(repository, tmp_path):
    folder = tmp_path / "templates"
    folder.mkdir()
    (folder / "v1_serviceaccount_solver.yaml").write_text(TEMPLATE)
    (folder / "role.yaml").write_text("kind: Role\n")
    own = {"key": "own", "value": "kind: Secret\n"}
    for there, wanted in (({}, ["aa_namespace", "ab_project_resource_quota"]), ({"templates": [own]}, ["own"])):
        values = documents.load(_values(repository, tmp_path, {"cluster_resource_manager": there}, folder))
        templates = {each["key"]: each["value"] for each in values["cluster_resource_manager"]["templates"]}
        assert list(templates) == [*wanted, "role", "v1_serviceaccount_solver"]
        assert templates["v1_serviceaccount_solver"] == TEMPLATE
    own = {"own.yaml": "kind: Secret\n"}
    for there, wanted in (({}, ["namespace.yaml"]), ({"inline": own}, ["own.yaml"])):
        values = documents.load(_values(repository, tmp_path, {"clusterResourceTemplates": there}, folder))
        templates = values["clusterResourceTemplates"]["inline"]
        assert list(templates) == [*wanted, "v1_serviceaccount_solver.yaml"], "its account may make no Roles"
        assert templates["v1_serviceaccount_solver.yaml"] == TEMPLATE


def test_a_folder_without_templates_is_refused(repository, tmp_path):
    answer = _values(repository, tmp_path, {"configmap": {}}, tmp_path / "nowhere", check=False)
    assert "make cluster_resources" in answer and "Traceback" not in answer


def test_flyte_core_keeps_its_plugins(repository, tmp_path):
    current = {
        "configmap": {"enabled_plugins": {"tasks": {"task-plugins": RAY_AND_SPARK}}},
        "flytepropeller": {"replicaCount": 3},
    }
    values = documents.load(_values(repository, tmp_path, current))
    plugins = values["configmap"]["enabled_plugins"]["tasks"]["task-plugins"]
    assert {"spark", "ray", "solverjob", "k8s-array"} <= set(plugins["enabled-plugins"])
    assert len(plugins["enabled-plugins"]) == len(set(plugins["enabled-plugins"]))
    assert plugins["default-for-task-types"] == {"spark": "spark", "solverjob": "solverjob"}
    assert values["flytepropeller"]["replicaCount"] == 3
    assert "solverjob" in values["flytepropeller"]["image"]["repository"]


def test_flyte_binary_keeps_its_plugins_wherever_they_stand(repository, tmp_path):
    current = {
        "configuration": {"inline": {"tasks": {"task-plugins": RAY_AND_SPARK}, "plugins": {"ray": {}}}},
        "deployment": {"sidecars": [{"name": "proxy", "image": "proxy:v1"}]},
        "rbac": {"extraRules": [{"apiGroups": ["ray.io"], "resources": ["rayjobs"], "verbs": ["*"]}]},
    }
    values = documents.load(_values(repository, tmp_path, current))
    for place in (values["configuration"]["inline"], values["enabled_plugins"]):
        assert {"spark", "ray", "solverjob"} <= set(place["tasks"]["task-plugins"]["enabled-plugins"])
    assert [each["name"] for each in values["deployment"]["sidecars"]] == ["proxy", "flytepropeller", "webhook"]
    assert [each["apiGroups"] for each in values["rbac"]["extraRules"]][0] == ["ray.io"]
    assert values["configuration"]["inline"]["plugins"] == {"ray": {}}


def test_flyte_binary_that_needs_no_template_is_told_so(repository, tmp_path):
    folder = tmp_path / "templates"
    folder.mkdir()
    (folder / "role.yaml").write_text("kind: Role\n")
    answer = _values(repository, tmp_path, {"configuration": {}}, folder)
    assert "needs none of these templates" in answer


def test_wrong_usage_is_no_success(repository, tmp_path):
    """make would take what is printed for the values."""
    with pytest.raises(AssertionError, match="ended with status 2"):
        _values(repository, tmp_path, {}, tmp_path, "flyte-core", tmp_path)


@pytest.mark.parametrize(
    ("target", "settings", "said"),
    [
        ("values", (), "make values CURRENT=FILE: the values in use"),
        ("values", ("CURRENT=nowhere.yaml",), "nowhere.yaml cannot be read: CURRENT is the file of the values in use"),
        ("add_kind", ("TEMPLATE=nowhere",), "CRD= is missing, the source of the new kind"),
        ("add_kind", ("KIND=A", "TEMPLATE=nowhere"), "CRD= is missing, the source of the new kind"),
        ("add_kind", ("SOURCE=a.yaml", "TEMPLATE=nowhere"), "nowhere is no template"),
        ("set_version", ("VERSION=1",), "make set_version VERSION=v0.2.0"),
        ("publish_python", ("PYTHON=false",), "flytekit needs Python 3.10"),
    ],
)
def test_targets_say_what_is_missing_before_they_set_anything_up(rendered, tmp_path, target, settings, said):
    shutil.copytree(rendered("example"), tmp_path / "here")
    before = [*tree.files(tmp_path / "here")]
    command = ["make", "--no-print-directory", target, *settings]
    run = subprocess.run(command, cwd=tmp_path / "here", capture_output=True, text=True)
    assert run.returncode == 2 and said in run.stderr, run.stdout + run.stderr
    assert "setting up" not in run.stdout and [*tree.files(tmp_path / "here")] == before
    assert not (tmp_path / "here/.venv").exists()


def test_a_new_version_is_not_written_through_links(rendered, tmp_path):
    shutil.copytree(rendered("example"), tmp_path / "here")
    victim = tmp_path / "victim"
    victim.write_text("theirs")
    (sdk,) = (tmp_path / "here").glob("flytekit-*")
    (sdk / "pyproject.toml.new").symlink_to(victim)
    command = ["make", "set_version", "VERSION=v0.3.0"]
    run = subprocess.run(command, cwd=tmp_path / "here", capture_output=True, text=True)
    assert run.returncode == 2 and "pyproject.toml.new" in run.stderr, run.stdout + run.stderr
    assert victim.read_text() == "theirs" and "0.3.0" not in (sdk / "pyproject.toml").read_text()
    (sdk / "pyproject.toml.new").unlink()
    assert subprocess.run(command, cwd=tmp_path / "here", capture_output=True).returncode == 0
    assert 'version = "0.3.0"' in (sdk / "pyproject.toml").read_text()


def test_make_values_leaves_nothing_half_done(repository, tmp_path):
    here = repository("example")
    here.make("venv")
    (tmp_path / "my templates").mkdir()
    (tmp_path / "current.yaml").write_text("configmap: {}")
    for setting in (f"CURRENT={tmp_path / 'nowhere.yaml'}", f"CURRENT={tmp_path / 'current.yaml'}"):
        settings = (setting, f"TEMPLATES={tmp_path / 'my templates'}", f"VENV={here.sdk}", f"PYTHON={here.python}")
        answer = here.run("make", "values", *settings, check=False)
        assert "cannot be read" in answer or "my templates holds no templates" in answer
        assert not (here.path / "build/values.new").exists()


def test_make_values_asks_for_the_file(repository, tmp_path):
    here = repository("example")
    assert "CURRENT=" in here.run("make", "values", f"VENV={here.sdk}", f"PYTHON={here.python}", check=False)
    (tmp_path / "current.yaml").write_text("configmap: {}")
    answer = here.make("values", f"CURRENT={tmp_path / 'current.yaml'}")
    assert "build/values.yaml: Detected as values of flyte-core, which has configmap; otherwise" in answer
    assert "solverjob" in (here.path / "build/values.yaml").read_text()
