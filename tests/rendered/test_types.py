"""Type checkers on the rendered SDK: `make lint` runs them for every kind, and here they find what users get wrong."""

from __future__ import annotations

import re
import shutil
import subprocess

import pytest

from tests.support import toolchain

pytestmark = pytest.mark.go

MISTAKES = """from flytekit import Resources
from flytekitplugins.solverjob import Driver, SolverJob, Workers

right = SolverJob(solver="direct", driver=Driver(requests=Resources(cpu="1")), workers=Workers(replicas=3))
SolverJob(solver=1)
SolverJob(solver="direct", driver=Workers())
SolverJob(solver="direct", workers=Workers(replicas="3"))
SolverJob(solver="direct", workers=Workers(resources="1"))
SolverJob(solver="direct", drivers=Driver())
right.spec_overrides = "text"
"""


@pytest.mark.parametrize("tool", ["pyright", "mypy"])
def test_mistakes_of_a_user_are_found(tool, repository, sdk_python, tmp_path):
    here = repository("example")
    here.make("venv")
    copy = tmp_path / "repository"
    shutil.copytree(here.path, copy, ignore=shutil.ignore_patterns("bin", "build", ".git", "go", "gen"))
    (copy / "demo/workflows/mistakes.py").write_text(MISTAKES)
    (command,) = re.findall(rf"^\t(.*\b{tool} .*)$", (copy / "Makefile").read_text(), re.M)
    for name, value in {"VENV": here.sdk, "RUN": here.sdk / "bin/python", "SDK": "flytekit-solverjob"}.items():
        command = command.replace(f"$({name})", str(value))
    run = subprocess.run(
        command, shell=True, cwd=copy, env=toolchain.environment(PYTHONPATH=""), capture_output=True, text=True
    )
    found = {(module, int(line)) for module, line in re.findall(r"(\w+)\.py:(\d+).*\berror\b", run.stdout)}
    assert (run.returncode, found) == (1, {("mistakes", line) for line in range(5, 11)}), run.stdout + run.stderr
