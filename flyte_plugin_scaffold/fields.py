"""Which values of a CR's spec a user may set: the default of the answer ``fields``, and model Fields from paths."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, replace
from typing import Dict, Iterable, List, Optional, Sequence, Set, Tuple

from . import lexicon, names, samples, schema
from .model import Crd, Field, Finding, Path, Place, Role, Scalar, Shape, Step, StepKind
from .pods import Demands, find, is_reference, schema_text
from .schema import Kind, Node

SPEC_OVERRIDES = 1  # the field number that every top message keeps for it


@dataclass(frozen=True)
class Derived:
    """The default of ``fields``, and why."""

    paths: Tuple[Path, ...]
    findings: Tuple[Finding, ...]


@dataclass(frozen=True)
class Built:
    """Everything of the plugin model that follows from roles and chosen fields."""

    fields: Tuple[Field, ...]
    roles: Tuple[Role, ...]
    empties: Tuple[Tuple[str, ...], ...]
    problems: Tuple[str, ...] = ()
    spec_overrides_number: int = SPEC_OVERRIDES


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
    if spec is None or schema.kind(spec) is not Kind.OBJECT:
        return Derived((), ())
    wanted, left = _collect(spec, schema.path_of("spec"), _Cut(crd, roles))
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


class _Cut:
    """What never becomes a field: pods, and the objects of roles."""

    def __init__(self, crd: Crd, roles: Sequence[Role]):
        self.roles = {_schema_steps(role.path) for role in roles}
        for role in roles:
            if role.runner and len(role.path.steps) == 1:  # the spec itself is the pod: only its words are the role's
                self.roles.remove(_schema_steps(role.path))
                self.roles |= {(".spec", f".{name}") for name in _runner_words(role)}
        holding = {role.path.steps[:length] for role in roles for length in range(1, len(role.path.steps) + 1)}
        spots = [spot for spot in find(crd) if spot.rank == 0 or spot.path.steps in holding]
        self.pods = {_schema_steps(spot.full) for spot in spots}
        self.pods |= {(*_schema_steps(spot.full), ".spec") for spot in spots if spot.place is Place.TEMPLATE}
        self.pods -= {(".spec",)}
        self.kind = set(names.lower_words(crd.kind))
        self.above_roles = _prefixes(self.roles)
        self.above_pods = _prefixes(self.pods) | self.above_roles
        self.built = _ways(_there(roles))

    def is_role(self, path: Path) -> bool:
        return _schema_steps(path) in self.roles

    def is_pod(self, path: Path) -> bool:
        return _schema_steps(path) in self.pods

    def holds_built(self, path: Path) -> bool:
        """Whether a role below it is always built, so that it is always there."""
        return _schema_steps(path) in self.built

    def holds_pod(self, path: Path) -> bool:
        return _schema_steps(path) in self.above_pods

    def holds_role(self, path: Path) -> bool:
        return _schema_steps(path) in self.above_roles


def _prefixes(paths: Iterable[Tuple[str, ...]]) -> Set[Tuple[str, ...]]:
    """Every place on the way to one of ``paths``, and these themselves."""
    return {path[:length] for path in paths for length in range(1, len(path) + 1)}


def _schema_steps(path: Path) -> Tuple[str, ...]:
    """A path's steps as places of the schema: the name of an element or a key says nothing there."""
    words = {StepKind.ITEMS: "[]", StepKind.ELEMENT: "[]", StepKind.KEY: "{}", StepKind.ENTRIES: "{}"}
    return tuple(words.get(step.kind, "." + step.name) for step in path.steps)


def _there(roles: Iterable[Role]) -> List[Role]:
    """The roles of the smallest task config: what is always built, and what the user must give.

    Of guessed roles that all run the user's code one must be given, whichever: the leading one stands for them.
    """
    return [role for role in roles if role.always or role.required or role.guessed_leader]


def _ways(roles: Iterable[Role]) -> Set[Tuple[str, ...]]:
    """Every object on the way to one of ``roles``, as places of the schema."""
    ways = [_schema_steps(role.path) for role in roles]
    return {way[:length] for way in ways for length in range(2, len(way))}


def _inside(role: Role) -> Set[Tuple[str, ...]]:
    """Every object from the role's own to the place of its pod: with the pod they are there."""
    return {_schema_steps(schema.field_below(role.path, *role.inner[: depth + 1])) for depth in range(len(role.inner))}


_SMALL_LIST = "a list of small objects"


def _collect(root: Node, base: Path, cut: _Cut) -> Tuple[List[_Wanted], List[Tuple[Path, str]]]:
    """Fields of an object in its order: chains of required ones, what stands at its top, one level deeper if few."""
    wanted: List[_Wanted] = []
    left: List[Tuple[Path, str]] = []
    deeper: List[Tuple[Path, Node]] = []
    lists: List[Path] = []  # of larger objects

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
            reason = _left_out(name, child)
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
                if _is_list_of_objects(child) and not holds_pod and _message_ready(schema.items(child)):
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
            elif len(path.steps) > 1 and _message_ready(child):
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


def _about(name: str, node: Node, kind: Set[str]) -> str:
    """Why an optional object is what the spec is about, or refers to that; "" for others. ``kind`` are the words of the kind."""
    if not _message_ready(node):
        return ""
    if schema.required(node):
        return "a small object with required values"
    parts = names.lower_words(name)
    if is_reference(name, node) or parts[-1:] == ["selector"]:
        return "a reference"
    if kind & set(parts):
        return "named after the kind"
    return "what the work is done on" if lexicon.SUBJECTS & set(parts[-1:]) else ""


def _is_list_of_objects(node: Optional[Node]) -> bool:
    return schema.kind(node) is Kind.LIST and schema.item_kind(node) is Kind.OBJECT


def _is_of_pods(name: str) -> bool:
    """A word of pods that stands in the spec itself: the operator hands it on to its own."""
    return name in lexicon.POD_SPEC_NAMES or name in lexicon.CONTAINER_NAMES


def _one_level(node: Node, path: Path) -> Tuple[List[_Wanted], List[Tuple[Path, str]]]:
    """Fields of a small object that need not be there."""
    below = schema.properties(node)
    if len(below) > lexicon.SMALL_OBJECT:
        return [], [(path, "a large object")]
    if schema.required(node):
        if schema.leaves(node, lexicon.SMALL_OBJECT + 1) <= lexicon.SMALL_OBJECT and _message_ready(node):
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
    if lexicon.LIFETIMES & set(parts):
        return True
    if parts[:1] and parts[0] in lexicon.EXPIRY:
        return len(parts) == 1 or bool((lexicon.TIMES | {"after", "in", "at"}) & set(parts[1:]))
    if "after" not in parts:
        return False
    before, after = parts[: parts.index("after")], parts[parts.index("after") + 1 :]
    if before and before[0] in lexicon.REMOVAL:
        return True
    return any(word.startswith(lexicon.ENDS) for word in after) and bool(lexicon.TIMES & set(parts))


def derive_role(crd: Crd, role: Role) -> Tuple[Path, ...]:
    """The CR's own small fields of a role: of the object around its pod, and counts on the way to it."""
    if role.place is Place.COMMAND or len(role.path.steps) == 1:
        return ()
    node = schema.lookup(crd.schema, role.path)
    if node is None or not crd.schema:
        return ()
    found: List[_Wanted] = []
    for depth in range(len(role.inner) + 1):
        place = schema.lookup(crd.schema, schema.field_below(role.path, *role.inner[:depth]))
        needed = set(schema.required(place))
        above = schema.field_below(role.path, *role.inner[:depth])
        for name, child in schema.properties(place).items():
            if name in role.inner[depth : depth + 1] or (depth == len(role.inner) and _is_of_pod(role, name)):
                continue
            is_needed = name in needed
            is_runners = role.place is Place.RUNNER and depth == len(role.inner) and name in _runner_words(role)
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


def _required_below(node: Node, path: Path) -> List[_Wanted]:
    """What must be given below a required object or list that is no pod."""
    kind = schema.kind(node)
    if kind is Kind.OBJECT:
        found: List[_Wanted] = []
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
    return _is_of_pods(name) or name in ("labels", "annotations") or name in _runner_words(role)


def _runner_words(role: Role) -> Set[str]:
    runner = role.runner
    if runner is None:
        return set()
    return {runner.image, runner.command, runner.args, runner.env, runner.resources} - {""}


# ------------------------------------------------------------------------------------------------------------ building
def build(
    crd: Crd,
    roles: Sequence[Role],
    paths: Sequence[Path],
    add_role: Sequence[Path] = (),
    drop_role: Sequence[Path] = (),
    config_class: str = "",
) -> Built:
    """Number everything of the top message and of the roles' messages, and turn ``paths`` into Fields.

    ``paths`` are the spec's own; a path below a role goes to that role. ``add_role`` and ``drop_role`` edit what
    :func:`derive_role` gives. Problems are sentences; the rest of the result leaves out what they name.
    """
    problems: List[str] = []
    config_class = config_class or names.kind_stem(crd)
    classes = names.Taken([config_class, config_class + "Task"] + [role.class_name for role in roles])
    places = _Places(roles)
    extra: Dict[Path, List[Path]] = {role.path: [] for role in roles}
    own: List[Path] = []
    for path in dict.fromkeys(paths):
        owner = places.owner(path)
        if owner is None:
            own.append(path)
        else:
            extra[owner.path].append(path)
    for path in add_role:
        owner = places.owner(path)
        if owner is None:
            problems.append(f"fields: {path} is not below a role")
        else:
            extra[owner.path].append(path)

    top_roles = [role for role in roles if role.place is not Place.COMMAND]
    top_names = [names.SPEC_OVERRIDES] + [role.name for role in roles]
    number = SPEC_OVERRIDES
    numbered: Dict[str, int] = {}
    for role in top_roles:
        number += 1
        numbered[role.name] = number

    root = schema.path_of("spec")
    good: List[Path] = []
    for path in own:
        problem = _path_problem(crd, places, path, root)
        problems += [f"fields: {problem}"] if problem else []
        good += [] if problem else [path]
    demands = Demands()
    always = _ways(_there(roles))
    built = _fields(
        crd, root, good, top_names, [role.json_name for role in top_roles], number, classes, demands, [always]
    )
    go_names = names.go_field_names(
        [(names.SPEC_OVERRIDES, False)]
        + [(role.name, False) for role in top_roles]
        + [(field.name, field.shape is Shape.SCALAR) for field in built]
    )
    built = [replace(field, go_name=go_names[1 + len(top_roles) + index]) for index, field in enumerate(built)]
    go_roles = dict(zip([role.name for role in top_roles], go_names[1:]))

    filling = _Empties(crd, roles, built, demands)
    dropped = set(drop_role)
    finished: List[Role] = []
    for role in roles:
        wanted = dict.fromkeys(path for path in derive_role(crd, role) if path not in dropped)
        for path in extra[role.path]:
            problem = _path_problem(crd, places, path, role.path)
            problems += [f"fields: {problem}"] if problem else []
            if not problem:
                wanted[path] = None
        inside = _fields(
            crd,
            role.path,
            list(wanted),
            sorted(lexicon.ROLE_MESSAGE_WORDS),
            ["role"],
            1,
            classes,
            demands,
            [always, _inside(role)],
            role.class_name,
        )
        go_inside = names.go_field_names(
            [("role", False)] + [(field.name, field.shape is Shape.SCALAR) for field in inside]
        )
        inside = [replace(field, go_name=go_inside[1 + index]) for index, field in enumerate(inside)]
        finished.append(
            replace(
                role,
                go_name=go_roles.get(role.name, names.go_camel(role.name)),
                number=numbered.get(role.name, 0),
                fields=tuple(inside),
                empties=filling.of_role(role, inside),
                beside=filling.beside(role),
                required=role.required or (role.always and any(field.required for field in inside)),
            )
        )
    return Built(
        fields=tuple(built),
        roles=tuple(finished),
        empties=filling.of_spec,
        problems=tuple(dict.fromkeys(problems)),
    )


class _Places:
    """Roles by the places in which they are."""

    def __init__(self, roles: Sequence[Role]):
        self.at: Dict[Tuple[Step, ...], Role] = {}
        self.below: Dict[Tuple[Step, ...], Role] = {}  # the first one at or below a place
        self.pods: Dict[Tuple[Step, ...], Role] = {}  # by the place of the pod, inside the role's object
        self.order = {role.path.steps: index for index, role in enumerate(roles)}
        self.spec: Optional[Role] = None  # the role that the spec itself is
        for role in roles:
            steps = role.path.steps
            self.at.setdefault(steps, role)
            for length in range(1, len(steps) + 1):
                self.below.setdefault(steps[:length], role)
            if len(steps) == 1:
                self.spec = role
            if role.place is not Place.COMMAND and role.inner:
                self.pods.setdefault(schema.field_below(role.path, *role.inner).steps, role)

    def owner(self, path: Path) -> Optional[Role]:
        """The role in whose object a path is."""
        steps = path.steps
        above = [self.at[steps[:length]] for length in range(2, len(steps)) if steps[:length] in self.at]
        above = [role for role in above if role.place is not Place.COMMAND]
        return min(above, key=lambda role: self.order[role.path.steps], default=None)


def _path_problem(crd: Crd, places: _Places, path: Path, base: Path) -> str:
    steps = path.steps
    if steps[0].name != "spec" or len(steps) < 2:
        return f"{path} is not below .spec"
    if any(step.kind is not StepKind.FIELD for step in steps[len(base.steps) :]):
        return f"{path} goes through a list or map: take the list or map itself"
    node = schema.lookup(crd.schema, path)
    if node is None:
        return f"the CRD has no {path}"
    if steps in places.at:
        return f"{path} is the role '{places.at[steps].name}' already"
    if places.spec and steps[1].name in _runner_words(places.spec):
        return f"{path} is part of the role '{places.spec.name}'"
    if steps in places.below:
        return f"{path} holds the role '{places.below[steps].name}': take fields beside it"
    for length in range(1, len(steps) + 1):
        if steps[:length] in places.pods:
            return f"{path} is part of the pod of the role '{places.pods[steps[:length]].name}'"
    if schema.kind(node) is Kind.NOTHING:
        return f"{path} has no fields: the API server would drop all that is in it"
    return ""


def _fields(
    crd: Crd,
    base: Path,
    paths: Sequence[Path],
    taken: Sequence[str],
    taken_json: Sequence[str],
    number: int,
    classes: names.Taken,
    demands: Demands,
    there: Sequence[Set[Tuple[str, ...]]],
    owner_class: str = "",
) -> List[Field]:
    """Fields of one message, numbered on from ``number``, without Go names; ``there`` is as in :func:`_needed`."""
    leaf_names = Counter(path.steps[-1].name for path in paths)
    used = {names.clash_key(name) for name in taken}
    used_json = set(taken_json) | {"specOverrides"}
    appended: Dict[str, int] = {}  # how often names of that beginning got longer
    found: List[Field] = []
    for path in paths:
        relative = _below(path, base)
        leaf = relative[-1]
        above = [name for name in relative[:-1] if name not in lexicon.WRAPPERS] or list(relative[:-1])
        vague = leaf in lexicon.GENERIC_LEAVES or len(names.words(leaf)) < 2 or leaf_names[leaf] > 1
        longer = "_".join(above[-1:] + [leaf])
        wishes = [
            longer if above and vague and relative[-2] not in lexicon.WRAPPERS else leaf,
            longer,
            "_".join(relative),
        ]
        if names.snake(wishes[0]) in lexicon.CONFUSING_LEAVES:
            wishes = wishes[1:] + wishes[:1]
        name = next(
            (names.snake(wish) for wish in wishes if names.clash_key(names.snake(wish)) not in used),
            "",
        )
        if not name:
            name = _longer(names.snake(wishes[-1]), used, appended)
        is_own = leaf not in used_json and (len(relative) == 1 or name == names.snake(leaf))
        json_name = _unused(leaf if is_own and names.is_json_name(leaf) else names.lower_camel(name), used_json)
        used.add(names.clash_key(name))
        used_json.add(json_name)
        number += 1
        node = schema.lookup(crd.schema, path) or schema.OPAQUE
        required = _needed(crd, demands, base, path, there)
        found.append(_field(node, path, relative, name, json_name, number, required, classes, owner_class))
    return found


_MOST_APPENDED = 3


def _longer(name: str, used: Set[str], appended: Dict[str, int]) -> str:
    """``name`` with ``_value`` after it as often as it takes; where that is more than anybody would read, with a number."""
    for count in range(1, _MOST_APPENDED + 1):
        if names.clash_key(name + "_value" * count) not in used:
            return name + "_value" * count
    beginning = name + "_value"
    while True:
        appended[beginning] = appended.get(beginning, 1) + 1
        if names.clash_key(f"{beginning}_{appended[beginning]}") not in used:
            return f"{beginning}_{appended[beginning]}"


def _unused(json_name: str, used: Set[str]) -> str:
    while json_name in used:
        json_name += "Value"
    return json_name


def _needed(
    crd: Crd,
    demands: Demands,
    base: Path,
    path: Path,
    there: Sequence[Set[Tuple[str, ...]]],
    way: Optional[Path] = None,
) -> bool:
    """Whether the CRD demands ``path`` all the way down from ``base``, or from what is there for a role's sake.

    ``there`` are sets of places in the schema; what is on the way to ``way`` counts, too.
    """
    node = schema.lookup(crd.schema, base)
    on_the_way = _schema_steps(way) if way else ()
    full = _schema_steps(path)
    for length in range(len(base.steps) + 1, len(path.steps) + 1):
        step, here = path.steps[length - 1], full[:length]
        if step.name not in demands.of(node) and not (
            (length < len(on_the_way) and here == on_the_way[:length]) or any(here in each for each in there)
        ):
            return False
        node = schema.child(node, step)
    return True


def _field(
    node: Node,
    path: Path,
    relative: Tuple[str, ...],
    name: str,
    json_name: str,
    number: int,
    required: bool,
    classes: names.Taken,
    owner_class: str,
    depth: int = 0,
) -> Field:
    shape, value = _shape(node, depth)
    message = ""
    inner: Tuple[Field, ...] = ()
    if shape in (Shape.MESSAGE, Shape.MESSAGES):
        word = names.class_name(relative[-1])
        word = names.singular(word) if shape is Shape.MESSAGES else word
        message = classes.take(word, (owner_class or "") + word, word + "Spec")
        inner = _inner_fields(value, path, shape, classes, message, depth)
    scalar = _scalar(value) if shape in (Shape.SCALAR, Shape.LIST, Shape.MAP) else None
    is_either = schema.kind(value) is Kind.INT_OR_STRING
    field = Field(
        path=path,
        relative=relative,
        name=name,
        json_name=json_name,
        go_name="",
        number=number,
        shape=shape,
        scalar=scalar,
        enum=schema.enum(value) if scalar is Scalar.STRING and not is_either else (),
        int_or_string=is_either and scalar is not None,
        required=required,
        fields=inner,
        message=message,
        description=schema_text(node),
        minimum=schema.bounds(value)[0] if scalar in _NUMBERS else None,
        maximum=schema.bounds(value)[1] if scalar in _NUMBERS else None,
        pattern=str(value.get("pattern") or "") if scalar is Scalar.STRING and not is_either else "",
    )
    return replace(field, example=samples.of_field(field, node))


_NUMBERS = (Scalar.INT32, Scalar.INT64, Scalar.DOUBLE)


def _inner_fields(
    value: Node, path: Path, shape: Shape, classes: names.Taken, message: str, depth: int
) -> Tuple[Field, ...]:
    above = schema.below(path, Step(StepKind.ITEMS)) if shape is Shape.MESSAGES else path
    needed = set(schema.required(value))
    used: Set[str] = set()
    used_json = set(schema.properties(value))
    found: List[Field] = []
    for name, child in schema.properties(value).items():
        if schema.kind(child) is Kind.NOTHING:
            continue
        snake = names.snake(name)
        while names.clash_key(snake) in used:
            snake += "_value"
        used.add(names.clash_key(snake))
        json_name = name if names.is_json_name(name) else _unused(names.lower_camel(snake), used_json)
        used_json.add(json_name)
        here = schema.field_below(above, name)
        found.append(
            _field(child, here, (name,), snake, json_name, len(found) + 1, name in needed, classes, message, depth + 1)
        )
    go_names = names.go_field_names([(field.name, field.shape is Shape.SCALAR) for field in found])
    return tuple(replace(field, go_name=go_names[index]) for index, field in enumerate(found))


def _message_ready(node: Node) -> bool:
    """Whether an object can be a message of its own: small, shallow, with names that can be spelled."""
    below = schema.properties(node)
    return (
        0 < len(below) <= lexicon.SMALL_OBJECT
        and not schema.preserves_unknown(node)
        and schema.leaves(node, lexicon.SMALL_OBJECT + 1) <= lexicon.SMALL_OBJECT
        and _height(node) <= 2
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


def _shape(node: Node, depth: int) -> Tuple[Shape, Node]:
    """The shape of a value, and the schema of what it is made of."""
    kind = schema.kind(node)
    if kind in schema.SCALARS:
        return Shape.SCALAR, node
    if kind is Kind.LIST:
        item = schema.items(node)
        item_kind = schema.item_kind(node)
        if item_kind in schema.SCALARS:
            return Shape.LIST, item
        if item_kind is Kind.OBJECT:
            return (Shape.MESSAGES if depth < 2 and _message_ready(item) else Shape.STRUCTS), item
        if item_kind in (Kind.OPAQUE, Kind.MAP):
            return Shape.STRUCTS, item
        return Shape.VALUE, node
    if kind is Kind.MAP:
        entry = schema.entries(node)
        return (Shape.MAP, entry) if schema.kind(entry) in schema.SCALARS else (Shape.STRUCT, node)
    if kind is Kind.OBJECT:
        return (Shape.MESSAGE if depth < 2 and _message_ready(node) else Shape.STRUCT), node
    if kind is Kind.ANYTHING:
        return Shape.VALUE, node
    return Shape.STRUCT, node


def _scalar(node: Node) -> Scalar:
    kind = schema.kind(node)
    if kind is Kind.INTEGER:
        return Scalar.INT32 if node.get("format") == "int32" else Scalar.INT64
    if kind is Kind.NUMBER:
        return Scalar.DOUBLE
    if kind is Kind.BOOLEAN:
        return Scalar.BOOL
    return Scalar.STRING


# ------------------------------------------------------------------------------------------------------------- empties
_Relative = Tuple[str, ...]  # of the steps below the spec, or below a role's object


class _Empties:
    """Required objects that no field and no role fills: they are sent as ``{}``, outer ones suffice."""

    def __init__(self, crd: Crd, roles: Sequence[Role], chosen: Sequence[Field], demands: Demands):
        self.crd = crd
        self.demands = demands
        self.there = _there(roles)
        self.ways = _ways(self.there)
        self.root = schema.path_of("spec")
        self.below: Dict[Tuple[Step, ...], List[Role]] = {}  # those of ``there`` that are below a place
        for role in self.there:
            for length in range(1, len(role.path.steps)):
                self.below.setdefault(role.path.steps[:length], []).append(role)
        self.chosen: Dict[Tuple[Step, ...], List[Field]] = {}  # by every place above
        for field in chosen:
            for length in range(2, len(field.path.steps)):
                self.chosen.setdefault(field.path.steps[:length], []).append(field)
        needed = [field for field in chosen if _needed(crd, demands, self.root, field.path, [self.ways])]
        self.of_spec = self._visit(
            self.root,
            (),
            [field.relative for field in needed] + [_below(role.path, self.root) for role in self.there],
        )

    def of_role(self, role: Role, fields: Sequence[Field]) -> Tuple[_Relative, ...]:
        """Below the role's object, where its pod is."""
        inside = [self.ways, _inside(role)]
        filled = [field.relative for field in fields if _needed(self.crd, self.demands, role.path, field.path, inside)]
        filled += [_below(other.path, role.path) for other in self.below.get(role.path.steps, ())]
        return self._visit(role.path, role.inner or (("spec",) if role.place is Place.TEMPLATE else ()), filled)

    def beside(self, role: Role) -> Tuple[_Relative, ...]:
        """Below the spec, on the way to a role that need not be there: what is there with it alone."""
        steps = role.path.steps
        for length in range(2, len(steps)):
            above = Path(steps[:length])
            if self.is_there(above):
                continue
            filled = [
                _below(field.path, above)
                for field in self.chosen.get(above.steps, ())
                if _needed(self.crd, self.demands, self.root, field.path, [self.ways], role.path)
            ]
            outer = _below(above, self.root)
            inner = self._visit(above, (), [*filled, _below(role.path, above)])
            return tuple(outer + each for each in inner)
        return ()

    def is_there(self, path: Path) -> bool:
        """Whether an object is there in the smallest task config."""
        return _needed(self.crd, self.demands, self.root, path, [self.ways])

    def _visit(self, base: Path, pod: _Relative, filled: Sequence[_Relative]) -> Tuple[_Relative, ...]:
        """``pod`` is the place of the pod that is there; ``filled`` are all others at which something is."""
        root = schema.lookup(self.crd.schema, base)
        if root is None or not self.crd.schema:
            return ()
        full = set(filled)
        made = _prefixes([*filled, pod])
        ways = _prefixes([each[:-1] for each in (*filled, pod)])
        found: List[_Relative] = []

        def visit(node: Node, relative: _Relative) -> None:
            needed = self.demands.of(node)
            for name, child in schema.properties(node).items():
                here = (*relative, name)
                if (name not in needed and here not in ways) or here == pod or here in full:
                    continue  # the builder puts the pod there
                kind = schema.kind(child)
                if kind not in (Kind.OBJECT, Kind.NOTHING, Kind.MAP, Kind.OPAQUE):
                    continue  # a list or a plain value is a required field
                is_made = here in made
                if kind is Kind.OBJECT and len(here) < schema.MOST_DEPTH:
                    before = len(found)
                    visit(child, here)
                    is_made = is_made or len(found) > before
                if not is_made:
                    found.append(here)

        visit(root, ())
        return tuple(found)


def _below(path: Path, base: Path) -> _Relative:
    return path.names[len(base.steps) :]
