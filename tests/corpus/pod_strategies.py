"""Pod specs and containers of every field that Kubernetes has for them, valid by their types and by nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from hypothesis import strategies as st

from tests.support import connector

Json = Any

FIELDS: Mapping[str, str] = connector.module("_operator.pod_fields").FIELDS

_TEXTS = st.sampled_from(["", "a", "b", "spot", "Never", "NoSchedule"])
_WHOLE = st.sampled_from([0, 1, -3, 8080])
QUANTITIES = st.one_of(
    st.sampled_from(
        ["0", "1", "500m", "1.5", "1.500", "0.5Gi", "4Gi", "1025Ki", "1024Mi", "1e3", "100k", "12E", "+2", "01Gi", "3n"]
    ),
    st.builds(
        "{}{}{}".format,
        st.integers(0, 10**12),
        st.one_of(st.just(""), st.integers(0, 10**6).map(".{}".format)),
        st.sampled_from(["", "n", "u", "m", "k", "M", "G", "Ki", "Mi", "Gi", "Ti", "e2", "E3", "e-4"]),
    ),
)
_SCALARS: Mapping[str, st.SearchStrategy[Json]] = {
    "string": _TEXTS,
    "bool": st.booleans(),
    "int32": _WHOLE,
    "int64": _WHOLE,
    "IntOrString": st.one_of(_TEXTS, _WHOLE),
    "Quantity": st.one_of(QUANTITIES, st.sampled_from([2, 0.5])),
}
# What the library has no use for: fields that the API server alone sets.
_LEFT = ("creationTimestamp", "deletionTimestamp", "managedFields", "ownerReferences")


@st.composite
def objects(draw: st.DrawFn, kind: str, depth: int = 0) -> dict[str, Json]:
    """An object of one of the types in FIELDS with some of its fields."""
    fields = [each.split(":") for each in FIELDS[kind].split() if each.split(":")[0] not in _LEFT]
    most = {0: 6, 1: 4}.get(depth, 2)
    chosen = draw(st.lists(st.sampled_from(fields), max_size=most, unique_by=lambda each: each[0])) if fields else []
    found = {}
    for name, said in chosen:
        if kind == "PodSpec" and "ontainers" in name:
            continue
        found[name] = draw(_values(said.lstrip("!"), depth))
    return found


def _values(said: str, depth: int) -> st.SearchStrategy[Json]:
    of = said[:2] if said[:2] in ("[]", "{}") else ""
    name = said[len(of) :].lstrip("*")
    if name in FIELDS:
        one: st.SearchStrategy[Json] = objects(name, depth + 1) if depth < 5 else st.just({})
    else:
        one = _SCALARS.get(name, st.none())
    if of == "[]":
        return st.lists(one, max_size=2)
    return st.dictionaries(_TEXTS, one, max_size=2) if of else one


@st.composite
def containers(draw: st.DrawFn, name: str) -> dict[str, Json]:
    """A container of a name."""
    return {**draw(objects("Container", 1)), "name": name}


@st.composite
def pod_specs(draw: st.DrawFn) -> dict[str, Json]:
    """A pod spec that changes the main container, brings others, or does neither."""
    found = draw(objects("PodSpec"))
    names = draw(st.lists(st.sampled_from(["primary", "side", "other"]), max_size=2, unique=True))
    found["containers"] = [draw(containers(name)) for name in names]
    if draw(st.booleans()):
        found["initContainers"] = [draw(containers("first"))]
    return found
