"""Switches of the spec by which an operator cleans up after the end: which are found, and which are sent by default."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from flyte_plugin_scaffold.deriving import fields
from flyte_plugin_scaffold.deriving.pods import find
from flyte_plugin_scaffold.model import Crd, Finding, Path, Place, Role, SpecDefault, Step
from flyte_plugin_scaffold.reading import schema
from flyte_plugin_scaffold.reading.schema import Kind, Node
from flyte_plugin_scaffold.text import lexicon, names

_MOST_DEPTH = 4  # .spec.deletionStrategy.onFailure.policy


@dataclass(frozen=True)
class Derived:
    """What is sent by default, why, and why not what else was found; ``lifetimes`` are never sent."""

    defaults: tuple[SpecDefault, ...] = ()
    findings: tuple[Finding, ...] = ()
    lifetimes: tuple[Path, ...] = ()


@dataclass(frozen=True)
class _Switch:
    path: Path
    value: Any  # None where it is not sent
    reason: str
    is_policy: bool = False
    is_guess: bool = False

    @property
    def outcomes(self) -> frozenset[str]:
        """The outcomes after which it works, of lexicon.OUTCOME: those that its name names, each where it speaks of any end."""
        words = [word for name in self.path.names[1:] for word in names.lower_words(name)]
        named = frozenset(each for each in lexicon.OUTCOME for word in words if word.startswith(each))
        return named if named and _end(words) != lexicon.OVER else frozenset(lexicon.OUTCOME)


def derive(crd: Crd, roles: Sequence[Role], status_path: Path | None) -> Derived:
    """The switch of a kind, and its alternatives: a task that sets one of these is not sent the switch."""
    found = list(_switches(crd, roles))
    after = _state_after_the_end(crd, status_path)
    sent = [each for each in found if each.value is not None and not after]
    group = _covering(sent)
    chosen = {each.path for each in group}
    # What replaces the pods of a role is not this task's own: it is not shut down.
    borrowed = [
        schema.path_of("spec", *each.path)
        for role in roles
        if role.place is not Place.COMMAND
        for each in role.alternatives
        if not each.usual
    ]
    rivals = (*_rivals(crd, chosen, [each.path for each in found]), *dict.fromkeys(borrowed))
    findings = []
    for each in found:
        reason = each.reason
        if each.value is not None and each.path not in chosen:
            reason = f"the state {after} follows, and hides how it ended" if after else "another switch does that"
        findings.append(Finding(str(each.path), reason, each.path in chosen))
    return Derived(
        tuple(
            SpecDefault(each.path, each.value, rivals, each.is_guess, tuple(sorted(each.outcomes))) for each in group
        ),
        tuple(findings),
        tuple(_lifetimes(crd)),
    )


def _covering(switches: Sequence[_Switch]) -> list[_Switch]:
    """The best switch, and where that leaves an outcome out the best of those that work after it; in the CRD's order.

    One that works after every end goes first. A boolean says what it does; of policies those of one object are one switch,
    for success and failure.
    """
    wholes: dict[tuple[Step, ...], list[_Switch]] = {}
    for each in switches:
        is_part = each.is_policy and len(each.path.steps) > 2
        wholes.setdefault(each.path.steps[:2] if is_part else each.path.steps, []).append(each)
    found = [(frozenset().union(*(each.outcomes for each in whole)), whole) for whole in wholes.values()]
    found.sort(key=lambda one: (-len(one[0]), one[1][0].is_policy, len(one[1][0].path.steps)))
    chosen: set[Path] = set()
    covered: frozenset[str] = frozenset()
    for works_after, whole in found:
        if not works_after <= covered:
            covered |= works_after
            chosen.update(each.path for each in whole)
    return [each for each in switches if each.path in chosen]


# ------------------------------------------------------------------------------------------------------------- finding
def _switches(crd: Crd, roles: Sequence[Role]) -> Iterator[_Switch]:
    spec = schema.properties(crd.schema).get("spec", schema.EMPTY)
    kind = names.lower_words(crd.kind)
    for path, node in _values(spec, schema.path_of("spec"), _not_the_work(crd, roles)):
        if _is_lifetime(path, node):
            continue
        words = [word for name in path.names[1:] for word in names.lower_words(name)]
        last = names.lower_words(path.names[-1])
        if schema.kind(node) is Kind.BOOLEAN:
            found = _of_boolean(path, node, words, kind)
        elif schema.kind(node) is Kind.STRING:
            found = _of_policy(path, node, words, last, kind)
        else:
            found = None
        if found is not None:
            yield found


def _not_the_work(crd: Crd, roles: Sequence[Role]) -> frozenset[Path]:
    """Pods and the objects of roles: what they say is of one pod, not of the end of the work."""
    spots = [spot.path for spot in find(crd)] + [role.path for role in roles]
    return frozenset(path for path in spots if len(path.steps) > 1)


def _values(node: Node, above: Path, apart: frozenset[Path]) -> Iterator[tuple[Path, Node]]:
    """The plain values of objects that are there, or that nothing else is demanded of."""
    needed = set(schema.required(node))
    for name, child in schema.properties(node).items():
        here = schema.field_below(above, name)
        if here in apart:
            continue
        if schema.kind(child) is not Kind.OBJECT:
            yield here, child
            continue
        if len(here.steps) > _MOST_DEPTH or (name not in needed and schema.required(child)):
            continue
        yield from _values(child, here, apart)


def _of_boolean(path: Path, node: Node, words: Sequence[str], kind: Sequence[str]) -> _Switch | None:
    end = _end(words)
    if not end or (end == lexicon.OUTCOME and "after" not in words):
        return None
    default = node.get("default")
    if lexicon.KEEPING & set(words):
        if default is not True:
            return None
        value = False
    elif (lexicon.SHUTDOWN | lexicon.CLEANUP) & set(words):
        value = True
    else:
        return None
    problem = _problem(words, schema.description(node), kind, bool(lexicon.SHUTDOWN & set(words)))
    if not problem and default is value:
        problem = "the CRD's own default"
    return _Switch(path, None if problem else value, problem or "what the operator made for the work")


def _of_policy(
    path: Path, node: Node, words: Sequence[str], last: Sequence[str], kind: Sequence[str]
) -> _Switch | None:
    known = set(words)
    cleans = bool((lexicon.CLEANUP | lexicon.SHUTDOWN) & known)
    keeps = bool(lexicon.KEEPING & known)
    is_of_end = bool(_end(words))
    # A name that does not mention the end is about the end where it is about pods; a deletionPolicy is for the resource's deletion.
    cleans_pods = bool(lexicon.MADE_FOR_WORK & set(last)) and (keeps or any(word.startswith("clean") for word in last))
    if not (cleans or keeps) or not (is_of_end or (cleans_pods and lexicon.POLICIES & set(last))):
        return None
    if lexicon.DATA & known:
        return _Switch(path, None, "it may remove data", True)
    values = schema.enum(node)
    if not values:
        if not node.get("enum") and {"pod", "pods"} & set(last) and cleans and not is_of_end:
            return _Switch(path, lexicon.USUAL_CLEAN_POLICY, "what still runs", True, True)
        return _Switch(path, None, "the CRD does not list its values", True)
    value = _best_value(values, bool(lexicon.MADE_FOR_WORK & set(last)), keeps and not cleans, kind)
    if value is None:
        return _Switch(path, None, "none of its values is known to leave nothing running", True)
    default = node.get("default")
    if default == value or (isinstance(default, str) and _removes(default)):
        return _Switch(path, None, "the CRD's own default", True)
    return _Switch(path, value, "what the operator made for the work", True)


def _best_value(values: Sequence[str], names_what: bool, keeps: bool, kind: Sequence[str]) -> str | None:
    """The value that leaves nothing running and the resource itself in its place."""
    if keeps:
        wanted = [value for value in values if value.lower() == "never"]
    else:
        wanted = [value for word in lexicon.LEAVES_NOTHING_RUNNING for value in values if value.lower() == word]
    for value in values:
        if _removes(value):
            removed = set(names.lower_words(value)[1:])
            if lexicon.DATA & removed or kind[-1] in removed:
                continue
            if (lexicon.MADE_FOR_WORK & removed) or (names_what and not removed):
                wanted.append(value)
    return wanted[0] if wanted else None


def _removes(value: str) -> bool:
    first = names.lower_words(value)[:1]
    return bool((lexicon.CLEANUP | lexicon.SHUTDOWN).intersection(first))


def _end(words: Sequence[str]) -> tuple[str, ...]:
    """What ``words`` say of the end: that it is over, or one outcome; () where they lead to no end."""
    first = next((index for index, word in enumerate(words) if word in lexicon.AFTERWARDS), len(words))
    after = words[first + 1 :]
    if any(each.startswith(lexicon.OVER) or each in ("end", "ends", "ended") for each in after):
        return lexicon.OVER
    return lexicon.OUTCOME if any(each.startswith(lexicon.OUTCOME) for each in after) else ()


def _problem(words: Sequence[str], description: str, kind: Sequence[str], shuts_down: bool) -> str:
    """Why a boolean is not sent; "" where it removes nothing but what was made for the work."""
    said = names.lower_words(description)
    if lexicon.DATA & {*words, *said}:
        return "it may remove data"
    if shuts_down:
        return ""
    index = next(index for index, word in enumerate(words) if word in lexicon.AFTERWARDS)
    before = set(words[:index]) & lexicon.MADE_FOR_WORK
    if before:
        return "it may remove the resource itself" if kind[-1] in before else ""
    if lexicon.MADE_FOR_WORK & set(said) and not set(kind) & set(said):
        return ""
    return "it does not say what it removes, which may be the resource itself"


def _state_after_the_end(crd: Crd, status_path: Path | None) -> str:
    """A state that takes the place of the end once everything is removed; "" for none."""
    values = schema.enum(schema.lookup(crd.schema, status_path)) if status_path is not None and crd.schema else ()
    return next((value for value in values if lexicon.AFTER_AN_END & set(names.lower_words(value))), "")


def _rivals(crd: Crd, sent: Collection[Path], found: Sequence[Path]) -> tuple[Path, ...]:
    """What else says what becomes of things after the end: other switches, and their kin beside the one that is sent."""
    # Parts of one policy, such as those for success and failure, are no alternatives to each other.
    parts = {path.steps[:-1] for path in sent if len(path.steps) > 2}
    rivals = [path for path in found if path not in sent and path.steps[:-1] not in parts]
    for above in sorted({Path(path.steps[:-1]) for path in sent}, key=str):
        for name in schema.properties(schema.lookup(crd.schema, above)):
            words = set(names.lower_words(name))
            here = schema.field_below(above, name)
            is_kin = (lexicon.CLEANUP | lexicon.SHUTDOWN | lexicon.KEEPING) & words
            if is_kin and lexicon.POLICIES & words and here not in sent:
                rivals.append(here)
    whole = {path.steps for path in rivals}
    is_inside = (any(path.steps[:length] in whole for length in range(2, len(path.steps))) for path in rivals)
    return tuple(dict.fromkeys(path for path, inside in zip(rivals, is_inside) if not inside))


def _lifetimes(crd: Crd) -> Iterator[Path]:
    """Times to live: the operator deletes something, often the resource itself, so long after the end."""
    spec = schema.properties(crd.schema).get("spec", schema.EMPTY)
    for path, node in _values(spec, schema.path_of("spec"), frozenset()):
        is_of_all = len(path.steps) == 2 or _end(names.lower_words(path.names[-1]))
        if is_of_all and _is_lifetime(path, node):
            yield path


def _is_lifetime(path: Path, node: Node) -> bool:
    is_time = schema.kind(node) is not Kind.BOOLEAN and not schema.enum(node)
    return is_time and fields.is_time_to_live(path.names[-1])
