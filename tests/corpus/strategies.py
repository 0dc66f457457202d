"""Task configs of a plugin, as plain JSON that no side has a hand in.

A description says what a user gives, by the SDK's names: ``{"fields": {...}, "roles": {...}, "spec_overrides": {...}}``.
A role is ``{"pod": {...}, "fields": {...}}``, or a list or map of such. What is not there is not given. Values are valid by
the CRD's own schema, so that whatever is refused on the way is a fault.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from flyte_plugin_scaffold.examples import corpus, samples
from flyte_plugin_scaffold.model import Field, Many, Place, Plugin, Role, Scalar, Shape, StepKind
from flyte_plugin_scaffold.reading import schema
from flyte_plugin_scaffold.reading.schema import Kind

Json = Any
Description = dict[str, Any]

# Struct has doubles: beyond this a whole number in free-form JSON is no longer exact.
EXACT = 2**53
UNKNOWN = "setByOverrides"  # below spec no CRD has it

TEXT = st.one_of(st.sampled_from(["", "text", "0", "true", "ünï ☃", 'a "b"\n\\c', "{{ x }}"]), st.text(max_size=12))
NUMBERS = st.one_of(
    st.sampled_from([0.0, 1.0, 0.1, -2.5, 1e21, 1e-9]), st.floats(allow_nan=False, allow_infinity=False, width=64)
)
FREE = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(-EXACT, EXACT), NUMBERS, TEXT),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(TEXT, inner, max_size=3)),
    max_leaves=8,
)
FREE_OBJECTS = st.dictionaries(TEXT, FREE, max_size=3)

# How much of what need not be given a description gives. Hypothesis' own choice is mostly nothing.
SHARES = ("nothing", "all", "some", "some")


def collect(plugin: Plugin, count: int, **more: Any) -> list[Description]:
    """``count`` descriptions, the simplest one first, of every share as many; ``more`` are settings of hypothesis."""
    each = count // len(SHARES)
    return [one for share in SHARES for one in _examples(Configs(plugin, share).descriptions(), each, more)]


def _examples(wanted: st.SearchStrategy[Any], count: int, more: Mapping[str, Any]) -> list[Any]:
    found: list[Any] = []

    @settings(
        max_examples=count, phases=[Phase.generate], database=None, suppress_health_check=list(HealthCheck), **more
    )
    @given(st.none().flatmap(lambda _: wanted))  # hypothesis would print a strategy of a megabyte
    def gather(example: Any) -> None:
        found.append(example)

    gather()
    return found


RESOURCES = {
    "cpu": ["500m", "1", "2"],
    "mem": ["512Mi", "1Gi", "4Gi"],
    "gpu": ["1", "2"],
    "ephemeral_storage": ["1Gi", "10Gi"],
}
LABELS = st.dictionaries(
    st.sampled_from(["team", "example.com/queue", "a_b.c"]), st.sampled_from(["", "research", "X-1"]), max_size=2
)
POD: Mapping[str, st.SearchStrategy[Any]] = {
    "image": st.sampled_from(["registry.example.com/tools:v1", "tools", "host:5000/a/b@sha256:" + "0" * 64]),
    "command": st.lists(TEXT, max_size=3),
    "env": st.dictionaries(st.sampled_from(["FROM_TASK", "LOG_LEVEL", "a_1"]), TEXT, max_size=3),
    "pod_template": st.fixed_dictionaries(
        {},
        optional={
            "labels": LABELS,
            "annotations": st.dictionaries(st.sampled_from(["note", "example.com/x"]), TEXT, max_size=2),
            "priority_class_name": st.sampled_from(["batch", "high"]),
            "working_dir": st.just("/work"),
            "sidecar": st.just("sidecar:v1"),
        },
    ),
    "interruptible": st.booleans(),
    "node_selector": LABELS,
    "accelerator": st.sampled_from(["nvidia-tesla-a100", "nvidia-l4"]),
    "shared_memory": st.sampled_from(["1Gi", "500Mi"]),
}


@st.composite
def _resources(draw: st.DrawFn) -> dict[str, dict[str, str]]:
    """Requests and limits: no request is above its limit, and extended resources have one number."""
    found: dict[str, dict[str, str]] = {word: {} for word in ("requests", "limits")}
    for name, values_ in RESOURCES.items():
        request, limit = draw(st.tuples(*[st.none() | st.integers(0, len(values_) - 1)] * 2))
        if None not in (request, limit):
            request, limit = sorted([request, limit]) if name != "gpu" else (limit, limit)
        if request is not None:
            found["requests"][name] = values_[request]
        if limit is not None:
            found["limits"][name] = values_[limit]
    return found


@st.composite
def _object(
    draw: st.DrawFn,
    needed: Mapping[str, st.SearchStrategy[Json]],
    others: Mapping[str, st.SearchStrategy[Json]],
    share: str,
) -> dict[str, Json]:
    """An object with what is needed, and a share of the rest."""
    found = {name: draw(each) for name, each in needed.items()}
    for name, each in others.items():
        if share == "all" or (share == "some" and draw(st.booleans())):
            found[name] = draw(each)
    return found


@st.composite
def _pods(draw: st.DrawFn, role: Role, share: str) -> dict[str, Json]:
    pod = draw(_object({}, {word: each for word, each in POD.items() if word not in role.without}, share))
    if "requests" in role.without:
        return pod
    # Both are made together, also where only one is given.
    resources = draw(_resources())
    return pod | draw(_object({}, {word: st.just(each) for word, each in resources.items()}, share))


@dataclass(frozen=True)
class Configs:
    """Strategies for the parts of a plugin's task configs; ``share`` is one of SHARES."""

    plugin: Plugin
    share: str

    def descriptions(self) -> st.SearchStrategy[Description]:
        beside = self._descriptions(corpus.fields_beside_roles(self.plugin), self.plugin.pod_roles)
        if not any(role.alternatives for role in self.plugin.roles):
            return beside
        # A user gives what stands for a role, or the role.
        others = tuple(role for role in self.plugin.pod_roles if not role.alternatives)
        return st.one_of(beside, self._descriptions(self.plugin.fields, others))

    def _descriptions(self, fields: Iterable[Field], pod_roles: Iterable[Role]) -> st.SearchStrategy[Description]:
        pod_roles = list(pod_roles)
        roles = {
            needed: {
                role.name: self.roles(role) for role in pod_roles if (role.required or role.guessed_leader) is needed
            }
            for needed in (True, False)
        }
        needed = {
            "fields": self.fields(fields),
            "roles": _object(roles[True], roles[False], self.share),
        }
        return _object(needed, {"spec_overrides": overrides(self.plugin, pod_roles)}, self.share)

    def roles(self, role: Role) -> st.SearchStrategy[Json]:
        one = st.fixed_dictionaries({"pod": _pods(role, self.share), "fields": self.fields(role.fields)})
        least = 1 if role.required or self.share == "all" else 0
        if role.many is Many.LIST:
            return st.lists(one, min_size=least, max_size=3)
        if role.many is Many.MAP:
            return st.dictionaries(st.sampled_from(["a", "b-1", "C"]), one, min_size=least, max_size=2)
        return one

    def fields(self, fields: Iterable[Field]) -> st.SearchStrategy[dict[str, Json]]:
        values_ = {needed: {} for needed in (True, False)}
        for field in fields:
            values_[field.required][field.name] = self.value(field)
        return _object(values_[True], values_[False], self.share)

    def value(self, field: Field) -> st.SearchStrategy[Json]:
        node = schema.lookup(self.plugin.crd.schema, field.path) or schema.OPAQUE
        # An empty list or map is not sent: where the CRD demands one, it has something in it.
        least = max(1 if field.required else 0, _count(node, "minItems"), _count(node, "minProperties"))
        exact = field.scalar is not Scalar.INT64
        if field.shape is Shape.SCALAR:
            return scalars(node, exact)
        if field.shape is Shape.LIST:
            return _lists(scalars(schema.items(node), exact), node, least)
        if field.shape is Shape.MAP:
            return st.dictionaries(TEXT, scalars(schema.entries(node), exact), min_size=least, max_size=max(3, least))
        if field.shape is Shape.MESSAGE:
            return self.fields(field.fields)
        if field.shape is Shape.MESSAGES:
            return _lists(self.fields(field.fields), node, least)
        if field.shape is Shape.STRUCTS:
            return _lists(values(schema.items(node)), node, least)
        if field.shape is Shape.VALUE:
            return values(node).filter(lambda value: value is not None)
        return values(node)


# -------------------------------------------------------------------------------------------------------------- values
def _count(node: schema.Node, word: str) -> int:
    found = node.get(word)
    return found if isinstance(found, int) else 0


def _lists(one: st.SearchStrategy[Json], node: schema.Node, least: int = 0) -> st.SearchStrategy[Json]:
    most = min(_count(node, "maxItems") or least + 3, least + 3)
    keys = node.get("x-kubernetes-list-map-keys") or []
    if keys:
        by = tuple(lambda each, key=key: repr(each.get(key)) for key in keys)
        return st.lists(one, min_size=least, max_size=most, unique_by=by)
    unique = repr if node.get("x-kubernetes-list-type") == "set" or node.get("uniqueItems") else None
    return st.lists(one, min_size=least, max_size=most, unique_by=unique)


def scalars(node: schema.Node, exact: bool = True) -> st.SearchStrategy[Json]:
    """Values of a scalar's schema; ``exact`` keeps whole numbers to those that a double can hold."""
    kind = schema.kind(node)
    if schema.enum(node):
        return st.sampled_from(schema.enum(node))
    if kind is Kind.BOOLEAN:
        return st.booleans()
    if kind is Kind.INT_OR_STRING:
        return st.one_of(
            st.sampled_from([0, 1, -1, 2**31 - 1, "8", "08", "-3", "8Gi", "500m", "1e3", "4294967296"]),
            st.integers(-(2**31), 2**31 - 1),
        ).filter(lambda value: _matches(node, str(value)))
    if kind is Kind.INTEGER:
        edge = 2**31 if node.get("format") == "int32" else EXACT if exact else 2**63
        low, high = _bounds(node, -edge, edge - 1)
        step = node.get("multipleOf") or 1
        return st.one_of(
            st.sampled_from(
                [value for value in (0, 1, low, high) if low <= value <= high and value % step == 0] or [low]
            ),
            st.integers(-(-int(low) // step), int(high) // step).map(lambda count: count * step),
        )
    if kind is Kind.NUMBER:
        low, high = _bounds(node, None, None)
        if low is None and high is None:
            return NUMBERS
        return st.floats(low, high, allow_nan=False, allow_infinity=False)
    if node.get("format"):
        return st.just(samples.string(node))
    return _strings(node)


def _bounds(node: schema.Node, low: Any, high: Any) -> tuple[Any, Any]:
    low = low if node.get("minimum") is None else node["minimum"] if low is None else max(low, node["minimum"])
    high = high if node.get("maximum") is None else node["maximum"] if high is None else min(high, node["maximum"])
    return low, high


def _strings(node: schema.Node) -> st.SearchStrategy[str]:
    least, most = _count(node, "minLength"), node.get("maxLength")
    pattern = node.get("pattern")
    if pattern:
        return st.from_regex(pattern).filter(
            lambda text: "\n" not in text and least <= len(text) <= (most or len(text))
        )
    text = st.text(min_size=least, max_size=min(most or least + 12, least + 12))
    return text if least or most else TEXT


def _matches(node: schema.Node, text: str) -> bool:
    return not node.get("pattern") or re.search(node["pattern"], text) is not None


def values(node: schema.Node, depth: int = 0) -> st.SearchStrategy[Json]:
    """JSON that a schema allows, by the CRD's own names."""
    kind = schema.kind(node)
    if kind in schema.SCALARS:
        return scalars(node)
    if kind is Kind.LIST:
        least = _count(node, "minItems")
        if depth > 4 and not least:
            return st.just([])
        return _lists(values(schema.items(node), depth + 1), node, least)
    if kind is Kind.MAP:
        least = _count(node, "minProperties")
        most = 0 if depth > 4 else 2
        return st.dictionaries(TEXT, values(schema.entries(node), depth + 1), min_size=least, max_size=max(least, most))
    if kind is Kind.OBJECT:
        below, needed = schema.properties(node), set(node.get("required") or ())
        return st.fixed_dictionaries(
            {name: values(child, depth + 1) for name, child in below.items() if name in needed},
            optional={name: values(child, depth + 1) for name, child in below.items() if name not in needed}
            if depth < 4
            else {},
        )
    if kind is Kind.OPAQUE:
        return FREE_OBJECTS
    return FREE if kind is Kind.ANYTHING else st.just({})


# ----------------------------------------------------------------------------------------------------------- overrides
def overrides(plugin: Plugin, pod_roles: Iterable[Role]) -> st.SearchStrategy[dict[str, Json]]:
    """A part of the spec, beside the pods and over the fields; now and then with what no CRD has."""
    there = [role.name for role in pod_roles if role.always]
    known = _beside_pods(plugin, there, schema.lookup(plugin.crd.schema, schema.path_of("spec")) or schema.EMPTY, ())
    return st.builds(
        lambda some, unknown: {**some, **unknown}, known, st.fixed_dictionaries({}, optional={UNKNOWN: FREE})
    )


@st.composite
def _beside_pods(
    draw: st.DrawFn, plugin: Plugin, there: Sequence[str], node: schema.Node, at: tuple[str, ...]
) -> dict[str, Json]:
    below = schema.properties(node)
    inside = [(role, way) for role in plugin.placed if (way := _way(role))[: len(at)] == at]
    pods = {way[len(at)] for _, way in inside if len(way) == len(at) + 1}
    roads = {way[len(at)] for _, way in inside if len(way) > len(at) + 1}
    of_spec = {name for role, way in inside if way == at for name in _pod_words(role, below)}
    # What stands for a role is said, or not, by the description's fields.
    instead = {each.path[len(at)] for role in plugin.roles for each in role.alternatives if each.path[:-1] == at}
    free = [name for name in below if name not in pods | roads | of_spec | instead and not _has_rules(below[name])]
    found = {}
    if free:
        for name in draw(st.lists(st.sampled_from(free), max_size=2, unique=True)):
            found[name] = draw(values(below[name], 2))
    # Only where the object is there anyway: one that overrides alone make would lack what is required.
    for name in sorted(roads):
        is_there = any(role.name in there and way[: len(at) + 1] == (*at, name) for role, way in inside)
        if is_there and name in below and schema.kind(below[name]) is Kind.OBJECT and draw(st.booleans()):
            found[name] = draw(_beside_pods(plugin, there, below[name], (*at, name)))
    return found


def _has_rules(node: Any) -> bool:
    """Whether something below a node is allowed by more than the types and bounds that :func:`values` looks at."""
    if not node or not isinstance(node, Mapping):
        return False
    words = {"x-kubernetes-validations", "oneOf", "allOf", "not"}
    if schema.kind(node) is not Kind.INT_OR_STRING:
        words.add("anyOf")
    return bool(words & node.keys()) or any(
        _has_rules(child) for child in (*schema.properties(node).values(), schema.items(node), schema.entries(node))
    )


def _way(role: Role) -> tuple[str, ...]:
    """Names from the spec to what the builder puts there: the pod's place, or the first list or map on the way."""
    names: list[str] = []
    for step in role.path.steps[1:]:
        if step.kind is not StepKind.FIELD:
            return tuple(names)
        names.append(step.name)
    return (*names, *role.inner)


def _pod_words(role: Role, below: Mapping[str, Any]) -> set[str]:
    """The properties of the object at a role's place that are the pod's own."""
    if role.place is Place.RUNNER and role.runner is not None:
        runner = role.runner
        return {runner.image, runner.command, runner.args, runner.env, runner.resources}
    return set(below)
