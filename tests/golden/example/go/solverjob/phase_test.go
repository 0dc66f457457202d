package solverjob

import (
	"context"
	"strconv"
	"testing"
	"time"

	dto "github.com/prometheus/client_model/go"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

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

func TestGetTaskPhaseOfAnEarlierGeneration(t *testing.T) {
	object := resourceOf(t, `{"observedGeneration": 1, "phase": "Succeeded"}`, 0)
	object.SetGeneration(2)
	object.SetUID("stale")
	assert.Equal(t, pluginsCore.PhaseRunning, observe(t, alone, object).Phase())

	// An operator may be done with it all the same.
	staleSince.Add("stale 2", time.Now().Add(-GetConfig().StaleStatusTimeout.Duration), time.Hour)
	assert.Equal(t, pluginsCore.PhaseSuccess, observe(t, alone, object).Phase())

	configure(t, func(cfg *Config) { cfg.StaleStatusTimeout.Duration = 0 })
	assert.Equal(t, pluginsCore.PhaseRunning, observe(t, alone, object).Phase(), "off")
}

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

func TestFewUnknownStatesAreLogged(t *testing.T) {
	before := notedStates.found
	notedStates.found = map[string]bool{}
	t.Cleanup(func() { notedStates.found = before })

	for number := range 2 * maxUnknownStates {
		noteState(context.Background(), strconv.Itoa(number), PhaseUnknown)
	}

	assert.Len(t, notedStates.found, maxUnknownStates)
}
