package attr

import (
	"bytes"
	"encoding/hex"
	"fmt"
	"strings"
	"unsafe"

	"github.com/netlark/netlark/netlinkcore/opt"
)

func textAt(p unsafe.Pointer) *opt.Value[string] { return (*opt.Value[string])(p) }

// stringOps is NLA_NUL_STRING; max bounds the bytes without the NUL.
var stringOps = textOps(
	func(p unsafe.Pointer) (string, bool) { return textAt(p).Get() },
	func(p unsafe.Pointer, s string) { textAt(p).Set(s) },
	func(p unsafe.Pointer) { textAt(p).Unset() })

// plainOps is a string that is never empty: then it is unset.
var plainOps = textOps(
	func(p unsafe.Pointer) (string, bool) { s := *(*string)(p); return s, s != "" },
	func(p unsafe.Pointer, s string) { *(*string)(p) = s },
	func(p unsafe.Pointer) { *(*string)(p) = "" })

func textOps(load func(unsafe.Pointer) (string, bool), store func(unsafe.Pointer, string), clear func(unsafe.Pointer)) *ops {
	return &ops{name: "string", shape: Text,
		save: func(buf []byte, f *Field, p unsafe.Pointer) ([]byte, error) {
			v, _ := load(p)
			return saveText(buf, f, v)
		},
		load: func(s scanner, f *Field, p unsafe.Pointer) error {
			return f.loadOr(s, p, func() error {
				b, err := s.Hex()
				store(p, string(b))
				return err
			})
		},
		dec: func(d *Dec, f *Field, p unsafe.Pointer, b []byte) error {
			if f.id == 0 { // a char array in a struct
				if len(b) < f.size {
					return errShort(len(b), f.size)
				}
				b = b[:f.size]
			}
			store(p, d.Text(f.id, b))
			return nil
		},
		enc: func(e *Enc, f *Field, p unsafe.Pointer) {
			v, ok := load(p)
			switch {
			case !ok:
			case f.id == 0:
				copy(e.place(f.head, f.size), v)
			default:
				e.W.String(f.id, v)
			}
		},
		set:   func(_ *Field, p unsafe.Pointer) bool { _, ok := load(p); return ok },
		clear: func(_ *Field, p unsafe.Pointer) { clear(p) },
		eq: func(_ compare, _ *Field, a, b unsafe.Pointer) bool {
			x, isX := load(a)
			y, isY := load(b)
			return x == y && isX == isY
		},
		get: func(_ *Field, p unsafe.Pointer) Value {
			if v, ok := load(p); ok {
				return TextValue(v)
			}
			return Value{}
		},
		put: func(_ *Put, f *Field, p unsafe.Pointer, v Value) error {
			if v.Shape != Text {
				return f.wants(v)
			}
			if err := f.checkText(v.S); err != nil {
				return err
			}
			store(p, v.S)
			return nil
		},
	}
}

func (f *Field) checkText(s string) error {
	if strings.ContainsRune(s, 0) {
		return fmt.Errorf("%q has a NUL character", s)
	}
	if f.ranged && (uint64(len(s)) > f.max || uint64(len(s)) < f.min) {
		return fmt.Errorf("%q is %d bytes long, want %d to %d", s, len(s), f.min, f.max)
	}
	if check, ok := f.x.(func(string) error); ok {
		return check(s)
	}
	return nil
}

// String is a NUL-terminated string; Range bounds its bytes. A plain string is
// for what is never empty: that is unset.
//
//go:noinline
func String[T string | opt.Value[string]](id uint16, name string, p *T, doc string) Field {
	o := stringOps
	if _, plain := any(p).(*string); plain {
		o = plainOps
	}
	return field(id, name, unsafe.Pointer(p), o, doc)
}

// HeadString is a NUL-padded array of n characters in the head.
//
//go:noinline
func HeadString(off int16, n int, name string, p *opt.Value[string], doc string) Field {
	f := headField(off, name, unsafe.Pointer(p), stringOps, doc)
	f.size = n
	return f.Range(0, uint64(n-1))
}

// TextBehind is the text that stands behind the head of a level, to its end.
//
//go:noinline
func TextBehind(name string, p *opt.Value[string], doc string) Field {
	f := field(0, name, unsafe.Pointer(p), textBehindOps, doc)
	f.rest = true
	return f
}

var textBehindOps = func() *ops {
	o := *stringOps
	o.name = "string to the end"
	o.dec = func(_ *Dec, _ *Field, p unsafe.Pointer, b []byte) error {
		if b, _, _ = bytes.Cut(b, []byte{0}); len(b) > 0 {
			textAt(p).Set(string(b))
		}
		return nil
	}
	o.enc = func(e *Enc, _ *Field, p unsafe.Pointer) { e.W.Raw([]byte(textAt(p).Or(""))) }
	return &o
}()

// Checked refuses strings for which check has an error.
func (f Field) Checked(check func(string) error) Field { f.x = check; return f }

func blobAt(p unsafe.Pointer) *[]byte { return (*[]byte)(p) }

// blobOps is a binary attribute; nil is unset, an empty one is not sent.
var blobOps = &ops{name: "binary", shape: Bytes, save: saveBlob, load: loadBlob,
	dec: func(_ *Dec, f *Field, p unsafe.Pointer, b []byte) error {
		*blobAt(p) = bytes.Clone(b)
		return nil
	},
	enc: func(e *Enc, f *Field, p unsafe.Pointer) {
		if v := *blobAt(p); v != nil {
			e.W.Blob(f.id, v)
		}
	},
	set:   func(_ *Field, p unsafe.Pointer) bool { return *blobAt(p) != nil },
	clear: func(_ *Field, p unsafe.Pointer) { *blobAt(p) = nil },
	eq:    func(_ compare, _ *Field, a, b unsafe.Pointer) bool { return bytes.Equal(*blobAt(a), *blobAt(b)) },
	get: func(_ *Field, p unsafe.Pointer) Value {
		if v := *blobAt(p); v != nil {
			return Value{Shape: Bytes, S: string(v)}
		}
		return Value{}
	},
	put: func(_ *Put, f *Field, p unsafe.Pointer, v Value) error {
		b, err := f.parseBytes(v)
		if err == nil {
			*blobAt(p) = b
		}
		return err
	},
}

// parseBytes reads binary data as ip reads keys: "0x…" is hexadecimal, other
// text stands for its bytes.
func (f *Field) parseBytes(v Value) ([]byte, error) {
	if v.Shape != Bytes && v.Shape != Text {
		return nil, f.wants(v)
	}
	b := []byte(v.S)
	if digits, ok := strings.CutPrefix(v.S, "0x"); ok && v.Shape == Text {
		var err error
		if b, err = hex.DecodeString(digits); err != nil {
			return nil, fmt.Errorf("not hexadecimal digits after 0x, or an odd number of them")
		}
	}
	if f.ranged && (uint64(len(b)) > f.max || uint64(len(b)) < f.min) {
		return nil, fmt.Errorf("%d bytes long, want %d to %d", len(b), f.min, f.max)
	}
	return b, nil
}

// Binary is raw bytes; Range bounds their number.
//
//go:noinline
func Binary(id uint16, name string, p *[]byte, doc string) Field {
	return field(id, name, unsafe.Pointer(p), blobOps, doc)
}

// looseOps is text that scripts may give as a number or boolean too (sysctl).
var looseOps = func() *ops {
	o := *stringOps
	o.name = "text or number"
	o.put = func(c *Put, f *Field, p unsafe.Pointer, v Value) error {
		switch v.Shape {
		case Int:
			v = TextValue(v.String())
		case Bool:
			v = TextValue(string(rune('0' + v.N)))
		}
		return stringOps.put(c, f, p, v)
	}
	return &o
}()

// Loose is text that has no place on the wire, and may be given as a number.
//
//go:noinline
func Loose(name string, p *opt.Value[string], doc string) Field {
	f := field(0, name, unsafe.Pointer(p), looseOps, doc)
	return f
}
