package solverjob

import (
	"context"
	"fmt"
	"slices"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/flyteorg/flyte/flyteplugins/go/tasks/errors"
	pluginsCore "github.com/flyteorg/flyte/flyteplugins/go/tasks/pluginmachinery/core"
	"github.com/flyteorg/flyte/flyteplugins/go/tasks/pluginmachinery/utils"

	pb "github.com/example/flyte-solverjob-plugin/gen/pb-go/example/flyte/solverjob/v1"
	"github.com/example/flyte-solverjob-plugin/internal/overrides"
)

// BuildResource returns the resource that the plugin manager creates for a task.
func (solverJobPlugin) BuildResource(
	ctx context.Context, taskCtx pluginsCore.TaskExecutionContext,
) (client.Object, error) {
	job, err := readCustom(ctx, taskCtx.TaskReader())
	if err != nil {
		return nil, err
	}

	var meta metav1.ObjectMeta

	pods := podBuilder{task: taskCtx}

	spec, err := buildSpec(job, func(r *role, in *pb.Role) (*pod, error) {
		pod, err := pods.build(ctx, r, in)
		if err == nil {
			// Labels and annotations of the task's pods go on the resource, too: the label of a queue, for example.
			meta = pod.taskMeta
		}

		return pod, err
	})
	if err != nil {
		return nil, errors.Wrapf(errors.BadTaskSpecification, err, "unable to build the %s", GroupVersionKind.Kind)
	}

	meta.Labels = utils.UnionMaps(meta.Labels, nameLabels(taskCtx.TaskExecutionMetadata()))

	return newObject(meta, spec), nil
}

// buildSpec returns the spec of job. Each of these wins over those after it: its spec_overrides, its fields and the objects of
// its roles with the pods that build returns, the administrator's defaults, and what is sent by default.
func buildSpec(job *pb.SolverJob, build func(*role, *pb.Role) (*pod, error)) (Spec, error) {
	spec, defaults, err := specOf(job)
	if err != nil {
		return nil, err
	}

	placed, err := placedIn(spec, defaults, placements(job))
	if err != nil {
		return nil, err
	}

	for _, each := range placed {
		if err := each.build(spec, placed, build); err != nil {
			return nil, fmt.Errorf("role %s: %w", each.role.name, err)
		}
	}

	if err := overrides.Complete(spec, defaults, settings(), cleanUps); err != nil {
		return nil, err
	}

	for _, each := range placed {
		if err := each.complete(spec); err != nil {
			return nil, fmt.Errorf("role %s: %w", each.role.name, err)
		}
	}

	return spec, requireAt(spec, requiredFields...)
}

// placedIn returns those of the placements that a spec has. One that the user did not ask for is left out where the spec
// or its defaults have something that stands for it, or null in its place.
func placedIn(spec, defaults Spec, all []placement) ([]placement, error) {
	var placed []placement

	for _, each := range all {
		alternative := overrides.Chosen(spec, defaults, each.role.unless)

		switch {
		case each.asked && alternative != "":
			return nil, fmt.Errorf("role %s: it cannot be set beside %q", each.role.name, alternative)
		case each.asked || alternative == "" && !overrides.RemoveNull(spec, each.path):
			placed = append(placed, each)
		}
	}

	return placed, nil
}

// placement is an object of the spec that has a pod or a command in it.
type placement struct {
	role *role
	// path is the path of the object below the spec.
	path []any
	// asked says that the user named the role. Others are there by default.
	asked   bool
	message *pb.Role
	// fields are those of the object itself, as the CRD spells them.
	fields map[string]any
	// defaults are what the object has unless the task or the administrator says otherwise.
	defaults []overrides.Default
	// required are the paths below the object at which there must be a value.
	required [][]string
}

// holdsPods tells whether the object holds pods that are for the task's work.
func (p *placement) holdsPods() bool {
	return !p.role.submitted && p.role.runs != operatorCommand
}

// build puts the object, and the pod in it, into a spec that has all those that are placed.
func (p *placement) build(spec Spec, placed []placement, build func(*role, *pb.Role) (*pod, error)) error {
	r := *p.role
	// A leader may be interrupted unless there are pods of other roles that depend on it.
	r.leader = r.leader && slices.ContainsFunc(placed, func(each placement) bool {
		return each.holdsPods() && !each.role.leader
	})

	pod, err := build(&r, p.message)
	if err != nil {
		return err
	}

	pod.elsewhere = p.role.submitted && !slices.ContainsFunc(placed, func(each placement) bool { return each.holdsPods() })

	object, err := at(spec, p.path...)
	if err != nil {
		return err
	}

	if err := p.role.place(object, pod); err != nil {
		return err
	}

	overrides.Fill(object, p.fields)

	return nil
}

// complete sets the defaults of the object, and fails where something is still missing.
func (p *placement) complete(spec Spec) error {
	object, err := at(spec, p.path...)
	if err != nil {
		return err
	}

	overrides.SetDefaults(object, p.defaults)

	return requireAt(object, p.required...)
}
