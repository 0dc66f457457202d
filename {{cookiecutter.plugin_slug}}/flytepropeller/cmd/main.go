{% set p = project(cookiecutter) %}
// Command flytepropeller is Flyte's propeller with its own plugins and those of this repository.
package main

import (
	"os"

	"k8s.io/klog/v2"
	ctrllog "sigs.k8s.io/controller-runtime/pkg/log"

	"github.com/flyteorg/flyte/flytepropeller/cmd/controller/cmd"

	"{{ p.names.go_module }}/internal/doctor"
)

func main() {
	// Flyte does not export its root command, so that no subcommand can be added to it.
	if status, isOurs := doctor.Main(os.Args[1:], os.Stdout, os.Stderr); isOurs {
		os.Exit(status)
	}

	// Flyte gives controller-runtime no logger: without one, an informer without the rights to list or watch blocks tasks, and nothing is logged.
	ctrllog.SetLogger(klog.Background())

	cmd.Execute()
}
