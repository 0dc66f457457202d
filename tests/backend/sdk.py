"""The rendered SDK as its users have it: an interpreter with flytekit, the plugin and a module of workflows."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from .processes import Process
from .warm import Warm

HELPER = Path(__file__).with_name("flytekit_helper.py")


@dataclass(frozen=True)
class Sdk:
    """``path`` holds the folders of the rendered SDK and of the workflows, ``temporary`` what flytekit leaves behind.

    ``demo`` is the module of the rendered demo that is of the scenario's kind.
    """

    python: Path
    path: tuple[Path, ...]
    demo: str
    temporary: Path
    log: Path  # of the process that others are forked from

    @cached_property
    def warm(self) -> Warm | None:
        """What processes with flytekit are forked from, for as long as the tests run; None where the system cannot."""
        return Warm(self.python, self.environment, self.log) if hasattr(os, "pidfd_open") else None

    @property
    def environment(self) -> dict[str, str]:
        """What stands for the image's own environment when a container of a user is run as a local process."""
        return {
            "PATH": os.pathsep.join([str(self.python.parent), os.defpath]),
            "PYTHONPATH": os.pathsep.join(map(str, self.path)),
            "DEMO": self.demo,
            "HOME": os.environ.get("HOME", "/"),
            "PYTHONDONTWRITEBYTECODE": "1",
            "TMPDIR": str(self.temporary),
        }

    def serialize(self, workflow: str, inputs: Mapping[str, Any], folder: Path) -> tuple[Path, Path]:
        """Files with the WorkflowClosure of ``module:workflow`` and with its inputs as a LiteralMap."""
        closure, literals = folder / "closure.pb", folder / "inputs.pb"
        self._run(folder, "serialize", workflow, json.dumps(inputs), str(closure), str(literals))
        return closure, literals

    def outputs(self, workflow: str, uri: str, folder: Path, store: Mapping[str, str]) -> dict[str, Any]:
        """The values of the LiteralMap at ``uri`` in the object store that the variables ``store`` lead to."""
        self._run(folder, "outputs", workflow, uri, str(folder / "outputs.pb"), **store)
        return json.loads((folder / "outputs.json").read_text())

    def _run(self, folder: Path, *arguments: str, **more: str) -> None:
        """Runs the helper; what it prints is kept in ``folder``."""
        env = {**self.environment, "FLYTE_SDK_RICH_TRACEBACKS": "0", **more}
        log = folder / f"flytekit-{arguments[0]}.log"
        run = Process("flytekit", [self.python, HELPER, *arguments], log, env, folder, self.warm)
        if run.wait(timeout=300) != 0:
            raise RuntimeError(run.tail())
