package object

import (
	"context"
	"errors"

	"golang.org/x/sys/unix"

	"github.com/netlark/netlark/netlinkcore/attr"
	"github.com/netlark/netlark/netlinkcore/nl"
)

// An Act is what something else than netlink has to do for an object: a TUN
// device is made by opening a file. Netlink is told the rest, by a change.
type Act[S any] struct {
	// Takes are the attributes that Do sees to.
	Takes []string
	// Do makes v, or changes it. It may set what the kernel chose.
	Do func(ctx context.Context, t *Type[S], s *Scope, v *S) error
}

// outside returns the act that a verb takes, or nil: netlink does it all.
func (t *Type[S]) outside(verb Verb, v *S) *Act[S] {
	if t.Outside == nil {
		return nil
	}
	return t.Outside(verb, v)
}

// act carries out a verb of which netlink does only a part. It is one step.
func (t *Type[S]) act(ctx context.Context, s *Scope, verb Verb, v *S, a *Act[S], undone bool) (Ref, error) {
	if err := t.prepare(ctx, s, verb, v); err != nil {
		return Ref{}, err
	}
	rest, more, err := t.without(verb, v, a.Takes)
	if err != nil {
		return Ref{}, err
	}
	undo := func(context.Context, *Scope) error { return nil }
	if undone && more {
		if undo, err = t.undoOf(ctx, s, verb, v); err != nil {
			return Ref{}, err
		}
	}
	if err := a.Do(ctx, t, s, v); err != nil {
		if errno, ok := err.(unix.Errno); ok { // reads as netlink's refusals do
			err = &nl.Error{Errno: errno}
		}
		return Ref{}, explain(err, verb, t.Ref(v), t.Schema.Table, nil, 0)
	}
	if !more {
		return t.Ref(v), nil
	}
	t.Schema.Merge(attr.To(rest), attr.To(v), func(f *attr.Field) bool { return f.Access&attr.Key != 0 })
	if _, err := t.carryOut(ctx, s, Set, rest, true); err != nil {
		return Ref{}, errors.Join(err, undo(ctx, s))
	}
	return t.Ref(v), nil
}

// without is v without the attributes that are taken, and whether anything is
// left to be told. What only a creating message takes is refused.
func (t *Type[S]) without(verb Verb, v *S, taken []string) (rest *S, more bool, err error) {
	p := t.Schema.Clone(attr.To(v))
	for _, name := range taken {
		t.Schema.Unset(p, t.Schema.Lookup(name))
	}
	for _, i := range setIn(t.Schema.Table, p) {
		f := &t.Schema.Fields()[i]
		switch {
		case f.Access&attr.Key != 0:
		case f.Access&attr.Change != 0:
			more = true
		case verb == Add && f.Access&attr.Create != 0:
			return nil, false, refusal("unsupported", f.Name, "cannot be given: netlink does not make such an object")
		}
	}
	return attr.From[S](p), more, nil
}
