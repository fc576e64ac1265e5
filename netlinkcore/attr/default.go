package attr

import "slices"

// An exception says which objects have another default: those whose attribute
// by, a kind, is one of names.
type exception struct {
	by    string
	names []string
}

// Default is what the kernel sets when the attribute is not sent, as a bare
// number, word or boolean.
//
//go:noinline
func (f Field) Default(x any) Field { v := valueOf(x); f.def = &v; return f }

// DefaultBut is Default, but for the objects whose kind, the attribute by, is
// one of names: the kernel gives those something else.
//
//go:noinline
func (f Field) DefaultBut(x any, by string, names ...string) Field {
	f = f.Default(x)
	f.but = &exception{by, names}
	return f
}

// HasDefault returns what the kernel sets when the attribute is not sent, if
// that is the same for all.
func (f *Field) HasDefault() (Value, bool) {
	if f.def == nil || f.but != nil {
		return Value{}, false
	}
	return *f.def, true
}

// IsDefault reports whether v is what the kernel sets when the attribute is not
// sent, for all.
func (f *Field) IsDefault(v Value) bool { return f.but == nil && f.equalsDefault(v) }

func (f *Field) equalsDefault(v Value) bool {
	return f.def != nil && v.Shape != Object && v.Shape != Many && f.def.Shape == v.Shape && f.def.S == v.S &&
		(f.def.N == v.N || f.kept != nil && v.Shape == Int && f.keptAlike(f.def.N, v.N))
}

// IsDefault reports whether v, which attribute i of the struct at p is, is what
// the kernel sets when the attribute is not sent.
func (t *Table) IsDefault(p Ptr, i int, v Value) bool {
	return t.hasDefault(p, i) && t.Fields()[i].equalsDefault(v)
}

// MayBeDefault reports whether attribute i of the struct at p may be the default or
// not: that depends on its kind, which it does not tell, as a pair's other end.
func (t *Table) MayBeDefault(p Ptr, i int) bool {
	f := &t.Fields()[i]
	return f.but != nil && f.isSet(p.p) && !t.IsSet(p, t.Lookup(f.but.by))
}

// hasDefault reports whether the default of attribute i is that of the struct at p.
func (t *Table) hasDefault(p Ptr, i int) bool {
	f := &t.Fields()[i]
	if f.but == nil {
		return f.def != nil
	}
	kind := t.Get(p, t.Lookup(f.but.by))
	name := kind.S
	if kind.Shape == Object {
		name = kind.T.Name
	}
	return !slices.Contains(f.but.names, name)
}
