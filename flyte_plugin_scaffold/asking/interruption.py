"""Ctrl-C and Ctrl-D while questions are asked: says the command that goes on with the answers so far.

cookiecutter has nothing that runs between two questions, and its program makes "Aborted!" and exit status 1 of both.
None of its code is replaced here; two means of Python's own do. An exit handler sees that the process ends before the
answers were complete, whatever ended it. A signal handler gives Ctrl-C the exit status that shells expect, 130.
"""

from __future__ import annotations

import atexit
import contextlib
import signal
import sys
from collections.abc import Callable
from typing import Any

_say: Callable[[], None] | None = None
_before: Any = None  # SIGINT's handler that was there


def begin(say: Callable[[], None]) -> None:
    """From here to :func:`end`, ``say`` is called where the process ends."""
    global _say, _before
    end()
    _say = say
    atexit.register(_said)
    with contextlib.suppress(ValueError):  # not the main thread: no signals there
        if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
            _before = signal.signal(signal.SIGINT, _stop)


def end() -> None:
    """The questions are over, or a message of its own ends the process."""
    global _say, _before
    _say = None
    atexit.unregister(_said)
    if _before is not None:
        with contextlib.suppress(ValueError):
            signal.signal(signal.SIGINT, _before)
        _before = None


def _stop(*_: object) -> None:
    sys.stderr.write("\n")  # the terminal shows ^C on the line of the question
    raise SystemExit(128 + signal.SIGINT)


def _said() -> None:
    if _say is not None:
        _say()
