"""Whole renderings, kept to be read in reviews: `make golden` rewrites them, and the diff shows what changed.

tests/golden/answers/ has the answers derived for every kind, and tests/golden/trees/ a line for every file rendered from
them: a hash, lines, x for a script, the path. So a change that is to change nothing shows that it changed nothing.
trees/ has some variants of answers as well. tests/golden/example/ has the texts, for the example: every file that is no copy of
one that stands elsewhere in this repository. `make changes` prints what has changed in the texts of all kinds.

Everything is rendered in this process, with no Go but for the CRDs that come from Go modules.
"""

from __future__ import annotations

import difflib
import hashlib
from pathlib import Path, PurePosixPath

import pytest
import yaml

from flyte_plugin_scaffold.asking.draft import Draft
from flyte_plugin_scaffold.flyte.versions import FLYTE_VERSIONS
from flyte_plugin_scaffold.writing import library
from tests.support import rendering, tree
from tests.support.kinds import KINDS

GOLDEN = Path(__file__).parent
CURE = "If the change is meant, run `make golden` and review its diff."


def _compare(golden: Path, actual: str, update: bool) -> None:
    if update:
        golden.parent.mkdir(parents=True, exist_ok=True)
        golden.write_text(actual)
        return
    assert golden.is_file(), f"{golden.relative_to(GOLDEN)} is missing. {CURE}"
    expected = golden.read_text()
    if actual != expected:
        name = str(golden.relative_to(GOLDEN))
        diff = difflib.unified_diff(
            expected.splitlines(), actual.splitlines(), f"golden/{name}", "rendered", lineterm=""
        )
        pytest.fail("\n".join([*diff, "", CURE]), pytrace=False)


def _texts() -> dict[str, str]:
    """The example's files, without those of others and those that are the template's own, but for the module in imports."""
    draft = rendering.draft("example")
    sources = rendering.templates_of(draft)
    return {
        name: text
        for name, text in rendering.tree(draft).items()
        if tree.owner_of(PurePosixPath(name)) != tree.OTHERS
        and not library.is_verbatim(name)
        and text != tree.text(sources[name])
    }


def test_texts_of_the_example(request: pytest.FixtureRequest) -> None:
    update = request.config.getoption("--golden-update")
    texts, kept = _texts(), GOLDEN / "example"
    stale = {str(file.relative_to(kept)) for file in kept.rglob("*") if file.is_file()} - texts.keys()
    for name in stale if update else ():
        (kept / name).unlink()
    assert update or not stale, f"no longer rendered: {sorted(stale)}. {CURE}"
    for name, text in texts.items():
        _compare(kept / name, text, update)


def _lines(draft: Draft) -> str:
    lines = []
    for file in sorted(rendering.files_of(draft), key=lambda each: each.path):
        digest = hashlib.sha256(file.text.encode()).hexdigest()[:16]
        mode = "x" if file.executable else "-"
        lines.append(f"{digest} {len(file.text.splitlines()):>6} {mode} {file.path}\n")
    return "".join(lines)


def test_trees(kind: str, request: pytest.FixtureRequest) -> None:
    """Every file of every kind, by its hash: the texts of CRDs and of their descriptions are not ours to keep."""
    golden = GOLDEN / "trees" / f"{kind}.txt"
    _compare(golden, _lines(rendering.draft(kind)), request.config.getoption("--golden-update"))


# What no kind has with its own answers: file name -> kind, and more answers.
VARIANTS = {
    "several": ("several", {}),
    "flyte2": ("several", {"targets": "flyte2"}),
    "older-flyte": ("example", {"flyte_version": list(FLYTE_VERSIONS)[-1]}),
    "no-schema": (
        "example",
        {"source": "widgets.acme.dev/v1/Widget", "status_path": ".status.phase", "phases": "Success=Done"},
    ),
    "connector": ("example", {"targets": "connector"}),
    "both-targets": ("several", {"targets": "propeller, connector"}),
    "service": ("example", {"source": "tests/openapi/simulations.yaml", "targets": "connector, flyte2"}),
    "decorator": ("example", {"source": "tests/schemas/platform.json"}),
    "decorator-flyte2": ("example", {"source": "tests/schemas/platform.json", "targets": "sdk, flyte2"}),
    "notebook": ("example", {"source": "none", "kind": "notebook", "targets": "sdk, flyte2"}),
    "executor": ("example", {"source": "tests/schemas/scoring.json", "kind": "executor", "targets": "sdk, flyte2"}),
    "not-on-github": ("example", {"go_module": "gitlab.com/acme/solver", "license": "none"}),
}


@pytest.mark.parametrize("variant", VARIANTS)
def test_trees_of_variants(variant: str, request: pytest.FixtureRequest) -> None:
    """Several kinds in one repository, another release, no CRD at hand, another host."""
    name, given = VARIANTS[variant]
    golden = GOLDEN / "trees" / f"{variant}.txt"
    _compare(golden, _lines(rendering.draft(name, **given)), request.config.getoption("--golden-update"))


def test_answers(kind: str, request: pytest.FixtureRequest) -> None:
    """The defaults are the product: what is derived for each kind without any answer but the CRD."""
    recorded = yaml.safe_load(rendering.tree(rendering.draft(kind))[".flyte-plugin.yaml"])
    answers = {name: value for name, value in recorded["answers"].items() if name != "source"}
    text = yaml.safe_dump(answers, sort_keys=False, width=120)
    _compare(GOLDEN / "answers" / f"{kind}.yaml", text, request.config.getoption("--golden-update"))


def test_no_stale_goldens(request: pytest.FixtureRequest) -> None:
    kept = {GOLDEN / "answers" / f"{kind}.yaml" for kind in KINDS}
    kept |= {GOLDEN / "trees" / f"{name}.txt" for name in (*KINDS, *VARIANTS)}
    stale = [each for top in ("answers", "trees") for each in (GOLDEN / top).rglob("*") if each not in kept]
    if request.config.getoption("--golden-update"):
        for each in stale:
            each.unlink()
    else:
        assert not stale, CURE
