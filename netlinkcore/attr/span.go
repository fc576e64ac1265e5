package attr

import (
	"encoding/binary"
	"fmt"
	"strconv"
	"strings"
	"unsafe"

	"github.com/netlark/netlark/netlinkcore/opt"
)

// A Span is a range of numbers, both ends included, or one number with the bits
// of it that count. Scripts write it as "1000-2000", as a pair, as one number,
// or as "0x1000/0xf000".
type Span[T uint16 | uint32] struct {
	From, To T
	Mask     T // of a single number; 0: all bits count
}

// Range is a Span without a mask as an attribute: both numbers, in host order.
//
//go:noinline
func Range[T uint16 | uint32](id uint16, name string, p *opt.Value[Span[T]], doc string) Field {
	return field(id, name, unsafe.Pointer(p), spanOps[T](), doc)
}

// MaskedRange is a Span whose mask has a number of its own. A mask of all bits
// is not sent: kernels that do not know the attribute need none.
//
//go:noinline
func MaskedRange[T uint16 | uint32](id, mask uint16, name string, p *opt.Value[Span[T]], doc string) Field {
	f := Range(id, name, p, doc)
	f.id2 = mask
	return f
}

func spanOps[T uint16 | uint32]() *ops {
	at := func(p unsafe.Pointer) *opt.Value[Span[T]] { return (*opt.Value[Span[T]])(p) }
	n := int(unsafe.Sizeof(T(0)))
	return &ops{name: fmt.Sprintf("range of u%d", 8*n), shape: Text, width: 2 * n, save: saveOpt[Span[T]](nil), load: loadOpt[Span[T]](),
		dec: func(d *Dec, f *Field, p unsafe.Pointer, b []byte) error {
			if f.id2 != 0 && d.id == f.id2 {
				return decodeSpanMask(at(p), b)
			}
			if len(b) != 2*n {
				return errShort(len(b), 2*n)
			}
			v := at(p).Ref()
			v.From, v.To = load[T](binary.NativeEndian, b), load[T](binary.NativeEndian, b[n:])
			return nil
		},
		enc: func(e *Enc, f *Field, p unsafe.Pointer) {
			if v, ok := at(p).Get(); ok {
				encodeSpan(e, f, v)
			}
		},
		set:   func(_ *Field, p unsafe.Pointer) bool { return at(p).IsSet() },
		clear: func(_ *Field, p unsafe.Pointer) { at(p).Unset() },
		eq: func(how compare, f *Field, a, b unsafe.Pointer) bool {
			x, y := at(a).Or(Span[T]{}), at(b).Or(Span[T]{})
			return x == y || f.each && how != exact && x.From <= y.From && y.To <= x.To
		},
		fits: func(f *Field, p unsafe.Pointer) error {
			v := at(p).Or(Span[T]{})
			if err := f.outOfRange(uint64(v.From), false); err != nil {
				return err
			}
			return f.outOfRange(uint64(v.To), false)
		},
		get: func(_ *Field, p unsafe.Pointer) Value {
			v, ok := at(p).Get()
			switch {
			case !ok:
				return Value{}
			case v.Mask != 0:
				return TextValue(fmt.Sprintf("%#x/%#x", v.From, v.Mask))
			case v.From == v.To:
				return UintValue(uint64(v.From))
			}
			return TextValue(fmt.Sprintf("%d-%d", v.From, v.To))
		},
		put: func(_ *Put, f *Field, p unsafe.Pointer, v Value) error {
			var from, to, mask uint64
			var err error
			if f.id2 != 0 && v.Shape == Text && strings.Contains(v.S, "/") {
				from, mask, err = parseSpanMask(v.S, 8*n)
				to = from
			} else {
				from, to, err = parseSpan(v, 8*n)
			}
			if err == nil && f.ranged && (from < f.min || to > f.max) {
				err = fmt.Errorf("%s is out of range: want %d to %d", v, f.min, f.max)
			}
			if err == nil {
				at(p).Set(Span[T]{T(from), T(to), T(mask)})
			}
			return err
		},
	}
}

// EachOf makes a range stand for each of its numbers: objects have one number,
// and a range that is asked for covers those within it.
//
//go:noinline
func (f Field) EachOf() Field { f.each = true; return f }

// MeansEach reports whether a range stands for each of its numbers.
func (f *Field) MeansEach() bool { return f.each }

func encodeSpan[T uint16 | uint32](e *Enc, f *Field, v Span[T]) {
	n := int(unsafe.Sizeof(T(0)))
	b := e.W.Open(f.id, 2*n)
	store(binary.NativeEndian, b, v.From)
	store(binary.NativeEndian, b[n:], v.To)
	if v.Mask != 0 && f.id2 != 0 {
		store(binary.NativeEndian, e.W.Open(f.id2, n), v.Mask)
	}
}

// decodeSpanMask reads the mask of a single number.
func decodeSpanMask[T uint16 | uint32](o *opt.Value[Span[T]], b []byte) error {
	n := int(unsafe.Sizeof(T(0)))
	if len(b) != n {
		return errShort(len(b), n)
	}
	m := load[T](binary.NativeEndian, b)
	if m == ^T(0) {
		m = 0
	}
	o.Ref().Mask = m
	return nil
}

// parseSpanMask reads a number and the bits of it that count; a mask of all
// bits comes out as 0.
func parseSpanMask(s string, bits int) (from, mask uint64, err error) {
	a, b, _ := strings.Cut(s, "/")
	if from, err = strconv.ParseUint(a, 0, bits); err == nil {
		mask, err = strconv.ParseUint(b, 0, bits)
	}
	switch {
	case err != nil || mask == 0:
		return 0, 0, fmt.Errorf("%q is not a number with a mask, such as \"0x1000/0xf000\", of at most %#x", s, uint64(1)<<bits-1)
	case from&^mask != 0:
		return 0, 0, fmt.Errorf("%q has bits in the number that its mask leaves out", s)
	case mask == 1<<bits-1:
		mask = 0
	}
	return from, mask, nil
}

func parseSpan(v Value, bits int) (from, to uint64, err error) {
	all := uint64(1)<<bits - 1
	switch {
	case v.Shape == Int && !v.Neg:
		from, to = v.N, v.N
	case v.Shape == Many && len(v.L) == 2 && v.L[0].Shape == Int && v.L[1].Shape == Int && !v.L[0].Neg && !v.L[1].Neg:
		from, to = v.L[0].N, v.L[1].N
	case v.Shape == Text:
		a, b, pair := strings.Cut(v.S, "-")
		from, err = strconv.ParseUint(a, 0, bits)
		if to = from; err == nil && pair {
			to, err = strconv.ParseUint(b, 0, bits)
		}
	default:
		err = strconv.ErrSyntax
	}
	if err != nil || from > to || to > all {
		return 0, 0, fmt.Errorf("%s is not a range such as \"1000-2000\", within 0 to %d", v, all)
	}
	return from, to, nil
}
