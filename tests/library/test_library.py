"""The Go library of renderings, where it stands: no rendering is made for it."""

from __future__ import annotations

import os

import jinja2
import pytest

from flyte_plugin_scaffold.writing import library
from tests.support import toolchain
from tools import library as checked


@pytest.fixture(scope="module")
def folder(cache):
    """The library's own module, at a path that stays the same, so that Go finds what it built."""
    place, lock = toolchain.free_folder(cache, "library")
    yield checked.prepare(place)
    os.close(lock)


def test_the_library_is_formatted_vetted_and_holds_its_tests(go, folder, capfd):
    status = checked.check(folder, go)
    output = "".join(capfd.readouterr())
    assert status == 0, output
    assert "internal/doctor" in output


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
        ("flytekit-{{ a() }}/flytekitplugins/{{ b() }}/config.py", False),
    ],
)
def test_which_files_are_verbatim(name, verbatim):
    assert library.is_verbatim(name) is verbatim
