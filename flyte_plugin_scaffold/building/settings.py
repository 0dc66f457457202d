"""The settings of a plugin for the SDK alone, as messages: nothing of them is on the wire, and what is not given has its default."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from flyte_plugin_scaffold.building import messages as contract_messages
from flyte_plugin_scaffold.model import Crd, Field, Holds, Message, Scalar, Shape
from flyte_plugin_scaffold.reading import schema
from flyte_plugin_scaffold.text.characters import short

_PYTHON = {Scalar.STRING: str, Scalar.INT32: int, Scalar.INT64: int, Scalar.DOUBLE: (int, float), Scalar.BOOL: bool}


def messages(config_class: str, description: str, fields: Sequence[Field], crd: Crd) -> tuple[Message, ...]:
    """The message of all settings, and those of objects in them, inner ones first. Each member says something."""
    built = contract_messages.build(config_class, description, (), [_complete(each, crd) for each in fields], crd)
    return tuple(replace(each, members=each.fields) if each.holds is Holds.SPEC else each for each in built)


def problems(crd: Crd, fields: Sequence[Field]) -> list[str]:
    """Defaults that are no values of their settings."""
    found = []
    for each in _all(fields):
        default = _default(each, crd)
        if default is not None and not _fits(each, default):
            found.append(
                f"the default {short(repr(default))} of {each.path} is no value of its type: correct it, or leave it out"
            )
    return found


def _all(fields: Sequence[Field]) -> Iterator[Field]:
    for each in fields:
        yield each
        yield from _all(each.fields)


def _complete(member: Field, crd: Crd) -> Field:
    name = str(member.path).removeprefix(".spec.")
    default = _default(member, crd)
    return replace(
        member,
        default=default if default is not None and _fits(member, default) else None,
        description=member.description or f"The setting {name}.",
        fields=tuple(_complete(each, crd) for each in member.fields),
    )


def _default(member: Field, crd: Crd) -> Any:
    node = schema.lookup(crd.schema, member.path)
    return node.get("default") if isinstance(node, dict) else None


def _fits(member: Field, value: Any) -> bool:
    """Whether a default can be a value of the member. Those of objects with classes of their own are left out."""
    if member.shape is Shape.SCALAR:
        return _is_scalar(member, value)
    if member.shape is Shape.LIST:
        return isinstance(value, list) and all(_is_scalar(member, each) for each in value)
    if member.shape is Shape.MAP:
        return isinstance(value, dict) and all(_is_scalar(member, each) for each in value.values())
    if member.shape is Shape.STRUCT:
        return isinstance(value, dict)
    if member.shape is Shape.STRUCTS:
        return isinstance(value, list) and all(isinstance(each, dict) for each in value)
    return member.shape is Shape.VALUE or value in ({}, [])


def _is_scalar(member: Field, value: Any) -> bool:
    if member.int_or_string:
        return isinstance(value, (int, str)) and not isinstance(value, bool)
    expected = _PYTHON[member.scalar or Scalar.STRING]
    if not isinstance(value, expected) or (isinstance(value, bool) and member.scalar is not Scalar.BOOL):
        return False
    if member.enum and value not in member.enum:
        return False
    low, high = member.minimum, member.maximum
    if member.scalar is Scalar.INT32 and not -(2**31) <= value < 2**31:
        return False
    if member.scalar is Scalar.INT64 and not -(2**63) <= value < 2**63:
        return False
    return not ((low is not None and value < low) or (high is not None and value > high))
