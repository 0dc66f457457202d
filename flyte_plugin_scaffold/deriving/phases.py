"""What the states of a CR mean to Flyte: the default of the answer ``phases``, and what of it is a guess."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from flyte_plugin_scaffold.deriving import ending, state_words, states
from flyte_plugin_scaffold.deriving.states import Candidate, Told, Value
from flyte_plugin_scaffold.model import BY_WORDS, Crd, Path, Phase
from flyte_plugin_scaffold.reading import schema
from flyte_plugin_scaffold.reading.schema import Kind
from flyte_plugin_scaffold.text import lexicon, names

# Values that are taken for success where none means it plainly.
Weak = Callable[[Crd, Sequence[str]], list[str]]

_OR_LIKE = ", or ends with the word of a failure, such as startup_failure"
_MOST_SILENT = 20  # states that say nothing: in a longer list no one of them is an end that was forgotten
_ORDER = (Phase.SUCCESS, Phase.FAILURE, Phase.QUEUED, Phase.INITIALIZING, Phase.RUNNING)


@dataclass(frozen=True)
class Default:
    """A default of the answer ``phases``; ``text`` is "" where nothing means success."""

    text: str
    guesses: tuple[str, ...] = ()  # sentences


@dataclass
class _Draft:
    """An answer in the making."""

    terms: dict[Phase, list[str]] = field(default_factory=lambda: {phase: [] for phase in _ORDER})
    by_words: bool = False
    guesses: list[str] = field(default_factory=list)
    known: set[tuple[Phase, str]] = field(default_factory=set)

    def add(self, phase: Phase, *terms: str) -> None:
        for term in terms:
            if (phase, term) not in self.known:
                self.known.add((phase, term))
                self.terms[phase].append(term)

    def __str__(self) -> str:
        if not self.terms[Phase.SUCCESS]:
            return ""
        entries = [f"{phase.value}={','.join(self.terms[phase])}" for phase in _ORDER if self.terms[phase]]
        return "; ".join([*entries, *([BY_WORDS] if self.by_words else [])])


def derive(crd: Crd, path: Path | None) -> Default:
    """The default of ``phases`` for a status path, or for none; nothing for a kind that goes on until it is deleted."""
    return Default("") if ending.never_finishes(crd) else _derive(crd, path, ending.weak_successes)


def would_be(crd: Crd, path: Path | None) -> Default:
    """What :func:`derive` would give for a kind that does end: what a refusal offers."""
    return _derive(crd, path, lambda _, values: ending.weakly_successful(values))


def with_a_success_to_choose(crd: Crd, path: Path) -> tuple[Default, tuple[str, ...]]:
    """The answer where no listed value is known to mean success: it takes the last one that could, and all that could.

    What words call a failure or a stage is never taken for it, and stands in the answer as what it is.
    """
    listed = states.told(crd).listed(path)
    denied = state_words.opposites(listed)
    could = tuple(value for value in listed if state_words.could_be_success(value) and value not in denied)
    return _derive(crd, path, lambda *_: list(could[-1:])), could


def _derive(crd: Crd, path: Path | None, weak: Weak) -> Default:
    told = states.told(crd)
    draft = _Draft()
    if path is None:
        _of_values(told, draft)
    elif states.by_conditions(crd, path):
        _of_conditions(told, path, draft)
    else:
        _of_states(told, path, draft, weak)
    return Default(str(draft), tuple(draft.guesses) if str(draft) else ())


def value_text(value: str) -> str:
    """A value as the answer ``phases`` has it: JSON where it is empty or holds what the answer's form means."""
    is_plain = re.fullmatch(r"[\w./:+-]+", value, re.ASCII) and not value.startswith(".")
    return value if is_plain else json.dumps(value)


def how_it_ended_is_unknown(crd: Crd, path: Path | None) -> str:
    """The listed value that is taken for success and only says that it has ended; "" where the others tell more."""
    told = states.told(crd)
    values = told.listed(path) if path else ()
    ends = state_words.ends(values, Phase.SUCCESS)
    tells = (
        len(ends) != 1 or ends[0].lower() not in lexicon.HOW_UNKNOWN or any("fail" in each.lower() for each in values)
    )
    return "" if tells else value_text(ends[0])


def signs_of_failure(told: Told) -> list[str]:
    """What holds where something failed, [] for none.

    That is a count above 0, an exit code unlike 0, a string that is set, or a list of what failed that has items.
    """
    counts = next((states.failed_terms(value) for value in told.values if states.is_failure_count(value)), [])
    texts = [str(told.error_text), *_code_beside(told, told.error_text)] if told.error_text else []
    return counts or [*texts, *([str(told.failure_list)] if told.failure_list else [])]


def _code_beside(told: Told, text: Path) -> list[str]:
    """The number of an error in the object that has its text, which may be empty: ``.error.code`` and ``.error.message``."""
    numbers = (Kind.INTEGER, Kind.NUMBER)
    codes = (each for each in told.beside(text) if each.words == ["code"] and each.kind in numbers)
    is_of_an_error = len(text.steps) > 2 and text.steps[-2].name.lower() in ("error", "failure")
    return [f"{each.path}{sign}0" for each in codes if is_of_an_error for sign in "><"]


def term_of(value: Value) -> str:
    """A term for a value of which nothing but its type is known."""
    if value.truth:
        return f"{value.path}={value.truth[0]}"
    if value.kind in (Kind.INTEGER, Kind.NUMBER) and lexicon.SHARES & set(value.words):
        return f"{value.path}>=100"
    return f"{value.path}>0" if value.kind in (Kind.INTEGER, Kind.NUMBER) else str(value.path)


# -------------------------------------------------------------------------------------------------------------- states
def _of_states(told: Told, path: Path, draft: _Draft, weak: Weak) -> None:
    pair = told.pair
    candidate = next((each for each in told.candidates if each.path == path), Candidate(path, False, ""))
    listed = told.listed(path)
    if pair and pair[0].path == path:
        _of_pair(told, pair, draft)
    elif listed:
        _of_listed(told, path, listed, draft, weak)
    elif pair and pair[1].path == path:
        _of_words(told, path, draft, lexicon.INNER_VALUES)
    else:
        _of_words(told, path, draft, ())
    if draft.terms[Phase.SUCCESS]:
        _add_failures_beside(told, candidate, draft)
        _add_failures_without_a_result(told, path, draft)


def _of_listed(told: Told, path: Path, values: Sequence[str], draft: _Draft, weak: Weak) -> None:
    """The values that the CRD lists, in the order of life in which most operators name them."""
    stages = _ends_of_stages(told, values)
    is_stage = set(stages)
    left = set(state_words.left_behind(value for value in values if value not in is_stage))
    after = [
        value
        for value in values
        if value not in is_stage
        and (value in left or (state_words.comes_after_an_end(value) and not _is_end(state_words.meaning(value))))
    ]
    apart = {*stages, *after}
    failed = set(told.ends(path, Phase.FAILURE))
    attempts = _of_attempts(values)
    for value in values:
        phase = Phase.FAILURE if value in failed else state_words.meaning(value)
        if phase in (Phase.QUEUED, Phase.INITIALIZING) and _is_being_stopped(value):
            continue  # CANCEL_REQUESTED of what runs
        if phase and value not in apart and value not in attempts:
            draft.add(phase, value_text(value))
    if not draft.terms[Phase.SUCCESS]:
        draft.add(Phase.SUCCESS, *map(value_text, told.ends(path, Phase.SUCCESS)))
    if not draft.terms[Phase.SUCCESS]:
        draft.add(Phase.SUCCESS, *map(value_text, weak(told.crd, values)))
        if draft.terms[Phase.SUCCESS]:
            draft.guesses.append(f"{', '.join(draft.terms[Phase.SUCCESS])} of {path} is taken for success")
        taken = set(draft.terms[Phase.SUCCESS])
        for value, of in state_words.opposites(values).items():
            comes_and_goes = "".join(state_words.words(of)) in lexicon.COMES_AND_GOES
            if value_text(of) in taken and not comes_and_goes and state_words.meaning(value) is None:
                draft.add(Phase.FAILURE, value_text(value))
    if not draft.terms[Phase.SUCCESS]:
        return
    if draft.terms[Phase.FAILURE]:
        _ask_what_tells_otherwise(told, path, draft)
    else:
        _ask_the_result(told, path, draft)
    over = [end for end in draft.terms[Phase.SUCCESS] if end.lower() in lexicon.HOW_UNKNOWN]
    if not draft.terms[Phase.FAILURE]:
        draft.guesses.append(
            f"{_and(over)} of {path} only says that it is over: what failed or was cancelled is taken for a success; "
            "name what tells otherwise in phases"
            if over
            else f"no value of {path} means failure: a failed resource would run until the task's timeout; name it in phases"
        )
    may_be = set() if told.end_time(path) else _may_be_ends(values)  # with that time, it is what is asked
    taken = set(draft.terms[Phase.SUCCESS])
    unsure = [
        value_text(value)
        for value in values
        if value not in apart
        and state_words.meaning(value) is None
        and (state_words.has_a_word_of_an_end(value) or value in may_be)
        and value_text(value) not in taken
    ]
    if unsure:
        draft.guesses.append(f"{_and(unsure)} of {path} is taken for Running, though it sounds like an end")
    if attempts:
        draft.guesses.append(
            f"{_and(attempts)} of {path} is taken for Running: it may be of one attempt, as other values mean failure"
        )
    if stages:
        draft.guesses.append(_said_of_stages(told, path, stages))
    if after and draft.terms[Phase.FAILURE]:
        draft.add(Phase.FAILURE, *map(value_text, after))
        draft.guesses.append(
            f"{_and(after)} of {path} can follow a success or a failure, and is taken for a failure: "
            "a look that comes late may miss a success"
        )
    elif after:
        draft.add(Phase.SUCCESS, *map(value_text, after))
    _end_what_says_nothing(told, path, [value for value in values if value not in apart], draft)


def _end_what_says_nothing(told: Told, path: Path, values: Iterable[str], draft: _Draft) -> None:
    """States that are known by name alone are failures once the time of the end is set."""
    end = told.end_time(path)
    named = {term.lower() for terms in draft.terms.values() for term in terms}
    silent = [value_text(value) for value in values if end and not state_words.goes_on(value)]
    silent = [value for value in silent if named.isdisjoint((value.lower(), f"{value} & {end}".lower()))]
    if 0 < len(silent) <= _MOST_SILENT:
        draft.add(Phase.FAILURE, *(f"{value} & {end}" for value in silent))
        draft.guesses.append(f"{_and(silent)} of {path} is taken for Running, and for a failure once {end} is set")


def _of_attempts(values: Sequence[str]) -> list[str]:
    """Failures of one attempt, after which another one may follow, where there are failures of the whole: ATTEMPT_FAILURE beside ERROR."""
    failures = [value for value in values if state_words.meaning(value) is Phase.FAILURE]
    found = [value for value in failures if state_words.words(value)[0] in lexicon.OF_ONE_ATTEMPT]
    return found if len(found) < len(failures) else []


def _is_being_stopped(value: str) -> bool:
    return any(word in lexicon.CANCELS for word in state_words.words(value))


def _may_be_ends(values: Sequence[str]) -> set[str]:
    """Values that no rule knows and that may be ends: they are not complete, or something was done that is listed after an end."""
    found: set[str] = set()
    ended = False
    for value in values:
        parts = state_words.words(value)
        was_done = ended and parts[-1:] != [] and parts[-1].endswith("ed")
        if lexicon.HALF_DONE & set(parts) or (was_done and state_words.could_be_success(value)):
            found.add(value)
        ended = ended or _is_end(state_words.meaning(value))
    return found


def _is_end(phase: Phase | None) -> bool:
    return phase in (Phase.SUCCESS, Phase.FAILURE)


def _ask_the_result(told: Told, path: Path, draft: _Draft) -> None:
    """A state that lists no failure is joined with what stands beside it and tells how it ended."""
    ends = draft.terms[Phase.SUCCESS]
    flag = _flag_beside(told, path)
    if flag:
        draft.terms[Phase.SUCCESS] = [f"{end} & {flag}=true" for end in ends]
        draft.add(Phase.FAILURE, *(f"{end} & {flag}=false" for end in ends))
    else:
        _ask_the_text_beside(told, path, ends, draft)


def _ask_what_tells_otherwise(told: Told, path: Path, draft: _Draft) -> None:
    """A state that can fail, and may say that it is completed all the same: a verdict, a boolean or an exit code tells."""
    ends = [end for end in draft.terms[Phase.SUCCESS] if end.lower() in lexicon.ENDED]
    signs = []
    flag = _flag_beside(told, path)
    if flag:
        signs.append(f"{flag}=false")
    for value in told.beside(path):
        if _is_an_outcome(told, value):
            signs += [f"{value.path}={value_text(word)}" for word in _failed_values(told, value.path)]
        elif "".join(value.words) in lexicon.EXIT_CODES and states.is_failure_count(value):
            signs += states.failed_terms(value)
    draft.add(Phase.FAILURE, *(f"{end} & {sign}" for end in ends for sign in signs))


def _ask_the_text_beside(told: Told, path: Path, ends: Sequence[str], draft: _Draft) -> None:
    found = _result_beside(told, path)
    if not found:
        _ask_the_signs_beside(told, path, ends, draft)
    elif ends:
        result, failed = found
        by_words = told.tells_how_in_words(result)
        draft.by_words |= by_words
        draft.add(Phase.FAILURE, *(f"{end} & {result}={value_text(word)}" for end in ends for word in failed))
        draft.guesses.append(
            f"{_and(ends)} of {path} does not say how it ended: it is a failure where {result} is one of {', '.join(failed)}"
            + _OR_LIKE * by_words
        )


def _ask_the_signs_beside(told: Told, path: Path, ends: Sequence[str], draft: _Draft) -> None:
    """An exit code, a count of failures or a text of an error, where nothing better tells how it ended."""
    signs = signs_of_failure(told)
    if signs and ends:
        draft.add(Phase.FAILURE, *(f"{end} & {sign}" for end in ends for sign in signs))
        draft.guesses.append(
            f"{_and(ends)} of {path} does not say how it ended: it is a failure with {' or '.join(signs)}"
        )


def _flag_beside(told: Told, path: Path) -> Path | None:
    """A boolean beside a state that says whether it was a success."""
    flags = (value.path for value in told.beside(path) if states.flag_of(value, told.own) == "succeeded")
    return next(flags, None)


def _result_beside(told: Told, path: Path) -> tuple[Path, Sequence[str]] | None:
    """A text beside a state, or in another object, that is named a result, and its values that mean failure."""
    elsewhere = [
        value
        for value in told.values
        if value.path.steps[:-1] != path.steps[:-1]
        and states.is_outcome(value.words, told.own)
        and not states.only_latest(value.path)
    ]
    for value in (*told.beside(path), *elsewhere):
        is_result = set(value.words) <= lexicon.RESULTS or states.is_outcome(value.words, told.own)
        if value.can_be_a_state and value.words and is_result:
            failed = _failed_values(told, value.path)
            if failed:
                return value.path, failed
    return None


def _is_an_outcome(told: Told, value: Value) -> bool:
    return value.can_be_a_state and states.is_outcome(value.words, told.own)


def _failed_values(told: Told, path: Path) -> Sequence[str]:
    """The listed values of a result that mean failure; the usual ones if none are listed."""
    listed = told.listed(path)
    return state_words.ends(listed, Phase.FAILURE) if listed else lexicon.FAILED_RESULTS


def _ask_the_result_of_words(told: Told, path: Path, draft: _Draft) -> None:
    """The same of a state whose values are not listed: some of its usual words say only that it has ended."""
    ends = [end for end in draft.terms[Phase.SUCCESS] if end.lower() in lexicon.ENDED]
    flag = _flag_beside(told, path)
    if flag:
        draft.add(Phase.FAILURE, *(f"{end} & {flag}=false" for end in ends))
    else:
        found = _result_beside(told, path)
        is_verdict = found and states.is_outcome(state_words.words(found[0].steps[-1].name), told.own)
        known = lexicon.ENDED if is_verdict else lexicon.HOW_UNKNOWN
        _ask_the_text_beside(told, path, [end for end in ends if end.lower() in known], draft)


def _said_of_stages(told: Told, path: Path, stages: Sequence[str]) -> str:
    return f"{_and(stages)} of {path} could be a stage or an end, and is taken for a stage: {told.crd.called} lists it before the ends"


def _ends_of_stages(told: Told, values: Sequence[str]) -> list[str]:
    """Values such as ``stopped`` and ``vm_stopped`` that can be an end or a stage, and stand in a list before every end.

    Where the way there has a name of its own (``stopping``) and leads to nothing else before the ends, it is an end.
    """
    found: list[str] = []
    listed = [state_words.words(value) for value in values]
    goes_on = {parts[-1][:4] for parts in listed if parts and parts[-1].endswith("ing")}
    last_end = -1  # the latest that has a way of its own
    for position, (value, parts) in enumerate(zip(values, listed)):
        before = parts[:-1]
        by_whom = lexicon.ENDED_BY & set(before) or any(word.endswith("ly") for word in before)
        words_ = lexicon.STAGE_OR_END if set(before) <= told.own else lexicon.PART_OR_END
        if parts and parts[-1] in words_ and not by_whom:
            found.append(value)
            last_end = position if len(parts) == 1 and parts[0][:4] in goes_on else last_end
        elif state_words.meaning(value) in (Phase.SUCCESS, Phase.FAILURE):
            between = listed[last_end + 1 : position]
            leads_on = any(parts and not parts[-1].endswith("ing") for parts in between)
            return found if last_end < 0 or leads_on else [each for each in found if each != values[last_end]]
    return []


def _of_words(told: Told, path: Path, draft: _Draft, usual: Sequence[str]) -> None:
    """A state whose values the CRD does not list: the usual words, those of its description, and the rules of words."""
    for value in usual:
        phase = state_words.meaning(value)
        if phase:
            draft.add(phase, value)
    if not usual:
        _add_usual_words(told, path, draft)
    usual_ones = {term.lower() for terms in draft.terms.values() for term in terms}
    for value in told.named(path):
        phase = state_words.meaning(value)
        if phase and value.lower() not in usual_ones:
            draft.add(phase, value_text(value))
    stages = _ends_of_stages(told, told.named(path))
    if stages:
        lower = {stage.lower() for stage in stages}
        draft.terms[Phase.FAILURE] = [term for term in draft.terms[Phase.FAILURE] if term.lower() not in lower]
        draft.add(Phase.RUNNING, *map(value_text, stages))
        draft.guesses.append(_said_of_stages(told, path, stages))
    _ask_the_result_of_words(told, path, draft)
    end = told.end_time(path)
    if end and not usual:
        draft.add(Phase.SUCCESS, *(f"{word} & {end}" for word in lexicon.READY_AT_THE_END))
    _end_what_says_nothing(told, path, [value for value in told.named(path) if value not in stages], draft)
    draft.by_words = True
    draft.guesses.append(
        f"{told.crd.called} does not list the values of {path}: the usual words and the last words of a state decide, "
        "such as Succeeded, Completed, Failed and TimedOut"
    )
    silent = states.named_without_a_meaning(schema.description(told.node(path)))
    if silent:
        draft.guesses.append(
            f"the description of {path} names {_and(silent)}, whose words say nothing: they are taken for Running; "
            "name those that are ends in phases"
        )
    if end:
        _add_the_last_resort(end, draft)
    failed = told.failure_time(path)
    if failed:
        _add_the_last_resort(failed, draft)
    draft.add(Phase.SUCCESS, *_since_success(told, path))


def _since_success(told: Told, path: Path | None) -> list[str]:
    """What holds once the time of a success is set, also beside that of any end, which alone is a failure."""
    succeeded, end = told.success_time(path), told.end_time(path)
    return [f"{end} & {succeeded}"] * bool(succeeded and end) + [str(succeeded)] * bool(succeeded)


def _add_the_last_resort(end: Path, draft: _Draft) -> None:
    draft.add(Phase.FAILURE, str(end))
    draft.guesses.append(f"an unknown state is a failure once {end} is set")


def _add_usual_words(told: Told, path: Path, draft: _Draft) -> None:
    draft.add(Phase.SUCCESS, *lexicon.USUAL_SUCCESS)
    draft.add(Phase.FAILURE, *lexicon.USUAL_FAILURE)
    draft.add(Phase.QUEUED, *lexicon.USUAL_QUEUED)
    draft.add(Phase.INITIALIZING, *lexicon.USUAL_INITIALIZING)
    above = {word for step in path.steps[1:-1] for word in state_words.words(step.name)}
    if "application" in above:
        draft.add(Phase.QUEUED, *lexicon.APPLICATION_QUEUED)
    # What the status names is there before the work runs in it: first the job, then the cluster it made.
    own = (names.words(told.crd.kind) or ["Job"])[-1]
    made = [
        match[1] for match in (re.fullmatch(r"([a-z]+)Name", name) for name in schema.properties(told.root)) if match
    ]
    made = [each for each in made if each in lexicon.MADE_BEFORE and each != own.lower()]
    if made:
        draft.add(Phase.QUEUED, f"{own}Created")
        draft.add(Phase.INITIALIZING, *(f"{each.capitalize()}Created" for each in made))


def _of_pair(told: Told, pair: tuple[Candidate, Candidate], draft: _Draft) -> None:
    broad, inner = (each.path for each in pair)
    assert broad is not None and inner is not None
    broad_values = told.listed(broad) or told.named(broad)
    inner_values = told.listed(inner) or told.named(inner)
    for path, values in ((broad, broad_values), (inner, inner_values)):
        if not values:
            draft.guesses.append(f"{told.crd.called} does not list the values of {path}: the usual ones are taken")
    broad_values = broad_values or lexicon.BROADER_VALUES
    inner_values = inner_values or lexicon.INNER_VALUES
    ended = [value_text(value) for value in state_words.ends(broad_values, Phase.SUCCESS)]

    def both(phase: Phase) -> list[str]:
        return [
            f"{end} & {inner}={value_text(each)}" for end in ended for each in state_words.ends(inner_values, phase)
        ]

    draft.add(Phase.SUCCESS, *both(Phase.SUCCESS))
    for phase in (Phase.FAILURE, Phase.QUEUED, Phase.INITIALIZING):
        draft.add(phase, *map(value_text, state_words.ends(broad_values, phase)))
    draft.add(Phase.FAILURE, *both(Phase.FAILURE))
    if not states.is_outcome(state_words.words(inner.steps[-1].name), told.own):
        return
    known = {value for phase in Phase for value in state_words.ends(inner_values, phase)}
    others = [value for value in inner_values if value not in known and state_words.is_over(value)]
    if others:
        draft.add(Phase.FAILURE, *(f"{end} & {inner}={value_text(each)}" for end in ended for each in others))
        draft.guesses.append(f"{_and(others)} of {inner} is taken for a failure, once {broad} says that it is over")


def _add_failures_without_a_result(told: Told, path: Path, draft: _Draft) -> None:
    """Where the state is a result that is empty until the end: the failures of the state beside it, after which there is none."""
    if not lexicon.OUTCOMES & set(state_words.words(path.steps[-1].name)):
        return
    for value in told.beside(path):
        if value.can_be_a_state and value.words[-1:] and value.words[-1] in lexicon.STATUS_NAMES:
            failed = state_words.ends(told.listed(value.path), Phase.FAILURE)
            only_over = lexicon.ONLY_OVER
            draft.add(
                Phase.FAILURE,
                *(
                    f"{value.path}={value_text(each)}"
                    for each in failed
                    if state_words.words(each)[-1] not in only_over
                ),
            )


def _add_failures_beside(told: Told, state: Candidate, draft: _Draft) -> None:
    """What ends it beside its state: a failure of a broader state, and a condition that alone tells of a refusal."""
    broad = told.inner(state)
    if broad and broad.path:
        listed = state_words.ends(told.listed(broad.path), Phase.FAILURE)
        if not told.listed(broad.path):
            listed = list(lexicon.BROADER_FAILURES)
            draft.by_words = True
            draft.guesses.append(
                f"{told.crd.called} does not list the values of {broad.path}: one whose words fail is a failure"
            )
        draft.add(Phase.FAILURE, *(f"{broad.path}={value_text(value)}" for value in listed))
    usual = schema.path_of("status", "conditions")
    if usual not in told.conditions:
        return
    types = states.condition_types(told, usual)
    if not types:
        draft.add(Phase.QUEUED, *(f"{usual}={each}" for each in lexicon.CONDITION_SUSPENDED))
    if state.path and state_words.ends(told.listed(state.path), Phase.FAILURE):
        draft.add(Phase.FAILURE, *(f"{usual}={each}" for each in (() if types else lexicon.REFUSALS)))
        draft.by_words |= not types  # SpecInvalid and the like
        return
    failed = [each for each in types if state_words.end_of_condition(each, told.own) is Phase.FAILURE]
    draft.add(Phase.FAILURE, *(f"{usual}={each}" for each in failed or (() if types else lexicon.CONDITION_FAILURE)))
    draft.by_words |= not types


# ---------------------------------------------------------------------------------------------------------- conditions
def _of_conditions(told: Told, path: Path, draft: _Draft) -> None:
    """Condition types: the enum's, else the usual ones with those that printer columns and the description name."""
    types = states.condition_types(told, path)
    node = schema.properties(schema.items(told.node(path))).get("type", schema.EMPTY)
    if state_words.ends(types, Phase.SUCCESS) and schema.enum(node):
        for value in types:
            phase = state_words.meaning(value)
            if phase:
                draft.add(phase, value_text(value))
        if not draft.terms[Phase.FAILURE]:
            draft.add(Phase.FAILURE, *_told_by_reasons(draft.terms[Phase.SUCCESS]))
            draft.guesses.append(
                f"no type of {path} means failure: only a reason such as Failed does, "
                "and any other failed resource would run until the task's timeout; name it in phases"
            )
        return
    shown = states.shown_types(told.crd, path)
    fails = state_words.ends((*shown, *types), Phase.FAILURE)
    if "Succeeded" in shown and not fails:  # True, False and Unknown of one condition
        draft.add(Phase.SUCCESS, "Succeeded")
        draft.add(Phase.FAILURE, "Succeeded=False")
        return
    ends = state_words.ends((*shown, *types), Phase.SUCCESS)
    draft.by_words = True
    draft.guesses.append(f"{told.crd.called} does not list the types of {path}: the usual ones decide")
    if not ends and "Ready" in shown:
        ends = ["Ready"]
        draft.guesses.append("Ready is taken for success, as nothing else tells of an end")
    draft.add(Phase.SUCCESS, *ends, *lexicon.CONDITION_SUCCESS)
    draft.add(Phase.FAILURE, *fails, *lexicon.CONDITION_FAILURE, *_told_by_reasons(ends))
    draft.add(Phase.QUEUED, *lexicon.CONDITION_QUEUED)
    draft.add(Phase.RUNNING, *lexicon.CONDITION_RUNNING)
    end = told.end_time(None)
    if end:
        draft.add(Phase.SUCCESS, *([] if "Ready" in ends else [f"Ready & {end}"]))
        _add_the_last_resort(end, draft)


def _told_by_reasons(ends: Iterable[str]) -> list[str]:
    """Failures that an end tells by its reason: False alone may mean that it goes on."""
    return [
        f"{name}{status}/{reason}"
        for name in dict.fromkeys(ends)
        for status in ("", "=False")
        for reason in lexicon.CONDITION_FAILURE_REASONS
        if (name != "Ready" or reason in lexicon.CONDITION_FAILURE)  # what is Ready is no job that could have failed
        and not (status and reason in lexicon.CONDITION_FAILURE and name != "Ready")  # it waits for what has failed
    ]


# -------------------------------------------------------------------------------------------------------------- values
def _of_values(told: Told, draft: _Draft) -> None:
    """Booleans, counts and times, where no state tells of the end."""
    found = states.end_values(told)
    if not found and told.waits_by_code:
        _of_codes(told, draft)
        return
    flags: dict[str, list[Value]] = {"ended": [], "succeeded": [], "failed": []}
    for value in found:
        said = states.flag_of(value, told.own)
        if said:
            flags[said].append(value)
    ended, succeeded, failed = (next(iter(flags[said]), None) for said in ("ended", "succeeded", "failed"))
    if ended and succeeded:
        draft.add(Phase.SUCCESS, f"{term_of(ended)} & {term_of(succeeded)}")
        draft.add(Phase.FAILURE, f"{term_of(ended)} & {_untrue(succeeded)}")
    elif ended:
        _of_an_end(told, ended, flags["failed"], draft)
    elif succeeded:
        draft.add(Phase.SUCCESS, term_of(succeeded))
    elif found:
        _of_times(told, found, draft)
    draft.add(Phase.FAILURE, *([term_of(failed)] if failed and not ended else []))
    end = told.end_time(None)
    if succeeded and not (ended or failed):
        draft.add(Phase.FAILURE, *([str(each) for each in (end or told.error_text,) if each]))
    if draft.terms[Phase.SUCCESS] and not draft.terms[Phase.FAILURE]:
        draft.guesses.append(
            f"nothing tells of a failure: once {ended.path} is true it is a success, also where it failed"
            if ended
            else "nothing tells of a failure: a failed resource runs until the task's timeout"
        )


def _of_codes(told: Told, draft: _Draft) -> None:
    """The codes of read's answer, where nothing in it tells of the end."""
    draft.add(Phase.SUCCESS, "http=200")
    draft.add(Phase.FAILURE, *(f"http={code}" for code in told.crd.codes if str(code) in lexicon.CODES_OF_FAILED_WORK))
    draft.add(Phase.RUNNING, "http=202")
    draft.guesses.append("the code of read's answer tells whether it has ended: 200 that it has, 202 that it goes on")


def _of_times(told: Told, found: Sequence[Value], draft: _Draft) -> None:
    """The time of the end, and of a failure or a count of failures."""
    end, failed = told.end_time(None), told.failure_time(None)
    succeeded = _since_success(told, None)
    time = end or told.success_time(None)
    draft.add(Phase.SUCCESS, *(succeeded or [str(time)]))
    draft.add(Phase.FAILURE, *(str(each) for each in (failed, end if succeeded else None) if each))
    count = next(filter(states.is_failure_count, found), None)
    if count:
        terms = states.failed_terms(count)
        draft.add(Phase.FAILURE, *(f"{time} & {term}" for term in terms))
        unlike = "above 0" if len(terms) == 1 else "unlike 0"
        draft.guesses.append(f"once {time} is set, {count.path} {unlike} is a failure and anything else a success")
    elif told.failure_list:
        signs = signs_of_failure(told)
        draft.add(Phase.FAILURE, *(f"{time} & {sign}" for sign in signs))
        draft.guesses.append(f"once {time} is set, it is a failure with {' or '.join(signs)}, and else a success")


def _of_an_end(told: Told, ended: Value, failed: Sequence[Value], draft: _Draft) -> None:
    """A boolean says that it has ended, and others, a result, conditions, a count or a text how."""
    over = term_of(ended)
    result = next((each for each in told.beside(ended.path) if _is_an_outcome(told, each)), None)
    values = told.listed(result.path) if result else ()
    succeeds = state_words.ends(values, Phase.SUCCESS)
    draft.add(Phase.SUCCESS, *(f"{over} & {result.path}={value_text(each)}" for each in succeeds if result))
    draft.add(Phase.SUCCESS, *([] if succeeds else [over]))
    _add_failures_of_conditions(told, draft)
    beside = [value for value in failed if value.path.steps[:-1] == ended.path.steps[:-1]]
    # Some set one of the two, others both; that it has errors it may say while it goes on.
    draft.add(
        Phase.FAILURE,
        *(f"{over} & {term_of(each)}" if each.words[-1].endswith("s") else term_of(each) for each in beside),
    )
    failing = [] if beside else [term_of(failed[0])] if failed else signs_of_failure(told)
    draft.add(Phase.FAILURE, *(f"{over} & {term}" for term in failing))
    if result:
        failures = _failed_values(told, result.path)
        draft.add(Phase.FAILURE, *(f"{over} & {result.path}={value_text(each)}" for each in failures))
        if not values:
            by_words = told.tells_how_in_words(result.path)
            draft.by_words |= by_words
            draft.guesses.append(
                f"once {ended.path} is true, it is a failure where {result.path} is one of {', '.join(failures)}"
                + _OR_LIKE * by_words
            )


def _untrue(flag: Value) -> str:
    return f"{flag.path}={flag.truth[1]}" if flag.truth else ""


def _add_failures_of_conditions(told: Told, draft: _Draft) -> None:
    """Where a value says that it has ended, and conditions how."""
    usual = schema.path_of("status", "conditions")
    if usual in told.conditions:
        told_by = (*lexicon.CONDITION_FAILURE, *_told_by_reasons(lexicon.CONDITION_SUCCESS))
        draft.add(Phase.FAILURE, *(f"{usual}={each}" for each in told_by))
        draft.guesses.append(f"{told.crd.called} does not list the types of {usual}: the usual ones tell of a failure")


def _and(values: Sequence[str]) -> str:
    return values[0] if len(values) == 1 else f"{', '.join(values[:-1])} and {values[-1]}"
