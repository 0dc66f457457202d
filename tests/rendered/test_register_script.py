"""What the rendered demo/register.sh hands to pyflyte, and makes of its answers; tests/backend has the real ones."""

from __future__ import annotations

import os
import subprocess

import pytest

pytestmark = pytest.mark.go

IMAGE = "registry.example.com:5000/demo:v7"


@pytest.fixture
def register(rendered, tmp_path):
    def run(output="", status=0, **variables):
        """Run the script with a pyflyte that prints its arguments and ``output``."""
        pyflyte = tmp_path / "pyflyte"
        pyflyte.write_text(f"#!/bin/sh\necho pyflyte \"$@\"\ncat <<'END'\n{output}\nEND\nexit {status}\n")
        pyflyte.chmod(0o755)
        kept = {key: value for key, value in os.environ.items() if key not in ("IMAGE", "VERSION", "PROJECT", "DOMAIN")}
        env = {**kept, **variables, "PATH": f"{tmp_path}{os.pathsep}{os.environ['PATH']}"}
        return subprocess.run([rendered("example") / "demo/register.sh"], env=env, capture_output=True, text=True)

    return run


@pytest.mark.parametrize(
    "variables, sent",
    [
        ({}, "--project flytesnacks --domain development --version v7"),
        ({"VERSION": "v8", "PROJECT": "mine", "DOMAIN": "staging"}, "--project mine --domain staging --version v8"),
    ],
)
def test_registers_what_is_in_the_image(variables, sent, register):
    result = register(IMAGE=IMAGE, **variables)
    assert (result.returncode, result.stderr) == (0, "")
    assert f"pyflyte register --copy none {sent} --image {IMAGE} workflows" in result.stdout


@pytest.mark.parametrize("variables, message", [({}, "IMAGE is not set"), ({"IMAGE": "host:5000/demo"}, "has no tag")])
def test_image_is_needed(variables, message, register):
    result = register(**variables)
    assert result.returncode == 1
    assert message in result.stderr


@pytest.mark.parametrize(
    "output, message",
    [
        ("Status: StatusCode.UNAVAILABLE", "Flyte at flyte.example.com does not answer"),
        ("Status: StatusCode.DEADLINE_EXCEEDED", "Flyte at flyte.example.com does not answer"),
        ("Status: StatusCode.UNAUTHENTICATED", "refuses your credentials"),
        ("Status: StatusCode.PERMISSION_DENIED", "refuses to register in flytesnacks/development"),
        ("Status: StatusCode.NOT_FOUND", "has no flytesnacks/development"),
        ("workflow with different structure already exists.", "version v7 is registered in flytesnacks/development"),
        ("ModuleNotFoundError: No module named 'numpy'", "could not register the workflows, see above"),
    ],
)
def test_failures_are_explained(output, message, register):
    result = register(f"Registering against flyte.example.com\n{output}", status=1, IMAGE=IMAGE)
    assert result.returncode == 1
    assert output in result.stdout
    assert message in result.stderr
