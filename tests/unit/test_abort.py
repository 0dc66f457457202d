"""What stops a resource instead of its deletion, and the switch that suspends it."""

from __future__ import annotations

import json
from typing import Any

import pytest

from flyte_plugin_scaffold.asking import answers
from flyte_plugin_scaffold.building import abort
from flyte_plugin_scaffold.model import Crd
from flyte_plugin_scaffold.text.characters import invisible
from tests.support.schemas import (
    BOOLEAN,
    INT_OR_STRING,
    INTEGER,
    OPAQUE,
    STRING,
    TEMPLATE,
    array,
    crd,
    enum,
    mapping,
    obj,
)

NUMBER = {"type": "number"}
SPEC = obj(
    suspend=BOOLEAN,
    size=INTEGER,
    share=NUMBER,
    mode=enum("run", "stop"),
    note=STRING,
    port=INT_OR_STRING,
    free=OPAQUE,
    untyped={},
    labels=mapping(STRING),
    list=array(STRING),
    runPolicy=obj(pause=BOOLEAN),
    pod=TEMPLATE,
)


def patch(answer: Crd, option: str) -> tuple[str, str]:
    """What becomes of an option as it is written."""
    parsed, problem = answers.parse_abort_patch(option)
    return abort.patch(answer, *parsed) if parsed else ("", problem)


@pytest.mark.parametrize(
    ("option", "merged"),
    [
        (".spec.suspend=true", {"suspend": True}),
        ("spec.suspend = false", {"suspend": False}),
        (".spec.runPolicy.pause=true", {"runPolicy": {"pause": True}}),
        (".spec.size=0", {"size": 0}),
        (".spec.share=1", {"share": 1}),
        (".spec.share=0.5", {"share": 0.5}),
        (".spec.mode=stop", {"mode": "stop"}),
        ('.spec.note="a \\"b\\" = c"', {"note": 'a "b" = c'}),
        ('.spec.note="true"', {"note": "true"}),
        (".spec.note=NaN", {"note": "NaN"}),
        (".spec.port=80", {"port": 80}),
        (".spec.port=http", {"port": "http"}),
        (".spec.free.anything=true", {"free": {"anything": True}}),
        (".spec.untyped=x", {"untyped": "x"}),
        (".spec.labels{a b}=x", {"labels": {"a b": "x"}}),
    ],
)
def test_a_value_in_the_spec(option: str, merged: dict[str, Any]) -> None:
    text, problem = patch(crd(SPEC), option)
    assert problem == ""
    assert json.loads(text) == {"spec": merged}
    assert text == json.dumps(json.loads(text), separators=(",", ":"))


@pytest.mark.parametrize(
    ("option", "merged"),
    [
        (".metadata.annotations{example.com/stop}=true", {"annotations": {"example.com/stop": "true"}}),
        ('.metadata.annotations{"example.com/stop"}="a b"', {"annotations": {"example.com/stop": "a b"}}),
        (".metadata.labels{stop}=1", {"labels": {"stop": "1"}}),
        (".metadata.labels{stop}=1.50", {"labels": {"stop": "1.50"}}),
    ],
)
def test_annotations_and_labels_are_text(option: str, merged: dict[str, Any]) -> None:
    text, problem = patch(crd(SPEC), option)
    assert (json.loads(text), problem) == ({"metadata": merged}, "")


@pytest.mark.parametrize(
    ("option", "says"),
    [
        (".spec.stopped=true", "the CRD has no .spec.stopped; .spec.suspend=true would fit"),
        (".spec.suspend=yes", '.spec.suspend is true or false, not "yes"'),
        (".spec.suspend=1", ".spec.suspend is true or false, not 1"),
        (".spec.size=true", ".spec.size is an integer, not true"),
        (".spec.size=0.5", ".spec.size is an integer, not 0.5"),
        (".spec.share=true", ".spec.share is a number, not true"),
        (".spec.port=true", ".spec.port is an integer or a text, not true"),
        (".spec.note=true", "is a text, in double quotes where it looks like something else, not true"),
        (".spec.mode=halt", '.spec.mode is one of run, stop, not "halt"'),
        (".spec.runPolicy=true", ".spec.runPolicy is an object or a list"),
        (".spec.list=true", ".spec.list is an object or a list"),
        (".spec.labels=true", ".spec.labels is an object or a list"),
    ],
)
def test_what_the_api_server_would_not_take_is_refused(option: str, says: str) -> None:
    text, problem = patch(crd(SPEC), option)
    assert text == ""
    assert problem.startswith("abort_patch: ") and says in problem and not invisible(problem)


def test_nothing_is_offered_where_nothing_fits() -> None:
    assert patch(crd(obj(size=INTEGER)), ".spec.stop=true") == ("", "abort_patch: the CRD has no .spec.stop")
    assert "; .spec.run.cancel=true would" in patch(crd(obj(run=obj(cancel=BOOLEAN))), ".spec.stop=true")[1]


def test_without_a_schema_any_place_is_taken() -> None:
    assert patch(crd(schema={}), ".spec.a.b=true") == ('{"spec":{"a":{"b":true}}}', "")
