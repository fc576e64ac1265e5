package object

import (
	"context"
	"fmt"

	"github.com/netlark/netlark/netlinkcore/attr"
)

// undoOf prepares to take a call of several messages back, in the namespace
// where the object is by then.
func (t *core) undoOf(ctx context.Context, s *Scope, verb Verb, v attr.Ptr) (func(context.Context, *Scope) error, error) {
	nothing := func(context.Context, *Scope) error { return nil }
	switch {
	case verb == Add && t.Can(Delete):
		return func(ctx context.Context, at *Scope) error {
			if err := t.do(context.WithoutCancel(ctx), at, Delete, v); err != nil {
				return fmt.Errorf("and taking it back: %w", err)
			}
			return nil
		}, nil
	case verb == Set:
		before, err := t.get(ctx, s, t.keyOf(v))
		if err != nil {
			return nothing, err
		}
		back := backTo(t.table, v, before, t.complete)
		return func(ctx context.Context, at *Scope) error {
			if err := t.setBack(context.WithoutCancel(ctx), s, at, v, back); err != nil {
				return fmt.Errorf("and setting it back: %w", err)
			}
			return nil
		}, nil
	}
	return nothing, nil
}

// setBack makes the change back to v, which came from s and is now in at.
func (t *core) setBack(ctx context.Context, s, at *Scope, v, back attr.Ptr) error {
	if at != s {
		key, err := t.sendHome(ctx, s, at, v)
		if err != nil {
			return err
		}
		for _, i := range t.table.Keys() {
			t.table.Unset(back, i)
		}
		t.table.Merge(back, key, func(f *attr.Field) bool { return f.Access&attr.Key != 0 })
	}
	_, err := t.carryOut(ctx, s, Set, back, false)
	return err
}

// keyOf returns an object with nothing but v's key.
func (t *core) keyOf(v attr.Ptr) attr.Ptr {
	key := t.table.New()
	t.table.Merge(key, v, func(f *attr.Field) bool { return f.Access&attr.Key != 0 })
	return key
}

// backTo returns the change that gives the attributes of v their values in
// before again. complete: a change sends whole kinds.
func backTo(t *attr.Table, v, before attr.Ptr, complete bool) attr.Ptr {
	back := t.New()
	named := map[string]bool{}
	for _, i := range setIn(t, v) {
		named[t.Fields()[i].Name] = true
	}
	t.Merge(back, before, func(f *attr.Field) bool {
		return f.Access&attr.Key != 0 || named[f.Name] && f.Access&attr.Change != 0
	})
	for i := range t.Fields() { // what was not there before goes away again
		f := &t.Fields()[i]
		if named[f.Name] && f.Sets != "" {
			_ = t.Put(&attr.Put{}, back, i, t.Get(before, t.Lookup(f.Sets))) // it has that name
			continue
		}
		if named[f.Name] && f.Access&attr.Change != 0 && !t.IsSet(back, i) {
			_ = t.Clear(back, i) // what cannot be cleared stays
		}
		was, change := t.Get(back, i), t.Get(v, i)
		if was.Shape == attr.Object && change.T == was.T && !complete {
			_ = t.Put(&attr.Put{}, back, i, narrowed(was, change)) // it is one
		}
	}
	return back
}

// narrowed is what an object was in the attributes that a change names. The
// others may be such as cannot be changed, even to what they are.
func narrowed(was, change attr.Value) attr.Value {
	t, p := was.T, was.T.Clone(was.P)
	for i := range t.Fields() {
		in, to := t.Get(p, i), t.Get(change.P, i)
		switch {
		case to.Shape == attr.None || t.Fields()[i].Access&attr.Change == 0:
			t.Unset(p, i)
		case in.Shape == attr.None:
			_ = t.Clear(p, i) // what cannot be cleared stays
		case in.Shape == attr.Object && in.T == to.T:
			_ = t.Put(&attr.Put{}, p, i, narrowed(in, to)) // it is one
		}
	}
	return attr.ObjectValue(t, p)
}
