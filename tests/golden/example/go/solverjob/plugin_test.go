package solverjob

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/spf13/pflag"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/types/known/structpb"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/util/json"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/flyteorg/flyte/flyteidl/gen/pb-go/flyteidl/core"
	"github.com/flyteorg/flyte/flyteplugins/go/tasks/logs"
	pluginsCore "github.com/flyteorg/flyte/flyteplugins/go/tasks/pluginmachinery/core"
	propellerConfig "github.com/flyteorg/flyte/flytepropeller/pkg/controller/config"

	"github.com/example/flyte-solverjob-plugin/internal/overrides"
	"github.com/example/flyte-solverjob-plugin/internal/plugintest"
)

// No test asks a cluster: not the one either in which it may run itself.
func TestMain(m *testing.M) {
	propellerConfig.GetConfig().KubeConfigPath = filepath.Join("testdata", "no-cluster")
	os.Exit(m.Run())
}

// alone is the plugin without access to a cluster.
var alone = solverJobPlugin{inspector: func() *inspector { return nil }}

// readFile returns a file of testdata. The SDK's tests send what the custom files there hold.
func readFile(t testing.TB, name string) []byte {
	t.Helper()

	data, err := os.ReadFile(filepath.Join("testdata", name))
	require.NoError(t, err)

	return data
}

// taskOf returns the execution of a task as the SDK registers it.
func taskOf(t testing.TB, custom []byte) *plugintest.Context {
	t.Helper()

	template := &core.TaskTemplate{
		Id:     &core.Identifier{Name: "task"},
		Type:   TaskType,
		Custom: &structpb.Struct{},
		Target: &core.TaskTemplate_Container{Container: plugintest.Container()},
	}
	require.NoError(t, protojson.Unmarshal(custom, template.GetCustom()))

	return plugintest.NewContext(template)
}

// configure changes the plugin's configuration until the test ends.
func configure(t testing.TB, change func(*Config)) {
	t.Helper()

	before, cfg := *GetConfig(), *GetConfig()
	change(&cfg)
	require.NoError(t, SetConfig(&cfg))
	t.Cleanup(func() { require.NoError(t, SetConfig(&before)) })
}

// subject describes the plugin to the contract kit.
func subject() plugintest.Subject {
	return plugintest.Subject{
		ID: TaskType,
		Template: func(t testing.TB) *core.TaskTemplate {
			return taskOf(t, []byte(`{"driver": {}, "workers": {}}`)).Template
		},
		Statuses: []plugintest.Status{
			{Name: "no status", JSON: `{}`, Phase: pluginsCore.PhaseQueued},
			{Name: ".status.conditions=Terminal", JSON: `{"conditions": [{"status": "True", "type": "Terminal"}]}`, Phase: pluginsCore.PhaseRetryableFailure},
			{Name: ".status.conditions=Failed", JSON: `{"conditions": [{"status": "True", "type": "Failed"}]}`, Phase: pluginsCore.PhaseRetryableFailure},
			{Name: ".status.conditions=Error", JSON: `{"conditions": [{"status": "True", "type": "Error"}]}`, Phase: pluginsCore.PhaseRetryableFailure},
			{Name: ".status.conditions=Invalid", JSON: `{"conditions": [{"status": "True", "type": "Invalid"}]}`, Phase: pluginsCore.PhasePermanentFailure},
			{Name: ".status.conditions=Rejected", JSON: `{"conditions": [{"status": "True", "type": "Rejected"}]}`, Phase: pluginsCore.PhasePermanentFailure},
			{Name: "Succeeded", JSON: `{"phase": "Succeeded"}`, Phase: pluginsCore.PhaseSuccess},
			{Name: "Failed", JSON: `{"phase": "Failed"}`, Phase: pluginsCore.PhaseRetryableFailure},
			{Name: "Pending", JSON: `{"phase": "Pending"}`, Phase: pluginsCore.PhaseQueued},
			{Name: "Suspended", JSON: `{"phase": "Suspended"}`, Phase: pluginsCore.PhaseQueued},
			{Name: ".status.conditions=Suspended", JSON: `{"conditions": [{"status": "True", "type": "Suspended"}]}`, Phase: pluginsCore.PhaseQueued},
			{Name: "Starting", JSON: `{"phase": "Starting"}`, Phase: pluginsCore.PhaseInitializing},
			{Name: "Running", JSON: `{"phase": "Running"}`, Phase: pluginsCore.PhaseRunning},
			{Name: "unknown", JSON: `{"phase": "SomethingElse"}`, Phase: pluginsCore.PhaseRunning},
		},
		StuckAfter: 24 * time.Hour,
		SetLogs: func(t testing.TB, links logs.LogConfig) {
			configure(t, func(cfg *Config) { cfg.Logs = links })
		},

		Commands:  1,
		Pods:      2,
		Labelled:  2,
		Leaders:   []string{`spec.driver.template.spec`},
		Unknown:   `{"phase": "SomethingElse"}`,
		Empty:     `{"phase": ""}`,
		Suspended: `{"phase": "Suspended"}`,
		Failed:    `{"conditions": [{"message": "out of memory", "status": "True", "type": "Terminal"}]}`,
		Message:   "out of memory",
		Progress:  []string{`{"phase": "SomethingElse"}`, `{"phase": "SomethingElseAgain"}`},
	}
}

// resourceOf returns a resource as the API server gives it, created some time ago.
func resourceOf(t testing.TB, status string, age time.Duration) client.Object {
	t.Helper()

	object := subject().Object(t, status)
	object.SetUID(plugintest.UID)
	object.SetCreationTimestamp(metav1.NewTime(time.Now().Add(-age)))

	return object
}

// observe returns the phase of a resource.
func observe(t testing.TB, plugin solverJobPlugin, object client.Object) pluginsCore.PhaseInfo {
	t.Helper()

	phase, err := plugin.GetTaskPhase(context.Background(), plugintest.NewContext(subject().Template(t)), object)
	require.NoError(t, err)

	return phase
}

func TestContract(t *testing.T) {
	configure(t, func(cfg *Config) { cfg.ProgressInterval.Duration = 0 })
	plugintest.Run(t, subject())
}

func TestATaskThatCannotBeReadHasNoPhase(t *testing.T) {
	template, state := taskOf(t, []byte(`{}`)), taskOf(t, []byte(`{}`))
	template.ReadError, state.StateError = errors.New("no such file"), errors.New("no such file")

	for _, taskCtx := range []*plugintest.Context{template, state} {
		_, err := alone.GetTaskPhase(context.Background(), taskCtx, resourceOf(t, `{}`, 0))
		assert.ErrorContains(t, err, "no such file")
	}
}

func FuzzStatus(f *testing.F) {
	plugintest.Fuzz(f, subject())
}

func TestAnEmptySpecIsSent(t *testing.T) {
	raw, err := json.Marshal(newObject(metav1.ObjectMeta{}, Spec{}))
	require.NoError(t, err)
	assert.Contains(t, string(raw), `"spec":{}`)
}

func TestTheCacheHoldsLittle(t *testing.T) {
	object := subject().Object(t, `{}`).(*SolverJob)
	assert.Nil(t, object.Spec)
	assert.Nil(t, object.ManagedFields)
}

// Where they are not, config_flags.go is older than Config: run go generate.
func TestFlagsAreFieldsOfTheConfiguration(t *testing.T) {
	raw, err := json.Marshal(defaultConfig)
	require.NoError(t, err)

	var fields map[string]any
	require.NoError(t, json.Unmarshal(raw, &fields))

	defaultConfig.GetPFlagSet("").VisitAll(func(flag *pflag.Flag) {
		value, isField, _ := unstructured.NestedFieldNoCopy(fields, strings.Split(flag.Name, ".")...)
		assert.True(t, isField && fmt.Sprint(value) == flag.DefValue, flag.Name)
	})
}

func TestUnknownFieldsMayBeIgnored(t *testing.T) {
	configure(t, func(cfg *Config) { cfg.AllowUnknownFields = true })

	_, err := readCustom(context.Background(), taskOf(t, []byte(`{"unheardOf": true}`)).TaskReader())
	assert.NoError(t, err)
}

func TestAnAdministratorAllowsOverrides(t *testing.T) {
	configure(t, func(cfg *Config) { cfg.Overrides.Spec = []string{".spec.a"} })

	_, err := alone.BuildResource(context.Background(), taskOf(t, []byte(`{"specOverrides": {"a": 1, "b": 2}}`)))
	assert.ErrorContains(t, err, "spec_overrides sets .spec.b, which the administrator does not allow")
}

// specFrom returns the spec of a task as JSON has it.
func specFrom(t testing.TB, custom string) map[string]any {
	t.Helper()

	job, err := readCustom(context.Background(), taskOf(t, []byte(custom)).TaskReader())
	require.NoError(t, err)

	spec, defaults, err := specOf(job)
	require.NoError(t, err)
	require.NoError(t, overrides.Complete(spec, defaults, settings(), cleanUps))

	return spec.DeepCopy()
}

func TestAnAdministratorSetsDefaults(t *testing.T) {
	configure(t, func(cfg *Config) { cfg.SpecDefaults = "ownWords: {kept: 1, replaced: 1}" })
	assert.Equal(t, map[string]any{"kept": int64(1), "replaced": "2"},
		specFrom(t, `{"specOverrides": {"ownWords": {"replaced": "2"}}}`)["ownWords"])

	configure(t, func(cfg *Config) { cfg.SpecDefaults = "- a list" })

	_, err := alone.BuildResource(context.Background(), taskOf(t, []byte(`{}`)))
	assert.ErrorContains(t, err, "plugins.solverjob.spec-defaults in propeller's configuration is no YAML of an object")
}

func TestFailuresThatLeavePodsRunning(t *testing.T) {
	before := cleansFailures
	t.Cleanup(func() { cleansFailures = before })

	for pod, isLeft := range map[*corev1.Pod]bool{
		plugintest.Pod("b", corev1.PodStatus{Phase: corev1.PodRunning}):       true,
		plugintest.Pod("b", corev1.PodStatus{Phase: corev1.PodPending}):       true,
		plugintest.EndedPod("b", "main", corev1.PodSucceeded, "Completed", 0): false,
		plugintest.EndedPod("b", "main", corev1.PodFailed, "Error", 1):        false,
	} {
		deleted := plugintest.Pod("a", corev1.PodStatus{Phase: corev1.PodRunning})
		deleted.DeletionTimestamp, deleted.Finalizers = &metav1.Time{Time: time.Now()}, []string{"example.com/kept"}

		// An operator with a switch cleans up, or its user does not want it to.
		for _, isClean := range []bool{false, true} {
			cleansFailures = isClean
			plugin, _ := inspectorOf(deleted, pod)

			info := observe(t, plugin, resourceOf(t, failedStatus, 2*time.Minute))
			assert.Equal(t, isLeft && !isClean, info.CleanupOnFailure(), "%s, %t", pod.Status.Phase, isClean)
		}
	}
}

func TestRequire(t *testing.T) {
	object := map[string]any{"a": map[string]any{"b": false}}

	assert.NoError(t, requireAt(object, []string{"a", "b"}))
	assert.ErrorContains(t, requireAt(object, []string{"a", "b"}, []string{"a", "c"}), `"a.c" is required`)
	assert.ErrorContains(t, requireAt(object, []string{"a", "b", "c"}), `"a.b.c" is required`)
}

func TestValues(t *testing.T) {
	for value, want := range map[string]any{"8": int64(8), "-1": int64(-1), "08": "08", "8Gi": "8Gi", "": ""} {
		assert.Equal(t, []any{want}, list([]string{value}, intOrString))
		assert.Equal(t, map[string]any{"key": value}, entries(map[string]string{"key": value}, same))
	}
}
