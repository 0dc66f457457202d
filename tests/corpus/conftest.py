"""Fixtures of the corpus."""

from __future__ import annotations

import functools
from collections.abc import Callable

import pytest

from tools import venv

from . import pods, statuses, strategies
from .sides import Reading, Sides
from .strategies import Description, Json


@pytest.fixture(scope="session")
def sides(repository: Callable, sdk_python: str, go: str) -> Callable[[str], Sides]:
    """``sides("RayJob")``: the SDK, the backend plugin and the CRD of one of tests/support/kinds.py."""

    @functools.lru_cache(maxsize=None)
    def of(kind: str) -> Sides:
        repo = repository(kind)
        repo.make("venv")
        return Sides(repo.plugins[kind], repo.path, venv.python_of(repo.sdk), go)

    return of


EXAMPLES = 60  # of what users say, for each kind


@pytest.fixture(scope="session")
def said(sides: Callable[[str], Sides]) -> Callable[[str], tuple[list[Description], list[Json]]]:
    """``said("RayJob")``: what users say of a kind, and the customs that its SDK sends."""

    @functools.lru_cache(maxsize=None)
    def of(kind: str) -> tuple[list[Description], list[Json]]:
        here = sides(kind)
        descriptions = strategies.collect(here.plugin, EXAMPLES)
        return descriptions, here.customs(descriptions)

    return of


@pytest.fixture(scope="session")
def seed(request: pytest.FixtureRequest) -> int:
    """What chance begins with."""
    return int(request.config.getoption("--hypothesis-seed"))


STATUSES, LINKED = 3000, 150  # for each kind


@pytest.fixture(scope="session")
def read(sides: Callable[[str], Sides], seed: int) -> Callable[[str], tuple[Reading, Reading, Json]]:
    """``read("RayJob")``: what the Go plugin and the connector read of resources: their meanings and links. And of the CRD."""

    @functools.lru_cache(maxsize=None)
    def of(kind: str) -> tuple[Reading, Reading, Json]:
        here = sides(kind)
        resources = list(statuses.resources(here.plugin, STATUSES, seed))
        return Reading.of(here, resources, list(pods.resources(here.plugin, LINKED, seed)))

    return of
