"""What the words of a state usually mean, in any style of spelling: ``JobFailed``, ``JOB_FAILED`` and ``job failed``.

The rendered plugin decides by the same rules about states that the CRD does not list (``rules.go``), with the words that
:func:`tables` prints into it; a test holds both to the same states.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence

from flyte_plugin_scaffold.model import Crd, Failure, Path, Phase, Term
from flyte_plugin_scaffold.text import lexicon, names

_LEXICON: dict[str, Phase] = {}
for _phase, _words in (
    (Phase.INITIALIZING, lexicon.INITIALIZING),
    (Phase.QUEUED, lexicon.QUEUED),
    (Phase.FAILURE, lexicon.FAILURE),
    (Phase.SUCCESS, lexicon.SUCCESS),
):
    _LEXICON.update({_word.lower(): _phase for _word in _words})

_ENDS = (Phase.SUCCESS, Phase.FAILURE)


def own_words(crd: Crd, state: Path | None = None) -> frozenset[str]:
    """Words that name the work itself: those of the kind, of any operator, and of the name of its state.

    ``imageBuildPhase`` is about the image's build; ``clusterState`` is about what was made for the work.
    """
    of_state = {*words(state.steps[-1].name)} - lexicon.BROADER - lexicon.MADE_BEFORE if state else set()
    return frozenset((*words(crd.kind), *words_of_kind(crd), *of_state)) | lexicon.WORK


def words_of_kind(crd: Crd) -> list[str]:
    """The words of the kind in lower case, without numbers: of a ``Job2`` and a ``JobV2``, that it is a job."""
    parts = [re.sub(r"[0-9]+$", "", word) for word in words(crd.kind)]
    return [word for position, word in enumerate(parts) if word and (word != "v" or not position)]


def words(text: str) -> list[str]:
    """The words of a state in lower case."""
    return names.lower_words(text)


def meaning(value: str, own: Collection[str] = lexicon.WORK) -> Phase | None:
    """What a state usually means; None where its words say nothing, or that it goes on.

    The last word decides, or the last two (``TimedOut``). A success of something else than the work, going by the words
    before it, is a stage: ``InitializationComplete``. ``own`` words name the work: ``ScanCompleted`` of a Scan.
    """
    parts = [word for word in words(value) if not word.isdigit()]
    if not parts:
        return None
    whole = _LEXICON.get("".join(parts))
    if whole:
        return whole
    first, before = _LEXICON.get(parts[0]), parts[:-1]
    if "with" in before:
        return _with(first, parts[-1])
    if parts[-1] in lexicon.AFTER_AN_END:
        found = meaning(" ".join(before[:-1] if before[-1:] == ["and"] else before), own)
        return found if found in _ENDS else None  # SucceededAndReleased
    last = _LEXICON.get(parts[-1])
    two = _LEXICON.get("".join(parts[-2:]))
    if two:
        last, before = two, parts[:-2]
    if last in _ENDS:
        is_event = parts[-1] in lexicon.EVENTS and not lexicon.RECOVERING & set(before)
        goes_on = before[:1] and before[0].endswith("ing") and not is_event and not _is_own(before[0], own)
        if goes_on or (lexicon.NOT_YET & set(before) and parts[-1] not in lexicon.FOR_GOOD):
            return None
        is_whole = all(word in lexicon.OVER_FIRST or _is_own(word, own) for word in before)
        return last if last is Phase.FAILURE or is_whole else None
    goes_on = parts[-1].startswith("retry") or parts[-1].endswith("ing") or parts[-1] in lexicon.RECOVERED
    if parts[0] in lexicon.FAILED_FIRST and not goes_on:
        return Phase.FAILURE
    if last is None and parts[0] in ("pending", "queued"):
        return first
    return last if last is Phase.INITIALIZING or len(parts) < 3 else None


def _is_own(word: str, own: Collection[str]) -> bool:
    """``TestsPassed`` is about a test, and ``ScanningFailed`` about a scan."""
    stem = word[:-3] if word.endswith("ing") else ""
    return (
        word in own
        or (word.endswith("s") and word[:-1] in own)
        or (bool(stem) and bool({stem, stem + "e", stem[:-1]} & set(own)))
    )


def unlisted_meaning(value: str, own: Collection[str], end_is_told: bool) -> Phase | None:
    """What a state means that the CRD does not list, and no rule names.

    Where a field tells of the end, ``ScanCompleted`` of a Scan waits for that: it may go on with the results.
    """
    is_only_over = words(value)[-1:] and words(value)[-1] in lexicon.ENDED
    return meaning(value, lexicon.WORK if end_is_told and is_only_over else own)


def ends_well(value: str) -> bool:
    """Whether the last word of a state means success, of whatever: where the work is over, so it was with that."""
    parts = [word for word in words(value) if not word.isdigit()]
    return (
        bool(parts)
        and _LEXICON.get(parts[-1]) is Phase.SUCCESS
        and not parts[0].endswith("ing")
        and not (lexicon.NOT_YET | lexicon.NOT_WELL) & set(parts)
    )


def ends(values: Iterable[str], phase: Phase, own: Collection[str] = lexicon.WORK) -> list[str]:
    """The states among ``values`` that mean ``phase``.

    Where none means success by itself, those that say so of the work by its own words do: the last of several things.
    """
    values = list(values)
    found = [value for value in values if meaning(value) is phase]
    if phase is Phase.FAILURE:
        known = set(found)
        return [value for value in values if value in known or meaning(value, own) is phase]
    if found or phase is not Phase.SUCCESS:
        return found
    found = [value for value in values if meaning(value, own) is phase]
    return [value for value in found if words(value)[:-1] == words(found[-1])[:-1]]


def _with(first: Phase | None, last: str) -> Phase | None:
    """``FinishedWithErrors`` has failed, ``CompletedWithWarnings`` has not; ``EnabledWithErrors`` goes on."""
    if first not in _ENDS:
        return None
    if last in lexicon.WITH_FAILURES:
        return Phase.FAILURE
    return first if last in lexicon.WITH_WARNINGS else None


def end_of_condition(type_: str, own: Iterable[str] = lexicon.WORK) -> Phase | None:
    """The end that a condition of this type tells when it is true; None for other types.

    Stricter than for states: several conditions are true at once, and most are not about the work (``PodFailed``).
    """
    parts = words(type_.replace(".", "/").rpartition("/")[2])
    while len(parts) > 1 and parts[0] in own:
        parts = parts[1:]
    while len(parts) > 1 and parts[-1] in own:
        parts = parts[:-1]
    joined = "".join(parts)
    if joined in lexicon.TERMINAL:
        return Phase.FAILURE
    found = _LEXICON.get(joined)
    if found in _ENDS:
        return None if found is Phase.FAILURE and joined in lexicon.ONLY_OVER else found
    return Phase.FAILURE if _refuses(parts) else None


def _refuses(parts: list[str]) -> bool:
    """Whether a condition of several words says that the work will not be done: ``SpecInvalid``, ``TerminalError``."""
    said = set(parts)
    if len(parts) < 2 or said & (lexicon.NOT_YET | lexicon.MADE_FOR_WORK | {"no"}):
        return False
    return bool(said & lexicon.REFUSED or said & lexicon.GIVEN_UP and parts[-1] in ("failed", *lexicon.WITH_FAILURES))


def could_be_success(value: str) -> bool:
    """Whether a state that no rule knows could be a success: it is over, and no word of it fails, waits or takes back."""
    parts = words(value)
    known = {_LEXICON.get(word) for word in (*parts, *("".join(two) for two in zip(parts, parts[1:])))}
    if not parts or meaning(value) or known - {None, Phase.SUCCESS} or comes_after_an_end(value):
        return False
    goes_on = "".join(parts) in _USUAL_RUNNING or any(word.endswith("ing") for word in parts)
    fails = any(word.startswith(lexicon.FAILURE_STEMS) for word in parts)
    others = lexicon.NOT_YET | lexicon.SAYS_NOTHING | lexicon.NOT_WELL | lexicon.NO_SUCCESS
    return not (goes_on or fails) and not others & set(parts)


def goes_on(value: str) -> bool:
    """Whether words say that a state is no end: that it waits, begins or is at work."""
    parts = words(value)
    is_at_work = "".join(parts) in _USUAL_RUNNING or any(word.endswith("ing") or word == "started" for word in parts)
    return is_at_work or meaning(value) is not None


_USUAL_RUNNING = frozenset(word.lower() for word in lexicon.USUAL_RUNNING)


def is_over(value: str) -> bool:
    """Whether a state that no rule knows sounds like an end of any sort."""
    return could_be_success(value) or bool(lexicon.NO_SUCCESS & set(words(value)))


def opposites(values: Iterable[str]) -> dict[str, str]:
    """The values that say the opposite of another one, and which: ``NotMet`` of Met, ``Disapproved`` of Approved."""
    joined = {"".join(words(value)): value for value in values}
    found = {}
    for word, value in joined.items():
        for negation in lexicon.NEGATIONS:
            if word.startswith(negation) and word[len(negation) :] in joined:
                found[value] = joined[word[len(negation) :]]
    return found


def comes_after_an_end(value: str) -> bool:
    """Whether a state follows an end of either sort: what was used is released, archived or removed."""
    parts = words(value)
    return bool(parts) and (parts[-1] in lexicon.AFTER_AN_END or (len(parts) > 1 and parts[0] in lexicon.AFTER_FIRST))


def left_behind(values: Iterable[str]) -> list[str]:
    """States that are listed after an end and say what became of things then: ``Retired``, ``ResourcesFreed``.

    ``Deleted`` is one of them where the way there is listed after that end as well: ``CleaningUp``, ``Deleting``.
    """
    found: list[str] = []
    ended = on_its_way = False
    for value in values:
        parts = words(value)
        known = meaning(value)
        if ended and on_its_way and parts[-1:] and parts[-1] in lexicon.TAKEN_AWAY:
            found.append(value)
        elif ended and known is None and {*parts[:1], *parts[-1:]} & lexicon.LEFT_BEHIND:
            found.append(value)
        elif known in _ENDS:
            ended, on_its_way = True, False
        on_its_way |= ended and (found[-1:] == [value] or _takes_away(parts) or comes_after_an_end(value))
    return found


def _takes_away(parts: Sequence[str]) -> bool:
    return any(word.endswith("ing") and word.startswith(lexicon.TAKES_AWAY) for word in parts)


def has_a_word_of_an_end(value: str) -> bool:
    return any(_LEXICON.get(word) in _ENDS for word in words(value))


def failure_of(terms: Iterable[Term]) -> Failure:
    """Who is to blame, going by the words of a failed state; the task where they say nothing."""
    said = {word for term in terms for text in (term.value, term.condition, term.reason) for word in words(text)}
    if said & lexicon.FAILURE_PERMANENT:
        return Failure.PERMANENT
    return Failure.SYSTEM if said & lexicon.FAILURE_SYSTEM else Failure.RETRYABLE


def tables() -> Mapping[str, tuple[str, ...]]:
    """The words by what they mean, as the rendered plugin has them; each in lower case, sorted."""
    by_phase = {phase: sorted(word for word, each in _LEXICON.items() if each is phase) for phase in Phase}
    return {phase.value: tuple(found) for phase, found in by_phase.items() if found}
