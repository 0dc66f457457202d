"""What a call of cookiecutter's program says, and how it is repeated."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from flyte_plugin_scaffold import command_line, findings


@pytest.fixture(autouse=True)
def on_path(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A machine on which cookiecutter is installed."""
    program = tmp_path / "cookiecutter"
    program.touch(mode=0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("FLYTE_PLUGIN_MAKE", raising=False)


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
    assert findings.command({"license": "x"}, "/t", ["/bin/cookiecutter", *line]) == f"cookiecutter {repeated}"


def test_without_cookiecutter_on_the_path_it_is_called_as_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    """As pipx run calls it."""
    monkeypatch.setenv("PATH", "")
    called = findings.command({}, "/t", ["/cache/pipx/x/bin/cookiecutter", "."])
    assert called == f"{sys.executable} -m cookiecutter ."
    assert findings.command({}, "/t", ["/usr/bin/pytest", "."]) == "cookiecutter /t"


@pytest.mark.parametrize("argv", [[], ["pytest"], ["cruft", "create"], ["/x/__main__.py", "."]])
def test_other_programs_are_none_of_it(argv: list[str]) -> None:
    assert command_line.parse(argv) is None


def test_what_the_configuration_sets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    config = tmp_path / "config.yaml"
    config.write_text("default_context: {license: MIT, other: x}\n")

    def configured(*line: str) -> frozenset[str]:
        parsed = command_line.parse(["cookiecutter", ".", *line])
        assert parsed is not None
        return parsed.configured

    assert configured("--config-file", str(config)) == configured(f"--config-file={config}") == {"license"}
    assert configured("--config-file", str(tmp_path / "none.yaml")) == frozenset()
    monkeypatch.setenv("COOKIECUTTER_CONFIG", str(config))
    assert configured() == {"license"}
    assert configured("--default-config") == frozenset()
