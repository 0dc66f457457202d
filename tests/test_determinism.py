"""Same template, same answers, same bytes: on any machine, Python and time of day. And nothing is written elsewhere."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support import rendering, toolchain, tree
from tools import venv

# The generated code comes from pinned tools; what they print is compared by `make generate DELTA_CHECK=1`.
RENDER_ONLY = {"FLYTE_PLUGIN_PROTOS": "skip"}


@pytest.fixture(scope="module")
def reference(tmp_path_factory, crd_path) -> Path:
    baked = rendering.bake({}, tmp_path_factory.mktemp("reference"), env=RENDER_ONLY)
    assert baked.path, baked.output
    return baked.path


@pytest.mark.parametrize(
    "surroundings",
    [
        pytest.param({"PYTHONHASHSEED": "0"}, id="hash-seed-0"),
        pytest.param({"PYTHONHASHSEED": "4242"}, id="hash-seed-4242"),
        pytest.param({"TZ": "Pacific/Chatham", "LANG": "C", "LC_ALL": "C", "PYTHONUTF8": "0"}, id="C-locale"),
        pytest.param({"USER": "somebody", "HOSTNAME": "elsewhere", "SOURCE_DATE_EPOCH": "1"}, id="other-user"),
    ],
)
def test_surroundings_have_no_say(reference, bake, surroundings):
    baked = bake(env={**RENDER_ONLY, **surroundings})
    assert baked.path, baked.output
    assert not tree.differences(reference, baked.path)


def test_working_directory_has_no_say(reference, bake, tmp_path):
    """Neither a template given as `.` or relative, nor a CRD given relative or absolute."""
    from_inside = bake(cwd=rendering.ROOT, template=".", env=RENDER_ONLY)
    assert from_inside.path, from_inside.output
    assert not tree.differences(reference, from_inside.path)

    example = rendering.ROOT / "flyte_plugin_scaffold/example/solverjobs.yaml"
    trees = []
    for folder in ("one", "two"):
        (tmp_path / folder / "crds").mkdir(parents=True)
        shutil.copy(example, tmp_path / folder / "crds/job.yaml")
        crd = "crds/job.yaml" if folder == "one" else str(tmp_path / folder / "crds/job.yaml")
        baked = bake(into=tmp_path / folder / "out", cwd=tmp_path / folder, source=crd, env=RENDER_ONLY)
        assert baked.path, baked.output
        trees.append(baked.path)
    assert not tree.differences(*trees)


@pytest.mark.pythons
@pytest.mark.parametrize("version", [(3, 10), (3, 11), (3, 12), (3, 13), (3, 14)], ids=lambda v: f"{v[0]}.{v[1]}")
def test_python_version_has_no_say(reference, bake, cache, version):
    if version not in toolchain.pythons():
        pytest.skip(f"no Python {version[0]}.{version[1]} here")
    if version == sys.version_info[:2]:
        pytest.skip("the reference was rendered by it")
    requirements = ["-r", str(rendering.ROOT / "requirements/bake.txt")]
    python = venv.ensure(cache / f"cookiecutter-{version[0]}.{version[1]}", requirements, toolchain.pythons()[version])
    baked = bake(python=str(python), env=RENDER_ONLY)
    assert baked.path, baked.output
    assert not tree.differences(reference, baked.path)


def test_cloned_template(reference, bake, tmp_path):
    """The usual way in: a git URL. Taken from the working tree, so that it tests what stands here."""
    clone = tmp_path / "cookiecutter-flyte-plugin"
    clone.mkdir()
    names = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=rendering.ROOT, capture_output=True, text=True, check=True,
    ).stdout.split("\0")  # fmt: skip
    for name in filter(None, names):
        if (rendering.ROOT / name).is_file():
            (clone / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(rendering.ROOT / name, clone / name)
    git = ["git", "-c", "user.name=tests", "-c", "user.email=tests@localhost"]
    for command in (["init", "--quiet"], ["add", "--all"], ["commit", "--quiet", "--message", "Template"]):
        subprocess.run([*git, *command], cwd=clone, check=True)
    baked = bake(template=f"git+file://{clone}", env=RENDER_ONLY)
    assert baked.path, baked.output
    # The recorded template is the one thing that may differ.
    assert set(tree.differences(reference, baked.path)) <= {".flyte-plugin.yaml"}


def test_nothing_is_written_outside(bake, tmp_path):
    """Rendering fills the one folder; cookiecutter's own files, which the test configuration moves, apart."""
    home, work = tmp_path / "home", tmp_path / "work"
    home.mkdir()
    work.mkdir()
    before = _template_files()
    baked = bake(into=tmp_path / "out", cwd=work, env={**RENDER_ONLY, "HOME": str(home), "XDG_CACHE_HOME": str(home)})
    assert baked.path, baked.output
    assert [each.name for each in (tmp_path / "out").iterdir()] == [baked.path.name]
    assert list(work.iterdir()) == []
    assert [str(each.relative_to(home)) for each in home.rglob("*") if each.is_file()] == []
    assert _template_files() == before


def _template_files() -> dict[str, int]:
    found = {}
    for name in rendering.TEMPLATE:
        top = rendering.ROOT / name
        for file in [top] if top.is_file() else top.rglob("*"):
            if file.is_file() and "__pycache__" not in file.parts:
                found[str(file)] = os.stat(file).st_mtime_ns
    return found
