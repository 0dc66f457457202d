"""What spec_overrides have at a pod's place is laid over the pod, or refused with what to do instead: nothing is lost."""

from __future__ import annotations

import copy

import pytest

from flyte_plugin_scaffold.examples import corpus
from flyte_plugin_scaffold.model import Many, Place, Role, StepKind

from .strategies import Json

TOLERATION = {"key": "over", "operator": "Exists"}
CONTAINER = {"workingDir": "/over", "ports": [{"containerPort": 8080}]}
POD_SPEC = {
    "hostNetwork": True,
    "tolerations": [TOLERATION],
    "containers": [{"name": "primary", **CONTAINER}, {"name": "beside", "image": "beside:v1"}],
}
LABEL = {"over": "yes"}


def _at(role: Role, value: Json) -> Json:
    """A spec that has nothing but a value at the place of a role's pod."""
    for name in reversed(role.inner):
        value = {name: value}
    for step in reversed(role.path.steps[1:]):
        if step.kind is StepKind.ITEMS:
            value = [value]
        elif step.kind is StepKind.ELEMENT:
            value = [{"name": step.name, **value}]
        else:
            value = {step.name if step.kind is not StepKind.ENTRIES else corpus.KEY: value}
    return value


def _found(spec: Json, role: Role) -> Json:
    for step in role.path.steps[1:]:
        if step.kind in (StepKind.ITEMS, StepKind.ELEMENT):
            spec = spec[0]
        else:
            spec = spec[step.name if step.kind is not StepKind.ENTRIES else corpus.KEY]
    for name in role.inner:
        spec = spec[name]
    return spec


def _said(role: Role) -> Json:
    if role.place is Place.CONTAINER:
        return CONTAINER
    if role.place is Place.POD_SPEC:
        return POD_SPEC
    return {"spec": POD_SPEC, **({"metadata": {"labels": LABEL}} if role.metadata else {})}


def _build(here, role: Role, said: Json) -> tuple[Json, Json]:
    """What becomes of a task that overrides the role's pod, and of one that does not."""
    custom = corpus.every_role(here.plugin)
    return here.build([{**custom, "specOverrides": _at(role, said)}, custom])


WHOLE = (Place.TEMPLATE, Place.POD_SPEC, Place.CONTAINER)


def test_overrides_are_laid_over_the_pod(kind, sides):
    here = sides(kind)
    for role in here.plugin.placed:
        if role.place not in WHOLE:
            continue
        over, plain = _build(here, role, _said(role))
        assert "error" not in over, (role.name, over)
        pod, before = _found(over["object"]["spec"], role), _found(plain["object"]["spec"], role)
        container, main = pod, before
        if role.place is not Place.CONTAINER:
            spec, spec_before = (each.get("spec", each) for each in (pod, before))
            assert spec["hostNetwork"] is True
            assert TOLERATION in spec["tolerations"]
            container, *beside = spec["containers"]
            main = spec_before["containers"][0]
            assert [(each["name"], each["image"]) for each in beside] == [("beside", "beside:v1")]
        if role.has_labels:
            assert pod["metadata"]["labels"] == {**before["metadata"]["labels"], **LABEL}
        assert {**main, **CONTAINER} == container, role.name


def test_what_a_pod_has_no_field_for_is_refused(kind, sides):
    """And not dropped while the pod is put there."""
    here = sides(kind)
    for role in here.plugin.placed:
        if role.place is Place.TEMPLATE:
            over, _ = _build(here, role, {"spec": {"containers": [{"name": "primary", "unheardOf": 1}]}})
            assert 'unknown field "containers[0].unheardOf"' in over.get("error", ""), role.name


def test_overriding_a_word_of_the_role_is_refused(kind, sides):
    here = sides(kind)
    for role in here.plugin.placed:
        if role.place in WHOLE:
            continue
        word = role.runner.image if role.runner else (role.inner or role.path.names)[-1]
        said: Json = {word: "over"} if role.runner else "over"
        over, plain = _build(here, role, said)
        assert "error" not in plain
        assert f'spec_overrides sets "{word}", where ' in over.get("error", ""), (role.name, over)
        assert f"role {role.name}: " in over["error"]


def test_overrides_win_over_the_fields_of_a_role(kind, sides):
    here = sides(kind)
    for role in here.plugin.pod_roles:
        name = next(iter(role.never_restarts or ()), "")
        if not name or role.many is not Many.ONE:
            continue
        custom = corpus.every_role(here.plugin)
        over = _at(role, {})
        inside = _found(over, role) if not role.inner else _found(over, _outside(role))
        inside[name] = "OnFailure"
        (built,) = here.build([{**custom, "specOverrides": over}])
        assert _found(built["object"]["spec"], _outside(role))[name] == "OnFailure"


def _outside(role: Role) -> Role:
    outside = copy.copy(role)
    object.__setattr__(outside, "inner", ())
    return outside


def test_what_stands_for_a_role_is_in_its_place(kind, sides):
    here = sides(kind)
    replaced = [role for role in here.plugin.pod_roles if role.alternatives]
    if not replaced:
        pytest.skip("nothing stands for a role")
    for alternative in {each for role in replaced for each in role.alternatives}:
        chosen: Json = {"key": "value"}
        for name in reversed(alternative.path):
            chosen = {name: chosen}
        custom = {
            name: value
            for name, value in corpus.every_role(here.plugin).items()
            if name not in [role.json_name for role in replaced]
        }
        for role in replaced:
            one = {"role": {"image": "tools:v1"}}
            given = {Many.ONE: one, Many.LIST: [one], Many.MAP: {corpus.KEY: one}}[role.many]
            alone, both = here.build(
                [{**custom, "specOverrides": chosen}, {**custom, role.json_name: given, "specOverrides": chosen}]
            )
            assert role.path.names[1] not in alone["object"]["spec"]
            assert f"role {role.name}: it cannot be set beside" in both.get("error", "")


def test_null_leaves_out_what_nobody_asked_for(kind, sides):
    here = sides(kind)
    for role in here.plugin.operator_pods:
        custom = corpus.every_role(here.plugin)
        none, plain = here.build([{**custom, "specOverrides": _at(role, None)}, custom])
        assert _found(plain["object"]["spec"], role)
        *_, name = (*role.path.names, *role.inner)
        assert name not in none["object"]["spec"]
