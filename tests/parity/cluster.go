package parity

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"

	propellerConfig "github.com/flyteorg/flyte/flytepropeller/pkg/controller/config"
)

// cluster is as much of an API server as the plugins ask: it has the pods of one resource, and no events.
type cluster struct {
	*httptest.Server
	kubeconfig string
	pods       []corev1.Pod
}

// startCluster starts a cluster, and has propeller's configuration name it.
func startCluster() (*cluster, error) {
	c := &cluster{}
	c.Server = httptest.NewServer(http.HandlerFunc(c.answer))

	file, err := os.CreateTemp("", "kubeconfig-*")
	if err != nil {
		return nil, err
	}
	defer file.Close()

	c.kubeconfig = file.Name()
	propellerConfig.GetConfig().KubeConfigPath = c.kubeconfig
	_, err = fmt.Fprintf(file, `{
		"clusters": [{"name": "c", "cluster": {"server": %q}}],
		"contexts": [{"name": "c", "context": {"cluster": "c"}}],
		"current-context": "c"
	}`, c.URL)

	return c, err
}

func (c *cluster) stop() {
	c.Close()
	_ = os.Remove(c.kubeconfig)
}

func (c *cluster) answer(w http.ResponseWriter, r *http.Request) {
	var found any = corev1.EventList{}

	if strings.HasSuffix(r.URL.Path, "/pods") {
		selector, err := labels.Parse(r.URL.Query().Get("labelSelector"))
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)

			return
		}

		list := corev1.PodList{}
		for _, pod := range c.pods {
			if selector.Matches(labels.Set(pod.Labels)) {
				list.Items = append(list.Items, pod)
			}
		}

		found = list
	}

	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(found)
}

// run makes the pods of the plain task as the kind's operator does, with the labels that the plugin put on their templates.
func (c *cluster) run(ctx context.Context, kind Kind) error {
	task, err := kind.Ours.Task(Context{})
	if err != nil {
		return err
	}

	built, err := kind.Ours.Plugin().BuildResource(ctx, task)
	if err != nil {
		return err
	}

	resource, err := toMap(built)
	if err != nil {
		return err
	}

	c.pods = nil

	for _, each := range kind.pods {
		raw, err := json.Marshal(map[string]any{"metadata": take(resource, each.meta), "spec": take(resource, each.spec)})
		if err != nil {
			return err
		}

		for _, name := range kind.podNames[each.name] {
			pod := corev1.Pod{Status: corev1.PodStatus{Phase: corev1.PodRunning}}
			if err := json.Unmarshal(raw, &pod); err != nil {
				return err
			}

			pod.ObjectMeta = metav1.ObjectMeta{Name: name, Namespace: namespace, Labels: pod.Labels}
			c.pods = append(c.pods, pod)
		}
	}

	return nil
}
