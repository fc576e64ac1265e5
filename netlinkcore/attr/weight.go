package attr

import (
	"unsafe"

	"github.com/netlark/netlark/netlinkcore/opt"
)

// Shares of the traffic: the wire has one less, its lower byte first.
var (
	shareOps     = makeShareOps("u8, one less than the share", 1)
	wideShareOps = makeShareOps("u16, one less than the share", 2)
)

func makeShareOps(name string, width int) *ops {
	o := *words.u32
	at := func(p unsafe.Pointer) *opt.Value[uint32] { return (*opt.Value[uint32])(p) }
	o.name, o.width = name, width
	o.dec = func(_ *Dec, _ *Field, p unsafe.Pointer, b []byte) error {
		if len(b) < width {
			return errShort(len(b), width)
		}
		n := uint32(b[0])
		if width > 1 {
			n |= uint32(b[1]) << 8
		}
		at(p).Set(n + 1)
		return nil
	}
	o.enc = func(e *Enc, f *Field, p unsafe.Pointer) {
		v, ok := at(p).Get()
		if !ok {
			return
		}
		b := e.place(f.head, width)
		b[0] = byte(v - 1)
		if width > 1 {
			b[1] = byte((v - 1) >> 8)
		}
	}
	return &o
}

// HeadShare is a weight of 1 to 256 in one byte of the head.
//
//go:noinline
func HeadShare(off int16, name string, p *opt.Value[uint32], doc string) Field {
	return headField(off, name, unsafe.Pointer(p), shareOps, doc).Range(1, 1<<8)
}

// HeadWideShare is a weight of 1 to 65536 in two bytes of the head.
//
//go:noinline
func HeadWideShare(off int16, name string, p *opt.Value[uint32], doc string) Field {
	return headField(off, name, unsafe.Pointer(p), wideShareOps, doc).Range(1, 1<<16)
}
