"""Reading what others give, within a time and a size: nothing hangs and nothing fills the memory, whatever is at the other end."""

from __future__ import annotations

import os
import signal
import subprocess
import threading
import time
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import IO, TypeVar

from flyte_plugin_scaffold.text.characters import say

_CHUNK = 1 << 16
_SILENT = 1.0  # seconds after which a message says what is waited for

_T = TypeVar("_T")


class TooLong(Exception):
    """It did not end in time."""


class TooLarge(Exception):
    """It gave more than it may."""


@dataclass(frozen=True)
class Output:
    """How a program ended, and what it printed."""

    status: int
    stdout: bytes
    stderr: bytes


def within(seconds: float, read: Callable[[], _T], what: str, announced: bool = False) -> _T:
    """What ``read`` returns or raises; :class:`TooLong` where it takes longer, and then it is left to itself.

    ``Reading WHAT ...`` is said at once if ``announced``, else when it takes a while.
    """
    found: list[_T] = []
    failed: list[BaseException] = []

    def work() -> None:
        try:
            found.append(read())
        except BaseException as error:
            failed.append(error)

    # A read that waits in the kernel or in a library cannot be interrupted, but it can be abandoned.
    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    end = time.monotonic() + seconds
    if not announced:
        thread.join(min(_SILENT, seconds))
    if announced or thread.is_alive():
        say(f"Reading {what} (at most {seconds:g} s) ...\n")
    thread.join(max(0.0, end - time.monotonic()))
    if thread.is_alive():
        raise TooLong
    if failed:
        raise failed[0]
    return found[0]


def content(stream: IO[bytes], limit: int) -> bytes:
    """All that ``stream`` gives. :raises TooLarge: beyond ``limit`` bytes."""
    parts: list[bytes] = []
    size = 0
    while size <= limit:
        part = stream.read(min(_CHUNK, limit + 1 - size))
        if not part:
            return b"".join(parts)
        parts.append(part)
        size += len(part)
    raise TooLarge


def unzipped(packed: bytes, limit: int) -> bytes:
    """What a gzip or zlib stream holds. :raises TooLarge: beyond ``limit`` bytes. :raises ValueError: if it is none."""
    try:
        inflate = zlib.decompressobj(zlib.MAX_WBITS | 32)
        made = inflate.decompress(packed, limit + 1)
    except zlib.error as error:
        raise ValueError(str(error)) from None
    if len(made) > limit:
        raise TooLarge
    return made


def output_of(command: Sequence[str], seconds: float, limit: int) -> Output:
    """Runs a program that may print ``limit`` bytes to stdout and as many to stderr; it and what it started end with that.

    :raises OSError: if it cannot be run.
    """
    program = subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True
    )
    assert program.stdout is not None and program.stderr is not None
    changed = threading.Event()
    readers = [_Reader(stream, limit, changed) for stream in (program.stdout, program.stderr)]
    end = time.monotonic() + seconds
    try:
        for reader in readers:
            reader.start()
        while any(reader.is_alive() for reader in readers) and time.monotonic() < end:
            changed.wait(max(0.0, end - time.monotonic()))
            changed.clear()
            if any(reader.over for reader in readers):
                raise TooLarge
        # A program that closed its streams has a moment to end.
        status = program.wait(max(0.0, end - time.monotonic()))
        if any(reader.is_alive() for reader in readers):
            raise TooLong
        if any(reader.over for reader in readers):
            raise TooLarge
    except subprocess.TimeoutExpired:
        raise TooLong from None
    finally:
        _end(program)
    return Output(status, *(b"".join(reader.parts) for reader in readers))


class _Reader(threading.Thread):
    """Reads a stream to its end or to a limit, and says when it is there."""

    def __init__(self, stream: IO[bytes], limit: int, changed: threading.Event) -> None:
        super().__init__(daemon=True)
        self._stream = stream
        self._left = limit
        self._changed = changed
        self.parts: list[bytes] = []
        self.over = False

    def run(self) -> None:
        descriptor = self._stream.fileno()
        try:
            while not self.over:
                part = os.read(descriptor, _CHUNK)
                if not part:
                    break
                self.parts.append(part)
                self._left -= len(part)
                self.over = self._left < 0
        except OSError:
            pass  # it was ended
        finally:
            self._changed.set()


def _end(program: subprocess.Popen[bytes]) -> None:
    """Ends a program and what it started."""
    try:
        os.killpg(program.pid, signal.SIGKILL)
    except (AttributeError, ProcessLookupError, PermissionError):
        program.kill()  # no process groups here, or all of them are gone already
    program.wait()
