"""Whatever a structural schema looks like, deriving from it gives a valid model and never an exception."""

from __future__ import annotations

import keyword
import re
from collections.abc import Iterable, Iterator
from typing import Any

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from flyte_plugin_scaffold.asking import answers
from flyte_plugin_scaffold.building import abort, contract, placement, status
from flyte_plugin_scaffold.deriving import clean_up, ending, fields, phases, pods, states
from flyte_plugin_scaffold.examples import corpus
from flyte_plugin_scaffold.languages import golang
from flyte_plugin_scaffold.model import (
    Backend,
    Crd,
    Field,
    Many,
    Path,
    Phase,
    PhaseRule,
    Place,
    Plugin,
    Role,
    Scalar,
    Shape,
    Status,
    StepKind,
)
from flyte_plugin_scaffold.reading import schema
from flyte_plugin_scaffold.text import names, reserved
from tests.support.random_crds import CRDS
from tests.support.schemas import (
    POD_SPEC,
    STRING,
    TEMPLATE,
    array,
    crd,
    obj,
)

PATIENT = settings(
    deadline=None, max_examples=200, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)


def derive(answer: Crd) -> tuple[tuple[Role, ...], contract.Built]:
    derived = pods.derive(answer)
    # The default is an answer like any other: what it says is read back.
    read, problems = answers.parse_roles(pods.text(derived.roles))
    assert (read, problems) == (derived.roles, [])
    roles, wrong = placement.build(answer, derived.roles)
    assert not wrong
    wanted = fields.derive(answer, roles).paths
    answered, problems = answers.parse_fields(fields.text(wanted))
    assert (answered.paths, problems) == (wanted, [])
    built = contract.build(answer, roles, wanted)
    assert not built.problems
    return built.roles, built


def roles_and_fields_have_names_of_their_own(answer: Crd, roles: tuple[Role, ...], built: contract.Built) -> None:
    check_message(
        ["spec_overrides", *(role.name for role in roles if role.number), *(field.name for field in built.fields)],
        [
            "specOverrides",
            *(role.json_name for role in roles if role.number),
            *(field.json_name for field in built.fields),
        ],
        [
            1,
            *(role.number for role in roles if role.number),
            *(field.number for field in built.fields),
        ],
    )
    go_names = [role.go_name for role in roles if role.number] + [field.go_name for field in built.fields]
    assert len(set(go_names)) == len(go_names)
    for role in roles:
        check_role(answer, role)
    for field in built.fields:
        check_field(answer, field)
    classes = [role.class_name for role in roles] + [each.message for each in messages(built.fields)]
    classes += [each.message for role in roles for each in messages(role.fields)]
    assert len(set(classes)) == len(classes)
    assert not set(classes) & reserved.RESERVED_CLASSES
    assert all(name.isidentifier() and names.go_camel(name) == name for name in classes)
    assert sum(role.primary for role in roles) == bool([role for role in roles if role.place is not Place.COMMAND])


def check_role(answer: Crd, role: Role) -> None:
    assert not reserved.identifier_problem(role.name)
    assert (role.place is Place.COMMAND) == (role.number == 0)
    assert (role.place is Place.RUNNER) <= (role.runner is not None)
    last = role.path.steps[-1].kind
    assert (role.many is Many.ONE) == (last not in (StepKind.ITEMS, StepKind.ENTRIES))
    assert all(step.kind not in (StepKind.ITEMS, StepKind.ENTRIES) for step in role.path.steps[:-1])
    assert schema.lookup(answer.schema, schema.field_below(role.path, *role.inner)) is not None
    check_message(
        ["role", *(field.name for field in role.fields)],
        ["role", *(field.json_name for field in role.fields)],
        [1, *(field.number for field in role.fields)],
    )
    for field in role.fields:
        check_field(answer, field)
        assert field.name not in (
            "role image requests limits resources command env pod_template interruptible node_selector".split()
        )
    if role.always and any(field.required for field in role.fields):
        assert role.required


def check_message(field_names: list[str], json_names: list[str], numbers: list[int]) -> None:
    assert numbers == list(range(1, len(numbers) + 1))
    assert len({names.clash_key(name) for name in field_names}) == len(field_names)
    assert len(set(json_names)) == len(json_names)


def check_field(answer: Crd, field: Field) -> None:
    assert re.fullmatch(r"[a-z][a-z0-9]*(_[a-z0-9]+)*", field.name)
    assert not keyword.iskeyword(field.name) and field.name not in reserved.RESERVED_FIELDS
    assert field.json_name
    assert field.path.steps[-1].name == field.relative[-1]
    assert schema.lookup(answer.schema, field.path) is not None
    assert (field.scalar is not None) == (field.shape in (Shape.SCALAR, Shape.LIST, Shape.MAP))
    assert bool(field.message) == bool(field.fields) == (field.shape in (Shape.MESSAGE, Shape.MESSAGES))
    assert not field.enum or field.scalar is Scalar.STRING
    assert "\n" not in field.description
    check_example(field)
    if field.fields:
        check_message(
            [each.name for each in field.fields],
            [each.json_name for each in field.fields],
            [each.number for each in field.fields],
        )
        for each in field.fields:
            check_field(answer, each)


def check_example(field: Field) -> None:
    types = {Scalar.STRING: str, Scalar.BOOL: bool, Scalar.DOUBLE: float, Scalar.INT32: int, Scalar.INT64: int}
    one: Iterable[Any] = ()
    if field.shape is Shape.SCALAR:
        one = [field.example]
    elif field.shape is Shape.LIST:
        assert isinstance(field.example, list)
        one = field.example
    elif field.shape is Shape.MAP:
        assert isinstance(field.example, dict)
        one = field.example.values()
    elif field.shape in (Shape.MESSAGE, Shape.STRUCT):
        assert isinstance(field.example, dict)
    elif field.shape in (Shape.MESSAGES, Shape.STRUCTS):
        assert isinstance(field.example, list) and all(isinstance(each, dict) for each in field.example)
    for value in one:
        assert isinstance(value, types[field.scalar])
        assert not field.enum or value in field.enum
        assert field.minimum is None or value >= field.minimum
    if field.message:
        known = {each.name for each in field.fields}
        needed = {each.name for each in field.fields if each.required}
        for example in field.example if isinstance(field.example, list) else [field.example]:
            assert needed <= set(example) <= known


def messages(found: Iterable[Field]) -> list[Field]:
    return [each for field in found for each in ([field] if field.message else []) + messages(field.fields)]


# An object that goes with one role, in an object that goes with the other.
BESIDE_EACH_OTHER = obj(
    worker=obj(worker=TEMPLATE),
    job=obj("job", job=obj(worker=obj("job", worker=array(TEMPLATE), job={"type": "object"})), worker=TEMPLATE),
)
# A pod inside another one's template, which is no role.
INSIDE_A_TEMPLATE = obj(
    "template", template=obj("spec", "box", "net", spec=POD_SPEC, box={"type": "object"}, net=TEMPLATE)
)
# A pod with required values, which is required beside one that is always there.
REQUIRED_BESIDE = obj(worker=obj("job", worker=obj(job=TEMPLATE), job=obj("worker", worker=STRING, template=TEMPLATE)))
# A description names a state that is an end beside a time.
READY_AND_A_TIME = obj(
    phase={**STRING, "description": "One of Pending, FAILED, ready, Succeeded."},
    completionTime={**STRING, "format": "date-time"},
)


@PATIENT
@given(CRDS)
@example(crd(BESIDE_EACH_OTHER))
@example(crd(REQUIRED_BESIDE))
@example(crd(INSIDE_A_TEMPLATE))
@example(crd(status=READY_AND_A_TIME))
def test_any_schema(answer: Crd) -> None:
    """Making a CRD takes longer than looking at it: what holds for all is asked of the same ones."""
    roles, built = derive(answer)
    roles_and_fields_have_names_of_their_own(answer, roles, built)
    what_a_user_can_send_is_what_the_schema_wants(answer, roles, built)
    statuses_are_told_by_every_default(answer)


def what_a_user_can_send_is_what_the_schema_wants(answer: Crd, roles: tuple[Role, ...], built: contract.Built) -> None:
    """The smallest and the fullest spec have all that is required, and nothing that the API server would drop."""
    whole = Plugin(
        names=None,
        backend=Backend.OPERATOR,
        crd=answer,
        targets=(),
        roles=roles,
        fields=built.fields,
        status=None,
        contract=(),
        lock="",
        flyte_version="",
        license="",
        in_tree=False,
        github=False,
        empties=built.empties,
        spec_defaults=clean_up.derive(answer, roles, schema.path_of("status", "phase")).defaults,
    )  # type: ignore[arg-type]
    pods_at = {
        steps for role in roles for steps in [(*_fields_of(role.path), *role.inner)] if role.place is not Place.COMMAND
    }
    node = schema.lookup(answer.schema, schema.path_of("spec")) or {}
    for make in (golang.minimal_spec, golang.full_spec):
        spec = make(whole)
        for name in corpus.SPEC_OVERRIDES:
            spec.pop(name, None)
        assert list(faults(node, spec, (), pods_at)) == []


def _fields_of(path: Path) -> tuple[str, ...]:
    return tuple(step.name if step.kind is StepKind.FIELD else "*" for step in path.steps[1:])


def faults(node: Any, value: Any, at: tuple[str, ...], pods_at: set[tuple[str, ...]]) -> Iterator[tuple[str, str]]:
    """What the API server would refuse or drop; pods are the builder's own and are not looked into."""
    if at in pods_at:
        return
    where = ".".join(at)
    if isinstance(value, list):
        for each in value:
            yield from faults(schema.items(node), each, (*at, "*"), pods_at)
    if not isinstance(value, dict):
        return
    below, others = schema.properties(node), schema.entries(node)
    for name in schema.required(node):
        if name not in value:
            yield where, f"{name} is required"
    for name, inside in value.items():
        if name in below:
            yield from faults(below[name], inside, (*at, name), pods_at)
        elif others and not below:
            yield from faults(others, inside, (*at, "*"), pods_at)
        elif not schema.preserves_unknown(node) and schema.kind(node) not in (schema.Kind.OPAQUE, schema.Kind.ANYTHING):
            yield where, f"{name} would be dropped"


def statuses_are_told_by_every_default(answer: Crd) -> None:
    why = ending.never_finishes(answer)
    assert "\n" not in why
    for candidate in states.derive(answer):
        for default in (phases.derive(answer, candidate.path), phases.would_be(answer, candidate.path)):
            text = default.text or ("Success=x" if candidate.path else "Success=.status.x")
            given, problems = answers.parse_phases(text, candidate.path, candidate.by_conditions)
            assert not problems
            if not default.text and candidate.path is None:
                continue
            found, wrong = status.build(answer, candidate.path, given.rules, given.by_words)
            assert not wrong
            assert any(rule.phase is Phase.SUCCESS for rule in (*found.rules, *found.last_resorts))
            check_status(found)
            check_running(found, given.rules)


def check_running(found: Status, answered: Iterable[PhaseRule]) -> None:
    """What is added to the answer's rules comes last, and only says what is known to be running."""
    kept = [rule for rule in found.rules if any(rule.text == each.text for each in answered)]
    added = found.rules[len(kept) :]
    assert found.rules == (*kept, *added)
    assert all(rule.phase is Phase.RUNNING and len(rule.terms) == 1 for rule in added)
    assert all((rule.failure is not None) == (rule.phase is Phase.FAILURE) for rule in found.rules)
    assert len({rule.terms for rule in found.rules}) == len(found.rules)
    # What the texts say is read back as the same rules: the README has them.
    for rule in added:
        read, problems = answers.parse_phases(f"Running={rule.text}", found.path, found.by_conditions)
        assert (read.rules, problems) == ((rule,), [])


def check_status(found: Status) -> None:
    variables = [name.lower() for name, _ in found.variables]
    assert len(set(variables)) == len(variables) <= 8 and len(found.dashboard) <= 2
    assert all(name.isascii() and name.isalnum() and not name[0].isdigit() for name in variables)


@given(
    st.recursive(
        st.one_of(st.none(), st.booleans(), st.integers(), st.text(max_size=5)),
        lambda inner: st.one_of(
            st.lists(inner, max_size=3),
            st.dictionaries(
                st.sampled_from(
                    [
                        "type",
                        "properties",
                        "items",
                        "required",
                        "enum",
                        "additionalProperties",
                        "description",
                        "default",
                        "format",
                        "spec",
                        "status",
                    ]
                ),
                inner,
                max_size=5,
            ),
        ),
        max_leaves=20,
    )
)
def test_what_is_no_schema_at_all_raises_nothing(value: Any) -> None:
    odd = crd(schema=value if isinstance(value, dict) else {"properties": {"spec": value, "status": value}})
    derive_quietly(odd)


def derive_quietly(answer: Crd) -> None:
    roles, _ = placement.build(answer, pods.derive(answer).roles)
    contract.build(answer, roles, fields.derive(answer, roles).paths)
    for candidate in states.derive(answer):
        phases.derive(answer, candidate.path)
        phases.how_it_ended_is_unknown(answer, candidate.path)
    ending.never_finishes(answer)
    assert abort.patch(answer, schema.path_of("spec", "suspend"), True)


def test_a_large_schema_is_derived_in_no_time() -> None:
    """10,000 nodes beside pods, where a CRD has them, take less than the reading of its YAML by far."""
    import time

    deep: dict[str, Any] = {"type": "string", "description": "A leaf."}
    for level in range(4):
        deep = {"type": "object", "properties": {f"level{level}n{index}": deep for index in range(9)}}
    answer = crd({"type": "object", "properties": {"job": TEMPLATE, "workers": TEMPLATE, "deep": deep, "deeper": deep}})
    start = time.process_time()
    derive_quietly(answer)
    assert time.process_time() - start < 0.7
