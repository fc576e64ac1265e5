package attr

import (
	"encoding/binary"
	"fmt"
	"net/netip"
	"unsafe"

	"golang.org/x/sys/unix"
)

func prefixAt(p unsafe.Pointer) *netip.Prefix { return (*netip.Prefix)(p) }

var prefixOps = &ops{name: "prefix", shape: Text, width: 16, save: savePrefix,
	head: func(d *Dec, f *Field, p unsafe.Pointer, b []byte) {
		// The default route has no attribute.
		if f.whole && b[0] == 0 && (d.Family == unix.AF_INET || d.Family == unix.AF_INET6) {
			*prefixAt(p) = netip.PrefixFrom(anyAddr(d.Family), 0)
		}
	},
	dec: func(d *Dec, f *Field, p unsafe.Pointer, b []byte) error {
		a, ok := netip.AddrFromSlice(b)
		if f.id == 0 {
			var err error
			if a, err = f.inHead(d, b); err != nil {
				return err
			}
			if a.IsUnspecified() && d.head[f.lenAt] == 0 && !f.whole {
				return nil // nothing is said
			}
			ok = true
		}
		if !ok {
			return fmt.Errorf("payload is %d bytes, want 4 or 16", len(b))
		}
		at := f.head
		if f.id == 0 {
			at = f.lenAt
		}
		n := int(d.head[at])
		if n > a.BitLen() {
			return fmt.Errorf("prefix length %d is more than %d", n, a.BitLen())
		}
		*prefixAt(p) = netip.PrefixFrom(a, n)
		return nil
	},
	enc:   encodePrefix,
	set:   func(_ *Field, p unsafe.Pointer) bool { return prefixAt(p).IsValid() },
	clear: func(_ *Field, p unsafe.Pointer) { *prefixAt(p) = netip.Prefix{} },
	eq:    func(_ compare, _ *Field, a, b unsafe.Pointer) bool { return *prefixAt(a) == *prefixAt(b) },
	get: func(f *Field, p unsafe.Pointer) Value {
		v := *prefixAt(p)
		if !v.IsValid() {
			return Value{}
		}
		return TextValue(v.String())
	},
	put: func(c *Put, f *Field, p unsafe.Pointer, v Value) error {
		n, err := f.parsePrefix(c, v)
		if err == nil {
			*prefixAt(p) = n
		}
		return err
	},
	famly: func(_ *Field, p unsafe.Pointer) byte { return familyOf(prefixAt(p).Addr()) },
	blank: func(f *Field, p unsafe.Pointer) bool {
		return !f.whole && !f.spelt && prefixAt(p).Bits() == 0 && prefixAt(p).Addr().IsUnspecified()
	},
}

// appendPrefix is what appendTo makes of the prefix's value, without that.
func appendPrefix(b []byte, p unsafe.Pointer) []byte {
	return append(prefixAt(p).AppendTo(append(b, '"')), '"')
}

func encodePrefix(e *Enc, f *Field, p unsafe.Pointer) {
	v := *prefixAt(p)
	if !v.IsValid() {
		return
	}
	if f.id == 0 {
		if f.refuses(e, v.Addr(), f.familyAround(e), v.Bits()) {
			return
		}
		copyAddr(e.place(f.head, 16), v.Addr())
		e.place(f.lenAt, 1)[0] = byte(v.Bits())
		f.putFamily(e, v.Addr())
		return
	}
	if f.refuses(e, v.Addr(), e.Family, v.Bits()) {
		return
	}
	e.place(f.head, 1)[0] = byte(v.Bits())
	if v.Bits() > 0 || !v.Addr().IsUnspecified() || f.spelt {
		putAddr(e.W, f.id, v.Addr())
	}
}

// needsFamily reports whether v means an address only once the family is
// known, from another attribute.
func (f *Field) needsFamily(v Value) bool {
	return v.Shape == Text && (v.S == "default" || v.S == "any" || v.S == "all") && f.ops.famly != nil
}

func (f *Field) parsePrefix(c *Put, v Value) (netip.Prefix, error) {
	if v.Shape != Text {
		return netip.Prefix{}, f.wants(v)
	}
	if f.needsFamily(v) {
		return netip.PrefixFrom(anyAddr(f.familyIn(c)), 0), nil
	}
	if a, err := netip.ParseAddr(v.S); err == nil && a.Zone() == "" {
		if f.bit != 0 {
			return netip.Prefix{}, fmt.Errorf("%q has no prefix length, such as %q", v.S, v.S+"/24")
		}
		a = a.Unmap()
		return netip.PrefixFrom(a, a.BitLen()), nil
	}
	n, err := netip.ParsePrefix(v.S)
	if err != nil {
		return netip.Prefix{}, fmt.Errorf("%q is not an address or prefix", v.S)
	}
	return n, nil
}

// Prefix is an address whose length stands at lenAt in the head. A default
// route has no attribute at all, only the family.
//
//go:noinline
func Prefix(id uint16, lenAt int16, name string, p *netip.Prefix, doc string) Field {
	f := field(id, name, unsafe.Pointer(p), prefixOps, doc)
	f.head = lenAt
	return f
}

// OrAll makes a length of 0 without an attribute mean everything (a default
// route), where it would otherwise mean that nothing is said.
//
//go:noinline
func (f Field) OrAll() Field { f.whole = true; return f }

// Spelt sends everything too as an attribute.
//
//go:noinline
func (f Field) Spelt() Field { f.spelt = true; return f }

// WithLength refuses an address without a prefix length.
//
//go:noinline
func (f Field) WithLength() Field { f.bit = 1; return f }

// HeadPrefix is a 16-byte address, its length and its family, all in the head.
//
//go:noinline
func HeadPrefix(off, lenAt, familyAt int16, name string, p *netip.Prefix, doc string) Field {
	f := headField(off, name, unsafe.Pointer(p), prefixOps, doc)
	f.lenAt, f.familyAt = lenAt, familyAt
	return f
}

// PrefixWithLength is an address and, under a number of its own, the length of
// the prefix in 16 bits.
//
//go:noinline
func PrefixWithLength(id, length uint16, name string, p *netip.Prefix, doc string) Field {
	f := field(id, name, unsafe.Pointer(p), splitPrefixOps, doc)
	f.id2, f.late = length, true
	return f
}

var splitPrefixOps = func() *ops {
	o := *prefixOps
	o.name, o.head, o.blank = "prefix with its length", nil, nil
	o.dec = func(d *Dec, f *Field, p unsafe.Pointer, b []byte) error {
		a, n := prefixAt(p).Addr(), 0
		if d.id == f.id {
			var ok bool
			if a, ok = netip.AddrFromSlice(b); !ok {
				return fmt.Errorf("payload is %d bytes, want 4 or 16", len(b))
			}
			n = a.BitLen()
		} else if len(b) == 2 {
			n = int(binary.NativeEndian.Uint16(b))
		} else {
			return errShort(len(b), 2)
		}
		if a.IsValid() && n > a.BitLen() {
			return fmt.Errorf("prefix length %d is more than %d", n, a.BitLen())
		}
		if a.IsValid() { // a length alone says nothing
			*prefixAt(p) = netip.PrefixFrom(a, n)
		}
		return nil
	}
	o.enc = func(e *Enc, f *Field, p unsafe.Pointer) {
		v := *prefixAt(p)
		if !v.IsValid() || f.refuses(e, v.Addr(), e.Family, v.Bits()) {
			return
		}
		putAddr(e.W, f.id, v.Addr())
		binary.NativeEndian.PutUint16(e.W.Open(f.id2, 2), uint16(v.Bits()))
	}
	return &o
}()
