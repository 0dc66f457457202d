"""A Python that has flytekit imported already, and becomes the process that somebody asks for: by a fork, not by a start.

    python warm_server.py SOCKET

Each connection asks for one process, as a line of JSON: {"program", "arguments", "env", "folder", "log"}. It is answered by
two lines: the process id, which is that of a process group of its own as well, and the exit status (128 + n after signal n).
Whoever hangs up before has the whole group killed. Importing flytekit takes longer than all that most tasks here do.
"""

from __future__ import annotations

import ctypes
import json
import os
import runpy
import selectors
import signal
import socket
import sys
from contextlib import suppress
from typing import Any

import flytekit.bin.entrypoint
import flytekit.tools.translator
import s3fs  # noqa: F401 - what flytekit imports when it first looks into the object store
from flytekit.configuration import DataConfig
from flytekit.core import data_persistence

PR_SET_PDEATHSIG = 1  # of linux/prctl.h: what a process gets when the one that forked it ends
# The console scripts of flytekit: their names are those of the functions' commands.
SCRIPTS = {
    "pyflyte-execute": flytekit.bin.entrypoint.execute_task_cmd,
    "pyflyte-map-execute": flytekit.bin.entrypoint.map_execute_task_cmd,
}


def serve(listening: socket.socket) -> dict[str, Any]:
    """Forks until the test run is gone; returns in each child, with what it was asked for."""
    selector = selectors.DefaultSelector()
    selector.register(listening, selectors.EVENT_READ)
    asked: dict[socket.socket, int] = {}  # connection -> process id
    while True:
        for key, _ in selector.select():
            if key.fileobj is listening:
                connection, _ = listening.accept()
                request = json.loads(connection.makefile().readline())
                sys.stdout.flush()
                child = os.fork()
                if child == 0:
                    selector.close()
                    listening.close()
                    connection.close()
                    for other in asked:
                        other.close()
                    return request
                with suppress(OSError):  # it does so itself: whoever is first
                    os.setpgid(child, child)
                connection.sendall(b"%d\n" % child)
                asked[connection] = child
                selector.register(connection, selectors.EVENT_READ)
                selector.register(os.pidfd_open(child), selectors.EVENT_READ, connection)
            elif key.data is not None:
                connection = key.data
                child = asked.pop(connection)
                status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
                selector.unregister(key.fileobj)
                os.close(key.fd)
                if connection in selector.get_map():
                    selector.unregister(connection)
                    connection.sendall(b"%d\n" % (status if status >= 0 else 128 - status))
                connection.close()
            elif key.fileobj in asked:  # hung up
                selector.unregister(key.fileobj)
                with suppress(ProcessLookupError):
                    os.killpg(asked[key.fileobj], signal.SIGKILL)


def become(request: dict[str, Any]) -> None:
    """Makes this process the one that was asked for, and runs its program."""
    os.setpgid(0, 0)
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    output = os.open(request["log"], os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
    nothing = os.open(os.devnull, os.O_RDONLY)
    for number, file in ((0, nothing), (1, output), (2, output)):
        os.dup2(file, number)
    os.chdir(request["folder"])
    os.environ.clear()
    os.environ.update(request["env"])
    data_persistence.default_local_file_access_provider._data_config = DataConfig.auto()  # it was that of before
    # Beside this file is a module with the name of Kubernetes' client.
    sys.path[:] = [each for each in sys.path if each != os.path.dirname(os.path.abspath(__file__))]
    program = request["program"]
    sys.argv = [program, *request["arguments"]]
    if program in SCRIPTS:
        sys.exit(SCRIPTS[program]())
    runpy.run_path(program, run_name="__main__")


def main() -> None:
    listening = socket.socket(socket.AF_UNIX)
    listening.bind(sys.argv[1])
    listening.listen(64)
    become(serve(listening))


if __name__ == "__main__":
    main()
