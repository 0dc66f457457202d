// Package plugintest_test holds Flyte's own plugins to the contract that rendered ones are held to. It is laid over a
// rendering, whose module requires them.
package plugintest_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"google.golang.org/protobuf/types/known/structpb"

	"github.com/flyteorg/flyte/flyteidl/gen/pb-go/flyteidl/core"
	"github.com/flyteorg/flyte/flyteplugins/go/tasks/logs"
	pluginsCore "github.com/flyteorg/flyte/flyteplugins/go/tasks/pluginmachinery/core"
	"github.com/flyteorg/flyte/flyteplugins/go/tasks/plugins/k8s/dask"
	_ "github.com/flyteorg/flyte/flyteplugins/go/tasks/plugins/k8s/kfoperators/pytorch"
	"github.com/flyteorg/flyte/flyteplugins/go/tasks/plugins/k8s/ray"

	"github.com/example/flyte-solverjob-plugin/internal/plugintest"
)

// task returns tasks as flytekit registers them.
func task(taskType string, version int32, custom string) func(testing.TB) *core.TaskTemplate {
	return func(t testing.TB) *core.TaskTemplate {
		template := &core.TaskTemplate{
			Id:              &core.Identifier{Name: "task"},
			Type:            taskType,
			TaskTypeVersion: version,
			Custom:          &structpb.Struct{},
			Target:          &core.TaskTemplate_Container{Container: plugintest.Container()},
		}
		require.NoError(t, template.GetCustom().UnmarshalJSON([]byte(custom)))

		return template
	}
}

// states returns a status for each of an operator's states, which stands where format has %s.
func states(format string, phases map[string]pluginsCore.Phase) []plugintest.Status {
	statuses := []plugintest.Status{}
	for state, phase := range phases {
		statuses = append(statuses, plugintest.Status{
			Name: state, JSON: strings.ReplaceAll(format, "%s", state), Phase: phase,
		})
	}

	return statuses
}

func TestDask(t *testing.T) {
	plugintest.Run(t, plugintest.Subject{
		ID:       "dask",
		Template: task("dask", 0, `{"scheduler": {}, "workers": {"number_of_workers": 2}}`),
		Commands: 1,
		Pods:     3,
		Leaders:  []string{"spec.job.spec", "spec.cluster.spec.scheduler.spec"},
		Statuses: states(`{"jobStatus": "%s"}`, map[string]pluginsCore.Phase{
			"JobCreated":     pluginsCore.PhaseInitializing,
			"ClusterCreated": pluginsCore.PhaseInitializing,
			"Running":        pluginsCore.PhaseRunning,
			"Successful":     pluginsCore.PhaseSuccess,
			"Failed":         pluginsCore.PhaseRetryableFailure,
		}),
		Unknown:    `{"jobStatus": "SomethingElse"}`,
		Empty:      `{"jobStatus": ""}`,
		Progress:   []string{`{"jobStatus": "Running"}`, `{"jobStatus": "Running", "jobRunnerPodName": "runner"}`},
		StuckAfter: time.Hour,
		SetLogs: func(t testing.TB, links logs.LogConfig) {
			before := *dask.GetConfig()
			t.Cleanup(func() { require.NoError(t, dask.SetConfig(&before)) })
			require.NoError(t, dask.SetConfig(&dask.Config{Logs: links}))
		},
	})
}

func TestRay(t *testing.T) {
	plugintest.Run(t, plugintest.Subject{
		ID: "ray",
		Template: task("ray", 0, `{"rayCluster": {
			"headGroupSpec": {}, "workerGroupSpec": [{"groupName": "workers", "replicas": 2}]
		}}`),
		Commands: 1,
		Pods:     3,
		Labelled: 3,
		Leaders:  []string{"spec.rayClusterSpec.headGroupSpec.template.spec"},
		Statuses: states(`{"jobDeploymentStatus": "%s"}`, map[string]pluginsCore.Phase{
			"Initializing":     pluginsCore.PhaseInitializing,
			"Running":          pluginsCore.PhaseRunning,
			"Retrying":         pluginsCore.PhaseRunning,
			"Complete":         pluginsCore.PhaseSuccess,
			"Failed":           pluginsCore.PhaseRetryableFailure,
			"ValidationFailed": pluginsCore.PhaseRetryableFailure,
			"Suspending":       pluginsCore.PhaseQueued,
			"Suspended":        pluginsCore.PhaseQueued,
		}),
		Unknown:    `{"jobDeploymentStatus": "SomethingElse"}`,
		Empty:      `{"jobDeploymentStatus": ""}`,
		Suspended:  `{"jobDeploymentStatus": "Suspended"}`,
		Failed:     `{"jobDeploymentStatus": "Failed", "message": "out of memory"}`,
		Message:    "out of memory",
		Progress:   []string{`{"jobDeploymentStatus": "Running"}`, `{"jobDeploymentStatus": "Running", "jobStatus": "RUNNING"}`},
		StuckAfter: time.Hour,
		SetLogs: func(t testing.TB, links logs.LogConfig) {
			before := *ray.GetConfig()
			t.Cleanup(func() { require.NoError(t, ray.SetConfig(&before)) })
			cfg := before
			cfg.Logs = links
			require.NoError(t, ray.SetConfig(&cfg))
		},
	})
}

func TestPyTorch(t *testing.T) {
	condition := `{"startTime": "2026-01-01T00:00:00Z", "conditions": [{"type": "%s", "status": "True"}]}`

	plugintest.Run(t, plugintest.Subject{
		ID:       "pytorch",
		Template: task("pytorch", 1, `{"workerReplicas": {"replicas": 2}, "masterReplicas": {"replicas": 1}}`),
		Commands: 2,
		Pods:     2,
		Labelled: 2,
		Leaders:  []string{"spec.pytorchReplicaSpecs.Master.template.spec"},
		Statuses: states(condition, map[string]pluginsCore.Phase{
			"Created":    pluginsCore.PhaseQueued,
			"Running":    pluginsCore.PhaseRunning,
			"Restarting": pluginsCore.PhaseRunning,
			"Succeeded":  pluginsCore.PhaseSuccess,
			"Failed":     pluginsCore.PhaseRetryableFailure,
			"Suspended":  pluginsCore.PhaseQueued,
		}),
		Unknown:   strings.ReplaceAll(condition, "%s", "SomethingElse"),
		Empty:     `{"conditions": []}`,
		Suspended: strings.ReplaceAll(condition, "%s", "Suspended"),
		Failed:    `{"conditions": [{"type": "Failed", "status": "True", "message": "out of memory"}]}`,
		Message:   "out of memory",
		Progress: []string{
			`{"conditions": [{"type": "Running", "status": "True", "message": "1 of 2 run"}]}`,
			`{"conditions": [{"type": "Running", "status": "True", "message": "2 of 2 run"}]}`,
		},
		StuckAfter: time.Hour,
		SetLogs: func(t testing.TB, links logs.LogConfig) {
			before := *logs.GetLogConfig()
			t.Cleanup(func() { require.NoError(t, logs.SetLogConfig(&before)) })
			require.NoError(t, logs.SetLogConfig(&links))
		},
	})
}
