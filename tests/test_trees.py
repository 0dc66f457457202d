"""One tree, whoever renders it; and a repository that follows the template by cruft, with its owner's edits."""

from __future__ import annotations

import io
import json
import os
import re
import shutil
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest
import yaml

from flyte_plugin_scaffold.writing import sums
from tests.support import rendering, toolchain, tree
from tests.support.rendering import ROOT

NAME = "flyte-solverjob-plugin"
QUIET = {"FLYTE_PLUGIN_PROTOS": "skip"}  # the compiled proto comes from pinned tools
CRUFT = [sys.executable, "-m", "cruft"]
# The last commit whose prompts were called crd and crd_kind. Releases are added by their tags.
BEFORE_PROMPTS_WERE_RENAMED = "c95ac554869c533b3ae76f2d2d845ac1bc3a8cd0"


def git(folder: Path, *words: str) -> str:
    command = ["git", "-C", str(folder), "-c", "user.name=tests", "-c", "user.email=tests@localhost", *words]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def commit(folder: Path, message: str) -> None:
    git(folder, "init", "--quiet")
    git(folder, "add", "--all", "--force")
    git(folder, "commit", "--quiet", "--message", message)


def cruft(where: Path, *words: str, status: int = 0) -> str:
    run = subprocess.run(
        [*CRUFT, *words],
        cwd=where,
        env={**os.environ, **QUIET, "HOME": str(where.parent), "COLUMNS": "200"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert run.returncode == status, run.stdout[-2000:]
    return run.stdout


def put_template(repository: Path, at: str = "") -> None:
    """Makes ``repository`` the template, as it is now or as it was ``at`` a commit, and commits it."""
    for name in rendering.TEMPLATE if repository.exists() else ():
        git(repository, "rm", "-r", "--quiet", name)
    if at:
        archive = subprocess.run(["git", "archive", at, *rendering.TEMPLATE], cwd=ROOT, check=True, capture_output=True)
        with tarfile.open(fileobj=io.BytesIO(archive.stdout)) as files:
            files.extractall(repository)
    else:
        for name in rendering.TEMPLATE:
            place = repository / name
            place.parent.mkdir(parents=True, exist_ok=True)
            if (ROOT / name).is_dir():
                shutil.copytree(ROOT / name, place, ignore=shutil.ignore_patterns("__pycache__"))
            else:
                shutil.copy2(ROOT / name, place)
    commit(repository, f"Template {at}")


def differences(repository: Path, other: Path) -> list[str]:
    """Paths that differ, but for what cruft and git keep there."""
    found = tree.differences(repository, other)
    return [name for name in found if name != ".cruft.json" and not name.startswith(".git/")]


def shown(diff: str) -> list[str]:
    """The paths of a printed diff."""
    return sorted(re.findall(r"^diff --git upstream-template-old/(\S+) ", diff, re.M))


@pytest.mark.parametrize(
    "given", [{}, {"targets": "connector"}, {"targets": "flyte2"}], ids=["propeller", "connector", "flyte2"]
)
def test_cookiecutter_cruft_and_make_bake_render_the_same_tree(tmp_path: Path, given: dict[str, str]) -> None:
    baked = rendering.bake(given, tmp_path / "cookiecutter", env=QUIET)
    assert baked.path, baked.output
    # The last hook writes the sums of all files, the compiled proto's too.
    assert set(tree.contents(baked.path)) - {sums.NAME} == set(rendering.tree(rendering.draft("example", **given)))
    for name, text in rendering.tree(rendering.draft("example", **given)).items():
        assert (baked.path / name).read_text() == text, (
            f"{name}: tests/golden/ keeps what tests render in their process"
        )

    put_template(tmp_path / "template")
    create = ["create", "--no-input", "--output-dir", "cruft", "--extra-context", json.dumps(given)]
    cruft(tmp_path, *create, str(tmp_path / "template"))
    assert (tmp_path / "cruft" / NAME / ".cruft.json").is_file()
    assert differences(tmp_path / "cruft" / NAME, baked.path) == []

    env = {name: value for name, value in os.environ.items() if name not in toolchain.OF_MAKE}
    answers = [f"{name.upper()}={value}" for name, value in given.items()]
    command = ["make", "bake", f"PYTHON={sys.executable}", f"BUILD={tmp_path}/make", *answers]
    run = subprocess.run(
        command,
        cwd=ROOT,
        env={**env, **QUIET, "CACHE": str(toolchain.CACHE)},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
    )
    assert run.returncode == 0, run.stdout + run.stderr
    assert differences(tmp_path / "make" / NAME, baked.path) == []


def older() -> list[str]:
    """Commits whose repositories must be able to follow: every release, and the last before prompts were renamed."""
    tags = subprocess.run(["git", "tag", "--list", "v*"], cwd=ROOT, capture_output=True, text=True).stdout.split()
    return [*tags, BEFORE_PROMPTS_WERE_RENAMED]


@pytest.mark.parametrize("at", older(), ids=lambda at: at[:7])
def test_a_repository_follows_the_template_and_keeps_its_owners_edits(tmp_path: Path, at: str) -> None:
    """By cruft create, check, diff and update, from an older commit to this working tree."""
    known = subprocess.run(["git", "cat-file", "-e", f"{at}^{{commit}}"], cwd=ROOT, capture_output=True)
    if known.returncode != 0:
        pytest.skip(f"this clone does not hold {at[:7]}")
    template, work = tmp_path / "template", tmp_path / "work"
    work.mkdir()
    put_template(template, at)
    first = next(name for name in json.loads((template / "cookiecutter.json").read_text()) if not name.startswith("_"))
    shutil.copy(ROOT / "tests/crds/oddjobs.yaml", work / "mine.yaml")
    given = {first: "mine.yaml", "task_type": "sparse", "go_module": "github.com/acme/sparse"}
    cruft(work, "create", "--no-input", "--extra-context", json.dumps(given), str(template))
    repository = work / "flyte-oddjob-plugin"
    commit(repository, "Rendered")
    (work / "mine.yaml").unlink()
    cruft(repository, "check")

    # Rows of the table of phases have another form since; in a repository from before, another file is its owner's to edit.
    tables = list(repository.glob("go/*/phases.go"))
    row, above = (
        ('\toperator.PhaseRunning.When(operator.Is("Draining", "phase")),\n', "rules = ")
        if tables
        else ('exclude = ["ours"]\n', "line-length")
    )
    table = tables[0] if tables else repository / "ruff.toml"
    lines = table.read_text().splitlines(keepends=True)
    lines.insert(next(at for at, line in enumerate(lines) if above in line) + 1, row)
    table.write_text("".join(lines))
    with (repository / "README.md").open("a") as readme:
        readme.write("\n## Ours\n\nAsk the solver team.\n")
    (repository / "ours.txt").write_text("ours\n")
    commit(repository, "Ours")
    edited = ["README.md", str(table.relative_to(repository))]
    assert shown(cruft(repository, "diff")) == edited

    put_template(template)
    cruft(repository, "check", status=1)
    said = cruft(repository, "update", "--skip-apply-ask")
    assert "rej" not in said and not list(repository.rglob("*.rej")), said
    cruft(repository, "check")
    stored = json.loads((repository / ".cruft.json").read_text())
    assert stored["commit"] == git(template, "rev-parse", "HEAD").strip()
    answers = stored["context"]["cookiecutter"]
    assert (answers["source"], answers["kind"]) == ("crd/oddjobs.yaml", "OddJob")
    record = yaml.safe_load((repository / ".flyte-plugin.yaml").read_text())["answers"]
    assert record == {name: answers[name] for name in record}

    fresh = rendering.bake(record, tmp_path / "fresh", env=QUIET, cwd=repository)
    assert fresh.path, fresh.output
    assert differences(repository, fresh.path) == sorted([*edited, "ours.txt"])
    assert row in table.read_text() and "Ask the solver team." in (repository / "README.md").read_text()
    assert shown(cruft(repository, "diff")) == edited
