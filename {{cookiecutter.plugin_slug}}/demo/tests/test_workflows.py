"""Every workflow of the demo in a registration, and on this machine."""

import importlib
import pkgutil
from collections import OrderedDict
from pathlib import Path

import pytest
from flytekit.configuration import Image, ImageConfig, SerializationSettings
from flytekit.testing import task_mock
from flytekit.tools.translator import get_serializable

DEMO = Path(__file__).parents[1]
SETTINGS = SerializationSettings(
    project="flytesnacks",
    domain="development",
    version="v1",
    image_config=ImageConfig(default_image=Image(name="default", fqn="registry.example.com/demo", tag="v1")),
)


@pytest.fixture(params=[each.name for each in pkgutil.iter_modules([str(DEMO / "workflows")])])
def workflows(request, monkeypatch):
    # Imported from the parent folder of `workflows`, as by pyflyte and in the image.
    monkeypatch.syspath_prepend(DEMO)
    return importlib.import_module(f"workflows.{request.param}")


def image_and_arguments(template):
    """Return those of the main container: a task for a connector has a pod, any other a container."""
    if template.container:
        return template.container.image, template.container.args
    (main,) = template.k8s_pod.pod_spec["containers"]
    return main["image"], main["args"]


def test_serialises(workflows):
    entities = OrderedDict()
    workflow = get_serializable(entities, SETTINGS, workflows.demo).template
    # A task without a function is declared as `run`.
    own = entities[getattr(workflows, "run", None) or workflows.square].template
    assert workflow.nodes[0].task_node.reference_id == own.id
    assert own.type not in ("python-task", "container")
    if hasattr(workflows, "run"):
        assert workflow.nodes[1].task_node.reference_id == entities[workflows.report].template.id
        assert workflow.nodes[1].upstream_node_ids == [workflow.nodes[0].id]
    else:
        image, arguments = image_and_arguments(own)
        assert image == "registry.example.com/demo:v1"
        assert arguments[0] == "pyflyte-execute"


def test_runs_locally(workflows):
    if hasattr(workflows, "run"):
        with task_mock(workflows.run):
            assert workflows.demo().endswith(" has ended")
    else:
        assert workflows.demo(n=12) == 144
