"""The plugin model: everything the templates print, derived once from the CRD and the answers.

One :class:`Plugin` is built per rendering (see :mod:`flyte_plugin_scaffold.extension`). Every class here is a frozen
dataclass of plain values: names are already spelled for their language, paths are already split, defaults already
chosen. Templates loop and print; they never decide.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from flyte_plugin_scaffold.model.backend import Backend
from flyte_plugin_scaffold.model.contract import Field, Holds, Message
from flyte_plugin_scaffold.model.form import Form
from flyte_plugin_scaffold.model.path import Path, Step, StepKind
from flyte_plugin_scaffold.model.phases import Status
from flyte_plugin_scaffold.model.roles import Many, Place, Role, Runs
from flyte_plugin_scaffold.model.service import Service
from flyte_plugin_scaffold.model.source import BundleObject, Crd
from flyte_plugin_scaffold.model.spec_defaults import SpecDefault
from flyte_plugin_scaffold.text import lexicon
from flyte_plugin_scaffold.text.names import BODY_OVERRIDES, SPEC_OVERRIDES

# Namespace packages of the SDKs' plugins: flytekit is Flyte 1's, flyte Flyte 2's.
FLYTEKIT, FLYTE2 = "flytekitplugins", "flyteplugins"


@dataclass(frozen=True)
class Names:
    """The plugin's name in every place that needs one."""

    operator: str  # "Dask", as people call it
    task_type: str  # Flyte task type and plugin id
    name: str  # Go package, Python module, config section: lower-case identifier
    slug: str  # repository folder
    kind: str  # CRD kind: Kubernetes objects
    config_class: str  # Python dataclass and top proto message; the kind, prefixed where that clashes
    go_config_class: str  # as protoc-gen-go spells it
    task_class: str  # Python task class
    owner: str  # identifier from the organisation: first word of the proto package
    organisation: str  # as in go_module
    host: str  # github.com
    go_module: str
    proto_package: str  # owner.flyte.name.v1
    proto_file: str  # owner/flyte/name/v1/name.proto, below proto/
    go_proto_package: str  # import path of the generated Go code
    go_proto_alias: str  # its package name: daskjobv1
    project: str  # of the repository, from its slug: images, the SDK and its library; lower-case identifier
    registry: str  # container registry
    plugins: str = FLYTEKIT  # the namespace package of the SDK's plugins, which says whose SDK it is

    @property
    def sdk(self) -> str:
        """The SDK's own package."""
        return {FLYTEKIT: "flytekit", FLYTE2: "flyte"}[self.plugins]

    @property
    def python_package(self) -> str:
        """flytekitplugins.daskjob"""
        return f"{self.plugins}.{self.name}"

    @property
    def python_library(self) -> str:
        """flytekitplugins._dask: what all kinds of the SDK are built on"""
        return f"{self.plugins}._{self.project}"

    @property
    def distribution(self) -> str:
        """flytekitplugins-dask: of all kinds"""
        return f"{self.plugins}-{self.project}"


# A DNS label's 63 characters less 27: the longest suffix seen of an operator, "-default-worker-" and ten hexadecimal
# digits, and one to spare.
NAME_BUDGET = 36


# API group, resources, verbs, what for: a rule of RBAC.
Right = tuple[str, tuple[str, ...], tuple[str, ...], str]


@dataclass(frozen=True)
class Plugin:
    """All a template prints."""

    names: Names
    backend: Backend
    crd: Crd
    targets: tuple[str, ...]  # what runs the plugin: of flyte_plugin_scaffold.writing.parts.NEEDED
    roles: tuple[Role, ...]  # () means configuration only: no pod runs the user's code
    fields: tuple[Field, ...]  # of the spec itself
    status: Status
    contract: tuple[Message, ...]  # all that is on the wire: the task config, roles, objects in them, inner ones first
    lock: str  # the contract as JSON, for every later rendering: contract/<kind>.lock.json
    flyte_version: str  # v1.16.8
    license: str  # SPDX id, or "none"
    in_tree: bool  # Flyte's own plugins register this Go type: ours must be unstructured
    github: bool
    options: Mapping[str, str] = field(default_factory=dict)
    versions: Mapping[str, str] = field(default_factory=dict)  # of every tool and library: see versions.py
    operator_pods: tuple[Role, ...] = ()  # optional places of pods that the operator runs for a role's command string
    empties: tuple[tuple[str, ...], ...] = ()  # relative paths of required objects outside roles, sent as {}
    abort_patch: str = ""  # a JSON merge patch that stops the CR instead of its deletion; "" for none
    guesses: tuple[str, ...] = ()  # plain sentences on what the CRD did not tell and the derivation chose
    spec_defaults: tuple[SpecDefault, ...] = ()  # of the CRD's own switches that clean up after the end
    lifetimes: tuple[
        Path, ...
    ] = ()  # of the spec, which are not sent: the operator deletes something so long after the end
    service: Service | None = None  # what runs the kind where that is no operator
    form: Form | None = None  # of a plugin without a backend
    settings_schema: str = ""  # of a plugin without a backend: its JSON Schema, as a text; "" for none

    @property
    def demo(self) -> str:
        """How its tasks are written: as a function, declared, or in the way of a plugin without a backend."""
        if self.form:
            return self.form.value
        return "function" if self.user_roles else "declared"

    @property
    def overrides(self) -> str:
        """The member of the task config for all that has no field."""
        return BODY_OVERRIDES if self.backend is Backend.SERVICE else SPEC_OVERRIDES

    @property
    def cleans_failures(self) -> bool:
        """Whether the operator was told to clean up after a failure."""
        return any(each.works_after(lexicon.OUTCOME[-1]) for each in self.spec_defaults)

    @property
    def name_budget(self) -> int:
        """The most characters that a CR's name may have."""
        return int(self.options.get("name_budget", NAME_BUDGET))

    @property
    def bundle(self) -> tuple[BundleObject, ...]:
        """What is installed with the CRD."""
        return self.crd.bundle_written(self._bundle_secrets)

    @property
    def bundle_left_out(self) -> tuple[tuple[BundleObject, str], ...]:
        """What came with the CRD and is not installed, with the reason."""
        return self.crd.bundle_left_out(self._bundle_secrets)

    @property
    def _bundle_secrets(self) -> bool:
        return self.options.get("bundle_secrets") == "yes"

    @property
    def rights(self) -> tuple[Right, ...]:
        """What propeller's account must be allowed for the plugin."""
        return self.needed_rights + self.diagnosis_rights

    @property
    def needed_rights(self) -> tuple[Right, ...]:
        """The rights without which no task runs."""
        verbs = ("get", "list", "watch", "create", "delete", "patch")
        waits = "Without list and watch the propeller waits for the kind without an error, and tasks stay queued."
        jobs = ("batch", ("jobs",), ("list",), "How a resource ended stands in the Job that it owns.")
        return (
            (self.crd.group, (self.crd.plural,), verbs, waits),
            *((jobs,) if self.status.reads_job else ()),
        )

    @property
    def diagnosis_rights(self) -> tuple[Right, ...]:
        """The rights that explaining why a task does not run needs."""
        jobs = ("batch", ("jobs",), ("list",), "Pods without room for a label are found by their owners.")
        return (
            ("", ("pods", "events"), ("list",), "These tell why a resource does not run."),
            *(() if self.labelled or self.status.reads_job else (jobs,)),
        )

    @property
    def connector_rights(self) -> tuple[Right, ...]:
        """What the connector's account must be allowed."""
        verbs = ("get", "list", "create", "delete", *(("patch",) if self.abort_patch else ()))
        return (
            (self.crd.group, (self.crd.plural,), verbs, "It lists resources to delete those whose tasks have ended."),
            ("", ("pods",), ("list",), "These tell why a resource does not run, and have its logs."),
            *(right for right in self.needed_rights[1:]),
        )

    @property
    def beside(self) -> tuple[tuple[Role, tuple[str, ...]], ...]:
        """What is sent empty with each role, outer objects first: one that came later would empty what is in it."""
        pairs = [(role, path) for role in self.pod_roles for path in role.beside]
        return tuple(sorted(pairs, key=lambda pair: len(pair[1])))

    @property
    def sent_paths(self) -> tuple[str, ...]:
        """Where the plugin puts something into the CR, as its schema has it: ``.spec.workers[].replicas``."""

        def below(above: Path, *relatives: tuple[str, ...]) -> tuple[Path, ...]:
            return tuple(
                Path(above.steps + tuple(Step(StepKind.FIELD, name) for name in relative)) for relative in relatives
            )

        def of(fields: tuple[Field, ...]) -> tuple[Path, ...]:
            return tuple(path for each in fields for path in (each.path, *of(each.fields)))

        spec = Path((Step(StepKind.FIELD, "spec"),))
        paths = [spec, *below(spec, *self.empties), *of(self.fields), *(each.path for each in self.spec_defaults)]
        for role in self.placed:
            paths += [*below(spec, *role.beside), *below(role.path, role.inner, *role.empties), *of(role.fields)]
        return tuple(dict.fromkeys(path.in_schema for path in paths))

    @property
    def read_paths(self) -> tuple[str, ...]:
        """Where the plugin looks at the CR's status: ``.status.jobStatus``."""
        status = self.status
        state = (status.path.names[1:],) if status.path is not None and not status.by_conditions else ()
        read = [*state, *(path.names[1:] for path in status.paths), *status.message, *status.dashboard]
        read += [*(path for _, path in status.variables), *(role.pod_name for role in self.placed), status.conditions]
        generation = (".status.observedGeneration",) if status.observed_generation else ()
        return (*sorted({f".status.{'.'.join(path)}" for path in read if path}), *generation)

    @property
    def labelled(self) -> bool:
        """Every pod that the plugin builds can carry labels, so that all of them can be found by these."""
        return bool(self.pod_roles) and all(role.has_labels for role in (*self.pod_roles, *self.operator_pods))

    @property
    def placed(self) -> tuple[Role, ...]:
        """Everything that the plugin puts into the CR: the roles, then the pods that the operator runs for them."""
        return self.roles + self.operator_pods

    @property
    def user_roles(self) -> tuple[Role, ...]:
        """The roles that run the task's own command."""
        return tuple(role for role in self.roles if role.runs is Runs.USER)

    @property
    def pod_roles(self) -> tuple[Role, ...]:
        """The roles that are pods: all but a command string."""
        return tuple(role for role in self.roles if role.place is not Place.COMMAND)

    @property
    def places(self) -> tuple[str, ...]:
        """The ways in which pods and commands go into the CR, each once: ``("command_line", "pod_spec", "template")``."""

        def way(role: Role) -> str:
            if role.place is Place.COMMAND:
                return "command_list" if role.command_is_list else "command_line"
            return "pod_spec" if role.place is Place.TEMPLATE and not role.metadata else role.place.value

        return tuple(sorted({way(role) for role in self.placed}))

    @property
    def every_replica(self) -> bool:
        """The user's code runs in several pods of one CR, and all of them would write the task's outputs."""
        if len(self.user_roles) != 1:
            return bool(self.user_roles)
        (role,) = self.user_roles
        if role.many is not Many.ONE:
            return True
        # A launcher's ReplicaSpec has a count like every other, and is one pod all the same.
        leads = any(word in lexicon.LEADERS for word in role.name.split("_"))
        # .spec, or a bare template right below it: the count stands in the spec itself.
        at_spec = len(role.path.steps) == 1 or (
            len(role.path.steps) == 2 and role.path.steps[1].name in lexicon.WRAPPERS
        )
        beside = role.fields + tuple(each for each in self.fields if at_spec and len(each.relative) == 1)
        return not leads and any(each.relative[-1] in lexicon.COUNTS for each in beside)

    @property
    def has_command_words(self) -> bool:
        """Whether the CR holds a command outside a container."""
        return bool({"command_line", "command_list", "runner"} & set(self.places))

    @property
    def required_fields(self) -> tuple[Field, ...]:
        return tuple(f for f in self.fields if f.required)

    def of_sdk(self, plugins: str) -> Plugin:
        """The same kind with the names of another SDK: FLYTEKIT or FLYTE2."""
        return replace(self, names=replace(self.names, plugins=plugins))

    @property
    def role_messages(self) -> tuple[Message, ...]:
        """The messages of roles, with those that only an earlier contract had."""
        return tuple(message for message in self.contract if message.holds is Holds.ROLE)

    @property
    def objects(self) -> tuple[Message, ...]:
        """The messages of small objects below the spec and the roles, inner ones first."""
        return tuple(message for message in self.contract if message.holds is Holds.OBJECT)


@dataclass(frozen=True)
class Image:
    """An image that a repository builds."""

    of: str  # a target, or the demo
    dockerfile: str
    name: str  # in the container registry
    make: str  # `build_` and `push_` before it are the targets of make

    @property
    def folder(self) -> str:
        """Of its Dockerfile."""
        return self.dockerfile.rpartition("/")[0]


@dataclass(frozen=True)
class Project:
    """The repository: its kinds, and what they have in common."""

    kinds: tuple[Plugin, ...]

    def of_sdk(self, plugins: str) -> Project:
        """The same repository with the names of another SDK: FLYTEKIT or FLYTE2."""
        return Project(tuple(kind.of_sdk(plugins) for kind in self.kinds))

    @property
    def names(self) -> Names:
        """Those of the repository; the others are of its first kind."""
        return self.kinds[0].names

    @property
    def backend(self) -> Backend:
        return self.kinds[0].backend

    @property
    def form(self) -> Form | None:
        """Of a plugin without a backend, which has a repository of its own."""
        return self.kinds[0].form

    @property
    def works_as(self) -> str:
        """What tasks run as, and where: for descriptions of what is published."""
        operators = ", ".join(dict.fromkeys(each.names.operator for each in self.kinds))
        return {
            Backend.OPERATOR: "resources of Kubernetes",
            Backend.SERVICE: f"jobs of {operators}",
            Backend.NONE: "tasks",
        }[self.backend]

    @property
    def asks_with(self) -> Mapping[str, tuple[str, str]]:
        """The packages by which a connector asks what does the work, with what it needs of each and what it is tested with."""
        return {
            Backend.OPERATOR: {"kubernetes": (">=30", self.versions["kubernetes_client"])},
            Backend.SERVICE: {"httpx": (">=0.27,<1", self.versions["httpx"])},
            Backend.NONE: {},
        }[self.backend]

    @property
    def targets(self) -> tuple[str, ...]:
        return self.kinds[0].targets

    @property
    def flyte1(self) -> bool:
        """Whether the repository is for Flyte 1, too: an SDK, a demo and values for it."""
        return self.targets != ("flyte2",)

    @property
    def sdks(self) -> tuple[str, ...]:
        """The folders of the SDKs, the one of Flyte 1 first."""
        first = ("flytekit",) * self.flyte1
        second = ("flyteplugins",) * ("flyte2" in self.targets)
        return tuple(f"{each}-{self.names.project}" for each in first + second)

    @property
    def distributions(self) -> tuple[str, ...]:
        """The SDKs as they are published, in the order of their folders."""
        kinds = (FLYTEKIT,) * self.flyte1 + (FLYTE2,) * ("flyte2" in self.targets)
        return tuple(self.of_sdk(each).names.distribution for each in kinds)

    @property
    def images(self) -> tuple[Image, ...]:
        """The images that are built here."""
        project = self.names.project
        there = {
            "propeller": Image("propeller", "flytepropeller/Dockerfile", f"flytepropeller-{project}", "propeller"),
            "connector": Image("connector", "connector/Dockerfile", f"{project}-connector", "connector"),
            "flyte2": Image("flyte2", "connector/flyte2.Dockerfile", f"{project}-connector-flyte2", "flyte2"),
            "demo": Image("demo", "demo/Dockerfile", f"{project}-demo", "demo_docker"),
            "demo2": Image("demo-flyte2", "demo/flyte2/Dockerfile", f"{project}-demo-flyte2", "demo_flyte2"),
        }
        demos = ("demo",) * self.flyte1 + ("demo2",) * ("flyte2" in self.targets)
        deployed = () if self.form else self.targets
        return tuple(there[each] for each in (*deployed, *demos) if each in there)

    @property
    def flyte_version(self) -> str:
        return self.kinds[0].flyte_version

    @property
    def versions(self) -> Mapping[str, str]:
        return self.kinds[0].versions

    @property
    def license(self) -> str:
        return self.kinds[0].license

    @property
    def github(self) -> bool:
        return self.kinds[0].github

    @property
    def crds(self) -> tuple[Crd, ...]:
        """The CRDs that are kept in the repository."""
        return tuple(each.crd for each in self.kinds if each.crd.text)

    @property
    def bundle(self) -> tuple[BundleObject, ...]:
        """What is installed with the CRDs. One bundle may have brought several kinds, and the CRD of another one."""
        own = {each.full_name for each in self.crds}
        found = {each.title: each for kind in self.kinds if kind.crd.text for each in kind.bundle}
        return tuple(each for each in found.values() if each.kind != "CustomResourceDefinition" or each.name not in own)

    @property
    def bundle_left_out(self) -> tuple[tuple[BundleObject, str], ...]:
        """What came with the CRDs and is not installed, with the reason."""
        return tuple({each.title: (each, why) for kind in self.kinds for each, why in kind.bundle_left_out}.values())

    @property
    def rights(self) -> tuple[Right, ...]:
        """What propeller's account must be allowed for all plugins."""
        rights = [right for kind in self.kinds for right in kind.rights]
        return tuple({right[:3]: right for right in reversed(rights)}.values())[::-1]

    @property
    def accounts(self) -> tuple[str, ...]:
        """The accounts of pods whose tasks name none."""
        named = (each.options.get("service_account", "") for each in self.kinds)
        return tuple(dict.fromkeys(name for name in named if name))
