"""Values made by chance from a JSON Schema of a contract, and values broken on purpose."""

from __future__ import annotations

import copy
import random
from collections.abc import Iterator
from typing import Any

Json = Any

TEXTS = ["", "text", "0", "ünï ☃", 'a "b"\n', "{{ x }}"]
FREE: list[Json] = [None, True, 1.5, "text", [], {}, [1, {"a": None}], {"a": {"b": [False]}}]
# What stands where something else belongs, or nothing does.
WRONG: list[Json] = [
    *(True, 0, 1, -1, 1.5, 1e300, 2**31, -(2**31) - 1, 2**53, str(2**63), str(-(2**63) - 1), "-0", "007", "1.5", "CPU"),
    *("", "text", [], ["text"], [1], [{}], [None], {}, {"a": 1}, {"a": "text"}, {"a": {}}),
]


class Maker:
    """Makes values that a schema accepts."""

    def __init__(self, schema: Json, chance: random.Random) -> None:
        self._schema, self._chance = schema, chance

    def made(self) -> Json:
        return self._of(self._schema)

    def _of(self, schema: Json) -> Json:
        if "$ref" in schema:
            inner = self._schema["$defs"][schema["$ref"].removeprefix("#/$defs/")]
            return self._of({**inner, **{key: schema[key] for key in ("minimum", "maximum") if key in schema}})
        if "anyOf" in schema:  # of 64 bits
            bounds = {key: schema[key] for key in ("minimum", "maximum") if key in schema}
            number, text = ({**each, **bounds} for each in schema["anyOf"])
            return self._of(number) if self._chance.random() < 0.5 else self._long(text)
        if "enum" in schema:
            return self._chance.choice(schema["enum"])
        return getattr(self, f"_{schema.get('type', 'anything')}")(schema)

    def _long(self, schema: Json) -> str:
        least, most = schema.get("minimum", -(2**63)), schema.get("maximum", 2**63 - 1)
        return str(int(self._chance.choice([least, most, self._chance.randint(int(least), int(most))])))

    def _anything(self, schema: Json) -> Json:
        return self._chance.choice(FREE)

    def _string(self, schema: Json) -> str:
        return self._chance.choice(TEXTS)

    def _boolean(self, schema: Json) -> bool:
        return self._chance.random() < 0.5

    def _integer(self, schema: Json) -> float:
        made = int(self._chance.choice([schema["minimum"], schema["maximum"], max(schema["minimum"], 0)]))
        return float(made) if abs(made) < 2**31 and self._chance.random() < 0.3 else made

    def _number(self, schema: Json) -> float:
        least, most = schema.get("minimum", -1e300), schema.get("maximum", 1e300)
        return self._chance.choice([least, most, least / 2 + most / 2])

    def _array(self, schema: Json) -> list[Json]:
        return [self._of(schema["items"]) for _ in range(self._chance.randint(0, 2))]

    def _object(self, schema: Json) -> dict[str, Json]:
        if "properties" not in schema:
            inner = {} if schema["additionalProperties"] is True else schema["additionalProperties"]
            return {self._chance.choice(TEXTS): self._of(inner) for _ in range(self._chance.randint(0, 2))}
        share = self._chance.choice([0.2, 0.6, 1])
        names = [n for n in schema["properties"] if n in schema.get("required", ()) or self._chance.random() < share]
        exclusive = schema.get("not", {}).get("required", ())
        if exclusive and set(exclusive) <= set(names):
            names.remove(exclusive[0])
        return {name: self._of(schema["properties"][name]) for name in names}


def places(value: Json, above: tuple[Json, ...] = ()) -> Iterator[tuple[Json, ...]]:
    """The paths of all values inside a value."""
    for key, inner in value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ():
        yield (*above, key)
        yield from places(inner, (*above, key))


def broken(custom: Json, chance: random.Random) -> Json:
    """A copy in which one value is another, or one more is there."""
    custom = copy.deepcopy(custom)
    found = list(places(custom))
    objects = [path for path in [(), *found] if isinstance(at(custom, path), dict)]
    if not found or chance.random() < 0.3:
        at(custom, chance.choice(objects))[chance.choice(["unheardOf", "role", "partitionSize", "unpartitioned"])] = (
            chance.choice(WRONG)
        )
        return custom
    *above, last = chance.choice(found)
    at(custom, above)[last] = chance.choice(WRONG)
    return custom


def at(value: Json, path: Any) -> Json:
    for step in path:
        value = value[step]
    return value
