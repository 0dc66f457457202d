"""What a schema node holds, and paths into a schema."""

from __future__ import annotations

import math
import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flyte_plugin_scaffold.examples import samples
from flyte_plugin_scaffold.model import Path, Step, StepKind
from flyte_plugin_scaffold.reading import schema
from flyte_plugin_scaffold.reading.schema import Kind
from flyte_plugin_scaffold.text.characters import invisible
from tests.support.schemas import BOOLEAN, INT_OR_STRING, INTEGER, OPAQUE, STRING, array, enum, mapping, obj


@pytest.mark.parametrize(
    ("node", "kind"),
    [
        (STRING, Kind.STRING),
        (INTEGER, Kind.INTEGER),
        ({"type": "number"}, Kind.NUMBER),
        (BOOLEAN, Kind.BOOLEAN),
        (INT_OR_STRING, Kind.INT_OR_STRING),
        ({"anyOf": [{"type": "string"}, {"type": "integer"}]}, Kind.INT_OR_STRING),
        ({"oneOf": [{"type": "string"}, {"type": "integer"}]}, Kind.INT_OR_STRING),
        ({"type": "string", "format": "int-or-string"}, Kind.INT_OR_STRING),
        (array(STRING), Kind.LIST),
        ({"type": "array"}, Kind.LIST),
        (mapping(STRING), Kind.MAP),
        (obj(a=STRING), Kind.OBJECT),
        ({"properties": {"a": STRING}}, Kind.OBJECT),
        (OPAQUE, Kind.OPAQUE),
        ({"type": "object", "x-kubernetes-embedded-resource": True}, Kind.OPAQUE),
        ({"type": "object", "additionalProperties": True}, Kind.OPAQUE),
        ({"type": "object"}, Kind.NOTHING),
        ({"type": "object", "additionalProperties": False}, Kind.NOTHING),
        ({"x-kubernetes-preserve-unknown-fields": True}, Kind.ANYTHING),
        ({}, Kind.ANYTHING),
        (None, Kind.ANYTHING),
    ],
)
def test_kind(node: object, kind: Kind) -> None:
    assert schema.kind(node) is kind


def test_a_default_makes_a_required_property_optional() -> None:
    node = obj("a", "b", "gone", a=STRING, b={**STRING, "default": "x"}, c=STRING)
    assert schema.required(node) == ("a",)


def test_leaves_counts_what_can_be_set() -> None:
    node = obj(a=STRING, b=array(obj(c=STRING, d=INTEGER)), e=mapping(STRING), f={"type": "object"}, g=OPAQUE)
    assert schema.leaves(node) == 5
    assert schema.leaves(node, most=2) == 2


@pytest.mark.parametrize(
    "text",
    [
        ".spec",
        ".spec.job",
        ".spec.workerGroupSpecs[]",
        ".spec.tasks[main].template",
        ".spec.pytorchReplicaSpecs{Master}",
        ".spec.groups{}.a-b",
        '.spec."odd.name"["x y"]{"{}"}',
        ".status.conditions",
    ],
)
def test_paths_are_read_as_they_are_printed(text: str) -> None:
    assert str(schema.parse_path(text)) == text


@pytest.mark.parametrize(
    "text",
    [
        "",
        "spec",
        ".metadata.name",
        ".spec..a",
        ".spec.a[",
        ".spec.a{",
        ".spec. a",
        '.spec."a',
        '.spec."\\x"',
        "[].spec",
    ],
)
def test_what_is_no_path_is_refused_in_one_sentence(text: str) -> None:
    with pytest.raises(ValueError, match=r"is no path: ") as refused:
        schema.parse_path(text)
    assert "\n" not in str(refused.value)


_NAMES = st.text(min_size=1, max_size=12).filter(lambda name: name == name.strip())
_STEPS = st.one_of(
    st.builds(Step, st.sampled_from([StepKind.FIELD, StepKind.ELEMENT, StepKind.KEY]), _NAMES),
    st.builds(Step, st.sampled_from([StepKind.ITEMS, StepKind.ENTRIES])),
)


@given(st.lists(_STEPS, max_size=6))
def test_any_path_can_be_printed_and_read_again(steps: list[Step]) -> None:
    path = Path((Step(StepKind.FIELD, "spec"), *steps))
    assert schema.parse_path(str(path)) == path


@given(st.text(max_size=30))
def test_reading_a_path_raises_nothing_else(text: str) -> None:
    try:
        assert schema.parse_path(text).steps
    except ValueError as refused:
        assert "is no path" in str(refused)


ROOT = obj(
    spec=obj(
        "job",
        job=obj("image", image=STRING, size={**INTEGER, "default": 1}),
        groups=array(obj(name=STRING)),
        replicas=mapping(obj(count=INTEGER)),
        anything=OPAQUE,
    )
)


@pytest.mark.parametrize(
    ("path", "found"),
    [
        (".spec.job.image", STRING),
        (".spec.groups[].name", STRING),
        (".spec.groups[first].name", STRING),
        (".spec.replicas{Worker}.count", INTEGER),
        (".spec.replicas{}.count", INTEGER),
        (".spec.replicas.Worker.count", INTEGER),
        (".spec.anything.at.all[].here", schema.OPAQUE),
        (".spec.nothing", None),
        (".spec.job[]", None),
        (".spec.job{}", None),
        (".spec.groups.name", None),
        (".status.phase", None),
    ],
)
def test_lookup(path: str, found: object) -> None:
    assert schema.lookup(ROOT, schema.parse_path(path)) == found


def test_without_a_schema_every_path_is_possible() -> None:
    assert schema.lookup({}, schema.parse_path(".spec.a[].b")) is schema.OPAQUE


# ------------------------------------------------------------------------------------------------------------- samples
@pytest.mark.parametrize(
    ("node", "sample"),
    [
        (STRING, "text"),
        (enum("", "Always"), "Always"),
        ({**STRING, "format": "date-time"}, "2024-01-01T00:00:00Z"),
        ({**STRING, "format": "something-new"}, "text"),
        ({**STRING, "maxLength": 1}, "1"),
        ({**STRING, "minLength": 12}, "https://example.com/"),
        ({**STRING, "minLength": 30}, "a" * 30),
        ({**STRING, "pattern": r"^[0-9]+(ns|us|ms|s|m|h)$"}, "1h"),
        ({**STRING, "pattern": r"^(ab|cd){2}-\d{3}[^0-9]$"}, "abab-111a"),
        ({**STRING, "pattern": r"^\p{L}+$"}, "text"),
        (INT_OR_STRING, "1"),
        (INTEGER, 1),
        ({**INTEGER, "minimum": 5}, 5),
        ({**INTEGER, "minimum": 5, "exclusiveMinimum": True}, 6),
        ({**INTEGER, "maximum": -3}, -3),
        ({**INTEGER, "minimum": 7, "multipleOf": 5}, 10),
        ({**INTEGER, "enum": [30, 31]}, 30),
        ({"type": "number"}, 0.5),
        ({"type": "number", "minimum": 0.7}, 0.7),
        ({"type": "number", "maximum": 0.25}, 0.25),
        ({"type": "number", "minimum": 0, "maximum": 0.25, "exclusiveMaximum": True}, 0.125),
        (BOOLEAN, True),
        (array(STRING), []),
        ({**array(STRING), "minItems": 1}, ["text"]),
        (obj("a", a=STRING, b=STRING), {"a": "text"}),
        ({}, "text"),
    ],
)
def test_samples_are_small_and_valid(node: dict, sample: object) -> None:
    assert samples.plain(node) == sample


def test_a_set_in_a_set_of_a_pattern_is_no_warning(recwarn: pytest.WarningsRecorder) -> None:
    samples._parsed.cache_clear()
    assert samples.string({"type": "string", "pattern": "[[a]x"}) == "ax"
    assert [str(each.message) for each in recwarn] == []


@pytest.mark.filterwarnings("ignore:Possible:FutureWarning")  # a set in a set, in a later Python
@given(st.from_regex(r"\^?[a-c]{1,3}(\[[0-9a-f-]+\]|\.|\\d|\\w)?[*+?]?(x|\(y\|z\))?\$?", fullmatch=True))
def test_what_is_made_for_a_pattern_matches_it(pattern: str) -> None:
    try:
        compiled = re.compile(pattern)
    except re.error:
        return
    assert compiled.search(samples.string({"type": "string", "pattern": pattern}))


LIMITS = ("minimum", "maximum", "multipleOf")
NUMBERS = st.one_of(
    st.integers(),
    st.floats(allow_nan=True, allow_infinity=True),
    st.sampled_from([0, -0.0, 10**400, -(10**400), 2**63, -(2**63), 2**31, 1e308, 5e-324, True, "1", None]),
)


@given(
    st.sampled_from(["integer", "number"]),
    st.sampled_from(["int32", "int64", "double", ""]),
    st.dictionaries(st.sampled_from(LIMITS), NUMBERS),
    st.lists(NUMBERS, max_size=2),
    st.booleans(),
)
def test_a_number_has_a_sample_whatever_its_bounds(
    type_: str, format_: str, limits: dict, values: list, exclusive: bool
) -> None:
    node = {"type": type_, "format": format_, **limits, "exclusiveMinimum": exclusive, "exclusiveMaximum": exclusive}
    node |= {"enum": values} if values else {}
    sample = samples.plain(node)
    if type_ == "integer":
        limit = 2**31 if format_ == "int32" else 2**63
        assert type(sample) is int and -limit <= sample < limit
    else:
        assert type(sample) is float and math.isfinite(sample)
    low, high = schema.bounds(node)
    assert low is None or high is None or low <= high


PATTERNS = {
    "alternatives that are the same": r"^(([^x]|.)+)+$y",
    "repeats in repeats": r"(a+)+$",
    "powers of 256": r"(((a{256}){256}){256}){256}",
    "sets of all characters": "(?i)" + "[\0-\U0010ffff]" * 150,
    "open brackets": "(" * 900,
    "maybes": "a?" * 300 + "a" * 300,
    "deep": "(" * 150 + ".*" + ")*" * 150 + "!",
    "long": "(a|b)*" * 100_000,
    "half a character": "\\ud800",
    "unseen": "[\u202e]",
    "looks ahead": "(?=(.*)+!)" * 50,
}


@pytest.mark.parametrize("pattern", PATTERNS.values(), ids=PATTERNS)
def test_a_pattern_is_never_waited_for(pattern: str) -> None:
    start = time.process_time()
    sample = samples.string({"type": "string", "pattern": pattern})
    assert time.process_time() - start < 3
    assert sample and len(sample) <= 4096 and not invisible(sample)
