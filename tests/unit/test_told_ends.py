"""How statuses of small CRDs tell that the work is over and how: what is derived, and what a refusal offers to paste."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from flyte_plugin_scaffold.asking import drafting
from flyte_plugin_scaffold.examples import status_examples
from tests.support.schemas import BOOLEAN, CONDITIONS, INTEGER, OPAQUE, STRING, array, crd, enum, obj
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
    spec: dict[str, Any] = field(default_factory=lambda: obj(size=INTEGER))
    columns: dict[str, str] | None = None


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
        (
            ({"phase": "Done", "verdict": "fail"}, "RetryableFailure"),
            ({"phase": "Done", "verdict": "startup_failure"}, "RetryableFailure"),
            ({"phase": "Running", "verdict": "startup_failure"}, "Running"),
            ({"phase": "Done", "verdict": "pass"}, "Success"),
        ),
        guessed=("Done of .status.phase does not say how it ended",),
    ),
    "a result in another object": Case(
        "GradeJob",
        obj(phase=enum("Running", "Done"), summary=obj(outcome=enum("Pass", "Fail"))),
        (
            ({"phase": "Done", "summary": {"outcome": "Pass"}}, "Success"),
            ({"phase": "Done", "summary": {"outcome": "Fail"}}, "RetryableFailure"),
        ),
    ),
    "an exit code beside a phase": Case(
        "GradeJob",
        obj(phase=enum("Running", "Completed"), exitCode=INTEGER),
        (
            ({"phase": "Completed"}, "Success"),
            ({"phase": "Completed", "exitCode": 2}, "RetryableFailure"),
            ({"phase": "Completed", "exitCode": -9}, "RetryableFailure"),
            ({"phase": "Running", "exitCode": 2}, "Running"),
        ),
        guessed=("it is a failure with .status.exitCode>0 or .status.exitCode<0",),
    ),
    "an exit code beside any phase": Case(
        "GradeJob",
        obj(phase=STRING, exitCode=INTEGER),
        (
            ({"phase": "done", "exitCode": 1}, "RetryableFailure"),
            ({"phase": "Succeeded", "exitCode": 0}, "Success"),
            ({"phase": "done"}, "Success"),
        ),
    ),
    "an error beside a phase": Case(
        "GradeJob",
        obj(phase=enum("Running", "Completed"), error=STRING),
        (({"phase": "Completed"}, "Success"), ({"phase": "Completed", "error": "x"}, "RetryableFailure")),
    ),
    "a verdict beside a phase that can fail": Case(
        "GradeJob",
        obj(phase=enum("Running", "Completed", "Stopped", "Error"), verdict=enum("Pass", "Fail", "Awaited")),
        (
            ({"phase": "Completed", "verdict": "Pass"}, "Success"),
            ({"phase": "Completed", "verdict": "Fail"}, "RetryableFailure"),
            ({"phase": "Stopped", "verdict": "Pass"}, "RetryableFailure"),
            ({"phase": "Running", "verdict": "Fail"}, "Running"),
        ),
    ),
    "a verdict of any words beside any phase": Case(
        "GradeJob",
        obj(phase=STRING, verdict=STRING),
        (
            ({"phase": "Completed", "verdict": "Pass"}, "Success"),
            ({"phase": "Completed", "verdict": "Fail"}, "RetryableFailure"),
            ({"phase": "Completed", "verdict": "StartupFailure"}, "RetryableFailure"),
            ({"phase": "GradeCompleted", "verdict": "timed_out"}, "RetryableFailure"),
            ({"phase": "Completed", "verdict": "neutral"}, "Success"),
            ({"phase": "Completed"}, "Success"),
        ),
    ),
    "a boolean beside a phase that can fail": Case(
        "GradeJob",
        obj(phase=enum("Running", "Completed", "Failed"), passed=BOOLEAN, exitCode=INTEGER),
        (
            ({"phase": "Completed", "passed": True}, "Success"),
            ({"phase": "Completed"}, "RetryableFailure"),
            ({"phase": "Completed", "passed": True, "exitCode": 1}, "RetryableFailure"),
        ),
    ),
    "a listed result that says neither": Case(
        "GradeJob",
        obj(status=enum("queued", "completed"), conclusion=enum("success", "failure", "neutral", "pending")),
        (
            ({"status": "completed", "conclusion": "success"}, "Success"),
            ({"status": "completed", "conclusion": "neutral"}, "RetryableFailure"),
            ({"status": "completed", "conclusion": "pending"}, "Running"),
            ({"status": "queued", "conclusion": "neutral"}, "Queued"),
        ),
        guessed=("neutral of .status.conclusion is taken for a failure",),
    ),
    "a word that went another way": Case(
        "GradeJob",
        obj(phase=enum("Running", "Positive", "Negative")),
        refused=("Success=Positive",),
        never=("Success=Negative",),
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
    "a result that its description tells, beside conditions": Case(
        "SweepJob",
        obj(result={**STRING, "description": "Empty until finished; then Success or Error."}, conditions=CONDITIONS),
        (
            ({"conditions": [{"type": "Admitted", "status": "True"}]}, "Running"),
            *texts("result", Success="Success", RetryableFailure="Error"),
        ),
    ),
    "a conclusion beside conditions": Case(
        "SweepJob",
        obj(conclusion=STRING, conditions=CONDITIONS),
        (
            *texts("conclusion", Success="success", RetryableFailure="failure"),
            ({"conditions": [{"type": "Failed", "status": "True"}]}, "RetryableFailure"),
        ),
    ),
    # Ready comes and goes: the state of the work is what tells.
    "what is there, beside the state of what was made": Case(
        "LabelJob",
        obj(conditions=CONDITIONS, atProvider=obj(state=STRING, id=STRING)),
        (
            *texts("atProvider.state", Success="JOB_STATE_SUCCEEDED", RetryableFailure="JOB_STATE_FAILED"),
            ({"conditions": [{"type": "Ready", "status": "True"}]}, "Running"),
        ),
        columns={name: f'.status.conditions[?(@.type=="{name}")].status' for name in ("Ready", "Synced")},
    ),
    "the same, shown as the status": Case(
        "LabelJob",
        obj(conditions=CONDITIONS, labelState=STRING),
        (
            *texts("labelState", Success="Succeeded"),
            ({"conditions": [{"type": "Ready", "status": "True"}]}, "Running"),
        ),
        columns={"Status": '.status.conditions[?(@.type=="Ready")].status'},
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
            ({"done": True, "outcome": "validation_failed"}, "PermanentFailure"),
            ({"outcome": "Fail"}, "Running"),
        ),
    ),
    "an end and an error with a number": Case(
        "PageJob",
        obj(done=BOOLEAN, error=obj(code=INTEGER, message=STRING)),
        (
            ({"done": True}, "Success"),
            ({"done": True, "error": {"message": "x"}}, "RetryableFailure"),
            ({"done": True, "error": {"code": 5}}, "RetryableFailure"),
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
    # Words that say that it is over, before those that say how.
    "how it ended, after that it is over": Case(
        "PressJob",
        obj(phase=enum("RUNNING", "FINISHED_SUCCESS", "FINISHED_FAILURE", "FINISHED_TIMEOUT")),
        texts("phase", Success="FINISHED_SUCCESS", RetryableFailure="FINISHED_FAILURE, FINISHED_TIMEOUT"),
    ),
    "ended well and badly": Case(
        "PressJob",
        obj(phase=enum("RUNNING", "END_OK", "END_KO")),
        texts("phase", Success="END_OK", RetryableFailure="END_KO"),
    ),
    "an adverb and its opposite": Case(
        "PressJob",
        obj(phase=enum("Running", "CompletedSuccessfully", "CompletedUnsuccessfully")),
        texts("phase", Success="CompletedSuccessfully", RetryableFailure="CompletedUnsuccessfully"),
    ),
    "more words of failures": Case(
        "PressJob",
        obj(phase=STRING),
        texts("phase", RetryableFailure="Fatal, USER_EXCEPTION, GAVE_UP, GivenUp, Err, Unrecoverable, OutOfMemory")
        + texts(
            "phase", Unknown="UploadedSuccessfully, RecoveringFromException", Success="EXIT_SUCCESS, TERMINATED_OK"
        ),
    ),
    # Words of the work before the word of an end.
    "words of the kind": Case(
        "VaultDump",
        obj(state=STRING, completed=TIME),
        (
            *texts("state", Success="DumpSucceeded, VaultDumpSucceeded, DUMPS_PASSED", RetryableFailure="DumpFailed"),
            ({"state": "DumpCompleted"}, "Unknown"),
            ({"state": "DumpCompleted", "completed": ENDED}, "Success"),
            ({"state": "UploadCompleted"}, "Unknown"),
            ({"state": "UploadCompleted", "completed": ENDED}, "Success"),
            ({"state": "PartiallyCompleted", "completed": ENDED}, "RetryableFailure"),
        ),
    ),
    "words of the kind, and no time": Case(
        "DumpJob", obj(phase=STRING), texts("phase", Success="DumpCompleted, dump-done")
    ),
    "words of the state's name": Case(
        "Picture",
        obj(imageBakePhase=STRING, finishTime=TIME),
        (
            ({"imageBakePhase": "ImageBakeSucceeded"}, "Success"),
            ({"imageBakePhase": "ImageBakeFailed", "finishTime": ENDED}, "RetryableFailure"),
        ),
    ),
    "listed words of the kind": Case(
        "VaultDump2",
        obj(state=enum("DumpPending", "DumpRunning", "DumpSucceeded", "DumpFailed")),
        texts("state", Success="DumpSucceeded", RetryableFailure="DumpFailed", Running="DumpRunning"),
    ),
    "listed words of the state's name": Case(
        "Picture",
        obj(imageBakePhase=enum("ImageBaking", "ImageBakeSucceeded", "ImageBakeFailed")),
        texts("imageBakePhase", Success="ImageBakeSucceeded", RetryableFailure="ImageBakeFailed"),
    ),
    "the verb of the kind": Case(
        "TrainJob",
        obj(phase=enum("Pending", "TrainingStarted", "TrainingSucceeded", "TrainingFailed")),
        texts("phase", Success="TrainingSucceeded", RetryableFailure="TrainingFailed", Running="TrainingStarted"),
    ),
    "the verb of the kind, unlisted": Case(
        "ScanJob",
        obj(phase=STRING),
        texts("phase", Success="ScanningSucceeded", RetryableFailure="SCANNING_FAILED", Unknown="FinalizingFailed"),
    ),
    "a plain success beside them": Case(
        "Scan",
        obj(state=enum("Scanning", "ScanCompleted", "ParseCompleted", "Done", "Errored")),
        texts("state", Success="Done", RetryableFailure="Errored", Running="ScanCompleted, ParseCompleted"),
    ),
    "what was made for the work": Case(
        "SolverJob",
        obj(clusterState=STRING),
        texts("clusterState", Unknown="ClusterCompleted", Success="SolverCompleted"),
    ),
    "numbers beside a word": Case(
        "DumpJob", obj(phase=STRING), texts("phase", Success="SUCCESS (3/3)", Unknown="FailedOver")
    ),
    # What has stopped may be a part.
    "a part stops before the end": Case(
        "LoadTest",
        obj(stage=enum("init", "vm_stopped", "started", "ServersTerminated", "stopped", "passed", "failed")),
        texts("stage", Success="passed", RetryableFailure="failed", Running="vm_stopped, ServersTerminated, stopped"),
        guessed=("vm_stopped, ServersTerminated and stopped of .status.stage could be a stage or an end",),
    ),
    "parts are deleted before the end": Case(
        "DrainJob",
        obj(state=enum("Init", "PodsStopped", "PodsDeleted", "Migrated", "Completed", "Deleted", "Failed")),
        texts(
            "state",
            Success="Completed",
            RetryableFailure="Deleted, Failed",
            Running="PodsStopped, PodsDeleted, Migrated",
        ),
    ),
    "a stage with a way of its own": Case(
        "LoadTest",
        obj(stage=enum("running", "terminating", "terminated", "collected", "done", "error")),
        texts("stage", Success="done", RetryableFailure="error", Running="terminated, collected"),
    ),
    "an end with a way of its own": Case(
        "LoadTest",
        obj(stage=enum("running", "stopping", "stopped", "done", "error")),
        texts("stage", Success="done", RetryableFailure="stopped, error"),
    ),
    "who stopped it": Case(
        "LoadTest",
        obj(stage=enum("running", "UserStopped", "AbnormallyTerminated", "done")),
        texts("stage", Success="done", RetryableFailure="UserStopped, AbnormallyTerminated"),
    ),
    # Times of the whole, and of its parts.
    "the time of a part": Case(
        "PageLoadRun",
        obj(podsTerminatedAt=TIME, completedAt=TIME, failed=INTEGER),
        (
            ({"podsTerminatedAt": ENDED}, "Running"),
            ({"completedAt": ENDED}, "Success"),
            ({"completedAt": ENDED, "failed": 1}, "RetryableFailure"),
        ),
    ),
    "the time of a part beside a state": Case(
        "PageLoadRun",
        obj(
            state=STRING, serverStoppedAt=TIME, stoppedAt=TIME, steps=obj(load=obj(finishedAt=TIME)), completed_at=TIME
        ),
        (
            ({"state": "Odd", "serverStoppedAt": ENDED}, "Unknown"),
            ({"state": "Odd", "steps": {"load": {"finishedAt": ENDED}}}, "Unknown"),
            ({"state": "Odd", "stoppedAt": ENDED}, "Unknown"),
            ({"state": "Odd", "completed_at": ENDED}, "RetryableFailure"),
        ),
    ),
    "only the time of a part": Case(
        "DiskRestore", obj(datacenterStopped=TIME), refused=("choose another kind",), never=("datacenterStopped",)
    ),
    "the time of the end in a refusal": Case(
        "DiskRestore",
        obj(datacenterStopped=TIME, finishTime=TIME),
        refused=("Success=.status.finishTime",),
        never=("datacenterStopped",),
    ),
    "a time that is a text": Case(
        "ArchiveRun",
        obj(state=STRING, timeCompleted=STRING),
        (
            ({"state": "ready", "timeCompleted": ENDED}, "Success"),
            ({"state": "Odd", "timeCompleted": ENDED}, "RetryableFailure"),
        ),
    ),
    "how long it takes is no time of an end": Case(
        "ArchiveRun",
        obj(state=STRING, timeToCompletion=STRING),
        (({"state": "Odd", "timeToCompletion": "3m"}, "Unknown"),),
    ),
    "the time of a failure": Case(
        "ArchiveRun",
        obj(job=obj(status=STRING), completedTime=TIME, failedTime=TIME),
        (
            ({"job": {"status": "Odd"}, "completedTime": ENDED}, "RetryableFailure"),
            ({"job": {"status": "Odd"}, "failedTime": ENDED}, "RetryableFailure"),
            ({"job": {"status": "UploadSucceeded"}, "failedTime": ENDED}, "RetryableFailure"),
            ({"job": {"status": "ready"}, "completedTime": ENDED}, "Success"),
        ),
    ),
    "times alone": Case(
        "ArchiveRun",
        obj(completedAt=TIME, failedAt=TIME),
        (
            ({"completedAt": ENDED}, "Success"),
            ({"failedAt": ENDED}, "RetryableFailure"),
            ({"completedAt": ENDED, "failedAt": ENDED}, "RetryableFailure"),
        ),
    ),
    "times of a success and of a failure": Case(
        "ArchiveRun",
        obj(succeededAt=TIME, failedAt=TIME),
        (({"succeededAt": ENDED}, "Success"), ({"failedAt": ENDED}, "RetryableFailure")),
    ),
    "the time of a success beside that of the end": Case(
        "ArchiveRun",
        obj(succeededAt=TIME, endedAt=TIME, failed=INTEGER),
        (
            ({"succeededAt": ENDED, "endedAt": ENDED}, "Success"),
            ({"endedAt": ENDED}, "RetryableFailure"),
        ),
    ),
    "the time of a success beside a state": Case(
        "ArchiveRun",
        obj(state=STRING, succeededAt=TIME, failedAt=TIME),
        (
            ({"state": "Odd", "succeededAt": ENDED}, "Success"),
            ({"state": "Odd", "failedAt": ENDED}, "RetryableFailure"),
            ({"state": "Failed", "succeededAt": ENDED}, "RetryableFailure"),
        ),
    ),
    **{
        f"the time of the end as {name}": Case(
            "ArchiveRun",
            obj(**{"state": STRING, name: node}),
            (
                ({"state": "Odd", name: value}, "RetryableFailure"),
                ({"state": "ready", name: value}, "Success"),
                ({"state": "ready"}, "Running"),
            ),
        )
        for name, node, value in (
            ("concludedAt", TIME, ENDED),
            ("doneTime", TIME, ENDED),
            ("closeTime", STRING, ENDED),
            ("finishedTimestampMs", {"type": "integer", "format": "int64"}, 5),
            ("endTimeUnix", INTEGER, 5),
        )
    },
    # What comes after an end.
    "an end that is named with what came after": Case(
        "HallRun",
        obj(phase=enum("Running", "Succeeded", "Failed", "SucceededAndReleased", "FailedReleased")),
        texts("phase", Success="SucceededAndReleased", RetryableFailure="FailedReleased"),
    ),
    "the same, unlisted": Case(
        "HallRun",
        obj(phase=STRING),
        texts("phase", Success="Succeeded_And_Released", RetryableFailure="FailedReleased", Unknown="Released"),
    ),
    "after a success": Case(
        "GateRun",
        obj(phase=enum("Waiting", "Open", "Succeeded", "Retired", "TornDown", "ResourcesFreed", "Garbage-Collected")),
        texts("phase", Success="Retired, TornDown, ResourcesFreed, Garbage-Collected", Running="Open"),
    ),
    "after a success or a failure": Case(
        "GateRun",
        obj(phase=enum("Freed", "Passed", "Failed", "Recycled")),
        texts("phase", RetryableFailure="Recycled", Running="Freed"),
        guessed=("a look that comes late may miss a success",),
    ),
    "the way there, after the only end": Case(
        "GateRun",
        obj(phase=enum("New", "Active", "Succeeded", "CleaningUp", "Deleting", "Deleted")),
        texts("phase", Success="Succeeded, Deleted", Running="Active, CleaningUp, Deleting"),
    ),
    "the way there, after either end": Case(
        "GateRun",
        obj(phase=enum("Active", "Succeeded", "Failed", "Terminating", "Terminated")),
        texts("phase", Success="Succeeded", RetryableFailure="Terminated"),
        guessed=("a look that comes late may miss a success",),
    ),
    "deleted after what was released": Case(
        "GateRun",
        obj(phase=enum("Active", "Succeeded", "Released", "Deleted")),
        texts("phase", Success="Succeeded, Released, Deleted"),
    ),
    "deleted, and nothing leads there": Case(
        "GateRun",
        obj(phase=enum("Active", "Succeeded", "Deleted")),
        texts("phase", Success="Succeeded", RetryableFailure="Deleted"),
    ),
    # What is listed and says nothing.
    **{
        f"beside the time of the end: {name}": Case(
            "PressRun",
            obj(phase=phase, completionTime=TIME),
            (
                ({"phase": "Torn"}, "Running"),
                ({"phase": "Torn", "completionTime": ENDED}, "RetryableFailure"),
                ({"phase": "Pressing", "completionTime": ENDED}, "Running"),
                ({"phase": "Succeeded", "completionTime": ENDED}, "Success"),
            ),
            guessed=(
                "Torn of .status.phase is taken for Running, and for a failure once .status.completionTime is set",
            ),
        )
        for name, phase in {
            "listed": enum("Pending", "Pressing", "Torn", "Succeeded", "Failed"),
            "named": {**STRING, "description": "One of Pending, Pressing, Torn, Succeeded, Failed"},
        }.items()
    },
    # Conditions beside a state.
    "conditions of two words": Case(
        "CloudBatch",
        obj(status=STRING, conditions=CONDITIONS),
        (
            *(
                ({"conditions": [{"type": type_, "status": "True"}]}, phase)
                for phase, types in {
                    "PermanentFailure": "ValidationFailed InvalidSpec SpecInvalid",
                    "RetryableFailure": "TerminalError PermanentError TerminalFailure CreateFailed Stalled",
                    "Running": "PodInvalid NotInvalid Validated SyncFailed",
                }.items()
                for type_ in types.split()
            ),
            ({"conditions": [{"type": "SpecInvalid", "status": "False"}]}, "Running"),
        ),
    ),
    "conditions of two words beside listed failures": Case(
        "CloudBatch",
        obj(status=enum("running", "done", "failed"), conditions=CONDITIONS),
        (
            ({"conditions": [{"type": "SpecInvalid", "status": "True"}]}, "PermanentFailure"),
            ({"conditions": [{"type": "Rejected", "status": "True"}]}, "PermanentFailure"),
        ),
    ),
    # What is open.
    "conditions that are open": Case(
        "InnerJob",
        obj(conditions=array(OPAQUE)),
        tuple(
            ({"conditions": [{"type": type_, "status": "True"}]}, phase)
            for type_, phase in (("Complete", "Success"), ("JobFailed", "RetryableFailure"), ("Created", "Queued"))
        ),
        guessed=("does not list the types of .status.conditions",),
    ),
    "an object of the status that is open": Case(
        "InnerJob",
        obj(jobStatus=OPAQUE, observedGeneration=INTEGER),
        refused=(
            "does not say what is in .status.jobStatus",
            "status_path=.status.jobStatus.state phases='Success=Succeeded; Failure=Failed'",
        ),
    ),
    "an open object of what stays": Case("InnerBucket", obj(artifact=OPAQUE), refused=("never finishes",)),
    # A name that says that it stays.
    **{
        f"{state} and an end": Case(
            "LoadQueue",
            obj(phase=enum("Pending", state, "Complete", "Failed")),
            texts("phase", Success="Complete", RetryableFailure="Failed", Running=state),
        )
        for state in ("Active", "InProgress", "in_progress", "Processing", "Working", "Ongoing", "Progressing")
    },
    "a change to what stays": Case(
        "SolverCluster", obj(phase=enum("InProgress", "Complete", "Failed")), refused=("a cluster goes on",)
    ),
    "a job in what stays": Case(
        "SolverServer", obj(ready=BOOLEAN, batchJob=obj(state=STRING)), texts("batchJob.state", Success="Completed")
    ),
    "ready beside a phase of what ends": Case(
        "ModelTraining",
        obj(ready=BOOLEAN, phase=STRING),
        (({"ready": True, "phase": "Training"}, "Unknown"), ({"ready": True, "phase": "Succeeded"}, "Success")),
    ),
    # What goes on, though its name says that it ends.
    "a schedule to choose": Case(
        "StoreTask",
        obj(conditions=CONDITIONS),
        spec=obj(backup=obj(cron=STRING, keep=INTEGER), size=INTEGER),
        refused=("it can be run on a schedule (.spec.backup.cron)",),
    ),
    "a schedule to choose, and a state": Case(
        "StoreTask",
        obj(phase=STRING),
        texts("phase", Success="Succeeded"),
        spec=obj(backup=obj(cron=STRING, keep=INTEGER), size=INTEGER),
    ),
    "conditions of stages": Case(
        "StoreTask",
        obj(conditions=array(obj(type=STRING, status=STRING, stage=STRING))),
        refused=("each of .status.conditions is about a stage",),
        never=("Success=",),
    ),
    "data that is kept": Case(
        "ReplicatedMap",
        obj(state=enum("Pending", "Persisting", "Success", "Failed")),
        refused=("a map goes on", "Success=Success; Failure=Failed"),
    ),
    # What a description names.
    "named words that say nothing": Case(
        "PrepJob",
        obj(phase={**STRING, "description": "Phase is `Acclaimed` when all is well, `Botched` otherwise."}),
        texts("phase", Success="Completed"),
        guessed=("names Acclaimed and Botched, whose words say nothing",),
    ),
    "listed words that say nothing": Case(
        "PrepJob",
        obj(
            phase={
                **STRING,
                "description": "Valid values are:\n - Pending\n - Working\n - Concluded: it went well\n - Collapsed: no",
            }
        ),
        texts("phase", Success="Completed"),
        guessed=("names Concluded and Collapsed, whose words say nothing",),
    ),
    **{
        f"a list without words before it: {text}": Case(
            "LoadTest",
            obj(stage={**STRING, "description": text}),
            texts("stage", Success="complete", RetryableFailure="broken", Running="stopped"),
            guessed=("stopped of .status.stage could be a stage or an end",),
        )
        for text in (
            "The stage: idle, stopped, working, complete, or broken.",
            "Where it is (idle | stopped | working | complete | broken).",
            "Goes through `idle`, `stopped`, `working` and ends as `complete` or `broken`.",
        )
    },
    "named words before other words": Case(
        "PrepJob",
        obj(phase={**STRING, "description": "Either Acclaimed or Botched once it is over."}),
        texts("phase", Success="Completed"),
        guessed=("names Acclaimed and Botched, whose words say nothing",),
    ),
    "a description in the order of life": Case(
        "LoadTest",
        obj(
            stage={**STRING, "description": "One of: created, started, stopped, finished, error. Stopped: servers are."}
        ),
        texts("stage", Success="finished", RetryableFailure="error, failed", Running="stopped"),
        guessed=("stopped of .status.stage could be a stage or an end",),
    ),
    "booleans that are other texts": Case(
        "PageJob",
        obj(done=enum("yes", "no"), timedOut=BOOLEAN),
        (
            ({"done": "yes"}, "Success"),
            ({"done": "no"}, "Running"),
            ({"timedOut": True}, "RetryableFailure"),
        ),
    ),
    "a condition that is over in another word": Case(
        "BoilRun",
        obj(conditions=CONDITIONS, endTime=TIME),
        (
            ({"conditions": [{"type": "Accomplished", "status": "True"}], "endTime": ENDED}, "Success"),
            ({"conditions": [{"type": "Accomplished", "status": "False"}]}, "Running"),
        ),
    ),
    "an error that is tried again": Case(
        "BottleRun",
        obj(passed=BOOLEAN, error={**obj(message=STRING), "description": "The latest error. Pouring is retried."}),
        (({"error": {"message": "spilt"}}, "Running"), ({"passed": True}, "Success")),
        guessed=("nothing tells of a failure",),
    ),
    "an error of which that is not said": Case(
        "BottleRun",
        obj(passed=BOOLEAN, error={**obj(message=STRING), "description": "Why pouring ended."}),
        (({"error": {"message": "spilt"}}, "RetryableFailure"), ({"passed": True}, "Success")),
    ),
    "a list of what failed beside the time of the end": Case(
        "BottleRun",
        obj(finishTime=TIME, failedBottles=array(STRING)),
        (
            ({"finishTime": ENDED}, "Success"),
            ({"finishTime": ENDED, "failedBottles": []}, "Success"),
            ({"finishTime": ENDED, "failedBottles": ["x"]}, "RetryableFailure"),
            ({"failedBottles": ["x"]}, "Running"),
        ),
        guessed=("once .status.finishTime is set, it is a failure with .status.failedBottles",),
    ),
    "a list of what failed and a text that is shown as the error": Case(
        "BottleRun",
        obj(finishTime=TIME, failed=array(STRING), message=STRING),
        (
            ({"finishTime": ENDED}, "Success"),
            ({"finishTime": ENDED, "failed": ["x"]}, "RetryableFailure"),
            ({"finishTime": ENDED, "message": "x"}, "RetryableFailure"),
        ),
        guessed=("it is a failure with .status.message or .status.failed",),
        columns={"Error": ".status.message"},
    ),
    "a list of what failed beside a state": Case(
        "BottleRun",
        obj(phase=enum("New", "Completed"), errors=array(STRING)),
        (
            ({"phase": "Completed"}, "Success"),
            ({"phase": "Completed", "errors": ["x"]}, "RetryableFailure"),
            ({"phase": "New", "errors": ["x"]}, "Queued"),
        ),
        guessed=("it is a failure with .status.errors",),
    ),
    "what is no list of what failed beside a state": Case(
        "BottleRun",
        obj(phase=enum("New", "Completed"), failedOver=BOOLEAN),
        texts("phase", Success="Completed"),
        guessed=("a failed resource would run until the task's timeout",),
    ),
    "a text that is shown as the error": Case(
        "BottleRun",
        obj(finishTime=TIME, message=STRING),
        refused=("Success=.status.finishTime; Failure=.status.finishTime & .status.message",),
        columns={"Error": ".status.message"},
    ),
    "a text that is shown as something else": Case(
        "BottleRun",
        obj(finishTime=TIME, message=STRING),
        refused=("it takes every end for a success",),
        never=("Failure=",),
        columns={"Message": ".status.message"},
    ),
    "a text of the progress that is called a phase": Case(
        "OpenJob",
        obj(progress={**STRING, "description": "Phase of the job"}, endTime=TIME),
        texts("progress", Success="Succeeded", RetryableFailure="Failed", Unknown="Processing"),
        columns={"PROGRESS": ".status.progress"},
    ),
    "a text of the progress that may be a share": Case(
        "OpenJob", obj(progress=STRING), never=("progress",), refused=("choose another kind",)
    ),
    "a count of what failed, by what that is": Case(
        "OpenJob",
        obj(finished=BOOLEAN, failedPodCount=INTEGER),
        (({"finished": True}, "Success"), ({"finished": True, "failedPodCount": 1}, "RetryableFailure")),
    ),
    "an application that serves": Case(
        "TeaApp",
        obj(conditions=CONDITIONS, ready=BOOLEAN),
        refused=("its status says what is ready to be used",),
        columns={"Ready": ".status.ready"},
    ),
    "an application that ends": Case(
        "TeaApp", obj(phase=enum("Running", "Completed")), texts("phase", Success="Completed")
    ),
    "the failure beside what may tell the success": Case(
        "TeaRun",
        obj(brewed=BOOLEAN, error=STRING),
        refused=("Success=.status.brewed=true; Failure=.status.error",),
    ),
    "a share of the work": Case("PageJob", obj(percentComplete=INTEGER), refused=(".status.percentComplete>=100",)),
}


@pytest.mark.parametrize("name", CASES)
def test_what_is_told(tmp_path: Path, name: str) -> None:
    case = CASES[name]
    answered = crd(kind=case.kind, spec=case.spec, status=case.status, columns=case.columns)
    draft = drafting.draft({"source": str(written(answered, tmp_path))})
    said = " ".join(problem.text for problem in draft.problems)
    assert not any(part in said for part in case.never), said
    if case.refused:
        assert all(part in said for part in case.refused), said
        return
    assert draft.problems == ()
    status = draft.plugin.status
    assert [(row, status_examples.phase(status, row)) for row, _ in case.phases] == list(case.phases)
    assert all(part in "; ".join(draft.guesses) for part in case.guessed), draft.guesses
