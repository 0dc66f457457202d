"""The words of cookiecutter's own command line, as far as a command that repeats it depends on them."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field

from flyte_plugin_scaffold import answers

# The options with a value; those of one letter may stand together (-fo out), with the value attached (-oout).
_VALUED = frozenset(
    "-c --checkout --directory --replay-file -o --output-dir --config-file --debug-file --accept-hooks".split()
)
_REPLAY = ("--replay", "--replay-file")


@dataclass
class CommandLine:
    """A call of cookiecutter's program."""

    template: str = ""
    options: list[str] = field(default_factory=list)  # as they were given, but for a replay
    answers: dict[str, str] = field(default_factory=dict)  # to prompts of this template
    others: list[str] = field(default_factory=list)  # key=value words that are answers to none of them
    replays: bool = False  # which goes with neither --no-input nor answers
    config_file: str | None = None
    default_config: bool = False

    @property
    def configured(self) -> frozenset[str]:
        """The prompts whose defaults the user's configuration of cookiecutter sets."""
        from cookiecutter.config import get_user_config

        try:
            config = get_user_config(self.config_file, self.default_config)
            return frozenset(config["default_context"]).intersection(answers.PROMPTS)
        except Exception:  # cookiecutter has read it before: whatever it is now, nothing is known of it
            return frozenset()


def parse(argv: Sequence[str]) -> CommandLine | None:
    """What ``argv`` says; None where it is no call of cookiecutter's program: a test, cruft, a script."""
    path = (argv[0] if argv else "").removesuffix(os.path.join(os.sep, "__main__.py"))
    if os.path.basename(path) not in ("cookiecutter", "cookiecutter.exe"):
        return None
    found = CommandLine()
    words = list(argv[:0:-1])
    only_words = False
    while words:
        word = words.pop()
        if word == "--" and not only_words:
            only_words = True
        elif word.startswith("-") and word != "-" and not only_words:
            name, value = _option(word)
            option = [word]
            if name in _VALUED and value is None and words:
                value = words.pop()
                option.append(value)
            found.replays |= name in _REPLAY
            found.config_file = value if name == "--config-file" else found.config_file
            found.default_config |= name == "--default-config"
            found.options += option if name not in _REPLAY else []
        elif not found.template:
            found.template = word
        else:
            name, _, value = word.partition("=")
            if name in answers.PROMPTS:
                found.answers[name] = value
            else:
                found.others.append(word)
    return found


def _option(word: str) -> tuple[str, str | None]:
    """The name of an option that ends a word, and its value where that is in the word, too."""
    if word.startswith("--"):
        name, equals, value = word.partition("=")
        return name, value if equals else None
    for at, letter in enumerate(word[1:], 1):
        if f"-{letter}" in _VALUED:
            return f"-{letter}", word[at + 1 :] or None
    return word, None


def program() -> list[str]:
    """How this cookiecutter is called again: ``pipx run`` leaves none on the PATH."""
    return ["cookiecutter"] if shutil.which("cookiecutter") else [sys.executable, "-m", "cookiecutter"]
