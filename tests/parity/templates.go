package parity

import (
	"context"
	"os"

	"github.com/flyteorg/flyte/flytestdlib/config"
	"github.com/flyteorg/flyte/flytestdlib/config/viper"
)

// quickLooks has no look at the cluster wait for others.
const quickLooks = `
plugins:
  daskjob: {diagnosis: {qps: 1000}}
  pytorchjob: {diagnosis: {qps: 1000}}
  rayjob: {diagnosis: {qps: 1000}}
`

// logTemplates is what a cluster may have in propeller's configuration, in the section of each plugin.
const logTemplates = `
plugins:
  logs: &logs # of pytorch
    kubernetes-enabled: false
    templates:
      - displayName: "Pod logs"
        templateUris: ["https://logs.example.com/{{ .namespace }}/{{ .podName }}/{{ .containerName }}"]
      - displayName: "All logs"
        templateUris: ["https://logs.example.com/{{ .executionProject }}/{{ .executionName }}/{{ .nodeID }}"]
  pytorchjob: {logs: *logs}
  dask: {logs: *logs}
  daskjob: {logs: *logs}
  ray:
    logs:
      kubernetes-enabled: false
      templates:
        - displayName: "Pod logs"
          templateUris: ["https://logs.example.com/{{ .namespace }}/{{ .podName }}/{{ .containerName }}"]
        - displayName: "All logs"
          templateUris: ["https://logs.example.com/{{ .executionProject }}/{{ .executionName }}/{{ .nodeID }}"]
        - displayName: "Cluster logs"
          templateUris: ["https://logs.example.com/{{ .rayClusterName }}/{{ .rayJobID }}"]
    dashboardURLTemplate:
      displayName: "Ray Dashboard"
      templateUris: ["https://ray.example.com/{{ .rayClusterName }}"]
  rayjob:
    logs:
      kubernetes-enabled: false
      templates:
        - displayName: "Pod logs"
          templateUris: ["https://logs.example.com/{{ .namespace }}/{{ .podName }}/{{ .containerName }}"]
        - displayName: "All logs"
          templateUris: ["https://logs.example.com/{{ .executionProject }}/{{ .executionName }}/{{ .nodeID }}"]
        - displayName: "Cluster logs"
          templateUris: ["https://logs.example.com/{{ .rayClusterName }}/{{ .jobId }}"]
        - displayName: "Ray Dashboard"
          templateUris: ["https://ray.example.com/{{ .rayClusterName }}"]
`

// configure sets propeller's configuration for good.
func configure(ctx context.Context, yaml string) error {
	file, err := os.CreateTemp("", "propeller-*.yaml")
	if err != nil {
		return err
	}

	defer os.Remove(file.Name())

	if _, err := file.WriteString(yaml); err != nil {
		return err
	}

	return viper.NewAccessor(config.Options{SearchPaths: []string{file.Name()}}).UpdateConfig(ctx)
}
