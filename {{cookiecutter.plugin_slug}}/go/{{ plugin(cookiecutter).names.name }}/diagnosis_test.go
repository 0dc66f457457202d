{% set p = plugin(cookiecutter) %}
{% set receiver = p.names.go_config_class | go_unexported %}
package {{ p.names.name }}

import (
	"cmp"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/kubernetes/fake"
	clienttesting "k8s.io/client-go/testing"

	"github.com/flyteorg/flyte/flyteidl/gen/pb-go/flyteidl/core"
	pluginsCore "github.com/flyteorg/flyte/flyteplugins/go/tasks/pluginmachinery/core"

	"{{ p.names.go_module }}/internal/plugintest"
)

{% if p | failure_status %}
// failedStatus is of a resource that failed and may be tried again.
const failedStatus = {{ p | failure_status | tojson | go_raw }}

{% endif %}
var mainName = cmp.Or(logSources[0].container, plugintest.Name)

// podOf returns a pod of the resource whose conditions have been what they are for an hour.
func podOf(name string, status corev1.PodStatus) *corev1.Pod {
	for i := range status.Conditions {
		status.Conditions[i].LastTransitionTime = metav1.NewTime(time.Now().Add(-time.Hour))
	}

	return &corev1.Pod{
		ObjectMeta: metav1.ObjectMeta{
			Name: name, Namespace: plugintest.Namespace, CreationTimestamp: metav1.Now(),
			Labels:          map[string]string{"execution-id": plugintest.Execution},
			OwnerReferences: []metav1.OwnerReference{{ '{{UID: "uid"}}' }},
		},
		Spec:   corev1.PodSpec{Containers: []corev1.Container{{ '{{Name: "sidecar"}, {Name: mainName}}' }}},
		Status: status,
	}
}

func waitingPod(name, reason string) *corev1.Pod {
	waiting := corev1.ContainerState{Waiting: &corev1.ContainerStateWaiting{Reason: reason, Message: "no such image"}}

	return podOf(name, corev1.PodStatus{
		Phase: corev1.PodPending,
		Conditions: []corev1.PodCondition{
			{Type: corev1.PodReady, Status: corev1.ConditionFalse, Reason: "ContainersNotReady"},
		},
		ContainerStatuses: []corev1.ContainerStatus{{ '{{Name: "main", State: waiting}}' }},
	})
}

func endedPod(phase corev1.PodPhase, reason string, exitCode int32) *corev1.Pod {
	ended := corev1.ContainerState{Terminated: &corev1.ContainerStateTerminated{Reason: reason, ExitCode: exitCode}}

	return podOf("a", corev1.PodStatus{
		Phase:             phase,
		ContainerStatuses: []corev1.ContainerStatus{{ '{{Name: mainName, RestartCount: 2, LastTerminationState: ended}}' }},
	})
}

func eventOf(uid types.UID, kind, name string) *corev1.Event {
	return &corev1.Event{
		ObjectMeta:     metav1.ObjectMeta{Name: name + ".event", Namespace: plugintest.Namespace, UID: "event-of-" + uid},
		InvolvedObject: corev1.ObjectReference{Kind: kind, Name: name, UID: uid},
		Type:           corev1.EventTypeWarning,
		Message:        "exceeded quota: team",
		LastTimestamp:  metav1.Now(),
	}
}

// inspectorOf returns a plugin that sees these objects, and the API calls that it makes.
func inspectorOf(objects ...runtime.Object) ({{ receiver }}Plugin, *fake.Clientset) {
	clientset := fake.NewClientset(objects...)
	i := newInspector(clientset, &GetConfig().Diagnosis)

	return {{ receiver }}Plugin{inspector: func() *inspector { return i }}, clientset
}

func TestDiagnosis(t *testing.T) {
	const queued, retryable, permanent = pluginsCore.PhaseQueued, pluginsCore.PhaseRetryableFailure, pluginsCore.PhasePermanentFailure

	unschedulable := func(name string) *corev1.Pod {
		return podOf(name, corev1.PodStatus{Phase: corev1.PodPending, Conditions: []corev1.PodCondition{
			{Type: corev1.PodScheduled, Status: corev1.ConditionFalse, Reason: "Unschedulable", Message: "0/3 nodes are available"},
		}})
	}
	initImage := waitingPod("a", "PodInitializing")
	initImage.Status.InitContainerStatuses = waitingPod("a", "ImagePullBackOff").Status.ContainerStatuses

	// Of an earlier attempt, and of another execution.
	before, other := waitingPod("before", "InvalidImageName"), waitingPod("other", "InvalidImageName")
	before.CreationTimestamp = metav1.NewTime(time.Now().Add(-time.Hour))
	before.OwnerReferences, other.OwnerReferences, other.Labels = nil, nil, nil

	// Where pods have no room for labels, only their owner tells whose they are.
	owned := waitingPod("a", "InvalidImageName")
	owned.Labels = nil

	for _, test := range []struct {
		name, status string
		objects      []runtime.Object
		want         pluginsCore.Phase
		code, reason string
	}{
		{"unschedulable", `{}`, []runtime.Object{unschedulable("a")}, queued, "", "pod a: Unschedulable:0/3 nodes"},
		{"several", `{}`, []runtime.Object{unschedulable("a"), unschedulable("b")}, queued, "", "(and 1 more of its pods)"},
		{"no image", `{}`, []runtime.Object{waitingPod("a", "ImagePullBackOff")}, retryable, "ContainersNotReady|ImagePullBackOff", "no such image"},
		{"no image of an init container", `{}`, []runtime.Object{initImage}, retryable, "ContainersNotReady|ImagePullBackOff", "no such image"},
		{"image's name", `{}`, []runtime.Object{unschedulable("a"), waitingPod("b", "InvalidImageName")}, permanent, "ContainersNotReady|InvalidImageName", "pod b"},
		{"out of memory", `{}`, []runtime.Object{endedPod(corev1.PodRunning, "OOMKilled", 137)}, queued, "", "exit code 137 (OOMKilled) and has been restarted 2 times"},
		{"evicted", `{}`, []runtime.Object{podOf("a", corev1.PodStatus{Phase: corev1.PodFailed, Reason: "Evicted", Message: "low on memory"})}, queued, "", "low on memory"},
		{"nothing wrong", `{}`, []runtime.Object{endedPod(corev1.PodRunning, "Completed", 0), podOf("b", corev1.PodStatus{Phase: corev1.PodPending})}, queued, "", ""},
		{"quota", `{}`, []runtime.Object{eventOf("other", "ReplicaSet", plugintest.Name+"-abc")}, queued, "", "ReplicaSet " + plugintest.Name + "-abc: exceeded quota"},
		{"no pods", `{}`, []runtime.Object{before, other}, queued, "", "no pods that can be found"},
		{"by owner", `{}`, []runtime.Object{owned}, permanent, "ContainersNotReady|InvalidImageName", "pod a"},
{% if p | failure_status %}
		{"failed for want of memory", failedStatus, []runtime.Object{endedPod(corev1.PodFailed, "OOMKilled", 137)}, retryable, "OOMKilled", "OOMKilled"},
		{"failed with its node", failedStatus, []runtime.Object{podOf("a", corev1.PodStatus{Phase: corev1.PodFailed, Reason: "Shutdown"})}, retryable, "Interrupted", "pod a"},
		{"killed", failedStatus, []runtime.Object{endedPod(corev1.PodFailed, "Error", 137)}, retryable, "Interrupted", "exit code (137)"},
		{"failed by itself", failedStatus, []runtime.Object{endedPod(corev1.PodFailed, "Error", 1)}, retryable, "Error", "exit code (1)"},
		{"failed", failedStatus, nil, retryable, "DownstreamSystemError", ""},
{% endif %}
	} {
		t.Run(test.name, func(t *testing.T) {
			plugin, _ := inspectorOf(test.objects...)
			plugin.inspector().podsHaveLabels = test.name != "by owner" && test.name != "no pods"

			phase := observe(t, plugin, resourceOf(t, test.status, 2*time.Minute))
			assert.Equal(t, test.want, phase.Phase())
			assert.Contains(t, phase.Err().GetCode(), test.code)
			assert.Contains(t, phase.Reason()+phase.Err().GetMessage(), test.reason)

			// Flyte retries at its own expense what a node took along. The operator would go on with that, and with what it
			// has not given up.
			isOurs := test.code == "Interrupted"
			assert.Equal(t, isOurs, phase.Err().GetKind() == core.ExecutionError_SYSTEM)
			assert.Equal(t, isOurs || test.want.IsFailure() && test.status == `{}`, phase.CleanupOnFailure())
		})
	}
}

func TestDiagnosisSparesTheAPIServer(t *testing.T) {
	plugin, clientset := inspectorOf(waitingPod("a", "ContainerCreating"))
	look := func(age time.Duration, status string) int {
		clientset.ClearActions()
		observe(t, plugin, resourceOf(t, status, age))

		return len(clientset.Actions())
	}

	assert.Zero(t, look(time.Second, `{}`), "young")
{% if not p.status.reads_job %}
	assert.Zero(t, look(time.Minute, {{ p | success_status | tojson | go_raw }}), "succeeded")
{% endif %}
	assert.Equal(t, 2, look(time.Minute, `{}`), "pods and events")
	assert.Zero(t, look(time.Minute, `{}`), "seen a moment ago")

	configure(t, func(cfg *Config) { cfg.Diagnosis.Interval.Duration = 0 })
	assert.Equal(t, 2, look(time.Minute, `{}`), "seen some time ago")

	i := plugin.inspector()
	i.turn.Lock()
	assert.Zero(t, look(time.Minute, `{}`), "another worker waits for the API server")
	i.turn.Unlock()

	for range 10 {
		look(time.Minute, `{}`)
	}
	assert.Zero(t, look(time.Minute, `{}`), "too much for all together")
{% if p | failure_status %}
	assert.Equal(t, 2, look(time.Minute, failedStatus), "has failed: there is no second look")
{% endif %}

	configure(t, func(cfg *Config) { cfg.Diagnosis.Enabled = false })
	assert.Zero(t, look(time.Minute, `{}`), "off")
}

func TestDiagnosisOfAnAPIServerThatRefuses(t *testing.T) {
	for _, what := range []string{"pods", "events"} {
		plugin, clientset := inspectorOf()
		clientset.PrependReactor("list", what, func(clienttesting.Action) (bool, runtime.Object, error) {
			return true, nil, apierrors.NewForbidden(schema.GroupResource{Resource: what}, "", nil)
		})

		for range 2 {
			phase := observe(t, plugin, resourceOf(t, `{}`, time.Minute))
			assert.Equal(t, pluginsCore.PhaseQueued, phase.Phase())
			assert.Contains(t, phase.Reason(), map[string]string{"pods": "cannot be looked at: pods is forbidden"}[what])
		}

		// A failure is remembered, too: it costs its time once an interval.
		refused := 0
		for _, action := range clientset.Actions() {
			if action.GetResource().Resource == what {
				refused++
			}
		}
		assert.Equal(t, 1, refused, what)
	}
}

func TestEventsOfTheResourceAreAdditionalReasons(t *testing.T) {
	plugin, _ := inspectorOf(eventOf("uid", GroupVersionKind.Kind, plugintest.Name))

	phase := observe(t, plugin, resourceOf(t, `{}`, time.Minute))
	require.NotEmpty(t, phase.Info().AdditionalReasons)
	assert.Equal(t, "exceeded quota: team", phase.Info().AdditionalReasons[0].Reason)

	// Once is enough, also when the resource is looked at again.
	configure(t, func(cfg *Config) { cfg.Diagnosis.Interval.Duration = 0 })
	assert.Empty(t, observe(t, plugin, resourceOf(t, `{}`, time.Minute)).Info().AdditionalReasons)
}

func TestStuckOperator(t *testing.T) {
	phase := observe(t, alone, resourceOf(t, `{}`, 24*time.Hour))
	assert.Equal(t, pluginsCore.PhaseRetryableFailure, phase.Phase())
	assert.Equal(t, core.ExecutionError_SYSTEM, phase.Err().GetKind())
	assert.Contains(t, phase.Err().GetMessage(), {{ p.names.operator | quoted }})
	assert.True(t, phase.CleanupOnFailure())

	assert.Equal(t, pluginsCore.PhaseQueued, observe(t, alone, resourceOf(t, `{}`, time.Minute)).Phase())

	held := resourceOf(t, `{}`, 24*time.Hour)
	held.SetLabels(map[string]string{queueLabel: "team"})
	assert.Equal(t, pluginsCore.PhaseQueued, observe(t, alone, held).Phase(), "not let in yet")

	configure(t, func(cfg *Config) { cfg.StuckTimeout.Duration = 0 })
	assert.Equal(t, pluginsCore.PhaseQueued, observe(t, alone, resourceOf(t, `{}`, 24*time.Hour)).Phase(), "off")
}

func TestConnect(t *testing.T) {
	// There is no cluster here, which is no reason to fail.
	assert.Nil(t, connect())
}
