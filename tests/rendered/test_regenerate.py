"""`make regenerate` in a rendered repository whose owner has worked in it."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from flyte_plugin_scaffold.writing import sums
from tests.conftest import Repository
from tests.support import rendering, tree
from tests.support.rendering import ROOT

SKIP_PROTOS = {"FLYTE_PLUGIN_PROTOS": "skip"}


class Owned(Repository):
    """A repository with a history, in which the template's folder is given to make."""

    def git(self, *words: str) -> str:
        who = ("-c", "user.name=owner", "-c", "user.email=owner@localhost")
        return self.run("git", *who, *words)

    def commit(self) -> None:
        self.git("add", "--all")
        self.git("commit", "--quiet", "--allow-empty", "--message", "Work")

    def regenerate(self, *variables: str, template: str = str(ROOT), **env: str) -> tuple[int, str]:
        return self.call("regenerate", *variables, template=template, **env)

    def call(self, target: str, *variables: str, template: str = str(ROOT), **env: str) -> tuple[int, str]:
        """Exit status and output."""
        given = [f"TEMPLATE={template}"] if template else []
        command = ["make", "--no-print-directory", target, f"PYTHON={self.python}", *given, *variables]
        answer = self.run("sh", "-c", '"$@"; echo "status $?"', "sh", *command, **SKIP_PROTOS, **env)
        said, _, status = answer.rstrip().rpartition("status ")
        return int(status), said

    def edit(self, path: str, change: Callable[[str], str]) -> None:
        file = self.path / path
        before = file.read_text()
        file.write_text(change(before))
        assert file.read_text() != before

    @property
    def changed(self) -> list[str]:
        return sorted(line[3:] for line in self.git("status", "--short").splitlines())


@pytest.fixture
def owned(rendered: Callable[..., Path], tmp_path: Path) -> Owned:
    shutil.copytree(rendered("example"), tmp_path / "plugin", ignore=shutil.ignore_patterns("gen", "*_pb2*"))
    here = Owned(tmp_path / "plugin")
    here.run("git", "init", "--quiet")
    here.commit()
    return here


@pytest.fixture
def newer(owned: Owned, tmp_path: Path) -> Path:
    """The example's CRD with one field more, one field less and one state more."""
    text = (owned.path / "crd/solverjobs.yaml").read_text()
    tolerance = text.index("                tolerance:")
    text = f"{text[:tolerance]}                stride:\n                  type: integer\n{text[tolerance:]}"
    assert "Succeeded, Failed]" in text
    text = text.replace("Succeeded, Failed]", "Succeeded, Failed, Aborted]")
    file = tmp_path / "newer.yaml"
    file.write_text(text)
    return file


def test_nothing_changes_without_a_reason(owned: Owned) -> None:
    status, said = owned.regenerate()
    assert status == 0, said
    assert owned.changed == []
    assert "Fields, pods and states are as before.\n\nFiles: all are as they were." in said


def test_a_newer_crd(owned: Owned, newer: Path, bake: Callable, tmp_path: Path) -> None:
    owned.edit("README.md", lambda text: f"{text}\n## Whom to ask\n\nThe platform team.\n")
    owned.edit("Makefile", lambda text: text.replace("PLATFORM ?= linux/amd64", "PLATFORM ?= linux/arm64"))
    (owned.path / "go" / "solverjob" / "mine.go").write_text("package solverjob\n")
    owned.commit()
    status, said = owned.regenerate(f"CRD={newer}")
    assert status == 0, said
    for line in (
        "+ field stride: int, .spec.stride",
        "+ state Aborted: Failure (Retryable)",
        "Next: git diff, then make test",
    ):
        assert line in said
    # What was on the wire keeps its number; what is new is appended.
    (proto,) = (owned.path / "proto").rglob("*.proto")
    assert re.search(r"optional double tolerance = 5", proto.read_text()) and "stride = 10" in proto.read_text()
    # What is not the owner's is what a new rendering of the newer CRD has.
    locks = {"FLYTE_PLUGIN_CONTRACT": str(owned.path / "contract")}
    fresh = bake(source=str(newer), into=tmp_path / "fresh", env={**SKIP_PROTOS, **locks}).path
    here = {file.relative_to(owned.path) for file in tree.files(owned.path)}
    assert {file.relative_to(fresh) for file in tree.files(fresh)} == here - {Path("go/solverjob/mine.go")}
    different = [
        str(path)
        for path in here
        if (fresh / path).is_file() and (fresh / path).read_bytes() != (owned.path / path).read_bytes()
    ]
    assert sorted(different) == ["Makefile", "README.md"]
    # And the owner's is still there.
    assert "The platform team." in (owned.path / "README.md").read_text()
    assert "PLATFORM ?= linux/arm64" in (owned.path / "Makefile").read_text()
    # Another time there is nothing to do, and the edits are still known for edits.
    owned.commit()
    status, said = owned.regenerate()
    assert (status, owned.changed) == (0, []), said


def test_an_edit_in_a_generated_file_is_not_lost(owned: Owned, newer: Path) -> None:
    (proto,) = (file for file in (owned.path / "proto").rglob("*.proto"))
    name = str(proto.relative_to(owned.path))
    owned.edit(name, lambda text: f"{text}// mine\n")
    owned.commit()
    status, said = owned.regenerate(f"CRD={newer}")
    assert status == 2 and f"\n  {name}\n" in said and "nothing was written" in said
    assert owned.changed == []


@pytest.mark.parametrize(
    ("variables", "said"),
    [
        (["CRD=nowhere.yaml"], "there is no file or folder"),
        (["CRD=./.flyte-plugin.yaml"], "./.flyte-plugin.yaml is the record of a repository: give the CRD"),
        (["phases=Success=Suceeded"], "did you mean Succeeded?"),
        (["FEILDS=x"], "FEILDS is no prompt: did you mean fields?"),
        (["fields=$(shell touch pwned)", "license=`touch pwned`"], "2 answers cannot be used"),
    ],
)
def test_what_cannot_be_done_is_said_and_nothing_is_written(owned: Owned, variables: list[str], said: str) -> None:
    status, answer = owned.regenerate(*variables)
    assert status == 2 and said in " ".join(answer.split()), answer
    assert "Traceback" not in answer and owned.changed == []


def test_other_answers(owned: Owned) -> None:
    status, said = owned.regenerate("fields=-tags", "license=MIT")
    assert status == 0 and "- field tags: .spec.tags\n" in said, said
    assert owned.regenerate()[0] == 0
    assert 'fields: "' in (record := (owned.path / ".flyte-plugin.yaml").read_text()) and 'license: "MIT"' in record
    assert "MIT License" in (owned.path / "LICENSE").read_text()


def test_the_template_must_be_known(owned: Owned, tmp_path: Path) -> None:
    status, said = owned.regenerate(template="")
    assert status == 2 and "make regenerate TEMPLATE=path/to/cookiecutter-flyte-plugin" in said
    status, said = owned.regenerate(template=str(tmp_path))
    assert status == 2 and "is no template that can regenerate a repository" in said
    status, said = owned.regenerate(template=f"file://{tmp_path}/none")
    assert status == 2 and "the template could not be fetched from" in said
    assert owned.changed == []


def test_the_template_comes_from_a_url_and_commit(owned: Owned, tmp_path: Path) -> None:
    """As `cookiecutter URL` records them; file:// stands in for a server."""
    server = tmp_path / "server"
    subprocess.run(["git", "clone", "--quiet", str(ROOT), str(server)], check=True)
    # The working copy is what is tested, committed or not.
    for name in (
        "flyte_plugin_scaffold",
        "{{cookiecutter.plugin_slug}}",
        "hooks",
        "tools",
        "requirements",
        "cookiecutter.json",
    ):
        if (server / name).is_dir():
            shutil.rmtree(server / name)
            shutil.copytree(ROOT / name, server / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(ROOT / name, server / name)
    git = ["git", "-C", str(server), "-c", "user.name=t", "-c", "user.email=t@localhost"]
    subprocess.run([*git, "add", "--all"], check=True)
    subprocess.run([*git, "commit", "--quiet", "--allow-empty", "--message", "As it is"], check=True)
    subprocess.run([*git, "config", "uploadpack.allowAnySHA1InWant", "true"], check=True)
    commit = subprocess.run([*git, "rev-parse", "HEAD"], check=True, capture_output=True, text=True).stdout.strip()
    owned.edit(
        ".flyte-plugin.yaml",
        lambda text: text.replace(
            "answers:", f'template_url: "file://{server}"\ntemplate_commit: "{commit}"\nanswers:'
        ),
    )
    owned.commit()
    status, said = owned.regenerate(template="")
    assert status == 0 and f"fetching the template from file://{server}\n" in said, said
    owned.git("checkout", "--quiet", "HEAD~1", "--", ".flyte-plugin.yaml")
    status, said = owned.regenerate(template=f"file://{server}@{commit}")
    assert status == 0 and "all are as they were" in said, said


def test_one_target_comes_and_the_other_goes(owned) -> None:
    """What a target needs is there with it, and gone without it but for what its owner has changed."""
    owned.edit("go/solverjob/phases.go", lambda text: f"{text}\n// Ours.\n")
    of_go = "gen/pb-go/example/flyte/solverjob/v1/solverjob.pb.go"
    generated = {of_go, "flytekit-solverjob/flytekitplugins/solverjob/solverjob_pb2.py"}
    for path in generated:
        (owned.path / path).parent.mkdir(parents=True, exist_ok=True)
        (owned.path / path).touch()
    owned.commit()
    for targets in ("propeller, connector", "connector"):
        status, said = owned.regenerate(f"targets={targets}")
        assert status == 0, said
        kept = {"go/solverjob/phases.go"} if targets == "connector" else set()
        wanted = set(rendering.tree(rendering.draft("example", targets=targets))) | kept | {sums.NAME}
        wanted |= generated - ({of_go} if targets == "connector" else set())
        there = owned.git("ls-files", "--cached", "--others", "--exclude-standard").splitlines()
        assert {path for path in there if (owned.path / path).exists()} == wanted
        assert [line for line in said.splitlines() if "phases.go" in line and "kept" in line] or not kept, said
        owned.commit()
