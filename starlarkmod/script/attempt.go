package script

import (
	"errors"
	"fmt"
	"runtime/debug"

	"go.starlark.net/starlark"
)

// CodeScript is the code of Starlark's own errors.
const CodeScript = "script"

// attempt(fn, *args, **kwargs) calls fn and returns (ok, value, error). It
// passes on what ends the run itself: an interruption, exit, a limit.
func attempt(th *starlark.Thread, b *starlark.Builtin, args starlark.Tuple, kwargs []starlark.Tuple) (starlark.Value, error) {
	if len(args) == 0 {
		return nil, fmt.Errorf("attempt: want a function and its arguments")
	}
	if _, ok := args[0].(starlark.Callable); !ok {
		return nil, &Problem{
			Message: fmt.Sprintf("attempt: got %s, want a function", args[0].Type()),
			Index:   1,
			Advice:  "name the function without calling it: attempt(link.add, \"br0\"), or attempt(lambda: …)",
		}
	}
	// What fn sends has its result when attempt returns, and only that.
	settle, _ := Session[Settler](th)
	if settle != nil {
		if err := settle.Settle(th); err != nil {
			return nil, err
		}
	}
	value, err := callRecovering(th, args[0], args[1:], kwargs)
	if settle != nil && err == nil {
		err = settle.SettleAttempt(th)
	}
	if err == nil {
		return starlark.Tuple{starlark.True, value, starlark.None}, nil
	}
	if r := runOf(th); r != nil && r.stopped(err) {
		return nil, err
	}
	return starlark.Tuple{starlark.False, starlark.None, newErrorValue(err)}, nil
}

// A Settler is a Session in which calls may be on their way when they return.
type Settler interface {
	// Settle waits for the results of what was sent; an error is that of
	// earlier calls.
	Settle(th *starlark.Thread) error
	// SettleAttempt is Settle for what an attempt sent: its failures are the
	// attempt's, and forgotten.
	SettleAttempt(th *starlark.Thread) error
}

func callRecovering(th *starlark.Thread, fn starlark.Value, args starlark.Tuple, kwargs []starlark.Tuple) (v starlark.Value, err error) {
	defer func() {
		if p := recover(); p != nil {
			v, err = nil, &PanicError{Value: p, Stack: debug.Stack()}
		}
	}()
	return starlark.Call(th, fn, args, kwargs)
}

// An ErrorValue is an error as scripts see it: the third result of attempt.
type ErrorValue struct{ err error }

var (
	_ starlark.HasAttrs = ErrorValue{}
	_ error             = ErrorValue{}
)

func newErrorValue(err error) ErrorValue { return ErrorValue{err} }

// Error returns the message.
func (e ErrorValue) Error() string { return innermost(e.err).Message }

// Unwrap returns the error that attempt caught.
func (e ErrorValue) Unwrap() error { return e.err }

// String returns the message, as print shows it.
func (e ErrorValue) String() string { return e.Error() }

// Type returns "error".
func (e ErrorValue) Type() string { return "error" }

// Freeze does nothing: errors do not change.
func (e ErrorValue) Freeze() {}

// Truth returns True: there is an error.
func (e ErrorValue) Truth() starlark.Bool { return true }

// Hash is not possible.
func (e ErrorValue) Hash() (uint32, error) { return 0, errors.New("unhashable type: error") }

// AttrNames returns the names of an error's attributes.
func (e ErrorValue) AttrNames() []string {
	return []string{"attribute", "code", "errno", "hint", "kernel", "message"}
}

// Attr returns an attribute. What the error does not say is None.
func (e ErrorValue) Attr(name string) (starlark.Value, error) {
	d := innermost(e.err)
	if name == "hint" {
		d.advise()
	}
	said := map[string]string{
		"attribute": d.Attribute,
		"code":      d.Code,
		"errno":     d.Errno,
		"hint":      d.Hint,
		"kernel":    d.Kernel,
		"message":   d.Message,
	}
	value, ok := said[name]
	switch {
	case !ok:
		return nil, nil
	case value == "":
		return starlark.None, nil
	}
	return starlark.String(value), nil
}
