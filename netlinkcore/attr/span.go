package attr

import (
	"encoding/binary"
	"fmt"
	"strconv"
	"strings"
	"unsafe"

	"github.com/netlark/netlark/netlinkcore/opt"
)

// A Span is a range of numbers, both ends included. Scripts write it as
// "1000-2000", as a pair, or as one number.
type Span[T uint16 | uint32] struct{ From, To T }

// Range is a Span as an attribute: both numbers, in host order.
func Range[T uint16 | uint32](id uint16, name string, p *opt.Value[Span[T]], doc string) Field {
	return field(id, name, unsafe.Pointer(p), spanOps[T](), doc)
}

func spanOps[T uint16 | uint32]() *ops {
	at := func(p unsafe.Pointer) *opt.Value[Span[T]] { return (*opt.Value[Span[T]])(p) }
	n := int(unsafe.Sizeof(T(0)))
	return &ops{name: fmt.Sprintf("range of u%d", 8*n), shape: Text, width: 2 * n,
		dec: func(_ *Dec, f *Field, p unsafe.Pointer, b []byte) error {
			if len(b) != 2*n {
				return errShort(len(b), 2*n)
			}
			at(p).Set(Span[T]{load[T](binary.NativeEndian, b), load[T](binary.NativeEndian, b[n:])})
			return nil
		},
		enc: func(e *Enc, f *Field, p unsafe.Pointer) {
			if v, ok := at(p).Get(); ok {
				b := e.W.Open(f.id, 2*n)
				store(binary.NativeEndian, b, v.From)
				store(binary.NativeEndian, b[n:], v.To)
			}
		},
		set:   func(_ *Field, p unsafe.Pointer) bool { return at(p).IsSet() },
		clear: func(_ *Field, p unsafe.Pointer) { at(p).Unset() },
		eq:    func(_ compare, _ *Field, a, b unsafe.Pointer) bool { return *at(a) == *at(b) },
		get: func(_ *Field, p unsafe.Pointer) Value {
			v, ok := at(p).Get()
			switch {
			case !ok:
				return Value{}
			case v.From == v.To:
				return UintValue(uint64(v.From))
			}
			return TextValue(fmt.Sprintf("%d-%d", v.From, v.To))
		},
		put: func(_ *Put, f *Field, p unsafe.Pointer, v Value) error {
			from, to, err := parseSpan(v, 8*n)
			if err == nil {
				at(p).Set(Span[T]{T(from), T(to)})
			}
			return err
		},
	}
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
