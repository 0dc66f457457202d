// Package bench measures rendered plugins beside Flyte's own, on the same tasks and in the same binary.
package bench

import (
	"context"
	"encoding/json"
	"testing"

	"compared/parity"
)

func BenchmarkBuildResource(b *testing.B) {
	each(b, func(b *testing.B, _ parity.Kind, side parity.Side) {
		task, err := side.Task(parity.Context{})
		if err != nil {
			b.Fatal(err)
		}

		plugin := side.Plugin()

		b.ReportAllocs()

		for b.Loop() {
			if _, err := plugin.BuildResource(context.Background(), task); err != nil {
				b.Fatal(err)
			}
		}
	})
}

// BenchmarkCreate is BuildResource and what the client does next: some plugins leave for it what others do at once.
func BenchmarkCreate(b *testing.B) {
	each(b, func(b *testing.B, _ parity.Kind, side parity.Side) {
		task, err := side.Task(parity.Context{})
		if err != nil {
			b.Fatal(err)
		}

		plugin := side.Plugin()

		b.ReportAllocs()

		for b.Loop() {
			object, err := plugin.BuildResource(context.Background(), task)
			if err != nil {
				b.Fatal(err)
			}

			if _, err := json.Marshal(object); err != nil {
				b.Fatal(err)
			}
		}
	})
}

func BenchmarkGetTaskPhase(b *testing.B) {
	each(b, func(b *testing.B, kind parity.Kind, side parity.Side) {
		task, object, err := kind.Running(context.Background(), side)
		if err != nil {
			b.Fatal(err)
		}

		plugin := side.Plugin()

		b.ReportAllocs()

		for b.Loop() {
			if _, err := plugin.GetTaskPhase(context.Background(), task, object); err != nil {
				b.Fatal(err)
			}
		}
	})
}

func each(b *testing.B, run func(*testing.B, parity.Kind, parity.Side)) {
	for _, kind := range parity.Kinds {
		b.Run(kind.Name+"/ours", func(b *testing.B) { run(b, kind, kind.Ours) })
		b.Run(kind.Name+"/in-tree", func(b *testing.B) { run(b, kind, kind.InTree) })
	}
}
