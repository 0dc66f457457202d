package solverjob

import (
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
)

// Status is what the plugin reads of the status that the operator writes.
type Status struct {
	// isWritten says that the operator has written anything at all.
	isWritten bool

	DriverPodName string

	Message string

	Phase string

	ServiceName string

	// ObservedGeneration is the generation of the spec that the status is about.
	ObservedGeneration int64
}

// statusFrom reads a status as it is in JSON.
func statusFrom(content map[string]any) Status {
	s := Status{isWritten: len(content) > 0}
	s.DriverPodName = text(content, "driverPodName")
	s.Message = text(content, "message")
	s.Phase = text(content, "phase")
	s.ServiceName = text(content, "serviceName")
	s.ObservedGeneration, _, _ = unstructured.NestedInt64(content, "observedGeneration")

	return s
}

// text returns the string at path, or nothing.
func text(content map[string]any, path ...string) string {
	value, _, _ := unstructured.NestedString(content, path...)

	return value
}

// state is the operator's word for where the resource stands. It is empty until there is one.
func (s *Status) state() string {
	return s.Phase
}

// message is what the operator says to people about a state.
func (s *Status) message(string) string {
	return s.Message
}
