package attr

import "slices"

// A condition holds for objects whose attribute by is one of values; if those are
// none, for objects that have it.
type condition struct {
	by     string
	values []string
}

// FixedIf says that the kernel cannot change the attribute of objects whose
// attribute by, a kind, a word or a number, is one of values; without values, of
// those that have it. It may be said again.
//
//go:noinline
func (f Field) FixedIf(by string, values ...string) Field {
	f.fixedIf = append(slices.Clip(f.fixedIf), condition{by, values})
	return f
}

// Fixed says that the kernel cannot change the attribute, although changing messages
// have it.
//
//go:noinline
func (f Field) Fixed() Field { f.fixed = true; return f }

// isFixed reports whether the kernel cannot change attribute i of the struct at p.
func (t *Table) isFixed(p Ptr, i int) bool {
	f := &t.Fields()[i]
	return f.fixed || f.Access&Change == 0 || slices.ContainsFunc(f.fixedIf, func(c condition) bool { return t.holds(p, c) })
}

func (t *Table) holds(p Ptr, c condition) bool {
	v := t.Get(p, t.Lookup(c.by))
	switch {
	case v.Shape == None:
		return false
	case c.values == nil:
		return v.Shape != Many || len(v.L) > 0
	case v.Shape == Object:
		return slices.Contains(c.values, v.T.Name)
	case v.Shape == Text:
		return slices.Contains(c.values, v.S)
	}
	return slices.Contains(c.values, v.String())
}

// BackAnew says that an attribute that was given goes back to its default only when
// the object is made anew: the kernel refuses that in a change, or something else
// that followed stays.
//
//go:noinline
func (f Field) BackAnew() Field { f.anew = true; return f }
