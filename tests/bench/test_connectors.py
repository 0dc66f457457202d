"""What of the benchmark of connectors needs no server: what is measured of a process, and when a goal is missed."""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

import pytest

from tests.bench import connectors

WORK = "import os, subprocess, sys; subprocess.run([sys.executable, '-c', sys.argv[1]])"
BUSY = "kept = b'x' * 40_000_000; sum(range(3_000_000)); print('bench ready', flush=True); input()"


def cost(requests: dict[str, float]) -> connectors.Cost:
    return connectors.Cost(
        seconds=dict.fromkeys(connectors.STEPS, 0.01),
        cpu=dict.fromkeys(connectors.STEPS, 0.002),
        requests={step: requests if step == "look" else {} for step in connectors.STEPS},
        idle=50_000_000,
        running=60_000_000,
    )


@pytest.mark.parametrize(
    "requests, is_missed", [({"get jobs": 1.0}, False), ({"get jobs": 1.0, "list pods": 1.0}, True)]
)
def test_a_look_is_one_request(requests, is_missed):
    missed: list[str] = []
    lines = list(connectors.table({"plugin": cost({}), "connector": cost(requests)}, 1000, missed))
    assert "| look while nothing changes: requests | none | 1.00 get jobs" in "\n".join(lines)
    assert bool(missed) is is_missed


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="there is no /proc")
def test_what_a_process_below_another_uses():
    driver = connectors.Driver([sys.executable, "-c", WORK, BUSY], {})
    try:
        seconds, resident = connectors.usage(driver.group)
        assert seconds > 0.01 and 40_000_000 < resident < 100_000_000
    finally:
        # Not kill(1): procps 4.0.2 takes `kill -9 -1234` for `kill -9 -1`, which ends every process of the user.
        os.killpg(driver.group, signal.SIGKILL)
        driver.end()
