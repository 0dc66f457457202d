"""The roles of the model: what the answer `roles` names, as places in a CR with all that follows from its schema."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from flyte_plugin_scaffold.deriving import naming
from flyte_plugin_scaffold.deriving.pods import (
    Demands,
    Spot,
    can_run,
    find,
    guessed_keys,
    has_word,
    inspect,
    leading_rank,
    own_word,
    pod_places,
    schema_text,
)
from flyte_plugin_scaffold.model import (
    Alternative,
    Crd,
    Many,
    Path,
    Place,
    Role,
    RoleAnswer,
    Runs,
    Step,
    StepKind,
)
from flyte_plugin_scaffold.reading import schema
from flyte_plugin_scaffold.reading.schema import Kind, Node
from flyte_plugin_scaffold.text import lexicon, names, reserved


def build(crd: Crd, answers: Sequence[RoleAnswer]) -> tuple[tuple[Role, ...], tuple[str, ...]]:
    """Roles without fields and numbers (see :func:`fields.build`), and what is wrong with the answers."""
    roles: list[Role] = []
    problems: list[str] = []
    used_names: set[str] = set()  # of roles, by what tells them apart
    used_paths: set[Path] = set()
    stem = naming.kind_stem(crd)
    classes = reserved.Taken([stem, stem + "Task"])
    beside_launcher = _beside_launcher(answers)
    inspected = {answer.path: inspect(crd, answer.path) for answer in answers}
    guessed = guessed_keys(crd, [answer.path for answer in answers])
    leader = _primary([answer for answer in answers if _is_pod(inspected[answer.path][0])], guessed)
    for answer in answers:
        spot, problem = inspected[answer.path]
        if problem or spot is None:
            problems.append(f"role '{answer.name}': {problem}")
            continue
        problem = reserved.identifier_problem(answer.name)
        if not problem and names.clash_key(answer.name) == names.clash_key(names.SPEC_OVERRIDES):
            problem = "the name is that of the overrides: give another one"
        if not problem and names.clash_key(answer.name) in used_names:
            problem = "the name is used twice"
        if not problem and answer.path in used_paths:
            problem = f"{answer.path} is another role already"
        if not problem and spot.place is Place.COMMAND and answer.runs is not Runs.USER:
            problem = f"{answer.path} is a command string: it can only run 'user'"
        if not problem and answer.runs is not Runs.IMAGE and spot.place is Place.IMAGE:
            problem = f"{answer.path} is an image name alone: it can only run 'image'"
        if not problem and answer.runs is not Runs.IMAGE and spot.place is Place.RUNNER and not can_run(spot):
            problem = f"{answer.path} has no room for a command: it can only run 'image'"
        if problem:
            problems.append(f"role '{answer.name}': {problem}")
            continue
        used_names.add(names.clash_key(answer.name))
        used_paths.add(answer.path)
        last = answer.path.steps[-1].kind
        many = {StepKind.ITEMS: Many.LIST, StepKind.ENTRIES: Many.MAP}.get(last, Many.ONE)
        word = answer.name if names.snake(own_word(answer.path)) != answer.name else own_word(answer.path)
        class_name = names.class_name(word)
        class_name = names.singular(class_name) if many is not Many.ONE else class_name
        class_name = classes.take(class_name, class_name + "Role")
        is_primary = answer is leader
        roles.append(
            Role(
                name=answer.name,
                class_name=class_name,
                json_name=_json_name(answer),
                go_name="",
                go_class_name=class_name,
                number=0,
                path=answer.path,
                many=many,
                runs=answer.runs,
                place=spot.place,
                inner=spot.inner,
                argv=answer.argv,
                container=answer.container,
                metadata=spot.metadata,
                runner=spot.runner,
                command_is_list=spot.place is Place.COMMAND and schema.kind(spot.node) is Kind.LIST,
                primary=is_primary,
                always=many is Many.ONE
                and answer.path not in guessed
                and (is_primary or answer.path in beside_launcher),
                guessed=answer.path in guessed,
                notes=_notes(crd, answer.path, spot, answer.path in guessed),
                description=schema_text(spot.node),
            )
        )
    roles = [replace(role, pod_name=_pod_name(crd, role)) for role in _needed(crd, roles)]
    commands = sum(role.place is Place.COMMAND for role in roles)
    if commands > 1:
        problems.append("only one role can be a command string")
    if commands:
        roles = [replace(role, runs=Runs.OPERATOR) if _submits(role) else role for role in roles]
    choosers = _Choosers(crd)
    roles = [replace(role, alternatives=choosers.of(role)) for role in roles]
    return tuple(roles), tuple(problems)


def operator_pods(crd: Crd, roles: Sequence[Role]) -> tuple[Role, ...]:
    """Places of pods that no role has and that the operator fills by itself, to run the command string of a role.

    One is taken only where it is optional and demands nothing but the pod: the operator's pod gets what the task's pods
    have, and stays the operator's in all else.
    """
    if not any(role.place is Place.COMMAND for role in roles):
        return ()
    demands = Demands()
    taken = {role.path.steps for role in roles}
    used = {names.clash_key(role.name) for role in roles}
    appended: dict[str, int] = {}  # the last number of each name that is there more than once
    found = []
    for spot in find(crd):
        steps = spot.path.steps
        if spot.rank or spot.opaque or not has_word(spot, lexicon.SUBMITTERS):
            continue
        if any(step.kind is not StepKind.FIELD for step in steps) or any(
            steps[:length] in taken for length in range(2, len(steps) + 1)
        ):
            continue
        ways = [schema.lookup(crd.schema, Path(steps[:length])) for length in range(1, len(steps) + 1)]
        below = [*(step.name for step in steps[2:]), *spot.inner[:1]]
        lacks = [demands.of(node) - {name} for node, name in zip(ways[1:], below)]
        if not demands.missing(crd.schema, spot.path) or any(lacks):
            continue
        name = wish = names.snake(own_word(spot.path))
        while names.clash_key(name) in used:
            appended[wish] = appended.get(wish, 1) + 1
            name = f"{wish}{appended[wish]}"
        used.add(names.clash_key(name))
        role = Role(
            name=name,
            class_name="",
            json_name="",
            go_name=names.go_camel(name),
            go_class_name="",
            number=0,
            path=spot.path,
            many=Many.ONE,
            runs=Runs.OPERATOR,
            place=spot.place,
            inner=spot.inner,
            metadata=spot.metadata,
            description=schema_text(spot.node),
        )
        found.append(replace(role, alternatives=_other_modes(crd, role)))
    return tuple(found)


def _submits(role: Role) -> bool:
    """A pod that the operator gives a command, going by its words, where the answer gives it none."""
    said = any(word.lower() in lexicon.SUBMITTERS for name in role.path.names[1:] for word in names.words(name))
    return said and role.runs is Runs.IMAGE and role.place in (Place.TEMPLATE, Place.POD_SPEC)


class _Choosers:
    """What in a schema chooses an object that is there already in place of one that the resource makes: ``clusterSelector``.

    Both are optional, stand beside each other and are about the same thing, going by their words.
    """

    def __init__(self, crd: Crd) -> None:
        self._schema = crd.schema
        self._demands = Demands()
        # By the place of an object: what its properties choose, and their names.
        self._known: dict[tuple[Step, ...], dict[tuple[str, ...], list[str]]] = {}

    def of(self, role: Role) -> tuple[Alternative, ...]:
        """What stands for an object on the way to a role. The task's own code has no alternative."""
        if role.place is Place.COMMAND or role.runs is Runs.USER:
            return ()
        found = []
        for number, step in enumerate(role.path.steps[1:], start=1):
            if step.kind is not StepKind.FIELD:
                break
            above = role.path.steps[:number]
            thing = names.lower_words(step.name)
            thing = thing[:-1] if thing[-1:] and thing[-1] in lexicon.MADE else thing
            choosers = self._inside(above)
            if not choosers or step.name in self._demanded(above):
                continue
            for length in sorted({len(chosen) for chosen in choosers if len(chosen) <= len(thing)}, reverse=True):
                names_ = choosers.get(tuple(thing[-length:]), ())
                found += [Alternative((*Path(above[1:]).names, name)) for name in names_]
        return tuple(each for each in found if each.path[-1] not in role.path.names)

    def _demanded(self, place: tuple[Step, ...]) -> frozenset[str]:
        return self._demands.of(schema.lookup(self._schema, Path(place)))

    def _inside(self, place: tuple[Step, ...]) -> dict[tuple[str, ...], list[str]]:
        if place not in self._known:
            known = self._known[place] = {}
            for name, child in schema.properties(schema.lookup(self._schema, Path(place))).items():
                *thing, last = names.lower_words(name) or [""]
                is_value = schema.kind(child) in (Kind.OBJECT, Kind.MAP, Kind.STRING)
                if thing and last in lexicon.CHOOSERS and is_value and name not in self._demanded(place):
                    known.setdefault(tuple(thing), []).append(name)
        return self._known[place]


def _other_modes(crd: Crd, role: Role) -> tuple[Alternative, ...]:
    """What says that the operator submits the command in another way than the usual one: it may take no pod for that."""
    node = schema.lookup(crd.schema, Path(role.path.steps[:-1]))
    found = []
    for name, child in schema.properties(node).items():
        words = names.lower_words(name)
        is_mode = schema.kind(child) is Kind.STRING and words and words[-1] in lexicon.MODES
        if is_mode and lexicon.SUBMITTERS & set(words):
            path = (*Path(role.path.steps[1:-1]).names, name)
            found.append(Alternative(path, str(child.get("default") or "")))
    return tuple(found)


def _needed(crd: Crd, roles: Sequence[Role]) -> list[Role]:
    """The roles, with those marked that are always built and those that the user must give.

    The first are those that the CRD demands, beside what is there for another role's sake, too. The others are lists
    that it demands, and what alone runs the user's code.
    """
    demands = Demands()
    users = [role for role in roles if role.runs is Runs.USER]
    given = {id(role) for role in roles if users == [role] and (role.many is not Many.ONE or role.guessed)}
    there = [role for role in roles if role.always or role.guessed_leader or id(role) in given]
    known = {id(role) for role in there}
    ways: set[tuple[Step, ...]] = set()
    waiting: dict[tuple[Step, ...], list[Role]] = {}  # by the next place that is not there yet

    def look(role: Role) -> None:
        steps = role.path.steps if role.many is Many.ONE else role.path.steps[:-1]
        if id(role) in known or role.many is Many.MAP or any(step.kind is not StepKind.FIELD for step in steps):
            return
        missing = next((place for place in demands.missing(crd.schema, Path(steps)) if place not in ways), None)
        if missing is not None:
            waiting.setdefault(missing, []).append(role)
            return
        known.add(id(role))
        there.append(role)

    for role in roles:
        look(role)
    for role in there:  # it grows
        for length in range(2, len(role.path.steps)):
            place = role.path.steps[:length]
            if place not in ways:
                ways.add(place)
                for other in waiting.pop(place, ()):
                    look(other)
    return [
        replace(
            role,
            always=role.always or (id(role) in known and role.many is Many.ONE and not role.guessed),
            required=id(role) in given or (id(role) in known and role.many is Many.LIST),
        )
        for role in roles
    ]


def _pod_name(crd: Crd, role: Role) -> tuple[str, ...]:
    """Property names from status to the string that names the one pod of a role; () where the CRD has none."""
    if role.many is not Many.ONE or role.place is Place.COMMAND:
        return ()
    own = role.json_name.lower()
    for path, whose in pod_places(crd).named_pods:
        if whose.startswith(own) or own.startswith(whose) if whose else role.primary:
            return path
    return ()


def _json_name(answer: RoleAnswer) -> str:
    word = own_word(answer.path)
    is_own = names.snake(word) == answer.name and answer.path.steps[-1].kind is not StepKind.KEY
    return word if is_own and names.is_json_name(word) else names.lower_camel(answer.name)


def _is_pod(spot: Spot | None) -> bool:
    return spot is not None and spot.place is not Place.COMMAND


def leading(roles: Sequence[Role]) -> tuple[Role, ...]:
    """The roles, with those marked that must stay while others may be interrupted; needs their fields.

    That is the one that leads, unless it is many and its name does not say that it leads, and beside pods of which
    there can be many every pod of which there is one. Where no role is left that may be interrupted, none is kept from it.
    """

    def is_single(role: Role) -> bool:
        return role.many is Many.ONE and not role.count_go_name

    def leads(role: Role) -> bool:
        if role.primary:
            return is_single(role) or leading_rank(own_word(role.path)) < len(lexicon.LEADERS)
        return many and is_single(role)

    pods_ = [role for role in roles if role.place is not Place.COMMAND and role.class_name]
    many = not all(map(is_single, pods_))
    leaders = [role for role in pods_ if leads(role)]
    if not 0 < len(leaders) < len(pods_):
        return tuple(replace(role, leads=False) for role in roles)
    # What the operator runs for the task is as little to be lost.
    return tuple(replace(role, leads=role in leaders or role.runs is Runs.OPERATOR) for role in roles)


def _primary(among: Sequence[RoleAnswer], guessed: set[Path]) -> RoleAnswer | None:
    """The pod that leads: the user's, where there is one; else the one whose name says so, else the first.

    A guessed key leads only where the CRD shows none.
    """
    among = [answer for answer in among if answer.runs is Runs.USER] or among
    among = [answer for answer in among if answer.path not in guessed] or among
    ranks = {answer.path: (leading_rank(own_word(answer.path)), index) for index, answer in enumerate(among)}
    return min(among, key=lambda answer: ranks[answer.path], default=None)


def _notes(crd: Crd, path: Path, spot: Spot, is_guessed: bool) -> tuple[str, ...]:
    """What a user of the role should know, in whole sentences."""
    found = []
    if is_guessed:
        found.append(
            f"The CRD does not show the key {path.steps[-1].name}: it is guessed, and sent only if a task names the role."
        )
    elif path.steps[-1].kind is StepKind.ENTRIES:
        found.append("The CRD shows no keys of this map: they are the task's own, as the operator knows them.")
    env = _env_note(crd, spot)
    return (*found, *([env] if env else []))


def _env_note(crd: Crd, spot: Spot) -> str:
    """What of a pod's environment variables the CR has no room for; "" where it takes all of them."""
    node = schema.lookup(crd.schema, spot.full)
    if spot.place is Place.RUNNER:
        env = schema.properties(node).get(spot.runner.env) if spot.runner and spot.runner.env else None
        if env is None:
            return ""  # the SDK offers none
        if schema.kind(env) is Kind.MAP:
            return "Its environment variables are plain values: one that comes from a Secret or elsewhere is left out."
    elif spot.place in (Place.TEMPLATE, Place.POD_SPEC, Place.CONTAINER):
        inside = ("spec",) if spot.place is Place.TEMPLATE else ()
        container = (
            node if spot.place is Place.CONTAINER else _container_of(schema.lookup(node, schema.path_of(*inside)))
        )
        env = schema.child(container, Step(StepKind.FIELD, "env"))
        if env is None:
            return "Its containers have no env in the CRD: the API server drops every environment variable."
    else:
        return ""
    if schema.child(schema.items(env), Step(StepKind.FIELD, "valueFrom")) is not None or not schema.items(env):
        return ""
    return (
        "Its environment variables have no valueFrom in the CRD: the API server drops it, so secrets as environment "
        "variables, and all others that come from elsewhere, arrive without a value."
    )


def _container_of(pod_spec: Node | None) -> Node | None:
    containers = schema.child(pod_spec, Step(StepKind.FIELD, "containers"))
    return schema.child(containers, Step(StepKind.ITEMS))


def _beside_launcher(answers: Sequence[RoleAnswer]) -> set[Path]:
    """Entries of the same map as the one user pod that starts the others: without them there is nothing to start."""
    by_key = [answer for answer in answers if answer.path.steps[-1].kind is StepKind.KEY]
    led = {answer.path.steps[:-1] for answer in answers if answer.runs is Runs.USER}
    return {answer.path for answer in by_key if answer.runs is not Runs.USER and answer.path.steps[:-1] in led}
