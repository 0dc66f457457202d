"""What the rendered scripts/add_plugin.py makes of another module, without Go."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

from tests.support import rendering

OTHER = "example.com/other"


@pytest.fixture
def script(monkeypatch, tmp_path) -> Iterator[ModuleType]:
    monkeypatch.syspath_prepend(rendering.ROOT / "{{cookiecutter.plugin_slug}}/scripts")
    monkeypatch.setattr(sys, "dont_write_bytecode", True)  # byte code beside it would be rendered
    module = importlib.import_module("add_plugin")
    (tmp_path / "ours").mkdir()
    monkeypatch.setattr(module, "ROOT", tmp_path / "ours")
    yield module
    for name in ("add_plugin", "go_modules"):
        del sys.modules[name]


def mod(path: str, required: dict[str, str], indirect: tuple[str, ...] = (), pinned: tuple[str, ...] = ()) -> dict:
    """go.mod as `go mod edit -json` has it."""
    return {
        "Module": {"Path": path},
        "Require": [
            {"Path": name, "Version": version, "Indirect": name in indirect} for name, version in required.items()
        ],
        "Replace": [{"Old": {"Path": each}, "New": {"Path": each, "Version": required[each]}} for each in pinned],
    }


def test_a_version_is_downloaded_with_its_sums(script, monkeypatch):
    monkeypatch.setattr(script, "read_mod", lambda _: mod("example.com/ours", {}))
    found = {"Version": "v0.1.1", "Sum": "h1:a=", "GoModSum": "h1:b=", "Dir": "/cache/other"}
    asked = []
    monkeypatch.setattr(script, "download", lambda *given: asked.append(given) or found)
    other = script.find(f"{OTHER}@latest")
    assert asked == [(OTHER, "latest")]
    assert other == (
        OTHER,
        "v0.1.1",
        Path("/cache/other"),
        (f"{OTHER} v0.1.1 h1:a=", f"{OTHER} v0.1.1/go.mod h1:b="),
        "",
    )


@pytest.mark.parametrize(
    "answer", ["", OTHER, f"{OTHER}@", f"{OTHER}@-x", "-x@v1", "x@v1", f"{OTHER}@v1 v2", f"{OTHER}="]
)
def test_what_is_no_module_is_refused(script, monkeypatch, answer):
    monkeypatch.setattr(script, "download", lambda *_: pytest.fail("it was asked for"))
    with pytest.raises(script.Refused, match="MODULE="):
        script.find(answer)


def test_pins_stay_and_others_rise(script, monkeypatch):
    theirs = mod(
        OTHER,
        {
            "a": "v1.3.0",
            "b": "v1.0.0",
            "new": "v1.0.0",
            "far": "v1.0.0",
            "k8s.io/api": "v0.35.0",
            script.PROPELLER: "v9",
        },
        indirect=("far",),
    )
    monkeypatch.setattr(script, "read_mod", lambda _: theirs)
    ours = mod("example.com/ours", {"a": "v1.2.0", "b": "v1.1.0", "k8s.io/api": "v0.34.1"}, pinned=("k8s.io/api",))
    other = script.Other(OTHER, "v0.1.0", Path("/cache/other"), (), "")
    assert list(script.edits(other, ours)) == [("a", "v1.3.0"), ("new", "v1.0.0")]


def test_sums_come_from_its_own_file(script, tmp_path):
    (tmp_path / "ours/go.sum").write_text("a v1.2.0/go.mod h1:am\n")
    (tmp_path / "go.sum").write_text("a v1.3.0 h1:a\na v1.3.0/go.mod h1:am\nz v1.0.0 h1:z\n")
    other = script.Other(OTHER, "v0.1.0", tmp_path, (f"{OTHER} v0.1.0 h1:o",), "")
    assert script.sums_of(other, [("a", "v1.3.0")]).splitlines() == [
        "a v1.2.0/go.mod h1:am",
        f"{OTHER} v0.1.0 h1:o",
        "a v1.3.0 h1:a",
        "a v1.3.0/go.mod h1:am",
    ]


def test_a_requirement_stands_among_those_of_our_own_code(script):
    text = "module x\n\nrequire (\n\ta.b/c v1.0.0\n\tk.l/m v1.0.0\n)\n\nrequire (\n\tb.c/d v1.0.0 // indirect\n)\n"
    assert script.require(text, "e.f/g", "v1.2.3") == text.replace("\tk.l", "\te.f/g v1.2.3\n\tk.l")


def test_packages_are_those_that_its_propeller_imports(script, tmp_path):
    other = script.Other(OTHER, "v0.1.0", tmp_path, (), "")
    with pytest.raises(script.Refused, match="no backend plugin"):
        script.packages(other)
    for name in ("go/b", "go/a", "go/only_tests", "flytepropeller/cmd"):
        (tmp_path / name).mkdir(parents=True)
    (tmp_path / "go/a/a.go").write_text("package a\n")
    (tmp_path / "go/b/b.go").write_text("package b\n")
    (tmp_path / "go/only_tests/x_test.go").write_text("package x\n")
    assert script.packages(other) == [f"{OTHER}/go/a", f"{OTHER}/go/b"]
    (tmp_path / "flytepropeller/cmd/plugins.go").write_text('import (\n\t_ "github.com/flyteorg/flyte/x"\n)\n')
    (tmp_path / "flytepropeller/cmd/plugin_b.go").write_text(f'package main\n\nimport _ "{OTHER}/go/b"\n')
    assert script.packages(other) == [f"{OTHER}/go/b"]
    (tmp_path / "flytepropeller/cmd/plugin_b.go").write_text(DOCTOR)
    assert script.packages(other) == [f"{OTHER}/go/b"]
    (tmp_path / "flytepropeller/cmd/plugin_b.go").write_text(f'package main\n\nimport _ "{OTHER}/elsewhere"\n')
    assert script.packages(other) == [f"{OTHER}/elsewhere"]


# What a propeller with a doctor has of a plugin.
DOCTOR = f'''package main

import (
	pb "{OTHER}/gen/pb-go/b"
	plugin "{OTHER}/go/b"
	"{OTHER}/internal/doctor"
)
'''


def test_the_doctor_is_ours(script, tmp_path):
    other = script.Other(OTHER, "v0.1.0", tmp_path, (), "")
    name, plain = "flytepropeller/cmd/plugin_b.go", f'package main\n\nimport _ "{OTHER}/go/b"\n'
    (tmp_path / "flytepropeller/cmd").mkdir(parents=True)

    def made(text: str) -> list[tuple[str, str, str]]:
        (tmp_path / name).write_text(text)
        return list(script.new_files(other, [f"{OTHER}/go/b"], "example.com/ours"))

    told = DOCTOR.replace(f"{OTHER}/internal/doctor", "example.com/ours/internal/doctor")
    assert told != DOCTOR and made(DOCTOR) == [(name, told, plain)]
    # What else is internal there cannot be imported here, and what it has beside the doctor is its own.
    assert made(DOCTOR.replace(")", f'\t"{OTHER}/internal/secret"\n)')) == [(name, plain, plain)]
    assert made(f'package main\n\nimport _ "{OTHER}/go/b"\n\nvar x = 1\n') == [(name, plain, plain)]
