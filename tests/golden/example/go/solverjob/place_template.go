package solverjob

import (
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/flyteorg/flyte/flyteplugins/go/tasks/pluginmachinery/utils"

	"github.com/example/flyte-solverjob-plugin/internal/overrides"
)

// podTemplate puts a pod at path as a pod template.
func podTemplate(path ...any) func(map[string]any, *pod) error {
	return func(object map[string]any, pod *pod) error {
		template, err := at(object, path...)
		if err != nil {
			return err
		}

		over, err := overrides.At[corev1.PodSpec](template, !GetConfig().AllowUnknownFields, "spec")
		if err != nil {
			return err
		}

		if err := pod.overlay(over, overrides.Main); err != nil {
			return err
		}

		for name, values := range map[string]map[string]string{
			"labels": pod.meta.Labels, "annotations": pod.meta.Annotations,
		} {
			said, _, err := unstructured.NestedStringMap(template, "metadata", name)
			if err != nil {
				return err
			}

			// The plugin finds the pods by its own labels.
			own := map[string]string{}
			if label, ok := values[nameLabel]; ok {
				own = map[string]string{nameLabel: label, roleLabel: values[roleLabel]}
			}

			if values = utils.UnionMaps(values, said, own); len(values) > 0 {
				set(template, values, "metadata", name)
			}
		}

		template["spec"] = pod.spec

		return nil
	}
}
