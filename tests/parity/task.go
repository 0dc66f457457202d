// Package parity runs rendered plugins and Flyte's own on the same tasks, and says how what they do differs.
package parity

import (
	"context"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"

	"github.com/flyteorg/flyte/flyteidl/gen/pb-go/flyteidl/core"
	pluginsCore "github.com/flyteorg/flyte/flyteplugins/go/tasks/pluginmachinery/core"
	"github.com/flyteorg/flyte/flyteplugins/go/tasks/pluginmachinery/io"
	"github.com/flyteorg/flyte/flyteplugins/go/tasks/pluginmachinery/k8s"
	"github.com/flyteorg/flyte/flytestdlib/storage"
)

const (
	// TaskName is the generated name of every task, and so the name of its resource.
	TaskName = "a8k2-n0-0"

	namespace = "project-development"
)

// Task is a task execution as propeller hands it to a plugin: mocks would cost more than what benchmarks measure.
// Whatever it does not define panics when it is asked for.
type Task struct {
	pluginsCore.TaskExecutionContext

	Template *core.TaskTemplate

	Resources *corev1.ResourceRequirements

	ExtendedResources *core.ExtendedResources

	Interruptible bool

	ServiceAccount string

	Environment map[string]string

	Labels map[string]string

	Annotations map[string]string

	// State is what the plugin said of the task last time.
	State k8s.PluginState
}

var (
	_ pluginsCore.TaskExecutionContext = &Task{}
	_ k8s.PluginContext                = &Task{}
)

// The parts of a task have methods of the same name, so each has a type of its own. They share one object, and a
// conversion of its pointer allocates nothing.
type (
	reader      Task
	metadata    Task
	overrides   Task
	executionID Task
	inputs      Task
	stateReader Task
)

func (t *Task) TaskReader() pluginsCore.TaskReader                       { return (*reader)(t) }
func (t *Task) TaskExecutionMetadata() pluginsCore.TaskExecutionMetadata { return (*metadata)(t) }
func (t *Task) InputReader() io.InputReader                              { return (*inputs)(t) }
func (t *Task) OutputWriter() io.OutputWriter                            { return theOutputs }
func (t *Task) PluginStateReader() pluginsCore.PluginStateReader         { return (*stateReader)(t) }
func (t *Task) DataStore() *storage.DataStore                            { return nil }

func (r *reader) Read(context.Context) (*core.TaskTemplate, error) { return r.Template, nil }
func (r *reader) Path(context.Context) (storage.DataReference, error) {
	return "s3://bucket/task.pb", nil
}
func (i *inputs) GetInputPrefixPath() storage.DataReference            { return "s3://bucket/metadata" }
func (i *inputs) GetInputPath() storage.DataReference                  { return "s3://bucket/metadata/inputs.pb" }
func (i *inputs) Get(context.Context) (*core.LiteralMap, error)        { return nil, nil }
func (m *metadata) GetOwnerID() types.NamespacedName                   { return types.NamespacedName{} }
func (m *metadata) GetTaskExecutionID() pluginsCore.TaskExecutionID    { return (*executionID)(m) }
func (m *metadata) GetNamespace() string                               { return namespace }
func (m *metadata) GetOwnerReference() metav1.OwnerReference           { return metav1.OwnerReference{} }
func (m *metadata) GetOverrides() pluginsCore.TaskOverrides            { return (*overrides)(m) }
func (m *metadata) GetLabels() map[string]string                       { return m.Labels }
func (m *metadata) GetMaxAttempts() uint32                             { return 3 }
func (m *metadata) GetAnnotations() map[string]string                  { return m.Annotations }
func (m *metadata) GetK8sServiceAccount() string                       { return m.ServiceAccount }
func (m *metadata) GetSecurityContext() core.SecurityContext           { return core.SecurityContext{} }
func (m *metadata) IsInterruptible() bool                              { return m.Interruptible }
func (m *metadata) GetPlatformResources() *corev1.ResourceRequirements { return platformResources }
func (m *metadata) GetInterruptibleFailureThreshold() int32            { return 1 }
func (m *metadata) GetEnvironmentVariables() map[string]string         { return m.Environment }
func (m *metadata) GetConsoleURL() string                              { return "" }
func (o *overrides) GetResources() *corev1.ResourceRequirements        { return o.Resources }
func (o *overrides) GetExtendedResources() *core.ExtendedResources     { return o.ExtendedResources }
func (o *overrides) GetContainerImage() string                         { return "" }
func (o *overrides) GetPodTemplate() *core.K8SPod                      { return nil }
func (o *overrides) GetConfig() *corev1.ConfigMap                      { return nil }
func (e *executionID) GetGeneratedName() string                        { return TaskName }
func (e *executionID) GetGeneratedNameWith(int, int) (string, error)   { return TaskName, nil }
func (e *executionID) GetUniqueNodeID() string                         { return "n0" }
func (s *stateReader) GetStateVersion() uint8                          { return 0 }

func (e *executionID) GetID() core.TaskExecutionIdentifier {
	return core.TaskExecutionIdentifier{TaskId: taskID, NodeExecutionId: nodeExecutionID}
}

func (s *stateReader) Get(into interface{}) (uint8, error) {
	if state, ok := into.(*k8s.PluginState); ok {
		*state = s.State
	}

	return 0, nil
}

type outputs struct{ io.OutputWriter }

var theOutputs = &outputs{}

func (*outputs) GetOutputPrefixPath() storage.DataReference          { return "s3://bucket/metadata/data" }
func (*outputs) GetOutputPath() storage.DataReference                { return "s3://bucket/metadata/data/outputs.pb" }
func (*outputs) GetErrorPath() storage.DataReference                 { return "s3://bucket/metadata/data/error.pb" }
func (*outputs) GetDeckPath() storage.DataReference                  { return "s3://bucket/metadata/data/deck.html" }
func (*outputs) GetRawOutputPrefix() storage.DataReference           { return "s3://bucket/raw" }
func (*outputs) GetCheckpointPrefix() storage.DataReference          { return "s3://bucket/raw/checkpoints" }
func (*outputs) GetPreviousCheckpointsPrefix() storage.DataReference { return "" }
func (*outputs) Put(context.Context, io.OutputReader) error          { return nil }

var (
	platformResources = &corev1.ResourceRequirements{}

	taskID = &core.Identifier{Project: "project", Domain: "development", Name: "task", Version: "v1"}

	nodeExecutionID = &core.NodeExecutionIdentifier{
		NodeId:      "n0",
		ExecutionId: &core.WorkflowExecutionIdentifier{Project: "project", Domain: "development", Name: "a8k2"},
	}
)
