package attr

import (
	"encoding/binary"
	"fmt"
	"math"
	"slices"
	"unsafe"

	"golang.org/x/sys/unix"

	"github.com/netlark/netlark/netlinkcore/opt"
)

type word interface {
	~uint8 | ~int8 | ~uint16 | ~int16 | ~uint32 | ~int32 | ~uint64 | ~int64
}

// words holds the code of each width: host order, then network order.
var words = struct {
	u8, i8, u16, i16, u32, i32, u64, i64 *ops
	be16, be32, be64                     *ops
}{
	number[uint8](binary.NativeEndian, "u8"), number[int8](binary.NativeEndian, "s8"),
	number[uint16](binary.NativeEndian, "u16"), number[int16](binary.NativeEndian, "s16"),
	number[uint32](binary.NativeEndian, "u32"), number[int32](binary.NativeEndian, "s32"),
	number[uint64](binary.NativeEndian, "u64"), number[int64](binary.NativeEndian, "s64"),
	number[uint16](binary.BigEndian, "be16"), number[uint32](binary.BigEndian, "be32"), number[uint64](binary.BigEndian, "be64"),
}

// wordOf picks the code for a named type of some width and sign.
func wordOf[T word](unsigned, signed *ops) *ops {
	var z T
	if ^z < 0 {
		return signed
	}
	return unsigned
}

func load[T word](order binary.ByteOrder, b []byte) T {
	var z T
	switch unsafe.Sizeof(z) {
	case 1:
		return T(b[0])
	case 2:
		return T(order.Uint16(b))
	case 4:
		return T(order.Uint32(b))
	}
	return T(order.Uint64(b))
}

func store[T word](order binary.ByteOrder, b []byte, v T) {
	switch unsafe.Sizeof(v) {
	case 1:
		b[0] = byte(v)
	case 2:
		order.PutUint16(b, uint16(v))
	case 4:
		order.PutUint32(b, uint32(v))
	default:
		order.PutUint64(b, uint64(v))
	}
}

func number[T word](order binary.ByteOrder, name string) *ops {
	var z T
	n := int(unsafe.Sizeof(z))
	at := func(p unsafe.Pointer) *opt.Value[T] { return (*opt.Value[T])(p) }
	return &ops{name: name, shape: Int, width: n, flag: optFlag[T](), save: saveNumber[T](n), load: loadOpt[T](),
		dec: func(d *Dec, f *Field, p unsafe.Pointer, b []byte) error {
			if len(b) < n || f.id != 0 && len(b) != n && f.head < 0 {
				return errShort(len(b), n)
			}
			at(p).Set(load[T](order, b))
			return nil
		},
		head: func(d *Dec, f *Field, p unsafe.Pointer, b []byte) { at(p).Set(T(b[0])) },
		enc: func(e *Enc, f *Field, p unsafe.Pointer) {
			v, ok := at(p).Get()
			if !ok {
				return
			}
			if f.id == 0 {
				store(order, e.place(f.head, n), v)
				return
			}
			if f.head >= 0 { // the twin in the head
				twin := uint64(v)
				if twin > math.MaxUint8 {
					twin = f.bit
				}
				e.place(f.head, 1)[0] = byte(twin)
				if e.Family == unix.AF_MPLS { // which takes the head alone
					return
				}
			}
			store(order, e.W.Open(f.id, n), v)
		},
		set:   func(_ *Field, p unsafe.Pointer) bool { return at(p).IsSet() },
		clear: func(_ *Field, p unsafe.Pointer) { at(p).Unset() },
		eq: func(_ compare, f *Field, a, b unsafe.Pointer) bool {
			x, y := at(a).Or(0), at(b).Or(0)
			return x == y || f.kept != nil && f.keptAlike(uint64(x), uint64(y))
		},
		fits: func(f *Field, p unsafe.Pointer) error {
			v := at(p).Or(0)
			return f.outOfRange(uint64(v), v < 0)
		},
		get: func(f *Field, p unsafe.Pointer) Value {
			v, ok := at(p).Get()
			if !ok {
				return Value{}
			}
			return f.number(int64(v), uint64(v)&(math.MaxUint64>>(64-8*n)), ^z < 0)
		},
		put: func(c *Put, f *Field, p unsafe.Pointer, v Value) error {
			w, err := f.parseNumber(v, n, ^z < 0)
			if err == nil {
				at(p).Set(T(w))
			}
			return err
		},
	}
}

// number shows a wire number: as its word, in its unit, or plain.
func (f *Field) number(signed int64, n uint64, isSigned bool) Value {
	if s := f.Enum.Name(n); s != "" {
		return TextValue(s)
	}
	if f.Notation != nil {
		if s := f.Notation.Format(n); s != "" {
			return TextValue(s)
		}
	}
	if f.Unit != nil && !isSigned {
		return f.Unit.value(n)
	}
	if isSigned {
		return IntValue(signed)
	}
	return UintValue(n)
}

// parseNumber reads a number for a wire type of n bytes.
func (f *Field) parseNumber(v Value, n int, signed bool) (uint64, error) {
	w, err := f.wireNumber(v)
	if err != nil {
		return 0, err
	}
	lo, hi := int64(0), uint64(math.MaxUint64)>>(64-8*n)
	if signed {
		lo, hi = -1<<(8*n-1), hi>>1
	}
	if f.ranged {
		lo, hi = int64(f.min), f.max
	}
	negative := v.Neg && v.Shape == Int
	if named := f.Enum.Name(w) != "" && !negative; named {
		return w, nil
	}
	if negative && int64(w) < lo || !negative && (w > hi || lo > 0 && w < uint64(lo)) {
		return 0, fmt.Errorf("%s is out of range: want %s to %s%s", v, f.bound(IntValue(lo)), f.bound(UintValue(hi)), f.unitName())
	}
	return w, nil
}

// bound is the end of a range as a bare number.
func (f *Field) bound(v Value) Value {
	if f.Unit == nil || v.Neg {
		return v
	}
	return f.Unit.value(v.N)
}

func (f *Field) unitName() string {
	if f.Unit == nil {
		return ""
	}
	return " " + f.Unit.Name
}

func (f *Field) wireNumber(v Value) (uint64, error) {
	switch {
	case v.Shape == Int && f.Unit != nil && !v.Neg:
		if f.Unit.num == f.Unit.den {
			return v.N, nil
		}
		return f.Unit.wire(v.Float())
	case v.Shape == Int:
		return v.N, nil
	case v.Shape == Float && f.Unit != nil:
		return f.Unit.wire(v.Float())
	case v.Shape == Text && f.Unit != nil:
		if n, ok := f.Enum.Number(v.S); ok {
			return n, nil
		}
		return f.Unit.parse(v.S)
	case v.Shape == Text && f.Notation != nil:
		if n, ok := f.Enum.Number(v.S); ok {
			return n, nil
		}
		return f.Notation.Parse(v.S)
	case v.Shape == Text && f.Enum != nil:
		return f.Enum.parse(v.S)
	case v.Shape == Bool && f.Enum == nil && f.Unit == nil && f.max == 1 && f.ranged:
		return v.N, nil
	}
	return 0, f.wants(v)
}

// holdsSecret reports whether what is given may be a secret, or was meant to be:
// a key in place of the algorithm that has it.
func (f *Field) holdsSecret() bool {
	if f.Access&Secret != 0 {
		return true
	}
	return f.sub != nil && slices.ContainsFunc(f.sub.Fields(), func(in Field) bool { return in.Access&Secret != 0 })
}

// wants is the error for a value of a wrong shape.
func (f *Field) wants(v Value) error {
	want := f.ops.shape.String()
	switch {
	case f.Notation != nil:
		want = f.Notation.Name + " or a number"
	case f.Enum != nil && f.ops.shape == Int:
		want = "a word or a number"
	case f.Unit != nil:
		want = fmt.Sprintf("a quantity such as %q or a number of %s", f.Unit.example(), f.Unit.Name)
	case v.Shape == Float && f.ops.shape == Int:
		want = "a whole number"
	}
	if v.Shape == Text && !f.holdsSecret() {
		return fmt.Errorf("got %s, want %s", v, want)
	}
	return fmt.Errorf("got %s, want %s", v.Shape, want)
}

// Uint8 is a one-byte attribute.
//
//go:noinline
func Uint8[T ~uint8 | ~int8](id uint16, name string, p *opt.Value[T], doc string) Field {
	return field(id, name, unsafe.Pointer(p), wordOf[T](words.u8, words.i8), doc)
}

// Uint16 is a 16 bit attribute in host order.
//
//go:noinline
func Uint16[T ~uint16 | ~int16](id uint16, name string, p *opt.Value[T], doc string) Field {
	return field(id, name, unsafe.Pointer(p), wordOf[T](words.u16, words.i16), doc)
}

// Uint32 is a 32 bit attribute in host order.
//
//go:noinline
func Uint32[T ~uint32 | ~int32](id uint16, name string, p *opt.Value[T], doc string) Field {
	return field(id, name, unsafe.Pointer(p), wordOf[T](words.u32, words.i32), doc)
}

// Uint64 is a 64 bit attribute in host order.
//
//go:noinline
func Uint64[T ~uint64 | ~int64](id uint16, name string, p *opt.Value[T], doc string) Field {
	return field(id, name, unsafe.Pointer(p), wordOf[T](words.u64, words.i64), doc)
}

// BE16 is a 16 bit attribute in network order.
//
//go:noinline
func BE16[T ~uint16](id uint16, name string, p *opt.Value[T], doc string) Field {
	return field(id, name, unsafe.Pointer(p), words.be16, doc)
}

// BE32 is a 32 bit attribute in network order.
//
//go:noinline
func BE32[T ~uint32](id uint16, name string, p *opt.Value[T], doc string) Field {
	return field(id, name, unsafe.Pointer(p), words.be32, doc)
}

// BE64 is a 64 bit attribute in network order.
//
//go:noinline
func BE64[T ~uint64](id uint16, name string, p *opt.Value[T], doc string) Field {
	return field(id, name, unsafe.Pointer(p), words.be64, doc)
}

// Head8 is a one-byte member of the head, off bytes from its start.
//
//go:noinline
func Head8[T ~uint8 | ~int8](off int16, name string, p *opt.Value[T], doc string) Field {
	return headField(off, name, unsafe.Pointer(p), wordOf[T](words.u8, words.i8), doc)
}

// Head16 is a 16 bit member of the head.
//
//go:noinline
func Head16[T ~uint16 | ~int16](off int16, name string, p *opt.Value[T], doc string) Field {
	return headField(off, name, unsafe.Pointer(p), wordOf[T](words.u16, words.i16), doc)
}

// Head32 is a 32 bit member of the head.
//
//go:noinline
func Head32[T ~uint32 | ~int32](off int16, name string, p *opt.Value[T], doc string) Field {
	return headField(off, name, unsafe.Pointer(p), wordOf[T](words.u32, words.i32), doc)
}

// Head64 is a 64 bit member of the head.
//
//go:noinline
func Head64[T ~uint64 | ~int64](off int16, name string, p *opt.Value[T], doc string) Field {
	return headField(off, name, unsafe.Pointer(p), wordOf[T](words.u64, words.i64), doc)
}

// HeadBE16 is a 16 bit member of the head in network order.
//
//go:noinline
func HeadBE16[T ~uint16](off int16, name string, p *opt.Value[T], doc string) Field {
	return headField(off, name, unsafe.Pointer(p), words.be16, doc)
}

// HeadBE32 is a 32 bit member of the head in network order.
//
//go:noinline
func HeadBE32[T ~uint32](off int16, name string, p *opt.Value[T], doc string) Field {
	return headField(off, name, unsafe.Pointer(p), words.be32, doc)
}

// anyOps is a number that the kernel sends in 32 bits where they suffice, and
// else in 64.
var anyOps = func() *ops {
	o := *words.u64
	o.name = "u32 or u64"
	o.dec = func(d *Dec, f *Field, p unsafe.Pointer, b []byte) error {
		if len(b) == 4 {
			(*opt.Value[uint64])(p).Set(uint64(binary.NativeEndian.Uint32(b)))
			return nil
		}
		return words.u64.dec(d, f, p, b)
	}
	o.enc = func(e *Enc, f *Field, p unsafe.Pointer) {
		n, ok := (*opt.Value[uint64])(p).Get()
		switch {
		case !ok:
		case n <= math.MaxUint32:
			e.W.Uint32(f.id, uint32(n))
		default:
			binary.NativeEndian.PutUint64(e.W.Open(f.id, 8), n)
		}
	}
	return &o
}()

// Uint is an attribute of 32 or 64 bits, whichever the number takes.
//
//go:noinline
func Uint(id uint16, name string, p *opt.Value[uint64], doc string) Field {
	return field(id, name, unsafe.Pointer(p), anyOps, doc)
}
