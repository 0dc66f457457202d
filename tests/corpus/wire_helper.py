"""What needs protobuf's runtime, run by an interpreter that has it:

python wire_helper.py KEPT_SET TODAY_SET PROTO_FILE MESSAGE   (reads customs from stdin, prints findings as JSON)

The sets are FileDescriptorSets of a kept contract and of today's. ``changed`` are the fields of the kept one that are no
longer what they were; ``refused`` is one text per custom: why a reader of the kept contract, which is strict, does not take
it once all that it cannot know is left out, or "". ``unknown`` counts the customs that had such.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from google.protobuf import descriptor_pb2, descriptor_pool, json_format, message_factory

FREE = ("google.protobuf.Struct", "google.protobuf.Value")


def load(path: str, proto_file: str) -> tuple[descriptor_pb2.FileDescriptorProto, descriptor_pool.DescriptorPool]:
    """The contract's own file, and a pool with it and what it imports."""
    files = descriptor_pb2.FileDescriptorSet.FromString(Path(path).read_bytes())
    pool = descriptor_pool.DescriptorPool()
    for each in files.file:
        pool.Add(each)
    return next(each for each in files.file if each.name == proto_file), pool


def fields(messages: Any, above: str = "") -> Iterator[tuple[str, tuple[Any, ...]]]:
    """Every field of a file with all that a reader of its JSON or its bytes relies on."""
    for message in messages:
        name = f"{above}{message.name}"
        for each in message.field:
            yield (
                f"{name}.{each.name}",
                (each.number, each.type, each.label, each.type_name, each.json_name, each.proto3_optional),
            )
        yield from fields(message.nested_type, f"{name}.")


def known(descriptor: Any, value: Any) -> Any:
    """A message's JSON without the fields that ``descriptor`` does not have."""
    if not isinstance(value, dict) or descriptor.full_name in FREE:
        return value
    by_json = {each.json_name: each for each in descriptor.fields}
    found = {}
    for name, inner in value.items():
        field = by_json.get(name)
        if field is None:
            continue
        below = field.message_type
        if below is None:
            found[name] = inner
        elif below.GetOptions().map_entry:
            entry = below.fields_by_name["value"].message_type
            found[name] = {key: known(entry, each) for key, each in inner.items()} if entry else inner
        elif isinstance(inner, list) and below.full_name not in FREE:
            found[name] = [known(below, each) for each in inner]
        else:
            found[name] = known(below, inner)
    return found


def main(kept_set: str, today_set: str, proto_file: str, message: str) -> None:
    kept, pool = load(kept_set, proto_file)
    today, _ = load(today_set, proto_file)
    now = dict(fields(today.message_type))
    changed = [
        f"{name}: {then} is now {now.get(name)}" for name, then in fields(kept.message_type) if now.get(name) != then
    ]
    descriptor = pool.FindMessageTypeByName(f"{kept.package}.{message}")
    refused, unknown = [], 0
    for custom in json.load(sys.stdin):
        old = known(descriptor, custom)
        unknown += old != custom
        try:
            json_format.ParseDict(old, message_factory.GetMessageClass(descriptor)(), ignore_unknown_fields=False)
            refused.append("")
        except json_format.ParseError as error:
            refused.append(str(error))
    print(json.dumps({"changed": changed, "refused": refused, "unknown": unknown}))


if __name__ == "__main__":
    main(*sys.argv[1:])
