"""The status model of the answers ``status_path`` and ``phases``: what the plugin reads, and what it means to Flyte."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from flyte_plugin_scaffold.deriving import phases, state_words, states
from flyte_plugin_scaffold.model import (
    Check,
    Crd,
    Path,
    Phase,
    PhaseRule,
    Problem,
    Status,
    StepKind,
    Term,
)
from flyte_plugin_scaffold.reading import schema
from flyte_plugin_scaffold.reading.schema import Kind, Node
from flyte_plugin_scaffold.text import lexicon, names

_MOST_VARIABLES = 8
_MOST_PAGES = 2
# What a log template can use anyway, in lower case: tasklog's own variables, and those of the rendered plugin.
_LOG_VARIABLES = frozenset(
    """logname podname poduid namespace containername containerid hostname nodename podrfc3339starttime
    podrfc3339finishtime podunixstarttime podunixfinishtime taskid taskversion taskproject taskdomain taskretryattempt
    nodeid executionname executionproject executiondomain generatedname taskconfig role replica index key""".split()
)


NO_SUCCESS = Problem("phases", "none of them is Success, so a task would never end")


def build(
    crd: Crd, path: Path | None, rules: Sequence[PhaseRule], by_words: bool = False
) -> tuple[Status, tuple[Problem, ...]]:
    """The status model of an answered path and parsed rules, and what is wrong with them."""
    by_conditions = path is not None and states.by_conditions(crd, path)
    conditions = path if by_conditions else None
    wrong = _path_problem(crd, path, by_conditions) if path is not None else ""
    problems = [Problem("status_path", wrong)] if wrong else []
    is_wrong = bool(problems)
    read: dict[Path, None] = {}
    resolved = []
    for rule in rules:
        terms = []
        for term in rule.terms:
            if term.condition:
                conditions = conditions or _conditions_path(crd)
                if conditions is None:
                    problems.append(
                        Problem(
                            "phases", f"'{rule.text}' reads a condition, but {crd.called} has no .status.conditions"
                        )
                    )
            elif term.path is not None:
                term, problem = _resolved(crd, term)
                if problem and not (is_wrong and term.path == path):
                    problems.append(Problem("phases", f"{problem} ('{rule.text}')"))
                if term.path is not None and term.path != path and not problem:
                    read[term.path] = None
            terms.append(term)
        resolved.append(replace(rule, terms=tuple(terms)))
    if not any(rule.phase is Phase.SUCCESS for rule in rules):
        problems.append(NO_SUCCESS)
    problems += [
        Problem(
            "phases",
            f"'{rule.text}' holds before the operator has seen a resource, so it can only be Queued: "
            "join it with what says that it has begun or ended",
        )
        for rule in resolved
        if rule.phase is not Phase.QUEUED and all(term.holds_of_nothing for term in rule.terms)
    ]
    any_state = Term(path=path, check=Check.IS_SET)
    problems += [
        Problem("phases", f"'{rule.text}' holds in every state, also in unknown ones: name the states")
        for rule in resolved
        if path is not None and rule.terms == (any_state,)
    ]
    if problems:
        return Status(path, by_conditions, tuple(resolved)), tuple(dict.fromkeys(problems))
    answered = [
        replace(rule, failure=rule.failure or state_words.failure_of(rule.terms))
        if rule.phase is Phase.FAILURE
        else rule
        for rule in resolved
    ]
    messages = _messages(crd, path, by_conditions)
    if conditions is None and (by_words or not messages):
        conditions = _conditions_path(crd, described=True)
    return _status(crd, path, conditions, answered, list(read), messages, by_words), ()


def _status(
    crd: Crd,
    path: Path | None,
    conditions: Path | None,
    rules: Sequence[PhaseRule],
    read: Sequence[Path],
    messages: Sequence[Path],
    by_words: bool,
) -> Status:
    by_conditions = path is not None and path == conditions
    state = [path] if path is not None and not by_conditions else []
    variables = _variables(crd, {*state, *read, *messages})
    last = [rule for rule in rules if all(term.check is Check.IS_SET for term in rule.terms)]
    return Status(
        path=path,
        by_conditions=by_conditions,
        rules=(
            *_ordered([rule for rule in rules if rule not in last], path, by_conditions),
            *(_known_running(crd, path, by_conditions, rules) if path is not None else ()),
        ),
        conditions=conditions.names[1:] if conditions is not None else (),
        message=tuple(each.names[1:] for each in messages),
        paths=tuple(read),
        known_values=schema.enum(schema.lookup(crd.schema, state[0])) if state else (),
        observed_generation=_has_observed_generation(crd),
        variables=tuple((name, at.names[1:]) for name, at in variables),
        dashboard=tuple(each.names[1:] for each in _pages(crd)),
        last_resorts=tuple(sorted(last, key=lambda rule: (-len(rule.terms), rule.phase is not Phase.FAILURE))),
        broader=tuple(each for each in read if path is not None and states.stands_above(each, path)),
        outcomes=tuple(_outcomes(crd, read, rules)) if by_words else (),
        by_words=by_words,
        own_words=tuple(sorted(state_words.own_words(crd, None if by_conditions else path))) if by_words else (),
    )


def _outcomes(crd: Crd, read: Sequence[Path], rules: Sequence[PhaseRule]) -> list[Path]:
    """Results in words that nothing lists, of which the rules name failures alone: a success that is named stays one."""
    others = {term.path for rule in rules if rule.phase is not Phase.FAILURE for term in rule.terms}
    return [each for each in read if each not in others and states.told(crd).tells_how_in_words(each)]


def _path_problem(crd: Crd, path: Path, by_conditions: bool) -> str:
    node = schema.lookup(crd.schema, path)
    if path.steps[0].name != "status" or len(path.steps) < 2:
        return f"{path} is not below .status"
    if any(step.kind is not StepKind.FIELD for step in path.steps):
        return f"{path} goes through a list or map: take a plain field, or .status.conditions"
    if node is None:
        return f"{crd.called} has no {path}"
    cure = "give none as status_path, and name it in phases, as in"
    meant = (states.phase_of(states.Value(path, node)) or Phase.SUCCESS).value
    if schema.kind(node) is Kind.BOOLEAN:
        return f"{path} is true or false, which is no state: {cure} {meant}={path}=true"
    if schema.kind(node) in (Kind.INTEGER, Kind.NUMBER):
        return f"{path} is a number, which is no state: {cure} Failure={path}>0"
    if schema.kind(node) is Kind.STRING and node.get("format") in ("date-time", "date"):
        return f"{path} is a time, which is no state: {cure} {meant}={path}, which holds once it is set"
    if not by_conditions and schema.kind(node) not in (Kind.STRING, Kind.ANYTHING, Kind.OPAQUE):
        return f"{path} is neither a string nor a list of conditions"
    return ""


def _resolved(crd: Crd, term: Term) -> tuple[Term, str]:
    """A term that knows how the CRD types its value, or what is wrong with it."""
    path = term.path
    assert path is not None
    node = schema.lookup(crd.schema, path)
    kind = schema.kind(node)
    if path.steps[0].name != "status" or node is None:
        return term, f"{crd.called} has no {path}"
    if any(step.kind is not StepKind.FIELD for step in path.steps):
        return term, f"{path} goes through a list or map, and a phase reads plain fields"
    compares = term.check not in (Check.EQUALS, Check.IS_SET)
    if kind is Kind.BOOLEAN:
        if compares or (term.check is Check.EQUALS and term.value not in ("true", "false")):
            return term, f"{path} is true or false: write {path}=true"
        return replace(term, check=Check.EQUALS, value=term.value or "true", is_flag=True), ""
    if kind in (Kind.INTEGER, Kind.NUMBER):
        if term.check is not Check.IS_SET and not _NUMBER.fullmatch(term.value):
            return term, f"{path} is a number: write {path}=0 or {path}>0"
        return replace(term, is_number=True), ""
    if kind in (Kind.ANYTHING, Kind.OPAQUE, Kind.INT_OR_STRING):
        return replace(term, is_number=compares), ""
    if kind is Kind.LIST:
        if compares or term.check is Check.IS_SET:
            return replace(term, is_number=compares, is_list=True), ""
        return term, f"{path} is a list: write {path} alone where it must have items, or {path}>0"
    if kind is not Kind.STRING:
        return term, f"{path} is an object: name a plain value below it"
    return (term, f"{path} is a text, not a number") if compares else (term, "")


_NUMBER = re.compile(r"-?[0-9]{1,15}(?:\.[0-9]{1,9})?")


def _conditions_path(crd: Crd, described: bool = False) -> Path | None:
    """The list of conditions; where the CRD does not describe its status, the usual place unless ``described``."""
    found = states.told(crd).conditions
    if found:
        return found[0]
    usual = schema.path_of("status", "conditions")
    return usual if not described and states.by_conditions(crd, usual) else None


def _ordered(rules: Sequence[PhaseRule], path: Path | None, by_conditions: bool) -> tuple[PhaseRule, ...]:
    """The order of evaluation. Several conditions can be true at once: the end before the way there, failure first."""
    ends = (Phase.FAILURE, Phase.SUCCESS)
    if not by_conditions:
        # Another field may tell the end of what this one says is on its way.
        return tuple(
            sorted(
                rules,
                key=lambda rule: (
                    -len(rule.terms),
                    rule.phase not in ends,
                    # Where two fields disagree it has failed.
                    rule.phase is not Phase.FAILURE or not any(_is_elsewhere(term, path) for term in rule.terms),
                    rule.phase is Phase.RUNNING,
                ),
            )
        )
    order = (Phase.FAILURE, Phase.SUCCESS, Phase.RUNNING, Phase.INITIALIZING, Phase.QUEUED)
    numbered = sorted(  # on the way there the earlier ones stay true: Created, when it is Suspended
        enumerate(rules), key=lambda each: (order.index(each[1].phase), each[0] if each[1].phase in ends else -each[0])
    )
    return tuple(rule for _, rule in numbered)


def _known_running(crd: Crd, path: Path, by_conditions: bool, rules: Sequence[PhaseRule]) -> list[PhaseRule]:
    """Rules for what is known to go on, and that nothing else names.

    They come last and so change no phase: what none of the rules holds for is then an unknown state.
    """
    known = _conditions_that_go_on(crd, path, rules) if by_conditions else _values_that_go_on(crd, path, rules)
    return [PhaseRule(Phase.RUNNING, (term,), text) for term, text in known]


def _values_that_go_on(crd: Crd, path: Path, rules: Sequence[PhaseRule]) -> list[tuple[Term, str]]:
    told = states.told(crd)
    listed: Sequence[str] = told.listed(path) or told.named(path)
    if not told.listed(path) and not any(rule.phase is Phase.RUNNING for rule in rules):
        listed = (*listed, *lexicon.USUAL_RUNNING)
    named = {rule.terms[0].value.lower() for rule in rules if len(rule.terms) == 1 and rule.terms[0].path == path}
    # A value that needs something else to agree is known while that does not: it has ended, and says later how.
    joined = [term.value for rule in rules for term in rule.terms if term.path == path]
    found = []
    for value in (*listed, *joined):
        if value.lower() not in named:
            named.add(value.lower())
            found.append((Term(path=path, value=value), phases.value_text(value)))
    return found


def _conditions_that_go_on(crd: Crd, path: Path, rules: Sequence[PhaseRule]) -> list[tuple[Term, str]]:
    alone = {rule.terms[0] for rule in rules if len(rule.terms) == 1}
    terms = [term for rule in rules for term in rule.terms if term.condition]
    types = dict.fromkeys(term.condition for term in terms)
    told_otherwise = {term.condition for term in terms if term.status != "True"}
    # Succeeded=False is a failure: Succeeded has three states, and while it runs it has one of the others.
    wanted = [
        Term(condition=type_, status=status)
        for type_ in types
        if type_ in told_otherwise
        for status in ("Unknown", "False", "True")
    ]
    wanted += [replace(term, reason="") for term in terms if term not in alone and not term.reason]
    wanted += [Term(condition=value) for value in states.condition_types(states.told(crd), path) if value not in types]
    return [
        (term, term.condition + (f"={term.status}" if term.status != "True" else ""))
        for term in dict.fromkeys(wanted)
        if term not in alone
    ]


def _is_elsewhere(term: Term, path: Path | None) -> bool:
    """Whether a term looks at something else than the state."""
    return not term.job and (bool(term.condition) or term.path != path)


def _messages(crd: Crd, path: Path | None, by_conditions: bool) -> list[Path]:
    """String fields beside the state, or at the top of status, that say more about it; best first."""
    if by_conditions:
        return []
    found: dict[Path, None] = {}
    places = [Path(path.steps[:-1])] if path is not None else []
    if not places or len(places[0].steps) > 1:
        places.append(schema.path_of("status"))
    for place in places:
        below = schema.properties(schema.lookup(crd.schema, place))
        for wanted in lexicon.MESSAGES:
            for name, node in below.items():
                here = schema.field_below(place, name)
                is_text = schema.kind(node) is Kind.STRING and not node.get("format")
                if is_text and re.fullmatch(wanted, name) and here != path:
                    found[here] = None
    return list(found)[:3]


def _variables(crd: Crd, taken: set[Path]) -> list[tuple[str, Path]]:
    """What the operator made, by the names under which log templates can use it; nearest the top first."""
    found: list[tuple[str, Path]] = []
    used = set(_LOG_VARIABLES)
    for path, node in _by_depth(crd):
        leaf = path.steps[-1].name
        parts = names.lower_words(leaf)
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


def _longer_and_longer(path: Path) -> list[str]:
    """``podName``, ``driverPodName``, ``statusDriverPodName``: a leaf's own name, if that says enough, goes first."""
    steps = path.names
    found = []
    for first in range(len(steps) - 1, -1, -1):
        word = names.camel("_".join(steps[first:])) if first < len(steps) - 1 else steps[-1]
        found.append(word if first == len(steps) - 1 else word[:1].lower() + word[1:])
    return found[1:] if steps[-1].lower() in lexicon.GENERIC_LEAVES and len(steps) > 2 else found


def _pages(crd: Crd) -> list[Path]:
    """Strings that are the address of a page of the operator's own, the one that people can open first."""
    found: list[tuple[tuple[bool, int, int], Path]] = []
    for path, node in _by_depth(crd):
        above = [word for step in path.steps[1:-1] for word in names.lower_words(step.name)]
        own = names.lower_words(path.steps[-1].name)
        pages = [lexicon.PAGES.index(word) for word in above + own if word in lexicon.PAGES]
        places = [lexicon.PAGE_ADDRESSES.index(word) for word in own if word in lexicon.PAGE_ADDRESSES]
        is_address = own[-1:] and own[-1] in lexicon.PAGE_ADDRESSES
        is_page = own[-1:] and own[-1] in ("dashboard", "ui", "webui", "console")
        if pages and not schema.enum(node) and (is_address or is_page):
            hidden = bool({"internal", "local"} & {*above, *own})
            found.append(((hidden, min(places, default=len(lexicon.PAGE_ADDRESSES)), min(pages)), path))
    return [path for _, path in sorted(found, key=lambda each: each[0])][:_MOST_PAGES]


def _by_depth(crd: Crd) -> list[tuple[Path, Node]]:
    """The plain strings of status, those nearest the top first."""
    return sorted(((value.path, value.node) for value in states.told(crd).strings), key=lambda each: len(each[0].steps))


def _has_observed_generation(crd: Crd) -> bool:
    status = schema.properties(schema.properties(crd.schema).get("status"))
    return schema.kind(status.get("observedGeneration")) is Kind.INTEGER
