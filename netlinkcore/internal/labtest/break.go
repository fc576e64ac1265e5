package labtest

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"

	"github.com/netlark/netlark/netlinkcore/all"
	"github.com/netlark/netlark/netlinkcore/lab"
	"github.com/netlark/netlark/netlinkcore/state"
	"github.com/netlark/netlark/tests/nstest"
)

// dieVar names the lab that a process applies, and the step before which it is to
// die: "pair 3".
const dieVar = "NETLARK_LAB_DIE"

// ErrInjected is the failure of a step.
var ErrInjected = errors.New("injected")

// Main runs tests. mortal are the labs that DieAtEach has processes apply, which run
// this again.
func Main(m *testing.M, mortal map[string]func(Failer) *lab.Lab) {
	if what := os.Getenv(dieVar); what != "" {
		dying(what, mortal)
		return
	}
	nstest.Main(m)
}

// each calls fn before each step and each program, with how many there were before.
func each(fn func(n int) error) lab.Apply {
	var count atomic.Int32
	next := func() error { return fn(int(count.Add(1)) - 1) }
	return lab.Apply{Try: func(*state.Step) error { return next() }, TryOnce: func(*lab.Ran, bool) error { return next() }}
}

// Stride is how many steps are left out between those that fail: none, but where
// everything takes ten times as long.
func Stride() int {
	if nstest.Emulated() {
		return 12
	}
	return 1
}

// FailEach applies a lab and fails each step in turn, until none is left to fail.
// differs says what is not as before. It returns how many steps there are, which
// are least at least.
func FailEach(t *testing.T, differs func() string, build func(Failer) *lab.Lab, least int) (n int) {
	t.Helper()
	for n = Stride() / 2; ; n += Stride() {
		a := each(func(step int) error {
			if step == n {
				return ErrInjected
			}
			return nil
		})
		_, err := a.Apply(t.Context(), build(t))
		if err == nil {
			if n < least {
				t.Errorf("%d steps", n)
			}
			return n
		}
		if !errors.Is(err, ErrInjected) || strings.Contains(err.Error(), "but for") {
			t.Fatal(err)
		}
		if how := differs(); how != "" {
			t.Fatalf("step %d fails: %v\n%s", n, err, how)
		}
	}
}

// dying applies a lab and kills itself before a step.
func dying(what string, mortal map[string]func(Failer) *lab.Lab) {
	name, n, _ := strings.Cut(what, " ")
	at, err := strconv.Atoi(n)
	if err != nil {
		panic(err)
	}
	a := each(func(step int) error {
		if step >= at {
			_ = syscall.Kill(os.Getpid(), syscall.SIGKILL)
			select {}
		}
		return nil
	})
	if _, err := a.Apply(context.Background(), mortal[name](panics{})); err != nil {
		panic(err)
	}
}

// DieAt has a process apply a lab and die before step n. It reports whether there is one.
func DieAt(t *testing.T, build string, n int) bool {
	t.Helper()
	c := exec.Command(os.Args[0])
	c.Env = append(os.Environ(), fmt.Sprintf("%s=%s %d", dieVar, build, n))
	out, err := c.CombinedOutput()
	if err == nil {
		return false
	}
	if s, ok := c.ProcessState.Sys().(syscall.WaitStatus); !ok || s.Signal() != syscall.SIGKILL {
		t.Fatalf("%v: %s", err, out)
	}
	return true
}

// DieAtEach has processes apply a lab and die before each step in turn. Recover
// makes all as before.
func DieAtEach(t *testing.T, differs func() string, name, build string) (n int) {
	t.Helper()
	for n = Stride() / 2; ; n += Stride() {
		if !DieAt(t, build, n) {
			return n
		}
		said, err := lab.Recover(t.Context(), name, all.Families())
		if err != nil || strings.Contains(said, "but for") {
			t.Fatalf("step %d: %s, %v", n, said, err)
		}
		if how := differs(); how != "" {
			t.Fatalf("died before step %d, recovered: %s\n%s", n, said, how)
		}
	}
}
