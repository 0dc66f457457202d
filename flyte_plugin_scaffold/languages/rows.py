"""The rows of a kind, as values: what the Go plugin and the connector are told of it, each in its own language.

A value is text, a number, a truth value, a ``Row``, one of the marked values below, or a tuple of such.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum
from typing import Any

from flyte_plugin_scaffold.model import (
    Field,
    Many,
    Place,
    Plugin,
    Role,
    Runner,
    Runs,
    Shape,
    SpecDefault,
    Status,
    Step,
    StepKind,
)

Path = tuple[str, ...]

# protobuf's Role has one word for the SDK's requests and limits, and one for what Flyte calls extended resources.
_WIRE_WORDS = {
    "requests": "resources",
    "limits": "resources",
    "accelerator": "extended_resources",
    "shared_memory": "extended_resources",
}


@dataclass(frozen=True)
class FieldsOf:
    """The table of the fields of a message."""

    message: str


class Each(Enum):
    """The step of a path that selects what a message of a role is for."""

    EACH = "each"


@dataclass(frozen=True)
class Named:
    """The step of a path that selects the object of a name from a list."""

    name: str


class Steps(tuple[Any, ...]):
    """A path of names and of what selects from a list or a map."""


class Form(str, Enum):
    """How a pod stands in the object around it."""

    POD_TEMPLATE = "PodTemplate"
    POD_SPEC = "PodSpec"
    CONTAINER = "PodContainer"
    IMAGE = "PodImage"
    RUNNER = "PodRunner"
    COMMAND_LINE = "CommandLine"
    COMMAND_LIST = "CommandList"


@dataclass(frozen=True)
class Put:
    """Where a pod is put: below the object around it, and in which form."""

    form: Form
    path: Path
    runner: Row | None = None


@dataclass(frozen=True)
class Row:
    """A row: the words that are said of it, by their names in Python. What is not said has the library's default."""

    kind: str
    words: dict[str, Any]

    @staticmethod
    def of(kind: str, /, **words: Any) -> Row:
        """A row without the words that say nothing."""
        return Row(kind, {name: value for name, value in words.items() if value not in ("", (), False, None)})


# -------------------------------------------------------------------------------------------------------------- fields
@dataclass(frozen=True)
class FieldRow:
    """A field of a message: its name there, its path in the CR, and the table of what a message in it has."""

    name: str
    path: Path
    fields: FieldsOf | None = None
    int_or_string: bool = False


def field(each: Field) -> FieldRow:
    """The row of a field."""
    if each.shape in (Shape.MESSAGE, Shape.MESSAGES):
        return FieldRow(each.name, each.relative, FieldsOf(each.message))
    return FieldRow(each.name, each.relative, None, each.int_or_string)


def required_of_spec(plugin: Plugin) -> list[Path]:
    """The paths below spec that must have a value: required fields, lists of roles that must not be empty, guessed keys.

    Of guessed keys any will do, unless one of them alone runs the task.
    """
    roles = []
    for role in plugin.roles:
        steps = role.path.steps[1:-1] if role.many is not Many.ONE or not role.required else role.path.steps[1:]
        wanted = role.guessed_leader or (role.required and role.many is not Many.ONE and not role.alternatives)
        if wanted and all(step.kind is StepKind.FIELD for step in role.path.steps[:-1]):
            roles.append(tuple(step.name for step in steps))
    return [*(each.relative for each in plugin.fields if each.required), *roles]


def spec_default(default: SpecDefault) -> Row:
    """The row of what is sent by default."""
    path, unless = default.path.names[1:], tuple(each.names[1:] for each in default.unless)
    words: dict[str, Any] = {"path": path, "value": default.value}
    words |= {"unless": unless} if unless else {}
    return Row("Default", words)


# --------------------------------------------------------------------------------------------------------------- roles
def role(each: Role) -> Row:
    """The row of a role, or of a pod that the operator runs."""
    has_message = bool(each.number) and each.place is not Place.COMMAND
    is_command = each.place is Place.COMMAND
    without = () if is_command else tuple(sorted({_WIRE_WORDS.get(word, word) for word in each.without}))
    alternatives = tuple(Row.of("Alternative", path=one.path, usual=one.usual) for one in each.alternatives)
    return Row.of(
        "Role",
        name=each.name,
        field=each.name if has_message else "",
        path=steps(each),
        is_always=each.always and each.many is Many.ONE,
        runs=each.runs,
        argv=each.argv,
        is_leader=each.leads,
        container=each.container,
        without=without,
        unless=alternatives,
        place=_put(each),
        fields=FieldsOf(each.go_class_name) if has_message and each.fields else None,
        empties=tuple(each.empties) if has_message else (),
        required=tuple(one.relative for one in each.fields if one.required),
        never_restarts=bool(each.never_restarts),
    )


def steps(each: Role) -> Steps:
    """The path from spec to the object around the role's pod: names, and what selects from a list or a map."""
    around = around_pod(each)
    found: list[Any] = []
    for step, after in zip(around, [*around[1:], None]):
        if step.kind in (StepKind.FIELD, StepKind.KEY):
            found.append(step.name)
        elif step.kind is StepKind.ENTRIES:
            found.append(Each.EACH)
        if step.kind is StepKind.FIELD and after is not None and after.kind is StepKind.ITEMS:
            found.append(Each.EACH)
        elif step.kind is StepKind.FIELD and after is not None and after.kind is StepKind.ELEMENT:
            found.append(Named(after.name))
    return Steps(found)


def around_pod(each: Role) -> list[Step]:
    """The steps from spec to the object around the role's pod, or around its string."""
    return list(each.path.steps[1:-1] if _is_string(each) else each.path.steps[1:])


def _is_string(each: Role) -> bool:
    """Whether the role's path leads to a string, and not to an object."""
    return each.place is Place.COMMAND or (each.place is Place.IMAGE and not each.inner)


def _put(each: Role) -> Put:
    path = each.inner or (each.path.steps[-1].name,) if _is_string(each) else each.inner
    if each.place is Place.COMMAND:
        return Put(Form.COMMAND_LIST if each.command_is_list else Form.COMMAND_LINE, (each.path.steps[-1].name,))
    if each.place is Place.RUNNER:
        return Put(Form.RUNNER, path, _runner(each.runner or Runner()))
    if each.place is Place.TEMPLATE and not each.metadata:
        return Put(Form.POD_SPEC, (*each.inner, "spec"))
    forms = {
        Place.TEMPLATE: Form.POD_TEMPLATE,
        Place.POD_SPEC: Form.POD_SPEC,
        Place.CONTAINER: Form.CONTAINER,
        Place.IMAGE: Form.IMAGE,
    }
    return Put(forms[each.place], path)


def _runner(runner: Runner) -> Row:
    names = {word: getattr(runner, word) for word in ("image", "command", "args", "env", "resources")}
    return Row.of(
        "Runner",
        **names,
        command_is_line=bool(runner.command) and not runner.command_is_list,
        args_is_line=bool(runner.args) and not runner.args_is_list,
        env_is_map=bool(runner.env) and runner.env_is_map,
    )


RUNS = {
    Runs.USER: "User",
    Runs.IMAGE: "Image",
    Runs.ARGV: "Fixed",
    Runs.OPERATOR: "Operator",
}


# -------------------------------------------------------------------------------------------------------------- status
def state_path(status: Status) -> Path:
    """The path of the operator's state, where that is no condition."""
    return () if status.path is None or status.by_conditions else status.path.names[1:]


def broader(status: Status) -> list[Path]:
    """The paths of states above that of the work: a failure of one is the work's failure."""
    return [path.names[1:] for path in status.broader]


def outcomes(status: Status) -> list[Path]:
    """The paths of results in words: where the rest means success, one whose words fail is a failure."""
    return [path.names[1:] for path in status.outcomes]


def log_sources(plugin: Plugin) -> list[Row]:
    """The rows of what has logs, the leader's first; one without a role where no role has pods."""
    named = dict(pods_in_status(plugin))
    roles = sorted(plugin.pod_roles, key=lambda each: not each.primary)
    return [
        Row.of(
            "LogSource",
            role=name,
            container=container,
            pod_name=named.get(name, ()),
        )
        for name, container in [(each.name, each.container) for each in roles] or [("", "")]
    ]


def pods_in_status(plugin: Plugin) -> list[tuple[str, Path]]:
    """Roles of which the status names the pod, and the model's names to it; the role "" where no role has pods."""
    if plugin.pod_roles:
        return [(each.name, each.pod_name) for each in plugin.pod_roles if each.pod_name]
    found = [("", path) for name, path in plugin.status.variables if name.lower().endswith("podname")]
    return found if len(found) == 1 else []


def variables(status: Status) -> list[Row]:
    """The rows of what log links can use of a status."""
    return [Row.of("LogVariable", name=name, path=path) for name, path in status.variables]


def stuck_timeout(plugin: Plugin) -> str:
    """How long a CR may go without a status, as Go's ``time.ParseDuration`` reads it."""
    return "".join(re.findall(r"[0-9]+[hms]", plugin.options.get("stuck_timeout", "5m"))) or "0"
