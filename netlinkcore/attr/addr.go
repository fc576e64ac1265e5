package attr

import (
	"encoding/binary"
	"fmt"
	"net/netip"
	"unsafe"

	"golang.org/x/sys/unix"

	"github.com/netlark/netlark/netlinkcore/wire"
)

func addrAt(p unsafe.Pointer) *netip.Addr { return (*netip.Addr)(p) }

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

// putAddr appends an address. Unlike AsSlice it allocates nothing.
func putAddr(w *wire.Writer, id uint16, a netip.Addr) { copyAddr(w.Open(id, a.BitLen()/8), a) }

// copyAddr copies an address to where it fits.
func copyAddr(to []byte, a netip.Addr) {
	if a.Is4() {
		b := a.As4()
		copy(to, b[:])
		return
	}
	b := a.As16()
	copy(to, b[:])
}

// noBits stands for the length of what is no prefix.
const noBits = -1

// refuses reports, as the message's error too, that the kernel would take an
// address for one of another family: it reads as many bytes as those of the
// message's family have, or of the one that the attribute is for. Where a
// message has none (links, bridges), the address tells by itself. bits are those of a
// prefix, or noBits.
func (f *Field) refuses(e *Enc, a netip.Addr, family byte, bits int) bool {
	if f.holds != 0 {
		family = f.holds
	}
	if familyOf(a) == family || family != unix.AF_INET && family != unix.AF_INET6 {
		return false
	}
	s := a.String()
	if bits != noBits {
		s = netip.PrefixFrom(a, bits).String()
	}
	e.fail(f, fmt.Errorf("%s is of family %d, want one of family %d", s, familyNumber(familyOf(a)), familyNumber(family)))
	return true
}

// Holding says that all addresses of the attribute are of one family, whatever
// the message's is.
//
//go:noinline
func (f Field) Holding(family byte) Field { f.holds = family; return f }

// Holds is the family of all addresses of the attribute, or 0.
func (f *Field) Holds() byte { return f.holds }

// inHead reads a 16-byte address of the head; the family stands at familyAt in
// one byte, or two in host order, or is the message's, as where nothing stands.
func (f *Field) inHead(d *Dec, b []byte) (netip.Addr, error) {
	if len(b) < 16 {
		return netip.Addr{}, errShort(len(b), 16)
	}
	family := d.Family
	switch {
	case f.holds != 0:
		family = f.holds
	case f.familyAt >= 0:
		if n := binary.NativeEndian.Uint16(d.head[f.familyAt:]); n != unix.AF_UNSPEC {
			family = byte(n)
		}
	}
	if family == unix.AF_INET6 {
		return netip.AddrFrom16([16]byte(b[:16])), nil
	}
	return netip.AddrFrom4([4]byte(b[:4])), nil
}

var addrOps = &ops{name: "address", shape: Text, width: 16, save: saveAddr, load: loadAddr,
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
			if !f.refuses(e, a, f.familyAround(e), noBits) {
				copyAddr(e.place(f.head, 16), a)
				f.putFamily(e, a)
			}
		case f.id2 != 0 && a.Is6():
			putAddr(e.W, f.id2, a)
		case f.id2 == 0 && f.refuses(e, a, e.Family, noBits):
		default:
			putAddr(e.W, f.id, a)
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

// familyAround is the family of the addresses in the head at hand: what it
// says already, as the family stands before them, or the message's.
func (f *Field) familyAround(e *Enc) byte {
	if f.familyAt >= 0 {
		return byte(binary.NativeEndian.Uint16(e.place(f.familyAt, 2)))
	}
	return e.Family
}

func (f *Field) putFamily(e *Enc, a netip.Addr) {
	if f.familyAt >= 0 {
		binary.NativeEndian.PutUint16(e.place(f.familyAt, 2), uint16(familyOf(a)))
	}
}

// familyIn is the family of what "any" and "default" mean.
func (f *Field) familyIn(c *Put) byte {
	if f.holds != 0 {
		return f.holds
	}
	return c.Family
}

func (f *Field) parseAddr(c *Put, v Value) (netip.Addr, error) {
	if v.Shape != Text {
		return netip.Addr{}, f.wants(v)
	}
	if v.S == "any" {
		return anyAddr(f.familyIn(c)), nil
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
//
//go:noinline
func Addr(id uint16, name string, p *netip.Addr, doc string) Field {
	return field(id, name, unsafe.Pointer(p), addrOps, doc)
}

// WideAddr is an IP address that always has 16 bytes; its family is the
// message's (xfrm_address_t).
//
//go:noinline
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
		if a := *addrAt(p); a.IsValid() && !f.refuses(e, a, e.Family, noBits) {
			copyAddr(e.W.Open(f.id, 16), a)
		}
	}
	return &o
}()

// Addr46 is an IP address with a number for each family.
//
//go:noinline
func Addr46(id4, id6 uint16, name string, p *netip.Addr, doc string) Field {
	f := Addr(id4, name, p, doc)
	f.id2 = id6
	return f
}

// HeadAddr is a 16-byte address in the head. Its family stands at familyAt, or
// is the message's if that is -1.
//
//go:noinline
func HeadAddr(off, familyAt int16, name string, p *netip.Addr, doc string) Field {
	f := headField(off, name, unsafe.Pointer(p), addrOps, doc)
	f.familyAt = familyAt
	return f
}
