"""`make bake`, the README's first command."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys

import pytest

from tests.support import rendering, toolchain


@pytest.fixture
def make_bake(tmp_path):
    """Runs `make bake` with a build folder of its own; the environment is the one that all sessions share."""

    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        env = {name: value for name, value in os.environ.items() if not name.startswith("MAKE") and name != "MFLAGS"}
        env |= {"FLYTE_PLUGIN_PROTOS": "skip", "CACHE": str(toolchain.CACHE), "BUILD": str(tmp_path / "build")}
        command = ["make", "bake", f"PYTHON={sys.executable}", *arguments]
        return subprocess.run(
            command, cwd=rendering.ROOT, env=env, stdin=subprocess.DEVNULL, capture_output=True, text=True
        )

    run.build = tmp_path / "build"
    return run


def test_example(make_bake):
    """Shows what it is doing, and what to do next; a second run keeps what the first one left."""
    first = make_bake()
    assert first.returncode == 0, first.stdout + first.stderr
    repository = make_bake.build / "flyte-solverjob-plugin"
    assert (repository / "Makefile").is_file()
    for step in ("1/3", "2/3", "3/3", "make test"):
        assert step in first.stdout
    (repository / "mine.txt").write_text("an hour of work")
    second = make_bake()
    assert second.returncode == 0, second.stdout + second.stderr
    assert not (repository / "mine.txt").exists()
    assert (make_bake.build / ".previous/flyte-solverjob-plugin/mine.txt").is_file()
    assert sorted(each.name for each in make_bake.build.iterdir()) == [".previous", "flyte-solverjob-plugin"]


def test_answers(make_bake, tmp_path):
    crd = tmp_path / "a folder" / "my jobs.yaml"
    crd.parent.mkdir()
    shutil.copy(rendering.ROOT / "flyte_plugin_scaffold/example/solverjobs.yaml", crd)
    run = make_bake(f"CRD={crd}", "task_type=mine", 'OPERATOR_NAME=It\'s "ours"', "license=none")
    assert run.returncode == 0, run.stdout + run.stderr
    (repository,) = make_bake.build.iterdir()
    assert (repository / "flytekit-mine").is_dir()
    assert not (repository / "LICENSE").exists()
    assert 'It\'s \\"ours\\"' in (repository / ".flyte-plugin.yaml").read_text()


@pytest.mark.parametrize(
    ("argument", "message"),
    [("CRDS=x.yaml", "No such prompt: CRDS"), ("crd=/no/such/file.yaml", "/no/such/file.yaml")],
    ids=["unknown-prompt", "no-such-file"],
)
def test_refusals(make_bake, argument, message):
    run = make_bake(argument)
    assert run.returncode != 0
    assert message in run.stdout + run.stderr
    assert "Traceback" not in run.stdout + run.stderr
    assert not make_bake.build.exists() or list(make_bake.build.iterdir()) == []


@pytest.mark.parametrize("python", ["", "false"], ids=["none", "too old"])
def test_a_python_that_does_not_fit(make_bake, python):
    run = make_bake(f"PYTHON={python}")
    assert run.returncode != 0 and "needs Python 3.10 or newer" in run.stderr
    assert not make_bake.build.exists()


def test_a_refusal_repeats_the_command(make_bake):
    """As it can be typed: a shell reads it as what was given, and make takes it as it is."""
    answer = 'driver: .spec.driver ["echo", "$HOME"]'
    first = make_bake("TASK_TYPE=spark", f"roles={answer}")
    assert first.returncode != 0
    (command,) = (line for line in first.stderr.splitlines() if line.startswith("  make bake "))
    assert shlex.split(command)[2:] == ["task_type=spark", f"roles={answer}"]
    assert make_bake(*shlex.split(command)[2:]).stderr == first.stderr
