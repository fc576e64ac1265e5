package value

import (
	"slices"
	"strconv"
	"strings"

	"go.starlark.net/starlark"

	"github.com/netlark/netlark/netlinkcore/attr"
	"github.com/netlark/netlark/netlinkcore/object"
	"github.com/netlark/netlark/starlarkmod/netval"
)

// A maker is a family of which some objects cannot be added.
type maker interface{ Makes(r object.Ref) bool }

// String returns the call that would make the object: what is settable and not
// the default. What nobody can make prints as a dict.
func (o Object) String() string {
	var out strings.Builder
	call, positional := o.t.Call, []string(nil)
	if !o.ref.IsZero() {
		verb := object.Add
		if !o.ref.Family.Can(verb) {
			verb = object.Set
		}
		call, positional = o.ref.Family.Name()+"."+verb.String(), o.ref.Family.Positional()
		if m, ok := o.ref.Family.(maker); ok && verb == object.Add && !m.Makes(o.ref) {
			call = ""
		}
	}
	if call == "" {
		return o.dict()
	}
	out.WriteString(call)
	out.WriteByte('(')
	for n, i := range o.shown(positional) {
		f := &o.t.Fields()[i]
		if n > 0 {
			out.WriteString(", ")
		}
		if n >= len(positional) || positional[n] != f.Name {
			positional = nil
			out.WriteString(f.Name + " = ")
		}
		out.WriteString(Text(f, o.t.Get(o.p, i)))
	}
	out.WriteByte(')')
	return out.String()
}

// dict prints what has no constructor as the dict that may stand for it.
func (o Object) dict() string {
	var parts []string
	for _, i := range o.shown(nil) {
		f := &o.t.Fields()[i]
		parts = append(parts, strconv.Quote(f.Name)+": "+Text(f, o.t.Get(o.p, i)))
	}
	return "{" + strings.Join(parts, ", ") + "}"
}

// shown are the attributes that String prints, those without keywords first.
func (o Object) shown(positional []string) (out []int) {
	for _, name := range positional {
		if i := o.t.Lookup(name); o.t.IsSet(o.p, i) {
			out = append(out, i)
		}
	}
	for i := range o.t.Fields() {
		f := &o.t.Fields()[i]
		v := o.t.Get(o.p, i)
		settable := f.Access&(attr.Create|attr.Change|attr.Key) != 0 && f.Access&attr.Volatile == 0
		if v.Shape == attr.Object && f.Cases() == nil && len(namedFields(v)) == 0 {
			continue // a struct that says nothing
		}
		if v.Shape != attr.None && settable && !o.t.IsDefault(o.p, i, v) && !o.told(i) && !slices.Contains(positional, f.Name) {
			out = append(out, i)
		}
	}
	return out
}

// told reports whether attribute i is the address family that an address tells
// as well.
func (o Object) told(i int) bool {
	return o.t.Fields()[i].Type() == "address family" && o.t.AddressFamily(o.p) != 0
}

// Text returns an attribute as a script would write it: quantities with their
// units, secrets not at all.
func Text(f *attr.Field, v attr.Value) string {
	if f.Access&attr.Secret != 0 {
		return netval.Redacted
	}
	switch v.Shape {
	case attr.Int, attr.Float:
		if f.Unit != nil {
			return strconv.Quote(f.Unit.Format(v))
		}
	case attr.Object:
		if len(namedFields(v)) == 0 && f.Cases() != nil {
			return strconv.Quote(v.T.Name)
		}
	}
	return FromAttr(f, v).String()
}

func namedFields(v attr.Value) (out []int) {
	for i := range v.T.Fields() {
		f := &v.T.Fields()[i]
		if got := v.T.Get(v.P, i); got.Shape != attr.None && f.Access&(attr.Create|attr.Change) != 0 && !v.T.IsDefault(v.P, i, got) && f.Type() != "address family" {
			out = append(out, i)
		}
	}
	return out
}

// Plain returns a value as text without quotes, for tables; objects show what
// they are made of.
func Plain(v attr.Value) string {
	switch v.Shape {
	case attr.None:
		return ""
	case attr.Text:
		return v.S
	case attr.Object:
		return New(v.T, v.P).String()
	case attr.Many, attr.Bits:
		parts := make([]string, len(v.L))
		for i := range v.L {
			parts[i] = Plain(v.L[i])
		}
		return strings.Join(parts, " ")
	}
	return v.String()
}

var _ starlark.Value = Object{}
