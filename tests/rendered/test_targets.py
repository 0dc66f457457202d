"""Every set of targets, for kinds of every sort in one repository: their own tests, linters and images.

The Go plugin alone, and Go's part of any set, are in test_make.py.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from tests.backend.processes import Process, free_port, is_listening
from tests.support import lint
from tests.support.dockerfile import Dockerfile, context_of
from tools import venv

ALL = "propeller, connector, flyte2"
IMAGES = {"connector": "connector/Dockerfile", "flyte2": "connector/flyte2.Dockerfile"}

pytestmark = pytest.mark.go


@pytest.mark.parametrize("targets", [ALL, *IMAGES])
def test_own_tests_and_linters(targets, repository, sdk_python):
    here = repository("targets", targets=targets)
    here.make("test_connector", "test_python")
    if targets == ALL:
        # What looks at types takes most of the time, and finds nothing more in a part of this.
        here.make("lint_connector", "lint_sdk", "lint_flyte2")
    lint.all_but_types(here, without="go.sh vet")


class Image:
    """What a Dockerfile installs, in an environment that has what others have published, and its command."""

    def __init__(self, here: Any, file: str, cache: Path, folder: Path) -> None:
        here.make("venv")
        image = Dockerfile.read(here.path / file)
        context = context_of(here.path, folder / "context")
        self.python = venv.ensure(cache / f"image-{Path(file).stem}", [], here.python)
        own, others = (next(each.glob("lib/python*/site-packages")) for each in (self.python.parent.parent, here.sdk))
        (own / "published.pth").write_text(f"{others}\n")
        (install,) = image.commands
        for target, source in image.mounted.items():
            install = install.replace(target, str(context / source))
        install = install.replace("pip install", f"{self.python} -m pip install")
        here.run("sh", "-c", install, PIP_DISABLE_PIP_VERSION_CHECK="1", PYTHONPATH="")
        program, *self._arguments = image.starts
        self._program = here.sdk / "bin" / program
        self.folder = folder

    def start(self, settings: str) -> tuple[Process, int]:
        """Its process, and the port on which it is to serve."""
        port = free_port()
        ports = {"8000": str(port), "9090": str(free_port())}
        file = self.folder / "settings.yaml"
        file.write_text(settings)
        env = {"PATH": os.defpath, "HOME": str(self.folder), "FLYTE_CONNECTOR_SETTINGS": str(file), "COLUMNS": "200"}
        command = [self.python, self._program, *(ports.get(each, each) for each in self._arguments)]
        return Process("image", command, self.folder / "log", env=env, folder=self.folder), port


@pytest.mark.parametrize(("targets", "file"), [(ALL, each) for each in IMAGES.values()] + list(IMAGES.items()))
def test_images_serve_every_kind(targets, file, repository, sdk_python, cache, tmp_path):
    here = repository("targets", targets=targets)
    image = Image(here, file, cache, tmp_path)
    process, port = image.start("")
    try:
        process.wait_until(lambda: is_listening(port), 60)
    finally:
        process.kill()
    said = process.log.read_text()
    kinds = [each.crd.kind for each in here.plugins.values()]
    assert [kind for kind in kinds if f"{kind} Connector" not in said] == [], said
    # A pod that serves nothing would be ready, and take the place of one that does.
    process, port = image.start("plugins: {solverjob: {stuck-timeout: soon}}")
    try:
        assert process.wait(60) != 0
    finally:
        process.kill()
    assert "plugins.solverjob.stuck-timeout" in process.log.read_text()
