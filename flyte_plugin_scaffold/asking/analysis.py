"""What a document says of one kind, derived on demand and kept: several prompts ask for the same."""

from __future__ import annotations

from functools import cached_property

from flyte_plugin_scaffold import model
from flyte_plugin_scaffold.asking import answers
from flyte_plugin_scaffold.building import placement
from flyte_plugin_scaffold.deriving import ending, fields, phases, pods, states


class Analysis:
    """What one document says of one kind."""

    def __init__(self, chosen: model.Crd) -> None:
        self.crd = chosen
        self._roles: dict[str, tuple[tuple[model.Role, ...], tuple[str, ...]]] = {}
        self._fields: dict[str, fields.Derived] = {}
        self._phases: dict[model.Path | None, phases.Default] = {}

    @cached_property
    def pods(self) -> pods.Derived:
        return pods.derive(self.crd)

    @cached_property
    def status(self) -> tuple[states.Candidate, ...]:
        return states.derive(self.crd)

    def roles(self, wanted: tuple[model.RoleAnswer, ...]) -> tuple[tuple[model.Role, ...], tuple[str, ...]]:
        """The roles of an answer, without their fields, and what is wrong with them."""
        key = answers.format_roles(wanted)
        if key not in self._roles:
            self._roles[key] = placement.build(self.crd, wanted)
        return self._roles[key]

    def fields(self, wanted: tuple[model.RoleAnswer, ...]) -> fields.Derived:
        """The default fields beside the roles of an answer."""
        key = answers.format_roles(wanted)
        if key not in self._fields:
            self._fields[key] = fields.derive(self.crd, self.roles(wanted)[0])
        return self._fields[key]

    def phases(self, path: model.Path | None) -> phases.Default:
        """The default of ``phases`` for a status path."""
        if path not in self._phases:
            self._phases[path] = phases.derive(self.crd, path)
        return self._phases[path]

    @cached_property
    def never_finishes(self) -> str:
        """Why no status means success; "" where one does."""
        if not self.tells_of_status or any(self.phases(each.path).text for each in self.status):
            return ""
        return ending.never_finishes(self.crd) or "nothing in its status says that it has succeeded"

    @property
    def tells_of_status(self) -> bool:
        """Whether the CRD says anything of its status; False where it is open, or there is no schema at all."""
        return bool(self.status) or bool(ending.never_finishes(self.crd))
