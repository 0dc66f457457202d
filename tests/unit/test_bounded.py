"""No source takes forever or fills the memory, whatever is at the other end."""

from __future__ import annotations

import gzip
import http.server
import os
import stat
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from flyte_plugin_scaffold.asking import answers
from flyte_plugin_scaffold.reading import bounded, crd, sources
from tests.support.crd_refusals import VALID

BOMB = gzip.compress(b"\0" * (16 << 20))
SHORT = 0.2  # seconds for a source that takes them all; what is refused for another reason has the usual time


@pytest.fixture(autouse=True)
def _little_time(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    if "says" in request.fixturenames and "within" in request.getfixturevalue("says"):
        monkeypatch.setattr(sources, "DEADLINE", SHORT)
    monkeypatch.setattr(sources, "MAX_BYTES", 1 << 20)
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    crd._read.cache_clear()


def refusal(reference: str, base: Path) -> str:
    start = time.monotonic()
    with pytest.raises(crd.SourceError) as raised:
        crd.read(reference, base=base)
    assert time.monotonic() - start < sources.DEADLINE / 2 + 8, "nobody waits for it"
    return str(raised.value)


# -------------------------------------------------------------------------------------------------------------- kubectl
KUBECTLS = {
    "never ends": ("while :; do sleep 1; done", "did not end within"),
    "never stops to print": ("exec yes", "prints more than 1 MiB"),
    "never stops to complain": ("exec yes >&2", "prints more than 1 MiB"),
    "leaves somebody behind who prints": ("yes & exit 0", "prints more than 1 MiB"),
    "leaves somebody behind who waits": ("sleep 60 & exit 0", "did not end within"),
    "does not want to end": ("trap '' TERM INT HUP; while :; do sleep 1; done", "did not end within"),
}


@pytest.fixture(scope="module")
def groups() -> Iterator[list[int]]:
    """The process groups that ended; the system takes its time with the last of each, and nobody waits for them one by one."""
    ended: list[int] = []
    yield ended
    for _ in range(50):
        ended = [group for group in ended if _runs(group)]
        if not ended:
            return
        time.sleep(0.1)
    raise AssertionError("something that kubectl started still runs")


def _runs(group: int) -> bool:
    try:
        os.killpg(group, 0)
    except (ProcessLookupError, PermissionError):
        return False
    return True


@pytest.mark.skipif(os.name == "nt", reason="the stand-in for kubectl is a shell script")
@pytest.mark.parametrize(("script", "says"), KUBECTLS.values(), ids=KUBECTLS)
def test_kubectl(
    script: str,
    says: str,
    groups: list[int],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    program = tmp_path / "kubectl"
    program.write_text(f"#!/bin/sh\necho $$ > {tmp_path}/group\n{script}\n")
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    assert says in refusal("runs.example.com", tmp_path)
    assert "Reading runs.example.com from the current cluster with kubectl" in capfd.readouterr().err
    groups.append(int((tmp_path / "group").read_text()))


def test_what_kubectl_says_is_shown_without_controls(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = tmp_path / "kubectl"
    program.write_text("#!/bin/sh\nprintf 'error: \\033[31mred\\342\\200\\256' >&2\nexit 1\n")
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    assert r"(error: \x1b[31mred\u202e)" in refusal("runs.example.com", tmp_path)


# ------------------------------------------------------------------------------------------------------------------ URL
@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            try:
                getattr(self, "answer_" + self.path.strip("/").partition("/")[0])()
            except OSError:
                pass  # nobody listens any more

        def _drip(self, what: bytes) -> None:
            for _ in range(100):
                self.wfile.write(what)
                self.wfile.flush()
                time.sleep(0.05)

        def answer_drip(self) -> None:
            self.send_response(200)
            self.end_headers()
            self._drip(b"#")

        def answer_headers(self) -> None:
            self.wfile.write(b"HTTP/1.0 200 OK\r\n")
            self._drip(b"X-A: b\r\n")

        def answer_status(self) -> None:
            self._drip(b"H")

        def answer_round(self) -> None:
            time.sleep(0.05)
            self.send_response(302)
            self.send_header("Location", f"/round/{time.monotonic()}")
            self.end_headers()

        def answer_endless(self) -> None:
            self.send_response(200)
            self.end_headers()
            while True:
                self.wfile.write(b"# x\n" * 10_000)

        def _packed(self, encoding: str, content: bytes) -> None:
            self.send_response(200)
            self.send_header("Content-Encoding", encoding)
            self.end_headers()
            self.wfile.write(content)

        def answer_bomb(self) -> None:
            self._packed("gzip", BOMB)

        def answer_bombs(self) -> None:
            self._packed("gzip, gzip", gzip.compress(BOMB))

        def answer_gzip(self) -> None:
            self._packed("gzip", gzip.compress(VALID.encode()))

        def answer_broken(self) -> None:
            self._packed("gzip", b"\x1f\x8bno gzip")

        def answer_reason(self) -> None:
            self.wfile.write("HTTP/1.0 500 \x1b[31m\x85red\r\n\r\n".encode("latin-1"))

        def log_message(self, *arguments: object) -> None:
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as running:
        running.daemon_threads = True
        threading.Thread(target=running.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{running.server_port}"
        running.shutdown()


@pytest.mark.parametrize(
    ("page", "says"),
    [
        ("drip", "was not read within 0.2 s"),
        ("headers", "was not read within 0.2 s"),
        ("status", "was not read within 0.2 s"),
        ("round", "was not read within 0.2 s"),
        ("endless", "is larger than 1 MiB"),
        ("bomb", "is larger than 1 MiB"),
        ("bombs", "comes packed as gzip, gzip"),
        ("broken", "cannot be read"),
        ("reason", r"answers 500 \x1b[31m"),
    ],
)
def test_a_url(page: str, says: str, server: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert says in refusal(f"{server}/{page}", tmp_path)
    assert f"Reading {server}/{page} (at most {sources.DEADLINE:g} s) ..." in capfd.readouterr().err


def test_a_server_that_packs_unasked(server: str) -> None:
    assert crd.load(f"{server}/gzip").text == VALID


# ---------------------------------------------------------------------------------------------------------------- files
@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
def test_files_that_are_none(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.yaml")
    (tmp_path / "zero.yaml").symlink_to("/dev/zero")
    (tmp_path / "round.yaml").symlink_to(tmp_path / "round.yaml")
    for name in ("pipe.yaml", "zero.yaml"):
        assert "no regular file" in refusal(name, tmp_path)
        assert "no regular file" in answers.parse_roles(name, str(tmp_path))[1][0]
    assert "there is no file" in refusal("round.yaml", tmp_path)
    assert "holds no .yaml" in refusal(".", tmp_path)


def test_a_read_that_never_returns(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "crd.yaml").write_text(VALID)
    monkeypatch.setattr(sources, "DEADLINE", SHORT)
    monkeypatch.setattr(bounded, "content", lambda *_: time.sleep(5))
    assert "was not read within 0.2 s" in refusal("crd.yaml", tmp_path)


def test_who_waits_is_told_what_for(capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bounded, "_SILENT", 0.05)
    assert bounded.within(5, lambda: time.sleep(0.2) or 1, "a\u202eb") == 1
    assert bounded.within(5, lambda: 2, "what is quick") == 2
    assert capfd.readouterr().err == "Reading a\\u202eb (at most 5 s) ...\n"


def test_a_folder_of_very_many_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sources, "MAX_ENTRIES", 100)
    for number in range(101):
        (tmp_path / f"{number}.txt").touch()
    assert "holds more than 100 files" in refusal(str(tmp_path), tmp_path)


def test_a_file_of_roles_that_repeats_itself(tmp_path: Path) -> None:
    lists = "".join(f"a{i + 1}: &a{i + 1} [{', '.join([f'*a{i}'] * 9)}]\n" for i in range(30))
    (tmp_path / "roles.yaml").write_text("a0: &a0 [x]\n" + lists)
    assert "aliases counted as what they repeat" in answers.parse_roles("roles.yaml", str(tmp_path))[1][0]
