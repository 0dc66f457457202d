"""The connector's Python comes out as ruff formats it: its library, and the rows of kinds however long their names are."""

import random

import pytest

from flyte_plugin_scaffold.asking import drafting
from flyte_plugin_scaffold.languages import python_rows, rows
from flyte_plugin_scaffold.model import Runs
from flyte_plugin_scaffold.writing import library
from tests.support import connector
from tests.support.formatted import lint, unchanged_by_ruff
from tests.support.rendering import ROOT, rendered_file

CONNECTOR = connector.PACKAGE.parent
PRINTERS = (python_rows.python_fields, python_rows.python_roles, python_rows.python_spec, python_rows.python_status)


def name(choice, longest=60):
    return "n" + "".join(choice.choice("abcdefgh.-") for _ in range(choice.randint(1, longest)))


def value(choice, depth=0):
    kind = choice.random()
    if kind < 0.5 or depth > 3:
        plain = [name(choice), True, 5, rows.Each.EACH, Runs.IMAGE, rows.Named(name(choice))]
        return choice.choice(plain)
    several = tuple(value(choice, depth + 1) for _ in range(choice.choice([1, 1, 2, 5])))
    if kind < 0.7:
        return several
    if kind < 0.8:
        return rows.Put(rows.Form.RUNNER, (name(choice),), rows.Row.of("Runner", image=name(choice)))
    return rows.Row("Row", {f"word_{number}": each for number, each in enumerate(several)})


def test_any_row(example):
    choice = random.Random(7)
    printer = python_rows.Printer(example)
    source = "".join(
        python_rows.table(f"ROWS_{number}", "Tuple[Row, ...]", [printer.node(value(choice)) for _ in range(count)])
        + "\n"
        for number, count in enumerate([0, 1, 2, 7] * 60)
    )
    assert unchanged_by_ruff(source) == source


@pytest.fixture(scope="module")
def example():
    return drafting.build({"source": "example"})


@pytest.mark.parametrize("source", ["example", "oddjobs", "assemblies", "loadtests", "restores"])
def test_rows_of_a_kind(source):
    crd = source if source == "example" else str(ROOT / f"tests/crds/{source}.yaml")
    answers = {"source": crd, **({"roles": "none"} if source == "restores" else {})}
    text = rendered_file(CONNECTOR / "{{ project_name() }}_connector/{{ kind_name() }}/rows.py", **answers)
    assert unchanged_by_ruff(text) == text
    lint(text)


@pytest.mark.parametrize("phases", ["Success=Done", "Success=Done; Failure=.status.endTime"])
def test_phases_of_a_kind(phases):
    """Without a last resort, and with one alone."""
    answers = {"source": "widgets.acme.dev/v1/Widget", "status_path": ".status.phase", "phases": phases}
    text = rendered_file(CONNECTOR / "{{ project_name() }}_connector/{{ kind_name() }}/phases.py", **answers)
    assert unchanged_by_ruff(text) == text
    lint(text)


def test_what_says_nothing_is_left_out(example):
    """Of a default that is false, false is the value."""
    assert rows.Row.of("Row", a="", b=(), c=False, d=None, e="x").words == {"e": "x"}
    text = "".join(printer(example) for printer in PRINTERS)
    assert '=""' not in text
    assert "=()" not in text
    assert "=None" not in text


LIBRARY = [
    *(file for room in connector.ROOMS for file in room.glob("*.py")),
    *(
        each
        for each in (CONNECTOR / "tests").rglob("*.py")
        if library.is_verbatim(f"connector/{each.relative_to(CONNECTOR).as_posix()}") or "{{" not in each.read_text()
    ),
]


@pytest.mark.parametrize("file", LIBRARY, ids=[each.name for each in LIBRARY])
def test_files_of_the_library(file):
    source = file.read_text()
    assert unchanged_by_ruff(source) == source
    lint(source)
