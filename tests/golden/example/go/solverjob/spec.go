package solverjob

import (
	"fmt"
	"strings"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	utilruntime "k8s.io/apimachinery/pkg/util/runtime"

	pb "github.com/example/flyte-solverjob-plugin/gen/pb-go/example/flyte/solverjob/v1"
	"github.com/example/flyte-solverjob-plugin/internal/overrides"
)

// Spec is the spec of a resource as a JSON object. The pods in it stay typed until they are marshalled.
type Spec map[string]any

// DeepCopy returns a copy in which everything is plain JSON.
func (s Spec) DeepCopy() Spec {
	out, err := runtime.DefaultUnstructuredConverter.ToUnstructured(&s)
	utilruntime.Must(err)

	return out
}

// settings are the administrator's for the specs of the plugin's resources.
func settings() overrides.Settings {
	cfg := GetConfig()

	return overrides.Settings{
		Section: "plugins.solverjob", SpecDefaults: cfg.SpecDefaults, AllowedInSpec: cfg.Overrides.Spec,
	}
}

// specOf returns what job says of the resource beside its pods, and the administrator's defaults.
func specOf(job *pb.SolverJob) (spec, defaults Spec, err error) {
	return overrides.Spec(fieldsOfSolverJob(job), job.GetSpecOverrides(), settings())
}

// set puts value at path below object and makes the objects on the way.
func set(object map[string]any, value any, path ...string) {
	for _, name := range path[:len(path)-1] {
		below, ok := object[name].(map[string]any)
		if !ok {
			below = map[string]any{}
			object[name] = below
		}

		object = below
	}

	object[path[len(path)-1]] = value
}

// requireAt fails unless there is a value at every path below object.
func requireAt(object map[string]any, paths ...[]string) error {
	for _, path := range paths {
		if value, _, _ := unstructured.NestedFieldNoCopy(object, path...); value == nil {
			return fmt.Errorf("%q is required", strings.Join(path, "."))
		}
	}

	return nil
}
