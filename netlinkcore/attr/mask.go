package attr

import (
	"encoding/binary"
	"fmt"
	"strconv"
	"strings"
	"unsafe"

	"github.com/netlark/netlark/netlinkcore/opt"
)

// A Masked is a number and the bits of it that count. Scripts write it as a
// number, all of whose bits count, or as "0x1/0xff".
type Masked[T uint8 | uint16 | uint32] struct{ Value, Mask T }

// Mark is a packet mark with its mask.
type Mark = Masked[uint32]

// MaskedNumber is a value and its mask under two numbers; without the second
// one all bits count.
//
//go:noinline
func MaskedNumber[T uint8 | uint16 | uint32](id, mask uint16, name string, p *opt.Value[Masked[T]], doc string) Field {
	f := field(id, name, unsafe.Pointer(p), maskedOps[T](binary.NativeEndian), doc)
	f.id2 = mask
	return f
}

// MaskedBE is MaskedNumber in network order.
//
//go:noinline
func MaskedBE[T uint8 | uint16 | uint32](id, mask uint16, name string, p *opt.Value[Masked[T]], doc string) Field {
	f := field(id, name, unsafe.Pointer(p), maskedOps[T](binary.BigEndian), doc)
	f.id2 = mask
	return f
}

// HeadMasked is a value and its mask, both members of the head.
//
//go:noinline
func HeadMasked[T uint8 | uint16 | uint32](off, mask int16, name string, p *opt.Value[Masked[T]], doc string) Field {
	f := headField(off, name, unsafe.Pointer(p), maskedOps[T](binary.NativeEndian), doc)
	f.mask = mask
	return f
}

// HeadMaskedBE is HeadMasked in network order.
//
//go:noinline
func HeadMaskedBE[T uint8 | uint16 | uint32](off, mask int16, name string, p *opt.Value[Masked[T]], doc string) Field {
	f := headField(off, name, unsafe.Pointer(p), maskedOps[T](binary.BigEndian), doc)
	f.mask = mask
	return f
}

func maskedOps[T uint8 | uint16 | uint32](order binary.ByteOrder) *ops {
	at := func(p unsafe.Pointer) *opt.Value[Masked[T]] { return (*opt.Value[Masked[T]])(p) }
	n := int(unsafe.Sizeof(T(0)))
	return &ops{name: fmt.Sprintf("masked u%d", 8*n), shape: Text, width: n, save: saveOpt[Masked[T]](nil), load: loadOpt[Masked[T]](),
		dec: func(d *Dec, f *Field, p unsafe.Pointer, b []byte) error {
			if len(b) < n {
				return errShort(len(b), n)
			}
			v := load[T](order, b)
			if f.id == 0 {
				// In a struct a mask of 0 says that nothing is matched.
				if m := load[T](order, d.head[f.mask:]); m != 0 || v != 0 {
					at(p).Set(Masked[T]{v, m})
				}
				return nil
			}
			fresh := !at(p).IsSet()
			m := at(p).Ref()
			if d.id == f.id2 {
				m.Mask = v
				return nil
			}
			m.Value = v
			if fresh {
				m.Mask = T(f.allBits(8 * n))
			}
			return nil
		},
		enc: func(e *Enc, f *Field, p unsafe.Pointer) {
			m, ok := at(p).Get()
			if !ok {
				return
			}
			if f.id == 0 {
				store(order, e.place(f.head, n), m.Value)
				store(order, e.place(f.mask, n), m.Mask)
				return
			}
			store(order, e.W.Open(f.id, n), m.Value)
			if f.id2 != 0 {
				store(order, e.W.Open(f.id2, n), m.Mask&T(f.allBits(8*n)))
			}
		},
		set:   func(_ *Field, p unsafe.Pointer) bool { return at(p).IsSet() },
		clear: func(_ *Field, p unsafe.Pointer) { at(p).Unset() },
		eq:    func(_ compare, _ *Field, a, b unsafe.Pointer) bool { return *at(a) == *at(b) },
		get: func(f *Field, p unsafe.Pointer) Value {
			m, ok := at(p).Get()
			if !ok {
				return Value{}
			}
			if all := T(f.allBits(8 * n)); m.Mask&all == all {
				return f.number(0, uint64(m.Value), false)
			}
			return TextValue(fmt.Sprintf("%#x/%#x", uint64(m.Value), uint64(m.Mask)))
		},
		put: func(_ *Put, f *Field, p unsafe.Pointer, v Value) error {
			value, mask, err := f.parseMasked(v, 8*n)
			if err == nil {
				at(p).Set(Masked[T]{T(value), T(mask)})
			}
			return err
		},
	}
}

// allBits is the mask of the whole number: the bits that its Range leaves.
func (f *Field) allBits(bits int) uint64 {
	if f.ranged {
		return f.max
	}
	return 1<<bits - 1
}

func (f *Field) parseMasked(v Value, bits int) (value, mask uint64, err error) {
	all := f.allBits(bits)
	switch {
	case v.Shape == Int && !v.Neg && v.N <= all:
		return v.N, all, nil
	case v.Shape != Text:
		return 0, 0, fmt.Errorf("got %s, want a number up to %d or a string such as \"0x1/0xff\"", v, all)
	}
	if n, ok := f.Enum.Number(v.S); ok {
		return n, all, nil
	}
	a, b, masked := strings.Cut(v.S, "/")
	value, err = strconv.ParseUint(a, 0, bits)
	mask = all
	if err == nil && masked {
		mask, err = strconv.ParseUint(b, 0, bits)
	}
	if err != nil || value > all || mask > all {
		return 0, 0, fmt.Errorf("%q is not a value with a mask, such as \"0x1/0xff\", of at most %#x", v.S, all)
	}
	return value, mask, nil
}
