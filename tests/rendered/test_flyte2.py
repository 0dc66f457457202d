"""Repositories for Flyte 2: all that their owner would run is green at once, and needs neither Go nor anything of Flyte 1."""

from __future__ import annotations

import zipfile
from typing import Any

import pytest

from tests.support import bakes, documents

(ALONE,) = bakes.of("test_flyte2.py")


@pytest.fixture(scope="module")
def here(repository) -> Any:
    return ALONE.opened(repository)


@pytest.fixture(scope="module")
def beside(repository) -> Any:
    """A repository for both, whose files are read."""
    return repository("example", targets="connector, flyte2")


def test_its_own_tests_linters_and_packages(here, flyte2_python):
    assert not list(flyte2_python.parent.parent.glob("lib/*/site-packages/flytekit"))
    ALONE.run(here, flyte2_python)
    names = {}
    for wheel in (here.path / "dist").glob("*.whl"):
        with zipfile.ZipFile(wheel) as content:
            names[wheel.name.split("-")[0]] = {name for name in content.namelist() if name.endswith(".py")}
    assert set(names) == {"flyteplugins_solverjob"}
    # Namespace packages: what others put there stays to be found.
    assert "flyteplugins/__init__.py" not in names["flyteplugins_solverjob"]
    assert {"flyteplugins/solverjob/solverjob_pb2.py", "flyteplugins/_solverjob/config.py"} <= names[
        "flyteplugins_solverjob"
    ]


@pytest.mark.go
def test_its_overlay_is_the_connectors_with_another_image_settings_and_caller(beside):
    first, second = (
        {each["kind"]: each for each in beside.overlay(f"kustomize/{name}")}
        for name in ("connector", "connector-flyte2")
    )
    assert first.keys() == second.keys()
    assert {kind for kind in first if first[kind] != second[kind]} == {"ConfigMap", "Deployment", "NetworkPolicy"}
    for each in (first, second):
        pod = each["Deployment"]["spec"]["template"]["spec"]
        (settings,) = (volume["configMap"]["name"] for volume in pod["volumes"] if "configMap" in volume)
        assert settings == each["ConfigMap"]["metadata"]["name"]
    images = [each["Deployment"]["spec"]["template"]["spec"]["containers"][0]["image"] for each in (first, second)]
    assert images[1] == images[0].replace(":", "-flyte2:")


def test_flyte_2_gets_the_values_of_flyte_1(beside):
    """Below `inline`, where they are configuration of any executor: the chart has no place of its own that it reads."""
    folder = beside.path / "kustomize"
    first, second = (
        documents.load((folder / name / "values/flyte-binary.yaml").read_text())
        for name in ("connector", "connector-flyte2")
    )
    assert first == second
