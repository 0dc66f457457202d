{% set p = plugin(cookiecutter) %}
package {{ p.names.name }}

{% if p.status | go_compares_values %}
import "strings"

{% endif %}
// phaseTable says what the operator's states mean to Flyte; the first rule that holds decides. A state that no rule
// names is Unknown, since an operator may learn new ones; a resource without a state is Queued.
var phaseTable = []phaseRule{
{% for rule in p.status.rules %}
	{Phase{{ rule | go_phase }}, {{ rule | go_state | quoted }}, func(s *Status) bool {
		return {{ rule | go_holds(p.status) }}
	}},
{% endfor %}
}

{% if p.status.reads_job %}
// isOver says whether the Job that the resource owns must tell how it ended.
func isOver(s *Status) bool {
	return {{ p.status | go_needs_job }}
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

// phaseOf returns the phase of a status, and the reason in the operator's own words.
func phaseOf(status *Status) (phase Phase, reason string) {
	for _, rule := range phaseTable {
		if rule.holds(status) {
			return rule.phase, explain(rule.state, status.message(rule.state))
		}
	}

	state := status.state()
	if state == "" {
		return PhaseQueued, "waiting for the operator"
	}

	return PhaseUnknown, explain(state, status.message(state))
}

func explain(state, message string) string {
	if message == "" {
		return state
	}

	return state + ": " + message
}
