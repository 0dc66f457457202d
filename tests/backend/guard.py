"""Runs one command and ends it, with all it started, when the test run is gone.

    python guard.py COMMAND [ARGUMENT...]        (started as the leader of a process group of its own)

The test run holds the other end of standard input. However it ends (also by SIGKILL, where no fixture cleans up),
the system closes that pipe, and the whole process group is killed.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading


def main() -> int:
    # SIGTERM goes to the whole group: the command decides what it does with it, and this process reports how it ended.
    signal.signal(signal.SIGTERM, lambda number, frame: None)
    command = subprocess.Popen(sys.argv[1:], stdin=subprocess.DEVNULL)
    threading.Thread(target=kill_group_when_orphaned, daemon=True).start()
    status = command.wait()
    return status if status >= 0 else 128 - status


def kill_group_when_orphaned() -> None:
    while os.read(0, 1):
        pass
    os.killpg(0, signal.SIGKILL)


if __name__ == "__main__":
    sys.stdout.flush()
    os._exit(main())
