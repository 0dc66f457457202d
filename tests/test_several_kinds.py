"""Several kinds in one repository: what is rendered from a record, and what is said of one that cannot be used."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from flyte_plugin_scaffold.asking import drafting
from flyte_plugin_scaffold.writing import parts, sums
from flyte_plugin_scaffold.writing import tree as tree_
from tests.support import kinds, rendering, tree
from tests.test_loading import commit, quiet, recorded, small  # noqa: F401  (two are fixtures)

RENDER_ONLY = {"FLYTE_PLUGIN_PROTOS": "skip"}
SEVERAL = kinds.CRDS / "several/.flyte-plugin.yaml"


@pytest.fixture(scope="module")
def repository(tmp_path_factory) -> Path:
    baked = rendering.bake({"source": str(SEVERAL)}, tmp_path_factory.mktemp("several"), env=RENDER_ONLY)
    assert baked.path, baked.output
    return baked.path


def test_cookiecutter_writes_what_is_rendered_in_process(repository) -> None:
    """The further kinds' files are written by the last hook's rendering, in an environment of our own."""
    files = {file.path: file for file in rendering.files_of(rendering.draft("several"))}
    written = tree.contents(repository)
    assert written.pop(sums.NAME)  # of all the others
    assert files.keys() == written.keys()
    for name, (executable, content) in written.items():
        assert content.decode() == files[name].text, name
        assert executable == files[name].executable, name


def test_its_record_gives_it_again(repository, tmp_path) -> None:
    moved = shutil.copytree(repository, tmp_path / "moved")
    baked = rendering.bake({"source": ".flyte-plugin.yaml"}, tmp_path / "again", cwd=moved, env=RENDER_ONLY)
    assert baked.path, baked.output
    assert not tree.differences(repository, baked.path)


def test_a_kind_is_the_same_beside_others_and_alone(repository) -> None:
    """Nothing moves when a kind is added: its files have their places, and what they say."""
    alone = rendering.tree(rendering.draft("example", plugin_slug="flyte-batch-plugins"))
    for name, text in alone.items():
        assert (repository / name).is_file(), name
        if parts.row(name).scope is parts.Scope.KIND:
            assert tree.text(repository / name) == text, name


def test_answers_win_over_the_record(tmp_path) -> None:
    draft = drafting.draft({"source": str(SEVERAL), "license": "MIT", "task_type": "mine"}, str(tmp_path))
    assert draft.problems == ()
    assert [kind.names.task_type for kind in draft.project.kinds] == ["mine", "snapshotsrestore", "loadtest"]
    assert {kind.license for kind in draft.project.kinds} == {"MIT"}
    assert {kind.names.go_module for kind in draft.project.kinds} == {"github.com/example/flyte-batch-plugins"}


@pytest.mark.usefixtures("quiet")
def test_cruft_updates_every_kind(small: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: F811
    """cruft stores the answers of one kind; those of the others come from the repository's own record."""
    monkeypatch.setenv("HOME", str(tmp_path))
    commit(small, "First release")
    work = tmp_path / "work"
    shutil.copytree(kinds.CRDS, work)
    cruft = [sys.executable, "-m", "cruft"]
    answers = json.dumps({"source": "several/.flyte-plugin.yaml"})
    run = subprocess.run(
        [*cruft, "create", "--no-input", "--extra-context", answers, str(small)],
        cwd=work,
        capture_output=True,
        text=True,
    )
    assert run.returncode == 0, run.stdout + run.stderr
    repository = work / "flyte-batch-plugins"
    stored = json.loads((repository / ".cruft.json").read_text())["context"]["cookiecutter"]
    assert stored["source"] == ".flyte-plugin.yaml"
    commit(repository, "Rendered")
    shutil.rmtree(work / "several")

    versions = small / "flyte_plugin_scaffold/flyte/versions.py"
    versions.write_text(re.sub('TEMPLATE_VERSION = "[^"]*"', 'TEMPLATE_VERSION = "7.7.7"', versions.read_text()))
    added = small / tree_.CONTENT / "docs/{{ of_operator() }}{{ kind_name() }}.md"
    added.parent.mkdir()
    added.write_text("{{ plugin(cookiecutter).crd.kind }}\n")
    commit(small, "Second release")
    run = subprocess.run([*cruft, "update", "--skip-apply-ask"], cwd=repository, capture_output=True, text=True)
    assert run.returncode == 0, run.stdout + run.stderr
    assert recorded(repository)["template_version"] == "7.7.7", run.stdout + run.stderr
    assert [kind["kind"] for kind in recorded(repository)["kinds"]] == ["Restore", "LoadTest"]
    said = {file.stem: file.read_text() for file in repository.glob("docs/*.md")}
    assert said == {"solverjob": "SolverJob\n", "snapshotsrestore": "Restore\n", "loadtest": "LoadTest\n"}
    assert {file.name for file in repository.glob("contract/*")} == {f"{name}.lock.json" for name in said}


def test_a_source_without_a_schema_is_recorded_as_it_is(tmp_path) -> None:
    """The record of a repository whose first kind has no CRD to keep does not name the record it was rendered from."""
    of_no_schema = {"source": "jobs.example.com/v1/Job", "status_path": ".status.phase", "phases": "Success=Done"}
    of_no_schema |= {"task_type": "examplejob", "roles": "none"}
    (tmp_path / ".flyte-plugin.yaml").write_text(yaml.safe_dump({"answers": of_no_schema, "kinds": [RESTORE]}))
    found = drafting.draft({"source": str(tmp_path / ".flyte-plugin.yaml")})
    assert not found.problems
    assert found.recorded["source"] == "jobs.example.com/v1/Job"


RESTORE = {"source": str(kinds.CRDS / "restores.yaml"), "roles": "none"}


@pytest.mark.parametrize(
    "record, says",
    {
        "no record": ("- 1", "is no record of a repository: it has no answers"),
        "no YAML": ("answers: [", "line"),
        "kinds that are none": ({"answers": {}, "kinds": [1]}, "kinds must be a list of answers, each with a source"),
        "the same kind twice": ({"kinds": [RESTORE, RESTORE]}, "kind Restore is there already: a repository has a kind once"),
        "a task type twice": ({"kinds": [{**RESTORE, "task_type": "solverjob"}]}, "would both have solverjob"),
        "a wrong answer of a kind": ({"kinds": [{**RESTORE, "fields": ".spec.nothing"}]}, "Restore: fields: the CRD has no"),
        "a source that is the record": ({"kinds": [{"source": "./.flyte-plugin.yaml"}]}, "the source of a kind is a document, and './.flyte-plugin.yaml' is a record"),
        "a source that is the record in a circle": ({"answers": {"source": "a/../.flyte-plugin.yaml"}}, "is a record"),
        "NUL": ('answers:\n  license: MIT\n  operator_name: "B\\0rk"\n', "line 3: operator_name: 'B\\x00rk' holds U+0000, which is invisible"),
        "a source that is not there": ({"kinds": [{"source": "nothing.yaml"}]}, "nothing.yaml"),
    }.values(),
    ids=lambda value: "" if isinstance(value, (str, dict)) else None,
)  # fmt: skip
def test_a_record_that_cannot_be_used(record, says, tmp_path) -> None:
    file = tmp_path / ".flyte-plugin.yaml"
    text = record if isinstance(record, str) else yaml.safe_dump({"answers": {"source": "example"}, **record})
    file.write_text(text)
    baked = rendering.bake({"source": str(file)}, tmp_path / "out", env=RENDER_ONLY)
    assert (baked.status, baked.path) == (1, None)
    assert says in " ".join(baked.output.split()) and "Traceback" not in baked.output
    assert os.listdir(tmp_path / "out") == []
