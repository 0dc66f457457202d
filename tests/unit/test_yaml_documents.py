"""YAML as kubectl reads it: values, documents, places, and texts that are written so that it reads the same."""

from __future__ import annotations

from typing import Any

import pytest
import yaml
from hypothesis import example, given, settings
from hypothesis import strategies as st

from flyte_plugin_scaffold.reading import yaml_documents


@pytest.fixture(params=["libyaml", "python"])
def parser(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """With and without PyYAML's C extension: not every platform has a wheel with it."""
    if request.param == "python":
        monkeypatch.setattr(yaml_documents, "_Loader", yaml.SafeLoader)
    elif not yaml.__with_libyaml__:
        pytest.skip("this PyYAML has no C extension")
    return str(request.param)


# -------------------------------------------------------------------------------------------------------------- values
# go-yaml v2, which kubectl reads with: https://pkg.go.dev/sigs.k8s.io/yaml
VALUES = {
    "word": "word",
    "=": "=",
    "y": True,
    "off": False,
    "NO": False,
    "'no'": "no",
    "~": None,
    "": None,
    "0x1F": 31,
    "0o17": 15,
    "0O": "0O",
    "017": 15,
    "08": 8.0,
    "-0b11": -3,
    "1_000": 1000,
    "1e3": 1000.0,
    "1.5": 1.5,
    ".5": 0.5,
    "1:30": "1:30",
    "2020-01-01": "2020-01-01",
    "2020-01-01T00:00:00Z": "2020-01-01T00:00:00Z",
    "-": [None],
    "+": "+",
    "1.2.3": "1.2.3",
    "!!str 1": "1",
    "!!int 1": 1,
    "!!float 1": 1.0,
    "! 1": "1",
    "9" * 70: float("9" * 70),
    '"\\u00e9"': "é",
    "{a: 1, 2: b, true: c}": {"a": 1, "2": "b", "true": "c"},
    "[a, [b], {}]": ["a", ["b"], {}],
    "{x: &a {b: 1}, y: *a}": {"x": {"b": 1}, "true": {"b": 1}},
    "{a: {<<: {b: 1, c: 2}, b: 3}}": {"a": {"b": 3, "c": 2}},
    "{a: {<<: [{b: 1}, {b: 2, c: 3}]}}": {"a": {"b": 1, "c": 3}},
}


@pytest.mark.parametrize("text", VALUES, ids=repr)
def test_values(text: str, parser: str) -> None:
    assert yaml_documents.parse(text).value == VALUES[text]
    assert type(yaml_documents.parse(text).value) is type(VALUES[text])


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("a: 1\nb: 1\na: 2\n", 3, "'a' stands twice"),
        ("a:\n  true: 1\n  yes: 2\n", 3, "'true' stands twice"),
        ("a: &x\n  - *x\n", 2, "inside of what it repeats"),
        ("- &x 1\n- &x\n  - *x\n", 3, "inside of what it repeats"),
        ("a: .nan\n", 1, ".nan"),
        ("a:\n  - 1\n - 2\n", 3, ""),
        ("a: 1\n? [b]\n: c\n", 2, "as a key"),
        ("a: 1\n~: 2\n", 2, "empty key"),
        ("!!int x\n", 1, "does not fit"),
        ("!!binary aGk=\n", 1, "does not fit"),
        ("!custom {}\n", 1, "!custom"),
        ("a: 1\nb: 1e999\n", 2, "too large"),
        ("a: 1\nb: \x01\n", 2, "U+0001"),
    ],
)
def test_refused_with_the_line(text: str, line: int, words: str, parser: str) -> None:
    with pytest.raises(yaml_documents.YamlError) as raised:
        yaml_documents.parse(text)
    assert (raised.value.line, words in raised.value.message) == (line, True), raised.value


def test_aliases_are_counted_as_what_they_repeat(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(yaml_documents, "MAX_VALUES", 12)
    assert yaml_documents.parse("[&a [1, 2, 3], *a]").value == [[1, 2, 3], [1, 2, 3]]  # 1 + 4 + 4 values
    with pytest.raises(yaml_documents.YamlError, match="more than 12 values"):
        yaml_documents.parse("[&a [1, 2, 3], *a, *a]")
    with pytest.raises(yaml_documents.YamlError, match="more than 12 values"):
        yaml_documents.parse('{"a": [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]}')


def test_an_anchor_can_be_given_again() -> None:
    assert yaml_documents.parse("[&a 1, *a, &a 2, *a]").value == [1, 1, 2, 2]
    assert yaml_documents.parse("[&a [1], &a [2], *a]").value == [[1], [2], [2]]


# ----------------------------------------------------------------------------------------------------------- documents
@pytest.mark.parametrize(
    ("text", "documents"),
    [
        ("a: 1\n", [("a: 1\n", 0)]),
        ("---\na: 1\n", [("---\na: 1\n", 0)]),
        ("a: 1\n---\nb: 2\n", [("a: 1\n", 0), ("---\nb: 2\n", 1)]),
        ("a: 1\n---\n---\n# none\n--- # none\nb: 2", [("a: 1\n", 0), ("--- # none\nb: 2", 4)]),
        ("a: 1\n...\n---\nb: 2\n...\n", [("a: 1\n", 0), ("---\nb: 2\n", 2)]),
        ("%YAML 1.1\n---\na: 1\n", [("---\na: 1\n", 1)]),
        ("# licence\n\n---\na: 1\n", [("# licence\n\n\na: 1\n", 0)]),
        ("--- {a: 1}\n", [("--- {a: 1}\n", 0)]),
        ("a: |\n  ---\n  x\n---x: 1\n", [("a: |\n  ---\n  x\n---x: 1\n", 0)]),
        ("\n \n# none\n", []),
    ],
)
def test_split(text: str, documents: list[tuple[str, int]]) -> None:
    assert list(yaml_documents.split(text)) == documents


@settings(deadline=None)
@given(st.lists(st.sampled_from(["a{}: 1\n", "b{}: [1]\n", "# c\n", "---\n", "...\n", "\n", "--- 7\n"])))
def test_split_finds_what_a_yaml_parser_finds(lines: list[str]) -> None:
    text = "".join(line.format(number) for number, line in enumerate(lines))
    try:
        expected = [document for document in yaml.safe_load_all(text) if document is not None]
    except yaml.YAMLError:
        return
    assert [yaml_documents.parse(part).value for part, _ in yaml_documents.split(text)] == expected


def test_body() -> None:
    assert yaml_documents.body("---\n\n# c\na: 1\n\n\n") == "# c\na: 1\n"
    assert yaml_documents.body("a: 1") == "a: 1\n"


# -------------------------------------------------------------------------------------------------------------- places
NESTED = """\
a: 1
b:
  c:
    d: x
    e:
      f: 1
  # of c
  g: {h: 1}
# of b
i: 2
"""


def test_spans(parser: str) -> None:
    spans = {".".join(path): (span.start, span.end) for path, span in yaml_documents.parse(NESTED).spans.items()}
    assert spans == {
        "a": (0, 1),
        "b": (1, 9),
        "b.c": (2, 7),
        "b.c.d": (3, 4),
        "b.c.e": (4, 7),
        "b.g": (7, 9),
        "i": (9, 10),
    }


def test_line_of() -> None:
    text = "a:\n  - b: 1\n  - b:\n      c: 2\n"
    assert yaml_documents.line_of(text, ("a", 1, "b", "c")) == 4
    assert yaml_documents.line_of(text, ("a", 1, "x")) == 3  # as much of the path as there is
    assert yaml_documents.line_of(text, ("a", 7)) == 1
    assert yaml_documents.line_of("[", ("a",)) == 0


# ------------------------------------------------------------------------------------------------------------- writing
WORDS = st.one_of(
    st.text(alphabet=st.characters(exclude_categories=("Cs", "Cc"), include_characters="\n\t"), max_size=20),
    st.sampled_from(["y", "No", "on", "null", "~", "", "=", "<<", "1", "0x1", "1_0", "1e3", ".5", "08", "1:30", "- a"]),
    st.sampled_from(
        ["# a", "a: b", "{", "a\n", "\na", " a", "a ", "a\n\n", "a\n b\n", "2020-01-01", "---", "...", "%a"]
    ),
)
DOCUMENTS = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | WORDS,
    lambda values: st.lists(values, max_size=4) | st.dictionaries(WORDS.filter(lambda key: key != "<<"), values, max_size=4),
    max_leaves=12,
)  # fmt: skip


@settings(deadline=None)
@example({"\xa0": "x\u2003y", "z": ["\xa0\n", "\u3000"]})  # blanks that are no space are escaped
@given(DOCUMENTS)
def test_what_is_written_is_read_back(value: Any) -> None:
    text = yaml_documents.dump({"a": value})
    assert yaml_documents.parse(text).value == {"a": value}


def test_what_is_written_is_read_back_by_others() -> None:
    value = {"a": ["y", "off", "1e3", "1", "=", None, True, 7, 1.5], "b": {"c": "two\nlines\n", "d": [{"e": []}]}}
    text = yaml_documents.dump(value)
    assert yaml.safe_load(text) == value
    assert text == WRITTEN


WRITTEN = """\
a:
- 'y'
- 'off'
- '1e3'
- '1'
- '='
- null
- true
- 7
- 1.5
b:
  c: |
    two
    lines
  d:
  - e: []
"""


def test_shared_values_are_written_out() -> None:
    shared = {"b": 1}
    assert yaml_documents.dump({"a": [shared, shared]}) == "a:\n- b: 1\n- b: 1\n"
