"""Does the time of a function grow no faster than its input? Compared by ratio, so that the machine's speed does not matter."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable
from typing import Any

GROWTH = 4  # the long input is so many times the short one
MOST = 2 * GROWTH  # between linear (4) and quadratic (16): what sorts or makes tables is a little more than linear
TOO_SHORT = 0.05  # seconds: below this, chance is most of a time
RUNS = 4


def assert_near_linear(make: Callable[[int], Any], run: Callable[[Any], Any], size: int) -> None:
    """Fails if ``run(make(4 * size))`` takes much more than four times as long as ``run(make(size))``.

    Time is this process's, and the least of several runs. What is quick for the long input is not compared: give a
    ``size`` at which a quadratic function would take seconds.
    """
    slow = 0.0
    quick = float("inf")
    for _ in range(RUNS):
        slow = min(slow or float("inf"), _seconds(run, make(GROWTH * size)))
        if slow < TOO_SHORT:
            return
        quick = min(quick, _seconds(run, make(size)))
        # One look is enough for what is linear; what seems not to be gets more, as the first may have been disturbed.
        if slow <= MOST * max(quick, TOO_SHORT / GROWTH):
            return
    raise AssertionError(
        f"{GROWTH} times the input took {slow / quick:.0f} times as long: {quick:.2f} s for {size:,}, {slow:.2f} s for {GROWTH * size:,}"
    )


def _seconds(run: Callable[[Any], Any], value: Any) -> float:
    gc.disable()  # it would look at all that other tests have left, whenever it is its turn
    try:
        start = time.process_time()
        run(value)
        return time.process_time() - start
    finally:
        gc.enable()
