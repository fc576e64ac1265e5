package attr

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"unsafe"
)

// BytesBehind is what stands behind the head of a level, to its end: the key
// of an algorithm. Its length in bits stands in 32 bits at bitsAt of the head,
// unless that is -1.
//
//go:noinline
func BytesBehind(bitsAt int16, name string, p *[]byte, doc string) Field {
	f := field(0, name, unsafe.Pointer(p), behindOps, doc)
	f.lenAt, f.rest = bitsAt, true
	return f
}

var behindOps = func() *ops {
	o := *blobOps
	o.name = "bytes to the end"
	o.dec = func(d *Dec, f *Field, p unsafe.Pointer, b []byte) error {
		if f.lenAt >= 0 {
			bits := uint64(binary.NativeEndian.Uint32(d.head[f.lenAt:]))
			n := (bits + 7) / 8
			if n > uint64(len(b)) {
				return fmt.Errorf("%d bits are announced, %d bytes are there", bits, len(b))
			}
			b = b[:n]
		}
		if len(b) > 0 {
			*blobAt(p) = bytes.Clone(b)
		}
		return nil
	}
	o.enc = func(e *Enc, f *Field, p unsafe.Pointer) {
		b := *blobAt(p)
		if f.lenAt >= 0 {
			binary.NativeEndian.PutUint32(e.place(f.lenAt, 4), uint32(8*len(b)))
		}
		e.W.Raw(b)
	}
	return &o
}()

// NestEither is a struct that has two layouts under two numbers: narrow under
// id and wide, which says more, under id2. Both may be reported; the wide one
// counts. What is sent is the wide one if wants says so.
//
//go:noinline
func NestEither[T any](id, id2 uint16, name string, p **T, narrow, wide Schema[T], wants func(*T) bool, doc string) Field {
	f := Nest(id2, name, p, wide, doc)
	f.id, f.id2 = id, id2
	f.x = &either{narrow.Table, wide.Table, func(p unsafe.Pointer) bool { return wants((*T)(p)) }}
	f.ops = eitherOps
	return f
}

type either struct {
	narrow, wide *Table
	wants        func(unsafe.Pointer) bool
}

var eitherOps = func() *ops {
	o := *nestOps
	o.name = "one of two structs"
	o.dec = func(d *Dec, f *Field, p unsafe.Pointer, b []byte) error {
		t := f.x.(*either).wide
		if d.id == f.id {
			if *ptrAt(p) != nil { // the wide one came before
				return nil
			}
			t = f.x.(*either).narrow
		}
		v := d.new(&t.maker)
		*ptrAt(p) = v
		return t.decodeInner(d, v, b)
	}
	o.enc = func(e *Enc, f *Field, p unsafe.Pointer) {
		v := *ptrAt(p)
		if v == nil {
			return
		}
		x := f.x.(*either)
		id, t := f.id, x.narrow
		if x.wants(v) {
			id, t = f.id2, x.wide
		}
		before := e.err
		m := e.W.Begin(id)
		e.W.At(m+3, 1)[0] &^= nestedBit
		e.whole(t, v)
		e.W.End(m, true)
		e.within(before, f.Name)
	}
	o.put = func(c *Put, f *Field, p unsafe.Pointer, v Value) error {
		x := f.x.(*either)
		if v.Shape == Object && v.T == x.narrow { // the same struct
			v.T = x.wide
		}
		return nestOps.put(c, f, p, v)
	}
	return &o
}()
