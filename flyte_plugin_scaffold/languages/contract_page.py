"""Prints the reference page of a contract: its members as rows of a table, and a task config in languages without an SDK."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from flyte_plugin_scaffold.examples import corpus
from flyte_plugin_scaffold.languages import json_schema
from flyte_plugin_scaffold.languages.filters import markdown, markdown_code
from flyte_plugin_scaffold.languages.protobuf import proto_type
from flyte_plugin_scaffold.model import Member, Message, Plugin

_MOST_PAIRS = 10  # of Java's Map.of


# -------------------------------------------------------------------------------------------------------------- tables
def messages_of_flyte(plugin: Plugin) -> tuple[Message, ...]:
    """The messages of flyteidl that a task config is made of, outer ones first."""
    return tuple(each for each in json_schema.messages(plugin) if "." in each.name)


def contract_row(member: Member) -> list[str]:
    """A member as Markdown: its name, JSON name, number and type, what it must be, where it goes, and what it is."""
    return [
        f"`{member.name}`",
        markdown_code(member.json_name),
        str(member.number),
        markdown_code(proto_type(member).replace(" .", " ").lstrip(".")),
        ", ".join(_limits(member)),
        markdown_code(member.path) if member.path and not member.deprecated else "",
        markdown(member.description),
    ]


def _limits(member: Member) -> Iterator[str]:
    if member.required:
        yield "set"
    if member.int_or_string:
        yield "a number as a string, or a string"
    elif member.enum:
        *others, last = map(markdown_code, member.enum)
        yield f"{', '.join(others)} or {last}" if others else last
    low, high = (None if bound is None else f"{bound:.15g}" for bound in (member.minimum, member.maximum))
    if low is not None and high is not None:
        yield f"{low} to {high}"
    elif low is not None:
        yield f"at least {low}"
    elif high is not None:
        yield f"at most {high}"
    if member.pattern:
        yield f"fits {markdown_code(member.pattern)}"


# ------------------------------------------------------------------------------------------------------------ examples
# What else a template needs where pods are built, by the targets: who builds them knows only so much of the task.
_POD_IN = {
    "propeller": "- of the Go plugin, a `container` or a `k8sPod`, as with any task of Flyte",
    "connector": "- of the connector of Flyte 1, a `k8sPod`, and in `config` the name of its main container as `primary_container_name`",
    "flyte2": "- of the connector of Flyte 2, a `container`",
}


def beside_custom(plugin: Plugin) -> list[str]:
    """What else stands in the template of a task, as lines of Markdown."""
    if plugin.service:
        return [
            "It needs no container. A text in `custom` may name inputs of the template's `interface`, such as `{{ .inputs.day }}`; its outputs are",
            "members of what the service answers at the end, and a single one that it has no member for is the whole answer.",
        ]
    if not plugin.role_messages:
        return ["It needs no container."]
    return ["So does what pods are built from:", "", *(_POD_IN[target] for target in plugin.targets)]


def typescript_custom(plugin: Plugin) -> str:
    """A task config as an expression of TypeScript: it is JSON."""
    return json.dumps(corpus.shown_custom(plugin), indent=2)


def java_custom(plugin: Plugin) -> str:
    """The same as an expression of Java's collections."""
    return _java(corpus.shown_custom(plugin), "")


def _java(value: Any, margin: str) -> str:
    inner = margin + "    "
    if isinstance(value, dict):
        pairs = [f"{json.dumps(key)}, {_java(each, inner)}" for key, each in value.items()]
        if len(pairs) > _MOST_PAIRS:
            return _called("Map.ofEntries", [f"Map.entry({each})" for each in pairs], margin)
        return _called("Map.of", pairs, margin)
    if isinstance(value, list):
        return _called("List.of", [_java(each, inner) for each in value], margin)
    return json.dumps(value)


def _called(function: str, arguments: list[str], margin: str) -> str:
    if not arguments:
        return f"{function}()"
    return f"{function}(\n" + ",\n".join(f"{margin}    {each}" for each in arguments) + ")"


FILTERS = {
    each.__name__: each for each in (beside_custom, contract_row, java_custom, messages_of_flyte, typescript_custom)
}
