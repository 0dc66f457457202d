"""The rows of a service's jobs, as the connector reads them."""

from __future__ import annotations

import dataclasses
import types
from typing import Any

import pytest

from flyte_plugin_scaffold.asking import drafting
from flyte_plugin_scaffold.languages import kind_rows
from flyte_plugin_scaffold.model import (
    Authentication,
    Backend,
    Field,
    In,
    JobId,
    Operation,
    Parameter,
    Path,
    Plugin,
    Purpose,
    Scheme,
    Service,
    Step,
    StepKind,
)
from tests.support import connector
from tests.support.formatted import unchanged_by_ruff

ID = Parameter("job_id", In.PATH, is_id=True)
CREATE = Operation(
    Purpose.CREATE,
    "POST",
    "/{project}/jobs",
    parameters=(Parameter("project", In.PATH, member="project"), Parameter("X-Mode", In.HEADER, constant="fast")),
    media_type="application/json",
    codes=(201, 202),
)


@pytest.fixture(scope="module")
def example() -> Plugin:
    return drafting.build({"source": "example"})


def path(*names: str) -> Path:
    return Path(tuple(Step(StepKind.FIELD, name) for name in names))


def service(**changes: Any) -> Service:
    operations = {
        Purpose.CREATE: CREATE,
        Purpose.READ: Operation(Purpose.READ, "GET", "/jobs/{job_id}", parameters=(ID,)),
        Purpose.SEARCH: Operation(Purpose.SEARCH, "GET", "/jobs", items=path("data", "jobs")),
    }
    usual = Service("Sample", "1", "https://api.example.com", operations, JobId(told=path("id")))
    return dataclasses.replace(usual, **changes)


def of(plugin: Plugin, **changes: Any) -> Plugin:
    first = dataclasses.replace(plugin.fields[0], path=path("spec", "a", "b"), relative=("a", "b"), required=True)
    parameter: Field = dataclasses.replace(plugin.fields[0], name="project", path=path("path", "project"))
    return dataclasses.replace(
        plugin, backend=Backend.SERVICE, service=service(**changes), fields=(first, parameter), roles=(), empties=()
    )


def printed(plugin: Plugin) -> str:
    tables = "\n\n".join(each.text for each in kind_rows.row_tables(plugin))
    return "\n".join(kind_rows.row_imports(plugin)) + f"\n\n{tables}\n"


def read(plugin: Plugin) -> Any:
    """The kind that the library reads."""
    rows = connector.module("_service.rows")
    names = {
        **vars(rows),
        **vars(connector.module("_phases.rows")),
        "Kind": rows.Kind,
        "StatusRows": rows.StatusRows,
        "Field": connector.module("_contract.rows").Field,
        f"{plugin.names.name}_pb2": types.SimpleNamespace(**{plugin.names.config_class: "the class"}),
        **{name: () for name in ("RULES", "FALLBACKS", "GUESSES")},
    }
    tables = "\n".join(each.text for each in kind_rows.row_tables(plugin))
    exec(f"from typing import *\n{tables}", names)
    return names["KIND"]


def test_what_the_library_reads(example: Plugin) -> None:
    kind = read(of(example, progress=path("status", "progress"), links=(path("status", "ui", "url"),)))
    rows = connector.module("_service.rows")
    assert kind.operations[rows.Purpose.CREATE] == rows.Operation(
        "POST",
        "/{project}/jobs",
        (
            rows.Parameter("project", rows.Place.PATH, member="project"),
            rows.Parameter("X-Mode", rows.Place.HEADER, constant="fast"),
        ),
        "application/json",
        (201, 202),
    )
    assert kind.operations[rows.Purpose.SEARCH].items == ("data", "jobs")
    assert kind.id == rows.JobId(told=("id",))
    assert [each.path for each in kind.fields] == [("a", "b")] and kind.required == (("a", "b"),)
    assert (kind.status.progress, kind.status.links) == (("progress",), (("ui", "url"),))
    assert (kind.server, kind.contract) == ("https://api.example.com", "the class")


@pytest.mark.parametrize(
    "id, chosen",
    [(JobId(chosen=path("spec", "run_id")), ("run_id",)), (JobId(chosen=path("path", "job_id")), ())],
)
def test_an_id_of_ours(example: Plugin, id: JobId, chosen: tuple[str, ...]) -> None:
    found = read(of(example, id=id)).id
    assert found.is_ours and found.chosen == chosen


@pytest.mark.parametrize(
    "given, scheme, place",
    [
        (Authentication(Scheme.BEARER, "x"), "bearer", "header"),
        (Authentication(Scheme.API_KEY, "x", None, "session"), "api_key", "cookie"),
        (Authentication(Scheme.API_KEY, "x", In.QUERY, "key"), "api_key", "query"),
        (Authentication(Scheme.OAUTH2, "x", token_url="https://x/token", scopes=("a",)), "oauth2", "header"),
    ],
)
def test_authentication(example: Plugin, given: Authentication, scheme: str, place: str) -> None:
    found = read(of(example, authentications=(given,))).authentication
    assert (found.scheme.value, found.place.value, found.token_url) == (scheme, place, given.token_url)


def test_it_is_printed_as_ruff_would(example: Plugin) -> None:
    key = Authentication(Scheme.API_KEY, "x", In.HEADER, "X-Key")
    text = printed(of(example, authentications=(key,), marker=path("spec", "title")))
    assert unchanged_by_ruff(text) == text


def test_what_goes_into_bodies_and_pages(example: Plugin) -> None:
    """A key of repeated requests, an id as a number, and the next page of a search."""
    usual = service().operations
    operations = {
        Purpose.CREATE: dataclasses.replace(CREATE, idempotency_at=path("spec", "token")),
        Purpose.READ: usual[Purpose.READ],
        Purpose.CANCEL: Operation(Purpose.CANCEL, "POST", "/stop", id_at=path("job", "id"), id_is_number=True),
        Purpose.SEARCH: dataclasses.replace(usual[Purpose.SEARCH], page="page_token", next=path("meta", "next")),
    }
    plugin = of(example, operations=operations)
    rows = connector.module("_service.rows")
    found = read(plugin)
    assert found.operations[rows.Purpose.CREATE].idempotency_at == ("token",)
    assert rows.way_of(found) is rows.Way.KEY
    stop, search = found.operations[rows.Purpose.CANCEL], found.operations[rows.Purpose.SEARCH]
    assert (stop.id_at, stop.id_is_number, search.page, search.next) == (
        ("job", "id"),
        True,
        "page_token",
        ("meta", "next"),
    )
    text = printed(plugin)
    assert unchanged_by_ruff(text) == text


@pytest.mark.parametrize("root", ["path", "query"])
def test_an_id_of_ours_in_a_parameter(example: Plugin, root: str) -> None:
    found = read(of(example, id=JobId(chosen=path(root, "job_id")))).id
    assert found.is_ours and found.chosen == ()
