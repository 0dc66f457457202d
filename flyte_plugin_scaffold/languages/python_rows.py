"""Prints what the connector knows of a kind, its rows, as Python that ``ruff format`` leaves as it is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from flyte_plugin_scaffold.languages import rows
from flyte_plugin_scaffold.languages.filters import py_literal
from flyte_plugin_scaffold.languages.python_code import Group, Node, call, layout, literal, used_in
from flyte_plugin_scaffold.model import Field, Plugin, Runs


class _Tuple(Group):
    """Round brackets around items, of which one alone has a comma behind it."""

    def __str__(self) -> str:
        return super().__str__()[:-1] + (",)" if len(self.items) == 1 else ")")


class Word(str):
    """A name or an attribute of Python, which is printed as it is."""


def _tuple(items: Iterable[Node]) -> Node:
    return _Tuple("", "()", tuple(("", each) for each in items))


class Printer:
    """Prints the values of the rows of one kind."""

    def __init__(self, plugin: Plugin) -> None:
        self._fields = {each.name: each.fields for each in plugin.objects}
        self._fields |= {each.go_class_name: each.fields for each in plugin.pod_roles}

    def node(self, value: Any) -> Node:
        if isinstance(value, rows.Row):
            return call(value.kind, **{name: self.node(each) for name, each in value.words.items()})
        if isinstance(value, rows.Put):
            words = {"path": value.path, "runner": value.runner}
            said = {name: self.node(each) for name, each in words.items() if each}
            return call("Place", f"Form.{value.form.name}", **said)
        if isinstance(value, rows.FieldsOf):
            return _tuple(map(self.field, self._fields[value.message]))
        if isinstance(value, Word):
            return str(value)
        if isinstance(value, Runs):
            return f"Command.{rows.RUNS[value].upper()}"
        if isinstance(value, rows.Named):
            return call("Named", py_literal(value.name))
        if value is rows.Each.EACH:
            return "EACH"
        if isinstance(value, (tuple, list)):
            return _tuple(map(self.node, value))
        return literal(value)

    def mapping(self, value: Mapping[Word, Any]) -> Node:
        """A dict whose keys are names."""
        return Group("", "{}", tuple((f"{key}: ", self.node(each)) for key, each in value.items()))

    def field(self, field: Field) -> Node:
        row = rows.field(field)
        more = {"fields": row.fields, "int_or_string": row.int_or_string}
        said = {name: self.node(each) for name, each in more.items() if each}
        return call("Field", py_literal(row.name), self.node(row.path), **said)


def assigned(name: str, hint: str, node: Node) -> str:
    """The assignment of a value."""
    return "\n".join(layout(f"{name}: {hint} = " if hint else f"{name} = ", node))


def table(name: str, hint: str, items: Sequence[Node]) -> str:
    """The assignment of a tuple, an item on each line. One item alone stands beside its name where there is room."""
    if len(items) == 1:
        return assigned(name, hint, _tuple(items))
    lines = [line for each in items for line in layout("", each, ",", 4)]
    return "\n".join([f"{name}: {hint} = (", *lines, ")"]) if lines else f"{name}: {hint} = ()"


def python_fields(plugin: Plugin) -> str:
    """The rows of the fields beside the roles."""
    printer = Printer(plugin)
    return table("FIELDS", "Tuple[Field, ...]", [printer.field(each) for each in plugin.fields])


def python_roles(plugin: Plugin) -> str:
    """The rows of the roles, and of the pods that the operator runs."""
    printer = Printer(plugin)
    return table("ROLES", "Tuple[Role, ...]", [printer.node(rows.role(each)) for each in plugin.placed])


def python_spec(plugin: Plugin) -> str:
    """How a task becomes the spec of a resource."""
    printer = Printer(plugin)
    beside = [rows.Row("Beside", {"role": role.name, "path": path}) for role, path in plugin.beside]
    words = {
        "empties": plugin.empties,
        "beside": beside,
        "required": rows.required_of_spec(plugin),
        "clean_ups": [rows.spec_default(each) for each in plugin.spec_defaults],
        "every_replica": plugin.every_replica,
        "labelled": plugin.labelled,
    }
    said = {name: printer.node(each) for name, each in words.items() if each}
    return assigned("SPEC", "", call("SpecRows", fields="FIELDS", roles="ROLES", **said))


def python_status(plugin: Plugin) -> str:
    """What is read of the status that the operator writes, besides what the rules read."""
    status = plugin.status
    row = rows.Row.of(
        "StatusRows",
        state=rows.state_path(status),
        latest_condition=status.by_conditions,
        conditions=status.conditions,
        messages=status.message,
        observed_generation=status.observed_generation,
        logs=tuple(rows.log_sources(plugin)),
        variables=tuple(rows.variables(status)),
        dashboards=status.dashboard,
    )
    return assigned("STATUS", "", Printer(plugin).node(row))


def python_phases(plugin: Plugin) -> str:
    """The rules in phases.py, and what decides about a state without one."""
    status, printer = plugin.status, Printer(plugin)
    words = {"by_words": status.by_words, "broader": rows.broader(status), "outcomes": rows.outcomes(status)}
    words["own_words"] = sorted(status.own_words)
    said = {name: printer.node(each) for name, each in words.items() if each}
    return assigned("PHASES", "", call("PhaseRows", rules="RULES", fallbacks="FALLBACKS", guesses="GUESSES", **said))


def python_kind(plugin: Plugin) -> str:
    """All that the library of all kinds is told of this one."""
    names, crd = plugin.names, plugin.crd
    words = {
        "group": crd.group,
        "version": crd.version,
        "kind": crd.kind,
        "plural": crd.plural,
        "task_type": names.task_type,
        "section": names.name,
        "operator": names.operator,
        "name_budget": plugin.name_budget,
    }
    more = {
        "stuck_timeout": rows.stuck_timeout(plugin),
        "service_account": plugin.options.get("service_account", ""),
        "abort_patch": plugin.abort_patch,
    }
    said = {name: literal(each) for name, each in {**words, **more}.items() if name in words or each}
    contract = f"{names.name}_pb2.{names.config_class}"
    node = call("Kind", **said, contract=contract, spec="SPEC", status="STATUS", phases="PHASES")
    return assigned("KIND", "", node)


def python_row_names(plugin: Plugin) -> list[str]:
    """What the rows of a kind are written with."""
    printed = "\n".join(each(plugin) for each in (python_fields, python_roles, python_spec, python_status))
    known = [
        "Alternative",
        "Beside",
        "Command",
        "Default",
        "EACH",
        "Form",
        "LogSource",
        "LogVariable",
        "Named",
        "Place",
        "Runner",
    ]
    always = ["Kind", "Role", "SpecRows", "StatusRows"]
    return [*always, *used_in(printed, known)]
