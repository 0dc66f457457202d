package solverjob

import (
	"fmt"
	"slices"
	"strconv"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/kubernetes/fake"
	"sigs.k8s.io/controller-runtime/pkg/client"

	pluginsCore "github.com/flyteorg/flyte/flyteplugins/go/tasks/pluginmachinery/core"
	"github.com/flyteorg/flyte/flyteplugins/go/tasks/pluginmachinery/k8s"

	"github.com/example/flyte-solverjob-plugin/internal/plugintest"
)

// round is how often propeller looks at a workflow by default.
const round = 10 * time.Second

// TestRequestsOfDiagnosis counts what diagnosis asks of the API server, and what reaches flyteadmin, on a clock of its own.
func TestRequestsOfDiagnosis(t *testing.T) {
	for _, each := range []struct {
		name      string
		resources int
		hours     int
		pod       *corev1.Pod
		status    func(round int) string
	}{
		{"waits for room on a node", 1, 1, plugintest.UnschedulablePod("a"), always(`{"phase": "Pending"}`)},
		{"has no pods", 1, 1, nil, always(`{"phase": "Pending"}`)},
		{"is suspended", 1, 1, nil, always(`{"phase": "Suspended"}`)},
		{"fails", 1, 1, plugintest.EndedPod("a", plugintest.Name, corev1.PodFailed, "Error", 1), always(`{"phase": "Failed"}`)},
		{"200 that wait for room", 200, 1, plugintest.UnschedulablePod("a"), always(`{"phase": "Pending"}`)},
		{"200 that fail together", 200, 1, plugintest.EndedPod("a", plugintest.Name, corev1.PodFailed, "Error", 1), always(`{"phase": "Failed"}`)},
		{"says something else every round", 1, 24, nil, func(round int) string {
			return fmt.Sprintf(`{"phase": "Running", "message": "step %d"}`, round)
		}},
		{"waits, for another reason every round", 1, 24, nil, func(round int) string {
			return fmt.Sprintf(`{"phase": "Pending", "message": "place %d"}`, round)
		}},
	} {
		synctest.Test(t, func(t *testing.T) {
			var objects []runtime.Object
			if each.pod != nil {
				objects = append(objects, each.pod)
			}

			clientset := fake.NewClientset(objects...)
			plugin := plugin.WithClient(clientset)
			states := slices.Repeat([]k8s.PluginState{{Phase: pluginsCore.PhaseQueued}}, each.resources)
			built, template := map[string]client.Object{}, subject().Template(t)
			created, first, reasons := metav1.Now(), 0, 0

			for number := range each.hours * int(time.Hour/round) {
				for i := range states {
					time.Sleep(round / time.Duration(each.resources))

					if states[i].Phase.IsTerminal() {
						continue
					}

					status := each.status(number)
					if built[status] == nil {
						built[status] = subject().Object(t, status)
					}

					object := built[status].DeepCopyObject().(client.Object)
					object.SetUID(types.UID(each.name + strconv.Itoa(i)))
					object.SetResourceVersion(object.GetResourceVersion() + each.status(number))
					object.SetCreationTimestamp(created)

					task := plugintest.NewContext(template)
					task.State = states[i]

					info, err := plugin.GetTaskPhase(t.Context(), task, object)
					require.NoError(t, err)

					if info.Phase() != states[i].Phase || info.Version() != states[i].PhaseVersion {
						reasons++
					}

					states[i] = k8s.PluginState{Phase: info.Phase(), PhaseVersion: info.Version(), Reason: info.Reason()}
				}

				if number == 3 { // the time of grace is over
					first = len(clientset.Actions())
				}
			}

			ended := 0
			for _, state := range states {
				if state.Phase.IsTerminal() {
					ended++
				}
			}

			fmt.Printf("row | %s | %d | %d | %d | %d |\n", each.name, each.resources, first, len(clientset.Actions()), reasons)
			require.Equal(t, each.status(0) == `{"phase": "Failed"}`, ended == each.resources)
		})
	}
}

func always(status string) func(int) string {
	return func(int) string { return status }
}
