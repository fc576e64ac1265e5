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

// An act is an Act without its Go type.
type act struct {
	takes []string
	do    func(ctx context.Context, s *Scope, v attr.Ptr) error
}

// actOf returns the act that a verb takes, or nil: netlink does it all.
func (t *core) actOf(verb Verb, v attr.Ptr) *act {
	if t.outside == nil {
		return nil
	}
	return t.outside(verb, v)
}

// perform carries out a verb of which netlink does only a part. It is one step.
func (t *core) perform(ctx context.Context, s *Scope, verb Verb, v attr.Ptr, a *act, undone bool) (Ref, error) {
	if err := t.prepare(ctx, s, verb, v); err != nil {
		return Ref{}, err
	}
	rest, more, err := t.without(verb, v, a.takes)
	if err != nil {
		return Ref{}, err
	}
	undo := func(context.Context, *Scope) error { return nil }
	if undone && more {
		if undo, err = t.undoOf(ctx, s, verb, v); err != nil {
			return Ref{}, err
		}
	}
	if err := a.do(ctx, s, v); err != nil {
		if errno, ok := err.(unix.Errno); ok { // reads as netlink's refusals do
			err = &nl.Error{Errno: errno}
		}
		return Ref{}, explain(err, verb, t.ref(v), t.table, nil, 0)
	}
	if !more {
		return t.ref(v), nil
	}
	t.table.Merge(rest, v, func(f *attr.Field) bool { return f.Access&attr.Key != 0 })
	if _, err := t.carryOut(ctx, s, Set, rest, true); err != nil {
		return Ref{}, errors.Join(err, undo(ctx, s))
	}
	return t.ref(v), nil
}

// without is v without the attributes that are taken, and whether anything is
// left to be told. What only a creating message takes is refused.
func (t *core) without(verb Verb, v attr.Ptr, taken []string) (rest attr.Ptr, more bool, err error) {
	p := t.table.Clone(v)
	for _, name := range taken {
		t.table.Unset(p, t.table.Lookup(name))
	}
	for _, i := range setIn(t.table, p) {
		f := &t.table.Fields()[i]
		switch {
		case f.Access&attr.Key != 0:
		case f.Access&attr.Change != 0:
			more = true
		case verb == Add && f.Access&attr.Create != 0:
			return rest, false, &AttributeError{Code: "unsupported", Path: f.Name, Err: errors.New("cannot be given: netlink does not make such an object")}
		}
	}
	return p, more, nil
}
