"""The answer ``operations``: its grammar, and what is wrong with it before the document is looked at.

``create: POST /jobs id=.id; read: GET /jobs/{job_id}; cancel: POST /jobs/{job_id}/cancel``: each operation with what it is for,
then settings where the document alone does not tell.
"""

from __future__ import annotations

import json
import re

from flyte_plugin_scaffold.asking import answers
from flyte_plugin_scaffold.model import OperationAnswer, Purpose
from flyte_plugin_scaffold.reading import openapi, schema
from flyte_plugin_scaffold.text.characters import shown
from flyte_plugin_scaffold.text.nearest import did_you_mean

_FORM = "write purpose: METHOD /path, such as read: GET /jobs/{job_id}"
_PURPOSES = tuple(each.value for each in Purpose)
_METHODS = tuple(each.upper() for each in openapi.METHODS)
_HEADER = re.compile(r"[A-Za-z][A-Za-z0-9-]{0,100}")
_PARAMETER = re.compile(r"[^\s;={}\"]{1,200}")
_MOST = 50  # entries that are looked at

# What may stand behind an operation: of which purposes, and what it says.
_ANY = tuple(Purpose)
SETTINGS: dict[str, tuple[tuple[Purpose, ...], str]] = {
    "id": (_ANY, "where the id comes from, or which parameter or place of the body takes it"),
    "key": ((Purpose.CREATE,), "the header, or text of the body, that tells a repeated request from a new one"),
    "marker": ((Purpose.CREATE,), "a text of the body that search shows again"),
    "body": (_ANY, "what is sent as it is, as JSON"),
    "items": ((Purpose.SEARCH,), "where the list stands in the answer"),
    "page": ((Purpose.SEARCH,), "the parameter that asks for the next page"),
    "next": ((Purpose.SEARCH,), "where the answer has its value"),
}


def parse(answer: str) -> tuple[tuple[OperationAnswer, ...], list[str]]:
    """The operations of an answer, and what is wrong with it."""
    if answers.is_none(answer):
        return (), []
    entries = [each for each in answers.split(answer, ";") if each]
    found: dict[Purpose, OperationAnswer] = {}
    problems = [f"holds more than {_MOST} operations: there are {', '.join(_PURPOSES)}"] if len(entries) > _MOST else []
    for entry in entries[:_MOST]:
        made, wrong = parse_entry(entry)
        problems += wrong
        if made is None:
            continue
        if made.purpose in found:
            problems.append(f"{made.purpose.value} is given twice")
        found.setdefault(made.purpose, made)
    if not entries:
        problems.append(f"{shown(answer)} holds no operation: {_FORM}, or give none")
    if not problems:
        problems += [
            f"names no {each.value}: add {each.value}: {example}"
            for each, example in ((Purpose.CREATE, "POST /jobs"), (Purpose.READ, "GET /jobs/{job_id}"))
            if each not in found
        ]
    return tuple(found[each] for each in Purpose if each in found), list(dict.fromkeys(problems))


def parse_entry(entry: str) -> tuple[OperationAnswer | None, list[str]]:
    """One operation, as in the answer; None where it is not known what it is for, or which one it is."""
    word, colon, rest = entry.partition(":")
    word = word.strip()
    if not colon or " " in word or "/" in word:
        return None, [f"{shown(entry)} is no operation: {_FORM}"]
    if word.lower() not in _PURPOSES:
        cure = did_you_mean(word, _PURPOSES) or f": there are {', '.join(_PURPOSES)}"
        return None, [f"{shown(word)} is nothing that an operation is for{cure}"]
    purpose = Purpose(word.lower())
    method, path, *settings = [*(each for each in answers.split(rest, " \t") if each), "", ""]
    settings = [each for each in settings if each]
    if method.upper() not in _METHODS:
        cure = did_you_mean(method.upper(), _METHODS) or f": write one of {', '.join(_METHODS)}"
        return None, [
            f"{word}: {shown(method)} is no method{cure}" if method else f"{shown(entry)} is no operation: {_FORM}"
        ]
    if not path.startswith("/"):
        return None, [
            f"{word}: {shown(path)} is no path, which begins with /"
            if path
            else f"{word}: {method} of which path? {_FORM}"
        ]
    given: dict[str, str] = {}
    problems = []
    for text in settings:
        name, equals, value = text.partition("=")
        if not equals or not value:
            problems.append(f"{word}: {shown(text)} is no setting: write name=value, such as id=.id")
        elif name not in SETTINGS:
            cure = did_you_mean(name, SETTINGS) or f": there are {', '.join(SETTINGS)}"
            problems.append(f"{word}: {shown(name)} is no setting{cure}")
        elif purpose not in SETTINGS[name][0]:
            problems.append(f"{name} is no setting of {word}: it goes with {SETTINGS[name][0][0].value}")
        elif name in given:
            problems.append(f"{word}: {name} is given twice")
        else:
            problem = _value_problem(purpose, name, value)
            problems += [f"{word}: {name}={shown(value)} {problem}"] if problem else []
            given[name] = value
    return OperationAnswer(purpose, method.upper(), path, tuple(given.items())), problems


def _value_problem(purpose: Purpose, name: str, value: str) -> str:
    """What is wrong with the value of a setting, whatever the document says; "" if nothing."""
    if name == "body":
        try:
            body = json.loads(value)
        except (ValueError, RecursionError):
            body = None
        return "" if isinstance(body, dict) else 'must be a JSON object such as {"state":"cancelled"}'
    if name == "key":
        is_key = _is_path(value, "spec") if value.startswith(".") else _HEADER.fullmatch(value)
        return (
            ""
            if is_key
            else "must be a header such as Idempotency-Key, or a text of the body such as .spec.client_token"
        )
    if name == "marker":
        return "" if _is_path(value, "spec") else "must be a text of the body such as .spec.title"
    if name == "page":
        return "" if _PARAMETER.fullmatch(value) else "must name a parameter of the query, such as page_token"
    if name in ("items", "next"):
        return (
            ""
            if _is_relative(value)
            else f"must be a place in the answer such as .{'jobs' if name == 'items' else 'next_page_token'}"
        )
    if purpose is Purpose.SEARCH:
        return "" if _is_relative(value) else "must be a place in each job of the list such as .id"
    if purpose is not Purpose.CREATE:
        if value.startswith("."):
            return "" if _is_relative(value) else "must be a place in the body that takes the id, such as .run_id"
        return "" if _PARAMETER.fullmatch(value) else "must name the parameter that takes the id, such as job_id"
    if value.startswith("."):
        is_place = _is_path(value, "spec") or _is_path(value, "path") or _is_relative(value)
    else:
        is_place = bool(_HEADER.fullmatch(value))
    return (
        ""
        if is_place
        else (
            "must be a place in the answer (.id), a header of it (Location), or what we choose (.spec.job_id, .path.job_id, .query.job_id)"
        )
    )


def _is_path(value: str, root: str) -> bool:
    try:
        path = schema.parse_path(value)
    except ValueError:
        return False
    return path.steps[0].name == root and len(path.steps) > 1


def _is_relative(value: str) -> bool:
    try:
        schema.parse_relative(value)
    except ValueError:
        return False
    return True
