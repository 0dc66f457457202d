"""Which Go and Python the next commands find on this machine, and what they say is to be installed."""

from __future__ import annotations

import os
import platform
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from flyte_plugin_scaffold.writing import finish, generate, machine

pytestmark = pytest.mark.skipif(os.name == "nt", reason="the stand-ins are shell scripts")

Stub = Callable[..., None]


@pytest.fixture
def stub(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Stub:
    """``stub(go="...")`` puts a command that prints this on PATH, which holds nothing else; None: one that fails."""
    monkeypatch.setenv("PATH", str(tmp_path))

    def put(**commands: str | None) -> None:
        for name, prints in commands.items():
            file = tmp_path / name.replace("_", ".")
            file.write_text("#!/bin/sh\nexit 1\n" if prints is None else f"#!/bin/sh\nprintf '{prints}'\n")
            file.chmod(0o755)

    return put


@pytest.mark.parametrize(
    ("prints", "found", "install"),
    [
        ("go1.26.8\\nauto\\n", "Go 1.26.8", ""),
        ("go1.30\\nlocal\\n", "Go 1.30", ""),
        ("go1.26rc1 X:boringcrypto\\nauto", "Go 1.26rc1", ""),
        ("go1.22.1\\nauto\\n", "Go 1.22.1, which fetches 1.26", ""),
        ("go1.22.1\\nlocal\\n", "", "install Go 1.26 or later (https://go.dev/dl): 1.22.1 is on PATH"),
        ("go1.19\\n\\n", "", "install Go 1.26 or later (https://go.dev/dl): 1.19 is on PATH"),
        ("gopher", "", "install Go 1.26 or later (https://go.dev/dl): the one on PATH does not run"),
        (None, "", "install Go 1.26 or later (https://go.dev/dl): the one on PATH does not run"),
    ],
)
def test_go(stub: Stub, prints: str | None, found: str, install: str) -> None:
    stub(go=prints)
    assert machine.go("1.26") == (found, install)


def test_no_go(stub: Stub) -> None:
    assert machine.go("1.26") == ("", "install Go 1.26 or later (https://go.dev/dl): there is none on PATH")


@pytest.mark.parametrize(
    ("commands", "found"),
    [
        ({"python3": "3.11.7"}, "Python 3.11.7"),
        ({"python3": "3.13.0", "python3_12": "3.12.1"}, "Python 3.12.1"),
        ({"python3_12": None, "python3_10": "3.10.2"}, "Python 3.10.2"),
        ({"python3": "3.13.0", "python": "2.7.18"}, ""),
        ({"python3": "3.1.2"}, ""),
        ({}, ""),
    ],
)
def test_python(stub: Stub, commands: dict[str, str | None], found: str) -> None:
    stub(**commands)
    install = "" if found else "install Python 3.10, 3.11 or 3.12 for flytekit: there is none on PATH"
    assert machine.python("3.10", "3.13") == (found, install)


def test_the_running_python_is_not_asked(stub: Stub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stub()
    (tmp_path / "python3").symlink_to(sys.executable)
    monkeypatch.setattr(machine, "_output", lambda *_, **__: "")
    version = platform.python_version_tuple()
    assert machine.python(".".join(version[:2]), f"3.{int(version[1]) + 1}") == (
        f"Python {platform.python_version()}",
        "",
    )


GO, PYTHON = {"go": "go1.26.8"}, {"python3": "3.12.1"}
NO_GO = "# install Go 1.26 or later (https://go.dev/dl): there is none on PATH"
NO_PYTHON = "# install Python 3.10, 3.11 or 3.12 for flytekit: there is none on PATH"


@pytest.mark.parametrize(
    ("commands", "missing", "steps"),
    [
        ({**GO, **PYTHON}, "", ["make test"]),
        ({**GO, **PYTHON}, "no network", ["make generate", "make test"]),
        (PYTHON, generate.GO_IS_MISSING, ["make test_python", NO_GO, "make generate", "make test"]),
        (PYTHON, "no network", [NO_GO, "make generate", "make test"]),
        (GO, "", ["make test_go", NO_PYTHON, "make test"]),
        (GO, "no network", [NO_PYTHON, "make generate", "make test"]),
        ({}, generate.GO_IS_MISSING, [NO_GO, NO_PYTHON, "make generate", "make test"]),
    ],
)
def test_what_is_missing_comes_before_what_needs_it(
    stub: Stub, commands: dict[str, str | None], missing: str, steps: list[str]
) -> None:
    stub(make="", **commands)
    names = {"folder": "x", "machine": machine.Question("1.26", "3.10", "3.13").answer()}
    found = [command or f"# {why}" for command, why in finish._steps(names, missing)]
    assert found == ["cd x", *steps, "make help"]


@pytest.mark.parametrize(
    ("commands", "missing", "steps"),
    [
        (PYTHON, "", [("make test", "with Python 3.12.1")]),
        (
            {**GO, **PYTHON},
            "no network",
            [("make generate", "writes the protobuf code"), ("make test", "with Python 3.12.1")],
        ),
        (GO, "", [("", NO_PYTHON.removeprefix("# ")), ("make test", "")]),
    ],
)
def test_go_of_a_repository_without_it(
    stub: Stub, commands: dict[str, str | None], missing: str, steps: list[tuple[str, str]]
) -> None:
    stub(make="", **commands)
    names = {"folder": "x", "machine": machine.Question("", "3.10", "3.13").answer()}
    assert list(finish._steps(names, missing))[1:-1] == steps


def test_make_itself_is_missing(stub: Stub) -> None:
    stub(**GO, **PYTHON)
    names = {"folder": "x", "machine": machine.Question("1.26", "3.10", "3.13").answer()}
    assert list(finish._steps(names, ""))[1] == ("", "install make, which is not on PATH")
