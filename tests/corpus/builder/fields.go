package main

import (
	"reflect"
	"strings"

	corev1 "k8s.io/api/core/v1"

	"github.com/flyteorg/flyte/flyteplugins/go/tasks/pluginmachinery/flytek8s/config"
)

// podSettings returns the keys of plugins.k8s.
func podSettings() (keys []string) {
	settings := reflect.TypeFor[config.K8sPluginConfig]()
	for i := range settings.NumField() {
		name, _, _ := strings.Cut(settings.Field(i).Tag.Get("json"), ",")
		keys = append(keys, name)
	}

	return keys
}

// podFields returns the fields of a pod's spec and of all types below it, as the connector's library has them.
func podFields() map[string]string {
	found := types{}
	found.add(reflect.TypeFor[corev1.PodSpec]())

	return found
}

// types have the fields of types, by their names.
type types map[string]string

func (t types) add(of reflect.Type) {
	if _, has := t[of.Name()]; !has {
		t[of.Name()] = ""
		t[of.Name()] = strings.Join(t.fields(of), " ")
	}
}

func (t types) fields(of reflect.Type) (out []string) {
	for i := range of.NumField() {
		field := of.Field(i)

		name, options, _ := strings.Cut(field.Tag.Get("json"), ",")
		if name == "" {
			out = append(out, t.fields(field.Type)...)

			continue
		}

		kind := t.name(field.Type)
		if strings.Contains(options, "omitzero") {
			kind = "*" + kind
		}

		if !strings.Contains(options, "omit") {
			kind = "!" + kind
		}

		out = append(out, name+":"+kind)
	}

	return out
}

// name is what the library calls a type.
func (t types) name(of reflect.Type) string {
	switch of.Kind() {
	case reflect.Pointer:
		return "*" + t.name(of.Elem())
	case reflect.Slice:
		return "[]" + t.name(of.Elem())
	case reflect.Map:
		return "{}" + t.name(of.Elem())
	case reflect.Struct:
	default:
		return of.Kind().String()
	}

	switch name := of.Name(); name {
	case "Quantity", "IntOrString", "Time":
		return name
	case "FieldsV1":
		return "JSON"
	default:
		t.add(of)

		return name
	}
}
