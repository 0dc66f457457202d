{% set p = plugin(cookiecutter) %}
package {{ p.names.name }}

import (
	"context"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/mock"
	"github.com/stretchr/testify/require"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/types/known/structpb"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/json"
	"k8s.io/client-go/kubernetes/scheme"
	"k8s.io/utils/ptr"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/flyteorg/flyte/flyteidl/gen/pb-go/flyteidl/core"
	"github.com/flyteorg/flyte/flyteplugins/go/tasks/logs"
	"github.com/flyteorg/flyte/flyteplugins/go/tasks/pluginmachinery"
	"github.com/flyteorg/flyte/flyteplugins/go/tasks/pluginmachinery/core/mocks"
	ioMocks "github.com/flyteorg/flyte/flyteplugins/go/tasks/pluginmachinery/io/mocks"
	"github.com/flyteorg/flyte/flyteplugins/go/tasks/pluginmachinery/k8s"
)

const (
	taskName  = "execution-n0-0"
	namespace = "project-domain"
)

var (
{% if p.roles %}
	taskContainer = &core.Container{
		Image: "registry.example.com/task:v1",
		Args:  []string{"pyflyte-execute", "--task-module", "a b"},
		Env: []*core.KeyValuePair{
			{Key: "FROM_TASK", Value: "yes"},
		},
	}

{% endif %}
	executionLabels = map[string]string{"execution-id": "execution"}

	executionAnnotations = map[string]string{"example.com/secret": "name"}

	taskResources = &corev1.ResourceRequirements{
		Requests: corev1.ResourceList{
			corev1.ResourceCPU:    resource.MustParse("2"),
			corev1.ResourceMemory: resource.MustParse("4Gi"),
		},
		Limits: corev1.ResourceList{
			corev1.ResourceCPU:    resource.MustParse("2"),
			corev1.ResourceMemory: resource.MustParse("4Gi"),
		},
	}
)

// readFile returns a file of testdata. The SDK's tests send what the custom files there hold.
func readFile(t *testing.T, name string) []byte {
	t.Helper()

	data, err := os.ReadFile(filepath.Join("testdata", name))
	require.NoError(t, err)

	return data
}

// taskTemplate returns a task as the SDK registers it.
func taskTemplate(t *testing.T, custom []byte) *core.TaskTemplate {
	t.Helper()

	template := &core.TaskTemplate{
		Id:     &core.Identifier{Name: "task"},
		Type:   TaskType,
		Custom: &structpb.Struct{},
{% if p.roles %}
		Target: &core.TaskTemplate_Container{Container: taskContainer},
{% endif %}
	}
	require.NoError(t, protojson.Unmarshal(custom, template.GetCustom()))

	return template
}

// taskContext returns what propeller calls the plugin with.
func taskContext(template *core.TaskTemplate, interruptible bool, state k8s.PluginState) *mocks.TaskExecutionContext {
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
	outputWriter.EXPECT().Put(mock.Anything, mock.Anything).Return(nil)

	taskExecutionID := &mocks.TaskExecutionID{}
	taskExecutionID.EXPECT().GetGeneratedName().Return(taskName)
	taskExecutionID.EXPECT().GetUniqueNodeID().Return("n0")
	taskExecutionID.EXPECT().GetID().Return(core.TaskExecutionIdentifier{
		NodeExecutionId: &core.NodeExecutionIdentifier{
			ExecutionId: &core.WorkflowExecutionIdentifier{Project: "project", Domain: "domain", Name: "execution"},
		},
	})

	overrides := &mocks.TaskOverrides{}
	overrides.EXPECT().GetResources().Return(taskResources)
	overrides.EXPECT().GetExtendedResources().Return(nil)
	overrides.EXPECT().GetContainerImage().Return("")
	overrides.EXPECT().GetPodTemplate().Return(nil)

	metadata := &mocks.TaskExecutionMetadata{}
	metadata.EXPECT().GetTaskExecutionID().Return(taskExecutionID)
	metadata.EXPECT().GetNamespace().Return(namespace)
	metadata.EXPECT().GetLabels().Return(executionLabels)
	metadata.EXPECT().GetAnnotations().Return(executionAnnotations)
	metadata.EXPECT().GetOverrides().Return(overrides)
	metadata.EXPECT().IsInterruptible().Return(interruptible)
	metadata.EXPECT().GetPlatformResources().Return(&corev1.ResourceRequirements{})
	metadata.EXPECT().GetEnvironmentVariables().Return(nil)
	metadata.EXPECT().GetK8sServiceAccount().Return("")
	metadata.EXPECT().GetConsoleURL().Return("")

	stateReader := &mocks.PluginStateReader{}
	stateReader.EXPECT().Get(mock.Anything).RunAndReturn(func(into interface{}) (uint8, error) {
		*into.(*k8s.PluginState) = state

		return 0, nil
	})

	taskCtx := &mocks.TaskExecutionContext{}
	taskCtx.EXPECT().TaskReader().Return(taskReader)
	taskCtx.EXPECT().InputReader().Return(inputReader)
	taskCtx.EXPECT().OutputWriter().Return(outputWriter)
	taskCtx.EXPECT().TaskExecutionMetadata().Return(metadata)
	taskCtx.EXPECT().PluginStateReader().Return(stateReader)

	return taskCtx
}

// fromServer returns an object of the kind as the API server sends it.
func fromServer(t *testing.T, status string) client.Object {
	t.Helper()

	object := identity()
	require.NoError(t, json.Unmarshal([]byte(`{
		"apiVersion": {{ p.crd.api_version | quoted }},
		"kind": {{ p.crd.kind | quoted }},
		"metadata": {"name": "`+taskName+`", "namespace": "`+namespace+`", "generation": 1,
			"managedFields": [{"manager": "operator"}]},
		"spec": {"property": {"below": [1]}},
		"status": `+status+`}`), object))

	return object
}

// setConfig replaces the plugin's configuration until the test ends.
func setConfig(t *testing.T, cfg *Config) {
	t.Helper()

	before := *GetConfig()

	require.NoError(t, SetConfig(cfg))
	t.Cleanup(func() {
		require.NoError(t, SetConfig(&before))
	})
}

func TestRegistration(t *testing.T) {
	for _, entry := range pluginmachinery.PluginRegistry().GetK8sPlugins() {
		if entry.ID == TaskType {
			assert.Equal(t, []string{TaskType}, entry.RegisteredTaskTypes)
			assert.Equal(t, GroupVersionKind, entry.ResourceToWatch.GetObjectKind().GroupVersionKind())

			kinds, _, err := scheme.Scheme.ObjectKinds(entry.ResourceToWatch)
			require.NoError(t, err)
			assert.Contains(t, kinds, GroupVersionKind)

			return
		}
	}

	t.Fatalf("no plugin %q", TaskType)
}

func TestGetProperties(t *testing.T) {
	assert.Equal(t, k8s.PluginProperties{GeneratedNameMaxLength: ptr.To(nameBudget)}, {{ p.names.go_config_class | go_unexported }}Plugin{}.GetProperties())
}

func TestBuildIdentityResource(t *testing.T) {
	object, err := {{ p.names.go_config_class | go_unexported }}Plugin{}.BuildIdentityResource(context.Background(), nil)
	require.NoError(t, err)

	raw, err := json.Marshal(object)
	require.NoError(t, err)
	assert.JSONEq(t, `{{ {"apiVersion": p.crd.api_version, "kind": p.crd.kind, "metadata": {}} | tojson if not p.in_tree else {"apiVersion": p.crd.api_version, "kind": p.crd.kind} | tojson }}`, string(raw))
}

func TestDefaultConfig(t *testing.T) {
	assert.Equal(t, logs.DefaultConfig, GetConfig().Logs)
	assert.Empty(t, GetConfig().PodNames)
	assert.False(t, GetConfig().AllowUnknownFields)
}

func TestAnEmptySpecIsSent(t *testing.T) {
	object := newObject(metav1.ObjectMeta{}, Spec{})

	raw, err := json.Marshal(object)
	require.NoError(t, err)
	assert.Contains(t, string(raw), `"spec":{}`)
}
{% if not p.in_tree %}

func TestObjectKeepsWhatIsRead(t *testing.T) {
	object := fromServer(t, `{}`).(*{{ p.names.go_config_class }})

	// The informer holds every object of the kind.
	assert.Nil(t, object.Spec)
	assert.Nil(t, object.ManagedFields)
	assert.Equal(t, taskName, object.Name)

	// A patch is the difference of two objects: what was not read must not be in it.
	patched := object.DeepCopy()
	patched.Finalizers = []string{"flyte.org/finalizer-k8s"}

	patch, err := client.MergeFrom(object).Data(patched)
	require.NoError(t, err)
	assert.JSONEq(t, `{"metadata": {"finalizers": ["flyte.org/finalizer-k8s"]}}`, string(patch))
}

func TestDeepCopyIsIndependent(t *testing.T) {
	object := &{{ p.names.go_config_class }}{
		ObjectMeta: metav1.ObjectMeta{Labels: map[string]string{"a": "b"}},
		Spec:       Spec{"pods": []any{map[string]any{"spec": &corev1.PodSpec{HostNetwork: true}}}},
	}
	list := &{{ p.names.go_config_class }}List{Items: []{{ p.names.go_config_class }}{*object}}
	copied := list.DeepCopyObject().(*{{ p.names.go_config_class }}List)
	assert.Equal(t, list, copied)

	copied.Items[0].Labels["a"] = "c"
	copied.Items[0].Spec["pods"].([]any)[0].(map[string]any)["spec"].(*corev1.PodSpec).HostNetwork = false

	assert.Equal(t, "b", object.Labels["a"])
	assert.True(t, object.Spec["pods"].([]any)[0].(map[string]any)["spec"].(*corev1.PodSpec).HostNetwork)
}
{% endif %}
