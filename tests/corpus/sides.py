"""The sides that must agree, each a process that takes a whole batch: the rendered SDK, the backend plugin, the CRD."""

from __future__ import annotations

import functools
import json
import os
import shutil
import subprocess
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flyte_plugin_scaffold.model import Field, Many, Plugin, Role, Shape
from flyte_plugin_scaffold.writing import library
from tests.backend import tools
from tests.support import connector, documents, forks, rendering, toolchain

from . import expected
from .strategies import Description, Json

HERE = Path(__file__).parent
CONNECTOR = connector.PACKAGE


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
        return self.ask(command, calls, PYTHONPATH=str(path), PYTHONDONTWRITEBYTECODE="1")

    def build(self, customs: Sequence[Json], **more: Json) -> list[dict[str, Json]]:
        """What the backend plugin makes of each: ``{"object": CR}`` or ``{"error": text}``. ``more`` is of the builder's request."""
        asked = {
            "plugin": self.plugin.names.task_type,
            "resources": expected.RESOURCES,
            "labels": expected.LABELS,
            "annotations": expected.ANNOTATIONS,
            "spot": expected.SPOT,
            "customs": customs,
            **more,
        }
        if self.plugin.roles:
            asked["container"] = expected.CONTAINER
        return self.ask([str(_builder(self.path, self.plugin.names.go_module, self.go))], asked)

    def read(self, resources: Sequence[Json], linked: Sequence[Json] = ()) -> tuple[list[Json], list[Json]]:
        """What the backend plugin reads of resources, each with Jobs: phase, state, reason, and whether it asks for the Jobs.

        And the links that it makes of those that are linked, each with pods and log settings: names and addresses.
        """
        asked = {"plugin": self.plugin.names.task_type, "read": resources, "linked": linked}
        # Go prints times in the machine's own zone.
        results = self.ask([str(_builder(self.path, self.plugin.names.go_module, self.go))], asked, TZ="UTC")
        return [each["meaning"] for each in results[: len(resources)]], [
            each["links"] for each in results[len(resources) :]
        ]

    def read_by_connector(
        self, resources: Sequence[Json], linked: Sequence[Json] = ()
    ) -> tuple[list[Json], list[Json], Json]:
        """What the connector reads of resources, as :meth:`read` has it; and what it says of the CRD of the repository."""
        crd = documents.load((self.path / "crd" / f"{self.plugin.crd.plural}.yaml").read_text())
        meanings, links, of_crd = self._of_connector(
            "status_helper.py", {"read": resources, "linked": linked, "crd": crd}
        )
        return meanings, links, of_crd

    def connect(self, customs: Sequence[Json], settings: Json = None, **more: Json) -> list[dict[str, Json]]:
        """What the connector makes of each, from the pod that Flyte builds of the task, as :meth:`build` has it."""
        pod = self.build([], pod=True, **more)[0]["pod"] if self.plugin.roles else {}
        k8s = {"default-annotations": {}, "interruptible-node-selector": expected.SPOT, **more.get("k8s", {})}
        asked = {
            "task": {
                "name": expected.CR_NAME,
                "namespace": "project-domain",
                "labels": expected.LABELS,
                "annotations": expected.ANNOTATIONS,
                "pod": pod.get("spec"),
                "primary": pod.get("primary", ""),
                "interruptible": not more.get("steady"),
                "extended_resources": more.get("extendedResources"),
                "version": 1,
            },
            "settings": {"k8s": k8s, **(settings or {})},
            "customs": customs,
        }
        return self._of_connector("connector_helper.py", asked)

    def turned(self, customs: Sequence[Json], messages: Sequence[str]) -> Json:
        """What Go makes of ``{"customs": customs, "bytes": messages}``, as wire_bytes.py has it."""
        names = self.plugin.names
        asked = {"message": f"{names.proto_package}.{names.config_class}", "customs": customs, "bytes": messages}
        return self.build([], wire=asked)[0]["wire"]

    @property
    def messages(self) -> list[str]:
        """The file of the contract's generated Python code, and the message of a task config."""
        names = self.plugin.names
        package = names.python_package.replace(".", "/")
        return [str(self.path / f"flytekit-{names.project}/{package}/{names.name}_pb2.py"), names.config_class]

    def fields_of_pods(self) -> dict[str, str]:
        """What Kubernetes' Go library says of pods, in the words of the connector's ``pod_fields.py``."""
        return self.build([], fields=True)[0]["fields"]

    def settings_of_pods(self) -> list[str]:
        """The keys of propeller's ``plugins.k8s``."""
        return self.build([], fields=True)[0]["settings"]

    def _of_connector(self, helper: str, asked: Json) -> Any:
        """What a helper says that imports the connector."""
        command = [str(self.python), str(HERE / helper), f"sample_connector.{self.plugin.names.name}.rows"]
        sdk = self.path / f"flytekit-{self.plugin.names.project}"
        path = os.pathsep.join(map(str, (self._connector(), sdk)))
        return self.ask(command, asked, PYTHONPATH=path, PYTHONDONTWRITEBYTECODE="1")

    def _connector(self) -> Path:
        """The folder of a package of the connector that has this kind alone: its library stands verbatim in the template."""
        package = self.path / "build" / "corpus" / self.plugin.names.name / "sample_connector"
        shutil.rmtree(package, ignore_errors=True)
        for room in CONNECTOR.glob("_[a-z]*/"):
            shutil.copytree(room, package / room.name, ignore=shutil.ignore_patterns("__pycache__"))
        kind = package / self.plugin.names.name
        kind.mkdir()
        for name in ("rows.py", "phases.py"):
            (kind / name).write_text(rendering.rendered_for(self.plugin, CONNECTOR / "{{ kind_name() }}" / name))
        return package.parent

    def problems(self, objects: Sequence[Json]) -> list[list[str]]:
        """What the API server would say to each CR: what it would drop, and what it would refuse."""
        crd = documents.load((self.path / "crd" / f"{self.plugin.crd.plural}.yaml").read_text())
        asked = {"crd": crd, "version": self.plugin.crd.version, "objects": objects}
        return self.ask([str(tools.crdcheck(self.go))], asked)

    def under_contract(self, proto: str, customs: Sequence[Json], folder: Path) -> dict[str, Any]:
        """What wire_helper.py finds when a reader of the contract ``proto`` is sent ``customs``."""
        sets = [folder / "kept.binpb", folder / "today.binpb"]
        script = "scripts/generate_protos.sh"
        self._checked([str(self.path / script), "--image", str(sets[1])])
        # The script looks around itself, so that a copy of it compiles the other contract.
        files = {script: (self.path / script).read_text(), f"proto/{self.plugin.names.proto_file}": proto}
        rendering.write(files, folder)
        self._checked(["bash", str(folder / script), "--image", str(sets[0])])
        names = self.plugin.names
        arguments = [*map(str, sets), names.proto_file, names.config_class]
        return self.ask([str(self.python), str(HERE / "wire_helper.py"), *arguments], customs)

    def ask(self, command: list[str], asked: Json, **env: str) -> Any:
        """What a command says, which reads and prints JSON."""
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
    reading = (HERE / "builder/reading.go").read_text().replace(library.MODULE, module)
    overlaid = {"reading": reading, "plugins": f"package main\n\n{imports}"}
    for name, text in overlaid.items():
        (built / name).write_text(text)  # .go files here would be a package of the repository, to its `make lint`
    folder = repository / "internal" / "corpus"
    files = {
        **{str(folder / name): str(HERE / "builder" / name) for name in ("main.go", "fields.go", "wire.go")},
        str(folder / "plugins.go"): str(built / "plugins"),
        str(repository / "internal/operator/reading.go"): str(built / "reading"),
    }
    overlay = built / "overlay.json"
    overlay.write_text(json.dumps({"Replace": files}))
    command = [go, "build", "-overlay", str(overlay), "-buildvcs=false", "-tags", "nospark"]
    _checked(repository, [*command, "-o", str(built / "builder"), "./internal/corpus"])
    return built / "builder"


# What its helpers import of an interpreter, if it has that.
SDKS = ("flytekit", "flytekit.extras.accelerators", "flyte", "flyte.models", "kubernetes.client")


def helped(folder: Path, command: list[str], text: str, **env: str) -> str:
    """What a helper of this folder prints. It is forked from a Python that has the SDK imported, which takes a second."""
    run = forks.run(command[0], SDKS, command[1:], folder, toolchain.environment(**env), text)
    if run.returncode != 0:
        said = f"{run.stdout[-2000:]}{run.stderr[-4000:]}"
        raise AssertionError(f"`{' '.join(command)}` in {folder} failed ({run.returncode}):\n{said}")
    return run.stdout


def _checked(folder: Path, command: list[str], text: str = "", **env: str) -> str:
    if forks.HERE and len(command) > 1 and command[1].endswith(".py") and Path(command[1]).parent == HERE:
        return helped(folder, command, text, **env)
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


@dataclass(frozen=True)
class Reading:
    """What both sides say of the same resources, in their order."""

    resources: list[Json]
    go: list[Json]
    connector: list[Json]

    @staticmethod
    def of(sides: Sides, resources: list[Json], linked: list[Json] | None = None) -> tuple[Reading, Reading, Json]:
        """The meanings of resources, the links of those that are linked, and what the connector says of the CRD."""
        given = (resources, linked or [])
        meanings, links, of_crd = sides.read_by_connector(*given)
        go_meanings, go_links = sides.read(*given)
        return Reading(given[0], go_meanings, meanings), Reading(given[1], go_links, links), of_crd

    def compare(self) -> None:
        """Fail with the first of those of which the sides say different things."""
        assert len(self.resources) == len(self.go) == len(self.connector)
        each = list(zip(self.resources, self.go, self.connector))
        different = [one for one in each if one[1] != one[2]]
        shown = [json.dumps(said, ensure_ascii=False) for one in different[:1] for said in one]
        assert not different, "\n".join([f"{len(different)} of {len(each)}; the first one, Go, the connector:", *shown])


# --------------------------------------------------------------------------------------------------------------- calls
def call(plugin: Plugin, description: Description) -> Json:
    """The description as the call that a user writes, in the form of calls.py."""
    config = {"$new": plugin.names.config_class, **_arguments(plugin.fields, description["fields"])}
    for role in plugin.pod_roles:
        if role.name in description["roles"]:
            config[role.name] = _many(role, description["roles"][role.name])
    if "spec_overrides" in description:
        config["spec_overrides"] = description["spec_overrides"]
    return config


def each_of(role: Role, given: Json) -> list[Json]:
    """What a description says of each object of a role."""
    return {Many.ONE: lambda: [given], Many.LIST: lambda: given, Many.MAP: lambda: list(given.values())}[role.many]()


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
