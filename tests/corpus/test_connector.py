"""The connector makes of a task the resource that the Go plugin makes of it, byte for byte, and refuses what it refuses.

The pod of a task is the one that Flyte builds of it. What cannot be equal is not in the configs, by these rules: all tasks ask for CPU
and memory (Flyte gives an init container of a role's pod template what its task asks for, and of a finished pod nobody can say which
of its resources are Flyte's own defaults); nobody has a platform limit; no kind of resource has tolerations beside another one (Go puts
those in any order); commands in pod templates have none of Flyte's variables.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest

from flyte_plugin_scaffold.examples import corpus
from tests.support import connector

from . import expected, kept, pod_strategies, strategies, test_overrides

Json = Any

PODS = 300

# Of plugins.k8s all that depends on a pod's resources, its accelerator, or on whether it is interruptible.
K8S: Json = {
    "interruptible-tolerations": [{"key": "spot", "operator": "Exists", "effect": "NoSchedule"}],
    "interruptible-node-selector-requirement": {"key": "spot", "operator": "In", "values": ["yes"]},
    "non-interruptible-node-selector-requirement": {"key": "spot", "operator": "DoesNotExist"},
    "resource-tolerations": {"nvidia.com/gpu": [{"key": "gpu", "operator": "Exists"}]},
    "add-tolerations-for-extended-resources": ["nvidia.com/gpu"],
    "gpu-device-node-label": "gpu-type",
}
ZONES = [{"matchExpressions": [{"key": key, "operator": "Exists"}]} for key in ("zone", "rack")]
DEFAULTS: Json = {
    "default-affinity": {
        "nodeAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": {"nodeSelectorTerms": ZONES}}
    },
    "default-pod-security-context": {"runAsUser": 1000},
    "default-security-context": {"privileged": False},
    "default-pod-dns-config": {"searches": ["a"]},
    "default-env-from-secrets": ["of-all"],
    "default-env-from-configmaps": ["of-all", "more"],
    "enable-host-networking-pod": False,
}
MEMORY = {"mountName": "flyte-shared-memory", "mountPath": "/dev/shm", "sizeLimit": "2Gi"}
EXTENDED = {"gpuAccelerator": {"device": "nvidia-l4", "partitionSize": "1g.5gb"}, "sharedMemory": MEMORY}
WHOLE_GPU = {"gpuAccelerator": {"device": "nvidia-l4", "unpartitioned": True}}
GPU = {**expected.RESOURCES, "nvidia.com/gpu": "1"}
CLUSTERS: dict[str, dict[str, Json]] = {
    "steady": {"steady": True, "k8s": K8S},
    "interruptible": {"k8s": {**K8S, **DEFAULTS}, "extendedResources": EXTENDED},
    "gpu": {"k8s": {**K8S, **DEFAULTS}, "extendedResources": EXTENDED, "resources": GPU},
    "whole gpu": {"extendedResources": WHOLE_GPU, "resources": GPU, "steady": True},
}


def _resource(built: Json) -> Json:
    """The Go plugin's resource with what propeller adds to its metadata."""
    own = built["metadata"]
    metadata = {
        "name": expected.CR_NAME,
        "namespace": "project-domain",
        "labels": {**own.get("labels", {}), **expected.LABELS},
        "annotations": {**own.get("annotations", {}), **expected.ANNOTATIONS},
    }
    return {**{name: built[name] for name in ("apiVersion", "kind", "spec")}, "metadata": metadata}


def _canonical(value: Json) -> str:
    return json.dumps(value, sort_keys=True)


# What the connector calls the types of Go.
_TYPES = {
    "float64": "a number",
    "[]interface {}": "a list",
    "map[string]interface {}": "an object",
    "string": "text",
    "<nil>": "null",
}
# What the libraries say of protobuf's and Kubernetes' types, each in its own words.
_OTHERS_WORDS = re.compile(
    r"accessor error|unrecognized type|cannot (convert|restore)|the configuration of the task|quantit"
)


def _words(error: str) -> str:
    """The Go plugin's refusal as the connector spells it."""
    text = error.replace("[BadTaskSpecification] ", "").replace(", caused by: ", ": ")
    return re.sub(r"must be (a list|an object), not (.*)$", lambda m: f"must be {m[1]}, not {_TYPES[m[2]]}", text)


def _problems(customs: list[Json], want: list[Json], got: list[Json]) -> Iterator[str]:
    assert len(customs) == len(want) == len(got)
    for custom, one, other in zip(customs, want, got):
        if "error" in one and "error" in other:
            if _words(one["error"]) != other["error"] and not _OTHERS_WORDS.search(one["error"]):
                yield f"{other['error']!r}, not {_words(one['error'])!r}: {json.dumps(custom)}"
        elif "error" in one or "error" in other:
            yield f"one side refuses: {one.get('error')!r}, {other.get('error')!r}: {json.dumps(custom)}"
        elif _canonical(_resource(one["object"])) != _canonical(other["object"]):
            found = list(expected.differences(_resource(one["object"]), other["object"], ""))
            yield f"{found or other['object']}: {json.dumps(custom)}"


def _compare(here, customs: list[Json], **more: Json) -> list[Json]:
    want = here.build(customs, **more)
    problems = list(_problems(customs, want, here.connect(customs, **more)))
    assert not problems, f"{len(problems)} of {len(customs)} differ; the first one: {problems[0]}"
    return want


def test_of_what_users_say(kind, sides, said):
    want = _compare(sides(kind), said(kind)[1])
    assert not any("error" in each for each in want)


@pytest.mark.parametrize("cluster", CLUSTERS)
@pytest.mark.parametrize("kind", ["example", "RayJob", "Assembly"])
def test_of_what_the_cluster_says(cluster, kind, sides, said):
    """Of nodes and accelerators a role may say other things than its task."""
    want = _compare(sides(kind), said(kind)[1], **CLUSTERS[cluster])
    assert not any("error" in each for each in want)


def test_of_what_earlier_releases_sent(kind, sides):
    customs = [each["custom"] for version, one in kept.releases() if one == kind for each in kept.read(version, one)[0]]
    assert customs
    _compare(sides(kind), customs)


def test_of_overrides(kind, sides):
    """Where pods stand, of every type and with and without the roles."""
    here = sides(kind)
    every = corpus.every_role(here.plugin)
    said: list[Json] = [None, 1, "text", [], {}, [1], {"spec": 1}, {"metadata": 1}, {"metadata": {"labels": {"a": 1}}}]
    said += [
        {"metadata": {"labels": {"a": "b"}, "name": "x"}},
        {"spec": {"containers": [{"name": "primary", "no": 1}], "x": 1}},
    ]
    over = []
    for role in here.plugin.placed:
        whole = [test_overrides._said(role)] if role.place in test_overrides.WHOLE else []
        runner = role.runner
        words = [runner.image, runner.command, runner.args, runner.env, runner.resources] if runner else []
        here_said = [*said, *whole, *({word: "over"} for word in words if word)]
        over += [test_overrides._at(role, each) for each in here_said]
        over += [{role.path.names[1]: each} for each in (1, [], {}, None, [None])]
    customs: list[Json] = [{**base, "specOverrides": each} for each in over for base in (every, {})]
    _compare(here, [*customs, {}, {"specOverrides": None}, {"specOverrides": {}}, {"unheardOf": 1}])


@pytest.mark.parametrize("more", [{}, {"k8s": {**K8S, **DEFAULTS}, "extendedResources": EXTENDED}])
def test_of_pod_templates(more, sides):
    """Whatever fields they have, in a role's pod template or in spec_overrides: read, merged and written as Go does it."""
    here = sides("example")
    specs = strategies._examples(pod_strategies.pod_specs(), PODS, {})
    templates = [{"role": {"podTemplate": {"podSpec": each, "primaryContainerName": "primary"}}} for each in specs]
    customs = [{name: each} for name in ("driver", "workers") for each in templates]
    customs += [{"specOverrides": {"driver": {"template": {"spec": each}}}} for each in specs]
    want = _compare(here, customs, **more)
    assert sum("error" in each for each in want) < PODS / 4


def test_settings_of_propeller(sides):
    """Every setting of plugins.k8s may stand in the connector's settings."""
    nodes = connector.module("_operator.nodes")
    for key in sides("example").settings_of_pods():
        nodes.k8s_config({key: None})


def test_fields_of_pods(sides):
    """The library's table is that of Kubernetes' Go library in the version that repositories have."""
    library = connector.module("_operator.pod_fields")
    here = sides("example")
    found = here.fields_of_pods()
    table = "".join(f'    "{name}": "{found[name]}",\n' for name in sorted(found))
    assert found == library.FIELDS, f"FIELDS must be:\n{table}"
    assert here.plugin.versions["k8s"] == library.KUBERNETES
