"""Which operations of a remote service run a job: the default of the answers `kind` and `operations`, with their reasons.

What counts are the shapes of paths, bodies and answers, and the words of the lexicon. A resource is a path with the id of a
job, that can be read; how such a job is created, started, cancelled and found again follows from the paths around it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from itertools import islice
from typing import Any

from flyte_plugin_scaffold.deriving import ending, phases, states
from flyte_plugin_scaffold.deriving.reads import Paths, Way, collection, first_word, general, item, verb, word
from flyte_plugin_scaffold.model import Backend, Crd, Finding, OperationAnswer, Path, Purpose, Step, StepKind
from flyte_plugin_scaffold.reading import schema
from flyte_plugin_scaffold.reading.openapi import Found, Operation
from flyte_plugin_scaffold.reading.schema import Kind, Node
from flyte_plugin_scaffold.text import lexicon, names
from flyte_plugin_scaffold.text.characters import shown

_MOST_READS = 4  # that are looked at for one create
_MOST_NODES = 2_000  # of an answer that is looked at for its state
_MOST_LABEL = 60
_LESS_FOR_A_GUESS = 25  # of the score
_LESS_ELSEWHERE = 2  # where the job is not below what creates it
_OF_A_VERSION = re.compile(r"^[A-Za-z]*V[0-9]+(?:(?:alpha|beta)[0-9]*)?(?=[A-Z_])")  # AcmeCloudMlV1Job


Given = frozenset[tuple[str, str]]  # parameters of create: their places and names


@dataclass(frozen=True, eq=False)
class Resource:
    """What can be run: the operations of one sort of job."""

    label: str  # as the answer `kind` has it: DagRun
    create: Operation
    read: Operation
    operations: tuple[OperationAnswer, ...]
    findings: tuple[Finding, ...]
    score: int
    problem: str = ""  # why it cannot be run; "" if it can
    guess: str = ""  # what of create and read is a guess: a sentence
    example: str = ""  # of the answer that is lacking, where it is known but for a place

    @property
    def text(self) -> str:
        """The answer `operations`."""
        return text(self.operations)


def text(operations: Sequence[OperationAnswer]) -> str:
    """The answer `operations` in its canonical form."""
    return "; ".join(map(str, operations)) or "none"


@dataclass
class _Answer:
    """An answer in the making."""

    operations: list[OperationAnswer] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)

    def add(self, purpose: Purpose, operation: Operation, reason: str, *settings: tuple[str, str]) -> None:
        made = OperationAnswer(purpose, operation.method, operation.path, settings)
        self.operations.append(made)
        self.findings.append(Finding(str(made), reason))

    def leave(self, purpose: Purpose, operation: Operation, reason: str, *settings: tuple[str, str]) -> None:
        left = OperationAnswer(purpose, operation.method, operation.path, settings)
        self.findings.append(Finding(str(left), reason, False))


def may_be_an_object(body: Node) -> bool:
    """Whether fields can be set in a body: a list or a plain value has none."""
    return schema.kind(body) not in (*schema.SCALARS, Kind.LIST)


@lru_cache(maxsize=4)
def resources(found: Found) -> tuple[Resource, ...]:
    """What the document describes that could be run, best first. Those with a problem come last."""
    return _Search(found).resources()


class _Search:
    """The operations of one document, by the shapes of their paths."""

    def __init__(self, found: Found) -> None:
        self.found = found
        self.paths = Paths(found)
        self.at = self.paths.at

    def resources(self) -> tuple[Resource, ...]:
        made: list[Resource] = []
        for create in self.found.operations:
            if create.method not in ("POST", "PUT") or _does_something_else(create):
                continue
            tried: list[Resource] = []
            for way in islice(self.paths.reads(create), _MOST_READS):
                tried.append(self._resource(create, way))
                if not tried[-1].problem:
                    break
            made += sorted(tried, key=lambda each: bool(each.problem))[:1]
        made.sort(key=lambda each: (bool(each.problem), -each.score))
        labels: dict[str, Resource] = {}
        for each in made:
            labels.setdefault(each.label, each)
        return tuple(labels.values())

    def _resource(self, create: Operation, way: Way) -> Resource:
        read, parameter = way.read, way.parameter
        told = self.found.answer(read)
        label = _label(read, told.name)
        answer = _Answer()
        lost = self.found.lost_body(create)
        if lost:
            return self._unusable(label, create, read, f"of the body of {create.text} {lost}")
        lost = self.found.lost_answer(read)
        if lost:
            return self._unusable(label, create, read, f"of the answer of {read.text} {lost}")
        source, why, settings = self._id(create, parameter, read)
        if not source:
            lacking = f"nothing says the id of what {create.text} creates"
            return replace(
                self._unusable(label, create, read, lacking),
                example=f"operations='create: {create.text} id=.id; read: {read.text}' with where its answer has the id",
            )
        media, body, _ = self.found.body(create)
        if media and "json" not in media:
            return self._unusable(label, create, read, f"{create.text} takes {media}, and no JSON")
        if media and not may_be_an_object(body):
            return self._unusable(label, create, read, f"the body of {create.text} is no object")
        key = self._key(create, body, source)
        given = frozenset((each.place, each.name) for each in self.found.parameters(create))
        if self.found.server_of(read) != self.found.server_of(create):
            return self._unusable(label, create, read, f"{read.text} is at another address than {create.text}")
        lacking = self._lacking(read, given, way.setting)
        if lacking:
            return self._unusable(label, create, read, f"{read.text} needs {lacking}, which nothing gives")
        start = self._start(create, way, given)
        search = self.at.get(item(read).rpartition("/")[0], {}).get("GET") if way.place == "path" else None
        search = search if search and self._can_be_asked(search, create, given) else None
        listed = self._listed(search, parameter) if search else None
        pages = self._pages(search) if search else None
        if search and listed and pages is not None and self._leaves_out(search, listed[0]):
            pages = None
        marker = (
            ""
            if pages is None or source.startswith((".spec", ".path", ".query")) or key or not listed or not search
            else self._marker(body, search, listed[0])
        )
        settings = [("id", source), *settings]
        settings += [("key", key)] if key else []
        settings += [("marker", f".spec.{marker}")] if marker else []
        answer.add(Purpose.CREATE, create, why, *settings)
        if start:
            answer.add(Purpose.START, *start)
        answer.add(Purpose.READ, read, way.reason, *self._id_setting(create, read, parameter, way))
        crd = as_source(label, {"status": self.found.schemas.tree(told.schema, _MOST_NODES)}, self.found.codes(read))
        problem = self._problem(crd)
        cancels = self._cancel(answer, create, way, start[0] if start else None, given)
        logs = self._beside(answer, Purpose.LOGS, create, way, lexicon.LOGS, given)
        results = self._beside(answer, Purpose.RESULTS, create, way, lexicon.RESULTS_PATHS, given)
        if search and listed and marker:
            items, entry_id = listed
            said = ([("items", items)] if items else []) + [("id", entry_id), *(pages or ())]
            answer.add(Purpose.SEARCH, search, "it lists them, with the marker", *said)
        score = (
            30 * cancels + 15 * logs + 10 * results + 15 * bool(start) + 5 * ending.kind_sign(crd)[0] - len(create.segments)
            - 40 * create.is_deprecated - _LESS_FOR_A_GUESS * bool(way.guess)
            - _LESS_ELSEWHERE * (not general(read.path).startswith(general(create.path)))
        )  # fmt: skip
        if not problem:
            derived = next((found for each in states.derive(crd) if (found := phases.derive(crd, each.path).text)), "")
            score += 40 * ("Failure=" in derived) + 10 * any(
                states.told(crd).listed(each.path) for each in states.derive(crd)[:1] if each.path
            )
        ordered = sorted(answer.operations, key=lambda each: _ORDER.index(each.purpose))
        return Resource(label, create, read, tuple(ordered), tuple(answer.findings), score, problem, way.guess)

    def _key(self, create: Operation, body: Node, source: str) -> str:
        """What tells a repeated request from a new one: a header, or a text of the body."""
        headers = [each.name for each in self.found.parameters(create) if each.place == "header" and _is_key(each.name)]
        texts = [
            str(schema.path_of("spec", name))
            for name, node in schema.properties(body).items()
            if _is_key(name, schema.description(node)) and _takes_a_name(node)
        ]
        return next((each for each in (*headers, *texts) if each != source), "")

    def _unusable(self, label: str, create: Operation, read: Operation, problem: str) -> Resource:
        return Resource(label, create, read, (), (), -100, problem)

    def _problem(self, crd: Crd) -> str:
        best = states.derive(crd)
        if best and any(phases.derive(crd, each.path).text for each in best):
            return ""
        return ending.never_finishes(crd) or "nothing in its answer says that it has succeeded"

    # --------------------------------------------------------------------------------------------------------- the id
    def _id(self, create: Operation, parameter: str, read: Operation) -> tuple[str, str, list[tuple[str, str]]]:
        """Where the id comes from, why, and what must be asked for so that it is told."""
        if general(read.path) == general(create.path):
            return f".path.{create.in_path[-1]}", "the path holds its id, which we choose", []
        _, body, _ = self.found.body(create)
        answer = self.found.answer(create)
        wanted = names.lower_words(parameter)
        for name, node in schema.properties(body).items():
            if names.lower_words(name) == wanted and schema.kind(node) is Kind.STRING:
                return str(schema.path_of("spec", name)), f"its body takes {name}, so that we choose the id", []
        for each in self.found.parameters(create):
            if each.place == "query" and len(wanted) > 1 and _singular(each.name) == _singular(parameter):
                return (
                    str(schema.path_of("query", each.name)),
                    f"its query takes {each.name}, so that we choose the id",
                    [],
                )
        place = _id_in(
            answer.schema,
            wanted,
            names.lower_words(names.singular(collection(read))),
            collection(read),
        )
        if place:
            given = [
                ("body", json.dumps({flag: True}, separators=(",", ":")))
                for flag in _flags(body)[:1]
                if answer.without_body
            ]
            return str(place), "its answer tells the id", given
        headers = sorted(answer.headers, key=lambda name: names.lower_words(name)[-1:] not in (["id"], ["identifier"]))
        for header in headers:
            words = names.lower_words(header)
            if words[-1:] in (["id"], ["identifier"], ["location"]) and not lexicon.OF_A_REQUEST & set(words):
                return header, f"the header {header} of its answer tells the id", []
        return "", "", []

    # ------------------------------------------------------------------------------------------------- beside the item
    def _about_it(
        self, create: Operation, way: Way, method: str, given: Given
    ) -> list[tuple[str, Operation, tuple[tuple[str, str], ...]]]:
        """The operations of a job, by the word that says what they do; with the parameter that takes the id, where it must be said."""
        path = item(way.read)
        found: list[tuple[str, Operation, tuple[tuple[str, str], ...]]] = []
        for each in self.paths.below.get(path, ()):
            last = general(each.path)[len(path) + 1 :]
            if each.method != method or "{" in last or not self._can_be_asked(each, create, given, way.setting):
                continue
            if way.place == "path":
                found.append((word(last), each, self._id_setting(create, each, each.in_path[-1], way)))
            elif each is not way.read and (settings := self._takes(each, way.parameter)):
                found.append((word(last), each, settings))
        for each in self.paths.below.get(path.rpartition("/")[0], ()):  # /jobs/{job_id}:cancel
            last = general(each.path)[len(path) :]
            is_of_it = general(each.path).startswith(f"{path}:") and "{" not in last and way.place == "path"
            if each.method == method and is_of_it and self._can_be_asked(each, create, given):
                found.append((word(last), each, self._id_setting(create, each, each.in_path[-1], way)))
        return found

    def _id_setting(self, create: Operation, operation: Operation, name: str, way: Way) -> tuple[tuple[str, str], ...]:
        """The parameter that takes the id, where it is none that only this operation has in its path."""
        if way.place != "path":
            return (("id", way.setting),)
        own = [each for each in operation.in_path if each not in create.in_path]
        is_ours = general(way.read.path) == general(create.path) and create.in_path[-1] == name
        return () if own == [name] or is_ours else (("id", name),)

    def _takes(self, operation: Operation, name: str) -> tuple[tuple[str, str], ...]:
        """Where an operation takes the id by the name that read has for it; () where it does not, or asks for more."""
        parameters = [each.name for each in self.found.parameters(operation) if each.place == "query"]
        if operation.method == "GET":
            return (("id", name),) if name in parameters else ()
        media, body, _ = self.found.body(operation)
        takes = "json" in media and name in schema.properties(body) and {*schema.required(body)} <= {name}
        return (("id", f".{name}"),) if takes else (("id", name),) if name in parameters else ()

    def _can_be_asked(self, operation: Operation, create: Operation, given: Given, id_: str = "") -> bool:
        """Whether an operation is where create is, and needs nothing that is not given."""
        here = self.found.server_of(operation) == self.found.server_of(create)
        return here and not self._lacking(operation, given, id_)

    def _lacking(self, operation: Operation, given: Given, id_: str = "") -> str:
        """A parameter that an operation cannot do without, and that neither the id, create nor a default gives; "" for none."""
        for each in self.found.parameters(operation):
            has_value = each.schema.get("default") is not None or schema.enum(each.schema)
            is_given = each.place == "path" or has_value or (each.place, each.name) in given or each.name == id_
            if each.required and not is_given:
                return f"the {each.place} parameter {shown(each.name)}"
        return ""

    def _asks(self, operation: Operation, id_: str = "") -> bool:
        """Whether nothing but a body with something in it, beside the id, will do: an empty one can be sent."""
        media, body, is_required = self.found.body(operation)
        if id_.startswith("."):
            return {*schema.required(body)} > {id_[1:]}
        return is_required and ("json" not in media or not may_be_an_object(body) or bool(schema.required(body)))

    def _start(self, create: Operation, way: Way, given: Given) -> tuple[Any, ...] | None:
        for method in ("POST", "PUT"):
            for what, each, settings in self._about_it(create, way, method, given):
                if each is create or self._asks(each, dict(settings).get("id", "")):
                    continue
                if what in lexicon.STARTS:
                    return each, f"create may only register a {way.parameter}: '{what}' starts it", *settings
                there = self.at[general(each.path)]
                if what in lexicon.RESULTS_PATHS and {"GET", "DELETE"} <= set(there):
                    return (
                        each,
                        f"its {what} are asked for, read and deleted at one path: create only registers",
                        *settings,
                    )
        return None

    def _cancel(self, answer: _Answer, create: Operation, way: Way, start: Operation | None, given: Given) -> bool:
        """Adds how a job is stopped; whether it is something else than a deletion."""
        found: list[tuple[Operation, str, tuple[tuple[str, str], ...]]] = []
        for method in ("POST", "PUT"):
            for what, each, settings in self._about_it(create, way, method, given):
                if what in lexicon.CANCELS and not self._asks(each, dict(settings).get("id", "")):
                    found.append((each, f"'{what}' below the job", settings))
        found.sort(key=lambda each: (len(_segment_words(each[0])), lexicon.CANCELS.index(word(each[0].segments[-1]))))
        there = {
            method: each
            for method, each in self.at.get(item(way.read), {}).items()
            if self._can_be_asked(each, create, given)
        }
        there = there if way.place == "path" else {}
        beside = self.at.get(general(start.path), {}).get("DELETE") if start else None
        if beside and self._can_be_asked(beside, create, given):
            found.append(
                (
                    beside,
                    "it takes back what start asked for",
                    self._id_setting(create, beside, beside.in_path[-1], way),
                )
            )
        for method in ("PATCH", "PUT"):
            if method in there and there[method] is not create:
                state = self._state_to_set(there[method])
                if state:
                    settings = self._id_setting(create, there[method], there[method].in_path[-1], way)
                    found.append((there[method], "it sets a state that ends it", (*settings, ("body", state))))
        is_plain = not found
        if "DELETE" in there:
            settings = self._id_setting(create, there["DELETE"], there["DELETE"].in_path[-1], way)
            found.append(
                (there["DELETE"], "a deletion" if is_plain else "a deletion, with what is known of it", settings)
            )
        if found:
            answer.add(Purpose.CANCEL, found[0][0], found[0][1], *found[0][2])
            for each, reason, settings in found[1:]:
                answer.leave(Purpose.CANCEL, each, reason, *settings)
        return not is_plain

    def _state_to_set(self, operation: Operation) -> str:
        """The body that ends a job by its state, as JSON; "" where there is none."""
        media, body, _ = self.found.body(operation)
        if "json" not in media:
            return ""
        needed = set(schema.required(body))
        for name, node in schema.properties(body).items():
            if _is_state_to_set(name) and needed <= {name}:
                values = schema.enum(node)
                stops = [value for value in values if _how_it_stops(value) is not None]
                stops.sort(key=lambda value: (value.lower().endswith("ing"), _how_it_stops(value)))
                stops += [value for value in values if value.lower() in ("canceled", "failed", "failure", "error")]
                if stops:
                    return json.dumps({name: stops[0]}, separators=(",", ":"))
        return ""

    def _beside(
        self, answer: _Answer, purpose: Purpose, create: Operation, way: Way, known: Sequence[str], given: Given
    ) -> bool:
        taken = {each.path for each in answer.operations if each.method == "GET"}
        found = [
            each for each in self._about_it(create, way, "GET", given) if each[0] in known and each[1].path not in taken
        ]
        found.sort(key=lambda each: known.index(each[0]))
        for what, each, settings in found[:1]:
            answer.add(purpose, each, f"'{what}' below the job", *settings)
        return bool(found)

    # ------------------------------------------------------------------------------------------------------- searching
    def _listed(self, search: Operation, parameter: str) -> tuple[str, str] | None:
        """Where the list stands in a search's answer ("" for the answer itself), and the id in its entries."""
        told = self.found.answer(search).schema
        wanted = names.lower_words(parameter)
        if schema.kind(told) is Kind.LIST:
            place = _id_in(schema.items(told), wanted, [], search.segments[-1])
            return ("", str(place)) if place else None
        for name, node in schema.properties(told).items():
            if schema.kind(node) is Kind.LIST and schema.kind(schema.items(node)) is Kind.OBJECT:
                place = _id_in(schema.items(node), wanted, [], search.segments[-1])
                if place:
                    return str(_relative(name)), str(place)
        return None

    def _pages(self, search: Operation) -> tuple[tuple[str, str], ...] | None:
        """How a search goes on with the next page, where its links do not say so; None where the connector could not follow."""
        told = self.found.answer(search)
        below = schema.properties(told.schema)
        asks = {
            "".join(names.lower_words(each.name)): each.name
            for each in self.found.parameters(search)
            if each.place == "query"
        }
        if (
            not lexicon.PAGES_OF_A_LIST & set(asks)
            or {"links", "_links"} & set(below)
            or "link" in map(str.lower, told.headers)
        ):
            return ()
        for name, node in below.items():
            joined = "".join(names.lower_words(name))
            page = asks.get(joined) or asks.get(joined.removeprefix("next"))
            if (
                page
                and lexicon.PAGES_OF_A_LIST & {joined, joined.removeprefix("next")}
                and schema.kind(node) is Kind.STRING
            ):
                return ("page", page), ("next", str(_relative(name)))
        return None

    def _leaves_out(self, search: Operation, items: str) -> bool:
        """Whether the entries of a search may lack what the document says they have: a parameter chooses how much is shown."""
        asks = {each.name.lower() for each in self.found.parameters(search) if each.place == "query"}
        told = self.found.answer(search).schema
        entries = schema.items(schema.properties(told).get(items.strip('."')) if items else told)
        needed = {name.lower() for name in schema.required(entries)}
        return bool(asks & lexicon.CHOOSE_WHAT_IS_SHOWN) and not needed & set(lexicon.MARKERS)

    def _marker(self, body: Node, search: Operation, items: str) -> str:
        """A free text of the request that the entries of a search have as well; "" for none."""
        told = self.found.answer(search).schema
        entries = schema.items(schema.properties(told).get(items.strip('."')) if items else told)
        shown = schema.properties(entries)
        best = {"".join(names.lower_words(name)): name for name in reversed([*schema.properties(body)])}
        for marker in lexicon.MARKERS:
            name = best.get(marker, "")
            node = schema.properties(body).get(name)
            if name in shown and _is_free_text(node) and _is_free_text(shown[name]):
                return name
        return ""


_ORDER = tuple(Purpose)


def as_source(label: str, properties: dict[str, Node], codes: tuple[int, ...]) -> Crd:
    """What a service's operations take and answer, in the form of what a CRD says of its kind."""
    plural = f"{names.snake(label)}s"
    return Crd(
        group="",
        version="",
        kind=label,
        plural=plural,
        singular=names.snake(label),
        status_subresource=True,
        schema={"type": "object", "properties": properties},
        text="",
        codes=codes,
        backend=Backend.SERVICE,
    )


def _does_something_else(create: Operation) -> bool:
    """Whether a POST by its last word makes nothing that goes on, or does something with what is there."""
    words = _segment_words(create)
    something_else = lexicon.READING | lexicon.CHANGING | {*lexicon.CANCELS}
    if words and (words[-1] in lexicon.MAKES_NOTHING or something_else & {words[0], words[-1]}):
        return True
    changes = create.method == "PUT" and first_word(create) in lexicon.CHANGING
    return changes or verb(create) in something_else


def _segment_words(operation: Operation) -> list[str]:
    last = operation.segments[-1]
    last = last.rpartition(":")[2] if ":" in last else last
    return [] if "{" in last else names.lower_words(last)


def _label(read: Operation, component: str) -> str:
    """What a job is called: after the collection that it is in, or after its schema where that says more."""
    static = [each for each in item(read).strip("/").split("/") if each and "{" not in each]
    word = names.camel(names.singular(static[-1])) if static else ""
    parts = names.words(_OF_A_VERSION.sub("", component))
    while len(parts) > 1 and parts[-1].lower() in lexicon.SCHEMA_ENDINGS:
        parts = parts[:-1]
    parts = parts[1:] if len(parts) > 1 and parts[0].lower() in lexicon.SCHEMA_BEGINNINGS else parts
    named = names.camel("_".join(parts))
    own = "".join(names.lower_words(word))
    is_longer = named.lower().endswith(own) and (
        len(named) > len(own) or len(names.words(named)) > len(names.words(word))
    )
    return (named if own and is_longer else word or named or "Job")[:_MOST_LABEL]


def _singular(name: str) -> list[str]:
    return [names.singular(each) for each in names.lower_words(name)]


def _is_key(name: str, description: str = "") -> bool:
    words = names.lower_words(name)
    if lexicon.IDEMPOTENCY & set(words) or "".join(words) in lexicon.CLIENT_TOKENS:
        return True
    said = " ".join(description[:2_000].lower().split())
    return words[-2:] == ["request", "id"] and any(each in said for each in lexicon.ONLY_ONCE)


def _relative(*fields: str) -> Path:
    """A place from the top of an answer."""
    return Path(tuple(Step(StepKind.FIELD, name) for name in fields))


def _id_in(node: Node, wanted: Sequence[str], resource: Sequence[str], segment: str, deeper: int = 1) -> Path | None:
    """Where an answer tells the id that a parameter of these words takes: at its top, one object below, or below an envelope there.

    What is called id alone is that of the object around it, which may be another one: the owner's.

    :param segment: Of the path before the id. A name that holds it (``projects/p/jobs/j``) ends in the id.
    """
    own = {*resource, *wanted} | lexicon.ENVELOPES
    if len(wanted) > 1:  # .jobReference.jobId says more than .id, which may be another one
        for name, below in schema.properties(node).items():
            words = set(names.lower_words(name))
            told = next((each for each in schema.properties(below) if names.lower_words(each) == [*wanted]), "")
            if (
                told
                and "_".join(wanted) not in _spelled(node)
                and words & lexicon.REFERS
                and words <= own | lexicon.REFERS
            ):
                return _relative(name, told)

    def here(below: Node, plain: bool = True) -> str:
        spelled = _spelled(below)
        words = [*wanted], [*wanted[-2:]], [*resource, "id"], *([each] for each in lexicon.IDS if plain)
        words = [some for some in words if plain or len(some) > 1]
        whole = spelled.get("name", "")
        if (
            plain
            and whole
            and not spelled.keys() & {"_".join(wanted), "id"}
            and _holds(schema.properties(below)[whole], segment)
        ):
            return whole
        for some in words:
            name = spelled.get("_".join(some), "")
            if name and schema.kind(schema.properties(below)[name]) in (*schema.SCALARS, Kind.ANYTHING):
                if some[-1:] == ["name"] and wanted[-1:] != ["name"]:
                    continue
                return name
        longer = [
            name for spelled_, name in spelled.items() if len(wanted) > 1 and spelled_.endswith("_" + "_".join(wanted))
        ]
        return longer[0] if longer else ""

    found = here(node)
    if found:
        return _relative(found)
    for name, below in schema.properties(node).items():
        plain = bool(own & set(names.lower_words(name)))
        if schema.kind(below) is Kind.OBJECT and (found := here(below, plain)):
            return _relative(name, found)
    for name, below in schema.properties(node).items() if deeper else ():
        is_envelope = own & set(names.lower_words(name)) and schema.kind(below) is Kind.OBJECT
        if is_envelope and (inner := _id_in(below, wanted, resource, segment, deeper - 1)):
            return Path((*_relative(name).steps, *inner.steps))
    return None


def _holds(name: Node, segment: str) -> bool:
    """Whether a document says that a name is a whole path: ``projects/{project}/jobs/{job}``."""
    told = " ".join(str(name.get(word, "")) for word in ("description", "example", "pattern"))
    return bool(segment) and f"/{segment}/" in told[:5_000].replace("\\/", "/")


def _spelled(node: Node) -> dict[str, str]:
    """The properties of an object by their words."""
    return {"_".join(names.lower_words(name)): name for name in reversed([*schema.properties(node)])}


def _flags(body: Node) -> list[str]:
    return [
        name for name, node in schema.properties(body).items()
        if schema.kind(node) is Kind.BOOLEAN and lexicon.ASKS_FOR_AN_ANSWER & set(names.lower_words(name)[:1])
    ]  # fmt: skip


def _how_it_stops(value: str) -> int | None:
    """Which of the words that cancel a state has, so that it is set to stop a job: ``cancelled``, ``JOB_STATE_CANCELLED``."""
    words = names.lower_words(value)
    ends = (*words[:1], *words[-1:])
    return next((at for at, stem in enumerate(lexicon.CANCELS) if any(each.startswith(stem) for each in ends)), None)


def _is_state_to_set(name: str) -> bool:
    """Whether a property of a request is the state that the job is to have: ``state``, ``requestedState``."""
    words = names.lower_words(name)
    return name.lower() in lexicon.STATUS_NAMES or (
        words[-1:] != [] and words[-1] in lexicon.STATUS_NAMES and words[0] in lexicon.WISHES
    )


def _is_free_text(node: Node | None) -> bool:
    return isinstance(node, dict) and "pattern" not in node and _takes_a_name(node)


# Patterns that can be tried: of one class of characters, or of anything that is not blank.
_PLAIN_PATTERN = re.compile(r"\^?(?:\.\*\\S\.\*|\[[^\[\]]{1,200}\](?:[*+]|\{[0-9]{1,4},[0-9]{0,4}\})?)\$?\Z")
_NAME = "f0a1b2-n0-0-c3d4"  # of an attempt: lower-case letters, digits and dashes


def _takes_a_name(node: Node) -> bool:
    """Whether the name of an attempt is a value of a text."""
    if (
        schema.kind(node) is not Kind.STRING
        or schema.enum(node)
        or "format" in node
        or node.get("maxLength", 1_000) < 63
    ):
        return False
    pattern = node.get("pattern", ".*\\S.*")
    try:
        return bool(_PLAIN_PATTERN.match(pattern) and re.search(pattern, _NAME))
    except re.error:
        return False
