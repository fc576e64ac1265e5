package attr

import (
	"encoding/binary"
	"errors"
	"fmt"
	"unsafe"

	"github.com/netlark/netlark/netlinkcore/wire"
)

// A Framing says how the elements of a list lie on the wire.
type Framing uint8

// Framings.
const (
	Items    Framing = iota // inside a nest, each under the same number
	Indexed                 // inside a nest, under the numbers 1, 2, 3, …
	Indexed0                // inside a nest, under the numbers 0, 1, 2, …
	Records                 // back to back, each begins with its u16 length (rtnexthop)
	Array                   // structs of equal size, back to back
	Rest                    // like Array, behind the head of the level
	Repeat                  // the attribute itself is repeated
	Grouped                 // like Repeat, but one may hold several: each begins with its first number
)

// A list is what a list field keeps: how to reach a []T.
type list struct {
	framing Framing
	item    uint16                                // number of an element, for Items
	size    uintptr                               // of T
	grow    func(p unsafe.Pointer) unsafe.Pointer // appends a zero element
}

func listOf[T any](framing Framing, item uint16) *list {
	return &list{framing: framing, item: item, size: unsafe.Sizeof(*new(T)),
		grow: func(p unsafe.Pointer) unsafe.Pointer {
			l := (*[]T)(p)
			*l = append(*l, *new(T))
			return unsafe.Pointer(&(*l)[len(*l)-1])
		},
	}
}

// A sliceHeader is a []T whatever T is: code that is compiled once for all.
type sliceHeader struct {
	first    unsafe.Pointer
	len, cap int
}

func sliceAt(p unsafe.Pointer) *sliceHeader { return (*sliceHeader)(p) }

// noElement is where an empty slice that is not nil begins.
var noElement [0]struct{}

func (l *list) len(p unsafe.Pointer) int   { return sliceAt(p).len }
func (l *list) null(p unsafe.Pointer) bool { return sliceAt(p).first == nil }
func (l *list) clear(p unsafe.Pointer)     { *sliceAt(p) = sliceHeader{} }
func (l *list) empty(p unsafe.Pointer)     { *sliceAt(p) = sliceHeader{first: unsafe.Pointer(&noElement)} }

func (l *list) at(p unsafe.Pointer, i int) unsafe.Pointer {
	return unsafe.Add(sliceAt(p).first, uintptr(i)*l.size)
}

// hold makes n of the elements in a room for many the list's.
func (l *list) hold(p, room unsafe.Pointer, n, many int) {
	*sliceAt(p) = sliceHeader{room, n, many}
}

// List is a list of structs: nil is unset, an empty one is sent as empty. A
// Rest list has no number.
//
//go:noinline
func List[T any](id, item uint16, framing Framing, name string, p *[]T, s Schema[T], doc string) Field {
	f := field(id, name, unsafe.Pointer(p), listOps, doc)
	f.sub, f.x = s.Table, listOf[T](framing, item)
	f.rest = framing == Rest
	return f
}

var listOps = &ops{name: "list", shape: Many, save: saveList, load: loadList,
	dec: decodeList,
	enc: encodeList,
	set: func(f *Field, p unsafe.Pointer) bool { return !f.x.(*list).null(p) },
	clear: func(f *Field, p unsafe.Pointer) {
		f.x.(*list).clear(p)
	},
	eq:    equalList,
	blank: func(f *Field, p unsafe.Pointer) bool { return f.x.(*list).len(p) == 0 },
	get: func(f *Field, p unsafe.Pointer) Value {
		l := f.x.(*list)
		if l.null(p) {
			return Value{}
		}
		out := make([]Value, l.len(p))
		for i := range out {
			out[i] = f.sub.element(l.at(p, i))
		}
		if f.join != nil {
			out = f.join(out)
		}
		return Value{Shape: Many, L: out}
	},
	put: func(c *Put, f *Field, p unsafe.Pointer, v Value) error {
		if v.Shape != Many {
			return f.wants(v)
		}
		var elements []unsafe.Pointer // all are right before one is taken
		for i := range v.L {
			all, err := f.standsFor(c, v.L[i])
			if err != nil {
				return fmt.Errorf("element %d: %w", i+1, err)
			}
			elements = append(elements, all...)
		}
		l := f.x.(*list)
		l.empty(p)
		for _, q := range elements {
			f.sub.assign(l.grow(p), q)
		}
		return nil
	},
}

// standsFor returns what an element that a script gives means: one struct, or
// several.
func (f *Field) standsFor(c *Put, v Value) (out []unsafe.Pointer, err error) {
	all := []Value{v}
	if f.expand != nil {
		if all, err = f.expand(v); err != nil {
			return nil, err
		}
	}
	for _, v := range all {
		q, err := f.sub.accept(c, f, v)
		if err != nil {
			return nil, err
		}
		out = append(out, q)
	}
	return out, nil
}

// element shows an element of a list.
func (t *Table) element(p unsafe.Pointer) Value {
	if t.scalar {
		f := &t.Fields()[0]
		return f.ops.get(f, f.addr(p))
	}
	return ObjectValue(t, Ptr{p})
}

func decodeList(d *Dec, f *Field, p unsafe.Pointer, b []byte) error {
	l := f.x.(*list)
	switch l.framing {
	case Records:
		return f.records(l, d, p, b)
	case Array, Rest:
		n := f.sub.root().size
		if d.list != nil && len(b) >= n && l.null(p) {
			l.hold(p, d.take(&f.sub.maker, len(b)/n), 0, len(b)/n)
		}
		for ; len(b) >= n; b = b[n:] {
			if err := f.elementFrom(l, d, p, b[:n]); err != nil {
				return err
			}
		}
		if len(b) > 0 {
			return errShort(len(b), n)
		}
		return nil
	case Repeat:
		return f.elementFrom(l, d, p, b)
	case Grouped:
		return f.grouped(l, d, p, b)
	}
	r := wire.NewReader(b)
	for {
		_, data, ok := r.Next()
		if !ok {
			return r.Err()
		}
		if err := f.elementFrom(l, d, p, data); err != nil {
			return err
		}
	}
}

// grouped splits attributes where another element begins.
func (f *Field) grouped(l *list, d *Dec, p unsafe.Pointer, b []byte) error {
	first, begin := f.sub.Fields()[0].id, 0
	r := wire.NewReader(b)
	for {
		id, _, ok := r.Next()
		at := r.Offset() - wire.HeaderLen
		if ok && (id != first || at == begin) {
			continue
		}
		if !ok {
			at = len(b)
		}
		if err := f.elementFrom(l, d, p, b[begin:at]); err != nil || !ok {
			return err
		}
		begin = at
	}
}

func (f *Field) records(l *list, d *Dec, p unsafe.Pointer, b []byte) error {
	for len(b) > 0 {
		if len(b) < 2 {
			return wire.ErrTruncated
		}
		n := int(binary.NativeEndian.Uint16(b))
		if n < f.sub.root().size || n > len(b) {
			return wire.ErrTruncated
		}
		if err := f.elementFrom(l, d, p, b[:n]); err != nil {
			return err
		}
		b = b[min(wire.Align(n), len(b)):]
	}
	return nil
}

func (f *Field) elementFrom(l *list, d *Dec, p unsafe.Pointer, b []byte) error {
	i := l.len(p)
	q := l.grow(p)
	err := error(nil)
	if t := f.sub; t.scalar && t.root().size == 0 { // a bare value
		in := &t.Fields()[0]
		if d.Trace != nil {
			d.Trace(in)
		}
		err = in.ops.dec(d, in, in.make(q), b)
	} else {
		err = t.decodeInner(d, q, b)
	}
	if err != nil {
		return under(fmt.Sprintf("[%d]", i), err)
	}
	return nil
}

func encodeList(e *Enc, f *Field, p unsafe.Pointer) {
	l := f.x.(*list)
	if l.null(p) {
		return
	}
	before := e.err
	if l.framing == Rest || l.framing == Repeat || l.framing == Grouped {
		f.encodeItems(e, l, p)
		e.within(before, f.Name)
		return
	}
	m := e.W.Begin(f.id)
	f.encodeItems(e, l, p)
	if l.framing == Array {
		e.W.At(m+3, 1)[0] &^= nestedBit
	}
	e.W.End(m, true)
	e.within(before, f.Name)
}

func (f *Field) encodeItems(e *Enc, l *list, p unsafe.Pointer) {
	for i := range l.len(p) {
		before := e.err
		f.encodeItem(e, l, i, l.at(p, i))
		if before == nil && e.err != nil {
			e.err = f.sub.at(i, e.err)
		}
	}
}

// at puts the place of an element in front of the path of an error. The only
// field of a scalar is the element itself.
func (t *Table) at(i int, err error) error {
	place := fmt.Sprintf("[%d]", i)
	if t.scalar {
		return &PathError{place, errors.Unwrap(err)}
	}
	return under(place, err)
}

// encodeItem encodes the element at place i.
func (f *Field) encodeItem(e *Enc, l *list, i int, q unsafe.Pointer) {
	switch l.framing {
	case Records:
		at := e.W.Len()
		e.whole(f.sub, q)
		binary.NativeEndian.PutUint16(e.W.At(at, 2), uint16(e.W.Len()-at))
	case Array, Rest:
		e.whole(f.sub, q)
	case Repeat, Grouped:
		f.encodeElement(e, f.id, q)
	case Indexed:
		f.encodeElement(e, uint16(i+1), q)
	case Indexed0:
		f.encodeElement(e, uint16(i), q)
	default:
		f.encodeElement(e, l.item, q)
	}
}

func (f *Field) encodeElement(e *Enc, id uint16, q unsafe.Pointer) {
	t := f.sub
	if t.scalar && t.root().size == 0 {
		in, at := t.Fields()[0], e.W.Len()
		in.id, in.id2 = max(id, 1), 0 // number 0 would mean a member of the head
		in.ops.enc(e, &in, in.addr(q))
		if e.W.Len() > at {
			binary.NativeEndian.PutUint16(e.W.At(at+2, 2), id)
		}
		return
	}
	m := e.W.Begin(id)
	if t.root().size > 0 {
		e.W.At(m+3, 1)[0] &^= nestedBit
	}
	e.whole(t, q)
	e.W.End(m, true)
}

func equalList(how compare, f *Field, a, b unsafe.Pointer) bool {
	l := f.x.(*list)
	n := l.len(a)
	if n != l.len(b) {
		return false
	}
	if !f.Unordered {
		for i := range n {
			if !f.sub.same(how, l.at(a, i), l.at(b, i)) {
				return false
			}
		}
		return true
	}
	used := make([]bool, n)
	for i := range n {
		if !f.takeEqual(how, l, l.at(a, i), b, used, i) {
			return false
		}
	}
	return true
}

// takeEqual marks an element of b that equals x and was not taken before:
// mostly that at the same place.
func (f *Field) takeEqual(how compare, l *list, x, b unsafe.Pointer, used []bool, place int) bool {
	for j := range used {
		j = (place + j) % len(used)
		if !used[j] && f.sub.same(how, x, l.at(b, j)) {
			used[j] = true
			return true
		}
	}
	return false
}
