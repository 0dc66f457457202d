{% set p = project(cookiecutter) %}
// Command flytepropeller is Flyte's propeller with its own plugins and those of this repository.
package main

import (
	"os"

	"k8s.io/klog/v2"
	ctrllog "sigs.k8s.io/controller-runtime/pkg/log"

	"github.com/flyteorg/flyte/flytepropeller/cmd/controller/cmd"

	// All plugins of Flyte's own propeller, with plugin_spark.go: tasks of a plugin that a propeller lacks run as plain
	// containers, so a shorter list would break other people's tasks. This repository's own are in plugin_*.go.
	_ "github.com/flyteorg/flyte/flyteplugins/go/tasks/plugins/array/awsbatch"
	_ "github.com/flyteorg/flyte/flyteplugins/go/tasks/plugins/array/k8s"
	_ "github.com/flyteorg/flyte/flyteplugins/go/tasks/plugins/k8s/dask"
	_ "github.com/flyteorg/flyte/flyteplugins/go/tasks/plugins/k8s/kfoperators/mpi"
	_ "github.com/flyteorg/flyte/flyteplugins/go/tasks/plugins/k8s/kfoperators/pytorch"
	_ "github.com/flyteorg/flyte/flyteplugins/go/tasks/plugins/k8s/kfoperators/tensorflow"
	_ "github.com/flyteorg/flyte/flyteplugins/go/tasks/plugins/k8s/pod"
	_ "github.com/flyteorg/flyte/flyteplugins/go/tasks/plugins/k8s/ray"
	_ "github.com/flyteorg/flyte/flyteplugins/go/tasks/plugins/testing"
	_ "github.com/flyteorg/flyte/flyteplugins/go/tasks/plugins/webapi/athena"
	_ "github.com/flyteorg/flyte/flyteplugins/go/tasks/plugins/webapi/bigquery"
	_ "github.com/flyteorg/flyte/flyteplugins/go/tasks/plugins/webapi/databricks"
	_ "github.com/flyteorg/flyte/flyteplugins/go/tasks/plugins/webapi/snowflake"

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
