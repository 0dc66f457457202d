"""The template loads its own package wherever it lies, under cookiecutter, cruft and a replay."""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from flyte_plugin_scaffold.flyte.versions import FLYTE_VERSIONS
from tests.support import slim, toolchain
from tests.support.rendering import ROOT, Baked
from tests.support.tree import contents
from tools import venv

EXAMPLE = ROOT / "flyte_plugin_scaffold/example/solverjobs.yaml"
NAME = "flyte-solverjob-plugin"
FLYTE = next(iter(FLYTE_VERSIONS))


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """A template of few files."""
    return slim.copy(tmp_path / "template")


@pytest.fixture
def quiet(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FLYTE_PLUGIN_PROTOS", "skip")


def git(folder: Path, *words: str) -> str:
    command = ["git", "-C", str(folder), "-c", "user.name=tests", "-c", "user.email=tests@localhost", *words]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def commit(folder: Path, message: str) -> None:
    if not (folder / ".git").is_dir():
        git(folder, "init", "--quiet")
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--message", message)


def recorded(repository: Path) -> dict:
    return yaml.safe_load((repository / ".flyte-plugin.yaml").read_text())


# ------------------------------------------------------------------------------------------------------ compiled once
@pytest.mark.usefixtures("quiet")
def test_compiled_templates_are_kept_and_never_stale(bake: Callable[..., Baked], small: Path, tmp_path: Path) -> None:
    template = small / slim.SLUG / "fields.txt"
    template.write_text("{{ 'one' | make_quoted }}\n")
    package = small / "flyte_plugin_scaffold"
    kept, not_kept = ({"PYTHONDONTWRITEBYTECODE": each} for each in ("", "1"))

    def rendered(folder: str) -> str:
        baked = bake(template=str(small), into=tmp_path / folder, env=kept)
        assert baked.path, baked.output
        return (baked.path / "fields.txt").read_text()

    assert bake(template=str(small), into=tmp_path / "without", env=not_kept).path
    assert list(package.rglob("templates-*")) == []
    written = []
    for folder in ("first", "second"):
        assert rendered(folder) == "one\n"
        written.append({file: file.stat().st_mtime_ns for file in package.rglob("templates-*/*.pyc")})
    prompts = [name for name in recorded(tmp_path / "first" / "flyte-solverjob-plugin")["answers"] if name != "source"]
    assert len(written[0]) > 6 + len(prompts), "of six files, of the defaults of prompts, and of expressions in names"
    assert written[0] == written[1]
    filters = package / "languages/filters.py"
    text = filters.read_text()
    start = text.index("return", text.index("def make_quoted("))
    filters.write_text(f"{text[:start]}return 'new ' + {text[start:].removeprefix('return ')}")
    assert rendered("filter") == "new one\n"
    template.write_text("two\n")
    for folder in package.rglob("templates-*"):
        shutil.rmtree(folder)
        folder.write_text("nothing can be kept here")
    assert rendered("text") == "two\n"


# ----------------------------------------------------------------------------------------------------- where it lies
@pytest.mark.usefixtures("quiet")
@pytest.mark.parametrize("given", ["dot", "relative", "absolute", "git"])
def test_template_addresses(bake: Callable[..., Baked], small: Path, tmp_path: Path, given: str) -> None:
    (tmp_path / "elsewhere").mkdir()
    if given == "git":
        commit(small, "Template")
    template, cwd = {
        "dot": (".", small),
        "relative": ("../template", tmp_path / "elsewhere"),
        "absolute": (str(small), tmp_path),
        "git": (f"git+file://{small}", tmp_path),
    }[given]
    baked = bake(template=template, cwd=cwd, source=os.path.relpath(EXAMPLE, cwd), into=tmp_path / "out")
    assert baked.path, baked.output
    assert (baked.path / "crd/solverjobs.yaml").read_bytes() == EXAMPLE.read_bytes()
    assert "Traceback" not in baked.output


def test_an_address_that_is_none(bake: Callable[..., Baked], small: Path) -> None:
    """As docs/errors.md has it: the message is cookiecutter's."""
    assert "UnknownRepoType" in bake(template=f"file://{small}").output.splitlines()[-1]
    assert "A valid repository for" in bake(template=f"{small}/nowhere").output


@pytest.mark.pythons
def test_cookiecutter_1_cannot_load_it(bake: Callable[..., Baked], small: Path, tmp_path: Path, cache: Path) -> None:
    """As docs/errors.md has it: nothing of this template runs there, so the message is cookiecutter's."""
    python = venv.ensure(cache / "cookiecutter-1", ["cookiecutter==1.7.3"])
    baked = bake(template=str(small), python=str(python), into=tmp_path / "out")
    assert baked.status == 1
    assert baked.output.strip() == "Unable to load extension: No module named 'flyte_plugin_scaffold'"
    assert list((tmp_path / "out").iterdir()) == []


@pytest.mark.usefixtures("quiet")
def test_answers_file_is_the_same_from_everywhere(bake: Callable[..., Baked], small: Path, tmp_path: Path) -> None:
    one = bake(template=str(small), source=str(EXAMPLE), into=tmp_path / "one").path
    two = bake(template="template", cwd=tmp_path, source="example", into=tmp_path / "two").path
    assert one and two and contents(one) == contents(two)


@pytest.mark.pythons
@pytest.mark.usefixtures("quiet")
@pytest.mark.parametrize("version", [(3, 10), (3, 11), (3, 12), (3, 13), (3, 14)], ids=lambda v: "{}.{}".format(*v))
def test_python_versions(bake: Callable[..., Baked], small: Path, cache: Path, version: tuple[int, int]) -> None:
    """With nothing but cookiecutter from PyPI beside it."""
    python = toolchain.pythons().get(version)
    if python is None:
        pytest.skip("no such Python on this machine")
    bare = venv.ensure(
        cache / "cookiecutter-{}.{}".format(*version), ["-r", str(ROOT / "requirements/bake.txt")], python
    )
    baked = bake(template=str(small), python=str(bare))
    assert baked.path, baked.output
    assert "Warning" not in baked.output


@pytest.mark.usefixtures("quiet")
def test_replay_from_another_folder(small: Path, tmp_path: Path) -> None:
    """The path of the CRD was relative to the folder of the first run."""
    config = tmp_path / "config.yaml"
    config.write_text(f"replay_dir: {tmp_path}/replay\ncookiecutters_dir: {tmp_path}/clones\n")
    shutil.copy(EXAMPLE, tmp_path / "mine.yaml")
    command = [sys.executable, "-m", "cookiecutter", "--config-file", str(config), str(small)]
    first = [*command, "--no-input", "-o", str(tmp_path / "one"), "source=mine.yaml", "fields=-tags"]
    subprocess.run(first, cwd=tmp_path, check=True, capture_output=True)
    subprocess.run([*command, "--replay", "-o", str(tmp_path / "two")], cwd="/", check=True, capture_output=True)
    assert contents(tmp_path / "one" / NAME) == contents(tmp_path / "two" / NAME)
    assert "tags" not in (tmp_path / "two" / NAME / "fields.txt").read_text().split()


ANSWERS = {
    "source": str(EXAMPLE),
    "kind": "SolverJob",
    "targets": "propeller",
    "operator_name": "Sparse",
    "task_type": "sparse",
    "plugin_slug": "sparse",
    "roles": "driver: .spec.driver user",
    "operations": "none",
    "status_path": ".status.phase",
    "phases": "Success=Succeeded; Failure=Failed",
    "fields": ".spec.solver",
    "go_module": "github.com/acme/sparse",
    "container_registry": "ghcr.io/acme",
    "flyte_version": FLYTE,
    "license": "MIT",
    "options": "name_budget=30",
}


def replayed(small: Path, tmp_path: Path, stored: dict[str, str], typed: str = "") -> subprocess.CompletedProcess[str]:
    (tmp_path / "replay.json").write_text(json.dumps({"cookiecutter": stored}))
    command = [sys.executable, "-m", "cookiecutter", "--default-config", "--replay-file", "replay.json", str(small)]
    env = {**os.environ, "HOME": str(tmp_path), "COLUMNS": "200"}
    return subprocess.run(command, cwd=tmp_path, env=env, input=typed, capture_output=True, text=True)


@pytest.mark.usefixtures("quiet")
def test_every_prompt_is_answered_by_a_replay_file(small: Path, tmp_path: Path) -> None:
    """One that a person wrote: cookiecutter's own has the private variables as well."""
    run = replayed(small, tmp_path, ANSWERS)
    assert run.returncode == 0, run.stdout + run.stderr
    assert recorded(tmp_path / "sparse")["answers"] == {**ANSWERS, "source": "crd/solverjobs.yaml"}
    assert "[1/" not in run.stdout


@pytest.mark.usefixtures("quiet")
def test_what_a_replay_file_leaves_out_is_asked_with_its_answers_as_the_ground(small: Path, tmp_path: Path) -> None:
    """Derived from what it says, though cookiecutter shows the prompts nothing of it."""
    stored = {"source": str(ROOT / "tests/crds/oddjobs.yaml"), "license": "MIT"}
    run = replayed(small, tmp_path, stored, "\n" * 14)
    assert run.returncode == 0, run.stdout + run.stderr
    answered = recorded(tmp_path / "flyte-oddjob-plugin")["answers"]
    assert answered["kind"] == "OddJob" and answered["license"] == "MIT" and "[14/14]" in run.stdout


@pytest.mark.usefixtures("quiet")
def test_wrong_answers_in_a_replay_file_are_named_at_once(small: Path, tmp_path: Path) -> None:
    run = replayed(small, tmp_path, {**ANSWERS, "license": "x", "task_type": "spark", "lizense": "MIT"})
    assert run.returncode == 1 and "Traceback" not in run.stderr
    assert "3 answers cannot be used" in run.stderr and "lizense    is no prompt: did you mean license?" in run.stderr
    assert not (tmp_path / "sparse").exists()


@pytest.mark.usefixtures("quiet")
def test_a_replay_from_before_prompts_were_renamed(small: Path, tmp_path: Path) -> None:
    """cookiecutter asks for what the file cannot know; Return takes what it says by the old names."""
    shutil.copy(ROOT / "tests/crds/oddjobs.yaml", tmp_path / "odd.yaml")
    stored = {
        name: value
        for name, value in ANSWERS.items()
        if name not in ("source", "kind", "targets", "roles", "phases", "fields")
    }
    old = {"crd": str(tmp_path / "odd.yaml"), "crd_kind": "OddJob", "roles": "none", "fields": "none"}
    old |= {"phases": "Success=Succeeded", "__start": "", "__found": "", "__checked": ""}
    run = replayed(small, tmp_path, {**stored, **old}, "\n" * 3)
    assert run.returncode == 0, run.stdout + run.stderr
    answered = recorded(tmp_path / "sparse")["answers"]
    assert (answered["source"], answered["kind"], answered["targets"]) == ("crd/oddjobs.yaml", "OddJob", "propeller")


@pytest.mark.usefixtures("quiet")
def test_every_prompt_is_answered_by_the_users_configuration(small: Path, tmp_path: Path) -> None:
    config = tmp_path / "config.yaml"
    config.write_text(yaml.safe_dump({"default_context": {**ANSWERS, "of_another_template": "x"}}))
    command = [sys.executable, "-m", "cookiecutter", "--config-file", str(config), "--no-input", str(small)]
    env = {**os.environ, "HOME": str(tmp_path)}
    subprocess.run([*command, "license=none"], cwd=tmp_path, env=env, check=True, capture_output=True)
    answered = {**ANSWERS, "source": "crd/solverjobs.yaml", "license": "none"}
    assert recorded(tmp_path / "sparse")["answers"] == answered


# ------------------------------------------------------------------------------------------------- asking and showing
@pytest.mark.usefixtures("quiet")
def test_asked_with_the_findings_right_after_the_crd(small: Path, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "cookiecutter", "--default-config", str(small), "-o", str(tmp_path / "out")]
    typed = f"{EXAMPLE}\n" + "\n" * 15
    run = subprocess.run(
        command,
        input=typed,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        env={**os.environ, "HOME": str(tmp_path), "COLUMNS": "200"},
    )
    assert run.returncode == 0, run.stdout
    order = [
        run.stdout.index(each) for each in ("[1/16]", "SolverJob batch.solver.example.com/v1", "[2/16]", "[15/16]")
    ]
    assert order == sorted(order)
    assert run.stdout.count("SolverJob batch.solver.example.com/v1") == 1
    assert ".status.phase (" in run.stdout and "or .status.conditions (" in run.stdout
    assert (tmp_path / "out" / NAME).is_dir()


def test_an_unreadable_crd_ends_the_questions(small: Path, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "cookiecutter", "--default-config", str(small), "-o", str(tmp_path / "out")]
    run = subprocess.run(
        command,
        input="nowhere.yaml\n" + "\n" * 15,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        env={**os.environ, "HOME": str(tmp_path)},
    )
    assert run.returncode == 1
    assert "nowhere.yaml" in run.stdout and "[2/16]" not in run.stdout and "Traceback" not in run.stdout
    assert not (tmp_path / "out").exists()


class Asked:
    """cookiecutter, started by a person who types."""

    def __init__(self, template: Path, tmp_path: Path, *words: str) -> None:
        self.command = [sys.executable, "-m", "cookiecutter", "--default-config", str(template), *words]
        self.process = subprocess.Popen(
            self.command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            cwd=tmp_path,
            env={
                **os.environ,
                "HOME": str(tmp_path),
                "PATH": os.pathsep.join((str(Path(sys.executable).parent), os.environ["PATH"])),
                "PYTHONUNBUFFERED": "1",
            },
        )
        self.shown = ""

    def answer(self, *lines: str) -> None:
        """Waits for the question and types the answer, one after the other."""
        assert self.process.stdin and self.process.stdout
        for line in lines:
            self.wait()
            self.process.stdin.write(f"{line}\n".encode())
            self.process.stdin.flush()

    def wait(self) -> None:
        """Until a question is asked: after it nothing more is printed."""
        assert self.process.stdout
        before = len(self.shown)
        while not re.search(r"\[\d+/\d+\].*\): $", self.shown[before:], re.S):
            some = os.read(self.process.stdout.fileno(), 1 << 16)
            assert some, f"it ended: {self.shown}"
            self.shown += some.decode()

    def end(self) -> int:
        rest, _ = self.process.communicate(timeout=60)
        self.shown += rest.decode()
        return self.process.returncode

    @property
    def repeats(self) -> list[str]:
        """The answers and options in the command that was printed."""
        (line,) = (line for line in self.shown.splitlines() if line.startswith("  cookiecutter "))
        words = shlex.split(line)[1:]
        words.remove("--default-config")
        return words


@pytest.mark.usefixtures("quiet")
@pytest.mark.parametrize(("by", "status"), [("Ctrl-C", 130), ("Ctrl-D", 1)])
def test_left_at_a_question_it_says_how_to_go_on(small: Path, tmp_path: Path, by: str, status: int) -> None:
    """With what was answered so far, derived answers left out, and with what the command line gave."""
    shutil.copy(EXAMPLE, tmp_path / "mine.yaml")
    asked = Asked(small, tmp_path, "license=MIT")
    asked.answer("mine.yaml", "", "", "It's mine", "", "")
    asked.wait()
    if by == "Ctrl-C":
        asked.process.send_signal(signal.SIGINT)
    assert asked.end() == status, asked.shown
    assert "Nothing was written" in asked.shown and "Traceback" not in asked.shown
    assert asked.repeats == [str(small), f"source={tmp_path}/mine.yaml", "operator_name=It's mine", "license=MIT"]
    assert not (tmp_path / NAME).exists()


@pytest.mark.usefixtures("quiet")
def test_left_at_the_first_question(small: Path, tmp_path: Path) -> None:
    asked = Asked(small, tmp_path)
    asked.wait()
    asked.process.send_signal(signal.SIGINT)
    assert asked.end() == 130 and asked.repeats == [str(small)]


@pytest.mark.usefixtures("quiet")
def test_nothing_more_is_said_once_all_is_answered(small: Path, tmp_path: Path) -> None:
    asked = Asked(small, tmp_path)
    asked.answer(*[""] * 16)
    assert asked.end() == 0, asked.shown
    assert "Nothing was written" not in asked.shown and (tmp_path / NAME).is_dir()


@pytest.mark.usefixtures("quiet")
def test_one_mistake_does_not_cost_every_question_again(small: Path, tmp_path: Path) -> None:
    asked = Asked(small, tmp_path)
    asked.answer("", "", "", "", "Big Job", *[""] * 11)
    assert asked.end() == 1 and "Nothing was written. This" not in asked.shown
    assert asked.repeats == [str(small), "--no-input", "task_type=Big Job"]
    command = [*asked.command[:3], *asked.repeats[:2], "task_type=bigjob", "--default-config"]
    subprocess.run(command, cwd=tmp_path, check=True, env={**os.environ, "HOME": str(tmp_path)}, capture_output=True)
    assert (tmp_path / NAME).is_dir()


@pytest.mark.usefixtures("quiet")
def test_a_folder_that_is_there_is_said_at_once(small: Path, tmp_path: Path) -> None:
    (tmp_path / "out" / NAME).mkdir(parents=True)
    asked = Asked(small, tmp_path, "-o", "out")
    asked.answer(*[""] * 6)
    assert asked.end() == 1 and "[7/16]" not in asked.shown
    assert f"{tmp_path}/out/{NAME} already exists" in asked.shown
    assert asked.repeats == [str(small), "-o", "out", f"plugin_slug={NAME}"], "the questions that are left are asked"
    another = Asked(small, tmp_path, "-o", "out")
    another.answer(*[""] * 5, "another", *[""] * 10)
    assert another.end() == 0, another.shown
    over = Asked(small, tmp_path, "-f", "-o", "out")
    over.answer(*[""] * 16)
    assert over.end() == 0, over.shown


def test_every_prompt_has_a_line_for_people() -> None:
    context = json.loads((ROOT / "cookiecutter.json").read_text())
    public = [name for name in context if not name.startswith("_")]
    assert public == [
        *("source", "kind", "targets", "operator_name", "task_type", "plugin_slug", "roles", "operations"),
        *("status_path", "phases", "fields", "go_module", "container_registry", "flyte_version", "license", "options"),
    ]
    assert list(context["__prompts__"]) == public
    assert all(isinstance(context[name], str) for name in public)


# ------------------------------------------------------------------------------------------------------------ the shim
@pytest.mark.usefixtures("quiet")
def test_two_versions_of_the_template_in_one_process(small: Path, tmp_path: Path) -> None:
    """What cruft update does: both checkouts at one place, a moment apart, with files of the same size."""
    run = """
import re, sys
from pathlib import Path
from cookiecutter.main import cookiecutter
template, out = Path(sys.argv[1]), sys.argv[2]
sys.argv = ["test"]
versions = template / "flyte_plugin_scaffold/flyte/versions.py"
for number in ("1", "2", "3"):
    text = re.sub('TEMPLATE_VERSION = "[^"]*"', f'TEMPLATE_VERSION = "{number}.0.0"', versions.read_text())
    versions.write_text(text)
    cookiecutter(str(template), no_input=True, output_dir=f"{out}/{number}", default_config=True)
"""
    env = {**os.environ, "HOME": str(tmp_path)}
    env.pop("PYTHONDONTWRITEBYTECODE", None)
    subprocess.run(
        [sys.executable, "-c", run, str(small), str(tmp_path / "out")], check=True, env=env, capture_output=True
    )
    written = [recorded(tmp_path / "out" / number / NAME)["template_version"] for number in "123"]
    assert written == ["1.0.0", "2.0.0", "3.0.0"]


@pytest.mark.usefixtures("quiet")
def test_another_checkout_in_one_process(small: Path, tmp_path: Path) -> None:
    other = slim.copy(tmp_path / "other")
    versions = other / "flyte_plugin_scaffold/flyte/versions.py"
    versions.write_text(re.sub('TEMPLATE_VERSION = "[^"]*"', 'TEMPLATE_VERSION = "9.9.9"', versions.read_text()))
    run = """
import shutil, sys
from cookiecutter.main import cookiecutter
one, other, out = sys.argv[1:]
sys.argv = ["test"]
for at, template in enumerate((one, other, one, other)):
    cookiecutter(template, no_input=True, output_dir=f"{out}/{at}", default_config=True)
    if at == 2:
        shutil.rmtree(one)  # a clone in a temporary folder that is gone
"""
    command = [sys.executable, "-c", run, str(small), str(other), str(tmp_path / "out")]
    subprocess.run(command, check=True, env={**os.environ, "HOME": str(tmp_path)}, capture_output=True)
    written = [recorded(tmp_path / "out" / str(at) / NAME)["template_version"] for at in range(4)]
    assert written[1] == written[3] == "9.9.9" and written[0] == written[2] != "9.9.9"


# --------------------------------------------------------------------------------------------------------------- cruft
@pytest.mark.usefixtures("quiet")
@pytest.mark.parametrize("called", ["in the repository", "from another folder"])
def test_cruft_updates_with_the_new_derivation(
    small: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, called: str
) -> None:
    """The updated files come from the new package, and the stored answers from the repository itself."""
    monkeypatch.setenv("HOME", str(tmp_path))
    commit(small, "First release")
    work = tmp_path / "work"
    work.mkdir()
    shutil.copy(EXAMPLE, work / "mine.yaml")
    (work / "roles.yaml").write_text("driver: .spec.driver user\nworkers: .spec.workers image\n")
    cruft = [sys.executable, "-m", "cruft"]
    answers = json.dumps({"source": "mine.yaml", "roles": "roles.yaml", "task_type": "mysolver"})
    create = [*cruft, "create", "--no-input", "--extra-context", answers, str(small)]
    run = subprocess.run(create, cwd=work, capture_output=True, text=True)
    assert run.returncode == 0, run.stdout + run.stderr
    repository = work / NAME
    stored = json.loads((repository / ".cruft.json").read_text())["context"]["cookiecutter"]
    assert stored["source"] == "crd/solverjobs.yaml" and stored["task_type"] == "mysolver"
    assert stored["roles"] == "driver: .spec.driver user; workers: .spec.workers image"
    assert str(tmp_path) not in json.dumps({name: value for name, value in stored.items() if not name.startswith("_")})
    lock = repository / "contract/mysolver.lock.json"
    lock.write_text(lock.read_text().replace('"number": 4', '"number": 44'))  # as if more had been there once
    commit(repository, "Rendered")
    (work / "mine.yaml").unlink()
    (work / "roles.yaml").unlink()

    versions = small / "flyte_plugin_scaffold/flyte/versions.py"
    versions.write_text(re.sub('TEMPLATE_VERSION = "[^"]*"', 'TEMPLATE_VERSION = "7.7.7"', versions.read_text()))
    listed = small / slim.SLUG / "fields.txt"
    listed.write_text(listed.read_text().replace("{{ field.name }}", "{{ field.name }} {{ field.number }}"))
    commit(small, "Second release")
    update, cwd = [*cruft, "update", "--skip-apply-ask"], repository
    if called == "from another folder":
        update, cwd = [*update, "--project-dir", NAME], work
    run = subprocess.run(update, cwd=cwd, capture_output=True, text=True)
    assert run.returncode == 0, run.stdout + run.stderr
    assert recorded(repository)["template_version"] == "7.7.7"
    stored = json.loads((repository / ".cruft.json").read_text())
    assert stored["commit"] == git(small, "rev-parse", "HEAD").strip()
    assert stored["context"]["cookiecutter"]["source"] == "crd/solverjobs.yaml"
    assert "solver 44\n" in (repository / "fields.txt").read_text(), "the contract is the repository's"


# ------------------------------------------------------------------------------------------------------------ contract
@pytest.mark.usefixtures("quiet")
def test_a_later_rendering_reads_the_contract(bake: Callable[..., Baked], small: Path, tmp_path: Path) -> None:
    def members(repository: Path) -> dict[str, tuple[int, bool]]:
        lock = json.loads((repository / "contract/solverjob.lock.json").read_text())
        return {each["name"]: (each["number"], "deprecated" in each) for each in lock["messages"]["SolverJob"]}

    first = bake(template=str(small), into=tmp_path / "first").path
    assert first and members(first)["solver"] == (4, False) and members(first)["tags"] == (7, False)
    changed = {"template": str(small), "fields": ".spec.tags"}
    inside = bake(**changed, source="crd/solverjobs.yaml", cwd=first, into=tmp_path / "inside").path
    told = bake(**changed, env={"FLYTE_PLUGIN_CONTRACT": str(first / "contract")}, into=tmp_path / "told").path
    for again in (inside, told):
        assert again and members(again)["solver"] == (4, True) and members(again)["tags"] == (7, False)
        assert (again / "fields.txt").read_text() == "tags\n"
    # Without it, all is numbered anew.
    alone = bake(**changed, into=tmp_path / "alone").path
    assert alone and "solver" not in members(alone) and members(alone)["tags"] == (4, False)


@pytest.mark.usefixtures("quiet")
def test_a_damaged_contract_is_refused(bake: Callable[..., Baked], small: Path, tmp_path: Path) -> None:
    first = bake(template=str(small), into=tmp_path / "first").path
    assert first
    (first / "contract/solverjob.lock.json").write_text("<<<<<<< HEAD\n")
    baked = bake(template=str(small), source=str(first / "crd/solverjobs.yaml"), into=tmp_path / "again")
    assert (baked.status, baked.path) == (1, None) and "Traceback" not in baked.output
    assert "solverjob.lock.json is damaged: line 1 is no JSON" in " ".join(baked.output.split())
    assert list((tmp_path / "again").iterdir()) == []


# --------------------------------------------------------------------------------------------------------------- hooks
@pytest.mark.parametrize(
    ("settings", "says", "finishes"),
    {
        "generated": ({}, "is ready", False),
        "skipped": ({"FLYTE_PLUGIN_PROTOS": "skip"}, "FLYTE_PLUGIN_PROTOS=skip was set", True),
        "no Go": ({"FAKE_STATUS": "3"}, "needs Go, which is not on PATH", True),
        "no generator": ({"FAKE_STATUS": "4"}, "could not be installed", True),
        "an error": ({"FAKE_STATUS": "9"}, "failed with exit status 9", True),
        "too slow": ({"FAKE_SECONDS": "60", "FLYTE_PLUGIN_PROTOS_TIMEOUT": "0.5"}, "longer than 0.5 seconds", True),
        "odd time": ({"FLYTE_PLUGIN_PROTOS_TIMEOUT": "soon"}, "is no number of seconds", False),
    }.values(),
    ids=["generated", "skipped", "no Go", "no generator", "an error", "too slow", "odd time"],
)
def test_protobuf_code(
    bake: Callable[..., Baked], small: Path, tmp_path: Path, settings: dict[str, str], says: str, finishes: bool
) -> None:
    """Whatever becomes of it, the rendering is kept, the status is 0, and the next commands are said."""
    baked = bake(template=str(small), cwd=tmp_path, env={"FLYTE_PLUGIN_PROTOS": "", **settings}, into=tmp_path / "out")
    assert baked.path, baked.output
    assert says in baked.output and "Traceback" not in baked.output
    next_commands = [line.split("#")[0].strip() for line in baked.output.partition("Next:\n")[2].splitlines()]
    finish = ["make generate"] if finishes else []
    assert next_commands == [f"cd out/{NAME}", *finish, "make test", "make help"]
    skipped = settings.get("FLYTE_PLUGIN_PROTOS") == "skip"
    assert (baked.path / "generated").exists() is not skipped
    assert skipped or f"script runs with {sys.executable}" in baked.output


def test_a_script_that_takes_too_long_is_ended(bake: Callable[..., Baked], small: Path, tmp_path: Path) -> None:
    script = small / slim.SLUG / "scripts/generate_protos.sh"
    script.write_text("(sleep 3; touch too-late) &\nwait\n")
    baked = bake(
        template=str(small),
        env={"FLYTE_PLUGIN_PROTOS": "", "FLYTE_PLUGIN_PROTOS_TIMEOUT": "0.3"},
        into=tmp_path / "out",
    )
    assert baked.path, baked.output
    subprocess.run(["sleep", "4"], check=True)
    assert not (baked.path / "too-late").exists()


@pytest.mark.usefixtures("quiet")
def test_optional_folders(bake: Callable[..., Baked], small: Path, tmp_path: Path) -> None:
    on_github = bake(template=str(small), into=tmp_path / "one")
    elsewhere = bake(template=str(small), go_module="gitlab.com/acme/x", into=tmp_path / "two")
    status = {"status_path": ".status.phase", "phases": "Success=Done"}
    nameless = bake(template=str(small), source="widgets.acme.dev/v1/Widget", **status, into=tmp_path / "three")
    assert on_github.path and elsewhere.path and nameless.path, nameless.output
    assert (on_github.path / ".github/workflows/ci.yml").is_file() and (on_github.path / "crd").is_dir()
    assert not (elsewhere.path / ".github").exists()
    assert not (nameless.path / "crd").exists()


@pytest.mark.usefixtures("quiet")
def test_the_shown_folder_can_be_another(bake: Callable[..., Baked], small: Path, tmp_path: Path) -> None:
    baked = bake(template=str(small), cwd=tmp_path, env={"FLYTE_PLUGIN_SHOWN_IN": "build"}, into=tmp_path / "x")
    assert f"cd build/{NAME}\n" in baked.output


@pytest.mark.usefixtures("quiet")
def test_an_existing_folder_is_left_alone(bake: Callable[..., Baked], small: Path, tmp_path: Path) -> None:
    mine = tmp_path / "out" / NAME / "mine.txt"
    mine.parent.mkdir(parents=True)
    mine.write_text("mine")
    for options in (["--no-input"], ["--no-input", "-s"]):
        baked = bake(template=str(small), into=tmp_path / "out", options=options, license="x")
        assert baked.status == 1 and "2 answers cannot be used" in baked.output
        assert f"{mine.parent} already exists: give another name" in baked.output
        assert [each.name for each in mine.parent.iterdir()] == ["mine.txt"]
    assert bake(template=str(small), into=tmp_path / "out", options=["--no-input", "-f"]).status == 0
    assert mine.read_text() == "mine"


@pytest.mark.usefixtures("quiet")
def test_an_answer_to_no_question_is_refused(bake: Callable[..., Baked], small: Path, tmp_path: Path) -> None:
    """cookiecutter itself ignores it, and renders with the default."""
    baked = bake(template=str(small), into=tmp_path / "out", tpye="x", TASK_TYPE="x", license="x")
    assert baked.status == 1 and "3 answers cannot be used" in baked.output
    assert "TASK_TYPE  is no prompt: did you mean task_type?" in baked.output and "tpye " in baked.output
    assert list((tmp_path / "out").iterdir()) == []


@pytest.mark.usefixtures("quiet")
def test_names_of_nobody_are_reminded_of(bake: Callable[..., Baked], small: Path, tmp_path: Path) -> None:
    def said(**given: str) -> str:
        baked = bake(template=str(small), into=tmp_path / "-".join(["out", *given.values()]).replace("/", "-"), **given)
        assert baked.path, baked.output
        return " ".join(line for line in baked.output.splitlines() if line.startswith("Not yours yet"))

    assert f"go_module=github.com/example/{NAME} and container_registry=ghcr.io/example" in said()
    assert "go_module" not in said(go_module="github.com/acme/x")
    assert "and" not in said(go_module="github.com/acme/x", container_registry="ghcr.io/example").split(".")[0]
    assert said(go_module="github.com/acme/x", container_registry="localhost:5000") == ""


@pytest.mark.usefixtures("quiet")
def test_a_fault_of_the_derivation_is_no_traceback(bake: Callable[..., Baked], small: Path, tmp_path: Path) -> None:
    pods = small / "flyte_plugin_scaffold/deriving/pods.py"
    pods.write_text(pods.read_text() + "\n\ndef derive(crd):\n    raise KeyError('fault')\n")
    baked = bake(template=str(small), into=tmp_path / "out")
    assert baked.status == 1 and "Traceback" not in baked.output
    assert "KeyError: 'fault'" in baked.output and "Please report it" in baked.output
    assert list((tmp_path / "out").iterdir()) == []
    assert "Traceback" in bake(template=str(small), env={"FLYTE_PLUGIN_DEBUG": "1"}).output
