"""The part of an OpenAPI document that a rendering uses, as YAML: it is kept in the repository, and gives the same answers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from flyte_plugin_scaffold.model import Purpose
from flyte_plugin_scaffold.reading import openapi, yaml_documents
from flyte_plugin_scaffold.reading.openapi import Found
from flyte_plugin_scaffold.reading.references import ReferenceError_
from flyte_plugin_scaffold.text import lexicon

_OF_OPERATION = (
    "summary",
    "description",
    "operationId",
    "deprecated",
    "parameters",
    "requestBody",
    "security",
    "servers",
)
_DROPPED = frozenset(("example", "examples", "externalDocs", "xml", "links", "callbacks"))
_AS_THEY_ARE = frozenset(("default", "enum", "const"))  # values, in which a name means nothing
_BY_NAME = frozenset(("properties", "patternProperties", "schemas", "headers", "responses", "content", "variables"))


def reduced(found: Found, chosen: Mapping[Purpose, openapi.Operation]) -> str:
    """The document with these operations, and with what they refer to."""
    paths: dict[str, Any] = {}
    for each in sorted(set(chosen.values()), key=lambda each: found.operations.index(each)):
        item = paths.setdefault(each.path, {})
        if each.shared:
            item["parameters"] = _plain(each.shared)
        if isinstance(each.servers, list):
            item["servers"] = _plain(each.servers)
        item[each.method.lower()] = _operation(each)
    value: dict[str, Any] = {"openapi": found.value["openapi"], "info": _info(found)}
    for word in ("servers", "security"):
        if isinstance(found.value.get(word), list):
            value[word] = _plain(found.value[word])
    value["paths"] = paths
    components = _components(found, value)
    if components:
        value["components"] = components
    return yaml_documents.dump(value)


def _info(found: Found) -> dict[str, Any]:
    info = found.value.get("info")
    known = info if isinstance(info, dict) else {}
    return {word: known[word] for word in ("title", "version", "license") if word in known}


def _operation(operation: openapi.Operation) -> dict[str, Any]:
    made = {word: _plain(operation.raw[word]) for word in _OF_OPERATION if word in operation.raw}
    responses = operation.raw.get("responses")
    made["responses"] = {
        str(code): _plain(each)
        for code, each in (responses.items() if isinstance(responses, dict) else ())
        if str(code)[:1] == "2" or str(code) == "default"
    }
    for code in responses if isinstance(responses, dict) else ():
        if str(code) in lexicon.CODES_OF_FAILED_WORK:
            made["responses"][str(code)] = {"description": "It has failed."}
    return made


def _plain(value: Any, by_name: bool = False) -> Any:
    """A part of the document without examples and extensions. The keys of a mapping ``by_name`` are names of the author's."""
    if isinstance(value, list):
        return [_plain(each) for each in value]
    if not isinstance(value, dict):
        return value
    if by_name:
        return {name: _plain(each) for name, each in value.items()}
    return {
        name: each if name in _AS_THEY_ARE else _plain(each, name in _BY_NAME)
        for name, each in value.items()
        if name not in _DROPPED and not name.startswith("x-")
    }


def _components(found: Found, value: Any) -> dict[str, Any]:
    """What is referred to from a value, and from there, in the order of the document."""
    components = found.value.get("components")
    components = components if isinstance(components, dict) else {}
    needed: dict[str, Any] = {}
    pending = [value, components.get("securitySchemes")]  # which are referred to by name
    while pending:
        for pointer in _references(pending.pop()):
            if pointer in needed or not pointer.startswith("#/components/"):
                continue
            try:
                needed[pointer] = _plain(found.resolver.at(pointer))
            except ReferenceError_:
                continue
            pending.append(needed[pointer])
    wanted = {tuple(pointer.split("/")[2:4]) for pointer in needed}
    made: dict[str, Any] = {}
    for section, some in components.items():
        if not isinstance(some, dict):
            continue
        kept = {
            name: _plain(each)
            for name, each in some.items()
            if (section, name.replace("~", "~0").replace("/", "~1")) in wanted
        }
        if section == "securitySchemes":
            kept = dict(some)  # with its extensions: some say that a request is signed
        if kept:
            made[section] = kept
    return made


def _references(value: Any) -> Iterator[str]:
    pending = [value]
    while pending:
        each = pending.pop()
        if isinstance(each, dict):
            if isinstance(each.get("$ref"), str):
                yield each["$ref"]
            pending.extend(each.values())
        elif isinstance(each, list):
            pending.extend(each)
