package value

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"

	"go.starlark.net/starlark"

	"github.com/netlark/netlark/netlinkcore/attr"
	"github.com/netlark/netlark/starlarkmod/netval"
	"github.com/netlark/netlark/starlarkmod/script"
)

// A Builder makes a struct of a table from a call's arguments.
type Builder struct {
	Name       string // the function's, for messages
	Table      *attr.Table
	Positional []string // attributes that may be given without keywords
	Takes      attr.Access
	// Extra takes keywords that are no attributes, and reports whether it did.
	Extra func(name string, v starlark.Value) (bool, error)
	// Extras are the names that Extra takes, for nearest names.
	Extras []string
}

// Build makes the struct. Whatever is wrong is a *script.Problem about one
// argument.
func (b *Builder) Build(args starlark.Tuple, kwargs []starlark.Tuple) (attr.Ptr, error) {
	u := buildings.Get().(*building)
	*u = building{Builder: b, p: b.Table.New()}
	u.given = u.few[:0]
	defer buildings.Put(u)
	switch {
	case len(args) > 0 && len(b.Positional) == 0:
		return u.p, &script.Problem{Index: 1, Class: "invalid", Message: b.Name + ": takes no argument without a keyword"}
	case len(args) > len(b.Positional):
		return u.p, &script.Problem{Index: len(b.Positional) + 1, Class: "invalid", Message: fmt.Sprintf(
			"%s: got %d arguments without a keyword, want at most %d (%s)", b.Name, len(args), len(b.Positional), list(b.Positional))}
	}
	for n, x := range args {
		if err := u.put(b.Positional[n], n+1, x); err != nil {
			return u.p, err
		}
	}
	for _, kw := range kwargs {
		if err := u.put(string(kw[0].(starlark.String)), 0, kw[1]); err != nil {
			return u.p, err
		}
	}
	if u.later != nil {
		u.c.Family = b.Table.FamilyOf(u.p)
	}
	for _, l := range u.later { // "default" means an address once the family is known, "+" once the network is
		if err := b.Table.Put(&u.c, u.p, l.i, l.v); err != nil {
			return u.p, b.problem(b.Table.Fields()[l.i].Name, l.arg, err)
		}
	}
	return u.p, nil
}

// buildings are used again: a script may make hundreds of thousands.
var buildings = sync.Pool{New: func() any { return new(building) }}

// building is a struct on its way.
type building struct {
	*Builder
	p     attr.Ptr
	c     attr.Put
	given []uint16 // attributes
	few   [8]uint16
	later []pending
}

// pending is an argument whose meaning depends on the others.
type pending struct {
	i, arg int
	v      attr.Value
}

func (b *building) put(name string, arg int, x starlark.Value) error {
	if arg == 0 && b.Extra != nil {
		if took, err := b.Extra(name, x); took || err != nil {
			if err != nil {
				return b.problem(name, arg, err)
			}
			return nil
		}
	}
	i := b.Table.Lookup(name)
	if i < 0 || b.Table.Fields()[i].Access&b.Takes == 0 {
		return b.noSuch(name, i, arg)
	}
	if slices.Contains(b.given, uint16(i)) {
		return b.problem(name, arg, errors.New("given twice"))
	}
	b.given = append(b.given, uint16(i))
	f := &b.Table.Fields()[i]
	if done, err := b.putSpecial(name, i, arg, x); done || err != nil {
		return err
	}
	v, err := ToAttr(f, x)
	if err == nil && f.NeedsOthers(v) {
		b.later = append(b.later, pending{i, arg, v})
		return nil
	}
	if err == nil {
		err = b.Table.Put(&b.c, b.p, i, writable(v, b.Takes&attr.Create != 0))
	}
	if err != nil {
		return b.problem(name, arg, inWords(f, err))
	}
	return nil
}

// putSpecial sets an attribute from a value that says more than its text, and
// reports whether it was one.
func (b *building) putSpecial(name string, i, arg int, x starlark.Value) (bool, error) {
	switch x := x.(type) {
	case starlark.NoneType: // not given
		return true, nil
	case netval.Unset:
		if err := b.Table.Clear(b.p, i); err != nil {
			return true, b.problem(name, arg, err)
		}
		return true, nil
	case netval.Prefix:
		return b.Table.PutPrefix(b.p, i, x.Prefix), nil
	case Device:
		return true, b.putDevice(i, arg, x)
	}
	return false, nil
}

// putDevice sets a device of another namespace, and where it is.
func (b *building) putDevice(i, arg int, x Device) error {
	f := &b.Table.Fields()[i]
	if f.NSBy == "" {
		return b.problem(f.Name, arg, errors.New("it cannot be a device of another namespace; give the name alone for one of the same"))
	}
	name, in := x.DeviceName()
	err := b.Table.Put(&b.c, b.p, i, attr.TextValue(name))
	if err == nil {
		err = b.put(f.NSBy, arg, in)
	}
	if err != nil {
		return b.problem(f.Name, arg, err)
	}
	return nil
}

// writable leaves out of a kind what cannot be set: what was read can be given
// again. In a creation defaults are left out too, as naming some of them means
// more to the kernel than their value says (remote checksums of a vxlan).
func writable(v attr.Value, create bool) attr.Value {
	if v.Shape != attr.Object {
		return v
	}
	p := v.T.Clone(v.P)
	for i := range v.T.Fields() {
		f := &v.T.Fields()[i]
		if f.Access&(attr.Create|attr.Change) == 0 || create && v.T.IsDefault(v.P, i, v.T.Get(p, i)) && !v.T.MayBeDefault(v.P, i) {
			v.T.Unset(p, i)
		}
	}
	v.P = p
	return v
}

// put sets one member from a Starlark value.
func put(c *attr.Put, t *attr.Table, p attr.Ptr, i int, x starlark.Value) error {
	if _, none := x.(starlark.NoneType); none {
		return nil
	}
	v, err := ToAttr(&t.Fields()[i], x)
	if err != nil {
		return err
	}
	return t.Put(c, p, i, writable(v, false))
}

func (b *Builder) noSuch(name string, i, arg int) error {
	if i >= 0 && b.Table.Fields()[i].Access&attr.Inside == 0 { // those are nobody's to name
		access := b.Table.Fields()[i].Access
		switch {
		case access&(attr.Create|attr.Change) == 0:
			return b.problem(name, arg, errors.New("is only reported by the kernel"))
		case b.Takes&attr.Change != 0 && access&attr.Create != 0:
			p := b.problem(name, arg, errors.New("the kernel cannot change it after creation"))
			p.Class = "immutable"
			return p
		}
		return b.problem(name, arg, errors.New("cannot be given here"))
	}
	names := append(b.Table.FieldNames(b.Takes), b.Extras...)
	p := &script.Problem{Class: "invalid", Path: name, Index: arg, Message: fmt.Sprintf("%s: no argument is named %q", b.Name, name)}
	near := cmp.Or(byIP(b.Table, name, names), script.Nearest(name, names))
	switch {
	case strings.HasPrefix(b.Name, "link.") && slices.Contains(ofDevices, name):
		p.Advice = fmt.Sprintf("all devices have it: link.add(…, %s = …), outside the parentheses of the kind", name)
	case near != "":
		p.Advice = fmt.Sprintf("did you mean %s?", near)
	case len(names) == 0:
		p.Advice = "it takes none"
	default:
		p.Advice = "it takes " + list(names)
	}
	return p
}

// byIP is the one of names that iproute2 calls so, or "".
func byIP(t *attr.Table, name string, names []string) string {
	for _, f := range t.Fields() {
		word, _, _ := strings.Cut(strings.TrimLeft(f.Form, "<>="), " ")
		if word == strings.TrimSuffix(name, "_") && slices.Contains(names, f.Name) {
			return f.Name
		}
	}
	return ""
}

// ofDevices are arguments of link.add that iproute2 has among those of kinds, or
// people put there.
var ofDevices = []string{"parent", "mtu", "up", "master", "address", "netns", "alias"}

func (b *Builder) problem(name string, arg int, err error) *script.Problem {
	return &script.Problem{Class: "invalid", Path: name, Index: arg, Err: err, Message: fmt.Sprintf("%s: %s: %v", b.Name, name, err)}
}

func list(names []string) string {
	out := ""
	for i, n := range names {
		if i > 0 {
			out += ", "
		}
		out += n
	}
	return out
}
