{% set p = plugin(cookiecutter) %}
{% set c = p | go_contract %}
package {{ p.names.name }}

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/types/known/structpb"
{% if p.status.reads_job %}
	batchv1 "k8s.io/api/batch/v1"
	"k8s.io/client-go/kubernetes/fake"
{% endif %}

	"github.com/flyteorg/flyte/flyteidl/gen/pb-go/flyteidl/core"
	"github.com/flyteorg/flyte/flyteplugins/go/tasks/logs"
	pluginsCore "github.com/flyteorg/flyte/flyteplugins/go/tasks/pluginmachinery/core"
	propellerConfig "github.com/flyteorg/flyte/flytepropeller/pkg/controller/config"

	"{{ p.names.go_module }}/internal/operator"
	"{{ p.names.go_module }}/internal/plugintest"
)

// Tests call no cluster, not even one that they run in.
func TestMain(m *testing.M) {
	propellerConfig.GetConfig().KubeConfigPath = filepath.Join("testdata", "no-cluster")
	os.Exit(m.Run())
}

// readFile returns a file of this repository, by its path from there.
func readFile(t testing.TB, path string) []byte {
	t.Helper()

	data, err := os.ReadFile(filepath.Join("..", "..", path))
	require.NoError(t, err)

	return data
}

// taskOf returns a task as the SDK registers it.
func taskOf(t testing.TB, custom []byte) *core.TaskTemplate {
	t.Helper()

	template := &core.TaskTemplate{
		Id:     &core.Identifier{Name: "task"},
		Type:   TaskType,
		Custom: &structpb.Struct{},
{% if p.roles %}
		Target: &core.TaskTemplate_Container{Container: plugintest.Container()},
{% endif %}
	}
	require.NoError(t, protojson.Unmarshal(custom, template.GetCustom()))

	return template
}

// configure changes the plugin's configuration until the test ends.
func configure(t testing.TB, change func(*operator.Config)) {
	t.Helper()

	before, cfg := *GetConfig(), *GetConfig()
	change(&cfg)
	require.NoError(t, plugin.SetConfig(&cfg))
	t.Cleanup(func() { require.NoError(t, plugin.SetConfig(&before)) })
}

// subject describes the plugin to the contract kit.
func subject() plugintest.Subject {
	return plugintest.Subject{
		ID: TaskType,
		Template: func(t testing.TB) *core.TaskTemplate {
			return taskOf(t, []byte({{ p | contract_custom | tojson | go_raw }}))
		},
		Statuses: []plugintest.Status{
{% for status in p | contract_statuses %}
			{{ status }},
{% endfor %}
		},
		StuckAfter: 24 * time.Hour,
		SetLogs: func(t testing.TB, links logs.LogConfig) {
			configure(t, func(cfg *operator.Config) { cfg.Logs = links })
		},

		Commands:  {{ c.commands }},
		Pods:      {{ c.pods }},
		Labelled:  {{ c.labelled }},
		Leaders:   {{ c.leaders }},
		Operators: {{ c.operators }},
		Unknown:   {{ c.unknown }},
		Empty:     {{ c.empty }},
		Suspended: {{ c.suspended }},
		Failed:    {{ c.failed }},
		Message:   {{ c.message }},
		Progress:  {{ c.progress }},
	}
}

func TestContract(t *testing.T) {
	configure(t, func(cfg *operator.Config) { cfg.ProgressInterval.Duration = 0 })
	plugintest.Run(t, subject())
}

func FuzzStatus(f *testing.F) {
	plugintest.Fuzz(f, subject())
}

// The SDK's tests send the custom of these tasks.
func TestSpecs(t *testing.T) {
	var tasks map[string]struct{ Custom, Spec json.RawMessage }
	require.NoError(t, json.Unmarshal(readFile(t, "contract/{{ p.names.name }}.tasks.json"), &tasks))
	require.NotEmpty(t, tasks)

	for name, task := range tasks {
		t.Run(name, func(t *testing.T) {
			reader := plugintest.NewContext(taskOf(t, task.Custom)).TaskReader()

			spec, err := plugin.BuildSpec(context.Background(), reader, plugintest.PodOf)
			require.NoError(t, err)

			raw, err := json.Marshal(spec)
			require.NoError(t, err)
			assert.JSONEq(t, string(task.Spec), string(raw))
		})
	}
}
{% if p.required_fields %}

func TestRequiredFields(t *testing.T) {
	_, err := plugin.BuildResource(context.Background(), plugintest.NewContext(taskOf(t, []byte(`{}`))))
	assert.ErrorContains(t, err, "is required")
}
{% endif %}

// phaseOf returns the phase of a resource with a status.
func phaseOf(t testing.TB, plugin *operator.Plugin, status string) pluginsCore.PhaseInfo {
	t.Helper()

	object := subject().Object(t, status)
	object.SetUID(plugintest.UID)

	phase, err := plugin.GetTaskPhase(context.Background(), plugintest.NewContext(subject().Template(t)), object)
	require.NoError(t, err)

	return phase
}
{% if p | status_links %}

func TestLinksOfWhatAStatusNames(t *testing.T) {
	for _, test := range []struct{ status, name, address string }{
{% for status, name, address in p | status_links %}
		{ {{- status | tojson | go_raw }}, {{ name | quoted }}, {{ address | quoted -}} },
{% endfor %}
	} {
		links := phaseOf(t, plugin, test.status).Info().Logs
		require.NotEmpty(t, links, test.status)

		last := links[len(links)-1]
		assert.Contains(t, last.GetName(), test.name)
		assert.Contains(t, last.GetUri(), test.address)
	}
}
{% endif %}
{% if p.status.reads_job %}

func TestTheOwnedJobTellsHowItEnded(t *testing.T) {
	for _, test := range []struct {
		condition batchv1.JobConditionType
		status    string
		want      pluginsCore.Phase
	}{
{% for condition, status, phase in p | job_cases %}
		{{ "{%s, %s, pluginsCore.Phase%s}," | format(condition | quoted, status | tojson | go_raw, phase | go_flyte_phase) }}
{% endfor %}
	} {
		cluster := fake.NewClientset(plugintest.EndedJob(test.condition))
		assert.Equal(t, test.want, phaseOf(t, plugin.WithClient(cluster), test.status).Phase(), test.condition)
	}
}
{% endif %}
