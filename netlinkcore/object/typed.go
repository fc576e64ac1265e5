package object

import (
	"context"
	"iter"

	"github.com/netlark/netlark/netlinkcore/attr"
)

// A Change is an Event whose object's type is known. Object is nil for Synced
// and Overrun.
type Change[S any] struct {
	What   What
	Object *S
}

// Changes is Watch as a loop: what filter, which may be nil, covers as it is
// there, then Synced, then what changes. The kernel keeps events from the
// beginning of the loop. It ends when the loop is left, or with ctx's error;
// nothing is left running then.
func (t *Type[S]) Changes(ctx context.Context, s *Scope, filter *S) iter.Seq2[Change[S], error] {
	return func(yield func(Change[S], error) bool) {
		if filter == nil {
			filter = new(S)
		}
		w, err := t.Watch(ctx, s, t.Ref(filter))
		if err != nil {
			yield(Change[S]{}, err)
			return
		}
		defer w.Close()
		for {
			e, err := w.Next(ctx)
			if err != nil {
				yield(Change[S]{}, err)
				return
			}
			if !yield(Change[S]{e.What, attr.From[S](e.Object.p)}, nil) {
				return
			}
		}
	}
}

// Create is Add that returns v's key with what the kernel chose of it, such as
// a rule's priority or a filter's handle.
func (t *Type[S]) Create(ctx context.Context, s *Scope, v *S) (*S, error) {
	return typed[S](t.Do(ctx, s, Add, t.Ref(v)))
}

// Used is Lookup for callers that know S.
func (t *Type[S]) Used(ctx context.Context, s *Scope, v *S) (*S, error) {
	return typed[S](t.Lookup(ctx, s, t.Ref(v)))
}

// typed unwraps an object whose type the caller knows.
func typed[S any](r Ref, err error) (*S, error) {
	if err != nil {
		return nil, err
	}
	return attr.From[S](r.p), nil
}
