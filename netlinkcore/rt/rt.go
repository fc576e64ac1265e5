// Package rt holds values that several families of rtnetlink share: devices,
// tables, protocols, scopes.
package rt

import (
	"golang.org/x/sys/unix"

	"github.com/netlark/netlark/netlinkcore/attr"
)

// Values that every family uses, under the names that its users know.
type (
	Dev   = attr.Dev   // a network device, by name or index
	MAC   = attr.MAC   // a link-layer address
	NetNS = attr.NetNS // a network namespace in a message
	Mark  = attr.Mark  // a packet mark with its mask
)

// DevName returns the device with a name.
func DevName(name string) Dev { return attr.DevName(name) }

// DevIndex returns the device with an index.
func DevIndex(i uint32) Dev { return attr.DevIndex(i) }

// NSName returns the namespace pinned under a name.
func NSName(name string) NetNS { return attr.NSName(name) }

// ParseMAC reads a link-layer address, such as 02:00:00:00:00:01, of up to 32
// bytes.
func ParseMAC(s string) (MAC, error) { return attr.ParseMAC(s) }

// A Protocol says who made a route, rule or nexthop (RTPROT_*).
type Protocol uint8

// Protocols that netlark itself uses.
const (
	ProtoUnspec Protocol = unix.RTPROT_UNSPEC
	ProtoKernel Protocol = unix.RTPROT_KERNEL
	ProtoBoot   Protocol = unix.RTPROT_BOOT
	ProtoStatic Protocol = unix.RTPROT_STATIC
)

// Protocols names RTPROT_* (linux/rtnetlink.h).
var Protocols = attr.Enum{{unix.RTPROT_UNSPEC, "unspec"}, {unix.RTPROT_REDIRECT, "redirect"}, {unix.RTPROT_KERNEL, "kernel"},
	{unix.RTPROT_BOOT, "boot"}, {unix.RTPROT_STATIC, "static"}, {unix.RTPROT_GATED, "gated"}, {unix.RTPROT_RA, "ra"},
	{unix.RTPROT_MRT, "mrt"}, {unix.RTPROT_ZEBRA, "zebra"}, {unix.RTPROT_BIRD, "bird"}, {unix.RTPROT_DNROUTED, "dnrouted"},
	{unix.RTPROT_XORP, "xorp"}, {unix.RTPROT_NTK, "ntk"}, {unix.RTPROT_DHCP, "dhcp"}, {unix.RTPROT_MROUTED, "mrouted"},
	{unix.RTPROT_KEEPALIVED, "keepalived"}, {unix.RTPROT_BABEL, "babel"}, {unix.RTPROT_OPENR, "openr"}, {unix.RTPROT_BGP, "bgp"},
	{unix.RTPROT_ISIS, "isis"}, {unix.RTPROT_OSPF, "ospf"}, {unix.RTPROT_RIP, "rip"}, {unix.RTPROT_EIGRP, "eigrp"}}

// A Table is the number of a routing table.
type Table uint32

// Tables of the kernel.
const (
	TableAll     Table = unix.RT_TABLE_UNSPEC // in filters
	TableDefault Table = unix.RT_TABLE_DEFAULT
	TableMain    Table = unix.RT_TABLE_MAIN
	TableLocal   Table = unix.RT_TABLE_LOCAL
)

// Tables names RT_TABLE_* (linux/rtnetlink.h).
var Tables = attr.Enum{{unix.RT_TABLE_UNSPEC, "all"}, {unix.RT_TABLE_DEFAULT, "default"}, {unix.RT_TABLE_MAIN, "main"}, {unix.RT_TABLE_LOCAL, "local"}}

// A Scope is the distance of a destination.
type Scope uint8

// Scopes of the kernel.
const (
	ScopeGlobal Scope = unix.RT_SCOPE_UNIVERSE
	ScopeSite   Scope = unix.RT_SCOPE_SITE
	ScopeLink   Scope = unix.RT_SCOPE_LINK
	ScopeHost   Scope = unix.RT_SCOPE_HOST
)

// Scopes names RT_SCOPE_* (linux/rtnetlink.h).
var Scopes = attr.Enum{{unix.RT_SCOPE_UNIVERSE, "global"}, {unix.RT_SCOPE_SITE, "site"}, {unix.RT_SCOPE_LINK, "link"},
	{unix.RT_SCOPE_HOST, "host"}, {unix.RT_SCOPE_NOWHERE, "nowhere"}}

// Origin sorts a protocol: the kernel's, a user's, or a daemon's.
func (p Protocol) Origin() (kernel, daemon bool) {
	switch p {
	case unix.RTPROT_KERNEL, unix.RTPROT_REDIRECT, unix.RTPROT_RA:
		return true, false
	case unix.RTPROT_UNSPEC, unix.RTPROT_BOOT, unix.RTPROT_STATIC:
		return false, false
	}
	return false, true
}

// IPProtos names the protocols above IP (linux/in.h, and IANA for those that it
// lacks).
var IPProtos = attr.Enum{{unix.IPPROTO_ICMP, "icmp"}, {unix.IPPROTO_TCP, "tcp"}, {unix.IPPROTO_UDP, "udp"},
	{unix.IPPROTO_DCCP, "dccp"}, {unix.IPPROTO_IPV6, "ipv6"}, {unix.IPPROTO_GRE, "gre"}, {unix.IPPROTO_ESP, "esp"},
	{unix.IPPROTO_AH, "ah"}, {unix.IPPROTO_ICMPV6, "icmpv6"}, {89, "ospf"}, {unix.IPPROTO_IPIP, "ipip"},
	{unix.IPPROTO_COMP, "comp"}, {unix.IPPROTO_L2TP, "l2tp"}, {unix.IPPROTO_SCTP, "sctp"}, {unix.IPPROTO_UDPLITE, "udplite"}, {unix.IPPROTO_MPLS, "mpls"}}
