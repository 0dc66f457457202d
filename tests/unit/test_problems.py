"""Every problem at once: no wrong answer hides what is wrong with another."""

from __future__ import annotations

import itertools
import time
from pathlib import Path

import pytest

from flyte_plugin_scaffold.asking import answers, drafting
from tests.support.crd_refusals import VALID

ROOT = Path(__file__).parent.parent.parent
EXAMPLE = ROOT / "flyte_plugin_scaffold/example/solverjobs.yaml"
SIBLING = EXAMPLE.read_text().replace("SolverJob", "SolverBatch").replace("solverjob", "solverbatch")
SERVER = (
    EXAMPLE.read_text()
    .replace("SolverJob", "SolverServer")
    .replace("solverjob", "solverserver")
    .replace("Pending, Starting, Running, Suspended, Succeeded, Failed", "Ready, Degraded")
)

# Each is wrong whatever the others are.
WRONG = {
    "kind": ["SolverJb", "Nothing", "SolverJob/v9", "", "solver job"],
    "targets": ["", "flyte3", "propeller,", "Propeller, moon", "sdk"],
    "operator_name": ["", "--"],
    "task_type": ["Spark", "spark", ""],
    "plugin_slug": ["../x", ""],
    "roles": ["", "driver", "driver: .spec.pilot user", "driver: .spec.driver user; workers: .spec.pilot image", ";"],
    "operations": ["", "create: POST /jobs"],
    "status_path": ["", ".spec.x", ".status.mood", ".status..x"],
    "phases": ["", "Done", "Failure=Failed", "Success=job=Complete", "Success=", "none"],
    "fields": ["", "+.spec.colour", ".spec.solver,+.spec.tags", "-.spec.colour", ",", ".spec.solver, .spec.colour"],
    "go_module": ["plugin", ""],
    "container_registry": ["https://ghcr.io/x", "ghcr.io:70000", ""],
    "flyte_version": ["v1.0.0", ""],
    "license": ["WTFPL", ""],
    "options": ["colour=red", "name_budget=5", "abort_patch=.spec.stop=true", "colour=red; abort_patch=.spec.stop=true"],
}  # fmt: skip


def named(given: dict[str, str]) -> list[str]:
    return sorted({problem.prompt for problem in drafting.check(given)})


@pytest.fixture(scope="module")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The example beside two kinds like it, of which one never finishes."""
    file = tmp_path_factory.mktemp("bundle") / "crds.yaml"
    file.write_text("---\n".join([EXAMPLE.read_text(), SIBLING, SERVER]))
    return str(file)


def test_every_prompt_but_the_crd_is_in_the_table() -> None:
    assert set(WRONG) == set(answers.PROMPTS) - {"source"}


@pytest.mark.parametrize(("one", "other"), list(itertools.combinations(WRONG, 2)))
def test_both_of_two_wrong_answers_are_named(bundle: str, one: str, other: str) -> None:
    for number in range(max(len(WRONG[one]), len(WRONG[other]))):
        given = {prompt: WRONG[prompt][number % len(WRONG[prompt])] for prompt in (one, other)}
        assert set(given) <= set(named({"source": bundle, **given})), given


@pytest.mark.parametrize("prompt", answers.PROMPTS)
@pytest.mark.parametrize("text", ["a\0b", "\0", ".spec.a\0", "x\0.yaml", "roles\0.yaml", "a.example.com/v1/A\0", "~\0"])
def test_nul_is_refused_everywhere(prompt: str, text: str) -> None:
    """No file has such a name, and no program can be given it."""
    problems = [each for each in drafting.check({prompt: text}) if each.prompt == prompt]
    assert any("holds U+0000, which is invisible" in each.text or "holds a NUL" in each.text for each in problems)


def test_all_of_them_are_named(bundle: str) -> None:
    longest = max(map(len, WRONG.values()))
    for number in range(longest):
        given = {prompt: some[number % len(some)] for prompt, some in WRONG.items()}
        assert named({"source": bundle, **given}) == sorted(WRONG), given


def test_a_kind_that_never_finishes_hides_nothing(bundle: str) -> None:
    for prompt, some in WRONG.items():
        for answer in some:
            if prompt != "kind" and answer != "none":
                given = {"source": bundle, "kind": "SolverServer", prompt: answer}
                assert prompt in named(given), given
                assert "kind" in named(given) or prompt == "phases", given


def test_one_wrong_answer_is_named_alone(bundle: str) -> None:
    for prompt, some in WRONG.items():
        for answer in some:
            found = named({"source": bundle, prompt: answer})
            # Without a status nothing is known of what its values mean.
            assert found == [prompt] or (prompt == "status_path" and set(found) <= {"status_path", "phases"}), answer


def test_defaults_of_a_kind_that_was_not_meant_are_no_problems(bundle: str) -> None:
    """cookiecutter derives them while the wrong kind is still to be named."""
    for kind in ("SolverJb", "SolverBtch", "Nothing", "SolverJob/v9", "SolverServr"):
        draft = drafting.draft({"source": bundle, "kind": kind})
        given = {prompt: draft.answer(prompt) for prompt in answers.PROMPTS}
        assert named(given) == ["kind"], kind


def test_what_may_be_right_for_the_kind_that_was_meant_is_no_problem(tmp_path: Path) -> None:
    file = tmp_path / "crds.yaml"
    own = VALID.replace("phase:\n                  type: string", "stage:\n                  type: string")
    file.write_text(f"{EXAMPLE.read_text()}---\n{own}")
    given = {"source": str(file), "kind": "Nothing", "status_path": ".status.stage", "phases": "Success=Over"}
    assert named(given) == ["kind"]
    assert named({**given, "status_path": ".status.mood"}) == ["kind", "status_path"]


def texts(given: dict[str, str]) -> list[str]:
    return [problem.text for problem in drafting.check(given)]


def test_all_problems_of_one_answer_are_named() -> None:
    assert texts({"phases": "Success=Suceeded; Failure=Broken; Queued=.status.mood=x"}) == [
        "the CRD has no .status.mood ('.status.mood=x')",
        "'Suceeded' is no value of .status.phase: the CRD lists Pending, Starting, Running, Suspended, Succeeded, "
        "Failed: did you mean Succeeded?",
        "'Broken' is no value of .status.phase: the CRD lists Pending, Starting, Running, Suspended, Succeeded, Failed",
    ]
    assert texts({"roles": "driver; pilot: .spec.pilot user; workers: .spec.wokers image"}) == [
        "'driver' is no role: write name: path runs [as CONTAINER], such as driver: .spec.driver user",
        "role 'pilot': the CRD has no .spec.pilot",
        "role 'workers': the CRD has no .spec.wokers: did you mean .spec.workers?",
    ]
    assert texts({"fields": "colour, solvr, .spec..x, driver"}) == [
        "'.spec..x' is no path: '..x' should go on with .name, [], [name], {Key} or {}",
        "the CRD has no .spec.colour",
        "the CRD has no .spec.solvr: did you mean .spec.solver?",
        ".spec.driver is the role 'driver' already",
    ]


@pytest.mark.parametrize(
    ("prompt", "answer", "says"),
    [
        ("status_path", ".status.phse", "the CRD has no .status.phse: did you mean .status.phase?"),
        ("phases", "Success=Succeeded & .status.driverPodname=a", "('Succeeded & .status.driverPodname=a'): did you mean .status.driverPodName?"),
        ("roles", "driver: .spec.drivers user", "the CRD has no .spec.drivers: did you mean .spec.driver?"),
        ("roles", "driver: .spec.cluster.driver user", "did you mean .spec.driver?"),
        ("fields", "+max_iterations", "did you mean .spec.maxIterations?"),
        ("fields", "-.spec.maxIteration", "-.spec.maxIteration takes out what is not there: did you mean .spec.maxIterations?"),
        ("fields", "+.spec.workers.restartpolicy", "did you mean .spec.workers.restartPolicy?"),
        ("options", "abort_patch=.spec.suspended=true", "the CRD has no .spec.suspended: did you mean .spec.suspend?"),
        ("kind", "Solverjob", "there is no Solverjob in the example's CRD: did you mean SolverJob?"),
        ("kind", "SolverJob/v2", "version v2 of SolverJob does not exist"),
    ],
)  # fmt: skip
def test_what_is_nearly_right_is_named(prompt: str, answer: str, says: str) -> None:
    (problem,) = drafting.check({prompt: answer})
    assert problem.prompt == prompt and problem.text.endswith(says) or says in problem.text, problem.text


def test_values_of_every_status_field_are_checked() -> None:
    """The API server refuses a status with a value that an enum lacks, wherever it stands."""
    given = {"status_path": ".status.message", "phases": "Success=done & .status.phase=Suceeded"}
    (problem,) = drafting.check(given)
    assert problem.text.startswith("'Suceeded' is no value of .status.phase")


BARE = "widgets.acme.dev/v1/Widget"


@pytest.mark.parametrize(
    ("given", "prompts"),
    [
        ({}, ["phases", "status_path"]),
        ({"status_path": ".status.phase"}, ["phases"]),
        ({"phases": "Success=Done"}, ["phases"]),  # which says that the state's place is missing
        ({"status_path": "none", "phases": "none"}, ["phases", "status_path"]),
        ({"status_path": "", "phases": ""}, ["phases", "status_path"]),
        ({"status_path": ".status.phase", "phases": "Failure=Bad"}, ["phases"]),
        ({"status_path": ".spec.phase", "phases": "Success=Done"}, ["status_path"]),
        ({"status_path": ".status.phase", "phases": "Success=Done; Failure=Failed"}, []),
        ({"status_path": ".status.conditions", "phases": "Success=Complete; Failure=Failed"}, []),
        ({"license": "x"}, ["license", "phases", "status_path"]),
    ],
)
def test_without_a_schema_the_status_must_be_answered(given: dict[str, str], prompts: list[str]) -> None:
    assert named({"source": BARE, **given}) == prompts


def test_without_a_schema_both_are_named_with_an_example_to_paste() -> None:
    problems = drafting.check({"source": BARE})
    assert {problem.prompt for problem in problems} == {"status_path", "phases"}
    for problem in problems:
        assert "status_path=.status.phase phases='Success=Succeeded; Failure=Failed'" in problem.text
    assert (
        drafting.check({"source": BARE, "status_path": ".status.phase", "phases": "Success=Succeeded; Failure=Failed"})
        == []
    )


def test_an_empty_crd_is_refused() -> None:
    for empty in ("", " ", "\t"):
        (problem,) = drafting.check({"source": answers.clean(empty)})
        assert problem.prompt == "source" and "give example for" in problem.text


def test_many_wrong_answers_take_little_time(bundle: str) -> None:
    fields = ", ".join(f".spec.nothing{number}" for number in range(500))
    values = ",".join(f"Nothing{number}" for number in range(100))
    started = time.process_time()
    assert named({"source": bundle, "fields": fields, "phases": f"Success={values}"}) == ["fields", "phases"]
    assert time.process_time() - started < 10
