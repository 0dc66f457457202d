"""Resources with statuses that chance makes: what an operator may write, and what no operator should."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from flyte_plugin_scaffold.examples import status_examples
from flyte_plugin_scaffold.model import JOB_CONDITIONS, Plugin
from flyte_plugin_scaffold.text import lexicon

Json = Any
Path = tuple[str, ...]

# Of a wrong type, of none, or of a form that one language reads and another does not.
ODD: tuple[Json, ...] = (
    None, True, False, 0, 1, -1, 3, 2**31, -(2**63), 2**63, 2**70, 0.0, -0.0, 0.5, 1.0, 999999.5, 1e6, 1e20, 1e21, 123456789.125, 1.5e-7, 1e-4,
    "", " ", "true", "True", "false", "0", "1", "-2.5", "+3", ".5", "5.", "1e3", "1E400", " 1", "1 ", "0x10", "inf", "-Infinity", "NaN", "-nan",
    "١", "50%", "1_000", "0x1p4", [], ["Failed"], {}, {"a": 1}, [{}], "\u212a", "\u017fucceeded", "STRASSE", "straße", "\u0130", "a\tb\"c\\d", "\u00a0\u200b", "\U0001f600",
)  # fmt: skip
ENDS = (*sorted(lexicon.ENDED), "succeeded", "failed")
WORDS = sorted(
    {word for each in (*lexicon.SUCCESS, *lexicon.FAILURE, *lexicon.QUEUED, *lexicon.INITIALIZING) for word in [each.lower()]}
    | lexicon.WORK | lexicon.ONLY_OVER | lexicon.NOT_YET | lexicon.FOR_GOOD | lexicon.EVENTS | lexicon.RECOVERING | lexicon.RECOVERED
    | lexicon.REFUSED | lexicon.GIVEN_UP | lexicon.MADE_FOR_WORK | lexicon.AFTER_AN_END | lexicon.NOT_WELL | lexicon.WITH_FAILURES
    | lexicon.WITH_WARNINGS | lexicon.FAILURE_PERMANENT | lexicon.FAILURE_SYSTEM | {"with", "and", "no", "2", "3", "upload", "stage", "going"}
)  # fmt: skip


@dataclass(frozen=True)
class Read:
    """What is read of a status: where states, values that rules ask for, other texts and conditions are, and which are known."""

    states: tuple[Path, ...]
    words: tuple[str, ...]
    values: tuple[tuple[Path, Json], ...]
    texts: tuple[Path, ...]
    conditions: Path
    types: tuple[str, ...]
    reasons: tuple[str, ...]
    own: tuple[str, ...]  # words that name the work

    @staticmethod
    def by(plugin: Plugin) -> Read:
        """What a plugin reads."""
        status = plugin.status
        terms = [term for rule in (*status.rules, *status.last_resorts) for term in rule.terms]
        told = [*status.message, *(path for _, path in status.variables), *status.dashboard]
        state = [status.path] if status.path is not None and not status.by_conditions else []
        return Read(
            tuple(path.names[1:] for path in (*state, *status.broader)),
            (*(term.value for term in terms if term.value and not term.is_number), *status.known_values),
            tuple((term.path.names[1:], status_examples.value_of(term)) for term in terms if term.path is not None),
            tuple(sorted({*told})),
            status.conditions,
            tuple(term.condition for term in terms if term.condition),
            tuple(term.reason for term in terms if term.reason),
            status.own_words,
        )


def resources(plugin: Plugin, count: int, seed: int) -> Iterator[dict[str, Json]]:
    """``{"resource": CR, "jobs": Jobs}``: every example of a status, and ``count`` more."""
    made = _Statuses(Read.by(plugin), random.Random(seed))
    identity = {"apiVersion": plugin.crd.api_version, "kind": plugin.crd.kind}
    yield {"resource": identity, "jobs": []}
    for status in (
        *(status for _, status, _ in status_examples.cases(plugin)),
        *(status for _, status, _ in status_examples.job_cases(plugin)),
    ):
        for jobs in ([], made.jobs()):
            yield {"resource": {**identity, "status": status}, "jobs": jobs}
    for _ in range(count):
        yield {"resource": {**identity, "status": made.status()}, "jobs": made.jobs()}


# Where the rows that chance makes read values: some of them below others.
PATHS: tuple[Path, ...] = (
    ("phase",),
    ("job", "state"),
    ("job", "done"),
    ("ok",),
    ("a", "b", "c"),
    ("endTime",),
    ("failedAt",),
)
PHASES = (
    "Queued", "Initializing", "Running", "Success", "RetryableFailure", "PermanentFailure", "SystemFailure",
)  # fmt: skip


def resources_of_any_rows(kinds: int, count: int, seed: int) -> Iterator[dict[str, Json]]:
    """``{"rows": rows, "resource": CR, "jobs": Jobs}``: ``count`` for each of so many kinds that chance makes."""
    chance = random.Random(seed)
    for _ in range(kinds):
        rows = _rows(chance)
        terms = [term for rule in (*rows["phases"]["rules"], *rows["phases"]["fallbacks"]) for term in rule["terms"]]
        made = _Statuses(_read(rows, terms), chance)
        for _ in range(count):
            yield {"rows": rows, "resource": {"status": made.status()}, "jobs": made.jobs()}


def _rows(chance: random.Random) -> dict[str, Json]:
    latest = chance.random() < 0.3
    has_conditions = latest or chance.random() < 0.7
    rules = [_rule(chance, has_conditions) for _ in range(chance.randrange(8))]
    return {
        "status": {
            "state": chance.choice(PATHS) if not latest and chance.random() < 0.8 else (),
            "latestCondition": latest,
            "conditions": ("conditions",) if has_conditions else (),
            "messages": chance.sample((("message",), ("job", "reason")), chance.randrange(3)),
        },
        "phases": {
            "rules": rules,
            "fallbacks": [_rule(chance, False) for _ in range(chance.choice((0, 0, 1, 2)))],
            "byWords": chance.random() < 0.6,
            "broader": chance.sample(PATHS, chance.choice((0, 0, 1, 2))),
            "ownWords": sorted(lexicon.WORK) + chance.sample(("dump", "scan", "upload", "stage"), chance.randrange(3)),
        },
    }


def _rule(chance: random.Random, has_conditions: bool) -> dict[str, Json]:
    terms = [_term(chance, has_conditions) for _ in range(chance.choice((1, 1, 1, 2, 3)))]
    return {"phase": chance.choice(PHASES), "terms": terms}


def _term(chance: random.Random, has_conditions: bool) -> dict[str, Json]:
    path = chance.choice(PATHS)
    state = chance.choice((*status_examples.STATES, "3", "true"))
    comparison = f"{chance.choice(('==', '!=', '>', '>=', '<', '<='))} {chance.choice(('0', '1', '-2.5', '1e3'))}"
    condition = (
        chance.choice([each for each in status_examples.TYPES if each]),
        chance.choice(("True", "False")),
        chance.choice(("", "", "NodeLost")),
    )
    name, arguments = chance.choice(
        (
            ("Is", (state, *path)),
            ("Is", (state, *path)),
            ("IsSet", path),
            ("Flag", (chance.random() < 0.5, *path)),
            ("Number", (comparison, *path)),
            ("Condition", condition) if has_conditions else ("Is", (state, *path)),
            ("OwnedJob", (chance.choice(JOB_CONDITIONS),)),
        )
    )
    return {"name": name, "arguments": arguments}


def _read(rows: dict[str, Json], terms: list[dict[str, Json]]) -> Read:
    """What is read by rows, and terms that are theirs."""
    named = {
        name: [term["arguments"] for term in terms if term["name"] == name]
        for name in ("Is", "IsSet", "Flag", "Number", "Condition")
    }
    values = [(path, value) for value, *path in (*named["Is"], *named["Flag"])]
    values += [(path, float(comparison.split()[1])) for comparison, *path in named["Number"]]
    values += [(path, status_examples.TIME) for path in named["IsSet"]]
    return Read(
        tuple(filter(None, (rows["status"]["state"], *rows["phases"]["broader"]))),
        tuple(value for value, *_ in named["Is"]),
        tuple((tuple(path), value) for path, value in values),
        tuple(rows["status"]["messages"]),
        rows["status"]["conditions"],
        tuple(kind for kind, _, _ in named["Condition"]),
        tuple(reason for _, _, reason in named["Condition"] if reason),
        tuple(word for word in rows["phases"]["ownWords"] if word not in lexicon.WORK),
    )


class _Statuses:
    """Statuses in which something stands where it is read, most of it of the right type."""

    def __init__(self, read: Read, chance: random.Random) -> None:
        self._read, self._chance = read, chance
        self._states: list[str] = []  # of the status in the making

    def jobs(self) -> list[Json]:
        return [
            {"status": {"conditions": [self._job_condition() for _ in range(self._below(3))]}}
            for _ in range(self._below(3))
        ]

    def _job_condition(self) -> Json:
        kind = self._chance.choice((*JOB_CONDITIONS, "example.com/Failed"))
        return {"type": kind, "status": self._chance.choice(("True", "True", "False", "Unknown"))}

    def status(self) -> Json:
        if self._is_rare(50):
            return self._chance.choice((*ODD, {"observedGeneration": 1}))
        found: dict[str, Json] = {}
        self._states = []
        for path in self._read.states:
            if not self._is_rare(4):
                state = self._state()
                self._states += [state] if isinstance(state, str) else []
                self._put(found, path, state)
        values = self._read.values
        for path, value in self._chance.sample(values, min(len(values), self._below(4))):
            self._put(found, path, self._value(value))
        for path in self._read.texts:
            if self._is_rare(3):
                self._put(found, path, self._chance.choice((*ODD, "says something", "says: something else")))
        if self._read.conditions and not self._is_rare(3):
            self._put(found, self._read.conditions, self._some_conditions())
        if self._is_rare(10):
            found["observedGeneration"] = self._chance.choice((0, 1, 2.0, "1"))
        return found

    def _put(self, into: dict[str, Json], path: tuple[str, ...], value: Json) -> None:
        if self._is_rare(40):  # something else than an object stands on the way
            path, value = path[: self._below(len(path)) + 1], self._chance.choice(ODD)
        for name in path[:-1]:
            if not isinstance(into.get(name), dict):
                into[name] = {}
            into = into[name]
        into[path[-1]] = value

    def _value(self, wanted: Json) -> Json:
        if self._is_rare(4):
            return self._chance.choice(ODD)
        if isinstance(wanted, float):
            wanted += self._chance.choice((-1, 0, 1))
            return int(wanted) if wanted.is_integer() and not self._is_rare(4) else wanted
        return self._spelled(wanted) if isinstance(wanted, str) else wanted

    def _state(self) -> Json:
        words = self._read.words
        return self._chance.choice(
            (
                lambda: self._spelled(self._chance.choice(words or ["Running"])),
                lambda: self._spelled(self._chance.choice(status_examples.STATES)),
                lambda: self._said(),
                lambda: self._said(),
                lambda: self._chance.choice(ODD),
            )
        )()

    def _said(self) -> str:
        words = [self._chance.choice(WORDS) for _ in range(1 + self._below(4))]
        if self._read.own and self._is_rare(3):
            own = self._chance.choice(self._read.own)
            words = [self._chance.choice((own, own, f"{own}s", f"{own}ing")), self._chance.choice(ENDS)]
        return self._chance.choice(
            (
                lambda: "".join(word.capitalize() for word in words),
                lambda: "_".join(words).upper(),
                lambda: " ".join(words),
                lambda: "-".join(words).capitalize() + " (3/3)",
                lambda: "".join(words),
            )
        )()

    def _spelled(self, word: str) -> str:
        return self._chance.choice((word, word, word, word.upper(), word.lower(), f"{word} ", f"Job{word}", word[:-1]))

    def _some_conditions(self) -> Json:
        if self._is_rare(30):
            return self._chance.choice(ODD)
        return [self._condition() for _ in range(self._below(4))]

    def _condition(self) -> Json:
        if self._is_rare(40):
            return self._chance.choice(ODD)
        types = (*self._read.types, *status_examples.TYPES)
        kind = self._chance.choice(
            (
                lambda: self._chance.choice(types),
                lambda: self._said(),
                lambda: self._spelled(self._chance.choice(self._states or ["Running"])),
            )
        )()
        domain = self._chance.choice(("", "", "", "example.com/", "cloud.", "not", "Un", "job_", "a", "not_"))
        found = {
            "type": self._chance.choice(ODD) if self._is_rare(20) else f"{domain}{kind}",
            "status": self._chance.choice(("True", "True", "True", "False", "Unknown", "true", True, None)),
            "reason": self._chance.choice((self._said(), *self._read.reasons, "", None)),
            "message": self._chance.choice(("what it says", f"about {kind}", "", 3)),
        }
        return {name: value for name, value in found.items() if not self._is_rare(6)}

    def _below(self, end: int) -> int:
        return self._chance.randrange(end)

    def _is_rare(self, one_in: int) -> bool:
        return self._below(one_in) == 0
