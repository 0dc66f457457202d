"""Contracts in tests: one generation after another, and what a rendered proto says."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path as Folder
from typing import Any

from flyte_plugin_scaffold.asking import drafting
from flyte_plugin_scaffold.building import contract, lock, messages, placement
from flyte_plugin_scaffold.building.lock import NO_LOCK, Lock
from flyte_plugin_scaffold.deriving import fields, pods
from flyte_plugin_scaffold.languages import protobuf
from flyte_plugin_scaffold.model import Crd, Message, Path, RoleAnswer
from tests.support.schemas import obj


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


# -------------------------------------------------------------------------------------------------------------- on disk
def repository(folder: Folder, **properties: Any) -> Folder:
    """A folder with what a rendering keeps: the CRD and the contract's lock."""
    made = crd_file(folder / "crd/solverjobs.yaml", **properties)
    draft = drafting.draft({"source": str(made)})
    (folder / "contract").mkdir(exist_ok=True)
    (folder / "contract/solverjob.lock.json").write_text(draft.plugin.lock)
    return made


def crd_file(file: Folder, kind: str = "SolverJob", **properties: Any) -> Folder:
    schema = obj(
        spec=obj(**properties), status=obj(phase={"type": "string", "enum": ["Running", "Succeeded", "Failed"]})
    )
    file.parent.mkdir(parents=True, exist_ok=True)
    version = {"name": "v1", "served": True, "storage": True, "schema": {"openAPIV3Schema": schema}}
    names = {"kind": kind, "plural": "solverjobs", "singular": "solverjob"}
    text = {
        "apiVersion": "apiextensions.k8s.io/v1",
        "kind": "CustomResourceDefinition",
        "metadata": {"name": "solverjobs.batch.example.com"},
        "spec": {"group": "batch.example.com", "scope": "Namespaced", "names": names, "versions": [version]},
    }
    file.write_text(json.dumps(text))
    return file
