{% set p = plugin(cookiecutter) %}
{% set receiver = p.names.go_config_class | go_unexported %}
package {{ p.names.name }}

import (
	"bytes"
	"cmp"
	"context"
	"io"
	"net/http"
{% if not p | failure_status %}
	"slices"
{% endif %}
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/util/json"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/kubernetes/fake"
	"k8s.io/client-go/rest"
	restfake "k8s.io/client-go/rest/fake"
	clienttesting "k8s.io/client-go/testing"

	"github.com/flyteorg/flyte/flyteidl/gen/pb-go/flyteidl/core"
	pluginsCore "github.com/flyteorg/flyte/flyteplugins/go/tasks/pluginmachinery/core"

	"{{ p.names.go_module }}/internal/plugintest"
)

// failedStatus is of a resource that failed and may be tried again.
const failedStatus = {{ (p | failure_status or p | status_of_state("GivenUp")) | tojson | go_raw }}

{% if not p | failure_status %}
{% set table = "lastResorts" if p.status.last_resorts and not p.status.path else "phaseTable" %}
// learnFailure adds a failure to the phase table for a test: no state of the kind tells one by itself.
func learnFailure(t *testing.T) {
	t.Helper()

	before := {{ table }}
	t.Cleanup(func() { {{ table }} = before })

	{{ table }} = append(slices.Clone(before), phaseRule{PhaseRetryableFailure, "GivenUp", func(s *Status) bool {
		return {{ 's.state() == "GivenUp"' if p.status.path else "s.isTold" }}
	}})
}

{% endif %}
// inspectorOf returns a plugin that sees these objects, and the API calls that it makes.
func inspectorOf(objects ...runtime.Object) ({{ receiver }}Plugin, *fake.Clientset) {
	clientset := fake.NewClientset(objects...)
	i := newInspector(clientset, &GetConfig().Diagnosis)

	return {{ receiver }}Plugin{inspector: func() *inspector { return i }}, clientset
}

func TestDiagnosis(t *testing.T) {
{% if not p | failure_status %}
	learnFailure(t)

{% endif %}
	const queued, retryable, permanent = pluginsCore.PhaseQueued, pluginsCore.PhaseRetryableFailure, pluginsCore.PhasePermanentFailure

	ended := func(phase corev1.PodPhase, reason string, exitCode int32) *corev1.Pod {
		return plugintest.EndedPod("a", cmp.Or(logSources[0].container, plugintest.Name), phase, reason, exitCode)
	}
	initImage := plugintest.WaitingPod("a", "PodInitializing")
	initImage.Status.InitContainerStatuses = plugintest.WaitingPod("a", "ImagePullBackOff").Status.ContainerStatuses

	// Of an earlier attempt, and of another execution.
	before, other := plugintest.WaitingPod("before", "InvalidImageName"), plugintest.WaitingPod("other", "InvalidImageName")
	before.CreationTimestamp = metav1.NewTime(time.Now().Add(-time.Hour))
	before.OwnerReferences, other.OwnerReferences, other.Labels = nil, nil, nil

	// Where pods have no room for labels, only their owner tells whose they are.
	owned := plugintest.WaitingPod("a", "InvalidImageName")
	owned.Labels = nil

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
		{"no pods", `{}`, []runtime.Object{before, other}, queued, "", "no pods"},
		{"by owner", `{}`, []runtime.Object{owned}, permanent, "ContainersNotReady|InvalidImageName", "pod a"},
		{"failed for want of memory", failedStatus, []runtime.Object{ended(corev1.PodFailed, "OOMKilled", 137)}, retryable, "OOMKilled", "OOMKilled"},
		{"failed with its node", failedStatus, []runtime.Object{plugintest.Pod("a", corev1.PodStatus{Phase: corev1.PodFailed, Reason: "Shutdown"})}, retryable, "Interrupted", "pod a"},
		{"killed", failedStatus, []runtime.Object{ended(corev1.PodFailed, "Error", 137)}, retryable, "Interrupted", "exit code (137)"},
		{"failed by itself", failedStatus, []runtime.Object{ended(corev1.PodFailed, "Error", 1)}, retryable, "Error", "exit code (1)"},
		{"failed", failedStatus, nil, retryable, "DownstreamSystemError", ""},
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
{% if not p | failure_status %}
	learnFailure(t)

{% endif %}
	plugin, clientset := inspectorOf(plugintest.WaitingPod("a", "ContainerCreating"))
	look := func(age time.Duration, status string) int {
		clientset.ClearActions()
		observe(t, plugin, resourceOf(t, status, age))

		return len(clientset.Actions())
	}

	configure(t, func(cfg *Config) { cfg.Diagnosis.Enabled = false })
	assert.Zero(t, look(time.Minute, `{}`), "off")

	configure(t, func(cfg *Config) { cfg.Diagnosis.Enabled = true })
	assert.Zero(t, look(time.Second, `{}`), "young")
{% if not p.status.reads_job %}
	assert.Zero(t, look(time.Minute, {{ p | success_status | tojson | go_raw }}), "succeeded")
{% endif %}
	assert.Equal(t, 2, look(time.Minute, `{}`), "pods and events")
	assert.Zero(t, look(time.Minute, `{}`), "seen a moment ago")
	assert.Equal(t, 2, look(time.Minute, failedStatus), "has failed since")

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
	assert.Equal(t, 2, look(time.Minute, failedStatus), "there is no second look at a failure")
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
	plugin, _ := inspectorOf(plugintest.QuotaEvent(plugintest.UID, GroupVersionKind.Kind, plugintest.Name))

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
	found := i.look(context.Background(), resourceOf(t, `{}`, 0), map[string]string{"execution-id": "a"}, PhaseQueued, nil)
	assert.Contains(t, found.reason, "exceeded quota")
}

func TestConnect(t *testing.T) {
	// There is no cluster here, which is no reason to fail.
	assert.Nil(t, connect())
}
