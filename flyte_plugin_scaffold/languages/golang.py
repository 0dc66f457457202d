"""Prints what the backend plugin has of its own, the rows of a kind, as Go that gofmt leaves as it is.

A row is one expression on one line: internal/operator, the library of all kinds, loops over them.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from flyte_plugin_scaffold.examples import corpus, status_examples
from flyte_plugin_scaffold.languages.filters import go_strings, quoted
from flyte_plugin_scaffold.model import (
    Alternative,
    Check,
    Field,
    Many,
    Phase,
    PhaseRule,
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
    Term,
)
from flyte_plugin_scaffold.text import lexicon
from flyte_plugin_scaffold.text.characters import invisible

# protobuf's Role has one word for the SDK's requests and limits, and one for what Flyte calls extended resources.
_WIRE_WORDS = {
    "requests": "resources",
    "limits": "resources",
    "accelerator": "extended_resources",
    "shared_memory": "extended_resources",
}
_COMMANDS = {
    Runs.USER: "UserCommand",
    Runs.IMAGE: "ImageCommand",
    Runs.ARGV: "FixedCommand",
    Runs.OPERATOR: "OperatorCommand",
}


def go_table(rows: Iterable[str], of: str) -> str:
    """A Go slice of ``of``, a row on each line."""
    lines = [f"\t{row},\n" for row in rows]
    return f"[]{of}{{" + "".join(["\n", *lines] if lines else []) + "}"


def _call(function: str, *arguments: str) -> str:
    return f"operator.{function}({', '.join(each for each in arguments if each)})"


def go_path(path: Sequence[str]) -> str:
    """A path of names as a Go ``[]string``."""
    return "[]string{" + go_strings(path) + "}" if path else "nil"


def go_paths(paths: Iterable[Sequence[str]]) -> str:
    """Paths of names as a Go ``[][]string``."""
    rows = ["{" + go_strings(path) + "}" for path in paths]
    return "[][]string{" + ", ".join(rows) + "}" if rows else "nil"


# -------------------------------------------------------------------------------------------------------------- fields
def go_field(field: Field) -> str:
    """The row of a field of a message: its name there, and its path in the CR."""
    path = go_strings(field.relative)
    if field.shape in (Shape.MESSAGE, Shape.MESSAGES):
        return _call("Message", quoted(field.name), f"fieldsOf{field.message}", path)
    return _call("IntOrString" if field.int_or_string else "Value", quoted(field.name), path)


def go_beside(pair: tuple[Role, tuple[str, ...]]) -> str:
    """The row of an object that is sent empty with a role."""
    role, path = pair
    return _call("With", quoted(role.name), go_strings(path))


def go_required_of_spec(plugin: Plugin) -> str:
    """The paths below spec that must have a value: required fields, lists of roles that must not be empty, guessed keys.

    Of guessed keys any will do, unless one of them alone runs the task.
    """
    roles = []
    for role in plugin.roles:
        steps = role.path.steps[1:-1] if role.many is not Many.ONE or not role.required else role.path.steps[1:]
        wanted = role.guessed_leader or (role.required and role.many is not Many.ONE and not role.alternatives)
        if wanted and all(step.kind is StepKind.FIELD for step in role.path.steps[:-1]):
            roles.append(tuple(step.name for step in steps))
    return go_paths([*(field.relative for field in plugin.fields if field.required), *roles])


def go_spec_default(default: SpecDefault) -> str:
    """The row of what is sent by default."""
    value = quoted(default.value) if isinstance(default.value, str) else str(default.value).lower()
    words = [f"Path: {go_path(default.path.names[1:])}", f"Value: {value}"]
    if default.unless:
        words.append(f"Unless: {go_paths(path.names[1:] for path in default.unless)}")
    if default.works_after(lexicon.OUTCOME[-1]):
        words.append("AfterFailure: true")
    return "{" + ", ".join(words) + "}"


# --------------------------------------------------------------------------------------------------------------- roles
def go_role(role: Role) -> str:
    """The row of a role, or of a pod that the operator runs."""
    has_message = role.number and role.place is not Place.COMMAND
    words = [f"Name: {quoted(role.name)}"]
    if has_message:
        words.append(f"Field: {quoted(role.name)}")
    if steps := go_steps(role):
        words.append(f"Path: []any{{{steps}}}")
    if role.always and role.many is Many.ONE:
        words.append("IsAlways: true")
    words.append(f"Runs: operator.{_COMMANDS[role.runs]}")
    if role.argv:
        words.append(f"Argv: {go_path(role.argv)}")
    if role.leads:
        words.append("IsLeader: true")
    if role.container:
        words.append(f"Container: {quoted(role.container)}")
    without = sorted({_WIRE_WORDS.get(word, word) for word in role.without}) if role.place is not Place.COMMAND else []
    if without:
        words.append(f"Without: {go_path(without)}")
    if role.alternatives:
        words.append("Unless: []operator.Alternative{" + ", ".join(map(_alternative, role.alternatives)) + "}")
    words.append(f"Place: {_place(role)}")
    if has_message and role.fields:
        words.append(f"Fields: fieldsOf{role.go_class_name}")
    if has_message and role.empties:
        words.append(f"Empties: {go_paths(role.empties)}")
    if any(field.required for field in role.fields):
        words.append(f"Required: {go_paths(field.relative for field in role.fields if field.required)}")
    if role.never_restarts:
        words.append("NeverRestarts: true")
    return "{" + ", ".join(words) + "}"


def _alternative(alternative: Alternative) -> str:
    usual = f", Usual: {quoted(alternative.usual)}" if alternative.usual else ""
    return f"{{Path: {go_path(alternative.path)}{usual}}}"


def _place(role: Role) -> str:
    path = go_strings(role.inner or (role.path.steps[-1].name,) if _is_string(role) else role.inner)
    if role.place is Place.COMMAND:
        return _call(f"Command{'List' if role.command_is_list else 'Line'}", quoted(role.path.steps[-1].name))
    if role.place is Place.RUNNER:
        return _call("PodRunner", _runner(role.runner or Runner()), path)
    if role.place is Place.TEMPLATE and not role.metadata:
        return _call("PodSpec", go_strings((*role.inner, "spec")))
    name = {
        Place.TEMPLATE: "PodTemplate",
        Place.POD_SPEC: "PodSpec",
        Place.CONTAINER: "PodContainer",
        Place.IMAGE: "PodImage",
    }
    return _call(name[role.place], path)


def _runner(runner: Runner) -> str:
    words = [(word.capitalize(), getattr(runner, word)) for word in ("image", "command", "args", "env", "resources")]
    named = [f"{word}: {quoted(value)}" for word, value in words if value]
    if runner.command and not runner.command_is_list:
        named.append("CommandIsLine: true")
    if runner.args and not runner.args_is_list:
        named.append("ArgsIsLine: true")
    if runner.env and runner.env_is_map:
        named.append("EnvIsMap: true")
    return "operator.Runner{" + ", ".join(named) + "}"


def go_steps(role: Role) -> str:
    """The path from spec to the object around the role's pod, as elements of a Go slice."""
    steps = _steps_around(role)
    found: list[str] = []
    for step, after in zip(steps, [*steps[1:], None]):
        name = quoted(step.name)
        if step.kind is StepKind.FIELD and after is not None and after.kind is StepKind.ITEMS:
            found += [name, "operator.Each"]
        elif step.kind is StepKind.FIELD and after is not None and after.kind is StepKind.ELEMENT:
            found += [name, f"operator.Named({quoted(after.name)})"]
        elif step.kind in (StepKind.FIELD, StepKind.KEY):
            found.append(name)
        elif step.kind is StepKind.ENTRIES:
            found.append("operator.Each")
    return ", ".join(found)


def _is_string(role: Role) -> bool:
    """Whether the role's path leads to a string, and not to an object."""
    return role.place is Place.COMMAND or (role.place is Place.IMAGE and not role.inner)


def _steps_around(role: Role) -> list[Step]:
    """The steps from spec to the object around the role's pod, or around its string."""
    return list(role.path.steps[1:-1] if _is_string(role) else role.path.steps[1:])


# -------------------------------------------------------------------------------------------------------------- status
def go_told(names: Sequence[str], status: Status) -> str:
    """The path below the status of what these fields of the model name, as a Go ``[]string``."""
    return go_path(status_examples.json_path(status, tuple(names)))


def go_told_each(paths: Iterable[Sequence[str]], status: Status) -> str:
    """:func:`go_told` of several, as a Go ``[][]string``."""
    return go_paths(status_examples.json_path(status, tuple(names)) for names in paths)


def go_state_path(status: Status) -> str:
    """The path of the operator's state, where that is no condition."""
    return "nil" if status.path is None or status.by_conditions else go_path(status.path.names[1:])


def go_broader(status: Status) -> str:
    """The paths of states above that of the work: a failure of one is the work's failure."""
    return go_paths(path.names[1:] for path in status.broader)


def go_log_sources(plugin: Plugin) -> list[str]:
    """The rows of what has logs, the leader's first; one without a role where no role has pods."""
    named = dict(pods_in_status(plugin))
    roles = sorted(plugin.pod_roles, key=lambda role: not role.primary)
    rows = []
    for name, container in [(role.name, role.container) for role in roles] or [("", "")]:
        words = [f"Role: {quoted(name)}"] if name else []
        if container:
            words.append(f"Container: {quoted(container)}")
        if name in named:
            words.append(f"PodName: {go_told(named[name], plugin.status)}")
        rows.append("{" + ", ".join(words) + "}")
    return rows


def pods_in_status(plugin: Plugin) -> list[tuple[str, tuple[str, ...]]]:
    """Roles of which the status names the pod, and the model's names to it; the role "" where no role has pods."""
    if plugin.pod_roles:
        return [(role.name, role.pod_name) for role in plugin.pod_roles if role.pod_name]
    found = [("", path) for name, path in plugin.status.variables if name.lower().endswith("podname")]
    return found if len(found) == 1 else []


def status_links(plugin: Plugin) -> list[tuple[dict[str, Any], str, str]]:
    """Statuses that name a pod or the operator's own view, and parts of the name and of the address of their link."""
    pods = [(path, name, "pod-of-the-status", "pod-of-the-status") for name, path in pods_in_status(plugin)]
    views = [(path, "dashboard", "dashboard:8265", "http://dashboard:8265") for path in plugin.status.dashboard]
    return [
        (status_examples.status_with(plugin, path, value), name, address)
        for path, name, value, address in (*pods[:1], *views[:1])
    ]


def go_status_variables(status: Status) -> list[str]:
    """The rows of what log links can use of a status."""
    return [f"{{Name: {quoted(name)}, Path: {go_told(path, status)}}}" for name, path in status.variables]


def go_rules(status: Status, rules: Iterable[PhaseRule]) -> list[str]:
    """The rows of rules of a status: ``operator.PhaseSuccess.When(operator.Is("Succeeded", "phase"))``."""
    return [
        f"operator.Phase{status_examples.phase_of(rule)}.When({', '.join(_term(term, status) for term in rule.terms)})"
        for rule in rules
    ]


def _term(term: Term, status: Status) -> str:
    if term.job:
        return _call("OwnedJob", quoted(term.job))
    if term.condition:
        return _call("Condition", go_strings((term.condition, term.status, term.reason)))
    place = term.path or status.path
    path = go_strings(place.names[1:]) if place else ""
    if term.is_number:
        compared = (
            "!= 0" if term.check is Check.IS_SET else f"{_COMPARED.get(term.check, term.check.value)} {term.value}"
        )
        return _call("Number", quoted(compared), path)
    if term.check is Check.IS_SET:
        return _call("IsSet", path)
    if term.is_flag:
        return _call("Flag", term.value, path)
    return _call("Is", quoted(term.value), path)


_COMPARED = {Check.EQUALS: "=="}


def go_stuck_timeout(plugin: Plugin) -> str:
    """How long a CR may go without a status, as Go's ``time.ParseDuration`` reads it."""
    return "".join(re.findall(r"[0-9]+[hms]", plugin.options.get("stuck_timeout", "5m"))) or "0"


def contract_statuses(plugin: Plugin) -> list[str]:
    """:func:`status_examples.cases` as the contract kit has them: elements of a Go ``[]plugintest.Status``."""
    found = []
    for name, example, phase in status_examples.cases(plugin):
        words = (
            f"Name: {quoted(name)}, JSON: {_literal(dict(example))}, Phase: pluginsCore.Phase{go_flyte_phase(phase)}"
        )
        found.append(f"{{{words}{', System: true' if phase == 'SystemFailure' else ''}}}")
    return found


def go_flyte_phase(phase: str) -> str:
    """What Flyte calls a phase of the phase table."""
    return {"Unknown": "Running", "SystemFailure": "RetryableFailure"}.get(phase, phase)


def go_raw(text: str) -> str:
    """A Go string literal, raw where all of it can be seen: for JSON, and for paths in it."""
    return quoted(text) if "`" in text or invisible(text) else f"`{text}`"


# ---------------------------------------------------------------------------------------------------------- test data
def full_spec(plugin: Plugin) -> dict[str, Any]:
    """The spec that ``full_custom`` becomes, where the pod of every role is :func:`_pod`."""
    return _spec(plugin, corpus.full_custom(plugin), full=True)


def minimal_spec(plugin: Plugin) -> dict[str, Any]:
    """The spec that ``minimal_custom`` becomes, where the pod of every role is :func:`_pod`."""
    return _spec(plugin, corpus.minimal_custom(plugin), full=False)


def _spec(plugin: Plugin, custom: Mapping[str, Any], full: bool) -> dict[str, Any]:
    spec: dict[str, Any] = {}
    for path in plugin.empties:
        _put(spec, path, {})
    for role, path in plugin.beside:
        if role.json_name in custom:
            _put(spec, path, {})
    _put_fields(spec, corpus.fields_beside_roles(plugin), full)
    spec.update(custom.get("specOverrides", {}))
    for default in plugin.spec_defaults:
        default.set_in(spec)
    for role in plugin.placed:
        if role.number and role.json_name not in custom:
            continue
        if any(_has(spec, alternative) for alternative in role.alternatives):
            continue
        around = _walk(spec, role)
        for path in role.empties:
            _put(around, path, {})
        if role.never_restarts:
            _put(around, role.never_restarts, "Never")
        _put_fields(around, role.fields, full)
        _put_pod(around, role)
    return spec


def _has(spec: Mapping[str, Any], alternative: Alternative) -> bool:
    value: Any = spec
    for name in alternative.path:
        value = value.get(name) if isinstance(value, Mapping) else None
    return value not in (None, "", alternative.usual)


def _walk(spec: dict[str, Any], role: Role) -> dict[str, Any]:
    """The object around the role's pod, made where it is not there yet."""
    steps = _steps_around(role)
    value: Any = spec
    for step, after in zip(steps, [*steps[1:], None]):
        if step.kind is StepKind.FIELD:
            is_list = after is not None and after.kind in (StepKind.ITEMS, StepKind.ELEMENT)
            value = value.setdefault(step.name, [] if is_list else {})
        elif step.kind is StepKind.KEY:
            value = value.setdefault(step.name, {})
        elif step.kind is StepKind.ENTRIES:
            value = value.setdefault(corpus.KEY, {})
        elif step.kind is StepKind.ITEMS:
            if not value:
                value.append({})
            value = value[0]
        else:
            found = next((each for each in value if each.get("name") == step.name), None)
            if found is None:
                found = {"name": step.name}
                value.append(found)
            value = found
    return value


def _put(into: dict[str, Any], path: tuple[str, ...], value: Any) -> None:
    for name in path[:-1]:
        into = into.setdefault(name, {})
    into[path[-1]] = value


def _put_fields(into: dict[str, Any], fields: Iterable[Field], full: bool) -> None:
    for field in fields:
        if full or field.required:
            _put(into, field.relative, _json(field, full))


def _json(field: Field, full: bool) -> Any:
    """The field's example as the CR has it."""
    if field.shape in (Shape.MESSAGE, Shape.MESSAGES):
        inner: dict[str, Any] = {}
        _put_fields(inner, field.fields, full)
        return [inner] if field.shape is Shape.MESSAGES else inner

    def plain(value: Any) -> Any:
        if isinstance(value, (list, tuple)):
            return [plain(each) for each in value]
        if isinstance(value, dict):
            return {key: plain(each) for key, each in value.items()}
        return int(value) if field.int_or_string and str(value).isdigit() and str(int(value)) == str(value) else value

    return plain(field.example) if field.scalar else field.example


def _put_pod(around: dict[str, Any], role: Role) -> None:
    """What a pod of the test becomes at the role's place: see ``testPod`` in the rendered build_test.go."""
    container = {
        "name": role.name,
        "image": "image",
        "args": ["run", "a b"],
        "env": [{"name": "NAME", "value": "value"}],
    }
    resources = {"requests": {"cpu": "1"}}
    labels = {"metadata": {"labels": {"role": role.name}}} if role.metadata else {}
    pod_spec = {"containers": [{**container, "resources": resources}]}
    if role.place is Place.TEMPLATE:
        _merge(around, role.inner, {**labels, "spec": pod_spec})
    elif role.place is Place.POD_SPEC:
        _merge(around, role.inner, pod_spec)
    elif role.place is Place.CONTAINER:
        _merge(around, role.inner, {**container, "resources": resources})
    elif role.place is Place.IMAGE:
        _put(around, role.inner or (role.path.steps[-1].name,), "image")
    elif role.place is Place.COMMAND:
        around[role.path.steps[-1].name] = ["run", "a b"] if role.command_is_list else "run 'a b'"
    elif role.runner is not None:
        _merge(around, role.inner, _runner_words(role.runner, container, resources))


def _runner_words(runner: Runner, container: Mapping[str, Any], resources: Mapping[str, Any]) -> dict[str, Any]:
    line = "run 'a b'"
    words: dict[str, Any] = {}
    if runner.image:
        words[runner.image] = "image"
    if runner.args:
        words[runner.args] = container["args"] if runner.args_is_list else line
    elif runner.command:
        words[runner.command] = container["args"] if runner.command_is_list else line
    if runner.env:
        words[runner.env] = {"NAME": "value"} if runner.env_is_map else container["env"]
    if runner.resources:
        words[runner.resources] = resources
    return words


def _merge(into: dict[str, Any], path: tuple[str, ...], value: Mapping[str, Any]) -> None:
    for name in path:
        into = into.setdefault(name, {})
    into.update(value)


def contract_custom(plugin: Plugin) -> dict[str, Any]:
    """``custom`` of the task that the contract kit builds."""
    return corpus.every_role(plugin)


def go_contract(plugin: Plugin) -> dict[str, str]:
    """What the contract kit knows of the kind: the values of its Subject's fields, by their names."""
    spec = _spec(plugin, contract_custom(plugin), full=False)
    paths = {name: path for name, path in _pod_specs(spec, "spec")}
    cases = status_examples.cases(plugin)
    suspended = [status for name, status, phase in cases if phase == Phase.QUEUED.value and "suspend" in name.lower()]
    failed = status_examples.failure_with_message(plugin)
    values: dict[str, Any] = {
        "commands": sum(role.runs is Runs.USER for role in plugin.roles),
        "pods": len(paths),
        "labelled": sum(role.name in paths and role.has_labels for role in plugin.placed),
        "leaders": [paths[role.name] for role in plugin.placed if role.leads and role.name in paths],
        "operators": [paths[role.name] for role in plugin.placed if role.runs is Runs.OPERATOR and role.name in paths],
        "unknown": status_examples.unknown(plugin) or "",
        "empty": "" if (empty := status_examples.empty(plugin)) is None else empty,
        "suspended": suspended[0] if suspended else "",
        "failed": failed or "",
        "message": "out of memory" if failed else "",
        "progress": [json.dumps(each, sort_keys=True) for each in status_examples.progress(plugin)],
    }
    return {name: _literal(value) for name, value in values.items()}


def _literal(value: Any) -> str:
    if isinstance(value, list):
        return "[]string{" + ", ".join(map(go_raw, value)) + "}" if value else "nil"
    if isinstance(value, dict):
        return go_raw(json.dumps(value, sort_keys=True))
    return quoted(value) if isinstance(value, str) else str(value)


def _pod_specs(value: Any, path: str) -> Iterable[tuple[str, str]]:
    """(role, path) of every pod spec in a spec whose pods are of :func:`_put_pod`."""
    if isinstance(value, list):
        for index, each in enumerate(value):
            yield from _pod_specs(each, f"{path}.{index}")
    elif isinstance(value, dict):
        containers = value.get("containers")
        # A CR can have a list of that name of its own.
        if (
            isinstance(containers, list)
            and containers
            and all(isinstance(c, dict) and {"name", "image"} <= set(c) for c in containers)
        ):
            yield containers[0]["name"], path
        for key, each in value.items():
            yield from _pod_specs(each, f"{path}.{key}")


FILTERS = {
    "go_phase": status_examples.phase_of,
    **{
        each.__name__: each
        for each in (
            contract_custom,
            contract_statuses,
            full_spec,
            go_beside,
            go_broader,
            go_contract,
            go_field,
            go_flyte_phase,
            go_log_sources,
            go_path,
            go_paths,
            go_raw,
            go_required_of_spec,
            go_role,
            go_rules,
            go_spec_default,
            go_state_path,
            go_status_variables,
            go_stuck_timeout,
            go_table,
            go_told,
            go_told_each,
            minimal_spec,
            status_links,
        )
    },
}
