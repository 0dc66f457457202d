"""How a rendered plugin could be wrong, and what catches it: the library, broken in one way at a time."""

from __future__ import annotations

from tests.contract.mutants import Breakage

# Caught by an invariant of the contract kit, run on the example's plugin.
OF_THE_CONTRACT = {
    "labels are dropped": Breakage(
        "roles.go",
        '"labels", pod.meta.Labels',
        '"labels", nil',
        "pods have the labels of the execution",
    ),
    "annotations are dropped": Breakage(
        "roles.go",
        '"annotations", pod.meta.Annotations',
        '"annotations", nil',
        "pods have the annotations of the execution",
    ),
    "workers run the user's command": Breakage(
        "pods.go", "if r.Runs != UserCommand {", "if false {", "the command stands exactly where it must"
    ),
    "workers are never restarted": Breakage(
        "pods.go",
        "built.spec.RestartPolicy = template.restartPolicy()",
        "",
        "only pods with the command are never restarted",
    ),
    "the leader is interruptible": Breakage(
        "pods.go", " && !isLeader", "", "only leaders of an interruptible task are not interruptible"
    ),
    "labels of the task's pod stay there": Breakage(
        "build.go", "meta = pod.taskMeta", "_ = pod", "a queue's label of the task's pods is the resource's"
    ),
    "unknown fields are ignored": Breakage(
        "build.go",
        "if err != nil && s.Config().AllowUnknownFields {",
        "if err != nil {",
        "an unknown field is refused",
    ),
    "the task is changed": Breakage(
        "build.go",
        "return job, nil",
        'task.Type = "built"; return job, nil',
        "what a resource is built from is left alone",
    ),
    "the configuration is changed": Breakage(
        "build.go",
        "return job, nil",
        's.Config().ServiceAccount += "a"; return job, nil',
        "the configuration is left alone",
    ),
    "identities are shared": Breakage(
        "operator.go",
        "return p.identity(), nil\n}",
        "if shared == nil {\n\t\tshared = p.identity()\n\t}\n\n\treturn shared, nil\n}\n\nvar shared client.Object",
        "the identity is new at every call and says nothing else",
    ),
    "an unknown state is queued": Breakage(
        "rules.go", "found.phase = PhaseUnknown", "found.phase = PhaseQueued", "a resource in an unknown state runs"
    ),
    "an unknown state is nothing": Breakage(
        "phase.go",
        "\tswitch {\n\tcase found.phase == PhaseSuccess:",
        "\tif found.phase == PhaseUnknown {\n\t\treturn pluginsCore.PhaseInfo{}\n\t}\n\n\tswitch {\n\tcase found.phase == PhaseSuccess:",
        "whatever words a status has, it has a phase",
    ),
    "reasons have no version": Breakage(
        "phase.go",
        "\t\treturn p.progress.report(",
        "\t\tif flytePhase[found.phase] == pluginState.Phase {\n\t\t\treturn unchanged(pluginState, info)\n\t\t}\n\n\t\treturn p.progress.report(",
        "a new reason is a new version",
    ),
    "progress has no version": Breakage(
        "phase.go", "found.state, reason, why.events", '"", "", why.events', "progress is a new version"
    ),
    "a resource waits forever": Breakage(
        "phase.go",
        "case !held && p.isStuck(object, status, found.at):",
        "case false:",
        "a resource that no operator looks after fails",
    ),
    "a list is copied in part": Breakage(
        "object.go",
        "in.Items[i].DeepCopyInto(&out.Items[i])",
        "_ = i",
        "a copy of a list of resources is the same",
    ),
    "a copy has no status": Breakage(
        "object.go",
        "in.ObjectMeta.DeepCopyInto(&out.ObjectMeta)",
        "in.ObjectMeta.DeepCopyInto(&out.ObjectMeta)\n\tout.Status = ObjectStatus[of]{}",
        "a copy of an object has its phase",
    ),
    "copies share their spec's fields": Breakage(
        "spec.go",
        "\tout, err := runtime",
        '\tdelete(s, "driver")\n\n\tout, err := runtime',
        "a copy of a resource is the same and its own",
    ),
    "a deleted object runs forever": Breakage(
        "phase.go", " || object.GetDeletionTimestamp() != nil", "", "an object that is being deleted has its phase"
    ),
    "any object is taken for ours": Breakage(
        "object.go",
        'return nil, fmt.Errorf("expected %T, got %T", &Object[of]{}, object)',
        "return &Status{}, nil",
        "an object of another type is an error",
    ),
}

# Caught by a test of the library's own.
OF_ITS_OWN = {
    "managed fields are kept": Breakage("object.go", "in.ManagedFields = nil", "", "TestTheCacheOfAGoTypeHoldsLittle"),
    "specs are kept": Breakage(
        "spec.go",
        "func (*Spec) UnmarshalJSON([]byte) error {\n\treturn nil",
        "func (s *Spec) UnmarshalJSON(data []byte) error {\n\treturn yaml.Unmarshal(data, (*map[string]any)(s))",
        "TestTheCacheOfAGoTypeHoldsLittle",
    ),
    "an empty spec is left out": Breakage("object.go", "spec,omitzero", "spec,omitempty", "TestAnEmptySpecIsSent"),
    "unknown fields are never ignored": Breakage(
        "build.go", "DiscardUnknown: true", "", "TestUnknownFieldsMayBeIgnored"
    ),
    "unknown states are not counted": Breakage("phase.go", "u.Inc()", "", "TestUnknownStatesAreCounted"),
    "unknown states are counted at every look": Breakage(
        "phase.go", "u.found[state] || ", "", "TestUnknownStatesAreCounted"
    ),
    "the stuck timeout cannot be turned off": Breakage(
        "phase.go", "return timeout > 0 && ", "return ", "TestStuckOperator"
    ),
    "what Kueue holds is stuck": Breakage(
        "phase.go", "case !held && p.isStuck(", "case p.isStuck(", "TestStuckOperator"
    ),
    "what the operator has not given up goes on": Breakage(
        "phase.go",
        "cleanUp := !found.phase.IsFailure() || ",
        "cleanUp := found.phase.IsFailure() && ",
        "TestDiagnosis",
    ),
    "diagnosis cannot be turned off": Breakage(
        "diagnosis.go", "if !cfg.Enabled || ", "if ", "TestDiagnosisSparesTheAPIServer"
    ),
    "every evaluation is a look": Breakage(
        "diagnosis.go", "time.Since(last.at) < ", "time.Since(last.at) < 0*", "TestDiagnosisSparesTheAPIServer"
    ),
    "what is suspended is looked at": Breakage(
        "phase.go", "if !held {", "if held || !held {", "TestDiagnosisSparesTheAPIServer"
    ),
    "all workers wait for a slow API server": Breakage(
        "diagnosis.go", "(len(i.turn) > 0 || ", "(", "TestTheLimitOfLooksHoldsForFailures"
    ),
    "looks have no limit": Breakage(
        "diagnosis.go", " || !i.limiter.Allow() {", " {", "TestTheLimitOfLooksHoldsForFailures"
    ),
    "a failure is told without its look": Breakage(
        "diagnosis.go", "isDue: time.Since", "isDue: false && time.Since", "TestTheLimitOfLooksHoldsForFailures"
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
        "ctx, cancel := context.WithDeadline(ctx, l.deadline)\n\tdefer cancel()\n\n\tl.listed",
        "ctx, cancel := context.WithCancel(ctx)\n\tdefer cancel()\n\n\tl.listed",
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
    "pods of failures are always over": Breakage(
        "diagnosis.go",
        "found.podsEnded = areKnown && ",
        "found.podsEnded = (areKnown || true) && ",
        "TestAFailureIsDeletedWhereItsPodsAreUnknown",
    ),
    "every kind cleans up after failures": Breakage(
        "phase.go",
        "return isOfFailures(each) && value == each.Value",
        "return value == each.Value || true",
        "TestFailuresThatTheOperatorCleansUp",
    ),
    "a Job that is gone is waited for": Breakage(
        "phase.go", "case p.isResultGone(object, status, found.at):", "case false:", "TestAJobThatIsGone"
    ),
    "Jobs are listed at every look": Breakage(
        "diagnosis.go", "if time.Since(last.at) < last.pause {", "if false {", "TestJobsAreListedOnceForEachChange"
    ),
    "Jobs beside other pods are not looked for": Breakage(
        "diagnosis.go",
        "if slices.ContainsFunc(behind.UnsortedList(), isUnknown) {",
        "if false {",
        "TestPodsOfAJobBesideOthers",
    ),
    "no primary container is known": Breakage(
        "diagnosis.go", "pluginsCore.TaskInfo{}, primary)", 'pluginsCore.TaskInfo{}, "")', "TestDiagnosis"
    ),
    "a container that a pod template names is not known": Breakage(
        "diagnosis.go", "each.Name == guardVariable", 'each.Name == ""', "TestThePrimaryContainerOfAPodTemplate"
    ),
    "sidecars go before the primary container": Breakage(
        "diagnosis.go", "(ended == nil || each.Name == primary)", "ended == nil", "TestThePrimaryContainerIsTheFailure"
    ),
    "what is taken away failed by itself": Breakage(
        "diagnosis.go", "each.Status == corev1.ConditionTrue", "false", "TestAPodThatKubernetesTakesAwayIsLost"
    ),
    "a deletion is asked for when it ends": Breakage(
        "diagnosis.go",
        "pod.DeletionTimestamp.Add(-grace)",
        "pod.DeletionTimestamp.Add(0*grace)",
        "TestAPodThatIsBeingDeletedExplainsAFailure",
    ),
    "old warnings count": Breakage(
        "diagnosis.go",
        "Warning && !isOver {",
        "Warning && (isOver || !isOver) {",
        "TestAnOldWarningIsNotWhyAResourceFailed",
    ),
    "pods of the whole execution count": Breakage(
        "diagnosis.go",
        "labels.Set{nameLabel: name}",
        'labels.Set{"execution-id": "execution"}',
        "TestDiagnosis",
    ),
    "pods that are being deleted count": Breakage(
        "diagnosis.go",
        "return !l.isClue(l.object, pod)",
        "return false",
        "TestAPodThatIsBeingDeletedExplainsAFailure",
    ),
    "any pod says why": Breakage(
        "diagnosis.go", "return cmp.Or(cmp", "return 0 * cmp.Or(cmp", "TestOnlyWhatHappenedToTheFirstPodIsTheFailure"
    ),
    "pods have no role": Breakage("pods.go", "labels[roleLabel] = r.label", "", "TestPodsAreAsTheRole"),
    "roles share one pod": Breakage("pods.go", "p.spec.DeepCopy()", "p.spec", "TestPodsAreAsTheRole"),
    "the first role says whether all are interruptible": Breakage(
        "pods.go", "if isInterruptible {", "if false {", "TestPodsAreAsTheRole"
    ),
    "fixed commands are the user's": Breakage(
        "pods.go", "slices.Clone(r.Argv)", "container.Args", "TestPodsAreAsTheRole"
    ),
    "pod templates of roles are lost": Breakage(
        "pods.go", "overlayPod(p.spec, over,", "overlayPod(p.spec, &corev1.PodSpec{},", "TestPodsAreAsTheRole"
    ),
    "resources of roles are lost": Breakage(
        "pods.go", "(container, in.resources())", "(container, nil)", "TestPodsAreAsTheRole"
    ),
    "accelerators of roles are lost": Breakage(
        "pods.go", "(in.extendedResources(), metadata", "(nil, metadata", "TestPodsAreAsTheRole"
    ),
    "a leader that is alone is kept": Breakage(
        "build.go", "p.role.IsLeader && slices.", "p.role.IsLeader || slices.", "TestWhatDependsOnOtherPods"
    ),
    "a command elsewhere has no environment": Breakage(
        "build.go", "p.role.isSubmitted() && !slices.", "p.role.IsLeader && !slices.", "TestWhatDependsOnOtherPods"
    ),
    "a role is sent beside what stands for it": Breakage(
        "build.go", 'case each.asked && alternative != "":', "case false:", "TestPlacedIn"
    ),
    "null leaves nothing out": Breakage("build.go", "!removeNull(spec, each.path)", "true", "TestPlacedIn"),
    "no role is refused anything": Breakage(
        "pods.go",
        "if err := refuse(in, r.Without); err != nil {",
        "if false {\n\t\tvar err error",
        "TestRolesThatAreRefused",
    ),
    "required fields are not": Breakage("spec.go", "value == nil {", "value == 0 {", "TestRequire"),
    "links have no index": Breakage(
        "logs.go", 'fmt.Sprintf("%s %d", name, index)', 'fmt.Sprintf("%s %d", name, 0*index)', "TestEachPodHasALink"
    ),
    "a role has any number of links": Breakage(
        "logs.go", "replicas[:min(len(replicas), maxReplicaLinks)]", "replicas", "TestLinksAreBounded"
    ),
}
