"""What of the benchmarks does not depend on the machine: they run, and what the informer's cache holds."""

from __future__ import annotations

import pytest

from tests.bench import plugins


@pytest.mark.go
@pytest.mark.parametrize("kind", ["RayJob"])
def test_what_is_rendered_holds_a_fraction_of_what_comes(kind):
    missed: list[str] = []
    table = list(plugins.cache(plugins.run(rounds=0), missed))
    assert len(table) == 7 and not missed, "\n".join(table)
