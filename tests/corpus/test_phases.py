"""What the status of a resource means is the same to the connector and to the Go plugin: phase, state and reason."""

from __future__ import annotations

import pytest

from . import statuses
from .sides import Reading


def _compare(meanings):
    meanings.compare()
    assert len({each["phase"] for each in meanings.go}) >= 5, "chance makes statuses of too few phases"


def test_statuses_mean_the_same(kind, read):
    _compare(read(kind)[0])


@pytest.mark.parametrize("kind", ["example"])
def test_statuses_mean_the_same_by_any_rows(kind, sides, seed):
    """The library has more than any one kind needs."""
    resources = list(statuses.resources_of_any_rows(200, 40, seed))
    _compare(Reading.of(sides(kind), resources)[0])
