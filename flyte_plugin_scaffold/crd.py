"""Reads CRDs and chooses one: from the answers ``crd`` and ``crd_kind`` to a :class:`flyte_plugin_scaffold.model.Crd`.

:func:`read` finds every CRD in a source; :func:`choose` takes one version of one of them. Both raise :class:`CrdError`,
whose text is one complete sentence, and nothing else, whatever the bytes are. ``plural.group/version/Kind`` alone has
no schema and no text: there is nothing to vendor, everything goes through spec_overrides and the answers.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path
from typing import Any, Dict, List, Mapping, Optional, Sequence, Tuple

from flyte_plugin_scaffold import crd_schema, crd_sources, crd_yaml
from flyte_plugin_scaffold.crd_sources import CrdError, Reference
from flyte_plugin_scaffold.model import Crd, PrinterColumn

__all__ = ["Candidate", "CrdError", "Found", "Version", "choose", "default_kind", "load", "read", "resolve"]

_LABEL = re.compile(r"[a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?\Z")
_DOMAIN = re.compile(r"[a-z0-9](?:[-a-z0-9]*[a-z0-9])?(?:\.[a-z0-9](?:[-a-z0-9]*[a-z0-9])?)+\Z")
_KIND = re.compile(r"[A-Za-z](?:[-A-Za-z0-9]{0,61}[A-Za-z0-9])?\Z")
_HELM = re.compile(r"^[ \t]*(?:-[ \t]+)*(?:[\w./-]+:[ \t]*)?[\"']?\{\{", re.MULTILINE)
_HELM_CURE = "render the chart first: helm template NAME CHART --include-crds > crds.yaml"
# What an API server writes into an object's metadata, and nobody applies.
_SERVER_METADATA = ("creationTimestamp", "deletionGracePeriodSeconds", "deletionTimestamp", "generation",
                    "managedFields", "resourceVersion", "selfLink", "uid")  # fmt: skip
_LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration"


@dataclass(frozen=True)
class Version:
    """One entry of a CRD's ``spec.versions``."""

    name: str
    served: bool = True
    storage: bool = False
    deprecated: bool = False


@dataclass(frozen=True, eq=False)
class _Document:
    """A document of a source. ``text`` is its own bytes; "" for an item of a List, which has none."""

    where: str  # file, and the document's number where there are several
    line: int  # of the file, from 0, on which ``text`` starts
    text: str
    parsed: crd_yaml.Parsed

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
    versions: Tuple[Version, ...] = ()
    problem: str = ""
    label: str = ""  # what ``crd_kind`` takes: the kind, with its group where two groups have one of that name
    partial: bool = False  # a patch of a CRD
    document: Optional[_Document] = field(default=None, repr=False)

    @property
    def default_version(self) -> str:
        """Storage, served and not deprecated; else the newest that is served and not deprecated; else what is served."""
        served = [version for version in self.versions if version.served]
        best = [version for version in served if not version.deprecated] or served
        storage = [version for version in best if version.storage]
        return (storage or sorted(best, key=lambda version: _priority(version.name)))[0].name


@dataclass(frozen=True, eq=False)
class Found:
    """All that a source holds. At least one candidate is usable."""

    reference: str  # the answer, independent of the folder: an absolute path, a URL, a CRD's name
    source: str  # for people
    candidates: Tuple[Candidate, ...]
    others: Tuple[Tuple[str, str], ...] = ()  # kind and name of every other document
    notes: Tuple[str, ...] = ()
    documents: Tuple[_Document, ...] = field(default=(), repr=False)

    @property
    def usable(self) -> Tuple[Candidate, ...]:
        return tuple(candidate for candidate in self.candidates if not candidate.problem)


def resolve(reference: str, base: Optional[Path] = None) -> str:
    """``reference`` independent of the folder: the absolute path where it is one. Call it while prompting."""
    return crd_sources.classify(reference, base).value


def read(reference: str, base: Optional[Path] = None) -> Found:
    """Every CRD in the source that ``reference`` names. Cached while the files are unchanged.

    :raises CrdError: if the source cannot be read, or holds no CRD of a kind that is namespaced and served.
    """
    source = crd_sources.classify(reference, base)
    return _read(source, crd_sources.stamp(source))


def default_kind(found: Found) -> str:
    """The first usable kind."""
    return found.usable[0].label


def load(reference: str, crd_kind: str = "", base: Optional[Path] = None) -> Crd:
    """:func:`read` and :func:`choose` in one."""
    return choose(read(reference, base), crd_kind)


@lru_cache(maxsize=32)
def choose(found: Found, crd_kind: str = "") -> Crd:
    """The CRD of ``crd_kind``: ``RayJob`` or ``RayJob/v1``, with the group (``Job.batch.volcano.sh``) where needed.

    Without one, the first usable kind. The schema is that of the version, and checked: see :mod:`crd_schema`.

    :raises CrdError: if there is no such kind or version, or its schema is not structural.
    """
    label, _, version = (crd_kind.strip() or default_kind(found)).partition("/")
    candidate = _candidate(found, label)
    if candidate.problem:
        raise CrdError(candidate.problem)
    version = version or candidate.default_version
    chosen = {each.name: each for each in candidate.versions}.get(version)
    served = [each.name for each in candidate.versions if each.served]
    if chosen is None or not chosen.served:
        state = "is not served" if chosen else "does not exist"
        raise CrdError(f"crd_kind: version {_short(version)} of {candidate.kind} {state}: give {_either(served)}")
    if candidate.document is None:
        return _without_schema(candidate, version)
    return _with_schema(found, candidate, chosen)


# -------------------------------------------------------------------------------------------------------------- reading
@lru_cache(maxsize=8)
def _read(source: Reference, stamp: Tuple[object, ...]) -> Found:
    if source.form == "bare":
        return _bare(source)
    documents: List[_Document] = []
    broken: List[str] = []
    texts = crd_sources.texts(source)
    for text in texts:
        try:
            documents.extend(_documents(text))
        except CrdError as error:
            if source.form != "folder":
                raise
            broken.append(str(error))  # a chart's templates beside its crds/ are no reason to refuse the folder
    candidates: List[Candidate] = []
    others: List[Tuple[str, str]] = []
    for document in documents:
        if document.value.get("kind") == "CustomResourceDefinition":
            candidates.append(_describe(document))
        else:
            others.append(_title(document.value))
    candidates = _without_doubles(candidates)
    name = source.value if source.form == "folder" else texts[0].name
    if not candidates:
        raise CrdError(broken[0] if broken else _no_crd(name, documents, others))
    if all(candidate.problem for candidate in candidates):
        raise CrdError(_none_usable(name, candidates))
    notes = tuple(f"left out: {candidate.problem}" for candidate in candidates if candidate.problem)
    return Found(
        reference=source.value,
        source=name,
        candidates=_labelled(candidates),
        others=tuple(others),
        notes=notes + tuple(f"left out: {problem}" for problem in broken),
        documents=() if source.form in ("folder", "cluster") else tuple(documents),
    )


def _documents(source: crd_sources.Text) -> List[_Document]:
    """The Kubernetes objects in a text, a List's items one by one."""
    parts = list(crd_yaml.split(source.text))
    if not parts:
        raise CrdError(f"{source.name} holds nothing but comments")
    found: List[_Document] = []
    for number, (text, line) in enumerate(parts, 1):
        where = source.name if len(parts) == 1 else f"{source.name}, document {number}"
        try:
            parsed = crd_yaml.parse(text)
        except crd_yaml.YamlError as error:
            raise CrdError(_not_yaml(where, text, line, error)) from None
        if parsed.value is None:
            continue
        if not isinstance(parsed.value, dict):
            raise CrdError(f"{where}, line {line + 1}: no Kubernetes object, but {_what(parsed.value)}: give the CRD's file")
        if str(parsed.value.get("kind", "")).endswith("List") and isinstance(parsed.value.get("items"), list):
            for index, item in enumerate(parsed.value["items"]):
                if not isinstance(item, dict):
                    raise CrdError(f"{where}: item {index} of its List is no Kubernetes object, but {_what(item)}")
                item = _with_type(item, parsed.value)
                found.append(_Document(f"{where}, item {index + 1} of its List", line, "", crd_yaml.Parsed(item)))
        else:
            found.append(_Document(where, line, text, parsed))
    return found


def _with_type(item: Dict[str, Any], parent: Mapping[str, Any]) -> Dict[str, Any]:
    """An item of a typed list (CustomResourceDefinitionList), which may leave its own type out."""
    kind = parent["kind"]
    if "kind" in item or kind == "List":
        return item
    return {"apiVersion": parent.get("apiVersion"), "kind": kind[: -len("List")], **item}


def _not_yaml(where: str, text: str, line: int, error: crd_yaml.YamlError) -> str:
    helm = _HELM.search(text)
    if helm is not None:
        at = line + 1 + text.count("\n", 0, helm.end())
        return f"{where}, line {at}: a Helm template ({{{{ ... }}}}), not YAML: {_HELM_CURE}"
    at_line = f", line {line + error.line}" if error.line else ""
    return f"{where}{at_line}: not YAML that Kubernetes reads: {_short(error.message, 300)}"


def _describe(document: _Document) -> Candidate:
    """A CRD's names and versions, or what is wrong with them."""
    value = document.value
    metadata = value.get("metadata")
    name = metadata.get("name") if isinstance(metadata, dict) else None
    made = Candidate(where=document.where, name=name if isinstance(name, str) else "", document=document)

    def refuse(message: str, *path: "str | int", **more: Any) -> Candidate:
        return replace(made, problem=_at(document, path) + message, **more)

    api = value.get("apiVersion")
    if api == "apiextensions.k8s.io/v1beta1":
        return refuse(
            "apiextensions.k8s.io/v1beta1 was removed in Kubernetes 1.22: take a newer release of the operator, "
            "or the CRD that its cluster serves (kubectl get crd NAME -o yaml)",
            "apiVersion",
        )
    if api != "apiextensions.k8s.io/v1":
        return refuse(f"apiVersion must be apiextensions.k8s.io/v1, not {_what(api)}", "apiVersion")
    spec = value.get("spec")
    if not isinstance(spec, dict):
        return refuse(f"spec must be a mapping, not {_what(spec)}", "spec", partial="spec" not in value)
    names = spec.get("names")
    if "group" not in spec and "names" not in spec:
        return refuse("a patch of a CRD, not a CRD: spec.group and spec.names are missing", "spec", partial=True)
    if not isinstance(names, dict):
        return refuse(f"spec.names must be a mapping, not {_what(names)}", "spec", "names")
    texts: Dict[str, str] = {}
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
            problem = f"{'.'.join(where)} must be a Kubernetes name, not {_what(text)}"
            if isinstance(text, str) and "{{" in text:
                problem += f": {_HELM_CURE}"
            return refuse(problem, *where)
        texts[key] = text
    made = replace(made, **texts)
    expected = f"{made.plural}.{made.group}"
    if name != expected:
        return refuse(f"metadata.name must be {expected} (spec.names.plural and spec.group), not {_what(name)}", "metadata", "name")
    versions, problem = _versions(spec.get("versions"))
    if problem:
        return refuse(problem, "spec", "versions", partial="versions" not in spec)
    made = replace(made, versions=versions)
    if spec.get("scope") == "Cluster":
        return refuse(
            f"{made.kind} is cluster-scoped, and Flyte creates namespaced objects only: choose a namespaced kind",
            "spec",
            "scope",
        )
    if spec.get("scope") != "Namespaced":
        return refuse(f"spec.scope must be Namespaced or Cluster, not {_what(spec.get('scope'))}", "spec", "scope")
    if not any(version.served for version in versions):
        return refuse(f"no version of {made.kind} is served: take a newer release of the operator", "spec", "versions")
    return made


def _versions(value: Any) -> Tuple[Tuple[Version, ...], str]:
    """``spec.versions`` as typed values, or what is wrong with them."""
    if not isinstance(value, list) or not value:
        return (), f"spec.versions must be a list of versions, not {_what(value)}"
    found: List[Version] = []
    for index, each in enumerate(value):
        where = f"spec.versions[{index}]"
        if not isinstance(each, dict):
            return (), f"{where} must be a mapping, not {_what(each)}"
        name = each.get("name")
        if not isinstance(name, str) or not _LABEL.match(name):
            return (), f"{where}.name must be a version such as v1, not {_what(name)}"
        if any(version.name == name for version in found):
            return (), f"{where}: version {name} stands twice"
        flags = {}
        for flag in ("served", "storage", "deprecated"):
            flags[flag] = each.get(flag, False)
            if not isinstance(flags[flag], bool):
                return (), f"{where}.{flag} must be true or false, not {_what(flags[flag])}"
        found.append(Version(name, **flags))
    return tuple(found), ""


def _without_doubles(candidates: Sequence[Candidate]) -> List[Candidate]:
    """The candidates without patches of CRDs that are there in full, and without second copies of the same CRD."""
    whole = {candidate.name for candidate in candidates if not candidate.partial}
    found: Dict[str, Candidate] = {}
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
    return one.document is not None and other.document is not None and (
        one.document.value.get("spec") == other.document.value.get("spec")
    )


def _labelled(candidates: Sequence[Candidate]) -> Tuple[Candidate, ...]:
    kinds = [candidate.kind for candidate in candidates if not candidate.problem]
    return tuple(
        replace(each, label=f"{each.kind}.{each.group}" if kinds.count(each.kind) > 1 else each.kind) for each in candidates
    )


def _bare(source: Reference) -> Found:
    plural, group, version, kind = crd_sources.bare(source)
    candidate = Candidate(
        where=source.value,
        name=f"{plural}.{group}",
        kind=kind,
        group=group,
        plural=plural,
        singular=kind.lower(),
        versions=(Version(version, storage=True),),
        label=kind,
    )
    note = "no schema at hand: the spec goes through spec_overrides, and roles, status_path and phases must be answered"
    return Found(reference=source.value, source=source.value, candidates=(candidate,), notes=(note,))


# ------------------------------------------------------------------------------------------------------------- choosing
def _candidate(found: Found, label: str) -> Candidate:
    """The candidate that ``label`` names; one that cannot be used is found as well, for its problem."""
    names = {each.label: each for each in found.candidates[::-1] if each.kind}
    names.update({f"{each.kind}.{each.group}": each for each in found.candidates[::-1] if each.kind})
    names.update({each.label: each for each in found.usable[::-1]})
    if label in names:
        return names[label]
    near = [name for name in names if name.lower() == label.lower()]
    if near:
        raise CrdError(f"crd_kind: there is no {_short(label)} in {found.source}: did you mean {near[0]}?")
    labels = [candidate.label for candidate in found.usable]
    raise CrdError(f"crd_kind: there is no {_short(label)} in {found.source}: give {_either(labels)}")


def _with_schema(found: Found, candidate: Candidate, version: Version) -> Crd:
    document = candidate.document
    assert document is not None
    index = [each.name for each in candidate.versions].index(version.name)
    entry = document.value["spec"]["versions"][index]
    where: Tuple[Any, ...] = ("spec", "versions", index, "schema", "openAPIV3Schema")
    holder = entry.get("schema")
    schema = holder.get("openAPIV3Schema") if isinstance(holder, dict) else None
    if schema is None:
        raise CrdError(
            _at(document, where[:3])
            + f"version {version.name} of {candidate.kind} has no schema.openAPIV3Schema, which apiextensions.k8s.io/v1 demands: "
            f"take a newer release of the operator, or give {candidate.name}/{version.name}/{candidate.kind} to go without a schema"
        )
    try:
        crd_schema.check(schema)
    except crd_schema.SchemaError as error:
        path = "openAPIV3Schema" + crd_schema.spell(error.path)
        raise CrdError(
            _at(document, where + error.path) + f"{path} of version {version.name} of {candidate.kind}: {error.message}"
        ) from None
    subresources = entry.get("subresources")
    status_subresource = isinstance(subresources, dict) and isinstance(subresources.get("status"), dict)
    properties = schema.get("properties", {})
    notes = []
    if "spec" not in properties:
        notes.append("no schema of the spec: it goes through spec_overrides, and roles must be answered")
    if not status_subresource:
        notes.append("no status subresource: whoever may write the object may also write its status")
    if version.deprecated:
        notes.append(f"version {version.name} is deprecated")
    return Crd(
        group=candidate.group,
        version=version.name,
        kind=candidate.kind,
        plural=candidate.plural,
        singular=candidate.singular,
        served_versions=tuple(each.name for each in candidate.versions if each.served),
        status_subresource=status_subresource,
        schema=schema,
        text=_text(document),
        validation_messages=crd_schema.validation_messages(schema),
        bundle=_bundle(found, candidate),
        printer_columns=_columns(entry.get("additionalPrinterColumns")),
        notes=tuple(notes),
    )


def _without_schema(candidate: Candidate, version: str) -> Crd:
    return Crd(
        group=candidate.group,
        version=version,
        kind=candidate.kind,
        plural=candidate.plural,
        singular=candidate.singular,
        served_versions=(version,),
        status_subresource=True,
        schema={},
        text="",
    )


def _columns(value: Any) -> Tuple[PrinterColumn, ...]:
    """The printer columns that are whole; a cluster would refuse the others, and nothing depends on them."""
    if not isinstance(value, list):
        return ()
    found = []
    for each in value:
        if isinstance(each, dict):
            texts = [each.get(key) for key in ("name", "type", "jsonPath")]
            if all(isinstance(text, str) for text in texts):
                found.append(PrinterColumn(*texts))
    return tuple(found)


def _priority(version: str) -> Tuple[int, int, int, str]:
    """Kubernetes' order of versions, best first: v2, v1, v1beta2, v1beta1, v1alpha1, anything else."""
    match = re.match(r"v([1-9][0-9]{0,8})(?:(alpha|beta)([1-9][0-9]{0,8}))?\Z", version)
    if match is None:
        return (3, 0, 0, version)
    level = {None: 0, "beta": 1, "alpha": 2}[match[2]]
    return (level, -int(match[1]), -int(match[3] or 0), version)


# ---------------------------------------------------------------------------------------------------------------- texts
def _text(document: _Document) -> str:
    """The CRD as one YAML document that can be applied anywhere.

    A document that holds nothing an API server wrote keeps its bytes, with its comments. Where it does, those lines
    are cut out; JSON, flow style and items of a List are written anew, in block style (see :func:`crd_yaml.dump`).
    """
    value = document.value
    drop = _server_written(value)
    if document.text and not document.text.lstrip().startswith("{") and _starts_plain(document.text):
        if not drop:
            return crd_yaml.body(document.text)
        cut = _cut(document, drop)
        if cut is not None:
            return crd_yaml.body(cut)
    kept = {key: each for key, each in value.items() if (key,) not in drop}
    metadata = {key: each for key, each in value["metadata"].items() if ("metadata", key) not in drop}
    if isinstance(metadata.get("annotations"), dict):
        metadata["annotations"] = {key: each for key, each in metadata["annotations"].items() if key != _LAST_APPLIED}
    kept["metadata"] = metadata
    return crd_yaml.dump(kept)


def _server_written(value: Mapping[str, Any]) -> List[Tuple[str, ...]]:
    """Paths of what an API server wrote."""
    metadata = value["metadata"]
    found: List[Tuple[str, ...]] = [("status",)] if "status" in value else []
    found.extend(("metadata", key) for key in metadata if key in _SERVER_METADATA)
    annotations = metadata.get("annotations")
    if isinstance(annotations, dict) and _LAST_APPLIED in annotations:
        alone = len(annotations) == 1
        found.append(("metadata", "annotations") if alone else ("metadata", "annotations", _LAST_APPLIED))
    return found


def _starts_plain(text: str) -> bool:
    """Nothing stands on the marker's own line, and no directive before it."""
    return not re.match(r"(?:---|\.\.\.)[ \t]+[^\s#]|%", text)


def _cut(document: _Document, drop: Sequence[Tuple[str, ...]]) -> Optional[str]:
    """The text without the lines of ``drop``; None where they are not lines of their own."""
    spans = document.parsed.spans
    if any(path not in spans for path in drop):
        return None
    lines = document.text.split("\n")
    for span in sorted((spans[path] for path in drop), key=lambda span: -span.start):
        removed = "\n".join(lines[span.start : span.end])
        if re.search(r"(?:^|[\s:\[,{-])&\w", removed):
            return None  # an anchor that may be repeated below
        del lines[span.start : span.end]
    return "\n".join(lines)


def _bundle(found: Found, candidate: Candidate) -> str:
    """The other objects of an install bundle. What was exported from a cluster (it has a uid) is none."""
    parts = []
    for document in found.documents:
        metadata = document.value.get("metadata")
        if document is candidate.document or (isinstance(metadata, dict) and "uid" in metadata):
            continue
        parts.append(crd_yaml.body(document.text) if document.text else crd_yaml.dump(document.value))
    return "---\n".join(parts)


# ------------------------------------------------------------------------------------------------------------- messages
def _at(document: _Document, path: Sequence["str | int"]) -> str:
    """``crd.yaml, document 2, line 14: ``: where the value at ``path`` stands."""
    line = crd_yaml.line_of(document.text, path) if document.text else 0
    return f"{document.where}, line {document.line + line}: " if line else f"{document.where}: "


def _no_crd(name: str, documents: Sequence[_Document], others: Sequence[Tuple[str, str]]) -> str:
    titles = [" ".join(part for part in other if part) for other in others]
    for document in documents:
        api = document.value.get("apiVersion")
        if isinstance(api, str) and "/" in api and "." in api.split("/")[0] and not api.split("/")[0].endswith("k8s.io"):
            return (
                f"{name} holds no CustomResourceDefinition, but an object of one ({_listed(titles)} of {_short(api)}): "
                "give the CRD that defines it"
            )
    return f"{name} holds no CustomResourceDefinition, but {_listed(titles) or 'nothing'}: give the CRD's file"


def _none_usable(name: str, candidates: Sequence[Candidate]) -> str:
    if len(candidates) == 1:
        return candidates[0].problem
    more = f" (and {len(candidates) - 5} more)" if len(candidates) > 5 else ""
    return f"no CRD in {name} can be used: " + "; ".join(each.problem for each in candidates[:5]) + more


def _title(value: Mapping[str, Any]) -> Tuple[str, str]:
    metadata = value.get("metadata")
    name = metadata.get("name") if isinstance(metadata, dict) else None
    kind = value.get("kind")
    return _short(kind) if isinstance(kind, str) else "a mapping without kind", _short(name) if isinstance(name, str) else ""


def _listed(words: Sequence[str]) -> str:
    shown = list(words[:8])
    return ", ".join(shown) + (f" and {len(words) - 8} more" if len(words) > 8 else "")


def _either(words: Sequence[str]) -> str:
    if len(words) > 12:
        return ", ".join(words[:12]) + f" or one of {len(words) - 12} more"
    return words[0] if len(words) == 1 else ", ".join(words[:-1]) + " or " + words[-1]


def _what(value: Any) -> str:
    """A value in a message, short."""
    if value is None:
        return "nothing"
    if isinstance(value, dict):
        return "a mapping"
    if isinstance(value, list):
        return "a list" if value else "an empty list"
    return repr(_short(value)) if isinstance(value, str) else str(value)[:60]


_short = crd_sources._short
