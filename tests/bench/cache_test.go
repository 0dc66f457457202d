package bench

import (
	"context"
	"encoding/json"
	"net/http"
	goruntime "runtime"
	"strings"
	"testing"
	"time"

	"google.golang.org/protobuf/encoding/protojson"
	"k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/runtime/serializer"
	"k8s.io/client-go/kubernetes/scheme"
	"k8s.io/client-go/rest"
	toolscache "k8s.io/client-go/tools/cache"
	"sigs.k8s.io/controller-runtime/pkg/cache"

	"github.com/flyteorg/flyte/flytepropeller/pkg/controller/executors"

	"compared/parity"
)

const objects = 5000

// narrow is the plugin of a kind that is RayJob but for its group, so that its Go type is the rendered one.
var narrow = parity.Side{ID: "narrowrayjob"}

// BenchmarkCache measures what propeller's informer cache holds of a RayJob, by the Go type that it is decoded into.
func BenchmarkCache(b *testing.B) {
	resource := rayJob(b)
	typed := serializer.NewCodecFactory(scheme.Scheme).UniversalDeserializer()

	rendered := encode(b, resource)
	resource["apiVersion"] = "ray.io/v1"
	full := encode(b, resource)
	delete(resource["metadata"].(map[string]any), "managedFields")
	stripped := encode(b, resource)

	for _, each := range []struct {
		name    string
		decoder runtime.Decoder
		raw     []byte
	}{
		{"rendered type", typed, rendered},
		{"operator's type", typed, full},
		{"operator's type without managedFields", typed, stripped},
		{"unstructured", unstructured.UnstructuredJSONScheme, full},
		{"unstructured, trimmed as rendered", transformed{unstructured.UnstructuredJSONScheme, transformOfPropeller(b)}, full},
	} {
		b.Run(strings.ReplaceAll(each.name, " ", "_"), func(b *testing.B) {
			for b.Loop() {
				b.ReportMetric(held(b, each.decoder, each.raw), "held-B/object")
			}

			b.ReportMetric(float64(len(each.raw)), "json-B/object")
		})
	}
}

// transformed decodes as an informer does.
type transformed struct {
	runtime.Decoder
	transform toolscache.TransformFunc
}

func (t transformed) Decode(
	raw []byte, defaults *schema.GroupVersionKind, into runtime.Object,
) (runtime.Object, *schema.GroupVersionKind, error) {
	object, kind, err := t.Decoder.Decode(raw, defaults, into)
	if err != nil {
		return nil, nil, err
	}

	found, err := t.transform(object)
	if err != nil {
		return nil, nil, err
	}

	return found.(runtime.Object), kind, nil
}

// transformOfPropeller returns what a cache of propeller's does to all that comes into it.
func transformOfPropeller(b *testing.B) toolscache.TransformFunc {
	b.Helper()

	var found transformOf

	mapper := meta.NewDefaultRESTMapper(nil)
	mapper.Add(schema.FromAPIVersionAndKind("ray.io/v1", "RayJob"), meta.RESTScopeNamespace)

	propellers, err := executors.NewCache(&rest.Config{}, cache.Options{
		HTTPClient: http.DefaultClient,
		Mapper:     mapper,
		NewInformer: func(
			watcher toolscache.ListerWatcher, object runtime.Object, resync time.Duration, indexers toolscache.Indexers,
		) toolscache.SharedIndexInformer {
			found.SharedIndexInformer = toolscache.NewSharedIndexInformer(watcher, object, resync, indexers)

			return &found
		},
	})
	if err != nil {
		b.Fatal(err)
	}

	watched, err := parity.Side{ID: "rayjob"}.Plugin().BuildIdentityResource(context.Background(), nil)
	if err != nil {
		b.Fatal(err)
	}

	if _, err := propellers.GetInformer(context.Background(), watched); err != nil {
		b.Fatal(err)
	}

	return found.transform
}

// transformOf keeps the transform that an informer is given.
type transformOf struct {
	toolscache.SharedIndexInformer
	transform toolscache.TransformFunc
}

func (t *transformOf) SetTransform(transform toolscache.TransformFunc) error {
	t.transform = transform

	return t.SharedIndexInformer.SetTransform(transform)
}

// held returns how many bytes of the heap a decoded object keeps.
func held(b *testing.B, decoder runtime.Decoder, raw []byte) float64 {
	b.Helper()

	kept := make([]runtime.Object, objects)
	before := heap()

	for i := range kept {
		object, err := runtime.Decode(decoder, raw)
		if err != nil {
			b.Fatal(err)
		}

		kept[i] = object
	}

	after := heap()

	goruntime.KeepAlive(kept)

	return (float64(after) - float64(before)) / objects
}

func heap() uint64 {
	goruntime.GC()
	goruntime.GC() // what the first one finds, finalizers may still hold

	var stats goruntime.MemStats
	goruntime.ReadMemStats(&stats)

	return stats.HeapAlloc
}

// rayJob is a RayJob as the API server returns it while it runs: built by the plugin, with a head and two groups of workers.
func rayJob(b *testing.B) map[string]any {
	b.Helper()

	task, err := narrow.Task(parity.Context{})
	if err != nil {
		b.Fatal(err)
	}

	if err := protojson.Unmarshal([]byte(`{
		"headGroupSpec": {"rayStartParams": {"dashboard-host": "0.0.0.0", "num-cpus": "0"}},
		"workerGroupSpecs": [
			{"groupName": "cpu", "replicas": 2, "minReplicas": 1, "maxReplicas": 4, "rayStartParams": {"block": "true"}},
			{"groupName": "gpu", "replicas": 1, "minReplicas": 0, "maxReplicas": 8, "rayStartParams": {"block": "true"}}
		],
		"shutdownAfterJobFinishes": true
	}`), task.Template.GetCustom()); err != nil {
		b.Fatal(err)
	}

	built, err := narrow.Plugin().BuildResource(context.Background(), task)
	if err != nil {
		b.Fatal(err)
	}

	resource := map[string]any{}
	if err := json.Unmarshal(encode(b, built), &resource); err != nil {
		b.Fatal(err)
	}

	status := map[string]any{}
	if err := json.Unmarshal([]byte(parity.RayStatus("Running", "RUNNING")), &status); err != nil {
		b.Fatal(err)
	}

	meta, _ := resource["metadata"].(map[string]any)
	meta["name"] = parity.TaskName
	meta["namespace"] = "project-development"
	meta["uid"] = "0b6ad0d3-3a26-4a6c-9d2c-6d9f0f3c1c55"
	meta["resourceVersion"] = "123456789"
	meta["generation"] = 1
	meta["creationTimestamp"] = "2024-01-02T03:04:05Z"
	meta["finalizers"] = []string{"flyte.org/finalizer-k8s"}
	meta["ownerReferences"] = []any{map[string]any{
		"apiVersion": "flyte.lyft.com/v1alpha1", "kind": "flyteworkflow", "name": "a8k2", "controller": true,
		"blockOwnerDeletion": true, "uid": "8c2f5f0e-7a52-4d0b-8f0e-0a7f7a1f2b11",
	}}
	meta["managedFields"] = []any{
		managed("flytepropeller", "", map[string]any{"spec": resource["spec"]}),
		managed("ray-operator", "status", map[string]any{"status": status}),
	}
	resource["status"] = status

	return resource
}

// managed says who wrote fields, as the API server does.
func managed(manager, subresource string, fields map[string]any) map[string]any {
	return map[string]any{
		"apiVersion": "ray.io/v1", "fieldsType": "FieldsV1", "fieldsV1": fieldsV1(fields), "manager": manager,
		"operation": "Update", "subresource": subresource, "time": "2024-01-02T03:04:05Z",
	}
}

// fieldsV1 has a key for every field below value. Lists are owned as a whole, but for those of named objects.
func fieldsV1(value any) map[string]any {
	out := map[string]any{}

	switch value := value.(type) {
	case map[string]any:
		for name, below := range value {
			out["f:"+name] = fieldsV1(below)
		}
	case []any:
		for _, each := range value {
			if object, ok := each.(map[string]any); ok && object["name"] != nil {
				inner := fieldsV1(object)
				inner["."] = map[string]any{}
				out[`k:{"name":"`+object["name"].(string)+`"}`] = inner
			}
		}
	}

	return out
}

func encode(b *testing.B, value any) []byte {
	b.Helper()

	raw, err := json.Marshal(value)
	if err != nil {
		b.Fatal(err)
	}

	return raw
}
