"""YAML as Kubernetes reads it: documents, values, line numbers, and limits on what hostile text may cost.

PyYAML's own loader is not used, because it differs from ``kubectl`` where it hurts here: it turns ``2020-01-01`` into a
date and ``1:30`` into 90, fails on a plain ``=`` (a common enum value), keeps the last of two equal keys, and expands
without bound. Values are built straight from the parser's events, which also needs half the time and memory.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, NoReturn

import yaml
from yaml.events import (
    AliasEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)

from flyte_plugin_scaffold.text.characters import escaped_lines

try:
    from yaml import CSafeDumper as _Dumper
    from yaml import CSafeLoader as _Loader
except ImportError:  # PyYAML without libyaml: the same, slower
    from yaml import SafeDumper as _Dumper  # type: ignore[assignment]
    from yaml import SafeLoader as _Loader  # type: ignore[assignment]

MAX_DEPTH = (
    200  # of mappings and lists in one document: so that it can be walked by recursion; the deepest CRD seen has 60
)
MAX_VALUES = 1_000_000  # in one document, with every alias counted as what it stands for; the largest CRD has 150,000
_TOO_DEEP = f"nested more than {MAX_DEPTH} levels deep"


class YamlError(ValueError):
    """Text that is no YAML, or none that Kubernetes would take. ``line`` counts from 1 in that text; 0 is unknown."""

    def __init__(self, message: str, line: int = 0) -> None:
        super().__init__(message)
        self.message = message
        self.line = line


@dataclass(frozen=True)
class Span:
    """Where a key of a block mapping stands: lines count from 0, ``end`` is the first line that is not its own."""

    start: int
    end: int


@dataclass(frozen=True)
class Parsed:
    """A document's ``value``, and the place of every key of its three upper levels (none in flow style)."""

    value: Any
    spans: Mapping[tuple[str, ...], Span] = field(default_factory=dict)


# ----------------------------------------------------------------------------------------------------------- documents
_MARKER = re.compile(r"^(?:---|\.\.\.)(?=[ \t\n]|\Z)", re.MULTILINE)
_NO_CONTENT = re.compile(
    r"(?:[ \t]*(?:#[^\n]*)?(?:\n|\Z)|(?:---|\.\.\.)[ \t]*(?:#[^\n]*)?(?:\n|\Z)|%[^\n]*(?:\n|\Z))*\Z"
)


def split(text: str) -> Iterator[tuple[str, int]]:
    """The documents of a stream that hold anything, each with the number (from 0) of its first line.

    Comments in front of a marker (a licence, mostly) belong to the document behind it.
    """
    starts = [0] + [found.start() for found in _MARKER.finditer(text) if found.start()] + [len(text)]
    line = 0
    comments, comments_line = "", 0
    for begin, end in zip(starts, starts[1:]):
        part = text[begin:end]
        if _NO_CONTENT.match(part):
            if "#" in part and not re.search(r"^(?:---|\.\.\.|%)", part, re.MULTILINE):
                comments, comments_line = part, line
        elif comments and re.match(r"---[ \t]*\n", part):
            yield comments + part[part.index("\n") :], comments_line
            comments = ""
        else:
            yield part, line
            comments = ""
        line += part.count("\n")


def body(document: str) -> str:
    """The document without its marker and the blank lines around it, ending in one newline."""
    lines = document.split("\n")
    if re.match(r"---[ \t]*\Z", lines[0]):
        lines = lines[1:]
    text = "\n".join(lines)
    return re.sub(r"\A(?:[ \t]*\n)+", "", text).rstrip(" \t\n") + "\n"  # other blanks are part of a text


# -------------------------------------------------------------------------------------------------------------- values
# As go-yaml (v2) resolves plain scalars, which is what kubectl reads YAML with: y, n, on and off are booleans there.
_WORDS: dict[str, Any] = {"": None, "~": None, "null": None, "Null": None, "NULL": None}
_WORDS.update({word: True for word in "y Y yes Yes YES true True TRUE on On ON".split()})
_WORDS.update({word: False for word in "n N no No NO false False FALSE off Off OFF".split()})
_INTEGER = re.compile(r"[-+]?(?:0[xX][0-9a-fA-F]+|0[bB][01]+|0[oO][0-7]+|0[0-7]*|[1-9][0-9]*)\Z")
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?\Z")
_NOT_JSON = re.compile(r"(?:[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))\Z")
_NUMERIC_START = frozenset("0123456789+-.")
_STANDARD = "tag:yaml.org,2002:"


def _number(text: str) -> Any:
    """The number that a plain scalar is, or None."""
    plain = text.replace("_", "")
    if len(plain) < 64 and _INTEGER.match(plain):
        sign = -1 if plain[0] == "-" else 1
        digits = plain.lstrip("+-").lower()
        for prefix, base in (("0x", 16), ("0b", 2), ("0o", 8)):
            if digits.startswith(prefix):
                return sign * int(digits[2:], base)
        return sign * int(digits, 8 if len(digits) > 1 and digits[0] == "0" else 10)
    if _FLOAT.match(plain):
        value = float(plain)
        if value in (float("inf"), float("-inf")):
            raise YamlError(f"the number {text[:40]} is too large")
        return value
    if _NOT_JSON.match(text):
        raise YamlError(f"{text} cannot be sent to an API server, which reads JSON")
    return None


def _plain(text: str) -> Any:
    """The value of a scalar without quotes and tag."""
    if text in _WORDS:
        return _WORDS[text]
    if text[0] in _NUMERIC_START:
        number = _number(text)
        if number is not None:
            return number
    return text


_TYPES: Mapping[str, Any] = {"int": int, "float": (int, float), "bool": bool, "null": type(None)}


def _tagged(tag: str, text: str) -> Any:
    """The value of a scalar with an explicit ``tag``."""
    name = tag[len(_STANDARD) :] if tag.startswith(_STANDARD) else ""
    if tag == "!" or name in ("str", "timestamp"):
        return text
    value = _plain(text)
    if name in _TYPES and isinstance(value, _TYPES[name]):
        return float(value) if name == "float" else value
    raise YamlError(f"the tag {tag[:60]} does not fit {text[:40]!r}")


def _key(value: Any) -> str:
    """A mapping's key as JSON has it: a string."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float)):
        return str(value)
    raise YamlError("a mapping has an empty key" if value is None else "a mapping has a key that is not a word")


class _Frame:
    """A mapping or list that is being built."""

    __slots__ = ("value", "is_map", "key", "merges", "anchor", "before", "path", "block", "open_key")

    def __init__(self, value: Any, is_map: bool, anchor: str | None, before: int) -> None:
        self.value = value
        self.is_map = is_map
        self.key: str | None = None  # of a mapping, between the key's event and its value's
        self.merges: list[Any] = []
        self.anchor = anchor
        self.before = before
        self.path: tuple[str, ...] | None = None  # of the mappings whose keys get a Span
        self.block = False
        self.open_key: tuple[str, ...] | None = None


_MERGE = object()  # stands for the key `<<` between its event and its value's


def parse(text: str) -> Parsed:
    """The one document in ``text``. :raises YamlError: with the line, whatever the text is."""
    stripped = text.lstrip()
    if stripped.startswith("{"):
        parsed = _parse_json(text)
        if parsed is not None:
            return parsed
    try:
        return _parse_yaml(text)
    except YamlError:
        raise
    except yaml.reader.ReaderError as error:
        position = error.position if isinstance(error.position, int) else 0
        code = error.character if isinstance(error.character, int) else ord(error.character)
        raise YamlError(f"YAML has no character U+{code:04X}", text.count("\n", 0, position) + 1) from None
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        problem = error.problem or error.context or "not YAML"
        if "nesting depth" in problem:  # newer libyaml has a limit of its own, and looks ahead until it meets that
            problem = _TOO_DEEP
        raise YamlError(problem, mark.line + 1 if mark else 0) from None
    except (yaml.YAMLError, ValueError, OverflowError, RecursionError, MemoryError) as error:
        raise YamlError(f"not YAML: {str(error)[:200] or type(error).__name__}") from None


def _parse_json(text: str) -> Parsed | None:
    """The document where it is JSON, which is read ten times faster so; None where it is not."""

    def pairs(items: list[tuple[str, Any]]) -> dict[str, Any]:
        made = dict(items)
        if len(made) != len(items):
            seen = set()
            for key, _ in items:
                if key in seen:
                    raise YamlError(f"the key {key[:80]!r} stands twice in one mapping")
                seen.add(key)
        return made

    def constant(word: str) -> NoReturn:
        raise YamlError(f"{word} is no JSON")

    try:
        value = json.loads(
            text, object_pairs_hook=pairs, parse_constant=constant, parse_int=_number, parse_float=_number
        )
    except YamlError:
        raise
    except (ValueError, RecursionError):
        return None
    _check_size(value)
    if "\\u" in text:
        _check_text(json.dumps(value, ensure_ascii=False))
    return Parsed(value)


def _check_size(value: Any) -> None:
    """:raises YamlError: where a value is nested deeper or holds more than Kubernetes would ever take."""
    count = 0
    level = [value]
    for _ in range(MAX_DEPTH):
        count += len(level)
        if count > MAX_VALUES:
            raise YamlError(f"more than {MAX_VALUES:,} values in one document")
        below: list[Any] = []
        for each in level:
            if isinstance(each, dict):
                below.extend(each.values())
            elif isinstance(each, list):
                below.extend(each)
        if not below:
            return
        level = below
    raise YamlError(_TOO_DEEP)


def _check_text(text: str) -> None:
    """:raises YamlError: where ``text`` holds half a surrogate pair, which no file can."""
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        raise YamlError("an escape for half a character (\\ud800 to \\udfff)") from None


def _parse_yaml(text: str) -> Parsed:
    loader = _Loader(text)
    try:
        return _build(loader, bool(re.search(r"\\[uU]", text)))
    finally:
        loader.dispose()


class _Builder:
    """One document, put together from the parser's events."""

    def __init__(self, escapes: bool) -> None:
        self._escapes = escapes  # the text holds some, which may mean half a character
        self._anchors: dict[str, tuple[Any, int]] = {}  # anchor -> value, number of values in it
        self._open_anchors: list[str] = []
        self._frames: list[_Frame] = []
        self._frame: _Frame | None = None
        self._starts: dict[tuple[str, ...], int] = {}
        self._total = 0
        self._done = False
        self.value: Any = None
        self.spans: dict[tuple[str, ...], Span] = {}
        self.steps: dict[type, Callable[[Any], None]] = {
            ScalarEvent: self._scalar,
            MappingStartEvent: self._start,
            SequenceStartEvent: self._start,
            MappingEndEvent: self._end,
            SequenceEndEvent: self._end,
            AliasEvent: self._alias,
        }

    def _scalar(self, event: Any) -> None:
        self._total += 1
        frame = self._frame
        if event.tag is not None:
            value = _tagged(event.tag, event.value)
        elif event.implicit[0]:
            value = _plain(event.value)
            if value == "<<" and frame is not None and frame.is_map and frame.key is None:
                frame.key = _MERGE  # type: ignore[assignment]
                self._open_key(frame, "<<", event.start_mark.line)
                return
        else:
            value = event.value
            if self._escapes:
                _check_text(value)
        if event.anchor:
            self._anchors[event.anchor] = (value, 1)
        self._put(value, event)

    def _start(self, event: Any) -> None:
        self._total += 1
        if event.tag is not None and event.tag not in ("!", _STANDARD + "map", _STANDARD + "seq"):
            raise YamlError(f"the tag {event.tag[:60]} is not for JSON")
        is_map = type(event) is MappingStartEvent
        above = self._frame
        if above is not None and above.is_map and above.key is None:
            raise YamlError("a mapping has a mapping or a list as a key")
        if len(self._frames) >= MAX_DEPTH:
            raise YamlError(_TOO_DEEP)
        frame = _Frame({} if is_map else [], is_map, event.anchor, self._total - 1)
        if event.anchor:
            self._anchors.pop(event.anchor, None)
            self._open_anchors.append(event.anchor)
        if is_map:
            frame.block = not event.flow_style
            frame.path = _path_of(above)
        self._frames.append(frame)
        self._frame = frame

    def _end(self, event: Any) -> None:
        frame = self._frames.pop()
        if frame.open_key is not None:
            self.spans[frame.open_key] = Span(self._starts[frame.open_key], event.start_mark.line)
        for merged in frame.merges:
            for key, each in merged.items():
                frame.value.setdefault(key, each)
        if frame.anchor:
            self._open_anchors.remove(frame.anchor)
            self._anchors[frame.anchor] = (frame.value, self._total - frame.before)
        self._frame = self._frames[-1] if self._frames else None
        self._put(frame.value, event)

    def _alias(self, event: Any) -> None:
        if event.anchor not in self._anchors:
            if event.anchor in self._open_anchors:
                raise YamlError(f"*{event.anchor[:40]} stands inside of what it repeats")
            raise YamlError(f"*{event.anchor[:40]} repeats an anchor that is not there")
        value, size = self._anchors[event.anchor]
        self._total += size
        self._put(value, event)

    def _put(self, value: Any, event: Any) -> None:
        """Puts a value that is whole where it belongs: into the list, as the key or the value of a mapping, on top."""
        if self._total > MAX_VALUES:
            raise YamlError(f"more than {MAX_VALUES:,} values in one document, aliases counted as what they repeat")
        frame = self._frame
        if frame is None:
            if self._done:
                raise YamlError("a second document without a line of --- before it")
            self.value, self._done = value, True
        elif not frame.is_map:
            frame.value.append(value)
        elif frame.key is None:
            key = value if type(value) is str else _key(value)
            if key in frame.value:
                raise YamlError(f"the key {key[:80]!r} stands twice in one mapping")
            frame.key = key
            frame.value[key] = None  # seen, also where the value is a merge or an alias
            self._open_key(frame, key, event.start_mark.line)
        elif frame.key is _MERGE:
            frame.merges.extend(_mappings(value))
            frame.key = None
        else:
            frame.value[frame.key] = value
            frame.key = None

    def _open_key(self, frame: _Frame, key: str, line: int) -> None:
        """Notes where ``key`` starts, which is where the key before it ends."""
        if frame.path is None or not frame.block:
            return
        if frame.open_key is not None:
            self.spans[frame.open_key] = Span(self._starts[frame.open_key], line)
        frame.open_key = frame.path + (key,)
        self._starts[frame.open_key] = line


def _build(loader: Any, escapes: bool) -> Parsed:
    builder = _Builder(escapes)
    steps = builder.steps
    while (event := loader.get_event()) is not None:
        step = steps.get(type(event))  # none for start and end of the stream and of the document
        if step is None:
            continue
        try:
            step(event)
        except YamlError as error:
            if not error.line:
                error.line = event.start_mark.line + 1
            raise
    return Parsed(builder.value, builder.spans)


def _path_of(above: _Frame | None) -> tuple[str, ...] | None:
    """The keys to a mapping below ``above``, of those near enough to the top; else None."""
    if above is None:
        return ()
    near = above.path is not None and above.open_key is not None and len(above.path) < 2
    return above.open_key if near else None


def _mappings(value: Any) -> list[dict[str, Any]]:
    """What ``<<`` merges: one mapping or a list of them."""
    merged = value if isinstance(value, list) else [value]
    if not all(isinstance(each, dict) for each in merged):
        raise YamlError("<< merges something that is not a mapping")
    return merged


def line_of(text: str, path: Sequence[str | int]) -> int:
    """The line (from 1) on which the value at ``path`` starts, or as much of the path as there is; for messages only."""
    loader = _Loader(text)
    try:
        event = loader.get_event()
        while not isinstance(event, (yaml.NodeEvent, yaml.StreamEndEvent)):
            event = loader.get_event()
        line = event.start_mark.line
        for step in path:
            event, line = _below(loader, event, step, line)
        return int(line) + 1
    except (yaml.YAMLError, ValueError, RecursionError):
        return 0
    finally:
        loader.dispose()


def _below(loader: Any, event: Any, step: str | int, line: int) -> tuple[Any, int]:
    """The first event of the value at a key or index of the node that begins with ``event``, and the line of the key or
    item; None and ``line`` where there is none."""
    index = 0
    while isinstance(event, (yaml.MappingStartEvent, yaml.SequenceStartEvent)):
        child = loader.get_event()
        if isinstance(child, yaml.CollectionEndEvent):
            break
        if isinstance(event, yaml.MappingStartEvent):
            key = _skipped(loader, child)
            child = loader.get_event()
            if isinstance(key, yaml.ScalarEvent) and key.value == step:
                return child, key.start_mark.line
        elif index == step:
            return child, child.start_mark.line
        _skipped(loader, child)
        index += 1
    return None, line


def _skipped(loader: Any, event: Any) -> Any:
    """The event, with all of its node read."""
    depth = isinstance(event, yaml.CollectionStartEvent)
    while depth:
        below = loader.get_event()
        depth += isinstance(below, yaml.CollectionStartEvent) - isinstance(below, yaml.CollectionEndEvent)
    return event


# ------------------------------------------------------------------------------------------------------------- writing
class _BlockDumper(_Dumper):
    """Block style; no aliases; quotes what kubectl or PyYAML would not read as a string; several lines as a literal."""

    def ignore_aliases(self, data: Any) -> bool:
        return True

    def resolve(self, kind: Any, value: Any, implicit: Any) -> Any:
        """What PyYAML asks of every node, twice: the tag that it has where none is written."""
        if kind is yaml.ScalarNode:
            return _tag(value) if implicit[0] else _STANDARD + "str"
        return super().resolve(kind, value, implicit)


def _represent_text(dumper: Any, value: str) -> Any:
    style = '"' if escaped_lines(value) != value else "|" if "\n" in value else None
    return dumper.represent_scalar(_STANDARD + "str", value, style=style)


_BlockDumper.add_representer(str, _represent_text)
_TAGS = {str: "str", type(None): "null", bool: "bool", int: "int", float: "float"}


@lru_cache(maxsize=4096)
def _tag(text: str) -> str:
    """What PyYAML or kubectl takes a scalar of this text for that has no quotes; null for what neither may read."""
    for tag, expression in _Dumper.yaml_implicit_resolvers.get(text[:1], ()):
        if expression.match(text):
            return str(tag)
    try:
        return _STANDARD + _TAGS[type(_plain(text))]
    except (YamlError, IndexError):
        return _STANDARD + "null"


def dump(value: Any) -> str:
    """``value`` as one YAML document in block style, keys in their order, without a marker; clean under yamllint.

    That is yamllint's default rules without document-start and line-length (a CRD has long lines), and with lists
    indented as kubectl and controller-gen do (``indent-sequences: consistent``). What is invisible is escaped.
    """
    return escaped_lines(
        yaml.dump(value, Dumper=_BlockDumper, default_flow_style=False, sort_keys=False, allow_unicode=True, width=100)
    )
