"""Which operations run a job: what is derived, the answer's grammar, and what is wrong with it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from flyte_plugin_scaffold.asking import answers, drafting, findings, offers, operations
from flyte_plugin_scaffold.asking.service_draft import ServiceDraft
from flyte_plugin_scaffold.examples import corpus, requests
from flyte_plugin_scaffold.life import changes
from flyte_plugin_scaffold.model import Phase, Purpose, Scheme
from flyte_plugin_scaffold.text.characters import invisible
from tests.support.services import SIMULATIONS, answer, document, job, schema_of

READ = "read: GET /jobs/{job_id}"


def derived(tmp_path: Path, paths: dict[str, Any], **given: str) -> ServiceDraft:
    file = tmp_path / "api.json"
    file.write_text(json.dumps(document(paths)))
    draft = drafting.draft({"source": str(file), **given})
    assert isinstance(draft, ServiceDraft)
    return draft


def with_(paths: dict[str, Any], path: str, method: str, **changes: Any) -> dict[str, Any]:
    """The paths with an operation changed, or added."""
    operation = paths.setdefault(path, {}).setdefault(method, {"responses": answer({"type": "object"})})
    operation.update(changes)
    return paths


def renamed(paths: dict[str, Any], was: str, now: str) -> dict[str, Any]:
    return json.loads(json.dumps(paths).replace(was, now))


def sent(schema: Any) -> dict[str, Any]:
    """A body that must be sent."""
    return {"required": True, "content": {"application/json": {"schema": schema}}}


ANSWER = {
    "type": "object",
    "properties": {"id": {"type": "string"}, "state": {"type": "string", "enum": ["queued", "succeeded", "failed"]}},
}
LOCATED = {"202": {"description": "Taken.", "headers": {"Location": {}, "X-Request-Id": {}}}}
KEY = [{"name": "Idempotency-Key", "in": "header", "schema": {"type": "string"}}]
NEEDED = [{"name": "tenant", "in": "query", "required": True, "schema": {"type": "string"}}]
STATE_TO_SET = {
    "content": {
        "application/json": {
            "schema": {"type": "object", "properties": {"state": {"type": "string", "enum": ["held", "cancelled"]}}}
        }
    }
}
NAMED = {
    "type": "object",
    "required": ["title"],
    "properties": {"title": {"type": "string"}, "command": {"type": "string"}},
}
LISTED = {
    "type": "object",
    "properties": {
        "total": {"type": "integer"},
        "jobs": {"type": "array", "items": schema_of(id="string", title="string")},
    },
}

# The paths, and the operations that are derived; {} stands for the item's path.
SHAPES: dict[str, tuple[dict[str, Any], str]] = {
    "a collection and its items": (job(), "create: POST /jobs id=.id; read: GET {}; cancel: DELETE {}"),
    "a word that cancels": (job(cancel="post"), "create: POST /jobs id=.id; read: GET {}; cancel: POST {}/cancel"),
    "the plainest of such words": (job(force_stop="post", abort="post"), "create: POST /jobs id=.id; read: GET {}; cancel: POST {}/abort"),
    "a word that cancels, with a body that may be empty": (
        with_(job(cancel="post"), "/jobs/{job_id}/cancel", "post", requestBody=sent(schema_of(reason="string"))),
        "create: POST /jobs id=.id; read: GET {}; cancel: POST {}/cancel",
    ),
    "no word that cancels, with a body that says why": (
        with_(job(cancel="post"), "/jobs/{job_id}/cancel", "post", requestBody=sent({**schema_of(why="string"), "required": ["why"]})),
        "create: POST /jobs id=.id; read: GET {}; cancel: DELETE {}",
    ),
    "a state that is set": (
        with_(job(), "/jobs/{job_id}", "patch", requestBody=STATE_TO_SET),
        'create: POST /jobs id=.id; read: GET {}; cancel: PATCH {} body={"state":"cancelled"}',
    ),
    "logs and results": (
        job(logs="get", outputs="get"),
        "create: POST /jobs id=.id; read: GET {}; cancel: DELETE {}; logs: GET {}/logs; results: GET {}/outputs",
    ),
    "output is a log where there are results": (
        job(output="get", result="get"),
        "create: POST /jobs id=.id; read: GET {}; cancel: DELETE {}; logs: GET {}/output; results: GET {}/result",
    ),
    "a start": (job(start="post"), "create: POST /jobs id=.id; start: POST {}/start; read: GET {}; cancel: DELETE {}"),
    "results that are asked for": (
        job(results="post get delete"),
        "create: POST /jobs id=.id; start: POST {}/results; read: GET {}; cancel: DELETE {}/results; results: GET {}/results",
    ),
    "a state at a path of its own": (
        {
            **job(cancel="post", results="get", status=schema_of(id="string", command="string")),
            "/jobs/{job_id}/status": {"get": {"responses": answer(ANSWER)}},
        },
        "create: POST /jobs id=.id; read: GET {}/status; cancel: POST {}/cancel; results: GET {}/results",
    ),
    "a state at a path of its own, and nothing else of the job": (
        {"/jobs": job()["/jobs"], "/jobs/{job_id}/status": {"get": {"responses": answer(ANSWER)}}},
        "create: POST /jobs id=.id; read: GET {}/status",
    ),
    "paths that end in a slash": (
        {f"{path}/": item for path, item in job(cancel="post", logs="get").items()},
        "create: POST /jobs/ id=.id; read: GET {}/; cancel: POST {}/cancel/; logs: GET {}/logs/",
    ),
    "a retry is no start": (job(rerun="post"), "create: POST /jobs id=.id; read: GET {}; cancel: DELETE {}"),
    "the id in a header": (with_(job(), "/jobs", "post", responses=LOCATED), "create: POST /jobs id=Location; read: GET {}; cancel: DELETE {}"),
    "the id deeper in the answer": (
        job(answer={"type": "object", "properties": {"job": schema_of(job_id="string", when="string")}}),
        "create: POST /jobs id=.job.job_id; read: GET {}; cancel: DELETE {}",
    ),
    "the id of a job, and not of its owner": (
        with_(job(answer={"type": "object", "properties": {"owner": schema_of(id="string"), "data": schema_of(id="string")}}), "/jobs", "get"),
        "create: POST /jobs id=.data.id; read: GET {}; cancel: DELETE {}",
    ),
    "a header with the id of the request": (
        with_(job(), "/jobs", "post", responses={"202": {"description": "Taken.", "headers": {"X-Correlation-Id": {}, "Location": {}}}}),
        "create: POST /jobs id=Location; read: GET {}; cancel: DELETE {}",
    ),
    "operations that need what nothing gives": (
        {path: {method: {**each, "parameters": NEEDED} if path.endswith(("logs", "cancel")) else each for method, each in item.items()}
         for path, item in job(cancel="post", logs="get", results="get").items()},
        "create: POST /jobs id=.id; read: GET {}; cancel: DELETE {}; results: GET {}/results",
    ),
    "an id that we choose": (
        job(body=schema_of(job_id="string", command="string")), "create: POST /jobs id=.spec.job_id; read: GET {}; cancel: DELETE {}",
    ),
    "an item that is put": (
        {"/jobs/{name}": {"put": job()["/jobs"]["post"], **job()["/jobs/{job_id}"]}},
        "create: PUT /jobs/{name} id=.path.name; read: GET /jobs/{name}; cancel: DELETE /jobs/{name}",
    ),
    "a key of a repeated request": (
        with_(job(), "/jobs", "post", parameters=KEY),
        "create: POST /jobs id=.id key=Idempotency-Key; read: GET {}; cancel: DELETE {}",
    ),
    "a search": (
        with_(job(body=NAMED), "/jobs", "get", responses=answer(LISTED)),
        "create: POST /jobs id=.id marker=.spec.title; read: GET {}; cancel: DELETE {}; search: GET /jobs items=.jobs id=.id",
    ),
    "a word beside the items": (
        renamed({"/jobs/submit": {"post": job()["/jobs"]["post"]}, "/jobs/{job_id}": job()["/jobs/{job_id}"]}, "x", "x"),
        "create: POST /jobs/submit id=.id; read: GET {}; cancel: DELETE {}",
    ),
    "a verb behind a colon": (
        with_(with_(job(), "/jobs/{job_id}:cancel", "post"), "/jobs/{job_id}:start", "post"),
        "create: POST /jobs id=.id; start: POST {}:start; read: GET {}; cancel: POST {}:cancel",
    ),
    "an execution of what is described": (
        {
            "/processes/{process_id}": {"get": {"responses": answer(schema_of(id="string", version="string"))}},
            "/processes/{process_id}/execution": {"post": job(answer={**ANSWER, "properties": {"jobID": {"type": "string"}}})["/jobs"]["post"]},
            **{path: item for path, item in job(results="get").items() if "{" in path},
        },
        "create: POST /processes/{process_id}/execution id=.jobID; read: GET {}; cancel: DELETE {}; results: GET {}/results",
    ),
    "another resource that the answer names": (
        {
            "/flows/{flow_id}/start": {"post": {"responses": answer(schema_of(flow_run_id="string"), "201")}},
            "/runs/{run_id}": {"get": {"responses": answer(ANSWER)}},
            "/runs/{run_id}/cancel": {"post": {"responses": {"202": {"description": "Taken."}}}},
        },
        "create: POST /flows/{flow_id}/start id=.flow_run_id; read: GET /runs/{run_id}; cancel: POST /runs/{run_id}/cancel",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", SHAPES)
def test_operations_follow_from_shapes_and_words(case: str, tmp_path: Path) -> None:
    paths, expected = SHAPES[case]
    draft = derived(tmp_path, paths)
    assert draft.answer("operations") == expected.replace("{}", "/jobs/{job_id}")
    assert draft.problems == () and draft.plugin.service


@pytest.mark.parametrize("case", SHAPES)
def test_no_name_of_the_service_decides(case: str, tmp_path: Path) -> None:
    """The same shapes with another word for the resource give the same operations."""
    paths, expected = SHAPES[case]
    draft = derived(tmp_path, renamed(renamed(paths, "job", "wug"), "Job", "Wug"))
    assert draft.answer("operations") == expected.replace("{}", "/jobs/{job_id}").replace("job", "wug")


def test_the_resource_with_the_best_signs_of_work_is_taken(tmp_path: Path) -> None:
    users = renamed(job(), "job", "user")
    runs = renamed(job(cancel="post", logs="get"), "job", "run")
    draft = derived(tmp_path, {**users, **job(), **runs})
    assert draft.answer("kind") == "Run" and draft.other_kinds[0] == "Job"
    assert derived(tmp_path, {**users, **runs}, kind="User").answer("operations").startswith("create: POST /users")


@pytest.mark.parametrize(
    "phases", ["Success=baked; Failure=burnt", "Success=http=200; Failure=http=410; Running=baking"]
)
def test_whose_end_is_answered_can_be_run(phases: str, tmp_path: Path) -> None:
    oven = job(states=["baking", "baked", "burnt"])
    assert derived(tmp_path, oven, phases=phases).problems == ()
    both = {**oven, **renamed(job(), "job", "run")}
    assert derived(tmp_path, both, phases=phases, kind="Job").plugin.service
    (problem,) = derived(tmp_path, both, kind="Job").problems
    assert problem.text.endswith("; if it does end, answer phases as well")


@pytest.mark.parametrize("state", [{"type": "string"}, {"type": "string", "enum": ["running", "succeeded", "failed"]}])
def test_how_a_request_went_is_not_how_the_job_did(state: Any, tmp_path: Path) -> None:
    went = {"type": "string", "enum": ["success", "error"]}
    told = {
        "type": "object",
        "properties": {"status": went, "data": {"type": "object", "properties": {"status": state}}},
    }
    assert derived(tmp_path, job(status=told, answer=ANSWER)).answer("status_path") == ".status.data.status"


def test_a_read_that_needs_what_nothing_gives_is_refused(tmp_path: Path) -> None:
    (tmp_path / "api.json").write_text(json.dumps(document(with_(job(), "/jobs/{job_id}", "get", parameters=NEEDED))))
    (problem,) = drafting.check({"source": str(tmp_path / "api.json")})
    assert "(Job: GET /jobs/{job_id} needs the query parameter 'tenant', which nothing gives)" in problem.text


@pytest.mark.parametrize("given", [{}, {"kind": "Task"}, {"kind": "Task", "operations": "none"}])
def test_what_lacks_only_the_place_of_its_id_is_named_with_its_own_operations(
    given: dict[str, str], tmp_path: Path
) -> None:
    paths = {path.replace("job", "task"): each for path, each in job(answer={"type": "object"}).items()}
    (tmp_path / "api.json").write_text(json.dumps(document(paths | (job() if given else {}))))
    (problem,) = drafting.check({"source": str(tmp_path / "api.json"), **given})
    assert problem.prompt == ("kind" if given else "source")
    assert problem.text.endswith(
        "answer kind=Task operations='create: POST /tasks id=.id; read: GET /tasks/{task_id}' with where its answer has the id"
    )


def test_a_body_without_fields_is_refused(tmp_path: Path) -> None:
    (tmp_path / "api.json").write_text(json.dumps(document(job(body={"type": "array", "items": {}}))))
    (problem,) = drafting.check({"source": str(tmp_path / "api.json"), "kind": "Job", "operations": WELL})
    assert problem.text == "create: the body of POST /jobs is no object: give another operation"


def test_every_offered_answer_works() -> None:
    draft = drafting.draft({"source": str(SIMULATIONS)})
    made = list(offers.of(draft))
    assert {"operations", "fields"} <= {prompt for each in made for prompt in each.answers}
    for each in made:
        assert drafting.check({"source": str(SIMULATIONS), **each.answers}) == [], each


def test_the_report_says_what_was_found_and_why() -> None:
    said = findings.report(drafting.draft({"source": str(SIMULATIONS)}))
    for line in (
        "Simulation of Simulator API 2.3.0, from ",
        "operations create: POST /projects/{project}/simulations id=.id key=Idempotency-Key (its answer tells the id)",
        "or cancel: DELETE /projects/{project}/simulations/{simulation_id} (a deletion, with what is known of it)",
        "access     oauth2 (token)",
        "or auth=api_key (key)",
        ".path.project (no request can do without it)",
        "or .query.priority (an optional parameter)",
    ):
        assert line in said


# ------------------------------------------------------------------------------------------------------------- grammar
WELL = f"create: POST /jobs id=.id; {READ}"
WRONG: dict[str, str] = {
    "jobs": "'jobs' is no operation: write purpose: METHOD /path, such as read: GET /jobs/{job_id}",
    "POST /jobs": "'POST /jobs' is no operation: write purpose: METHOD /path",
    ";": "';' holds no operation: write purpose: METHOD /path",
    f"creat: POST /jobs; {READ}": "'creat' is nothing that an operation is for: did you mean create?",
    f"make: POST /jobs; {READ}": "'make' is nothing that an operation is for: there are create, start, read, cancel",
    f"create: PSOT /jobs; {READ}": "create: 'PSOT' is no method: did you mean POST?",
    f"create: /jobs; {READ}": "create: '/jobs' is no method: write one of GET, PUT, POST, DELETE, PATCH",
    f"create:; {READ}": "'create:' is no operation",
    f"create: POST; {READ}": "create: POST of which path?",
    f"create: POST jobs; {READ}": "create: 'jobs' is no path, which begins with /",
    f"create: POST /jobs id=.id; create: PUT /jobs id=.id; {READ}": "create is given twice",
    "create: POST /jobs id=.id": "names no read: add read: GET /jobs/{job_id}",
    READ: "names no create: add create: POST /jobs",
    f"create: POST /jobs id; {READ}": "create: 'id' is no setting: write name=value, such as id=.id",
    f"create: POST /jobs idd=.id; {READ}": "create: 'idd' is no setting: did you mean id?",
    f"create: POST /jobs id=.id id=.id; {READ}": "create: id is given twice",
    f"create: POST /jobs id=.id; {READ} key=X": "key is no setting of read: it goes with create",
    f"create: POST /jobs id=..; {READ}": "create: id='..' must be a place in the answer (.id), a header of it (Location)",
    f"create: POST /jobs id=.id key=a/b; {READ}": "create: key='a/b' must be a header such as Idempotency-Key",
    f"create: POST /jobs id=.id marker=title; {READ}": "create: marker='title' must be a text of the body such as .spec.title",
    f"create: POST /jobs id=.id body=[1]; {READ}": "create: body='[1]' must be a JSON object",
    # What only the document tells.
    f"create: POST /jobs; {READ}": "create: where does the id of a job come from? add id=.id for a place in its answer",
    f"create: POST /jobs id=.ids; {READ}": "create: the answer of POST /jobs has no .ids: did you mean id?",
    f"create: POST /job id=.id; {READ}": "create: the document has no 'POST /job': did you mean POST /jobs?",
    f"create: DELETE /jobs id=.id; {READ}": "create: '/jobs' has no DELETE: it has POST",
    f"create: POST /jobs id=.spec.job_id; {READ}": "the body of POST /jobs has no text .spec.job_id, which could be the id",
    f"create: POST /jobs id=.id body={{\"comand\":1}}; {READ}": "the body of POST /jobs has no 'comand': did you mean command?",
    f"create: POST /jobs id=.id marker=.spec.command; {READ}": "a marker is for a search: add search: GET /path",
    f"{WELL} id=job": "read: GET /jobs/{job_id} has no parameter 'job': did you mean job_id?",
    f"{WELL}; logs: GET /jobs/{{job_id}}/parts/{{part}}": "logs: GET /jobs/{job_id}/parts/{part} has parameters that create has not (job_id, part)",
    f"{WELL}; cancel: POST /stop": "cancel: nothing in /stop takes the id of a job",
    "none": "none would run nothing: give at least create and read",
}  # fmt: skip


@pytest.mark.parametrize("given", WRONG)
def test_what_is_wrong_with_operations_is_said_with_the_cure(given: str, tmp_path: Path) -> None:
    paths = job(stop="post")
    paths["/stop"] = {"post": {"responses": answer({"type": "object"})}}
    paths["/jobs/{job_id}/parts/{part}"] = {"get": {"responses": answer({"type": "object"})}}
    problems = derived(tmp_path, paths, operations=given).problems
    assert any(each.prompt == "operations" and WRONG[given] in each.text for each in problems), problems
    assert not any(invisible(each.text) for each in problems)


@pytest.mark.parametrize(
    ("given", "prompt", "says"),
    [
        ({"roles": "driver: .spec.driver user"}, "roles", "a remote service runs no pods: give none"),
        (
            {"targets": "propeller"},
            "targets",
            "propeller does not go with the document of a remote service: give connector, flyte2",
        ),
        ({"kind": "Simulatoin"}, "kind", "did you mean Simulation?"),
        ({"kind": "Nothing"}, "kind", ": give Simulation"),
        ({"fields": "-.path.project"}, "fields", ".path.project is missing, without which no request can be sent"),
        ({"fields": "+.path.projects"}, "fields", "the document has no .path.projects: did you mean .path.project?"),
        ({"fields": "+.spec.stepz"}, "fields", "the document has no .spec.stepz: did you mean .spec.steps?"),
        (
            {"status_path": ".status.stat"},
            "status_path",
            "the document has no .status.stat: did you mean .status.state?",
        ),
        ({"phases": "Success=succeded"}, "phases", "the document lists queued, starting"),
        ({"phases": "Success=succeeded & job=Complete; Failure=failed"}, "phases", "asks for a Job of Kubernetes"),
        ({"phases": "Success=succeeded; Failure=http=4o4"}, "phases", "names no code of an answer: write http=404"),
        ({"options": "auth=basic"}, "options", "auth=basic: the document offers oauth2, api_key"),
        ({"options": "auth=magic"}, "options", "must be one of bearer, basic, api_key, oauth2, none"),
        ({"options": "abort_patch=.spec.suspend=true"}, "options", "abort_patch is for operators"),
    ],
)
def test_other_answers_of_a_service(given: dict[str, str], prompt: str, says: str) -> None:
    problems = drafting.check({"source": str(SIMULATIONS), **given})
    assert any(each.prompt == prompt and says in each.text for each in problems), problems


def test_what_only_services_have_is_refused_for_an_operator() -> None:
    for given, says in (
        ({"phases": "Success=Succeeded; Failure=http=404"}, "asks for an answer's code"),
        ({"options": "auth=bearer"}, "auth is for a remote service"),
        ({"operations": WELL}, "does not go with the CRD of an operator"),
    ):
        (problem,) = drafting.check(given)
        assert says in problem.text


# --------------------------------------------------------------------------------------------------------------- model
def test_the_model_of_a_service() -> None:
    plugin = drafting.build(
        {
            "source": str(SIMULATIONS),
            "fields": "+.query.priority",
            "phases": "Success=succeeded; Failure=failed,http=410",
        }
    )
    service = plugin.service
    assert service and service.server == "https://simulator.example.com/v2"
    create = service.operations[Purpose.CREATE]
    assert create.idempotency_key == "Idempotency-Key" and create.media_type == "application/json"
    assert [(each.name, each.member) for each in create.parameters] == [
        ("project", "project"),
        ("priority", "priority"),
    ]
    read = service.operations[Purpose.READ].parameters
    assert [(each.name, each.member, each.is_id) for each in read] == [
        ("project", "project", False),
        ("simulation_id", "", True),
    ]
    assert [each.scheme for each in service.authentications] == [Scheme.OAUTH2, Scheme.API_KEY]
    assert [str(path) for path in service.links] == [".status.dashboard_url"] and str(
        service.progress
    ) == ".status.progress"
    config = plugin.contract[0]
    assert [(each.number, each.name) for each in config.members[:3]] == [
        (1, "body_overrides"),
        (2, "project"),
        (3, "priority"),
    ]
    gone = [rule for rule in plugin.status.rules if any(term.http == 410 for term in rule.terms)]
    assert [rule.phase for rule in gone] == [Phase.FAILURE]
    assert plugin.crd.text == "" and plugin.roles == () and plugin.targets == ("connector",)


def test_an_option_chooses_how_one_proves_who_one_is(tmp_path: Path) -> None:
    def schemes(options: str) -> list[str]:
        service = drafting.build({"source": str(SIMULATIONS), "options": options}).service
        return [each.scheme.value for each in service.authentications] if service else ["no service"]

    assert schemes("auth=api_key") == ["api_key"] and schemes("auth=none") == []
    bare = derived(tmp_path, job(), options="auth=bearer")
    assert bare.problems == () and bare.plugin.service
    assert [each.scheme for each in bare.plugin.service.authentications] == [Scheme.BEARER]
    (problem,) = derived(tmp_path, job(), options="auth=api_key").problems
    assert problem.text == "auth=api_key: the document does not say how: bearer and basic need no more"


@pytest.mark.parametrize(
    ("security", "schemes", "noted"),
    [
        ([{"b": []}], ["bearer"], False),
        ([{"k": []}, {"b": []}], ["bearer", "api_key"], False),
        ([{"o": ["run"]}], ["oauth2"], False),
        ([{"p": []}], ["bearer"], False),
        ([{"k": [], "b": []}], [], True),
        ([{"p": [], "o": ["run"]}], ["oauth2", "bearer"], False),
        ([{"b": [], "m": []}], [], True),
        ([{"m": []}], [], True),
        ([{"m": []}, {}], [], False),
        ([{"r": []}], ["api_key"], False),
        ([], [], False),
    ],
)
def test_how_one_proves_who_one_is(security: Any, schemes: list[str], noted: bool, tmp_path: Path) -> None:
    made = document(job())
    made["security"] = security
    made["components"]["securitySchemes"] = {
        "b": {"type": "http", "scheme": "Bearer"},
        "k": {"type": "apiKey", "in": "header", "name": "X-Key"},
        "m": {"type": "mutualTLS"},
        "r": {"$ref": "#/components/parts/key"},
        "o": {
            "type": "oauth2",
            "flows": {"clientCredentials": {"tokenUrl": "https://a.example.com/token", "scopes": {}}},
        },
        "p": {"type": "openIdConnect", "openIdConnectUrl": "https://a.example.com"},
    }
    made["components"]["parts"] = {"key": made["components"]["securitySchemes"]["k"]}
    (tmp_path / "api.json").write_text(json.dumps(made))
    plugin = drafting.build({"source": "api.json"}, str(tmp_path))
    assert plugin.service and [each.scheme.value for each in plugin.service.authentications] == schemes
    (tmp_path / "kept.yaml").write_text(plugin.service.document)
    again = drafting.build({"source": "kept.yaml"}, str(tmp_path))
    assert again.service and again.service.authentications == plugin.service.authentications
    assert any("which the connector cannot give" in note for note in plugin.crd.notes) is noted


def test_what_is_kept_gives_the_same_again(tmp_path: Path) -> None:
    """From the repository alone: the document that it keeps, and the recorded answers."""
    draft = drafting.draft({"source": str(SIMULATIONS), "operations": "create: POST /projects/{project}/simulations id=Location; "
                            "read: GET /projects/{project}/simulations/{simulation_id}"})  # fmt: skip
    assert draft.problems == ()
    kept = tmp_path / draft.recorded["source"]
    kept.parent.mkdir()
    assert draft.plugin.service
    kept.write_text(draft.plugin.service.document)
    assert list(yaml.safe_load(kept.read_text())["paths"]) == [
        "/projects/{project}/simulations", "/projects/{project}/simulations/{simulation_id}",
    ]  # fmt: skip
    lock = tmp_path / "contract/simulation.lock.json"
    lock.parent.mkdir()
    lock.write_text(draft.plugin.lock)
    again = drafting.draft(draft.recorded, str(tmp_path))
    assert again.problems == () and again.plugin == draft.plugin
    assert again.recorded == draft.recorded


def test_kinds_of_two_sorts_do_not_stand_in_one_repository(tmp_path: Path) -> None:
    (tmp_path / ".flyte-plugin.yaml").write_text(
        yaml.safe_dump({"answers": {"source": "example"}, "kinds": [{"source": str(SIMULATIONS)}]})
    )
    problems = drafting.check({"source": ".flyte-plugin.yaml"}, str(tmp_path))
    assert any("a repository has kinds of one sort" in each.text for each in problems)


def test_the_settings_are_all_in_the_grammar() -> None:
    text = (
        'create: POST /jobs id=.id key=K marker=.spec.a body={"a":1}; read: GET /jobs/{id} id=id; '
        "search: GET /jobs items=.jobs id=.id page=token next=.next"
    )
    found, problems = operations.parse(text)
    assert problems == [] and {name for each in found for name, _ in each.settings} == set(operations.SETTINGS)
    assert "; ".join(map(str, found)) == text and operations.parse(answers.NONE) == ((), [])


def test_the_request_of_each_task() -> None:
    """Parameters beside the body, constants and nulls in it, and neither the id that is ours nor a marker."""
    plugin = drafting.build({"source": str(SIMULATIONS), "fields": "+.query.priority"})
    full, minimal = requests.request(plugin, True), requests.request(plugin, False)
    assert (full["path"], full["query"], full["header"]) == (
        {"project": "text"},
        {"priority": str(plugin.fields[1].example)},
        {},
    )
    assert minimal == {
        "path": {"project": "text"},
        "query": {},
        "header": {},
        "body": {"name": "text", "model": "fluid"},
    }
    assert full["body"]["setByOverrides"] and "bodyOverrides" in corpus.full_custom(plugin)


def test_parameters_of_a_request_are_texts(tmp_path: Path) -> None:
    """Whatever their type: one that may be a number or a text stands in an address, too."""
    given = {"id": ["integer", "string"], "deep": "boolean", "size": "number"}
    paths = job()
    paths["/teams/{id}/jobs"] = paths.pop("/jobs")
    paths["/teams/{id}/jobs"]["post"]["parameters"] = [
        {"in": "path" if name == "id" else "query", "name": name, "required": True, "schema": {"type": each}}
        for name, each in given.items()
    ]
    operations = "create: POST /teams/{id}/jobs id=.id; read: GET /jobs/{job_id}; cancel: DELETE /jobs/{job_id}"
    made = requests.request(derived(tmp_path, paths, operations=operations).plugin, False)
    assert (made["path"], made["query"]) == ({"id": "1"}, {"deep": "true", "size": "0.5"})


def test_constants_and_nulls_stand_in_the_request(tmp_path: Path) -> None:
    body = {"type": "object", "required": ["when", "kind"], "properties": {
        "when": {"type": ["string", "null"]}, "kind": {"type": "string"}, "command": {"type": "string"}, "job_id": {"type": "string"},
    }}  # fmt: skip
    given = f'create: POST /jobs id=.spec.job_id body={{"kind":"x"}}; {READ}'
    plugin = derived(tmp_path, job(body=body), operations=given).plugin
    assert [each.name for each in plugin.fields] == ["when", "command"]
    assert requests.request(plugin, False)["body"] == {"when": None, "kind": "x"}


def test_what_changes_between_documents_is_said(tmp_path: Path) -> None:
    old = derived(tmp_path, job()).plugin
    new = derived(tmp_path, job(cancel="post", logs="get")).plugin
    assert changes.between(old, new) == [
        "~ operation cancel: DELETE /jobs/{job_id} is POST /jobs/{job_id}/cancel now",
        "+ operation logs: GET /jobs/{job_id}/logs",
    ]
    assert changes.between(new, old)[-1] == "- operation logs: GET /jobs/{job_id}/logs"


ODD = (
    "", " ", ";", "a\0b", "\u202e", "{{ 7 }}", "'\"$(reboot)`", "a" * 5_000, "[" * 500, '{"a":' * 200, "create: POST /" + "{a}" * 500,
    ".spec." + "a." * 300, ".path.project", "Success=" + "x," * 900, "http=404", "http=404 & succeeded", "+.header.X, -.query.priority",
    f"{WELL}; search: GET /jobs items=. id=.", 'create: GET / id=. body={"a":1e999}', "read: PATCH /", "auth=none; auth=none",
)  # fmt: skip


@pytest.mark.parametrize("prompt", answers.PROMPTS[1:])
def test_whatever_is_answered_nothing_is_raised(prompt: str) -> None:
    for text in ODD:
        for problem in drafting.check({"source": str(SIMULATIONS), prompt: text}):
            assert not invisible(problem.text) and len(problem.text) < 5_000, text


def test_a_parameter_of_the_query_can_take_the_id(tmp_path: Path) -> None:
    paths = job()
    read = {
        **paths.pop("/jobs/{job_id}")["get"],
        "parameters": [{"name": "job", "in": "query", "required": True, "schema": {"type": "string"}}],
    }
    paths["/status"] = {"get": read}
    given = "create: POST /jobs id=.id; read: GET /status id=job"
    service = derived(tmp_path, paths, kind="Job", operations=given).plugin.service
    assert service and [(each.name, each.place.value, each.is_id) for each in service.read.parameters] == [
        ("job", "query", True)
    ]
    wrong = {"source": str(tmp_path / "api.json"), "kind": "Job", "operations": given.removesuffix(" id=job")}
    (problem,) = drafting.check(wrong)
    assert (
        problem.prompt == "operations" and problem.text == "read: nothing in /status takes the id of a job: add id=job"
    )


@pytest.mark.parametrize(
    ("content", "is_json"),
    [
        ({"application/json": {}}, True),
        ({"application/vnd.job+json; v=2": {}}, True),
        ({"application/json": {}, "text/csv": {}}, False),
        ({"*/*": {}}, False),
        ({}, False),
    ],
)
def test_results_are_json_where_the_document_has_nothing_else(
    content: dict[str, Any], is_json: bool, tmp_path: Path
) -> None:
    """A page of a proxy is none of them then."""
    paths = job(results="get")
    responses = {"200": {"description": "Well.", "content": content}}
    draft = derived(tmp_path, with_(paths, "/jobs/{job_id}/results", "get", responses=responses))
    (plugin,) = draft.project.kinds
    assert plugin.service.operations[Purpose.RESULTS].is_json is is_json
