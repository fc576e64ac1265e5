package program_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/netlark/netlark/netlinkcore/program"
)

func here(fn func() error) error { return fn() }

func TestRun(t *testing.T) {
	c := &program.Command{Argv: []string{"sh", "-c", "cat; echo $X; echo no >&2; exit 3"}, Input: "in ", Env: []string{"X=env"}}
	r, err := c.Run(t.Context(), here)
	if err != nil {
		t.Fatal(err)
	}
	if r.Stdout != "in env\n" || r.Stderr != "no\n" || r.ExitCode() != 3 || r.Said() != ": no" {
		t.Errorf("%q %q %d %q", r.Stdout, r.Stderr, r.ExitCode(), r.Said())
	}
	_, err = (&program.Command{Argv: []string{"/nowhere"}}).Run(t.Context(), here)
	if _, ok := errors.AsType[*program.StartError](err); !ok || err.Error() != `there is no program "/nowhere"` {
		t.Error(err)
	}
}

// A program is killed with all that it started when the context ends, for its cause,
// and when it writes without end.
func TestKilled(t *testing.T) {
	late := errors.New("too late")
	ctx, end := context.WithTimeoutCause(t.Context(), 50*time.Millisecond, late)
	defer end()
	start := time.Now()
	if _, err := (&program.Command{Argv: []string{"sh", "-c", "sleep 1000 & wait"}}).Run(ctx, here); err != late {
		t.Error(err)
	}
	if took := time.Since(start); took > 20*time.Second {
		t.Errorf("it took %v", took)
	}
	if _, err := (&program.Command{Argv: []string{"cat", "/dev/zero"}}).Run(t.Context(), here); err != program.ErrTooMuch {
		t.Error(err)
	}
}

// Of many lines the first and the last are told.
func TestSaid(t *testing.T) {
	r := &program.Result{Stderr: strings.Repeat("line\n", 20)}
	if got := r.Said(); strings.Count(got, "line\n") > 8 || !strings.Contains(got, "… 12 more lines") {
		t.Errorf("%q", got)
	}
}
