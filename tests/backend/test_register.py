"""The rendered demo/register.sh against an AdminService: what it registers, and what it says where it cannot.

The server's log and the script's output are kept in build/backend/<test>/. ``make docs`` cuts a table of docs/faults.md from the
docstrings: what is wrong, an empty line, what is said.
"""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from .backend import Rendered
from .console import Console
from .processes import free_port

pytestmark = [pytest.mark.servers, pytest.mark.go, pytest.mark.sdk]

IMAGE = "registry.example.com/demo:v7"


@pytest.fixture
def refuses() -> str:
    """The code with which registrations are refused."""
    return ""


@pytest.fixture
def admin(rendered_plugin: Rendered, folder: Path, refuses: str) -> Iterator[Console]:
    admin = Console(rendered_plugin.sdk.python, folder, refuses)
    yield admin
    admin.stop()


@pytest.fixture
def register(rendered_plugin: Rendered, folder: Path) -> Callable[..., subprocess.CompletedProcess[str]]:
    """``register(endpoint, VERSION=...)`` runs the script as ``make register`` does, with Flyte there."""

    def run(endpoint: str, **env: str) -> subprocess.CompletedProcess[str]:
        config = folder / "config.yaml"
        # A token that the server need not like; without a command pyflyte would open a browser.
        login = {"authType": "ExternalCommand", "command": ["echo", "token"]}
        config.write_text(json.dumps({"admin": {"endpoint": endpoint, "insecure": True, **login}}))
        script = rendered_plugin.path / "demo" / "register.sh"
        everything = {**rendered_plugin.sdk.environment, "FLYTECTL_CONFIG": str(config), "IMAGE": IMAGE, **env}
        run = subprocess.run(
            ["bash", str(script)], env=everything, cwd=os.sep, capture_output=True, text=True, timeout=120
        )
        (folder / "register.log").write_text(run.stdout + run.stderr)
        return run

    return run


def complaint(run: subprocess.CompletedProcess[str]) -> str:
    """The script's own last word; it has failed, and no traceback is its end."""
    assert run.returncode == 1, run.stdout + run.stderr
    lines = [line for line in run.stderr.splitlines() if line.startswith("register.sh: ")]
    assert len(lines) == 1, run.stderr
    return lines[0]


def test_everything_is_registered(register: Callable, admin: Console, rendered_plugin: Rendered) -> None:
    run = register(admin.endpoint)

    assert run.returncode == 0, run.stdout + run.stderr
    module = f"workflows.{rendered_plugin.plugin.names.name}"
    (task,) = admin.requests("CreateTask")
    assert task["id"] == {
        "resource_type": "TASK",
        "project": "flytesnacks",
        "domain": "development",
        "name": f"{module}.square",
        "version": "v7",
    }
    assert task["spec"]["template"]["type"] == rendered_plugin.plugin.names.task_type
    assert task["spec"]["template"]["container"]["image"] == IMAGE
    assert [each["id"]["name"] for each in admin.requests("CreateWorkflow")] == [f"{module}.demo"]
    assert [each["id"]["name"] for each in admin.requests("CreateLaunchPlan")] == [f"{module}.demo"]


def test_twice_is_as_good_as_once(register: Callable, admin: Console) -> None:
    register(admin.endpoint)
    run = register(admin.endpoint)

    assert run.returncode == 0, run.stdout + run.stderr
    assert admin.requests("CreateTask", "ALREADY_EXISTS")


def test_a_version_with_other_contents(register: Callable, admin: Console) -> None:
    """The version exists with other contents.

    The version, the project and the domain; give a new `VERSION`.
    """
    register(admin.endpoint)
    said = complaint(register(admin.endpoint, IMAGE="registry.example.com/other:v7"))

    assert "version v7 is registered in flytesnacks/development with other contents" in said


@pytest.mark.parametrize("refuses", ["PERMISSION_DENIED"])
def test_no_permission(register: Callable, admin: Console) -> None:
    """The caller may not register there.

    The project and the domain; ask for the right, or set `PROJECT` and `DOMAIN`.
    """
    said = complaint(register(admin.endpoint, PROJECT="theirs"))

    assert "refuses to register in theirs/development" in said
    assert not admin.requests("CreateTask")


def test_no_network(register: Callable) -> None:
    """Flyte does not answer.

    Its address; is `admin.endpoint` right, and the network up?
    """
    endpoint = f"127.0.0.1:{free_port()}"
    said = complaint(register(f"dns:///{endpoint}"))

    assert f"Flyte at {endpoint} does not answer" in said


@pytest.mark.parametrize("refuses", ["NOT_FOUND"])
def test_no_project(register: Callable, admin: Console) -> None:
    """The project is missing, or has no such domain.

    The project and the domain; create the project, or set `PROJECT` and `DOMAIN`.
    """
    assert "has no nowhere/development: create the project" in complaint(register(admin.endpoint, PROJECT="nowhere"))


@pytest.mark.parametrize("refuses", ["UNAUTHENTICATED"])
def test_nobody_known(register: Callable, admin: Console) -> None:
    """Flyte does not know the caller.

    Check the admin section of the Flyte configuration, or log in again.
    """
    assert "refuses your credentials" in complaint(register(admin.endpoint))
