"""Programs that a Python becomes which has their modules imported: see fork_server.py."""

from __future__ import annotations

import functools
import json
import os
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

SERVER = Path(__file__).with_name("fork_server.py")
HERE = hasattr(os, "fork")


def run(
    python: str,
    imported: Sequence[str],
    command: Sequence[str],
    folder: Path,
    env: Mapping[str, str],
    text: str = "",
    merged: bool = False,
) -> subprocess.CompletedProcess[str]:
    """``python *command`` in ``folder``, by a fork of one that has ``imported``; a module is given by its name, a file by its path.

    ``env`` is its whole environment, but that Python itself was started with that of the server. ``merged``: both streams in one.
    """
    program, *arguments = command
    request = {"program": program, "arguments": arguments, "folder": str(folder), "env": dict(env), "text": text}
    server = _server(python, tuple(imported))
    assert server.stdin and server.stdout
    server.stdin.write(json.dumps({**request, "merged": merged}) + "\n")
    server.stdin.flush()
    line = server.stdout.readline()
    assert line, f"the fork server of {python} is gone"
    answer = json.loads(line)
    return subprocess.CompletedProcess([python, *command], answer["status"], answer["stdout"], answer["stderr"])


@functools.lru_cache(maxsize=None)
def _server(python: str, imported: Sequence[str]) -> subprocess.Popen[str]:
    """It ends with this process."""
    # What paths a program has to import from is its own.
    env = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    pipe = subprocess.PIPE
    return subprocess.Popen([python, str(SERVER), *imported], env=env, stdin=pipe, stdout=pipe, text=True)
