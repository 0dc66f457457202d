"""The answers as text: their grammar, and what is wrong with them before any CRD is looked at.

Every prompt is a string. The functions named ``parse_*`` return what an answer means together with sentences on what
is wrong with it, and never raise.
"""

from __future__ import annotations

import ipaddress
import json
import os
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path as FilePath
from typing import Any

from flyte_plugin_scaffold.flyte import taken_names
from flyte_plugin_scaffold.flyte.versions import FLYTE_VERSIONS
from flyte_plugin_scaffold.model import (
    CONDITION_TYPE,
    JOB_CONDITIONS,
    NAME_BUDGET,
    Backend,
    Check,
    Failure,
    Path,
    Phase,
    PhaseRule,
    RoleAnswer,
    Runs,
    Scheme,
    Step,
    StepKind,
    Term,
)
from flyte_plugin_scaffold.reading import schema, sources, yaml_documents
from flyte_plugin_scaffold.text import reserved
from flyte_plugin_scaffold.text.characters import code_point, invisible, short, shown, unpassable
from flyte_plugin_scaffold.text.nearest import did_you_mean, nearest
from flyte_plugin_scaffold.writing import parts

PROMPTS = (
    "source",
    "kind",
    "targets",
    "operator_name",
    "task_type",
    "plugin_slug",
    "roles",
    "operations",
    "status_path",
    "phases",
    "fields",
    "go_module",
    "container_registry",
    "flyte_version",
    "license",
    "options",
)
# What prompts were called before version 0.2.0: files of answers from then are read.
RENAMED = {"crd": "source", "crd_kind": "kind"}
LICENSES = ("Apache-2.0", "MIT", "BSD-3-Clause", "none")
NONE = "none"  # the word for an empty answer: nothing cannot be typed over a default

MAX_ANSWER = 20_000  # of given answers: a default lists what the CRD demands, however much that is
MAX_FILE = 1 << 20  # bytes of a file of roles

_TASK_TYPE = re.compile(r"[a-z](?:[a-z0-9_-]*[a-z0-9])?")
_SLUG = re.compile(r"[a-z](?:[a-z0-9._-]*[a-z0-9])?")
_ROLE_NAME = re.compile(r"[a-z][a-z0-9_]*")
_DNS_LABEL = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")
_HOST = re.compile(r"(?=.{1,253}$)[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)+")
# Go refuses what looks like a short name of Windows: a~1.
_MODULE_PART = re.compile(r"(?![^.]*~[0-9]+(?:\.|$))[A-Za-z0-9_~](?:[A-Za-z0-9._~-]*[A-Za-z0-9_~-])?")
_ORGANISATION = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?")
_REGISTRY_HOST = re.compile(
    r"(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)*(?::[0-9]{1,5})?"
)
_REGISTRY_PART = re.compile(r"[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*")


def given(context: Mapping[str, Any]) -> dict[str, str]:
    """The public answers of a cookiecutter context, in prompt order; one that is not there yet is left out.

    Through the Python API an answer can be anything; only text means something here.
    """
    return {name: clean(context[name]) for name in PROMPTS if name in context}


def clean(answer: Any) -> str:
    """An answer without surrounding space; a number or a boolean as its text."""
    return "" if answer is None else str(answer).strip()


def is_none(answer: str) -> bool:
    """Whether the answer says that there is nothing."""
    return answer.strip().lower() in ("", NONE)


# ------------------------------------------------------------------------------------------------------------ one word
# Where an empty answer could mean the default as well as nothing: what to give instead. The checks of the other prompts
# refuse it in their own words, and for options it is the default.
_EMPTY = {
    "source": "give a CRD, an OpenAPI document, or example for the CRD that comes with the template",
    "kind": "give the kind to run",
    "targets": f"give at least one of {', '.join(parts.TARGETS)}",
    "roles": "give none for a resource that is configuration only",
    "operations": "give none where the source is no remote service",
    "status_path": "give the place, such as .status.phase",
    "phases": "give at least Success=VALUE",
    "fields": "give none, and all goes through spec_overrides",
}


def problems_in_text(prompt: str, answer: str) -> list[str]:
    """What no given answer may contain, in any prompt."""
    if len(answer) > MAX_ANSWER:
        return [f"{shown(answer)} has {len(answer):,} characters: at most {MAX_ANSWER:,}"]
    if any(mark in answer for mark in ("{{", "{%", "{#")):
        return [
            f"{shown(answer)} holds a Jinja mark ({{{{, {{% or {{#): answers are taken as they are, give plain text"
        ]
    hidden = invisible(answer, but="\t\n\r")
    if hidden:
        return [hides(answer, hidden)]
    if prompt != "roles" and re.search(r"[\n\r]", answer):
        return [f"{shown(answer)} is on several lines: give one line"]
    if not answer.strip() and prompt in _EMPTY:
        return [f"is empty: {_EMPTY[prompt]}"]
    return []


def hides(answer: str, hidden: str) -> str:
    """What is said of an answer with an invisible character."""
    return f"{shown(answer)} holds {code_point(hidden)}, which is invisible: give text without it"


_JSON_STRING = re.compile(r'"(?:[^"\\]|\\.)*"')


def problems_in_strings(answer: str) -> list[str]:
    """What no JSON string in an answer may mean, however it is spelled; lines and tabs are what these strings are for."""
    for match in _JSON_STRING.finditer(answer):
        try:
            value = str(json.loads(match[0]))
        except ValueError:
            continue  # the parser reports it
        hidden = invisible(value, but="\t\n\r")
        if hidden:
            return [f"{shown(match[0])} means a text with {code_point(hidden)}, which is invisible: give it without"]
    return []


# What a source of each backend is called.
SOURCES = {
    Backend.OPERATOR: "the CRD of an operator",
    Backend.SERVICE: "the document of a remote service",
    Backend.NONE: "a plugin without a backend",
}


def targets_of(backend: Backend) -> tuple[str, ...]:
    """What can run the plugins of a backend, the default first."""
    return tuple(parts.NEEDED[backend])


def parse_targets(answer: str, backend: Backend) -> tuple[tuple[str, ...], list[str]]:
    """What runs the plugin, each target once, and what is wrong with the answer."""
    offered = targets_of(backend)
    words = [word.strip() for word in answer.split(",")]
    problems = []
    for word in dict.fromkeys(words):
        if word in offered:
            continue
        if word in parts.TARGETS:
            problems.append(f"{word} does not go with {SOURCES[backend]}: give {', '.join(offered)}")
        else:
            cure = did_you_mean(word, offered) or f": there are {', '.join(offered)}"
            problems.append(f"{shown(word)} is no target{cure}")
    return tuple(target for target in offered if target in words), problems


def operator_name(answer: str) -> list[str]:
    if not any(each.isalnum() for each in answer):
        return [f"{shown(answer)} is no name: give the operator's name as people write it, such as KubeRay"]
    if len(answer) > reserved.MOST_OPERATOR:
        return [f"{shown(answer)} is longer than {reserved.MOST_OPERATOR} characters: give the name people use"]
    return []


def task_type(answer: str) -> list[str]:
    if not _TASK_TYPE.fullmatch(answer):
        plain = re.sub(r"[^a-z0-9_-]", "", answer.lower())[: taken_names.MOST_TASK_TYPE]
        cure = plain if _TASK_TYPE.fullmatch(plain) else "solverjob"
        return [
            f"{shown(answer)} must be lower-case letters, digits, - and _, from a letter to a letter or digit "
            f"(Flyte compares task types by the byte, and lower-cases them in its configuration): such as {cure}"
        ]
    if answer in taken_names.YAML_WORDS:
        return [f"{shown(answer)} is no text in YAML: give another name, such as {answer}job"]
    if len(answer) > taken_names.MOST_TASK_TYPE:
        return [
            f"{shown(answer)} has {len(answer)} characters, at most {taken_names.MOST_TASK_TYPE} leave room for what is named after it"
        ]
    return []


def plugin_slug(answer: str) -> list[str]:
    if not _SLUG.fullmatch(answer) or ".." in answer:
        return [
            f"{shown(answer)} must be one folder's name of lower-case letters, digits, '.', - and _, from a letter "
            "to a letter or digit: such as flyte-solverjob-plugin"
        ]
    if reserved.DEVICES.fullmatch(answer) or answer in taken_names.YAML_WORDS:
        return [f"{shown(answer)} means something else to Windows or YAML: give another name"]
    if len(answer) > reserved.MOST_SLUG:
        return [f"{shown(answer)} has {len(answer)} characters: at most {reserved.MOST_SLUG}"]
    return []


def go_module(answer: str) -> list[str]:
    parts = answer.split("/")
    form = "give host/organisation/name, such as github.com/acme/flyte-solverjob-plugin"
    if "://" in answer or answer.startswith("git@") or answer.endswith(".git"):
        return [f"{shown(answer)} is an address, not a module path: {form}"]
    if len(parts) < 3 or not all(parts):
        return [f"{shown(answer)} must have at least three parts: {form}"]
    if not _HOST.fullmatch(parts[0]):
        return [f"{shown(parts[0])} is no host in lower case: {form}"]
    if _host_problem(parts[0]):
        return [f"{shown(parts[0])}: {_host_problem(parts[0])}: {form}"]
    if not _ORGANISATION.fullmatch(parts[1]):
        return [f"{shown(parts[1])} is no organisation: {form}"]
    bad = [part for part in parts[2:] if not _MODULE_PART.fullmatch(part) or reserved.DEVICES.fullmatch(part.lower())]
    if bad:
        return [f"{shown(bad[0])} cannot be part of a Go module path (letters, digits, '.', -, _ and ~): {form}"]
    if re.fullmatch(r"v[0-9]+", parts[-1]) and not re.fullmatch(r"v([2-9]|[1-9][0-9]+)", parts[-1]):
        return [f"{shown(answer)} ends in {parts[-1]}, which Go refuses: only v2 and later are major versions"]
    if len(answer) > 200:
        return [f"{shown(answer)} has {len(answer)} characters: at most 200"]
    return []


def _host_problem(host_name: str) -> str:
    """What is wrong with a host of the right characters; "" if nothing."""
    if any(len(label) > 63 for label in host_name.split(".")):
        return "a part of a host has at most 63 characters"
    if re.search(r"(?:^|\.)[0-9]+$", host_name):  # only an address ends in a number
        try:
            ipaddress.IPv4Address(host_name)
        except ValueError:
            return "neither a host nor an IPv4 address"
    return ""


def host(module: str) -> str:
    """The host of a Go module path; "" where it has none."""
    return module.partition("/")[0] if not go_module(module) else ""


def organisation(module: str) -> str:
    """The organisation of a Go module path; ``example`` where there is none to take."""
    return module.split("/")[1] if not go_module(module) else "example"


def container_registry(answer: str) -> list[str]:
    form = "give host/path in lower case, such as ghcr.io/acme or localhost:5000"
    host_part, *path = answer.split("/")
    if path and re.search("[:@]", path[-1]):
        return [f"{shown(answer)} ends in a tag or digest, and images get theirs from the version: {form}"]
    if not _REGISTRY_HOST.fullmatch(host_part) or not all(_REGISTRY_PART.fullmatch(part) for part in path):
        return [f"{shown(answer)} is no registry: {form}"]
    name, _, port = host_part.partition(":")
    if port and not (port[0] != "0" and int(port) <= 65535):
        return [f"{shown(answer)} is no registry: {shown(port)} is no port from 1 to 65535"]
    if _host_problem(name):
        return [f"{shown(answer)} is no registry: {_host_problem(name)}: {form}"]
    if not path and not re.search(r"[.:]", host_part) and host_part != "localhost":
        return [f"{shown(answer)} reads as an image name, not as a registry: {form}"]
    if len(answer) > 150:
        return [f"{shown(answer)} has {len(answer)} characters: at most 150"]
    return []


def flyte_version(answer: str) -> list[str]:
    if answer in FLYTE_VERSIONS:
        return []
    cure = did_you_mean(answer, FLYTE_VERSIONS) or f": give one of {', '.join(FLYTE_VERSIONS)}"
    return [f"{shown(answer)} is not supported{cure}"]


def license_(answer: str) -> list[str]:
    if answer in LICENSES:
        return []
    cure = did_you_mean(answer, LICENSES) or f": give one of {', '.join(LICENSES)}"
    return [f"{shown(answer)} is not offered{cure}"]


WORDS: Mapping[str, Callable[[str], list[str]]] = {
    "operator_name": operator_name,
    "task_type": task_type,
    "plugin_slug": plugin_slug,
    "go_module": go_module,
    "container_registry": container_registry,
    "flyte_version": flyte_version,
    "license": license_,
}


# ------------------------------------------------------------------------------------------------------------- options
def _name_budget(value: str) -> str:
    if re.fullmatch(r"[0-9]{1,3}", value) and 20 <= int(value) <= 63:
        return ""
    # The resource and its pods have a label with the name.
    return "must be the most characters that a resource's name may have, from 20 to 63"


def _service_account(value: str) -> str:
    return (
        ""
        if len(value) <= 253 and all(_DNS_LABEL.fullmatch(part) for part in value.split("."))
        else "must be the name of a ServiceAccount"
    )


def _stuck_timeout(value: str) -> str:
    if value == "0" or re.fullmatch(r"(?=\d)(\d{1,5}h)?(\d{1,5}m)?(\d{1,5}s)?", value) and re.search("[1-9]", value):
        return ""
    return "must be a time such as 90s, 5m or 1h30m, or 0 for never"


def _abort_patch(value: str) -> str:
    return parse_abort_patch(value)[1]


def _auth(value: str) -> str:
    known = (*(each.value for each in Scheme), NONE)
    return "" if value in known else f"must be one of {', '.join(known)}{did_you_mean(value, known)}"


def _bundle_secrets(value: str) -> str:
    return "" if value in ("yes", "no") else "must be yes or no"


# name -> (what it does, what is wrong with a value)
OPTIONS: Mapping[str, tuple[str, Callable[[str], str]]] = {
    "name_budget": (
        f"the most characters a resource's name may have, {NAME_BUDGET} unless given: operators append to it",
        _name_budget,
    ),
    "service_account": ("the ServiceAccount of pods whose task names none", _service_account),
    "abort_patch": (
        "what stops a resource instead of its deletion, such as .spec.suspend=true or .metadata.annotations{KEY}=TEXT",
        _abort_patch,
    ),
    "stuck_timeout": ("how long a resource may have no status at all, 5m unless given, 0 forever", _stuck_timeout),
    "auth": (
        "how a remote service knows who asks, of what its document offers: bearer, basic, api_key, oauth2 or none",
        _auth,
    ),
    "bundle_secrets": (
        "yes keeps the Secrets of an install bundle in kustomize/operator, which are left out otherwise",
        _bundle_secrets,
    ),
}


def parse_options(answer: str) -> tuple[dict[str, str], list[str]]:
    """``name_budget=47; service_account=solver`` as a mapping, in the order of :data:`OPTIONS`."""
    found: dict[str, str] = {}
    problems = []
    known = "; ".join(f"{name} ({what})" for name, (what, _) in OPTIONS.items())
    for entry in [] if is_none(answer) else split(answer, ";", nested=False):
        name, equals, value = (each.strip() for each in entry.partition("="))
        if not entry:
            continue
        if equals and name not in OPTIONS and nearest(name, OPTIONS):
            problems.append(f"{shown(name)} is none of the options{did_you_mean(name, OPTIONS)}")
        elif not equals or name not in OPTIONS:
            problems.append(f"{shown(entry)} is none of the options, written key=value and separated by ';': {known}")
        elif name in found:
            problems.append(f"{name} is given twice")
        elif OPTIONS[name][1](value):
            problems.append(f"{shown(entry)}: {name} {OPTIONS[name][1](value)}")
        else:
            found[name] = value
    return {name: found[name] for name in OPTIONS if name in found}, problems


# --------------------------------------------------------------------------------------------------------------- paths
def split(text: str, separators: str, nested: bool = True) -> list[str]:
    """``text`` between separators that stand outside JSON strings and, if ``nested``, outside brackets and braces.

    The parts come without surrounding space.
    """
    parts = []
    start = depth = 0
    in_string = after_backslash = False
    for index, each in enumerate(text):
        if in_string:
            in_string = after_backslash or each != '"'
            after_backslash = each == "\\" and not after_backslash
        elif each == '"':
            in_string = True
        elif nested and each in "[{":
            depth += 1
        elif nested and each in "]}":
            depth = max(0, depth - 1)
        elif each in separators and not depth:
            parts.append(text[start:index])
            start = index + 1
    return [part.strip() for part in (*parts, text[start:])]


def parse_path(text: str, root: str, root_itself: bool = False, beside: Sequence[str] = ()) -> tuple[Path | None, str]:
    """A path below ``root`` (``spec`` or ``status``) or what is ``beside`` it, or None and why not.

    The root can be left out.
    """
    plain = text.strip()
    if not plain.startswith("."):
        plain = f".{plain}" if re.match(rf"{root}([.\[{{]|$)", plain) else f".{root}.{plain}"
    try:
        path = schema.parse_path(plain)
    except ValueError as error:
        return None, str(error)
    if path.steps[0].name not in (root, *beside):
        return None, f"{shown(plain)} must begin with .{root}"
    if len(path.steps) == 1 and not root_itself:
        return None, f"{shown(plain)} must name something below .{root}"
    return path, ""


_QUALIFIED_NAME = re.compile(
    r"(?:(?=.{1,253}/)[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?/)?(?=[^/]{1,63}$)[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?"
)
_LABEL_VALUE = re.compile(r"(?=.{0,63}$)(?:[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?)?")


def parse_abort_patch(text: str) -> tuple[tuple[Path, bool | int | float | str] | None, str]:
    """``.spec.suspend=true`` as the place and its JSON value, or None and why not.

    The place is below spec, or an annotation or label: those are text whatever they look like.
    """
    left, equals, right = _cut(text)
    if not equals or not right:
        return None, "must be PATH=VALUE, such as .spec.suspend=true"
    try:
        value = json.loads(right, parse_constant=str)
    except (ValueError, RecursionError):
        value = right  # a bare word
        if right[0] in '"[{':
            return (
                None,
                f"{shown(right)} is no JSON string: give true, false, a number, a word or a text in double quotes",
            )
    if value is None or isinstance(value, (list, dict)):
        return None, f"{shown(right)} is none of true, false, a number, a word and a text in double quotes"
    metadata = re.fullmatch(r"\.metadata\.(annotations|labels)\{\s*(.*?)\s*\}", left)
    if metadata:
        map_, key = metadata[1], metadata[2].removeprefix('"').removesuffix('"')
        value = value if isinstance(value, str) else right
        if not _QUALIFIED_NAME.fullmatch(key):
            return None, f"{shown(key)} is no key of a label or annotation, such as example.com/stop"
        if map_ == "labels" and not _LABEL_VALUE.fullmatch(value):
            return None, f"{shown(value)} is no value of a label"
        steps = (Step(StepKind.FIELD, "metadata"), Step(StepKind.FIELD, map_), Step(StepKind.KEY, key))
        return (Path(steps), value), ""
    if not left.startswith((".spec.", ".spec{", "spec.", "spec{")):
        return None, (
            f"{shown(left)} is none of .spec.PATH, .metadata.annotations{{KEY}} and .metadata.labels{{KEY}}: "
            "nothing else of a resource is the user's to change"
        )
    path, problem = parse_path(left, "spec")
    if path is None:
        return None, problem
    if any(step.kind not in (StepKind.FIELD, StepKind.KEY) for step in path.steps):
        return None, f"{path} goes into a list or every entry of a map, which a merge patch would replace"
    return (path, value), ""


# --------------------------------------------------------------------------------------------------------------- roles
_ROLE_FORM = "write name: path runs [as CONTAINER], such as driver: .spec.driver user"


def parse_roles(answer: str, base: str = ".") -> tuple[tuple[RoleAnswer, ...], list[str]]:
    """``driver: .spec.driver user; workers: .spec.workers image``, or the path of a YAML file of the same.

    In the file every role is a name with its text (``driver: .spec.driver user``) or with ``path``, ``runs`` and
    ``as``; ``runs`` is ``user``, ``image`` or a list.
    """
    if is_none(answer):
        return (), []
    if not unpassable(answer) and "\n" not in answer and answer.lower().endswith((".yaml", ".yml")):
        texts, problems = _roles_of_file(os.path.join(base, os.path.expanduser(answer)), answer)
    else:
        texts, problems = [each for each in split(answer, ";\n") if each], []
    if not texts and not problems:
        problems.append(f"{shown(answer)} holds no role: {_ROLE_FORM}, or give none")
    roles: dict[str, RoleAnswer] = {}
    paths: set[Path] = set()
    for text in texts:
        role, problem = _parse_role(text)
        if role is None:
            problems.append(problem)
        elif role.name in roles:
            problems.append(f"the name {role.name} is given to two roles")
        elif role.path in paths:
            problems.append(f"two roles stand at {role.path}")
        else:
            roles[role.name] = role
            paths.add(role.path)
    return tuple(roles.values()), list(dict.fromkeys(problems))


def _roles_of_file(file: str, answer: str) -> tuple[list[str], list[str]]:
    """One text per role of a YAML file."""
    try:
        document = yaml_documents.parse(sources.file_text(FilePath(file), MAX_FILE)).value
    except sources.SourceError as error:
        return [], [str(error)]
    except yaml_documents.YamlError as error:
        return [], [f"{shown(answer)}, line {error.line}: no YAML: {short(error.message)}"]
    if isinstance(document, dict) and list(document) == ["roles"]:
        document = document["roles"]
    if not isinstance(document, dict):
        return [], [f"{shown(answer)} must hold a mapping from a role's name to its path and what it runs"]
    texts, problems = [], []
    for name, value in document.items():
        if isinstance(value, str):
            texts.append(f"{name}: {value}")
        elif isinstance(value, dict) and {"path", "runs"} <= set(value) <= {"path", "runs", "as"}:
            runs = value["runs"] if isinstance(value["runs"], str) else json.dumps(value["runs"], default=str)
            texts.append(f"{name}: {value['path']} {runs}" + (f" as {value['as']}" if value.get("as") else ""))
        else:
            problems.append(f"{shown(answer)}: role {name} needs path and runs, and may have as; nothing else")
    return texts, problems


def _parse_role(text: str) -> tuple[RoleAnswer | None, str]:
    name, colon, rest = text.partition(":")
    name = name.strip()
    if not colon or not rest.strip():
        return None, f"{shown(text)} is no role: {_ROLE_FORM}"
    if not _ROLE_NAME.fullmatch(name):
        return None, f"{shown(name)} is no name for a role (a letter, then letters, digits and _, all lower case)"
    words = split(rest.strip(), " \t")
    words = [word for word in words if word]
    container = ""
    if len(words) >= 3 and words[-2] == "as":
        container = words[-1]
        words = words[:-2]
        if not _DNS_LABEL.fullmatch(container):
            return None, f"{shown(text)}: {shown(container)} is no container's name (lower-case letters, digits and -)"
    if len(words) != 2:
        return None, f"{shown(text)} is no role: {_ROLE_FORM}"
    path, problem = parse_path(words[0], "spec", root_itself=True)
    if path is None:
        return None, f"{shown(text)}: {problem}"
    if words[1] in (Runs.USER.value, Runs.IMAGE.value):
        return RoleAnswer(name, path, Runs(words[1]), (), container), ""
    argv = _argv(words[1])
    if argv is None:
        return None, (
            f"{shown(text)}: {shown(words[1])} is none of user (the task's command), image (the image's own command) "
            'and a JSON list of strings such as ["server", "--port=80"]'
        )
    return RoleAnswer(name, path, Runs.ARGV, argv, container), ""


def _argv(text: str) -> tuple[str, ...] | None:
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return None
    if not isinstance(value, list) or not value or not all(isinstance(each, str) for each in value):
        return None
    return tuple(value)


# -------------------------------------------------------------------------------------------------------------- fields
@dataclass(frozen=True)
class FieldsAnswer:
    """``paths`` is the whole list where the answer gives one; else None, and ``add`` and ``drop`` edit the derived."""

    paths: tuple[Path, ...] | None = None
    add: tuple[Path, ...] = ()
    drop: tuple[Path, ...] = ()


def parse_fields(answer: str) -> tuple[FieldsAnswer, list[str]]:
    """``.spec.a, .spec.b`` or ``+.spec.c, -.spec.b``; ``.spec.`` can be left out."""
    if is_none(answer):
        return FieldsAnswer(()), []
    words = [word for word in split(answer, ",;") if word]
    if not words:
        return FieldsAnswer(()), [f"{shown(answer)} names no field: give paths such as .spec.solver, or none"]
    edits = [word for word in words if word[0] in "+-"]
    if edits and len(edits) < len(words):
        return FieldsAnswer(()), [
            f"mixes paths with +path and -path, as in {shown(edits[0])}: give the whole list, or only what to change"
        ]
    problems: list[str] = []
    found: dict[Path, str] = {}
    for word in words:
        path, problem = parse_path(word.lstrip("+-") if edits else word, "spec", beside=schema.PARAMETERS)
        if path is None:
            problems.append(problem)
        elif path in found:
            problems.append(f"{path} is given twice")
        else:
            found[path] = word[0]
    if not edits:
        return FieldsAnswer(tuple(found)), problems
    add, drop = (tuple(path for path, sign in found.items() if sign == which) for which in "+-")
    return FieldsAnswer(None, add, drop), problems


# -------------------------------------------------------------------------------------------------------------- phases
# A plain Failure leaves it to the words of the state who is to blame.
_PHASES: dict[str, tuple[Phase, Failure | None]] = {
    **{phase.value.lower(): (phase, None) for phase in Phase},
    **{f"{failure.value}Failure".lower(): (Phase.FAILURE, failure) for failure in Failure},
}
PHASE_NAMES = (*(phase.value for phase in Phase), *(f"{failure.value}Failure" for failure in Failure), "Others")


@dataclass(frozen=True)
class PhasesAnswer:
    """One rule per alternative; ``by_words`` where the words of a state decide about those that no rule names."""

    rules: tuple[PhaseRule, ...] = ()
    by_words: bool = False


def parse_phases(answer: str, status_path: Path | None, by_conditions: bool) -> tuple[PhasesAnswer, list[str]]:
    """``Success=Complete & .status.jobStatus=SUCCEEDED; Failure=Failed,Expired; Others=words``.

    ``PermanentFailure``, ``SystemFailure`` and ``RetryableFailure`` say who is to blame; a rule of plain ``Failure``
    has no class yet. Without a ``status_path`` every term names its own place.
    """
    rules: list[PhaseRule] = []
    problems: list[str] = []
    others = ""
    known: set[frozenset[Term]] = set()
    for entry in [each for each in split(answer, ";", nested=False) if each] if not is_none(answer) else []:
        name, equals, values = (each.strip() for each in entry.partition("="))
        if equals and name.lower() == "others":
            problems += ["Others is given twice"] if others else []
            others = values.lower()
            if others not in ("words", "running"):
                problems.append(
                    f"{shown(entry)}: write Others=words (the last words of a state decide) or Others=Running"
                )
            continue
        if not equals or name.lower() not in _PHASES:
            known_names = ", ".join(PHASE_NAMES)
            problems.append(
                f"{shown(entry)} is no phase: write Phase=value,value and separate by ';', Phase is one of {known_names}"
                + did_you_mean(name, PHASE_NAMES)
            )
            continue
        phase, failure = _PHASES[name.lower()]
        for text in split(values, ",", nested=False):
            terms: list[Term] = []
            for atom in split(text, "&", nested=False):
                term, problem = _parse_term(atom, status_path, by_conditions)
                if term is None:
                    problems.append(f"{name}: {problem}")
                    break
                terms.append(term)
            else:
                problems += _problems_of_a_rule(text, terms)
                # Case does not matter in a value.
                key = frozenset(replace(term, value=term.value.lower()) for term in terms)
                problems += [f"{shown(text)} is given twice"] if key in known else []
                known.add(key)
                rules.append(PhaseRule(phase, tuple(terms), text, failure))
    return PhasesAnswer(tuple(rules), others == "words"), problems


def _problems_of_a_rule(text: str, terms: Sequence[Term]) -> list[str]:
    values: dict[Path, set[str]] = {}
    for term in terms:
        if term.path is not None and term.check is Check.EQUALS:
            values.setdefault(term.path, set()).add(term.value.lower())
    for path, wanted in values.items():
        if len(wanted) > 1:
            return [f"{shown(text)} never holds: {path} has one value at a time; write a comma between alternatives"]
    if sum(bool(term.job) for term in terms) > 1:
        return [f"{shown(text)} asks for two conditions of the Job: one of them is enough"]
    if all(term.job for term in terms):
        return [
            f"{shown(text)} alone would ask for the Job whenever the resource is looked at: join it with the "
            f"state in which the Job must have ended, as in finished & {text}"
        ]
    return []


def _parse_term(atom: str, status_path: Path | None, by_conditions: bool) -> tuple[Term | None, str]:
    job = re.fullmatch(r"job\s*=\s*(.*)", atom)
    if job:
        known = ", ".join(JOB_CONDITIONS)
        if job[1] in JOB_CONDITIONS:
            return Term(job=job[1]), ""
        return None, f"{shown(atom)} names no condition of a batch/v1 Job: write job=TYPE, TYPE is one of {known}"
    code = re.fullmatch(r"http\s*=\s*(.*)", atom)
    if code:
        if re.fullmatch(r"[1-5][0-9]{2}", code[1]):
            return Term(http=int(code[1])), ""
        return None, f"{shown(atom)} names no code of an answer: write http=404"
    if atom.startswith("."):
        return _parse_term_with_path(atom)
    if status_path is None:
        return None, (
            f"{shown(atom)} is a state, and status_path is none: name the place of every value, as in "
            ".status.succeeded=true, or give the status_path"
        )
    if by_conditions:
        return _parse_condition(atom)
    value, problem = _parse_value(atom)
    return (Term(path=status_path, value=value), "") if value is not None else (None, problem)


_CHECK = re.compile(r"(>=|<=|=|>|<)\s*(.*)", re.DOTALL)


def _parse_term_with_path(atom: str) -> tuple[Term | None, str]:
    """``.status.result=ok``, ``.status.failed>0``, or ``.status.endTime`` alone: it is set."""
    left = schema.leading_path(atom)
    rest = atom[len(left) :].strip()
    path, problem = parse_path(re.split("[<>=]", atom)[0].strip() if rest.startswith(".") else left or atom, "status")
    if path is None:
        return None, problem
    is_conditions = path.steps[-1] == Step(StepKind.FIELD, "conditions")
    if rest in ("", "is set", "=") and is_conditions:
        return None, f"{shown(atom)}: name the condition, as in {left}=TYPE"
    if rest in ("", "is set"):
        return Term(path=path, check=Check.IS_SET), ""
    match = _CHECK.fullmatch(rest)
    if not match:
        return None, f"{shown(atom)}: write {left}=VALUE, {left}>NUMBER, or {left} alone where it must be set"
    check, right = Check(match[1]), match[2]
    if check is not Check.EQUALS:
        if re.fullmatch(r"-?[0-9]{1,15}(\.[0-9]{1,9})?", right):
            return Term(path=path, check=check, value=right), ""
        return None, f"{shown(atom)}: {shown(right)} is no number of at most 15 digits, and 9 behind the point"
    if is_conditions:
        return _parse_condition(right)
    value, problem = _parse_value(right)
    return (Term(path=path, value=value), "") if value is not None else (None, problem)


def _cut(atom: str) -> tuple[str, str, str]:
    """The path, ``=`` and the value of ``.status."a=b"=VALUE``."""
    parts = split(atom, "=", nested=False)
    return parts[0], "=" if len(parts) > 1 else "", atom[len(parts[0]) :].strip().removeprefix("=").strip()


def _parse_value(text: str) -> tuple[str | None, str]:
    """A bare value, or a JSON string where it has characters of the grammar; the empty string is ``""``."""
    if text.startswith('"'):
        try:
            value = json.loads(text)
        except ValueError:
            value = None
        return (value, "") if isinstance(value, str) else (None, f"{shown(text)} is no JSON string")
    if not text:
        return None, 'a value is missing (the empty value is written "")'
    if re.search(r'["=]', text):
        return None, f"{shown(text)}: put a value with = or a quote into double quotes, as a JSON string"
    return text, ""


def _parse_condition(text: str) -> tuple[Term | None, str]:
    match = re.fullmatch(rf"({CONDITION_TYPE})(?:=(True|False|Unknown))?(?:/([A-Za-z0-9_,:]+))?", text)
    if not match:
        return None, f"{shown(text)} is no condition: write Type, Type=False, Type=Unknown or Type/Reason"
    condition, status, reason = match[1], match[2] or "True", match[3] or ""
    if reason and not match[2] and "." in condition and "/" not in condition:
        condition, reason = f"{condition}/{reason}", ""  # example.com/Ready: a type with the domain of its owner
    return Term(condition=condition, status=status, reason=reason), ""


def format_roles(roles: Sequence[RoleAnswer]) -> str:
    """The answer that gives ``roles``."""
    return "; ".join(str(role) for role in roles) or NONE
