package plugintest

import (
	"context"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"

	"github.com/flyteorg/flyte/flyteidl/gen/pb-go/flyteidl/core"
	pluginsCore "github.com/flyteorg/flyte/flyteplugins/go/tasks/pluginmachinery/core"
	"github.com/flyteorg/flyte/flyteplugins/go/tasks/pluginmachinery/io"
	"github.com/flyteorg/flyte/flyteplugins/go/tasks/pluginmachinery/k8s"
	"github.com/flyteorg/flyte/flytestdlib/storage"
)

// The task execution that every Context is of.
const (
	Name      = "execution-n0-0"
	Namespace = "project-domain"
	Execution = "execution"
)

// Context is what propeller calls a plugin with: a pluginsCore.TaskExecutionContext and a k8s.PluginContext. Its fields
// may be changed until it is used. Flyte's mocks record every call, which is what a benchmark with them would measure.
type Context struct {
	// What a plugin is not expected to ask for panics.
	pluginsCore.TaskExecutionContext

	Template *core.TaskTemplate
	// ReadError is what reading the template ends with.
	ReadError error

	Labels, Annotations, Environment map[string]string

	Interruptible  bool
	ServiceAccount string
	Resources      *corev1.ResourceRequirements

	// What task.with_overrides(...) says in place of the template.
	ExtendedResources *core.ExtendedResources
	Image             string
	PodTemplate       *core.K8SPod

	// State is what propeller kept of the phase before.
	State k8s.PluginState
	// Outputs are what the plugin wrote.
	Outputs io.OutputReader
}

// NewContext returns the context of an ordinary execution of a task.
func NewContext(template *core.TaskTemplate) *Context {
	resources := corev1.ResourceList{
		corev1.ResourceCPU:    resource.MustParse("2"),
		corev1.ResourceMemory: resource.MustParse("4Gi"),
	}

	return &Context{
		Template:    template,
		Labels:      map[string]string{"execution-id": Execution},
		Annotations: map[string]string{"inject-flyte-secrets": "true"},
		Resources:   &corev1.ResourceRequirements{Requests: resources, Limits: resources.DeepCopy()},
	}
}

// Container returns the container of a task as the SDK registers it.
func Container() *core.Container {
	return &core.Container{
		Image: "registry.example.com/task:v1",
		Args:  []string{"pyflyte-execute", "--task-module", "a b"},
		Env: []*core.KeyValuePair{
			{Key: "FROM_TASK", Value: "yes"},
		},
	}
}

func (c *Context) TaskReader() pluginsCore.TaskReader                       { return execution{c: c} }
func (c *Context) InputReader() io.InputReader                              { return execution{c: c} }
func (c *Context) OutputWriter() io.OutputWriter                            { return execution{c: c} }
func (c *Context) TaskExecutionMetadata() pluginsCore.TaskExecutionMetadata { return execution{c: c} }
func (c *Context) PluginStateReader() pluginsCore.PluginStateReader         { return stateReader{c: c} }

// execution answers for all that a Context gives access to.
type execution struct {
	pluginsCore.TaskExecutionMetadata
	pluginsCore.TaskOverrides
	io.OutputWriter
	c *Context
}

func (execution) Path(context.Context) (storage.DataReference, error) { return "/task.pb", nil }
func (e execution) Read(context.Context) (*core.TaskTemplate, error) {
	return e.c.Template, e.c.ReadError
}
func (execution) GetInputPrefixPath() storage.DataReference           { return "/inputs" }
func (execution) GetInputPath() storage.DataReference                 { return "/inputs/inputs.pb" }
func (execution) Get(context.Context) (*core.LiteralMap, error)       { return &core.LiteralMap{}, nil }
func (execution) GetRawOutputPrefix() storage.DataReference           { return "/raw" }
func (execution) GetPreviousCheckpointsPrefix() storage.DataReference { return "" }
func (execution) GetCheckpointPrefix() storage.DataReference          { return "/checkpoints" }
func (execution) GetOutputPrefixPath() storage.DataReference          { return "/outputs" }
func (execution) GetOutputPath() storage.DataReference                { return "/outputs/outputs.pb" }
func (execution) GetTaskExecutionID() pluginsCore.TaskExecutionID     { return execution{} }
func (execution) GetNamespace() string                                { return Namespace }
func (e execution) GetOverrides() pluginsCore.TaskOverrides           { return e }
func (e execution) GetLabels() map[string]string                      { return e.c.Labels }
func (e execution) GetAnnotations() map[string]string                 { return e.c.Annotations }
func (e execution) GetK8sServiceAccount() string                      { return e.c.ServiceAccount }
func (execution) GetSecurityContext() core.SecurityContext            { return core.SecurityContext{} }
func (e execution) IsInterruptible() bool                             { return e.c.Interruptible }
func (execution) GetPlatformResources() *corev1.ResourceRequirements {
	return &corev1.ResourceRequirements{}
}
func (e execution) GetEnvironmentVariables() map[string]string    { return e.c.Environment }
func (execution) GetConsoleURL() string                           { return "" }
func (e execution) GetResources() *corev1.ResourceRequirements    { return e.c.Resources }
func (e execution) GetExtendedResources() *core.ExtendedResources { return e.c.ExtendedResources }
func (e execution) GetContainerImage() string                     { return e.c.Image }
func (e execution) GetPodTemplate() *core.K8SPod                  { return e.c.PodTemplate }
func (execution) GetGeneratedName() string                        { return Name }
func (execution) GetGeneratedNameWith(int, int) (string, error)   { return Name, nil }
func (execution) GetUniqueNodeID() string                         { return "n0" }

func (execution) GetID() core.TaskExecutionIdentifier {
	return core.TaskExecutionIdentifier{
		TaskId: &core.Identifier{Project: "project", Domain: "domain", Name: "task", Version: "v1"},
		NodeExecutionId: &core.NodeExecutionIdentifier{
			ExecutionId: &core.WorkflowExecutionIdentifier{Project: "project", Domain: "domain", Name: Execution},
		},
	}
}

func (e execution) Put(_ context.Context, outputs io.OutputReader) error {
	e.c.Outputs = outputs

	return nil
}

type stateReader struct {
	pluginsCore.PluginStateReader
	c *Context
}

func (r stateReader) Get(into any) (uint8, error) {
	*into.(*k8s.PluginState) = r.c.State

	return 0, nil
}
