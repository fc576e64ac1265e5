package script

import (
	"context"
	"fmt"
	"strings"
	"time"
)

// Interrupted is the error of a run whose context was cancelled.
type Interrupted struct{}

func (Interrupted) Error() string { return "interrupted" }

// A TimeLimit is the error of a run that took too long. After is 0 if the
// caller's context carried the limit.
type TimeLimit struct{ After time.Duration }

func (e TimeLimit) Error() string {
	if e.After == 0 {
		return "time limit reached"
	}
	return fmt.Sprintf("time limit of %v reached", e.After)
}

// A StepLimit is the error of a run that took more than Max steps.
type StepLimit struct{ Max uint64 }

func (e StepLimit) Error() string { return fmt.Sprintf("limit of %d steps reached", e.Max) }

// A MemoryLimit is the error of a run that used more than Max bytes.
type MemoryLimit struct{ Max uint64 }

func (e MemoryLimit) Error() string {
	return fmt.Sprintf("memory limit of %d MiB reached", e.Max>>20)
}

// An ExitError is a script's call of exit. It is an error also with code 0:
// what follows the call did not run.
type ExitError struct{ Code int }

func (e *ExitError) Error() string { return fmt.Sprintf("exit %d", e.Code) }

// A stopError is a run that was stopped, and the error with which the script
// noticed.
type stopError struct{ cause, at error }

func (e *stopError) Error() string {
	words := e.at.Error()
	if words == e.cause.Error() || strings.HasPrefix(words, "Starlark computation cancelled") {
		return e.cause.Error()
	}
	for _, end := range []error{context.Canceled, context.DeadlineExceeded} {
		if strings.HasSuffix(words, end.Error()) { // "link.list: context canceled" says no more than the place
			return e.cause.Error()
		}
		words = strings.ReplaceAll(words, end.Error(), "stopped")
	}
	return e.cause.Error() + ": " + words
}

func (e *stopError) Unwrap() []error { return []error{e.cause, e.at} }
