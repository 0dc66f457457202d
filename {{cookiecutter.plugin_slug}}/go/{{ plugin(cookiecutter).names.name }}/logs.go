{% set p = plugin(cookiecutter) %}
package {{ p.names.name }}

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/flyteorg/flyte/flyteidl/gen/pb-go/flyteidl/core"
	"github.com/flyteorg/flyte/flyteplugins/go/tasks/logs"
	"github.com/flyteorg/flyte/flyteplugins/go/tasks/pluginmachinery/k8s"
	"github.com/flyteorg/flyte/flyteplugins/go/tasks/pluginmachinery/tasklog"
)

// logSources are the roles that have logs, the leader first.
var logSources = []logSource{
{% for role in p.pod_roles | sort(attribute="primary", reverse=true) %}
	{{ role | go_log_source }},
{% else %}
	{},
{% endfor %}
}

// logSource is a role with logs.
type logSource struct {
	role string

	// logName is added to the titles of the links.
	logName string

	// container is the name of the main container. Empty is Flyte's: that of the resource.
	container string

	// podName returns the name of the role's pod where the status tells it.
	podName func(*Status) string
}

var (
	// roleVariable is {{ '{{ .role }}' }}, which templates of log links may use beside Flyte's own variables.
	roleVariable = tasklog.MustCreateRegex("role")

	// generatedNameVariable is the name of the resource.
	generatedNameVariable = tasklog.MustCreateRegex("generatedName")
)

// taskLogs returns the log links of every role. Operators name their pods as they like: a name is known where the
// status or the configuration tells it. A link that needs a name which is not known is left out; one that is the same
// for every role is there once.
func taskLogs(
	ctx context.Context, pluginContext k8s.PluginContext, object client.Object, status *Status,
) ([]*core.TaskLog, error) {
	plugin, err := logs.InitializeLogPlugins(&GetConfig().Logs)
	if err != nil {
		return nil, err
	}

	task, err := pluginContext.TaskReader().Read(ctx)
	if err != nil {
		return nil, err
	}

	// The pods live about as long as the resource.
	start, finish := object.GetCreationTimestamp().Time, time.Now()

	var links []*core.TaskLog
	for _, source := range logSources {
		output, err := plugin.GetTaskLogs(tasklog.Input{
			PodName:              source.nameOfPod(object.GetName(), status),
			Namespace:            object.GetNamespace(),
			ContainerName:        cmp.Or(source.container, object.GetName()),
			LogName:              source.logName,
			PodRFC3339StartTime:  start.Format(time.RFC3339),
			PodRFC3339FinishTime: finish.Format(time.RFC3339),
			PodUnixStartTime:     start.Unix(),
			PodUnixFinishTime:    finish.Unix(),
			TaskExecutionID:      pluginContext.TaskExecutionMetadata().GetTaskExecutionID(),
			TaskTemplate:         task,
			ExtraTemplateVars: []tasklog.TemplateVar{
				{Regex: roleVariable, Value: source.role},
			},
		})
		if err != nil {
			return nil, err
		}

		for _, link := range output.TaskLogs {
			known := slices.ContainsFunc(links, func(each *core.TaskLog) bool { return each.GetUri() == link.GetUri() })
			if !known && !strings.Contains(link.GetUri(), "{{ '{{' }}") {
				links = append(links, link)
			}
		}
	}

	return links, nil
}

// nameOfPod returns the name of the role's pod, or nothing where it is not known.
func (l logSource) nameOfPod(object string, status *Status) string {
	if l.podName != nil && l.podName(status) != "" {
		return l.podName(status)
	}

	return generatedNameVariable.ReplaceAllLiteralString(GetConfig().PodNames[l.role], object)
}
