"""What a new rendering does to the files of a repository that its owner has worked in."""

from __future__ import annotations

from pathlib import Path

import pytest

from flyte_plugin_scaffold.life import merging
from flyte_plugin_scaffold.life.merging import Change, Step
from flyte_plugin_scaffold.writing import sums, tree

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


def test_nothing_is_written_through_a_link_out_of_the_repository(tmp_path: Path) -> None:
    here, elsewhere = tmp_path / "here", tmp_path / "elsewhere"
    for folder in (here / "docs", elsewhere):
        folder.mkdir(parents=True)
    (here / "internal").symlink_to("../elsewhere")
    (here / "README.md").symlink_to(elsewhere / "README.md")
    (here / "build").symlink_to(elsewhere)
    (here / "inside").symlink_to("docs")
    (here / "a file").touch()
    changes = [
        Change("README.md", Step.REPLACE, content=NEW),
        Change("a file/new", Step.WRITE, content=NEW),
        Change("docs", Step.WRITE, content=NEW),
        Change("docs/new.md", Step.WRITE, content=NEW),
        Change("inside/new.md", Step.WRITE, content=NEW),
        Change("internal/a/new.go", Step.WRITE, content=NEW),
        Change("internal/old.go", Step.DELETE),
        # A hash of another file in .flyte-plugin.sums would have it deleted.
        Change("../elsewhere/theirs", Step.DELETE),
        Change(str(elsewhere / "theirs"), Step.DELETE),
        Change("kept", Step.KEEP, "you have changed the same lines", NEW),
        Change("deleted", Step.KEEP, "you have deleted it"),
    ]
    assert list(merging.no_place(str(here), changes, "build/aside")) == [
        ("README.md", f"it leads out of the repository, to {elsewhere / 'README.md'}"),
        ("a file/new", "a file is no folder"),
        ("docs", "there is a folder of that name"),
        ("internal/a/new.go", f"it leads out of the repository, to {elsewhere / 'a/new.go'}"),
        ("internal/old.go", f"it leads out of the repository, to {elsewhere / 'old.go'}"),
        ("../elsewhere/theirs", f"it leads out of the repository, to {elsewhere / 'theirs'}"),
        (str(elsewhere / "theirs"), f"it leads out of the repository, to {elsewhere / 'theirs'}"),
        ("build/aside/kept", f"it leads out of the repository, to {elsewhere / 'aside/kept'}"),
    ]


def test_a_file_of_another_name_is_left_alone(tmp_path: Path) -> None:
    """What is written beside its place first has a name that nothing has."""
    here, rendering = tmp_path / "here", tmp_path / "rendering"
    for folder in (here, rendering):
        folder.mkdir()
        (folder / "a").write_bytes(OLD)
    victim = tmp_path / "victim"
    victim.write_bytes(MINE)
    (here / "a.new").symlink_to(victim)
    merging.apply(str(here), [Change("a", Step.REPLACE, content=NEW)], str(rendering), "build/aside")
    assert (here / "a").read_bytes() == NEW and victim.read_bytes() == MINE
    assert sorted(each.name for each in here.iterdir()) == ["a", "a.new"]


def test_where_one_cannot_be_written_none_is(tmp_path: Path) -> None:
    here, rendering = tmp_path / "here", tmp_path / "rendering"
    for folder in (here, rendering):
        folder.mkdir()
        (folder / "a").write_bytes(OLD)
    (here / "gone").write_bytes(OLD)
    changes = [
        Change("a", Step.REPLACE, content=NEW),
        Change("b", Step.WRITE, content=NEW),
        Change("gone", Step.DELETE),
    ]
    with pytest.raises(OSError):  # there is no b in the rendering, whose mode it would have
        merging.apply(str(here), changes, str(rendering), "build/aside")
    assert {each.name: each.read_bytes() for each in here.iterdir()} == {"a": OLD, "gone": OLD}


def test_links_in_a_folder_that_is_written_over(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    here = tmp_path / "here"
    for folder in ("go/a", ".venv/bin", "flytekit-x"):
        (here / folder).mkdir(parents=True)
    (here / ".venv/bin/python").symlink_to("/usr/bin/env")
    (here / "go/a/inside").symlink_to("../../flytekit-x")
    assert tree.link_out_of(str(here)) == ""
    (here / "flytekit-x/tests").symlink_to("../../elsewhere")
    assert tree.link_out_of(str(here)) == str(here / "flytekit-x/tests")
    (here / "README.md").symlink_to("/nowhere")
    assert tree.link_out_of(str(here)) in {str(here / "README.md"), str(here / "flytekit-x/tests")}


def test_sums_are_those_of_sha256sum(tmp_path: Path) -> None:
    (tmp_path / "a b").mkdir()
    (tmp_path / "a b" / "c  d").write_bytes(OLD)
    sums.write(str(tmp_path))
    text = (tmp_path / sums.NAME).read_text()
    assert text == f"{sums.of(OLD)}  a b/c  d\n"
    assert sums.read(text + "no line of it\n") == {"a b/c  d": sums.of(OLD)}
