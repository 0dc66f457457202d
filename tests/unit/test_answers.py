"""The grammar of the answers: what each means, and what is refused with which words."""

from __future__ import annotations

from pathlib import Path as FilePath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flyte_plugin_scaffold.asking import answers
from flyte_plugin_scaffold.model import Backend, Check, Failure, Phase, RoleAnswer, Runs, Term
from flyte_plugin_scaffold.reading import schema
from flyte_plugin_scaffold.text.characters import invisible

PHASE = schema.parse_path(".status.phase")
CONDITIONS = schema.parse_path(".status.conditions")


def role(name: str, path: str, runs: Runs = Runs.USER, argv: tuple[str, ...] = (), container: str = "") -> RoleAnswer:
    return RoleAnswer(name, schema.parse_path(path), runs, argv, container)


# --------------------------------------------------------------------------------------------------------------- words
ACCEPTED = {
    "operator_name": ["KubeRay", 'O\'Reilly "Grid" <b>\\n', "Näherungslöser", "日本", "Spark 3"],
    "task_type": ["solverjob", "my-task", "my_task", "a", "x1"],
    "plugin_slug": ["flyte-solverjob-plugin", "plugin", "a.b_c-d", "x" * 100],
    "go_module": [
        "github.com/acme/flyte-x",
        "gitlab.example.co.uk/Acme/group/sub/flyte.x",
        "go.acme.dev/team_1/x/v2",
        "github.com/my-org/~x",
        "github.com/my-org/x~a1",
        "10.0.0.1/acme/x",
    ],
    "container_registry": [
        "ghcr.io/acme",
        "localhost:5000",
        "localhost/x",
        "registry.acme.dev:443/a/b__c",
        "a.b",
        "10.0.0.1:5000/a",
        "10.0.0.255",
        "registry.acme.dev:1",
        "registry.acme.dev:65535/a",
        "1.2.3.4.acme.dev/a",
    ],
    "flyte_version": ["v1.16.8"],
    "license": ["Apache-2.0", "MIT", "BSD-3-Clause", "none"],
}
REFUSED = {
    "operator_name": ["", "--", "x" * 51],
    "task_type": ["", "Spark", "my task", "1job", "-job", "job-", "jöb", "a/b", "null", "yes", "x" * 41],
    "plugin_slug": [
        "",
        ".",
        "..",
        "a/b",
        "../x",
        "/x",
        "a\\b",
        "-x",
        ".x",
        "a..b",
        "X",
        "con",
        "nul.txt",
        "7zip",
        "1e3",
        "true",
        "x" * 101,
        "a b",
    ],
    "go_module": [
        "",
        "acme",
        "github.com/acme",
        "github.com//x",
        "/acme/x/y",
        "https://github.com/acme/x",
        "git@github.com:acme/x",
        "github.com/acme/x.git",
        "GitHub.com/acme/x",
        "host/acme/x",
        "github.com/ac me/x",
        "github.com/acme/x y",
        "github.com/acme/../x",
        "github.com/acme/x/v1",
        "github.com/acme/nul",
        "github.com/acme/x/",
        'github.com/"acme"/x',
        "github.com/acme/" + "x" * 200,
        "github.com./acme/x",
        "github.com:443/acme/x",
        "github.com/acme/x.",
        "github.com/acme/x@v1",
        "github.com/acme/x~1",
        "github.com/acme/x~12.y",
        "300.0.0.1/acme/x",
        "10.0.1/acme/x",
        "github.1/acme/x",
        "x" * 64 + ".com/acme/x",
    ],
    "container_registry": [
        "",
        "acme",
        "https://ghcr.io/acme",
        "ghcr.io/Acme",
        "ghcr.io/acme:tag",
        "ghcr.io/",
        "1.5",
        "12:30",
        "a.b//c",
        "x.y/" + "z" * 150,
        "ghcr.io:65536/acme",
        "ghcr.io:0/acme",
        "ghcr.io:00443/acme",
        "localhost:70000",
        "ghcr.io:/acme",
        "ghcr.io:443:5000/acme",
        "ghcr.io:http/acme",
        "256.0.0.1:5000",
        "10.0.0.01:5000",
        "10.0.0.1.:5000",
        "1.2.3.4.5/acme",
        "registry.1/acme",
        "ghcr.io./acme",
        ".ghcr.io/acme",
        "ghcr..io/acme",
        "GHCR.io/acme",
        "ghcr.io//acme",
        "ghcr.io/acme/",
        "ghcr.io/acme:v1",
        "ghcr.io/acme@sha256:" + "0" * 64,
        "ghcr.io/acme:",
        "user@ghcr.io/acme",
        "ghcr.io/acme?x=y",
        "ghcr.io/acme#x",
        "-ghcr.io/acme",
        "ghcr-.io/acme",
        "[::1]:5000",
        "x" * 64 + ".io/acme",
    ],
    "flyte_version": ["", "1.16.8", "v2.0.0", "latest"],
    "license": ["", "mit", "GPL-3.0", "None"],
}


@pytest.mark.parametrize(("prompt", "answer"), [(prompt, each) for prompt, some in ACCEPTED.items() for each in some])
def test_word_is_accepted(prompt: str, answer: str) -> None:
    assert answers.WORDS[prompt](answer) == []


@pytest.mark.parametrize(("prompt", "answer"), [(prompt, each) for prompt, some in REFUSED.items() for each in some])
def test_word_is_refused_in_one_line(prompt: str, answer: str) -> None:
    (problem,) = answers.WORDS[prompt](answer)
    assert not invisible(problem)


@pytest.mark.parametrize(("answer", "cure"), [("Ray Job", "rayjob"), ("SolverJob", "solverjob"), ("7", "solverjob")])
def test_the_task_type_that_is_proposed_is_like_the_one_given(answer: str, cure: str) -> None:
    (problem,) = answers.task_type(answer)
    assert problem.endswith(f"such as {cure}") and answers.task_type(cure) == []


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        ("{{ x }}", "Jinja"),
        ("{% if %}", "Jinja"),
        ("a{#b", "Jinja"),
        ("a\x00b", "U+0000, which is invisible"),
        ("a\nb", "several lines"),
    ],
)
def test_what_no_answer_may_hold(answer: str, says: str) -> None:
    (problem,) = answers.problems_in_text("operator_name", answer)
    assert says in problem and not invisible(problem)


@pytest.mark.parametrize(
    ("prompt", "answer", "says"),
    [
        ("container_registry", "ghcr.io:70000/acme", "no port from 1 to 65535"),
        ("container_registry", "ghcr.io/acme:v1", "ends in a tag or digest"),
        ("container_registry", "300.0.0.1/acme", "neither a host nor an IPv4 address"),
        ("license", "Apache2.0", "not offered: did you mean Apache-2.0?"),
        ("license", "mit", "not offered: did you mean MIT?"),
        ("license", "WTFPL", "give one of Apache-2.0, MIT"),
        ("flyte_version", "1.16.8", "not supported: did you mean v1.16.8?"),
    ],
)
def test_words_say_what_is_wrong(prompt: str, answer: str, says: str) -> None:
    (problem,) = answers.WORDS[prompt](answer)
    assert says in problem


@pytest.mark.parametrize(
    ("backend", "answer", "targets"),
    [
        (Backend.OPERATOR, "connector,propeller", ("propeller", "connector")),
        (Backend.OPERATOR, "flyte2, connector", ("connector", "flyte2")),
        (Backend.SERVICE, "flyte2", ("flyte2",)),
        (Backend.NONE, "sdk", ("sdk",)),
        (Backend.NONE, "flyte2,sdk", ("sdk", "flyte2")),
    ],
)
def test_targets_stand_in_one_order(backend: Backend, answer: str, targets: tuple[str, ...]) -> None:
    """And Flyte 2 has no other way to run a task type than a connector."""
    assert answers.parse_targets(answer, backend) == (targets, [])
    assert (
        answers.targets_of(backend)[0]
        == {"operator": "propeller", "service": "connector", "none": "sdk"}[backend.value]
    )


@pytest.mark.parametrize(
    ("backend", "answer", "says"),
    [
        (Backend.OPERATOR, "sdk", "sdk does not go with the CRD of an operator: give propeller, connector, flyte2"),
        (
            Backend.SERVICE,
            "propeller",
            "propeller does not go with the document of a remote service: give connector, flyte2",
        ),
        (Backend.NONE, "connector", "connector does not go with a plugin without a backend: give sdk, flyte2"),
        (Backend.SERVICE, "conector", "'conector' is no target: did you mean connector?"),
        (Backend.SERVICE, "moon", "'moon' is no target: there are connector, flyte2"),
    ],
)
def test_targets_of_another_backend_are_refused(backend: Backend, answer: str, says: str) -> None:
    assert answers.parse_targets(answer, backend)[1] == [says]


@pytest.mark.parametrize("answer", ["", " ", "\t", "\n", "  \n "])
@pytest.mark.parametrize("prompt", answers.PROMPTS)
def test_an_empty_answer_is_refused_but_for_options(prompt: str, answer: str) -> None:
    """cookiecutter takes ``roles=`` as it is: nobody may guess whether the default was meant, or nothing."""
    given = answers.clean(answer)
    problems = answers.problems_in_text(prompt, given)
    if not problems and prompt in answers.WORDS:
        problems = answers.WORDS[prompt](given)
    assert len(problems) == (prompt != "options")


@pytest.mark.parametrize(("prompt", "word"), [("source", "example"), ("roles", "none"), ("fields", "none")])
def test_an_empty_answer_names_the_word(prompt: str, word: str) -> None:
    (problem,) = answers.problems_in_text(prompt, "")
    assert problem.startswith("is empty: ") and word in problem


@given(st.sampled_from(sorted(answers.WORDS)), st.text())
def test_every_text_is_judged(prompt: str, text: str) -> None:
    for problem in answers.problems_in_text(prompt, text) or answers.WORDS[prompt](answers.clean(text)):
        assert not invisible(problem)


def test_host_and_organisation_come_from_the_module() -> None:
    assert answers.host("gitlab.acme.dev/Data-Team/x") == "gitlab.acme.dev"
    assert answers.organisation("gitlab.acme.dev/Data-Team/x") == "Data-Team"
    assert (answers.host("nonsense"), answers.organisation("nonsense")) == ("", "example")


# --------------------------------------------------------------------------------------------------------------- roles
@pytest.mark.parametrize(
    ("answer", "means"),
    {
        "none": ("none", []),
        "None of case": ("NONE", []),
        "two": (
            "driver: .spec.driver user; workers: .spec.workers image",
            [role("driver", ".spec.driver"), role("workers", ".spec.workers", Runs.IMAGE)],
        ),
        "root left out": ("driver: driver user", [role("driver", ".spec.driver")]),
        "the spec itself": ("pod: .spec user", [role("pod", ".spec")]),
        "dot left out": ("driver: spec.driver user", [role("driver", ".spec.driver")]),
        "ends with a semicolon": ("a: .spec.a user;", [role("a", ".spec.a")]),
        "lines": ("a: .spec.a user\nb: .spec.b image", [role("a", ".spec.a"), role("b", ".spec.b", Runs.IMAGE)]),
        "container": ("a: .spec.x{Master} user as pytorch", [role("a", ".spec.x{Master}", container="pytorch")]),
        "argv": (
            'a: .spec.a ["sh", "-c", "x; y: z [1]"]',
            [role("a", ".spec.a", Runs.ARGV, ("sh", "-c", "x; y: z [1]"))],
        ),
        "argv with a quote": (r'a: .spec.a ["say \"hi\""]', [role("a", ".spec.a", Runs.ARGV, ('say "hi"',))]),
        "argv and container": ('a: .spec.a ["x"] as main', [role("a", ".spec.a", Runs.ARGV, ("x",), "main")]),
        "list and open map": (
            "a: .spec.groups[] user; b: .spec.m{} image",
            [role("a", ".spec.groups[]"), role("b", ".spec.m{}", Runs.IMAGE)],
        ),
        "odd name": ('a: .spec."a b" user', [role("a", '.spec."a b"')]),
        "odd space": ("  a :  .spec.a   user  ", [role("a", ".spec.a")]),
    }.values(),
    ids=lambda value: None,
)
def test_roles(answer: str, means: list[RoleAnswer]) -> None:
    assert answers.parse_roles(answer) == (tuple(means), [])


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        ("driver", "no role"),
        ("driver: ", "no role"),
        ("driver: .spec.driver", "no role"),
        ("driver: .spec.driver sudo", "none of user"),
        ("driver: .spec.driver []", "none of user"),
        ("driver: .spec.driver [1]", "none of user"),
        ('driver: .spec.driver ["a"', "none of user"),
        ("driver: .spec.driver user as", "no role"),
        ("driver: .spec.driver user as Main", "no container's name"),
        ("driver: .status.driver user", "must begin with .spec"),
        ("driver: .spec..x user", "no path"),
        ("driver: .spec.x{ user", "no role"),
        ("Driver: .spec.driver user", "no name for a role"),
        ("1x: .spec.driver user", "no name for a role"),
        (": .spec.driver user", "no name for a role"),
        ("a: .spec.a user; a: .spec.b image", "the name a is given to two roles"),
        ("a: .spec.a user; b: .spec.a image", "two roles stand at .spec.a"),
        ("there-is-no-such.yaml", "there is no file"),
        (";", "holds no role"),
        ("a: .spec.a user; a: .spec.b user; a: .spec.c user", "the name a is given to two roles"),
    ],
)
def test_roles_refused(answer: str, says: str) -> None:
    _, problems = answers.parse_roles(answer)
    assert len(problems) == 1 and says in problems[0]


@pytest.mark.parametrize(
    "text",
    [
        'driver: .spec.driver user\nworkers: .spec.workers ["serve", "80"] as main\n',
        "driver: {path: .spec.driver, runs: user}\nworkers: {path: .spec.workers, runs: [serve, '80'], as: main}\n",
        "roles:\n  driver: .spec.driver user\n  workers: {path: workers, runs: [serve, '80'], as: main}\n",
    ],
    ids=["text", "mapping", "below roles"],
)
def test_roles_of_a_file(tmp_path: FilePath, text: str) -> None:
    (tmp_path / "roles.yaml").write_text(text)
    means = (role("driver", ".spec.driver"), role("workers", ".spec.workers", Runs.ARGV, ("serve", "80"), "main"))
    assert answers.parse_roles("roles.yaml", str(tmp_path)) == (means, [])


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "is empty"),
        ("- a", "must hold a mapping"),
        ("a: [", "no YAML"),
        ("a: 1", "needs path and runs"),
        ("a: {path: .spec.a}", "needs path and runs"),
        ("a: {path: .spec.a, runs: user, image: x}", "needs path and runs"),
        ("a: {path: .spec.a, runs: {}}", "none of user"),
        ("a: {path: [x], runs: user}", "no path"),
        ("{}", "holds no role"),
        ("roles: {}", "holds no role"),
    ],
)
def test_roles_of_a_file_refused(tmp_path: FilePath, text: str, says: str) -> None:
    (tmp_path / "roles.yaml").write_text(text)
    _, problems = answers.parse_roles("roles.yaml", str(tmp_path))
    assert len(problems) == 1 and says in problems[0]


@given(
    st.lists(
        st.builds(
            RoleAnswer,
            st.from_regex(r"[a-z][a-z0-9_]{0,8}", fullmatch=True),
            st.sampled_from(
                [schema.parse_path(p) for p in (".spec.a", ".spec.b[]", '.spec."x y"{Master}', ".spec.m{}")]
            ),
            st.just(Runs.ARGV),
            st.lists(st.text(st.characters(codec="utf-8")), min_size=1).map(tuple),
            st.sampled_from(["", "main"]),
        ),
        max_size=3,
        unique_by=(lambda each: each.name, lambda each: each.path),
    )
)
def test_what_roles_print_reads_back(roles: list[RoleAnswer]) -> None:
    assert answers.parse_roles(answers.format_roles(roles)) == (tuple(roles), [])


# -------------------------------------------------------------------------------------------------------------- fields
def test_fields_as_a_list() -> None:
    answer, problems = answers.parse_fields('.spec.a, spec.b,c.d , .spec."x,y"')
    assert [str(path) for path in answer.paths or ()] == [".spec.a", ".spec.b", ".spec.c.d", '.spec."x,y"']
    assert problems == []


def test_fields_as_edits() -> None:
    answer, problems = answers.parse_fields("+.spec.a,-b, +c.d")
    assert answer.paths is None and problems == []
    assert [str(path) for path in answer.add] == [".spec.a", ".spec.c.d"]
    assert [str(path) for path in answer.drop] == [".spec.b"]


def test_no_fields() -> None:
    assert answers.parse_fields("none") == (answers.FieldsAnswer(()), [])


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        ("a,+b", "mixes"),
        ("a,a", "given twice"),
        ("+a,-a", "given twice"),
        (".status.a", "must begin with .spec"),
        ("a b", "no path"),
        ("+", "no path"),
        ("../x", "no path"),
        (",", "names no field"),
    ],
)
def test_fields_refused(answer: str, says: str) -> None:
    _, problems = answers.parse_fields(answer)
    assert len(problems) == 1 and says in problems[0]


# -------------------------------------------------------------------------------------------------------------- phases
def at(path: str, value: str = "", check: Check = Check.EQUALS) -> Term:
    return Term(path=schema.parse_path(path), value=value, check=check)


@pytest.mark.parametrize(
    ("answer", "means"),
    [
        ("Success=Done", [(Phase.SUCCESS, at(".status.phase", "Done"))]),
        ("success=Done;", [(Phase.SUCCESS, at(".status.phase", "Done"))]),
        (
            "Success=A,B; Failure = C",
            [
                (Phase.SUCCESS, at(".status.phase", "A")),
                (Phase.SUCCESS, at(".status.phase", "B")),
                (Phase.FAILURE, at(".status.phase", "C")),
            ],
        ),
        ("Success=In Progress", [(Phase.SUCCESS, at(".status.phase", "In Progress"))]),
        (
            'Queued=""; Success="a,b;c&d=e"',
            [(Phase.QUEUED, at(".status.phase", "")), (Phase.SUCCESS, at(".status.phase", "a,b;c&d=e"))],
        ),
        (
            "Success=Complete & .status.jobStatus=SUCCEEDED",
            [(Phase.SUCCESS, at(".status.phase", "Complete"), at(".status.jobStatus", "SUCCEEDED"))],
        ),
        ("Failure=.status.error=Fatal", [(Phase.FAILURE, at(".status.error", "Fatal"))]),
        ("Success=.status.endTime", [(Phase.SUCCESS, at(".status.endTime", check=Check.IS_SET))]),
        ("Success=.status.endTime is set", [(Phase.SUCCESS, at(".status.endTime", check=Check.IS_SET))]),
        ("Failure=.status.failed>0", [(Phase.FAILURE, at(".status.failed", "0", Check.ABOVE))]),
        ("Failure=.status.failed >= -1.5", [(Phase.FAILURE, at(".status.failed", "-1.5", Check.AT_LEAST))]),
        ('Failure=.status."a>b"<=3', [(Phase.FAILURE, at('.status."a>b"', "3", Check.AT_MOST))]),
        (
            "Success=.status.finished=true & .status.ok=true",
            [(Phase.SUCCESS, at(".status.finished", "true"), at(".status.ok", "true"))],
        ),
        ('Failure=.status."a=b"=""', [(Phase.FAILURE, at('.status."a=b"', ""))]),
        ("Failure=.status.conditions=Broken/Disk", [(Phase.FAILURE, Term(condition="Broken", reason="Disk"))]),
        (
            "Success=A & job = SuccessCriteriaMet",
            [(Phase.SUCCESS, at(".status.phase", "A"), Term(job="SuccessCriteriaMet"))],
        ),
        (
            'Success="job=Complete",job',
            [(Phase.SUCCESS, at(".status.phase", each)) for each in ("job=Complete", "job")],
        ),
    ],
)
def test_phases_of_a_field(answer: str, means: list[tuple]) -> None:
    found, problems = answers.parse_phases(answer, PHASE, by_conditions=False)
    assert problems == []
    assert [(rule.phase, *rule.terms) for rule in found.rules] == means


@pytest.mark.parametrize(
    ("answer", "means"),
    [
        ("Success=Done", Term(condition="Done")),
        ("Success=Done=False", Term(condition="Done", status="False")),
        ("Success=Done=Unknown/Why", Term(condition="Done", status="Unknown", reason="Why")),
        ("Success=Finished/JobSucceeded", Term(condition="Finished", reason="JobSucceeded")),
        ("Success=acme.dev/Ready", Term(condition="acme.dev/Ready")),
        ("Success=acme.dev/Ready/Why", Term(condition="acme.dev/Ready", reason="Why")),
        ("Success=.status.result=ok", at(".status.result", "ok")),
        ("Success=job", Term(condition="job")),
    ],
)
def test_phases_of_conditions(answer: str, means: Term) -> None:
    found, problems = answers.parse_phases(answer, CONDITIONS, by_conditions=True)
    assert problems == []
    assert [rule.terms for rule in found.rules] == [(means,)]


@pytest.mark.parametrize(
    ("name", "failure"),
    [
        ("Failure", None),
        ("RetryableFailure", Failure.RETRYABLE),
        ("PermanentFailure", Failure.PERMANENT),
        ("systemfailure", Failure.SYSTEM),
    ],
)
def test_failures_have_classes(name: str, failure: Failure | None) -> None:
    found, problems = answers.parse_phases(f"{name}=A,B; Success=C", PHASE, by_conditions=False)
    assert problems == []
    assert [(rule.phase, rule.failure) for rule in found.rules] == [(Phase.FAILURE, failure)] * 2 + [
        (Phase.SUCCESS, None)
    ]


def test_the_words_of_other_states_may_decide() -> None:
    for answer, by_words in (
        ("Success=A", False),
        ("Success=A; Others=words", True),
        ("others=running; Success=A", False),
    ):
        found, problems = answers.parse_phases(answer, PHASE, by_conditions=False)
        assert (found.by_words, len(found.rules), problems) == (by_words, 1, [])


def test_without_a_status_path_every_value_names_its_place() -> None:
    found, problems = answers.parse_phases("Success=.status.done=true; Failure=.status.conditions=Failed", None, False)
    assert problems == []
    assert [rule.terms for rule in found.rules] == [(at(".status.done", "true"),), (Term(condition="Failed"),)]
    _, problems = answers.parse_phases("Success=Done", None, False)
    assert "'Done' is a state, and status_path is none" in problems[0]


@pytest.mark.parametrize("by_conditions", [False, True], ids=["field", "conditions"])
@pytest.mark.parametrize(
    ("answer", "says"),
    [
        ("Done", "no phase"),
        ("Succeeded=Done", "no phase"),
        ("Success=Done; Failure=Done", "given twice"),
        ("Success=A & .status.x=b; Failure=.status.x=B & A", "given twice"),
        ("Success=", "Success: "),
        ("Success=A,,B", "Success: "),
        ("Success=A & ", "Success: "),
        ('Success="A', "Success: "),
        ("Success=.status.x!=1", "write .status.x=VALUE, .status.x>NUMBER, or .status.x alone where it must be set"),
        ("Success=.status.x>many", "'many' is no number"),
        ("Success=.status.x<", "'' is no number"),
        ("Success=.status.x>1e999", "'1e999' is no number of at most 15 digits"),
        ("Success=.status.x=a & .status.x=b", ".status.x has one value at a time; write a comma between alternatives"),
        ("Success=.status.é=x", "'.é' should go on with .name"),
        ("Success=.status.=x", "'.' should go on with .name"),
        ("Success=.status.conditions", "name the condition, as in .status.conditions=TYPE"),
        ("Success=.status.conditions is set", "name the condition, as in .status.conditions=TYPE"),
        ("Success=.status.conditions=", "name the condition, as in .status.conditions=TYPE"),
        ("Success=A; Others=words; Others=running", "Others is given twice"),
        ("Success=.status.x and more", "write .status.x=VALUE"),
        ("Success=A; Others=guess", "write Others=words"),
        ("Success=.spec.x=1", "must begin with .status"),
        ("Success=A=B=C", "Success: "),
        ("Success=job=", "no condition of a batch/v1 Job"),
        ("Success=A & job=complete", "no condition of a batch/v1 Job: write job=TYPE"),
        ("Success=job=Completed", "TYPE is one of Complete, Failed"),
        ("Success=job=True", "no condition of a batch/v1 Job"),
        ("Success=job=Complete & job=Failed", "two conditions of the Job"),
        ("Success=A; Failure=job=Failed", "'job=Failed' alone would ask for the Job whenever"),
        ("Success=A & job=Complete; Failure=job=Complete & A", "given twice"),
        ("Failure=A; PermanentFailure=A", "given twice"),
    ],
)
def test_phases_refused(answer: str, says: str, by_conditions: bool) -> None:
    path = CONDITIONS if by_conditions else PHASE
    _, problems = answers.parse_phases(answer, path, by_conditions)
    assert len(problems) == 1 and says in problems[0]


# ------------------------------------------------------------------------------------------------------------- options
def test_options() -> None:
    found = answers.parse_options("service_account=solver ; name_budget=47;")
    assert found == ({"name_budget": "47", "service_account": "solver"}, [])
    found = answers.parse_options('stuck_timeout=1h30m; abort_patch=.spec.why="a; b=c"')
    assert found == ({"abort_patch": '.spec.why="a; b=c"', "stuck_timeout": "1h30m"}, [])
    assert answers.parse_options("none") == answers.parse_options("") == ({}, [])


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        ("name_budget", "none of the options"),
        ("color=red", "none of the options, written key=value"),
        ("name-budget=40", "none of the options: did you mean name_budget?"),
        ("abortpatch=.spec.suspend=true", "none of the options: did you mean abort_patch?"),
        ("bundle_secrets=true", "must be yes or no"),
        ("name_budget=many", "from 20 to 63"),
        ("name_budget=5", "from 20 to 63"),
        ("name_budget=64", "from 20 to 63"),
        ("name_budget=30; name_budget=40", "given twice"),
        ("service_account=My Account", "ServiceAccount"),
        ("stuck_timeout=", "must be a time"),
        ("stuck_timeout=5", "must be a time"),
        ("stuck_timeout=0m", "or 0 for never"),
        ("stuck_timeout=-1m", "must be a time"),
        ("stuck_timeout=1s1h", "must be a time"),
        ("abort_patch=", "must be PATH=VALUE"),
        ("abort_patch=.spec.suspend", "must be PATH=VALUE"),
        ("abort_patch=.spec.suspend=", "must be PATH=VALUE"),
        ("abort_patch=suspend=true", "none of .spec.PATH"),
        ("abort_patch=.status.phase=Failed", "none of .spec.PATH"),
        ("abort_patch=.metadata.name=x", "none of .spec.PATH"),
        ("abort_patch=.spec=true", "none of .spec.PATH"),
        ("abort_patch=.spec..x=true", "no path"),
        ("abort_patch=.spec.list[]=true", "a merge patch would replace"),
        ("abort_patch=.spec.list[a].x=true", "a merge patch would replace"),
        ("abort_patch=.spec.map{}=true", "a merge patch would replace"),
        ("abort_patch=.spec.suspend=null", "none of true, false"),
        ("abort_patch=.spec.suspend=[1]", "none of true, false"),
        ("abort_patch=.spec.suspend={a", "no JSON string"),
        ('abort_patch=.spec.suspend="a', "no JSON string"),
        ("abort_patch=.metadata.annotations{a b}=x", "no key of a label or annotation"),
        ("abort_patch=.metadata.annotations{}=x", "no key of a label or annotation"),
        ("abort_patch=.metadata.labels{a}=b c", "no value of a label"),
    ],
)
def test_options_refused(answer: str, says: str) -> None:
    _, problems = answers.parse_options(answer)
    assert len(problems) == 1 and says in problems[0]


# ----------------------------------------------------------------------------------------------------------- all texts
@given(st.text() | st.text(alphabet='.[]{}:;,&="\\+- abST\n', max_size=40))
def test_no_text_breaks_a_parser(text: str) -> None:
    answers.parse_fields(text)
    answers.parse_options(text)
    answers.parse_phases(text, PHASE, by_conditions=False)
    answers.parse_phases(f"Success={text}", CONDITIONS, by_conditions=True)
    answers.parse_roles(text)
    answers.parse_roles(f"{text}.yaml")
