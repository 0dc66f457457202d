"""Schemas of an OpenAPI document in the form in which a CRD has its own, so that both are read alike.

References are followed, ``allOf`` is merged, and of what has several forms stays what all have in common. What cannot be
said in that form may be anything, and is given and read as such. Every keyword of the result has the type that it must have.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from enum import Enum
from typing import Any

from flyte_plugin_scaffold.reading.references import ReferenceError_, Resolver
from flyte_plugin_scaffold.reading.sources import SourceError

Node = dict[str, Any]

# What an object must have and may be null: no user has to give it.
REQUIRED_NULLS = "x-required-nulls"
OPAQUE: Node = {"type": "object", "additionalProperties": True}
_TYPES = frozenset(("string", "integer", "number", "boolean", "array", "object"))
_MOST_DEPTH = 60  # of what is followed; what is deeper may be anything. The derivation looks no deeper than a dozen
_MOST_MERGED = 500_000  # properties that are merged in one document
_TEXTS = ("format", "pattern", "description")
_NUMBERS = ("minimum", "maximum", "multipleOf")
_COUNTS = ("minLength", "maxLength", "minItems", "maxItems", "minProperties", "maxProperties")
_IN_COMMON = (
    "description",
    "nullable",
    "default",
    "deprecated",
)  # what stands beside several forms, and goes with each


class Use(Enum):
    """What a schema is of: what is read only is not asked for, and what is written only is never told."""

    ASKED = "readOnly"
    TOLD = "writeOnly"


class Schemas:
    """The schemas of one document, each of them worked out once."""

    def __init__(self, resolver: Resolver) -> None:
        self._resolver = resolver
        self._known: dict[tuple[str, Use], Node] = {}
        self._open: list[str] = []  # references that are being followed
        self._merged = 0
        self._pairs: dict[tuple[int, int], tuple[Node, Node, Node]] = {}  # with the two, which must live as long

    def of(self, raw: Any, use: Use) -> Node:
        """A schema; {} of what may be anything."""
        return self._node(raw, use, 0)

    def tree(self, node: Mapping[str, Any], most: int) -> Node:
        """A copy of a schema in which nothing stands twice, of so many nodes: what is deeper then may be anything.

        Schemas are shared, and a few of them can be millions of places.
        """
        root = dict(node)
        count = 1
        pending = deque([root])
        while pending:
            each = pending.popleft()
            inside: list[tuple[Node, str]] = []
            if isinstance(each.get("properties"), dict):
                each["properties"] = dict(each["properties"])
                inside += [(each["properties"], name) for name in each["properties"]]
            inside += [(each, word) for word in ("items", "additionalProperties") if isinstance(each.get(word), dict)]
            count += len(inside)
            for holder, name in inside:
                below = holder[name]
                if count > most and below.get("type") in ("object", "array"):
                    holder[name] = OPAQUE if below["type"] == "object" else {"type": "array", "items": {}}
                else:
                    holder[name] = dict(below)
                    pending.append(holder[name])
        return root

    def is_endless(self, raw: Any, use: Use) -> bool:
        """Whether an object must hold itself again, by what is required all the way."""
        done: set[str] = set()

        def visit(raw: Any, way: tuple[str, ...], depth: int) -> bool:
            if not isinstance(raw, dict) or depth > _MOST_DEPTH:
                return False
            pointer = raw.get("$ref")
            if isinstance(pointer, str):
                if pointer in way:
                    return True
                if pointer in done:
                    return False
                done.add(pointer)
                try:
                    return visit(self._resolver.at(pointer), (*way, pointer), depth + 1)
                except ReferenceError_:
                    return False
            below = raw.get("properties")
            needed = raw.get("required")
            names = needed if isinstance(needed, list) else []
            some = (
                [below[name] for name in names if isinstance(name, str) and name in below]
                if isinstance(below, dict)
                else []
            )
            if _is_count(raw.get("minItems")) and raw["minItems"] > 0:
                some.append(raw.get("items"))
            for word in ("allOf",):
                some += raw[word] if isinstance(raw.get(word), list) else []
            return any(
                visit(each, way, depth + 1) for each in some if not _is_left_out(each, use) and not _is_nullable(each)
            )

        return visit(raw, (), 0)

    # ---------------------------------------------------------------------------------------------------------- one node
    def _node(self, raw: Any, use: Use, depth: int) -> Node:
        if not isinstance(raw, dict) or depth > _MOST_DEPTH:
            return {}
        pointer = raw.get("$ref")
        if not isinstance(pointer, str):
            return self._plain(raw, use, depth)
        found = self._referred(pointer, use, depth)
        beside = {word: value for word, value in raw.items() if word != "$ref"}
        if not beside:
            return found
        return self._both(self._plain(beside, use, depth), found)

    def _referred(self, pointer: str, use: Use, depth: int) -> Node:
        known = self._known.get((pointer, use))
        if known is not None:
            return known
        if pointer in self._open:
            return OPAQUE if self._is_object(pointer) else {}
        try:
            target = self._resolver.at(pointer)
        except ReferenceError_:
            return {}
        self._open.append(pointer)
        try:
            made = self._node(target, use, depth + 1)
        finally:
            self._open.pop()
        self._known[pointer, use] = made
        return made

    def _is_object(self, pointer: str) -> bool:
        try:
            target = self._resolver.resolved({"$ref": pointer})
        except ReferenceError_:
            return False
        return isinstance(target, dict) and (
            target.get("type") == "object" or isinstance(target.get("properties"), dict)
        )

    def _plain(self, raw: Mapping[str, Any], use: Use, depth: int) -> Node:
        """A schema without a reference of its own."""
        made = self._own(raw, use, depth)
        for each in _schemas(raw.get("allOf")):
            made = self._both(made, self._node(each, use, depth + 1))
        for word in ("oneOf", "anyOf"):
            forms = _schemas(raw.get(word))
            if forms:
                made = self._with_forms(made, forms, use, depth)
        return made

    def _own(self, raw: Mapping[str, Any], use: Use, depth: int) -> Node:
        """What a schema says itself, beside allOf, oneOf and anyOf."""
        made: Node = {}
        types = raw.get("type")
        types = [types] if isinstance(types, str) else types if isinstance(types, list) else []
        if raw.get("nullable") is True or "null" in types:
            made["nullable"] = True
        types = [each for each in dict.fromkeys(map(str, types)) if each in _TYPES]
        below = raw.get("properties")
        if not types and (isinstance(below, dict) or isinstance(raw.get("additionalProperties"), dict)):
            types = ["object"]
        made.update((word, raw[word]) for word in _TEXTS if isinstance(raw.get(word), str))
        made.update((word, raw[word]) for word in _NUMBERS if _is_number(raw.get(word)))
        made.update((word, raw[word]) for word in _COUNTS if _is_count(raw.get(word)))
        for word, bound in (("exclusiveMinimum", "minimum"), ("exclusiveMaximum", "maximum")):
            value = raw.get(word)
            if value is True and bound in made:
                made[word] = True
            elif _is_number(value):  # 3.1: the bound itself
                made[bound], made[word] = value, True
        values = [raw["const"]] if "const" in raw else raw.get("enum")
        if isinstance(values, list):
            if None in values:
                made["nullable"] = True
            some = [value for value in values if value is not None]
            if some:
                made["enum"] = some
            if not types and some and all(isinstance(value, str) for value in some):
                types = ["string"]
        if raw.get("deprecated") is True:
            made["deprecated"] = True
        if raw.get("default") is not None:
            made["default"] = raw["default"]
        if set(types) == {"integer", "string"}:
            made["x-kubernetes-int-or-string"] = True
        elif set(types) == {"integer", "number"}:
            made["type"] = "number"
        elif len(types) == 1:
            made["type"] = types[0]
            self._inside(made, raw, use, depth)
        return made

    def _inside(self, made: Node, raw: Mapping[str, Any], use: Use, depth: int) -> None:
        """What is below a list or an object."""
        if made["type"] == "array":
            made["items"] = self._node(raw.get("items"), use, depth + 1)
            return
        if made["type"] != "object":
            return
        below = raw.get("properties")
        found = {
            name: self._node(each, use, depth + 1)
            for name, each in (below.items() if isinstance(below, dict) else ())
            if not _is_left_out(self._seen(each), use)
        }
        additional = raw.get("additionalProperties")
        if found:
            made["properties"] = found
            needed = raw.get("required")
            names = (
                [name for name in needed if isinstance(name, str) and name in found] if isinstance(needed, list) else []
            )
            needed = [name for name in names if not (use is Use.ASKED and found[name].get("nullable"))]
            if needed:
                made["required"] = list(dict.fromkeys(needed))
            if len(needed) < len(names):
                made[REQUIRED_NULLS] = [name for name in dict.fromkeys(names) if name not in needed]
        elif isinstance(additional, dict) and additional:
            value = self._node(additional, use, depth + 1)
            made["additionalProperties"] = value or True
        elif additional is not False or isinstance(raw.get("patternProperties"), dict):
            made["additionalProperties"] = True

    def _seen(self, raw: Any) -> Any:
        try:
            return self._resolver.resolved(raw)
        except ReferenceError_:
            return raw

    # ------------------------------------------------------------------------------------------------------- several
    def _with_forms(self, made: Node, forms: list[Any], use: Use, depth: int) -> Node:
        """A schema that has one of several forms, beside what it says itself."""
        nodes = [self._node(each, use, depth + 1) for each in forms if not _is_null(self._seen(each))]
        if len(nodes) < len(forms):
            made = {**made, "nullable": True}
        if any(node.get("nullable") for node in nodes):
            made = {**made, "nullable": True}
        said = [node for node in nodes if node.get("type") or node.get("x-kubernetes-int-or-string")]
        if not said:
            # Only which of its own properties go together, or anything at all.
            return made
        if len(said) < len(nodes):
            return {word: made[word] for word in _IN_COMMON if word in made} if not made.get("properties") else made
        if len(nodes) == 1:
            return self._both(made, nodes[0])
        return self._both(made, self._common(nodes, use))

    def _common(self, nodes: list[Node], use: Use) -> Node:
        """What several forms have in common."""
        types = {str(node.get("type", "")) for node in nodes}
        if types == {"object"}:
            return self._any_of_objects(nodes) if use is Use.TOLD else OPAQUE
        if types <= {"string", "integer"} and len(types) == 2:
            return {"x-kubernetes-int-or-string": True}
        if types == {"integer", "number"}:
            return {"type": "number"}
        if len(types) == 1 and types <= {"string", "integer", "number", "boolean"}:
            made: Node = {"type": types.pop()}
            enums = [node.get("enum", ()) for node in nodes]
            if all(enums):
                values = [value for enum in enums for value in enum]
                made["enum"] = (
                    [value for at, value in enumerate(values) if value not in values[:at]]
                    if len(values) < 1_000
                    else values
                )
            formats = {node.get("format") for node in nodes}
            if len(formats) == 1 and None not in formats:
                made["format"] = formats.pop()
            return made
        return {}

    def _any_of_objects(self, nodes: list[Node]) -> Node:
        """What an answer may hold that is one of several objects: all that stands in any of them."""
        found: dict[str, Node] = {}
        for node in nodes:
            below = node.get("properties", {})
            self._count(len(below))
            for name, each in below.items():
                if name not in found:
                    found[name] = each
                elif found[name] is not each:
                    found[name] = self._pair(found[name], each)
        return {"type": "object", "properties": found} if found else OPAQUE

    def _pair(self, one: Node, other: Node) -> Node:
        """What two forms of one property have in common; the same two are looked at once."""
        key = id(one), id(other)
        if key not in self._pairs:
            self._pairs[key] = one, other, self._common([one, other], Use.TOLD)
        return self._pairs[key][2]

    def _both(self, one: Node, other: Node) -> Node:
        """What holds where both do. ``one`` wins where they say different things of one thing."""
        if not one or not other:
            return one or other
        made = {**other, **one}
        types = {node["type"] for node in (one, other) if "type" in node}
        if len(types) == 2 and types != {"integer", "number"}:
            return {word: made[word] for word in _IN_COMMON if word in made}
        if types == {"integer", "number"}:
            made["type"] = "integer"
        if "properties" in one or "properties" in other:
            below, more = one.get("properties", {}), other.get("properties", {})
            self._count(len(below) + len(more))
            made["properties"] = {
                **{name: self._both(below[name], each) if name in below else each for name, each in more.items()},
                **{name: each for name, each in below.items() if name not in more},
            }
            for word in ("required", REQUIRED_NULLS):
                needed = [*one.get(word, ()), *other.get(word, ())]
                if needed:
                    made[word] = list(dict.fromkeys(needed))
            made.pop("additionalProperties", None)
        if one.get("nullable") and not other.get("nullable") and "type" in other and "type" in one:
            made.pop("nullable", None)
        return made

    def _count(self, properties: int) -> None:
        self._merged += properties
        if self._merged > _MOST_MERGED:
            raise SourceError(
                f"the schemas of the document merge more than {_MOST_MERGED:,} properties: give a document of fewer operations"
            )


def _schemas(value: Any) -> list[Any]:
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []


def _is_null(raw: Any) -> bool:
    """Whether a form says that there is nothing."""
    if not isinstance(raw, dict):
        return False
    return raw.get("type") == "null" or raw.get("enum") == [None] or ("const" in raw and raw["const"] is None)


def _is_nullable(raw: Any) -> bool:
    types = raw.get("type") if isinstance(raw, dict) else None
    return isinstance(raw, dict) and (raw.get("nullable") is True or (isinstance(types, list) and "null" in types))


def _is_left_out(raw: Any, use: Use) -> bool:
    return isinstance(raw, dict) and raw.get(use.value) is True


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _is_count(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0
