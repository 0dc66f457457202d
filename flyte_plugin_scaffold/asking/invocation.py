"""How this process was called, by cookiecutter's program, by cruft's or through Python, and how it is called again.

cookiecutter's context has none of the options before the files are written, so they are read from the command line,
which the program has accepted already.
"""

from __future__ import annotations

import functools
import json
import os
import re
import shutil
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from flyte_plugin_scaffold.asking import answers
from flyte_plugin_scaffold.text.characters import shell_command

# The options with a value; those of one letter may stand together (-fo out), with the value attached (-oout).
_VALUED = {
    "cookiecutter": frozenset(
        "-c --checkout --directory --replay-file -o --output-dir --config-file --debug-file --accept-hooks".split()
    ),
    "cruft": frozenset(
        "-c --checkout --directory --output-dir --config-file --extra-context -E --extra-context-file --skip "
        "-p --project-dir --template-path --variables-to-update --variables-to-update-file".split()
    ),
}
_REPLAY = ("--replay", "--replay-file")
_CRUFTS_ANSWERS = ("--extra-context", "--variables-to-update")  # one option of two names
_CRUFTS_FILE = ("-E", "--extra-context-file")  # which replaces --extra-context


@dataclass(frozen=True)
class Invocation:
    """``program`` is ``cookiecutter``, ``cruft`` or, if they are called through Python, ``""``."""

    program: str = ""
    command: str = ""  # cruft's
    template: str = ""
    options: tuple[str, ...] = ()  # as they were given, but for a replay and for those that hold answers
    answers: Mapping[str, str] = field(default_factory=dict)  # to prompts of this template
    others: tuple[str, ...] = ()  # key=value words of cookiecutter's that are answers to none of them
    unknown: Mapping[str, str] = field(default_factory=dict)  # what cruft was given for names that are no prompts
    replays: bool = False  # which goes with neither --no-input nor answers
    replay_file: str = ""  # "" for that of the last rendering
    asks: bool = True  # prompts, or unknown
    output_dir: str | None = None  # None if no new repository is made, or its place is unknown
    overwrites: bool = False
    project_dir: str = ""  # the repository that cruft works on; "" for the current folder
    config_file: str | None = None
    default_config: bool = False

    @property
    def configured(self) -> frozenset[str]:
        """The prompts whose defaults the user's configuration of cookiecutter sets."""
        return frozenset(self._configuration.get("default_context", ())).intersection(answers.PROMPTS)

    def last_replay(self, template: str) -> str:
        """Where cookiecutter keeps the answers of the last rendering of the template in the folder ``template``."""
        folder = str(self._configuration.get("replay_dir", ""))
        return os.path.join(folder, f"{os.path.basename(template)}.json")

    @property
    def _configuration(self) -> Mapping[str, Any]:
        """The user's configuration of cookiecutter; {} where it plays no part."""
        if not self.program:
            return {}
        from cookiecutter.config import get_user_config

        try:
            return get_user_config(self.config_file, self.default_config)
        except Exception:  # cookiecutter has read it before: whatever it is now, nothing is known of it
            return {}

    @property
    def template_url(self) -> str:
        """Where others can fetch the template from; "" where it is a folder or an archive, or unknown."""
        if not self.template:
            return ""
        from cookiecutter.config import BUILTIN_ABBREVIATIONS
        from cookiecutter.repository import expand_abbreviations, is_repo_url, is_zip_file

        url = str(expand_abbreviations(self.template, BUILTIN_ABBREVIATIONS)).removeprefix("git+")
        is_git = is_repo_url(url) and not is_zip_file(url) and not url.startswith("file:")
        # Names and tokens of who rendered it are not for the record: https://me:token@host/template.
        return re.sub(r"^(https?://)[^/@]*@", r"\1", url) if is_git else ""


def read(argv: Sequence[str] | None = None) -> Invocation:
    """What a command line says, this process's if none is given."""
    return _read(tuple(sys.argv if argv is None else argv))


def command(
    given: Mapping[str, str], template: str, argv: Sequence[str] | None = None, *, no_input: bool = False
) -> str:
    """The command line with the answers ``given``; program, template and options are those of this process.

    With ``no_input`` it asks nothing: all that is to be answered has been. A replay asks nothing either and takes no
    answers, so that it is repeated as ``--no-input``.

    ``template`` is taken where this process is none of the two programs: a test. Answers that were given on the command
    line are repeated even if their prompts have not been reached. FLYTE_PLUGIN_MAKE holds the make target and variables that the
    user gave instead, as JSON, and that run this process; answers of a file that is one of these are not repeated.
    """
    argv = sys.argv if argv is None else argv
    call = read(argv)
    known = {**call.answers, **given}
    ordered = {name: known[name] for name in answers.PROMPTS if name in known}
    pairs = [f"{name}={value}" for name, value in ordered.items()]
    target = os.environ.get("FLYTE_PLUGIN_MAKE")
    if target:
        from_file = json.loads(os.environ.get("FLYTE_PLUGIN_ANSWERS") or "{}")
        pairs = [f"{name}={value}" for name, value in ordered.items() if from_file.get(name) != value]
        return shell_command(["make", *json.loads(target), *pairs])
    if call.program == "cruft":
        return shell_command([*_typed(call.program, argv), *_crufts_words(call, ordered, no_input)])
    program = _typed(call.program, argv) if call.program else ["cookiecutter"]
    words = [*program, call.template or template, *call.options]
    if (no_input or call.replays) and "--no-input" not in words:
        words.append("--no-input")
    return shell_command([*words, *call.others, *pairs])


def _crufts_words(call: Invocation, given: Mapping[str, str], no_input: bool) -> list[str]:
    """cruft takes answers as JSON, and only where it makes, links or updates a repository."""
    words = [*filter(None, (call.command, call.template)), *call.options]
    option = {"create": "--extra-context", "link": "--extra-context", "update": "--variables-to-update"}
    if call.command not in option:
        return words
    if no_input and call.asks and call.command == "create":
        words.append("--no-input")
    return [*words, option[call.command], json.dumps(given)]


def _typed(program: str, argv: Sequence[str]) -> list[str]:
    """The program as it can be typed again: pipx and virtual environments run one that is not, or not first, on PATH."""
    found = shutil.which(program)
    path = argv[0]
    if not path.endswith(".py") and os.path.isfile(path):
        return [program if found and os.path.samefile(found, path) else path]
    return [program] if found else [sys.executable, "-m", program]


# ------------------------------------------------------------------------------------------------------------- reading
def _program(argv: Sequence[str]) -> str:
    path = (argv[0] if argv else "").removesuffix(os.path.join(os.sep, "__main__.py"))
    name = os.path.basename(path).removesuffix(".exe")
    return name if name in _VALUED else ""


@functools.lru_cache(maxsize=8)
def _read(argv: tuple[str, ...]) -> Invocation:
    program = _program(argv)
    if not program:
        return Invocation(asks="--no-input" not in argv)
    words, options = _split(argv[1:], _VALUED[program])
    return _of_cruft(words, options) if program == "cruft" else _of_cookiecutter(words, options)


@dataclass(frozen=True)
class _Option:
    names: tuple[str, ...]  # several where letters stand together
    value: str | None
    words: tuple[str, ...]  # as they were given


class _Options(tuple[_Option, ...]):
    """All options of a command line."""

    def have(self, *names: str) -> bool:
        return any(name in option.names for option in self for name in names)

    def value(self, *names: str) -> str | None:
        """The value that counts: the last one."""
        return next((option.value for option in reversed(self) if option.names[-1] in names), None)

    def without(self, names: Iterable[str]) -> tuple[str, ...]:
        """The words of all others."""
        return tuple(word for option in self if option.names[-1] not in names for word in option.words)


def _of_cookiecutter(words: list[str], options: _Options) -> Invocation:
    pairs = [(word, *word.partition("=")[::2]) for word in words[1:]]
    replays = options.have(*_REPLAY)
    return Invocation(
        program="cookiecutter",
        template=words[0] if words else "",
        options=options.without(_REPLAY),
        answers={name: value for _, name, value in pairs if name in answers.PROMPTS},
        others=tuple(word for word, name, _ in pairs if name not in answers.PROMPTS),
        replays=replays,
        replay_file=options.value("--replay-file") or "",
        asks=not replays and not options.have("--no-input"),
        output_dir=options.value("-o", "--output-dir") or ".",
        overwrites=options.have("-f", "--overwrite-if-exists"),
        config_file=options.value("--config-file"),
        default_config=options.have("--default-config"),
    )


def _of_cruft(words: list[str], options: _Options) -> Invocation:
    name, template = [*words, "", ""][:2]
    creates = name == "create"
    by_file = options.value(*_CRUFTS_FILE) if creates else None
    given = _read_file(by_file) if by_file else options.value(*_CRUFTS_ANSWERS)
    asks = options.have("-i", "--cookiecutter-input") if name in ("update", "diff") else not options.have("--no-input")
    pairs = {key: str(value) for key, value in _json(given).items()}
    return Invocation(
        program="cruft",
        command=name,
        template=template,
        options=options.without((*_CRUFTS_ANSWERS, *_CRUFTS_FILE)),
        answers={key: value for key, value in pairs.items() if key in answers.PROMPTS},
        unknown={key: value for key, value in pairs.items() if key not in answers.PROMPTS},
        asks=asks and not (name in ("create", "link") and options.have("-y")),
        output_dir=options.value("--output-dir") or "." if creates else None,
        overwrites=options.have("-f", "--overwrite-if-exists"),
        project_dir=options.value("-p", "--project-dir") or "",
        config_file=options.value("--config-file"),
        default_config=options.have("-d", "--default-config"),
    )


def _split(argv: Sequence[str], valued: frozenset[str]) -> tuple[list[str], _Options]:
    """The words of a command line, and its options."""
    words: list[str] = []
    options: list[_Option] = []
    rest = iter(argv)
    for word in rest:
        if word == "--":
            words += rest
        elif not word.startswith("-") or word == "-":
            words.append(word)
        else:
            names, value = _names(word, valued)
            given = [word]
            if value is None and names[-1] in valued:
                value = next(rest, None)
                given += [] if value is None else [value]
            options.append(_Option(names, value, tuple(given)))
    return words, _Options(options)


def _names(word: str, valued: frozenset[str]) -> tuple[tuple[str, ...], str | None]:
    """The options in a word, and the value of the last one where that is in the word, too."""
    if word.startswith("--"):
        name, equals, value = word.partition("=")
        return (name,), value if equals else None
    for at, letter in enumerate(word[1:], 1):
        if f"-{letter}" in valued:
            return tuple(f"-{each}" for each in word[1 : at + 1]), word[at + 1 :] or None
    return tuple(f"-{letter}" for letter in word[1:]), None


def _json(text: str | None) -> dict[str, Any]:
    try:
        found = json.loads(text or "{}")
    except ValueError:  # cruft has read it before
        return {}
    return found if isinstance(found, dict) else {}


def _read_file(path: str) -> str:
    try:
        with open(path, encoding="utf-8") as file:
            return file.read()
    except (OSError, ValueError):
        return ""
