"""The derived defaults of kinds that people run, read from the CRDs in the Go modules that Flyte's own plugins need."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
import yaml

from flyte_plugin_scaffold.asking import drafting
from flyte_plugin_scaffold.building import placement
from flyte_plugin_scaffold.deriving import ending, fields, phases, pods, states
from flyte_plugin_scaffold.languages import filters
from flyte_plugin_scaffold.model import Failure, Phase, PhaseRule, Plugin
from flyte_plugin_scaffold.reading import crd

pytestmark = pytest.mark.go  # the modules are downloaded with it


@dataclass(frozen=True)
class Truth:
    """What is right for a kind: the texts of the answers, and the phase of every state its operator writes."""

    kind: str
    roles: str
    status_path: str
    fields: str
    phases: dict[Phase, str]


TRUTHS = {
    truth.kind: truth
    for truth in (
        Truth(
            "DaskJob",
            "job: .spec.job user; scheduler: .spec.cluster.spec.scheduler image; worker: .spec.cluster.spec.worker image",
            ".status.jobStatus",
            ".spec.cluster.spec.idleTimeout",
            {
                Phase.QUEUED: "JobCreated",
                Phase.INITIALIZING: "ClusterCreated",
                Phase.RUNNING: "Running",
                Phase.SUCCESS: "Successful",
                Phase.FAILURE: "Failed",
            },
        ),
        Truth(
            "RayJob",
            "entrypoint: .spec.entrypoint user; head_group_spec: .spec.rayClusterSpec.headGroupSpec image; "
            "worker_group_specs: .spec.rayClusterSpec.workerGroupSpecs[] image",
            ".status.jobDeploymentStatus",
            ".spec.activeDeadlineSeconds, .spec.clusterSelector, .spec.entrypointNumCpus, .spec.entrypointNumGpus, "
            ".spec.entrypointResources, .spec.jobId, .spec.metadata, .spec.runtimeEnvYAML, "
            ".spec.shutdownAfterJobFinishes, .spec.submissionMode",
            {
                Phase.QUEUED: "Waiting Suspending Suspended",
                Phase.INITIALIZING: "Initializing",
                Phase.RUNNING: "Running Retrying",
                Phase.SUCCESS: "Complete&SUCCEEDED",
                Phase.FAILURE: "Failed ValidationFailed Complete&STOPPED",
            },
        ),
        Truth(
            "PyTorchJob",
            "master: .spec.pytorchReplicaSpecs{Master} user as pytorch; "
            "worker: .spec.pytorchReplicaSpecs{Worker} user as pytorch",
            ".status.conditions",
            ".spec.nprocPerNode, .spec.elasticPolicy.maxReplicas, .spec.elasticPolicy.maxRestarts, "
            ".spec.elasticPolicy.minReplicas, .spec.elasticPolicy.rdzvBackend, .spec.elasticPolicy.rdzvHost, "
            ".spec.elasticPolicy.rdzvId, .spec.elasticPolicy.rdzvPort, .spec.elasticPolicy.standalone, "
            ".spec.runPolicy.activeDeadlineSeconds",
            {},
        ),
        Truth(
            "TFJob",
            "worker: .spec.tfReplicaSpecs{Worker} user as tensorflow; ps: .spec.tfReplicaSpecs{PS} user as tensorflow; "
            "chief: .spec.tfReplicaSpecs{Chief} user as tensorflow; "
            "evaluator: .spec.tfReplicaSpecs{Evaluator} user as tensorflow",
            ".status.conditions",
            ".spec.enableDynamicWorker, .spec.successPolicy, .spec.runPolicy.activeDeadlineSeconds",
            {},
        ),
        Truth(
            "MPIJob",
            "launcher: .spec.mpiReplicaSpecs{Launcher} user as mpi; worker: .spec.mpiReplicaSpecs{Worker} image as mpi",
            ".status.conditions",
            ".spec.mainContainer, .spec.slotsPerWorker, .spec.runPolicy.activeDeadlineSeconds",
            {},
        ),
        Truth(
            "XGBoostJob",
            "master: .spec.xgbReplicaSpecs{Master} user as xgboost; worker: .spec.xgbReplicaSpecs{Worker} user as xgboost",
            ".status.conditions",
            ".spec.runPolicy.activeDeadlineSeconds",
            {},
        ),
        Truth(
            "PaddleJob",
            "master: .spec.paddleReplicaSpecs{Master} user as paddle; "
            "worker: .spec.paddleReplicaSpecs{Worker} user as paddle",
            ".status.conditions",
            ".spec.elasticPolicy.maxReplicas, .spec.elasticPolicy.maxRestarts, .spec.elasticPolicy.minReplicas, "
            ".spec.runPolicy.activeDeadlineSeconds",
            {},
        ),
    )
}
FINISHING = tuple(TRUTHS)


def plugin_of(crd_path: Callable[[str], Path], kind: str) -> Plugin:
    answers = {"source": str(crd_path(kind))}
    assert drafting.check(answers) == []
    return drafting.build(answers)


@pytest.mark.parametrize("kind", FINISHING)
def test_default_answers(crd_path: Callable[[str], Path], kind: str) -> None:
    truth = TRUTHS[kind]
    answer = crd.load(str(crd_path(kind)))
    derived = pods.derive(answer)
    roles, problems = placement.build(answer, derived.roles)
    assert not problems
    assert pods.text(derived.roles) == truth.roles
    assert fields.text(fields.derive(answer, roles).paths) == truth.fields
    assert str(states.derive(answer)[0].path) == truth.status_path
    assert ending.never_finishes(answer) == ""


def phase_of(rules: tuple[PhaseRule, ...], values: list[str]) -> Phase:
    """What the rendered phase table says: the first rule whose terms hold; ``values`` are those of its paths, in order."""
    paths = list(dict.fromkeys(term.path for rule in rules for term in rule.terms))
    now = dict(zip(paths, (value.lower() for value in values)))
    for rule in rules:
        if all(now.get(term.path) == term.value.lower() for term in rule.terms):
            return rule.phase
    return Phase.RUNNING


@pytest.mark.parametrize("kind", [kind for kind in FINISHING if TRUTHS[kind].phases])
def test_every_state_of_the_operator_has_the_right_phase(crd_path: Callable[[str], Path], kind: str) -> None:
    rules = plugin_of(crd_path, kind).status.rules
    found = {
        state: phase_of(rules, state.split("&")) for states in TRUTHS[kind].phases.values() for state in states.split()
    }
    assert found == {state: phase for phase, states in TRUTHS[kind].phases.items() for state in states.split()}


@pytest.mark.parametrize("kind", [kind for kind in FINISHING if not TRUTHS[kind].phases])
def test_conditions_of_training_jobs(crd_path: Callable[[str], Path], kind: str) -> None:
    found = plugin_of(crd_path, kind).status
    assert found.by_conditions
    first = [rule.terms[0].condition for rule in found.rules]
    assert set(first) >= {"Succeeded", "Failed", "Running", "Restarting", "Created", "Suspended"}
    assert first.index("Failed") < first.index("Succeeded") < first.index("Running") < first.index("Created")


@pytest.mark.parametrize("kind", FINISHING)
def test_who_is_to_blame(crd_path: Callable[[str], Path], kind: str) -> None:
    rules = plugin_of(crd_path, kind).status.rules
    failures = {rule.text: rule.failure for rule in rules if rule.phase is Phase.FAILURE}
    assert failures["Failed"] is Failure.RETRYABLE
    told = {text: failure for text, failure in failures.items() if failure is not Failure.RETRYABLE}
    assert told == {
        "DaskJob": dict.fromkeys(("Cancelled", "Canceled", "Rejected", "Invalid"), Failure.PERMANENT),
        "RayJob": {"ValidationFailed": Failure.PERMANENT},
    }.get(kind, {})


@pytest.mark.parametrize("kind", [kind for kind in FINISHING if TRUTHS[kind].phases])
def test_states_that_are_known_to_be_running(crd_path: Callable[[str], Path], kind: str) -> None:
    """No state of these operators is one that nobody knew of."""
    found = plugin_of(crd_path, kind).status
    ruled = {rule.terms[0].value.lower() for rule in found.rules if len(rule.terms) == 1}
    states = {state.split("&")[0].lower() for states in TRUTHS[kind].phases.values() for state in states.split()}
    assert states <= ruled


@pytest.mark.parametrize(
    ("kind", "variables", "dashboard"),
    [
        ("DaskJob", "clusterName=clusterName jobRunnerPodName=jobRunnerPodName", ""),
        (
            "RayJob",
            "dashboardURL=dashboardURL jobId=jobId rayClusterName=rayClusterName "
            "headPodName=rayClusterStatus.head.podName serviceName=rayClusterStatus.head.serviceName",
            "dashboardURL",
        ),
        ("PyTorchJob", "", ""),
    ],
)
def test_what_log_links_can_use(crd_path: Callable[[str], Path], kind: str, variables: str, dashboard: str) -> None:
    found = plugin_of(crd_path, kind).status
    assert " ".join(f"{name}={'.'.join(path)}" for name, path in found.variables) == variables
    assert " ".join(".".join(path) for path in found.dashboard) == dashboard


@pytest.mark.parametrize(
    ("kind", "counts"),
    [("DaskJob", ["", "", "Replicas"]), ("RayJob", ["", "", "Replicas"]), ("PyTorchJob", ["Replicas", "Replicas"])],
)
def test_how_many_pods_of_a_role(crd_path: Callable[[str], Path], kind: str, counts: list[str]) -> None:
    found = plugin_of(crd_path, kind)
    assert [role.count_go_name for role in found.roles] == counts
    assert found.labelled


def test_a_rayjob_can_be_stopped_without_being_deleted(crd_path: Callable[[str], Path]) -> None:
    answers = {"source": str(crd_path("RayJob")), "options": "abort_patch=.spec.suspend=true; stuck_timeout=10m"}
    assert drafting.check(answers) == []
    assert drafting.build(answers).abort_patch == '{"spec":{"suspend":true}}'


def test_the_two_states_of_a_rayjob_are_both_offered(crd_path: Callable[[str], Path]) -> None:
    answer = crd.load(str(crd_path("RayJob")))
    first, second = states.derive(answer)[:2]
    assert (str(first.path), str(second.path)) == (".status.jobDeploymentStatus", ".status.jobStatus")
    assert phases.derive(answer, second.path).text == (
        "Success=SUCCEEDED; Failure=FAILED,STOPPED,.status.endTime; Queued=PENDING; Others=words"
    )


@pytest.mark.parametrize("kind", ["RayCluster", "RayService", "DaskCluster", "DaskWorkerGroup", "DaskAutoscaler"])
def test_kinds_that_never_finish(crd_path: Callable[[str], Path], kind: str) -> None:
    assert ending.never_finishes(crd.load(str(crd_path(kind))))


def test_a_daskjob_in_full(crd_path: Callable[[str], Path]) -> None:
    job, scheduler, worker = plugin_of(crd_path, "DaskJob").roles
    assert [role.always for role in (job, scheduler, worker)] == [True, True, True]
    assert (job.primary, job.pod_name, job.inner) == (True, ("jobRunnerPodName",), ())
    assert scheduler.empties == (("service",),)
    assert [field.name for field in worker.fields] == ["replicas"]


def test_a_rayjob_in_full(crd_path: Callable[[str], Path]) -> None:
    entrypoint, head, workers = plugin_of(crd_path, "RayJob").roles
    assert (entrypoint.number, entrypoint.command_is_list) == (0, False)
    assert (head.primary, head.always, head.pod_name) == (True, True, ("rayClusterStatus", "head", "podName"))
    assert (workers.class_name, workers.json_name, workers.always) == ("WorkerGroupSpec", "workerGroupSpecs", False)
    assert [field.name for field in workers.fields if field.required] == ["group_name"]
    assert {"replicas", "min_replicas", "max_replicas"} <= {field.name for field in workers.fields}


def test_a_pytorchjob_in_full(crd_path: Callable[[str], Path]) -> None:
    master, worker = plugin_of(crd_path, "PyTorchJob").roles
    assert [role.container for role in (master, worker)] == ["pytorch", "pytorch"]
    assert [role.always for role in (master, worker)] == [True, False]
    assert [field.name for field in worker.fields] == ["replicas", "restart_policy"]


@pytest.mark.parametrize(
    ("kind", "default"),
    [
        ("RayJob", {"ttlSecondsAfterFinished": 3600}),
        ("XGBoostJob", {"runPolicy": {"ttlSecondsAfterFinished": 3600}}),
        ("DaskJob", None),  # its one field is a time, by which the operator ends a cluster
    ],
)
def test_the_example_of_defaults(crd_path: Callable[[str], Path], kind: str, default: object) -> None:
    plugin = drafting.build({"source": str(crd_path(kind))})
    assert yaml.safe_load(filters.spec_defaults_example(plugin)) == default
