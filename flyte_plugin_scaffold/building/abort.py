"""How a resource is stopped by its own spec: the option ``abort_patch``."""

from __future__ import annotations

import json
from typing import Any

from flyte_plugin_scaffold.model import Crd, Path
from flyte_plugin_scaffold.reading import schema
from flyte_plugin_scaffold.reading.schema import Kind
from flyte_plugin_scaffold.text import lexicon

_MOST_DEPTH = 2  # .spec.runPolicy.suspend

_FITS: dict[Kind, tuple[tuple[type, ...], str]] = {
    Kind.BOOLEAN: ((bool,), "true or false"),
    Kind.INTEGER: ((int,), "an integer"),
    Kind.NUMBER: ((int, float), "a number"),
    Kind.INT_OR_STRING: ((int, str), "an integer or a text"),
    Kind.STRING: ((str,), "a text, in double quotes where it looks like something else"),
    Kind.ANYTHING: ((bool, int, float, str), ""),
    Kind.OPAQUE: ((bool, int, float, str), ""),
}


def _switches(crd: Crd, words: tuple[str, ...]) -> list[tuple[str, ...]]:
    """The booleans of these names, those nearest the top first, then in the order of the names."""
    found: list[tuple[str, ...]] = []
    level = [((), schema.properties(crd.schema).get("spec", schema.EMPTY))]
    for _ in range(_MOST_DEPTH):
        here = [((*above, name), child) for above, node in level for name, child in schema.properties(node).items()]
        for word in words:
            found += [names for names, child in here if names[-1] == word and schema.kind(child) is Kind.BOOLEAN]
        level = [(names, child) for names, child in here if schema.kind(child) is Kind.OBJECT]
    return found


def patch(crd: Crd, path: Path, value: Any) -> tuple[str, str]:
    """The JSON merge patch that sets ``value`` at ``path``, and what is wrong with it; one of them is ""."""
    problem = _misfit(crd, path, value)
    if problem:
        near = schema.nearest_path(crd.schema, path) if path.steps[0].name == "spec" else None
        if near is not None and near != path:
            return "", f"abort_patch: {problem}: did you mean {near}?"
        offered = [
            f"{schema.path_of('spec', *names)}=true" for names in _switches(crd, (*lexicon.SUSPEND, *lexicon.STOP))
        ]
        return "", f"abort_patch: {problem}" + (f"; {offered[0]} would fit" if offered else "")
    merged: Any = value
    for step in reversed(path.steps):
        merged = {step.name: merged}
    return json.dumps(merged, separators=(",", ":")), ""


def _misfit(crd: Crd, path: Path, value: Any) -> str:
    """Why the API server would refuse or drop the value; "" if it takes it."""
    if path.steps[0].name == "metadata":
        return ""
    node = schema.lookup(crd.schema, path)
    if node is None:
        return f"the CRD has no {path}"
    types, what = _FITS.get(schema.kind(node), ((), ""))
    if not types:
        return f"{path} is an object or a list: name one value in it"
    if not isinstance(value, types) or (isinstance(value, bool) and bool not in types):
        return f"{path} is {what}, not {json.dumps(value)}"
    listed = schema.enum(node)
    if listed and value not in listed:
        return f"{path} is one of {', '.join(listed)}, not {json.dumps(value)}"
    return ""
