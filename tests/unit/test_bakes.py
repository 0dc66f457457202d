"""The table of the repositories whose own tests are run: it has all that goes together, and tests take what they run from it."""

from __future__ import annotations

import re

import pytest

from flyte_plugin_scaffold.asking import drafting
from flyte_plugin_scaffold.model import Backend
from flyte_plugin_scaffold.writing import parts
from tests.support import bakes, kinds
from tests.support.rendering import ROOT


def test_every_target_has_a_repository_that_was_run() -> None:
    """From a source of this project, and one of others. What is refused has none."""
    for shape, (backend, form, answers) in bakes.SHAPES.items():
        for target in parts.TARGETS:
            own, others = bakes.cell(backend, form, target)
            if bakes.refusal(answers, target):
                assert not own and not others, (shape, target)
            else:
                assert own and others, (shape, target)


def test_what_is_refused_is_refused_for_its_target() -> None:
    for backend, _, answers in bakes.SHAPES.values():
        for target in parts.TARGETS:
            problems = drafting.check({**answers, "targets": target}, str(ROOT))
            assert {each.prompt for each in problems} <= {"targets"}
            assert target in parts.NEEDED[backend] or problems


@pytest.mark.parametrize("file", sorted({each.test for each in bakes.BAKES}))
def test_tests_take_their_repositories_from_the_table(file: str) -> None:
    text = (ROOT / "tests/rendered" / file).read_text()
    homes = {each.kind for each in bakes.of(file)}
    if file == "test_make.py":  # which has those of ``home``
        assert homes == set(kinds.homes(kinds.KINDS)) and "def test_python(home" in text
    else:
        assert re.search(rf'bakes\.(of|one)\("{file}"', text)


def test_rows_are_told_apart_and_say_what_they_are() -> None:
    assert len({each.id for each in bakes.BAKES}) == len(bakes.BAKES)
    for each in bakes.BAKES:
        assert set(each.targets.split(", ")) <= set(parts.NEEDED[each.backend]), each
        assert {"test"} <= set(each.make.split()), each
        assert (each.form is None) is (each.backend is not Backend.NONE), each
