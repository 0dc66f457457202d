{% set p = plugin(cookiecutter) %}
package {{ p.names.name }}

import (
	"context"
	"strconv"
	"strings"
	"testing"
{% if p.status.observed_generation %}
	"time"
{% endif %}

{% if p.status.path %}
	dto "github.com/prometheus/client_model/go"
{% endif %}
	"github.com/stretchr/testify/assert"
{% if p.status.path or p | pods_in_status %}
	"github.com/stretchr/testify/require"
{% endif %}

	"github.com/flyteorg/flyte/flyteplugins/go/tasks/errors"
	"github.com/flyteorg/flyte/flyteplugins/go/tasks/logs"
	pluginsCore "github.com/flyteorg/flyte/flyteplugins/go/tasks/pluginmachinery/core"
	"github.com/flyteorg/flyte/flyteplugins/go/tasks/pluginmachinery/tasklog"

	pb "{{ p.names.go_proto_package }}"
	"{{ p.names.go_module }}/internal/plugintest"
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

	for number := range 2 * mostStates {
		noteState(context.Background(), strconv.Itoa(number), PhaseUnknown)
	}

	assert.Len(t, notedStates.found, mostStates)
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
func TestLogLinks(t *testing.T) {
	configure(t, func(cfg *Config) {
		cfg.PodNames = map[string]string{}
		for _, each := range logSources {
			cfg.PodNames[each.role] = "{{ '{{ .generatedName }}' }}-" + each.role + "-{{ '{{ .index }}' }}"
		}

		cfg.Logs = logs.LogConfig{
			IsKubernetesEnabled:   true,
			KubernetesTemplateURI: "https://pods.example.com/{{ '{{ .podName }}' }}",
			Templates: []tasklog.TemplateLogPlugin{
				{TemplateURIs: []tasklog.TemplateURI{"https://resources.example.com/{{ '{{ .namespace }}/{{ .generatedName }}' }}"}},
			},
		}
	})

	uris := []string{}
	for _, link := range observe(t, alone, resourceOf(t, `{}`, 0)).Info().Logs {
		uris = append(uris, link.GetUri())
	}

	assert.Contains(t, uris, "https://pods.example.com/"+plugintest.Name+"-"+logSources[0].role+"-0")
	assert.Equal(t, 1, strings.Count(strings.Join(uris, " "), "https://resources.example.com/project-domain/"+plugintest.Name))
}

func TestLogLinksOfReplicas(t *testing.T) {
	configure(t, func(cfg *Config) { cfg.PodNames = map[string]string{"": "pod-{{ '{{ .index }}' }}"} })

	source := logSource{replicas: func(*pb.{{ p.names.go_config_class }}) int { return 2 }}
	names := func() []string {
		return source.podNames(context.Background(), plugintest.NewContext(subject().Template(t)), "", &Status{})
	}
	assert.Equal(t, []string{"pod-0", "pod-1"}, names())

	source.podName = func(*Status) string { return "from-the-status" }
	assert.Equal(t, []string{"from-the-status"}, names())

	assert.Equal(t, " (worker 1)", logSource{role: "worker"}.title(1, 2))
	assert.Equal(t, " (worker)", logSource{role: "worker"}.title(0, 1))
	assert.Empty(t, logSource{}.title(0, 1))
}
{% for role, pod_name in (p | pods_in_status)[:1] %}

func TestLogLinksOfPodsThatTheStatusNames(t *testing.T) {
	phase := observe(t, alone, resourceOf(t, {{ p | status_with(pod_name, "pod-of-the-status") | tojson | go_raw }}, 0))
	require.Len(t, phase.Info().Logs, 1)
	assert.Contains(t, phase.Info().Logs[0].GetUri(), "pod-of-the-status")
{% if role %}
	assert.Contains(t, phase.Info().Logs[0].GetName(), {{ role | quoted }})
{% endif %}
}
{% endfor %}
