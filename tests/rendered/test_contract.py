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
        "return PhaseUnknown, ",
        "return PhaseQueued, ",
        "a resource in an unknown state runs",
    ),
    "an unknown state is nothing": (
        "phase.go",
        "return phaseInfo.WithVersion(versionOf(phaseInfo, state, isNews)), nil\n\t}",
        "return pluginsCore.PhaseInfoUndefined, nil\n\t}",
        "whatever words a status has, it has a phase",
    ),
    "reasons have no version": (
        "phase.go",
        "isNews := phaseInfo.Reason() != state.Reason || len(found.events) > 0",
        "isNews := false",
        "a new reason is a new version",
    ),
    "progress has no version": (
        "phase.go",
        "isNews := hasProgress(",
        "isNews := false && hasProgress(",
        "progress is a new version",
    ),
    "a resource waits for ever": (
        "phase.go",
        "case isStuck(object, status, now):",
        "case false:",
        "a resource that no operator looks after fails",
    ),
    "a list is copied in part": (
        "zz_generated.deepcopy.go",
        "in.Items[i].DeepCopyInto(&out.Items[i])",
        "_ = i",
        "a copy of a list of resources is the same",
    ),
    "a copy has no status": (
        "zz_generated.deepcopy.go",
        "in.Status.DeepCopyInto(&out.Status)",
        "out.Status = Status{}",
        "a copy of an object has its phase",
    ),
    "copies share their spec's fields": (
        "spec.go",
        "\tout, err := runtime",
        '\tdelete(s, "driver")\n\n\tout, err := runtime',
        "a copy of a resource is the same and its own",
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


# The same for what the plugin's own tests guard: the last word is the Go test that turns red.
OWN_BREAKAGES = {
    "managed fields are kept": ("object.go", "in.ManagedFields = nil", "", "TestTheCacheHoldsLittle"),
    "specs are kept": (
        "object.go",
        "func (*Spec) UnmarshalJSON([]byte) error {\n\treturn nil",
        "func (s *Spec) UnmarshalJSON(data []byte) error {\n\treturn json.Unmarshal(data, (*map[string]any)(s))",
        "TestTheCacheHoldsLittle",
    ),
    "an empty spec is left out": ("object.go", "spec,omitzero", "spec,omitempty", "TestAnEmptySpecIsSent"),
    "unknown fields are never ignored": ("custom.go", "DiscardUnknown: true", "", "TestUnknownFieldsMayBeIgnored"),
    "unknown states are not counted": (
        "phase.go",
        "unknownStates.WithLabelValues(state).Inc()",
        "",
        "TestUnknownStatesAreCounted",
    ),
    "unknown states are counted at every look": (
        "phase.go",
        "!known {",
        "!known || known {",
        "TestUnknownStatesAreCounted",
    ),
    "a talkative operator is always news": ("phase.go", "now.Sub(last.at) < ", "now.Sub(last.at) < 0*", "TestProgress"),
    "what was not sent is forgotten": ("phase.go", " && state.PhaseVersion >= last.version", "", "TestProgress"),
    "nothing is said after a restart": ("phase.go", "isSent := known && ", "isSent := ", "TestProgress"),
    "versions rise until propeller fails the task": (
        "phase.go",
        " && state.PhaseVersion < mostVersions",
        "",
        "TestVersions",
    ),
    "the stuck timeout cannot be turned off": ("phase.go", "return timeout > 0 && ", "return ", "TestStuckOperator"),
    "what Kueue holds is stuck": ("phase.go", " && !isHeld", "", "TestStuckOperator"),
    "what the operator has not given up goes on": (
        "phase.go",
        "reason, info, !phase.IsFailure())",
        "reason, info, false)",
        "TestDiagnosis",
    ),
    "diagnosis cannot be turned off": ("diagnosis.go", "if !cfg.Enabled || ", "if ", "TestDiagnosisSparesTheAPIServer"),
    "every evaluation is a look": (
        "diagnosis.go",
        "time.Since(last.at) < ",
        "time.Since(last.at) < 0*",
        "TestDiagnosisSparesTheAPIServer",
    ),
    "all workers wait for a slow API server": (
        "diagnosis.go",
        "if !i.turn.TryLock() {\n\t\t\treturn last\n\t\t}\n\t\tdefer i.turn.Unlock()",
        "",
        "TestDiagnosisSparesTheAPIServer",
    ),
    "looks have no limit": ("diagnosis.go", "if !i.limiter.Allow() {", "if false {", "TestDiagnosisSparesTheAPIServer"),
    "a failure has no look of its own": (
        "diagnosis.go",
        "last.ofFailure == phase.IsFailure() && ",
        "",
        "TestDiagnosisSparesTheAPIServer",
    ),
    "failed looks are repeated": (
        "diagnosis.go",
        "i.recent.Add(object.GetUID(), found, time.Hour)",
        'if found.failure != "" {\n\t\ti.recent.Add(object.GetUID(), found, time.Hour)\n\t}',
        "TestDiagnosisOfAnAPIServerThatRefuses",
    ),
    "looks have no deadline": (
        "diagnosis.go",
        "ctx, cancel := context.WithTimeout(ctx, lookTimeout)",
        "ctx, cancel := context.WithCancel(ctx)",
        "TestDiagnosisReadsEveryPageInTime",
    ),
    "only the first page is read": (
        "diagnosis.go",
        "\t\treturn list(ctx, options)",
        '\t\tif options.Continue != "" {\n\t\t\treturn &corev1.EventList{}, nil\n\t\t}\n\n\t\treturn list(ctx, options)',
        "TestDiagnosisReadsEveryPageInTime",
    ),
    "events are sent at every look": (
        "diagnosis.go",
        " && !found.seen.Has(event.UID)",
        "",
        "TestEventsOfTheResourceAreAdditionalReasons",
    ),
    "user code that ends badly is Flyte's fault": (
        "diagnosis.go",
        "status.Reason = cmp.Or(status.Reason, ended.Reason)",
        "_ = ended",
        "TestDiagnosis",
    ),
    "no main container is known": ("diagnosis.go", "mainContainer(object, pod))", '"")', "TestDiagnosis"),
    "pods of an earlier attempt count": (
        "diagnosis.go",
        " && !pod.CreationTimestamp.Before(&created)",
        "",
        "TestDiagnosis",
    ),
    "fixed commands are the user's": (
        "pods.go",
        "slices.Clone(r.argv)",
        "built.container().Args",
        "TestPodsAreAsTheRole",
    ),
    "sidecars are lost": ("pods.go", "without(over.Containers, p.spec.Containers)...", "", "TestPodsAreAsTheRole"),
    "a request has no limit": (
        "pods.go",
        "union(wanted.Requests, wanted.Limits)",
        "wanted.Limits",
        "TestPodsAreAsTheRole",
    ),
    "no role is refused anything": (
        "pods.go",
        "if err := refuse(in, r.without); err != nil {",
        "if false {\n\t\tvar err error",
        "TestRolesThatAreRefused",
    ),
    "overrides are laid over in part": ("spec.go", "merge(below, inner)", "_ = inner", "TestMergeIsDeep"),
    "required fields are not": ("spec.go", "value == nil {", "value == 0 {", "TestRequire"),
    "links have no role's index": ("logs.go", "l.replicas(job)", "0", "TestLogLinksOfReplicas"),
}


@pytest.mark.parametrize("breakage", OWN_BREAKAGES)
def test_a_broken_plugin_is_caught_by_its_own_tests(repository, tmp_path, breakage):
    here = repository("example")
    name, before, after, test = OWN_BREAKAGES[breakage]
    file: Path = here.path / "go/solverjob" / name
    source = file.read_text()
    assert before in source, f"{name} has no {before!r}: break it in another way"
    (tmp_path / name).write_text(source.replace(before, after))
    assert kit.verdict(here, "./go/solverjob", test, {file: tmp_path / name}) == "fail"
