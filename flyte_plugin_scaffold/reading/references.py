"""References within a document: ``$ref: '#/components/schemas/Job'``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote

from flyte_plugin_scaffold.text.characters import shown

_MOST_STEPS = 100  # of references that lead to references


class ReferenceError_(ValueError):
    """A reference that leads nowhere in the document: one sentence."""


class Resolver:
    """Follows the references of one document."""

    def __init__(self, document: Mapping[str, Any]) -> None:
        self._document = document
        self._known: dict[str, Any] = {}

    def resolved(self, raw: Any) -> Any:
        """``raw``, or what it refers to in the end.

        :raises ReferenceError_: where that is not in the document.
        """
        seen: set[str] = set()
        while isinstance(raw, dict) and isinstance(raw.get("$ref"), str):
            pointer = raw["$ref"]
            if pointer in seen or len(seen) > _MOST_STEPS:
                raise ReferenceError_(f"{shown(pointer)} refers to itself")
            seen.add(pointer)
            raw = self.at(pointer)
        return raw

    def at(self, pointer: str) -> Any:
        """What stands at a reference.

        :raises ReferenceError_: where nothing does, or it is in another document.
        """
        if pointer not in self._known:
            self._known[pointer] = self._found(pointer)
        return self._known[pointer]

    def _found(self, pointer: str) -> Any:
        if not pointer.startswith("#"):
            raise ReferenceError_(f"{shown(pointer)} is in another document: bundle all into one file first")
        value: Any = self._document
        for step in unquote(pointer[1:]).split("/")[1:]:
            name = step.replace("~1", "/").replace("~0", "~")
            if isinstance(value, dict) and name in value:
                value = value[name]
            elif isinstance(value, list) and name.isascii() and name.isdigit() and int(name[:9]) < len(value):
                value = value[int(name[:9])]
            else:
                raise ReferenceError_(f"{shown(pointer)} leads nowhere")
        return value
