"""How much of a rendering is whose: the table in docs/design-decisions.md, which `make golden` writes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support import rendering, tree
from tools import docs

pytestmark = pytest.mark.go

PAGE = rendering.ROOT / "docs/design-decisions.md"
SHOWN = ("example", "RayJob", "XGBoostJob")


def _table(repositories: dict[str, Path]) -> Iterator[str]:
    yield f"| who owns it | what it is | {' | '.join(f'{kind}: files | lines' for kind in repositories)} |"
    yield "|---|---|" + "---:|---:|" * len(repositories)
    files = {kind: [(tree.owner(file), file) for file in tree.files(each)] for kind, each in repositories.items()}
    for owner, text in {**tree.OWNERS, "all": "the whole repository"}.items():
        cells = []
        for kind in repositories:
            theirs = [file for whose, file in files[kind] if owner in (whose, "all")]
            cells += [str(len(theirs)), str(sum(len(tree.text(file).splitlines()) for file in theirs))]
        yield f"| {owner} | {text} | {' | '.join(cells)} |"


def test_files_and_lines_by_owner(rendered, request):
    page = docs.fresh(PAGE.read_text(), {"owners": lambda: _table({kind: rendered(kind) for kind in SHOWN})})
    if request.config.getoption("--golden-update"):
        PAGE.write_text(page)
    assert page == PAGE.read_text(), "run `make golden`"
