// Package plugintest holds a k8s.Plugin to what Flyte, its users and the people who run clusters expect of every one.
//
//	func TestContract(t *testing.T) {
//		plugintest.Run(t, plugintest.Subject{ID: "spark", Template: sparkTask, Commands: 1, Pods: 2})
//	}
package plugintest

import (
	"context"
	"fmt"
	"maps"
	"runtime/debug"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/util/json"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/flyteorg/flyte/flyteidl/gen/pb-go/flyteidl/core"
	"github.com/flyteorg/flyte/flyteplugins/go/tasks/logs"
	"github.com/flyteorg/flyte/flyteplugins/go/tasks/pluginmachinery"
	pluginsCore "github.com/flyteorg/flyte/flyteplugins/go/tasks/pluginmachinery/core"
	"github.com/flyteorg/flyte/flyteplugins/go/tasks/pluginmachinery/k8s"
	"github.com/flyteorg/flyte/flytestdlib/logger"
)

// Subject is a plugin, and what its kind is like. An invariant about a field that is left out is skipped.
type Subject struct {
	// ID is what the plugin is registered as.
	ID string

	// Template returns a new task at every call, with a pod of every role.
	Template func(testing.TB) *core.TaskTemplate

	// Commands is how often the task's command stands in the resource. Where it does not, the plugin writes outputs.
	Commands int

	// Pods is how many pod specs the resource has, and Labelled how many of them have metadata beside them.
	Pods, Labelled int

	// Leaders are the paths of the pod specs that all others depend on, such as spec.groups.0.template.spec.
	Leaders []string

	// Statuses are what the operator writes.
	Statuses []Status

	// Unknown has a state that nobody knows yet, Empty an empty one. Suspended is that of a paused resource.
	Unknown, Empty, Suspended string

	// Failed is a failure, in which the operator says Message to people.
	Failed, Message string

	// Progress are two statuses of a running resource, the second of which is further on.
	Progress []string

	// StuckAfter is the age at which a resource without a status is one that no operator looks after.
	StuckAfter time.Duration

	// SetLogs replaces the plugin's configuration of log links until the test ends.
	SetLogs func(testing.TB, logs.LogConfig)
}

// Status is a status in JSON, and what it means.
type Status struct {
	Name, JSON string
	Phase      pluginsCore.Phase
}

// invariant is what holds for every plugin.
type invariant struct {
	name  string
	holds func(*testing.T, Subject)
}

func init() {
	// Flyte logs every container that it builds.
	_ = logger.SetConfig(&logger.Config{Level: logger.ErrorLevel})
}

// Run tests every invariant as a test of its own.
func Run(t *testing.T, subject Subject) {
	for _, each := range slices.Concat(registration, resources, refusals, pods, phases) {
		run(t, each.name, func(t *testing.T) { each.holds(t, subject) })
	}
}

// run is t.Run of a test whose panic does not end all others.
func run(t *testing.T, name string, test func(*testing.T)) {
	t.Run(name, func(t *testing.T) {
		defer func() {
			if r := recover(); r != nil {
				t.Errorf("panic: %v\n%s", r, debug.Stack())
			}
		}()
		test(t)
	})
}

// Fuzz lets the plugin judge whatever a status may be.
func Fuzz(f *testing.F, subject Subject) {
	for _, each := range subject.Statuses {
		f.Add([]byte(each.JSON))
	}
	f.Fuzz(func(t *testing.T, status []byte) { subject.judge(t, string(status), false) })
}

func (s Subject) entry(t testing.TB) k8s.PluginEntry {
	t.Helper()

	entries := pluginmachinery.PluginRegistry().GetK8sPlugins()
	at := slices.IndexFunc(entries, func(each k8s.PluginEntry) bool { return each.ID == s.ID })
	require.GreaterOrEqual(t, at, 0, "no plugin is registered as %q", s.ID)

	return entries[at]
}

func (s Subject) context(t testing.TB) *Context { return NewContext(s.Template(t)) }

func (s Subject) identity(t testing.TB) client.Object {
	t.Helper()

	object, err := s.entry(t).Plugin.BuildIdentityResource(context.Background(), s.context(t).TaskExecutionMetadata())
	require.NoError(t, err)

	return object
}

// build returns the resource of a task as JSON.
func (s Subject) build(t testing.TB, taskCtx *Context) map[string]any {
	t.Helper()

	object, err := s.entry(t).Plugin.BuildResource(context.Background(), taskCtx)
	require.NoError(t, err)
	raw, err := json.Marshal(object)
	require.NoError(t, err)

	plain := map[string]any{}
	require.NoError(t, json.Unmarshal(raw, &plain))

	return plain
}

// Object returns the resource of the task with a status, as the API server gives it back.
func (s Subject) Object(t testing.TB, status string) client.Object {
	t.Helper()

	object, err := s.object(t, status)
	require.NoError(t, err)

	return object
}

// object is Object, or why the Go type of the resource cannot hold such a status.
func (s Subject) object(t testing.TB, status string) (client.Object, error) {
	t.Helper()

	var decoded any
	if err := json.Unmarshal([]byte(status), &decoded); err != nil {
		return nil, err
	}
	if fields, ok := decoded.(map[string]any); ok && len(fields) > 0 && fields["observedGeneration"] == nil {
		fields["observedGeneration"] = 1
	}

	plain := s.build(t, s.context(t))
	plain["status"] = decoded
	plain["metadata"] = map[string]any{
		"name": Name, "namespace": Namespace, "generation": 1, "creationTimestamp": metav1.Now(),
		"managedFields": []any{map[string]any{"manager": "operator"}},
	}
	raw, err := json.Marshal(plain)
	require.NoError(t, err)

	object := s.identity(t)

	return object, json.Unmarshal(raw, object)
}

// phase returns the phase of an object, and keeps of it what propeller does. It skips the test where there is no status.
func (s Subject) phase(t testing.TB, taskCtx *Context, status string, change ...func(client.Object)) pluginsCore.PhaseInfo {
	t.Helper()

	if status == "" {
		t.Skip("no status says that")
	}

	object := s.Object(t, status)
	for _, each := range change {
		each(object)
	}

	info, err := s.entry(t).Plugin.GetTaskPhase(context.Background(), taskCtx, object)
	require.NoError(t, err)
	taskCtx.State = k8s.PluginState{Phase: info.Phase(), PhaseVersion: info.Version(), Reason: info.Reason()}

	return info
}

// judge asks for the phase of any status: no panic, and an error only where the status is not of the CRD's types.
func (s Subject) judge(t *testing.T, status string, typed bool) {
	t.Helper()

	defer func() {
		if r := recover(); r != nil {
			t.Errorf("panic: %v: status %.500s", r, status)
		}
	}()

	object, err := s.object(t, status)
	if err != nil {
		return // no informer can read it either
	}

	info, err := s.entry(t).Plugin.GetTaskPhase(context.Background(), s.context(t), object)
	if err != nil {
		assert.False(t, typed, "%v: status %.500s", err, status)
	} else {
		assert.NotEqual(t, pluginsCore.PhaseUndefined, info.Phase(), "status %.500s", status)
		// Propeller writes the events of an object into the info.
		assert.NotNil(t, info.Info(), "status %.500s", status)
	}
}

// pod is a pod spec in a resource, with the metadata beside it.
type pod struct {
	path string
	meta metav1.ObjectMeta
	spec corev1.PodSpec
}

// podsIn finds pod specs by what every one of them has.
func podsIn(t testing.TB, path string, value, meta any) []pod {
	t.Helper()

	var found []pod

	switch value := value.(type) {
	case []any:
		for i, each := range value {
			found = append(found, podsIn(t, fmt.Sprintf("%s.%d", path, i), each, nil)...)
		}
	case map[string]any:
		if containers, _ := value["containers"].([]any); len(containers) > 0 {
			each := pod{path: path[1:]}
			require.NoError(t, runtime.DefaultUnstructuredConverter.FromUnstructured(value, &each.spec))
			if plain, ok := meta.(map[string]any); ok {
				require.NoError(t, runtime.DefaultUnstructuredConverter.FromUnstructured(plain, &each.meta))
			}

			return []pod{each}
		}

		for _, key := range slices.Sorted(maps.Keys(value)) {
			found = append(found, podsIn(t, path+"."+key, value[key], value["metadata"])...)
		}
	}

	return found
}
