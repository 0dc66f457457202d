"""The filters that print CRD texts and fields into the rendered README."""

from __future__ import annotations

import pytest

from flyte_plugin_scaffold import filters, plugin


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (".spec.a[]", "`.spec.a[]`"),
        ("a|b", r"`a\|b`"),
        ("a\nb", "`a b`"),
        ("a`b", "``a`b``"),
        ("``a", "``` ``a ```"),
        ("", "`  `"),
    ],
)
def test_code_spans_hold_any_text(text: str, expected: str) -> None:
    assert filters.markdown_code(text) == expected


def test_every_field_of_the_example_has_a_row_and_a_type() -> None:
    example = plugin.build({"crd": "example"})

    rows = [
        (owner, field.name, filters.field_type(field))
        for owner, fields in filters.field_tables(example)
        for field in fields
    ]

    assert rows == [
        ("SolverJob", "solver", '"direct", "iterative" or "multigrid"'),
        ("SolverJob", "tolerance", "float"),
        ("SolverJob", "max_iterations", "int"),
        ("SolverJob", "tags", "list of str"),
        ("SolverJob", "environment", "dict of str"),
        ("SolverJob", "scratch_size", "str"),
        ("Workers", "replicas", "int"),
        ("Workers", "restart_policy", '"Always", "OnFailure" or "Never"'),
    ]


def test_phases_are_in_the_order_of_a_task() -> None:
    assert filters.phase_rows(plugin.build({"crd": "example"})) == [
        ("Queued", "Pending, Suspended, no status yet"),
        ("Initializing", "Starting"),
        ("Running", "Running, anything else"),
        ("Success", "Succeeded"),
        ("Failure", "Failed"),
    ]


def test_failures_are_told_apart() -> None:
    phases = "Success=Succeeded; SystemFailure=Starting; PermanentFailure=Suspended,Pending"
    assert filters.phase_rows(plugin.build({"crd": "example", "phases": phases})) == [
        ("Queued", "no status yet"),
        ("Running", "Running, Failed, anything else"),
        ("Success", "Succeeded"),
        ("Permanent failure", "Suspended, Pending"),
        ("System failure", "Starting"),
    ]
