package solverjob

import (
	"fmt"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/util/json"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

// GroupVersionKind is the resource that this plugin creates and watches.
var GroupVersionKind = schema.GroupVersionKind{
	Group:   "batch.solver.example.com",
	Version: "v1",
	Kind:    "SolverJob",
}

// SolverJob is the resource as this plugin needs it. Every object of the kind sits in propeller's informer cache, so
// only what the phase table reads is decoded; the spec is write-only. The plugin manager creates, patches and deletes
// objects and never updates one: what is not decoded is not lost.
type SolverJob struct {
	metav1.TypeMeta   `json:",inline"`
	metav1.ObjectMeta `json:"metadata,omitempty"`

	Spec Spec `json:"spec,omitzero"`

	Status Status `json:"status,omitzero"`
}

// SolverJobList is what the informer lists.
type SolverJobList struct {
	metav1.TypeMeta `json:",inline"`
	metav1.ListMeta `json:"metadata,omitempty"`

	Items []SolverJob `json:"items"`
}

// UnmarshalJSON drops the managed fields, which can be larger than the rest.
func (in *SolverJob) UnmarshalJSON(data []byte) error {
	type plain SolverJob
	if err := json.Unmarshal(data, (*plain)(in)); err != nil {
		return err
	}

	in.ManagedFields = nil

	return nil
}

// UnmarshalJSON discards the spec: nothing reads it, and the informer's cache stays small.
func (*Spec) UnmarshalJSON([]byte) error {
	return nil
}

// UnmarshalJSON accepts any JSON and ignores values of a wrong type: one error would stop the informer for all resources
// of the kind.
func (s *Status) UnmarshalJSON(data []byte) error {
	var content map[string]any
	_ = json.Unmarshal(data, &content)
	*s = statusFrom(content)

	return nil
}

// addKnownTypes makes the kind known to clients that use s.
func addKnownTypes(s *runtime.Scheme) {
	list := GroupVersionKind.GroupVersion().WithKind(GroupVersionKind.Kind + "List")
	s.AddKnownTypeWithName(GroupVersionKind, &SolverJob{})
	s.AddKnownTypeWithName(list, &SolverJobList{})
	metav1.AddToGroupVersion(s, GroupVersionKind.GroupVersion())
}

// identity returns an object with its type set, and nothing else.
func identity() client.Object {
	return newObject(metav1.ObjectMeta{}, nil)
}

// newObject returns an object with a spec.
func newObject(meta metav1.ObjectMeta, spec Spec) client.Object {
	object := &SolverJob{ObjectMeta: meta, Spec: spec}
	object.SetGroupVersionKind(GroupVersionKind)

	return object
}

// statusOf returns the status of an object from the API server or the informer.
func statusOf(object client.Object) (*Status, error) {
	job, ok := object.(*SolverJob)
	if !ok {
		return nil, fmt.Errorf("expected kind %s, got %T", GroupVersionKind.Kind, object)
	}

	return &job.Status, nil
}
