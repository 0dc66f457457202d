"""What sort of document a text is, told by its top-level keys."""

from __future__ import annotations

import re
from enum import Enum
from typing import Any

from flyte_plugin_scaffold.reading import yaml_documents


class Format(Enum):
    """What sort of document a text is."""

    OBJECTS = "Kubernetes objects, or nothing that is known"
    OPENAPI = "an OpenAPI document"
    SWAGGER = "a document of Swagger 2.0"
    ASYNCAPI = "an AsyncAPI document"
    JSON_SCHEMA = "a JSON Schema of an object"


_BY_KEY = {"openapi": Format.OPENAPI, "swagger": Format.SWAGGER, "asyncapi": Format.ASYNCAPI}
# Where a mapping in block style begins a key of its own.
_KEY = re.compile(r"""^(["']?)([$\w]+)\1[ \t]*:(?=[ \t\n]|\Z)""", re.MULTILINE)
_MOST_KEYS = 10_000


def of(text: str) -> Format:
    """The format of a text. One that is in none of them, or no YAML at all, is left to who reads it as objects."""
    start = re.sub(r"\A(?:[ \t]*(?:#[^\n]*)?\n|---[ \t]*\n)*", "", text).lstrip()
    if not start.startswith("{"):
        return _of_block_style(start)
    try:
        value = yaml_documents.parse(text).value
    except yaml_documents.YamlError:
        return Format.OBJECTS
    return of_value(value)


def of_value(value: Any) -> Format:
    """The format of a document's value."""
    if not isinstance(value, dict):
        return Format.OBJECTS
    return _of_keys(value, value.get("type"))


def _of_block_style(text: str) -> Format:
    keys: dict[str, str] = {}
    for number, match in enumerate(_KEY.finditer(text)):
        if number > _MOST_KEYS:
            break
        keys.setdefault(match[2], text[match.end() : match.end() + 40].split("\n")[0].strip(" \t\"'"))
    return _of_keys(keys, keys.get("type"))


def _of_keys(keys: Any, type_: Any) -> Format:
    for key, format_ in _BY_KEY.items():
        if key in keys:
            return format_
    if "apiVersion" in keys or "kind" in keys:
        return Format.OBJECTS
    if "$schema" in keys or (type_ == "object" and "properties" in keys):
        return Format.JSON_SCHEMA
    return Format.OBJECTS
