"""OpenAPI documents that cannot be used, and what is said of each: for tests and for docs/errors.md."""

from __future__ import annotations

from typing import Any

from tests.support.services import document, job, ref

REFUSED: dict[str, tuple[Any, str]] = {
    "Swagger 2.0": ({"swagger": "2.0", "paths": {}}, "is of Swagger 2.0, which describes bodies and answers otherwise: convert it"),
    "AsyncAPI": ({"asyncapi": "3.0.0"}, "is an AsyncAPI document, of messages and not of requests: give the OpenAPI document"),
    "another release": ({**document(job()), "openapi": "4.0.0"}, "is of OpenAPI '4.0.0': 3.0 and 3.1 can be read"),
    "a number as release": ({**document(job()), "openapi": 3.0}, "its openapi is no text: write the version in quotes, such as '3.0.3'"),
    "no paths": ({**document(job()), "paths": {}}, "describes no paths, so there is nothing to run"),
    "the API of Kubernetes": (
        document({"/apis/batch/v1/jobs": {"post": {"x-kubernetes-action": "post", "responses": {}}}}),
        "is the API of a Kubernetes cluster: give the CRD of the operator",
    ),
    "no create": (document({"/jobs/{id}": job()["/jobs/{job_id}"]}), "has no operation that creates something which another one reads"),
    "paths in other files": (
        document({"/jobs": {"$ref": "paths/jobs.yaml"}}),
        "(1 of its 1 paths cannot be read, and are left out: 'paths/jobs.yaml' is in another document: bundle all into one file first)",
    ),
    "no read": (document({"/jobs": job()["/jobs"]}), "has no operation that creates something which another one reads"),
    "no status": (document(job(status={"type": "object", "properties": {"id": {"type": "string"}}})), "can be run as a task (Job: it has no status field"),
    "no end": (document(job(states=["up", "down"])), "can be run as a task (Job: none of the values of .status.state means success"),
    "no id": (document(job(answer={"type": "object", "properties": {"when": {"type": "string"}}})), "nothing says the id of what POST /jobs creates"),
    "no JSON": (document(job(media="text/csv")), "POST /jobs takes text/csv, and no JSON"),
    "no object": (document(job(body={"type": "array", "items": {}})), "Job: the body of POST /jobs is no object"),
    "a body that holds itself": (
        document(job(body=ref("Node")), Node={"type": "object", "required": ["next"], "properties": {"next": ref("Node")}}),
        "the body of POST /jobs must hold itself again, so that none could ever be sent",
    ),
}  # fmt: skip
