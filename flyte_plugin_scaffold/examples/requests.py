"""The request that creates a job for each of the task configs of :mod:`flyte_plugin_scaffold.examples.corpus`."""

from __future__ import annotations

import json
from typing import Any

from flyte_plugin_scaffold.examples import corpus, values
from flyte_plugin_scaffold.model import Plugin, Purpose


def request(plugin: Plugin, full: bool) -> dict[str, Any]:
    """What a service is sent: its parameters as texts below ``path``, ``query`` and ``header``, and the ``body``.

    Without what belongs to the task: an id that we choose, and a marker.
    """
    assert plugin.service is not None
    made: dict[str, Any] = {"path": {}, "query": {}, "header": {}, "body": {}}
    body = made["body"]
    for path in plugin.empties:
        values.put(body, path, {})
    for field in plugin.fields:
        root = "body" if field.path.names[0] == "spec" else field.path.names[0]
        values.put_fields(made[root], [field], full)
    for null in plugin.service.nulls:
        if not _is_there(body, null.names[1:]):
            values.put(body, null.names[1:], None)
    constants = plugin.service.operations[Purpose.CREATE].body
    body.update(json.loads(constants) if constants else {})
    if full:
        body.update(corpus.SPEC_OVERRIDES)
    for root in ("path", "query", "header"):
        made[root] = {name: _text(value) for name, value in made[root].items()}
    return made


def _text(value: Any) -> str:
    """A value as a parameter has it: items of a list are separated by commas."""
    if isinstance(value, list):
        return ",".join(map(_text, value))
    return value if isinstance(value, str) else json.dumps(value)


def _is_there(value: Any, path: tuple[str, ...]) -> bool:
    for name in path:
        if not isinstance(value, dict) or name not in value:
            return False
        value = value[name]
    return True
