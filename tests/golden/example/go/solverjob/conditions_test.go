package solverjob

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestConditions(t *testing.T) {
	conditions := conditionsFrom(map[string]any{"conditions": []any{
		"no condition",
		map[string]any{"type": "Started", "status": "True", "reason": "Ready", "message": "2 of 2 are ready"},
		map[string]any{"type": "Ended", "status": "False", "reason": "Waiting"},
	}}, "conditions")

	assert.True(t, conditions.has("Started", "True", ""))
	assert.True(t, conditions.has("Ended", "False", "Waiting"))
	assert.False(t, conditions.has("Ended", "False", "Failed"))
	assert.False(t, conditions.has("Ended", "True", ""))
	assert.Equal(t, "2 of 2 are ready", conditions.message("Started"))
	assert.Equal(t, "Waiting", conditions.message("ENDED"))
	assert.Empty(t, conditions.message("Failed"))
	assert.Empty(t, conditionsFrom(map[string]any{}, "conditions"))
}
