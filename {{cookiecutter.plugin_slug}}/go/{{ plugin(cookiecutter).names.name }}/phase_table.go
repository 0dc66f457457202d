{% set p = plugin(cookiecutter) %}
package {{ p.names.name }}

{% if p.status.path and p.status.last_resorts or p.status | go_compares_values %}
import (
{% if p.status.path and p.status.last_resorts %}
	"fmt"
{% endif %}
{% if p.status | go_compares_values %}
	"strings"
{% endif %}
)

{% endif %}
// phaseTable says what the operator's states mean to Flyte; the first rule that holds decides. A state that no rule
// names is Unknown, since an operator may learn new ones; a resource of which nothing is told is Queued.
{% if p.status.by_words %}
//
// The CRD does not list all states: the words of one that no rule names are asked what they mean (words.go).
{% endif %}
var phaseTable = []phaseRule{
{%- for rule in p.status.rules %}

	{Phase{{ rule | go_phase }}, {{ rule | go_state | quoted }}, func(s *Status) bool {
		return {{ rule | go_holds(p.status) }}
	}},
{%- endfor %}
{{ "\n" if p.status.rules }}}

{% if p.status.reads_job %}
// isOver says whether the Job that the resource owns must tell how it ended.
func isOver(s *Status) bool {
	return {{ p.status | go_needs_job }}
}

{% endif %}
{% if p.status.last_resorts %}
// lastResorts are asked where the state of a resource tells nothing: then what else says that it has ended decides.
var lastResorts = []phaseRule{
{% for rule in p.status.last_resorts %}
	{Phase{{ rule | go_phase }}, {{ rule | go_state | quoted }}, func(s *Status) bool {
		return {{ rule | go_holds(p.status) }}
	}},
{% endfor %}
}

{% endif %}
{% if p.guesses %}
// guesses are what the phase table rests on without a word of the CRD: ask the operator.
var guesses = []string{
{% for guess in p.guesses %}
	{{ guess | quoted }},
{% endfor %}
}

{% endif %}
// phaseRule gives a phase, and the operator's word for it, to the statuses for which it holds.
type phaseRule struct {
	phase Phase
	state string
	holds func(*Status) bool
}

// Phase is what a status means to Flyte.
type Phase string

// The phases of a resource.
const (
	PhaseQueued       Phase = "Queued"
	PhaseInitializing Phase = "Initializing"
	PhaseRunning      Phase = "Running"
	PhaseSuccess      Phase = "Success"

	// PhaseUnknown is a state that the table does not have. It runs on.
	PhaseUnknown Phase = "Unknown"

	// PhaseRetryableFailure is the task's failure. It is tried again as often as the task allows.
	PhaseRetryableFailure Phase = "RetryableFailure"

	// PhasePermanentFailure would be the same the next time, such as a spec that the operator refuses.
	PhasePermanentFailure Phase = "PermanentFailure"

	// PhaseSystemFailure is not the task's fault, such as a node that is gone. Flyte tries again at its own expense, and
	// deletes the resource first.
	PhaseSystemFailure Phase = "SystemFailure"
)

// IsFailure says whether the operator gave up.
func (p Phase) IsFailure() bool {
	return p == PhaseRetryableFailure || p == PhasePermanentFailure || p == PhaseSystemFailure
}

// phaseOf returns the phase of a status, the reason in the operator's own words, and whether the phase table has it.
func phaseOf(status *Status) (phase Phase, reason string, isKnown bool) {
	rule := ruleFor(phaseTable, status)
{% if p.status.has_ends_beside %}
	if phase, word := endBeside(status); phase.IsFailure() && !rule.phase.IsFailure() || rule.phase == "" && phase != "" {
		return phase, explain(word, status.message(word)), false
	}

{% endif %}
	if rule.phase != "" {
		return rule.phase, explain(rule.state, status.message(rule.state)), true
	}

	state := status.state()

{% if p.status.by_words and not p.status.by_conditions and p.status.path %}
	if phase := meaningOf(state); phase != "" {
		return phase, explain(state, status.message(state)), false
	}

{% endif %}
{% if p.status.last_resorts %}
	if rule := ruleFor(lastResorts, status); rule.phase != "" {
{% if p.status.path %}
		return rule.phase, explain(fmt.Sprintf("%s, in state %q", rule.state, state), status.message(state)), state == ""
{% else %}
		return rule.phase, explain(rule.state, status.message(state)), true
{% endif %}
	}

{% endif %}
	switch {
	case state != "":
		return PhaseUnknown, explain(state, status.message(state)), false
	case status.isTold:
		return PhaseRunning, explain("has begun", status.message(state)), true
	default:
		return PhaseQueued, "waiting for the operator", true
	}
}

// ruleFor returns the first rule that holds, or one without a phase.
func ruleFor(table []phaseRule, status *Status) phaseRule {
	for _, rule := range table {
		if rule.holds(status) {
			return rule
		}
	}

	return phaseRule{}
}

func explain(state, message string) string {
	if message == "" {
		return state
	}

	return state + ": " + message
}
