package script

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"
)

// What never ends by itself.
var endless = []string{
	"for i in range(1 << 60): pass",
	"def f(): f2()\ndef f2():\n    for i in range(1 << 60): pass\nf()",
	"block()",
	`sleep("1h")`,
	"max(range(1 << 60))",
	"x = []\nx.extend([0 for i in range(1 << 60) if False])",
	"x = [y for y in range(1 << 60) if y < 0]",
	"any([False for y in range(1 << 60) if y < 0])",
	"attempt(block)",
	"def f():\n    for i in range(1 << 60):\n        attempt(block)\nf()",
	"sorted([1], key = lambda _: block())",
}

func TestInterrupt(t *testing.T) {
	for _, src := range endless {
		t.Run(src, func(t *testing.T) {
			ctx, cancel := context.WithCancel(t.Context())
			var interrupted time.Time
			time.AfterFunc(30*time.Millisecond, func() { interrupted = time.Now(); cancel() })
			_, err := New(Config{Predeclared: testModules()}).Source(ctx, "a.star", src, false)
			if d := time.Since(interrupted); d > 100*time.Millisecond {
				t.Errorf("took %v to stop", d)
			}
			if !errors.Is(err, Interrupted{}) {
				t.Fatalf("got %v, want Interrupted", err)
			}
			if d := Diagnose(err)[0]; d.Message != "interrupted" || d.Code != "interrupted" || d.Pos.Line == 0 {
				t.Errorf("got %+v", d)
			}
		})
	}
}

func TestTimeLimit(t *testing.T) {
	for _, src := range endless {
		t.Run(src, func(t *testing.T) {
			in := New(Config{Predeclared: testModules(), Timeout: 30 * time.Millisecond})
			start := time.Now()
			_, err := in.Source(t.Context(), "a.star", src, false)
			if d := time.Since(start); d > 130*time.Millisecond {
				t.Errorf("took %v to stop", d)
			}
			var limit TimeLimit
			if !errors.As(err, &limit) || limit.After != 30*time.Millisecond {
				t.Fatalf("got %v, want TimeLimit", err)
			}
			if d := Diagnose(err)[0]; d.Message != "time limit of 30ms reached" || d.Code != "timeout" {
				t.Errorf("got %+v", d)
			}
		})
	}
}

func TestDeadlineOfCaller(t *testing.T) {
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Millisecond)
	defer cancel()
	_, err := New(Config{Predeclared: testModules()}).Source(ctx, "a.star", "block()", false)
	if !errors.Is(err, TimeLimit{}) {
		t.Errorf("got %v, want TimeLimit", err)
	}
}

// A builtin may have more to say of an interruption, such as what it undid.
func TestInterruptKeepsWords(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	time.AfterFunc(10*time.Millisecond, cancel)
	_, err := New(Config{Predeclared: testModules()}).Source(ctx, "a.star", "undo(block)", false)
	if got := message(err); got != "interrupted: undone: 3 steps" {
		t.Errorf("got %q", got)
	}
	stop := &stopError{cause: Interrupted{}, at: errors.New("undone: 3 steps")}
	if got := stop.Error(); got != "interrupted: undone: 3 steps" {
		t.Errorf("got %q", got)
	}
}

func TestStepLimit(t *testing.T) {
	in := New(Config{Predeclared: testModules(), MaxSteps: 1000})
	for _, src := range []string{
		"for i in range(1 << 60): pass",
		"def f():\n    attempt(f)\n    f()\nf()",
		"attempt(lambda: [i for i in range(1 << 60)])",
	} {
		_, err := in.Source(t.Context(), "a.star", src, false)
		if !errors.Is(err, StepLimit{1000}) {
			t.Errorf("%s: got %v, want StepLimit", src, err)
		}
	}
	// Each run and each chunk has all the steps.
	for range 5 {
		if _, err := in.Chunk(t.Context(), "for i in range(100): pass"); err != nil {
			t.Fatal(err)
		}
	}
}

// Whatever a script piles up, the process survives it.
func TestMemoryLimit(t *testing.T) {
	if testing.Short() {
		t.Skip("fills memory")
	}
	for _, src := range []string{
		"x = 'x'\nfor _ in range(60): x += x",
		"x = [0]\nfor _ in range(60): x += x",
		"x = [0]\nfor _ in range(60): x.extend(x)",
		"x = []\nfor i in range(1 << 60): x.append(str(i))",
		"x = [i for i in range(1 << 60)]",
		"x = {i: i for i in range(1 << 60)}",
		"x = []\nx.extend(range(1 << 60))",
		"x = []\nx += range(1 << 60)",
		"x = set(range(1 << 60))",
		"x = print(*range(1 << 60))",
		"x = max(*range(1 << 60))",
		"x = {}.update(zip(*[range(1 << 60)]))",
	} {
		t.Run(src, func(t *testing.T) {
			var out strings.Builder
			in := New(Config{Predeclared: testModules(), MaxMemory: 16 << 20, Stdout: &out})
			_, err := in.Source(t.Context(), "a.star", src, false)
			if err == nil || !errors.Is(err, MemoryLimit{16 << 20}) && !strings.Contains(err.Error(), "too long") {
				t.Errorf("got %.200v, want MemoryLimit", err)
			}
			if out.Len() > 0 {
				t.Errorf("print ran with %d bytes of what was cut off", out.Len())
			}
		})
	}
}

func TestHugeArguments(t *testing.T) {
	for _, name := range []string{"bytes", "enumerate", "list", "reversed", "sorted", "tuple", "zip"} {
		got := result(t, Config{}, name+"(range(1 << 40))")
		want := fmt.Sprintf("error: %s: a range of 1099511627776 elements is too long; %d is the limit", name, maxElements)
		if got != want {
			t.Errorf("got  %s\nwant %s", got, want)
		}
	}
	runResultTests(t, Config{}, []resultTest{
		{`list(zip([1, 2], (3, 4)))`, `[(1, 3), (2, 4)]`},
		{`list(enumerate(["a"], 1)), tuple("ab".elems()), bytes([65]), reversed([1, 2])`, `([(1, "a")], ("a", "b"), b"A", [2, 1])`},
		{`list()`, `[]`},
	})
}

// The interpreter serves again after each kind of end.
func TestAfterStop(t *testing.T) {
	in := New(Config{Predeclared: testModules(), MaxMemory: 128 << 20})
	for _, src := range []string{"(lambda: [i for i in range(1 << 60)])()", "for i in range(1 << 60): pass", "block()", "panics()", "exit(1)", "fail()"} {
		ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
		if _, err := in.Chunk(ctx, src); err == nil {
			t.Errorf("%s: no error", src)
		}
		cancel()
		v, err := in.Chunk(t.Context(), "sleep('60ms'); len([i for i in range(10)])")
		if err != nil || v.String() != "10" {
			t.Errorf("after %s: got %v, %v", src, v, err)
		}
	}
}
