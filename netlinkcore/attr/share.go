package attr

import (
	"bytes"
	"unsafe"
)

// Most devices of a namespace have the same settings, hundreds of bytes of
// them. What one Dec reads of those is read once.

// A shared is what a nest said last.
type shared struct {
	f       *Field
	payload []byte
	v       unsafe.Pointer
}

// Shared lets objects that one Dec reads have one struct for a nest that says
// the same in them. It is for nests that only the kernel writes.
//
//go:noinline
func (f Field) Shared() Field { f.share = true; return f }

// shares returns the struct that b was decoded to before, if it came last.
func (d *Dec) shares(f *Field, b []byte) unsafe.Pointer {
	if !f.share || d.Trace != nil {
		return nil
	}
	for i := range d.shared {
		if s := &d.shared[i]; s.f == f && bytes.Equal(s.payload, b) {
			return s.v
		}
	}
	return nil
}

// share keeps what b was decoded to.
func (d *Dec) share(f *Field, b []byte, v unsafe.Pointer) {
	if !f.share {
		return
	}
	for i := range d.shared {
		if s := &d.shared[i]; s.f == f {
			s.payload, s.v = append(s.payload[:0], b...), v
			return
		}
	}
	d.shared = append(d.shared, shared{f, bytes.Clone(b), v})
}
