package solverjob

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

	"github.com/flyteorg/flyte/flyteidl/gen/pb-go/flyteidl/core"
	"github.com/flyteorg/flyte/flyteplugins/go/tasks/logs"
	pluginsCore "github.com/flyteorg/flyte/flyteplugins/go/tasks/pluginmachinery/core"
	propellerConfig "github.com/flyteorg/flyte/flytepropeller/pkg/controller/config"

	"github.com/example/flyte-solverjob-plugin/internal/operator"
	"github.com/example/flyte-solverjob-plugin/internal/plugintest"
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
		Target: &core.TaskTemplate_Container{Container: plugintest.Container()},
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
			return taskOf(t, []byte(`{"driver": {}, "workers": {}}`))
		},
		Statuses: []plugintest.Status{
			{Name: "no status", JSON: `{}`, Phase: pluginsCore.PhaseQueued},
			{Name: ".status.conditions=Terminal", JSON: `{"conditions": [{"status": "True", "type": "Terminal"}]}`, Phase: pluginsCore.PhaseRetryableFailure},
			{Name: ".status.conditions=Failed", JSON: `{"conditions": [{"status": "True", "type": "Failed"}]}`, Phase: pluginsCore.PhaseRetryableFailure},
			{Name: ".status.conditions=Error", JSON: `{"conditions": [{"status": "True", "type": "Error"}]}`, Phase: pluginsCore.PhaseRetryableFailure},
			{Name: ".status.conditions=Invalid", JSON: `{"conditions": [{"status": "True", "type": "Invalid"}]}`, Phase: pluginsCore.PhasePermanentFailure},
			{Name: ".status.conditions=Rejected", JSON: `{"conditions": [{"status": "True", "type": "Rejected"}]}`, Phase: pluginsCore.PhasePermanentFailure},
			{Name: "Succeeded", JSON: `{"phase": "Succeeded"}`, Phase: pluginsCore.PhaseSuccess},
			{Name: "Failed", JSON: `{"phase": "Failed"}`, Phase: pluginsCore.PhaseRetryableFailure},
			{Name: "Pending", JSON: `{"phase": "Pending"}`, Phase: pluginsCore.PhaseQueued},
			{Name: "Suspended", JSON: `{"phase": "Suspended"}`, Phase: pluginsCore.PhaseQueued},
			{Name: ".status.conditions=Suspended", JSON: `{"conditions": [{"status": "True", "type": "Suspended"}]}`, Phase: pluginsCore.PhaseQueued},
			{Name: "Starting", JSON: `{"phase": "Starting"}`, Phase: pluginsCore.PhaseInitializing},
			{Name: "Running", JSON: `{"phase": "Running"}`, Phase: pluginsCore.PhaseRunning},
			{Name: "unknown", JSON: `{"phase": "SomethingElse"}`, Phase: pluginsCore.PhaseRunning},
			{Name: "by its words: Terminal", JSON: `{"conditions": [{"status": "True", "type": "example.com/Terminal"}]}`, Phase: pluginsCore.PhaseRetryableFailure},
		},
		StuckAfter: 24 * time.Hour,
		SetLogs: func(t testing.TB, links logs.LogConfig) {
			configure(t, func(cfg *operator.Config) { cfg.Logs = links })
		},

		Commands:  1,
		Pods:      2,
		Labelled:  2,
		Leaders:   []string{`spec.driver.template.spec`},
		Operators: nil,
		Unknown:   `{"phase": "SomethingElse"}`,
		Empty:     `{"phase": ""}`,
		Suspended: `{"phase": "Suspended"}`,
		Failed:    `{"conditions": [{"message": "out of memory", "status": "True", "type": "Terminal"}]}`,
		Message:   "out of memory",
		Progress:  []string{`{"phase": "SomethingElse"}`, `{"phase": "SomethingElseAgain"}`},
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
	require.NoError(t, json.Unmarshal(readFile(t, "contract/solverjob.tasks.json"), &tasks))
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

// phaseOf returns the phase of a resource with a status.
func phaseOf(t testing.TB, plugin *operator.Plugin, status string) pluginsCore.PhaseInfo {
	t.Helper()

	object := subject().Object(t, status)
	object.SetUID(plugintest.UID)

	phase, err := plugin.GetTaskPhase(context.Background(), plugintest.NewContext(subject().Template(t)), object)
	require.NoError(t, err)

	return phase
}

func TestLinksOfWhatAStatusNames(t *testing.T) {
	for _, test := range []struct{ status, name, address string }{
		{`{"driverPodName": "pod-of-the-status"}`, "driver", "pod-of-the-status"},
	} {
		links := phaseOf(t, plugin, test.status).Info().Logs
		require.NotEmpty(t, links, test.status)

		last := links[len(links)-1]
		assert.Contains(t, last.GetName(), test.name)
		assert.Contains(t, last.GetUri(), test.address)
	}
}
