"""`make bake`: renders the template into build/, with the answers given to make.

Reads the names of make's command-line variables (`make bake CRD=my.yaml task_type=mine`) from MAKEFLAGS and their
values from the environment, where make puts them unquoted. A name that is no prompt is refused. ANSWERS=answers.yaml gives the
answers in a file; those on the command line have priority.

What was rendered is written down in build/.rendered/: a repository that has been worked in since is not replaced,
unless OVERWRITE=yes is given, and then it is moved to build/.previous/.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
from flyte_plugin_scaffold.asking import make_variables  # noqa: E402
from flyte_plugin_scaffold.text.nearest import nearest  # noqa: E402  (the path above makes them importable)
from tools import rendered, venv  # noqa: E402

OF_MAKE = ("ANSWERS", "BUILD", "OVERWRITE", "PYTHON", "CACHE")  # variables of the Makefile itself


def prompts() -> list[str]:
    """The names of the template's questions, in their order."""
    return [name for name in json.loads((ROOT / "cookiecutter.json").read_text()) if not name.startswith("_")]


def answers(makeflags: str, environment: Mapping[str, str]) -> dict[str, str]:
    """The prompts that make's command line answers. Raises SystemExit naming every variable that is no prompt."""
    given = make_variables.given(makeflags, environment)
    known = prompts()
    prompt_of = make_variables.prompts(name for name in given if name not in OF_MAKE)
    unknown = [name for name, prompt in prompt_of.items() if prompt not in known]
    if unknown:
        text = f"No such prompt: {', '.join(unknown)}. The prompts are: {', '.join(known)}."
        meant = [(name, nearest(name, (*known, *make_variables.ALIASES, *OF_MAKE))) for name in unknown]
        sys.exit(text + "".join(f"\nDid you mean {near} for {name}?" for name, near in meant if near))
    for prompt in known:
        names = [name for name in prompt_of if prompt_of[name] == prompt]
        if len(names) > 1:
            sys.exit(f"{', '.join(names[:-1])} and {names[-1]} answer the same prompt: give one of them.")
    answered = {prompt: given[name] for name, prompt in prompt_of.items()}
    return {name: answered[name] for name in known if name in answered}


def in_file(python: Path, path: str, given: Mapping[str, str]) -> tuple[dict[str, str], list[list[str]]]:
    """The answers of a file, but for those that are ``given`` too, and what is wrong with single ones: (prompt, text).

    ``python`` has PyYAML, which this one need not have. Raises SystemExit where the file holds no answers.
    """
    run = subprocess.run([str(python), str(ROOT / "tools/answers_file.py"), path], stdout=subprocess.PIPE, text=True)
    if run.returncode != 0:
        sys.exit(run.returncode)
    found, problems = json.loads(run.stdout)
    return {name: value for name, value in found.items() if name not in given}, problems


def taken(build: Path) -> dict[str, str]:
    """The names of repositories below ``build`` that are not to be replaced, with the reason and the cure."""
    reasons = {}
    for folder in sorted(build.iterdir()) if build.is_dir() else []:
        if folder.name.startswith("."):
            continue
        changes = rendered.changes(folder)
        if changes:
            more = f" and {len(changes) - 3} more" if len(changes) > 3 else ""
            reasons[folder.name] = (
                f"{shown(folder)} is not as it was rendered ({', '.join(changes[:3])}{more}): give another "
                f"plugin_slug, BUILD=FOLDER, or OVERWRITE=yes, which moves it to {shown(build / rendered.PREVIOUS)}"
            )
    return reasons


def main() -> None:
    makeflags = os.environ.get("MAKEFLAGS", "")
    given = answers(makeflags, os.environ)
    cache = Path(os.environ.get("CACHE", ROOT / ".cache"))
    build = Path(os.environ.get("BUILD", ROOT / "build"))
    overwrite = os.environ.get("OVERWRITE", "")
    if overwrite not in ("", "yes", "no"):
        sys.exit(f"OVERWRITE={overwrite}: give yes or no.")
    print(f"1/3 Setting up cookiecutter in {shown(cache / 'bake')}", flush=True)
    python = venv.ensure(cache / "bake", ["-r", str(ROOT / "requirements" / "bake.txt")])
    answers_file = os.environ.get("ANSWERS", "")
    more, problems = in_file(python, answers_file, given) if answers_file else ({}, [])
    given = {**more, **given}
    print(f"2/3 Rendering {given.get('source', 'the example CRD')} into {shown(build)}", flush=True)
    build.mkdir(parents=True, exist_ok=True)
    # Rendered beside its place and moved there: a refused answer leaves what an earlier run rendered.
    with tempfile.TemporaryDirectory(dir=build, prefix=".rendering-") as fresh:
        command = [str(python), "-m", "cookiecutter", str(ROOT), "--no-input", "--output-dir", fresh]
        command += [f"{name}={value}" for name, value in given.items()]
        repeated = [
            f"{name}={value}" for name, value in make_variables.given(makeflags, os.environ).items() if name in OF_MAKE
        ]
        # What the user did and gets, for what is said: a command to repeat, and where the repository will be.
        told = {"FLYTE_PLUGIN_MAKE": json.dumps(["bake", *repeated]), "FLYTE_PLUGIN_SHOWN_IN": str(build)}
        told["FLYTE_PLUGIN_ANSWERS"] = json.dumps(more)
        told["FLYTE_PLUGIN_ANSWERS_PROBLEMS"] = json.dumps(problems)
        if overwrite != "yes":
            told["FLYTE_PLUGIN_TAKEN"] = json.dumps(taken(build))
        status = subprocess.run(command, env={**os.environ, **told}).returncode
        if status != 0:
            sys.exit(status)
        (made,) = Path(fresh).iterdir()
        target = build / made.name
        kept = rendered.replace(target, made)
    print(f"3/3 Done: {shown(target)}" + (f" (what stood there is now {shown(kept)})" if kept else ""))


def shown(path: Path) -> str:
    try:
        return str(path.relative_to(Path.cwd()))
    except ValueError:
        return str(path)


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        sys.exit("\nStopped; nothing was replaced.")
