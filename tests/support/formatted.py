"""Whether Python is as ruff leaves it with the settings of rendered repositories."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from flyte_plugin_scaffold.languages import python_code
from tests.support.toolchain import ROOT

RUFF = Path(sys.executable).with_name("ruff")


def unchanged_by_ruff(source: str) -> str:
    """What ruff would make of ``source``; equal to it if it is formatted."""
    command = [RUFF, "format", "--isolated", f"--line-length={python_code.WIDTH}", "--target-version=py310", "-"]
    result = subprocess.run(command, input=source, capture_output=True, text=True)
    assert result.returncode == 0, result.stderr
    return result.stdout


def lint(source: str) -> None:
    """Fails with what ruff has against ``source``."""
    settings = (ROOT / "{{cookiecutter.plugin_slug}}/ruff.toml").as_posix()
    result = subprocess.run([RUFF, "check", "--config", settings, "-"], input=source, capture_output=True, text=True)
    assert result.returncode == 0, result.stdout + result.stderr
