package main

import (
	"context"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"k8s.io/client-go/kubernetes/fake"

	"github.com/flyteorg/flyte/flyteplugins/go/tasks/pluginmachinery"
	"github.com/flyteorg/flyte/flytepropeller/pkg/controller/nodes/task"
	taskConfig "github.com/flyteorg/flyte/flytepropeller/pkg/controller/nodes/task/config"
	"github.com/flyteorg/flyte/flytestdlib/config"
	"github.com/flyteorg/flyte/flytestdlib/config/viper"

	plugin "github.com/example/flyte-solverjob-plugin/go/solverjob"
)

// Propeller ignores an enabled id that it has no plugin for, and a plugin that is not enabled: their tasks run as plain
// containers.
func TestConfigEnablesThePlugin(t *testing.T) {
	accessor := viper.NewAccessor(config.Options{StrictMode: true, SearchPaths: []string{"../config.yaml"}})
	require.NoError(t, accessor.UpdateConfig(context.Background()))
	require.NotEmpty(t, accessor.ConfigFilesUsed())

	cfg := taskConfig.GetConfig().TaskPlugins

	enabled, err := cfg.GetEnabledPlugins()
	require.NoError(t, err)
	assert.Subset(t, enabled.EnabledPlugins.List(), []string{"container", "sidecar", "k8s-array", "connector-service", "echo", "solverjob"})
	assert.Equal(t, []string{plugin.TaskType}, enabled.AllDefaultForTaskTypes[plugin.TaskType])

	entries, _, err := task.WranglePluginsAndGenerateFinalList(
		context.Background(), &cfg, pluginmachinery.PluginRegistry(), fake.NewClientset())
	require.NoError(t, err)

	ids := make([]string, len(entries))
	for i, entry := range entries {
		ids[i] = entry.ID
	}

	assert.Contains(t, ids, plugin.TaskType)

	// Propeller registers the connector service itself when it starts.
	assert.Subset(t, append(ids, "connector-service"), enabled.EnabledPlugins.List())
}
