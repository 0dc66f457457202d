"""Where a CR holds pods, and what each of them runs: the default of the answer `roles`."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from flyte_plugin_scaffold.deriving import map_keys
from flyte_plugin_scaffold.model import (
    Crd,
    Finding,
    Path,
    Place,
    RoleAnswer,
    Runner,
    Runs,
    Step,
    StepKind,
)
from flyte_plugin_scaffold.reading import schema
from flyte_plugin_scaffold.reading.schema import Kind, Node
from flyte_plugin_scaffold.text import lexicon, names
from flyte_plugin_scaffold.text.characters import visible_prose

_RANKS = {  # best first: where a better one is found the others are runners-up
    Place.TEMPLATE: 0,
    Place.POD_SPEC: 0,
    Place.CONTAINER: 1,
    Place.RUNNER: 2,
    Place.IMAGE: 4,
}
_OPAQUE_RANK = 3  # has a pod's name, and the CRD does not say what is in it


@dataclass(frozen=True)
class Spot:
    """One place of a pod in the schema."""

    path: Path  # the object around the pod
    inner: tuple[str, ...]  # property names from it to the place
    place: Place
    metadata: bool = True
    runner: Runner | None = None
    node: Node = field(default_factory=dict)  # schema of the object around
    opaque: bool = False  # a template-like name over unknown fields

    @property
    def full(self) -> Path:
        return schema.field_below(self.path, *self.inner)

    @property
    def rank(self) -> int:
        return _OPAQUE_RANK if self.opaque else _RANKS[self.place]


@dataclass(frozen=True)
class Derived:
    """The default of ``roles``, and why."""

    roles: tuple[RoleAnswer, ...]
    findings: tuple[Finding, ...]


def text(roles: Sequence[RoleAnswer]) -> str:
    """The answer ``roles`` in its canonical form."""
    return "; ".join(str(role) for role in roles) or "none"


# ---------------------------------------------------------------------------------------------------- recognising pods
def is_pod_spec(node: Node) -> bool:
    """A PodSpec: ``containers[]`` with an image, and so many of its known names that it is no lookalike."""
    below = schema.properties(node)
    if "containers" not in below or "image" not in schema.properties(schema.items(below["containers"])):
        return False
    return sum(name in lexicon.POD_SPEC_NAMES for name in below) >= lexicon.POD_SPEC_LEAST


def is_template(node: Node) -> bool:
    return is_pod_spec(schema.properties(node).get("spec", schema.EMPTY))


def _is_open_template(node: Node, name: str) -> bool:
    """A pod template by its name: the CRD knows that it has a spec, and not what is in that."""
    below = schema.properties(node)
    is_open = schema.preserves_unknown(below.get("spec", schema.EMPTY)) and schema.kind(below["spec"]) is Kind.OPAQUE
    return is_open and set(below) <= {"metadata", "spec"} and name.lower() in lexicon.POD_NAMES


def _keeps_labels(node: Node) -> bool:
    """Labels of a template reach its pods: the API server drops what ``metadata: {type: object}`` does not name."""
    if not schema.properties(node):
        return True
    metadata = schema.child(node, Step(StepKind.FIELD, "metadata"))
    return schema.child(metadata, Step(StepKind.FIELD, "labels")) is not None


def is_container(node: Node) -> bool:
    below = schema.properties(node)
    if schema.kind(below.get("image")) is not Kind.STRING:
        return False
    return sum(name in lexicon.CONTAINER_NAMES for name in below) >= lexicon.CONTAINER_LEAST and "command" in below


def runner_of(node: Node) -> Runner | None:
    """The words of an object that has an image and a command, arguments, environment or resources; None for others."""
    below = schema.properties(node)

    def find(wanted: Sequence[str], kinds: Sequence[Kind]) -> str:
        return next((name for name in wanted if name in below and schema.kind(below[name]) in kinds), "")

    image = find(lexicon.IMAGE_WORDS, (Kind.STRING,))
    if not image:
        return None
    command = _command_word(below, lexicon.COMMAND_WORDS)
    args = _command_word(below, lexicon.ARGS_WORDS)
    env = next((name for name in lexicon.ENV_WORDS if _env_form(below.get(name)) is not None), "")
    resources = next((name for name in lexicon.RESOURCES_WORDS if _has_resources(below.get(name))), "")
    if not (command or args or env or resources):
        return None
    return Runner(
        image=image,
        command=command,
        args=args,
        env=env,
        resources=resources,
        command_is_list=not command or schema.kind(below[command]) is Kind.LIST,
        args_is_list=not args or schema.kind(below[args]) is Kind.LIST,
        env_is_map=bool(env) and bool(_env_form(below[env])),
    )


def _command_word(below: dict[str, Node], wanted: Sequence[str]) -> str:
    for name in wanted:
        node = below.get(name)
        if schema.kind(node) is Kind.STRING and not schema.enum(node):
            return name
        if schema.kind(node) is Kind.LIST and schema.item_kind(node) is Kind.STRING:
            return name
    return ""


def _env_form(node: Node | None) -> bool | None:
    """True: a map of strings; False: a list of {name, value}; None: neither."""
    if schema.kind(node) is Kind.MAP and schema.kind(schema.entries(node)) is Kind.STRING:
        return True
    if schema.kind(node) is Kind.LIST and {"name", "value"} <= set(schema.properties(schema.items(node))):
        return False
    return None


def _has_resources(node: Node | None) -> bool:
    return bool({"limits", "requests"} & set(schema.properties(node)))


# --------------------------------------------------------------------------------------------------------- finding them
_Plain = tuple[tuple[str, str], ...]
_NamedPods = tuple[tuple[tuple[str, ...], str], ...]


@dataclass(frozen=True)
class _PodPlaces:
    """What is looked for once in a schema, which is kept alive with it."""

    schema: Mapping[str, Any]
    spots: tuple[Spot, ...]
    below: dict[_Plain, list[Spot]]  # those at or below each place
    named_pods: _NamedPods


_FOUND: dict[int, _PodPlaces] = {}  # by identity of the schema


def find(crd: Crd) -> tuple[Spot, ...]:
    """Every place of a pod below ``.spec``, in the order of the CRD; nothing inside a pod is looked at."""
    return pod_places(crd).spots


def pod_places(crd: Crd) -> _PodPlaces:
    known = _FOUND.get(id(crd.schema))
    if known is None or known.schema is not crd.schema:
        if len(_FOUND) >= 8:
            _FOUND.clear()
        spots = _find(crd)
        below: dict[_Plain, list[Spot]] = {}
        for spot in spots:
            plain = _plain(spot.full)
            for length in range(1, len(plain) + 1):
                below.setdefault(plain[:length], []).append(spot)
        known = _FOUND[id(crd.schema)] = _PodPlaces(crd.schema, spots, below, _named_pods(crd))
    return known


def _find(crd: Crd) -> tuple[Spot, ...]:
    spec = schema.properties(crd.schema).get("spec", schema.EMPTY)
    if schema.kind(spec) is not Kind.OBJECT:
        return ()
    found: list[tuple[tuple[Step, ...], Place, Node, Runner | None, bool]] = []
    root = (Step(StepKind.FIELD, "spec"),)

    def visit(node: Node, steps: tuple[Step, ...]) -> None:
        if len(steps) > schema.MOST_DEPTH:
            return
        kind = schema.kind(node)
        if kind is Kind.OBJECT:
            if is_pod_spec(node):
                found.append((steps, Place.POD_SPEC, node, None, False))
                return
            if is_template(node):
                found.append((steps, Place.TEMPLATE, node, None, False))
                visit_below(node, steps, ("spec",))
                return
            if _is_open_template(node, steps[-1].name):
                found.append((steps, Place.TEMPLATE, node, None, True))
                return
            if is_container(node):
                found.append((steps, Place.CONTAINER, node, runner_of(node), False))
                return
            runner = runner_of(node)
            if runner:
                found.append((steps, Place.RUNNER, node, runner, False))
            elif schema.kind(schema.properties(node).get("image")) is Kind.STRING:
                found.append((steps, Place.IMAGE, node, None, False))
            visit_below(node, steps)
        elif kind is Kind.LIST:
            visit(schema.items(node), steps + (Step(StepKind.ITEMS),))
        elif kind is Kind.MAP:
            visit(schema.entries(node), steps + (Step(StepKind.ENTRIES),))
        elif schema.preserves_unknown(node) and kind in (Kind.OPAQUE, Kind.ANYTHING):
            last = steps[-1].name.lower()
            if last in lexicon.POD_NAMES:
                found.append((steps, Place.POD_SPEC if last.endswith("podspec") else Place.TEMPLATE, node, None, True))

    def visit_below(node: Node, steps: tuple[Step, ...], but: Sequence[str] = ()) -> None:
        for name, child in schema.properties(node).items():
            if name not in but and name not in lexicon.NO_PODS_BELOW and isinstance(child, dict):
                visit(child, steps + (Step(StepKind.FIELD, name),))

    visit(spec, root)
    pods = [steps for steps, place, _, _, opaque in found if _RANKS[place] == 0 and not opaque]
    below = _counted(pods)
    whole = set(pods)
    spots = []
    for steps, place, node, runner, opaque in found:
        around, inner = _around(steps, below, steps in whole)
        spots.append(
            Spot(
                path=Path(around),
                inner=(*inner, "image") if place is Place.IMAGE else inner,
                place=place,
                metadata=place is Place.TEMPLATE and _keeps_labels(node),
                runner=runner,
                node=schema.lookup(crd.schema, Path(around)) or schema.EMPTY,
                opaque=opaque,
            )
        )
    return tuple(spots)


def _counted(places: Iterable[tuple[Step, ...]]) -> Counter[tuple[Step, ...]]:
    """How many of ``places`` are at or below each place."""
    return Counter(steps[:length] for steps in places for length in range(1, len(steps) + 1))


def _around(
    steps: tuple[Step, ...], below: Counter[tuple[Step, ...]], is_counted: bool
) -> tuple[tuple[Step, ...], tuple[str, ...]]:
    """Climb from the place of a pod through what only wraps it to the object that stands for the role.

    ``below`` counts pods at or below each place, this one among them if it ``is_counted``.
    """
    top = len(steps)
    while top > 2:
        last = steps[top - 1]
        if last.kind is not StepKind.FIELD or last.name not in lexicon.WRAPPERS:
            break
        if len(steps[: top - 1]) < 2 or below[steps[: top - 1]] > is_counted:
            break  # only .spec is above, or another pod stands there too
        top -= 1
    return steps[:top], tuple(step.name for step in steps[top:])


def inspect(crd: Crd, path: Path) -> tuple[Spot | None, str]:
    """The pod place that an answer's ``path`` means, or why there is none."""
    node = schema.lookup(crd.schema, path)
    if path.steps[0].name != "spec":
        return None, f"{path} is not below .spec"
    if node is None:
        return None, f"the CRD has no {path}"
    loose = next((step for step in path.steps[:-1] if step.kind in (StepKind.ITEMS, StepKind.ENTRIES)), None)
    if loose is not None:
        return None, f"{path} is in every element of a list or map: name one, as in [name] or {{Key}}, or end there"
    plain = _plain(path)
    spots = pod_places(crd).below.get(plain, [])
    inside = [spot for spot in spots if all(step.kind is StepKind.FIELD for step in spot.full.steps[len(plain) :])]
    if inside:

        def fitness(spot: Spot) -> tuple[bool, bool, bool, int, int]:
            is_image = spot.place is Place.IMAGE
            return (_plain(spot.path) != plain, is_image, spot.opaque, spot.rank, len(spot.full.steps))

        best = min(inside, key=fitness)
        inner = tuple(step.name for step in best.full.steps[len(plain) :])
        return replace(best, path=path, inner=inner, node=node), ""
    kind = schema.kind(node)
    if kind is Kind.STRING or (kind is Kind.LIST and schema.item_kind(node) is Kind.STRING):
        if "image" in path.steps[-1].name.lower():
            return Spot(path, (), Place.IMAGE, node=node), ""
        return Spot(path, (), Place.COMMAND, node=node), ""
    if kind in (Kind.OPAQUE, Kind.ANYTHING):
        inner = () if re.search(r"(t|T)emplate$", path.steps[-1].name) else ("template",)
        return Spot(path, inner, Place.TEMPLATE, node=node, opaque=True), ""
    if spots:
        return None, f"{path} holds no pod itself: take {spots[0].path}"
    return None, f"{path} holds neither a pod nor a command"


def _plain(path: Path) -> _Plain:
    """A path's steps with element names and keys forgotten: schema places, not CR places."""
    general = {StepKind.ELEMENT: StepKind.ITEMS, StepKind.KEY: StepKind.ENTRIES}
    return tuple(
        (general.get(step.kind, step.kind).value, step.name if step.kind is StepKind.FIELD else "")
        for step in path.steps
    )


class Demands:
    """What a schema demands of each object, looked up once: it is asked for every path."""

    def __init__(self) -> None:
        self._known: dict[int, tuple[Any, frozenset[str]]] = {}  # by identity of the node, which is kept alive

    def of(self, node: Any) -> frozenset[str]:
        """The properties that must be given in an object."""
        known = self._known.get(id(node))
        if known is None:
            known = self._known[id(node)] = (node, frozenset(schema.required(node)))
        return known[1]

    def missing(self, root: Any, path: Path) -> list[tuple[Step, ...]]:
        """The places on the way to ``path``, itself included, that need not be there; ``spec`` counts as given."""
        found = []
        node: Node | None = root
        for number, step in enumerate(path.steps):
            if number and step.name not in self.of(node):
                found.append(path.steps[: number + 1])
            node = schema.child(node, step)
        return found


# ------------------------------------------------------------------------------------------------------------ deriving
def derive(crd: Crd) -> Derived:
    """The default roles: every pod place of the best sort, the one that runs the user's command first."""
    spots = find(crd)
    chosen, findings = _choose(crd, spots)
    command = _submitted_command(crd, chosen)
    if command:
        left = [spot for spot in chosen if has_word(spot, lexicon.SUBMITTERS)]
        chosen = [spot for spot in chosen if not has_word(spot, lexicon.SUBMITTERS)]
        findings += [
            Finding(str(spot.path), "the operator's own pod, which submits the command", False) for spot in left
        ]
    spread: list[tuple[Spot, Path]] = []
    for spot in chosen:
        spread += [(spot, path) for path in _with_keys(crd, spot)]
    answers = _answers(crd, spread, command)
    reasons = _reasons(crd, answers, spread, command)
    kept, over = answers[: lexicon.MOST_ROLES], answers[lexicon.MOST_ROLES :]
    found = [Finding(str(answer), reasons[index]) for index, answer in enumerate(kept)]
    found += [Finding(str(answer), "one role more than a default names", False) for answer in over]
    return Derived(tuple(kept), tuple(found + findings))


def _choose(crd: Crd, spots: Sequence[Spot]) -> tuple[list[Spot], list[Finding]]:
    """The spots that become roles; findings say why the others do not."""
    runners_up: dict[str, Finding] = {}
    candidates: list[Spot] = []

    def leave(spot: Spot, reason: str) -> None:
        text_ = str(spot.full if spot.place is Place.IMAGE else spot.path)
        runners_up.setdefault(text_, Finding(text_, reason, False))

    demands = Demands()
    names_another = _names_another(crd)

    def is_demanded(spot: Spot) -> bool:
        return not demands.missing(crd.schema, spot.path)

    for spot in spots:
        reason = _why_not(crd, spot, is_demanded, names_another)
        if reason:
            leave(spot, reason)
        else:
            candidates.append(spot)
    best = min((spot.rank for spot in candidates), default=0)
    chosen = [spot for spot in candidates if spot.rank == best]
    for spot in candidates:
        if spot.rank != best:
            leave(spot, "no whole pod, as others are" if best == 0 else "says less than others do")
    beside = [spot for spot in chosen if has_word(spot, lexicon.BESIDE)]
    chosen = _without(chosen, beside, lambda spot: leave(spot, "stands beside the work"))
    below = _counted(spot.path.steps for spot in chosen)
    bases = [spot for spot in chosen if _is_base(spot, below)]
    chosen = _without(chosen, bases, lambda spot: leave(spot, "what the others start from"))
    return chosen, list(runners_up.values())


def _without(spots: list[Spot], some: Sequence[Spot], leave: Callable[[Spot], None]) -> list[Spot]:
    """``spots`` without ``some``, unless nothing would be left."""
    if len(some) == len(spots):
        return spots
    for spot in some:
        leave(spot)
    left = {id(spot) for spot in some}
    return [spot for spot in spots if id(spot) not in left]


def _why_not(crd: Crd, spot: Spot, is_demanded: Callable[[Spot], bool], names_another: bool) -> str:
    if any(step.kind in (StepKind.ITEMS, StepKind.ENTRIES) for step in spot.path.steps[:-1]):
        return "deep inside every element of a list or map"
    if spot.place is Place.IMAGE:
        return "an image name alone"
    if _is_server(spot.path) and not is_demanded(spot):
        return "a server that the work talks to"
    if spot.rank > 0 and spot.path.steps[-1].kind is StepKind.ITEMS:
        return "a list of containers, not a pod"
    if _is_of_another(spot, is_demanded, names_another):
        return "changes the pod of what the resource names"
    if spot.rank > 0 and has_word(spot, lexicon.BESIDE):
        return "stands beside the work"
    if len(spot.path.steps) == 1 and spot.rank > 0 and not spot.runner:
        return "the spec itself"
    is_runner = len(spot.path.steps) == 1 and spot.rank > 0
    if is_runner and not (spot.runner and spot.runner.command and not _program_file(crd)):
        return "the spec itself, without room for a command"
    return ""


def _is_of_another(spot: Spot, is_demanded: Callable[[Spot], bool], names_another: bool) -> bool:
    """An object that overrides the pod of something else: a request, a patch, the parameters of what is named."""
    if has_word(spot, lexicon.OVERRIDES):
        return True
    is_request, is_adjustment = has_word(spot, lexicon.REQUESTS), has_word(spot, lexicon.ADJUSTMENTS)
    if not is_request and not is_adjustment:
        return False
    return names_another or (is_request and not is_demanded(spot))


def _names_another(crd: Crd) -> bool:
    """Whether the spec refers to something else that is run."""
    spec = schema.properties(crd.schema).get("spec", schema.EMPTY)
    needed = schema.required(spec)
    for name, node in schema.properties(spec).items():
        parts = names.lower_words(name)
        if not parts or name in lexicon.POD_SPEC_NAMES or lexicon.NEEDED_THINGS & set(parts):
            continue
        is_string = schema.kind(node) is Kind.STRING and not schema.enum(node)
        if is_reference(name, node) or (is_string and parts[-1] in lexicon.REFERENCES):
            return True
        if is_string and name in needed and len(parts) > 1 and parts[-1] == "name":
            return True
    return False


def is_reference(name: str, node: Node) -> bool:
    """An object that does nothing but refer to another one, by its properties or by its own name."""
    below = schema.properties(node)
    if not below or schema.kind(below.get("name", schema.EMPTY)) not in (Kind.STRING, Kind.ANYTHING):
        return False
    last = names.lower_words(name)[-1:]
    return (set(below) <= lexicon.REFERENCE_NAMES and "name" in below) or bool(set(last) & lexicon.REFERENCES)


def _is_base(spot: Spot, below: Counter[tuple[Step, ...]]) -> bool:
    """A template that stands beside the objects of the roles, not in one of them; ``below`` counts these."""
    return spot.path.steps[-1].name in lexicon.WRAPPERS and (
        len(spot.path.steps) == 1 or below[spot.path.steps[:-1]] > 1
    )


def _program_file(crd: Crd) -> str:
    """A property that names the program's file: the operator starts the program, so no pod takes a command.

    It is looked for in every object on the way to a pod, and in the objects that stand there.
    """
    ways = {spot.path.steps[:length] for spot in find(crd) for length in range(1, len(spot.path.steps))}
    for way in sorted({(Step(StepKind.FIELD, "spec"),), *ways}, key=len):
        node = schema.properties(schema.lookup(crd.schema, Path(way)))
        for place in [node] + [schema.properties(child) for child in node.values()]:
            for name, child in place.items():
                if name.lower() in lexicon.PROGRAM_FILES and schema.kind(child) in (Kind.STRING, Kind.LIST):
                    return name
    return ""


def has_word(spot: Spot, wanted: frozenset) -> bool:
    return any(
        word.lower() in wanted
        for step in spot.path.steps[1:]
        if step.kind is StepKind.FIELD
        for word in names.words(step.name)
    )


def _submitted_command(crd: Crd, chosen: Sequence[Spot]) -> Path | None:
    """A command-like string or list near the top of the spec that the operator itself submits."""
    if not chosen or any(spot.rank for spot in chosen):
        return None
    spec = schema.properties(crd.schema).get("spec", schema.EMPTY)
    below = schema.properties(spec)
    if any(
        name.lower() in lexicon.REFERRED_LISTS
        and schema.kind(node) is Kind.LIST
        and schema.properties(schema.items(node))
        for name, node in below.items()
    ):
        return None
    for name in below:
        if name.lower() in lexicon.SUBMITTED_COMMANDS and _command_word(below, (name,)):
            return schema.path_of("spec", name)
    return None


def _with_keys(crd: Crd, spot: Spot) -> list[Path]:
    """A spot's paths: a map whose keys are known, or usual, gives one per key."""
    steps = spot.path.steps
    if not steps or steps[-1].kind is not StepKind.ENTRIES:
        return [spot.path]
    keys = map_keys.of_map(crd, Path(steps[:-1])).all
    return [Path(steps[:-1] + (Step(StepKind.KEY, key),)) for key in keys] or [spot.path]


def guessed_keys(crd: Crd, paths: Sequence[Path]) -> set[Path]:
    """Those of ``paths`` that are entries of a map whose keys the CRD does not show."""
    maps = {Path(path.steps[:-1]) for path in paths if path.steps[-1].kind is StepKind.KEY}
    keys = {path: set(map_keys.of_map(crd, path).guessed) for path in maps}
    return {path for path in paths if path.steps[-1].name in keys.get(Path(path.steps[:-1]), ())}


def _container(crd: Crd, path: Path) -> str:
    """The container name that operators of replica maps look for: their framework's."""
    if path.steps[-1].kind not in (StepKind.KEY, StepKind.ENTRIES):
        return ""
    framework = map_keys.framework(crd, Path(path.steps[:-1]))
    if not framework:
        return ""
    return lexicon.FRAMEWORK_NAMES.get(framework, crd.kind[: -len("Job")].lower())


def leading_rank(name: str) -> int:
    """How much a role's name says that it leads: the smaller the more; as many as there are leaders for none."""
    parts = names.lower_words(name)
    return next((rank for rank, word in enumerate(lexicon.LEADERS) if word in parts), len(lexicon.LEADERS))


def own_word(path: Path) -> str:
    """The CRD's word for what stands at ``path``: the last property or key that is not just a wrapper."""
    fallback = ""
    for step in reversed(path.steps[1:]):
        if step.name:
            fallback = fallback or step.name
            if step.name not in ("spec", "template"):
                return step.name
    return fallback or "pod"


def _answers(crd: Crd, spread: Sequence[tuple[Spot, Path]], command: Path | None) -> list[RoleAnswer]:
    none = len(lexicon.LEADERS)
    own = {path: own_word(path) for _, path in spread}
    ranks = {path: leading_rank(own[path]) for path in own}
    leader = min(own, key=lambda path: ranks[path], default=None)
    by_key = [path for path in own if path.steps[-1].kind is StepKind.KEY]
    # A launcher among them starts the others; without one every replica runs the command.
    equal = bool(by_key) and len(by_key) == len(own) and not any(rank == 0 for rank in ranks.values())
    ordered = sorted(own, key=lambda path: path != leader) if leader and ranks[leader] < none else list(own)
    if leader and ranks[leader] == none:  # none of them leads, so the workers do the work
        ordered = sorted(own, key=lambda path: own[path].lower() != "worker")
    used = {names.clash_key(names.SPEC_OVERRIDES)}
    numbers: dict[str, int] = {}  # the last one that was appended to a name

    def name_of(path: Path, word: str) -> str:
        name = names.snake(word)
        if names.clash_key(name) in used:
            parents = [step.name for step in path.steps[1:-1] if step.name and step.name not in ("spec", "template")]
            name = names.snake("_".join(parents[-1:] + [word]))
        plain = name
        while names.clash_key(name) in used:
            numbers[plain] = numbers.get(plain, 1) + 1
            name = f"{plain}_{numbers[plain]}"
        used.add(names.clash_key(name))
        return name

    started = bool(command or _program_file(crd))  # by the operator, so no pod takes the command
    answers = []
    if command:
        answers.append(RoleAnswer(name_of(command, command.steps[-1].name), command, Runs.USER))
    spots = {path: spot for spot, path in spread}
    for index, path in enumerate(ordered):
        user = not started and (equal or index == 0) and can_run(spots[path]) and not _is_server(path)
        runs = Runs.USER if user else Runs.IMAGE
        answers.append(RoleAnswer(name_of(path, own[path]), path, runs, container=_container(crd, path)))
    return answers


def can_run(spot: Spot) -> bool:
    """A runner without a command or arguments cannot take the user's."""
    return spot.place is not Place.RUNNER or bool(spot.runner and (spot.runner.command or spot.runner.args))


def _is_server(path: Path) -> bool:
    """A pod that the work talks to, going by its own word."""
    return bool(set(names.lower_words(own_word(path))) & lexicon.SERVERS)


def _reasons(
    crd: Crd, answers: Sequence[RoleAnswer], spread: Sequence[tuple[Spot, Path]], command: Path | None
) -> list[str]:
    spots = {path: spot for spot, path in spread}
    what = {
        Place.TEMPLATE: "a pod template",
        Place.POD_SPEC: "a PodSpec",
        Place.CONTAINER: "a container",
        Place.RUNNER: "an object with an image",
        Place.IMAGE: "an image name",
    }
    users = [answer for answer in answers if answer.runs is Runs.USER]
    guessed = guessed_keys(crd, [answer.path for answer in answers])
    found = []
    for answer in answers:
        if answer.path == command:
            found.append("a command that the operator itself submits")
            continue
        spot = spots[answer.path]
        place = "a pod's place that the CRD does not describe" if spot.opaque else what[spot.place]
        if answer.path in guessed:
            place += " under a guessed key, which the CRD does not show"
        elif answer.path.steps[-1].kind is StepKind.ENTRIES:
            place += " under keys of the task's own: the CRD shows none"
        if answer.runs is not Runs.USER:
            found.append(f"{place}; runs its image's own command")
        elif len(users) > 1:
            found.append(f"{place}; equal replicas, every one runs the task")
        elif leading_rank(own_word(answer.path)) < len(lexicon.LEADERS):
            found.append(f"{place}; its name says that it leads")
        elif len(answers) == 1:
            found.append(f"{place}, the only one")
        elif own_word(answer.path).lower() == "worker":
            found.append(f"{place}; none leads, so the workers do the work")
        else:
            found.append(f"{place}, the first one")
    return found


# ------------------------------------------------------------------------------------------------------------ building


def _named_pods(crd: Crd) -> _NamedPods:
    """Property names from status to each string that names a pod, near ones first, and its role; "" for none."""
    level = [((), schema.lookup(crd.schema, schema.path_of("status")))]
    found: list[tuple[tuple[str, ...], str]] = []
    for _ in range(3):
        below: list[tuple[tuple[str, ...], Any]] = []
        for above, node in level:
            spelled = Counter(names.camel(name) for name in schema.properties(node))
            for name, child in schema.properties(node).items():
                if schema.kind(child) is Kind.OBJECT:
                    below.append(((*above, name), child))
                if not name.lower().endswith("podname") or schema.kind(child) is not Kind.STRING:
                    continue
                if spelled[names.camel(name)] == 1:
                    whose = name[: -len("podName")] or "".join(above[-1:])
                    found.append(((*above, name), whose.lower()))
        level = below
    return tuple(found)


# What generators of operators leave in the types for those who fill them in.
_REMARKS = "|".join(
    remark.replace(" ", r"\s+")
    for remark in (
        r"INSERT ADDITIONAL \w+ FIELDS? - (?:desired|define observed) state(?: of cluster)?",
        r'Important: Run "[^"]*" to regenerate code after modifying this file',
        r"Add custom validation using kubebuilder tags: \S+",
        r"(?:\b\w+ is an example field of \w+\. )?Edit [\w-]+\.go to remove/update",
    )
)


_MOST_READ = 2000  # characters of a description: its first paragraph, and what may stand before that


def schema_text(node: Node) -> str:
    """The first paragraph of a node's description on one line."""
    text_ = re.sub(_REMARKS, "", schema.description(node)[:_MOST_READ]).strip()
    first = re.split(r"\n\s*\n", text_)[0]
    flat = visible_prose(first)
    if len(flat) <= 300:
        return flat
    cut = flat[:300].rfind(". ")
    return flat[: cut + 1] if cut > 80 else flat[:300].rsplit(" ", 1)[0] + " ..."
