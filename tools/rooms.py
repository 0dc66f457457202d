"""The rooms of the package and the imports between them, for the docs and for the test that they go one way."""

from __future__ import annotations

import ast
import functools
from collections.abc import Iterator
from pathlib import Path

PACKAGE = Path(__file__).resolve().parent.parent / "flyte_plugin_scaffold"
# From the bottom to the top: a room uses those before it.
ROOMS = (
    "text",
    "flyte",
    "model",
    "reading",
    "deriving",
    "examples",
    "building",
    "languages",
    "writing",
    "asking",
    "life",
)


def modules(package: Path = PACKAGE) -> dict[str, Path]:
    """Every module by its dotted name below the package: ``deriving.pods``."""
    files = sorted(file for file in package.rglob("*.py") if "__pycache__" not in file.parts)
    return {".".join(file.relative_to(package).with_suffix("").parts).removesuffix(".__init__"): file for file in files}


@functools.cache
def imports(package: Path = PACKAGE) -> dict[str, set[str]]:
    """For every module the modules of the package that it imports."""
    known = modules(package)
    return {name: set(_imported(ast.parse(file.read_text(encoding="utf-8")), known)) for name, file in known.items()}


def _imported(tree: ast.Module, known: dict[str, Path]) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are absolute"
            top, _, within = (node.module or "").partition(".")
            if top == PACKAGE.name:
                for alias in node.names:
                    below = f"{within}.{alias.name}".lstrip(".")
                    yield below if below in known else within
        elif isinstance(node, ast.Import):
            yield from (
                alias.name.partition(".")[2] for alias in node.names if alias.name.startswith(f"{PACKAGE.name}.")
            )


def arrows(package: Path = PACKAGE) -> dict[str, set[str]]:
    """For every room the other rooms that it uses."""
    found: dict[str, set[str]] = {room: set() for room in ROOMS}
    for name, used in imports(package).items():
        room = name.partition(".")[0]
        if room in found:
            found[room] |= {each.partition(".")[0] for each in used} - {room}
    return found


def circle(package: Path = PACKAGE) -> list[str]:
    """A circle of modules that import one another; empty where there is none."""
    graph = imports(package)
    done: set[str] = set()

    def walk(name: str, way: list[str]) -> list[str]:
        if name in way:
            return [*way[way.index(name) :], name]
        if name in done:
            return []
        for each in sorted(graph.get(name, ())):
            found = walk(each, [*way, name])
            if found:
                return found
        done.add(name)
        return []

    return next((found for name in sorted(graph) if (found := walk(name, []))), [])
