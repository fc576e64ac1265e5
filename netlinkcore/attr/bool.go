package attr

import (
	"encoding/binary"
	"fmt"
	"math"
	"unsafe"

	"github.com/netlark/netlark/netlinkcore/opt"
)

func boolAt(p unsafe.Pointer) *opt.Value[bool] { return (*opt.Value[bool])(p) }

// boolOps is the code of all booleans; they differ in how they lie on the wire.
func boolOps(name string, width int, dec func(d *Dec, f *Field, p unsafe.Pointer, b []byte) error, enc func(e *Enc, f *Field, v bool)) *ops {
	return &ops{name: name, shape: Bool, width: width, flag: optFlag[bool](), dec: dec,
		enc: func(e *Enc, f *Field, p unsafe.Pointer) {
			if v, ok := boolAt(p).Get(); ok {
				enc(e, f, v)
			}
		},
		set:   func(_ *Field, p unsafe.Pointer) bool { return boolAt(p).IsSet() },
		clear: func(_ *Field, p unsafe.Pointer) { boolAt(p).Unset() },
		eq:    func(_ compare, _ *Field, a, b unsafe.Pointer) bool { return *boolAt(a) == *boolAt(b) },
		get: func(_ *Field, p unsafe.Pointer) Value {
			v, ok := boolAt(p).Get()
			if !ok {
				return Value{}
			}
			return BoolValue(v)
		},
		put: func(_ *Put, f *Field, p unsafe.Pointer, v Value) error {
			if v.Shape != Bool && (v.Shape != Int || v.N > 1) {
				return f.wants(v)
			}
			boolAt(p).Set(v.N != 0)
			return nil
		},
	}
}

// byteBool, wordBool and flagBool are booleans as attributes of their own.
var (
	byteBool = boolOps("u8 boolean", 1, decodeBool, func(e *Enc, f *Field, v bool) {
		if f.id == 0 {
			e.place(f.head, 1)[0] = bit(v)
			return
		}
		e.W.Open(f.id, 1)[0] = bit(v)
	})
	longBool = boolOps("u32 boolean", 4, decodeBool, func(e *Enc, f *Field, v bool) {
		binary.NativeEndian.PutUint32(e.W.Open(f.id, 4), uint32(bit(v)))
	})
	headLongBool = boolOps("u32 boolean", 4,
		func(_ *Dec, _ *Field, p unsafe.Pointer, b []byte) error {
			if len(b) < 4 {
				return errShort(len(b), 4)
			}
			if n := binary.NativeEndian.Uint32(b); n != math.MaxUint32 {
				boolAt(p).Set(n != 0)
			}
			return nil
		},
		func(e *Enc, f *Field, v bool) { binary.NativeEndian.PutUint32(e.place(f.head, 4), uint32(bit(v))) })
	flagBool = boolOps("flag", 0,
		func(d *Dec, f *Field, p unsafe.Pointer, b []byte) error {
			if len(b) == 0 {
				boolAt(p).Set(true)
				return nil
			}
			return decodeBool(d, f, p, b)
		},
		func(e *Enc, f *Field, v bool) {
			if v {
				e.W.Blob(f.id, nil)
			}
		})
	bitBool = boolOps("bit", 0, decodeBit, encodeBit)
)

func bit(v bool) byte {
	if v {
		return 1
	}
	return 0
}

// decodeBool takes any width: a few attributes are u8 one way and u32 the other.
func decodeBool(_ *Dec, f *Field, p unsafe.Pointer, b []byte) error {
	if len(b) == 0 {
		return errShort(0, 1)
	}
	if f.id == 0 {
		b = b[:1]
	}
	v := false
	for _, x := range b {
		v = v || x != 0
	}
	boolAt(p).Set(v)
	return nil
}

// Bool8 is a boolean in one byte.
//
//go:noinline
func Bool8(id uint16, name string, p *opt.Value[bool], doc string) Field {
	return field(id, name, unsafe.Pointer(p), byteBool, doc)
}

// Bool32 is a boolean in 32 bits.
//
//go:noinline
func Bool32(id uint16, name string, p *opt.Value[bool], doc string) Field {
	return field(id, name, unsafe.Pointer(p), longBool, doc)
}

// HeadBool is a boolean in one byte of the head.
//
//go:noinline
func HeadBool(off int16, name string, p *opt.Value[bool], doc string) Field {
	return headField(off, name, unsafe.Pointer(p), byteBool, doc)
}

// HeadBool32 is a boolean in 32 bits of the head. All ones say that nothing is
// known, as when it is unset.
//
//go:noinline
func HeadBool32(off int16, name string, p *opt.Value[bool], doc string) Field {
	return headField(off, name, unsafe.Pointer(p), headLongBool, doc)
}

// Flag is an attribute whose presence says true. False cannot be sent: what is
// true can become false only by making the object anew.
//
//go:noinline
func Flag(id uint16, name string, p *opt.Value[bool], doc string) Field {
	return field(id, name, unsafe.Pointer(p), flagBool, doc)
}

// HeadBit is one bit of a word of bytes width in the head. Several share the
// word. A mask of -1 means that the kernel takes the word whole; otherwise a
// word at mask says which bits are meant.
//
//go:noinline
func HeadBit(off, mask int16, width int, bit uint64, name string, p *opt.Value[bool], doc string) Field {
	f := headField(off, name, unsafe.Pointer(p), bitBool, doc)
	f.mask, f.bit, f.size = mask, bit, width
	return f
}

// Inverted makes a bit mean the opposite of its name (IFF_NOARP, as "arp").
//
//go:noinline
func (f Field) Inverted() Field { f.invert = true; return f }

// BitWord binds the bits of an attribute that is one word of width bytes; the
// bits are HeadBits of offset 0.
//
//go:noinline
func BitWord(id uint16, width int, bits ...Field) Field { return Nested(id, width, bits...) }

func (f *Field) word(b []byte) uint64 {
	switch f.size {
	case 1:
		return uint64(b[0])
	case 2:
		return uint64(binary.NativeEndian.Uint16(b))
	}
	return uint64(binary.NativeEndian.Uint32(b))
}

func (f *Field) orWord(b []byte, n uint64) {
	n |= f.word(b)
	switch f.size {
	case 1:
		b[0] = byte(n)
	case 2:
		binary.NativeEndian.PutUint16(b, uint16(n))
	default:
		binary.NativeEndian.PutUint32(b, uint32(n))
	}
}

func decodeBit(_ *Dec, f *Field, p unsafe.Pointer, b []byte) error {
	if len(b) < f.size {
		return errShort(len(b), f.size)
	}
	boolAt(p).Set(f.word(b)&f.bit != 0 != f.invert)
	return nil
}

func encodeBit(e *Enc, f *Field, v bool) {
	if v != f.invert {
		f.orWord(e.place(f.head, f.size), f.bit)
	}
	if f.mask >= 0 {
		f.orWord(e.place(f.mask, f.size), f.bit)
	}
}

// --- sets of words

// Set is a set of words in 32 bits (RTAX_FEATURES, RTAX_LOCK).
//
//go:noinline
func Set[T ~uint32](id uint16, name string, p *opt.Value[T], e Enum, doc string) Field {
	f := field(id, name, unsafe.Pointer(p), setOps, doc)
	f.Enum = e
	return f
}

var setOps = func() *ops {
	o := *words.u32
	o.name, o.shape, o.save = "set of bits", Bits, saveOpt[uint32](nil)
	at := func(p unsafe.Pointer) *opt.Value[uint32] { return (*opt.Value[uint32])(p) }
	o.get = func(f *Field, p unsafe.Pointer) Value {
		v, ok := at(p).Get()
		if !ok {
			return Value{}
		}
		return Value{Shape: Bits, L: f.Enum.bits(uint64(v))}
	}
	o.put = func(_ *Put, f *Field, p unsafe.Pointer, v Value) error {
		if v.Shape != Many && v.Shape != Bits {
			return f.wants(v)
		}
		n, err := f.Enum.parseBits(v.L)
		if err == nil && n>>32 != 0 {
			err = fmt.Errorf("a set of 32 bits has no bit %#x", n)
		}
		if err == nil {
			at(p).Set(uint32(n))
		}
		return err
	}
	return &o
}()

// Swap16 gives the value that a word of 16 bits in network order has when it is
// read in host order: for bits of such words.
func Swap16(n uint16) uint16 {
	var b [2]byte
	binary.BigEndian.PutUint16(b[:], n)
	return binary.NativeEndian.Uint16(b[:])
}
