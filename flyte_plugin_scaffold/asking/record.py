"""The record of a repository, .flyte-plugin.yaml: its answers, and those of its further kinds. As ``source`` it gives all of it again."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from flyte_plugin_scaffold.asking.answers import PROMPTS, RENAMED, clean, hides
from flyte_plugin_scaffold.reading import sources, yaml_documents
from flyte_plugin_scaffold.reading.sources import SourceError
from flyte_plugin_scaffold.text.characters import shown, unpassable

NAME = ".flyte-plugin.yaml"
# The answers of which every kind has its own; all kinds of a repository share the others.
OF_A_KIND = (
    "source",
    "kind",
    "operator_name",
    "task_type",
    "roles",
    "operations",
    "status_path",
    "phases",
    "fields",
    "options",
)
_MAX_BYTES = 4 * 1024 * 1024


@dataclass(frozen=True)
class Record:
    """What a record says. Paths in it are relative to ``folder``."""

    folder: str
    answers: Mapping[str, str]  # of the first kind and of the repository
    kinds: tuple[Mapping[str, str], ...]  # of every further kind, of OF_A_KIND

    @property
    def each_kind(self) -> tuple[dict[str, str], ...]:
        """All answers of each kind, the first one too."""
        shared = {name: value for name, value in self.answers.items() if name not in OF_A_KIND}
        return (dict(self.answers), *({**shared, **kind} for kind in self.kinds))

    @property
    def reference(self) -> str:
        return os.path.join(self.folder, NAME)


def is_record(reference: str) -> bool:
    """Whether an answer to ``source`` names a record."""
    return os.path.basename(reference.strip()) == NAME


def read(reference: str, base: str | Path = ".") -> Record | None:
    """The record that an answer to ``source`` names; None where it names anything else.

    :raises SourceError: if the file cannot be used.
    """
    if not is_record(reference):
        return None
    path = os.path.abspath(os.path.join(base, os.path.expanduser(reference.strip())))
    try:
        status = os.stat(path)
    except OSError as error:
        raise SourceError(f"{path} cannot be read: {error.strerror or error}") from None
    return _read(path, status.st_mtime_ns, status.st_size)


@lru_cache(maxsize=8)
def _read(path: str, *_stamp: int) -> Record:
    try:
        parsed = yaml_documents.parse(sources.file_text(Path(path), _MAX_BYTES))
    except yaml_documents.YamlError as error:
        raise SourceError(f"{path}, line {error.line}: {error}" if error.line else f"{path}: {error}") from None
    value = parsed.value
    if not isinstance(value, dict) or not isinstance(value.get("answers"), dict):
        raise SourceError(f"{path} is no record of a repository: it has no answers")
    kinds = value.get("kinds") or []
    if not isinstance(kinds, list) or not all(isinstance(each, dict) and "source" in each for each in kinds):
        raise SourceError(f"{path}: kinds must be a list of answers, each with a source")
    found = Record(
        os.path.dirname(path), _known(value["answers"], PROMPTS), tuple(_known(each, OF_A_KIND) for each in kinds)
    )
    lines = {name: span.start + 1 for (*above, name), span in parsed.spans.items() if above == ["answers"]}
    problems = [*_problems(found.answers, lines), *(each for kind in found.kinds for each in _problems(kind, {}))]
    if problems:
        raise SourceError(f"{path}{'; '.join(problems)}")
    return found


def _problems(given: Mapping[str, str], lines: Mapping[str, int]) -> Iterator[str]:
    """What no answer of a record can be, whatever the others are; each goes on after the record's name."""
    for name, answer in given.items():
        place = f", line {lines[name]}: " if name in lines else ": "
        if unpassable(answer):
            yield f"{place}{name}: {hides(answer, unpassable(answer))}"
        elif name == "source" and is_record(answer):
            yield f"{place}the source of a kind is a document, and {shown(answer)} is a record"


def _known(given: Mapping[str, Any], prompts: tuple[str, ...]) -> dict[str, str]:
    current = {RENAMED.get(name, name): value for name, value in given.items()}
    return {name: clean(current[name]) for name in prompts if name in current}
