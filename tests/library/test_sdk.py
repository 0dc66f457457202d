"""The SDKs' libraries are no template: their own tests run where they stand, without a rendering."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from flyte_plugin_scaffold.writing import parts
from tests.support import rendering, toolchain

CONTENT = rendering.ROOT / "{{cookiecutter.plugin_slug}}"
SDK, SDK2 = "flytekit-{{ project_name() }}", "flyteplugins-{{ project_name() }}"


@pytest.mark.parametrize("sdk", [SDK, SDK2], ids=["flytekit", "flyte2"])
@pytest.mark.sdk
def test_its_own_tests(sdk, request, tmp_path):
    """Only the folder's name follows from the answers, and what imports it under that name."""
    python = request.getfixturevalue("flytekit_python" if sdk == SDK else "flyte2_python")
    for file in (each for name in (SDK, SDK2) for each in (CONTENT / name).rglob("*") if each.is_file()):
        path = file.relative_to(CONTENT).as_posix()
        path = parts.of_flyte2(path) if sdk == SDK2 and path.startswith(SDK) else path
        of_a_kind = any(
            word in path for word in ("kind", "own_", "notebook", "settings", "pyproject.toml", "README.md")
        )
        if not path.startswith(sdk) or "__pycache__" in path or of_a_kind:
            continue
        to = tmp_path / path.removeprefix(f"{sdk}/").replace("{{ project_name() }}", "sample")
        to.parent.mkdir(parents=True, exist_ok=True)
        if file.name in ("sample.py", "sample_decorator.py", "sample_executor.py"):
            to.write_text(rendering.rendered_file(file, source="example", plugin_slug="flyte-sample-plugin"))
        else:
            shutil.copy(file, to)
    for file in Path(__file__).with_name("together").glob("*.py") if sdk == SDK else ():
        shutil.copy(file, tmp_path / "tests")
    run = subprocess.run(
        [python, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--rootdir", tmp_path, "tests"],
        cwd=tmp_path,
        env=toolchain.environment(PYTHONPATH=str(tmp_path)),
        capture_output=True,
        text=True,
    )
    assert run.returncode == 0 and " passed" in run.stdout, run.stdout + run.stderr
