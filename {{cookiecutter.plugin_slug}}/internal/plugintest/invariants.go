package plugintest

import (
	"context"
	"errors"
	"math/rand/v2"
	"regexp"
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
	"github.com/flyteorg/flyte/flyteplugins/go/tasks/pluginmachinery/flytek8s/config"
	"github.com/flyteorg/flyte/flyteplugins/go/tasks/pluginmachinery/k8s"
	"github.com/flyteorg/flyte/flyteplugins/go/tasks/pluginmachinery/tasklog"
	stdlibConfig "github.com/flyteorg/flyte/flytestdlib/config"
)

const (
	queueLabel = "kueue.x-k8s.io/queue-name"
	gpu        = "nvidia.com/gpu"
)

var registration = []invariant{
	{"the configuration is left alone", func(t *testing.T, s Subject) {
		// The first of all: who writes into the configuration may do so once.
		before := sections(stdlibConfig.GetRootSection())
		s.build(t, s.context(t))
		assert.Equal(t, before, sections(stdlibConfig.GetRootSection()))
	}},
	{"ids and task types are lower case", func(t *testing.T, s Subject) {
		// Propeller lower-cases its configuration and compares it with these as they are.
		for _, each := range append(s.entry(t).RegisteredTaskTypes, s.entry(t).ID) {
			assert.Equal(t, strings.ToLower(each), each)
		}
	}},
	{"the identity is of the watched kind", func(t *testing.T, s Subject) {
		kinds, _, err := scheme.Scheme.ObjectKinds(s.entry(t).ResourceToWatch)
		require.NoError(t, err)
		assert.Contains(t, kinds, s.identity(t).GetObjectKind().GroupVersionKind())
	}},
	{"the identity is new at every call and says nothing else", func(t *testing.T, s Subject) {
		s.identity(t).SetName(Name)
		object := s.identity(t)
		assert.Empty(t, object.GetName()+object.GetNamespace()+object.GetResourceVersion())
		assert.Empty(t, object.GetLabels())
		assert.Empty(t, object.GetAnnotations())
	}},
	{"names leave the operator room for a suffix", func(t *testing.T, s Subject) {
		budget := s.entry(t).Plugin.GetProperties().GeneratedNameMaxLength
		require.NotNil(t, budget)
		assert.LessOrEqual(t, *budget, validation.DNS1123LabelMaxLength-len("-abcde"))
	}},
	{"abort deletes the resource or changes it in one way", func(t *testing.T, s Subject) {
		plugin, overrides := s.entry(t).Plugin.(k8s.PluginAbortOverride)
		if !overrides {
			t.Skip("propeller deletes it")
		}
		behavior, err := plugin.OnAbort(context.Background(), s.context(t), s.identity(t))
		require.NoError(t, err)
		if !behavior.DeleteResource {
			assert.NotEqual(t, behavior.Patch == nil, behavior.Update == nil)
			assert.True(t, behavior.DeleteOnErr)
		}
	}},
}

var resources = []invariant{
	{"the resource is of the watched kind", func(t *testing.T, s Subject) {
		object := s.build(t, s.context(t))
		version, kind := s.identity(t).GetObjectKind().GroupVersionKind().ToAPIVersionAndKind()
		assert.Equal(t, []any{version, kind}, []any{object["apiVersion"], object["kind"]})
	}},
	{"the same task is the same resource, also in parallel", func(t *testing.T, s Subject) {
		taskCtx, alone := s.context(t), s.build(t, s.context(t))
		inParallel(func() { assert.Equal(t, alone, s.build(t, taskCtx)) })
	}},
	{"what a resource is built from is left alone", func(t *testing.T, s Subject) {
		taskCtx, untouched := s.context(t), s.context(t)
		s.build(t, taskCtx)
		// Strings, because protobuf's messages hold what they were asked for.
		assert.Equal(t, untouched.Template.String(), taskCtx.Template.String())
		untouched.Template, taskCtx.Template = nil, nil
		assert.Equal(t, untouched, taskCtx)
	}},
	{"the command stands exactly where it must", func(t *testing.T, s Subject) {
		raw, err := json.Marshal(s.build(t, s.context(t)))
		require.NoError(t, err)
		assert.Equal(t, s.Commands, strings.Count(string(raw), Container().GetArgs()[0]))
	}},
	{"every pod is there", func(t *testing.T, s Subject) {
		assert.Len(t, podsIn(t, "", s.build(t, s.context(t)), nil), s.Pods)
	}},
	{"a queue's label of the task's pods is the resource's", func(t *testing.T, s Subject) {
		if s.Pods == 0 {
			t.Skip("the resource has no pod specs")
		}
		taskCtx := s.context(t)
		asPod(taskCtx, nil)
		// Kueue looks at the resource alone.
		meta, _ := s.build(t, taskCtx)["metadata"].(map[string]any)
		labels, _ := meta["labels"].(map[string]any)
		assert.Equal(t, "research", labels[queueLabel])
	}},
}

// refusal makes an invariant of what is wrong with a task, and of a word that the user must read.
func refusal(name, says string, spoil func(*testing.T, *Context)) invariant {
	return invariant{name, func(t *testing.T, s Subject) {
		taskCtx := s.context(t)
		spoil(t, taskCtx)

		_, err := s.entry(t).Plugin.BuildResource(context.Background(), taskCtx)
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
		fields := c.Template.GetCustom().GetFields()
		if len(fields) == 0 {
			t.Skip("its tasks need no field")
		}
		for name := range fields {
			fields[name] = structpb.NewNumberValue(0.5)
		}
	}),
	{"a task without a configuration is no panic", func(t *testing.T, s Subject) {
		taskCtx := s.context(t)
		taskCtx.Template.Custom = nil
		_, _ = s.entry(t).Plugin.BuildResource(context.Background(), taskCtx)
	}},
}

type podConfig = config.K8sPluginConfig

// change is of the task, or of what the cluster configures for all pods.
type change = func(*Context, *podConfig)

// podsOf returns the pods of the task's resource after a change.
func (s Subject) podsOf(t *testing.T, change change) []pod {
	t.Helper()

	if s.Pods == 0 {
		t.Skip("the resource has no pod specs")
	}
	taskCtx := s.context(t)
	Configure(t, func(cfg *podConfig) { change(taskCtx, cfg) })

	return podsIn(t, "", s.build(t, taskCtx), nil)
}

// Configure changes what the cluster configures for all pods, until the test ends.
func Configure(t testing.TB, change func(*config.K8sPluginConfig)) {
	t.Helper()

	before, cfg := *config.GetK8sPluginConfig(), *config.GetK8sPluginConfig()
	change(&cfg)
	require.NoError(t, config.SetK8sPluginConfig(&cfg))
	t.Cleanup(func() { require.NoError(t, config.SetK8sPluginConfig(&before)) })
}

// everyPod makes an invariant of what every pod has.
func everyPod(name string, want any, change change, has func(pod) any) invariant {
	return invariant{name, func(t *testing.T, s Subject) {
		for _, each := range s.podsOf(t, change) {
			assert.Equal(t, want, has(each), each.path)
		}
	}}
}

// everyLabelled makes an invariant of a label or annotation of all pods that have room for it.
func everyLabelled(name, key, want string, change change) invariant {
	return invariant{name, func(t *testing.T, s Subject) {
		if s.Labelled == 0 {
			t.Skip("the resource has no pod templates")
		}
		found := 0
		for _, each := range s.podsOf(t, change) {
			if each.meta.Labels[key] == want || each.meta.Annotations[key] == want {
				found++
			}
		}
		assert.Equal(t, s.Labelled, found)
	}}
}

var pods = []invariant{
	{"only pods with the command are never restarted", func(t *testing.T, s Subject) {
		for _, each := range s.podsOf(t, unchanged) {
			// A retry is Flyte's. Whatever else runs is the operator's to restart, as pods of a Deployment must be.
			runsTask := slices.ContainsFunc(each.spec.Containers, func(container corev1.Container) bool {
				return slices.Contains(slices.Concat(container.Command, container.Args), Container().GetArgs()[0])
			})
			assert.Equal(t, runsTask, each.spec.RestartPolicy == corev1.RestartPolicyNever, each.path)
		}
	}},
	{"only leaders of an interruptible task are not interruptible", func(t *testing.T, s Subject) {
		if len(s.Leaders) == 0 {
			t.Skip("no pod leads")
		}
		for _, each := range s.podsOf(t, func(task *Context, cfg *podConfig) {
			task.Interruptible = true
			cfg.InterruptibleNodeSelector = map[string]string{"spot": "yes"}
		}) {
			assert.Equal(t, slices.Contains(s.Leaders, each.path), each.spec.NodeSelector["spot"] == "", each.path)
		}
	}},
	everyPod("pods of any other task are not interruptible", "", func(_ *Context, cfg *podConfig) {
		cfg.InterruptibleNodeSelector = map[string]string{"spot": "yes"}
	}, func(p pod) any { return p.spec.NodeSelector["spot"] }),
	everyLabelled("pods have the labels of the execution", queueLabel, "research", func(task *Context, _ *podConfig) {
		task.Labels[queueLabel] = "research"
	}),
	everyLabelled("pods have the annotations of the execution", "inject-flyte-secrets", "true", unchanged),
	everyLabelled("pods have the labels of the task's pod", queueLabel, "research", asPod),
	everyLabelled("pods have the default labels", "cluster", "east", func(_ *Context, cfg *podConfig) {
		cfg.DefaultLabels = map[string]string{"cluster": "east"}
	}),
	everyLabelled("pods have the default annotations", "owner", "team", func(_ *Context, cfg *podConfig) {
		cfg.DefaultAnnotations = map[string]string{"owner": "team"}
	}),
	everyPod("pods know the execution", Execution, unchanged, variable("FLYTE_INTERNAL_EXECUTION_ID")),
	everyPod("pods have the environment of the task", "yes", unchanged, variable("FROM_TASK")),
	everyPod("pods have the environment of the execution", "yes", func(task *Context, _ *podConfig) {
		task.Environment = map[string]string{"FROM_EXECUTION": "yes"}
	}, variable("FROM_EXECUTION")),
	everyPod("pods have the default environment", "yes", func(_ *Context, cfg *podConfig) {
		cfg.DefaultEnvVars = map[string]string{"FROM_CLUSTER": "yes"}
	}, variable("FROM_CLUSTER")),
	everyPod("pods have the service account of the execution", "researcher", func(task *Context, _ *podConfig) {
		task.ServiceAccount = "researcher"
	}, func(p pod) any { return p.spec.ServiceAccountName }),
	everyPod("pods have the resources of the task", *NewContext(nil).Resources, unchanged, func(p pod) any {
		return p.spec.Containers[0].Resources
	}),
	everyPod("pods have the image that overrides the task's", "override:v1", func(task *Context, _ *podConfig) {
		task.Image = "override:v1"
	}, func(p pod) any { return p.spec.Containers[0].Image }),
	everyPod("pods tolerate the taint of an extended resource", true, func(task *Context, cfg *podConfig) {
		onGPU(task, cfg)
		cfg.AddTolerationsForExtendedResources = []string{gpu}
	}, func(p pod) any {
		return slices.ContainsFunc(p.spec.Tolerations, func(each corev1.Toleration) bool { return each.Key == gpu })
	}),
	everyPod("pods go where the accelerator is", true, onGPU, func(p pod) any {
		return strings.Contains(p.spec.Affinity.String(), "a100")
	}),
	everyPod("pods have the sidecar of the task's pod", true, asPod, hasSidecar),
	everyPod("pods have the sidecar of a pod that overrides the task's", true, func(task *Context, cfg *podConfig) {
		target := task.Template.GetTarget()
		asPod(task, cfg)
		task.PodTemplate, task.Template.Target = task.Template.GetK8SPod(), target
	}, hasSidecar),
	everyPod("pods are laid over the cluster's pod template", "batch", func(_ *Context, cfg *podConfig) {
		base := &corev1.PodTemplate{ObjectMeta: metav1.ObjectMeta{Name: "base", Namespace: Namespace}}
		base.Template.Spec.PriorityClassName = "batch"
		flytek8s.DefaultPodTemplateStore.Store(base)

		cfg.DefaultPodTemplateName = base.Name
	}, func(p pod) any { return p.spec.PriorityClassName }),
}

func unchanged(*Context, *podConfig) {}

// asPod makes the task one whose pod the user wrote: the task's container, a sidecar, and the label of a queue.
func asPod(task *Context, _ *podConfig) {
	spec := &structpb.Struct{}
	if err := spec.UnmarshalJSON([]byte(`{"containers": [
		{"name": "primary", "image": "task:v1", "args": ["pyflyte-execute"]}, {"name": "sidecar", "image": "sidecar:v1"}
	]}`)); err != nil {
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
func onGPU(task *Context, _ *podConfig) {
	task.Resources.Requests[gpu] = resource.MustParse("1")
	task.Resources.Limits[gpu] = resource.MustParse("1")
	task.ExtendedResources = &core.ExtendedResources{GpuAccelerator: &core.GPUAccelerator{Device: "a100"}}
}

// variable returns the value of a variable of the main container that is there once.
func variable(name string) func(pod) any {
	return func(p pod) any {
		values := ""
		for _, each := range p.spec.Containers[0].Env {
			if each.Name == name {
				values += each.Value
			}
		}

		return values
	}
}

func hasSidecar(p pod) any {
	return slices.ContainsFunc(p.spec.Containers, func(each corev1.Container) bool { return each.Name == "sidecar" })
}

// everyStatus makes an invariant of every status that has a phase, and of what the plugin says when asked again.
func everyStatus(name string, check func(t *testing.T, s Subject, want Status, got, again pluginsCore.PhaseInfo)) invariant {
	return invariant{name, func(t *testing.T, s Subject) {
		for _, each := range s.Statuses {
			run(t, each.Name, func(t *testing.T) {
				taskCtx := s.context(t)
				if _, err := s.entry(t).Plugin.GetTaskPhase(context.Background(), taskCtx, s.Object(t, each.JSON)); err != nil {
					t.Skip("it has no phase: ", err)
				}
				got := s.phase(t, taskCtx, each.JSON)
				check(t, s, each, got, s.phase(t, taskCtx, each.JSON))
			})
		}
	}}
}

var phases = []invariant{
	{"a resource without a status waits", func(t *testing.T, s Subject) {
		assert.Contains(t, waiting, s.phase(t, s.context(t), `{}`).Phase())
	}},
	{"a resource with an empty state waits", func(t *testing.T, s Subject) {
		assert.Contains(t, waiting, s.phase(t, s.context(t), s.Empty).Phase())
	}},
	{"a resource in an unknown state runs", func(t *testing.T, s Subject) {
		assert.Equal(t, pluginsCore.PhaseRunning, s.phase(t, s.context(t), s.Unknown).Phase())
	}},
	{"a suspended resource is queued", func(t *testing.T, s Subject) {
		assert.Equal(t, pluginsCore.PhaseQueued, s.phase(t, s.context(t), s.Suspended).Phase())
	}},
	{"a resource that no operator looks after fails", func(t *testing.T, s Subject) {
		if s.StuckAfter == 0 {
			t.Skip("it waits for ever")
		}
		info := s.phase(t, s.context(t), `{}`, aged(s.StuckAfter))
		require.Equal(t, pluginsCore.PhaseRetryableFailure, info.Phase())
		assert.Contains(t, info.Err().GetMessage(), Namespace)
	}},
	{"every state has its phase", func(t *testing.T, s Subject) {
		for _, each := range s.Statuses {
			run(t, each.Name, func(t *testing.T) {
				assert.Equal(t, each.Phase, s.phase(t, s.context(t), each.JSON).Phase())
			})
		}
	}},
	everyStatus("no state ends for its age", func(t *testing.T, s Subject, want Status, got, _ pluginsCore.PhaseInfo) {
		if want.JSON != `{}` {
			assert.Equal(t, got.Phase(), s.phase(t, s.context(t), want.JSON, aged(s.StuckAfter)).Phase())
		}
	}),
	everyStatus("a failure has a code and a message", func(t *testing.T, _ Subject, _ Status, got, _ pluginsCore.PhaseInfo) {
		if got.Phase().IsFailure() {
			assert.NotEmpty(t, got.Err().GetCode())
			assert.NotEmpty(t, got.Err().GetMessage())
		}
	}),
	{"a failure says what the operator says", func(t *testing.T, s Subject) {
		assert.Contains(t, s.phase(t, s.context(t), s.Failed).Err().GetMessage(), s.Message)
	}},
	everyStatus("nothing new is no new version", func(t *testing.T, _ Subject, _ Status, got, again pluginsCore.PhaseInfo) {
		assert.Equal(t, got.Version(), again.Version())
	}),
	{"a new reason is a new version", func(t *testing.T, s Subject) {
		taskCtx := s.context(t)
		before := s.phase(t, taskCtx, `{}`)
		taskCtx.State.Reason = "task submitted to K8s"
		assert.Greater(t, s.phase(t, taskCtx, `{}`).Version(), before.Version())
	}},
	{"progress is a new version", func(t *testing.T, s Subject) {
		taskCtx := s.context(t)
		before := s.phase(t, taskCtx, s.Progress[0])
		assert.Greater(t, s.phase(t, taskCtx, s.Progress[1]).Version(), before.Version())
	}},
	everyStatus("log links are there while a task waits and runs", func(t *testing.T, s Subject, want Status, got, _ pluginsCore.PhaseInfo) {
		s.setLogs(t, "https://logs.example.com/{{ '{{ .namespace }}/{{ .generatedName }}' }}")

		if !got.Phase().IsTerminal() {
			assert.Contains(t, links(s.phase(t, s.context(t), want.JSON)), "https://logs.example.com/"+Namespace+"/"+Name)
		}
	}),
	everyStatus("log links have no variables left in them", func(t *testing.T, s Subject, want Status, _, _ pluginsCore.PhaseInfo) {
		s.setLogs(t, "https://logs.example.com/{{ '{{ .podName }}' }}")
		assert.NotContains(t, links(s.phase(t, s.context(t), want.JSON)), "podName")
	}),
	{"log links are those that the task asks for", func(t *testing.T, s Subject) {
		s.setLogs(t)

		taskCtx := s.context(t)
		assert.Empty(t, links(s.phase(t, taskCtx, `{}`)))

		taskCtx.Template.Config = map[string]string{"link_type": "vscode", "port": "8080"}
		assert.Contains(t, links(s.phase(t, taskCtx, `{}`)), "https://code.example.com/8080")
	}},
	everyStatus("an object that is being deleted has its phase", func(t *testing.T, s Subject, want Status, _, _ pluginsCore.PhaseInfo) {
		info := s.phase(t, s.context(t), want.JSON, func(object client.Object) {
			object.SetDeletionTimestamp(ptr.To(metav1.Now()))
			object.SetGeneration(object.GetGeneration() + 1)
		})
		assert.Equal(t, want.Phase, info.Phase())
	}),
	everyStatus("outputs are written where no task writes them", func(t *testing.T, s Subject, want Status, got, _ pluginsCore.PhaseInfo) {
		taskCtx := s.context(t)
		s.phase(t, taskCtx, want.JSON)
		assert.Equal(t, got.Phase().IsSuccess() && s.Commands == 0, taskCtx.Outputs != nil)
	}),
	{"an object is left alone, also in parallel", func(t *testing.T, s Subject) {
		object, taskCtx := s.Object(t, `{}`), s.context(t)
		before := object.DeepCopyObject()
		inParallel(func() {
			_, err := s.entry(t).Plugin.GetTaskPhase(context.Background(), taskCtx, object)
			assert.NoError(t, err)
		})
		assert.Equal(t, before, object)
	}},
	{"an object of another type is an error", func(t *testing.T, s Subject) {
		_, err := s.entry(t).Plugin.GetTaskPhase(context.Background(), s.context(t), &corev1.Pod{})
		assert.Error(t, err)
	}},
	{"whatever words a status has, it has a phase", func(t *testing.T, s Subject) {
		s.vary(t, true, `""`, `" "`, `"SomethingNew"`, `"{{ '{{ .podName }}' }}"`, `"`+strings.Repeat("long", 1000)+`"`)
	}},
	{"whatever a status is, it is no panic", func(t *testing.T, s Subject) {
		s.vary(t, false, `null`, `-1`, `4611686018427387904`, `0.5`, `true`, `[null]`, `[[]]`, `{"": null}`, `{"type": {}}`)
	}},
}

var waiting = []pluginsCore.Phase{pluginsCore.PhaseQueued, pluginsCore.PhaseInitializing}

// aged makes an object older than that.
func aged(age time.Duration) func(client.Object) {
	return func(object client.Object) {
		object.SetCreationTimestamp(metav1.NewTime(time.Now().Add(-age - time.Minute)))
	}
}

// setLogs configures a log link, and one for tasks that ask for it.
func (s Subject) setLogs(t *testing.T, uris ...tasklog.TemplateURI) {
	t.Helper()

	if s.SetLogs == nil {
		t.Skip("its log links are not configurable")
	}
	s.SetLogs(t, logs.LogConfig{
		Templates: []tasklog.TemplateLogPlugin{
			{DisplayName: "Logs", TemplateURIs: uris},
		},
		DynamicLogLinks: map[string]tasklog.TemplateLogPlugin{
			"vscode": {TemplateURIs: []tasklog.TemplateURI{"https://code.example.com/{{ '{{ .taskConfig.port }}' }}"}},
		},
	})
}

func links(info pluginsCore.PhaseInfo) string {
	uris := ""
	for _, each := range info.Info().Logs {
		uris += each.GetUri() + " "
	}

	return uris
}

func inParallel(call func()) {
	var group sync.WaitGroup
	for range 8 {
		group.Go(call)
	}

	group.Wait()
}

// sections returns the whole configuration as JSON, as far as it can be.
func sections(section stdlibConfig.Section) map[string]any {
	raw, _ := json.Marshal(section.GetConfig())
	found := map[string]any{"": string(raw)}

	for name, below := range section.GetSections() {
		found[name] = sections(below)
	}

	return found
}

var (
	anyText = regexp.MustCompile(`: ?"[^"]*"`)
	anyList = regexp.MustCompile(`: ?[[{].*[]}]`)
)

// vary lets the plugin judge the statuses with other values in them, of the same type or of any.
func (s Subject) vary(t *testing.T, typed bool, values ...string) {
	t.Helper()

	random := rand.New(rand.NewPCG(1, 2))

	for _, each := range s.Statuses {
		for range 50 {
			what := anyText
			if !typed && random.IntN(2) == 0 {
				what = anyList
			}
			s.judge(t, what.ReplaceAllStringFunc(each.JSON, func(before string) string {
				return []string{before, ": " + values[random.IntN(len(values))]}[random.IntN(2)]
			}), typed)
		}
	}
}
