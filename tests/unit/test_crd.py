"""Choosing a CRD: kinds, versions, what is noted of them, and the text that is vendored."""

from __future__ import annotations

import json
import time
import tracemalloc
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from yamllint import config as yamllint_config
from yamllint import linter

from flyte_plugin_scaffold.model import Crd, PrinterColumn
from flyte_plugin_scaffold.reading import crd, crd_schema, sources, yaml_documents
from tests.support.crd_refusals import CUSTOM_RESOURCE, DEPLOYMENT, REFUSALS, VALID, changed

WALK = VALID.replace("runs", "walks").replace("Run", "Walk").replace("singular: run", "singular: walk")
OTHER_GROUP = VALID.replace("example.com", "example.org")


@pytest.fixture
def load(tmp_path: Path) -> Any:
    def read(text: str, kind: str = "") -> Crd:
        (tmp_path / "crd.yaml").write_text(text, encoding="utf-8")
        crd._read.cache_clear()
        return crd.load("crd.yaml", kind, base=tmp_path)

    return read


def versions(*entries: str) -> str:
    """The smallest CRD with these versions: ``v1`` or ``v1beta1 storage deprecated``, served unless ``off``."""
    value = yaml.safe_load(VALID)
    template = value["spec"]["versions"][0]
    value["spec"]["versions"] = [
        {
            **template,
            "name": entry.split()[0],
            "served": "off" not in entry,
            "storage": "storage" in entry,
            "deprecated": "deprecated" in entry,
        }
        for entry in entries
    ]
    return str(yaml.safe_dump(value))


# ---------------------------------------------------------------------------------------------------------------- kinds
def test_all_that_is_known_of_a_crd(load: Any) -> None:
    made = load(VALID)
    schema = yaml.safe_load(VALID)["spec"]["versions"][0]["schema"]["openAPIV3Schema"]
    assert made == Crd("example.com", "v1", "Run", "runs", "run", True, schema, VALID)


def test_the_only_or_first_usable_kind(tmp_path: Path) -> None:
    cluster_scoped = WALK.replace("Namespaced", "Cluster")
    (tmp_path / "crd.yaml").write_text(f"{cluster_scoped}---\n{DEPLOYMENT}---\n{OTHER_GROUP}---\n{VALID}")
    found = crd.read("crd.yaml", base=tmp_path)
    assert [candidate.label for candidate in found.usable] == ["Run.example.org", "Run.example.com"]
    assert crd.default_kind(found) == "Run.example.org"
    assert crd.choose(found).group == "example.org"
    assert crd.choose(found, "Run.example.com").group == "example.com"
    assert crd.choose(found, " Run.example.com/v1 ").group == "example.com"
    assert found.others == (("Deployment", "operator"),)
    assert found.notes == ("left out, as they are cluster-scoped: Walk",)


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("Hop", "there is no Hop in .*: give Run or Walk"),
        ("run", r"there is no run in .*: did you mean Run\?"),
        ("runs", r"there is no runs in .*: did you mean Run\?"),
        ("walks.example.com", r"there is no walks.example.com in .*: did you mean Walk\?"),
        ("Wallk", r"there is no Wallk in .*: did you mean Walk\?"),
        ("Wallk/v1", r"there is no Wallk in .*: did you mean Walk\?"),
        ("Jmp", r"there is no Jmp in .*: did you mean Jump\?"),
        ("Run/v2", "version v2 of Run does not exist: give v1"),
        ("Run/V1", r"version V1 of Run does not exist: did you mean v1\?"),
        ("Jump", "Jump is cluster-scoped"),
        ("Run.example.org", "there is no Run.example.org"),
    ],
)
def test_a_kind_that_cannot_be_had(load: Any, kind: str, words: str) -> None:
    jump = VALID.replace("runs", "jumps").replace("Run", "Jump").replace("Namespaced", "Cluster")
    with pytest.raises(crd.SourceError, match=words):
        load(f"{VALID}---\n{WALK}---\n{jump}", kind)


@pytest.mark.parametrize(
    ("kind", "kinds"),
    [
        ("Rn", ("Run",)),
        ("Rn/v1", ("Run/v1",)),
        ("Rn/v1bta1", ("Run/v1beta1",)),
        ("Run/v7", ("Run/v1", "Run/v1beta1")),
        ("Hop", ()),
    ],
)
def test_which_kind_a_wrong_answer_means(tmp_path: Path, kind: str, kinds: tuple[str, ...]) -> None:
    (tmp_path / "crd.yaml").write_text(f"{versions('v1 storage', 'v1beta1', 'v0 off')}---\n{WALK}")
    assert crd.meant(crd.read("crd.yaml", base=tmp_path), kind) == kinds


def test_a_schema_that_is_broken_does_not_spoil_the_other_kinds(load: Any) -> None:
    broken = WALK.replace("type: integer", "type: wrong")
    assert load(f"{broken}---\n{VALID}", "Run").kind == "Run"
    with pytest.raises(crd.SourceError, match="document 1, line 26: .*'wrong'"):
        load(f"{broken}---\n{VALID}", "Walk")


@pytest.mark.parametrize("wrap", ["List", "CustomResourceDefinitionList"])
@pytest.mark.parametrize("spell", [yaml.safe_dump, json.dumps], ids=["yaml", "json"])
def test_a_list(load: Any, wrap: str, spell: Any) -> None:
    items = [yaml.safe_load(VALID), yaml.safe_load(WALK)]
    made = load(spell({"apiVersion": "v1", "kind": wrap, "items": items}), "Walk")
    assert yaml.safe_load(made.text) == items[1]
    assert [yaml.safe_load(each.text) for each in made.bundle] == [items[0]]


def test_a_typed_list_may_leave_the_type_of_its_items_out(load: Any) -> None:
    item = yaml.safe_load(VALID)
    del item["kind"], item["apiVersion"]
    wrapped = {"apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinitionList", "items": [item]}
    assert yaml.safe_load(load(yaml.safe_dump(wrapped)).text) == yaml.safe_load(VALID)


def test_json(load: Any) -> None:
    made = load(json.dumps(yaml.safe_load(VALID)))
    assert yaml.safe_load(made.text) == yaml.safe_load(VALID)
    assert made.text.startswith("apiVersion: apiextensions.k8s.io/v1\nkind: ")


def test_a_name_without_a_schema() -> None:
    made = crd.load("rayjobs.ray.io/v1/RayJob")
    assert made == Crd("ray.io", "v1", "RayJob", "rayjobs", "rayjob", True, {}, "")
    assert crd.load("rayjobs.ray.io/v1/RayJob", "RayJob/v1") == made
    with pytest.raises(crd.SourceError, match="version v2 of RayJob does not exist: give v1"):
        crd.load("rayjobs.ray.io/v1/RayJob", "RayJob/v2")


# ------------------------------------------------------------------------------------------------------------- versions
@pytest.mark.parametrize(
    ("entries", "chosen"),
    [
        (["v1 storage"], "v1"),
        (["v1alpha1", "v1 storage"], "v1"),
        (["v1", "v1alpha1 storage"], "v1alpha1"),
        (["v1alpha1", "v1", "v1beta1 storage deprecated"], "v1"),
        (["v1alpha1", "v1beta2", "v1beta10", "v0 off storage"], "v1beta10"),
        (["v1 deprecated storage", "v2 deprecated"], "v1"),
        (["v2", "v10", "v1 storage off"], "v10"),
        (["stable", "v1alpha1", "v1 storage off"], "v1alpha1"),
    ],
    ids=str,
)
def test_the_version(load: Any, entries: list[str], chosen: str) -> None:
    assert load(versions(*entries)).version == chosen


def test_the_answer_overrides_the_version(load: Any) -> None:
    text = versions("v1 storage", "v1beta1 deprecated", "v0 off")
    assert load(text, "Run/v1beta1").notes == ("version v1beta1 is deprecated",)
    with pytest.raises(crd.SourceError, match="version v0 of Run is not served: give v1 or v1beta1"):
        load(text, "Run/v0")


# ---------------------------------------------------------------------------------------------------------------- notes
def test_no_status_subresource(load: Any) -> None:
    made = load(changed("      subresources:\n        status: {}\n", ""))
    assert not made.status_subresource
    assert made.notes == ("no status subresource: accounts that may write the object may also write its status",)


def test_no_schema_of_the_spec(load: Any) -> None:
    made = load(VALID.split("          type: object\n")[0] + "          type: object\n" + "          x-kubernetes-preserve-unknown-fields: true\n")  # fmt: skip
    assert made.notes == ("no schema of the spec: it goes through spec_overrides, and roles must be answered",)


SPEC = """\
            spec:
              type: object
              properties:
                count:
                  type: integer
"""
BESIDE = "            tuning: {type: object}\n            resource: {type: string}\n"


@pytest.mark.parametrize(
    ("spec", "says"),
    [
        (BESIDE, "its desired state stands outside .spec, in .tuning, .resource"),
        (
            "            spec: {type: object}\n" + BESIDE,
            "its desired state stands outside .spec, in .tuning, .resource",
        ),
        ("            data: {type: object, additionalProperties: {type: string}}\n", "outside .spec, in .data"),
        ("            apiVersion: {type: string}\n            metadata: {type: object}\n", "it has no .spec"),
        ("", "it has no .spec"),
        ("            spec: {type: string}\n", "its .spec is of the type string"),
        ("            spec: {type: array, items: {type: object}}\n", "its .spec is of the type list"),
        ("            spec: {x-kubernetes-int-or-string: true}\n", "its .spec is of the type int-or-string"),
    ],
)
def test_desired_state_outside_the_spec(load: Any, spec: str, says: str) -> None:
    with pytest.raises(crd.SourceError, match="crd.yaml, line 21: Run cannot be run as a task: ") as raised:
        load(changed(SPEC, spec))
    assert says in str(raised.value)
    assert load(f"{changed(SPEC, spec)}---\n{WALK}", "Walk").kind == "Walk"  # another kind may be fine


def test_desired_state_outside_an_undescribed_spec(load: Any) -> None:
    """A root that keeps unknown fields may have a spec that the CRD does not describe, unless it describes others."""
    keeps = "          type: object\n          x-kubernetes-preserve-unknown-fields: true\n          properties:\n"
    text = changed("          type: object\n          properties:\n            spec:", keeps + "            spec:")
    assert load(text.replace(SPEC, "")).kind == "Run"
    with pytest.raises(crd.SourceError, match="outside .spec, in .tuning, .resource"):
        load(text.replace(SPEC, BESIDE))


@pytest.mark.parametrize(
    ("spec", "notes"),
    [
        (SPEC + BESIDE, ["a plugin fills in .spec alone: what stands beside it is not set (.tuning, .resource)"]),
        (
            "            spec: {type: object}\n",
            ["its .spec has no properties: the API server drops all that a task sets there"],
        ),
        ("            spec: {type: object, x-kubernetes-preserve-unknown-fields: true}\n", []),
        ("            spec: {type: object, additionalProperties: {type: string}}\n", []),
    ],
)
def test_what_stands_beside_the_spec_is_noted(load: Any, spec: str, notes: list[str]) -> None:
    assert list(load(changed(SPEC, spec)).notes) == notes


def test_the_case_of_desired_state_outside_the_spec() -> None:
    """tests/crds/cases: refused, and said where it stands."""
    with pytest.raises(crd.SourceError, match="stands outside .spec, in .tuning, .resource"):
        crd.load(str(Path(__file__).parent.parent / "crds/cases/k12-desired-state-outside-spec.yaml"))


def test_printer_columns(load: Any) -> None:
    columns = (
        "      additionalPrinterColumns:\n"
        "        - {name: Phase, type: string, jsonPath: .status.phase}\n"
        "        - {name: Old, type: string, JSONPath: .status.old}\n"
        "      schema:"
    )
    assert load(changed("      schema:", columns)).printer_columns == (
        PrinterColumn("Phase", "string", ".status.phase"),
    )


def test_validation_messages(load: Any) -> None:
    rules = (
        "type: integer\n"
        "                  x-kubernetes-validations:\n"
        "                    - {rule: self > 0, message: must be\n                        positive}\n"
        "                    - {rule: self < 9}\n"
        "                    - {rule: self > 0, message: must be positive}"
    )
    made = load(changed("type: integer", rules))
    assert made.validation_messages == ("must be positive", "failed rule: self < 9")


def test_a_keyword_that_is_null_is_not_there(load: Any) -> None:
    made = load(
        changed("type: integer", "type: integer\n                  enum: null\n                  default: null")
    )
    assert made.schema["properties"]["spec"]["properties"]["count"] == {"type": "integer", "default": None}


@pytest.mark.parametrize(
    "schema",
    [
        "{not: {required: [count]}, type: object}",
        "{anyOf: [{type: integer}, {type: string}], x-kubernetes-int-or-string: true}",
        "{anyOf: [{required: [a]}, {properties: {a: {minimum: 1}}}], type: object, properties: {a: {type: integer}}}",
        "{x-kubernetes-preserve-unknown-fields: true}",
        "{type: object, additionalProperties: true}",
        "{type: object, additionalProperties: {type: array, items: {type: string}}}",
        "{type: object, properties: {properties: {type: string}, items: {type: string}, required: {type: boolean}}}",
        "{type: integer, minimum: -1, maximum: 1.5, default: [], enum: [1, a, null], x-unknown: 7}",
    ],
)
def test_schemas_that_an_api_server_takes(load: Any, schema: str) -> None:
    made = load(changed("count:\n                  type: integer", f"count: {schema}"))
    assert made.schema["properties"]["spec"]["properties"]["count"] == yaml.safe_load(schema)


# ----------------------------------------------------------------------------------------------------------------- text
EXPORTED = """\
  annotations:
    a: b
    kubectl.kubernetes.io/last-applied-configuration: |
      {}
  creationTimestamp: null
  # of the server
  managedFields:
    - manager: kubectl
  name: runs.example.com
  uid: 3f0e2a3c-0000-4000-8000-000000000000
"""


def test_what_a_server_wrote_is_cut_out_and_all_else_kept(load: Any) -> None:
    text = "# licence\n---\n" + changed("  name: runs.example.com\n", EXPORTED) + "status:\n  acceptedNames: {}\n"
    made = load(text)
    kept = "  annotations:\n    a: b\n  name: runs.example.com\n"
    assert made.text == "# licence\n\n" + changed("  name: runs.example.com\n", kept)


@pytest.mark.parametrize(
    "metadata",
    [
        "metadata: {name: runs.example.com, uid: a}\n",
        '"metadata": {"creationTimestamp": null, "name": "runs.example.com"}\n',
        "metadata:\n  uid: &uid a\n  name: runs.example.com\n  labels: {x: *uid}\n",
        "metadata:\n  name: runs.example.com\n  annotations: {kubectl.kubernetes.io/last-applied-configuration: '{}'}\n",
        "metadata:\n  ? uid\n  : a\n  name: runs.example.com\n",
    ],
    ids=["flow", "json", "anchor", "annotations", "explicit-key"],
)
def test_what_cannot_be_cut_out_is_written_anew(load: Any, metadata: str) -> None:
    text = changed("metadata:\n  name: runs.example.com\n", metadata)
    expected = yaml.safe_load(text)
    for key in ("uid", "creationTimestamp", "annotations"):
        expected["metadata"].pop(key, None)
    assert yaml.safe_load(load(text).text) == expected


def test_the_certificate_of_one_cluster_is_left_out(load: Any) -> None:
    webhook = (
        "  conversion:\n    strategy: Webhook\n    webhook:\n      clientConfig:\n        caBundle: Cg==\n"
        "        service: {name: a, namespace: b}\n      conversionReviewVersions: [v1]\n"
    )
    released = VALID + webhook
    assert load(released).text == released
    exported = released.replace("  name: runs.example.com\n", "  name: runs.example.com\n  uid: a\n")
    client = yaml.safe_load(load(exported).text)["spec"]["conversion"]["webhook"]["clientConfig"]
    assert client == {"service": {"name": "a", "namespace": "b"}}


def test_the_rest_of_an_install_bundle_is_unchanged(load: Any) -> None:
    others = [
        "# the operator\napiVersion: v1\nkind: Namespace\nmetadata: {name: operator} # its own\n",
        DEPLOYMENT,
        WALK,
        CUSTOM_RESOURCE,
    ]
    made = load("---\n".join([others[0], others[1], VALID, *others[2:]]), "Run")
    assert made.text == VALID
    assert [each.text for each in made.bundle] == others
    assert [each.title for each in made.bundle_written(secrets=False)] == [
        "Namespace operator",
        "Deployment operator",
        "CustomResourceDefinition walks.example.com",
        "Run nightly",
    ]


def test_what_was_exported_from_a_cluster_is_no_bundle(load: Any) -> None:
    exported = WALK.replace("  name: walks.example.com\n", "  name: walks.example.com\n  uid: a\n")
    made = load(f"{VALID}---\n{exported}")
    assert made.bundle_written(secrets=True) == ()
    assert [each.left_out for each in made.bundle] == ["exported from a cluster"]


YAMLLINT = yamllint_config.YamlLintConfig("""\
extends: default
rules: {document-start: disable, indentation: {indent-sequences: consistent}, line-length: disable}
""")


@pytest.mark.parametrize("kind", ["Run", "Walk"])
def test_what_is_written_anew_is_clean_for_yamllint(load: Any, kind: str) -> None:
    text = "kind: List\napiVersion: v1\nitems: " + json.dumps([yaml.safe_load(VALID), yaml.safe_load(WALK)])
    made = load(text, kind)
    assert [str(problem) for problem in linter.run(made.text, YAMLLINT)] == []
    (other,) = made.bundle
    assert [str(problem) for problem in linter.run(other.text, YAMLLINT)] == []


def test_the_example() -> None:
    made = crd.load("example")
    assert made.text == sources.EXAMPLE.read_text(encoding="utf-8")
    assert made.printer_columns[0] == PrinterColumn("Phase", "string", ".status.phase")
    assert made.notes == ()


# ------------------------------------------------------------------------------------------------------ hostile and huge
def _large(nodes: int) -> str:
    """A CRD of that many schema nodes with a description of 200 characters each."""
    properties: dict[str, Any] = {}
    for group in range(nodes // 50):
        leaves = {
            f"leaf{leaf}": {"type": "string", "description": f"{group} {leaf} " + "x" * 200} for leaf in range(49)
        }
        properties[f"group{group}"] = {"type": "object", "properties": leaves}
    value = yaml.safe_load(VALID)
    value["spec"]["versions"][0]["schema"]["openAPIV3Schema"]["properties"]["spec"]["properties"] = properties
    return yaml_documents.dump(value)


def test_a_large_crd_is_read_within_bounds(load: Any) -> None:
    text = _large(4_000)
    assert len(text) > 1_000_000
    started = time.process_time()
    load(text)
    seconds = time.process_time() - started
    tracemalloc.start()
    load(text)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert seconds < (1 if yaml.__with_libyaml__ else 10)
    assert peak < 40 << 20


@settings(max_examples=150, deadline=None)
@given(data=st.data())
def test_no_bytes_raise_anything_else(data: st.DataObject, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Whatever stands in a file, reading ends with a CRD or in one clear sentence."""
    content = data.draw(st.one_of(st.binary(max_size=200), MUTATED, VALUES_IN_PLACE, st.text().map(_encode)))
    path = tmp_path_factory.getbasetemp() / "fuzz.yaml"
    path.write_bytes(content)
    crd._read.cache_clear()
    try:
        found = crd.read(str(path))
    except crd.SourceError as error:
        assert "\n" not in str(error)
        return
    for candidate in found.usable:
        try:
            made = crd.choose(found, candidate.label)
        except crd.SourceError as error:
            assert "\n" not in str(error)
            continue
        crd_schema.check(made.schema)
        again = yaml_documents.parse(made.text).value
        assert again["spec"] == candidate.document.value["spec"]  # type: ignore[union-attr]
        assert "status" not in again
        made.text.encode()
        for each in made.bundle:
            "".join((each.kind, each.name, each.text, each.left_out, *each.warnings)).encode()


def _encode(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


@st.composite
def _mutated(draw: st.DrawFn) -> bytes:
    """A CRD with some pieces cut, copied or replaced."""
    seeds = [VALID, VALID + "---\n" + DEPLOYMENT, *(each.content for each in REFUSALS if len(each.content) < 3000)]
    seed = draw(st.sampled_from(seeds))
    content = seed.encode() if isinstance(seed, str) else seed
    for _ in range(draw(st.integers(1, 4))):
        start, end = sorted(draw(st.tuples(*[st.integers(0, len(content))] * 2)))
        end = min(end, start + 40)
        tokens = [
            b"",
            b"&a ",
            b"*a",
            b"{{ x }}",
            b"- ",
            b": ",
            b"\n",
            b"\t",
            b"[",
            b"{",
            b"'",
            b'"',
            b"|",
            b"!!x ",
            b"\0",
        ]
        tokens += [b"<<: ", b"---\n", b"null", b"#", b"\xff", b"\xed\xa0\x80", b"\\ud800", b"? ", content[:start][-30:]]
        content = content[:start] + draw(st.sampled_from(tokens)) + content[end:]
    return content


@st.composite
def _values_in_place(draw: st.DrawFn) -> bytes:
    """A CRD with any value in the place of one of its own, or under a new key."""
    value = yaml.safe_load(VALID)
    odd = st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5) | st.sampled_from(KEYWORDS),
        lambda below: st.lists(below, max_size=3) | st.dictionaries(st.sampled_from(KEYWORDS), below, max_size=3),
        max_leaves=6,
    )
    for _ in range(draw(st.integers(1, 3))):
        node = value
        while True:
            keys = list(node) if isinstance(node, dict) else list(range(len(node)))
            key = draw(st.sampled_from([*keys, *KEYWORDS] if isinstance(node, dict) else [*keys, None]))
            below = node.get(key) if isinstance(node, dict) else (node[key] if key is not None else None)
            if isinstance(below, (dict, list)) and draw(st.integers(0, 4)):
                node = below
                continue
            if isinstance(node, dict):
                node[key] = draw(odd)
            else:
                node.append(draw(odd))
            break
    spell = draw(
        st.sampled_from([json.dumps, yaml.safe_dump, lambda each: yaml.safe_dump(each, default_flow_style=True)])
    )
    return str(spell(value)).encode("utf-8", "surrogatepass")


KEYWORDS = sorted({*crd_schema._KEYWORDS, *crd_schema._FORBIDDEN, "properties", "items", "additionalProperties", "not"})
KEYWORDS += [
    "metadata",
    "name",
    "uid",
    "status",
    "annotations",
    "group",
    "names",
    "versions",
    "schema",
    "List",
    "object",
]
MUTATED = _mutated()
VALUES_IN_PLACE = _values_in_place()
