"""What the scenarios on a back end read of a server's log while it is written."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from tests.backend import logs


class Growing(io.RawIOBase):
    """A log whose writer is half a line ahead at each read, and then goes on."""

    def __init__(self, parts: list[bytes]) -> None:
        self._parts = parts

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = 0) -> int:
        return offset

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        part = self._parts.pop(0) if self._parts else b""
        buffer[: len(part)] = part
        return len(part)


def test_a_line_that_is_still_written_does_not_count(monkeypatch: pytest.MonkeyPatch) -> None:
    # An empty read is the end of a file, after which more may come.
    log = io.BufferedReader(Growing([b'{"a": 1}\n{"b"', b"", b": 2}\n", b""]))
    monkeypatch.setattr("builtins.open", lambda *_: log)
    assert logs.json_lines(Path("log")) == [{"a": 1}]


def test_what_was_there_before(tmp_path: Path) -> None:
    log = tmp_path / "log"
    log.write_text('{"a": 1}\n{"b": 2}\n')
    assert logs.json_lines(log, len('{"a": 1}\n')) == [{"b": 2}]
    log.write_text("")
    assert logs.json_lines(log) == []
