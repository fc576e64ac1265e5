package value

import (
	"slices"
	"strconv"
	"strings"

	"github.com/netlark/netlark/netlinkcore/attr"
	"github.com/netlark/netlark/netlinkcore/object"
)

// Cell returns attribute i as a table shows it, without quotes and module names;
// "" where it says nothing that would not be so without it.
func (o Object) Cell(i int) string {
	if !o.says(i) {
		return ""
	}
	f := &o.t.Fields()[i]
	v := o.t.Get(o.p, i)
	switch {
	case f.Access&attr.Secret != 0:
	case v.Shape == attr.Text:
		return v.S
	case (v.Shape == attr.Int || v.Shape == attr.Float) && f.Unit != nil:
		return f.Unit.Format(v)
	case (v.Shape == attr.Many || v.Shape == attr.Bits) && f.Sub() == nil:
		return Plain(v)
	case v.Shape == attr.Object && v.T.Call != "":
		return strings.TrimSuffix(v.T.Call[strings.LastIndexByte(v.T.Call, '.')+1:]+strings.TrimPrefix((&Printer{}).Print(New(v.T, v.P)), v.T.Call), "()")
	}
	text := Text(f, v)
	if plain, err := strconv.Unquote(text); err == nil {
		return plain
	}
	return text
}

// Columns are the attributes that a table of the objects of a family, or of
// structs of one kind, may show: first those that identify it, as many as keys
// says, then words that only the kernel gives, then what a script can give.
func (o Object) Columns() (places []int, keys int) {
	var first, words, rest []int
	for _, name := range o.positional() {
		first = append(first, o.t.Lookup(name))
	}
	for i := range o.t.Fields() {
		switch f := &o.t.Fields()[i]; {
		case slices.Contains(first, i):
		case o.gives(f):
			rest = append(rest, i)
		case f.Access&attr.Report != 0 && f.Access&attr.Inside == 0 && f.Enum != nil && f.Shape() != attr.Bits:
			words = append(words, i)
		}
	}
	return slices.Concat(first, words, rest), len(first)
}

func (o Object) positional() []string {
	if o.ref.IsZero() {
		return o.t.Args
	}
	return o.ref.Family.Positional()
}

// Call returns the parts of the call that would make the object, as String does:
// its arguments are nil where it is printed otherwise.
func (o Object) Call() (call string, args []string) {
	pr := &Printer{}
	if o.ref.IsZero() {
		return o.t.Call, pr.args(o, nil)
	}
	verb := object.Add
	if !o.ref.Family.Can(verb) {
		verb = object.Set
	}
	if o.hasNoCall(verb) {
		return "", nil
	}
	return o.ref.Family.Name() + "." + verb.String(), pr.args(o, o.ref.Family.Positional())
}
