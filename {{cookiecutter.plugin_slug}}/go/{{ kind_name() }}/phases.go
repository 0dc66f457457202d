{% set p = plugin(cookiecutter) %}
package {{ p.names.name }}

import "{{ p.names.go_module }}/internal/operator"

// rules give Flyte's phases to the operator's states; the first one that matches decides. A resource without a status is queued.
{% if p.status.by_words %}
// The CRD does not list all states and conditions: for one without a rule, the words in its name decide (internal/operator/rules.go).
// If they do not, it counts as running. Each is logged once.
{% else %}
// A state without a rule, which a newer operator may add, counts as running and is logged once.
{% endif %}
{% if "connector" in p.targets %}
//
// The connector has the same rules in connector/{{ project(cookiecutter).names.project }}_connector/{{ p.names.name }}/phases.py: change both, and its tests compare them.
{% endif %}
var rules = {{ p.status | go_rules(p.status.rules) | go_table("operator.Rule") }}

// fallbacks apply where no rule matches: other fields may say that a resource has ended.
var fallbacks = {{ p.status | go_rules(p.status.last_resorts) | go_table("operator.Rule") }}

// guesses are the rules that the CRD does not state: check them against the operator.
var guesses = {{ p.guesses | map("quoted") | go_table("string") }}
