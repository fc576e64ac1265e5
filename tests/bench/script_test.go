package main

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/netlark/netlark/starlarkmod"
	"github.com/netlark/netlark/starlarkmod/module"
	"github.com/netlark/netlark/starlarkmod/script"
)

func BenchmarkScript(b *testing.B) {
	for name, body := range scripts {
		body = strings.ReplaceAll(body, `"v0"`, "3") // a name would have to be looked up
		b.Run(name, func(b *testing.B) {
			s := module.NewSession(&module.Target{Scope: sinkScope()})
			in := script.New(script.Config{Predeclared: starlarkmod.Predeclared(), Mode: script.ModeRun, Session: s})
			b.ReportAllocs()
			b.ResetTimer()
			began := cpuTime()
			if _, err := in.Source(context.Background(), "bench", fmt.Sprintf(body, b.N), false); err != nil {
				b.Fatal(err)
			}
			report(b, began, b.N)
		})
	}
}
