"""Logs that other processes write while they are read."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any


def json_lines(log: Path, start: int = 0) -> list[Any]:
    """The documents of a log, one a line; those after ``start`` bytes. A line that is still written does not count.

    It is read at once: whoever reads on after such a line gets the rest of it, which looks like a whole one.
    """
    with open(log, "rb") as file:
        file.seek(start)
        lines = file.read().rpartition(b"\n")[0]
    return [json.loads(line) for line in lines.splitlines()]
