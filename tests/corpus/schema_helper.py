"""What protobuf says of customs, run by an interpreter that has it and flyteidl:

python schema_helper.py PB2_FILE MESSAGE   (reads {"customs": [...], "seed": number, "make": count} from stdin)

Prints {"members": {...}, "made": [...], "judged": [...]} as JSON: number and name of every member by its message and JSON name;
``count`` customs made by chance from the message's descriptor; a verdict on each custom that was sent and that was made, in this
order: {"refused": text} or {"canonical": custom}, as protobuf prints it.
"""

from __future__ import annotations

import importlib.util
import json
import random
import sys
from typing import Any

from google.protobuf import json_format

INTEGERS = {
    "int32": [0, 1, -1, 2**31 - 1, -(2**31)],
    "int64": ["0", "7", "-7", str(2**53 + 1), str(2**63 - 1), str(-(2**63))],
}
VALUES = {
    **INTEGERS,
    "double": [0, 1, -2.5, 1e21, 1e-9, "NaN", "Infinity"],
    "bool": [True, False],
    "string": ["", "text", "0", "ünï ☃", 'a "b"\n', "{{ x }}"],
}
FREE = [None, True, 1.5, "text", [], {}, [1, {"a": None}], {"a": {"b": [False]}}]


def message_class(file: str, message: str) -> Any:
    spec = importlib.util.spec_from_file_location("contract_pb2", file)
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return getattr(module, message)


def one(chance: random.Random, field: Any) -> Any:
    """A value of a field that holds one: of many, one of them."""
    below = field.message_type
    if field.enum_type is not None:
        return chance.choice(list(field.enum_type.values_by_name))
    if below is None:
        return chance.choice(VALUES[{1: "double", 3: "int64", 5: "int32", 8: "bool", 9: "string"}[field.type]])
    if below.full_name == "google.protobuf.Value":
        return chance.choice(FREE)
    if below.full_name == "google.protobuf.Struct":
        return chance.choice([each for each in FREE if isinstance(each, dict)])
    return made(chance, below)


def made(chance: random.Random, message: Any) -> dict[str, Any]:
    share, found, chosen = chance.choice([0.2, 0.6, 1]), {}, set()
    for field in message.fields:
        group = field.containing_oneof
        if chance.random() > share or (group and group.name in chosen):
            continue
        chosen.add(group and group.name)
        below = field.message_type
        if below is not None and below.GetOptions().map_entry:
            entry = below.fields_by_name["value"]
            found[field.json_name] = {chance.choice(VALUES["string"]): one(chance, entry) for _ in range(2)}
        elif field.is_repeated:
            found[field.json_name] = [one(chance, field) for _ in range(chance.randint(1, 2))]
        else:
            found[field.json_name] = one(chance, field)
    return found


def members(message: Any, found: dict[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """Number and name of each member by its JSON name, of a message and all below it, by their full names."""
    if message.full_name not in found and message.file.package != "google.protobuf":
        found[message.full_name] = {each.json_name: [each.number, each.name] for each in message.fields}
        for each in message.fields:
            entry = each.message_type is not None and each.message_type.GetOptions().map_entry
            below = each.message_type.fields_by_name["value"].message_type if entry else each.message_type
            if below is not None:
                members(below, found)
    return found


def judged(cls: Any, custom: Any) -> dict[str, Any]:
    try:
        return {"canonical": json_format.MessageToDict(json_format.ParseDict(custom, cls()))}
    except json_format.ParseError as error:
        return {"refused": str(error)}


def main(file: str, message: str) -> None:
    asked = json.load(sys.stdin)
    cls, chance = message_class(file, message), random.Random(asked["seed"])
    customs = [made(chance, cls.DESCRIPTOR) for _ in range(asked["make"])]
    verdicts = [judged(cls, each) for each in (*asked["customs"], *customs)]
    print(json.dumps({"members": members(cls.DESCRIPTOR, {}), "made": customs, "judged": verdicts}))


if __name__ == "__main__":
    main(*sys.argv[1:])
