package link

import (
	"net/netip"

	"golang.org/x/sys/unix"

	"github.com/netlark/netlark/netlinkcore/attr"
	"github.com/netlark/netlark/netlinkcore/internal/uapi"
	"github.com/netlark/netlark/netlinkcore/opt"
)

// Geneve is a Geneve tunnel (RFC 8926). Of one that is external nothing can be
// changed.
type Geneve struct {
	attr.Extra
	ID                               opt.Value[uint32]
	Remote, Local                    netip.Addr
	TTL, TOS, DF                     opt.Value[uint8]
	TTLInherit                       opt.Value[bool]
	Label                            opt.Value[uint32]
	Port, PortMin, PortMax           opt.Value[uint16]
	UDPChecksum, UDP6ZeroTx          opt.Value[bool]
	UDP6ZeroRx, External             opt.Value[bool]
	InheritProtocol, AggregationHint opt.Value[bool]
}

// KindName returns "geneve".
func (*Geneve) KindName() string { return "geneve" }

var _ = kind("geneve", "Geneve tunnel (RFC 8926)", func(v *Geneve) []attr.Field {
	fixed := func(id uint16, name string, p *opt.Value[bool], doc string) attr.Field {
		return attr.Bool8(id, name, p, doc).CreateOnly().Default(false)
	}
	return []attr.Field{
		attr.InIP("geneve", "%|no%"),
		attr.Uint32(unix.IFLA_GENEVE_ID, "id", &v.ID, "network identifier (VNI)").Range(0, 1<<24-1).CreateOnly().Default(0).ResendOnChange().IP("=id"),
		attr.Addr46(unix.IFLA_GENEVE_REMOTE, unix.IFLA_GENEVE_REMOTE6, "remote", &v.Remote, "other end of the tunnel; its family stays").Default("0.0.0.0"),
		attr.Addr46(uapi.IFLA_GENEVE_LOCAL, uapi.IFLA_GENEVE_LOCAL6, "local", &v.Local, "outer source address").FromKernel("7.2"),
		attr.Uint8(unix.IFLA_GENEVE_TTL, "ttl", &v.TTL, "outer TTL; 0 the system's default").Default(0),
		attr.Bool8(unix.IFLA_GENEVE_TTL_INHERIT, "ttl_inherit", &v.TTLInherit, "copy the inner TTL").Default(false).IP("ttl inherit|!"),
		attr.Uint8(unix.IFLA_GENEVE_TOS, "tos", &v.TOS, "outer TOS; \"inherit\" copies the inner one").Words(tosWords).Default(0),
		attr.BE32(unix.IFLA_GENEVE_LABEL, "flowlabel", &v.Label, "outer IPv6 flow label").Range(0, 1<<20-1).Default(0),
		attr.Uint8(unix.IFLA_GENEVE_DF, "df", &v.DF, "outer don't-fragment bit").Words(dfModes).Default("unset"),
		attr.BE16(unix.IFLA_GENEVE_PORT, "dstport", &v.Port, "UDP destination port").CreateOnly().Default(6081),
		attr.Nested(uapi.IFLA_GENEVE_PORT_RANGE, 4,
			attr.HeadBE16(0, "srcport_min", &v.PortMin, "lowest UDP source port").CreateOnly().Default(1).FromKernel("6.15"),
			attr.HeadBE16(2, "srcport_max", &v.PortMax, "highest UDP source port").CreateOnly().Default(65535).FromKernel("6.15")),
		fixed(unix.IFLA_GENEVE_UDP_CSUM, "udpcsum", &v.UDPChecksum, "compute the UDP checksum over IPv4"),
		fixed(unix.IFLA_GENEVE_UDP_ZERO_CSUM6_TX, "udp6zerocsumtx", &v.UDP6ZeroTx, "send UDP checksum 0 over IPv6"),
		fixed(unix.IFLA_GENEVE_UDP_ZERO_CSUM6_RX, "udp6zerocsumrx", &v.UDP6ZeroRx, "accept UDP checksum 0 over IPv6"),
		external(unix.IFLA_GENEVE_COLLECT_METADATA, &v.External),
		attr.Flag(unix.IFLA_GENEVE_INNER_PROTO_INHERIT, "innerprotoinherit", &v.InheritProtocol, "carry IP packets without an Ethernet header").CreateOnly().Default(false).IP("innerprotoinherit|!"),
		attr.Flag(uapi.IFLA_GENEVE_GRO_HINT, "gro_hint", &v.AggregationHint, "tell the receiver how to aggregate packets").CreateOnly().Default(false).FromKernel("7.0"),
		attr.Unknown(&v.Extra),
	}
}).Hooks(nil, func(v *Geneve) {
	if !v.Remote.Is6() { // the kernel tells what it never asks
		v.UDP6ZeroRx.Unset()
	}
})
