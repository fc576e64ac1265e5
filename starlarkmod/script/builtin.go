package script

import (
	"context"
	"runtime/debug"
	"time"

	"go.starlark.net/starlark"
)

// NewBuiltin returns a builtin that turns a panic in fn into an error: a panic
// is a defect of netlark; it must not take a script's undo with it. When the
// run is being stopped fn is not called any more: its arguments may have been
// cut off.
func NewBuiltin(name string, fn func(*starlark.Thread, *starlark.Builtin, starlark.Tuple, []starlark.Tuple) (starlark.Value, error)) *starlark.Builtin {
	return starlark.NewBuiltin(name, func(th *starlark.Thread, b *starlark.Builtin, args starlark.Tuple, kwargs []starlark.Tuple) (v starlark.Value, err error) {
		defer func() {
			if p := recover(); p != nil {
				v, err = nil, &PanicError{Builtin: name, Value: p, Stack: debug.Stack()}
			}
		}()
		if err := Context(th).Err(); err != nil {
			return nil, err
		}
		return fn(th, b, args, kwargs)
	})
}

// NewActing is NewBuiltin for what may speak to a kernel, a file, or a program:
// the process does not end in the middle of it. See Config.Abandon.
func NewActing(name string, fn func(*starlark.Thread, *starlark.Builtin, starlark.Tuple, []starlark.Tuple) (starlark.Value, error)) *starlark.Builtin {
	guarded := NewBuiltin(name, fn)
	return starlark.NewBuiltin(name, func(th *starlark.Thread, _ *starlark.Builtin, args starlark.Tuple, kwargs []starlark.Tuple) (starlark.Value, error) {
		if r := runOf(th); r != nil {
			// Counted before guarded looks whether the run is being stopped:
			// what was not seen then does not begin.
			r.in.acting.Add(1)
			defer r.in.acting.Add(-1)
		}
		return guarded.CallInternal(th, args, kwargs)
	})
}

// CallBack calls a script's function from an acting builtin. Meanwhile that is
// not in the middle of anything.
func CallBack(th *starlark.Thread, fn starlark.Callable, args starlark.Tuple, kwargs []starlark.Tuple) (starlark.Value, error) {
	if r := runOf(th); r != nil {
		r.in.acting.Add(-1)
		defer r.in.acting.Add(1)
	}
	return starlark.Call(th, fn, args, kwargs)
}

// How long a run that is being stopped may take to end by itself, and how often
// it is looked at from then on.
const (
	endPatience = 20 * time.Millisecond
	endInterval = 10 * time.Millisecond
)

// watchEnd calls Config.Abandon if the run, which is being stopped, does not
// end: it is in a builtin of Starlark's that takes long, such as sorted, and
// nothing but the end of the process can stop that. While a call is acting it
// waits on.
func (in *Interp) watchEnd(ctx context.Context, ended <-chan struct{}) {
	if in.config.Abandon == nil {
		return
	}
	wait := endPatience
	for idle := false; ; wait = endInterval {
		select {
		case <-ended:
			return
		case <-time.After(wait):
		}
		switch {
		case in.acting.Load() > 0:
			idle = false
		case idle || wait == endPatience:
			in.config.Abandon(in.attach(stopCause(ctx)))
			return
		default: // a call has just ended, and the run may be about to
			idle = true
		}
	}
}
