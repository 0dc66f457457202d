"""The CR that a description must become, worked out from the model alone, and how it differs from one that was built.

What a pod is made of is Flyte's business and changes with Flyte. Of pods only that is compared which the description
says; everything else of a CR must be equal, so nothing may be there that nobody asked for.
"""

from __future__ import annotations

import dataclasses
import json
import shlex
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from flyte_plugin_scaffold.model import Alternative, Field, Many, Place, Plugin, Role, Runs, Shape, StepKind
from flyte_plugin_scaffold.text import lexicon

from .strategies import Description, Json

# The task that every CR is built for, as its protobuf has it; what a description says of a pod is laid over it.
CONTAINER = {
    "image": "registry.example.com/task:v1",
    "args": ["pyflyte-execute", "--inputs", "a b"],
    "env": [{"key": "FROM_TASK", "value": "yes"}],
}
RESOURCES = {"cpu": "2", "memory": "4Gi"}  # both requests and limits
PLATFORM = {"cpu": "1", "memory": "1Gi"}  # what Flyte gives a container that asks for nothing
LABELS = {"execution-id": "execution"}
CR_NAME = "execution-n0-0"  # as tests/corpus/builder says
ANNOTATIONS = {"example.com/secret": "name"}
SPOT = {"spot": "true"}  # what the cluster wants of the nodes of interruptible pods; the task is one
RESOURCE_NAMES = {
    "cpu": "cpu",
    "mem": "memory",
    "gpu": "nvidia.com/gpu",
    "ephemeral_storage": "ephemeral-storage",
}
INJECTED = ("FLYTE_", "_F_", "flyte.org/")  # how variables and labels begin that nobody wrote into a task


@dataclass(frozen=True)
class Pod:
    """Stands in an expected CR where the builder puts a pod; ``around`` are the CR's own fields in the same object."""

    role: Role
    said: Mapping[str, Json]
    around: Mapping[str, Json]


def spec(plugin: Plugin, description: Description) -> dict[str, Json]:
    """The spec, with a :class:`Pod` for every pod."""
    roles = description["roles"]
    given = {role.name: _each(role, roles.get(role.name)) for role in plugin.placed}
    found: dict[str, Json] = {}
    beside = [path for role in plugin.roles if given[role.name] for path in role.beside]
    for path in (*plugin.empties, *sorted(beside, key=len)):
        _put(found, path, {})
    _put_fields(found, plugin.fields, description["fields"])
    _merge(found, description.get("spec_overrides", {}))
    for default in plugin.spec_defaults:
        default.set_in(found)
    placed = [
        (role, key, one)
        for role in plugin.placed
        if not any(_is_chosen(found, each) for each in role.alternatives)
        for key, one in given[role.name]
    ]
    workers = [role for role, _, _ in placed if role.place is not Place.COMMAND and role.runs is not Runs.OPERATOR]
    for role, key, one in placed:
        role = dataclasses.replace(role, leads=role.leads and not all(each.leads for each in workers))
        _put_role(found, role, key, one, alone=not workers)
    return found


def _is_chosen(spec: Json, alternative: Alternative) -> bool:
    for name in alternative.path:
        spec = spec.get(name) if isinstance(spec, dict) else None
    return spec not in (None, "", alternative.usual)


def _each(role: Role, given: Json) -> list[tuple[Any, dict[str, Json]]]:
    """The objects of a role, each with its index or key."""
    if given is None:
        # What runs the user's code is there by default, and so is a command, which is no part of a config.
        return [("", {})] if role.many is Many.ONE and (role.always or not role.number) else []
    if role.many is Many.LIST:
        return list(enumerate(given))
    if role.many is Many.MAP:
        return sorted(given.items())
    return [("", given)]


def _put_role(found: dict[str, Json], role: Role, key: Any, one: Mapping[str, Json], alone: bool) -> None:
    around = _around(found, role, key)
    fields: dict[str, Json] = {}
    for path in role.empties:
        _put(fields, path, {})
    _put_fields(fields, role.fields, one.get("fields", {}))
    _fill(around, fields)
    for name in role.never_restarts:
        around.setdefault(name, "Never")
    said = one.get("pod", {})
    if role.place is Place.IMAGE:
        _put(around, role.inner or (role.path.steps[-1].name,), said.get("image", CONTAINER["image"]))
        return
    if role.place is Place.COMMAND:
        command = _command(role, said)
        if command and alone:
            around[role.path.steps[-1].name] = {COMMAND: command}
        elif command:
            around[role.path.steps[-1].name] = command if role.command_is_list else shlex.join(command)
        return
    *above, last = role.inner or ("",)
    place = _below(around, above)
    if not last:
        place[POD] = Pod(role, said, dict(place))
    else:
        place[last] = {POD: Pod(role, said, place[last] if isinstance(place.get(last), dict) else {})}


POD = object()  # the key of an expected object at which the Pod stands that fills it
COMMAND = object()  # the same for a command that brings its environment along


def _around(found: dict[str, Json], role: Role, key: Any) -> dict[str, Json]:
    is_string = role.place is Place.COMMAND or (role.place is Place.IMAGE and not role.inner)
    steps = role.path.steps[1:-1] if is_string else role.path.steps[1:]
    here: Any = found
    for step, after in zip(steps, [*steps[1:], None]):
        if step.kind is StepKind.ITEMS:
            here += [{} for _ in range(key + 1 - len(here))]
            here = here[key]
        elif step.kind is StepKind.ELEMENT:
            named = [each for each in here if each.get("name") == step.name]
            if not named:
                here.append({"name": step.name})
            here = named[0] if named else here[-1]
        else:
            is_list = after is not None and after.kind in (StepKind.ITEMS, StepKind.ELEMENT)
            name = key if step.kind is StepKind.ENTRIES else step.name
            here = here.setdefault(name, [] if is_list else {})
    return here


def _below(here: dict[str, Json], path: Iterable[str]) -> dict[str, Json]:
    for name in path:
        here = here.setdefault(name, {})
    return here


def _put(into: dict[str, Json], path: tuple[str, ...], value: Json) -> None:
    _below(into, path[:-1])[path[-1]] = value


def _merge(into: dict[str, Json], over: Mapping[str, Json]) -> None:
    for name, value in over.items():
        if isinstance(value, dict) and isinstance(into.get(name), dict):
            _merge(into[name], value)
        else:
            into[name] = json.loads(json.dumps(value))


def _fill(into: dict[str, Json], under: Mapping[str, Json]) -> None:
    for name, value in under.items():
        if isinstance(value, dict) and isinstance(into.get(name), dict):
            _fill(into[name], value)
        else:
            into.setdefault(name, value)


def _put_fields(into: dict[str, Json], fields: Iterable[Field], given: Mapping[str, Json]) -> None:
    for field in fields:
        value = given.get(field.name)
        nothing = value is None or (value in ([], {}) and field.shape in LISTS)
        if not nothing:
            _put(into, field.relative, _value(field, value))


LISTS = (Shape.LIST, Shape.MAP, Shape.MESSAGES, Shape.STRUCTS)  # empty ones are as good as unset


def _value(field: Field, value: Json) -> Json:
    if field.shape in (Shape.MESSAGE, Shape.MESSAGES):
        if isinstance(value, list):
            return [_message(field, each) for each in value]
        return _message(field, value)
    if not field.int_or_string:
        return value
    if isinstance(value, list):
        return [_number(each) for each in value]
    if isinstance(value, dict):
        return {key: _number(each) for key, each in value.items()}
    return _number(value)


def _message(field: Field, value: Mapping[str, Json]) -> dict[str, Json]:
    found: dict[str, Json] = {}
    _put_fields(found, field.fields, value)
    return found


def _number(value: Json) -> Json:
    """What may be a number or a string is a number where it is written like one that Kubernetes' IntOrString holds."""
    try:
        number = int(value)
    except ValueError:
        return value
    return number if str(number) == str(value) and -(2**31) <= number < 2**31 else str(value)


def _command(role: Role, said: Mapping[str, Json]) -> list[str]:
    """All words that a pod of the role runs, image's own entrypoint apart."""
    if said.get("command"):
        return said["command"]
    return CONTAINER["args"] if role.runs is Runs.USER else list(role.argv)


# ----------------------------------------------------------------------------------------------------------- comparing
def differences(want: Json, got: Json, at: str = "spec") -> Iterator[str]:
    """A line for everything in ``got`` that is not as ``want`` says."""
    if isinstance(want, dict) and POD in want:
        yield from _pod_differences(want, got, at)
    elif isinstance(want, dict) and COMMAND in want:
        words = got if isinstance(got, list) else shlex.split(got)
        command = want[COMMAND]
        env, variables = words[0], [each.split("=", 1) for each in words[1 : -len(command)]]
        yield from differences(["env", *command], [env, *words[-len(command) :]], at)
        yield from differences(_environment({}), _environment_of(dict(variables)), at)
        if not dict(variables).get("FLYTE_BACKEND_PLUGIN"):
            yield f"{at} is without the guard variable: {got!r}"
    elif isinstance(want, dict) and isinstance(got, dict):
        for name in sorted(want.keys() | got.keys()):
            if name not in got:
                yield f"{at}.{name} is missing: {want[name]!r}"
            elif name not in want:
                yield f"{at}.{name} is there, and nobody asked for it: {got[name]!r}"
            else:
                yield from differences(want[name], got[name], f"{at}.{name}")
    elif isinstance(want, list) and isinstance(got, list) and len(want) == len(got):
        for index, (one, other) in enumerate(zip(want, got)):
            yield from differences(one, other, f"{at}[{index}]")
    elif not _is_same(want, got):
        yield f"{at} is {got!r}, not {want!r}"


def _is_same(want: Json, got: Json) -> bool:
    """To JSON 1.0 is 1, and true is not; of a fraction's digits as many count as a double has."""
    if isinstance(want, float) and isinstance(got, (int, float)):
        got = got if isinstance(got, bool) else float(got)
    return want == got and isinstance(want, bool) == isinstance(got, bool)


def _pod_differences(want: Mapping[Any, Json], got: Json, at: str) -> Iterator[str]:
    pod: Pod = want[POD]
    role, said = pod.role, pod.said
    if not isinstance(got, dict):
        yield f"{at} is {got!r}, not a pod"
        return
    if role.place is Place.RUNNER:
        words = {name: value for name, value in _runner(pod, got).items() if name}
        yield from differences({**pod.around, **words}, got, at)
        return
    pods_own = {
        Place.TEMPLATE: {"spec", *(["metadata"] if role.metadata else [])},
        Place.POD_SPEC: lexicon.POD_SPEC_NAMES,
        Place.CONTAINER: lexicon.CONTAINER_NAMES,
    }[role.place]
    yield from differences(
        {name: value for name, value in pod.around.items() if name not in pods_own},
        {name: value for name, value in got.items() if name not in pods_own},
        at,
    )
    template = said.get("pod_template", {})
    if role.place is Place.CONTAINER:
        yield from _container_differences(role, said, got, at)
        return
    if role.place is Place.TEMPLATE and role.metadata:
        meta = got.get("metadata", {})
        labels = {**LABELS, **template.get("labels", {}), "flyte.org/generated-name": CR_NAME}
        labels["flyte.org/role"] = role.name.replace("_", "-")
        yield from differences(labels, meta.get("labels"), f"{at}.metadata.labels")
        annotations = {**ANNOTATIONS, **template.get("annotations", {})}
        yield from differences(annotations, meta.get("annotations"), f"{at}.metadata.annotations")
    spec_ = got.get("spec", {}) if role.place is Place.TEMPLATE else got
    yield from _pod_spec_differences(role, said, spec_, f"{at}.spec")


def _pod_spec_differences(role: Role, said: Mapping[str, Json], got: Mapping[str, Json], at: str) -> Iterator[str]:
    template = said.get("pod_template", {})
    main, *beside = got.get("containers") or [{}]
    yield from _container_differences(role, said, main, f"{at}.containers[0]")
    if role.container:
        yield from differences(role.container, main.get("name"), f"{at}.containers[0].name")
    sidecars = [template["sidecar"]] if "sidecar" in template else []
    yield from differences(sidecars, [each.get("image") for each in beside], f"{at}.containers[1:]")
    yield from differences(template.get("priority_class_name"), got.get("priorityClassName"), f"{at}.priorityClassName")
    volumes = {each["name"]: each.get("emptyDir", {}).get("sizeLimit") for each in got.get("volumes", [])}
    shared = {"flyte-shared-memory": said["shared_memory"]} if said.get("shared_memory") else {}
    yield from differences(shared, volumes, f"{at}.volumes")
    mounts = {each["name"]: each["mountPath"] for each in main.get("volumeMounts", [])}
    yield from differences(dict.fromkeys(shared, "/dev/shm"), mounts, f"{at}.containers[0].volumeMounts")
    # An accelerator is for pods that have one.
    has_gpu = RESOURCE_NAMES["gpu"] in _resources(said)["limits"]
    devices = [said["accelerator"]] if has_gpu and said.get("accelerator") else []
    affinity = got.get("affinity", {}).get("nodeAffinity", {}).get("requiredDuringSchedulingIgnoredDuringExecution", {})
    wanted = [each for term in affinity.get("nodeSelectorTerms", []) for each in term["matchExpressions"]]
    yield from differences(devices, [value for each in wanted for value in each["values"]], f"{at}.affinity")
    yield from differences(devices, [each["value"] for each in got.get("tolerations", [])], f"{at}.tolerations")
    interruptible = said.get("interruptible", not role.leads)
    selector = {**(SPOT if interruptible else {}), **said.get("node_selector", {})}
    yield from differences(selector, got.get("nodeSelector", {}), f"{at}.nodeSelector")


def _container_differences(role: Role, said: Mapping[str, Json], got: Mapping[str, Json], at: str) -> Iterator[str]:
    template = said.get("pod_template", {})
    yield from differences(said.get("image", CONTAINER["image"]), got.get("image"), f"{at}.image")
    yield from differences(_command(role, said), [*got.get("command", []), *got.get("args", [])], f"{at}.args")
    yield from differences(_environment(said), _environment_of(got.get("env", [])), f"{at}.env")
    resources = {word: PLATFORM for word in ("requests", "limits")} if role.runs is Runs.OPERATOR else _resources(said)
    yield from differences(resources, got.get("resources"), f"{at}.resources")
    yield from differences(template.get("working_dir"), got.get("workingDir"), f"{at}.workingDir")


def _environment(said: Mapping[str, Json]) -> dict[str, str]:
    return {**{each["key"]: each["value"] for each in CONTAINER["env"]}, **said.get("env", {})}


def _environment_of(env: Json) -> dict[str, Json]:
    """The variables of a container, whether a list or a map, without those that Flyte sets by itself."""
    pairs = env.items() if isinstance(env, dict) else [(each["name"], each.get("value", "")) for each in env]
    return {name: value for name, value in pairs if not name.startswith(INJECTED)}


def _resources(said: Mapping[str, Json]) -> dict[str, Json]:
    """The role's take the place of the task's, name by name; one of a pair stands for both."""
    requests, limits = (
        {RESOURCE_NAMES[name]: value for name, value in said.get(word, {}).items()} for word in ("requests", "limits")
    )
    return {
        "requests": {**RESOURCES, **limits, **requests},
        "limits": {**RESOURCES, **requests, **limits},
    }


def _runner(pod: Pod, got: Mapping[str, Json]) -> dict[str, Json]:
    """The words of an object that says what runs; its environment without what Flyte sets by itself is compared."""
    runner = pod.role.runner
    assert runner is not None
    words: dict[str, Json] = {runner.image: pod.said.get("image", CONTAINER["image"])}
    command = _command(pod.role, pod.said)
    if command:
        name, is_list = (runner.args, runner.args_is_list) if runner.args else (runner.command, runner.command_is_list)
        words[name] = command if is_list else shlex.join(command)
    if runner.env:
        # What Flyte sets is taken as it is.
        env = got.get(runner.env, [])
        same = _environment(pod.said) == _environment_of(env)
        words[runner.env] = env if same else _environment(pod.said)
    words[runner.resources] = _resources(pod.said)
    return words
