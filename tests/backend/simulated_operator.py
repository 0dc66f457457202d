"""An operator for any kind: it watches the CRs, looks at all their pods, runs the users' commands as local processes
and writes the status by the plugin's phase table, where and as the CRD says.

A test changes what it does through :class:`Behaviour`.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timezone
from pathlib import Path

import requests

from flyte_plugin_scaffold.model import Phase, Plugin, Runs, StatusField, Term

from . import pods
from .kubernetes import Api, ApiError, Object, Resource
from .processes import Process


@dataclass(frozen=True)
class Behaviour:
    """How an operator treats the CRs it sees.

    ``fails_with`` is the message of an operator that gives up before it starts anything; ``pause`` the seconds that a
    CR stays in each phase on the way to Running; ``silent`` one that sees CRs and never says anything of them.
    """

    fails_with: str = ""
    pause: float = 0.3
    silent: bool = False


@dataclass
class Job:
    """One CR in the operator's care."""

    name: str
    uid: str
    processes: list[Process] = field(default_factory=list)
    deleted: threading.Event = field(default_factory=threading.Event)


class SimulatedOperator:
    """Runs from construction to :meth:`stop`, for the CRs of one namespace. Logs are kept in ``folder``."""

    def __init__(
        self,
        api: Api,
        plugin: Plugin,
        namespace: str,
        environment: Mapping[str, str],
        folder: Path,
        behaviour: Behaviour = Behaviour(),
    ) -> None:
        """``environment`` is what an image would bring: where programs and modules are found."""
        crd = plugin.crd
        self.resource = Resource(crd.group, crd.version, crd.plural)
        self.problems: list[str] = []  # what was wrong with the CRs seen so far
        self.seen: list[Object] = []  # every CR as it was when it was seen first
        self.jobs: dict[str, Job] = {}  # by uid
        self._api = api
        self._plugin = plugin
        self._namespace = namespace
        self._environment = environment
        self._folder = folder
        self._behaviour = behaviour
        self._stopping = threading.Event()
        folder.mkdir(parents=True, exist_ok=True)
        self._log = open(folder / "operator.log", "a", buffering=1)  # noqa: SIM115 - closed with the process
        threading.Thread(target=self._watch, name="operator", daemon=True).start()

    def stop(self) -> None:
        self._stopping.set()
        for job in list(self.jobs.values()):
            self._end(job)

    # ------------------------------------------------------------------------------------------------- what it watches
    def _watch(self) -> None:
        while not self._stopping.is_set():
            try:
                seen = self._api.list(self.resource, self._namespace)
                for cr in seen["items"]:
                    self._observe(cr)
                version = seen["metadata"]["resourceVersion"]
                for event in self._api.watch(self.resource, self._namespace, version):
                    if self._stopping.is_set():
                        return
                    if event["type"] == "ERROR":
                        break
                    self._observe(event["object"], gone=event["type"] == "DELETED")
            except (ApiError, requests.RequestException) as error:
                if not self._stopping.is_set():
                    self._say(f"watch: {error}")
                    time.sleep(0.2)

    def _observe(self, cr: Object, gone: bool = False) -> None:
        uid = cr["metadata"]["uid"]
        job = self.jobs.get(uid)
        if gone or cr["metadata"].get("deletionTimestamp"):
            if job and not job.deleted.is_set():
                self._say(f"{job.name}: deleted")
                self._end(job)
        elif job is None:
            job = self.jobs[uid] = Job(cr["metadata"]["name"], uid)
            self.seen.append(cr)
            threading.Thread(target=self._reconcile, args=(job, cr), name=job.name, daemon=True).start()

    # ---------------------------------------------------------------------------------------------------- what it does
    def _reconcile(self, job: Job, cr: Object) -> None:
        try:
            self._run(job, cr)
        except (ApiError, requests.RequestException) as error:
            if not job.deleted.is_set() and not self._stopping.is_set():
                self.problems.append(f"{job.name}: {error}")
                self._say(f"{job.name}: {error}")

    def _run(self, job: Job, cr: Object) -> None:
        wrong = pods.problems(self._plugin, cr, self._api)
        if wrong:
            self.problems += [f"{job.name}: {each}" for each in wrong]
            self._report(job, cr, Phase.FAILURE, "; ".join(wrong))
            return
        if self._behaviour.silent:
            return
        for phase in (Phase.QUEUED, Phase.INITIALIZING):
            if self._has(phase):
                self._report(job, cr, phase)
                time.sleep(self._behaviour.pause)
        if self._behaviour.fails_with:
            self._report(job, cr, Phase.FAILURE, self._behaviour.fails_with)
            return
        self._report(job, cr, Phase.RUNNING)
        statuses = self._run_commands(job, cr)
        if job.deleted.is_set() or self._stopping.is_set():
            return
        failed = {what: status for what, status in statuses.items() if status != 0}
        if failed:
            ends = [f"{what} exited with code {status}" for what, status in failed.items()]
            self._report(job, cr, Phase.FAILURE, ", ".join(ends))
        else:
            self._report(job, cr, Phase.SUCCESS)

    def _run_commands(self, job: Job, cr: Object) -> dict[str, int]:
        """Runs every command of the user that the CR asks for, all at once; what -> exit status."""
        started: dict[str, Process] = {}
        commands = list(self._commands(cr))
        for rank, (what, argv, env) in enumerate(commands):
            if job.deleted.is_set():
                break
            if len(commands) > 1:
                # How operators that run the same code in every pod tell the pods apart.
                env = {**env, "RANK": str(rank), "WORLD_SIZE": str(len(commands))}
            log = self._folder / f"{job.name}.{what}.log"
            self._say(f"{job.name}: {what} runs {argv}")
            process = Process(what, argv, log, env={**self._environment, **env}, folder=self._folder)
            started[what] = process
            job.processes.append(process)
        return {what: process.wait() for what, process in started.items()}

    def _commands(self, cr: Object) -> Iterator[tuple[str, list[str], dict[str, str]]]:
        name = cr["metadata"]["name"]
        submitted = pods.submitted_command(self._plugin, cr)
        found = list(pods.pods_of(self._plugin, cr))
        if submitted is not None:
            # It runs in a pod of the cluster: in the environment of any of them.
            env = pods.environment_of(found[0].container(name)) if found else {}
            yield "submitter", submitted, env
        for number, pod in enumerate(found):
            if pod.role.runs is Runs.USER:
                container = pod.container(name)
                for replica in range(pod.count):
                    what = f"{pod.role.name}-{number}-{replica}"
                    yield what, pods.command_of(container), pods.environment_of(container)

    def _end(self, job: Job) -> None:
        job.deleted.set()
        for process in job.processes:
            process.stop(grace=2)

    # -------------------------------------------------------------------------------------------------- what it writes
    def _has(self, phase: Phase) -> bool:
        return any(rule.phase is phase for rule in self._plugin.status.rules)

    def _report(self, job: Job, cr: Object, phase: Phase, message: str = "") -> None:
        self._say(f"{job.name}: {phase.value} {message}".rstrip())
        status = status_for(self._plugin, phase, message, cr["metadata"].get("generation", 1))
        subresource = "status" if self._plugin.crd.status_subresource else ""
        self._api.patch(self.resource, self._namespace, job.name, {"status": status}, subresource)

    def _say(self, text: str) -> None:
        self._log.write(f"{datetime.now(timezone.utc).isoformat(timespec='milliseconds')} {text}\n")


def status_for(plugin: Plugin, phase: Phase, message: str = "", generation: int = 1) -> Object:
    """A status that the plugin's phase table takes for ``phase``, with ``message`` where the CRD has room for one."""
    status: Object = {}
    rules = [rule for rule in plugin.status.rules if rule.phase is phase]
    terms = rules[0].terms if rules else (_running_term(plugin),)
    for term in terms:
        if term.job:
            continue  # said by the Job itself, not here
        _satisfy(status, plugin, term, message)
    if message and plugin.status.message:
        _put(status, _json_names(plugin.status.fields, plugin.status.message[0]), message)
    if plugin.status.observed_generation:
        status["observedGeneration"] = generation
    return status


def _running_term(plugin: Plugin) -> Term:
    """A state that no rule names: Running by definition."""
    if plugin.status.by_conditions:
        return Term(condition="Running")
    named = {term.value for rule in plugin.status.rules for term in rule.terms}
    free = [value for value in plugin.status.known_values if value and value not in named]
    return Term(
        path=plugin.status.path, value=next((v for v in free if v.lower() == "running"), (free or ["Running"])[0])
    )


def _satisfy(status: Object, plugin: Plugin, term: Term, message: str) -> None:
    if term.path is not None:
        _put(status, tuple(step.name for step in term.path.steps[1:]), term.value)
        return
    path = plugin.status.path.steps[1:] if plugin.status.by_conditions else ()
    names = [step.name for step in path] or ["conditions"]
    condition = {
        "type": term.condition,
        "status": term.status,
        "reason": term.reason or "Simulated",
        "message": message,
        "lastTransitionTime": datetime.now(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ"),
    }
    below = status
    for name in names[:-1]:
        below = below.setdefault(name, {})
    below.setdefault(names[-1], []).append(condition)


def _put(obj: Object, path: tuple[str, ...], value: str) -> None:
    for name in path[:-1]:
        obj = obj.setdefault(name, {})
    obj[path[-1]] = value


def _json_names(fields: tuple[StatusField, ...], go_path: tuple[str, ...]) -> tuple[str, ...]:
    found = next(each for each in fields if each.go_name == go_path[0])
    return (found.json_name, *(_json_names(found.fields, go_path[1:]) if len(go_path) > 1 else ()))
