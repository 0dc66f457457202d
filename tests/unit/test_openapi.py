"""OpenAPI documents: what is read of them, what is refused and why, and that hostile ones cost little."""

from __future__ import annotations

import ast
import copy
import json
import time
from pathlib import Path
from typing import Any

import pytest
import yaml

from flyte_plugin_scaffold.asking import drafting
from flyte_plugin_scaffold.model import Backend
from flyte_plugin_scaffold.reading import openapi, source
from flyte_plugin_scaffold.reading.openapi_schema import OPAQUE, REQUIRED_NULLS, Schemas, Use
from flyte_plugin_scaffold.reading.references import ReferenceError_, Resolver
from flyte_plugin_scaffold.reading.sources import SourceError
from flyte_plugin_scaffold.text.characters import invisible
from tests.support import rendering
from tests.support.openapi_refusals import REFUSED
from tests.support.services import SIMULATIONS, document, job, ref, schema_of


def node(raw: Any, use: Use = Use.ASKED, **schemas: Any) -> Any:
    return Schemas(Resolver({"components": {"schemas": schemas}})).of(raw, use)


# ------------------------------------------------------------------------------------------------------------- schemas
@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ({"type": "string"}, {"type": "string"}),
        ({"type": "string", "nullable": True}, {"type": "string", "nullable": True}),
        ({"type": ["string", "null"]}, {"type": "string", "nullable": True}),
        ({"anyOf": [{"type": "string"}, {"type": "null"}]}, {"type": "string", "nullable": True}),
        ({"oneOf": [{"nullable": True, "enum": [None]}, {"type": "integer"}]}, {"type": "integer", "nullable": True}),
        ({"type": ["integer", "string"]}, {"x-kubernetes-int-or-string": True}),
        ({"anyOf": [{"type": "integer"}, {"type": "string"}]}, {"x-kubernetes-int-or-string": True}),
        ({"type": "integer", "minimum": 1, "exclusiveMinimum": True}, {"type": "integer", "minimum": 1, "exclusiveMinimum": True}),
        ({"type": "integer", "exclusiveMinimum": 1}, {"type": "integer", "minimum": 1, "exclusiveMinimum": True}),
        ({"type": "number", "exclusiveMaximum": 2.5}, {"type": "number", "maximum": 2.5, "exclusiveMaximum": True}),
        ({"const": "x"}, {"type": "string", "enum": ["x"]}),
        ({"oneOf": [{"const": "a"}, {"const": "b"}]}, {"type": "string", "enum": ["a", "b"]}),
        ({"enum": ["a", None]}, {"type": "string", "enum": ["a"], "nullable": True}),
        ({"type": "object"}, OPAQUE),
        ({"type": "object", "additionalProperties": False}, {"type": "object"}),
        ({"type": "object", "additionalProperties": {"type": "integer"}}, {"type": "object", "additionalProperties": {"type": "integer"}}),
        ({"oneOf": [{"type": "object", "properties": {"a": {"type": "string"}}}, {"type": "object", "properties": {"b": {}}}]}, OPAQUE),
        ({"type": "array"}, {"type": "array", "items": {}}),
        ({"type": ["string", "object"]}, {}),
        ({"anyOf": [{"type": "string"}, {"type": "array"}]}, {}),
        (True, {}),
        ([], {}),
        ({"type": "string", "pattern": 1, "maxLength": "x", "enum": "abc", "description": ["x"]}, {"type": "string"}),
        ({"type": 7, "properties": [], "required": "x", "allOf": {}}, {}),
        (ref("Missing"), {}),
        ({"$ref": "other.yaml#/x"}, {}),
    ],
)  # fmt: skip
def test_schemas_of_both_releases_are_read_alike(raw: Any, expected: Any) -> None:
    assert node(raw) == expected


def test_all_of_is_merged() -> None:
    base = {"type": "object", "required": ["a"], "properties": {"a": {"type": "string"}, "b": {"type": "integer"}}}
    raw = {"allOf": [ref("Base"), {"required": ["c"], "properties": {"b": {"minimum": 2}, "c": {"type": "boolean"}}}]}
    found = node(raw, Base=base)
    assert found["properties"] == {
        "a": {"type": "string"},
        "b": {"type": "integer", "minimum": 2},
        "c": {"type": "boolean"},
    }
    assert sorted(found["required"]) == ["a", "c"]


def test_an_answer_may_hold_what_stands_in_any_of_its_forms() -> None:
    raw = {"oneOf": [schema_of(id="string", state="string"), schema_of(id="string", error="string")]}
    assert list(node(raw, Use.TOLD)["properties"]) == ["id", "state", "error"]
    assert node(raw, Use.ASKED) == OPAQUE


def test_what_is_read_only_is_not_asked_and_what_is_written_only_is_not_told() -> None:
    raw = {
        "type": "object",
        "properties": {"a": {"type": "string", "readOnly": True}, "b": ref("B"), "c": {"type": "string"}},
    }
    secret = {"type": "string", "writeOnly": True}
    assert list(node(raw, Use.ASKED, B=secret)["properties"]) == ["b", "c"]
    assert list(node(raw, Use.TOLD, B=secret)["properties"]) == ["a", "c"]


def test_what_must_be_there_and_may_be_null_is_no_burden() -> None:
    raw = {
        "type": "object",
        "required": ["a", "b"],
        "properties": {"a": {"type": ["string", "null"]}, "b": {"type": "string"}},
    }
    assert node(raw)["required"] == ["b"] and node(raw)[REQUIRED_NULLS] == ["a"]
    assert node(raw, Use.TOLD)["required"] == ["a", "b"]


def test_a_circle_may_be_anything_where_it_begins_again() -> None:
    tree = {"type": "object", "properties": {"left": ref("Tree"), "value": {"type": "string"}}}
    assert node(ref("Tree"), Tree=tree)["properties"] == {"left": OPAQUE, "value": {"type": "string"}}
    assert node(ref("A"), A=ref("B"), B=ref("A")) == {}


@pytest.mark.parametrize(
    ("raw", "endless"),
    [
        ({"type": "object", "required": ["next"], "properties": {"next": ref("X")}}, True),
        ({"type": "object", "properties": {"next": ref("X")}}, False),
        ({"type": "object", "required": ["next"], "properties": {"next": {"type": "array", "items": ref("X")}}}, False),
        ({"type": "object", "required": ["next"], "properties": {"next": {"type": "array", "minItems": 1, "items": ref("X")}}}, True),
        ({"allOf": [{"type": "object", "required": ["next"], "properties": {"next": ref("X")}}]}, True),
        ({"type": "object", "required": ["next"], "properties": {"next": {"type": ["object", "null"], "allOf": [ref("X")]}}}, False),
    ],
)  # fmt: skip
def test_what_must_hold_itself_is_seen(raw: Any, endless: bool) -> None:
    assert Schemas(Resolver({"components": {"schemas": {"X": raw}}})).is_endless(ref("X"), Use.ASKED) is endless


def test_a_tree_has_nothing_twice_and_ends() -> None:
    schemas = Schemas(Resolver({}))
    shared: Any = {"type": "string"}
    for _ in range(50):  # two to the fifty places
        shared = {"type": "object", "properties": {"a": shared, "b": shared}}
    found = schemas.tree(shared, 1000)
    seen: list[int] = []
    pending = [found]
    while pending:
        each = pending.pop()
        seen.append(id(each))
        pending += [below for below in each.get("properties", {}).values() if below is not OPAQUE]
    assert len(seen) == len(set(seen)) <= 1001


@pytest.mark.parametrize(
    ("pointer", "says"),
    [
        ("other.yaml#/a", "in another document: bundle all into one file first"),
        ("#/a/b", "leads nowhere"),
        ("#/list/7", "leads nowhere"),
        ("#/list/x", "leads nowhere"),
    ],
)
def test_references_that_lead_nowhere(pointer: str, says: str) -> None:
    with pytest.raises(ReferenceError_, match=says):
        Resolver({"a": {}, "list": [1]}).at(pointer)


def test_references_are_escaped_as_json_pointers() -> None:
    assert Resolver({"a/b": {"c~d": [5]}}).at("#/a~1b/c~0d/0") == 5
    assert Resolver({"a b": 1}).at("#/a%20b") == 1


# ----------------------------------------------------------------------------------------------------------- documents
def test_a_document_is_of_a_service_in_yaml_and_json(tmp_path: Path) -> None:
    made = document(job())
    for name, text in {
        "a.json": json.dumps(made),
        "b.yaml": yaml.safe_dump(made),
        "c.txt": f"# x\n---\n{yaml.safe_dump(made)}",
    }.items():
        (tmp_path / name).write_text(text)
        backend, found = source.read(name, tmp_path)
        assert backend is Backend.SERVICE and found.reference == str(tmp_path / name)
        assert found.by_text.keys() == {"POST /jobs", "GET /jobs/{job_id}", "DELETE /jobs/{job_id}"}


@pytest.mark.parametrize("case", REFUSED)
def test_documents_that_cannot_be_used_are_refused_in_one_sentence(case: str, tmp_path: Path) -> None:
    value, says = REFUSED[case]
    (tmp_path / "api.yaml").write_text(yaml.safe_dump(value))
    (problem,) = drafting.check({"source": "api.yaml"}, str(tmp_path))
    assert problem.prompt == "source" and says in problem.text
    assert "\n" not in problem.text and len(problem.text) < 600


@pytest.mark.parametrize(
    ("servers", "expected"),
    [
        ([{"url": "https://a.example.com/v1/"}], "https://a.example.com/v1"),
        ([{"url": "/v1"}, {"url": "http://b.example.com"}], "http://b.example.com"),
        (
            [{"url": "https://{host}/v1", "variables": {"host": {"default": "c.example.com"}}}],
            "https://c.example.com/v1",
        ),
        ([{"url": "https://{host}/v1"}], ""),
        ([{"url": "https://user:secret@d.example.com"}], ""),
        ([{"url": "https://e.example.com/$(reboot)?x"}], ""),
        ("https://f.example.com", ""),
        (None, ""),
    ],
)
def test_the_address_is_that_of_the_first_whole_server(servers: Any, expected: str) -> None:
    assert openapi.found("a.yaml", "a.yaml", {**document(job()), "servers": servers}).server == expected


def test_odd_parts_that_nothing_looks_at_are_left_alone() -> None:
    made = document(job())
    made["paths"] |= {
        "no slash": {},
        "/x{": {"get": {}},
        "/y": 7,
        "/z": {"$ref": "#/nowhere"},
        "/ok": {"get": 5, "post": {"responses": 3}},
    }
    found = openapi.found("a.yaml", "a.yaml", made)
    assert "POST /ok" in found.by_text and found.notes == (
        "4 of its 7 paths cannot be read, and are left out: '#/nowhere' leads nowhere",
    )


# ------------------------------------------------------------------------------------------------------------- hostile
def mutations(value: Any) -> Any:
    """The document with each of its places replaced by something that does not belong there."""
    odd = (None, 7, "x", [], {}, True, [[]], {"$ref": "#/components"}, {"$ref": 5}, "#" * 500)

    def places(node: Any, path: tuple[Any, ...]) -> Any:
        if path:
            yield path
        for key, below in node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ():
            yield from places(below, (*path, key))

    for number, path in enumerate([*places(value, ())][::8]):
        made = copy.deepcopy(value)
        holder = made
        for step in path[:-1]:
            holder = holder[step]
        holder[path[-1]] = odd[number % len(odd)]
        yield path, made


def test_whatever_stands_anywhere_is_read_or_refused(tmp_path: Path) -> None:
    whole = yaml.safe_load(SIMULATIONS.read_text())
    file = tmp_path / "api.json"
    for path, made in mutations(whole):
        file.write_text(json.dumps(made))
        file.touch()
        try:
            draft = drafting.draft({"source": str(file)})
            problems = draft.problems
            assert problems or draft.plugin.service, path
        except SourceError as error:
            assert str(error), path


def _wide(count: int) -> dict[str, Any]:
    paths = {}
    for number in range(count):
        paths |= {path.replace("jobs", f"jobs{number}"): item for path, item in job().items()}
    return document(paths)


def _deep(count: int) -> dict[str, Any]:
    schemas = {
        f"S{n}": {"type": "object", "required": ["a"], "properties": {"a": ref(f"S{n + 1}"), "b": ref(f"S{n + 1}")}}
        for n in range(count)
    }
    schemas[f"S{count}"] = {"type": "object", "properties": {"x": {"type": "string"}}}
    return document(job(body=ref("S0")), **schemas)


def _merged(count: int) -> dict[str, Any]:
    schemas: dict[str, Any] = {"S0": {"type": "object", "properties": {"x0": {"type": "string"}}}}
    for n in range(1, count):
        schemas[f"S{n}"] = {"allOf": [ref(f"S{n - 1}"), {"properties": {f"x{n}": {"type": "string"}}}]}
    return document(job(body=ref("S0")), **schemas)


@pytest.mark.parametrize("make", [_wide, _deep, _merged])
def test_the_time_grows_with_the_document(make: Any, tmp_path: Path) -> None:
    """Four times as much takes at most about four times as long."""
    times = []
    for count in (60, 240):
        file = tmp_path / f"{count}.json"
        file.write_text(json.dumps(make(count)))
        start = time.process_time()
        drafting.check({"source": str(file)})
        times.append(time.process_time() - start)
    assert times[1] < 9 * times[0] + 0.2, times


@pytest.mark.parametrize(
    ("given", "version"),
    [
        ("2.3.0-rc.1+b5", "2.3.0-rc.1+b5"),
        ("v1 (2024-01-01)", "v1"),
        (1.5, "1.5"),
        ('"""; import os', "import"),
        ("1.0\u202e\\", "1.0"),
        ("'''", "unknown version"),
        (None, "unknown version"),
    ],
)
def test_a_version_is_one_word(given: Any, version: str, tmp_path: Path) -> None:
    """It stands in docstrings and comments."""
    made = document(job())
    made["info"]["version"] = given
    (tmp_path / "api.json").write_text(json.dumps(made))
    plugin = drafting.build({"source": str(tmp_path / "api.json")})
    assert plugin.service and plugin.service.version == plugin.crd.api_version == version


def test_neither_credentials_nor_what_the_client_sets_is_a_field() -> None:
    """Documents have keys among the parameters, too. A task's configuration is no place for secrets."""
    paths = job()
    names = ("X-Api-Key", "Host", "Cookie", "Authorization", "Transfer-Encoding", "X-Mode")
    paths["/jobs"]["post"]["parameters"] = [
        {"name": name, "in": "header", "required": True, "schema": {"type": "string"}} for name in names
    ]
    made = document(paths)
    made["components"]["securitySchemes"] = {"key": {"type": "apiKey", "in": "header", "name": "X-API-Key"}}
    found = openapi.found("api.json", "api.json", made)
    assert [each.name for each in found.parameters(found.by_text["POST /jobs"])] == ["X-Mode"]


@pytest.mark.parametrize("text", ["\"\"\"'''\\", "{{ 7 * 7 }}", "\u202e\u2028\x1b[31m", "'$(reboot)`\n*/"])
def test_no_text_of_a_document_leaves_its_quotes(text: str, tmp_path: Path) -> None:
    more = {"operationId": text, "description": text, "summary": text}
    said = {"type": "string", "description": text, "default": text, "enum": [text, "x"]}
    paths = job(
        states=["succeeded", "failed", text], body={"type": "object", "title": text, "properties": {text: said}}
    )
    paths["/jobs"]["post"].update(more, parameters=[{"name": text, "in": "query", "required": True, "schema": said}])
    paths["/jobs/{job_id}"]["get"].update(more)
    made = document(paths)
    made["info"] = {"title": text, "version": text, "description": text}
    made["servers"] = [{"url": f"https://jobs.example.com/{text}"}, {"url": "https://jobs.example.com/'$(id)'"}]
    made["security"] = [{text: [text]}]
    made["components"]["securitySchemes"] = {text: {"type": "apiKey", "in": "header", "name": text}}
    (tmp_path / "api.json").write_text(json.dumps(made))
    draft = drafting.draft({"source": str(tmp_path / "api.json"), "targets": "connector,flyte2"})
    assert draft.problems == ()
    for path, rendered in rendering.tree(draft).items():
        assert not invisible(rendered, but="\n\t"), path
        if path.endswith(".py"):
            ast.parse(rendered, path)
        elif path.endswith((".yaml", ".yml")):
            list(yaml.safe_load_all(rendered))


def test_a_path_that_no_answer_can_name_is_passed_over(tmp_path: Path) -> None:
    paths = job()
    made = document(
        {**{path.replace("/jobs", "/jobs;v=1"): item for path, item in job(cancel="post").items()}, **paths}
    )
    (tmp_path / "api.json").write_text(json.dumps(made))
    draft = drafting.draft({"source": str(tmp_path / "api.json")})
    assert draft.problems == () and "create: POST /jobs id=.id;" in draft.answer("operations")
