"""The corpora of releases: ``kept/<template version>/<kind>.json`` and the wire contract beside it, never changed again.

An entry is what the SDK of that release sent and the spec that its plugin made of it, pods reduced to what the entry says:
the rest of them is Flyte's and changes with Flyte.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from pathlib import Path

from .expected import INJECTED
from .strategies import Json

KEPT = Path(__file__).parent / "kept"
OF_POD = ("containers", "nodeSelector", "priorityClassName")
OF_CONTAINER = ("args", "command", "env", "image", "name", "resources", "workingDir")


def releases() -> list[tuple[str, str]]:
    """Version and kind of every corpus."""
    return [(file.parent.name, file.stem) for file in sorted(KEPT.glob("*/*.json"))]


def read(version: str, kind: str) -> tuple[list[dict[str, Json]], str]:
    """The entries and the proto."""
    folder = KEPT / version
    return json.loads((folder / f"{kind}.json").read_text()), bare((folder / f"{kind}.proto").read_text())


def write(version: str, kind: str, entries: Sequence[Json], proto: str) -> None:
    """Raises FileExistsError where that is kept already."""
    folder = KEPT / version
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / f"{kind}.json"
    if file.exists():
        raise FileExistsError(f"{file} is kept already: what a release sent does not change")
    file.write_text("[\n" + ",\n".join(json.dumps(each, sort_keys=True) for each in entries) + "\n]\n")
    (folder / f"{kind}.proto").write_text(bare(proto))


def bare(proto: str) -> str:
    """A contract without its comments, which are the CRD's descriptions, others' words, and without its Go package: it is on
    no wire, and named after the repository.
    """
    code = re.sub(r"^\s*//.*\n|^option go_package.*\n", "", proto, flags=re.MULTILINE)
    return re.sub(r"\n{2,}", "\n\n", code).lstrip()


def reduced(value: Json) -> Json:
    """Part of a spec without what Flyte adds to pods."""
    if isinstance(value, list):
        return [reduced(each) for each in value if not _is_injected(each)]
    if not isinstance(value, dict):
        return value
    if isinstance(value.get("containers"), list):
        value = {name: value[name] for name in OF_POD if name in value}
        value["containers"] = [
            {name: each[name] for name in OF_CONTAINER if name in each} for each in value["containers"]
        ]
    return {name: reduced(each) for name, each in value.items() if not name.startswith(INJECTED)}


def _is_injected(value: Json) -> bool:
    return isinstance(value, dict) and str(value.get("name")).startswith(INJECTED)
