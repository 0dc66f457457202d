"""Makes a virtual environment once, and says in no time that it is there.

    python tools/venv.py FOLDER REQUIREMENT... [-r FILE]

prints the environment's Python. The environment is made again when a pin, a requirements file or the interpreter
changes. pip installs, and its own settings (index, proxy, certificates) hold. Where uv is at hand, or asked for, it does the same
in a tenth of the time, unless pip has settings that uv would not follow.
"""

from __future__ import annotations

import hashlib
import importlib.util
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

# Settings of pip that change nothing of what is installed, or that uv is given as well.
UV_FOLLOWS = {"cert", "find-links", "default-timeout", "timeout", "retries", "disable-pip-version-check", "no-input"}
UV_FOLLOWS |= {"no-cache-dir", "cache-dir", "no-compile", "root-user-action", "progress-bar", "quiet", "no-color"}


def python_of(folder: Path) -> Path:
    return folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def ensure(folder: Path, requirements: Sequence[str], python: str = sys.executable) -> Path:
    """The Python of a virtual environment in ``folder`` that holds ``requirements`` (pip's arguments).

    ``-r FILE`` counts with the file's content and that of the files it includes. Raises SystemExit with pip's output
    above it where the installation fails; a half-made environment is never taken for a whole one.
    """
    folder = folder.absolute()
    stamp = folder / ".ready"
    wanted = _key(requirements, python)
    if _read(stamp) == wanted:
        return python_of(folder)
    folder.parent.mkdir(parents=True, exist_ok=True)
    with lock(folder):
        if _read(stamp) == wanted:
            return python_of(folder)
        print(f"Setting up {_shown(folder)} ({' '.join(requirements)}) ...", file=sys.stderr, flush=True)
        shutil.rmtree(folder, ignore_errors=True)
        if not requirements or not fill(folder, requirements, python):
            shutil.rmtree(folder, ignore_errors=True)
            _create(folder, python)
            _install(folder, requirements)
        stamp.write_text(wanted)
    return python_of(folder)


def _key(requirements: Sequence[str], python: str) -> str:
    digest = hashlib.sha256(f"{os.path.realpath(python)}\n{sys.version if python == sys.executable else ''}".encode())
    files = set()
    for file in _files(requirements):
        files.add(str(file))
        digest.update(b"\0" + file.read_bytes())
    for each in requirements:
        if each not in files:  # a file counts with what it holds, not with where it lies
            digest.update(b"\n" + each.encode())
    return digest.hexdigest()


def _files(requirements: Sequence[str]) -> Iterator[Path]:
    for flag, name in zip(requirements, requirements[1:]):
        if flag == "-r":
            file = Path(name)
            yield file
            for line in _lines(file):
                if line.startswith("-r "):
                    yield from _files(["-r", str(file.parent / line[3:].strip())])


def _lines(file: Path) -> list[str]:
    return file.read_text().splitlines()


def fill(folder: Path, requirements: Sequence[str], python: str = sys.executable, by: str = sys.executable) -> bool:
    """Lets the uv of the Python ``by`` install ``requirements`` into ``folder``, which is made without pip if it is not there.

    False where there is no uv, where pip has settings that it would not follow, or where it failed: pip is to do it.
    """
    if by == sys.executable and importlib.util.find_spec("uv") is None:
        return False
    listed = subprocess.run([by, "-m", "pip", "config", "list"], capture_output=True, text=True)
    settings = dict(re.findall(r"^[^=]*\.([\w-]+)='(.*)'$", listed.stdout, re.M))
    if listed.returncode != 0 or not UV_FOLLOWS.issuperset(settings):
        return False
    make = [python, "-m", "venv", "--without-pip", str(folder)]
    if not python_of(folder).exists() and subprocess.run(make, capture_output=True).returncode != 0:
        return False
    links = [
        word for each in settings.get("find-links", "").replace("\\n", " ").split() for word in ("--find-links", each)
    ]
    command = [by, "-m", "uv", "pip", "install", "--quiet", "--python", str(python_of(folder)), *links, *requirements]
    certificates = {"SSL_CERT_FILE": settings["cert"]} if "cert" in settings else {}
    return subprocess.run(command, env={**os.environ, **certificates}, capture_output=True).returncode == 0


def _create(folder: Path, python: str) -> None:
    if subprocess.run([python, "-m", "venv", str(folder)], capture_output=True).returncode == 0:
        return
    # Debian's python3 comes without ensurepip; where its pip is there, that can do as well.
    shutil.rmtree(folder, ignore_errors=True)
    made = subprocess.run([python, "-m", "venv", "--without-pip", str(folder)], capture_output=True, text=True)
    if made.returncode != 0:
        sys.exit(f"{made.stdout}{made.stderr}\n{python} cannot make a virtual environment: install its venv module.")
    where = [str(python_of(folder)), "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"]
    packages = subprocess.run(where, check=True, capture_output=True, text=True).stdout.strip()
    install = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--target", packages, "pip"]
    found = subprocess.run([python, *install], capture_output=True, text=True)
    if found.returncode != 0:
        shutil.rmtree(folder, ignore_errors=True)
        sys.exit(f"{found.stderr}\n{python} has neither ensurepip nor pip: install one (Debian: python3-venv).")


def _install(folder: Path, requirements: Sequence[str]) -> None:
    of_folder = str(python_of(folder))
    pip = [of_folder, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    # An environment that is to have uv gets it first, and the rest by it.
    uv = next((line for file in _files(requirements) for line in _lines(file) if line.startswith("uv==")), None)
    if (
        uv
        and subprocess.run([*pip, uv], capture_output=True).returncode == 0
        and fill(folder, requirements, by=of_folder)
    ):
        return
    if requirements and subprocess.run([*pip, *requirements], stdout=sys.stderr).returncode != 0:
        shutil.rmtree(folder, ignore_errors=True)
        sys.exit(f"pip could not install {' '.join(requirements)}: see its message above.")


@contextmanager
def lock(folder: Path) -> Iterator[None]:
    """One process at a time works on the environment in ``folder``, where the system has file locks."""
    try:
        import fcntl
    except ImportError:
        yield
        return
    name = hashlib.sha256(str(folder).encode()).hexdigest()[:16]
    with open(Path(tempfile.gettempdir()) / f"venv-{name}.lock", "w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def _read(file: Path) -> str:
    try:
        return file.read_text()
    except OSError:
        return ""


def _shown(path: Path) -> str:
    try:
        return str(path.relative_to(Path.cwd()))
    except ValueError:
        return str(path)


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    print(ensure(Path(sys.argv[1]), sys.argv[2:]))
