"""`make regenerate` of a rendered repository: renders it again, and puts the result beside its owner's edits.

Runs in the repository's folder, in a Python that has cookiecutter. The variables of make's command line are answers: CRD
or SOURCE for a newer source, the prompts by their names for everything else. Exit status 1 means that nothing was written.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path

import yaml

from flyte_plugin_scaffold.asking import answers, make_variables
from flyte_plugin_scaffold.asking.drafting import Draft
from flyte_plugin_scaffold.life import changes, merging
from flyte_plugin_scaffold.life.merging import Change, Step
from flyte_plugin_scaffold.reading.crd_sources import CrdError
from flyte_plugin_scaffold.text import characters, terminal
from flyte_plugin_scaffold.text.nearest import did_you_mean
from flyte_plugin_scaffold.writing import generate, sums

TEMPLATE = Path(__file__).resolve().parent.parent.parent
RECORD = ".flyte-plugin.yaml"
CONTRACT = "contract"  # the folder of the locks
ASIDE = os.path.join("build", "regenerated")  # what the template would have in place of files that are kept
ALIASES = {"CRD": "source"}
# Of the Makefile itself.
_OF_MAKE = frozenset("TEMPLATE PYTHON VENV GO GO_LDFLAGS ARGS".split())
# Where these are what the old source gives by default, they follow the new one.
_FOLLOW = ("roles", "status_path", "phases", "fields")


class Refusal(Exception):
    """Why nothing is written, as lines that say what to do."""


def recorded(folder: Path) -> dict[str, str]:
    """The answers that the repository in ``folder`` was rendered with.

    :raises Refusal: where there is no record, or none that can be read.
    """
    try:
        record = yaml.safe_load((folder / RECORD).read_text(encoding="utf-8"))
        found = record["answers"]
        return {str(name): str(value) for name, value in found.items()}
    except OSError as error:
        raise Refusal(
            f"{RECORD} cannot be read: {error.strerror}. It is in the top folder of every rendering."
        ) from None
    except (yaml.YAMLError, ValueError, KeyError, TypeError, AttributeError):
        raise Refusal(f"{RECORD} holds no answers: take it back from an earlier commit.") from None


def overrides(variables: Mapping[str, str]) -> dict[str, str]:
    """The answers among make's variables.

    :raises Refusal: naming every variable that is no prompt.
    """
    given = {name: value for name, value in variables.items() if name not in _OF_MAKE}
    prompt_of = {name: ALIASES.get(name, name.lower()) for name in given}
    unknown = [name for name, prompt in prompt_of.items() if prompt not in answers.PROMPTS]
    if unknown:
        known = (*ALIASES, *answers.PROMPTS)
        hints = [
            f"{name} is no prompt{did_you_mean(name, known) or ': there are ' + ', '.join(known)}" for name in unknown
        ]
        raise Refusal("\n".join(hints))
    twice = [prompt for prompt, count in Counter(prompt_of.values()).items() if count > 1]
    if twice:
        raise Refusal("\n".join(f"{prompt} is answered twice: give one of them" for prompt in twice))
    return {prompt_of[name]: value for name, value in given.items()}


def following(old: Draft, given: Mapping[str, str]) -> dict[str, str]:
    """The answers for the new rendering: the recorded ones, without those that are the old source's defaults."""
    kept = {name: value for name, value in old.given.items() if name not in _FOLLOW or value != old.default(name)}
    return {**kept, **given}


def regenerate(folder: Path, variables: Mapping[str, str]) -> str:
    """Regenerates the repository in ``folder``; returns what is said of it.

    :raises Refusal: where it cannot be done; nothing is written then.
    """
    was = recorded(folder)
    given = overrides(variables)
    try:
        old = Draft(was, str(folder))
        old_plugin = None if old.problems else old.plugin
    except CrdError as error:
        raise Refusal(f"The recorded source cannot be read: {error}") from None
    answered = following(old, given)
    rendered = _sums(folder)
    with tempfile.TemporaryDirectory(prefix="regenerate-") as work:
        new_folder = _render(folder, answered, Path(work) / "new", given)
        new = merging.read(str(new_folder))
        base = merging.read(str(_render(folder, was, Path(work) / "base", {}))) if old_plugin else {}
        here = {path: (folder / path).read_bytes() for path in {*new, *rendered} if (folder / path).is_file()}
        plan = merging.plan(here, new, base, rendered)
        refused = [change for change in plan if change.step is Step.REFUSE]
        if refused:
            raise Refusal(_refusal(refused))
        merging.apply(str(folder), plan, str(new_folder), ASIDE)
        (folder / sums.NAME).write_bytes(new[sums.NAME])
    report = _report(plan)
    now = Draft(recorded(folder), str(folder)).plugin
    if old_plugin:
        differences = changes.between(old_plugin, now)
        report = [
            "What changes:" if differences else "Fields, pods and states are as before.",
            *differences,
            "",
            *report,
        ]
        report += _missing_ends(folder, plan, changes.new_ends(old_plugin, now))
    return "\n".join(report)


def _sums(folder: Path) -> dict[str, str]:
    try:
        return sums.read((folder / sums.NAME).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        raise Refusal(
            f"{sums.NAME} cannot be read, and without it an edited file cannot be told from a rendered one: take it back "
            "from an earlier commit, or use cruft (docs: a repository's later life)."
        ) from None


def _render(folder: Path, given: Mapping[str, str], into: Path, said: Mapping[str, str]) -> Path:
    """Renders the template with these answers; what it says is only shown where it refuses them."""
    command = [sys.executable, "-m", "cookiecutter", str(TEMPLATE), "--no-input", "--output-dir", str(into)]
    env = {
        **os.environ,
        "FLYTE_PLUGIN_PROTOS": "skip",
        "FLYTE_PLUGIN_CONTRACT": str(folder / CONTRACT),
        "FLYTE_PLUGIN_MAKE": json.dumps(["regenerate", *_template_variable()]),
    }
    into.mkdir()
    run = subprocess.run(
        [*command, *(f"{name}={value}" for name, value in given.items())],
        cwd=folder,
        env=env,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    if run.returncode != 0:
        raise Refusal(run.stdout.strip())
    (made,) = into.iterdir()
    return made


def _template_variable() -> list[str]:
    template = os.environ.get("TEMPLATE")
    return [f"TEMPLATE={template}"] if template else []


def _refusal(refused: Sequence[Change]) -> str:
    lines = [f"  {change.path}" for change in refused]
    return "\n".join(
        [
            "These files are generated, and what you have changed in them would be lost, so nothing was written:",
            *lines,
            "Take the changes back (git checkout shows how they were), or move them into files that are yours.",
        ]
    )


def _report(plan: Sequence[Change]) -> list[str]:
    """What happened to the files: those that need a look one by one, the others counted."""
    counts = Counter(change.step for change in plan)
    some = ", ".join(f"{counts[step]} {step.value}" for step in Step if counts[step])
    lines = [f"Files: {some or 'all are as they were'}."]
    for change in plan:
        if change.step in (Step.MERGE, Step.KEEP):
            beside = f"; the template's is {ASIDE}/{change.path}" if change.step is Step.KEEP and change.content else ""
            lines.append(f"  {change.path}: {change.step.value}{f', as {change.why}' if change.why else ''}{beside}")
    return lines


def _missing_ends(folder: Path, plan: Sequence[Change], ends: Sequence[str]) -> list[str]:
    """The new terminal states that a kept table of states does not name."""
    kept = [change.path for change in plan if change.step is Step.KEEP and change.path.endswith("/phases.go")]
    return [
        f"{path} is yours and lacks {', '.join(missing)}: no task would end there until you add them."
        for path in kept
        if (missing := [end for end in ends if not _names(folder / path, end)])
    ]


def _names(table: Path, end: str) -> bool:
    return json.dumps(end.rpartition("=")[2]) in table.read_text(encoding="utf-8")


def main() -> int:
    folder = Path.cwd()
    variables = make_variables.given(os.environ.get("MAKEFLAGS", ""), os.environ)
    try:
        said = regenerate(folder, variables)
    except Refusal as refusal:
        characters.say(f"{_wrapped(str(refusal))}\n")
        return 1
    characters.say(f"{_wrapped(said)}\n", sys.stdout)
    missing = generate.protobuf_code()
    if missing:
        characters.say(f"The protobuf code is not up to date: {missing} Then: make generate\n", sys.stdout)
    characters.say("\nNext: git diff, then make test\n", sys.stdout)
    return 0


def _wrapped(text: str) -> str:
    lines = []
    for line in text.splitlines():
        indent = line[: len(line) - len(line.lstrip())]
        lines += terminal.wrapped(line.strip(), terminal.width(), indent, f"{indent}  ") if line.strip() else [""]
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
