package script

import (
	"io"
	"testing"
	"time"
)

// Whatever the source, it ends, and its error can be shown.
func FuzzSource(f *testing.F) {
	for _, src := range endless {
		f.Add(src)
	}
	f.Add("load('//x.star', 'y')\nx = [0] * 5\nx += 1 if x else f(**{})")
	f.Add("def f(a, b = 1, *c, **d):\n    return [a for a in b if c]\nf(1)(2)[3:4].x")
	f.Add("link = attempt(route.add, via = 'x')\nx y")
	f.Fuzz(func(t *testing.T, src string) {
		modules := testModules()
		delete(modules, "block")
		in := New(Config{Predeclared: modules, MaxSteps: 10_000, Timeout: 100 * time.Millisecond, MaxMemory: 512 << 20, Stdout: io.Discard, Stderr: io.Discard})
		_, err := in.Source(t.Context(), "a.star", src, true)
		render(err)
		if err != nil {
			ErrorJSON(err)
		}
		_, err = in.Chunk(t.Context(), src)
		render(err)
		_, _ = Complete(src)
	})
}
