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
	// isWritten says that the operator has written anything at all, isTold that what it wrote is not empty.
	isWritten, isTold bool

{{ p.status.fields | go_status_fields }}
{% if p.status.observed_generation %}

	// ObservedGeneration is the generation of the spec that the status is about.
	ObservedGeneration int64
{% endif %}
{% if p.status.reads_job %}

	// jobs are those of the batch/v1 Jobs that the resource owns, where they were read.
	jobs []batchv1.JobStatus
{% endif %}
}

// statusFrom reads a status as it is in JSON.
func statusFrom(content map[string]any) Status {
	s := Status{isWritten: len(content) > 0, isTold: says(content)}
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

// number returns the value of a number. One that is not there is 0: operators leave it out.
func number(text string) float64 {
	value, _ := strconv.ParseFloat(text, 64)

	return value
}
{% endif %}

// says reports whether a value of a status says anything: operators write empty ones before they know more.
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
// state is the operator's word for where the resource stands. It is empty until there is one.
{% else %}
// state is empty: this operator has no word for where a resource stands.
{% endif %}
func (s *Status) state() string {
	return {{ p.status | go_state_of }}
}

// message is what the operator says to people about a state.
func (s *Status) message({{ "state " if p.status.conditions }}string) string {
	return {{ ("cmp.Or(%s)" if messages | length > 1 else "%s") | format(messages | join(", ") or '""') }}
}
