"""What a newer CRD changes, as it is told after `make regenerate`."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import pytest
import yaml

from flyte_plugin_scaffold.asking import drafting, record
from flyte_plugin_scaffold.life import changes, regenerate
from flyte_plugin_scaffold.model import Plugin
from tests.support.rendering import ROOT

EXAMPLE = ROOT / "flyte_plugin_scaffold/example/solverjobs.yaml"


@pytest.fixture
def crd() -> dict[str, Any]:
    return copy.deepcopy(yaml.safe_load(EXAMPLE.read_text()))


def spec(crd: dict[str, Any]) -> dict[str, Any]:
    return crd["spec"]["versions"][0]["schema"]["openAPIV3Schema"]["properties"]["spec"]


def states(crd: dict[str, Any]) -> list[str]:
    return crd["spec"]["versions"][0]["schema"]["openAPIV3Schema"]["properties"]["status"]["properties"]["phase"][
        "enum"
    ]


def plugin(crd: dict[str, Any], folder: Path, **given: str) -> Plugin:
    file = folder / "crd.yaml"
    file.write_text(yaml.safe_dump(crd, sort_keys=False))
    draft = drafting.draft({"source": str(file), **given})
    assert draft.problems == ()
    return draft.plugin


def test_nothing_changed(crd: dict[str, Any], tmp_path: Path) -> None:
    assert changes.between(plugin(crd, tmp_path), plugin(crd, tmp_path)) == []


def test_fields(crd: dict[str, Any], tmp_path: Path) -> None:
    old = plugin(crd, tmp_path)
    fields = spec(crd)["properties"]
    fields["knob"] = {"type": "integer"}
    del fields["tags"]
    fields["maxIterations"]["type"] = "string"
    fields["maxIterations"].pop("minimum", None)
    fields["maxIterations"].pop("format", None)
    told = changes.between(old, plugin(crd, tmp_path))
    assert "+ field knob: int, .spec.knob" in told
    assert "- field tags: .spec.tags, which the CRD no longer has" in told
    assert "~ field max_iterations: int is str now" in told
    assert len(told) == 3


def test_pods(crd: dict[str, Any], tmp_path: Path) -> None:
    old = plugin(crd, tmp_path)
    fields = spec(crd)["properties"]
    fields["helpers"] = copy.deepcopy(fields["workers"])
    told = changes.between(old, plugin(crd, tmp_path))
    assert "+ pods of helpers: .spec.helpers image" in told
    assert "- pods of helpers: .spec.helpers" in changes.between(plugin(crd, tmp_path), old)


def test_states(crd: dict[str, Any], tmp_path: Path) -> None:
    old = plugin(crd, tmp_path)
    states(crd).append("Aborted")
    new = plugin(crd, tmp_path)
    assert changes.between(old, new) == ["+ state Aborted: Failure (Retryable)"]
    assert changes.new_ends(old, new) == ("Aborted",)
    assert changes.new_ends(new, old) == ()


def test_answers_that_follow_the_source(crd: dict[str, Any], tmp_path: Path) -> None:
    """What the owner answered stays; what was the old source's default is derived anew."""
    (tmp_path / "crd.yaml").write_text(yaml.safe_dump(crd, sort_keys=False))
    derived = drafting.draft({"source": "crd.yaml"}, str(tmp_path))
    recorded = {**derived.recorded, "source": "crd.yaml", "fields": "solver", "license": "MIT"}
    kept = regenerate.following(drafting.draft(recorded, str(tmp_path)), {"source": "new.yaml"})
    assert kept == {
        name: value
        for name, value in {**recorded, "source": "new.yaml"}.items()
        if name not in ("roles", "operations", "status_path", "phases")
    }


@pytest.mark.parametrize(
    ("variables", "said"),
    [
        ({"FEILDS": "x"}, "FEILDS is no prompt: did you mean fields?"),
        ({"colour": "x"}, "colour is no prompt: there are CRD, source, "),
        ({"CRD": "a", "source": "b"}, "source is answered twice"),
    ],
)
def test_variables_that_are_no_answers(variables: dict[str, str], said: str) -> None:
    with pytest.raises(regenerate.Refusal, match="^" + said.replace("?", r"\?")):
        regenerate.overrides(variables)


def test_variables_of_the_makefile_are_no_answers() -> None:
    given = {"CRD": "a.yaml", "TEMPLATE": "t", "fields": "+.spec.x", "PYTHON": "python3"}
    assert regenerate.overrides(given) == {"source": "a.yaml", "fields": "+.spec.x"}


@pytest.mark.parametrize("text", ["", "answers: 3\n", "answers: [\n", "template: x\n"])
def test_a_record_without_answers(tmp_path: Path, text: str) -> None:
    (tmp_path / record.NAME).write_text(text)
    with pytest.raises(regenerate.Refusal, match="cannot be read: .*: take it back from an earlier commit"):
        regenerate.recorded(tmp_path)


def test_no_record(tmp_path: Path) -> None:
    with pytest.raises(regenerate.Refusal, match="cannot be read: No such file"):
        regenerate.recorded(tmp_path)
