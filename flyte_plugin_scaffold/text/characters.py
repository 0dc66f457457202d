"""Invisible characters, and what becomes of them: dropped from prose, escaped in literals and on a terminal.

A text with such characters reads as something else than it is: it turns around what stands beside it, ends a line early,
or looks like another text. They are listed by range and not asked of ``unicodedata``, which knows more characters in every
release of Python: the same text becomes the same bytes in all of them.
"""

from __future__ import annotations

import re
import shlex
import sys
from collections.abc import Iterable
from typing import TextIO

# Controls (C0, DEL, C1) and other formats, soft hyphen, joiners and fillers, marks of direction, separators of lines and
# paragraphs, variation selectors, surrogates, private use, noncharacters, tags, and the planes in which there is nothing.
_INVISIBLE = (
    "\x00-\x1f\x7f-\x9f\xad\u034f\u0600-\u0605\u061c\u06dd\u070f\u0890\u0891\u08e2\u115f\u1160\u17b4\u17b5\u180b-\u180f"
    "\u200b-\u200f\u2028-\u202e\u2060-\u206f\u2800\u3164\ud800-\uf8ff\ufdd0-\ufdef\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\ufffe\uffff"
    "\U000110bd\U000110cd\U00013430-\U0001345f\U0001bca0-\U0001bca3\U0001d159\U0001d173-\U0001d17a\U0001fffe\U0001ffff\U0002fffe\U0002ffff"
    "\U0003fffe-\U0010ffff"
)
_BLANKS = "\xa0\u1680\u2000-\u200a\u202f\u205f\u3000"  # look like a space, and are none
_INVISIBLES = re.compile(f"[{_INVISIBLE}]")
_ODD = re.compile(f"[{_INVISIBLE}{_BLANKS}]")
_SPACE = re.compile(rf"[ \t-\r\x1c-\x1f\x85\u2028\u2029{_BLANKS}]+")
_SURROGATES = re.compile("[\ud800-\udfff]")
_UNPASSABLE = re.compile("[\0\ud800-\udfff]")  # NUL, and half a character
_SHORT = {"\n": "\\n", "\r": "\\r", "\t": "\\t"}


def _is_plain(text: str) -> bool:
    """Whether every character is one of ASCII's that people see, as in most texts: that is known at once."""
    return text.isascii() and text.isprintable()


def is_invisible(char: str) -> bool:
    """Whether ``char`` is invisible, or changes how its neighbours look. Spaces of any width are visible."""
    return _INVISIBLES.match(char) is not None


def invisible(text: str, but: str = "") -> str:
    """The first invisible character of ``text`` that is none of ``but``; "" for none."""
    if _is_plain(text):
        return ""
    return next((found[0] for found in _INVISIBLES.finditer(text) if found[0] not in but), "")


def unpassable(text: str) -> str:
    """The first character of ``text`` that no argument of a program and no text file can hold; "" for none."""
    found = _UNPASSABLE.search(text)
    return found[0] if found else ""


def code_point(char: str) -> str:
    """``U+202E``: how people call a character that they cannot see."""
    return f"U+{ord(char):04X}"


def visible_prose(text: str) -> str:
    """``text`` on one line, as people see it: white space of any sort is a space, what is invisible is dropped."""
    return _INVISIBLES.sub("", _SPACE.sub(" ", text)).strip()


def escaped(text: str) -> str:
    """``text`` with escapes such as ``\\u202e`` for what is invisible, and for spaces that are none."""
    if _is_plain(text):
        return text
    return _ODD.sub(lambda match: _escape(match[0]), text)


def escaped_json(quoted: str) -> str:
    """A JSON string, as :func:`json.dumps` gives it, with JSON's own escapes for invisible characters that it leaves."""
    return _ODD.sub(lambda match: _json_escape(match[0]), quoted)


def escaped_literal(quoted: str) -> str:
    """The same for a literal of Go, YAML, TOML, proto or Python, which write characters beyond U+FFFF with ``\\U``.

    Half a surrogate pair is no character, and Go refuses its escape: what holds one never gets here.
    """
    if _is_plain(quoted):
        return quoted
    return _ODD.sub(lambda match: _long_escape(match[0]), _SURROGATES.sub("\ufffd", quoted))


def short(text: str, limit: int = 120) -> str:
    """``text`` for a message: on one line, with escapes for what is invisible, cut where it is long."""
    flat = " ".join(text[: 4 * limit].split())
    return escaped(flat if len(flat) <= limit and len(text) <= 4 * limit else flat[: limit - 3] + "...")


def shown(text: str, limit: int = 60) -> str:
    """``text`` quoted for a message: on one line, cut where it is long."""
    return "'" + escaped(text if len(text) <= limit else text[: limit - 3] + "...") + "'"


def escaped_lines(quoted: str) -> str:
    """:func:`escaped_literal` for a text of several lines."""
    return "\n".join(map(escaped_literal, quoted.split("\n")))


def escaped_json_lines(quoted: str) -> str:
    """:func:`escaped_json` for a document of several lines."""
    return "\n".join(map(escaped_json, quoted.split("\n")))


def shell_word(word: str) -> str:
    """``word`` as a shell reads it back: :func:`shlex.quote`, or ``$'...'`` where :func:`say` would escape something."""
    if not _ODD.search(word):
        return shlex.quote(word)
    # Escapes are of bytes: not every shell knows those of characters.
    made = _ODD.sub(lambda match: _bytes_escape(match[0]), word.replace("\\", "\\\\").replace("'", "\\'"))
    return f"$'{made}'"


def shell_command(words: Iterable[str]) -> str:
    """A command line that a shell reads back as ``words``."""
    return " ".join(map(shell_word, words))


def say(text: str, stream: TextIO | None = None) -> None:
    """Prints to ``stream``, stderr if it is not given, at once.

    Invisible characters are escaped, and so are characters that the terminal cannot show.
    """
    stream = sys.stderr if stream is None else stream
    encoding = getattr(stream, "encoding", None) or "utf-8"
    visible = "\n".join(map(escaped, text.split("\n")))
    stream.write(visible.encode(encoding, "backslashreplace").decode(encoding))
    stream.flush()


def _escape(char: str) -> str:
    if char in _SHORT:
        return _SHORT[char]
    return f"\\x{ord(char):02x}" if ord(char) < 0x100 else _long_escape(char)


def _long_escape(char: str) -> str:
    return f"\\u{ord(char):04x}" if ord(char) < 0x10000 else f"\\U{ord(char):08x}"


def _json_escape(char: str) -> str:
    units = char.encode("utf-16-be", "surrogatepass").hex()
    return "".join(f"\\u{units[start : start + 4]}" for start in range(0, len(units), 4))


def _bytes_escape(char: str) -> str:
    # A byte that was no UTF-8 came in as U+DC80 to U+DCFF.
    is_byte = "\udc80" <= char <= "\udcff"
    encoded = char.encode("utf-8", "surrogateescape" if is_byte else "surrogatepass")
    return "".join(f"\\{byte:03o}" for byte in encoded)
