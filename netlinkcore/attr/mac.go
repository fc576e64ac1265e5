package attr

import (
	"encoding/hex"
	"fmt"
	"net/netip"
	"strings"
	"unsafe"
)

// MaxMAC is the kernel's MAX_ADDR_LEN.
const MaxMAC = 32

// A MAC is a link-layer address of up to 32 bytes: 6 for Ethernet, 4 or 16
// where a tunnel's address is an IP address. Length 0 is unset.
type MAC struct {
	n uint8
	b [MaxMAC]byte
}

// MACFrom returns the address in b, which may have up to 32 bytes.
func MACFrom(b []byte) (m MAC, ok bool) {
	if len(b) > MaxMAC {
		return MAC{}, false
	}
	m.n = uint8(copy(m.b[:], b))
	return m, true
}

// ParseMAC reads hexadecimal pairs between colons, or an IP address where a
// tunnel has one for its link-layer address.
func ParseMAC(s string) (MAC, error) {
	if m, ok := parsePairs(s); ok {
		return m, nil
	}
	if ip, err := netip.ParseAddr(s); err == nil {
		m, _ := MACFrom(ip.AsSlice())
		return m, nil
	}
	return MAC{}, fmt.Errorf("%q is not a MAC address such as \"02:00:00:00:00:01\"", s)
}

// parsePairs reads two pairs or more. Eight are an address of 64 bits, though
// IPv6 has such ones too.
func parsePairs(s string) (m MAC, ok bool) {
	for part := range strings.SplitSeq(s, ":") {
		if m.n == MaxMAC || len(part) != 2 {
			return MAC{}, false
		}
		if _, err := hex.Decode(m.b[m.n:], []byte(part)); err != nil {
			return MAC{}, false
		}
		m.n++
	}
	return m, m.n > 1
}

// Len returns the number of bytes; 0 means unset.
func (m MAC) Len() int { return int(m.n) }

// Bytes returns the address in transmission order.
func (m *MAC) Bytes() []byte { return m.b[:m.n] }

// String formats 4 and 16 bytes as an IP address, as ip does, others as pairs
// between colons.
func (m MAC) String() string {
	if m.n == 4 || m.n == 16 {
		ip, _ := netip.AddrFromSlice(m.b[:m.n])
		return ip.String()
	}
	return m.pairs()
}

// pairs are the bytes between colons, however many there are.
func (m MAC) pairs() string {
	var out strings.Builder
	for i, c := range m.b[:m.n] {
		if i > 0 {
			out.WriteByte(':')
		}
		fmt.Fprintf(&out, "%02x", c)
	}
	return out.String()
}

func macAt(p unsafe.Pointer) *MAC { return (*MAC)(p) }

var macOps = &ops{name: "link-layer address", shape: Text, width: 6, save: saveMAC, load: loadMAC,
	dec: func(_ *Dec, f *Field, p unsafe.Pointer, b []byte) error {
		if f.id == 0 {
			b = b[:min(len(b), 6)]
		}
		m, ok := MACFrom(b)
		if !ok {
			return fmt.Errorf("%d bytes are too many for a link-layer address", len(b))
		}
		*macAt(p) = m
		return nil
	},
	enc: func(e *Enc, f *Field, p unsafe.Pointer) {
		m := macAt(p)
		switch {
		case m.n == 0:
		case f.id == 0:
			copy(e.place(f.head, 6), m.Bytes())
		default:
			e.W.Blob(f.id, m.Bytes())
		}
	},
	set:   func(_ *Field, p unsafe.Pointer) bool { return macAt(p).n > 0 },
	clear: func(_ *Field, p unsafe.Pointer) { *macAt(p) = MAC{} },
	eq:    func(_ compare, _ *Field, a, b unsafe.Pointer) bool { return *macAt(a) == *macAt(b) },
	get: func(_ *Field, p unsafe.Pointer) Value {
		if m := macAt(p); m.n > 0 {
			return TextValue(m.String())
		}
		return Value{}
	},
	put: func(_ *Put, f *Field, p unsafe.Pointer, v Value) error {
		if v.Shape != Text {
			return f.wants(v)
		}
		m, err := ParseMAC(v.S)
		if err == nil {
			*macAt(p) = m
		}
		return err
	},
}

// LinkAddr is a link-layer address.
//
//go:noinline
func LinkAddr(id uint16, name string, p *MAC, doc string) Field {
	return field(id, name, unsafe.Pointer(p), macOps, doc)
}

// HeadMAC is an Ethernet address in the head.
//
//go:noinline
func HeadMAC(off int16, name string, p *MAC, doc string) Field {
	return headField(off, name, unsafe.Pointer(p), macOps, doc)
}
