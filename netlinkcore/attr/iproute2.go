package attr

import "strings"

// A Saying is how iproute2 says the objects of a table.
type Saying struct {
	// Word is the command, such as "ip addr", or of a part what stands before its
	// attributes: the name of a kind.
	Word string
	// Set is the command's word for a change; "": it has none; "-": nor one that puts an
	// object in the place of another; "update" and "add" take all
	// that the object is to be.
	Set string
	// Bool is the form of booleans that have none of their own; "": on and off.
	Bool string
	// Command: Word is a command, and says nothing where the table describes a part. A kind
	// that has one is made by it.
	Command bool
	// Fill: what an add implies is said, too.
	Fill bool
	// Exact: without one of its attributes the object would be another one.
	Exact bool
}

// ByIP says with which command of iproute2 objects are made and changed. It stands among
// the attributes of a table.
//
//go:noinline
func ByIP(command, set, booleans string) Field {
	return Field{said: &Saying{Word: command, Set: set, Bool: booleans, Command: true}}
}

// InIP says that iproute2 has a word for a part of objects, and which.
//
//go:noinline
func InIP(word, booleans string) Field { return Field{said: &Saying{Word: word, Bool: booleans}} }

// Exactly says of InIP that the object would be another one without one of the attributes.
//
//go:noinline
func (f Field) Exactly() Field { f.said.Exact = true; return f }

// Filled says of ByIP that what an add implies is said, too.
//
//go:noinline
func (f Field) Filled() Field { f.said.Fill = true; return f }

// Saying tells how iproute2 says what the table defines; nil: it does not.
func (t *Table) Saying() *Saying { return t.lay().said }

// IP is how iproute2 writes an attribute, where it does not write the name and the value,
// or the name and on or off:
//
//	dev          another word in place of the name
//	%            the value alone; "%,": the elements of a list with commas between them,
//	             "% :": with blanks, and colons between the members of each
//	cost %       a word and the value
//	up|down      a boolean: what says yes, and what says no; % stands for the name
//	a %|b        a value, and what takes it away
//	-            not at all; also in place of one of two
//	=a           said always: iproute2 makes something else of silence than the default, or
//	             wants what does not change
//	<a, >a       before, or behind all else
//	a;b          when it is made, and when it is changed or removed
//	!            not said, and no loss: something else says it
//	a %#         the number of a word
//	a %^b        b in place of a where the value is a multicast address
//	a %?b        words of the enumeration without a, and b not at all
//	a %~         the value's words apart
//	a %/b        value and mask, with b between them
//	*a           the word a behind the names of the attributes that the value lists;
//	             "a %*" of one of these: it is always as if listed, "a %-": never
//	a %+b+c      the value, and those of the attributes b and c behind it
//
//go:noinline
func (f Field) IP(form string) Field { f.Form = form; return f }

// Forms are how iproute2 writes an attribute of the table that is there, and one that is
// not: as IP has them, "-" where it cannot. creates tells what is made from what is
// changed or removed.
func (t *Table) Forms(f *Field, creates bool) (form, absent string) {
	form = strings.TrimLeft(f.Form, "=<>")
	if first, second, both := strings.Cut(form, ";"); both {
		form = second
		if creates {
			form = first
		}
	}
	name := strings.TrimSuffix(f.Name, "_")
	switch {
	case f.Since != (Release{}) && f.Form == "": // younger than what iproute2 is taken to know
		return "-", "-"
	case form == "!":
		return form, form
	case f.Shape() == Bool && !strings.Contains(form, "|") && form != "-":
		if form != "" {
			name = form
		}
		form = "% on|% off"
		if s := t.Saying(); s != nil && s.Bool != "" {
			form = s.Bool
		}
		form = strings.ReplaceAll(form, "%", name)
	case form == "":
		form = name
	}
	form, absent, both := strings.Cut(form, "|")
	if !both {
		absent = "-"
	}
	if f.Shape() == Bool {
		form, absent = strings.ReplaceAll(form, "%", name), strings.ReplaceAll(absent, "%", name)
	}
	return form, absent
}

// SaidAlways reports whether iproute2 has to be told a value that is the default.
func (f *Field) SaidAlways() bool { return strings.HasPrefix(f.Form, "=") }

// DefaultVaries reports whether the default is another one for some kinds of objects: then
// iproute2 is told.
func (f *Field) DefaultVaries() bool { return f.but != nil }

// SaidPlace is -1 for what stands before all else in a command, 1 for what stands behind
// it, 0 for the rest.
func (f *Field) SaidPlace() int {
	switch {
	case strings.HasPrefix(f.Form, "<"):
		return -1
	case strings.HasPrefix(f.Form, ">"):
		return 1
	}
	return 0
}

// DefaultOf is the default of attribute i; its shape is None if that is not known.
func (t *Table) DefaultOf(i int) Value {
	if d := t.Fields()[i].def; d != nil {
		return *d
	}
	return Value{}
}
