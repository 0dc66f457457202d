"""From the answer ``source`` to what it names, told apart by what the document is."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from flyte_plugin_scaffold.model import Backend
from flyte_plugin_scaffold.reading import crd, formats, json_schema, openapi, sources
from flyte_plugin_scaffold.reading.formats import Format
from flyte_plugin_scaffold.reading.sources import Reference, Text

Found = crd.Found | openapi.Found | json_schema.Settings


def read(reference: str, base: Path | None = None) -> tuple[Backend, Found]:
    """The backend that a source is for, and what it holds.

    :raises SourceError: if the source cannot be read, or holds nothing that can be run.
    """
    if reference.strip() == json_schema.NOTHING:
        return Backend.NONE, json_schema.NO_SETTINGS
    source = sources.classify(reference, base)
    if source.form in ("file", "url") and source.value != sources.EXAMPLE_WORD:
        text, format_ = _told(source, sources.stamp(source))
        if format_ in openapi.REFUSED:
            raise openapi.refused(text.name, format_)
        if format_ is Format.OPENAPI:
            return Backend.SERVICE, openapi.read(source)
        if format_ is Format.JSON_SCHEMA:
            return Backend.NONE, json_schema.read(source.value, text)
    return Backend.OPERATOR, crd.read(reference, base)


def labels(reference: str, base: Path | None = None) -> frozenset[str]:
    """What a source's kinds may be called; none of a document that does not name them.

    :raises SourceError: if the source cannot be read.
    """
    _, found = read(reference, base)
    return frozenset(found.by_name) if isinstance(found, crd.Found) else frozenset()


@lru_cache(maxsize=4)
def _told(source: Reference, stamp: tuple[object, ...]) -> tuple[Text, Format]:
    """What a file or URL holds, and in which format."""
    (text,) = sources.cached_texts(source, stamp)
    return text, formats.of(text.text)
