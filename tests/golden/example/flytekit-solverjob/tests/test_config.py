import dataclasses
import importlib
import inspect
import re
import subprocess
import sys
from pathlib import Path
from typing import Any, get_args, get_origin, get_type_hints

import corpus
import pytest

from flytekitplugins.solverjob import config, solverjob_pb2
from flytekitplugins.solverjob.base import custom

CLASSES = [each for _, each in inspect.getmembers(config, inspect.isclass) if each.__module__ == config.__name__]
POD = set(
    "image requests limits resources accelerator shared_memory command env pod_template interruptible node_selector".split()
)


@pytest.mark.parametrize("name", ["full", "minimal"])
def test_custom(name):
    task_config = getattr(corpus, name)()
    assert custom(task_config, corpus.SETTINGS) == corpus.custom(name)


@pytest.mark.parametrize("config_class", CLASSES, ids=lambda each: each.__name__)
def test_every_field_is_on_the_wire(config_class):
    message = getattr(solverjob_pb2, config_class.__name__)
    own = {each.name for each in dataclasses.fields(config_class)}
    wire = set(message.DESCRIPTOR.fields_by_name)
    assert own - POD == wire - POD - {"role"}


def test_an_empty_list_or_map_is_unset():
    minimal = corpus.minimal()
    hints = get_type_hints(type(minimal))
    empty = {
        each.name: get_origin(hint)()
        for each in dataclasses.fields(minimal)
        if each.default is None
        for hint in get_args(hints[each.name])
        if get_origin(hint) in (list, dict) and get_args(hint) != (str, Any)  # an empty object is kept
    }
    assert custom(dataclasses.replace(minimal, **empty), corpus.SETTINGS) == corpus.custom("minimal")


def test_all_problems_are_named_at_once():
    names = [each.name for each in dataclasses.fields(corpus.full())]
    with pytest.raises(ValueError) as refused:
        dataclasses.replace(corpus.full(), **{name: object() for name in names})
    assert [name for name in names if f"{name} must be " not in str(refused.value)] == []


def test_values_that_were_changed_are_checked_again():
    changed = corpus.minimal()
    changed.spec_overrides = "text"
    with pytest.raises(ValueError, match="spec_overrides must be dict, not 'text'"):
        custom(changed, corpus.SETTINGS)


def test_flytekit_finds_the_package():
    project = (Path(__file__).parents[1] / "pyproject.toml").read_text()
    (entry_point,) = re.findall(r'^\[project.entry-points."flytekit.plugins"\]\n\w+ = "(.+)"$', project, re.M)
    package = importlib.import_module(entry_point)
    assert package.__name__ == "flytekitplugins.solverjob"
    assert [name for name in package.__all__ if not hasattr(package, name)] == []


def test_import_needs_nothing_but_flytekit():
    program = """import sys, flytekit, flyteidl.core.tasks_pb2, google.protobuf.json_format
before = set(sys.modules)
import flytekitplugins.solverjob
print({name.partition(".")[0] for name in set(sys.modules) - before} - sys.stdlib_module_names)"""
    result = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert result.stdout.splitlines()[-1] == "{'flytekitplugins'}"
