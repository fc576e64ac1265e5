package attr

import "unsafe"

// compare says which attributes of two structs have to agree.
type compare uint8

const (
	exact  compare = iota // all that are not volatile
	subset                // those that the first names, and that are not volatile
	filter                // all that the first names
)

// same compares two structs of the table.
func (t *Table) same(how compare, a, b unsafe.Pointer) bool {
	for i := range t.Fields() {
		if !t.Fields()[i].same(how, a, b) {
			return false
		}
	}
	return true
}

func (f *Field) same(how compare, a, b unsafe.Pointer) bool {
	if f.Access&Inside != 0 || f.Access&Volatile != 0 && how != filter {
		return true
	}
	if n := f.ops.flag; n != 0 && f.group == nil && sameBytes(unsafe.Add(a, f.off), unsafe.Add(b, f.off), n+1) {
		return true
	}
	x, y := f.isSet(a), f.isSet(b)
	switch {
	case !x && !y, !x && how != exact:
		return true
	case x != y:
		return x && (f.isBlank(a) || how == subset && f.saysNothing(a)) || y && f.isBlank(b)
	}
	if how == filter { // what is inside is compared as what is to be so, not as what counts
		how = subset
	}
	return f.ops.eq(how, f, f.addr(a), f.addr(b))
}

// sameBytes compares what is neither a string nor a slice: numbers and the byte
// behind them, which lists compare for each object.
func sameBytes(a, b unsafe.Pointer, n uintptr) bool {
	switch n {
	case 2:
		return *(*[2]byte)(a) == *(*[2]byte)(b)
	case 5:
		return *(*[5]byte)(a) == *(*[5]byte)(b)
	}
	return unsafe.String((*byte)(a), n) == unsafe.String((*byte)(b), n)
}

// saysNothing reports whether what is set is what the kernel makes of it unasked,
// and may not report.
func (f *Field) saysNothing(p unsafe.Pointer) bool {
	v := f.ops.get(f, f.addr(p))
	return f.IsDefault(v) || f.TakesAway(v)
}

// isBlank reports whether the attribute is set to what the kernel reports by
// silence: an empty list, or a prefix that is everything.
func (f *Field) isBlank(p unsafe.Pointer) bool {
	return f.ops.blank != nil && f.ops.blank(f, f.addr(p))
}

// Equal reports whether all attributes of a and b agree, save volatile ones.
func (t *Table) Equal(a, b Ptr) bool { return t.same(exact, a.p, b.p) }

// Covers reports whether all that want names equals in have.
func (t *Table) Covers(have, want Ptr) bool { return t.same(subset, want.p, have.p) }

// Agree reports whether have agrees with want, a filter, in the attributes at
// the places that are listed. Volatile ones count: a filter means what it names.
func (t *Table) Agree(want, have Ptr, places []int) bool {
	for _, i := range places {
		if !t.Fields()[i].same(filter, want.p, have.p) {
			return false
		}
	}
	return true
}

// WantsDown reports whether the struct sets what can be changed only while the
// device is down.
func (t *Table) WantsDown(p Ptr) bool {
	for i := range t.Fields() {
		f := &t.Fields()[i]
		if !f.isSet(p.p) {
			continue
		}
		if f.WhileDown {
			return true
		}
		if v := f.ops.get(f, f.addr(p.p)); v.Shape == Object && v.T.WantsDown(v.P) {
			return true
		}
	}
	return false
}

// Fixed returns the path of an attribute that the struct sets and that cannot
// be changed after creation, or "".
func (t *Table) Fixed(p Ptr) string {
	for i := range t.Fields() {
		f := &t.Fields()[i]
		if f.Access&Key != 0 || !f.isSet(p.p) {
			continue
		}
		if f.Access&Change == 0 && f.Access&Create != 0 {
			return f.Name
		}
		if v := f.ops.get(f, f.addr(p.p)); v.Shape == Object {
			if in := v.T.Fixed(v.P); in != "" {
				return f.Name + "." + in
			}
		}
	}
	return ""
}
