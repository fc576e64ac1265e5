package script

import (
	"cmp"
	"errors"
	"slices"
	"strings"

	"go.starlark.net/resolve"
	"go.starlark.net/starlark"
	"go.starlark.net/syntax"
)

// A Diagnosis is what can be said about one error. Strings are as they came;
// who shows them escapes them.
type Diagnosis struct {
	Message   string
	Code      string // one of the language's error codes
	Site             // the guilty line; Pos.Line is 0 if there is none
	Attribute string
	Argument  int // the guilty positional argument, or -1
	Errno     string
	Kernel    string
	Hint      string
	Callers   []Site // of Site.Func, innermost first

	syntaxError bool
	width       int32  // of the token that a syntax error is about
	meant       string // what Starlark believes was meant
	parameter   string // the parameter that the message names
	in          *Interp
}

// Diagnose returns what can be said about err: one Diagnosis, or several if
// err joins several errors.
func Diagnose(err error) []Diagnosis {
	all := diagnose(err)
	for i := range all {
		all[i].advise()
	}
	return all
}

// diagnose is Diagnose without the search for hints.
func diagnose(err error) []Diagnosis {
	found := follow(err, Diagnosis{Message: wording(err), Argument: -1})
	for i := range found {
		found[i].settle()
	}
	return found
}

// wording returns an error's message without the place that Error adds.
func wording(err error) string {
	if e, ok := err.(*Error); ok {
		return wording(e.err)
	}
	return err.Error()
}

// innermost returns the first diagnosis of err.
func innermost(err error) Diagnosis { return diagnose(err)[0] }

// follow walks down a chain of errors and collects in d what they say. What an
// outer error says of itself counts more; the place is that of the innermost.
func follow(err error, d Diagnosis) []Diagnosis {
	for err != nil {
		switch e := err.(type) {
		case *Error:
			d.in = e.in
			d.Message = wording(e)
			err = e.err
			continue
		case resolve.ErrorList:
			return d.undefined(e)
		case *stopError:
			d.stopped(e)
			err = e.at
			continue
		}
		d.absorb(err)
		if joined, ok := err.(interface{ Unwrap() []error }); ok {
			return d.split(joined.Unwrap())
		}
		inner := errors.Unwrap(err)
		if inner != nil && isLoadError(err, inner) {
			d.Message = inner.Error()
		}
		err = inner
	}
	return []Diagnosis{d}
}

// split diagnoses errors that were joined.
func (d Diagnosis) split(errs []error) []Diagnosis {
	var all []Diagnosis
	for _, err := range errs {
		if err == nil {
			continue
		}
		each := d
		each.Message = wording(err)
		all = append(all, follow(err, each)...)
	}
	if len(all) == 0 {
		return []Diagnosis{d}
	}
	return all
}

// isLoadError reports whether err only says which load statement met inner.
func isLoadError(err, inner error) bool {
	return strings.HasPrefix(err.Error(), "cannot load ") && strings.HasSuffix(err.Error(), inner.Error())
}

// absorb takes over what one error of a chain says.
func (d *Diagnosis) absorb(err error) {
	switch e := err.(type) {
	case *starlark.EvalError:
		d.place(e.CallStack)
	case *PlacedError:
		d.Site, d.Callers = e.Site, nil
		d.Attribute, d.Argument = "", -1
	case syntax.Error:
		d.inSource(e.Pos, e.Msg)
	case *shadowError:
		d.inSource(e.pos, e.Error())
		d.syntaxError = false
	}
	if e, ok := err.(Coder); ok && d.Code == "" {
		d.Code = e.Code()
	}
	if e, ok := err.(Attributer); ok && d.Attribute == "" {
		d.Attribute = e.Attribute()
	}
	if e, ok := err.(Positioner); ok && d.Argument < 0 {
		d.Argument = e.Argument()
	}
	if e, ok := err.(Hinter); ok && d.Hint == "" {
		d.Hint = e.Hint()
	}
	if e, ok := err.(KernelError); ok && d.Errno == "" && d.Kernel == "" {
		d.Errno, d.Kernel = e.Errno(), e.Kernel()
	}
}

// place takes the guilty line and its callers from a stack.
func (d *Diagnosis) place(stack starlark.CallStack) {
	var sites []Site
	for i := range stack {
		frame := stack.At(i)
		if isScriptPosition(frame.Pos) {
			sites = append(sites, Site{frame.Pos, frame.Name})
		}
	}
	if len(sites) == 0 {
		return
	}
	d.Site, d.Callers = sites[0], sites[1:]
	d.Attribute, d.Argument = "", -1
}

// inSource places an error that was found before its source ran. The loads
// that led to that source are its callers.
func (d *Diagnosis) inSource(pos syntax.Position, msg string) {
	if isScriptPosition(d.Pos) {
		d.Callers = append([]Site{d.Site}, d.Callers...)
	}
	d.Site, d.Message, d.Code = Site{Pos: pos}, msg, CodeScript
	d.syntaxError = true
}

// undefined diagnoses the errors that the resolver found.
func (d Diagnosis) undefined(list resolve.ErrorList) []Diagnosis {
	slices.SortStableFunc(list, func(a, b resolve.Error) int { return comparePositions(a.Pos, b.Pos) })
	all := make([]Diagnosis, len(list))
	for i, e := range list {
		all[i] = d
		all[i].inSource(e.Pos, e.Msg)
		all[i].syntaxError = false
	}
	return all
}

func comparePositions(a, b syntax.Position) int {
	return cmp.Or(cmp.Compare(a.Line, b.Line), cmp.Compare(a.Col, b.Col))
}

// stopped takes over why a run was stopped.
func (d *Diagnosis) stopped(e *stopError) {
	d.Message, d.Code = e.Error(), "interrupted"
	if _, ok := e.cause.(TimeLimit); ok {
		d.Code = "timeout"
	}
}
