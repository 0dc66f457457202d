"""What all drafts share: from the answers so far to defaults, checks and the :class:`flyte_plugin_scaffold.model.Plugin`.

A :class:`Draft` holds what follows from the answers given so far. All of it is total: an answer that makes no sense
gives the defaults of a sensible one, and a :class:`flyte_plugin_scaffold.model.Problem`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path as FilePath
from typing import Protocol

from flyte_plugin_scaffold import model
from flyte_plugin_scaffold.asking import answers, record
from flyte_plugin_scaffold.asking.analysis import Analysis
from flyte_plugin_scaffold.building import contract, lock, messages, status
from flyte_plugin_scaffold.deriving import ending, naming, phases, pods, state_words, states
from flyte_plugin_scaffold.deriving import fields as fields_
from flyte_plugin_scaffold.flyte import taken_names, versions
from flyte_plugin_scaffold.model import Problem
from flyte_plugin_scaffold.reading import schema
from flyte_plugin_scaffold.reading.crd_objects import listed as listed_words
from flyte_plugin_scaffold.text import names
from flyte_plugin_scaffold.text.characters import escaped, shell_command
from flyte_plugin_scaffold.text.nearest import did_you_mean
from flyte_plugin_scaffold.writing import sums

EXAMPLE = "example"

_OF_BACKENDS = {
    model.Backend.OPERATOR: "of an operator",
    model.Backend.SERVICE: "of a remote service",
    model.Backend.NONE: "for the SDK alone",
}
_ANY_STATUS = schema.path_of("status", "phase")
_MOST_HINTS = 10  # a search in the CRD for each


_EXAMPLE_OF_BOTH = "status_path={}.{} phases='Success=Succeeded; Failure=Failed'"
_NOTHING_IS_KNOWN = "{} does not say what is in {}: answer status_path and phases, such as " + _EXAMPLE_OF_BOTH
_MOST_PROBLEMS = 20  # of one answer that are named
_MOST_SAID = 4_000  # characters of a problem: it may hold answers to paste


def _status_answers(path: model.Path | None, text: str) -> str:
    return shell_command([f"status_path={path or answers.NONE}", f"phases={text}"])


@dataclass(frozen=True)
class Start:
    """What a draft starts from."""

    given: Mapping[str, str]
    base: str  # the folder that relative paths in answers start from
    locks: str  # the folder of the contracts' locks; "" where it is beside that of the source
    record: record.Record | None  # where the source is one
    found: Found
    draft: Callable[[Mapping[str, str], str, str], Draft]  # given, base, locks: for the other kinds of a repository


class Found(Protocol):
    """All that a source holds."""

    @property
    def reference(self) -> str:
        """The answer, independent of the folder: an absolute path, a URL, a CRD's name."""

    @property
    def source(self) -> str:
        """The source as people call it."""

    @property
    def notes(self) -> tuple[str, ...]:
        """What its reader should know."""


class Draft:
    """What follows from the answers so far; every other one has its default.

    What depends on the backend is in the classes below this one, a module each.
    """

    backend: model.Backend
    _nothing_tells: str  # what is said of a kind whose end nothing could tell

    def __init__(self, start: Start) -> None:
        self.given = dict(start.given)
        self.locks = start.locks
        self.record = start.record
        self.base = start.base
        self.found = start.found
        self._start = start
        self.lock_stamp = lock.stamp(self._lock_folder)

    def again(self, given: Mapping[str, str]) -> Draft:
        """A draft of other answers, which start from the same folders."""
        return self._start.draft(given, self.base, self.locks)

    def answer(self, prompt: str) -> str:
        """The answer to a prompt: the given one or the default."""
        given = self.given.get(prompt)
        # Nothing is derived from an answer that is refused for its length.
        return self.default(prompt) if given is None or len(given) > answers.MAX_ANSWER else given

    def default(self, prompt: str) -> str:
        """The default of a prompt: what is recorded, or what follows from the answers to those before it."""
        if self.record and prompt in self.record.answers:
            return self.record.answers[prompt]
        return self._derived(prompt)

    def _derived(self, prompt: str) -> str:
        """What follows from the answers to the prompts before."""
        return str(getattr(self, f"_default_{prompt}")())

    # ------------------------------------------------------------------------------------------------------ the lock
    @property
    def _lock_folder(self) -> FilePath | None:
        return FilePath(self.base, self.locks) if self.locks else lock.beside(self.found.reference)

    @cached_property
    def _read_lock(self) -> tuple[lock.Lock, str]:
        folder = self._lock_folder
        if folder is None:
            return lock.NO_LOCK, ""
        file = lock.file_of(folder, taken_names.module_name(self._usable("task_type")))
        try:
            found = lock.read(file)
        except lock.LockError as error:
            return lock.NO_LOCK, str(error)
        if found is lock.NO_LOCK and _is_recorded(file):
            return lock.NO_LOCK, _lost(file)
        if self.locks and not folder.is_dir():
            return lock.NO_LOCK, f"there is no folder {folder} of contracts"
        if found is not lock.NO_LOCK and found.kind != self.crd.kind:
            if self.kind_problem:  # it is not known which kind is meant
                return lock.NO_LOCK, ""
            return (
                lock.NO_LOCK,
                f"{file} is the contract of {found.kind}, not of {self.crd.kind}: give another task_type",
            )
        return found, ""

    @property
    def lock(self) -> lock.Lock:
        """The contract of earlier renderings; an empty one where there was none, or where it cannot be used."""
        return self._read_lock[0]

    # ------------------------------------------------------------------------------------------------------ the kind
    @property
    def kind_problem(self) -> str:
        """Why the answer ``kind`` cannot be used; "" if it can."""
        raise NotImplementedError

    @property
    def analysis(self) -> Analysis:
        """Of the answered kind; where that does not exist, of the first one that may be meant and can be read."""
        raise NotImplementedError

    @property
    def other_kinds(self) -> list[str]:
        """The other kinds of the source that can be run."""
        raise NotImplementedError

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
        """The answered path, or None and why not; there is nothing wrong with ``none``."""
        answer = self.answer("status_path")
        return (None, "") if answers.is_none(answer) else answers.parse_path(answer, "status")

    @cached_property
    def targets(self) -> tuple[tuple[str, ...], list[str]]:
        return answers.parse_targets(self.answer("targets"), self.backend)

    @cached_property
    def options(self) -> tuple[dict[str, str], list[str]]:
        return answers.parse_options(self.answer("options"))

    @cached_property
    def phases(self) -> tuple[answers.PhasesAnswer, list[str]]:
        path, problem = self.status_path
        answer = self.answer("phases")
        if problem:  # what is wrong wherever the status stands is still said
            parsed = [answers.parse_phases(answer, _ANY_STATUS, by_conditions) for by_conditions in (False, True)]
            return parsed[0][0], [text for text in parsed[0][1] if text in parsed[1][1]]
        by_conditions = path is not None and {each.path: each.by_conditions for each in self.analysis.status}.get(
            path, path.steps[-1].name == "conditions"
        )
        return answers.parse_phases(answer, path, by_conditions)

    # --------------------------------------------------------------------------------------------------------- defaults
    def _default_source(self) -> str:
        return EXAMPLE

    def _default_kind(self) -> str:
        raise NotImplementedError

    def _default_targets(self) -> str:
        return answers.targets_of(self.backend)[0]

    def _default_operator_name(self) -> str:
        raise NotImplementedError

    def _default_task_type(self) -> str:
        return naming.task_type(self.crd, self.answer("operator_name"))

    def _default_plugin_slug(self) -> str:
        return naming.slug(self.crd, self.answer("operator_name"))

    def _default_roles(self) -> str:
        return answers.NONE

    def _default_operations(self) -> str:
        return answers.NONE

    def _default_status_path(self) -> str:
        best = self.analysis.status
        finishing = [each for each in best if self.analysis.phases(each.path).text]
        return str((finishing or best)[0].path or answers.NONE) if best else answers.NONE

    def _default_phases(self) -> str:
        path, problem = self.status_path
        if problem:  # what is wrong with that answer says nothing of this one
            default = self._default_status_path()
            path = None if answers.is_none(default) else answers.parse_path(default, "status")[0]
        is_known = path is not None or any(each.path is None for each in self.analysis.status)
        is_told = is_known and self.analysis.tells_of_status
        return (self.analysis.phases(path).text if is_told else "") or answers.NONE

    def _default_fields(self) -> str:
        return fields_.text(self.analysis.fields(self.roles[0]).paths)

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
    @property
    def wanted_roles(self) -> tuple[model.RoleAnswer, ...]:
        """The roles of the answer that the source has."""
        return ()

    @property
    def built_roles(self) -> tuple[tuple[model.Role, ...], tuple[str, ...]]:
        """The roles, without their fields, and what is wrong with them."""
        return (), ()

    @cached_property
    def built_fields(self) -> contract.Built:
        answer, _ = self.fields
        paths = answer.paths
        if paths is None:
            derived = self.analysis.fields(self.wanted_roles).paths
            paths = (*(path for path in derived if path not in answer.drop), *answer.add)
        own = self.built_roles[0]
        drop = tuple(path for path in answer.drop if any(_below(path, role.path) for role in own))
        lost = [role.path for role in self.roles[0] if role not in self.wanted_roles]
        paths = [path for path in paths if not any(_below(path, above) for above in lost)]
        return contract.build(
            self.crd, own, paths, drop_role=drop, config_class=self.names.config_class, lock=self.lock
        )

    @cached_property
    def _dropped_in_vain(self) -> list[str]:
        """``-path`` of what is no field anyway."""
        if not self.fields[0].drop:
            return []
        derived = self.analysis.fields(self.wanted_roles).paths
        whole = contract.build(self.crd, self.built_roles[0], derived, config_class=self.names.config_class)
        known = {str(field.path) for owner in (whole, *whole.roles) for field in owner.fields} | self.lock.paths
        unknown = [str(path) for path in self.fields[0].drop if str(path) not in known]
        hints = [did_you_mean(path, known) for path in unknown[:_MOST_HINTS]] + [""] * len(unknown[_MOST_HINTS:])
        return [f"-{path} takes out what is not there{hint}" for path, hint in zip(unknown, hints)]

    @cached_property
    def built_status(self) -> tuple[model.Status | None, tuple[Problem, ...]]:
        path, problem = self.status_path
        answer = self.phases[0]
        if problem:
            return None, ()
        return status.build(self.crd, path, answer.rules, answer.by_words)

    @cached_property
    def guesses(self) -> tuple[str, ...]:
        """What was not told by the CRD and stands in the answers all the same, as sentences."""
        path, problem = self.status_path
        derived = self.analysis.phases(path) if not problem else phases.Default("")
        return derived.guesses if self.answer("phases") == derived.text else ()

    @cached_property
    def names(self) -> model.Names:
        """The plugin's names; spelled from the defaults where an answer cannot be used."""
        prompts = ("task_type", "plugin_slug", "go_module", "container_registry", "operator_name")
        usable = {prompt: self._usable(prompt) for prompt in prompts}
        name = taken_names.module_name(usable["task_type"])
        organisation = answers.organisation(usable["go_module"])
        owner = _owner(organisation)
        stem = self.lock.config_class or naming.kind_stem(self.crd, usable["operator_name"])
        project = taken_names.project(usable["plugin_slug"])
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
            project=project,
            registry=usable["container_registry"],
            # Those of the repository's first SDK: Flyte 2's where there is no other.
            plugins=model.FLYTE2 if self.targets[0] == ("flyte2",) else model.FLYTEKIT,
        )

    def _usable(self, prompt: str) -> str:
        """The answer to a prompt for a word, or the default where that cannot be used."""
        answer = self.answer(prompt)
        return self.default(prompt) if answers.WORDS[prompt](answer) else answer

    # ----------------------------------------------------------------------------------------------------------- checks
    @cached_property
    def problems(self) -> tuple[Problem, ...]:
        """Everything that is wrong with the answers, in the order of the prompts."""
        if self._read_lock[1]:  # without it, nothing can be said of the other answers
            return (Problem("task_type", self._read_lock[1]),)
        found = {prompt: self._word_problems(prompt) for prompt in answers.PROMPTS}
        legible = {prompt for prompt, problems in found.items() if not problems}
        self._backend_problems(found)
        if self.kind_problem and not found["kind"]:
            found["kind"].append(self.kind_problem)
        self._name_problems(found)
        for prompt in ("targets", "roles", "fields", "options"):
            found[prompt] += getattr(self, prompt)[1] if prompt in legible else []
        if found["kind"]:
            for prompt, problems in self._problems_whatever_the_kind().items():
                found[prompt] += problems
        else:
            self._crd_problems(found, legible)
        problems = [shown(prompt, text) for prompt in answers.PROMPTS for text in _first(found[prompt])]
        problems = list(dict.fromkeys([*problems, *self._problems_of_kinds()]))
        return tuple(sorted(problems, key=lambda problem: answers.PROMPTS.index(problem.prompt)))

    def _problems_whatever_the_kind(self) -> dict[str, list[str]]:
        """What is wrong with the other answers for every kind that may be meant: these do not depend on the kind."""
        return {}

    def _crd_problems(self, found: dict[str, list[str]], legible: set[str]) -> None:
        """What does not fit the CRD. An answer that depends on a wrong one is judged by what does not depend on it."""
        self._source_problems(found)
        self._status_problems(found, legible)
        roles_are_right = not found["roles"] and not self.built_roles[1]
        if "roles" in legible:
            found["roles"] += self._nearly(self.built_roles[1], [role.path for role in self.roles[0]])
        if "fields" in legible:
            answer = self.fields[0]
            paths = [*(answer.paths or ()), *answer.add, *answer.drop]
            if roles_are_right:
                problems = [*self._dropped_in_vain, *self.built_fields.problems]
            else:
                problems = [f"{self.crd.called} has no {path}" for path in paths if not self._exists(path)]
            found["fields"] += self._nearly(problems, paths)

    def _source_problems(self, found: dict[str, list[str]]) -> None:
        """What does not fit the document, of answers that only this backend has."""

    def _exists(self, path: model.Path) -> bool:
        return schema.lookup(self.crd.schema, path) is not None

    def _nearly(self, problems: Iterable[str], paths: Iterable[model.Path]) -> list[str]:
        """The problems; where one is a path that the CRD does not have, with the path that may be meant."""
        missing = [path for path in dict.fromkeys(paths) if not self._exists(path)]
        hints = {}
        for path in missing[:_MOST_HINTS]:
            near = schema.nearest_path(self.crd.schema, path)
            if near is not None:
                hints[f"{self.crd.called} has no {path}"] = f": did you mean {near}?"
        return [
            text + next((hint for said, hint in hints.items() if re.search(rf"{re.escape(said)}(?: \(|$)", text)), "")
            for text in problems
        ]

    def _word_problems(self, prompt: str) -> list[str]:
        answer = self.given.get(prompt, self.default(prompt))
        # What is recorded was an answer once, or is what an editor has made of it.
        if answer == self._derived(prompt):
            problems = []
        else:
            problems = answers.problems_in_text(prompt, answer)
            if not problems and prompt in ("roles", "phases", "options"):
                problems += answers.problems_in_strings(answer)
        if not problems and prompt in answers.WORDS:
            problems += answers.WORDS[prompt](answer)
        return problems

    def _backend_problems(self, found: dict[str, list[str]]) -> None:
        """What is wrong with an answer for this backend. It may say of the kind what else would be said in fewer words."""

    def _name_problems(self, found: dict[str, list[str]]) -> None:
        if not found["task_type"]:
            taken = taken_names.taken_task_type(self.answer("task_type")) or taken_names.taken_module(self.names.name)
            found["task_type"] += [taken] if taken else []

    def _status_problems(self, found: dict[str, list[str]], legible: set[str]) -> None:
        path, problem = self.status_path
        answer, problems = self.phases
        unanswered = {prompt for prompt in ("status_path", "phases") if answers.is_none(self.answer(prompt))}
        if "phases" in legible:
            found["phases"] += problems
        if "phases" in unanswered and not self.analysis.tells_of_status:
            for prompt in unanswered & legible:
                found[prompt].append(self._nothing_is_known)
                legible = legible - {prompt}
        succeeds = any(rule.phase is model.Phase.SUCCESS for rule in answer.rules)
        judged = "phases" in legible and not problems
        never = not succeeds and (judged or "phases" in unanswered) and bool(self._never_finishes)
        if never:
            found["kind"].append(self._never_finishes)
        if "status_path" in legible and problem:
            found["status_path"].append(problem)
        if "status_path" in legible and not problem:
            read = [term.path for rule in answer.rules for term in rule.terms if term.path is not None]
            for prompt in ("status_path", "phases") if "phases" in legible else ("status_path",):
                # That there is no success is said below, together with the place.
                texts = [
                    each.text for each in self.built_status[1] if each.prompt == prompt and each != status.NO_SUCCESS
                ]
                found[prompt] += self._nearly(texts, [*([path] if path else []), *read])
        if "phases" in legible:
            found["phases"] += self._unlisted_values(answer.rules)
        if judged and not succeeds and not (never and "phases" in unanswered):
            where = f" at {path}" if path is not None else ""
            found["phases"].append(f"names no success{where}: add Success=VALUE, or no task would ever end")

    def _unlisted_values(self, rules: tuple[model.PhaseRule, ...]) -> list[str]:
        """Values that the CRD's enums do not have: the API server would refuse a status with one of them."""
        problems = []
        listed: dict[model.Path, dict[str, str]] = {}  # by path, the values by their lower-case spelling
        for rule, term in ((each, term) for each in rules for term in each.terms):
            if term.path is None:
                continue
            if term.path not in listed:
                values = schema.enum(schema.lookup(self.crd.schema, term.path))
                listed[term.path] = {value.lower(): value for value in values}
            known = listed[term.path]
            if known and term.value and term.value.lower() not in known:
                cure = ""
                if len(problems) < _MOST_HINTS:
                    cure = did_you_mean(term.value, [value for value in known.values() if _can_mean(value, rule)])
                some = listed_words([value or '""' for value in known.values()])
                problems.append(
                    f"{answers.shown(term.value)} is no value of {term.path}: {self.crd.called} lists {some}{cure}"
                )
        return problems

    @property
    def needed(self) -> str:
        """What must be answered, because its default cannot be used; "" where every default can."""
        if not answers.is_none(self.answer("phases")):
            return ""
        return self._never_finishes if self.analysis.tells_of_status else self._nothing_is_known

    @property
    def _nothing_is_known(self) -> str:
        """That the status is open, or an object in it that may hold the state, with an example of the answers."""
        place = ending.open_place(self.crd)
        return (
            _NOTHING_IS_KNOWN.format(self.crd.called, place, place, "state")
            if place
            else _NOTHING_IS_KNOWN.format(self.crd.called, "the status", ".status", "phase")
        )

    @property
    def _never_finishes(self) -> str:
        """That the kind never ends as far as its CRD tells, and what to answer; "" where it does."""
        reason = self.analysis.never_finishes
        return f"{self.crd.kind} never finishes: {reason}; {self._instead()}" if reason else ""

    def _instead(self) -> str:
        """What to give instead of a kind that never finishes."""
        would_be = self._would_be()
        return f"if it does end, answer {would_be}" if would_be else self._nothing_tells

    def _would_be(self) -> str:
        """The answers about the end that would be derived of a kind that does end, as words of a shell; "" for none.

        What is said about them stands in brackets: a comma or semicolon would be taken for a part of them.
        """
        for candidate in self.analysis.status:
            text = phases.would_be(self.crd, candidate.path).text
            if text:
                return _status_answers(candidate.path, text)
        told = states.told(self.crd)
        best = next((each.path for each in self.analysis.status if each.path and not each.by_conditions), None)
        if best and told.listed(best):
            default, could = phases.with_a_success_to_choose(self.crd, best)
            if default.text:
                return f"{_status_answers(best, default.text)} ({_choice(could)})"
        end = told.end_time(None)
        if end:
            failures = ",".join(f"{end} & {sign}" for sign in phases.signs_of_failure(told))
            if failures:
                return _status_answers(None, f"Success={end}; Failure={failures}")
            given = _status_answers(None, f"Success={end}")
            return (
                f"{given} (it takes every end for a success: join {end} with what tells a failure, where anything does)"
            )
        if told.root is not None and schema.kind(told.root) is schema.Kind.OPAQUE:
            return f"status_path and phases, such as {_EXAMPLE_OF_BOTH.format('.status', 'phase')}"
        values = sorted(states.could_tell_success(told), key=lambda each: not states.sounds_like_success(each))
        terms = [phases.term_of(value) for value in values]
        signs = [sign for sign in phases.signs_of_failure(told) if sign not in terms]
        text = "; ".join([f"Success={''.join(terms[:1])}", *([f"Failure={','.join(signs)}"] if signs else [])])
        return f"{_status_answers(None, text)} ({_choice(terms)})" if terms else ""

    # ------------------------------------------------------------------------------------------------------------ whole
    def _plugin(self) -> model.Plugin:
        built = self.built_fields
        status_, _ = self.built_status
        assert status_ is not None, "the answers have problems"
        roles = self._placed_roles
        said = messages.build(self.names.config_class, self._description, roles, built.fields, self.crd, self.lock)
        return model.Plugin(
            names=self.names,
            backend=self.backend,
            crd=self.crd,
            targets=self.targets[0],
            roles=roles,
            fields=built.fields,
            status=status_,
            contract=said,
            lock=lock.text(self.crd.kind, said, self.lock),
            flyte_version=self.answer("flyte_version"),
            license=self.answer("license"),
            in_tree=False,
            github=self.names.host == "github.com",
            options=self.options[0],
            versions=versions.of(self.answer("flyte_version")),
            empties=built.empties,
            guesses=self.guesses,
        )

    @property
    def _placed_roles(self) -> tuple[model.Role, ...]:
        """The roles with their fields."""
        return ()

    @cached_property
    def plugin(self) -> model.Plugin:
        """The model. Only for answers without problems."""
        return self._plugin()

    @property
    def _description(self) -> str:
        """What the CRD says of the kind, else what a task config of it is for."""
        said = pods.schema_text(self.crd.schema)
        return said or f"Runs a task as {names.with_article(self.crd.kind)} of {self.names.operator}."

    @cached_property
    def further(self) -> tuple[Draft, ...]:
        """Those of the other kinds of the repository, which share the answers that are not a kind's own."""
        if not self.record:
            return ()
        shared = {prompt: self.answer(prompt) for prompt in answers.PROMPTS if prompt not in record.OF_A_KIND}
        return tuple(self.again({**shared, **kind}) for kind in self.record.kinds)

    @property
    def project(self) -> model.Project:
        """The whole repository. Only for answers without problems."""
        return model.Project((self.plugin, *(each.plugin for each in self.further)))

    @property
    def reference(self) -> str:
        """The answer ``source``, independent of the folder it was given in."""
        return self.record.reference if self.record else self.found.reference

    @property
    def vendored(self) -> str:
        """Where the repository keeps the document of this kind; "" where there is none to keep."""
        return ""

    def _problems_of_kinds(self) -> Iterable[Problem]:
        """What is wrong with the further kinds, and with kinds that cannot stand beside each other."""
        seen = {self.names.name: self, self.vendored: self}
        there = {(self.crd.group, self.crd.kind)}
        for each in self.further:
            for problem in each.problems:
                yield shown("source", f"{self.reference}: {each.crd.kind}: {problem.prompt}: {problem.text}")
            if each.backend is not self.backend:
                text = f"{self.crd.kind} is {_OF_BACKENDS[self.backend]}, {each.crd.kind} {_OF_BACKENDS[each.backend]}: a repository has kinds of one sort"
                yield shown("source", text)
                continue
            if (each.crd.group, each.crd.kind) in there:
                yield shown("kind", f"{each.crd.kind} is there already: a repository has a kind once")
                continue
            there.add((each.crd.group, each.crd.kind))
            for name in (each.names.name, each.vendored):
                if name and name in seen:
                    text = f"{seen[name].crd.kind} and {each.crd.kind} would both have {name}: one repository cannot hold both"
                    yield shown("task_type" if name == each.names.name else "kind", text)
                seen[name] = each

    @cached_property
    def recorded(self) -> dict[str, str]:
        """The answers for .flyte-plugin.yaml and for cruft: those that give this rendering again, from itself."""
        kept = {prompt: self.answer(prompt) for prompt in answers.PROMPTS}
        if self.record:
            kept["source"] = self.record.answers.get("source", EXAMPLE)
        if self.vendored:
            kept["source"] = self.vendored
        return kept


def shown(prompt: str, text: str) -> Problem:
    """A problem as it can be said: what is invisible is escaped, and it is no longer than one would read."""
    text = escaped(text)
    return Problem(prompt, text if len(text) <= _MOST_SAID else text[:_MOST_SAID] + " ...")


def _first(texts: list[str]) -> list[str]:
    """The first ones, each once: the first ones are enough to read."""
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


def _is_recorded(file: FilePath) -> bool:
    """Whether the repository that ``file`` belongs to was rendered with it."""
    hashes = _hashes_beside(file)
    try:
        return f"{lock.FOLDER}/{file.name}" in sums.read(hashes.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False


def _hashes_beside(file: FilePath) -> FilePath:
    return file.parent.parent / sums.NAME


def _lost(file: FilePath) -> str:
    """What is said of a lock that was there."""
    own = f"{lock.FOLDER}/{file.name}"
    return (
        f"{file} is missing, and {_hashes_beside(file)} has it: names and numbers would be given anew, and what registered "
        f"tasks send would be misread; take it from a commit that has it (git checkout COMMIT -- {own}), or, if nothing "
        f"was ever registered, take its line out of {sums.NAME}"
    )


def _below(path: model.Path, parent: model.Path) -> bool:
    """Whether ``path`` lies below ``parent``; ``[]`` and ``{}`` may be left out of it."""
    steps = [step for step in path.steps if step.name]
    above = [step for step in parent.steps if step.name]
    return len(steps) > len(above) and steps[: len(above)] == above


def _can_mean(value: str, rule: model.PhaseRule) -> bool:
    """Whether a value may be meant by a term of a rule: its words must not say the contrary."""
    meaning = state_words.meaning(value)
    if rule.phase is model.Phase.SUCCESS:
        return meaning in (None, model.Phase.SUCCESS)
    return len(rule.terms) > 1 or meaning is not model.Phase.SUCCESS  # an end, joined with how it ended


def _choice(could: Sequence[str]) -> str:
    """What is to be decided of an answer that takes one of several things for the success."""
    return f"with the right one of {', '.join(could[:8])}" if len(could) > 1 else f"if {could[0]} means success"
