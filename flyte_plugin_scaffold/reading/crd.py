"""Reads CRDs and chooses one: from the answers ``source`` and ``kind`` to a :class:`flyte_plugin_scaffold.model.Crd`.

:func:`read` finds every CRD in a source; :func:`choose` takes one version of one of them. Both raise :class:`SourceError`,
whose text is one complete sentence, and nothing else, whatever the bytes are. ``plural.group/version/Kind`` alone has
no schema and no text: there is nothing to vendor, everything goes through spec_overrides and the answers.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

from flyte_plugin_scaffold.model import Crd, PrinterColumn, Step, StepKind
from flyte_plugin_scaffold.reading import crd_bundle, crd_objects, crd_schema, crd_text, sources
from flyte_plugin_scaffold.reading.crd_objects import Candidate, Document, Version
from flyte_plugin_scaffold.reading.schema import SCALARS, Kind, Node, child, properties
from flyte_plugin_scaffold.reading.schema import kind as kind_of
from flyte_plugin_scaffold.reading.sources import Reference, SourceError
from flyte_plugin_scaffold.text.characters import short
from flyte_plugin_scaffold.text.nearest import did_you_mean, nearest

__all__ = ["Candidate", "SourceError", "Found", "Version", "choose", "default_kind", "load", "meant", "read"]

_TOP_LEVEL = ("apiVersion", "kind", "metadata", "spec", "status")


@dataclass(frozen=True, eq=False)
class Found:
    """All that a source holds. At least one candidate is usable."""

    reference: str  # the answer, independent of the folder: an absolute path, a URL, a CRD's name
    source: str  # for people
    candidates: tuple[Candidate, ...]
    others: tuple[tuple[str, str], ...] = ()  # kind and name of every other document
    notes: tuple[str, ...] = ()
    documents: tuple[Document, ...] = field(default=(), repr=False)

    @cached_property
    def usable(self) -> tuple[Candidate, ...]:
        return tuple(candidate for candidate in self.candidates if not candidate.problem)

    @cached_property
    def by_name(self) -> Mapping[str, Candidate]:
        """The candidates by all that an answer may call them; the first and the usable ones win."""
        backwards = [each for each in self.candidates[::-1] if each.kind]
        named = {each.label: each for each in backwards}
        named.update({f"{each.kind}.{each.group}": each for each in backwards})
        named.update({each.label: each for each in self.usable[::-1]})
        return named


def read(reference: str, base: Path | None = None) -> Found:
    """Every CRD in the source that ``reference`` names. Cached while the files are unchanged.

    :raises SourceError: if the source cannot be read, or holds no CRD of a kind that is namespaced and served.
    """
    source = sources.classify(reference, base)
    return _read(source, sources.stamp(source))


def default_kind(found: Found) -> str:
    """The first usable kind."""
    return found.usable[0].label


def load(reference: str, kind: str = "", base: Path | None = None) -> Crd:
    """:func:`read` and :func:`choose` in one."""
    return choose(read(reference, base), kind)


@lru_cache(maxsize=32)
def choose(found: Found, kind: str = "", whole: bool = True) -> Crd:
    """The CRD of ``kind``: ``RayJob`` or ``RayJob/v1``, with the group (``Job.batch.volcano.sh``) where needed.

    One that is not ``whole`` lacks what is written of it: its text and its bundle. Without a kind, the first usable kind. The schema is that of the version, and checked: see :mod:`crd_schema`.

    :raises SourceError: if there is no such kind or version, or its schema is not structural.
    """
    label, _, version = (kind.strip() or default_kind(found)).partition("/")
    candidate = _candidate(found, label)
    if candidate.problem:
        raise SourceError(candidate.problem)
    version = version or candidate.default_version
    chosen = {each.name: each for each in candidate.versions}.get(version)
    served = [each.name for each in candidate.versions if each.served]
    if chosen is None or not chosen.served:
        state = "is not served" if chosen else "does not exist"
        cure = did_you_mean(version, served) or f": give {crd_objects.either(served)}"
        raise SourceError(f"version {short(version)} of {candidate.kind} {state}{cure}", prompt="kind")
    if candidate.document is None:
        return _without_schema(candidate, version)
    return _with_schema(found, candidate, chosen, whole)


# -------------------------------------------------------------------------------------------------------------- reading
@lru_cache(maxsize=8)
def _read(source: Reference, stamp: tuple[object, ...]) -> Found:
    if source.form == "bare":
        return _bare(source)
    documents: list[Document] = []
    broken: list[str] = []
    # What a source is was told by the text of a file or URL, which need not be read again.
    is_told = source.form in ("file", "url")
    texts = sources.cached_texts(source, stamp) if is_told else sources.texts(source)
    for text in texts:
        try:
            documents.extend(crd_objects.documents(text))
        except SourceError as error:
            if source.form != "folder":
                raise
            broken.append(str(error))  # a chart's templates beside its crds/ are no reason to refuse the folder
    candidates: list[Candidate] = []
    others: list[tuple[str, str]] = []
    for document in documents:
        if document.value.get("kind") == "CustomResourceDefinition":
            candidates.append(crd_objects.describe(document))
        else:
            others.append(crd_objects.title(document.value))
    candidates = crd_objects.without_doubles(candidates)
    name = source.value if source.form == "folder" else texts[0].name
    if not candidates:
        raise SourceError(broken[0] if broken else crd_objects.no_crd(name, documents, others))
    if all(candidate.problem for candidate in candidates):
        raise SourceError(crd_objects.none_usable(name, candidates))
    notes = [f"left out: {each.problem}" for each in candidates if each.problem and not each.cluster_scoped]
    cluster_scoped = [each.kind for each in candidates if each.cluster_scoped]
    if cluster_scoped:
        notes.append(f"left out, as they are cluster-scoped: {', '.join(cluster_scoped)}")
    notes.extend(f"left out: {problem}" for problem in broken)
    if source.form == "folder" and others:
        kinds = "; ".join(" ".join(row).strip() for row in crd_bundle.by_kind(others, 4)[:10])
        notes.append(f"also in the folder, and no part of the rendering: {kinds}")
    return Found(
        reference=source.value,
        source=name,
        candidates=crd_objects.labelled(candidates),
        others=tuple(others),
        notes=tuple(notes),
        documents=() if source.form in ("folder", "cluster") else tuple(documents),
    )


def _bare(source: Reference) -> Found:
    plural, group, version, kind = sources.bare(source)
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
    note = "no schema at hand: status_path and phases must be answered; the spec goes through spec_overrides"
    return Found(reference=source.value, source=source.value, candidates=(candidate,), notes=(note,))


# ------------------------------------------------------------------------------------------------------------- choosing
def meant(found: Found, kind: str) -> tuple[str, ...]:
    """The kinds, in the form of ``kind``, that an answer means which cannot be used; () where it may be any."""
    label, _, version = kind.strip().partition("/")
    near = nearest(label, _names(found, usable=True))
    if not near:
        return ()
    candidate = _names(found, usable=True)[near]
    served = [each.name for each in candidate.versions if each.served]
    close = version if version in served else nearest(version, served)
    if not version or close:
        return (f"{candidate.label}/{close}" if close else candidate.label,)
    return tuple(f"{candidate.label}/{name}" for name in served)


def _names(found: Found, usable: bool) -> dict[str, Candidate]:
    """The candidates by what ``kind`` may say of them."""
    some = found.usable if usable else found.candidates
    names = {each.label: each for each in some[::-1] if each.kind}
    names.update({f"{each.kind}.{each.group}": each for each in some[::-1] if each.kind})
    names.update({each.label: each for each in found.usable[::-1]})
    return names


def _candidate(found: Found, label: str) -> Candidate:
    """The candidate that ``label`` names; one that cannot be used is found as well, for its problem."""
    if label in found.by_name:
        return found.by_name[label]
    names = found.by_name
    plurals = {name: each.label for each in found.usable[::-1] for name in (each.plural, each.name)}
    near = plurals.get(label.lower()) or nearest(label, _names(found, usable=True)) or nearest(label, names)
    labels = [candidate.label for candidate in found.usable]
    cure = f"did you mean {near}?" if near else f"give {crd_objects.either(labels)}"
    raise SourceError(f"there is no {short(label)} in {found.source}: {cure}", prompt="kind")


def _with_schema(found: Found, candidate: Candidate, version: Version, whole: bool) -> Crd:
    document = candidate.document
    assert document is not None
    index = [each.name for each in candidate.versions].index(version.name)
    entry = document.value["spec"]["versions"][index]
    where: tuple[Any, ...] = ("spec", "versions", index, "schema", "openAPIV3Schema")
    holder = entry.get("schema")
    schema = holder.get("openAPIV3Schema") if isinstance(holder, dict) else None
    if schema is None:
        raise SourceError(
            crd_objects.at(document, where[:3])
            + f"version {version.name} of {candidate.kind} has no schema.openAPIV3Schema, which apiextensions.k8s.io/v1 "
            "demands: take a newer release of the operator, or go without a schema: "
            f"source={candidate.name}/{version.name}/{candidate.kind}"
        )
    try:
        crd_schema.check(schema)
    except crd_schema.SchemaError as error:
        path = "openAPIV3Schema" + crd_schema.spell(error.path)
        raise SourceError(
            f"{crd_objects.at(document, where + error.path)}{path} of version {version.name} of {candidate.kind}: {error.message}; "
            "no API server serves it so: take a newer release of the operator"
        ) from None
    subresources = entry.get("subresources")
    status_subresource = isinstance(subresources, dict) and isinstance(subresources.get("status"), dict)
    beside = [f".{name}" for name in properties(schema) if name not in _TOP_LEVEL]
    problem = _outside_the_spec(candidate.kind, schema, beside)
    if problem:
        raise SourceError(crd_objects.at(document, (*where, "properties")) + problem)
    notes = []
    if "spec" not in properties(schema):
        notes.append("no schema of the spec: it goes through spec_overrides, and roles must be answered")
    elif kind_of(properties(schema)["spec"]) is Kind.NOTHING:
        notes.append("its .spec has no properties: the API server drops all that a task sets there")
    if beside:
        notes.append(f"a plugin fills in .spec alone: what stands beside it is not set ({crd_objects.listed(beside)})")
    if not status_subresource:
        notes.append("no status subresource: accounts that may write the object may also write its status")
    if version.deprecated:
        notes.append(f"version {version.name} is deprecated")
    return Crd(
        group=candidate.group,
        version=version.name,
        kind=candidate.kind,
        plural=candidate.plural,
        singular=candidate.singular,
        status_subresource=status_subresource,
        schema=schema,
        text=crd_text.text(document) if whole else "",
        validation_messages=crd_schema.validation_messages(schema),
        bundle=crd_bundle.objects(found.documents, document) if whole else (),
        printer_columns=_columns(entry.get("additionalPrinterColumns")),
        notes=tuple(notes),
    )


def _outside_the_spec(kind: str, root: Node, beside: list[str]) -> str:
    """Why a task could set nothing of a CR, as it fills in ``.spec``; "" if it can."""
    spec = child(root, Step(StepKind.FIELD, "spec"))
    undescribed = "spec" not in properties(root) or kind_of(properties(root)["spec"]) is Kind.NOTHING
    if undescribed and beside:
        found = f"its desired state stands outside .spec, in {crd_objects.listed(beside)}"
    elif spec is None:
        found = "it has no .spec, so that the API server would drop all that a task sets"
    elif kind_of(spec) in (*SCALARS, Kind.LIST):
        found = f"its .spec is of the type {kind_of(spec).value}, not an object"
    else:
        return ""
    return f"{kind} cannot be run as a task: {found}, and Flyte fills in a .spec; choose another kind of the operator"


def _without_schema(candidate: Candidate, version: str) -> Crd:
    return Crd(
        group=candidate.group,
        version=version,
        kind=candidate.kind,
        plural=candidate.plural,
        singular=candidate.singular,
        status_subresource=True,
        schema={},
        text="",
    )


def _columns(value: Any) -> tuple[PrinterColumn, ...]:
    """The printer columns that are whole; a cluster would refuse the others, and nothing depends on them."""
    if not isinstance(value, list):
        return ()
    found = []
    for each in value:
        if isinstance(each, dict):
            name, kind, path = (each.get(key) for key in ("name", "type", "jsonPath"))
            if isinstance(name, str) and isinstance(kind, str) and isinstance(path, str):
                found.append(PrinterColumn(name, kind, path))
    return tuple(found)
