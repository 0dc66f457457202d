"""Every task of the demo for Flyte 2 as it is deployed, and on this machine."""

import importlib
import pkgutil
from pathlib import Path

import flyte
import pytest
from flyte._internal.image_cache import ImageCache
from flyte._internal.runtime.task_serde import translate_task_to_wire
from flyte.models import SerializationContext

DEMO = Path(__file__).parents[1]
IMAGE = "registry.example.com/demo:v1"


@pytest.fixture(params=[each.name for each in pkgutil.iter_modules([str(DEMO)])])
def demo(request, monkeypatch):
    monkeypatch.syspath_prepend(DEMO)
    return importlib.import_module(request.param)


def test_serialises(demo):
    images = ImageCache(image_lookup=dict.fromkeys([demo.jobs.name, demo.plain.name], IMAGE))
    context = SerializationContext(
        project="flytesnacks", domain="development", version="v1", root_dir=DEMO, image_cache=images
    )
    # A task without a function is declared as `run`.
    own = translate_task_to_wire(getattr(demo, "run", None) or demo.square, context).task_template
    assert own.type not in ("python", "container", "")
    assert list(own.container.args[:1]) == ([] if hasattr(demo, "run") else ["a0"])
    plain = translate_task_to_wire(demo.demo, context).task_template
    assert (plain.type, plain.container.image, plain.container.args[0]) == ("python", IMAGE, "a0")
    assert demo.plain.depends_on == [demo.jobs]


def test_runs_locally(demo, monkeypatch):
    flyte.init()
    context = flyte.with_runcontext(mode="local")
    if hasattr(demo, "run"):

        async def nothing(self):
            pass

        monkeypatch.setattr(type(demo.run), "execute", nothing)
        assert context.run(demo.demo).outputs()[0].endswith(" has ended")
    else:
        assert context.run(demo.demo, n=12).outputs()[0] == 144
