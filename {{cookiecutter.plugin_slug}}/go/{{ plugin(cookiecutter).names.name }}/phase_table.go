{% set p = plugin(cookiecutter) %}
package {{ p.names.name }}

{% set shows_state = p.status.last_resorts and p.status.path %}
{% if shows_state or p.status | go_compares_values %}
import (
{% if shows_state %}
	"fmt"
{% endif %}
{% if p.status | go_compares_values %}
	"strings"
{% endif %}
)

{% endif %}
// phaseTable maps the operator's states to Flyte's phases; the first rule that matches decides. A state without a rule is
// Unknown, as a newer operator may add states; a resource without a status is Queued.
{% if p.status.by_words %}
//
// The CRD does not list all states: for a state without a rule, the words in its name decide (words.go).
{% endif %}
var phaseTable = []phaseRule{
{%- for rule in p.status.rules %}

	{Phase{{ rule | go_phase }}, {{ rule | go_state | quoted }}, func(s *Status) bool {
		return {{ rule | go_holds(p.status) }}
	}},
{%- endfor %}
{{ "\n" if p.status.rules }}}

{% if p.status.reads_job %}
// isOver matches statuses that have ended without saying how: the Job that the resource owns says it.
func isOver(s *Status) bool {
	return {{ p.status | go_needs_job }}
}

{% endif %}
{% if p.status.last_resorts %}
// fallbackRules apply if the state of a resource matches no rule: other fields may say that it has ended.
var fallbackRules = []phaseRule{
{% for rule in p.status.last_resorts %}
	{Phase{{ rule | go_phase }}, {{ rule | go_state | quoted }}, func(s *Status) bool {
		return {{ rule | go_holds(p.status) }}
	}},
{% endfor %}
}

{% endif %}
{% if p.guesses %}
// guesses are the parts of the phase table that the CRD does not state: check them against the operator.
var guesses = []string{
{% for guess in p.guesses %}
	{{ guess | quoted }},
{% endfor %}
}

{% endif %}
// phaseRule gives a phase and a reason to the statuses that it matches.
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

	// PhaseUnknown is a state that is not in the table. It counts as running.
	PhaseUnknown Phase = "Unknown"

	// PhaseRetryableFailure is a failure of the task. It is retried as often as the task allows.
	PhaseRetryableFailure Phase = "RetryableFailure"

	// PhasePermanentFailure would fail again, such as a spec that the operator rejects. It is not retried.
	PhasePermanentFailure Phase = "PermanentFailure"

	// PhaseSystemFailure is not the task's fault, such as a lost node. Flyte deletes the resource and retries, without
	// counting it as one of the task's retries.
	PhaseSystemFailure Phase = "SystemFailure"
)

// IsFailure returns whether the phase is one of the failures.
func (p Phase) IsFailure() bool {
	return p == PhaseRetryableFailure || p == PhasePermanentFailure || p == PhaseSystemFailure
}

// phaseOf returns the phase of a status, its reason as the operator gives it, and the state if it is not in the phase
// table.
func phaseOf(status *Status) (phase Phase, reason, unlisted string) {
	rule := matchingRule(phaseTable, status)
{% if p.status.has_ends_beside %}
	// Terminal phases have priority over others, and failures over successes.
	if end, word, message := endBeside(status); end != "" && end != rule.phase && !rule.phase.IsFailure() {
		return end, explain(word, message), word
	}

{% endif %}
	if rule.phase != "" {
		return rule.phase, explain(rule.state, status.message(rule.state)), ""
	}

	state := status.state()

{% if p.status.by_words and not p.status.by_conditions and p.status.path %}
	if phase := meaningOf(state); phase != "" {
		return phase, explain(state, status.message(state)), state
	}

{% endif %}
{% if p.status.last_resorts %}
	if rule := matchingRule(fallbackRules, status); rule.phase != "" {
		reason := rule.state
{% if p.status.path %}
		if state != "" {
			reason = fmt.Sprintf("%s, in state %q", reason, state)
		}

{% endif %}
		return rule.phase, explain(reason, status.message(state)), state
	}

{% endif %}
	switch {
	case state != "":
		return PhaseUnknown, explain(state, status.message(state)), state
	case status.isFilled:
		return PhaseRunning, explain("has begun", status.message({{ "state" if p.status.conditions else '""' }})), ""
	default:
		return PhaseQueued, "waiting for the operator", ""
	}
}

// matchingRule returns the first rule that matches, or one without a phase.
func matchingRule(table []phaseRule, status *Status) phaseRule {
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
