// Command builder builds the resources of tasks with the plugin of a rendered repository, and reads resources, as propeller would.
//
// It is compiled inside that repository, beside a file that imports the plugin, and uses what the plugin registers and, of its
// library, what reading.go adds to it. It reads a request from its standard input and writes a list of results.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"slices"

	"github.com/stretchr/testify/mock"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/types/known/structpb"
	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"

	"github.com/flyteorg/flyte/flyteidl/gen/pb-go/flyteidl/core"
	"github.com/flyteorg/flyte/flyteplugins/go/tasks/logs"
	"github.com/flyteorg/flyte/flyteplugins/go/tasks/pluginmachinery"
	pluginsCore "github.com/flyteorg/flyte/flyteplugins/go/tasks/pluginmachinery/core"
	"github.com/flyteorg/flyte/flyteplugins/go/tasks/pluginmachinery/core/mocks"
	"github.com/flyteorg/flyte/flyteplugins/go/tasks/pluginmachinery/flytek8s"
	"github.com/flyteorg/flyte/flyteplugins/go/tasks/pluginmachinery/flytek8s/config"
	ioMocks "github.com/flyteorg/flyte/flyteplugins/go/tasks/pluginmachinery/io/mocks"
	"github.com/flyteorg/flyte/flyteplugins/go/tasks/pluginmachinery/k8s"
)

// request is one task over and over again, each time with another custom.
type request struct {
	// Plugin is the ID of the one that is asked.
	Plugin string `json:"plugin"`

	// Container is the task's own, as protobuf's JSON has it. Without one the task has no container.
	Container json.RawMessage `json:"container"`

	// Resources are both requests and limits of the task.
	Resources map[corev1.ResourceName]resource.Quantity `json:"resources"`

	Labels map[string]string `json:"labels"`

	Annotations map[string]string `json:"annotations"`

	// Spot are the labels of nodes for interruptible pods.
	Spot map[string]string `json:"spot"`

	// Steady says that the task is not interruptible.
	Steady bool `json:"steady"`

	// ExtendedResources are the task's own, as protobuf's JSON has them.
	ExtendedResources json.RawMessage `json:"extendedResources"`

	// K8s is more of plugins.k8s.
	K8s json.RawMessage `json:"k8s"`

	// Pod asks for the pod that Flyte builds of the task, as the last result. Fields ask for those of pods, and for the keys of plugins.k8s.
	Pod    bool `json:"pod"`
	Fields bool `json:"fields"`

	Customs []json.RawMessage `json:"customs"`

	// Wire asks for messages in their other form.
	Wire *wire `json:"wire"`

	// Read are resources to be read, beside the Jobs that they own. Their rows stand for the kind's own.
	Read []struct {
		Rows     json.RawMessage `json:"rows"`
		Resource json.RawMessage `json:"resource"`
		Jobs     []batchv1.Job   `json:"jobs"`
	} `json:"read"`

	// Linked are resources that run, beside their pods and the configuration of log links.
	Linked []struct {
		Resource json.RawMessage `json:"resource"`
		Pods     []*corev1.Pod   `json:"pods"`
		Logs     logs.LogConfig  `json:"logs"`
	} `json:"linked"`
}

// reader is what reading.go makes of a plugin.
type reader interface {
	MeaningOf(rows, resource json.RawMessage, jobs []batchv1.Job) (any, error)
	LinksOf(resource json.RawMessage, pods []*corev1.Pod, links logs.LogConfig) ([][2]string, error)
}

// pod is what a connector's back end sends of a task, and the name of its main container.
type pod struct {
	Spec    *corev1.PodSpec `json:"spec"`
	Primary string          `json:"primary"`
}

// result has one of these.
type result struct {
	Object any `json:"object,omitempty"`

	Meaning any `json:"meaning,omitempty"`

	Links *[][2]string `json:"links,omitempty"`

	Pod *pod `json:"pod,omitempty"`

	Fields   map[string]string `json:"fields,omitempty"`
	Settings []string          `json:"settings,omitempty"`

	Wire *wire `json:"wire,omitempty"`

	Error string `json:"error,omitempty"`
}

func (r *request) template(taskType string, custom []byte) (*core.TaskTemplate, error) {
	template := &core.TaskTemplate{
		Id:     &core.Identifier{Name: "task"},
		Type:   taskType,
		Custom: &structpb.Struct{},
	}

	// What the SDK was made with: a plugin may check it.
	template.TaskTypeVersion = 1

	if len(r.Container) > 0 {
		container := &core.Container{}
		if err := protojson.Unmarshal(r.Container, container); err != nil {
			return nil, err
		}

		template.Target = &core.TaskTemplate_Container{Container: container}
	}

	if len(r.ExtendedResources) > 0 {
		template.ExtendedResources = &core.ExtendedResources{}
		if err := protojson.Unmarshal(r.ExtendedResources, template.GetExtendedResources()); err != nil {
			return nil, err
		}
	}

	return template, protojson.Unmarshal(custom, template.GetCustom())
}

// taskContext returns what propeller calls the plugin with.
func (r *request) taskContext(template *core.TaskTemplate) pluginsCore.TaskExecutionContext {
	taskReader := &mocks.TaskReader{}
	taskReader.EXPECT().Read(mock.Anything).Return(template, nil)

	inputReader := &ioMocks.InputReader{}
	inputReader.EXPECT().GetInputPrefixPath().Return("/inputs")
	inputReader.EXPECT().GetInputPath().Return("/inputs/inputs.pb")
	inputReader.EXPECT().Get(mock.Anything).Return(&core.LiteralMap{}, nil)

	outputWriter := &ioMocks.OutputWriter{}
	outputWriter.EXPECT().GetOutputPath().Return("/outputs/outputs.pb")
	outputWriter.EXPECT().GetOutputPrefixPath().Return("/outputs")
	outputWriter.EXPECT().GetRawOutputPrefix().Return("/raw")
	outputWriter.EXPECT().GetCheckpointPrefix().Return("/checkpoints")
	outputWriter.EXPECT().GetPreviousCheckpointsPrefix().Return("")

	taskExecutionID := &mocks.TaskExecutionID{}
	taskExecutionID.EXPECT().GetGeneratedName().Return("execution-n0-0")
	taskExecutionID.EXPECT().GetUniqueNodeID().Return("n0")
	taskExecutionID.EXPECT().GetID().Return(core.TaskExecutionIdentifier{
		NodeExecutionId: &core.NodeExecutionIdentifier{
			ExecutionId: &core.WorkflowExecutionIdentifier{Project: "project", Domain: "domain", Name: "execution"},
		},
	})

	overrides := &mocks.TaskOverrides{}
	overrides.EXPECT().GetResources().Return(&corev1.ResourceRequirements{Requests: r.Resources, Limits: r.Resources})
	overrides.EXPECT().GetExtendedResources().Return(nil)
	overrides.EXPECT().GetContainerImage().Return("")
	overrides.EXPECT().GetPodTemplate().Return(nil)

	metadata := &mocks.TaskExecutionMetadata{}
	metadata.EXPECT().GetTaskExecutionID().Return(taskExecutionID)
	metadata.EXPECT().GetNamespace().Return("project-domain")
	metadata.EXPECT().GetLabels().Return(r.Labels)
	metadata.EXPECT().GetAnnotations().Return(r.Annotations)
	metadata.EXPECT().GetOverrides().Return(overrides)
	metadata.EXPECT().IsInterruptible().Return(!r.Steady)
	metadata.EXPECT().GetPlatformResources().Return(&corev1.ResourceRequirements{})
	metadata.EXPECT().GetEnvironmentVariables().Return(nil)
	metadata.EXPECT().GetK8sServiceAccount().Return("")
	metadata.EXPECT().GetConsoleURL().Return("")

	taskCtx := &mocks.TaskExecutionContext{}
	taskCtx.EXPECT().TaskReader().Return(taskReader)
	taskCtx.EXPECT().InputReader().Return(inputReader)
	taskCtx.EXPECT().OutputWriter().Return(outputWriter)
	taskCtx.EXPECT().TaskExecutionMetadata().Return(metadata)

	return taskCtx
}

func (r *request) build(plugin *k8s.PluginEntry, custom []byte) result {
	template, err := r.template(plugin.RegisteredTaskTypes[0], custom)
	if err != nil {
		return result{Error: err.Error()}
	}

	object, err := plugin.Plugin.BuildResource(context.Background(), r.taskContext(template))
	if err != nil {
		return result{Error: err.Error()}
	}

	return result{Object: object}
}

// pod returns what Flyte itself makes of the task.
func (r *request) pod(plugin *k8s.PluginEntry) result {
	template, err := r.template(plugin.RegisteredTaskTypes[0], []byte("{}"))
	if err != nil {
		return result{Error: err.Error()}
	}

	spec, _, primary, err := flytek8s.ToK8sPodSpec(context.Background(), r.taskContext(template))
	if err != nil {
		return result{Error: err.Error()}
	}

	return result{Pod: &pod{Spec: spec, Primary: primary}}
}

func run() error {
	var asked request
	if err := json.NewDecoder(os.Stdin).Decode(&asked); err != nil {
		return err
	}

	cfg := *config.GetK8sPluginConfig()
	cfg.InterruptibleNodeSelector = asked.Spot
	cfg.DefaultAnnotations = nil

	if len(asked.K8s) > 0 {
		if err := json.Unmarshal(asked.K8s, &cfg); err != nil {
			return err
		}
	}

	if err := config.SetK8sPluginConfig(&cfg); err != nil {
		return err
	}

	plugins := pluginmachinery.PluginRegistry().GetK8sPlugins()

	at := slices.IndexFunc(plugins, func(plugin k8s.PluginEntry) bool { return plugin.ID == asked.Plugin })
	if at < 0 {
		return fmt.Errorf("there is no plugin %s among %d", asked.Plugin, len(plugins))
	}

	results := make([]result, len(asked.Customs))
	for i, custom := range asked.Customs {
		results[i] = asked.build(&plugins[at], custom)
	}

	for _, each := range asked.Read {
		meaning, err := plugins[at].Plugin.(reader).MeaningOf(each.Rows, each.Resource, each.Jobs)
		if err != nil {
			return err
		}

		results = append(results, result{Meaning: meaning})
	}

	for _, each := range asked.Linked {
		links, err := plugins[at].Plugin.(reader).LinksOf(each.Resource, each.Pods, each.Logs)
		if err != nil {
			return err
		}

		results = append(results, result{Links: &links})
	}

	if asked.Pod {
		results = append(results, asked.pod(&plugins[at]))
	}

	if asked.Fields {
		results = append(results, result{Fields: podFields(), Settings: podSettings()})
	}

	if asked.Wire != nil {
		turned, err := asked.Wire.turned()
		if err != nil {
			return err
		}

		results = append(results, result{Wire: turned})
	}

	return json.NewEncoder(os.Stdout).Encode(results)
}

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
