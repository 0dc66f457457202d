"""What the command lines of cookiecutter and cruft say of the options that no context has, and how they are repeated."""

from __future__ import annotations

import json
import shlex
import sys
from pathlib import Path

import pytest

from flyte_plugin_scaffold.asking.invocation import Invocation, command, read


@pytest.fixture(autouse=True)
def on_path(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A machine on which both programs are installed."""
    for program in ("cookiecutter", "cruft"):
        (tmp_path / program).touch(mode=0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("FLYTE_PLUGIN_MAKE", raising=False)


def made(**more: object) -> Invocation:
    return Invocation("cookiecutter", **{"template": ".", "output_dir": ".", **more})  # type: ignore[arg-type]


def crufts(name: str = "", **more: object) -> Invocation:
    return Invocation("cruft", name, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("pytest -q", Invocation()),
        ("script.py --no-input", Invocation(asks=False)),
        ("/x/__main__.py .", Invocation()),
        ("/usr/bin/cookiecutter .", made()),
        ("/x/cookiecutter/__main__.py gh:me/x", made(template="gh:me/x")),
        ("cookiecutter.exe .", made()),
        ("cookiecutter", made(template="")),
        ("cookiecutter . --no-input", made(asks=False, options=("--no-input",))),
        ("cookiecutter -o out .", made(output_dir="out", options=("-o", "out"))),
        ("cookiecutter . --output-dir=a=b", made(output_dir="a=b", options=("--output-dir=a=b",))),
        ("cookiecutter -fo out .", made(output_dir="out", overwrites=True, options=("-fo", "out"))),
        ("cookiecutter -foout .", made(output_dir="out", overwrites=True, options=("-foout",))),
        ("cookiecutter -o a -o b .", made(output_dir="b", options=("-o", "a", "-o", "b"))),
        ("cookiecutter -o -f .", made(output_dir="-f", options=("-o", "-f"))),
        ("cookiecutter --overwrite-if-exists .", made(overwrites=True, options=("--overwrite-if-exists",))),
        ("cookiecutter -s .", made(options=("-s",))),
        ("cookiecutter . source=a tpye=b=c", made(answers={"source": "a"}, others=("tpye=b=c",))),
        ("cookiecutter . -- license=-x", made(answers={"license": "-x"})),
        ("cookiecutter --replay .", made(replays=True, asks=False)),
        ("cookiecutter --replay-file r.json .", made(replays=True, replay_file="r.json", asks=False)),
        ("cookiecutter --config-file c .", made(config_file="c", options=("--config-file", "c"))),
        ("cookiecutter --default-config .", made(default_config=True, options=("--default-config",))),
        ("cruft create -y t", crufts("create", template="t", asks=False, output_dir=".", options=("-y",))),
        (
            "cruft create t --output-dir x -f",
            crufts("create", template="t", output_dir="x", overwrites=True, options=("--output-dir", "x", "-f")),
        ),
        ("cruft update -y -p there", crufts("update", asks=False, project_dir="there", options=("-y", "-p", "there"))),
        (
            "cruft update --project-dir=there -i",
            crufts("update", project_dir="there", options=("--project-dir=there", "-i")),
        ),
        ("cruft diff", crufts("diff", asks=False)),
        ("cruft", crufts()),
        ("", Invocation()),
    ],
)
def test_read(line: str, expected: Invocation) -> None:
    assert read(line.split()) == expected


# ------------------------------------------------------------------------------------------------------------ repeated
@pytest.mark.parametrize(
    ("line", "repeated"),
    [
        (["."], ". license=x"),
        (["gh:me/x", "-o", "out"], "gh:me/x -o out license=x"),
        (["-fo", "out", "."], ". -fo out license=x"),
        (["-oout", "."], ". -oout license=x"),
        (["--output-dir=out", "."], ". --output-dir=out license=x"),
        ([".", "-o", "license=out"], ". -o license=out license=x"),
        (["a=b", "--no-input"], "a=b --no-input license=x"),
        (["license=b"], "license=b license=x"),
        ([".", "-o", "-x"], ". -o -x license=x"),
        ([".", "-c", "v1", "--directory", "a b"], ". -c v1 --directory 'a b' license=x"),
        ([".", "license=MIT", "task_type=b", "-f"], ". -f task_type=b license=x"),
        ([".", "task_type=a", "task_type=b"], ". task_type=b license=x"),
        ([".", "task_type=a=b"], ". task_type=a=b license=x"),
        ([".", "tsk_type=b"], ". tsk_type=b license=x"),
        ([".", "--", "task_type=b"], ". task_type=b license=x"),
        (["--replay", "."], ". --no-input license=x"),
        ([".", "--replay-file", "r.json", "-f"], ". -f --no-input license=x"),
        ([".", "--replay-file=r.json"], ". --no-input license=x"),
        ([".", "--config-file", "c.yaml", "-v"], ". --config-file c.yaml -v license=x"),
        ([".", "-o"], ". -o license=x"),
        ([], "/t license=x"),
    ],
)
def test_a_call_is_repeated(line: list[str], repeated: str) -> None:
    assert command({"license": "x"}, "/t", ["/bin/cookiecutter", *line]) == f"cookiecutter {repeated}"


def test_answers_are_words_of_a_shell() -> None:
    given = {"task_type": "a", "license": "it's"}
    assert command(given, "/t", ["pytest"]) == "cookiecutter /t task_type=a 'license=it'\"'\"'s'"


@pytest.mark.parametrize(
    ("line", "repeated"),
    [
        ("create gh:me/x -f", """create gh:me/x -f --no-input --extra-context '{"task_type": "a"}'"""),
        (
            """create --extra-context '{"task_type": "b", "license": "MIT"}' -y t""",
            """create t -y --extra-context '{"task_type": "a", "license": "MIT"}'""",
        ),
        ("""create t --extra-context='{"license": 1}'""", """create t --no-input --extra-context '{"task_type": "a", "license": "1"}'"""),
        ("link t --directory in", """link t --directory in --extra-context '{"task_type": "a"}'"""),
        ("update -p there", """update -p there --variables-to-update '{"task_type": "a"}'"""),
        ("""update --extra-context '{"license": "MIT"}'""", """update --variables-to-update '{"task_type": "a", "license": "MIT"}'"""),
        ("diff -p there", "diff -p there"),
    ],
)  # fmt: skip
def test_cruft_is_repeated(line: str, repeated: str) -> None:
    """The template that cruft hands over is a clone that is gone when the command is typed."""
    argv = ["/usr/bin/cruft", *shlex.split(line)]
    assert command({"task_type": "a"}, "/tmp/clone", argv, no_input=True) == f"cruft {repeated}"


def test_answers_in_a_file_of_crufts(tmp_path: Path) -> None:
    """With the file cruft would take no others, so they become one option."""
    file = tmp_path / "answers.json"
    file.write_text('{"task_type": "b", "license": "MIT"}')
    line = ["cruft", "create", "t", "-E", str(file), "--extra-context", '{"source": "not read"}']
    assert command({"task_type": "a"}, "/t", line) == (
        """cruft create t --extra-context '{"task_type": "a", "license": "MIT"}'"""
    )


def test_a_command_that_asks_nothing() -> None:
    asked = command({"license": "MIT"}, "/t", ["cookiecutter", "gh:me/x"], no_input=True)
    assert asked == "cookiecutter gh:me/x --no-input license=MIT"
    told = command({}, "/t", ["cookiecutter", "--no-input", "."], no_input=True)
    assert told == "cookiecutter . --no-input"


def test_make_is_repeated(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FLYTE_PLUGIN_MAKE", json.dumps(["bake", "BUILD=a $b\u200b"]))
    repeated = command({"license": "$x"}, "/t", ["cookiecutter", ".", "--no-input"], no_input=True)
    assert repeated == r"make bake $'BUILD=a $b\342\200\213' 'license=$x'"


def test_what_is_not_on_the_path_is_called_as_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    called = command({}, "/t", ["/lib/cookiecutter/__main__.py", "."])
    assert called == f"{sys.executable} -m cookiecutter ."
    assert command({}, "/t", ["/lib/cruft/__main__.py", "diff"]) == f"{sys.executable} -m cruft diff"
    assert command({}, "/t", ["/usr/bin/pytest", "."]) == "cookiecutter /t"


def test_the_program_is_named_as_it_can_be_typed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`pipx run` leaves nothing on PATH, and another version may be there."""
    for name in ("of pipx/cookiecutter", "bin/cookiecutter"):
        (tmp_path / name).parent.mkdir()
        (tmp_path / name).touch(mode=0o755)
    pipx = str(tmp_path / "of pipx/cookiecutter")
    for path, word in ((tmp_path / "bin", f"'{pipx}'"), (tmp_path / "of pipx", "cookiecutter"), ("", f"'{pipx}'")):
        monkeypatch.setenv("PATH", str(path))
        assert command({}, "/t", [pipx, "gh:me/x"]) == f"{word} gh:me/x"


def test_what_the_configuration_sets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    config = tmp_path / "config.yaml"
    config.write_text("default_context: {license: MIT, other: x}\n")

    def configured(*line: str) -> frozenset[str]:
        return read(line).configured

    assert configured("cookiecutter", ".", "--config-file", str(config)) == {"license"}
    assert configured("cookiecutter", ".", f"--config-file={config}") == {"license"}
    assert configured("cruft", "create", ".", "--config-file", str(config)) == {"license"}
    assert configured("cookiecutter", ".", "--config-file", str(tmp_path / "none.yaml")) == frozenset()
    monkeypatch.setenv("COOKIECUTTER_CONFIG", str(config))
    assert configured("cookiecutter", ".") == {"license"}
    assert configured("cookiecutter", ".", "--default-config") == frozenset()
    assert configured("cruft", "create", "-d", ".") == frozenset()
    assert configured("pytest", ".") == frozenset()


@pytest.mark.parametrize(
    ("template", "url"),
    [
        ("gh:acme/template", "https://github.com/acme/template.git"),
        ("git+https://git.acme.dev/template", "https://git.acme.dev/template"),
        ("git@git.acme.dev:a/template.git", "git@git.acme.dev:a/template.git"),
        ("https://me:token@git.acme.dev/template.git", "https://git.acme.dev/template.git"),
        ("git+file:///home/me/template", ""),
        ("file:///home/me/template", ""),
        ("../template", ""),
        ("https://acme.dev/template.zip", ""),
        ("", ""),
    ],
)
def test_where_others_find_the_template(template: str, url: str) -> None:
    assert Invocation(template=template).template_url == url
