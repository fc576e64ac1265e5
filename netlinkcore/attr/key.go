package attr

import (
	"strconv"
	"sync/atomic"
	"unsafe"
)

// KeyText is what tells an object from others of its family, as a text. A part
// that is not named and one that says what the kernel takes for it are the same.
func (t *Table) KeyText(p Ptr) string {
	b := make([]byte, 0, 96)
	if family := t.FamilyOf(p); family != 0 { // else "default" would be one route
		b = strconv.AppendUint(append(b, "family "...), uint64(family), 10)
	}
	for k, i := range t.Keys() {
		if len(b) > 0 {
			b = append(b, ' ')
		}
		b = t.appendKey(b, p, k, i)
	}
	return string(b)
}

// appendKey appends the k-th part of a key, which is attribute i.
func (t *Table) appendKey(b []byte, p Ptr, k, i int) []byte {
	f, part := &t.Fields()[i], t.lay().parts[k]
	if f.saysPrefix(p.p) {
		return appendPrefix(b, f.addr(p.p))
	}
	if !t.has(p.p, i) {
		return append(b, part.unsaid...)
	}
	if b, ok := f.appendNumber(b, f.addr(p.p), &part.last); ok {
		return b
	}
	if v := t.Get(p, i); v.Shape != None {
		return v.appendTo(b)
	}
	return append(b, part.unsaid...)
}

// A keyPart is how an attribute is written that is part of a key.
type keyPart struct {
	unsaid string                // what stands for one that says nothing: its default
	last   atomic.Pointer[wrote] // the number that was written last
}

func keyPartOf(f *Field) *keyPart {
	if f.def == nil {
		return &keyPart{unsaid: Value{}.String()}
	}
	return &keyPart{unsaid: f.def.String()}
}

// wrote is how a number is written: most routes of a list are of one table.
type wrote struct {
	n    uint64
	text string
}

// appendNumber appends what appendTo makes of a number's value, if the field is one, as
// last holds it if it was the same then.
func (f *Field) appendNumber(b []byte, p unsafe.Pointer, last *atomic.Pointer[wrote]) (_ []byte, ok bool) {
	if f.wide != nil || f.beside != 0 { // another member may be the number's better half
		return b, false
	}
	var n uint64
	switch f.ops.flag {
	case 1:
		n = uint64(*(*uint8)(p))
	case 2:
		n = uint64(*(*uint16)(p))
	case 4:
		n = uint64(*(*uint32)(p))
	case 8:
		n = *(*uint64)(p)
	default:
		return b, false
	}
	if s := last.Load(); s != nil && s.n == n {
		return append(b, s.text...), true
	}
	from := len(b)
	b = f.ops.get(f, p).appendTo(b)
	last.Store(&wrote{n, string(b[from:])})
	return b, true
}
