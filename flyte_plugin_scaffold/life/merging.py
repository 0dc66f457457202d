"""What a new rendering does to the files of a repository: replaced, merged, kept, or why nothing can be done.

Three trees and a list decide: the repository as it is, the new rendering, what the recorded answers render (the base of a
merge), and the hashes of what was last rendered into it.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum

from flyte_plugin_scaffold.writing import parts, sums
from flyte_plugin_scaffold.writing.parts import Owner

Tree = Mapping[str, bytes]


class Step(Enum):
    """What happens to one file."""

    WRITE = "new"
    REPLACE = "replaced"
    MERGE = "merged with your changes"
    DELETE = "no longer there"
    KEEP = "yours is kept"
    REFUSE = "edited"


@dataclass(frozen=True)
class Change:
    """What happens to the file at ``path``, why if that needs a word, and what it holds then."""

    path: str
    step: Step
    why: str = ""
    content: bytes = b""


def plan(here: Tree, new: Tree, base: Tree, rendered: Mapping[str, str]) -> list[Change]:
    """What is to happen to the files of ``here``, by path; those that stay as they are are left out.

    ``rendered`` holds the hashes of what the repository last got from the template. ``base`` is used where it still has
    the same content.
    """
    changes = []
    for path in sorted({*new, *rendered}):
        if path == sums.NAME:
            continue
        change = _gone(path, here, rendered) if path not in new else _kept(path, here, new, base, rendered)
        if change is not None:
            changes.append(change)
    return changes


def _gone(path: str, here: Tree, rendered: Mapping[str, str]) -> Change | None:
    """A file that is no longer rendered."""
    if path not in here:
        return None
    if sums.of(here[path]) == rendered[path]:
        return Change(path, Step.DELETE)
    return Change(path, Step.KEEP, "it is no longer rendered, and you have changed it")


def _kept(path: str, here: Tree, new: Tree, base: Tree, rendered: Mapping[str, str]) -> Change | None:
    content = new[path]
    was = rendered.get(path)
    owner = parts.row(path).owner
    if path not in here:
        if was is None or owner is not Owner.YOURS:
            return Change(path, Step.WRITE, content=content)
        return Change(path, Step.KEEP, "you have deleted it") if was != sums.of(content) else None
    mine = here[path]
    if mine == content:
        return None
    if sums.of(mine) == was:
        return Change(path, Step.REPLACE, content=content)
    if was == sums.of(content):  # the template has nothing new for it
        return None if owner is Owner.YOURS else Change(path, Step.KEEP, "it is not yours, and you have changed it")
    # Others' texts grow in a repository, too: go.sum by every module that is required.
    if owner in (Owner.YOURS, Owner.OTHERS) and was is not None and path in base and sums.of(base[path]) == was:
        merged = _merged(mine, base[path], content)
        if merged is not None:
            return Change(path, Step.MERGE, content=merged)
    if owner is not Owner.YOURS:
        return Change(path, Step.REFUSE, "it is generated, and what you have changed in it would be lost")
    why = "you have changed the same lines" if was is not None else "it is not from the template"
    return Change(path, Step.KEEP, why, content)


def _merged(mine: bytes, base: bytes, theirs: bytes) -> bytes | None:
    """Both changes of ``base`` in one text; None where they meet, and where git is not there to merge them."""
    git = shutil.which("git")
    if git is None:
        return None
    with tempfile.TemporaryDirectory() as folder:
        names = []
        for name, content in (("mine", mine), ("base", base), ("theirs", theirs)):
            names.append(os.path.join(folder, name))
            with open(names[-1], "wb") as file:
                file.write(content)
        run = subprocess.run([git, "merge-file", "--stdout", *names], capture_output=True)
    return run.stdout if run.returncode == 0 else None


def no_place(folder: str, changes: Sequence[Change], aside: str) -> Iterator[tuple[str, str]]:
    """The paths in ``folder`` that cannot be changed as :func:`apply` would do it, each with the reason as a clause."""
    top = os.path.realpath(folder)
    for path in dict.fromkeys(_place(change, aside) for change in changes):
        if not path:
            continue
        names = path.split("/")
        above = [os.path.join(folder, *names[:length]) for length in range(1, len(names))]
        target = os.path.join(folder, path)
        if os.path.commonpath([top, os.path.realpath(target)]) != top:
            yield path, f"it leads out of the repository, to {os.path.realpath(target)}"
        elif file := next((each for each in above if os.path.lexists(each) and not os.path.isdir(each)), ""):
            yield path, f"{os.path.relpath(file, folder)} is no folder"
        elif os.path.isdir(target):
            yield path, "there is a folder of that name"


def _place(change: Change, aside: str) -> str:
    """The path of what :func:`apply` writes or deletes for a change; "" for nothing."""
    if change.step in (Step.WRITE, Step.REPLACE, Step.MERGE, Step.DELETE):
        return change.path
    return f"{aside}/{change.path}" if change.step is Step.KEEP and change.content else ""


def apply(folder: str, changes: Sequence[Change], rendering: str, aside: str) -> None:
    """Carries ``changes`` out in ``folder``, with the modes that the files have in ``rendering``.

    What the template would have in place of a kept file goes below ``aside``. There must be a place for all
    (:func:`no_place`).

    :raises OSError: where one of them cannot be written; nothing is changed then.
    """
    ready: list[tuple[str, str]] = []
    try:
        for change in changes:
            place = _place(change, aside)
            if place and change.step is not Step.DELETE:
                target = os.path.join(folder, place)
                ready.append((_written_beside(target, change.content, os.path.join(rendering, change.path)), target))
    except OSError:
        for fresh, _ in ready:
            os.unlink(fresh)
        raise
    for fresh, target in ready:
        os.replace(fresh, target)
    for change in changes:
        if change.step is Step.DELETE:
            target = os.path.join(folder, change.path)
            os.unlink(target)
            _drop_empty(os.path.dirname(target), folder)


def _written_beside(target: str, content: bytes, like: str) -> str:
    """A new file beside ``target`` with its content to be; a name that nothing has."""
    os.makedirs(os.path.dirname(target), exist_ok=True)
    descriptor, fresh = tempfile.mkstemp(dir=os.path.dirname(target), prefix=f".{os.path.basename(target)}.")
    try:
        with open(descriptor, "wb") as file:
            file.write(content)
        shutil.copymode(like, fresh)
    except OSError:
        os.unlink(fresh)
        raise
    return fresh


def _drop_empty(folder: str, above: str) -> None:
    while folder != above and not os.path.islink(folder) and not os.listdir(folder):
        os.rmdir(folder)
        folder = os.path.dirname(folder)


def read(folder: str) -> dict[str, bytes]:
    """The files of a rendering, by path."""
    return {path: content for path, content in _files(folder)}


def _files(folder: str) -> Iterator[tuple[str, bytes]]:
    for root, folders, files in os.walk(folder):
        folders[:] = sorted(name for name in folders if name != ".git")
        for name in sorted(files):
            file = os.path.join(root, name)
            with open(file, "rb") as opened:
                yield os.path.relpath(file, folder).replace(os.sep, "/"), opened.read()
