{% set p = plugin(cookiecutter) %}
package {{ p.names.name }}

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/flyteorg/flyte/flyteidl/gen/pb-go/flyteidl/core"
	"github.com/flyteorg/flyte/flyteplugins/go/tasks/logs"
	"github.com/flyteorg/flyte/flyteplugins/go/tasks/pluginmachinery/k8s"
	"github.com/flyteorg/flyte/flyteplugins/go/tasks/pluginmachinery/tasklog"

	pb "{{ p.names.go_proto_package }}"
)

// mostReplicas bounds the links of one role.
const mostReplicas = 20

// logSources are the roles that have logs, the leader first.
var logSources = []logSource{
{% for source in p | go_log_sources %}
	{{ source }},
{% endfor %}
}

// logSource is a role with logs.
type logSource struct {
	role string
	// container is the name of the main container. Empty is Flyte's: that of the resource.
	container string
	// podName returns the name of the role's pod where the status tells it.
	podName func(*Status) string
	// replicas returns how many pods the role has.
	replicas func(*pb.{{ p.names.go_config_class }}) int
}

// Templates of log links may use these beside Flyte's own variables.
var (
	// roleVariable is {{ '{{ .role }}' }}.
	roleVariable = tasklog.MustCreateRegex("role")

	// generatedNameVariable is the name of the resource, and indexVariable counts the pods of a role: in pod-names.
	generatedNameVariable = tasklog.MustCreateRegex("generatedName")
	indexVariable         = tasklog.MustCreateRegex("index")

	// statusVariables are what the operator calls things.
	statusVariables = {{ p.status | go_status_variables }}
)

type statusVariable struct {
	regex *regexp.Regexp
	value func(*Status) string
}

// taskLogs returns the log links of every role. Operators name their pods as they like: a name is known where the status or
// the configuration tells it. A link that needs a name which is not known is left out; one that is the same for every role
// is there once.
func taskLogs(
	ctx context.Context, pluginContext k8s.PluginContext, object client.Object, status *Status,
) ([]*core.TaskLog, error) {
	task, err := pluginContext.TaskReader().Read(ctx)
	if err != nil {
		return nil, err
	}

	cfg := GetConfig()

	plugin, err := logs.InitializeLogPlugins(&cfg.Logs)
	if err != nil {
		return nil, err
	}

	var links []*core.TaskLog

	input, needs := tasklog.Input{Namespace: object.GetNamespace(), TaskTemplate: task}, logNeedsOf(cfg)

	for _, source := range logSources {
		pods := source.podNames(ctx, pluginContext, object.GetName(), status)
		input.ContainerName = cmp.Or(source.container, object.GetName())

		if needs.more {
			describe(&input, pluginContext, object, status, source.role)
		}

		for i, pod := range pods {
			if pod == "" && needs.pod {
				continue
			}

			input.PodName, input.LogName = pod, source.title(i, len(pods))

			output, err := plugin.GetTaskLogs(input)
			if err != nil {
				return nil, err
			}

			for _, link := range output.TaskLogs {
				links = appendNew(links, link)
			}
		}
	}

	return links, nil
}

// appendNew appends a link that is not there yet and has no variable without a value in it.
func appendNew(links []*core.TaskLog, link *core.TaskLog) []*core.TaskLog {
	isKnown := func(each *core.TaskLog) bool { return each.GetUri() == link.GetUri() }
	if strings.Contains(link.GetUri(), "{{ '{{' }}") || slices.ContainsFunc(links, isKnown) {
		return links
	}

	return append(links, link)
}

// logNeeds is what the links of a configuration cannot do without. Variables are most of what a link costs, whether or not
// it has them.
type logNeeds struct {
	cfg *Config
	// pod is the name of a pod, for each of them; more is anything beside that name and the pod's place.
	pod, more bool
}

var (
	lastNeeds atomic.Pointer[logNeeds]

	variable     = regexp.MustCompile(`(?i){{ '{{' }}\s*[.$](\w+)`)
	podVariables = []string{"podname", "namespace", "containername", "logname"}
)

// logNeedsOf looks at a configuration once: a change of it is a new one.
func logNeedsOf(cfg *Config) *logNeeds {
	if last := lastNeeds.Load(); last != nil && last.cfg == cfg {
		return last
	}

	texts := []string{cfg.Logs.KubernetesTemplateURI, cfg.Logs.CloudwatchTemplateURI, cfg.Logs.StackDriverTemplateURI}
	for _, each := range slices.AppendSeq(slices.Clone(cfg.Logs.Templates), maps.Values(cfg.Logs.DynamicLogLinks)) {
		texts = append(append(texts, each.DisplayName), each.TemplateURIs...)
	}

	found := &logNeeds{cfg: cfg, pod: true}

	for _, text := range texts {
		hasPod := text == ""

		for _, match := range variable.FindAllStringSubmatch(text, -1) {
			name := strings.ToLower(match[1])
			hasPod = hasPod || name == "podname"
			found.more = found.more || !slices.Contains(podVariables, name)
		}

		found.pod = found.pod && hasPod
	}

	lastNeeds.Store(found)

	return found
}

// describe adds what templates can use beside the name of a pod.
func describe(input *tasklog.Input, pluginContext k8s.PluginContext, object client.Object, status *Status, role string) {
	// The pods live about as long as the resource.
	start, finish := object.GetCreationTimestamp().Time, time.Now()

	input.TaskExecutionID = pluginContext.TaskExecutionMetadata().GetTaskExecutionID()
	input.PodRFC3339StartTime, input.PodUnixStartTime = start.Format(time.RFC3339), start.Unix()
	input.PodRFC3339FinishTime, input.PodUnixFinishTime = finish.Format(time.RFC3339), finish.Unix()
	input.ExtraTemplateVars = []tasklog.TemplateVar{{ '{{Regex: roleVariable, Value: role}}' }}

	for _, each := range statusVariables {
		input.ExtraTemplateVars = append(input.ExtraTemplateVars, tasklog.TemplateVar{Regex: each.regex, Value: each.value(status)})
	}
}

// title is added to that of a link.
func (l logSource) title(index, count int) string {
	switch {
	case l.role == "":
		return ""
	case count > 1:
		return fmt.Sprintf(" (%s %d)", l.role, index)
	default:
		return " (" + l.role + ")"
	}
}

// podNames returns the names of the role's pods; an empty one where they are not known.
func (l logSource) podNames(ctx context.Context, pluginContext k8s.PluginContext, object string, status *Status) []string {
	if l.podName != nil && l.podName(status) != "" {
		return []string{l.podName(status)}
	}

	name, count := generatedNameVariable.ReplaceAllLiteralString(GetConfig().PodNames[l.role], object), 1

	if l.replicas != nil && indexVariable.MatchString(name) {
		// No task fails for want of a link.
		if job, err := readCustom(ctx, pluginContext.TaskReader()); err == nil {
			count = max(1, min(l.replicas(job), mostReplicas))
		}
	}

	names := make([]string, count)
	for i := range names {
		names[i] = indexVariable.ReplaceAllLiteralString(name, strconv.Itoa(i))
	}

	return names
}
