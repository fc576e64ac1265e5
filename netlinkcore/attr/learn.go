package attr

import (
	"bytes"
	"slices"
	"unsafe"

	"github.com/netlark/netlark/netlinkcore/wire"
)

// How a form comes about: the attributes of a message that was decoded are
// surveyed, and sorted into those whose values can be in many structs, those that
// each object gets a copy of, and those that have to be decoded each time.

// learn makes the form that of a message, which was decoded to the struct at p.
func (m *form) learn(l *level, d *Dec, p unsafe.Pointer, b []byte, around byte) {
	// One message of another form among many is forgotten again, and messages
	// that are all different are learnt ever less often.
	m.misses++
	first := m.misses == 1 && m.message == nil
	if !first && (m.misses == 1 || m.misses&(m.misses-1) != 0 && m.misses%retryForm != 0) {
		return
	}
	m.message, m.units, m.always, m.late, m.reads = nil, m.units[:0], m.always[:0], m.late[:0], 0
	begin := min(wire.Align(l.size), len(b))
	n := (len(b) - begin + grain - 1) / grain
	m.words = slices.Grow(m.words[:0], n)[:n]
	clear(m.words)
	if !m.survey(l, d, b, begin, len(b), begin) {
		return
	}
	if x := m.t.lay().extra; x != nil && x.isSet(p) { // it stands behind a struct in a nest, where survey does not look
		return
	}
	if m.image == nil {
		m.image = m.t.new()
	}
	m.t.assign(m.image, p)
	m.groups = m.groups[:0]
	for _, g := range m.t.lay().groups {
		if q := ptrAt(unsafe.Add(m.image, g.off)); *q != nil && !m.hasGroup(g.off) {
			own := g.new()
			g.assign(own, *q)
			*q = own
			m.groups = append(m.groups, groupImage{g, own})
		}
	}
	m.sort()
	m.message, m.around, m.family = bytes.Clone(b), around, d.Family
}

// hasGroup reports whether the group at an offset was seen: its attributes may stand in several nests.
func (m *form) hasGroup(off uintptr) bool {
	return slices.ContainsFunc(m.groups, func(g groupImage) bool { return g.g.off == off })
}

// survey notes the units of a level, which lies between at and end. It is false
// if there is something that only decoding can tell.
func (m *form) survey(l *level, d *Dec, b []byte, at, end, begin int) bool {
	r := wire.NewReader(b[at:end])
	for {
		id, data, ok := r.Next()
		if !ok {
			return r.Err() == nil
		}
		s, pos := l.find(d, id), at+r.Offset()
		if s != nil && s.l != nil && s.l.size == 0 && s.l.rest == nil {
			if !m.survey(s.l, d, b, pos, pos+len(data), begin) {
				return false
			}
			continue
		}
		if s == nil && m.t.lay().extra != nil || pos+wire.Align(len(data)) > len(b) {
			return false
		}
		if s == nil {
			s = &slot{ignored: true}
		}
		reads := s.reads() | m.t.root().readsInto(s.f)
		m.units = append(m.units, unit{s: s, id: id, at: pos, end: pos + wire.Align(len(data)), reads: reads})
		m.reads |= reads
		for i := pos - wire.HeaderLen; i < pos+len(data); i += grain {
			m.words[(i-begin)/grain] = uint16(len(m.units))
		}
	}
}

// sort tells the units that are to be decoded always: their values cannot be in
// two structs at once, or are made of several attributes.
func (m *form) sort() {
	for i := range m.units {
		s := m.units[i].s
		if s.ignored || s.isPlain() && !m.isTwice(s) {
			continue
		}
		if s.f != nil && !s.late && !m.isTwice(s) && !s.f.isSet(m.image) { // said nothing
			continue
		}
		m.always = append(m.always, i)
		m.units[i].always = true
		if s.late {
			m.late = append(m.late, i)
		}
	}
	for _, i := range m.always {
		if u := &m.units[i]; u.s.f != nil && !u.s.late && !m.isTwice(u.s) {
			u.twin = twinOf(u.s.f, m.image)
		}
	}
	for _, i := range m.always {
		m.units[i].s.clear(m.image)
	}
	m.headTwins()
}

// headTwins finds the structs in the head.
func (m *form) headTwins() {
	m.heads, m.fresh = m.heads[:0], false
	l := m.t.root()
	for i := range l.heads {
		h := &l.heads[i]
		if h.reads&alwaysRead == 0 || !h.f.isSet(m.image) {
			continue
		}
		w := twinOf(h.f, m.image)
		if w == nil {
			m.fresh = true
			m.heads = m.heads[:0]
			return
		}
		m.heads = append(m.heads, headTwin{w, h.reads &^ alwaysRead})
	}
}

// isTwice reports whether several units are of one member of the struct.
func (m *form) isTwice(s *slot) bool {
	n := 0
	for i := range m.units {
		if o := m.units[i].s; o.l == s.l && o.f.sharesMember(s.f) {
			n++
		}
	}
	return n > 1
}

// sharesMember reports whether two attributes are of one member of the struct.
func (f *Field) sharesMember(g *Field) bool {
	return f == g || f != nil && g != nil && f.off == g.off && f.group == g.group
}

// readsInto tells from which words of the head the member comes that an attribute is of,
// too: a head that differs has overwritten it.
func (l *level) readsInto(f *Field) (words uint64) {
	for i := range l.heads {
		if h := &l.heads[i]; f != nil && h.f != f && h.f.sharesMember(f) {
			words |= h.reads &^ alwaysRead
		}
	}
	return words
}

// isPlain reports whether a copy of the value is as good as one of its own.
func (s *slot) isPlain() bool {
	if s.l != nil {
		return s.l.isPlain()
	}
	return s.ignored || s.f.isPlain()
}

func (l *level) isPlain() bool {
	if l.rest != nil {
		return false
	}
	for i := range l.heads {
		if !l.heads[i].f.isPlain() {
			return false
		}
	}
	for i := range l.slots {
		if !l.slots[i].isPlain() {
			return false
		}
	}
	return true
}

func (f *Field) isPlain() bool {
	switch f.ops.shape {
	case Object, Many, Bytes:
		return f.share
	}
	return true
}

func (s *slot) clear(p unsafe.Pointer) {
	switch {
	case s.l != nil:
		s.l.clear(p)
	case s.f != nil:
		if a := s.f.addr(p); a != nil {
			s.f.ops.clear(s.f, a)
		}
	}
}

// clear unsets what a level says.
func (l *level) clear(p unsafe.Pointer) {
	for i := range l.heads {
		f := l.heads[i].f
		if a := f.addr(p); a != nil {
			f.ops.clear(f, a)
		}
	}
	for i := range l.slots {
		l.slots[i].clear(p)
	}
}

// reads tells which words of the head decoding the attribute looks at.
func (s *slot) reads() uint64 {
	if s.f == nil {
		return 0
	}
	return readsOf(s.f) &^ alwaysRead
}
