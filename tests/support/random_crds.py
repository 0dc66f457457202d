"""CRDs that chance makes, for property tests: odd names, every form of schema, and statuses that tell an end."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from tests.support.schemas import (
    CONDITIONS,
    CONTAINER,
    INT_OR_STRING,
    OPAQUE,
    POD_SPEC,
    RUNNER,
    TEMPLATE,
    crd,
    enum,
    obj,
)

WORDS = (
    "image command args env entrypoint script template spec podTemplate job worker workers head launcher replicas size "
    "status phase state conditions message reason name type field from class None str role resources suspend "
    "stopAfterDone cleanPodPolicy deletionStrategy "
    "podName runId dashboardURL web-ui-link mainClass a-b x.y aB ab a_b A_B reset getReset specOverrides spec_overrides kind 9 $ref métier volumes items "
    "submitterPodTemplate tasks templates Master PS int64Value K8s"
).split()
NAMES = st.one_of(st.sampled_from(WORDS), st.text(min_size=1, max_size=8))
SCALARS = st.one_of(
    st.sampled_from([{"type": "boolean"}, {"type": "number"}, {"type": "integer"}, INT_OR_STRING]),
    st.fixed_dictionaries(
        {"type": st.just("integer")},
        optional={
            "format": st.sampled_from(["int32", "int64", "uint8"]),
            "minimum": st.integers(-5, 5),
            "maximum": st.integers(6, 9),
            "multipleOf": st.integers(1, 3),
            "default": st.just(7),
        },
    ),
    st.fixed_dictionaries(
        {"type": st.just("string")},
        optional={
            "format": st.sampled_from(["date-time", "byte", "unknown"]),
            "pattern": st.sampled_from(["^[a-z]+$", "^\\d{3}$", "^(", "\\p{L}"]),
            "enum": st.lists(st.one_of(st.text(max_size=6), st.none(), st.booleans()), min_size=1, max_size=4),
            "description": st.text(max_size=60),
            "minLength": st.integers(0, 20),
        },
    ),
)
LEAVES = st.one_of(
    SCALARS,
    st.sampled_from(
        [{}, OPAQUE, {"type": "object"}, {"type": "array"}, TEMPLATE, POD_SPEC, CONTAINER, RUNNER, CONDITIONS]
    ),
)


@st.composite
def objects(draw: st.DrawFn, children: st.SearchStrategy[Any], least: int = 0) -> dict[str, Any]:
    below = draw(st.dictionaries(NAMES, children, min_size=least, max_size=6))
    required = draw(st.lists(st.sampled_from([*sorted(below), "notThere"]), max_size=3)) if below else []
    node = {"type": "object", "properties": below, "required": required}
    if draw(st.booleans()):
        node["description"] = draw(st.text(max_size=40))
    return node


def _with_children(children: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.one_of(
        objects(children),
        st.builds(lambda items: {"type": "array", "items": items}, children),
        st.builds(lambda values: {"type": "object", "additionalProperties": values}, children),
    )


SCHEMAS = st.recursive(LEAVES, _with_children, max_leaves=12)
STATES = st.lists(
    st.sampled_from(
        "Pending Running Succeeded Completed Done finished FAILED JobFailed stopped Released Ready Suspended Terminal".split()
    ),
    unique=True,
    max_size=6,
)
TOLD = st.fixed_dictionaries(
    {},
    optional={
        "phase": st.one_of(
            st.builds(lambda values: {"type": "string", **({"enum": values} if values else {})}, STATES),
            st.builds(lambda values: {"type": "string", "description": f"One of {', '.join(values)}."}, STATES),
        ),
        "jobStatus": st.sampled_from(
            [{"type": "string"}, obj(state={"type": "string"}), obj(state=enum("RUNNING", "DONE"))]
        ),
        "result": st.sampled_from([{"type": "string"}, enum("ok", "Succeeded", "Failed")]),
        "conditions": st.just(CONDITIONS),
        "finished": st.just({"type": "boolean"}),
        "succeeded": st.sampled_from([{"type": "boolean"}, {"type": "integer"}]),
        "failed": st.sampled_from([{"type": "boolean"}, {"type": "integer"}]),
        "completionTime": st.just({"type": "string", "format": "date-time"}),
        "message": st.just({"type": "string"}),
        "observedGeneration": st.just({"type": "integer"}),
    },
)
CRDS = st.builds(
    crd,
    spec=st.one_of(objects(SCHEMAS, least=1), objects(SCHEMAS, least=2), SCHEMAS, st.none()),
    status=st.one_of(objects(SCHEMAS), SCHEMAS, TOLD.map(lambda told: obj(**told)), TOLD.map(lambda told: obj(**told))),
    kind=st.sampled_from(["SolverJob", "Job", "Role", "Solver", "TFJob", "Spark", "K8sRun"]),
    columns=st.dictionaries(
        st.sampled_from(["Status", "State", "Age", "x"]),
        st.one_of(
            st.sampled_from([".status.phase", ".status.conditions[-1:].type", "{.status.a.b}"]), st.text(max_size=12)
        ),
        max_size=2,
    ),
    scale_replicas_path=st.sampled_from(["", ".spec.workers.Worker.replicas", "x"]),
)
