package attr

import (
	"bytes"
	"encoding/binary"
	"unsafe"
)

// What a struct in a message says is copied from one that was read before, if their
// heads are alike, and only members whose bytes differ are read: templates of
// policies differ in a few. Forms do that for whole messages.

// A listing is what a Dec that reads a list keeps from one message to the next.
type listing struct {
	memos  []*memo
	stocks []*stock
	texts  [8]string // of attributes, by the low bits of their numbers
	forms  [maxForms]*form
	read   int // messages
}

// maxMemos bounds how many tables have a memo: to look for one has to be fast.
const maxMemos = 16

// A memo is the head of an earlier message or nest, and what it said.
type memo struct {
	t              *Table
	head           []byte // nil: none was read yet
	around, family byte   // the address family before and behind it
	image          unsafe.Pointer
}

// memo returns the one of a table, or nil.
func (c *listing) memo(t *Table) *memo {
	for _, m := range c.memos {
		if m.t == t {
			return m
		}
	}
	return c.newMemo(t)
}

func (c *listing) newMemo(t *Table) *memo {
	if len(c.memos) == maxMemos {
		return nil
	}
	c.memos = append(c.memos, &memo{t: t, image: t.new()})
	return c.memos[len(c.memos)-1]
}

// Text returns the string in the payload of an attribute. What objects of a list
// say one after the other is one string.
func (d *Dec) Text(id uint16, b []byte) string {
	if i := bytes.IndexByte(b, 0); i >= 0 {
		b = b[:i]
	}
	if d.list == nil {
		return string(b)
	}
	last := &d.list.texts[id%uint16(len(d.list.texts))]
	if *last != string(b) {
		*last = string(b)
	}
	return *last
}

func (c *listing) stock(of *maker) *stock {
	for _, s := range c.stocks {
		if s.of == of {
			return s
		}
	}
	c.stocks = append(c.stocks, &stock{of: of})
	return c.stocks[len(c.stocks)-1]
}

// DecodeNext sets all of v to what the body of a message says. The messages
// that one Dec decodes so should come one after the other, as in a dump.
func (s Schema[S]) DecodeNext(d *Dec, v *S, b []byte) error { return s.Table.DecodeNext(d, To(v), b) }

// DecodeNext is Schema.DecodeNext for the struct at p.
func (t *Table) DecodeNext(d *Dec, p Ptr, b []byte) error {
	if d.list == nil {
		d.list = &listing{}
	}
	d.list.begin(d.Passing)
	l := t.root()
	m := d.list.form(t, l, d, b)
	if m == nil || !m.recall(l, d, p.p, b) {
		if err := m.decodeAll(t, l, d, p.p, b); err != nil {
			return under(t.Name, err)
		}
	}
	t.settle(p.p)
	return nil
}

// memo returns what the level, the outermost of t, is to be decoded by; nil:
// there is none.
func (l *level) memo(t *Table, d *Dec, b []byte) *memo {
	if d.list == nil || !l.recalls || d.Trace != nil || len(b) < l.size {
		return nil
	}
	return d.list.memo(t)
}

// decodeMemo is decodeHead by what was read before, if there is a memo. It
// overwrites all of p, which must hold nothing then: an attribute may come twice.
func (l *level) decodeMemo(t *Table, d *Dec, p unsafe.Pointer) error {
	if m := l.memo(t, d, d.head); m != nil && isZero(p, t.maker.size) {
		return l.recall(m, d, p)
	}
	return l.decodeHead(d, p)
}

// isZero reports whether all bytes of a struct are zero.
func isZero(p unsafe.Pointer, size uintptr) bool {
	i := uintptr(0)
	for ; i+wordBytes <= size; i += wordBytes {
		if *(*uint64)(unsafe.Add(p, i)) != 0 {
			return false
		}
	}
	for ; i < size; i++ {
		if *(*byte)(unsafe.Add(p, i)) != 0 {
			return false
		}
	}
	return true
}

func (l *level) recall(m *memo, d *Dec, p unsafe.Pointer) error {
	head := d.head[:l.size]
	if m.head == nil || d.Family != m.around || l.familyIn(head) != l.familyIn(m.head) {
		return m.learn(l, d, p, head)
	}
	changed := differing(m.head, head)
	m.t.assign(p, m.image)
	d.Family = m.family
	if changed == 0 && !l.fresh {
		return nil
	}
	return l.decodeChanged(changed|alwaysRead, d, p)
}

// learn decodes a head and remembers it.
func (m *memo) learn(l *level, d *Dec, p unsafe.Pointer, head []byte) error {
	m.t.clear(p)
	around := d.Family
	if err := l.decodeHead(d, p); err != nil {
		return err
	}
	m.t.assign(m.image, p)
	m.head, m.around, m.family = append(m.head[:0], head...), around, d.Family
	return nil
}

// Words of a head, of 8 bytes, as the bits of a set. The last bit stands for
// what has to be read always.
const (
	wordBytes  = 8
	maxWords   = 63
	alwaysRead = 1 << maxWords
)

// decodeChanged reads the members that look at some of the words anew.
func (l *level) decodeChanged(words uint64, d *Dec, p unsafe.Pointer) error {
	for i := range l.heads {
		h := &l.heads[i]
		if h.reads&words == 0 || h.f.family != 0 && h.f.family != d.Family {
			continue
		}
		a := unsafe.Add(p, h.off)
		if !h.sure {
			h.f.ops.clear(h.f, a)
		}
		if h.fast(d, a, d.head) {
			continue
		}
		if err := h.f.fromHead(d, p, d.head[h.at:]); err != nil {
			return under(h.f.Name, err)
		}
	}
	return nil
}

// differing tells in which words a and b, which are equally long, differ.
func differing(a, b []byte) (words uint64) {
	for at := 0; ; at = min((at/wordBytes+1)*wordBytes, len(a)) {
		if at += alike(a[at:], b[at:]); at == len(a) {
			return words
		}
		words |= 1 << (at / wordBytes)
	}
}

// readsOf tells which words decoding a member of a head looks at.
func readsOf(f *Field) (words uint64) {
	n := max(f.ops.width, f.size, 1)
	if f.sub != nil && f.id == 0 {
		n = f.sub.root().size
	}
	words = wordsOf(f.head, n) | wordsOf(f.mask, n) | wordsOf(f.lenAt, 1) | wordsOf(f.familyAt, 2)
	if f.sub != nil { // structs are nobody else's
		words |= alwaysRead
	}
	return words
}

func wordsOf(at int16, n int) (words uint64) {
	if at < 0 {
		return 0
	}
	for i := int(at) / wordBytes; i <= (int(at)+n-1)/wordBytes; i++ {
		words |= 1 << min(i, maxWords)
	}
	return words
}

// familyIn is what the head says of the address family, which gives other members their meaning.
func (l *level) familyIn(head []byte) uint16 {
	switch {
	case l.family == nil:
		return 0
	case l.family.ops.width == 1:
		return uint16(head[l.family.head])
	}
	return binary.NativeEndian.Uint16(head[l.family.head:])
}

// canRecall prepares the outermost level for memos, where they can be.
func (l *level) canRecall() {
	l.recalls = len(l.heads) > 0 && l.size <= maxWords*wordBytes && l.again == nil
	for i := range l.heads {
		h := &l.heads[i]
		if h.code == codeUnread || h.f.silent() {
			continue
		}
		h.reads = readsOf(h.f)
		if h.f.ops == familyOps || h.f.ops == wideFamilyOps {
			l.family = h.f
		}
		l.recalls = l.recalls && h.f.group == nil
		l.fresh = l.fresh || h.reads&alwaysRead != 0
	}
}
