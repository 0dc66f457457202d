"""What a remote service does wrong, and how a task ends then: one table, for the connector of Flyte 1 on propeller and for that of Flyte 2.

A simulation's name says which row it is; each task has one retry.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from tests.support.simulator import LOST, Change, Fault, Script, Simulator

JSON = {"Content-Type": "application/json"}
# Longer than a request's time: what waits for it is answered too late.
NEVER = threading.Event()
# More than those of six looks, each of which asks up to five times within its four seconds.
SIX_LOOKS = 33


@dataclass(frozen=True)
class Row:
    """``goes_wrong`` and ``ends`` are told in docs/faults.md.

    ``states`` and ``faults`` are those of a :class:`Script`. ``phases`` are the last ones of the attempts, ``jobs`` the states that their
    jobs are left in, ``error`` is in that of the task, ``reason`` in one that the console shows meanwhile, and ``logged`` in what the connector has
    logged.
    """

    goes_wrong: str
    ends: str
    faults: Mapping[str, Sequence[Fault | Change | None]] = field(default_factory=dict)
    states: Sequence[Sequence[str]] = (("queued", "running", "succeeded"),)
    phases: Sequence[str] = ("SUCCEEDED",)
    jobs: Sequence[str] = ("succeeded",)
    error: str = ""
    logged: str = ""
    reason: str = ""

    @property
    def script(self) -> Script:
        return Script(self.states, self.faults)


def _end_token(service: Simulator, _: Any) -> None:
    service.token = "another one"


def _delete(service: Simulator, seen: Any) -> None:
    service.forget(seen)


ROWS: dict[str, Row] = {
    "away": Row(
        "The service does not answer for longer than six looks at a job, which ends meanwhile",
        "The task runs on in its last phase, and succeeds once the service answers",
        {"read": [None, *[Fault()] * SIX_LOOKS]},
        states=(("running", "succeeded"),),
        logged="cannot be looked at now",
    ),
    "limits": Row(
        "The service limits its clients: 429 and 503 with Retry-After, to create and to read",
        "No request is sent before that time; the task succeeds in its first attempt",
        {
            "create": [Fault(code=429, headers={"Retry-After": "2"}), Fault(code=503, headers={"Retry-After": "1"})],
            "read": [Fault(code=429, headers={"Retry-After": "1"})],
        },
    ),
    "crowds": Row(
        "The service takes no more jobs for longer than the 8 seconds that Flyte's request lasts: 429, without saying when to come back",
        "The task waits for resources, with the service's reason, and its job is created later: it succeeds in its first attempt",
        {"create": [Fault(code=429, content=b'{"message": "10 jobs run already"}', headers=JSON)] * 25},
        reason="10 jobs run already",
    ),
    "errs": Row(
        "The service answers with 500, 502, 503 and 504, also after it has created the job",
        "The same request is sent again; the task succeeds in its first attempt, with one job",
        {
            "create": [Fault(code=500, is_done=True)],
            "read": [Fault(code=500), Fault(code=502), Fault(code=503), Fault(code=504)],
            "results": [Fault(code=500)],
        },
    ),
    "slow": Row(
        "The service answers later than `request-timeout`, also after it has created the job",
        "The same request is sent again; the task succeeds in its first attempt, with one job",
        {"create": [Fault(is_done=True, wait=NEVER)], "read": [Fault(wait=NEVER)], "results": [Fault(wait=NEVER)]},
    ),
    "loses": Row(
        "The connection breaks after the service has created the job: the answer is lost",
        "The task succeeds in its first attempt, with that job",
        {"create": [LOST]},
    ),
    "cuts": Row(
        "Answers are cut off in the middle: to create, of the state, and of the results",
        "The same request is sent again; the task succeeds in its first attempt, with one job",
        {
            "create": [Fault(code=202, is_done=True, content=b'{"id": "j', cut=True, headers=JSON)],
            "read": [Fault(code=200, content=b'{"state": "succ', cut=True, headers=JSON)],
            "results": [Fault(code=200, content=b'{"energy": 1', cut=True, headers=JSON)],
        },
    ),
    "garbles": Row(
        "Answers are no JSON, to create, of the state, and of the results: a proxy's page, or half of the text",
        "To create is asked again, the rest at the next look; the task succeeds in its first attempt, with one job",
        {
            "create": [Fault(code=200, is_done=True, content=b"<html>Sign in</html>")],
            "read": [Fault(code=200, content=b'{"state": ', headers=JSON), Fault(code=200, content=b"<html></html>")],
            "results": [
                Fault(code=200, content=b'{"energy": ', headers=JSON),
                Fault(code=200, content=b"<html></html>", headers={"Content-Type": "text/html"}),
            ],
        },
        logged="was answered with what is no JSON",
    ),
    "surprises": Row(
        "The service tells a state that its document does not have, codes that it does not have, and a state that is none",
        "The unknown state counts as running, and the connector's log names it; the others change nothing. The task succeeds",
        {
            "read": [
                None,
                Fault(code=418),
                Fault(code=304),
                *(Fault(code=200, content=each, headers=JSON) for each in (b"[]", b'{"state": 7}', b'{"state": null}')),
            ]
        },
        states=(("running", "rebalancing", "running", "succeeded"),),
        logged="'rebalancing'",
    ),
    "ends_token": Row(
        "The token ends before its time: the service answers with 401",
        "All tasks share one new token, and their requests are sent again; the task succeeds in its first attempt",
        {"read": [None, _end_token]},
    ),
    "refuses": Row(
        "The service refuses the job: 422",
        "The task fails for good with the service's words, although it has retries",
        {"create": [Fault(code=422, content=b'{"message": "the model has no inlet"}', headers=JSON)]},
        phases=("FAILED",),
        jobs=(),
        error="the model has no inlet",
    ),
    "denies": Row(
        "The service refuses the connector's credentials: 401 for a new token, too",
        "The task fails for good with the service's words",
        {"create": [Fault(code=401, content=b'{"message": "no such client"}', headers=JSON)] * 2},
        phases=("FAILED",),
        jobs=(),
        error="no such client",
    ),
    "fails": Row(
        "The job fails",
        "The task is tried again as often as it has retries, and its error ends with that of the job's log",
        states=(("running", "failed"),),
        phases=("FAILED", "FAILED"),
        jobs=("failed", "failed"),
        error="failed: no memory",
    ),
    "forgets": Row(
        "The service has forgotten the job: 404",
        "The attempt fails, and another one has a job of its own",
        {"read": [None, _delete]},
        phases=("FAILED", "SUCCEEDED"),
    ),
    "overloaded": Row(
        "The service answers to create with 503 for longer than the 8 seconds that Flyte's request lasts",
        "The attempt fails and uses up a retry. Should its request have been worked on, the next attempt cancels that job first",
        {"create": [Fault(code=503, is_done=True), *[Fault(code=503)] * 6]},
        phases=("FAILED", "SUCCEEDED"),
        jobs=("cancelled", "succeeded"),
    ),
}
