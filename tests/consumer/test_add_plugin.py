"""`make add_plugin`: the plugin of another repository in a rendered propeller, whole or not at all."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support import rendering, toolchain, tree

pytestmark = pytest.mark.go

RAY = "github.com/example/flyte-rayjob-plugin"
FLYTE = "github.com/flyteorg/flyte/flyte"
ADDED = "flytepropeller/cmd/plugin_rayjob.go"


def _files(folder: Path) -> dict[str, bytes]:
    return {
        str(each.relative_to(folder)): each.read_bytes()
        for each in tree.files(folder)
        if not each.is_symlink() and "build" not in each.parts
    }


class Repository:
    """A copy of the example, at a path that stays: what is compiled for one test is compiled for all."""

    def __init__(self, rendering: Path, path: Path) -> None:
        shutil.rmtree(path, ignore_errors=True)
        shutil.copytree(rendering, path)
        self.path = path
        self.before = _files(path)

    def add(self, module: str, **env: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            ["make", "add_plugin", f"MODULE={module}"],
            cwd=self.path,
            env=toolchain.environment(**env),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
        )

    def changed(self) -> set[str]:
        after = _files(self.path)
        return {name for name in {*self.before, *after} if self.before.get(name) != after.get(name)}

    def refuses(self, module: str, *said: str, **env: str) -> None:
        run = self.add(module, **env)
        assert run.returncode != 0 and "nothing was changed" in run.stderr, run.stdout + run.stderr
        for each in said:
            assert each in run.stderr
        assert "Traceback" not in run.stderr
        assert self.changed() == set()


@pytest.fixture(scope="module")
def place(cache) -> Iterator[Path]:
    folder, lock = toolchain.free_folder(cache / "work", "add-plugin")
    yield folder
    os.close(lock)


@pytest.fixture
def here(rendered, place) -> Repository:
    return Repository(rendered("example"), place)


@pytest.fixture
def other(tmp_path):
    """Makes the folder of another module, with files by path."""

    def make(files: dict[str, str]) -> Path:
        rendering.write(files, tmp_path / "other")
        return tmp_path / "other"

    return make


def test_a_plugin_of_a_rendering(here, rendered):
    """It is imported, the doctor looks at it, Flyte's and Kubernetes' pins stay, and propeller's own tests pass."""
    ray = rendered("RayJob")
    run = here.add(f"{RAY}={ray}")
    assert run.returncode == 0, run.stderr
    assert here.changed() == {ADDED, "go.mod", "go.sum"} or here.changed() == {ADDED, "go.mod"}
    theirs = tree.text(ray / ADDED)
    doctor = f'"{RAY}/internal/doctor"'
    assert f'"{RAY}/go/rayjob"' in theirs and doctor in theirs
    assert tree.text(here.path / ADDED) == theirs.replace(doctor, doctor.replace("rayjob", "solverjob"))
    pins = re.compile(r"^\t(\S+ => \S+ v\S+)$", re.M)
    mod = tree.text(here.path / "go.mod")
    assert pins.findall(mod) == pins.findall(here.before["go.mod"].decode())
    assert re.search(rf"^\t{RAY} v0\.0\.0$", mod, re.M) and f"{RAY} => {ray}" in mod
    for said in ("enabled-plugins", ": rayjob", "rayjob: rayjob", f"kubectl apply -k {ray}/kustomize/rbac"):
        assert said in run.stdout
    binary = here.path / "bin/doctor"
    go = [toolchain.go(), "build", "-tags", "nospark", "-o", str(binary), "./flytepropeller/cmd"]
    subprocess.run(go, cwd=here.path, env=toolchain.environment(), check=True)
    doctor = subprocess.run([binary, "doctor", "--kubeconfig", "/nowhere"], capture_output=True, text=True)
    assert doctor.returncode in (1, 2)
    assert (
        subprocess.run(["gofmt", "-l", "."], cwd=here.path, env=toolchain.environment(), capture_output=True).stdout
        == b""
    )
    again = here.add(f"{RAY}={ray}")
    assert again.returncode != 0 and "already" in again.stderr


def test_no_such_module(here):
    said = {
        "": "MODULE=",
        "github.com/example/flyte-rayjob-plugin": "MODULE=",
        "rayjob@v1.0.0": "MODULE=",
        "github.com/example/nowhere@v1.0.0": "github.com/example/nowhere@v1.0.0",
        "github.com/example/nowhere=./nowhere": "there is no go.mod",
        "github.com/example/flyte-solverjob-plugin=.": "is this repository",
        "example.com/$(touch pwned)@v1.0.0": "MODULE=",
    }
    for module, cause in said.items():
        here.refuses(module, cause, GOPROXY="off")


def test_another_module_than_its_folder_has(here, other):
    here.refuses(f"{RAY}={other({'go.mod': 'module example.com/x' + chr(10)})}", "is the module example.com/x")


def test_a_module_without_a_plugin(here, other):
    here.refuses(f"example.com/x={other({'go.mod': 'module example.com/x' + chr(10)})}", "has no backend plugin")


def test_a_package_that_registers_nothing(here, other):
    found = other(
        {"go.mod": "module example.com/x\n\ngo 1.26.0\n", "go/idle/idle.go": "// Package idle.\npackage idle\n"}
    )
    here.refuses(f"example.com/x={found}", "example.com/x/go/idle registers no plugin")


def test_a_package_that_does_not_compile(here, other):
    found = other({"go.mod": "module example.com/x\n\ngo 1.26.0\n", "go/odd/odd.go": "package odd\n\nvar x int = y\n"})
    here.refuses(f"example.com/x={found}", "cannot be imported", "odd.go:3")


def test_a_plugin_of_the_same_name(here, rendered):
    here.refuses(
        f"{RAY}={rendered('RayJob', task_type='solverjob')}", "plugin_solverjob.go is there, of another plugin"
    )


# Two plugins of somebody's own, with things that the example's has, too.
CLASHING = """\
package clashing

import (
	"context"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/client-go/kubernetes/scheme"

	"github.com/flyteorg/flyte/flyteplugins/go/tasks/pluginmachinery"
	"github.com/flyteorg/flyte/flyteplugins/go/tasks/pluginmachinery/core"
)

func init() {
	kind := schema.GroupVersionKind{Group: "batch.solver.example.com", Version: "v1", Kind: "KIND"}
	scheme.Scheme.AddKnownTypeWithName(kind, &corev1.Pod{})

	for id, taskType := range map[string]core.TaskType{"ID": "one", "two": "TYPE"} {
		pluginmachinery.PluginRegistry().RegisterCorePlugin(core.PluginEntry{
			ID:                  id,
			RegisteredTaskTypes: []core.TaskType{taskType},
			LoadPlugin: func(context.Context, core.SetupContext) (core.Plugin, error) {
				return nil, nil
			},
		})
	}
}
"""


@pytest.mark.parametrize(
    "same, said",
    [
        (
            {"ID": "solverjob", "TYPE": "solverjob"},
            ["the id solverjob is taken", "tasks of type solverjob have a plugin already"],
        ),
        ({"KIND": "SolverJob"}, ["both have Go types of their own for batch.solver.example.com/v1, Kind=SolverJob"]),
    ],
    ids=["id and type", "kind"],
)
def test_two_plugins_of_one_thing(same, said, here, other):
    """Propeller would take one of both, or panic when it starts."""
    code = CLASHING
    for name, value in same.items():
        code = code.replace(f'"{name}"', f'"{value}"')
    mod = ["module example.com/x", "", "go 1.26.0", ""]
    mod += [f"require {module} {_version(here, module)}" for module in (f"{FLYTE}plugins", "k8s.io/api")]
    found = other({"go.mod": "\n".join(mod) + "\n", "go/clashing/clashing.go": code})
    here.refuses(f"example.com/x={found}", "one propeller cannot have both", *said)


def _version(here: Repository, module: str) -> str:
    match = re.search(rf"^\t{re.escape(module)} (v\S+)$", here.before["go.mod"].decode(), re.M)
    assert match
    return match[1]


def test_the_same_proto_file_twice(here, rendered, tmp_path):
    """Of two repositories for one kind: the Go of the wire contract would panic when propeller starts."""
    twin = tmp_path / "twin"
    shutil.copytree(rendered("example"), twin)
    # Of one length: the path stands in the descriptor of the .proto file, with its length.
    ours, theirs = "github.com/example/flyte-solverjob-plugin", "github.com/another/flyte-solverjob-plugin"
    for file in tree.files(twin):
        if file.suffix in (".go", ".mod"):
            file.write_text(tree.text(file).replace(ours, theirs))
    (twin / "flytepropeller/cmd/plugin_solverjob.go").unlink()
    (twin / "go/solverjob").rename(twin / "go/twin")
    here.refuses(
        f"{theirs}={twin}", "one propeller cannot have both", "both have a .proto file example/flyte/solverjob"
    )
