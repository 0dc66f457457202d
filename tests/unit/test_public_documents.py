"""What is derived of OpenAPI documents that others ship, and that no name in them decides anything."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from flyte_plugin_scaffold.asking import drafting, findings
from flyte_plugin_scaffold.model import Purpose, Scheme
from tests.support import public_documents

ITEM = "/repos/{owner}/{repo}/actions/runs/{run_id}"
EXPECTED = {
    "openeo": {
        "kind": "Job",
        "operator_name": "openEO",
        "operations": "create: POST /jobs id=OpenEO-Identifier marker=.spec.title; start: POST /jobs/{job_id}/results; "
        "read: GET /jobs/{job_id}; cancel: DELETE /jobs/{job_id}/results; results: GET /jobs/{job_id}/results; "
        "search: GET /jobs items=.jobs id=.id",
        "status_path": ".status.status",
        "phases": "Success=finished; Failure=canceled,error; Queued=queued; Initializing=submitted",
        "fields": ".spec.process_graph, .spec.description, .spec.plan, .spec.budget",
    },
    "airflow": {
        "kind": "DagRun",
        "operator_name": "Airflow",
        "operations": "create: POST /api/v2/dags/{dag_id}/dagRuns id=.spec.dag_run_id; "
        "read: GET /api/v2/dags/{dag_id}/dagRuns/{dag_run_id}; "
        'cancel: PATCH /api/v2/dags/{dag_id}/dagRuns/{dag_run_id} body={"state":"failed"}',
        "status_path": ".status.state",
        "phases": "Success=success; Failure=failed; Queued=queued",
    },
    "github": {
        "kind": "WorkflowRun",
        "operator_name": "GitHub",
        "operations": "create: POST /repos/{owner}/{repo}/actions/workflows/{workflow_id}/dispatches id=.workflow_run_id "
        f'body={{"return_run_details":true}}; read: GET {ITEM}; cancel: POST {ITEM}/cancel; logs: GET {ITEM}/logs; '
        f"results: GET {ITEM}/artifacts",
        "status_path": ".status.status",
        "fields": ".path.owner, .path.repo, .path.workflow_id, .spec.ref, .spec.inputs",
    },
}


@pytest.fixture(scope="module", params=EXPECTED)
def found(request: pytest.FixtureRequest) -> tuple[str, Path]:
    return request.param, public_documents.path(request.param)


def test_what_is_derived(found: tuple[str, Path], tmp_path: Path) -> None:
    """In seconds, whatever the size; and the part that is kept gives the same answers again."""
    name, file = found
    start = time.process_time()
    draft = drafting.draft({"source": str(file)})
    assert {prompt: draft.answer(prompt) for prompt in EXPECTED[name]} == EXPECTED[name]
    assert draft.problems == () and draft.plugin.service
    assert time.process_time() - start < 30
    assert f"{draft.answer('kind')} of " in findings.report(draft)
    kept = tmp_path / draft.vendored
    kept.parent.mkdir()
    kept.write_text(draft.plugin.service.document)
    again = drafting.draft({"source": str(kept)})
    assert {prompt: again.answer(prompt) for prompt in EXPECTED[name]} == EXPECTED[name]
    assert again.plugin.service and again.plugin.service.document == draft.plugin.service.document
    assert again.plugin.contract == draft.plugin.contract


def test_a_job_that_is_only_registered_is_started() -> None:
    service = drafting.build({"source": str(public_documents.path("openeo"))}).service
    assert service and [each.value for each in service.operations] == [
        "create",
        "start",
        "read",
        "cancel",
        "results",
        "search",
    ]
    assert service.id.header == "OpenEO-Identifier" and service.operations[Purpose.CREATE].codes == (201,)
    assert [each.scheme for each in service.authentications] == [Scheme.BEARER]
    assert str(service.progress) == ".status.progress"


def test_an_id_of_our_own_is_no_field_and_null_is_sent_for_the_user() -> None:
    plugin = drafting.build({"source": str(public_documents.path("airflow"))})
    assert plugin.service and str(plugin.service.id.chosen) == ".spec.dag_run_id"
    assert [str(path) for path in plugin.service.nulls] == [".spec.logical_date"]
    fields = {each.name: each.required for each in plugin.fields}
    assert fields["dag_id"] and not fields["logical_date"] and "dag_run_id" not in fields
