"""Diagrams of the rendered README: any text of a CRD is shown as it stands, and none is a part of the diagram's own code."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flyte_plugin_scaffold import model
from flyte_plugin_scaffold.asking import drafting
from flyte_plugin_scaffold.languages import mermaid
from flyte_plugin_scaffold.text.characters import visible_prose
from tests.support.rendering import ROOT

LABEL = r'"(?:[A-Za-z0-9 ,]|[._/=-](?=[A-Za-z0-9])|#[0-9]+;|<br/>)*"'
# Every statement that the diagrams may have.
STATEMENTS = re.compile(
    rf"(?:stateDiagram-v2|flowchart LR|direction LR|\}}|state {LABEL} as \w+(?: \{{)?|(?:\[\*\]|\w+) --> \w+"
    rf"|(?:cr|role\d+) (?:-->|-\.->) (?:role\d+|more)\[{LABEL}\]|role\d+ (?:-->|-\.->) pods\d+\(\[{LABEL}\]\)"
    rf"|cr\[{LABEL}\]|started\(\[{LABEL}\]\)|classDef user stroke-width:4px|class \w+(?:,\w+)* user)"
)
HOSTILE = (
    '"]; click cr "javascript:alert(1)"',
    "style x:#35;fill;",
    "classDef a:#b;",
    "``` %%{init: {}}%% ---",
    "<script>alert(1)</script><img src=x onerror=y>",
    "end",
    "1. one\n2. two",
    "- a\n* b\n# c",
    "`**bold** _x_`",
    "&#35; #35; #quot;",
    "a;b:c|d{e}(f)[g]\\n",
    "$$x^2$$ fa:fa-car @{shape: x}",
    "\u202eevil\u200b",
)


def shown(label: str) -> list[str]:
    """The lines that Mermaid makes of a label."""
    return [re.sub(r"#(\d+);", lambda match: chr(int(match[1])), line) for line in label[1:-1].split("<br/>")]


def statements(diagram: str) -> list[str]:
    return [line.strip() for line in diagram.splitlines()]


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_texts_are_shown_as_they_stand(text: str) -> None:
    label = mermaid.label(text)
    assert re.fullmatch(LABEL, label)
    assert shown(label) == [visible_prose(text)]


@given(
    st.lists(
        st.text(max_size=60).filter(lambda text: visible_prose(text) and not re.search("ﬂ°|¶ß", text)),
        min_size=1,
        max_size=3,
    )
)
def test_any_text_is_shown_as_it_stands(texts: list[str]) -> None:
    label = mermaid.label(*texts)
    assert re.fullmatch(LABEL, label)
    assert shown(label) == [visible_prose(text) for text in texts]


def test_mermaids_own_placeholders_are_spelled_differently() -> None:
    assert shown(mermaid.label("ﬂ°°35¶ß")) == ["fl°°35¶ss"]


def test_long_texts_are_cut() -> None:
    assert shown(mermaid.label("x" * 1000)) == ["x" * 57 + "..."]
    assert shown(mermaid.label("&" * 61)) == ["&" * 57 + "..."]


def test_what_reads_well_stays_readable() -> None:
    assert mermaid.label("ray_head", ".spec.a-b/c=D") == '"ray_head<br/>.spec.a-b/c=D"'


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_states_and_names_add_no_statement(text: str) -> None:
    example = drafting.build({"source": "example"})
    rules = tuple(replace(rule, text=text) for rule in example.status.rules)
    roles = tuple(replace(role, name=text, runs=model.Runs.ARGV, argv=(text, text)) for role in example.roles)
    hostile = replace(
        example, status=replace(example.status, rules=rules), roles=roles, crd=replace(example.crd, kind=text)
    )
    for diagram in (mermaid.phase_diagram, mermaid.role_diagram):
        expected = statements(diagram(example))
        found = statements(diagram(hostile))
        assert [line for line in found if not STATEMENTS.fullmatch(line)] == []
        assert [line for line in expected if not STATEMENTS.fullmatch(line)] == []


def test_states_stand_in_the_box_of_their_phase() -> None:
    phases = "Success=Succeeded; SystemFailure=Starting; PermanentFailure=Suspended,Pending"
    found = statements(mermaid.phase_diagram(drafting.build({"source": "example", "phases": phases})))
    assert 'state "Queued#58;<br/>no status yet" as queued' in found
    assert 'state "Success#58;<br/>Succeeded" as success' in found
    assert 'state "Permanent failure#58;<br/>Suspended<br/>Pending" as permanent' in found
    assert [line for line in found if "-->" in line] == [
        *("[*] --> queued", "queued --> running"),
        *("resource --> success", "resource --> permanent", "resource --> system"),
    ]


def test_a_phase_of_many_states_counts_them_and_says_what_is_left() -> None:
    example = drafting.build({"source": "example", "phases": "Success=Succeeded; Queued=Pending"})
    (queued,) = (rule for rule in example.status.rules if rule.phase is model.Phase.QUEUED)
    rules = tuple(replace(queued, text=f"S{number}") for number in (*range(30), *range(30)))
    example = replace(example, status=replace(example.status, rules=rules))
    (box,) = (line for line in statements(mermaid.phase_diagram(example)) if line.endswith("as queued"))
    assert box == 'state "Queued#58;<br/>S0<br/>S1<br/>S2<br/>S3<br/>26 more<br/>no status yet" as queued'


def test_who_runs_the_tasks_command_is_marked() -> None:
    roles = "driver: .spec.driver user; workers: .spec.workers image"
    found = statements(mermaid.role_diagram(drafting.build({"source": "example", "roles": roles})))
    assert 'role1 --> pods1(["one pod<br/>runs the task#39;s command"])' in found
    assert 'pods2(["pods<br/>run their image#39;s own command"])' in " ".join(found)
    assert found[-1] == "class pods1 user"
    nobody = drafting.build({"source": "example", "roles": roles.replace("user", "image")})
    assert "class" not in mermaid.role_diagram(nobody) and "thick" not in mermaid.role_legend(nobody)


def test_a_role_that_a_task_must_name_is_dotted() -> None:
    example = drafting.build({"source": "example"})
    assert "-.->" not in mermaid.role_diagram(example) and "dotted" not in mermaid.role_legend(example)
    first, *others = example.roles
    optional = replace(example, roles=(first, *(replace(role, always=False, required=False) for role in others)))
    assert "cr -.-> role2" in mermaid.role_diagram(optional) and "role2 -.-> pods2" in mermaid.role_diagram(optional)
    assert "dotted" in mermaid.role_legend(optional)


def test_a_command_without_a_pod_is_started_by_the_operator() -> None:
    source = str(ROOT / "tests/crds/assemblies.yaml")
    plugin = drafting.build(
        {"source": source, "roles": "entrypoint: .spec.entrypoint user; leader: .spec.leader image"}
    )
    found = statements(mermaid.role_diagram(plugin))
    assert 'cr --> role1[".spec.entrypoint"]' in found and "role1 --> started" in found
    assert found[-1] == "class started user"


def test_many_roles_are_counted() -> None:
    example = drafting.build({"source": "example"})
    (driver, *_) = example.roles
    found = statements(mermaid.role_diagram(replace(example, roles=(driver,) * 20)))
    assert 'cr -.-> more["and 8 more roles"]' in found
    assert len([line for line in found if line.startswith("cr -")]) == 13
