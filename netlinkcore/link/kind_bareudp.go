package link

import (
	"golang.org/x/sys/unix"

	"github.com/netlark/netlark/netlinkcore/attr"
	"github.com/netlark/netlark/netlinkcore/opt"
	"github.com/netlark/netlark/netlinkcore/rt"
)

// BareUDP carries packets in UDP without a header of its own, such as MPLS
// (RFC 7510).
type BareUDP struct {
	attr.Extra
	Port, PortMin opt.Value[uint16]
	EtherType     opt.Value[rt.EtherType]
	MultiProtocol opt.Value[bool]
}

// KindName returns "bareudp".
func (*BareUDP) KindName() string { return "bareudp" }

var _ = kind("bareudp", "packets in UDP without a header, such as MPLS (RFC 7510)", func(v *BareUDP) []attr.Field {
	return []attr.Field{
		attr.BE16(unix.IFLA_BAREUDP_PORT, "dstport", &v.Port, "UDP destination port").CreateOnly(),
		attr.BE16(unix.IFLA_BAREUDP_ETHERTYPE, "ethertype", &v.EtherType, "protocol of the packets").Words(rt.EtherTypes).CreateOnly(),
		attr.Uint16(unix.IFLA_BAREUDP_SRCPORT_MIN, "srcportmin", &v.PortMin, "lowest UDP source port").CreateOnly(),
		attr.Flag(unix.IFLA_BAREUDP_MULTIPROTO_MODE, "multiproto", &v.MultiProtocol, "IPv6 beside IPv4, multicast beside unicast of MPLS").CreateOnly().Default(false),
		attr.Unknown(&v.Extra),
	}
})
