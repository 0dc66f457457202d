"""The filters that print CRD texts and fields into the rendered README."""

from __future__ import annotations

import ast
import builtins
import re
from dataclasses import replace

import pytest

from flyte_plugin_scaffold import model
from flyte_plugin_scaffold.asking import drafting
from flyte_plugin_scaffold.languages import filters, protobuf, python_code
from flyte_plugin_scaffold.reading import schema
from flyte_plugin_scaffold.text import names
from tests.support.rendering import ROOT, rendered_file

TEMPLATE = ROOT / "{{cookiecutter.plugin_slug}}"
NO_USER = "driver: .spec.driver image; workers: .spec.workers image"


@pytest.mark.parametrize("answers", [{}, {"roles": NO_USER}, {"roles": "none"}], ids=["user", "images", "no pods"])
def test_code_has_what_it_calls(answers: dict[str, str]) -> None:
    page = TEMPLATE / "{{ of_operator() }}README.md"
    blocks = re.findall(r"```python\n(.*?)```", rendered_file(page, source="example", **answers), re.S)
    assert blocks
    for block in blocks:
        nodes = list(ast.walk(ast.parse(block)))
        known = {alias.name for node in nodes if isinstance(node, ast.ImportFrom) for alias in node.names}
        known |= {node.id for node in nodes if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}
        used = {node.id for node in nodes if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)}
        assert not used - known - set(dir(builtins)), block


def test_a_kind_has_its_article() -> None:
    text = rendered_file(
        TEMPLATE / "docs/{{ of_operator() }}{{ kind_name() }}.md", source=str(ROOT / "tests/crds/oddjobs.yaml")
    )
    assert names.with_article("OddJob") in text
    assert not re.findall(r"\b[Aa] OddJob\b", text)


@pytest.mark.parametrize(("roles", "said"), [("none", False), (NO_USER, True)], ids=["no pods", "pods"])
def test_pods_are_spoken_of_where_there_are_some(roles: str, said: bool) -> None:
    (proto,) = TEMPLATE.glob("proto/*/*/*/*/*.proto")
    answers = {"source": "example", "roles": roles}
    assert ("over roles and their pods" in rendered_file(proto, **answers).replace("\n  // ", " ")) is said
    assert ("over the pod" in " ".join(python_code.python_doc(drafting.build(answers).contract[0]).split())) is said


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


def test_phases_are_in_the_order_of_a_task() -> None:
    assert filters.phase_rows(drafting.build({"source": "example"})) == [
        ("Queued", "Pending, Suspended, .status.conditions=Suspended, no status yet"),
        ("Initializing", "Starting"),
        ("Running", "Running, anything else, unless words in its name mean an end"),
        ("Success", "Succeeded"),
        ("Failure", ".status.conditions=Terminal, .status.conditions=Failed, .status.conditions=Error, Failed"),
        ("Permanent failure", ".status.conditions=Invalid, .status.conditions=Rejected"),
    ]


def test_failures_are_told_apart() -> None:
    phases = "Success=Succeeded; SystemFailure=Starting; PermanentFailure=Suspended,Pending"
    assert filters.phase_rows(drafting.build({"source": "example", "phases": phases})) == [
        ("Queued", "no status yet"),
        ("Running", "Running, Failed, anything else"),
        ("Success", "Succeeded"),
        ("Permanent failure", "Suspended, Pending"),
        ("System failure", "Starting"),
    ]


@pytest.mark.parametrize("said", ["Which one", "Which one."])
def test_a_sentence_ends_before_the_next(said: str) -> None:
    (spec,) = (each for each in drafting.build({"source": "example"}).fields if each.name == "solver")
    note = protobuf.proto_note(replace(spec, description=said))
    assert note == "Which one. One of: direct, iterative, multigrid."


def test_alternatives_are_spelled_as_paths() -> None:
    odd = model.Alternative(("a.b", "clusterSelector"))
    (role, *_) = drafting.build({"source": "example"}).pod_roles
    assert filters.standing_in([replace(role, alternatives=(odd,))]) == [
        ('.spec."a.b".clusterSelector', f"`{role.name}`")
    ]
    modes = (odd, model.Alternative(("submitterMode",), "Pod"))
    assert filters.other_modes(modes) == (
        ', and so does `.spec."a.b".clusterSelector` or `.spec.submitterMode` other than `Pod`'
    )


def test_what_is_sent_without_being_set() -> None:
    example = drafting.build({"source": "example"})
    driver, workers = example.roles
    pods = "pods that the task does not name: `.spec.driver`, `.spec.workers`"
    assert filters.sent_unset(example) == [pods, "empty objects that the CRD requires: `.spec.driver.service`"]

    changed = replace(
        example,
        spec_defaults=(model.SpecDefault(schema.path_of("spec", "cleanUp"), True),),
        empties=(("net",),),
        roles=(
            replace(driver, empties=(), container="solver"),
            replace(workers, always=False, runs=model.Runs.USER, beside=(("pool",),), container="solver"),
        ),
    )
    assert filters.sent_unset(changed) == [
        "`.spec.cleanUp=true`, see [below](#what-stays-after-the-end)",
        "pods that the task does not name: `.spec.driver`",
        "`Never`, because Flyte retries the task: `.spec.workers.restartPolicy`",
        "empty objects that the CRD requires: `.spec.net`, `.spec.pool`",
        "the name `solver` of the main container of `driver`, `workers`, which the operator looks for",
    ]
    assert filters.sent_unset(replace(example, roles=())) == []
