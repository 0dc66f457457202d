"""`make lint` of a rendered repository, whole or command by command."""

from __future__ import annotations

import re

# What takes most of the time, and that for Flyte's SDK: it looks at all kinds at once in tests/rendered/test_types.py, at their
# connectors in test_connector.py, and at the SDK of Flyte 2 in test_flyte2.py.
OF_TYPES = ("pyright", "mypy")


def commands(here) -> list[str]:
    """What `make lint` runs, in its order."""
    here.make("venv")
    printed = here.make("--dry-run", "lint").replace("\\\n", " ")
    return [line for line in printed.splitlines() if line.strip() and not line.lstrip().startswith(("#", "make"))]


def runs(command: str, *tools: str) -> bool:
    return any(re.search(rf"(/bin/|-m |/cmd/){tool}[ @]", command) for tool in tools)


def all_but_types(here, without: str = "", **environment: str) -> None:
    """All of `make lint` but for what looks at types, and for commands with the text ``without``. Fails with what a command says."""
    wanted = commands(here)
    left_out = [command for command in wanted if runs(command, *OF_TYPES)]
    assert left_out and len(left_out) % len(OF_TYPES) == 0 and len(left_out) < len(wanted) / 2, wanted
    for command in wanted:
        if command not in left_out and not (without and without in command):
            here.run("bash", "-c", command, **environment)
