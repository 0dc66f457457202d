"""The plugin model: everything the templates print, derived once from the CRD and the answers.

One :class:`Plugin` is built per rendering (see :mod:`flyte_plugin_scaffold.extension`). Every class here is a frozen
dataclass of plain values: names are already spelled for their language, paths are already split, defaults already
chosen. Templates loop and print; they never decide.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, Dict, Mapping, Optional, Tuple

from flyte_plugin_scaffold import lexicon, names
from flyte_plugin_scaffold.characters import escaped_json

# --------------------------------------------------------------------------------------------------------------- paths
_PLAIN_NAME = re.compile(r"[\w$/-]+", re.ASCII)  # any other name is written as a JSON string


def _quoted(value: Any) -> str:
    """``value`` as JSON that a person can read: what is invisible is escaped, all else stays as it is."""
    return escaped_json(json.dumps(value, ensure_ascii=False))


class StepKind(str, Enum):
    """How one step of a path goes down into a CR."""

    FIELD = "field"  # .name            an object's property
    ITEMS = "items"  # []               every element of a list
    ELEMENT = "element"  # [name]       the element of a list whose `name` is that
    KEY = "key"  # {Key}                one entry of a map
    ENTRIES = "entries"  # {}           every entry of a map with open keys


@dataclass(frozen=True)
class Step:
    """One step of a :class:`Path`. ``name`` is the property, element name or map key; empty for ITEMS and ENTRIES."""

    kind: StepKind
    name: str = ""


@dataclass(frozen=True)
class Path:
    """A place in a CR, e.g. ``.spec.pytorchReplicaSpecs{Master}``; the first step is ``spec`` or ``status``.

    ``str()`` gives the text that :func:`schema.parse_path` reads back.
    """

    steps: Tuple[Step, ...]

    def __str__(self) -> str:
        text = ""
        for step in self.steps:
            name = step.name if _PLAIN_NAME.fullmatch(step.name) else _quoted(step.name)
            text += {
                StepKind.FIELD: f".{name}",
                StepKind.ITEMS: "[]",
                StepKind.ELEMENT: f"[{name}]",
                StepKind.KEY: "{" + name + "}",
                StepKind.ENTRIES: "{}",
            }[step.kind]
        return text

    @property
    def names(self) -> Tuple[str, ...]:
        """The names of its steps: ``("status", "phase")``."""
        return tuple(step.name for step in self.steps)

    @property
    def in_schema(self) -> str:
        """The place in a schema, which does not tell elements or entries from each other: ``.spec.replicaSpecs{}``."""
        elements = {StepKind.ITEMS: "[]", StepKind.ELEMENT: "[]", StepKind.KEY: "{}", StepKind.ENTRIES: "{}"}
        return "".join(elements.get(step.kind, f".{step.name}") for step in self.steps)


# ----------------------------------------------------------------------------------------------------------------- CRD
@dataclass(frozen=True)
class PrinterColumn:
    """One of the version's ``additionalPrinterColumns``: what ``kubectl get`` shows of a CR."""

    name: str
    type: str
    json_path: str  # .status.phase


@dataclass(frozen=True)
class BundleObject:
    """An object that came with the CRD in its install bundle."""

    kind: str
    name: str  # with its namespace: solver-system/solver-operator
    text: str  # as YAML
    warnings: Tuple[str, ...] = ()  # what one should know before it is applied
    left_out: str = ""  # why it is not written into the rendering; "" if it is
    secret: bool = False  # written only where the option bundle_secrets asks for it

    @property
    def title(self) -> str:
        return f"{self.kind} {self.name}".strip()


@dataclass(frozen=True)
class Crd:
    """What the chosen version of the CRD says about its kind.

    ``schema`` is the raw ``openAPIV3Schema`` mapping of that version (empty where there is none). ``text`` is the CRD
    as one YAML document, without status and server-managed metadata: the file that is vendored. It is empty where only
    the name was given (``plural.group/version/Kind``): there is nothing to vendor then.
    """

    group: str
    version: str
    kind: str
    plural: str
    singular: str
    served_versions: Tuple[str, ...]
    status_subresource: bool
    schema: Mapping[str, Any]
    text: str
    validation_messages: Tuple[str, ...] = ()  # of x-kubernetes-validations below spec: the API server enforces them
    bundle: Tuple[BundleObject, ...] = ()  # the other objects of the install bundle that the CRD came in
    printer_columns: Tuple[PrinterColumn, ...] = ()
    notes: Tuple[str, ...] = ()  # what its reader should know: no status subresource, a deprecated version ...
    scale_replicas_path: str = ""  # specReplicasPath of the scale subresource: .spec.replicaSpecs.Worker.replicas

    @property
    def api_version(self) -> str:
        return f"{self.group}/{self.version}"

    def bundle_written(self, secrets: bool) -> Tuple[BundleObject, ...]:
        """What of the bundle is written into the rendering; its Secrets only where ``secrets`` are asked for."""
        return tuple(each for each in self.bundle if not each.left_out and (secrets or not each.secret))

    def bundle_left_out(self, secrets: bool) -> Tuple[Tuple[BundleObject, str], ...]:
        """The other objects of the bundle, with the reason."""
        asked_for = "Secrets stay out of a repository; bundle_secrets=yes in options keeps them"
        return tuple(
            (each, each.left_out or asked_for) for each in self.bundle if each.left_out or (each.secret and not secrets)
        )


# -------------------------------------------------------------------------------------------------------------- fields
class Shape(str, Enum):
    """The form of a value, independent of any language."""

    SCALAR = "scalar"
    LIST = "list"  # of scalars
    MAP = "map"  # string -> scalar
    MESSAGE = "message"  # one small object with fields of its own
    MESSAGES = "messages"  # a list of small objects with fields of their own
    STRUCT = "struct"  # anything else that is an object: google.protobuf.Struct
    STRUCTS = "structs"  # a list of such
    VALUE = "value"  # untyped: google.protobuf.Value


class Scalar(str, Enum):
    """Spelled as proto spells it."""

    STRING = "string"
    INT32 = "int32"
    INT64 = "int64"
    DOUBLE = "double"
    BOOL = "bool"


@dataclass(frozen=True)
class Field:
    """One value of the CR that a Flyte user may set.

    It appears in the proto as ``name`` with json_name ``json_name``, in Go through ``Get<go_name>()``, in Python as
    the dataclass field ``name``. Unset is never sent.
    """

    path: Path  # absolute: .spec.cluster.spec.idleTimeout, .spec.workerGroups[].replicas
    relative: Tuple[str, ...]  # property names below the owner (the spec, or the role's object): ("cluster", ...)
    name: str  # snake_case
    json_name: str
    go_name: str  # as protoc-gen-go spells it
    number: int  # in its proto message
    shape: Shape
    scalar: Optional[Scalar] = None  # of SCALAR, LIST and MAP
    enum: Tuple[str, ...] = ()  # allowed values of a string
    int_or_string: bool = False  # a string in proto; sent as a number if it is all digits
    required: bool = False  # required by the CRD all the way down, and without a default there
    fields: Tuple["Field", ...] = ()  # of MESSAGE and MESSAGES
    message: str = ""  # CamelCase name of the proto message and Python class of MESSAGE and MESSAGES
    description: str = ""  # one plain-text paragraph from the CRD, or ""
    example: Any = None  # a small valid value as a plain Python object: for tests, and for required fields in the demo
    minimum: Optional[float] = None
    maximum: Optional[float] = None
    pattern: str = ""


# --------------------------------------------------------------------------------------------------------------- roles
class Runs(str, Enum):
    """What the pods of a role run."""

    USER = "user"  # the task's own command
    IMAGE = "image"  # the image's own command
    ARGV = "argv"  # a command given in the answers
    OPERATOR = "operator"  # a command that the operator gives it, until it ends; no answer says so


class Place(str, Enum):
    """What stands in the CR at the place where a pod goes."""

    TEMPLATE = "template"  # PodTemplateSpec: {metadata, spec}
    POD_SPEC = "pod_spec"  # PodSpec
    CONTAINER = "container"  # one Container
    RUNNER = "runner"  # an object with image and some of command, args, env, resources
    IMAGE = "image"  # an image name alone
    COMMAND = "command"  # no pod: a command string (or list) that the operator submits itself


class Many(str, Enum):
    """How many of a role a CR holds."""

    ONE = "one"
    LIST = "list"  # repeated in proto, List[...] in Python
    MAP = "map"  # map<string, ...> in proto, Dict[str, ...] in Python


@dataclass(frozen=True)
class Runner:
    """Which of a pod's words an object with image, command, ... has, and in which form."""

    image: str = ""  # property names; "" where there is none
    command: str = ""
    args: str = ""
    env: str = ""
    resources: str = ""
    command_is_list: bool = True
    args_is_list: bool = True
    env_is_map: bool = False  # {"NAME": "value"} instead of [{name, value}]


@dataclass(frozen=True)
class Alternative:
    """A value of the spec beside which the operator takes no object of a role."""

    path: Tuple[str, ...]  # below spec: ("clusterSelector",)
    usual: str = ""  # the value that changes nothing: what the CRD fills in


@dataclass(frozen=True)
class Role:
    """One kind of pod (or the command string) of the CR."""

    name: str  # snake_case, plural if the CRD's word is: worker_group_specs
    class_name: str  # CamelCase singular: proto message and Python class: WorkerGroupSpec
    json_name: str
    go_name: str  # field of the top message, as protoc-gen-go spells it: WorkerGroupSpecs
    go_class_name: str  # message, as protoc-gen-go spells it
    number: int  # field number in the top message; 0 for COMMAND, which has no field there
    path: Path  # the object around the pod
    many: Many
    runs: Runs
    place: Place
    inner: Tuple[str, ...]  # property names from the object to the place: ("template",), or () if it is the place
    argv: Tuple[str, ...] = ()  # of Runs.ARGV
    container: str = ""  # the container name the operator insists on; "" keeps Flyte's
    metadata: bool = True  # the CRD has room for labels and annotations beside the PodSpec (Place.TEMPLATE)
    runner: Optional[Runner] = None
    command_is_list: bool = False  # of Place.COMMAND: a list of strings instead of one shell-quoted string
    primary: bool = False  # its logs come first
    leads: bool = False  # what else may be interrupted depends on it: its pods are not, unless the user says so
    always: bool = False  # is built even if the user says nothing of it
    guessed: bool = False  # an entry of a map whose key the CRD does not show: is built only where the user gives it
    required: bool = False  # the user must give it: it has required fields and `always`
    fields: Tuple[Field, ...] = ()  # of the object around the pod: replicas, group_name, restart_policy
    empties: Tuple[Tuple[str, ...], ...] = ()  # relative paths of required objects that are sent as {}
    beside: Tuple[Tuple[str, ...], ...] = ()  # below spec: required objects beside the way to it, sent as {} with it
    alternatives: Tuple[Alternative, ...] = ()  # where one is set, the role is left out, or refused if it is given
    pod_name: Tuple[str, ...] = ()  # Go field names from Status to the name of this role's pod, where the CRD tells it
    description: str = ""
    notes: Tuple[str, ...] = ()  # what a user should know of it, in sentences

    @property
    def guessed_leader(self) -> bool:
        """It leads guessed ones: none is built by default, and a task without any of those that run it would do nothing."""
        return self.guessed and self.primary and self.runs is Runs.USER

    @property
    def has_labels(self) -> bool:
        """Labels that are put at the role's place reach its pods: a bare PodSpec, container or image has no room."""
        return self.place is Place.TEMPLATE and self.metadata

    @property
    def count_go_name(self) -> str:
        """The field of the role's message that says how many pods there are, as Go spells it; "" for none."""
        counts = [word for word in lexicon.COUNTS if not word.startswith(("min", "max"))]  # those are limits
        found = {
            field.relative[0]: field.go_name
            for field in self.fields
            if len(field.relative) == 1 and field.shape is Shape.SCALAR and field.scalar in (Scalar.INT32, Scalar.INT64)
        }
        return next((found[word] for word in counts if word in found), "")

    @property
    def never_restarts(self) -> Tuple[str, ...]:
        """The path of the CR's own restart policy, which is Never unless the user says so; () for none.

        Flyte retries the task: a pod that was restarted in place would run the user's code once more than it should.
        """
        policies = (
            field.relative
            for field in self.fields
            if field.relative == ("restartPolicy",) and field.shape is Shape.SCALAR and field.scalar is Scalar.STRING
            if not field.enum or "Never" in field.enum
        )
        return next(policies, ()) if self.runs is Runs.USER else ()

    @property
    def without(self) -> Tuple[str, ...]:
        """The pod's words, as the SDK spells them, that this role does not have: the CR has no room for them."""
        words = set(lexicon.POD_ARGUMENTS)
        resources = {"requests", "limits", "resources"}
        room = {
            Place.TEMPLATE: words,
            Place.POD_SPEC: words,
            Place.CONTAINER: {"image", "command", "env"} | resources,
            Place.IMAGE: {"image"},
            Place.COMMAND: set(),
        }.get(self.place, set())
        if self.runner:
            room = {
                word
                for word, there in (
                    ("image", self.runner.image),
                    *((word, self.runner.resources) for word in resources),
                    ("command", self.runner.command or self.runner.args),
                    ("env", self.runner.env),
                )
                if there
            }
        if self.runs is Runs.USER:
            room = room - {"command"}
        return tuple(sorted(words - room))


@dataclass(frozen=True)
class RoleAnswer:
    """One role as the answer ``roles`` names it; what is around and inside ``path`` is derived."""

    name: str
    path: Path
    runs: Runs
    argv: Tuple[str, ...] = ()  # of Runs.ARGV
    container: str = ""

    def __str__(self) -> str:
        runs = _quoted(list(self.argv)) if self.runs is Runs.ARGV else self.runs.value
        return f"{self.name}: {self.path} {runs}" + (f" as {self.container}" if self.container else "")


@dataclass(frozen=True)
class Finding:
    """What the derivation looked at and why it took it, or left it: shown after the CRD is given."""

    text: str  # a path, or a role as in the answer
    reason: str  # one short clause
    chosen: bool = True


def _says(spec: Any, path: Path, null: bool = True) -> bool:
    """Whether there is a value at a path, be it ``null`` if that counts; what stands in its way is one."""
    for name in path.names[1:]:
        if not isinstance(spec, dict):
            return spec is not None
        if name not in spec:
            return False
        spec = spec[name]
    return null or spec is not None


@dataclass(frozen=True)
class SpecDefault:
    """A value of the spec that is sent unless something else is said of it, or of one of ``unless``."""

    path: Path  # .spec.shutdownAfterJobFinishes: objects all the way
    value: Any  # True, False or one of the CRD's words
    unless: Tuple[Path, ...] = ()  # alternatives to it
    guessed: bool = False  # the CRD does not list the value

    def set_in(self, spec: Dict[str, Any]) -> None:
        """Sets it in a spec that says nothing of it, as the rendered plugin does."""
        if _says(spec, self.path) or any(_says(spec, path, null=False) for path in self.unless):
            return
        *above, last = self.path.names[1:]
        for name in above:
            spec = spec.setdefault(name, {})
        spec[last] = self.value

    def works_after(self, outcome: str) -> bool:
        """Whether the operator cleans up after an end with ``outcome``, of lexicon.OUTCOME: after each where the path names none."""
        words = [word for name in self.path.names[1:] for word in names.lower_words(name)]
        named = {each for each in lexicon.OUTCOME for word in words if word.startswith(each)}
        return not named or outcome in named

    @property
    def text(self) -> str:
        """As a person writes it: ``.spec.runPolicy.cleanPodPolicy=Running``."""
        return f"{self.path}={self.value if isinstance(self.value, str) else json.dumps(self.value)}"


# -------------------------------------------------------------------------------------------------------------- status
class Phase(str, Enum):
    """Flyte phases that the answer `phases` can name. Everything else is Running; no status is Queued."""

    QUEUED = "Queued"
    INITIALIZING = "Initializing"
    RUNNING = "Running"
    SUCCESS = "Success"
    FAILURE = "Failure"


class Failure(str, Enum):
    """Who is to blame for a failure, and with that who pays for another attempt."""

    RETRYABLE = "Retryable"  # the task: tried again as often as its own `retries` allow
    PERMANENT = "Permanent"  # the task, and every attempt would end like this one
    SYSTEM = "System"  # the cluster or the operator: tried again at the platform's expense


class Check(str, Enum):
    """How a term looks at the value at its path."""

    EQUALS = "="
    IS_SET = "set"  # there is a value; 0 of a number is none
    ABOVE = ">"
    AT_LEAST = ">="
    BELOW = "<"
    AT_MOST = "<="


@dataclass(frozen=True)
class Term:
    """One test of a status: a value of a plain field, a condition, or a condition of the Job that the resource owns.

    Exactly one of ``path``, ``condition`` and ``job`` is set. A condition's ``reason`` is optional; ``status`` is
    True, False or Unknown.
    """

    path: Optional[Path] = None
    check: Check = Check.EQUALS
    value: str = ""  # "" of EQUALS: there is none
    is_number: bool = False  # compared as a number; one that is not there is 0
    is_flag: bool = False  # a boolean; one that is not there is false
    condition: str = ""
    status: str = "True"
    reason: str = ""
    job: str = ""  # the type of a condition that is True: one of JOB_CONDITIONS

    def compares(self, number: float) -> bool:
        """Whether a number is what the term wants; the term must be one of numbers."""
        wanted = float(self.value or 0)
        return {
            Check.IS_SET: number != 0,
            Check.EQUALS: number == wanted,
            Check.ABOVE: number > wanted,
            Check.AT_LEAST: number >= wanted,
            Check.BELOW: number < wanted,
            Check.AT_MOST: number <= wanted,
        }[self.check]

    @property
    def holds_of_nothing(self) -> bool:
        """Whether the term holds where there is no value: it is read as empty, 0 or false."""
        if self.job or self.condition or self.check is Check.IS_SET:
            return False
        if self.is_number:
            return self.compares(0)
        return self.value == "false" if self.is_flag else not self.value


# A regular expression for the type of a condition.
CONDITION_TYPE = r"[A-Za-z0-9_./-]*?[A-Za-z0-9_-]"
# What the answer ``phases`` says where the words of a state decide about those that no rule names.
BY_WORDS = "Others=words"
# Of a batch/v1 Job; the API has no others.
JOB_CONDITIONS = ("Complete", "Failed", "SuccessCriteriaMet", "FailureTarget", "Suspended")


@dataclass(frozen=True)
class PhaseRule:
    """All ``terms`` hold -> ``phase``. Rules are in the order of evaluation: failures first for conditions."""

    phase: Phase
    terms: Tuple[Term, ...]
    text: str  # as in the answer: "Complete & .status.jobStatus=SUCCEEDED"
    failure: Optional[Failure] = None  # of Phase.FAILURE; None in an answer that leaves it to the words of the state


@dataclass(frozen=True)
class StatusField:
    """A node of the narrow Go Status: a leaf string, or an object with ``fields``."""

    go_name: str
    json_name: str
    fields: Tuple["StatusField", ...] = ()
    is_conditions: bool = False


@dataclass(frozen=True)
class Status:
    """Where the operator writes how the CR is doing, and what that means to Flyte."""

    path: Optional[Path]  # .status.jobStatus or .status.conditions; None where rules read values of their own
    by_conditions: bool
    rules: Tuple[PhaseRule, ...]
    fields: Tuple[StatusField, ...]  # the narrow Go Status, in Go's print order
    go_path: Tuple[str, ...]  # Go field names from Status to the value: ("ApplicationState", "State"); () by_conditions
    message: Tuple[Tuple[str, ...], ...] = ()  # Go field names to fields with a message or reason, best first
    paths: Tuple[Tuple[Path, Tuple[str, ...]], ...] = ()  # every other path a rule reads -> its Go field names
    known_values: Tuple[str, ...] = ()  # what the CRD's enum says, for tests
    observed_generation: bool = False  # .status.observedGeneration is in the schema
    variables: Tuple[Tuple[str, Tuple[str, ...]], ...] = ()  # a log template's variable -> its Go field names
    dashboard: Tuple[Tuple[str, ...], ...] = ()  # Go field names to addresses of the operator's own UI, best first
    last_resorts: Tuple[PhaseRule, ...] = ()  # asked where nothing else says anything: a time of the end is set
    broader: Tuple[Path, ...] = ()  # states above that of the work, of which the rules read a failure
    by_words: bool = False  # the words of a state decide where no rule names it
    own_words: Tuple[str, ...] = ()  # words that name the work itself, for that

    @property
    def reads_job(self) -> bool:
        """A rule looks at the batch/v1 Job that the resource owns."""
        return any(term.job for rule in self.rules for term in rule.terms)

    @property
    def has_ends_beside(self) -> bool:
        """By its words something else than the state can end it: a state above that of the work, or a condition."""
        return self.by_words and bool(self.broader or self.conditions)

    @property
    def reads_conditions(self) -> bool:
        """A rule looks at a condition."""
        return any(term.condition for rule in self.rules for term in rule.terms)

    @property
    def conditions(self) -> str:
        """The Go path of the conditions from Status: ``"Conditions"``; "" where nothing reads them."""

        def find(fields: Tuple[StatusField, ...], above: Tuple[str, ...]) -> str:
            for each in fields:
                below = (*above, each.go_name)
                found = ".".join(below) if each.is_conditions else find(each.fields, below)
                if found:
                    return found
            return ""

        return find(self.fields, ())


# ---------------------------------------------------------------------------------------------------------------- whole
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
    python_package: str  # flytekitplugins.daskjob
    distribution: str  # flytekitplugins-daskjob
    registry: str  # container registry


# A DNS label's 63 characters less 27: the longest suffix seen of an operator, "-default-worker-" and ten hexadecimal
# digits, and one to spare.
NAME_BUDGET = 36


# API group, resources, verbs, what for: a rule of RBAC.
Right = Tuple[str, Tuple[str, ...], Tuple[str, ...], str]


@dataclass(frozen=True)
class Plugin:
    """All a template prints."""

    names: Names
    crd: Crd
    roles: Tuple[Role, ...]  # () means configuration only: no pod runs the user's code
    fields: Tuple[Field, ...]  # of the spec itself
    status: Status
    spec_overrides_number: int
    flyte_version: str  # v1.16.8
    license: str  # SPDX id, or "none"
    in_tree: bool  # Flyte's own plugins register this Go type: ours must be unstructured
    github: bool
    options: Mapping[str, str] = field(default_factory=dict)
    versions: Mapping[str, str] = field(default_factory=dict)  # of every tool and library: see versions.py
    operator_pods: Tuple[Role, ...] = ()  # optional places of pods that the operator runs for a role's command string
    empties: Tuple[Tuple[str, ...], ...] = ()  # relative paths of required objects outside roles, sent as {}
    abort_patch: str = ""  # a JSON merge patch that stops the CR instead of its deletion; "" for none
    guesses: Tuple[str, ...] = ()  # plain sentences on what the CRD did not tell and the derivation chose
    spec_defaults: Tuple[SpecDefault, ...] = ()  # of the CRD's own switches that clean up after the end
    lifetimes: Tuple[
        Path, ...
    ] = ()  # of the spec, which are not sent: the operator deletes something so long after the end

    @property
    def cleans_failures(self) -> bool:
        """Whether the operator was told to clean up after a failure."""
        return any(each.works_after(lexicon.OUTCOME[-1]) for each in self.spec_defaults)

    @property
    def name_budget(self) -> int:
        """The most characters that a CR's name may have."""
        return int(self.options.get("name_budget", NAME_BUDGET))

    @property
    def bundle(self) -> Tuple[BundleObject, ...]:
        """What is installed with the CRD."""
        return self.crd.bundle_written(self._bundle_secrets)

    @property
    def bundle_left_out(self) -> Tuple[Tuple[BundleObject, str], ...]:
        """What came with the CRD and is not installed, with the reason."""
        return self.crd.bundle_left_out(self._bundle_secrets)

    @property
    def _bundle_secrets(self) -> bool:
        return self.options.get("bundle_secrets") == "yes"

    @property
    def rights(self) -> Tuple[Right, ...]:
        """What propeller's account must be allowed for the plugin."""
        return self.needed_rights + self.diagnosis_rights

    @property
    def needed_rights(self) -> Tuple[Right, ...]:
        """The rights without which no task runs."""
        verbs = ("get", "list", "watch", "create", "delete", "patch")
        waits = "Without list and watch the propeller waits for the kind without an error, and tasks stay queued."
        jobs = ("batch", ("jobs",), ("list",), "How a resource ended stands in the Job that it owns.")
        return (
            (self.crd.group, (self.crd.plural,), verbs, waits),
            *((jobs,) if self.status.reads_job else ()),
        )

    @property
    def diagnosis_rights(self) -> Tuple[Right, ...]:
        """The rights that explaining why a task does not run needs."""
        jobs = ("batch", ("jobs",), ("list",), "Pods without room for a label are found by their owners.")
        return (
            ("", ("pods", "events"), ("list",), "These tell why a resource does not run."),
            *(() if self.labelled or self.status.reads_job else (jobs,)),
        )

    @property
    def beside(self) -> Tuple[Tuple[Role, Tuple[str, ...]], ...]:
        """What is sent empty with each role, outer objects first: one that came later would empty what is in it."""
        pairs = [(role, path) for role in self.pod_roles for path in role.beside]
        return tuple(sorted(pairs, key=lambda pair: len(pair[1])))

    @property
    def sent_paths(self) -> Tuple[str, ...]:
        """Where the plugin puts something into the CR, as its schema has it: ``.spec.workers[].replicas``."""

        def below(above: Path, *relatives: Tuple[str, ...]) -> Tuple[Path, ...]:
            return tuple(
                Path(above.steps + tuple(Step(StepKind.FIELD, name) for name in relative)) for relative in relatives
            )

        def of(fields: Tuple[Field, ...]) -> Tuple[Path, ...]:
            return tuple(path for each in fields for path in (each.path, *of(each.fields)))

        spec = Path((Step(StepKind.FIELD, "spec"),))
        paths = [spec, *below(spec, *self.empties), *of(self.fields), *(each.path for each in self.spec_defaults)]
        for role in self.placed:
            paths += [*below(spec, *role.beside), *below(role.path, role.inner, *role.empties), *of(role.fields)]
        return tuple(dict.fromkeys(path.in_schema for path in paths))

    @property
    def read_paths(self) -> Tuple[str, ...]:
        """Where the plugin looks at the CR's status: ``.status.jobStatus``."""

        def of(fields: Tuple[StatusField, ...], above: str) -> Tuple[str, ...]:
            return tuple(
                path
                for each in fields
                for here in (f"{above}.{each.json_name}",)
                for path in (of(each.fields, here) if each.fields else (here,))
            )

        generation = (".status.observedGeneration",) if self.status.observed_generation else ()
        return of(self.status.fields, ".status") + generation

    @property
    def labelled(self) -> bool:
        """Every pod that the plugin builds can carry labels, so that all of them can be found by these."""
        return bool(self.pod_roles) and all(role.has_labels for role in (*self.pod_roles, *self.operator_pods))

    @property
    def placed(self) -> Tuple[Role, ...]:
        """Everything that the plugin puts into the CR: the roles, then the pods that the operator runs for them."""
        return self.roles + self.operator_pods

    @property
    def user_roles(self) -> Tuple[Role, ...]:
        """The roles that run the task's own command."""
        return tuple(role for role in self.roles if role.runs is Runs.USER)

    @property
    def pod_roles(self) -> Tuple[Role, ...]:
        """The roles that are pods: all but a command string."""
        return tuple(role for role in self.roles if role.place is not Place.COMMAND)

    @property
    def places(self) -> Tuple[str, ...]:
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
    def has_shell_lines(self) -> bool:
        """Whether the CR can hold a command as one line for a shell."""
        return bool({"command_line", "runner"} & set(self.places))

    @property
    def has_whole_objects(self) -> bool:
        """Whether the CR takes a pod spec or a container as it is."""
        return bool({"container", "pod_spec"} & set(self.places))

    @property
    def has_command_words(self) -> bool:
        """Whether the CR holds a command outside a container."""
        return bool({"command_line", "command_list", "runner"} & set(self.places))

    @property
    def required_fields(self) -> Tuple[Field, ...]:
        return tuple(f for f in self.fields if f.required)

    def messages(self) -> Tuple[Field, ...]:
        """Every nested message below the spec and the roles, inner ones first."""
        found: list[Field] = []

        def visit(fields: Tuple[Field, ...]) -> None:
            for each in fields:
                visit(each.fields)
                if each.message:
                    found.append(each)

        for role in self.roles:
            visit(role.fields)
        visit(self.fields)
        return tuple(found)
