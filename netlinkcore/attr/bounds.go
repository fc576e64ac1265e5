package attr

import "unsafe"

// AtTimes are bounds of the number that the kernel knows only at times (a
// bridge's forward delay, while its spanning tree is on). They are not checked
// before sending, but tell what the kernel means when it says ERANGE.
//
//go:noinline
func (f Field) AtTimes(lo, hi uint64) Field { f.min, f.max, f.atTimes = lo, hi, true; return f }

// Beyond returns the path of an attribute that the struct at p sets beyond the
// bounds that hold at times, or "".
func (t *Table) Beyond(p Ptr) string {
	for i := range t.Fields() {
		f := &t.Fields()[i]
		if !f.atTimes && f.ops.shape != Object || !f.isSet(p.p) {
			continue
		}
		a := f.addr(p.p)
		if f.atTimes && f.strays(a) {
			return f.Name
		}
		if v := f.ops.get(f, a); v.Shape == Object {
			if in := v.T.Beyond(v.P); in != "" {
				return f.Name + "." + in
			}
		}
	}
	return ""
}

func (f *Field) strays(a unsafe.Pointer) bool {
	check := *f
	check.ranged = true
	return f.ops.fits != nil && f.ops.fits(&check, a) != nil
}
