"""What needs protobuf's runtime and a rendered SDK, run by an interpreter that has them:

python status_helper.py MODULE_OF_ROWS    (reads resources from stdin, prints what they mean and their links as JSON)
"""

from __future__ import annotations

import dataclasses
import importlib
import json
import sys
from typing import Any


def main(rows: str) -> None:
    library = rows.partition(".")[0]
    names = "crd links observation rows settings".split()
    crd, links, observation, tables, settings = (
        importlib.import_module(f"{library}._operator.{each}") for each in names
    )
    phases, rules = (importlib.import_module(f"{library}._phases.{each}") for each in ("phases", "rules"))
    own = importlib.import_module(rows).KIND

    def rules_of(given: list[Any]) -> tuple[Any, ...]:
        return tuple(
            rules.Phase(rule["phase"]).when(
                *(getattr(rules, term["name"])(*term["arguments"]) for term in rule["terms"])
            )
            for rule in given
        )

    def kind_of(given: Any) -> Any:
        status, table = given["status"], given["phases"]
        return dataclasses.replace(
            own,
            status=tables.StatusRows(
                state=tuple(status["state"]),
                latest_condition=status["latestCondition"],
                conditions=tuple(status["conditions"]),
                messages=tuple(map(tuple, status["messages"])),
            ),
            phases=tables.PhaseRows(
                rules=rules_of(table["rules"]),
                fallbacks=rules_of(table["fallbacks"]),
                by_words=table["byWords"],
                broader=tuple(map(tuple, table["broader"])),
                own_words=tuple(table["ownWords"]),
            ),
        )

    def read(asked: Any) -> dict[str, Any]:
        kind = kind_of(asked["rows"]) if "rows" in asked else own
        found = phases.meaning_of(kind, observation.status_of(kind, asked["resource"], asked["jobs"]))
        return {
            "phase": found.phase.value,
            "state": found.state,
            "reason": found.reason,
            "unlisted": found.unlisted,
            "asksJob": observation.asks_job(kind, asked["resource"]),
        }

    def linked(asked: Any) -> list[list[str]]:
        text = json.dumps({"plugins": {own.section: {"logs": asked["logs"]}}})
        given = settings.read_settings(text, [own])[own.section]
        return [[each.name, each.uri] for each in links.links_of(own, asked["resource"], asked["pods"], given)]

    asked = json.load(sys.stdin)
    of_crd = {
        "findings": list(map(str, crd.findings(own, asked["crd"]))),
        "sent": list(map(crd.shown, crd.sent(own))),
        "read": [crd.shown(path) for path, _ in crd.read(own)],
    }
    print(json.dumps([list(map(read, asked["read"])), list(map(linked, asked["linked"])), of_crd]))


if __name__ == "__main__":
    main(*sys.argv[1:])
