"""What a user sees in Flyte's console: made of the events that an AdminService took, as flyteadmin makes it."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from .kubernetes import Object
from .services import Service

# In the order in which a task has them; the last three are its ends.
PHASES = ("UNDEFINED", "QUEUED", "WAITING_FOR_RESOURCES", "INITIALIZING", "RUNNING", "SUCCEEDED", "FAILED", "ABORTED")
PENDING = ("QUEUED", "INITIALIZING")


@dataclass
class Attempt:
    """One attempt of a task, as its panel shows it."""

    number: int
    phases: list[str] = field(default_factory=list)  # in order, each once: QUEUED, RUNNING, SUCCEEDED
    versions: list[tuple[str, int]] = field(default_factory=list)  # (phase, version) of every event that was taken
    reasons: list[str] = field(default_factory=list)  # all of them, the last one being shown
    links: dict[str, str] = field(default_factory=dict)  # the links of now: name -> address
    custom_info: Object = field(default_factory=dict)
    error: Object = field(default_factory=dict)  # code, message, kind
    resource: str = ""  # the name that Flyte generated, and that the CR has
    sent: dict[str, Object] = field(default_factory=dict, repr=False)  # every link that was sent

    @property
    def phase(self) -> str:
        return self.phases[-1] if self.phases else ""

    @property
    def reason(self) -> str:
        return self.reasons[-1] if self.reasons else ""

    def take(self, event: Object) -> None:
        phase = event["phase"]
        if not self.phases or self.phase != phase:
            self.phases.append(phase)
        self.versions.append((phase, event.get("phase_version", 0)))
        self.reasons += _reasons(event)
        self.custom_info = {**self.custom_info, **event.get("custom_info", {})}
        self.error = event.get("error", {})
        self.resource = event.get("metadata", {}).get("generated_name") or self.resource
        self.sent.update({each["name"]: each for each in event.get("logs", ())})
        self.links = {name: each["uri"] for name, each in self.sent.items() if _is_shown(each, phase)}


class Console(Service):
    """An AdminService of one's own, and what the console makes of what it was told."""

    def __init__(self, python: Path, folder: Path, refuses: str = "") -> None:
        """``refuses`` is the code with which all registrations are refused."""
        super().__init__("admin", python, folder, *([refuses] if refuses else []))

    def attempts(self, task: str = "", execution: str = "") -> list[Attempt]:
        """Every attempt of the task named so (``module.function``), or of all tasks, in order; of one execution, or of all."""
        found: dict[tuple[object, ...], Attempt] = {}
        for request in self.requests("CreateTaskEvent"):
            event = request["event"]
            of_execution = event["parent_node_execution_id"]["execution_id"]["name"]
            if task in ("", event["task_id"]["name"]) and execution in ("", of_execution):
                found.setdefault(_key(event), Attempt(event.get("retry_attempt", 0))).take(event)
        return list(found.values())

    def task(self, task: str) -> Attempt:
        """The last attempt, which is the one that the console opens; without any event one without phases."""
        return next(reversed(self.attempts(task)), Attempt(0))

    def has_shown(self, resource: str, state: str) -> bool:
        """Whether any reason of the attempt with this resource names the state."""
        return any(state in reason for each in self.attempts() if each.resource == resource for reason in each.reasons)

    def lost_news(self) -> list[str]:
        """Reasons that came with a version that was not higher, so that nobody ever saw them."""
        shown: dict[tuple[object, ...], set[str]] = {}
        for request in self.requests("CreateTaskEvent"):
            shown.setdefault(_key(request["event"]), set()).update(_reasons(request["event"]))
        late = [request["event"] for request in self.requests("CreateTaskEvent", "ALREADY_EXISTS")]
        return [each for event in late for each in _reasons(event) if each not in shown.get(_key(event), ())]

    def cache(self, execution: str) -> tuple[str, str]:
        """What the panel of the first node says of the cache, CACHE_HIT or another, and whose outputs it has a link to."""
        said: Object = {}
        for event in (each["event"] for each in self.requests("CreateNodeEvent")):
            if event["id"]["execution_id"]["name"] == execution and event["id"]["node_id"] == "n0":
                said = event.get("task_node_metadata", said)
        source = said.get("catalog_key", {}).get("source_task_execution", {}).get("node_execution_id", {})
        return said.get("cache_status", ""), source.get("execution_id", {}).get("name", "")

    def execution(self, name: str) -> Object:
        """The last event of an execution: phase, and error or outputs."""
        events = [each["event"] for each in self.requests("CreateWorkflowEvent")]
        return next((each for each in reversed(events) if each["execution_id"]["name"] == name), {})


def _key(event: Object) -> tuple[object, ...]:
    node = event["parent_node_execution_id"]
    return node["execution_id"]["name"], node["node_id"], event.get("retry_attempt", 0)


def _reasons(event: Object) -> list[str]:
    several = [each["reason"] for each in event.get("reasons", ())]
    return [each for each in several or [event.get("reason", "")] if each]


def _is_shown(link: Object, phase: str) -> bool:
    """flyteadmin hides a link before its pod is there, and after its end, unless the link says otherwise."""
    if phase in PENDING:
        return bool(link.get("show_while_pending"))
    return not (phase in ("SUCCEEDED", "FAILED", "ABORTED") and link.get("hide_once_finished"))
