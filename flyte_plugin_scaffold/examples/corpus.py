"""Two task configs of every kind, as the wire has them: all that can be set, and what must be set.

The SDK's tests assert that it sends exactly this; the backend plugin's tests read it and build the CR from it. The
values come from the model, so neither side can drift from the CRD, or from the other.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from flyte_plugin_scaffold.model import Field, Many, Plugin, Role, Scalar, Shape
from flyte_plugin_scaffold.text import names

# What the full config says of every pod, by the SDK's words.
POD: dict[str, Any] = {
    "image": "registry.example.com/tools:v1",
    "requests": {"cpu": "500m", "mem": "1Gi"},
    "limits": {"cpu": "1", "mem": "2Gi"},
    "accelerator": "nvidia-tesla-a100",
    "shared_memory": "1Gi",
    "command": ["run", "--verbose"],
    "env": {"LOG_LEVEL": "debug"},
    "pod_template": {"labels": {"team": "research"}, "pod_spec": {"priority_class_name": "batch"}},
    "interruptible": False,
    "node_selector": {"disk": "ssd"},
}

KEY = "extra"  # of the one entry of a map of roles

SPEC_OVERRIDES = {"setByOverrides": {"key": "text"}}  # no CRD has it, so it collides with nothing

_MOST_SHOWN = 3

_RESOURCE_NAMES = {"cpu": "CPU", "mem": "MEMORY"}


def full_custom(plugin: Plugin) -> dict[str, Any]:
    """``custom`` of a task config with every field set to its example."""
    roles = {role.json_name: _many(role, _role(role, full=True)) for role in plugin.pod_roles}
    return {
        names.lower_camel(plugin.overrides): SPEC_OVERRIDES,
        **roles,
        **_fields(fields_beside_roles(plugin), full=True),
    }


def fields_beside_roles(plugin: Plugin) -> tuple[Field, ...]:
    """The fields of the spec that can be set where every role is given: not what stands for one."""
    instead = {each.path for role in plugin.roles for each in role.alternatives}
    return tuple(field for field in plugin.fields if field.relative not in instead)


def minimal_custom(plugin: Plugin) -> dict[str, Any]:
    """``custom`` of a task config with nothing but what must be set."""
    roles = {
        role.json_name: _many(role, _role(role, full=False))
        for role in plugin.pod_roles
        if role.required or role.guessed_leader or (role.always and role.many is Many.ONE)
    }
    return {**roles, **_fields(plugin.fields, full=False)}


def shown_custom(plugin: Plugin) -> dict[str, Any]:
    """``custom`` of a task config to show: what must be set, and a few small values more."""
    small = [each for each in fields_beside_roles(plugin) if each.shape is Shape.SCALAR and not each.required]
    return {**minimal_custom(plugin), **_fields(small[:_MOST_SHOWN], full=True)}


def every_role(plugin: Plugin) -> dict[str, Any]:
    """``custom`` of a task config with one pod of every role, and nothing else but what must be set."""
    return {
        **{role.json_name: _many(role, _role(role, full=False)) for role in plugin.pod_roles},
        **_fields(plugin.fields, full=False),
    }


def _many(role: Role, one: dict[str, Any]) -> Any:
    return {Many.ONE: one, Many.LIST: [one], Many.MAP: {KEY: one}}[role.many]


def _role(role: Role, full: bool) -> dict[str, Any]:
    own = _fields(role.fields, full)
    pod = _pod(role) if full else {}
    return {"role": pod, **own} if pod else own


def _pod(role: Role) -> dict[str, Any]:
    def entries(resources: dict[str, str]) -> Any:
        return [{"name": _RESOURCE_NAMES[name], "value": value} for name, value in resources.items()]

    wire = {
        "image": ("image", POD["image"]),
        "requests": ("resources", {"requests": entries(POD["requests"]), "limits": entries(POD["limits"])}),
        "accelerator": ("extendedResources", {"gpuAccelerator": {"device": POD["accelerator"]}}),
        "shared_memory": (
            "extendedResources",
            {
                "gpuAccelerator": {"device": POD["accelerator"]},
                "sharedMemory": {
                    "mountName": "flyte-shared-memory",
                    "mountPath": "/dev/shm",
                    "sizeLimit": POD["shared_memory"],
                },
            },
        ),
        "command": ("command", POD["command"]),
        "env": ("env", [{"key": key, "value": value} for key, value in POD["env"].items()]),
        "pod_template": (
            "podTemplate",
            {
                "metadata": {"labels": POD["pod_template"]["labels"]},
                "podSpec": {
                    "containers": [],
                    "priorityClassName": POD["pod_template"]["pod_spec"]["priority_class_name"],
                },
                "primaryContainerName": "primary",
            },
        ),
        "interruptible": ("interruptible", POD["interruptible"]),
        "node_selector": ("nodeSelector", POD["node_selector"]),
    }
    return dict(entry for word, entry in wire.items() if word not in role.without)


def _fields(fields: Iterable[Field], full: bool) -> dict[str, Any]:
    return {each.json_name: _value(each, full) for each in fields if full or each.required}


def _value(field: Field, full: bool) -> Any:
    """The field's example in protobuf's JSON: 64-bit integers and int-or-strings are strings there."""
    if field.shape is Shape.MESSAGE:
        return _fields(field.fields, full)
    if field.shape is Shape.MESSAGES:
        return [_fields(field.fields, full)]

    def plain(value: Any) -> Any:
        if isinstance(value, (list, tuple)):
            return [plain(each) for each in value]
        if isinstance(value, dict):
            return {key: plain(each) for key, each in value.items()}
        return str(value) if field.int_or_string or field.scalar is Scalar.INT64 else value

    return plain(field.example) if field.scalar else field.example
