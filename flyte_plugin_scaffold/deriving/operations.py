"""Which operations of a remote service run a job: the default of the answers `kind` and `operations`, with their reasons.

What counts are the shapes of paths, bodies and answers, and the words of the lexicon. A resource is a path with the id of a
job, that can be read; how such a job is created, started, cancelled and found again follows from the paths around it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from flyte_plugin_scaffold.deriving import ending, phases, states
from flyte_plugin_scaffold.model import Backend, Crd, Finding, OperationAnswer, Path, Purpose, Step, StepKind
from flyte_plugin_scaffold.reading import schema
from flyte_plugin_scaffold.reading.openapi import Found, Operation
from flyte_plugin_scaffold.reading.schema import Kind, Node
from flyte_plugin_scaffold.text import lexicon, names
from flyte_plugin_scaffold.text.characters import shown

_PARAMETER = re.compile(r"\{[^{}]*\}")
_MOST_READS = 4  # that are looked at for one create
_MOST_NODES = 2_000  # of an answer that is looked at for its state
_MOST_LABEL = 60


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


def general(path: str) -> str:
    """A path with its parameters' names and a slash at its end left out: ``/jobs/{}``."""
    return _PARAMETER.sub("{}", path).rstrip("/")


def _item(read: Operation) -> str:
    """The path of the job that an operation reads, or reads the state of: ``/jobs/{}`` of ``/jobs/{job_id}/status``."""
    path = general(read.path)
    above, _, last = path.rpartition("/")
    return above if last in lexicon.STATES_OF_ITEMS and above.endswith("}") else path


@lru_cache(maxsize=4)
def resources(found: Found) -> tuple[Resource, ...]:
    """What the document describes that could be run, best first. Those with a problem come last."""
    return _Search(found).resources()


class _Search:
    """The operations of one document, by the shapes of their paths."""

    def __init__(self, found: Found) -> None:
        self.found = found
        self.at: dict[str, dict[str, Operation]] = {}
        for each in found.operations:
            self.at.setdefault(general(each.path), {}).setdefault(each.method, each)
        self.below: dict[str, list[Operation]] = {}
        for each in found.operations:
            self.below.setdefault(general(each.path).rpartition("/")[0], []).append(each)
        self.items: list[Operation] = [each for each in found.operations if each.method == "GET" and each.in_path]
        self.by_last: dict[str, list[Operation]] = {}
        for each in self.items:
            if general(each.path).endswith("}"):
                self.by_last.setdefault("_".join(names.lower_words(each.in_path[-1])), []).append(each)

    def resources(self) -> tuple[Resource, ...]:
        made: list[Resource] = []
        for create in self.found.operations:
            if create.method not in ("POST", "PUT") or _does_something_else(create):
                continue
            tried: list[Resource] = []
            for read, how in list(self._reads(create))[:_MOST_READS]:
                resource = self._resource(create, read, how)
                tried += [resource] if resource is not None else []
                if resource is not None and not resource.problem:
                    break
            made += sorted(tried, key=lambda each: bool(each.problem))[:1]
        made.sort(key=lambda each: (bool(each.problem), -each.score))
        labels: dict[str, Resource] = {}
        for each in made:
            labels.setdefault(each.label, each)
        return tuple(labels.values())

    # ------------------------------------------------------------------------------------------------ create and read
    def _reads(self, create: Operation) -> Iterator[tuple[Operation, str]]:
        """The operations that may tell of what ``create`` makes, best first, and why."""
        path = general(create.path)
        if create.method == "PUT":
            read = self.at[path].get("GET")
            if read and path.endswith("}"):
                yield read, "the same path"
            return
        item = self.at.get(f"{path}/{{}}", {}).get("GET")
        if item:
            yield item, "the path below it"
        for word in lexicon.STATES_OF_ITEMS:
            state = self.at.get(f"{path}/{{}}/{word}", {}).get("GET")
            if state:
                yield state, f"the '{word}' of the path below it"
        above, _, last = path.rpartition("/")
        if item is None and _word(last) in lexicon.PATH_VERBS:
            item = self.at.get(f"{above}/{{}}", {}).get("GET")
            if item and not above.endswith("{}"):
                yield item, "the path beside it"
        yield from self._by_id(create)

    def _by_id(self, create: Operation) -> Iterator[tuple[Operation, str]]:
        """Those that take an id which create's answer tells."""
        ranked: list[tuple[int, int, Operation, str]] = []
        for name in schema.properties(self.found.answer(create).schema):
            words = names.lower_words(name)
            if words[-1:] != ["id"] or len(words) < 2:
                continue
            for length in range(len(words), 1, -1):
                for read in self.by_last.get("_".join(words[-length:]), ()):
                    shared = _shared(read.segments, create.segments)
                    if set(read.in_path[:-1]) <= set(create.in_path):
                        ranked.append((-length, -shared, read, f"it takes {name}, which create answers"))
        ranked.sort(key=lambda each: each[:2])
        yield from ((read, how) for _, _, read, how in ranked)

    def _resource(self, create: Operation, read: Operation, how: str) -> Resource | None:
        own = [name for name in read.in_path if name not in create.in_path or create.method == "PUT"]
        if create.method == "PUT":
            own = own[-1:]
        if len(own) != 1:
            return None
        parameter = own[0]
        told = self.found.answer(read)
        label = _label(read, told.name)
        answer = _Answer()
        source, why, settings = self._id(create, parameter, read)
        if not source:
            return self._unusable(label, create, read, f"nothing says the id of what {create.text} creates")
        media, body, _ = self.found.body(create)
        if media and "json" not in media:
            return self._unusable(label, create, read, f"{create.text} takes {media}, and no JSON")
        if media and not may_be_an_object(body):
            return self._unusable(label, create, read, f"the body of {create.text} is no object")
        key = next(
            (each.name for each in self.found.parameters(create) if each.place == "header" and _is_key(each.name)), ""
        )
        given = frozenset((each.place, each.name) for each in self.found.parameters(create))
        lacking = self._lacking(read, given)
        if lacking:
            return self._unusable(label, create, read, f"{read.text} needs {lacking}, which nothing gives")
        start = self._start(read, parameter, given)
        search = self.at.get(_item(read).rpartition("/")[0], {}).get("GET")
        listed = self._listed(search, parameter) if search else None
        marker = (
            ""
            if source.startswith((".spec", ".path")) or key or not listed or not search
            else self._marker(body, search, listed[0])
        )
        settings = [("id", source), *settings]
        settings += [("key", key)] if key else []
        settings += [("marker", f".spec.{marker}")] if marker else []
        answer.add(Purpose.CREATE, create, why, *settings)
        if start:
            answer.add(Purpose.START, start[0], start[1])
        answer.add(Purpose.READ, read, how)
        crd = self._as_source(label, told.schema)
        problem = self._problem(crd)
        cancels = self._cancel(answer, read, start[0] if start else None, given)
        logs = self._beside(answer, Purpose.LOGS, read, lexicon.LOGS, given)
        results = self._beside(answer, Purpose.RESULTS, read, lexicon.RESULTS_PATHS, given)
        if search and listed and marker:
            items, entry_id = listed
            given = ([("items", items)] if items else []) + [("id", entry_id)]
            answer.add(Purpose.SEARCH, search, "it lists them, with the marker", *given)
        score = (
            30 * cancels + 15 * logs + 10 * results + 15 * bool(start) + 5 * ending.kind_sign(crd)[0] - len(create.segments)
            - 40 * create.is_deprecated
        )  # fmt: skip
        if not problem:
            derived = next((found for each in states.derive(crd) if (found := phases.derive(crd, each.path).text)), "")
            score += 40 * ("Failure=" in derived) + 10 * any(
                states.told(crd).listed(each.path) for each in states.derive(crd)[:1] if each.path
            )
        ordered = sorted(answer.operations, key=lambda each: _ORDER.index(each.purpose))
        return Resource(label, create, read, tuple(ordered), tuple(answer.findings), score, problem)

    def _unusable(self, label: str, create: Operation, read: Operation, problem: str) -> Resource:
        return Resource(label, create, read, (), (), -100, problem)

    def _as_source(self, label: str, status: Node) -> Crd:
        return as_source(label, {"status": self.found.schemas.tree(status, _MOST_NODES)})

    def _problem(self, crd: Crd) -> str:
        best = states.derive(crd)
        if best and any(phases.derive(crd, each.path).text for each in best):
            return ""
        return ending.never_finishes(crd) or "nothing in its answer says that it has succeeded"

    # --------------------------------------------------------------------------------------------------------- the id
    def _id(self, create: Operation, parameter: str, read: Operation) -> tuple[str, str, list[tuple[str, str]]]:
        """Where the id comes from, why, and what must be asked for so that it is told."""
        if create.method == "PUT":
            return f".path.{parameter}", "the path holds its id, which we choose", []
        _, body, _ = self.found.body(create)
        answer = self.found.answer(create)
        wanted = names.lower_words(parameter)
        for name, node in schema.properties(body).items():
            if names.lower_words(name) == wanted and schema.kind(node) is Kind.STRING:
                return str(schema.path_of("spec", name)), f"its body takes {name}, so that we choose the id", []
        place = _id_in(
            answer.schema,
            wanted,
            names.lower_words(names.singular(_item(read).rpartition("/")[0].rpartition("/")[2])),
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
    def _below_item(self, read: Operation, method: str, given: Given) -> list[tuple[str, Operation]]:
        """The operations right below the item, by the word that says what they do."""
        item = _item(read)
        found = [
            (general(each.path)[len(item) + 1 :], each) for each in self.below.get(item, ()) if each.method == method
        ]
        above = item.rpartition("/")[0]
        found += [  # /jobs/{job_id}:cancel
            (general(each.path)[len(item) + 1 :], each)
            for each in self.below.get(above, ())
            if each.method == method and general(each.path).startswith(f"{item}:")
        ]
        return [(_word(last), each) for last, each in found if "{" not in last and not self._lacking(each, given)]

    def _lacking(self, operation: Operation, given: Given) -> str:
        """A parameter that an operation cannot do without, and that neither create nor a default gives; "" for none."""
        for each in self.found.parameters(operation):
            has_value = each.schema.get("default") is not None or schema.enum(each.schema)
            if each.required and each.place != "path" and not has_value and (each.place, each.name) not in given:
                return f"the {each.place} parameter {shown(each.name)}"
        return ""

    def _asks(self, operation: Operation) -> bool:
        """Whether nothing but a body with something in it will do: an empty one can be sent."""
        media, body, is_required = self.found.body(operation)
        return is_required and ("json" not in media or not may_be_an_object(body) or bool(schema.required(body)))

    def _start(self, read: Operation, parameter: str, given: Given) -> tuple[Operation, str] | None:
        for method in ("POST", "PUT"):
            for word, each in self._below_item(read, method, given):
                if self._asks(each):
                    continue
                if word in lexicon.STARTS:
                    return each, f"create may only register a {parameter}: '{word}' starts it"
                there = self.at[general(each.path)]
                if word in lexicon.RESULTS_PATHS and {"GET", "DELETE"} <= set(there):
                    return each, f"its {word} are asked for, read and deleted at one path: create only registers"
        return None

    def _cancel(self, answer: _Answer, read: Operation, start: Operation | None, given: Given) -> bool:
        """Adds how a job is stopped; whether it is something else than a deletion."""
        found: list[tuple[Operation, str, tuple[tuple[str, str], ...]]] = []
        for method in ("POST", "PUT"):
            for word, each in self._below_item(read, method, given):
                if word in lexicon.CANCELS and not self._asks(each):
                    found.append((each, f"'{word}' below the job", ()))
        found.sort(
            key=lambda each: (
                len(_segment_words(each[0])),
                lexicon.CANCELS.index(_word(each[0].segments[-1].rpartition(":")[2])),
            )
        )
        there = {
            method: each for method, each in self.at.get(_item(read), {}).items() if not self._lacking(each, given)
        }
        beside = self.at.get(general(start.path), {}).get("DELETE") if start else None
        if beside and not self._lacking(beside, given):
            found.append((beside, "it takes back what start asked for", ()))
        for method in ("PATCH", "PUT"):
            if method in there:
                state = self._state_to_set(there[method])
                if state:
                    found.append((there[method], "it sets a state that ends it", (("body", state),)))
        is_plain = not found
        if "DELETE" in there:
            found.append((there["DELETE"], "a deletion" if is_plain else "a deletion, with what is known of it", ()))
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
            if name.lower() in lexicon.STATUS_NAMES and needed <= {name}:
                values = schema.enum(node)
                stops = [value for value in values if any(value.lower().startswith(stem) for stem in lexicon.CANCELS)]
                stops += [value for value in values if value.lower() in ("canceled", "failed", "failure", "error")]
                if stops:
                    return json.dumps({name: stops[0]}, separators=(",", ":"))
        return ""

    def _beside(self, answer: _Answer, purpose: Purpose, read: Operation, known: Sequence[str], given: Given) -> bool:
        found = [
            (known.index(word), each, word) for word, each in self._below_item(read, "GET", given) if word in known
        ]
        taken = {each.path for each in answer.operations if each.method == "GET"}
        found = sorted((each for each in found if each[1].path not in taken), key=lambda each: each[0])
        if found:
            answer.add(purpose, found[0][1], f"'{found[0][2]}' below the job")
        return bool(found)

    # ------------------------------------------------------------------------------------------------------- searching
    def _listed(self, search: Operation, parameter: str) -> tuple[str, str] | None:
        """Where the list stands in a search's answer ("" for the answer itself), and the id in its entries."""
        told = self.found.answer(search).schema
        wanted = names.lower_words(parameter)
        if schema.kind(told) is Kind.LIST:
            place = _id_in(schema.items(told), wanted, [])
            return ("", str(place)) if place else None
        for name, node in schema.properties(told).items():
            if schema.kind(node) is Kind.LIST and schema.kind(schema.items(node)) is Kind.OBJECT:
                place = _id_in(schema.items(node), wanted, [])
                if place:
                    return str(_relative(name)), str(place)
        return None

    def _marker(self, body: Node, search: Operation, items: str) -> str:
        """A free text of the request that the entries of a search have as well; "" for none."""
        told = self.found.answer(search).schema
        entries = schema.items(schema.properties(told).get(items.strip('."')) if items else told)
        shown = schema.properties(entries)
        best = {"".join(names.lower_words(name)): name for name in reversed([*schema.properties(body)])}
        for word in lexicon.MARKERS:
            name = best.get(word, "")
            node = schema.properties(body).get(name)
            if name in shown and _is_free_text(node) and _is_free_text(shown[name]):
                return name
        return ""


_ORDER = tuple(Purpose)


def as_source(label: str, properties: dict[str, Node]) -> Crd:
    """What a service's operations take and answer, in the form of what a CRD says of its kind."""
    plural = f"{names.snake(label)}s"
    return Crd(
        group="",
        version="",
        kind=label,
        plural=plural,
        singular=names.snake(label),
        served_versions=(),
        status_subresource=True,
        schema={"type": "object", "properties": properties},
        text="",
        backend=Backend.SERVICE,
    )


def _does_something_else(create: Operation) -> bool:
    """Whether a POST by its last word makes nothing that goes on, or does something with what is there."""
    words = _segment_words(create)
    return bool(words) and (words[-1] in lexicon.MAKES_NOTHING or words[-1] in lexicon.CANCELS)


def _segment_words(operation: Operation) -> list[str]:
    last = operation.segments[-1]
    last = last.rpartition(":")[2] if ":" in last else last
    return [] if "{" in last else names.lower_words(last)


def _word(segment: str) -> str:
    """The last word of a segment of a path: ``cancel`` of ``force-cancel``."""
    words = names.lower_words(segment.rpartition(":")[2])
    return words[-1] if words else ""


def _shared(one: Sequence[str], other: Sequence[str]) -> int:
    """How many segments two paths begin with alike."""
    count = 0
    for left, right in zip(one, other):
        if left != right:
            break
        count += 1
    return count


def _label(read: Operation, component: str) -> str:
    """What a job is called: after the collection that it is in, or after its schema where that says more."""
    static = [each for each in _item(read).strip("/").split("/") if each and "{" not in each]
    word = names.camel(names.singular(static[-1])) if static else ""
    parts = names.words(component)
    while len(parts) > 1 and parts[-1].lower() in lexicon.SCHEMA_ENDINGS:
        parts = parts[:-1]
    named = names.camel("_".join(parts))
    own = "".join(names.lower_words(word))
    is_longer = named.lower().endswith(own) and len(named) > len(own)
    return (named if own and is_longer else word or named or "Job")[:_MOST_LABEL]


def _is_key(header: str) -> bool:
    return bool(lexicon.IDEMPOTENCY & set(names.lower_words(header)))


def _relative(*fields: str) -> Path:
    """A place from the top of an answer."""
    return Path(tuple(Step(StepKind.FIELD, name) for name in fields))


def _id_in(node: Node, wanted: Sequence[str], resource: Sequence[str]) -> Path | None:
    """Where an answer tells the id that a parameter of these words takes: at its top, or one object below.

    What is called id alone is that of the object around it, which may be another one: the owner's.
    """
    own = {*resource, *wanted} | lexicon.ENVELOPES

    def here(below: Node, plain: bool = True) -> str:
        spelled = {"_".join(names.lower_words(name)): name for name in reversed([*schema.properties(below)])}
        words = [*wanted], [*wanted[-2:]], [*resource, "id"], *([each] for each in lexicon.IDS if plain)
        words = [some for some in words if plain or len(some) > 1]
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
    return None


def _flags(body: Node) -> list[str]:
    return [
        name for name, node in schema.properties(body).items()
        if schema.kind(node) is Kind.BOOLEAN and lexicon.ASKS_FOR_AN_ANSWER & set(names.lower_words(name)[:1])
    ]  # fmt: skip


def _is_free_text(node: Node | None) -> bool:
    if schema.kind(node) is not Kind.STRING or not isinstance(node, dict):
        return False
    most = node.get("maxLength", 1_000)
    return not schema.enum(node) and "format" not in node and "pattern" not in node and most >= 63
