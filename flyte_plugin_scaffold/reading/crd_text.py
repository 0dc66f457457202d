"""What is written of a CRD: its own document, fit to be applied anywhere."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from flyte_plugin_scaffold.reading import yaml_documents
from flyte_plugin_scaffold.reading.crd_objects import Document
from flyte_plugin_scaffold.text.characters import invisible

# What an API server writes into an object's metadata, and manifests do not have.
_SERVER_METADATA = ("creationTimestamp", "deletionGracePeriodSeconds", "deletionTimestamp", "generation",
                    "managedFields", "resourceVersion", "selfLink", "uid")  # fmt: skip
_LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration"
_CA_BUNDLE = ("spec", "conversion", "webhook", "clientConfig", "caBundle")


def text(document: Document) -> str:
    """The CRD as one YAML document that can be applied anywhere.

    A document that holds nothing an API server wrote keeps its bytes, with its comments: it is as clean under yamllint
    as its author left it. Where it holds such, those lines are cut out; JSON, flow style, items of a List and what holds
    invisible characters are written anew, in block style (see :func:`yaml_documents.dump`).
    """
    value = document.value
    drop = _server_written(value)
    if is_visible(document) and not document.text.lstrip().startswith("{") and starts_plain(document.text):
        if not drop:
            return yaml_documents.body(document.text)
        cut = _cut(document, drop)
        if cut is not None:
            return yaml_documents.body(cut)
    for path in drop:
        value = _without(value, path)
    return yaml_documents.dump(value)


def is_visible(document: Document) -> bool:
    """Whether the document has a text of its own, and people see all that is in it."""
    return bool(document.text) and not invisible(document.text, but="\t\n")


def _exported(value: Mapping[str, Any]) -> bool:
    metadata = value.get("metadata")
    return isinstance(metadata, dict) and "uid" in metadata


def _server_written(value: Mapping[str, Any]) -> list[tuple[str, ...]]:
    """Paths of what an API server wrote, or an injector of certificates into the object there."""
    metadata = value["metadata"]
    found: list[tuple[str, ...]] = [("status",)] if "status" in value else []
    found.extend(("metadata", key) for key in metadata if key in _SERVER_METADATA)
    annotations = metadata.get("annotations")
    if isinstance(annotations, dict) and _LAST_APPLIED in annotations:
        alone = len(annotations) == 1
        found.append(("metadata", "annotations") if alone else ("metadata", "annotations", _LAST_APPLIED))
    if _exported(value) and _has(value, _CA_BUNDLE):
        found.append(_CA_BUNDLE)
    return found


def _has(value: Any, path: Sequence[str]) -> bool:
    for step in path:
        if not isinstance(value, dict) or step not in value:
            return False
        value = value[step]
    return True


def _without(value: Mapping[str, Any], path: Sequence[str]) -> dict[str, Any]:
    """A copy of ``value`` without what is at ``path``; what is not on the path is shared."""
    copy = dict(value)
    if len(path) == 1:
        del copy[path[0]]
    else:
        copy[path[0]] = _without(copy[path[0]], path[1:])
    return copy


def starts_plain(text: str) -> bool:
    """Nothing stands on the marker's own line, and no directive before it."""
    return not re.match(r"(?:---|\.\.\.)[ \t]+[^\s#]|%", text)


def _cut(document: Document, drop: Sequence[tuple[str, ...]]) -> str | None:
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
