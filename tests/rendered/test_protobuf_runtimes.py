"""Generated Python code is imported beside whatever protobuf runtime flytekit was installed with: old and new ones.

protoc's output refuses every runtime older than itself; the generating script leaves that check out (see
docs/design-decisions.md), and this is why it may.
"""

from __future__ import annotations

import subprocess
import textwrap

import pytest

from flyte_plugin_scaffold.flyte import versions
from tools import venv

pytestmark = [pytest.mark.go, pytest.mark.sdk]

RUNTIMES = ["4.21.12", "5.29.5", "7.36.2"]  # the lowest that works, the one most flytekits have today, the highest
FLYTEIDL = "flyteidl==" + versions.newest().removeprefix("v")

ROUND_TRIP = textwrap.dedent(
    """
    import importlib.util, sys
    import google.protobuf
    from google.protobuf.json_format import MessageToDict, ParseDict

    assert google.protobuf.__version__ == sys.argv[2], google.protobuf.__version__
    spec = importlib.util.spec_from_file_location("contract_pb2", sys.argv[1])
    contract = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(contract)

    message = contract.SolverJob(max_iterations=7, environment={"A": "b"})
    message.driver.role.image = "registry/image:1"
    message.driver.role.env.add(key="K", value="v")
    message.workers.replicas = 3
    message.spec_overrides.update({"x": {"y": 1}})
    again = contract.SolverJob.FromString(message.SerializeToString())
    assert again == message
    as_json = MessageToDict(again)
    assert as_json["maxIterations"] == 7 and as_json["workers"] == {"replicas": 3}, as_json
    assert ParseDict(as_json, contract.SolverJob()) == message
    """
)


@pytest.mark.parametrize("runtime", RUNTIMES)
def test_generated_code_imports(runtime, rendered, cache, sdk_python, tmp_path):
    python = venv.ensure(
        cache / f"protobuf-{runtime}",
        [f"protobuf=={runtime}", "--no-deps", FLYTEIDL, "googleapis-common-protos", "protoc-gen-openapiv2"],
        sdk_python,
    )
    (generated,) = rendered("example").glob("flytekit-solverjob/flytekitplugins/solverjob/*_pb2.py")
    script = tmp_path / "round_trip.py"
    script.write_text(ROUND_TRIP)
    run = subprocess.run([python, script, generated, runtime], capture_output=True, text=True)
    assert run.returncode == 0, run.stdout + run.stderr
