"""Which Go, Python and make this machine has, for a repository that needs them.

Each function returns what was found and, where that does not do, what to install.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import threading

_SECONDS = 10.0
_TELL_VERSION = "import sys; print('%d.%d.%d' % sys.version_info[:3])"
_RUNNING = ".".join(map(str, sys.version_info[:3]))
_FETCHES = (1, 21)  # from this release on, Go fetches a newer one that a go.mod asks for


class Question:
    """Which Go, Python and make there are, asked while files are rendered: a program takes its time to tell its version.

    ``go_release`` is "" for a repository without Go; nothing is found then, and nothing is missing.
    """

    def __init__(self, go_release: str, python_min: str, python_below: str) -> None:
        self._needs = (go_release, python_min, python_below)
        self._thread = threading.Thread(target=self._ask, daemon=True)
        self._thread.start()

    def _ask(self) -> None:
        go_release, *python_range = self._needs
        self._found = (go(go_release) if go_release else ("", ""), python(*python_range), make())

    def answer(self) -> tuple[tuple[str, str], ...]:
        """What :func:`go`, :func:`python` and :func:`make` return."""
        self._thread.join()
        return self._found


def make() -> tuple[str, str]:
    return ("make", "") if shutil.which("make") else ("", "install make, which is not on PATH")


def go(wanted: str) -> tuple[str, str]:
    """Go from PATH; ``wanted`` is a release such as ``1.26``."""
    install = f"install Go {wanted} or later (https://go.dev/dl)"
    if shutil.which("go") is None:
        return "", f"{install}: there is none on PATH"
    # Where it finds no folder for its settings, Go keeps no counts of its calls there.
    asked = ("go", "env", "GOVERSION", "GOTOOLCHAIN")
    version, _, toolchain = (_output(*asked, XDG_CONFIG_HOME=os.devnull) or _output(*asked)).partition("\n")
    numbers = re.match(r"go([0-9]+)\.([0-9]+)", version)
    if not numbers:
        return "", f"{install}: the one on PATH does not run"
    found = version.split()[0].removeprefix("go")
    here = (int(numbers[1]), int(numbers[2]))
    if here >= _numbers(wanted):
        return f"Go {found}", ""
    if here >= _FETCHES and toolchain.strip() != "local":
        return f"Go {found}, which fetches {wanted}", ""
    return "", f"{install}: {found} is on PATH"


def python(least: str, below: str) -> tuple[str, str]:
    """The first Python on PATH from ``least`` to below ``below``, in the order of the rendered Makefile."""
    major, first = _numbers(least)
    fitting = [f"{major}.{minor}" for minor in range(first, _numbers(below)[1])]
    for name in (*(f"python{each}" for each in reversed(fitting)), "python3", "python"):
        program = shutil.which(name)
        if program:
            version = _RUNNING if _is_running(program) else _output(program, "-I", "-S", "-c", _TELL_VERSION).strip()
            if version.rpartition(".")[0] in fitting:
                return f"Python {version}", ""
    return "", f"install Python {', '.join(fitting[:-1])} or {fitting[-1]} for flytekit: there is none on PATH"


def _is_running(program: str) -> bool:
    """Whether it is the Python of this process, which needs no question."""
    return os.path.realpath(program) == os.path.realpath(sys.executable)


def _numbers(version: str) -> tuple[int, int]:
    major, minor = version.split(".")[:2]
    return int(major), int(minor)


def _output(*command: str, **settings: str) -> str:
    """What a command prints; "" where it fails. Away from any go.mod, which would make Go fetch a toolchain now."""
    env = {**os.environ, **settings}
    try:
        done = subprocess.run(
            command, stdin=subprocess.DEVNULL, capture_output=True, timeout=_SECONDS, cwd=os.sep, env=env
        )
    except (OSError, subprocess.SubprocessError):
        return ""
    return done.stdout.decode("utf-8", "replace") if done.returncode == 0 else ""
