package parity

import "time"

var rayJob = Kind{
	Name: "RayJob",
	Ours: Side{ID: "rayjob", custom: map[string]string{
		"": `{"headGroupSpec": {}, "workerGroupSpecs": [
			{"groupName": "workers", "replicas": 2, "minReplicas": 1, "maxReplicas": 4}
		]}`,
		"role sizes and images": `{
			"headGroupSpec": {"role": {"podTemplate": {"primaryContainerName": "ray-head", "podSpec": ` + rayHeadPod + `}}},
			"workerGroupSpecs": [{"groupName": "workers", "replicas": 2, "minReplicas": 1, "maxReplicas": 4,
				"role": {"podTemplate": {"primaryContainerName": "ray-worker", "metadata": {"labels": {"team": "research"}},
					"podSpec": ` + rayWorkerPod + `}}}]
		}`,
		"settings of the operator": `{
			"headGroupSpec": {"rayStartParams": {"num-cpus": "0"}},
			"workerGroupSpecs": [{"groupName": "workers", "replicas": 2, "minReplicas": 1, "maxReplicas": 4,
				"rayStartParams": {"block": "true"}}],
			"runtimeEnvYAML": "pip: [numpy]",
			"shutdownAfterJobFinishes": true,
			"specOverrides": {
				"ttlSecondsAfterFinished": 60,
				"rayClusterSpec": {"enableInTreeAutoscaling": true, "autoscalerOptions": {"idleTimeoutSeconds": 30}}
			}
		}`,
		acceleratorOfRoles: `{"headGroupSpec": {` + gpuRole + `}, "workerGroupSpecs": [
			{"groupName": "workers", "replicas": 2, "minReplicas": 1, "maxReplicas": 4, ` + gpuRole + `}
		]}`,
		"unknown field": `{"rayCluster": {}}`,
	}},
	InTree: Side{ID: "ray", custom: map[string]string{
		"": `{"rayCluster": {"headGroupSpec": {}, "workerGroupSpec": [
			{"groupName": "workers", "replicas": 2, "minReplicas": 1, "maxReplicas": 4}
		]}}`,
		"role sizes and images": `{"rayCluster": {
			"headGroupSpec": {"k8sPod": {"podSpec": ` + rayHeadPod + `}},
			"workerGroupSpec": [{"groupName": "workers", "replicas": 2, "minReplicas": 1, "maxReplicas": 4,
				"k8sPod": {"metadata": {"labels": {"team": "research"}}, "podSpec": ` + rayWorkerPod + `}}]
		}}`,
		"settings of the operator": `{
			"rayCluster": {
				"headGroupSpec": {"rayStartParams": {"num-cpus": "0"}},
				"workerGroupSpec": [{"groupName": "workers", "replicas": 2, "minReplicas": 1, "maxReplicas": 4,
					"rayStartParams": {"block": "true"}}],
				"enableAutoscaling": true,
				"autoscalerOptions": {"idleTimeoutSeconds": 30}
			},
			"runtimeEnvYaml": "pip: [numpy]",
			"shutdownAfterJobFinishes": true,
			"ttlSecondsAfterFinished": 60
		}`,
		"unknown field": `{"rayCluster": {"headGroupSpecs": {}}}`,
	}, task: map[string]func(*Task){acceleratorOfRoles: withAccelerator}},
	pods: []pod{
		template("head", "spec.rayClusterSpec.headGroupSpec.template"),
		template("worker", "spec.rayClusterSpec.workerGroupSpecs.0.template"),
		template("submitter", "spec.submitterPodTemplate"),
	},
	podNames: map[string][]string{
		"head":   {TaskName + "-raycluster-x7k2m-head-q4z8p"},
		"worker": {TaskName + "-raycluster-x7k2m-worker-5hj2k", TaskName + "-raycluster-x7k2m-worker-8vn4c"},
	},
	statuses: []status{
		{name: "none yet", age: 10 * time.Second},
		{name: "none for an hour", age: time.Hour},
		{name: "Initializing", json: RayStatus("Initializing", "")},
		{name: "Waiting", json: RayStatus("Waiting", "")},
		{name: "Running", json: RayStatus("Running", "RUNNING")},
		{name: "Retrying", json: RayStatus("Retrying", "FAILED")},
		{name: "Suspending", json: RayStatus("Suspending", "STOPPED")},
		{name: "Suspended", json: RayStatus("Suspended", "")},
		{name: "Complete, SUCCEEDED", json: RayStatus("Complete", "SUCCEEDED")},
		{name: "Complete, STOPPED", json: RayStatus("Complete", "STOPPED")},
		{name: "Failed", json: RayStatus("Failed", "FAILED")},
		{name: "ValidationFailed", json: RayStatus("ValidationFailed", "")},
		{name: "a state of a newer operator", json: RayStatus("Pausing", "RUNNING")},
	},
}

const (
	rayHeadPod = `{"containers": [{"name": "ray-head", "image": "registry.example.com/head:v1", ` +
		k8sResources + `}], "nodeSelector": {"disk": "ssd"}}`

	rayWorkerPod = `{"containers": [{"name": "ray-worker", "image": "registry.example.com/worker:v1", ` +
		k8sResources + `}], "runtimeClassName": "nvidia"}`
)

// RayStatus is the status of a RayJob as KubeRay writes it.
func RayStatus(deployment, job string) string {
	return `{
		"jobId": "a8k2-n0-0-7x9fk",
		"rayClusterName": "a8k2-n0-0-raycluster-x7k2m",
		"dashboardURL": "a8k2-n0-0-raycluster-x7k2m-head-svc.project-development.svc.cluster.local:8265",
		"jobStatus": "` + job + `",
		"jobDeploymentStatus": "` + deployment + `",
		"message": "Job is ` + deployment + `.",
		"startTime": "2024-01-02T03:04:05Z",
		"observedGeneration": 1,
		"rayClusterStatus": {
			"state": "ready",
			"readyWorkerReplicas": 2,
			"availableWorkerReplicas": 2,
			"desiredWorkerReplicas": 2,
			"minWorkerReplicas": 1,
			"maxWorkerReplicas": 4,
			"desiredCPU": "6",
			"desiredMemory": "12Gi",
			"desiredGPU": "0",
			"desiredTPU": "0",
			"lastUpdateTime": "2024-01-02T03:05:05Z",
			"stateTransitionTimes": {"ready": "2024-01-02T03:05:05Z"},
			"endpoints": {"client": "10001", "dashboard": "8265", "gcs-server": "6379", "metrics": "8080", "serve": "8000"},
			"head": {
				"podIP": "10.1.2.3",
				"serviceIP": "10.4.5.6",
				"podName": "a8k2-n0-0-raycluster-x7k2m-head-q4z8p",
				"serviceName": "a8k2-n0-0-raycluster-x7k2m-head-svc"
			},
			"observedGeneration": 1,
			"conditions": [
				{"type": "HeadPodReady", "status": "True", "reason": "HeadPodRunningAndReady", "message": "",
					"lastTransitionTime": "2024-01-02T03:04:45Z"},
				{"type": "RayClusterProvisioned", "status": "True", "reason": "AllPodRunningAndReadyFirstTime",
					"message": "All Ray Pods are ready for the first time", "lastTransitionTime": "2024-01-02T03:05:05Z"}
			]
		}
	}`
}
