"""The hashes of all files as they were rendered, kept in the repository: by them an edit is told from a rendered file.

``.flyte-plugin.sums`` has a line ``SHA256  PATH`` for each file, as sha256sum writes and checks it.
"""

from __future__ import annotations

import hashlib
import os

NAME = ".flyte-plugin.sums"


def of(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def write(folder: str) -> None:
    """Writes the hashes of everything in ``folder``, which has just been rendered."""
    lines = []
    for root, _, files in os.walk(folder):
        for name in files:
            file = os.path.join(root, name)
            path = os.path.relpath(file, folder).replace(os.sep, "/")
            if path != NAME:
                with open(file, "rb") as opened:
                    lines.append(f"{of(opened.read())}  {path}\n")
    with open(os.path.join(folder, NAME), "w", encoding="utf-8", newline="\n") as sums:
        sums.writelines(sorted(lines, key=lambda line: line[66:]))


def read(text: str) -> dict[str, str]:
    """The hashes by path. A line that is none is left out: what it was for counts as edited then."""
    pairs = (line.split("  ", 1) for line in text.splitlines())
    return {pair[1]: pair[0] for pair in pairs if len(pair) == 2}
