"""How this process was called: by cookiecutter's program, by cruft's, or through Python, and with which options.

cookiecutter's context has none of the options before the files are written, so they are read from the command line,
which the program has accepted already.
"""

from __future__ import annotations

import argparse
import functools
import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Invocation:
    """``program`` is ``cookiecutter``, ``cruft`` or, where somebody calls them through Python, ``""``."""

    program: str = ""
    asks: bool = True  # questions, or nobody knows
    output_dir: str | None = None  # None where no new repository is made, or nobody knows where
    overwrites: bool = False
    project_dir: str = ""  # the repository that cruft works on; "" for the current folder
    answers: tuple[str, ...] = ()  # the names that cookiecutter's command line gives answers to


def program(argv: Sequence[str]) -> str:
    """The program's name, ``""`` if it is neither of the two."""
    path = (argv[0] if argv else "").removesuffix(os.path.join(os.sep, "__main__.py"))
    name = os.path.basename(path).removesuffix(".exe")
    return name if name in ("cookiecutter", "cruft") else ""


def read(argv: Sequence[str] | None = None) -> Invocation:
    """The options of this process's command line."""
    return _read(tuple(sys.argv if argv is None else argv))


@functools.lru_cache(maxsize=8)
def _read(argv: tuple[str, ...]) -> Invocation:
    name = program(argv)
    if not name:
        return Invocation(asks="--no-input" not in argv)
    cruft = name == "cruft"
    command = next((word for word in argv[1:] if not word.startswith("-")), "") if cruft else "create"
    options, words = _parser(command if cruft else "").parse_known_args([word for word in argv[1:] if word != command])
    creates = command == "create"
    return Invocation(
        program=name,
        asks=options.cookiecutter_input if command in ("update", "diff") else not options.no_input,
        output_dir=options.output_dir if creates else None,
        overwrites=options.overwrite_if_exists,
        project_dir=options.project_dir,
        answers=() if cruft else tuple(word.partition("=")[0] for word in words if "=" in word and word[0] != "-"),
    )


def _parser(cruft: str) -> argparse.ArgumentParser:
    """The options that matter here, of cookiecutter's program or of cruft's command ``cruft``."""
    parser = argparse.ArgumentParser(add_help=False, allow_abbrev=False)
    parser.add_argument("-o", "--output-dir", default=".")
    parser.add_argument("-f", "--overwrite-if-exists", action="store_true")
    parser.add_argument("--no-input", *(["-y"] if cruft in ("create", "link") else []), action="store_true")
    parser.set_defaults(project_dir="", cookiecutter_input=False)
    if cruft:
        parser.add_argument("-p", "--project-dir")
        parser.add_argument("-i", "--cookiecutter-input", action="store_true")
    return parser
