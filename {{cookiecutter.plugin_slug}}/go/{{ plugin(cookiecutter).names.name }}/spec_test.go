{% set p = plugin(cookiecutter) %}
package {{ p.names.name }}

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestMergeIsDeep(t *testing.T) {
	into := map[string]any{"a": map[string]any{"kept": 1, "replaced": 2}, "list": []any{1}, "scalar": 1}
	merge(into, map[string]any{"a": map[string]any{"replaced": 3}, "list": []any{2, 3}, "scalar": map[string]any{}})

	assert.Equal(t, map[string]any{
		"a":      map[string]any{"kept": 1, "replaced": 3},
		"list":   []any{2, 3},
		"scalar": map[string]any{},
	}, into)
}

func TestAtMakesWhatIsMissing(t *testing.T) {
	spec := map[string]any{"groups": []any{map[string]any{"name": "a"}}}

	below, err := at(spec, property("object"), item("list", 1))
	require.NoError(t, err)

	below["key"] = "value"

	for _, name := range []string{"a", "b"} {
		below, err = at(spec, element("groups", name))
		require.NoError(t, err)

		below["seen"] = true
	}

	assert.Equal(t, map[string]any{
		"object": map[string]any{"list": []any{map[string]any{}, map[string]any{"key": "value"}}},
		"groups": []any{
			map[string]any{"name": "a", "seen": true},
			map[string]any{"name": "b", "seen": true},
		},
	}, spec)
}

func TestAtRefusesWhatIsNoObject(t *testing.T) {
	spec := map[string]any{"scalar": 1, "list": []any{1}}

	for _, step := range []step{property("scalar"), item("scalar", 0), item("list", 0), element("scalar", "a")} {
		_, err := at(spec, step)
		assert.ErrorContains(t, err, "spec_overrides")
	}
}

func TestRequire(t *testing.T) {
	object := map[string]any{"a": map[string]any{"b": false}}

	assert.NoError(t, requireAt(object, []string{"a", "b"}))
	assert.ErrorContains(t, requireAt(object, []string{"a", "b"}, []string{"a", "c"}), `"c"`)
	assert.ErrorContains(t, requireAt(object, []string{"d", "e"}), `"d"`)
}

func TestIntOrString(t *testing.T) {
	for value, want := range map[string]any{"8": int64(8), "-1": int64(-1), "08": "08", "8Gi": "8Gi", "": ""} {
		assert.Equal(t, want, intOrString(value))
	}
}

func TestListAndEntries(t *testing.T) {
	assert.Equal(t, []any{int64(1), "a"}, list([]string{"1", "a"}, intOrString))
	assert.Equal(t, map[string]any{"key": 1.5}, entries(map[string]float64{"key": 1.5}, same))
}

func TestPutWithoutAPathLaysFieldsOver(t *testing.T) {
	object := map[string]any{"kept": true}

	require.NoError(t, put(object, &struct {
		Name string `json:"name"`
	}{"a"}))
	assert.Equal(t, map[string]any{"kept": true, "name": "a"}, object)
}
