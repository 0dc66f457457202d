"""From the answers to the model: defaults, checks and the :class:`flyte_plugin_scaffold.model.Plugin` itself.

A :class:`Draft` holds what follows from the answers given so far. All of it is total but reading the CRD: an answer
that makes no sense gives the defaults of a sensible one, and a :class:`answers.Problem`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cached_property, lru_cache
from pathlib import Path as FilePath

from flyte_plugin_scaffold import abort, answers, crd, fields, model, names, pods, status, versions
from flyte_plugin_scaffold.answers import Problem
from flyte_plugin_scaffold.characters import escaped

EXAMPLE = "example"

_NOT_THE_EXAMPLE = (
    "{} does not go with crd=example, the CRD of an operator that does not exist: give the CRD of yours as crd, from its "
    "repository (file, folder or URL) or from a cluster with kubectl get crd PLURAL.GROUP -o yaml > crd.yaml"
)


_MOST_PROBLEMS = 20  # of one answer that are named
_MOST_SAID = 1000  # characters of a problem


class Analysis:
    """What one CRD says, derived on demand and kept: several prompts ask for the same."""

    def __init__(self, chosen: model.Crd) -> None:
        self.crd = chosen
        self._roles: dict[str, tuple[tuple[model.Role, ...], tuple[str, ...]]] = {}
        self._fields: dict[str, fields.Derived] = {}

    @cached_property
    def pods(self) -> pods.Derived:
        return pods.derive(self.crd)

    @cached_property
    def status(self) -> tuple[status.Candidate, ...]:
        return status.derive(self.crd)

    def roles(self, wanted: tuple[model.RoleAnswer, ...]) -> tuple[tuple[model.Role, ...], tuple[str, ...]]:
        """The roles of an answer, without their fields, and what is wrong with them."""
        key = answers.format_roles(wanted)
        if key not in self._roles:
            self._roles[key] = pods.build(self.crd, wanted)
        return self._roles[key]

    def fields(self, wanted: tuple[model.RoleAnswer, ...]) -> fields.Derived:
        """The default fields beside the roles of an answer."""
        key = answers.format_roles(wanted)
        if key not in self._fields:
            self._fields[key] = fields.derive(self.crd, self.roles(wanted)[0])
        return self._fields[key]

    @cached_property
    def never_finishes(self) -> str:
        """Why no status means success; "" where one does."""
        if any(status.default_phases(self.crd, each.path) for each in self.status):
            return ""
        return status.never_finishes(self.crd) or "nothing in its status says that it has succeeded"


@lru_cache(maxsize=32)
def analysis(found: crd.Found, kind: str) -> Analysis:
    """The analysis of a kind. Sources are read once, so the same one is the same object.

    :raises crd.CrdError: if there is no such kind.
    """
    return Analysis(crd.choose(found, kind))


@lru_cache(maxsize=8)
def finishing(found: crd.Found) -> tuple[str, ...]:
    """The kinds of a source that can be run as a task, in the order in which they stand there."""
    return tuple(label for label in (each.label for each in found.usable) if _finishes(found, label))


def _finishes(found: crd.Found, label: str) -> bool:
    try:
        return not Analysis(crd.choose(found, label, whole=False)).never_finishes
    except crd.CrdError:
        return False


@lru_cache(maxsize=8)
def default_kind(found: crd.Found) -> str:
    """The first usable kind that ends; the first one where none does."""
    if len(found.usable) == 1:
        return crd.default_kind(found)
    labels = (each.label for each in found.usable)
    return next((label for label in labels if _finishes(found, label)), crd.default_kind(found))


class Draft:
    """What follows from ``given``, the answers so far; every other one has its default.

    :raises crd.CrdError: if the CRD cannot be read.
    """

    def __init__(self, given: Mapping[str, str], base: str = ".") -> None:
        self.given = dict(given)
        self.base = base
        self.found = crd.read(self.given.get("crd", EXAMPLE) or EXAMPLE, FilePath(base))

    def answer(self, prompt: str) -> str:
        """The answer to a prompt: the given one or the default."""
        given = self.given.get(prompt)
        # Nobody waits for what is made of an answer that is refused for its length.
        return self.default(prompt) if given is None or len(given) > answers.MAX_ANSWER else given

    def default(self, prompt: str) -> str:
        """The default of a prompt, which follows from the answers to those before it."""
        return str(getattr(self, f"_default_{prompt}")())

    # ------------------------------------------------------------------------------------------------------ the kind
    @cached_property
    def kind_problem(self) -> str:
        """Why the answer ``crd_kind`` cannot be used; "" if it can."""
        try:
            analysis(self.found, self.answer("crd_kind"))
        except crd.CrdError as error:
            return str(error)
        return ""

    @cached_property
    def analysis(self) -> Analysis:
        """Of the answered kind; of the default one where that does not exist; of the first one that can be read."""
        for kind in (self.answer("crd_kind"), default_kind(self.found), *(each.label for each in self.found.usable)):
            try:
                return analysis(self.found, kind)
            except crd.CrdError as error:
                problem = error
        raise problem

    @property
    def crd(self) -> model.Crd:
        return self.analysis.crd

    # -------------------------------------------------------------------------------------------------- parsed answers
    @cached_property
    def roles(self) -> tuple[tuple[model.RoleAnswer, ...], list[str]]:
        return answers.parse_roles(self.answer("roles"), self.base)

    @cached_property
    def fields(self) -> tuple[answers.FieldsAnswer, list[str]]:
        return answers.parse_fields(self.answer("fields"))

    @cached_property
    def status_path(self) -> tuple[model.Path | None, str]:
        return answers.parse_path(self.answer("status_path"), "status")

    @cached_property
    def options(self) -> tuple[dict[str, str], list[str]]:
        return answers.parse_options(self.answer("options"))

    @cached_property
    def rules(self) -> tuple[tuple[model.PhaseRule, ...], list[str]]:
        path, _ = self.status_path
        if path is None:
            return (), []
        by_conditions = {each.path: each.by_conditions for each in self.analysis.status}.get(
            path, path.steps[-1].name == "conditions"
        )
        return answers.parse_phases(self.answer("phases"), path, by_conditions)

    # --------------------------------------------------------------------------------------------------------- defaults
    def _default_crd(self) -> str:
        return EXAMPLE

    def _default_crd_kind(self) -> str:
        return default_kind(self.found)

    def _default_operator_name(self) -> str:
        return names.operator_name(self.crd)

    def _default_task_type(self) -> str:
        return names.task_type(self.crd, self.answer("operator_name"))

    def _default_plugin_slug(self) -> str:
        return names.slug(self.crd, self.answer("operator_name"))

    def _default_roles(self) -> str:
        return pods.text(self.analysis.pods.roles)

    def _default_status_path(self) -> str:
        best = self.analysis.status
        finishing = [each for each in best if status.default_phases(self.crd, each.path)]
        return str((finishing or best)[0].path) if best else answers.NONE

    def _default_phases(self) -> str:
        path, _ = self.status_path
        return (status.default_phases(self.crd, path) if path else "") or answers.NONE

    def _default_fields(self) -> str:
        return fields.text(self.analysis.fields(self.roles[0]).paths)

    def _default_go_module(self) -> str:
        slug = self.answer("plugin_slug")
        return f"github.com/example/{self._default_plugin_slug() if answers.plugin_slug(slug) else slug}"

    def _default_container_registry(self) -> str:
        registry = f"ghcr.io/{answers.organisation(self.answer('go_module')).lower()}"
        return "ghcr.io/example" if answers.container_registry(registry) else registry

    def _default_flyte_version(self) -> str:
        return versions.newest()

    def _default_license(self) -> str:
        return answers.LICENSES[0]

    def _default_options(self) -> str:
        return ""

    # ------------------------------------------------------------------------------------------------------------ parts
    @cached_property
    def built_roles(self) -> tuple[tuple[model.Role, ...], tuple[str, ...]]:
        return self.analysis.roles(self.roles[0])

    @cached_property
    def built_fields(self) -> fields.Built:
        answer, _ = self.fields
        paths = answer.paths
        if paths is None:
            derived = self.analysis.fields(self.roles[0]).paths
            paths = (*(path for path in derived if path not in answer.drop), *answer.add)
        own = self.built_roles[0]
        drop = tuple(path for path in answer.drop if any(_below(path, role.path) for role in own))
        return fields.build(self.crd, own, paths, drop_role=drop, config_class=self.names.config_class)

    @cached_property
    def _dropped_in_vain(self) -> list[str]:
        """``-path`` of what is no field anyway."""
        derived = self.analysis.fields(self.roles[0]).paths
        whole = fields.build(self.crd, self.built_roles[0], derived, config_class=self.names.config_class)
        known = {str(field.path) for owner in (whole, *whole.roles) for field in owner.fields}
        return [f"-{path} takes out what is not there" for path in self.fields[0].drop if str(path) not in known]

    @cached_property
    def built_status(self) -> tuple[model.Status | None, tuple[str, ...]]:
        path, _ = self.status_path
        return status.build(self.crd, path, self.rules[0], self.built_roles[0]) if path else (None, ())

    @cached_property
    def abort_patch(self) -> tuple[str, str]:
        """The JSON merge patch of the option of that name, and what is wrong with it."""
        option = self.options[0].get("abort_patch")
        return abort.patch(self.crd, option) if option else ("", "")

    @cached_property
    def names(self) -> model.Names:
        """The plugin's names; spelled from the defaults where an answer cannot be used."""
        usable = {
            prompt: self.answer(prompt) if not answers.WORDS[prompt](self.answer(prompt)) else self.default(prompt)
            for prompt in ("task_type", "plugin_slug", "go_module", "container_registry", "operator_name")
        }
        name = names.module_name(usable["task_type"])
        organisation = answers.organisation(usable["go_module"])
        owner = _owner(organisation)
        stem = names.kind_stem(self.crd, usable["operator_name"])
        package = f"{owner}/flyte/{name}/v1"
        return model.Names(
            operator=usable["operator_name"],
            task_type=usable["task_type"],
            name=name,
            slug=usable["plugin_slug"],
            kind=self.crd.kind,
            config_class=stem,
            go_config_class=names.go_camel(stem),
            task_class=f"{stem}Task",
            owner=owner,
            organisation=organisation,
            host=answers.host(usable["go_module"]),
            go_module=usable["go_module"],
            proto_package=package.replace("/", "."),
            proto_file=f"{package}/{name}.proto",
            go_proto_package=f"{usable['go_module']}/gen/pb-go/{package}",
            go_proto_alias=f"{name}v1",
            python_package=f"flytekitplugins.{name}",
            distribution=f"flytekitplugins-{name}",
            registry=usable["container_registry"],
        )

    # ----------------------------------------------------------------------------------------------------------- checks
    @cached_property
    def problems(self) -> tuple[Problem, ...]:
        """Everything that is wrong with the answers, in the order of the prompts."""
        found = {prompt: self._word_problems(prompt) for prompt in answers.PROMPTS}
        self._kind_problems(found)
        self._name_problems(found)
        grammar = {
            "roles": self.roles[1],
            "fields": self.fields[1],
            "options": self.options[1],
        }
        for prompt, problems in grammar.items():
            found[prompt] = found[prompt] or list(problems)
        if not any(found[prompt] for prompt in ("crd_kind", "options")):
            found["options"] += [self.abort_patch[1]] if self.abort_patch[1] else []
        self._status_problems(found)
        if not any(found[prompt] for prompt in ("crd_kind", "roles")):
            found["roles"] += self.built_roles[1]
        if not any(found[prompt] for prompt in ("crd_kind", "roles", "fields")):
            found["fields"] += [*self._dropped_in_vain, *self.built_fields.problems]
        problems = [addressed(prompt, text) for prompt in answers.PROMPTS for text in _first(found[prompt])]
        return tuple(sorted(problems, key=lambda problem: answers.PROMPTS.index(problem.prompt)))

    def _word_problems(self, prompt: str) -> list[str]:
        answer = self.given.get(prompt)
        if answer is None or answer == self.default(prompt):
            answer, problems = self.default(prompt), []
        else:
            problems = answers.problems_in_text(prompt, answer)
            if not problems and prompt in ("roles", "phases", "options"):
                problems += answers.problems_in_strings(answer)
        if not problems and prompt in answers.WORDS:
            problems += answers.WORDS[prompt](answer)
        return problems

    def _kind_problems(self, found: dict[str, list[str]]) -> None:
        """A kind that is not there, and names that the example's operator does not have."""
        kind = self.kind_problem.removeprefix("crd_kind: ")
        if self.given.get("crd", EXAMPLE) == EXAMPLE:
            kind = kind and _NOT_THE_EXAMPLE.format(answers.shown(self.answer("crd_kind")))
            operator = self.answer("operator_name")
            if not found["operator_name"] and operator != self.default("operator_name"):
                found["operator_name"].append(_NOT_THE_EXAMPLE.format(answers.shown(operator)))
        if kind and not found["crd_kind"]:
            found["crd_kind"].append(kind)

    def _name_problems(self, found: dict[str, list[str]]) -> None:
        if not found["task_type"]:
            taken = names.taken_task_type(self.answer("task_type")) or names.taken_module(self.names.name)
            found["task_type"] += [taken] if taken else []

    def _status_problems(self, found: dict[str, list[str]]) -> None:
        if found["status_path"] or found["phases"]:
            return
        path, problem = self.status_path
        rules, problems = self.rules
        found["phases"] += problems
        if problems or found["crd_kind"]:
            return
        if path is not None and any(rule.phase is model.Phase.SUCCESS for rule in rules):
            found["phases"] += self.built_status[1] or self._unlisted_values(rules)
        elif self.analysis.never_finishes:
            reason = self.analysis.never_finishes
            found["crd_kind"].append(f"{self.crd.kind} never finishes: {reason}; {self._other_kinds()}")
        elif path is None:
            found["status_path"].append(problem)
        else:
            found["phases"].append(f"names no success at {path}: add Success=VALUE, or no task would ever end")

    def _unlisted_values(self, rules: tuple[model.PhaseRule, ...]) -> list[str]:
        """Values that the CRD's enum does not have: the API server would refuse a status with one of them."""
        status_, _ = self.built_status
        if status_ is None or not status_.known_values:
            return []
        known = {value.lower() for value in status_.known_values} | {""}
        terms = [term for rule in rules for term in rule.terms if term.path == status_.path]
        listed = ", ".join(value or '""' for value in status_.known_values)
        return [
            f"{answers.shown(term.value)} is no value of {status_.path}: the CRD lists {listed}"
            for term in terms
            if term.value.lower() not in known
        ]

    def _other_kinds(self) -> str:
        """What to give instead of a kind that never finishes."""
        others = [label for label in finishing(self.found) if label != self.answer("crd_kind").partition("/")[0]]
        if others:
            return (
                f"{_both(others)} in the same source {'do' if len(others) > 1 else 'does'}: give crd_kind={others[0]}"
            )
        return "if it does end, name status_path and phases with at least Success=VALUE"

    # ------------------------------------------------------------------------------------------------------------ whole
    @cached_property
    def plugin(self) -> model.Plugin:
        """The model. Only for answers without problems."""
        built = self.built_fields
        status_, _ = self.built_status
        assert status_ is not None, "the answers have problems"
        return model.Plugin(
            names=self.names,
            crd=self.crd,
            roles=pods.leading(built.roles),
            fields=built.fields,
            status=status_,
            spec_overrides_number=built.spec_overrides_number,
            flyte_version=self.answer("flyte_version"),
            license=self.answer("license"),
            in_tree=names.in_tree(self.crd.group, self.crd.version, self.crd.kind),
            github=self.names.host == "github.com",
            options=self.options[0],
            versions=versions.of(self.answer("flyte_version")),
            empties=built.empties,
            abort_patch=self.abort_patch[0],
        )

    @cached_property
    def recorded(self) -> dict[str, str]:
        """The answers for .flyte-plugin.yaml and for cruft: those that give this rendering again, from itself."""
        kept = {prompt: self.answer(prompt) for prompt in answers.PROMPTS}
        if self.crd.text:
            kept["crd"] = f"crd/{self.crd.plural}.yaml"
        kept["roles"] = answers.format_roles(self.roles[0])
        return kept


def build(given: Mapping[str, str], base: str = ".") -> model.Plugin:
    """The model of the answers; those that are not given have their defaults.

    :raises crd.CrdError: if the CRD cannot be read.
    :raises ValueError: if an answer cannot be used.
    """
    draft = Draft(given, base)
    if draft.problems:
        raise ValueError("; ".join(f"{problem.prompt}: {problem.text}" for problem in draft.problems))
    return draft.plugin


def check(given: Mapping[str, str], base: str = ".") -> list[Problem]:
    """What is wrong with the answers; an unreadable CRD is the only problem of its answers."""
    try:
        return list(Draft(given, base).problems)
    except crd.CrdError as error:
        return [addressed("crd", str(error))]


def addressed(prompt: str, text: str) -> Problem:
    """The derivation names the prompt in its sentences where it knows better."""
    named, colon, rest = text.partition(": ")
    named, text = (named, rest) if colon and named in answers.PROMPTS else (prompt, text)
    text = escaped(text)
    return Problem(named, text if len(text) <= _MOST_SAID else text[:_MOST_SAID] + " ...")


def _first(texts: list[str]) -> list[str]:
    """The first ones, each once: nobody reads thousands of lines to the first of them."""
    found = list(dict.fromkeys(texts))
    more = len(found) - _MOST_PROBLEMS
    return found if more <= 0 else [*found[:_MOST_PROBLEMS], f"and {more:,} more problems of this answer"]


def _owner(organisation: str) -> str:
    """The organisation as the first word of a proto package and a folder of Go packages."""
    plain = re.sub(r"[^a-z0-9]", "", organisation.lower())
    # Go keeps packages below a folder of the first three names for itself or skips them; buf does not look at those that
    # the contract imports; a package starts with a letter.
    kept = ("", "internal", "vendor", "testdata", "google", "flyteidl")
    return f"org{plain}" if plain in kept or plain[0].isdigit() else plain


def _below(path: model.Path, parent: model.Path) -> bool:
    """Whether ``path`` lies below ``parent``; ``[]`` and ``{}`` may be left out of it."""
    steps = [step for step in path.steps if step.name]
    above = [step for step in parent.steps if step.name]
    return len(steps) > len(above) and steps[: len(above)] == above


def _both(words: list[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"
