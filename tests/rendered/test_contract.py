"""The contract kit tells a good plugin from a bad one: rendered plugins hold, broken ones and some of Flyte's own do not."""

from __future__ import annotations

import functools
from collections.abc import Callable

import pytest

from tests.contract import breakages, kit, mutants

pytestmark = pytest.mark.go

PACKAGE = "go/solverjob"
LIBRARY = "internal/operator"
FLYTES = {"dask": "TestDask", "ray": "TestRay", "pytorch": "TestPyTorch"}
CONTRACT = "TestContract"


@pytest.fixture(scope="module")
def flytes(repository, tmp_path_factory) -> kit.Suite:
    """The contract kit with Flyte's own plugins."""
    here = repository("example")
    test = {here.path / "internal/plugintest/flyte_test.go": kit.HERE / "flyte_test.go"}
    return kit.Suite(here, "internal/plugintest", test, tmp_path_factory.mktemp("flytes"))


@pytest.fixture(scope="module")
def broken(repository, tmp_path_factory) -> Callable[[mutants.Breakage, str], tuple[kit.Suite, dict[str, str]]]:
    """``broken(breakage, package)``: the tests of a package with the library that is broken so, and their environment."""
    here = repository("example")
    library = here.path / LIBRARY
    everything = [*breakages.OF_THE_CONTRACT.values(), *breakages.OF_ITS_OWN.values()]
    sharing = [each for each in everything if each.shares((library / each.file).read_text())]

    @functools.cache
    def shared(package: str) -> kit.Suite:
        folder = tmp_path_factory.mktemp("together")
        return kit.Suite(here, package, mutants.together(library, sharing, folder), folder)

    def one(breakage: mutants.Breakage, package: str) -> tuple[kit.Suite, dict[str, str]]:
        if breakage in sharing:
            return shared(package), {mutants.SWITCH: str(sharing.index(breakage) + 1)}
        folder = tmp_path_factory.mktemp("alone")
        return kit.Suite(here, package, mutants.alone(library, breakage, folder), folder), {}

    return one


def _of(results: dict[str, str], action: str) -> set[str]:
    return {name for name, each in results.items() if each == action}


@pytest.mark.parametrize("plugin", FLYTES)
def test_what_flytes_own_plugins_do_not_hold_to_is_known(flytes, plugin):
    """Neither a failure that is not listed in known.yaml, nor a listed one that is none."""
    results = flytes.invariants(FLYTES[plugin])
    assert list(results) == kit.invariants()
    assert _of(results, "fail") == kit.known()[plugin]["fails"].keys()
    assert _of(results, "skip") == kit.known()[plugin]["skips"].keys()


def test_the_rendered_plugin_holds(repository, tmp_path):
    results = kit.Suite(repository("example"), PACKAGE, {}, tmp_path).invariants(CONTRACT)
    assert list(results) == kit.invariants()
    assert _of(results, "fail") == set()
    assert _of(results, "skip") == kit.known()["rendered"]["skips"].keys()


def test_every_known_failure_has_a_reason():
    assert len(set(kit.invariants())) == len(kit.invariants()) >= 40
    for plugin, known in kit.known().items():
        for reasons in known.values():
            assert set(reasons) <= set(kit.invariants()), plugin
            assert all(len(reason) > 10 for reason in reasons.values()), plugin


@pytest.mark.parametrize("breakage", breakages.OF_THE_CONTRACT)
def test_a_broken_plugin_is_caught(broken, breakage):
    breakage = breakages.OF_THE_CONTRACT[breakage]
    suite, env = broken(breakage, PACKAGE)
    assert suite.invariants(CONTRACT, **env)[breakage.caught_by] == "fail"


@pytest.mark.parametrize("breakage", breakages.OF_ITS_OWN)
def test_a_broken_library_is_caught_by_its_own_tests(broken, breakage):
    breakage = breakages.OF_ITS_OWN[breakage]
    suite, env = broken(breakage, LIBRARY)
    assert suite.actions(breakage.caught_by, **env)[breakage.caught_by] == "fail"


@pytest.mark.parametrize("test", [CONTRACT, *sorted({each.caught_by for each in breakages.OF_ITS_OWN.values()})])
def test_what_is_not_broken_is_not_caught(broken, test):
    """The binary with the breakages is as good as the plugin as long as none is chosen."""
    shared, _ = broken(breakages.OF_THE_CONTRACT["labels are dropped"], PACKAGE if test == CONTRACT else LIBRARY)
    assert shared.actions(test)[test] == "pass"
