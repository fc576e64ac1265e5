package attr

import (
	"fmt"
	"net/netip"
	"unsafe"
)

// Put is the context of setting attributes from outside.
type Put struct {
	// Family decides what "default" and "any" mean; 0 means IPv4.
	Family byte
}

// Get reads attribute i of the struct at p; its shape is None if it is unset.
func (t *Table) Get(p Ptr, i int) Value {
	f := &t.Fields()[i]
	a := f.addr(p.p)
	if a == nil {
		return Value{}
	}
	return f.ops.get(f, a)
}

// Put sets attribute i of the struct at p, checked against its shape, range and
// words.
func (t *Table) Put(c *Put, p Ptr, i int, v Value) error {
	f := &t.Fields()[i]
	if f.isEnd(v) {
		var err error
		if v, err = t.end(f, p, v.S); err != nil || v.Shape == None {
			t.Unset(p, i)
			return err
		}
	}
	return f.ops.put(c, f, f.make(p.p), v)
}

// PutPrefix sets attribute i, if it is an address or a prefix, to what Put sets
// it to from the text of v. It reports whether it did.
func (t *Table) PutPrefix(p Ptr, i int, v netip.Prefix) bool {
	f := &t.Fields()[i]
	switch f.ops {
	case prefixOps, prefixOrLabelOps:
		*prefixAt(f.make(p.p)) = v
	case viaOps:
		a := f.make(p.p)
		*addrAt(a), *linkBeside(f, a) = v.Addr().Unmap(), nil
	case addrOps:
		*addrAt(f.make(p.p)) = v.Addr().Unmap()
	default:
		return false
	}
	return true
}

// Clear sets attribute i to what takes it away; an attribute that cannot be
// taken away is an error.
func (t *Table) Clear(p Ptr, i int) error {
	f := &t.Fields()[i]
	v := f.clears
	if v == nil {
		v = f.def
	}
	if v == nil {
		return fmt.Errorf("cannot be unset")
	}
	if f.ops == devOps {
		*devAt(f.make(p.p)) = NoDev
		return nil
	}
	return f.ops.put(&Put{}, f, f.make(p.p), *v)
}

// Unset makes attribute i unset: neither sent nor compared.
func (t *Table) Unset(p Ptr, i int) {
	f := &t.Fields()[i]
	if a := f.addr(p.p); a != nil {
		f.ops.clear(f, a)
	}
}

// IsSet reports whether attribute i is set.
func (t *Table) IsSet(p Ptr, i int) bool { return t.has(p.p, i) }

// Clone returns a copy of the struct at p whose attributes can be set and unset
// without changing the original; nested structs are shared.
func (t *Table) Clone(p Ptr) Ptr { return t.cloneTo(t.new(), p) }

// Borrow is Clone for a copy that nobody keeps: it goes to Return when it is
// done with.
func (t *Table) Borrow(p Ptr) Ptr {
	q, ok := t.spare.Get().(unsafe.Pointer)
	if !ok {
		q = t.new()
	}
	return t.cloneTo(q, p)
}

// Return takes back what Borrow gave.
func (t *Table) Return(p Ptr) { t.spare.Put(p.p) }

func (t *Table) cloneTo(q unsafe.Pointer, p Ptr) Ptr {
	t.assign(q, p.p)
	for _, g := range t.lay().groups {
		old := *ptrAt(unsafe.Add(p.p, g.off))
		if old == nil {
			continue
		}
		fresh := g.new()
		g.assign(fresh, old)
		*ptrAt(unsafe.Add(q, g.off)) = fresh
	}
	return Ptr{q}
}

// TakeParting copies what the message from tells of an object that is gone
// into a copy of what is known of that: p itself if it tells nothing.
func (t *Table) TakeParting(p, from Ptr) Ptr {
	told := false
	for i := range t.Fields() {
		f := &t.Fields()[i]
		if f.Access&Parting == 0 || !f.isSet(from.p) {
			continue
		}
		if !told {
			p, told = t.Clone(p), true
		}
		t.copyField(p, from, i)
	}
	return p
}

// Merge copies into the struct at to what it does not set itself and from does,
// for the attributes that pick says.
func (t *Table) Merge(to, from Ptr, pick func(f *Field) bool) {
	for i := t.next(from.p, 0); i < len(t.Fields()); i = t.next(from.p, i+1) {
		if !t.has(to.p, i) && pick(&t.Fields()[i]) {
			t.copyField(to, from, i)
		}
	}
}
