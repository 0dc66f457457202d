"""What is said to the person who renders: what was found in the CRD, and what is wrong with the answers."""

from __future__ import annotations

import json
import os
import shlex
import shutil
import sys
from collections.abc import Iterator, Mapping, Sequence

from flyte_plugin_scaffold import answers, invocation, status, terminal
from flyte_plugin_scaffold.answers import Problem
from flyte_plugin_scaffold.model import Finding
from flyte_plugin_scaffold.plugin import Draft

_LABEL = 10  # width of the column of labels
_RUNNERS_UP = 4


def report(draft: Draft, columns: int = 0) -> str:
    """What was found, one part after the other: what is to be answered, what is guessed, then what was chosen and why.

    Lines are wrapped to ``columns``, see :func:`flyte_plugin_scaffold.terminal.wrapped`.
    """
    crd = draft.crd
    analysis = draft.analysis
    other = [each.label for each in draft.found.usable if (each.kind, each.group) != (crd.kind, crd.group)]
    parts = (
        ("needed", _needed(draft)),
        ("guessed", _guesses(draft)),
        ("kinds", [f"{crd.kind} is taken; also here: {', '.join(other[:8])}"] if other else []),
        ("roles", _findings(analysis.pods.findings, "no pods: the resource is configuration only")),
        ("status", _status(draft)),
        ("fields", _fields(analysis.fields(analysis.pods.roles).findings)),
        ("notes", [*draft.found.notes, *crd.notes]),
    )
    lines = terminal.wrapped(f"{crd.kind} {crd.api_version}, from {draft.found.source}", columns, rest="  ")
    for label, texts in parts:
        lines += _part(label, texts, columns)
    return "\n".join(lines) + "\n"


def _needed(draft: Draft) -> list[str]:
    """What is refused unless it is answered."""
    return [draft.never_finishes] if draft.never_finishes and answers.is_none(draft.answer("phases")) else []


def _guesses(draft: Draft) -> list[str]:
    """What no CRD tells, in a sentence each: to be looked at before the answers are taken."""
    path, _ = draft.status_path
    phases = draft.default("phases")
    if path is None or answers.is_none(phases) or draft.answer("phases") != phases:
        return []
    told = []
    if "Failure=" not in phases:
        told.append("no state means failure: a failed resource would run until its timeout; name it in phases")
    unsure = status.sound_like_ends(draft.crd, path)
    if unsure:
        told.append(f"taken for Running, though they sound like an end: {', '.join(unsure)}")
    return told


def _status(draft: Draft) -> list[str]:
    lines = []
    chosen = draft.default("status_path")
    for candidate in draft.analysis.status:
        path = str(candidate.path)
        if path == chosen:
            told = [
                f"{path} ({candidate.reason})",
                status.default_phases(draft.crd, candidate.path) or "no value of it means success",
            ]
            ended = status.how_it_ended_is_unknown(draft.crd, candidate.path)
            if ended:
                told.append(
                    f"or Success={ended} & job=Complete; Failure={ended} & job=Failed ({ended} does not say how it "
                    "ended; the batch/v1 Job that the resource owns does, where there is one)"
                )
            lines = told + lines
        else:
            lines.append(f"or {path} ({candidate.reason})")
    return lines or ["no field that tells how it is doing"]


def _findings(found: Sequence[Finding], nothing: str) -> list[str]:
    lines = [f"{each.text} ({each.reason})" for each in found if each.chosen] or [nothing]
    others = [each for each in found if not each.chosen]
    lines += [f"or {each.text} ({each.reason})" for each in others[:_RUNNERS_UP]]
    if len(others) > _RUNNERS_UP:
        lines.append(f"and {len(others) - _RUNNERS_UP} more, see the CRD")
    return lines


def _fields(found: Sequence[Finding]) -> list[str]:
    """One line for each reason: there are up to 25 fields."""
    lines = []
    for chosen in (True, False):
        reasons: dict[str, list[str]] = {}
        for each in found:
            if each.chosen is chosen:
                reasons.setdefault(each.reason, []).append(each.text.removeprefix(".spec."))
        for reason, texts in reasons.items():
            most = len(texts) if chosen else _RUNNERS_UP
            more = f" and {len(texts) - most} more" if len(texts) > most else ""
            lines.append(f"{'' if chosen else 'or '}{', '.join(texts[:most])}{more} ({reason})")
    return lines or ["none: all goes through spec_overrides"]


def _part(label: str, texts: Sequence[str], columns: int) -> Iterator[str]:
    """A label and its texts, one below the other; the lines that a text goes on in are set in a little more."""
    for index, text in enumerate(texts):
        first = f"  {label if not index else '':<{_LABEL}}"
        yield from terminal.wrapped(text, columns, first, " " * (len(first) + 2))


def refusal(problems: Sequence[Problem], command: str, columns: int = 0) -> str:
    """All problems, wrapped to ``columns``, then the command that repeats the answers: on one line, to be copied."""
    count = "One answer" if len(problems) == 1 else f"{len({each.prompt for each in problems})} answers"
    width = max(len(problem.prompt) for problem in problems) + 2
    lines = [f"{count} cannot be used, so nothing was written:"]
    for problem in problems:
        lines += terminal.wrapped(problem.text, columns, f"  {problem.prompt:<{width}}")
    lines += ["Change them in the command that repeats what you answered:", f"  {command}"]
    return "\n".join(lines) + "\n"


def stopped(command: str, columns: int = 0) -> str:
    """What is said where the questions were left before the last one."""
    text = "Nothing was written. This goes on with your answers so far (with --no-input, all others are as derived):"
    return "\n".join([*terminal.wrapped(text, columns), f"  {command}"]) + "\n"


def command(
    given: Mapping[str, str], template: str, argv: Sequence[str] | None = None, *, no_input: bool = False
) -> str:
    """The cookiecutter command line with the answers ``given``; template and options are those of this process.

    With ``no_input`` it asks nothing: all that is to be answered has been.

    ``template`` is taken where this process is none of the two programs: a test. Answers that were given
    on the command line are repeated even if nobody has come to them yet. FLYTE_PLUGIN_MAKE holds the make target
    and variables that the user gave instead, and that run this process.
    """
    argv = sys.argv if argv is None else argv
    if invocation.program(argv) == "cruft":
        return shlex.join([_typed("cruft", argv), *_of_cruft(given, argv[1:], no_input)])
    words = [template]
    repeated: dict[str, str] = {}
    program = (argv[0] if argv else "").removesuffix(os.path.join(os.sep, "__main__.py"))
    if os.path.basename(program) in ("cookiecutter", "cookiecutter.exe"):
        pairs = [word.partition("=") for word in argv[1:]]
        repeated = {name: value for name, equals, value in pairs if equals and name in answers.PROMPTS}
        words = ["".join(pair) for pair in pairs if not (pair[1] and pair[0] in answers.PROMPTS)] or words
        words = [word for word in words if word != "--replay"]  # goes with no answers
    if no_input and "--no-input" not in words:
        words.append("--no-input")
    repeated.update(given)
    ordered = [f"{name}={repeated[name]}" for name in answers.PROMPTS if name in repeated]
    target = os.environ.get("FLYTE_PLUGIN_MAKE")
    if target:
        return shlex.join(["make", *shlex.split(target), *(word.replace("$", "$$") for word in ordered)])
    return shlex.join([_typed("cookiecutter", argv), *words, *ordered])


def _typed(name: str, argv: Sequence[str]) -> str:
    """The program as it can be typed again: pipx and virtual environments run one that is not, or not first, on PATH."""
    path = argv[0] if argv else ""
    if path.endswith(".py") or not os.path.isfile(path):
        return name
    found = shutil.which(name)
    return name if found and os.path.samefile(found, path) else path


def _of_cruft(given: Mapping[str, str], words: Sequence[str], no_input: bool) -> list[str]:
    """The words of cruft's command line again: it takes answers as JSON, and only where it makes or updates a repository."""
    command = next((word for word in words if not word.startswith("-")), "")
    option = {"create": "--extra-context", "link": "--extra-context", "update": "--variables-to-update"}.get(command)
    if option is None:
        return list(words)
    kept: list[str] = []
    repeated: dict[str, str] = {}
    rest = iter(words)
    for word in rest:
        name, equals, value = word.partition("=")
        if name in (option, "--extra-context"):
            repeated.update(json.loads(value if equals else next(rest, "{}")))  # cruft has read it
        else:
            kept.append(word)
    repeated.update(given)
    if no_input and command == "create" and not {"-y", "--no-input"} & set(kept):
        kept.append("--no-input")
    ordered = {name: str(repeated[name]) for name in answers.PROMPTS if name in repeated}
    return [*kept, option, json.dumps(ordered)]
