{% set p = plugin(cookiecutter) %}
package {{ p.names.name }}

import (
	"context"

	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/types/known/structpb"

	"github.com/flyteorg/flyte/flyteplugins/go/tasks/errors"
	pluginsCore "github.com/flyteorg/flyte/flyteplugins/go/tasks/pluginmachinery/core"
	"github.com/flyteorg/flyte/flytestdlib/logger"

	pb "{{ p.names.go_proto_package }}"
	"{{ p.names.go_module }}/internal/operator"
)

// taskTypeVersion is the newest version of the task type that the plugin can read. The SDK increments it with breaking
// changes.
const taskTypeVersion = 1

// readCustom returns the task's configuration, its custom field.
func readCustom(ctx context.Context, reader pluginsCore.TaskReader) (*pb.{{ p.names.go_config_class }}, error) {
	task, err := reader.Read(ctx)
	if err != nil {
		return nil, errors.Wrapf(errors.BadTaskSpecification, err, "unable to read the task template")
	} else if task == nil {
		return nil, errors.Errorf(errors.BadTaskSpecification, "nil task template")
	}

	if version := task.GetTaskTypeVersion(); version > taskTypeVersion {
		return nil, errors.Errorf(errors.BadTaskSpecification,
			"the task is of type %s, version %d; this propeller's plugin knows version %d: update propeller", TaskType, version,
			taskTypeVersion)
	}

	job, err := decode(ctx, task.GetCustom())
	if err != nil {
		return nil, errors.Wrapf(errors.BadTaskSpecification, err,
			"the configuration of the task is not one that this propeller's plugin %q can read; "+
				"if the SDK is newer, update propeller first", TaskType)
	}

	for _, path := range operator.Deprecated(job) {
		logger.Warnf(ctx, "%s of a task of type %s has no effect: the %s has it no more", path, TaskType, GroupVersionKind.Kind)
	}

	return job, nil
}

// decode is strict: ignoring an unknown field would silently drop what the user has set.
func decode(ctx context.Context, custom *structpb.Struct) (*pb.{{ p.names.go_config_class }}, error) {
	job := &pb.{{ p.names.go_config_class }}{}

	raw, err := protojson.Marshal(custom)
	if err == nil {
		err = protojson.Unmarshal(raw, job)
	}

	if err != nil && GetConfig().AllowUnknownFields {
		logger.Warnf(ctx, "ignoring unknown fields of a task of type %s: %v", TaskType, err)

		err = protojson.UnmarshalOptions{DiscardUnknown: true}.Unmarshal(raw, job)
	}

	return job, err
}
