"""Prints what the backend plugin has of its own, the rows of a kind, as Go that gofmt leaves as it is.

A row is one expression on one line: internal/operator, the library of all kinds, loops over them.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from flyte_plugin_scaffold.examples import corpus, requests, status_examples, values
from flyte_plugin_scaffold.languages import phase_rules, rows
from flyte_plugin_scaffold.languages.filters import go_strings, quoted
from flyte_plugin_scaffold.model import (
    Alternative,
    Field,
    Phase,
    PhaseRule,
    Place,
    Plugin,
    Role,
    Runner,
    Runs,
    SpecDefault,
    Status,
    StepKind,
)
from flyte_plugin_scaffold.text import lexicon, names
from flyte_plugin_scaffold.text.characters import invisible


def go_table(lines: Iterable[str], of: str) -> str:
    """A Go slice of ``of``, a row on each line."""
    lines = [f"\t{line},\n" for line in lines]
    return f"[]{of}{{" + "".join(["\n", *lines] if lines else []) + "}"


def _call(function: str, *arguments: str) -> str:
    return f"operator.{function}({', '.join(each for each in arguments if each)})"


def go_path(path: Sequence[str]) -> str:
    """A path of names as a Go ``[]string``."""
    return "[]string{" + go_strings(path) + "}" if path else "nil"


def go_paths(paths: Iterable[Sequence[str]]) -> str:
    """Paths of names as a Go ``[][]string``."""
    found = ["{" + go_strings(path) + "}" for path in paths]
    return "[][]string{" + ", ".join(found) + "}" if found else "nil"


# ---------------------------------------------------------------------------------------------------------------- rows
def go_field(field: Field) -> str:
    """The row of a field of a message: its name there, and its path in the CR."""
    row = rows.field(field)
    if row.fields is not None:
        return _call("Message", quoted(row.name), _value(row.fields), go_strings(row.path))
    return _call("IntOrString" if row.int_or_string else "Value", quoted(row.name), go_strings(row.path))


def go_beside(pair: tuple[Role, tuple[str, ...]]) -> str:
    """The row of an object that is sent empty with a role."""
    role, path = pair
    return _call("With", quoted(role.name), go_strings(path))


def go_required_of_spec(plugin: Plugin) -> str:
    """The paths below spec that must have a value."""
    return go_paths(rows.required_of_spec(plugin))


def go_row(row: rows.Row) -> str:
    """A row, whose type its table has."""
    return "{" + ", ".join(f"{_word(name)}: {_value(value)}" for name, value in row.words.items()) + "}"


def go_spec_default(default: SpecDefault) -> str:
    """The row of what is sent by default; a propeller asks whether it works after a failure, too."""
    row = rows.spec_default(default)
    more = {"after_failure": True} if default.works_after(lexicon.OUTCOME[-1]) else {}
    return go_row(rows.Row(row.kind, {**row.words, **more}))


def go_role(role: Role) -> str:
    """The row of a role, or of a pod that the operator runs."""
    return go_row(rows.role(role))


def _word(name: str) -> str:
    """A word of a row as Go spells it: ``never_restarts`` is ``NeverRestarts``."""
    return "".join(part.capitalize() for part in name.split("_"))


def _value(value: Any) -> str:
    """A value of a row."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, rows.FieldsOf):
        return f"fieldsOf{value.message}"
    if isinstance(value, rows.Row):
        return f"operator.{value.kind}{go_row(value)}"
    if isinstance(value, rows.Put):
        return _place(value)
    if isinstance(value, Runs):
        return f"operator.{rows.RUNS[value]}Command"
    if isinstance(value, rows.Steps):
        return "[]any{" + ", ".join(map(_step, value)) + "}"
    if not isinstance(value, tuple):
        return quoted(value)
    if isinstance(value[0], rows.Row):
        return f"[]operator.{value[0].kind}{{" + ", ".join(map(go_row, value)) + "}"
    if isinstance(value[0], tuple):
        return go_paths(value)
    return go_path(value)


def _step(step: Any) -> str:
    if step is rows.Each.EACH:
        return "operator.Each"
    return f"operator.Named({quoted(step.name)})" if isinstance(step, rows.Named) else quoted(step)


def _place(where: rows.Put) -> str:
    runner = _value(where.runner) if where.runner is not None else ""
    return _call(where.form.value, runner, go_strings(where.path))


# -------------------------------------------------------------------------------------------------------------- status
def go_state_path(status: Status) -> str:
    """The path of the operator's state, where that is no condition."""
    return go_path(rows.state_path(status))


def go_broader(status: Status) -> str:
    """The paths of states above that of the work: a failure of one is the work's failure."""
    return go_paths(rows.broader(status))


def go_outcomes(status: Status) -> str:
    """The paths of results in words: where the rest means success, one whose words fail is a failure."""
    return go_paths(rows.outcomes(status))


def go_log_sources(plugin: Plugin) -> list[str]:
    """The rows of what has logs, the leader's first; one without a role where no role has pods."""
    return [go_row(row) for row in rows.log_sources(plugin)]


def status_links(plugin: Plugin) -> list[tuple[dict[str, Any], str, str]]:
    """Statuses that name a pod or the operator's own view, and parts of the name and of the address of their link."""
    pods = [(path, name, "pod-of-the-status", "pod-of-the-status") for name, path in rows.pods_in_status(plugin)]
    views = [(path, "dashboard", "dashboard:8265", "http://dashboard:8265") for path in plugin.status.dashboard]
    return [
        (status_examples.status_with(path, value), name, address)
        for path, name, value, address in (*pods[:1], *views[:1])
    ]


def go_status_variables(status: Status) -> list[str]:
    """The rows of what log links can use of a status."""
    return [go_row(row) for row in rows.variables(status)]


def go_rules(status: Status, rules: Iterable[PhaseRule]) -> list[str]:
    """The rows of rules of a status: ``operator.PhaseSuccess.When(operator.Is("Succeeded", "phase"))``."""
    return [
        f"operator.Phase{phase}.When({', '.join(_call(each.name, *map(_value, each.arguments)) for each in terms)})"
        for phase, terms in phase_rules.calls(status, rules)
    ]


def go_stuck_timeout(plugin: Plugin) -> str:
    """How long a CR may go without a status, as Go's ``time.ParseDuration`` reads it."""
    return rows.stuck_timeout(plugin)


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


def tasks(plugin: Plugin) -> dict[str, Any]:
    """Two task configs that tests send, with what they become: a spec, or the request to a remote service."""
    if plugin.service:
        full, minimal = ({"request": requests.request(plugin, is_full)} for is_full in (True, False))
    else:
        full, minimal = {"spec": full_spec(plugin)}, {"spec": minimal_spec(plugin)}
    return {
        "full": {"custom": corpus.full_custom(plugin), **full},
        "minimal": {"custom": corpus.minimal_custom(plugin), **minimal},
    }


def _spec(plugin: Plugin, custom: Mapping[str, Any], full: bool) -> dict[str, Any]:
    spec: dict[str, Any] = {}
    for path in plugin.empties:
        values.put(spec, path, {})
    for role, path in plugin.beside:
        if role.json_name in custom:
            values.put(spec, path, {})
    values.put_fields(spec, corpus.fields_beside_roles(plugin), full)
    spec.update(custom.get(names.lower_camel(plugin.overrides), {}))
    for default in plugin.spec_defaults:
        default.set_in(spec)
    for role in plugin.placed:
        if role.number and role.json_name not in custom:
            continue
        if any(_has(spec, alternative) for alternative in role.alternatives):
            continue
        around = _walk(spec, role)
        for path in role.empties:
            values.put(around, path, {})
        if role.never_restarts:
            values.put(around, role.never_restarts, "Never")
        values.put_fields(around, role.fields, full)
        _put_pod(around, role)
    return spec


def _has(spec: Mapping[str, Any], alternative: Alternative) -> bool:
    value: Any = spec
    for name in alternative.path:
        value = value.get(name) if isinstance(value, Mapping) else None
    return value not in (None, "", alternative.usual)


def _walk(spec: dict[str, Any], role: Role) -> dict[str, Any]:
    """The object around the role's pod, made where it is not there yet."""
    steps = rows.around_pod(role)
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
        values.put(around, role.inner or (role.path.steps[-1].name,), "image")
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
            go_outcomes,
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
            minimal_spec,
            tasks,
            status_links,
        )
    },
}
