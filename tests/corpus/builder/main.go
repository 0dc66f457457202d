// Command builder builds the resources of tasks with the plugin of a rendered repository, as propeller would.
//
// It is compiled inside that repository, beside a file that imports the plugin, and uses what the plugin registers and
// nothing else. It reads a request from its standard input and writes a list of results.
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
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"

	"github.com/flyteorg/flyte/flyteidl/gen/pb-go/flyteidl/core"
	"github.com/flyteorg/flyte/flyteplugins/go/tasks/pluginmachinery"
	pluginsCore "github.com/flyteorg/flyte/flyteplugins/go/tasks/pluginmachinery/core"
	"github.com/flyteorg/flyte/flyteplugins/go/tasks/pluginmachinery/core/mocks"
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

	Customs []json.RawMessage `json:"customs"`
}

// result has either of the two.
type result struct {
	Object any `json:"object,omitempty"`

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
	metadata.EXPECT().IsInterruptible().Return(true)
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

func run() error {
	var asked request
	if err := json.NewDecoder(os.Stdin).Decode(&asked); err != nil {
		return err
	}

	cfg := *config.GetK8sPluginConfig()
	cfg.InterruptibleNodeSelector = asked.Spot
	cfg.DefaultAnnotations = nil

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

	return json.NewEncoder(os.Stdout).Encode(results)
}

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
