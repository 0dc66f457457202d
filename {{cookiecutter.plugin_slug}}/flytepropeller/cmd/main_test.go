{% set p = project(cookiecutter) %}
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
)

var ids = []string{ {{- p.kinds | map(attribute="names.task_type") | go_strings -}} }

// Propeller ignores an enabled id that it has no plugin for, and a plugin that is not enabled: their tasks run as plain
// containers.
func TestConfigEnablesThePlugins(t *testing.T) {
	accessor := viper.NewAccessor(config.Options{StrictMode: true, SearchPaths: []string{"../config.yaml"}})
	require.NoError(t, accessor.UpdateConfig(context.Background()))
	require.NotEmpty(t, accessor.ConfigFilesUsed())

	cfg := taskConfig.GetConfig().TaskPlugins

	enabled, err := cfg.GetEnabledPlugins()
	require.NoError(t, err)
	assert.Subset(t, enabled.EnabledPlugins.List(), append([]string{ {{- p.versions.chart_plugins.split(",") | go_strings -}} }, ids...))

	entries, _, err := task.WranglePluginsAndGenerateFinalList(
		context.Background(), &cfg, pluginmachinery.PluginRegistry(), fake.NewClientset())
	require.NoError(t, err)

	loaded := make([]string, len(entries))
	for i, entry := range entries {
		loaded[i] = entry.ID
	}

	for _, id := range ids {
		assert.Equal(t, []string{id}, enabled.AllDefaultForTaskTypes[id])
		assert.Contains(t, loaded, id)
	}

	// Propeller registers the connector service itself when it starts.
	assert.Subset(t, append(loaded, "connector-service"), enabled.EnabledPlugins.List())
}
