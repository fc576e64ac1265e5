package attr

// Makeable returns a copy of an object that was read with what makes another one
// like it: what can be given, and is not what the kernel would make of it by
// itself.
func (t *Table) Makeable(p Ptr) Ptr {
	out := t.Clone(p)
	for i := range t.Fields() {
		f := &t.Fields()[i]
		if !f.isSet(out.p) || f.Access&Key != 0 || f.Access&(Report|Create|Change) == 0 {
			continue // what only filters may be another name of what is given
		}
		v := t.Get(out, i)
		switch {
		case f.Access&(Create|Change) == 0, f.Access&Volatile != 0, t.IsDefault(p, i, v):
			t.Unset(out, i)
		case v.Shape == Object && len(f.Cases()) > 0:
			_ = f.ops.put(&Put{}, f, f.make(out.p), ObjectValue(v.T, v.T.Makeable(v.P))) // it is of that case
		}
	}
	return out
}

// Destinations yields the namespaces that the struct, or a part of it, is to be
// in.
func (t *Table) Destinations(p Ptr, yield func(NetNS)) {
	for i := range t.Fields() {
		f := &t.Fields()[i]
		a := f.addr(p.p)
		switch {
		case a == nil || !f.ops.set(f, a):
		case f.Moves && f.ops == nsOps:
			yield(*nsAt(a))
		case f.ops.shape == Object:
			if v := f.ops.get(f, a); v.Shape == Object {
				v.T.Destinations(v.P, yield)
			}
		}
	}
}

// Elsewhere reports whether the struct names something in another namespace,
// besides one that it moves to itself.
func (t *Table) Elsewhere(p Ptr) bool {
	for i := range t.Fields() {
		if f := &t.Fields()[i]; f.ops == nsOps && !f.Moves && f.isSet(p.p) {
			return true
		}
	}
	return false
}

// Naming is the attribute that gives an object another name, or -1.
func (t *Table) Naming() int { return t.lay().naming }

// Complete sets in the struct at to what it does not name and from does. Kinds
// of one case are completed in the same way; others stay as they are.
func (t *Table) Complete(to, from Ptr) {
	for i := t.next(from.p, 0); i < len(t.Fields()); i = t.next(from.p, i+1) {
		f := &t.Fields()[i]
		if f.Access&(Report|Create|Change) == 0 {
			continue
		}
		if !t.has(to.p, i) {
			t.copyField(to, from, i)
			continue
		}
		w, h := t.Get(to, i), t.Get(from, i)
		if len(f.Cases()) == 0 || w.Shape != Object || h.Shape != Object || w.T != h.T {
			continue
		}
		inner := w.T.Clone(w.P)
		w.T.Complete(inner, h.P)
		_ = f.ops.put(&Put{}, f, f.make(to.p), ObjectValue(w.T, inner)) // it is of that case
	}
}

// Forget unsets what only the kernel says and changes: counters and the like of
// an object that was read, which mean nothing in a change.
func (t *Table) Forget(p Ptr) {
	for i := range t.Fields() {
		if f := &t.Fields()[i]; f.Access&Volatile != 0 && f.Access&(Create|Change|Key) == 0 {
			t.Unset(p, i)
		}
	}
}
