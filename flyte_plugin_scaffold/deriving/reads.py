"""Which operation tells of the job that another one creates, and which parameter of it takes the job's id."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from flyte_plugin_scaffold.reading import schema
from flyte_plugin_scaffold.reading.openapi import Found, Operation
from flyte_plugin_scaffold.reading.schema import Node
from flyte_plugin_scaffold.text import lexicon, names

_OF_A_JOB = {*lexicon.STARTS, *lexicon.CANCELS, *lexicon.LOGS, *lexicon.RESULTS_PATHS}
_MOST_BELOW = 50  # operations of one job
_MOST_IDS = 200  # properties of an answer that may be one
_MOST_ALIKE = 50  # operations of one sort that are looked at for one create
_PARAMETER = re.compile(r"\{[^{}]*\}")


@dataclass(frozen=True, eq=False)
class Way:
    """How one hears of a job."""

    read: Operation
    reason: str
    place: str  # path, query or body: where the id goes
    parameter: str
    guess: str = ""  # what of it is a guess: a sentence

    @property
    def setting(self) -> str:
        """The parameter as the answer `operations` has it."""
        return f".{self.parameter}" if self.place == "body" else self.parameter


def general(path: str) -> str:
    """A path with its parameters' names and a slash at its end left out: ``/jobs/{}``."""
    return _PARAMETER.sub("{}", path).rstrip("/")


def item(read: Operation) -> str:
    """The path of the job that an operation reads, or reads the state of: ``/jobs/{}`` of ``/jobs/{job_id}/status``.

    Where the id is no part of the path, that of all jobs: ``/runs`` of ``/runs/get``.
    """
    path = general(read.path)
    above, _, last = path.rpartition("/")
    is_state = last in lexicon.STATES_OF_ITEMS and above.endswith("}")
    return above if is_state or (not read.in_path and word(last) in lexicon.READS) else path


def collection(read: Operation) -> str:
    """The last segment of the path of all jobs: ``jobs`` of ``/jobs/{job_id}`` and of ``/jobs/get``."""
    return item(read).removesuffix("/{}").rpartition("/")[2]


def word(segment: str) -> str:
    """The word of a segment of a path that says what is done: ``cancel`` of ``force-cancel`` and of ``cancelJob``."""
    words = names.lower_words(segment.rpartition(":")[2])
    if words[:1] and words[0] in lexicon.CHANGING:
        return words[0]
    stops = [each for each in words if each in lexicon.CANCELS]
    return stops[0] if stops else words[-1] if words else ""


def required_id(body: Node) -> str:
    """The property of a body that is all it demands, and an id; "" for none."""
    needed = schema.required(body)
    some = needed or tuple(schema.properties(body)) if len(schema.properties(body)) == 1 else needed
    if len(some) != 1 or names.lower_words(some[0])[-1:] != ["id"]:
        return ""
    node = schema.properties(body).get(some[0])
    return some[0] if schema.kind(node) in schema.SCALARS else ""


class Paths:
    """The operations of one document, by the shapes of their paths."""

    def __init__(self, found: Found) -> None:
        self.found = found
        self.at: dict[str, dict[str, Operation]] = {}
        self.below: dict[str, list[Operation]] = {}
        self._by_last: dict[str, list[Operation]] = {}
        self._by_answer: dict[str, list[Operation]] = {}
        self._by_collection: dict[str, list[Operation]] = {}
        self._asked: dict[str, list[tuple[Operation, str, str]]] = {}
        self._asked_in: dict[str, list[tuple[Operation, str, str]]] = {}
        for each in found.operations:
            path = general(each.path)
            self.at.setdefault(path, {}).setdefault(each.method, each)
            self._add_below(path, each)
            if each.method == "GET" and path.endswith("}"):
                self._by_last.setdefault(_key(each.in_path[-1]), []).append(each)
                self._by_answer.setdefault(found.answer_name(each), []).append(each)
                self._by_collection.setdefault(collection(each), []).append(each)
            for place, name in self._taken(each):
                self._asked.setdefault(_key(name), []).append((each, place, name))
                self._asked_in.setdefault(path.rpartition("/")[0], []).append((each, place, name))

    def _add_below(self, path: str, each: Operation) -> None:
        """Keeps an operation with what is above it, if its last word is one that a job's operations have."""
        above, _, last = path.rpartition("/")
        known = self.below.setdefault(above, [])
        if "{" not in last.rpartition(":")[2] and word(last) in _OF_A_JOB and len(known) < _MOST_BELOW:
            known.append(each)

    def reads(self, create: Operation) -> Iterator[Way]:
        """The operations that may tell of what ``create`` makes, best first; none of those that start something themselves."""
        return (each for each in self._reads(create) if not _starts(each.read))

    def _reads(self, create: Operation) -> Iterator[Way]:
        path = general(create.path)
        if create.method == "PUT" or self._puts(create):
            read = self.at[path].get("GET")
            if read and path.endswith("}"):
                yield Way(read, "the same path", "path", read.in_path[-1], self._guess_of_put(create))
            if create.method == "PUT":
                return
        found = self.at.get(f"{path}/{{}}", {}).get("GET")
        if found:
            yield from self._in_path(create, found, "the path below it")
        for state in lexicon.STATES_OF_ITEMS:
            told = self.at.get(f"{path}/{{}}/{state}", {}).get("GET")
            if told:
                yield from self._in_path(create, told, f"the '{state}' of the path below it")
        above, _, last = path.rpartition("/")
        collection, _, verb = path.rpartition(":") if ":" in last and not last.startswith(":") else ("", "", "")
        if collection and "{" not in verb:
            beside = self.at.get(f"{collection}/{{}}", {}).get("GET")  # /jobs:submit
            yield from self._in_path(create, beside, "the path beside it") if beside else ()
        if found is None and word(last) in lexicon.PATH_VERBS:
            beside = self.at.get(f"{above}/{{}}", {}).get("GET")
            if beside and not above.endswith("{}"):
                yield from self._in_path(create, beside, "the path beside it")
            yield from self._beside(above)
        yield from self._by_component(create)
        yield from self._by_id(create)
        yield from self._by_name(create)

    def _in_path(self, create: Operation, read: Operation, reason: str, guess: str = "") -> Iterator[Way]:
        """The way whose id is the one parameter of read's path that create has not."""
        own = own_parameters(read, create)
        if len(own) == 1:
            yield Way(read, reason, "path", own[0], guess)

    def _guess_of_put(self, create: Operation) -> str:
        """What is to be said of a PUT where nothing says that it makes something: most change what is there."""
        makes = {verb(create), first_word(create)} & lexicon.MAKES_SOMETHING
        if create.method == "POST" or makes or 201 in self.found.codes(create):
            return ""
        return f"that {create.text} makes what it names is a guess: the document does not say whether it only changes what is there"

    def _puts(self, create: Operation) -> bool:
        """Whether a POST makes what its path names: there is no POST of the collection, and it says that it starts something."""
        path = general(create.path)
        return (
            path.endswith("}")
            and "POST" not in self.at.get(path.rpartition("/")[0], {})
            and verb(create) in lexicon.MAKES_SOMETHING
        )

    def _beside(self, folder: str) -> Iterator[Way]:
        """Those of the same folder that take an id of any name: ``/jobs/get`` of ``/jobs/create``."""
        for each, place, name in self._asked_in.get(folder, ())[:_MOST_ALIKE]:
            yield Way(each, f"the '{word(each.segments[-1])}' beside it", place, name)

    def _taken(self, read: Operation) -> Iterator[tuple[str, str]]:
        """Where an operation that only reads takes an id outside of its path: as the one thing that it demands."""
        last = read.segments[-1]
        if read.method not in ("GET", "POST") or "{" in last or read.in_path or word(last) not in lexicon.READS:
            return
        needed = [each for each in self.found.parameters(read) if each.required]
        if read.method == "GET":
            if len(needed) == 1 and needed[0].place == "query" and names.lower_words(needed[0].name)[-1:] == ["id"]:
                yield "query", needed[0].name
            return
        media, body, _ = self.found.body(read)
        name = required_id(body) if "json" in media and not needed else ""
        if name:
            yield "body", name

    def _by_component(self, create: Operation) -> Iterator[Way]:
        """Those of another collection that answer the same component: ``/jobs/{job_id}/run`` and ``/runs/{id}``."""
        name = self.found.answer_name(create)
        path = f"{general(create.path)}/"
        for read in self._by_answer.get(name, ())[:_MOST_ALIKE] if name else ():
            if not path.startswith(f"{general(read.path).rpartition('/')[0]}/"):
                yield from self._in_path(create, read, f"it answers the {name} that create does")

    def _by_name(self, create: Operation) -> Iterator[Way]:
        """Those of a collection of the same name elsewhere: ``/products/{id}/orders`` and ``/orders/{id}``."""
        last = create.segments[-1]
        for read in self._by_collection.get(last, ())[:_MOST_ALIKE] if "{" not in last else ():
            guess = f"that {read.text} tells of what {create.text} makes is a guess: only the name '{last}' says so"
            yield from self._in_path(create, read, f"it reads {last}, too", guess)

    def _by_id(self, create: Operation) -> Iterator[Way]:
        """Those that take an id which create's answer tells."""
        ranked: list[tuple[int, int, Way]] = []
        for name in [*schema.properties(self.found.answer(create).schema)][:_MOST_IDS]:
            words = names.lower_words(name)
            if words[-1:] != ["id"] or len(words) < 2:
                continue
            for length in range(len(words), 1, -1):
                reason = f"it takes {name}, which create answers"
                key = "_".join(words[-length:])
                for read in self._by_last.get(key, ())[:_MOST_ALIKE]:
                    for way in self._in_path(create, read, reason, _guess_of_id(create, read)):
                        ranked.append((-length, -shared(read.segments, create.segments), way))
                for read, place, taken in self._asked.get(key, ())[:_MOST_ALIKE]:
                    way = Way(read, reason, place, taken, _guess_of_id(create, read))
                    ranked.append((-length, -shared(read.segments, create.segments), way))
        ranked.sort(key=lambda each: each[:2])
        yield from (way for _, _, way in ranked)


def _starts(read: Operation) -> bool:
    """Whether a GET says twice that it starts something, as some webhooks do: each look would start another one."""
    return verb(read) == first_word(read) and verb(read) in lexicon.MAKES_SOMETHING


def _guess_of_id(create: Operation, read: Operation) -> str:
    return (
        f"that {read.text} tells of what {create.text} makes is a guess: it takes an id which that answers, and nothing else "
        "says so"
    )


def own_parameters(read: Operation, create: Operation) -> list[str]:
    """The parameters of read's path that are not create's; where all have names that create has, those of something else."""
    by_name = [name for name in read.in_path if name not in create.in_path]
    known = set(_placed(create))
    return by_name or [name for before, name in _placed(read) if (before, name) not in known]


def _placed(operation: Operation) -> Iterator[tuple[str, str]]:
    """The parameters of a path, each with the segment before it."""
    before = ""
    for segment in operation.segments:
        for found in _PARAMETER.findall(segment):
            yield before, found[1:-1]
        before = segment


def verb(operation: Operation) -> str:
    """The first word of an operation's id, which mostly says what it does: ``get`` of ``jobs/getProgress``."""
    said = re.split(r"[/.]", operation.id)[-1]
    return (names.lower_words(said) or [""])[0]


def first_word(operation: Operation) -> str:
    """The first word of what people read of an operation, as a verb: ``update`` of ``Updates a job``."""
    said = operation.description.split(maxsplit=1)
    return names.singular(said[0].strip(".,:").lower()) if said else ""


def shared(one: Sequence[str], other: Sequence[str]) -> int:
    """How many segments two paths begin with alike."""
    count = 0
    for left, right in zip(one, other):
        if left != right:
            break
        count += 1
    return count


def _key(name: str) -> str:
    return "_".join(names.lower_words(name))
