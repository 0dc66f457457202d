"""Runs the contract kit of a rendering (`internal/plugintest`), and knows what Flyte's own plugins do not hold to."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path

import yaml

HERE = Path(__file__).parent
KIT = HERE.parent.parent / "{{cookiecutter.plugin_slug}}/internal/plugintest/invariants.go"
KNOWN = HERE / "known.yaml"


def invariants() -> list[str]:
    """The names of all invariants, in the kit's order."""
    return re.findall(r'^\t(?:\{|\w+\()"([^"]+)", ?', KIT.read_text(), re.M)


def known() -> dict[str, dict[str, dict[str, str]]]:
    """plugin -> "fails" and "skips" -> invariant -> reason."""
    return yaml.safe_load(KNOWN.read_text())


def run(repository, package: str, test: str, over: Mapping[Path, Path]) -> dict[str, str]:
    """What became of every invariant: "pass", "fail" or "skip". ``over`` lays files over those of the repository.

    Raises AssertionError with what Go says where nothing was tested.
    """
    overlay = Path(repository.path).with_name(f"{Path(repository.path).name}.overlay.json")
    overlay.write_text(json.dumps({"Replace": {str(below): str(above) for below, above in over.items()}}))
    command = ("go", "test", "-json", "-tags", "nospark", "-overlay", str(overlay), "-run", f"^{test}$", package)
    output = repository.run(*command, check=False)
    found = {}
    for line in output.splitlines():
        event = json.loads(line) if line.startswith("{") else {}
        parts = event.get("Test", "").split("/")
        if event.get("Action") in ("pass", "fail", "skip") and len(parts) == 2:
            found[parts[1].replace("_", " ")] = event["Action"]
    assert found, f"no invariant was tested:\n{output[-3000:]}"
    return found
