"""What flytepropeller and pyflyte need of flyteadmin: a gRPC AdminService that takes events and registrations as it does.

    python admin_service.py PORT LOG [CODE]

With CODE (PERMISSION_DENIED) every registration is refused so. Run by an interpreter with flytekit.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import grpc
from flyteidl.admin import event_pb2, launch_plan_pb2, task_pb2, workflow_pb2
from flyteidl.core import execution_pb2
from flyteidl.service import admin_pb2, admin_pb2_grpc, auth_pb2, auth_pb2_grpc
from google.protobuf.message import Message
from grpc_service import Recorded, Refused, recorded, serve

WORKFLOW_ENDS = ("SUCCEEDED", "FAILED", "ABORTED", "TIMED_OUT")
NODE_ENDS = ("SUCCEEDED", "FAILED", "ABORTED", "SKIPPED", "TIMED_OUT", "RECOVERED")
TASK_ENDS = ("SUCCEEDED", "FAILED", "ABORTED")


class AdminService(Recorded, admin_pb2_grpc.AdminServiceServicer):
    SERVICE = admin_pb2.DESCRIPTOR.services_by_name["AdminService"]

    def __init__(self, log: Path, refusal: grpc.StatusCode | None) -> None:
        self._refusal = refusal
        self._phases: dict[tuple[object, ...], tuple[str, int]] = {}  # of executions, nodes and tasks: phase, version
        self._specs: dict[tuple[str, str], bytes] = {}  # (what, id) -> what is registered
        super().__init__(log)

    # -------------------------------------------------------------------------------------------------------- events
    @recorded
    def CreateWorkflowEvent(self, request: Any) -> Message:
        event = request.event
        phase = execution_pb2.WorkflowExecution.Phase.Name(event.phase)
        self._move(("workflow", event.execution_id.name), phase, 0, WORKFLOW_ENDS)
        return event_pb2.WorkflowExecutionEventResponse()

    @recorded
    def CreateNodeEvent(self, request: Any) -> Message:
        event = request.event
        phase = execution_pb2.NodeExecution.Phase.Name(event.phase)
        self._move(_key(event.id), phase, 0, NODE_ENDS)
        return event_pb2.NodeExecutionEventResponse()

    @recorded
    def CreateTaskEvent(self, request: Any) -> Message:
        event = request.event
        phase = execution_pb2.TaskExecution.Phase.Name(event.phase)
        node = _key(event.parent_node_execution_id)
        if node not in self._phases:
            raise Refused(grpc.StatusCode.INTERNAL, f"failed to get existing node execution id: {node}")
        self._move((*node, event.task_id.name, event.retry_attempt), phase, event.phase_version, TASK_ENDS)
        return event_pb2.TaskExecutionEventResponse()

    def _move(self, key: tuple[object, ...], phase: str, version: int, ends: tuple[str, ...]) -> None:
        if key in self._phases:
            before, version_before = self._phases[key]
            if before == phase and version_before >= version:
                text = f"have already recorded phase {phase} (version: {version}) for {key}"
                raise Refused(grpc.StatusCode.ALREADY_EXISTS, text)
            if before in ends:
                text = f"invalid phase change from {before} to {phase} for {key}"
                terminal = event_pb2.EventErrorAlreadyInTerminalState(current_phase=before)
                reason = event_pb2.EventFailureReason(already_in_terminal_state=terminal)
                raise Refused(grpc.StatusCode.FAILED_PRECONDITION, text, reason)
        self._phases[key] = (phase, version)

    # ------------------------------------------------------------------------------------------------- registrations
    @recorded
    def CreateTask(self, request: Any) -> Message:
        self._register("task", request)
        return task_pb2.TaskCreateResponse()

    @recorded
    def CreateWorkflow(self, request: Any) -> Message:
        self._register("workflow", request)
        return workflow_pb2.WorkflowCreateResponse()

    @recorded
    def CreateLaunchPlan(self, request: Any) -> Message:
        self._register("launch plan", request)
        return launch_plan_pb2.LaunchPlanCreateResponse()

    def _register(self, what: str, request: Any) -> None:
        if self._refusal:
            raise Refused(self._refusal, "the caller may not register entities in this project")
        key, spec = (what, str(request.id)), request.spec.SerializeToString(deterministic=True)
        before = self._specs.setdefault(key, spec)
        if before is not spec and before == spec:
            raise Refused(grpc.StatusCode.ALREADY_EXISTS, f"identical {what} already exists with id {request.id}")
        if before != spec:
            text = f"{what} with different structure already exists with id {request.id}"
            raise Refused(grpc.StatusCode.INVALID_ARGUMENT, text)


class AuthMetadata(auth_pb2_grpc.AuthMetadataServiceServicer):
    """Clients ask it how to log in before their first call, or after an UNAUTHENTICATED."""

    def GetOAuth2Metadata(self, request: Any, context: grpc.ServicerContext) -> Message:
        return auth_pb2.OAuth2MetadataResponse()

    def GetPublicClientConfig(self, request: Any, context: grpc.ServicerContext) -> Message:
        return auth_pb2.PublicClientAuthConfigResponse(authorization_metadata_key="authorization")


def _key(node: Any) -> tuple[object, ...]:
    return ("node", node.execution_id.name, node.node_id)


if __name__ == "__main__":
    port, log, *refusal = sys.argv[1:]
    admin = AdminService(Path(log), grpc.StatusCode[refusal[0]] if refusal else None)
    serve(
        port,
        (admin_pb2_grpc.add_AdminServiceServicer_to_server, admin),
        (auth_pb2_grpc.add_AuthMetadataServiceServicer_to_server, AuthMetadata()),
    )
