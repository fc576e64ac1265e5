package attr

import (
	"fmt"
	"slices"
	"strconv"
	"unsafe"

	"github.com/netlark/netlark/netlinkcore/internal/jsontext"
)

// Objects as JSON, in two forms of one shape. Members have the names that
// scripts use, in the order of definition; what is unset is left out. A struct
// with a constructor says in the member "name" which one it is, unless it has
// an attribute of that name.
//
// AppendJSON writes the form that is kept: FromJSON makes the same object of
// it, attribute by attribute. For that it says more than what scripts see:
// secrets in clear, devices with name and index, attributes that only hooks
// see, the bytes of what is not defined. A value that a script can write stands
// as the script would write it, and is checked like that when it is read. Any
// other, which a kernel has reported or a Go program has set, is wrapped:
// {"raw": …} is what the field holds, and is not checked.
//
// ShowJSON writes the form that is shown, which cannot be read back.

// AppendJSON appends the struct at p, all that is set of it. Secrets are
// written in clear: who keeps the text has to keep it from others. A descriptor
// (of a namespace, a program) means nothing later and is an error, a *PathError.
func (t *Table) AppendJSON(buf []byte, p Ptr) ([]byte, error) {
	buf, err := t.saveTo(buf, p)
	if err != nil {
		return nil, under(t.Name, err)
	}
	return buf, nil
}

// FromJSON returns a new struct with what AppendJSON wrote. What is no JSON,
// an unknown or repeated name, a wrong shape or a number out of range is an
// error, a *PathError.
func (t *Table) FromJSON(data []byte) (Ptr, error) {
	s := jsontext.New(data)
	p, err := t.ScanJSON(s)
	if err != nil {
		return Ptr{}, err
	}
	if err := s.End(); err != nil {
		return Ptr{}, under(t.Name, err)
	}
	return p, nil
}

// ScanJSON is FromJSON for an object inside a text.
func (t *Table) ScanJSON(s *jsontext.Scanner) (Ptr, error) {
	p := t.New()
	if err := t.loadFrom(scanner{s}, p); err != nil {
		return Ptr{}, under(t.Name, err)
	}
	return p, nil
}

// ShowJSON appends the attributes of the struct at p that scripts see, as they
// see them. The text hidden stands for each secret.
func (t *Table) ShowJSON(buf []byte, p Ptr, hidden string) []byte {
	buf = t.open(buf)
	for i := range t.Fields() {
		f := &t.Fields()[i]
		v := t.Get(p, i)
		if v.Shape == None || f.Access&(Report|Key|Create) == 0 {
			continue
		}
		buf = jsontext.AppendName(buf, f.Name)
		switch {
		case f.Access&Secret != 0:
			buf = jsontext.AppendQuoted(buf, hidden)
		case f.Mapped:
			buf = showPairs(buf, v.L, hidden)
		default:
			buf = appendValue(buf, v, hidden)
		}
	}
	return append(buf, '}')
}

// showPairs shows a list of pairs as scripts see it, as a mapping.
func showPairs(buf []byte, pairs []Value, hidden string) []byte {
	buf = append(buf, '{')
	for _, e := range pairs {
		key := e.T.Get(e.P, 0)
		text := key.S
		if key.Shape != Text {
			text = key.String()
		}
		buf = appendValue(jsontext.AppendName(buf, text), e.T.Get(e.P, 1), hidden)
	}
	return append(buf, '}')
}

// appendValue appends a value; objects in it are shown.
func appendValue(buf []byte, v Value, hidden string) []byte {
	switch v.Shape {
	case Bool:
		return strconv.AppendBool(buf, v.N != 0)
	case Int:
		if v.Neg {
			return strconv.AppendInt(buf, int64(v.N), 10)
		}
		return strconv.AppendUint(buf, v.N, 10)
	case Float:
		return strconv.AppendFloat(buf, v.Float(), 'g', -1, 64)
	case Text:
		return jsontext.AppendQuoted(buf, v.S)
	case Bytes:
		return jsontext.AppendHex(buf, v.S)
	case Many, Bits:
		buf = append(buf, '[')
		for i, e := range v.L {
			if i > 0 {
				buf = append(buf, ',')
			}
			buf = appendValue(buf, e, hidden)
		}
		return append(buf, ']')
	case Object:
		return v.T.ShowJSON(buf, v.P, hidden)
	}
	return append(buf, "null"...)
}

// open begins the object of a struct.
func (t *Table) open(buf []byte) []byte {
	buf = append(buf, '{')
	if t.saysName() {
		buf = jsontext.AppendQuoted(jsontext.AppendName(buf, "name"), t.Name)
	}
	return buf
}

// saysName reports whether a struct says in JSON which one it is.
func (t *Table) saysName() bool { return t.Call != "" && t.Lookup("name") < 0 }

func (t *Table) saveTo(buf []byte, p Ptr) (_ []byte, err error) {
	buf = t.open(buf)
	for i := t.next(p.p, 0); i < len(t.Fields()); i = t.next(p.p, i+1) {
		f := &t.Fields()[i]
		if buf, err = f.save(jsontext.AppendName(buf, f.Name), f.addr(p.p)); err != nil {
			return nil, under(f.Name, err)
		}
	}
	return append(buf, '}'), nil
}

func (t *Table) loadFrom(s scanner, p Ptr) error {
	var few [32]uint16
	given := few[:0]
	named := false
	return s.Object(func(name []byte) error {
		i, ok := t.lay().byName[string(name)]
		if !ok && !named && t.saysName() && string(name) == "name" {
			named = true
			return t.checkSaid(s)
		}
		if !ok {
			return &PathError{strconv.Quote(string(name)), fmt.Errorf("%s has no such attribute", t.Name)}
		}
		f := &t.Fields()[i]
		if slices.Contains(given, uint16(i)) {
			return under(f.Name, errTwice)
		}
		given = append(given, uint16(i))
		if err := f.load(s, f.make(p.p)); err != nil {
			return under(f.Name, err)
		}
		return nil
	})
}

// checkSaid reads which struct it is, which has to be one of the table.
func (t *Table) checkSaid(s scanner) error {
	said, err := s.Text()
	if err == nil && string(said) != t.Name {
		err = fmt.Errorf("is %q, want %q", said, t.Name)
	}
	if err != nil {
		return under("name", err)
	}
	return nil
}

// save appends what is at p; load reads that.
func (f *Field) save(buf []byte, p unsafe.Pointer) ([]byte, error) {
	if f.ops.save != nil {
		return f.ops.save(buf, f, p)
	}
	return appendValue(buf, f.ops.get(f, p), ""), nil
}

func (f *Field) load(s scanner, p unsafe.Pointer) error {
	if f.ops.load != nil {
		return f.ops.load(s, f, p)
	}
	return f.loadPlain(s, p)
}

// loadPlain reads what a script could write.
func (f *Field) loadPlain(s scanner, p unsafe.Pointer) error {
	v, err := s.value()
	if err != nil {
		return err
	}
	return f.ops.put(&nothingAround, f, p, v)
}

// nothingAround is the context of what stands for itself. It is only read.
var nothingAround Put
