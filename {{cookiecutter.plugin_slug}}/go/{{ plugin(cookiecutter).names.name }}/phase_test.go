{% set p = plugin(cookiecutter) %}
package {{ p.names.name }}

import (
	"context"
	"testing"
	"time"

	dto "github.com/prometheus/client_model/go"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/flyteorg/flyte/flyteplugins/go/tasks/logs"
	pluginsCore "github.com/flyteorg/flyte/flyteplugins/go/tasks/pluginmachinery/core"
	"github.com/flyteorg/flyte/flyteplugins/go/tasks/pluginmachinery/tasklog"

	"{{ p.names.go_module }}/internal/plugintest"
)

// states are the operator's, and what they mean.
var states = []struct {
	name, status string

	phase Phase
}{
{% for name, status, phase in p | phase_cases %}
	{{ "{%s, %s, Phase%s}," | format(name | quoted, status | tojson | go_raw, phase) }}
{% endfor %}
}

// flytePhases are the phases in Flyte's terms.
var flytePhases = map[Phase]pluginsCore.Phase{
	PhaseQueued:           pluginsCore.PhaseQueued,
	PhaseInitializing:     pluginsCore.PhaseInitializing,
	PhaseRunning:          pluginsCore.PhaseRunning,
	PhaseUnknown:          pluginsCore.PhaseRunning,
	PhaseSuccess:          pluginsCore.PhaseSuccess,
	PhaseRetryableFailure: pluginsCore.PhaseRetryableFailure,
	PhasePermanentFailure: pluginsCore.PhasePermanentFailure,
	PhaseSystemFailure:    pluginsCore.PhaseRetryableFailure,
}

func TestPhaseOf(t *testing.T) {
	for _, each := range states {
		t.Run(each.name, func(t *testing.T) {
			status, err := statusOf(subject().Object(t, each.status))
			require.NoError(t, err)

			phase, reason := phaseOf(status)
			assert.Equal(t, each.phase, phase)
			assert.NotEmpty(t, reason)
		})
	}
}

func TestFailureInfo(t *testing.T) {
	now := time.Now()
	info := &pluginsCore.TaskInfo{OccurredAt: &now}

	tests := []struct {
		phase Phase

		cleanUp bool

		want pluginsCore.PhaseInfo
	}{
		{PhaseRetryableFailure, false, pluginsCore.PhaseInfoRetryableFailure("code", "reason", info)},
		{PhaseRetryableFailure, true, pluginsCore.PhaseInfoRetryableFailureWithCleanup("code", "reason", info)},
		{PhasePermanentFailure, false, pluginsCore.PhaseInfoFailure("code", "reason", info)},
		{PhasePermanentFailure, true, pluginsCore.PhaseInfoFailureWithCleanup("code", "reason", info)},
		{PhaseSystemFailure, false, pluginsCore.PhaseInfoSystemRetryableFailureWithCleanup("code", "reason", info)},
	}

	for _, test := range tests {
		assert.Equal(t, test.want, failureInfo(test.phase, "code", "reason", info, test.cleanUp))
	}

	assert.Equal(t, "DownstreamSystemError", failureInfo(PhaseSystemFailure, "", "reason", info, false).Err().GetCode())
}

// getTaskPhase returns what propeller is told of a minimal task.
func getTaskPhase(t *testing.T, object client.Object) pluginsCore.PhaseInfo {
	t.Helper()

	taskCtx := plugintest.NewContext(taskTemplate(t, readFile(t, "minimal.custom.json")))

	phase, err := {{ p.names.go_config_class | go_unexported }}Plugin{}.GetTaskPhase(context.Background(), taskCtx, object)
	require.NoError(t, err)

	return phase
}
{% if p.status.observed_generation %}

func TestGetTaskPhaseOfAnEarlierGeneration(t *testing.T) {
	object := subject().Object(t, {{ p | success_status(observedGeneration=1) | tojson | go_raw }})
	object.SetGeneration(2)
	assert.Equal(t, pluginsCore.PhaseRunning, getTaskPhase(t, object).Phase())
}
{% endif %}

func TestTalkativeOperatorIsNotAlwaysNews(t *testing.T) {
	object := subject().Object(t, `{}`)
	object.SetUID("talkative")

	now := time.Now()
	hasNews := func(text string, after time.Duration) bool {
		return hasProgress(object, text, pluginsCore.PhaseRunning, now.Add(after))
	}

	assert.True(t, hasNews("step 1", 0))
	assert.False(t, hasNews("step 2", time.Second), "too soon")
	assert.True(t, hasNews("step 3", time.Minute))
	assert.False(t, hasNews("step 3", time.Hour), "nothing new")
}

func TestUnknownStatesAreCounted(t *testing.T) {
	for range 2 {
		noteUnknownState(context.Background(), "never heard of")
	}

	var metric dto.Metric
	require.NoError(t, unknownStates.WithLabelValues("never heard of").Write(&metric))
	assert.InDelta(t, 1, metric.GetCounter().GetValue(), 0)
}

func TestLogLinks(t *testing.T) {
	cfg := *GetConfig()
	cfg.PodNames = map[string]string{logSources[0].role: "{{ '{{ .generatedName }}' }}-0"}
	cfg.Logs = logs.LogConfig{
		IsKubernetesEnabled:   true,
		KubernetesTemplateURI: "https://pods.example.com/{{ '{{ .podName }}' }}",
		Templates: []tasklog.TemplateLogPlugin{
			{
				DisplayName:  "Resource",
				TemplateURIs: []tasklog.TemplateURI{"https://resources.example.com/{{ '{{ .namespace }}/{{ .generatedName }}' }}"},
			},
		},
	}
	setConfig(t, &cfg)

	phase := getTaskPhase(t, subject().Object(t, `{}`))

	uris := []string{}
	for _, link := range phase.Info().Logs {
		uris = append(uris, link.GetUri())
	}

	assert.Equal(t, []string{
		"https://pods.example.com/execution-n0-0-0",
		"https://resources.example.com/project-domain/execution-n0-0",
	}, uris)
}
{% for role in p.pod_roles if role.pod_name %}
{% if loop.first %}

func TestLogLinksOfPodsThatTheStatusNames(t *testing.T) {
	phase := getTaskPhase(t, subject().Object(t, {{ p | status_with(role.pod_name, "pod-of-the-role") | tojson | go_raw }}))
	require.Len(t, phase.Info().Logs, 1)
	assert.Contains(t, phase.Info().Logs[0].GetUri(), "pod-of-the-role")
	assert.Contains(t, phase.Info().Logs[0].GetName(), {{ role.name | quoted }})
}
{% endif %}
{% endfor %}
