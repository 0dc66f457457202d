{% set p = plugin(cookiecutter) %}
{% set messages = p.status | go_messages %}
package {{ p.names.name }}

import (
{% if messages | length > 1 %}
	"cmp"
{% endif %}
	"fmt"
	"slices"
{% if p.status | go_reads_numbers %}
	"strconv"
{% endif %}

{% if p.status.reads_job %}
	batchv1 "k8s.io/api/batch/v1"
{% endif %}
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
)

// Status is what the plugin reads of the status that the operator writes.
type Status struct {
	// isWritten is set if the operator has written a status, isFilled if that is not empty.
	isWritten, isFilled bool

{{ p.status.fields | go_status_fields }}
{% if p.status.observed_generation %}

	// ObservedGeneration is the generation of the spec that the status is about.
	ObservedGeneration int64
{% endif %}
{% if p.status.reads_job %}

	// jobs are the statuses of the batch/v1 Jobs that the resource owns, if they were read.
	jobs []batchv1.JobStatus
{% endif %}
}

// statusFrom reads a status from decoded JSON.
func statusFrom(content map[string]any) Status {
	s := Status{isWritten: len(content) > 0, isFilled: says(content)}
{% for field, read in p.status | go_status_reads %}
	s.{{ field }} = {{ read }}
{% endfor %}

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
{% if p.status | go_reads_numbers %}

// number returns the value of a number, or 0 if it is missing: Go's omitempty drops zeros.
func number(text string) float64 {
	value, _ := strconv.ParseFloat(text, 64)

	return value
}
{% endif %}

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

{% if p.status.path %}
// state returns the operator's state of the resource, or an empty string.
{% else %}
// state is empty: this operator writes no state.
{% endif %}
func (s *Status) state() string {
	return {{ p.status | go_state_of }}
}

// message returns the operator's message about a state.
func (s *Status) message({{ "state " if p.status.conditions }}string) string {
	return {{ ("cmp.Or(%s)" if messages | length > 1 else "%s") | format(messages | join(", ") or '""') }}
}
