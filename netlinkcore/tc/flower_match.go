package tc

import (
	"bytes"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"net/netip"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"

	"github.com/netlark/netlark/netlinkcore/attr"
	"github.com/netlark/netlark/netlinkcore/internal/uapi"
)

// Flower has most matches as a value and a mask under two numbers. Types here
// are those of which attr has no masked kind.

// An IPMatch is an address and the bits of it that count.
type IPMatch struct{ Addr, Mask netip.Addr }

// InPrefix matches the addresses of a prefix.
func InPrefix(p netip.Prefix) IPMatch { return IPMatch{p.Addr(), maskOf(p.Bits(), p.Addr().BitLen())} }

func maskOf(ones, bits int) netip.Addr {
	b := make([]byte, bits/8)
	for i := range ones {
		b[i/8] |= 0x80 >> (i % 8)
	}
	a, _ := netip.AddrFromSlice(b)
	return a
}

// String writes a prefix, or an address and a mask with holes.
func (m IPMatch) String() string {
	for n := range m.Addr.BitLen() + 1 {
		if maskOf(n, m.Addr.BitLen()) == m.Mask {
			return netip.PrefixFrom(m.Addr, n).String()
		}
	}
	return m.Addr.String() + "/" + m.Mask.String()
}

func parseIPMatch(s string) (IPMatch, error) {
	if p, err := netip.ParsePrefix(s); err == nil {
		return InPrefix(p), nil
	}
	addr, mask, masked := strings.Cut(s, "/")
	a, err := netip.ParseAddr(addr)
	m := maskOf(a.BitLen(), a.BitLen())
	if err == nil && masked {
		m, err = netip.ParseAddr(mask)
	}
	if err != nil || a.Is4() != m.Is4() || a.Zone() != "" {
		return IPMatch{}, fmt.Errorf("%q is not an address or prefix", s)
	}
	return IPMatch{a, m}, nil
}

// ipMatch has an address and a mask for each family.
func ipMatch(v4, mask4, v6, mask6 uint16) (ids []uint16, c *attr.Code[IPMatch]) {
	name := "IPv4 address with a mask"
	ids = []uint16{v4, mask4}
	if v6 != 0 {
		name = "address with a mask"
		ids = append(ids, v6, mask6)
	}
	return ids, &attr.Code[IPMatch]{Name: name, Shape: attr.Text,
		Load: func(v *IPMatch, id uint16, b []byte) error {
			a, ok := netip.AddrFromSlice(b)
			switch {
			case !ok:
				return fmt.Errorf("payload is %d bytes, want 4 or 16", len(b))
			case id == mask4 || id == mask6:
				v.Mask = a
			default:
				v.Addr = a
				if !v.Mask.IsValid() {
					v.Mask = maskOf(a.BitLen(), a.BitLen())
				}
			}
			return nil
		},
		Payload: func(v IPMatch, id uint16) ([]byte, error) {
			switch {
			case v.Addr.Is4() && id == v4, v.Addr.Is6() && id == v6 && v6 != 0:
				return v.Addr.AsSlice(), nil
			case v.Addr.Is4() && id == mask4, v.Addr.Is6() && id == mask6 && v6 != 0:
				return v.Mask.AsSlice(), nil
			case v.Addr.Is6() && v6 == 0:
				return nil, fmt.Errorf("%s is not an IPv4 address", v.Addr)
			}
			return nil, nil
		},
		Show: func(v IPMatch) attr.Value { return attr.TextValue(v.String()) },
		Read: func(v attr.Value) (IPMatch, error) { return readText(v, parseIPMatch) }}
}

func readText[T any](v attr.Value, parse func(string) (T, error)) (T, error) {
	if v.Shape != attr.Text {
		var none T
		return none, fmt.Errorf("got %s, want a string", v)
	}
	return parse(v.S)
}

// A MACMatch is an Ethernet address and the bits of it that count.
type MACMatch struct{ Addr, Mask [6]byte }

var allOnes = [6]byte{0xff, 0xff, 0xff, 0xff, 0xff, 0xff}

// String writes the address, with the mask unless all bits count.
func (m MACMatch) String() string {
	a, _ := attr.MACFrom(m.Addr[:])
	if m.Mask == allOnes {
		return a.String()
	}
	mask, _ := attr.MACFrom(m.Mask[:])
	return a.String() + "/" + mask.String()
}

func parseMACMatch(s string) (m MACMatch, err error) {
	addr, mask, masked := strings.Cut(s, "/")
	m.Mask = allOnes
	if m.Addr, err = ethernet(addr); err != nil || !masked {
		return m, err
	}
	if n, err := strconv.ParseUint(mask, 10, 8); err == nil && n <= 48 {
		m.Mask = [6]byte{}
		for i := range n {
			m.Mask[i/8] |= 0x80 >> (i % 8)
		}
		return m, nil
	}
	m.Mask, err = ethernet(mask)
	return m, err
}

func ethernet(s string) (b [6]byte, err error) {
	m, err := attr.ParseMAC(s)
	if err != nil || m.Len() != len(b) {
		return b, fmt.Errorf("%q is not an Ethernet address such as \"02:00:00:00:00:01\"", s)
	}
	copy(b[:], m.Bytes())
	return b, nil
}

func macMatch(value, mask uint16) (ids []uint16, c *attr.Code[MACMatch]) {
	return []uint16{value, mask}, &attr.Code[MACMatch]{Name: "Ethernet address with a mask", Shape: attr.Text, Size: 6,
		Load: func(v *MACMatch, id uint16, b []byte) error {
			if id == mask {
				copy(v.Mask[:], b)
				return nil
			}
			copy(v.Addr[:], b)
			if v.Mask == [6]byte{} {
				v.Mask = allOnes
			}
			return nil
		},
		Payload: func(v MACMatch, id uint16) ([]byte, error) {
			if id == mask {
				return v.Mask[:], nil
			}
			return v.Addr[:], nil
		},
		Show: func(v MACMatch) attr.Value { return attr.TextValue(v.String()) },
		Read: func(v attr.Value) (MACMatch, error) { return readText(v, parseMACMatch) }}
}

// Ports are those of TCP, UDP or SCTP, as the filter's ip_proto says: one, one
// with a mask, or a range.
type Ports struct {
	From, To uint16 // both ends; the same for one port
	Mask     uint16 // of one port; all ones unless a script says otherwise
	proto    uint8
}

// Port matches one port.
func Port(n uint16) Ports { return Ports{From: n, To: n, Mask: 0xffff} }

// portIDs are the attributes of a side of a connection: for each protocol the
// port and its mask, then the ends of a range.
type portIDs struct {
	tcp, udp, sctp [2]uint16
	from, to       uint16
}

var (
	srcPorts = portIDs{[2]uint16{uapi.TCA_FLOWER_KEY_TCP_SRC, uapi.TCA_FLOWER_KEY_TCP_SRC_MASK},
		[2]uint16{uapi.TCA_FLOWER_KEY_UDP_SRC, uapi.TCA_FLOWER_KEY_UDP_SRC_MASK},
		[2]uint16{uapi.TCA_FLOWER_KEY_SCTP_SRC, uapi.TCA_FLOWER_KEY_SCTP_SRC_MASK},
		uapi.TCA_FLOWER_KEY_PORT_SRC_MIN, uapi.TCA_FLOWER_KEY_PORT_SRC_MAX}
	dstPorts = portIDs{[2]uint16{uapi.TCA_FLOWER_KEY_TCP_DST, uapi.TCA_FLOWER_KEY_TCP_DST_MASK},
		[2]uint16{uapi.TCA_FLOWER_KEY_UDP_DST, uapi.TCA_FLOWER_KEY_UDP_DST_MASK},
		[2]uint16{uapi.TCA_FLOWER_KEY_SCTP_DST, uapi.TCA_FLOWER_KEY_SCTP_DST_MASK},
		uapi.TCA_FLOWER_KEY_PORT_DST_MIN, uapi.TCA_FLOWER_KEY_PORT_DST_MAX}
)

func (p portIDs) all() []uint16 {
	return slices.Concat(p.tcp[:], p.udp[:], p.sctp[:], []uint16{p.from, p.to})
}

func (p portIDs) of(proto uint8) ([2]uint16, bool) {
	switch proto {
	case unix.IPPROTO_TCP:
		return p.tcp, true
	case unix.IPPROTO_UDP:
		return p.udp, true
	case unix.IPPROTO_SCTP:
		return p.sctp, true
	}
	return [2]uint16{}, false
}

func (p portIDs) code() *attr.Code[Ports] {
	return &attr.Code[Ports]{Name: "ports", Shape: attr.Text, Size: 2,
		Load: func(v *Ports, id uint16, b []byte) error {
			n := binary.BigEndian.Uint16(b)
			switch id {
			case p.from:
				v.From, v.Mask = n, 0xffff
			case p.to:
				v.To, v.Mask = n, 0xffff
			case p.tcp[1], p.udp[1], p.sctp[1]:
				v.Mask = n
			default:
				*v = Port(n)
			}
			return nil
		},
		Payload: func(v Ports, id uint16) ([]byte, error) {
			ids, ok := p.of(v.proto)
			n := v.From
			switch {
			case !ok:
				return nil, fmt.Errorf("wants ip_proto: \"tcp\", \"udp\" or \"sctp\"")
			case v.From != v.To && id == p.from, v.From == v.To && id == ids[0]:
			case v.From != v.To && id == p.to:
				n = v.To
			case v.From == v.To && id == ids[1]:
				n = v.Mask
			default:
				return nil, nil
			}
			return binary.BigEndian.AppendUint16(nil, n), nil
		},
		Show: showPorts, Read: readPorts,
		Same: func(a, b Ports) bool {
			a.proto = b.proto
			return a == b
		}}
}

func showPorts(v Ports) attr.Value {
	switch {
	case v.From != v.To:
		return attr.TextValue(fmt.Sprintf("%d-%d", v.From, v.To))
	case v.Mask != 0xffff:
		return attr.TextValue(fmt.Sprintf("%d/%#x", v.From, v.Mask))
	}
	return attr.UintValue(uint64(v.From))
}

func readPorts(v attr.Value) (Ports, error) {
	if v.Shape == attr.Int && !v.Neg && v.N <= 0xffff {
		return Port(uint16(v.N)), nil
	}
	bad := fmt.Errorf("%s is not a port such as 80, \"80/0xff\" or \"1000-2000\"", v)
	if v.Shape != attr.Text {
		return Ports{}, bad
	}
	first, last, isRange := strings.Cut(v.S, "-")
	first, mask, masked := strings.Cut(first, "/")
	n, err := strconv.ParseUint(first, 0, 16)
	p := Port(uint16(n))
	if err == nil && isRange {
		n, err = strconv.ParseUint(last, 0, 16)
		p.To = uint16(n)
	}
	if err == nil && masked {
		n, err = strconv.ParseUint(mask, 0, 16)
		p.Mask = uint16(n)
	}
	if err != nil || p.To < p.From || isRange && masked {
		return Ports{}, bad
	}
	return p, nil
}

// A ICMPMatch is a type or code of ICMP or ICMPv6, as the filter's ip_proto
// says, and the bits of it that count.
type ICMPMatch struct {
	Value, Mask uint8
	proto       uint8
}

// icmp has a value and a mask for each version.
func icmp(v4, mask4, v6, mask6 uint16) (ids []uint16, c *attr.Code[ICMPMatch]) {
	return []uint16{v4, mask4, v6, mask6}, &attr.Code[ICMPMatch]{Name: "number with a mask", Shape: attr.Text, Size: 1,
		Load: func(v *ICMPMatch, id uint16, b []byte) error {
			if id == mask4 || id == mask6 {
				v.Mask = b[0]
				return nil
			}
			*v = ICMPMatch{Value: b[0], Mask: 0xff}
			return nil
		},
		Payload: func(v ICMPMatch, id uint16) ([]byte, error) {
			switch is4, is6 := v.proto == unix.IPPROTO_ICMP, v.proto == unix.IPPROTO_ICMPV6; {
			case !is4 && !is6:
				return nil, fmt.Errorf("wants ip_proto: \"icmp\" or \"icmpv6\"")
			case is4 && id == v4, is6 && id == v6:
				return []byte{v.Value}, nil
			case is4 && id == mask4, is6 && id == mask6:
				return []byte{v.Mask}, nil
			}
			return nil, nil
		},
		Show: func(v ICMPMatch) attr.Value {
			if v.Mask != 0xff {
				return attr.TextValue(fmt.Sprintf("%d/%#x", v.Value, v.Mask))
			}
			return attr.UintValue(uint64(v.Value))
		},
		Read: func(v attr.Value) (ICMPMatch, error) {
			p, err := readPorts(v)
			if err != nil || p.From != p.To || p.From > 0xff || p.Mask > 0xff && p.Mask != 0xffff {
				return ICMPMatch{}, fmt.Errorf("%s is not a number such as 8 or \"8/0xf8\"", v)
			}
			return ICMPMatch{Value: uint8(p.From), Mask: uint8(p.Mask)}, nil
		},
		Same: func(a, b ICMPMatch) bool { return a.Value == b.Value && a.Mask == b.Mask }}
}

// A LabelMatch is a label of connection tracking and the bits of it that count.
type LabelMatch struct{ Value, Mask [16]byte }

var labels = &attr.Code[LabelMatch]{Name: "label with a mask", Shape: attr.Text, Size: 16,
	Load: func(v *LabelMatch, id uint16, b []byte) error {
		if id == uapi.TCA_FLOWER_KEY_CT_LABELS_MASK {
			copy(v.Mask[:], b)
			return nil
		}
		copy(v.Value[:], b)
		copy(v.Mask[:], bytes.Repeat([]byte{0xff}, len(v.Mask)))
		return nil
	},
	Payload: func(v LabelMatch, id uint16) ([]byte, error) {
		if id == uapi.TCA_FLOWER_KEY_CT_LABELS_MASK {
			return v.Mask[:], nil
		}
		return v.Value[:], nil
	},
	Show: func(v LabelMatch) attr.Value { return attr.TextValue(fmt.Sprintf("%x/%x", v.Value, v.Mask)) },
	Read: func(v attr.Value) (m LabelMatch, err error) {
		value, mask, masked := strings.Cut(v.S, "/")
		if !masked {
			mask = strings.Repeat("ff", len(m.Mask))
		}
		a, err := hex.DecodeString(value)
		b, err2 := hex.DecodeString(mask)
		if v.Shape != attr.Text || err != nil || err2 != nil || len(a) != len(m.Value) || len(b) != len(m.Mask) {
			return m, fmt.Errorf("%s is not a label: 32 hexadecimal digits, with a mask behind a slash if need be", v)
		}
		return LabelMatch{[16]byte(a), [16]byte(b)}, nil
	}}
