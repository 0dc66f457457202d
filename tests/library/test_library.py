"""The Go library of renderings, where it stands: no rendering is made for it."""

from __future__ import annotations

import os
import re
import shutil
import subprocess

import jinja2
import pytest

from flyte_plugin_scaffold.writing import library
from tests.support import toolchain
from tools import library as checked

COVERAGE = 0.95  # most of the rest is errors that Flyte's own code declares and never returns


@pytest.fixture(scope="module")
def folder(cache):
    """The library's own module, at a path that stays the same, so that Go finds what it built."""
    place, lock = toolchain.free_folder(cache, "library")
    yield checked.prepare(place)
    os.close(lock)


def test_the_library_is_formatted_vetted_and_holds_its_tests(go, folder, capfd):
    """Nearly every statement of what plugins are made of is run by the library's own tests."""
    profile = folder / "cover.out"
    status = checked.check(folder, go, f"-coverprofile={profile}")
    output = "".join(capfd.readouterr())
    assert status == 0, output
    assert "internal/doctor" in output
    blocks = [line.split() for line in profile.read_text().splitlines()[1:] if f"/{library.FOLDER}operator/" in line]
    covered = sum(int(size) for _, size, runs in blocks if runs != "0") / sum(int(size) for _, size, _ in blocks)
    assert covered >= COVERAGE, f"{100 * covered:.1f}%"


@pytest.mark.skipif(not shutil.which("gcc"), reason="Go's race detector needs a C compiler")
def test_no_data_races(go, folder):
    """Propeller's workers share a plugin: the contract kit is run on kinds with a Go type, and on unstructured ones."""
    command = [go, "test", "-race", "-vet=off", *checked.TAGS, f"./{library.FOLDER}operator"]
    run = subprocess.run(
        command, cwd=folder, env=toolchain.environment(CGO_ENABLED="1"), capture_output=True, text=True
    )
    assert run.returncode == 0, run.stdout + run.stderr


def test_functions_of_the_library_are_used():
    """What only a test calls is no part of it."""
    code = [file.read_text() for file in (checked.CONTENT / library.FOLDER / "operator").glob("*.go")]
    code = [re.sub(r"//.*", "", text) for text in code if "testing.T" not in text]
    functions = re.findall(r"^func (?:\([^)]*\) )?([a-z]\w*)[\[(]", "\n".join(code), re.M)
    unused = [name for name in functions if len(re.findall(rf"\b{name}\b", "\n".join(code))) < 2]
    assert unused == []


def test_what_is_not_formatted_is_named(go, folder, capfd):
    odd = folder / library.FOLDER / "doctor/odd.go"
    odd.write_text("package doctor\n\nfunc  a() {}\n")
    try:
        assert checked.check(folder, go) == 1
    finally:
        odd.unlink()
    assert "doctor/odd.go" in "".join(capfd.readouterr())


def test_go_is_printed_as_it_stands():
    source = f'package a\n\nimport "{library.MODULE}/internal/b"\n\nvar x = []b.T{{{{1}}, {{2}}}} // {{% if %}} "{library.MODULE}"\n'
    environment = jinja2.Environment(trim_blocks=True, lstrip_blocks=True, keep_trailing_newline=True)
    environment.globals["plugin"] = lambda _: type("P", (), {"names": type("N", (), {"go_module": "host.org/mine"})})
    printed = environment.from_string(library.as_template(source)).render(cookiecutter={})
    assert printed == source.replace(f'"{library.MODULE}/', '"host.org/mine/')


@pytest.mark.parametrize(
    "name, verbatim",
    [
        ("internal/a/b.go", True),
        ("internal/README.md", False),
        ("go/a/internal/b.go", False),
        (None, False),
        ("flytekit-{{ a() }}/flytekitplugins/_{{ a() }}/base.py", True),
        ("flytekit-{{ a() }}/flytekitplugins/{{ b() }}/task.py", False),
    ],
)
def test_which_files_are_verbatim(name, verbatim):
    assert library.is_verbatim(name) is verbatim


def test_the_module_has_the_name_that_imports_have():
    files = checked.module()
    assert files["go.mod"].startswith(f"module {library.MODULE}\n") and "{{" not in "".join(files.values())
