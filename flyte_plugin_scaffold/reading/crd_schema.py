"""Is a CRD's schema structural, and of the types it must be? What passes can be walked without a look at types again."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

Step = str | int
SchemaPath = tuple[Step, ...]

TYPES = frozenset(("array", "boolean", "integer", "number", "object", "string"))


class SchemaError(ValueError):
    """``message`` says what is wrong at ``path`` (below openAPIV3Schema)."""

    def __init__(self, message: str, path: SchemaPath) -> None:
        super().__init__(message)
        self.message = message
        self.path = path


def _is_text(value: Any) -> bool:
    return isinstance(value, str)


def _is_flag(value: Any) -> bool:
    return isinstance(value, bool)


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _is_count(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def _is_list(value: Any) -> bool:
    return isinstance(value, list)


def _is_texts(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(each, str) for each in value)


def _is_schemas(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(each, dict) for each in value)


_KEYWORDS: Mapping[str, tuple[Callable[[Any], bool], str]] = {
    "type": (_is_text, "a word"),
    "format": (_is_text, "a word"),
    "description": (_is_text, "a text"),
    "title": (_is_text, "a text"),
    "pattern": (_is_text, "a text"),
    "nullable": (_is_flag, "true or false"),
    "uniqueItems": (_is_flag, "true or false"),
    "exclusiveMinimum": (_is_flag, "true or false"),
    "exclusiveMaximum": (_is_flag, "true or false"),
    "x-kubernetes-preserve-unknown-fields": (_is_flag, "true"),
    "x-kubernetes-int-or-string": (_is_flag, "true"),
    "x-kubernetes-embedded-resource": (_is_flag, "true"),
    "x-kubernetes-list-type": (_is_text, "a word"),
    "x-kubernetes-map-type": (_is_text, "a word"),
    "x-kubernetes-list-map-keys": (_is_texts, "a list of words"),
    "x-kubernetes-validations": (_is_schemas, "a list of rules"),
    "minimum": (_is_number, "a number"),
    "maximum": (_is_number, "a number"),
    "multipleOf": (_is_number, "a number"),
    "minLength": (_is_count, "a count"),
    "maxLength": (_is_count, "a count"),
    "minItems": (_is_count, "a count"),
    "maxItems": (_is_count, "a count"),
    "minProperties": (_is_count, "a count"),
    "maxProperties": (_is_count, "a count"),
    "enum": (_is_list, "a list"),
    "required": (_is_texts, "a list of words"),
    "allOf": (_is_schemas, "a list of schemas"),
    "anyOf": (_is_schemas, "a list of schemas"),
    "oneOf": (_is_schemas, "a list of schemas"),
}
# A structural schema has none of these: https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/
_FORBIDDEN = ("$ref", "definitions", "dependencies", "deprecated", "discriminator", "id", "patternProperties",
              "readOnly", "writeOnly", "xml")  # fmt: skip


def spell(path: SchemaPath) -> str:
    """``.properties.spec.items``: a path as people write it."""
    return "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in path)


def check(schema: Any) -> None:
    """:raises SchemaError: for the first node (in reading order) that an API server would not take, or that is too deep to walk.

    Conditions (allOf, anyOf, oneOf, not) are values without types of their own; they are checked for their form alone.
    A keyword that is null (``required: null``) is removed from ``schema``: to an API server it is not there.
    """
    pending: list[tuple[Any, SchemaPath, bool]] = [(schema, (), True)]
    while pending:
        node, path, structural = pending.pop()
        if not isinstance(node, dict):
            raise SchemaError("no schema but a " + _type_name(node), path)
        for word in [word for word, value in node.items() if value is None and word not in ("default", "example")]:
            del node[word]
        for word in _FORBIDDEN:
            if word in node:
                raise SchemaError(f"{word} is not allowed in a structural schema", path + (word,))
        for word, value in node.items():
            rule = _KEYWORDS.get(word)
            if rule is not None and not rule[0](value):
                raise SchemaError(f"must be {rule[1]}, but is a {_type_name(value)}", path + (word,))
        if structural:
            _check_type(node, path)
        pending.extend(reversed(_below(node, path, structural)))


def _check_type(node: dict[str, Any], path: SchemaPath) -> None:
    kind = node.get("type", "")
    if kind and kind not in TYPES:
        raise SchemaError(f"{str(kind)[:40]!r} is no type of a schema", path + ("type",))
    if not kind and not node.get("x-kubernetes-int-or-string") and not node.get("x-kubernetes-preserve-unknown-fields"):
        raise SchemaError("no type: not a structural schema", path)
    if not path and kind and kind != "object":
        raise SchemaError(f"must be object, but is {kind}", ("type",))
    if kind == "array" and not isinstance(node.get("items"), dict):
        raise SchemaError("an array without one schema for its items: not a structural schema", path)
    additional = node.get("additionalProperties")
    if additional is not None and not isinstance(additional, (bool, dict)):
        raise SchemaError(f"must be a schema, but is a {_type_name(additional)}", path + ("additionalProperties",))
    if "properties" in node and not isinstance(node["properties"], dict):
        raise SchemaError(f"must be a mapping, but is a {_type_name(node['properties'])}", path + ("properties",))


def _below(node: dict[str, Any], path: SchemaPath, structural: bool) -> list[tuple[Any, SchemaPath, bool]]:
    """The schemas in ``node``; whether each must be structural."""
    found: list[tuple[Any, SchemaPath, bool]] = []
    properties = node.get("properties")
    if isinstance(properties, dict):
        found.extend((value, path + ("properties", name), structural) for name, value in properties.items())
    for word in ("items", "additionalProperties", "not"):
        value = node.get(word)
        if isinstance(value, dict):
            found.append((value, path + (word,), structural and word != "not"))
    for word in ("allOf", "anyOf", "oneOf"):
        found.extend((value, path + (word, index), False) for index, value in enumerate(node.get(word, ())))
    return found


def validation_messages(schema: Mapping[str, Any]) -> tuple[str, ...]:
    """What the x-kubernetes-validations below ``spec`` demand, in reading order, each once."""
    spec = schema.get("properties", {}).get("spec", {})
    found: dict[str, None] = {}
    pending: list[Any] = [spec]
    while pending:
        node = pending.pop()
        for rule in node.get("x-kubernetes-validations", ()):
            text = _first_text(rule.get("message"), rule.get("rule") and f"failed rule: {rule['rule']}")
            if text:
                found[" ".join(text.split())] = None
        pending.extend(value for value, _, structural in reversed(_below(node, (), True)) if structural)
    return tuple(found)


def _first_text(*values: Any | None) -> str:
    return next((value for value in values if isinstance(value, str) and value.strip()), "")


def _type_name(value: Any) -> str:
    names = {dict: "mapping", list: "list", str: "text", bool: "truth value", int: "number", float: "number"}
    return "null" if value is None else names.get(type(value), type(value).__name__)
