{% set p = plugin(cookiecutter) %}
{% set messages = p.status | go_messages %}
package {{ p.names.name }}
{% if messages | length > 1 %}

import "cmp"
{% endif %}

// Status is what the plugin reads of the status that the operator writes.
type Status struct {
{{ p.status.fields | go_status_fields }}
{% if p.status.observed_generation %}

	// ObservedGeneration is the generation of the spec that the status is about.
	ObservedGeneration int64 `json:"observedGeneration,omitempty"`
{% endif %}
}

// state is the operator's word for where the resource stands. It is empty until there is one.
func (s *Status) state() string {
	return {{ p.status | go_state_of }}
}

// message is what the operator says to people about a state.
func (s *Status) message({{ "state " if p.status.conditions }}string) string {
	return {{ ("cmp.Or(%s)" if messages | length > 1 else "%s") | format(messages | join(", ") or '""') }}
}
