"""What the rendered README says of a resource and its pods after the end."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
import yaml

from flyte_plugin_scaffold.asking import drafting
from flyte_plugin_scaffold.languages import filters
from flyte_plugin_scaffold.model import Field, Plugin, Scalar, SpecDefault
from flyte_plugin_scaffold.reading import schema
from flyte_plugin_scaffold.reading.schema import Node
from tests.support.contracts import crd_file
from tests.support.rendering import ROOT, rendered_file
from tests.support.schemas import TEMPLATE

README = ROOT / "{{cookiecutter.plugin_slug}}/docs/{{ of_operator() }}{{ kind_name() }}.md"
SHUTS_DOWN = SpecDefault(schema.path_of("spec", "policy", "shutdownAfterEnd"), True)


def example(**changes: object) -> Plugin:
    return replace(drafting.build({"source": "example"}), **changes)  # type: ignore[arg-type]


def test_without_a_switch_a_failure_that_leaves_pods_is_deleted() -> None:
    rows = filters.what_stays(example())
    assert [pods for _, _, pods in rows] == ["up to the operator", *["is deleted with it"] * 3]
    assert rows[1][1] == "stays; is deleted if one of its pods still runs, or if its pods are unknown"


def test_with_a_switch_the_operator_removes_what_runs() -> None:
    rows = filters.what_stays(example(spec_defaults=(SHUTS_DOWN,)))
    assert [row[1:] for row in rows[:2]] == [("stays", "the operator removes it")] * 2


def test_a_switch_of_one_outcome_promises_nothing_for_the_other() -> None:
    for outcome, said in (
        ("succe", ["the operator removes it", "is deleted with it"]),
        ("fail", ["up to the operator", "the operator removes it"]),
    ):
        switch = replace(SHUTS_DOWN, outcomes=(outcome,))
        assert [row[2] for row in filters.what_stays(example(spec_defaults=(switch,)))[:2]] == said


def test_a_patch_stops_what_is_aborted() -> None:
    rows = filters.what_stays(example(abort_patch='{"spec":{}}'))
    assert rows[1][1] == "stays; is patched to stop if one of its pods still runs, or if its pods are unknown"
    assert [row[1:] for row in rows[2:]] == [("is patched to stop, and stays", "the operator ends it")] * 2


def test_a_kind_without_roles_promises_nothing() -> None:
    assert [row[1:] for row in filters.what_stays(example(roles=()))[:2]] == [("stays", "the CRD does not say")] * 2


def test_the_readme_has_its_own_heading() -> None:
    text = rendered_file(README, source="example")
    (part,) = [part for part in text.split("\n## ") if part.startswith("What stays after the end")]
    assert "The CRD has no field that tells the operator to clean up." in part
    assert "`plugins.k8s.delete-resource-on-finalize: true`" in part
    patched = rendered_file(
        README, source=str(ROOT / "tests/crds/loadtests.yaml"), options="abort_patch=.spec.paused=true"
    )
    assert "has no owner in Kubernetes" in patched
    assert "delete-resource-on-finalize" not in patched


@pytest.mark.parametrize(
    "switches", [{"shutdownAfterJobFinishes": {"type": "boolean"}}, {}], ids=["switch", "no switch"]
)
def test_the_page_says_when_logs_go_and_how_to_keep_them(tmp_path: Path, switches: dict[str, Node]) -> None:
    """As KubeRay has it: the cluster goes as soon as the job is over, or so long after; a time without the switch is refused."""
    crd = crd_file(tmp_path / "crd.yaml", ttlSecondsAfterFinished={"type": "integer"}, template=TEMPLATE, **switches)
    text = " ".join(rendered_file(README, source=str(crd)).split())
    assert ("The logs of the pods go with the pods" in text) is bool(switches)
    assert ("must then set it to 0" in text) is bool(switches)
    assert "use an hour or more" in text and "ttlSecondsAfterFinished: 3600" in text


def defaults_of(**changes: object) -> object:
    return yaml.safe_load(filters.spec_defaults_example(example(**changes)))


def test_the_example_of_defaults_keeps_what_there_is_for_an_hour() -> None:
    assert defaults_of() == {"ttlSecondsAfterFinished": 3600}


def test_the_example_of_defaults_is_no_switch_no_time_and_nothing_that_a_task_must_set() -> None:
    """A default of one of these leaves clusters running, or ends tasks."""
    solver = example().fields[0]

    def named(name: str, **changes: object) -> Field:
        return replace(solver, relative=(name,), enum=(), **changes)  # type: ignore[arg-type]

    fields = (
        named("required", required=True),
        named("activeDeadlineSeconds", scalar=Scalar.INT64),
        named("flag", scalar=Scalar.BOOL),
        named("other"),
        named("plain"),
    )
    switch = SpecDefault(schema.path_of("spec", "policy"), True, (schema.path_of("spec", "other"),))
    assert defaults_of(lifetimes=(), fields=fields, spec_defaults=(switch,)) == {"plain": "direct"}
    assert defaults_of(lifetimes=(), fields=(*fields, solver)) == {"solver": "direct"}
    assert defaults_of(lifetimes=(), fields=fields[:3]) is None


def test_a_time_to_live_of_another_unit_or_below_an_hour_is_no_example() -> None:
    crd = example().crd
    for name, node in (
        ("ttl", {"type": "integer"}),
        ("ttlSeconds", {"type": "string"}),
        ("ttlSeconds", {"type": "integer", "maximum": 600}),
    ):
        schema_ = {"type": "object", "properties": {"spec": {"type": "object", "properties": {name: node}}}}
        lifetimes = (schema.path_of("spec", name),)
        assert defaults_of(crd=replace(crd, schema=schema_), lifetimes=lifetimes) == {"solver": "direct"}
