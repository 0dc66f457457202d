// flytepropeller with every plugin that Flyte's own has, and those of this repository. Each file named plugin_*.go adds one:
// propeller runs tasks of a plugin that it lacks as plain containers, so none of Flyte's is left out.
package main

import "github.com/flyteorg/flyte/flytepropeller/cmd/controller/cmd"

func main() {
	cmd.Execute()
}
