"""Rules about a status as calls: the same names and arguments in the phase tables of Go and of Python."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from flyte_plugin_scaffold.examples import status_examples
from flyte_plugin_scaffold.model import Check, PhaseRule, Status, Term

_COMPARED = {Check.EQUALS: "=="}


@dataclass(frozen=True)
class TermCall:
    """A term: ``Is("Succeeded", "phase")``."""

    name: str
    arguments: tuple[str | bool | int, ...]


def calls(status: Status, rules: Iterable[PhaseRule]) -> Iterator[tuple[str, list[TermCall]]]:
    """Every rule: the name of its phase in the phase table (``RetryableFailure``), and its terms."""
    for rule in rules:
        yield status_examples.phase_of(rule), [_call(term, status) for term in rule.terms]


def _call(term: Term, status: Status) -> TermCall:
    if term.job:
        return TermCall("OwnedJob", (term.job,))
    if term.condition:
        return TermCall("Condition", (term.condition, term.status, term.reason))
    if term.http:
        return TermCall("HttpCode", (term.http,))
    place = term.path or status.path
    path = place.names[1:] if place else ()
    if term.is_number:
        is_set = term.check is Check.IS_SET
        compared = "!= 0" if is_set else f"{_COMPARED.get(term.check, term.check.value)} {term.value}"
        return TermCall("Number", (compared, *path))
    if term.check is Check.IS_SET:
        return TermCall("IsSet", path)
    if term.is_flag:
        return TermCall("Flag", (term.value == "true", *path))
    return TermCall("Is", (term.value, *path))
