package attr

import (
	"fmt"
	"unsafe"
)

// Repeating makes the head of a Nested begin with the attribute called name,
// which is apart: several structs say each for itself what they are about (the
// number of a virtual function). A struct with nothing else to say is not sent.
//
//go:noinline
func (f Field) Repeating(name string) Field { f.repeats = name; return f }

// repeated is a level that repeats an attribute, while it is defined.
type repeated struct {
	l    *level
	name string
}

func (d *definer) resolveRepeated() {
	for _, r := range d.repeated {
		i, ok := d.byName[r.name]
		if !ok || !d.fields[i].apart || d.fields[i].head < 0 {
			panic(fmt.Sprintf("attr: %s repeats %s, which is no member of a head that is apart", d.t.Name, r.name))
		}
		r.l.again = &d.fields[i]
	}
}

func (l *level) decodeAgain(d *Dec, p unsafe.Pointer) error {
	if l.again == nil {
		return nil
	}
	if d.Trace != nil {
		d.Trace(l.again)
	}
	if err := l.again.ops.dec(d, l.again, l.again.make(p), d.head[l.again.head:]); err != nil {
		return under(l.again.Name, err)
	}
	return nil
}

func (l *level) encodeAgain(e *Enc, p unsafe.Pointer) {
	if l.again == nil {
		return
	}
	if a := l.again.addr(p); a != nil {
		l.again.ops.enc(e, l.again, a)
	}
}
