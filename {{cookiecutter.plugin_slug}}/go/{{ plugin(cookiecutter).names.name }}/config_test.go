{% set p = plugin(cookiecutter) %}
package {{ p.names.name }}

import (
	"fmt"
	"strings"
	"testing"

	"github.com/spf13/pflag"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/util/json"
)

// Where they are not, config_flags.go is older than Config: run go generate.
func TestFlagsAreFieldsOfTheConfiguration(t *testing.T) {
	raw, err := json.Marshal(defaultConfig)
	require.NoError(t, err)

	var fields map[string]any
	require.NoError(t, json.Unmarshal(raw, &fields))

	defaultConfig.GetPFlagSet("").VisitAll(func(flag *pflag.Flag) {
		value, isField, err := unstructured.NestedFieldNoCopy(fields, strings.Split(flag.Name, ".")...)
		require.NoError(t, err)
		assert.True(t, isField, flag.Name)
		assert.Equal(t, fmt.Sprint(value), flag.DefValue, flag.Name)
	})
}
