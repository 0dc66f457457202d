"""Which values of a CR a user may set, and the model's Fields of them."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from flyte_plugin_scaffold.building import contract, messages, placement
from flyte_plugin_scaffold.deriving import fields, pods
from flyte_plugin_scaffold.model import Crd, Field, Holds, Path, Role, RoleAnswer, Runs, Scalar, Shape
from flyte_plugin_scaffold.reading import schema
from flyte_plugin_scaffold.text import lexicon
from tests.support.schemas import (
    BOOLEAN,
    CONTAINER,
    INT_OR_STRING,
    INTEGER,
    OPAQUE,
    POD_SPEC,
    RUNNER,
    STRING,
    TEMPLATE,
    array,
    crd,
    enum,
    mapping,
    obj,
)

LABELS = obj(
    matchLabels=mapping(STRING), matchExpressions=array(obj("key", key=STRING, operator=STRING, values=array(STRING)))
)
LARGE = obj(**{f"f{index}": STRING for index in range(lexicon.SMALL_OBJECT + 1)})
THREE = {"alpha": STRING, "beta": STRING, "gamma": STRING}  # so many at the top that nothing deeper is looked for


def derived(answer: Crd) -> str:
    roles, problems = placement.build(answer, pods.derive(answer).roles)
    assert not problems
    return fields.text(fields.derive(answer, roles).paths)


def build(
    answer: Crd, paths: Sequence[str] | None = None, add: Sequence[str] = (), drop: Sequence[str] = ()
) -> contract.Built:
    """What follows from the default roles and the default fields, or from ``paths``."""
    roles, problems = placement.build(answer, pods.derive(answer).roles)
    assert not problems
    own = fields.derive(answer, roles).paths if paths is None else _paths(paths)
    return contract.build(answer, roles, own, _paths(add), _paths(drop))


def _paths(texts: Sequence[str]) -> tuple[Path, ...]:
    return tuple(schema.parse_path(text) for text in texts)


def field_of(node: dict, name: str = "value") -> Field:
    (field,) = build(crd(obj(**{name: node})), [f".spec.{name}"]).fields
    return field


def role_of(spec: dict) -> Role:
    return build(crd(spec)).roles[0]


# ------------------------------------------------------------------------------------------------------ what is chosen
@pytest.mark.parametrize(
    ("spec", "answer"),
    [
        pytest.param(
            obj(
                a=STRING,
                b=enum("x"),
                c=array(INTEGER),
                d=mapping(STRING),
                e=INT_OR_STRING,
                f=BOOLEAN,
                g={"type": "number"},
            ),
            ".spec.a, .spec.b, .spec.c, .spec.d, .spec.e, .spec.f, .spec.g",
            id="plain values in the CRD's order",
        ),
        pytest.param(obj(**THREE, deep=obj(d=STRING)), ".spec.alpha, .spec.beta, .spec.gamma", id="three are enough"),
        pytest.param(
            obj(a=STRING, deep=obj(d=STRING, e=obj(f=STRING))), ".spec.a, .spec.deep.d", id="one level deeper"
        ),
        pytest.param(
            obj(big=obj(**{f"f{index}": STRING for index in range(lexicon.SMALL_OBJECT + 1)})),
            "none",
            id="not a large object",
        ),
        pytest.param(
            obj(ref=obj("name", name=STRING, key=STRING)),
            ".spec.ref",
            id="an object with a required value is one field",
        ),
        pytest.param(
            obj(
                job=TEMPLATE,
                suspend=BOOLEAN,
                ttlSecondsAfterFinished=INTEGER,
                backoffLimit=INTEGER,
                cleanPodPolicy=STRING,
            ),
            "none",
            id="not what Flyte owns",
        ),
        pytest.param(
            obj(job=TEMPLATE, TTLSecondsAfterFinished=INTEGER, Suspend=BOOLEAN), "none", id="however it begins"
        ),
        pytest.param(
            obj(job=TEMPLATE, ttlAfterCompleted=STRING, ttlDays=INTEGER, secondsAfterFinished=INTEGER),
            "none",
            id="whatever it is counted in",
        ),
        pytest.param(
            obj(job=TEMPLATE, terminate=BOOLEAN, stop=STRING), ".spec.stop", id="not a switch that ends it, either"
        ),
        pytest.param(
            obj(
                old={**STRING, "description": "Deprecated: use new."},
                new=STRING,
                worn={**STRING, "description": "This field is deprecated."},
            ),
            ".spec.new",
            id="nothing deprecated",
        ),
        pytest.param(obj("suspend", suspend=BOOLEAN), ".spec.suspend", id="unless the CRD demands it"),
        pytest.param(obj(job=TEMPLATE, template=TEMPLATE), "none", id="no pod that was left"),
        pytest.param(
            obj("cluster", cluster=obj("spec", spec=obj("worker", idle=INTEGER, worker=TEMPLATE))),
            ".spec.cluster.spec.idle",
            id="through required objects nothing counts as deep",
        ),
        pytest.param(
            obj(cluster=obj(worker=obj(template=TEMPLATE), version=STRING)),
            "none",
            id="nothing beside the pods of an optional object",
        ),
        pytest.param(
            obj("ref", ref=obj("name", name=STRING, kind=STRING), **THREE),
            ".spec.ref.name, .spec.ref.kind, .spec.alpha, .spec.beta, .spec.gamma",
            id="a required object is opened",
        ),
        pytest.param(
            obj("script", script=obj(configMap=obj(name=STRING, file=STRING), huge=POD_SPEC), **THREE),
            ".spec.script.configMap, .spec.alpha, .spec.beta, .spec.gamma",
            id="small objects of a required one",
        ),
        pytest.param(obj("steps", steps=array(obj(a=STRING))), ".spec.steps", id="a required list of objects"),
        pytest.param(
            obj("metrics", metrics=array(obj(job=TEMPLATE))),
            ".spec.metrics",
            id="a required list with pods deep inside",
        ),
        pytest.param(obj("anything", anything=OPAQUE), ".spec.anything", id="a required value of unknown form"),
        pytest.param(
            obj(**THREE, steps=array(obj(a=STRING, b=INTEGER)), nothing={"type": "object"}),
            ".spec.steps, .spec.alpha, .spec.beta, .spec.gamma",
            id="a list of small objects is the content",
        ),
        pytest.param(
            obj(**THREE, tolerations=array(obj(key=STRING)), volumeMounts=array(obj("name", name=STRING))),
            ".spec.alpha, .spec.beta, .spec.gamma",
            id="unless it is for pods",
        ),
        pytest.param(
            obj(**THREE, dataset=obj("name", name=STRING, size=INTEGER), note=obj(text=STRING)),
            ".spec.dataset, .spec.alpha, .spec.beta, .spec.gamma",
            id="a small object with required values",
        ),
        pytest.param(
            obj(**THREE, dataset=obj(name=STRING, namespace=STRING), storeRef=obj(bucket=STRING), podSelector=LABELS),
            ".spec.dataset, .spec.storeRef, .spec.podSelector, .spec.alpha, .spec.beta, .spec.gamma",
            id="references",
        ),
        pytest.param(
            obj(**THREE, source=obj(path=STRING, depth=INTEGER), securityContext=obj("user", user=INTEGER)),
            ".spec.source, .spec.alpha, .spec.beta, .spec.gamma",
            id="what the work is done on",
        ),
        pytest.param(
            obj("dataset", **THREE, dataset=obj("name", name=STRING, size=INTEGER)),
            ".spec.dataset.name, .spec.dataset.size, .spec.alpha, .spec.beta, .spec.gamma",
            id="a required small object with required values",
        ),
        pytest.param(
            obj("cluster", **THREE, cluster=obj(name=STRING)),
            ".spec.cluster.name, .spec.alpha, .spec.beta, .spec.gamma",
            id="a required reference",
        ),
        pytest.param(
            obj("policy", **THREE, policy=obj("mode", mode=STRING, deep=obj(a=LARGE))),
            ".spec.policy.mode, .spec.alpha, .spec.beta, .spec.gamma",
            id="required values of a required object",
        ),
        pytest.param(
            obj(**THREE, flows=array(LARGE)),
            ".spec.flows, .spec.alpha, .spec.beta, .spec.gamma",
            id="the only list of objects, however large",
        ),
        pytest.param(
            obj(**THREE, flows=array(LARGE), hops=array(LARGE)),
            ".spec.alpha, .spec.beta, .spec.gamma",
            id="not one of several lists of large objects",
        ),
        pytest.param(
            obj(**THREE, flows=array(obj(step=obj(job=TEMPLATE)))),
            ".spec.flows, .spec.alpha, .spec.beta, .spec.gamma",
            id="the only list of objects, with others' pods in it",
        ),
        pytest.param(
            obj(**THREE, solverDriver=obj(main=STRING, depth=obj(a=INTEGER)), tuning=obj(a=STRING)),
            ".spec.solverDriver, .spec.alpha, .spec.beta, .spec.gamma",
            id="an object that is named after the kind",
        ),
        pytest.param(
            obj("hook", job=TEMPLATE, hook=TEMPLATE), ".spec.hook", id="a required pod that is no role, as a whole"
        ),
        pytest.param(
            obj(vars=OPAQUE, **THREE),
            ".spec.vars, .spec.alpha, .spec.beta, .spec.gamma",
            id="an object that may hold anything",
        ),
        pytest.param(
            obj(worker=TEMPLATE, status=obj(phase=STRING)), "none", id="not the status of another kind inside"
        ),
        pytest.param(RUNNER, "none", id="not the words of the pod that the spec is"),
        pytest.param(
            {**RUNNER, "properties": {**RUNNER["properties"], "size": INTEGER}},
            ".spec.size",
            id="but what is beside them",
        ),
        pytest.param(OPAQUE, "none", id="an opaque spec"),
        pytest.param(None, "none", id="no spec"),
        pytest.param(
            {**POD_SPEC, "properties": {**POD_SPEC["properties"], "speed": INTEGER}},
            ".spec.speed",
            id="the spec itself is the pod",
        ),
        pytest.param(
            {**TEMPLATE, "properties": {**TEMPLATE["properties"], "speed": INTEGER}},
            ".spec.speed",
            id="the spec itself is the template",
        ),
    ],
)
def test_default_fields(spec: dict | None, answer: str) -> None:
    assert derived(crd(spec)) == answer
    assert not build(crd(spec)).problems


@pytest.mark.parametrize(
    "name",
    """ttl TTL jobTTL ttlSeconds ttl_seconds_after_finished TTLSecondsAfterFinished timeToLive timeToLiveSeconds
    time_to_live TimeToLiveAfterFinished secondsAfterFinish hoursAfterCompletion expireAfter expiresIn expirationSeconds
    expireTime deleteAfter deleteAfterFinished deleteAfterSeconds removeAfterCompletion purgeAfterDays keepAfterEnd
    retainAfterSuccess cleanAfter gcAfterSeconds jobLifetime autoDeleteAfterSeconds secondsToLive secondsUntilDeleted
    dispose_after evictAfter retainFor keepForSeconds max-retries retry_limit deletionDelay gcSeconds reapTime
    garbageCollectionPeriod selfDestructAfter""".split(),
)
def test_every_spelling_of_a_time_to_live_is_flytes(name: str) -> None:
    assert derived(crd(obj(**{name: STRING}, size=STRING))) == ".spec.size"


@pytest.mark.parametrize(
    "name",
    """startAfter title settle throttleSeconds shutdownAfterJobFinishes activeDeadlineSeconds deleteDelay expiredOnly
    lookAfter afterglow retention keepFiles deletePolicy waitFor untilDone sizeToLiveData""".split(),
)
def test_what_only_sounds_like_it_is_the_users(name: str) -> None:
    assert derived(crd(obj(**{name: STRING}, size=STRING))) == f".spec.{name}, .spec.size"


def test_no_more_than_25_but_all_that_is_demanded() -> None:
    many = {f"f{index:02}": STRING for index in range(30)}
    assert derived(crd(obj("f29", **many))).count(".spec.") == lexicon.MOST_FIELDS
    assert ".spec.f29" in derived(crd(obj("f29", **many)))
    assert derived(crd(obj(*many, **many))).count(".spec.") == 30


def test_every_path_has_its_reason() -> None:
    answer = crd(obj("a", a=STRING, b=obj(c=array(obj(d=STRING))), suspend=BOOLEAN))
    found = fields.derive(answer, ())
    assert {each.text: each.reason for each in found.findings if each.chosen} == {".spec.a": "required"}
    assert {each.text: each.reason for each in found.findings if not each.chosen} == {
        ".spec.suspend": "Flyte owns it",
        ".spec.b": "an object",
    }


# ------------------------------------------------------------------------------------------------------------- a field
@pytest.mark.parametrize(
    ("node", "shape", "scalar"),
    [
        (STRING, Shape.SCALAR, Scalar.STRING),
        (INTEGER, Shape.SCALAR, Scalar.INT32),
        ({"type": "integer"}, Shape.SCALAR, Scalar.INT64),
        ({"type": "integer", "format": "int64"}, Shape.SCALAR, Scalar.INT64),
        ({"type": "integer", "format": "uint32"}, Shape.SCALAR, Scalar.INT64),
        ({"type": "number", "format": "float"}, Shape.SCALAR, Scalar.DOUBLE),
        (BOOLEAN, Shape.SCALAR, Scalar.BOOL),
        (INT_OR_STRING, Shape.SCALAR, Scalar.STRING),
        (array(INTEGER), Shape.LIST, Scalar.INT32),
        (array(INT_OR_STRING), Shape.LIST, Scalar.STRING),
        (mapping(INT_OR_STRING), Shape.MAP, Scalar.STRING),
        (mapping(BOOLEAN), Shape.MAP, Scalar.BOOL),
        (mapping(obj(a=STRING)), Shape.STRUCT, None),
        (mapping(array(STRING)), Shape.STRUCT, None),
        (obj(a=STRING), Shape.MESSAGE, None),
        (array(obj(a=STRING)), Shape.MESSAGES, None),
        (obj(**{f"f{index}": STRING for index in range(13)}), Shape.STRUCT, None),
        (array(obj(**{f"f{index}": STRING for index in range(13)})), Shape.STRUCTS, None),
        (obj(a=obj(b=obj(c=STRING))), Shape.STRUCT, None),
        ({**obj(a=STRING), "x-kubernetes-preserve-unknown-fields": True}, Shape.STRUCT, None),
        (OPAQUE, Shape.STRUCT, None),
        (array(OPAQUE), Shape.STRUCTS, None),
        (array(array(STRING)), Shape.VALUE, None),
        ({"x-kubernetes-preserve-unknown-fields": True}, Shape.VALUE, None),
    ],
)
def test_shapes(node: dict, shape: Shape, scalar: Scalar | None) -> None:
    field = field_of(node)
    assert (field.shape, field.scalar) == (shape, scalar)


def test_what_a_field_knows() -> None:
    field = field_of(
        {**INTEGER, "minimum": 2, "maximum": 5, "description": "How many.\n\nLong story."}, "maxRetrySteps"
    )
    assert field == Field(
        path=schema.parse_path(".spec.maxRetrySteps"),
        relative=("maxRetrySteps",),
        name="max_retry_steps",
        json_name="maxRetrySteps",
        go_name="MaxRetrySteps",
        number=2,
        shape=Shape.SCALAR,
        scalar=Scalar.INT32,
        sets=".spec.maxRetrySteps",
        description="How many.",
        example=2,
        minimum=2,
        maximum=5,
    )


def test_enums_and_patterns() -> None:
    assert field_of(enum("", "Always", "Never")).enum == ("", "Always", "Never")
    assert field_of(array(enum("a", "b"))).enum == ("a", "b")
    assert field_of({"type": "string", "enum": ["a", None, True]}).enum == ("a",)
    assert field_of({**STRING, "pattern": "^a+$"}).pattern == "^a+$"
    assert field_of({**INT_OR_STRING, "pattern": "^[0-9]+$"}).pattern == "", (
        "a quantity's pattern says nothing to a user"
    )
    assert field_of(INT_OR_STRING).int_or_string
    assert field_of(mapping(INT_OR_STRING)).int_or_string


@pytest.mark.parametrize(
    ("node", "example"),
    [
        (array(STRING), ["text"]),
        ({**array(STRING), "minItems": 3}, ["text", "text2", "text3"]),
        ({**array(enum("a", "b")), "minItems": 2}, ["a", "b"]),
        (mapping(INTEGER), {"key": 1}),
        (obj(a=STRING, b=STRING), {"a": "text"}),
        (obj("aB", a=STRING, aB=INTEGER), {"a_b": 1}),
        (array(obj(a=STRING)), [{"a": "text"}]),
        (OPAQUE, {"key": "text"}),
        (array(OPAQUE), [{"key": "text"}]),
        (obj("p", p=obj("q", q=obj("aB", aB=INTEGER))), {"p": {"q": {"aB": 1}}}),
        (array(array(STRING)), []),
        ({"x-kubernetes-preserve-unknown-fields": True}, "text"),
    ],
)
def test_examples(node: dict, example: object) -> None:
    assert field_of(node).example == example


def test_messages_have_fields_of_their_own() -> None:
    field = field_of(
        array(obj("configMap", configMap=obj(name=STRING), reset=BOOLEAN, empty={"type": "object"})), "scripts"
    )
    assert field.message == "Script"
    assert [(each.name, each.json_name, each.go_name, each.number, each.required) for each in field.fields] == [
        ("config_map", "configMap", "ConfigMap", 1, True),
        ("reset", "reset", "Reset_", 2, False),
    ]
    assert str(field.fields[0].path) == ".spec.scripts[].configMap"
    assert field.fields[0].message == "ConfigMap"


@pytest.mark.parametrize(
    ("said", "told"),
    [
        (
            'INSERT ADDITIONAL SPEC FIELDS - desired state of cluster\nImportant: Run "make" to regenerate code after '
            "modifying this file\n\nHow many.",
            "How many.",
        ),
        (
            'INSERT ADDITIONAL SPEC FIELDS - desired state\n of cluster Important: Run "operator-sdk generate k8s" to '
            "regenerate code after modifying this file Add custom validation using kubebuilder tags: https://book.io/x",
            "",
        ),
        ("Foo is an example field of Solver. Edit solver_types.go\n to remove/update", ""),
        ("Mesh to solve. Edit solver_types.go to remove/update", "Mesh to solve."),
    ],
)
def test_what_a_generator_left_for_the_operators_author_is_no_description(said: str, told: str) -> None:
    assert field_of({**STRING, "description": said}).description == told


# -------------------------------------------------------------------------------------------------------------- names
def test_names_that_meet_get_longer() -> None:
    spec = obj(
        **{
            "from": STRING,
            "specOverrides": STRING,
            "aB": STRING,
            "ab": STRING,
            "a_b": STRING,
            "image": STRING,
            "reset": STRING,
        },
        left=obj(fooBar=STRING, size=STRING),
        right=obj(fooBar=STRING, timeLimit=STRING),
    )
    paths = [
        ".spec.from", ".spec.specOverrides", ".spec.aB", ".spec.ab", ".spec.a_b", ".spec.image", ".spec.reset",
        ".spec.left.fooBar", ".spec.left.size", ".spec.right.fooBar", ".spec.right.timeLimit",
    ]  # fmt: skip
    built = build(crd(spec), paths)
    assert not built.problems
    assert [field.name for field in built.fields] == [
        "from_value", "spec_overrides_value", "a_b", "ab_value", "a_b_value_value", "image", "reset",
        "left_foo_bar", "left_size", "right_foo_bar", "time_limit",
    ]  # fmt: skip
    assert [field.json_name for field in built.fields] == [
        "from", "specOverridesValue", "aB", "ab", "aBValueValue", "image", "reset",
        "leftFooBar", "leftSize", "rightFooBar", "timeLimit",
    ]  # fmt: skip
    assert [field.number for field in built.fields] == list(range(2, 13))
    assert built.fields[6].go_name == "Reset_"


def test_a_json_name_never_begins_like_what_protobuf_calls_an_optional_field() -> None:
    """Python's protobuf refuses a field "comment" that is "_comment" in JSON: that is the name of its presence."""
    inner = obj(_comment=STRING, comment=STRING, _id=STRING)
    built = build(crd(obj(_comment=STRING, comment=STRING, marks=array(inner))), [
        ".spec._comment", ".spec.comment", ".spec.marks",
    ])  # fmt: skip
    assert [(each.name, each.json_name, each.relative) for each in built.fields[:2]] == [
        ("comment", "comment", ("_comment",)),
        ("comment_value", "commentValue", ("comment",)),
    ]
    assert [(each.name, each.json_name, each.relative) for each in built.fields[2].fields] == [
        ("comment", "commentValue", ("_comment",)),
        ("comment_value", "commentValueValue", ("comment",)),
        ("id", "id", ("_id",)),
    ]


def test_message_names_are_unique_and_leave_ours_alone() -> None:
    spec = obj(
        role=obj(a=STRING),
        resources=obj(a=STRING),
        worker=TEMPLATE,
        workers=array(obj(name=STRING)),
        other=obj(role=obj(b=STRING)),
    )
    built = build(crd(spec), [".spec.role", ".spec.resources", ".spec.workers", ".spec.other"])
    assert [role.class_name for role in built.roles] == ["Worker"]
    assert [field.message for field in built.fields] == ["RoleSpec", "ResourcesSpec", "WorkerSpec", "Other"]
    assert built.fields[3].fields[0].message == "OtherRole"


# -------------------------------------------------------------------------------------------------------------- roles
def test_a_roles_own_fields() -> None:
    group = obj(
        "name",
        name=STRING,
        replicas=INTEGER,
        image=STRING,
        resources=mapping(STRING),
        podTemplate=OPAQUE,
        nodeSelector=mapping(STRING),
        suspend=BOOLEAN,
        labels=mapping(STRING),
        template=TEMPLATE,
    )
    role = role_of(obj(groups=array(group)))
    assert [(field.name, field.number, field.required) for field in role.fields] == [
        ("name", 2, True),
        ("replicas", 3, False),
        ("labels", 4, False),
    ]
    assert str(role.fields[0].path) == ".spec.groups[].name"
    assert role.required, "an empty list would leave no place for the user's command"


def test_counts_on_the_way_to_the_pod() -> None:
    jobs = array(
        obj(
            "name",
            name=STRING,
            template=obj(spec=obj(parallelism=INTEGER, backoffLimit=INTEGER, manual=BOOLEAN, template=TEMPLATE)),
        )
    )
    role = role_of(obj(replicatedJobs=jobs))
    assert [(field.name, field.relative) for field in role.fields] == [
        ("name", ("name",)),
        ("parallelism", ("template", "spec", "parallelism")),
    ]


def test_counts_go_first_where_there_are_too_many() -> None:
    many = {f"f{index:02}": STRING for index in range(lexicon.MOST_ROLE_FIELDS)}
    role = role_of(obj(worker=obj("f05", **many, template=TEMPLATE, replicas=INTEGER)))
    assert len(role.fields) == lexicon.MOST_ROLE_FIELDS
    assert {"f05", "replicas"} <= {field.name for field in role.fields}
    assert "f09" not in {field.name for field in role.fields}


@pytest.mark.parametrize(
    ("around", "names"),
    [
        (TEMPLATE, []),
        ({**POD_SPEC, "properties": {**POD_SPEC["properties"], "replicas": INTEGER}}, ["replicas"]),
        ({**CONTAINER, "properties": {**CONTAINER["properties"], "shell": STRING}}, ["shell"]),
        (
            {
                **RUNNER,
                "properties": {
                    **RUNNER["properties"],
                    "numNodes": INTEGER,
                    "serviceAccountName": STRING,
                    "labels": mapping(STRING),
                },
            },
            ["num_nodes"],
        ),
    ],
)
def test_what_belongs_to_the_pod_is_no_field(around: dict, names: list[str]) -> None:
    assert [field.name for field in role_of(obj(job=around)).fields] == names


def test_a_list_of_roles_that_the_crd_demands_must_be_given() -> None:
    groups = array(obj(template=TEMPLATE))
    assert not build(crd(obj(head=TEMPLATE, groups=groups))).roles[1].required
    assert build(crd(obj("groups", head=TEMPLATE, groups=groups))).roles[1].required


def test_roles_and_fields_are_numbered_in_order() -> None:
    built = build(crd(obj(entrypoint=STRING, head=TEMPLATE, groups=array(obj(template=TEMPLATE)), a=STRING, b=STRING)))
    assert [(role.name, role.number, role.go_name) for role in built.roles] == [
        ("entrypoint", 0, "Entrypoint"),
        ("head", 2, "Head"),
        ("groups", 3, "Groups"),
    ]
    assert [(field.name, field.number) for field in built.fields] == [("a", 4), ("b", 5)]
    config, head, groups = messages.build("Job", "", built.roles, built.fields, crd(obj()))
    assert [(each.name, each.number) for each in config.members] == [
        ("spec_overrides", 1),
        ("head", 2),
        ("groups", 3),
        ("a", 4),
        ("b", 5),
    ]
    assert [(each.name, each.number) for each in head.members] == [("role", 1)]
    assert (head.holds, groups.holds) == (Holds.ROLE, Holds.ROLE)


def test_required_fields_make_a_role_required() -> None:
    spec = obj("worker", worker=obj("kind", kind=STRING, template=TEMPLATE))
    assert role_of(spec).required
    assert not role_of(obj("worker", worker=obj(kind=STRING, template=TEMPLATE))).required


def test_a_required_word_of_pods_beside_the_pod_is_a_field_of_the_role() -> None:
    role = role_of(obj(worker=obj("image", image=STRING, command=STRING, template=TEMPLATE)))
    assert [(field.name, field.relative, field.required) for field in role.fields] == [
        ("image_value", ("image",), True)
    ]
    runner = role_of(obj(worker={**RUNNER, "required": ["image", "command"]}))
    assert runner.fields == ()


def test_what_is_required_on_the_way_to_the_pod_must_be_given() -> None:
    role = role_of(obj(worker=obj(pod=obj("mode", mode=STRING, template=TEMPLATE))))
    assert [(field.relative, field.required) for field in role.fields] == [(("pod", "mode"), True)]


def test_a_list_that_stands_beside_a_pod_and_is_required_there_must_be_given() -> None:
    cluster = obj("workers", head=TEMPLATE, workers=array(obj(name=STRING, template=TEMPLATE)))
    head, workers = build(crd(obj(cluster=cluster))).roles
    assert (head.always, head.required) == (True, False)
    assert (workers.always, workers.required) == (False, True)
    groups = array(obj(name=STRING, template=TEMPLATE))
    masters, workers = build(crd(obj(cluster=obj("workers", masters=groups, workers=groups)))).roles
    assert [(role.runs, role.required) for role in (masters, workers)] == [(Runs.USER, True), (Runs.IMAGE, True)]


def test_a_pod_that_is_required_beside_one_that_is_there_is_there_too() -> None:
    def always(pool: dict) -> list[tuple[str, bool, bool]]:
        return [(role.name, role.always, role.required) for role in build(crd(obj(pool=pool))).roles]

    sized = obj("size", size=INTEGER, template=TEMPLATE)
    assert always(obj("spare", head=TEMPLATE, spare=sized)) == [("head", True, False), ("spare", True, True)]
    assert always(obj(head=TEMPLATE, spare=sized)) == [("head", True, False), ("spare", False, False)]
    # What is there for one's sake makes the next one required.
    inner = obj("third", third=TEMPLATE)
    assert always(obj("inner", head=TEMPLATE, inner=inner)) == [("head", True, False), ("third", True, False)]
    chain = obj("list", head=TEMPLATE, list=array(obj(template=TEMPLATE)))
    assert always(chain) == [("head", True, False), ("list_value", False, True)]


# ------------------------------------------------------------------------------------------------------------- empties
@pytest.mark.parametrize(
    ("spec", "empties"),
    [
        pytest.param(obj("a", a=obj(b=STRING)), [("a",)], id="its fields are optional"),
        pytest.param(obj("a", a=obj("b", b=STRING)), [], id="a required field fills it"),
        pytest.param(obj("a", a=obj("b", b=obj(c=STRING))), [("a", "b")], id="the inner one makes the outer"),
        pytest.param(obj("a", a={"type": "object"}), [("a",)], id="nothing goes in"),
        pytest.param(obj("a", a=mapping(obj(b=STRING))), [], id="a required map is a field"),
        pytest.param(obj("a", a={**obj(b=STRING), "default": {}}), [], id="the API server fills it"),
        pytest.param(obj("cluster", cluster=obj(worker=TEMPLATE)), [], id="the role makes it"),
        pytest.param(
            obj("cluster", cluster=obj("net", worker=TEMPLATE, net=obj(x=STRING))),
            [("cluster", "net")],
            id="beside the role",
        ),
        pytest.param(
            obj("sets", job=TEMPLATE, sets=mapping(obj(template=TEMPLATE))),
            [("sets",)],
            id="a map of roles that may be empty",
        ),
        pytest.param(obj("sets", sets=mapping(obj(template=TEMPLATE))), [], id="a map of roles that must be given"),
    ],
)
def test_required_objects_are_sent_empty(spec: dict, empties: list) -> None:
    assert list(build(crd(spec)).empties) == empties


@pytest.mark.parametrize(
    ("around", "empties"),
    [
        (obj("service", "template", service=obj(port=INTEGER), template=TEMPLATE), [("service",)]),
        (obj("service", "spec", service=obj(port=INTEGER), spec=POD_SPEC), [("service",)]),
        (obj("service", "template", service=obj("port", port=INTEGER), template=TEMPLATE), []),
        (
            obj("template", template=obj("spec", "box", box=obj(a=STRING), spec=obj("template", template=TEMPLATE))),
            [("template", "box")],
        ),
        (obj(pod=obj("box", box=obj(a=STRING), template=TEMPLATE)), [("pod", "box")]),
    ],
)
def test_required_objects_of_a_role_are_sent_empty(around: dict, empties: list) -> None:
    assert list(role_of(obj(driver=around)).empties) == empties


@pytest.mark.parametrize(
    ("pool", "beside"),
    [
        pytest.param(obj("net", worker=TEMPLATE, net={"type": "object"}), [("pool", "net")], id="nobody can give it"),
        pytest.param(obj("net", worker=TEMPLATE, net=obj("a", a={"type": "object"})), [], id="the user gives it"),
        pytest.param(
            obj("net", net={"type": "object"}, worker=array(obj(name=STRING, template=TEMPLATE))),
            [("pool", "net")],
            id="beside a list of roles",
        ),
    ],
)
def test_required_objects_beside_a_role_are_sent_with_it(pool: dict, beside: list) -> None:
    built = build(crd(obj(job=TEMPLATE, pool=pool)))
    assert [(role.always, list(role.beside)) for role in built.roles] == [(True, []), (False, beside)]
    assert built.empties == ()


# ------------------------------------------------------------------------------------------------------------- answers
def test_paths_below_a_role_go_to_the_role() -> None:
    spec = obj(worker=obj(template=TEMPLATE, replicas=INTEGER, net=obj(port=INTEGER)), size=INTEGER)
    built = build(crd(spec), [".spec.worker.net.port", ".spec.size"], drop=[".spec.worker.replicas"])
    assert [field.name for field in built.fields] == ["size"]
    assert [(field.name, field.relative) for field in built.roles[0].fields] == [("net_port", ("net", "port"))]
    built = build(crd(spec), [], add=[".spec.worker.net"])
    assert [field.name for field in built.roles[0].fields] == ["replicas", "net"]


@pytest.mark.parametrize(
    ("path", "problem"),
    [
        (".spec.nothing", "the CRD has no .spec.nothing"),
        (".status.phase", ".status.phase is not below .spec"),
        (".spec.list[].a", "goes through a list or map"),
        (".spec.map{key}.a", "goes through a list or map"),
        (".spec.worker", "is the role 'worker' already"),
        (".spec.cluster", "holds the role 'head'"),
        (".spec.worker.template.spec", "is part of the pod of the role 'worker'"),
        (".spec.empty", "has no fields"),
    ],
)
def test_wrong_paths_are_named_and_left_out(path: str, problem: str) -> None:
    spec = obj(
        worker=obj(template=TEMPLATE),
        cluster=obj(head=obj(template=TEMPLATE)),
        list=array(obj(a=STRING)),
        map=mapping(obj(a=STRING)),
        empty={"type": "object"},
        good=STRING,
    )
    built = build(crd(spec), [path, ".spec.good"])
    assert len(built.problems) == 1
    assert problem in built.problems[0]
    assert [field.name for field in built.fields] == ["good"]


def test_what_stands_beside_a_pod_that_is_always_built_is_needed() -> None:
    cluster = obj("version", "net", worker=TEMPLATE, version=STRING, note=STRING, net=obj(port=INTEGER))
    built = build(crd(obj(cluster=cluster)))
    assert [(field.name, field.required) for field in built.fields] == [("cluster_version", True)]
    assert built.empties == (("cluster", "net"),)


def test_a_path_outside_of_roles_cannot_be_added_to_one() -> None:
    built = build(crd(obj(worker=TEMPLATE, size=INTEGER)), [], add=[".spec.size"])
    assert built.problems == (".spec.size is not below a role",)


def test_without_a_schema_any_path_can_be_answered() -> None:
    answer = crd(schema={})
    roles, problems = placement.build(answer, [RoleAnswer("job", schema.parse_path(".spec.job"), Runs.USER)])
    built = contract.build(answer, roles, _paths([".spec.size", ".spec.deep.er"]))
    assert (problems, built.problems) == ((), ())
    assert [(field.name, field.shape) for field in built.fields] == [("size", Shape.STRUCT), ("deep_er", Shape.STRUCT)]
