"""The names of the template's files and folders, in which an expression is compiled once and not for every name.

cookiecutter compiles each path as a template of its own, two hundred of them, which takes as long as compiling all files.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Sequence
from typing import Any

from jinja2 import Environment, Template

_EXPRESSION = re.compile(r"(\{\{.*?\}\})")


def is_name(source: str) -> bool:
    """Whether ``source`` is text and expressions on one line, as a name is."""
    return "\n" not in source and "{%" not in source and "{#" not in source


class Name:
    """A name, as far as cookiecutter uses the template of one."""

    def __init__(self, parts: Sequence[str | Template]) -> None:
        self._parts = parts

    def render(self, *args: Any, **context: Any) -> str:
        return "".join(part if isinstance(part, str) else part.render(*args, **context) for part in self._parts)


def compiler(environment: Environment) -> Callable[[str], Name]:
    """What makes a :class:`Name` of its source, with the templates of ``environment``."""
    compiled = functools.lru_cache(maxsize=None)(environment.from_string)

    def compile_name(source: str) -> Name:
        parts = _EXPRESSION.split(source)
        return Name([compiled(part) if at % 2 else part for at, part in enumerate(parts)])

    return compile_name
