"""How much of a rendering is whose: the table in docs/design-decisions.md, which `make golden` writes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support import rendering, tree
from tools import docs

pytestmark = pytest.mark.go

PAGE = rendering.ROOT / "docs/design-decisions.md"
_KIND = {
    (tree.YOURS,): "of the first row, what is of a kind: a further one adds as much",
    (tree.YOURS, tree.GENERATED_CODE): "all that is of a kind, but its CRD",
}
SHOWN = {"example": "example", "RayJob": "RayJob", "XGBoostJob": "XGBoostJob", "several": "three kinds"}


def _table(repositories: dict[str, Path]) -> Iterator[str]:
    yield f"| who owns it | what it is | {' | '.join(f'{SHOWN[kind]}: files | lines' for kind in repositories)} |"
    yield "|---|---|" + "---:|---:|" * len(repositories)
    files = {kind: [(tree.owner(file), file) for file in tree.files(each)] for kind, each in repositories.items()}
    for owner, text in {**tree.OWNERS, "all": "the whole repository"}.items():
        cells = []
        for kind in repositories:
            theirs = [file for whose, file in files[kind] if owner in (whose, "all")]
            cells += [str(len(theirs)), str(_lines(theirs))]
        yield f"| {owner} | {text} | {' | '.join(cells)} |"
    for whose, text in _KIND.items():
        cells = []
        for kind, repository in repositories.items():
            theirs = [file for owner, file in files[kind] if owner in whose and tree.is_of_a_kind(file, repository)]
            cells += [str(len(theirs)), str(_lines(theirs))]
        yield f"| its kinds | {text} | {' | '.join(cells)} |"


def _lines(files: list[Path]) -> int:
    return sum(len(tree.text(file).splitlines()) for file in files)


def test_files_and_lines_by_owner(rendered, request):
    page = docs.fresh(PAGE.read_text(), {"owners": lambda: _table({kind: rendered(kind) for kind in SHOWN})})
    if request.config.getoption("--golden-update"):
        PAGE.write_text(page)
    assert page == PAGE.read_text(), "run `make golden`"
