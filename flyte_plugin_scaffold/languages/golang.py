"""Prints the parts of the backend plugin that follow from the CRD, as Go that gofmt leaves as it is.

A template shows the shape of a file; what differs from field to field, or from role to role, is one expression or one
line from here.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby
from typing import Any

from flyte_plugin_scaffold.deriving import state_words
from flyte_plugin_scaffold.examples import corpus, status_examples
from flyte_plugin_scaffold.languages.filters import go_strings, quoted
from flyte_plugin_scaffold.model import (
    Alternative,
    Check,
    Field,
    Many,
    Message,
    Path,
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
    StatusField,
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
    Runs.USER: "userCommand",
    Runs.IMAGE: "imageCommand",
    Runs.ARGV: "fixedCommand",
    Runs.OPERATOR: "operatorCommand",
}
# gofmt keeps a function on one line while its signature and its body have no more characters than this.
_ONE_LINE = 100


def go_unexported(name: str) -> str:
    """``HeadGroupSpec`` -> ``headGroupSpec``, ``HTTPServer`` -> ``httpServer``: an unexported Go name."""
    upper = len(name) - len(name.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ"))
    cut = max(1, upper if upper == len(name) else upper - 1)
    return name[:cut].lower() + name[cut:]


# -------------------------------------------------------------------------------------------------------------- fields
def go_present(field: Field) -> str:
    """The condition under which ``in`` has the field."""
    if field.shape in (Shape.LIST, Shape.MAP, Shape.MESSAGES, Shape.STRUCTS):
        return f"len(in.Get{field.go_name}()) > 0"
    return f"in.{field.go_name} != nil"


def go_value(field: Field) -> str:
    """The field's value as JSON has it."""
    value = f"in.Get{field.go_name}()"
    one = "intOrString" if field.int_or_string else "same"
    return {
        Shape.SCALAR: f"intOrString({value})" if field.int_or_string else value,
        Shape.LIST: f"list({value}, intOrString)" if field.int_or_string else value,
        Shape.MAP: f"entries({value}, {one})",
        Shape.MESSAGE: f"fieldsOf{field.message}({value})",
        Shape.MESSAGES: f"list({value}, fieldsOf{field.message})",
        Shape.STRUCT: f"{value}.AsMap()",
        Shape.STRUCTS: f"list({value}, (*structpb.Struct).AsMap)",
        Shape.VALUE: f"{value}.AsInterface()",
    }[field.shape]


def go_uses_structpb(plugin: Plugin) -> bool:
    """Whether the generated builder names a type of structpb."""
    return any(field.shape is Shape.STRUCTS for message in plugin.contract for field in message.fields)


def go_setters(owner: Plugin | Role | Message) -> str:
    """The body of a function that returns what the message ``in`` has as a JSON object.

    Objects that are sent empty come first, so that a field below one of them finds it there.
    """
    lines: list[str] = []
    for path in () if isinstance(owner, Message) else owner.empties:
        lines += ["", f"\t{_set_empty(path)}"]
    for role, pairs in groupby(owner.beside if isinstance(owner, Plugin) else (), key=lambda pair: pair[0]):
        get = f"in.Get{role.go_name}()"
        given = f"{get} != nil" if role.many is Many.ONE else f"len({get}) > 0"
        lines += ["", f"\tif {given} {{", *(f"\t\t{_set_empty(path)}" for _, path in pairs), "\t}"]
    if owner.fields and isinstance(owner, Role):
        lines += ["", "\tif in == nil {", "\t\treturn out", "\t}"]
    for field in owner.fields:
        set_field = f"\t\tset(out, {go_value(field)}, {go_strings(field.relative)})"
        lines += ["", f"\tif {go_present(field)} {{", set_field, "\t}"]
    return "\n".join(["\tout := map[string]any{}", *lines, "", "\treturn out"])


def _set_empty(path: tuple[str, ...]) -> str:
    return f"set(out, map[string]any{{}}, {go_strings(path)})"


def go_placement(role: Role) -> str:
    """The statements that add the role's objects to the placements of ``job``."""
    get = f"job.Get{role.go_name}()"
    if not role.number:
        return "\t" + _placement(role, "")
    if role.many is Many.LIST:
        head, one = f"for i, in := range {get} {{", "in"
    elif role.many is Many.MAP:
        head, one = f"for _, key := range slices.Sorted(maps.Keys({get})) {{", f"{get}[key]"
    elif not role.always:
        head, one = f"if in := {get}; in != nil {{", "in"
    else:
        return "\t" + _placement(role, get, f"proto.Size({get}) > 0")
    return f"\t{head}\n\t\t{_placement(role, one)}\n\t}}"


def _placement(role: Role, message: str, asked: str = "true") -> str:
    words = [f"role: &{go_unexported(role.go_name)}Role", f"path: []any{{{go_steps(role)}}}"]
    if message:
        words += [
            f"asked: {asked}",
            f"message: {message}.GetRole()",
            f"fields: fieldsOf{role.go_class_name}({message})",
        ]
    if role.never_restarts:
        words.append("defaults: restartsNever")
    if any(field.required for field in role.fields):
        words.append(f"required: {go_required(role.fields)}")
    return f"out = append(out, placement{{{', '.join(words)}}})"


def go_required(fields: Iterable[Field]) -> str:
    """The paths of the required fields as a Go ``[][]string``."""
    return _paths(field.relative for field in fields if field.required)


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
    return _paths([*(field.relative for field in plugin.fields if field.required), *roles])


def _paths(paths: Iterable[tuple[str, ...]]) -> str:
    return "[][]string{" + ", ".join("{" + go_strings(path) + "}" for path in paths) + "}"


def go_spec_default(default: SpecDefault) -> str:
    """A row of the table of what is sent by default."""
    value = quoted(default.value) if isinstance(default.value, str) else str(default.value).lower()
    words = [f"Path: []string{{{go_strings(default.path.names[1:])}}}", f"Value: {value}"]
    if default.unless:
        words.append(f"Unless: {_paths(path.names[1:] for path in default.unless)}")
    return "{" + ", ".join(words) + "}"


# --------------------------------------------------------------------------------------------------------------- roles
def go_role(role: Role) -> str:
    """The role's row of the role table."""
    words = [f"name: {quoted(role.name)}", f"runs: {_COMMANDS[role.runs]}"]
    if role.place is Place.COMMAND:
        words.append("submitted: true")
    if role.argv:
        words.append("argv: []string{" + go_strings(role.argv) + "}")
    if role.leads:
        words.append("leader: true")
    if role.container:
        words.append(f"container: {quoted(role.container)}")
    without = sorted({_WIRE_WORDS.get(word, word) for word in role.without}) if role.place is not Place.COMMAND else []
    if without:
        words.append("without: []string{" + go_strings(without) + "}")
    if role.alternatives:
        words.append("unless: []overrides.Alternative{" + ", ".join(map(_alternative, role.alternatives)) + "}")
    words.append(f"place: {_place(role)}")
    return "role{" + ", ".join(words) + "}"


def _alternative(alternative: Alternative) -> str:
    usual = f", Usual: {quoted(alternative.usual)}" if alternative.usual else ""
    return f"{{Path: []string{{{go_strings(alternative.path)}}}{usual}}}"


def go_may_be_unasked(plugin: Plugin) -> bool:
    """Whether a role is built where the user does not set it."""
    return any(role.number and role.always and role.many is Many.ONE for role in plugin.roles)


def go_log_sources(plugin: Plugin) -> list[str]:
    """The rows of the table of log links, the leader's first; one without a role where no role has pods."""
    roles = sorted(plugin.pod_roles, key=lambda role: not role.primary)
    rows = [_log_source(role) for role in roles]
    return rows or ["{" + "".join(_pod_name(path) for _, path in pods_in_status(plugin)) + "}"]


def pods_in_status(plugin: Plugin) -> list[tuple[str, tuple[str, ...]]]:
    """Roles of which the status names the pod, and the Go field names to it; the role "" where no role has pods."""
    if plugin.pod_roles:
        return [(role.name, role.pod_name) for role in plugin.pod_roles if role.pod_name]
    found = [("", path) for name, path in plugin.status.variables if name.lower().endswith("podname")]
    return found if len(found) == 1 else []


def _pod_name(go_path: tuple[str, ...]) -> str:
    return "podName: " + _getter("func(s *Status) string", "s." + ".".join(go_path), "\t")


def _log_source(role: Role) -> str:
    words = [f"role: {quoted(role.name)}"]
    if role.container:
        words.append(f"container: {quoted(role.container)}")
    if role.pod_name:
        words.append(_pod_name(role.pod_name))
    return "{" + ", ".join(words) + "}"


def _getter(signature: str, value: str, indent: str) -> str:
    """A function that returns ``value``, in a line with that indent: gofmt breaks what is too long for one."""
    body = f"return {value}"
    if len(signature) + len(body) <= _ONE_LINE:
        return f"{signature} {{ {body} }}"
    return f"{signature} {{\n{indent}\t{body}\n{indent}}}"


def _place(role: Role) -> str:
    path = go_strings(role.inner or (role.path.steps[-1].name,) if _is_string(role) else role.inner)
    if role.place is Place.COMMAND:
        return f"command{'List' if role.command_is_list else 'Line'}({quoted(role.path.steps[-1].name)})"
    if role.place is Place.RUNNER:
        return f"podRunner({', '.join([_runner(role.runner or Runner()), *map(quoted, role.inner)])})"
    if role.place is Place.TEMPLATE and not role.metadata:
        return f"podSpec({go_strings((*role.inner, 'spec'))})"
    name = {
        Place.TEMPLATE: "podTemplate",
        Place.POD_SPEC: "podSpec",
        Place.CONTAINER: "podContainer",
        Place.IMAGE: "podImage",
    }
    return f"{name[role.place]}({path})"


def _runner(runner: Runner) -> str:
    words = [(word, getattr(runner, word)) for word in ("image", "command", "args", "env", "resources")]
    named = [f"{word}: {quoted(value)}" for word, value in words if value]
    if runner.command and not runner.command_is_list:
        named.append("commandIsLine: true")
    if runner.args and not runner.args_is_list:
        named.append("argsIsLine: true")
    if runner.env and runner.env_is_map:
        named.append("envIsMap: true")
    return "runner{" + ", ".join(named) + "}"


def go_steps(role: Role) -> str:
    """The path from spec to the object around the role's pod, as elements of a Go slice.

    ``i`` is the index of a list's element, ``key`` the key of a map's entry.
    """
    steps = _steps_around(role)
    found: list[str] = []
    for step, after in zip(steps, [*steps[1:], None]):
        name = quoted(step.name)
        if step.kind is StepKind.FIELD and after is not None and after.kind is StepKind.ITEMS:
            found += [name, "item(i)"]
        elif step.kind is StepKind.FIELD and after is not None and after.kind is StepKind.ELEMENT:
            found += [name, f"named({quoted(after.name)})"]
        elif step.kind in (StepKind.FIELD, StepKind.KEY):
            found.append(name)
        elif step.kind is StepKind.ENTRIES:
            found.append("key")
    return ", ".join(found)


def _is_string(role: Role) -> bool:
    """Whether the role's path leads to a string, and not to an object."""
    return role.place is Place.COMMAND or (role.place is Place.IMAGE and not role.inner)


def _steps_around(role: Role) -> list[Step]:
    """The steps from spec to the object around the role's pod, or around its string."""
    return list(role.path.steps[1:-1] if _is_string(role) else role.path.steps[1:])


# -------------------------------------------------------------------------------------------------------------- status
def go_status_fields(fields: Iterable[StatusField], depth: int = 1) -> str:
    """The fields of a Go struct, a blank line between any two, each line indented by ``depth`` tabs."""
    found = []
    for field in fields:
        kind = "Conditions" if field.is_conditions else "string"
        if field.fields:
            kind = "struct {\n" + go_status_fields(field.fields, depth + 1) + "\n" + "\t" * depth + "}"
        found.append("\t" * depth + f"{field.go_name} {kind}")
    return "\n\n".join(found)


def go_status_reads(status: Status) -> list[tuple[str, str]]:
    """What a status is read into and how: ``("ApplicationState.State", 'text(content, "applicationState", "state")')``."""
    found = []
    for go_path, path, is_conditions in _status_leaves(status.fields):
        read = "conditionsFrom" if is_conditions else "text"
        found.append((".".join(go_path), f"{read}(content, {go_strings(path)})"))
    if status.observed_generation:
        found.append(("ObservedGeneration, _, _", 'unstructured.NestedInt64(content, "observedGeneration")'))
    return found


def go_status_paths(status: Status) -> list[str]:
    """The paths of all that is read of a status, as elements of a Go slice of slices of strings."""
    paths = [path for _, path, _ in _status_leaves(status.fields)]
    paths += [("observedGeneration",)] if status.observed_generation else []
    return ["{" + go_strings(path) + "}" for path in paths]


def _status_leaves(
    fields: Iterable[StatusField], go_path: tuple[str, ...] = (), path: tuple[str, ...] = ()
) -> Iterator[tuple[tuple[str, ...], tuple[str, ...], bool]]:
    """What is read of a status: its Go field names, its path in the CR, and whether it is a list of conditions."""
    for field in fields:
        here, below = (*go_path, field.go_name), (*path, field.json_name)
        if field.fields:
            yield from _status_leaves(field.fields, here, below)
        else:
            yield here, below, field.is_conditions


def go_dashboards(status: Status) -> str:
    """Where in ``s`` the operator names its own views of a CR, best first, as a Go slice."""
    return "[]string{" + ", ".join("s." + ".".join(path) for path in status.dashboard) + "}"


def go_status_variables(status: Status) -> str:
    """The table of what log links can use of a status, as a Go slice within a ``var`` block."""
    rows = []
    for name, path in status.variables:
        value = _getter("func(s *Status) string", "s." + ".".join(path), "\t\t")
        rows.append(f"\t\t{{tasklog.MustCreateRegex({quoted(name)}), {value}}},\n")
    return "[]statusVariable{" + ("\n" + "".join(rows) + "\t" if rows else "") + "}"


def go_state_of(status: Status) -> str:
    """The operator's word for where a resource stands, read from ``s``."""
    if status.by_conditions:
        return f"s.{status.conditions}.latest()"
    return "s." + ".".join(status.go_path) if status.go_path else '""'


def go_messages(status: Status) -> list[str]:
    """Where in ``s`` the operator may say something about ``state``, best first."""
    conditions = [f"s.{status.conditions}.message(state)"] if status.conditions else []
    return conditions + ["s." + ".".join(path) for path in status.message]


def go_holds(rule: PhaseRule, status: Status) -> str:
    """The condition on ``s`` under which the rule holds."""
    return " && ".join(_term(term, status) for term in rule.terms)


def go_needs_job(status: Status) -> str:
    """The condition on ``s`` under which a rule asks for the Job that the CR owns."""
    states = [[term for term in rule.terms if not term.job] for rule in status.rules if any(t.job for t in rule.terms)]
    return " || ".join(dict.fromkeys(" && ".join(_term(term, status) for term in terms) for terms in states))


def _term(term: Term, status: Status) -> str:
    if term.job:
        return f"s.jobHas({quoted(term.job)})"
    if term.condition:
        return f"s.{status.conditions}.has({go_strings((term.condition, term.status, term.reason))})"
    value = "s." + ".".join(_go_path(term.path, status))
    if term.check is Check.IS_SET:
        return f"number({value}) != 0" if term.is_number else f'{value} != ""'
    if term.is_number:
        return f"number({value}) {'==' if term.check is Check.EQUALS else term.check.value} {term.value}"
    if term.is_flag:  # one that is not there is false
        return f'{value} {"==" if term.value == "true" else "!="} "true"'
    # Without an enum it is unknown whether it is Succeeded or SUCCEEDED.
    return f"strings.EqualFold({value}, {quoted(term.value)})" if term.value else f'{value} == ""'


def _go_path(path: Path | None, status: Status) -> tuple[str, ...]:
    return dict(status.paths).get(path, status.go_path) if path is not None else status.go_path


def go_compares_values(status: Status) -> bool:
    """Whether a rule compares a value of the status with a text."""
    return any("strings." in _term(term, status) for rule in status.rules for term in rule.terms)


def go_reads_numbers(status: Status) -> bool:
    """Whether a rule looks at a number."""
    return any(term.is_number for rule in (*status.rules, *status.last_resorts) for term in rule.terms)


def go_broader(status: Status) -> list[str]:
    """The states in ``s`` above that of the work: a failure of one is the work's failure."""
    return ["s." + ".".join(_go_path(path, status)) for path in status.broader]


def go_words(status: Status) -> Mapping[str, Any]:
    """The words that decide about states which the CRD does not list, as words.go prints them."""
    names = {phase.value: f"Phase{phase.value}:" for phase in Phase} | {Phase.FAILURE.value: "PhaseRetryableFailure:"}
    width = max(map(len, names.values()))  # gofmt aligns the values of a map
    sets = {
        "work": lexicon.WORK,
        "own": status.own_words,
        "terminal": lexicon.TERMINAL,
        "failed_first": lexicon.FAILED_FIRST,
        "not_yet": lexicon.NOT_YET,
        "for_good": lexicon.FOR_GOOD,
        "events": lexicon.EVENTS,
        "recovering": lexicon.RECOVERING,
        "only_over": lexicon.ONLY_OVER,
        "with_failures": lexicon.WITH_FAILURES,
        "with_warnings": lexicon.WITH_WARNINGS,
        "permanent": lexicon.FAILURE_PERMANENT,
        "system": lexicon.FAILURE_SYSTEM,
    }
    return {
        "meanings": [(f"{names[phase]:{width}}", " ".join(words)) for phase, words in state_words.tables().items()],
        **{name: " ".join(sorted(each)) for name, each in sets.items()},
    }


def go_word_cases(status: Status) -> list[str]:
    """States and what their words mean, as rows of a Go ``map[string]Phase``."""
    return _aligned((state, state_words.meaning(state)) for state in status_examples.STATES)


def go_condition_cases(status: Status) -> list[str]:
    """Types of conditions and the ends that they tell, as rows of a Go ``map[string]Phase``."""
    return _aligned((type_, state_words.end_of_condition(type_, status.own_words)) for type_ in status_examples.TYPES)


def _aligned(meanings: Iterable[tuple[str, Phase | None]]) -> list[str]:
    """Rows of a map as gofmt aligns them."""
    rows = []
    for word, phase in meanings:
        failed = f"{state_words.failure_of([Term(value=word)]).value}Failure" if phase is Phase.FAILURE else ""
        rows.append((f"{quoted(word)}:", f"Phase{failed or phase.value}" if phase else '""'))
    width = max(len(key) for key, _ in rows)
    return [f"{key:{width}} {value}," for key, value in rows]


def go_suspended(_: Plugin) -> str:
    """A regular expression for the names of states in which a CR waits because its user or a queue wants it to."""
    shortest = [
        word for word in lexicon.SUSPEND if not any(word != each and word.startswith(each) for each in lexicon.SUSPEND)
    ]
    return f"(?i){'|'.join(shortest)}"


def go_stuck_timeout(plugin: Plugin) -> str:
    """The default of how long a CR may go without a status, as a Go ``time.Duration``: ``1*time.Hour + 30*time.Minute``."""
    units = {"h": "Hour", "m": "Minute", "s": "Second"}
    given = re.findall(r"([0-9]+)([hms])", plugin.options.get("stuck_timeout", "5m"))
    times = " * " if len(given) == 1 else "*"
    return " + ".join(f"{int(number)}{times}time.{units[unit]}" for number, unit in given) or "0"


def go_state(rule: PhaseRule) -> str:
    """The operator's word for the rule's state: the name of its condition, or the value of its field."""
    terms = [term for term in rule.terms if not term.job]
    for term in terms:
        if term.condition or (term.value and not term.is_flag and not term.is_number):
            return term.condition or term.value
    return " and ".join(map(_shown, terms))


def _shown(term: Term) -> str:
    leaf = term.path.steps[-1].name if term.path else ""
    if term.check is Check.IS_SET:
        return f"{leaf} is set"
    if term.is_flag and term.value == "true":
        return leaf
    return f"{leaf}{term.check.value}{term.value}" if term.value else f"no {leaf}"


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


def go_contract(plugin: Plugin) -> list[str]:
    """What the contract kit knows of the kind, as lines of its Subject, the first one empty; [] where there is nothing."""
    spec = _spec(plugin, contract_custom(plugin), full=False)
    paths = {name: path for name, path in _pod_specs(spec, "spec")}
    cases = status_examples.cases(plugin)
    suspended = [status for name, status, phase in cases if phase == Phase.QUEUED.value and "suspend" in name.lower()]
    failed = status_examples.failure_with_message(plugin)
    empty = status_examples.empty(plugin)
    values: dict[str, Any] = {
        "Commands": sum(role.runs is Runs.USER for role in plugin.roles),
        "Pods": len(paths),
        "Labelled": sum(role.name in paths and role.has_labels for role in plugin.placed),
        "Leaders": [paths[role.name] for role in plugin.placed if role.leads and role.name in paths],
        "Operators": [paths[role.name] for role in plugin.placed if role.runs is Runs.OPERATOR and role.name in paths],
        "Unknown": status_examples.unknown(plugin),
        "Empty": empty,
        "Suspended": suspended[0] if suspended else None,
        "Failed": failed,
        "Message": "out of memory" if failed else None,
        "Progress": [json.dumps(each, sort_keys=True) for each in status_examples.progress(plugin)],
    }
    width = 1 + max((len(name) for name, value in values.items() if value), default=0)
    lines = [f"\t\t{name + ':':{width}} {_literal(value)}," for name, value in values.items() if value]
    return ["", *lines] if lines else []


def _literal(value: Any) -> str:
    if isinstance(value, list):
        return "[]string{" + ", ".join(map(go_raw, value)) + "}"
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
            go_contract,
            go_messages,
            go_compares_values,
            go_holds,
            go_dashboards,
            go_flyte_phase,
            go_log_sources,
            go_may_be_unasked,
            go_needs_job,
            go_status_paths,
            go_status_reads,
            go_status_variables,
            go_stuck_timeout,
            go_suspended,
            go_placement,
            go_required_of_spec,
            go_role,
            go_setters,
            go_spec_default,
            go_steps,
            go_state,
            go_state_of,
            go_status_fields,
            go_uses_structpb,
            go_raw,
            go_reads_numbers,
            go_words,
            go_word_cases,
            go_condition_cases,
            go_broader,
            go_unexported,
            minimal_spec,
            pods_in_status,
        )
    },
}
