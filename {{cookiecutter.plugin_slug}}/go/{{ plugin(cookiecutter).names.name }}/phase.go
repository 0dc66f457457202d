{% set p = plugin(cookiecutter) %}
{% set receiver = p.names.go_config_class | go_unexported %}
package {{ p.names.name }}

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
{% if p.status.observed_generation %}
	"k8s.io/apimachinery/pkg/util/cache"
{% endif %}
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

	"{{ p.names.go_module }}/internal/progress"
)

const (
	// mostResources bounds what is remembered of resources. It must be more than run at a time.
	mostResources = 1 << 16

	// mostStates bounds the states that are logged: some operators write a sentence, and no two alike.
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
	if (phase == PhaseSuccess || phase.IsFailure()) && isStale(object, status, time.Now()) {
		phase = PhaseRunning
	}

{% endif %}
	look := &look{inspector: p.inspector, object: object, isLast: phase.IsFailure()}
	defer look.end()

	links, err := taskLogs(ctx, pluginContext, look, status, phase)
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

	var found diagnosis

	held := isHeld(object, status, phase, reason)
	if !held {
		found = look.diagnose(ctx, phase)
	}

	info.AdditionalReasons = found.events
	why := explain(reason, found.reason)

	switch {
	case phase == PhaseSuccess:
		return pluginsCore.PhaseInfoSuccess(info), nil
	case found.isDue:
		return progress.Same(state, info), nil
	case found.failure != "":
		return failureInfo(found.failure, found.code, why, info, !phase.IsFailure()), nil
	case !held && isStuck(object, status, now):
		return failureInfo(PhaseSystemFailure, "", explain(stuckReason(object), found.reason), info, true), nil
	case phase.IsFailure():
		return failureInfo(phase, "", why, info, false), nil
	default:
		return teller.Report(object.GetUID(), flytePhase[phase], stateIn(reason), why, found.events, info, state), nil
	}
}

// teller tells Flyte how resources go on.
var teller = progress.New(func() time.Duration { return GetConfig().ProgressInterval.Duration })

// flytePhase is what Flyte calls the phases that are no end.
var flytePhase = map[Phase]pluginsCore.Phase{
	PhaseQueued:       pluginsCore.PhaseQueued,
	PhaseInitializing: pluginsCore.PhaseInitializing,
	PhaseRunning:      pluginsCore.PhaseRunning,
	PhaseUnknown:      pluginsCore.PhaseRunning,
}

{% if p.status.observed_generation %}
// staleSince is since when the end of an earlier generation of a resource is known.
var staleSince = cache.NewLRUExpireCache(mostResources)

// isStale says whether an end is that of an earlier generation of the resource. Deleting an object makes a new generation,
// too, and an operator may be done with a resource that is changed afterwards: then the end is one after some time.
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

{% endif %}
// failureInfo says a failure in Flyte's terms; code is the default one where it is empty. cleanUp has propeller delete the
// resource: the operator has not given it up.
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

// unknownStates counts the states that the phase table does not have. Each is logged once.
var unknownStates = promauto.NewCounter(prometheus.CounterOpts{
	Namespace: "flyte",
	Subsystem: "plugin",
	Name:      "{{ p.names.name }}_unknown_states_total",
	Help:      "States of resources that the phase table of the plugin does not have; the log says which.",
})

// notedStates are those that were logged.
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
	unknownStates.Inc()
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

// suspended is in the names of states in which a resource waits because its user or a queue wants it to.
var suspended = regexp.MustCompile(`{{ p | go_suspended }}`)

// isHeld says whether a resource waits for a user or for a queue: its pods have nothing to tell.
func isHeld(object client.Object, status *Status, phase Phase, reason string) bool {
	_, isQueued := object.GetLabels()[queueLabel]

	return isQueued && !status.isWritten || phase == PhaseQueued && suspended.MatchString(stateIn(reason))
}

// stateIn returns the operator's word for a state, without what it says about that.
func stateIn(reason string) string {
	state, _, _ := strings.Cut(reason, ": ")

	return state
}

// isStuck says whether the operator had time enough to say something of a resource, and has not.
func isStuck(object client.Object, status *Status, now time.Time) bool {
	timeout, created := GetConfig().StuckTimeout.Duration, object.GetCreationTimestamp()

	return timeout > 0 && !created.IsZero() && now.Sub(created.Time) >= timeout && !status.isWritten
}

func stuckReason(object client.Object) string {
	return fmt.Sprintf("no status of %s %s/%s after %s: see whether the operator (%s) runs, and whether it watches namespace %s "+
		"(WATCH_NAMESPACE, --watch-namespace or the like in its deployment)", GroupVersionKind.Kind, object.GetNamespace(),
		object.GetName(), GetConfig().StuckTimeout.Duration, {{ p.names.operator | quoted }}, object.GetNamespace())
}
