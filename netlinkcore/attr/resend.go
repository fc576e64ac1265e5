package attr

import "slices"

// Resends reports whether the struct holds others, alone or in a list, of which
// the kernel resets what a changing message lacks.
func (t *Table) Resends(p Ptr) bool {
	for i := range t.Fields() {
		f := &t.Fields()[i]
		if f.ops.shape != Object && (f.ops.shape != Many || f.sub == nil) || !f.isSet(p.p) {
			continue
		}
		switch v := t.Get(p, i); v.Shape {
		case Object:
			if v.T.lacksResent(v.P) {
				return true
			}
		case Many:
			if slices.ContainsFunc(v.L, func(e Value) bool { return e.Shape == Object && e.T.lacksResent(e.P) }) {
				return true
			}
		}
	}
	return false
}

// lacksResent reports whether the struct at p does not say what the kernel
// would reset.
func (t *Table) lacksResent(p Ptr) bool {
	for i := range t.Fields() {
		if t.resends(&t.Fields()[i], p) {
			return true
		}
	}
	return false
}

// resends reports whether the kernel would reset f, which p lacks.
func (t *Table) resends(f *Field, p Ptr) bool {
	if !f.Resend || f.isSet(p.p) {
		return false
	}
	return f.With == nil || slices.ContainsFunc(f.With, func(name string) bool { return t.IsSet(p, t.Lookup(name)) })
}

// FillResent completes the structs inside a change with what the kernel would
// reset: the values in from. Elements of lists are told apart by their keys.
func (t *Table) FillResent(to, from Ptr) {
	for i := range t.Fields() {
		a, b := t.Get(to, i), t.Get(from, i)
		switch {
		case a.Shape == Object && b.Shape == Object:
			_ = t.Put(&Put{}, to, i, a.resent(b)) // it was one before
		case a.Shape == Many && b.Shape == Many && t.Fields()[i].sub != nil && !t.Fields()[i].sub.scalar:
			for j, e := range a.L {
				k := slices.IndexFunc(b.L, func(x Value) bool { return x.T == e.T && x.T.sameKey(x.P, e.P) })
				if k >= 0 {
					a.L[j] = e.resent(b.L[k])
				}
			}
			_ = t.Put(&Put{}, to, i, a)
		}
	}
}

// resent is v with what the kernel would reset, from another object.
func (v Value) resent(from Value) Value {
	if v.T != from.T || !v.T.lacksResent(v.P) {
		return v
	}
	whole := v.T.Clone(v.P)
	v.T.Merge(whole, from.P, func(f *Field) bool { return v.T.resends(f, v.P) })
	return ObjectValue(v.T, whole)
}

// sameKey reports whether two structs have the same key, and one at all.
func (t *Table) sameKey(a, b Ptr) bool {
	keys := t.Keys()
	for _, i := range keys {
		if !t.Fields()[i].isSet(a.p) || !t.Fields()[i].same(exact, a.p, b.p) {
			return false
		}
	}
	return len(keys) > 0
}
