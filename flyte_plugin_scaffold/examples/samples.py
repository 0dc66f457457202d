"""Small valid values for fields: what a test sends, and what a demo fills in where the CRD demands something."""

from __future__ import annotations

import math
import re
import sys
import warnings
from functools import lru_cache
from typing import Any

try:
    from re import _constants as sre  # type: ignore[attr-defined]
    from re import _parser as parser
except ImportError:  # Python 3.10
    import sre_constants as sre
    import sre_parse as parser

from flyte_plugin_scaffold.model import Field, Scalar, Shape
from flyte_plugin_scaffold.reading import schema
from flyte_plugin_scaffold.reading.schema import Kind, Node
from flyte_plugin_scaffold.text.characters import invisible

_BY_FORMAT = {
    "date-time": "2024-01-01T00:00:00Z",
    "date": "2024-01-01",
    "duration": "1h",
    "byte": "dGV4dA==",
    "email": "user@example.com",
    "hostname": "example.com",
    "idn-hostname": "example.com",
    "ipv4": "192.0.2.1",
    "ipv6": "2001:db8::1",
    "cidr": "192.0.2.0/24",
    "mac": "00:00:5e:00:53:01",
    "uri": "https://example.com/",
    "uuid": "123e4567-e89b-42d3-a456-426614174000",
    "uuid3": "123e4567-e89b-32d3-a456-426614174000",
    "uuid4": "123e4567-e89b-42d3-a456-426614174000",
    "uuid5": "123e4567-e89b-52d3-a456-426614174000",
    "isbn": "9783161484100",
    "isbn10": "316148410X",
    "isbn13": "9783161484100",
    "creditcard": "4111111111111111",
    "ssn": "078-05-1120",
    "hexcolor": "#112233",
    "rgbcolor": "rgb(1,2,3)",
    "password": "text",
}
_USUAL = (
    "text", "1", "1Gi", "1h", "name", "a", "A", "v1", "1.0.0", "example.com", "https://example.com/", "192.0.2.1",
    "/tmp", "s3://bucket/key", "a/b", "a=b", "true", "0",
)  # fmt: skip
_QUANTITIES = ("1", *_USUAL)


def of_field(field: Field, node: Node) -> Any:
    """A value of ``field`` as a plain Python object, as valid as its schema alone can tell."""
    if field.shape is Shape.SCALAR:
        return _scalar(field, node)
    if field.shape is Shape.LIST:
        one = _scalar(field, schema.items(node))
        return _repeated(one, node, field.enum)
    if field.shape is Shape.MAP:
        return {"key": _scalar(field, schema.entries(node))}
    if field.shape is Shape.MESSAGE:
        return _of_fields(field)
    if field.shape is Shape.MESSAGES:
        return [_of_fields(field)]
    if field.shape is Shape.STRUCTS:
        return [_struct(schema.items(node))]
    if field.shape is Shape.VALUE:
        return [] if schema.kind(node) is Kind.LIST else "text"
    return _struct(node)


def _of_fields(field: Field) -> Any:
    """Required fields; where there are none, the first one."""
    needed = [each for each in field.fields if each.required] or list(field.fields[:1])
    return {each.name: each.example for each in needed}


def _repeated(one: Any, node: Node, enum: Any) -> list[Any]:
    least = node.get("minItems")
    count = least if isinstance(least, int) and not isinstance(least, bool) and 1 < least <= 16 else 1
    if count == 1:
        return [one]
    if len(enum) >= count:
        return list(enum[:count])
    if isinstance(one, str):
        return [one] + [f"{one}{number}" for number in range(2, count + 1)]
    return [one] * count


def _struct(node: Node, depth: int = 0) -> dict:
    """An object with what its schema demands; as a plain JSON object, by the CRD's own names."""
    if schema.kind(node) is Kind.MAP:
        return {"key": plain(schema.entries(node), depth + 1)}
    needed = schema.required(node)
    found = {name: plain(schema.properties(node)[name], depth + 1) for name in needed} if depth < 8 else {}
    if found or depth:
        return found
    for name, child in schema.properties(node).items():
        if schema.kind(child) in schema.SCALARS:
            return {name: plain(child, 1)}
    return {"key": "text"} if schema.kind(node) in (Kind.OPAQUE, Kind.ANYTHING) else {}


def plain(node: Node, depth: int = 0) -> Any:
    """A small valid JSON value for any schema node."""
    kind = schema.kind(node)
    if kind is Kind.STRING:
        return string(node)
    if kind is Kind.INT_OR_STRING:
        return string(node, usual=_QUANTITIES)
    if kind is Kind.INTEGER:
        return int(number(node, True))
    if kind is Kind.NUMBER:
        return number(node, False)
    if kind is Kind.BOOLEAN:
        return True
    if kind is Kind.LIST:
        least = node.get("minItems")
        return [plain(schema.items(node), depth + 1)] if isinstance(least, int) and least > 0 and depth < 8 else []
    if kind in (Kind.OBJECT, Kind.MAP, Kind.OPAQUE, Kind.NOTHING):
        return _struct(node, max(depth, 1)) if kind is not Kind.OPAQUE else {}
    return "text"


def _scalar(field: Field, node: Node) -> Any:
    if field.scalar is Scalar.BOOL:
        return True
    if field.scalar is Scalar.DOUBLE:
        return number(node, False)
    if field.scalar in (Scalar.INT32, Scalar.INT64):
        return int(number(node, True))
    if field.int_or_string:
        return string(node, usual=_QUANTITIES)
    return string(node)


def number(node: Node, whole: bool) -> Any:
    """A number within minimum, maximum and multipleOf; 1, or 0.5 for a fraction, where they allow it."""
    least, most = _range(node, whole)

    def within(value: Any) -> Any:
        value = min(max(value, least), most)
        return math.ceil(value) if whole else float(value)

    values = node.get("enum")
    if isinstance(values, list):
        numbers = [value for value in values if schema.is_number(value)]
        if numbers:
            return within(numbers[0])
    value = within(1 if whole else 0.5)
    step = abs(schema.number(node, "multipleOf") or 0)
    countable = 1e-9 <= step <= most and abs(value) <= 1e15
    multiple = math.ceil(value / step) * step if countable else value
    return within(multiple) if least <= multiple <= most else value


def _range(node: Node, whole: bool) -> tuple[float, float]:
    """The least and the most that a value may be: of its type, where the CRD's bounds leave nothing."""
    limit = 2**31 - 1 if node.get("format") == "int32" else 2**63 - 1 if whole else sys.float_info.max
    low, high = schema.bounds(node)
    least = -limit if low is None else low + (node.get("exclusiveMinimum") is True)
    most = limit if high is None else high - (node.get("exclusiveMaximum") is True)
    if whole:
        least, most = math.ceil(least), math.floor(most)
    if least > most and low is not None and high is not None:
        least = most = low if whole else low / 2 + high / 2
    least, most = max(least, -limit), min(most, limit)
    return (least, most) if least <= most else (-limit, limit)


def string(node: Node, usual: Any = _USUAL) -> str:
    """A string that fits enum, format, pattern and length, as far as one can be found."""
    values = schema.enum(node)
    if values:
        return next((value for value in values if value), values[0])
    pattern = node.get("pattern")
    format_ = node.get("format")
    least, most = node.get("minLength"), node.get("maxLength")

    def fits(value: str) -> bool:
        if isinstance(least, int) and len(value) < least:
            return False
        return not (isinstance(most, int) and len(value) > most)

    formatted = _BY_FORMAT.get(format_ if isinstance(format_, str) else "")
    if formatted and not isinstance(pattern, str):
        return formatted
    if not isinstance(pattern, str) or not pattern:
        found = next((value for value in usual if fits(value)), None)
        if found is not None:
            return found
        return "a" * least if isinstance(least, int) and 0 < least <= 4096 else ""
    parsed = _parsed(pattern)
    if parsed is None:
        return usual[0]
    candidates = ((formatted,) if formatted else ()) + tuple(usual)
    made = matching(pattern)
    for value in (*candidates, made) if made is not None and not invisible(made) else candidates:
        if (value == made or fits(value)) and _Matcher(parsed, value).found():
            return value
    return usual[0]


_MOST_PATTERN = 1000  # characters of one that is looked at
_MOST_MADE = 4096  # characters of what is made for one
_MOST_STEPS = 100_000  # of comparing a text with one


@lru_cache(maxsize=256)
def _parsed(pattern: str) -> Any:
    """A pattern's parts, to be read only; None for one that Python does not read or that takes too long."""
    if len(pattern) > _MOST_PATTERN:
        return None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", FutureWarning)  # of what a later Python may read as a set in a set
            return parser.parse(pattern)
    except (re.error, RecursionError, OverflowError):
        return None


@lru_cache(maxsize=256)
def matching(pattern: str) -> str | None:
    """A short string that a regular expression matches, made from its parts; None where that does not work."""
    parsed = _parsed(pattern)
    try:
        return None if parsed is None else _walk(parsed, {})
    except (KeyError, ValueError, TypeError, IndexError, RecursionError, OverflowError):
        return None


class _Unknown(Exception):
    """A part of a pattern that is not compared, or too many steps."""


class _Matcher:
    """Whether a text matches a pattern, by the places that its parts can end at.

    The pattern is the CRD's, and Python's own matcher may take forever, or until the end of the memory, for some.
    """

    def __init__(self, parsed: Any, text: str) -> None:
        self._parsed = parsed
        self._text = text
        self._folds = bool(parsed.state.flags & re.IGNORECASE)
        self._left = _MOST_STEPS

    def found(self) -> bool:
        try:
            return bool(self._ends(self._parsed, set(range(len(self._text) + 1))))
        except (_Unknown, RecursionError):
            return False

    def _ends(self, parts: Any, starts: set[int]) -> set[int]:
        """Where the parts can end that begin at one of ``starts``."""
        for operator, argument in parts:
            if not starts:
                break
            self._left -= len(starts)
            if self._left < 0:
                raise _Unknown
            starts = self._after(operator, argument, starts)
        return starts

    def _after(self, operator: Any, argument: Any, starts: set[int]) -> set[int]:
        if operator in (sre.LITERAL, sre.NOT_LITERAL, sre.ANY, sre.IN):
            return {at + 1 for at in starts if at < len(self._text) and self._takes(operator, argument, self._text[at])}
        if operator in (sre.MAX_REPEAT, sre.MIN_REPEAT):
            return self._repeated(*argument, starts)
        if operator is sre.BRANCH:
            return set().union(*(self._ends(each, starts) for each in argument[1]))
        if operator is sre.SUBPATTERN and not argument[1] and not argument[2]:
            return self._ends(argument[3], starts)
        if operator is sre.AT:
            return {at for at in starts if self._stands(argument, at)}
        if operator in (sre.ASSERT, sre.ASSERT_NOT) and argument[0] > 0:
            wanted = operator is sre.ASSERT
            return {at for at in starts if bool(self._ends(argument[1], {at})) is wanted}
        raise _Unknown

    def _takes(self, operator: Any, argument: Any, char: str) -> bool:
        cases = {char, char.lower(), char.upper()} if self._folds else {char}
        if operator is sre.ANY:
            return char != "\n"
        if operator is sre.IN:
            negated = argument[0][0] is sre.NEGATE
            return any(_holds(argument, each) for each in cases if len(each) == 1) != negated
        return (chr(argument) in cases) is (operator is sre.LITERAL)

    def _repeated(self, least: int, most: int, inner: Any, starts: set[int]) -> set[int]:
        found: set[int] = set(starts) if least == 0 else set()
        count = 0
        while starts and count < most and count < least + len(self._text) + 1:
            count += 1
            self._left -= 1
            if self._left < 0:
                raise _Unknown
            starts = self._ends(inner, starts)
            if count >= least:
                starts -= found
                found |= starts
        return found

    def _stands(self, what: Any, at: int) -> bool:
        text = self._text
        if what in (sre.AT_BEGINNING, sre.AT_BEGINNING_STRING):
            return at == 0
        if what in (sre.AT_END, sre.AT_END_STRING):
            return at == len(text)
        is_boundary = _is_word(text[at - 1 : at]) != _is_word(text[at : at + 1])
        return is_boundary is (what is sre.AT_BOUNDARY)


def _is_word(char: str) -> bool:
    return char.isalnum() or char == "_"


def _walk(parts: Any, groups: dict) -> str:
    found = ""
    for operator, argument in parts:
        if operator is sre.LITERAL:
            found += chr(argument)
        elif operator is sre.NOT_LITERAL:
            found += "a" if argument != ord("a") else "b"
        elif operator is sre.ANY:
            found += "a"
        elif operator is sre.IN:
            found += _one_of(argument)
        elif operator in (sre.MAX_REPEAT, sre.MIN_REPEAT) or str(operator) == "POSSESSIVE_REPEAT":
            low, _, inner = argument
            found += _times(_walk(inner, groups), min(low, 256))
        elif operator is sre.BRANCH:
            found += _walk(argument[1][0], groups)
        elif operator is sre.SUBPATTERN:
            text = _walk(argument[3], groups)
            groups[argument[0]] = text
            found += text
        elif operator is sre.GROUPREF:
            found += groups[argument]
        elif operator in (sre.AT, sre.ASSERT, sre.ASSERT_NOT):
            continue
        else:
            raise ValueError(str(operator))
        if len(found) > _MOST_MADE:
            raise ValueError("too long")
    return found


def _times(text: str, count: int) -> str:
    if len(text) * count > _MOST_MADE:
        raise ValueError("too long")
    return text * count


def _holds(choices: Any, char: str) -> bool:
    """Whether a set of characters names ``char``."""
    for operator, argument in choices:
        if operator is sre.LITERAL and ord(char) == argument:
            return True
        if operator is sre.RANGE and argument[0] <= ord(char) <= argument[1]:
            return True
        if operator is sre.CATEGORY:
            name = str(argument)
            test = char.isdigit() if "DIGIT" in name else char.isspace() if "SPACE" in name else _is_word(char)
            if test != ("NOT" in name):
                return True
    return False


def _one_of(choices: Any) -> str:
    negated = bool(choices) and choices[0][0] is sre.NEGATE
    for char in "a1AzZ09-_./: " + "".join(map(chr, range(33, 127))):
        if _holds(choices, char) != negated:
            return char
    operator, argument = next((choice for choice in choices if choice[0] in (sre.LITERAL, sre.RANGE)), (None, None))
    if operator is None or negated:
        raise ValueError("nothing printable")
    return chr(argument if operator is sre.LITERAL else argument[0])
