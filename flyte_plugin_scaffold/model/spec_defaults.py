"""Values of the spec that are sent by default."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from flyte_plugin_scaffold.model.path import Path
from flyte_plugin_scaffold.text import lexicon


def _says(spec: Any, path: Path, null: bool = True) -> bool:
    """Whether there is a value at a path, be it ``null`` if that counts; what stands in its way is one."""
    for name in path.names[1:]:
        if not isinstance(spec, dict):
            return spec is not None
        if name not in spec:
            return False
        spec = spec[name]
    return null or spec is not None


@dataclass(frozen=True)
class SpecDefault:
    """A value of the spec that is sent unless something else is said of it, or of one of ``unless``."""

    path: Path  # .spec.shutdownAfterJobFinishes: objects all the way
    value: Any  # True, False or one of the CRD's words
    unless: tuple[Path, ...] = ()  # alternatives to it
    guessed: bool = False  # the CRD does not list the value
    outcomes: tuple[str, ...] = lexicon.OUTCOME  # after which the operator acts on it

    def set_in(self, spec: dict[str, Any]) -> None:
        """Sets it in a spec that says nothing of it, as the rendered plugin does."""
        if _says(spec, self.path) or any(_says(spec, path, null=False) for path in self.unless):
            return
        *above, last = self.path.names[1:]
        for name in above:
            spec = spec.setdefault(name, {})
        spec[last] = self.value

    def works_after(self, outcome: str) -> bool:
        """Whether the operator cleans up after an end with ``outcome``, of lexicon.OUTCOME."""
        return outcome in self.outcomes

    @property
    def text(self) -> str:
        """As a person writes it: ``.spec.runPolicy.cleanPodPolicy=Running``."""
        return f"{self.path}={self.value if isinstance(self.value, str) else json.dumps(self.value)}"
