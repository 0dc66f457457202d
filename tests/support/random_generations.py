"""CRDs as they change from release to release, and answers to them, for property tests of the contract's lock."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from hypothesis import strategies as st

from flyte_plugin_scaffold.building import contract, placement
from flyte_plugin_scaffold.building.lock import NO_LOCK
from flyte_plugin_scaffold.deriving import fields, pods
from flyte_plugin_scaffold.model import Crd, Path, RoleAnswer
from flyte_plugin_scaffold.text import lexicon
from tests.support.contracts import Generation, generation
from tests.support.random_crds import CRDS, SCALARS
from tests.support.schemas import INTEGER, OPAQUE, STRING, TEMPLATE, array, crd, mapping, obj

# Names that meet each other: as properties of one object, in their words, and as what the contract has already.
NAMES = (
    "limit limits timeout timeoutString time-out net disk rules pool pools a ab aB a_b size class role Reset".split()
)
SMALL = st.dictionaries(st.sampled_from(NAMES), SCALARS, min_size=1, max_size=4).map(lambda below: obj(**below))
LARGE = st.just(obj(**{f"p{index}": {"type": "string"} for index in range(lexicon.SMALL_OBJECT + 2)}))
PODS = st.sampled_from(
    [TEMPLATE, obj(template=TEMPLATE, replicas=INTEGER), array(obj(template=TEMPLATE, limit=INTEGER, size=STRING))]
)
VALUES = st.one_of(
    SCALARS,
    SMALL,
    SMALL.map(array),
    SCALARS.map(array),
    SCALARS.map(mapping),
    LARGE,
    LARGE.map(array),
    st.builds(lambda small, pod: obj(**{**small["properties"], "pods": pod}), SMALL, PODS),
    PODS,
    st.just(OPAQUE),
)
SPECS = st.dictionaries(st.sampled_from(NAMES), VALUES, min_size=4, max_size=10)


@st.composite
def specs(draw: st.DrawFn, least: int = 2, most: int = 4) -> list[Any]:
    """The spec of one release after another: properties are kept, lost, added, and some are something else."""
    found = [draw(SPECS)]
    for _ in range(draw(st.integers(least, most)) - 1):
        before, other = found[-1], draw(SPECS)
        below = {name: node for name, node in before.items() if draw(st.integers(0, 3))}
        changed = {name: node for name, node in other.items() if name not in below or not draw(st.integers(0, 3))}
        inner = {name: _changed(draw, node) for name, node in below.items() if not draw(st.integers(0, 2))}
        found.append({**below, **changed, **inner} if draw(st.integers(0, 5)) else found[0])  # or all is as it was
    return [obj(*sorted(each)[: draw(st.integers(0, 2))], **each) for each in found]


def _changed(draw: st.DrawFn, node: Any) -> Any:
    """Another object, or another list of objects, in which some is as it was."""
    if node.get("type") == "array":
        return array(_changed(draw, node["items"]))
    if "properties" not in node:
        return node
    below = {name: each for name, each in node["properties"].items() if draw(st.integers(0, 2))}
    return obj(**{**draw(SMALL)["properties"], **below})


def _answers(draw: st.DrawFn, of: Crd) -> tuple[list[RoleAnswer], list[Path]]:
    """Some of the derived roles, of which one may be called otherwise, and some of the fields, in any order."""
    roles = [role for role in pods.derive(of).roles if draw(st.integers(0, 4))]
    roles = [
        replace(role, name="renamed") if not draw(st.integers(0, 8)) and not at else role
        for at, role in enumerate(roles)
    ]
    made, problems = placement.build(of, roles)
    if problems:  # a name twice
        roles = list(pods.derive(of).roles)
        made, _ = placement.build(of, roles)
    paths = [path for path in fields.derive(of, made).paths if draw(st.integers(0, 4))]
    if draw(st.booleans()):
        paths = draw(st.permutations(paths))
    if contract.build(of, made, paths).problems:
        paths = []
    return roles, paths


@st.composite
def generations(
    draw: st.DrawFn, least: int = 2, most: int = 4
) -> list[tuple[Crd, list[RoleAnswer], list[Path], Generation]]:
    """CRDs with answers, each with the contract that follows from it and the one before."""
    odd = draw(st.lists(CRDS, min_size=2, max_size=3)) if not draw(st.integers(0, 4)) else []
    crds = odd or [crd(spec) for spec in draw(specs(least, most))]
    found: list[tuple[Crd, list[RoleAnswer], list[Path], Generation]] = []
    for each in crds:
        roles, paths = _answers(draw, each)
        before = found[-1][3].lock if found else NO_LOCK
        found.append((each, roles, paths, generation(each, before, roles, paths)))
    return found
