"""Makes a virtual environment once, and says in no time that it is there.

    python tools/venv.py FOLDER REQUIREMENT... [-r FILE]

prints the environment's Python. The environment is made again when a pin, a requirements file or the interpreter
changes. pip's own settings (index, proxy, certificates) hold.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path


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
            for line in file.read_text().splitlines():
                if line.startswith("-r "):
                    yield from _files(["-r", str(file.parent / line[3:].strip())])


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
    pip = [str(python_of(folder)), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
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
