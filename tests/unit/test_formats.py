"""Sources are told apart by what they are, not by their names."""

from __future__ import annotations

import json

import pytest
import yaml

from flyte_plugin_scaffold.reading import formats, sources
from flyte_plugin_scaffold.reading.formats import Format

CRD = sources.EXAMPLE.read_text()
OPENAPI = {"openapi": "3.1.0", "info": {"title": "Jobs", "version": "1"}, "paths": {}}


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (OPENAPI, Format.OPENAPI),
        ({"info": {"title": "apiVersion"}, "openapi": "3.0.0"}, Format.OPENAPI),
        ({"swagger": "2.0", "info": {}}, Format.SWAGGER),
        ({"asyncapi": "2.6.0", "info": {}}, Format.ASYNCAPI),
        ({"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "x"}, Format.JSON_SCHEMA),
        ({"type": "object", "properties": {"a": {"type": "string"}}}, Format.JSON_SCHEMA),
        ({"properties": {"a": {"type": "string"}}}, Format.JSON_SCHEMA),
        ({"type": "string"}, Format.OBJECTS),
        ({"apiVersion": "v1", "kind": "ConfigMap", "openapi_": 1}, Format.OBJECTS),
        ({"apiVersion": "v1", "kind": "Thing", "type": "object", "properties": {}}, Format.OBJECTS),
        ({"spec": {"openapi": "3.0.0"}}, Format.OBJECTS),
        (["openapi"], Format.OBJECTS),
    ],
)
def test_a_document_is_told_by_its_top_level_keys(value: object, expected: Format) -> None:
    for text in (
        json.dumps(value),
        json.dumps(value, indent=2),
        yaml.safe_dump(value),
        f"# a licence\n---\n{yaml.safe_dump(value)}",
    ):
        assert formats.of(text) is expected, text
    assert formats.of_value(value) is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (CRD, Format.OBJECTS),
        ('"openapi": "3.0.0"\n', Format.OPENAPI),
        ("openapi :\t3.0.0\n", Format.OPENAPI),
        ("{openapi: 3.0.0}\n", Format.OPENAPI),
        ("data: |\n  openapi: 3.0.0\n", Format.OBJECTS),
        ("openapi:3.0.0\n", Format.OBJECTS),
        ('{"openapi": ', Format.OBJECTS),
        ("", Format.OBJECTS),
        ("{" * 100_000, Format.OBJECTS),
        ("a" * 100_000, Format.OBJECTS),
    ],
)  # fmt: skip
def test_texts(text: str, expected: Format) -> None:
    assert formats.of(text) is expected
