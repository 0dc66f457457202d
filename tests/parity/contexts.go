package parity

import (
	"encoding/json"
	"strconv"
	"strings"

	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/types/known/structpb"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/flyteorg/flyte/flyteidl/gen/pb-go/flyteidl/core"
	"github.com/flyteorg/flyte/flyteplugins/go/tasks/pluginmachinery/flytek8s"
	"github.com/flyteorg/flyte/flyteplugins/go/tasks/pluginmachinery/flytek8s/config"
)

// Context is what surrounds a task: how it was declared and run, and how the cluster is configured.
type Context struct {
	Name string

	task func(*Task)

	cluster func(*config.K8sPluginConfig)
}

// contexts are those in which plugins are compared. The plugins' own messages of a context have its name.
var contexts = []Context{
	{Name: "plain"},
	{Name: "role sizes and images"},
	{Name: "settings of the operator"},
	{Name: "elastic"},
	{Name: "service account", task: func(t *Task) { t.ServiceAccount = "team" }},
	{Name: "environment", task: func(t *Task) {
		t.Environment = map[string]string{"FROM_EXECUTION": "yes"}
	}, cluster: func(c *config.K8sPluginConfig) {
		c.DefaultEnvVars = map[string]string{"FROM_CLUSTER": "yes"}
		c.DefaultEnvFromSecrets = []string{"credentials"}
	}},
	{Name: "interruptible", task: func(t *Task) { t.Interruptible = true }, cluster: func(c *config.K8sPluginConfig) {
		c.InterruptibleTolerations = []corev1.Toleration{toleration("spot")}
		c.InterruptibleNodeSelectorRequirement = &corev1.NodeSelectorRequirement{
			Key: "spot", Operator: corev1.NodeSelectorOpIn, Values: []string{"true"},
		}
		c.NonInterruptibleNodeSelectorRequirement = &corev1.NodeSelectorRequirement{
			Key: "spot", Operator: corev1.NodeSelectorOpDoesNotExist,
		}
	}},
	{Name: "accelerator", task: withAccelerator, cluster: ofGPUs},
	// Ours say it of every role, and in-tree of the task: they have no roles with accelerators.
	{Name: acceleratorOfRoles, cluster: ofGPUs},
	{Name: "cluster defaults", cluster: func(c *config.K8sPluginConfig) {
		c.DefaultLabels = map[string]string{"cluster": "a"}
		c.DefaultAnnotations = map[string]string{"cluster": "a"}
		c.DefaultTolerations = []corev1.Toleration{toleration("flyte")}
		c.DefaultNodeSelector = map[string]string{"pool": "flyte"}
		c.DefaultAffinity = &corev1.Affinity{PodAntiAffinity: &corev1.PodAntiAffinity{
			PreferredDuringSchedulingIgnoredDuringExecution: []corev1.WeightedPodAffinityTerm{
				{Weight: 1, PodAffinityTerm: corev1.PodAffinityTerm{TopologyKey: "kubernetes.io/hostname"}},
			},
		}}
		c.SchedulerName = "volcano"
	}},
	{Name: "pod template of the cluster", task: func(t *Task) {
		flytek8s.DefaultPodTemplateStore.Store(&corev1.PodTemplate{
			ObjectMeta: metav1.ObjectMeta{Name: "team", Namespace: namespace},
			Template: corev1.PodTemplateSpec{
				ObjectMeta: metav1.ObjectMeta{Labels: map[string]string{"from-template": "yes"}},
				Spec: corev1.PodSpec{
					Containers:        []corev1.Container{{Name: "primary", TerminationMessagePath: "/dev/other-log"}},
					PriorityClassName: "high",
				},
			},
		})
		t.Template.Metadata = &core.TaskMetadata{PodTemplateName: "team"}
	}},
	{Name: "pod template of the task", task: func(t *Task) {
		t.Template.Target = &core.TaskTemplate_K8SPod{K8SPod: &core.K8SPod{
			Metadata: &core.K8SObjectMetadata{Labels: map[string]string{"from-task": "yes"}},
			PodSpec: structOf(`{
				"containers": [
					{"name": "main", "image": "registry.example.com/task:v1", "args": ["pyflyte-execute", "task-name"]},
					{"name": "sidecar", "image": "registry.example.com/sidecar:v1"}
				],
				"volumes": [{"name": "scratch", "emptyDir": {}}]
			}`),
		}}
		t.Template.Config = map[string]string{flytek8s.PrimaryContainerKey: "main"}
	}},
	{Name: "unknown field"},
}

// acceleratorOfRoles is the context in which a plugin's roles have the accelerator that the task has in another one.
const acceleratorOfRoles = "accelerator of each role"

func withAccelerator(t *Task) {
	t.Resources.Limits[flytek8s.ResourceNvidiaGPU] = resource.MustParse("1")
	t.ExtendedResources = &core.ExtendedResources{}

	if err := protojson.Unmarshal([]byte(extendedResources), t.ExtendedResources); err != nil {
		panic(err)
	}
}

func ofGPUs(c *config.K8sPluginConfig) {
	c.DefaultNodeSelector = map[string]string{"pool": "flyte"}
	c.AddTolerationsForExtendedResources = []string{flytek8s.ResourceNvidiaGPU}
	c.ResourceTolerations = map[corev1.ResourceName][]corev1.Toleration{
		flytek8s.ResourceNvidiaGPU: {toleration("gpu")},
	}
}

const (
	// extendedResources are a part of a GPU, and shared memory. gpuRole is a role that has them.
	extendedResources = `{
		"gpuAccelerator": {"device": "nvidia-tesla-a100", "partitionSize": "1g.5gb"},
		"sharedMemory": {"mountName": "shm", "mountPath": "/dev/shm", "sizeLimit": "1Gi"}
	}`

	gpuRole = `"role": {
		"resources": {"limits": [{"name": "GPU", "value": "1"}]}, "extendedResources": ` + extendedResources + `
	}`

	// roleResources are those of a role in Flyte's message, k8sResources the same in a container.
	roleResources = `"resources": {
		"requests": [{"name": "CPU", "value": "3"}, {"name": "MEMORY", "value": "6Gi"}],
		"limits": [{"name": "CPU", "value": "3"}, {"name": "MEMORY", "value": "6Gi"}]
	}`

	k8sResources = `"resources": {
		"requests": {"cpu": "3", "memory": "6Gi"},
		"limits": {"cpu": "3", "memory": "6Gi"}
	}`
)

func toleration(key string) corev1.Toleration {
	return corev1.Toleration{Key: key, Operator: corev1.TolerationOpExists, Effect: corev1.TaintEffectNoSchedule}
}

func structOf(text string) *structpb.Struct {
	out := &structpb.Struct{}
	if err := protojson.Unmarshal([]byte(text), out); err != nil {
		panic(err)
	}

	return out
}

// template is a pod in a PodTemplateSpec at a path.
func template(name, at string) pod {
	return pod{name, path(at + ".metadata"), path(at + ".spec")}
}

// path is a dotted path; numbers are indices of lists.
func path(dotted string) []any {
	var out []any

	for _, name := range strings.Split(dotted, ".") {
		if index, err := strconv.Atoi(name); err == nil {
			out = append(out, index)
		} else {
			out = append(out, name)
		}
	}

	return out
}

// in sets the cluster up as the context says, and returns what undoes it.
func (c Context) in() (restore func(), err error) {
	before := config.GetK8sPluginConfig()

	raw, err := json.Marshal(before)
	if err != nil {
		return nil, err
	}

	cfg := &config.K8sPluginConfig{}
	if err := json.Unmarshal(raw, cfg); err != nil {
		return nil, err
	}

	if c.cluster != nil {
		c.cluster(cfg)
	}

	return func() { _ = config.SetK8sPluginConfig(before) }, config.SetK8sPluginConfig(cfg)
}
