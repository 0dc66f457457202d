"""The messages of the contract: roles and fields as they are on the wire, and what only an earlier contract has."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from flyte_plugin_scaffold.building.lock import NO_LOCK, OVERRIDES, POD, Lock, sets_of_role
from flyte_plugin_scaffold.building.members import SHAPES_OF_ROLES
from flyte_plugin_scaffold.model import POD_MESSAGE, Backend, Crd, Field, Holds, Many, Member, Message, Role
from flyte_plugin_scaffold.reading import schema

_OVERRIDES = {
    Backend.OPERATOR: "Any other fields of the resource's spec. They are merged deeply over the fields below",
    Backend.SERVICE: "Anything else of the request's body. It is merged deeply over the fields below",
}
_POD = replace(POD, description="Settings of the pod.")


def build(
    config_class: str,
    description: str,
    roles: Sequence[Role],
    fields: Sequence[Field],
    crd: Crd,
    lock: Lock = NO_LOCK,
) -> tuple[Message, ...]:
    """The message of the task config, those of the roles, and those of objects in them, inner ones first.

    What only the lock has comes after what is built, and is deprecated.
    """
    said = f"{_OVERRIDES[crd.backend]}{', and over roles and their pods' if roles else ''}."
    on_the_wire = [role for role in roles if role.number]
    config = Message(
        config_class,
        Holds.SPEC,
        (replace(OVERRIDES[crd.backend], description=said), *map(_member, on_the_wire), *fields),
        description=description,
    )
    built = [config, *map(_role, on_the_wire)]
    built += [each for owner in (*on_the_wire, None) for each in _objects(owner.fields if owner else fields)]
    gone = [_unused(each) for each in lock.messages if each.name not in {message.name for message in built}]
    every = {message.name: message for message in (*(_with_lost(each, lock, crd) for each in built), *gone)}
    config = every[config_class]
    of_roles = [every[member.message] for member in config.members if member.is_role]
    return (config, *of_roles, *(each for owner in (*of_roles, config) for each in _inside(owner, every)))


def _member(role: Role) -> Member:
    """The member of the task config that holds the objects of a role."""
    is_one = role.many is Many.ONE
    return Member(
        name=role.name,
        json_name=role.json_name,
        number=role.number,
        sets=sets_of_role(role.path),
        shape=SHAPES_OF_ROLES[role.many],
        message=role.class_name,
        required=role.required and not (is_one and role.alternatives),
        starts_empty=not role.required and (role.always or not is_one),
        path=role.path,
        description=role.description,
        is_role=True,
    )


def _role(role: Role) -> Message:
    return Message(role.class_name, Holds.ROLE, (_POD, *role.fields), role.path, role.description, role.without)


def _objects(fields: Iterable[Field]) -> Iterator[Message]:
    for each in fields:
        yield from _objects(each.fields)
        if each.message:
            yield Message(each.message, Holds.OBJECT, each.fields, each.path, each.description)


def _inside(owner: Message, every: Mapping[str, Message]) -> Iterator[Message]:
    """The messages of objects in a message, inner ones first."""
    for member in owner.members:
        if member.message in every and not member.is_role:
            yield from _inside(every[member.message], every)
            yield every[member.message]


# ------------------------------------------------------------------------------------------------------- what was lost
def _with_lost(message: Message, lock: Lock, crd: Crd) -> Message:
    """A message with those of its members that only the lock has, which are deprecated."""
    there = {member.number for member in message.members}
    lost = [member for member in lock.members(message.name) if member.number not in there]
    return replace(message, members=(*message.members, *(_deprecated(member, message, crd) for member in lost)))


def _deprecated(member: Member, message: Message, crd: Crd) -> Member:
    reason = _why(member, message, crd)
    return replace(member, required=False, deprecated=reason, description=f"Deprecated, and without effect: {reason}.")


def _why(member: Member, message: Message, crd: Crd) -> str:
    """Why a member of an earlier contract has no effect any more, as a clause."""
    instead = next((each.name for each in message.members if each.sets == member.sets), "")  # a role or a field
    if instead:
        return f"use {instead}, as its type has changed"
    path = f"{message.path or ''}{member.sets}"
    node = schema.lookup(crd.schema, schema.parse_path(path)) if message.holds is not Holds.OBJECT else None
    if node is None or schema.kind(node) is schema.Kind.NOTHING:
        return f"{crd.called} has no {path} any more"
    what = "role" if member.is_role else "field"
    return f"set {path} in {OVERRIDES[crd.backend].name}, as it is no {what} any more"


def _unused(message: Message) -> Message:
    """A message that only the lock has: some deprecated member has it."""
    members = [
        replace(
            member, description=_POD.description if member.message == POD_MESSAGE else f"{member.sets} of the object."
        )
        for member in message.members
    ]
    return replace(message, members=tuple(members), description="Without effect: what has it is deprecated.")
