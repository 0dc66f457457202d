"""Repositories of plugins for the SDK alone: all that their owner would run is green at once, and needs no Go and no proto."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from typing import Any

import pytest

from tests.rendered import test_files
from tests.support import rendering
from tests.support.kinds import SCHEMAS


@pytest.fixture(scope="module")
def decorator(repository, flytekit_python) -> Any:
    here = repository("example", source=str(SCHEMAS / "platform.json"))
    here.shares(flytekit_python)
    return here


def test_a_decorators_own_tests_linters_and_packages(decorator):
    decorator.make("test", "lint", "build_python", "serialize", GO="no-go-here")
    changed = subprocess.run(
        ["git", "status", "--porcelain"], cwd=decorator.path, capture_output=True, text=True, check=True
    )
    assert changed.stdout == ""
    (wheel,) = (decorator.path / "dist").glob("*.whl")
    with zipfile.ZipFile(wheel) as content:
        names = set(content.namelist())
    assert {"flytekitplugins/acmeplatform/pod_template.yaml", "flytekitplugins/acmeplatform/py.typed"} <= names
    assert "flytekitplugins/__init__.py" not in names


def test_a_decorators_own_tests_and_linters_for_flyte_2(repository, flyte2_python):
    """Where it is tested there is no flytekit. That environment has no linters."""
    here = repository("example", source=str(SCHEMAS / "platform.json"), targets="flyte2")
    here.run("make", "test", f"VENV={flyte2_python.parent.parent}", "VENV_READY=", GO="no-go-here")
    # That of any repository for Flyte 2 has them.
    linted = repository("example", targets="flyte2")
    linted.make("venv")
    here.shares(linted.sdk / "bin/python")
    here.make("lint", GO="no-go-here")


def test_an_executors_own_tests_and_linters(repository, flytekit_python):
    here = repository("example", source=str(SCHEMAS / "scoring.json"), kind="executor")
    here.shares(flytekit_python)
    here.make("test", "lint", "serialize", GO="no-go-here")


def test_a_notebooks_own_tests_and_linters(repository, sdk_python):
    """With those of the library, which need papermill."""
    here = repository("example", source=str(SCHEMAS / "platform.json"), kind="notebook")
    here.make("test", "lint", "serialize", GO="no-go-here")


def test_nothing_of_a_backend_is_there(decorator):
    top = {each.name for each in decorator.path.iterdir()}
    assert not top & {"go.mod", "buf.yaml", "proto", "contract", "crd", "kustomize", "connector", "internal"}
    help_ = decorator.make("help")
    assert not {"generate", "kustomize", "deploy", "add_kind", "install"} & set(help_.split())


@pytest.mark.parametrize(
    ("schema", "form", "targets"),
    [
        ("platform", "decorator", "sdk"),
        ("platform", "decorator", "sdk, flyte2"),
        ("scoring", "executor", "sdk"),
        ("platform", "notebook", "sdk"),
    ],
)
def test_pages_name_what_is_there(rendered, schema, form, targets):
    given = {"source": str(SCHEMAS / f"{schema}.json"), "kind": form, "targets": targets}
    test_files.test_readme_links_and_targets_exist("example", lambda kind: rendered(kind, **given))


def test_it_is_rendered_again_from_its_own_schema(decorator):
    """It has no protobuf code to generate, and nothing is said of any."""
    answers = {"TEMPLATE": str(rendering.ROOT), "SOURCE": "schema/acmeplatform.json"}
    said = decorator.run("make", "regenerate", f"PYTHON={sys.executable}", *(f"{k}={v}" for k, v in answers.items()))
    assert "Files: all are as they were." in said and "protobuf" not in said
