"""Repositories of plugins for the SDK alone: all that their owner would run is green at once, and needs no Go and no proto."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
import threading
import zipfile
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from flyte_plugin_scaffold.model import Form
from tests.rendered import test_files
from tests.support import bakes, rendering, toolchain
from tests.support.kinds import SCHEMAS

DECORATOR = bakes.one("test_sdk_alone.py", source="Acme Platform", form=Form.DECORATOR, targets="sdk")
NOTEBOOK = bakes.one("test_sdk_alone.py", source="Acme Platform", form=Form.NOTEBOOK, targets="sdk, flyte2")
OTHERS = [each for each in bakes.of("test_sdk_alone.py") if each is not DECORATOR]


@pytest.fixture(scope="module")
def decorator(repository, flytekit_python) -> Any:
    here = DECORATOR.opened(repository)
    here.shares(flytekit_python)
    return here


def test_a_decorators_own_tests_linters_and_packages(decorator):
    DECORATOR.run(decorator)
    (wheel,) = (decorator.path / "dist").glob("*.whl")
    with zipfile.ZipFile(wheel) as content:
        names = set(content.namelist())
    assert {"flytekitplugins/acmeplatform/pod_template.yaml", "flytekitplugins/acmeplatform/py.typed"} <= names
    assert "flytekitplugins/__init__.py" not in names


@pytest.fixture(scope="module")
def notebook(repository, sdk_python) -> Any:
    """One for both SDKs, in an environment that has papermill, and what any other plugin for the SDK alone needs."""
    here = NOTEBOOK.opened(repository)
    here.make("venv")
    return here


@pytest.mark.parametrize("bake", OTHERS, ids=lambda bake: bake.id)
def test_own_tests_of_each_form(bake, repository, sdk_python, request):
    """From the schemas that others ship, too. Where Flyte 2 is tested alone there is no flytekit, but for notebooks."""
    here, apart = bake.opened(repository), None
    if bake.form is Form.NOTEBOOK:  # which needs papermill
        here.shares(request.getfixturevalue("notebook").sdk / "bin/python")
    elif "flyte2" in bake.targets:
        # That of any repository for Flyte 2 has linters.
        linted = repository("example", targets="flyte2" if bake.targets == "flyte2" else "connector, flyte2")
        linted.make("venv")
        here.shares(linted.sdk / "bin/python")
        apart = request.getfixturevalue("flyte2_python") if bake.targets == "flyte2" else None
    else:
        here.shares(request.getfixturevalue("flytekit_python"))
    bake.run(here, apart)
    for file in here.path.glob("flyteplugins-*/**/*.py"):
        assert not re.search(r"^ *(from|import) flytekit", file.read_text("utf-8"), re.M), file


class Square(BaseHTTPRequestHandler):
    """A service that squares."""

    def do_POST(self) -> None:
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.send_response(200)
        self.end_headers()
        self.wfile.write(json.dumps({"square": asked["inputs"]["n"] ** 2}).encode())


@pytest.fixture
def address() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Square)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize("form", ["decorator", "executor", "notebook"])
@pytest.mark.parametrize(
    ("targets", "program", "folder", "demo", "ends"),
    [
        ("sdk", "pyflyte", "flytekit-*", "demo/workflows", r"\b144\s*\Z"),
        ("flyte2", "flyte", "flyteplugins-*", "demo/flyte2", r"\(o0=144\)"),
    ],
    ids=["sdk", "flyte2"],
)
def test_the_readmes_example_runs_as_it_says(
    targets, program, folder, demo, ends, form, repository, notebook, address, tmp_path
):
    here = repository("example", source="none", kind=form, targets=targets)
    (sdk,) = here.path.glob(folder)
    page = (sdk / "README.md").read_text()
    (code,) = re.findall(r"```python\n# example.py\n(.*?)```", page, re.S)
    (command,) = re.findall(rf"^{program} (run .*?)  # here", page, re.M)
    (tmp_path / "example.py").write_text(code)
    for each in here.path.glob(f"{demo}/*.ipynb"):
        shutil.copy(each, tmp_path)
    run = subprocess.run(
        [notebook.sdk / "bin" / program, *command.split()],
        cwd=tmp_path,
        env=toolchain.environment(PYTHONPATH=str(sdk), SERVICECALL_URL=address),
        capture_output=True,
        text=True,
    )
    assert run.returncode == 0 and re.search(ends, run.stdout), run.stdout + run.stderr


def test_nothing_of_a_backend_is_there(decorator):
    top = {each.name for each in decorator.path.iterdir()}
    assert not top & {"go.mod", "buf.yaml", "proto", "contract", "crd", "kustomize", "connector", "internal"}
    help_ = decorator.make("help")
    assert not {"generate", "kustomize", "deploy", "add_kind", "install"} & set(help_.split())


@pytest.mark.parametrize(
    ("schema", "form", "targets"),
    [
        ("platform", "decorator", "sdk"),
        ("platform", "decorator", "sdk, flyte2"),
        *(("scoring", "executor", targets) for targets in ("sdk", "flyte2", "sdk, flyte2")),
        *(("platform", "notebook", targets) for targets in ("sdk", "flyte2", "sdk, flyte2")),
    ],
)
def test_pages_name_what_is_there(rendered, schema, form, targets):
    given = {"source": str(SCHEMAS / f"{schema}.json"), "kind": form, "targets": targets}
    test_files.test_readme_links_and_targets_exist("example", lambda kind: rendered(kind, **given))


def test_it_is_rendered_again_from_its_own_schema(decorator):
    """It has no protobuf code to generate, and nothing is said of any."""
    answers = {"TEMPLATE": str(rendering.ROOT), "SOURCE": "schema/acmeplatform.json"}
    said = decorator.run("make", "regenerate", f"PYTHON={sys.executable}", *(f"{k}={v}" for k, v in answers.items()))
    assert "Files: all are as they were." in said and "protobuf" not in said
