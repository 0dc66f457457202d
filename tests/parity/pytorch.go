package parity

import (
	"fmt"
	"strings"
	"time"
)

var pytorchJob = Kind{
	Name: "PyTorchJob",
	Ours: Side{ID: "pytorchjob", custom: map[string]string{
		"": `{"master": {"replicas": 1}, "worker": {"replicas": 2}}`,
		"role sizes and images": `{
			"master": {"replicas": 1, "role": {"image": "registry.example.com/master:v1", ` + roleResources + `}},
			"worker": {"replicas": 4, "role": {"image": "registry.example.com/worker:v1", ` + roleResources + `}}
		}`,
		"settings of the operator": `{
			"master": {"replicas": 1, "restartPolicy": "OnFailure"},
			"worker": {"replicas": 2, "restartPolicy": "OnFailure"},
			"activeDeadlineSeconds": 600,
			"specOverrides": {"runPolicy": {"cleanPodPolicy": "All", "ttlSecondsAfterFinished": 60, "backoffLimit": 3}}
		}`,
		"elastic": `{
			"worker": {"replicas": 2},
			"minReplicas": 1, "maxReplicas": 2, "nprocPerNode": "4", "maxRestarts": 3, "rdzvBackend": "c10d"
		}`,
		acceleratorOfRoles: `{
			"master": {"replicas": 1, ` + gpuRole + `}, "worker": {"replicas": 2, ` + gpuRole + `}
		}`,
		"unknown field": `{"workers": 1}`,
	}},
	InTree: Side{ID: "pytorch", version: 1, custom: map[string]string{
		"": `{"masterReplicas": {"common": {"replicas": 1}}, "workerReplicas": {"common": {"replicas": 2}}}`,
		"role sizes and images": `{
			"masterReplicas": {"common": {"replicas": 1, "image": "registry.example.com/master:v1", ` + roleResources + `}},
			"workerReplicas": {"common": {"replicas": 4, "image": "registry.example.com/worker:v1", ` + roleResources + `}}
		}`,
		"settings of the operator": `{
			"masterReplicas": {"common": {"replicas": 1, "restartPolicy": "RESTART_POLICY_ON_FAILURE"}},
			"workerReplicas": {"common": {"replicas": 2, "restartPolicy": "RESTART_POLICY_ON_FAILURE"}},
			"runPolicy": {"cleanPodPolicy": "CLEANPOD_POLICY_ALL", "ttlSecondsAfterFinished": 60,
				"activeDeadlineSeconds": 600, "backoffLimit": 3}
		}`,
		"elastic": `{
			"workerReplicas": {"common": {"replicas": 2}},
			"elasticConfig": {"minReplicas": 1, "maxReplicas": 2, "nprocPerNode": 4, "maxRestarts": 3, "rdzvBackend": "c10d"}
		}`,
		"unknown field": `{"worker": 1}`,
	}, task: map[string]func(*Task){acceleratorOfRoles: withAccelerator}},
	pods: []pod{
		template("master", "spec.pytorchReplicaSpecs.Master.template"),
		template("worker", "spec.pytorchReplicaSpecs.Worker.template"),
	},
	podNames: map[string][]string{
		"master": {TaskName + "-master-0"},
		"worker": {TaskName + "-worker-0", TaskName + "-worker-1"},
	},
	statuses: []status{
		{name: "none yet", age: 10 * time.Second},
		{name: "none for an hour", age: time.Hour},
		{name: "Created", json: kubeflowStatus("Created")},
		{name: "Running", json: kubeflowStatus("Created", "Running")},
		{name: "Restarting", json: kubeflowStatus("Created", "-Running", "Restarting")},
		{name: "Suspended", json: kubeflowStatus("Created", "-Running", "Suspended")},
		{name: "Succeeded", json: kubeflowStatus("Created", "-Running", "Succeeded")},
		{name: "Failed", json: kubeflowStatus("Created", "-Running", "Failed")},
		{name: "a state of a newer operator", json: kubeflowStatus("Created", "-Running", "Pausing")},
	},
}

// kubeflowStatus has a condition of each type, one second after the other; a type after "-" is False.
func kubeflowStatus(types ...string) string {
	conditions := make([]string, len(types))

	for i, each := range types {
		value := "True"
		if strings.HasPrefix(each, "-") {
			each, value = each[1:], "False"
		}

		conditions[i] = fmt.Sprintf(`{
			"type": "%[1]s", "status": "%[2]s", "reason": "PyTorchJob%[1]s", "message": "PyTorchJob a8k2-n0-0 is %[3]s.",
			"lastUpdateTime": "2024-01-02T03:04:%02[4]dZ", "lastTransitionTime": "2024-01-02T03:04:%02[4]dZ"
		}`, each, value, strings.ToLower(each), i)
	}

	return `{
		"conditions": [` + strings.Join(conditions, ", ") + `],
		"replicaStatuses": {"Master": {"active": 1}, "Worker": {"active": 2}},
		"startTime": "2024-01-02T03:04:05Z"
	}`
}
