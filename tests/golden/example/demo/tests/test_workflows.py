import importlib
from collections import OrderedDict
from pathlib import Path

import pytest
from flytekit.configuration import Image, ImageConfig, SerializationSettings
from flytekit.tools.translator import get_serializable

SETTINGS = SerializationSettings(
    project="flytesnacks",
    domain="development",
    version="v1",
    image_config=ImageConfig(default_image=Image(name="default", fqn="registry.example.com/demo", tag="v1")),
)


@pytest.fixture
def workflows(monkeypatch):
    # Imported from the parent folder of `workflows`, as by pyflyte and in the image.
    monkeypatch.syspath_prepend(Path(__file__).parents[1])
    return importlib.import_module("workflows.solverjob")


def test_serialises(workflows):
    entities = OrderedDict()
    workflow = get_serializable(entities, SETTINGS, workflows.demo).template
    template = entities[workflows.square].template
    assert [node.task_node.reference_id for node in workflow.nodes] == [template.id]
    assert template.type == "solverjob"
    assert template.container.image == "registry.example.com/demo:v1"
    assert template.container.args[0] == "pyflyte-execute"


def test_runs_locally(workflows):
    assert workflows.demo(n=12) == 144
