"""The draft of a plugin for a Kubernetes operator: kinds of its CRDs, roles, and what only CRs have."""

from __future__ import annotations

from dataclasses import replace
from functools import cached_property, lru_cache, reduce

from flyte_plugin_scaffold import model
from flyte_plugin_scaffold.asking import answers
from flyte_plugin_scaffold.asking.analysis import Analysis
from flyte_plugin_scaffold.asking.draft import EXAMPLE, Draft
from flyte_plugin_scaffold.building import abort, placement
from flyte_plugin_scaffold.deriving import clean_up, naming, pods
from flyte_plugin_scaffold.flyte import taken_names
from flyte_plugin_scaffold.reading import crd
from flyte_plugin_scaffold.text.nearest import nearest

_NOT_THE_EXAMPLE = (
    "{} does not go with source=example, the CRD of an operator that does not exist: give the CRD of yours as source, from its "
    "repository (file, folder or URL) or from a cluster with kubectl get crd PLURAL.GROUP -o yaml > crd.yaml"
)


@lru_cache(maxsize=32)
def analysis(found: crd.Found, kind: str) -> Analysis:
    """The analysis of a kind. Sources are read once, so the same one is the same object.

    :raises crd.SourceError: if there is no such kind.
    """
    return Analysis(crd.choose(found, kind))


@lru_cache(maxsize=8)
def finishing(found: crd.Found) -> tuple[str, ...]:
    """The kinds of a source that can be run as a task, in the order in which they stand there."""
    return tuple(label for label in (each.label for each in found.usable) if _finishes(found, label))


def _finishes(found: crd.Found, label: str) -> bool:
    try:
        return not Analysis(crd.choose(found, label, whole=False)).never_finishes
    except crd.SourceError:
        return False


@lru_cache(maxsize=8)
def default_kind(found: crd.Found) -> str:
    """The first usable kind that ends; the first one where none does."""
    if len(found.usable) == 1:
        return crd.default_kind(found)
    labels = (each.label for each in found.usable)
    return next((label for label in labels if _finishes(found, label)), crd.default_kind(found))


class OperatorDraft(Draft):
    """The answers of an operator's kind."""

    backend = model.Backend.OPERATOR
    found: crd.Found
    _nothing_tells = "nothing in its status could tell of an end: choose another kind of the operator"

    @cached_property
    def kind_problem(self) -> str:
        """Why the answer ``kind`` cannot be used; "" if it can."""
        try:
            analysis(self.found, self.answer("kind"))
        except crd.SourceError as error:
            return str(error)
        return ""

    @cached_property
    def _meant(self) -> tuple[str, ...]:
        """The kinds that may be meant by an answer that cannot be used; the first one gives the other defaults."""
        near = crd.meant(self.found, self.answer("kind"))
        return near or tuple(dict.fromkeys((default_kind(self.found), *(each.label for each in self.found.usable))))

    @cached_property
    def analysis(self) -> Analysis:
        """Of the answered kind; where that does not exist, of the first one that may be meant and can be read."""
        usable = (each.label for each in self.found.usable)
        for kind in (self.answer("kind"), *self._meant, default_kind(self.found), *usable):
            try:
                return analysis(self.found, kind)
            except crd.SourceError as error:
                problem = error
        raise problem

    @property
    def other_kinds(self) -> list[str]:
        own = (self.crd.kind, self.crd.group)
        return [each.label for each in self.found.usable if (each.kind, each.group) != own]

    def _default_kind(self) -> str:
        return default_kind(self.found)

    def _default_operator_name(self) -> str:
        return naming.operator_name(self.crd)

    def _default_roles(self) -> str:
        return pods.text(self.analysis.pods.roles)

    @cached_property
    def wanted_roles(self) -> tuple[model.RoleAnswer, ...]:
        """The roles of the answer without those of an earlier contract that the CRD has no more.

        They all stay where none would be left that runs the task: that is said then.
        """
        given = self.roles[0]
        lock_ = self.lock
        kept = tuple(role for role in given if self._exists(role.path) or not lock_.has_role(role.path, role.name))
        runs = {role.runs for role in kept}
        return kept if model.Runs.USER in runs or model.Runs.USER not in {role.runs for role in given} else given

    @cached_property
    def built_roles(self) -> tuple[tuple[model.Role, ...], tuple[str, ...]]:
        return self.analysis.roles(self.wanted_roles)

    @cached_property
    def abort_patch(self) -> tuple[str, str]:
        """The JSON merge patch of the option of that name, and what is wrong with it."""
        option = self.options[0].get("abort_patch")
        if not option:
            return "", ""
        parsed, problem = answers.parse_abort_patch(option)
        return abort.patch(self.crd, *parsed) if parsed else ("", problem)

    @cached_property
    def clean_up(self) -> clean_up.Derived:
        """What the operator is told to clean up after the end, and why."""
        return clean_up.derive(self.crd, self.built_roles[0], self.status_path[0])

    def _problems_whatever_the_kind(self) -> dict[str, list[str]]:
        """What is wrong with the other answers for every kind that may be meant: these do not depend on the kind."""
        shared: dict[str, list[str]] | None = None
        of_the_endless: list[dict[str, list[str]]] = []  # which are meant only if no other kind is
        for kind in self._meant:
            try:
                analysis(self.found, kind)
            except crd.SourceError:
                continue
            here: dict[str, list[str]] = {}
            would_be = self.again({**self.given, "kind": kind})
            # A lock is of the kind that is answered.
            for problem in () if would_be._read_lock[1] else would_be.problems:
                here.setdefault(problem.prompt, []).append(problem.text)
            if here.pop("kind", None):
                of_the_endless.append(here)
                continue
            shared = _shared(shared, here)
            if not shared:
                return {}
        if shared is None:
            shared = reduce(_shared, of_the_endless, None)
        return shared or {}

    def _source_problems(self, found: dict[str, list[str]]) -> None:
        if self.abort_patch[1]:
            found["options"].append(self.abort_patch[1])
        codes = [rule.text for rule in self.phases[0].rules for term in rule.terms if term.http]
        found["phases"] += [
            f"{answers.shown(text)} asks for an answer's code, which a resource does not have" for text in codes
        ]

    def _backend_problems(self, found: dict[str, list[str]]) -> None:
        """Names that the example's operator does not have, and operations, which no operator has."""
        if not found["options"] and "auth" in self.options[0]:
            found["options"].append("auth is for a remote service, and the source is a CRD: leave it out")
        if not found["operations"] and not answers.is_none(self.answer("operations")):
            found["operations"].append("does not go with the CRD of an operator, which has none: give none")
        kind = self.kind_problem
        if self.given.get("source", EXAMPLE) == EXAMPLE:
            answer = self.answer("kind")
            if kind and not nearest(answer.partition("/")[0], [default_kind(self.found)]):
                kind = _NOT_THE_EXAMPLE.format(answers.shown(answer))
            operator = self.answer("operator_name")
            if not found["operator_name"] and operator != self.default("operator_name"):
                found["operator_name"].append(_NOT_THE_EXAMPLE.format(answers.shown(operator)))
        if kind != self.kind_problem and not found["kind"]:
            found["kind"].append(kind)

    def _instead(self) -> str:
        others = [label for label in finishing(self.found) if label != self.answer("kind").partition("/")[0]]
        if others:
            return f"{_both(others)} in the same source {'do' if len(others) > 1 else 'does'}: give kind={others[0]}"
        return super()._instead()

    @cached_property
    def _placed(self) -> tuple[model.Role, ...]:
        """The roles, and behind them the pods that the operator runs for these."""
        roles = self.built_fields.roles
        return placement.leading((*roles, *placement.operator_pods(self.crd, roles)))

    @property
    def _placed_roles(self) -> tuple[model.Role, ...]:
        return self._placed[: len(self.built_fields.roles)]

    def _plugin(self) -> model.Plugin:
        return replace(
            super()._plugin(),
            in_tree=taken_names.in_tree(self.crd.group, self.crd.version, self.crd.kind),
            operator_pods=self._placed[len(self.built_fields.roles) :],
            abort_patch=self.abort_patch[0],
            spec_defaults=self.clean_up.defaults,
            lifetimes=self.clean_up.lifetimes,
        )

    @property
    def vendored(self) -> str:
        return f"crd/{self.crd.plural}.yaml" if self.crd.text else ""

    @cached_property
    def recorded(self) -> dict[str, str]:
        return {**super().recorded, "roles": answers.format_roles(self.roles[0])}


def _shared(some: dict[str, list[str]] | None, others: dict[str, list[str]]) -> dict[str, list[str]]:
    """Those of ``some`` whose prompts have problems in ``others``, too."""
    return others if some is None else {prompt: some[prompt] for prompt in some if prompt in others}


def _both(words: list[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"
