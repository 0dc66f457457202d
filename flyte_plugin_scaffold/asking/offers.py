"""The answers that are offered beside the defaults. Each renders to a repository whose own tests pass, or is not offered."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass

from flyte_plugin_scaffold.asking import answers
from flyte_plugin_scaffold.asking.draft import Draft
from flyte_plugin_scaffold.asking.operations import parse_entry
from flyte_plugin_scaffold.asking.service_draft import ServiceDraft
from flyte_plugin_scaffold.deriving import operations as derived
from flyte_plugin_scaffold.deriving import phases, pods
from flyte_plugin_scaffold.model import Finding, Phase, Purpose, RoleAnswer, Runs
from flyte_plugin_scaffold.text import names


@dataclass(frozen=True)
class Offer:
    """Answers that can be given instead of the derived ones, and a reason to do so."""

    answers: dict[str, str]
    reason: str


def of(draft: Draft) -> Iterator[Offer]:
    """Every answer that is offered where the CRD's findings are printed."""
    if isinstance(draft, ServiceDraft):
        return itertools.chain(operations(draft), status(draft), fields(draft))
    return itertools.chain(status(draft), job(draft), roles(draft), fields(draft))


def operations(draft: ServiceDraft) -> Iterator[Offer]:
    """Other operations for the same purpose."""
    found = draft.resource.findings if draft.resource else ()
    return filter(None, (operation(draft, finding) for finding in found if not finding.chosen))


def operation(draft: ServiceDraft, finding: Finding) -> Offer | None:
    """The default operations with another one in the place of its own; None where that cannot be used."""
    other, problems = parse_entry(finding.text)
    assert other is not None, finding.text
    kept = [each for each in draft.default_operations if each.purpose is not other.purpose]
    wanted = sorted([*kept, other], key=lambda each: tuple(Purpose).index(each.purpose))
    given = {"operations": derived.text(wanted)}
    wrong = problems or draft.again({**draft.given, **given}).problems
    return None if wrong or _cannot_be_typed("operations", given["operations"]) else Offer(given, finding.reason)


def status(draft: Draft) -> Iterator[Offer]:
    """The other places of a state whose values tell of an end."""
    chosen = draft.default("status_path")
    for candidate in draft.analysis.status:
        path = str(candidate.path or answers.NONE)
        text = draft.analysis.phases(candidate.path).text
        if path != chosen and text and not _cannot_be_typed("phases", f"{path} {text}"):
            yield Offer({"status_path": path, "phases": text}, candidate.reason)


def job(draft: Draft) -> Iterator[Offer]:
    """A condition of the owned Job, where one value means the end and none says how it ended."""
    if isinstance(draft, ServiceDraft):
        return
    path, problem = draft.status_path
    ended = phases.how_it_ended_is_unknown(draft.crd, path) if path and not problem else ""
    if not ended:
        return
    kept = [
        rule.text
        for rule in answers.parse_phases(draft.default("phases"), path, False)[0].rules
        if rule.phase is Phase.FAILURE and not rule.text.startswith(f"{ended} &")
    ]
    failures = ",".join([f"{ended} & job=Failed", *kept])
    rest = [entry.strip() for entry in draft.default("phases").split(";")]
    rest = [entry for entry in rest if not entry.startswith(("Success=", "Failure="))]
    text = "; ".join([f"Success={ended} & job=Complete", f"Failure={failures}", *rest])
    yield Offer(
        {"phases": text},
        f"{ended} does not say how it ended; the batch/v1 Job that the resource owns does, where there is one",
    )


def roles(draft: Draft) -> Iterator[Offer]:
    return filter(None, (role(draft, finding) for finding in draft.analysis.pods.findings if not finding.chosen))


def role(draft: Draft, finding: Finding) -> Offer | None:
    """The default roles and one at the place of a finding; None where there can be none."""
    path, problem = answers.parse_path(finding.text, "spec", root_itself=True)
    if path is None or problem:
        return None
    given = draft.analysis.pods.roles
    word = next((step.name for step in reversed(path.steps) if step.name), "pod")
    name = names.unique(names.snake(word), [each.name for each in given] + [names.SPEC_OVERRIDES])
    wanted = (*given, RoleAnswer(name, path, Runs.IMAGE))
    _, problems = draft.analysis.roles(wanted)
    text = pods.text(wanted)
    return None if problems or _cannot_be_typed("roles", text) else Offer({"roles": text}, finding.reason)


def fields(draft: Draft) -> Iterator[Offer]:
    found = draft.analysis.fields(draft.analysis.pods.roles).findings
    return filter(None, (field(draft, finding) for finding in found if not finding.chosen))


def field(draft: Draft, finding: Finding) -> Offer | None:
    """The default fields and one more; None where it can be none."""
    added = {"fields": f"+{finding.text}"}
    problems = draft.again({**draft.given, **added}).built_fields.problems
    return None if problems or _cannot_be_typed("fields", added["fields"]) else Offer(added, finding.reason)


def _cannot_be_typed(prompt: str, answer: str) -> bool:
    """Whether an answer would be refused as a text: the name of a property may contain invisible characters."""
    return bool(answers.problems_in_text(prompt, answer) or answers.problems_in_strings(answer))
