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

// The task execution that a Context is of.
const (
	Name      = "execution-n0-0"
	Namespace = "project-domain"
	Execution = "execution"
)

// Context is what propeller calls a plugin with: a pluginsCore.TaskExecutionContext and a k8s.PluginContext. Its fields
// may be changed until it is used. Flyte's mocks record every call, which is what a benchmark with them measures.
type Context struct {
	// What is not implemented below panics when a plugin asks for it.
	pluginsCore.TaskExecutionContext

	Template *core.TaskTemplate

	// ReadError is what reading the template ends with.
	ReadError error

	Labels, Annotations, Environment map[string]string

	Interruptible bool

	ServiceAccount string

	Resources *corev1.ResourceRequirements

	// What a task is called with in place of what its template says: task.with_overrides(...).
	ExtendedResources *core.ExtendedResources
	Image             string
	PodTemplate       *core.K8SPod

	// State is what propeller kept of the phase before.
	State k8s.PluginState

	// Outputs is what the plugin wrote by itself.
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

// Container returns the container of a task that the SDK registers.
func Container() *core.Container {
	return &core.Container{
		Image: "registry.example.com/task:v1",
		Args:  []string{"pyflyte-execute", "--task-module", "a b"},
		Env: []*core.KeyValuePair{
			{Key: "FROM_TASK", Value: "yes"},
		},
	}
}

func (c *Context) TaskReader() pluginsCore.TaskReader                       { return taskReader{of: c} }
func (c *Context) InputReader() io.InputReader                              { return inputReader{} }
func (c *Context) OutputWriter() io.OutputWriter                            { return outputWriter{of: c} }
func (c *Context) PluginStateReader() pluginsCore.PluginStateReader         { return stateReader{of: c} }
func (c *Context) TaskExecutionMetadata() pluginsCore.TaskExecutionMetadata { return metadata{of: c} }

type taskReader struct{ of *Context }

func (r taskReader) Path(context.Context) (storage.DataReference, error) { return "/task.pb", nil }
func (r taskReader) Read(context.Context) (*core.TaskTemplate, error) {
	return r.of.Template, r.of.ReadError
}

type inputReader struct{}

func (inputReader) GetInputPrefixPath() storage.DataReference { return "/inputs" }
func (inputReader) GetInputPath() storage.DataReference       { return "/inputs/inputs.pb" }
func (inputReader) Get(context.Context) (*core.LiteralMap, error) {
	return &core.LiteralMap{}, nil
}

type outputWriter struct {
	io.OutputWriter
	of *Context
}

func (outputWriter) GetRawOutputPrefix() storage.DataReference           { return "/raw" }
func (outputWriter) GetPreviousCheckpointsPrefix() storage.DataReference { return "" }
func (outputWriter) GetCheckpointPrefix() storage.DataReference          { return "/checkpoints" }
func (outputWriter) GetOutputPrefixPath() storage.DataReference          { return "/outputs" }
func (outputWriter) GetOutputPath() storage.DataReference                { return "/outputs/outputs.pb" }
func (w outputWriter) Put(_ context.Context, outputs io.OutputReader) error {
	w.of.Outputs = outputs

	return nil
}

type stateReader struct {
	pluginsCore.PluginStateReader
	of *Context
}

func (r stateReader) Get(into any) (uint8, error) {
	*into.(*k8s.PluginState) = r.of.State

	return 0, nil
}

type metadata struct {
	pluginsCore.TaskExecutionMetadata
	of *Context
}

func (m metadata) GetTaskExecutionID() pluginsCore.TaskExecutionID { return executionID{} }
func (m metadata) GetNamespace() string                            { return Namespace }
func (m metadata) GetOverrides() pluginsCore.TaskOverrides         { return overrides{of: m.of} }
func (m metadata) GetLabels() map[string]string                    { return m.of.Labels }
func (m metadata) GetAnnotations() map[string]string               { return m.of.Annotations }
func (m metadata) GetK8sServiceAccount() string                    { return m.of.ServiceAccount }
func (m metadata) GetSecurityContext() core.SecurityContext        { return core.SecurityContext{} }
func (m metadata) IsInterruptible() bool                           { return m.of.Interruptible }
func (m metadata) GetPlatformResources() *corev1.ResourceRequirements {
	return &corev1.ResourceRequirements{}
}
func (m metadata) GetEnvironmentVariables() map[string]string { return m.of.Environment }
func (m metadata) GetConsoleURL() string                      { return "" }

type overrides struct {
	pluginsCore.TaskOverrides
	of *Context
}

func (o overrides) GetResources() *corev1.ResourceRequirements    { return o.of.Resources }
func (o overrides) GetExtendedResources() *core.ExtendedResources { return o.of.ExtendedResources }
func (o overrides) GetContainerImage() string                     { return o.of.Image }
func (o overrides) GetPodTemplate() *core.K8SPod                  { return o.of.PodTemplate }

type executionID struct{}

func (executionID) GetGeneratedName() string                      { return Name }
func (executionID) GetGeneratedNameWith(int, int) (string, error) { return Name, nil }
func (executionID) GetUniqueNodeID() string                       { return "n0" }
func (executionID) GetID() core.TaskExecutionIdentifier {
	return core.TaskExecutionIdentifier{
		TaskId: &core.Identifier{Project: "project", Domain: "domain", Name: "task", Version: "v1"},
		NodeExecutionId: &core.NodeExecutionIdentifier{
			ExecutionId: &core.WorkflowExecutionIdentifier{Project: "project", Domain: "domain", Name: Execution},
		},
	}
}
