"""The pods of a CR as an operator would make them, found by the plugin's roles, and what must be true of each.

The reading is independent of the rendered Go code: it walks the CR by the roles' paths, and the API server itself
says whether each pod is one it would accept.
"""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from flyte_plugin_scaffold.model import Path, Place, Plugin, Role, Runs, StepKind

from .kubernetes import DEPLOYMENTS, PODS, Api, ApiError, Object

# Every pod that the backend plugin builds carries it, with the task type as its value.
GUARD = "FLYTE_BACKEND_PLUGIN"
# Flyte's own labels of a task execution: log queries and cost reports select by them.
LABELS = ("execution-id", "node-id", "task-name", "workflow-name", "project", "domain")
# How the commands of flytekit's tasks begin.
ENTRYPOINTS = ("pyflyte-execute", "pyflyte-fast-execute", "pyflyte-map-execute")
# Properties that say how many pods there are of a role.
COUNTS = ("replicas", "size", "parallelism", "numNodes")


@dataclass(frozen=True)
class Pod:
    """One pod (or ``count`` equal ones) of a CR."""

    role: Role
    where: str  # .spec.workers.template
    metadata: Object
    spec: Object
    count: int

    def container(self, cr_name: str) -> Object:
        """The container that belongs to the role: the operator's name for it, or Flyte's, or the first."""
        containers = self.spec.get("containers") or [{}]
        wanted = self.role.container or cr_name
        return next((each for each in containers if each.get("name") == wanted), containers[0])


def command_of(container: Object) -> list[str]:
    return [*(container.get("command") or []), *(container.get("args") or [])]


def environment_of(container: Object, pod_name: str = "") -> dict[str, str]:
    """The variables that have a plain value, or the pod's name where that is known."""
    of_name = {"fieldRef": {"fieldPath": "metadata.name"}} if pod_name else None
    found = {}
    for each in container.get("env") or []:
        if "valueFrom" not in each:
            found[each["name"]] = each.get("value", "")
        elif each["valueFrom"] == of_name:
            found[each["name"]] = pod_name
    return found


def is_user_command(argv: list[str]) -> bool:
    return any(word in ENTRYPOINTS for word in argv)


def pods_of(plugin: Plugin, cr: Object) -> Iterator[Pod]:
    for role in plugin.pod_roles:
        for where, holder in _places(cr, role.path):
            if not isinstance(holder, dict):
                continue
            place: Any = holder
            for name in role.inner:
                place = place.get(name) if isinstance(place, dict) else None
            if place is None:
                continue
            metadata, spec = _pod_at(role, place)
            counts = [holder[name] for name in COUNTS if isinstance(holder.get(name), int)]
            inner = "".join(f".{name}" for name in role.inner)
            yield Pod(role, where + inner, metadata, spec, counts[0] if counts else 1)


def submitted_command(plugin: Plugin, cr: Object) -> list[str] | None:
    """The argv of the command string that the operator itself submits; None for a kind without one."""
    for role in plugin.roles:
        if role.place is Place.COMMAND:
            for _, value in _places(cr, role.path):
                return list(value) if isinstance(value, list) else shlex.split(value)
            return []
    return None


def problems(plugin: Plugin, cr: Object, api: Api) -> list[str]:
    """Everything that is wrong with the CR's pods; [] if a careful operator would run it."""
    found = [f"the CR has no label {label}" for label in LABELS if label not in cr["metadata"].get("labels", {})]
    pods = list(pods_of(plugin, cr))
    command = submitted_command(plugin, cr)
    if command is not None and not is_user_command(command):
        found.append(f"the operator is to submit {command}, which is not the task's command")
    built = {pod.role.name for pod in pods}
    for role in plugin.pod_roles:
        if role.always and role.name not in built:
            found.append(f"{role.name}: no pod at {role.path}")
    for pod in pods:
        found += [f"{pod.where}: {problem}" for problem in _pod_problems(plugin, cr, pod, api)]
    return found


def _pod_problems(plugin: Plugin, cr: Object, pod: Pod, api: Api) -> Iterator[str]:
    name = cr["metadata"]["name"]
    containers = pod.spec.get("containers") or []
    if not containers:
        yield "has no container"
        return
    main = pod.container(name)
    if pod.role.container and main.get("name") != pod.role.container:
        yield f"has no container named {pod.role.container}"
    if not main.get("image"):
        yield "has no image"
    yield from _command_problems(pod, main)
    if environment_of(main).get(GUARD) != plugin.names.task_type:
        yield f"{GUARD} is {environment_of(main).get(GUARD)!r} instead of {plugin.names.task_type!r}"
    if pod.role.place is Place.TEMPLATE and pod.role.metadata:
        for label in LABELS:
            if label not in (pod.metadata.get("labels") or {}):
                yield f"has no label {label}"
    if pod.role.place in (Place.TEMPLATE, Place.POD_SPEC, Place.CONTAINER):
        yield from _refusals(pod, cr, api)


def _command_problems(pod: Pod, main: Object) -> Iterator[str]:
    everywhere = [command_of(each) for each in (*pod.spec["containers"], *(pod.spec.get("initContainers") or []))]
    policy = pod.spec.get("restartPolicy")
    if pod.role.runs is Runs.USER:
        if not is_user_command(command_of(main)):
            yield f"runs {command_of(main)} instead of the task's command"
        if sum(map(is_user_command, everywhere)) > 1:
            yield "runs the task's command in more than one container"
        # With any other policy a kubelet would start the user's code again behind Flyte's back.
        if pod.role.place in (Place.TEMPLATE, Place.POD_SPEC) and policy != "Never":
            yield f"has restart policy {policy} where the task's code runs"
        return
    if any(map(is_user_command, everywhere)):
        yield "runs the task's command, which belongs to another role"
    if pod.role.runs is Runs.ARGV and command_of(main) != list(pod.role.argv):
        yield f"runs {command_of(main)} instead of {list(pod.role.argv)}"
    if policy == "Never":
        yield "has restart policy Never: an operator cannot make a Deployment of it"


def _refusals(pod: Pod, cr: Object, api: Api) -> Iterator[str]:
    """What a real API server says to the pod, and to a Deployment of it where the pod may be restarted."""
    namespace = cr["metadata"]["namespace"]
    labels = {**(pod.metadata.get("labels") or {}), "app": "simulated"}
    metadata = {**pod.metadata, "labels": labels}
    tries = [(PODS, {"metadata": {**metadata, "generateName": "pod-"}, "spec": pod.spec})]
    if pod.role.runs is not Runs.USER and pod.spec.get("restartPolicy") in (None, "Always"):
        template = {"metadata": metadata, "spec": pod.spec}
        spec = {"selector": {"matchLabels": {"app": "simulated"}}, "template": template}
        tries.append((DEPLOYMENTS, {"metadata": {"generateName": "deployment-"}, "spec": spec}))
    for resource, body in tries:
        try:
            api.create(resource, body, namespace, dry_run=True)
        except ApiError as error:
            yield f"the API server refuses it in {resource.plural}: {error.message}"


def _pod_at(role: Role, place: Any) -> tuple[Object, Object]:
    """(metadata, spec) of the pod that an operator makes of what stands at a role's place."""
    if role.place is Place.TEMPLATE:
        return place.get("metadata") or {}, place.get("spec") or {}
    if role.place is Place.POD_SPEC:
        return {}, place
    if role.place is Place.CONTAINER:
        return {}, {"containers": [place], **({"restartPolicy": "Never"} if role.runs is Runs.USER else {})}
    return {}, {"containers": [_container_of_runner(role, place)]}


def _container_of_runner(role: Role, place: Any) -> Object:
    """A container made of an object with a pod's words under names of its own, or of an image name alone."""
    runner = role.runner
    if runner is None:
        return {"name": role.name, "image": place}
    container: Object = {"name": role.name, "image": place.get(runner.image)}
    for key, name in (("command", runner.command), ("args", runner.args)):
        value = place.get(name) if name else None
        if value is not None:
            container[key] = value if isinstance(value, list) else shlex.split(value)
    env = place.get(runner.env) if runner.env else None
    if env:
        container["env"] = [{"name": k, "value": v} for k, v in env.items()] if runner.env_is_map else env
    return container


def _places(cr: Object, path: Path) -> Iterator[tuple[str, Any]]:
    """Every (path as text, value) of a CR that a role's path leads to."""
    found: list[tuple[str, Any]] = [("", cr)]
    for step in path.steps:
        below: list[tuple[str, Any]] = []
        for where, value in found:
            if step.kind is StepKind.FIELD and isinstance(value, dict) and step.name in value:
                below.append((f"{where}.{step.name}", value[step.name]))
            elif step.kind is StepKind.KEY and isinstance(value, dict) and step.name in value:
                below.append((f"{where}{{{step.name}}}", value[step.name]))
            elif step.kind is StepKind.ENTRIES and isinstance(value, dict):
                below += [(f"{where}{{{key}}}", each) for key, each in value.items()]
            elif step.kind is StepKind.ITEMS and isinstance(value, list):
                below += [(f"{where}[{number}]", each) for number, each in enumerate(value)]
            elif step.kind is StepKind.ELEMENT and isinstance(value, list):
                below += [(f"{where}[{step.name}]", each) for each in value if each.get("name") == step.name]
        found = below
    yield from found
