package attr

import (
	"fmt"
	"unsafe"

	"github.com/netlark/netlark/netlinkcore/internal/jsontext"
)

// Structs inside structs, in JSON.

func saveNest(buf []byte, f *Field, p unsafe.Pointer) ([]byte, error) {
	return f.sub.saveTo(buf, Ptr{*ptrAt(p)})
}

func loadNest(s scanner, f *Field, p unsafe.Pointer) error {
	v := f.sub.new()
	*ptrAt(p) = v
	return f.sub.loadFrom(s, Ptr{v})
}

// saveList writes each element by itself, also where scripts see several as
// one.
func saveList(buf []byte, f *Field, p unsafe.Pointer) (_ []byte, err error) {
	l := f.x.(*list)
	buf = append(buf, '[')
	for i := range l.len(p) {
		if i > 0 {
			buf = append(buf, ',')
		}
		if buf, err = f.sub.saveElement(buf, l.at(p, i)); err != nil {
			return nil, under(fmt.Sprintf("[%d]", i), err)
		}
	}
	return append(buf, ']'), nil
}

func (t *Table) saveElement(buf []byte, q unsafe.Pointer) ([]byte, error) {
	if !t.scalar {
		return t.saveTo(buf, Ptr{q})
	}
	f := &t.Fields()[0]
	if !f.isSet(q) {
		return append(buf, "null"...), nil
	}
	return f.save(buf, f.addr(q))
}

func loadList(s scanner, f *Field, p unsafe.Pointer) error {
	l := f.x.(*list)
	l.empty(p)
	return s.array(func(int) error {
		q := l.grow(p)
		switch {
		case !f.sub.scalar:
			return f.sub.loadFrom(s, Ptr{q})
		case s.Word("null"):
			return nil
		}
		in := &f.sub.Fields()[0]
		return in.load(s, in.make(q))
	})
}

// Opaque is what a union holds of a case that is not defined.
type Opaque interface {
	// Raw returns its payload, as the kernel reported it.
	Raw() []byte
}

func (c *choice[I]) save(buf []byte, v I) ([]byte, error) {
	name := c.u.name(v)
	if s := c.u.byName(name); s != nil {
		return s.table.saveTo(buf, Ptr{s.ptr(v)})
	}
	buf = jsontext.AppendText(append(buf, `{"name":`...), name)
	if o, ok := any(v).(Opaque); ok && o.Raw() != nil {
		buf = jsontext.AppendHex(jsontext.AppendName(buf, "raw"), string(o.Raw()))
	}
	return append(buf, '}'), nil
}

func (c *choice[I]) load(s scanner, p *I) error {
	name, err := s.find("name")
	if err != nil {
		return err
	}
	if u := c.u.byName(name); u != nil {
		v := u.table.new()
		*p = u.wrap(v)
		return u.table.loadFrom(s, Ptr{v})
	}
	var data []byte
	err = s.Object(func(member []byte) (err error) {
		switch string(member) {
		case "name":
			return s.Skip()
		case "raw":
			data, err = s.Hex()
			return err
		}
		return fmt.Errorf("%q is not defined, and so has no %q", name, member)
	})
	*p = c.u.other(name, 0, data)
	return err
}

func saveUnion[I comparable](choice func(*Field) *choice[I]) saver {
	return func(buf []byte, f *Field, p unsafe.Pointer) ([]byte, error) { return choice(f).save(buf, *(*I)(p)) }
}

func loadUnion[I comparable](choice func(*Field) *choice[I]) loader {
	return func(s scanner, f *Field, p unsafe.Pointer) error { return choice(f).load(s, (*I)(p)) }
}

func (k *kindList[I]) saveAll(buf []byte, list []I) (_ []byte, err error) {
	buf = append(buf, '[')
	for i, v := range list {
		if i > 0 {
			buf = append(buf, ',')
		}
		if buf, err = k.save(buf, v); err != nil {
			return nil, under(fmt.Sprintf("[%d]", i), err)
		}
	}
	return append(buf, ']'), nil
}

func (k *kindList[I]) loadAll(s scanner, p *[]I) error {
	*p = []I{}
	return s.array(func(i int) error {
		*p = append(*p, *new(I))
		return k.load(s, &(*p)[i])
	})
}
