"""What is offered beside the defaults renders to a plugin whose own tests pass, as do the small CRDs of every kind of end.

Their Go packages are tested in one module: what they import is compiled once.
"""

from __future__ import annotations

import re
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from flyte_plugin_scaffold.asking import drafting, offers
from tests.support import go_suite, kinds, rendering, toolchain

pytestmark = pytest.mark.go

CASES = kinds.CRDS / "cases"
MODULE = "github.com/example/flyte-many-plugins"


@dataclass(frozen=True)
class Variant:
    """Answers to a small CRD; ``name`` is the task type and the Go package."""

    name: str
    crd: str
    answers: dict[str, str] = field(default_factory=dict, hash=False)


JOB = "Success=Complete & job=Complete; Failure=Complete & job=Failed,Failed; Running=Running"
VARIANTS = (
    Variant("words", "k02-unlisted-ready-with-end-time"),
    Variant("broader", "k05-outer-phase-inner-job"),
    Variant("beside", "k09-terminal-condition-beside"),
    Variant("flags", "k10-end-is-a-boolean"),
    Variant("flagalone", "k10-end-is-a-boolean", {"phases": "Success=.status.finished=true", "roles": "none"}),
    Variant(
        "presence", "k02-unlisted-ready-with-end-time", {"status_path": "none", "phases": "Success=.status.completed"}
    ),
    Variant("noneinitializesorfails", "../restores", {"roles": "none", "phases": "Success=Completed"}),
    Variant("lastresort", "k17-job-behind-a-condition"),
    Variant("ownedjob", "k17-job-behind-a-condition", {"phases": JOB}),
    Variant(
        "counts",
        "k08-state-only-at-the-end",
        {
            "status_path": "none",
            "phases": "Success=.status.restarts<=0 & .status.active>=1 & .status.terminalState; Failure=.status.restarts>1",
        },
    ),
)


def offered() -> list[Variant]:
    """The offers of a few CRDs, as many for each prompt."""
    found = []
    for case in ("loadtests", "cases/k03-description-says-complete", "cases/k16-the-one-object-that-matters"):
        draft = drafting.draft({"source": str(kinds.CRDS / f"{case}.yaml")})
        seen: set[frozenset[str]] = set()
        for offer in offers.of(draft):
            if frozenset(offer.answers) not in seen:
                seen.add(frozenset(offer.answers))
                found.append(Variant(f"offer{len(found)}", f"../{case}", offer.answers))
    return found


def test_go_of_every_kind_of_end_and_of_what_is_offered(tmp_path: Path, go: str) -> None:
    programs: list[dict[str, Variant]] = []
    for variant in (*VARIANTS, *offered()):
        crd = (CASES / f"{variant.crd}.yaml").resolve()
        draft = drafting.draft({"source": str(crd), "task_type": variant.name, "go_module": MODULE, **variant.answers})
        assert not draft.problems, f"{variant}: {draft.problems}"
        rendering.write(rendering.tree(draft), tmp_path)
        # A kind of Kubernetes has one Go type in a program.
        program = next((each for each in programs if variant.crd not in each), None)
        if program is None:
            programs.append(program := {})
        program[variant.crd] = variant
    _run(["bash", "scripts/generate_protos.sh"], tmp_path)  # of all protos that are there
    assert _run(["gofmt", "-l", "go"], tmp_path) == ""
    for program in programs:
        names = [variant.name for variant in program.values()]
        suite = go_suite.prepare(tmp_path, MODULE, names)
        # Vet is a part of `make lint`, which is run for other kinds.
        said = _run([go, "test", "-count=1", "-v", "-vet=off", f"./{suite.relative_to(tmp_path)}"], tmp_path)
        assert set(re.findall(r"^    --- PASS: TestAll/(\w+) ", said, re.M)) == set(names), said[-8000:]


def _run(command: list[str], folder: Path) -> str:
    run = subprocess.run(
        command,
        cwd=folder,
        env=toolchain.environment(PYTHON=sys.executable),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    failures = "\n".join(line for line in run.stdout.splitlines() if not line.startswith(("{", "ok ")))
    assert run.returncode == 0, failures[-8000:]
    return failures
