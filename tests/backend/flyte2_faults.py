"""What was seen of the faults of test_connector.py with the connector of Flyte 2, of which no back end runs here."""

from __future__ import annotations

_LIBRARY = "connector/tests/test_flyte2.py"

# By the name of the test there: how it ends, the test that shows it, and its file, here or in the template.
SEEN: dict[str, tuple[str, str, str]] = {
    "test_exception": (
        "It is told to Flyte 2 as a failure that no retry helps, with the exception's text",
        "test_an_error_of_the_tasks_code_decides",
        _LIBRARY,
    ),
    "test_exception_without_outputs": (
        "As with outputs: the exception decides, also where the operator reports a success",
        "test_an_error_of_the_tasks_code_decides",
        _LIBRARY,
    ),
    "test_recoverable_error": (
        "It is told as a failure that may be retried; the retry is not tested",
        "test_an_error_of_the_tasks_code_decides",
        _LIBRARY,
    ),
    "test_crash": (
        "It is told as a failure that may be retried, with what the operator says",
        "test_phases",
        _LIBRARY,
    ),
    "test_refused_resource": (
        "The task fails for good with what Kubernetes says",
        "test_what_kubernetes_refuses_fails_for_good",
        _LIBRARY,
    ),
    "test_two_connectors": (
        "They create one resource and give the same answer; the rest is not tested",
        "test_an_attempt_has_a_resource_of_its_own",
        _LIBRARY,
    ),
    "test_abort": (
        "The resource is deleted",
        "test_a_task_from_its_beginning_to_its_end",
        "tests/backend/test_flyte2.py",
    ),
    "test_api_server_is_away": (
        "The task is told to run on; the rest is not tested",
        "test_get_raises_nothing",
        _LIBRARY,
    ),
    "test_quota": (
        "The task waits with what the API server says, and its resource is created later in the same attempt",
        "test_a_resource_is_created_once_the_api_server_is_back",
        _LIBRARY,
    ),
}
