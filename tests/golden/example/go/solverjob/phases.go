package solverjob

import "github.com/example/flyte-solverjob-plugin/internal/operator"

// rules give Flyte's phases to the operator's states; the first one that matches decides. A resource without a status is queued.
// The CRD does not list all states and conditions: for one without a rule, the words in its name decide (internal/operator/rules.go).
// If they do not, it counts as running. Each is logged once.
var rules = []operator.Rule{
	operator.PhaseRetryableFailure.When(operator.Condition("Terminal", "True", "")),
	operator.PhaseRetryableFailure.When(operator.Condition("Failed", "True", "")),
	operator.PhaseRetryableFailure.When(operator.Condition("Error", "True", "")),
	operator.PhasePermanentFailure.When(operator.Condition("Invalid", "True", "")),
	operator.PhasePermanentFailure.When(operator.Condition("Rejected", "True", "")),
	operator.PhaseSuccess.When(operator.Is("Succeeded", "phase")),
	operator.PhaseRetryableFailure.When(operator.Is("Failed", "phase")),
	operator.PhaseQueued.When(operator.Is("Pending", "phase")),
	operator.PhaseQueued.When(operator.Is("Suspended", "phase")),
	operator.PhaseQueued.When(operator.Condition("Suspended", "True", "")),
	operator.PhaseInitializing.When(operator.Is("Starting", "phase")),
	operator.PhaseRunning.When(operator.Is("Running", "phase")),
}

// fallbacks apply where no rule matches: other fields may say that a resource has ended.
var fallbacks = []operator.Rule{}

// guesses are the rules that the CRD does not state: check them against the operator.
var guesses = []string{}
