"""The rendered SDK as its users have it: an interpreter with flytekit, the plugin and a module of workflows."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

HELPER = Path(__file__).with_name("flytekit_helper.py")


@dataclass(frozen=True)
class Sdk:
    """``path`` holds the folders of the rendered SDK and of the workflows, ``temporary`` what flytekit leaves behind."""

    python: Path
    path: tuple[Path, ...]
    temporary: Path

    @property
    def environment(self) -> dict[str, str]:
        """What stands for the image's own environment when a container of a user is run as a local process."""
        return {
            "PATH": os.pathsep.join([str(self.python.parent), os.defpath]),
            "PYTHONPATH": os.pathsep.join(map(str, self.path)),
            "HOME": os.environ.get("HOME", "/"),
            "PYTHONDONTWRITEBYTECODE": "1",
            "TMPDIR": str(self.temporary),
        }

    def serialize(self, workflow: str, inputs: Mapping[str, Any], folder: Path) -> tuple[Path, Path]:
        """Files with the WorkflowClosure of ``module:workflow`` and with its inputs as a LiteralMap."""
        closure, literals = folder / "closure.pb", folder / "inputs.pb"
        self._run("serialize", workflow, json.dumps(inputs), str(closure), str(literals))
        return closure, literals

    def outputs(self, workflow: str, uri: str, folder: Path, store: Mapping[str, str]) -> dict[str, Any]:
        """The values of the LiteralMap at ``uri`` in the object store that the variables ``store`` lead to."""
        return json.loads(self._run("outputs", workflow, uri, str(folder / "outputs.pb"), **store).splitlines()[-1])

    def _run(self, *arguments: str, **more: str) -> str:
        command = [str(self.python), str(HELPER), *arguments]
        env = {**self.environment, "FLYTE_SDK_RICH_TRACEBACKS": "0", **more}
        run = subprocess.run(command, env=env, capture_output=True, text=True, timeout=300)
        if run.returncode != 0:
            raise RuntimeError(f"{' '.join(command)} failed:\n{run.stdout}{run.stderr}")
        return run.stdout
