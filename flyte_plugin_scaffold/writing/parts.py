"""Which part of a rendered repository holds which files, what they belong to, and who owns them.

A row's pattern is a path below the repository, with KIND, PROJECT, OWNER and PLURAL for what follows from the answers; ``*``
stands for anything. A file is in the first row that it matches; every file of the template, and of a rendering, is in one.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache


class Scope(str, Enum):
    """What a file belongs to."""

    KIND = "kind"  # each kind has one of its own
    REPOSITORY = "repository"  # there is one; it may name every kind


class Owner(str, Enum):
    """Who changes a file, and what becomes of it when the repository is regenerated."""

    YOURS = "you"  # kept
    GENERATED = "generated"  # follows from source, answers and lock: replaced
    LIBRARY = "library"  # the same in every rendering: replaced
    OTHERS = "others"  # a text of others, as it is: replaced


@dataclass(frozen=True)
class Row:
    pattern: str
    scope: Scope
    owner: Owner
    when: str = ""  # in which repositories the file is there; "" for all


_KIND, _REPOSITORY = Scope.KIND, Scope.REPOSITORY
_YOURS, _GENERATED, _LIBRARY, _OTHERS = Owner.YOURS, Owner.GENERATED, Owner.LIBRARY, Owner.OTHERS

# The parts, in the order in which a reader meets them.
PARTS: dict[str, tuple[Row, ...]] = {
    "record": (Row(".flyte-plugin.*", _REPOSITORY, _GENERATED),),
    "contract": (
        Row("contract/KIND.lock.json", _KIND, _GENERATED),
        Row("proto/*", _KIND, _GENERATED),
        Row("buf.yaml", _REPOSITORY, _YOURS),
        Row("crd/kustomization.yaml", _REPOSITORY, _GENERATED, "the source has a CRD"),
        Row("crd/PLURAL.yaml", _KIND, _OTHERS, "the source has a CRD"),
    ),
    "plugin": (
        Row("go/KIND/testdata/*", _KIND, _GENERATED),
        Row("go/KIND/zz_generated*", _KIND, _GENERATED),
        Row("gen/*", _KIND, _GENERATED),
        Row("go/KIND/*", _KIND, _YOURS),
        Row("internal/*", _REPOSITORY, _LIBRARY),
        Row("go.mod", _REPOSITORY, _YOURS),
        Row("go.sum", _REPOSITORY, _OTHERS),
    ),
    "propeller": (
        Row("flytepropeller/cmd/plugin_spark.go", _REPOSITORY, _YOURS),
        Row("flytepropeller/cmd/plugin_KIND.go", _KIND, _GENERATED),
        Row("flytepropeller/cmd/main_test.go", _REPOSITORY, _GENERATED),
        Row("flytepropeller/*", _REPOSITORY, _YOURS),
    ),
    "sdk": (
        Row("flytekit-PROJECT/flytekitplugins/_PROJECT/*", _REPOSITORY, _LIBRARY),
        Row("flytekit-PROJECT/flytekitplugins/KIND/*", _KIND, _GENERATED),
        Row("flytekit-PROJECT/tests/kinds/KIND.py", _KIND, _GENERATED),
        Row("flytekit-PROJECT/tests/*", _REPOSITORY, _LIBRARY),
        Row("flytekit-PROJECT/*", _REPOSITORY, _YOURS),
    ),
    "deploy": (
        Row("kustomize/rbac/kustomization.yaml", _REPOSITORY, _GENERATED),
        Row("kustomize/rbac/KIND.yaml", _KIND, _GENERATED),
        Row("kustomize/operator/bundle.yaml", _REPOSITORY, _OTHERS, "the source is an install bundle"),
        Row("kustomize/operator/*", _REPOSITORY, _YOURS, "the source is an install bundle"),
        Row("kustomize/*", _REPOSITORY, _YOURS),
    ),
    "demo": (
        Row("demo/workflows/KIND.py", _KIND, _YOURS),
        Row("demo/*", _REPOSITORY, _YOURS),
    ),
    "repository": (
        Row("docs/KIND.md", _KIND, _YOURS),
        Row("scripts/*", _REPOSITORY, _LIBRARY),
        Row(".github/*", _REPOSITORY, _YOURS, "the module is on GitHub"),
        Row("LICENSE", _REPOSITORY, _OTHERS, "there is a licence"),
        Row("*", _REPOSITORY, _YOURS),
    ),
}

_WORDS = {
    r"\{\{ kind_name\(\) \}\}": "KIND",
    r"\{\{ project_name\(\) \}\}": "PROJECT",
    r"\{\{ owner_name\(\) \}\}": "OWNER",
    r"\{\{ kind_name\(\) ~ '([^']*)' if .*? \}\}": r"KIND\1",
    r"\{\{ plugin\(cookiecutter\)\.crd\.plural ~ '([^']*)' if .*? \}\}": r"PLURAL\1",
    r"\{\{ '([^']*)' if .*? \}\}": r"\1",
}


def plain(path: str) -> str:
    """The path of a template's file as patterns have it: ``go/KIND/phases.go``."""
    for expression, word in _WORDS.items():
        path = re.sub(expression, word, path)
    return path


@lru_cache(maxsize=None)
def _expression(pattern: str) -> re.Pattern[str]:
    text = re.escape(pattern).replace(r"\*", ".*")
    for word in ("KIND", "PROJECT", "OWNER"):
        text = text.replace(word, f"(?:{word}|[a-z0-9]+)")
    return re.compile(text.replace("PLURAL", "[^/]+"))


def row(path: str) -> Row:
    """The row of a file below the repository, by its own path or by its template's."""
    name = plain(path)
    return next(each for rows in PARTS.values() for each in rows if _expression(each.pattern).fullmatch(name))
