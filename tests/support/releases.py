"""A Go module cache that has releases of Flyte which no module proxy need have: made of one that is there."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

from tests.support import toolchain

FLYTE = "github.com/flyteorg/flyte"


def _real_cache() -> Path:
    run = subprocess.run([toolchain.go(), "env", "GOMODCACHE"], capture_output=True, text=True, check=True)
    return Path(run.stdout.strip())


def _farm(real: Path, folder: Path, own: Path) -> None:
    """``folder`` with links to what is in ``real``, but for ``own`` below both, which is made of links one level deeper."""
    folder.mkdir(parents=True, exist_ok=True)
    for each in real.iterdir():
        if own.parts and each.name == own.parts[0]:
            _farm(each, folder / each.name, Path(*own.parts[1:]))
        else:
            (folder / each.name).symlink_to(each)


def module_cache(folder: Path) -> Path:
    """A module cache in ``folder`` that is this machine's, in which Flyte's modules can be changed."""
    real = _real_cache()
    _farm(real, folder, Path(FLYTE))
    (folder / "cache").unlink()
    _farm(real / "cache", folder / "cache", Path("download") / FLYTE)
    for module in (folder / "cache/download" / FLYTE).iterdir():
        if module.is_symlink():
            target = module.resolve()
            module.unlink()
            _farm(target, module, Path("@v"))
    return folder


def add(
    cache: Path,
    module: str,
    version: str,
    like: str,
    sums: dict[str, str],
    change: Callable[[Path], None] = lambda _: None,
) -> None:
    """Puts ``module`` (flytepropeller) of a release into a cache, with the files of another; ``change`` edits them.

    ``sums`` are the values that go.sum has for its zip and, under "/go.mod", its go.mod.
    """
    source = cache / FLYTE / f"{module}@{like}"
    target = cache / FLYTE / f"{module}@{version}"
    target.unlink(missing_ok=True) if target.is_symlink() else None
    shutil.copytree(source.resolve(), target)
    for each in [target, *target.rglob("*")]:
        each.chmod(0o755 if each.is_dir() else 0o644)
    change(target)
    entries = cache / "cache/download" / FLYTE / module / "@v"
    for name in (".zip", ".lock"):
        (entries / f"{version}{name}").write_bytes(b"")
    (entries / f"{version}.info").write_text(json.dumps({"Version": version, "Time": "2026-01-02T03:04:05Z"}))
    (entries / f"{version}.mod").write_text((target / "go.mod").read_text())
    (entries / f"{version}.ziphash").write_text(sums[""])
