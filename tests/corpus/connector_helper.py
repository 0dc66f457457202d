"""What needs protobuf's runtime and a rendered SDK, run by an interpreter that has them:

python connector_helper.py MODULE_OF_ROWS    (reads a task, settings and customs from stdin, prints a result for each custom)
"""

from __future__ import annotations

import importlib
import json
import sys
from typing import Any


def main(rows: str) -> None:
    package = rows.partition(".")[0]
    kind = importlib.import_module(rows).KIND
    core, nodes, settings = (
        importlib.import_module(f"{package}._operator.{name}") for name in ("core", "nodes", "settings")
    )
    asked = json.load(sys.stdin)
    given = {"service_account": kind.service_account, **asked["settings"]}
    if given.get("k8s") is not None:
        given["k8s"] = nodes.k8s_config(given["k8s"])
    task, all_settings = core.Task(**asked["task"]), settings.Settings(**given)

    def built(custom: Any) -> dict[str, Any]:
        try:
            return {"object": core.build_resource(kind, custom, task, all_settings)}
        except (core.BadTask, core.BadSettings) as problem:
            return {"error": str(problem)}

    print(json.dumps([built(each) for each in asked["customs"]], allow_nan=False))


if __name__ == "__main__":
    main(*sys.argv[1:])
