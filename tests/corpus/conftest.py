"""Fixtures of the corpus."""

from __future__ import annotations

import functools
from collections.abc import Callable

import pytest

from tools import venv

from .sides import Sides


@pytest.fixture(scope="session")
def sides(repository: Callable, sdk_python: str, go: str) -> Callable[[str], Sides]:
    """``sides("RayJob")``: the SDK, the backend plugin and the CRD of one of tests/support/kinds.py."""

    @functools.lru_cache(maxsize=None)
    def of(kind: str) -> Sides:
        repo = repository(kind)
        repo.make("venv")
        return Sides(repo.plugins[kind], repo.path, venv.python_of(repo.sdk), go)

    return of
