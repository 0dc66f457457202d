package parity

import "time"

var daskJob = Kind{
	Name: "DaskJob",
	Ours: Side{ID: "daskjob", custom: map[string]string{
		"": `{"worker": {"replicas": "2"}}`,
		"role sizes and images": `{
			"worker": {"replicas": "4", "role": {"image": "registry.example.com/worker:v1", ` + roleResources + `}},
			"scheduler": {"role": {"image": "registry.example.com/scheduler:v1", ` + roleResources + `}}
		}`,
		acceleratorOfRoles: `{
			"job": {` + gpuRole + `}, "scheduler": {` + gpuRole + `}, "worker": {"replicas": "2", ` + gpuRole + `}
		}`,
		"unknown field": `{"workers": 1}`,
	}},
	InTree: Side{ID: "dask", custom: map[string]string{
		"": `{"workers": {"numberOfWorkers": 2}}`,
		"role sizes and images": `{
			"workers": {"numberOfWorkers": 4, "image": "registry.example.com/worker:v1", ` + roleResources + `},
			"scheduler": {"image": "registry.example.com/scheduler:v1", ` + roleResources + `}
		}`,
		"unknown field": `{"worker": 1}`,
	}, task: map[string]func(*Task){acceleratorOfRoles: withAccelerator}},
	pods: []pod{
		{"job", path("spec.job.metadata"), path("spec.job.spec")},
		{"scheduler", path("spec.cluster.spec.scheduler.metadata"), path("spec.cluster.spec.scheduler.spec")},
		{"worker", path("spec.cluster.spec.worker.metadata"), path("spec.cluster.spec.worker.spec")},
	},
	podNames: map[string][]string{
		"job":       {TaskName + "-runner"},
		"scheduler": {TaskName + "-scheduler-6c8d9f-4k2xz"},
		"worker":    {TaskName + "-default-worker-0f3a9c-7d5b8-2lqwe", TaskName + "-default-worker-b71e42-5f6c9-9rtyu"},
	},
	statuses: []status{
		{name: "none yet", age: 10 * time.Second},
		{name: "none for an hour", age: time.Hour},
		{name: "JobCreated", json: `{"jobStatus": "JobCreated", "clusterName": "a8k2-n0-0"}`},
		{name: "ClusterCreated", json: `{"jobStatus": "ClusterCreated", "clusterName": "a8k2-n0-0"}`},
		{name: "Running", json: daskStatus("Running")},
		{name: "Successful", json: daskStatus("Successful")},
		{name: "Failed", json: daskStatus("Failed")},
		{name: "a state of a newer operator", json: daskStatus("Pausing")},
	},
}

func daskStatus(state string) string {
	return `{
		"jobStatus": "` + state + `",
		"clusterName": "a8k2-n0-0",
		"jobRunnerPodName": "a8k2-n0-0-runner",
		"startTime": "2024-01-02T03:04:05Z"
	}`
}
