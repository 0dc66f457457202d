package solverjob

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/fields"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/util/sets"
	"k8s.io/utils/ptr"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/flyteorg/flyte/flyteidl/gen/pb-go/flyteidl/core"
	pluginsCore "github.com/flyteorg/flyte/flyteplugins/go/tasks/pluginmachinery/core"
	"github.com/flyteorg/flyte/flyteplugins/go/tasks/pluginmachinery/flytek8s"
	"github.com/flyteorg/flyte/flytestdlib/logger"
)

const (
	// maxPauses limits the growth of the pauses between diagnoses that find nothing new.
	maxPauses = 10

	// failureDelay is how long a failure may wait for its diagnosis. After that, the operator's state is reported.
	failureDelay = 2 * time.Minute
)

// diagnosis is what the pods and events of a resource say about it.
type diagnosis struct {
	// reason is why the resource does not run, or has failed. It is empty if that is unknown.
	reason string
	// failure is the phase that a pod's problem leads to, with its code. It is empty while the problem may go away.
	failure Phase
	code    string
	// leavesPods says that a pod runs, or is going to.
	leavesPods bool
	// events are the new ones since the previous diagnosis; seen are all so far.
	events []pluginsCore.ReasonInfo
	seen   sets.Set[types.UID]
	// isDue is set while a failure waits for its diagnosis, since dueSince.
	isDue    bool
	dueSince time.Time
	// at is when it was made, and of which version of the resource; pauses is the number of intervals until the next one.
	at      time.Time
	version string
	pauses  time.Duration
	// ofFailure is set if the resource had failed by then.
	ofFailure bool
}

// diagnose returns why a resource does not run yet or why it failed. It is empty for other resources.
func (l *look) diagnose(ctx context.Context, phase Phase) diagnosis {
	cfg, object := &GetConfig().Diagnosis, l.object

	isYoung := time.Since(object.GetCreationTimestamp().Time) < cfg.GracePeriod.Duration
	isAsked := phase.IsFailure() || (phase == PhaseQueued || phase == PhaseInitializing) && !isYoung

	if !cfg.Enabled || !isAsked {
		return diagnosis{}
	}

	i := l.inspector()
	if i == nil {
		return diagnosis{}
	}

	value, isKnown := i.recent.Get(object.GetUID())
	last, _ := value.(diagnosis)
	last.events = nil

	pauses := last.pauses
	if object.GetResourceVersion() != last.version {
		pauses = min(pauses, 1)
	}

	if isKnown && last.ofFailure == phase.IsFailure() && time.Since(last.at) < pauses*cfg.Interval.Duration {
		return last
	}

	if l.begin(ctx) != nil {
		if phase.IsFailure() {
			return i.postpone(object, last)
		}

		return last
	}

	found := l.read(ctx, phase, last.seen)

	// An API server that refuses for good is not waited for.
	if phase.IsFailure() && l.err != nil && !apierrors.IsForbidden(l.err) {
		if later := i.postpone(object, last); later.isDue {
			return later
		}
	}

	if found.pauses = 1; found.reason == last.reason {
		found.pauses = min(last.pauses+1, maxPauses)
	}

	i.recent.Add(object.GetUID(), found, time.Hour)

	return found
}

// postpone delays a failure until it can be diagnosed: the diagnosis decides whether it is a system failure. One of a resource
// that is being deleted is not delayed, as propeller would take it for the deletion's.
func (i *inspector) postpone(object client.Object, last diagnosis) diagnosis {
	if object.GetDeletionTimestamp() != nil || i.limiter.Limit() <= 0 {
		return diagnosis{}
	}

	if last.dueSince.IsZero() {
		last.dueSince = time.Now()
		i.recent.Add(object.GetUID(), last, time.Hour)
	}

	return diagnosis{isDue: time.Since(last.dueSince) < failureDelay}
}

// read lists the pods and events of a resource, with one request each.
func (l *look) read(ctx context.Context, phase Phase, seen sets.Set[types.UID]) diagnosis {
	object := l.object
	found := diagnosis{seen: seen.Clone(), at: time.Now(), version: object.GetResourceVersion(), ofFailure: phase.IsFailure()}

	pods, err := l.pods(ctx)
	events, eventsErr := l.events(ctx, len(pods) == 0)
	found.leavesPods = slices.ContainsFunc(pods, isGoingOn)

	if troubles := troublesOf(ctx, object, pods, phase); len(troubles) > 0 {
		first := troubles[0]
		found.reason, found.failure, found.code = fmt.Sprintf("pod %s: %s", first.pod.Name, first.reason), first.failure, first.code

		if len(troubles) > 1 {
			found.reason += fmt.Sprintf(" (and %d more of its pods)", len(troubles)-1)
		}
	}

	lastWarning := ""

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
		found.reason = l.noPods()
	}

	return found
}

// noPods is the reason if no pods were found.
func (l *look) noPods() string {
	if l.inspector().podsHaveLabels.Load() {
		return "it has no pods yet"
	}

	return "it has no pods yet, or none that can be told from others: not by labels, for which there is no room, nor by owners"
}

// trouble is a problem of a pod.
type trouble struct {
	pod    *corev1.Pod
	reason string
	// failure is the phase that it leads to, with its code. It is empty while the problem may go away.
	failure Phase
	code    string
	// ended is when the pod failed, if the resource has failed, too.
	ended time.Time
	// rank orders problems: the lowest is the most likely cause.
	rank int
}

// troublesOf returns what is wrong with the pods of a resource, the likeliest cause first. Only what happened to that pod
// makes a failure the system's: the others may have failed because it did.
func troublesOf(ctx context.Context, object client.Object, pods []*corev1.Pod, phase Phase) []trouble {
	var found []trouble

	for _, pod := range pods {
		each := troubleOf(ctx, object, pod, phase)
		if each.reason == "" {
			continue
		}

		// Failures come before waiting pods, and the role that runs the task before all others.
		if each.ended.IsZero() && each.failure == "" {
			each.rank += 2
		}

		if !runsTask(object, pod) {
			each.rank++
		}

		found = append(found, each)
	}

	slices.SortStableFunc(found, func(a, b trouble) int {
		return cmp.Or(cmp.Compare(a.rank, b.rank), a.ended.Compare(b.ended))
	})

	return found
}

// troubleOf judges one pod as Flyte's own pod plugin does, with the same grace periods.
func troubleOf(ctx context.Context, object client.Object, pod *corev1.Pod, phase Phase) trouble {
	found := trouble{pod: pod}
	container, ended := failedContainer(pod.Status)

	// A container that has been restarted since is not the cause of the failure.
	if phase.IsFailure() && (pod.Status.Phase == corev1.PodFailed || container.State.Terminated != nil) {
		found.ended = endTime(pod.Status, ended)
	}

	var info pluginsCore.PhaseInfo

	// While the resource may still run, the operator is expected to replace failed pods.
	countsAsFailure := !phase.IsFailure()

	switch status := pod.Status; status.Phase {
	case corev1.PodPending:
		// Flyte looks only at main containers, but an init container can have a wrong image, too.
		status.ContainerStatuses = slices.Concat(waiting(status.InitContainerStatuses), status.ContainerStatuses)
		info, _ = flytek8s.DemystifyPending(status, pluginsCore.TaskInfo{})
	case corev1.PodFailed:
		// Flyte treats a failed pod without a reason as lost with its node, so take the reason of its container.
		if ended != nil {
			status.Reason = cmp.Or(status.Reason, ended.Reason)
		}

		info, _ = flytek8s.DemystifyFailure(ctx, status, pluginsCore.TaskInfo{}, mainContainer(object, pod))
		countsAsFailure = phase == PhaseRetryableFailure
	default:
		if ended != nil {
			found.reason = fmt.Sprintf("container %s ended with exit code %d (%s) and has been restarted %d times",
				container.Name, ended.ExitCode, ended.Reason, container.RestartCount)
		}

		return found
	}

	switch {
	case info.Reason() == "Scheduling" || info.Reason() == "Demistify Pending":
		// Nothing is wrong with it.
		return found
	case !countsAsFailure || !info.Phase().IsFailure():
		found.reason = cmp.Or(info.Err().GetMessage(), info.Reason())

		return found
	case info.Err().GetKind() == core.ExecutionError_SYSTEM:
		found.failure = PhaseSystemFailure
	case info.Phase() == pluginsCore.PhasePermanentFailure:
		found.failure = PhasePermanentFailure
	default:
		found.failure = PhaseRetryableFailure
	}

	found.reason, found.code = info.Err().GetMessage(), info.Err().GetCode()

	return found
}

// isGoingOn says whether a pod is neither at its end nor on the way to it.
func isGoingOn(pod *corev1.Pod) bool {
	return pod.DeletionTimestamp == nil && pod.Status.Phase != corev1.PodSucceeded && pod.Status.Phase != corev1.PodFailed
}

// waiting returns the containers that wait, other than for a restart.
func waiting(containers []corev1.ContainerStatus) []corev1.ContainerStatus {
	return slices.DeleteFunc(slices.Clone(containers), func(each corev1.ContainerStatus) bool {
		return each.State.Waiting == nil || each.State.Waiting.Reason == "CrashLoopBackOff"
	})
}

// failedContainer returns the first container that ended with an error, and its state. It may have been restarted since.
func failedContainer(status corev1.PodStatus) (corev1.ContainerStatus, *corev1.ContainerStateTerminated) {
	for _, each := range slices.Concat(status.InitContainerStatuses, status.ContainerStatuses) {
		ended := cmp.Or(each.State.Terminated, each.LastTerminationState.Terminated)
		if ended != nil && ended.ExitCode != 0 {
			return each, ended
		}
	}

	return corev1.ContainerStatus{}, nil
}

// mainContainer returns the name of the pod's main container.
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

// endTime returns when a pod failed: when its container terminated, or else the time of its last condition.
func endTime(status corev1.PodStatus, ended *corev1.ContainerStateTerminated) time.Time {
	if ended != nil && !ended.FinishedAt.IsZero() {
		return ended.FinishedAt.Time
	}

	var last metav1.Time

	for _, each := range status.Conditions {
		if last.Before(&each.LastTransitionTime) {
			last = each.LastTransitionTime
		}
	}

	if last.IsZero() {
		return time.Now()
	}

	return last.Time
}

// events returns the events of the resource, oldest first. If it has no pods, events of objects that are named after it
// are included, such as a ReplicaSet that cannot create pods because of a quota.
func (l *look) events(ctx context.Context, hasNoPods bool) ([]*corev1.Event, error) {
	if err := l.begin(ctx); err != nil {
		return nil, err
	}

	ctx, cancel := context.WithDeadline(ctx, l.deadline)
	defer cancel()

	i, object := l.inspector(), l.object

	selector := fields.OneTermEqualSelector("involvedObject.uid", string(object.GetUID()))
	switch {
	case hasNoPods && i.podsHaveLabels.Load():
		selector = fields.OneTermNotEqualSelector("involvedObject.kind", "Pod")
	case hasNoPods:
		// It may have pods that cannot be found.
		selector = fields.OneTermEqualSelector("type", corev1.EventTypeWarning)
	}

	options := metav1.ListOptions{FieldSelector: selector.String()}

	events, err := listed(ctx, i.client.CoreV1().Events(object.GetNamespace()).List, options, func(event *corev1.Event) bool {
		return event.InvolvedObject.UID == object.GetUID() || strings.HasPrefix(event.InvolvedObject.Name, object.GetName()+"-")
	})

	slices.SortStableFunc(events, func(a, b *corev1.Event) int { return timeOf(a).Compare(timeOf(b)) })

	return events, err
}

func timeOf(event *corev1.Event) time.Time {
	return slices.MaxFunc([]time.Time{event.LastTimestamp.Time, event.EventTime.Time, event.CreationTimestamp.Time}, time.Time.Compare)
}
