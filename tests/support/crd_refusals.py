"""What cannot be read as a CRD: one row per way, with what the message must say. docs/errors.md is cut from it."""

from __future__ import annotations

from dataclasses import dataclass

# The smallest CRD that is taken: rows change one thing in it.
VALID = """\
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata:
  name: runs.example.com
spec:
  group: example.com
  names:
    kind: Run
    plural: runs
    singular: run
  scope: Namespaced
  versions:
    - name: v1
      served: true
      storage: true
      subresources:
        status: {}
      schema:
        openAPIV3Schema:
          type: object
          properties:
            spec:
              type: object
              properties:
                count:
                  type: integer
            status:
              type: object
              properties:
                phase:
                  type: string
"""

CUSTOM_RESOURCE = "apiVersion: example.com/v1\nkind: Run\nmetadata:\n  name: nightly\n"
DEPLOYMENT = "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: operator\n"


@dataclass(frozen=True)
class Refusal:
    """A file's content, and words of its message in their order."""

    id: str
    content: str | bytes
    message: tuple[str, ...]
    why: str


def changed(old: str, new: str) -> str:
    """The smallest CRD with ``old`` replaced."""
    assert VALID.count(old) == 1, old
    return VALID.replace(old, new)


def _bomb() -> str:
    lines = ["a0: &a0 [1, 2, 3, 4, 5, 6, 7, 8, 9]"]
    lines += [f"a{level}: &a{level} [{', '.join([f'*a{level - 1}'] * 9)}]" for level in range(1, 9)]
    return VALID + "\n".join(lines) + "\n"


REFUSALS = (
    # -- no CRD
    Refusal("empty", "", ("crd.yaml is empty",), "nothing to read"),
    Refusal("blank", " \n\n\t\n", ("crd.yaml is empty",), "nothing to read"),
    Refusal("comments", "# a\n---\n# b\n", ("nothing but comments",), "nothing to read"),
    Refusal("null", "---\nnull\n", ("no CustomResourceDefinition, but nothing",), "nothing to read"),
    Refusal("words", "just words\n", ("line 1", "no Kubernetes object", "'just words'"), "no mapping"),
    Refusal("list", "- a\n- b\n", ("line 1", "no Kubernetes object", "a list"), "no mapping"),
    Refusal("deployment", DEPLOYMENT, ("no CustomResourceDefinition, but Deployment operator",), "another kind"),
    Refusal(
        "custom-resource",
        CUSTOM_RESOURCE,
        ("an object of one (Run nightly of example.com/v1)", "give the CRD that defines it"),
        "a manifest of the kind instead of its definition",
    ),
    Refusal("values", "replicas: 3\n", ("a mapping without kind",), "a chart's values"),
    Refusal(
        "patch",
        "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata:\n  name: runs.example.com\n",
        ("a patch of a CRD", "give the whole CRD"),
        "kustomize's patches look like CRDs",
    ),
    # -- no YAML
    Refusal("tab", VALID + "\tx: 1\n", ("crd.yaml, line 32", "not YAML"), "YAML forbids tabs"),
    Refusal("indent", changed("  group: example.com", "   group: example.com"), ("line 7", "not YAML"), "broken"),
    Refusal("second-document", DEPLOYMENT + "---\na: [1\n", ("crd.yaml, document 2, line 7",), "broken in document 2"),
    Refusal(
        "helm-if",
        "{{- if .Values.crds }}\n" + VALID + "{{- end }}\n",
        ("line 1", "Helm template", "helm template NAME CHART --include-crds"),
        "a chart's template",
    ),
    Refusal(
        "helm-value",
        changed("  name: runs.example.com", "  name: {{ .Values.name }}"),
        ("line 4", "Helm template", "helm template"),
        "a chart's template",
    ),
    Refusal(
        "helm-quoted",
        changed("group: example.com", 'group: "{{ .Values.group }}"'),
        ("line 6", "spec.group", "helm template"),
        "a chart's template that is YAML by chance",
    ),
    Refusal("duplicate-key", VALID + "spec: {}\n", ("line 32", "'spec' stands twice"), "kubectl refuses it too"),
    Refusal("duplicate-json", '{"kind": "a", "kind": "b"}', ("'kind' stands twice",), "kubectl refuses it too"),
    Refusal("recursive", "a: &a [*a]\n", ("line 1", "stands inside of what it repeats"), "endless"),
    Refusal("no-anchor", "a: *b\n", ("line 1", "b"), "nothing to repeat"),
    Refusal("bomb", _bomb(), ("more than 1,000,000 values", "aliases counted"), "387 million values in 1 kB"),
    Refusal("deep-flow", "[" * 5000, ("line 1", "not YAML"), "no CRD is so deep"),
    Refusal("deep-json", '{"a":' * 5000 + "1" + "}" * 5000, ("not YAML",), "no CRD is so deep"),
    Refusal("deep-block", "".join(" " * i + "a:\n" for i in range(400)), ("levels deep",), "no CRD is so deep"),
    Refusal("tag", "a: !!python/object:os.system {}\n", ("line 1", "tag"), "not for JSON"),
    Refusal("infinity", "a: .inf\n", ("line 1", ".inf"), "JSON has none"),
    Refusal("merge-text", "<<: text\n", ("line 1", "<<"), "nothing to merge"),
    Refusal("mapping-key", "? {a: 1}\n: b\n", ("line 1", "as a key"), "JSON has none"),
    Refusal("control", "a: \x07\n", ("line 1", "U+0007"), "YAML allows no such character"),
    Refusal("surrogate", '{"kind": "\\ud800"}', ("half a character",), "no file can hold it"),
    # -- no text
    Refusal("binary", b"\x7fELF\x00\x01\x02", ("no text file",), "a program"),
    Refusal("gzip", b"\x1f\x8b\x08\x00\x00", ("an archive: unpack it",), "a chart's package"),
    Refusal("latin-1", VALID.encode() + b"# caf\xe9\n", ("line 32", "not UTF-8"), "another encoding"),
    # -- no CRD that can be used
    Refusal(
        "v1beta1",
        changed("apiextensions.k8s.io/v1", "apiextensions.k8s.io/v1beta1"),
        ("line 1", "v1beta1 was removed in Kubernetes 1.22", "newer release"),
        "no API server takes it",
    ),
    Refusal("no-api", VALID.split("\n", 1)[1], ("apiVersion must be", "not nothing"), "not complete"),
    Refusal("api-list", changed("apiVersion: apiextensions.k8s.io/v1", "apiVersion: []"), ("line 1",), "a wrong type"),
    Refusal("spec-list", VALID.split("spec:")[0] + "spec: []\n", ("line 5", "spec must be a mapping"), "a wrong type"),
    Refusal("cluster", changed("Namespaced", "Cluster"), ("line 11", "Run is cluster-scoped", "namespaced"), "no owner"),
    Refusal("scope", changed("Namespaced", "Anywhere"), ("line 11", "spec.scope", "'Anywhere'"), "a wrong word"),
    Refusal("no-scope", changed("  scope: Namespaced\n", ""), ("spec.scope", "not nothing"), "the API server demands it"),
    Refusal("no-group", changed("  group: example.com\n", ""), ("spec.group", "nothing"), "the API server demands it"),
    Refusal("short-group", changed("group: example.com", "group: example"), ("spec.group",), "a group has a dot"),
    Refusal("kind-number", changed("kind: Run\n", "kind: 7\n"), ("line 8", "spec.names.kind", "not 7"), "a wrong type"),
    Refusal("kind-words", changed("kind: Run\n", "kind: A Run\n"), ("line 8", "spec.names.kind"), "no name"),
    Refusal("kind-list", changed("kind: Run\n", "kind: [Run]\n"), ("line 8", "a list"), "a wrong type"),
    Refusal("plural", changed("plural: runs", "plural: Runs"), ("line 9", "spec.names.plural"), "upper case"),
    Refusal("names", changed("names:\n    kind: Run\n    plural: runs\n    singular: run\n", "names: x\n"), ("spec.names",), "a wrong type"),
    Refusal("name", changed("name: runs.example.com", "name: runs"), ("line 4", "must be runs.example.com"), "the API server demands it"),
    Refusal("no-metadata", changed("metadata:\n  name: runs.example.com\n", ""), ("metadata.name",), "not complete"),
    Refusal("versions", VALID.split("  versions:")[0] + "  versions: v1\n", ("line 12", "spec.versions"), "a wrong type"),
    Refusal("no-versions", VALID.split("  versions:")[0] + "  versions: []\n", ("an empty list",), "nothing to choose"),
    Refusal("version-text", VALID.split("  versions:")[0] + "  versions: [v1]\n", ("spec.versions[0]",), "a wrong type"),
    Refusal("version-twice", VALID + "    - {name: v1, served: true, storage: false}\n", ("spec.versions[1]: version v1 stands twice",), "the API server refuses it"),
    Refusal("version-name", changed("name: v1", "name: 1"), ("spec.versions[0].name",), "a wrong type"),
    Refusal("served-text", changed("served: true", 'served: "yes"'), ("spec.versions[0].served",), "a wrong type"),
    Refusal("not-served", changed("served: true", "served: false"), ("no version of Run is served",), "nothing to choose"),
    # -- no schema
    Refusal("no-schema", VALID.split("      schema:")[0], ("line 13", "no schema", "source=runs.example.com/v1/Run"), "v1 demands one"),
    Refusal("schema-text", VALID.split("          type: object\n")[0][:-1] + " text\n", ("openAPIV3Schema of version v1", "a text"), "a wrong type"),
    Refusal("root-type", VALID.split("          type: object\n")[0] + "          type: string\n", ("openAPIV3Schema.type", "must be object"), "an object is one"),
    Refusal("ref", changed("type: integer", "$ref: '#/definitions/count'"), ("line 26", ".properties.spec.properties.count.$ref",), "structural schemas have none"),
    Refusal("no-type", changed("type: integer", "minimum: 1"), ("line 25", ".properties.count", "no type"), "not structural"),
    Refusal("type-word", changed("type: integer", "type: int"), ("line 26", ".count.type", "'int'"), "no such type"),
    Refusal("type-list", changed("type: integer", "type: [integer]"), ("line 26", ".count.type", "a list"), "a wrong type"),
    Refusal("additional", changed("type: integer", "type: object\n                  additionalProperties: a"), ("line 27", ".count.additionalProperties"), "a wrong type"),
    Refusal("no-items", changed("type: integer", "type: array"), (".properties.count", "items"), "not structural"),
    Refusal("items-list", changed("type: integer", "type: array\n                  items: [{type: string}]"), (".count",), "tuples are not structural"),
    Refusal("properties-list", changed("              properties:\n                count:\n                  type: integer\n", "              properties: [count]\n"), ("line 24", ".spec.properties", "a list"), "a wrong type"),
    Refusal("property-null", changed("                  type: integer\n", ""), (".properties.count", "null"), "no schema"),
    Refusal("required-text", changed("type: integer", "type: object\n                  required: a"), (".count.required",), "a wrong type"),
    Refusal("enum-mapping", changed("type: integer", "type: string\n                  enum: {}"), (".count.enum",), "a wrong type"),
    Refusal("definitions", changed("type: integer", "type: object\n                  definitions: {}"), ("definitions",), "not structural"),
)  # fmt: skip
