{% set p = plugin(cookiecutter) %}
package {{ p.names.name }}

import (
	"fmt"
	"strconv"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/runtime"
)

// Spec is the spec of a resource as a JSON object. The pods in it stay typed until they are marshalled.
type Spec map[string]any

// UnmarshalJSON discards a spec: nothing reads it back, and the informer's cache is the smaller for it.
func (*Spec) UnmarshalJSON([]byte) error {
	return nil
}

// DeepCopy copies all that can be changed in place.
func (s Spec) DeepCopy() Spec {
	if s == nil {
		return nil
	}

	out := Spec{}
	for key, value := range s {
		out[key] = deepCopy(value)
	}

	return out
}

func deepCopy(value any) any {
	switch value := value.(type) {
	case map[string]any:
		return map[string]any(Spec(value).DeepCopy())
	case []any:
		return list(value, deepCopy)
	case *corev1.PodSpec:
		return value.DeepCopy()
	case *corev1.Container:
		return value.DeepCopy()
	default:
		return value
	}
}

// merge lays the values of from over those of into, object by object; lists are replaced.
func merge(into, from map[string]any) {
	for key, value := range from {
		inner, ok := value.(map[string]any)
		below, both := into[key].(map[string]any)

		if ok && both {
			merge(below, inner)
		} else {
			into[key] = value
		}
	}
}

// set puts value at path below object and makes the objects on the way.
func set(object map[string]any, value any, path ...string) {
	for _, name := range path[:len(path)-1] {
		below, ok := object[name].(map[string]any)
		if !ok {
			below = map[string]any{}
			object[name] = below
		}

		object = below
	}

	object[path[len(path)-1]] = value
}

// put puts a Kubernetes object at path below object, or lays its fields over those of object where path is empty.
func put(object map[string]any, value any, path ...string) error {
	if len(path) > 0 {
		set(object, value, path...)

		return nil
	}

	fields, err := runtime.DefaultUnstructuredConverter.ToUnstructured(value)
	merge(object, fields)

	return err
}

// requireAt fails unless there is a value at every path below object.
func requireAt(object map[string]any, paths ...[]string) error {
	for _, path := range paths {
		var value any = object

		for _, name := range path {
			below, _ := value.(map[string]any)
			if value = below[name]; value == nil {
				return fmt.Errorf("%q is required", name)
			}
		}
	}

	return nil
}

// step leads from an object to one below it, which is made where it does not exist.
type step func(object map[string]any) (map[string]any, error)

// at follows steps from object.
func at(object map[string]any, steps ...step) (map[string]any, error) {
	var err error
	for _, next := range steps {
		if object, err = next(object); err != nil {
			return nil, err
		}
	}

	return object, nil
}

// properties leads from property to property.
func properties(path []string) []step {
	steps := make([]step, len(path))
	for i, name := range path {
		steps[i] = property(name)
	}

	return steps
}

// property leads to the object that is the value of a property or of a map's key.
func property(name string) step {
	return func(object map[string]any) (map[string]any, error) {
		if object[name] == nil {
			object[name] = map[string]any{}
		}

		below, ok := object[name].(map[string]any)
		if !ok {
			return nil, fmt.Errorf("spec_overrides: %q must be an object, not %T", name, object[name])
		}

		return below, nil
	}
}

// item leads to an element of a list.
func item(name string, index int) step {
	return func(object map[string]any) (map[string]any, error) {
		items, ok := object[name].([]any)
		if !ok && object[name] != nil {
			return nil, fmt.Errorf("spec_overrides: %q must be a list, not %T", name, object[name])
		}

		for len(items) <= index {
			items = append(items, map[string]any{})
		}

		object[name] = items

		below, ok := items[index].(map[string]any)
		if !ok {
			return nil, fmt.Errorf("spec_overrides: %q must be a list of objects, not of %T", name, items[index])
		}

		return below, nil
	}
}

// element leads to the element of a list that has the given name.
func element(name, elementName string) step {
	return func(object map[string]any) (map[string]any, error) {
		items, _ := object[name].([]any)

		index := 0
		for ; index < len(items); index++ {
			if below, ok := items[index].(map[string]any); ok && below["name"] == elementName {
				break
			}
		}

		below, err := item(name, index)(object)
		if err != nil {
			return nil, err
		}

		below["name"] = elementName

		return below, nil
	}
}

// list returns what value makes of each element.
func list[T, V any](in []T, value func(T) V) []any {
	out := make([]any, len(in))
	for i, each := range in {
		out[i] = value(each)
	}

	return out
}

// entries returns what value makes of the value of each key.
func entries[T, V any](in map[string]T, value func(T) V) map[string]any {
	out := make(map[string]any, len(in))
	for key, each := range in {
		out[key] = value(each)
	}

	return out
}

// same is for list and entries of what needs no change.
func same[T any](value T) T {
	return value
}

// intOrString returns a number where value is one: the wire has strings for what may be either.
func intOrString(value string) any {
	if number, err := strconv.ParseInt(value, 10, 32); err == nil && strconv.FormatInt(number, 10) == value {
		return number
	}

	return value
}
