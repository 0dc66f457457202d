"""Where a source's text comes from: a file, a folder, a URL, the current cluster.

Each source gives texts with the name that people know them by; what is in them is not looked at here. All trouble is a
:class:`SourceError`.
"""

from __future__ import annotations

import codecs
import os
import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from flyte_plugin_scaffold.reading import bounded
from flyte_plugin_scaffold.text.characters import say, short

MAX_BYTES = 32 * 1024 * 1024  # of one source, a folder's files together; an API server takes CRDs of 3 MB at most
MAX_FILES = 2_000  # with YAML or JSON in a folder
MAX_ENTRIES = 200_000  # files and folders in a folder, of any sort
DEADLINE = 60.0  # seconds for a source of any sort
_URL_TIMEOUTS = (10, 30)  # seconds, to connect and between two packets
EXAMPLE_WORD = "example"  # names it
EXAMPLE = Path(__file__).resolve().parent.parent / "example" / "solverjobs.yaml"

_URL = re.compile(r"https?://", re.IGNORECASE)
_LABEL = r"[a-z0-9](?:[-a-z0-9]*[a-z0-9])?"
_CRD_NAME = re.compile(rf"{_LABEL}(?:\.{_LABEL})+\Z")
_BARE = re.compile(
    rf"(?P<plural>{_LABEL})\.(?P<group>{_LABEL}(?:\.{_LABEL})*)/(?P<version>{_LABEL})/(?P<kind>[A-Z][A-Za-z0-9]*)\Z"
)
_SUFFIXES = (".yaml", ".yml", ".json")


class SourceError(Exception):
    """Why a CRD cannot be used: one sentence that says what is wrong, where, and what to do.

    ``prompt`` names the answer that is at fault: ``source``, or ``kind`` where that chooses what is not there.
    """

    def __init__(self, text: str, prompt: str = "source") -> None:
        super().__init__(text)
        self.prompt = prompt


@dataclass(frozen=True)
class Text:
    """One file's (URL's, cluster object's) content and its name in messages."""

    name: str
    text: str


@dataclass(frozen=True)
class Reference:
    """An answer to ``source``, understood. ``value`` is independent of the folder that it was asked in."""

    form: str  # file, folder, url, cluster, bare
    value: str


def classify(reference: str, base: Path | None = None) -> Reference:
    """Which source ``reference`` names. A path that exists wins, but for the word ``example``.

    ``base`` is the folder that a relative path starts from: the current one if it is not given.
    """
    answer = reference.strip()
    if not answer:
        raise SourceError(f"is empty: give example for the CRD that comes with the template, or {_FORMS}")
    if "\0" in answer:
        raise SourceError("holds a NUL character")
    if answer == EXAMPLE_WORD:
        return Reference("file", EXAMPLE_WORD)
    if _URL.match(answer):
        return Reference("url", answer)
    path = Path(os.path.abspath(Path(base or Path.cwd()) / os.path.expanduser(answer)))
    try:
        if path.is_dir():
            return Reference("folder", str(path))
        if path.exists():
            return Reference("file", str(path))
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise SourceError(f"{short(answer)} cannot be looked up: {short(reason)}") from None
    if _BARE.match(answer):
        return Reference("bare", answer)
    if answer.lower().endswith(_SUFFIXES) or "/" in answer or "\\" in answer:
        raise SourceError(f"there is no file or folder {path}")
    if _CRD_NAME.match(answer):
        return Reference("cluster", answer)
    raise SourceError(f"{short(answer)} is no file or folder in {path.parent}, and no CRD's name: give {_FORMS}")


_FORMS = (
    "a file, a folder, an http(s) URL, the name of a CRD in the current cluster (rayjobs.ray.io), "
    "or plural.group/version/Kind (rayjobs.ray.io/v1/RayJob)"
)


def bare(reference: Reference) -> tuple[str, str, str, str]:
    """Plural, group, version and kind of a reference of the form ``bare``."""
    found = _BARE.match(reference.value)
    assert found is not None
    return found["plural"], found["group"], found["version"], found["kind"]


def stamp(reference: Reference) -> tuple[object, ...]:
    """What changes when the source's content may have changed; constant for what is not on this disk."""
    if reference.form == "file" and reference.value != EXAMPLE_WORD:
        return (_stat(Path(reference.value)),)
    if reference.form == "folder":
        return _folder_stamp(Path(reference.value))
    return ()


_STAMPS: dict[Path, tuple[float, tuple[object, ...]]] = {}  # folder -> until when it holds, stamp


def _folder_stamp(folder: Path) -> tuple[object, ...]:
    """The stamp of a folder; one that took long to make holds for a while, as every rendered file asks for it."""
    until, made = _STAMPS.get(folder, (0.0, ()))
    start = time.monotonic()
    if start >= until:
        made = tuple((str(path), _stat(path)) for path in _files(folder))
        took = time.monotonic() - start
        _STAMPS[folder] = (time.monotonic() + (20 * took if took > 0.05 else 0.0), made)
    return made


def _stat(path: Path) -> tuple[int, int]:
    try:
        status = path.stat()
    except OSError as error:
        raise SourceError(f"{path} cannot be read: {error.strerror or error}") from None
    return status.st_mtime_ns, status.st_size


def texts(reference: Reference) -> list[Text]:
    """The content of ``reference``; of a folder, its files that may hold a CRD."""
    if reference.value == EXAMPLE_WORD:
        return [Text("the example's CRD", file_text(EXAMPLE, MAX_BYTES))]
    if reference.form == "file":
        return [Text(reference.value, file_text(Path(reference.value), MAX_BYTES))]
    if reference.form == "folder":
        folder = Path(reference.value)
        return _in_time(lambda: _folder(folder), str(folder), "give the one document that is meant")
    if reference.form == "url":
        return [Text(_public(reference.value), _url(reference.value))]
    return [Text(f"{reference.value} in the current cluster", _kubectl(reference.value))]


@lru_cache(maxsize=2)
def cached_texts(reference: Reference, stamp_: tuple[object, ...]) -> tuple[Text, ...]:
    """:func:`texts`, read once for each :func:`stamp`."""
    return tuple(texts(reference))


# --------------------------------------------------------------------------------------------------------------- files
def _in_time(read: Callable[[], Any], what: str, cure: str, announced: bool = False) -> Any:
    """What ``read`` returns or raises, or after :data:`DEADLINE` a timeout."""
    try:
        return bounded.within(DEADLINE, read, what, announced)
    except bounded.TooLong:
        raise SourceError(f"{what} was not read within {DEADLINE:g} s: {cure}") from None


def file_text(path: Path, limit: int) -> str:
    """A file's text. :raises SourceError: if there is none, or more than ``limit`` bytes."""
    return str(_in_time(lambda: _file(path, limit), str(path), "give a file on this disk"))


def _file(path: Path, limit: int) -> str:
    try:
        if not path.is_file():
            raise SourceError(f"{path} is no regular file" if path.exists() else f"there is no file {path}")
        with path.open("rb") as stream:
            content = bounded.content(stream, limit)
    except bounded.TooLarge:
        raise SourceError(f"{path} is larger than {limit >> 20} MiB: give the one document that is meant") from None
    except OSError as error:
        raise SourceError(f"{path} cannot be read: {error.strerror or error}") from None
    return decode(content, str(path))


def _files(folder: Path) -> list[Path]:
    """Files with YAML or JSON below ``folder``, sorted; hidden ones, and what links lead to, are left out."""
    found: list[Path] = []
    pending = [folder]
    seen = 0
    while pending:
        folders: list[Path] = []
        here: list[Path] = []
        parent = pending.pop()
        try:
            with os.scandir(parent) as entries:
                for entry in entries:
                    seen += 1
                    if seen > MAX_ENTRIES:
                        raise SourceError(f"{folder} holds more than {MAX_ENTRIES:,} files: {_SMALLER}")
                    if entry.name.startswith("."):
                        continue
                    if entry.is_dir(follow_symlinks=False):
                        folders.append(parent / entry.name)
                    elif entry.name.lower().endswith(_SUFFIXES) and (parent / entry.name).is_file():
                        here.append(parent / entry.name)
        except OSError as error:
            raise SourceError(f"{error.filename or folder} cannot be read: {error.strerror or error}") from None
        found += sorted(here)
        if len(found) > MAX_FILES:
            raise SourceError(f"{folder} holds more than {MAX_FILES:,} YAML and JSON files: {_SMALLER}")
        pending += sorted(folders, reverse=True)
    return found


_SMALLER = "give the folder of the CRDs alone"


def _folder(folder: Path) -> list[Text]:
    files = _files(folder)
    if not files:
        raise SourceError(f"{folder} holds no .yaml, .yml or .json file: give the CRD's file")
    found = []
    left = MAX_BYTES
    for path in files:
        size = _stat(path)[1]
        if size > left:
            raise SourceError(
                f"the files in {folder} are larger than {MAX_BYTES >> 20} MiB: give the one document that is meant"
            )
        try:
            text = _file(path, left)
        except SourceError:
            continue  # a file that is no text, or not ours to read, is no CRD; the others may be
        left -= size
        if "CustomResourceDefinition" in text:
            found.append(Text(str(path), text))
    if not found:
        raise SourceError(
            f"{folder} holds no CustomResourceDefinition in its {len(files)} YAML and JSON "
            f"file{'s' * (len(files) > 1)}: give the CRD's file"
        )
    return found


def decode(content: bytes, name: str) -> str:
    """``content`` as text with ``\\n`` line ends. UTF-8, or UTF-16 with its mark, as PowerShell's ``>`` writes it."""
    if not content.strip():
        raise SourceError(f"{name} is empty")
    marks = {codecs.BOM_UTF8: "utf-8-sig", codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}
    encoding = next((marks[mark] for mark in marks if content.startswith(mark)), "utf-8")
    archive = content[:2] in (b"\x1f\x8b", b"PK")
    if encoding == "utf-8" and b"\0" in content and not archive:
        raise SourceError(f"{name} is no text file: a source is YAML or JSON")
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError as error:
        if archive:
            raise SourceError(f"{name} is an archive: unpack it first") from None
        line = content.count(b"\n", 0, error.start) + 1
        raise SourceError(f"{name}, line {line}: not UTF-8; save the file as UTF-8") from None
    return text.replace("\r\n", "\n").replace("\r", "\n")


# ----------------------------------------------------------------------------------------------------------------- URL
def _public(url: str) -> str:
    """``url`` without user and password, and without a query, which may hold a token."""
    return re.sub(r"//[^/@]*@", "//", url.split("?")[0].split("#")[0])


def _url(url: str) -> str:
    name = _public(url)
    content: bytes = _in_time(lambda: _body(url, name), name, "download it and give the file", announced=True)
    if re.match(rb"\s*<(?:!doctype|html)", content[:200], re.IGNORECASE):
        raise SourceError(f"{name} is a web page, not YAML{_raw_hint(name)}")
    return decode(content, name)


def _body(url: str, name: str) -> bytes:
    import requests  # comes with cookiecutter; only needed here
    import urllib3

    try:
        # requests would unpack whatever comes: a few kilobytes can be gigabytes.
        headers = {"Accept-Encoding": "identity"}
        with requests.get(url, stream=True, timeout=_URL_TIMEOUTS, headers=headers) as response:
            if response.status_code != 200:
                reason = f"{response.status_code} {response.reason or ''}".strip()
                raise SourceError(f"{name} answers {short(reason)}: check the URL, or download it and give the file")
            response.raw.decode_content = False
            content = bounded.content(response.raw, MAX_BYTES)
            packed = response.headers.get("Content-Encoding", "identity").strip().lower()
        if packed in ("gzip", "x-gzip", "deflate"):
            return bounded.unzipped(content, MAX_BYTES)
        if packed not in ("", "identity"):
            raise SourceError(f"{name} comes packed as {short(packed)}: download it and give the file")
        return content
    except bounded.TooLarge:
        raise SourceError(f"{name} is larger than {MAX_BYTES >> 20} MiB: give the one document that is meant") from None
    except (requests.RequestException, urllib3.exceptions.HTTPError, OSError, ValueError) as error:
        raise SourceError(f"{name} cannot be read: {_reason(error)}; download it and give the file") from None


def _raw_hint(url: str) -> str:
    found = re.match(r"https?://github\.com/([^/]+/[^/]+)/(?:blob|raw)/(.+)", url)
    return (
        f": give https://raw.githubusercontent.com/{found[1]}/{found[2]}"
        if found
        else ": give the address of the raw file"
    )


def _reason(error: Exception) -> str:
    """The innermost cause in one line: what requests and urllib3 wrap around it is no help."""
    text = str(error)
    for words, reason in (
        ("Name or service not known", "the host is not known"),
        ("nodename nor servname", "the host is not known"),
        ("getaddrinfo failed", "the host is not known"),
        ("name resolution", "the host is not known"),
        ("Failed to resolve", "the host is not known"),
        ("Connection refused", "the connection is refused"),
        ("timed out", "it does not answer in time"),
        ("CERTIFICATE_VERIFY_FAILED", "its certificate is not trusted"),
    ):
        if words in text:
            return reason
    return f"{type(error).__name__} ({short(text, 160)})" if text.strip() else type(error).__name__


# ------------------------------------------------------------------------------------------------------------- cluster
def _kubectl(name: str) -> str:
    command = ["kubectl", "get", "customresourcedefinitions.apiextensions.k8s.io", name, "-o", "yaml"]
    command.append("--request-timeout=20s")
    how = f"{name} is no file here, so it was looked for in the current cluster, but "
    say(f"Reading {name} from the current cluster with kubectl (at most {DEADLINE:g} s) ...\n")
    try:
        done = bounded.output_of(command, DEADLINE, MAX_BYTES)
    except FileNotFoundError:
        raise SourceError(how + "kubectl is not on the PATH: install it, or give the CRD's file or URL") from None
    except bounded.TooLong:
        raise SourceError(how + f"kubectl did not end within {DEADLINE:g} s: check `kubectl get crd {name}`") from None
    except bounded.TooLarge:
        raise SourceError(
            how + f"kubectl prints more than {MAX_BYTES >> 20} MiB: check `kubectl get crd {name}`"
        ) from None
    except OSError as error:
        raise SourceError(how + f"kubectl cannot be run: {error.strerror or error}") from None
    if done.status == 0:
        return decode(done.stdout, f"what kubectl prints for {name}")
    lines = done.stderr.decode("utf-8", "replace").strip().split("\n")
    message = short(lines[-1], 300)  # those above it are kubectl's own retries
    if "NotFound" in message or "not found" in message:
        reason = "there is none of that name: `kubectl get crd` lists those there are"
    elif "Forbidden" in message or "forbidden" in message:
        reason = "this account may not `get` customresourcedefinitions there: give the CRD's file or URL"
    elif re.search(r"refused|Unable to connect|no such host|timed? ?out|deadline|unreachable", message):
        reason = "it cannot be reached: check `kubectl cluster-info`"
    else:
        reason = "kubectl failed"
    raise SourceError(how + reason + (f" ({message})" if message else ""))
