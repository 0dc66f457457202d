{% set p = plugin(cookiecutter) %}
package {{ p.names.name }}

import (
	"context"
	"testing"

	"github.com/stretchr/testify/assert"
{% if not p.user_roles %}
	"github.com/stretchr/testify/mock"
{% endif %}
	"github.com/stretchr/testify/require"

	"github.com/flyteorg/flyte/flyteidl/gen/pb-go/flyteidl/core"
	"github.com/flyteorg/flyte/flyteplugins/go/tasks/logs"
	pluginsCore "github.com/flyteorg/flyte/flyteplugins/go/tasks/pluginmachinery/core"
{% if not p.user_roles %}
	ioMocks "github.com/flyteorg/flyte/flyteplugins/go/tasks/pluginmachinery/io/mocks"
{% endif %}
	"github.com/flyteorg/flyte/flyteplugins/go/tasks/pluginmachinery/k8s"
	"github.com/flyteorg/flyte/flyteplugins/go/tasks/pluginmachinery/tasklog"
)

func TestGetTaskPhase(t *testing.T) {
	tests := []struct {
		name string

		status string

		want pluginsCore.Phase
	}{
{% for name, status, phase in p | phase_cases %}
		{
			{{ name | quoted }},
			{{ status | tojson | go_raw }},
			pluginsCore.Phase{{ {"Failure": "RetryableFailure"}.get(phase, phase) }},
		},
{% endfor %}
	}

	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			taskCtx := taskContext(taskTemplate(t, readFile(t, "minimal.custom.json")), false, k8s.PluginState{})

			phase, err := {{ p.names.go_config_class | go_unexported }}Plugin{}.GetTaskPhase(context.Background(), taskCtx, fromServer(t, test.status))
			require.NoError(t, err)
			assert.Equal(t, test.want, phase.Phase())
			assert.NotNil(t, phase.Info().OccurredAt)
			assert.Equal(t, test.want.IsTerminal(), phaseOfObject(t, test.status).IsTerminal())

			if test.want == pluginsCore.PhaseRetryableFailure {
				assert.Equal(t, "DownstreamSystemError", phase.Err().GetCode())
				assert.NotEmpty(t, phase.Err().GetMessage())
			}
		})
	}
}

func phaseOfObject(t *testing.T, raw string) Phase {
	t.Helper()

	status, err := statusOf(fromServer(t, raw))
	require.NoError(t, err)

	phase, reason := phaseOf(status)
	assert.NotEmpty(t, reason)

	return phase
}
{% if p | failure_with_message %}

func TestGetTaskPhaseSaysWhatTheOperatorSays(t *testing.T) {
	taskCtx := taskContext(taskTemplate(t, readFile(t, "minimal.custom.json")), false, k8s.PluginState{})

	phase, err := {{ p.names.go_config_class | go_unexported }}Plugin{}.GetTaskPhase(context.Background(), taskCtx,
		fromServer(t, {{ p | failure_with_message | tojson | go_raw }}))
	require.NoError(t, err)
	assert.Contains(t, phase.Err().GetMessage(), "out of memory")
}
{% endif %}
{% if p.status.observed_generation %}

func TestGetTaskPhaseOfAnEarlierGeneration(t *testing.T) {
	taskCtx := taskContext(taskTemplate(t, readFile(t, "minimal.custom.json")), false, k8s.PluginState{})
	object := fromServer(t, {{ p | success_status(observedGeneration=1) | tojson | go_raw }})
	object.SetGeneration(2)

	phase, err := {{ p.names.go_config_class | go_unexported }}Plugin{}.GetTaskPhase(context.Background(), taskCtx, object)
	require.NoError(t, err)
	assert.Equal(t, pluginsCore.PhaseRunning, phase.Phase())
}
{% endif %}
{% if not p.user_roles %}

func TestGetTaskPhaseWritesOutputs(t *testing.T) {
	taskCtx := taskContext(taskTemplate(t, readFile(t, "minimal.custom.json")), false, k8s.PluginState{})

	_, err := {{ p.names.go_config_class | go_unexported }}Plugin{}.GetTaskPhase(context.Background(), taskCtx,
		fromServer(t, {{ p | success_status | tojson | go_raw }}))
	require.NoError(t, err)
	taskCtx.OutputWriter().(*ioMocks.OutputWriter).AssertCalled(t, "Put", mock.Anything, mock.Anything)
}
{% endif %}

func TestGetTaskPhaseVersionRisesWithTheReason(t *testing.T) {
	state := k8s.PluginState{Phase: pluginsCore.PhaseQueued, Reason: "task submitted to K8s"}
	taskCtx := taskContext(taskTemplate(t, readFile(t, "minimal.custom.json")), false, state)

	phase, err := {{ p.names.go_config_class | go_unexported }}Plugin{}.GetTaskPhase(context.Background(), taskCtx, fromServer(t, `{}`))
	require.NoError(t, err)
	assert.Equal(t, pluginsCore.DefaultPhaseVersion+1, phase.Version())
}

func TestRunningVersionRisesWithTheLinks(t *testing.T) {
	before := phaseInfo(PhaseRunning, "Running", &pluginsCore.TaskInfo{})
	after := phaseInfo(PhaseRunning, "Running", &pluginsCore.TaskInfo{Logs: []*core.TaskLog{
		{Uri: "https://pods.example.com/a"},
	}})
	assert.Greater(t, after.Version(), before.Version())
	assert.Equal(t, "Running", after.Info().AdditionalReasons[0].Reason)
}

func TestGetTaskPhaseOfSomethingElse(t *testing.T) {
	_, err := {{ p.names.go_config_class | go_unexported }}Plugin{}.GetTaskPhase(context.Background(), nil, nil)
	assert.Error(t, err)
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

	taskCtx := taskContext(taskTemplate(t, readFile(t, "minimal.custom.json")), false, k8s.PluginState{})

	phase, err := {{ p.names.go_config_class | go_unexported }}Plugin{}.GetTaskPhase(context.Background(), taskCtx, fromServer(t, `{}`))
	require.NoError(t, err)

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
	taskCtx := taskContext(taskTemplate(t, readFile(t, "minimal.custom.json")), false, k8s.PluginState{})

	phase, err := {{ p.names.go_config_class | go_unexported }}Plugin{}.GetTaskPhase(context.Background(), taskCtx,
		fromServer(t, {{ p | status_with(role.pod_name, "pod-of-the-role") | tojson | go_raw }}))
	require.NoError(t, err)
	require.Len(t, phase.Info().Logs, 1)
	assert.Contains(t, phase.Info().Logs[0].GetUri(), "pod-of-the-role")
	assert.Contains(t, phase.Info().Logs[0].GetName(), {{ role.name | quoted }})
}
{% endif %}
{% endfor %}
