"""What people read: as wide as their terminal, and whole lines where there is none."""

from __future__ import annotations

import io
import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flyte_plugin_scaffold.asking import answers, drafting, findings
from flyte_plugin_scaffold.model import Problem
from flyte_plugin_scaffold.text import characters, terminal

WORDS = st.lists(st.text("abc,.:;=&-", min_size=1, max_size=30), min_size=1, max_size=40).map(" ".join)


class Screen(io.StringIO):
    encoding = "ascii"

    def isatty(self) -> bool:
        return True


def test_the_width_is_the_terminals(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    assert terminal.width(Screen()) == 80
    assert terminal.width(io.StringIO()) == 0, "a log is not wrapped, whatever COLUMNS says"
    monkeypatch.setenv("COLUMNS", "5")
    assert terminal.width(Screen()) == 40


@given(WORDS, st.integers(40, 120))
def test_wrapped_texts_fit_and_lose_nothing(text: str, columns: int) -> None:
    lines = terminal.wrapped(text, columns, "  label  ", "    ")
    assert all(len(line) <= columns for line in lines)
    assert lines[0].startswith("  label  ") and all(line.startswith("    ") for line in lines[1:])
    assert " ".join([lines[0].removeprefix("  label  "), *map(str.strip, lines[1:])]).split() == text.split()


def test_a_list_that_is_longer_than_a_line_is_broken_after_a_comma() -> None:
    values = ",".join(["Completed"] * 5)
    assert terminal.wrapped(f"Success={values}; Queued=New", 40, "  ", "    ") == [
        "  Success=Completed,Completed,Completed,",
        "    Completed,Completed; Queued=New",
    ]
    assert terminal.wrapped("see it /a,b/" + "c" * 29, 40) == ["see it", "/a,b/" + "c" * 29], (
        "a word that fits is kept whole"
    )


def test_an_answer_in_quotes_is_kept_whole() -> None:
    answer = "'phases=Success=Complete; Failure=Failed; Queued=New'"
    text = f"it never ends; if it does, answer status_path=none {answer} (once)"
    assert terminal.wrapped(text, 40, "  ") == [
        "  it never ends; if it does, answer",
        "  status_path=none",
        f"  {answer}",
        "  (once)",
    ]


def test_a_word_is_never_cut() -> None:
    path = "/" + "x" * 100
    assert terminal.wrapped(f"see {path} there", 40, "  a  ") == ["  a  see", f"     {path}", "     there"]


def test_what_nobody_sees_is_measured_as_it_is_shown() -> None:
    assert terminal.wrapped("\u202e" * 9, 40, "  a  ") == ["  a  " + "\\u202e" * 9]
    assert terminal.wrapped("a\nb\x1b", 40) == terminal.wrapped("a\nb\x1b", 0) == [r"a\nb\x1b"]


def test_without_a_terminal_a_text_is_one_line() -> None:
    assert terminal.wrapped("word " * 100 + "end", 0, "  a  ") == ["  a  " + "word " * 100 + "end"]


@pytest.mark.parametrize("columns", [60, 80])
def test_the_report_fits_and_sets_in_what_goes_on(columns: int) -> None:
    draft = drafting.draft({})
    lines = findings.report(draft, columns).splitlines()
    assert all(len(line) <= columns or " " not in line.strip() for line in lines)
    assert any(line.startswith(" " * 14) for line in lines)
    whole = " ".join(findings.report(draft).split())  # lists that are longer than a line are broken after commas
    assert " ".join(" ".join(lines).split()).replace(", ", ",") == whole.replace(", ", ",")


def test_a_refusal_fits_but_for_the_command() -> None:
    problems = [Problem("roles", "one word after the other " * 8), Problem("license", "three")]
    *lines, command = findings.refusal(problems, "cookiecutter " + "x" * 90, 80).splitlines()
    assert all(len(line) <= 80 for line in lines)
    assert lines[2].startswith(" " * 11)
    assert command == "  cookiecutter " + "x" * 90


def test_what_the_terminal_cannot_show_is_escaped() -> None:
    screen = Screen()
    characters.say("N\u00e4herung", screen)
    assert screen.getvalue() == "N\\xe4herung"


def test_prompts_fit_in_eighty_columns(prompt_texts: dict[str, str]) -> None:
    for number, text in enumerate(prompt_texts.values(), 1):
        first, *rest = text.splitlines()
        assert len(f"  [{number}/{len(prompt_texts)}] {first}") < 80
        assert all(len(line) < 80 and line.startswith("    ") for line in rest)


def test_the_prompt_of_options_has_every_key_with_a_value_that_fits(prompt_texts: dict[str, str]) -> None:
    examples = [line.strip().partition(": ")[0] for line in prompt_texts["options"].splitlines()[1:]]
    found, problems = answers.parse_options("; ".join(examples))
    assert problems == [] and list(found) == list(answers.OPTIONS)


def test_the_two_answers_that_nobody_can_derive_say_so(prompt_texts: dict[str, str]) -> None:
    for name in ("go_module", "container_registry"):
        assert "instead of example" in prompt_texts[name]


@pytest.fixture
def prompt_texts(template) -> dict[str, str]:
    """The texts of the prompts as a terminal shows them, without rich's markup."""
    texts = json.loads((template / "cookiecutter.json").read_text())["__prompts__"]
    return {name: re.sub(r"\[/?\w*\]", "", text) for name, text in texts.items()}
