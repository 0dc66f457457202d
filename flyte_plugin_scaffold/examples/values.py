"""What the examples of fields become in a CR, or in a request to a remote service."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from flyte_plugin_scaffold.model import Field, Shape


def put(into: dict[str, Any], path: tuple[str, ...], value: Any) -> None:
    """Puts a value at a path of names, with the objects on the way."""
    for name in path[:-1]:
        into = into.setdefault(name, {})
    into[path[-1]] = value


def put_fields(into: dict[str, Any], fields: Iterable[Field], full: bool) -> None:
    """Puts the examples of fields into an object: all of them if it is to be ``full``, else what must be set."""
    for field in fields:
        if full or field.required:
            put(into, field.relative, value_of(field, full))


def value_of(field: Field, full: bool) -> Any:
    """The field's example as a CR or a request has it."""
    if field.shape in (Shape.MESSAGE, Shape.MESSAGES):
        inner: dict[str, Any] = {}
        put_fields(inner, field.fields, full)
        return [inner] if field.shape is Shape.MESSAGES else inner

    def plain(value: Any) -> Any:
        if isinstance(value, (list, tuple)):
            return [plain(each) for each in value]
        if isinstance(value, dict):
            return {key: plain(each) for key, each in value.items()}
        return int(value) if field.int_or_string and str(value).isdigit() and str(int(value)) == str(value) else value

    return plain(field.example) if field.scalar else field.example
