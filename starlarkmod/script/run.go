package script

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"

	"go.starlark.net/starlark"
)

// A run is one execution of a file, a chunk, or a function. Builtins find it
// through their thread.
type run struct {
	in      *Interp
	ctx     context.Context
	thread  *starlark.Thread
	main    *module   // the file that runs, if one does
	loading []*module // modules being loaded, outermost first
}

// runLocal is the thread-local that holds the run.
const runLocal = "netlark.script.run"

// runOf returns the run of th, or nil if th is not of this package.
func runOf(th *starlark.Thread) *run {
	r, _ := th.Local(runLocal).(*run)
	return r
}

// run calls body with a new thread under the configured limits. Whatever ends
// the run early does so through one context: a caller's cancellation, a
// time-out, too many steps, too much memory.
func (in *Interp) run(ctx context.Context, body func(*run) error) (err error) {
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	if in.config.Timeout > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeoutCause(ctx, in.config.Timeout, TimeLimit{in.config.Timeout})
		defer cancel()
	}

	r := &run{in: in, ctx: ctx}
	r.thread = in.newThread(r, stop)
	in.stopping.Store(false)
	ended := make(chan struct{})
	told := make(chan struct{})
	unregister := context.AfterFunc(ctx, func() {
		r.cancelThread()
		close(told)
		in.watchEnd(ctx, ended)
	})
	defer func() {
		close(ended)
		if !unregister() {
			<-told // or it would cut off iterators of the next run
		}
	}()
	defer watchMemory(in.config.MaxMemory, stop)()
	defer func() {
		if p := recover(); p != nil {
			err = &PanicError{Value: p, Stack: debug.Stack()}
		}
		err = in.finish(ctx, err)
	}()
	return body(r)
}

func (in *Interp) newThread(r *run, stop context.CancelCauseFunc) *starlark.Thread {
	th := &starlark.Thread{
		Name: "script",
		Load: in.load,
		OnMaxSteps: func(*starlark.Thread) {
			stop(StepLimit{in.config.MaxSteps})
			r.cancelThread()
		},
	}
	if in.config.MaxSteps > 0 {
		th.SetMaxExecutionSteps(in.config.MaxSteps)
	}
	th.SetLocal(runLocal, r)
	return th
}

// cancelThread stops the script before its next step. Iterators are told last:
// the step after an iteration that they cut off must not be taken.
func (r *run) cancelThread() {
	r.thread.Cancel("stopped")
	r.in.stopping.Store(true)
}

// finish gives the error of a run its final form: exit as it is, a stop by its
// cause, and anything else with the sources it needs to be shown.
func (in *Interp) finish(ctx context.Context, err error) error {
	if err == nil {
		return nil
	}
	if exit, ok := errors.AsType[*ExitError](err); ok {
		return exit
	}
	if ctx.Err() != nil {
		err = &stopError{cause: stopCause(ctx), at: err}
	}
	return in.attach(err)
}

// stopCause returns the typed error for the end of ctx.
func stopCause(ctx context.Context) error {
	switch cause := context.Cause(ctx).(type) {
	case TimeLimit, StepLimit, MemoryLimit:
		return cause
	default:
		if errors.Is(cause, context.DeadlineExceeded) {
			return TimeLimit{}
		}
		return Interrupted{}
	}
}

// stopped reports whether err is the end of the run itself: nothing a script
// may catch.
func (r *run) stopped(err error) bool {
	_, exit := errors.AsType[*ExitError](err)
	_, mute := errors.AsType[*OutputError](err)
	return exit || mute || r.ctx.Err() != nil
}

// Call calls fn, which a script defined, under the limits of a run of its own.
func (in *Interp) Call(ctx context.Context, fn starlark.Callable, args starlark.Tuple, kwargs []starlark.Tuple) (starlark.Value, error) {
	var result starlark.Value
	err := in.run(ctx, func(r *run) (err error) {
		result, err = starlark.Call(r.thread, fn, args, kwargs)
		return err
	})
	if err != nil {
		return nil, err
	}
	return result, nil
}

// Placed returns an error that befell what a script asked for, after the script
// ended, as one of the script: with the sources that it takes to show it.
func (in *Interp) Placed(err error) error {
	if err == nil {
		return nil
	}
	return in.attach(err)
}

// A PanicError is a defect of a builtin that surfaced while a script ran.
type PanicError struct {
	Builtin string // "" if not known
	Value   any
	Stack   []byte
}

func (e *PanicError) Error() string {
	where := e.Builtin
	if where == "" {
		where = "a builtin"
	}
	return fmt.Sprintf("internal error in %s; please report: %v", where, e.Value)
}
