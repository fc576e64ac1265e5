package attr

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/netip"
	"strconv"
	"strings"
	"unicode/utf8"
	"unsafe"

	"github.com/netlark/netlark/netlinkcore/internal/jsontext"
	"github.com/netlark/netlark/netlinkcore/opt"
)

// What of each wire type is kept in JSON that get and put do not carry.

type (
	saver  = func(buf []byte, f *Field, p unsafe.Pointer) ([]byte, error)
	loader = func(s scanner, f *Field, p unsafe.Pointer) error
)

// --- what a script could not write

// loadOr reads what a script could write, or {"raw": …} by read.
func (f *Field) loadOr(s scanner, p unsafe.Pointer, read func() error) error {
	if s.Peek() != '{' {
		return f.loadPlain(s, p)
	}
	return s.Raw(read)
}

func appendRawHex(buf []byte, s string) []byte {
	return jsontext.AppendRaw(buf, func(buf []byte) []byte { return jsontext.AppendHex(buf, s) })
}

// --- optional values: numbers, sets, masked numbers, ranges, own types

// saveOpt writes what get says of a T, if put makes the same of it, and that
// looks the same.
func saveOpt[T comparable](same func(a, b T) bool) saver {
	return func(buf []byte, f *Field, p unsafe.Pointer) ([]byte, error) {
		is := (*opt.Value[T])(p).Or(*new(T))
		v := f.ops.get(f, p)
		var again opt.Value[T]
		if err := f.ops.put(&Put{}, f, unsafe.Pointer(&again), v); err == nil {
			back := again.Or(*new(T))
			if back == is || same != nil && same(back, is) && f.ops.get(f, unsafe.Pointer(&again)).String() == v.String() {
				return appendValue(buf, v, ""), nil
			}
		}
		text, err := json.Marshal(is)
		return jsontext.AppendRaw(buf, func(buf []byte) []byte { return append(buf, text...) }), err
	}
}

func loadOpt[T comparable]() loader {
	return func(s scanner, f *Field, p unsafe.Pointer) error {
		return f.loadOr(s, p, func() error {
			text, err := s.Value()
			if err != nil {
				return err
			}
			d := json.NewDecoder(bytes.NewReader(text))
			d.DisallowUnknownFields()
			return d.Decode((*opt.Value[T])(p).Ref())
		})
	}
}

// saveNumber is saveOpt for numbers whose put is parseNumber.
func saveNumber[T word](width int) saver {
	signed := ^T(0) < 0
	return func(buf []byte, f *Field, p unsafe.Pointer) ([]byte, error) {
		is := (*opt.Value[T])(p).Or(0)
		v := f.ops.get(f, p)
		if n, err := f.parseNumber(v, width, signed); err == nil && T(n) == is {
			return appendValue(buf, v, ""), nil
		}
		return jsontext.AppendRaw(buf, func(buf []byte) []byte {
			if signed {
				return strconv.AppendInt(buf, int64(is), 10)
			}
			return strconv.AppendUint(buf, uint64(is), 10)
		}), nil
	}
}

// --- text and bytes

func saveText(buf []byte, f *Field, s string) ([]byte, error) {
	if f.checkText(s) != nil {
		return appendRawHex(buf, s), nil
	}
	return jsontext.AppendText(buf, s), nil
}

func saveBlob(buf []byte, f *Field, p unsafe.Pointer) ([]byte, error) {
	b := string(*blobAt(p))
	if _, err := f.parseBytes(Value{Shape: Bytes, S: b}); err != nil {
		return appendRawHex(buf, b), nil
	}
	return jsontext.AppendHex(buf, b), nil
}

func loadBlob(s scanner, f *Field, p unsafe.Pointer) error {
	return f.loadOr(s, p, func() (err error) { *blobAt(p), err = s.Hex(); return err })
}

// --- addresses

// saveAddr wraps the IPv4 addresses that are mapped into IPv6: a script's are
// taken for IPv4.
func saveAddr(buf []byte, _ *Field, p unsafe.Pointer) ([]byte, error) {
	a := *addrAt(p)
	if a.Is4In6() || a.Zone() != "" {
		return jsontext.AppendRaw(buf, func(buf []byte) []byte { return jsontext.AppendQuoted(buf, a.String()) }), nil
	}
	return append(a.AppendTo(append(buf, '"')), '"'), nil
}

func loadAddr(s scanner, f *Field, p unsafe.Pointer) error {
	return f.loadOr(s, p, func() error {
		text, err := s.Text()
		if err == nil {
			*addrAt(p), err = netip.ParseAddr(string(text))
		}
		return err
	})
}

func savePrefix(buf []byte, _ *Field, p unsafe.Pointer) ([]byte, error) {
	return append(prefixAt(p).AppendTo(append(buf, '"')), '"'), nil
}

func saveMAC(buf []byte, _ *Field, p unsafe.Pointer) ([]byte, error) {
	m := *macAt(p)
	text := m.String()
	if back, err := ParseMAC(text); err != nil || back != m {
		return appendRawHex(buf, string(m.Bytes())), nil
	}
	return jsontext.AppendQuoted(buf, text), nil
}

func loadMAC(s scanner, f *Field, p unsafe.Pointer) error {
	return f.loadOr(s, p, func() error {
		b, err := s.Hex()
		if err != nil {
			return err
		}
		m, ok := MACFrom(b)
		if !ok {
			return fmt.Errorf("%d bytes are too many for a link-layer address", len(b))
		}
		*macAt(p) = m
		return nil
	})
}

// --- what names something: devices, namespaces, programs

// saveDev writes a name or an index that stands alone as such, both as an
// object, and no device as null.
func saveDev(buf []byte, _ *Field, p unsafe.Pointer) ([]byte, error) {
	d := *devAt(p)
	name := d.Name()
	switch {
	case name == "" && d.Index == noIndex:
		return append(buf, "null"...), nil
	case name == "" && d.Index < noIndex:
		return appendValue(buf, UintValue(uint64(d.Index)), ""), nil
	case d.Index == 0 && utf8.ValidString(name) && CheckReference(name) == nil:
		return jsontext.AppendQuoted(buf, name), nil
	}
	return appendNamed(buf, "name", name, "index", d.Index), nil
}

func loadDev(s scanner, f *Field, p unsafe.Pointer) error {
	switch {
	case s.Word("null"):
		*devAt(p) = NoDev
		return nil
	case s.Peek() != '{':
		return f.loadPlain(s, p)
	}
	name, index, err := s.named("name", "index")
	d := Dev{Index: index}
	if name != "" {
		d.name = &name
	}
	*devAt(p) = d
	return err
}

func saveNS(buf []byte, _ *Field, p unsafe.Pointer) ([]byte, error) {
	n := *nsAt(p)
	if _, open := n.FD(); open {
		return nil, fmt.Errorf("is a namespace by its descriptor, which means nothing later; name it")
	}
	return jsontext.AppendText(buf, n.name), nil
}

func loadNS(s scanner, _ *Field, p unsafe.Pointer) error {
	name, err := s.AnyText()
	*nsAt(p) = NSName(name)
	return err
}

func saveProg(buf []byte, _ *Field, p unsafe.Pointer) ([]byte, error) {
	v := *progAt(p)
	switch {
	case v.FD != 0:
		return nil, fmt.Errorf("is a program by its descriptor, which means nothing later; give the path of its pin")
	case v.Path == "":
		return appendValue(buf, UintValue(uint64(v.ID)), ""), nil
	case v.ID == 0 && utf8.ValidString(v.Path) && !strings.ContainsRune(v.Path, 0):
		return jsontext.AppendQuoted(buf, v.Path), nil
	}
	return appendNamed(buf, "path", v.Path, "id", v.ID), nil
}

func loadProg(s scanner, f *Field, p unsafe.Pointer) error {
	if s.Peek() != '{' {
		return f.loadPlain(s, p)
	}
	path, id, err := s.named("path", "id")
	*progAt(p) = Prog{Path: path, ID: id}
	return err
}

// appendNamed appends an object of a name and a number.
func appendNamed(buf []byte, key, name, number string, n uint32) []byte {
	buf = append(buf, '{')
	if name != "" {
		buf = jsontext.AppendText(jsontext.AppendName(buf, key), name)
	}
	if n != 0 {
		buf = appendValue(jsontext.AppendName(buf, number), UintValue(uint64(n)), "")
	}
	return append(buf, '}')
}

// named reads what appendNamed wrote.
func (s scanner) named(key, number string) (name string, n uint32, err error) {
	err = s.Object(func(member []byte) error {
		switch string(member) {
		case key:
			var err error
			if name, err = s.AnyText(); err != nil {
				return under(key, err)
			}
			return nil
		case number:
			v, err := s.value()
			if err == nil && (v.Shape != Int || v.Neg || v.N >= 1<<32) {
				err = fmt.Errorf("got %s, want a number of 32 bits", v)
			}
			n = uint32(v.N)
			if err != nil {
				return under(number, err)
			}
			return nil
		}
		return fmt.Errorf("an object with %q, want %q and %q", member, key, number)
	})
	if err == nil && name == "" && n == 0 {
		err = fmt.Errorf("an object without %q and %q", key, number)
	}
	return name, n, err
}

// --- attributes without a definition

func loadExtra(s scanner, _ *Field, p unsafe.Pointer) error {
	list := []Raw{}
	err := s.array(func(int) error {
		text, err := s.Text()
		if err != nil {
			return err
		}
		r, err := parseRaw(string(text))
		list = append(list, r)
		return err
	})
	extraAt(p).raw = &list
	return err
}

// parseRaw reads what get writes of an attribute.
func parseRaw(text string) (r Raw, err error) {
	numbers, digits, ok := strings.Cut(text, ":")
	if ok {
		_, err = fmt.Sscanf(numbers+"\n", "%d.%d\n", &r.In, &r.ID)
	}
	if ok && err == nil {
		r.Data, err = hex.AppendDecode([]byte{}, []byte(digits))
	}
	if !ok || err != nil {
		return Raw{}, fmt.Errorf("%q is not as \"number.number:hexadecimal bytes\"", text)
	}
	return r, nil
}
