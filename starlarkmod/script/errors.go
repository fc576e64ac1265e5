package script

import (
	"fmt"

	"go.starlark.net/syntax"
)

// A Coder is an error with one of the language's error codes: exists,
// not_found, invalid, …
type Coder interface{ Code() string }

// An Attributer is an error about one attribute, named by its path from the
// call's arguments on: "via", "nexthops[1].gateway", "route.nexthops[1].gateway".
type Attributer interface{ Attribute() string }

// A Positioner is an error about the call's n-th positional argument, counted
// from 0; n is negative if it is about none.
type Positioner interface{ Argument() int }

// A Hinter is an error that knows what to do about it.
type Hinter interface{ Hint() string }

// A KernelError is an error that the kernel gave: the name of its number, such
// as "EEXIST", and its own words, if any.
type KernelError interface {
	Errno() string
	Kernel() string
}

// A Problem is an error with all that a script's author can be told about it.
// It implements the small interfaces above; only Message or Err is required.
type Problem struct {
	Message string // Err's unless given
	Class   string // error code; "invalid" unless given
	Path    string // the guilty attribute
	Index   int    // 1 + the guilty positional argument; 0 if none
	Advice  string
	Number  string // the kernel's error number, by name
	Words   string // the kernel's own
	Err     error
}

var (
	_ Coder       = (*Problem)(nil)
	_ Attributer  = (*Problem)(nil)
	_ Positioner  = (*Problem)(nil)
	_ Hinter      = (*Problem)(nil)
	_ KernelError = (*Problem)(nil)
)

func (p *Problem) Error() string {
	switch {
	case p.Message != "":
		return p.Message
	case p.Err != nil:
		return p.Err.Error()
	}
	return "invalid"
}

// Code returns the error code.
func (p *Problem) Code() string {
	if p.Class == "" {
		return "invalid"
	}
	return p.Class
}

// Attribute returns the path of the guilty attribute.
func (p *Problem) Attribute() string { return p.Path }

// Argument returns the index of the guilty positional argument, or -1.
func (p *Problem) Argument() int { return p.Index - 1 }

// Hint returns what to do about it.
func (p *Problem) Hint() string { return p.Advice }

// Errno returns the name of the kernel's error number.
func (p *Problem) Errno() string { return p.Number }

// Kernel returns the kernel's own words.
func (p *Problem) Kernel() string { return p.Words }

// Unwrap returns the error that p explains.
func (p *Problem) Unwrap() error { return p.Err }

// A PlacedError is an error about an earlier line of a script, such as one
// that is found when all declarations are known.
type PlacedError struct {
	Site Site
	Err  error
}

// At returns err placed at site.
func At(site Site, err error) error { return &PlacedError{site, err} }

func (e *PlacedError) Error() string { return e.Err.Error() }

// Unwrap returns the error without its place.
func (e *PlacedError) Unwrap() error { return e.Err }

// An Error is a script's error together with the sources that show it. All
// errors of an Interp's methods are one, except ExitError.
type Error struct {
	err error
	in  *Interp // has the sources, and the names that a misspelt one may mean
}

func (e *Error) Error() string {
	d := diagnose(e)[0]
	if isScriptPosition(d.Pos) {
		return fmt.Sprintf("%s: %s", d.where().Pos, d.Message)
	}
	return d.Message
}

// Unwrap returns the error itself.
func (e *Error) Unwrap() error { return e.err }

// Attach returns err with the sources of in, so that Render shows the lines
// that PlacedErrors name. It is for errors found outside a run.
func (in *Interp) Attach(err error) error {
	if err == nil {
		return nil
	}
	return in.attach(err)
}

func (in *Interp) attach(err error) error {
	if known, ok := err.(*Error); ok {
		return known
	}
	return &Error{err, in}
}

// A shadowError is an assignment to the name of a module.
type shadowError struct {
	pos  syntax.Position
	name string
}

func (e *shadowError) Error() string {
	return fmt.Sprintf("%s is a built-in module; its name cannot be used for anything else here", e.name)
}

func (e *shadowError) Hint() string {
	return fmt.Sprintf("choose another name, such as my_%s", e.name)
}
