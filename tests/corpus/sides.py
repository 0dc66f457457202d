"""The sides that must agree, each a process that takes a whole batch: the rendered SDK, the backend plugin, the CRD."""

from __future__ import annotations

import functools
import json
import subprocess
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flyte_plugin_scaffold.model import Field, Many, Plugin, Role, Shape
from tests.backend import tools
from tests.support import documents, toolchain

from . import expected
from .strategies import Description, Json

HERE = Path(__file__).parent


@dataclass(frozen=True)
class Sides:
    """A kind of a rendering: ``path`` is its repository, ``python`` an interpreter that has flytekit."""

    plugin: Plugin
    path: Path
    python: Path
    go: str

    def customs(self, descriptions: Iterable[Description]) -> list[Json]:
        """What the rendered SDK's ``get_custom`` says of each."""
        names = self.plugin.names
        calls = [call(self.plugin, each) for each in descriptions]
        command = [str(self.python), str(HERE / "sdk_helper.py"), names.python_package, names.task_class]
        command.append("function" if self.plugin.user_roles else "nothing")
        path = self.path / f"flytekit-{names.project}"
        return self._run(command, calls, PYTHONPATH=str(path), PYTHONDONTWRITEBYTECODE="1")

    def build(self, customs: Sequence[Json]) -> list[dict[str, Json]]:
        """What the backend plugin makes of each: ``{"object": CR}`` or ``{"error": text}``."""
        asked = {
            "plugin": self.plugin.names.task_type,
            "resources": expected.RESOURCES,
            "labels": expected.LABELS,
            "annotations": expected.ANNOTATIONS,
            "spot": expected.SPOT,
            "customs": customs,
        }
        if self.plugin.roles:
            asked["container"] = expected.CONTAINER
        return self._run([str(_builder(self.path, self.plugin.names.go_module, self.go))], asked)

    def problems(self, objects: Sequence[Json]) -> list[list[str]]:
        """What the API server would say to each CR: what it would drop, and what it would refuse."""
        crd = documents.load((self.path / "crd" / f"{self.plugin.crd.plural}.yaml").read_text())
        asked = {"crd": crd, "version": self.plugin.crd.version, "objects": objects}
        return self._run([str(tools.crdcheck(self.go))], asked)

    def under_contract(self, proto: str, customs: Sequence[Json], folder: Path) -> dict[str, Any]:
        """What wire_helper.py finds when a reader of the contract ``proto`` is sent ``customs``."""
        sets = [folder / "kept.binpb", folder / "today.binpb"]
        script = "scripts/generate_protos.sh"
        self._checked([str(self.path / script), "--image", str(sets[1])])
        # The script looks around itself, so that a copy of it compiles the other contract.
        for name, text in (
            (script, (self.path / script).read_text()),
            (f"proto/{self.plugin.names.proto_file}", proto),
        ):
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_text(text)
        self._checked(["bash", str(folder / script), "--image", str(sets[0])])
        names = self.plugin.names
        arguments = [*map(str, sets), names.proto_file, names.config_class]
        return self._run([str(self.python), str(HERE / "wire_helper.py"), *arguments], customs)

    def _run(self, command: list[str], asked: Json, **env: str) -> Any:
        return json.loads(self._checked(command, json.dumps(asked), **env))

    def _checked(self, command: list[str], text: str = "", **env: str) -> str:
        return _checked(self.path, command, text, **env)


@functools.lru_cache(maxsize=None)
def _builder(repository: Path, module: str, go: str) -> Path:
    """The plugins of a repository with a command line, built once: Go takes a second to see that there is nothing to do.

    Nothing is written among the repository's files: Go is told what lies there.
    """
    built = repository / "build" / "corpus"
    built.mkdir(parents=True, exist_ok=True)
    packages = sorted(each.name for each in (repository / "go").iterdir())
    imports = "".join(f'import _ "{module}/go/{each}"\n' for each in packages)
    (built / "plugins.go").write_text(f"package main\n\n{imports}")
    folder = repository / "internal" / "corpus"
    files = {
        str(folder / "main.go"): str(HERE / "builder/main.go"),
        str(folder / "plugins.go"): str(built / "plugins.go"),
    }
    overlay = built / "overlay.json"
    overlay.write_text(json.dumps({"Replace": files}))
    command = [go, "build", "-overlay", str(overlay), "-buildvcs=false", "-tags", "nospark"]
    _checked(repository, [*command, "-o", str(built / "builder"), "./internal/corpus"])
    return built / "builder"


def _checked(folder: Path, command: list[str], text: str = "", **env: str) -> str:
    run = subprocess.run(
        command,
        input=text,
        cwd=folder,
        env=toolchain.environment(**env),
        capture_output=True,
        text=True,
        timeout=600,
    )
    if run.returncode != 0:
        raise AssertionError(f"`{' '.join(command)}` in {folder} failed:\n{run.stdout[-2000:]}{run.stderr[-4000:]}")
    return run.stdout


# --------------------------------------------------------------------------------------------------------------- calls
def call(plugin: Plugin, description: Description) -> Json:
    """The description as the call that a user writes, in the form of sdk_helper.py."""
    config = {"$new": plugin.names.config_class, **_arguments(plugin.fields, description["fields"])}
    for role in plugin.pod_roles:
        if role.name in description["roles"]:
            config[role.name] = _many(role, description["roles"][role.name])
    if "spec_overrides" in description:
        config["spec_overrides"] = description["spec_overrides"]
    return config


def _many(role: Role, given: Json) -> Json:
    if role.many is Many.LIST:
        return [_role(role, each) for each in given]
    if role.many is Many.MAP:
        return {key: _role(role, each) for key, each in given.items()}
    return _role(role, given)


def _role(role: Role, given: Mapping[str, Json]) -> Json:
    pod = dict(given["pod"])
    for word in ("requests", "limits"):
        if word in pod:
            pod[word] = {"$new": "Resources", **pod[word]}
    if "accelerator" in pod:
        pod["accelerator"] = {"$new": "GPUAccelerator", "device": pod["accelerator"]}
    if "pod_template" in pod:
        pod["pod_template"] = _pod_template(pod["pod_template"])
    return {"$new": role.class_name, **pod, **_arguments(role.fields, given["fields"])}


def _pod_template(said: Mapping[str, Json]) -> Json:
    found: dict[str, Json] = {"$new": "PodTemplate"}
    found |= {word: said[word] for word in ("labels", "annotations") if word in said}
    spec: dict[str, Json] = {"$new": "V1PodSpec", "containers": []}
    if "priority_class_name" in said:
        spec["priority_class_name"] = said["priority_class_name"]
    if "working_dir" in said:
        spec["containers"].append({"$new": "V1Container", "name": "primary", "working_dir": said["working_dir"]})
    if "sidecar" in said:
        spec["containers"].append({"$new": "V1Container", "name": "sidecar", "image": said["sidecar"]})
    return {**found, "pod_spec": spec}


def _arguments(fields: Iterable[Field], given: Mapping[str, Json]) -> dict[str, Json]:
    return {field.name: _argument(field, given[field.name]) for field in fields if field.name in given}


def _argument(field: Field, value: Json) -> Json:
    if field.shape is Shape.MESSAGE:
        return {"$new": field.message, **_arguments(field.fields, value)}
    if field.shape is Shape.MESSAGES:
        return [{"$new": field.message, **_arguments(field.fields, each)} for each in value]
    return value
