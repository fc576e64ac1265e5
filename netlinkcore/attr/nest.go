package attr

import (
	"encoding/binary"
	"unsafe"

	"github.com/netlark/netlark/netlinkcore/wire"
)

func ptrAt(p unsafe.Pointer) *unsafe.Pointer { return (*unsafe.Pointer)(p) }

// nestOps is a struct of its own behind a pointer.
var nestOps = &ops{name: "nest", shape: Object, save: saveNest, load: loadNest,
	dec: func(d *Dec, f *Field, p unsafe.Pointer, b []byte) error {
		if f.quiet && f.sub.saysNothing(b) {
			return nil
		}
		if v := d.shares(f, b); v != nil {
			*ptrAt(p) = v
			return nil
		}
		if f.share { // with those that come later: none of them takes it back
			defer func(list *listing) { d.list = list }(d.list)
			d.list = nil
		}
		v := d.new(&f.sub.maker)
		*ptrAt(p) = v
		if err := f.sub.decodeInner(d, v, b); err != nil {
			return err
		}
		d.share(f, b, v)
		return nil
	},
	enc: func(e *Enc, f *Field, p unsafe.Pointer) {
		if v := *ptrAt(p); v != nil {
			before := e.err
			f.encodeNest(e, v)
			e.within(before, f.Name)
		}
	},
	set:   func(_ *Field, p unsafe.Pointer) bool { return *ptrAt(p) != nil },
	clear: func(_ *Field, p unsafe.Pointer) { *ptrAt(p) = nil },
	eq: func(how compare, f *Field, a, b unsafe.Pointer) bool {
		x, y := *ptrAt(a), *ptrAt(b)
		if x == nil || y == nil {
			return x == y
		}
		return f.sub.same(how, x, y)
	},
	get: func(f *Field, p unsafe.Pointer) Value {
		if v := *ptrAt(p); v != nil {
			return ObjectValue(f.sub, Ptr{v})
		}
		return Value{}
	},
	put: func(c *Put, f *Field, p unsafe.Pointer, v Value) error {
		q, err := f.sub.accept(c, f, v)
		if err == nil {
			*ptrAt(p) = q
		}
		return err
	},
}

func (f *Field) encodeNest(e *Enc, v unsafe.Pointer) {
	if f.id == 0 {
		f.encodeInHead(e, v)
		return
	}
	m := e.W.Begin(f.id)
	if f.sub.root().size > 0 {
		e.W.At(m+3, 1)[0] &^= nestedBit
	}
	e.whole(f.sub, v)
	e.W.End(m, f.sub.root().size > 0)
}

// saysNothing reports whether a payload is all zeros: its C struct, and what is
// in the attributes of a nest.
func (t *Table) saysNothing(b []byte) bool {
	l := t.root()
	n := min(l.size, len(b))
	if !zeros(b[:n]) {
		return false
	}
	if len(l.slots) == 0 {
		return true
	}
	r := wire.NewReader(b[min(wire.Align(n), len(b)):])
	for {
		_, data, ok := r.Next()
		if !ok {
			return r.Err() == nil
		}
		if !zeros(data) {
			return false
		}
	}
}

func zeros(b []byte) bool {
	for ; len(b) >= 8; b = b[8:] {
		if binary.NativeEndian.Uint64(b) != 0 {
			return false
		}
	}
	for _, c := range b {
		if c != 0 {
			return false
		}
	}
	return true
}

// Quiet makes a nest that says only zeros as if it were not there: the kernel
// reports it always, and hardly ever is there something in it.
//
//go:noinline
func (f Field) Quiet() Field { f.quiet = true; return f }

// IsQuiet reports whether a nest of zeros is as none.
func (f *Field) IsQuiet() bool { return f.quiet }

// encodeInHead writes the head of a nested struct into that of the outer one.
func (f *Field) encodeInHead(e *Enc, v unsafe.Pointer) {
	given := v
	v = f.sub.ready(v)
	outer, deep := e.at, e.deep
	e.at, e.deep = e.at+int(f.head), true
	for i := range f.sub.root().heads {
		in := f.sub.root().heads[i].f
		if a := in.addr(v); a != nil && e.takes(in) {
			in.ops.enc(e, in, a)
		}
	}
	e.at, e.deep = outer, deep
	f.sub.unready(given, v)
}

// accept takes an object of this table, or what its constructor takes without a
// keyword: a veth's peer may be given by its name alone.
func (t *Table) accept(c *Put, f *Field, v Value) (unsafe.Pointer, error) {
	if v.Shape == Object && v.T == t {
		return v.P.p, nil
	}
	only := -1
	switch {
	case t.scalar:
		only = 0
	case len(t.Args) == 1:
		only = t.Lookup(t.Args[0])
	}
	if v.Shape == Object || only < 0 {
		return nil, f.wants(v)
	}
	q := t.new()
	if err := t.Put(c, Ptr{q}, only, v); err != nil {
		return nil, err
	}
	return q, nil
}

// Nest is a struct of its own: a nest of attributes, a C struct, or both.
//
//go:noinline
func Nest[T any](id uint16, name string, p **T, s Schema[T], doc string) Field {
	f := field(id, name, unsafe.Pointer(p), nestOps, doc)
	f.sub = s.Table
	return f
}

// HeadStruct is a C struct inside the head, that scripts see as an object.
//
//go:noinline
func HeadStruct[T any](off int16, name string, p **T, s Schema[T], doc string) Field {
	f := headField(off, name, unsafe.Pointer(p), nestOps, doc)
	f.sub, f.quiet = s.Table, true
	return f
}
