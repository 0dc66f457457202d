"""Where a value stands in a CR, as steps."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from enum import Enum
from functools import cached_property
from typing import Any

from flyte_plugin_scaffold.text.characters import escaped_json

_PLAIN_NAME = re.compile(r"[\w$/-]+", re.ASCII)  # any other name is written as a JSON string


def quoted(value: Any) -> str:
    """``value`` as JSON that a person can read: what is invisible is escaped, all else stays as it is."""
    return escaped_json(json.dumps(value, ensure_ascii=False))


class StepKind(str, Enum):
    """How one step of a path goes down into a CR."""

    FIELD = "field"  # .name            an object's property
    ITEMS = "items"  # []               every element of a list
    ELEMENT = "element"  # [name]       the element of a list whose `name` is that
    KEY = "key"  # {Key}                one entry of a map
    ENTRIES = "entries"  # {}           every entry of a map with open keys


@dataclass(frozen=True)
class Step:
    """One step of a :class:`Path`. ``name`` is the property, element name or map key; empty for ITEMS and ENTRIES."""

    kind: StepKind
    name: str = ""


@dataclass(frozen=True)
class Path:
    """A place in a CR, e.g. ``.spec.pytorchReplicaSpecs{Master}``; the first step is ``spec`` or ``status``.

    ``str()`` gives the text that :func:`schema.parse_path` reads back.
    """

    steps: tuple[Step, ...]

    def __str__(self) -> str:
        return self._text

    @cached_property
    def _text(self) -> str:
        text = ""
        for step in self.steps:
            name = step.name if _PLAIN_NAME.fullmatch(step.name) else quoted(step.name)
            text += {
                StepKind.FIELD: f".{name}",
                StepKind.ITEMS: "[]",
                StepKind.ELEMENT: f"[{name}]",
                StepKind.KEY: "{" + name + "}",
                StepKind.ENTRIES: "{}",
            }[step.kind]
        return text

    @property
    def names(self) -> tuple[str, ...]:
        """The names of its steps: ``("status", "phase")``."""
        return tuple(step.name for step in self.steps)

    @property
    def in_schema(self) -> str:
        """The place in a schema, which does not tell elements or entries from each other: ``.spec.replicaSpecs{}``."""
        elements = {StepKind.ITEMS: "[]", StepKind.ELEMENT: "[]", StepKind.KEY: "{}", StepKind.ENTRIES: "{}"}
        return "".join(elements.get(step.kind, f".{step.name}") for step in self.steps)
