"""A notebook as a task of an operator's plugin, by flytekit's own NotebookTask and the code of the SDK's README."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.support import toolchain
from tests.support.kinds import SCHEMAS
from tools import venv

TESTS = Path(__file__).with_name("notebook")
CELLS = {
    "parameters": "n = 0",
    "outputs": "from flytekitplugins.papermill import record_outputs\n\nrecord_outputs(squared=n * n)",
}


@pytest.mark.parametrize(
    ("kind", "targets"), [("example", "propeller"), ("example", "connector"), ("PyTorchJob", "propeller")]
)
def test_the_readmes_notebook(kind, targets, rendered, repository, sdk_python, tmp_path):
    has_papermill = repository("example", source=str(SCHEMAS / "platform.json"), kind="notebook", targets="sdk, flyte2")
    has_papermill.make("venv")
    (sdk,) = rendered(kind, targets=targets).glob("flytekit-*")
    (code,) = re.findall(r"## Notebooks\n.*?```python\n(.*?)```", (sdk / "README.md").read_text(), re.S)
    (tmp_path / "example.py").write_text(code)
    (tmp_path / "square.ipynb").write_text(json.dumps(notebook()))
    for each in TESTS.glob("*.py"):
        shutil.copy(each, tmp_path)
    replicated = {"EVERY_REPLICA": "yes"} if kind == "PyTorchJob" else {}
    (library,) = (f"flytekitplugins.{each.name}" for each in (sdk / "flytekitplugins").glob("_*"))
    run = subprocess.run(
        [venv.python_of(has_papermill.sdk), "-m", "pytest", "-q", "-p", "no:cacheprovider", tmp_path],
        cwd=tmp_path,
        env=toolchain.environment(PYTHONPATH=f"{sdk}:{tmp_path}", LIBRARY=library, **replicated),
        capture_output=True,
        text=True,
    )
    passed = 6 if replicated else 5
    assert run.returncode == 0 and f"{passed} passed" in run.stdout, run.stdout + run.stderr


def notebook() -> dict:
    """One as Jupyter writes it."""
    cells = [
        {"cell_type": "code", "metadata": {"tags": [tag]}, "source": code, "outputs": [], "execution_count": None}
        for tag, code in CELLS.items()
    ]
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    return {"cells": cells, "metadata": {"kernelspec": kernel}, "nbformat": 4, "nbformat_minor": 4}
