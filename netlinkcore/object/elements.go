package object

import (
	"context"
	"errors"
	"slices"

	"github.com/netlark/netlark/netlinkcore/attr"
	"github.com/netlark/netlark/netlinkcore/nl"
)

// Some lists have messages of their own, which add elements or remove them: a
// link's further names. To set such a list is to send what it lacks and what it
// has too much. Each element has a message of its own: the kernel takes those before
// one that it refuses, and does not tell which that is.

// reduce puts, into the steps of a call, the elements that have to be added
// or removed in place of whole lists.
func (t *core) reduce(ctx context.Context, s *Scope, verb Verb, v attr.Ptr, steps []step) ([]step, error) {
	own := func(st step) bool { return st.via != 0 }
	if !slices.ContainsFunc(steps, own) {
		return steps, nil
	}
	have := t.table.New()
	if verb == Set {
		var err error
		if have, err = t.get(ctx, s, t.keyOf(v)); err != nil {
			return nil, err
		}
	}
	var out []step
	for _, st := range steps {
		if own(st) {
			out = append(out, differences(t.table, st, have, v)...)
			continue
		}
		out = append(out, st)
	}
	for i := range out {
		out[i].n = i
	}
	return out, nil
}

// differences are the messages that make of the list in have that in want.
func differences(t *attr.Table, st step, have, want attr.Ptr) (out []step) {
	i := slices.IndexFunc(t.Fields(), func(f attr.Field) bool { return f.Via == st.via })
	old, wanted := t.Get(have, i).L, t.Get(want, i).L
	each := func(list []attr.Value, st step) {
		for n := range list {
			st.elements = &attr.Value{Shape: attr.Many, L: list[n : n+1]}
			out = append(out, st)
		}
	}
	each(without(old, wanted), step{via: t.Fields()[i].Unvia, take: st.take, place: i, removes: true})
	each(without(wanted, old), step{via: st.via, take: st.take, place: i})
	return out
}

// without are the elements of list that others does not have.
func without(list, others []attr.Value) []attr.Value {
	return slices.DeleteFunc(slices.Clone(list), func(x attr.Value) bool {
		return slices.ContainsFunc(others, func(y attr.Value) bool { return x.Shape == y.Shape && x.N == y.N && x.S == y.S })
	})
}

// blame puts the list that a step is about, and its element, into an error that names
// nothing.
func blame(t *attr.Table, err error, st *step) error {
	var e *nl.Error
	if st != nil && st.via != 0 && errors.As(err, &e) && e.Path == "" {
		i := slices.IndexFunc(t.Fields(), func(f attr.Field) bool { return f.Via == st.via || f.Unvia == st.via })
		e.Path, e.Value = t.Fields()[i].Name, st.elements.L[0].String()
	}
	return err
}

// part is v as a step sends it.
func (t *core) part(v attr.Ptr, st *step) attr.Ptr {
	if st == nil || st.elements == nil {
		return v
	}
	p := t.table.Clone(v)
	_ = t.table.Put(&attr.Put{}, p, st.place, *st.elements) // elements were in such a list before
	return p
}
