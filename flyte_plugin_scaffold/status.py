"""Where an operator writes how a CR is doing, and what its words mean to Flyte: ``status_path`` and ``phases``."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, replace
from typing import Dict, Iterable, List, Optional, Sequence, Set, Tuple

from . import lexicon, names, schema
from .model import CONDITION_TYPE, Crd, Failure, Path, Phase, PhaseRule, Role, Status, StatusField, StepKind, Term
from .pods import pod_name
from .schema import Kind, Node

_ORDER = (Phase.SUCCESS, Phase.FAILURE, Phase.QUEUED, Phase.INITIALIZING, Phase.RUNNING)
_MOST_OFFERED = 4
_MOST_VARIABLES = 8
_MOST_PAGES = 2
# What a log template can use anyway, in lower case: tasklog's own variables, and those of the rendered plugin.
_LOG_VARIABLES = frozenset(
    """logname podname poduid namespace containername containerid hostname nodename podrfc3339starttime
    podrfc3339finishtime podunixstarttime podunixfinishtime taskid taskversion taskproject taskdomain taskretryattempt
    nodeid executionname executionproject executiondomain generatedname taskconfig role replica index key""".split()
)


@dataclass(frozen=True)
class Candidate:
    """One place that could be the answer ``status_path``."""

    path: Path
    by_conditions: bool
    reason: str
    score: int = 0


# ---------------------------------------------------------------------------------------------------------- candidates
def derive(crd: Crd) -> Tuple[Candidate, ...]:
    """The places that tell how a CR is doing, best first; () where the CRD has none."""
    root = schema.lookup(crd.schema, schema.path_of("status"))
    if root is None:
        return ()
    if schema.kind(root) is Kind.OPAQUE:
        return _usual_places(crd)
    found: Dict[str, Candidate] = {}

    def add(path: Path, by_conditions: bool, reason: str, score: int) -> None:
        known = found.get(str(path))
        if known is None or known.score < score:
            found[str(path)] = Candidate(path, by_conditions, reason, score)

    for path, node in _strings(root):
        name = path.steps[-1].name
        score, reason = _name_score(crd, path, name)
        if not score:
            continue
        values = schema.enum(node)
        if values:
            ends = _values_of(values, Phase.SUCCESS)
            score += 25 if ends else -20
            reason += ", with its values listed" if ends else ", without a value that ends well"
        add(path, False, reason, score)
    for path in _condition_lists(root):
        deep = len(path.steps) - 2
        add(path, True, "a list of conditions", 30 - 8 * deep)
    for position, column in enumerate(crd.printer_columns):
        column_words = {word.lower() for word in names.words(column.name)}
        if not column_words & set(lexicon.STATUS_COLUMN_WORDS):
            continue
        path = _column_path(column.json_path)
        if path is None:
            continue
        known = found.get(str(path))
        if known is None and schema.kind(schema.lookup(crd.schema, path)) in (Kind.STRING, Kind.ANYTHING, Kind.OPAQUE):
            known = Candidate(path, False, "a string", 20)
        if known is not None and schema.lookup(crd.schema, path) is not None:
            reason = f"the printer column '{column.name}'" + (", conditions" if known.by_conditions else "")
            add(path, known.by_conditions, reason, known.score + 60 - min(position, 9))
    ordered = sorted(found.values(), key=lambda each: -each.score)
    pair = _pair(crd, ordered)
    if pair:
        broad, inner = pair
        ordered = [broad, inner] + [each for each in ordered if each not in pair]
    return tuple(ordered[:_MOST_OFFERED])


def _usual_places(crd: Crd) -> Tuple[Candidate, ...]:
    """Where the CRD does not describe its status: what its printer columns show, then the usual two."""
    found: Dict[Path, Candidate] = {}
    for column in crd.printer_columns:
        path = _column_path(column.json_path)
        if path is not None and {word.lower() for word in names.words(column.name)} & set(lexicon.STATUS_COLUMN_WORDS):
            by_conditions = path.steps[-1].name == "conditions"
            found.setdefault(path, Candidate(path, by_conditions, f"the printer column '{column.name}'"))
    for path, by_conditions in (
        (schema.path_of("status", "conditions"), True),
        (schema.path_of("status", "phase"), False),
    ):
        found.setdefault(path, Candidate(path, by_conditions, "a usual place; the CRD does not describe its status"))
    return tuple(found.values())[:_MOST_OFFERED]


def _strings(root: Node) -> List[Tuple[Path, Node]]:
    """String fields below status that can hold a state, not deeper than two objects."""
    found: List[Tuple[Path, Node]] = []

    def visit(node: Node, path: Path) -> None:
        for name, child in schema.properties(node).items():
            here = schema.field_below(path, name)
            kind = schema.kind(child)
            if kind is Kind.STRING and child.get("format") not in ("date-time", "date", "duration", "byte"):
                found.append((here, child))
            elif kind is Kind.OBJECT and len(here.steps) < 4:
                visit(child, here)

    visit(root, schema.path_of("status"))
    return found


def _name_score(crd: Crd, path: Path, name: str) -> Tuple[int, str]:
    depth = len(path.steps) - 2
    parts = [word.lower() for word in names.words(name)]
    kind = crd.kind.lower()
    if name in lexicon.STATUS_NAMES:
        score = 50 - lexicon.STATUS_NAMES.index(name) * 2
        parents = [word.lower() for step in path.steps[1:-1] for word in names.words(step.name)]
        if depth and not set(parents) & {"state", "status", "phase", "job", "application", "app", "run", "execution"}:
            score -= 25
    elif name.lower() == kind + "status" or name.lower() == kind + "state":
        score = 48
    elif parts and parts[-1] in lexicon.STATUS_COLUMN_WORDS:
        own = {word.lower() for word in names.words(crd.kind)}
        score = 40 if set(parts[:-1]) & (own | {"job", "run", "task"}) else 22
    else:
        return 0, ""
    return score - 6 * depth, f"a string named '{name}'"


def _condition_lists(root: Node) -> List[Path]:
    found = []
    stack: List[Tuple[Node, Path]] = [(root, schema.path_of("status"))]
    while stack:
        node, path = stack.pop(0)
        for name, child in schema.properties(node).items():
            here = schema.field_below(path, name)
            if _is_conditions(child):
                found.append(here)
            elif schema.kind(child) is Kind.OBJECT and len(here.steps) < 3:
                stack.append((child, here))
    return found


def _is_conditions(node: Node) -> bool:
    below = schema.properties(schema.items(node))
    return schema.kind(below.get("type")) is Kind.STRING and schema.kind(below.get("status")) is Kind.STRING


_COLUMN = re.compile(r"\{?\.?(status(?:\.[A-Za-z_][\w-]*)*)(\[.*)?\}?")


def _column_path(json_path: str) -> Optional[Path]:
    """The field below status that a printer column shows; of a list, the list."""
    match = _COLUMN.fullmatch(json_path.strip())
    if not match:
        return None
    return schema.path_of(*match[1].split("."))


def _pair(crd: Crd, candidates: Sequence[Candidate]) -> Optional[Tuple[Candidate, Candidate]]:
    """Two sibling states of which one is the broader: (``xDeploymentStatus``, ``xStatus``).

    The operator's own state goes on before the work starts and after it ends; the inner one is the work's result. So
    the broader is the status, and its success needs the inner one to agree.
    """
    result = _result(crd, candidates[0]) if candidates else None
    if result:
        return candidates[0], result
    for broad in candidates:
        broad_words = [word.lower() for word in names.words(broad.path.steps[-1].name)]
        extra = set(broad_words) & lexicon.BROADER
        if not extra or broad.by_conditions or _is_stage(crd, broad.path):
            continue
        for inner in candidates:
            inner_words = [word.lower() for word in names.words(inner.path.steps[-1].name)]
            same_place = inner.path.steps[:-1] == broad.path.steps[:-1]
            if same_place and inner_words == [word for word in broad_words if word not in extra]:
                return broad, inner
    return None


def _beside(crd: Crd, path: Path) -> List[Tuple[Path, Node]]:
    """The other properties of the object that holds ``path``."""
    around = Path(path.steps[:-1])
    below = schema.properties(schema.lookup(crd.schema, around))
    return [(schema.field_below(around, name), node) for name, node in below.items() if name != path.steps[-1].name]


def _is_stage(crd: Crd, path: Path) -> bool:
    """One of several stages: ``deploymentStatus`` beside ``preDeploymentStatus``."""
    own = names.words(path.steps[-1].name)
    beside = [names.words(other.steps[-1].name) for other, _ in _beside(crd, path)]
    return any(
        len(each) > len(own) and [word.lower() for word in each[-len(own) :]] == [word.lower() for word in own]
        for each in beside
    )


def _result(crd: Crd, state: Candidate) -> Optional[Candidate]:
    """The result beside a state whose values have an end, and no failure but that somebody ended it."""
    values = schema.enum(schema.lookup(crd.schema, state.path))
    if state.by_conditions or not _values_of(values, Phase.SUCCESS) or _can_fail(values):
        return None
    for path, node in _beside(crd, state.path):
        listed = schema.enum(node)
        is_result = set(names.words(path.steps[-1].name.lower())) <= lexicon.RESULTS
        if is_result and _values_of(listed, Phase.SUCCESS) and _can_fail(listed):
            return Candidate(path, False, "the result beside the state")
    return None


def _can_fail(values: Sequence[str]) -> bool:
    return any(failure_of([Term(value=value)]) is not Failure.PERMANENT for value in _values_of(values, Phase.FAILURE))


# -------------------------------------------------------------------------------------------------------------- phases
def phase_of(value: str) -> Optional[Phase]:
    """What a state's name usually means; None where it says nothing, or Running."""
    return _LEXICON.get(re.sub(r"[^a-z]", "", value.lower()))


_LEXICON: Dict[str, Phase] = {}
for _phase, _words in (
    (Phase.INITIALIZING, lexicon.INITIALIZING),
    (Phase.QUEUED, lexicon.QUEUED),
    (Phase.FAILURE, lexicon.FAILURE),
    (Phase.SUCCESS, lexicon.SUCCESS),
):
    _LEXICON.update({_word.lower(): _phase for _word in _words})


def _meaning(value: str) -> Optional[Phase]:
    """Like :func:`phase_of`, for values of several words too: ``JobFailed``, ``ValidationFailed``, ``PENDING_RERUN``."""
    known = phase_of(value)
    if known:
        return known
    parts = [word.lower() for word in names.words(value)]
    if not parts:
        return None
    if "with" in parts and parts[-1] in ("errors", "failures"):  # FinishedWithErrors; EnabledWithErrors goes on
        return Phase.FAILURE if _LEXICON.get(parts[0]) in (Phase.FAILURE, Phase.SUCCESS) else None
    last = _LEXICON.get("".join(parts[-2:])) or _LEXICON.get(parts[-1])  # DriverStartTimedOut ends in two words
    first = _LEXICON.get(parts[0])
    is_event = parts[-1] in ("failure", "error")  # SchedulingFailure says what failed
    if parts[0].endswith("ing") and last in (Phase.FAILURE, Phase.SUCCESS) and not is_event:
        return None  # FinalizingPartiallyFailed: not there yet
    if last in (Phase.FAILURE, Phase.SUCCESS):
        if {"submission", "retry", "retrying", "not", "un", "savepoint"} & set(parts[:-1]):
            return None  # FlinkSavepointFailed, SUBMISSION_FAILED: the operator tries again
        return last
    if first is Phase.FAILURE and parts[0] == "failed" and parts[-1] != "retry":
        return first
    if last is None and parts[0] in ("pending", "queued"):
        return first
    return last if last is Phase.INITIALIZING or len(parts) < 3 else None


def _values_of(values: Sequence[str], phase: Phase) -> List[str]:
    return [value for value in values if _meaning(value) is phase]


def default_phases(crd: Crd, path: Path) -> str:
    """The default of ``phases`` for a status path; "" where no value means success."""
    if never_finishes(crd):
        return ""
    candidates = derive(crd)
    known = next((each for each in candidates if each.path == path), None)
    node = schema.lookup(crd.schema, path)
    if (known and known.by_conditions) or (node is not None and _is_conditions(node)):
        return _text(_condition_terms(crd, node or schema.EMPTY))
    pair = _pair(crd, candidates)
    if pair and pair[0].path == path:
        return _text(_pair_terms(crd, pair))
    values = _listed_values(node) if node is not None else ()
    if not values and pair and pair[1].path == path:
        values = lexicon.INNER_VALUES
    if values:
        terms = {phase: [value_text(value) for value in _values_of(values, phase)] for phase in _ORDER}
        terms[Phase.SUCCESS] = terms[Phase.SUCCESS] or [value_text(value) for value in _weak_successes(crd, values)]
        return _text(terms)
    return _text(_usual_terms(crd, path))


def _weak_successes(crd: Crd, values: Sequence[str]) -> List[str]:
    """Values that mean success only where the kind ends: a request that is Processed, an order that is valid."""
    if _kind_sign(crd)[0] <= 0:
        return []
    known = {value.lower() for value in values}
    # Ready beside NotReady comes and goes.
    groups = (
        [each for each in values if each.lower() in words and f"not{each.lower()}" not in known]
        for words in (lexicon.WEAK_SUCCESS, *((word,) for word in lexicon.WEAKER_SUCCESS))
    )
    return next(filter(None, groups), [])


def value_text(value: str) -> str:
    """A value as the answer ``phases`` has it: JSON where it is empty or holds what the answer's form means."""
    return value if re.fullmatch(r"[\w./:+-]+", value) and not value.startswith(".status") else json.dumps(value)


def _text(terms: Dict[Phase, List[str]]) -> str:
    if not terms.get(Phase.SUCCESS):
        return ""
    return "; ".join(f"{phase.value}={','.join(terms[phase])}" for phase in _ORDER if terms.get(phase))


def _listed_values(node: Node) -> Tuple[str, ...]:
    """The values of a state: the enum's, or those that the description lists."""
    values = tuple(filter(None, schema.enum(node)))  # "" is what a state is before it is one
    if values:
        return values
    found = []
    for match in re.finditer(
        r"(?i)\b(?:one of|either|can be|values? (?:are|is|include[s]?)|possible|valid)\b([^.]*)",
        schema.description(node),
    ):
        found += re.findall(r"\b[A-Z][A-Za-z_]{2,30}\b", match[1])
    listed = tuple(dict.fromkeys(found))
    return listed if _values_of(listed, Phase.SUCCESS) and _values_of(listed, Phase.FAILURE) else ()


def _condition_types(node: Node) -> Tuple[str, ...]:
    """The types that a list of conditions is known to have; what is no name of one is none."""
    listed = _listed_values(schema.properties(schema.items(node)).get("type", schema.EMPTY))
    return tuple(value for value in listed if re.fullmatch(CONDITION_TYPE, value))


def _usual_terms(crd: Crd, path: Path) -> Dict[Phase, List[str]]:
    """The usual words for a state whose values the CRD does not list."""
    status = schema.properties(schema.properties(crd.schema).get("status"))
    own = (names.words(crd.kind) or ["Job"])[-1]
    words = {
        Phase.SUCCESS: list(lexicon.USUAL_SUCCESS),
        Phase.FAILURE: list(lexicon.USUAL_FAILURE),
        Phase.QUEUED: list(lexicon.USUAL_QUEUED),
        Phase.INITIALIZING: list(lexicon.USUAL_INITIALIZING),
    }
    above = {word.lower() for step in path.steps[1:-1] for word in names.words(step.name)}
    if "application" in above:
        words[Phase.QUEUED] += lexicon.APPLICATION_QUEUED
    # What the status names is there before the work runs in it: first the job, then the cluster it made.
    made = [match[1] for match in (re.fullmatch(r"([a-z]+)Name", name) for name in status) if match]
    made = [each for each in made if each in lexicon.MADE_BEFORE and each != own.lower()]
    if made:
        words[Phase.QUEUED].append(f"{own}Created")
        words[Phase.INITIALIZING] += [f"{each.capitalize()}Created" for each in made]
    return words


def _pair_terms(crd: Crd, pair: Tuple[Candidate, Candidate]) -> Dict[Phase, List[str]]:
    broad, inner = pair
    broad_values = _listed_values(schema.lookup(crd.schema, broad.path) or schema.EMPTY) or lexicon.BROADER_VALUES
    inner_values = _listed_values(schema.lookup(crd.schema, inner.path) or schema.EMPTY) or lexicon.INNER_VALUES
    ends_well = _values_of(inner_values, Phase.SUCCESS)
    ends_badly = _values_of(inner_values, Phase.FAILURE)
    terms = {phase: [value_text(value) for value in _values_of(broad_values, phase)] for phase in _ORDER}
    complete = terms[Phase.SUCCESS]
    terms[Phase.SUCCESS] = [f"{value} & {inner.path}={value_text(good)}" for value in complete for good in ends_well]
    terms[Phase.FAILURE] += [f"{value} & {inner.path}={value_text(bad)}" for value in complete for bad in ends_badly]
    return terms


def _condition_terms(crd: Crd, node: Node) -> Dict[Phase, List[str]]:
    """Condition types: the enum's, else those that printer columns name, else the usual ones."""
    values = _condition_types(node)
    if _values_of(values, Phase.SUCCESS):
        return {phase: [value_text(value) for value in _values_of(values, phase)] for phase in _ORDER}
    shown = [
        name
        for column in crd.printer_columns
        for name in re.findall(r"@\.type\s*==\s*[\"']([A-Za-z]+)[\"']", column.json_path)
    ]
    usual = {
        Phase.SUCCESS: list(lexicon.CONDITION_SUCCESS),
        Phase.FAILURE: list(lexicon.CONDITION_FAILURE),
        Phase.QUEUED: list(lexicon.CONDITION_QUEUED),
        Phase.RUNNING: list(lexicon.CONDITION_RUNNING),
    }
    fails = [name for name in shown if _meaning(name) is Phase.FAILURE]
    if "Succeeded" in shown and not fails:  # True, False and Unknown of one condition
        return {Phase.SUCCESS: ["Succeeded"], Phase.FAILURE: ["Succeeded=False"]}
    ends = list(dict.fromkeys(name for name in shown if _meaning(name) is Phase.SUCCESS))
    if not ends and "Ready" in shown:
        ends = ["Ready"]
    if ends:
        # False may mean that it goes on: only a reason tells a failure. What is Ready is no job that could have failed.
        told = [
            f"{name}{status}/{reason}"
            for name in ends
            for status in ("", "=False")
            for reason in lexicon.CONDITION_FAILURE_REASONS
            if name != "Ready" or reason in lexicon.CONDITION_FAILURE
        ]
        usual[Phase.SUCCESS] = ends
        usual[Phase.FAILURE] = list(dict.fromkeys(
            fails + list(lexicon.CONDITION_FAILURE) + told
        ))  # fmt: skip
    return usual


# --------------------------------------------------------------------------------------------------- failures, running
def failure_of(terms: Iterable[Term]) -> Failure:
    """Who is to blame, going by the words of a failed state; the task where they say nothing."""
    said = {
        word.lower()
        for term in terms
        for text in (term.value, term.condition, term.reason)
        for word in names.words(text)
    }
    if said & lexicon.FAILURE_PERMANENT:
        return Failure.PERMANENT
    return Failure.SYSTEM if said & lexicon.FAILURE_SYSTEM else Failure.RETRYABLE


def how_it_ended_is_unknown(crd: Crd, path: Path) -> str:
    """The listed value that is taken for success and only says that it has ended; "" where the others tell more."""
    values = _listed_values(schema.lookup(crd.schema, path) or schema.EMPTY)
    ends = _values_of(values, Phase.SUCCESS)
    tells = (
        len(ends) != 1 or ends[0].lower() not in lexicon.HOW_UNKNOWN or any("fail" in each.lower() for each in values)
    )
    return "" if tells else value_text(ends[0])


def sound_like_ends(crd: Crd, path: Path) -> List[str]:
    """Listed values that no default names, and that have a word of an end all the same."""
    return [
        value_text(value)
        for value in _listed_values(schema.lookup(crd.schema, path) or schema.EMPTY)
        if _meaning(value) is None
        and any(_LEXICON.get(word.lower()) in (Phase.SUCCESS, Phase.FAILURE) for word in names.words(value))
    ]


def _known_running(node: Node, path: Path, by_conditions: bool, rules: Sequence[PhaseRule]) -> List[PhaseRule]:
    """Rules for what is known to go on, and that nothing else names.

    They come last and so change no phase: what none of the rules holds for is then a state that nobody knew of.
    """
    known = _conditions_that_go_on(node, rules) if by_conditions else _values_that_go_on(node, path, rules)
    return [PhaseRule(Phase.RUNNING, (term,), text) for term, text in known]


def _values_that_go_on(node: Node, path: Path, rules: Sequence[PhaseRule]) -> List[Tuple[Term, str]]:
    listed = _listed_values(node)
    if not listed and not any(rule.phase is Phase.RUNNING for rule in rules):
        listed = lexicon.USUAL_RUNNING
    named = {rule.terms[0].value.lower() for rule in rules if len(rule.terms) == 1 and rule.terms[0].path == path}
    # A value that needs something else to agree is known while that does not: it has ended, and says later how.
    joined = [term.value for rule in rules for term in rule.terms if term.path == path]
    found = []
    for value in (*listed, *joined):
        if value.lower() not in named:
            named.add(value.lower())
            found.append((Term(path=path, value=value), value_text(value)))
    return found


def _conditions_that_go_on(node: Node, rules: Sequence[PhaseRule]) -> List[Tuple[Term, str]]:
    alone = {rule.terms[0] for rule in rules if len(rule.terms) == 1}
    terms = [term for rule in rules for term in rule.terms if term.condition]
    types = list(dict.fromkeys(term.condition for term in terms))
    # Succeeded=False is a failure: Succeeded has three states, and while it runs it has one of the others.
    wanted = [
        Term(condition=type_, status=status)
        for type_ in types
        if any(term.condition == type_ and term.status != "True" for term in terms)
        for status in ("Unknown", "False", "True")
    ]
    wanted += [replace(term, reason="") for term in terms if term not in alone and not term.reason]
    wanted += [Term(condition=value) for value in _condition_types(node) if value not in types]
    return [
        (term, term.condition + (f"={term.status}" if term.status != "True" else ""))
        for term in dict.fromkeys(wanted)
        if term not in alone
    ]


# ----------------------------------------------------------------------------------------------------------- finishing
def never_finishes(crd: Crd) -> str:
    """Why a kind is taken for one that goes on until it is deleted; "" where it ends, or may."""
    if not crd.schema:
        return ""
    candidates = derive(crd)
    if not candidates:
        return "it has no status field that tells how it is doing"
    best = candidates[0]
    sign, against = _kind_sign(crd)
    if _only_latest(best.path) and names.words(crd.kind)[-1:] not in (["Execution"], ["Run"]):
        return f"{best.path} tells of the latest of several runs"
    schedule = _schedule(crd)
    if schedule:
        return f"it runs on a schedule ({schedule} is required)"
    values = schema.enum(schema.lookup(crd.schema, best.path))
    if values and not best.by_conditions:
        if _values_of(values, Phase.SUCCESS) or _weak_successes(crd, values):
            return against if sign < 0 and _ending_signs(crd)[0] <= 0 else ""
        listed = ", ".join(values[:8]) + (", ..." if len(values) > 8 else "")
        return f"none of the values of {best.path} means success ({listed})"
    score, reason = _ending_signs(crd)
    if score + sign > 0:
        return ""
    return against or reason or "nothing in its CRD speaks of an end"


def _schedule(crd: Crd) -> str:
    """What of the spec must say when to start; "" where the kind starts at once."""
    spec = schema.properties(crd.schema).get("spec", schema.EMPTY)
    found = [name for name in schema.required(spec) if name.lower() in lexicon.SCHEDULES]
    return str(schema.path_of("spec", found[0])) if found else ""


def _only_latest(path: Path) -> bool:
    """A state of the latest of several runs."""
    return any(names.words(step.name)[:1] in (["latest"], ["last"]) for step in path.steps[1:])


def _kind_sign(crd: Crd) -> Tuple[int, str]:
    """What the kind's name says: above 0 that it ends, below that it stays, and why."""
    parts = [word.lower() for word in names.words(crd.kind)] or [""]
    repeats = next((word for word in parts if word in lexicon.KINDS_THAT_REPEAT), "")
    if repeats:
        return -9, f"by its name it starts others again and again ({repeats})"
    last = parts[-1]
    if last in lexicon.COLLECTIONS and len(parts) > 1 and parts[-2] in lexicon.KINDS_THAT_END:
        last = parts[-2]
    if "".join(parts[-2:]) in lexicon.KINDS_THAT_STAY:
        last = "".join(parts[-2:])
    if last in lexicon.KINDS_THAT_END:
        return 3, ""
    if last in lexicon.KINDS_THAT_STAY:
        return -3, f"{names.with_article(last)} goes on until it is deleted"
    return 0, ""


def _ending_signs(crd: Crd) -> Tuple[int, str]:
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
        score -= 2
        against = f"its status says what is ready to be used ({serving[0]})"
    columns = {column.name.lower() for column in crd.printer_columns}
    if columns & {"ready", "available", "synced"} and not ends:
        score -= 1
        against = against or "it is shown as ready, not as finished"
    return score, against


# ------------------------------------------------------------------------------------------------------------ building
def build(
    crd: Crd, path: Path, rules: Sequence[PhaseRule], roles: Sequence[Role] = ()
) -> Tuple[Status, Tuple[str, ...]]:
    """The status model of an answered path and parsed rules, and what is wrong with them.

    The fields that name the pods of ``roles`` are part of it.
    """
    problems: List[str] = []
    node = schema.lookup(crd.schema, path)
    if path.steps[0].name != "status" or len(path.steps) < 2:
        problems.append(f"status_path: {path} is not below .status")
    elif any(step.kind is not StepKind.FIELD for step in path.steps):
        problems.append(f"status_path: {path} goes through a list or map: take a plain field, or .status.conditions")
    elif node is None:
        problems.append(f"status_path: the CRD has no {path}")
    by_conditions = _by_conditions(crd, path)
    if node is not None and not problems and not by_conditions and not _is_text(node):
        problems.append(f"status_path: {path} is neither a string nor a list of conditions")
    conditions = path if by_conditions else None
    read: List[Path] = []
    for rule in rules:
        for term in rule.terms:
            if term.job:
                continue
            if term.condition:
                conditions = conditions or _conditions_path(crd)
                if conditions is None:
                    problems.append(f"phases: '{rule.text}' reads a condition, but the CRD has no .status.conditions")
            elif term.path is not None and term.path != path and term.path not in read:
                other = schema.lookup(crd.schema, term.path)
                plain = all(step.kind is StepKind.FIELD for step in term.path.steps)
                if term.path.steps[0].name != "status" or other is None:
                    problems.append(f"phases: the CRD has no {term.path} ('{rule.text}')")
                elif not plain or not _is_text(other):
                    problems.append(f"phases: {term.path} is no string ('{rule.text}')")
                else:
                    read.append(term.path)
    if not any(rule.phase is Phase.SUCCESS for rule in rules):
        problems.append("phases: none of them is Success, so a task would never end")
    unseen = [rule for rule in rules if rule.terms == (Term(path=path),)]
    if any(rule.phase is not Phase.QUEUED for rule in unseen):
        problems.append(
            'phases: a resource without a state is one that its operator has not seen: "" can only be Queued'
        )
    rules = [rule for rule in rules if rule not in unseen]  # what they say goes without saying
    if problems:
        return Status(path, by_conditions, tuple(rules), (), ()), tuple(dict.fromkeys(problems))

    messages = _messages(crd, path, by_conditions)
    variables = _variables(crd, {path, *read, *messages})
    pages = _pages(crd)
    tree: Dict[str, dict] = {}
    for each in ([path] if not by_conditions else []) + read + messages + [at for _, at in variables] + pages:
        _grow(tree, [step.name for step in each.steps[1:]])
    if conditions is not None:
        _grow(tree, [step.name for step in conditions.steps[1:]])
    for role in roles:
        _grow(tree, pod_name(crd, role))
    fields, go_names = _narrow(tree, ("status",), None if conditions is None else conditions)

    def go_path(each: Path) -> Tuple[str, ...]:
        steps = ["status"] + [step.name for step in each.steps[1:]]
        return tuple(go_names[tuple(steps[: end + 1])] for end in range(1, len(steps)))

    rules = [
        replace(rule, failure=rule.failure or failure_of(rule.terms)) if rule.phase is Phase.FAILURE else rule
        for rule in rules
    ]
    return (
        Status(
            path=path,
            by_conditions=by_conditions,
            rules=(
                *_ordered(rules, by_conditions),
                *_known_running(node or schema.EMPTY, path, by_conditions, rules),
            ),
            fields=fields,
            go_path=() if by_conditions else go_path(path),
            message=tuple(go_path(each) for each in messages),
            paths=tuple((each, go_path(each)) for each in read),
            known_values=schema.enum(node) if not by_conditions else (),
            observed_generation=_has_observed_generation(crd),
            variables=tuple((name, go_path(at)) for name, at in variables),
            dashboard=tuple(go_path(each) for each in pages),
        ),
        (),
    )


def _by_conditions(crd: Crd, path: Path) -> bool:
    node = schema.lookup(crd.schema, path)
    if node is not None and _is_conditions(node):
        return True
    unknown = node is not None and schema.kind(node) in (Kind.OPAQUE, Kind.ANYTHING)
    return unknown and path.steps[-1].name == "conditions"


def _conditions_path(crd: Crd) -> Optional[Path]:
    root = schema.properties(crd.schema).get("status")
    found = _condition_lists(root) if isinstance(root, dict) else []
    if found:
        return found[0]
    usual = schema.path_of("status", "conditions")
    return usual if _by_conditions(crd, usual) else None


def _is_text(node: Node) -> bool:
    return schema.kind(node) in (Kind.STRING, Kind.ANYTHING, Kind.OPAQUE)


def _ordered(rules: Sequence[PhaseRule], by_conditions: bool) -> Tuple[PhaseRule, ...]:
    """The order of evaluation. Several conditions can be true at once: the end before the way there, failure first."""
    if not by_conditions:
        # Another field may tell the end of what this one says is running.
        return tuple(sorted(rules, key=lambda rule: (-len(rule.terms), rule.phase is Phase.RUNNING)))
    order = (Phase.FAILURE, Phase.SUCCESS, Phase.RUNNING, Phase.INITIALIZING, Phase.QUEUED)
    ends = (Phase.FAILURE, Phase.SUCCESS)
    numbered = sorted(  # on the way there the earlier ones stay true: Created, when it is Suspended
        enumerate(rules), key=lambda each: (order.index(each[1].phase), each[0] if each[1].phase in ends else -each[0])
    )
    return tuple(rule for _, rule in numbered)


def _messages(crd: Crd, path: Path, by_conditions: bool) -> List[Path]:
    """String fields beside the state, or at the top of status, that say more about it; best first."""
    if by_conditions:
        return []
    found: List[Path] = []
    places = [Path(path.steps[:-1])]
    if len(path.steps) > 2:
        places.append(schema.path_of("status"))
    for place in places:
        below = schema.properties(schema.lookup(crd.schema, place))
        for wanted in lexicon.MESSAGES:
            for name, node in below.items():
                here = schema.field_below(place, name)
                is_text = schema.kind(node) is Kind.STRING and not node.get("format")
                if is_text and re.fullmatch(wanted, name) and here != path and here not in found:
                    found.append(here)
    return found[:3]


def _variables(crd: Crd, taken: Set[Path]) -> List[Tuple[str, Path]]:
    """What the operator made, by the names under which log templates can use it; nearest the top first."""
    found: List[Tuple[str, Path]] = []
    used = set(_LOG_VARIABLES)
    for path, node in _by_depth(crd):
        leaf = path.steps[-1].name
        parts = [word.lower() for word in names.words(leaf)]
        above = {(names.words(step.name) or [""])[-1].lower() for step in path.steps[1:-1]}
        if path in taken or schema.enum(node) or not parts or parts[-1] not in lexicon.IDENTIFIERS:
            continue
        if above & lexicon.ASKED_FOR:
            continue
        for spelled in _longer_and_longer(path):
            if spelled.lower() not in used and re.fullmatch(r"[A-Za-z][A-Za-z0-9]*", spelled):
                used.add(spelled.lower())
                found.append((spelled, path))
                break
    return found[:_MOST_VARIABLES]


def _longer_and_longer(path: Path) -> List[str]:
    """``podName``, ``driverPodName``, ``statusDriverPodName``: a leaf's own name, if that says enough, goes first."""
    steps = [step.name for step in path.steps]
    found = []
    for first in range(len(steps) - 1, -1, -1):
        word = names.camel("_".join(steps[first:])) if first < len(steps) - 1 else steps[-1]
        found.append(word if first == len(steps) - 1 else word[:1].lower() + word[1:])
    return found[1:] if steps[-1].lower() in lexicon.GENERIC_LEAVES and len(steps) > 2 else found


def _pages(crd: Crd) -> List[Path]:
    """Strings that are the address of a page of the operator's own, the one that people can open first."""
    found: List[Tuple[Tuple[bool, int, int], Path]] = []
    for path, node in _by_depth(crd):
        above = [word.lower() for step in path.steps[1:-1] for word in names.words(step.name)]
        own = [word.lower() for word in names.words(path.steps[-1].name)]
        pages = [lexicon.PAGES.index(word) for word in above + own if word in lexicon.PAGES]
        places = [lexicon.PAGE_ADDRESSES.index(word) for word in own if word in lexicon.PAGE_ADDRESSES]
        is_address = own[-1:] and own[-1] in lexicon.PAGE_ADDRESSES
        is_page = own[-1:] and own[-1] in ("dashboard", "ui", "webui", "console")
        if pages and not schema.enum(node) and (is_address or is_page):
            hidden = bool({"internal", "local"} & {*above, *own})
            found.append(((hidden, min(places, default=len(lexicon.PAGE_ADDRESSES)), min(pages)), path))
    return [path for _, path in sorted(found, key=lambda each: each[0])][:_MOST_PAGES]


def _by_depth(crd: Crd) -> List[Tuple[Path, Node]]:
    """The plain strings of status, those nearest the top first."""
    found = _strings(schema.properties(crd.schema).get("status", schema.EMPTY))
    return sorted(found, key=lambda each: len(each[0].steps))


def _has_observed_generation(crd: Crd) -> bool:
    status = schema.properties(schema.properties(crd.schema).get("status"))
    return schema.kind(status.get("observedGeneration")) is Kind.INTEGER


def _grow(tree: Dict[str, dict], parts: Sequence[str]) -> None:
    for part in parts:
        tree = tree.setdefault(part, {})


def _narrow(
    tree: Dict[str, dict], above: Tuple[str, ...], conditions: Optional[Path]
) -> Tuple[Tuple[StatusField, ...], Dict[Tuple[str, ...], str]]:
    """StatusFields of a tree of names, sorted by Go name, and the Go name of every node."""
    used: Set[str] = {"DeepCopy", "DeepCopyInto"}
    known: Dict[Tuple[str, ...], str] = {}
    fields = []
    for name in sorted(tree):
        here = above + (name,)
        go_name = names.go_exported(name, used)
        known[here] = go_name
        is_conditions = conditions is not None and tuple(step.name for step in conditions.steps) == here
        below: Tuple[StatusField, ...] = ()
        if tree[name] and not is_conditions:
            below, deeper = _narrow(tree[name], here, conditions)
            known.update(deeper)
        fields.append(StatusField(go_name, name, below, is_conditions))
    return tuple(sorted(fields, key=lambda field: field.go_name)), known
