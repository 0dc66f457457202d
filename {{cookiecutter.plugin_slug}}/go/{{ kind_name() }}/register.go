{% set p = plugin(cookiecutter) %}
// Package {{ p.names.name }} runs Flyte tasks as resources of kind {{ p.crd.kind }} of {{ p.crd.api_version }}.
//
// Importing the package registers the plugin with propeller, which uses it for tasks of type {{ p.names.task_type | quoted }} once
// {{ p.names.task_type | quoted }} is among its enabled plugins.
package {{ p.names.name }}

import "{{ p.names.go_module }}/internal/operator"

// plugin is what propeller runs. To change a row of kind, do so before it is registered.
var plugin = operator.Register(kind)

// GetConfig returns the configuration in effect, section plugins.{{ p.names.name }} of propeller's.
func GetConfig() *operator.Config {
	return plugin.Config()
}
