"""What nobody can see is known by its code point, in every Python the same, and gets nowhere as it is."""

from __future__ import annotations

import ast
import json
import shutil
import subprocess
import sys
import unicodedata

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from flyte_plugin_scaffold.languages import filters
from flyte_plugin_scaffold.text import characters

# The sorts of characters that people do not see; what no Python's Unicode release has assigned is not asked of it.
UNSEEN = ("Cc", "Cf", "Cs", "Co", "Zl", "Zp")
SAMPLES = list(filter(characters.is_invisible, map(chr, range(0x40000))))
PLANES = ["\U00040000", "\U000e0041", "\U000e0100", "\U000f0000", "\U0010ffff"]


def test_every_sort_of_unseen_character_is_known() -> None:
    seen = [
        f"U+{code:04X}"
        for code in range(sys.maxunicode + 1)
        if unicodedata.category(chr(code)) in UNSEEN and not characters.is_invisible(chr(code))
    ]
    assert seen == []


@pytest.mark.parametrize("char", [*"aZ09 -_.ä日ش", "\xa0", "\u3000", "☃", "🚀", "\u0301"])
def test_what_people_see_is_none(char: str) -> None:
    assert not characters.is_invisible(char)


@pytest.mark.parametrize(
    "char", ["\u115f", "\u3164", "\ufe0f", "\U000e0100", "\u034f", "\ufdd0", "\u2800", "\U0001fffe"]
)
def test_letters_and_marks_without_a_shape_are(char: str) -> None:
    assert characters.is_invisible(char)


def test_prose_loses_it() -> None:
    text = f"a{''.join(SAMPLES)}{''.join(PLANES)}b"
    visible = characters.visible_prose(text)
    assert not characters.invisible(visible)
    assert visible.replace(" ", "") == "ab"
    for written in (
        filters.markdown(text),
        filters.comment(text, "// "),
        filters.docstring(text),
        filters.make_quoted(text),
    ):
        assert not characters.invisible(written)
    assert characters.visible_prose("two\u2028words\x85and\xa0more\n") == "two words and more"


def test_a_literal_says_the_same_with_escapes() -> None:
    for char in [*SAMPLES, *PLANES, "\xa0", "\u2003"]:
        literal = filters.quoted(f"a{char}1")
        assert not characters.invisible(literal)
        if not "\ud800" <= char <= "\udfff":  # half a character is none in Go, so it becomes another one
            assert literal.isascii() and ast.literal_eval(literal) == f"a{char}1"
            assert ast.literal_eval(filters.py_literal({f'{char}"': [char]})) == {f'{char}"': [char]}


@given(st.text())
def test_yaml_and_python_read_a_literal_back(text: str) -> None:
    literal = filters.quoted(text)
    assert not characters.invisible(literal)
    assert yaml.safe_load(literal) == ast.literal_eval(literal) == text


@given(st.text())
def test_json_reads_its_own_escapes_back(text: str) -> None:
    written = characters.escaped_json(json.dumps(text, ensure_ascii=False))
    assert not characters.invisible(written)
    assert json.loads(written) == text


def test_a_terminal_gets_no_control() -> None:
    assert characters.escaped("a\x1b[31m\u202eb\x9b\U000e0041\xa0\n") == r"a\x1b[31m\u202eb\x9b\U000e0041\xa0\n"
    assert characters.shown("x" * 100) == "'" + "x" * 57 + "...'"
    assert characters.short("a\n  b\u2066" + "x" * 1000, 20) == r"a b\u2066xxxxxxxxxxxxx..."


def test_what_is_said_is_escaped_but_for_its_lines(capsys: pytest.CaptureFixture[str]) -> None:
    characters.say("one\x1b\rtwo\u2028\nthree\n")
    assert capsys.readouterr().err == "one\\x1b\\rtwo\\u2028\nthree\n"


@pytest.mark.parametrize("shell", [shell for shell in ("bash", "zsh", "ksh") if shutil.which(shell)])
@pytest.mark.parametrize(
    "word",
    [
        "plain",
        "it's",
        "a b",
        "",
        "\u202e'x\\y$z`",
        "a\nb\tc\x7f1",
        "\udcff2",
        "$(touch x)\x1b",
        "\U000e00417",
        "a\xa0\u30001",
    ],
)
def test_a_shell_reads_a_word_back(shell: str, word: str) -> None:
    written = characters.shell_word(word)
    assert characters.escaped(written) == written
    run = subprocess.run([shell, "-c", f"printf %s {written}"], capture_output=True, check=True)
    assert run.stdout == word.encode("utf-8", "surrogateescape")
