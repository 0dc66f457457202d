"""What Flyte 2's executor would ask of a connector, by gRPC; run by the interpreter that has the SDK of Flyte 2.

python flyte2_client.py PORT MODULE    (prints what was answered, as JSON)

MODULE has the demo's environment and task. Requests come from stdin, one a line: "create", "get" or "delete".
"""

from __future__ import annotations

import importlib
import json
import sys
from pathlib import Path

import grpc
from flyte._internal.image_cache import ImageCache
from flyte._internal.runtime.task_serde import translate_task_to_wire
from flyte.models import SerializationContext
from flyteidl2.connector import connector_pb2, service_pb2_grpc
from flyteidl2.core import identifier_pb2
from google.protobuf import json_format

OUTPUTS = "/nowhere/r1/a0/1"


def metadata(template) -> connector_pb2.TaskExecutionMetadata:
    run = identifier_pb2.WorkflowExecutionIdentifier(project="flytesnacks", domain="development", name="r1")
    node = identifier_pb2.NodeExecutionIdentifier(node_id="a0", execution_id=run)
    return connector_pb2.TaskExecutionMetadata(
        task_execution_id=identifier_pb2.TaskExecutionIdentifier(node_execution_id=node, task_id=template.id),
        namespace="default",
        labels={"run": "r1"},
        environment_variables={
            "ACTION_NAME": "a0",
            "RUN_NAME": "r1",
            "_U_ORG_NAME": "local",
            "_U_RUN_BASE": "s3://b/r1",
        },
    )


def main(port: str, module: str) -> None:
    demo = importlib.import_module(module)
    root = Path(demo.__file__).parent
    images = ImageCache(image_lookup={demo.jobs.name: "demo:v1", demo.plain.name: "demo:v1"})
    context = SerializationContext(
        project="flytesnacks", domain="development", version="v1", root_dir=root, image_cache=images
    )
    template = translate_task_to_wire(getattr(demo, "run", None) or demo.square, context).task_template
    category = connector_pb2.TaskCategory(name=template.type, version=template.task_type_version)
    channel = grpc.insecure_channel(f"127.0.0.1:{port}")
    grpc.channel_ready_future(channel).result(timeout=60)
    connector = service_pb2_grpc.AsyncConnectorServiceStub(channel)
    known = service_pb2_grpc.ConnectorMetadataServiceStub(channel).ListConnectors(connector_pb2.ListConnectorsRequest())
    meta = b""
    print(json.dumps(json_format.MessageToDict(known)), flush=True)
    for line in sys.stdin:
        if line.strip() == "create":
            answer = connector.CreateTask(
                connector_pb2.CreateTaskRequest(
                    template=template, output_prefix=OUTPUTS, task_execution_metadata=metadata(template)
                )
            )
            meta = answer.resource_meta
            print(meta.decode(), flush=True)
        elif line.strip() == "get":
            asked = connector_pb2.GetTaskRequest(task_category=category, resource_meta=meta)
            print(json.dumps(json_format.MessageToDict(connector.GetTask(asked))), flush=True)
        else:
            connector.DeleteTask(connector_pb2.DeleteTaskRequest(task_category=category, resource_meta=meta))
            print("{}", flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
