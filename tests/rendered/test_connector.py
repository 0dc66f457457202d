"""Repositories with a connector, alone and beside the Go plugin: all that their owner would run is green at once."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest
import yaml

from flyte_plugin_scaffold.flyte import targets, versions
from tests.support import bakes, connector, documents, lint, tree

ALONE, BESIDE, OF_OTHERS = bakes.of("test_connector.py")
BOTH = BESIDE.targets
# What a repository without a Go plugin has nothing of.
OF_GO = (
    "go",
    "go.mod",
    "go.sum",
    "gen",
    "internal",
    "flytepropeller",
    "kustomize/propeller",
    "kustomize/values",
    "scripts/go.sh",
)


@pytest.fixture(scope="module")
def alone(repository) -> Any:
    return ALONE.opened(repository)


@pytest.fixture(scope="module")
def beside(repository) -> Any:
    """Several kinds in one repository, each as a Go plugin and with a connector."""
    return BESIDE.opened(repository)


def test_alone_it_needs_no_go(alone, sdk_python, tmp_path):
    """Tests, linters, packages and protobuf code, on a machine that has no Go.

    Type checkers look at the same code, and at that of more kinds, in the next test.
    """
    folder = tmp_path / "tools"
    folder.mkdir()
    for place in os.environ["PATH"].split(os.pathsep):
        for name in os.listdir(place) if os.path.isdir(place) else ():
            if name not in ("go", "gofmt") and not (folder / name).exists():
                (folder / name).symlink_to(os.path.join(place, name))
    alone.make("venv")
    alone.make(*(each for each in ALONE.make.split() if each != "lint"), DELTA_CHECK="1", PATH=str(folder))
    lint.all_but_types(alone, PATH=str(folder))
    assert bakes.changed(alone) == ""


@pytest.mark.go
def test_beside_the_plugin(beside, sdk_python):
    """Go's part is the same as without a connector, which test_make.py runs, and types are looked at in test_targets.py."""
    beside.make("test_connector", "test_python")
    lint.all_but_types(beside, without="go.sh vet")


@pytest.mark.go
def test_of_an_operator_of_others(repository, sdk_python):
    """With the connectors and SDKs of both Flytes in one repository."""
    OF_OTHERS.run(OF_OTHERS.opened(repository))


@pytest.mark.go
@pytest.mark.parametrize("where", ["alone", "beside"])
def test_overlays_are_built(where, request):
    here = request.getfixturevalue(where)
    here.make("kustomize", f"BUILD_OVERLAY={here.kustomize()} build")


def test_nothing_of_go_is_left(alone):
    assert [name for name in OF_GO if (alone.path / name).exists()] == []
    texts = {
        file: tree.text(file) for file in tree.files(alone.path) if file.suffix == ".yml" or file.name == "Makefile"
    }
    assert [str(file) for file, text in texts.items() if "flytepropeller/" in text or "go.mod" in text] == []


def test_a_page_names_no_setting_that_the_connector_refuses(rendered):
    page = tree.text(rendered("example", targets="connector") / "docs/solverjob.md")
    refused = connector.module("_operator.settings")._OF_PROPELLER
    assert "`diagnosis.grace-period`" in page and [name for name in refused if f"`{name}" in page] == []


@pytest.mark.parametrize("chosen", ["connector", BOTH])
def test_help_fits_a_terminal_and_names_every_variable(chosen, rendered):
    repository = rendered("example", targets=chosen)
    text = subprocess.run(["make", "-s", "-C", repository, "help"], capture_output=True, text=True, check=True).stdout
    assert [line for line in text.splitlines() if len(line) > 80] == []
    lists = re.findall(r"^(?:NAMES|TEXTS) := (.*)$", tree.makefile(repository), re.M)
    assert set(" ".join(lists).split()) - set(re.findall(r"\b([A-Z][A-Z_0-9]+)=", text)) == set()


def test_the_readme_has_what_each_target_has(rendered):
    """One table for all; a repository shows the columns of its own targets."""
    both, one = (tree.text(rendered("example", targets=each) / "README.md") for each in (BOTH, "connector"))
    assert "\n".join(targets.table(BOTH.split(", "))) in both
    assert "\n".join(targets.table(["connector"])) in one


def test_what_is_said_without_a_cluster_names_what_is_there(alone):
    """Sections and targets of the Go plugin are not."""
    said = subprocess.run(
        [sys.executable, "scripts/find_flyte.py", "--connector"],
        cwd=alone.path, env={**os.environ, "KUBECTL": "no-kubectl"}, capture_output=True, text=True,
    ).stderr  # fmt: skip
    assert "README.md, section 4" not in said and "connector/README.md has the commands" in said
    for target, text in (
        (["values_connector"], "make values_connector CURRENT=FILE: "),
        (["check_crd", "CRD=nowhere.yaml"], "nowhere.yaml cannot be read: CRD is a file"),
    ):
        run = subprocess.run(["make", *target], cwd=alone.path, capture_output=True, text=True)
        assert text in run.stderr and "setting up" not in run.stdout


def _values(here, chart: str) -> Any:
    return documents.load((here.path / f"kustomize/connector/values/{chart}.yaml").read_text())


def test_both_charts_get_the_same(beside):
    """Every kind is registered with the connector, whose address is that of its service."""
    core, binary = (_values(beside, chart) for chart in ("flyte-core", "flyte-binary"))
    inline = binary["configuration"]["inline"]
    assert core["configmap"]["k8s"]["plugins"] == inline["plugins"]
    assert core["configmap"]["enabled_plugins"]["tasks"] == inline["tasks"]
    types = [kind.names.task_type for kind in beside.plugins.values()]
    section = inline["plugins"]["connector-service"]
    assert sorted(section["supportedTaskTypes"]) == sorted(types)
    assert inline["tasks"]["task-plugins"]["default-for-task-types"] == dict.fromkeys(types, "connector-service")
    assert "connector-service" in versions.of("")["chart_plugins"].split(",")


@pytest.mark.go
def test_propeller_finds_the_pods(alone):
    objects = {each["kind"]: each for each in alone.overlay("kustomize/connector")}
    (served,) = _values(alone, "flyte-core")["configmap"]["k8s"]["plugins"]["connector-service"]["connectors"].values()
    service, pod = objects["Service"], objects["Deployment"]["spec"]["template"]
    (port,) = service["spec"]["ports"]
    name, namespace = service["metadata"]["name"], service["metadata"]["namespace"]
    assert served["endpoint"] == f"dns:///{name}.{namespace}.svc:{port['port']}"
    (container,) = pod["spec"]["containers"]
    ports = {each["name"]: each["containerPort"] for each in container["ports"]}
    assert ports[port["targetPort"]] == container["readinessProbe"]["grpc"]["port"]
    for each in (service["spec"]["selector"], objects["NetworkPolicy"]["spec"]["podSelector"]["matchLabels"]):
        assert each.items() <= pod["metadata"]["labels"].items()
    accounts = [(each["name"], each["namespace"]) for each in objects["ClusterRoleBinding"]["subjects"]]
    account = objects["ServiceAccount"]["metadata"]
    assert accounts == [(account["name"], account["namespace"])] == [(pod["spec"]["serviceAccountName"], namespace)]


def _run(rendered, script: str, *arguments: str, **env: str) -> str:
    run = subprocess.run(
        [sys.executable, rendered("example", targets=BOTH) / "scripts" / script, *arguments],
        env={**os.environ, **env},
        capture_output=True,
        text=True,
    )
    assert run.returncode == 0, run.stderr
    return run.stdout


@pytest.mark.parametrize(
    "current",
    [
        {"configmap": {"enabled_plugins": {"tasks": {"task-plugins": {"enabled-plugins": ["container", "ray"]}}}}},
        {"configuration": {"inline": {"tasks": {"task-plugins": {"enabled-plugins": ["container", "ray"]}}}}},
        {"configuration": {"logging": {"level": 2}}},
    ],
    ids=["flyte-core", "flyte-binary", "flyte-binary without a list"],
)
def test_a_type_moves_from_one_to_the_other_and_back(current, rendered, tmp_path):
    """The values of either give it the tasks of the type, whatever has run them before."""
    file = tmp_path / "current.yaml"
    file.write_text(yaml.safe_dump(current))
    for way, owner in (
        (["--connector"], "connector-service"),
        ([], "solverjob"),
        (["--connector"], "connector-service"),
    ):
        file.write_text(_run(rendered, "values.py", *way, str(file)))
        found = list(_task_plugins(documents.load(file.read_text())))
        assert found and {each["default-for-task-types"]["solverjob"] for each in found} == {owner}
        lists = [each["enabled-plugins"] for each in found if "enabled-plugins" in each]
        assert all({"container", "connector-service"} <= set(each) for each in lists)
        assert all("ray" in each for each in lists) or "logging" in str(current)


def _task_plugins(values: Any) -> Iterator[Any]:
    if isinstance(values, dict):
        yield from [values["task-plugins"]] if "task-plugins" in values else []
        for each in values.values():
            yield from _task_plugins(each)


@pytest.mark.parametrize(
    ("namespace", "labels", "says"),
    [
        ("flyte", {"helm.sh/chart": "flyte-core-v1.16.8"}, ["make deploy_connector", "make values_connector CURRENT="]),
        (
            "other",
            {},
            ["Name other in place of flyte in kustomize/connector", "below `inline` in kustomize/connector/values"],
        ),
    ],
    ids=["of a chart", "elsewhere and of none"],
)
def test_the_way_to_install_is_read_from_the_cluster(namespace, labels, says, rendered, tmp_path):
    notes = {"meta.helm.sh/release-name": "flyte", "meta.helm.sh/release-namespace": namespace}
    container = {"name": "flytepropeller", "image": "cr.flyte.org/flyteorg/flytepropeller:v1.16.8"}
    metadata = {"name": "flytepropeller", "namespace": namespace, "labels": labels, "annotations": notes}
    deployment = {"metadata": metadata, "spec": {"template": {"spec": {"containers": [container]}}}}
    (tmp_path / "found.json").write_text(json.dumps({"items": [deployment]}))
    said = _run(rendered, "find_flyte.py", "--connector", KUBECTL=f"sh -c 'cat {tmp_path}/found.json'")
    assert f"{namespace}/flytepropeller runs {container['image']}" in said
    assert [each for each in says if each not in said] == []
    (tmp_path / "found.json").write_text('{"items": []}')
    said = _run(rendered, "find_flyte.py", "--connector", KUBECTL=f"sh -c 'cat {tmp_path}/found.json'")
    assert said == "No propeller of Flyte was found.\n"
