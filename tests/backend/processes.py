"""Servers and commands as child processes: logged to a file, ended with everything they started."""

from __future__ import annotations

import atexit
import os
import random
import signal
import socket
import subprocess
import sys
import time
import weakref
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .warm import Warm

PORTS = (10_000, 32_000)  # below Linux' net.ipv4.ip_local_port_range
GUARD = Path(__file__).with_name("guard.py")

_running: weakref.WeakSet[Process] = weakref.WeakSet()


class ProcessFailed(Exception):
    """A process ended, or did not get ready in time. The text ends with the last lines of its log."""


class Process:
    """One command in a process group of its own, with standard output and error in ``log``.

    ``env`` is its whole environment; None inherits the test run's. A command that ``warm`` can become is not started anew.
    """

    def __init__(
        self,
        name: str,
        command: Sequence[str | Path],
        log: Path,
        env: Mapping[str, str] | None = None,
        folder: Path | None = None,
        warm: Warm | None = None,
    ) -> None:
        self.name = name
        self.log = log
        log.parent.mkdir(parents=True, exist_ok=True)
        forked = warm.fork(command, log, env, folder or Path.cwd()) if warm and env is not None else None
        self._popen = forked or self._started(command, env, folder)
        _running.add(self)

    def _started(
        self, command: Sequence[str | Path], env: Mapping[str, str] | None, folder: Path | None
    ) -> subprocess.Popen[bytes]:
        with open(self.log, "ab") as output:
            return subprocess.Popen(
                [sys.executable, "-S", str(GUARD), *map(str, command)],
                stdin=subprocess.PIPE,
                stdout=output,
                stderr=subprocess.STDOUT,
                env=None if env is None else dict(env),
                cwd=folder,
                start_new_session=True,
            )

    @property
    def group(self) -> int:
        """The id of the process group, which is that of a process that only waits for the command."""
        return self._popen.pid

    @property
    def status(self) -> int | None:
        """The exit status (128 + n after signal n), or None while it runs."""
        return self._popen.poll()

    def wait(self, timeout: float | None = None) -> int:
        """The exit status. Raises subprocess.TimeoutExpired."""
        return self._popen.wait(timeout)

    def wait_until(self, ready: Callable[[], bool], timeout: float) -> None:
        """Returns when ``ready()`` is true; raises ProcessFailed when the process ends first or ``timeout`` seconds pass."""
        end = time.monotonic() + timeout
        while not ready():
            if self.status is not None:
                raise ProcessFailed(f"{self.name} ended with status {self.status}.\n{self.tail()}")
            if time.monotonic() > end:
                raise ProcessFailed(f"{self.name} was not ready after {timeout:g} s.\n{self.tail()}")
            time.sleep(0.05)

    def tail(self, lines: int = 25) -> str:
        text = self.log.read_text(errors="replace").splitlines()
        return "\n".join([f"--- {self.log} (last of {len(text)} lines)", *text[-lines:]])

    def stop(self, grace: float = 10) -> None:
        """Asks the process group to end, and kills it after ``grace`` seconds. Harmless when it has ended."""
        self._signal(signal.SIGTERM)
        try:
            self._popen.wait(grace)
        except subprocess.TimeoutExpired:
            pass
        self.kill()

    def kill(self) -> None:
        self._signal(signal.SIGKILL)
        self._popen.wait()
        if self._popen.stdin:
            self._popen.stdin.close()
        _running.discard(self)

    def _signal(self, number: int) -> None:
        # The group outlives its leader as long as anything is left in it, so it is signalled even then.
        try:
            os.killpg(self._popen.pid, number)
        except (ProcessLookupError, PermissionError):
            pass


@atexit.register
def _kill_all() -> None:
    for process in list(_running):
        process.kill()


def free_port() -> int:
    """A TCP port of the loopback interface that nothing listens on now.

    It is none that the kernel gives to clients: while a server is away, whoever calls it again and again could get its port.
    """
    while True:
        port = random.randint(*PORTS)
        with socket.socket() as probe, suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port


def is_listening(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0
