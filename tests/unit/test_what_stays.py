"""What the rendered README says of a resource and its pods after the end."""

from __future__ import annotations

from dataclasses import replace

import yaml

from flyte_plugin_scaffold.asking import drafting
from flyte_plugin_scaffold.languages import filters
from flyte_plugin_scaffold.model import Plugin, SpecDefault
from flyte_plugin_scaffold.reading import schema
from tests.support.rendering import ROOT, rendered_file

README = ROOT / "{{cookiecutter.plugin_slug}}/docs/{{ kind_name() }}.md"
SHUTS_DOWN = SpecDefault(schema.path_of("spec", "policy", "shutdownAfterEnd"), True)


def example(**changes: object) -> Plugin:
    return replace(drafting.build({"source": "example"}), **changes)  # type: ignore[arg-type]


def test_without_a_switch_a_failure_that_leaves_pods_is_deleted() -> None:
    rows = filters.what_stays(example())
    assert [pods for _, _, pods in rows] == ["the operator's to end", *["is deleted with it"] * 3]
    assert rows[1][1] == "stays; where one of its pods still runs, it is deleted"


def test_with_a_switch_the_operator_removes_what_runs() -> None:
    rows = filters.what_stays(example(spec_defaults=(SHUTS_DOWN,)))
    assert [row[1:] for row in rows[:2]] == [("stays", "the operator removes it")] * 2


def test_a_switch_of_one_outcome_promises_nothing_for_the_other() -> None:
    for outcome, said in (
        ("succe", ["the operator removes it", "is deleted with it"]),
        ("fail", ["the operator's to end", "the operator removes it"]),
    ):
        switch = replace(SHUTS_DOWN, outcomes=(outcome,))
        assert [row[2] for row in filters.what_stays(example(spec_defaults=(switch,)))[:2]] == said


def test_a_patch_stops_what_is_aborted() -> None:
    rows = filters.what_stays(example(abort_patch='{"spec":{}}'))
    assert rows[1][1] == "stays; where one of its pods still runs, it is patched to stop, and stays"
    assert [row[1:] for row in rows[2:]] == [("is patched to stop, and stays", "the operator ends it")] * 2


def test_a_kind_without_roles_promises_nothing() -> None:
    assert [row[1:] for row in filters.what_stays(example(roles=()))[:2]] == [
        ("stays", "nothing that the CRD speaks of")
    ] * 2


def test_the_readme_has_its_own_heading() -> None:
    text = rendered_file(README, source="example")
    (part,) = [part for part in text.split("\n## ") if part.startswith("What stays after the end")]
    assert "The CRD has no switch by which the operator would clean up." in part
    assert "`plugins.k8s.delete-resource-on-finalize: true`" in part
    patched = rendered_file(
        README, source=str(ROOT / "tests/crds/loadtests.yaml"), options="abort_patch=.spec.paused=true"
    )
    assert "has no owner in Kubernetes" in patched
    assert "delete-resource-on-finalize" not in patched


def test_the_example_of_defaults_is_yaml_of_an_object() -> None:
    assert yaml.safe_load(filters.spec_defaults_example(example())) == {"solver": "direct"}
    assert yaml.safe_load(filters.spec_defaults_example(example(spec_defaults=(SHUTS_DOWN,)))) == {
        "policy": {"shutdownAfterEnd": False}
    }
    assert yaml.safe_load(filters.spec_defaults_example(example(fields=()))) == {"NAME": "VALUE"}
