"""What flytepropeller and pyflyte need of flyteadmin: a gRPC AdminService that takes events and registrations as it does.

    python admin_service.py PORT LOG [CODE]

Each request becomes a line of JSON in LOG: {"call": "CreateTaskEvent", "answer": "OK", "request": ...}. With CODE
(PERMISSION_DENIED) every registration is refused so. Run by an interpreter with flytekit; nothing is kept.
"""

from __future__ import annotations

import json
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import grpc
from flyteidl.admin import event_pb2, launch_plan_pb2, task_pb2, workflow_pb2
from flyteidl.core import execution_pb2
from flyteidl.service import admin_pb2_grpc, auth_pb2, auth_pb2_grpc
from google.protobuf import any_pb2
from google.protobuf.json_format import MessageToDict
from google.protobuf.message import Message
from google.rpc import status_pb2
from grpc_status import rpc_status

WORKFLOW_ENDS = ("SUCCEEDED", "FAILED", "ABORTED", "TIMED_OUT")
NODE_ENDS = ("SUCCEEDED", "FAILED", "ABORTED", "SKIPPED", "TIMED_OUT", "RECOVERED")
TASK_ENDS = ("SUCCEEDED", "FAILED", "ABORTED")


class Refused(Exception):
    """The answer is an error. ``terminal`` is the phase in which an execution has already ended."""

    def __init__(self, code: grpc.StatusCode, message: str, terminal: str = "") -> None:
        super().__init__(message)
        self.code = code
        self.terminal = terminal


class AdminService(admin_pb2_grpc.AdminServiceServicer):
    def __init__(self, log: Path, refusal: grpc.StatusCode | None) -> None:
        self._log = open(log, "a", buffering=1)  # noqa: SIM115 - closed with the process
        self._refusal = refusal
        self._lock = threading.Lock()
        self._phases: dict[tuple[object, ...], tuple[str, int]] = {}  # of executions, nodes and tasks: phase, version
        self._specs: dict[tuple[str, str], bytes] = {}  # (call, id) -> what is registered

    # -------------------------------------------------------------------------------------------------------- events
    def CreateWorkflowEvent(self, request: Any, context: grpc.ServicerContext) -> Message:
        event = request.event
        phase = execution_pb2.WorkflowExecution.Phase.Name(event.phase)
        with self._answer("CreateWorkflowEvent", request, context):
            self._move(("workflow", event.execution_id.name), phase, 0, WORKFLOW_ENDS)
        return event_pb2.WorkflowExecutionEventResponse()

    def CreateNodeEvent(self, request: Any, context: grpc.ServicerContext) -> Message:
        event = request.event
        phase = execution_pb2.NodeExecution.Phase.Name(event.phase)
        with self._answer("CreateNodeEvent", request, context):
            self._move(_key(event.id), phase, 0, NODE_ENDS)
        return event_pb2.NodeExecutionEventResponse()

    def CreateTaskEvent(self, request: Any, context: grpc.ServicerContext) -> Message:
        event = request.event
        phase = execution_pb2.TaskExecution.Phase.Name(event.phase)
        with self._answer("CreateTaskEvent", request, context):
            node = _key(event.parent_node_execution_id)
            if node not in self._phases:
                raise Refused(grpc.StatusCode.INTERNAL, f"failed to get existing node execution id: {node}")
            key = (*node, event.task_id.name, event.retry_attempt)
            self._move(key, phase, event.phase_version, TASK_ENDS)
        return event_pb2.TaskExecutionEventResponse()

    def _move(self, key: tuple[object, ...], phase: str, version: int, ends: tuple[str, ...]) -> None:
        if key in self._phases:
            before, version_before = self._phases[key]
            if before == phase and version_before >= version:
                text = f"have already recorded phase {phase} (version: {version}) for {key}"
                raise Refused(grpc.StatusCode.ALREADY_EXISTS, text)
            if before in ends:
                text = f"invalid phase change from {before} to {phase} for {key}"
                raise Refused(grpc.StatusCode.FAILED_PRECONDITION, text, terminal=before)
        self._phases[key] = (phase, version)

    # ------------------------------------------------------------------------------------------------- registrations
    def CreateTask(self, request: Any, context: grpc.ServicerContext) -> Message:
        self._register("CreateTask", "task", request, context)
        return task_pb2.TaskCreateResponse()

    def CreateWorkflow(self, request: Any, context: grpc.ServicerContext) -> Message:
        self._register("CreateWorkflow", "workflow", request, context)
        return workflow_pb2.WorkflowCreateResponse()

    def CreateLaunchPlan(self, request: Any, context: grpc.ServicerContext) -> Message:
        self._register("CreateLaunchPlan", "launch plan", request, context)
        return launch_plan_pb2.LaunchPlanCreateResponse()

    def _register(self, call: str, what: str, request: Any, context: grpc.ServicerContext) -> None:
        with self._answer(call, request, context):
            if self._refusal:
                raise Refused(self._refusal, "the caller may not register entities in this project")
            key, spec = (call, str(request.id)), request.spec.SerializeToString(deterministic=True)
            before = self._specs.setdefault(key, spec)
            if before is not spec and before == spec:
                raise Refused(grpc.StatusCode.ALREADY_EXISTS, f"identical {what} already exists with id {request.id}")
            if before != spec:
                text = f"{what} with different structure already exists with id {request.id}"
                raise Refused(grpc.StatusCode.INVALID_ARGUMENT, text)

    def _answer(self, call: str, request: Message, context: grpc.ServicerContext) -> _Answer:
        return _Answer(self._lock, self._log, call, request, context)


class AuthMetadata(auth_pb2_grpc.AuthMetadataServiceServicer):
    """Clients ask it how to log in before their first call, or after an UNAUTHENTICATED."""

    def GetOAuth2Metadata(self, request: Any, context: grpc.ServicerContext) -> Message:
        return auth_pb2.OAuth2MetadataResponse()

    def GetPublicClientConfig(self, request: Any, context: grpc.ServicerContext) -> Message:
        return auth_pb2.PublicClientAuthConfigResponse(authorization_metadata_key="authorization")


class _Answer:
    """One request at a time: what is said to it is logged, and a refusal goes to the client."""

    def __init__(self, lock: Any, log: Any, call: str, request: Message, context: grpc.ServicerContext) -> None:
        self._lock, self._log, self._call, self._request, self._context = lock, log, call, request, context

    def __enter__(self) -> None:
        self._lock.acquire()

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        answer = error.code.name if isinstance(error, Refused) else "INTERNAL" if error else "OK"
        request = MessageToDict(self._request, preserving_proto_field_name=True)
        self._log.write(json.dumps({"call": self._call, "answer": answer, "request": request}) + "\n")
        self._lock.release()
        if isinstance(error, Refused):
            _abort(self._context, error)


def _abort(context: grpc.ServicerContext, refused: Refused) -> None:
    if not refused.terminal:
        context.abort(refused.code, str(refused))
    reason = event_pb2.EventFailureReason(
        already_in_terminal_state=event_pb2.EventErrorAlreadyInTerminalState(current_phase=refused.terminal)
    )
    detail = any_pb2.Any()
    detail.Pack(reason)
    status = status_pb2.Status(code=refused.code.value[0], message=str(refused), details=[detail])
    context.abort_with_status(rpc_status.to_status(status))


def _key(node: Any) -> tuple[object, ...]:
    return ("node", node.execution_id.name, node.node_id)


def main() -> None:
    port, log, *refusal = sys.argv[1:]
    server = grpc.server(ThreadPoolExecutor(max_workers=8))
    service = AdminService(Path(log), grpc.StatusCode[refusal[0]] if refusal else None)
    admin_pb2_grpc.add_AdminServiceServicer_to_server(service, server)
    auth_pb2_grpc.add_AuthMetadataServiceServicer_to_server(AuthMetadata(), server)
    server.add_insecure_port(f"127.0.0.1:{port}")
    server.start()
    server.wait_for_termination()


if __name__ == "__main__":
    main()
