{% set p = plugin(cookiecutter) %}
{% set receiver = p.names.go_config_class | go_unexported %}
package {{ p.names.name }}

import (
	"cmp"
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promauto"
	"google.golang.org/protobuf/types/known/structpb"
	"k8s.io/apimachinery/pkg/util/cache"
	"sigs.k8s.io/controller-runtime/pkg/client"

{% if not p.user_roles %}
	"github.com/flyteorg/flyte/flyteidl/gen/pb-go/flyteidl/core"
{% endif %}
	"github.com/flyteorg/flyte/flyteplugins/go/tasks/errors"
	pluginsCore "github.com/flyteorg/flyte/flyteplugins/go/tasks/pluginmachinery/core"
{% if not p.user_roles %}
	"github.com/flyteorg/flyte/flyteplugins/go/tasks/pluginmachinery/ioutils"
{% endif %}
	"github.com/flyteorg/flyte/flyteplugins/go/tasks/pluginmachinery/k8s"
	"github.com/flyteorg/flyte/flytestdlib/logger"
)

const (
	// mostResources bounds what is remembered of resources. It must be more than run at a time.
	mostResources = 1 << 16

	// mostVersions is well below propeller's max-plugin-phase-versions, beyond which it fails a task.
	mostVersions = 50_000

	// mostStates bounds the states that are counted: some operators write a sentence, and no two alike.
	mostStates = 100

	// queueLabel is of a resource that Kueue lets in: until then its operator has nothing to say of it.
	queueLabel = "kueue.x-k8s.io/queue-name"
)

// GetTaskPhase returns the phase of the task that object runs. Propeller calls it whenever the object changes, and every
// few seconds.
func (p {{ receiver }}Plugin) GetTaskPhase(
	ctx context.Context, pluginContext k8s.PluginContext, object client.Object,
) (pluginsCore.PhaseInfo, error) {
{% if p.guesses %}
	noteGuesses()

{% endif %}
	status, err := statusOf(object)
	if err != nil {
		return pluginsCore.PhaseInfoUndefined, err
	}

{% if p.status.reads_job %}
	if err := p.readJob(ctx, object, status); err != nil {
		return pluginsCore.PhaseInfoUndefined, err
	}

{% endif %}
	var state k8s.PluginState
	if _, err := pluginContext.PluginStateReader().Get(&state); err != nil {
		return pluginsCore.PhaseInfoUndefined, err
	}

	phase, reason, unlisted := phaseOf(status)

{% if p.status.observed_generation %}
	// The end of an earlier generation is not the end of this one; but deleting an object makes a new generation, too.
	isStale := status.ObservedGeneration != 0 && status.ObservedGeneration < object.GetGeneration()
	if isStale && (phase == PhaseSuccess || phase.IsFailure()) && object.GetDeletionTimestamp() == nil {
		phase = PhaseRunning
	}

{% endif %}
	links, err := taskLogs(ctx, pluginContext, object, status)
	if err != nil {
		return pluginsCore.PhaseInfoUndefined, err
	}

{% if p.status.dashboard %}
	if phase != PhaseSuccess && !phase.IsFailure() {
		links = appendDashboards(links, status)
	}

{% endif %}
{% if not p.user_roles %}
	// No pod runs a program of Flyte's that would write the outputs: there are none.
	if phase == PhaseSuccess {
		outputs := ioutils.NewInMemoryOutputReader(&core.LiteralMap{}, nil, nil)
		if err := pluginContext.OutputWriter().Put(ctx, outputs); err != nil {
			return pluginsCore.PhaseInfoUndefined, err
		}
	}

{% endif %}
	now := time.Now()
	info := &pluginsCore.TaskInfo{Logs: links, OccurredAt: &now, CustomInfo: customInfo(status)}

	if unlisted != "" {
		noteState(ctx, unlisted, phase)
	}

	if phase == PhaseRunning || phase == PhaseUnknown {
		// Running has no reason of its own.
		info.AdditionalReasons = []pluginsCore.ReasonInfo{
			{Reason: reason, OccurredAt: &now},
		}
		isNews := noteProgress(object, fmt.Sprintf("%d %s", len(links), reason), state, now)

		return pluginsCore.PhaseInfoRunning(versionOf(pluginsCore.PhaseRunning, state, isNews), info), nil
	}

	found := p.diagnose(ctx, pluginContext, object, phase)
	info.AdditionalReasons = found.events
	reason = explain(reason, found.reason)

	// What its operator has not given up goes on until it is deleted. So do the pods that a failed resource leaves running,
	// where the operator was not asked to clean up: the next attempt would run beside them.
	cleanUp := !phase.IsFailure() || found.leavesPods && len(cleanUps) == 0

	var phaseInfo pluginsCore.PhaseInfo

	switch {
	case found.failure != "":
		phaseInfo = failureInfo(found.failure, found.code, reason, info, cleanUp)
	case isStuck(object, status, now):
		phaseInfo = failureInfo(PhaseSystemFailure, "", explain(stuckReason(object), found.reason), info, true)
	case phase.IsFailure():
		phaseInfo = failureInfo(phase, "", reason, info, cleanUp)
	case phase == PhaseInitializing:
		phaseInfo = pluginsCore.PhaseInfoInitializing(pluginsCore.DefaultPhaseVersion, reason, info)
	case phase == PhaseQueued:
		phaseInfo = pluginsCore.PhaseInfoQueuedWithTaskInfo(pluginsCore.DefaultPhaseVersion, reason, info)
	default:
		phaseInfo = pluginsCore.PhaseInfoSuccess(info)
	}

	// A failure is the last word; and WithVersion forgets whether to clean up.
	if phaseInfo.Phase().IsFailure() {
		return phaseInfo, nil
	}

	isNews := phaseInfo.Reason() != state.Reason || len(found.events) > 0

	return phaseInfo.WithVersion(versionOf(phaseInfo.Phase(), state, isNews)), nil
}

// versionOf rises within a phase exactly when there is news: propeller sends an event whenever the version is another than
// the last, and flyteadmin drops what is not higher.
func versionOf(phase pluginsCore.Phase, state k8s.PluginState, isNews bool) uint32 {
	switch {
	case phase != state.Phase:
		return pluginsCore.DefaultPhaseVersion
	case isNews && state.PhaseVersion < mostVersions:
		return state.PhaseVersion + 1
	default:
		return state.PhaseVersion
	}
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

// customInfo is what tools can read of a task beside its phase: the operator's own words.
func customInfo(status *Status) *structpb.Struct {
	state := status.state()
	if state == "" {
		return nil
	}

	fields := map[string]*structpb.Value{"state": structpb.NewStringValue(state)}
{% if p.status | go_messages %}
	if message := status.message({{ "state" if p.status.conditions else '""' }}); message != "" {
		fields["message"] = structpb.NewStringValue(message)
	}
{% endif %}

	return &structpb.Struct{Fields: fields}
}

// progress is what was last said of each resource that runs: Flyte keeps no reason of a running task to compare with. A
// propeller that has just started says it once more.
var progress = cache.NewLRUExpireCache(mostResources)

type lastWord struct {
	text    string
	version uint32
	at      time.Time
}

// unknownStates counts the states that the phase table does not have. Each is warned of once.
var unknownStates = promauto.NewCounterVec(prometheus.CounterOpts{
	Namespace: "flyte",
	Subsystem: "plugin",
	Name:      "{{ p.names.name }}_unknown_states_total",
	Help:      "Resources seen in a state that the phase table of the plugin does not have, by state.",
}, []string{"state"})

// notedStates are those that were warned of.
var notedStates = struct {
	sync.Mutex
	found map[string]bool
}{found: map[string]bool{}}

// noteState has somebody learn of a state that the phase table does not have: a resource may run on in it for ever.
func noteState(ctx context.Context, state string, phase Phase) {
	notedStates.Lock()
	defer notedStates.Unlock()

	if notedStates.found[state] || len(notedStates.found) >= mostStates {
		return
	}

	notedStates.found[state] = true
	unknownStates.WithLabelValues(state).Inc()
	logger.Warnf(ctx, "%s resources can be in a state that the phase table does not have, and are taken for %s: %q",
		GroupVersionKind.Kind, phase, state)
}
{% if p.guesses %}

// noteGuesses says once, at the first resource, what the phase table rests on.
var noteGuesses = sync.OnceFunc(func() {
	for _, guess := range guesses {
		logger.Warnf(context.Background(), "guessed for %s resources, ask their operator: %s", GroupVersionKind.Kind, guess)
	}
})
{% endif %}

// noteProgress says whether there is something new to say of a resource that runs, which it then takes as said: not at every
// word of a talkative operator. What propeller could not send is new once more.
func noteProgress(object client.Object, text string, state k8s.PluginState, now time.Time) bool {
	value, _ := progress.Get(object.GetUID())
	last, _ := value.(lastWord)

	isSent := state.Phase == pluginsCore.PhaseRunning && state.PhaseVersion >= last.version
	if isSent && (last.text == text || now.Sub(last.at) < GetConfig().ProgressInterval.Duration) {
		return false
	}

	progress.Add(object.GetUID(), lastWord{text, versionOf(pluginsCore.PhaseRunning, state, true), now}, 24*time.Hour)

	return true
}

// isStuck says whether the operator had time enough to say something of a resource, and has not.
func isStuck(object client.Object, status *Status, now time.Time) bool {
	timeout, created := GetConfig().StuckTimeout.Duration, object.GetCreationTimestamp()
	_, isHeld := object.GetLabels()[queueLabel]

	return timeout > 0 && !created.IsZero() && now.Sub(created.Time) >= timeout && !status.isWritten && !isHeld
}

func stuckReason(object client.Object) string {
	return fmt.Sprintf("no status of %s %s/%s after %s: see whether the operator (%s) runs, and whether it watches namespace %s "+
		"(WATCH_NAMESPACE, --watch-namespace or the like in its deployment)", GroupVersionKind.Kind, object.GetNamespace(),
		object.GetName(), GetConfig().StuckTimeout.Duration, {{ p.names.operator | quoted }}, object.GetNamespace())
}
