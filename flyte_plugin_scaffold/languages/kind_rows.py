"""What the connector's file of rows has of a kind: what it imports, and its tables, by what does the work of the kind's tasks."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from flyte_plugin_scaffold.languages import python_rows, python_service
from flyte_plugin_scaffold.languages.python_code import python_import
from flyte_plugin_scaffold.model import Backend, Plugin


@dataclass(frozen=True)
class Table:
    """A table with what stands above it."""

    comment: str
    text: str


_Printer = Callable[[Plugin], str]

_PHASES = ("The rules in phases.py, and what decides about a state without one.", python_rows.python_phases)
_TABLES: Mapping[Backend, tuple[tuple[str, _Printer], ...]] = {
    Backend.OPERATOR: (
        ("The contract's fields beside the roles, each with its path below spec.", python_rows.python_fields),
        ("The objects of the spec that have a pod or a command in them.", python_rows.python_roles),
        ("How a task becomes the spec of a resource.", python_rows.python_spec),
        (
            "What is read of the status that the operator writes, besides what the rules in phases.py read.",
            python_rows.python_status,
        ),
        _PHASES,
        ("", python_rows.python_kind),
    ),
    Backend.SERVICE: (
        (
            "The contract's fields that go into the body of create, each with its path there.",
            python_service.service_fields,
        ),
        ("The requests of the service's document.", python_service.service_operations),
        (
            "What is read of the answer that tells of a job, besides what the rules in phases.py read.",
            python_service.service_status,
        ),
        _PHASES,
        ("", python_service.service_kind),
    ),
}
_NAMES: Mapping[Backend, Callable[[Plugin], list[str]]] = {
    Backend.OPERATOR: python_rows.python_row_names,
    Backend.SERVICE: python_service.service_row_names,
}


def row_tables(plugin: Plugin) -> list[Table]:
    """The tables of a kind, in their order; the last one has no comment."""
    return [Table(comment, printer(plugin)) for comment, printer in _TABLES[plugin.backend]]


def row_imports(plugin: Plugin) -> list[str]:
    """What they are written with, sorted as ruff sorts imports."""
    room = {Backend.OPERATOR: "_operator", Backend.SERVICE: "_service"}[plugin.backend]
    modules = {
        "_contract.rows": ["Field"],
        "_phases.rows": ["PhaseRows"],
        f"{room}.rows": _NAMES[plugin.backend](plugin),
    }
    return [python_import(modules[name], f"..{name}") for name in sorted(modules)]


FILTERS = {each.__name__: each for each in (row_imports, row_tables)}
