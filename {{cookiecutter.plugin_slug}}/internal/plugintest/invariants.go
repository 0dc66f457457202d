package plugintest

import (
	"context"
	"errors"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"google.golang.org/protobuf/types/known/structpb"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/json"
	"k8s.io/apimachinery/pkg/util/validation"
	"k8s.io/client-go/kubernetes/scheme"
	"k8s.io/utils/ptr"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/flyteorg/flyte/flyteidl/gen/pb-go/flyteidl/core"
	"github.com/flyteorg/flyte/flyteplugins/go/tasks/logs"
	pluginsCore "github.com/flyteorg/flyte/flyteplugins/go/tasks/pluginmachinery/core"
	"github.com/flyteorg/flyte/flyteplugins/go/tasks/pluginmachinery/flytek8s"
	k8sConfig "github.com/flyteorg/flyte/flyteplugins/go/tasks/pluginmachinery/flytek8s/config"
	"github.com/flyteorg/flyte/flyteplugins/go/tasks/pluginmachinery/k8s"
	"github.com/flyteorg/flyte/flyteplugins/go/tasks/pluginmachinery/tasklog"
	"github.com/flyteorg/flyte/flytestdlib/config"
)

const (
	queueLabel = "kueue.x-k8s.io/queue-name"
	gpu        = "nvidia.com/gpu"
)

var registration = []invariant{
	{"ids and task types are lower case", func(t *testing.T, c contract) {
		// Propeller lower-cases its configuration and compares it with these as they are.
		for _, each := range append(c.entry.RegisteredTaskTypes, c.entry.ID) {
			assert.Equal(t, strings.ToLower(each), each)
		}
	}},
	{"the identity is of the watched kind", func(t *testing.T, c contract) {
		kinds, _, err := scheme.Scheme.ObjectKinds(c.entry.ResourceToWatch)
		require.NoError(t, err)
		assert.Contains(t, kinds, c.identity(t).GetObjectKind().GroupVersionKind())
	}},
	{"the identity says nothing else", func(t *testing.T, c contract) {
		object := c.identity(t)
		assert.Empty(t, object.GetName()+object.GetNamespace())
		assert.Empty(t, append(object.GetFinalizers(), object.GetResourceVersion())[0])
		assert.Empty(t, object.GetLabels())
		assert.Empty(t, object.GetAnnotations())
	}},
	{"the identity is a new object at every call", func(t *testing.T, c contract) {
		c.identity(t).SetName(Name)
		assert.Empty(t, c.identity(t).GetName())
	}},
	{"names leave the operator room for a suffix", func(t *testing.T, c contract) {
		budget := c.entry.Plugin.GetProperties().GeneratedNameMaxLength
		require.NotNil(t, budget)
		assert.LessOrEqual(t, *budget, validation.DNS1123LabelMaxLength-len("-abcde"))
	}},
	{"abort deletes the resource or changes it in one way", func(t *testing.T, c contract) {
		plugin, overrides := c.entry.Plugin.(k8s.PluginAbortOverride)
		if !overrides {
			t.Skip("propeller deletes it")
		}

		behavior, err := plugin.OnAbort(context.Background(), c.context(t), c.identity(t))
		require.NoError(t, err)

		if !behavior.DeleteResource {
			assert.NotEqual(t, behavior.Patch == nil, behavior.Update == nil)
			assert.True(t, behavior.DeleteOnErr)
		}
	}},
}

var resources = []invariant{
	{"the resource is of the watched kind", func(t *testing.T, c contract) {
		object := c.build(t, c.context(t))
		version, kind := c.identity(t).GetObjectKind().GroupVersionKind().ToAPIVersionAndKind()
		assert.Equal(t, []any{version, kind}, []any{object["apiVersion"], object["kind"]})
	}},
	{"the same task is the same resource", func(t *testing.T, c contract) {
		assert.Equal(t, c.build(t, c.context(t)), c.build(t, c.context(t)))
	}},
	{"tasks are built in parallel", func(t *testing.T, c contract) {
		taskCtx, alone := c.context(t), c.build(t, c.context(t))
		inParallel(func() { assert.Equal(t, alone, c.build(t, taskCtx)) })
	}},
	{"what a resource is built from is left alone", func(t *testing.T, c contract) {
		taskCtx, untouched := c.context(t), c.context(t)
		c.build(t, taskCtx)
		// Strings, because protobuf's messages hold what they were asked for.
		assert.Equal(t, untouched.Template.String(), taskCtx.Template.String())
		untouched.Template, taskCtx.Template = nil, nil
		assert.Equal(t, untouched, taskCtx)
	}},
	{"the configuration is left alone", func(t *testing.T, c contract) {
		before := sections(config.GetRootSection())
		c.build(t, c.context(t))
		assert.Equal(t, before, sections(config.GetRootSection()))
	}},
	{"the command stands exactly where it must", func(t *testing.T, c contract) {
		raw, err := json.Marshal(c.build(t, c.context(t)))
		require.NoError(t, err)
		assert.Equal(t, c.Commands, strings.Count(string(raw), Container().GetArgs()[0]))
	}},
	{"every pod is there", func(t *testing.T, c contract) {
		assert.Len(t, podsIn(t, "", c.build(t, c.context(t)), nil), c.Pods)
	}},
	{"a queue's label of the task's pods is the resource's", func(t *testing.T, c contract) {
		if c.Labelled == 0 {
			t.Skip("the resource has no pod templates")
		}

		taskCtx := c.context(t)
		asPod(taskCtx, nil)

		// Kueue looks at the resource alone.
		meta, _ := c.build(t, taskCtx)["metadata"].(map[string]any)
		labels, _ := meta["labels"].(map[string]any)
		assert.Equal(t, "research", labels[queueLabel])
	}},
}

// refusal makes an invariant of what is wrong with a task, and of a word that the user must read.
func refusal(name, says string, spoil func(*testing.T, *Context)) invariant {
	return invariant{name, func(t *testing.T, c contract) {
		taskCtx := c.context(t)
		spoil(t, taskCtx)

		_, err := c.entry.Plugin.BuildResource(context.Background(), taskCtx)
		require.ErrorContains(t, err, "BadTaskSpecification")
		assert.ErrorContains(t, err, says)
	}}
}

var refusals = []invariant{
	refusal("a task without a template is refused", "", func(_ *testing.T, c *Context) { c.Template = nil }),
	refusal("a template that cannot be read is refused", "no such file", func(_ *testing.T, c *Context) {
		c.ReadError = errors.New("no such file")
	}),
	refusal("a task without a container is refused", "", func(t *testing.T, c *Context) {
		if c.Template.GetTarget() == nil {
			t.Skip("its tasks have no container")
		}

		c.Template.Target = nil
	}),
	refusal("a newer version of the task type is refused", "99", func(_ *testing.T, c *Context) {
		c.Template.TaskTypeVersion = 99
	}),
	refusal("an unknown field is refused", "unheardOf", func(_ *testing.T, c *Context) {
		c.Template.Custom.Fields["unheardOf"] = structpb.NewBoolValue(true)
	}),
	refusal("a field of a wrong type is refused", "", func(t *testing.T, c *Context) {
		for name := range c.Template.GetCustom().GetFields() {
			c.Template.Custom.Fields[name] = structpb.NewListValue(&structpb.ListValue{
				Values: []*structpb.Value{structpb.NewListValue(&structpb.ListValue{})},
			})

			return
		}

		t.Skip("its tasks need no field")
	}),
	{"a task without a configuration is no panic", func(t *testing.T, c contract) {
		taskCtx := c.context(t)
		taskCtx.Template.Custom = nil
		_, _ = c.entry.Plugin.BuildResource(context.Background(), taskCtx)
	}},
}

// change is of the task, or of the cluster's configuration of pods.
type change = func(*Context, *k8sConfig.K8sPluginConfig)

// podsOf returns the pods of the task's resource after a change.
func (c contract) podsOf(t *testing.T, change change) []pod {
	t.Helper()

	if c.Pods == 0 {
		t.Skip("the resource has no pod specs")
	}

	before, cfg, taskCtx := *k8sConfig.GetK8sPluginConfig(), *k8sConfig.GetK8sPluginConfig(), c.context(t)
	change(taskCtx, &cfg)
	require.NoError(t, k8sConfig.SetK8sPluginConfig(&cfg))
	t.Cleanup(func() { require.NoError(t, k8sConfig.SetK8sPluginConfig(&before)) })

	return podsIn(t, "", c.build(t, taskCtx), nil)
}

// everyPod makes an invariant of what every pod has.
func everyPod(name string, want any, change change, has func(pod) any) invariant {
	return invariant{name, func(t *testing.T, c contract) {
		for _, each := range c.podsOf(t, change) {
			assert.Equal(t, want, has(each), each.path)
		}
	}}
}

// everyLabelled makes an invariant of a label or annotation of all pods that have room for it.
func everyLabelled(name, key, want string, change change) invariant {
	return invariant{name, func(t *testing.T, c contract) {
		if c.Labelled == 0 {
			t.Skip("the resource has no pod templates")
		}

		found := 0
		for _, each := range c.podsOf(t, change) {
			if each.meta.Labels[key] == want || each.meta.Annotations[key] == want {
				found++
			}
		}

		assert.Equal(t, c.Labelled, found)
	}}
}

var pods = []invariant{
	{"only pods with the command are never restarted", func(t *testing.T, c contract) {
		for _, each := range c.podsOf(t, unchanged) {
			// A retry is Flyte's. Whatever else runs is the operator's to restart, as pods of a Deployment must be.
			runsTask := slices.ContainsFunc(each.spec.Containers, func(container corev1.Container) bool {
				return slices.Contains(slices.Concat(container.Command, container.Args), Container().GetArgs()[0])
			})
			assert.Equal(t, runsTask, each.spec.RestartPolicy == corev1.RestartPolicyNever, each.path)
		}
	}},
	{"only leaders of an interruptible task are not interruptible", func(t *testing.T, c contract) {
		if len(c.Leaders) == 0 {
			t.Skip("no pod leads")
		}

		for _, each := range c.podsOf(t, func(task *Context, cfg *k8sConfig.K8sPluginConfig) {
			task.Interruptible = true
			cfg.InterruptibleNodeSelector = map[string]string{"spot": "yes"}
		}) {
			assert.Equal(t, slices.Contains(c.Leaders, each.path), each.spec.NodeSelector["spot"] == "", each.path)
		}
	}},
	everyPod("pods of any other task are not interruptible", "", func(_ *Context, cfg *k8sConfig.K8sPluginConfig) {
		cfg.InterruptibleNodeSelector = map[string]string{"spot": "yes"}
	}, func(p pod) any { return p.spec.NodeSelector["spot"] }),
	everyLabelled("pods have the labels of the execution", queueLabel, "research", func(task *Context, _ *k8sConfig.K8sPluginConfig) {
		task.Labels[queueLabel] = "research"
	}),
	everyLabelled("pods have the annotations of the execution", "inject-flyte-secrets", "true", unchanged),
	everyLabelled("pods have the labels of the task's pod", queueLabel, "research", asPod),
	everyLabelled("pods have the default labels", "cluster", "east", func(_ *Context, cfg *k8sConfig.K8sPluginConfig) {
		cfg.DefaultLabels = map[string]string{"cluster": "east"}
	}),
	everyLabelled("pods have the default annotations", "cluster", "east", func(_ *Context, cfg *k8sConfig.K8sPluginConfig) {
		cfg.DefaultAnnotations = map[string]string{"cluster": "east"}
	}),
	everyPod("pods know the execution", Execution, unchanged, variable("FLYTE_INTERNAL_EXECUTION_ID")),
	everyPod("pods have the environment of the task", "yes", unchanged, variable("FROM_TASK")),
	everyPod("pods have the environment of the execution", "yes", func(task *Context, _ *k8sConfig.K8sPluginConfig) {
		task.Environment = map[string]string{"FROM_EXECUTION": "yes"}
	}, variable("FROM_EXECUTION")),
	everyPod("pods have the default environment", "yes", func(_ *Context, cfg *k8sConfig.K8sPluginConfig) {
		cfg.DefaultEnvVars = map[string]string{"FROM_CLUSTER": "yes"}
	}, variable("FROM_CLUSTER")),
	everyPod("pods have the service account of the execution", "researcher", func(task *Context, _ *k8sConfig.K8sPluginConfig) {
		task.ServiceAccount = "researcher"
	}, func(p pod) any { return p.spec.ServiceAccountName }),
	everyPod("pods have the resources of the task", *NewContext(nil).Resources, unchanged, func(p pod) any {
		return p.spec.Containers[0].Resources
	}),
	everyPod("pods have the image that overrides the task's", "override:v1", func(task *Context, _ *k8sConfig.K8sPluginConfig) {
		task.Image = "override:v1"
	}, func(p pod) any { return p.spec.Containers[0].Image }),
	everyPod("pods tolerate the taint of an extended resource", true, func(task *Context, cfg *k8sConfig.K8sPluginConfig) {
		onGPU(task, cfg)
		cfg.AddTolerationsForExtendedResources = []string{gpu}
	}, func(p pod) any {
		return slices.ContainsFunc(p.spec.Tolerations, func(each corev1.Toleration) bool { return each.Key == gpu })
	}),
	everyPod("pods go where the accelerator is", true, onGPU, func(p pod) any {
		return strings.Contains(p.spec.Affinity.String(), "a100")
	}),
	everyPod("pods have the sidecar of the task's pod", true, asPod, hasSidecar),
	everyPod("pods have the sidecar of a pod that overrides the task's", true, func(task *Context, cfg *k8sConfig.K8sPluginConfig) {
		target := task.Template.GetTarget()
		asPod(task, cfg)
		task.PodTemplate, task.Template.Target = task.Template.GetK8SPod(), target
	}, hasSidecar),
	everyPod("pods are laid over the cluster's pod template", "batch", func(_ *Context, cfg *k8sConfig.K8sPluginConfig) {
		base := &corev1.PodTemplate{ObjectMeta: metav1.ObjectMeta{Name: "base", Namespace: Namespace}}
		base.Template.Spec.PriorityClassName = "batch"
		flytek8s.DefaultPodTemplateStore.Store(base)

		cfg.DefaultPodTemplateName = base.Name
	}, func(p pod) any { return p.spec.PriorityClassName }),
}

func unchanged(*Context, *k8sConfig.K8sPluginConfig) {}

// asPod makes the task one whose pod the user wrote: a container of the task, a sidecar, and the label of a queue.
func asPod(task *Context, _ *k8sConfig.K8sPluginConfig) {
	args := []any{}
	for _, each := range Container().GetArgs() {
		args = append(args, each)
	}

	spec, err := structpb.NewStruct(map[string]any{"containers": []any{
		map[string]any{"name": "primary", "image": Container().GetImage(), "args": args},
		map[string]any{"name": "sidecar", "image": "sidecar:v1"},
	}})
	if err != nil {
		panic(err)
	}

	task.Template.Config = map[string]string{flytek8s.PrimaryContainerKey: "primary"}
	task.Template.Target = &core.TaskTemplate_K8SPod{K8SPod: &core.K8SPod{
		Metadata:             &core.K8SObjectMetadata{Labels: map[string]string{queueLabel: "research"}},
		PodSpec:              spec,
		PrimaryContainerName: "primary",
	}}
}

// onGPU makes the task ask for an accelerator.
func onGPU(task *Context, _ *k8sConfig.K8sPluginConfig) {
	task.Resources.Requests[gpu] = resource.MustParse("1")
	task.Resources.Limits[gpu] = resource.MustParse("1")
	task.ExtendedResources = &core.ExtendedResources{GpuAccelerator: &core.GPUAccelerator{Device: "a100"}}
}

// variable returns the value of a variable of the main container that is there once.
func variable(name string) func(pod) any {
	return func(p pod) any {
		values := []string{}

		for _, each := range p.spec.Containers[0].Env {
			if each.Name == name {
				values = append(values, each.Value)
			}
		}

		return strings.Join(values, " and ")
	}
}

func hasSidecar(p pod) any {
	return slices.ContainsFunc(p.spec.Containers, func(each corev1.Container) bool { return each.Name == "sidecar" })
}

// everyStatus makes an invariant of the phases of all statuses. The second phase is of the same, when propeller asks again.
func everyStatus(name string, check func(t *testing.T, c contract, want Status, got, again pluginsCore.PhaseInfo)) invariant {
	return invariant{name, func(t *testing.T, c contract) {
		for _, each := range c.Statuses {
			t.Run(each.Name, func(t *testing.T) {
				taskCtx := c.context(t)
				got := c.phase(t, taskCtx, each.JSON)
				check(t, c, each, got, c.phase(t, taskCtx, each.JSON))
			})
		}
	}}
}

var phases = []invariant{
	{"a resource without a status waits", func(t *testing.T, c contract) {
		assert.Contains(t, waiting, c.phase(t, c.context(t), `{}`).Phase())
	}},
	{"a resource with an empty state waits", func(t *testing.T, c contract) {
		assert.Contains(t, waiting, c.phase(t, c.context(t), c.Empty).Phase())
	}},
	{"a resource in an unknown state runs", func(t *testing.T, c contract) {
		assert.Equal(t, pluginsCore.PhaseRunning, c.phase(t, c.context(t), c.Unknown).Phase())
	}},
	{"a suspended resource is queued, however old", func(t *testing.T, c contract) {
		assert.Equal(t, pluginsCore.PhaseQueued, c.phase(t, c.context(t), c.Suspended, aged(c.StuckAfter)).Phase())
	}},
	{"a resource that no operator looks after fails", func(t *testing.T, c contract) {
		if c.StuckAfter == 0 {
			t.Skip("it waits for ever")
		}

		info := c.phase(t, c.context(t), `{}`, aged(c.StuckAfter))
		require.Equal(t, pluginsCore.PhaseRetryableFailure, info.Phase())
		assert.Contains(t, info.Err().GetMessage(), Namespace)
	}},
	everyStatus("every state has its phase", func(t *testing.T, _ contract, want Status, got, again pluginsCore.PhaseInfo) {
		assert.Equal(t, []pluginsCore.Phase{want.Phase, want.Phase}, []pluginsCore.Phase{got.Phase(), again.Phase()})
	}),
	everyStatus("a phase says when it was seen", func(t *testing.T, _ contract, _ Status, got, _ pluginsCore.PhaseInfo) {
		// Propeller writes the events of an object into the info.
		require.NotNil(t, got.Info())
		assert.NotNil(t, got.Info().OccurredAt)
	}),
	everyStatus("a failure has a code and a message", func(t *testing.T, _ contract, _ Status, got, _ pluginsCore.PhaseInfo) {
		if got.Phase().IsFailure() {
			assert.NotEmpty(t, got.Err().GetCode())
			assert.NotEmpty(t, got.Err().GetMessage())
		}
	}),
	{"a failure says what the operator says", func(t *testing.T, c contract) {
		assert.Contains(t, c.phase(t, c.context(t), c.Failed).Err().GetMessage(), c.Message)
	}},
	everyStatus("nothing new is no new version", func(t *testing.T, _ contract, _ Status, got, again pluginsCore.PhaseInfo) {
		assert.Equal(t, got.Version(), again.Version())
	}),
	{"a new reason is a new version", func(t *testing.T, c contract) {
		taskCtx := c.context(t)
		before := c.phase(t, taskCtx, `{}`)
		taskCtx.State.Reason = "task submitted to K8s"
		assert.Greater(t, c.phase(t, taskCtx, `{}`).Version(), before.Version())
	}},
	{"progress is a new version", func(t *testing.T, c contract) {
		taskCtx := c.context(t)
		before := c.phase(t, taskCtx, c.Progress[0])
		assert.Greater(t, c.phase(t, taskCtx, c.Progress[1]).Version(), before.Version())
	}},
	everyStatus("log links are there while a task waits and runs", func(t *testing.T, c contract, want Status, got, _ pluginsCore.PhaseInfo) {
		c.setLogs(t, "https://logs.example.com/{{ '{{ .namespace }}/{{ .generatedName }}' }}")

		if !got.Phase().IsTerminal() {
			assert.Contains(t, links(c.phase(t, c.context(t), want.JSON)), "https://logs.example.com/"+Namespace+"/"+Name)
		}
	}),
	everyStatus("log links have no variables left in them", func(t *testing.T, c contract, want Status, _, _ pluginsCore.PhaseInfo) {
		c.setLogs(t, "https://logs.example.com/{{ '{{ .podName }}' }}")
		assert.NotContains(t, links(c.phase(t, c.context(t), want.JSON)), "podName")
	}),
	{"log links are those that the task asks for", func(t *testing.T, c contract) {
		c.setLogs(t)

		taskCtx := c.context(t)
		assert.Empty(t, links(c.phase(t, taskCtx, `{}`)))

		taskCtx.Template.Config = map[string]string{"link_type": "vscode", "port": "8080"}
		assert.Contains(t, links(c.phase(t, taskCtx, `{}`)), "https://code.example.com/8080")
	}},
	everyStatus("an object that is being deleted has its phase", func(t *testing.T, c contract, want Status, _, _ pluginsCore.PhaseInfo) {
		info := c.phase(t, c.context(t), want.JSON, func(object client.Object) {
			object.SetDeletionTimestamp(ptr.To(metav1.Now()))
			object.SetGeneration(object.GetGeneration() + 1)
		})
		assert.Equal(t, want.Phase, info.Phase())
	}),
	everyStatus("outputs are written where no task writes them", func(t *testing.T, c contract, want Status, got, _ pluginsCore.PhaseInfo) {
		taskCtx := c.context(t)
		c.phase(t, taskCtx, want.JSON)
		assert.Equal(t, got.Phase().IsSuccess() && c.Commands == 0, taskCtx.Outputs != nil)
	}),
	{"objects are left alone", func(t *testing.T, c contract) {
		for _, each := range c.Statuses {
			object := c.Object(t, each.JSON)
			before := object.DeepCopyObject()
			_, err := c.entry.Plugin.GetTaskPhase(context.Background(), c.context(t), object)
			require.NoError(t, err)
			assert.Equal(t, before, object, each.Name)
		}
	}},
	{"phases are asked for in parallel", func(t *testing.T, c contract) {
		object, taskCtx := c.Object(t, `{}`), c.context(t)
		inParallel(func() {
			_, err := c.entry.Plugin.GetTaskPhase(context.Background(), taskCtx, object)
			assert.NoError(t, err)
		})
	}},
	{"an object of another type is an error", func(t *testing.T, c contract) {
		_, err := c.entry.Plugin.GetTaskPhase(context.Background(), c.context(t), &corev1.Pod{})
		assert.Error(t, err)
	}},
	{"whatever words a status has, it has a phase", func(t *testing.T, c contract) { c.mutate(t, false) }},
	{"whatever a status is, it is no panic", func(t *testing.T, c contract) { c.mutate(t, true) }},
}

var waiting = []pluginsCore.Phase{pluginsCore.PhaseQueued, pluginsCore.PhaseInitializing}

// aged makes an object older than that.
func aged(age time.Duration) func(client.Object) {
	return func(object client.Object) {
		object.SetCreationTimestamp(metav1.NewTime(time.Now().Add(-age - time.Minute)))
	}
}

// setLogs configures a log link, and one for tasks that ask for it.
func (c contract) setLogs(t *testing.T, uris ...tasklog.TemplateURI) {
	t.Helper()

	if c.SetLogs == nil {
		t.Skip("its log links are not configurable")
	}

	c.SetLogs(t, logs.LogConfig{
		Templates: []tasklog.TemplateLogPlugin{
			{DisplayName: "Logs", TemplateURIs: uris},
		},
		DynamicLogLinks: map[string]tasklog.TemplateLogPlugin{
			"vscode": {TemplateURIs: []tasklog.TemplateURI{"https://code.example.com/{{ '{{ .taskConfig.port }}' }}"}},
		},
	})
}

func links(info pluginsCore.PhaseInfo) string {
	uris := []string{}
	for _, each := range info.Info().Logs {
		uris = append(uris, each.GetUri())
	}

	return strings.Join(uris, " ")
}

func inParallel(call func()) {
	var group sync.WaitGroup
	for range 8 {
		group.Go(call)
	}

	group.Wait()
}

// sections returns the whole configuration as JSON, as far as it can be.
func sections(section config.Section) map[string]any {
	raw, _ := json.Marshal(section.GetConfig())
	found := map[string]any{"": string(raw)}

	for name, below := range section.GetSections() {
		found[name] = sections(below)
	}

	return found
}

// mutate lets the plugin judge variants of the statuses: of other words or, where wild, of other types.
func (c contract) mutate(t *testing.T, wild bool) {
	t.Helper()

	random := rand.New(rand.NewPCG(1, 2))

	for _, each := range c.Statuses {
		var status any
		require.NoError(t, json.Unmarshal([]byte(each.JSON), &status))

		for range 50 {
			raw, err := json.Marshal(mutated(random, status, wild))
			require.NoError(t, err)
			c.judge(t, string(raw), !wild)
		}
	}
}

var (
	words = []any{"", " ", "SomethingNew", "true", "{{ '{{ .podName }}' }}", strings.Repeat("long", 1<<12)}

	things = []any{nil, -1, int64(1) << 62, 0.5, true, []any{nil}, []any{[]any{}}, map[string]any{"": nil}}
)

func mutated(random *rand.Rand, value any, wild bool) any {
	if wild && random.IntN(5) == 0 {
		return things[random.IntN(len(things))]
	}

	switch value := value.(type) {
	case map[string]any:
		out := map[string]any{}

		for _, key := range slices.Sorted(maps.Keys(value)) {
			if random.IntN(8) > 0 {
				out[key] = mutated(random, value[key], wild)
			}
		}

		return out
	case []any:
		out := []any{}
		for _, below := range value {
			out = append(out, mutated(random, below, wild))
		}

		return out
	case string:
		if random.IntN(2) == 0 {
			return words[random.IntN(len(words))]
		}
	}

	return value
}
