"""What propeller asks of a connector, of many tasks; run by the interpreter that has flytekit.

python client.py    (with BENCH_PORT, BENCH_NAMESPACE, BENCH_TASKS, BENCH_WORKERS and BENCH_CUSTOM)

It does what stdin says, line by line: "begin" with one task, "create" or "get" of each other one once, or "rest".
"""

from __future__ import annotations

import json
import os
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import grpc
from flyteidl.admin import agent_pb2
from flyteidl.core import identifier_pb2, interface_pb2, tasks_pb2, types_pb2
from flyteidl.core.execution_pb2 import TaskExecution
from flyteidl.service import agent_pb2_grpc
from google.protobuf import json_format, struct_pb2

NAMESPACE = os.environ["BENCH_NAMESPACE"]
RESOURCES = {"cpu": "2", "memory": "4Gi"}
# As propeller gives it to a connector: built completely.
POD = {
    "restartPolicy": "Never",
    "containers": [
        {
            "name": "primary",
            "image": "registry.example.com/task:v1",
            "args": ["pyflyte-execute", "--task-module", "a b"],
            "env": [{"name": "FROM_TASK", "value": "yes"}],
            "resources": {"requests": RESOURCES, "limits": RESOURCES},
        }
    ],
}


def template() -> tasks_pb2.TaskTemplate:
    text = interface_pb2.Variable(type=types_pb2.LiteralType(simple=types_pb2.STRING))
    return tasks_pb2.TaskTemplate(
        id=identifier_pb2.Identifier(name="task"),
        type="solverjob",
        task_type_version=1,
        interface=interface_pb2.TypedInterface(outputs=interface_pb2.VariableMap(variables={"o0": text})),
        custom=json_format.Parse(os.environ["BENCH_CUSTOM"], struct_pb2.Struct()),
        k8s_pod=tasks_pb2.K8sPod(pod_spec=json_format.ParseDict(POD, struct_pb2.Struct())),
        config={"primary_container_name": "primary"},
    )


def metadata(number: int) -> agent_pb2.TaskExecutionMetadata:
    run = identifier_pb2.WorkflowExecutionIdentifier(project="project", domain="development", name=f"task-{number:04d}")
    node = identifier_pb2.NodeExecutionIdentifier(node_id="n0", execution_id=run)
    return agent_pb2.TaskExecutionMetadata(
        task_execution_id=identifier_pb2.TaskExecutionIdentifier(node_execution_id=node),
        namespace=NAMESPACE,
        labels={"execution-id": run.name},
    )


def main() -> None:
    channel = grpc.insecure_channel(f"127.0.0.1:{os.environ['BENCH_PORT']}")
    grpc.channel_ready_future(channel).result(timeout=60)
    connector = agent_pb2_grpc.AsyncAgentServiceStub(channel)
    category = agent_pb2.TaskCategory(name="solverjob", version=1)
    numbers, task = range(1, 1 + int(os.environ["BENCH_TASKS"])), template()
    metas: dict[int, bytes] = {}

    def create(number: int) -> None:
        asked = agent_pb2.CreateTaskRequest(
            template=task, output_prefix=f"s3://bucket/{number}", task_execution_metadata=metadata(number)
        )
        metas[number] = connector.CreateTask(asked).resource_meta

    def get(number: int) -> None:
        found: Any = connector.GetTask(
            agent_pb2.GetTaskRequest(task_category=category, resource_meta=metas[number])
        ).resource
        assert found.phase == TaskExecution.RUNNING, found

    with ThreadPoolExecutor(int(os.environ["BENCH_WORKERS"])) as workers:
        print("bench ready", flush=True)
        for line in sys.stdin:
            start = time.perf_counter()
            call = {"create": create, "get": get}.get(line.strip())
            if line.strip() == "begin":
                create(0)
            elif call:
                list(workers.map(call, numbers))
            print("bench", json.dumps({"seconds": time.perf_counter() - start}), flush=True)


if __name__ == "__main__":
    main()
