"""Where an operator writes how a CR is doing, and what that means to Flyte."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from flyte_plugin_scaffold.model.path import Path


class Phase(str, Enum):
    """Flyte phases that the answer `phases` can name. Everything else is Running; no status is Queued."""

    QUEUED = "Queued"
    INITIALIZING = "Initializing"
    RUNNING = "Running"
    SUCCESS = "Success"
    FAILURE = "Failure"


class Failure(str, Enum):
    """Who is to blame for a failure, and with that who pays for another attempt."""

    RETRYABLE = "Retryable"  # the task: tried again as often as its own `retries` allow
    PERMANENT = "Permanent"  # the task, and every attempt would end like this one
    SYSTEM = "System"  # the cluster or the operator: tried again at the platform's expense


class Check(str, Enum):
    """How a term looks at the value at its path."""

    EQUALS = "="
    IS_SET = "set"  # there is a value; 0 of a number is none, nor is an empty list
    ABOVE = ">"
    AT_LEAST = ">="
    BELOW = "<"
    AT_MOST = "<="


@dataclass(frozen=True)
class Term:
    """One test of a status: a value of a plain field, a condition, or a condition of the Job that the resource owns.

    Exactly one of ``path``, ``condition``, ``job`` and ``http`` is set. A condition's ``reason`` is optional; ``status`` is
    True, False or Unknown.
    """

    path: Path | None = None
    check: Check = Check.EQUALS
    value: str = ""  # "" of EQUALS: there is none
    is_number: bool = False  # compared as a number; one that is not there is 0
    is_flag: bool = False  # a boolean; one that is not there is false
    is_list: bool = False  # compared by how many items it has
    condition: str = ""
    status: str = "True"
    reason: str = ""
    job: str = ""  # the type of a condition that is True: one of JOB_CONDITIONS
    http: int = 0  # the code of read's answer, of a remote service

    def compares(self, number: float) -> bool:
        """Whether a number is what the term wants; the term must be one of numbers."""
        wanted = float(self.value or 0)
        return {
            Check.IS_SET: number != 0,
            Check.EQUALS: number == wanted,
            Check.ABOVE: number > wanted,
            Check.AT_LEAST: number >= wanted,
            Check.BELOW: number < wanted,
            Check.AT_MOST: number <= wanted,
        }[self.check]

    @property
    def holds_of_nothing(self) -> bool:
        """Whether the term holds where there is no value: it is read as empty, 0 or false."""
        if self.job or self.condition or self.http or self.check is Check.IS_SET:
            return False
        if self.is_number:
            return self.compares(0)
        return self.value == "false" if self.is_flag else not self.value


# A regular expression for the type of a condition.
CONDITION_TYPE = r"[A-Za-z0-9_./-]*?[A-Za-z0-9_-]"

# What the answer ``phases`` says where the words of a state decide about those that no rule names.
BY_WORDS = "Others=words"

# Of a batch/v1 Job; the API has no others.
JOB_CONDITIONS = ("Complete", "Failed", "SuccessCriteriaMet", "FailureTarget", "Suspended")


@dataclass(frozen=True)
class PhaseRule:
    """All ``terms`` hold -> ``phase``. Rules are in the order of evaluation: failures first for conditions."""

    phase: Phase
    terms: tuple[Term, ...]
    text: str  # as in the answer: "Complete & .status.jobStatus=SUCCEEDED"
    failure: Failure | None = None  # of Phase.FAILURE; None in an answer that leaves it to the words of the state


@dataclass(frozen=True)
class Status:
    """Where the operator writes how the CR is doing, and what that means to Flyte. Names lead there from the status."""

    path: Path | None  # .status.jobStatus or .status.conditions; None where rules read values of their own
    by_conditions: bool
    rules: tuple[PhaseRule, ...]
    conditions: tuple[str, ...] = ()  # where they are; () where nothing reads them
    message: tuple[tuple[str, ...], ...] = ()  # fields with a message or reason, best first
    paths: tuple[Path, ...] = ()  # every other path that a rule reads
    known_values: tuple[str, ...] = ()  # what the CRD's enum says, for tests
    observed_generation: bool = False  # .status.observedGeneration is in the schema
    variables: tuple[tuple[str, tuple[str, ...]], ...] = ()  # log templates' variables, and where their values are
    dashboard: tuple[tuple[str, ...], ...] = ()  # addresses of the operator's own UI, best first
    last_resorts: tuple[PhaseRule, ...] = ()  # asked where nothing else says anything: a time of the end is set
    broader: tuple[Path, ...] = ()  # states above that of the work, of which the rules read a failure
    outcomes: tuple[Path, ...] = ()  # results in words: where the rest means success, one whose words fail is a failure
    by_words: bool = False  # the words of a state decide where no rule names it
    own_words: tuple[str, ...] = ()  # words that name the work itself, for that

    @property
    def reads_job(self) -> bool:
        """A rule looks at the batch/v1 Job that the resource owns."""
        return any(term.job for rule in self.rules for term in rule.terms)
