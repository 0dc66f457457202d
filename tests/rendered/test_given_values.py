"""What is given to the rendered Makefile is data: nothing in it runs, and names are checked before they go anywhere."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.support import rendering, toolchain, tree

# These are run because the user says so. The rest of what may be given is a name or a text.
COMMANDS = {"GO", "GOFMT", "KUSTOMIZE", "SETUP_ENVTEST", "KUBECTL", "DOCKER", "MAKE"}
OF_MAKE = {"CURDIR", "MAKECMDGOALS", "MAKEFILE_LIST"}

HOSTILE = {
    "a command": "$(touch pwned)",
    "a command, escaped for make": "$$(touch pwned)",
    "a function of make": "$(shell touch pwned)",
    "a variable of make": "$(MAKE)",
    "backticks": "`touch pwned`",
    "a second command": "v1; touch pwned",
    "a command in the background": "v1&touch pwned",
    "a pipe": "v1|touch pwned",
    "a redirection": "v1>pwned",
    "a second line": "v1\ntouch pwned",
    "a line that ends": "v1\n",
    "a line of a recipe": "v1\n\ttouch pwned",
    "single quotes": "v1'; touch pwned; '",
    "double quotes": 'v1"; touch pwned; "',
    "what sed replaces with": "v1&&",
    "an end of sed's command": "v1/;w pwned;s/a/b",
    "a blank": "v1 pwned",
    "a comment": "v1#pwned",
    "a pattern": "v*",
    "a backslash": "v1\\",
    "a dash": "-pwned",
    "an option": "--output=pwned",
}

STUB = """#!/bin/sh
printf '%s' "${0##*/}" >> "$LOG"
for word in "$@"; do printf ' <%s>' "$word" >> "$LOG"; done
echo >> "$LOG"
"""


class Stubbed:
    """A rendering in which every tool only writes down how it was called."""

    def __init__(self, repository: Path, folder: Path) -> None:
        self.path = folder / "repository"
        shutil.copytree(repository, self.path)
        self.tools = folder / "tools"
        self.log = folder / "log"
        for program in ("go", "docker", "kubectl", "python3.12", "python3.11", "python3.10", "python3", "python"):
            self._stub(self.tools / program)
        for program in ("python", "buf", "hadolint", "pyflyte", "shellcheck", "zizmor", "pyright"):
            self._stub(self.path / "given/bin" / program)
        for program in ("doctor", "flytepropeller", "flytepropeller-manager"):
            self._stub(self.path / "bin" / program)
        for script in (self.path / "scripts").iterdir():
            self._stub(script)
        self._stub(self.path / "demo/register.sh")
        self.start = self._files()

    @staticmethod
    def _stub(file: Path) -> None:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(STUB)
        file.chmod(0o755)

    def _files(self) -> dict[str, bytes]:
        kept = ("build", "given", "dist")
        found = (each for each in self.path.rglob("*") if each.is_file())
        return {
            name: each.read_bytes() for each in found if not (name := str(each.relative_to(self.path))).startswith(kept)
        }

    def make(self, *arguments: str, **env: str) -> subprocess.CompletedProcess[str]:
        clean = {name: value for name, value in os.environ.items() if name not in toolchain.OF_MAKE}
        path = os.pathsep.join([str(self.tools), clean["PATH"]])
        return subprocess.run(
            ["make", *arguments],
            cwd=self.path,
            env={**clean, "PATH": path, "LOG": str(self.log), **env},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=60,
        )

    def ran(self) -> str:
        return self.log.read_text() if self.log.exists() else ""

    def assert_nothing_was_done(self) -> None:
        assert not [each for each in self.path.rglob("*") if "pwned" in each.name], "something of it ran"
        assert self._files() == self.start

    def variables(self, list_name: str) -> list[str]:
        (line,) = re.findall(rf"^{list_name} := (.*)$", tree.makefile(self.path), re.M)
        return line.split()

    def targets(self) -> list[str]:
        return re.findall(r"^([a-z][a-z_]*):.* ## ", tree.makefile(self.path), re.M)


@pytest.fixture(scope="module")
def baked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    found = rendering.bake({}, tmp_path_factory.mktemp("given"), env={"FLYTE_PLUGIN_PROTOS": "skip"})
    assert found.path, found.output
    return found.path


@pytest.fixture(scope="module")
def shared(baked: Path, tmp_path_factory: pytest.TempPathFactory) -> Stubbed:
    return Stubbed(baked, tmp_path_factory.mktemp("stubbed"))


@pytest.fixture
def stubbed(shared: Stubbed) -> Stubbed:
    """One for all tests, which must leave it as it is."""
    shared.log.unlink(missing_ok=True)
    return shared


@pytest.mark.parametrize("given, platform", [([], "linux/amd64"), (["PLATFORM=linux/arm64"], "linux/arm64")])
def test_images_are_built_for_the_nodes_not_for_this_machine(stubbed, given, platform):
    stubbed.make("build_propeller", "build_demo_docker", *given)
    assert stubbed.ran().count(f"docker <build> <--platform> <{platform}> ") == 2


def test_every_variable_is_a_command_a_name_or_a_text(stubbed):
    """One that the Makefile reads and does not set is given by somebody."""
    text = tree.makefile(stubbed.path)
    lines = [line for line in text.splitlines() if not re.match(r"\s*#", line)]
    used = set(re.findall(r"(?<!\$)\$\((?:origin |value )?([A-Za-z_]+)[):]", "\n".join(lines)))
    set_here = set(re.findall(r"^(?:export )?([A-Za-z_]+) *:?= ?", text, re.M))
    foreach = set(re.findall(r"\$\(foreach (\w+),", text))
    known = {*stubbed.variables("NAMES"), *stubbed.variables("TEXTS"), *COMMANDS, *OF_MAKE}
    assert used - set_here - foreach <= known
    assert set(re.findall(r"^([A-Z_]+) \?=", text, re.M)) <= known


@pytest.mark.parametrize("value", HOSTILE.values(), ids=HOSTILE)
@pytest.mark.parametrize("where", ["on the command line", "in the environment"])
def test_a_name_that_is_none_is_refused(value, where, stubbed):
    for name in stubbed.variables("NAMES"):
        given = {name: value}
        run = (
            stubbed.make("help", **given) if where == "in the environment" else stubbed.make("help", f"{name}={value}")
        )
        assert run.returncode == 2 and f"{name} has a blank, a leading dash, or a character" in run.stderr, name
        assert run.stdout == "" and "pwned" not in run.stderr
    stubbed.assert_nothing_was_done()


@pytest.mark.parametrize("value", HOSTILE.values(), ids=HOSTILE)
@pytest.mark.parametrize("where", ["on the command line", "in the environment"])
def test_a_text_arrives_as_it_is(value, where, stubbed):
    """In every target at once, the one apart that would remove what the others made."""
    given = {name: value for name in stubbed.variables("TEXTS")} | {"PYTHON": "python3.12", "CURRENT": "README.md"}
    words = [] if where == "in the environment" else [f"{name}={text}" for name, text in given.items()]
    targets = [each for each in stubbed.targets() if each != "clean"]
    stubbed.make("-k", "VENV=given", *targets, *words, **({} if words else given))
    ran = stubbed.ran()
    assert f"<scripts/values.py> <README.md> <{value}>" in ran
    assert f"<scripts/add_plugin.py> <{value}>" in ran
    assert f" <--config={value}> <--sdk-python={value}>" in ran
    assert f"<-ldflags> <{value} -X github.com/" in ran
    stubbed.assert_nothing_was_done()


@pytest.mark.parametrize("value", HOSTILE.values(), ids=HOSTILE)
def test_a_file_of_values_is_a_path(value, stubbed):
    """One that is not there, whatever its name."""
    run = stubbed.make("values", "VENV=given", "PYTHON=python3.12", CURRENT=value)
    assert run.returncode == 2 and f"make: {value} cannot be read" in run.stderr
    stubbed.assert_nothing_was_done()


@pytest.mark.parametrize("value", HOSTILE.values(), ids=HOSTILE)
def test_a_python_is_a_path(value, stubbed):
    """One that is not there, whatever its name."""
    run = stubbed.make("venv", "VENV=mine", f"PYTHON={value}")
    assert run.returncode == 2 and "flytekit needs Python" in run.stderr
    stubbed.assert_nothing_was_done()


@pytest.mark.parametrize("value", ["v1.2.3", "v1.2.3-rc.1"])
def test_a_name_that_is_one_is_taken(value, baked, tmp_path):
    stubbed = Stubbed(baked, tmp_path)
    for target in ("build_propeller", "push_propeller", "build_demo_docker", "serialize", "register", "set_version"):
        run = stubbed.make(target, "VENV=given", f"VERSION={value}")
        assert run.returncode == 0, run.stderr
    assert stubbed.make("upgrade_flyte", "VENV=given", "PYTHON=python3.12", f"VERSION={value}").returncode == 0
    assert f"<scripts/upgrade_flyte.py> <{value}>" in stubbed.ran()
    assert f"/flytepropeller-solverjob:{value}>" in stubbed.ran()
    assert f"newTag: {value}  #" in (stubbed.path / "kustomize/propeller/kustomization.yaml").read_text()


def test_the_demos_image_is_built_on_the_base_that_is_given(stubbed):
    for words, told in {(): False, ("DEMO_BASE=registry.example.com/base:3.12",): True}.items():
        assert stubbed.make("build_demo_docker", *words).returncode == 0
        assert ("<--build-arg> <BASE=registry.example.com/base:3.12>" in stubbed.ran()) is told
