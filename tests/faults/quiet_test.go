package faults_test

import (
	"testing"

	"golang.org/x/sys/unix"

	"github.com/netlark/netlark/tests/systrace"
)

// kernel runs this program, which does what env says, and returns what it changes
// of the kernel's and how many sockets it opens.
func kernel(t *testing.T, env string) (changes []systrace.Change, sockets int) {
	t.Helper()
	out, state := traced(t, env, func(c *systrace.Call) bool {
		if c.Number == unix.SYS_SOCKET {
			sockets++
		}
		for _, ch := range c.Changes() {
			if ch.Kernel() {
				changes = append(changes, ch)
			}
		}
		return true
	})
	if state.ExitStatus() != 0 {
		t.Fatalf("it ends with %v: %s", state, out)
	}
	return changes, sockets
}

// TestSecondApply: what is so already is not sent again, as the kernel would see
// it: no message that does more than ask, and no setting that is written.
func TestSecondApply(t *testing.T) {
	w := newWorld(t)
	for _, stage := range []string{"first", "second"} {
		made, _ := kernel(t, applies+"="+stage+":"+w.can)
		settings := 0
		for _, c := range made {
			if c.Setting {
				settings++
			}
		}
		if len(made)-settings < 100 || settings < 3 {
			t.Errorf("the %s stage: only %d messages, %d settings", stage, len(made)-settings, settings)
		}
		again, sockets := kernel(t, applies+"="+stage+":"+w.can)
		if len(again) != 0 || sockets == 0 {
			t.Errorf("the %s stage, applied again, by %d sockets: %v", stage, sockets, again)
		}
		t.Logf("the %s stage: %d messages and %d settings, then none", stage, len(made)-settings, settings)
	}
}

// TestDeclaring: a file that is evaluated opens no socket and changes nothing.
func TestDeclaring(t *testing.T) {
	w := newWorld(t)
	if changes, sockets := kernel(t, declares+"=first:"+w.can); len(changes) != 0 || sockets != 0 {
		t.Errorf("%d sockets, changes %v", sockets, changes)
	}
}
