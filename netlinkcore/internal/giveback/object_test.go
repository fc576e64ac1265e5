package giveback_test

import (
	"fmt"
	"slices"

	"github.com/netlark/netlark/netlinkcore/all"
	"github.com/netlark/netlark/netlinkcore/attr"
	"github.com/netlark/netlark/netlinkcore/object"
)

// A part is a struct inside an object: of a kind, or of whatever the attribute takes.
type part struct {
	kind string
	args []any
}

// of is a part with attributes, given as names and values.
func of(kind string, args ...any) part { return part{kind, args} }

// a is an object of a family with attributes, given as names and values.
func a(family string, args ...any) object.Ref {
	i := slices.IndexFunc(all.Families(), func(f object.Family) bool { return f.Name() == family })
	r := all.Families()[i].New()
	fill(r.Table(), r.Ptr(), args)
	return r
}

func fill(t *attr.Table, p attr.Ptr, args []any) {
	for ; len(args) > 0; args = args[2:] {
		i := t.Lookup(args[0].(string))
		if i < 0 {
			panic(fmt.Sprintf("%s has no %s", t.Name, args[0]))
		}
		if err := t.Put(&attr.Put{}, p, i, valueOf(&t.Fields()[i], args[1])); err != nil {
			panic(fmt.Sprintf("%s.%s: %v", t.Name, args[0], err))
		}
	}
}

func valueOf(f *attr.Field, x any) attr.Value {
	switch x := x.(type) {
	case bool:
		return attr.BoolValue(x)
	case int:
		return attr.IntValue(int64(x))
	case string:
		return attr.TextValue(x)
	case []any:
		v := attr.Value{Shape: attr.Many}
		for _, e := range x {
			v.L = append(v.L, valueOf(f, e))
		}
		return v
	case part:
		t := f.Sub()
		for _, c := range f.Cases() {
			if c.Name == x.kind {
				t = c
			}
		}
		p := t.New()
		fill(t, p, x.args)
		return attr.ObjectValue(t, p)
	}
	return x.(attr.Value)
}

// inside is the table of the attributes at a place of an object: those of its kind,
// of a nest, of the first of a list.
func inside(r object.Ref, at []string) *attr.Table {
	v := r.Value()
	for _, name := range at {
		if v = v.T.Get(v.P, v.T.Lookup(name)); v.Shape == attr.Many {
			v = v.L[0]
		}
	}
	return v.T
}

// with is a copy of the struct at p with one more attribute at a place.
func with(t *attr.Table, p attr.Ptr, at []string, name string, v attr.Value, family byte) (attr.Ptr, error) {
	p = t.Clone(p)
	if len(at) == 0 {
		return p, t.Put(&attr.Put{Family: family}, p, t.Lookup(name), v)
	}
	i := t.Lookup(at[0])
	old := t.Get(p, i)
	in := old
	if old.Shape == attr.Many {
		in = old.L[0]
	}
	inner, err := with(in.T, in.P, at[1:], name, v, family)
	if err != nil {
		return p, err
	}
	changed := attr.ObjectValue(in.T, inner)
	if old.Shape == attr.Many {
		changed = attr.Value{Shape: attr.Many, L: append([]attr.Value{changed}, old.L[1:]...)}
	}
	return p, t.Put(&attr.Put{Family: family}, p, i, changed)
}

// get reads an attribute at a place of an object.
func get(r object.Ref, at []string, name string) attr.Value {
	v := r.Value()
	for _, part := range append(at[:len(at):len(at)], name) {
		if v.Shape == attr.Many && len(v.L) > 0 {
			v = v.L[0]
		}
		if v.Shape != attr.Object || v.T.Lookup(part) < 0 {
			return attr.Value{}
		}
		v = v.T.Get(v.P, v.T.Lookup(part))
	}
	return v
}
