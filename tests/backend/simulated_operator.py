"""An operator for any kind: it watches the CRs, looks at all their pods, runs the users' commands as local processes
and writes the status by the plugin's phase table, where and as the CRD says.

A test changes what it does through :class:`Behaviour`.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import requests

from flyte_plugin_scaffold.examples import status_examples
from flyte_plugin_scaffold.model import Phase, Plugin, Runs, Term
from flyte_plugin_scaffold.text import lexicon

from . import kubelet, pods
from .console import Console
from .kubernetes import PODS, Api, ApiError, Object, Resource
from .processes import Process
from .warm import Warm


@dataclass(frozen=True)
class Behaviour:
    """How an operator treats the CRs it sees."""

    pause: float = 0.3  # seconds that a CR stays in each state on the way to Running
    watched: bool = False  # a CR stays in each state until propeller has told the console
    silent: bool = False  # it sees CRs and never says anything of them
    states: tuple[str, ...] = ()  # its words on the way to Running; none: those of the phase table
    success: str = ""  # its word for success; none: that of the phase table
    pod: Callable[[str], Object] | None = None  # the status of the pod of the user's code: a function of kubelet.py
    afflicted: str = ""  # the end of the names of the CRs whose pod has that status; the pods of all others run
    pods: bool = False  # every replica has a pod, which runs for ever
    holds: bool = False  # a CR waits on the way to Running until the scenario calls go_on()
    fails_with: str = ""  # what it says when it gives up before it has started anything
    ranks: bool = True  # it tells the pods that run the user's code which of them they are
    instant: bool = False  # it looks at no pods and runs nothing: a CR succeeds as soon as it runs


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
        console: Console,
        behaviour: Behaviour,
        warm: Warm | None,
    ) -> None:
        """``environment`` is what an image would bring: where programs and modules are found; ``warm`` can be its Python.

        ``console`` is looked at by an operator that is ``watched``.
        """
        crd = plugin.crd
        self.resource = Resource(crd.group, crd.version, crd.plural)
        self.problems: list[str] = []  # what was wrong with the CRs seen so far
        self.seen: list[Object] = []  # every CR as it was when it was seen first
        self.jobs: dict[str, Job] = {}  # by uid
        self.ended: list[str] = []  # the CRs whose commands have ended by themselves
        self._api = api
        self._plugin = plugin
        self._namespace = namespace
        self._environment = environment
        self._folder = folder
        self._behaviour = behaviour
        self._console = console
        self._warm = warm
        # A controller has few workers. Where a CR needs one for as long as its commands run, each has its own.
        self._workers = ThreadPoolExecutor(8, thread_name_prefix="operator")
        self._stopping = threading.Event()
        self._may_go_on = threading.Event()
        folder.mkdir(parents=True, exist_ok=True)
        self._log = open(folder / "operator.log", "a", buffering=1)  # noqa: SIM115 - closed with the process
        threading.Thread(target=self._watch, name="operator", daemon=True).start()

    def stop(self) -> None:
        self._stopping.set()
        self._workers.shutdown(cancel_futures=True)
        for job in list(self.jobs.values()):
            self._end(job)

    def go_on(self) -> None:
        """What kept CRs from running is over."""
        self._may_go_on.set()

    @property
    def processes(self) -> list[Process]:
        """The user's commands that were started so far."""
        return [process for job in list(self.jobs.values()) for process in job.processes]

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
            if self._behaviour.instant:
                self._workers.submit(self._reconcile, job, cr)
            else:
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
        wrong = [] if self._behaviour.instant else pods.problems(self._plugin, cr, self._api)
        if wrong:
            self.problems += [f"{job.name}: {each}" for each in wrong]
            self._report(job, cr, Phase.FAILURE, "; ".join(wrong))
            return
        if self._behaviour.silent:
            return
        for terms in self._way_to_running():
            self._say_state(job, cr, terms)
            time.sleep(self._behaviour.pause)
            self._wait_until_shown(job, terms)
        pod = self._make_pod(cr) if self._behaviour.pod else None
        if self._behaviour.pods:
            self._make_pods(cr)
        while self._behaviour.holds and not self._may_go_on.wait(0.1):
            if job.deleted.is_set() or self._stopping.is_set():
                return
        if self._behaviour.fails_with:
            self._report(job, cr, Phase.FAILURE, self._behaviour.fails_with)
            return
        if pod:
            kubelet.set_status(self._api, pod, kubelet.running(pod["spec"]["containers"][0]["name"]))
        self._report(job, cr, Phase.RUNNING)
        self._wait_until_shown(job, terms_of_phase(self._plugin, Phase.RUNNING))
        statuses = {} if self._behaviour.instant else self._run_commands(job, cr)
        if job.deleted.is_set() or self._stopping.is_set():
            return
        failed = {what: status for what, status in statuses.items() if status != 0}
        if failed:
            ends = [f"{what} exited with code {status}" for what, status in failed.items()]
            self._report(job, cr, Phase.FAILURE, ", ".join(ends))
        else:
            word = self._behaviour.success
            terms = terms_of_state(self._plugin, word) if word else terms_of_phase(self._plugin, Phase.SUCCESS)
            self._say_state(job, cr, terms)
        self.ended.append(job.name)

    def _wait_until_shown(self, job: Job, terms: tuple[Term, ...]) -> None:
        """Lets propeller tell the console of the state that was just written, if the operator is ``watched``."""
        state = next(each.value or each.condition for each in terms)
        while self._behaviour.watched and not self._console.has_shown(job.name, state):
            if job.deleted.wait(0.1) or self._stopping.is_set():
                return

    def _run_commands(self, job: Job, cr: Object) -> dict[str, int]:
        """Runs every command of the user that the CR asks for, all at once; what -> exit status."""
        started: dict[str, Process] = {}
        commands = list(self._commands(cr))
        for rank, (what, argv, env) in enumerate(commands):
            if job.deleted.is_set():
                break
            if len(commands) > 1 and self._behaviour.ranks:
                # How operators that run the same code in every pod tell the pods apart.
                env = {**env, "RANK": str(rank), "WORLD_SIZE": str(len(commands))}
            log = self._folder / f"{job.name}.{what}.log"
            self._say(f"{job.name}: {what} runs {argv}")
            started[what] = Process(what, argv, log, {**self._environment, **env}, self._folder, self._warm)
            job.processes.append(started[what])
            if job.deleted.is_set():  # since it was looked at
                started[what].stop(grace=2)
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
                    yield what, pods.command_of(container), pods.environment_of(container, f"{name}-{what}")

    def _end(self, job: Job) -> None:
        job.deleted.set()
        for process in job.processes:
            process.stop(grace=2)

    def _way_to_running(self) -> list[tuple[Term, ...]]:
        if self._behaviour.states:
            return [terms_of_state(self._plugin, state) for state in self._behaviour.states]
        known = {rule.phase for rule in self._plugin.status.rules if not _is_suspended(rule.terms)}
        return [terms_of_phase(self._plugin, each) for each in (Phase.QUEUED, Phase.INITIALIZING) if each in known]

    def _make_pod(self, cr: Object) -> Object:
        """The pod of the user's code, as it came to be on a cluster that gives it the behaviour's status."""
        name = cr["metadata"]["name"]
        found = next(pod for pod in pods.pods_of(self._plugin, cr) if pod.role.runs is Runs.USER)
        owner = {"apiVersion": cr["apiVersion"], "kind": cr["kind"], "name": name, "uid": cr["metadata"]["uid"]}
        metadata = {**found.metadata, "name": f"{name}-{found.role.name}-0", "ownerReferences": [owner]}
        pod = self._api.create(PODS, {"metadata": metadata, "spec": found.spec}, self._namespace)
        status = self._behaviour.pod if name.endswith(self._behaviour.afflicted) else kubelet.running
        assert status
        kubelet.set_status(self._api, pod, status(found.container(name)["name"]))
        return pod

    def _make_pods(self, cr: Object) -> None:
        name = cr["metadata"]["name"]
        for found in pods.pods_of(self._plugin, cr):
            for replica in range(found.count):
                metadata = {**found.metadata, "name": f"{name}-{found.role.name.replace('_', '-')}-{replica}"}
                pod = self._api.create(PODS, {"metadata": metadata, "spec": found.spec}, self._namespace)
                kubelet.set_status(self._api, pod, kubelet.running(found.container(name)["name"]))

    # -------------------------------------------------------------------------------------------------- what it writes
    def _report(self, job: Job, cr: Object, phase: Phase, message: str = "") -> None:
        self._say_state(job, cr, terms_of_phase(self._plugin, phase), message)

    def _say_state(self, job: Job, cr: Object, terms: tuple[Term, ...], message: str = "") -> None:
        status = status_for(self._plugin, terms, message, cr["metadata"].get("generation", 1))
        for variable, path in self._plugin.status.variables:
            _put(status, path, f"{job.name}-{variable.lower()}")
        self._say(f"{job.name}: {status}")
        subresource = "status" if self._plugin.crd.status_subresource else ""
        self._api.patch(self.resource, self._namespace, job.name, {"status": status}, subresource)

    def _say(self, text: str) -> None:
        self._log.write(f"{datetime.now(timezone.utc).isoformat(timespec='milliseconds')} {text}\n")


def terms_of_phase(plugin: Plugin, phase: Phase) -> tuple[Term, ...]:
    """What the plugin's phase table takes for ``phase``."""
    rules = [rule.terms for rule in plugin.status.rules if rule.phase is phase and not _is_suspended(rule.terms)]
    # The plainest one: others look at values that operators of this kind may never write.
    by_conditions = plugin.status.by_conditions
    return min(
        rules,
        key=lambda terms: (len(terms), not by_conditions and terms[0].path != plugin.status.path),
        default=(_running_term(plugin),),
    )


def _is_suspended(terms: tuple[Term, ...]) -> bool:
    """Whether a user or a queue holds the CR: it is not on its way to Running then."""
    words = [(term.condition or term.value).lower() for term in terms]
    return any(word.startswith(lexicon.SUSPEND) for word in words)


def terms_of_state(plugin: Plugin, state: str) -> tuple[Term, ...]:
    """One state in the operator's own word; the phase table need not know it."""
    if plugin.status.by_conditions:
        return (Term(condition=state),)
    return (Term(path=plugin.status.path, value=state),)


def status_for(plugin: Plugin, terms: tuple[Term, ...], message: str = "", generation: int = 1) -> Object:
    """A status for which ``terms`` hold, with ``message`` where the CRD has room for one."""
    status: Object = {}
    for term in terms:
        if term.job:
            continue  # said by the Job itself, not here
        _satisfy(status, plugin, term, message)
    if message and plugin.status.message:
        _put(status, plugin.status.message[0], message)
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
        _put(status, tuple(step.name for step in term.path.steps[1:]), status_examples.value_of(term))
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


def _put(obj: Object, path: tuple[str, ...], value: Any) -> None:
    for name in path[:-1]:
        obj = obj.setdefault(name, {})
    obj[path[-1]] = value
