"""Runs the new repository's script that generates its protobuf code, within a time and with a sign of life."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import threading
import time

from flyte_plugin_scaffold.text import characters

GO_IS_MISSING = "Go's part of it needs Go, which is not on PATH."
SCRIPT = os.path.join("scripts", "generate_protos.sh")
TIMEOUT = 600.0  # seconds: the first run installs the generator
_NO_GO = 3  # the script's word for: Python is done, Go's part needs Go
_NO_GENERATOR = 4  # the generator could not be installed


def protobuf_code() -> str:
    """Runs the rendered script, visibly and within a time; returns why there is no code, "" if there is.

    A repository without a contract has no such script. FLYTE_PLUGIN_PROTOS=skip leaves it out; FLYTE_PLUGIN_PROTOS_TIMEOUT gives
    the seconds it may take.
    """
    if not os.path.exists(SCRIPT):
        return ""
    if os.environ.get("FLYTE_PLUGIN_PROTOS", "").lower() == "skip":
        return "FLYTE_PLUGIN_PROTOS=skip was set."
    bash = shutil.which("bash")
    if bash is None:
        return "its script needs bash, which is not on PATH."
    limit = _timeout()
    characters.say(f"Generating the protobuf code (at most {limit:g} s; installs its generator once) ...\n", sys.stdout)
    try:
        script = subprocess.Popen(
            [bash, SCRIPT],
            env={**os.environ, "PYTHON": sys.executable},
            stdin=subprocess.DEVNULL,
            start_new_session=True,
        )
    except OSError as error:
        return f"{SCRIPT} could not be run: {error.strerror}."
    try:
        with _Ticking():
            status = script.wait(timeout=limit)
    except subprocess.TimeoutExpired:
        _end(script)
        return f"that took longer than {limit:g} seconds (FLYTE_PLUGIN_PROTOS_TIMEOUT changes it)."
    except KeyboardInterrupt:
        _end(script)
        return "it was interrupted."
    return {
        0: "",
        _NO_GO: GO_IS_MISSING,
        _NO_GENERATOR: "its generator could not be installed (see above; pip's own settings name an index or a proxy).",
    }.get(status, f"{SCRIPT} failed with exit status {status}, see above.")


def _timeout() -> float:
    text = os.environ.get("FLYTE_PLUGIN_PROTOS_TIMEOUT", "")
    try:
        limit = float(text or TIMEOUT)
    except ValueError:
        limit = -1.0
    if 0 < limit < float("inf"):
        return limit
    characters.say(f"FLYTE_PLUGIN_PROTOS_TIMEOUT={text} is no number of seconds; taking {TIMEOUT:g}.\n", sys.stdout)
    return TIMEOUT


def _end(script: subprocess.Popen[bytes]) -> None:
    """Ends the script and what it started."""
    try:
        os.killpg(script.pid, signal.SIGTERM)
        script.wait(timeout=5)
    except subprocess.TimeoutExpired:
        os.killpg(script.pid, signal.SIGKILL)
    except (AttributeError, ProcessLookupError, PermissionError):
        script.kill()  # no process groups here, or it is gone already


class _Ticking:
    """Says every ten seconds that something is still going on."""

    def __enter__(self) -> None:
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._tick, daemon=True)
        self._thread.start()

    def __exit__(self, *_: object) -> None:
        self._done.set()
        self._thread.join()

    def _tick(self) -> None:
        start = time.monotonic()
        while not self._done.wait(10):
            characters.say(f"  ... {time.monotonic() - start:.0f} s\n", sys.stdout)
