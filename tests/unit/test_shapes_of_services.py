"""Shapes of public services, in small documents of our own: other ways to create, read and name a job than one below a collection."""

from __future__ import annotations

import ast
import json
import time
from pathlib import Path
from typing import Any

import pytest
import yaml

from flyte_plugin_scaffold.asking import drafting, findings
from flyte_plugin_scaffold.asking.service_draft import ServiceDraft
from flyte_plugin_scaffold.examples import requests
from flyte_plugin_scaffold.model import Purpose
from flyte_plugin_scaffold.text.characters import invisible
from tests.support import rendering
from tests.support.services import answer, document, job, ref, schema_of

STATE = {"type": "string", "enum": ["queued", "running", "succeeded", "failed"]}
TOLD = {"type": "object", "properties": {"state": STATE}}
LONG_NAME = {"type": "string", "description": "Output only. Format: `projects/{project}/jobs/{job}`."}
CONNECTOR_PAGE = rendering.ROOT / "{{cookiecutter.plugin_slug}}/connector/{{ of_service() }}README.md"
GONE = {"204": {"description": "Done."}}


def derived(tmp_path: Path, paths: dict[str, Any], schemas: dict[str, Any] | None = None, **given: str) -> ServiceDraft:
    file = tmp_path / "api.json"
    file.write_text(json.dumps(document(paths, **(schemas or {}))))
    draft = drafting.draft({"source": str(file), **given})
    assert isinstance(draft, ServiceDraft)
    return draft


def post(told: Any = None, body: Any = None, **more: Any) -> dict[str, Any]:
    sent = {"requestBody": {"required": True, "content": {"application/json": {"schema": body}}}} if body else {}
    return {"post": {"responses": answer(told) if told else GONE, **sent, **more}}


def get(told: Any = TOLD, **more: Any) -> dict[str, Any]:
    return {"get": {"responses": answer(told), **more}}


def asked(name: str, place: str = "query", **more: Any) -> dict[str, Any]:
    return {"name": name, "in": place, "required": True, "schema": {"type": "string"}, **more}


def needs(**types: str) -> dict[str, Any]:
    return {**schema_of(**types), "required": [*types]}


def listing(*values: str) -> dict[str, Any]:
    return {"type": "string", "enum": [*values]}


# The paths and components, and the operations that are derived.
SHAPES: dict[str, tuple[dict[str, Any], dict[str, Any], str]] = {
    "the id in the query and in bodies": (
        {
            "/runs/submit": post(schema_of(run_id="integer"), schema_of(command="string")),
            "/runs/get": get(parameters=[asked("run_id")]),
            "/runs/get-output": get({"type": "object"}, parameters=[asked("run_id")]),
            "/runs/cancel": post(None, needs(run_id="integer")),
            "/runs/delete": post(None, needs(run_id="integer")),
        },
        {},
        "create: POST /runs/submit id=.run_id; read: GET /runs/get id=run_id; cancel: POST /runs/cancel id=.run_id; "
        "logs: GET /runs/get-output id=run_id",
    ),
    "a status that is asked for by POST": (
        {
            "/jobs/create": post({"type": "object", "properties": {"job": schema_of(id="integer")}}, schema_of(command="string")),
            "/jobs/get": post({"type": "object", "properties": {"job": TOLD}}, needs(id="integer")),
            "/jobs/cancel": post(None, needs(id="integer")),
        },
        {},
        "create: POST /jobs/create id=.job.id; read: POST /jobs/get id=.id; cancel: POST /jobs/cancel id=.id",
    ),
    "a launch of what was created before": (
        {
            "/jobs/{job_id}/run": post(ref("Run")),
            "/jobs/{job_id}": get(schema_of(id="string", name="string")),
            "/runs/{id}": get(ref("Run")),
            "/runs/{run_id}/cancel": post(),
        },
        {"Run": {"type": "object", "properties": {"id": {"type": "string"}, "state": STATE}}},
        "create: POST /jobs/{job_id}/run id=.id; read: GET /runs/{id}; cancel: POST /runs/{run_id}/cancel",
    ),
    "two ids of one name": (
        {"/jobs/{id}/run": post(ref("Run")), "/runs/{id}": get(ref("Run")), "/runs/{id}/cancel": post()},
        {"Run": {"type": "object", "properties": {"id": {"type": "string"}, "state": STATE}}},
        "create: POST /jobs/{id}/run id=.id; read: GET /runs/{id} id=id; cancel: POST /runs/{id}/cancel id=id",
    ),
    "a verb behind the collection": (
        {"/jobs:submit": post(schema_of(id="string"), schema_of(command="string")), "/jobs/{job_id}": get(), "/jobs/{job_id}:cancel": post()},
        {},
        "create: POST /jobs:submit id=.id; read: GET /jobs/{job_id}; cancel: POST /jobs/{job_id}:cancel",
    ),
    "an id that the query takes": (
        {
            "/jobs": post(schema_of(name="string", uid="string"), schema_of(command="string"),
                          parameters=[{"name": "jobId", "in": "query", "schema": {"type": "string"}}]),
            "/jobs/{jobsId}": get(),
        },
        {},
        "create: POST /jobs id=.query.jobId; read: GET /jobs/{jobsId}",
    ),
    "a POST of a path that we choose": (
        {"/tasks/{task_id}": {**post(schema_of(first_run="string"), schema_of(command="string"), operationId="startTask"), **get()},
         "/tasks/{task.id}/cancel": post()},
        {},
        "create: POST /tasks/{task_id} id=.path.task_id; read: GET /tasks/{task_id}; cancel: POST /tasks/{task.id}/cancel",
    ),
    "the id that is named says more than a plain one": (
        {
            "/jobs": post({"type": "object", "properties": {"id": {"type": "string"}, "jobReference": schema_of(project="string", jobId="string")}}),
            "/jobs/{jobId}": get(),
        },
        {},
        "create: POST /jobs id=.jobReference.jobId; read: GET /jobs/{jobId}",
    ),
    "a verb before what it is done with": (
        {
            "/jobs/{name}/startRun": post(schema_of(run_id="string")),
            "/jobs/{name}/runs/{run_id}": get(),
            "/jobs/{name}/runs/{run_id}/stopRun": post(),
            "/jobs/{name}/runs/{run_id}/retryRun": post(),
        },
        {},
        "create: POST /jobs/{name}/startRun id=.run_id; read: GET /jobs/{name}/runs/{run_id}; cancel: POST /jobs/{name}/runs/{run_id}/stopRun",
    ),
    "a key in the body": (
        job(body=schema_of(command="string", idempotency_token="string"), cancel="post"),
        {},
        "create: POST /jobs id=.id key=.spec.idempotency_token; read: GET /jobs/{job_id}; cancel: POST /jobs/{job_id}/cancel",
    ),
    "a key by what is said of it": (
        job(body={"type": "object", "properties": {"command": {"type": "string"}, "requestId": {
            "type": "string", "maxLength": 64, "pattern": "[A-Za-z0-9._-]+", "description": "Of two with the same id the second is ignored."}}}),
        {},
        "create: POST /jobs id=.id key=.spec.requestId; read: GET /jobs/{job_id}; cancel: DELETE /jobs/{job_id}",
    ),
    "a state that is wished for": (
        {**job(), "/jobs/{job_id}": {"get": job()["/jobs/{job_id}"]["get"], "patch": post(None, {
            "type": "object", "properties": {"requestedState": listing("STATE_STOPPED", "STATE_CANCELLING", "STATE_CANCELLED")}})["post"]}},
        {},
        'create: POST /jobs id=.id; read: GET /jobs/{job_id}; cancel: PATCH /jobs/{job_id} body={"requestedState":"STATE_CANCELLED"}',
    ),
    "a name that ends in the id": (
        {
            "/v1/{project}/jobs": post({"type": "object", "properties": {"name": LONG_NAME, "uid": {"type": "string"}, "title": {"type": "string"}}},
                                       schema_of(title="string")) | get({"type": "object", "properties": {"jobs": {"type": "array", "items": {
                                           "type": "object", "properties": {"name": LONG_NAME, "title": {"type": "string"}}}}}}),
            "/v1/{project}/jobs/{job}": get(),
        },
        {},
        "create: POST /v1/{project}/jobs id=.name marker=.spec.title; read: GET /v1/{project}/jobs/{job}; search: GET /v1/{project}/jobs items=.jobs id=.name",
    ),
    "an id within an envelope of the job": (
        {
            "/jobs/trigger": post({"type": "object", "properties": {"job": {"type": "object", "properties": {"metadata": schema_of(id="string")}},
                                                                    "owner": {"type": "object", "properties": {"metadata": schema_of(id="string")}}}}),
            "/jobs/{job}": get(),
        },
        {},
        "create: POST /jobs/trigger id=.job.metadata.id; read: GET /jobs/{job}",
    ),
    "a PUT that updates what is there": (
        {"/runs/{run_id}": {"put": {"summary": "Update status message", **post(TOLD, schema_of(message="string"))["post"]}, **get(ref("Run"))},
         "/jobs/{job_id}/runs": post(ref("Run"), summary="Run the job")},
        {"Run": {"type": "object", "properties": {"id": {"type": "string"}, "state": STATE}}},
        "create: POST /jobs/{job_id}/runs id=.id; read: GET /runs/{run_id}",
    ),
    "a collection, and something else that makes one of it": (
        {"/jobs/{job}:startFromTopic": post(ref("Run")), "/jobs/{job}/runs": post(ref("Run")), "/jobs/{job}/runs/{run}": get(ref("Run"))},
        {"Run": {"type": "object", "properties": {"id": {"type": "string"}, "state": STATE}}},
        "create: POST /jobs/{job}/runs id=.id; read: GET /jobs/{job}/runs/{run}",
    ),
    "a collection of the same name elsewhere": (
        {"/products/{product}/orders": post(schema_of(id="string"), schema_of(command="string")), "/orders/{order}": get(),
         "/plans/{plan}": get()},
        {},
        "create: POST /products/{product}/orders id=.id; read: GET /orders/{order}",
    ),
    "a GET that starts something": (
        {"/hooks/{key}": {"put": {"operationId": "triggerByPut", "responses": answer(TOLD)},
                          "get": {"operationId": "triggerByGet", "summary": "Trigger a run", "responses": answer(TOLD)}},
         "/hooks/{key}/cancel": post(), **job(answer=schema_of(id="string"))},
        {},
        "create: POST /jobs id=.id; read: GET /jobs/{job_id}; cancel: DELETE /jobs/{job_id}",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", SHAPES)
def test_operations(case: str, tmp_path: Path) -> None:
    paths, schemas, expected = SHAPES[case]
    draft = derived(tmp_path, paths, schemas)
    assert draft.answer("operations") == expected
    assert draft.problems == () and draft.plugin.service
    # The answer alone gives the same again.
    assert derived(tmp_path, paths, schemas, operations=expected).plugin.service == draft.plugin.service


def test_an_id_in_a_body_has_its_type(tmp_path: Path) -> None:
    service = derived(tmp_path, SHAPES["the id in the query and in bodies"][0]).plugin.service
    assert service and (
        str(service.operations[Purpose.CANCEL].id_at),
        service.operations[Purpose.CANCEL].id_is_number,
    ) == (".run_id", True)
    assert service.operations[Purpose.CANCEL].media_type == "application/json"
    assert [(each.place.value, each.is_id) for each in service.read.parameters] == [("query", True)]


def test_a_key_in_the_body_is_no_field(tmp_path: Path) -> None:
    plugin = derived(tmp_path, SHAPES["a key in the body"][0]).plugin
    assert plugin.service and plugin.service.create.key == ".spec.idempotency_token"
    assert requests.request(plugin, True)["body"].keys() == {"command", "setByOverrides"}


@pytest.mark.parametrize(
    "given", ["read: GET /runs/get id=.run_id", "read: GET /runs/get id=run_id; cancel: POST /runs/cancel id=.run"]
)
def test_a_place_that_takes_no_id_is_said(given: str, tmp_path: Path) -> None:
    paths = SHAPES["the id in the query and in bodies"][0]
    draft = derived(tmp_path, paths, operations=f"create: POST /runs/submit id=.run_id; {given}")
    assert any("has no '.run" in each.text for each in draft.problems), draft.problems


# Operations that create nothing although another one reads an id that they answer.
@pytest.mark.parametrize("said", ["getProgress", "jobs/updateProgress", "Jobs.listAll", "cancelJob"])
def test_what_says_that_it_does_something_else_creates_nothing(said: str, tmp_path: Path) -> None:
    progress = post(schema_of(job_id="string"), schema_of(command="string"), operationId=said)
    draft = derived(tmp_path, {"/progress": progress, **job()})
    assert draft.answer("operations").startswith("create: POST /jobs ")


def test_only_an_id_that_is_answered_is_a_guess(tmp_path: Path) -> None:
    paths = {"/orders": post(schema_of(check_id="string")), "/checks/{check_id}": get()}
    (guess,) = [each for each in derived(tmp_path, paths).guesses if "tells of what" in each]
    assert guess.startswith("that GET /checks/{check_id} tells of what POST /orders makes is a guess")


@pytest.mark.parametrize(
    ("said", "is_guess"), [({}, True), ({"summary": "Creates a job"}, False), ({"operationId": "submit_job"}, False)]
)
def test_that_a_put_makes_something_is_a_guess(said: dict[str, str], is_guess: bool, tmp_path: Path) -> None:
    paths = {"/jobs/{job_id}": {"put": {"responses": answer(TOLD), **said}, **get()}}
    guesses = derived(tmp_path, paths).guesses
    assert (
        any(each.startswith("that PUT /jobs/{job_id} makes what it names is a guess") for each in guesses) is is_guess
    )


def test_that_only_a_name_tells_what_reads_is_a_guess(tmp_path: Path) -> None:
    draft = derived(tmp_path, SHAPES["a collection of the same name elsewhere"][0])
    assert any(each.endswith("is a guess: only the name 'orders' says so") for each in draft.guesses)


def test_that_a_kind_was_meant_is_a_guess_where_others_come_close(tmp_path: Path) -> None:
    paths = job() | {path.replace("job", "run"): each for path, each in job().items()}
    assert "that Job is what is to be run is a guess: kind can be Run" in findings.report(derived(tmp_path, paths))
    worse = paths | {"/jobs/{job_id}/cancel": {"post": {"responses": GONE}}}
    assert "is a guess" not in findings.report(derived(tmp_path, worse)).partition("kinds")[0]


@pytest.mark.parametrize(
    ("component", "kind"),
    [
        ("GetJobRunResponse", "JobRun"),
        ("AcmeRunnerV1JobRun", "JobRun"),
        ("AcmeV1beta1JobRun", "JobRun"),
        ("AcmeMlV1__JobRun", "JobRun"),
        ("TargetJobRun", "TargetJobRun"),
    ],
)
def test_what_a_job_is_called(component: str, kind: str, tmp_path: Path) -> None:
    told = {"type": "object", "properties": {"id": {"type": "string"}, "state": STATE}}
    paths = {"/jobruns": post(ref(component)), "/jobruns/{id}": get(ref(component))}
    assert derived(tmp_path, paths, {component: told}).answer("kind") == kind


# ------------------------------------------------------------------------------------------------------------- status
# What read answers; the status path and what the phases hold, and what they do not.
STATES: dict[str, tuple[Any, str, list[str], list[str]]] = {
    "a state by its type": (
        {"state_type": listing("SCHEDULED", "COMPLETED", "FAILED")}, ".status.state_type", ["Success=COMPLETED", "Failure=FAILED"], [],
    ),
    "a state that is current": (
        {"state": {"type": "object", "properties": {"current": listing("CREATED", "SUCCESS", "KILLED"), "histories": {"type": "array", "items": {}}}}},
        ".status.state.current", ["Success=SUCCESS", "Failure=KILLED"], [],
    ),
    "how the request went": (
        {"status": schema_of(code="integer", is_success="boolean"), "data": schema_of(is_complete="boolean", is_success="boolean")},
        "none", ["Success=.status.data.is_complete=true & .status.data.is_success=true"], [".status.status.is_success"],
    ),
    "a request to stop is no queue": (
        {"state": listing("PENDING", "RUNNING", "CANCEL_REQUESTED", "CANCEL_PENDING", "COMPLETED", "FAILED")},
        ".status.state", ["Queued=PENDING;"], ["CANCEL_"],
    ),
    "a result, and a state that can fail without one": (
        {"state": {"type": "object", "properties": {
            "life_cycle_state": listing("PENDING", "RUNNING", "TERMINATED", "SKIPPED", "INTERNAL_ERROR"),
            "result_state": listing("SUCCESS", "FAILED", "CANCELED")}}},
        ".status.state.result_state",
        ["Success=SUCCESS;", ".status.state.life_cycle_state=SKIPPED", ".status.state.life_cycle_state=INTERNAL_ERROR"], ["TERMINATED"],
    ),
    "an error in an object": (
        {"status": {"type": "object", "properties": {"state": {"type": "string"}, "errorResult": schema_of(debugInfo="string", message="string")}}},
        ".status.status.state", ["Done & .status.status.errorResult.message"], ["debugInfo"],
    ),
    "the state of who started it": (
        {"user": schema_of(state="string"), "phase": {"type": "object", "properties": {"status": listing("done", "failed")}}},
        ".status.phase.status", ["Success=done", "Failure=failed"], [],
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", STATES)
def test_states(case: str, tmp_path: Path) -> None:
    properties, path, there, absent = STATES[case]
    told = {"type": "object", "properties": properties}
    draft = derived(tmp_path, job(status=told, answer=schema_of(id="string")))
    assert draft.problems == () and draft.answer("status_path") == path
    assert all(each in f"{draft.answer('phases')};" for each in there), draft.answer("phases")
    assert not any(each in draft.answer("phases") for each in absent), draft.answer("phases")


@pytest.mark.parametrize(
    "properties",
    [
        {"user": schema_of(state="string")},
        {"status": schema_of(code="integer", is_success="boolean"), "data": {"type": "array", "items": {}}},
        {"LastUpdate": {"type": "object", "properties": {"Status": STATE}}},
    ],
)
def test_what_tells_nothing_of_the_job_is_no_end(properties: Any, tmp_path: Path) -> None:
    told = {"type": "object", "properties": properties}
    (tmp_path / "api.json").write_text(json.dumps(document(job(status=told, answer=schema_of(id="string")))))
    (problem,) = drafting.check({"source": str(tmp_path / "api.json")})
    assert problem.prompt == "source" and "can be run as a task" in problem.text


@pytest.mark.parametrize(
    ("values", "guess"),
    [
        (("queued", "completed", "failed", "incomplete"), "incomplete of .status.state is taken for Running"),
        (("running", "done", "failed", "drained", "draining"), "drained of .status.state is taken for Running"),
        (("running", "succeeded", "failed", "partially_succeeded"), "partially_succeeded of .status.state is taken for Running"),
        (("running", "done", "error", "attempt_failure"), "attempt_failure of .status.state is taken for Running: it may be of one attempt"),
        (("running", "ended"), "ended of .status.state only says that it is over"),
    ],
)  # fmt: skip
def test_what_may_be_an_end_is_said(values: tuple[str, ...], guess: str, tmp_path: Path) -> None:
    told = {"type": "object", "properties": {"id": {"type": "string"}, "state": listing(*values)}}
    assert any(each.startswith(guess) for each in derived(tmp_path, job(status=told)).guesses)


def test_the_code_of_an_answer_tells_that_it_goes_on(tmp_path: Path) -> None:
    paths = job(status=schema_of(id="string", code="string", message="string"), cancel="post")
    responses = paths["/jobs/{job_id}"]["get"]["responses"]
    responses |= {
        "202": {"description": "It goes on."},
        "422": {"description": "Failed."},
        "429": {"description": "Later."},
    }
    draft = derived(tmp_path, paths)
    assert (draft.answer("status_path"), draft.answer("phases")) == (
        "none",
        "Success=http=200; Failure=http=422; Running=http=202",
    )
    assert draft.problems == () and any("202 that it goes on" in each for each in draft.guesses)
    assert draft.plugin.service and "'422'" in draft.plugin.service.document


# ----------------------------------------------------------------------------------------- addresses, secrets, what is lost
def noted(tmp_path: Path, made: dict[str, Any]) -> tuple[ServiceDraft, str]:
    (tmp_path / "api.json").write_text(json.dumps(made))
    draft = drafting.draft({"source": str(tmp_path / "api.json")})
    assert isinstance(draft, ServiceDraft) and draft.problems == ()
    return draft, "; ".join(draft.plugin.crd.notes)


@pytest.mark.parametrize("scheme", [None, {"type": "http", "scheme": "bearer"}])
def test_the_page_of_the_connector_names_the_credentials_that_there_are(scheme: Any, tmp_path: Path) -> None:
    made = document(job())
    made["components"]["securitySchemes"] = {"key": scheme} if scheme else {}
    text = rendering.rendered_for(noted(tmp_path, made)[0].plugin, CONNECTOR_PAGE)
    assert ("create secret generic job-connector --from-file=job_token\n" in text) is bool(scheme)
    assert ("3. No credentials: the document asks for none." in text) is (scheme is None)
    assert "\n\n\n" not in text


def test_servers_of_a_path_and_of_an_operation_go_before_those_of_the_document(tmp_path: Path) -> None:
    made = document(job(cancel="post", logs="get"))
    elsewhere = [{"url": "https://runs.example.com/v2"}]
    for path in ("/jobs", "/jobs/{job_id}", "/jobs/{job_id}/logs"):
        made["paths"][path]["servers"] = elsewhere
    made["paths"]["/jobs/{job_id}/logs"]["get"]["servers"] = [{"url": "https://logs.example.com"}]
    draft, _ = noted(tmp_path, made)
    assert draft.plugin.service and draft.plugin.service.server == "https://runs.example.com/v2"
    # Cancel is at the document's address, and logs at their own: neither could be asked.
    assert (
        draft.answer("operations")
        == "create: POST /jobs id=.id; read: GET /jobs/{job_id}; cancel: DELETE /jobs/{job_id}"
    )
    again, _ = noted(tmp_path, yaml.safe_load(draft.plugin.service.document))
    assert again.plugin.service and again.plugin.service.server == draft.plugin.service.server
    given = f"{draft.answer('operations')}; logs: GET /jobs/{{job_id}}/logs"
    (tmp_path / "api.json").write_text(json.dumps(made))
    (problem,) = drafting.check({"source": str(tmp_path / "api.json"), "operations": given})
    assert (
        "logs: GET /jobs/{job_id}/logs is at 'https://logs.example.com', and create at 'https://runs.example.com/v2'"
        in problem.text
    )


@pytest.mark.parametrize(
    ("servers", "says"),
    [
        ([{"url": "/ga4gh/v1"}], "the connector's settings need one, with /ga4gh/v1 at its end"),
        ([], "names no address of the service: the connector's settings need one"),
        (
            [{"url": "http://jobs.example.com"}],
            "its address is plain http (http://jobs.example.com): who is on the way reads secrets",
        ),
        ([{"url": "http://127.0.0.1:8080"}], ""),
        ([{"url": "https://jobs.example.com"}], ""),
    ],
)
def test_what_is_odd_with_an_address_is_said(servers: Any, says: str, tmp_path: Path) -> None:
    _, notes = noted(tmp_path, {**document(job(cancel="post")), "servers": servers})
    assert says in notes if says else notes == ""


def test_tokens_that_come_over_plain_http_are_said(tmp_path: Path) -> None:
    made = document(job(cancel="post"))
    flows = {"clientCredentials": {"tokenUrl": "http://login.example.com/token", "scopes": {}}}
    made["components"]["securitySchemes"] = {"login": {"type": "oauth2", "flows": flows}}
    assert "where its tokens come from is plain http (http://login.example.com/token)" in noted(tmp_path, made)[1]


def test_a_signature_is_no_key(tmp_path: Path) -> None:
    made = document(job(cancel="post"))
    signed = {"type": "apiKey", "name": "Authorization", "in": "header", "x-authtype": "awsSigv4"}
    made |= {"security": [{"sign": []}]}
    made["components"]["securitySchemes"] = {"sign": signed}
    draft, notes = noted(tmp_path, made)
    assert draft.plugin.service and draft.plugin.service.authentications == ()
    assert "asks for 'sign', which the connector cannot give" in notes
    kept, again = noted(tmp_path, yaml.safe_load(draft.plugin.service.document))
    assert again == notes and kept.plugin.service and kept.plugin.service.authentications == ()


@pytest.mark.parametrize(
    ("said", "is_guess"), [({}, True), ({"summary": "Cancels the job."}, False), ({"operationId": "stopJob"}, False)]
)
def test_a_deletion_may_stop_nothing(said: dict[str, str], is_guess: bool, tmp_path: Path) -> None:
    paths = job()
    paths["/jobs/{job_id}"]["delete"].update(said)
    assert ("that DELETE /jobs/{job_id} stops a job is a guess" in noted(tmp_path, document(paths))[1]) is is_guess


LOST = {"$ref": "more.yaml#/Body"}


@pytest.mark.parametrize("place", ["body", "schema", "answer"])
def test_what_stands_in_another_document_is_said_with_the_cure(place: str, tmp_path: Path) -> None:
    paths = job()
    if place == "body":
        paths["/jobs"]["post"]["requestBody"] = LOST
    elif place == "schema":
        paths["/jobs"]["post"]["requestBody"]["content"]["application/json"]["schema"] = LOST
    else:
        paths["/jobs/{job_id}"]["get"]["responses"] = {"200": LOST}
    (tmp_path / "more.yaml").write_text("Body: {type: object}")
    (tmp_path / "api.json").write_text(json.dumps(document(paths)))
    of = "the answer of GET /jobs/{job_id}" if place == "answer" else "the body of POST /jobs"
    why = f"{of} 'more.yaml#/Body' is in another document: bundle all into one file first"
    (problem,) = drafting.check({"source": str(tmp_path / "api.json")})
    assert problem.prompt == "source" and why in problem.text
    given = "create: POST /jobs id=.id; read: GET /jobs/{job_id}"
    problems = drafting.check({"source": str(tmp_path / "api.json"), "operations": given, "kind": "Job"})
    assert any("'more.yaml#/Body' is in another document" in each.text for each in problems)


def test_a_secret_is_no_field_unless_it_must_be(tmp_path: Path) -> None:
    names = ("wandb_api_key", "password", "accessToken", "token", "max_token", "page_token", "tokens")
    body = {**schema_of(**dict.fromkeys(names, "string"), secret="string", key="string"), "required": ["secret"]}
    body["properties"]["key"]["format"] = "password"
    fields = derived(tmp_path, job(body=body)).answer("fields")
    assert fields == ".spec.max_token, .spec.page_token, .spec.tokens, .spec.secret"


def test_a_refusal_says_what_of_the_document_cannot_be_read(tmp_path: Path) -> None:
    paths = {f"{path}?api-version=1": item for path, item in job().items()}
    (tmp_path / "api.json").write_text(json.dumps(document(paths)))
    (problem,) = drafting.check({"source": str(tmp_path / "api.json")})
    assert "(2 of its 2 paths cannot be read, and are left out)" in problem.text


# ------------------------------------------------------------------------------------------------------------ searching
def searched(parameters: tuple[str, ...], told: dict[str, Any]) -> dict[str, Any]:
    named = {**schema_of(title="string", command="string"), "required": ["title"]}
    listed = {"jobs": {"type": "array", "items": schema_of(id="string", title="string")}, **told}
    some = [{"name": each, "in": "query", "schema": {"type": "string"}} for each in parameters]
    paths = job(body=named)
    paths["/jobs"]["get"] = {"parameters": some, "responses": answer({"type": "object", "properties": listed})}
    return paths


TEXT = {"type": "string"}


@pytest.mark.parametrize(
    ("parameters", "told", "expected"),
    [
        (("page_token", "page_size"), {"next_page_token": TEXT}, "search: GET /jobs items=.jobs id=.id page=page_token next=.next_page_token"),
        (("cursor",), {"cursor": TEXT}, "search: GET /jobs items=.jobs id=.id page=cursor next=.cursor"),
        (("nextToken",), {"nextToken": TEXT}, "search: GET /jobs items=.jobs id=.id page=nextToken next=.nextToken"),
        (("page",), {"links": {"type": "array", "items": {}}}, "search: GET /jobs items=.jobs id=.id"),
        (("limit",), {}, "search: GET /jobs items=.jobs id=.id"),
        (("view",), {}, ""),
        (("offset", "limit"), {"total": {"type": "integer"}}, ""),
        (("page",), {}, ""),
        (("cursor",), {"next": {"type": "integer"}}, ""),
    ],
)  # fmt: skip
def test_a_search_is_made_on_all_pages_or_not_at_all(
    parameters: tuple[str, ...], told: Any, expected: str, tmp_path: Path
) -> None:
    """A job on a page that is never looked at would be created once more."""
    draft = derived(tmp_path, searched(parameters, told))
    found = draft.answer("operations").partition("; search: ")[2]
    assert draft.problems == () and (f"search: {found}" if found else "") == expected
    assert ("marker=.spec.title" in draft.answer("operations")) is bool(expected)


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ("page=page_token", "search: page= and next= go together"),
        ("next=.next", "search: page= and next= go together"),
        ("page=pagetoken next=.next_page_token", "search: GET /jobs has no parameter 'pagetoken' in its query: did you mean page_token?"),
        ("page=page_token next=.next", "search: the answer of GET /jobs has no .next"),
        ("page=page_token next=next", "next='next' must be a place in the answer such as .next_page_token"),
    ],
)  # fmt: skip
def test_pages_that_cannot_be_had_are_said(given: str, says: str, tmp_path: Path) -> None:
    paths = searched(("page_token",), {"next_page_token": TEXT})
    base = (
        "create: POST /jobs id=.id marker=.spec.title; read: GET /jobs/{job_id}; search: GET /jobs items=.jobs id=.id"
    )
    draft = derived(tmp_path, paths, operations=f"{base} {given}")
    assert any(says in each.text for each in draft.problems), draft.problems


# ------------------------------------------------------------------------------------------------------------- hostile
def made_by_many(count: int) -> dict[str, Any]:
    """Many that create by an id, of one job that has many operations."""
    paths: dict[str, Any] = {f"/c{n}": post(schema_of(job_id="string")) for n in range(count)}
    paths |= {f"/jobs/{{job_id}}/x{n}-cancel": post() for n in range(count)}
    return document({**paths, "/jobs/{job_id}": get()})


def read_by_many(count: int) -> dict[str, Any]:
    """Many that take the id which many answer, and none that tells of an end."""
    paths: dict[str, Any] = {f"/c{n}": post(schema_of(job_id="string")) for n in range(count)}
    return document({**paths, **{f"/x{n}/{{job_id}}": get({"type": "object"}) for n in range(count)}})


def told_alike(count: int) -> dict[str, Any]:
    """Many that answer one component, by paths of their own."""
    paths: dict[str, Any] = {f"/c{n}": post(ref("Told")) for n in range(count)}
    return document({**paths, **{f"/x{n}/{{a{n}}}": get(ref("Told")) for n in range(count)}}, Told={"type": "object"})


def side_by_side(count: int) -> dict[str, Any]:
    """Many verbs in one folder."""
    paths: dict[str, Any] = {f"/jobs/x{n}-create": post(schema_of(job_id="string")) for n in range(count)}
    return document(
        {**paths, **{f"/jobs/x{n}-get": get({"type": "object"}, parameters=[asked("x_id")]) for n in range(count)}}
    )


def many_states(count: int) -> dict[str, Any]:
    return document(job(states=[*(f"state_{n}ed" for n in range(8 * count)), "succeeded", "failed"]))


@pytest.mark.parametrize("make", [made_by_many, read_by_many, told_alike, side_by_side, many_states])
def test_the_time_grows_with_the_document(make: Any, tmp_path: Path) -> None:
    """Four times as much takes at most about four times as long."""
    times = []
    for count in (100, 400):
        file = tmp_path / f"{count}.json"
        file.write_text(json.dumps(make(count)))
        start = time.process_time()
        drafting.check({"source": str(file)})
        times.append(time.process_time() - start)
    assert times[1] < 8 * times[0] + 0.3, times


@pytest.mark.parametrize(
    "path", ["/jobs/{job_id", "/jobs/{}", "/jobs/{a/b}", "/jobs/{job_id}{x}", "/jobs/{..}", "/jobs/%2e%2e", "/jobs/\u202e{x}", "/jobs/{a\r\nX: y}", "//evil.example.com/{id}"]
)  # fmt: skip
def test_odd_paths_lead_nowhere(path: str, tmp_path: Path) -> None:
    """What is rendered of them asks for nothing but a path of the service."""
    paths = {"/jobs": job()["/jobs"], path: job()["/jobs/{job_id}"]}
    (tmp_path / "api.json").write_text(json.dumps(document(paths)))
    problems = drafting.check({"source": str(tmp_path / "api.json")})
    if problems:
        assert all(not invisible(each.text) and len(each.text) < 1_000 for each in problems)
        return
    service = drafting.build({"source": str(tmp_path / "api.json")}).service
    assert service and all(
        each.path.startswith("/") and not each.path.startswith("//") for each in service.operations.values()
    )


@pytest.mark.parametrize(
    "name",
    [
        "class",
        "from",
        "message",
        "string",
        "__init__",
        "self",
        "None",
        "task_config",
        "a\r\nX: y",
        "\u202eid",
        "1",
        "-",
        "body_overrides",
    ],
)
def test_names_that_mean_something_elsewhere(name: str, tmp_path: Path) -> None:
    """As a parameter and as a property, both required: what is rendered can be read by Python, and names keep their spelling on the wire."""
    paths = job(
        body={"type": "object", "required": [name], "properties": {name: {"type": "string", "default": "a\r\nX: y"}}},
        cancel="post",
    )
    paths["/jobs"]["post"]["parameters"] = [asked(name, "header"), asked(name, "query")]
    (tmp_path / "api.json").write_text(json.dumps(document(paths)))
    draft = drafting.draft({"source": str(tmp_path / "api.json"), "targets": "connector,flyte2"})
    if draft.problems:
        assert all(not invisible(each.text) for each in draft.problems)
        return
    for file, text in rendering.tree(draft).items():
        assert not invisible(text, but="\n\t"), file
        if file.endswith(".py"):
            ast.parse(text, file)


@pytest.mark.parametrize(
    "reference",
    ["file:///etc/passwd", "https://example.com/x.yaml#/A", "../../../etc/passwd#/x", "#/../x", "urn:x", ""],
)
def test_nothing_outside_of_the_document_is_read(
    reference: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    paths = job()
    paths["/jobs/{job_id}"]["get"]["responses"]["200"]["content"]["application/json"]["schema"]["properties"][
        "more"
    ] = {"$ref": reference}
    paths["/more"] = {"$ref": reference}
    file = tmp_path / "api.json"
    file.write_text(json.dumps(document(paths)))

    def refuse(*_: Any, **__: Any) -> Any:
        raise AssertionError("it was asked for")

    monkeypatch.setattr("socket.socket.connect", refuse)
    read = [*(tmp_path / name for name in ("api.json",))]
    real = Path.open
    monkeypatch.setattr(Path, "open", lambda self, *a, **k: real(self, *a, **k) if self in read else refuse())
    assert drafting.check({"source": str(file)}) == []


def test_a_name_that_no_header_has_is_never_sent(tmp_path: Path) -> None:
    """It would begin another header, or end the request."""
    paths = job(cancel="post")
    paths["/jobs"]["post"]["parameters"] = [asked("X-Mode\r\nHost: y", "header"), asked("X-Mode", "header")]
    made = document(paths)
    made["components"]["securitySchemes"] = {"key": {"type": "apiKey", "in": "header", "name": "X-Key: 1\r\nX"}}
    made["security"] = [{"key": []}]
    draft, notes = noted(tmp_path, made)
    assert draft.plugin.service and [each.name for each in draft.plugin.service.create.parameters] == ["X-Mode"]
    assert draft.plugin.service.authentications == () and "asks for 'key', which the connector cannot give" in notes
