"""What diagnosis asks of the API server, and what a task tells flyteadmin: counted on the example, on a clock that is not the machine's.

``make test TESTS=tests/bench/test_requests.py ARGS=--load-write`` writes the table of docs/benchmarks.md.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tools import docs

ROOT = Path(__file__).resolve().parent.parent.parent
PAGE = ROOT / "docs/benchmarks.md"
SOURCE = Path(__file__).parent / "requests/requests_test.go"
HEAD = "| resources | of them | requests by the end of the time of grace | requests in all | events |"

pytestmark = pytest.mark.go


def test_requests_of_diagnosis_are_as_the_page_says(request: pytest.FixtureRequest, repository: Callable) -> None:
    here = repository("example")
    copy = here.path / "go" / "solverjob" / SOURCE.name
    shutil.copy(SOURCE, copy)
    try:
        output = here.run("go", "test", "-v", "-tags", "nospark", "-run", "TestRequestsOfDiagnosis", "./go/solverjob")
    finally:
        copy.unlink()
    rows = re.findall(r"^row (\|.*\|)$", output, re.M)
    assert len(rows) == 8, output
    lines = [HEAD, "|---" * 5 + "|", *rows]
    page = PAGE.read_text()
    fresh = docs.fresh(page, {"requests": lambda: lines})
    if request.config.getoption("--load-write"):
        PAGE.write_text(fresh)
    else:
        assert fresh == page
