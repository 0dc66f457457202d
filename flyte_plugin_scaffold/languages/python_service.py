"""Prints what the connector knows of a remote service and its jobs, as Python that ``ruff format`` leaves as it is."""

from __future__ import annotations

from typing import Any

from flyte_plugin_scaffold.languages import rows
from flyte_plugin_scaffold.languages.python_code import used_in
from flyte_plugin_scaffold.languages.python_rows import Printer, Word, assigned, table
from flyte_plugin_scaffold.model import Authentication, Field, In, JobId, Operation, Parameter, Path, Plugin, Service

# The root of what create sends, in paths.
_BODY = "spec"


def service_fields(plugin: Plugin) -> str:
    """The rows of the fields that go into the body of create."""
    printer = Printer(plugin)
    return table("FIELDS", "Tuple[Field, ...]", [printer.field(each) for each in _fields_of_body(plugin)])


def service_operations(plugin: Plugin) -> str:
    """The rows of the operations, by their purposes."""
    service = _service(plugin)
    printer = Printer(plugin)
    found = {Word(f"Purpose.{purpose.name}"): _operation(each) for purpose, each in service.operations.items()}
    return assigned("OPERATIONS", "Dict[Purpose, Operation]", printer.mapping(found))


def service_status(plugin: Plugin) -> str:
    """What is read of the answer that tells of a job, besides what the rules read."""
    service, status = _service(plugin), plugin.status
    row = rows.Row.of(
        "StatusRows",
        state=rows.state_path(status),
        messages=status.message,
        links=tuple(map(_below, service.links)),
        progress=_below(service.progress),
    )
    return assigned("STATUS", "", Printer(plugin).node(row))


def service_kind(plugin: Plugin) -> str:
    """All that the library of all kinds of jobs is told of this one."""
    service, names = _service(plugin), plugin.names
    first = service.authentications[0] if service.authentications else None
    row = rows.Row.of(
        "Kind",
        kind=plugin.crd.kind,
        task_type=names.task_type,
        section=names.name,
        service=names.operator,
        contract=Word(f"{names.name}_pb2.{names.config_class}"),
        operations=Word("OPERATIONS"),
        id=_job_id(service.id),
        server=service.server,
        authentication=_authentication(first) if first else None,
        fields=Word("FIELDS"),
        required=tuple(each.relative for each in _fields_of_body(plugin) if each.required),
        empties=plugin.empties,
        nulls=tuple(map(_below, service.nulls)),
        marker=_below(service.marker),
        status=Word("STATUS"),
        phases=Word("PHASES"),
    )
    return assigned("KIND", "", Printer(plugin).node(row))


def service_row_names(plugin: Plugin) -> list[str]:
    """What the rows of a kind of jobs are written with."""
    printed = "\n".join(each(plugin) for each in (service_operations, service_kind))
    known = ["Authentication", "Parameter", "Place", "Scheme"]
    return ["JobId", "Kind", "Operation", "Purpose", "StatusRows", *used_in(printed, known)]


def _service(plugin: Plugin) -> Service:
    assert plugin.service is not None
    return plugin.service


def _fields_of_body(plugin: Plugin) -> list[Field]:
    return [each for each in plugin.fields if each.path.names[0] == _BODY]


def _below(path: Path | None) -> tuple[str, ...]:
    """The names of a path below its root."""
    return path.names[1:] if path else ()


def _operation(each: Operation) -> rows.Row:
    return rows.Row.of(
        "Operation",
        method=each.method,
        path=each.path,
        parameters=tuple(map(_parameter, each.parameters)),
        media_type=each.media_type,
        codes=each.codes,
        idempotency_key=each.idempotency_key,
        idempotency_at=_below(each.idempotency_at),
        body=each.body,
        id_at=each.id_at.names if each.id_at else (),
        id_is_number=each.id_is_number,
        items=each.items.names if each.items else (),
        page=each.page,
        next=each.next.names if each.next else (),
        is_json=each.is_json,
    )


def _parameter(each: Parameter) -> rows.Row:
    return rows.Row.of(
        "Parameter",
        name=each.name,
        place=_place(each.place),
        is_id=each.is_id,
        member=each.member,
        constant=each.constant,
    )


def _place(place: In | None) -> Word:
    return Word(f"Place.{place.name}" if place else "Place.COOKIE")


def _job_id(id: JobId) -> rows.Row:
    in_body = id.chosen if id.chosen and id.chosen.names[0] == _BODY else None
    return rows.Row.of(
        "JobId",
        is_ours=id.chosen is not None,
        chosen=_below(in_body),
        told=id.told.names if id.told else (),
        header=id.header,
        listed=id.listed.names if id.listed else (),
    )


def _authentication(each: Authentication) -> rows.Row:
    words: dict[str, Any] = {"parameter": each.parameter, "token_url": each.token_url, "scopes": each.scopes}
    if each.parameter:
        words["place"] = _place(each.place)
    return rows.Row.of("Authentication", scheme=Word(f"Scheme.{each.scheme.name}"), **words)
