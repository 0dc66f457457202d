"""`make parity`: what rendered plugins do beside what Flyte's own do on the same tasks, and why where they differ.

Writes the tables of docs/parity.md; with --check a stale page is an error instead. The exit status is 1 where a
difference has no explanation in explanations.yaml, or an explanation has no difference.
"""

from __future__ import annotations

import functools
import json
import re
import sys
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT))
from tests.parity import module  # noqa: E402  (the path above makes it importable)
from tools import docs  # noqa: E402

PAGE = ROOT / "docs/parity.md"
EXPLANATIONS = Path(__file__).parent / "explanations.yaml"
# What a reader looks for first: the column's title, and the fields of a pod that belong to it.
ASPECTS = {
    "name": ("container.name",),
    "image": ("container.image",),
    "command": ("container.command", "container.args"),
    "env": ("container.env", "container.envFrom"),
    "resources": ("container.resources",),
    "restart": ("restartPolicy",),
    "labels": ("metadata.labels",),
    "annotations": ("metadata.annotations",),
    "tolerations": ("tolerations",),
    "affinity": ("affinity",),
    "selector": ("nodeSelector",),
    "account": ("serviceAccountName",),
    "other": ("",),
}


@dataclass(frozen=True)
class Row:
    """One field of what both plugins do in a context; "" is unset."""

    kind: str
    context: str
    place: str
    field: str
    ours: str
    in_tree: str

    @property
    def aspect(self) -> str:
        return next(name for name, starts in ASPECTS.items() if self.field.startswith(starts))


@dataclass(frozen=True)
class Explanation:
    """Why fields differ. What is given must be equal, ``*`` standing for any text; ``better`` is ours, in-tree or same."""

    why: str
    better: str
    kind: str = "*"
    context: str = "*"
    place: str = "*"
    field: str = "*"
    ours: str = "*"
    in_tree: str = "*"

    def __post_init__(self) -> None:
        assert self.better in ("ours", "in-tree", "same"), self

    def covers(self, row: Row) -> bool:
        names = ("kind", "context", "place", "field", "ours", "in_tree")
        return all(_pattern(getattr(self, name)).fullmatch(getattr(row, name)) for name in names)


@functools.lru_cache(maxsize=None)
def _pattern(text: str) -> re.Pattern[str]:
    """``*`` is any text, ``|`` separates alternatives."""
    return re.compile("|".join(re.escape(each.strip()).replace(r"\*", ".*") for each in text.split("|")), re.S)


def observe() -> list[Row]:
    """Runs both sides of every kind in one binary."""
    folder = module.assemble()
    module.go(folder, "run", "-mod=mod", *module.TAGS, "./parity/observe", "rows.json")
    return [
        Row(**{name: _lasting(value) for name, value in each.items()})
        for each in json.loads((folder / "rows.json").read_text())
    ]


def _lasting(text: str) -> str:
    """Without what differs from run to run: the time, and the blanks of protobuf's messages."""
    return re.sub(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d \+0000 UTC", "TIME", " ".join(text.split()))


def explain(rows: list[Row], explanations: list[Explanation]) -> tuple[dict[Row, Explanation], list[str]]:
    """The first explanation of every difference, and what is wrong: no explanation, or nothing to explain."""
    found: dict[Row, Explanation] = {}
    unknown: dict[tuple[str, ...], list[str]] = defaultdict(list)
    for row in rows:
        if row.ours != row.in_tree:
            each = next((each for each in explanations if each.covers(row)), None)
            if each:
                found[row] = each
            else:
                unknown[row.kind, row.place, row.field, row.ours, row.in_tree].append(row.context)
    used = set(found.values())
    problems = [
        f"{kind}: {place} {field} is {ours!r}, in-tree {in_tree!r} ({'; '.join(contexts)})"
        for (kind, place, field, ours, in_tree), contexts in unknown.items()
    ]
    return found, problems + [f"explains nothing any more: {each.why}" for each in explanations if each not in used]


def matrix(kind: str, rows: list[Row]) -> Iterator[str]:
    """Pods and aspects: in how many contexts they are the same."""
    places = list(dict.fromkeys(row.place for row in rows if row.kind == kind and row.field == "container.name"))
    yield f"| pod | {' | '.join(ASPECTS)} |"
    yield "|---|" + "---|" * len(ASPECTS)
    for place in places:
        cells = []
        for aspect in ASPECTS:
            seen = [row for row in rows if (row.kind, row.place, row.aspect) == (kind, place, aspect)]
            contexts = {row.context for row in seen}
            differing = {row.context for row in seen if row.ours != row.in_tree}
            cells.append(f"{len(contexts) - len(differing)}/{len(contexts)}" if contexts else "")
        yield f"| {place} | {' | '.join(cells)} |"


def differences(kind: str, rows: list[Row], found: dict[Row, Explanation]) -> Iterator[str]:
    """Every difference once, with the contexts it is seen in."""
    contexts: dict[str, set[str]] = defaultdict(set)
    refused = {row.context for row in rows if row.kind == kind and row.place == "error"}
    for row in rows:
        if row.kind == kind and row.context not in refused:
            contexts["status" if row.context.startswith("status") else row.place].add(row.context)
    groups: dict[tuple, list[Row]] = defaultdict(list)
    for row, why in found.items():
        if row.kind == kind:
            groups[why, row.place, row.field, row.ours, row.in_tree].append(row)
    merged: dict[tuple, list[str]] = defaultdict(list)
    for (why, place, field, ours, in_tree), members in groups.items():
        seen = {row.context for row in members}
        every = contexts["status" if members[0].context.startswith("status") else place]
        merged[_contexts(seen, every), field, ours, in_tree, why].append(place)
    yield "| context | where | ours | in-tree | better | why |"
    yield "|---|---|---|---|---|---|"
    for (context, field, ours, in_tree, why), places in sorted(merged.items(), key=lambda each: (each[1], each[0][:4])):
        where = f"{', '.join(places)}: {field}" if field != "exists" else ", ".join(places)
        yield f"| {context} | {_cell(where)} | {_cell(ours)} | {_cell(in_tree)} | {why.better} | {why.why} |"


def _contexts(seen: set[str], every: set[str]) -> str:
    rest = every - seen
    if not rest and seen == every:
        return "all"
    few = len(seen) <= len(rest) or seen - every
    return ", ".join(sorted(seen)) if few else "all but " + ", ".join(sorted(rest))


def _cell(text: str) -> str:
    text = text if len(text) <= 120 else text[:119] + "\u2026"
    return re.sub(r"([\\`*_<>|{}\[\]])", r"\\\1", text) or "\u2013"


def totals(rows: list[Row], found: dict[Row, Explanation]) -> Iterator[str]:
    yield "| kind | contexts | fields compared | the same | different | better here | better in-tree |"
    yield "|---|---|---|---|---|---|---|"
    for kind in module.KINDS:
        mine = [row for row in rows if row.kind == kind]
        why = [found[row].better for row in mine if row in found]
        yield (
            f"| {kind} | {len({row.context for row in mine})} | {len(mine)} | {len(mine) - len(why)} | {len(why)} "
            f"| {why.count('ours')} | {why.count('in-tree')} |"
        )


def load() -> list[Explanation]:
    return [Explanation(**each) for each in yaml.safe_load(EXPLANATIONS.read_text())]


def page(rows: list[Row], found: dict[Row, Explanation]) -> str:
    """The page as it should be."""
    cuts = {"parity-totals": lambda: totals(rows, found)}
    for kind in module.KINDS:
        cuts[f"parity-{kind}-pods"] = functools.partial(matrix, kind, rows)
        cuts[f"parity-{kind}-differences"] = functools.partial(differences, kind, rows, found)
    return docs.fresh(PAGE.read_text(), cuts)


def main() -> None:
    rows = observe()
    found, problems = explain(rows, load())
    if problems:
        sys.exit(
            "\n".join([*problems, f"{len(problems)} to settle in {EXPLANATIONS.relative_to(ROOT)} or in the plugin."])
        )
    print("\n".join(totals(rows, found)))
    fresh = page(rows, found)
    if fresh != PAGE.read_text():
        if "--check" in sys.argv:
            sys.exit(f"{PAGE.relative_to(ROOT)} is stale: run `make parity`.")
        PAGE.write_text(fresh)
        print(f"Written: {PAGE.relative_to(ROOT)}")


if __name__ == "__main__":
    main()
