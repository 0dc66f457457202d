"""Where an operator writes how a CR is doing: the default of the answer ``status_path``, and what else tells of its end."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from flyte_plugin_scaffold.deriving import state_words
from flyte_plugin_scaffold.deriving.state_words import words
from flyte_plugin_scaffold.model import CONDITION_TYPE, Backend, Crd, Path, Phase, PrinterColumn
from flyte_plugin_scaffold.reading import schema
from flyte_plugin_scaffold.reading.schema import Kind, Node
from flyte_plugin_scaffold.text import lexicon, names

_MOST_OFFERED = 4
_MOST_STATES = 1_000  # a list of more values is none of states
_MOST_DEPTH = 4  # steps of a path to a state, ``status`` included
_NO_STATES = frozenset(("date-time", "date", "duration", "byte"))
_TIMES = frozenset(("date-time", "date"))


@dataclass(frozen=True)
class Candidate:
    """One place that could be the answer ``status_path``; without a path, values of their own tell the end."""

    path: Path | None
    by_conditions: bool
    reason: str
    score: int = 0


@dataclass(frozen=True)
class Value:
    """A plain value of the status."""

    path: Path
    node: Node

    @property
    def kind(self) -> Kind:
        return schema.kind(self.node)

    @property
    def is_time(self) -> bool:
        return self.kind is Kind.STRING and self.node.get("format") in _TIMES

    @property
    def can_be_a_state(self) -> bool:
        is_list_of_states = len(schema.enum(self.node)) <= _MOST_STATES
        return (
            self.kind is Kind.STRING
            and self.node.get("format") not in _NO_STATES
            and not self.truth
            and is_list_of_states
        )

    @cached_property
    def words(self) -> list[str]:
        return words(self.path.steps[-1].name)

    @property
    def truth(self) -> tuple[str, str] | None:
        """How it spells true and false; None of what is neither. Some list the two, as texts."""
        if self.kind is Kind.BOOLEAN:
            return "true", "false"
        spelled = {value.lower(): value for value in schema.enum(self.node)} if self.kind is Kind.STRING else {}
        for yes, no in (("true", "false"), ("yes", "no")):
            if {yes, no} <= set(spelled) <= {yes, no, "unknown", ""}:
                return spelled[yes], spelled[no]
        return None


class Told:
    """What the status of one CRD can tell. Everything is derived once, on demand."""

    def __init__(self, crd: Crd) -> None:
        self.crd = crd
        self.own = state_words.own_words(crd)
        self.root = schema.lookup(crd.schema, schema.path_of("status"))

    @cached_property
    def values(self) -> tuple[Value, ...]:
        """The plain values below status, not deeper than two objects, in the order of the CRD."""
        found: list[Value] = []

        def visit(node: Node, path: Path) -> None:
            for name, child in schema.properties(node).items():
                here = schema.field_below(path, name)
                if schema.kind(child) is Kind.OBJECT:
                    if len(here.steps) < _MOST_DEPTH:
                        visit(child, here)
                elif schema.kind(child) in schema.SCALARS:
                    found.append(Value(here, child))

        visit(self.root or schema.EMPTY, schema.path_of("status"))
        return tuple(found)

    @cached_property
    def strings(self) -> tuple[Value, ...]:
        """Those that can hold a state."""
        return tuple(value for value in self.values if value.can_be_a_state)

    @cached_property
    def conditions(self) -> tuple[Path, ...]:
        """Every list of conditions about the whole work, the nearest to the top first."""
        return tuple(path for path, node in self._all_conditions if not _are_of_stages(node))

    @property
    def of_stages(self) -> tuple[Path, ...]:
        """The lists of conditions of which each is about a stage."""
        return tuple(path for path, node in self._all_conditions if _are_of_stages(node))

    @cached_property
    def _all_conditions(self) -> tuple[tuple[Path, Node], ...]:
        found = []
        level: list[tuple[Node, Path]] = [(self.root or schema.EMPTY, schema.path_of("status"))]
        for node, path in level:  # grows
            for name, child in schema.properties(node).items():
                here = schema.field_below(path, name)
                if is_conditions(child, name):
                    found.append((here, child))
                elif schema.kind(child) is Kind.OBJECT and len(here.steps) < _MOST_DEPTH - 1:
                    level.append((child, here))
        return tuple(found)

    @cached_property
    def open_place(self) -> Path | None:
        """The object of the status, nearest the top, of which the CRD does not say what is in it; None for none."""
        level: list[tuple[Node, Path]] = [(self.root or schema.EMPTY, schema.path_of("status"))]
        for node, path in level:  # grows
            for name, child in schema.properties(node).items():
                here = schema.field_below(path, name)
                if schema.kind(child) is Kind.OPAQUE:
                    return here
                if schema.kind(child) is Kind.OBJECT and len(here.steps) < _MOST_DEPTH - 1:
                    level.append((child, here))
        return None

    def node(self, path: Path) -> Node:
        return schema.lookup(self.crd.schema, path) or schema.EMPTY

    def listed(self, path: Path) -> tuple[str, ...]:
        """The values that the CRD allows a state; () where it does not say."""
        return tuple(filter(None, schema.enum(self.node(path))))  # "" is what a state is before it is one

    def ends(self, path: Path | None, phase: Phase) -> list[str]:
        """The listed values of a state that mean ``phase``, by its words or those of the work."""
        return state_words.ends(self.listed(path), phase, state_words.own_words(self.crd, path)) if path else []

    def named(self, path: Path) -> tuple[str, ...]:
        """Values of a state that its description names, beside others maybe."""
        return named_in(schema.description(self.node(path)))

    def beside(self, path: Path) -> list[Value]:
        """The other plain values of the object that holds ``path``."""
        return [value for value in self.values if value.path != path and value.path.steps[:-1] == path.steps[:-1]]

    def end_time(self, path: Path | None) -> Path | None:
        """The time of the end: the one nearest to ``path``, or to the top."""
        return self._nearest(path, _is_end_time)

    def failure_time(self, path: Path | None) -> Path | None:
        """The time of a failure: the one nearest to ``path``, or to the top."""
        return self._nearest(path, lambda words_: 2 * bool(words_ & lexicon.FAILURE_TIME_WORDS))

    def success_time(self, path: Path | None) -> Path | None:
        """The time of a success: the one nearest to ``path``, or to the top."""
        return self._nearest(path, lambda words_: 2 * bool(words_ & lexicon.SUCCESS_TIME_WORDS))

    @cached_property
    def error_text(self) -> Path | None:
        """A string that is set where it failed: ``.status.error.message``, or what a column named Error shows.

        None of those of which the CRD says that what they tell of is tried again.
        """
        shown = {
            _plain_path(column) for column in self.crd.printer_columns if _names_an_error(column.name.replace(" ", ""))
        }
        found = [
            value.path
            for value in self.strings
            if (value.path in shown or any(_names_an_error(step.name) for step in value.path.steps[1:]))
            and not only_latest(value.path)
            and not self._is_tried_again(value.path)
        ]
        # Of an error's own texts, the one that it always has: debug information may be missing.
        plain = [
            path
            for path in found
            if path.steps[:-1] == found[0].steps[:-1] and path.steps[-1].name in lexicon.ERRORS_SAY
        ]
        return next(iter((*plain, *found)), None)

    @cached_property
    def failure_list(self) -> Path | None:
        """A list of what failed, at the top of the status."""
        for name, node in schema.properties(self.root).items():
            parts = words(name)
            failed = "".join(parts) in lexicon.FAILURE_COUNTS or parts[:1] == ["failed"]
            if failed and schema.items(node) and not is_conditions(node):
                return schema.path_of("status", name)
        return None

    def _is_tried_again(self, path: Path) -> bool:
        around = (Path(path.steps[:length]) for length in range(2, len(path.steps) + 1))
        said = {word.lower() for each in around for word in _WORD.findall(schema.description(self.node(each))[:20_000])}
        return bool(said & lexicon.TRIED_AGAIN)

    def _nearest(self, path: Path | None, likely: Callable[[set[str]], int]) -> Path | None:
        """The likeliest time whose words name no part of the work."""
        around = path.steps[:-1] if path else ()
        times = [
            (-likely(set(value.words)), value.path.steps[:-1] != around, len(value.path.steps), position, value.path)
            for position, value in self._times
            if likely(set(value.words)) and not self._is_of_a_part(value, around)
        ]
        return min(times, default=(None,))[-1]

    @cached_property
    def _times(self) -> tuple[tuple[int, Value], ...]:
        return tuple((position, value) for position, value in enumerate(self.values) if is_time(value))

    def _is_of_a_part(self, value: Value, around: Sequence[object]) -> bool:
        """Whether a time is about something that was made for the work, or about one of its steps."""
        known = {*self.own, *lexicon.STATUS_NAMES, *lexicon.PLACES_OF_TIMES, *_TIME_WORDS}
        steps = value.path.steps[1:] if value.path.steps[:-1] != around else value.path.steps[-1:]
        return any(not set(words(step.name)) <= known for step in steps)

    @cached_property
    def candidates(self) -> tuple[Candidate, ...]:
        """The places that tell how a CR is doing, best first; () where the CRD has none."""
        if self.root is None:
            return ()
        if schema.kind(self.root) is Kind.OPAQUE:
            return self._shown_places()
        found: dict[str, Candidate] = {}

        def add(candidate: Candidate) -> None:
            known = found.get(str(candidate.path))
            if known is None or known.score < candidate.score:
                found[str(candidate.path)] = candidate

        for value in self.strings:
            score, reason = self._score(value)
            if score:
                listed = self.listed(value.path)
                ends = self.ends(value.path, Phase.SUCCESS)
                score += (25 if ends else -20) if listed else 0
                reason += (", with its values listed" if ends else ", without a value that ends well") if listed else ""
                add(Candidate(value.path, False, reason, score))
        has_outcome = any(self.tells_how_in_words(value.path) for value in self.strings)
        for path in self.conditions:
            score = 10 if has_outcome or self._only_come_and_go(path) else 30
            add(Candidate(path, True, "a list of conditions", score - 8 * (len(path.steps) - 2)))
        if end_values(self):
            what = ", ".join(dict.fromkeys(str(each.path).removeprefix(".status") for each in end_values(self)))
            said = {flag_of(value, self.own) for value in end_values(self)}
            # That it has ended says less than a result with its values listed.
            score = 20 if said <= {""} else 35 if said <= {"", "ended"} else 40
            add(Candidate(None, False, f"no state; the end is told by {what}", score))
        elif self.waits_by_code:
            add(Candidate(None, False, "no state; the code of read's answer tells whether it has ended", 26))
        for position, (column, path) in enumerate(self._columns()):
            known = found.get(str(path)) or self._shown(path)
            if known is not None and schema.lookup(self.crd.schema, path) is not None:
                reason = f"the printer column '{column.name}'" + (", conditions" if known.by_conditions else "")
                add(Candidate(path, known.by_conditions, reason, known.score + 60 - min(position, 9)))
        ordered = sorted(found.values(), key=lambda each: -each.score)
        leading = [each for each in (*self._pair_of(ordered), self._inner_of(ordered)) if each]
        leading = leading or [each for each in (self._enveloped(ordered),) if each]
        return tuple((leading + [each for each in ordered if each not in leading])[:_MOST_OFFERED])

    def _only_come_and_go(self, path: Path) -> bool:
        """Whether all that is known of conditions is that something is there: ``Ready``, ``Synced``."""
        known = [*condition_types(self, path), *shown_types(self.crd, path)]
        return bool(known) and {"".join(words(each)) for each in known} <= lexicon.COMES_AND_GOES

    @property
    def waits_by_code(self) -> bool:
        """Whether the code of read's answer says that it goes on, and another one that it is over."""
        return {200, 202} <= set(self.crd.codes)

    @cached_property
    def _wrapped(self) -> bool:
        """Whether what was asked for stands in an object of a service's answer: flags beside that say how the request went."""
        return self.crd.backend is Backend.SERVICE and any(
            name.lower() in lexicon.ENVELOPES and schema.kind(node) not in schema.SCALARS
            for name, node in schema.properties(self.root).items()
        )

    def is_of_the_request(self, value: Value) -> bool:
        """A boolean of success around what was asked for."""
        around = value.path.steps[1].name.lower() if len(value.path.steps) > 1 else ""
        return self._wrapped and around not in lexicon.ENVELOPES and flag_of(value, self.own) == "succeeded"

    # ---------------------------------------------------------------------------------------------------- candidates
    def _columns(self) -> list[tuple[PrinterColumn, Path]]:
        """The printer columns that show a state, and where; several columns of one list count once."""
        found: dict[Path, PrinterColumn] = {}
        for column in self.crd.printer_columns:
            path = _column_path(column)
            if path is not None and set(words(column.name)) & set(lexicon.STATUS_COLUMN_WORDS):
                found.setdefault(path, column)
        return [(column, path) for path, column in found.items()]

    def _shown(self, path: Path) -> Candidate | None:
        """A shown place whose name says nothing."""
        node = schema.lookup(self.crd.schema, path)
        holds = schema.kind(node) in (Kind.STRING, Kind.ANYTHING, Kind.OPAQUE) and node is not None
        return Candidate(path, False, "a string", 20) if holds and node.get("format") not in _NO_STATES else None

    def _shown_places(self) -> tuple[Candidate, ...]:
        """Where the CRD does not describe its status: what its printer columns show."""
        return tuple(
            Candidate(path, path.steps[-1].name == "conditions", f"the printer column '{column.name}'")
            for column, path in self._columns()
        )[:_MOST_OFFERED]

    def _score(self, value: Value) -> tuple[int, str]:
        name = value.path.steps[-1].name
        depth = len(value.path.steps) - 2
        parts = value.words
        if any(lexicon.PEOPLE & {*words(step.name)[-1:]} for step in value.path.steps[1:-1]):
            return 0, ""
        if name in lexicon.STATUS_NAMES:
            score = 50 - lexicon.STATUS_NAMES.index(name) * 2
            parents = {word for step in value.path.steps[1:-1] for word in words(step.name)}
            if depth and not parents & (lexicon.WORK_OBJECTS | set(lexicon.STATUS_NAMES)):
                score -= 25
        elif name.lower() in (self.crd.kind.lower() + "status", self.crd.kind.lower() + "state"):
            score = 48
        elif parts and parts[-1] in lexicon.STATUS_COLUMN_WORDS:
            score = 40 if set(parts[:-1]) & (set(words(self.crd.kind)) | {"job", "run", "task"}) else 22
        elif self._is_result(value):
            score = 12
        elif self._names_a_state(value):
            score = 20
        elif parts == ["progress"] and self._is_called_a_state(value):
            score = 22
        else:
            return 0, ""
        return score - 6 * depth, f"a string named '{name}'"

    def _names_a_state(self, value: Value) -> bool:
        """One that lists both ends, and is named after a state, or stands in one: ``state_type``, ``.state.current``."""
        named = {*value.words, *(word for step in value.path.steps[-2:-1] for word in words(step.name))}
        both = all(self.ends(value.path, phase) for phase in (Phase.SUCCESS, Phase.FAILURE))
        return both and bool(named & set(lexicon.STATUS_NAMES)) and not only_latest(value.path)

    def _is_result(self, value: Value) -> bool:
        """A result that is empty until the end: ``.status.outcome``. Where values are listed, two of them must be ends."""
        listed = self.listed(value.path)
        if only_latest(value.path) or not (
            is_outcome(value.words, self.own) if not listed else self._names_a_result(value)
        ):
            return False
        return not listed or all(self.ends(value.path, phase) for phase in (Phase.SUCCESS, Phase.FAILURE))

    def _is_called_a_state(self, value: Value) -> bool:
        """Whether a text lists an end, or its description calls it a phase."""
        said = {word.lower() for word in _WORD.findall(schema.description(value.node)[:200])}
        return bool(self.ends(value.path, Phase.SUCCESS) or said & set(lexicon.STATUS_COLUMN_WORDS))

    def _names_a_result(self, value: Value) -> bool:
        return set(value.words) <= lexicon.RESULTS or is_outcome(value.words, self.own)

    @property
    def is_text_of_a_result(self) -> bool:
        """Whether the best state is a result of which nothing says that it is one of a few words: it may be any text."""
        path = self.candidates[0].path if self.candidates else None
        if path is None or words(path.steps[-1].name)[-1:] != ["result"] or self.listed(path):
            return False
        return not names_both_ends(schema.description(self.node(path)))

    def tells_how_in_words(self, path: Path) -> bool:
        """Whether a text says at the end how it went, in words that nothing lists.

        A ``result`` may be any text, unless its description names words of both ends.
        """
        parts = words(path.steps[-1].name)
        if not is_outcome(parts, self.own) or only_latest(path) or self.listed(path):
            return False
        return parts[-1] != "result" or names_both_ends(schema.description(self.node(path)))

    @cached_property
    def pair(self) -> tuple[Candidate, Candidate] | None:
        """Two sibling states of which one is the broader: (``xDeploymentStatus``, ``xStatus``).

        The operator's own state goes on before the work starts and after it ends; the inner one is the work's result.
        So the broader is the status, and its success needs the inner one to agree.
        """
        found = self._pair_of(self.candidates)
        return (found[0], found[1]) if found else None

    def _pair_of(self, candidates: Sequence[Candidate]) -> tuple[Candidate, ...]:
        states = [each for each in candidates if each.path and not each.by_conditions]
        result = self._result(states[0]) if states and states[0] is candidates[0] else None
        if result:
            return states[0], result
        for broad in states:
            own = words(_leaf(broad))
            extra = set(own) & lexicon.BROADER
            if not extra or self._is_stage(broad):
                continue
            for inner in states:
                if _around(inner) == _around(broad) and words(_leaf(inner)) == [w for w in own if w not in extra]:
                    return broad, inner
        return ()

    def inner(self, candidate: Candidate) -> Candidate | None:
        """The broader state above the state ``candidate`` of an object that is named after the work; None for none."""
        if candidate.path is None or not self._is_of_the_work(candidate.path):
            return None
        for other in self.candidates:
            if other.path and not other.by_conditions and stands_above(other.path, candidate.path):
                return other
        return None

    def _inner_of(self, ordered: Sequence[Candidate]) -> Candidate | None:
        """The state of the work, where a broader one stands above it that lists no end of its own."""
        states = [each for each in ordered if each.path and not each.by_conditions]
        for inner in states:
            if inner.path and self._is_of_the_work(inner.path):
                above = [each for each in states if each.path and stands_above(each.path, inner.path)]
                if above and not any(self.ends(each.path, Phase.SUCCESS) for each in above):
                    return inner
        return None

    def _enveloped(self, ordered: Sequence[Candidate]) -> Candidate | None:
        """The state within what was asked for, where the one around it lists ends alone: that is how the request went."""
        states = [each for each in ordered if each.path and not each.by_conditions]
        for inner in states:
            if not inner.path or inner.path.steps[-2].name.lower() not in lexicon.ENVELOPES:
                continue
            above = [each.path for each in states if each.path and stands_above(each.path, inner.path)]
            if above and all(self._lists_ends_alone(path) for path in above) and not self._lists_ends_alone(inner.path):
                return inner
        return None

    def _lists_ends_alone(self, path: Path) -> bool:
        values = self.listed(path)
        return bool(values) and all(state_words.meaning(value) in (Phase.SUCCESS, Phase.FAILURE) for value in values)

    def _is_of_the_work(self, path: Path) -> bool:
        """A state of an object named after the work: ``.status.jobStatus.state``, ``.status.components.job.state``."""
        if len(path.steps) < 3 or path.steps[-1].name not in lexicon.STATUS_NAMES or only_latest(path):
            return False
        return bool(_work_words(path)) and _work_words(path) <= lexicon.WORK_OBJECTS | set(words(self.crd.kind))

    @property
    def tells_of_a_job(self) -> bool:
        """Whether the best state is that of an object named job."""
        return any(each.path and len(each.path.steps) > 2 and _is_of_a_job(each.path) for each in self.candidates[:1])

    def _beside(self, path: Path) -> list[tuple[Path, Node]]:
        """The other properties of the object that holds ``path``."""
        around = Path(path.steps[:-1])
        below = schema.properties(schema.lookup(self.crd.schema, around))
        return [(schema.field_below(around, name), node) for name, node in below.items() if name != path.steps[-1].name]

    def _is_stage(self, state: Candidate) -> bool:
        """One of several stages: ``deploymentStatus`` beside ``preDeploymentStatus``."""
        own = words(_leaf(state))
        beside = [words(other.steps[-1].name) for other, _ in self._beside(state.path)] if state.path else []
        return any(len(each) > len(own) and each[-len(own) :] == own for each in beside)

    def _result(self, state: Candidate) -> Candidate | None:
        """The result beside a state whose values have an end, and no failure other than an abort."""
        values = self.listed(state.path) if state.path else ()
        ends = state_words.ends(values, Phase.SUCCESS)
        says_how = not all(end.lower() in lexicon.HOW_UNKNOWN for end in ends)
        if not ends or (self._can_fail(values) and says_how):
            return None
        for path, node in self._beside(state.path) if state.path else ():
            listed = schema.enum(node)
            parts = words(path.steps[-1].name)
            is_result = is_outcome(parts, self.own) or (set(parts) <= lexicon.RESULTS and not self._can_fail(values))
            if is_result and state_words.ends(listed, Phase.SUCCESS) and self._can_fail(listed):
                return Candidate(path, False, "the result beside the state")
        return None

    def _can_fail(self, values: Sequence[str]) -> bool:
        return any(
            not set(words(value)) & lexicon.FAILURE_PERMANENT for value in state_words.ends(values, Phase.FAILURE)
        )


def _names_an_error(name: str) -> bool:
    return "".join(words(name)) in lexicon.ERROR_TEXTS


def is_outcome(parts: Sequence[str], own: Iterable[str]) -> bool:
    """Whether words name the result of the whole work: ``result``, ``testOutcome`` of a test, ``finalVerdict``."""
    return (
        parts[-1:] != []
        and parts[-1] in lexicon.OUTCOMES
        and set(parts[:-1]) <= {*own, *lexicon.WHOLE, *lexicon.OUTCOMES}
    )


def told(crd: Crd) -> Told:
    """What the status of ``crd`` can tell; the same object for the same CRD."""
    known = _TOLD.get(id(crd))
    if known is None or known.crd is not crd:
        if len(_TOLD) >= 8:
            _TOLD.clear()
        known = _TOLD[id(crd)] = Told(crd)
    return known


_TOLD: dict[int, Told] = {}  # by identity of the CRD, which is kept alive


def derive(crd: Crd) -> tuple[Candidate, ...]:
    """The places that tell how a CR is doing, best first; () where the CRD has none."""
    return told(crd).candidates


def is_conditions(node: Node, name: str = "") -> bool:
    """A list of conditions: by what its items have, or by its ``name`` where the CRD does not say what they have."""
    is_open = schema.kind(node) is Kind.LIST and schema.item_kind(node) in (Kind.OPAQUE, Kind.ANYTHING)
    if is_open and name == "conditions":
        return True
    below = schema.properties(schema.items(node))
    return schema.kind(below.get("type")) is Kind.STRING and schema.kind(below.get("status")) is Kind.STRING


def _are_of_stages(node: Node) -> bool:
    """Whether each condition is about a stage of the work, which it names: one that is complete ends that stage."""
    return bool({"stage", "step"} & set(schema.properties(schema.items(node))))


def by_conditions(crd: Crd, path: Path) -> bool:
    """Whether ``path`` is a list of conditions, or may be one where the CRD does not say."""
    node = schema.lookup(crd.schema, path)
    if node is not None and is_conditions(node, path.steps[-1].name):
        return True
    unknown = node is not None and schema.kind(node) in (Kind.OPAQUE, Kind.ANYTHING)
    return unknown and path.steps[-1].name == "conditions"


def only_latest(path: Path) -> bool:
    """A state of the latest of several runs."""
    return any(names.lower_words(step.name)[:1] in (["latest"], ["last"]) for step in path.steps[1:])


def stands_above(broad: Path, inner: Path) -> bool:
    """Whether the object that holds ``broad`` is on the way to the one that holds ``inner``."""
    return len(broad.steps) < len(inner.steps) and broad.steps[:-1] == inner.steps[: len(broad.steps) - 1]


def condition_types(told_: Told, path: Path) -> tuple[str, ...]:
    """The types that a list of conditions is known to have."""
    node = schema.properties(schema.items(told_.node(path))).get("type", schema.EMPTY)
    known = (*filter(None, schema.enum(node)), *named_in(schema.description(node)))
    return tuple(dict.fromkeys(value for value in known if re.fullmatch(CONDITION_TYPE, value)))


def shown_types(crd: Crd, path: Path) -> list[str]:
    """The condition types that printer columns show."""
    return [
        name
        for column in crd.printer_columns
        if column.json_path.strip("{}").startswith(str(path))
        for name in _SHOWN_TYPE.findall(column.json_path[:1000])
    ]


_SHOWN_TYPE = re.compile(r"@\.type\s*==\s*[\"']([A-Za-z]+)[\"']")

_LIST_BEGINS = re.compile(
    r"(?i)\b(?:one of|either|can be|values? (?:are|is|include[s]?)|possible|valid|supported|allowed)\b([^.]{0,2000})"
)
_NAMED = re.compile(r"\b[A-Z][A-Za-z_]{2,40}\b")
_CONSTANT = re.compile(r"\b[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+\b")


def named_in(description: str) -> tuple[str, ...]:
    """Values that a description lists: after words such as "one of", or spelled as constants."""
    text = description[:20_000]
    found = [
        word for match in _LIST_BEGINS.finditer(text) for word in (_plain_list(match[1]) or _NAMED.findall(match[1]))
    ]
    listed = tuple(dict.fromkeys([*found, *_CONSTANT.findall(text)]))
    return listed if _have_both_ends(listed) else _enumerated(text)


def _have_both_ends(values: Iterable[str]) -> bool:
    return {Phase.SUCCESS, Phase.FAILURE} <= {state_words.meaning(value) for value in values}


_LISTED = r"[`'\"]?[A-Za-z][\w-]{0,40}[`'\"]?"
_ENUMERATION = re.compile(rf"(?<![\w-]){_LISTED}(?:\s*(?:[,|/]\s*(?:(?:and|or)\s+)?|\s(?:and|or)\s+){_LISTED}){{2,40}}")
_IN_QUOTES = re.compile(r"[`'\"]([A-Za-z][\w-]{0,40})[`'\"]")


def _enumerated(text: str) -> tuple[str, ...]:
    """The words that a text lists or quotes in the order of life, whatever stands before them; () where no both ends are."""
    lists = [re.findall(r"[A-Za-z][\w-]*", match[0]) for match in _ENUMERATION.finditer(text)]
    for listed in (*lists, _IN_QUOTES.findall(text)):
        words_ = [word for word in listed if word not in ("and", "or")]
        begins = words_ and state_words.meaning(words_[0]) not in (Phase.SUCCESS, Phase.FAILURE)
        if begins and _have_both_ends(words_):
            return tuple(dict.fromkeys(words_))
    return ()


def _plain_list(text: str) -> list[str]:
    """The words of a list with commas, in any case: of ": created, stopped, finished or error"."""
    items = [item.strip(" :`'\"\n") for item in re.split(r",|\bor\b|\band\b|\|", text)]
    items = [item for item in items if item]
    return items if len(items) > 2 and all(re.fullmatch(r"[A-Za-z][\w-]{0,40}", item) for item in items) else []


_QUOTED = re.compile(r"[`'\"]([A-Z][A-Za-z]{2,40})[`'\"]")
_ITEM = re.compile(
    r"(?:[-,:|*]|\b(?:[Oo]r|[Aa]nd|[Ee]ither|of))\s+([A-Z][A-Za-z]{2,40})"
    r"(?=\s*(?:[,:|.]|\n|$)|\s+(?:or|and|at|in|on|when|once|if|after|otherwise)\b)"
)


def named_without_a_meaning(description: str) -> tuple[str, ...]:
    """Words that a description names as values, and that say nothing: they may be ends."""
    text = description[:20_000]
    found = [
        *_QUOTED.findall(text),
        *(word for match in _LIST_BEGINS.finditer(text) for word in _ITEM.findall(match[0])),
    ]
    return tuple(dict.fromkeys(word for word in found if state_words.could_be_success(word)))


def names_both_ends(description: str) -> bool:
    """Whether a description has a word that means success, and one that means failure."""
    said = {state_words.meaning(word) for word in set(_WORD.findall(description[:20_000]))}
    return {Phase.SUCCESS, Phase.FAILURE} <= said


_WORD = re.compile(r"[A-Za-z]+")


# ------------------------------------------------------------------------------------------------------------ the end
def end_values(told_: Told) -> tuple[Value, ...]:
    """Booleans, counts and times that tell of the end by themselves; () where none of them says that it has ended."""
    flags = [value for value in told_.values if flag_of(value, told_.own) and not told_.is_of_the_request(value)]
    says = {flag_of(value, told_.own) for value in flags}
    counts = [value for value in told_.values if is_failure_count(value)]
    times = {told_.end_time(None), told_.success_time(None)} - {None}
    failed = told_.failure_time(None)
    if says & {"ended", "succeeded"}:
        return tuple(flags)
    if not times or not (counts or failed or told_.failure_list):
        return ()
    return (*(value for value in told_.values if value.path in {*times, failed}), *counts[:1])


def flag_of(value: Value, own: Iterable[str]) -> str:
    """What a boolean says when it is true: ``ended``, ``succeeded`` or ``failed``; "" for others."""
    if not value.truth or only_latest(value.path):
        return ""
    word = "".join(word for word in value.words if word not in own)
    return next((said for said, known in lexicon.FLAGS.items() if word in known), "")


def could_tell_success(told_: Told) -> list[Value]:
    """Values of which one may tell the success where nothing is known to: those whose words say nothing else.

    A text is none of them: that it is set does not tell what it says.
    """
    return [
        value
        for value in told_.values
        if not value.can_be_a_state and not _tells_when_it_ended(value) and phase_of(value) in (None, Phase.SUCCESS)
    ]


def phase_of(value: Value) -> Phase | None:
    """What a plain value means once it is true, above 0 or set, by its name; None where that says nothing."""
    parts = value.words
    if only_latest(value.path) or lexicon.OTHER_TIMES & set(parts) or parts == ["observed", "generation"]:
        return Phase.RUNNING
    if is_failure_count(value) or lexicon.EXPLANATIONS & set(parts):
        return Phase.FAILURE
    if _tells_when_it_ended(value):
        return Phase.SUCCESS
    said = [state_words.meaning(word) for word in (*parts, "".join(parts))]
    return next(
        (phase for phase in (Phase.FAILURE, Phase.QUEUED, Phase.INITIALIZING, Phase.SUCCESS) if phase in said), None
    )


def sounds_like_success(value: Value) -> bool:
    return any(state_words.meaning(word) is Phase.SUCCESS for word in value.words)


def is_failure_count(value: Value) -> bool:
    """A number that is above 0 where something failed, or unlike 0."""
    if value.kind not in (Kind.INTEGER, Kind.NUMBER):
        return False
    known = lexicon.FAILURE_COUNTS | lexicon.EXIT_CODES
    counted = [word for word in value.words if word not in lexicon.COUNTED]
    return "".join(value.words) in known or "".join(counted) in ("failed", "failures")


def failed_terms(value: Value) -> list[str]:
    """What holds of a count of failures, or of an exit code, where it failed: a signal gives one below 0."""
    is_code = "".join(value.words) in lexicon.EXIT_CODES
    return [f"{value.path}>0", *([f"{value.path}<0"] if is_code else [])]


_TIME_WORDS = (
    lexicon.END_TIME_WORDS
    | lexicon.STOP_TIME_WORDS
    | lexicon.FAILURE_TIME_WORDS
    | lexicon.SUCCESS_TIME_WORDS
    | lexicon.TIME_ENDINGS
    | lexicon.TIME_QUALIFIERS
)


def is_time(value: Value) -> bool:
    """Whether a value is a time at which something of the work came about: ``completedAt``, ``timeCompleted``."""
    parts = value.words
    if not parts or only_latest(value.path) or set(parts) & lexicon.OTHER_TIMES or schema.enum(value.node):
        return False
    is_text = value.kind is Kind.STRING and set(parts) & (lexicon.TIME_ENDINGS - {"at"})
    named = [word for word in parts if word not in lexicon.TIME_QUALIFIERS]  # finishedTimestampMs
    is_named = named[-1:] and named[-1] in lexicon.TIME_ENDINGS and value.kind in (Kind.STRING, Kind.INTEGER)
    return value.is_time or bool(is_named) or (bool(is_text) and value.can_be_a_state)


def _is_end_time(parts: set[str]) -> int:
    """How surely words name the time of an end; 0 where they do not."""
    return 2 * bool(parts & lexicon.END_TIME_WORDS) or int(bool(parts & lexicon.STOP_TIME_WORDS))


def _tells_when_it_ended(value: Value) -> bool:
    return is_time(value) and bool(_is_end_time(set(value.words)))


def _work_words(path: Path) -> set[str]:
    """What the object that holds a state is named after: ``{"job"}`` of ``.status.jobStatus.state``."""
    return {word for word in words(path.steps[-2].name) if word not in lexicon.STATUS_NAMES}


def _is_of_a_job(path: Path) -> bool:
    """A state of an object named job, or a sort of job: ``.status.batchJob.state``."""
    parts = [word for word in words(path.steps[-2].name) if word not in lexicon.STATUS_NAMES]
    return parts[-1:] == ["job"]


def _leaf(candidate: Candidate) -> str:
    return candidate.path.steps[-1].name if candidate.path else ""


def _around(candidate: Candidate) -> tuple[object, ...]:
    return candidate.path.steps[:-1] if candidate.path else ()


# ------------------------------------------------------------------------------------------------------ printer columns
_COLUMN = re.compile(r"\{?\.?(status(?:\.[A-Za-z_][\w-]*)*)(\[.*)?\}?")


def _plain_path(column: PrinterColumn) -> Path | None:
    """The field below status that a printer column shows as it is."""
    match = _COLUMN.fullmatch(column.json_path.strip()[:1000])
    return schema.path_of(*match[1].split(".")) if match and not match[2] else None


def _column_path(column: PrinterColumn) -> Path | None:
    """The field below status that a printer column shows as a state; of a list, the list.

    When something happened, and why, is no state, nor that something is there.
    """
    match = _COLUMN.fullmatch(column.json_path.strip()[:1000])
    if not match or column.type in ("date", "integer", "number"):
        return None
    shown = _SHOWN_TYPE.findall(match[2] or "")
    if shown and "".join(words(shown[0])) in lexicon.COMES_AND_GOES:
        return None
    inside = re.sub(r"^\[[^\]]*\]", "", match[2] or "").strip(".}")
    if match[2] and inside not in ("", "type", "status"):
        return None
    return schema.path_of(*match[1].split("."))
