"""The check that the simulated operator holds every CR to: a right CR passes, and each wrong one is named.

Without this a check that never finds anything would go unnoticed in test_workflows.py.
"""

from __future__ import annotations

import copy
from collections.abc import Callable

import pytest

from . import pods
from .api_server import ApiServer
from .backend import Rendered, ensure_namespace
from .kubernetes import Api, Object

pytestmark = [pytest.mark.servers, pytest.mark.go, pytest.mark.sdk]

NAMESPACE = "pods"
USER_COMMAND = ["pyflyte-execute", "--inputs", "s3://flyte/inputs.pb", "--", "task-module", "solver"]


@pytest.fixture(scope="module")
def api(api_server: ApiServer) -> Api:
    api = api_server.api()
    ensure_namespace(api, NAMESPACE)
    return api


@pytest.fixture
def cr() -> Object:
    """A SolverJob as the plugin must build it."""
    labels = {label: "x" for label in pods.LABELS}
    name = "e1-n0-0"

    def template(**container: object) -> Object:
        main = {
            "name": name,
            "image": "registry.example.com/demo:v1",
            "env": [{"name": pods.GUARD, "value": "solverjob"}],
            **container,
        }
        return {"metadata": {"labels": dict(labels)}, "spec": {"containers": [main]}}

    driver = template(args=list(USER_COMMAND))
    driver["spec"]["restartPolicy"] = "Never"
    return {
        "apiVersion": "batch.solver.example.com/v1",
        "kind": "SolverJob",
        "metadata": {"name": name, "namespace": NAMESPACE, "labels": dict(labels)},
        "spec": {"driver": {"service": {}, "template": driver}, "workers": {"replicas": 2, "template": template()}},
    }


def test_a_right_cr_passes(cr: Object, rendered_plugin: Rendered, api: Api) -> None:
    assert pods.problems(rendered_plugin.plugin, cr, api) == []


def driver(cr: Object) -> Object:
    return cr["spec"]["driver"]["template"]


def workers(cr: Object) -> Object:
    return cr["spec"]["workers"]["template"]


def main(template: Object) -> Object:
    return template["spec"]["containers"][0]


WRONG: dict[str, tuple[Callable[[Object], object], str]] = {
    "user command in a worker": (lambda cr: main(workers(cr)).update(args=USER_COMMAND), "belongs to another role"),
    "user command in a worker's sidecar": (
        lambda cr: workers(cr)["spec"]["containers"].append({"name": "side", "image": "i", "command": USER_COMMAND}),
        "belongs to another role",
    ),
    "user command twice": (
        lambda cr: driver(cr)["spec"]["containers"].append({"name": "side", "image": "i", "command": USER_COMMAND}),
        "more than one container",
    ),
    "no user command": (lambda cr: main(driver(cr)).pop("args"), "instead of the task's command"),
    "restarted user code": (
        lambda cr: driver(cr)["spec"].update(restartPolicy="OnFailure"),
        "restart policy OnFailure",
    ),
    "a worker that is never restarted": (lambda cr: workers(cr)["spec"].update(restartPolicy="Never"), "Deployment"),
    "no guard": (lambda cr: main(workers(cr)).pop("env"), pods.GUARD),
    "another plugin's guard": (lambda cr: main(driver(cr))["env"][0].update(value="dask"), "'dask'"),
    "no labels on a pod": (lambda cr: workers(cr).pop("metadata"), "has no label execution-id"),
    "no labels on the CR": (lambda cr: cr["metadata"].update(labels={}), "the CR has no label"),
    "no image": (lambda cr: main(workers(cr)).pop("image"), "has no image"),
    "no workers": (lambda cr: cr["spec"].pop("workers"), "workers: no pod"),
    "no container": (lambda cr: driver(cr)["spec"].update(containers=[]), "has no container"),
    "a pod that the API server refuses": (
        lambda cr: main(workers(cr)).update(volumeMounts=[{"name": "nothing", "mountPath": "/data"}]),
        "the API server refuses it in deployments",
    ),
    "a field that pods do not have": (
        lambda cr: driver(cr)["spec"].update(restartPolicies="Never"),
        "the API server refuses it in pods",
    ),
}


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_cr_is_named(name: str, cr: Object, rendered_plugin: Rendered, api: Api) -> None:
    spoil, said = WRONG[name]
    wrong = copy.deepcopy(cr)
    spoil(wrong)
    found = pods.problems(rendered_plugin.plugin, wrong, api)
    assert any(said in each for each in found), found
