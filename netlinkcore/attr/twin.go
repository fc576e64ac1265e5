package attr

import "unsafe"

// A twin is a struct, or the structs of a list, behind a pointer of the object:
// what a form said there. Objects whose bytes are the same get one like it, which
// is theirs alone.
type twin struct {
	f     *Field
	n     int
	image unsafe.Pointer // n structs, back to back
}

// twinOf returns the twin of a field of the struct at p; nil: a copy would share something with it.
func twinOf(f *Field, p unsafe.Pointer) *twin {
	a := f.addr(p)
	if a == nil || f.share || f.sub == nil {
		return nil
	}
	w := &twin{f: f, n: 1}
	first := unsafe.Pointer(nil)
	switch f.ops {
	case nestOps:
		first = *ptrAt(a)
	case listOps:
		l := f.x.(*list)
		if w.n = l.len(a); w.n > 0 {
			first = l.at(a, 0)
		}
	}
	if first == nil {
		return nil
	}
	m := &f.sub.maker
	w.image = m.many(w.n)
	for i := range w.n {
		from := unsafe.Add(first, uintptr(i)*m.size)
		if !f.sub.isFlat(from) {
			return nil
		}
		m.assign(unsafe.Add(w.image, uintptr(i)*m.size), from)
	}
	return w
}

// isFlat reports whether what is set in the struct at p can be in two structs at once.
func (t *Table) isFlat(p unsafe.Pointer) bool {
	if len(t.lay().groups) > 0 {
		return false
	}
	for i := range t.Fields() {
		f := &t.Fields()[i]
		if f.isSet(p) && !f.isPlain() {
			return false
		}
	}
	return true
}

// copy sets the field of the struct at p.
func (w *twin) copy(d *Dec, p unsafe.Pointer) {
	m := &w.f.sub.maker
	room := d.take(m, w.n)
	for i := range w.n {
		m.assign(unsafe.Add(room, uintptr(i)*m.size), unsafe.Add(w.image, uintptr(i)*m.size))
	}
	a := d.place(w.f, p)
	if w.f.ops == nestOps {
		*ptrAt(a) = room
		return
	}
	w.f.x.(*list).hold(a, room, w.n, w.n)
}
