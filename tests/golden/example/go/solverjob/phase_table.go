package solverjob

import (
	"strings"
)

// phaseTable maps the operator's states to Flyte's phases; the first rule that matches decides. A state without a rule is
// Unknown, as a newer operator may add states; a resource without a status is Queued.
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
	if rule.phase != "" {
		return rule.phase, explain(rule.state, status.message(rule.state)), ""
	}

	state := status.state()

	switch {
	case state != "":
		return PhaseUnknown, explain(state, status.message(state)), state
	case status.isFilled:
		return PhaseRunning, explain("has begun", status.message(state)), ""
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
