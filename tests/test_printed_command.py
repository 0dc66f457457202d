"""The command that a refusal prints, run for real: with the wrong answer mended it renders what was answered."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest
import yaml

from tests.support import slim

NAME = "flyte-solverjob-plugin"
MARKER = "Change them in the command that repeats what you answered:\n  "
EXAMPLE = Path(__file__).parent.parent / "flyte_plugin_scaffold/example/solverjobs.yaml"


@pytest.fixture
def template(tmp_path: Path) -> Path:
    return slim.copy(tmp_path / "template")


class Shell:
    """Runs what a user types, in a folder of its own."""

    def __init__(self, folder: Path, config: Path) -> None:
        self.folder = folder
        self.env = {
            **os.environ,
            "FLYTE_PLUGIN_PROTOS": "skip",
            "HOME": str(folder),
            "COOKIECUTTER_CONFIG": str(config),
        }
        self.env.pop("FLYTE_PLUGIN_MAKE", None)

    def cookiecutter(self, *words: str) -> subprocess.CompletedProcess[str]:
        return self._run([sys.executable, "-m", "cookiecutter", *words])

    def typed(self, line: str) -> subprocess.CompletedProcess[str]:
        return self._run(["bash", "-c", line])

    def _run(self, command: list[str]) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            command,
            cwd=self.folder,
            env=self.env,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )


@pytest.fixture
def config(tmp_path: Path) -> Path:
    file = tmp_path / "config.yaml"
    file.write_text(
        yaml.safe_dump({"cookiecutters_dir": str(tmp_path / "clones"), "replay_dir": str(tmp_path / "replay")})
    )
    return file


@pytest.fixture
def shell(tmp_path: Path, config: Path) -> Shell:
    (tmp_path / "work").mkdir()
    return Shell(tmp_path / "work", config)


def mended(refused: subprocess.CompletedProcess[str]) -> str:
    """The printed command with the licence changed, as the user is told to."""
    assert refused.returncode == 1 and "Traceback" not in refused.stdout, refused.stdout
    assert "One answer cannot be used" in refused.stdout, refused.stdout
    command = refused.stdout.partition(MARKER)[2]
    assert command.count("license=WTFPL") == 1, refused.stdout
    return command.replace("license=WTFPL", "license=MIT")


def recorded(repository: Path) -> Mapping[str, str]:
    answers: Mapping[str, str] = yaml.safe_load((repository / ".flyte-plugin.yaml").read_text())["answers"]
    return answers


ODD = {
    "space": "Two words",
    "quotes": 'It\'s "so"',
    "dollar": "$HOME ${HOME} $(id) `id`",
    "history": "wow!! !x",
    "backslash": "a\\b \\n",
    "glob": "* ? [a] ~",
    "shell": "a; touch pwned & b | c > d # e",
    "equals": "a=b --no-input",
    "other letters": "Näherung 日本",
}


@pytest.mark.parametrize("name", ODD.values(), ids=ODD)
def test_odd_answers(shell: Shell, template: Path, name: str) -> None:
    given = {"source": str(EXAMPLE), "operator_name": name, "license": "WTFPL"}
    refused = shell.cookiecutter(str(template), "--no-input", *(f"{key}={value}" for key, value in given.items()))
    done = shell.typed(mended(refused))
    assert done.returncode == 0, done.stdout
    assert recorded(shell.folder / NAME)["operator_name"] == name
    assert not list(shell.folder.rglob("pwned"))


def test_answers_with_a_dash_or_on_several_lines(shell: Shell, template: Path) -> None:
    roles = "driver: .spec.driver user\nworkers: .spec.workers image"
    refused = shell.cookiecutter(str(template), "--no-input", "fields=-tags", f"roles={roles}", "license=WTFPL")
    done = shell.typed(mended(refused))
    assert done.returncode == 0, done.stdout
    answers = recorded(shell.folder / NAME)
    assert answers["roles"] == roles.replace("\n", "; ")
    assert "tags" not in (shell.folder / NAME / "fields.txt").read_text().split()


@pytest.mark.parametrize(
    ("options", "into"),
    [
        (["-o", "a b"], "a b"),
        (["-fo", "-x"], "-x"),
        (["--output-dir=a=b", "--overwrite-if-exists"], "a=b"),
        (["-o$x!", "-v"], "$x!"),
        (["-s", "--accept-hooks", "yes", "--keep-project-on-failure"], "."),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_options(shell: Shell, template: Path, options: list[str], into: str) -> None:
    done = shell.typed(mended(shell.cookiecutter(*options, str(template), "--no-input", "license=WTFPL")))
    assert done.returncode == 0, done.stdout
    assert (shell.folder / into / NAME / "fields.txt").is_file()


@pytest.mark.parametrize("by_file", [True, False], ids=["--replay-file", "--replay"])
def test_replays(shell: Shell, template: Path, tmp_path: Path, by_file: bool) -> None:
    """A replay takes neither --no-input nor answers: the command has the answers of the replay instead."""
    first = shell.cookiecutter(str(template), "--no-input", "-o", "first", "task_type=mine", "fields=-tags")
    assert first.returncode == 0, first.stdout
    replay = tmp_path / "replay/template.json"
    context = json.loads(replay.read_text())
    context["cookiecutter"]["license"] = "WTFPL"
    replay.write_text(json.dumps(context))
    line = ["--replay-file", str(replay)] if by_file else ["--replay"]
    done = shell.typed(mended(shell.cookiecutter(*line, str(template))))
    assert done.returncode == 0, done.stdout
    assert recorded(shell.folder / NAME)["task_type"] == "mine"
    assert (shell.folder / NAME / "fields.txt").read_text() == (
        shell.folder / "first" / NAME / "fields.txt"
    ).read_text()


def test_defaults_of_the_users_configuration(shell: Shell, template: Path, config: Path, tmp_path: Path) -> None:
    """An answer that is the template's own default is repeated where the configuration would say otherwise."""
    own = {**yaml.safe_load(config.read_text()), "default_context": {"license": "WTFPL", "task_type": "mine"}}
    other = tmp_path / "other config.yaml"
    other.write_text(yaml.safe_dump(own))
    line = ["--config-file", str(other), str(template), "--no-input"]
    done = shell.typed(mended(shell.cookiecutter(*line)))
    assert done.returncode == 0, done.stdout
    assert recorded(shell.folder / NAME)["task_type"] == "mine"
    command = mended(shell.cookiecutter(*line, "-f", "task_type=solverjob"))
    done = shell.typed(command)
    assert done.returncode == 0, done.stdout
    assert recorded(shell.folder / NAME)["task_type"] == "solverjob"


def test_a_branch_and_a_folder_of_a_repository(shell: Shell, template: Path, tmp_path: Path) -> None:
    repository = tmp_path / "repository"
    repository.mkdir()
    template.rename(repository / "in here")
    git = ["git", "-C", str(repository), "-c", "user.name=a", "-c", "user.email=a@localhost"]
    for words in (["init", "-q", "-b", "main"], ["add", "-A"], ["commit", "-qm", "x"], ["branch", "v1"]):
        subprocess.run([*git, *words], check=True)
    address = f"git+file://{repository}"
    refused = shell.cookiecutter(address, "--checkout", "v1", "--directory", "in here", "--no-input", "license=WTFPL")
    done = shell.typed(mended(refused))
    assert done.returncode == 0, done.stdout
    assert recorded(shell.folder / NAME)["license"] == "MIT"


def test_what_is_on_the_path_is_called_by_its_name(shell: Shell, template: Path) -> None:
    shell.env["PATH"] = os.pathsep.join((str(Path(sys.executable).parent), shell.env["PATH"]))
    command = mended(shell.cookiecutter(str(template), "--no-input", "license=WTFPL"))
    assert command.startswith("cookiecutter ")
    done = shell.typed(command)
    assert done.returncode == 0, done.stdout
