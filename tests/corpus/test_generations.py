"""What protobuf itself and ``buf breaking`` say of the contracts that follow each other while a CRD changes."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Iterable, Sequence
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings

from flyte_plugin_scaffold.languages import protobuf
from flyte_plugin_scaffold.model import Message
from tests.support import toolchain
from tests.support.random_generations import generations

CHAINS = 10  # of contracts that follow each other
HELPER = Path(__file__).parent / "generations_helper.py"
BREAKING = '{"version": "v2", "breaking": {"use": ["FILE", "WIRE_JSON"]}}'


def proto(messages: Iterable[Message]) -> str:
    """The proto of a contract; of a pod it says no more than its image."""
    blocks = [
        f"message {message.name} {{\n"
        + "".join(f"  {protobuf.proto_member(each)}\n" for each in message.members)
        + "}\n"
        for message in messages
    ]
    head = 'syntax = "proto3";\npackage test.v1;\nimport "google/protobuf/struct.proto";\n'
    return "\n".join([head, *blocks, 'message Role {\n  optional string image = 1 [json_name = "image"];\n}\n'])


@pytest.fixture(scope="module")
def chains() -> list[list[str]]:
    """Protos that follow each other."""
    found: list[list[str]] = []

    @settings(
        max_examples=CHAINS,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(generations(least=3))
    def draw(made: list) -> None:
        found.append([proto(each.messages) for *_, each in made])

    draw()
    return found


class Checks:
    """The two judges, with the tools of a rendering's environment."""

    def __init__(self, python: Path, folder: Path) -> None:
        self.python, self.buf, self.folder = python, python.with_name("buf"), folder

    def compiled(self, protos: Sequence[str]) -> list[Path]:
        sets = []
        for index, text in enumerate(protos):
            source = self.folder / str(index)
            (source / "test/v1").mkdir(parents=True, exist_ok=True)
            (source / "test/v1/test.proto").write_text(text)
            sets.append(self.folder / f"{index}.binpb")
            self._run(self.buf, "build", "--as-file-descriptor-set", str(source), "-o", str(sets[-1]))
        return sets

    def breaking(self, sets: Sequence[Path]) -> list[str]:
        """What buf finds between each contract and the next."""
        found = []
        for old, new in zip(sets, sets[1:]):
            command = ["breaking", str(new), "--against", str(old), "--config", BREAKING]
            found += self._run(self.buf, *command, status=100).splitlines()
        return found

    def read(self, sets: Sequence[Path]) -> dict[str, int | list[str]]:
        """What protobuf's runtime makes of messages of every contract by each of the others."""
        return json.loads(self._run(self.python, str(HELPER), "test.v1.SolverJob", *map(str, sets)))

    def _run(self, *command: str | Path, status: int = 0) -> str:
        run = subprocess.run(
            list(map(str, command)), capture_output=True, text=True, env=toolchain.environment(), timeout=300
        )
        assert run.returncode in (0, status), f"{command}: {run.stdout}{run.stderr}"
        return run.stdout


@pytest.fixture
def checks(flytekit_python: Path, tmp_path: Path) -> Checks:
    return Checks(flytekit_python, tmp_path)


def test_every_contract_reads_what_any_other_sends(chains: list[list[str]], checks: Checks) -> None:
    assert len(chains) == CHAINS and any("deprecated = true" in chain[-1] for chain in chains)
    for index, chain in enumerate(chains):
        checks.folder = checks.folder.parent / f"{checks.folder.name}-{index}"
        sets = checks.compiled(chain)
        assert checks.breaking(sets) == []
        found = checks.read(sets)
        assert found["read"] and found["differs"] == []


OLD = """syntax = "proto3";
package test.v1;
message SolverJob {
  optional int32 count = 1 [json_name = "count"];
  repeated string words = 2 [json_name = "words"];
  optional string name = 3 [json_name = "ownName"];
}
"""


@pytest.mark.parametrize(
    ("then", "now"),
    [
        ("count = 1", "count = 4"),
        ("optional int32 count", "optional int64 count"),
        ("repeated string words", "optional string words"),
        ('"ownName"', '"name"'),
        (r"  repeated [^\n]*\n", ""),
    ],
    ids=["number", "type", "list", "JSON name", "lost"],
)
def test_a_broken_contract_is_noticed(then: str, now: str, checks: Checks) -> None:
    broken, count = re.subn(then, now, OLD)
    assert count == 1
    sets = checks.compiled([OLD, broken])
    assert checks.breaking(sets) and checks.read(sets)["differs"]
    assert checks.breaking(sets[:1] * 2) == [] == checks.read(sets[:1] * 2)["differs"]
