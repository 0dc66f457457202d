"""Many broken copies of a Go package in one test binary: linking is what takes long, and running a test is not.

Each function that a breakage changes stands there as it was and once for every breakage. Which one runs is said by the
environment variable BREAKAGE: the number of one, or 0.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

SWITCH = "BREAKAGE"
SELECTOR = f'package {{package}}\n\nimport "os"\n\nvar breakage = os.Getenv("{SWITCH}")\n'

# As gofmt writes them: from "func" in the first column to the first brace there.
_FUNCTION = re.compile(r"^func (?P<head>(?:(?!^func ).)*?) \{\n.*?^\}\n", re.M | re.S)


@dataclass(frozen=True)
class Breakage:
    """``before`` in ``file``, replaced by ``after``, turns ``caught_by`` red: an invariant, or a Go test."""

    file: str
    before: str
    after: str
    caught_by: str

    def of(self, source: str) -> str:
        """The broken file."""
        assert self.before in source, f"{self.file} has no {self.before!r}: break it in another way"
        return source.replace(self.before, self.after)

    def shares(self, source: str) -> bool:
        """Whether it can share a binary with others: it leaves types, variables and signatures as they are."""
        broken = self.of(source)
        same_rest = _FUNCTION.sub("", source) == _FUNCTION.sub("", broken)
        return same_rest and _functions(source).keys() == _functions(broken).keys()


def together(package: Path, breakages: Sequence[Breakage], into: Path) -> dict[Path, Path]:
    """Files in ``into`` to lay over those of ``package``; each breakage's number is its place in the list, from 1 on."""
    texts = {"breakage.go": SELECTOR.format(package=package.name)}
    for name in {each.file for each in breakages}:
        here = {number: each for number, each in enumerate(breakages, 1) if each.file == name}
        texts[name] = _combined((package / name).read_text(), here)
    return _written(package, texts, into)


def alone(package: Path, breakage: Breakage, into: Path) -> dict[Path, Path]:
    """The same for one that is there without any choice."""
    return _written(package, {breakage.file: breakage.of((package / breakage.file).read_text())}, into)


def _written(package: Path, texts: Mapping[str, str], into: Path) -> dict[Path, Path]:
    for name, text in texts.items():
        (into / name).write_text(text)
    return {package / name: into / name for name in texts}


def _combined(source: str, breakages: Mapping[int, Breakage]) -> str:
    """A Go file in which the environment chooses between ``source`` and its breakages, by their numbers."""
    variants: dict[str, dict[int, str]] = {}
    for number, breakage in breakages.items():
        broken = _functions(breakage.of(source))
        for head, function in _functions(source).items():
            if broken[head] != function:
                variants.setdefault(head, {})[number] = broken[head]
    for head, function in _functions(source).items():
        if head in variants:
            source = source.replace(function, "".join(_choice(head, function, variants[head])))
    return source


def _functions(source: str) -> dict[str, str]:
    """Receiver, name and signature -> the whole function."""
    return {match["head"]: match[0] for match in _FUNCTION.finditer(source)}


def _choice(head: str, function: str, variants: Mapping[int, str]) -> Iterable[str]:
    receiver, rest = ("", head) if head[0] != "(" else _bracketed(head)
    name, types = re.match(r"(\w+)((?:\[[^\]]*\])?)", rest.strip()).groups()
    parameters, results = _bracketed(rest.strip()[len(name + types) :])
    (receiver, owner), *_ = _named(receiver, "self") or [("", "")]
    named = _named(parameters)
    call = "{}(" + ", ".join(each + "..." * type_.startswith(" ...") for each, type_ in named) + ")"
    if receiver:
        call = f"{receiver}.{call}"
    returns = f"return {call}" if results.strip() else f"{call}\n\t\treturn"
    yield f"func {f'({receiver}{owner}) ' if receiver else ''}{name}{types}"
    yield f"({', '.join(each + type_ for each, type_ in named)}){results} {{\n\tswitch breakage {{\n"
    for number in variants:
        yield f'\tcase "{number}":\n\t\t{returns.format(_variant(name, number))}\n'
    yield f"\tdefault:\n\t\t{returns.format(_variant(name, 0))}\n\t}}\n}}\n"
    for number, text in {0: function, **variants}.items():
        start = text.index(f"{name}{types}(")
        yield f"\n{text[:start]}{_variant(name, number)}{text[start + len(name) :]}"


def _variant(function: str, number: int) -> str:
    return f"{function}Broken{number}" if number else f"{function}AsItWas"


def _bracketed(text: str) -> tuple[str, str]:
    """What is in the parentheses that ``text`` starts with, and what comes after them."""
    depth = 0
    for at, character in enumerate(text):
        depth += (character == "(") - (character == ")")
        if not depth:
            return text[1:at], text[at + 1 :]
    raise ValueError(text)


def _named(parameters: str, nameless: str = "p") -> list[tuple[str, str]]:
    """Parameters as (name, " type"), all of them with a name: those of ``a, b int`` and ``_ int`` as well as of ``int``."""
    parts = [""]
    depth = 0
    for character in parameters.strip().rstrip(","):
        depth += (character in "([{") - (character in ")]}")
        if character == "," and not depth:
            parts.append("")
        else:
            parts[-1] += character
    parts = [each.strip() for each in parts if each.strip()]
    have_names = any(re.match(r"\w+ ", each) for each in parts)
    found = []
    for number, part in enumerate(parts):
        name, space, type_ = part.partition(" ") if have_names else ("_", " ", part)
        found.append((f"{nameless}{number}" if name == "_" else name, space + type_))
    return found
