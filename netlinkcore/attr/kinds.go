package attr

import (
	"fmt"
	"strings"
	"unsafe"

	"github.com/netlark/netlark/netlinkcore/wire"
)

// Kinds is a list of values, each of which chooses its schema: the payload of
// an element holds, under key, the name of its case, beside the attributes that
// the case defines. The elements have the numbers 1, 2, 3, … inside a nest.
//
//go:noinline
func Kinds[I comparable](id, key uint16, name string, p *[]I, u *Union[I], doc string) Field {
	f := field(id, name, unsafe.Pointer(p), kindsOps[I](), doc)
	f.x = &kindList[I]{&choice[I]{u, selector{key: key, named: true}}}
	return f
}

// kindList is what a Kinds field keeps.
type kindList[I comparable] struct{ *choice[I] }

func kindsOps[I comparable]() *ops {
	at := func(p unsafe.Pointer) *[]I { return (*[]I)(p) }
	keep := func(f *Field) *kindList[I] { return f.x.(*kindList[I]) }
	return &ops{name: "list of kinds", shape: Many,
		save: func(buf []byte, f *Field, p unsafe.Pointer) ([]byte, error) { return keep(f).saveAll(buf, *at(p)) },
		load: func(s scanner, f *Field, p unsafe.Pointer) error { return keep(f).loadAll(s, at(p)) },
		dec: func(d *Dec, f *Field, p unsafe.Pointer, b []byte) error {
			*at(p) = []I{}
			r := wire.NewReader(b)
			for {
				_, data, ok := r.Next()
				if !ok {
					return r.Err()
				}
				v, err := keep(f).element(d, data)
				if err != nil {
					return under(fmt.Sprintf("[%d]", len(*at(p))), err)
				}
				*at(p) = append(*at(p), v)
			}
		},
		enc: func(e *Enc, f *Field, p unsafe.Pointer) {
			if *at(p) != nil {
				keep(f).encodeAll(e, f, *at(p))
			}
		},
		set:   func(_ *Field, p unsafe.Pointer) bool { return *at(p) != nil },
		clear: func(_ *Field, p unsafe.Pointer) { *at(p) = nil },
		blank: func(_ *Field, p unsafe.Pointer) bool { return len(*at(p)) == 0 },
		eq: func(how compare, f *Field, a, b unsafe.Pointer) bool {
			x, y := *at(a), *at(b)
			same := len(x) == len(y)
			for i := 0; same && i < len(x); i++ {
				same = keep(f).equal(how, x[i], y[i])
			}
			return same
		},
		get: func(f *Field, p unsafe.Pointer) Value {
			if *at(p) == nil {
				return Value{}
			}
			out := Value{Shape: Many, L: make([]Value, len(*at(p)))}
			for i, v := range *at(p) {
				out.L[i] = keep(f).value(v)
			}
			return out
		},
		put: func(_ *Put, f *Field, p unsafe.Pointer, v Value) error {
			if v.Shape != Many {
				return f.wants(v)
			}
			list := make([]I, len(v.L))
			for i := range v.L {
				if err := keep(f).put(f, &list[i], v.L[i]); err != nil {
					return fmt.Errorf("element %d: %w", i+1, err)
				}
			}
			*at(p) = list
			return nil
		},
	}
}

// element decodes one value; its name may stand anywhere in it.
func (k *kindList[I]) element(d *Dec, b []byte) (I, error) {
	name := findAttr(b, k.key)
	s := k.find(name)
	if s == nil {
		return k.u.unknown(strings.TrimRight(string(name), "\x00"), b), nil
	}
	p := d.new(&s.table.maker)
	if err := s.table.decodeInner(d, p, b); err != nil {
		var none I
		return none, under(s.name, err)
	}
	return s.wrap(p), nil
}

func (k *kindList[I]) encodeAll(e *Enc, f *Field, list []I) {
	before := e.err
	m := e.W.Begin(f.id)
	for i, v := range list {
		good := e.err == nil
		one := e.W.Begin(uint16(i + 1))
		e.W.String(k.key, k.u.name(v))
		if s := k.u.byName(k.u.name(v)); s != nil {
			e.whole(s.table, s.ptr(v))
		}
		e.W.End(one, true)
		if good && e.err != nil {
			e.within(nil, fmt.Sprintf("[%d]", i))
		}
	}
	e.W.End(m, true)
	e.within(before, f.Name)
}

// locate is the path of an offset inside the list.
func (k *kindList[I]) locate(d *Dec, b []byte, off int) string {
	if off < 0 { // the list itself
		return ""
	}
	r := wire.NewReader(b)
	for i := 0; ; i++ {
		_, data, ok := r.Next()
		if !ok {
			return ""
		}
		begin := r.Offset()
		if off >= begin+wire.Align(len(data)) {
			continue
		}
		path := fmt.Sprintf("[%d]", i)
		if s := k.find(findAttr(data, k.key)); s != nil && off >= begin {
			if inner := seen(s.table.root().locate(s.table, d, data, off-begin)); inner != "" {
				path += "." + inner
			}
		}
		return path
	}
}
