"""How the CRD's words are spelled in Go, Python and proto, and which names are taken."""

from __future__ import annotations

import keyword
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flyte_plugin_scaffold.asking import answers
from flyte_plugin_scaffold.deriving import naming
from flyte_plugin_scaffold.flyte import taken_names
from flyte_plugin_scaffold.text import names, reserved
from tests.support import schemas


@pytest.mark.parametrize(
    ("word", "snake", "camel"),
    [
        ("replicas", "replicas", "Replicas"),
        ("workerGroupSpecs", "worker_group_specs", "WorkerGroupSpecs"),
        ("runtimeEnvYAML", "runtime_env_yaml", "RuntimeEnvYAML"),
        ("nprocPerNode", "nproc_per_node", "NprocPerNode"),
        ("PS", "ps", "PS"),
        ("HTTPProxy", "http_proxy", "HTTPProxy"),
        ("clusterIPs", "cluster_ips", "ClusterIps"),
        ("GPUs", "gpus", "Gpus"),
        ("s3Bucket", "s3_bucket", "S3Bucket"),
        ("oauth2Token", "oauth2_token", "Oauth2Token"),
        ("a-b.c/d", "a_b_c_d", "ABCD"),
        ("already_snake", "already_snake", "AlreadySnake"),
        ("9lives", "field_9lives", "X9lives"),
        ("from", "from_value", "From"),
        ("class", "class_value", "Class"),
        ("except", "except_value", "Except"),
        ("None", "none_value", "None"),
        ("field", "field_value", "Field"),
        ("str", "str_value", "Str"),
        ("größe", "groe", "Groe"),
        ("名前", "field_value", "Object"),
        ("", "field_value", "Object"),
    ],
)
def test_spelling(word: str, snake: str, camel: str) -> None:
    assert (names.snake(word), names.camel(word)) == (snake, camel)


@pytest.mark.parametrize(
    ("plural", "singular"),
    [
        ("Workers", "Worker"),
        ("WorkerGroupSpecs", "WorkerGroupSpec"),
        ("Replicas", "Replica"),
        ("Policies", "Policy"),
        ("Switches", "Switch"),
        ("Classes", "Class"),
        ("Status", "Status"),
        ("Process", "Process"),
        ("NodeGroups", "NodeGroup"),
        ("Steps", "Step"),
        ("Analysis", "Analysis"),
        ("Data", "Data"),
    ],
)
def test_singular(plural: str, singular: str) -> None:
    assert names.singular(plural) == singular


@pytest.mark.parametrize(
    ("name", "go"),
    [
        ("max_iterations", "MaxIterations"),
        ("a_b", "AB"),
        ("s3_bucket", "S3Bucket"),
        ("field_9lives", "Field_9Lives"),
        ("x_1_y", "X_1Y"),
        ("_hidden", "XHidden"),
        ("two__lines", "Two_Lines"),
        ("trailing_", "Trailing_"),
        ("K8sVersion", "K8SVersion"),
        ("already.dotted", "AlreadyDotted"),
        ("Upper.Case", "Upper_Case"),
    ],
)
def test_go_names_as_protoc_gen_go_spells_them(name: str, go: str) -> None:
    assert names.go_camel(name) == go


def test_go_names_that_meet_generated_methods_get_an_underscore() -> None:
    assert names.go_field_names([("reset", False), ("string", True), ("size", True)]) == ["Reset_", "String_", "Size"]
    # The getter of the first is GetName, so the second cannot be called that.
    assert names.go_field_names([("name", True), ("get_name", True)]) == ["Name", "GetName_"]
    # The wrapper of an optional field `x` is called XX.
    assert names.go_field_names([("x", True), ("xx", True), ("x_x", True)])[0] == "X"
    assert len(set(names.go_field_names([("x", True), ("xx", True), ("x_x", True)]))) == 3


@given(st.text(max_size=40))
def test_any_text_gives_usable_names(text: str) -> None:
    snake, camel, class_name = names.snake(text), names.camel(text), names.class_name(text)
    assert re.fullmatch(r"[a-z][a-z0-9]*(_[a-z0-9]+)*", snake), "buf's linter accepts it"
    assert snake.isidentifier() and not keyword.iskeyword(snake) and not reserved.identifier_problem(snake)
    assert camel.isidentifier() and camel.isascii() and camel[0].isupper()
    assert names.go_camel(class_name) == class_name, "one class name for proto, Python and Go"


@given(st.text(max_size=40))
def test_spelling_twice_changes_nothing(text: str) -> None:
    assert names.snake(names.snake(text)) == names.snake(text)
    assert names.class_name(names.class_name(text)) == names.class_name(text)


@given(st.lists(st.tuples(st.from_regex(r"[a-z][a-z0-9_]{0,6}", fullmatch=True), st.booleans()), max_size=12))
def test_go_names_of_one_message_are_never_the_same(fields: list[tuple[str, bool]]) -> None:
    found = names.go_field_names(fields)
    assert len(set(found)) == len(fields)
    assert not {f"Get{each}" for each in found} & set(found)


@pytest.mark.parametrize(
    ("group", "operator"),
    [
        ("ray.io", "Ray"),
        ("kubernetes.dask.org", "Dask"),
        ("kubeflow.org", "Kubeflow"),
        ("batch.solver.example.com", "Solver"),
        ("sparkoperator.k8s.io", "Spark"),
        ("batch.volcano.sh", "Volcano"),
        ("flink.apache.org", "Flink"),
        ("jobset.x-k8s.io", "Jobset"),
        ("k6.io", "K6"),
        ("cert-manager.io", "Cert Manager"),
        ("services.k8s.aws", "Aws"),
        ("io", "Io"),
    ],
)
def test_operator_name(group: str, operator: str) -> None:
    assert naming.operator_name(schemas.crd(group=group)) == operator


@pytest.mark.parametrize(
    ("kind", "group", "stem"),
    [
        ("RayJob", "ray.io", "RayJob"),
        ("Job", "batch.volcano.sh", "VolcanoJob"),
        ("Backup", "velero.io", "VeleroBackup"),
        ("Workflow", "argoproj.io", "ArgoWorkflow"),
        ("Task", "tekton.dev", "TektonTask"),
        ("Queue", "batch.volcano.sh", "VolcanoQueue"),
        ("Spark", "spark.example.com", "SparkPlugin"),
        ("Role", "acme.io", "AcmeRole"),
        ("Map", "acme.io", "AcmeMap"),
    ],
)
def test_a_kind_that_names_nothing_is_prefixed_with_the_operator(kind: str, group: str, stem: str) -> None:
    assert naming.kind_stem(schemas.crd(kind=kind, group=group)) == stem


@given(
    st.one_of(
        st.sampled_from(
            sorted(taken_names.FLYTE_TASK_TYPES)
            + sorted(taken_names.PUBLISHED_MODULES)
            + sorted(reserved.RESERVED_CLASSES)
        ),
        st.from_regex(r"[A-Za-z][A-Za-z0-9]{0,62}", fullmatch=True),
    ),
    st.sampled_from(["ray.io", "spark.apache.org", "x.k8s.io", "a-b.dev", "9p.io", "container.sh"]),
)
def test_a_derived_task_type_is_never_taken(kind: str, group: str) -> None:
    crd = schemas.crd(kind=kind, group=group)
    task_type = naming.task_type(crd)
    assert not taken_names.taken_task_type(task_type)
    assert not taken_names.taken_module(taken_names.module_name(task_type))
    assert len(task_type) <= taken_names.MOST_TASK_TYPE
    assert naming.kind_stem(crd) not in reserved.RESERVED_CLASSES


@pytest.mark.parametrize(
    "taken", ["spark", "ray", "container_array", "agent-service", "slurm", "k8s-array", "kf-operator"]
)
def test_task_types_of_flyte_are_taken(taken: str) -> None:
    assert taken_names.taken_task_type(taken)


@pytest.mark.parametrize("bad", ["", "Ray", "a--b", "-a", "a_", "1a", "a" * 64, "a b", "é"])
def test_task_types_have_a_form(bad: str) -> None:
    assert "no task type" in taken_names.taken_task_type(bad)


@pytest.mark.parametrize(
    "taken",
    ["kfpytorch", "papermill", "func", "lambda", "string", "package", "internal", "vendor", "testdata", "1a", ""]
    + ["kustomization", "conftest", "con", "nul", "aux", "com1", "lpt9", "_a", ".a", "a_b"]
    + ["test", "windows", "linux", "darwin", "js", "wasm", "amd64", "arm64", "s390x", "unix"],
)
def test_module_names_are_taken(taken: str) -> None:
    assert taken_names.taken_module(taken)


def test_free_names_are_free() -> None:
    assert not taken_names.taken_task_type("solver-job_2")
    assert not taken_names.taken_module("solverjob2")
    assert taken_names.module_name("solver-job_2") == "solverjob2"


@pytest.mark.parametrize(
    ("group", "version", "kind", "expected"),
    [
        ("ray.io", "v1", "RayJob", True),
        ("ray.io", "v1alpha1", "RayJob", False),
        ("kubeflow.org", "v1", "PaddleJob", True),
        ("kubeflow.org", "v2beta1", "MPIJob", False),
        ("kubernetes.dask.org", "v1", "DaskJob", True),
        ("sparkoperator.k8s.io", "v1beta2", "SparkApplication", True),
        ("batch.example.com", "v1", "RayJob", False),
    ],
)
def test_kinds_of_flytes_own_plugins(group: str, version: str, kind: str, expected: bool) -> None:
    assert taken_names.in_tree(group, version, kind) is expected


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("Experiment", "an Experiment"),
        ("SolverJob", "a SolverJob"),
        ("MPIJob", "an MPIJob"),
        ("TFJob", "a TFJob"),
        ("XGBoostJob", "an XGBoostJob"),
        ("Xylophone", "a Xylophone"),
        ("Update", "an Update"),
        ("UserJob", "a UserJob"),
        ("UnitRun", "a UnitRun"),
        ("Uninstall", "an Uninstall"),
        ("OneShot", "a OneShot"),
        ("--", "a --"),
    ],
)
def test_articles_follow_the_sound(name: str, text: str) -> None:
    assert names.with_article(name) == text
    assert names.with_article(name, capital=True) == "A" + text[1:]


LABELS = st.from_regex(r"[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?", fullmatch=True)
GROUPS = st.lists(LABELS, min_size=2, max_size=4).map(".".join)
KINDS = st.one_of(
    st.from_regex(r"[A-Za-z]([-A-Za-z0-9]{0,61}[A-Za-z0-9])?", fullmatch=True),
    st.sampled_from(
        sorted(
            {
                *reserved.RESERVED_CLASSES,
                *taken_names.FLYTE_TASK_TYPES,
                *taken_names.PUBLISHED_MODULES,
                *reserved.GO_KEYWORDS,
            }
        )
    ),
    st.sampled_from(["Google", "Flyteidl", "Import", "Message", "Job", "Test", "Linux", "K" * 63, "Plugin"]),
)


@pytest.mark.parametrize("kind", ["R" + "u" * 61, "R" + "u" * 62, "Job", "Task", "Import", "plugin", "a-b"])
@pytest.mark.parametrize("label", ["x" * 60, "x" * 63, "operator", "9-9", "x-operator"])
def test_long_names_end(kind: str, label: str) -> None:
    _defaults_are_taken(kind, f"{label}.example.com", "")


@given(KINDS, GROUPS, st.one_of(st.just(""), st.text(max_size=50)))
def test_a_default_is_no_name_that_is_refused(kind: str, group: str, operator: str) -> None:
    _defaults_are_taken(kind, group, operator)


def _defaults_are_taken(kind: str, group: str, operator: str) -> None:
    crd = schemas.crd(kind=kind, group=group)
    operator = operator or naming.operator_name(crd)
    task_type, slug = naming.task_type(crd, operator), naming.slug(crd, operator)
    assert answers.operator_name(naming.operator_name(crd)) == []
    assert answers.task_type(task_type) == [] and taken_names.taken_task_type(task_type) == ""
    assert taken_names.taken_module(taken_names.module_name(task_type)) == ""
    assert answers.plugin_slug(slug) == [] and answers.go_module(f"github.com/example/{slug}") == []
    stem = naming.kind_stem(crd, operator)
    assert stem.isidentifier() and stem.isascii() and stem not in reserved.RESERVED_CLASSES


@pytest.mark.parametrize("word", ["", "_x", "[x]", "a\0b", "x" * 2000])
def test_names_that_protobuf_refuses_on_the_wire(word: str) -> None:
    assert not names.is_json_name(word)


def test_identifiers_have_a_length() -> None:
    for spell in (names.snake, names.camel, names.class_name):
        assert len(spell("aB" * 50_000)) <= names.MOST_IDENTIFIER + len("_value")


@pytest.mark.parametrize(
    "kind", ["Testdata", "TestData", "Vendor", "Internal", "Windows", "Kustomization", "Conftest", "Nul"]
)
def test_a_kind_whose_folder_tools_skip_is_called_after_its_operator(kind: str) -> None:
    """`./...` of Go leaves out folders of some names, and would test nothing of the plugin."""
    found = naming.task_type(schemas.crd(kind=kind, group="solver.example.com"))
    assert found not in ("", kind.lower()) and found.endswith(kind.lower())
    assert taken_names.taken_module(taken_names.module_name(found)) == ""
