{% set p = plugin(cookiecutter) %}
package {{ p.names.name }}

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"testing/quick"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/types/known/structpb"
{% if not p.in_tree %}
	corev1 "k8s.io/api/core/v1"
{% endif %}
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/json"
{% if not p.in_tree %}
	"sigs.k8s.io/controller-runtime/pkg/client"
{% endif %}

	"github.com/flyteorg/flyte/flyteidl/gen/pb-go/flyteidl/core"
	"github.com/flyteorg/flyte/flyteplugins/go/tasks/logs"
	"github.com/flyteorg/flyte/flyteplugins/go/tasks/pluginmachinery/encoding"

	"{{ p.names.go_module }}/internal/plugintest"
)

// readFile returns a file of testdata. The SDK's tests send what the custom files there hold.
func readFile(t testing.TB, name string) []byte {
	t.Helper()

	data, err := os.ReadFile(filepath.Join("testdata", name))
	require.NoError(t, err)

	return data
}

// taskTemplate returns a task as the SDK registers it.
func taskTemplate(t testing.TB, custom []byte) *core.TaskTemplate {
	t.Helper()

	template := &core.TaskTemplate{
		Id:     &core.Identifier{Name: "task"},
		Type:   TaskType,
		Custom: &structpb.Struct{},
{% if p.roles %}
		Target: &core.TaskTemplate_Container{Container: plugintest.Container()},
{% endif %}
	}
	require.NoError(t, protojson.Unmarshal(custom, template.GetCustom()))

	return template
}

// statuses are the operator's states in Flyte's terms.
func statuses() []plugintest.Status {
	found := make([]plugintest.Status, len(states))
	for i, each := range states {
		found[i] = plugintest.Status{Name: each.name, JSON: each.status, Phase: flytePhases[each.phase]}
	}

	return found
}

// subject is what the contract kit holds to its invariants.
func subject() plugintest.Subject {
	return plugintest.Subject{
		ID: TaskType,
		Template: func(t testing.TB) *core.TaskTemplate {
			return taskTemplate(t, []byte({{ p | contract_custom | tojson | go_raw }}))
		},
		Statuses:   statuses(),
		StuckAfter: 24 * time.Hour,
		SetLogs: func(t testing.TB, links logs.LogConfig) {
			cfg := *GetConfig()
			cfg.Logs = links
			setConfig(t, &cfg)
		},

{{ p | go_contract }}
	}
}

func TestContract(t *testing.T) {
	cfg := *GetConfig()
	cfg.ProgressInterval.Duration = 0
	setConfig(t, &cfg)

	plugintest.Run(t, subject())
}

func FuzzStatus(f *testing.F) {
	plugintest.Fuzz(f, subject())
}

// setConfig replaces the plugin's configuration until the test ends.
func setConfig(t testing.TB, cfg *Config) {
	t.Helper()

	before := *GetConfig()

	require.NoError(t, SetConfig(cfg))
	t.Cleanup(func() {
		require.NoError(t, SetConfig(&before))
	})
}

func TestNamesFitTheBudget(t *testing.T) {
	fits := func(execution, node string, attempt uint8) bool {
		name, err := encoding.FixedLengthUniqueIDForParts(nameBudget, []string{execution, node, fmt.Sprint(attempt)})

		return err == nil && len(name) <= nameBudget
	}
	require.NoError(t, quick.Check(fits, nil))
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
	object := subject().Object(t, `{}`).(*{{ p.names.go_config_class }})

	// The informer holds every object of the kind.
	assert.Nil(t, object.Spec)
	assert.Nil(t, object.ManagedFields)
	assert.Equal(t, plugintest.Name, object.Name)

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
