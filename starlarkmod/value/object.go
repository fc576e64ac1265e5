package value

import (
	"fmt"
	"slices"

	"go.starlark.net/starlark"
	"go.starlark.net/syntax"

	"github.com/netlark/netlark/netlinkcore/attr"
	"github.com/netlark/netlark/netlinkcore/object"
)

// An Object is what a table describes: a route, a kind of link, an action. It
// is immutable.
type Object struct {
	t *attr.Table
	p attr.Ptr
	// ref is the object's family, for what has verbs.
	ref object.Ref
	// quiet: a prompt does not print it (the key that add returns).
	quiet bool
}

var (
	_ starlark.HasAttrs   = Object{}
	_ starlark.Comparable = Object{}
)

// New returns the struct at p as a value.
func New(t *attr.Table, p attr.Ptr) Object { return Object{t: t, p: p} }

// OfRef returns an object of a family as a value.
func OfRef(r object.Ref) Object { return Object{t: r.Table(), p: r.Ptr(), ref: r} }

// Quietly returns o, marked as something that a prompt need not print.
func (o Object) Quietly() Object { o.quiet = true; return o }

// Ref returns the object of a family; it is zero for kinds and other parts.
func (o Object) Ref() object.Ref { return o.ref }

// Table returns the definition.
func (o Object) Table() *attr.Table { return o.t }

// Ptr returns the struct.
func (o Object) Ptr() attr.Ptr { return o.p }

// Type returns the name of the definition: "route", "vxlan".
func (o Object) Type() string { return o.t.Name }

// Truth is always true.
func (o Object) Truth() starlark.Bool { return true }

// Freeze does nothing: objects do not change.
func (o Object) Freeze() {}

// Hash hashes the key, or all that is set and not volatile.
func (o Object) Hash() (uint32, error) {
	h := uint32(2166136261)
	for i := range o.t.Fields() {
		f := &o.t.Fields()[i]
		if f.Access&(attr.Volatile|attr.Inside) != 0 || !o.t.IsSet(o.p, i) {
			continue
		}
		for _, c := range []byte(f.Name + Plain(o.t.Get(o.p, i))) {
			h = (h ^ uint32(c)) * 16777619
		}
	}
	return h, nil
}

// CompareSameType compares all attributes that are not volatile.
func (o Object) CompareSameType(op syntax.Token, y starlark.Value, _ int) (bool, error) {
	other := y.(Object)
	same := o.t == other.t && o.t.Equal(o.p, other.p)
	switch op {
	case syntax.EQL:
		return same, nil
	case syntax.NEQ:
		return !same, nil
	}
	return false, fmt.Errorf("a %s has no order", o.Type())
}

// covers is the only attribute that is a method.
const covers = "covers"

// Attr returns an attribute: None if the kernel did not report it.
func (o Object) Attr(name string) (starlark.Value, error) {
	if name == covers {
		return starlark.NewBuiltin(covers, o.covers), nil
	}
	i := o.t.Lookup(name)
	if i < 0 {
		if name == "name" && o.t.Call != "" {
			return starlark.String(o.t.Name), nil
		}
		return nil, nil
	}
	return FromAttr(&o.t.Fields()[i], o.t.Get(o.p, i)), nil
}

// AttrNames returns the names of all attributes that are not write-only.
func (o Object) AttrNames() []string {
	names := o.t.FieldNames(attr.Report | attr.Key | attr.Create)
	if o.t.Lookup("name") < 0 && o.t.Call != "" {
		names = append(names, "name")
	}
	names = append(names, covers)
	slices.Sort(names)
	return names
}

// covers reports whether all that its argument names equals in o.
func (o Object) covers(_ *starlark.Thread, b *starlark.Builtin, args starlark.Tuple, kwargs []starlark.Tuple) (starlark.Value, error) {
	var other Object
	if err := starlark.UnpackPositionalArgs(b.Name(), args, kwargs, 1, &other); err != nil {
		return nil, err
	}
	return starlark.Bool(o.t == other.t && o.t.Covers(o.p, other.p)), nil
}

// Unpack makes *Object an argument of builtins.
func (o *Object) Unpack(v starlark.Value) error {
	other, ok := v.(Object)
	if !ok {
		return fmt.Errorf("got %s, want an object that get or list gave", v.Type())
	}
	*o = other
	return nil
}
