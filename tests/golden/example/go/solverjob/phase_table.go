package solverjob

import "strings"

// phaseTable says what the operator's states mean to Flyte; the first rule that holds decides. A state that no rule
// names is Unknown, since an operator may learn new ones; a resource without a state is Queued.
var phaseTable = []phaseRule{
	{PhaseSuccess, "Succeeded", func(s *Status) bool {
		return strings.EqualFold(s.Phase, "Succeeded")
	}},
	{PhaseRetryableFailure, "Failed", func(s *Status) bool {
		return strings.EqualFold(s.Phase, "Failed")
	}},
	{PhaseQueued, "Pending", func(s *Status) bool {
		return strings.EqualFold(s.Phase, "Pending")
	}},
	{PhaseQueued, "Suspended", func(s *Status) bool {
		return strings.EqualFold(s.Phase, "Suspended")
	}},
	{PhaseInitializing, "Starting", func(s *Status) bool {
		return strings.EqualFold(s.Phase, "Starting")
	}},
	{PhaseRunning, "Running", func(s *Status) bool {
		return strings.EqualFold(s.Phase, "Running")
	}},
}

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
