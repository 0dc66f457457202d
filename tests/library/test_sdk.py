"""The SDK's library is no template: its own tests run where it stands, without a rendering."""

from __future__ import annotations

import shutil
import subprocess

import pytest

from tests.support import rendering, toolchain

SDK = rendering.ROOT / "{{cookiecutter.plugin_slug}}/flytekit-{{ project_name() }}"


@pytest.mark.sdk
def test_its_own_tests(flytekit_python, tmp_path):
    """Only the folder's name follows from the answers, and what imports it under that name."""
    shutil.copytree(SDK / "flytekitplugins/_{{ project_name() }}", tmp_path / "flytekitplugins/_sample")
    (tmp_path / "tests").mkdir()
    for name in ("base", "tasks"):
        shutil.copy(SDK / f"tests/test_{name}.py", tmp_path / "tests")
    sample = rendering.rendered_file(SDK / "tests/sample.py", source="example", plugin_slug="flyte-sample-plugin")
    (tmp_path / "tests/sample.py").write_text(sample)
    run = subprocess.run(
        [flytekit_python, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--rootdir", tmp_path, "tests"],
        cwd=tmp_path,
        env=toolchain.environment(PYTHONPATH=str(tmp_path)),
        capture_output=True,
        text=True,
    )
    assert run.returncode == 0 and " passed" in run.stdout, run.stdout + run.stderr
