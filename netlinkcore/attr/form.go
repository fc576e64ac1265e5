package attr

import (
	"encoding/binary"
	"unsafe"

	"github.com/netlark/netlark/netlinkcore/wire"
)

// The messages of a dump are much alike: those of 8000 links are laid out in the
// same way and differ in an index, a name and an address. What a message says is
// copied from one that was read before, and only what lies where their bytes
// differ is decoded.

const (
	formsAfter = 16  // messages: a short list is not worth it
	maxForms   = 8   // at once, by the length of messages and their address family
	retryForm  = 256 // messages that had another form, or none
)

// A form is a message that was read before: how it is laid out, and what it said.
type form struct {
	t              *Table
	message        []byte // nil: none was read yet
	around, family byte   // the address family before and behind its head
	image          unsafe.Pointer
	groups         []groupImage
	heads          []headTwin
	fresh          bool // some members of the head are read always
	units          []unit
	always         []int    // of units, in order
	late           []int    // of units that are decoded after the others
	words          []uint16 // of each 4 bytes behind the head: 1 + the unit that they belong to; 0: framing
	reads          uint64   // words of the head that units look at

	misses  int   // in a row
	changed []int // units
	reading []int // the same and those that look at what changed in the head
}

// A groupImage is what the members of a group said.
type groupImage struct {
	g     *group
	image unsafe.Pointer
}

// A headTwin is a struct in the head.
type headTwin struct {
	*twin
	reads uint64
}

// A unit is an attribute of the message, or of a nest in it whose members
// belong to the same struct.
type unit struct {
	s       *slot
	id      uint16
	at, end int // of the payload and its padding
	reads   uint64
	always  bool  // it is decoded always, and the form's image says nothing of it
	twin    *twin // of what is not to be shared
}

// form returns the form that a message may have; nil: it is to be decoded
// without one.
func (c *listing) form(t *Table, l *level, d *Dec, b []byte) *form {
	c.read++
	if c.read <= formsAfter || !l.recalls || d.Trace != nil || len(b) < l.size {
		return nil
	}
	p := &c.forms[(len(b)/grain+int(l.familyIn(b)))%maxForms]
	if *p == nil || (*p).t != t {
		*p = &form{t: t}
	}
	return *p
}

// recall decodes a message that is laid out as the form is, or reports false;
// the struct at p holds anything then.
func (m *form) recall(l *level, d *Dec, p unsafe.Pointer, b []byte) bool {
	if len(b) != len(m.message) || d.Family != m.around {
		return false
	}
	if l.familyIn(b) != l.familyIn(m.message) || !m.compare(l, b) {
		return false
	}
	head := differing(m.message[:l.size], b[:l.size])
	m.t.assign(p, m.image)
	for i := range m.groups {
		g := &m.groups[i]
		q := d.new(&g.g.maker)
		g.g.assign(q, g.image)
		*ptrAt(unsafe.Add(p, g.g.off)) = q
	}
	d.Family, d.head = m.family, b[:l.size]
	if m.fresh {
		head |= alwaysRead
	}
	for i := range m.heads {
		if h := &m.heads[i]; h.reads&head == 0 {
			h.copy(d, p)
		}
	}
	var err error
	if head != 0 {
		err = l.decodeChanged(head, d, p)
	}
	if err == nil {
		err = m.decode(d, p, b, head)
	}
	d.head = nil
	if err != nil { // of an unusual message; decoding all of it tells
		d.Family = m.around
		return false
	}
	m.misses = 0
	return true
}

// compare finds the units that differ. It is false if the framing does.
func (m *form) compare(l *level, b []byte) bool {
	m.changed = m.changed[:0]
	begin := min(wire.Align(l.size), len(b))
	for at := begin; ; {
		at += alike(m.message[at:], b[at:]) &^ (grain - 1)
		if at == len(b) {
			return true
		}
		i := int(m.words[(at-begin)/grain]) - 1
		if i < 0 {
			return false
		}
		u := &m.units[i]
		if at < u.at && !u.framedAs(m.message, b) {
			return false
		}
		m.changed = append(m.changed, i)
		at = min(u.end, len(b))
	}
}

const grain = 4 // bytes; attributes begin at such a place

// alike tells how many bytes at the beginning of a and b, which are equally long, are the same.
func alike(a, b []byte) int {
	const stride = 4 * wordBytes
	n := len(b)
	p, q, i := unsafe.Pointer(unsafe.SliceData(a)), unsafe.Pointer(unsafe.SliceData(b)), 0
	for ; i+stride <= n; i += stride {
		x, y := (*[4]uint64)(unsafe.Add(p, i)), (*[4]uint64)(unsafe.Add(q, i))
		if (x[0]^y[0])|(x[1]^y[1])|(x[2]^y[2])|(x[3]^y[3]) != 0 {
			break
		}
	}
	for ; i+grain <= n; i += grain {
		if *(*uint32)(unsafe.Add(p, i)) != *(*uint32)(unsafe.Add(q, i)) {
			return i
		}
	}
	for i < n && a[i] == b[i] {
		i++
	}
	return i
}

// framedAs reports whether the attribute has the same number and room in both messages.
func (u *unit) framedAs(a, b []byte) bool {
	ta, _ := u.header(a)
	tb, n := u.header(b)
	return ta == tb && n >= wire.HeaderLen && wire.Align(n) == u.end-u.at+wire.HeaderLen
}

func (u *unit) header(b []byte) (typ uint16, n int) {
	h := b[u.at-wire.HeaderLen:]
	return binary.NativeEndian.Uint16(h[2:]), int(binary.NativeEndian.Uint16(h))
}

// decode decodes the units that differ or are to be decoded always, in their order.
func (m *form) decode(d *Dec, p unsafe.Pointer, b []byte, head uint64) error {
	changed, always := m.changed, m.always
	if head&m.reads != 0 {
		changed = m.affected(head)
	}
	for {
		i := len(m.units)
		if len(changed) > 0 {
			i = changed[0]
		}
		if len(always) > 0 && always[0] <= i {
			i, always = always[0], always[1:]
		}
		if i == len(m.units) {
			break
		}
		differs := len(changed) > 0 && changed[0] == i
		if differs {
			changed = changed[1:]
		}
		u := &m.units[i]
		switch {
		case u.s.late:
		case u.twin != nil && !differs:
			u.twin.copy(d, p)
		default:
			if err := u.decode(m.t, d, p, b); err != nil {
				return err
			}
		}
	}
	for _, i := range m.late {
		if err := m.units[i].decode(m.t, d, p, b); err != nil {
			return err
		}
	}
	return nil
}

// affected are the units that differ, and those that look at words of the head that do.
func (m *form) affected(head uint64) []int {
	m.reading = m.reading[:0]
	changed := m.changed
	for i := range m.units {
		differs := len(changed) > 0 && changed[0] == i
		if differs {
			changed = changed[1:]
		}
		if differs || m.units[i].reads&head != 0 {
			m.reading = append(m.reading, i)
		}
	}
	return m.reading
}

func (u *unit) decode(t *Table, d *Dec, p unsafe.Pointer, b []byte) error {
	_, n := u.header(b)
	data := b[u.at : u.at+n-wire.HeaderLen]
	s := u.s
	switch {
	case s.ignored:
		return nil
	case s.l != nil:
		if !u.always {
			s.l.clear(p)
		}
		return s.l.decode(t, d, p, data)
	}
	a := s.place(d, p)
	if s.code.isSure() && s.fast(d, a, data) { // which overwrites all of it
		return nil
	}
	if !u.always {
		s.f.ops.clear(s.f, a)
	}
	if s.code == codeDev && s.fast(d, a, data) {
		return nil
	}
	return s.f.decode(d, p, u.id, data)
}

// decodeAll decodes a message of another form, which may become m's; m may be nil.
func (m *form) decodeAll(t *Table, l *level, d *Dec, p unsafe.Pointer, b []byte) error {
	t.clear(p)
	around := d.Family
	if err := l.decodeAfresh(t, d, p, b); err != nil {
		return err
	}
	if m != nil {
		m.learn(l, d, p, b, around)
	}
	return nil
}

// decodeAfresh is decode for the outermost level without memos.
func (l *level) decodeAfresh(t *Table, d *Dec, p unsafe.Pointer, b []byte) error {
	if len(b) < l.size || l.size == 0 {
		return l.decode(t, d, p, b)
	}
	d.head = b[:l.size]
	err := l.decodeHead(d, p)
	if err == nil {
		err = l.decodeRest(t, d, p, b)
	}
	d.head = nil
	return err
}
