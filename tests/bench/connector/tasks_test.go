package solverjob

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"runtime/debug"
	"slices"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/stretchr/testify/require"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/tools/clientcmd"
	"sigs.k8s.io/controller-runtime/pkg/manager"
	metricsserver "sigs.k8s.io/controller-runtime/pkg/metrics/server"

	"github.com/flyteorg/flyte/flyteplugins/go/tasks/pluginmachinery"
	pluginsCore "github.com/flyteorg/flyte/flyteplugins/go/tasks/pluginmachinery/core"
	"github.com/flyteorg/flyte/flyteplugins/go/tasks/pluginmachinery/k8s"
	propellerConfig "github.com/flyteorg/flyte/flytepropeller/pkg/controller/config"
	"github.com/flyteorg/flyte/flytepropeller/pkg/controller/executors"
	"github.com/flyteorg/flyte/flytepropeller/pkg/controller/nodes/task/backoff"
	taskK8s "github.com/flyteorg/flyte/flytepropeller/pkg/controller/nodes/task/k8s"
	"github.com/flyteorg/flyte/flytestdlib/contextutils"
	"github.com/flyteorg/flyte/flytestdlib/promutils"
	"github.com/flyteorg/flyte/flytestdlib/promutils/labeled"

	"github.com/example/flyte-solverjob-plugin/internal/plugintest"
)

// oneTask is an execution of a task, with the state that propeller keeps between rounds.
type oneTask struct {
	*plugintest.Context

	name  string
	state taskK8s.PluginState
}

type metadata struct {
	pluginsCore.TaskExecutionMetadata
	name string
}

type id struct {
	pluginsCore.TaskExecutionID
	name string
}

func (o *oneTask) TaskExecutionMetadata() pluginsCore.TaskExecutionMetadata {
	return metadata{o.Context.TaskExecutionMetadata(), o.name}
}

func (m metadata) GetTaskExecutionID() pluginsCore.TaskExecutionID {
	return id{m.TaskExecutionMetadata.GetTaskExecutionID(), m.name}
}

func (i id) GetGeneratedName() string { return i.name }

func (o *oneTask) PluginStateReader() pluginsCore.PluginStateReader { return o }
func (o *oneTask) PluginStateWriter() pluginsCore.PluginStateWriter { return o }
func (o *oneTask) GetStateVersion() uint8                           { return 0 }
func (o *oneTask) Reset() error                                     { return nil }

func (o *oneTask) Get(into any) (uint8, error) {
	*into.(*taskK8s.PluginState) = o.state

	return 0, nil
}

func (o *oneTask) Put(_ uint8, from any) error {
	o.state = *from.(*taskK8s.PluginState)

	return nil
}

// setup is what propeller gives to a plugin manager.
type setup struct {
	pluginsCore.SetupContext
	scope   promutils.Scope
	cluster manager.Manager
}

func (s *setup) OwnerKind() string                  { return "flyteworkflow" }
func (s *setup) MetricsScope() promutils.Scope      { return s.scope }
func (s *setup) KubeClient() pluginsCore.KubeClient { return s.cluster }
func (s *setup) EnqueueOwner() pluginsCore.EnqueueOwner {
	return func(types.NamespacedName) error { return nil }
}

// TestTasks runs the plugin in propeller's plugin manager, with its client and its informer, on an API server. It does what stdin says,
// line by line: "begin" with one task, "create" or "get" of each other one once, or "rest" until nothing is left to be collected.
func TestTasks(t *testing.T) {
	kubeconfig, namespace := os.Getenv("BENCH_KUBECONFIG"), os.Getenv("BENCH_NAMESPACE")
	count, err := strconv.Atoi(os.Getenv("BENCH_TASKS"))
	require.NoError(t, err)
	workers, err := strconv.Atoi(os.Getenv("BENCH_WORKERS"))
	require.NoError(t, err)

	propellerConfig.GetConfig().KubeConfigPath = kubeconfig
	labeled.SetMetricKeys(contextutils.ProjectKey, contextutils.DomainKey, contextutils.TaskIDKey)

	prometheus.DefaultRegisterer = prometheus.NewRegistry()

	config, err := clientcmd.BuildConfigFromFlags("", kubeconfig)
	require.NoError(t, err)

	config.QPS, config.Burst = 1000, 2000
	s := &setup{scope: promutils.NewTestScope()}
	s.cluster, err = manager.New(config, manager.Options{
		NewCache: executors.NewCache, NewClient: executors.BuildNewClientFunc(s.scope), Metrics: metricsserver.Options{BindAddress: "0"},
	})
	require.NoError(t, err)

	ctx := context.Background()
	go func() { _ = s.cluster.Start(ctx) }()
	require.True(t, s.cluster.GetCache().WaitForCacheSync(ctx))

	entries := pluginmachinery.PluginRegistry().GetK8sPlugins()
	at := slices.IndexFunc(entries, func(entry k8s.PluginEntry) bool { return entry.ID == TaskType })
	require.GreaterOrEqual(t, at, 0)

	made, err := taskK8s.NewPluginManagerWithBackOff(ctx, s, entries[at], backoff.NewController(ctx), taskK8s.NewResourceMonitorIndex(), nil)
	require.NoError(t, err)

	template := taskOf(t, []byte(os.Getenv("BENCH_CUSTOM")))

	// The first one has what comes once made: connections, and the informer.
	tasks := make([]*oneTask, 1+count)
	for i := range tasks {
		tasks[i] = &oneTask{Context: plugintest.NewContext(template), name: fmt.Sprintf("task-%04d", i)}
		tasks[i].Namespace = namespace
	}

	each := func(tasks []*oneTask, want pluginsCore.Phase) {
		var group sync.WaitGroup

		queue := make(chan *oneTask)

		for range workers {
			group.Go(func() {
				for one := range queue {
					transition, err := made.Handle(ctx, one)
					if err != nil || transition.Info().Phase() != want {
						panic(fmt.Sprintf("%s is %s, and not %s: %v", one.name, transition.Info(), want, err))
					}
				}
			})
		}

		for _, one := range tasks {
			queue <- one
		}

		close(queue)
		group.Wait()
	}

	fmt.Println("bench ready")

	for lines := bufio.NewScanner(os.Stdin); lines.Scan(); {
		start := time.Now()

		switch lines.Text() {
		case "begin":
			each(tasks[:1], pluginsCore.PhaseQueued)
		case "create":
			each(tasks[1:], pluginsCore.PhaseQueued)
		case "get":
			each(tasks[1:], pluginsCore.PhaseRunning)
		case "rest":
			debug.FreeOSMemory()
		}

		said, err := json.Marshal(map[string]float64{"seconds": time.Since(start).Seconds()})
		require.NoError(t, err)
		fmt.Println("bench", string(said))
	}
}
