"""What happens after the files are written: protobuf code, and the next commands. Runs in the new repository.

Runs in a process of its own, so it imports nothing but the standard library.
"""

from __future__ import annotations

import contextlib
import os
import shlex
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Mapping

SCRIPT = os.path.join("scripts", "generate_protos.sh")
# Inner ones first.
OPTIONAL_FOLDERS = (os.path.join(".github", "workflows"), ".github", "crd", os.path.join("kustomize", "operator"))
TIMEOUT = 600.0  # seconds: the first run installs the generator
_NO_GO = 3  # the script's word for: Python is done, Go's part needs Go
_NO_GENERATOR = 4  # the generator could not be installed


def finish(names: Mapping[str, str]) -> None:
    """Generates the protobuf code and prints the next commands. A rendering is kept whatever happens here.

    ``names`` holds ``operator``, ``go`` (the Go release) and ``folder`` (from where the user is).
    """
    _drop_empty_folders()
    missing = generate_protos()
    steps = [(f"cd {shlex.quote(names['folder'])}", "")]
    if missing:
        say(f"\nAll is written but the protobuf code: {missing}\n")
        steps.append(("make generate", "writes it"))
    steps.append(("make test", f"Go and Python; needs Go {names['go']} or later"))
    steps.append(("make help", "all commands; README.md tells the whole road to a running task"))
    say(f"\nThe Flyte plugin for {names['operator']} is ready. Next:\n")
    say("".join(f"  {command:<16}{'# ' + why if why else ''}".rstrip() + "\n" for command, why in steps))


def generate_protos() -> str:
    """Runs the rendered script, visibly and within a time; returns why there is no code, "" if there is.

    FLYTE_PLUGIN_PROTOS=skip leaves it out, FLYTE_PLUGIN_PROTOS_TIMEOUT gives the seconds it may take.
    """
    if os.environ.get("FLYTE_PLUGIN_PROTOS", "").lower() == "skip":
        return "FLYTE_PLUGIN_PROTOS=skip was set."
    bash = shutil.which("bash")
    if bash is None:
        return "its script needs bash, which is not on PATH."
    limit = _timeout()
    say(f"Generating the protobuf code (at most {limit:g} s; the first time a generator is installed) ...\n")
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
        _NO_GO: "Go's part of it needs Go, which is not on PATH.",
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
    say(f"FLYTE_PLUGIN_PROTOS_TIMEOUT={text} is no number of seconds; taking {TIMEOUT:g}.\n")
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
            say(f"  ... {time.monotonic() - start:.0f} s\n")


def _drop_empty_folders() -> None:
    """Folders are rendered even where none of their files is: no GitHub, or no CRD to keep a copy of."""
    for folder in OPTIONAL_FOLDERS:
        with contextlib.suppress(OSError):  # not empty
            os.rmdir(folder)


def say(text: str) -> None:
    """Prints at once: the script's own lines come in between."""
    encoding = sys.stdout.encoding or "utf-8"
    sys.stdout.write(text.encode(encoding, "backslashreplace").decode(encoding))
    sys.stdout.flush()
