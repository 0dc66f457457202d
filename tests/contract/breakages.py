"""How a rendered plugin could be wrong, and what catches it: the example's, broken in one way at a time."""

from __future__ import annotations

from tests.contract.mutants import Breakage

# Caught by an invariant of the contract kit.
OF_THE_CONTRACT = {
    "labels are dropped": Breakage(
        "place_template.go",
        'set(template, pod.meta.Labels, "metadata", "labels")',
        "_ = template",
        "pods have the labels of the execution",
    ),
    "annotations are dropped": Breakage(
        "place_template.go",
        'set(template, pod.meta.Annotations, "metadata", "annotations")',
        "_ = template",
        "pods have the annotations of the execution",
    ),
    "workers run the user's command": Breakage(
        "pods.go", "if r.runs != userCommand {", "if false {", "the command stands exactly where it must"
    ),
    "workers are never restarted": Breakage(
        "pods.go", 'built.spec.RestartPolicy = ""', "", "only pods with the command are never restarted"
    ),
    "the leader is interruptible": Breakage(
        "pods.go", " && !r.leader", "", "only leaders of an interruptible task are not interruptible"
    ),
    "labels of the task's pod stay there": Breakage(
        "build.go", "meta = pod.taskMeta", "_ = pod", "a queue's label of the task's pods is the resource's"
    ),
    "unknown fields are ignored": Breakage(
        "custom.go",
        "if err != nil && GetConfig().AllowUnknownFields {",
        "if err != nil {",
        "an unknown field is refused",
    ),
    "the task is changed": Breakage(
        "custom.go",
        "return job, nil",
        'task.Type = "built"; return job, nil',
        "what a resource is built from is left alone",
    ),
    "the configuration is changed": Breakage(
        "custom.go",
        "return job, nil",
        'GetConfig().ServiceAccount += "a"; return job, nil',
        "the configuration is left alone",
    ),
    "identities are shared": Breakage(
        "plugin.go",
        "return identity(), nil\n}",
        "return shared, nil\n}\n\nvar shared = identity()",
        "the identity is new at every call and says nothing else",
    ),
    "an unknown state is queued": Breakage(
        "phase_table.go", "return PhaseUnknown, ", "return PhaseQueued, ", "a resource in an unknown state runs"
    ),
    "an unknown state is nothing": Breakage(
        "phase.go",
        "return pluginsCore.PhaseInfoRunning(",
        "return pluginsCore.PhaseInfo{}.WithVersion(0), nil\n\t\treturn pluginsCore.PhaseInfoRunning(",
        "whatever words a status has, it has a phase",
    ),
    "reasons have no version": Breakage(
        "phase.go",
        "isNews := phaseInfo.Reason() != state.Reason || len(found.events) > 0",
        "isNews := false",
        "a new reason is a new version",
    ),
    "progress has no version": Breakage(
        "phase.go", "isNews := noteProgress(", "isNews := false && noteProgress(", "progress is a new version"
    ),
    "a resource waits forever": Breakage(
        "phase.go", "case isStuck(object, status, now):", "case false:", "a resource that no operator looks after fails"
    ),
    "a list is copied in part": Breakage(
        "zz_generated.deepcopy.go",
        "in.Items[i].DeepCopyInto(&out.Items[i])",
        "_ = i",
        "a copy of a list of resources is the same",
    ),
    "a copy has no status": Breakage(
        "zz_generated.deepcopy.go",
        "in.Status.DeepCopyInto(&out.Status)",
        "out.Status = Status{}",
        "a copy of an object has its phase",
    ),
    "copies share their spec's fields": Breakage(
        "spec.go",
        "\tout, err := runtime",
        '\tdelete(s, "driver")\n\n\tout, err := runtime',
        "a copy of a resource is the same and its own",
    ),
    "a deleted object runs forever": Breakage(
        "phase.go", " && object.GetDeletionTimestamp() == nil", "", "an object that is being deleted has its phase"
    ),
    "any object is taken for ours": Breakage(
        "object.go", "if !ok {", "if !ok && object == nil {", "an object of another type is an error"
    ),
}

# Caught by a test of the plugin's own.
OF_ITS_OWN = {
    "managed fields are kept": Breakage("object.go", "in.ManagedFields = nil", "", "TestTheCacheHoldsLittle"),
    "specs are kept": Breakage(
        "object.go",
        "func (*Spec) UnmarshalJSON([]byte) error {\n\treturn nil",
        "func (s *Spec) UnmarshalJSON(data []byte) error {\n\treturn json.Unmarshal(data, (*map[string]any)(s))",
        "TestTheCacheHoldsLittle",
    ),
    "an empty spec is left out": Breakage("object.go", "spec,omitzero", "spec,omitempty", "TestAnEmptySpecIsSent"),
    "unknown fields are never ignored": Breakage(
        "custom.go", "DiscardUnknown: true", "", "TestUnknownFieldsMayBeIgnored"
    ),
    "unknown states are not counted": Breakage(
        "phase.go", "unknownStates.WithLabelValues(state).Inc()", "", "TestUnknownStatesAreCounted"
    ),
    "unknown states are counted at every look": Breakage(
        "phase.go", "notedStates.found[state] || ", "", "TestUnknownStatesAreCounted"
    ),
    "a talkative operator is always news": Breakage(
        "phase.go", "now.Sub(last.at) < ", "now.Sub(last.at) < 0*", "TestProgress"
    ),
    "what was not sent is forgotten": Breakage(
        "phase.go", " && state.PhaseVersion >= last.version", "", "TestProgress"
    ),
    "versions rise until propeller fails the task": Breakage(
        "phase.go", " && state.PhaseVersion < mostVersions", "", "TestVersions"
    ),
    "the stuck timeout cannot be turned off": Breakage(
        "phase.go", "return timeout > 0 && ", "return ", "TestStuckOperator"
    ),
    "what Kueue holds is stuck": Breakage("phase.go", " && !isHeld", " && (!isHeld || true)", "TestStuckOperator"),
    "what the operator has not given up goes on": Breakage(
        "phase.go", "reason, info, !phase.IsFailure())", "reason, info, false)", "TestDiagnosis"
    ),
    "diagnosis cannot be turned off": Breakage(
        "diagnosis.go", "if !cfg.Enabled || ", "if ", "TestDiagnosisSparesTheAPIServer"
    ),
    "every evaluation is a look": Breakage(
        "diagnosis.go", "time.Since(last.at) < ", "time.Since(last.at) < 0*", "TestDiagnosisSparesTheAPIServer"
    ),
    "all workers wait for a slow API server": Breakage(
        "diagnosis.go",
        "if !i.turn.TryLock() {\n\t\t\treturn last\n\t\t}\n\t\tdefer i.turn.Unlock()",
        "",
        "TestDiagnosisSparesTheAPIServer",
    ),
    "looks have no limit": Breakage(
        "diagnosis.go", "if !i.limiter.Allow() {", "if false {", "TestDiagnosisSparesTheAPIServer"
    ),
    "a failure has no look of its own": Breakage(
        "diagnosis.go", "last.ofFailure == phase.IsFailure() && ", "", "TestDiagnosisSparesTheAPIServer"
    ),
    "failed looks are repeated": Breakage(
        "diagnosis.go",
        "i.recent.Add(object.GetUID(), found, time.Hour)",
        'if found.failure != "" {\n\t\ti.recent.Add(object.GetUID(), found, time.Hour)\n\t}',
        "TestDiagnosisOfAnAPIServerThatRefuses",
    ),
    "looks have no deadline": Breakage(
        "diagnosis.go",
        "ctx, cancel := context.WithTimeout(ctx, lookTimeout)",
        "ctx, cancel := context.WithCancel(ctx)",
        "TestDiagnosisReadsEveryPageInTime",
    ),
    "only the first page is read": Breakage(
        "diagnosis.go",
        "\t\treturn list(ctx, options)",
        '\t\tif options.Continue != "" {\n\t\t\treturn &corev1.EventList{}, nil\n\t\t}\n\n\t\treturn list(ctx, options)',
        "TestDiagnosisReadsEveryPageInTime",
    ),
    "events are sent at every look": Breakage(
        "diagnosis.go", " && !found.seen.Has(event.UID)", "", "TestEventsOfTheResourceAreAdditionalReasons"
    ),
    "user code that ends badly is Flyte's fault": Breakage(
        "diagnosis.go", "status.Reason = cmp.Or(status.Reason, ended.Reason)", "_ = ended", "TestDiagnosis"
    ),
    "no main container is known": Breakage("diagnosis.go", "mainContainer(object, pod))", '"")', "TestDiagnosis"),
    "pods of an earlier attempt count": Breakage(
        "diagnosis.go",
        " && !pod.CreationTimestamp.Before(&created)",
        " && (true || pod.CreationTimestamp.Before(&created))",
        "TestDiagnosis",
    ),
    "fixed commands are the user's": Breakage(
        "pods.go", "slices.Clone(r.argv)", "built.container().Args", "TestPodsAreAsTheRole"
    ),
    "sidecars are lost": Breakage(
        "pods.go", "without(over.Containers, p.spec.Containers)...", "", "TestPodsAreAsTheRole"
    ),
    "a request has no limit": Breakage(
        "pods.go", "union(wanted.Requests, wanted.Limits)", "wanted.Limits", "TestPodsAreAsTheRole"
    ),
    "no role is refused anything": Breakage(
        "pods.go",
        "if err := refuse(in, r.without); err != nil {",
        "if false {\n\t\tvar err error",
        "TestRolesThatAreRefused",
    ),
    "overrides are laid over in part": Breakage(
        "spec.go", "merge(below, inner)", "_, _ = below, inner", "TestMergeIsDeep"
    ),
    "required fields are not": Breakage("spec.go", "value == nil {", "value == 0 {", "TestRequire"),
    "links have no role's index": Breakage("logs.go", "l.replicas(job)", "0*l.replicas(job)", "TestLogLinksOfReplicas"),
}
