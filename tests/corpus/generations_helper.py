"""What protobuf says of contracts that follow each other, run by an interpreter that has its runtime:

python generations_helper.py MESSAGE SET...   (prints findings as JSON)

Each set is the FileDescriptorSet of a contract, from the oldest to the newest. ``read`` counts the messages that were sent and
read; ``differs`` is a sentence on each that is not read as it was sent: by a later contract, or, as far as it knows the
members, by an earlier one.
"""

from __future__ import annotations

import json
import random
import sys
from pathlib import Path
from typing import Any

from google.protobuf import descriptor_pb2, descriptor_pool, json_format, message_factory

MESSAGES = 20  # that are sent by each contract
WORDS = ("", "a", "Always", "1", 'text with \u00e9 and \\ and "')
NUMBERS = {"int32": (0, 1, -(2**31)), "int64": (0, 1, 2**62), "double": (0.0, 0.5, -1e300), "bool": (False, True)}
SCALARS = {1: "double", 3: "int64", 5: "int32", 8: "bool"}  # FieldDescriptor.TYPE_...
FREE = {"Struct": ({}, {"a": [1, None, {"b": "c"}]}), "Value": (None, 1, "a", [{}], {"a": None})}


def main(message: str, *sets: str) -> None:
    classes = [_class(file, message) for file in sets]
    choice = random.Random(0)
    read, differs = 0, []
    for index, old in enumerate(classes):
        for _ in range(MESSAGES):
            custom = _custom(choice, old.DESCRIPTOR)
            sent = json_format.ParseDict(custom, old())
            told = json_format.MessageToDict(sent)
            for at, other in enumerate(classes):
                known = told if at >= index else _known(told, other.DESCRIPTOR)
                read += 1
                differs += _problems(sent, known, other, exact=at >= index, what=f"{index} read by {at}")
    print(json.dumps({"read": read, "differs": differs}))


def _class(file: str, message: str) -> Any:
    pool = descriptor_pool.DescriptorPool()
    for each in descriptor_pb2.FileDescriptorSet.FromString(Path(file).read_bytes()).file:
        pool.Add(each)
    return message_factory.GetMessageClass(pool.FindMessageTypeByName(message))


def _problems(sent: Any, known: dict[str, Any], other: Any, exact: bool, what: str) -> list[str]:
    try:
        again = json_format.MessageToDict(json_format.ParseDict(known, other(), ignore_unknown_fields=False))
    except json_format.ParseError as error:
        return [f"{what}: {error}"]
    found = [] if again == known else [f"{what}: {known} became {again}"]
    if exact:  # the numbers, too
        bytes_ = json_format.MessageToDict(other.FromString(sent.SerializeToString()))
        found += [] if bytes_ == known else [f"{what} as bytes: {known} became {bytes_}"]
    return found


def _custom(choice: random.Random, descriptor: Any) -> dict[str, Any]:
    """A message as JSON, with about half of its members."""
    return {each.json_name: _value(choice, each) for each in descriptor.fields if choice.random() < 0.6}


def _value(choice: random.Random, field: Any) -> Any:
    kind = field.message_type
    if kind is not None and kind.GetOptions().map_entry:
        return {
            key: _one(choice, kind.fields_by_name["value"])
            for key in choice.sample(["a", "b", ""], choice.randint(1, 2))
        }
    if _is_repeated(field):
        return [_one(choice, field) for _ in range(choice.randint(1, 2))]
    return _one(choice, field)


def _is_repeated(field: Any) -> bool:
    """The runtimes spell it in different ways, and the older one warns of its own."""
    return bool(field.is_repeated) if hasattr(field, "is_repeated") else field.label == field.LABEL_REPEATED


def _one(choice: random.Random, field: Any) -> Any:
    kind = field.message_type
    if kind is None:
        return choice.choice(NUMBERS[SCALARS[field.type]] if field.type in SCALARS else WORDS)
    if kind.file.name == "google/protobuf/struct.proto":
        return choice.choice(FREE[kind.name])
    return _custom(choice, kind)


def _known(told: Any, descriptor: Any) -> dict[str, Any]:
    """A message's JSON without the members that an earlier contract does not have."""
    by_json = {each.json_name: each for each in descriptor.fields}
    found = {}
    for name, value in told.items():
        if name not in by_json:
            continue
        kind = by_json[name].message_type
        if kind is None or kind.file.name == "google/protobuf/struct.proto":
            found[name] = value
        elif kind.GetOptions().map_entry:
            entry = kind.fields_by_name["value"].message_type
            is_own = entry is not None and entry.file.name != "google/protobuf/struct.proto"
            found[name] = {key: _known(each, entry) for key, each in value.items()} if is_own else value
        elif isinstance(value, list):
            found[name] = [_known(each, kind) for each in value]
        else:
            found[name] = _known(value, kind)
    return found


if __name__ == "__main__":
    main(*sys.argv[1:])
