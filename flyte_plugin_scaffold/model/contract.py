"""What a user may set, as it goes over the wire: a value of the CR, independent of any language."""

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


@dataclass(frozen=True)
class Field:
    """One value of the CR that a Flyte user may set.

    It appears in the proto as ``name`` with json_name ``json_name``, in Go through ``Get<go_name>()``, in Python as
    the dataclass field ``name``. Unset is never sent.
    """

    path: Path  # absolute: .spec.cluster.spec.idleTimeout, .spec.workerGroups[].replicas
    relative: tuple[str, ...]  # property names below the owner (the spec, or the role's object): ("cluster", ...)
    name: str  # snake_case
    json_name: str
    go_name: str  # as protoc-gen-go spells it
    number: int  # in its proto message
    shape: Shape
    scalar: Scalar | None = None  # of SCALAR, LIST and MAP
    enum: tuple[str, ...] = ()  # allowed values of a string
    int_or_string: bool = False  # a string in proto; sent as a number if it is all digits
    required: bool = False  # required by the CRD all the way down, and without a default there
    fields: tuple["Field", ...] = ()  # of MESSAGE and MESSAGES
    message: str = ""  # CamelCase name of the proto message and Python class of MESSAGE and MESSAGES
    description: str = ""  # one plain-text paragraph from the CRD, or ""
    example: Any = None  # a small valid value as a plain Python object: for tests, and for required fields in the demo
    minimum: float | None = None
    maximum: float | None = None
    pattern: str = ""
