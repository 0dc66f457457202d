"""The draft of a plugin for a remote service: the resources of its OpenAPI document, and the operations that run them."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cached_property, lru_cache

from flyte_plugin_scaffold import model
from flyte_plugin_scaffold.asking import answers, operations
from flyte_plugin_scaffold.asking.analysis import Analysis
from flyte_plugin_scaffold.asking.draft import Draft, Start
from flyte_plugin_scaffold.building import service
from flyte_plugin_scaffold.deriving import naming
from flyte_plugin_scaffold.deriving import operations as derived
from flyte_plugin_scaffold.reading import openapi
from flyte_plugin_scaffold.reading.crd_objects import either
from flyte_plugin_scaffold.reading.sources import SourceError
from flyte_plugin_scaffold.text.nearest import did_you_mean, nearest

_KIND = re.compile(r"[A-Z][A-Za-z0-9]{0,62}")
_MOST_LABELS = 200
_CLOSE = 10  # of the score: as much as one sign
_MOST_CLOSE = 4
_EXAMPLE = "kind=Job operations='create: POST /jobs id=.id; read: GET /jobs/{job_id}'"
_END = "phases='Success=VALUE; Failure=VALUE' with values of its state, or codes of read's answer such as http=404"
# Ways to prove who one is of which the document has to say more: the name of a header, the address of tokens.
_NEED_A_DOCUMENT = ("api_key", "oauth2")
# Options that only operators have.
_OF_OPERATORS = ("abort_patch", "bundle_secrets", "service_account")


@lru_cache(maxsize=16)
def _built(found: openapi.Found, operations_: str, kind: str) -> tuple[service.Built | None, tuple[str, ...]]:
    wanted, problems = operations.parse(operations_)
    return service.build(found, wanted, kind) if wanted and not problems else (None, ())


@lru_cache(maxsize=16)
def _analysis(built: service.Built) -> Analysis:
    return Analysis(built.source)


def _example(of: derived.Resource) -> str:
    return f"kind={of.label} {of.example}" if of.example else _EXAMPLE


class ServiceDraft(Draft):
    """The answers of a remote service's kind."""

    backend = model.Backend.SERVICE
    found: openapi.Found
    _nothing_tells = (
        "nothing in the answer of read could tell of an end: give another operation in operations, or codes of its answer in "
        "phases, such as Failure=http=404"
    )

    def __init__(self, start: Start) -> None:
        """:raises SourceError: where nothing can be run, and no answer says otherwise."""
        super().__init__(start)
        ends = self._is_said("phases") and any(each.operations for each in self.resources)
        if not (self.usable or ends or self._is_said("operations")):
            raise SourceError(self._nothing_can_be_run())

    @property
    def resources(self) -> tuple[derived.Resource, ...]:
        """What the document describes, best first."""
        return derived.resources(self.found)

    @property
    def usable(self) -> tuple[derived.Resource, ...]:
        return tuple(each for each in self.resources if not each.problem)

    def _is_said(self, prompt: str) -> bool:
        """Whether a prompt was answered, now or in the record."""
        is_given = prompt in self.given or bool(self.record and prompt in self.record.answers)
        return is_given and not answers.is_none(self.answer(prompt))

    def _nothing_can_be_run(self) -> str:
        if not self.resources:
            unread = f" ({'; '.join(self.found.notes)})" if self.found.notes else ""
            return (
                f"{self.found.source} has no operation that creates something which another one reads by its id{unread}; if it has, "
                f"answer {_EXAMPLE}"
            )
        reasons = "; ".join(f"{each.label}: {each.problem}" for each in self.resources[:3])
        best = self.resources[0]
        cure = f"kind={best.label} {_END}" if best.operations else _example(best)
        return f"nothing in {self.found.source} can be run as a task ({reasons}); if something does end, answer {cure}"

    # ------------------------------------------------------------------------------------------------------ the kind
    @cached_property
    def resource(self) -> derived.Resource | None:
        """That of the answered kind, else the one that may be meant."""
        labels = {each.label: each for each in self.resources[:_MOST_LABELS]}
        wanted = self.answer("kind")
        return labels.get(wanted) or labels.get(nearest(wanted, labels)) or next(iter(self.resources), None)

    @cached_property
    def kind_problem(self) -> str:
        kind = self.answer("kind")
        if any(each.label == kind and not each.problem for each in self.resources):
            return ""
        if self._is_said("operations"):
            # Who says how it is run may give it any name.
            return (
                ""
                if _KIND.fullmatch(kind)
                else (f"{answers.shown(kind)} is no name of a kind: give words in CamelCase, such as Job")
            )
        known = next((each for each in self.resources if each.label == kind), None)
        if known and known.operations and self._is_said("phases"):
            return ""
        if known:
            if known.example:
                return f"{kind} cannot be run as a task: {known.problem}; answer {_example(known)}"
            what = "phases" if known.operations else "operations and phases"
            return f"{kind} cannot be run as a task: {known.problem}; if it does end, answer {what} as well"
        labels = [each.label for each in self.usable]
        cure = did_you_mean(kind, labels[:_MOST_LABELS]) or f": give {either(labels)}"
        return f"there is no {answers.shown(kind)} in {self.found.source}{cure}"

    @cached_property
    def operations(self) -> tuple[tuple[model.OperationAnswer, ...], list[str]]:
        wanted, problems = operations.parse(self.answer("operations"))
        if not wanted and not problems:
            problems = ["none would run nothing: give at least create and read"]
        return wanted, problems

    @cached_property
    def built(self) -> tuple[service.Built | None, tuple[str, ...]]:
        """What the answered operations are, and what is wrong with them."""
        wanted, problems = self.operations
        kind = self.answer("kind") if _KIND.fullmatch(self.answer("kind")) else "Job"
        return (None, ()) if problems else _built(self.found, derived.text(wanted), kind)

    @cached_property
    def analysis(self) -> Analysis:
        built = self.built[0]
        if built is None:
            others = [*([self.resource] if self.resource else []), *self.usable]
            made = (_built(self.found, each.text, each.label)[0] for each in others)
            built = next((each for each in made if each), None)
        if built is None:
            problem = next(iter((*self.operations[1], *self.built[1])), "")
            raise SourceError(problem or self._nothing_can_be_run(), prompt="operations" if problem else "source")
        return _analysis(built)

    @property
    def other_kinds(self) -> list[str]:
        return [each.label for each in self.usable if each.label != self.crd.kind]

    @property
    def default_operations(self) -> tuple[model.OperationAnswer, ...]:
        return self.resource.operations if self.resource else ()

    # --------------------------------------------------------------------------------------------------------- defaults
    def _default_kind(self) -> str:
        return self.resources[0].label if self.resources else "Job"

    def _default_operations(self) -> str:
        return self.resource.text if self.resource else answers.NONE

    def _default_operator_name(self) -> str:
        return naming.service_name(self.found.title, self.found.server)

    # ----------------------------------------------------------------------------------------------------------- checks
    def _backend_problems(self, found: dict[str, list[str]]) -> None:
        """Operations that cannot be used, and answers that only operators have."""
        if not found["roles"] and not answers.is_none(self.answer("roles")):
            found["roles"].append("a remote service runs no pods: give none")
        said_by_kind = self.kind_problem and answers.is_none(self.answer("operations"))
        if not found["operations"] and not said_by_kind:
            found["operations"] += [*self.operations[1], *self.built[1]]
        if not found["options"]:
            found["options"] += [
                f"{name} is for operators, and the source is the document of a remote service: leave it out"
                for name in self.options[0]
                if name in _OF_OPERATORS
            ]
            wanted = self.options[0].get("auth", "")
            offered = self._schemes
            if wanted and wanted != answers.NONE and offered and wanted not in offered:
                found["options"].append(f"auth={wanted}: the document offers {', '.join(offered)}")
            elif wanted in _NEED_A_DOCUMENT and not offered:
                found["options"].append(f"auth={wanted}: the document does not say how: bearer and basic need no more")

    @property
    def _schemes(self) -> list[str]:
        built = self.built[0]
        return [each.scheme.value for each in built.service.authentications] if built else []

    @cached_property
    def guesses(self) -> tuple[str, ...]:
        starts = [
            each
            for each in self.operations[0]
            if each.purpose is model.Purpose.START and each in self.default_operations
        ]
        said = [
            f"a job that {self.default_operations[0].path} creates is taken for one that only {each.method} {each.path} starts"
            for each in starts
        ]
        if self.resource and self.resource.guess and self.operations[0] == self.default_operations:
            said.append(self.resource.guess)
        return (*said, *super().guesses)

    @property
    def guess_of_kind(self) -> str:
        """What is to be said where other kinds are nearly as good as the one that is taken."""
        best = self.usable[:1]
        close = [each.label for each in self.usable[1:] if each.score >= best[0].score - _CLOSE][:_MOST_CLOSE]
        if not close or best[0].label != self.crd.kind:
            return ""
        return f"that {self.crd.kind} is what is to be run is a guess: kind can be {either(close)}"

    def _source_problems(self, found: dict[str, list[str]]) -> None:
        jobs = [rule.text for rule in self.phases[0].rules for term in rule.terms if term.job]
        found["phases"] += [
            f"{answers.shown(text)} asks for a Job of Kubernetes, which a remote service has not" for text in jobs
        ]
        built = self.built[0]
        if built and not found["fields"]:
            there = {each.path for each in self.built_fields.fields}
            found["fields"] += [
                f"{path} is missing, without which no request can be sent: add it"
                for path in built.required
                if path not in there
            ]

    # ------------------------------------------------------------------------------------------------------------ whole
    def _plugin(self) -> model.Plugin:
        plugin = super()._plugin()
        built = self.built[0]
        assert built is not None, "the answers have problems"
        made = service.with_members(built.service, plugin.fields)
        return replace(plugin, service=service.with_authentication(made, self.options[0].get("auth", "")))

    @property
    def vendored(self) -> str:
        return f"openapi/{self.names.name}.yaml"

    @cached_property
    def recorded(self) -> dict[str, str]:
        return {**super().recorded, "operations": derived.text(self.operations[0])}
