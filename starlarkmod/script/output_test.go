package script

import (
	"errors"
	"strings"
	"testing"
	"time"

	"go.starlark.net/starlark"
)

func TestEscapeControls(t *testing.T) {
	for text, want := range map[string]string{
		"plain\ttab\nline ä 👩‍🚀": "plain\ttab\nline ä 👩‍🚀",
		"\x1b[31m\a\r\x7f":       `\x1b[31m\x07\x0d\x7f`,
		"c1\u009b raw\x9b":       `c1\u009b raw\x9b`,
	} {
		if got := EscapeControls(text); got != want {
			t.Errorf("%q is shown as %q, want %q", text, got, want)
		}
	}
}

type brokenWriter struct{}

func (brokenWriter) Write([]byte) (int, error) { return 0, errors.New("broken") }

// What cannot be printed ends the run, whatever the script catches.
func TestBrokenOutput(t *testing.T) {
	in := New(Config{Stdout: brokenWriter{}})
	_, err := in.Source(t.Context(), "a.star", "attempt(print, 1)", false)
	if err == nil || !strings.Contains(err.Error(), "cannot write to standard output: broken") {
		t.Errorf("got %v", err)
	}
}

func TestDuration(t *testing.T) {
	for _, test := range []struct {
		v    starlark.Value
		want time.Duration
	}{
		{starlark.MakeInt(3), 3 * time.Second}, {starlark.Float(0.25), 250 * time.Millisecond},
		{starlark.String("10ms"), 10 * time.Millisecond}, {starlark.String("1.5"), 1500 * time.Millisecond},
	} {
		if got, err := Duration(test.v); got != test.want || err != nil {
			t.Errorf("%v is %v, %v", test.v, got, err)
		}
	}
	for _, v := range []starlark.Value{starlark.MakeInt(-1), starlark.String("-1s"), starlark.String("soon"), starlark.String("nan"), starlark.Float(1e300), starlark.None} {
		if d, err := Duration(v); err == nil {
			t.Errorf("%v is taken for %v", v, d)
		}
	}
}

// A run that does not end is given up, but not in the middle of an acting call.
func TestAbandon(t *testing.T) {
	for _, acting := range []bool{false, true} {
		abandoned := make(chan error, 1)
		release := make(chan bool)
		builtin := NewBuiltin
		if acting {
			builtin = NewActing
		}
		stuck := builtin("stuck", func(*starlark.Thread, *starlark.Builtin, starlark.Tuple, []starlark.Tuple) (starlark.Value, error) {
			<-release
			return starlark.None, nil
		})
		in := New(Config{Predeclared: starlark.StringDict{"stuck": stuck}, Timeout: 10 * time.Millisecond,
			Abandon: func(err error) { abandoned <- err }})
		ended := goRun(t, in)
		select {
		case err := <-abandoned:
			if acting || !errors.As(err, new(TimeLimit)) {
				t.Errorf("acting %v: given up for %v", acting, err)
			}
		case <-time.After(200 * time.Millisecond):
			if !acting {
				t.Error("the run is not given up")
			}
		}
		close(release)
		<-ended
	}
}

func goRun(t *testing.T, in *Interp) <-chan struct{} {
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		_, _ = in.Source(t.Context(), "a.star", "stuck()", false) // how it ends is not the question
	}()
	return ended
}
