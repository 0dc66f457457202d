"""What a newer CRD or other answers change for users and operators of a plugin: fields, pods and states, as sentences."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from flyte_plugin_scaffold.languages.filters import field_type
from flyte_plugin_scaffold.model import Crd, Field, Phase, PhaseRule, Plugin, Role
from flyte_plugin_scaffold.reading import schema

_ENDS = (Phase.SUCCESS, Phase.FAILURE)


def between(old: Plugin, new: Plugin) -> list[str]:
    """Every difference in a line of its own: ``+`` what came, ``-`` what went, ``~`` what is another now."""
    return [
        *_versions(old.crd, new.crd),
        *_operations(old, new),
        *_fields(old, new),
        *_pods(old, new),
        *_states(old, new),
    ]


def _versions(old: Crd, new: Crd) -> Iterator[str]:
    if old.api_version != new.api_version:
        yield f"~ {new.kind}: {old.api_version} is {new.api_version} now"


def _operations(old: Plugin, new: Plugin) -> Iterator[str]:
    was, now = ({purpose.value: each.text for purpose, each in plugin.service.operations.items()} if plugin.service else {}
                for plugin in (old, new))  # fmt: skip
    yield from _compared("operation", was, now)


def _fields(old: Plugin, new: Plugin) -> Iterator[str]:
    was, now = dict(_named(old)), dict(_named(new))
    for name in (each for each in now if each not in was):
        yield f"+ field {name}: {_type(now[name])}, {now[name].path}"
    for name in was:
        if name not in now:
            lost = "" if schema.lookup(new.crd.schema, was[name].path) else f", which {new.crd.called} no longer has"
            yield f"- field {name}: {was[name].path}{lost}"
        elif _type(was[name]) != _type(now[name]):
            yield f"~ field {name}: {_type(was[name])} is {_type(now[name])} now"


def _type(field: Field) -> str:
    return field_type(field) + (", required" if field.required else "")


def _named(plugin: Plugin) -> Iterator[tuple[str, Field]]:
    """Every field with its name as a user writes it: ``solver``, ``workers.replicas``."""
    yield from _below("", plugin.fields)
    for role in plugin.roles:
        yield from _below(f"{role.name}.", role.fields)


def _below(above: str, fields: Iterable[Field]) -> Iterator[tuple[str, Field]]:
    for field in fields:
        yield above + field.name, field
        yield from _below(f"{above}{field.name}.", field.fields)


def _pods(old: Plugin, new: Plugin) -> Iterator[str]:
    was = {role.name: role for role in old.placed}
    now = {role.name: role for role in new.placed}
    for name, role in now.items():
        if name not in was:
            yield f"+ pods of {name}: {role.path} {role.runs.value}"
        elif _place(was[name]) != _place(role):
            yield f"~ pods of {name}: {_place(was[name])} is {_place(role)} now"
    yield from (f"- pods of {name}: {role.path}" for name, role in was.items() if name not in now)


def _place(role: Role) -> str:
    return f"{role.path} {role.runs.value}, {role.place.value}"


def _states(old: Plugin, new: Plugin) -> Iterator[str]:
    was = {rule.text: _phase(rule) for rule in old.status.rules}
    now = {rule.text: _phase(rule) for rule in new.status.rules}
    yield from _compared("state", was, now)


def _compared(what: str, was: Mapping[str, str], now: Mapping[str, str]) -> Iterator[str]:
    """What has come, what is another, and what has gone, by names."""
    for name, value in now.items():
        if name not in was:
            yield f"+ {what} {name}: {value}"
        elif was[name] != value:
            yield f"~ {what} {name}: {was[name]} is {value} now"
    yield from (f"- {what} {name}: {value}" for name, value in was.items() if name not in now)


def _phase(rule: PhaseRule) -> str:
    return f"{rule.phase.value} ({rule.failure.value})" if rule.failure else rule.phase.value


def new_ends(old: Plugin, new: Plugin) -> tuple[str, ...]:
    """The terminal states that the new CRD tells of and the old one does not, as the answer `phases` has them."""
    known = {rule.text for rule in old.status.rules if rule.phase in _ENDS}
    return tuple(rule.text for rule in new.status.rules if rule.phase in _ENDS and rule.text not in known)
