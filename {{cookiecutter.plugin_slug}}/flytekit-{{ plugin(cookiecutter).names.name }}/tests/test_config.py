{% set p = plugin(cookiecutter) %}
{% set n = p.names %}
{% set pb2 = n.name ~ "_pb2" %}
import dataclasses
import importlib
import inspect
import re
import subprocess
import sys
from pathlib import Path
from typing import Annotated, Any, Dict, List, Literal, Optional, Union, get_args, get_origin, get_type_hints

import corpus
import pytest
from google.protobuf.json_format import MessageToDict

{{ ["config", pb2] | python_import(n.python_package) }}
{{ ["NumberRange", "Validated", "json_value", "struct", "text"] | python_import(n.python_package ~ ".base") }}

CLASSES = [each for _, each in inspect.getmembers(config, inspect.isclass) if each.__module__ == config.__name__]
POD = set(
    "image requests limits accelerator shared_memory command env pod_template interruptible node_selector".split()
)


@pytest.mark.parametrize("name", ["full", "minimal"])
def test_custom(name):
    task_config = getattr(corpus, name)()
    assert MessageToDict(task_config.to_flyte_idl(corpus.SETTINGS)) == corpus.custom(name)


@pytest.mark.parametrize("config_class", CLASSES, ids=lambda each: each.__name__)
def test_every_field_is_on_the_wire(config_class):
    message = getattr({{ pb2 }}, config_class.__name__)
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
        if get_origin(hint) in (list, dict) and get_args(hint) != (str, Any)  # an empty object says something
    }
    sent = dataclasses.replace(minimal, **empty).to_flyte_idl(corpus.SETTINGS)
    assert MessageToDict(sent) == corpus.custom("minimal")


def test_all_problems_are_named_at_once():
    names = [each.name for each in dataclasses.fields(corpus.full())]
    with pytest.raises(ValueError) as refused:
        dataclasses.replace(corpus.full(), **{name: object() for name in names})
    assert [name for name in names if f"{name} must be " not in str(refused.value)] == []


@dataclasses.dataclass(kw_only=True)
class Sample(Validated):
    inner: Optional["Sample"] = None
    samples: List["Sample"] = dataclasses.field(default_factory=list)
    text: Optional[str] = None
    whole: Optional[int] = None
    number: Optional[float] = None
    flag: Optional[bool] = None
    quantity: Optional[Union[int, str]] = None
    size: Union[int, str] = 1
    mode: Optional[Literal["fast", "slow"]] = None
    modes: Optional[List[Literal["fast", "slow"]]] = None
    limited: Optional[Annotated[int, NumberRange(minimum=1, maximum=3)]] = None
    at_least: Optional[Annotated[float, NumberRange(minimum=0.5)]] = None
    at_most: Optional[Annotated[int, NumberRange(maximum=9)]] = None
    labels: Optional[Dict[str, str]] = None
    free: Optional[Dict[str, Any]] = None


@pytest.mark.parametrize(
    "name, value, problem",
    [
        ("inner", {}, "inner must be Sample, not dict"),
        ("samples", Sample(), "samples must be list, not Sample"),
        ("samples", None, "samples must be list, not NoneType"),
        ("samples", [Sample(), 1], "samples[1] must be Sample, not 1"),
        ("text", 1, "text must be str, not 1"),
        ("whole", "1", "whole must be int, not '1'"),
        ("whole", 1.0, "whole must be int, not 1.0"),
        ("whole", True, "whole must be int, not True"),
        ("number", False, "number must be float, not False"),
        ("flag", 1, "flag must be bool, not 1"),
        ("quantity", 1.5, "quantity must be int or str, not 1.5"),
        ("size", None, "size must be int or str, not NoneType"),
        ("mode", "Fast", "mode must be one of 'fast', 'slow', not 'Fast'"),
        ("modes", ["fast", "no"], "modes[1] must be one of 'fast', 'slow', not 'no'"),
        ("limited", 0, "limited must be from 1 to 3, not 0"),
        ("limited", 4, "limited must be from 1 to 3, not 4"),
        ("limited", "2", "limited must be int, not '2'"),
        ("at_least", 0.4, "at_least must be at least 0.5, not 0.4"),
        ("at_most", 10, "at_most must be at most 9, not 10"),
        ("labels", ["a"], "labels must be dict, not list"),
        ("labels", {"a": 1}, "labels['a'] must be str, not 1"),
        ("labels", {1: "a"}, "a key of labels must be str, not 1"),
        ("free", {"at": object()}, "free['at'] must be JSON: Object of type object is not JSON serializable"),
    ],
)
def test_wrong_values(name, value, problem):
    with pytest.raises(ValueError) as refused:
        Sample(**{name: value})
    assert str(refused.value) == f"Sample: {problem}"


def test_json_has_no_nan():
    with pytest.raises(ValueError, match="free\\['rate'\\] must be JSON"):
        Sample(free={"rate": float("nan")})


def test_right_values():
    assert Sample(number=1, quantity=1, limited=1, modes=[], free={"deep": [{"er": None}]}).number == 1
    assert Sample(number=0.5, quantity="1Gi", limited=3, at_least=0.5, at_most=9).limited == 3


def test_values_on_the_wire():
    assert text([1, "1Gi"]) == ["1", "1Gi"]
    assert text({"disk": 1}) == {"disk": "1"}
    assert MessageToDict(struct({"a": [1, {"b": None}]})) == {"a": [1, {"b": None}]}
    assert [MessageToDict(each) for each in struct([{"a": 1}, {}])] == [{"a": 1}, {}]
    assert MessageToDict(struct({})) == {}
    assert MessageToDict(json_value(["a"])) == ["a"]
    assert (text(None), struct(None), json_value(None)) == (None, None, None)


def test_flytekit_finds_the_package():
    project = (Path(__file__).parents[1] / "pyproject.toml").read_text()
    (entry_point,) = re.findall(r'^\[project.entry-points."flytekit.plugins"\]\n\w+ = "(.+)"$', project, re.M)
    package = importlib.import_module(entry_point)
    assert package.__name__ == {{ n.python_package | py_literal }}
    assert [name for name in package.__all__ if not hasattr(package, name)] == []


def test_import_needs_nothing_but_flytekit():
    program = """import sys, flytekit, flyteidl.core.tasks_pb2, google.protobuf.json_format
before = set(sys.modules)
import {{ n.python_package }}
print({name.partition(".")[0] for name in set(sys.modules) - before} - sys.stdlib_module_names)"""
    result = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert result.stdout.splitlines()[-1] == "{'flytekitplugins'}"
