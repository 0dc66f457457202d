"""What happens after the files are written: protobuf code, and the next commands. Runs in the new repository.

Runs in a process of its own, so it imports nothing but the standard library, and little of that: people wait for it.
What can be known before is given to it (:class:`flyte_plugin_scaffold.writing.machine.Question`).
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Mapping
from typing import Any

from flyte_plugin_scaffold.text import characters, terminal
from flyte_plugin_scaffold.writing import generate, sums

# Inner ones first.
OPTIONAL_FOLDERS = (
    os.path.join(".github", "workflows"),
    ".github",
    "crd",
    os.path.join("kustomize", "operator"),
    "schema",
)


def finish(names: Mapping[str, Any]) -> None:
    """Generates the protobuf code and prints the next commands. A rendering is kept whatever happens here.

    ``names`` holds ``operator``, ``folder`` (from where the user is, as a word of a shell), what this ``machine`` has of
    what the repository needs, the answers that are still ``examples``, and ``files`` to write: path, text, whether it is a
    program. ``absent`` are files that cookiecutter has copied and that none of the targets needs, and folders of such files.
    """
    for path in names["absent"]:
        _take_away(path)
    for path, text, is_program in names["files"]:
        _write(path, text, is_program)
    _drop_empty_folders()
    sums.write(os.curdir)
    missing = generate.protobuf_code()
    if missing:
        _paragraph(f"All is written but the protobuf code: {missing}")
    if names["examples"]:
        _paragraph(f"Not yours yet: {names['examples']}. Render it again with your own before you publish it.")
    say(f"\nThe Flyte plugin for {names['operator']} is ready. Next:\n")
    for command, why in _steps(names, missing):
        first = f"  {command:<18}# " if command else "  # "
        lines = terminal.wrapped(why, terminal.width(sys.stdout), first, f"{'':<{len(first) - 2}}# ")
        say("\n".join(lines if why else [f"  {command}"]) + "\n")


def _write(path: str, text: str, is_program: bool) -> None:
    """Writes a file as cookiecutter does."""
    os.makedirs(os.path.dirname(path) or os.curdir, exist_ok=True)
    with open(path, "w", encoding="utf-8", newline="\n") as file:
        file.write(text)
    if is_program:
        os.chmod(path, os.stat(path).st_mode | 0o111)


def _take_away(path: str) -> None:
    """Removes a file, or nothing of a folder (it ends with a slash), and the folders above that are empty then."""
    folder, name = os.path.split(path)
    try:
        if name:
            os.unlink(path)
        os.removedirs(folder)
    except OSError:
        pass  # not empty


def _steps(names: Mapping[str, Any], missing: str) -> Iterator[tuple[str, str]]:
    """Commands, each with a remark. What this machine lacks comes before the commands that need it, as a remark alone."""
    (go, no_go), (python, no_python), (_, no_make) = names["machine"]
    yield f"cd {names['folder']}", ""
    if no_make:
        yield "", no_make
    if no_go and not no_python and missing in ("", generate.GO_IS_MISSING):
        yield "make test_python", f"needs no Go; {python}"
    if no_python and go and not missing:
        yield "make test_go", f"needs no Python; {go}"
    yield from (("", each) for each in (no_go, no_python) if each)
    if missing:
        yield "make generate", "writes the protobuf code"
    found = " and ".join(each for each in (go, python) if each)
    has_go = go or no_go
    yield "make test", f"with {found}" if not (no_go or no_python) else "Go and Python" if has_go else ""
    yield "make help", "all commands; README.md leads to a running task"


def _drop_empty_folders() -> None:
    """Folders are rendered even where none of their files is: no GitHub, or no CRD to keep a copy of."""
    for folder in OPTIONAL_FOLDERS:
        try:
            os.rmdir(folder)
        except OSError:
            pass  # not empty


def _paragraph(text: str) -> None:
    say("\n" + "\n".join(terminal.wrapped(text, terminal.width(sys.stdout))) + "\n")


def say(text: str) -> None:
    """Prints at once: the script's own lines come in between."""
    characters.say(text, sys.stdout)
