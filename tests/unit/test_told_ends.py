"""How statuses of small CRDs tell that the work is over and how: what is derived, and what a refusal offers to paste."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from flyte_plugin_scaffold.asking.drafting import Draft
from flyte_plugin_scaffold.examples import status_examples
from tests.support.schemas import BOOLEAN, INTEGER, STRING, crd, enum, obj
from tests.unit.test_offers import written

ENDED = "2024-01-01T00:00:00Z"
TIME = {**STRING, "format": "date-time"}


def texts(path: str, **phases: str) -> tuple[tuple[dict[str, Any], str], ...]:
    """Rows of a table: ``Success="Done Ready"`` are the states of one path that mean success."""
    found = []
    for phase, values in phases.items():
        for value in values.split(","):
            nested: Any = value.strip()
            for name in reversed(path.split(".")):
                nested = {name: nested}
            found.append((nested, phase))
    return tuple(found)


@dataclass(frozen=True)
class Case:
    """A kind with a status, and what is right: phases, or what a refusal says."""

    kind: str
    status: dict[str, Any]
    phases: tuple[tuple[dict[str, Any], str], ...] = ()
    guessed: tuple[str, ...] = ()
    refused: tuple[str, ...] = ()
    never: tuple[str, ...] = ()  # must not be said


CASES = {
    # A verdict has words of its own.
    "pass and fail": Case(
        "GradeRun",
        obj(phase=enum("Pending", "Grading", "Pass", "Fail", "Fault")),
        texts("phase", Success="Pass", RetryableFailure="Fail, Fault", Running="Grading", Queued="Pending"),
    ),
    "fail beside succeed": Case(
        "GradeRun", obj(phase=enum("succeed", "fail")), texts("phase", Success="succeed", RetryableFailure="fail")
    ),
    "unlisted verdicts": Case(
        "GradeJob",
        obj(phase=STRING),
        texts(
            "phase", Success="pass, PASS, Passed", RetryableFailure="fail, Fail, NOK, Fault, refused", Unknown="OK, ok"
        )
        + texts("phase", SystemFailure="Preempted"),
    ),
    "a weak success and its opposite": Case(
        "GradeJob",
        obj(phase=enum("Running", "OK", "NOK")),
        texts("phase", Success="OK", RetryableFailure="NOK", Running="Running"),
        guessed=("OK of .status.phase is taken for success",),
    ),
    "colours": Case(
        "GradeJob", obj(phase=enum("green", "red", "busy")), texts("phase", Success="green", RetryableFailure="red")
    ),
    "an opposite of what is offered": Case(
        "Grade",
        obj(phase=enum("Running", "Unmet", "Met")),
        refused=("Success=Met; Failure=Unmet",),
        never=("Success=Unmet",),
    ),
    "an opposite that is listed last": Case(
        "Grade", obj(phase=enum("Running", "Met", "NotMet")), refused=("Success=Met",), never=("Success=NotMet",)
    ),
    "a form of a failure": Case(
        "Grade",
        obj(phase=enum("Grading", "Graded", "Crashes")),
        refused=("Success=Graded",),
        never=("Success=Crashes",),
    ),
    # That it is over is said beside how it ended.
    "a listed result beside a phase": Case(
        "GradeJob",
        obj(phase=enum("Running", "Done"), result=enum("PASS", "FAIL", "SKIP")),
        (
            ({"phase": "Running"}, "Running"),
            ({"phase": "Done", "result": "PASS"}, "Success"),
            ({"phase": "Done", "result": "FAIL"}, "RetryableFailure"),
            ({"phase": "Done"}, "Running"),
        ),
    ),
    "a listed result beside a phase that can fail": Case(
        "GradeJob",
        obj(phase=enum("Running", "Finished", "Error"), outcome=enum("good", "Success", "Failure")),
        (
            ({"phase": "Finished", "outcome": "Success"}, "Success"),
            ({"phase": "Finished", "outcome": "Failure"}, "RetryableFailure"),
            ({"phase": "Error"}, "RetryableFailure"),
        ),
    ),
    "a result of the work by its name": Case(
        "GradeJob",
        obj(phase=enum("Running", "Done"), gradeVerdict=enum("Pass", "Fail")),
        (
            ({"phase": "Done", "gradeVerdict": "Pass"}, "Success"),
            ({"phase": "Done", "gradeVerdict": "Fail"}, "RetryableFailure"),
        ),
    ),
    "a listed result beside any phase": Case(
        "GradeJob",
        obj(phase=STRING, conclusion=enum("success", "failure", "timed_out")),
        (
            ({"phase": "done", "conclusion": "success"}, "Success"),
            ({"phase": "done", "conclusion": "failure"}, "RetryableFailure"),
            ({"phase": "Finished", "conclusion": "timed_out"}, "RetryableFailure"),
        ),
    ),
    "a result of any words beside a phase": Case(
        "GradeJob",
        obj(phase=enum("Running", "Done"), verdict=STRING),
        (({"phase": "Done", "verdict": "fail"}, "RetryableFailure"), ({"phase": "Done", "verdict": "pass"}, "Success")),
        guessed=("Done of .status.phase does not say how it ended",),
    ),
    # A text that is empty until the end.
    "an outcome that its description tells": Case(
        "Grade",
        obj(outcome={**STRING, "description": "Empty until it is over, then Success or Failure"}, pods=INTEGER),
        (({"pods": 1}, "Running"), *texts("outcome", Success="Success", RetryableFailure="Failure")),
    ),
    "a conclusion": Case(
        "GradeJob2",
        obj(conclusion=STRING, startedAt=TIME),
        (({"startedAt": ENDED}, "Running"), *texts("conclusion", Success="success", RetryableFailure="failure")),
    ),
    "a result that may be any text": Case(
        "GradeJob",
        obj(result=STRING),
        refused=("status_path=.status.result", "Success=Succeeded,", "Failure=Failed,"),
        never=("Success=.status.result",),
    ),
    "a text that names something": Case(
        "GradeJob", obj(address=STRING), never=("Success=",), refused=("choose another kind",)
    ),
    # Booleans.
    "errors beside an end": Case(
        "PageJob",
        obj(ended=BOOLEAN, hasErrors=BOOLEAN),
        (
            ({"ended": True}, "Success"),
            ({"hasErrors": True}, "Running"),
            ({"ended": True, "hasErrors": True}, "RetryableFailure"),
        ),
    ),
    "ok beside done": Case(
        "PageJob",
        obj(done=BOOLEAN, ok=BOOLEAN),
        (({"done": True, "ok": True}, "Success"), ({"done": True, "ok": False}, "RetryableFailure")),
    ),
    "an exit code": Case(
        "PageJob",
        obj(finished=BOOLEAN, exitCode=INTEGER),
        (
            ({"finished": True}, "Success"),
            ({"finished": True, "exitCode": 3}, "RetryableFailure"),
            ({"finished": True, "exitCode": -9}, "RetryableFailure"),
        ),
    ),
    "an exit code and a time": Case(
        "PageJob",
        obj(finishedAt=TIME, return_code=INTEGER),
        (
            ({"finishedAt": ENDED}, "Success"),
            ({"finishedAt": ENDED, "return_code": 1}, "RetryableFailure"),
            ({"finishedAt": ENDED, "return_code": -15}, "RetryableFailure"),
        ),
        guessed=("unlike 0 is a failure",),
    ),
    "an end and a listed outcome": Case(
        "PageJob",
        obj(done=BOOLEAN, outcome=enum("Pass", "Fail")),
        (({"done": True, "outcome": "Pass"}, "Success"), ({"done": True, "outcome": "Fail"}, "RetryableFailure")),
    ),
    "an end and any outcome": Case(
        "PageJob",
        obj(done=BOOLEAN, outcome=STRING),
        (
            ({"done": True, "outcome": "Passed"}, "Success"),
            ({"done": True, "outcome": "Fail"}, "RetryableFailure"),
            ({"outcome": "Fail"}, "Running"),
        ),
    ),
    "an end alone": Case(
        "PageJob",
        obj(done=BOOLEAN),
        (({"done": True}, "Success"), ({"done": False}, "Queued")),
        guessed=("once .status.done is true it is a success, also where it failed",),
    ),
    "booleans that are texts": Case(
        "PageJob",
        obj(completed=enum("True", "False", "Unknown"), failed=enum("True", "False", "Unknown")),
        (
            ({"completed": "True", "failed": "False"}, "Success"),
            ({"completed": "False", "failed": "False"}, "Running"),
            ({"completed": "True", "failed": "True"}, "RetryableFailure"),
        ),
    ),
    "a share of the work": Case("PageJob", obj(percentComplete=INTEGER), refused=(".status.percentComplete>=100",)),
}


@pytest.mark.parametrize("name", CASES)
def test_what_is_told(tmp_path: Path, name: str) -> None:
    case = CASES[name]
    draft = Draft({"source": str(written(crd(kind=case.kind, spec=obj(size=INTEGER), status=case.status), tmp_path))})
    said = " ".join(problem.text for problem in draft.problems)
    assert not any(part in said for part in case.never), said
    if case.refused:
        assert all(part in said for part in case.refused), said
        return
    assert draft.problems == ()
    status = draft.plugin.status
    assert [(row, status_examples.phase(status, row)) for row, _ in case.phases] == list(case.phases)
    assert all(part in "; ".join(draft.guesses) for part in case.guessed), draft.guesses
