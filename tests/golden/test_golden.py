"""What follows from the CRD, kept to be read in reviews: `make golden` rewrites it, and the diff shows what changed.

tests/golden/example/ holds the example's derived files; tests/golden/answers/ the answers derived for every kind.
"""

from __future__ import annotations

import difflib
from pathlib import Path

import pytest
import yaml

from tests.support import tree
from tests.support.kinds import KINDS

pytestmark = pytest.mark.go

GOLDEN = Path(__file__).parent
CURE = "If the change is meant, run `make golden` and review its diff."

# Files that print the model; all others hardly change with the CRD.
DERIVED = (
    "proto/**/*.proto",
    "go/*/zz_generated_spec.go",
    "go/*/object.go",
    "go/*/status.go",
    "go/*/phase_table.go",
    "flytekit-*/flytekitplugins/*/config.py",
    "kustomize/rbac/*.yaml",
)


def _compare(golden: Path, actual: str, update: bool) -> None:
    if update:
        golden.parent.mkdir(parents=True, exist_ok=True)
        golden.write_text(actual)
        return
    assert golden.is_file(), f"{golden.relative_to(GOLDEN)} is missing. {CURE}"
    expected = golden.read_text()
    if actual != expected:
        name = str(golden.relative_to(GOLDEN))
        diff = difflib.unified_diff(expected.splitlines(), actual.splitlines(), f"golden/{name}", "rendered", lineterm="")
        pytest.fail("\n".join([*diff, "", CURE]), pytrace=False)


@pytest.mark.parametrize("pattern", DERIVED)
def test_derived_files(pattern, rendered, request):
    update = request.config.getoption("--golden-update")
    repository, kept = rendered("example"), GOLDEN / "example"
    found = {file.relative_to(repository) for file in repository.glob(pattern)}
    assert found, f"the example has no {pattern}"
    before = {file.relative_to(kept) for file in kept.glob(pattern)}
    if update:
        for stale in before - found:
            (kept / stale).unlink()
    else:
        assert before <= found, f"no longer rendered: {sorted(map(str, before - found))}. {CURE}"
    for file in sorted(found):
        _compare(kept / file, tree.text(repository / file), update)


def test_derived_answers(kind, rendered, request):
    """The defaults are the product: what is derived for each kind without any answer but the CRD."""
    recorded = yaml.safe_load((rendered(kind) / ".flyte-plugin.yaml").read_text())
    answers = {name: value for name, value in recorded["answers"].items() if name != "crd"}
    text = yaml.safe_dump(answers, sort_keys=False, width=120)
    _compare(GOLDEN / "answers" / f"{kind}.yaml", text, request.config.getoption("--golden-update"))


def test_no_stale_goldens(request):
    kept = {GOLDEN / "answers" / f"{kind}.yaml" for kind in KINDS}
    kept |= {file for pattern in DERIVED for file in (GOLDEN / "example").glob(pattern)}
    stale = [each for top in ("answers", "example") for each in (GOLDEN / top).rglob("*") if each.is_file()]
    stale = [each for each in stale if each not in kept]
    if request.config.getoption("--golden-update"):
        for each in stale:
            each.unlink()
    else:
        assert not stale, CURE
