package solverjob

import (
	"cmp"
	"strings"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
)

// Condition is one of the conditions of a status.
type Condition struct {
	Type    string
	Status  string
	Reason  string
	Message string
}

// Conditions are in the operator's order, usually by age.
type Conditions []Condition

// conditionsFrom reads the conditions at path.
func conditionsFrom(content map[string]any, path ...string) Conditions {
	value, _, _ := unstructured.NestedFieldNoCopy(content, path...)
	items, _ := value.([]any)
	found := make(Conditions, 0, len(items))

	for _, item := range items {
		if each, ok := item.(map[string]any); ok {
			found = append(found, Condition{text(each, "type"), text(each, "status"), text(each, "reason"), text(each, "message")})
		}
	}

	return found
}

// has returns whether there is a condition with that type, status and, unless it is empty, reason. A domain before the
// type is ignored: example.com/Failed is Failed.
func (c Conditions) has(conditionType, status, reason string) bool {
	for _, each := range c {
		isIt := each.Type == conditionType || each.Type[strings.LastIndexAny(each.Type, "./")+1:] == conditionType
		if isIt && each.Status == status && (reason == "" || each.Reason == reason) {
			return true
		}
	}

	return false
}

// message returns the message of the condition for a state: Failed or JobFailed for FAILED.
func (c Conditions) message(state string) string {
	for _, each := range c {
		isAbout := state != "" && strings.HasSuffix(strings.ToLower(each.Type), strings.ToLower(state))
		if isAbout && (each.Status == "True" || strings.EqualFold(each.Type, state)) {
			return cmp.Or(each.Message, each.Reason)
		}
	}

	return ""
}
