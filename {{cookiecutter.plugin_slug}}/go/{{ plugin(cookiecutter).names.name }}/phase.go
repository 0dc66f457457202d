{% set p = plugin(cookiecutter) %}
package {{ p.names.name }}

import (
	"context"
	"time"

	"sigs.k8s.io/controller-runtime/pkg/client"

{% if not p.user_roles %}
	"github.com/flyteorg/flyte/flyteidl/gen/pb-go/flyteidl/core"
{% endif %}
	"github.com/flyteorg/flyte/flyteplugins/go/tasks/errors"
	pluginsCore "github.com/flyteorg/flyte/flyteplugins/go/tasks/pluginmachinery/core"
{% if not p.user_roles %}
	"github.com/flyteorg/flyte/flyteplugins/go/tasks/pluginmachinery/ioutils"
{% endif %}
	"github.com/flyteorg/flyte/flyteplugins/go/tasks/pluginmachinery/k8s"
)

// GetTaskPhase returns the phase of the task that object runs. Propeller calls it whenever the object changes.
func ({{ p.names.go_config_class | go_unexported }}Plugin) GetTaskPhase(
	ctx context.Context, pluginContext k8s.PluginContext, object client.Object,
) (pluginsCore.PhaseInfo, error) {
	status, err := statusOf(object)
	if err != nil {
		return pluginsCore.PhaseInfoUndefined, err
	}

	links, err := taskLogs(ctx, pluginContext, object, status)
	if err != nil {
		return pluginsCore.PhaseInfoUndefined, err
	}

	phase, reason := phaseOf(status)

{% if p.status.observed_generation %}
	// The end of an earlier generation is not the end of this one; but deleting an object makes a new generation, too.
	isStale := status.ObservedGeneration != 0 && status.ObservedGeneration < object.GetGeneration()
	if phase.IsTerminal() && isStale && object.GetDeletionTimestamp() == nil {
		phase = PhaseRunning
	}

{% endif %}
{% if not p.user_roles %}
	// No pod runs a program of Flyte's that would write the outputs: there are none.
	if phase == PhaseSuccess {
		outputs := ioutils.NewInMemoryOutputReader(&core.LiteralMap{}, nil, nil)
		if err := pluginContext.OutputWriter().Put(ctx, outputs); err != nil {
			return pluginsCore.PhaseInfoUndefined, err
		}
	}

{% endif %}
	now := time.Now()
	info := phaseInfo(phase, reason, &pluginsCore.TaskInfo{Logs: links, OccurredAt: &now})

	// A new reason within a phase is an event only if the version rises.
	if err := k8s.MaybeUpdatePhaseVersionFromPluginContext(&info, &pluginContext); err != nil {
		return pluginsCore.PhaseInfoUndefined, err
	}

	return info, nil
}

// phaseInfo says it in Flyte's terms.
func phaseInfo(phase Phase, reason string, info *pluginsCore.TaskInfo) pluginsCore.PhaseInfo {
	switch phase {
	case PhaseQueued:
		return pluginsCore.PhaseInfoQueuedWithTaskInfo(pluginsCore.DefaultPhaseVersion, reason, info)
	case PhaseInitializing:
		return pluginsCore.PhaseInfoInitializing(pluginsCore.DefaultPhaseVersion, reason, info)
	case PhaseSuccess:
		return pluginsCore.PhaseInfoSuccess(info)
	case PhaseFailure:
		return pluginsCore.PhaseInfoRetryableFailure(errors.DownstreamSystemError, reason, info)
	default:
		// Running has no reason of its own.
		info.AdditionalReasons = append(info.AdditionalReasons,
			pluginsCore.ReasonInfo{Reason: reason, OccurredAt: info.OccurredAt})

		// A link that appears only now, because the name of its pod has just become known, is an event of its own.
		return pluginsCore.PhaseInfoRunning(pluginsCore.DefaultPhaseVersion+uint32(len(info.Logs)), info)
	}
}
