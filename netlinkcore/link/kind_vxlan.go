package link

import (
	"net/netip"

	"golang.org/x/sys/unix"

	"github.com/netlark/netlark/netlinkcore/attr"
	"github.com/netlark/netlark/netlinkcore/internal/uapi"
	"github.com/netlark/netlark/netlinkcore/opt"
	"github.com/netlark/netlark/netlinkcore/rt"
)

// VXLAN is a VXLAN tunnel (RFC 7348).
type VXLAN struct {
	attr.Extra
	ID                                         opt.Value[uint32]
	Remote, Local                              netip.Addr
	Parent                                     rt.Dev
	TTL, TOS                                   opt.Value[uint8]
	TTLInherit                                 opt.Value[bool]
	Label, LabelPolicy                         opt.Value[uint32]
	DF                                         opt.Value[uint8]
	Port, PortMin, PortMax                     opt.Value[uint16]
	Learning, Proxy, RSC, L2Miss, L3Miss       opt.Value[bool]
	Ageing, Limit                              opt.Value[uint32] // lifetime of learned entries, seconds, and most of them
	UDPChecksum, UDP6ZeroTx, UDP6ZeroRx        opt.Value[bool]
	RemoteChecksumTx, RemoteChecksumRx         opt.Value[bool]
	RemoteChecksumNoPartial                    opt.Value[bool]
	GBP, GPE, External, VNIFilter, LocalBypass opt.Value[bool]
	MulticastRoute                             opt.Value[bool]
	ReservedBits                               opt.Value[uint64]
}

// KindName returns "vxlan".
func (*VXLAN) KindName() string { return "vxlan" }

var (
	dfModes       = attr.Enum{{0, "unset"}, {1, "set"}, {2, "inherit"}}
	tosWords      = attr.Enum{{1, "inherit"}}
	labelPolicies = attr.Enum{{0, "fixed"}, {1, "inherit"}}
)

var _ = kind("vxlan", "VXLAN tunnel (RFC 7348)", func(v *VXLAN) []attr.Field {
	fixed := func(id uint16, name string, p *opt.Value[bool], doc string, def bool) attr.Field {
		return attr.Bool8(id, name, p, doc).CreateOnly().Default(def)
	}
	flag := func(id uint16, name string, p *opt.Value[bool], doc string) attr.Field {
		return attr.Flag(id, name, p, doc).CreateOnly().Default(false)
	}
	return []attr.Field{
		attr.InIP("vxlan", "%|no%"),
		attr.Uint32(unix.IFLA_VXLAN_ID, "id", &v.ID, "network identifier (VNI)").Range(0, 1<<24-1).CreateOnly(),
		attr.Addr46(unix.IFLA_VXLAN_GROUP, unix.IFLA_VXLAN_GROUP6, "remote", &v.Remote, "where unknown destinations go: a tunnel end point or a multicast group").AlsoCalled("group").IP("remote %^group"),
		attr.Addr46(unix.IFLA_VXLAN_LOCAL, unix.IFLA_VXLAN_LOCAL6, "local", &v.Local, "outer source address"),
		attr.Device(unix.IFLA_VXLAN_LINK, "parent", &v.Parent, "device underneath").IP("dev"),
		attr.Uint8(unix.IFLA_VXLAN_TTL, "ttl", &v.TTL, "outer TTL; 0 the system's default").Default(0),
		attr.Flag(unix.IFLA_VXLAN_TTL_INHERIT, "ttl_inherit", &v.TTLInherit, "copy the inner TTL").CreateOnly().Default(false).IP("ttl inherit|!"),
		attr.Uint8(unix.IFLA_VXLAN_TOS, "tos", &v.TOS, "outer TOS; \"inherit\" copies the inner one").Words(tosWords).Default(0),
		attr.BE32(unix.IFLA_VXLAN_LABEL, "flowlabel", &v.Label, "outer IPv6 flow label").Range(0, 1<<20-1).Default(0),
		attr.Uint32(unix.IFLA_VXLAN_LABEL_POLICY, "label_policy", &v.LabelPolicy, "flow label fixed or the inner one").Words(labelPolicies).CreateOnly().Default("fixed").FromKernel("6.8"),
		attr.Uint8(unix.IFLA_VXLAN_DF, "df", &v.DF, "outer don't-fragment bit").Words(dfModes).Default("unset"),
		attr.BE16(unix.IFLA_VXLAN_PORT, "dstport", &v.Port, "UDP destination port; the kernel's default is 8472, IANA's number 4789").CreateOnly(),
		attr.Nested(unix.IFLA_VXLAN_PORT_RANGE, 4,
			attr.HeadBE16(0, "srcport_min", &v.PortMin, "lowest UDP source port").CreateOnly().Default(0).IP("-"),
			attr.HeadBE16(2, "srcport_max", &v.PortMax, "highest UDP source port; 0 the system's range").CreateOnly().Default(0).IP("-")),
		attr.Bool8(unix.IFLA_VXLAN_LEARNING, "learning", &v.Learning, "learn end points from traffic").Default(true),
		attr.Uint32(unix.IFLA_VXLAN_AGEING, "ageing", &v.Ageing, "lifetime of learned entries").In(attr.Seconds).Default(300),
		attr.Uint32(unix.IFLA_VXLAN_LIMIT, "maxaddress", &v.Limit, "most entries; 0 no limit").CreateOnly().Default(0),
		fixed(unix.IFLA_VXLAN_PROXY, "proxy", &v.Proxy, "answer ARP and ND from the neighbour table", false),
		fixed(unix.IFLA_VXLAN_RSC, "rsc", &v.RSC, "route short circuit", false),
		fixed(unix.IFLA_VXLAN_L2MISS, "l2miss", &v.L2Miss, "notify when an address is unknown", false),
		fixed(unix.IFLA_VXLAN_L3MISS, "l3miss", &v.L3Miss, "notify when a neighbour is unknown", false),
		fixed(unix.IFLA_VXLAN_UDP_CSUM, "udpcsum", &v.UDPChecksum, "compute the UDP checksum over IPv4", true),
		fixed(unix.IFLA_VXLAN_UDP_ZERO_CSUM6_TX, "udp6zerocsumtx", &v.UDP6ZeroTx, "send UDP checksum 0 over IPv6", false),
		fixed(unix.IFLA_VXLAN_UDP_ZERO_CSUM6_RX, "udp6zerocsumrx", &v.UDP6ZeroRx, "accept UDP checksum 0 over IPv6", false),
		fixed(unix.IFLA_VXLAN_REMCSUM_TX, "remcsumtx", &v.RemoteChecksumTx, "remote checksum offload in sending", false),
		fixed(unix.IFLA_VXLAN_REMCSUM_RX, "remcsumrx", &v.RemoteChecksumRx, "remote checksum offload in receiving", false),
		flag(unix.IFLA_VXLAN_REMCSUM_NOPARTIAL, "remcsum_nopartial", &v.RemoteChecksumNoPartial, "no partial checksums with remote checksum offload").IP("-"),
		flag(unix.IFLA_VXLAN_GBP, "gbp", &v.GBP, "group policy extension").IP("gbp|!"),
		flag(unix.IFLA_VXLAN_GPE, "gpe", &v.GPE, "generic protocol extension").IP("gpe|!"),
		fixed(unix.IFLA_VXLAN_COLLECT_METADATA, "external", &v.External, "tunnel keys come with each packet", false),
		fixed(unix.IFLA_VXLAN_VNIFILTER, "vnifilter", &v.VNIFilter, "take the VNIs that are listed", false),
		attr.Bool8(unix.IFLA_VXLAN_LOCALBYPASS, "localbypass", &v.LocalBypass, "hand packets to a local VXLAN device directly").Default(true).FromKernel("6.5"),
		attr.BE64(uapi.IFLA_VXLAN_RESERVED_BITS, "reserved_bits", &v.ReservedBits, "header bits that do not cause a drop").CreateOnly().Default(attr.UintValue(0xf7ffffff000000ff)).FromKernel("6.14"),
		fixed(uapi.IFLA_VXLAN_MC_ROUTE, "mcroute", &v.MulticastRoute, "route multicast by the multicast routing table", false).WriteOnly().FromKernel("6.17"),
		attr.Unknown(&v.Extra),
	}
})
