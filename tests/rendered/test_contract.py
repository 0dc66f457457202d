"""The contract kit tells a good plugin from a bad one: rendered plugins hold, broken ones and some of Flyte's own do not."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.contract import kit

pytestmark = pytest.mark.go

PLUGINS = {"dask": "TestDask", "ray": "TestRay", "pytorch": "TestPyTorch"}


def _of(results: dict[str, str], action: str) -> set[str]:
    return {name for name, each in results.items() if each == action}


@pytest.mark.parametrize("plugin", PLUGINS)
def test_what_flytes_own_plugins_do_not_hold_to_is_known(repository, plugin):
    """Neither a failure that is not listed in known.yaml, nor a listed one that is none."""
    here = repository("example")
    test = {here.path / "internal/plugintest/flyte_test.go": kit.HERE / "flyte_test.go"}
    results = kit.run(here, "./internal/plugintest", PLUGINS[plugin], test)
    assert list(results) == kit.invariants()
    assert _of(results, "fail") == kit.known()[plugin]["fails"].keys()
    assert _of(results, "skip") == kit.known()[plugin]["skips"].keys()


def test_the_rendered_plugin_holds(repository):
    results = kit.run(repository("example"), "./go/solverjob", "TestContract", {})
    assert list(results) == kit.invariants()
    assert _of(results, "fail") == set()
    assert _of(results, "skip") == kit.known()["rendered"]["skips"].keys()


def test_every_known_failure_has_a_reason():
    assert len(set(kit.invariants())) == len(kit.invariants()) >= 40
    for plugin, known in kit.known().items():
        for reasons in known.values():
            assert set(reasons) <= set(kit.invariants()), plugin
            assert all(len(reason) > 10 for reason in reasons.values()), plugin


# file of the rendered plugin, what is replaced there, by what, and which invariant that turns red
BREAKAGES = {
    "labels are dropped": (
        "place_template.go",
        'set(template, pod.meta.Labels, "metadata", "labels")',
        "_ = template",
        "pods have the labels of the execution",
    ),
    "annotations are dropped": (
        "place_template.go",
        'set(template, pod.meta.Annotations, "metadata", "annotations")',
        "_ = template",
        "pods have the annotations of the execution",
    ),
    "workers run the user's command": (
        "pods.go",
        "if r.runs != userCommand {",
        "if false {",
        "the command stands exactly where it must",
    ),
    "workers are never restarted": (
        "pods.go",
        'built.spec.RestartPolicy = ""',
        "",
        "only pods with the command are never restarted",
    ),
    "the leader is interruptible": (
        "pods.go",
        " && !r.leader",
        "",
        "only leaders of an interruptible task are not interruptible",
    ),
    "labels of the task's pod stay there": (
        "build.go",
        "meta = pod.taskMeta",
        "_ = pod",
        "a queue's label of the task's pods is the resource's",
    ),
    "unknown fields are ignored": (
        "custom.go",
        "if err != nil && GetConfig().AllowUnknownFields {",
        "if err != nil {",
        "an unknown field is refused",
    ),
    "the task is changed": (
        "custom.go",
        "return job, nil",
        'task.Type = "built"; return job, nil',
        "what a resource is built from is left alone",
    ),
    "the configuration is changed": (
        "custom.go",
        "return job, nil",
        'GetConfig().ServiceAccount += "a"; return job, nil',
        "the configuration is left alone",
    ),
    "identities are shared": (
        "plugin.go",
        "return identity(), nil\n}",
        "return shared, nil\n}\n\nvar shared = identity()",
        "the identity is new at every call and says nothing else",
    ),
    "an unknown state is queued": (
        "phase_table.go",
        "return PhaseRunning, ",
        "return PhaseQueued, ",
        "a resource in an unknown state runs",
    ),
    "an unknown state is nothing": (
        "phase.go",
        "return info, nil\n",
        "if info.Phase() == pluginsCore.PhaseRunning {\nreturn pluginsCore.PhaseInfoUndefined, nil\n}\nreturn info, nil\n",
        "whatever words a status has, it has a phase",
    ),
    "reasons have no version": (
        "phase.go",
        "k8s.MaybeUpdatePhaseVersionFromPluginContext(&info, &pluginContext)",
        "error(nil)",
        "a new reason is a new version",
    ),
    "a deleted object runs for ever": (
        "phase.go",
        " && object.GetDeletionTimestamp() == nil",
        "",
        "an object that is being deleted has its phase",
    ),
    "any object is taken for ours": (
        "object.go",
        "if !ok {",
        "if !ok && object == nil {",
        "an object of another type is an error",
    ),
}


@pytest.mark.parametrize("breakage", BREAKAGES)
def test_a_broken_plugin_is_caught(repository, tmp_path, breakage):
    here = repository("example")
    name, before, after, invariant = BREAKAGES[breakage]
    file: Path = here.path / "go/solverjob" / name
    source = file.read_text()
    assert before in source, f"{name} has no {before!r}: break it in another way"
    (tmp_path / name).write_text(source.replace(before, after))
    results = kit.run(here, "./go/solverjob", "TestContract", {file: tmp_path / name})
    assert results[invariant] == "fail"
