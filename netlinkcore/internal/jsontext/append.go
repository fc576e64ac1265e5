// Package jsontext reads and writes JSON (RFC 8259) piece by piece, for what is
// made of tables and not of Go types.
package jsontext

import (
	"bytes"
	"encoding/hex"
	"errors"
	"fmt"
	"unicode/utf8"
)

// raw is the member that wraps what does not stand for itself: {"raw": …}.
const raw = "raw"

// AppendName appends the name of an object's member, with a comma where one
// belongs.
func AppendName(buf []byte, name string) []byte {
	if buf[len(buf)-1] != '{' {
		buf = append(buf, ',')
	}
	return append(AppendQuoted(buf, name), ':')
}

// AppendQuoted appends a string. What is no UTF-8 becomes U+FFFD.
func AppendQuoted(buf []byte, s string) []byte {
	buf = append(buf, '"')
	begin := 0
	for i, r := range s {
		if r >= ' ' && r != '"' && r != '\\' && r != utf8.RuneError {
			continue
		}
		buf = append(buf, s[begin:i]...)
		_, n := utf8.DecodeRuneInString(s[i:])
		begin = i + n
		switch {
		case r == utf8.RuneError:
			buf = utf8.AppendRune(buf, r)
		case r < ' ':
			buf = fmt.Appendf(buf, "\\u%04x", r)
		default:
			buf = append(buf, '\\', byte(r))
		}
	}
	return append(append(buf, s[begin:]...), '"')
}

// AppendHex appends bytes as "0x…"; Hex reads them.
func AppendHex(buf []byte, s string) []byte {
	buf = append(buf, `"0x`...)
	return append(hex.AppendEncode(buf, []byte(s)), '"')
}

// AppendRaw appends {"raw": …}, whose value what appends; Raw reads that.
func AppendRaw(buf []byte, what func([]byte) []byte) []byte {
	return append(what(append(buf, `{"raw":`...)), '}')
}

// AppendText appends text that may be no UTF-8: then its bytes, wrapped.
// AnyText reads both.
func AppendText(buf []byte, s string) []byte {
	if !utf8.ValidString(s) {
		return AppendRaw(buf, func(buf []byte) []byte { return AppendHex(buf, s) })
	}
	return AppendQuoted(buf, s)
}

// Hex reads what AppendHex wrote. It is never nil.
func (s *Scanner) Hex() ([]byte, error) {
	text, err := s.Text()
	if err != nil {
		return nil, err
	}
	digits, ok := bytes.CutPrefix(text, []byte("0x"))
	b, err := hex.AppendDecode([]byte{}, digits)
	if !ok || err != nil {
		return nil, errors.New("want 0x and an even number of hexadecimal digits")
	}
	return b, nil
}

// Raw reads {"raw": …} by read.
func (s *Scanner) Raw(read func() error) error {
	given := false
	err := s.Object(func(name []byte) error {
		switch {
		case string(name) != raw:
			return fmt.Errorf("an object with %q, want one with %q alone", name, raw)
		case given:
			return fmt.Errorf("%q is given twice", raw)
		}
		given = true
		return read()
	})
	if err == nil && !given {
		return fmt.Errorf("an empty object, want one with %q", raw)
	}
	return err
}

// AnyText reads what AppendText wrote.
func (s *Scanner) AnyText() (string, error) {
	if s.Peek() != '{' {
		b, err := s.Text()
		return string(b), err
	}
	var b []byte
	err := s.Raw(func() (err error) { b, err = s.Hex(); return err })
	return string(b), err
}
