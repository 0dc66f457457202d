{% set p = plugin(cookiecutter) %}
// Package {{ p.names.name }} runs Flyte tasks as resources of kind {{ p.crd.kind }} of {{ p.crd.api_version }}.
//
// Importing the package registers the plugin with propeller, which uses it for tasks of type {{ p.names.task_type | quoted }} once
// {{ p.names.task_type | quoted }} is among its enabled plugins.
package {{ p.names.name }}

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
	TaskType = {{ p.names.task_type | quoted }}

	// nameBudget is the maximum length of a resource's name: operators append suffixes to it.
	nameBudget = {{ p.name_budget }}
)

type {{ p.names.go_config_class | go_unexported }}Plugin struct {
	// inspector returns the inspector, or nil if the cluster cannot be reached. It connects at the first call.
	inspector func() *inspector
}

var _ k8s.Plugin = {{ p.names.go_config_class | go_unexported }}Plugin{}

// GetProperties returns how the plugin manager handles the plugin's resources.
func ({{ p.names.go_config_class | go_unexported }}Plugin) GetProperties() k8s.PluginProperties {
	return k8s.PluginProperties{
		GeneratedNameMaxLength: ptr.To(nameBudget),
{% if p.every_replica %}

		ErrorAggregationStrategy: errorAggregation(),
{% endif %}
{% if p.abort_patch %}

		// After an abort the operator winds the resource down: it must not be deleted together with its workflow.
		DisableInjectOwnerReferences:    true,
		DisableDeleteResourceOnFinalize: true,
{% endif %}
	}
}

// BuildIdentityResource returns an empty object of the kind. The plugin manager adds name and namespace.
func ({{ p.names.go_config_class | go_unexported }}Plugin) BuildIdentityResource(
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
			Plugin:              {{ p.names.go_config_class | go_unexported }}Plugin{inspector: sync.OnceValue(connect)},
			IsDefault:           false,
		})
}
