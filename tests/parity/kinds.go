package parity

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/types/known/structpb"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/flyteorg/flyte/flyteidl/gen/pb-go/flyteidl/core"
	"github.com/flyteorg/flyte/flyteplugins/go/tasks/logs"
	"github.com/flyteorg/flyte/flyteplugins/go/tasks/pluginmachinery"
	"github.com/flyteorg/flyte/flyteplugins/go/tasks/pluginmachinery/k8s"
	propellerConfig "github.com/flyteorg/flyte/flytepropeller/pkg/controller/config"
	"github.com/flyteorg/flyte/flytestdlib/logger"

	// Flyte's own plugins for the kinds. The rendered ones are imported by plugins.go, which is written at build time.
	_ "github.com/flyteorg/flyte/flyteplugins/go/tasks/plugins/k8s/dask"
	_ "github.com/flyteorg/flyte/flyteplugins/go/tasks/plugins/k8s/kfoperators/pytorch"
	"github.com/flyteorg/flyte/flyteplugins/go/tasks/plugins/k8s/ray"
)

func init() {
	// flytek8s writes several lines for every pod that it builds.
	_ = logger.SetConfig(&logger.Config{Level: logger.ErrorLevel})

	// Flyte's own ray plugin has no log links unless it is told to; all others have Kubernetes' by default.
	cfg := *ray.GetConfig()
	cfg.Logs = logs.DefaultConfig
	_ = ray.SetConfig(&cfg)

	// No plugin asks the cluster that this may run in.
	propellerConfig.GetConfig().KubeConfigPath = "no-cluster"
}

// Kind is a kind of resource for which there are two plugins.
type Kind struct {
	Name string

	Ours, InTree Side

	pods []pod

	// podNames are what the operator calls the pods of the plain task, by the name of their place.
	podNames map[string][]string

	statuses []status
}

// Side is one of the two plugins, with its own words for the same task.
type Side struct {
	// ID is the plugin's, and the type of its tasks.
	ID string

	version int32

	// custom is the task's configuration in the plugin's own message, as JSON, by context. "" is the default.
	custom map[string]string

	// task is what the side says of the task where its message has no words for it, by context.
	task map[string]func(*Task)
}

// pod is a place in the resource where a pod goes.
type pod struct {
	name string

	// meta and spec are the paths of its labels and annotations, and of its PodSpec.
	meta, spec []any
}

// status is a state of the resource.
type status struct {
	name string

	// json is the status as the operator writes it.
	json string

	// age is the time since the resource was created.
	age time.Duration
}

// Kinds are what is compared.
var Kinds = []Kind{daskJob, rayJob, pytorchJob}

// Plugin returns the registered plugin.
func (s Side) Plugin() k8s.Plugin {
	for _, entry := range pluginmachinery.PluginRegistry().GetK8sPlugins() {
		if entry.ID == s.ID {
			return entry.Plugin
		}
	}

	panic(fmt.Sprintf("no plugin %q is registered", s.ID))
}

// Task returns the task of a context with the configuration in the plugin's own message.
func (s Side) Task(c Context) (*Task, error) {
	custom, ok := s.custom[c.Name]
	if !ok {
		custom = s.custom[""]
	}

	task := &Task{
		Template: &core.TaskTemplate{
			Id:              taskID,
			Type:            s.ID,
			TaskTypeVersion: s.version,
			Custom:          &structpb.Struct{},
			Target: &core.TaskTemplate_Container{Container: &core.Container{
				Image: "registry.example.com/task:v1",
				Args: []string{
					"pyflyte-execute", "--inputs", "{{.input}}", "--output-prefix", "{{.outputPrefix}}",
					"--", "task-module", "a b", "task-name", "",
				},
				Env: []*core.KeyValuePair{{Key: "FROM_TASK", Value: "yes"}},
			}},
		},
		Resources: &corev1.ResourceRequirements{
			Requests: resources("1", "2Gi"),
			Limits:   resources("2", "4Gi"),
		},
		Labels:      map[string]string{"execution-id": "a8k2", "kueue.x-k8s.io/queue-name": "team"},
		Annotations: map[string]string{"inject-flyte-secrets": "true"},
	}

	for _, change := range []func(*Task){c.task, s.task[c.Name]} {
		if change != nil {
			change(task)
		}
	}

	if custom == "" {
		return task, nil
	}

	return task, protojson.Unmarshal([]byte(custom), task.Template.GetCustom())
}

func resources(cpu, memory string) corev1.ResourceList {
	return corev1.ResourceList{
		corev1.ResourceCPU:    resource.MustParse(cpu),
		corev1.ResourceMemory: resource.MustParse(memory),
	}
}

// Observed returns what the plugin built for the task as the informer gives it once the operator has written a status.
func (s Side) Observed(ctx context.Context, task *Task, seen status) (client.Object, error) {
	built, err := s.Plugin().BuildResource(ctx, task)
	if err != nil {
		return nil, err
	}

	object, err := toMap(built)
	if err != nil {
		return nil, err
	}

	setAt(object, TaskName, "metadata", "name")
	setAt(object, namespace, "metadata", "namespace")
	setAt(object, time.Now().Add(-seen.age).UTC().Format(time.RFC3339), "metadata", "creationTimestamp")
	delete(object, "status")

	if seen.json != "" {
		object["status"] = json.RawMessage(seen.json)
	}

	raw, err := json.Marshal(object)
	if err != nil {
		return nil, err
	}

	out, err := s.Plugin().BuildIdentityResource(ctx, task.TaskExecutionMetadata())
	if err != nil {
		return nil, err
	}

	return out, json.Unmarshal(raw, out)
}

// Running returns the resource of the plain task while it runs.
func (k Kind) Running(ctx context.Context, side Side) (*Task, client.Object, error) {
	task, err := side.Task(Context{})
	if err != nil {
		return nil, nil, err
	}

	object, err := side.Observed(ctx, task, k.running())

	return task, object, err
}

func (k Kind) running() status {
	return k.statuses[slices.IndexFunc(k.statuses, func(s status) bool { return s.name == "Running" })]
}

func toMap(object any) (map[string]any, error) {
	raw, err := json.Marshal(object)
	if err != nil {
		return nil, err
	}

	out := map[string]any{}

	return out, json.Unmarshal(raw, &out)
}

func setAt(object map[string]any, value any, path ...string) {
	for _, name := range path[:len(path)-1] {
		below, ok := object[name].(map[string]any)
		if !ok {
			below = map[string]any{}
			object[name] = below
		}

		object = below
	}

	object[path[len(path)-1]] = value
}
