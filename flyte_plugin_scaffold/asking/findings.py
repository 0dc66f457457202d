"""What is said to the person who renders: what was found in the source, and what is wrong with the answers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from flyte_plugin_scaffold.asking import answers, offers
from flyte_plugin_scaffold.asking.draft import Draft
from flyte_plugin_scaffold.asking.operator_draft import OperatorDraft
from flyte_plugin_scaffold.asking.service_draft import ServiceDraft
from flyte_plugin_scaffold.building.lock import OVERRIDES
from flyte_plugin_scaffold.model import Backend, Finding, Problem
from flyte_plugin_scaffold.reading import crd_bundle
from flyte_plugin_scaffold.text import characters, names, terminal

_LABEL = 10  # least width of the column of labels
_RUNNERS_UP = 4
_MOST_OF_BUNDLE = 10  # kinds, and warnings
_MOST_LINE = 2000  # characters: enough to read of what a name or a reason can grow to


def report(draft: Draft, columns: int = 0, asks: bool = True) -> str:
    """What was found, one part after the other: what is to be answered, what is guessed, then what was chosen and why.

    Lines are wrapped to ``columns``, see :func:`flyte_plugin_scaffold.text.terminal.wrapped`. What is to be answered is left
    out without prompts (``asks``): the refusal that follows says it.
    """
    if draft.backend is Backend.NONE:
        return _of_settings(draft, columns)
    crd = draft.crd
    other = draft.other_kinds
    parts = (
        ("needed", [draft.needed] if draft.needed and asks else []),
        ("guessed", _guessed(draft)),
        ("kinds", [f"{crd.kind} is taken; also here: {', '.join(other[:8])}"] if other else []),
        *_of_backend(draft),
        ("notes", [*draft.found.notes, *crd.notes]),
    )
    lines = terminal.wrapped(f"{_title(draft)}, from {draft.found.source}", columns, rest="  ")
    width = max(_LABEL, *(len(label) + 1 for label, texts in parts if texts), 0)
    for label, texts in parts:
        lines += _part(label, texts, columns, width)
    return "\n".join(lines) + "\n"


def _guessed(draft: Draft) -> list[str]:
    of_kind = draft.guess_of_kind if isinstance(draft, ServiceDraft) else ""
    return [*([of_kind] if of_kind else []), *draft.guesses]


def _title(draft: Draft) -> str:
    if isinstance(draft, ServiceDraft):
        return f"{draft.crd.kind} of {draft.found.title or 'a service'} {draft.found.version}".strip()
    return f"{draft.crd.kind} {draft.crd.api_version}"


def _of_backend(draft: Draft) -> tuple[tuple[str, list[str]], ...]:
    """The parts that only a backend has, among those that all have."""
    if isinstance(draft, ServiceDraft):
        return (
            ("operations", _operations(draft)),
            ("access", _access(draft)),
            ("status", _status(draft)),
            ("fields", _fields(draft)),
        )
    assert isinstance(draft, OperatorDraft)
    return (
        ("roles", _roles(draft)),
        ("status", _status(draft)),
        ("fields", _fields(draft)),
        ("clean-up", _clean_up(draft)),
        ("bundle", _bundle(draft)),
    )


def _operations(draft: ServiceDraft) -> list[str]:
    found = draft.resource.findings if draft.resource else ()
    return [
        f"{'' if each.chosen else 'or ' if offers.operation(draft, each) else 'not '}{each.text} ({each.reason})"
        for each in found
    ]


def _access(draft: ServiceDraft) -> list[str]:
    """How one proves who one is; nothing where the document does not say."""
    built = draft.built[0]
    known = built.service.authentications if built else ()
    lines = [f"{each.scheme.value} ({each.name})" for each in known]
    return [lines[0], *(f"or auth={line}" for line in lines[1:])] if lines else []


def _of_settings(draft: Draft, columns: int) -> str:
    """What was found of a plugin for the SDK alone."""
    kind = draft.answer("kind")
    lines = terminal.wrapped(
        f"{names.with_article(kind, True)} for the SDK alone, {draft.found.source}", columns, rest="  "
    )
    fields = draft.built_fields.fields
    settings = [f"{each.name}{' (required)' if each.required else ''}" for each in fields]
    for label, texts in (("settings", [", ".join(settings)] if settings else []), ("notes", draft.found.notes)):
        lines += _part(label, texts, columns, _LABEL)
    return "\n".join(lines) + "\n"


def _status(draft: Draft) -> list[str]:
    lines, others = [], []
    offered = {each.answers["status_path"] for each in offers.status(draft)}
    for candidate in draft.analysis.status:
        name = str(candidate.path or answers.NONE)
        if name == draft.default("status_path"):
            text = draft.analysis.phases(candidate.path).text
            lines = [f"{name} ({candidate.reason})", text or "no value of it means success"]
        else:
            others.append(f"{'or' if name in offered else 'not'} {name} ({candidate.reason})")
    for offer in offers.job(draft):
        lines.append(f"or phases={characters.shell_word(offer.answers['phases'])} ({offer.reason})")
    return [*lines, *others] or [f"{draft.crd.called} does not say what is in the status"]


def _bundle(draft: OperatorDraft) -> list[str]:
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


def _roles(draft: Draft) -> list[str]:
    found = draft.analysis.pods.findings
    lines = [f"{each.text} ({each.reason})" for each in found if each.chosen]
    lines = lines or ["no pods: the resource is configuration only"]
    others = [each for each in found if not each.chosen]
    for each in others[:_RUNNERS_UP]:
        lines.append(f"{'or' if offers.role(draft, each) else 'not'} {each.text} ({each.reason})")
    if len(others) > _RUNNERS_UP:
        lines.append(f"and {len(others) - _RUNNERS_UP} more, see the CRD")
    roles, _ = draft.analysis.roles(draft.analysis.pods.roles)
    return lines + [f"{role.name}: {note}" for role in roles for note in role.notes]


def _fields(draft: Draft) -> list[str]:
    """One line for each reason: there are up to 25 fields."""
    found = draft.analysis.fields(draft.analysis.pods.roles).findings
    reasons: dict[tuple[bool, str], list[Finding]] = {}
    for each in found:
        reasons.setdefault((not each.chosen, each.reason), []).append(each)
    lines = []
    for (is_other, reason), some in sorted(reasons.items(), key=lambda entry: entry[0][0]):
        shown = some[:_RUNNERS_UP] if is_other else some
        more = f" and {len(some) - len(shown)} more" if len(some) > len(shown) else ""
        is_offered = is_other and all(offers.field(draft, each) for each in shown)
        word = "" if not is_other else "or " if is_offered else "not "
        texts = ", ".join(each.text.removeprefix(".spec.") for each in shown)
        lines.append(f"{word}{texts}{more} ({reason})")
    return lines or [f"none: all goes through {OVERRIDES[draft.crd.backend].name}"]


def _clean_up(draft: OperatorDraft) -> list[str]:
    """What the operator is told to do after the end; nothing where the CRD has no such switch."""
    found = draft.clean_up
    lines = [
        f"{each.text} is sent unless a task or plugins.{draft.names.name}.spec-defaults says otherwise"
        + (" (a guess: the CRD does not list its values)" if each.guessed else "")
        for each in found.defaults
    ]
    return lines + [f"not {each.text} ({each.reason})" for each in found.findings if not each.chosen]


def _part(label: str, texts: Sequence[str], columns: int, width: int) -> Iterator[str]:
    """A label and its texts, one below the other; the lines that a text goes on in are set in a little more."""
    for index, text in enumerate(texts):
        first = f"  {label if not index else '':<{width}}"
        yield from terminal.wrapped(text[:_MOST_LINE], columns, first, " " * (len(first) + 2))


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
