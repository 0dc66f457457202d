"""What needs flytekit, run by the interpreter that has it and the rendered SDK:

python flytekit_helper.py serialize MODULE:WORKFLOW INPUTS_JSON CLOSURE_PB INPUTS_PB
python flytekit_helper.py outputs MODULE:WORKFLOW OUTPUTS_URI OUTPUTS_PB      (and OUTPUTS.json beside it)
"""

from __future__ import annotations

import importlib
import json
import sys
from collections import OrderedDict
from pathlib import Path

from flyteidl.core import literals_pb2, workflow_closure_pb2
from flytekit.configuration import Image, ImageConfig, SerializationSettings
from flytekit.core.context_manager import FlyteContextManager
from flytekit.core.type_engine import TypeEngine
from flytekit.models.literals import LiteralMap
from flytekit.models.task import TaskSpec
from flytekit.tools.translator import get_serializable

# Beside this file is a module with the name of Kubernetes' client, which flytekit imports once a task has a pod.
sys.path[:] = [each for each in sys.path if each != str(Path(__file__).parent)]

IMAGE = Image(name="default", fqn="registry.example.com/demo", tag="v1")


def load(reference: str):
    module, _, name = reference.partition(":")
    return getattr(importlib.import_module(module), name)


def serialize(reference: str, inputs: str, closure_file: str, inputs_file: str) -> None:
    workflow = load(reference)
    settings = SerializationSettings(
        project="demo", domain="development", version="v1", image_config=ImageConfig(default_image=IMAGE)
    )
    entities: OrderedDict = OrderedDict()
    spec = get_serializable(entities, settings, workflow)
    closure = workflow_closure_pb2.WorkflowClosure(
        workflow=spec.template.to_flyte_idl(),
        tasks=[each.template.to_flyte_idl() for each in entities.values() if isinstance(each, TaskSpec)],
    )
    Path(closure_file).write_bytes(closure.SerializeToString())
    literals = TypeEngine.dict_to_literal_map(
        FlyteContextManager.current_context(), json.loads(inputs), workflow.python_interface.inputs
    )
    Path(inputs_file).write_bytes(literals.to_flyte_idl().SerializeToString())


def outputs(reference: str, uri: str, file: str) -> None:
    workflow = load(reference)
    FlyteContextManager.current_context().file_access.get_data(uri, file)
    literals = literals_pb2.LiteralMap.FromString(Path(file).read_bytes())
    values = TypeEngine.literal_map_to_kwargs(
        FlyteContextManager.current_context(),
        LiteralMap.from_flyte_idl(literals),
        workflow.python_interface.outputs,
    )
    Path(file).with_suffix(".json").write_text(json.dumps(values))


if __name__ == "__main__":
    {"serialize": serialize, "outputs": outputs}[sys.argv[1]](*sys.argv[2:])
