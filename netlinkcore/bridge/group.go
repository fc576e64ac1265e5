package bridge

import (
	"encoding/binary"
	"fmt"
	"net/netip"

	"golang.org/x/sys/unix"

	"github.com/netlark/netlark/netlinkcore/attr"
)

// A Group is a multicast group: an IP address, or a MAC address where packets are not IP
// (the addr of struct br_mdb_entry).
type Group struct {
	IP  netip.Addr
	MAC attr.MAC
}

// GroupOf is the group of an IP address.
func GroupOf(ip netip.Addr) Group { return Group{IP: ip} }

// String returns the address.
func (g Group) String() string {
	if g.IP.IsValid() {
		return g.IP.String()
	}
	return g.MAC.String()
}

// groups are 16 bytes, of which an address takes the first ones, and a protocol.
var groups = &attr.Code[Group]{Name: "group", Shape: attr.Text, Size: 18,
	Load: func(v *Group, _ uint16, b []byte) error {
		*v = Group{}
		switch proto := binary.BigEndian.Uint16(b[16:]); proto {
		case unix.ETH_P_IP:
			v.IP = netip.AddrFrom4([4]byte(b))
		case unix.ETH_P_IPV6:
			v.IP = netip.AddrFrom16([16]byte(b))
		case 0:
			v.MAC, _ = attr.MACFrom(b[:6]) // it is short enough
		default:
			return fmt.Errorf("a group of protocol %#04x is unknown", proto)
		}
		return nil
	},
	Store: func(v Group, b []byte) {
		clear(b[:18])
		proto := uint16(unix.ETH_P_IP)
		switch {
		case v.IP.Is4():
			copy(b, v.IP.AsSlice())
		case v.IP.IsValid():
			proto = unix.ETH_P_IPV6
			copy(b, v.IP.AsSlice())
		default:
			proto = 0
			copy(b[:6], v.MAC.Bytes())
		}
		binary.BigEndian.PutUint16(b[16:], proto)
	},
	Show: func(v Group) attr.Value { return attr.TextValue(v.String()) },
	Read: func(v attr.Value) (g Group, err error) {
		if a, err := netip.ParseAddr(v.S); err == nil && a.Zone() == "" {
			return Group{IP: a.Unmap()}, nil
		}
		if g.MAC, err = attr.ParseMAC(v.S); v.Shape != attr.Text || err != nil || g.MAC.Len() != 6 {
			return Group{}, fmt.Errorf("%s is no group: an IP or a MAC address is", v)
		}
		return g, nil
	}}
