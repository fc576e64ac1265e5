package attr

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"reflect"
	"strings"
	"unsafe"
)

// A Union is a set of schemas of which a selector picks one. I is the interface
// that the Go API shows: link.Kind, route.Encap, tc.Action.
type Union[I comparable] struct {
	list  []*unionCase[I]
	named map[string]*unionCase[I]
	name  func(I) string
	other func(name string, num uint16, data []byte) I
	short func(word string) (I, bool)
}

type unionCase[I comparable] struct {
	name  string
	num   uint16
	table *Table
	wrap  func(unsafe.Pointer) I
	ptr   func(I) unsafe.Pointer
}

// NewUnion returns an empty union. name tells the name of a value's case; other
// makes a value of a case that is not defined, with its bytes: two of those are
// equal if all in them is.
func NewUnion[I comparable](name func(I) string, other func(name string, num uint16, data []byte) I) *Union[I] {
	return &Union[I]{named: map[string]*unionCase[I]{}, name: name, other: other}
}

// unknown is a value of a case that is not defined, from the wire.
func (u *Union[I]) unknown(name string, b []byte) I {
	if len(b) == 0 { // as if there were none
		return u.other(name, 0, nil)
	}
	return u.other(name, 0, bytes.Clone(b))
}

// Short makes words stand for values: the verdicts of tc, which are actions.
func (u *Union[I]) Short(read func(word string) (I, bool)) { u.short = read }

// AddCase registers S under its table's name and, where the selector is a
// number, num. Two of one name panic.
func AddCase[I comparable, S any](u *Union[I], num uint16, s Schema[S], wrap func(*S) I, unwrap func(I) *S) {
	u.add(&unionCase[I]{s.Name, num, s.Table,
		func(p unsafe.Pointer) I { return wrap((*S)(p)) },
		func(i I) unsafe.Pointer { return unsafe.Pointer(unwrap(i)) }})
}

//go:noinline
func (u *Union[I]) add(c *unionCase[I]) {
	if u.byName(c.name) != nil {
		panic(fmt.Sprintf("attr: %s is defined twice", c.name))
	}
	u.list, u.named[c.name] = append(u.list, c), c
}

func (u *Union[I]) byName(name string) *unionCase[I] { return u.named[name] }

func (u *Union[I]) byNum(num uint16) *unionCase[I] {
	for _, c := range u.list {
		if c.num == num {
			return c
		}
	}
	return nil
}

func (u *Union[I]) cases() []*Table {
	out := make([]*Table, len(u.list))
	for i, c := range u.list {
		out[i] = c.table
	}
	return out
}

// Value shows a value of the union: an object, the name of a case that is not
// defined, or nothing.
func (u *Union[I]) Value(v I) Value {
	var none I
	if v == none {
		return Value{}
	}
	if s := u.byName(u.name(v)); s != nil {
		return ObjectValue(s.table, Ptr{s.ptr(v)})
	}
	return TextValue(u.name(v))
}

// A selector says how a case is chosen on the wire.
type selector struct {
	key, data uint16
	named     bool
}

// Select is an attribute whose schema another one picks: key holds the
// selector, a string if named and else a u16, and data what it selects. Both
// are one field, whatever their order on the wire.
//
//go:noinline
func Select[I comparable](key, data uint16, named bool, name string, p *I, u *Union[I], doc string) Field {
	f := field(key, name, unsafe.Pointer(p), unionOps[I](), doc)
	f.id2, f.late, f.x = data, true, &choice[I]{u, selector{key: key, data: data, named: named}}
	return f
}

// choice is what a Select field keeps.
type choice[I comparable] struct {
	u *Union[I]
	selector
}

func (c *choice[I]) cases() []*Table { return c.u.cases() }

// tableFor finds the case that a selector's payload picks, for Locate.
func (c *choice[I]) tableFor(key []byte) *Table {
	if s := c.find(key); s != nil {
		return s.table
	}
	return nil
}

func (c *choice[I]) find(key []byte) *unionCase[I] {
	if c.named {
		return c.u.named[string(bytes.TrimRight(key, "\x00"))] // without a copy of the name
	}
	if len(key) < 2 {
		return nil
	}
	return c.u.byNum(binary.NativeEndian.Uint16(key))
}

func unionOps[I comparable]() *ops {
	at := func(p unsafe.Pointer) *I { return (*I)(p) }
	keep := func(f *Field) *choice[I] { return f.x.(*choice[I]) }
	var none I
	return &ops{name: "kind", shape: Object, save: saveUnion(keep), load: loadUnion(keep),
		dec: func(d *Dec, f *Field, p unsafe.Pointer, b []byte) error {
			return keep(f).decode(d, f, at(p), b)
		},
		enc: func(e *Enc, f *Field, p unsafe.Pointer) {
			if v := *at(p); v != none {
				keep(f).encode(e, f, v)
			}
		},
		set:   func(_ *Field, p unsafe.Pointer) bool { return *at(p) != none },
		clear: func(_ *Field, p unsafe.Pointer) { *at(p) = none },
		eq: func(how compare, f *Field, a, b unsafe.Pointer) bool {
			return keep(f).equal(how, *at(a), *at(b))
		},
		get: func(f *Field, p unsafe.Pointer) Value { return keep(f).value(*at(p)) },
		put: func(_ *Put, f *Field, p unsafe.Pointer, v Value) error {
			return keep(f).put(f, at(p), v)
		},
	}
}

func (c *choice[I]) value(v I) Value { return c.u.Value(v) }

func (c *choice[I]) decode(d *Dec, f *Field, p *I, b []byte) error {
	var none I
	u := c.u
	if d.id == c.key {
		if s := c.find(b); s != nil {
			*p = s.wrap(d.new(&s.table.maker))
			return nil
		}
		name, num := strings.TrimRight(string(b), "\x00"), uint16(0)
		if !c.named {
			if len(b) < 2 {
				return errShort(len(b), 2)
			}
			num = binary.NativeEndian.Uint16(b)
			name = fmt.Sprintf("type%d", num)
		}
		*p = u.other(name, num, nil)
		return nil
	}
	if *p == none { // options without a selector say nothing
		return nil
	}
	s := u.byName(u.name(*p))
	if s == nil {
		*p = u.unknown(u.name(*p), b)
		return nil
	}
	if err := s.table.decodeInner(d, s.ptr(*p), b); err != nil {
		return under(s.name, err)
	}
	return nil
}

func (c *choice[I]) encode(e *Enc, f *Field, v I) {
	u := c.u
	s := u.byName(u.name(v))
	if s == nil {
		c.encodeOther(e, f, v)
		return
	}
	if c.named {
		e.W.String(c.key, s.name)
	} else {
		binary.NativeEndian.PutUint16(e.W.Open(c.key, 2), s.num)
	}
	if c.named && e.Only != 0 && e.Only&(Create|Change) == 0 {
		return // elsewhere a kind is its name
	}
	p := s.table.ready(s.ptr(v))
	deep, before := e.deep, e.err
	e.deep = true
	if s.table.root().any(e, p) { // a struct of which nothing is set would say zeros
		m := e.W.Begin(c.data)
		if s.table.root().size > 0 {
			e.W.At(m+3, 1)[0] &^= nestedBit
		}
		s.table.root().encode(e, p)
		e.W.End(m, false)
	}
	e.deep = deep
	e.within(before, f.Name)
	s.table.unready(s.ptr(v), p)
}

// encodeOther sends the kind of something not defined by its name alone: its
// bytes were the kernel's report, not a request.
func (c *choice[I]) encodeOther(e *Enc, f *Field, v I) {
	if !c.named {
		e.fail(f, fmt.Errorf("netlark has no definition of %s", c.u.name(v)))
		return
	}
	e.W.String(c.key, c.u.name(v))
}

func (c *choice[I]) equal(how compare, a, b I) bool {
	var none I
	if a == none || b == none {
		return a == b
	}
	if c.u.name(a) != c.u.name(b) {
		return false
	}
	s := c.u.byName(c.u.name(a))
	if s == nil {
		return reflect.DeepEqual(a, b)
	}
	return s.table.same(how, s.ptr(a), s.ptr(b))
}

func (c *choice[I]) put(f *Field, p *I, v Value) error {
	if v.Shape == Text {
		if c.u.short != nil {
			if i, ok := c.u.short(v.S); ok {
				*p = i
				return nil
			}
		}
		s := c.u.byName(v.S)
		switch {
		case s != nil:
			*p = s.wrap(s.table.new())
			return nil
		case c.named && v.S != "":
			*p = c.u.other(v.S, 0, nil)
			return nil
		}
	}
	if v.Shape == Object {
		if s := c.u.byName(v.T.Name); s != nil && s.table == v.T {
			*p = s.wrap(v.P.p)
			return nil
		}
		return fmt.Errorf("got %s, want one of %s", v.T.Name, strings.Join(c.names(), ", "))
	}
	return fmt.Errorf("got %s, want one of %s", v.Shape, strings.Join(c.names(), ", "))
}

func (c *choice[I]) names() []string {
	var out []string
	for _, s := range c.u.list {
		out = append(out, s.name)
	}
	return out
}
