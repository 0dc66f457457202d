"""Which known word or path is meant by one that is nearly right."""

from __future__ import annotations

import time

import pytest

from flyte_plugin_scaffold.reading import schema
from flyte_plugin_scaffold.text.nearest import did_you_mean, nearest

KINDS = ["RayJob", "RayCluster", "RayService"]


@pytest.mark.parametrize(
    ("word", "known", "found"),
    [
        ("RayJb", KINDS, "RayJob"),
        ("rayjob", KINDS, "RayJob"),
        ("Ray-Job", KINDS, "RayJob"),
        ("ray_cluster", KINDS, "RayCluster"),
        ("RayServce", KINDS, "RayService"),
        ("v1bta1", ["v1", "v1beta1"], "v1beta1"),
        ("1.16.8", ["v1.16.8"], "v1.16.8"),
        ("Walk", KINDS, ""),
        ("v2", ["v1"], ""),
        ("", KINDS, ""),
        ("--", KINDS, ""),
        ("RayJob", [], ""),
        ("x" * 10_000, ["x" * 9_999], ""),
    ],
)
def test_nearest(word: str, known: list[str], found: str) -> None:
    assert nearest(word, known) == found
    assert did_you_mean(word, known) == (f": did you mean {found}?" if found else "")


def test_a_word_that_is_right_is_not_asked_for() -> None:
    assert did_you_mean("RayJob", KINDS) == ""


POD = {"type": "object", "properties": {"image": {"type": "string"}, "replicas": {"type": "integer"}}}
CRD = {
    "type": "object",
    "properties": {
        "spec": {
            "type": "object",
            "properties": {
                "driver": POD,
                "workers": {"type": "array", "items": POD},
                "cluster": {"type": "object", "properties": {"headGroupSpec": POD, "queue-name": {"type": "string"}}},
                "roles": {"type": "object", "additionalProperties": POD},
            },
        },
        "status": {"type": "object", "properties": {"phase": {"type": "string"}}},
    },
}


@pytest.mark.parametrize(
    ("path", "found"),
    [
        (".spec.wokers", ".spec.workers"),
        (".spec.Driver", ".spec.driver"),
        (".spec.drivr.image", ".spec.driver.image"),
        (".spec.clustr.headGroupSpecs.replica", ".spec.cluster.headGroupSpec.replicas"),
        (".spec.cluster.queueName", ".spec.cluster.queue-name"),
        (".spec.workers[].images", ".spec.workers[].image"),
        (".spec.roles{Worker}.replica", ".spec.roles{Worker}.replicas"),
        (".spec.headGroupSpec", ".spec.cluster.headGroupSpec"),
        (".spec.rayClusterSpec.head_group_spec", ".spec.cluster.headGroupSpec"),
        (".status.phases", ".status.phase"),
        (".status.mood", None),
        (".spec.phase", None),
        (".spec.cluster[]", ".spec.cluster"),
    ],
)
def test_nearest_path(path: str, found: str | None) -> None:
    assert schema.nearest_path(CRD, schema.parse_path(path)) == (schema.parse_path(found) if found else None)


def test_a_large_crd_takes_little_time() -> None:
    names = {f"property{number}": {"type": "string"} for number in range(20_000)}
    large = {"type": "object", "properties": {"spec": {"type": "object", "properties": names}}}
    started = time.process_time()
    schema.nearest_path(large, schema.parse_path(f".spec.{'y' * 100}"))
    assert time.process_time() - started < 1
