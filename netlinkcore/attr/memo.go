package attr

import (
	"bytes"
	"unsafe"
)

// The messages of a dump have few different heads: those of a million routes
// differ in nothing but attributes. What a head says is copied from the message
// before where the heads are the same.

// A memo is the head of the message before, and what it said.
type memo struct {
	t           *Table // whose messages they are
	head        []byte // nil: none was read yet
	family      byte   // of the message
	image, zero unsafe.Pointer
}

// DecodeNext sets all of v to what the body of a message says. The messages
// that one Dec decodes so should come one after the other, as in a dump.
func (s Schema[S]) DecodeNext(d *Dec, v *S, b []byte) error {
	return s.Table.decodeNext(d, unsafe.Pointer(v), b)
}

func (t *Table) decodeNext(d *Dec, p unsafe.Pointer, b []byte) error {
	m, l := &d.last, t.root()
	if m.t != t {
		*m = memo{t: t, image: t.new(), zero: t.new()}
	}
	if l.slow || len(l.slots) == 0 || d.Trace != nil || len(b) < l.size {
		t.assign(p, m.zero)
		return t.decode(d, p, b)
	}
	d.head = b[:l.size]
	if bytes.Equal(m.head, d.head) {
		t.assign(p, m.image)
		d.Family = m.family
	} else {
		t.assign(p, m.zero)
		if err := l.decodeHead(d, p); err != nil {
			return under(t.Name, err)
		}
		t.assign(m.image, p)
		m.head, m.family = append(m.head[:0], d.head...), d.Family
	}
	err := l.decodeRest(t, d, p, b)
	d.head = nil
	if err != nil {
		return under(t.Name, err)
	}
	t.settle(p)
	return nil
}
