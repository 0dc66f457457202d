"""The variables on make's command line, for targets that take answers."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

ALIASES = {"CRD": "source"}  # more words for prompts


def given(makeflags: str, environment: Mapping[str, str]) -> dict[str, str]:
    """Their names are in MAKEFLAGS, their values in the environment, where make puts them unquoted."""
    _, _, line = f" {makeflags}".partition(" -- ")
    names = re.findall(r"(?:^|(?<=\s))(\w+)\s*:?=", re.sub(r"\\.", "", line))
    return {name: environment[name] for name in names if name in environment}


def prompts(names: Iterable[str]) -> dict[str, str]:
    """The prompt that each variable would answer; there need be none of that name."""
    return {name: ALIASES.get(name, name.lower()) for name in names}
