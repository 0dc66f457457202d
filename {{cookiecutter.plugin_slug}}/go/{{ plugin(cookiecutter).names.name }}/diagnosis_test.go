{% set p = plugin(cookiecutter) %}
{% set receiver = p.names.go_config_class | go_unexported %}
package {{ p.names.name }}

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/client-go/kubernetes/fake"
	clienttesting "k8s.io/client-go/testing"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/flyteorg/flyte/flyteidl/gen/pb-go/flyteidl/core"
	pluginsCore "github.com/flyteorg/flyte/flyteplugins/go/tasks/pluginmachinery/core"

	"{{ p.names.go_module }}/internal/plugintest"
)

{% if p | failure_status %}
// failedStatus is of a resource that failed and may be tried again.
const failedStatus = {{ p | failure_status | tojson | go_raw }}

{% endif %}
// objectOfAge returns an object of the kind with a status, created some time ago.
func objectOfAge(t *testing.T, age time.Duration, status string) client.Object {
	t.Helper()

	object := subject().Object(t, status)
	object.SetUID("uid-of-the-resource")
	object.SetCreationTimestamp(metav1.NewTime(time.Now().Add(-age)))

	return object
}

// podOf returns a pod of the execution whose conditions have been what they are for an hour.
func podOf(name string, status corev1.PodStatus) *corev1.Pod {
	for i := range status.Conditions {
		status.Conditions[i].LastTransitionTime = metav1.NewTime(time.Now().Add(-time.Hour))
	}

	return &corev1.Pod{
		ObjectMeta: metav1.ObjectMeta{
			Name: name, Namespace: plugintest.Namespace, CreationTimestamp: metav1.Now(),
			Labels: map[string]string{"execution-id": plugintest.Execution},
			OwnerReferences: []metav1.OwnerReference{
				{UID: "uid-of-the-resource"},
			},
		},
		Status: status,
	}
}

func waitingPod(reason string) corev1.PodStatus {
	return corev1.PodStatus{
		Phase: corev1.PodPending,
		Conditions: []corev1.PodCondition{
			{Type: corev1.PodReady, Status: corev1.ConditionFalse, Reason: "ContainersNotReady"},
		},
		ContainerStatuses: []corev1.ContainerStatus{
			{
				Name: "main",
				State: corev1.ContainerState{
					Waiting: &corev1.ContainerStateWaiting{Reason: reason, Message: "no such image"},
				},
			},
		},
	}
}

func endedPod(phase corev1.PodPhase, reason string, exitCode int32) corev1.PodStatus {
	ended := &corev1.ContainerStateTerminated{Reason: reason, ExitCode: exitCode}

	return corev1.PodStatus{
		Phase: phase,
		ContainerStatuses: []corev1.ContainerStatus{
			{Name: "main", RestartCount: 2, LastTerminationState: corev1.ContainerState{Terminated: ended}},
		},
	}
}

func quotaEvent(kind, name string) *corev1.Event {
	return &corev1.Event{
		ObjectMeta:     metav1.ObjectMeta{Name: name + ".event", Namespace: plugintest.Namespace},
		InvolvedObject: corev1.ObjectReference{Kind: kind, Name: name},
		Type:           corev1.EventTypeWarning,
		Message:        "exceeded quota: team",
		LastTimestamp:  metav1.Now(),
	}
}

// inspectorOf returns a plugin that sees these objects, and the API calls that it makes.
func inspectorOf(objects ...runtime.Object) ({{ receiver }}Plugin, *fake.Clientset) {
	clientset := fake.NewClientset(objects...)
	i := newInspector(clientset, &GetConfig().Diagnosis)
	get := func() *inspector { return i }

	return {{ receiver }}Plugin{connect: get}, clientset
}

func TestDiagnosis(t *testing.T) {
	unschedulable := corev1.PodStatus{
		Phase: corev1.PodPending,
		Conditions: []corev1.PodCondition{
			{Type: corev1.PodScheduled, Status: corev1.ConditionFalse, Reason: "Unschedulable", Message: "0/3 nodes are available"},
		},
	}
	initImage := waitingPod("PodInitializing")
	initImage.InitContainerStatuses = waitingPod("ImagePullBackOff").ContainerStatuses

	tests := []struct {
		name string

		status string

		objects []runtime.Object

		want pluginsCore.Phase

		code, reason string
	}{
		{"unschedulable", `{}`, []runtime.Object{podOf("a", unschedulable)}, pluginsCore.PhaseQueued, "", "pod a: Unschedulable:0/3 nodes"},
		{"several", `{}`, []runtime.Object{podOf("a", unschedulable), podOf("b", unschedulable)}, pluginsCore.PhaseQueued, "", "(and 1 more of its pods)"},
		{"no image", `{}`, []runtime.Object{podOf("a", waitingPod("ImagePullBackOff"))}, pluginsCore.PhaseRetryableFailure, "ContainersNotReady|ImagePullBackOff", "no such image"},
		{"no image of an init container", `{}`, []runtime.Object{podOf("a", initImage)}, pluginsCore.PhaseRetryableFailure, "ContainersNotReady|ImagePullBackOff", "no such image"},
		{"image's name", `{}`, []runtime.Object{podOf("a", unschedulable), podOf("b", waitingPod("InvalidImageName"))}, pluginsCore.PhasePermanentFailure, "ContainersNotReady|InvalidImageName", "pod b"},
		{"out of memory", `{}`, []runtime.Object{podOf("a", endedPod(corev1.PodRunning, "OOMKilled", 137))}, pluginsCore.PhaseQueued, "", "exit code 137 (OOMKilled) and has been restarted 2 times"},
		{"evicted", `{}`, []runtime.Object{podOf("a", corev1.PodStatus{Phase: corev1.PodFailed, Reason: "Evicted", Message: "low on memory"})}, pluginsCore.PhaseQueued, "", "low on memory"},
		{"quota", `{}`, []runtime.Object{quotaEvent("ReplicaSet", plugintest.Name+"-abc")}, pluginsCore.PhaseQueued, "", "ReplicaSet " + plugintest.Name + "-abc: exceeded quota"},
{% if p | failure_status %}
		{"failed for want of memory", failedStatus, []runtime.Object{podOf("a", endedPod(corev1.PodFailed, "OOMKilled", 137))}, pluginsCore.PhaseRetryableFailure, "OOMKilled", "OOMKilled"},
		{"failed with its node", failedStatus, []runtime.Object{podOf("a", corev1.PodStatus{Phase: corev1.PodFailed, Reason: "Shutdown"})}, pluginsCore.PhaseRetryableFailure, "Interrupted", "pod a"},
		{"failed", failedStatus, nil, pluginsCore.PhaseRetryableFailure, "DownstreamSystemError", ""},
{% endif %}
	}

	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			plugin, _ := inspectorOf(test.objects...)

			phase, err := plugin.GetTaskPhase(context.Background(), minimalTask(t), objectOfAge(t, 2*time.Minute, test.status))
			require.NoError(t, err)
			assert.Equal(t, test.want, phase.Phase())
			assert.Equal(t, test.code, phase.Err().GetCode())
			assert.Contains(t, phase.Reason()+phase.Err().GetMessage(), test.reason)

			// The operator would go on with what it has not given up, and with what its node took along.
			isOurs := test.want.IsFailure() && test.status == `{}` || phase.Err().GetKind() == core.ExecutionError_SYSTEM
			assert.Equal(t, isOurs, phase.CleanupOnFailure())
		})
	}
}

func TestDiagnosisWithoutPods(t *testing.T) {
	// Of an earlier attempt, and of another execution.
	before, other := podOf("before", waitingPod("InvalidImageName")), podOf("other", waitingPod("InvalidImageName"))
	before.CreationTimestamp = metav1.NewTime(time.Now().Add(-time.Hour))
	other.Labels, other.OwnerReferences = nil, nil

	plugin, _ := inspectorOf(before, other)

	phase, err := plugin.GetTaskPhase(context.Background(), minimalTask(t), objectOfAge(t, time.Minute, `{}`))
	require.NoError(t, err)
	assert.Equal(t, pluginsCore.PhaseQueued, phase.Phase())
	assert.Contains(t, phase.Reason(), map[bool]string{true: "no pods yet", false: "cannot be told"}[podsHaveLabels])
}

func TestDiagnosisByOwner(t *testing.T) {
	pod := podOf("a", waitingPod("InvalidImageName"))
	pod.Labels = nil

	plugin, _ := inspectorOf(pod)

	phase, err := plugin.GetTaskPhase(context.Background(), minimalTask(t), objectOfAge(t, time.Minute, `{}`))
	require.NoError(t, err)
	assert.Equal(t, podsHaveLabels, phase.Phase() == pluginsCore.PhaseQueued)
}

func TestDiagnosisWithoutRights(t *testing.T) {
	plugin, clientset := inspectorOf()
	clientset.PrependReactor("list", "pods", func(clienttesting.Action) (bool, runtime.Object, error) {
		return true, nil, apierrors.NewForbidden(schema.GroupResource{Resource: "pods"}, "", nil)
	})

	phase, err := plugin.GetTaskPhase(context.Background(), minimalTask(t), objectOfAge(t, time.Minute, `{}`))
	require.NoError(t, err)
	assert.Equal(t, pluginsCore.PhaseQueued, phase.Phase())
	assert.Contains(t, phase.Reason(), "cannot be looked at: pods is forbidden")
}

func TestDiagnosisSparesTheAPIServer(t *testing.T) {
	plugin, clientset := inspectorOf(podOf("a", waitingPod("ContainerCreating")))
	look := func(age time.Duration, status string) int {
		clientset.ClearActions()

		_, err := plugin.GetTaskPhase(context.Background(), minimalTask(t), objectOfAge(t, age, status))
		require.NoError(t, err)

		return len(clientset.Actions())
	}

	assert.Zero(t, look(time.Second, `{}`), "young")
{% if not p.status.reads_job %}
	assert.Zero(t, look(time.Minute, {{ p | success_status | tojson | go_raw }}), "succeeded")
{% endif %}
	assert.Equal(t, 2, look(time.Minute, `{}`), "pods and events")
	assert.Zero(t, look(time.Minute, `{}`), "seen a moment ago")

	cfg := *GetConfig()
	cfg.Diagnosis.Interval.Duration, cfg.Diagnosis.QPS = 0, 0
	setConfig(t, &cfg)
	assert.Equal(t, 2, look(time.Minute, `{}`), "seen some time ago")

	for range 10 {
		look(time.Minute, `{}`)
	}
	assert.Zero(t, look(time.Minute, `{}`), "too much for all together")

	cfg.Diagnosis.Enabled = false
	assert.Zero(t, look(time.Minute, `{}`), "off")
}

func TestEventsOfTheResourceAreAdditionalReasons(t *testing.T) {
	event := quotaEvent(GroupVersionKind.Kind, plugintest.Name)
	event.InvolvedObject.UID = "uid-of-the-resource"

	plugin, _ := inspectorOf(event)
	object := objectOfAge(t, time.Minute, `{}`)

	phase, err := plugin.GetTaskPhase(context.Background(), minimalTask(t), object)
	require.NoError(t, err)
	require.NotEmpty(t, phase.Info().AdditionalReasons)
	assert.Equal(t, "exceeded quota: team", phase.Info().AdditionalReasons[0].Reason)

	// Once is enough.
	phase, err = plugin.GetTaskPhase(context.Background(), minimalTask(t), object)
	require.NoError(t, err)
	assert.Empty(t, phase.Info().AdditionalReasons)
}

func TestStuckOperator(t *testing.T) {
	phaseAt := func(age time.Duration, labels map[string]string) pluginsCore.PhaseInfo {
		object := objectOfAge(t, age, `{}`)
		object.SetLabels(labels)

		phase, err := {{ receiver }}Plugin{}.GetTaskPhase(context.Background(), minimalTask(t), object)
		require.NoError(t, err)

		return phase
	}

	phase := phaseAt(24*time.Hour, nil)
	assert.Equal(t, pluginsCore.PhaseRetryableFailure, phase.Phase())
	assert.Equal(t, core.ExecutionError_SYSTEM, phase.Err().GetKind())
	assert.Contains(t, phase.Err().GetMessage(), plugintest.Namespace)
	assert.Contains(t, phase.Err().GetMessage(), {{ p.names.operator | quoted }})
	assert.True(t, phase.CleanupOnFailure())

	assert.Equal(t, pluginsCore.PhaseQueued, phaseAt(time.Minute, nil).Phase())
	assert.Equal(t, pluginsCore.PhaseQueued, phaseAt(24*time.Hour, map[string]string{queueLabel: "team"}).Phase(), "not let in yet")

	cfg := *GetConfig()
	cfg.StuckTimeout.Duration = 0
	setConfig(t, &cfg)
	assert.Equal(t, pluginsCore.PhaseQueued, phaseAt(24*time.Hour, nil).Phase(), "off")
}

// minimalTask is what propeller asks for the phase of a task with.
func minimalTask(t *testing.T) *plugintest.Context {
	t.Helper()

	return plugintest.NewContext(taskTemplate(t, readFile(t, "minimal.custom.json")))
}
