"""From the answers to their draft, by what the source is, and from there to the model."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path as FilePath

from flyte_plugin_scaffold import model
from flyte_plugin_scaffold.asking import record
from flyte_plugin_scaffold.asking.draft import EXAMPLE, Draft, Start, shown
from flyte_plugin_scaffold.asking.operator_draft import OperatorDraft
from flyte_plugin_scaffold.asking.sdk_draft import SdkDraft
from flyte_plugin_scaffold.asking.service_draft import ServiceDraft
from flyte_plugin_scaffold.model import Backend, Problem
from flyte_plugin_scaffold.reading import source
from flyte_plugin_scaffold.reading.sources import SourceError

_DRAFTS: Mapping[Backend, type[Draft]] = {
    Backend.OPERATOR: OperatorDraft,
    Backend.SERVICE: ServiceDraft,
    Backend.NONE: SdkDraft,
}


def draft(given: Mapping[str, str], base: str = ".", locks: str = "") -> Draft:
    """What follows from ``given``, the answers so far; every other one has its default.

    ``base`` is the folder that relative paths start from, ``locks`` that of the contracts' locks, where it is not beside
    that of the source.

    :raises SourceError: if the source cannot be read.
    """
    answer = given.get("source", EXAMPLE)
    known = record.read(answer, base)
    if known:
        base = known.folder
        answer = known.answers.get("source", EXAMPLE)
    backend, found = source.read(answer, FilePath(base))
    return _DRAFTS[backend](Start(given, base, locks, known, found, draft))


def build(given: Mapping[str, str], base: str = ".") -> model.Plugin:
    """The model of the answers; those that are not given have their defaults.

    :raises SourceError: if the source cannot be read.
    :raises ValueError: if an answer cannot be used.
    """
    made = draft(given, base)
    if made.problems:
        raise ValueError("; ".join(f"{problem.prompt}: {problem.text}" for problem in made.problems))
    return made.plugin


def check(given: Mapping[str, str], base: str = ".") -> list[Problem]:
    """What is wrong with the answers; an unreadable source is the only problem of its answers."""
    try:
        return list(draft(given, base).problems)
    except SourceError as error:
        return [shown(error.prompt, str(error))]
