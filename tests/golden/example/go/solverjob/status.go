package solverjob

import (
	"cmp"
	"fmt"
	"slices"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
)

// Status is what the plugin reads of the status that the operator writes.
type Status struct {
	// isWritten is set if the operator has written a status, isFilled if that is not empty.
	isWritten, isFilled bool

	Conditions Conditions

	DriverPodName string

	Message string

	Phase string

	ServiceName string

	// ObservedGeneration is the generation of the spec that the status is about.
	ObservedGeneration int64
}

// statusFrom reads a status from decoded JSON.
func statusFrom(content map[string]any) Status {
	s := Status{isWritten: len(content) > 0, isFilled: says(content)}
	s.Conditions = conditionsFrom(content, "conditions")
	s.DriverPodName = text(content, "driverPodName")
	s.Message = text(content, "message")
	s.Phase = text(content, "phase")
	s.ServiceName = text(content, "serviceName")
	s.ObservedGeneration, _, _ = unstructured.NestedInt64(content, "observedGeneration")

	return s
}

// text returns the string, number or boolean at path as text, or nothing.
func text(content map[string]any, path ...string) string {
	value, _, _ := unstructured.NestedFieldNoCopy(content, path...)
	switch value := value.(type) {
	case string:
		return value
	case bool, int64, float64:
		return fmt.Sprint(value)
	default:
		return ""
	}
}

// says reports whether a value of a status is set: operators write empty values first.
func says(value any) bool {
	switch value := value.(type) {
	case map[string]any:
		for name, each := range value {
			if name != "observedGeneration" && says(each) {
				return true
			}
		}

		return false
	case []any:
		return slices.ContainsFunc(value, says)
	default:
		return value != nil && value != "" && value != false && value != int64(0)
	}
}

// state returns the operator's state of the resource, or an empty string.
func (s *Status) state() string {
	return s.Phase
}

// message returns the operator's message about a state.
func (s *Status) message(state string) string {
	return cmp.Or(s.Conditions.message(state), s.Message)
}
