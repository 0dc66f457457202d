"""A decorator of a plugin for the SDK alone, on tasks of Flyte's own and on those of an operator's plugin, in one workflow.

No repository has both; a user may.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from .backend import Backend, Rendered, WorkflowPhase
from .decorated_pods import check_pods, check_resources
from .kubelet import Kubelet

pytestmark = [pytest.mark.servers, pytest.mark.go, pytest.mark.sdk]


@pytest.fixture(scope="module")
def decorated(deploy: Callable[[str], Rendered], decorator: Path) -> Callable[[str], Rendered]:
    """Users of these plugins have the decorator, too."""

    @functools.lru_cache(maxsize=None)
    def one(kind: str) -> Rendered:
        plugin = deploy(kind)
        log = plugin.sdk.log.with_suffix(".decorated.log")
        return replace(plugin, sdk=replace(plugin.sdk, path=(*plugin.sdk.path, decorator), log=log))

    return one


@pytest.fixture
def rendered_plugin(decorated: Callable[[str], Rendered], plugin_kind: str) -> Rendered:
    return decorated(plugin_kind)


def test_tasks_of_both(backend: Backend, kubelet: Kubelet, rendered_plugin: Rendered) -> None:
    execution = backend.execute("decorated:both", n=20)

    assert execution.wait_for_end() is WorkflowPhase.SUCCESS, execution.error
    assert execution.outputs() == {"o0": 42, "o1": "search writes to /scratch"}
    assert (len(kubelet.ran), len(backend.operator.seen)) == (2, 1)
    check_pods(kubelet.ran)
    check_resources(rendered_plugin.plugin, backend.operator.seen)
    assert not backend.refused_requests()


def test_map_tasks(backend: Backend, kubelet: Kubelet, rendered_plugin: Rendered) -> None:
    execution = backend.execute("decorated:maps", ns=[1, 2])

    assert execution.wait_for_end() is WorkflowPhase.SUCCESS, execution.error
    assert execution.outputs() == {"o0": [2, 3], "o1": [2, 4]}
    assert (len(kubelet.ran), len(backend.operator.seen)) == (2, 2)
    check_pods(kubelet.ran)
    check_resources(rendered_plugin.plugin, backend.operator.seen)


def test_dynamic(backend: Backend, kubelet: Kubelet, rendered_plugin: Rendered) -> None:
    """The planning task is decorated, and so are those that it plans."""
    execution = backend.execute("decorated:is_dynamic", n=2)

    assert execution.wait_for_end() is WorkflowPhase.SUCCESS, execution.error
    assert execution.outputs() == {"o0": [2, 4]}
    assert (len(kubelet.ran), len(backend.operator.seen)) == (3, 2)
    check_pods(kubelet.ran)
    check_resources(rendered_plugin.plugin, backend.operator.seen)
