//go:build envtest

package solverjob

import (
	"testing"

	"github.com/example/flyte-solverjob-plugin/internal/plugintest"
)

func TestOnAPIServer(t *testing.T) {
	plugintest.RunOnServer(t, subject(), "../..")
}
