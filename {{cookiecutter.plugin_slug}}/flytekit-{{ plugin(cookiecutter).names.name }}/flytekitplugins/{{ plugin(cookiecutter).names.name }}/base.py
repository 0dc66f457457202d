"""What the classes of config.py are built on: their checks, and values as protobuf's constructors take them.

config.py is generated again when the CRD changes, so this may know more than today's config.py needs.
"""

import json
import math
from dataclasses import dataclass, fields
from typing import Annotated, Any, Dict, Iterator, List, Literal, Optional, Union, get_args, get_origin, get_type_hints

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


Int32 = Annotated[int, NumberRange(minimum=-(2**31), maximum=2**31 - 1)]
Int64 = Annotated[int, NumberRange(minimum=-(2**63), maximum=2**63 - 1)]


class Validated:
    """
    A dataclass that checks its values against the types of its fields when it is made, and again when it is sent.

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


def custom(config: Any, *settings: Any) -> Dict[str, Any]:
    """Return what the backend plugin is told of a task: its config, as JSON."""
    return json_format.MessageToDict(message(config, *settings))


def message(value: Any, *settings: Any) -> Any:
    """Return the message of a config object, or those of a list or dict of them."""
    if isinstance(value, list):
        return [message(each, *settings) for each in value]
    if isinstance(value, dict):
        return {key: message(each, *settings) for key, each in value.items()}
    if value is None:
        return None
    value.__post_init__()  # its fields may have been set since it was made
    return value.to_flyte_idl(*settings)


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


def _mismatches(name: str, value: Any, hint: Any) -> Iterator[str]:
    """Yield a sentence for everything in ``value`` that is not as the type hint of the field ``name`` says."""
    kind, arguments = get_origin(hint) or hint, get_args(hint)
    shown = repr(value) if isinstance(value, (str, int, float)) else type(value).__name__
    if kind is Union:
        choices = [each for each in arguments if each is not type(None)]
        if len(choices) == 1 and value is not None:
            yield from _mismatches(name, value, choices[0])
        elif all(any(_mismatches(name, value, each)) for each in arguments):
            yield f"{name} must be {' or '.join(each.__name__ for each in choices)}, not {shown}"
    elif kind is Annotated:
        number, *ranges = arguments
        problem = next(_mismatches(name, value, number), None)
        outside = [] if problem else [f"{name} must be {each}, not {shown}" for each in ranges if value not in each]
        yield from [problem] if problem else outside[:1]
    elif kind is Literal:
        if value not in arguments:
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
            json_value(value)
        except (TypeError, ValueError, RecursionError, json_format.ParseError) as error:
            yield f"{name} must be JSON: {error}"
        else:
            yield from (f"{name} must be JSON: {each} is beyond 2**53 and would be rounded" for each in _rounded(value))
    else:
        # To Python a bool is an int; to type checkers an int is a float.
        fits = isinstance(value, (int, float) if kind is float else kind)
        if not fits or (isinstance(value, bool) and kind is not bool):
            yield f"{name} must be {kind.__name__}, not {shown}"
        elif kind is float and not _is_finite(value):
            yield f"{name} must be finite, not {shown}"


def _is_finite(value: Any) -> bool:
    try:
        return math.isfinite(value)
    except OverflowError:  # a whole number that no float holds
        return False


def _rounded(value: Any) -> Iterator[int]:
    """Yield the whole numbers in ``value`` that change on the way: all numbers of free-form JSON travel as floats."""
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, (list, tuple)):
        for each in value:
            yield from _rounded(each)
    elif isinstance(value, int) and abs(value) > 2**53:
        yield value
