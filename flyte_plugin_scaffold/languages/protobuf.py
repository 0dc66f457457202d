"""Prints the parts of the wire contract that follow from the CRD, as ``buf format`` leaves them."""

from __future__ import annotations

from flyte_plugin_scaffold.languages.filters import quoted
from flyte_plugin_scaffold.model import POD, Member, Message, Plugin, Shape


def proto_type(member: Member) -> str:
    """The type of a member: ``repeated string``, ``map<string, double>``, ``Driver``."""
    scalar = member.scalar.value if member.scalar else ""
    message = f".{member.message}" if "." in member.message else member.message  # of another package: by its full name
    return {
        Shape.SCALAR: scalar,
        Shape.LIST: f"repeated {scalar}",
        Shape.MAP: f"map<string, {scalar}>",
        Shape.MESSAGE: message,
        Shape.MESSAGES: f"repeated {message}",
        Shape.MESSAGE_MAP: f"map<string, {message}>",
        Shape.STRUCT: ".google.protobuf.Struct",
        Shape.STRUCTS: "repeated .google.protobuf.Struct",
        Shape.VALUE: ".google.protobuf.Value",
    }[member.shape]


def proto_member(member: Member) -> str:
    """The declaration of a member: ``optional string solver = 4 [json_name = "solver"];``"""
    kind = ("optional " if member.shape is Shape.SCALAR else "") + proto_type(member)
    json_name = f"json_name = {quoted(member.json_name)}"
    options = f"[\n    {json_name},\n    deprecated = true\n  ]" if member.deprecated else f"[{json_name}]"
    return f"{kind} {member.name} = {member.number} {options};"


def proto_note(member: Member) -> str:
    """What a member is, in a sentence or two."""
    text = member.description or f"{member.path} of the resource."
    if (member.enum or member.int_or_string) and text[-1] not in ".!?:;":
        text += "."
    if member.enum:
        text += " One of: " + ", ".join(value or '""' for value in member.enum) + "."
    if member.int_or_string:
        text += " A number or a string."
    return text


def proto_messages(plugin: Plugin) -> tuple[Message, ...]:
    """The messages of the contract's own package, that of the task config first."""
    return (*plugin.contract, *((POD,) if plugin.role_messages else ()))


def proto_doc(message: Message) -> str:
    """What a message below the task config is, in a sentence or two."""
    return message.description or f"{message.path} of the resource."


FILTERS = {each.__name__: each for each in (proto_doc, proto_member, proto_messages, proto_note)}
