// Package plugintest holds a k8s.Plugin to what Flyte, its users and the operators of clusters expect of one.
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

// Subject is a plugin and what its kind is known to be like. What depends on a field that is left out is not tested.
type Subject struct {
	// ID is what the plugin is registered as.
	ID string

	// Template returns a new task at every call, with a pod of every role.
	Template func(testing.TB) *core.TaskTemplate

	// Commands is how often the task's command stands in the resource. Without any, the plugin writes the outputs.
	Commands int

	// Pods is how many pod specs the resource has, and Labelled how many of them have metadata beside them.
	Pods, Labelled int

	// Leaders are the paths of the pod specs that all others depend on, such as spec.groups.0.template.spec.
	Leaders []string

	// Statuses are the operator's, as JSON.
	Statuses []Status

	// Unknown has a state that nobody knows yet, Empty one that is an empty string or list, Suspended a paused one's.
	Unknown, Empty, Suspended string

	// Failed has a failure and Message, which is for people to read.
	Failed, Message string

	// Progress are statuses of a running resource that gets on with its work.
	Progress []string

	// StuckAfter is the age at which a resource without any status is one that no operator looks after.
	StuckAfter time.Duration

	// SetLogs replaces the plugin's configuration of log links until the test ends.
	SetLogs func(testing.TB, logs.LogConfig)
}

// Status is a status and the phase that it means.
type Status struct {
	Name, JSON string

	Phase pluginsCore.Phase
}

func init() {
	// Flyte logs every container that it builds.
	_ = logger.SetConfig(&logger.Config{Level: logger.ErrorLevel})
}

// Run tests every invariant as a test of its own.
func Run(t *testing.T, subject Subject) {
	c := contract{Subject: subject, entry: subject.registered(t)}

	for _, each := range slices.Concat(registration, resources, refusals, pods, phases) {
		t.Run(each.name, func(t *testing.T) {
			// A panic would end the tests of all others.
			defer func() {
				if r := recover(); r != nil {
					t.Errorf("panic: %v\n%s", r, debug.Stack())
				}
			}()

			each.holds(t, c)
		})
	}
}

// Fuzz lets the plugin judge whatever a status may be.
func Fuzz(f *testing.F, subject Subject) {
	c := contract{Subject: subject, entry: subject.registered(f)}

	for _, status := range subject.Statuses {
		f.Add([]byte(status.JSON))
	}

	f.Fuzz(func(t *testing.T, status []byte) { c.judge(t, string(status), false) })
}

// Object returns the resource of the task as the API server gives it back, with a status.
func (s Subject) Object(t testing.TB, status string) client.Object {
	t.Helper()

	object, err := contract{Subject: s, entry: s.registered(t)}.object(t, status)
	require.NoError(t, err)

	return object
}

func (s Subject) registered(t testing.TB) k8s.PluginEntry {
	t.Helper()

	for _, entry := range pluginmachinery.PluginRegistry().GetK8sPlugins() {
		if entry.ID == s.ID {
			return entry
		}
	}

	require.Failf(t, "not registered", "no plugin has the id %q", s.ID)

	return k8s.PluginEntry{}
}

// contract is a plugin under test.
type contract struct {
	Subject

	entry k8s.PluginEntry
}

// invariant is what holds for every plugin.
type invariant struct {
	name string

	holds func(*testing.T, contract)
}

func (c contract) context(t testing.TB) *Context { return NewContext(c.Template(t)) }

func (c contract) identity(t testing.TB) client.Object {
	t.Helper()

	object, err := c.entry.Plugin.BuildIdentityResource(context.Background(), metadata{of: c.context(t)})
	require.NoError(t, err)

	return object
}

// build returns the resource of a task as JSON.
func (c contract) build(t testing.TB, taskCtx *Context) map[string]any {
	t.Helper()

	object, err := c.entry.Plugin.BuildResource(context.Background(), taskCtx)
	require.NoError(t, err)

	raw, err := json.Marshal(object)
	require.NoError(t, err)

	plain := map[string]any{}
	require.NoError(t, json.Unmarshal(raw, &plain))

	return plain
}

// object returns the resource with a status, or why no object of its Go type can have that status.
func (c contract) object(t testing.TB, status string) (client.Object, error) {
	t.Helper()

	plain := c.build(t, c.context(t))
	meta, _ := plain["metadata"].(map[string]any)
	plain["metadata"] = map[string]any{
		"name": Name, "namespace": Namespace, "generation": 1, "labels": meta["labels"],
		"creationTimestamp": metav1.Now(), "managedFields": []any{map[string]any{"manager": "operator"}},
	}

	var decoded any
	if err := json.Unmarshal([]byte(status), &decoded); err != nil {
		return nil, err
	}

	plain["status"] = decoded

	raw, err := json.Marshal(plain)
	require.NoError(t, err)

	object := c.identity(t)

	return object, json.Unmarshal(raw, object)
}

// phase returns the phase of an object and keeps it as propeller does. An empty status skips the test.
func (c contract) phase(t testing.TB, taskCtx *Context, status string, change ...func(client.Object)) pluginsCore.PhaseInfo {
	t.Helper()

	if status == "" {
		t.Skip("its status cannot say that")
	}

	object := c.Object(t, status)
	for _, each := range change {
		each(object)
	}

	info, err := c.entry.Plugin.GetTaskPhase(context.Background(), taskCtx, object)
	require.NoError(t, err)

	taskCtx.State = k8s.PluginState{Phase: info.Phase(), PhaseVersion: info.Version(), Reason: info.Reason()}

	return info
}

// judge lets the plugin say what a status means: a panic never, a phase that Flyte does not know never, and an error only
// where the status is not of the types that the CRD says.
func (c contract) judge(t *testing.T, status string, typed bool) {
	t.Helper()

	defer func() {
		if r := recover(); r != nil {
			t.Errorf("panic: %v: status %.500s", r, status)
		}
	}()

	object, err := c.object(t, status)
	if err != nil {
		return // no informer can read it either
	}

	info, err := c.entry.Plugin.GetTaskPhase(context.Background(), c.context(t), object)
	if typed || err == nil {
		assert.NoError(t, err, "status %.500s", status)
		assert.NotEqual(t, pluginsCore.PhaseUndefined, info.Phase(), "status %.500s", status)
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
