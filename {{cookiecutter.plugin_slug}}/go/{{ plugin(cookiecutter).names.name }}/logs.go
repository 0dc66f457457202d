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
{% for role in p.pod_roles | sort(attribute="primary", reverse=true) %}
	{{ role | go_log_source(p.names.go_config_class) }},
{% else %}
	{},
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

// taskLogs returns the log links of every role. Operators name their pods as they like: a name is known where the status or the configuration tells it. A link that needs a name which is not known is left out;
// one that is the same for every role is there once.
func taskLogs(
	ctx context.Context, pluginContext k8s.PluginContext, object client.Object, status *Status,
) ([]*core.TaskLog, error) {
	task, err := pluginContext.TaskReader().Read(ctx)
	if err != nil {
		return nil, err
	}

	templates, err := templatesOf(GetConfig())
	if err != nil {
		return nil, err
	}

	input := tasklog.Input{Namespace: object.GetNamespace(), TaskTemplate: task}
	if templates.needMore {
		describe(&input, pluginContext, object, status)
	}

	var links []*core.TaskLog

	for _, source := range logSources {
		pods := source.podNames(ctx, pluginContext, object.GetName(), status)
		input.ContainerName = cmp.Or(source.container, object.GetName())

		if templates.needMore {
			input.ExtraTemplateVars[0].Value = source.role
		}

		for i, pod := range pods {
			if pod == "" && templates.needPod {
				continue
			}

			input.PodName, input.LogName = pod, source.title(i, len(pods))

			output, err := templates.GetTaskLogs(input)
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
	known := slices.ContainsFunc(links, func(each *core.TaskLog) bool { return each.GetUri() == link.GetUri() })
	if known || strings.Contains(link.GetUri(), "{{ '{{' }}") {
		return links
	}

	return append(links, link)
}

// logTemplates are the links of a configuration.
type logTemplates struct {
	tasklog.Plugin
	cfg *Config
	// needMore than a pod's name and place. Variables are most of what a link costs, whether or not it has them.
	needMore bool
	// needPod says that no link can do without the name of a pod.
	needPod bool
}

var (
	lastTemplates atomic.Pointer[logTemplates]

	variable     = regexp.MustCompile(`(?i){{ '{{' }}\s*[.$](\w+)`)
	podVariables = []string{"podname", "namespace", "containername", "logname"}
)

// templatesOf reads the templates of a configuration once: a change of it is a new one.
func templatesOf(cfg *Config) (*logTemplates, error) {
	if last := lastTemplates.Load(); last != nil && last.cfg == cfg {
		return last, nil
	}

	plugin, err := logs.InitializeLogPlugins(&cfg.Logs)
	if err != nil {
		return nil, err
	}

	texts := []string{cfg.Logs.KubernetesTemplateURI, cfg.Logs.CloudwatchTemplateURI, cfg.Logs.StackDriverTemplateURI}
	for _, each := range slices.AppendSeq(slices.Clone(cfg.Logs.Templates), maps.Values(cfg.Logs.DynamicLogLinks)) {
		texts = append(append(texts, each.DisplayName), each.TemplateURIs...)
	}

	found := &logTemplates{Plugin: plugin, cfg: cfg, needPod: true}

	for _, text := range texts {
		hasPod := text == ""

		for _, match := range variable.FindAllStringSubmatch(text, -1) {
			name := strings.ToLower(match[1])
			hasPod = hasPod || name == "podname"
			found.needMore = found.needMore || !slices.Contains(podVariables, name)
		}

		found.needPod = found.needPod && hasPod
	}

	lastTemplates.Store(found)

	return found, nil
}

// describe adds what templates can use beside the name of a pod. The first variable is the role.
func describe(input *tasklog.Input, pluginContext k8s.PluginContext, object client.Object, status *Status) {
	// The pods live about as long as the resource.
	start, finish := object.GetCreationTimestamp().Time, time.Now()

	input.TaskExecutionID = pluginContext.TaskExecutionMetadata().GetTaskExecutionID()
	input.PodRFC3339StartTime, input.PodUnixStartTime = start.Format(time.RFC3339), start.Unix()
	input.PodRFC3339FinishTime, input.PodUnixFinishTime = finish.Format(time.RFC3339), finish.Unix()

	input.ExtraTemplateVars = []tasklog.TemplateVar{
		{Regex: roleVariable},
	}
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
