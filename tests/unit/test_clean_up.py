"""Switches by which an operator cleans up after the end: found by shape and words, sent only where nothing is lost."""

from __future__ import annotations

from typing import Any

import pytest

from flyte_plugin_scaffold.building import placement
from flyte_plugin_scaffold.deriving import clean_up, pods
from flyte_plugin_scaffold.model import Crd
from flyte_plugin_scaffold.reading import schema
from tests.support.schemas import BOOLEAN, INTEGER, OPAQUE, STRING, TEMPLATE, crd, enum, obj

SHUTS = {"stopAfterDone": BOOLEAN}


def derived(spec: Any, kind: str = "SolverJob", **more: Any) -> clean_up.Derived:
    answer: Crd = crd(spec, kind=kind, **more)
    roles, problems = placement.build(answer, pods.derive(answer).roles)
    assert not problems
    return clean_up.derive(answer, roles, schema.path_of("status", "phase"))


def sent(spec: Any, kind: str = "SolverJob", **more: Any) -> list[str]:
    return [each.text for each in derived(spec, kind, **more).defaults]


def says(text: str, **more: Any) -> dict[str, Any]:
    return {"type": "boolean", "description": text, **more}


POLICIES = {
    "listed": (enum("None", "Running", "All"), "Running"),
    "only all": (enum("None", "All"), "All"),
    "not listed": (STRING, "Running"),
}


@pytest.mark.parametrize(("node", "value"), POLICIES.values(), ids=POLICIES)
def test_a_policy_that_cleans_pods(node: Any, value: str) -> None:
    assert sent(obj(cleanPodPolicy=node)) == [f".spec.cleanPodPolicy={value}"]
    assert sent(obj(runPolicy=obj(cleanPodsPolicy=node))) == [f".spec.runPolicy.cleanPodsPolicy={value}"]
    (one,) = derived(obj(cleanPodPolicy=node)).defaults
    assert one.guessed == (node is STRING)


@pytest.mark.parametrize("values", [[False, True], [None], [1, 2], [["Running"]]], ids=str)
def test_a_policy_without_words_is_not_guessed(values: list[Any]) -> None:
    """``No`` and ``Off`` are booleans in YAML: the API server would refuse any word."""
    assert sent(obj(cleanPodPolicy={**STRING, "enum": values})) == []


@pytest.mark.parametrize(
    "name",
    """shutdownAfterJobFinishes shutDownAfterJobFinishes teardown_after_completion stopOnCompletion terminateWhenDone
    releaseOnceFinished deletePodsAfterCompletion deleteClusterOnFinish cleanUpWorkersAfterEnd removeExecutorsWhenCompleted
    shutdownAfterSuccess purgePodsOnceDelivered onCompletionDeletePods""".split(),
)
def test_a_boolean_that_says_so(name: str) -> None:
    expected = [] if name == "onCompletionDeletePods" else [f".spec.{name}=true"]
    assert sent(obj(**{name: BOOLEAN})) == expected
    assert sent(obj(policy=obj(**{name: BOOLEAN}))) == [each.replace(".spec.", ".spec.policy.") for each in expected]


def test_what_is_removed_once_results_are_delivered() -> None:
    (found,) = derived(
        obj(purgeScratchOnceDelivered=says("Removes scratch space once results are delivered."))
    ).findings
    assert (found.text, found.reason) == (".spec.purgeScratchOnceDelivered", "it may remove data")


NOT_SENT = {
    "already so": {"shutdownAfterFinish": {**BOOLEAN, "default": True}},
    "the resource itself": {"deleteAfterCompletion": BOOLEAN},
    "the resource itself, by its kind": {"deleteJobAfterCompletion": BOOLEAN},
    "the resource itself, by its description": {"cleanupAfterDone": says("Deletes the SolverJob and its pods.")},
    "anything": {"cleanup": BOOLEAN},
    "data": {"deleteVolumesAfterCompletion": BOOLEAN},
    "data, by its description": {"stopAfterDone": says("Stops the pods and deletes their storage.")},
    "before the end": {"stopOnFailure": BOOLEAN, "terminate": BOOLEAN, "shutdown": BOOLEAN},
    "at its deletion": {"destroyResourcesOnDeletion": BOOLEAN, "deletionPolicy": enum("retain", "destroy")},
    "a time to live": {"ttlSecondsAfterFinished": INTEGER, "deleteAfterCompletion": STRING},
    "values that the CRD does not list": {"jobCleanUpPolicy": STRING, "deletionStrategy": obj(onSuccess=STRING)},
    "values that say nothing": {"cleanPodPolicy": enum("post", "None")},
    "kept anyway": {"retainPodsOnCompletion": {**BOOLEAN, "default": False}, "keepCompletedPods": BOOLEAN},
    "not a word of an end": {"stopAfterEndpoint": BOOLEAN},
    "an object with other demands": {"cleaning": obj("name", name=STRING, **SHUTS)},
    "unknown fields": {"policy": OPAQUE},
    "a number": {"shutdownAfterFinish": INTEGER},
}


@pytest.mark.parametrize("properties", NOT_SENT.values(), ids=NOT_SENT)
def test_what_is_not_sent(properties: dict[str, Any]) -> None:
    assert sent(obj(**properties)) == []


def test_why_it_is_not_sent() -> None:
    found = derived(obj(deleteJobAfterCompletion=BOOLEAN, deletePodLogsAfterEnd=BOOLEAN, jobCleanUpPolicy=STRING))
    assert {each.text: each.reason for each in found.findings} == {
        ".spec.deleteJobAfterCompletion": "it may remove the resource itself",
        ".spec.deletePodLogsAfterEnd": "it may remove data",
        ".spec.jobCleanUpPolicy": "the CRD does not list its values",
    }


def test_the_description_says_what_it_removes() -> None:
    assert sent(obj(cleanupAfterDone=says("Removes the worker pods when the work is over."))) == [
        ".spec.cleanupAfterDone=true"
    ]


def test_what_is_kept_unless_told() -> None:
    assert sent(obj(keepPodsAfterCompletion={**BOOLEAN, "default": True})) == [".spec.keepPodsAfterCompletion=false"]
    assert sent(obj(workerRetainPolicy=enum("Always", "OnFailure", "Never"))) == [".spec.workerRetainPolicy=Never"]
    assert sent(obj(jobRetainPolicy=enum("retain", "delete")), kind="JobFlow") == [".spec.jobRetainPolicy=delete"]


ENDS = enum("DeleteSelf", "DeleteNone", "DeleteCluster", "DeleteWorkers")


def test_a_policy_for_each_end() -> None:
    both = obj(onSuccess=obj(policy=ENDS), onFailure=obj(policy=ENDS))
    assert sent(obj(deletionStrategy=both)) == [
        ".spec.deletionStrategy.onSuccess.policy=DeleteCluster",
        ".spec.deletionStrategy.onFailure.policy=DeleteCluster",
    ]
    # What the operator does by itself is left to it, and a kind that is a cluster keeps itself.
    own = {**ENDS, "default": "DeleteWorkers"}
    assert sent(obj(cleanupPolicy=obj(afterJobFails=ENDS, afterJobSucceeds=own)), kind="SolverCluster") == [
        ".spec.cleanupPolicy.afterJobFails=DeleteWorkers"
    ]


def test_one_switch_is_enough_and_the_others_win_over_it() -> None:
    spec = obj(
        shutdownAfterJobFinishes=BOOLEAN,
        ttlSecondsAfterFinished=INTEGER,
        deletionStrategy=obj(onSuccess=obj(policy=ENDS), onFailure=obj(policy=ENDS)),
        cleanPodPolicy=STRING,
        backoffPolicy=STRING,
    )
    found = derived(spec)
    (one,) = found.defaults
    assert one.text == ".spec.shutdownAfterJobFinishes=true"
    assert sorted(map(str, one.unless)) == [".spec.cleanPodPolicy", ".spec.deletionStrategy"]
    assert [str(path) for path in found.lifetimes] == [".spec.ttlSecondsAfterFinished"]
    assert derived(obj(cleanPodPolicy=STRING, runPolicy=obj(cleanPodPolicy=STRING))).defaults[0].unless == (
        schema.path_of("spec", "runPolicy", "cleanPodPolicy"),
    )


BOTH_ENDS = obj(onSuccess=obj(policy=ENDS), onFailure=obj(policy=ENDS))


@pytest.mark.parametrize(
    ("spec", "expected", "after"),
    [
        # One that covers every end goes before one that names an outcome, whatever their order and depth.
        (
            obj(teardownAfterFailure=BOOLEAN, removePodsAfterCompletion=BOOLEAN),
            ["removePodsAfterCompletion=true"],
            "fail succe",
        ),
        (
            obj(shutdownAfterSuccess=BOOLEAN, policy=obj(shutdownAfterFinish=BOOLEAN)),
            ["policy.shutdownAfterFinish=true"],
            "fail succe",
        ),
        (obj(shutdownAfterSuccess=BOOLEAN, cleanPodPolicy=enum("None", "All")), ["cleanPodPolicy=All"], "fail succe"),
        (obj(stopAfterFailureOrCompletion=BOOLEAN), ["stopAfterFailureOrCompletion=true"], "fail succe"),
        # Where each names one, those are sent that cover different ends.
        (
            obj(teardownAfterFailure=BOOLEAN, shutdownAfterSuccess=BOOLEAN),
            ["teardownAfterFailure=true", "shutdownAfterSuccess=true"],
            "fail succe",
        ),
        (
            obj(shutdownAfterSuccess=BOOLEAN, policy=obj(stopAfterSuccess=BOOLEAN)),
            ["shutdownAfterSuccess=true"],
            "succe",
        ),
        (
            obj(shutdownAfterSuccess=BOOLEAN, deletionStrategy=BOTH_ENDS),
            ["deletionStrategy.onSuccess.policy=DeleteCluster", "deletionStrategy.onFailure.policy=DeleteCluster"],
            "fail succe",
        ),
        (
            obj(shutdownAfterSuccess=BOOLEAN, deletionStrategy=obj(onFailure=obj(policy=ENDS))),
            ["shutdownAfterSuccess=true", "deletionStrategy.onFailure.policy=DeleteCluster"],
            "fail succe",
        ),
    ],
    ids=str,
)
def test_every_end_is_covered(spec: Any, expected: list[str], after: str) -> None:
    found = derived(spec)
    assert [each.text.removeprefix(".spec.") for each in found.defaults] == expected
    assert {end for end in ("fail", "succe") for each in found.defaults if each.works_after(end)} == set(after.split())
    others = [each.text for each in found.findings if not each.chosen]
    assert all(each.text.partition("=")[0] not in others for each in found.defaults)


def test_a_task_that_sets_one_end_is_still_sent_the_other() -> None:
    found = derived(obj(teardownAfterFailure=BOOLEAN, shutdownAfterSuccess=BOOLEAN))
    assert [each.unless for each in found.defaults] == [(), ()]


def test_a_pod_has_no_switch_of_the_end() -> None:
    assert sent(obj(driver=obj(template=TEMPLATE, deletePodOnTermination=BOOLEAN))) == []


def test_nothing_is_sent_where_the_end_could_no_longer_be_seen() -> None:
    ends = obj(phase=enum("Running", "Succeeded", "Failed", "ResourceReleased"))
    assert sent(obj(**SHUTS), status=ends) == []
    (finding,) = derived(obj(**SHUTS), status=ends).findings
    assert finding.reason == "the state ResourceReleased follows, and hides how it ended"
    assert sent(obj(**SHUTS)) == [".spec.stopAfterDone=true"]


@pytest.mark.parametrize(
    "spec", [None, {}, OPAQUE, {"type": "object", "properties": {"a": "b", "c": None}}, obj(a=obj())]
)
def test_odd_schemas(spec: Any) -> None:
    assert derived(spec) == clean_up.Derived()


def test_times_to_live_are_told() -> None:
    spec = obj(
        ttlSecondsAfterFinished=INTEGER,
        timeToLiveSeconds=INTEGER,
        runPolicy=obj(ttlSecondsAfterFinished=INTEGER, rateLimitTtl=INTEGER),
        deletePodsAfterCompletion=BOOLEAN,
        job=obj(secretLifetime=STRING),
    )
    assert [str(path) for path in derived(spec).lifetimes] == [
        ".spec.ttlSecondsAfterFinished",
        ".spec.timeToLiveSeconds",
        ".spec.runPolicy.ttlSecondsAfterFinished",
    ]


def test_a_policy_is_no_time_to_live() -> None:
    policy = {"deletePodsAfterCompletion": enum("Never", "Always")}
    found = derived(obj(**policy))
    assert [each.text for each in found.defaults] == [".spec.deletePodsAfterCompletion=Always"]
    assert found.lifetimes == ()
