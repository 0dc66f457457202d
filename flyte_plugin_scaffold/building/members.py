"""Names and numbers of all that is on the wire: those that the lock has, and new ones after them.

All is known by its path below the object that it is in; a role that has moved, by its name. What the lock has of it stays as it
is as long as its type does. With another type it is a new member, named after the old one and its type: that name is the
same whatever came between, as there is one member of each type. New numbers come after the highest ever given.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import replace

from flyte_plugin_scaffold.building.lock import OVERRIDES, POD, RESERVED_NUMBERS, Lock, sets_of_role
from flyte_plugin_scaffold.model import Backend, Crd, Many, Member, Path, Place, Role, Scalar, Shape
from flyte_plugin_scaffold.reading import schema
from flyte_plugin_scaffold.text import lexicon, names
from flyte_plugin_scaffold.text.reserved import Taken

SHAPES_OF_ROLES = {Many.ONE: Shape.MESSAGE, Many.LIST: Shape.MESSAGES, Many.MAP: Shape.MESSAGE_MAP}
# What a member is called that has another type than before: timeout, and then timeout_string.
_TYPE_WORDS = {
    Shape.SCALAR: "{}",
    Shape.LIST: "{}_list",
    Shape.MAP: "{}_map",
    Shape.MESSAGE: "object",
    Shape.MESSAGES: "object_list",
    Shape.MESSAGE_MAP: "object_map",
    Shape.STRUCT: "object",
    Shape.STRUCTS: "object_list",
    Shape.VALUE: "value",
}
_MOST_APPENDED = 3


class Wire:
    """The contract while it is built: messages that have been, and class names that are taken."""

    def __init__(self, lock: Lock, classes: Iterable[str], overrides: Member = OVERRIDES[Backend.OPERATOR]) -> None:
        self._lock = lock
        self._overrides = overrides
        self.classes = Taken([*classes, *(message.name for message in lock.messages)])

    def config(self, message: str) -> Members:
        """The members of the task config."""
        return Members("", self._lock.members(message), Path(()), [self._overrides])

    def role(self, role: Role) -> Members:
        """The members of a role beside what every pod has."""
        taken = Members(role.class_name, self._lock.members(role.class_name), role.path, [POD])
        taken.reserve(lexicon.ROLE_MESSAGE_WORDS, [self._overrides.json_name])
        return taken

    def object(self, message: str, path: Path, properties: Collection[str]) -> Members:
        """The members of a small object at ``path``: its ``properties``."""
        return Members(message, self._lock.members(message), path, [], properties)


class Members:
    """The members of one message while they are named: those of the lock, and new ones after them."""

    def __init__(
        self,
        prefix: str,
        before: Sequence[Member],
        base: Path,
        own: Sequence[Member],
        properties: Collection[str] = (),
    ) -> None:
        """``own`` are Flyte's own, ``properties`` JSON names that nothing else gets.

        ``prefix`` stands before the names of messages inside it that are there already.
        """
        self.prefix = prefix
        self._base = base
        self._before: dict[str, list[Member]] = {}  # by what they set
        for member in before:
            self._before.setdefault(member.sets, []).append(member)
        self._all = list(before or own)
        self._names = {names.clash_key(member.name) for member in self._all}
        self._spelled = {member.name for member in self._all}  # protobuf reads a member by its name, too
        self._json_names = {member.json_name for member in self._all}
        self._properties = properties
        self._appended: dict[str, int] = {}  # how often names of that beginning got longer
        self._number = max((member.number for member in self._all), default=0)

    def reserve(self, taken: Iterable[str], json_names: Iterable[str] = ()) -> None:
        """Names that no new member gets."""
        self._names |= {names.clash_key(name) for name in taken}
        self._json_names |= set(json_names)

    def has_lost(self, crd: Crd, path: Path) -> bool:
        """Whether a path was a member once, and is not in the CRD any more."""
        node = schema.lookup(crd.schema, path)
        return self._sets(path) in self._before and (node is None or schema.kind(node) is schema.Kind.NOTHING)

    def kept(self, path: Path, still_holds: Callable[[Member], bool]) -> Member | None:
        """The member of the lock that holds what is at a path: one that did so last, else the newest that can."""
        return self._kept(self._sets(path), lambda member: not member.is_role and still_holds(member))

    def _kept(self, sets: str, still_holds: Callable[[Member], bool]) -> Member | None:
        found = [member for member in self._before.get(sets, ()) if still_holds(member)]
        return max(found, key=lambda member: (not member.deprecated, member.number), default=None)

    def new(
        self,
        path: Path,
        shape: Shape,
        scalar: Scalar | None,
        wishes: Sequence[str],
        own_word: str,
        only_as: str = "",
    ) -> Member:
        """A member that has not been: the first of ``wishes`` that is free.

        Its JSON name is its ``own_word`` if that is free, and if it is called ``only_as`` where that is given.
        """
        return self._new(self._sets(path), shape, scalar, wishes, own_word, only_as)

    def _new(
        self,
        sets: str,
        shape: Shape,
        scalar: Scalar | None,
        wishes: Sequence[str],
        own_word: str,
        only_as: str = "",
        is_role: bool = False,
    ) -> Member:
        earlier = [member for member in self._before.get(sets, ()) if member.is_role is is_role]
        if earlier:
            wishes, own_word = [f"{earlier[0].name}_{_TYPE_WORDS[shape].format(scalar and scalar.value)}"], ""
        name = next(filter(self._is_free, wishes), "") or self._longer(wishes[-1])
        is_own = self._is_unused(own_word) and names.is_json_name(own_word) and only_as in ("", name)
        member = Member(
            name=name,
            json_name=own_word if is_own else self._unused(names.lower_camel(name)),
            number=self._next_number(),
            sets=sets,
            shape=shape,
            scalar=scalar,
        )
        self._names.add(names.clash_key(name))
        self._spelled.add(name)
        self._json_names.add(member.json_name)
        self._all.append(member)
        return member

    def take_roles(self, roles: Sequence[Role], classes: Taken) -> list[Role]:
        """The roles with their numbers, and with names and classes that neither the lock nor another role has."""
        before = frozenset(self._names)
        commands = [role for role in roles if role.place is Place.COMMAND]  # these have no member
        self.reserve(role.name for role in commands)
        classes.used |= {role.class_name for role in commands}
        pods = [role for role in roles if role not in commands]
        kept = self._kept_roles(pods)
        # Those that must be called otherwise come after all that need not.
        ordered = sorted(pods, key=lambda role: names.clash_key(role.name) in before)
        taken = {role.path: self._take_role(role, kept.get(role.path), classes) for role in ordered}
        return [taken.get(role.path, role) for role in roles]

    def _kept_roles(self, roles: Sequence[Role]) -> dict[Path, Member]:
        """The members of the lock by the paths of roles: of the same path, else of the same name where its own path is gone."""
        places = {sets_of_role(role.path) for role in roles}
        moved = {
            member.name: member
            for some in self._before.values()
            for member in some
            if member.is_role and member.sets not in places
        }
        found = {}
        for role in roles:
            shape = SHAPES_OF_ROLES[role.many]
            kept = self._kept(
                sets_of_role(role.path), lambda member, shape=shape: member.is_role and member.shape is shape
            )
            if kept is None and role.name in moved and moved[role.name].shape is shape:
                kept = moved[role.name]
            if kept:
                found[role.path] = kept
        return found

    def _take_role(self, role: Role, kept: Member | None, classes: Taken) -> Role:
        class_name = kept.message if kept else classes.take(role.class_name, role.class_name + "Role")
        if kept is None:
            wishes = [role.name, f"{role.name}_role"]
            kept = self._new(
                sets_of_role(role.path), SHAPES_OF_ROLES[role.many], None, wishes, role.json_name, is_role=True
            )
        return replace(
            role,
            name=kept.name,
            json_name=kept.json_name,
            number=kept.number,
            class_name=class_name,
            go_class_name=class_name,
        )

    def go_names(self) -> Mapping[int, str]:
        """The members' names as protoc-gen-go spells them, by their numbers."""
        ordered = sorted(self._all, key=lambda member: member.number)
        spelled = names.go_field_names([(member.name, member.shape is Shape.SCALAR) for member in ordered])
        return {member.number: name for member, name in zip(ordered, spelled)}

    def _sets(self, path: Path) -> str:
        return str(Path(path.steps[len(self._base.steps) :]))

    def _next_number(self) -> int:
        self._number += 1
        if self._number in RESERVED_NUMBERS:
            self._number = RESERVED_NUMBERS.stop
        return self._number

    def _longer(self, name: str) -> str:
        """``name`` with ``_value`` after it as often as it takes; where that is more than anybody reads, with a number."""
        for count in range(1, _MOST_APPENDED + 1):
            if self._is_free(name + "_value" * count):
                return name + "_value" * count
        beginning = name + "_value"
        while True:
            self._appended[beginning] = self._appended.get(beginning, 1) + 1
            if self._is_free(f"{beginning}_{self._appended[beginning]}"):
                return f"{beginning}_{self._appended[beginning]}"

    def _unused(self, json_name: str) -> str:
        while not self._is_unused(json_name) or json_name in self._properties:
            json_name += "Value"
        return json_name

    def _is_free(self, name: str) -> bool:
        return names.clash_key(name) not in self._names and name not in self._json_names

    def _is_unused(self, json_name: str) -> bool:
        return json_name not in self._json_names and json_name not in self._spelled
