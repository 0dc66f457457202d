"""The names of the template's files and folders, in which an expression is compiled once and not for every name.

cookiecutter compiles each path as a template of its own, two hundred of them, which takes as long as compiling all files.
"""

from __future__ import annotations

import functools
import hashlib
import re
from collections.abc import Callable, Sequence
from typing import Any

from jinja2 import DictLoader, Environment, Template

_EXPRESSION = re.compile(r"(\{\{.*?\}\})")


def compiled(environment: Environment, source: str) -> Template:
    """The template of a text of this template's own: its byte code is kept as that of files, where it is kept."""
    name = hashlib.sha256(source.encode()).hexdigest()  # Jinja puts it into the code as it is
    return DictLoader({name: source}).load(environment, name, environment.make_globals(None))


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
    compile_part = functools.lru_cache(maxsize=None)(functools.partial(compiled, environment))

    def compile_name(source: str) -> Name:
        parts = _EXPRESSION.split(source)
        return Name([compile_part(part) if at % 2 else part for at, part in enumerate(parts)])

    return compile_name
