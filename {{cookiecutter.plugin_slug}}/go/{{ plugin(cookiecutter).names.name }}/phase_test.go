{% set p = plugin(cookiecutter) %}
package {{ p.names.name }}

import (
	"context"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/flyteorg/flyte/flyteidl/gen/pb-go/flyteidl/core"
	"github.com/flyteorg/flyte/flyteplugins/go/tasks/logs"
	pluginsCore "github.com/flyteorg/flyte/flyteplugins/go/tasks/pluginmachinery/core"
	"github.com/flyteorg/flyte/flyteplugins/go/tasks/pluginmachinery/tasklog"

	"{{ p.names.go_module }}/internal/plugintest"
)

// statuses are the operator's, and what they mean.
var statuses = []plugintest.Status{
{% for name, status, phase in p | phase_cases %}
	{Name: {{ name | quoted }}, JSON: {{ status | tojson | go_raw }}, Phase: pluginsCore.Phase{{ {"Failure": "RetryableFailure"}.get(phase, phase) }}},
{% endfor %}
}

func TestPhaseOf(t *testing.T) {
	for _, each := range statuses {
		t.Run(each.Name, func(t *testing.T) {
			status, err := statusOf(subject().Object(t, each.JSON))
			require.NoError(t, err)

			phase, reason := phaseOf(status)
			assert.Equal(t, each.Phase.IsTerminal(), phase.IsTerminal())
			assert.NotEmpty(t, reason)
		})
	}
}

// getTaskPhase returns what propeller is told of a minimal task.
func getTaskPhase(t *testing.T, object client.Object) pluginsCore.PhaseInfo {
	t.Helper()

	taskCtx := plugintest.NewContext(taskTemplate(t, readFile(t, "minimal.custom.json")))

	phase, err := {{ p.names.go_config_class | go_unexported }}Plugin{}.GetTaskPhase(context.Background(), taskCtx, object)
	require.NoError(t, err)

	return phase
}
{% for name, status, phase in p | phase_cases if phase == "Failure" %}
{% if loop.first %}

func TestFailureClass(t *testing.T) {
	phase := getTaskPhase(t, subject().Object(t, {{ status | tojson | go_raw }}))
	assert.Equal(t, "DownstreamSystemError", phase.Err().GetCode())
}
{% endif %}
{% endfor %}
{% if p.status.observed_generation %}

func TestGetTaskPhaseOfAnEarlierGeneration(t *testing.T) {
	object := subject().Object(t, {{ p | success_status(observedGeneration=1) | tojson | go_raw }})
	object.SetGeneration(2)
	assert.Equal(t, pluginsCore.PhaseRunning, getTaskPhase(t, object).Phase())
}
{% endif %}

func TestRunningVersionRisesWithTheLinks(t *testing.T) {
	before := phaseInfo(PhaseRunning, "Running", &pluginsCore.TaskInfo{})
	after := phaseInfo(PhaseRunning, "Running", &pluginsCore.TaskInfo{Logs: []*core.TaskLog{
		{Uri: "https://pods.example.com/a"},
	}})
	assert.Greater(t, after.Version(), before.Version())
	assert.Equal(t, "Running", after.Info().AdditionalReasons[0].Reason)
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
