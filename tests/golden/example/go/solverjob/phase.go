package solverjob

import (
	"cmp"
	"context"
	"fmt"
	"regexp"
	"strings"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promauto"
	"google.golang.org/protobuf/types/known/structpb"
	"k8s.io/apimachinery/pkg/util/cache"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/flyteorg/flyte/flyteplugins/go/tasks/errors"
	pluginsCore "github.com/flyteorg/flyte/flyteplugins/go/tasks/pluginmachinery/core"
	"github.com/flyteorg/flyte/flyteplugins/go/tasks/pluginmachinery/k8s"
	"github.com/flyteorg/flyte/flytestdlib/logger"

	"github.com/example/flyte-solverjob-plugin/internal/progress"
)

const (
	// maxRemembered is how many resources are remembered. It must be more than run at a time.
	maxRemembered = 1 << 16

	// maxUnknownStates is how many unknown states are logged: some operators write free text.
	maxUnknownStates = 100

	// queueLabel is on resources that Kueue admits: the operator does not start them before.
	queueLabel = "kueue.x-k8s.io/queue-name"
)

// GetTaskPhase returns the phase of the task that object runs. Propeller calls it whenever the object changes, and every
// few seconds.
func (p solverJobPlugin) GetTaskPhase(
	ctx context.Context, pluginContext k8s.PluginContext, object client.Object,
) (pluginsCore.PhaseInfo, error) {
	status, err := statusOf(object)
	if err != nil {
		return pluginsCore.PhaseInfoUndefined, err
	}

	var state k8s.PluginState
	if _, err := pluginContext.PluginStateReader().Get(&state); err != nil {
		return pluginsCore.PhaseInfoUndefined, err
	}

	phase, reason, unlisted := phaseOf(status)

	if (phase == PhaseSuccess || phase.IsFailure()) && isStale(object, status, time.Now()) {
		phase = PhaseRunning
	}

	look := &look{inspector: p.inspector, object: object, isLast: phase.IsFailure()}
	defer look.end()

	links, err := taskLogs(ctx, pluginContext, look, status, phase)
	if err != nil {
		return pluginsCore.PhaseInfoUndefined, err
	}

	now := time.Now()
	info := &pluginsCore.TaskInfo{Logs: links, OccurredAt: &now, CustomInfo: customInfo(status)}

	if unlisted != "" {
		noteState(ctx, unlisted, phase)
	}

	var found diagnosis

	held := isHeld(object, status, phase, reason)
	if !held {
		found = look.diagnose(ctx, phase)
	}

	info.AdditionalReasons = teller.Last(object.GetUID(), found.events)
	why := explain(reason, found.reason)

	// What its operator has not given up goes on until it is deleted. So do the pods that a failed resource leaves running,
	// where the operator was not asked to clean up: the next attempt would run beside them.
	cleanUp := !phase.IsFailure() || found.leavesPods && !cleansFailures

	switch {
	case phase == PhaseSuccess:
		return pluginsCore.PhaseInfoSuccess(info), nil
	case found.isDue:
		return progress.Same(state, info), nil
	case found.failure != "":
		return failureInfo(found.failure, found.code, why, info, cleanUp), nil
	case !held && isStuck(object, status, now):
		return failureInfo(PhaseSystemFailure, "", explain(stuckReason(object), found.reason), info, true), nil
	case phase.IsFailure():
		return failureInfo(phase, "", why, info, cleanUp), nil
	default:
		return teller.Report(object.GetUID(), flytePhase[phase], stateIn(reason), why, found.events, info, state), nil
	}
}

// teller tells Flyte how resources go on.
var teller = progress.New(func() time.Duration { return GetConfig().ProgressInterval.Duration })

// flytePhase maps the phases that are not terminal to Flyte's.
var flytePhase = map[Phase]pluginsCore.Phase{
	PhaseQueued:       pluginsCore.PhaseQueued,
	PhaseInitializing: pluginsCore.PhaseInitializing,
	PhaseRunning:      pluginsCore.PhaseRunning,
	PhaseUnknown:      pluginsCore.PhaseRunning,
}

// staleSince is when a terminal status of an earlier generation was first seen, by resource.
var staleSince = cache.NewLRUExpireCache(maxRemembered)

// isStale returns whether a terminal status is that of an earlier generation of the resource. Deletion increments the
// generation, too, and an operator may ignore changes after the end, so such a status is believed after some time.
func isStale(object client.Object, status *Status, now time.Time) bool {
	timeout := GetConfig().StaleStatusTimeout.Duration

	generation := object.GetGeneration()
	if status.ObservedGeneration == 0 || status.ObservedGeneration >= generation || object.GetDeletionTimestamp() != nil {
		return false
	}

	key := fmt.Sprintf("%s %d", object.GetUID(), generation)

	since, isKnown := staleSince.Get(key)
	if !isKnown {
		since = now
		staleSince.Add(key, now, 24*time.Hour)
	}

	return timeout == 0 || now.Sub(since.(time.Time)) < timeout
}

// failureInfo says a failure in Flyte's terms; code is the default one where it is empty. cleanUp has propeller delete the
// resource, and with it what still runs.
func failureInfo(phase Phase, code, reason string, info *pluginsCore.TaskInfo, cleanUp bool) pluginsCore.PhaseInfo {
	code = cmp.Or(code, errors.DownstreamSystemError)

	switch {
	case phase == PhaseSystemFailure:
		return pluginsCore.PhaseInfoSystemRetryableFailureWithCleanup(code, reason, info)
	case phase == PhasePermanentFailure && cleanUp:
		return pluginsCore.PhaseInfoFailureWithCleanup(code, reason, info)
	case phase == PhasePermanentFailure:
		return pluginsCore.PhaseInfoFailure(code, reason, info)
	case cleanUp:
		return pluginsCore.PhaseInfoRetryableFailureWithCleanup(code, reason, info)
	default:
		return pluginsCore.PhaseInfoRetryableFailure(code, reason, info)
	}
}

// customInfo returns the operator's state and message for tools that read task executions.
func customInfo(status *Status) *structpb.Struct {
	state := status.state()
	if state == "" {
		return nil
	}

	fields := map[string]*structpb.Value{"state": structpb.NewStringValue(state)}
	if message := status.message(state); message != "" {
		fields["message"] = structpb.NewStringValue(message)
	}

	return &structpb.Struct{Fields: fields}
}

// unknownStates counts the states that are not in the phase table. Each is logged once.
var unknownStates = promauto.NewCounter(prometheus.CounterOpts{
	Namespace: "flyte",
	Subsystem: "plugin",
	Name:      "solverjob_unknown_states_total",
	Help:      "States of resources that the phase table of the plugin does not have; the log says which.",
})

// notedStates are the states that have been logged.
var notedStates = struct {
	sync.Mutex
	found map[string]bool
}{found: map[string]bool{}}

// noteState logs and counts a state that is not in the phase table: a task in it may run forever.
func noteState(ctx context.Context, state string, phase Phase) {
	notedStates.Lock()
	defer notedStates.Unlock()

	if notedStates.found[state] || len(notedStates.found) >= maxUnknownStates {
		return
	}

	notedStates.found[state] = true
	unknownStates.Inc()
	logger.Warnf(ctx, "%s resources can be in a state that is not in the phase table, and is treated as %s: %q",
		GroupVersionKind.Kind, phase, state)
}

// suspended is part of the names of states in which a user or a queue holds a resource.
var suspended = regexp.MustCompile(`(?i)suspend|pause`)

// isHeld returns whether a user or a queue holds the resource: its pods do not explain that.
func isHeld(object client.Object, status *Status, phase Phase, reason string) bool {
	_, isQueued := object.GetLabels()[queueLabel]

	return isQueued && !status.isWritten || phase == PhaseQueued && suspended.MatchString(stateIn(reason))
}

// stateIn returns the operator's word for a state, without what it says about that.
func stateIn(reason string) string {
	state, _, _ := strings.Cut(reason, ": ")

	return state
}

// isStuck returns whether the operator has not written a status within StuckTimeout.
func isStuck(object client.Object, status *Status, now time.Time) bool {
	timeout, created := GetConfig().StuckTimeout.Duration, object.GetCreationTimestamp()

	return timeout > 0 && !created.IsZero() && now.Sub(created.Time) >= timeout && !status.isWritten
}

func stuckReason(object client.Object) string {
	return fmt.Sprintf("no status of %s %s/%s after %s: see whether the operator (%s) runs, and whether it watches namespace %s "+
		"(WATCH_NAMESPACE, --watch-namespace or the like in its deployment)", GroupVersionKind.Kind, object.GetNamespace(),
		object.GetName(), GetConfig().StuckTimeout.Duration, "Solver", object.GetNamespace())
}
