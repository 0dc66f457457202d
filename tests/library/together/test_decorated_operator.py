"""A decorator of a plugin for the SDK alone, on the task of an operator's plugin: no repository has both, a user may."""

import sys
from collections import OrderedDict
from dataclasses import dataclass

import pytest
from configs import Images, ImagesTask, Job, Resource, ResourceTask
from flytekit import map_task, task
from flytekit.tools.translator import get_serializable
from sample import SETTINGS
from sample_decorator import decorator

TEMPLATE = """
kind: PodTemplate
template:
  metadata: {labels: {team: "${settings.team}"}}
  spec:
    initContainers: [{name: sidecar, restartPolicy: Always}]
    containers: [{name: primary, env: [{name: TEAM, value: "${settings.team}"}]}]
"""


@dataclass(kw_only=True)
class Extras(decorator.Decorator):
    team: str


@pytest.fixture(autouse=True)
def template(tmp_path, monkeypatch):
    (tmp_path / "pod_template.yaml").write_text(TEMPLATE)
    monkeypatch.setattr(sys.modules[__name__], "__file__", str(tmp_path / "module.py"))


def square(n: int) -> int:
    return n * n


def serialized(entity):
    return get_serializable(OrderedDict(), SETTINGS, entity).template


def checked(decorated, plain):
    """Nothing but the pod differs, and that has what the decorator gives."""
    assert (decorated.type, decorated.custom, decorated.interface) == (plain.type, plain.custom, plain.interface)
    main, sidecar = decorated.k8s_pod.pod_spec["containers"][0], decorated.k8s_pod.pod_spec["initContainers"][0]
    assert {"name": "TEAM", "value": "a"} in main["env"]
    assert sidecar["image"] == main["image"] == plain.container.image
    assert main["args"] == plain.container.args
    assert decorated.k8s_pod.metadata.labels == {"team": "a"}


def test_a_function_in_a_resource():
    plain = serialized(task(task_config=Job())(square))
    checked(serialized(Extras(team="a")(task(task_config=Job())(square))), plain)


def test_a_map_task():
    plain = serialized(map_task(task(task_config=Job())(square)))
    checked(serialized(map_task(Extras(team="a")(task(task_config=Job())(square)))), plain)


def test_declared_tasks():
    plain = ImagesTask(name="images", task_config=Images())
    checked(serialized(Extras(team="a")(ImagesTask(name="images", task_config=Images()))), serialized(plain))
    with pytest.raises(TypeError, match="resource cannot be decorated: it has no pod"):
        serialized(Extras(team="a")(ResourceTask(name="resource", task_config=Resource())))
