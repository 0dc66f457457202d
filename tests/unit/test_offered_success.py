"""No answer that is offered takes for a success what its words call a failure or a stage before the end."""

from __future__ import annotations

import re
import shlex
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from flyte_plugin_scaffold.asking import drafting, findings, offers
from flyte_plugin_scaffold.deriving import state_words
from flyte_plugin_scaffold.model import Phase
from flyte_plugin_scaffold.text import lexicon
from tests.support.schemas import BOOLEAN, INTEGER, STRING, crd, enum, obj
from tests.unit.test_offers import written

TIME = {**STRING, "format": "date-time"}


def refused(tmp_path: Path, status: dict[str, Any], kind: str = "RenderRun", **given: str) -> str:
    """The refusal of a kind with this status."""
    file = written(crd(kind=kind, spec=obj(size=INTEGER), status=status), tmp_path)
    return findings.refusal(drafting.draft({"source": str(file), **given}).problems, "bake")


def offered(tmp_path: Path, status: dict[str, Any]) -> str:
    """The answer ``phases`` that is offered where a kind is refused; "" for none."""
    words = [word.partition("=") for word in shlex.split(refused(tmp_path, status).replace("task's", ""))]
    return next((value for name, _, value in words if name == "phases"), "")


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ("Waiting Rendering Rendered Broken", "Success=Rendered; Failure=Broken; Queued=Waiting"),
        ("Rendered Rendering", "Success=Rendered"),
        ("Waiting Baked Served NotReady", "Success=Served; Queued=Waiting"),
        ("Idle Working Crashed", "Success=Idle; Failure=Crashed"),
        ("Baked Released Running RetryFailed SavepointFailed", "Success=Baked,Released"),
        ("Waiting Rendering Broken", ""),
        ("Pending Running", ""),
        ("Broken", ""),
    ],
)
def test_a_listed_value(tmp_path: Path, values: str, expected: str) -> None:
    assert offered(tmp_path, obj(state=enum(*values.split()))) == expected


OTHERS = {
    "a boolean of a failure": (obj(failed=BOOLEAN, warm=BOOLEAN), "Success=.status.warm=true"),
    "a count of failures": (
        obj(failures=INTEGER, ready=INTEGER),
        "Success=.status.ready>0; Failure=.status.failures>0",
    ),
    "a boolean of a stage": (obj(suspended=BOOLEAN, scheduled=BOOLEAN), ""),
    "a text of a failure": (obj(error=STRING, errorMessage=STRING), ""),
    "a text that explains": (obj(message=STRING, reason=STRING, observedGeneration=INTEGER), ""),
    "a time before the end": (obj(startTime=TIME, lastUpdateTime=TIME), ""),
    "a state of failures": (obj(state=enum("Waiting", "Broken"), warm=BOOLEAN), "Success=.status.warm=true"),
}


@pytest.mark.parametrize("case", OTHERS)
def test_other_values(tmp_path: Path, case: str) -> None:
    status, expected = OTHERS[case]
    assert offered(tmp_path, status) == expected


@pytest.mark.parametrize(
    ("name", "node", "expected"),
    [
        ("failed", BOOLEAN, "Failure=.status.failed=true"),
        ("suspended", BOOLEAN, "Queued=.status.suspended=true"),
        ("finished", BOOLEAN, "Success=.status.finished=true"),
        ("completionTime", TIME, "Success=.status.completionTime"),
        ("startTime", TIME, "Running=.status.startTime"),
        ("failureTime", TIME, "Failure=.status.failureTime"),
    ],
)
def test_what_is_no_state_is_named_in_phases_by_its_words(
    tmp_path: Path, name: str, node: dict[str, Any], expected: str
) -> None:
    status = obj(phase=enum("Pending", "Succeeded", "Failed"), **{name: node})
    said = refused(tmp_path, status, status_path=f".status.{name}")
    assert re.search(rf"as in {re.escape(expected)}[,\s]", said), said


def test_a_nearly_right_success_is_no_failure(tmp_path: Path) -> None:
    status = obj(phase=enum("Done", "Unsuccessful", "Failed"))
    said = refused(tmp_path, status, phases="Success=Successful; Failure=Fialed")
    assert "did you mean Unsuccessful" not in said
    assert "did you mean Failed?" in said


# Words of every sort, and pairs of them.
WORDS = st.sampled_from(
    [
        *lexicon.FAILURE,
        *lexicon.QUEUED,
        *lexicon.INITIALIZING,
        *lexicon.SUCCESS,
        *"Rendered Busy Ready Valid Active".split(),
    ]
)
VALUES = st.one_of(WORDS, st.builds(lambda *words: "".join(words), st.sampled_from(["Job", "Retry", "Not"]), WORDS))


@settings(max_examples=60, suppress_health_check=list(HealthCheck))
@given(
    st.lists(VALUES, min_size=1, max_size=6, unique_by=str.lower),
    st.sets(st.sampled_from("failed suspended failures errorMessage startTime reason warm".split())),
    st.sampled_from(["RenderRun", "Render", "RenderServer"]),
)
@example(["Waiting", "Rendering", "Rendered", "Broken"], set(), "RenderRun")
def test_any_listed_values(
    tmp_path_factory: pytest.TempPathFactory, values: list[str], beside: set[str], kind: str
) -> None:
    nodes = {"failures": INTEGER, "errorMessage": STRING, "reason": STRING, "startTime": TIME}
    others = {name: nodes.get(name, BOOLEAN) for name in sorted(beside)}
    file = written(
        crd(kind=kind, spec=obj(size=INTEGER), status=obj(state=enum(*values), **others)),
        tmp_path_factory.getbasetemp(),
    )
    draft = drafting.draft({"source": str(file)})
    texts = [findings.report(draft), findings.refusal(draft.problems, "bake") if draft.problems else ""]
    texts += [each.answers.get("phases", "") for each in offers.of(draft)] if not draft.problems else []
    file.unlink()
    for text in texts:
        for found in re.findall(r"Success=([^;')\n]+)", " ".join(text.split())):
            for term in found.split(","):
                first = term.split(" & ")[0].strip()
                name = first.split(".")[-1].partition("=")[0].partition(">")[0]
                assert state_words.meaning(name) in (None, Phase.SUCCESS), text
                assert name not in ("failures", "errorMessage", "startTime", "reason"), text
