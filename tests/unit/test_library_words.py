"""The libraries in Go and in Python read states by the words of the lexicon, and give them the same meanings as the derivation."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable
from typing import Any

import pytest

from flyte_plugin_scaffold.deriving import state_words
from flyte_plugin_scaffold.examples import status_examples
from flyte_plugin_scaffold.model import Phase, Term
from flyte_plugin_scaffold.text import lexicon
from tests.support import connector
from tests.support.rendering import ROOT

LIBRARY = ROOT / "{{cookiecutter.plugin_slug}}/internal/operator"
SOURCE = (LIBRARY / "rules.go").read_text()
TESTS = (LIBRARY / "rules_test.go").read_text()
OWN_WORDS = ("job", "run", "dump")  # as rules_test.go has them
PYTHON = connector.module("_phases.words")


def _words(name: str, source: str = SOURCE) -> set[str]:
    (found,) = re.findall(rf"^\t+{name} [^`\n]*`([^`]*)`", source, re.M)
    return set(found.split())


@pytest.mark.parametrize(
    "name, words",
    [
        ("workWords", lexicon.WORK),
        ("terminalWords", lexicon.TERMINAL),
        ("onlyOver", lexicon.ONLY_OVER),
        ("failedFirst", lexicon.FAILED_FIRST),
        ("notYet", lexicon.NOT_YET),
        ("forGood", lexicon.FOR_GOOD),
        ("events", lexicon.EVENTS),
        ("recovering", lexicon.RECOVERING),
        ("recovered", lexicon.RECOVERED),
        ("refused", lexicon.REFUSED),
        ("givenUp", lexicon.GIVEN_UP),
        ("madeForWork", lexicon.MADE_FOR_WORK),
        ("afterAnEnd", lexicon.AFTER_AN_END),
        ("onlyEnded", lexicon.ENDED),
        ("overFirst", lexicon.OVER_FIRST),
        ("notWell", lexicon.NOT_WELL),
        ("failures", lexicon.WITH_FAILURES),
        ("warnings", lexicon.WITH_WARNINGS),
        ("permanentWords", lexicon.FAILURE_PERMANENT),
        ("systemWords", lexicon.FAILURE_SYSTEM),
    ],
)
def test_the_words_are_those_of_the_lexicon(name: str, words: Iterable[str]) -> None:
    assert _words(name) == set(words)
    constant = re.sub(r"(?=[A-Z])", "_", name).upper()
    assert getattr(PYTHON, constant) == set(words)


def test_the_meanings_are_those_of_the_lexicon() -> None:
    tables = state_words.tables()
    names = {phase: "RetryableFailure" if phase == Phase.FAILURE.value else phase for phase in tables}
    assert {phase: _words(f"Phase{name}:") for phase, name in names.items()} == {
        phase: set(words) for phase, words in tables.items()
    }
    assert {word: phase.value for word, phase in PYTHON.MEANINGS.items()} == {
        word: names[phase] for phase, words in tables.items() for word in words
    }


def test_what_holds_a_resource_is_read_by_the_words_of_the_lexicon() -> None:
    shortest = [
        word for word in lexicon.SUSPEND if not any(word != each and word.startswith(each) for each in lexicon.SUSPEND)
    ]
    assert f"regexp.MustCompile(`(?i){'|'.join(shortest)}`)" in (LIBRARY / "phase.go").read_text()
    assert tuple(shortest) == connector.module("_operator.observation")._HELD


def test_the_time_of_an_end_is_named_by_the_words_of_the_lexicon() -> None:
    source = (LIBRARY / "completion.go").read_text()
    tables = state_words.tables()
    ends = set(tables[Phase.SUCCESS.value]) | set(tables[Phase.FAILURE.value])
    named = lexicon.END_TIME_WORDS | lexicon.STOP_TIME_WORDS | lexicon.FAILURE_TIME_WORDS
    assert _words("endTimeWords", source) == named - ends
    assert _words("timeWords", source) == lexicon.TIME_ENDINGS | lexicon.TIME_QUALIFIERS
    assert _words("timePlaces", source) == lexicon.PLACES_OF_TIMES
    known = ends | named | lexicon.TIME_ENDINGS | lexicon.TIME_QUALIFIERS | lexicon.PLACES_OF_TIMES | set(lexicon.WORK)
    assert not known & lexicon.OTHER_TIMES, "a time of something else would be that of the end"


def _rows(test: str) -> dict[str, str]:
    table = TESTS.partition(f"func {test}(")[2].partition("\n\t} {")[0]
    rows = re.findall(r'^\t\t("(?:[^"\\]|\\.)*"): +(?:Phase(\w+)|""),$', table, re.M)
    return {ast.literal_eval(word): phase for word, phase in rows}


def _name(word: str, phase: Phase | None) -> str:
    if phase is Phase.FAILURE:
        return f"{state_words.failure_of([Term(value=word)]).value}Failure"
    return phase.value if phase else ""


def _value(phase: Any) -> str:
    return phase.value if phase else ""


def test_states_mean_there_what_they_mean_here() -> None:
    wanted = {
        word: _name(word, state_words.meaning(word, {*lexicon.WORK, *OWN_WORDS})) for word in status_examples.STATES
    }
    assert _rows("TestTheWordsOfAState") == wanted
    own = {*lexicon.WORK, *OWN_WORDS}
    assert {word: _value(PYTHON.meaning_of_words(word, own)) for word in status_examples.STATES} == wanted


def test_conditions_mean_there_what_they_mean_here() -> None:
    wanted = {word: _name(word, state_words.end_of_condition(word, OWN_WORDS)) for word in status_examples.TYPES}
    assert _rows("TestTheWordsOfACondition") == wanted
    assert {word: _value(PYTHON.end_of(word, OWN_WORDS)) for word in status_examples.TYPES} == wanted
