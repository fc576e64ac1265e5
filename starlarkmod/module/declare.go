package module

import (
	"errors"
	"fmt"

	"go.starlark.net/starlark"

	"github.com/netlark/netlark/netlinkcore/lab"
	"github.com/netlark/netlark/netlinkcore/object"
	"github.com/netlark/netlark/starlarkmod/script"
)

// A Declarer takes what a script says of a namespace that may not be there yet.
type Declarer interface {
	Declare(verb object.Verb, r object.Ref, by *Asker) error
}

// An Asker is a call of a script that declared something. What goes wrong with
// that later is shown there.
type Asker struct{ c *call }

// Asking returns the call that is running; op is its name, "lab.cable".
func Asking(th *starlark.Thread, op string) *Asker { return &Asker{newCall(th, op, nil)} }

// Explain returns an error as one of the call.
func (a *Asker) Explain(err error) error { return a.At(a.c.explain(err)) }

// Advise returns an error as one of the call, with what to do.
func (a *Asker) Advise(err error, advice string) error {
	err = a.c.explain(err)
	if p, ok := err.(*script.Problem); ok {
		p.Advice = advice
	}
	return a.At(err)
}

// At returns an error at the place of the call.
func (a *Asker) At(err error) error { return script.At(a.c.site, err) }

// Op is the name of the call, "link.set".
func (a *Asker) Op() string { return a.c.op }

// Place is where the call stands, "triangle.star:7".
func (a *Asker) Place() string {
	return fmt.Sprintf("%s:%d", a.c.site.Pos.Filename(), a.c.site.Pos.Line)
}

// NotThere is the error of a call that has to read what is only declared.
func NotThere(name string) error {
	return &script.Problem{Class: "unsupported", Message: name + ": a declared node is not there yet",
		Advice: "apply(lab) gives the running lab, whose nodes have it"}
}

// declare is the call of a verb on a declared node.
func (v *verbCall) declare(c *call, args starlark.Tuple, kwargs []starlark.Tuple) (starlark.Value, error) {
	if v.verb.Reads() || v.verb == object.Flush || v.verb == object.Call {
		return nil, NotThere(v.name)
	}
	r, _, err := v.build(args, kwargs)
	if err != nil {
		return nil, err
	}
	by := &Asker{c}
	if err := v.target.Declares.Declare(v.verb, r, by); err != nil {
		return nil, by.Refuse(err)
	}
	return starlark.None, nil
}

// Refuse returns an error of a call that is running.
func (a *Asker) Refuse(err error) error {
	if taken, ok := errors.AsType[*lab.DeclaredError](err); ok {
		p := &script.Problem{Class: "exists", Message: fmt.Sprintf("%s: %v", a.c.op, err), Err: err}
		if first, ok := taken.First.(*Asker); ok {
			p.Advice = "the first one is at " + first.Place()
		}
		return p
	}
	p := a.c.explain(err)
	if named, ok := errors.AsType[*lab.NamedError](err); ok {
		if first, ok := named.First.(*Asker); ok {
			p.(*script.Problem).Advice = "that device is declared at " + first.Place()
		}
	}
	return p
}
