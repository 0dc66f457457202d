package solverjob

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	clienttesting "k8s.io/client-go/testing"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/flyteorg/flyte/flyteplugins/go/tasks/logs"
	"github.com/flyteorg/flyte/flyteplugins/go/tasks/pluginmachinery/tasklog"
	"github.com/flyteorg/flyte/flytepropeller/pkg/utils"

	"github.com/example/flyte-solverjob-plugin/internal/plugintest"
)

// linkTo configures one link for each pod, which leads to uri.
func linkTo(t *testing.T, uri string) {
	t.Helper()

	configure(t, func(cfg *Config) {
		cfg.Logs = logs.LogConfig{Templates: []tasklog.TemplateLogPlugin{
			{DisplayName: "Logs", TemplateURIs: []tasklog.TemplateURI{uri}},
		}}
	})
}

// podOf returns a pod of a role, or of none.
func podOf(role, name string) *corev1.Pod {
	pod := plugintest.Pod(name, corev1.PodStatus{Phase: corev1.PodRunning}, "main")
	if role != "" {
		pod.Labels[roleLabel] = utils.SanitizeLabelValue(role)
	}

	return pod
}

// linksOf returns the links of a round, name and address of each.
func linksOf(t *testing.T, i *inspector, object client.Object, phase Phase) []string {
	t.Helper()

	look := &look{inspector: func() *inspector { return i }, object: object}
	defer look.end()

	links, err := taskLogs(context.Background(), plugintest.NewContext(subject().Template(t)), look, &Status{}, phase)
	require.NoError(t, err)

	found := []string{}
	for _, link := range links {
		found = append(found, link.GetName()+": "+link.GetUri())
	}

	return found
}

// lists returns how often pods have been listed.
func lists(actions []clienttesting.Action) int {
	count := 0

	for _, action := range actions {
		if action.Matches("list", "pods") {
			count++
		}
	}

	return count
}

func TestEachPodHasALink(t *testing.T) {
	linkTo(t, "https://logs.example.com/{{ .podName }}")

	role := logSources[0].role
	plugin, _ := inspectorOf(podOf(role, "a-10"), podOf(role, "a-9"), podOf("", plugintest.Name+"-submitter"))
	plugin.inspector().podsHaveLabels.Store(true)

	first, second := "a-9", "a-10"
	if role != "" {
		first, second = role+" 0", role+" 1"
	}

	assert.Equal(t, []string{
		"Logs (" + first + "): https://logs.example.com/a-9",
		"Logs (" + second + "): https://logs.example.com/a-10",
		"Logs (submitter): https://logs.example.com/" + plugintest.Name + "-submitter",
	}, linksOf(t, plugin.inspector(), resourceOf(t, `{}`, 0), PhaseRunning))
}

func TestALinkHasWhatIsThePods(t *testing.T) {
	linkTo(t, "{{ .podName }} {{ .podUID }} {{ .containerName }} {{ .containerID }} {{ .nodeName }} {{ .podUnixStartTime }} {{ .role }}")

	pod := podOf(logSources[0].role, "a")
	pod.CreationTimestamp, pod.Spec.NodeName = metav1.Unix(5, 0), "node"
	pod.Status.ContainerStatuses = []corev1.ContainerStatus{
		{Name: "main", ContainerID: "containerd://c"},
	}

	plugin, _ := inspectorOf(pod)
	plugin.inspector().podsHaveLabels.Store(true)

	links := linksOf(t, plugin.inspector(), resourceOf(t, `{}`, 0), PhaseRunning)
	assert.Equal(t, []string{"Logs (" + logSources[0].role + "): a a main c node 5 " + logSources[0].role}, links)
}

func TestLinksAreBounded(t *testing.T) {
	linkTo(t, "{{ .podName }}")

	var pods []runtime.Object
	for index := range 2 * maxReplicaLinks {
		pods = append(pods, podOf(logSources[0].role, fmt.Sprint(index)))
	}

	plugin, _ := inspectorOf(pods...)
	plugin.inspector().podsHaveLabels.Store(true)
	assert.Len(t, linksOf(t, plugin.inspector(), resourceOf(t, `{}`, 0), PhaseRunning), maxReplicaLinks)
}

func TestPodsAreListedOnceForEachChange(t *testing.T) {
	linkTo(t, "{{ .podName }}")

	plugin, clientset := inspectorOf(podOf(logSources[0].role, "a"))
	i, object := plugin.inspector(), resourceOf(t, `{}`, 0)
	i.podsHaveLabels.Store(true)

	for _, step := range []struct {
		name, version string
		phase         Phase
		links, lists  int
	}{
		{"nothing runs", "1", PhaseInitializing, 0, 0},
		{"runs", "2", PhaseRunning, 1, 1},
		{"runs on, to be confirmed", "2", PhaseRunning, 1, 2},
		{"runs on", "2", PhaseRunning, 1, 2},
		{"has changed", "3", PhaseUnknown, 1, 3},
		{"has changed again, too soon", "4", PhaseUnknown, 1, 3},
		{"is over", "5", PhaseSuccess, 1, 3},
	} {
		configure(t, func(cfg *Config) {
			cfg.Diagnosis.Interval.Duration = 0
			if step.version > "3" {
				cfg.Diagnosis.Interval.Duration = time.Minute
			}
		})
		object.SetResourceVersion(step.version)
		assert.Len(t, linksOf(t, i, object, step.phase), step.links, step.name)
		assert.Equal(t, step.lists, lists(clientset.Actions()), step.name)
	}

	value, _ := i.linked.Get(object.GetUID())
	assert.EqualValues(t, 3, value.(seenPods).pauses, "a change that brought nothing new")

	object.SetUID("over before it was seen")
	assert.Len(t, linksOf(t, i, object, PhaseSuccess), 1)
	assert.Equal(t, 4, lists(clientset.Actions()))

	// The operator deletes pods before a list is confirmed: their links stay.
	require.NoError(t, clientset.CoreV1().Pods(object.GetNamespace()).Delete(t.Context(), "a", metav1.DeleteOptions{}))
	assert.Len(t, linksOf(t, i, object, PhaseSuccess), 1)
}

func TestLinksSpareTheAPIServer(t *testing.T) {
	linkTo(t, "{{ .podName }}")

	plugin, clientset := inspectorOf(podOf(logSources[0].role, "a"))
	i, object := plugin.inspector(), resourceOf(t, `{}`, 0)
	assert.Equal(t, true, len(linksOf(t, i, object, PhaseRunning)) > 0, "only where pods have labels")

	i.podsHaveLabels.Store(true)
	clientset.ClearActions()
	object.SetUID("another")

	configure(t, func(cfg *Config) { cfg.Diagnosis.Enabled = false })
	assert.Empty(t, linksOf(t, i, object, PhaseRunning))
	configure(t, func(cfg *Config) { cfg.Diagnosis.Enabled = true })

	i.turn <- struct{}{}
	assert.Empty(t, linksOf(t, i, object, PhaseRunning), "another worker waits for the API server")
	<-i.turn
	assert.Zero(t, lists(clientset.Actions()))

	refuse := func(clienttesting.Action) (bool, runtime.Object, error) {
		return true, nil, apierrors.NewForbidden(schema.GroupResource{Resource: "pods"}, "", nil)
	}
	clientset.PrependReactor("list", "pods", refuse)

	for range 2 {
		assert.Empty(t, linksOf(t, i, object, PhaseRunning))
	}
	assert.Equal(t, 1, lists(clientset.Actions()), "what is refused is not asked for again")

	linkTo(t, "https://logs.example.com/{{ .namespace }}/{{ .generatedName }}")
	object.SetUID("a third")
	assert.Len(t, linksOf(t, i, object, PhaseRunning), 1)
	assert.Equal(t, 1, lists(clientset.Actions()), "no link is of a pod")
}

func TestLogLinksOfTheCluster(t *testing.T) {
	before := *logs.GetLogConfig()
	t.Cleanup(func() { require.NoError(t, logs.SetLogConfig(&before)) })
	require.NoError(t, logs.SetLogConfig(&logs.LogConfig{IsStackDriverEnabled: true}))

	assert.Same(t, logs.GetLogConfig(), logConfig())
	linkTo(t, "https://logs.example.com")
	assert.Same(t, &GetConfig().Logs, logConfig())
}

func TestLogLinksOfPodsThatTheStatusNames(t *testing.T) {
	phase := observe(t, alone, resourceOf(t, `{"driverPodName": "pod-of-the-status"}`, 0))
	require.Len(t, phase.Info().Logs, 1)
	assert.Contains(t, phase.Info().Logs[0].GetUri(), "pod-of-the-status")
	assert.Contains(t, phase.Info().Logs[0].GetName(), "driver")
}
