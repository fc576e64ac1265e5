package module

import (
	"fmt"

	"github.com/netlark/netlark/netlinkcore/attr"
)

// params describes a table's attributes as parameters of a function.
func (l living) params(t *attr.Table, positional []string, takes attr.Access) []Param {
	var out []Param
	seen := map[string]bool{}
	for _, name := range positional {
		seen[name] = true
		out = append(out, l.param(&t.Fields()[t.Lookup(name)]))
	}
	for i := range t.Fields() {
		f := &t.Fields()[i]
		if f.Access&takes != 0 && !seen[f.Name] {
			out = append(out, l.param(f))
		}
	}
	return out
}

func (l living) param(f *attr.Field) Param {
	p := paramOf(f)
	p.Live = l.finder(f)
	return p
}

func paramOf(f *attr.Field) Param {
	p := Param{Name: f.Name, Type: typeOf(f), Doc: f.Doc, Words: f.Enum.Names(), Default: "None"}
	if f.Unit != nil {
		p.Doc += ", " + f.Unit.Name
	}
	if f.Since != (attr.Release{}) {
		p.Doc += "; since Linux " + f.Since.String()
	}
	if f.MaskSince != (attr.Release{}) {
		p.Doc += "; a mask since Linux " + f.MaskSince.String()
	}
	if def, ok := f.HasDefault(); ok {
		p.Doc += fmt.Sprintf("; the kernel's default is %s", def)
	}
	for _, c := range f.Cases() {
		p.Words = append(p.Words, c.Name)
		if c.Call != "" {
			p.Makes = append(p.Makes, c.Call)
		}
	}
	switch t := f.Sub(); {
	case t != nil && t.Call != "":
		p.Makes = []string{t.Call}
	case t != nil && !t.IsScalar(): // a dict, or a tuple in a list
		p.Words = t.FieldNames(attr.Create | attr.Change)
	}
	return p
}

// notations say how a script writes what is a text to it and something else to
// the kernel.
var notations = map[string]string{
	"masked u8": "number with a mask: 0x1 or \"0x1/0xff\"", "masked u16": "number with a mask: 0x1 or \"0x1/0xff\"",
	"masked u32":   "number with a mask: 0x1 or \"0x1/0xff\"",
	"range of u16": "range: 80 or \"1000-2000\"", "range of u32": "range: 80 or \"1000-2000\"",
	"estimator": "estimator: \"1s 8s\"",
}

func textType(f *attr.Field) string {
	switch t := f.Type(); {
	case notations[t] != "":
		return notations[t]
	case t == "text or number" && f.Access&attr.Key != 0:
		return "string"
	case t == "text or number":
		return "string, number or boolean"
	default:
		return t
	}
}

func typeOf(f *attr.Field) string {
	switch s := f.Shape(); s {
	case attr.Text:
		return textType(f)
	case attr.Int, attr.Float:
		if f.Unit != nil {
			return "quantity"
		}
		if f.Enum != nil {
			return "word or number"
		}
		if lo, hi, ok := f.Limits(); ok {
			return fmt.Sprintf("number from %d to %d", lo, hi)
		}
		return "number"
	case attr.Bool:
		return "boolean"
	case attr.Many:
		if f.Mapped {
			return "dict"
		}
		return "list"
	case attr.Bits:
		return "list of words"
	case attr.Bytes:
		return "bytes"
	}
	switch {
	case f.Sub() == nil:
		return "kind"
	case f.Sub().Call != "":
		return f.Sub().Call
	}
	return "dict"
}
