package solverjob

import (
	"cmp"
	"context"
	"slices"

	"google.golang.org/protobuf/reflect/protoreflect"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/flyteorg/flyte/flyteidl/gen/pb-go/flyteidl/core"
	"github.com/flyteorg/flyte/flyteplugins/go/tasks/errors"
	pluginsCore "github.com/flyteorg/flyte/flyteplugins/go/tasks/pluginmachinery/core"
	"github.com/flyteorg/flyte/flyteplugins/go/tasks/pluginmachinery/flytek8s"
	"github.com/flyteorg/flyte/flyteplugins/go/tasks/pluginmachinery/flytek8s/config"
	"github.com/flyteorg/flyte/flyteplugins/go/tasks/pluginmachinery/utils"
	propellerUtils "github.com/flyteorg/flyte/flytepropeller/pkg/utils"

	pb "github.com/example/flyte-solverjob-plugin/gen/pb-go/example/flyte/solverjob/v1"
	"github.com/example/flyte-solverjob-plugin/internal/overrides"
	"github.com/example/flyte-solverjob-plugin/internal/podspec"
)

// guardVariable is in every pod, so that the SDK can tell a task that this plugin runs from one that a propeller
// without the plugin runs as a plain container.
const guardVariable = "FLYTE_BACKEND_PLUGIN"

// pod is a pod as Flyte builds it, before it is put into the resource.
type pod struct {
	// taskMeta has the labels and annotations of all pods of the task.
	taskMeta metav1.ObjectMeta
	// meta has the role's labels and annotations as well.
	meta metav1.ObjectMeta
	spec *corev1.PodSpec
	// primary is the index of the main container.
	primary int
	// elsewhere says that the resource has no pods of ours: its command runs in a pod that is there already.
	elsewhere bool
}

func (p *pod) container() *corev1.Container {
	return &p.spec.Containers[p.primary]
}

// podBuilder builds the pods of one resource.
type podBuilder struct {
	task pluginsCore.TaskExecutionContext
}

// build returns the pod of a role. The fields of in have priority over its pod template, and the template over the task.
func (b *podBuilder) build(ctx context.Context, r *role, in *pb.Role) (*pod, error) {
	if err := refuse(in, r.without); err != nil {
		return nil, err
	}

	if err := overrides.CheckPodTemplate(
		in.GetPodTemplate(), "plugins.solverjob.overrides.pod-template", GetConfig().Overrides.PodTemplate,
	); err != nil {
		return nil, err
	}

	template := &corev1.PodSpec{}
	if err := podspec.Read(in.GetPodTemplate().GetPodSpec().AsMap(), template, !GetConfig().AllowUnknownFields); err != nil {
		return nil, errors.Wrapf(errors.BadTaskSpecification, err, "invalid pod template")
	}

	built, name, err := b.raw(ctx, r)
	if err != nil {
		return nil, err
	}

	primary := in.GetPodTemplate().GetPrimaryContainerName()
	if err := built.overlay(template, primary); err != nil {
		return nil, err
	}

	if err := podspec.SetResources(built.container(), in.GetResources()); err != nil {
		return nil, err
	}

	if err := b.configure(ctx, built, name, r, in); err != nil {
		return nil, err
	}

	built.meta = withTemplate(built.taskMeta, in.GetPodTemplate().GetMetadata())

	// The pod that Flyte builds runs the user's command and is not restarted.
	if r.runs != userCommand {
		built.container().Command = nil
		built.container().Args = slices.Clone(r.argv)

		main := max(podspec.IndexOf(template.Containers, primary), podspec.IndexOf(template.Containers, name))
		if main >= 0 && len(template.Containers[main].Command)+len(template.Containers[main].Args) > 0 {
			built.container().Command, built.container().Args = template.Containers[main].Command, template.Containers[main].Args
		}
	}

	switch r.runs {
	case imageCommand, fixedCommand:
		built.spec.RestartPolicy = template.RestartPolicy
	case operatorCommand:
		podspec.DropSharedMemory(built.spec)
	}

	built.customize(r, in)
	built.meta.Labels = utils.UnionMaps(built.meta.Labels, roleLabels(b.task.TaskExecutionMetadata(), r.name))

	return built, nil
}

// raw returns the pod that the task describes, before Flyte configures it, and the name of its main container.
func (b *podBuilder) raw(ctx context.Context, r *role) (*pod, string, error) {
	spec, meta, name, err := flytek8s.BuildRawPod(ctx, b.task)
	if err != nil {
		return nil, "", err
	}

	built := &pod{taskMeta: *meta, spec: spec, primary: podspec.IndexOf(spec.Containers, name)}
	if built.primary < 0 {
		return nil, "", errors.Errorf(errors.BadTaskSpecification, "the pod has no container %q", name)
	}

	if resources := b.task.TaskExecutionMetadata().GetOverrides().GetResources(); resources != nil {
		flytek8s.MergeResources(*resources.DeepCopy(), &built.container().Resources)
	}

	if r.runs == operatorCommand {
		podspec.LeaveWork(built.spec, built.primary)
		built.primary = 0
	}

	return built, name, nil
}

// configure has Flyte configure a pod for the cluster, with the resources and the interruptibility of its role: they
// decide where it can run.
func (b *podBuilder) configure(ctx context.Context, built *pod, name string, r *role, in *pb.Role) error {
	metadata := b.task.TaskExecutionMetadata()

	interruptible := metadata.IsInterruptible() && !r.leader
	if in != nil && in.Interruptible != nil {
		interruptible = in.GetInterruptible()
	}

	extended := podspec.ExtendedResources(in.GetExtendedResources(), metadata.GetOverrides().GetExtendedResources())
	task := flytek8s.NewPluginTaskExecutionContext(b.task,
		flytek8s.WithInterruptible(interruptible),
		flytek8s.WithResources(&built.container().Resources),
		flytek8s.WithExtendedResources(extended),
	)

	spec, meta, err := flytek8s.ApplyFlytePodConfiguration(ctx, task, built.spec, &built.taskMeta, name)
	if err != nil {
		return err
	}

	built.spec = flytek8s.AddTolerationsForExtendedResources(spec)
	built.taskMeta = withTaskMetadata(*meta, metadata)

	return nil
}

// refuse returns an error if a role sets a field that its place has no room for.
func refuse(in *pb.Role, fields []string) error {
	message := in.ProtoReflect()

	for _, name := range fields {
		if message.Has(message.Descriptor().Fields().ByName(protoreflect.Name(name))) {
			return errors.Errorf(errors.BadTaskSpecification, "%s cannot be set", name)
		}
	}

	return nil
}

// overlay lays a pod spec over the pod. The container of the given name in it is the pod's main one.
func (p *pod) overlay(over *corev1.PodSpec, primary string) (err error) {
	p.spec, err = podspec.Overlay(p.spec, over, primary, p.container().Name)

	return err
}

// customize applies the fields of the role, and what the operator requires.
func (p *pod) customize(r *role, in *pb.Role) {
	container := p.container()
	container.Name = cmp.Or(r.container, container.Name)
	container.Image = cmp.Or(in.GetImage(), container.Image)

	if len(in.GetCommand()) > 0 {
		container.Command = nil
		container.Args = slices.Clone(in.GetCommand())
	}

	for _, each := range in.GetEnv() {
		setEnv(container, each.GetKey(), each.GetValue())
	}

	setEnv(container, guardVariable, TaskType)

	p.spec.NodeSelector = utils.UnionMaps(p.spec.NodeSelector, in.GetNodeSelector())
	p.spec.ServiceAccountName = cmp.Or(p.spec.ServiceAccountName, GetConfig().ServiceAccount)
}

// withTaskMetadata adds the labels and annotations of the cluster and of the execution, for secrets among other things.
func withTaskMetadata(meta metav1.ObjectMeta, task pluginsCore.TaskExecutionMetadata) metav1.ObjectMeta {
	cfg := config.GetK8sPluginConfig()

	return metav1.ObjectMeta{
		Labels:      utils.UnionMaps(cfg.DefaultLabels, meta.Labels, task.GetLabels()),
		Annotations: utils.UnionMaps(cfg.DefaultAnnotations, meta.Annotations, task.GetAnnotations()),
	}
}

// withTemplate adds the labels and annotations of a pod template.
func withTemplate(meta metav1.ObjectMeta, template *core.K8SObjectMetadata) metav1.ObjectMeta {
	return metav1.ObjectMeta{
		Labels:      utils.UnionMaps(meta.Labels, template.GetLabels()),
		Annotations: utils.UnionMaps(meta.Annotations, template.GetAnnotations()),
	}
}

// roleLabels returns what tells the pods of a role of the same resource.
func roleLabels(task pluginsCore.TaskExecutionMetadata, role string) map[string]string {
	found := nameLabels(task)
	found[roleLabel] = propellerUtils.SanitizeLabelValue(role)

	return found
}

// setEnv sets a variable of a container, replacing one of the same name.
func setEnv(container *corev1.Container, name, value string) {
	container.Env = slices.DeleteFunc(container.Env, func(each corev1.EnvVar) bool { return each.Name == name })
	container.Env = append(container.Env, corev1.EnvVar{Name: name, Value: value})
}
