package solverjob

import (
	"strings"
)

// phaseTable says what the operator's states mean to Flyte; the first rule that holds decides. A state that no rule
// names is Unknown, since an operator may learn new ones; a resource of which nothing is told is Queued.
var phaseTable = []phaseRule{
	{PhaseRetryableFailure, "Terminal", func(s *Status) bool {
		return s.Conditions.has("Terminal", "True", "")
	}},
	{PhaseRetryableFailure, "Failed", func(s *Status) bool {
		return s.Conditions.has("Failed", "True", "")
	}},
	{PhaseRetryableFailure, "Error", func(s *Status) bool {
		return s.Conditions.has("Error", "True", "")
	}},
	{PhasePermanentFailure, "Invalid", func(s *Status) bool {
		return s.Conditions.has("Invalid", "True", "")
	}},
	{PhasePermanentFailure, "Rejected", func(s *Status) bool {
		return s.Conditions.has("Rejected", "True", "")
	}},
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
	{PhaseQueued, "Suspended", func(s *Status) bool {
		return s.Conditions.has("Suspended", "True", "")
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

// phaseOf returns the phase of a status, the reason in the operator's own words, and which of these words, if any, the
// phase table does not have.
func phaseOf(status *Status) (phase Phase, reason, unlisted string) {
	rule := ruleFor(phaseTable, status)
	if rule.phase != "" {
		return rule.phase, explain(rule.state, status.message(rule.state)), ""
	}

	state := status.state()

	switch {
	case state != "":
		return PhaseUnknown, explain(state, status.message(state)), state
	case status.isTold:
		return PhaseRunning, explain("has begun", status.message(state)), ""
	default:
		return PhaseQueued, "waiting for the operator", ""
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
