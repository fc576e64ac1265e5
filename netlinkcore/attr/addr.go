package attr

import (
	"encoding/binary"
	"fmt"
	"net/netip"
	"unsafe"

	"golang.org/x/sys/unix"

	"github.com/netlark/netlark/netlinkcore/opt"
)

func addrAt(p unsafe.Pointer) *netip.Addr     { return (*netip.Addr)(p) }
func prefixAt(p unsafe.Pointer) *netip.Prefix { return (*netip.Prefix)(p) }

func familyOf(a netip.Addr) byte {
	switch {
	case !a.IsValid():
		return 0
	case a.Is4():
		return unix.AF_INET
	}
	return unix.AF_INET6
}

// any returns the unspecified address of a family; IPv4 unless it is IPv6.
func anyAddr(family byte) netip.Addr {
	if family == unix.AF_INET6 {
		return netip.IPv6Unspecified()
	}
	return netip.IPv4Unspecified()
}

// inHead reads a 16-byte address of the head; the family stands at familyAt in
// one byte, or two in host order, or is the message's.
func (f *Field) inHead(d *Dec, b []byte) (netip.Addr, error) {
	if len(b) < 16 {
		return netip.Addr{}, errShort(len(b), 16)
	}
	family := d.Family
	if f.familyAt >= 0 {
		family = byte(binary.NativeEndian.Uint16(d.head[f.familyAt:]))
	}
	if family == unix.AF_INET6 {
		return netip.AddrFrom16([16]byte(b[:16])), nil
	}
	return netip.AddrFrom4([4]byte(b[:4])), nil
}

var addrOps = &ops{name: "address", shape: Text, width: 16,
	dec: func(d *Dec, f *Field, p unsafe.Pointer, b []byte) (err error) {
		if f.id == 0 {
			*addrAt(p), err = f.inHead(d, b)
			return err
		}
		a, ok := netip.AddrFromSlice(b)
		if !ok {
			return fmt.Errorf("payload is %d bytes, want 4 or 16", len(b))
		}
		*addrAt(p) = a
		return nil
	},
	enc: func(e *Enc, f *Field, p unsafe.Pointer) {
		a := *addrAt(p)
		switch {
		case !a.IsValid():
		case f.id == 0:
			copy(e.place(f.head, 16), a.AsSlice())
			f.putFamily(e, a)
		case f.id2 != 0 && a.Is6():
			e.W.Blob(f.id2, a.AsSlice())
		default:
			e.W.Blob(f.id, a.AsSlice())
		}
	},
	set:   func(_ *Field, p unsafe.Pointer) bool { return addrAt(p).IsValid() },
	clear: func(_ *Field, p unsafe.Pointer) { *addrAt(p) = netip.Addr{} },
	eq:    func(_ compare, _ *Field, a, b unsafe.Pointer) bool { return *addrAt(a) == *addrAt(b) },
	get: func(_ *Field, p unsafe.Pointer) Value {
		if a := *addrAt(p); a.IsValid() {
			return TextValue(a.String())
		}
		return Value{}
	},
	put: func(c *Put, f *Field, p unsafe.Pointer, v Value) error {
		a, err := f.parseAddr(c, v)
		if err == nil {
			*addrAt(p) = a
		}
		return err
	},
	famly: func(_ *Field, p unsafe.Pointer) byte { return familyOf(*addrAt(p)) },
}

func (f *Field) putFamily(e *Enc, a netip.Addr) {
	if f.familyAt >= 0 {
		binary.NativeEndian.PutUint16(e.place(f.familyAt, 2), uint16(familyOf(a)))
	}
}

func (f *Field) parseAddr(c *Put, v Value) (netip.Addr, error) {
	if v.Shape != Text {
		return netip.Addr{}, f.wants(v)
	}
	if v.S == "any" {
		return anyAddr(c.Family), nil
	}
	a, err := netip.ParseAddr(v.S)
	if err != nil {
		return netip.Addr{}, fmt.Errorf("%q is not an IP address", v.S)
	}
	if a.Zone() != "" {
		return netip.Addr{}, fmt.Errorf("%q names a zone; give the device by its own keyword", v.S)
	}
	return a.Unmap(), nil
}

// Addr is an IP address.
func Addr(id uint16, name string, p *netip.Addr, doc string) Field {
	return field(id, name, unsafe.Pointer(p), addrOps, doc)
}

// WideAddr is an IP address that always has 16 bytes; its family is the
// message's (xfrm_address_t).
func WideAddr(id uint16, name string, p *netip.Addr, doc string) Field {
	return field(id, name, unsafe.Pointer(p), wideAddrOps, doc)
}

var wideAddrOps = func() *ops {
	o := *addrOps
	o.name = "address of 16 bytes"
	o.dec = func(d *Dec, f *Field, p unsafe.Pointer, b []byte) error {
		if len(b) != 16 {
			return errShort(len(b), 16)
		}
		a, err := f.inHead(d, b)
		*addrAt(p) = a
		return err
	}
	o.enc = func(e *Enc, f *Field, p unsafe.Pointer) {
		if a := *addrAt(p); a.IsValid() {
			copy(e.W.Open(f.id, 16), a.AsSlice())
		}
	}
	return &o
}()

// Addr46 is an IP address with a number for each family.
func Addr46(id4, id6 uint16, name string, p *netip.Addr, doc string) Field {
	f := Addr(id4, name, p, doc)
	f.id2 = id6
	return f
}

// HeadAddr is a 16-byte address in the head. Its family stands at familyAt, or
// is the message's if that is -1.
func HeadAddr(off, familyAt int16, name string, p *netip.Addr, doc string) Field {
	f := headField(off, name, unsafe.Pointer(p), addrOps, doc)
	f.familyAt = familyAt
	return f
}

// --- prefixes

var prefixOps = &ops{name: "prefix", shape: Text, width: 16,
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
		return !f.whole && prefixAt(p).Bits() == 0 && prefixAt(p).Addr().IsUnspecified()
	},
}

func encodePrefix(e *Enc, f *Field, p unsafe.Pointer) {
	v := *prefixAt(p)
	if !v.IsValid() {
		return
	}
	if f.id == 0 {
		copy(e.place(f.head, 16), v.Addr().AsSlice())
		e.place(f.lenAt, 1)[0] = byte(v.Bits())
		f.putFamily(e, v.Addr())
		return
	}
	e.place(f.head, 1)[0] = byte(v.Bits())
	if v.Bits() > 0 || !v.Addr().IsUnspecified() {
		e.W.Blob(f.id, v.Addr().AsSlice())
	}
}

// NeedsFamily reports whether v means an address only once the family is
// known, from another attribute.
func (f *Field) NeedsFamily(v Value) bool {
	return v.Shape == Text && (v.S == "default" || v.S == "any" || v.S == "all") && f.ops.famly != nil
}

func (f *Field) parsePrefix(c *Put, v Value) (netip.Prefix, error) {
	if v.Shape != Text {
		return netip.Prefix{}, f.wants(v)
	}
	if f.NeedsFamily(v) {
		return netip.PrefixFrom(anyAddr(c.Family), 0), nil
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
func Prefix(id uint16, lenAt int16, name string, p *netip.Prefix, doc string) Field {
	f := field(id, name, unsafe.Pointer(p), prefixOps, doc)
	f.head = lenAt
	return f
}

// OrAll makes a length of 0 without an attribute mean everything (a default
// route), where it would otherwise mean that nothing is said.
func (f Field) OrAll() Field { f.whole = true; return f }

// WithLength refuses an address without a prefix length.
func (f Field) WithLength() Field { f.bit = 1; return f }

// HeadPrefix is a 16-byte address, its length and its family, all in the head.
func HeadPrefix(off, lenAt, familyAt int16, name string, p *netip.Prefix, doc string) Field {
	f := headField(off, name, unsafe.Pointer(p), prefixOps, doc)
	f.lenAt, f.familyAt = lenAt, familyAt
	return f
}

// --- next hops

// Via is a next hop: the number gateway when it is of the message's family,
// otherwise via, which carries its own family (RFC 5549).
func Via(gateway, via uint16, name string, p *netip.Addr, doc string) Field {
	f := field(gateway, name, unsafe.Pointer(p), viaOps, doc)
	f.id2 = via
	return f
}

var viaOps = func() *ops {
	o := *addrOps
	o.name = "next hop"
	o.dec = func(d *Dec, f *Field, p unsafe.Pointer, b []byte) error {
		if d.id == f.id2 {
			if len(b) < 2 {
				return errShort(len(b), 6)
			}
			b = b[2:]
		}
		return addrOps.dec(d, f, p, b)
	}
	o.enc = func(e *Enc, f *Field, p unsafe.Pointer) {
		a := *addrAt(p)
		if !a.IsValid() {
			return
		}
		if familyOf(a) == e.Family {
			e.W.Blob(f.id, a.AsSlice())
			return
		}
		b := a.AsSlice()
		to := e.W.Open(f.id2, 2+len(b))
		binary.NativeEndian.PutUint16(to, uint16(familyOf(a)))
		copy(to[2:], b)
	}
	return &o
}()

// --- the family of a message

// families in scripts: 4, 6, or a word.
var families = Enum{{unix.AF_INET, "inet"}, {unix.AF_INET6, "inet6"}, {unix.AF_BRIDGE, "bridge"}, {unix.AF_MPLS, "mpls"},
	{unix.AF_UNSPEC, "all"}}

var familyOps = func() *ops {
	o := *words.u8
	o.name = "address family"
	at := func(p unsafe.Pointer) *opt.Value[uint8] { return (*opt.Value[uint8])(p) }
	o.dec = func(d *Dec, f *Field, p unsafe.Pointer, b []byte) error {
		d.Family = b[0]
		at(p).Set(b[0])
		return nil
	}
	o.enc = func(e *Enc, f *Field, p unsafe.Pointer) { e.place(f.head, 1)[0] = e.Family }
	o.get = func(f *Field, p unsafe.Pointer) Value {
		v, ok := at(p).Get()
		switch {
		case !ok:
			return Value{}
		case v == unix.AF_INET:
			return IntValue(4)
		case v == unix.AF_INET6:
			return IntValue(6)
		}
		return f.number(0, uint64(v), false)
	}
	o.put = func(_ *Put, f *Field, p unsafe.Pointer, v Value) error {
		switch {
		case v.Shape == Int && v.N == 4:
			at(p).Set(unix.AF_INET)
		case v.Shape == Int && v.N == 6:
			at(p).Set(unix.AF_INET6)
		case v.Shape == Text:
			n, err := f.Enum.parse(v.S)
			if err != nil {
				return err
			}
			at(p).Set(uint8(n))
		default:
			return fmt.Errorf("got %s, want 4, 6 or a word", v)
		}
		return nil
	}
	return &o
}()

// Family16 is Family in two bytes of the head.
func Family16(off int16, name string, p *opt.Value[uint8], doc string) Field {
	f := Family(off, name, p, doc)
	f.ops = wideFamilyOps
	return f
}

var wideFamilyOps = func() *ops {
	o := *familyOps
	o.width = 2
	o.dec = func(d *Dec, f *Field, p unsafe.Pointer, b []byte) error {
		if len(b) < 2 {
			return errShort(len(b), 2)
		}
		if n := binary.NativeEndian.Uint16(b); n != 0 && n < 256 {
			d.Family = byte(n)
			(*opt.Value[uint8])(p).Set(byte(n))
		}
		return nil
	}
	o.enc = func(e *Enc, f *Field, p unsafe.Pointer) {
		family := (*opt.Value[uint8])(p).Or(e.Family)
		if e.deep { // a selector's own family, which need not be the message's
			family = (*opt.Value[uint8])(p).Or(0)
		}
		if family != 0 {
			binary.NativeEndian.PutUint16(e.place(f.head, 2), uint16(family))
		}
	}
	return &o
}()

// Family is the address family of the message, in one byte of its head. It
// must be the first member that a definition names; what encodes it is the
// context's Family, which Encode takes from here or from the first address.
func Family(off int16, name string, p *opt.Value[uint8], doc string) Field {
	f := headField(off, name, unsafe.Pointer(p), familyOps, doc).Words(families)
	f.Access = Create | Change | Delete | Lookup | Filter | Report
	return f
}
