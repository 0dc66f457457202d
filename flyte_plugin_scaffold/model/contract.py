"""What is on the wire: messages, their members, and the values of the CR that users set with them, independent of any language."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Any

from flyte_plugin_scaffold.model.path import Path


class Shape(str, Enum):
    """The form of a value, independent of any language."""

    SCALAR = "scalar"
    LIST = "list"  # of scalars
    MAP = "map"  # string -> scalar
    MESSAGE = "message"  # one small object with fields of its own
    MESSAGES = "messages"  # a list of small objects with fields of their own
    MESSAGE_MAP = "message_map"  # string -> small object: a role with open keys
    STRUCT = "struct"  # anything else that is an object: google.protobuf.Struct
    STRUCTS = "structs"  # a list of such
    VALUE = "value"  # untyped: google.protobuf.Value


class Scalar(str, Enum):
    """Spelled as proto spells it."""

    STRING = "string"
    INT32 = "int32"
    INT64 = "int64"
    DOUBLE = "double"
    BOOL = "bool"


@dataclass(frozen=True, kw_only=True)
class Member:
    """One field of a message on the wire. Unset is never sent."""

    name: str  # snake_case: in proto, and in the dataclass of Python
    json_name: str
    number: int
    shape: Shape
    scalar: Scalar | None = None  # of SCALAR, LIST and MAP
    message: str = ""  # CamelCase name of the proto message and Python class of MESSAGE, MESSAGES and MESSAGE_MAP
    required: bool = False  # the user must give it
    starts_empty: bool = False  # of a role: where the user gives none, an empty one is sent
    enum: tuple[str, ...] = ()  # allowed values of a string
    int_or_string: bool = False  # a string in proto; sent as a number if it is all digits
    minimum: float | None = None
    maximum: float | None = None
    pattern: str = ""
    path: Path | None = None  # in the CR, absolute: .spec.cluster.spec.idleTimeout, .spec.workers[].replicas
    description: str = ""  # one plain-text paragraph from the CRD, or ""
    is_role: bool = False  # its message is of ROLE
    sets: str = ""  # its path below the message's object, by which the lock knows it; "" of Flyte's own
    default: Any = None  # of a setting without a backend: what it is where the user gives none; None for nothing
    deprecated: str = ""  # a clause on why nothing of it reaches the CR any more; "" of all that does


@dataclass(frozen=True, kw_only=True)
class Field(Member):
    """One value of the CR that a Flyte user may set.

    It is required if the CRD requires it all the way down, without a default there.
    """

    path: Path
    relative: tuple[str, ...]  # property names below the owner (the spec, or the role's object): ("cluster", ...)
    go_name: str  # as protoc-gen-go spells it: Get<go_name>()
    fields: tuple["Field", ...] = ()  # of MESSAGE and MESSAGES
    example: Any = None  # a small valid value as a plain Python object: for tests, and for required fields in the demo


class Holds(str, Enum):
    """What a message is of."""

    SPEC = "spec"  # the whole task config
    ROLE = "role"  # a pod, and the object around it
    OBJECT = "object"  # a small object


# The message of what Flyte knows of a pod, which is the same in every contract: the first member of each of ROLE.
POD_MESSAGE = "Role"


@dataclass(frozen=True)
class Message:
    """A message of the contract, and the class of that name in Python."""

    name: str  # CamelCase
    holds: Holds
    members: tuple[Member, ...]
    path: Path | None = None  # its object in the CR
    description: str = ""  # one plain-text paragraph from the CRD, or ""
    without: tuple[str, ...] = ()  # of ROLE: the pod's words, as the SDK spells them, that the CR has no room for

    @property
    def fields(self) -> tuple[Field, ...]:
        """The members that are values of the CR, which are not those of roles, nor Flyte's own."""
        return tuple(member for member in self.members if isinstance(member, Field))
