package faults_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"

	"github.com/netlark/netlark/netlinkcore/all"
	"github.com/netlark/netlark/netlinkcore/lab"
	"github.com/netlark/netlark/netlinkcore/state"
	"github.com/netlark/netlark/tests/nstest"
	"github.com/netlark/netlark/tests/systrace"
)

// allVar, when it is set, lets everything fail in turn. Else some places are left
// out between those that do, more where everything takes ten times as long.
const allVar = "NETLARK_FAULTS_ALL"

func stride(machine, emulated int) int {
	switch {
	case os.Getenv(allVar) != "":
		return 1
	case nstest.Emulated():
		return emulated
	}
	return machine
}

// stages are what is applied on what.
var stages = []struct{ name, before, stage string }{
	{"new", "", "first"},
	{"changed", "first", "second"},
}

var errInjected = errors.New("injected")

// TestFails fails each step in turn: all is as it was before.
func TestFails(t *testing.T) {
	for _, s := range stages {
		t.Run(s.name, func(t *testing.T) {
			w := newWorld(t)
			if s.before != "" {
				w.apply(t, s.before, lab.Apply{})
			}
			before := w.look(t)
			failed, steps := 0, w.count(t, s.before, s.stage)
			for n := 0; n < steps; n += stride(5, 61) {
				w.failAt(t, s.stage, n)
				w.expect(t, before, "failed at a step")
				failed++
			}
			t.Logf("%d of %d steps failed in turn", failed, steps)
		})
	}
}

// count says how many steps an apply of a stage takes, on another machine.
func (w *world) count(t *testing.T, before, stage string) (n int) {
	t.Helper()
	done := make(chan struct{})
	var steps atomic.Int32
	go func() {
		defer close(done)
		other := newWorld(t)
		if before != "" {
			other.apply(t, before, lab.Apply{})
		}
		other.apply(t, stage, lab.Apply{Done: func(*state.Step) { steps.Add(1) }})
	}()
	<-done
	return int(steps.Load())
}

// failAt applies a stage, whose step n fails.
func (w *world) failAt(t *testing.T, stage string, n int) {
	t.Helper()
	var count atomic.Int32
	a := lab.Apply{Try: func(*state.Step) error {
		if int(count.Add(1)) == n+1 {
			return errInjected
		}
		return nil
	}}
	_, err := a.Apply(t.Context(), w.lab(t, stage))
	if !errors.Is(err, errInjected) {
		t.Fatalf("step %d: %v", n, err)
	}
	if strings.Contains(err.Error(), "but for") {
		t.Fatalf("step %d: %v", n, err)
	}
}

// child runs this program, which does what env says, and kills it before the n-th
// change that it makes, of the kernel or of a file; n < 0: never. It returns how
// many changes it saw, and whether it died.
func child(t *testing.T, env string, n int) (seen int, died bool) {
	t.Helper()
	out, state := traced(t, env, func(c *systrace.Call) bool {
		for range c.Changes() {
			if seen == n {
				return false
			}
			seen++
		}
		return true
	})
	died = state.Signaled() && state.Signal() == syscall.SIGKILL
	if !died && state.ExitStatus() != 0 {
		t.Fatalf("it ends with %v: %s", state, out)
	}
	return seen, died
}

// traced runs this program, which does what env says.
func traced(t *testing.T, env string, see func(*systrace.Call) bool) (string, syscall.WaitStatus) {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	out, state, err := systrace.Run(systrace.Program{Path: self, Env: []string{env}}, see)
	if err != nil {
		t.Fatal(err)
	}
	return out, state
}

// recover recovers the lab.
func (w *world) recover(t *testing.T) {
	t.Helper()
	said, err := lab.Recover(t.Context(), name, all.Families())
	if err != nil && !errors.Is(err, lab.ErrNoLab) || strings.Contains(said, "but for") {
		t.Fatalf("recover: %s, %v", said, err)
	}
}

// TestDies kills an apply before each change that it makes, in turn: Recover makes
// all as it was.
func TestDies(t *testing.T) {
	for _, s := range stages {
		t.Run(s.name, func(t *testing.T) {
			w := newWorld(t)
			if s.before != "" {
				w.apply(t, s.before, lab.Apply{})
			}
			before := w.look(t)
			died, n := 0, 0
			for ; ; n += stride(23, 120) {
				if seen, dead := child(t, applies+"="+s.stage+":"+w.can, n); !dead { // it came to its end
					n = seen
					break
				}
				if w.committed() { // what is left to do is to take namespaces away
					w.apply(t, s.stage, lab.Apply{})
					break
				}
				w.recover(t)
				w.expect(t, before, fmt.Sprintf("died at change %d", n))
				died++
			}
			t.Logf("died before %d of %d changes in turn", died, n)
		})
	}
}

// TestRecoverDies kills an apply when it has done nearly all, then what recovers
// from that, before each change that this makes, in turn: to recover once more
// makes all as it was.
func TestRecoverDies(t *testing.T) {
	w := newWorld(t)
	w.apply(t, "first", lab.Apply{})
	before := w.look(t)
	apply := applies + "=second:" + w.can
	last := w.changes(t, apply) - 12 // before it writes down what is there now
	died, n := 0, 0
	for ; ; n += stride(23, 120) {
		child(t, apply, last)
		if seen, dead := child(t, recovers+"=1", n); !dead {
			n = seen
			break
		}
		w.recover(t)
		w.expect(t, before, "died while it recovered")
		died++
	}
	t.Logf("died before %d of %d changes in turn", died, n)
}

// committed reports whether an apply that died had come to its end: what it did is
// written down, and nothing of what was before is.
func (w *world) committed() bool {
	_, journal := os.Stat(filepath.Join(lab.Dir, name, "journal.json"))
	record, err := lab.Sites(name)
	return journal != nil && err == nil && slices.ContainsFunc(record, func(s *lab.Site) bool { return s.Node == "c" })
}

// changes counts those of an apply on a machine like this one.
func (w *world) changes(t *testing.T, env string) (n int) {
	t.Helper()
	done := make(chan struct{})
	go func() {
		defer close(done)
		other := newWorld(t)
		other.apply(t, "first", lab.Apply{})
		n, _ = child(t, env, -1)
	}()
	<-done
	return n
}
