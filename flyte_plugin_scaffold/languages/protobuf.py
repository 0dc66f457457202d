"""Prints the parts of the wire contract that follow from the CRD, as ``buf format`` leaves them."""

from __future__ import annotations

from flyte_plugin_scaffold.languages.filters import quoted
from flyte_plugin_scaffold.model import Field, Many, Plugin, Role, Shape


def proto_field(field: Field) -> str:
    """The line of a field: ``optional string solver = 4 [json_name = "solver"];``"""
    scalar = field.scalar.value if field.scalar else ""
    kind = {
        Shape.SCALAR: f"optional {scalar}",
        Shape.LIST: f"repeated {scalar}",
        Shape.MAP: f"map<string, {scalar}>",
        Shape.MESSAGE: field.message,
        Shape.MESSAGES: f"repeated {field.message}",
        Shape.STRUCT: ".google.protobuf.Struct",
        Shape.STRUCTS: "repeated .google.protobuf.Struct",
        Shape.VALUE: ".google.protobuf.Value",
    }[field.shape]
    return _line(kind, field.name, field.number, field.json_name)


def proto_role(role: Role) -> str:
    """The line of a role in the top message."""
    kind = {Many.ONE: "{}", Many.LIST: "repeated {}", Many.MAP: "map<string, {}>"}[role.many]
    return _line(kind.format(role.class_name), role.name, role.number, role.json_name)


def _line(kind: str, name: str, number: int, json_name: str) -> str:
    return f"{kind} {name} = {number} [json_name = {quoted(json_name)}];"


def proto_note(field: Field) -> str:
    """What a field is, in a sentence or two."""
    text = field.description or f"{field.path} of the resource."
    if (field.enum or field.int_or_string) and text[-1] not in ".!?:;":
        text += "."
    if field.enum:
        text += " One of: " + ", ".join(value or '""' for value in field.enum) + "."
    if field.int_or_string:
        text += " A number or a string."
    return text


def proto_messages(plugin: Plugin) -> tuple:
    """The fields whose values are messages of their own, each message once."""
    return tuple({field.message: field for field in plugin.messages()}.values())


FILTERS = {each.__name__: each for each in (proto_field, proto_messages, proto_note, proto_role)}
