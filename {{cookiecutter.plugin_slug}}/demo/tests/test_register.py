import os
import subprocess
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parents[1] / "register.sh"
IMAGE = "registry.example.com:5000/demo:v7"


def register(folder, output="", status=0, **variables):
    """Run the script with a pyflyte that prints its arguments and ``output``."""
    pyflyte = folder / "pyflyte"
    pyflyte.write_text(f"#!/bin/sh\necho pyflyte \"$@\"\ncat <<'END'\n{output}\nEND\nexit {status}\n")
    pyflyte.chmod(0o755)
    kept = {key: value for key, value in os.environ.items() if key not in ("IMAGE", "VERSION", "PROJECT", "DOMAIN")}
    path = f"{folder}{os.pathsep}{os.environ['PATH']}"
    return subprocess.run([SCRIPT], env={**kept, **variables, "PATH": path}, capture_output=True, text=True)


@pytest.mark.parametrize(
    "variables, sent",
    [
        ({}, "--project flytesnacks --domain development --version v7"),
        ({"VERSION": "v8", "PROJECT": "mine", "DOMAIN": "staging"}, "--project mine --domain staging --version v8"),
    ],
)
def test_registers_what_is_in_the_image(variables, sent, tmp_path):
    result = register(tmp_path, IMAGE=IMAGE, **variables)
    assert (result.returncode, result.stderr) == (0, "")
    assert f"pyflyte register --copy none {sent} --image {IMAGE} workflows" in result.stdout


@pytest.mark.parametrize("variables, message", [({}, "IMAGE is not set"), ({"IMAGE": "host:5000/demo"}, "has no tag")])
def test_image_is_needed(variables, message, tmp_path):
    result = register(tmp_path, **variables)
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
def test_failures_are_explained(output, message, tmp_path):
    result = register(tmp_path, f"Registering against flyte.example.com\n{output}", status=1, IMAGE=IMAGE)
    assert result.returncode == 1
    assert output in result.stdout
    assert message in result.stderr
