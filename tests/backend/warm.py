"""Processes of flytekit that need not import it first: see warm_server.py. What they run is what a start would run."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import tempfile
import threading
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from .processes import Process

SERVER = Path(__file__).with_name("warm_server.py")
SCRIPTS = ("pyflyte-execute", "pyflyte-map-execute")  # those of the server


class Fork:
    """A forked process, with what :class:`processes.Process` needs of ``subprocess.Popen``."""

    def __init__(self, connection: socket.socket, command: Sequence[str | Path]) -> None:
        self._command = [str(each) for each in command]
        self._answers = connection.makefile("rb")
        self.stdin = connection  # as a guard's: the end of it is the end of the process
        self.pid = int(self._answers.readline())
        self._status: int | None = None
        self._ended = threading.Event()
        threading.Thread(target=self._listen, name=f"fork {self.pid}", daemon=True).start()

    def _listen(self) -> None:
        with suppress(OSError, ValueError):
            self._status = int(self._answers.readline() or 128 + signal.SIGKILL)
        self._ended.set()

    def poll(self) -> int | None:
        return self._status

    def wait(self, timeout: float | None = None) -> int:
        if not self._ended.wait(timeout):
            raise subprocess.TimeoutExpired(self._command, timeout or 0)
        return 128 + signal.SIGKILL if self._status is None else self._status


class Warm:
    """One Python with flytekit and what ``environment`` leads to; it ends with the test run, or with :meth:`stop`."""

    def __init__(self, python: Path, environment: Mapping[str, str], log: Path) -> None:
        self._python = python
        self._python_path = environment["PYTHONPATH"]
        self._folder = tempfile.TemporaryDirectory(prefix="warm-")  # the path of a socket must be short
        self._socket = Path(self._folder.name) / "socket"
        self._process = Process("warm Python", [python, SERVER, self._socket], log, env=environment)
        self._process.wait_until(self._socket.exists, 120)

    def stop(self) -> None:
        self._process.stop(grace=1)
        self._folder.cleanup()

    def fork(
        self, command: Sequence[str | Path], log: Path, environment: Mapping[str, str], folder: str | Path
    ) -> Fork | None:
        """The process of a command; None where this Python cannot be it, or would have other modules.

        It can be a script of flytekit's, and its own command with a Python file.
        """
        program, *arguments = map(str, command)
        if program == str(self._python):
            program, *arguments = arguments
        elif program not in SCRIPTS:
            return None
        if environment.get("PYTHONPATH") != self._python_path:
            return None
        asked = {
            "program": program,
            "arguments": arguments,
            "env": dict(environment),
            "folder": os.fspath(folder),
            "log": os.fspath(log),
        }
        connection = socket.socket(socket.AF_UNIX)
        connection.connect(str(self._socket))
        connection.sendall(json.dumps(asked).encode() + b"\n")
        return Fork(connection, command)
