"""`make envtest` of renderings: propeller's plugin manager on a real API server, under the rendered role and under less."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import yaml

from flyte_plugin_scaffold.flyte import versions
from tests.support import documents

from . import tools

pytestmark = [pytest.mark.servers, pytest.mark.go]

TEST = "TestOnAPIServer"
RIGHTS = "the rendered rights suffice, and all of them are needed"
EXPLANATION = "a failure names the pod behind it"
TIMEOUT = 900  # seconds, which only what hangs takes, however busy the machine


@pytest.fixture(scope="session")
def assets(go: str, shown: Callable, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder as setup-envtest makes it, without kubectl: nothing here runs it."""
    with shown():
        servers = tools.servers(go)
    folder = tmp_path_factory.mktemp("assets")
    (folder / "etcd").symlink_to(servers.etcd)
    (folder / "kube-apiserver").symlink_to(servers.kube_apiserver)
    return folder


@pytest.mark.parametrize("kind", ["example", "DaskJob", "PyTorchJob", "LoadTest"])
def test_envtest(kind: str, repository: Callable, assets: Path) -> None:
    """A narrow Go type, unstructured ones with and without conditions, and a resource that an abort leaves."""
    here = repository(kind)
    if kind == "example":
        output = here.make("envtest", KUBEBUILDER_ASSETS=str(assets))
    else:  # the same for one kind of its repository
        command = ("go", "test", "-vet=off", "-tags", "nospark,envtest", "-count=1", "-v", "-run", TEST)
        package = f"./go/{here.plugins[kind].names.name}"
        output = here.run(*command, package, KUBEBUILDER_ASSETS=str(assets))
    outcomes = _outcomes(output)
    assert outcomes[RIGHTS] == outcomes[EXPLANATION] == "PASS", output
    assert set(outcomes.values()) == {"PASS"}, output


def test_the_api_server_is_fetched_where_none_is_given(repository: Callable, tmp_path: Path) -> None:
    here = repository("example")
    fetch = tmp_path / "setup-envtest"
    fetch.write_text('#!/bin/sh\necho "$@" >&2\nexit 1\n')
    fetch.chmod(0o755)
    output = here.run("make", "envtest", f"SETUP_ENVTEST={fetch}", KUBEBUILDER_ASSETS="", check=False)
    assert f"use -p path {versions.of('')['envtest_k8s']}\n" in output
    assert "make envtest KUBEBUILDER_ASSETS=folder" in output, "without a network it says what to do"
    assert "go test" not in output

    output = here.run("make", "envtest", KUBEBUILDER_ASSETS=str(tmp_path), check=False)
    assert "KUBEBUILDER_ASSETS must name a folder with etcd and kube-apiserver" in output


def test_every_right_is_needed(repository: Callable, assets: Path, tmp_path: Path) -> None:
    """Each verb taken from a copy of the rendered role turns the test red; a right to look at pods costs explanations."""
    here = repository("example")
    binary = tmp_path / "envtest"
    here.run("go", "test", "-c", "-tags", "nospark,envtest", "-o", str(binary), "./go/solverjob")
    (own, pods) = next(documents.load_all((here.path / "kustomize/rbac/solverjob.yaml").read_text()))["rules"]

    def without(verb: str, rule: dict, *scenarios: str) -> dict[str, str]:
        root = tmp_path / f"without-{verb}-{rule['resources'][0]}"
        shutil.copytree(here.path / "crd", root / "crd")
        shutil.copytree(here.path / "kustomize/rbac", root / "kustomize/rbac")
        file = root / "kustomize/rbac/solverjob.yaml"
        role, binding = documents.load_all(file.read_text())
        (less,) = (each for each in role["rules"] if each == rule)
        less["verbs"].remove(verb)
        role["rules"] = [each for each in role["rules"] if each["verbs"]]
        file.write_text(yaml.safe_dump_all([role, binding]))
        (root / "go/solverjob").mkdir(parents=True)
        return _run(binary, root / "go/solverjob", assets, *scenarios)

    with ThreadPoolExecutor(4) as pool:  # they wait more than they work
        runs = {verb: pool.submit(without, verb, own, RIGHTS) for verb in own["verbs"]}
        look = pool.submit(without, "list", pods, RIGHTS, EXPLANATION, "every state has its phase.*", ".*abort.*")
    assert {verb: run.result() for verb, run in runs.items()} == {verb: {RIGHTS: "FAIL"} for verb in own["verbs"]}
    outcomes = look.result()
    assert len(outcomes) == 4
    assert [name for name, outcome in outcomes.items() if outcome != "PASS"] == [EXPLANATION]


def _run(binary: Path, cwd: Path, assets: Path, *scenarios: str) -> dict[str, str]:
    pattern = "|".join(each.replace(" ", "_") for each in scenarios)
    run = subprocess.run(
        [binary, "-test.v", "-test.run", f"^{TEST}$/^({pattern})$"],
        cwd=cwd,
        env={**os.environ, "KUBEBUILDER_ASSETS": str(assets)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=TIMEOUT,
    )
    (cwd / "output.txt").write_text(run.stdout)
    return _outcomes(run.stdout)


def _outcomes(output: str) -> dict[str, str]:
    """Scenario -> PASS, FAIL or SKIP, as `go test -v` says at the end."""
    found = re.findall(rf"^    --- (\w+): {TEST}/([^/\n]+) \(", output, re.MULTILINE)
    assert found, output
    return {name.replace("_", " "): outcome for outcome, name in found}
