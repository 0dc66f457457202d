"""Plugins rendered for different operators meet: in one propeller that somebody builds already, and in one Python."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import textwrap

import pytest
import yaml

from tests.support import toolchain, tree

pytestmark = pytest.mark.go

REPLACED = ("datacatalog", "flyteadmin", "flyteidl", "flyteplugins", "flytepropeller", "flytestdlib")

MAIN = """
package main

import (
	"fmt"
	"os"

	"github.com/flyteorg/flyte/flyteplugins/go/tasks/pluginmachinery"
	"github.com/flyteorg/flyte/flytepropeller/cmd/controller/cmd"
)

func main() {
	if len(os.Args) == 2 && os.Args[1] == "registered" {
		for _, plugin := range pluginmachinery.PluginRegistry().GetK8sPlugins() {
			fmt.Println(plugin.ID)
		}

		return
	}

	cmd.Execute()
}
"""

TOGETHER = """
import importlib, json, sys
from google.protobuf.descriptor_pool import Default
from flytekit.core.task import TaskPlugins

files = set()
for name, config, file in json.loads(sys.argv[1]):
    module = importlib.import_module(f"flytekitplugins.{name}")
    task = TaskPlugins.find_pythontask_plugin(getattr(module, config))
    assert task.__module__.startswith(f"flytekitplugins.{name}"), task
    Default().FindFileByName(file)
    files.add(file)
print(len(files), "plugins in one Python")
"""


@pytest.fixture(scope="module")
def meeting(request, rendered) -> dict:
    """The renderings that meet, by task type."""
    chosen = request.config.getoption("--kinds").split(",")
    repositories = [
        rendered(kind) for kind in ("example", "RayJob", "XGBoostJob", "Restore") if chosen == [""] or kind in chosen
    ]
    if len(repositories) < 2:
        pytest.skip("takes two kinds")
    return {yaml.safe_load((r / ".flyte-plugin.yaml").read_text())["answers"]["task_type"]: r for r in repositories}


@pytest.fixture(scope="module")
def consumer(meeting, cache):
    """A propeller's module with the lines that the rendered README tells its owner to paste."""
    folder = cache / "work" / "consumer"
    shutil.rmtree(folder, ignore_errors=True)
    first = next(iter(meeting.values()))
    (folder / "cmd").mkdir(parents=True)
    shutil.copy(first / "flytepropeller/cmd/plugin_spark.go", folder / "cmd")
    imports = re.findall(r'^\t(_ "[^"]+")$', (first / "flytepropeller/cmd/main.go").read_text(), re.M)
    for each in meeting.values():
        pasted = re.search(r'Add `import (_ "[^"]+")`', (each / "README.md").read_text())
        imports.append(pasted[1])
    assert len(imports) > len(meeting)
    text = "".join(f"\t{each}\n" for each in imports)
    (folder / "cmd/plugins.go").write_text(f"package main\n\nimport (\n{text})\n")
    # Its main is its owner's: what is internal to a rendering stays there. It tells what is registered, too.
    (folder / "cmd/main.go").write_text(MAIN.lstrip())
    go_mod = (first / "go.mod").read_text()
    go_mod = re.sub(r"^module .*$", "module example.com/our-propeller", go_mod, count=1, flags=re.M)
    for repository in meeting.values():
        module = re.search(r"^module (\S+)", (repository / "go.mod").read_text(), re.M)[1]
        go_mod += f"\nrequire {module} v0.0.0\n\nreplace {module} => {repository}\n"
    (folder / "go.mod").write_text(go_mod)
    shutil.copy(first / "go.sum", folder / "go.sum")
    return folder


def _go(folder, *arguments: str) -> str:
    run = subprocess.run(
        [toolchain.go(), *arguments],
        cwd=folder,
        env=toolchain.environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert run.returncode == 0, run.stdout
    return run.stdout


@pytest.mark.parametrize("kind", ["example"])
def test_the_replaces_to_paste(kind, rendered):
    """Flyte's modules name each other at v0.0.0: whoever imports a plugin pins all six, and the README lists them."""
    repository = rendered(kind)
    readme = tree.text(repository / "README.md")
    version = re.search(r"flytepropeller => \S+ (v\S+)", tree.text(repository / "go.mod"))[1]
    for module in REPLACED:
        line = f"github.com/flyteorg/flyte/{module} => github.com/flyteorg/flyte/{module} {version}"
        assert line in tree.text(repository / "go.mod")
        assert line in readme


@pytest.fixture(scope="module")
def propeller(consumer):
    """Several plugins and all of Flyte's own in one binary."""
    binary = consumer / "bin/flytepropeller"
    _go(consumer, "build", "-mod=mod", "-tags", "nospark", "-o", str(binary), "./cmd")
    return binary


def test_one_propeller(meeting, propeller, tmp_path):
    """It builds, starts, and takes one configuration for all."""
    binary = propeller
    assert "propeller" in subprocess.run([binary, "--help"], capture_output=True, text=True, check=True).stdout.lower()

    union: dict = {}
    for repository in meeting.values():
        _merge(union, yaml.safe_load((repository / "kustomize/propeller/config.yaml").read_text()))
    assert set(meeting) <= set(union["tasks"]["task-plugins"]["enabled-plugins"])
    config = tmp_path / "config.yaml"
    config.write_text(yaml.safe_dump(union))
    answer = subprocess.run(
        [binary, "config", "validate", "--strict", "--file", config],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert answer.returncode == 0 and "Config file(s) found" in answer.stdout, answer.stdout


def _merge(into: dict, more: dict) -> None:
    """Maps merge, lists become their union, as `enabled-plugins` must."""
    for key, value in more.items():
        if isinstance(value, dict) and isinstance(into.get(key), dict):
            _merge(into[key], value)
        elif isinstance(value, list) and isinstance(into.get(key), list):
            into[key] += [each for each in value if each not in into[key]]
        else:
            into[key] = value


def test_registered_once_each(meeting, propeller):
    """Every plugin is registered once, for the task types it says."""
    registered = subprocess.run([propeller, "registered"], capture_output=True, text=True, check=True).stdout.split()
    assert [registered.count(each) for each in meeting] == [1] * len(meeting), registered


def test_one_python(meeting, repository, sdk_python):
    """Namespace package, entry points and protobuf registry are shared by all plugins of a process."""
    here = repository("example")
    here.make("venv")
    plugins, paths = [], []
    for rendering in meeting.values():
        (package,) = rendering.glob("flytekit-*/flytekitplugins/[!_]*/")
        proto = next(rendering.glob("proto/**/*.proto"))
        plugins.append([package.name, _config_class(package), str(proto.relative_to(rendering / "proto"))])
        paths.append(str(package.parent.parent))
    run = subprocess.run(
        [here.sdk / "bin/python", "-c", textwrap.dedent(TOGETHER), json.dumps(plugins)],
        env=toolchain.environment(PYTHONPATH=":".join(paths)),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert run.returncode == 0 and f"{len(plugins)} plugins" in run.stdout, run.stdout


def _config_class(package) -> str:
    """The class that a user gives as task_config: what the task class is registered for."""
    return re.search(r"^tasks\.register\(\s*(\w+),", tree.text(package / "task.py"), re.M)[1]
