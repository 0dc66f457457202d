"""One Go module that has rendered plugins and Flyte's own in it, to be compared in one binary."""

from __future__ import annotations

import fcntl
import functools
import os
import re
import shutil
import subprocess
from pathlib import Path

import yaml

from tests.support import rendering, toolchain

ROOT = rendering.ROOT
KINDS = ("DaskJob", "RayJob", "PyTorchJob")
TAGS = ("-tags", "nospark")


def assemble(*more: Path) -> Path:
    """The module's folder: go.mod of the first rendering, the Go files of this folder, and ``more`` renderings."""
    folder = toolchain.CACHE / "work" / "compared"
    folder.mkdir(parents=True, exist_ok=True)
    _alone(folder)
    repositories = [*(rendering.rendered(kind) for kind in KINDS), *more]
    go_mod = (repositories[0] / "go.mod").read_text()
    go_mod = re.sub(r"^module .*$", "module compared", go_mod, count=1, flags=re.M)
    packages = []
    for repository in repositories:
        answers = yaml.safe_load((repository / ".flyte-plugin.yaml").read_text())["answers"]
        (package,) = (each.parent for each in repository.glob("go/*/register.go"))
        packages.append(f"{answers['go_module']}/go/{package.name}")
        go_mod += f"\nrequire {answers['go_module']} v0.0.0\n\nreplace {answers['go_module']} => {repository}\n"
    files = {
        "go.mod": go_mod,
        "go.sum": (repositories[0] / "go.sum").read_text(),
        "parity/plugins.go": "package parity\n\nimport (\n" + "".join(f'\t_ "{each}"\n' for each in packages) + ")\n",
    }
    for part in ("parity", "bench"):
        for file in sorted((ROOT / "tests" / part).rglob("*.go")):
            files[f"{part}/{file.relative_to(ROOT / 'tests' / part)}"] = file.read_text()
    for part in ("parity", "bench"):
        shutil.rmtree(folder / part, ignore_errors=True)
    rendering.write(files, folder)
    return folder


@functools.lru_cache(maxsize=None)
def _alone(folder: Path) -> int:
    """Waits until no other process works there, and keeps it so until this one ends."""
    lock = os.open(f"{folder}.lock", os.O_CREAT | os.O_RDWR)
    fcntl.flock(lock, fcntl.LOCK_EX)
    return lock


def go(folder: Path, *arguments: str) -> str:
    """Output of the Go command in ``folder``; fails with it if the status is not 0."""
    run = subprocess.run(
        [toolchain.go(), *arguments],
        cwd=folder,
        env=toolchain.environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    if run.returncode != 0:
        raise SystemExit(f"`go {' '.join(arguments)}` in {folder} ended with status {run.returncode}:\n{run.stdout}")
    return run.stdout
