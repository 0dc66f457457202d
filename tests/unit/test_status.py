"""Where a CR says how it is doing, what that means to Flyte, and which kinds never finish."""

from __future__ import annotations

import pytest

from flyte_plugin_scaffold.asking import answers
from flyte_plugin_scaffold.building import status
from flyte_plugin_scaffold.deriving import ending, phases, states
from flyte_plugin_scaffold.examples import status_examples
from flyte_plugin_scaffold.model import Crd, Failure, Path, Phase, Status
from flyte_plugin_scaffold.reading import schema
from flyte_plugin_scaffold.text import lexicon
from tests.support.schemas import BOOLEAN, CONDITIONS, INTEGER, OPAQUE, STRING, TEMPLATE, array, crd, enum, mapping, obj

PHASES = enum("Pending", "Starting", "Running", "Suspended", "Succeeded", "Failed")
RESULT = enum("NoReason", "Succeeded", "Failed", "Cancelled")
TIME = {**STRING, "format": "date-time"}


def offered(answer: Crd) -> list[str]:
    return [str(each.path) for each in states.derive(answer)]


def default(answer: Crd, path: str = "") -> str:
    return phases.derive(answer, schema.parse_path(path) if path else states.derive(answer)[0].path).text


def rules_of(answer: Crd, path: Path | None) -> answers.PhasesAnswer:
    conditions = {each.path: each.by_conditions for each in states.derive(answer)}[path]
    found, problems = answers.parse_phases(phases.derive(answer, path).text, path, conditions)
    assert not problems
    return found


def built(answer: Crd, path: str = "", terms: str = "") -> Status:
    found, problems = build(answer, path, terms)
    assert not problems
    return found


def build(answer: Crd, path: str = "", terms: str = "") -> tuple[Status, tuple[str, ...]]:
    where = None if path == "none" else schema.parse_path(path) if path else states.derive(answer)[0].path
    if terms:
        given, problems = answers.parse_phases(terms, where, where is not None and where.steps[-1].name == "conditions")
        assert not problems
    else:
        given = rules_of(answer, where)
    return status.build(answer, where, given.rules, given.by_words)


def texts(found: Status) -> list[str]:
    return [rule.text for rule in found.rules]


def running(found: Status) -> list[str]:
    return [rule.text for rule in found.rules if rule.phase is Phase.RUNNING]


# ---------------------------------------------------------------------------------------------------------- candidates
@pytest.mark.parametrize(
    ("node", "columns", "paths"),
    [
        pytest.param(obj(outcome=RESULT), {}, [".status.outcome"], id="a result of listed values"),
        pytest.param(obj(outcome=STRING), {}, [".status.outcome"], id="a result whose values are not listed"),
        pytest.param(
            obj(phase=STRING, result=RESULT), {}, [".status.phase", ".status.result"], id="a state before a result"
        ),
        pytest.param(obj(lastRun=obj(result=RESULT)), {}, [], id="the result of the latest of several runs"),
        pytest.param(
            obj(phase=STRING, conditions=CONDITIONS), {}, [".status.phase", ".status.conditions"], id="a phase"
        ),
        pytest.param(obj(conditions=CONDITIONS), {}, [".status.conditions"], id="conditions"),
        pytest.param(
            obj(phase=STRING, state=STRING), {}, [".status.phase", ".status.state"], id="a phase before a state"
        ),
        pytest.param(
            obj(phase=STRING, state=PHASES), {}, [".status.state", ".status.phase"], id="what lists an end goes before"
        ),
        pytest.param(
            obj(phase=STRING, jobStatus=STRING),
            {"Status": ".status.jobStatus"},
            [".status.jobStatus", ".status.phase"],
            id="what is shown goes before",
        ),
        pytest.param(
            obj(conditions=CONDITIONS, phase=STRING),
            {"State": ".status.conditions[-1:].type"},
            [".status.conditions", ".status.phase"],
            id="conditions are shown",
        ),
        pytest.param(
            obj(outcome=STRING),
            {"Phase": ".status.outcome"},
            [".status.outcome"],
            id="shown as a phase, whatever its name",
        ),
        pytest.param(obj(state=obj(phase=STRING)), {}, [".status.state.phase"], id="a phase inside a state"),
        pytest.param(
            obj(solverJobStatus=STRING, clusterStatus=STRING),
            {},
            [".status.solverJobStatus", ".status.clusterStatus"],
            id="the kind's own status before others'",
        ),
        pytest.param(obj(phase=TIME, stage=INTEGER, message=STRING), {}, [], id="no times, numbers or messages"),
        pytest.param(
            obj(jobStatus=STRING, jobDeploymentStatus=STRING),
            {"job status": ".status.jobStatus", "deployment status": ".status.jobDeploymentStatus"},
            [".status.jobDeploymentStatus", ".status.jobStatus"],
            id="the broader of two goes before",
        ),
        pytest.param(OPAQUE, {}, [], id="a status without a schema"),
        pytest.param(OPAQUE, {"State": ".status.result"}, [".status.result"], id="shown all the same"),
        pytest.param(
            obj(conditions=CONDITIONS, work=obj(state=STRING)),
            {
                "Status": ".status.conditions[?(@.type=='Ready')].reason",
                "Age": ".status.conditions[0].lastTransitionTime",
            },
            [".status.work.state", ".status.conditions"],
            id="a reason and a time show no state",
        ),
        pytest.param(
            obj(phase=STRING, jobStatus=obj(state=STRING)),
            {"Phase": ".status.phase"},
            [".status.jobStatus.state", ".status.phase"],
            id="the state of the work before the one above it",
        ),
        pytest.param(
            obj(phase=PHASES, jobStatus=obj(state=STRING)),
            {},
            [".status.phase", ".status.jobStatus.state"],
            id="unless that lists its ends",
        ),
        pytest.param(
            obj(finished=BOOLEAN, ok=BOOLEAN, conditions=CONDITIONS), {}, ["None", ".status.conditions"], id="a flag"
        ),
        pytest.param(obj(failed=INTEGER, endTime=TIME), {}, ["None"], id="a time and a count"),
        pytest.param(obj(), {"Status": ".status.phase"}, [], id="shown, but pruned"),
    ],
)
def test_candidates(node: dict, columns: dict[str, str], paths: list[str]) -> None:
    answer = crd(status=node, columns=columns)
    assert offered(answer) == paths
    assert all(each.reason for each in states.derive(answer))


def test_without_a_schema_nothing_is_offered() -> None:
    assert offered(crd(schema={})) == []


# -------------------------------------------------------------------------------------------------------------- phases
@pytest.mark.parametrize(
    ("values", "phases"),
    [
        (
            ("Pending", "Starting", "Running", "Suspended", "Succeeded", "Failed"),
            "Success=Succeeded; Failure=Failed; Queued=Pending,Suspended; Initializing=Starting",
        ),
        (
            ("", "PENDING_RERUN", "COMPLETED", "SUBMISSION_FAILED", "FAILED"),
            "Success=COMPLETED; Failure=FAILED; Queued=PENDING_RERUN",
        ),
        (
            ("New", "FailedValidation", "FinalizingPartiallyFailed", "PartiallyFailed", "Completed"),
            "Success=Completed; Failure=FailedValidation,PartiallyFailed; Queued=New",
        ),
        (
            ("created", "initialized", "finished", "error"),
            "Success=finished; Failure=error; Queued=created; Initializing=initialized",
        ),
        (("a b", "Done", "Was;Failed"), 'Success=Done; Failure="Was;Failed"'),
        (
            ("RunningHealthy", "SchedulingFailure", "WorkerStartTimedOut", "Succeeded"),
            "Success=Succeeded; Failure=SchedulingFailure,WorkerStartTimedOut",
        ),
        (("Active", "Processed"), "Success=Processed"),
        (("Finished", "FailedAndPause", "FailedAndRetry"), "Success=Finished; Failure=FailedAndPause"),
        (("pending", "ready", "valid", "invalid"), "Success=valid; Failure=invalid; Queued=pending"),
        (("PLANNED", "APPROVED", "EXECUTED", "REJECTED"), "Success=EXECUTED; Failure=REJECTED"),
        (("Requested", "Approved", "Denied"), "Success=Approved; Failure=Denied; Queued=Requested"),
        (
            ("Started", "Finished", "FinishedWithErrors", "EnabledWithErrors"),
            "Success=Finished; Failure=FinishedWithErrors",
        ),
    ],
)
def test_phases_of_listed_values(values: tuple[str, ...], phases: str) -> None:
    assert default(crd(status=obj(phase=enum(*values)))) == phases


def test_values_can_stand_in_the_description() -> None:
    phase = {**STRING, "description": "Where it is. One of Waiting, Running, Finished, Failed. Never empty."}
    found = default(
        crd(status=obj(phase={**phase, "description": "One of Idle, Melted, JobWorked, Finished, FellOverFailed."}))
    )
    assert "Success=Succeeded" in found and ",FellOverFailed;" in found  # beside the usual words
    assert default(crd(status=obj(phase=phase))) == default(crd(status=obj(phase=STRING)))


def test_where_nothing_is_listed_the_usual_words_are_offered() -> None:
    found = dict(entry.split("=") for entry in default(crd(status=obj(phase=STRING))).split("; "))
    assert list(found) == ["Success", "Failure", "Queued", "Initializing", "Others"]
    assert {"Succeeded", "Successful", "Completed", "Complete", "Finished"} <= set(found["Success"].split(","))
    assert {"Failed", "Error", "Cancelled", "Stopped", "Inconclusive"} <= set(found["Failure"].split(","))
    assert {"Errored", "Rejected", "Invalid"} <= set(found["Failure"].split(","))
    assert "Done" in found["Success"].split(",")
    assert "JobCreated" not in found["Queued"]


def test_what_the_status_names_is_made_before_the_work_runs() -> None:
    phases = default(crd(status=obj(jobStatus=STRING, clusterName=STRING, phaseName=STRING)))
    assert "Queued=Pending,Queued,Waiting,Suspending,Suspended,JobCreated" in phases
    assert phases.endswith("Initializing=Initializing,Starting,Submitted,ClusterCreated; Others=words")


def test_states_of_an_application_that_frameworks_write_in_upper_case() -> None:
    """A SparkApplication's: its CRD lists none of them, and a failed submission is tried again."""
    answer = crd(status=obj(applicationState=obj(state=STRING, errorMessage=STRING)), kind="SparkApplication")
    rules = built(answer).rules
    found = {rule.terms[0].value.lower(): rule.phase for rule in rules}
    states = {
        Phase.QUEUED: "PENDING_RERUN SUSPENDING SUSPENDED",
        Phase.INITIALIZING: "SUBMITTED",
        Phase.RUNNING: "RUNNING SUCCEEDING FAILING INVALIDATING RESUMING UNKNOWN SUBMISSION_FAILED",
        Phase.SUCCESS: "COMPLETED",
        Phase.FAILURE: "FAILED",
    }
    for phase, values in states.items():
        for value in values.split():
            assert found.get(value.lower(), Phase.RUNNING) is phase, value


def test_success_of_the_broader_state_needs_the_inner_one() -> None:
    two = crd(status=obj(jobStatus=STRING, jobDeploymentStatus=STRING))
    assert default(two) == (
        "Success=Complete & .status.jobStatus=SUCCEEDED; Failure=Failed,ValidationFailed,"
        "Complete & .status.jobStatus=FAILED,Complete & .status.jobStatus=STOPPED; "
        "Queued=Waiting,Suspending,Suspended; Initializing=Initializing"
    )
    assert (
        default(two, ".status.jobStatus") == "Success=SUCCEEDED; Failure=FAILED,STOPPED; Queued=PENDING; Others=words"
    )


def test_a_stage_among_others_is_not_the_broader_state() -> None:
    stages = dict.fromkeys(("preDeploymentStatus", "deploymentStatus", "postDeploymentStatus"), STRING)
    assert " & " not in default(crd(status=obj(status=STRING, **stages)))


@pytest.mark.parametrize(
    ("node", "phases"),
    [
        pytest.param(
            obj(state=enum("New", "Running", "Complete", "Cancelled"), reason=RESULT),
            "Success=Complete & .status.reason=Succeeded; Failure=Cancelled,Complete & .status.reason=Failed,"
            "Complete & .status.reason=Cancelled; Queued=New",
            id="who cancelled it did not fail",
        ),
        pytest.param(
            obj(job=obj(state=enum("Starting", "Finished"), status=enum("Success", "Invalid", "Failed"))),
            "Success=Finished & .status.job.status=Success; Failure=Finished & .status.job.status=Invalid,"
            "Finished & .status.job.status=Failed; Initializing=Starting",
            id="a status of the state",
        ),
        pytest.param(
            obj(state=enum("New", "Complete", "Failed"), reason=RESULT),
            "Success=Complete; Failure=Failed; Queued=New",
            id="the state tells a failure itself",
        ),
        pytest.param(
            obj(state=enum("New", "Complete"), lastBackup=RESULT), "Success=Complete; Queued=New", id="another's result"
        ),
        pytest.param(
            obj(state=enum("New", "Complete"), deep=obj(reason=RESULT)), "Success=Complete; Queued=New", id="elsewhere"
        ),
        pytest.param(
            obj(state=enum("New", "Complete"), reason=enum("Succeeded", "Other")),
            "Success=Complete; Queued=New",
            id="one without failures",
        ),
    ],
)
def test_a_state_that_ends_without_a_failure_asks_the_result_beside_it(node: dict, phases: str) -> None:
    assert default(crd(status=node, kind="Solver")) == phases


def test_without_an_end_there_is_no_result_to_ask_for() -> None:
    answer = crd(status=obj(state=enum("New", "Running"), result=STRING), kind="SolverRun")
    assert default(answer) == ""
    assert phases.would_be(answer, schema.parse_path(".status.state")).text == ""


def test_a_weak_end_without_a_failure_asks_the_result_beside_it() -> None:
    answer = crd(status=obj(state=enum("Received", "Processed"), outcome=STRING), kind="SolverRequest")
    failed = ",".join(f"Processed & .status.outcome={word}" for word in lexicon.FAILED_RESULTS)
    assert default(answer) == f"Success=Processed; Failure={failed}; Others=words"


@pytest.mark.parametrize(
    ("node", "phases"),
    [
        pytest.param(
            obj(completed=BOOLEAN, failed=BOOLEAN),
            "Success=.status.completed=true; Failure=.status.failed=true",
            id="one of two",
        ),
        pytest.param(
            obj(done=BOOLEAN, cancelled=BOOLEAN, failed=BOOLEAN, error=STRING),
            "Success=.status.done=true; Failure=.status.cancelled=true,.status.failed=true",
            id="all that fail",
        ),
        pytest.param(
            obj(done=BOOLEAN, check=obj(failed=BOOLEAN)),
            "Success=.status.done=true; Failure=.status.done=true & .status.check.failed=true",
            id="a failure of something else may be tried again",
        ),
        pytest.param(
            obj(isFinished=BOOLEAN, exitCode=INTEGER, error=STRING),
            "Success=.status.isFinished=true; "
            "Failure=.status.isFinished=true & .status.exitCode>0,.status.isFinished=true & .status.exitCode<0",
            id="an exit code",
        ),
        pytest.param(
            obj(finished=BOOLEAN, error=STRING),
            "Success=.status.finished=true; Failure=.status.finished=true & .status.error",
            id="a text",
        ),
        pytest.param(
            obj(finished=BOOLEAN, successful=BOOLEAN, failed=BOOLEAN),
            "Success=.status.finished=true & .status.successful=true; "
            "Failure=.status.finished=true & .status.successful=false",
            id="a success that is not there",
        ),
    ],
)
def test_phases_of_booleans(node: dict, phases: str) -> None:
    assert default(crd(status=node)) == phases


@pytest.mark.parametrize(
    ("columns", "types", "phases"),
    [
        (
            {},
            STRING,
            "Success=Succeeded,Complete,Completed; Failure=Failed; Queued=Created,Suspended; Running=Running,Restarting; Others=words",
        ),
        ({}, enum("Done", "Melted", "Failed"), "Success=Done; Failure=Failed"),
        (
            {},
            enum("Started", "Done"),
            "Success=Done; Failure=Done/Failed,Done/JobFailed,Done=False/JobFailed",
        ),
        (
            {"S": '.status.conditions[?(@.type=="Succeeded")].status'},
            STRING,
            "Success=Succeeded; Failure=Succeeded=False",
        ),
        (
            {
                "S": '.status.conditions[?(@.type=="Succeeded")].status',
                "F": '.status.conditions[?(@.type=="Failed")].status',
            },
            STRING,
            "Success=Succeeded,Complete,Completed; Failure=Failed,Succeeded/Failed,Succeeded/JobFailed,"
            "Succeeded=False/JobFailed; Queued=Created,Suspended; Running=Running,Restarting; Others=words",
        ),
        (
            {"S": ".status.conditions[?(@.type=='Complete')].message"},
            STRING,
            "Success=Complete,Succeeded,Completed; Failure=Failed,Complete/Failed,Complete/JobFailed,"
            "Complete=False/JobFailed; Queued=Created,Suspended; Running=Running,Restarting; Others=words",
        ),
        (
            {
                "R": '.status.conditions[?(@.type=="Ready")].status',
                "D": '.status.conditions[?(@.type=="Denied")].status',
            },
            STRING,
            "Success=Ready,Succeeded,Complete,Completed; Failure=Denied,Failed,Ready/Failed,Ready=False/Failed; "
            "Queued=Created,Suspended; Running=Running,Restarting; Others=words",
        ),
    ],
)
def test_phases_of_conditions(columns: dict[str, str], types: dict, phases: str) -> None:
    conditions = array(obj(type=types, status=STRING))
    assert default(crd(status=obj(conditions=conditions), columns=columns)) == phases


# --------------------------------------------------------------------------------------------------- failures, running
@pytest.mark.parametrize(
    ("value", "failure"),
    [
        ("Failed", Failure.RETRYABLE),
        ("FAILED", Failure.RETRYABLE),
        ("PartiallyFailed", Failure.RETRYABLE),
        ("DeadlineExceeded", Failure.RETRYABLE),
        ("TimedOut", Failure.RETRYABLE),
        ("Killed", Failure.RETRYABLE),
        ("Stopped", Failure.RETRYABLE),
        ("ValidationFailed", Failure.PERMANENT),
        ("FailedValidation", Failure.PERMANENT),
        ("INVALID", Failure.PERMANENT),
        ("Denied", Failure.PERMANENT),
        ("Cancelled", Failure.PERMANENT),
        ("invalid-node", Failure.PERMANENT),
        ("Evicted", Failure.SYSTEM),
        ("SchedulingFailure", Failure.SYSTEM),
        ("SUBMISSION_FAILED", Failure.SYSTEM),
        ("NodeLost", Failure.SYSTEM),
        ("unknown_error", Failure.SYSTEM),
        ("", Failure.RETRYABLE),
    ],
)
def test_the_words_of_a_failed_state_say_who_is_to_blame(value: str, failure: Failure) -> None:
    terms = f"Success=Done; Failure=A & .status.result={phases.value_text(value)}"
    found = built(crd(status=obj(phase=STRING, result=STRING)), ".status.phase", terms)
    (rule,) = (rule for rule in found.rules if rule.phase is Phase.FAILURE)
    assert rule.failure is failure


def test_who_is_to_blame_can_be_answered() -> None:
    phases = "Success=Done; Failure=Evicted; PermanentFailure=Killed; SystemFailure=Failed; RetryableFailure=Rejected"
    found = built(crd(status=obj(phase=STRING)), ".status.phase", phases)
    assert {rule.text: rule.failure for rule in found.rules if rule.failure} == {
        "Evicted": Failure.SYSTEM,
        "Killed": Failure.PERMANENT,
        "Failed": Failure.SYSTEM,
        "Rejected": Failure.RETRYABLE,
    }
    assert all(rule.failure is None for rule in found.rules if rule.phase is not Phase.FAILURE)


def test_a_reason_says_who_is_to_blame_for_a_condition() -> None:
    found = built(
        crd(status=obj(conditions=CONDITIONS)), terms="Success=Done; Failure=Failed/Preempted,Failed/Invalid,Failed"
    )
    assert [rule.failure for rule in found.rules[:3]] == [Failure.SYSTEM, Failure.PERMANENT, Failure.RETRYABLE]


@pytest.mark.parametrize(
    ("phase", "phases", "known"),
    [
        pytest.param(PHASES, "Success=Succeeded", ["Pending", "Starting", "Running", "Suspended", "Failed"], id="enum"),
        pytest.param(enum("", "Busy", "Done"), 'Success=Done; Queued=""', ["Busy"], id="not the empty one"),
        pytest.param(enum("BUSY", "LATE", "Done"), "Success=done; Queued=busy", ["LATE"], id="case does not matter"),
        pytest.param(enum("a b", "Done"), "Success=Done", ['"a b"'], id="as the answer has it"),
        pytest.param(enum("A", "B", "Done"), "Success=Done; Running=A", ["A", "B"], id="the rest of an enum"),
        pytest.param(
            STRING,
            "Success=Done; Queued=Active",
            ["Running", "InProgress", "Executing", "Retrying", "Restarting"],
            id="the usual words",
        ),
        pytest.param(STRING, "Success=Done; Running=Busy", ["Busy"], id="the answer's words alone"),
        pytest.param(
            STRING,
            "Success=Done & .status.result=ok; Failure=Done & .status.result=bad,Failed; Running=Busy",
            ["Busy", "Done"],
            id="what waits for another field",
        ),
        pytest.param(
            enum("Finished", "Error"),
            "Success=Finished & job=Complete; Failure=Finished & job=Failed,Error",
            ["Finished"],
            id="what waits for its Job",
        ),
    ],
)
def test_states_that_are_known_to_be_running(phase: dict, phases: str, known: list[str]) -> None:
    found = built(crd(status=obj(phase=phase, result=STRING)), ".status.phase", phases)
    assert running(found) == known
    # They change no phase.
    assert texts(found)[-len(known) :] == known


def test_values_in_the_description_are_known() -> None:
    phase = {**STRING, "description": "One of Waiting, Busy, Finished and Failed."}
    assert running(built(crd(status=obj(phase=phase))))[0] == "Busy"


@pytest.mark.parametrize(
    ("types", "phases", "known"),
    [
        pytest.param(STRING, "Success=Done; Failure=Failed; Queued=Created", [], id="one of many is true"),
        pytest.param(
            STRING,
            "Success=Succeeded; Failure=Succeeded=False",
            ["Succeeded=Unknown"],
            id="true, false and unknown",
        ),
        pytest.param(
            STRING,
            "Success=Complete; Failure=Complete=False/Failed; Queued=Created",
            ["Complete=Unknown", "Complete=False"],
            id="false for a reason",
        ),
        pytest.param(STRING, "Success=Done; Failure=Valid=False", ["Valid=Unknown", "Valid"], id="true and well"),
        pytest.param(
            STRING,
            "Success=Finished & job=Complete; Failure=Finished & job=Failed",
            ["Finished"],
            id="waits for its Job",
        ),
        pytest.param(
            STRING, "Success=Finished/Ok; Failure=Finished/Bad", [], id="an end for an unknown reason is none"
        ),
        pytest.param(enum("Done", "Warm", "Failed"), "Success=Done; Failure=Failed", ["Warm"], id="types are listed"),
    ],
)
def test_conditions_that_are_known_to_go_on(types: dict, phases: str, known: list[str]) -> None:
    conditions = array(obj(type=types, status=STRING, reason=STRING))
    found = built(crd(status=obj(conditions=conditions)), ".status.conditions", phases)
    assert running(found) == known
    assert texts(found)[len(texts(found)) - len(known) :] == known


def test_an_answered_running_goes_before_what_stays_true() -> None:
    conditions = array(obj(type=enum("Created", "Busy", "Done", "Warm"), status=STRING))
    found = built(crd(status=obj(conditions=conditions)), terms="Success=Done; Queued=Created; Running=Busy")
    assert texts(found) == ["Done", "Busy", "Created", "Warm"]


def test_another_field_can_end_what_this_one_says_is_running() -> None:
    both = crd(status=obj(phase=STRING, error=STRING))
    found = built(both, ".status.phase", "Running=Busy; Success=Done; Failure=.status.error=Fatal")
    assert texts(found) == [".status.error=Fatal", "Done", "Busy"]


def test_the_job_is_read_where_a_rule_asks_for_it() -> None:
    answer = crd(status=obj(stage=enum("started", "finished", "error")))
    assert not built(answer).reads_job
    found = built(
        answer, ".status.stage", "Success=finished & job=Complete; Failure=finished & job=Failed,error; Running=started"
    )
    assert found.reads_job
    assert [(rule.phase, [term.job for term in rule.terms]) for rule in found.rules] == [
        (Phase.SUCCESS, ["", "Complete"]),
        (Phase.FAILURE, ["", "Failed"]),
        (Phase.FAILURE, [""]),
        (Phase.RUNNING, [""]),
        (Phase.RUNNING, [""]),
    ]


# ----------------------------------------------------------------------------------------------------------- finishing
@pytest.mark.parametrize(
    ("kind", "node", "reason"),
    [
        pytest.param("SolverJob", obj(phase=PHASES), "", id="a value that ends well"),
        pytest.param("SolverJob", obj(phase=enum("Ready", "Failed")), "", id="a job is over when it is ready"),
        pytest.param(
            "SolverJob", obj(phase=enum("Ready", "NotReady")), "none of the values", id="unless it comes and goes"
        ),
        pytest.param(
            "Solver", obj(phase=enum("Ready", "Failed")), "none of the values of .status.phase", id="others are not"
        ),
        pytest.param(
            "SolverCluster", obj(phase=enum("Ready", "Failed")), "means success (Ready, Failed)", id="listed values"
        ),
        pytest.param(
            "SolverCluster",
            obj(phase=enum("InProgress", "Completed", "Error")),
            "a cluster goes on until it is deleted",
            id="a change that is completed is no end",
        ),
        pytest.param(
            "SolverService", obj(phase=PHASES, completionTime=TIME), "", id="unless it has the time of its end"
        ),
        pytest.param("SolverJob", obj(phase=STRING), "", id="a job ends"),
        pytest.param(
            "SolverCluster", obj(phase=STRING), "a cluster goes on until it is deleted", id="a cluster does not"
        ),
        pytest.param("SolverInstance", obj(phase=STRING), "an instance goes on", id="an instance does not"),
        pytest.param("CronJob", obj(phase=STRING), "it starts others again and again (cron)", id="a cron job does not"),
        pytest.param("JobSet", obj(conditions=CONDITIONS), "", id="a set of jobs ends"),
        pytest.param("NodeSet", obj(conditions=CONDITIONS), "a set goes on", id="a set of nodes does not"),
        pytest.param("SolverCheck", obj(conditions=CONDITIONS), "", id="a check ends"),
        pytest.param("SolverHealthCheck", obj(conditions=CONDITIONS), "a healthcheck goes on", id="but not of health"),
        pytest.param("Solver", obj(phase=STRING), "nothing in the CRD speaks of an end", id="no sign at all"),
        pytest.param("Solver", obj(phase=STRING, completionTime=TIME), "", id="a time at which it is over"),
        pytest.param(
            "Solver", obj(phase=STRING, readyReplicas=INTEGER), "ready to be used (readyReplicas)", id="ready replicas"
        ),
        pytest.param(
            "TestSuite", obj(latestRun=obj(status=PHASES)), "tells of the latest of several runs", id="a definition"
        ),
        pytest.param("TestExecution", obj(latestRun=obj(status=PHASES)), "", id="an execution"),
        pytest.param("SolverJob", obj(), "has no status field that tells how it is doing", id="no field"),
        pytest.param("SolverJob", OPAQUE, "", id="an opaque status"),
    ],
)
def test_kinds_that_never_finish(kind: str, node: dict, reason: str) -> None:
    found = ending.never_finishes(crd(status=node, kind=kind))
    assert reason in found
    assert bool(found) is bool(reason)
    if found and states.derive(crd(status=node, kind=kind)):
        assert default(crd(status=node, kind=kind)) == ""


def test_signs_in_the_spec_and_in_the_columns() -> None:
    assert not ending.never_finishes(crd(obj(activeDeadlineSeconds=INTEGER), obj(phase=STRING), kind="Solver"))
    shown = crd(status=obj(phase=STRING), kind="Solver", columns={"Ready": ".status.phase"})
    assert "shown as ready" in ending.never_finishes(shown)


@pytest.mark.parametrize("name", ["schedule", "cron", "cronSchedule"])
def test_what_must_have_a_schedule_starts_again_and_again(name: str) -> None:
    for phase in (STRING, PHASES):
        demanded = crd(obj(name, **{name: STRING}), obj(phase=phase), kind="SolverBackup")
        assert f"it runs on a schedule (.spec.{name} is required)" in ending.never_finishes(demanded)
        assert not ending.never_finishes(crd(obj(**{name: STRING}), obj(phase=phase), kind="SolverBackup"))


def test_without_a_schema_nothing_is_said_about_an_end() -> None:
    assert ending.never_finishes(crd(schema={}, kind="SolverCluster")) == ""


# ------------------------------------------------------------------------------------------------------------ building
def test_what_is_read_beside_a_phase() -> None:
    node = obj(
        phase=PHASES, message=STRING, reason=STRING, driverPodName=STRING, observedGeneration=INTEGER, other=STRING
    )
    found = built(crd(obj(driver=TEMPLATE), node))
    assert (found.message, found.conditions) == ((("message",), ("reason",)), ())
    assert found.observed_generation
    assert found.known_values == ("Pending", "Starting", "Running", "Suspended", "Succeeded", "Failed")
    assert texts(found) == ["Succeeded", "Failed", "Pending", "Suspended", "Starting", "Running"]


def test_what_is_read_beside_a_deep_state() -> None:
    node = obj(applicationState=obj(state=STRING, errorMessage=STRING), message=STRING)
    found = built(crd(status=node))
    assert found.message == (("applicationState", "errorMessage"), ("message",))
    assert not found.observed_generation


def test_what_is_read_beside_conditions() -> None:
    found = built(crd(status=obj(conditions=CONDITIONS, message=STRING)))
    assert found.by_conditions
    assert (found.conditions, found.message, found.known_values) == (("conditions",), (), ())


def test_the_ends_of_conditions_are_tested_first_failures_before_all() -> None:
    found = built(
        crd(status=obj(conditions=CONDITIONS)), terms="Queued=Created; Running=Running; Success=Done; Failure=Failed"
    )
    assert [rule.phase for rule in found.rules] == [Phase.FAILURE, Phase.SUCCESS, Phase.RUNNING, Phase.QUEUED]


def test_rules_that_ask_for_more_are_tested_first() -> None:
    two = crd(status=obj(phase=STRING, result=STRING))
    found = built(two, ".status.phase", "Failure=Done; Success=Done & .status.result=ok")
    assert texts(found)[:2] == ["Done & .status.result=ok", "Done"]
    assert found.paths == (schema.parse_path(".status.result"),)


def test_a_condition_beside_a_phase() -> None:
    both = crd(status=obj(phase=STRING, conditions=CONDITIONS))
    found = built(both, ".status.phase", "Success=Done; Failure=.status.conditions=Degraded/Fatal")
    assert found.conditions == ("conditions",)
    assert found.rules[0].terms[0].condition == "Degraded"


@pytest.mark.parametrize(
    ("node", "variables"),
    [
        pytest.param(obj(), {}, id="nothing"),
        pytest.param(
            obj(runId=STRING, clusterName=STRING, serverURL=STRING, entryURI=STRING, webAddress=STRING),
            {
                "runId": "runId",
                "clusterName": "clusterName",
                "serverURL": "serverURL",
                "entryURI": "entryURI",
                "webAddress": "webAddress",
            },
            id="what the operator made",
        ),
        pytest.param(
            obj(
                startId=TIME, sizeId=INTEGER, failureReason=STRING, modeName=enum("a", "b"), nameless=STRING, ids=STRING
            ),
            {},
            id="no times, numbers, reasons, choices or other words",
        ),
        pytest.param(
            obj(driver=obj(podName=STRING, runName=STRING), podName=STRING),
            {"statusPodName": "podName", "driverPodName": "driver.podName", "runName": "driver.runName"},
            id="what Flyte's own variables are called is named longer",
        ),
        pytest.param(
            obj(run=obj(id=STRING, name=STRING, deep=obj(id=STRING))),
            {"runId": "run.id", "runName": "run.name", "deepId": "run.deep.id"},
            id="a word that says nothing is named longer",
        ),
        pytest.param(
            obj(runSpec=obj(name=STRING), storeRef=obj(name=STRING), reference=obj(name=STRING)),
            {"referenceName": "reference.name"},
            id="nothing that was asked for",
        ),
        pytest.param(
            obj(jobId=STRING, jobID=STRING), {"jobId": "jobId", "statusJobID": "jobID"}, id="case is no difference"
        ),
        pytest.param(
            obj(**{"run-id": STRING, "x$id": STRING}),
            {"statusRunId": "run-id", "statusXId": "x$id"},
            id="no names",
        ),
        pytest.param(
            obj(a=obj(lastName=STRING), **{f"{letter}Id": STRING for letter in "bcdefghi"}),
            {f"{letter}Id": f"{letter}Id" for letter in "bcdefghi"},
            id="at most eight, the nearest",
        ),
    ],
)
def test_log_variables(node: dict, variables: dict[str, str]) -> None:
    node = obj(phase=STRING, **node["properties"])
    found = built(crd(status=node), ".status.phase", "Success=Done")
    assert {name: ".".join(path) for name, path in found.variables} == variables


def test_a_state_and_its_message_are_no_log_variables() -> None:
    found = built(crd(status=obj(errorName=STRING, stateName=STRING)), ".status.stateName", "Success=Done")
    assert (found.message, found.variables) == ((("errorName",),), ())


@pytest.mark.parametrize(
    ("node", "pages"),
    [
        pytest.param(obj(url=STRING, address=STRING, reason=STRING), [], id="an address of anything"),
        pytest.param(obj(dashboardURL=STRING), ["dashboardURL"], id="a dashboard"),
        pytest.param(obj(dashboard=obj(url=STRING)), ["dashboard.url"], id="an address below a dashboard"),
        pytest.param(obj(console=STRING), ["console"], id="a page by itself"),
        pytest.param(obj(report=STRING, tracking=STRING), [], id="a report's own text"),
        pytest.param(
            obj(
                driver=obj(
                    webUIAddress=STRING, webUIIngressAddress=STRING, webUIIngressName=STRING, webUIServiceName=STRING
                )
            ),
            ["driver.webUIIngressAddress", "driver.webUIAddress"],
            id="what can be reached from outside goes first",
        ),
        pytest.param(
            obj(internalUiUrl=STRING, trackingUri=STRING, dashboardLink=STRING, uiHost=STRING),
            ["trackingUri", "dashboardLink"],
            id="at most two",
        ),
        pytest.param(obj(buildAddress=STRING, requiredUrl=STRING, equipment=STRING), [], id="letters are no words"),
        pytest.param(obj(uiUrl=TIME, dashboardAddress=INTEGER), [], id="no times or numbers"),
    ],
)
def test_dashboards(node: dict, pages: list[str]) -> None:
    found = built(crd(status=obj(phase=STRING, **node["properties"])), ".status.phase", "Success=Done")
    assert [".".join(path) for path in found.dashboard] == pages


@pytest.mark.parametrize("answer", [crd(status=OPAQUE), crd(schema={})], ids=["opaque", "no schema"])
def test_nothing_is_invented_where_the_crd_says_nothing(answer: Crd) -> None:
    found = built(answer, ".status.phase", "Success=Done")
    assert (found.variables, found.dashboard) == ((), ())


@pytest.mark.parametrize(
    ("path", "phases", "problem"),
    [
        (".status.nothing", "Success=a", "the CRD has no .status.nothing"),
        (".spec.size", "Success=a", ".spec.size is not below .status"),
        (".status.map{a}", "Success=a", "goes through a list or map"),
        (".status.count", "Success=a", ".status.count is a number, which is no state: give none as status_path"),
        (".status.when", "Success=a", ".status.when is a time, which is no state: give none as status_path"),
        (".status.done", "Success=a", "and name it in phases, as in Success=.status.done=true"),
        (".status.phase", "Failure=a", "none of them is Success"),
        (".status.phase", 'Success=a; Failure=""', "can only be Queued"),
        ("none", "Success=.status.done=true; Failure=.status.count<=0", "'.status.count<=0' holds before the operator"),
        ("none", "Success=.status.done=false & .status.count=-0", "can only be Queued: join it with what says that"),
        (".status.phase", 'Success=a; Running=.status.phase=""', "can only be Queued"),
        (".status.phase", "Success=a; Failure=.status.phase is set", "holds in every state, also in unknown ones"),
        (".status.phase", "Success=a & .status.gone=b", "the CRD has no .status.gone"),
        (".status.phase", "Success=a & .status.count=one", ".status.count is a number: write .status.count=0"),
        (".status.phase", "Success=a & .status.phase>1", ".status.phase is a text, not a number"),
        (".status.phase", "Success=a & .status.done>0", ".status.done is true or false: write .status.done=true"),
        (".status.phase", "Success=a & .status.done=yes", ".status.done is true or false"),
        (".status.phase", "Success=a & .status.map", ".status.map is an object: name a plain value"),
        (
            ".status.phase",
            "Success=a & .status.list=b",
            ".status.list is a list: write .status.list alone where it must have",
        ),
        (".status.phase", "Success=a & .status.map{b}", "a phase reads plain fields"),
        (".status.phase", "Success=a & .status.conditions=Done", "the CRD has no .status.conditions"),
    ],
)
def test_wrong_answers_are_named(path: str, phases: str, problem: str) -> None:
    answer = crd(
        obj(size=INTEGER),
        obj(phase=STRING, count=INTEGER, done=BOOLEAN, when=TIME, map=mapping(STRING), list=array(STRING)),
    )
    _, problems = build(answer, path, phases)
    assert len(problems) == 1
    assert problem in problems[0].text


def test_an_empty_state_is_queued_where_the_answer_says_so() -> None:
    """Without that a status which says anything at all is one of a resource that has begun."""
    found = built(crd(status=obj(phase=STRING)), ".status.phase", 'Success=a; Queued="",New')
    assert [rule.text for rule in found.rules if rule.phase is not Phase.RUNNING] == ["a", '""', "New"]
    status = crd(status=obj(done=BOOLEAN, count=INTEGER))
    assert built(status, "none", "Success=.status.done=true & .status.count=0; Queued=.status.done=false")


def test_where_the_status_is_opaque_any_field_can_be_answered() -> None:
    opaque = crd(status=OPAQUE)
    assert built(opaque, ".status.result.state", "Success=ok").rules[0].text == "ok"
    assert built(opaque, ".status.conditions", "Success=Done").by_conditions


# -------------------------------------------------------------------------------------------------------- what it means
NUMBERS = crd(status=obj(endTime=INTEGER, failed=INTEGER))
BY_WORDS = crd(status=obj(conditions=CONDITIONS))
LISTED = crd(status=obj(phase=enum("Pending", "Succeeded", "Failed"), conditions=CONDITIONS))


def conditions(*types: str) -> dict:
    return {"conditions": [{"type": each, "status": "True"} for each in types]}


@pytest.mark.parametrize(
    ("answer", "example", "phase"),
    [
        pytest.param(
            NUMBERS, {"endTime": 0, "failed": 0}, "Queued", id="a number that operators write before they know"
        ),
        pytest.param(NUMBERS, {"endTime": 1700000000}, "Success", id="a number that is set"),
        pytest.param(NUMBERS, {"endTime": 1700000000, "failed": 1}, "RetryableFailure", id="a count of failures"),
        pytest.param(BY_WORDS, conditions("Passed", "Errored"), "RetryableFailure", id="a failure after a success"),
        pytest.param(BY_WORDS, conditions("Running", "Passed"), "Success", id="an end beside what stays true"),
        pytest.param(BY_WORDS, conditions("Suspended", "Passed"), "Success", id="an end after a pause"),
        pytest.param(BY_WORDS, conditions("StageSucceeded"), "Unknown", id="a stage"),
        pytest.param(LISTED, conditions("Suspended"), "Queued", id="held back before it has a state"),
        pytest.param(LISTED, conditions("Rejected"), "PermanentFailure", id="refused before it has a state"),
    ],
)
def test_what_a_status_means(answer: Crd, example: dict, phase: str) -> None:
    assert status_examples.phase(built(answer), example) == phase


# --------------------------------------------------------------------------------------------------- no wrong success
@pytest.mark.parametrize(
    ("node", "example", "phase"),
    [
        pytest.param(obj(state=STRING, **{"pass": BOOLEAN}), {"state": "Completed"}, "RetryableFailure", id="a flag"),
        pytest.param(
            obj(state=STRING, **{"pass": BOOLEAN}),
            {"state": "Completed", "pass": True},
            "Success",
            id="a flag that is set",
        ),
        pytest.param(
            obj(phase=STRING, result=STRING), {"phase": "DONE", "result": "ERROR"}, "RetryableFailure", id="a result"
        ),
        pytest.param(
            obj(phase=STRING, result=STRING), {"phase": "DONE", "result": "COMPLIANT"}, "Success", id="a good result"
        ),
        pytest.param(
            obj(finished=BOOLEAN, conditions=CONDITIONS),
            {"finished": True, "conditions": [{"type": "Completed", "status": "True", "reason": "Failed"}]},
            "RetryableFailure",
            id="the reason of a condition beside a flag",
        ),
        pytest.param(
            obj(phase=STRING, conditions=CONDITIONS),
            {"phase": "Completed", "conditions": [{"type": "Failed", "status": "True"}]},
            "RetryableFailure",
            id="a condition beside a step's name",
        ),
        pytest.param(
            obj(conditions=CONDITIONS),
            {"conditions": [{"type": "Completed", "status": "True", "reason": "FailureThresholdExceeded"}]},
            "RetryableFailure",
            id="the reason of an end",
        ),
    ],
)
def test_an_end_that_does_not_say_how_is_no_success_where_something_else_does(
    node: dict, example: dict, phase: str
) -> None:
    found = built(crd(status=node))
    assert status_examples.phase(found, example) == phase
