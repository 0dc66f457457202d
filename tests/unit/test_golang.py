"""What is printed into the backend plugin and the wire contract, name by name."""

import dataclasses

import pytest

from flyte_plugin_scaffold.asking import answers, drafting
from flyte_plugin_scaffold.building import status
from flyte_plugin_scaffold.examples import status_examples, values
from flyte_plugin_scaffold.languages import golang, protobuf
from flyte_plugin_scaffold.model import (
    Check,
    Failure,
    Field,
    Many,
    Path,
    Phase,
    PhaseRule,
    Place,
    Role,
    Runner,
    Runs,
    Scalar,
    Shape,
    Step,
    StepKind,
    Term,
)
from flyte_plugin_scaffold.reading import schema
from tests.support.rendering import ROOT, tree
from tests.support.schemas import BOOLEAN, CONDITIONS, crd, obj

PHASE = Path((Step(StepKind.FIELD, "status"), Step(StepKind.FIELD, "phase")))


@pytest.fixture(scope="module")
def example():
    return drafting.build({"source": "example"})


def role(*steps: Step, **more) -> Role:
    values = dict(many=Many.ONE, runs=Runs.IMAGE, place=Place.TEMPLATE, inner=("template",), always=True)
    path = Path((Step(StepKind.FIELD, "spec"), *steps))
    return Role("group", "Group", "group", "Group", "Group", 2, path, **{**values, **more})


def steps(*words: str):
    kinds = {"[]": StepKind.ITEMS, "{}": StepKind.ENTRIES}
    found = []
    for word in words:
        if word in kinds:
            found.append(Step(kinds[word]))
        elif word[0] in "[{":
            found.append(Step(StepKind.ELEMENT if word[0] == "[" else StepKind.KEY, word[1:-1]))
        else:
            found.append(Step(StepKind.FIELD, word))
    return found


def test_what_stands_beside_a_role_is_sent_with_it(example):
    group = role(*steps("pool", "group"), always=False, beside=(("pool", "net"), ("net",)))
    rows = [golang.go_beside(pair) for pair in dataclasses.replace(example, roles=(group,)).beside]
    assert rows == ['operator.With("group", "net")', 'operator.With("group", "pool", "net")']


@pytest.mark.parametrize(
    "path, want",
    [
        ([], ""),
        (["a", "b"], '"a", "b"'),
        (["replicas", "{Master}"], '"replicas", "Master"'),
        (["a", "groups", "[]"], '"a", "groups", operator.Each'),
        (["groups", "{}"], '"groups", operator.Each'),
        (["nodes", "[head]", "pod"], '"nodes", operator.Named("head"), "pod"'),
    ],
)
def test_steps(path, want):
    printed = golang.go_role(role(*steps(*path)))
    assert f"Path: []any{{{want}}}, " in printed if want else "Path:" not in printed


def test_a_string_stands_in_the_object_around_it(example):
    tool = role(*steps("tools", "toolImage"), place=Place.IMAGE, inner=())
    assert 'Path: []any{"tools"}' in golang.go_role(tool)
    plugin_ = dataclasses.replace(example, roles=(tool,), fields=(), empties=())
    assert golang.full_spec(plugin_)["tools"] == {"toolImage": "image"}


@pytest.mark.parametrize(
    "more, want",
    [
        ({}, 'operator.PodTemplate("template")'),
        ({"metadata": False}, 'operator.PodSpec("template", "spec")'),
        ({"place": Place.POD_SPEC, "inner": ()}, "operator.PodSpec()"),
        ({"place": Place.IMAGE, "inner": ("image",)}, 'operator.PodImage("image")'),
        ({"place": Place.IMAGE, "inner": ()}, 'operator.PodImage("entrypoint")'),
        ({"place": Place.COMMAND, "runs": Runs.USER, "inner": ()}, 'operator.CommandLine("entrypoint")'),
        ({"place": Place.COMMAND, "command_is_list": True, "inner": ()}, 'operator.CommandList("entrypoint")'),
        (
            {
                "place": Place.RUNNER,
                "inner": (),
                "runner": Runner(image="image", args="args", env="env", env_is_map=True),
            },
            'operator.PodRunner(operator.Runner{Image: "image", Args: "args", Env: "env", EnvIsMap: true})',
        ),
    ],
)
def test_place(more, want):
    assert f"Place: {want}}}" in golang.go_role(role(*steps("entrypoint"), **more))


def field(shape: Shape, **more) -> Field:
    scalar = Scalar.INT64 if shape in (Shape.SCALAR, Shape.LIST, Shape.MAP) else None
    return Field(
        path=Path(()),
        relative=("outer", "aB"),
        name="a_b",
        json_name="aB",
        go_name="AB",
        number=7,
        shape=shape,
        scalar=scalar,
        message="Inner",
        **more,
    )


@pytest.mark.parametrize(
    "shape, line",
    [
        (Shape.SCALAR, "optional int64 a_b"),
        (Shape.LIST, "repeated int64 a_b"),
        (Shape.MAP, "map<string, int64> a_b"),
        (Shape.MESSAGE, "Inner a_b"),
        (Shape.MESSAGES, "repeated Inner a_b"),
        (Shape.STRUCT, ".google.protobuf.Struct a_b"),
        (Shape.STRUCTS, "repeated .google.protobuf.Struct a_b"),
        (Shape.VALUE, ".google.protobuf.Value a_b"),
    ],
)
def test_every_shape_of_field(shape, line):
    messages = {Shape.MESSAGE, Shape.MESSAGES}
    row = 'Message("a_b", fieldsOfInner, ' if shape in messages else 'Value("a_b", '
    assert golang.go_field(field(shape)) == f'operator.{row}"outer", "aB")'
    assert protobuf.proto_member(field(shape)) == f'{line} = 7 [json_name = "aB"];'


def test_int_or_string_is_spelled_as_a_number_where_it_is_one():
    port = dataclasses.replace(field(Shape.SCALAR, int_or_string=True, example="8080"), scalar=Scalar.STRING)
    assert golang.go_field(port) == 'operator.IntOrString("a_b", "outer", "aB")'
    assert [values.value_of(dataclasses.replace(port, example=each), True) for each in ("8080", "08", "8Gi")] == [
        8080,
        "08",
        "8Gi",
    ]


def test_phase_cases_follow_from_the_rules(example):
    cases = {name: (status, phase) for name, status, phase in status_examples.cases(example)}
    assert cases["no status"] == ({}, "Queued")
    assert cases["Suspended"] == ({"phase": "Suspended"}, "Queued")
    assert cases["Running"] == ({"phase": "Running"}, "Running")
    assert cases["unknown"] == ({"phase": "SomethingElse"}, "Unknown")


def test_a_job_decides_where_the_status_does_not_tell():
    finished = "Success=Succeeded & job=Complete; Failure=Succeeded & job=Failed,job=Failed & Failed,Suspended"
    model = drafting.build({"source": "example", "phases": finished})
    assert {"phase": "Succeeded"} not in [status for _, status, _ in status_examples.cases(model)]
    assert status_examples.job_cases(model)[:2] == [
        ("Complete", {"phase": "Succeeded"}, "Success"),
        ("Failed", {"phase": "Succeeded"}, "RetryableFailure"),
    ]
    assert status_examples.failure_with_message(model) == {"phase": "Suspended", "message": "out of memory"}
    rows = dict(zip((rule.text for rule in model.status.rules), golang.go_rules(model.status, model.status.rules)))
    assert rows["Succeeded & job=Complete"] == (
        'operator.PhaseSuccess.When(operator.Is("Succeeded", "phase"), operator.OwnedJob("Complete"))'
    )


def test_conditions_are_where_the_crd_has_them(example):
    path = schema.path_of("status", "progress", "milestones")
    answer, _ = answers.parse_phases("Success=Done; Failure=Broken/Fault", path, True)
    built, problems = status.build(crd(status=obj(progress=obj(milestones=CONDITIONS))), path, answer.rules)
    assert not problems
    model = dataclasses.replace(example, status=built)
    broken = {"type": "Broken", "status": "True", "reason": "Fault"}
    cases = {name: (below, phase) for name, below, phase in status_examples.cases(model)}
    assert cases["Broken/Fault"] == ({"progress": {"milestones": [broken]}}, "RetryableFailure")
    assert cases["Done"][1] == "Success"
    told = {"progress": {"milestones": [{**broken, "message": "out of memory"}]}}
    assert status_examples.failure_with_message(model) == told


def test_specs_of_the_corpus(example):
    assert golang.minimal_spec(example)["driver"]["service"] == {}
    assert set(golang.minimal_spec(example)) == {"driver", "workers"}
    assert golang.full_spec(example)["setByOverrides"] == {"key": "text"}


def test_what_the_contract_kit_knows_of_the_kind(example):
    assert golang.contract_custom(example) == {"driver": {}, "workers": {}}
    known = golang.go_contract(example)
    assert (known["commands"], known["pods"], known["labelled"]) == ("1", "2", "2")
    assert known["leaders"] == "[]string{`spec.driver.template.spec`}"
    assert known["suspended"] == '`{"phase": "Suspended"}`'


def test_the_contract_kit_may_know_nothing_of_a_kind(example):
    answer = crd(status=obj(succeeded=BOOLEAN))
    rules = answers.parse_phases("Success=.status.succeeded=true", None, False)[0].rules
    model, _ = status.build(answer, None, rules)
    known = golang.go_contract(dataclasses.replace(example, status=model, roles=(), fields=()))
    assert set(known.values()) == {"0", "nil", '""'}


@pytest.mark.parametrize(
    "term, row",
    [
        (Term(condition="Done", reason="Why"), 'Condition("Done", "True", "Why")'),
        (Term(path=PHASE, value="Done"), 'Is("Done", "phase")'),
        (Term(path=PHASE), 'Is("", "phase")'),
        (Term(path=PHASE, check=Check.IS_SET), 'IsSet("phase")'),
        (Term(path=PHASE, value="false", is_flag=True), 'Flag(false, "phase")'),
        (Term(path=PHASE, check=Check.IS_SET, is_number=True), 'Number("!= 0", "phase")'),
        (Term(path=PHASE, value="3", is_number=True), 'Number("== 3", "phase")'),
        (Term(path=PHASE, check=Check.AT_LEAST, value="3", is_number=True), 'Number(">= 3", "phase")'),
    ],
)
def test_every_form_of_term(example, term, row):
    rule = PhaseRule(Phase.FAILURE, (term,), "", Failure.SYSTEM)
    assert golang.go_rules(example.status, [rule]) == [f"operator.PhaseSystemFailure.When(operator.{row})"]


def test_where_only_a_presence_tells_the_end_the_table_is_empty():
    """gofmt writes an empty table on one line."""
    crd_file = str(ROOT / "tests/crds/cases/k02-unlisted-ready-with-end-time.yaml")
    draft = drafting.draft({"source": crd_file, "status_path": "none", "phases": "Success=.status.completed"})
    assert draft.problems == ()
    (table,) = (text for path, text in tree(draft).items() if path.endswith("/phases.go"))
    assert "var rules = []operator.Rule{}\n\n" in table
    assert 'operator.PhaseSuccess.When(operator.IsSet("completed"))' in table


@pytest.mark.parametrize(
    "variables, sources",
    [
        (
            {"podName": ("podName",), "nodeName": ("nodeName",)},
            ['{PodName: []string{"podName"}}'],
        ),
        ({"runnerPodName": ("r", "podName")}, ['{PodName: []string{"r", "podName"}}']),
        ({"podName": ("podName",), "cleanupPodName": ("cleanup", "podName")}, ["{}"]),
        ({"nodeName": ("nodeName",)}, ["{}"]),
    ],
)
def test_the_only_pod_that_a_status_names_has_the_logs_of_a_kind_without_roles(example, variables, sources):
    status = dataclasses.replace(example.status, variables=tuple(variables.items()))
    assert golang.go_log_sources(dataclasses.replace(example, roles=(), status=status)) == sources


def test_a_list_called_containers_is_not_always_a_pods():
    pod = {"containers": [{"name": "driver", "image": "image"}]}
    spec = {"containers": [{"command": "run"}], "more": {"containers": {}}, "driver": pod}
    assert list(golang._pod_specs(spec, "spec")) == [("driver", "spec.driver")]


def test_raw_strings():
    assert golang.go_raw('{"a": 1}') == '`{"a": 1}`'
    assert golang.go_raw("a`b") == '"a`b"'
