// Package solverjob runs Flyte tasks as resources of kind SolverJob of batch.solver.example.com/v1.
//
// Importing the package registers the plugin with propeller, which uses it for tasks of type "solverjob" once
// "solverjob" is among its enabled plugins.
package solverjob

import (
	"context"
	"sync"

	"k8s.io/client-go/kubernetes/scheme"
	"k8s.io/utils/ptr"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/flyteorg/flyte/flyteplugins/go/tasks/pluginmachinery"
	pluginsCore "github.com/flyteorg/flyte/flyteplugins/go/tasks/pluginmachinery/core"
	"github.com/flyteorg/flyte/flyteplugins/go/tasks/pluginmachinery/k8s"
)

const (
	// TaskType is the type of the tasks that the plugin runs, and the id of the plugin.
	TaskType = "solverjob"

	// nameBudget is the maximum length of a resource's name: operators append suffixes to it.
	nameBudget = 36
)

type solverJobPlugin struct {
	// inspector returns the inspector, or nil if the cluster cannot be reached. It connects at the first call.
	inspector func() *inspector
}

var _ k8s.Plugin = solverJobPlugin{}

// GetProperties returns how the plugin manager handles the plugin's resources.
func (solverJobPlugin) GetProperties() k8s.PluginProperties {
	return k8s.PluginProperties{
		GeneratedNameMaxLength: ptr.To(nameBudget),
	}
}

// BuildIdentityResource returns an empty object of the kind. The plugin manager adds name and namespace.
func (solverJobPlugin) BuildIdentityResource(
	context.Context, pluginsCore.TaskExecutionMetadata,
) (client.Object, error) {
	return identity(), nil
}

func init() {
	addKnownTypes(scheme.Scheme)

	pluginmachinery.PluginRegistry().RegisterK8sPlugin(
		k8s.PluginEntry{
			ID:                  TaskType,
			RegisteredTaskTypes: []pluginsCore.TaskType{TaskType},
			ResourceToWatch:     identity(),
			Plugin:              solverJobPlugin{inspector: sync.OnceValue(connect)},
			IsDefault:           false,
		})
}
