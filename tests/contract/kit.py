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
    actions = _actions(repository, package, test, over)
    return {
        name.partition("/")[2].replace("_", " "): action for name, action in actions.items() if name.count("/") == 1
    }


def verdict(repository, package: str, test: str, over: Mapping[Path, Path]) -> str:
    """What became of a test with all below it, as in :func:`run`."""
    return _actions(repository, package, test, over)[test]


def _actions(repository, package: str, test: str, over: Mapping[Path, Path]) -> dict[str, str]:
    overlay = Path(repository.path).with_name(f"{Path(repository.path).name}.overlay.json")
    overlay.write_text(json.dumps({"Replace": {str(below): str(above) for below, above in over.items()}}))
    command = ("go", "test", "-json", "-tags", "nospark", "-overlay", str(overlay), "-run", f"^{test}$", package)
    output = repository.run(*command, check=False)
    events = [json.loads(line) for line in output.splitlines() if line.startswith("{")]
    ends = [event for event in events if event.get("Test") and event.get("Action") in ("pass", "fail", "skip")]
    assert ends, f"nothing was tested:\n{output[-3000:]}"
    return {event["Test"]: event["Action"] for event in ends}
