"""Every answer that is offered beside the defaults is one that can be given."""

from __future__ import annotations

import functools
import itertools
import shlex
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings

from flyte_plugin_scaffold.asking import drafting, findings, offers
from flyte_plugin_scaffold.model import Crd, Phase
from tests.support.random_crds import CRDS
from tests.support.schemas import BOOLEAN, CONDITIONS, INTEGER, OPAQUE, RUNNER, STRING, TEMPLATE, array, crd, enum, obj

ROOT = Path(__file__).parent.parent
FILES = sorted((ROOT / "crds").rglob("*.yaml"))
TIME = {**STRING, "format": "date-time"}
MOST = 40  # offers of one CRD that are tried


def written(answer: Crd, folder: Path) -> Path:
    """The CRD as a file."""
    columns = [{"name": each.name, "type": each.type, "jsonPath": each.json_path} for each in answer.printer_columns]
    version = {
        "name": answer.version,
        "served": True,
        "storage": True,
        "schema": {"openAPIV3Schema": answer.schema},
        "subresources": {"status": {}},
        "additionalPrinterColumns": columns,
    }
    document = {
        "apiVersion": "apiextensions.k8s.io/v1",
        "kind": "CustomResourceDefinition",
        "metadata": {"name": f"{answer.plural}.{answer.group}"},
        "spec": {
            "group": answer.group,
            "scope": "Namespaced",
            "names": {"kind": answer.kind, "plural": answer.plural, "singular": answer.singular},
            "versions": [version],
        },
    }
    file = folder / f"{next(_NUMBERS)}.yaml"
    file.write_text(yaml.safe_dump(document))
    return file


_NUMBERS = itertools.count()


def check(file: Path) -> int:
    """How many offers were tried, all of which can be given."""
    try:
        draft = drafting.draft({"source": str(file)})
        is_usable = not draft.problems
    except Exception as error:  # an unreadable CRD offers nothing
        assert type(error).__name__ == "SourceError"
        return 0
    found = list(itertools.islice(offers.of(draft), MOST)) if is_usable else []
    for offer in found:
        taken = drafting.draft({"source": str(file), **offer.answers})
        assert taken.problems == (), offer
        rules = (*taken.plugin.status.rules, *taken.plugin.status.last_resorts)
        assert any(rule.phase is Phase.SUCCESS for rule in rules), offer
        assert findings.report(taken)
    return len(found)


_kept = functools.lru_cache(maxsize=None)(check)


@pytest.mark.parametrize("file", FILES, ids=[file.stem for file in FILES])
def test_offers_of_small_crds(file: Path) -> None:
    _kept(file)


def test_something_is_offered() -> None:
    assert sum(_kept(file) for file in FILES) > 20


def told(kind: str, status: dict[str, Any]) -> Crd:
    return crd(kind=kind, spec=obj(size=INTEGER), status=status)


def test_names_with_what_nobody_can_see_are_not_offered(tmp_path: Path) -> None:
    beside = {"other": RUNNER, "size\u0004": OPAQUE}
    answer = crd(spec=obj(**{"worker\u0004": TEMPLATE}, **beside), status=obj(phase=STRING, **{"\u202eState": STRING}))
    check(written(answer, tmp_path))


REFUSED = {
    "a long answer": told("SolverServer", obj(phase=STRING)),
    "listed without an end": told("Solver", obj(phase=enum("New", "Busy", "Over it"))),
    "conditions": told("Solver", obj(conditions=CONDITIONS)),
    "a time": told("SolverRun", obj(endTime=TIME)),
    "a time and what failed": told("SolverRun", obj(endTime=TIME, error=STRING)),
    "other values": told("SolverRun", obj(observedGeneration=INTEGER, warm=BOOLEAN, size=INTEGER)),
    "a status that is open": told("SolverRun", OPAQUE),
}


@pytest.mark.parametrize("columns", [0, 60, 80])
@pytest.mark.parametrize("case", sorted(REFUSED))
def test_what_a_refusal_offers_can_be_pasted(tmp_path: Path, case: str, columns: int) -> None:
    given = {"source": str(written(REFUSED[case], tmp_path))}
    said = findings.refusal(drafting.draft(given).problems, "bake", columns)
    words = [word.partition("=") for word in shlex.split(said.replace("task's", ""))]
    answers = {name: value for name, _, value in words if name in ("status_path", "phases") and value}
    assert len(answers) == 2, said
    assert drafting.draft({**given, **answers}).problems == ()


def test_where_nothing_could_be_answered_nothing_is_offered(tmp_path: Path) -> None:
    (problem,) = drafting.draft(
        {"source": str(written(told("SolverRun", obj(hosts=array(STRING))), tmp_path))}
    ).problems
    assert "status_path" not in problem.text
    assert problem.text.endswith("choose another kind of the operator")


@settings(deadline=None, max_examples=75, suppress_health_check=list(HealthCheck))
@given(CRDS)
def test_offers_of_any_crd(tmp_path_factory: pytest.TempPathFactory, answer: Crd) -> None:
    file = written(answer, tmp_path_factory.getbasetemp())
    check(file)
    file.unlink()
