"""What is said to the person who renders: what was found in the CRD, and what is wrong with the answers."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping, Sequence

from flyte_plugin_scaffold import answers, characters, command_line, crd_bundle, phases
from flyte_plugin_scaffold.answers import Problem
from flyte_plugin_scaffold.characters import say
from flyte_plugin_scaffold.model import Finding
from flyte_plugin_scaffold.plugin import Draft

__all__ = ["command", "refusal", "report", "say"]

_LABEL = 10  # width of the column of labels
_RUNNERS_UP = 4
_MOST_OF_BUNDLE = 10  # kinds, and warnings


def report(draft: Draft) -> str:
    """What was found, one part after the other: chosen things with the reason, then the runners-up."""
    crd = draft.crd
    lines = [f"{crd.kind} {crd.api_version}, from {draft.found.source}"]
    other = [each.label for each in draft.found.usable if (each.kind, each.group) != (crd.kind, crd.group)]
    if other:
        lines += _part("kinds", [f"{crd.kind} is taken; also here: {', '.join(other[:8])}"])
    analysis = draft.analysis
    roles, _ = analysis.roles(analysis.pods.roles)
    notes = [f"{role.name}: {note}" for role in roles for note in role.notes]
    lines += _part("roles", _findings(analysis.pods.findings, "no pods: the resource is configuration only") + notes)
    lines += _part("status", _status(draft))
    lines += _part("guessed", draft.guesses)
    lines += _part("fields", _fields(analysis.fields(analysis.pods.roles).findings))
    lines += _part("bundle", _bundle(draft))
    lines += _part("notes", [*draft.found.notes, *crd.notes])
    return "\n".join(lines) + "\n"


def _status(draft: Draft) -> list[str]:
    lines = []
    chosen = draft.default("status_path")
    for candidate in draft.analysis.status:
        path = candidate.path
        name = str(path or answers.NONE)
        if name == chosen:
            derived = phases.derive(draft.crd, path)
            told = [f"{name} ({candidate.reason})", derived.text or "no value of it means success"]
            ended = phases.how_it_ended_is_unknown(draft.crd, path)
            if ended:
                told.append(
                    f"or Success={ended} & job=Complete; Failure={ended} & job=Failed ({ended} does not say how it "
                    "ended; the batch/v1 Job that the resource owns does, where there is one)"
                )
            lines = told + lines
        else:
            lines.append(f"or {name} ({candidate.reason})")
    return lines or ["the CRD does not say what is in the status: answer status_path and phases"]


def _bundle(draft: Draft) -> list[str]:
    """What else the source holds, and what of it deserves a look: the rendered README has it in full."""
    secrets = draft.options[0].get("bundle_secrets") == "yes"
    written = draft.crd.bundle_written(secrets)
    kinds = crd_bundle.by_kind([(each.kind, each.name) for each in written], _RUNNERS_UP)
    lines = _some([" ".join(row).strip() for row in kinds], "kinds")
    lines += _some([f"! {each.title}: {'; '.join(each.warnings)}" for each in written if each.warnings], "warnings")
    reasons: dict[str, list[tuple[str, str]]] = {}
    for each, reason in draft.crd.bundle_left_out(secrets):
        reasons.setdefault(reason, []).append((each.kind, each.name))
    for reason, objects in reasons.items():
        titles = "; ".join(" ".join(row).strip() for row in crd_bundle.by_kind(objects, _RUNNERS_UP))
        lines.append(f"left out: {titles} ({reason})")
    return lines


def _some(lines: list[str], what: str) -> list[str]:
    """The first lines, and how many there are more."""
    more = len(lines) - _MOST_OF_BUNDLE
    return lines[:_MOST_OF_BUNDLE] + ([f"and {more} more {what}, see the rendered README"] if more > 0 else [])


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
    return [f"  {label if not index else '':<{_LABEL}}{line}" for index, line in enumerate(lines)]


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
    on the command line are repeated even if nobody has come to them yet. A replay asks nothing and takes no answers, so
    that it is repeated as ``--no-input``. FLYTE_PLUGIN_MAKE names the make target that the user gave instead, and that
    runs this process.
    """
    line = command_line.parse(sys.argv if argv is None else argv)
    words = ["cookiecutter", template]
    repeated: dict[str, str] = {}
    if line is not None:
        no_input = ["--no-input"] if line.replays and "--no-input" not in line.options else []
        words = [*command_line.program(), line.template or template, *line.options, *no_input, *line.others]
        repeated = line.answers
    repeated = {**repeated, **given}
    ordered = [f"{name}={repeated[name]}" for name in answers.PROMPTS if name in repeated]
    target = os.environ.get("FLYTE_PLUGIN_MAKE")
    if target:
        return characters.shell_command(["make", target, *ordered])
    return characters.shell_command([*words, *ordered])
