package attr

import (
	"fmt"
	"unsafe"
)

// Check returns what is wrong with a number that the struct at p sets, here or
// in what it holds: it is out of the range that the definition gives. Scripts
// cannot set such a number, Go can. The error is a *PathError.
func (t *Table) Check(p Ptr) error {
	checked := t.lay().checked
	for i := range checked {
		f := checked[i].f
		if !checked[i].isSet(p.p) {
			continue
		}
		if err := f.check(f.addr(p.p)); err != nil {
			return under(f.Name, err)
		}
	}
	return nil
}

// isChecked reports whether Check has to look at the attribute.
func (f *Field) isChecked() bool {
	if f.Access&(Create|Change) == 0 {
		return false
	}
	return f.ranged && f.ops.fits != nil || f.ops.shape == Object || f.ops.shape == Many
}

func (f *Field) check(a unsafe.Pointer) error {
	if f.ranged && f.ops.fits != nil {
		return f.ops.fits(f, a)
	}
	if l, ok := f.x.(*list); ok {
		for i := range l.len(a) {
			if err := f.sub.Check(Ptr{l.at(a, i)}); err != nil {
				return under(fmt.Sprintf("[%d]", i), err)
			}
		}
		return nil
	}
	v := f.ops.get(f, a)
	if v.Shape == Object {
		return v.T.Check(v.P)
	}
	for i, e := range v.L { // a list of kinds
		if e.Shape != Object {
			continue
		}
		if err := e.T.Check(e.P); err != nil {
			return under(fmt.Sprintf("[%d]", i), err)
		}
	}
	return nil
}

// outOfRange is the error for a number that the wire could carry and the kernel
// does not take, or nil.
func (f *Field) outOfRange(n uint64, negative bool) error {
	lo, hi := int64(f.min), f.max
	switch {
	case !negative && f.Enum.Name(n) != "":
		return nil
	case negative && int64(n) >= lo, !negative && n <= hi && (lo <= 0 || n >= uint64(lo)):
		return nil
	}
	return fmt.Errorf("%s is out of range: want %s to %s%s", f.number(int64(n), n, negative), f.bound(IntValue(lo)), f.bound(UintValue(hi)), f.unitName())
}
