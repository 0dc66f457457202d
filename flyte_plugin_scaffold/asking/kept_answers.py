"""Answers that stand in a file: one that a person wrote, a record, cookiecutter's replay, and what cruft stored.

cookiecutter hands on what its replay and cruft's file say to the prompts of today. What they say to prompts that have another
name by now, and what a replay says while cookiecutter asks for the rest, is read here.
"""

from __future__ import annotations

import functools
import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from flyte_plugin_scaffold.asking import answers, invocation, make_variables
from flyte_plugin_scaffold.asking.answers import RENAMED
from flyte_plugin_scaffold.model import Problem
from flyte_plugin_scaffold.reading import sources, yaml_documents
from flyte_plugin_scaffold.reading.crd import SourceError
from flyte_plugin_scaffold.text.characters import short, unpassable
from flyte_plugin_scaffold.text.nearest import did_you_mean

# Where a record of a rendering and a replay have the answers.
_INSIDE = ("answers", "cookiecutter")
_EXAMPLE = "example"  # the default of `source`, which cookiecutter fills in
_ARE_FILES = ("source", "roles")  # prompts whose answer can be a path
_MOST_ON_A_COMMAND_LINE = 100_000  # bytes of all answers of a file, which go to cookiecutter as arguments
# What cookiecutter writes into a replay of its own, and sets anew at the next one.
_OF_COOKIECUTTER = ("_template", "_output_dir", "_repo_dir", "_checkout")
# A setting that another release may have otherwise: see :func:`bindings.recheck_answers`.
COPIED = "_copy_without_render"


def unknown(name: str) -> str:
    """What is wrong with an answer to a prompt that does not exist."""
    if name in RENAMED:
        return f"is no prompt any more: it is called {RENAMED[name]}"
    meant = _prompt_of(name)
    if meant in answers.PROMPTS:
        return f"is no prompt: did you mean {meant}?"
    known = (*make_variables.ALIASES, *answers.PROMPTS) if name.isupper() else answers.PROMPTS
    hint = did_you_mean(name, known) or f": there are {', '.join(answers.PROMPTS)}"
    return f"is no prompt{hint}"


def _prompt_of(name: str) -> str:
    """The prompt that a name means in a file, as on the command line of make; there need be none."""
    prompt = make_variables.prompts([name])[name]
    return RENAMED.get(prompt, prompt)


def of_file(path: str) -> tuple[dict[str, str], list[Problem]]:
    """The answers in a YAML or JSON file, and what is wrong with single ones.

    The file maps prompts to text, by the names that make takes, too (CRD); ``.flyte-plugin.yaml`` of a rendering and a replay of cookiecutter's are understood as well. Paths are
    read from the file's folder, where they lead to something there.

    :raises ValueError: if there is no such mapping, with the reason.
    """
    name = short(os.path.basename(path), 60)
    try:
        parsed = yaml_documents.parse(sources.file_text(Path(path), answers.MAX_FILE))
    except yaml_documents.YamlError as error:
        raise ValueError(f"{f'line {error.line}: ' if error.line else ''}{error.message}") from None
    except SourceError as error:
        raise ValueError(str(error)) from None
    above = next(
        (key for key in _INSIDE if isinstance(parsed.value, dict) and isinstance(parsed.value.get(key), dict)), ""
    )
    found = parsed.value[above] if above else parsed.value
    if not isinstance(found, dict):
        raise ValueError(
            f"{short(path)}: this is no mapping of prompts to answers: write `source: rayjobs.yaml` and so on"
        )
    if above and parsed.value.get("kinds"):
        raise ValueError("this is the record of several kinds: give it as the source, source=PATH")
    given: dict[str, str] = {}
    names: dict[str, str] = {}  # by which prompts are answered
    size = 0
    problems = []
    for key, value in found.items():
        span = parsed.spans.get((above, key) if above else (key,))
        place = f" ({name}, line {span.start + 1})" if span else f" ({name})"
        prompt = _prompt_of(key)
        if key.startswith("_") and above:
            continue  # cookiecutter's own
        if prompt not in answers.PROMPTS:
            problems.append(Problem(short(key, 40), unknown(key) + place))
        elif not isinstance(value, str):
            problems.append(Problem(prompt, _no_text(value) + place))
        elif prompt in names:
            problems.append(Problem(prompt, f"is there twice, as {names[prompt]} and as {key}{place}"))
        elif unpassable(value):
            problems.append(Problem(prompt, answers.hides(value, unpassable(value)) + place))
        elif size + len(json.dumps(value)) > _MOST_ON_A_COMMAND_LINE:
            problems.append(
                Problem(
                    prompt,
                    f"has {len(value):,} characters: at most {answers.MAX_ANSWER:,}, and less of all together{place}",
                )
            )
        else:
            names[prompt] = key
            size += len(json.dumps(value))
            given[prompt] = (
                _from_folder(value, os.path.dirname(os.path.abspath(path))) if prompt in _ARE_FILES else value
            )
    return given, problems


def _no_text(value: Any) -> str:
    if value is None:
        return "has no value: leave it out for the default, or write none"
    if isinstance(value, (bool, int, float)):
        return f"must be text and is a {'boolean' if isinstance(value, bool) else 'number'}: put it into quotes"
    return f"must be text and is a {'list' if isinstance(value, list) else 'mapping'}: write it in one string, as at the prompt"


def _from_folder(value: str, folder: str) -> str:
    file = os.path.normpath(os.path.join(folder, value))
    return file if value and "\n" not in value and "\0" not in value and os.path.exists(file) else value


def of_call(call: invocation.Invocation, base: str, template: str) -> Mapping[str, str]:
    """What a replay says, or cruft's file to prompts by their old names, by the prompts' names of today.

    ``base`` is the folder that the call's paths start from, ``template`` the template's.
    """
    if call.replays:
        return _current(_replay(call, base, template))
    if call.program == "cruft" and call.command in ("update", "diff"):
        stored = _read(os.path.join(base, call.project_dir, ".cruft.json"), "context", "cookiecutter")
        return _current({name: value for name, value in {**stored, **call.unknown}.items() if name in RENAMED})
    return {}


def problems_of_replay(call: invocation.Invocation, base: str, template: str) -> list[Problem]:
    """Names in a replay that are no prompts: cookiecutter has written none.

    It ignores those that it does not know, but takes settings of its own, which decide how files are rendered.
    """
    found = _replay(call, base, template) if call.replays else {}
    settings = {
        name: value for name, value in _read(os.path.join(template, "cookiecutter.json")).items() if name[0] == "_"
    }
    known = {*answers.PROMPTS, *RENAMED, *_OF_COOKIECUTTER, COPIED}
    problems = []
    for name in (each for each in found if each not in known and not each.startswith("__")):
        if name not in settings:
            problems.append(Problem(short(name, 40), unknown(name)))
        elif found[name] != settings[name]:
            problems.append(Problem(name, "is a setting of the template, and not what it has: leave it out"))
    return problems


def _replay(call: invocation.Invocation, base: str, template: str) -> Mapping[str, Any]:
    file = os.path.join(base, call.replay_file) if call.replay_file else call.last_replay(template)
    return _read(file, "cookiecutter")


def _current(found: Mapping[str, Any]) -> dict[str, str]:
    given = {name: answers.clean(value) for name, value in found.items()}
    return merged({RENAMED[name]: value for name, value in given.items() if name in RENAMED}, given)


def merged(kept: Mapping[str, str], given: Mapping[str, str]) -> dict[str, str]:
    """The answers ``given``, and what was ``kept`` for the others. The default of ``source`` is none against a kept one."""
    both = {**kept, **given}
    if given.get("source") == _EXAMPLE:
        both["source"] = kept.get("source", _EXAMPLE)
    return {name: both[name] for name in answers.PROMPTS if name in both}


@functools.lru_cache(maxsize=8)
def _read(path: str, *steps: str) -> Mapping[str, Any]:
    """A mapping in a JSON file that cookiecutter or cruft has read already; {} where that is none."""
    try:
        with open(path, encoding="utf-8") as file:
            found = json.load(file)
    except (OSError, ValueError):
        return {}
    for step in steps:
        found = found.get(step) if isinstance(found, dict) else None
    return found if isinstance(found, dict) else {}
