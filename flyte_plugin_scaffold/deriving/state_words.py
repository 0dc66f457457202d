"""What the words of a state usually mean, in any style of spelling: ``JobFailed``, ``JOB_FAILED`` and ``job failed``.

The rendered plugin decides by the same rules about states that the CRD does not list (``rules.go``), with the words that
:func:`tables` prints into it; a test holds both to the same states.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from flyte_plugin_scaffold.model import Crd, Failure, Phase, Term
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


def own_words(crd: Crd) -> frozenset[str]:
    """Words that name the work itself, before the type of a condition: those of the kind, and those of any operator."""
    return frozenset((*words(crd.kind), *words_of_kind(crd))) | lexicon.WORK


def words_of_kind(crd: Crd) -> list[str]:
    """The words of the kind in lower case, without numbers: of a ``Job2`` and a ``JobV2``, that it is a job."""
    parts = [re.sub(r"[0-9]+$", "", word) for word in words(crd.kind)]
    return [word for position, word in enumerate(parts) if word and (word != "v" or not position)]


def words(text: str) -> list[str]:
    """The words of a state in lower case."""
    return names.lower_words(text)


def meaning(value: str) -> Phase | None:
    """What a state usually means; None where its words say nothing, or that it goes on.

    The last word decides, or the last two (``TimedOut``). A success of something else than the work, going by the words
    before it, is a stage: ``InitializationComplete``, and ``ScanCompleted`` of a Scan, which goes on with the results.
    """
    parts = words(value)
    if not parts:
        return None
    whole = _LEXICON.get("".join(parts))
    if whole:
        return whole
    first, before = _LEXICON.get(parts[0]), parts[:-1]
    if "with" in before:
        return _with(first, parts[-1])
    last = _LEXICON.get(parts[-1])
    two = _LEXICON.get("".join(parts[-2:]))
    if two:
        last, before = two, parts[:-2]
    if last in _ENDS:
        is_event = parts[-1] in lexicon.EVENTS and not lexicon.RECOVERING & set(before)
        goes_on = before[:1] and before[0].endswith("ing") and not is_event
        if goes_on or (lexicon.NOT_YET & set(before) and parts[-1] not in lexicon.FOR_GOOD):
            return None
        return last if last is Phase.FAILURE or set(before) <= lexicon.WORK else None
    if parts[0] in lexicon.FAILED_FIRST and not parts[-1].startswith("retry") and not parts[-1].endswith("ing"):
        return Phase.FAILURE
    if last is None and parts[0] in ("pending", "queued"):
        return first
    return last if last is Phase.INITIALIZING or len(parts) < 3 else None


def ends(values: Iterable[str], phase: Phase) -> list[str]:
    """The states among ``values`` that mean ``phase``."""
    return [value for value in values if meaning(value) is phase]


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
    return found if found in _ENDS and not (found is Phase.FAILURE and joined in lexicon.ONLY_OVER) else None


def could_be_success(value: str) -> bool:
    """Whether a state that no rule knows could be a success: it is over, and no word of it fails, waits or takes back."""
    parts = words(value)
    known = {_LEXICON.get(word) for word in (*parts, *("".join(two) for two in zip(parts, parts[1:])))}
    if not parts or meaning(value) or known - {None, Phase.SUCCESS} or comes_after_an_end(value):
        return False
    goes_on = "".join(parts) in {word.lower() for word in lexicon.USUAL_RUNNING} or any(
        word.endswith("ing") for word in parts
    )
    fails = any(word.startswith(lexicon.FAILURE_STEMS) for word in parts)
    return not (goes_on or fails) and not (lexicon.NOT_YET | lexicon.SAYS_NOTHING | lexicon.NOT_WELL) & set(parts)


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
