"""The table of what each target has, and that of a connector's faults: each cell is shown by a test that there is, or says what is not tested."""

from __future__ import annotations

import re

import pytest

from flyte_plugin_scaffold.flyte import targets
from flyte_plugin_scaffold.model import Backend
from flyte_plugin_scaffold.writing import parts
from tests.backend import flyte2_faults
from tests.support.rendering import ROOT

TEMPLATE = "{{cookiecutter.plugin_slug}}"
# By the rows of the table and its targets: test and file, of this repository or of the template.
ENVTEST = "internal/plugintest/scenarios.go"
PROPELLER, CONNECTOR, FLYTE2 = (f"tests/backend/test_{name}.py" for name in ("faults", "connector", "flyte2"))
OF_CONNECTOR, OF_FLYTE2 = (f"connector/tests/test_{name}.py" for name in ("flyte1", "flyte2"))
SHOWN = {
    "Flyte itself": (
        ("test_every_propeller_is_ours", "tests/backend/test_charts.py"),
        ("test_propeller_is_told_of_the_connector", "tests/backend/test_charts.py"),
        ("test_flyte_2_gets_the_values_of_flyte_1", "tests/rendered/test_flyte2.py"),
    ),
    "Follows a resource": (
        ("a change of the resource wakes its workflow", ENVTEST),
        ("test_connector_is_away", CONNECTOR),
        ("test_flyte_2_gets_the_values_of_flyte_1", "tests/rendered/test_flyte2.py"),
    ),
    "The pod of a task is made": (
        ("test_what_users_say_is_what_the_operator_gets", "tests/corpus/test_corpus.py"),
        ("test_of_what_users_say", "tests/corpus/test_connector.py"),
        ("test_pod_of_a_container", "connector/tests/test_container.py"),
    ),
    "Owner of a resource": (
        ("the API server takes the resource as it is", ENVTEST),
        ("test_connector_is_away", CONNECTOR),
        ("test_an_abort_deletes_the_resource", OF_FLYTE2),
    ),
    "Reasons in Flyte's console": (
        ("test_unschedulable", PROPELLER),
        ("test_refused_resource", CONNECTOR),
        ("test_phases", OF_FLYTE2),
    ),
    "Log links": (
        ("test_log_links", "tests/backend/test_workflows.py"),
        ("test_links_of_a_running_task_stay", OF_CONNECTOR),
        ("test_links_of_a_task", OF_FLYTE2),
    ),
    "Failures of the system": (
        ("test_silent_operator", PROPELLER),
        ("test_api_server_is_away", CONNECTOR),
        ("test_phases", OF_FLYTE2),
    ),
    "Outputs, user errors, cache, timeouts, abort, secrets": (
        ("test_workflow_succeeds_with_the_users_output", "tests/backend/test_workflows.py"),
        ("test_secrets", CONNECTOR),
        ("test_an_error_of_the_tasks_code_decides", OF_FLYTE2),
    ),
    "Map tasks": (
        ("test_map_task", "tests/backend/test_workflows.py"),
        ("test_map_task", CONNECTOR),
        None,
    ),
    "Tolerations, affinity and devices of roles": (
        ("test_of_what_the_cluster_says", "tests/corpus/test_connector.py"),
        ("test_of_what_the_cluster_says", "tests/corpus/test_connector.py"),
        ("test_what_the_cluster_adds", "connector/tests/test_container.py"),
    ),
    "While it is away": (
        ("test_propeller_is_killed", PROPELLER),
        ("test_connector_is_away", CONNECTOR),
        None,
    ),
    "Several at once": (
        ("test_overlays_are_accepted", "tests/backend/test_overlays.py"),
        ("test_two_connectors", CONNECTOR),
        ("test_an_attempt_has_a_resource_of_its_own", OF_FLYTE2),
    ),
    "Rights": (
        ("test_every_right_is_needed", "tests/backend/test_envtest.py"),
        ("test_rights", CONNECTOR),
        ("test_a_task_from_its_beginning_to_its_end", FLYTE2),
    ),
}


def _is_there(test: str, file: str) -> bool:
    (place,) = (each for each in (ROOT / file, ROOT / TEMPLATE / file) if each.exists())
    text = place.read_text()
    return f'"{test}"' in text if file == ENVTEST else re.search(rf"^def {test}\(", text, re.M) is not None


def test_the_table_has_every_target() -> None:
    assert list(targets.COLUMNS) == list(parts.NEEDED[Backend.OPERATOR])
    assert [row[0] for row in targets.ROWS] == list(SHOWN)


@pytest.mark.parametrize("row", targets.ROWS, ids=lambda row: row[0])
def test_each_cell_is_shown_by_a_test(row: tuple[str, ...]) -> None:
    for cell, shown in zip(row[1:], SHOWN[row[0]], strict=True):
        assert cell.startswith("not tested") if shown is None else _is_there(*shown), (cell, shown)


def test_what_was_seen_of_faults_is_shown_by_a_test() -> None:
    for fault, (end, test, file) in flyte2_faults.SEEN.items():
        assert _is_there(fault, CONNECTOR), fault
        assert end and _is_there(test, file), fault
