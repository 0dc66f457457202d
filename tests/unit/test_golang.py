"""What is printed into the backend plugin and the wire contract, name by name."""

import dataclasses

import pytest

from flyte_plugin_scaffold.asking import answers, drafting
from flyte_plugin_scaffold.building import status
from flyte_plugin_scaffold.examples import status_examples
from flyte_plugin_scaffold.languages import golang, protobuf
from flyte_plugin_scaffold.model import Field, Many, Path, Place, Role, Runner, Runs, Scalar, Shape, Step, StepKind
from flyte_plugin_scaffold.reading import schema
from tests.support.rendering import ROOT, tree
from tests.support.schemas import BOOLEAN, CONDITIONS, INTEGER, crd, obj


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


@pytest.mark.parametrize("many, condition", [(Many.ONE, "in.GetGroup() != nil"), (Many.MAP, "len(in.GetGroup()) > 0")])
def test_what_stands_beside_a_role_is_set_with_it(example, many, condition):
    group = role(*steps("pool", "group"), always=False, many=many, beside=(("pool", "net"), ("net",)))
    setters = golang.go_setters(dataclasses.replace(example, roles=(group,), fields=()))
    assert setters.splitlines()[1:] == [
        "",
        f"\tif {condition} {{",
        '\t\tset(out, map[string]any{}, "net")',
        '\t\tset(out, map[string]any{}, "pool", "net")',
        "\t}",
        "",
        "\treturn out",
    ]


@pytest.mark.parametrize(
    "name, want",
    [
        ("HeadGroupSpec", "headGroupSpec"),
        ("HTTPServer", "httpServer"),
        ("K6TestRun", "k6TestRun"),
        ("ABC", "abc"),
        ("A", "a"),
    ],
)
def test_go_unexported(name, want):
    assert golang.go_unexported(name) == want


@pytest.mark.parametrize(
    "path, want",
    [
        ([], ""),
        (["a", "b"], '"a", "b"'),
        (["replicas", "{Master}"], '"replicas", "Master"'),
        (["a", "groups", "[]"], '"a", "groups", item(i)'),
        (["groups", "{}"], '"groups", key'),
        (["nodes", "[head]", "pod"], '"nodes", named("head"), "pod"'),
    ],
)
def test_steps(path, want):
    assert golang.go_steps(role(*steps(*path))) == want


def test_a_string_stands_in_the_object_around_it(example):
    tool = role(*steps("tools", "toolImage"), place=Place.IMAGE, inner=())
    assert golang.go_steps(tool) == '"tools"'
    plugin_ = dataclasses.replace(example, roles=(tool,), fields=(), empties=())
    assert golang.full_spec(plugin_)["tools"] == {"toolImage": "image"}


@pytest.mark.parametrize(
    "more, want",
    [
        ({}, 'podTemplate("template")'),
        ({"metadata": False}, 'podSpec("template", "spec")'),
        ({"place": Place.POD_SPEC, "inner": ()}, "podSpec()"),
        ({"place": Place.IMAGE, "inner": ("image",)}, 'podImage("image")'),
        ({"place": Place.IMAGE, "inner": ()}, 'podImage("entrypoint")'),
        ({"place": Place.COMMAND, "runs": Runs.USER, "inner": ()}, 'commandLine("entrypoint")'),
        ({"place": Place.COMMAND, "command_is_list": True, "inner": ()}, 'commandList("entrypoint")'),
        (
            {
                "place": Place.RUNNER,
                "inner": (),
                "runner": Runner(image="image", args="args", env="env", env_is_map=True),
            },
            'podRunner(runner{image: "image", args: "args", env: "env", envIsMap: true})',
        ),
    ],
)
def test_place(more, want):
    assert f"place: {want}}}" in golang.go_role(role(*steps("entrypoint"), **more))


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
    "shape, value, line",
    [
        (Shape.SCALAR, "in.GetAB()", "optional int64 a_b"),
        (Shape.LIST, "in.GetAB()", "repeated int64 a_b"),
        (Shape.MAP, "entries(in.GetAB(), same)", "map<string, int64> a_b"),
        (Shape.MESSAGE, "fieldsOfInner(in.GetAB())", "Inner a_b"),
        (Shape.MESSAGES, "list(in.GetAB(), fieldsOfInner)", "repeated Inner a_b"),
        (Shape.STRUCT, "in.GetAB().AsMap()", ".google.protobuf.Struct a_b"),
        (Shape.STRUCTS, "list(in.GetAB(), (*structpb.Struct).AsMap)", "repeated .google.protobuf.Struct a_b"),
        (Shape.VALUE, "in.GetAB().AsInterface()", ".google.protobuf.Value a_b"),
    ],
)
def test_every_shape_of_field(shape, value, line):
    assert golang.go_value(field(shape)) == value
    assert protobuf.proto_member(field(shape)) == f'{line} = 7 [json_name = "aB"];'


def test_int_or_string_is_spelled_as_a_number_where_it_is_one():
    port = dataclasses.replace(field(Shape.SCALAR, int_or_string=True, example="8080"), scalar=Scalar.STRING)
    assert golang.go_value(port) == "intOrString(in.GetAB())"
    assert [golang._json(dataclasses.replace(port, example=each), True) for each in ("8080", "08", "8Gi")] == [
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
    assert golang.go_needs_job(model.status) == " || ".join(
        f'strings.EqualFold(s.Phase, "{state}")' for state in ("Succeeded", "Failed")
    )
    assert status_examples.failure_with_message(model) == {"phase": "Suspended", "message": "out of memory"}
    assert status_examples.success_status(model) == {"phase": "Succeeded"}
    holds = {rule.text: golang.go_holds(rule, model.status) for rule in model.status.rules}
    assert holds["Succeeded & job=Complete"] == 'strings.EqualFold(s.Phase, "Succeeded") && s.jobHas("Complete")'
    states = {rule.text: golang.go_state(rule) for rule in model.status.rules}
    assert (states["job=Failed & Failed"], states["Succeeded & job=Failed"]) == ("Failed", "Succeeded")


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
    lines = [" ".join(line.split()) for line in golang.go_contract(example)]
    assert lines[:5] == [
        "",
        "Commands: 1,",
        "Pods: 2,",
        "Labelled: 2,",
        "Leaders: []string{`spec.driver.template.spec`},",
    ]
    assert 'Suspended: `{"phase": "Suspended"}`,' in lines


def test_the_contract_kit_may_know_nothing_of_a_kind(example):
    answer = crd(status=obj(succeeded=BOOLEAN))
    rules = answers.parse_phases("Success=.status.succeeded=true", None, False)[0].rules
    model, _ = status.build(answer, None, rules)
    assert golang.go_contract(dataclasses.replace(example, status=model, roles=(), fields=())) == []


@pytest.mark.parametrize("check, want", [("", "number(s.EndTime) != 0"), (">3", "number(s.EndTime) > 3")])
def test_a_number_is_set_where_it_is_not_0(check, want):
    answer = crd(status=obj(endTime=INTEGER))
    rules = answers.parse_phases(f"Success=.status.endTime{check}", None, False)[0].rules
    model, _ = status.build(answer, None, rules)
    assert [golang.go_holds(rule, model) for rule in (*model.rules, *model.last_resorts)] == [want]
    assert golang.go_reads_numbers(model)


def test_where_only_a_presence_tells_the_end_the_table_is_empty():
    """gofmt writes an empty table on one line; and there is no state to name in the reason."""
    crd_file = str(ROOT / "tests/crds/cases/k02-unlisted-ready-with-end-time.yaml")
    draft = drafting.Draft({"source": crd_file, "status_path": "none", "phases": "Success=.status.completed"})
    assert draft.problems == ()
    (table,) = (text for path, text in tree(draft).items() if path.endswith("/phase_table.go"))
    assert "var phaseTable = []phaseRule{}\n\n" in table
    assert "in state" not in table and '"fmt"' not in table


@pytest.mark.parametrize(
    "variables, sources",
    [
        (
            {"podName": ("PodName",), "nodeName": ("NodeName",)},
            ["{podName: func(s *Status) string { return s.PodName }}"],
        ),
        ({"runnerPodName": ("R", "PodName")}, ["{podName: func(s *Status) string { return s.R.PodName }}"]),
        ({"podName": ("PodName",), "cleanupPodName": ("Cleanup", "PodName")}, ["{}"]),
        ({"nodeName": ("NodeName",)}, ["{}"]),
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


@pytest.mark.parametrize("leaf, lines", [("x" * 69, 3), ("x" * 70, 5)])
def test_long_functions_are_broken_where_gofmt_breaks_them(example, leaf, lines):
    """Signature and body are of 100 and of 101 characters."""
    long = dataclasses.replace(example.status, variables=(("name", (leaf,)),))
    assert len(golang.go_status_variables(long).splitlines()) == lines
    (source,) = golang.go_log_sources(dataclasses.replace(example, roles=(role(*steps("group"), pod_name=(leaf,)),)))
    assert len(source.splitlines()) == lines - 2
