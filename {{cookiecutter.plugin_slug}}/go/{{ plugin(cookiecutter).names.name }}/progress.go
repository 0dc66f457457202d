{% set p = plugin(cookiecutter) %}
package {{ p.names.name }}

import (
	"fmt"
	"strings"
	"time"

	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/util/cache"

	pluginsCore "github.com/flyteorg/flyte/flyteplugins/go/tasks/pluginmachinery/core"
	"github.com/flyteorg/flyte/flyteplugins/go/tasks/pluginmachinery/k8s"
)

const (
	// mostReasons bounds what is told of an attempt, apart from its end: flyteadmin keeps all of it in one record.
	mostReasons = 200

	// keptReasons are the last of these, for changes of the phase alone.
	keptReasons = 50
)

// progress is what was last told of each resource. A propeller that has just started tells that of a running one once more.
var progress = cache.NewLRUExpireCache(mostResources)

// lastWord is what was told of a resource.
type lastWord struct {
	phase   pluginsCore.Phase
	version uint32
	// state is the operator's word and the number of log links, reason is the whole text.
	state, reason string
	at            time.Time
	// told counts the reasons so far.
	told int
}

// report says that a resource goes on, with what the operator says of it and what was found out. A new reason is a new
// version of the phase: propeller sends an event whenever the version is another than the last, and flyteadmin drops what
// is not higher.
func report(
	uid types.UID, phase pluginsCore.Phase, reason string, found diagnosis, info *pluginsCore.TaskInfo, state k8s.PluginState,
) pluginsCore.PhaseInfo {
	word, _, _ := strings.Cut(reason, ": ")
	next := lastWord{
		phase:   phase,
		version: pluginsCore.DefaultPhaseVersion,
		state:   fmt.Sprintf("%d %s", len(info.Logs), word),
		reason:  explain(reason, found.reason),
		at:      *info.OccurredAt,
	}

	if phase == state.Phase {
		next.version = state.PhaseVersion + 1
	}

	reasons := next.tell(uid, 1+len(found.events), state)
	if reasons == 0 {
		return goesOn(state.Phase, state.PhaseVersion, state.Reason, info)
	}

	info.AdditionalReasons = found.events[len(found.events)-reasons+1:]

	if phase == pluginsCore.PhaseRunning {
		// Running has no reason of its own.
		info.AdditionalReasons = append(info.AdditionalReasons, pluginsCore.ReasonInfo{Reason: next.reason, OccurredAt: &next.at})
	}

	return goesOn(phase, next.version, next.reason, info)
}

// tell returns how many of the reasons are told now, the word among them, and takes them as told. A new state is told at
// once, and anything else after pauses that grow with what was told before. What propeller could not send is told again.
func (w *lastWord) tell(uid types.UID, reasons int, state k8s.PluginState) int {
	value, isKnown := progress.Get(uid)
	last, _ := value.(lastWord)
	told := max(last.told, int(state.PhaseVersion))
	isUnsent := isKnown && (last.phase != state.Phase || last.version > state.PhaseVersion)

	// Flyte keeps the reason of every phase but Running.
	before := last.reason
	if state.Phase != pluginsCore.PhaseRunning {
		before = state.Reason
	}

	isState := isKnown && w.state != last.state || reasons > 1
	isOld := w.reason == before && !isState
	isPause := w.at.Sub(last.at) < time.Duration(1+told)*GetConfig().ProgressInterval.Duration

	switch {
	case isUnsent:
		told -= reasons
	case w.phase != state.Phase:
		reasons = min(reasons, mostReasons-told)
	case isOld:
		return 0
	case isPause && !(isState && told < mostReasons/2):
		return 0
	default:
		reasons = min(reasons, mostReasons-keptReasons-told)
	}

	if reasons <= 0 {
		return 0
	}

	w.told = told + reasons
	progress.Add(uid, *w, 24*time.Hour)

	return reasons
}

// goesOn is a phase that is no end.
func goesOn(phase pluginsCore.Phase, version uint32, reason string, info *pluginsCore.TaskInfo) pluginsCore.PhaseInfo {
	switch phase {
	case pluginsCore.PhaseRunning:
		return pluginsCore.PhaseInfoRunning(version, info)
	case pluginsCore.PhaseInitializing:
		return pluginsCore.PhaseInfoInitializing(version, reason, info)
	default:
		return pluginsCore.PhaseInfoQueuedWithTaskInfo(version, reason, info)
	}
}
