package attr

import (
	"fmt"
	"strings"

	"github.com/netlark/netlark/netlinkcore/wire"
)

// Locate returns the path of the attribute at an offset of an encoded message,
// such as "nexthops[1].via": where the kernel's extended acknowledgement
// points. It is "" when no definition covers the place.
func (t *Table) Locate(body []byte, family byte, off int) string {
	d := Dec{Family: family}
	return seen(t.root().locate(t, &d, body, off))
}

// NameOf returns the attribute with a number on the outermost level, for an
// attribute that the kernel misses.
func (t *Table) NameOf(family byte, id uint16) string {
	s := t.root().sent(&Dec{Family: family}, id)
	if s == nil || s.f == nil {
		return ""
	}
	return s.f.Name
}

func (l *level) locate(t *Table, d *Dec, b []byte, off int) string {
	if off < 0 || off >= len(b) && off > 0 {
		return ""
	}
	if off < l.size {
		for i := range l.heads {
			f := l.heads[i].f
			if f.id == 0 && f.Access&Inside == 0 && off >= int(f.head) && off < int(f.head)+max(f.ops.width, f.size) {
				return f.Name
			}
		}
		return ""
	}
	start := min(wire.Align(l.size), len(b))
	r := wire.NewReader(b[start:])
	for {
		id, data, ok := r.Next()
		if !ok {
			return ""
		}
		begin := start + r.Offset()
		if off < begin-wire.HeaderLen || off >= begin+wire.Align(len(data)) {
			continue
		}
		s := l.sent(d, id)
		if s == nil || s.ignored {
			return ""
		}
		if s.l != nil {
			return s.l.locate(t, d, data, off-begin)
		}
		path := s.f.locate(d, b[start:], id, data, off-begin)
		if rest, moved := strings.CutPrefix(path, inside); moved {
			return t.carries(rest, s.f.Name)
		}
		if s.f.Access&Inside != 0 {
			return inside + path
		}
		return path
	}
}

// inside marks the path of an attribute that hooks move: outside it is one of
// the struct around, or nothing.
const inside = "\x00"

func seen(path string) string {
	if strings.HasPrefix(path, inside) {
		return ""
	}
	return path
}

// carries is the path of what a hook has put into the attribute at: the hook's
// own attribute has the same name.
func (t *Table) carries(path, at string) string {
	name, _, _ := strings.Cut(path, "[")
	if i := t.Lookup(name); i >= 0 && t.Fields()[i].apart {
		return path
	}
	return at
}

// sent is find for messages that go to the kernel: some attributes are only
// ever sent.
func (l *level) sent(d *Dec, id uint16) *slot {
	if s := l.find(d, id); s != nil {
		return s
	}
	for i := range l.order {
		s := &l.order[i]
		if f := s.f; f != nil && id != 0 && (f.id == id || f.id2 == id) && (f.family == 0 || f.family == d.Family) {
			return s
		}
	}
	return nil
}

// locate goes on inside an attribute; around is the level that it lies in.
func (f *Field) locate(d *Dec, around []byte, id uint16, data []byte, off int) string {
	inner := ""
	switch x := f.x.(type) {
	case *list:
		return f.Name + f.locateElement(x, d, data, off)
	case interface {
		locate(d *Dec, b []byte, off int) string
	}:
		return f.Name + x.locate(d, data, off)
	case interface{ tableFor([]byte) *Table }:
		if t := x.tableFor(findAttr(around, f.id)); t != nil && id == f.id2 {
			inner = t.root().locate(t, d, data, off)
		}
	default:
		if f.sub != nil {
			inner = f.sub.root().locate(f.sub, d, data, off)
		}
	}
	switch {
	case inner == "":
		return f.Name
	case strings.HasPrefix(inner, inside):
		return inner
	}
	return f.Name + "." + inner
}

func (f *Field) locateElement(l *list, d *Dec, b []byte, off int) string {
	if off < 0 { // the list itself
		return ""
	}
	i := 0
	for at := 0; at < len(b); i++ {
		head, n := 0, 0
		switch l.framing {
		case Array, Rest:
			n = f.sub.root().size
		case Repeat, Grouped:
			return ""
		default:
			if len(b)-at < 2 {
				return ""
			}
			n = int(b[at]) | int(b[at+1])<<8
			if l.framing != Records {
				head = wire.HeaderLen
			}
		}
		if n <= head || at+n > len(b) {
			return ""
		}
		if off < at+wire.Align(n) {
			inner := ""
			if off >= at+head {
				inner = seen(f.sub.root().locate(f.sub, d, b[at+head:at+n], off-at-head))
			}
			if inner == "" || f.sub.scalar {
				return fmt.Sprintf("[%d]", i)
			}
			return fmt.Sprintf("[%d].%s", i, inner)
		}
		at += wire.Align(n)
	}
	return ""
}

func findAttr(b []byte, id uint16) []byte {
	r := wire.NewReader(b)
	for {
		t, data, ok := r.Next()
		if !ok || t == id {
			return data
		}
	}
}

// Said returns the path of the attribute that a sentence of the kernel is
// about, of those that the struct sets, or "".
func (t *Table) Said(p Ptr, sentence string) string {
	for i := range t.Fields() {
		f := &t.Fields()[i]
		if !f.isSet(p.p) {
			continue
		}
		if f.Says != "" && strings.Contains(sentence, f.Says) {
			return f.Name
		}
		if f.ops.shape != Object {
			continue
		}
		v := t.Get(p, i)
		if v.Shape != Object {
			continue
		}
		if inner := v.T.Said(v.P, sentence); inner != "" {
			return f.Name + "." + inner
		}
	}
	return ""
}
