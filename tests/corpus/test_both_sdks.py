"""The SDK of Flyte 2 sends, byte for byte, what flytekit's sends for the same config: one contract, one plugin."""

from __future__ import annotations

import copy
import functools
import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from flyte_plugin_scaffold.model import FLYTE2, Plugin
from tests.support import rendering

from . import sides as sides_
from . import strategies
from .strategies import Description, Json

EXAMPLES = 60

# Of the devices that descriptions name.
_DEVICES = {"nvidia-tesla-a100": "A100", "nvidia-l4": "L4"}


@pytest.fixture(scope="session")
def sdk2(
    flyte2_python: Path, tmp_path_factory: pytest.TempPathFactory
) -> Callable[[str, list[Description]], list[Json]]:
    """``sdk2("RayJob", descriptions)``: what the SDK of Flyte 2 makes of each."""

    @functools.lru_cache(maxsize=None)
    def rendered(kind: str) -> tuple[Path, Plugin]:
        draft = rendering.draft(kind, targets="propeller, flyte2")
        plugin = draft.project.of_sdk(FLYTE2).kinds[0]
        folder = tmp_path_factory.mktemp(kind)
        needed = ("proto/", "flyteplugins-", "scripts/generate")
        tree = rendering.tree(draft)
        rendering.write({path: text for path, text in tree.items() if path.startswith(needed)}, folder)
        rendering.generate_python(folder)
        return folder / f"flyteplugins-{plugin.names.project}", plugin

    def customs(kind: str, descriptions: list[Description]) -> list[Json]:
        folder, plugin = rendered(kind)
        calls = [_call(plugin, each) for each in descriptions]
        command = [str(flyte2_python), str(sides_.HERE / "sdk2_helper.py"), plugin.names.python_package]
        command += [plugin.names.task_class, "function" if plugin.user_roles else "nothing"]
        paths = {"PYTHONPATH": str(folder), "PYTHONDONTWRITEBYTECODE": "1"}
        return json.loads(sides_.helped(folder, command, json.dumps(calls), **paths))

    return customs


def test_both_sdks_send_the_same(kind, sides, sdk2):
    here = sides(kind)
    descriptions = strategies.collect(here.plugin, EXAMPLES)
    descriptions.append(
        _with_limits(here.plugin, max(descriptions, key=lambda each: len(list(_pods(here.plugin, each)))))
    )
    descriptions = [_sayable(here.plugin, each) for each in descriptions]
    for description, first, second in zip(
        descriptions, here.customs(descriptions), sdk2(kind, descriptions), strict=True
    ):
        # The entries of a map have no order in protobuf.
        sent = [json.dumps(custom, sort_keys=True) for custom in (first, second)]
        assert sent[0] == sent[1], json.dumps(description, ensure_ascii=False)


def _with_limits(plugin: Plugin, description: Description) -> Description:
    """The description with requests and limits of every pod that has room for them: by chance few have both."""
    said = copy.deepcopy(description)
    for role in plugin.pod_roles:
        if role.name in said["roles"] and "requests" not in role.without:
            for each in sides_.each_of(role, said["roles"][role.name]):
                each["pod"] |= {"requests": {"cpu": "500m", "mem": "1Gi"}, "limits": {"cpu": "1", "mem": "2Gi"}}
    return said


def _sayable(plugin: Plugin, description: Description) -> Description:
    """What the SDK of Flyte 2 can say of a description: a limit is the second of a pair, and a device comes with a number."""
    said = copy.deepcopy(description)
    for pod in _pods(plugin, said):
        requests, limits = pod.get("requests", {}), pod.get("limits", {})
        if "accelerator" in pod:
            requests.setdefault("gpu", "1")
        limits = {name: limit for name, limit in limits.items() if name in ("cpu", "mem") and name in requests}
        for word, amounts in (("requests", requests), ("limits", limits)):
            pod.pop(word, None)
            if amounts:
                pod[word] = amounts
    return said


def _pods(plugin: Plugin, description: Description) -> Iterator[dict[str, Json]]:
    for role in plugin.pod_roles:
        if role.name in description["roles"]:
            yield from (each["pod"] for each in sides_.each_of(role, description["roles"][role.name]))


def _call(plugin: Plugin, description: Description) -> Json:
    """The description as the call that a user of Flyte 2 writes."""
    said = copy.deepcopy(description)
    for pod in _pods(plugin, said):
        requests, limits = pod.pop("requests", {}), pod.pop("limits", {})
        resources = {
            name: {"$tuple": [requests[word], limits[word]]} if word in limits else requests[word]
            for name, word in (("cpu", "cpu"), ("memory", "mem"), ("disk", "ephemeral_storage"))
            if word in requests
        }
        if "gpu" in requests:
            resources["gpu"] = int(requests["gpu"])
        if "accelerator" in pod:
            device = _DEVICES[pod.pop("accelerator")]
            resources["gpu"] = {"$new": "GPU", "device": device, "quantity": int(requests["gpu"])}
        if "shared_memory" in pod:
            resources["shm"] = pod.pop("shared_memory")
        if resources:
            pod["resources"] = {"$new": "Resources", **resources}
    return sides_.call(plugin, said)
