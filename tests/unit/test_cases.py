"""Small CRDs, one for each way in which an operator may tell how its work is doing, and what is right for each."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from flyte_plugin_scaffold.asking import drafting
from flyte_plugin_scaffold.examples import status_examples

CASES = Path(__file__).parent.parent / "crds/cases"
ENDED = "2024-01-01T00:00:00Z"


@dataclass(frozen=True)
class Right:
    """What is derived without an answer: the status path, and the phase of some statuses; or why it is refused."""

    status_path: str = ""
    phases: tuple[tuple[dict[str, Any], str], ...] = ()
    guessed: tuple[str, ...] = ()  # parts of the sentences that say what is a guess
    refused: tuple[str, ...] = ()  # parts of the message
    told: bool = field(default=False)  # the CRD tells everything: nothing is said to be a guess


def condition(type_: str, status: str = "True", **more: str) -> dict[str, str]:
    return {"type": type_, "status": status, **more}


def conditions(*each: dict[str, str]) -> dict[str, Any]:
    return {"conditions": list(each)}


def states(path: str, **phases: str) -> tuple[tuple[dict[str, Any], str], ...]:
    """Rows of a table: ``Success="Done Ready"`` are the states that mean success."""
    found = []
    for phase, values in phases.items():
        for value in values.split():
            nested: Any = value
            for name in reversed(path.split(".")[2:]):
                nested = {name: nested}
            found.append((nested, phase))
    return tuple(found)


UNLISTED = {
    "Success": "Succeeded SUCCEEDED job_succeeded Completed JobComplete finished",
    "RetryableFailure": "Failed EXECUTION_FAILED RetryLimitExceeded PendingTimeout TimedOut timed-out OOMKilled",
    "PermanentFailure": "ValidationFailed Rejected InvalidSpec",
    "SystemFailure": "NodeLost PodEvicted",
    "Queued": "Pending queued",
    "Initializing": "Starting",
    "Running": "Running InProgress",
    "Unknown": "SomethingElse InitializationComplete RetryBackoff",
}
UNLISTED["PermanentFailure"] = "ValidationFailed Rejected Invalid"

RIGHT = {
    "k01-stopped-is-a-stage": Right(
        ".status.stage",
        states(
            ".status.stage", Success="finished", RetryableFailure="error", Running="started stopped", Queued="created"
        ),
        guessed=("stopped of .status.stage could be a stage or an end",),
    ),
    "k02-unlisted-ready-with-end-time": Right(
        ".status.state",
        (
            *states(".status.state", **UNLISTED),
            ({"state": "ready"}, "Running"),
            ({"state": "ready", "completed": ENDED}, "Success"),
            ({"state": "Succeeded", "completed": ENDED}, "Success"),
            ({"state": "SomethingElse", "completed": ENDED}, "RetryableFailure"),
            ({"state": "Running", "completed": ENDED}, "Running"),
            ({"completed": ENDED}, "RetryableFailure"),
        ),
        guessed=(
            "the CRD does not list the values of .status.state",
            "an unknown state is a failure once .status.completed",
        ),
    ),
    "k03-description-says-complete": Right(
        ".status.terminalState",
        (
            *states(".status.terminalState", Success="Complete Completed", RetryableFailure="Failed"),
            (conditions(condition("Failed")), "RetryableFailure"),
        ),
        guessed=("does not list",),
    ),
    "k04-ready-means-created": Right(
        ".status.observedState.state",
        (
            *states(
                ".status.observedState.state",
                Success="JOB_STATE_SUCCEEDED",
                RetryableFailure="JOB_STATE_FAILED JOB_STATE_EXPIRED",
                Unknown="JOB_STATE_DRAINING",
            ),
            ({**conditions(condition("Ready")), "observedState": {"state": "JOB_STATE_RUNNING"}}, "Running"),
            (conditions(condition("Ready")), "Running"),
        ),
        guessed=("does not list",),
    ),
    "k05-outer-phase-inner-job": Right(
        ".status.jobStatus.state",
        (
            ({"phase": "Deployed", "jobStatus": {"state": "FINISHED"}}, "Success"),
            ({"phase": "Succeeded", "jobStatus": {"state": "RUNNING"}}, "Running"),
            ({"phase": "Completed"}, "Running"),
            ({"phase": "Failed", "jobStatus": {"state": "RUNNING"}}, "RetryableFailure"),
            ({"phase": "DeployFailed"}, "RetryableFailure"),
            ({"phase": "Running", "jobStatus": {"state": "FAILED"}}, "RetryableFailure"),
        ),
        guessed=("does not list the values of .status.jobStatus.state", "does not list the values of .status.phase"),
    ),
    "k06-listed-end-but-named-deployment": Right(
        ".status.jobStatus.state",
        states(
            ".status.jobStatus.state",
            Success="FINISHED",
            RetryableFailure="FAILED",
            PermanentFailure="CANCELED",
            Queued="CREATED",
            Running="RUNNING",
        ),
        told=True,
    ),  # fmt: skip
    "k06b-job-cluster": Right(
        ".status.components.job.state",
        (
            *states(".status.components.job.state", Success="Succeeded", RetryableFailure="Failed", Running="Running"),
            ({"state": "Running", "components": {"job": {"state": "Succeeded"}}}, "Success"),
            ({"state": "Stopped", "components": {"job": {"state": "Running"}}}, "RetryableFailure"),
        ),
    ),
    "k07-only-workers": Right(
        ".status.conditions",
        (
            (conditions(condition("Created"), condition("Running")), "Running"),
            (conditions(condition("Created"), condition("Running", "False"), condition("Succeeded")), "Success"),
            (conditions(condition("Created"), condition("JobFailed")), "RetryableFailure"),
            (conditions(condition("Succeeded"), condition("Terminated")), "Success"),
            (conditions(condition("Succeeded", "False", reason="JobFailed")), "RetryableFailure"),
            (conditions(condition("Succeeded", "False", reason="Failed")), "Running"),
            (conditions(condition("Succeeded", "False", reason="PodFailed")), "Running"),
        ),
    ),
    "k08-state-only-at-the-end": Right(
        ".status.terminalState",
        (
            ({}, "Queued"),
            ({"active": 0, "terminalState": "", "conditions": []}, "Queued"),
            ({"observedGeneration": 1}, "Queued"),
            ({"active": 1}, "Running"),
            ({"restarts": 1}, "Running"),
            (conditions(condition("StartupCompleted")), "Running"),
            ({"terminalState": "Completed"}, "Success"),
            ({"terminalState": "Failed"}, "RetryableFailure"),
        ),
    ),
    "k09-terminal-condition-beside": Right(
        ".status.cloudJobStatus",
        (
            ({"cloudJobStatus": "Completed"}, "Success"),
            (conditions(condition("CLOUD.Terminal")), "RetryableFailure"),
            ({"cloudJobStatus": "InProgress", **conditions(condition("Failed"))}, "RetryableFailure"),
            ({"cloudJobStatus": "Pending", **conditions(condition("example.com/Invalid"))}, "PermanentFailure"),
            ({"cloudJobStatus": "InProgress", **conditions(condition("Error", "False"))}, "Running"),
            ({"cloudJobStatus": "InProgress", **conditions(condition("PodFailed"))}, "Running"),
            (conditions(condition("Synced")), "Running"),
        ),
    ),
    "k10-end-is-a-boolean": Right(
        "none",
        (
            ({"finished": False}, "Queued"),
            ({"successful": True}, "Running"),
            ({"finished": True, "successful": True}, "Success"),
            ({"finished": True, "successful": False}, "RetryableFailure"),
            ({"finished": True, "finishTimestamp": ENDED}, "RetryableFailure"),
        ),
        told=True,
    ),
    "k11-status-not-described": Right(
        refused=(
            "does not say what is in the status",
            "status_path=.status.phase phases='Success=Succeeded; Failure=Failed'",
        )
    ),
    "k13-request-overrides-anothers-container": Right(
        ".status.result.status",
        states(
            ".status.result.status", Success="passed", RetryableFailure="failed", Queued="queued", Running="running"
        ),
        told=True,
    ),
    "k14-released-after-success": Right(
        ".status.state",
        states(
            ".status.state",
            Success="Succeeded",
            Running="RunningHealthy",
            RetryableFailure="Failed ResourceReleased TerminatedWithoutReleaseResources",
        ),
        guessed=("a look that comes late may miss a success",),
    ),  # fmt: skip
    "k15-two-word-failures-unlisted": Right(
        ".status.phase",
        (
            *states(".status.phase", **UNLISTED),
            ({"phase": "FinishedUnknown", "condition": {"finished": {"finishTimestamp": ENDED}}}, "RetryableFailure"),
        ),
        guessed=("does not list",),
    ),
    "k16-the-one-object-that-matters": Right(
        ".status.phase",
        states(".status.phase", Success="Complete", RetryableFailure="Failed", Queued="Pending", Running="Executing"),
        told=True,
    ),
    "k17-job-behind-a-condition": Right(
        ".status.conditions",
        (
            ({"startTime": ENDED}, "Running"),
            (conditions(condition("Complete")), "Success"),
            ({"endTime": ENDED, **conditions(condition("SomethingElse"))}, "RetryableFailure"),
        ),
        guessed=("does not list the types of .status.conditions",),
    ),
}


@pytest.mark.parametrize("case", sorted(RIGHT))
def test_what_is_right_without_an_answer(case: str) -> None:
    right = RIGHT[case]
    draft = drafting.draft({"source": str(CASES / f"{case}.yaml")})
    if right.refused:
        said = " ".join(problem.text for problem in draft.problems)
        assert all(part in said for part in right.refused), said
        return
    assert draft.problems == ()
    assert draft.default("status_path") == right.status_path
    status = draft.plugin.status
    found = [(example, status_examples.phase(status, example)) for example, _ in right.phases]
    assert found == list(right.phases)
    said = "; ".join(draft.guesses)
    assert all(part in said for part in right.guessed), said
    assert not (right.told and said)
    assert draft.plugin.guesses == draft.guesses


def test_every_case_is_tried() -> None:
    elsewhere = {"k12-desired-state-outside-spec"}  # tests/unit/test_crd.py
    assert {file.stem for file in CASES.glob("*.yaml")} == {*RIGHT, *elsewhere}
