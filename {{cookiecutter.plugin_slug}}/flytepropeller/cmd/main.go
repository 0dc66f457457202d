// flytepropeller with every plugin that Flyte's own has, and those of this repository.
package main

import "github.com/flyteorg/flyte/flytepropeller/cmd/controller/cmd"

func main() {
	cmd.Execute()
}
