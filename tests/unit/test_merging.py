"""What a new rendering does to the files of a repository that its owner has worked in."""

from __future__ import annotations

from pathlib import Path

import pytest

from flyte_plugin_scaffold.life import merging
from flyte_plugin_scaffold.life.merging import Change, Step
from flyte_plugin_scaffold.writing import sums

OWN, LIBRARY = "README.md", "internal/operator/pods.go"  # a file of its owner, and one that is replaced
OLD, NEW = b"a\nb\nc\nd\ne\n", b"a\nb\nc\nd\nE\n"
MINE, BOTH, SAME_LINE = b"A\nb\nc\nd\ne\n", b"A\nb\nc\nd\nE\n", b"a\nb\nc\nd\nmine\n"


def change(
    mine: bytes | None, new: bytes | None, old: bytes | None, base: bytes | None = None, path: str = OWN
) -> Change | None:
    """What happens to a file: as it is, as it is rendered now, as it was rendered, and what the old answers give now."""
    here, now = ({path: content} if content is not None else {} for content in (mine, new))
    rendered = {path: sums.of(old)} if old is not None else {}
    base = old if base is None else base
    found = merging.plan(here, now, {path: base} if base is not None else {}, rendered)
    assert len(found) <= 1
    return found[0] if found else None


@pytest.mark.parametrize(
    ("mine", "new", "old", "step", "content"),
    [
        pytest.param(OLD, NEW, OLD, Step.REPLACE, NEW, id="untouched"),
        pytest.param(MINE, NEW, OLD, Step.MERGE, BOTH, id="both changed it"),
        pytest.param(SAME_LINE, NEW, OLD, Step.KEEP, NEW, id="both changed the same line"),
        pytest.param(None, NEW, None, Step.WRITE, NEW, id="new in the template"),
        pytest.param(MINE, NEW, None, Step.KEEP, NEW, id="new in the template, and there already"),
        pytest.param(None, NEW, OLD, Step.KEEP, b"", id="deleted by its owner"),
        pytest.param(OLD, None, OLD, Step.DELETE, b"", id="gone from the template"),
        pytest.param(MINE, None, OLD, Step.KEEP, b"", id="gone from the template, changed by its owner"),
    ],
)
def test_what_happens_to_a_file(
    mine: bytes | None, new: bytes | None, old: bytes | None, step: Step, content: bytes
) -> None:
    found = change(mine, new, old)
    assert found is not None
    assert (found.step, found.content) == (step, content)
    assert bool(found.why) == (step in (Step.KEEP, Step.REFUSE))


@pytest.mark.parametrize(
    ("mine", "new", "old", "step", "content"),
    [
        pytest.param(OLD, NEW, OLD, Step.REPLACE, NEW, id="untouched"),
        pytest.param(MINE, NEW, OLD, Step.REFUSE, b"", id="edited"),
        pytest.param(MINE, OLD, OLD, Step.KEEP, b"", id="edited, nothing new"),
        pytest.param(None, NEW, OLD, Step.WRITE, NEW, id="deleted"),
        pytest.param(MINE, NEW, None, Step.REFUSE, b"", id="not from the template"),
    ],
)
def test_what_happens_to_a_file_that_is_not_its_owners(
    mine: bytes | None, new: bytes | None, old: bytes | None, step: Step, content: bytes
) -> None:
    found = change(mine, new, old, path=LIBRARY)
    assert found is not None
    assert (found.step, found.content) == (step, content)
    assert bool(found.why) == (step in (Step.KEEP, Step.REFUSE))


@pytest.mark.parametrize(
    ("mine", "new", "old"),
    [(OLD, OLD, OLD), (NEW, NEW, OLD), (MINE, OLD, OLD), (None, OLD, OLD), (None, None, OLD), (NEW, NEW, None)],
)
def test_what_stays_is_not_told(mine: bytes | None, new: bytes | None, old: bytes | None) -> None:
    assert change(mine, new, old) is None


def test_without_the_base_nothing_is_merged() -> None:
    """Another template renders another base from the old answers: what was changed since cannot be told."""
    found = change(MINE, NEW, OLD, base=b"x\n")
    assert found is not None and found.step is Step.KEEP


def test_what_is_others_is_merged_or_refused() -> None:
    """go.sum has what the template requires, and what its owner does."""
    for mine, step in ((MINE, Step.MERGE), (SAME_LINE, Step.REFUSE)):
        found = change(mine, NEW, OLD, path="go.sum")
        assert found is not None and found.step is step


def test_without_git_nothing_is_merged(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    found = change(MINE, NEW, OLD)
    assert found is not None and found.step is Step.KEEP


def test_changes_are_carried_out(tmp_path: Path) -> None:
    here, rendering = tmp_path / "here", tmp_path / "rendering"
    for folder in (here / "old", rendering / "new"):
        folder.mkdir(parents=True)
    (here / "old" / "gone").write_bytes(OLD)
    (here / "kept").write_bytes(MINE)
    for name in ("new/run.sh", "kept"):
        (rendering / name).write_bytes(NEW)
    (rendering / "new/run.sh").chmod(0o755)
    steps = [
        Change("old/gone", Step.DELETE),
        Change("new/run.sh", Step.WRITE, content=NEW),
        Change("kept", Step.KEEP, "you have changed the same lines", NEW),
    ]
    merging.apply(str(here), steps, str(rendering), "build/aside")
    assert not (here / "old").exists(), "a folder of which nothing is left goes"
    assert (here / "new/run.sh").read_bytes() == NEW and (here / "new/run.sh").stat().st_mode & 0o111
    assert (here / "kept").read_bytes() == MINE and (here / "build/aside/kept").read_bytes() == NEW


def test_sums_are_those_of_sha256sum(tmp_path: Path) -> None:
    (tmp_path / "a b").mkdir()
    (tmp_path / "a b" / "c  d").write_bytes(OLD)
    sums.write(str(tmp_path))
    text = (tmp_path / sums.NAME).read_text()
    assert text == f"{sums.of(OLD)}  a b/c  d\n"
    assert sums.read(text + "no line of it\n") == {"a b/c  d": sums.of(OLD)}
