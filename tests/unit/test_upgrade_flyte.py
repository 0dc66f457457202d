"""What the rendered scripts/upgrade_flyte.py makes of two releases' files, without Go."""

from __future__ import annotations

import hashlib
import importlib
import re
import sys
from collections.abc import Iterator
from types import ModuleType

import pytest

from tests.support import rendering

FLYTE = "github.com/flyteorg/flyte/"


@pytest.fixture
def script(monkeypatch) -> Iterator[ModuleType]:
    file = rendering.ROOT / "{{cookiecutter.plugin_slug}}/scripts/upgrade_flyte.py"
    monkeypatch.syspath_prepend(file.parent)
    monkeypatch.setattr(sys, "dont_write_bytecode", True)  # byte code beside it would be rendered
    yield importlib.import_module("upgrade_flyte")
    for name in ("upgrade_flyte", "go_modules"):
        del sys.modules[name]


def test_nothing_is_written_through_links(script, tmp_path, monkeypatch):
    modules = sys.modules["go_modules"]
    monkeypatch.setattr(modules, "ROOT", tmp_path / "here")
    (tmp_path / "here").mkdir()
    victim = tmp_path / "victim"
    victim.write_text("theirs")
    (tmp_path / "here/go.mod").write_text("old")
    (tmp_path / "here/go.mod").chmod(0o600)
    (tmp_path / "here/go.mod.new").symlink_to(victim)
    modules.write({"go.mod": "new"})
    assert (tmp_path / "here/go.mod").read_text() == "new"
    assert (tmp_path / "here/go.mod").stat().st_mode & 0o777 == 0o600
    (tmp_path / "here/README.md").symlink_to(victim)
    with pytest.raises(modules.Refused, match=f"README.md leads out of this repository, to {victim}"):
        modules.write({"go.mod": "newer", "README.md": "new"})
    assert (victim.read_text(), (tmp_path / "here/go.mod").read_text()) == ("theirs", "new")
    assert sorted(each.name for each in (tmp_path / "here").iterdir()) == ["README.md", "go.mod", "go.mod.new"]


def mod(go: str, required: dict[str, str]) -> dict:
    """go.mod as `go mod edit -json` has it."""
    return {"Go": go, "Require": [{"Path": path, "Version": version} for path, version in required.items()]}


@pytest.mark.parametrize(
    "less, more",
    [
        ("v1.9.0", "v1.10.0"),
        ("v1.10.0-rc.2", "v1.10.0"),
        ("v1.10.0-rc.2", "v1.10.0-rc.10"),
        ("v0.0.0-20240719175910-8a7402abbf56", "v0.0.0-20250820121507-0af2bda4dd1d"),
        ("v2.0.0+incompatible", "v2.0.1"),
        ("1.26.0", "1.27"),
        ("v1.0.0-1", "v1.0.0-alpha"),
    ],
)
def test_versions_are_ordered_as_go_orders_them(script, less, more):
    assert script.order(less) < script.order(more)


def test_pinned_modules_are_the_releases_and_others_only_rise(script):
    ours = mod("1.26.0", {"a": "v1.2.0", "b": "v1.2.0", "c": "v1.0.0", "k8s.io/api": "v0.34.1"})
    ours["Replace"] = [
        {"Old": {"Path": "k8s.io/api"}, "New": {"Path": "k8s.io/api", "Version": "v0.34.1"}},
        {"Old": {"Path": FLYTE + "flyteidl"}, "New": {"Path": FLYTE + "flyteidl", "Version": "v1.16.8"}},
        {"Old": {"Path": "forked"}, "New": {"Path": "../forked"}},
    ]
    theirs = mod("1.27.1", {"a": "v1.3.0", "b": "v1.1.0", "k8s.io/api": "v0.33.0", "d": "v1.0.0"})
    changes = list(script.edits(ours, theirs, "v1.17.0"))
    assert sorted(changes) == [
        ("a", "v1.2.0", "v1.3.0"),
        (FLYTE + "flyteidl", "v1.16.8", "v1.17.0"),
        ("go", "1.26.0", "1.27.1"),
        ("k8s.io/api", "v0.34.1", "v0.33.0"),
    ]
    assert list(script.flags_of([("k8s.io/api", "v0.34.1", "v0.33.0"), ("go", "1.26.0", "1.27.1")], ours)) == [
        "-require=k8s.io/api@v0.33.0",
        "-replace=k8s.io/api=k8s.io/api@v0.33.0",
        "-go=1.27.1",
    ]


def test_sums_take_their_predecessors_places(script):
    idl = FLYTE + "flyteidl"
    text = (
        f"a v1.0.0 h1:a\na v1.0.0/go.mod h1:am\n{idl} v1.16.8 h1:f\n{idl} v1.16.8/go.mod h1:fm\nz v1.0.0/go.mod h1:z\n"
    )
    release = script.Release(
        "v1.17.0",
        {},
        ("a v1.1.0 h1:b", "a v1.1.0/go.mod h1:bm"),
        (f"{idl} v1.17.0 h1:g", f"{idl} v1.17.0/go.mod h1:gm"),
        (),
    )
    changes = [("a", "v1.0.0", "v1.1.0"), (idl, "v1.16.8", "v1.17.0"), ("go", "1.26.0", "1.26.1")]
    assert script.new_sums(text, changes, release).splitlines() == [
        "a v1.0.0 h1:a",
        "a v1.1.0 h1:b",
        "a v1.0.0/go.mod h1:am",
        "a v1.1.0/go.mod h1:bm",
        f"{idl} v1.17.0 h1:g",
        f"{idl} v1.17.0/go.mod h1:gm",
        "z v1.0.0/go.mod h1:z",
    ]


def test_files_that_name_what_changes(script, monkeypatch, tmp_path):
    monkeypatch.setattr(script, "ROOT", tmp_path)
    (tmp_path / "Makefile").write_text("ENVTEST_K8S ?= 1.34.1\n")
    files = {
        "Makefile": ("ENVTEST_K8S ?= 1.34.1\n", "ENVTEST_K8S ?= 1.35.0\n"),
        "flytepropeller/Dockerfile": ("FROM golang:1.26-bookworm\n", "FROM golang:1.27-bookworm\n"),
        "scripts/generate_protos.sh": ('readonly FLYTEIDL="1.16.8"\n', 'readonly FLYTEIDL="1.17.0"\n'),
        ".flyte-plugin.yaml": ('  flyte_version: "v1.16.8"\n', '  flyte_version: "v1.17.0"\n'),
        "README.md": (
            "Go 1.26.0 or newer, Flyte v1.16.8. [x](y/tree/v1.16.8/z), not v1.16.81, v1.16.8-rc1 or x1.26.0\n",
            "Go 1.27.1 or newer, Flyte v1.17.0. [x](y/tree/v1.17.0/z), not v1.16.81, v1.16.8-rc1 or x1.26.0\n",
        ),
    }
    found = {name: before for name, (before, _) in files.items()}
    changes = [("k8s.io/api", "v0.34.1", "v0.35.0"), ("go", "1.26.0", "1.27.1")]
    for name, pattern, replacement in script.texts("v1.16.8", "v1.17.0", changes):
        found[name], count = re.subn(pattern, replacement, found[name])
        assert count, name
    assert found == {name: after for name, (_, after) in files.items()}


def test_nothing_is_written_where_one_file_cannot_be(script, monkeypatch, tmp_path):
    monkeypatch.setattr("go_modules.ROOT", tmp_path)
    (tmp_path / "go.mod").write_text("before\n")
    with pytest.raises(script.Refused):
        script.write({"go.mod": "after\n", "no/such/folder/file": "after\n"})
    assert [(each.name, each.read_text()) for each in tmp_path.iterdir()] == [("go.mod", "before\n")]


def test_an_edited_file_stays_one(script, monkeypatch, tmp_path):
    """`make regenerate` tells edited files from rendered ones by their hashes."""
    monkeypatch.setattr(script, "ROOT", tmp_path)
    (tmp_path / "go.mod").write_text("rendered\n")
    (tmp_path / "README.md").write_text("edited\n")
    hashes = {text: hashlib.sha256(text.encode()).hexdigest() for text in ("rendered\n", "edited\n", "after\n")}
    other = f"{hashes['edited' + chr(10)]}  other\n"
    sums = tmp_path / ".flyte-plugin.sums"
    sums.write_text(f"{hashes['rendered' + chr(10)]}  README.md\n{hashes['rendered' + chr(10)]}  go.mod\n{other}")
    assert script.new_hashes({"go.mod": "after\n", "README.md": "after\n"}) == sums.read_text().replace(
        f"{hashes['rendered' + chr(10)]}  go.mod", f"{hashes['after' + chr(10)]}  go.mod"
    )
