"""The fields of the model: what the answers' paths become in proto, Go and Python, and what is wrong with them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from flyte_plugin_scaffold.building.lock import NO_LOCK, OVERRIDES, Lock
from flyte_plugin_scaffold.building.members import Members, Wire
from flyte_plugin_scaffold.deriving import naming
from flyte_plugin_scaffold.deriving.fields import (
    can_be_message,
    derive_role,
    message_ready,
    prefixes,
    runner_words,
    schema_steps,
    there,
    ways,
)
from flyte_plugin_scaffold.deriving.pods import Demands, schema_text
from flyte_plugin_scaffold.examples import samples
from flyte_plugin_scaffold.model import Crd, Field, Member, Path, Place, Role, Scalar, Shape, Step, StepKind
from flyte_plugin_scaffold.reading import schema
from flyte_plugin_scaffold.reading.schema import Kind, Node
from flyte_plugin_scaffold.text import lexicon, names


@dataclass(frozen=True)
class Built:
    """Everything of the plugin model that follows from roles and chosen fields."""

    fields: tuple[Field, ...]
    roles: tuple[Role, ...]
    empties: tuple[tuple[str, ...], ...]
    problems: tuple[str, ...] = ()


def _inside(role: Role) -> set[tuple[str, ...]]:
    """Every object from the role's own to the place of its pod: with the pod they are there."""
    return {schema_steps(schema.field_below(role.path, *role.inner[: depth + 1])) for depth in range(len(role.inner))}


def build(
    crd: Crd,
    roles: Sequence[Role],
    paths: Sequence[Path],
    add_role: Sequence[Path] = (),
    drop_role: Sequence[Path] = (),
    config_class: str = "",
    lock: Lock = NO_LOCK,
) -> Built:
    """Name and number everything of the top message and of the roles' messages, and turn ``paths`` into Fields.

    ``paths`` are the spec's own; a path below a role goes to that role. ``add_role`` and ``drop_role`` edit what
    :func:`derive_role` gives. What ``lock`` has keeps its name and number. Problems are sentences; the rest of the result
    leaves out what they name. A path that the CRD has no more is none where the lock has it.
    """
    problems: list[str] = []
    config_class = config_class or naming.kind_stem(crd)
    wire = Wire(lock, [config_class, config_class + "Task"], OVERRIDES[crd.backend])
    top = wire.config(config_class)
    roles = top.take_roles(roles, wire.classes)
    places = _Places(roles)
    extra: dict[Path, list[Path]] = {role.path: [] for role in roles}
    own: list[Path] = []
    for path in dict.fromkeys(paths):
        owner = places.owner(path)
        if owner is None:
            own.append(path)
        else:
            extra[owner.path].append(path)
    for path in add_role:
        owner = places.owner(path)
        if owner is None:
            problems.append(f"{path} is not below a role")
        else:
            extra[owner.path].append(path)

    good: dict[str, list[Path]] = {root: [] for root in _roots(crd)}
    for path in own:
        problem = _path_problem(crd, places, path, schema.path_of("spec"))
        problems += [problem] if problem and not top.has_lost(crd, path) else []
        if not problem:
            good[path.steps[0].name].append(path)
    demands = Demands()
    always = ways(there(roles))
    built = [
        field
        for root, some in good.items()
        for field in _fields(crd, schema.path_of(root), some, top, wire, demands, [always])
    ]
    go_names = top.go_names()
    built = [replace(field, go_name=go_names[field.number]) for field in built]

    filling = _Empties(crd, roles, [field for field in built if field.path.names[0] == "spec"], demands)
    dropped = set(drop_role)
    finished: list[Role] = []
    for role in roles:
        members = wire.role(role)
        wanted = dict.fromkeys(path for path in derive_role(crd, role) if path not in dropped)
        for path in extra[role.path]:
            problem = _path_problem(crd, places, path, role.path)
            problems += [problem] if problem and not members.has_lost(crd, path) else []
            if not problem:
                wanted[path] = None
        inside = _fields(crd, role.path, list(wanted), members, wire, demands, [always, _inside(role)])
        go_inside = members.go_names()
        inside = [replace(field, go_name=go_inside[field.number]) for field in inside]
        finished.append(
            replace(
                role,
                go_name=go_names.get(role.number, names.go_camel(role.name)),
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
        self.at: dict[tuple[Step, ...], Role] = {}
        self.below: dict[tuple[Step, ...], Role] = {}  # the first one at or below a place
        self.pods: dict[tuple[Step, ...], Role] = {}  # by the place of the pod, inside the role's object
        self.order = {role.path.steps: index for index, role in enumerate(roles)}
        self.spec: Role | None = None  # the role that the spec itself is
        for role in roles:
            steps = role.path.steps
            self.at.setdefault(steps, role)
            for length in range(1, len(steps) + 1):
                self.below.setdefault(steps[:length], role)
            if len(steps) == 1:
                self.spec = role
            if role.place is not Place.COMMAND and role.inner:
                self.pods.setdefault(schema.field_below(role.path, *role.inner).steps, role)

    def owner(self, path: Path) -> Role | None:
        """The role in whose object a path is."""
        steps = path.steps
        above = [self.at[steps[:length]] for length in range(2, len(steps)) if steps[:length] in self.at]
        above = [role for role in above if role.place is not Place.COMMAND]
        return min(above, key=lambda role: self.order[role.path.steps], default=None)


def _roots(crd: Crd) -> tuple[str, ...]:
    """Below what fields may stand: parameters of a request come first, without which there is none."""
    return (*(root for root in schema.PARAMETERS if root in schema.properties(crd.schema)), "spec")


def _path_problem(crd: Crd, places: _Places, path: Path, base: Path) -> str:
    steps = path.steps
    if steps[0].name not in _roots(crd) or len(steps) < 2:
        return f"{path} is not below .{' or .'.join(_roots(crd))}"
    if any(step.kind is not StepKind.FIELD for step in steps[len(base.steps) :]):
        return f"{path} goes through a list or map: take the list or map itself"
    node = schema.lookup(crd.schema, path)
    if node is None:
        return f"{crd.called} has no {path}"
    if steps in places.at:
        return f"{path} is the role '{places.at[steps].name}' already"
    if places.spec and steps[1].name in runner_words(places.spec):
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
    members: Members,
    wire: Wire,
    demands: Demands,
    there: Sequence[set[tuple[str, ...]]],
) -> list[Field]:
    """Fields of one message without Go names; ``there`` is as in :func:`_needed`."""
    leaf_names = Counter(path.steps[-1].name for path in paths)
    found: list[Field] = []
    for path in paths:
        relative = _below(path, base)
        node = schema.lookup(crd.schema, path) or schema.OPAQUE
        kept = members.kept(path, lambda member, node=node: _still_holds(member, node))
        if kept is None:
            leaf = relative[-1]
            only_as = names.snake(leaf) if len(relative) > 1 else ""
            kept = members.new(path, *_type(node), _wishes(relative, leaf_names), leaf, only_as)
        required = _needed(crd, demands, base, path, there)
        found.append(_field(node, path, relative, kept, required, wire, members.prefix))
    return found


def _wishes(relative: tuple[str, ...], leaf_names: Counter[str]) -> list[str]:
    """What a field may be called, best first."""
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
    return [names.snake(wish) for wish in wishes]


def _needed(
    crd: Crd,
    demands: Demands,
    base: Path,
    path: Path,
    there: Sequence[set[tuple[str, ...]]],
    way: Path | None = None,
) -> bool:
    """Whether the CRD demands ``path`` all the way down from ``base``, or from what is there for a role's sake.

    ``there`` are sets of places in the schema; what is on the way to ``way`` counts, too.
    """
    node = schema.lookup(crd.schema, base)
    on_the_way = schema_steps(way) if way else ()
    full = schema_steps(path)
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
    relative: tuple[str, ...],
    member: Member,
    required: bool,
    wire: Wire,
    owner_class: str,
    depth: int = 0,
) -> Field:
    """The field of a member whose type is known, and all that is below it."""
    shape, scalar = member.shape, member.scalar
    value = _made_of(node, shape)
    message = member.message
    inner: tuple[Field, ...] = ()
    if shape in (Shape.MESSAGE, Shape.MESSAGES):
        if not message:
            word = names.class_name(relative[-1])
            word = names.singular(word) if shape is Shape.MESSAGES else word
            message = wire.classes.take(word, owner_class + word, word + "Spec")
        inner = _inner_fields(value, path, shape, wire, message, depth)
    is_either = schema.kind(value) is Kind.INT_OR_STRING
    field = Field(
        path=path,
        relative=relative,
        name=member.name,
        json_name=member.json_name,
        go_name="",
        number=member.number,
        sets=member.sets,
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


def _inner_fields(value: Node, path: Path, shape: Shape, wire: Wire, message: str, depth: int) -> tuple[Field, ...]:
    above = schema.below(path, Step(StepKind.ITEMS)) if shape is Shape.MESSAGES else path
    needed = set(schema.required(value))
    members = wire.object(message, above, schema.properties(value))
    found: list[Field] = []
    for name, child in schema.properties(value).items():
        if schema.kind(child) is Kind.NOTHING:
            continue
        here = schema.field_below(above, name)
        kept = members.kept(here, lambda member, child=child: _still_holds(member, child, depth + 1))
        if kept is None:
            kept = members.new(here, *_type(child, depth + 1), [names.snake(name)], name)
        found.append(_field(child, here, (name,), kept, name in needed, wire, message, depth + 1))
    go_names = members.go_names()
    return tuple(replace(field, go_name=go_names[field.number]) for field in found)


def _type(node: Node, depth: int = 0) -> tuple[Shape, Scalar | None]:
    """What a value is on the wire where nothing was said of it before."""
    shape, value = _shape(node, depth)
    return shape, _scalar(value) if shape in (Shape.SCALAR, Shape.LIST, Shape.MAP) else None


def _still_holds(member: Member, node: Node, depth: int = 0) -> bool:
    """Whether a member of an earlier contract can have the values that the CRD speaks of now.

    Whether a small object is a message hangs on numbers of the lexicon, so what it once was it stays.
    """
    now = _type(node, depth)
    if now == (member.shape, member.scalar):
        return True
    if member.shape is Shape.MESSAGE:
        return now[0] is Shape.STRUCT and can_be_message(node)
    if member.shape is Shape.MESSAGES:
        return now[0] is Shape.STRUCTS and can_be_message(schema.items(node))
    return (member.shape, now[0]) in ((Shape.STRUCT, Shape.MESSAGE), (Shape.STRUCTS, Shape.MESSAGES))


def _shape(node: Node, depth: int) -> tuple[Shape, Node]:
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
            return (Shape.MESSAGES if depth < 2 and message_ready(item) else Shape.STRUCTS), item
        if item_kind in (Kind.OPAQUE, Kind.MAP):
            return Shape.STRUCTS, item
        return Shape.VALUE, node
    if kind is Kind.MAP:
        entry = schema.entries(node)
        return (Shape.MAP, entry) if schema.kind(entry) in schema.SCALARS else (Shape.STRUCT, node)
    if kind is Kind.OBJECT:
        return (Shape.MESSAGE if depth < 2 and message_ready(node) else Shape.STRUCT), node
    if kind is Kind.ANYTHING:
        return Shape.VALUE, node
    return Shape.STRUCT, node


def _made_of(node: Node, shape: Shape) -> Node:
    """The schema of what a value of that shape is made of: of a list's elements, or a map's entries."""
    if shape in (Shape.LIST, Shape.MESSAGES, Shape.STRUCTS):
        return schema.items(node)
    return schema.entries(node) if shape is Shape.MAP else node


def _scalar(node: Node) -> Scalar:
    kind = schema.kind(node)
    if kind is Kind.INTEGER:
        return Scalar.INT32 if node.get("format") == "int32" else Scalar.INT64
    if kind is Kind.NUMBER:
        return Scalar.DOUBLE
    if kind is Kind.BOOLEAN:
        return Scalar.BOOL
    return Scalar.STRING


_Relative = tuple[str, ...]  # of the steps below the spec, or below a role's object


class _Empties:
    """Required objects that no field and no role fills: they are sent as ``{}``, outer ones suffice."""

    def __init__(self, crd: Crd, roles: Sequence[Role], chosen: Sequence[Field], demands: Demands):
        self.crd = crd
        self.demands = demands
        self.there = there(roles)
        self.ways = ways(self.there)
        self.root = schema.path_of("spec")
        self.below: dict[tuple[Step, ...], list[Role]] = {}  # those of ``there`` that are below a place
        for role in self.there:
            for length in range(1, len(role.path.steps)):
                self.below.setdefault(role.path.steps[:length], []).append(role)
        self.chosen: dict[tuple[Step, ...], list[Field]] = {}  # by every place above
        for field in chosen:
            for length in range(2, len(field.path.steps)):
                self.chosen.setdefault(field.path.steps[:length], []).append(field)
        needed = [field for field in chosen if _needed(crd, demands, self.root, field.path, [self.ways])]
        self.of_spec = self._visit(
            self.root,
            (),
            [field.relative for field in needed] + [_below(role.path, self.root) for role in self.there],
        )

    def of_role(self, role: Role, fields: Sequence[Field]) -> tuple[_Relative, ...]:
        """Below the role's object, where its pod is."""
        inside = [self.ways, _inside(role)]
        filled = [field.relative for field in fields if _needed(self.crd, self.demands, role.path, field.path, inside)]
        filled += [_below(other.path, role.path) for other in self.below.get(role.path.steps, ())]
        return self._visit(role.path, role.inner or (("spec",) if role.place is Place.TEMPLATE else ()), filled)

    def beside(self, role: Role) -> tuple[_Relative, ...]:
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

    def _visit(self, base: Path, pod: _Relative, filled: Sequence[_Relative]) -> tuple[_Relative, ...]:
        """``pod`` is the place of the pod that is there; ``filled`` are all others at which something is."""
        root = schema.lookup(self.crd.schema, base)
        if root is None or not self.crd.schema:
            return ()
        full = set(filled)
        made = prefixes([*filled, pod])
        ways = prefixes([each[:-1] for each in (*filled, pod)])
        found: list[_Relative] = []

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
