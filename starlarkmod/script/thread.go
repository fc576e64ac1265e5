package script

import (
	"context"
	"fmt"

	"go.starlark.net/starlark"
	"go.starlark.net/syntax"
)

// Context returns the context of the run that th belongs to. It ends when the
// script is interrupted or reaches a limit; a builtin that waits waits for it
// too.
func Context(th *starlark.Thread) context.Context {
	if r := runOf(th); r != nil {
		return r.ctx
	}
	return context.Background()
}

// Session returns Config.Session as a T: its own type, or an interface that it
// implements.
func Session[T any](th *starlark.Thread) (T, bool) {
	var none T
	r := runOf(th)
	if r == nil {
		return none, false
	}
	session, ok := r.in.config.Session.(T)
	return session, ok
}

// Mode returns the mode of the run that th belongs to.
func Mode(th *starlark.Thread) string {
	if r := runOf(th); r != nil {
		return r.in.config.Mode
	}
	return ModeRun
}

// Position returns the script's line that called the builtin that is running:
// the innermost frame that is not a builtin's.
func Position(th *starlark.Thread) syntax.Position { return SiteOf(th).Pos }

// A Site is a place in a script, and the function it is in.
type Site struct {
	Pos  syntax.Position
	Func string
}

// SiteOf returns the place that called the builtin that is running.
func SiteOf(th *starlark.Thread) Site {
	for depth := range th.CallStackDepth() {
		frame := th.CallFrame(depth)
		if isScriptPosition(frame.Pos) {
			return Site{frame.Pos, frame.Name}
		}
	}
	return Site{}
}

// isScriptPosition reports whether pos is in a source, not in a builtin.
func isScriptPosition(pos syntax.Position) bool { return pos.IsValid() && pos.Line > 0 }

// Loading reports whether a module is being loaded. Builtins that touch a
// kernel, wait, or start programs refuse then.
func Loading(th *starlark.Thread) bool {
	r := runOf(th)
	return r != nil && len(r.loading) > 0
}

// RequireLive returns an error if what, a call that reads or changes a kernel,
// starts a program, or waits, has no place here: while a plan is evaluated or
// a module loaded.
func RequireLive(th *starlark.Thread, what string) error {
	if Loading(th) {
		return &Problem{
			Message: fmt.Sprintf("%s is not possible while a module is loaded", what),
			Advice:  "put it into a function and call that from the main file",
		}
	}
	if Mode(th) == ModePlan {
		return &Problem{
			Message: fmt.Sprintf("%s is not possible while a plan is evaluated", what),
			Advice:  `a plan only declares; test __mode__ == "run" for what runs live`,
		}
	}
	return nil
}

// Stopping returns a test for whether the run at hand of th's interpreter is
// being stopped, now or later. The iterator of a long sequence asks it, as
// nothing else can end a builtin that consumes the sequence.
func Stopping(th *starlark.Thread) func() bool {
	r := runOf(th)
	if r == nil {
		return func() bool { return false }
	}
	return r.in.stopping.Load
}
