"""Which values of a CR's spec a user may set: the default of the answer `fields`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from flyte_plugin_scaffold.deriving.pods import find, is_reference
from flyte_plugin_scaffold.model import Backend, Crd, Finding, Path, Place, Role, StepKind
from flyte_plugin_scaffold.reading import schema
from flyte_plugin_scaffold.reading.schema import Kind, Node
from flyte_plugin_scaffold.text import lexicon, names


@dataclass(frozen=True)
class Derived:
    """The default of ``fields``, and why."""

    paths: tuple[Path, ...]
    findings: tuple[Finding, ...]


def text(paths: Sequence[Path]) -> str:
    """The answer ``fields`` in its canonical form."""
    return ", ".join(str(path) for path in paths) or "none"


# ------------------------------------------------------------------------------------------------------------ deriving
@dataclass(frozen=True)
class _Wanted:
    path: Path
    reason: str
    required: bool = False
    first: bool = False  # of what the spec is about, as far as its form tells


def derive(crd: Crd, roles: Sequence[Role]) -> Derived:
    """The default fields of the spec itself; those of roles are :func:`derive_role`'s."""
    spec = schema.lookup(crd.schema, schema.path_of("spec")) if crd.schema else None
    wanted, left = _parameters(crd)
    if spec is not None and schema.kind(spec) is Kind.OBJECT:
        of_spec, left_of_spec = _collect(spec, schema.path_of("spec"), _Cut(crd, roles))
        wanted += of_spec
        left += left_of_spec
    wanted.sort(key=lambda each: not each.first)
    room = lexicon.MOST_FIELDS - sum(each.required for each in wanted)  # what the CRD demands is never left out
    kept = []
    for each in wanted:
        if each.required or room > 0:
            kept.append(each)
            room -= not each.required
        else:
            left.append((each.path, f"more than {lexicon.MOST_FIELDS} fields"))
    findings = [Finding(str(each.path), each.reason) for each in kept]
    findings += [Finding(str(path), reason, False) for path, reason in left]
    return Derived(tuple(each.path for each in kept), tuple(findings))


def _parameters(crd: Crd) -> tuple[list[_Wanted], list[tuple[Path, str]]]:
    """What a request has beside its body: that without which there is none is a field."""
    wanted: list[_Wanted] = []
    left: list[tuple[Path, str]] = []
    for root in schema.PARAMETERS:
        node = schema.properties(crd.schema).get(root)
        needed = schema.required(node)
        for name in schema.properties(node):
            path = schema.path_of(root, name)
            if name in needed:
                wanted.append(_Wanted(path, "no request can do without it", True, True))
            else:
                left.append((path, "an optional parameter"))
    return wanted, left


class _Cut:
    """What never becomes a field: pods, and the objects of roles."""

    def __init__(self, crd: Crd, roles: Sequence[Role]):
        self.roles = {schema_steps(role.path) for role in roles}
        for role in roles:
            if len(role.path.steps) == 1:  # the spec itself is the pod: only its words are the role's
                self.roles.remove(schema_steps(role.path))
                self.roles |= {(".spec", f".{name}") for name in _words_of_place(role)}
        holding = {role.path.steps[:length] for role in roles for length in range(1, len(role.path.steps) + 1)}
        spots = [spot for spot in find(crd) if spot.rank == 0 or spot.path.steps in holding]
        self.pods = {schema_steps(spot.full) for spot in spots}
        self.pods |= {(*schema_steps(spot.full), ".spec") for spot in spots if spot.place is Place.TEMPLATE}
        self.pods -= {(".spec",)}
        self.is_of_a_service = crd.backend is Backend.SERVICE
        self.kind = set(names.lower_words(crd.kind))
        self.above_roles = prefixes(self.roles)
        self.above_pods = prefixes(self.pods) | self.above_roles
        self.built = ways(there(roles))

    def is_role(self, path: Path) -> bool:
        return schema_steps(path) in self.roles

    def is_pod(self, path: Path) -> bool:
        return schema_steps(path) in self.pods

    def holds_built(self, path: Path) -> bool:
        """Whether a role below it is always built, so that it is always there."""
        return schema_steps(path) in self.built

    def holds_pod(self, path: Path) -> bool:
        return schema_steps(path) in self.above_pods

    def holds_role(self, path: Path) -> bool:
        return schema_steps(path) in self.above_roles


def _words_of_place(role: Role) -> Iterable[str]:
    """The properties of a role's place that are the pod's."""
    if role.runner:
        return runner_words(role)
    return lexicon.POD_SPEC_NAMES if role.place is Place.POD_SPEC else ("metadata", "spec")


def prefixes(paths: Iterable[tuple[str, ...]]) -> set[tuple[str, ...]]:
    """Every place on the way to one of ``paths``, and these themselves."""
    return {path[:length] for path in paths for length in range(1, len(path) + 1)}


def schema_steps(path: Path) -> tuple[str, ...]:
    """A path's steps as places of the schema: the name of an element or a key says nothing there."""
    words = {StepKind.ITEMS: "[]", StepKind.ELEMENT: "[]", StepKind.KEY: "{}", StepKind.ENTRIES: "{}"}
    return tuple(words.get(step.kind, "." + step.name) for step in path.steps)


def there(roles: Iterable[Role]) -> list[Role]:
    """The roles of the smallest task config: what is always built, and what the user must give.

    Of guessed roles that all run the user's code one must be given, whichever: the leading one stands for them.
    """
    return [role for role in roles if role.always or role.required or role.guessed_leader]


def ways(roles: Iterable[Role]) -> set[tuple[str, ...]]:
    """Every object on the way to one of ``roles``, as places of the schema."""
    ways = [schema_steps(role.path) for role in roles]
    return {way[:length] for way in ways for length in range(2, len(way))}


_SECRET = "a secret, for which a task's configuration is no place"


def _is_secret(name: str, node: Node) -> bool:
    """Whether a text of a request proves who asks, or is known to few."""
    parts = names.lower_words(name)
    if schema.kind(node) is not Kind.STRING or not parts:
        return False
    of_whom = {"".join(parts[-2:]), parts[-1]}
    return node.get("format") == "password" or bool(of_whom & lexicon.SECRETS) or parts == ["token"]


_SMALL_LIST = "a list of small objects"


def _collect(root: Node, base: Path, cut: _Cut) -> tuple[list[_Wanted], list[tuple[Path, str]]]:
    """Fields of an object in its order: chains of required ones, what stands at its top, one level deeper if few."""
    wanted: list[_Wanted] = []
    left: list[tuple[Path, str]] = []
    deeper: list[tuple[Path, Node]] = []
    lists: list[Path] = []  # of larger objects

    def visit(node: Node, path: Path, only_needed: bool = False, about: bool = False) -> None:
        needed = set(schema.required(node))
        for name, child in schema.properties(node).items():
            here = schema.field_below(path, name)
            is_needed = name in needed
            kind = schema.kind(child)
            if not is_needed and kind is Kind.OBJECT and cut.holds_role(here) and not cut.is_role(here):
                visit(child, here, only_needed=True)  # what goes with the pods, where they are given
                left.append((here, "holds pods"))
                continue
            if only_needed and not is_needed:
                continue
            if cut.is_role(here) or (cut.is_pod(here) and not is_needed):
                continue
            reason = _left_out(name, child) or (_SECRET if cut.is_of_a_service and _is_secret(name, child) else "")
            if reason and not is_needed:
                left.append((here, reason))
                continue
            if name == "status" and kind is Kind.OBJECT and not is_needed:
                continue  # of an object of another kind that stands inside: its operator writes it
            if _is_plain(child):
                is_first = about or (is_needed and len(path.steps) > 1)
                wanted.append(_Wanted(here, "required" if is_needed else "a plain value", is_needed, is_first))
            elif kind is Kind.NOTHING:
                continue
            elif (
                kind is Kind.OBJECT
                and is_needed
                and (cut.holds_role(here) or not cut.is_pod(here))
                and (cut.holds_role(here) or not only_needed or cut.holds_built(path))
            ):
                visit(child, here, only_needed, about or bool(_about(name, child, cut.kind)))
            elif is_needed and not cut.holds_role(here):
                wanted.append(_Wanted(here, "required", True, True))
            elif _is_of_pods(name):
                left.append((here, "of pods"))
            elif cut.holds_pod(here) or kind is not Kind.OBJECT:
                holds_pod = cut.holds_pod(here)
                if _is_list_of_objects(child) and not holds_pod and message_ready(schema.items(child)):
                    wanted.append(_Wanted(here, _SMALL_LIST, first=True))
                    continue
                if kind is Kind.OPAQUE and not holds_pod and name.lower() not in lexicon.POD_NAMES:
                    wanted.append(_Wanted(here, "an object that may hold anything"))
                    continue
                if _is_list_of_objects(child) and path == base:
                    lists.append(here)
                left.append((here, "holds pods" if holds_pod else "not a plain value"))
            elif _about(name, child, cut.kind):
                wanted.append(_Wanted(here, _about(name, child, cut.kind), first=True))
            elif len(path.steps) > 1 and message_ready(child):
                wanted.append(_Wanted(here, "a small object of a required one"))
            else:
                deeper.append((here, child))

    visit(root, base)
    if len(lists) == 1 and not cut.roles and not any(each.reason == _SMALL_LIST for each in wanted):
        left = [each for each in left if each[0] != lists[0]]
        wanted.append(_Wanted(lists[0], "the only list of objects", first=True))
    if len(wanted) < lexicon.FEW_FIELDS:
        for path, node in deeper:
            found, rest = _one_level(node, path)
            wanted += found
            left += rest
    else:
        left += [(path, "an object") for path, _ in deeper]
    return wanted, left


def _about(name: str, node: Node, kind: set[str]) -> str:
    """Why an optional object is what the spec is about, or refers to that; "" for others. ``kind`` are the words of the kind."""
    if not message_ready(node):
        return ""
    if schema.required(node):
        return "a small object with required values"
    parts = names.lower_words(name)
    if is_reference(name, node) or parts[-1:] == ["selector"]:
        return "a reference"
    if kind & set(parts):
        return "named after the kind"
    return "what the work is done on" if lexicon.SUBJECTS & set(parts[-1:]) else ""


def _is_list_of_objects(node: Node | None) -> bool:
    return schema.kind(node) is Kind.LIST and schema.item_kind(node) is Kind.OBJECT


def _is_of_pods(name: str) -> bool:
    """A word of pods that stands in the spec itself: the operator hands it on to its own."""
    return name in lexicon.POD_SPEC_NAMES or name in lexicon.CONTAINER_NAMES


def _one_level(node: Node, path: Path) -> tuple[list[_Wanted], list[tuple[Path, str]]]:
    """Fields of a small object that need not be there."""
    below = schema.properties(node)
    if len(below) > lexicon.SMALL_OBJECT:
        return [], [(path, "a large object")]
    if schema.required(node):
        if schema.leaves(node, lexicon.SMALL_OBJECT + 1) <= lexicon.SMALL_OBJECT and message_ready(node):
            return [_Wanted(path, "a small object with required values")], []
        return [], [(path, "an object with required values")]
    wanted = []
    for name, child in below.items():
        if _is_plain(child) and not _left_out(name, child):
            wanted.append(_Wanted(schema.field_below(path, name), "a plain value of a small object"))
    return wanted, [(path, "an object")] if not wanted else []


def _is_plain(node: Node) -> bool:
    """A scalar, or a list or map of scalars."""
    kind = schema.kind(node)
    if kind in schema.SCALARS:
        return True
    if kind is Kind.LIST:
        return schema.item_kind(node) in schema.SCALARS
    return kind is Kind.MAP and schema.kind(schema.entries(node)) in schema.SCALARS


def _left_out(name: str, node: Node) -> str:
    """Why a property is not offered: Flyte owns what it does, or the CRD calls it deprecated; "" for others."""
    if _is_owned(name, node):
        return "Flyte owns it"
    if node.get("deprecated") is True:
        return "deprecated"
    if re.match(
        r"(?i)\W*deprecated\b|.*\b(?:is|are|field|API|been) deprecated\b|.*\bdeprecated:",
        schema.description(node)[:400].replace("\n", " "),
    ):
        return "deprecated"
    return ""


_OWNED = frozenset(word.lower() for word in lexicon.OWNED_BY_FLYTE)


def _is_owned(name: str, node: Node) -> bool:
    """Whether Flyte does what a property is for, however that is spelled."""
    parts = names.lower_words(name)
    word = "".join(parts)
    if word in _OWNED or word.startswith(lexicon.OWNED_PREFIXES) or word.endswith(lexicon.OWNED_SUFFIXES):
        return True
    if word in lexicon.STOP and schema.kind(node) is Kind.BOOLEAN:
        return True
    return _is_time_to_live(parts)


def is_time_to_live(name: str) -> bool:
    """Whether a property says how long the resource, or what was made for it, is kept."""
    return _is_time_to_live(names.lower_words(name))


def _is_time_to_live(parts: Sequence[str]) -> bool:
    """Whether a name in words says how long the resource is kept: ``timeToLiveSeconds``, ``deleteAfterCompletion``."""
    if any(word.startswith("ttl") for word in parts) or "timetolive" in "".join(parts):
        return True
    if lexicon.LIFETIMES & set(parts) or "tolive" in "".join(parts[-2:]):
        return True
    if parts[:1] and parts[0] in lexicon.KEEPING and parts[1:2] in (["for"], ["until"]):
        return True  # keepFor, retainForSeconds
    if "until" in parts and lexicon.REMOVAL & set(parts[parts.index("until") :]):
        return True  # secondsUntilDeleted
    if parts[1:] and parts[0] in lexicon.REMOVAL_BEGINS and set(parts[1:]) <= lexicon.TIMES | {"collection"}:
        return True  # deletionDelay
    if parts[:1] and parts[0] in lexicon.EXPIRY:
        return len(parts) == 1 or bool((lexicon.TIMES | {"after", "in", "at"}) & set(parts[1:]))
    if "after" not in parts:
        return False
    before, after = parts[: parts.index("after")], parts[parts.index("after") + 1 :]
    if before and lexicon.REMOVAL & {before[0], before[-1]}:
        return True  # deleteAfter, autoDeleteAfterSeconds
    return any(word.startswith(lexicon.ENDS) for word in after) and bool(lexicon.TIMES & set(parts))


def derive_role(crd: Crd, role: Role) -> tuple[Path, ...]:
    """The CR's own small fields of a role: of the object around its pod, and counts on the way to it."""
    if role.place is Place.COMMAND or len(role.path.steps) == 1:
        return ()
    node = schema.lookup(crd.schema, role.path)
    if node is None or not crd.schema:
        return ()
    found: list[_Wanted] = []
    for depth in range(len(role.inner) + 1):
        place = schema.lookup(crd.schema, schema.field_below(role.path, *role.inner[:depth]))
        needed = set(schema.required(place))
        above = schema.field_below(role.path, *role.inner[:depth])
        for name, child in schema.properties(place).items():
            if name in role.inner[depth : depth + 1] or (depth == len(role.inner) and _is_of_pod(role, name)):
                continue
            is_needed = name in needed
            is_runners = role.place is Place.RUNNER and depth == len(role.inner) and name in runner_words(role)
            if is_runners or (_is_pod_word(role, name) and not is_needed):
                continue  # the builder sets the words of a runner; another word of pods is the CR's own if it must be
            if not _is_plain(child):
                found += _required_below(child, schema.field_below(above, name)) if is_needed else []
            elif depth and not is_needed and name not in lexicon.COUNTS:
                continue
            elif is_needed or not _left_out(name, child):
                found.append(_Wanted(schema.field_below(above, name), "", is_needed))
    first = sorted(found, key=lambda each: (not each.required, each.path.steps[-1].name not in lexicon.COUNTS))
    most = max(lexicon.MOST_ROLE_FIELDS, sum(each.required for each in found))
    kept = {each.path for each in first[:most]}
    return tuple(each.path for each in found if each.path in kept)


def _is_of_pod(role: Role, name: str) -> bool:
    """Whether a property of the object at a role's place belongs to the pod, and not to the CR's own fields."""
    if role.place is Place.TEMPLATE:
        return name in ("apiVersion", "kind", "metadata", "spec", "status")
    if role.place is Place.POD_SPEC:
        return name in lexicon.POD_SPEC_NAMES
    return role.place is Place.CONTAINER and name in lexicon.CONTAINER_NAMES


def _required_below(node: Node, path: Path) -> list[_Wanted]:
    """What must be given below a required object or list that is no pod."""
    kind = schema.kind(node)
    if kind is Kind.OBJECT:
        found: list[_Wanted] = []
        for name in schema.required(node):
            child = schema.properties(node)[name]
            here = schema.field_below(path, name)
            found += [_Wanted(here, "", True)] if _is_plain(child) else _required_below(child, here)
        return found
    if kind in (Kind.LIST, Kind.MAP, Kind.OPAQUE, Kind.ANYTHING):
        return [_Wanted(path, "", True)]
    return []


def _is_pod_word(role: Role, name: str) -> bool:
    if names.snake(name) in lexicon.POD_WORDS:
        return True
    if role.place is not Place.RUNNER or role.runner is None:
        return False
    if name in ("restartPolicy", "name"):
        return False
    return _is_of_pods(name) or name in ("labels", "annotations") or name in runner_words(role)


def runner_words(role: Role) -> set[str]:
    runner = role.runner
    if runner is None:
        return set()
    return {runner.image, runner.command, runner.args, runner.env, runner.resources} - {""}


# ------------------------------------------------------------------------------------------------------------ building


def message_ready(node: Node) -> bool:
    """Whether an object is made a message of its own: small, shallow, and closed."""
    return (
        0 < len(schema.properties(node)) <= lexicon.SMALL_OBJECT
        and not schema.preserves_unknown(node)
        and schema.leaves(node, lexicon.SMALL_OBJECT + 1) <= lexicon.SMALL_OBJECT
        and _height(node) <= 2
        and can_be_message(node)
    )


def can_be_message(node: Node) -> bool:
    """Whether a message can hold all that an object must have."""
    below = schema.properties(node)
    return (
        schema.kind(node) is Kind.OBJECT
        and any(schema.kind(child) is not Kind.NOTHING for child in below.values())
        and not any(schema.kind(below[name]) is Kind.NOTHING for name in schema.required(node))
    )


def _height(node: Node, limit: int = 4) -> int:
    if limit == 0:
        return 0
    kind = schema.kind(node)
    if kind is Kind.OBJECT:
        return 1 + max(_height(child, limit - 1) for child in schema.properties(node).values())
    if kind is Kind.LIST:
        return _height(schema.items(node), limit)
    if kind is Kind.MAP:
        return _height(schema.entries(node), limit)
    return 0


# ------------------------------------------------------------------------------------------------------------- empties
