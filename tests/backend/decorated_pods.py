"""The decorator of tests/schemas/platform.json, and what must be true of every pod of a task that it decorates.

The reading is independent of the rendered SDK: it names what the rendered pod template asks for, with the settings of
workflows/decorated.py.
"""

from __future__ import annotations

import base64
import re
import shutil
from collections.abc import Callable
from pathlib import Path

from flyte_plugin_scaffold.model import Plugin
from tests.support.kinds import SCHEMAS

from .kubernetes import Object
from .pods import environment_of, pods_of

LABELS = {
    "app.kubernetes.io/part-of": "acmeplatform",
    "acmeplatform/tier": "online",
    "acmeplatform/traced": "true",
    "inject-flyte-secrets": "true",
}
SAFE_TO_EVICT = "cluster-autoscaler.kubernetes.io/safe-to-evict"
VOLUME, MOUNT = {"name": "scratch", "emptyDir": {}}, {"name": "scratch", "mountPath": "/scratch"}
ENVIRONMENT = {"SCRATCH": "/scratch", "ACMEPLATFORM_TEAM": "search", "ACMEPLATFORM_TRACED": "true"}


def sdk(rendered: Callable[..., Path], folder: Path) -> Path:
    """The SDK of the rendered decorator, to which its owner added a secret; a copy in ``folder``."""
    copy = folder / "flytekit-acmeplatform"
    shutil.copytree(rendered("example", source=str(SCHEMAS / "platform.json")) / copy.name, copy)
    extras = copy / "flytekitplugins/acmeplatform/extras.py"
    none, one = "SECRETS: List[Secret] = []", 'SECRETS: List[Secret] = [Secret(group="registry", key="token")]'
    assert none in extras.read_text()
    extras.write_text(extras.read_text().replace(none, one))
    return copy


def check_pods(pods: list[Object]) -> None:
    """Every pod that Flyte made of a decorated task has what the decorator gives."""
    for pod in pods:
        _check(pod["metadata"], pod["spec"], pod["spec"]["containers"][0], tier="online")


def check_resources(plugin: Plugin, resources: list[Object]) -> None:
    """So has every pod of the resources. The variable that the task sets itself is the task's."""
    for cr in resources:
        found = list(pods_of(plugin, cr))
        assert {pod.role.name for pod in found} == {role.name for role in plugin.pod_roles}
        for pod in found:
            metadata = pod.metadata if pod.role.metadata else None
            _check(metadata, pod.spec, pod.container(cr["metadata"]["name"]), tier="batch")


def _check(metadata: Object | None, spec: Object, main: Object, tier: str) -> None:
    """Without ``metadata`` the resource has no room for it."""
    if metadata is not None:
        assert metadata["labels"].items() >= LABELS.items()
        assert metadata["annotations"][SAFE_TO_EVICT] == "false"
        assert _secret_of(metadata["annotations"]["flyte.secrets/s0"]) == ["registry", "token"]
    assert spec["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
    assert VOLUME in spec["volumes"]
    (sidecar,) = (each for each in spec["initContainers"] if each["name"] == "scratch-usage")
    assert sidecar["restartPolicy"] == "Always" and sidecar["image"]
    assert {**MOUNT, "readOnly": True} in sidecar["volumeMounts"]
    assert environment_of(main).items() >= {**ENVIRONMENT, "ACMEPLATFORM_TIER": tier}.items()
    assert main["securityContext"]["allowPrivilegeEscalation"] is False
    assert MOUNT in main["volumeMounts"]


def _secret_of(annotation: str) -> list[str]:
    """Group and key of a secret, which Flyte writes as protobuf text in a base32 with the digits 1 to 6 and no padding."""
    usual = annotation.translate(str.maketrans("123456", "234567")).upper()
    text = base64.b32decode(usual + "=" * (-len(usual) % 8)).decode()
    return re.findall(r'"(.*?)"', text)
