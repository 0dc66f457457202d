"""The rendered plugins beside Flyte's own: every difference is known, explained, and in docs/parity.md."""

from __future__ import annotations

import pytest

from tests.parity import module, parity

pytestmark = [pytest.mark.go, pytest.mark.parametrize("kind", module.KINDS)]


@pytest.fixture(scope="module")
def rows():
    return parity.observe()


@pytest.fixture(scope="module")
def explained(rows):
    return parity.explain(rows, parity.load())


def test_every_difference_is_explained(kind, explained):
    """And every explanation has a difference: one that was repaired loses its entry."""
    assert not [problem for problem in explained[1] if problem.startswith((kind, "explains"))]


def test_the_page_is_up_to_date(kind, rows, explained):
    assert parity.page(rows, explained[0]) == parity.PAGE.read_text(), "run `make parity`"


def test_the_comparison_sees_what_differs(kind, rows):
    """Both sides build pods and finish: a harness that compares two errors would find nothing different."""
    mine = [row for row in rows if row.kind == kind]
    assert len([row for row in mine if row.field == "container.image" and row.ours and row.in_tree]) >= 10
    both = [{row.ours, row.in_tree} for row in mine if row.field == "phase"]
    assert {"PhaseRunning"} in both and {"PhaseSuccess"} in both
