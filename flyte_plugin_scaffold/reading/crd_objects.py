"""The Kubernetes objects in a text, and what is known of each CRD among them before a version is chosen."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from flyte_plugin_scaffold.reading import yaml_documents
from flyte_plugin_scaffold.reading.sources import SourceError, Text
from flyte_plugin_scaffold.text.characters import short, shown

_LABEL = re.compile(r"[a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?\Z")
_DOMAIN = re.compile(r"[a-z0-9](?:[-a-z0-9]*[a-z0-9])?(?:\.[a-z0-9](?:[-a-z0-9]*[a-z0-9])?)+\Z")
_KIND = re.compile(r"[A-Za-z](?:[-A-Za-z0-9]{0,61}[A-Za-z0-9])?\Z")
_HELM = re.compile(r"^[ \t]*(?:-[ \t]+)*(?:[\w./-]+:[ \t]*)?[\"']?\{\{", re.MULTILINE)
_HELM_CURE = "render the chart first: helm template NAME CHART --include-crds > crds.yaml"


@dataclass(frozen=True)
class Version:
    """One entry of a CRD's ``spec.versions``."""

    name: str
    served: bool = True
    storage: bool = False
    deprecated: bool = False


@dataclass(frozen=True, eq=False)
class Document:
    """A document of a source. ``text`` is its own bytes; "" for an item of a List, which has none."""

    where: str  # file, and the document's number where there are several
    line: int  # of the file, from 0, on which ``text`` starts
    text: str
    parsed: yaml_documents.Parsed

    @property
    def value(self) -> Any:
        return self.parsed.value


@dataclass(frozen=True, eq=False)
class Candidate:
    """A CRD that was found. ``problem`` is why it cannot be used, "" if it can be: it is namespaced and served."""

    where: str
    name: str  # metadata.name
    kind: str = ""
    group: str = ""
    plural: str = ""
    singular: str = ""
    versions: tuple[Version, ...] = ()
    problem: str = ""
    label: str = ""  # what ``kind`` takes: the kind, with its group where two groups have one of that name
    partial: bool = False  # a patch of a CRD
    cluster_scoped: bool = False
    document: Document | None = field(default=None, repr=False)

    @property
    def default_version(self) -> str:
        """Storage, served and not deprecated; else the newest that is served and not deprecated; else what is served."""
        served = [version for version in self.versions if version.served]
        best = [version for version in served if not version.deprecated] or served
        storage = [version for version in best if version.storage]
        return (storage or sorted(best, key=lambda version: _priority(version.name)))[0].name


def _priority(version: str) -> tuple[int, int, int, str]:
    """Kubernetes' order of versions, best first: v2, v1, v1beta2, v1beta1, v1alpha1, anything else."""
    match = re.match(r"v([1-9][0-9]{0,8})(?:(alpha|beta)([1-9][0-9]{0,8}))?\Z", version)
    if match is None:
        return (3, 0, 0, version)
    level = {None: 0, "beta": 1, "alpha": 2}[match[2]]
    return (level, -int(match[1]), -int(match[3] or 0), version)


def documents(source: Text) -> list[Document]:
    """The Kubernetes objects in a text, a List's items one by one."""
    parts = list(yaml_documents.split(source.text))
    if not parts:
        raise SourceError(f"{source.name} holds nothing but comments")
    found: list[Document] = []
    for number, (text, line) in enumerate(parts, 1):
        where = source.name if len(parts) == 1 else f"{source.name}, document {number}"
        try:
            parsed = yaml_documents.parse(text)
        except yaml_documents.YamlError as error:
            raise SourceError(_not_yaml(where, text, line, error)) from None
        if parsed.value is None:
            continue
        if not isinstance(parsed.value, dict):
            raise SourceError(
                f"{where}, line {line + 1}: no Kubernetes object, but {what(parsed.value)}: give the CRD's file"
            )
        found.extend(_objects(Document(where, line, text, parsed)))
    return found


def _objects(document: Document) -> Iterator[Document]:
    """The document itself; of a List its items, and those of the Lists among them."""
    items = document.value.get("items")
    if not str(document.value.get("kind", "")).endswith("List") or not isinstance(items, list):
        yield document
        return
    for index, item in enumerate(items):
        if not isinstance(item, dict):
            raise SourceError(f"{document.where}: item {index} of its List is no Kubernetes object, but {what(item)}")
        parsed = yaml_documents.Parsed(_with_type(item, document.value))
        yield from _objects(Document(f"{document.where}, item {index + 1} of its List", document.line, "", parsed))


def _with_type(item: dict[str, Any], parent: Mapping[str, Any]) -> dict[str, Any]:
    """An item of a typed list (CustomResourceDefinitionList), which may leave its own type out."""
    kind = parent["kind"]
    if "kind" in item or kind == "List":
        return item
    return {"apiVersion": parent.get("apiVersion"), "kind": kind[: -len("List")], **item}


def _not_yaml(where: str, text: str, line: int, error: yaml_documents.YamlError) -> str:
    near = text.split("\n")[max(0, error.line - 2) : error.line + 1] if error.line else [text]
    if any(_HELM.search(each) for each in near):
        return f"{where}, line {line + max(error.line, 1)}: a Helm template ({{{{ ... }}}}), not YAML: {_HELM_CURE}"
    at_line = f", line {line + error.line}" if error.line else ""
    return f"{where}{at_line}: not YAML that Kubernetes reads: {short(error.message, 300)}"


def describe(document: Document) -> Candidate:
    """A CRD's names and versions, or what is wrong with them."""
    value = document.value
    metadata = value.get("metadata")
    name = metadata.get("name") if isinstance(metadata, dict) else None
    made = Candidate(where=document.where, name=name if isinstance(name, str) else "", document=document)

    def refuse(message: str, *path: "str | int", **more: Any) -> Candidate:
        return replace(made, problem=at(document, path) + message, **more)

    spec = value.get("spec")
    if spec is None or (isinstance(spec, dict) and "group" not in spec and "names" not in spec):
        message = "a patch of a CRD, not a CRD: spec.group and spec.names are missing; give the whole CRD"
        return refuse(message, "spec", partial=True)
    api = value.get("apiVersion")
    if api == "apiextensions.k8s.io/v1beta1":
        return refuse(
            "apiextensions.k8s.io/v1beta1 was removed in Kubernetes 1.22: take a newer release of the operator, "
            "or the CRD that its cluster serves (kubectl get crd NAME -o yaml)",
            "apiVersion",
        )
    if api != "apiextensions.k8s.io/v1":
        return refuse(f"apiVersion must be apiextensions.k8s.io/v1, not {what(api)}", "apiVersion")
    if not isinstance(spec, dict):
        return refuse(f"spec must be a mapping, not {what(spec)}", "spec")
    names = spec.get("names")
    if not isinstance(names, dict):
        return refuse(f"spec.names must be a mapping, not {what(names)}", "spec", "names")
    texts: dict[str, Any] = {}
    for key, where, pattern in (
        ("group", ("spec", "group"), _DOMAIN),
        ("kind", ("spec", "names", "kind"), _KIND),
        ("plural", ("spec", "names", "plural"), _LABEL),
        ("singular", ("spec", "names", "singular"), _LABEL),
    ):
        text = spec.get("group") if key == "group" else names.get(key)
        if key == "singular" and not text:
            text = texts["kind"].lower()
        if not isinstance(text, str) or not pattern.match(text):
            problem = f"{'.'.join(where)} must be a Kubernetes name, not {what(text)}"
            if isinstance(text, str) and "{{" in text:
                problem += f": {_HELM_CURE}"
            return refuse(problem, *where)
        texts[key] = text
    made = replace(made, **texts)
    expected = f"{made.plural}.{made.group}"
    if name != expected:
        return refuse(
            f"metadata.name must be {expected} (spec.names.plural and spec.group), not {what(name)}",
            "metadata",
            "name",
        )
    versions, problem = _versions(spec.get("versions"))
    if problem:
        return refuse(problem, "spec", "versions")
    made = replace(made, versions=versions)
    if spec.get("scope") == "Cluster":
        return refuse(
            f"{made.kind} is cluster-scoped, and Flyte creates namespaced objects only: choose a namespaced kind",
            "spec",
            "scope",
            cluster_scoped=True,
        )
    if spec.get("scope") != "Namespaced":
        return refuse(f"spec.scope must be Namespaced or Cluster, not {what(spec.get('scope'))}", "spec", "scope")
    if not any(version.served for version in versions):
        return refuse(f"no version of {made.kind} is served: take a newer release of the operator", "spec", "versions")
    return made


def _versions(value: Any) -> tuple[tuple[Version, ...], str]:
    """``spec.versions`` as typed values, or what is wrong with them."""
    if not isinstance(value, list) or not value:
        return (), f"spec.versions must be a list of versions, not {what(value)}"
    found: dict[str, Version] = {}
    for index, each in enumerate(value):
        where = f"spec.versions[{index}]"
        if not isinstance(each, dict):
            return (), f"{where} must be a mapping, not {what(each)}"
        name = each.get("name")
        if not isinstance(name, str) or not _LABEL.match(name):
            return (), f"{where}.name must be a version such as v1, not {what(name)}"
        if name in found:
            return (), f"{where}: version {name} stands twice"
        flags = {}
        for flag in ("served", "storage", "deprecated"):
            flags[flag] = each.get(flag, False)
            if not isinstance(flags[flag], bool):
                return (), f"{where}.{flag} must be true or false, not {what(flags[flag])}"
        found[name] = Version(name, **flags)
    return tuple(found.values()), ""


def without_doubles(candidates: Sequence[Candidate]) -> list[Candidate]:
    """The candidates without patches of CRDs that are there in full, and without second copies of the same CRD."""
    whole = {candidate.name for candidate in candidates if not candidate.partial}
    found: dict[str, Candidate] = {}
    for candidate in candidates:
        key = candidate.name or candidate.where
        if candidate.partial and candidate.name in whole:
            continue
        first = found.setdefault(key, candidate)
        if first is candidate:
            continue
        if first.problem and not candidate.problem:
            found[key] = candidate
        elif not candidate.problem and not _same(first, candidate):
            problem = (
                f"{candidate.name} stands twice with different content, in {first.where} and in {candidate.where}: "
                "give the file of the one you run"
            )
            found[key] = replace(first, problem=problem)
    return list(found.values())


def _same(one: Candidate, other: Candidate) -> bool:
    return (
        one.document is not None
        and other.document is not None
        and (one.document.value.get("spec") == other.document.value.get("spec"))
    )


def labelled(candidates: Sequence[Candidate]) -> tuple[Candidate, ...]:
    kinds = Counter(candidate.kind for candidate in candidates if not candidate.problem)
    return tuple(
        replace(each, label=f"{each.kind}.{each.group}" if kinds[each.kind] > 1 else each.kind) for each in candidates
    )


# ------------------------------------------------------------------------------------------------------------- messages
def at(document: Document, path: Sequence["str | int"]) -> str:
    """``crd.yaml, document 2, line 14: ``: where the value at ``path`` stands."""
    line = yaml_documents.line_of(document.text, path) if document.text else 0
    return f"{document.where}, line {document.line + line}: " if line else f"{document.where}: "


def no_crd(name: str, documents: Sequence[Document], others: Sequence[tuple[str, str]]) -> str:
    titles = [" ".join(part for part in other if part) for other in others]
    for document in documents:
        api = document.value.get("apiVersion")
        if (
            isinstance(api, str)
            and "/" in api
            and "." in api.split("/")[0]
            and not api.split("/")[0].endswith("k8s.io")
        ):
            return (
                f"{name} holds no CustomResourceDefinition, but an object of one ({listed(titles)} of {short(api)}): "
                "give the CRD that defines it"
            )
    return f"{name} holds no CustomResourceDefinition, but {listed(titles) or 'nothing'}: give the CRD's file"


def none_usable(name: str, candidates: Sequence[Candidate]) -> str:
    if len(candidates) == 1:
        return candidates[0].problem
    more = f" (and {len(candidates) - 5} more)" if len(candidates) > 5 else ""
    return f"no CRD in {name} can be used: " + "; ".join(each.problem for each in candidates[:5]) + more


def title(value: Mapping[str, Any]) -> tuple[str, str]:
    """Kind and name of an object, with its namespace before the name: for people."""
    metadata = value.get("metadata")
    known = metadata if isinstance(metadata, dict) else {}
    name, namespace = known.get("name", known.get("generateName")), known.get("namespace")
    kind = value.get("kind")
    return (
        short(kind) if isinstance(kind, str) else "a mapping without kind",
        "/".join(short(each) for each in (namespace, name) if isinstance(each, str)),
    )


def listed(words: Sequence[str]) -> str:
    """The words, or the first of them and how many there are more."""
    shown = list(words[:8])
    return ", ".join(shown) + (f" and {len(words) - 8} more" if len(words) > 8 else "")


def either(words: Sequence[str]) -> str:
    if len(words) > 12:
        return ", ".join(words[:12]) + f" or one of {len(words) - 12} more"
    return words[0] if len(words) == 1 else ", ".join(words[:-1]) + " or " + words[-1]


def what(value: Any) -> str:
    """A value in a message, short."""
    if value is None:
        return "nothing"
    if isinstance(value, dict):
        return "a mapping"
    if isinstance(value, list):
        return "a list" if value else "an empty list"
    return shown(value, 120) if isinstance(value, str) else str(value)[:60]
