"""`make add_kind` of a rendered repository: a further kind beside those that it has.

CRD names the source of the new kind, KIND the kind where the source has several; the other prompts of a kind by their names.
What all kinds share is merged with its owner's edits, as `make regenerate` does. Exit status 1 means that nothing was written.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from pathlib import Path

from flyte_plugin_scaffold.asking import drafting, record
from flyte_plugin_scaffold.asking.record import Record
from flyte_plugin_scaffold.life.regenerate import Refusal, change, main, overrides, recorded
from flyte_plugin_scaffold.reading.sources import SourceError


def add_kind(folder: Path, variables: Mapping[str, str]) -> str:
    """Adds a kind to the repository in ``folder``; returns what is said of it.

    :raises Refusal: where it cannot be done; nothing is written then.
    """
    given = overrides(variables)
    shared = [name for name in given if name not in record.OF_A_KIND]
    if shared:
        raise Refusal(f"{', '.join(shared)}: all kinds share that answer; make regenerate changes it")
    if "source" not in given:
        raise Refusal("CRD= is missing, the source of the new kind: make add_kind CRD=daskjobs.yaml KIND=DaskJob")
    was = recorded(folder)
    file = os.path.join(folder, os.path.expanduser(given["source"]))
    if os.path.exists(file):
        given["source"] = os.path.abspath(file)
    _check(was, given)
    return change(folder, was, Record(was.folder, was.answers, (*was.kinds, given)), "add_kind")


def _check(was: Record, given: Mapping[str, str]) -> None:
    """Names what is wrong with the new kind's answers, before anything is rendered."""
    shared = {name: value for name, value in was.answers.items() if name not in record.OF_A_KIND}
    try:
        problems = drafting.draft({**shared, **given}, was.folder).problems
    except SourceError as error:
        raise Refusal(str(error)) from None
    if problems:
        lines = [f"  {problem.prompt}: {problem.text}" for problem in problems]
        raise Refusal("\n".join(["The kind cannot be added, and nothing was written:", *lines]))


if __name__ == "__main__":
    sys.exit(main(add_kind))
