"""Resources that run, and pods of theirs that chance makes, for what is linked in Flyte's console."""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Any

from flyte_plugin_scaffold.languages import rows
from flyte_plugin_scaffold.model import Plugin

from . import statuses

Json = Any
# As the builder's execution of a task has them.
NAME, NAMESPACE = "execution-n0-0", "project-domain"
LABELS = {
    "flyte.org/generated-name": NAME,
    "execution-id": "execution",
    "project": "project",
    "domain": "domain",
}
POD = "https://{{ .namespace }}/{{ .podName }}/{{.PODUID}}"
TEMPLATES = (
    "{{ .podName }}", POD, "{{ $nodeName }}/{{ .hostname }}", "{{ .podName }}/{{ .containerID }}", "{{ .podName }} {{ .podRFC3339StartTime }} {{ .podUnixStartTime }}",
    "https://{{ .executionProject }}/{{ .executionDomain }}/{{ .executionName }}/{{ .generatedName }}", "https://plain", "{{ .role }}{{ .podName }}",
)  # fmt: skip
ADDRESSES = (
    "", "view:8265", "https://ui.example.com/a?b=c", "http://head", "head-svc", "head-svc/path", "ui.example.com/jobs/1", "[::1]:80", "host:port", "user@host",
    "http://a|b", "grpc://head:10001", "not yet known", "HTTPS://Shouts", "10.0.0.1", 8265, 0.5, None, ["x.y"], "http://ui.example.com/a b",
)  # fmt: skip


def resources(plugin: Plugin, count: int, seed: int) -> Iterator[dict[str, Json]]:
    """``{"resource": CR, "pods": pods, "logs": settings}``."""
    chance = random.Random(seed)
    sources = [each.words for each in rows.log_sources(plugin)]
    for index in range(count):
        metadata = {
            "name": NAME,
            "namespace": NAMESPACE,
            "labels": LABELS,
            "uid": f"uid-{index}",
            "creationTimestamp": _time(chance),
        }
        resource = {"apiVersion": plugin.crd.api_version, "kind": plugin.crd.kind, "metadata": metadata}
        pods = [_pod(chance, sources, number) for number in range(chance.choice((0, 1, 2, 3, 6, 45)))]
        yield {
            "resource": {**resource, "status": _status(chance, plugin, sources)},
            "pods": pods,
            "logs": _logs(chance, plugin, sources),
        }


def _status(chance: random.Random, plugin: Plugin, sources: list[dict[str, Json]]) -> Json:
    found: Json = {}
    status = plugin.status
    for path in (*status.dashboard, *(path for _, path in status.variables)):
        if chance.random() < 0.7:
            _put(found, path, chance.choice(ADDRESSES))
    for source in sources:
        if source.get("pod_name") and chance.random() < 0.6:
            _put(found, source["pod_name"], chance.choice(("named", "pod-0", "", *statuses.ODD)))
    return found


def _put(into: Json, path: tuple[str, ...], value: Json) -> None:
    for name in path[:-1]:
        into = into.setdefault(name, {})
        if not isinstance(into, dict):
            return
    into[path[-1]] = value


def _pod(chance: random.Random, sources: list[dict[str, Json]], number: int) -> Json:
    source = chance.choice(sources)
    label = chance.choice((source.get("role", ""), source.get("role", ""), "", "other")).lower().replace("_", "-")
    main = chance.choice((source.get("container") or NAME, source.get("container") or "primary", "primary", "main"))
    names = chance.sample(("beside", main, "last"), chance.choice((1, 2, 3)))
    guard = [{"name": "FLYTE_BACKEND_PLUGIN", "value": "x"}] if chance.random() < 0.7 else []
    containers = [{"name": each, **({"env": guard} if each == main else {})} for each in names]
    known = [each for each in names if chance.random() < 0.7]
    pod = {
        "metadata": {
            "name": chance.choice((f"pod-{number}", f"{NAME}-pod-{number}", f"p{number}" * 3)),
            "namespace": NAMESPACE,
            "uid": f"uid-of-{number}",
            "creationTimestamp": _time(chance),
            "labels": {"flyte.org/role": label} if label else {},
        },
        "spec": {
            "containers": containers,
            "nodeName": chance.choice(("", "node")),
            "hostname": chance.choice(("", "host")),
        },
        "status": {
            "containerStatuses": [
                {"name": each, "containerID": chance.choice(("containerd://id", "id", ""))} for each in known
            ]
        },
    }
    if chance.random() < 0.1:
        pod["metadata"]["deletionTimestamp"] = _time(chance)
    return pod


def _time(chance: random.Random) -> str:
    return f"2024-0{chance.randrange(1, 10)}-03T04:05:0{chance.randrange(10)}Z"


def _logs(chance: random.Random, plugin: Plugin, sources: list[dict[str, Json]]) -> Json:
    if chance.random() < 0.2:
        return {
            "kubernetes-enabled": chance.random() < 0.7,
            "kubernetes-url": "https://dashboard",
            "stackdriver-enabled": True,
            "gcp-project": "p",
            "stackdriver-logresourcename": "r",
        }
    named = [f"{{{{ .{name} }}}}" for name, _ in plugin.status.variables]
    # Of a pod that only the status names, a connector does not know the container.
    contained = [] if any(source.get("pod_name") for source in sources) else ["{{ .podName }} {{ .containerName }}"]
    templates = chance.sample((*TEMPLATES, *named, *contained), chance.randrange(1, 4))
    return {
        "templates": [
            {
                "displayName": chance.choice(("Logs", "Logs {{ .podName }}", "Logs {{ .role }}")),
                "templateUris": templates,
            },
            {"displayName": "More", "templateUris": chance.sample(TEMPLATES, chance.randrange(2))},
        ]
    }
