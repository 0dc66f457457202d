{% set p = plugin(cookiecutter) %}
package {{ p.names.name }}

import (
	"context"
	"strconv"
	"testing"
{% if p.status.observed_generation %}
	"time"
{% endif %}

{% if p.status.path %}
	dto "github.com/prometheus/client_model/go"
{% endif %}
	"github.com/stretchr/testify/assert"
{% if p.status.path %}
	"github.com/stretchr/testify/require"
{% endif %}

	"github.com/flyteorg/flyte/flyteplugins/go/tasks/errors"
	pluginsCore "github.com/flyteorg/flyte/flyteplugins/go/tasks/pluginmachinery/core"
)

func TestFailureInfo(t *testing.T) {
	for _, cleanUp := range []bool{true, false} {
		for phase, want := range map[Phase]pluginsCore.Phase{
			PhaseRetryableFailure: pluginsCore.PhaseRetryableFailure,
			PhasePermanentFailure: pluginsCore.PhasePermanentFailure,
			PhaseSystemFailure:    pluginsCore.PhaseRetryableFailure,
		} {
			failure := failureInfo(phase, "", "reason", nil, cleanUp)
			assert.Equal(t, want, failure.Phase())
			assert.Equal(t, errors.DownstreamSystemError, failure.Err().GetCode())
			assert.Equal(t, cleanUp || phase == PhaseSystemFailure, failure.CleanupOnFailure())
		}
	}
}
{% if p.status.observed_generation %}

func TestGetTaskPhaseOfAnEarlierGeneration(t *testing.T) {
	object := resourceOf(t, {{ p | success_status(observedGeneration=1) | tojson | go_raw }}, 0)
	object.SetGeneration(2)
	object.SetUID("stale")
	assert.Equal(t, pluginsCore.PhaseRunning, observe(t, alone, object).Phase())

	// An operator may be done with it all the same.
	staleSince.Add("stale 2", time.Now().Add(-GetConfig().StaleStatusTimeout.Duration), time.Hour)
	assert.Equal(t, pluginsCore.PhaseSuccess, observe(t, alone, object).Phase())

	configure(t, func(cfg *Config) { cfg.StaleStatusTimeout.Duration = 0 })
	assert.Equal(t, pluginsCore.PhaseRunning, observe(t, alone, object).Phase(), "off")
}
{% endif %}

{% if p.status.path %}
func TestUnknownStatesAreCounted(t *testing.T) {
	var before, after dto.Metric

	delete(notedStates.found, "SomethingElse")
	require.NoError(t, unknownStates.Write(&before))

	for range 2 {
		assert.Equal(t, pluginsCore.PhaseRunning, observe(t, alone, resourceOf(t, subject().Unknown, 0)).Phase())
	}

	require.NoError(t, unknownStates.Write(&after))
	assert.InDelta(t, before.GetCounter().GetValue()+1, after.GetCounter().GetValue(), 0)
}

{% endif %}
func TestFewUnknownStatesAreLogged(t *testing.T) {
	before := notedStates.found
	notedStates.found = map[string]bool{}
	t.Cleanup(func() { notedStates.found = before })

	for number := range 2 * maxUnknownStates {
		noteState(context.Background(), strconv.Itoa(number), PhaseUnknown)
	}

	assert.Len(t, notedStates.found, maxUnknownStates)
}
{% if p.status.path and "Initializing" not in p.status.rules | map("go_phase") | list %}

func TestAStateMayBeAddedThatInitializes(t *testing.T) {
	before := phaseTable
	t.Cleanup(func() { phaseTable = before })

	phaseTable = append(before, phaseRule{PhaseInitializing, "SomethingElse", func(s *Status) bool {
		return s.state() == "SomethingElse"
	}})
	assert.Equal(t, pluginsCore.PhaseInitializing, observe(t, alone, resourceOf(t, subject().Unknown, 0)).Phase())
}
{% endif %}
