package topology

import (
	"context"
	"errors"
	"fmt"

	"github.com/netlark/netlark/netlinkcore/lab"
	"github.com/netlark/netlark/netlinkcore/object"
	"github.com/netlark/netlark/netlinkcore/state"
	"github.com/netlark/netlark/starlarkmod/module"
	"github.com/netlark/netlark/starlarkmod/script"
)

// Explain returns an error of a lab at the place of the script that asked for
// what failed.
func Explain(err error) error {
	said := err
	failed, undone := errors.AsType[*lab.FailedError](err)
	if undone {
		said = errors.Join(cause(failed.Err), failed.Undone)
	}
	if errors.Is(err, context.Canceled) {
		text := script.Interrupted{}.Error()
		if undone {
			text += "\n" + failed.Undone.Error()
		}
		return &script.Problem{Class: "interrupted", Message: text, Err: script.Interrupted{}}
	}
	if at := placed(err, said); at != nil {
		return at
	}
	switch code := object.Code(err); {
	case code == "permission":
		return &script.Problem{Class: code, Message: "a topology is made by root: " + err.Error(), Err: err,
			Advice: "run as root; netlark run --sandbox FILE tries in a throwaway namespace what a script applies"}
	case undone:
		return &script.Problem{Class: code, Message: said.Error(), Err: cause(failed.Err)}
	}
	return err
}

// cause is the first of errors that were joined, and of a step's what the kernel said.
func cause(err error) error {
	if step, ok := errors.AsType[*state.StepError](err); ok {
		return step.Err
	}
	for {
		all, ok := err.(interface{ Unwrap() []error })
		if !ok {
			return err
		}
		err = all.Unwrap()[0]
	}
}

// placed is an error at the place of who asked for what failed; nil: nobody did.
func placed(err, said error) error {
	if once, ok := errors.AsType[*lab.OnceError](err); ok {
		return at(once.Note, &script.Problem{Class: "command", Message: said.Error(), Err: once.Err})
	}
	if step, ok := errors.AsType[*state.StepError](err); ok {
		note := step.Step.Note
		if m, ok := note.(*lab.Move); ok {
			note = m.Note
		}
		return explained(note, said)
	}
	if e, ok := errors.AsType[*lab.IrreversibleError](err); ok {
		p := &script.Problem{Class: "conflict", Message: said.Error(), Err: e, Advice: "apply --irreversible FILE, or apply(lab, irreversible = True), does it all the same"}
		if placed := at(e.Note, p); placed != nil {
			return placed
		}
		return p
	}
	if e, ok := errors.AsType[*lab.ClaimedError](err); ok {
		return at(e.Note, &script.Problem{Class: "conflict", Message: said.Error(), Err: e, Advice: fmt.Sprintf("an object of others belongs to one lab: netlark destroy %s gives it back", e.First)})
	}
	if e, ok := errors.AsType[*lab.ConflictError](err); ok {
		return clashing(e)
	}
	if adopt, ok := errors.AsType[*lab.AdoptError](err); ok {
		return at(adopt.Note, &script.Problem{Class: "not_found", Path: "device", Index: 1, Message: said.Error(), Err: adopt})
	}
	if missing, ok := errors.AsType[state.MissingError](err); ok {
		return lacking(missing, said)
	}
	if unclear, ok := errors.AsType[*state.UnclearError](err); ok {
		return explained(unclear.Want.Note, said)
	}
	return nil
}

// clashing is the error of a call that does not go together with an earlier one.
func clashing(e *lab.ConflictError) error {
	by, ok := e.Want.Note.(*module.Asker)
	if !ok {
		return nil
	}
	advice := e.Advice
	if other, ok := e.Other.Note.(*module.Asker); ok {
		advice = fmt.Sprintf("%s is declared at %s; %s", e.Other.Object, other.Place(), e.Advice)
	}
	return by.Advise(e.Err, advice)
}

// lacking is the error of a call that changes what is not there.
func lacking(missing state.MissingError, said error) error {
	by, ok := missing.Want.Note.(*module.Asker)
	if !ok {
		return nil
	}
	f := missing.Want.Object.Family
	p := &script.Problem{Class: "not_found", Message: by.Op() + ": " + said.Error(), Err: missing}
	if f.Can(object.Add) && missing.Want.Born.IsNil() {
		p.Advice = fmt.Sprintf("%s.add declares that it is to be there, set only what it is to be like", f.Name())
	}
	return by.At(p)
}

func at(note any, p *script.Problem) error {
	if by, ok := note.(*module.Asker); ok {
		return by.At(p)
	}
	return nil
}

func explained(note any, said error) error {
	if by, ok := note.(*module.Asker); ok {
		return by.Explain(said)
	}
	return nil
}
