"""Roles and fields of large CRDs and of long answers: what takes a hundred of them takes a hundred thousand."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from flyte_plugin_scaffold.building import contract, placement
from flyte_plugin_scaffold.deriving import clean_up, fields, pods
from flyte_plugin_scaffold.model import RoleAnswer, Runs
from flyte_plugin_scaffold.reading import schema
from tests.support.schemas import BOOLEAN, INTEGER, STRING, TEMPLATE, array, crd, enum, mapping, obj
from tests.support.timing import assert_near_linear

RUNNER = obj(image=STRING, command=array(STRING))


def many(prefix: str, count: int, node: Any) -> dict[str, Any]:
    return {f"{prefix}{index}": node for index in range(count)}


def demanded(nodes: dict[str, Any]) -> dict[str, Any]:
    return obj(*nodes, **nodes)


def derive(spec: dict[str, Any], status: Any = None) -> None:
    """Everything that follows from a CRD alone."""
    answer = crd(spec, status)
    roles, _ = placement.build(answer, pods.derive(answer).roles)
    contract.build(answer, roles, fields.derive(answer, roles).paths)
    placement.operator_pods(answer, roles)
    clean_up.derive(answer, roles, schema.path_of("status", "phase"))


@pytest.mark.parametrize(
    "make",
    [
        pytest.param(lambda n: obj(**many("f", n, STRING)), id="plain values"),
        pytest.param(lambda n: demanded(many("f", n, STRING)), id="required values"),
        pytest.param(lambda n: demanded(many("f", n, obj(name=STRING))), id="required objects"),
        pytest.param(lambda n: demanded(many("f", n, obj("a", a=obj(b=STRING)))), id="required objects in objects"),
        pytest.param(lambda n: obj(**many("f", n, obj("name", name=STRING))), id="objects with required values"),
        pytest.param(lambda n: obj(**many("f", n, array(obj(name=STRING)))), id="lists of objects"),
        pytest.param(lambda n: obj(**{f"a{'-' * i}b": STRING for i in range(1, n)}), id="names that meet"),
        pytest.param(lambda n: obj(**many("w", n, TEMPLATE)), id="pods"),
        pytest.param(lambda n: demanded(many("w", n, TEMPLATE)), id="required pods"),
        pytest.param(lambda n: obj(**many("g", n, obj(worker=TEMPLATE))), id="pods of one name"),
        pytest.param(lambda n: obj(**many("w", n, obj(image=STRING))), id="images"),
        pytest.param(lambda n: demanded(many("request", n, RUNNER)), id="requests"),
        pytest.param(lambda n: obj(job=obj(template=TEMPLATE, **many("f", n, STRING))), id="values around a pod"),
        pytest.param(
            lambda n: obj(job=demanded({"template": TEMPLATE, **many("f", n, STRING)})), id="required ones around a pod"
        ),
        pytest.param(
            lambda n: obj(groups={**mapping(TEMPLATE), "description": '"Worker": x, "K", ' * n}), id="keys of a map"
        ),
        pytest.param(
            lambda n: obj(groups={**mapping(TEMPLATE), "default": many("k", n, {})}), id="default keys of a map"
        ),
        pytest.param(lambda n: obj(**many("stopAfterDone", n, BOOLEAN)), id="switches"),
        pytest.param(lambda n: obj(**{"After" * 10 * n: BOOLEAN}), id="a switch of many words"),
        pytest.param(
            lambda n: obj(entrypoint=STRING, xRef=STRING, **{"aB" * 20 * n + "Spec": obj(head=TEMPLATE)}),
            id="a role in an object of many words",
        ),
        pytest.param(
            lambda n: obj(entrypoint=STRING, head=TEMPLATE, **many("g", n, obj(submitterPod=TEMPLATE))),
            id="the operator's pods of one name",
        ),
        pytest.param(
            lambda n: obj(cleanup=obj(**many("policyAfterDone", n, enum("DeletePods", "None")))),
            id="policies of an end",
        ),
    ],
)
def test_of_a_crd(make: Callable[[int], dict[str, Any]]) -> None:
    assert_near_linear(make, derive, 125)


def test_of_names_in_the_status() -> None:
    assert_near_linear(
        lambda n: obj(**many("x", n, obj(podName=STRING))), lambda status: derive(obj(job=TEMPLATE), status), 500
    )


def answered(spec: dict[str, Any], roles: list[str], paths: list[str]) -> tuple[Any, list[RoleAnswer], list[Any]]:
    runs = [Runs.USER] + [Runs.IMAGE] * len(roles)
    return (
        crd(spec),
        [RoleAnswer(f"r{index}", schema.parse_path(path), runs[index]) for index, path in enumerate(roles)],
        [schema.parse_path(path) for path in paths],
    )


def build(given: tuple[Any, list[RoleAnswer], list[Any]]) -> None:
    answer, wanted, paths = given
    roles, problems = placement.build(answer, wanted)
    fields.derive(answer, roles)
    built = contract.build(answer, roles, paths)
    assert (problems, built.problems) == ((), ())


@pytest.mark.parametrize(
    "make",
    [
        pytest.param(
            lambda n: answered(obj(**many("f", 5 * n, STRING)), [], [f".spec.f{i}" for i in range(5 * n)]), id="paths"
        ),
        pytest.param(
            lambda n: answered(obj(**many("o", n, obj(name=STRING))), [], [f".spec.o{i}.name" for i in range(n)]),
            id="paths that end alike",
        ),
        pytest.param(
            lambda n: answered(obj(**many("o", n, obj(a=obj(b=STRING)))), [], [f".spec.o{i}.a" for i in range(n)]),
            id="messages of one name",
        ),
        pytest.param(
            lambda n: answered(
                obj(**many("g", n, obj("net", worker=TEMPLATE, size=INTEGER, net={"type": "object"}))),
                [f".spec.g{i}.worker" for i in range(n)],
                [f".spec.g{i}.size" for i in range(n)],
            ),
            id="roles and paths beside them",
        ),
        pytest.param(
            lambda n: answered(
                obj(**many("g", n, obj(template=TEMPLATE, size=INTEGER))),
                [f".spec.g{i}" for i in range(n)],
                [f".spec.g{i}.size" for i in range(n)],
            ),
            id="roles and paths in them",
        ),
        pytest.param(
            lambda n: answered(
                obj(groups=mapping(obj(template=TEMPLATE))), [f".spec.groups{{K{i}}}" for i in range(n)], []
            ),
            id="keys of a map",
        ),
    ],
)
def test_of_answers(make: Callable[[int], Any]) -> None:
    assert_near_linear(make, build, 125)
