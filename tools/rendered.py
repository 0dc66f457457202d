"""What `make bake` rendered, and what has been changed in it since.

build/.rendered/NAME.json holds a hash of every file as it was rendered.
"""

from __future__ import annotations

import fnmatch
import hashlib
import json
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

RECORDS = ".rendered"
PREVIOUS = ".previous"


def changes(folder: Path) -> list[str]:
    """What is not as it was rendered, such as ``README.md changed``; nothing where all can be rendered again.

    What the repository's own .gitignore leaves out, tools have made. New files that say they are generated are no loss.
    """
    record = _record(folder)
    if not folder.is_dir() or not record.is_file():
        return ["make bake has no record of it"]
    was: dict[str, str] = json.loads(record.read_text())
    now = hashes(folder)
    found = {path: "deleted" for path in was if path not in now}
    found.update({path: "changed" for path in was if path in now and now[path] != was[path]})
    found.update({path: "new" for path in now if path not in was and not _generated(folder / path)})
    if os.path.lexists(folder / ".git"):
        found[".git"] = "new"
    return [f"{path} {what}" for path, what in sorted(found.items())]


def replace(target: Path, made: Path) -> Path | None:
    """Moves ``made`` to ``target``; returns where what stood there is kept, None if it can be rendered again."""
    kept = None
    if os.path.lexists(target):
        if changes(target):
            kept = _free(target.parent / PREVIOUS / target.name)
            kept.parent.mkdir(exist_ok=True)
            target.rename(kept)
        else:
            shutil.rmtree(target)
    made.rename(target)
    record = _record(target)
    record.parent.mkdir(exist_ok=True)
    record.write_text(json.dumps(hashes(target), indent=1, sort_keys=True))
    return kept


def hashes(folder: Path) -> dict[str, str]:
    """A hash of every file in ``folder`` that git would look at, by its path there."""
    ignored = [line.strip() for line in _text(folder / ".gitignore").splitlines() if line.strip().endswith("/")]
    return {str(path): _hash(folder / path) for path in _files(folder, Path("."), ignored)}


def _files(folder: Path, below: Path, ignored: list[str]) -> Iterator[Path]:
    for entry in sorted(os.scandir(folder / below), key=lambda each: each.name):
        path = below / entry.name
        if not entry.is_dir(follow_symlinks=False):
            yield path
        elif not _ignored(path, ignored) and not (folder / path / "CACHEDIR.TAG").exists():
            yield from _files(folder, path, ignored)


def _ignored(path: Path, patterns: list[str]) -> bool:
    """Whether a folder is left out by patterns such as ``/build/`` (at the top) and ``*.egg-info/`` (anywhere)."""
    return path == Path(".git") or any(
        str(path) == each.strip("/") if each.startswith("/") else fnmatch.fnmatch(path.name, each.strip("/"))
        for each in patterns
    )


def _hash(path: Path) -> str:
    if path.is_symlink():
        return f"link to {os.readlink(path)}"
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else "no file"


def _generated(path: Path) -> bool:
    if not path.is_file():
        return False
    with path.open("rb") as file:
        return b"DO NOT EDIT" in file.read(300)


def _record(folder: Path) -> Path:
    return folder.parent / RECORDS / f"{folder.name}.json"


def _free(path: Path) -> Path:
    """``path``, or ``path-2`` and so on where that exists: an earlier one is never lost."""
    number = 1
    found = path
    while os.path.lexists(found):
        number += 1
        found = path.with_name(f"{path.name}-{number}")
    return found


def _text(path: Path) -> str:
    try:
        return path.read_text()
    except OSError:
        return ""
