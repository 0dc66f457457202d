"""What propeller would ask of a connector, by gRPC; run by the interpreter that has the SDK of Flyte 1.

python connector_client.py PORT MODULE:TASK OUTPUTS INPUTS    (prints what was answered, as JSON)

INPUTS are a LiteralMap as JSON. Requests come from stdin, one a line: "create", "get" or "delete".
"""

from __future__ import annotations

import importlib
import json
import sys
from collections import OrderedDict

import grpc
from flyteidl.admin import agent_pb2
from flyteidl.core import identifier_pb2, literals_pb2
from flyteidl.service import agent_pb2_grpc
from flytekit.configuration import Image, ImageConfig, SerializationSettings
from flytekit.tools.translator import get_serializable
from google.protobuf import json_format

SETTINGS = SerializationSettings(
    project="flytesnacks",
    domain="development",
    version="v1",
    image_config=ImageConfig(default_image=Image(name="default", fqn="registry.example.com/demo", tag="v1")),
)


def main(port: str, task: str, outputs: str, inputs: str) -> None:
    module, _, name = task.partition(":")
    entity = getattr(importlib.import_module(module), name)
    template = get_serializable(OrderedDict(), SETTINGS, entity).template.to_flyte_idl()
    execution = identifier_pb2.WorkflowExecutionIdentifier(project="flytesnacks", domain="development", name="f0a1")
    node = identifier_pb2.NodeExecutionIdentifier(node_id="n0", execution_id=execution)
    metadata = agent_pb2.TaskExecutionMetadata(
        task_execution_id=identifier_pb2.TaskExecutionIdentifier(node_execution_id=node), namespace="default"
    )
    channel = grpc.insecure_channel(f"127.0.0.1:{port}")
    grpc.channel_ready_future(channel).result(timeout=60)
    connector = agent_pb2_grpc.AsyncAgentServiceStub(channel)
    category = agent_pb2.TaskCategory(name=template.type, version=template.task_type_version)
    meta = b""
    for line in sys.stdin:
        if line.strip() == "create":
            request = agent_pb2.CreateTaskRequest(
                inputs=json_format.Parse(inputs, literals_pb2.LiteralMap()),
                template=template,
                output_prefix=outputs,
                task_execution_metadata=metadata,
            )
            meta = connector.CreateTask(request, timeout=10).resource_meta
            print(meta.decode(), flush=True)
        elif line.strip() == "get":
            asked = agent_pb2.GetTaskRequest(task_category=category, resource_meta=meta)
            print(json.dumps(json_format.MessageToDict(connector.GetTask(asked, timeout=10))), flush=True)
        else:
            connector.DeleteTask(agent_pb2.DeleteTaskRequest(task_category=category, resource_meta=meta), timeout=10)
            print("{}", flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
