"""Every refused CRD: one clear sentence that says what is wrong, where, and what to do."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from flyte_plugin_scaffold.reading import crd
from tests.support.crd_refusals import REFUSALS, VALID, Refusal


def test_the_row_all_others_change_is_taken(tmp_path: Path) -> None:
    (tmp_path / "crd.yaml").write_text(VALID)
    assert crd.load("crd.yaml", base=tmp_path).kind == "Run"


@pytest.mark.parametrize("refusal", REFUSALS, ids=lambda refusal: refusal.id)
def test_refused(refusal: Refusal, tmp_path: Path) -> None:
    content = refusal.content.encode() if isinstance(refusal.content, str) else refusal.content
    (tmp_path / "crd.yaml").write_bytes(content)
    with pytest.raises(crd.SourceError) as raised:
        crd.load("crd.yaml", base=tmp_path)
    message = str(raised.value)
    assert "crd.yaml" in message
    assert re.search(".*".join(map(re.escape, refusal.message)), message), message
    assert "\n" not in message
    assert len(message) < 700


def test_ids_are_unique() -> None:
    assert len({refusal.id for refusal in REFUSALS}) == len(REFUSALS)
