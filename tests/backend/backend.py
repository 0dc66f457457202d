"""One scenario's back end: a namespace, the rendered propeller, the operator, and executions of workflows."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import time
from contextlib import suppress
from dataclasses import dataclass, field, replace
from enum import IntEnum
from pathlib import Path
from typing import Any

from flyte_plugin_scaffold.model import Plugin
from tests.support import documents, toolchain

from .api_server import ApiServer
from .console import Console
from .kubernetes import PODS, RESOURCE_QUOTAS, WORKFLOWS, Api, ApiError, Object, Resource
from .object_store import ObjectStore
from .propeller import Propeller
from .sdk import Sdk
from .simulated_operator import SimulatedOperator
from .waiting import until

LOGS = Path(os.environ.get("BUILD") or toolchain.ROOT / "build") / "backend"
# The rendered ServiceAccount of a propeller by itself: bindings name it, and the API server has a token for it.
PROPELLER = "flyte:flytepropeller"
# Whoever creates executions.
USER = "users:user"
OPERATOR = "operators:operator"
# A propeller without plugins of ours, beside the rendered one.
STOCK_PROPELLER = "flyte:stock-flytepropeller"


class WorkflowPhase(IntEnum):
    """``.status.phase`` of a FlyteWorkflow, as flytepropeller numbers it."""

    READY = 0
    RUNNING = 1
    SUCCEEDING = 2
    SUCCESS = 3
    FAILING = 4
    FAILED = 5
    ABORTED = 6
    HANDLING_FAILURE_NODE = 7


ENDS = (WorkflowPhase.SUCCESS, WorkflowPhase.FAILED, WorkflowPhase.ABORTED)


@dataclass(frozen=True)
class Rendered:
    """A rendered repository as the scenarios use it, built and deployed to the API server."""

    plugin: Plugin  # of the kind that a scenario is about
    plugins: dict[str, Plugin]  # of all kinds of the repository, by the ids of tests/support/kinds.py
    path: Path
    propeller: Path
    kubectl_flyte: Path
    sdk: Sdk


@dataclass
class Backend:
    """What a scenario works with. ``api`` is the administrator's, ``user`` the launching user's; ``folder`` holds what is kept."""

    server: ApiServer
    api: Api
    user_kubeconfig: Path
    kubectl_flyte: Path
    store: ObjectStore
    sdk: Sdk
    console: Console
    propeller: Propeller
    operator: SimulatedOperator
    namespace: str
    folder: Path

    def __post_init__(self) -> None:
        self._audit_start = self.server.audit_log.stat().st_size
        self.user = self.server.api(USER)

    def execute(self, workflow: str, calls: str = "", **inputs: Any) -> Execution:
        """Serializes ``module:workflow`` with the SDK, compiles it and creates an execution, as flyteadmin would.

        With ``calls`` each of its tasks is replaced by a call of that workflow, which has the same inputs and outputs.
        """
        (execution,) = self.execute_many(workflow, 1, calls, **inputs)
        return execution

    def execute_many(self, workflow: str, count: int, calls: str = "", **inputs: Any) -> list[Execution]:
        """The same for many executions at once, which are compiled once."""
        name = f"e{time.time_ns():x}"[:12]
        folder = self.folder / name
        folder.mkdir()
        compiled = self._compile(workflow, name, folder, inputs)
        if calls:
            # kubectl-flyte compiles no workflow that calls another one.
            called = self._compile(calls, name, folder, inputs)["spec"]
            for node in compiled["spec"]["nodes"].values():
                if node.pop("task", None):
                    node.update(kind="workflow", workflow={"subWorkflowRef": called["id"]})
            compiled["subWorkflows"] = {called["id"]: called}
        # Version 2 is flyteadmin's default; in kubectl-flyte's 0 the names of a map task's parts are not unique.
        created = {**compiled, "kind": "FlyteWorkflow", "workflowMeta": {"eventVersion": 2}}
        one = Execution(self, workflow, name, folder, created)
        return [one.launch(name if count == 1 else f"{name}{number:04}") for number in range(count)]

    def _compile(self, workflow: str, name: str, folder: Path, inputs: dict[str, Any]) -> Object:
        closure, literals = self.sdk.serialize(workflow, inputs, folder)
        command = [
            *(str(self.kubectl_flyte), "create", "--dry-run", "--kubeconfig", str(self.user_kubeconfig)),
            *("--namespace", self.namespace, "--execution-id", name),
            *("-p", str(closure), "-f", "proto", "-i", str(literals)),
        ]
        run = subprocess.run(command, capture_output=True, text=True, timeout=60)
        (folder / "kubectl-flyte.log").write_text(run.stdout + run.stderr)
        assert run.returncode == 0, f"{' '.join(command)}:\n{run.stdout}{run.stderr}"
        return documents.load(run.stdout.partition("Printing the compiled workflow.\n")[2])

    def custom_resources(self) -> list[Object]:
        return self.api.list(self.operator.resource, self.namespace)["items"]

    def requests(self) -> list[Object]:
        """The audit events of propeller's requests to the API server in this scenario."""
        return self.server.audit(PROPELLER, self._audit_start)

    def refused_requests(self) -> list[Object]:
        """Those that were refused for want of a right."""
        return [event for event in self.requests() if event["responseStatus"]["code"] == 403]

    def clean_up(self) -> None:
        """Deletes what a scenario left, also where finalizers have nobody left to take them away."""
        for resource in (WORKFLOWS, self.operator.resource, PODS):
            _delete_all(self.api, resource, self.namespace)

    def keep(self) -> None:
        """Writes the workflows and CRs as they are now into the scenario's folder."""
        for resource in (WORKFLOWS, self.operator.resource):
            found = self.api.list(resource, self.namespace)["items"]
            (self.folder / f"{resource.plural}.json").write_text(json.dumps(found, indent=2))
        (self.folder / "crs-as-created.json").write_text(json.dumps(self.operator.seen, indent=2))


@dataclass
class Execution:
    """One execution of a workflow: a FlyteWorkflow object, which was ``created`` so."""

    backend: Backend
    workflow: str
    name: str
    folder: Path
    created: Object = field(repr=False)

    def launch(self, name: str) -> Execution:
        """Creates one of another name with the same inputs, as the console does when a user relaunches one."""
        created = json.loads(json.dumps(self.created).replace(self.name, name))
        self.backend.user.create(WORKFLOWS, created, self.backend.namespace)
        return replace(self, name=name, created=created)

    def relaunch(self) -> Execution:
        return self.launch(f"{self.name}r")

    def get(self) -> Object | None:
        return self.backend.api.find(WORKFLOWS, self.backend.namespace, self.name)

    def wait_for_end(self) -> WorkflowPhase:
        """The phase in which it ends. Fails after a while with what it waited for."""

        def ended() -> WorkflowPhase | None:
            found = self.get()
            assert found is not None, f"{self.name} is gone"
            phase = WorkflowPhase(found.get("status", {}).get("phase", 0))
            return phase if phase in ENDS else None

        return until(ended, lambda: f"{self.name} to end; it is {json.dumps(self.status, indent=1)}")

    @property
    def status(self) -> Object:
        return (self.get() or {}).get("status", {})

    @property
    def error(self) -> str:
        """What the console shows as the execution's error."""
        return self.backend.console.execution(self.name).get("error", {}).get("message", "")

    def outputs(self) -> dict[str, Any]:
        """The workflow's outputs, read from the object store and decoded by flytekit."""
        uri = f"{self.status['dataDir']}/end-node/data/0/outputs.pb"
        return self.backend.sdk.outputs(self.workflow, uri, self.folder, self.backend.store.environment)

    def abort(self) -> None:
        """What flyteadmin does when a user aborts: it deletes the FlyteWorkflow and leaves the rest to propeller."""
        self.backend.api.delete(WORKFLOWS, self.backend.namespace, self.name)


def kept(name: str) -> Path:
    """An empty folder for logs that are looked at later."""
    folder = LOGS / name
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder


def ensure_namespace(api: Api, name: str) -> None:
    api.apply({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}})


def use_up_quota(api: Api, resource: Resource, namespace: str) -> str:
    """The name of a new quota that leaves no room for one more object of a kind."""
    name, none = "few", {f"count/{resource.plural}.{resource.group}": "0"}
    api.create(RESOURCE_QUOTAS, {"metadata": {"name": name}, "spec": {"hard": none}}, namespace)
    # The admission goes by the status, which a controller would write.
    api.patch(RESOURCE_QUOTAS, namespace, name, {"status": {"hard": none, "used": none}}, "status")
    return name


def _delete_all(api: Api, resource: Resource, namespace: str) -> None:
    for each in api.list(resource, namespace)["items"]:
        name = each["metadata"]["name"]
        if each["metadata"].get("finalizers"):
            api.patch(resource, namespace, name, {"metadata": {"finalizers": None}})
        with suppress(ApiError):  # it may be gone by now
            api.delete(resource, namespace, name)
