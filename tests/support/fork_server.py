"""A Python that has modules imported already, and becomes each program that somebody asks for, by a fork, not by a start:

python fork_server.py MODULE...    (reads requests from stdin, a line of JSON each, and prints an answer to each, as a line)

A request is what forks.py sends; an answer has the ``status`` and the ``stdout`` and ``stderr`` of the program. To import an
SDK, or cookiecutter, takes longer than what most of them do. Modules that cannot be imported are left out.
"""

from __future__ import annotations

import atexit
import gc
import importlib
import io
import json
import os
import runpy
import signal
import sys
import tempfile
import traceback
from contextlib import suppress
from typing import Any

TIMEOUT = 600  # seconds, which only what hangs takes


def answer(request: dict[str, Any]) -> dict[str, Any]:
    with tempfile.TemporaryFile() as stdin, tempfile.TemporaryFile() as stdout, tempfile.TemporaryFile() as stderr:
        stdin.write(request["text"].encode())
        stdin.seek(0)
        child = os.fork()
        if child == 0:
            signal.alarm(TIMEOUT)
            for number, file in enumerate((stdin, stdout, stdout if request["merged"] else stderr)):
                os.dup2(file.fileno(), number)
            os._exit(_become(request))
        status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        said = []
        for file in (stdout, stderr):
            file.seek(0)
            said.append(io.TextIOWrapper(file, errors="surrogateescape").read())
    return {"status": status, "stdout": said[0], "stderr": said[1]}


def _become(request: dict[str, Any]) -> int:
    """Runs the program, which begins as if this Python had been started for it; its exit status."""
    program, env = request["program"], request["env"]
    status = 1
    try:
        sys.stdin = os.fdopen(0, closefd=False)
        os.chdir(request["folder"])
        os.environ.clear()
        os.environ.update(env)
        sys.dont_write_bytecode = bool(env.get("PYTHONDONTWRITEBYTECODE"))
        sys.argv = [program, *request["arguments"]]
        is_file = program.endswith(".py")
        sys.path[0] = os.path.dirname(program) if is_file else os.getcwd()
        sys.path[1:1] = [each for each in env.get("PYTHONPATH", "").split(os.pathsep) if each]
        importlib.invalidate_caches()
        if is_file:
            runpy.run_path(program, run_name="__main__")
        else:
            runpy.run_module(program, run_name="__main__", alter_sys=True)
        status = 0
    except SystemExit as end:
        status = end.code if isinstance(end.code, int) else int(end.code is not None)
        if isinstance(end.code, str):
            print(end.code, file=sys.stderr)
    except BaseException:
        traceback.print_exc()
    finally:
        atexit._run_exitfuncs()
        sys.stdout.flush()
        sys.stderr.flush()
    return status


def main(*modules: str) -> None:
    for each in modules:
        with suppress(ImportError):
            importlib.import_module(each)
    gc.freeze()
    for line in sys.stdin:
        print(json.dumps(answer(json.loads(line))), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
