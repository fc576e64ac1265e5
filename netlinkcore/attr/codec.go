package attr

import (
	"errors"
	"fmt"
	"unsafe"

	"github.com/netlark/netlark/netlinkcore/opt"
	"github.com/netlark/netlark/netlinkcore/wire"
)

// Dec is the context of decoding one message. It may be used again.
type Dec struct {
	// Family is the message's address family; a table with a family member
	// in its head sets it.
	Family byte
	// DevName names an interface index: a string that objects share, or nil. It
	// may be empty and filled in before anybody sees the object. A nil function
	// leaves devices without names.
	DevName func(index uint32) *string
	// Passing says that of the objects of a list each is done with before the next one is
	// decoded: the structs behind its pointers and in its slices become the next one's.
	Passing bool
	// Trace sees each field whose decoder is entered; for tests.
	Trace func(f *Field)

	id   uint16   // the number that came: a field may have two
	head []byte   // the innermost head
	list *listing // nil: the message is not one of many

	shared []shared
}

// Enc is the context of encoding one message.
type Enc struct {
	W *wire.Writer
	// Only limits the attributes to those taken in a message of this sort; 0
	// means all that are set.
	Only Access
	// Skip leaves out attributes, for calls that take several messages.
	Skip func(f *Field) bool
	// Family is the message's address family, where the struct does not tell.
	Family byte
	// Dev gives the index of a device name, NS a descriptor of a namespace.
	Dev func(name string) (uint32, error)
	NS  func(name string) (int, error)
	// Prog opens a BPF program.
	Prog func(Prog) (int, error)

	at   int // where the innermost head begins
	err  error
	deep bool // inside a nested struct, which is sent whole
}

// A PathError says where in a message something is wrong.
type PathError struct {
	Path string // such as route.nexthops[1].gateway
	Err  error
}

// Error returns the path and what is wrong there.
func (e *PathError) Error() string { return e.Path + ": " + e.Err.Error() }

// Unwrap returns the cause.
func (e *PathError) Unwrap() error { return e.Err }

// under puts name in front of the path of err.
func under(name string, err error) error {
	var p *PathError
	if !errors.As(err, &p) {
		return &PathError{name, err}
	}
	if p.Path[0] != '[' {
		name += "."
	}
	return &PathError{name + p.Path, p.Err}
}

func errShort(got, want int) error {
	return fmt.Errorf("payload is %d bytes, want %d", got, want)
}

// Decode reads the body of a message (without nlmsghdr) into v. Slices and
// strings of v do not alias b.
func (s Schema[S]) Decode(d *Dec, v *S, b []byte) error {
	return s.Table.decode(d, unsafe.Pointer(v), b)
}

// Encode appends v to e.W.
func (s Schema[S]) Encode(e *Enc, v *S) error { return s.Table.Encode(e, Ptr{unsafe.Pointer(v)}) }

// Decode reads the body of a message into the struct at p.
func (t *Table) Decode(d *Dec, p Ptr, b []byte) error { return t.decode(d, p.p, b) }

// Encode appends the struct at p to e.W: what is set and taken in e.Only.
func (t *Table) Encode(e *Enc, p Ptr) error {
	e.err = nil
	if f := t.FamilyOf(p); f != 0 {
		e.Family = f
	}
	t.encode(e, p.p)
	if e.err != nil {
		return e.err
	}
	_, err := e.W.Bytes()
	if err != nil {
		return under(t.Name, err)
	}
	return nil
}

// FamilyOf is the address family that the struct's members name: what its
// family member says, or else its first address. 0 if nothing tells.
func (t *Table) FamilyOf(p Ptr) byte {
	if t.lay().family >= 0 {
		f := &t.Fields()[t.lay().family]
		if v, ok := (*opt.Value[uint8])(f.addr(p.p)).Get(); ok {
			return v
		}
	}
	return t.AddressFamily(p)
}

// AddressFamily is the family of the struct's first address, or 0.
func (t *Table) AddressFamily(p Ptr) byte {
	for _, f := range t.lay().addrs {
		if a := f.addr(p.p); a != nil {
			if fam := f.ops.famly(f, a); fam != 0 {
				return fam
			}
		}
	}
	return 0
}

func (t *Table) decode(d *Dec, p unsafe.Pointer, b []byte) error {
	if err := t.root().decode(t, d, p, b); err != nil {
		return under(t.Name, err)
	}
	t.settle(p)
	return nil
}

// decodeInner is decode for a struct inside another. An address family that it
// names is its own.
func (t *Table) decodeInner(d *Dec, p unsafe.Pointer, b []byte) error {
	outer := d.Family
	err := t.root().decode(t, d, p, b)
	d.Family = outer
	if err == nil {
		t.settle(p)
	}
	return err
}

func (l *level) decode(t *Table, d *Dec, p unsafe.Pointer, b []byte) error {
	if l.size == 0 {
		return l.attrs(t, d, p, b)
	}
	if len(b) < l.size && !l.grows {
		return errShort(len(b), l.size)
	}
	outer := d.head
	d.head = b
	if len(l.slots) > 0 || t.lay().extra != nil {
		d.head = b[:min(l.size, len(b))]
	}
	err := l.decodeMemo(t, d, p)
	if err == nil {
		err = l.decodeRest(t, d, p, b)
	}
	d.head = outer
	return err
}

// decodeRest decodes what stands behind the head.
func (l *level) decodeRest(t *Table, d *Dec, p unsafe.Pointer, b []byte) (err error) {
	behind := b[min(wire.Align(l.size), len(b)):]
	switch {
	case l.rest != nil:
		err = l.rest.decode(d, p, 0, behind)
	case len(l.slots) > 0 || t.lay().extra != nil && l == t.root():
		err = l.attrs(t, d, p, behind)
	}
	return err
}

func (l *level) attrs(t *Table, d *Dec, p unsafe.Pointer, b []byte) error {
	late := false
	r := wire.NewReader(b)
	for {
		id, data, ok := r.Next()
		if !ok {
			break
		}
		s := l.find(d, id)
		switch {
		case s == nil:
			t.keep(p, l.id, id, data)
		case s.code != codeNone && d.Trace == nil && s.fast(d, s.place(d, p), data):
		case s.ignored:
		case s.l != nil:
			if err := s.l.decode(t, d, p, data); err != nil {
				return err
			}
		case s.late:
			late = true
		default:
			if err := s.f.decode(d, p, id, data); err != nil {
				return err
			}
		}
	}
	if err := r.Err(); err != nil {
		return err
	}
	if late {
		return l.lateAttrs(d, p, b)
	}
	return nil
}

// lateAttrs decodes what depends on a selector, which may come behind it:
// RTA_ENCAP comes before RTA_ENCAP_TYPE.
func (l *level) lateAttrs(d *Dec, p unsafe.Pointer, b []byte) error {
	r := wire.NewReader(b)
	for {
		id, data, ok := r.Next()
		if !ok {
			return nil
		}
		if s := l.find(d, id); s != nil && s.late {
			if err := s.f.decode(d, p, id, data); err != nil {
				return err
			}
		}
	}
}

func (f *Field) decode(d *Dec, p unsafe.Pointer, id uint16, b []byte) error {
	if d.Trace != nil {
		d.Trace(f)
	}
	d.id = id
	if err := f.ops.dec(d, f, d.place(f, p), b); err != nil {
		return under(f.Name, err)
	}
	return nil
}

func (t *Table) encode(e *Enc, p unsafe.Pointer) {
	q := t.ready(p)
	t.root().encode(e, q)
	t.unready(p, q)
}

// ready is the struct at p as it is to be encoded. It goes to unready afterwards.
func (t *Table) ready(p unsafe.Pointer) unsafe.Pointer {
	if t.before == nil {
		return p
	}
	q := t.Borrow(Ptr{p}).p
	t.before(q)
	return q
}

func (t *Table) unready(p, q unsafe.Pointer) {
	if q != p {
		t.Return(Ptr{q})
	}
}

func (l *level) encode(e *Enc, p unsafe.Pointer) {
	outer := e.at
	if l.size > 0 {
		e.at = e.W.Zero(l.room())
		l.encodeAgain(e, p)
	}
	for i, g := range l.gates {
		if g.shut(p) {
			continue
		}
		s := &l.order[i]
		if s.l != nil {
			s.l.nest(e, p)
			continue
		}
		if s.send(e, p) {
			continue
		}
		if a := s.f.addr(p); a != nil && e.takes(s.f) {
			s.f.ops.enc(e, s.f, a)
			if n := s.f.ops.width; s.f.again != 0 {
				copy(e.place(s.f.again, n), e.place(s.f.head, n))
			}
		}
	}
	e.at = outer
}

// room is what the head takes: attributes behind it are aligned.
func (l *level) room() int {
	if len(l.slots) == 0 && l.rest == nil {
		return l.size
	}
	return wire.Align(l.size)
}

// nest encodes a level as an attribute, if it has anything to say.
func (l *level) nest(e *Enc, p unsafe.Pointer) {
	if !l.any(e, p) {
		return
	}
	m := e.W.Begin(l.id)
	if l.size > 0 { // a struct, not a nest
		e.W.At(m+3, 1)[0] &^= nestedBit
	}
	l.encode(e, p)
	e.W.End(m, false)
}

func (l *level) any(e *Enc, p unsafe.Pointer) bool {
	for i := range l.order {
		s := &l.order[i]
		if s.l != nil {
			if s.l.any(e, p) {
				return true
			}
			continue
		}
		if e.takes(s.f) && s.f.isSet(p) {
			return true
		}
	}
	return false
}

// takes reports whether an attribute belongs into the message. Inside a nested
// struct a deletion, look-up or filter sends all that can be sent. What the
// kernel resets is sent with changes even where it cannot be changed.
func (e *Enc) takes(f *Field) bool {
	if f.family != 0 && f.family != e.Family {
		return false
	}
	switch {
	case e.Only == 0, f.Access&Inside != 0:
		return true
	case !e.deep:
		return f.Access&e.Only != 0 && (e.Skip == nil || !e.Skip(f))
	case e.Only&(Create|Change) != 0: // what goes last, or waits for the object's namespace, cannot come along
		return (f.Access&e.Only != 0 || f.Resend && e.Only == Change) && !((f.Last || f.There) && e.Only == Create)
	}
	return f.Access&(Create|Change) != 0
}

func (e *Enc) fail(f *Field, err error) {
	if e.err == nil {
		e.err = under(f.Name, err)
	}
}

// within puts name in front of the path of an error that came about inside the
// attribute; before is the error before that.
func (e *Enc) within(before error, name string) {
	if before == nil && e.err != nil {
		e.err = under(name, e.err)
	}
}

// nestedBit is NLA_F_NESTED in the second byte of an attribute's type. Structs
// do not have it, though they are written as nests are.
const nestedBit = wire.Nested >> 8

// place is where a head field writes its n bytes.
func (e *Enc) place(off int16, n int) []byte { return e.W.At(e.at+int(off), n) }

// whole encodes a nested struct.
func (e *Enc) whole(t *Table, p unsafe.Pointer) {
	deep := e.deep
	e.deep = true
	t.encode(e, p)
	e.deep = deep
}
