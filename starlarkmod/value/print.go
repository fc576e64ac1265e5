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
func (o Object) String() string { return (&Printer{}).Print(o) }

// A Printer prints objects as the calls that make them.
type Printer struct {
	// Prefix stands before the names of families.
	Prefix string
	// Secret says what stands for a secret; nil: what hides it.
	Secret func(f *attr.Field, v attr.Value) string
	// Whole prints what may be the default, too.
	Whole bool
}

// Print returns the call that would make the object.
func (pr *Printer) Print(o Object) string {
	if o.ref.IsZero() {
		return pr.call(o, o.t.Call, nil)
	}
	verb := object.Add
	if !o.ref.Family.Can(verb) {
		verb = object.Set
	}
	if o.hasNoCall(verb) {
		return pr.dict(o)
	}
	return pr.Verb(o, verb)
}

// hasNoCall reports whether no call of the verb would make the object.
func (o Object) hasNoCall(verb object.Verb) bool {
	m, ok := o.ref.Family.(maker)
	return o.onlyRead() || ok && verb == object.Add && !m.Makes(o.ref)
}

// Verb returns the call of a verb with what the object says.
func (pr *Printer) Verb(o Object, verb object.Verb) string {
	f := o.ref.Family
	return pr.call(o, pr.Prefix+f.Name()+"."+verb.String(), f.Positional())
}

func (pr *Printer) call(o Object, call string, positional []string) string {
	if call == "" {
		return pr.dict(o)
	}
	return call + "(" + strings.Join(pr.args(o, positional), ", ") + ")"
}

// args are the arguments of a call, those without keywords first.
func (pr *Printer) args(o Object, positional []string) []string {
	var out []string
	for n, i := range o.shown(positional, pr.Whole) {
		f := &o.t.Fields()[i]
		text := pr.text(f, o.t.Get(o.p, i))
		if n >= len(positional) || positional[n] != f.Name {
			positional = nil
			text = f.Name + " = " + text
		}
		out = append(out, text)
	}
	return out
}

// dict prints what has no constructor as the dict that may stand for it; what
// may be given by its first members alone, as those.
func (pr *Printer) dict(o Object) string {
	shown := o.shown(nil, pr.Whole)
	if len(o.t.Args) > 0 && inOrder(shown) {
		return pr.members(o, shown)
	}
	var parts []string
	for _, i := range shown {
		f := &o.t.Fields()[i]
		parts = append(parts, strconv.Quote(f.Name)+": "+pr.text(f, o.t.Get(o.p, i)))
	}
	return "{" + strings.Join(parts, ", ") + "}"
}

// inOrder reports whether these are the first of a table's attributes.
func inOrder(shown []int) bool {
	for n, i := range shown {
		if n != i {
			return false
		}
	}
	return len(shown) > 0
}

// members prints a value, or a tuple of some.
func (pr *Printer) members(o Object, shown []int) string {
	var parts []string
	for _, i := range shown {
		parts = append(parts, pr.text(&o.t.Fields()[i], o.t.Get(o.p, i)))
	}
	if len(parts) == 1 {
		return parts[0]
	}
	return "(" + strings.Join(parts, ", ") + ")"
}

// shown are the attributes that String prints, those without keywords first.
func (o Object) shown(positional []string, whole bool) (out []int) {
	for _, name := range positional {
		if i := o.t.Lookup(name); o.t.IsSet(o.p, i) {
			out = append(out, i)
		}
	}
	for i := range o.t.Fields() {
		if f := &o.t.Fields()[i]; o.gives(f) && (o.says(i) || whole && o.t.MayBeDefault(o.p, i)) && !slices.Contains(positional, f.Name) {
			out = append(out, i)
		}
	}
	return out
}

// gives reports whether an attribute belongs to what makes an object: a script
// can give it. Of an object that nobody can make all that is read does.
func (o Object) gives(f *attr.Field) bool {
	if o.onlyRead() {
		return f.Access&attr.Report != 0 && f.Type() != "address family"
	}
	return f.Access&(attr.Create|attr.Change|attr.Key) != 0 && f.Access&attr.Volatile == 0
}

// says reports whether attribute i says something that would not be so without
// it.
func (o Object) says(i int) bool {
	f, v := &o.t.Fields()[i], o.t.Get(o.p, i)
	if v.Shape == attr.Object && f.Cases() == nil && len(namedFields(v)) == 0 && !o.onlyRead() {
		return false // a struct that says nothing
	}
	return v.Shape != attr.None && !o.t.IsDefault(o.p, i, v) && !o.told(i)
}

// onlyRead reports whether nobody can make or change such an object (a count of
// states): then all that the kernel says of it is shown, counters too.
func (o Object) onlyRead() bool {
	if !o.ref.IsZero() {
		return !o.ref.Family.Can(object.Add) && !o.ref.Family.Can(object.Set)
	}
	return !slices.ContainsFunc(o.t.Fields(), func(f attr.Field) bool { return f.Access&(attr.Create|attr.Change) != 0 })
}

// told reports whether attribute i is the address family that an address tells
// as well.
func (o Object) told(i int) bool {
	return o.t.Fields()[i].Type() == "address family" && o.t.AddressFamily(o.p) != 0
}

// Text returns an attribute as a script would write it: quantities with their
// units, secrets not at all.
func Text(f *attr.Field, v attr.Value) string { return (&Printer{}).text(f, v) }

func (pr *Printer) text(f *attr.Field, v attr.Value) string {
	if f.Access&attr.Secret != 0 {
		if pr.Secret != nil {
			return pr.Secret(f, v)
		}
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
		return pr.Print(New(v.T, v.P))
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
