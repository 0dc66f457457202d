package solverjob

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	corev1 "k8s.io/api/core/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/flyteorg/flyte/flyteidl/gen/pb-go/flyteidl/core"
	"github.com/flyteorg/flyte/flyteplugins/go/tasks/logs"
	"github.com/flyteorg/flyte/flyteplugins/go/tasks/pluginmachinery/k8s"
	"github.com/flyteorg/flyte/flyteplugins/go/tasks/pluginmachinery/tasklog"
	"github.com/flyteorg/flyte/flytepropeller/pkg/utils"
	"github.com/flyteorg/flyte/flytestdlib/logger"
)

// maxReplicaLinks is the maximum number of links of one role.
const maxReplicaLinks = 20

// logSources are the roles that have logs, the leader first.
var logSources = []logSource{
	{role: "driver", podName: func(s *Status) string { return s.DriverPodName }},
	{role: "workers"},
}

// logSource is a role with logs.
type logSource struct {
	role string
	// container is the name of the main container. Empty is Flyte's default, the resource's name.
	container string
	// podName returns the name of the role's pod if it is in the status.
	podName func(*Status) string
}

// Variables for templates of log links, in addition to Flyte's own.
var (
	// roleVariable is {{ .role }}.
	roleVariable = tasklog.MustCreateRegex("role")

	// statusVariables are names in the status.
	statusVariables = []statusVariable{
		{tasklog.MustCreateRegex("driverPodName"), func(s *Status) string { return s.DriverPodName }},
		{tasklog.MustCreateRegex("serviceName"), func(s *Status) string { return s.ServiceName }},
	}
)

type statusVariable struct {
	regex *regexp.Regexp
	value func(*Status) string
}

// logPod is a pod with log links.
type logPod struct {
	role    string
	created time.Time
	// input has the values of the pod and of its main container.
	input tasklog.Input
}

// taskLogs returns the log links of every pod. Links that need an unknown value are left out, and a link that is equal for
// several pods is included once.
func taskLogs(
	ctx context.Context, pluginContext k8s.PluginContext, look *look, status *Status, phase Phase,
) ([]*core.TaskLog, error) {
	task, err := pluginContext.TaskReader().Read(ctx)
	if err != nil {
		return nil, err
	}

	cfg := logConfig()

	plugin, err := logs.InitializeLogPlugins(cfg)
	if err != nil {
		return nil, err
	}

	var links []*core.TaskLog

	needs := logNeedsOf(cfg)

	for _, pod := range look.logPods(ctx, status, phase, needs) {
		if pod.input.PodName == "" && !needs.others {
			continue
		}

		pod.input.TaskTemplate = task
		if needs.more {
			pod.describe(pluginContext, look.object, status)
		}

		output, err := plugin.GetTaskLogs(pod.input)
		if err != nil {
			return nil, err
		}

		for _, link := range output.TaskLogs {
			links = appendNew(links, link)
		}
	}

	return links, nil
}

// logConfig returns the plugin's configuration of log links, or else that of the cluster.
func logConfig() *logs.LogConfig {
	own := &GetConfig().Logs
	if own.IsKubernetesEnabled || own.IsCloudwatchEnabled || own.IsStackDriverEnabled ||
		len(own.Templates) > 0 || len(own.DynamicLogLinks) > 0 {
		return own
	}

	return logs.GetLogConfig()
}

// appendNew appends a link unless it is there already, or has a variable without a value.
func appendNew(links []*core.TaskLog, link *core.TaskLog) []*core.TaskLog {
	isKnown := func(each *core.TaskLog) bool { return each.GetUri() == link.GetUri() }
	if strings.Contains(link.GetUri(), "{{") || slices.ContainsFunc(links, isKnown) {
		return links
	}

	return append(links, link)
}

// logNeeds is what the links of a configuration need. Computing variables is most of what a link costs.
type logNeeds struct {
	cfg *logs.LogConfig
	// pods is set if some links are of a pod, others if some are not; more is set if one needs other variables than the
	// pod's name and place.
	pods, others, more bool
}

var (
	lastNeeds atomic.Pointer[logNeeds]

	variable     = regexp.MustCompile(`(?i){{\s*[.$](\w+)`)
	podVariables = []string{"podname", "poduid", "containerid", "hostname", "nodename"}
	allPodsHave  = []string{"namespace", "containername", "logname"}
)

// logNeedsOf caches the result by the configuration's pointer: a reload replaces the configuration.
func logNeedsOf(cfg *logs.LogConfig) *logNeeds {
	if last := lastNeeds.Load(); last != nil && last.cfg == cfg {
		return last
	}

	// Flyte's default templates are of a pod.
	found := &logNeeds{cfg: cfg, pods: cfg.IsKubernetesEnabled || cfg.IsCloudwatchEnabled || cfg.IsStackDriverEnabled}

	var texts []string

	for _, each := range []struct {
		text      string
		isEnabled bool
	}{
		{cfg.KubernetesTemplateURI, cfg.IsKubernetesEnabled},
		{cfg.CloudwatchTemplateURI, cfg.IsCloudwatchEnabled},
		{cfg.StackDriverTemplateURI, cfg.IsStackDriverEnabled},
	} {
		if each.isEnabled {
			texts = append(texts, each.text)
		}
	}

	for _, each := range slices.AppendSeq(slices.Clone(cfg.Templates), maps.Values(cfg.DynamicLogLinks)) {
		texts = append(append(texts, each.DisplayName), each.TemplateURIs...)
	}

	for _, text := range texts {
		isOfPod := text == ""

		for _, match := range variable.FindAllStringSubmatch(text, -1) {
			name := strings.ToLower(match[1])
			isPods := slices.Contains(podVariables, name)
			isOfPod = isOfPod || isPods
			found.pods = found.pods || isPods
			found.more = found.more || !isPods && !slices.Contains(allPodsHave, name)
		}

		found.others = found.others || !isOfPod
	}

	lastNeeds.Store(found)

	return found
}

// logPods returns the pods with log links: those in the cluster and, for a role without any, the one in the status. An
// unknown pod has an empty name.
func (l *look) logPods(ctx context.Context, status *Status, phase Phase, needs *logNeeds) []logPod {
	var pods []logPod

	if needs.pods && phase != PhaseQueued && phase != PhaseInitializing {
		pods = slices.Clone(l.seenPods(ctx, phase))
	}

	for _, source := range logSources {
		if slices.ContainsFunc(pods, func(each logPod) bool { return each.role == source.role }) {
			continue
		}

		named := logPod{role: source.role, input: tasklog.Input{
			Namespace: l.object.GetNamespace(), ContainerName: cmp.Or(source.container, l.object.GetName()), LogName: title(source.role),
		}}
		if source.podName != nil {
			named.input.PodName = source.podName(status)
		}

		pods = append(pods, named)
	}

	return pods
}

// seenPods are the pods of a resource when they were last listed.
type seenPods struct {
	at      time.Time
	version string
	pods    []logPod
	// pauses is how many intervals the next list waits. They grow while a resource changes and its pods do not.
	pauses time.Duration
}

// seenPods lists the pods of a resource once for a change of it while it runs, after pauses for a busy one, and after its
// end only where there are none yet. A list that finds other pods is repeated once, without a change. Where pods have no
// label all others would be listed, too: only the status tells these.
func (l *look) seenPods(ctx context.Context, phase Phase) []logPod {
	cfg := &GetConfig().Diagnosis
	if !cfg.Enabled {
		return nil
	}

	i := l.inspector()
	if i == nil || !i.podsHaveLabels.Load() || l.object.GetLabels()[nameLabel] == "" {
		return nil
	}

	value, isKnown := i.linked.Get(l.object.GetUID())
	last, _ := value.(seenPods)

	hasChanged := !isKnown || last.version != l.object.GetResourceVersion()
	// A list from the API server's cache may lack the newest pods: one with news is confirmed by another.
	isConfirmed := last.pauses != 1
	isOver := phase == PhaseSuccess || phase.IsFailure()
	isPause := time.Since(last.at) < last.pauses*cfg.Interval.Duration

	if !hasChanged && isConfirmed || isOver && isConfirmed && len(last.pods) > 0 || !isOver && isPause {
		return last.pods
	}

	found, err := l.pods(ctx)
	if errors.Is(err, errNotNow) {
		return last.pods
	}

	if err != nil {
		logger.Warnf(ctx, "no log links for the pods of %s/%s: %v", l.object.GetNamespace(), l.object.GetName(), err)
	}

	pods := logPodsOf(l.object, found)
	isSame := func(a, b logPod) bool {
		return a.input.PodName == b.input.PodName && a.input.ContainerID == b.input.ContainerID
	}

	// At the end the operator may have deleted some, whose logs are still there.
	hasNews := err == nil && !slices.EqualFunc(pods, last.pods, isSame) && !(isOver && len(pods) < len(last.pods))

	if last.pauses = min(last.pauses+1, maxPauses); hasNews {
		last.pods, last.pauses = pods, 1
	}

	last.at, last.version = time.Now(), l.object.GetResourceVersion()
	i.linked.Add(l.object.GetUID(), last, 24*time.Hour)

	return last.pods
}

// logPodsOf returns the pods with the names of their links: the role, with an index if it has several pods, or the name of
// a pod that the operator adds.
func logPodsOf(object client.Object, pods []*corev1.Pod) []logPod {
	byRole := map[string][]*corev1.Pod{}

	for _, pod := range pods {
		role := ""

		for _, source := range logSources {
			if utils.SanitizeLabelValue(source.role) == roleOf(object, pod) {
				role = source.role
			}
		}

		byRole[role] = append(byRole[role], pod)
	}

	var found []logPod

	for _, source := range append(slices.Clone(logSources), logSource{}) {
		replicas := byRole[source.role]
		delete(byRole, source.role)

		// Sort worker-10 after worker-9.
		slices.SortStableFunc(replicas, func(a, b *corev1.Pod) int { return cmp.Compare(len(a.Name), len(b.Name)) })

		for index, pod := range replicas[:min(len(replicas), maxReplicaLinks)] {
			name := source.role

			switch {
			case name == "":
				name = strings.TrimPrefix(pod.Name, object.GetName()+"-")
			case len(replicas) > 1:
				name = fmt.Sprintf("%s %d", name, index)
			}

			found = append(found, logPodOf(object, pod, source.role, name))
		}
	}

	return found
}

// logPodOf returns a pod with its main container, or else with its first one.
func logPodOf(object client.Object, pod *corev1.Pod, role, name string) logPod {
	found := logPod{role: role, created: pod.CreationTimestamp.Time, input: tasklog.Input{
		LogName:       title(name),
		PodName:       pod.Name,
		PodUID:        string(pod.UID),
		Namespace:     pod.Namespace,
		ContainerName: mainContainer(object, pod),
		HostName:      pod.Spec.Hostname,
		NodeName:      pod.Spec.NodeName,
	}}

	if found.input.ContainerName == "" && len(pod.Spec.Containers) > 0 {
		found.input.ContainerName = pod.Spec.Containers[0].Name
	}

	for _, each := range pod.Status.ContainerStatuses {
		if each.Name == found.input.ContainerName {
			found.input.ContainerID = each.ContainerID
		}
	}

	return found
}

// title is appended to the name of a link.
func title(of string) string {
	if of == "" {
		return ""
	}

	return " (" + of + ")"
}

// describe adds the variables other than the pod's own.
func (p *logPod) describe(pluginContext k8s.PluginContext, object client.Object, status *Status) {
	start, finish := p.created, time.Now()
	if start.IsZero() {
		// The pods live about as long as the resource.
		start = object.GetCreationTimestamp().Time
	}

	p.input.TaskExecutionID = pluginContext.TaskExecutionMetadata().GetTaskExecutionID()
	p.input.PodRFC3339StartTime, p.input.PodUnixStartTime = start.Format(time.RFC3339), start.Unix()
	p.input.PodRFC3339FinishTime, p.input.PodUnixFinishTime = finish.Format(time.RFC3339), finish.Unix()
	p.input.ExtraTemplateVars = []tasklog.TemplateVar{{Regex: roleVariable, Value: p.role}}

	for _, each := range statusVariables {
		p.input.ExtraTemplateVars = append(p.input.ExtraTemplateVars, tasklog.TemplateVar{Regex: each.regex, Value: each.value(status)})
	}
}
