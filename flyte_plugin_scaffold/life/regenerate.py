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
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from pathlib import Path

import yaml

from flyte_plugin_scaffold.asking import answers, drafting, make_variables, record
from flyte_plugin_scaffold.asking.draft import Draft
from flyte_plugin_scaffold.asking.record import Record
from flyte_plugin_scaffold.life import changes, merging
from flyte_plugin_scaffold.life.merging import Change, Step
from flyte_plugin_scaffold.model import Plugin, Project
from flyte_plugin_scaffold.reading import source
from flyte_plugin_scaffold.reading.sources import SourceError
from flyte_plugin_scaffold.text import characters, terminal
from flyte_plugin_scaffold.text.nearest import did_you_mean
from flyte_plugin_scaffold.writing import generate, parts, sums

TEMPLATE = Path(__file__).resolve().parent.parent.parent
CONTRACT = "contract"  # the folder of the locks
ASIDE = os.path.join("build", "regenerated")  # what the template would have in place of files that are kept
# Of the Makefile itself.
_OF_MAKE = frozenset("TEMPLATE PYTHON VENV GO GO_LDFLAGS ARGS".split())
_PROTOBUF_CODE = (".pb.go", "_pb2.py", "_pb2.pyi")  # how the names of its files end
# Where these are what the old source gives by default, they follow the new one.
_FOLLOW = ("roles", "operations", "status_path", "phases", "fields")


class Refusal(Exception):
    """Why nothing is written, as lines that say what to do."""


def recorded(folder: Path) -> Record:
    """The answers that the repository in ``folder`` was rendered with.

    :raises Refusal: where there is no record, or none that can be read.
    """
    try:
        found = record.read(record.NAME, folder)
    except SourceError as error:
        raise Refusal(
            f"{record.NAME} cannot be read: {error}. It is in the top folder of every rendering: take it back from an "
            "earlier commit."
        ) from None
    assert found is not None
    return found


def overrides(variables: Mapping[str, str]) -> dict[str, str]:
    """The answers among make's variables.

    :raises Refusal: naming every variable that is no prompt.
    """
    given = {name: value for name, value in variables.items() if name not in _OF_MAKE}
    prompt_of = make_variables.prompts(given)
    unknown = [name for name, prompt in prompt_of.items() if prompt not in answers.PROMPTS]
    if unknown:
        known = (*make_variables.ALIASES, *answers.PROMPTS)
        hints = [
            f"{name} is no prompt{did_you_mean(name, known) or ': there are ' + ', '.join(known)}" for name in unknown
        ]
        raise Refusal("\n".join(hints))
    twice = [prompt for prompt, count in Counter(prompt_of.values()).items() if count > 1]
    if twice:
        raise Refusal("\n".join(f"{prompt} is answered twice: give one of them" for prompt in twice))
    found = {prompt_of[name]: value for name, value in given.items()}
    if record.is_record(found.get("source", "")):
        raise Refusal(f"{found['source']} is the record of a repository: give the CRD of a kind as CRD=")
    return found


def following(old: Draft, given: Mapping[str, str]) -> dict[str, str]:
    """The answers for the new rendering: the recorded ones, without those that are the old source's defaults."""
    kept = {name: value for name, value in old.given.items() if name not in _FOLLOW or value != old.default(name)}
    return {**kept, **given}


def answered(was: Record, given: Mapping[str, str]) -> Record:
    """The record for the new rendering. Answers of a kind are for the one that the source, or ``kind``, is of.

    :raises Refusal: where a recorded source cannot be read, or none of several kinds is meant.
    """
    all_kinds = was.each_kind
    own = {name: value for name, value in given.items() if name in record.OF_A_KIND}
    shared = {name: value for name, value in given.items() if name not in own}
    at = _meant(was, own) if own and was.kinds else 0
    try:
        new = [
            following(drafting.draft(kind, was.folder), own if number == at else {})
            for number, kind in enumerate(all_kinds)
        ]
    except SourceError as error:
        raise Refusal(f"The recorded source cannot be read: {error}") from None
    further = ({name: kind[name] for name in record.OF_A_KIND if name in kind} for kind in new[1:])
    return Record(was.folder, {**new[0], **shared}, tuple(further))


def _meant(was: Record, own: Mapping[str, str]) -> int:
    """The number of the kind that ``own`` answers are for."""
    labels = [kind.get("kind", "").partition("/")[0] for kind in was.each_kind]
    wanted = own.get("kind", "").partition("/")[0]
    if "source" in own and not wanted:
        try:
            named = source.labels(own["source"], Path(was.folder))
        except SourceError as error:
            raise Refusal(str(error)) from None
        wanted = next((label for label in labels if label in named), "")
    if wanted not in labels:
        raise Refusal(f"Which kind is meant? This repository has {', '.join(labels)}: give one as KIND=")
    return labels.index(wanted)


def regenerate(folder: Path, variables: Mapping[str, str]) -> str:
    """Regenerates the repository in ``folder``; returns what is said of it.

    :raises Refusal: where it cannot be done; nothing is written then.
    """
    was = recorded(folder)
    return change(folder, was, answered(was, overrides(variables)), "regenerate")


def change(folder: Path, was: Record, wanted: Record, target: str) -> str:
    """Makes the repository in ``folder`` what ``wanted`` renders; returns what is said of it.

    ``target`` of make was called.

    :raises Refusal: where it cannot be done; nothing is written then.
    """
    before = _project(was)
    rendered = _sums(folder)
    with tempfile.TemporaryDirectory(prefix="regenerate-") as work:
        new_folder = _render(wanted, Path(work) / "new", target)
        new = merging.read(str(new_folder))
        base = merging.read(str(_render(was, Path(work) / "base", target))) if before else {}
        here = {path: (folder / path).read_bytes() for path in {*new, *rendered} if (folder / path).is_file()}
        plan = merging.plan(here, new, base, rendered)
        plan += [Change(path, Step.DELETE) for path in _left_over(folder, new, here)]
        refused = [change for change in plan if change.step is Step.REFUSE]
        if refused:
            raise Refusal(_refusal(refused))
        written = [*plan, Change(sums.NAME, Step.REPLACE, content=new[sums.NAME])]
        nowhere = list(merging.no_place(str(folder), written, ASIDE))
        if nowhere:
            raise Refusal("\n".join(["Nothing was written:", *(f"  {path}: {why}" for path, why in nowhere)]))
        try:
            merging.apply(str(folder), written, str(new_folder), ASIDE)
        except OSError as error:
            raise Refusal(f"Nothing was written: {error.filename}: {error.strerror}") from None
    now = _project(recorded(folder))
    if not before or not now:
        return "\n".join(_report(plan))
    return "\n".join([*_differences(before, now), "", *_report(plan), *_ends(folder, plan, before, now)])


def _left_over(folder: Path, new: Collection[str], here: Collection[str]) -> Iterator[str]:
    """Protobuf code of parts that the repository does not have any more: it was generated in its folder, and no list has it."""
    there = {parts.part(path) for path in new}
    for root, folders, files in os.walk(folder):
        folders[:] = [name for name in folders if not name.startswith(".") and name != "build"]
        for name in files:
            path = os.path.relpath(os.path.join(root, name), folder).replace(os.sep, "/")
            if name.endswith(_PROTOBUF_CODE) and path not in here and parts.part(path) not in there:
                yield path


def _project(of: Record) -> Project | None:
    """The model of a repository; None where its answers cannot be used with this template."""
    try:
        draft = drafting.draft({"source": of.reference}, of.folder)
        return None if draft.problems else draft.project
    except SourceError as error:
        raise Refusal(f"The recorded source cannot be read: {error}") from None


def _pairs(before: Project, now: Project) -> Iterator[tuple[Plugin, Plugin]]:
    """What each kind was and is; of those that are in both."""
    was = {kind.names.name: kind for kind in before.kinds}
    for kind in now.kinds:
        if kind.names.name in was:
            yield was[kind.names.name], kind


def _differences(before: Project, now: Project) -> list[str]:
    was = {kind.names.name for kind in before.kinds}
    lines = [
        f"+ kind {kind.crd.kind}: tasks of type {kind.names.task_type}, docs/{kind.names.name}.md"
        for kind in now.kinds
        if kind.names.name not in was
    ]
    for old, new in _pairs(before, now):
        found = changes.between(old, new)
        lines += [f"{new.crd.kind}:", *found] if found and len(now.kinds) > 1 else found
    return ["What changes:", *lines] if lines else ["Fields, pods and states are as before."]


def _ends(folder: Path, plan: Sequence[Change], before: Project, now: Project) -> list[str]:
    return [
        line for old, new in _pairs(before, now) for line in _missing_ends(folder, plan, changes.new_ends(old, new))
    ]


def _sums(folder: Path) -> dict[str, str]:
    try:
        return sums.read((folder / sums.NAME).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        raise Refusal(
            f"{sums.NAME} cannot be read, and without it an edited file cannot be told from a rendered one: take it back "
            "from an earlier commit, or use cruft."
        ) from None


def _render(wanted: Record, into: Path, target: str) -> Path:
    """Renders the template with these answers; what it says is only shown where it refuses them."""
    command = [sys.executable, "-m", "cookiecutter", str(TEMPLATE), "--no-input", "--output-dir", str(into)]
    env = {
        **os.environ,
        "FLYTE_PLUGIN_PROTOS": "skip",
        "FLYTE_PLUGIN_CONTRACT": os.path.join(wanted.folder, CONTRACT),
        "FLYTE_PLUGIN_MAKE": json.dumps([target, *_template_variable()]),
    }
    given = dict(wanted.answers)
    if wanted.kinds:
        given = {"source": str(_written(wanted, into.with_name(f"{into.name}-record")))}
    into.mkdir()
    run = subprocess.run(
        [*command, *(f"{name}={value}" for name, value in given.items())],
        cwd=wanted.folder,
        env=env,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    if run.returncode != 0:
        # The command to repeat would name the record, which is gone by then.
        said = run.stdout.partition("Change them in the command")[0] if wanted.kinds else run.stdout
        raise Refusal(said.strip())
    (made,) = into.iterdir()
    return made


def _written(wanted: Record, folder: Path) -> Path:
    """A record with these answers, to be rendered from; its sources do not depend on its place."""

    def placed(given: Mapping[str, str]) -> dict[str, str]:
        file = os.path.join(wanted.folder, os.path.expanduser(given["source"]))
        return {**given, "source": os.path.abspath(file) if os.path.exists(file) else given["source"]}

    folder.mkdir()
    content = {"answers": placed(wanted.answers), "kinds": [placed(kind) for kind in wanted.kinds]}
    (folder / record.NAME).write_text(yaml.safe_dump(content, allow_unicode=True, sort_keys=False), encoding="utf-8")
    return folder / record.NAME


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


def main(work: Callable[[Path, Mapping[str, str]], str] = regenerate) -> int:
    """Does the ``work`` on the repository in this folder, with make's variables; returns the exit status."""
    variables = make_variables.given(os.environ.get("MAKEFLAGS", ""), os.environ)
    try:
        said = work(Path.cwd(), variables)
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
