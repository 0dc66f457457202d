"""Prints the phase table of a kind for the connector, as Python that ``ruff format`` leaves as it is."""

from __future__ import annotations

from collections.abc import Iterable

from flyte_plugin_scaffold.languages import phase_rules
from flyte_plugin_scaffold.languages.filters import py_literal
from flyte_plugin_scaffold.languages.python_code import Node, call
from flyte_plugin_scaffold.languages.python_rows import table
from flyte_plugin_scaffold.model import Phase, PhaseRule, Plugin, Status

_PHASES = {
    **{phase.value: phase.name for phase in Phase},
    "RetryableFailure": "RETRYABLE_FAILURE",
    "PermanentFailure": "PERMANENT_FAILURE",
    "SystemFailure": "SYSTEM_FAILURE",
}


def python_rules(status: Status, rules: Iterable[PhaseRule]) -> list[Node]:
    """Rules of a status as calls: ``Phase.SUCCESS.when(Is("Succeeded", "phase"))``."""
    return [
        call(f"Phase.{_PHASES[phase]}.when", *(call(each.name, *map(py_literal, each.arguments)) for each in terms))
        for phase, terms in phase_rules.calls(status, rules)
    ]


def python_table(items: Iterable[Node], name: str, hint: str) -> str:
    """The assignment of a tuple: ``RULES: Tuple[Rule, ...] = (``, an item on each line."""
    return table(name, hint, list(items))


def python_rule_names(plugin: Plugin) -> list[str]:
    """What the phase table of a kind is written with."""
    status = plugin.status
    terms = [
        each.name for _, terms in phase_rules.calls(status, (*status.rules, *status.last_resorts)) for each in terms
    ]
    return ["Rule", *(["Phase"] if terms else []), *terms]


FILTERS = {each.__name__: each for each in (python_rule_names, python_rules, python_table)}
