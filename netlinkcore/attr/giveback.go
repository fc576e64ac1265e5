package attr

import "slices"

// A Loss is an attribute that was named and is named no longer, and that nothing
// but making the object anew takes away.
type Loss struct {
	path  []place
	value Value // as it was named
}

// A place is an attribute of a struct, and of a list the element.
type place struct{ field, element int }

// GiveBack completes an object that is wanted by what was named of it before and
// is named no longer: that is to be what it was before, in the struct before (a
// zero Ptr knows nothing), or what the kernel makes of it by itself. What can be
// neither is returned.
func (t *Table) GiveBack(want, named, before Ptr) (lost []Loss) {
	for i := range t.Fields() {
		f := &t.Fields()[i]
		if !f.isSet(named.p) || f.Access&(Volatile|Key|Inside) != 0 || f.Access&Report == 0 || f.Access&(Create|Change) == 0 {
			continue
		}
		switch {
		case f.isSet(want.p):
			lost = append(lost, t.giveBackInside(i, want, named, before)...)
		case before.p != nil && f.isSet(before.p):
			t.copyField(want, before, i)
			lost = append(lost, t.giveBackInside(i, want, named, before)...) // before may not say all of it
		case f.anew, f.but != nil && !t.hasDefault(want, i), t.Clear(want, i) != nil:
			lost = append(lost, Loss{[]place{{field: i}}, t.Get(named, i)})
		}
	}
	return lost
}

// giveBackInside completes what is inside an attribute that is still named: a
// struct of the same case, the elements of a list that has as many as before.
func (t *Table) giveBackInside(i int, want, named, before Ptr) (lost []Loss) {
	f := &t.Fields()[i]
	w, n := t.Get(want, i), t.Get(named, i)
	var b Value
	if before.p != nil {
		b = t.Get(before, i)
	}
	switch {
	case w.Shape == Object:
		w, lost = giveBackStruct(i, 0, w, n, b)
	case w.Shape == Many && n.Shape == Many && len(w.L) == len(n.L):
		list := slices.Clone(w.L)
		for k := range list {
			var old Value
			if b.Shape == Many && len(b.L) == len(list) {
				old = b.L[k]
			}
			var inner []Loss
			list[k], inner = giveBackStruct(i, k, list[k], n.L[k], old)
			lost = append(lost, inner...)
		}
		w = Value{Shape: Many, L: list}
		if !slices.ContainsFunc(list, func(e Value) bool { return e.Shape == Object }) {
			return nil
		}
	default:
		return nil
	}
	_ = f.ops.put(&Put{Family: t.FamilyOf(want)}, f, f.make(want.p), w) // it is of that shape
	return lost
}

// giveBackStruct completes a copy of a struct inside.
func giveBackStruct(field, element int, w, n, before Value) (Value, []Loss) {
	if w.Shape != Object || n.Shape != Object || w.T != n.T {
		return w, nil
	}
	var old Ptr
	if before.Shape == Object && before.T == w.T {
		old = before.P
	}
	inner := w.T.Clone(w.P)
	lost := w.T.GiveBack(inner, n.P, old)
	for k := range lost {
		lost[k].path = append([]place{{field, element}}, lost[k].path...)
	}
	return ObjectValue(w.T, inner), lost
}

// IsKind reports whether it is a kind as a whole.
func (l Loss) IsKind(t *Table) bool {
	return len(l.path) == 1 && len(t.Fields()[l.path[0].field].Cases()) > 0
}

// Lost are the attributes of have, of those in lost, that are there: what can
// only be taken away by making the object anew.
func (t *Table) Lost(have Ptr, lost []Loss) (deltas []Delta) {
	for _, l := range lost {
		if d, there := t.lostAt(have, l); there {
			deltas = append(deltas, d)
		}
	}
	return deltas
}

func (t *Table) lostAt(have Ptr, l Loss) (d Delta, there bool) {
	at := l.path[0]
	f := &t.Fields()[at.field]
	if !f.isSet(have.p) || f.isBlank(have.p) {
		return d, false
	}
	if len(l.path) == 1 {
		return Delta{Path: f.Name, Old: t.Get(have, at.field), Secret: f.Access&Secret != 0, Fixed: true}, true
	}
	v := t.Get(have, at.field)
	if v.Shape == Many && at.element < len(v.L) {
		v = v.L[at.element]
	}
	if v.Shape != Object {
		return d, false
	}
	if d, there = v.T.lostAt(v.P, Loss{l.path[1:], l.value}); there {
		d.Path = f.Name + "." + d.Path
	}
	return d, there
}

// Without unsets attributes in lost, of the struct and of its kinds: what else is
// inside is as it is wanted. It changes the struct.
func (t *Table) Without(p Ptr, lost []Loss) {
	for _, l := range lost {
		i := l.path[0].field
		f := &t.Fields()[i]
		v := t.Get(p, i)
		switch {
		case len(l.path) == 1:
			t.Unset(p, i)
		case len(f.Cases()) > 0 && v.Shape == Object:
			inner := v.T.Clone(v.P)
			v.T.Without(inner, []Loss{{l.path[1:], l.value}})
			_ = f.ops.put(&Put{}, f, f.make(p.p), ObjectValue(v.T, inner)) // it is of that case
		}
	}
}

// TakesAway reports whether a value is what takes the attribute away.
func (f *Field) TakesAway(v Value) bool {
	return f.clears != nil && v.Shape == f.clears.Shape && v.N == f.clears.N && v.S == f.clears.S && len(v.L) == len(f.clears.L)
}
