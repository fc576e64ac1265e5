package attr

import (
	"encoding/binary"
	"math"
	"unsafe"

	"github.com/netlark/netlark/netlinkcore/opt"
)

// A wide says where a number of 64 bits stands whole, of which a struct has
// room for 32 only.
type wide struct {
	id     uint16
	shift  uint8 // the struct counts in units of 1<<shift
	always bool  // sent whether the struct can hold it or not
}

// HeadWide is a number of 64 bits. The head has 32 of them, all ones when that
// is not enough; then the attribute id has the number. It stands beside the
// struct: next to the attribute that the head belongs to, or behind the head
// of the outermost level.
//
//go:noinline
func HeadWide(off int16, id uint16, name string, p *opt.Value[uint64], doc string) Field {
	f := headField(off, name, unsafe.Pointer(p), narrowOps, doc)
	f.wide = &wide{id: id}
	return f
}

// HeadTicks is a time in nanoseconds, which the attribute id has too. The head
// has it in ticks of the packet scheduler, 64 ns.
//
//go:noinline
func HeadTicks(off int16, id uint16, name string, p *opt.Value[uint64], doc string) Field {
	f := headField(off, name, unsafe.Pointer(p), narrowOps, doc)
	f.wide = &wide{id, tickShift, true}
	return f.In(MicrosInNanos)
}

// narrowOps is the part of a wide number that stands in the head.
var narrowOps = func() *ops {
	o := *words.u64
	o.name, o.width = "u32, or u64 beside it", 4
	at := func(p unsafe.Pointer) *opt.Value[uint64] { return (*opt.Value[uint64])(p) }
	o.dec = func(_ *Dec, f *Field, p unsafe.Pointer, b []byte) error {
		n := uint64(binary.NativeEndian.Uint32(b)) << f.wide.shift
		if at(p).Or(0) < n { // else the attribute came before
			at(p).Set(n)
		}
		at(p).Ref()
		return nil
	}
	o.enc = func(e *Enc, f *Field, p unsafe.Pointer) {
		if v, ok := at(p).Get(); ok {
			v = min(v>>f.wide.shift, math.MaxUint32)
			binary.NativeEndian.PutUint32(e.place(f.head, 4), uint32(v))
		}
	}
	return &o
}()

// wideOps is the attribute that has such a number whole.
var wideOps = func() *ops {
	o := *words.u64
	o.name = "u64"
	at := func(p unsafe.Pointer) *opt.Value[uint64] { return (*opt.Value[uint64])(p) }
	o.dec = func(_ *Dec, _ *Field, p unsafe.Pointer, b []byte) error {
		if len(b) != 8 {
			return errShort(len(b), 8)
		}
		at(p).Set(binary.NativeEndian.Uint64(b))
		return nil
	}
	o.set = func(f *Field, p unsafe.Pointer) bool {
		v, ok := at(p).Get()
		return ok && (f.wide.always || v > math.MaxUint32)
	}
	o.enc = func(e *Enc, f *Field, p unsafe.Pointer) {
		if o.set(f, p) {
			binary.NativeEndian.PutUint64(e.W.Open(f.id, 8), at(p).Or(0))
		}
	}
	return &o
}()

// twin is the attribute beside the struct for a wide member of its head.
func (f *Field) twin() *Field {
	t := *f
	t.id, t.head, t.ops = f.wide.id, -1, wideOps
	return &t
}
