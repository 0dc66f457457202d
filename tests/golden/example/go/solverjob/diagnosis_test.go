package solverjob

import (
	"bytes"
	"cmp"
	"context"
	"io"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/util/json"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/kubernetes/fake"
	"k8s.io/client-go/rest"
	restfake "k8s.io/client-go/rest/fake"
	clienttesting "k8s.io/client-go/testing"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/flyteorg/flyte/flyteidl/gen/pb-go/flyteidl/core"
	pluginsCore "github.com/flyteorg/flyte/flyteplugins/go/tasks/pluginmachinery/core"

	"github.com/example/flyte-solverjob-plugin/internal/plugintest"
)

// failedStatus is of a resource that failed and may be tried again.
const failedStatus = `{"conditions": [{"status": "True", "type": "Terminal"}]}`

// inspectorOf returns a plugin that finds these objects, and the API calls that it makes.
func inspectorOf(objects ...runtime.Object) (solverJobPlugin, *fake.Clientset) {
	clientset := fake.NewClientset(objects...)
	i := newInspector(clientset, &GetConfig().Diagnosis)

	return solverJobPlugin{inspector: func() *inspector { return i }}, clientset
}

func TestDiagnosis(t *testing.T) {
	const queued, retryable, permanent = pluginsCore.PhaseQueued, pluginsCore.PhaseRetryableFailure, pluginsCore.PhasePermanentFailure

	ended := func(phase corev1.PodPhase, reason string, exitCode int32) *corev1.Pod {
		return plugintest.EndedPod("a", cmp.Or(logSources[0].container, plugintest.Name), phase, reason, exitCode)
	}
	initImage := plugintest.WaitingPod("a", "PodInitializing")
	initImage.Status.InitContainerStatuses = plugintest.WaitingPod("a", "ImagePullBackOff").Status.ContainerStatuses

	// Of another node of the same name in the same execution, of an earlier attempt, and on its way out.
	other, before, leaving := plugintest.WaitingPod("other", "InvalidImageName"), plugintest.WaitingPod("before", "InvalidImageName"), plugintest.WaitingPod("leaving", "InvalidImageName")
	other.Labels[nameLabel], before.Labels[nameLabel] = "execution-n1-n0-0", plugintest.Name+"-0"
	other.OwnerReferences, before.OwnerReferences = nil, nil
	leaving.DeletionTimestamp = &metav1.Time{Time: time.Now()}

	// Where pods have no room for labels, only their owners tell whose they are.
	ownedBy := func(kind string, uid types.UID) *corev1.Pod {
		pod := plugintest.WaitingPod("owned", "InvalidImageName")
		pod.Labels, pod.OwnerReferences = nil, []metav1.OwnerReference{{Kind: kind, UID: uid}}

		return pod
	}
	driver := plugintest.Pod("driver", corev1.PodStatus{Phase: corev1.PodRunning})
	driver.Labels = nil
	job := &batchv1.Job{ObjectMeta: metav1.ObjectMeta{Name: "job", Namespace: plugintest.Namespace, UID: "job", OwnerReferences: driver.OwnerReferences}}

	for _, test := range []struct {
		name, status string
		objects      []runtime.Object
		want         pluginsCore.Phase
		code, reason string
	}{
		{"unschedulable", `{}`, []runtime.Object{plugintest.UnschedulablePod("a")}, queued, "", "pod a: Unschedulable:0/3 nodes"},
		{"several", `{}`, []runtime.Object{plugintest.UnschedulablePod("a"), plugintest.UnschedulablePod("b")}, queued, "", "(and 1 more of its pods)"},
		{"no image", `{}`, []runtime.Object{plugintest.WaitingPod("a", "ImagePullBackOff")}, retryable, "ContainersNotReady|ImagePullBackOff", "no such image"},
		{"no image of an init container", `{}`, []runtime.Object{initImage}, retryable, "ContainersNotReady|ImagePullBackOff", "no such image"},
		{"image's name", `{}`, []runtime.Object{plugintest.UnschedulablePod("a"), plugintest.WaitingPod("b", "InvalidImageName")}, permanent, "ContainersNotReady|InvalidImageName", "pod b"},
		{"out of memory", `{}`, []runtime.Object{ended(corev1.PodRunning, "OOMKilled", 137)}, queued, "", "exit code 137 (OOMKilled) and has been restarted 2 times"},
		{"evicted", `{}`, []runtime.Object{plugintest.Pod("a", corev1.PodStatus{Phase: corev1.PodFailed, Reason: "Evicted", Message: "low on memory"})}, queued, "", "low on memory"},
		{"nothing wrong", `{}`, []runtime.Object{ended(corev1.PodRunning, "Completed", 0), plugintest.Pod("b", corev1.PodStatus{Phase: corev1.PodPending})}, queued, "", ""},
		{"quota", `{}`, []runtime.Object{plugintest.QuotaEvent("other", "ReplicaSet", plugintest.Name+"-abc")}, queued, "", "ReplicaSet " + plugintest.Name + "-abc: exceeded quota"},
		{"no pods", `{}`, []runtime.Object{before, other, leaving}, queued, "", "no pods"},
		{"no pods by owner", `{}`, []runtime.Object{before, other, leaving, ownedBy("Job", "another")}, queued, "", "no room, nor by owners"},
		{"pod by owner", `{}`, []runtime.Object{ownedBy(GroupVersionKind.Kind, plugintest.UID)}, permanent, "ContainersNotReady|InvalidImageName", "pod owned"},
		{"Job's pod by owner", `{}`, []runtime.Object{job, ownedBy("Job", job.UID)}, permanent, "ContainersNotReady|InvalidImageName", "pod owned"},
		{"pod's pod by owner", `{}`, []runtime.Object{driver, ownedBy("Pod", driver.UID)}, permanent, "ContainersNotReady|InvalidImageName", "pod owned"},
		{"failed without memory", failedStatus, []runtime.Object{ended(corev1.PodFailed, "OOMKilled", 137)}, retryable, "OOMKilled", "OOMKilled"},
		{"failed with its node", failedStatus, []runtime.Object{plugintest.Pod("a", corev1.PodStatus{Phase: corev1.PodFailed, Reason: "Shutdown"})}, retryable, "Interrupted", "pod a"},
		{"killed", failedStatus, []runtime.Object{ended(corev1.PodFailed, "Error", 137)}, retryable, "Interrupted", "exit code (137)"},
		{"failed by itself", failedStatus, []runtime.Object{ended(corev1.PodFailed, "Error", 1)}, retryable, "Error", "exit code (1)"},
		{"failed", failedStatus, nil, retryable, "DownstreamSystemError", ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			plugin, _ := inspectorOf(test.objects...)
			plugin.inspector().podsHaveLabels.Store(!strings.HasSuffix(test.name, "by owner"))

			phase := observe(t, plugin, resourceOf(t, test.status, 2*time.Minute))
			assert.Equal(t, test.want, phase.Phase())
			assert.Contains(t, phase.Err().GetCode(), test.code)
			assert.Contains(t, phase.Reason()+phase.Err().GetMessage(), test.reason)

			// A lost node is a system failure. The operator would continue with the resource, so it is deleted.
			isOurs := test.code == "Interrupted"
			assert.Equal(t, isOurs, phase.Err().GetKind() == core.ExecutionError_SYSTEM)
			assert.Equal(t, isOurs || test.want.IsFailure() && test.status == `{}`, phase.CleanupOnFailure())
		})
	}
}

func TestOnlyWhatHappenedToTheFirstPodIsTheFailure(t *testing.T) {
	before := taskRoles
	t.Cleanup(func() { taskRoles = before })

	taskRoles = []string{"task"}

	at := func(pod *corev1.Pod, role string, second int64) *corev1.Pod {
		pod.Labels[roleLabel] = role
		pod.Status.Conditions = []corev1.PodCondition{{LastTransitionTime: metav1.Unix(second, 0)}}

		for i := range pod.Status.ContainerStatuses {
			pod.Status.ContainerStatuses[i].LastTerminationState.Terminated.FinishedAt = metav1.Unix(second, 0)
		}

		return pod
	}
	failed := func(name, role string, second int64) *corev1.Pod {
		return at(plugintest.EndedPod(name, "main", corev1.PodFailed, "Error", 1), role, second)
	}
	lost := func(name, role string, second int64) *corev1.Pod {
		return at(plugintest.Pod(name, corev1.PodStatus{Phase: corev1.PodFailed, Reason: "Shutdown"}), role, second)
	}

	for _, test := range []struct {
		name       string
		pods       []runtime.Object
		pod, class string
	}{
		{"a worker lost before the task failed", []runtime.Object{lost("a", "helper", 1), failed("b", "task", 2)}, "b", "Error"},
		{"a worker that failed before the task was lost", []runtime.Object{failed("a", "helper", 1), lost("b", "task", 2)}, "b", "Interrupted"},
		{"the task failed in many pods", []runtime.Object{failed("a", "task", 3), lost("b", "task", 2), failed("c", "task", 1)}, "c", "Error"},
		{"a worker alone", []runtime.Object{at(plugintest.Pod("a", corev1.PodStatus{Phase: corev1.PodSucceeded}), "task", 1), lost("b", "helper", 2)}, "b", "Interrupted"},
		{"a worker that waits", []runtime.Object{at(plugintest.UnschedulablePod("a"), "task", 1), failed("b", "helper", 2)}, "b", "Error"},
		{"a task that was started again", []runtime.Object{at(plugintest.EndedPod("a", "main", corev1.PodRunning, "Error", 1), "task", 1), lost("b", "helper", 2)}, "b", "Interrupted"},
	} {
		plugin, _ := inspectorOf(test.pods...)
		plugin.inspector().podsHaveLabels.Store(true)

		found := (&look{inspector: plugin.inspector, object: resourceOf(t, `{}`, 0)}).diagnose(context.Background(), PhaseRetryableFailure)
		assert.Equal(t, test.class, found.code, test.name)
		assert.Contains(t, found.reason, "pod "+test.pod+": ", test.name)
	}
}

func TestLabelsThatAnOperatorCopiesAreLearned(t *testing.T) {
	copied := plugintest.Pod("a", corev1.PodStatus{})
	plugin, clientset := inspectorOf(copied)
	i := plugin.inspector()

	for _, labelled := range []bool{false, true} {
		i.podsHaveLabels.Store(labelled)
		clientset.ClearActions()

		pods, err := i.podsOf(context.Background(), resourceOf(t, `{}`, 0))
		require.NoError(t, err)
		assert.Len(t, pods, 1)
		assert.True(t, i.podsHaveLabels.Load())

		selector := clientset.Actions()[0].(clienttesting.ListActionImpl).ListRestrictions.Labels
		assert.Equal(t, labelled, selector.Matches(labels.Set(copied.Labels)) && !selector.Empty())
	}

	// What an earlier release of the plugin created has no label.
	earlier := resourceOf(t, `{}`, 0)
	earlier.SetLabels(nil)

	pods, err := i.podsOf(context.Background(), earlier)
	require.NoError(t, err)
	assert.Len(t, pods, 1)

	// The plugin's own templates have the label, too; other pods of the resource may have none.
	own := copied.DeepCopy()
	own.Labels[roleLabel] = "worker"
	bare := copied.DeepCopy()
	bare.Name, bare.UID, bare.Labels = "b", "b", nil

	for _, objects := range [][]runtime.Object{{own}, {copied, bare}} {
		plugin, _ := inspectorOf(objects...)
		plugin.inspector().podsHaveLabels.Store(false)

		pods, err := plugin.inspector().podsOf(context.Background(), resourceOf(t, `{}`, 0))
		require.NoError(t, err)
		assert.Len(t, pods, len(objects))
		assert.False(t, plugin.inspector().podsHaveLabels.Load())
	}
}

func TestDiagnosisSparesTheAPIServer(t *testing.T) {
	linkTo(t, "https://logs.example.com")

	plugin, clientset := inspectorOf(plugintest.WaitingPod("a", "ContainerCreating"))
	i := plugin.inspector()

	looked := func(object client.Object) int {
		clientset.ClearActions()
		observe(t, plugin, object)

		return len(clientset.Actions())
	}
	look := func(age time.Duration, status string) int { return looked(resourceOf(t, status, age)) }

	configure(t, func(cfg *Config) { cfg.Diagnosis.Enabled = false })
	assert.Zero(t, look(time.Minute, `{}`), "off")

	configure(t, func(cfg *Config) { cfg.Diagnosis.Enabled = true })
	assert.Zero(t, look(time.Second, `{}`), "young")
	assert.Zero(t, look(time.Minute, `{"phase": "Succeeded"}`), "succeeded")

	held := resourceOf(t, `{}`, time.Minute)
	held.SetLabels(map[string]string{queueLabel: "team"})
	assert.Zero(t, looked(held), "held by a queue")

	if suspended := subject().Suspended; suspended != "" {
		assert.Zero(t, look(time.Minute, suspended), "suspended")
	}

	assert.Equal(t, 2, look(time.Minute, `{}`), "pods and events")

	for _, action := range clientset.Actions() {
		assert.Equal(t, "0", action.(clienttesting.ListActionImpl).ListOptions.ResourceVersion, "what the API server has in memory")
	}

	assert.Zero(t, look(time.Minute, `{}`), "seen a moment ago")

	// The pauses grow while nothing changes.
	i.limiter.SetLimit(1e9)

	seen := func(ago time.Duration) {
		value, _ := i.recent.Get(plugintest.UID)
		last := value.(diagnosis)
		last.at = time.Now().Add(-ago)
		i.recent.Add(plugintest.UID, last, time.Hour)
	}
	interval := GetConfig().Diagnosis.Interval.Duration

	for pauses := time.Duration(1); pauses < 2*maxPauses; pauses++ {
		seen(min(pauses, maxPauses)*interval - time.Second)
		assert.Zero(t, look(time.Minute, `{}`), pauses)

		seen(min(pauses, maxPauses) * interval)
		assert.Equal(t, 2, look(time.Minute, `{}`), pauses)
	}

	changed := resourceOf(t, `{}`, time.Minute)
	changed.SetResourceVersion("2")
	seen(interval)
	assert.Equal(t, 2, looked(changed), "the resource has changed")
	assert.Equal(t, 2, look(time.Minute, failedStatus), "has failed since")
}

func TestTheLimitOfLooksHoldsForFailures(t *testing.T) {
	plugin, clientset := inspectorOf(plugintest.Pod("a", corev1.PodStatus{Phase: corev1.PodFailed, Reason: "Shutdown"}))
	i, number := plugin.inspector(), 0

	next := func(status string) pluginsCore.PhaseInfo {
		number++
		object := resourceOf(t, status, time.Minute)
		object.SetUID(types.UID(strconv.Itoa(number)))
		clientset.ClearActions()

		return observe(t, plugin, object)
	}

	start := time.Now()

	i.turn <- struct{}{}
	next(`{}`)
	assert.Empty(t, clientset.Actions(), "another worker waits for the API server")
	assert.Less(t, time.Since(start), lookTimeout, "and this one does not")
	<-i.turn

	for range 10 {
		next(`{}`)
	}
	assert.Empty(t, clientset.Actions(), "too much for all together")
	assert.Equal(t, "Interrupted", next(failedStatus).Err().GetCode(), "failures have some left")

	for range 10 {
		next(failedStatus)
	}
	assert.Empty(t, clientset.Actions())

	// Who pays for the next attempt depends on the look: the failure waits for it, but not forever.
	late := resourceOf(t, failedStatus, time.Minute)
	assert.Equal(t, pluginsCore.PhaseQueued, observe(t, plugin, late).Phase())
	assert.Equal(t, pluginsCore.PhaseQueued, observe(t, plugin, late).Phase())

	value, _ := i.recent.Get(late.GetUID())
	last := value.(diagnosis)
	last.dueSince = time.Now().Add(-failureDelay)
	i.recent.Add(late.GetUID(), last, time.Hour)

	assert.NotEqual(t, "Interrupted", observe(t, plugin, late).Err().GetCode())
	assert.True(t, observe(t, plugin, late).Phase().IsFailure())

	i.limiter.SetLimit(1e9)
	assert.Equal(t, "Interrupted", observe(t, plugin, late).Err().GetCode())
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

		// A failed diagnosis is remembered as well, and repeated after the interval.
		refused := 0
		for _, action := range clientset.Actions() {
			if action.GetResource().Resource == what {
				refused++
			}
		}
		assert.Equal(t, 1, refused, what)
	}
}

func TestAFailureWaitsForTheAPIServer(t *testing.T) {
	busy, refused := apierrors.NewTooManyRequests("", 1), apierrors.NewForbidden(schema.GroupResource{Resource: "pods"}, "", nil)

	for _, test := range []struct {
		answer         error
		qps            int
		deleted, waits bool
	}{{busy, 5, false, true}, {busy, 5, true, false}, {busy, 0, false, false}, {refused, 5, false, false}} {
		configure(t, func(cfg *Config) { cfg.Diagnosis.QPS = test.qps })

		plugin, clientset := inspectorOf()
		clientset.PrependReactor("list", "pods", func(clienttesting.Action) (bool, runtime.Object, error) {
			return true, nil, test.answer
		})

		object := resourceOf(t, failedStatus, time.Minute)
		if test.deleted {
			object.SetDeletionTimestamp(&metav1.Time{Time: time.Now()})
		}

		assert.Equal(t, test.waits, !observe(t, plugin, object).Phase().IsFailure(), test)
	}

	// A look asks for its turn once.
	plugin, _ := inspectorOf()
	look := &look{inspector: plugin.inspector, isLast: true}

	plugin.inspector().limiter.SetBurst(0)
	require.ErrorIs(t, look.begin(context.Background()), errNotNow)
	plugin.inspector().limiter.SetBurst(10)
	plugin.inspector().limiter.SetLimit(1e9)
	require.ErrorIs(t, look.begin(context.Background()), errNotNow)
}

func TestEventsOfTheResourceAreAdditionalReasons(t *testing.T) {
	plugin, _ := inspectorOf(plugintest.QuotaEvent(plugintest.UID, GroupVersionKind.Kind, plugintest.Name))

	phase := observe(t, plugin, resourceOf(t, `{}`, time.Minute))
	require.NotEmpty(t, phase.Info().AdditionalReasons)
	assert.Equal(t, "exceeded quota: team", phase.Info().AdditionalReasons[0].Reason)

	// The same event is not reported again.
	configure(t, func(cfg *Config) { cfg.Diagnosis.Interval.Duration, cfg.ProgressInterval.Duration = 0, 0 })
	assert.Empty(t, observe(t, plugin, resourceOf(t, `{}`, time.Minute)).Info().AdditionalReasons)
}

func TestStuckOperator(t *testing.T) {
	phase := observe(t, alone, resourceOf(t, `{}`, 24*time.Hour))
	assert.Equal(t, pluginsCore.PhaseRetryableFailure, phase.Phase())
	assert.Equal(t, core.ExecutionError_SYSTEM, phase.Err().GetKind())
	assert.Contains(t, phase.Err().GetMessage(), "Solver")
	assert.True(t, phase.CleanupOnFailure())

	assert.Equal(t, pluginsCore.PhaseQueued, observe(t, alone, resourceOf(t, `{}`, time.Minute)).Phase())

	held := resourceOf(t, `{}`, 24*time.Hour)
	held.SetLabels(map[string]string{queueLabel: "team"})
	assert.Equal(t, pluginsCore.PhaseQueued, observe(t, alone, held).Phase(), "not let in yet")

	configure(t, func(cfg *Config) { cfg.StuckTimeout.Duration = 0 })
	assert.Equal(t, pluginsCore.PhaseQueued, observe(t, alone, resourceOf(t, `{}`, 24*time.Hour)).Phase(), "off")
}

func TestDiagnosisReadsEveryPageInTime(t *testing.T) {
	api := restfake.CreateHTTPClient(func(request *http.Request) (*http.Response, error) {
		_, hasDeadline := request.Context().Deadline()
		assert.True(t, hasDeadline)

		page := corev1.EventList{ListMeta: metav1.ListMeta{Continue: "more"}}
		if request.URL.Query().Get("continue") != "" {
			page = corev1.EventList{Items: []corev1.Event{*plugintest.QuotaEvent(plugintest.UID, GroupVersionKind.Kind, plugintest.Name)}}
		}

		body, err := json.Marshal(page)

		return &http.Response{StatusCode: http.StatusOK, Header: http.Header{"Content-Type": {"application/json"}}, Body: io.NopCloser(bytes.NewReader(body))}, err
	})
	clientset, err := kubernetes.NewForConfigAndClient(&rest.Config{}, api)
	require.NoError(t, err)

	i := newInspector(clientset, &GetConfig().Diagnosis)
	look := &look{inspector: func() *inspector { return i }, object: resourceOf(t, `{}`, time.Minute)}
	assert.Contains(t, look.diagnose(context.Background(), PhaseQueued).reason, "exceeded quota")
}

func TestConnect(t *testing.T) {
	// Without a cluster there is no diagnosis.
	assert.Nil(t, connect())
}
