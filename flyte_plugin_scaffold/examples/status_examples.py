"""Statuses that tests send, and what they mean: worked out from the rules here, not by the code under test."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from flyte_plugin_scaffold.deriving import state_words
from flyte_plugin_scaffold.model import Check, Phase, PhaseRule, Plugin, Status, Term
from flyte_plugin_scaffold.text import lexicon

Example = dict[str, Any]
UNHEARD_OF = "SomethingElse"  # a state whose words say nothing
# One state at least for every rule about words, and for every end that is none.
STATES = (
    "", "---", "Succeeded", "SUCCEEDED", "job_succeeded", "JOB_STATE_SUCCEEDED", "All Done", "InitializationComplete",
    "StageCompleted", "PartiallySucceeded", "NotCompleted", "Failed", "JOB_FAILED", "PreparationFailed", "TimedOut", "start timed out",
    "PendingTimeout", "RetryLimitExceeded", "SUBMISSION_FAILED", "RetryFailed", "FinalizingFailed", "SchedulingFailure",
    "RecoveringFromError", "FailedToStart", "FailedAndRetry", "FailedAfterRetries", "cancelled by user", "ErrorRecovering", "ValidationFailed", "Rejected", "NodeLost", "HTTPError",
    "FinishedWithErrors", "CompletedWithWarnings", "CompletedWithSkips", "EnabledWithErrors", "Pending",
    "PENDING_RERUN", "JobCreated", "JobStarting", "WaitingForSomethingElse", "ClusterIsInitializing", "SomethingElse",
    "Pass", "fail", "NOK", "Ok", "SUCCESS (3/3)", "Preempted", "FailedOver", "FailureRecovery", "DumpSucceeded", "DUMPS_PASSED", "DumpJobCompleted",
    "UploadSucceeded", "DumpingFailed", "DUMPING_SUCCEEDED", "SucceededAndReleased", "FailedReleased", "ResourceReleased",
    "FINISHED_SUCCESS", "CompletedSuccessfully", "CompletedUnsuccessfully", "finished ok", "UploadedSuccessfully", "UserCodeException",
    "GaveUp",
)  # fmt: skip
TYPES = (
    "Failed", "example.com/Failed", "CLOUD.Terminal", "Terminated", "JobFailed", "JobFailedRun", "PodFailed", "Invalid", "Succeeded",
    "RunComplete", "StageComplete", "InitializationComplete", "Ready", "",
    "Stalled", "SpecInvalid", "InvalidSpec", "ValidationFailed", "TerminalError", "CreateFailed", "NotInvalid", "PodStartFailed", "SyncFailed",
)  # fmt: skip
TIME = "2024-01-01T00:00:00Z"


def cases(plugin: Plugin) -> list[tuple[str, Example, str]]:
    """Statuses and what they mean, for a table test: (name, the status as JSON, phase of the phase table).

    States that an owned Job has to explain are :func:`job_cases`.
    """
    status = plugin.status
    reader = _Reader(status)
    found: list[tuple[str, Example]] = [("no status", {})]
    found += [(rule.text, _example(rule.terms, status)) for rule in (*status.rules, *status.last_resorts)]
    if status.path is not None and not status.by_conditions:
        ruled = {term.value.lower() for rule in status.rules for term in rule.terms if term.path == status.path}
        others = [value for value in status.known_values if value and value.lower() not in ruled]
        found += [(value, status_with(status.path.names[1:], value)) for value in others]
    found += [("unknown", each) for each in [unknown(plugin)] if each]
    found += [(f"by its words: {name}", each) for name, each in _by_words(status)]
    over = {_key(example) for _, example, _ in job_cases(plugin)}
    seen: dict[str, tuple[str, Example, str]] = {}
    for name, example in found:
        if _key(example) not in over:
            seen.setdefault(name, (name, example, reader.phase(example)))
    return list(seen.values())


def _by_words(status: Status) -> list[tuple[str, Example]]:
    if not status.by_words:
        return []
    found: list[tuple[str, Example]] = []
    if status.path is not None and not status.known_values:  # the API server takes no state that an enum does not have
        words = ("JobSucceeded", "PREPARATION_FAILED", "timed out", "InitializationComplete", "FinalizingFailed")
        found += [(word, _of_state(status, word)) for word in words]
        for rule in () if status.by_conditions else status.last_resorts:
            example = _example(rule.terms, status)
            _put(example, status.path.names[1:], "UploadSucceeded")
            found.append((f"UploadSucceeded, {rule.text}", example))
    if status.conditions and not status.by_conditions:
        refused = [{"type": "example.com/Terminal", "status": "True"}]
        found.append(("Terminal", status_with(status.conditions, refused)))
    return found


def unknown(plugin: Plugin) -> Example | None:
    """A status with an unknown state; without a state, one that says something and ends nothing. None for none."""
    status = plugin.status
    if status.path is not None:
        return _of_state(status, UNHEARD_OF)
    reader = _Reader(status)
    terms = [term for rule in (*status.rules, *status.last_resorts) for term in rule.terms if not term.job]
    examples = [status_with(path, UNHEARD_OF) for path in status.message]
    examples += [_example([term], status) for term in terms]
    return next((each for each in examples if says(each) and reader.phase(each) == Phase.RUNNING.value), None)


def progress(plugin: Plugin) -> list[Example]:
    """Two statuses of a resource that runs, the second further on; [] where there are none."""
    status = plugin.status
    if status.path is not None:
        return [_of_state(status, UNHEARD_OF), _of_state(status, UNHEARD_OF + "Again")]
    if not status.message:
        return []
    found = [status_with(status.message[0], text) for text in (UNHEARD_OF, UNHEARD_OF + "Again")]
    reader = _Reader(status)
    return found if all(reader.phase(each) == Phase.RUNNING.value for each in found) else []


def empty(plugin: Plugin) -> Example | None:
    """A status with an empty state; None where there is no state."""
    status = plugin.status
    return None if status.path is None else status_with(status.path.names[1:], [] if status.by_conditions else "")


def job_cases(plugin: Plugin) -> list[tuple[str, Mapping[str, Any], str]]:
    """(condition of the owned Job, the status as JSON, phase of the phase table) for every rule that asks for the Job."""
    return [
        (term.job, _example((each for each in rule.terms if not each.job), plugin.status), phase_of(rule))
        for rule in plugin.status.rules
        for term in rule.terms
        if term.job
    ]


def failure_with_message(plugin: Plugin) -> Example | None:
    """A status that means failure and says "out of memory"; None where the status has no room for that."""
    status = plugin.status
    rule = _first(status, Phase.FAILURE)
    if rule is None:
        return None
    example = _example(rule.terms, status)
    if any(term.condition for term in rule.terms):
        ends = next(term for term in rule.terms if term.condition)
        if ends is not next(term for term in rule.terms if not term.job):
            return None
        _at(example, status.conditions)[0]["message"] = "out of memory"
    elif status.message and not status.conditions:
        _put(example, status.message[0], "out of memory")
    else:
        return None
    return example


def phase(status: Status, example: Example) -> str:
    """The phase of the phase table that a status has, ``Unknown`` where it has none."""
    return _Reader(status).phase(example)


def phase_of(rule: PhaseRule) -> str:
    """The name of the rule's phase in the phase table, without its prefix."""
    return f"{rule.failure.value}Failure" if rule.failure else rule.phase.value


def says(value: Any) -> bool:
    """Whether a value of a status says anything: operators write empty ones before they know more."""
    if isinstance(value, dict):
        return any(says(each) for name, each in value.items() if name != "observedGeneration")
    return any(map(says, value)) if isinstance(value, list) else bool(value)


# ------------------------------------------------------------------------------------------------------------ examples
def _example(terms: Iterable[Term], status: Status) -> Example:
    found: Example = {}
    conditions: list[dict[str, str]] = []
    for term in terms:
        if term.condition:
            reason = {"reason": term.reason} if term.reason else {}
            conditions.append({"type": term.condition, "status": term.status, **reason})
        elif term.path is not None:
            _put(found, term.path.names[1:], value_of(term))
    if conditions:
        _put(found, status.conditions, conditions)
    return found


def value_of(term: Term) -> Any:
    """A value for which a term holds."""
    if term.is_list:
        return [UNHEARD_OF] * int(value_of(replace(term, is_list=False)) if term.is_number else 1)
    if term.check is Check.IS_SET:
        return 1 if term.is_number else TIME
    if term.is_flag:
        return term.value == "true"
    if not term.is_number:
        return term.value
    number = float(term.value) + {Check.ABOVE: 1, Check.BELOW: -1}.get(term.check, 0)
    return int(number) if number.is_integer() else number


def _of_state(status: Status, state: str) -> Example:
    assert status.path is not None
    return status_with(status.path.names[1:], [{"type": state, "status": "True"}] if status.by_conditions else state)


def _first(status: Status, phase: Phase) -> PhaseRule | None:
    """The first rule of a phase, if possible one that the status alone can satisfy."""
    rules = [rule for rule in (*status.rules, *status.last_resorts) if rule.phase is phase]
    return min(rules, key=lambda rule: any(term.job for term in rule.terms), default=None)


def status_with(names: tuple[str, ...], value: Any) -> Example:
    """A status with nothing but a value where the names lead."""
    for name in reversed(names):
        value = {name: value}
    return value


def _put(into: Example, path: tuple[str, ...], value: Any) -> None:
    for name in path[:-1]:
        into = into.setdefault(name, {})
    into[path[-1]] = value


def _at(value: Any, names: Iterable[str]) -> Any:
    """What stands at a path of names in a JSON object; None where there is nothing."""
    for name in names:
        value = value.get(name) if isinstance(value, Mapping) else None
    return value


def _key(example: Any) -> Any:
    if isinstance(example, Mapping):
        return tuple(sorted((name, _key(value)) for name, value in example.items()))
    return tuple(map(_key, example)) if isinstance(example, list) else str(example)


# ------------------------------------------------------------------------------------------------------------- reading
class _Reader:
    """The rules of a status once more, for what tests expect; an index of them keeps large enums quick."""

    def __init__(self, status: Status) -> None:
        self._status = status
        self._conditions = status.conditions
        self._by_key: dict[tuple[str, str], list[int]] = {}
        self._others: list[int] = []
        keys = [[key for key in map(_key_of, rule.terms) if key] for rule in status.rules]
        uses = Counter(key for each in keys for key in each)
        for index, each in enumerate(keys):
            if each:
                self._by_key.setdefault(min(each, key=lambda key: uses[key]), []).append(index)
            else:
                self._others.append(index)

    def phase(self, example: Example) -> str:
        """The phase of the phase table that a status has."""
        found = self._phase(example)
        said = [str(_at(example, path.names[1:]) or "") for path in self._status.outcomes]
        failed = [word for word in said if state_words.meaning(word) is Phase.FAILURE]
        return _named(Phase.FAILURE, failed[0]) if failed and found == Phase.SUCCESS.value else found

    def _phase(self, example: Example) -> str:
        """The same without results in words."""
        status = self._status
        rule = self._rule(example)
        beside = self._end_beside(example) if rule is None or rule.phase is not Phase.FAILURE else ""
        if beside:
            return beside
        if rule is not None:
            return phase_of(rule)
        state = self._state(example)
        by_words = status.by_words and not status.by_conditions
        found = state_words.unlisted_meaning(state, status.own_words, bool(status.last_resorts)) if by_words else None
        if found:
            return _named(found, state)
        for rule in status.last_resorts:
            if all(self._holds(term, example) for term in rule.terms):
                named = {
                    word for term in rule.terms if term.path for word in state_words.words(term.path.steps[-1].name)
                }
                is_well = by_words and state_words.ends_well(state) and not named & lexicon.FAILED_FIRST
                return Phase.SUCCESS.value if is_well else phase_of(rule)
        if state:
            return "Unknown"
        return Phase.RUNNING.value if says(example) else Phase.QUEUED.value

    def _rule(self, example: Example) -> PhaseRule | None:
        indexes = list(self._others)
        for key, found in self._keys(example):
            indexes += self._by_key.get((key, found), ())
        for index in sorted(indexes):
            if all(self._holds(term, example) for term in self._status.rules[index].terms):
                return self._status.rules[index]
        return None

    def _keys(self, example: Example) -> Iterable[tuple[str, str]]:
        if self._status.conditions:
            for each in _at(example, self._conditions) or ():
                yield "", each["type"]
        for path in (self._status.path, *self._status.paths):
            value = _at(example, path.names[1:]) if path is not None else None
            if isinstance(value, str):
                yield str(path), value.lower()

    def _holds(self, term: Term, example: Example) -> bool:
        if term.job:
            return False  # a status is all there is
        if term.condition:
            return any(
                each["status"] == term.status
                and term.condition in (each["type"], each["type"].replace("/", ".").rpartition(".")[2])
                and (not term.reason or each.get("reason") == term.reason)
                for each in _at(example, self._conditions) or ()
            )
        value = _at(example, term.path.names[1:]) if term.path is not None else None
        if term.is_number:
            return _compares(value, term)
        if term.check is Check.IS_SET:
            return value not in (None, "", [])
        if term.is_flag:
            return bool(value) is (term.value == "true")
        return str(value or "").lower() == term.value.lower()

    def _state(self, example: Example) -> str:
        status = self._status
        if status.path is None:
            return ""
        value = _at(example, status.path.names[1:])
        if status.by_conditions:
            return next((each["type"] for each in reversed(value or ()) if each["status"] == "True"), "")
        return str(value or "")

    def _end_beside(self, example: Example) -> str:
        """The failure of a state above that of the work, or the end that a condition tells, by its words."""
        status = self._status
        if not status.by_words:
            return ""
        for path in status.broader:
            state = str(_at(example, path.names[1:]) or "")
            if state_words.meaning(state) is Phase.FAILURE:
                return _named(Phase.FAILURE, state)
        if not status.conditions:
            return ""
        succeeded = False
        for each in _at(example, self._conditions) or ():
            found, is_true = state_words.end_of_condition(each["type"], status.own_words), each["status"] == "True"
            if found is Phase.FAILURE and is_true:
                return _named(found, each["type"])
            if found is not Phase.SUCCESS or each["status"] == "Unknown":
                continue
            reason = each.get("reason", "")
            why = state_words.meaning(reason) if is_true else state_words.end_of_condition(reason, status.own_words)
            if why is Phase.FAILURE and (is_true or len(state_words.words(reason)) > 1):
                return _named(Phase.FAILURE, reason)
            succeeded |= is_true and status.by_conditions
        return Phase.SUCCESS.value if succeeded else ""


def _key_of(term: Term) -> tuple[str, str] | None:
    """What a status must have for a term to hold; None where that is no single value."""
    if term.condition:
        return "", term.condition
    is_text = term.path and term.check is Check.EQUALS and term.value and not (term.is_flag or term.is_number)
    return (str(term.path), term.value.lower()) if is_text else None


def _compares(value: Any, term: Term) -> bool:
    try:
        number = float(len(value) if isinstance(value, list) else value or 0)
    except ValueError:
        number = 0.0
    return term.compares(number)


def _named(phase: Phase, state: str) -> str:
    if phase is not Phase.FAILURE:
        return phase.value
    return f"{state_words.failure_of([Term(value=state)]).value}Failure"


FILTERS = {each.__name__: each for each in (job_cases,)}
