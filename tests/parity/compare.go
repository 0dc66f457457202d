package parity

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	pluginsCore "github.com/flyteorg/flyte/flyteplugins/go/tasks/pluginmachinery/core"
)

// Row is one field of what the two plugins do in a context. "" is a field that a plugin does not set.
type Row struct {
	Kind    string `json:"kind"`
	Context string `json:"context"`
	Place   string `json:"place"`
	Field   string `json:"field"`
	Ours    string `json:"ours"`
	InTree  string `json:"in_tree"`
}

// place is a part of what a plugin does, such as one of its pods; fields are its values by name.
type place struct{ name, field string }

type fields map[place]string

// Compare runs both plugins of every kind in every context.
func Compare(ctx context.Context) ([]Row, error) {
	var rows []Row

	api, err := startCluster()
	if err != nil {
		return nil, err
	}
	defer api.stop()

	if err := configure(ctx, quickLooks); err != nil {
		return nil, err
	}

	for _, kind := range Kinds {
		if err := api.run(ctx, kind); err != nil {
			return nil, err
		}

		for _, c := range contexts {
			if !kind.has(c) {
				continue
			}

			restore, err := c.in()
			if err != nil {
				return nil, err
			}

			rows = append(rows, kind.rows(c.Name, func(side Side) (fields, error) {
				task, err := side.Task(c)
				if err != nil {
					return nil, err
				}

				return kind.built(ctx, side, task)
			})...)

			restore()
		}

		for _, seen := range kind.statuses {
			rows = append(rows, kind.rows("status: "+seen.name, phase(ctx, seen))...)
		}

		rows = append(rows, kind.rows("any", func(side Side) (fields, error) {
			properties, err := toMap(side.Plugin().GetProperties())
			out := fields{}
			out.add("properties", "", properties)

			return out, err
		})...)
	}

	// No context comes after it: how a cluster is configured cannot be undone.
	if err := configure(ctx, logTemplates); err != nil {
		return nil, err
	}

	for _, kind := range Kinds {
		if err := api.run(ctx, kind); err != nil {
			return nil, err
		}

		rows = append(rows, kind.rows("status: Running, with log templates", phase(ctx, kind.running()))...)
	}

	return rows, nil
}

// has tells whether the kind can express the context.
func (k Kind) has(c Context) bool {
	return k.Ours.custom[c.Name] != "" || c.task != nil || c.cluster != nil || c.Name == "plain"
}

// rows sets what both sides do beside each other.
func (k Kind) rows(context string, of func(Side) (fields, error)) []Row {
	ours, inTree := try(of, k.Ours), try(of, k.InTree)

	// What one of them has no word of to say would differ in every field.
	for name := range ours.lacks(inTree) {
		ours.forget(name)
		inTree.forget(name)
	}

	names := maps.Clone(ours)
	maps.Copy(names, inTree)

	var rows []Row
	for at := range names {
		rows = append(rows, Row{k.Name, context, at.name, at.field, ours[at], inTree[at]})
	}

	slices.SortFunc(rows, func(a, b Row) int {
		return slices.Compare([]string{a.Place, a.Field}, []string{b.Place, b.Field})
	})

	return rows
}

// exists is the field of a place that says that it is there.
const exists = "exists"

// lacks yields the places that only one of the two has.
func (f fields) lacks(other fields) map[string]bool {
	out := map[string]bool{}

	for _, pair := range [][2]fields{{f, other}, {other, f}} {
		for at := range pair[0] {
			if at.field == exists && pair[1][at] == "" {
				out[at.name] = true
			}
		}
	}

	return out
}

// forget drops all of a place but that it exists.
func (f fields) forget(name string) {
	maps.DeleteFunc(f, func(at place, _ string) bool { return at.name == name && at.field != exists })
}

// try makes an error, and a panic, the only field there is.
func try(of func(Side) (fields, error), side Side) (out fields) {
	defer func() {
		if caught := recover(); caught != nil {
			out = fields{{"error", exists}: fmt.Sprintf("panic: %v", caught)}
		}
	}()

	out, err := of(side)
	if err != nil {
		return fields{{"error", exists}: err.Error()}
	}

	return out
}

// built returns what the plugin makes of a task: its pods, and the resource without them.
func (k Kind) built(ctx context.Context, side Side, task *Task) (fields, error) {
	object, err := side.Plugin().BuildResource(ctx, task)
	if err != nil {
		return nil, err
	}

	resource, err := toMap(object)
	if err != nil {
		return nil, err
	}

	out := fields{}

	for _, each := range k.pods {
		spec, _ := take(resource, each.spec).(map[string]any)
		if spec == nil {
			continue
		}

		out[place{each.name, exists}] = "yes"

		if containers, _ := spec["containers"].([]any); len(containers) > 0 {
			// The main container comes first whatever its name, which operators may insist on.
			out.add(each.name, "container", containers[0])
			spec["containers"] = containers[1:]
		}

		out.add(each.name, "", spec)
		out.add(each.name, "metadata", take(resource, each.meta))
	}

	delete(resource, "status")
	out[place{"resource", exists}] = "yes"
	out.add("resource", "", resource)

	return out, nil
}

// linkPrefix precedes the pod's name in the links of Flyte's default configuration.
const linkPrefix = "http://localhost:30082/#!/log/" + namespace + "/"

// phase returns what a plugin makes of a status.
func phase(ctx context.Context, seen status) func(Side) (fields, error) {
	return func(side Side) (fields, error) {
		task, err := side.Task(Context{})
		if err != nil {
			return nil, err
		}

		return phaseOf(ctx, side, task, seen)
	}
}

func phaseOf(ctx context.Context, side Side, task *Task, seen status) (fields, error) {
	object, err := side.Observed(ctx, task, seen)
	if err != nil {
		return nil, err
	}

	info, err := side.Plugin().GetTaskPhase(ctx, task, object)
	if err != nil {
		return nil, err
	}

	out := fields{{"phase", exists}: "yes"}
	out.add("phase", "phase", info.Phase().String())
	out.add("phase", "reason", info.Reason())

	if failure := info.Err(); failure != nil {
		out.add("phase", "failure", fmt.Sprintf("%s, %s", failure.GetCode(), failure.GetKind()))
		out.add("phase", "message", failure.GetMessage())
		out.add("phase", "cleanup", info.CleanupOnFailure())
	}

	if info.Info() != nil {
		for _, link := range info.Info().Logs {
			uri := link.GetUri()
			if after, ok := strings.CutPrefix(uri, linkPrefix); ok {
				uri, _, _ = strings.Cut(after, "/")
			}

			out.add("log links", uri, link.GetName())
		}

		out.add("phase", "additional reasons", list(info.Info().AdditionalReasons,
			func(each pluginsCore.ReasonInfo) any { return each.Reason }))
		out.add("phase", "custom info", list(slices.Sorted(maps.Keys(info.Info().CustomInfo.GetFields())),
			func(each string) any { return each }))
	}

	return out, nil
}

func list[T any](in []T, value func(T) any) []any {
	var out []any
	for _, each := range in {
		out = append(out, value(each))
	}

	return out
}

// whole are the fields that mean nothing in parts.
var whole = map[string]bool{
	"affinity": true, "lifecycle": true, "ports": true, "service": true, "tolerations": true, "valueFrom": true,
}

// take removes and returns what is at a path; what is set to nothing is as good as not there.
func take(object any, at []any) any {
	for i, step := range at {
		var below any

		switch step := step.(type) {
		case string:
			inner, _ := object.(map[string]any)
			if below = inner[step]; i == len(at)-1 {
				delete(inner, step)
			}
		case int:
			if items, _ := object.([]any); step < len(items) {
				below = items[step]
			}
		}

		object = below
	}

	return object
}

// add adds what is below value. Kubernetes reads nothing, empty and unset alike.
func (f fields) add(at, field string, value any) {
	if whole[field[strings.LastIndex(field, ".")+1:]] && value != nil {
		raw, _ := json.Marshal(value)
		f[place{at, field}] = string(raw)

		return
	}

	switch value := value.(type) {
	case nil:
	case map[string]any:
		for name, below := range value {
			f.add(at, join(field, name), below)
		}
	case []any:
		f.addList(at, field, value)
	case string:
		if value != "" {
			f[place{at, field}] = value
		}
	default:
		raw, _ := json.Marshal(value)
		f[place{at, field}] = string(raw)
	}
}

// addList adds a list: of plain values as one, of objects by their names where they have one.
func (f fields) addList(at, field string, items []any) {
	for i, item := range items {
		object, ok := item.(map[string]any)
		if !ok {
			raw, _ := json.Marshal(items)
			f[place{at, field}] = string(raw)

			return
		}

		name, named := object["name"].(string)
		if !named {
			name = fmt.Sprint(i)
		}

		below := maps.Clone(object)
		delete(below, "name")

		if plain, ok := below["value"].(string); ok && len(below) == 1 {
			f[place{at, fmt.Sprintf("%s[%s]", field, name)}] = plain
		} else {
			f.add(at, fmt.Sprintf("%s[%s]", field, name), below)
		}
	}
}

func join(field, name string) string {
	if field == "" {
		return name
	}

	return field + "." + name
}
