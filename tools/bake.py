"""`make bake`: renders the template into build/, with the answers given to make.

Reads the names of make's command-line variables (`make bake CRD=my.yaml task_type=mine`) from MAKEFLAGS and their
values from the environment, where make puts them unquoted. A name that is no prompt is refused, as cookiecutter would
ignore it.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Mapping

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
from tools import venv  # noqa: E402  (the path above makes it importable)

OF_MAKE = {"PYTHON", "CACHE", "BUILD"}  # variables of the Makefile itself


def prompts() -> list[str]:
    """The names of the template's questions, in their order."""
    return [name for name in json.loads((ROOT / "cookiecutter.json").read_text()) if not name.startswith("_")]


def answers(makeflags: str, environment: Mapping[str, str]) -> dict[str, str]:
    """The prompts that make's command line answers. Raises SystemExit naming every variable that is no prompt."""
    _, _, variables = f" {makeflags}".partition(" -- ")
    names = re.findall(r"(?:^|(?<=\s))(\w+)\s*:?=", re.sub(r"\\.", "", variables))
    known = prompts()
    unknown = [name for name in names if name not in OF_MAKE and name.lower() not in known]
    if unknown:
        sys.exit(f"No such prompt: {', '.join(unknown)}. The prompts are: {', '.join(known)}.")
    given = {name.lower(): environment[name] for name in names if name not in OF_MAKE}
    return {name: given[name] for name in known if name in given}


def main() -> None:
    given = answers(os.environ.get("MAKEFLAGS", ""), os.environ)
    cache = Path(os.environ.get("CACHE", ROOT / ".cache"))
    build = Path(os.environ.get("BUILD", ROOT / "build"))
    print(f"1/3 Setting up cookiecutter in {shown(cache / 'bake')}", flush=True)
    python = venv.ensure(cache / "bake", ["-r", str(ROOT / "requirements" / "bake.txt")])
    print(f"2/3 Rendering {given.get('crd', 'the example CRD')} into {shown(build)}", flush=True)
    build.mkdir(parents=True, exist_ok=True)
    # Rendered beside its place and moved there: a refused answer leaves what an earlier run rendered.
    with tempfile.TemporaryDirectory(dir=build, prefix=".rendering-") as fresh:
        command = [str(python), "-m", "cookiecutter", str(ROOT), "--no-input", "--output-dir", fresh]
        command += [f"{name}={value}" for name, value in given.items()]
        # What the user did and gets, for what is said: a command to repeat, and where the repository will be.
        told = {"FLYTE_PLUGIN_MAKE": "bake", "FLYTE_PLUGIN_SHOWN_IN": str(build)}
        status = subprocess.run(command, env={**os.environ, **told}).returncode
        if status != 0:
            sys.exit(status)
        (rendered,) = Path(fresh).iterdir()
        target = build / rendered.name
        replaced = target.exists()
        if replaced:
            # The user may have worked in it: one step back stays possible.
            kept = build / ".previous" / rendered.name
            shutil.rmtree(kept, ignore_errors=True)
            kept.parent.mkdir(exist_ok=True)
            target.rename(kept)
        rendered.rename(target)
    print(f"3/3 Done: {shown(target)}" + (f" (what stood there is now {shown(kept)})" if replaced else ""))


def shown(path: Path) -> str:
    try:
        return str(path.relative_to(Path.cwd()))
    except ValueError:
        return str(path)


if __name__ == "__main__":
    main()
