package solverjob

import (
	"cmp"
	"context"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"google.golang.org/protobuf/types/known/structpb"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/json"
	"k8s.io/utils/ptr"

	"github.com/flyteorg/flyte/flyteidl/gen/pb-go/flyteidl/core"
	"github.com/flyteorg/flyte/flyteplugins/go/tasks/pluginmachinery/flytek8s/config"

	pb "github.com/example/flyte-solverjob-plugin/gen/pb-go/example/flyte/solverjob/v1"
	"github.com/example/flyte-solverjob-plugin/internal/overrides"
	"github.com/example/flyte-solverjob-plugin/internal/plugintest"
)

// testPod is what the pods in testdata/*.spec.json are.
func testPod(r *role, _ *pb.Role) (*pod, error) {
	return &pod{
		meta: metav1.ObjectMeta{Labels: map[string]string{"role": r.name}},
		spec: &corev1.PodSpec{
			Containers: []corev1.Container{
				{
					Name:  r.name,
					Image: "image",
					Args:  []string{"run", "a b"},
					Env: []corev1.EnvVar{
						{Name: "NAME", Value: "value"},
					},
					Resources: corev1.ResourceRequirements{
						Requests: corev1.ResourceList{corev1.ResourceCPU: resource.MustParse("1")},
					},
				},
			},
		},
	}, nil
}

func TestBuildSpec(t *testing.T) {
	for _, name := range []string{"full", "minimal"} {
		t.Run(name, func(t *testing.T) {
			job, err := readCustom(context.Background(), taskOf(t, readFile(t, name+".custom.json")).TaskReader())
			require.NoError(t, err)

			spec, err := buildSpec(job, testPod)
			require.NoError(t, err)

			raw, err := json.Marshal(spec)
			require.NoError(t, err)
			assert.JSONEq(t, string(readFile(t, name+".spec.json")), string(raw))
		})
	}
}

func TestPlacedIn(t *testing.T) {
	instead := &role{name: "a", unless: []overrides.Alternative{{Path: []string{"ref"}}}}
	spec := Spec{"ref": "another", "b": nil}

	placed, err := placedIn(spec, nil, []placement{{role: instead}, {role: &role{}, path: []any{"b"}}, {role: &role{}, path: []any{"c"}}})
	require.NoError(t, err)
	require.Len(t, placed, 1)
	assert.Equal(t, []any{"c"}, placed[0].path)

	_, err = placedIn(spec, nil, []placement{{role: instead, asked: true}})
	assert.ErrorContains(t, err, `role a: it cannot be set beside "ref"`)

	placed, err = placedIn(Spec{}, spec, []placement{{role: instead}})
	require.NoError(t, err)
	assert.Empty(t, placed)

	// The task's word wins over the administrator's.
	placed, err = placedIn(Spec{"ref": nil}, spec, []placement{{role: instead, asked: true}})
	require.NoError(t, err)
	assert.Len(t, placed, 1)
}

func TestAPlaceThatIsNoObject(t *testing.T) {
	there := placement{path: []any{"a", "b"}, role: &role{place: func(map[string]any, *pod) error { return nil }}}
	spec := Spec{"a": "text"}
	require.Error(t, there.build(spec, nil, testPod))
	require.Error(t, there.complete(spec))

	full := placement{role: &role{place: func(map[string]any, *pod) error { return assert.AnError }}}
	require.ErrorIs(t, full.build(Spec{}, nil, testPod), assert.AnError)
}

func TestPodTemplatesThatAreNone(t *testing.T) {
	none, err := structpb.NewStruct(map[string]any{"containers": "text"})
	require.NoError(t, err)

	for _, r := range allRoles() {
		if len(r.without) == 0 {
			_, err = (&podBuilder{task: taskOf(t, []byte(`{}`))}).build(
				context.Background(), &r, &pb.Role{PodTemplate: &core.K8SPod{PodSpec: none}})
			assert.ErrorContains(t, err, "invalid pod template")
		}
	}
}

func TestWhatDependsOnOtherPods(t *testing.T) {
	put := func(map[string]any, *pod) error { return nil }
	leader, command := placement{role: &role{leader: true, place: put}}, placement{role: &role{submitted: true, place: put}}
	none := []placement{leader, command, {role: &role{runs: operatorCommand, place: put}}}

	for _, placed := range [][]placement{none[1:], none, append(none, placement{role: &role{}})} {
		for i, each := range placed[:2] {
			built := &pod{}

			require.NoError(t, each.build(Spec{}, placed, func(r *role, _ *pb.Role) (*pod, error) {
				assert.Equal(t, each.role.leader && len(placed) > len(none), r.leader, i)

				return built, nil
			}))
			assert.Equal(t, each.role.submitted && len(placed) < len(none), built.elsewhere, i)
		}
	}
}

func TestAtMakesWhatIsMissing(t *testing.T) {
	spec := map[string]any{"groups": []any{map[string]any{"name": "a"}}}

	for _, path := range [][]any{{"object", "list", item(1)}, {"groups", named("a")}, {"groups", named("b")}} {
		below, err := at(spec, path...)
		require.NoError(t, err)
		set(below, map[string]bool{"seen": true}, "at")
	}

	seen := map[string]any{"at": map[string]bool{"seen": true}}
	assert.Equal(t, []any{map[string]any{}, seen}, spec["object"].(map[string]any)["list"])
	assert.Equal(t, []any{
		map[string]any{"name": "a", "at": seen["at"]}, map[string]any{"name": "b", "at": seen["at"]},
	}, spec["groups"])
}

func TestAtRefusesWhatIsNoObject(t *testing.T) {
	spec := map[string]any{"scalar": 1, "list": []any{1}}

	for _, path := range [][]any{{"scalar"}, {"scalar", item(0)}, {"list", item(0)}, {"list"}} {
		_, err := at(spec, path...)
		assert.ErrorContains(t, err, "spec_overrides")
	}
}

// allRoles are the roles, without what their resource has no room for, and one more.
func allRoles() []role {
	roles := []role{
		driverRole,
		workersRole,
		{name: "any other", runs: fixedCommand, argv: []string{"serve"}, container: "main"},
	}
	for i := range roles {
		roles[i].without = nil
	}

	return roles
}

// isOnAccelerator says that a pod has what Flyte gives a task that asks for the accelerator.
func isOnAccelerator(t *testing.T, _ *role, pod *pod) {
	t.Helper()

	assert.Contains(t, pod.spec.Affinity.String(), "a100")
	assert.Contains(t, pod.spec.Volumes[0].Name+pod.container().VolumeMounts[0].Name, "memory")

	var tolerations []string
	for _, each := range pod.spec.Tolerations {
		tolerations = append(tolerations, each.Key)
	}

	label := config.GetK8sPluginConfig().GpuDeviceNodeLabel
	assert.Equal(t, []string{"on-gpu", label, "nvidia.com/gpu"}, tolerations)
}

func TestPodsAreAsTheRole(t *testing.T) {
	podSpec, err := structpb.NewStruct(map[string]any{
		"priorityClassName": "batch",
		"restartPolicy":     "OnFailure",
		"containers": []any{
			map[string]any{"name": "primary", "workingDir": "/work", "image": "overridden"},
			map[string]any{"name": "sidecar", "image": "sidecar:v1"},
		},
	})
	require.NoError(t, err)

	gpuSpec, err := structpb.NewStruct(map[string]any{"containers": []any{
		map[string]any{"name": "primary", "resources": map[string]any{"limits": map[string]any{"nvidia.com/gpu": 1}}},
	}})
	require.NoError(t, err)

	commandSpec, err := structpb.NewStruct(map[string]any{"containers": []any{
		map[string]any{"name": "primary", "command": []any{"serve"}, "args": []any{"-v"}},
	}})
	require.NoError(t, err)

	configure(t, func(cfg *Config) { cfg.ServiceAccount = "from-configuration" })
	plugintest.Configure(t, func(cfg *config.K8sPluginConfig) {
		cfg.InterruptibleNodeSelector = map[string]string{"spot": "true"}
		cfg.AddTolerationsForExtendedResources = []string{"nvidia.com/gpu"}
		cfg.ResourceTolerations = map[corev1.ResourceName][]corev1.Toleration{"nvidia.com/gpu": {{Key: "on-gpu"}}}
	})

	commands := map[command][]string{userCommand: plugintest.Container().GetArgs()}

	for _, test := range []struct {
		name string
		in   *pb.Role
		isSo func(*testing.T, *role, *pod)
	}{
		{"nothing said", nil, func(t *testing.T, r *role, pod *pod) {
			commands[fixedCommand] = r.argv
			assert.Empty(t, pod.container().Command)
			assert.Equal(t, commands[r.runs], pod.container().Args)
			assert.Equal(t, cmp.Or(r.container, plugintest.Name), pod.container().Name)
			assert.Equal(t, "from-configuration", pod.spec.ServiceAccountName)
		}},
		{"image and command", &pb.Role{Image: ptr.To("tools:v1"), Command: []string{"run", "-v"}}, func(t *testing.T, _ *role, pod *pod) {
			assert.Equal(t, "tools:v1", pod.container().Image)
			assert.Empty(t, pod.container().Command)
			assert.Equal(t, []string{"run", "-v"}, pod.container().Args)
		}},
		{"environment", &pb.Role{Env: []*core.KeyValuePair{{Key: "FROM_TASK", Value: "no"}, {Key: "FROM_ROLE", Value: "yes"}}}, func(t *testing.T, _ *role, pod *pod) {
			env := map[string]string{}
			for _, each := range pod.container().Env {
				assert.NotContains(t, env, each.Name)
				env[each.Name] = each.Value
			}
			assert.Subset(t, env, map[string]string{"FROM_TASK": "no", "FROM_ROLE": "yes", guardVariable: TaskType})
		}},
		{"node selector", &pb.Role{NodeSelector: map[string]string{"disk": "ssd"}}, func(t *testing.T, _ *role, pod *pod) {
			assert.Equal(t, map[string]string{"disk": "ssd"}, pod.spec.NodeSelector)
		}},
		{"interruptible", &pb.Role{Interruptible: ptr.To(true)}, func(t *testing.T, _ *role, pod *pod) {
			assert.Equal(t, map[string]string{"spot": "true"}, pod.spec.NodeSelector)
		}},
		{"resources", &pb.Role{Resources: &core.Resources{
			Requests: []*core.Resources_ResourceEntry{{Name: core.Resources_CPU, Value: "8"}},
			Limits:   []*core.Resources_ResourceEntry{{Name: core.Resources_GPU, Value: "1"}},
		}}, func(t *testing.T, _ *role, pod *pod) {
			// What the role names is the role's, request and limit; the rest is the task's.
			resources := corev1.ResourceList{
				corev1.ResourceCPU:    resource.MustParse("8"),
				corev1.ResourceMemory: resource.MustParse("4Gi"),
				"nvidia.com/gpu":      resource.MustParse("1"),
			}
			assert.Equal(t, corev1.ResourceRequirements{Requests: resources, Limits: resources}, pod.container().Resources)
			assert.Equal(t, []corev1.Toleration{
				{Key: "on-gpu"}, {Key: "nvidia.com/gpu", Operator: corev1.TolerationOpExists, Effect: corev1.TaintEffectNoSchedule},
			}, pod.spec.Tolerations)
		}},
		{"accelerator and shared memory", &pb.Role{
			Resources: &core.Resources{
				Requests: []*core.Resources_ResourceEntry{{Name: core.Resources_GPU, Value: "1"}},
			},
			ExtendedResources: &core.ExtendedResources{
				GpuAccelerator: &core.GPUAccelerator{Device: "a100"},
				SharedMemory:   &core.SharedMemory{MountName: "memory", MountPath: "/dev/shm"},
			},
		}, isOnAccelerator},
		{"accelerator of the role's pod template", &pb.Role{
			PodTemplate: &core.K8SPod{PodSpec: gpuSpec, PrimaryContainerName: "primary"},
			ExtendedResources: &core.ExtendedResources{
				GpuAccelerator: &core.GPUAccelerator{Device: "a100"},
				SharedMemory:   &core.SharedMemory{MountName: "memory", MountPath: "/dev/shm"},
			},
		}, isOnAccelerator},
		{"pod template of labels", &pb.Role{PodTemplate: &core.K8SPod{
			Metadata: &core.K8SObjectMetadata{Labels: map[string]string{"team": "research", nameLabel: "another"}},
		}}, func(t *testing.T, _ *role, pod *pod) {
			assert.Subset(t, pod.meta.Labels, map[string]string{"execution-id": plugintest.Execution, "team": "research"})
			assert.Equal(t, plugintest.Name, pod.meta.Labels[nameLabel])
			assert.NotEmpty(t, pod.meta.Labels[roleLabel])
			assert.NotContains(t, pod.taskMeta.Labels, "team")
		}},
		{"command of the role's pod template", &pb.Role{
			PodTemplate: &core.K8SPod{PodSpec: commandSpec, PrimaryContainerName: "primary"},
		}, func(t *testing.T, r *role, pod *pod) {
			if r.runs != userCommand {
				assert.Equal(t, []string{"serve"}, pod.container().Command)
				assert.Equal(t, []string{"-v"}, pod.container().Args)
			}
		}},
		{"pod template", &pb.Role{PodTemplate: &core.K8SPod{
			PodSpec: podSpec, PrimaryContainerName: "primary",
		}}, func(t *testing.T, _ *role, pod *pod) {
			assert.Equal(t, "batch", pod.spec.PriorityClassName)
			assert.Equal(t, corev1.RestartPolicyOnFailure, pod.spec.RestartPolicy)
			assert.Equal(t, "/work", pod.container().WorkingDir)
			assert.Equal(t, "overridden", pod.container().Image)
			require.Len(t, pod.spec.Containers, 2)
			assert.Equal(t, "sidecar", pod.spec.Containers[1].Name)
		}},
	} {
		for _, r := range allRoles() {
			t.Run(test.name+" of "+r.name, func(t *testing.T) {
				pod, err := (&podBuilder{task: taskOf(t, []byte(`{}`))}).build(context.Background(), &r, test.in)
				require.NoError(t, err)
				test.isSo(t, &r, pod)
			})
		}
	}
}

func TestRolesThatAreRefused(t *testing.T) {
	configure(t, func(cfg *Config) { cfg.Overrides.PodTemplate = []string{".spec"} })

	invalid, err := structpb.NewStruct(map[string]any{"containers": "none"})
	require.NoError(t, err)

	r := allRoles()[0]
	r.without = []string{"command"}

	for says, in := range map[string]*pb.Role{
		"command cannot be set": {Command: []string{"run"}},
		"invalid resources": {Resources: &core.Resources{
			Limits: []*core.Resources_ResourceEntry{{Name: core.Resources_CPU, Value: "many"}},
		}},
		"invalid pod template": {PodTemplate: &core.K8SPod{PodSpec: invalid}},
		"pod_template sets .metadata.labels.team, which the administrator does not allow": {PodTemplate: &core.K8SPod{
			Metadata: &core.K8SObjectMetadata{Labels: map[string]string{"team": "research"}},
		}},
	} {
		_, err := (&podBuilder{task: taskOf(t, []byte(`{}`))}).build(context.Background(), &r, in)
		assert.ErrorContains(t, err, says)
	}
}
