"""`make values`: a Flyte that runs other plugins keeps every one of them."""

from __future__ import annotations

import pytest
import yaml

pytestmark = [pytest.mark.go, pytest.mark.sdk]

RAY_AND_SPARK = {
    "enabled-plugins": ["container", "sidecar", "spark", "ray"],
    "default-for-task-types": {"spark": "spark"},
}


def _values(repository, tmp_path, current, check=True) -> str:
    file = tmp_path / "values.yaml"
    file.write_text(current if isinstance(current, str) else yaml.safe_dump(current))
    here = repository("example")
    here.make("venv")
    return here.run(str(here.sdk / "bin/python"), "scripts/values.py", str(file), check=check)


def test_flyte_core_keeps_its_plugins(repository, tmp_path):
    current = {
        "configmap": {"enabled_plugins": {"tasks": {"task-plugins": RAY_AND_SPARK}}},
        "flytepropeller": {"replicaCount": 3},
    }
    values = yaml.safe_load(_values(repository, tmp_path, current))
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
    values = yaml.safe_load(_values(repository, tmp_path, current))
    for place in (values["configuration"]["inline"], values["enabled_plugins"]):
        assert {"spark", "ray", "solverjob"} <= set(place["tasks"]["task-plugins"]["enabled-plugins"])
    assert [each["name"] for each in values["deployment"]["sidecars"]] == ["proxy", "flytepropeller", "webhook"]
    assert [each["apiGroups"] for each in values["rbac"]["extraRules"]][0] == ["ray.io"]
    assert values["configuration"]["inline"]["plugins"] == {"ray": {}}


@pytest.mark.parametrize(
    "current, said", [("a: [", "cannot be read"), ("- a\n", "no values file")], ids=["yaml", "list"]
)
def test_what_is_no_values_file_is_refused(repository, tmp_path, current, said):
    answer = _values(repository, tmp_path, current, check=False)
    assert said in answer
    assert "Traceback" not in answer


def test_make_values_asks_for_the_file(repository, tmp_path):
    here = repository("example")
    assert "CURRENT=" in here.run("make", "values", f"VENV={here.sdk}", f"PYTHON={here.python}", check=False)
    (tmp_path / "current.yaml").write_text("configmap: {}")
    here.make("values", f"CURRENT={tmp_path / 'current.yaml'}")
    assert "solverjob" in (here.path / "build/values.yaml").read_text()
