"""Reads a JSON Schema of settings: into the form that a CRD's schema has, with the settings below ``.spec``.

References are put in place, so that what is read can be walked without an end in mind. What cannot be told in that form is open:
any JSON; so is what may hold more of its own sort, which is noted. All trouble is a :class:`SourceError`.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any
from urllib.parse import unquote

from flyte_plugin_scaffold.reading import yaml_documents
from flyte_plugin_scaffold.reading.schema import MOST_DEPTH
from flyte_plugin_scaffold.reading.sources import SourceError, Text
from flyte_plugin_scaffold.text.characters import escaped_json_lines, short

NOTHING = "none"  # the answer of who has no settings
MOST_NODES = 20_000  # schemas in a document, those counted that references put in place

_TYPES = ("array", "boolean", "integer", "number", "object", "string")
_ANYTHING: Mapping[str, Any] = {"x-kubernetes-preserve-unknown-fields": True}
_EITHER: Mapping[str, Any] = {"x-kubernetes-int-or-string": True}
_OPEN: Mapping[str, Any] = {"type": "object", "x-kubernetes-preserve-unknown-fields": True}

_References = tuple[tuple[str, tuple[str, ...]], ...]  # those that lead to a schema, and where each stands


@dataclass(frozen=True, eq=False)
class Settings:
    """The settings that a document describes."""

    reference: str  # the answer, independent of the folder
    source: str  # for people
    title: str  # "" where the document has none
    schema: Mapping[str, Any] = field(repr=False)  # as of a CRD: settings below .spec; {} for none
    text: str = field(repr=False)  # the document as JSON; "" where there is none
    notes: tuple[str, ...] = ()


NO_SETTINGS = Settings(NOTHING, "without settings", "", {}, "")


@lru_cache(maxsize=8)
def read(reference: str, text: Text) -> Settings:
    """The settings in the text of a JSON Schema.

    :raises SourceError: if it is none of an object, or has no end.
    """
    try:
        document = yaml_documents.parse(text.text).value
    except yaml_documents.YamlError as error:
        where = f", line {error.line}" if error.line else ""
        raise SourceError(f"{text.name}{where}: {short(error.message)}") from None
    if not isinstance(document, dict):
        raise SourceError(f"{text.name} is no JSON Schema: it must be an object")
    reader = _Reader(text.name, document)
    spec = reader.read()
    whole = {"type": "object", "properties": {"spec": spec}}
    description = document.get("description")
    if isinstance(description, str):
        whole["description"] = description
    title = document.get("title")
    return Settings(
        reference,
        f"with the settings of {text.name}",
        " ".join(title.split()) if isinstance(title, str) else "",
        whole,
        escaped_json_lines(json.dumps(document, indent=2, ensure_ascii=False)) + "\n",
        tuple(dict.fromkeys(reader.notes)),
    )


class _Reader:
    def __init__(self, name: str, document: Mapping[str, Any]) -> None:
        self._name = name
        self._document = document
        self._nodes = 0
        self.notes: list[str] = []

    def read(self) -> dict[str, Any]:
        root = self._node(self._document, (), (("#", ()),))
        if root.get("type") != "object":
            raise SourceError(
                f"{self._name} describes {root.get('type') or 'any JSON'}: settings are an object, with a property each"
            )
        return root

    def _node(self, node: Any, path: tuple[str, ...], references: _References) -> dict[str, Any]:
        """A schema without references, in the form of a CRD's."""
        self._nodes += 1
        if self._nodes > MOST_NODES:
            raise SourceError(
                f"{self._name} has more than {MOST_NODES:,} values, with what its references repeat: give a smaller schema"
            )
        if len(path) > MOST_DEPTH:
            raise SourceError(f"{self._name}: {_spelled(path)} is more than {MOST_DEPTH} levels deep")
        if node is True or node == {}:
            return dict(_ANYTHING)
        if not isinstance(node, dict):
            raise SourceError(f"{self._name}: {_spelled(path)} is no schema but {short(json.dumps(node, default=str))}")
        if "$ref" in node:
            target, name = self._target(node["$ref"], path)
            beside = {word: value for word, value in node.items() if word != "$ref"}
            if (name, path) in references:
                raise SourceError(
                    f"{self._name}: {_spelled(path)} refers to {short(name)}, which says nothing but that"
                )
            if any(name == each for each, _ in references):
                self.notes.append(f"what is a {short(name)} within another takes any JSON: there is no end to it")
                return {**(_OPEN if self._type(target, path) == "object" else _ANYTHING), **_said({**target, **beside})}
            whole = {**target, **beside} if isinstance(target, dict) else target
            return self._node(whole, path, (*references, (name, path)))
        for word in ("allOf", "anyOf", "oneOf"):
            if word in node:
                return self._combined(node, word, path, references)
        return self._plain(node, path, references)

    def _target(self, reference: Any, path: tuple[str, ...]) -> tuple[Any, str]:
        """What a reference names."""
        if not isinstance(reference, str) or not reference.startswith("#"):
            raise SourceError(
                f"{self._name}: {_spelled(path)} refers to {short(str(reference))}: only places in the same document can be read, "
                "such as #/$defs/NAME; put the other document in there"
            )
        found: Any = self._document
        if reference == "#":
            return found, reference
        for step in reference.removeprefix("#").split("/")[1:] if reference.startswith("#/") else [None]:
            name = unquote(step).replace("~1", "/").replace("~0", "~") if step is not None else None
            if isinstance(found, dict) and name in found:
                found = found[name]
            elif isinstance(found, list) and name is not None and name.isdigit() and int(name) < len(found):
                found = found[int(name)]
            else:
                raise SourceError(
                    f"{self._name}: {_spelled(path)} refers to {short(reference)}, which the document does not have"
                )
        return found, reference

    def _combined(
        self, node: Mapping[str, Any], word: str, path: tuple[str, ...], references: _References
    ) -> dict[str, Any]:
        """What several schemas say of one value."""
        alternatives = node[word]
        if not isinstance(alternatives, list) or not alternatives:
            raise SourceError(f"{self._name}: {word} of {_spelled(path)} is no list of schemas")
        beside = {key: value for key, value in node.items() if key != word}
        known = {key: value for key, value in beside.items() if key in ("title", "description", "default")}
        if word == "allOf":
            parts = [self._node(each, path, references) for each in alternatives]
            if len(beside) > len(known):
                parts.append(self._node(beside, path, references))
            return {**_all_of(parts), **_said(known)}
        real = [each for each in alternatives if not (isinstance(each, dict) and each.get("type") == "null")]
        if len(beside) > len(known):  # the alternatives are conditions on what is described beside them
            return self._node(beside, path, references)
        parts = [self._node(each, path, references) for each in real]
        if len(parts) == 1:
            return {**parts[0], **_said(known)}
        return {**_any_of(parts), **_said(known)}

    def _plain(self, node: Mapping[str, Any], path: tuple[str, ...], references: _References) -> dict[str, Any]:
        type_ = self._type(node, path)
        if type_ == "either":
            return {**_EITHER, **_said(node)}
        if type_ == "":
            return {**_ANYTHING, **_said(node)}
        found: dict[str, Any] = {"type": type_, **_said(node)}
        if type_ == "string":
            values = node.get("enum", [node["const"]] if "const" in node else None)
            if isinstance(values, list) and values:
                found["enum"] = [each for each in values if isinstance(each, str)]
        elif type_ in ("integer", "number"):
            found.update(_bounds(node, type_))
        elif type_ == "array":
            items = node.get("items", True)
            found["items"] = self._node(items if isinstance(items, (dict, bool)) else True, (*path, "[]"), references)
        elif type_ == "object":
            found.update(self._object(node, path, references))
        return found

    def _type(self, node: Mapping[str, Any], path: tuple[str, ...]) -> str:
        """The type of a value; "either" for integer and string, "" for any other choice."""
        given = node.get("type")
        if given is None:
            values = node.get("enum", [node["const"]] if "const" in node else [])
            if isinstance(values, list) and values and all(isinstance(each, str) for each in values):
                return "string"
            words = ("properties", "additionalProperties", "patternProperties", "required")
            return "object" if any(word in node for word in words) else "array" if "items" in node else ""
        types = given if isinstance(given, list) else [given]
        for each in types:
            if each not in (*_TYPES, "null"):
                raise SourceError(
                    f"{self._name}: {short(str(each))} is no type of {_spelled(path)}: there are {', '.join(_TYPES)}"
                )
        real = [each for each in dict.fromkeys(types) if each != "null"]
        if len(real) == 1:
            return str(real[0])
        return (
            "either" if set(real) == {"integer", "string"} else "number" if set(real) == {"integer", "number"} else ""
        )

    def _object(self, node: Mapping[str, Any], path: tuple[str, ...], references: _References) -> dict[str, Any]:
        properties = node.get("properties", {})
        if not isinstance(properties, dict):
            raise SourceError(f"{self._name}: properties of {_spelled(path)} are no object")
        below = {
            name: self._node(each, (*path, name), references) for name, each in properties.items() if each is not False
        }
        found: dict[str, Any] = {"properties": below} if below else {}
        required = node.get("required")
        if isinstance(required, list):
            found["required"] = [name for name in required if isinstance(name, str)]
        if below:
            return found
        others = node.get("additionalProperties", True)
        if isinstance(others, dict) and others:
            found["additionalProperties"] = self._node(others, (*path, "{}"), references)
        elif others is not False or node.get("patternProperties"):
            found["x-kubernetes-preserve-unknown-fields"] = True
        return found


def _said(node: Mapping[str, Any]) -> dict[str, Any]:
    """What is said of a value, whatever its type; its title where it has no description."""
    found: dict[str, Any] = {}
    for word in ("title", "description"):
        if isinstance(node.get(word), str) and node[word].strip():
            found["description"] = node[word]
    if node.get("default") is not None:
        found["default"] = node["default"]
    for word in ("format", "pattern"):
        if isinstance(node.get(word), str):
            found[word] = node[word]
    return found


def _bounds(node: Mapping[str, Any], type_: str) -> dict[str, Any]:
    """Both ends included; an end that is not is one whole number further in, and stays for other numbers."""
    found = {}
    for word, exclusive, step in (("minimum", "exclusiveMinimum", 1), ("maximum", "exclusiveMaximum", -1)):
        value, beyond = node.get(word), node.get(exclusive)
        if beyond is True and _is_number(value):  # as it was before 2019
            beyond = value
        if _is_number(beyond):
            value = beyond + step if type_ == "integer" and float(beyond).is_integer() else beyond
        if _is_number(value):
            found[word] = value
    return found


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _all_of(parts: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """A value that fits all schemas: of objects the properties of each."""
    whole: dict[str, Any] = {}
    for each in parts:
        properties = {**whole.get("properties", {}), **each.get("properties", {})}
        required = [*whole.get("required", []), *each.get("required", [])]
        whole = {**whole, **each}
        if properties:
            whole["properties"] = properties
            whole.pop("x-kubernetes-preserve-unknown-fields", None)
        if required:
            whole["required"] = list(dict.fromkeys(required))
    if whole.get("type"):
        return whole
    return dict(_ANYTHING)


def _any_of(parts: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """A value that fits one of several schemas."""
    some = list(parts)
    types = {each.get("type") for each in some}
    if types == {"string"} and all(each.get("enum") for each in some):
        return {"type": "string", "enum": [value for each in some for value in each["enum"]]}
    if types == {"integer", "string"}:
        return dict(_EITHER)
    if types in ({"string"}, {"boolean"}):
        return {"type": next(iter(types))}
    if types <= {"integer", "number"}:
        return {"type": "number"}
    return dict(_OPEN if types == {"object"} else _ANYTHING)


def _spelled(path: tuple[str, ...]) -> str:
    return short("".join(each if each in ("[]", "{}") else f".{each}" for each in path)) if path else "the schema"
