{% set p = plugin(cookiecutter) %}
package {{ p.names.name }}

import (
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"k8s.io/apimachinery/pkg/types"

	"github.com/flyteorg/flyte/flyteidl/gen/pb-go/flyteidl/core"
	pluginsCore "github.com/flyteorg/flyte/flyteplugins/go/tasks/pluginmachinery/core"
	"github.com/flyteorg/flyte/flyteplugins/go/tasks/pluginmachinery/k8s"
)

// audience is what propeller and flyteadmin do with what is reported.
type audience struct {
	uid     types.UID
	now     time.Time
	state   k8s.PluginState
	reasons []string
}

// hear reports, and returns how many reasons were sent.
func (a *audience) hear(phase pluginsCore.Phase, reason string, links, events int) int {
	info := &pluginsCore.TaskInfo{Logs: make([]*core.TaskLog, links), OccurredAt: &a.now}
	found := diagnosis{events: make([]pluginsCore.ReasonInfo, events)}
	sent := report(a.uid, phase, reason, found, info, a.state)

	if sent.Phase() == a.state.Phase && sent.Version() == a.state.PhaseVersion {
		return 0
	}

	reasons := len(sent.Info().AdditionalReasons)
	if sent.Reason() != "" {
		reasons++
	}

	a.state = k8s.PluginState{Phase: sent.Phase(), PhaseVersion: sent.Version(), Reason: sent.Reason()}

	return reasons
}

func TestProgress(t *testing.T) {
	const queued, running = pluginsCore.PhaseQueued, pluginsCore.PhaseRunning

	a := &audience{uid: "talkative", now: time.Now(), state: k8s.PluginState{Phase: queued, PhaseVersion: 3}}

	for _, step := range []struct {
		name, reason  string
		after         time.Duration
		phase         pluginsCore.Phase
		links, events int
		want          int
	}{
		{"first", "Working: step 1", 0, running, 0, 0, 1},
		{"nothing new", "Working: step 1", time.Hour, running, 0, 0, 0},
		{"later", "Working: step 2", time.Hour, running, 0, 0, 1},
		{"too soon", "Working: step 3", time.Second, running, 0, 0, 0},
		{"soon enough for a new state", "Saving: step 3", 0, running, 0, 0, 1},
		{"soon enough for a link", "Saving: step 3", 0, running, 1, 0, 1},
		{"soon enough for an event", "Saving: step 3", 0, running, 1, 2, 3},
		{"soon enough for another phase", "Suspended", 0, queued, 1, 0, 1},
	} {
		a.now = a.now.Add(step.after)
		assert.Equal(t, step.want, a.hear(step.phase, step.reason, step.links, step.events), step.name)
	}

	// What propeller could not send is told again.
	before := a.state
	a.now = a.now.Add(time.Hour)
	assert.Equal(t, 1, a.hear(queued, "Suspended: by its user", 1, 0))
	a.state = before
	assert.Equal(t, 1, a.hear(queued, "Suspended: by its user", 1, 0))

	// A propeller that has just started knows what was told only while the task does not run.
	progress.Remove(a.uid)
	assert.Zero(t, a.hear(queued, "Suspended: by its user", 1, 0))
	assert.Equal(t, 1, a.hear(running, "Working", 1, 0))
	progress.Remove(a.uid)
	assert.Equal(t, 1, a.hear(running, "Working", 1, 0))
}

func TestReasonsOfAnAttemptAreBounded(t *testing.T) {
	const states = 10_000

	for name, test := range map[string]struct {
		step   time.Duration
		report func(a *audience, number int) int
	}{
		"a message that changes all the time": {time.Second, func(a *audience, number int) int {
			return a.hear(pluginsCore.PhaseRunning, "Working: "+strconv.Itoa(number), 0, 0)
		}},
		"a state that changes all the time": {time.Hour, func(a *audience, number int) int {
			return a.hear(pluginsCore.PhaseRunning, strconv.Itoa(number), 0, 0)
		}},
		"a phase that changes all the time": {time.Hour, func(a *audience, number int) int {
			return a.hear([]pluginsCore.Phase{pluginsCore.PhaseRunning, pluginsCore.PhaseInitializing}[number%2], "Working", 0, 0)
		}},
		"events all the time": {time.Hour, func(a *audience, number int) int {
			return a.hear(pluginsCore.PhaseQueued, "Pending: "+strconv.Itoa(number), 0, 7)
		}},
	} {
		a, told := &audience{uid: types.UID(name), now: time.Now()}, 0

		for number := range states {
			a.now = a.now.Add(test.step)
			told += test.report(a, number)
		}

		assert.LessOrEqual(t, told, mostReasons, name)
		assert.Greater(t, told, 20, name)

		// There is always room for the next phase of most.
		if told <= mostReasons-keptReasons {
			assert.Equal(t, 1, a.hear(pluginsCore.PhaseInitializing, "Starting", 0, 0), name)
		}
	}
}
