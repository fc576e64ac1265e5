package link

import (
	"net/netip"

	"golang.org/x/sys/unix"

	"github.com/netlark/netlark/netlinkcore/attr"
	"github.com/netlark/netlark/netlinkcore/internal/uapi"
	"github.com/netlark/netlark/netlinkcore/opt"
	"github.com/netlark/netlark/netlinkcore/rt"
)

// GRE is a GRE tunnel for IP packets over IPv4 (RFC 2784, RFC 2890). The kernel
// resets what a change does not name, so a change sends all.
type GRE struct{ greOptions }

// GRETap is a GRE tunnel for Ethernet frames over IPv4.
type GRETap struct{ greOptions }

// KindName returns "gre".
func (*GRE) KindName() string { return "gre" }

// KindName returns "gretap".
func (*GRETap) KindName() string { return "gretap" }

// greOptions are the options that both have.
type greOptions struct {
	attr.Extra
	Local, Remote                                      netip.Addr
	Parent                                             rt.Dev
	InputKey, OutputKey                                opt.Value[uint32]
	InputKeyed, OutputKeyed                            opt.Value[bool] // follow from the keys
	InputChecksum, OutputChecksum, InputSeq, OutputSeq opt.Value[bool]
	TTL, TOS                                           opt.Value[uint8]
	PMTUDiscovery, IgnoreDF, External                  opt.Value[bool]
	Mark                                               opt.Value[uint32]
	Encap                                              opt.Value[uint16]
	EncapSrcPort, EncapDstPort                         opt.Value[uint16]
	EncapChecksum, EncapChecksum6, EncapRemoteChecksum opt.Value[bool]
}

var (
	ttlWords   = attr.Enum{{0, "inherit"}}
	encapTypes = attr.Enum{{0, "none"}, {1, "fou"}, {2, "gue"}}
)

var (
	_ = kind("gre", "GRE tunnel over IPv4", func(v *GRE) []attr.Field { return v.fields() }).
		Hooks(func(v *GRE) { v.before() }, func(v *GRE) { v.after() })
	_ = kind("gretap", "GRE tunnel for Ethernet over IPv4", func(v *GRETap) []attr.Field { return v.fields() }).
		Hooks(func(v *GRETap) { v.before() }, func(v *GRETap) { v.after() })
)

// before says which keys count: the kernel wants a flag for each.
func (v *greOptions) before() {
	v.InputKeyed.Set(v.InputKey.IsSet())
	v.OutputKeyed.Set(v.OutputKey.IsSet())
}

// after drops the keys that do not count.
func (v *greOptions) after() {
	if !v.InputKeyed.Or(false) {
		v.InputKey.Unset()
	}
	if !v.OutputKeyed.Or(false) {
		v.OutputKey.Unset()
	}
}

func (v *greOptions) fields() []attr.Field {
	flag := func(bit uint16, name string, p *opt.Value[bool], doc string) attr.Field {
		return attr.HeadBit(0, -1, 2, uint64(attr.Swap16(bit)), name, p, doc).Default(false).ResendOnChange()
	}
	encap := func(bit uint64, name string, p *opt.Value[bool], doc string) attr.Field {
		return attr.HeadBit(0, -1, 2, bit, name, p, doc).Default(false).ResendOnChange()
	}
	return []attr.Field{
		attr.Addr(uapi.IFLA_GRE_REMOTE, "remote", &v.Remote, "other end of the tunnel").Holding(unix.AF_INET).ResendOnChange().Default("0.0.0.0"),
		attr.Addr(uapi.IFLA_GRE_LOCAL, "local", &v.Local, "outer source address").Holding(unix.AF_INET).ResendOnChange().Default("0.0.0.0"),
		attr.Device(uapi.IFLA_GRE_LINK, "parent", &v.Parent, "device underneath").ResendOnChange().Clears(""),
		attr.BitWord(uapi.IFLA_GRE_IFLAGS, 2,
			flag(uapi.GRE_KEY, "ikeyed", &v.InputKeyed, "whether packets received have a key; follows from ikey"),
			flag(uapi.GRE_CSUM, "icsum", &v.InputChecksum, "packets received must have a checksum"),
			flag(uapi.GRE_SEQ, "iseq", &v.InputSeq, "packets received must be in sequence")),
		attr.BitWord(uapi.IFLA_GRE_OFLAGS, 2,
			flag(uapi.GRE_KEY, "okeyed", &v.OutputKeyed, "whether packets sent have a key; follows from okey"),
			flag(uapi.GRE_CSUM, "ocsum", &v.OutputChecksum, "send checksums"),
			flag(uapi.GRE_SEQ, "oseq", &v.OutputSeq, "send sequence numbers")),
		attr.BE32(uapi.IFLA_GRE_IKEY, "ikey", &v.InputKey, "key of packets received").ResendOnChange(),
		attr.BE32(uapi.IFLA_GRE_OKEY, "okey", &v.OutputKey, "key of packets sent").ResendOnChange(),
		attr.Uint8(uapi.IFLA_GRE_TTL, "ttl", &v.TTL, "outer TTL").Words(ttlWords).ResendOnChange().Default("inherit"),
		attr.Uint8(uapi.IFLA_GRE_TOS, "tos", &v.TOS, "outer TOS; \"inherit\" copies the inner one").Words(tosWords).ResendOnChange().Default(0),
		attr.Bool8(uapi.IFLA_GRE_PMTUDISC, "pmtudisc", &v.PMTUDiscovery, "path MTU discovery").ResendOnChange().Default(true),
		attr.Bool8(uapi.IFLA_GRE_IGNORE_DF, "ignore_df", &v.IgnoreDF, "fragment packets that must not be").ResendOnChange().Default(false),
		attr.Flag(uapi.IFLA_GRE_COLLECT_METADATA, "external", &v.External, "tunnel keys come with each packet").CreateOnly().Default(false),
		attr.Uint32(uapi.IFLA_GRE_FWMARK, "fwmark", &v.Mark, "mark for the lookup of outer packets").ResendOnChange().Default(0),
		attr.Uint16(uapi.IFLA_GRE_ENCAP_TYPE, "encap", &v.Encap, "wrapped in UDP").Words(encapTypes).ResendOnChange().Default("none"),
		attr.BitWord(uapi.IFLA_GRE_ENCAP_FLAGS, 2,
			encap(uapi.TUNNEL_ENCAP_FLAG_CSUM, "encap_csum", &v.EncapChecksum, "UDP checksums over IPv4"),
			encap(uapi.TUNNEL_ENCAP_FLAG_CSUM6, "encap_udp6_csum", &v.EncapChecksum6, "UDP checksums over IPv6"),
			encap(uapi.TUNNEL_ENCAP_FLAG_REMCSUM, "encap_remcsum", &v.EncapRemoteChecksum, "remote checksum offload")),
		attr.BE16(uapi.IFLA_GRE_ENCAP_SPORT, "encap_sport", &v.EncapSrcPort, "UDP source port; 0 chosen by flow").ResendOnChange().Default(0),
		attr.BE16(uapi.IFLA_GRE_ENCAP_DPORT, "encap_dport", &v.EncapDstPort, "UDP destination port").ResendOnChange().Default(0),
		attr.Unknown(&v.Extra),
	}
}
