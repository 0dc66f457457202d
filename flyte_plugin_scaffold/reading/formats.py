"""What sort of document a text is, told by its top-level keys."""

from __future__ import annotations

import re
from collections.abc import Collection
from enum import Enum
from itertools import islice
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
    return _of_keys(value) if isinstance(value, dict) else Format.OBJECTS


def _of_block_style(text: str) -> Format:
    found = (match[2] for match in islice(_KEY.finditer(text), _MOST_KEYS))
    return _of_keys(set(found))


def _of_keys(keys: Collection[str]) -> Format:
    for key, format_ in _BY_KEY.items():
        if key in keys:
            return format_
    if "apiVersion" in keys or "kind" in keys:
        return Format.OBJECTS
    if "$schema" in keys or "properties" in keys:
        return Format.JSON_SCHEMA
    return Format.OBJECTS
