"""The connector's library is no template: its own tests run where it stands, without a rendering."""

from __future__ import annotations

import shutil
import subprocess

import pytest

from flyte_plugin_scaffold.writing import library
from tests.support import connector, rendering, toolchain

TESTS = connector.PACKAGE.parent / "tests"

TARGETS = {"flytekit": "connector", "flyte2": "flyte2"}
PYTHONS = {"flytekit": "connector_python", "flyte2": "flyte2_python"}  # the fixtures


# The folders with the tests of what does the work: a repository has those of one.
BACKENDS = {"operator": TESTS, "service": TESTS / "service"}


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("sdk", TARGETS)
@pytest.mark.sdk
def test_its_own_tests(sdk, backend, request, tmp_path):
    """Only the folder's name follows from the answers, and what imports it under that name."""
    package = tmp_path / "sample_connector"
    for room in connector.ROOMS:
        shutil.copytree(room, package / room.name)
    (package / "__init__.py").touch()
    (tmp_path / "tests").mkdir()
    tests = BACKENDS[backend]
    for file in tests.glob("*.py"):
        if library.is_verbatim(f"connector/{file.relative_to(TESTS.parent).as_posix()}"):
            shutil.copy(file, tmp_path / "tests")
        else:
            text = rendering.rendered_file(
                file, source="example", plugin_slug="flyte-sample-plugin", targets=TARGETS[sdk]
            )
            (tmp_path / "tests" / file.name).write_text(text)
    python = request.getfixturevalue(PYTHONS[sdk])
    # A rendering that has the connector of Flyte 2 has both SDKs in one environment.
    both = [f"tests/{file.name}" for file in tests.glob("test_*flyte2.py")]
    of_flyte2 = both if sdk == "flyte2" else ["tests", *(f"--ignore={name}" for name in both)]
    run = subprocess.run(
        [python, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--rootdir", tmp_path, *of_flyte2],
        cwd=tmp_path,
        env=toolchain.environment(PYTHONPATH=str(tmp_path)),
        capture_output=True,
        text=True,
    )
    assert run.returncode == 0 and " passed" in run.stdout, run.stdout + run.stderr
