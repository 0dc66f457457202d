// Package solverjob runs Flyte tasks as resources of kind SolverJob of batch.solver.example.com/v1.
//
// Importing the package registers the plugin with propeller, which uses it for tasks of type "solverjob" once
// "solverjob" is among its enabled plugins.
package solverjob

import "github.com/example/flyte-solverjob-plugin/internal/operator"

// plugin is what propeller runs. To change a row of kind, do so before it is registered.
var plugin = operator.Register(kind)

// GetConfig returns the configuration in effect, section plugins.solverjob of propeller's.
func GetConfig() *operator.Config {
	return plugin.Config()
}
