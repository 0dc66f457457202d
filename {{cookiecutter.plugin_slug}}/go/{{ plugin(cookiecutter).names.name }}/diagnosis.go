{% set p = plugin(cookiecutter) %}
{% set receiver = p.names.go_config_class | go_unexported %}
package {{ p.names.name }}

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"golang.org/x/time/rate"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/fields"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/util/cache"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/flyteorg/flyte/flyteidl/gen/pb-go/flyteidl/core"
	pluginsCore "github.com/flyteorg/flyte/flyteplugins/go/tasks/pluginmachinery/core"
	"github.com/flyteorg/flyte/flyteplugins/go/tasks/pluginmachinery/flytek8s"
	"github.com/flyteorg/flyte/flyteplugins/go/tasks/pluginmachinery/k8s"
	propellerConfig "github.com/flyteorg/flyte/flytepropeller/pkg/controller/config"
	"github.com/flyteorg/flyte/flytepropeller/pkg/utils"
	"github.com/flyteorg/flyte/flytestdlib/logger"
)

const (
	// mostPods and mostEvents bound what one look may bring.
	mostPods   = 500
	mostEvents = 100

	// lookTimeout bounds one request: a worker of propeller waits for it.
	lookTimeout = 3 * time.Second

	// podsHaveLabels says whether every role of {{ p.crd.kind | with_article }} has room for the labels of Flyte's executions.
	podsHaveLabels = {{ p.labelled | tojson }}
)

// diagnosis is what the pods and the events behind a resource tell of it.
type diagnosis struct {
	// reason is why the resource does not run, or has failed. It is empty where nothing tells.
	reason string

	// failure is what a pod's trouble amounts to, with its code. It is empty while the trouble can pass.
	failure Phase

	code string

	// events are those of the resource since the last look.
	events []pluginsCore.ReasonInfo

	at time.Time
}

// inspector looks at the pods and events behind resources, live: an informer of all pods would cost far more than the
// few resources that are stuck at a time.
type inspector struct {
	client kubernetes.Interface

	// limiter is for all resources together; recent keeps the last diagnosis of each, so that none is asked for too often.
	limiter *rate.Limiter

	recent *cache.LRUExpireCache
}

func newInspector(client kubernetes.Interface, cfg *DiagnosisConfig) *inspector {
	return &inspector{
		client:  client,
		limiter: rate.NewLimiter(rate.Limit(cfg.QPS), max(1, cfg.QPS)),
		recent:  cache.NewLRUExpireCache(4096),
	}
}

// connect returns an inspector that uses propeller's own account, or nil where the cluster cannot be reached: no task
// fails for want of an explanation.
func connect() *inspector {
	ctx := context.Background()

	_, restConfig, err := utils.GetKubeConfig(ctx, propellerConfig.GetConfig())
	if err != nil {
		logger.Warnf(ctx, "tasks of type %s will not say what their pods wait for: %v", TaskType, err)

		return nil
	}

	own := rest.CopyConfig(restConfig)
	own.Timeout = lookTimeout

	clientset, err := kubernetes.NewForConfig(own)
	if err != nil {
		logger.Warnf(ctx, "tasks of type %s will not say what their pods wait for: %v", TaskType, err)

		return nil
	}

	return newInspector(clientset, &GetConfig().Diagnosis)
}

// inspector returns nil where nobody can look at the cluster.
func (p {{ receiver }}Plugin) inspector() *inspector {
	if p.connect == nil {
		return nil
	}

	return p.connect()
}

// diagnose tells why a resource does not run yet, or why it failed; nothing for any other.
func (p {{ receiver }}Plugin) diagnose(
	ctx context.Context, pluginContext k8s.PluginContext, object client.Object, phase Phase,
) diagnosis {
	cfg := &GetConfig().Diagnosis

	isYoung := time.Since(object.GetCreationTimestamp().Time) < cfg.GracePeriod.Duration
	if !cfg.Enabled || phase == PhaseSuccess || isYoung && !phase.IsFailure() {
		return diagnosis{}
	}

	i := p.inspector()
	if i == nil {
		return diagnosis{}
	}

	key := fmt.Sprint(object.GetUID(), phase.IsFailure())
	value, known := i.recent.Get(key)
	last, _ := value.(diagnosis)
	last.events = nil

	now := time.Now()
	if known && now.Sub(last.at) < cfg.Interval.Duration || !i.limiter.Allow() {
		return last
	}

	found := i.look(ctx, object, pluginContext.TaskExecutionMetadata().GetLabels(), phase, last.at)
	found.at = now
	i.recent.Add(key, found, time.Hour)

	return found
}

// look asks the API server for the pods and the events of a resource: two or three requests.
func (i *inspector) look(
	ctx context.Context, object client.Object, executionLabels map[string]string, phase Phase, since time.Time,
) diagnosis {
	var found diagnosis

	pods, err := i.podsOf(ctx, object, executionLabels)
	if err != nil {
		logger.Warnf(ctx, "cannot look at the pods of %s/%s: %v", object.GetNamespace(), object.GetName(), err)
		found.reason = fmt.Sprintf("its pods cannot be looked at: %v", err)

		return found
	}

	var troubled []string

	for _, pod := range pods {
		each := podDiagnosis(ctx, object, &pod, phase)
		if each.reason == "" {
			continue
		}

		if troubled = append(troubled, pod.Name); found.reason == "" || found.failure == "" && each.failure != "" {
			found = each
		}
	}

	if others := len(troubled) - 1; others > 0 {
		found.reason += fmt.Sprintf(" (and %d more of its pods)", others)
	}

	events, err := i.eventsOf(ctx, object, len(pods) == 0)
	if err != nil {
		logger.Warnf(ctx, "cannot look at the events of %s/%s: %v", object.GetNamespace(), object.GetName(), err)
	}

	for _, event := range events {
		if at := timeOf(&event); at.After(since) && event.InvolvedObject.UID == object.GetUID() {
			found.events = append(found.events, pluginsCore.ReasonInfo{Reason: event.Message, OccurredAt: &at})
		}
	}

	if found.reason == "" {
		found.reason = reasonOf(events, len(pods) == 0)
	}

	return found
}

// podsOf returns the pods behind a resource, by name. Those of an earlier attempt are older than the resource.
func (i *inspector) podsOf(
	ctx context.Context, object client.Object, executionLabels map[string]string,
) ([]corev1.Pod, error) {
	// Version 0 is what the API server has in memory.
	options := metav1.ListOptions{LabelSelector: labels.SelectorFromSet(executionLabels).String(), ResourceVersion: "0"}

	list, err := i.client.CoreV1().Pods(object.GetNamespace()).List(ctx, options)
	if err != nil {
		return nil, err
	}

	// Where a pod has no room for labels its operator may copy those of the resource; else only the owner tells.
	if len(list.Items) == 0 && !podsHaveLabels || len(executionLabels) == 0 {
		list, err = i.client.CoreV1().Pods(object.GetNamespace()).List(ctx, metav1.ListOptions{Limit: mostPods})
		if err != nil {
			return nil, err
		}

		list.Items = slices.DeleteFunc(list.Items, func(pod corev1.Pod) bool {
			return !slices.ContainsFunc(pod.OwnerReferences, func(owner metav1.OwnerReference) bool {
				return owner.UID == object.GetUID()
			})
		})
	}

	created := object.GetCreationTimestamp()
	pods := slices.DeleteFunc(list.Items, func(pod corev1.Pod) bool { return pod.CreationTimestamp.Before(&created) })
	slices.SortFunc(pods, func(a, b corev1.Pod) int { return cmp.Compare(a.Name, b.Name) })

	return pods, nil
}

// podDiagnosis reads one pod as Flyte's own plugin for pods does, with the same times of grace.
func podDiagnosis(ctx context.Context, object client.Object, pod *corev1.Pod, phase Phase) diagnosis {
	var info pluginsCore.PhaseInfo

	var err error

	switch status := pod.Status; status.Phase {
	case corev1.PodPending:
		// Flyte reads main containers alone, but the image of an init container can be wrong, too.
		status.ContainerStatuses = slices.Concat(waiting(status.InitContainerStatuses), status.ContainerStatuses)
		info, err = flytek8s.DemystifyPending(status, pluginsCore.TaskInfo{})
	case corev1.PodFailed:
		info, err = flytek8s.DemystifyFailure(ctx, status, pluginsCore.TaskInfo{}, mainContainer(object, pod))
	default:
		return diagnosis{reason: inPod(pod, restarts(status))}
	}

	if err != nil || !info.Phase().IsFailure() {
		return diagnosis{reason: inPod(pod, withoutNoise(info.Reason()))}
	}

	found := diagnosis{reason: inPod(pod, info.Err().GetMessage())}

	// While the resource may still run, a failed pod is the operator's to replace.
	isMeant := !phase.IsFailure()
	if pod.Status.Phase == corev1.PodFailed {
		isMeant = phase == PhaseRetryableFailure
	}

	if isMeant {
		found.failure, found.code = failureOf(info), info.Err().GetCode()
	}

	return found
}

func failureOf(info pluginsCore.PhaseInfo) Phase {
	switch {
	case info.Err().GetKind() == core.ExecutionError_SYSTEM:
		return PhaseSystemFailure
	case info.Phase() == pluginsCore.PhasePermanentFailure:
		return PhasePermanentFailure
	default:
		return PhaseRetryableFailure
	}
}

// waiting returns the containers that wait for something else than another try.
func waiting(containers []corev1.ContainerStatus) []corev1.ContainerStatus {
	var found []corev1.ContainerStatus

	for _, each := range containers {
		if each.State.Waiting != nil && each.State.Waiting.Reason != "CrashLoopBackOff" {
			found = append(found, each)
		}
	}

	return found
}

// restarts says which container of a running pod ended badly and was started again: for want of memory, for example.
func restarts(status corev1.PodStatus) string {
	for _, each := range slices.Concat(status.InitContainerStatuses, status.ContainerStatuses) {
		ended := cmp.Or(each.State.Terminated, each.LastTerminationState.Terminated)
		if ended != nil && ended.ExitCode != 0 {
			return fmt.Sprintf("container %s ended with exit code %d (%s) and has been restarted %d times",
				each.Name, ended.ExitCode, ended.Reason, each.RestartCount)
		}
	}

	return ""
}

// mainContainer is the name of the container that runs what the role is for.
func mainContainer(object client.Object, pod *corev1.Pod) string {
	for _, source := range logSources {
		if name := cmp.Or(source.container, object.GetName()); indexOf(pod.Spec.Containers, name) >= 0 {
			return name
		}
	}

	return ""
}

// withoutNoise drops what Flyte says of a pod that waits for nothing in particular.
func withoutNoise(reason string) string {
	if reason == "Scheduling" || reason == "Demistify Pending" {
		return ""
	}

	return reason
}

func inPod(pod *corev1.Pod, reason string) string {
	if reason == "" {
		return ""
	}

	return fmt.Sprintf("pod %s: %s", pod.Name, reason)
}

// eventsOf returns the events of a resource, the oldest first; where it has no pods also the warnings about what is named
// after it, such as the ReplicaSet that a quota keeps from making pods.
func (i *inspector) eventsOf(ctx context.Context, object client.Object, hasNoPods bool) ([]corev1.Event, error) {
	api := i.client.CoreV1().Events(object.GetNamespace())

	list, err := api.List(ctx, metav1.ListOptions{
		FieldSelector: fields.OneTermEqualSelector("involvedObject.uid", string(object.GetUID())).String(),
		Limit:         mostEvents,
	})
	if err != nil {
		return nil, err
	}

	if hasNoPods {
		warnings, err := api.List(ctx, metav1.ListOptions{FieldSelector: "type=" + corev1.EventTypeWarning, Limit: mostPods})
		if err != nil {
			return nil, err
		}

		for _, event := range warnings.Items {
			if strings.HasPrefix(event.InvolvedObject.Name, object.GetName()+"-") {
				list.Items = append(list.Items, event)
			}
		}
	}

	slices.SortStableFunc(list.Items, func(a, b corev1.Event) int { return timeOf(&a).Compare(timeOf(&b)) })

	return list.Items, nil
}

// reasonOf is the last warning, or that there is nothing to look at.
func reasonOf(events []corev1.Event, hasNoPods bool) string {
	for _, event := range slices.Backward(events) {
		if event.Type == corev1.EventTypeWarning {
			return fmt.Sprintf("%s %s: %s", event.InvolvedObject.Kind, event.InvolvedObject.Name, event.Message)
		}
	}

	switch {
	case !hasNoPods:
		return ""
	case podsHaveLabels:
		return "it has no pods yet"
	default:
		return "its pods, if there are any, carry no labels of Flyte's: what they wait for cannot be told"
	}
}

func timeOf(event *corev1.Event) time.Time {
	return slices.MaxFunc([]time.Time{event.LastTimestamp.Time, event.EventTime.Time, event.CreationTimestamp.Time}, time.Time.Compare)
}
