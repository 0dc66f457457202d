"""`make bake`, the README's first command."""

from __future__ import annotations

import os
import shlex
import shutil
import signal
import subprocess
import sys

import pytest
import yaml

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


NAME = "flyte-solverjob-plugin"


def test_example(make_bake):
    """Shows what it is doing, and what to do next; what nobody has changed is rendered again."""
    first = make_bake()
    assert first.returncode == 0, first.stdout + first.stderr
    repository = make_bake.build / NAME
    assert (repository / "Makefile").is_file()
    for step in ("1/3", "2/3", "3/3", "make test"):
        assert step in first.stdout
    (repository / ".venv").mkdir()
    (repository / ".venv/pyvenv.cfg").write_text("made by a tool")
    second = make_bake()
    assert second.returncode == 0, second.stdout + second.stderr
    assert not (repository / ".venv").exists()
    assert sorted(each.name for each in make_bake.build.iterdir()) == [".rendered", NAME]


def test_no_bake_loses_an_edit(make_bake):
    """Told with all other problems, before anything is rendered; OVERWRITE=yes keeps every earlier one."""
    assert make_bake().returncode == 0
    repository = make_bake.build / NAME
    for number in ("", "-2"):
        (repository / "mine.txt").write_text(f"an hour of work{number}")
        (repository / "README.md").write_text("ours")
        refused = make_bake("license=x")
        assert refused.returncode != 0 and "2 answers cannot be used" in refused.stderr
        assert f"{NAME} is not as it was rendered (README.md changed, mine.txt new): give" in refused.stderr
        assert (repository / "README.md").read_text() == "ours" and "is ready" not in refused.stdout
        forced = make_bake("OVERWRITE=yes")
        assert forced.returncode == 0 and f"is now {make_bake.build}/.previous/{NAME}{number})" in forced.stdout
        assert not (repository / "mine.txt").exists()
        kept = make_bake.build / ".previous" / f"{NAME}{number}"
        assert (kept / "mine.txt").read_text() == f"an hour of work{number}"
    assert make_bake("OVERWRITE=always").returncode != 0


def test_answers(make_bake, tmp_path):
    crd = tmp_path / "a folder" / "my jobs.yaml"
    crd.parent.mkdir()
    shutil.copy(rendering.ROOT / "flyte_plugin_scaffold/example/solverjobs.yaml", crd)
    run = make_bake(f"CRD={crd}", "task_type=mine", 'OPERATOR_NAME=It\'s "ours"', "license=none")
    assert run.returncode == 0, run.stdout + run.stderr
    (repository,) = (each for each in make_bake.build.iterdir() if not each.name.startswith("."))
    assert (repository / "flytekit-solverjob/flytekitplugins/mine").is_dir()
    assert not (repository / "LICENSE").exists()
    assert 'It\'s \\"ours\\"' in (repository / ".flyte-plugin.yaml").read_text()


@pytest.mark.parametrize(
    ("argument", "message"),
    [
        ("CRDS=x.yaml", "No such prompt: CRDS"),
        ("TASKTYPE=x", "Did you mean task_type for TASKTYPE?"),
        ("bild=x", "Did you mean BUILD for bild?"),
        ("source=/no/such/file.yaml", "/no/such/file.yaml"),
    ],
    ids=["unknown-prompt", "nearly-a-prompt", "nearly-a-variable", "no-such-file"],
)
def test_refusals(make_bake, argument, message):
    run = make_bake(argument)
    assert run.returncode != 0
    assert message in run.stdout + run.stderr
    assert "Traceback" not in run.stdout + run.stderr
    assert not make_bake.build.exists() or list(make_bake.build.iterdir()) == []


def test_answers_in_a_file(make_bake, tmp_path):
    """The command line has priority; paths in it start from its folder."""
    shutil.copy(rendering.ROOT / "tests/crds/oddjobs.yaml", tmp_path / "mine.yaml")
    file = tmp_path / "answers.yaml"
    file.write_text('source: mine.yaml\ntask_type: "odd"\nlicense: MIT\nfields: >\n  .spec.needed,\n  .spec.list\n')
    run = make_bake(f"ANSWERS={file}", "license=none")
    assert run.returncode == 0, run.stdout + run.stderr
    repository = make_bake.build / "flyte-oddjob-plugin"
    record = yaml.safe_load((repository / ".flyte-plugin.yaml").read_text())["answers"]
    assert (record["task_type"], record["license"], record["fields"]) == ("odd", "none", ".spec.needed, .spec.list")
    again = make_bake(f"ANSWERS={repository}/.flyte-plugin.yaml", "plugin_slug=again")
    assert again.returncode == 0, again.stdout + again.stderr
    repeated = yaml.safe_load((make_bake.build / "again/.flyte-plugin.yaml").read_text())["answers"]
    assert repeated == {**record, "plugin_slug": "again"}


def test_a_file_of_wrong_answers(make_bake, tmp_path):
    """All that is wrong is named at once, in the file and on the command line, with a command that repeats both."""
    file = tmp_path / "answers.yaml"
    file.write_text("task_tpye: x\nlicense: yes\ntask_type: spark\n")
    run = make_bake(f"ANSWERS={file}", "flyte_version=v0")
    assert run.returncode != 0 and "4 answers cannot be used" in run.stderr and "Traceback" not in run.stderr
    for said in (
        "task_tpye      is no prompt: did you mean task_type? (answers.yaml, line 1)",
        "license        must be text and is a boolean: put it into quotes (answers.yaml, line 2)",
    ):
        assert said in run.stderr
    (command,) = (line for line in run.stderr.splitlines() if line.startswith("  make bake "))
    assert sorted(shlex.split(command)[2:]) == [f"ANSWERS={file}", f"PYTHON={sys.executable}", "flyte_version=v0"]
    assert list(make_bake.build.iterdir()) == []


@pytest.mark.parametrize(
    ("text", "reason"),
    [("a: [\n", "line 2: "), ("- a\n", "no mapping of prompts to answers"), (None, "there is no file")],
    ids=["no YAML", "a list", "no file"],
)
def test_a_file_without_answers(make_bake, tmp_path, text, reason):
    file = tmp_path / "answers.yaml"
    if text:
        file.write_text(text)
    run = make_bake(f"ANSWERS={file}")
    assert run.returncode != 0 and "Traceback" not in run.stderr
    assert run.stderr.startswith(f"ANSWERS={file}: ") and reason in run.stderr
    assert not make_bake.build.exists()


@pytest.mark.parametrize("python", ["", "false"], ids=["none", "too old"])
def test_a_python_that_does_not_fit(make_bake, python):
    run = make_bake(f"PYTHON={python}")
    assert run.returncode != 0 and "needs Python 3.10 or newer" in run.stderr
    assert not make_bake.build.exists()


def test_a_refusal_repeats_the_command(make_bake):
    """As it can be typed: a shell reads it as what was given, and make takes it as it is."""
    answer = 'driver: .spec.driver ["echo", "$HOME"]'
    build = f"BUILD={make_bake.build}/a $(folder)"
    first = make_bake("TASK_TYPE=spark", f"roles={answer}", build)
    assert first.returncode != 0
    (command,) = (line for line in first.stderr.splitlines() if line.startswith("  make bake "))
    words = shlex.split(command)[2:]
    assert sorted(words) == [build, f"PYTHON={sys.executable}", f"roles={answer}", "task_type=spark"]
    assert make_bake(*words).stderr == first.stderr


def test_stopped(make_bake, tmp_path):
    """Ctrl-C ends it without a traceback, and leaves no half of a repository."""
    env = os.environ | {"MAKEFLAGS": "", "CACHE": str(toolchain.CACHE), "BUILD": str(make_bake.build)}
    command = [sys.executable, str(rendering.ROOT / "tools/bake.py")]
    with subprocess.Popen(command, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        while not process.stdout.readline().startswith("2/3"):
            pass
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=60)
    assert process.returncode == 1 and "Stopped" in said and "Traceback" not in said
    assert not (make_bake.build / NAME).exists()
