"""Renderings of the template: made by plain cookiecutter in a process of its own, and kept by what they depend on."""

from __future__ import annotations

import functools
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import jinja2

from flyte_plugin_scaffold import bindings, model
from flyte_plugin_scaffold.asking import drafting
from flyte_plugin_scaffold.asking.draft import Draft
from flyte_plugin_scaffold.writing import tree as tree_
from tests.support import forks, kinds, toolchain
from tests.support.kinds import crd_path

ROOT = toolchain.ROOT
TEMPLATE = ("cookiecutter.json", "hooks", "flyte_plugin_scaffold", "{{cookiecutter.plugin_slug}}")
# What cookiecutter brings, and the template needs; nothing of the template's own.
COOKIECUTTER = ("cookiecutter.cli", "rich.prompt", "yaml", "jinja2.ext", "fcntl", "fractions", "http.client", "difflib")
A_DAY = 24 * 3600.0


@dataclass(frozen=True)
class Baked:
    """How one run of cookiecutter ended. ``path`` is the rendered repository, or None."""

    status: int
    output: str  # stdout and stderr
    path: Path | None


def bake(
    answers: Mapping[str, str],
    into: Path,
    *,
    python: str = sys.executable,
    template: str | Path = ROOT,
    options: Sequence[str] = ("--no-input",),
    cwd: Path | None = None,
    env: Mapping[str, str] | None = None,
) -> Baked:
    """Runs cookiecutter with an empty user configuration; files go into ``into``, which may exist.

    It has a process of its own, which is a fork of one that has cookiecutter imported unless the environment says more.
    """
    into.mkdir(parents=True, exist_ok=True)
    before = set(into.iterdir())
    with tempfile.TemporaryDirectory(prefix="cookiecutter-") as home:
        config = Path(home) / "config.yaml"
        config.write_text(f"cookiecutters_dir: {home}/cookiecutters\nreplay_dir: {home}/replay\n")
        command = ["--config-file", str(config), *options, "-o", str(into), str(template)]
        command += [f"{name}={value}" for name, value in answers.items()]
        ours, where = {**os.environ, **(env or {})}, cwd or Path(home)
        # What a Python is told by its environment is read when it starts.
        if python == sys.executable and forks.HERE and all(name.startswith("FLYTE_PLUGIN_") for name in env or ()):
            run = forks.run(python, COOKIECUTTER, ["cookiecutter", *command], where, ours, merged=True)
        else:
            run = subprocess.run(
                [python, "-m", "cookiecutter", *command],
                cwd=where,
                env=ours,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
            )
    new = [each for each in into.iterdir() if each not in before]
    return Baked(run.returncode, run.stdout, new[0] if len(new) == 1 and run.returncode == 0 else None)


@functools.lru_cache(maxsize=None)
def template_hash() -> str:
    """Changes whenever a rendering could change: sources of the template, cookiecutter, Python."""
    import cookiecutter

    digest = hashlib.sha256(f"{cookiecutter.__version__} {sys.version_info[:2]}".encode())
    for name in TEMPLATE:
        top = ROOT / name
        for file in [top] if top.is_file() else sorted(top.rglob("*")):
            if file.is_file() and "__pycache__" not in file.parts:
                digest.update(b"\0" + str(file.relative_to(ROOT)).encode() + b"\0" + file.read_bytes())
    return digest.hexdigest()


@functools.lru_cache(maxsize=None)
def rendered(kind: str, /, **answers: str) -> Path:
    """The repository rendered for one of KINDS, with more answers. Shared and kept: read it, never write into it."""
    given = {**kinds.known(kind).answers, **answers}
    crd = crd_path(kind)
    if crd is not None:
        given["source"] = str(crd)
    digest = hashlib.sha256(template_hash().encode() + repr(sorted(given.items())).encode())
    if Path(given.get("source", "")).is_file():
        digest.update(Path(given["source"]).read_bytes())
    shelf = toolchain.CACHE / "rendered" / kind
    place = shelf / digest.hexdigest()[:16]
    if not place.is_dir():
        shelf.mkdir(parents=True, exist_ok=True)
        _forget_old(shelf)
        with tempfile.TemporaryDirectory(dir=shelf) as fresh:
            baked = bake(given, Path(fresh))
            if baked.path is None:
                raise AssertionError(f"rendering {kind} ended with status {baked.status}:\n{baked.output}")
            (Path(fresh) / "output.txt").write_text(baked.output)
            try:
                Path(fresh).rename(place)
            except OSError:  # another process was faster
                assert place.is_dir()
            Path(fresh).mkdir(exist_ok=True)  # for TemporaryDirectory to remove
    (repository,) = (each for each in place.iterdir() if each.is_dir())
    return repository


def rendered_file(file: Path, **answers: str) -> str:
    """One file of the template, rendered in this process with these answers."""
    return rendered_for(drafting.build(answers), file)


def rendered_for(plugin: model.Plugin, file: Path) -> str:
    """One file of the template, rendered in this process for a plugin."""
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(file.parent),
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    for module in bindings.WITH_FILTERS:
        environment.filters.update(module.FILTERS)
    environment.globals.update(plugin=lambda _: plugin, project=lambda _: model.Project((plugin,)))
    return environment.get_template(file.name).render(cookiecutter={})


_CONTENT = "{{cookiecutter.plugin_slug}}"


@functools.lru_cache(maxsize=1)
def _tree() -> tree_.Tree:
    return tree_.Tree(str(ROOT), bindings.bind)


def tree(draft: Draft) -> dict[str, str]:
    """Every file of a rendering, by its path, rendered in this process: a tenth of a second, and nothing on the disk."""
    return {file.path: file.text for file in files_of(draft)}


def write(files: Mapping[str, str], folder: Path) -> None:
    """Writes texts by their paths below a folder. Scripts can be run."""
    for path, text in files.items():
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
        if text.startswith("#!"):
            file.chmod(0o755)


def generate_python(folder: Path) -> None:
    """Has the Python code of the protos of a rendering, and no Go."""
    run = subprocess.run(
        ["bash", "scripts/generate_protos.sh"],
        cwd=folder,
        env=toolchain.environment(GO="no-go-here"),
        capture_output=True,
        text=True,
    )
    assert run.returncode in (0, 3), run.stderr


def templates_of(draft: Draft) -> dict[str, Path]:
    """The template's file of every file of a rendering, by the rendered path."""
    return {file.path: ROOT / _CONTENT / file.template for file in files_of(draft)}


def files_of(draft: Draft) -> list[tree_.File]:
    """Every file of a rendering."""
    files = list(_tree().files(draft.project, bindings.recorded_of(draft)))
    names = [file.path for file in files]
    assert len(set(names)) == len(names), f"rendered twice: {sorted(name for name in names if names.count(name) > 1)}"
    return files


def draft(kind: str, /, **answers: str) -> Draft:
    """The draft of one of KINDS, with more answers: what :func:`rendered` writes, for :func:`tree`."""
    crd = crd_path(kind)
    return drafting.draft({"source": str(crd) if crd else "example", **kinds.known(kind).answers, **answers}, str(ROOT))


def _forget_old(shelf: Path) -> None:
    for each in shelf.iterdir():
        if each.is_dir() and time.time() - each.stat().st_mtime > A_DAY:
            shutil.rmtree(each, ignore_errors=True)


def sync(source: Path, target: Path) -> None:
    """Makes ``target`` hold ``source``'s files, keeping what is equal (and its mtime) and what tools made beside it.

    What git would ignore in a rendered repository stays, so that builds are quick the second time.
    """
    wanted = {file.relative_to(source) for file in source.rglob("*") if file.is_file()}
    record = target / ".git" / "rendered-files"
    known = {Path(line) for line in record.read_text().splitlines()} if record.exists() else set()
    for stale in known - wanted:
        (target / stale).unlink(missing_ok=True)
    for file in sorted(wanted):
        to = target / file
        to.parent.mkdir(parents=True, exist_ok=True)
        if not to.is_file() or to.read_bytes() != (source / file).read_bytes():
            shutil.copy2(source / file, to)
    # A commit of its own: `git status` shows what a command has changed.
    git = ["git", "-C", str(target), "-c", "user.name=tests", "-c", "user.email=tests@localhost"]
    if not record.parent.is_dir():
        subprocess.run([*git, "init", "--quiet"], check=True)
    record.write_text("\n".join(map(str, sorted(wanted))))
    subprocess.run([*git, "add", "--all"], check=True)
    subprocess.run([*git, "commit", "--quiet", "--allow-empty", "--message", "Rendered"], check=True)
