"""`make upgrade_flyte`: a repository moves to another release of Flyte, whole or not at all."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from flyte_plugin_scaffold.flyte import versions
from tests.support import releases, toolchain, tree

pytestmark = pytest.mark.go

NEWEST, OLDER, *_ = versions.FLYTE_VERSIONS
NEXT = "v1.99.0"
PROPELLER = "flytepropeller"


def _files(folder: Path) -> dict[str, bytes]:
    """By path; what git would ignore is left out."""
    files = (each for each in folder.rglob("*") if each.is_file() and "__pycache__" not in each.parts)
    return {str(each.relative_to(folder)): each.read_bytes() for each in files}


class Repository:
    """A rendering of its own, in which nothing but the script runs: what would run after it is a test of its own."""

    def __init__(self, rendering: Path, folder: Path, cache: Path | None) -> None:
        self.path = folder / "repository"
        shutil.copytree(rendering, self.path)
        self.env = toolchain.environment(GOFLAGS=f"{toolchain.GO_FLAGS} -modcacherw")
        if cache:
            self.env |= {"GOMODCACHE": str(cache), "GONOSUMDB": releases.FLYTE}

    def upgrade(self, version: str, **more: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            ["make", "upgrade_flyte", f"VERSION={version}", "MAKE=echo then make"],
            cwd=self.path,
            env={**self.env, **more},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
        )


@pytest.fixture(scope="module")
def cache(go, tmp_path_factory) -> Path:
    """A module cache with every supported release, and one that is newer than this template."""
    made = releases.module_cache(tmp_path_factory.mktemp("releases") / "modules")
    sums = {"": versions.of(OLDER)["sum_flytepropeller"]}
    if not (made / releases.FLYTE / f"{PROPELLER}@{OLDER}").exists():
        releases.add(made, PROPELLER, OLDER, NEWEST, sums, lambda folder: _as_of_older(made, folder))
    for module in ("flyteidl", "flyteplugins", "flytestdlib"):
        releases.add(made, module, NEXT, NEWEST, {"": "h1:" + module[:10].ljust(43, "A") + "="})
    releases.add(made, PROPELLER, NEXT, NEWEST, {"": "h1:" + "B" * 43 + "="}, _news)
    return made


def _as_of_older(made: Path, folder: Path) -> None:
    """go.mod of the older flytepropeller: that of the newest with the versions that its flyteplugins has."""
    subprocess.run(
        [toolchain.go(), "mod", "download", f"{releases.FLYTE}/flyteplugins@{OLDER}"],
        cwd=folder.parent,
        env=toolchain.environment(GOMODCACHE=str(made), GOFLAGS=f"{toolchain.GO_FLAGS} -modcacherw"),
        check=True,
    )
    theirs = tree.text(made / "cache/download" / releases.FLYTE / f"flyteplugins/@v/{OLDER}.mod")
    text = tree.text(folder / "go.mod")
    for module, version in re.findall(r"^\t(\S+) (v\S+)(?: // indirect)?$", theirs, re.M):
        if not module.startswith(releases.FLYTE):
            text = re.sub(rf"(?m)^\t{re.escape(module)} v\S+", f"\t{module} {version}", text)
    (folder / "go.mod").write_text(text)


def _news(folder: Path) -> None:
    """What a release can bring: a newer Go and library, another plugin, one less."""
    text = tree.text(folder / "go.mod").replace("\ngo 1.26.0\n", "\ngo 1.26.1\n")
    assert "github.com/stretchr/testify v1.11.1" in text
    (folder / "go.mod").write_text(text)
    loader = folder / "plugins/loader.go"
    text = tree.text(loader)
    gone = '\t_ "github.com/flyteorg/flyte/flyteplugins/go/tasks/plugins/webapi/athena"\n'
    assert gone in text
    loader.write_text(text.replace(gone, gone.replace("athena", "agent")))


@pytest.mark.parametrize("start, target", [(NEWEST, OLDER), (OLDER, NEWEST)])
def test_the_result_is_a_fresh_rendering(start, target, rendered, cache, tmp_path):
    """So that what holds of a rendering for that release, its own tests among it, holds of the repository."""
    here = Repository(rendered("example", flyte_version=start), tmp_path, cache)
    run = here.upgrade(target)
    assert run.returncode == 0, run.stderr
    assert "then make generate test" in run.stdout
    wanted = _files(rendered("example", flyte_version=target))
    found = _files(here.path)
    assert {name for name in wanted if found.get(name) != wanted[name]} == set()
    assert (
        "Changed: .flyte-plugin.sums, .flyte-plugin.yaml, README.md, go.mod, go.sum, scripts/generate_protos.sh\n"
        in run.stdout
    )
    assert "still names" not in run.stdout


def test_a_release_newer_than_the_template(rendered, cache, tmp_path):
    here = Repository(rendered("example"), tmp_path, cache)
    (here.path / "NOTES.md").write_text(f"Since {NEWEST} we do without Athena.\n")
    before = _files(here.path)
    run = here.upgrade(NEXT, GOTOOLCHAIN="local")
    assert run.returncode == 0, run.stderr
    after = _files(here.path)
    changed = {name for name in after if before.get(name) != after[name]}
    assert changed == {
        ".flyte-plugin.sums",
        ".flyte-plugin.yaml",
        "README.md",
        "flytepropeller/cmd/main.go",
        "go.mod",
        "go.sum",
        "scripts/generate_protos.sh",
    }
    assert f'flyte_version: "{NEXT}"' in after[".flyte-plugin.yaml"].decode()
    mod = json.loads(
        subprocess.run([toolchain.go(), "mod", "edit", "-json"], cwd=here.path, capture_output=True).stdout
    )
    assert mod["Go"] == "1.26.1"
    assert {each["New"]["Version"] for each in mod["Replace"] if "flyteorg" in each["Old"]["Path"]} == {NEXT}
    plugins = after["flytepropeller/cmd/main.go"].decode()
    assert "plugins/webapi/agent" in plugins and "athena" not in plugins
    assert subprocess.run(["gofmt", "-l", "."], cwd=here.path, env=here.env, capture_output=True).stdout == b""
    assert f"still names {NEWEST}: NOTES.md:1" in run.stdout


def test_what_cannot_be_had_changes_nothing(rendered, tmp_path):
    here = Repository(rendered("example"), tmp_path, None)
    before = _files(here.path)
    said = {"v1.98.7": "v1.98.7", "1.16.7": "VERSION=v", "latest": "VERSION=v", "v1.16": "VERSION=v", "": "VERSION=v"}
    for version, cause in said.items():
        run = here.upgrade(version, GOPROXY="off")
        assert run.returncode != 0 and "nothing was changed" in run.stderr and cause in run.stderr
        assert "Traceback" not in run.stderr and "then make" not in run.stdout
    assert _files(here.path) == before


def test_code_that_the_release_does_not_do_for_changes_nothing(rendered, cache, tmp_path):
    here = Repository(rendered("example"), tmp_path, cache)
    more = "flytepropeller/cmd/more.go"
    (here.path / more).write_text(f'package main\n\nimport _ "{releases.FLYTE}/flyteplugins/go/nowhere"\n')
    before = _files(here.path)
    run = here.upgrade(NEXT)
    assert run.returncode != 0 and "nothing was changed" in run.stderr and f"{more}:3" in run.stderr
    assert _files(here.path) == before


def test_the_release_that_it_has(rendered, tmp_path):
    here = Repository(rendered("example"), tmp_path, None)
    run = here.upgrade(NEWEST, GOPROXY="off")
    assert run.returncode == 0 and "already" in run.stdout
