"""Whatever a user says in the SDK arrives in the CR, nothing else does, and the API server takes it."""

from __future__ import annotations

import copy
import json

import pytest

from flyte_plugin_scaffold import corpus
from flyte_plugin_scaffold.model import Many

from . import expected, strategies

EXAMPLES = 60


def _report(index: int, description, custom, result, problems) -> str:
    shown = {"description": description, "custom": custom, **result}
    return "\n".join(
        [f"example {index}:", *(f"  {each}" for each in problems)]
        + [f"{name} = {json.dumps(value, ensure_ascii=False)}" for name, value in shown.items()]
    )


def test_what_users_say_is_what_the_operator_gets(kind, sides):
    here = sides(kind)
    descriptions = strategies.collect(here.plugin, EXAMPLES)
    customs = here.customs(descriptions)
    results = here.build(customs)
    objects = [_without_unknown(each.get("object", {})) for each in results]
    judged = here.problems(objects)
    failures = []
    for index, (description, custom, result, refused) in enumerate(zip(descriptions, customs, results, judged)):
        problems = list(expected.differences(expected.spec(here.plugin, description), result.get("object", {}).get("spec")))
        problems = [result["error"]] if "error" in result else [*problems, *refused]
        if problems:
            failures.append(_report(index, description, custom, result, problems))
    assert not failures, f"{len(failures)} of {len(results)} task configs went wrong; the first one:\n{failures[0]}"


def _without_unknown(cr):
    """The CR without what spec_overrides alone can bring and no CRD has."""
    cr = copy.deepcopy(cr)
    cr.get("spec", {}).pop(strategies.UNKNOWN, None)
    return cr
