"""What the executor of Flyte 2 does with tasks of the connector of a service, by gRPC; run by the interpreter that has the SDK of Flyte 2.

python flyte2_executor.py PORT OUTPUTS    (prints what was answered, as JSON)

Each line of stdin is a task, which has one retry: {"name": ..., "abort": whether it is, once it runs}. They run at once. A line is printed of each
that has ended: its name, the phases of its attempts, the reasons that were told meanwhile, and the error or the outputs.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from threading import Lock, Thread
from typing import Any

import flyte
import grpc
from flyte._internal.runtime.task_serde import translate_task_to_wire
from flyte.models import SerializationContext
from flyteidl2.connector import connector_pb2, service_pb2_grpc
from flyteidl2.core import execution_pb2, identifier_pb2, literals_pb2
from flyteidl2.task import common_pb2
from flyteplugins.simulation import Simulation, SimulationTask
from google.protobuf import json_format

ATTEMPTS = 2
# Seconds that the executor waits for an answer, and those between two looks: it has more of these.
TIMEOUT = 10
PAUSE = 1

PHASE = execution_pb2.TaskExecution.Phase
ENDS = (PHASE.SUCCEEDED, PHASE.FAILED, PHASE.RETRYABLE_FAILED)

simulate = SimulationTask(
    name="simulate",
    plugin_config=Simulation(
        project="blue", name="{{ .inputs.name }}", model="heat", body_overrides={"steps": "{{ .inputs.steps }}"}
    ),
    inputs={"name": str, "steps": int},
    outputs={"energy": float, "more": dict},
)
flyte.TaskEnvironment.from_task("jobs", simulate)
_one_at_a_time = Lock()


class Executor:
    def __init__(self, port: str, outputs: str) -> None:
        channel = grpc.insecure_channel(f"127.0.0.1:{port}")
        grpc.channel_ready_future(channel).result(timeout=60)
        self._connector = service_pb2_grpc.AsyncConnectorServiceStub(channel)
        self._outputs = Path(outputs)
        context = SerializationContext(project="flytesnacks", domain="development", version="v1", root_dir=Path.cwd())
        self._template = translate_task_to_wire(simulate, context).task_template
        self._category = connector_pb2.TaskCategory(name=self._template.type, version=self._template.task_type_version)

    def run(self, name: str, abort: bool) -> dict[str, Any]:
        """Runs a task to its end, and returns what is printed of it."""
        phases: list[str] = []
        reasons: list[str] = []
        for attempt in range(1, ATTEMPTS + 1):
            outputs = self._outputs / name / str(attempt)
            outputs.mkdir(parents=True)
            try:
                meta = self._create(name, attempt, outputs)
            except grpc.RpcError as error:
                phases.append("FAILED")
                said = {"error": str(error.details())}
                continue
            found = self._wait(meta, (PHASE.RUNNING, *ENDS) if abort else ENDS, reasons)
            if abort:
                self._abort(meta)
                return {"name": name, "phases": ["ABORTED"]}
            if found.phase == PHASE.SUCCEEDED:
                given = json_format.MessageToDict(found.outputs)
                return {"name": name, "phases": [*phases, "SUCCEEDED"], "reasons": reasons, "outputs": given}
            phases.append("FAILED")
            said = {"error": found.message}
            if found.phase == PHASE.FAILED:
                break
        return {"name": name, "phases": phases, "reasons": reasons, **said}

    def _create(self, name: str, attempt: int, outputs: Path) -> bytes:
        run = identifier_pb2.WorkflowExecutionIdentifier(project="flytesnacks", domain="development", name=f"r-{name}")
        node = identifier_pb2.NodeExecutionIdentifier(node_id="a0", execution_id=run)
        metadata = connector_pb2.TaskExecutionMetadata(
            task_execution_id=identifier_pb2.TaskExecutionIdentifier(
                node_execution_id=node, task_id=self._template.id, retry_attempt=attempt
            )
        )
        values = {"name": {"string_value": name}, "steps": {"integer": 3}}
        literals = [
            common_pb2.NamedLiteral(
                name=each,
                value=literals_pb2.Literal(scalar=literals_pb2.Scalar(primitive=literals_pb2.Primitive(**value))),
            )
            for each, value in values.items()
        ]
        request = connector_pb2.CreateTaskRequest(
            inputs=common_pb2.Inputs(literals=literals),
            template=self._template,
            output_prefix=str(outputs),
            task_execution_metadata=metadata,
        )
        return self._connector.CreateTask(request, timeout=TIMEOUT).resource_meta

    def _wait(self, meta: bytes, phases: tuple[int, ...], reasons: list[str]) -> Any:
        while True:
            asked = connector_pb2.GetTaskRequest(task_category=self._category, resource_meta=meta)
            found = self._connector.GetTask(asked, timeout=TIMEOUT).resource
            reasons.append(found.message)
            if found.phase in phases:
                return found
            time.sleep(PAUSE)

    def _abort(self, meta: bytes) -> None:
        asked = connector_pb2.DeleteTaskRequest(task_category=self._category, resource_meta=meta)
        while True:
            try:
                self._connector.DeleteTask(asked, timeout=TIMEOUT)
                return
            except grpc.RpcError:
                time.sleep(PAUSE)


def main(port: str, outputs: str) -> None:
    executor = Executor(port, outputs)

    def run(asked: dict[str, Any]) -> None:
        try:
            said = executor.run(**asked)
        except Exception as error:
            said = {"name": asked["name"], "phases": [], "error": repr(error)}
        with _one_at_a_time:
            print(json.dumps(said), flush=True)

    for line in sys.stdin:
        Thread(target=run, args=[json.loads(line)]).start()


if __name__ == "__main__":
    main(*sys.argv[1:])
