"""Which kinds go on until they are deleted: no task can wait for their end."""

from __future__ import annotations

from collections.abc import Sequence

from flyte_plugin_scaffold.deriving import state_words, states
from flyte_plugin_scaffold.model import Crd, Path, Phase
from flyte_plugin_scaffold.reading import schema
from flyte_plugin_scaffold.text import lexicon, names


def never_finishes(crd: Crd) -> str:
    """Why a kind is taken for one that goes on until it is deleted; "" where it ends, or may."""
    if not crd.schema:
        return ""
    told = states.told(crd)
    if not told.candidates:
        is_open = told.root is not None and schema.kind(told.root) is schema.Kind.OPAQUE
        if is_open or open_place(crd):
            return ""
        return f"each of {told.of_stages[0]} is about a stage" if told.of_stages else NO_STATUS
    best = told.candidates[0]
    sign, against = kind_sign(crd)
    if best.path and states.only_latest(best.path) and names.words(crd.kind)[-1:] not in (["Execution"], ["Run"]):
        return f"{best.path} tells of the latest of several runs"
    schedule = _schedule(crd)
    if schedule:
        return f"it runs on a schedule ({schedule} is required)"
    if best.path is None or told.tells_of_a_job:
        return ""
    if told.is_text_of_a_result:
        return f"nothing says whether {best.path} is a word such as Success or Failure, or any text"
    values = () if best.by_conditions else told.listed(best.path)
    if values:
        if told.ends(best.path, Phase.SUCCESS):
            names_work = bool(lexicon.KINDS_THAT_END & set(state_words.words_of_kind(crd)[:-1]))
            at_work = lexicon.AT_WORK | (lexicon.IN_PROGRESS if names_work else frozenset())
            is_work = any("".join(state_words.words(value)) in at_work for value in values)
            return against if sign < 0 and not is_work and _ending_signs(crd)[0] <= 0 else ""
        if weak_successes(crd, values):
            return ""
        listed = ", ".join(values[:8]) + (", ..." if len(values) > 8 else "")
        return f"none of the values of {best.path} means success ({listed})"
    optional = _schedule_to_choose(crd) if best.by_conditions and not _names_an_end(told, best.path) else None
    if optional and not told.end_time(None):
        return f"it can be run on a schedule ({optional}), and no condition that {crd.called} names is an end"
    score, reason = _ending_signs(crd)
    is_vague = best.by_conditions and sign <= 0 and not told.end_time(None) and not _names_an_end(told, best.path)
    if score + sign > 0 and not is_vague:
        return ""
    return against or reason or f"nothing in {crd.called} speaks of an end"


def weak_successes(crd: Crd, values: Sequence[str]) -> list[str]:
    """Values that mean success only where the kind ends: a request that is Processed, an order that is valid."""
    return weakly_successful(values) if kind_sign(crd)[0] > 0 else []


def weakly_successful(values: Sequence[str]) -> list[str]:
    """The values that could mean success, where none does plainly; the plainest of them."""
    known = {value.lower() for value in values}
    # Ready beside NotReady comes and goes.
    groups = (
        [each for each in values if each.lower() in words and f"not{each.lower()}" not in known]
        for words in (lexicon.WEAK_SUCCESS, *((word,) for word in lexicon.WEAKER_SUCCESS))
    )
    return next(filter(None, groups), [])


def _names_an_end(told: states.Told, path: Path) -> bool:
    """Whether the CRD names a condition that is an end."""
    known = (*states.condition_types(told, path), *states.shown_types(told.crd, path))
    return bool(state_words.ends(known, Phase.SUCCESS))


def open_place(crd: Crd) -> Path | None:
    """An object of the status that the CRD does not describe, of a kind that ends by its name: it may hold the state."""
    found = states.told(crd).open_place
    return found if found and kind_sign(crd)[0] > 0 else None


NO_STATUS = "it has no status field that tells how it is doing"


def _schedule(crd: Crd) -> str:
    """What of the spec must say when to start; "" where the kind starts at once."""
    spec = schema.properties(crd.schema).get("spec", schema.EMPTY)
    found = [name for name in schema.required(spec) if name.lower() in lexicon.SCHEDULES]
    return str(schema.path_of("spec", found[0])) if found else ""


def _schedule_to_choose(crd: Crd) -> Path | None:
    """What of the spec, or of an object in it, may say when to start."""
    spec = schema.path_of("spec")
    level = [(schema.properties(crd.schema).get("spec", schema.EMPTY), spec)]
    for node, path in level:  # grows
        for name, child in schema.properties(node).items():
            here = schema.field_below(path, name)
            if name.lower() in lexicon.SCHEDULES:
                return here
            if schema.kind(child) is schema.Kind.OBJECT and len(here.steps) < 3:
                level.append((child, here))
    return None


def kind_sign(crd: Crd) -> tuple[int, str]:
    """What the kind's name says: above 0 that it ends, below that it stays, and why."""
    parts = state_words.words_of_kind(crd) or [""]
    repeats = next((word for word in parts if word in lexicon.KINDS_THAT_REPEAT), "")
    if repeats:
        return -9, f"by its name it starts others again and again ({repeats})"
    last = parts[-1]
    if last in lexicon.COLLECTIONS and len(parts) > 1 and parts[-2] in lexicon.KINDS_THAT_END:
        last = parts[-2]
    if "".join(parts[-2:]) in lexicon.KINDS_THAT_STAY:
        last = "".join(parts[-2:])
    if last in lexicon.APPLICATIONS:
        return 1, ""  # of any sort: many serve, or are kept in step with what they are made of
    if last in lexicon.KINDS_THAT_END:
        return 3, ""
    if last in lexicon.KINDS_THAT_STAY:
        return -3, f"{names.with_article(last)} goes on until it is deleted"
    return 0, ""


def _ending_signs(crd: Crd) -> tuple[int, str]:
    """What its fields and columns say: above 0 that it ends, else why not."""
    score = 0
    against = ""
    spec = schema.properties(schema.properties(crd.schema).get("spec"))
    status = schema.properties(schema.properties(crd.schema).get("status"))
    ends = [name for name in status if name.lower() in lexicon.ENDING_STATUS]
    limits = [name for name in spec if name.lower() in lexicon.ENDING_SPEC]
    score += 2 * bool(ends) + bool(limits)
    serving = [name for name in status if name.lower() in lexicon.SERVING_STATUS]
    if serving:
        score -= 2 if [name for name in serving if schema.kind(status[name]) is not schema.Kind.BOOLEAN] else 1
        against = f"its status says what is ready to be used ({serving[0]})"
    columns = {column.name.lower() for column in crd.printer_columns}
    if columns & {"ready", "available", "synced"} and not ends:
        score -= not serving
        against = against or "it is shown as ready, not as finished"
    return score, against
