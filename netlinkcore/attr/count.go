package attr

import (
	"encoding/binary"
	"unsafe"
)

func countAt(p unsafe.Pointer) *uint64 { return (*uint64)(p) }

// countOps is a counter of 64 bits in a struct that only the kernel writes: if
// the struct is there, so is the counter.
var countOps = &ops{name: "count", shape: Int, width: 8,
	dec: func(_ *Dec, _ *Field, p unsafe.Pointer, b []byte) error {
		*countAt(p) = binary.NativeEndian.Uint64(b)
		return nil
	},
	enc: func(e *Enc, f *Field, p unsafe.Pointer) {
		binary.NativeEndian.PutUint64(e.place(f.head, 8), *countAt(p))
	},
	set:   func(*Field, unsafe.Pointer) bool { return true },
	clear: func(_ *Field, p unsafe.Pointer) { *countAt(p) = 0 },
	eq:    func(_ compare, _ *Field, a, b unsafe.Pointer) bool { return *countAt(a) == *countAt(b) },
	get:   func(_ *Field, p unsafe.Pointer) Value { return UintValue(*countAt(p)) },
	put: func(_ *Put, f *Field, p unsafe.Pointer, v Value) error {
		n, err := f.parseNumber(v, 8, false)
		if err == nil {
			*countAt(p) = n
		}
		return err
	},
}

// AlwaysSet reports whether the attribute is set wherever its struct is.
func (f *Field) AlwaysSet() bool { return f.ops == countOps }

// HeadCount is a counter of 64 bits in the head, host order.
//
//go:noinline
func HeadCount(off int16, name string, p *uint64, doc string) Field {
	return headField(off, name, unsafe.Pointer(p), countOps, doc).Counter()
}
