package solverjob

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"golang.org/x/time/rate"
	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/util/cache"
	"k8s.io/apimachinery/pkg/util/sets"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/tools/pager"
	"sigs.k8s.io/controller-runtime/pkg/client"

	pluginsCore "github.com/flyteorg/flyte/flyteplugins/go/tasks/pluginmachinery/core"
	propellerConfig "github.com/flyteorg/flyte/flytepropeller/pkg/controller/config"
	"github.com/flyteorg/flyte/flytepropeller/pkg/utils"
	"github.com/flyteorg/flyte/flytestdlib/logger"
)

const (
	// nameLabel is the name of the resource, on the resource and on every pod template in it. The labels of Flyte's
	// executions do not tell resources apart: a node id repeats where a workflow calls another one twice. Operators may copy
	// the labels of a resource to pods that have no room for any.
	nameLabel = "flyte.org/generated-name"

	// roleLabel is the role of a pod.
	roleLabel = "flyte.org/role"

	// lookTimeout bounds all requests of one look: a worker of propeller waits for them.
	lookTimeout = 3 * time.Second
)

// taskRoles are the roles that run the task's own command.
var taskRoles = []string{"driver"}

// errNotNow says that the API server is spared, since others are asking it, or that there is none to be asked.
var errNotNow = errors.New("the cluster cannot be looked at now")

// nameLabels returns what tells the resource of a task from all others.
func nameLabels(task pluginsCore.TaskExecutionMetadata) map[string]string {
	return map[string]string{nameLabel: task.GetTaskExecutionID().GetGeneratedName()}
}

// inspector looks at the pods and events behind resources, live: an informer of all pods would cost far more than the
// few resources that are looked at.
type inspector struct {
	client kubernetes.Interface
	// podsHaveLabels says whether all pods have nameLabel: their templates have room for it, or the operator copies it.
	podsHaveLabels atomic.Bool
	// recent keeps the last diagnosis of each resource, failed attempts included, to limit how often one is made.
	recent *cache.LRUExpireCache
	// linked keeps the pods of each resource that log links lead to.
	linked *cache.LRUExpireCache
	// limiter is for all looks at all resources. One look at a time has turn: while the API server is slow, one worker of
	// propeller waits for it, and not all.
	limiter *rate.Limiter
	turn    chan struct{}
}

func newInspector(client kubernetes.Interface, cfg *DiagnosisConfig) *inspector {
	i := &inspector{
		client:  client,
		recent:  cache.NewLRUExpireCache(maxRemembered),
		linked:  cache.NewLRUExpireCache(maxRemembered),
		limiter: rate.NewLimiter(rate.Limit(cfg.QPS), max(2, 2*cfg.QPS)),
		turn:    make(chan struct{}, 1),
	}
	i.podsHaveLabels.Store(true)

	return i
}

// connect returns an inspector that uses propeller's own account, or nil where the cluster cannot be reached: no task
// fails because it cannot be explained.
func connect() *inspector {
	ctx := context.Background()

	clientset, _, err := utils.GetKubeConfig(ctx, propellerConfig.GetConfig())
	if err != nil {
		logger.Warnf(ctx, "no diagnosis of pending pods for tasks of type %s: %v", TaskType, err)

		return nil
	}

	return newInspector(clientset, &GetConfig().Diagnosis)
}

// look is what one round sees of the cluster. The pods are listed once, when they are first needed.
type look struct {
	inspector func() *inspector
	object    client.Object
	// isLast says that the resource has failed: there will be no other look, and it goes before those that wait.
	isLast bool

	// isAsked says that the look has asked for its turn, which it does once.
	isAsked bool
	// deadline is when all requests must be answered. It is zero before the first one.
	deadline time.Time
	isListed bool
	listed   []*corev1.Pod
	err      error
}

// begin waits for the look's turn, unless it has it. It fails with errNotNow.
func (l *look) begin(ctx context.Context) error {
	if !l.deadline.IsZero() {
		return nil
	}

	i := l.inspector()
	if i == nil || l.isAsked {
		return errNotNow
	}

	l.isAsked = true

	// Half of what the limiter allows at once is left to failures, which also wait until others have looked.
	if !l.isLast && (len(i.turn) > 0 || i.limiter.Tokens() < float64(i.limiter.Burst())/2) || !i.limiter.Allow() {
		return errNotNow
	}

	deadline := time.Now().Add(lookTimeout)

	ctx, cancel := context.WithDeadline(ctx, deadline)
	defer cancel()

	select {
	case i.turn <- struct{}{}:
		l.deadline = deadline

		return nil
	case <-ctx.Done():
		return errNotNow
	}
}

// end leaves the turn to the next look.
func (l *look) end() {
	if !l.deadline.IsZero() {
		<-l.inspector().turn
	}
}

// pods returns the pods behind the resource, by name, without those that are being deleted.
func (l *look) pods(ctx context.Context) ([]*corev1.Pod, error) {
	if l.isListed {
		return l.listed, l.err
	}

	if err := l.begin(ctx); err != nil {
		return nil, err
	}

	ctx, cancel := context.WithDeadline(ctx, l.deadline)
	defer cancel()

	l.listed, l.err = l.inspector().podsOf(ctx, l.object)
	l.isListed = true

	return l.listed, l.err
}

// podsOf lists the pods behind a resource.
func (i *inspector) podsOf(ctx context.Context, object client.Object) ([]*corev1.Pod, error) {
	options := metav1.ListOptions{}
	// What an earlier release of the plugin created has no label.
	if i.podsHaveLabels.Load() && object.GetLabels()[nameLabel] != "" {
		options.LabelSelector = labels.Set{nameLabel: object.GetName()}.String()
	}

	pods, err := listed(ctx, i.client.CoreV1().Pods(object.GetNamespace()).List, options, func(pod *corev1.Pod) bool {
		return pod.DeletionTimestamp == nil
	})
	if err == nil && options.LabelSelector == "" {
		pods, err = i.ownPods(ctx, object, pods)
	}

	slices.SortFunc(pods, func(a, b *corev1.Pod) int { return strings.Compare(a.Name, b.Name) })

	return pods, err
}

// ownPods returns the pods of a namespace that have the resource's label, or the resource as the owner of their owners:
// itself, other pods, and Jobs.
func (i *inspector) ownPods(ctx context.Context, object client.Object, pods []*corev1.Pod) ([]*corev1.Pod, error) {
	owners := sets.New(object.GetUID())

	found := ownedBy(owners, object.GetName(), pods)
	if len(found) == 0 && slices.ContainsFunc(pods, isOfJob) {
		api := i.client.BatchV1().Jobs(object.GetNamespace())

		jobs, err := listed(ctx, api.List, metav1.ListOptions{}, func(job *batchv1.Job) bool { return isOwnedBy(job, object) })
		if err != nil {
			return nil, err
		}

		for _, job := range jobs {
			owners.Insert(job.GetUID())
		}

		found = ownedBy(owners, object.GetName(), pods)
	}

	// What has no role has its labels from the resource, and not from a template of the plugin.
	isCopied := func(pod *corev1.Pod) bool { return pod.Labels[nameLabel] != "" && pod.Labels[roleLabel] == "" }
	isBare := func(pod *corev1.Pod) bool { return pod.Labels[nameLabel] == "" }

	if slices.ContainsFunc(found, isCopied) && !slices.ContainsFunc(found, isBare) {
		i.podsHaveLabels.Store(true)
	}

	return found, nil
}

// ownedBy returns the pods that have the label, or one of the owners, or one of these pods as their owner.
func ownedBy(owners sets.Set[types.UID], name string, pods []*corev1.Pod) []*corev1.Pod {
	var found []*corev1.Pod

	for more := true; more; {
		more = false

		for _, pod := range pods {
			isOwn := pod.Labels[nameLabel] == name || slices.ContainsFunc(pod.OwnerReferences, func(each metav1.OwnerReference) bool {
				return owners.Has(each.UID)
			})
			if isOwn && !owners.Has(pod.UID) {
				owners.Insert(pod.UID)

				found, more = append(found, pod), true
			}
		}
	}

	return found
}

func isOwnedBy(object, owner client.Object) bool {
	return slices.ContainsFunc(object.GetOwnerReferences(), func(each metav1.OwnerReference) bool {
		return each.UID == owner.GetUID()
	})
}

func isOfJob(pod *corev1.Pod) bool {
	return slices.ContainsFunc(pod.OwnerReferences, func(each metav1.OwnerReference) bool { return each.Kind == "Job" })
}

// roleOf returns the label of a pod's role or, where the pod has none, what it would be by the name of its main container.
func roleOf(object client.Object, pod *corev1.Pod) string {
	role := pod.Labels[roleLabel]

	for _, source := range logSources {
		main := cmp.Or(source.container, object.GetName())
		if role == "" && slices.ContainsFunc(pod.Spec.Containers, func(each corev1.Container) bool { return each.Name == main }) {
			role = utils.SanitizeLabelValue(source.role)
		}
	}

	return role
}

// runsTask says whether a pod runs the task's own command.
func runsTask(object client.Object, pod *corev1.Pod) bool {
	return slices.ContainsFunc(taskRoles, func(role string) bool {
		return utils.SanitizeLabelValue(role) == roleOf(object, pod)
	})
}

// listed returns the matching items of a list, which is read page by page.
func listed[L, T runtime.Object](
	ctx context.Context, list func(context.Context, metav1.ListOptions) (L, error), options metav1.ListOptions,
	matches func(T) bool,
) (found []T, err error) {
	// Resource version 0 is answered from the API server's cache.
	options.ResourceVersion = "0"

	pages := pager.New(func(ctx context.Context, options metav1.ListOptions) (runtime.Object, error) {
		return list(ctx, options)
	})
	err = pages.EachListItemWithAlloc(ctx, options, func(item runtime.Object) error {
		if each, ok := item.(T); ok && matches(each) {
			found = append(found, each)
		}

		return nil
	})

	return found, err
}
