"""What the classes of config.py are built on: their checks, and values as protobuf's constructors take them.

config.py is generated again when the CRD changes, so this may know more than today's config.py needs.
"""

import json
from dataclasses import dataclass, fields
from typing import Annotated, Any, Iterator, List, Literal, Optional, Union, get_args, get_origin, get_type_hints

from google.protobuf import json_format, struct_pb2


@dataclass(frozen=True)
class NumberRange:
    """The numbers that a field takes, both ends included."""

    minimum: Optional[float] = None
    maximum: Optional[float] = None

    def __contains__(self, value: float) -> bool:
        return (self.minimum is None or value >= self.minimum) and (self.maximum is None or value <= self.maximum)

    def __str__(self) -> str:
        if self.maximum is None:
            return f"at least {self.minimum}"
        if self.minimum is None:
            return f"at most {self.maximum}"
        return f"from {self.minimum} to {self.maximum}"


class Validated:
    """
    A dataclass that checks its values against the types of its fields as soon as it is made.

    :raises ValueError: naming every field that is wrong, and what it should be.
    """

    def __post_init__(self) -> None:
        problems = self._problems()
        if problems:
            raise ValueError(f"{type(self).__name__}: {'; '.join(problems)}")

    def _problems(self) -> List[str]:
        hints = get_type_hints(type(self), include_extras=True)
        return [
            problem
            for each in fields(self)  # type: ignore[arg-type]
            for problem in _mismatches(each.name, getattr(self, each.name), hints[each.name])
        ]


def message(value: Any, *settings: Any) -> Any:
    """Return the message of a config object, or those of a list or dict of them."""
    if isinstance(value, list):
        return [message(each, *settings) for each in value]
    if isinstance(value, dict):
        return {key: message(each, *settings) for key, each in value.items()}
    return None if value is None else value.to_flyte_idl(*settings)


def struct(value: Any) -> Any:
    """Return free-form JSON, or a list of such, as Struct; None for nothing. An empty object says something, too."""
    if isinstance(value, list):
        return [struct(each) for each in value]
    return None if value is None else json_format.Parse(json.dumps(value), struct_pb2.Struct())


def json_value(value: Any) -> Optional[struct_pb2.Value]:
    """Return any JSON but null, which is nothing."""
    return None if value is None else json_format.Parse(json.dumps(value), struct_pb2.Value())


def text(value: Any) -> Any:
    """Return what Kubernetes takes as a number or a string, alone, in a list or in a dict, as the strings to send."""
    if isinstance(value, list):
        return [text(each) for each in value]
    if isinstance(value, dict):
        return {key: text(each) for key, each in value.items()}
    return None if value is None else str(value)


def _called(hint: Any) -> str:
    """Return what a type hint is called: its values, where it lists them."""
    return ", ".join(map(repr, get_args(hint))) if get_origin(hint) is Literal else hint.__name__


def _mismatches(name: str, value: Any, hint: Any) -> Iterator[str]:
    """Yield a sentence for everything in ``value`` that is not as the type hint of the field ``name`` says."""
    kind, arguments = get_origin(hint) or hint, get_args(hint)
    shown = repr(value) if isinstance(value, (str, int, float)) else type(value).__name__
    if kind is Union:
        choices = [each for each in arguments if each is not type(None)]
        if len(choices) == 1 and value is not None:
            yield from _mismatches(name, value, choices[0])
        elif all(any(_mismatches(name, value, each)) for each in arguments):
            yield f"{name} must be {' or '.join(map(_called, choices))}, not {shown}"
    elif kind is Annotated:
        number, allowed = arguments
        problem = next(_mismatches(name, value, number), None)
        if problem or value not in allowed:
            yield problem or f"{name} must be {allowed}, not {shown}"
    elif kind is Literal:
        # To Python 1 is True.
        if not any(value == each and type(value) is type(each) for each in arguments):
            yield f"{name} must be one of {', '.join(map(repr, arguments))}, not {shown}"
    elif kind is list and isinstance(value, list):
        for index, each in enumerate(value):
            yield from _mismatches(f"{name}[{index}]", each, arguments[0])
    elif kind is dict and isinstance(value, dict):
        for key, each in value.items():
            yield from _mismatches(f"a key of {name}", key, arguments[0])
            yield from _mismatches(f"{name}[{key!r}]", each, arguments[1])
    elif kind is Any:
        try:
            json.dumps(value, allow_nan=False)
        except (TypeError, ValueError) as error:
            yield f"{name} must be JSON: {error}"
    else:
        # To Python a bool is an int; to type checkers an int is a float.
        fits = isinstance(value, (int, float) if kind is float else kind)
        if not fits or (isinstance(value, bool) and kind is not bool):
            yield f"{name} must be {kind.__name__}, not {shown}"
