"""What a CR runs: the places where its pods go."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from flyte_plugin_scaffold.model.contract import Field, Scalar, Shape
from flyte_plugin_scaffold.model.path import Path, quoted
from flyte_plugin_scaffold.text import lexicon


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

    path: tuple[str, ...]  # below spec: ("clusterSelector",)
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
    inner: tuple[str, ...]  # property names from the object to the place: ("template",), or () if it is the place
    argv: tuple[str, ...] = ()  # of Runs.ARGV
    container: str = ""  # the container name the operator insists on; "" keeps Flyte's
    metadata: bool = True  # the CRD has room for labels and annotations beside the PodSpec (Place.TEMPLATE)
    runner: Runner | None = None
    command_is_list: bool = False  # of Place.COMMAND: a list of strings instead of one shell-quoted string
    primary: bool = False  # its logs come first
    leads: bool = False  # what else may be interrupted depends on it: its pods are not, unless the user says so
    always: bool = False  # is built even if the user says nothing of it
    guessed: bool = False  # an entry of a map whose key the CRD does not show: is built only where the user gives it
    required: bool = False  # the user must give it: it has required fields and `always`
    fields: tuple[Field, ...] = ()  # of the object around the pod: replicas, group_name, restart_policy
    empties: tuple[tuple[str, ...], ...] = ()  # relative paths of required objects that are sent as {}
    beside: tuple[tuple[str, ...], ...] = ()  # below spec: required objects beside the way to it, sent as {} with it
    alternatives: tuple[Alternative, ...] = ()  # where one is set, the role is left out, or refused if it is given
    pod_name: tuple[str, ...] = ()  # from the status to the name of this role's pod, where the CRD tells it
    description: str = ""
    notes: tuple[str, ...] = ()  # what a user should know of it, in sentences

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
    def never_restarts(self) -> tuple[str, ...]:
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
    def without(self) -> tuple[str, ...]:
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
    argv: tuple[str, ...] = ()  # of Runs.ARGV
    container: str = ""

    def __str__(self) -> str:
        runs = quoted(list(self.argv)) if self.runs is Runs.ARGV else self.runs.value
        return f"{self.name}: {self.path} {runs}" + (f" as {self.container}" if self.container else "")
