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


class Suite:
    """The tests of one Go package of a repository, built once. ``over`` lays files over those of the repository."""

    def __init__(self, repository, package: str, over: Mapping[Path, Path], into: Path) -> None:
        """Writes the binary into the folder ``into``; fails with what Go says where it does not compile."""
        self._repository = repository
        self._package = package
        self._binary = into / "suite"
        overlay = into / "overlay.json"
        overlay.write_text(json.dumps({"Replace": {str(below): str(above) for below, above in over.items()}}))
        flags = ("-tags", "nospark", "-overlay", str(overlay))
        repository.run("go", "test", "-c", *flags, "-o", str(self._binary), f"./{package}")

    def actions(self, test: str, **env: str) -> dict[str, str]:
        """ "pass", "fail" or "skip" of the Go test and of everything below it, by their full names, in order.

        Raises AssertionError with what Go says where nothing was tested.
        """
        folder = str(self._repository.path / self._package)
        command = ("go", "-C", folder, "tool", "test2json", str(self._binary), "-test.v=test2json", "-test.run")
        output = self._repository.run(*command, f"^{test}$", check=False, **env)
        events = [json.loads(line) for line in output.splitlines() if line.startswith("{")]
        ends = [event for event in events if event.get("Test") and event["Action"] in ("pass", "fail", "skip")]
        assert ends, f"nothing was tested:\n{output[-3000:]}"
        return {event["Test"]: event["Action"] for event in ends}

    def invariants(self, test: str, **env: str) -> dict[str, str]:
        """The same by invariant, for a test that holds a plugin to all of them."""
        actions = self.actions(test, **env)
        return {
            name.partition("/")[2].replace("_", " "): action for name, action in actions.items() if name.count("/") == 1
        }
