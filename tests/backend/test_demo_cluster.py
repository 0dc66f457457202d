"""`make demo_cluster` on Flyte's demo cluster: the objects that `flytectl demo start` makes, on a real API server."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from flyte_plugin_scaffold.flyte import versions
from tests.support import documents, kinds, simulator

from .api_server import ApiServer
from .backend import ensure_namespace
from .kubernetes import Api, ApiError, Object

pytestmark = [pytest.mark.servers, pytest.mark.go, pytest.mark.sdk]

IMAGE = "localhost:30000/flytepropeller-solverjob:v0.1.0"
KUBECTL = """#!/bin/sh
echo "$*" >> "$0.log"
case "$*" in "apply "*" -f -") cat > "$0.applied" ;; esac
"""


@pytest.fixture
def demo(api_server: ApiServer):
    """The deployment of Flyte in the demo cluster, and what it mounts. No pod runs."""
    api = api_server.api()
    ensure_namespace(api, "flyte")
    module = kinds.module_folder(f"github.com/flyteorg/flyte@{versions.newest()}")
    manifest = (module / "docker/sandbox-bundled/manifests/complete-connector.yaml").read_text()
    found = [
        each
        for each in documents.load_all(manifest)
        if each["kind"] in {"ConfigMap", "Secret", "Deployment"}
        and each["metadata"]["name"] in {"flyte-sandbox", "flyte-sandbox-config", "flyte-sandbox-extra-config"}
    ]
    assert len(found) == 3
    made = [(api.resource(each["apiVersion"], each["kind"]), each) for each in found]
    for resource, each in made:
        api.create(resource, each, "flyte")
    yield api
    for resource, each in made:
        api.delete(resource, "flyte", each["metadata"]["name"])


def _get(api: Api, version: str, kind: str, name: str) -> Object:
    return api.request("GET", api.resource(version, kind).path("flyte", name)).json()


@pytest.fixture
def kubectl(tmp_path: Path) -> Path:
    """It writes down what it is asked, and what it would apply."""
    made = tmp_path / "kubectl"
    made.write_text(KUBECTL)
    made.chmod(0o755)
    return made


def _files(api: Api) -> dict[str, str]:
    """The configuration of Flyte."""
    files: dict[str, str] = {}
    for name in ("flyte-sandbox-config", "flyte-sandbox-extra-config"):
        files.update(_get(api, "v1", "ConfigMap", name)["data"])
    return files


def test_the_demo_cluster_runs_this_propeller(demo: Api, repository, kubectl: Path, tmp_path: Path) -> None:
    """In the pod of Flyte, whose own propeller is off: with its configuration, and with its plugins enabled."""
    here = repository("example")
    before = _get(demo, "apps/v1", "Deployment", "flyte-sandbox")["spec"]["template"]["spec"]
    here.make("demo_cluster", "REGISTRY=localhost:30000", f"KUBECTL={kubectl}")
    for _ in "again":
        for each in json.loads((tmp_path / "kubectl.applied").read_text())["items"]:
            demo.apply(each)

    deployment = _get(demo, "apps/v1", "Deployment", "flyte-sandbox")
    pod = deployment["spec"]["template"]["spec"]
    containers = {each["name"]: each for each in pod["initContainers"] + pod["containers"]}
    assert len(containers) == len(pod["initContainers"]) + len(pod["containers"]) == 5
    ours = {name: each for name, each in containers.items() if each["image"] == IMAGE}
    assert ours.keys() == {"init-certs", "flytepropeller", "webhook"}
    for each in before["initContainers"] + before["containers"]:
        assert containers[each["name"]] == each, "what was there is as it was"
    assert pod["volumes"] == before["volumes"]

    files = _files(demo)
    plugins = [documents.load(files[name])["tasks"]["task-plugins"] for name in ("001-plugins.yaml", "998-plugin.yaml")]
    assert {*plugins[0]["enabled-plugins"], "solverjob"} == set(plugins[1]["enabled-plugins"])
    assert plugins[1]["default-for-task-types"] == {"solverjob": "solverjob"}
    assert documents.load(files["998-plugin.yaml"])["flyte"] == {"propeller": {"disabled": True}}
    assert documents.load(files["000-core.yaml"])["flyte"]["propeller"] == {"disabled": False, "disableWebhook": False}

    (tmp_path / "found.json").write_text(json.dumps({"items": [deployment]}))
    asked = f"sh -c 'cat {tmp_path}/found.json'"
    said = here.run(sys.executable, "scripts/find_flyte.py", IMAGE.rpartition(":")[0], KUBECTL=asked)
    assert "That is Flyte's demo cluster" in said and "make demo_cluster REGISTRY=localhost:30000" in said


@pytest.mark.parametrize(
    ("task_type", "answers"), [("solverjob", {"targets": "connector"}), ("simulation", {"source": simulator.DOCUMENT})]
)
def test_the_demo_cluster_calls_this_connector(
    task_type: str, answers: dict[str, str], demo: Api, repository, kubectl: Path, tmp_path: Path
) -> None:
    """Flyte's own propeller is told of it; a service's connector reaches the object storage as tasks do."""
    here, name = repository("example", **answers), f"{task_type}-connector"
    here.make("demo_connector", "REGISTRY=localhost:30000", f"KUBECTL={kubectl}")
    before = _get(demo, "apps/v1", "Deployment", "flyte-sandbox")["spec"]
    for each in json.loads((tmp_path / "kubectl.applied").read_text())["items"]:
        demo.apply(each)

    assert _get(demo, "apps/v1", "Deployment", "flyte-sandbox")["spec"] == before
    files = _files(demo)
    found = documents.load(files["998-plugin.yaml"])
    assert found["tasks"]["task-plugins"]["default-for-task-types"] == {task_type: "connector-service"}
    assert name in found["plugins"]["connector-service"]["connectors"]
    asked = (tmp_path / "kubectl.log").read_text().splitlines()
    assert "apply -k kustomize/connector" in asked
    assert f"-n flyte set image deployment/{name} connector=localhost:30000/{name}:v0.1.0" in asked
    storage = [line.partition(f" set env deployment/{name} ")[2].split() for line in asked if " set env " in line]
    if task_type == "solverjob":
        assert storage == []  # it writes nothing: user code does
        return
    settings = [documents.load(text).get("plugins", {}).get("k8s", {}) for text in files.values()]
    (variables,) = (each["default-env-vars"] for each in settings if "default-env-vars" in each)
    assert storage == [[f"{name}={value}" for each in variables for name, value in each.items() if "AWS" in name]]


def test_another_cluster_is_left_alone(api_server: ApiServer, repository) -> None:
    """Where the demo's deployment is missing, its part is no deployment by itself."""
    run = subprocess.run(
        [sys.executable, "scripts/values.py", "--demo-cluster", IMAGE],
        cwd=repository("example").path,
        capture_output=True,
        text=True,
        check=True,
    )
    api = api_server.api()
    ensure_namespace(api, "flyte")
    with pytest.raises(ApiError, match=r"spec\.selector"):
        api.apply(json.loads(run.stdout)["items"][1])
