"""The contract as JSON Schema, and its reference page. tests/corpus/test_schema.py compares the schema with the proto."""

from __future__ import annotations

import json
import random
import re
from typing import Any

import jsonschema
import pytest

from flyte_plugin_scaffold.asking import drafting
from flyte_plugin_scaffold.examples import corpus
from flyte_plugin_scaffold.languages import contract_page, json_schema
from flyte_plugin_scaffold.model import Member, Path, Plugin, Scalar, Shape
from tests.support import json_schemas
from tests.support.kinds import CRDS, KINDS
from tests.support.rendering import ROOT, rendered_for
from tests.support.services import SIMULATIONS

PAGE = ROOT / "{{cookiecutter.plugin_slug}}/contract/{{ kind_name() }}.md"
OWN = ("example", "Restore", "LoadTest", "OddJob", "Assembly")  # whose CRDs are in this repository


def plugin_of(kind: str) -> Plugin:
    if kind == "service":
        return drafting.build({"source": str(SIMULATIONS)})
    file = KINDS[kind].file
    return drafting.build({**KINDS[kind].answers, "source": str(CRDS / file) if file else "example"})


def validator_of(plugin: Plugin) -> jsonschema.Draft202012Validator:
    schema = json.loads(json_schema.json_schema(plugin))
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(schema)


@pytest.mark.parametrize("kind", [*OWN, "service"])
def test_examples_fit_and_what_is_unknown_anywhere_does_not(kind: str) -> None:
    plugin = plugin_of(kind)
    validator = validator_of(plugin)
    for custom in (corpus.full_custom(plugin), corpus.minimal_custom(plugin), corpus.shown_custom(plugin)):
        assert [str(error) for error in validator.iter_errors(custom)] == []
    full = corpus.full_custom(plugin)
    free = {each.json_name for message in plugin.contract for each in message.members if _is_free(each)}
    places = [path for path in [(), *json_schemas.places(full)] if not free & set(path) and "podSpec" not in path]
    objects = [at for at in (json_schemas.at(full, path) for path in places) if isinstance(at, dict)]
    assert len(objects) > len(plugin.pod_roles)
    for each in objects:
        each["unheardOf"] = None  # is no string either, in a map
        assert not validator.is_valid(full)
        del each["unheardOf"]
    assert validator.is_valid(full)


def _is_free(member: Member) -> bool:
    return member.shape in (Shape.STRUCT, Shape.STRUCTS, Shape.VALUE)


def _member(**more: Any) -> Member:
    given = {"name": "a_b", "json_name": "aB", "number": 3, "shape": Shape.SCALAR, "scalar": Scalar.STRING, **more}
    return Member(**{"path": Path(()), "description": "Text", **given})


FREE = {"type": "object", "additionalProperties": True}
INT32 = {"type": "integer", "minimum": -(2**31), "maximum": 2**31 - 1}


@pytest.mark.parametrize(
    ("member", "expected"),
    [
        (_member(), {"type": "string"}),
        (_member(pattern="^a$"), {"type": "string"}),
        (_member(enum=("a", "b")), {"type": "string", "enum": ["a", "b"]}),
        (_member(enum=("a",), shape=Shape.LIST), {"type": "array", "items": {"type": "string", "enum": ["a"]}}),
        (_member(scalar=Scalar.BOOL), {"type": "boolean"}),
        (_member(scalar=Scalar.INT32), INT32),
        (_member(scalar=Scalar.INT32, minimum=1.0), {**INT32, "minimum": 1}),
        (_member(scalar=Scalar.INT32, minimum=-1e99, maximum=1e99), INT32),
        (_member(scalar=Scalar.INT64, maximum=9), {"$ref": "#/$defs/int64", "maximum": 9}),
        (_member(scalar=Scalar.DOUBLE, minimum=0.5), {"type": "number", "minimum": 0.5}),
        (
            _member(scalar=Scalar.DOUBLE, shape=Shape.MAP),
            {"type": "object", "additionalProperties": {"type": "number"}},
        ),
        (_member(scalar=None, shape=Shape.STRUCT), FREE),
        (_member(scalar=None, shape=Shape.STRUCTS), {"type": "array", "items": FREE}),
        (_member(scalar=None, shape=Shape.VALUE), {}),
        (_member(scalar=None, shape=Shape.MESSAGE, message="Inner"), {"$ref": "#/$defs/Inner"}),
        (
            _member(scalar=None, shape=Shape.MESSAGE_MAP, message="Inner"),
            {"type": "object", "additionalProperties": {"$ref": "#/$defs/Inner"}},
        ),
        (_member(deprecated="it is old"), {"type": "string", "deprecated": True}),
    ],
)
def test_members(member: Member, expected: dict[str, Any]) -> None:
    assert json_schema.member_schema(member) == {"description": "Text", **expected}


def test_a_number_or_a_string_is_a_string() -> None:
    made = json_schema.member_schema(_member(int_or_string=True, enum=("1", "a")))
    assert made == {"description": "Text. A number as a string, or a string.", "type": "string"}


LONG = 2**63


@pytest.mark.parametrize("number", [0, 7, 10**17, 10**18, 8 * 10**18, LONG - 1, LONG - 8, LONG // 10 * 10, LONG])
@pytest.mark.parametrize("sign", [1, -1])
def test_64_bits_as_a_string(number: int, sign: int) -> None:
    text = str(sign * number)
    assert bool(re.fullmatch(json_schema.INT64_PATTERN, text)) is (-LONG <= int(text) < LONG)


def test_64_bits_as_a_string_by_chance() -> None:
    chance = random.Random(1)
    for _ in range(2000):
        at = chance.randrange(19)
        digits = str(LONG - 1)[:at] + "".join(
            chance.choice("0123456789") for _ in range(chance.choice([18, 19, 20]) - at)
        )
        number = int(digits)
        for text in (str(number), str(-number)):
            assert bool(re.fullmatch(json_schema.INT64_PATTERN, text)) is (-LONG <= int(text) < LONG), text


@pytest.mark.parametrize("text", ["", "-", "-0", "+1", "007", "1.0", "1e3", " 1", "1\n", "0x1", "١"])
def test_no_64_bits(text: str) -> None:
    assert not re.fullmatch(json_schema.INT64_PATTERN, text)


# --------------------------------------------------------------------------------------------------------- the page
@pytest.mark.parametrize("kind", [*OWN, "service"])
def test_the_page_has_a_row_for_every_member_and_as_many_cells_in_each(kind: str) -> None:
    plugin = plugin_of(kind)
    rows = [re.split(r"(?<!\\)\|", line) for line in rendered_for(plugin, PAGE).splitlines() if line[:1] == "|"]
    assert {len(row) for row in rows} == {9}
    found = [row for row in rows if row[1] not in (" Field ", " Message ", "---")]
    assert len(found) == sum(len(message.members) for message in json_schema.messages(plugin))


@pytest.mark.parametrize(
    ("member", "limits"),
    [
        (_member(), ""),
        (_member(required=True, enum=("a", "b", "c")), "set, `a`, `b` or `c`"),
        (_member(enum=("a|b",)), "`a\\|b`"),
        (_member(scalar=Scalar.INT32, minimum=1, maximum=5), "1 to 5"),
        (_member(scalar=Scalar.INT64, minimum=0), "at least 0"),
        (_member(scalar=Scalar.DOUBLE, maximum=0.5), "at most 0.5"),
        (_member(int_or_string=True), "a number as a string, or a string"),
        (_member(pattern="^[a|b]$"), "fits `^[a\\|b]$`"),
    ],
)
def test_limits_on_the_page(member: Member, limits: str) -> None:
    assert contract_page.contract_row(member)[4] == limits


def test_java_takes_ten_pairs_at_most(monkeypatch: pytest.MonkeyPatch) -> None:
    custom = {str(at): [at, {}, "\u00fc\n"] for at in range(11)}
    monkeypatch.setattr(corpus, "shown_custom", lambda _: custom)
    text = contract_page.java_custom(plugin_of("example"))
    assert text.startswith(
        'Map.ofEntries(\n    Map.entry("0", List.of(\n        0,\n        Map.of(),\n        "\\u00fc\\n")),\n'
    )
    assert text.count("Map.entry(") == 11


@pytest.mark.parametrize(
    ("answers", "named", "others"),
    [
        ({"source": "example"}, ["`container`", "`k8sPod`"], ["Flyte 1", "Flyte 2"]),
        ({"source": "example", "targets": "connector"}, ["Flyte 1, a `k8sPod`"], ["`container`", "Flyte 2"]),
        ({"source": "example", "targets": "flyte2"}, ["Flyte 2, a `container`"], ["k8sPod", "Flyte 1"]),
        (
            {"source": "example", "targets": "propeller, connector, flyte2"},
            ["the Go plugin", "Flyte 1", "Flyte 2"],
            [],
        ),
        ({"source": str(SIMULATIONS)}, ["no container", "{{ .inputs.day }}"], ["k8sPod"]),
        ({"source": str(CRDS / "restores.yaml"), "roles": "none"}, ["no container"], ["k8sPod"]),
    ],
)
def test_the_page_says_what_pods_are_built_from(answers: dict[str, str], named: list[str], others: list[str]) -> None:
    """By who builds them: a connector of Flyte 1 is given no pod of a container, one of Flyte 2 none but a container."""
    text = rendered_for(drafting.build(answers), PAGE).partition("## From another language")[2]
    assert [each for each in named if each not in text] == [each for each in others if each in text] == []
    assert text.count("```") == 4 and "\n\nIn TypeScript:\n\n" in text
