"""Contracts in tests: one generation after another, and what a rendered proto says."""

from __future__ import annotations

import ast
import re
from collections.abc import Sequence
from dataclasses import dataclass

from flyte_plugin_scaffold.building import contract, lock, messages, placement
from flyte_plugin_scaffold.building.lock import NO_LOCK, Lock
from flyte_plugin_scaffold.deriving import fields, pods
from flyte_plugin_scaffold.languages import protobuf
from flyte_plugin_scaffold.model import Crd, Message, Path, RoleAnswer


@dataclass(frozen=True)
class Generation:
    """A contract and its lock."""

    messages: tuple[Message, ...]
    built: contract.Built
    text: str  # of the lock

    @property
    def lock(self) -> Lock:
        return lock.parse(self.text)

    @property
    def members(self) -> dict[str, tuple[int, str, str, bool]]:
        """Every member by its name, ``Message.name``: number, JSON name, type, and whether it is deprecated."""
        return {
            f"{message.name}.{each.name}": (each.number, each.json_name, lock.type_text(each), bool(each.deprecated))
            for message in self.messages
            for each in message.members
        }


def generation(
    crd: Crd,
    before: Lock = NO_LOCK,
    roles: Sequence[RoleAnswer] | None = None,
    paths: Sequence[Path] | None = None,
) -> Generation:
    """The contract of a CRD and of answers, those that are not given being the derived ones."""
    made, problems = placement.build(crd, pods.derive(crd).roles if roles is None else roles)
    assert not problems
    chosen = fields.derive(crd, made).paths if paths is None else paths
    config = before.config_class or "SolverJob"
    built = contract.build(crd, made, chosen, config_class=config, lock=before)
    assert not built.problems
    found = messages.build(config, "", built.roles, built.fields, crd, before)
    return Generation(found, built, lock.text(crd.kind, found, before))


_MEMBER = re.compile(
    r"(?:optional )?((?:repeated )?[\w.]+|map<string, [\w.]+>) (\w+) = (\d+) "
    r"\[\s*json_name = (\"(?:[^\"\\]|\\.)*\")(,\s*deprecated = true\s*)?\];"
)


def printed(found: Sequence[Message]) -> dict[str, tuple[int, str, str, bool]]:
    """:attr:`Generation.members` as the proto says it, which is printed from the model."""
    said = {}
    for message in found:
        for member in message.members:
            match = _MEMBER.fullmatch(protobuf.proto_member(member))
            assert match, protobuf.proto_member(member)
            kind = re.sub(r"(?<![\w.])\.(?=google)", "", match[1])
            said[f"{message.name}.{match[2]}"] = (int(match[3]), ast.literal_eval(match[4]), kind, bool(match[5]))
    return said
