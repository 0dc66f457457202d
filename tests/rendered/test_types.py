"""Type checkers on the rendered SDK, as `make lint` runs them: of all kinds at once, since most of their time is flytekit's.

They find nothing in what is rendered, and what users get wrong.
"""

from __future__ import annotations

import re
import shutil
import subprocess

import pytest

from tests.support import kinds, toolchain, tree

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


@pytest.fixture(scope="module")
def all_kinds(repository, rendered, request, tmp_path_factory):
    """The example's repository with the SDKs and demos of the other kinds in its own."""
    copy = tmp_path_factory.mktemp("types") / "repository"
    here = repository("example")
    shutil.copytree(here.path, copy, ignore=shutil.ignore_patterns("bin", "build", ".git", "go", "gen"))
    (sdk,) = copy.glob("flytekit-*")
    for kind in [each for each in request.config.getoption("--kinds").split(",") if each] or kinds.KINDS:
        for source, target in (("flytekit-*/flytekitplugins", sdk / "flytekitplugins"), ("demo", copy / "demo")):
            (found,) = rendered(kind).glob(source)
            shutil.copytree(found, target, dirs_exist_ok=True)
    (copy / "demo/workflows/mistakes.py").write_text(MISTAKES)
    return copy


@pytest.mark.parametrize("tool", ["pyright", "mypy"])
def test_only_mistakes_of_a_user_are_found(tool, all_kinds, repository, sdk_python):
    here = repository("example")
    here.make("venv")
    (command,) = re.findall(rf"^\t(.*\b{tool} .*)$", tree.makefile(all_kinds), re.M)
    for name, value in {"VENV": here.sdk, "RUN": here.sdk / "bin/python", "SDK": "flytekit-solverjob"}.items():
        command = command.replace(f"$({name})", str(value))
    run = subprocess.run(
        command, shell=True, cwd=all_kinds, env=toolchain.environment(PYTHONPATH=""), capture_output=True, text=True
    )
    found = {(module, int(line)) for module, line in re.findall(r"(\w+)\.py:(\d+).*\berror\b", run.stdout)}
    assert (run.returncode, found) == (1, {("mistakes", line) for line in range(5, 11)}), run.stdout + run.stderr
