{% set p = plugin(cookiecutter) %}
{% set receiver = p.names.go_config_class | go_unexported %}
package {{ p.names.name }}

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"golang.org/x/time/rate"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/fields"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/util/cache"
	"k8s.io/apimachinery/pkg/util/sets"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/tools/pager"
	"k8s.io/utils/ptr"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/flyteorg/flyte/flyteidl/gen/pb-go/flyteidl/core"
	pluginsCore "github.com/flyteorg/flyte/flyteplugins/go/tasks/pluginmachinery/core"
	"github.com/flyteorg/flyte/flyteplugins/go/tasks/pluginmachinery/flytek8s"
	"github.com/flyteorg/flyte/flyteplugins/go/tasks/pluginmachinery/k8s"
	propellerConfig "github.com/flyteorg/flyte/flytepropeller/pkg/controller/config"
	"github.com/flyteorg/flyte/flytepropeller/pkg/utils"
	"github.com/flyteorg/flyte/flytestdlib/logger"
)

// lookTimeout bounds all requests of one look: a worker of propeller waits for them.
const lookTimeout = 3 * time.Second

// diagnosis is what the pods and the events behind a resource tell of it.
type diagnosis struct {
	// reason is why the resource does not run, or has failed. It is empty where nothing tells.
	reason string
	// failure is what a pod's trouble amounts to, with its code. It is empty while the trouble can pass.
	failure Phase
	code    string
	// leavesPods says that a pod runs, or is going to.
	leavesPods bool
	// events are those that no diagnosis before had; seen are all.
	events []pluginsCore.ReasonInfo
	seen   sets.Set[types.UID]
	// at is when it was made, and ofFailure says whether the resource had failed by then.
	at        time.Time
	ofFailure bool
}

// inspector looks at the pods and events behind resources, live: an informer of all pods would cost far more than the
// few resources that are stuck at a time.
type inspector struct {
	client kubernetes.Interface
	// podsHaveLabels says whether every role has room for the labels of Flyte's executions.
	podsHaveLabels bool
	// recent keeps the last diagnosis of each resource, also one that failed, so that none is asked for too often.
	recent *cache.LRUExpireCache
	// limiter is for all resources that wait together. One at a time holds turn: while the API server is slow, one worker
	// of propeller waits for it, and not all.
	limiter *rate.Limiter
	turn    sync.Mutex
}

func newInspector(client kubernetes.Interface, cfg *DiagnosisConfig) *inspector {
	return &inspector{
		client:         client,
		podsHaveLabels: {{ p.labelled | tojson }},
		recent:         cache.NewLRUExpireCache(mostResources),
		limiter:        rate.NewLimiter(rate.Limit(cfg.QPS), max(1, cfg.QPS)),
	}
}

// connect returns an inspector that uses propeller's own account, or nil where the cluster cannot be reached: no task
// fails for want of an explanation.
func connect() *inspector {
	ctx := context.Background()

	clientset, _, err := utils.GetKubeConfig(ctx, propellerConfig.GetConfig())
	if err != nil {
		logger.Warnf(ctx, "tasks of type %s will not say what their pods wait for: %v", TaskType, err)

		return nil
	}

	return newInspector(clientset, &GetConfig().Diagnosis)
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

	value, known := i.recent.Get(object.GetUID())
	last, _ := value.(diagnosis)
	last.events = nil

	if known && last.ofFailure == phase.IsFailure() && time.Since(last.at) < cfg.Interval.Duration {
		return last
	}

	// A failure has no second look: it is the last word on an attempt.
	if !phase.IsFailure() {
		if !i.turn.TryLock() {
			return last
		}
		defer i.turn.Unlock()

		if !i.limiter.Allow() {
			return last
		}
	}

	found := i.look(ctx, object, pluginContext.TaskExecutionMetadata().GetLabels(), phase, last.seen)
	i.recent.Add(object.GetUID(), found, time.Hour)

	return found
}

// look asks the API server for the pods and the events of a resource: two or three requests.
func (i *inspector) look(
	ctx context.Context, object client.Object, executionLabels map[string]string, phase Phase, seen sets.Set[types.UID],
) diagnosis {
	ctx, cancel := context.WithTimeout(ctx, lookTimeout)
	defer cancel()

	found := diagnosis{seen: seen.Clone(), at: time.Now(), ofFailure: phase.IsFailure()}

	pods, err := i.podsOf(ctx, object, executionLabels)
	events, eventsErr := i.eventsOf(ctx, object, len(pods) == 0)
	troubled, lastWarning := 0, ""
	found.leavesPods = slices.ContainsFunc(pods, isGoingOn)

	for _, pod := range pods {
		reason, failure, code := troubleOf(ctx, object, pod, phase)
		if reason == "" {
			continue
		}

		if troubled++; troubled == 1 || found.failure == "" && failure != "" {
			found.reason, found.failure, found.code = fmt.Sprintf("pod %s: %s", pod.Name, reason), failure, code
		}
	}

	if troubled > 1 {
		found.reason += fmt.Sprintf(" (and %d more of its pods)", troubled-1)
	}

	for _, event := range events {
		if event.InvolvedObject.UID == object.GetUID() && !found.seen.Has(event.UID) {
			found.seen.Insert(event.UID)
			found.events = append(found.events, pluginsCore.ReasonInfo{Reason: event.Message, OccurredAt: ptr.To(timeOf(event))})
		}

		if event.Type == corev1.EventTypeWarning {
			lastWarning = fmt.Sprintf("%s %s: %s", event.InvolvedObject.Kind, event.InvolvedObject.Name, event.Message)
		}
	}

	found.reason = cmp.Or(found.reason, lastWarning)

	if err = errors.Join(err, eventsErr); err != nil {
		logger.Warnf(ctx, "cannot look at the pods and events of %s/%s: %v", object.GetNamespace(), object.GetName(), err)
		found.reason = cmp.Or(found.reason, fmt.Sprintf("its events or pods cannot be looked at: %v", err))
	} else if found.reason == "" && len(pods) == 0 {
		found.reason = "{{ "it has no pods yet" if p.labelled else "no pods of it can be found: they have no room for Flyte's labels, and no owner tells" }}"
	}

	return found
}

// podsOf returns the pods behind a resource, by name. Those of an earlier attempt are older than the resource.
func (i *inspector) podsOf(
	ctx context.Context, object client.Object, executionLabels map[string]string,
) ([]*corev1.Pod, error) {
	api, created := i.client.CoreV1().Pods(object.GetNamespace()), object.GetCreationTimestamp()

	// Version 0 is what the API server has in memory.
	options := metav1.ListOptions{LabelSelector: labels.SelectorFromSet(executionLabels).String(), ResourceVersion: "0"}

	pods, err := listed(ctx, api.List, options, func(pod *corev1.Pod) bool {
		return len(executionLabels) > 0 && !pod.CreationTimestamp.Before(&created)
	})

	// Where a pod has no room for labels its operator may copy those of the resource; else only the owner tells.
	if err == nil && len(pods) == 0 && !i.podsHaveLabels {
		pods, err = listed(ctx, api.List, metav1.ListOptions{}, func(pod *corev1.Pod) bool { return isOwnedBy(pod, object) })
	}

	slices.SortFunc(pods, func(a, b *corev1.Pod) int { return cmp.Compare(a.Name, b.Name) })

	return pods, err
}

// listed returns what is wanted of a list, which is read page by page: what is wanted may be on the last.
func listed[L, T runtime.Object](
	ctx context.Context, list func(context.Context, metav1.ListOptions) (L, error), options metav1.ListOptions,
	isWanted func(T) bool,
) (found []T, err error) {
	pages := pager.New(func(ctx context.Context, options metav1.ListOptions) (runtime.Object, error) {
		return list(ctx, options)
	})
	err = pages.EachListItemWithAlloc(ctx, options, func(item runtime.Object) error {
		if each, ok := item.(T); ok && isWanted(each) {
			found = append(found, each)
		}

		return nil
	})

	return found, err
}

func isOwnedBy(object, owner client.Object) bool {
	return slices.ContainsFunc(object.GetOwnerReferences(), func(each metav1.OwnerReference) bool {
		return each.UID == owner.GetUID()
	})
}

// troubleOf reads one pod as Flyte's own plugin for pods does, with the same times of grace.
func troubleOf(
	ctx context.Context, object client.Object, pod *corev1.Pod, phase Phase,
) (reason string, failure Phase, code string) {
	var info pluginsCore.PhaseInfo

	// While the resource may still run, a failed pod is the operator's to replace.
	isMeant := !phase.IsFailure()

	switch status := pod.Status; status.Phase {
	case corev1.PodPending:
		// Flyte reads main containers alone, but the image of an init container can be wrong, too.
		status.ContainerStatuses = slices.Concat(waiting(status.InitContainerStatuses), status.ContainerStatuses)
		info, _ = flytek8s.DemystifyPending(status, pluginsCore.TaskInfo{})
	case corev1.PodFailed:
		// Flyte takes a pod without a reason for one that was lost with its node. A container that ended has one.
		if _, ended := failedContainer(status); ended != nil {
			status.Reason = cmp.Or(status.Reason, ended.Reason)
		}

		info, _ = flytek8s.DemystifyFailure(ctx, status, pluginsCore.TaskInfo{}, mainContainer(object, pod))
		isMeant = phase == PhaseRetryableFailure
	default:
		if container, ended := failedContainer(status); ended != nil {
			reason = fmt.Sprintf("container %s ended with exit code %d (%s) and has been restarted %d times",
				container.Name, ended.ExitCode, ended.Reason, container.RestartCount)
		}

		return reason, "", ""
	}

	switch {
	case info.Reason() == "Scheduling" || info.Reason() == "Demistify Pending":
		// It waits for nothing in particular.
		return "", "", ""
	case !isMeant || !info.Phase().IsFailure():
		return cmp.Or(info.Err().GetMessage(), info.Reason()), "", ""
	case info.Err().GetKind() == core.ExecutionError_SYSTEM:
		failure = PhaseSystemFailure
	case info.Phase() == pluginsCore.PhasePermanentFailure:
		failure = PhasePermanentFailure
	default:
		failure = PhaseRetryableFailure
	}

	return info.Err().GetMessage(), failure, info.Err().GetCode()
}

// isGoingOn says whether a pod is neither at its end nor on the way to it.
func isGoingOn(pod *corev1.Pod) bool {
	return pod.DeletionTimestamp == nil && pod.Status.Phase != corev1.PodSucceeded && pod.Status.Phase != corev1.PodFailed
}

// waiting returns the containers that wait for something else than another try.
func waiting(containers []corev1.ContainerStatus) []corev1.ContainerStatus {
	return slices.DeleteFunc(slices.Clone(containers), func(each corev1.ContainerStatus) bool {
		return each.State.Waiting == nil || each.State.Waiting.Reason == "CrashLoopBackOff"
	})
}

// failedContainer returns the container that ended badly, and how, if there is one. It may have been started again.
func failedContainer(status corev1.PodStatus) (corev1.ContainerStatus, *corev1.ContainerStateTerminated) {
	for _, each := range slices.Concat(status.InitContainerStatuses, status.ContainerStatuses) {
		ended := cmp.Or(each.State.Terminated, each.LastTerminationState.Terminated)
		if ended != nil && ended.ExitCode != 0 {
			return each, ended
		}
	}

	return corev1.ContainerStatus{}, nil
}

// mainContainer is the name of the container that runs what the role is for.
func mainContainer(object client.Object, pod *corev1.Pod) string {
	main := ""

	for _, source := range logSources {
		name := cmp.Or(source.container, object.GetName())
		if slices.ContainsFunc(pod.Spec.Containers, func(each corev1.Container) bool { return each.Name == name }) {
			main = name
		}
	}

	return main
}

// eventsOf returns the events of a resource, the oldest first; where it has no pods also the warnings about what is named
// after it, such as the ReplicaSet that a quota keeps from making pods.
func (i *inspector) eventsOf(ctx context.Context, object client.Object, hasNoPods bool) ([]*corev1.Event, error) {
	selectors := []fields.Selector{fields.OneTermEqualSelector("involvedObject.uid", string(object.GetUID()))}
	if hasNoPods {
		selectors = append(selectors, fields.OneTermEqualSelector("type", corev1.EventTypeWarning))
	}

	var events []*corev1.Event

	for _, selector := range selectors {
		options := metav1.ListOptions{FieldSelector: selector.String()}

		found, err := listed(ctx, i.client.CoreV1().Events(object.GetNamespace()).List, options, func(event *corev1.Event) bool {
			return event.InvolvedObject.UID == object.GetUID() || strings.HasPrefix(event.InvolvedObject.Name, object.GetName()+"-")
		})
		if err != nil {
			return nil, err
		}

		events = append(events, found...)
	}

	slices.SortStableFunc(events, func(a, b *corev1.Event) int { return timeOf(a).Compare(timeOf(b)) })

	return events, nil
}

func timeOf(event *corev1.Event) time.Time {
	return slices.MaxFunc([]time.Time{event.LastTimestamp.Time, event.EventTime.Time, event.CreationTimestamp.Time}, time.Time.Compare)
}
