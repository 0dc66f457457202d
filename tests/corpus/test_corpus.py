"""Whatever a user says in the SDK arrives in the CR, nothing else does, and the API server takes it."""

from __future__ import annotations

import copy
import json

from flyte_plugin_scaffold.examples import corpus
from flyte_plugin_scaffold.model import Shape

from . import expected, strategies
from .sides import each_of


def _report(index: int, description, custom, result, problems) -> str:
    shown = {"description": description, "custom": custom, **result}
    return "\n".join(
        [f"example {index}:", *(f"  {each}" for each in problems)]
        + [f"{name} = {json.dumps(value, ensure_ascii=False)}" for name, value in shown.items()]
    )


def test_what_users_say_is_what_the_operator_gets(kind, sides, said):
    here = sides(kind)
    descriptions, customs = said(kind)
    assert list(_unseen(here.plugin, descriptions)) == []
    results = here.build(customs)
    objects = [_without_unknown(each.get("object", {})) for each in results]
    judged = here.problems(objects)
    failures = []
    for index, (description, custom, result, refused) in enumerate(zip(descriptions, customs, results, judged)):
        problems = list(
            expected.differences(expected.spec(here.plugin, description), result.get("object", {}).get("spec"))
        )
        problems = [result["error"]] if "error" in result else [*problems, *refused]
        if problems:
            failures.append(_report(index, description, custom, result, problems))
    assert not failures, f"{len(failures)} of {len(results)} task configs went wrong; the first one:\n{failures[0]}"


def _unseen(plugin, descriptions):
    """What no description says anything of: the examples would not notice that it is lost."""
    for field in plugin.fields:
        if not any(field.name in each["fields"] for each in descriptions):
            yield f"field {field.name}"
    if not any("spec_overrides" in each for each in descriptions):
        yield "spec_overrides"
    for role in plugin.pod_roles:
        given = [
            one
            for each in descriptions
            if role.name in each["roles"]
            for one in each_of(role, each["roles"][role.name])
        ]
        for field in role.fields:
            if not any(field.name in one["fields"] for one in given):
                yield f"role {role.name}: field {field.name}"
        for word in (*strategies.POD, "requests", "limits"):
            if word not in role.without and not any(one["pod"].get(word) not in (None, {}, []) for one in given):
                yield f"role {role.name}: {word}"


def _without_unknown(cr):
    """The CR without what spec_overrides alone can bring and no CRD has."""
    cr = copy.deepcopy(cr)
    cr.get("spec", {}).pop(strategies.UNKNOWN, None)
    return cr


def test_what_the_plugin_does_not_know_is_refused_by_name(kind, sides):
    """A typo in any message of the custom is an error that names it, and not a setting that is lost."""
    here = sides(kind)
    spoilt = []
    custom = corpus.full_custom(here.plugin)
    for message in _messages(here.plugin, custom):
        message["unheardOf"] = {"a": [1]}
        spoilt.append(copy.deepcopy(custom))
        del message["unheardOf"]
    assert len(spoilt) > len(here.plugin.pod_roles)
    assert "error" not in here.build([custom])[0]
    for each, result in zip(spoilt, here.build(spoilt)):
        assert "BadTaskSpecification" in result.get("error", ""), json.dumps([each, result])
        assert "unheardOf" in result["error"]


def _messages(plugin, custom):
    """Every object in a custom that is a message of the wire contract or of Flyte."""
    yield custom
    yield from _inner(plugin.fields, custom)
    for role in plugin.pod_roles:
        for one in each_of(role, custom[role.json_name]):
            yield one
            yield from _inner(role.fields, one)
            if "role" in one:
                yield one["role"]
                yield from [one["role"][name] for name in ("resources", "podTemplate") if name in one["role"]]


def _inner(fields, message):
    for field in fields:
        if field.shape in (Shape.MESSAGE, Shape.MESSAGES) and field.json_name in message:
            value = message[field.json_name]
            for each in value if isinstance(value, list) else [value]:
                yield each
                yield from _inner(field.fields, each)
