"""What is said to the person who renders: what was found in the CRD, and what is wrong with the answers."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping, Sequence

from flyte_plugin_scaffold import answers, characters, status
from flyte_plugin_scaffold.answers import Problem
from flyte_plugin_scaffold.characters import say
from flyte_plugin_scaffold.model import Finding
from flyte_plugin_scaffold.plugin import Draft

__all__ = ["command", "refusal", "report", "say"]

_LABEL = 10  # width of the column of labels
_RUNNERS_UP = 4
_MOST_LINE = 2000  # characters: nobody reads more of what a name or a reason can grow to


def report(draft: Draft) -> str:
    """What was found, one part after the other: chosen things with the reason, then the runners-up."""
    crd = draft.crd
    lines = [f"{crd.kind} {crd.api_version}, from {draft.found.source}"]
    other = [each.label for each in draft.found.usable if (each.kind, each.group) != (crd.kind, crd.group)]
    if other:
        lines += _part("kinds", [f"{crd.kind} is taken; also here: {', '.join(other[:8])}"])
    analysis = draft.analysis
    lines += _part("roles", _findings(analysis.pods.findings, "no pods: the resource is configuration only"))
    lines += _part("status", _status(draft))
    lines += _part("fields", _fields(analysis.fields(analysis.pods.roles).findings))
    lines += _part("notes", [*draft.found.notes, *crd.notes])
    return "\n".join(lines) + "\n"


def _status(draft: Draft) -> list[str]:
    lines = []
    chosen = draft.default("status_path")
    for candidate in draft.analysis.status:
        path = str(candidate.path)
        if path == chosen:
            phases = status.default_phases(draft.crd, candidate.path)
            told = [f"{path} ({candidate.reason})", phases or "no value of it means success"]
            if phases and "Failure=" not in phases:
                told.append("no state means failure: a failed resource would run until its timeout; name it in phases")
            unsure = status.sound_like_ends(draft.crd, candidate.path) if phases else []
            if unsure:
                told.append(f"taken for Running, though they sound like an end: {', '.join(unsure)}")
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


def _part(label: str, lines: Sequence[str]) -> list[str]:
    return [f"  {label if not index else '':<{_LABEL}}{line[:_MOST_LINE]}" for index, line in enumerate(lines)]


def refusal(problems: Sequence[Problem], command: str) -> str:
    """All problems, then the command that repeats the answers."""
    count = "One answer" if len(problems) == 1 else f"{len({each.prompt for each in problems})} answers"
    width = max(len(problem.prompt) for problem in problems) + 2
    lines = [f"{count} cannot be used, so nothing was written:"]
    lines += [f"  {problem.prompt:<{width}}{problem.text}" for problem in problems]
    lines += ["Change them in the command that repeats what you answered:", f"  {command}"]
    return "\n".join(lines) + "\n"


def command(given: Mapping[str, str], template: str, argv: Sequence[str] | None = None) -> str:
    """The cookiecutter command line with the answers ``given``; template and options are those of this process.

    ``template`` is taken where this process is not cookiecutter's own program: a test, cruft. Answers that were given
    on the command line are repeated even if nobody has come to them yet. FLYTE_PLUGIN_MAKE names the make target that
    the user gave instead, and that runs this process.
    """
    argv = sys.argv if argv is None else argv
    words = [template]
    repeated: dict[str, str] = {}
    program = (argv[0] if argv else "").removesuffix(os.path.join(os.sep, "__main__.py"))
    if os.path.basename(program) in ("cookiecutter", "cookiecutter.exe"):
        pairs = [word.partition("=") for word in argv[1:]]
        repeated = {name: value for name, equals, value in pairs if equals and name in answers.PROMPTS}
        words = ["".join(pair) for pair in pairs if not (pair[1] and pair[0] in answers.PROMPTS)] or words
        words = [word for word in words if word != "--replay"]  # goes with no answers
    repeated.update(given)
    ordered = [f"{name}={repeated[name]}" for name in answers.PROMPTS if name in repeated]
    target = os.environ.get("FLYTE_PLUGIN_MAKE")
    if target:
        return characters.shell_command(["make", target, *(word.replace("$", "$$") for word in ordered)])
    return characters.shell_command(["cookiecutter", *words, *ordered])
