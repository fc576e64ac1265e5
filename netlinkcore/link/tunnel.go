package link

import (
	"net/netip"

	"golang.org/x/sys/unix"

	"github.com/netlark/netlark/netlinkcore/attr"
	"github.com/netlark/netlark/netlinkcore/internal/uapi"
	"github.com/netlark/netlark/netlinkcore/opt"
	"github.com/netlark/netlark/netlinkcore/rt"
)

// Tunnels over IP share what follows; their attributes differ in numbers only.
// Most of them fall back to zero when a change lacks them, so a change sends
// all: ResendOnChange.

// ends are those of a tunnel, and the device underneath.
type ends struct {
	Local, Remote netip.Addr
	Parent        rt.Dev
}

// fields are the attributes of the ends; family is that of the outer header.
func (v *ends) fields(family byte, link, local, remote uint16) []attr.Field {
	nowhere := netip.IPv4Unspecified()
	if family == unix.AF_INET6 {
		nowhere = netip.IPv6Unspecified()
	}
	return []attr.Field{
		attr.InIP("", "%|no%"),
		attr.Addr(remote, "remote", &v.Remote, "other end of the tunnel").Holding(family).ResendOnChange().Default(nowhere.String()).BackAnew(),
		attr.Addr(local, "local", &v.Local, "outer source address").Holding(family).ResendOnChange().Default(nowhere.String()),
		attr.Device(link, "parent", &v.Parent, "device underneath").ResendOnChange().Clears("").IP("dev"),
	}
}

// outer4 are options of an outer IPv4 header.
type outer4 struct {
	TTL, TOS      opt.Value[uint8]
	PMTUDiscovery opt.Value[bool]
	Mark          opt.Value[uint32]
}

var ttlWords = attr.Enum{{0, "inherit"}}

// numbers4 are the numbers of the attributes of an outer IPv4 header.
type numbers4 struct{ ttl, tos, pmtudisc, mark uint16 }

// fields are the attributes; usual is the TTL unless given.
func (v *outer4) fields(n numbers4, usual any) []attr.Field {
	return []attr.Field{
		attr.Uint8(n.ttl, "ttl", &v.TTL, "outer TTL").Words(ttlWords).ResendOnChange().Default(usual).IP("=ttl"),
		attr.Uint8(n.tos, "tos", &v.TOS, "outer TOS; \"inherit\" copies the inner one").Words(tosWords).ResendOnChange().Default(0),
		attr.Bool8(n.pmtudisc, "pmtudisc", &v.PMTUDiscovery, "path MTU discovery").ResendOnChange().Default(true),
		fwmark(n.mark, &v.Mark),
	}
}

func fwmark(id uint16, p *opt.Value[uint32]) attr.Field {
	return attr.Uint32(id, "fwmark", p, "mark for the lookup of outer packets").ResendOnChange().Default(0)
}

// What is no number of an outer IPv6 header.
const (
	NoEncapLimit     uint16 = 1 << 8  // of EncapLimit: packets carry none
	InheritClass     uint16 = 1 << 8  // of TrafficClass: the inner packet's
	InheritFlowLabel uint32 = 1 << 20 // of FlowLabel: the inner packet's
	InheritMark      uint64 = 1 << 32 // of Mark: the inner packet's
)

// outer6 are options of an outer IPv6 header. Flags say where a word stands in
// place of a number.
type outer6 struct {
	HopLimit                                    opt.Value[uint8]
	EncapLimit, TrafficClass                    opt.Value[uint16]
	FlowLabel                                   opt.Value[uint32]
	Mark                                        opt.Value[uint64]
	CopyDSCP, MobileIPv6, AllowLocalRemote      opt.Value[bool]
	limit                                       opt.Value[uint8]
	flow, mark                                  opt.Value[uint32]
	noLimit, sameClass, sameFlowLabel, sameMark opt.Value[bool]
}

// numbers6 are the numbers of the attributes of an outer IPv6 header.
type numbers6 struct{ hopLimit, encapLimit, flowInfo, flags, mark uint16 }

func (v *outer6) fields(n numbers6) []attr.Field {
	word := func(bit uint64, name string, p *opt.Value[bool]) attr.Field {
		return attr.HeadBit(0, -1, 4, bit, name, p, "").Only(attr.Inside)
	}
	flag := func(bit uint64, name string, p *opt.Value[bool], doc string) attr.Field {
		return attr.HeadBit(0, -1, 4, bit, name, p, doc).ResendOnChange().Default(false)
	}
	return []attr.Field{
		attr.Uint8(n.hopLimit, "hoplimit", &v.HopLimit, "outer hop limit; 0 the route's").ResendOnChange().Default(0).AlsoCalled("ttl").IP("=hoplimit"),
		attr.Uint16(0, "encaplimit", &v.EncapLimit, "how many tunnels more a packet may enter; \"none\" says nothing of it").Words(attr.Enum{{uint64(NoEncapLimit), "none"}}).Range(0, 255).ResendOnChange().Default(0).Apart().IP("=encaplimit"),
		attr.Uint16(0, "tclass", &v.TrafficClass, "outer traffic class; \"inherit\" copies the inner one").Words(attr.Enum{{uint64(InheritClass), "inherit"}}).Range(0, 255).ResendOnChange().Default(0).Apart(),
		attr.Uint32(0, "flowlabel", &v.FlowLabel, "outer flow label; \"inherit\" copies the inner one").Words(attr.Enum{{uint64(InheritFlowLabel), "inherit"}}).Range(0, 1<<20-1).ResendOnChange().Default(0).Apart(),
		attr.Uint64(0, "fwmark", &v.Mark, "mark for the lookup of outer packets; \"inherit\" copies the inner packet's").Words(attr.Enum{{InheritMark, "inherit"}}).Range(0, 1<<32-1).ResendOnChange().Default(0).Apart(),
		attr.Uint8(n.encapLimit, "encap_limit", &v.limit, "").Only(attr.Inside),
		attr.BE32(n.flowInfo, "flowinfo", &v.flow, "").Only(attr.Inside),
		attr.Uint32(n.mark, "mark", &v.mark, "").Only(attr.Inside),
		attr.BitWord(n.flags, 4,
			word(uapi.IP6_TNL_F_IGN_ENCAP_LIMIT, "no_limit", &v.noLimit), word(uapi.IP6_TNL_F_USE_ORIG_TCLASS, "same_tclass", &v.sameClass),
			word(uapi.IP6_TNL_F_USE_ORIG_FLOWLABEL, "same_flowlabel", &v.sameFlowLabel), word(uapi.IP6_TNL_F_USE_ORIG_FWMARK, "same_fwmark", &v.sameMark),
			flag(uapi.IP6_TNL_F_RCV_DSCP_COPY, "dscp_inherit", &v.CopyDSCP, "copy the outer DSCP to the inner packet").IP("dscp inherit|!"),
			flag(uapi.IP6_TNL_F_MIP6_DEV, "mip6", &v.MobileIPv6, "used by Mobile IPv6").IP("mip6|!"),
			flag(uapi.IP6_TNL_F_ALLOW_LOCAL_REMOTE, "allow_localremote", &v.AllowLocalRemote, "the other end may be an address of this host").IP("allow-localremote|noallow-localremote")),
	}
}

// before puts words into flags, and numbers where they belong.
func (v *outer6) before() {
	if n, ok := v.EncapLimit.Get(); ok {
		v.noLimit.Set(n == NoEncapLimit)
		v.limit.Set(uint8(n)) // 0 where there is none
	}
	if n, ok := v.TrafficClass.Get(); ok {
		v.sameClass.Set(n == InheritClass)
		v.flow.Set(v.flow.Or(0) | uint32(uint8(n))<<20)
	}
	if n, ok := v.FlowLabel.Get(); ok {
		v.sameFlowLabel.Set(n == InheritFlowLabel)
		v.flow.Set(v.flow.Or(0) | n&(InheritFlowLabel-1))
	}
	if n, ok := v.Mark.Get(); ok {
		v.sameMark.Set(n == InheritMark)
		v.mark.Set(uint32(n))
	}
}

// after is the reverse of before.
func (v *outer6) after() {
	if n, ok := v.limit.Get(); ok {
		v.EncapLimit.Set(uint16(n))
	}
	if n, ok := v.flow.Get(); ok {
		v.TrafficClass.Set(uint16(n >> 20 & 0xff))
		v.FlowLabel.Set(n & (InheritFlowLabel - 1))
	}
	if n, ok := v.mark.Get(); ok {
		v.Mark.Set(uint64(n))
	}
	if v.noLimit.Or(false) {
		v.EncapLimit.Set(NoEncapLimit)
	}
	if v.sameClass.Or(false) {
		v.TrafficClass.Set(InheritClass)
	}
	if v.sameFlowLabel.Or(false) {
		v.FlowLabel.Set(InheritFlowLabel)
	}
	if v.sameMark.Or(false) {
		v.Mark.Set(InheritMark)
	}
	for _, p := range []*opt.Value[bool]{&v.noLimit, &v.sameClass, &v.sameFlowLabel, &v.sameMark} {
		p.Unset()
	}
	v.limit.Unset()
	v.flow.Unset()
	v.mark.Unset()
}

// udpWrap wraps a tunnel's packets in UDP: ip-fou(8).
type udpWrap struct {
	Encap                                              opt.Value[uint16]
	EncapSrcPort, EncapDstPort                         opt.Value[uint16]
	EncapChecksum, EncapChecksum6, EncapRemoteChecksum opt.Value[bool]
}

var encapTypes = attr.Enum{{0, "none"}, {1, "fou"}, {2, "gue"}}

// fields are the attributes; type, flags and the two ports have numbers in a
// row.
func (v *udpWrap) fields(typ uint16) []attr.Field {
	flag := func(bit uint64, name string, p *opt.Value[bool], doc string) attr.Field {
		return attr.HeadBit(0, -1, 2, bit, name, p, doc).Default(false).ResendOnChange()
	}
	return []attr.Field{
		attr.Uint16(typ, "encap", &v.Encap, "wrapped in UDP").Words(encapTypes).ResendOnChange().Default("none"),
		attr.BitWord(typ+1, 2,
			flag(uapi.TUNNEL_ENCAP_FLAG_CSUM, "encap_csum", &v.EncapChecksum, "UDP checksums over IPv4").IP("encap-csum|noencap-csum"),
			flag(uapi.TUNNEL_ENCAP_FLAG_CSUM6, "encap_udp6_csum", &v.EncapChecksum6, "UDP checksums over IPv6").IP("encap-udp6-csum|noencap-udp6-csum"),
			flag(uapi.TUNNEL_ENCAP_FLAG_REMCSUM, "encap_remcsum", &v.EncapRemoteChecksum, "remote checksum offload").IP("encap-remcsum|noencap-remcsum")),
		attr.BE16(typ+2, "encap_sport", &v.EncapSrcPort, "UDP source port; 0 chosen by flow").ResendOnChange().Default(0).IP("encap-sport"),
		attr.BE16(typ+3, "encap_dport", &v.EncapDstPort, "UDP destination port").ResendOnChange().Default(0).IP("encap-dport"),
	}
}

// external is the attribute of tunnels that only carry what routes or filters
// give them.
func external(id uint16, p *opt.Value[bool]) attr.Field {
	return attr.Flag(id, "external", p, "tunnel keys come with each packet").CreateOnly().Default(false)
}
