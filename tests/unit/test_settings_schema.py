"""Settings from a JSON Schema: references put in place, what cannot be told open, and what has no end refused."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from flyte_plugin_scaffold.asking import drafting
from flyte_plugin_scaffold.languages import python_settings
from flyte_plugin_scaffold.model import Backend, Form
from flyte_plugin_scaffold.reading import json_schema, source
from flyte_plugin_scaffold.reading.sources import SourceError, Text
from flyte_plugin_scaffold.text.characters import invisible

OWN = str(Path(__file__).parents[1] / "schemas" / "platform.json")
OPEN = {"type": "object", "x-kubernetes-preserve-unknown-fields": True}
ANYTHING = {"x-kubernetes-preserve-unknown-fields": True}


def read(**document: Any) -> dict[str, Any]:
    found = json_schema.read("a.json", Text("a.json", json.dumps({"type": "object", **document})))
    return found.schema["properties"]["spec"]  # type: ignore[no-any-return]


def one(schema: Any, **more: Any) -> Any:
    """What becomes of the schema of one setting."""
    return read(properties={"a": schema}, **more)["properties"]["a"]


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (True, ANYTHING),
        ({}, ANYTHING),
        ({"description": "d"}, {**ANYTHING, "description": "d"}),
        ({"type": "string", "title": "t"}, {"type": "string", "description": "t"}),
        ({"type": ["string", "null"]}, {"type": "string"}),
        ({"type": ["string", "integer"]}, {"x-kubernetes-int-or-string": True}),
        ({"type": ["integer", "number"]}, {"type": "number"}),
        ({"type": ["string", "boolean"]}, ANYTHING),
        ({"enum": ["a", "b"]}, {"type": "string", "enum": ["a", "b"]}),
        ({"const": "a", "default": "a"}, {"type": "string", "enum": ["a"], "default": "a"}),
        ({"enum": [1, "a"]}, ANYTHING),
        ({"type": "integer", "minimum": 1, "exclusiveMaximum": 9}, {"type": "integer", "minimum": 1, "maximum": 8}),
        ({"type": "number", "exclusiveMinimum": 0.5}, {"type": "number", "minimum": 0.5}),
        ({"type": "integer", "minimum": 0, "exclusiveMinimum": True}, {"type": "integer", "minimum": 1}),
        ({"type": "array"}, {"type": "array", "items": ANYTHING}),
        ({"type": "array", "items": [{"type": "string"}]}, {"type": "array", "items": ANYTHING}),
        ({"items": {"type": "string"}}, {"type": "array", "items": {"type": "string"}}),
        ({"type": "object"}, OPEN),
        ({"type": "object", "additionalProperties": False}, {"type": "object"}),
        ({"patternProperties": {"^a": {}}}, OPEN),
        (
            {"additionalProperties": {"type": "string"}},
            {"type": "object", "additionalProperties": {"type": "string"}},
        ),
        ({"anyOf": [{"type": "string"}, {"type": "null"}], "default": "x"}, {"type": "string", "default": "x"}),
        ({"oneOf": [{"const": "a"}, {"const": "b"}]}, {"type": "string", "enum": ["a", "b"]}),
        ({"anyOf": [{"type": "integer"}, {"type": "string"}]}, {"x-kubernetes-int-or-string": True}),
        ({"anyOf": [{"type": "object"}, {"type": "object"}]}, OPEN),
        ({"anyOf": [{"type": "object"}, {"type": "string"}]}, ANYTHING),
        (
            {"type": "object", "properties": {"x": {"type": "string"}}, "anyOf": [{"required": ["x"]}]},
            {"type": "object", "properties": {"x": {"type": "string"}}},
        ),
        (
            {"allOf": [{"properties": {"x": {"type": "string"}}}, {"properties": {"y": {"type": "string"}}, "required": ["y"]}]},
            {"type": "object", "properties": {"x": {"type": "string"}, "y": {"type": "string"}}, "required": ["y"]},
        ),
    ],
)  # fmt: skip
def test_schemas_in_the_form_of_a_crds(given: Any, expected: Any) -> None:
    assert one(given) == expected


def test_references_are_put_in_place() -> None:
    pairs = {"pair/of~": {"type": "object", "properties": {"x": {"type": "string"}}}}
    found = one({"$ref": "#/$defs/pair~1of~0", "description": "d"}, **{"$defs": pairs})
    assert found == {"type": "object", "properties": {"x": {"type": "string"}}, "description": "d"}
    assert one({"$ref": "#/definitions/a/1"}, definitions={"a": [{}, {"type": "string"}]}) == {"type": "string"}


@pytest.mark.parametrize(
    ("schema", "expected"),
    [
        ({"$ref": "#"}, {**OPEN, "description": "whole"}),
        ({"$ref": "#/$defs/tree", "description": "d"}, {"properties": {"left": {**OPEN, "description": "t"}}}),
        ({"$ref": "#/$defs/list"}, {"items": {"items": ANYTHING}}),
    ],
)
def test_what_holds_more_of_its_own_sort_is_open_there(schema: Any, expected: Any) -> None:
    """And it is said, once for each sort."""
    tree = {
        "type": "object",
        "title": "t",
        "properties": {side: {"$ref": "#/$defs/tree"} for side in ("left", "right")},
    }
    rows = {"type": "array", "items": {"type": "array", "items": {"$ref": "#/$defs/list"}}}
    document = {
        "type": "object",
        "description": "whole",
        "properties": {"a": schema},
        "$defs": {"tree": tree, "list": rows},
    }
    found = json_schema.read("a.json", Text("a.json", json.dumps(document)))
    name = schema["$ref"]
    assert found.notes == (f"what is a {name} within another takes any JSON: there is no end to it",)
    below = found.schema["properties"]["spec"]["properties"]["a"]
    assert _part_of(expected, below), below


def _part_of(expected: Any, found: Any) -> bool:
    if isinstance(expected, dict):
        return all(_part_of(value, found.get(key)) for key, value in expected.items())
    return bool(expected == found)


DEEP: dict[str, Any] = {"type": "string"}
for _ in range(30):
    DEEP = {"type": "object", "properties": {"x": DEEP}}
# Each refers to the next twice.
MANY = {f"d{at}": {"properties": {side: {"$ref": f"#/$defs/d{at + 1}"} for side in "ab"}} for at in range(20)}


@pytest.mark.parametrize(
    ("schema", "more", "problem"),
    [
        ({"$ref": "other.json"}, {}, "a.json: .a refers to other.json: only places in the same document can be read"),
        ({"$ref": 1}, {}, "a.json: .a refers to 1: only places in the same document"),
        ({"$ref": "#/$defs/x"}, {}, "a.json: .a refers to #/$defs/x, which the document does not have"),
        ({"$ref": "#x"}, {}, "a.json: .a refers to #x, which the document does not have"),
        ({"$ref": "#/$defs/x"}, {"$defs": {"x": {"$ref": "#/$defs/x"}}}, "a.json: .a refers to #/$defs/x, which says"),
        ({"$ref": "#/$defs/x"}, {"$defs": {"x": {"allOf": [{"$ref": "#/$defs/x"}]}}}, "which says nothing but that"),
        ({"$ref": "#/$defs/d0"}, {"$defs": {**MANY, "d20": {"type": "string"}}}, "a.json has more than 20,000 values"),
        (DEEP, {}, "is more than 24 levels deep"),
        (
            {"type": "text"},
            {},
            "a.json: text is no type of .a: there are array, boolean, integer, number, object, string",
        ),
        (1, {}, "a.json: .a is no schema but 1"),
        ({"anyOf": {}}, {}, "a.json: anyOf of .a is no list of schemas"),
        ({"properties": []}, {}, "a.json: properties of .a are no object"),
    ],
)
def test_what_cannot_be_read_is_refused(schema: Any, more: dict[str, Any], problem: str) -> None:
    with pytest.raises(SourceError) as refused:
        one(schema, **more)
    assert problem in str(refused.value) and "\n" not in str(refused.value)


@pytest.mark.parametrize(
    "document", [{"$schema": "x", "type": "string"}, {"$schema": "x"}, {"$schema": "x", "type": "array"}]
)
def test_settings_are_an_object(document: dict[str, Any], tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text(json.dumps(document))
    with pytest.raises(SourceError, match="settings are an object, with a property each"):
        source.read("a.json", tmp_path)


def test_what_is_invisible_is_escaped_in_the_schema_that_is_kept() -> None:
    document = {"type": "object", "properties": {"\u202ea": {"type": "string", "default": "\u2028\x85\U000e0001"}}}
    kept = json_schema.read("s", Text("s", json.dumps(document))).text
    assert not invisible(kept, but="\n") and json.loads(kept) == document


def test_a_source_is_told_by_what_it_is(tmp_path: Path) -> None:
    assert source.read("none")[0] is source.read(OWN)[0] is Backend.NONE
    assert source.read("example")[0] is Backend.OPERATOR
    (tmp_path / "a.yaml").write_text("$schema: x\ntype: object\nproperties:\n  b: {type: string}\n")
    backend, found = source.read("a.yaml", tmp_path)
    assert backend is Backend.NONE and isinstance(found, json_schema.Settings)
    assert json.loads(found.text)["properties"] == {"b": {"type": "string"}}


# --------------------------------------------------------------------------------------------------------------- drafts
def test_the_answers_of_settings() -> None:
    found = drafting.draft({"source": OWN})
    assert found.problems == ()
    assert {
        prompt: found.answer(prompt) for prompt in ("kind", "targets", "operator_name", "task_type", "plugin_slug")
    } == {
        "kind": "decorator",
        "targets": "sdk",
        "operator_name": "Acme Platform",
        "task_type": "acmeplatform",
        "plugin_slug": "flyte-acmeplatform-plugin",
    }
    assert [found.answer(prompt) for prompt in ("roles", "operations", "status_path", "phases")] == ["none"] * 4
    assert found.recorded["source"] == "schema/acmeplatform.json"
    plugin = found.plugin
    assert plugin.form is Form.DECORATOR and plugin.lock == ""
    members = {each.name: each for each in plugin.contract[0].members}
    assert members["team"].required and not members["tier"].required
    assert [members[name].default for name in ("team", "tier", "traced", "tags")] == [None, "batch", False, ["flyte"]]
    assert [each.name for each in plugin.contract] == ["AcmePlatform", "Endpoint", "Proxy"]


def test_no_settings() -> None:
    found = drafting.draft({"source": "none"})
    assert found.problems == () and found.recorded["source"] == "none"
    assert (found.plugin.names.config_class, found.plugin.contract[0].members) == ("Platform", ())


@pytest.mark.parametrize(
    ("answers", "problem"),
    [
        ({"kind": "decoratr"}, ("kind", "'decoratr' is no plugin for the SDK alone: did you mean decorator?")),
        (
            {"kind": "RayJob"},
            ("kind", "'RayJob' is no plugin for the SDK alone: there are decorator, executor, notebook"),
        ),
        (
            {"targets": "propeller"},
            ("targets", "propeller does not go with a plugin without a backend: give sdk, flyte2"),
        ),
        ({"roles": "a: .spec.b user"}, ("roles", "which has no resource with pods: give none")),
        ({"operations": "create: POST /a"}, ("operations", "which has no remote service: give none")),
        ({"status_path": ".status.a"}, ("status_path", "which has no status of a resource: give none")),
        ({"phases": "Success=a"}, ("phases", "which has no status of a resource: give none")),
        ({"options": "name_budget=30"}, ("options", "which has no backend: leave it empty")),
        ({"fields": "+.spec.teem"}, ("fields", "the schema has no .spec.teem: did you mean .spec.team?")),
        ({"fields": "-.spec.teem"}, ("fields", "-.spec.teem takes out what is not there")),
    ],
)
def test_what_does_not_go_with_it_is_refused(answers: dict[str, str], problem: tuple[str, str]) -> None:
    problems = drafting.check({"source": OWN, **answers})
    assert [each.prompt for each in problems] == [problem[0]]
    assert problem[1] in problems[0].text


@pytest.mark.parametrize(
    ("schema", "fits"),
    [
        ({"type": "string", "default": 1}, False),
        ({"enum": ["a"], "default": "b"}, False),
        ({"type": "integer", "default": 1.5}, False),
        ({"type": "integer", "default": True}, False),
        ({"type": "integer", "maximum": 3, "default": 4}, False),
        ({"type": "integer", "format": "int32", "default": 2**31}, False),
        ({"type": "number", "default": 4}, True),
        ({"type": "array", "items": {"type": "string"}, "default": ["a", 1]}, False),
        ({"type": "array", "items": {"type": "string"}, "default": ["a"]}, True),
        ({"type": "object", "default": {"a": 1}}, True),
        ({"type": "object", "default": []}, False),
        ({"default": [1]}, True),
    ],
)
def test_a_default_must_be_a_value(schema: dict[str, Any], fits: bool, tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text(json.dumps({"$schema": "x", "type": "object", "properties": {"a": schema}}))
    problems = drafting.check({"source": "a.json"}, str(tmp_path))
    assert (problems == []) is fits
    assert fits or (problems[0].prompt, "of .spec.a is no value of its type" in problems[0].text) == ("source", True)


@pytest.mark.parametrize(
    ("schema", "address"),
    [
        ({"type": "string", "format": "uri"}, "a"),
        ({"type": "string", "format": "url"}, "a"),
        ({"type": "string"}, ""),
        ({"type": "array", "items": {"type": "string", "format": "uri"}}, ""),
    ],
)
def test_the_address_of_a_service_is_told_by_its_format(schema: dict[str, Any], address: str, tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text(json.dumps({"$schema": "x", "type": "object", "properties": {"a": schema}}))
    plugin = drafting.build({"source": "a.json", "kind": "executor"}, str(tmp_path))
    found = python_settings.settings_address(plugin)
    assert (found.name if found else "") == address
