"""Where a CRD comes from: files, folders, URLs, the cluster; encodings, bounds, caching."""

from __future__ import annotations

import http.server
import os
import stat
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from flyte_plugin_scaffold.reading import crd, sources
from tests.support.crd_refusals import CUSTOM_RESOURCE, DEPLOYMENT, VALID, changed

OTHER = VALID.replace("runs", "walks").replace("Run", "Walk").replace("singular: run", "singular: walk")


def refusal(reference: str, base: Path | None = None) -> str:
    with pytest.raises(crd.SourceError) as raised:
        crd.load(reference, base=base)
    return str(raised.value)


# --------------------------------------------------------------------------------------------------------------- files
def test_a_relative_path_starts_from_the_given_folder_and_is_resolved_once(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "crd.yaml").write_text(VALID)
    found = crd.read("a/crd.yaml", base=tmp_path)
    assert found.reference == str(tmp_path / "a" / "crd.yaml")
    assert crd.read(found.reference, base=Path("/")) is found


def test_a_relative_path_starts_from_the_current_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "crd.yaml").write_text(VALID)
    monkeypatch.chdir(tmp_path)
    assert crd.load(" crd.yaml ").kind == "Run"


def test_the_home_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "crd.yaml").write_text(VALID)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    assert crd.load("~/crd.yaml").kind == "Run"


@pytest.mark.parametrize("name", ["runs.example.com", "runs.example.com/v1/Run", "no suffix", "ünï.yaml"])
def test_a_path_that_exists_wins(name: str, tmp_path: Path) -> None:
    (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
    (tmp_path / name).write_text(VALID)
    assert crd.load(name, base=tmp_path).text == VALID


def test_example_is_always_the_one_that_comes_with_the_template(tmp_path: Path) -> None:
    (tmp_path / "example").mkdir()
    (tmp_path / "example" / "crd.yaml").write_text(VALID)
    assert crd.load("example", base=tmp_path).kind == "SolverJob"
    assert crd.load("./example", base=tmp_path).kind == "Run"
    assert crd.read("example", base=tmp_path).reference == "example"


@pytest.mark.parametrize(
    ("reference", "words"),
    [
        ("", "is empty: give example for the CRD that comes with the template, or a file, a folder"),
        ("crd.yaml", "there is no file or folder"),
        ("crds/runs.example.com", "there is no file or folder"),
        ("crds\\crd.yaml", "there is no file or folder"),
        ("runs", "no CRD's name"),
        ("--help.example.com", "no CRD's name"),
        ("runs.example.com/Run", "there is no file or folder"),
        ("a\0b", "NUL"),
        ("x" * 5000, "cannot be looked up"),
        ("words of\nno use", "no CRD's name"),
    ],
)
def test_no_source(reference: str, words: str, tmp_path: Path) -> None:
    message = refusal(reference, base=tmp_path)
    assert words in message
    assert "\n" not in message


@pytest.mark.parametrize(
    "content",
    [
        VALID.replace("\n", "\r\n").encode(),
        VALID.replace("\n", "\r").encode(),
        b"\xef\xbb\xbf" + VALID.encode(),
        VALID.encode("utf-16"),  # what PowerShell's > writes
        b"\xfe\xff" + VALID.encode("utf-16-be"),
        b"\n\n---\n" + VALID.encode() + b"\n\n...\n",
    ],
    ids=["crlf", "cr", "utf-8-mark", "utf-16-le", "utf-16-be", "marker"],
)
def test_encodings(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "crd.yaml").write_bytes(content)
    assert crd.load("crd.yaml", base=tmp_path).text == VALID


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="needs an account that may not read everything")
def test_a_file_that_may_not_be_read(tmp_path: Path) -> None:
    (tmp_path / "crd.yaml").write_text(VALID)
    (tmp_path / "crd.yaml").chmod(0)
    assert "Permission denied" in refusal("crd.yaml", base=tmp_path)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "crd.yaml")
    assert "no regular file" in refusal("crd.yaml", base=tmp_path)


def test_a_file_that_is_too_large(tmp_path: Path) -> None:
    with (tmp_path / "crd.yaml").open("wb") as stream:
        stream.truncate(sources.MAX_BYTES + 1)
    assert "larger than 32 MiB" in refusal("crd.yaml", base=tmp_path)


def test_a_changed_file_is_read_again(tmp_path: Path) -> None:
    path = tmp_path / "crd.yaml"
    path.write_text(VALID)
    before = crd.read(str(path))
    assert crd.read(str(path)) is before
    assert crd.choose(before) is crd.choose(before)
    path.write_text(VALID + "# changed\n")
    assert crd.load(str(path)).text.endswith("# changed\n")


# -------------------------------------------------------------------------------------------------------------- folders
def test_a_folder(tmp_path: Path) -> None:
    (tmp_path / "b.yml").write_text(VALID)
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "a.yaml").write_text(OTHER)
    (tmp_path / "kustomization.yaml").write_text("resources: [b.yml]\n")
    (tmp_path / "sample.yaml").write_text(CUSTOM_RESOURCE)
    (tmp_path / "logo.yaml").write_bytes(b"\0\xff")
    (tmp_path / ".git").mkdir()
    (tmp_path / ".git" / "crd.yaml").write_text(VALID.replace("count", "other"))
    found = crd.read(str(tmp_path))
    assert [candidate.label for candidate in found.usable] == ["Run", "Walk"]
    assert crd.choose(found, "Walk").plural == "walks"
    assert crd.choose(found, "Run").bundle == ()  # other files of a folder are no install bundle


def test_a_folder_is_read_again_when_a_file_is_added(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(VALID)
    assert len(crd.read(str(tmp_path)).usable) == 1
    (tmp_path / "b.yaml").write_text(OTHER)
    assert len(crd.read(str(tmp_path)).usable) == 2


def test_what_is_broken_in_a_folder_is_told_but_no_hindrance(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text("{{ if .Values.crds }}\n" + OTHER + "{{ end }}\n")
    (tmp_path / "b.yaml").write_text(VALID)
    found = crd.read(str(tmp_path))
    assert crd.choose(found).kind == "Run"
    assert any("a.yaml, line 1: a Helm template" in note for note in found.notes)
    (tmp_path / "b.yaml").unlink()
    assert "a Helm template" in refusal(str(tmp_path))


def test_patches_and_copies_in_a_folder_are_left_out(tmp_path: Path) -> None:
    patch = VALID.split("spec:")[0] + "spec:\n  conversion:\n    strategy: Webhook\n"
    for name, text in {"a.yaml": patch, "b.yaml": VALID, "c.yaml": "# a copy\n" + VALID}.items():
        (tmp_path / name).write_text(text)
    found = crd.read(str(tmp_path))
    assert [candidate.label for candidate in found.candidates] == ["Run"]
    assert crd.choose(found).text == VALID
    assert found.notes == ()


def test_a_patch_does_not_hide_what_is_wrong_with_its_crd(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(VALID.split("spec:")[0] + "spec:\n  conversion:\n    strategy: Webhook\n")
    (tmp_path / "b.yaml").write_text(changed("Namespaced", "Cluster"))
    assert "Run is cluster-scoped" in refusal(str(tmp_path))


def test_two_different_crds_of_one_name_are_refused(tmp_path: Path) -> None:
    (tmp_path / "new.yaml").write_text(VALID)
    (tmp_path / "old.yaml").write_text(changed("count:", "number:"))
    message = refusal(str(tmp_path))
    assert "runs.example.com stands twice with different content" in message
    assert "new.yaml" in message and "old.yaml" in message


def test_folders_without_crds(tmp_path: Path) -> None:
    assert "holds no .yaml, .yml or .json file" in refusal(str(tmp_path))
    (tmp_path / "a.yaml").write_text(DEPLOYMENT)
    (tmp_path / "b.json").write_text("{}")
    assert "holds no CustomResourceDefinition in its 2 YAML and JSON files" in refusal(str(tmp_path))


def test_a_folder_with_too_many_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sources, "MAX_FILES", 2)
    for number in range(3):
        (tmp_path / f"{number}.yaml").write_text(VALID)
    assert "more than 2 YAML and JSON files" in refusal(str(tmp_path))


def test_a_folder_with_too_much_in_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sources, "MAX_BYTES", len(VALID) + 10)
    (tmp_path / "a.yaml").write_text(VALID)
    (tmp_path / "b.yaml").write_text(OTHER)
    assert "larger than" in refusal(str(tmp_path))


# ----------------------------------------------------------------------------------------------------------------- URLs
PAGES = {
    "/crd.yaml": (200, "text/plain", VALID.encode()),
    "/page": (200, "text/html; charset=utf-8", b"<!DOCTYPE html><html></html>"),
    "/html": (200, "text/plain", b"\n<html>"),
    "/crd.html": (200, "text/html", VALID.encode()),  # a server that knows no YAML
    "/moved": (302, "/crd.yaml", b""),
    "/loop": (302, "/loop", b""),
    "/empty": (200, "text/plain", b""),
    "/broken": (500, "text/plain", b""),
    "/large": (200, "text/plain", b"# " + b"x" * 4096),
}


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            status, kind, content = PAGES.get(self.path.split("?")[0], (404, "text/plain", b""))
            self.send_response(status)
            self.send_header("Location" if status == 302 else "Content-Type", kind)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *arguments: object) -> None:
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as running:
        threading.Thread(target=running.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{running.server_port}"
        running.shutdown()


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.setenv("no_proxy", "127.0.0.1")


@pytest.mark.parametrize("page", ["/crd.yaml", "/crd.html", "/moved", "/crd.yaml?token=secret#top"])
def test_a_url(page: str, server: str) -> None:
    found = crd.read(server + page)
    assert crd.choose(found).text == VALID
    assert found.reference == server + page
    assert "secret" not in found.source


@pytest.mark.parametrize(
    ("page", "words"),
    [
        ("/none", "answers 404"),
        ("/broken", "answers 500"),
        ("/page", "is a web page, not YAML: give the address of the raw file"),
        ("/html", "is a web page"),
        ("/empty", "is empty"),
        ("/loop", "cannot be read"),
        ("/large", "larger than"),
    ],
)
def test_a_url_that_is_no_crd(page: str, words: str, server: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sources, "MAX_BYTES", 4096)
    message = refusal(server + page + "?token=secret")
    assert words in message and server + page in message
    assert "secret" not in message


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("http://127.0.0.1:1/crd.yaml", "the connection is refused; download it and give the file"),
        ("http://user:secret@127.0.0.1:1/crd.yaml", "http://127.0.0.1:1/crd.yaml cannot be read"),
        ("https://", "cannot be read"),
        ("http://[::1", "cannot be read"),
        ("http://a b/", "cannot be read"),
        ("https://\u2028.example/", "cannot be read"),
    ],
)
def test_a_url_that_leads_nowhere(url: str, words: str) -> None:
    message = refusal(url)
    assert words in message
    assert "secret" not in message and "\n" not in message


def test_the_raw_file_of_a_web_page_is_named() -> None:
    hint = sources._raw_hint("https://github.com/acme/operator/blob/main/crds/run.yaml")
    assert hint == ": give https://raw.githubusercontent.com/acme/operator/main/crds/run.yaml"


# -------------------------------------------------------------------------------------------------------------- cluster
Kubectl = Callable[[str], Path]

FROM_CLUSTER = """\
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata:
  annotations:
    kubectl.kubernetes.io/last-applied-configuration: |
      {"apiVersion":"apiextensions.k8s.io/v1"}
  creationTimestamp: "2026-01-01T00:00:00Z"
  generation: 1
  managedFields:
  - apiVersion: apiextensions.k8s.io/v1
    fieldsType: FieldsV1
    fieldsV1:
      f:spec: {}
    manager: kubectl
  name: runs.example.com
  resourceVersion: "7"
  uid: 3f0e2a3c-0000-4000-8000-000000000000
"""


@pytest.fixture
def kubectl(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Kubectl:
    """Puts a program of the given shell lines first on the PATH; its arguments land in the returned file."""

    def install(script: str) -> Path:
        folder = tmp_path / "bin"
        folder.mkdir()
        program = folder / "kubectl"
        program.write_text(f'#!/bin/sh\nprintf "%s\\n" "$*" >> "{tmp_path}/calls"\n{script}\n')
        program.chmod(program.stat().st_mode | stat.S_IXUSR)
        monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")
        return tmp_path / "calls"

    crd._read.cache_clear()
    sources.cached_texts.cache_clear()
    return install


@pytest.mark.skipif(os.name == "nt", reason="the stand-in for kubectl is a shell script")
class TestCluster:
    def test_read_and_stripped(self, tmp_path: Path, kubectl: Kubectl) -> None:
        spec = "spec:" + VALID.split("spec:", 1)[1]
        (tmp_path / "out.yaml").write_text(FROM_CLUSTER + spec + "status:\n  conditions: []\n")
        calls = kubectl(f'cat "{tmp_path}/out.yaml"')
        found = crd.read("runs.example.com", base=tmp_path)
        assert crd.choose(found).text == VALID
        assert crd.read("runs.example.com", base=tmp_path) is found
        assert calls.read_text().splitlines() == [
            "get customresourcedefinitions.apiextensions.k8s.io runs.example.com -o yaml --request-timeout=20s"
        ]

    @pytest.mark.parametrize(
        ("stderr", "words"),
        [
            ('Error from server (NotFound): customresourcedefinitions "runs.example.com" not found', "there is none"),
            ('Error from server (Forbidden): "bob" cannot get resource', "may not `get` customresourcedefinitions"),
            ("retrying\nThe connection to the server localhost:8080 was refused", "it cannot be reached"),
            ("error: exec plugin: invalid apiVersion", "kubectl failed (error: exec plugin: invalid apiVersion)"),
            ("", "kubectl failed"),
        ],
    )
    def test_not_read(self, stderr: str, words: str, tmp_path: Path, kubectl: Kubectl) -> None:
        (tmp_path / "err").write_text(stderr)
        kubectl(f'cat "{tmp_path}/err" >&2; exit 1')
        message = refusal("runs.example.com", base=tmp_path)
        assert message.startswith("runs.example.com is no file here, so it was looked for in the current cluster")
        assert words in message and "retrying" not in message and "\n" not in message

    def test_no_kubectl(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("PATH", str(tmp_path))
        assert "kubectl is not on the PATH" in refusal("walks.example.com", base=tmp_path)

    def test_kubectl_that_hangs(self, tmp_path: Path, kubectl: Kubectl, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(sources, "DEADLINE", 0.2)
        kubectl("exec sleep 20")
        assert "did not end within" in refusal("runs.example.com", base=tmp_path)

    def test_kubectl_that_cannot_run(self, tmp_path: Path, kubectl: Kubectl, monkeypatch: pytest.MonkeyPatch) -> None:
        kubectl("")
        (tmp_path / "bin" / "kubectl").write_bytes(b"\x7fELF")
        monkeypatch.setenv("PATH", str(tmp_path / "bin"))
        assert "kubectl cannot be run" in refusal("runs.example.com", base=tmp_path)

    def test_kubectl_that_prints_nothing(self, tmp_path: Path, kubectl: Kubectl) -> None:
        kubectl("")
        assert "what kubectl prints for runs.example.com is empty" in refusal("runs.example.com", base=tmp_path)
