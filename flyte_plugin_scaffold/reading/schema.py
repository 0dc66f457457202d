"""Reading an ``openAPIV3Schema`` mapping: what a node is, what is below it, and paths into it.

The schema of a :class:`model.Crd` has been checked by the reader (types of all keywords, no ``$ref``, bounded depth),
but random and hand-written ones come here too: nothing in this module raises on an odd node.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator, Mapping
from enum import Enum
from typing import Any

from flyte_plugin_scaffold.model import Path, Step, StepKind
from flyte_plugin_scaffold.text.characters import shown
from flyte_plugin_scaffold.text.nearest import nearest

Node = Mapping[str, Any]
EMPTY: Node = {}
OPAQUE: Node = {"type": "object", "x-kubernetes-preserve-unknown-fields": True}
MOST_DEPTH = 24  # levels below the root that derivation looks at: the deepest pod of a CRD stands at about ten


class Kind(str, Enum):
    """What a schema node holds."""

    OBJECT = "object"  # with properties
    MAP = "map"
    LIST = "list"
    STRING = "string"
    INTEGER = "integer"
    NUMBER = "number"
    BOOLEAN = "boolean"
    INT_OR_STRING = "int-or-string"
    OPAQUE = "opaque"  # an object with unknown fields
    NOTHING = "nothing"  # an object without properties: the API server prunes all that is in it
    ANYTHING = "anything"  # untyped


SCALARS = frozenset((Kind.STRING, Kind.INTEGER, Kind.NUMBER, Kind.BOOLEAN, Kind.INT_OR_STRING))


def kind(node: Any) -> Kind:
    """What ``node`` holds."""
    if not isinstance(node, dict):
        return Kind.ANYTHING
    if node.get("x-kubernetes-int-or-string") is True or node.get("format") == "int-or-string":
        return Kind.INT_OR_STRING
    type_ = node.get("type")
    if type_ == "string":
        return Kind.STRING
    if type_ == "integer":
        return Kind.INTEGER
    if type_ == "number":
        return Kind.NUMBER
    if type_ == "boolean":
        return Kind.BOOLEAN
    if type_ == "array":
        return Kind.LIST
    has_properties = bool(properties(node))
    if has_properties:
        return Kind.OBJECT
    additional = node.get("additionalProperties")
    if isinstance(additional, dict) and additional:
        return Kind.MAP
    if type_ is None:
        types = {each.get("type") for word in ("anyOf", "oneOf") for each in _mappings(node.get(word))}
        if types == {"integer", "string"}:
            return Kind.INT_OR_STRING
        return Kind.ANYTHING
    if preserves_unknown(node) or node.get("x-kubernetes-embedded-resource") is True:
        return Kind.OPAQUE
    if additional is True or isinstance(additional, dict):
        return Kind.OPAQUE
    return Kind.NOTHING


def preserves_unknown(node: Node) -> bool:
    return node.get("x-kubernetes-preserve-unknown-fields") is True


def properties(node: Any) -> dict[str, Any]:
    """The properties of an object node, by name; {} for any other."""
    found = node.get("properties") if isinstance(node, dict) else None
    return found if isinstance(found, dict) else {}


def items(node: Any) -> Node:
    """The element schema of a list node; {} where there is none."""
    found = node.get("items") if isinstance(node, dict) else None
    return found if isinstance(found, dict) else EMPTY


def entries(node: Any) -> Node:
    """The value schema of a map node; {} where there is none."""
    found = node.get("additionalProperties") if isinstance(node, dict) else None
    return found if isinstance(found, dict) else EMPTY


def required(node: Any) -> tuple[str, ...]:
    """The properties that must be given: required and without a default, in the order of the properties."""
    names = node.get("required") if isinstance(node, dict) else None
    if not isinstance(names, list):
        return ()
    wanted = {name for name in names if isinstance(name, str)}
    return tuple(
        name for name, child in properties(node).items() if name in wanted and not (
            isinstance(child, dict) and child.get("default") is not None
        )
    )  # fmt: skip


def description(node: Any) -> str:
    text = node.get("description") if isinstance(node, dict) else None
    return text if isinstance(text, str) else ""


def enum(node: Any) -> tuple[str, ...]:
    """The allowed values of a string node, as strings; () where the CRD lists none."""
    values = node.get("enum") if isinstance(node, dict) else None
    if not isinstance(values, list):
        return ()
    return tuple(dict.fromkeys(value for value in values if isinstance(value, str)))


def number(node: Any, word: str) -> float | None:
    """The number of a keyword; None where there is none that a float can hold."""
    value = node.get(word) if isinstance(node, dict) else None
    return value if is_number(value) else None


def is_number(value: Any) -> bool:
    """Whether ``value`` is a number that a float can hold."""
    try:
        return isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value)
    except OverflowError:  # hundreds of digits
        return False


def bounds(node: Any) -> tuple[float | None, float | None]:
    """Minimum and maximum of a number; none where no value could be within them."""
    low, high = number(node, "minimum"), number(node, "maximum")
    if kind(node) is Kind.INTEGER:
        limit = 2**31 if node.get("format") == "int32" else 2**63
        if (low is not None and low >= limit) or (high is not None and high < -limit):
            return None, None
    return (None, None) if low is not None and high is not None and low > high else (low, high)


def _mappings(value: Any) -> Iterator[Node]:
    for each in value if isinstance(value, list) else ():
        if isinstance(each, dict):
            yield each


def item_kind(node: Any) -> Kind:
    return kind(items(node)) if items(node) else Kind.ANYTHING


def leaves(node: Any, most: int = 1000) -> int:
    """How many values can be set below ``node``; counting stops at ``most``."""
    count = 0
    stack = [node]
    while stack and count < most:
        each = stack.pop()
        below = properties(each)
        if below:
            stack.extend(below.values())
        elif kind(each) is Kind.LIST and properties(items(each)):
            stack.append(items(each))
        elif kind(each) is Kind.MAP and properties(entries(each)):
            stack.append(entries(each))
        elif kind(each) is not Kind.NOTHING:
            count += 1
    return count


# --------------------------------------------------------------------------------------------------------------- paths
_STEP = re.compile(
    r"""(?P<dot>\.)(?P<field>[\w$/-]+|"(?:[^"\\]|\\.)*")
      | \[(?P<element>[^\]"]*|"(?:[^"\\]|\\.)*")\]
      | \{(?P<key>[^}"]*|"(?:[^"\\]|\\.)*")\}""",
    re.VERBOSE | re.ASCII,
)


# Below these stands what a request of a remote service has beside its body.
PARAMETERS = ("path", "query", "header")
ROOTS = ("spec", "status", *PARAMETERS)


def parse_path(text: str) -> Path:
    """Read ``.spec.a.b[].c{Key}``; raises ValueError with one sentence that quotes ``text``."""
    path = parse_relative(text)
    if path.steps[0].kind is not StepKind.FIELD or path.steps[0].name not in ROOTS:
        raise ValueError(f"{shown(text.strip())} is no path: it starts with .spec or .status")
    return path


def parse_relative(text: str) -> Path:
    """Read ``.a.b``, a place below anything; raises ValueError with one sentence that quotes ``text``."""
    text = text.strip()
    steps = []
    position = 0
    while position < len(text):
        match = _STEP.match(text, position)
        if not match:
            raise ValueError(
                f"{shown(text)} is no path: {shown(text[position:])} should go on with .name, [], [name], {{Key}} or {{}}"
            )
        try:
            if match["dot"]:
                steps.append(Step(StepKind.FIELD, _unquoted(match["field"])))
            elif match["element"] is not None:
                name = _unquoted(match["element"])
                steps.append(Step(StepKind.ELEMENT, name) if name else Step(StepKind.ITEMS))
            else:
                name = _unquoted(match["key"])
                steps.append(Step(StepKind.KEY, name) if name else Step(StepKind.ENTRIES))
        except ValueError:
            raise ValueError(f"{shown(text)} is no path: {shown(match[0])} holds no JSON string") from None
        position = match.end()
    if not steps:
        raise ValueError(f"{shown(text)} is no path: it starts with .spec or .status")
    return Path(tuple(steps))


def leading_path(text: str) -> str:
    """The longest beginning of ``text`` that is spelled like a path."""
    position = 0
    while match := _STEP.match(text, position):
        position = match.end()
    return text[:position]


def _unquoted(text: str) -> str:
    if not text.startswith('"'):
        return text.strip()
    return str(json.loads(text))


def path_of(*fields: str) -> Path:
    return Path(tuple(Step(StepKind.FIELD, name) for name in fields))


def below(path: Path, *steps: Step) -> Path:
    return Path(path.steps + steps)


def field_below(path: Path, *names: str) -> Path:
    return Path(path.steps + tuple(Step(StepKind.FIELD, name) for name in names))


def child(node: Any, step: Step) -> Node | None:
    """The node one step below ``node``; OPAQUE below unknown fields; None where the CRD has no such place."""
    if not isinstance(node, dict):
        return None
    if step.kind is StepKind.FIELD:
        below_ = properties(node)
        if step.name in below_:
            found = below_[step.name]
        elif entries(node) and not below_:
            found = entries(node)
        else:
            found = None
    elif step.kind in (StepKind.ITEMS, StepKind.ELEMENT):
        found = items(node) or None
    else:
        found = entries(node) or None
    if isinstance(found, dict):
        return found
    if found is None and (preserves_unknown(node) or kind(node) in (Kind.OPAQUE, Kind.ANYTHING)):
        return OPAQUE
    return None


def lookup(schema: Any, path: Path) -> Node | None:
    """The node at ``path``; OPAQUE where the CRD does not say; None where it has no such place.

    A CRD without any schema says nothing: every path of it is OPAQUE.
    """
    return lookup_below(schema, path) if schema else OPAQUE


def lookup_below(node: Node | None, path: Path) -> Node | None:
    """The node at a path from ``node``; None where there is no such place."""
    for step in path.steps:
        node = child(node, step)
        if node is None:
            return None
    return node


_MOST_DEPTH_OF_A_GUESS = 6
_MOST_NODES_OF_A_GUESS = 5_000


def nearest_path(schema: Any, path: Path) -> Path | None:
    """The place of the CRD that is meant by a ``path`` that it does not have; None where there is nothing like it.

    A mistyped step is looked for among its siblings, then the last name of the path anywhere below its root.
    """
    steps: list[Step] = []
    node: Node | None = schema
    for step in path.steps:
        if child(node, step) is None and step.kind is StepKind.FIELD:
            step = Step(StepKind.FIELD, nearest(step.name, properties(node)))
        node = child(node, step)
        if node is None:
            break
        steps.append(step)
    else:
        return Path(tuple(steps))
    last = next((step.name for step in reversed(path.steps) if step.kind is StepKind.FIELD), "")
    places = _places(schema, path.steps[0])
    found = nearest(last, places) if len(path.steps) > 1 else ""
    return places.get(found)


def _places(schema: Any, root: Step) -> dict[str, Path]:
    """The paths below ``root`` by their last names; of equal names the one nearest to the top."""
    found: dict[str, Path] = {}
    level = [(Path((root,)), child(schema, root))]
    seen = 0
    for _ in range(_MOST_DEPTH_OF_A_GUESS):
        below_ = []
        for path, node in level:
            for name, node_below in properties(node).items():
                seen += 1
                if seen > _MOST_NODES_OF_A_GUESS:
                    return found
                here = field_below(path, name)
                found.setdefault(name, here)
                below_.append((here, node_below))
        level = below_
    return found
