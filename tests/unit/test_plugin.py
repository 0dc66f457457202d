"""From the answers to the model: defaults follow one another, and whatever is answered, nothing is raised."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flyte_plugin_scaffold import bindings
from flyte_plugin_scaffold.asking import answers, drafting, findings
from flyte_plugin_scaffold.flyte import versions
from flyte_plugin_scaffold.languages import filters, golang, mermaid, protobuf, python_code
from flyte_plugin_scaffold.model import Place, Problem
from flyte_plugin_scaffold.reading import schema
from flyte_plugin_scaffold.text.characters import invisible
from tests import test_refusals

ROOT = Path(__file__).parent.parent.parent
EXAMPLE = ROOT / "flyte_plugin_scaffold/example/solverjobs.yaml"


def test_defaults_of_the_example() -> None:
    draft = drafting.draft({})
    assert {prompt: draft.default(prompt) for prompt in answers.PROMPTS} == {
        "source": "example",
        "kind": "SolverJob",
        "targets": "propeller",
        "operator_name": "Solver",
        "task_type": "solverjob",
        "plugin_slug": "flyte-solverjob-plugin",
        "roles": "driver: .spec.driver user; workers: .spec.workers image",
        "operations": "none",
        "status_path": ".status.phase",
        "phases": "Success=Succeeded; Failure=Failed,.status.conditions=Terminal,.status.conditions=Failed,.status.conditions=Error,"
        ".status.conditions=Invalid,.status.conditions=Rejected; Queued=Pending,Suspended,"
        ".status.conditions=Suspended; Initializing=Starting; Others=words",
        "fields": ".spec.solver, .spec.tolerance, .spec.maxIterations, .spec.tags, .spec.environment, .spec.scratchSize",
        "go_module": "github.com/example/flyte-solverjob-plugin",
        "container_registry": "ghcr.io/example",
        "flyte_version": "v1.16.8",
        "license": "Apache-2.0",
        "options": "",
    }


def test_prompts_are_those_of_cookiecutter_json() -> None:
    context = json.loads((ROOT / "cookiecutter.json").read_text())
    assert tuple(name for name in context if not name.startswith("_")) == answers.PROMPTS


def test_defaults_follow_the_answers_before_them() -> None:
    draft = drafting.draft({"plugin_slug": "my-plugin", "source": str(EXAMPLE), "operator_name": "Acme"})
    assert draft.default("go_module") == "github.com/example/my-plugin"
    draft = drafting.draft({"go_module": "gitlab.acme.dev/Data-Team/x"})
    assert draft.default("container_registry") == "ghcr.io/data-team"


def test_names_of_every_place() -> None:
    names = drafting.build({"go_module": "gitlab.acme.dev/Data-Team/x/v2", "task_type": "my-solver"}).names
    assert (names.name, names.owner, names.organisation, names.host) == (
        "mysolver",
        "datateam",
        "Data-Team",
        "gitlab.acme.dev",
    )
    assert names.proto_package == "datateam.flyte.mysolver.v1"
    assert names.proto_file == "datateam/flyte/mysolver/v1/mysolver.proto"
    assert names.go_proto_package == "gitlab.acme.dev/Data-Team/x/v2/gen/pb-go/datateam/flyte/mysolver/v1"
    assert (names.python_package, names.distribution) == ("flytekitplugins.mysolver", "flytekitplugins-solverjob")
    assert (names.config_class, names.task_class) == ("SolverJob", "SolverJobTask")


@pytest.mark.parametrize(
    ("organisation", "owner"), [("4paradigm", "org4paradigm"), ("internal", "orginternal"), ("a.b_c", "abc")]
)
def test_owner_is_an_identifier(organisation: str, owner: str) -> None:
    assert drafting.build({"go_module": f"github.com/{organisation}/x"}).names.owner == owner


@pytest.mark.parametrize(("module", "github"), [("github.com/a/b", True), ("github.acme.dev/a/b", False)])
def test_github_is_a_host(module: str, github: bool) -> None:
    assert drafting.build({"go_module": module}).github is github


def test_fields_are_edited() -> None:
    names = [field.name for field in drafting.build({"fields": "-.spec.tags,+checkpoint"}).fields]
    assert names == ["solver", "tolerance", "max_iterations", "environment", "scratch_size", "checkpoint"]
    assert [field.name for field in drafting.build({"fields": "tags"}).fields] == ["tags"]
    assert drafting.build({"fields": "none"}).fields == ()


def test_fields_of_a_role_are_edited() -> None:
    def fields_of(answer: str) -> list[str]:
        return [field.name for field in drafting.build({"fields": answer}).roles[1].fields]

    assert fields_of("-.spec.workers.restartPolicy") == ["replicas"]
    assert fields_of("tags") == ["replicas", "restart_policy"]


def test_a_field_that_is_not_in_the_list_cannot_be_taken_out() -> None:
    assert [each.prompt for each in drafting.check({"fields": "-.spec.suspend"})] == ["fields"]
    assert [each.prompt for each in drafting.check({"fields": "-.spec.workers.nothing"})] == ["fields"]


def test_options_and_versions_reach_the_model() -> None:
    model = drafting.build({"options": "name_budget=30", "license": "none"})
    assert model.options == {"name_budget": "30"} and model.license == "none"
    assert model.versions["flyte"] == "v1.16.8" and model.versions["go"].count(".") == 2


def test_the_name_budget_has_a_default() -> None:
    assert drafting.build({}).name_budget == 36
    assert drafting.build({"options": "name_budget=30"}).name_budget == 30


def test_an_abort_patch_is_checked_against_the_crd() -> None:
    assert drafting.build({}).abort_patch == ""
    assert drafting.build({"options": "abort_patch=.spec.suspend=true"}).abort_patch == '{"spec":{"suspend":true}}'
    (problem,) = drafting.check({"options": "abort_patch=.spec.stop=true"})
    assert (problem.prompt, problem.text) == (
        "options",
        "abort_patch: the CRD has no .spec.stop; .spec.suspend=true would fit",
    )


def test_what_the_plugin_sends_and_reads_stands_in_the_schema() -> None:
    model = drafting.build({})
    assert model.sent_paths == (
        ".spec",
        *(f".spec.{name}" for name in ("solver", "tolerance", "maxIterations", "tags", "environment", "scratchSize")),
        *(".spec.driver.template", ".spec.driver.service"),
        *(f".spec.workers.{name}" for name in ("template", "replicas", "restartPolicy")),
    )
    assert {".status.phase", ".status.message", ".status.observedGeneration"} <= set(model.read_paths)
    for path in model.sent_paths + model.read_paths:
        assert schema.lookup(model.crd.schema, schema.parse_path(path)) is not None, path
    # A schema has one place for all elements of a list, and for all entries of a map.
    path = schema.parse_path(".spec.replicaSpecs{Worker}.containers[main].ports[].labels{}")
    assert path.in_schema == ".spec.replicaSpecs{}.containers[].ports[].labels{}"


def test_rights_are_those_that_are_needed_and_those_that_explain() -> None:
    model = drafting.build({})
    assert model.rights == model.needed_rights + model.diagnosis_rights
    assert [rule[1] for rule in model.needed_rights] == [("solverjobs",)]


def test_which_pods_can_carry_labels() -> None:
    assert drafting.build({"roles": "driver: .spec.driver user; workers: .spec.workers image"}).labelled
    assert not drafting.build({"roles": "none"}).labelled
    template, pod = drafting.build({}).roles
    pod = dataclasses.replace(pod, place=Place.POD_SPEC)
    assert (template.has_labels, pod.has_labels) == (True, False)
    assert not dataclasses.replace(template, metadata=False).has_labels
    mixed = dataclasses.replace(drafting.build({}), roles=(template, pod))
    assert not mixed.labelled
    command = dataclasses.replace(pod, place=Place.COMMAND, number=0)
    assert dataclasses.replace(mixed, roles=(template, command)).labelled


def test_no_version_is_written_twice() -> None:
    for release in versions.FLYTE_VERSIONS.values():
        assert not set(release) & set(versions.TOOLS)


def test_unreadable_crd_is_the_only_problem() -> None:
    (problem,) = drafting.check({"source": "nowhere.yaml", "license": "x"})
    assert problem.prompt == "source"


def test_recorded_answers_give_the_model_again(tmp_path: Path) -> None:
    draft = drafting.draft({"task_type": "mine", "fields": "-tags", "license": "MIT", "options": "name_budget=30"})
    recorded = draft.recorded
    assert recorded["source"] == "crd/solverjobs.yaml"
    (tmp_path / "crd").mkdir()
    (tmp_path / recorded["source"]).write_text(draft.crd.text)
    again = drafting.build(recorded, str(tmp_path))
    assert dataclasses.replace(again, crd=draft.crd) == draft.plugin


def test_without_a_schema_nothing_is_vendored() -> None:
    status = {"status_path": ".status.phase", "phases": "Success=Done; Failure=Broken"}
    draft = drafting.draft({"source": "widgets.acme.dev/v1/Widget", **status})
    assert draft.problems == () and draft.recorded["source"] == "widgets.acme.dev/v1/Widget"
    assert draft.plugin.crd.text == "" and draft.plugin.fields == ()


# ------------------------------------------------------------------------------------------------------------- findings
@pytest.mark.parametrize(
    ("values", "says", "not_said"),
    [
        ("Busy, Succeeded", ["means failure: a failed"], ["job="]),
        ("Busy, Finished", ["Finished of .status.phase only says that it is over: what failed", "or phases='Success=Finished & job=Complete; Failure=Finished & job=Failed"], []),
        ("Busy, finished, error", ["or phases='Success=finished & job=Complete"], ["means failure: a failed"]),
        ("Busy, Finished, Succeeded, Failed", [], ["means failure: a failed", "job="]),
        ("RUNNING, FINISHED, FAILED", [], ["job="]),
        ("Busy, ClosingFailed, EndedFailed, Done, Failed", ["ClosingFailed of .status.phase is taken for Running, though it sounds"], []),
    ],
)  # fmt: skip
def test_findings_warn_of_states_that_do_not_tell_how_it_ended(
    tmp_path: Path, values: str, says: list[str], not_said: list[str]
) -> None:
    file = tmp_path / "crd.yaml"
    file.write_text(EXAMPLE.read_text().replace("Pending, Starting, Running, Suspended, Succeeded, Failed", values))
    report = findings.report(drafting.draft({"source": str(file)}))
    assert all(text in report for text in says)
    assert not any(text in report for text in not_said)


def test_findings_name_reasons_and_runners_up() -> None:
    draft = drafting.draft({})
    report = findings.report(draft)
    for text in ("driver: .spec.driver user (", ".status.phase (", "solver, tolerance, "):
        assert text in report
    for text in ("or .status.conditions (", "or suspend, ttlSecondsAfterFinished ("):
        assert text in report
    assert len(report.splitlines()) < 25


def test_findings_begin_with_what_is_needed_and_guessed(tmp_path: Path) -> None:
    file = tmp_path / "crd.yaml"
    file.write_text(test_refusals.crd("Farm", "[Ready, Degraded]"))
    told = findings.report(drafting.draft({"source": str(file)})).splitlines()
    assert told[1].startswith("  needed    Farm never finishes: none of the values") and "phases" in told[1]
    answered = drafting.draft({"source": str(file), "phases": "Success=Ready"})
    assert "needed" not in findings.report(answered)
    assert "needed" not in findings.report(drafting.draft({"source": str(file)}), asks=False), "the refusal says it"
    file.write_text(test_refusals.crd("FarmJob", "[Busy, Succeeded]"))
    told = findings.report(drafting.draft({"source": str(file)})).splitlines()
    assert told[1].startswith("  guessed   no value of .status.phase means failure")
    answered = drafting.draft({"source": str(file), "phases": "Success=Succeeded; Failure=Busy"})
    assert "guessed" not in findings.report(answered)
    told = findings.report(drafting.draft({"source": "widgets.acme.dev/v1/Widget"})).splitlines()
    assert told[1].startswith("  needed    the CRD does not say what is in the status: answer status_path and phases")


def test_refusal_lists_all() -> None:
    text = findings.refusal([Problem("roles", "one"), Problem("roles", "two"), Problem("license", "three")], "cmd")
    assert text.splitlines()[0].startswith("2 answers")
    assert text.splitlines()[1:4] == ["  roles    one", "  roles    two", "  license  three"]


# ------------------------------------------------------------------------------------------------------------ totality
def test_what_a_terminal_does_not_show_is_escaped() -> None:
    (problem,) = drafting.check({"status_path": ".status.a\tb"})
    assert r"a\tb" in problem.text


ANSWER = st.text(max_size=20) | st.sampled_from(
    ["none", "", ".spec", ".status", ".spec.driver", "a: .spec.driver user", "a: .spec.tags image", "+.spec.driver"]
    + [".status.conditions", ".status.phase", "Success=Succeeded", "Success=a & .status.b=c", "-.spec.solver", "SolverJob/v1"]
    + ["a: .spec.workers{} user", "a: .spec.workers[x] [\"b\"]", ".spec.environment, .spec.driver.template.spec"]
)  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(st.dictionaries(st.sampled_from([each for each in answers.PROMPTS if each != "source"]), ANSWER))
def test_whatever_is_answered_nothing_is_raised(some: dict[str, str]) -> None:
    draft = drafting.draft({"source": str(EXAMPLE), **some})
    for prompt in answers.PROMPTS:
        assert isinstance(draft.default(prompt), str)
    findings.report(draft)
    if not draft.problems:
        assert draft.plugin.names.task_type == draft.answer("task_type")
    assert all(not invisible(problem.text) for problem in draft.problems)


def test_no_filter_hides_another() -> None:
    modules = (filters, golang, mermaid, protobuf, python_code)
    names = [name for module in modules for name in module.FILTERS]
    assert len(names) == len(set(names))


def test_the_model_is_made_once_for_all_files() -> None:
    context = {"source": str(EXAMPLE), "task_type": "once"}
    assert bindings.plugin(context) is bindings.plugin(dict(context))
    assert bindings.plugin(context) is not bindings.plugin({**context, "task_type": "twice"})


def test_a_changed_crd_is_read_again(tmp_path: Path) -> None:
    file = tmp_path / "crd.yaml"
    file.write_text(EXAMPLE.read_text())
    assert [each.name for each in bindings.plugin({"source": str(file)}).fields][0] == "solver"
    file.write_text(EXAMPLE.read_text().replace("solver:\n", "algorithm:\n", 1))
    assert [each.name for each in bindings.plugin({"source": str(file)}).fields][0] == "algorithm"
