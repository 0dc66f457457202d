"""Small OpenAPI documents for tests, and this project's own one."""

from __future__ import annotations

from typing import Any

from tests.support.rendering import ROOT

SIMULATIONS = ROOT / "tests/openapi/simulations.yaml"
STATES = ("queued", "running", "succeeded", "failed")


def schema_of(**types: str) -> dict[str, Any]:
    """The schema of an object with properties of these types."""
    return {"type": "object", "properties": {name: {"type": type_} for name, type_ in types.items()}}


def ref(name: str) -> dict[str, str]:
    """A reference to a schema of the document."""
    return {"$ref": f"#/components/schemas/{name}"}


def answer(schema: Any, code: str = "200") -> dict[str, Any]:
    """Responses with one success."""
    return {code: {"description": "Well.", "content": {"application/json": {"schema": schema}}}}


def job(
    states: Any = STATES,
    status: Any = None,
    body: Any = None,
    media: str = "application/json",
    answer: Any = None,
    **more: Any,
) -> dict[str, Any]:
    """The paths of a service that runs jobs; ``more`` are operations below the job by their last words: ``cancel="post"``."""
    told = status or {
        "type": "object",
        "properties": {"id": {"type": "string"}, "state": {"type": "string", "enum": [*states]}},
    }
    asked = body or {"type": "object", "required": ["command"], "properties": {"command": {"type": "string"}}}
    paths: dict[str, Any] = {
        "/jobs": {
            "post": {
                "requestBody": {"required": True, "content": {media: {"schema": asked}}},
                "responses": _ok(answer or told, "201"),
            }
        },
        "/jobs/{job_id}": {"get": {"responses": _ok(told)}, "delete": {"responses": {"204": {"description": "Gone."}}}},
    }
    for word, methods in more.items():
        at = paths.setdefault(f"/jobs/{{job_id}}/{word.replace('_', '-')}", {})
        at.update({method: {"responses": _ok({"type": "object"})} for method in methods.split()})
    return paths


_ok = answer


def document(paths: dict[str, Any], **schemas: Any) -> dict[str, Any]:
    """An OpenAPI document."""
    return {
        "openapi": "3.1.0",
        "info": {"title": "Job API", "version": "1.0"},
        "servers": [{"url": "https://jobs.example.com"}],
        "paths": paths,
        "components": {"schemas": schemas},
    }
