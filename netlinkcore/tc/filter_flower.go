package tc

import (
	"errors"

	"golang.org/x/sys/unix"

	"github.com/netlark/netlark/netlinkcore/attr"
	"github.com/netlark/netlark/netlinkcore/internal/uapi"
	"github.com/netlark/netlark/netlinkcore/object"
	"github.com/netlark/netlark/netlinkcore/opt"
	"github.com/netlark/netlark/netlinkcore/rt"
)

// Flower matches fields of headers: tc-flower(8). What is not set matches
// anything. Ports and ICMP's numbers want IPProto.
type Flower struct {
	attr.Extra
	options
	Offload
	ClassID                 opt.Value[Handle]
	InDev                   opt.Value[string]
	EtherType               opt.Value[rt.EtherType]
	DstMAC, SrcMAC          opt.Value[MACMatch]
	IPProto                 opt.Value[uint8]
	Src, Dst                opt.Value[IPMatch]
	SrcPort, DstPort        opt.Value[Ports]
	TOS, TTL                opt.Value[attr.Masked[uint8]]
	TCPFlags                opt.Value[attr.Masked[uint16]]
	ICMPType, ICMPCode      opt.Value[ICMPMatch]
	Fragment, FirstFragment opt.Value[bool]
	VLAN, CVLAN             VLANMatch
	VLANs                   opt.Value[uint8]
	InHWCount               opt.Value[uint32]
	Hash                    opt.Value[attr.Masked[uint32]]
	L2Miss                  opt.Value[bool]
	CFMLevel, CFMOpcode     opt.Value[uint8]
	ARP                     *ARPMatch
	MPLS                    *MPLSMatch
	Conn                    *ConnMatch
	Tunnel                  *TunnelMatch
	Other                   *OtherMatch
	fragments               opt.Value[attr.Masked[uint32]]
}

// A VLANMatch is what a tag has, and what comes behind it.
type VLANMatch struct {
	ID        opt.Value[uint16]
	Priority  opt.Value[uint8]
	EtherType opt.Value[rt.EtherType]
}

func (m VLANMatch) isSet() bool { return m.ID.IsSet() || m.Priority.IsSet() || m.EtherType.IsSet() }

// FilterKind returns "flower".
func (*Flower) FilterKind() string { return "flower" }

func (v *Flower) copied() acting { w := *v; return &w }

// complete finds out what the packets have to be, from the addresses and tags
// that are matched, and tells the filter. tc(8) asks for the protocol instead.
func (v *Flower) complete(_ object.Verb, f *Filter) FilterKind {
	w := *v
	inner := opt.Value[rt.EtherType]{}
	switch {
	case w.Src.Or(w.Dst.Or(IPMatch{})).Addr.Is4():
		inner.Set(rt.EtherIPv4)
	case w.Src.Or(w.Dst.Or(IPMatch{})).Addr.Is6():
		inner.Set(rt.EtherIPv6)
	case w.ARP != nil:
		inner.Set(rt.EtherARP)
	case w.MPLS != nil:
		inner.Set(rt.EtherMPLS)
	}
	if w.inPPP() {
		inner.Set(rt.EtherPPPoE)
	}
	for _, tag := range []*VLANMatch{&w.CVLAN, &w.VLAN} {
		if !tag.isSet() && (tag == &w.CVLAN || !w.CVLAN.isSet()) {
			continue
		}
		if !tag.EtherType.IsSet() {
			tag.EtherType = inner
		}
		inner = opt.Of(rt.EtherVLAN)
	}
	if p, ok := f.Protocol.Get(); ok && p != rt.EtherAll && !w.EtherType.IsSet() {
		w.EtherType.Set(p)
	}
	if !w.EtherType.IsSet() {
		w.EtherType = inner
	}
	if !f.Protocol.IsSet() {
		f.Protocol = w.EtherType
	}
	w.SkipHW.Set(w.SkipHW.Or(false)) // the kernel wants options even if there are none
	return &w
}

// framed sets the EtherType of the frame. The kernel reports what is inside of
// tags and PPP in its place (net/sched/cls_flower.c, fl_dump_key).
func (v *Flower) framed(protocol opt.Value[rt.EtherType]) {
	if !v.VLAN.isSet() && !v.CVLAN.isSet() && v.VLANs.Or(0) == 0 && !v.inPPP() {
		return
	}
	v.EtherType.Unset()
	if protocol.Or(rt.EtherAll) != rt.EtherAll {
		v.EtherType = protocol
	}
}

func (v *Flower) inPPP() bool {
	return v.Other != nil && (v.Other.PPPoESession.IsSet() || v.Other.PPPProtocol.IsSet())
}

// check refuses what the kernel would silently match more by.
func (v *Flower) check(object.Verb) (string, error) {
	inner := v.EtherType
	for _, tag := range []VLANMatch{v.VLAN, v.CVLAN} {
		if tag.EtherType.IsSet() {
			inner = tag.EtherType
		}
	}
	ip := inner.Or(0) == rt.EtherIPv4 || inner.Or(0) == rt.EtherIPv6
	proto := v.IPProto.Or(0)
	ports := proto == unix.IPPROTO_TCP || proto == unix.IPPROTO_UDP || proto == unix.IPPROTO_SCTP
	icmp := proto == unix.IPPROTO_ICMP || proto == unix.IPPROTO_ICMPV6
	switch {
	case v.IPProto.IsSet() && !ip:
		return "ip_proto", errors.New("wants the filter's protocol: \"ip\" or \"ipv6\"")
	case (v.TOS.IsSet() || v.TTL.IsSet()) && !ip:
		return "ip_tos", errors.New("ip_tos and ip_ttl want the filter's protocol: \"ip\" or \"ipv6\"")
	case v.SrcPort.IsSet() && !ports:
		return "src_port", errors.New("wants ip_proto: \"tcp\", \"udp\" or \"sctp\"")
	case v.DstPort.IsSet() && !ports:
		return "dst_port", errors.New("wants ip_proto: \"tcp\", \"udp\" or \"sctp\"")
	case v.TCPFlags.IsSet() && proto != unix.IPPROTO_TCP:
		return "tcp_flags", errors.New("wants ip_proto: \"tcp\"")
	case (v.ICMPType.IsSet() || v.ICMPCode.IsSet()) && !icmp:
		return "type", errors.New("type and code want ip_proto: \"icmp\" or \"icmpv6\"")
	}
	return "", nil
}

func (v *Flower) fragmentFlags() []flag {
	return []flag{{uapi.TCA_FLOWER_KEY_FLAGS_IS_FRAGMENT, &v.Fragment}, {uapi.TCA_FLOWER_KEY_FLAGS_FRAG_IS_FIRST, &v.FirstFragment}}
}

// send tells ports and ICMP's numbers the protocol, which chooses their
// attributes.
func (v *Flower) send() {
	proto := v.IPProto.Or(0)
	for _, p := range []*opt.Value[Ports]{&v.SrcPort, &v.DstPort} {
		if p.IsSet() {
			p.Ref().proto = proto
		}
	}
	for _, p := range []*opt.Value[ICMPMatch]{&v.ICMPType, &v.ICMPCode} {
		if p.IsSet() {
			p.Ref().proto = proto
		}
	}
	v.fragments = joined(v.fragmentFlags())
	if v.Tunnel != nil {
		v.Tunnel.flags = joined(v.Tunnel.flagList())
	}
}

// received is the reverse of send.
func (v *Flower) received() {
	parted(v.fragments, v.fragmentFlags())
	v.fragments.Unset()
	if v.Tunnel != nil {
		parted(v.Tunnel.flags, v.Tunnel.flagList())
		v.Tunnel.flags.Unset()
	}
}

var flowerSchema = filter("flower", "fields of headers", func(v *Flower) []attr.Field {
	srcPort, dstPort := attr.Own(srcPorts.all(), "src_port", &v.SrcPort, srcPorts.code(), "source port: one, \"80/0xff\", or \"1000-2000\""),
		attr.Own(dstPorts.all(), "dst_port", &v.DstPort, dstPorts.code(), "destination port: one, \"80/0xff\", or \"1000-2000\"")
	fields := []attr.Field{
		attr.InIP("flower", "%|!").Exactly(),
		attr.Uint32(uapi.TCA_FLOWER_CLASSID, "classid", &v.ClassID, "class for the packets").Written(handles).AlsoCalled("flowid"),
		attr.String(uapi.TCA_FLOWER_INDEV, "indev", &v.InDev, "device that the packet came by").Checked(attr.CheckName),
		attr.BE16(uapi.TCA_FLOWER_KEY_ETH_TYPE, "eth_type", &v.EtherType, "EtherType; the filter's protocol unless given").Words(rt.EtherTypes).IP("-"),
		masked(macMatch(uapi.TCA_FLOWER_KEY_ETH_DST, uapi.TCA_FLOWER_KEY_ETH_DST_MASK))("dst_mac", &v.DstMAC, "destination, with a mask if need be"),
		masked(macMatch(uapi.TCA_FLOWER_KEY_ETH_SRC, uapi.TCA_FLOWER_KEY_ETH_SRC_MASK))("src_mac", &v.SrcMAC, "source, with a mask if need be"),
		attr.Uint8(uapi.TCA_FLOWER_KEY_IP_PROTO, "ip_proto", &v.IPProto, "protocol above IP").Words(rt.IPProtos),
		masked(ipMatch(uapi.TCA_FLOWER_KEY_IPV4_SRC, uapi.TCA_FLOWER_KEY_IPV4_SRC_MASK, uapi.TCA_FLOWER_KEY_IPV6_SRC, uapi.TCA_FLOWER_KEY_IPV6_SRC_MASK))("src_ip", &v.Src, "source: an address or prefix"),
		masked(ipMatch(uapi.TCA_FLOWER_KEY_IPV4_DST, uapi.TCA_FLOWER_KEY_IPV4_DST_MASK, uapi.TCA_FLOWER_KEY_IPV6_DST, uapi.TCA_FLOWER_KEY_IPV6_DST_MASK))("dst_ip", &v.Dst, "destination: an address or prefix"),
		srcPort, dstPort,
		attr.MaskedNumber(uapi.TCA_FLOWER_KEY_IP_TOS, uapi.TCA_FLOWER_KEY_IP_TOS_MASK, "ip_tos", &v.TOS, "type of service or traffic class"),
		attr.MaskedNumber(uapi.TCA_FLOWER_KEY_IP_TTL, uapi.TCA_FLOWER_KEY_IP_TTL_MASK, "ip_ttl", &v.TTL, "TTL or hop limit").IP("-"),
		attr.MaskedBE(uapi.TCA_FLOWER_KEY_TCP_FLAGS, uapi.TCA_FLOWER_KEY_TCP_FLAGS_MASK, "tcp_flags", &v.TCPFlags, "flags of TCP, 12 bits"),
		masked(icmp(uapi.TCA_FLOWER_KEY_ICMPV4_TYPE, uapi.TCA_FLOWER_KEY_ICMPV4_TYPE_MASK, uapi.TCA_FLOWER_KEY_ICMPV6_TYPE, uapi.TCA_FLOWER_KEY_ICMPV6_TYPE_MASK))("type", &v.ICMPType, "type of ICMP or ICMPv6").IP("-"),
		masked(icmp(uapi.TCA_FLOWER_KEY_ICMPV4_CODE, uapi.TCA_FLOWER_KEY_ICMPV4_CODE_MASK, uapi.TCA_FLOWER_KEY_ICMPV6_CODE, uapi.TCA_FLOWER_KEY_ICMPV6_CODE_MASK))("code", &v.ICMPCode, "code of ICMP or ICMPv6").IP("-"),
		attr.Bool8(0, "frag", &v.Fragment, "is a fragment").Apart().IP("-"),
		attr.Bool8(0, "firstfrag", &v.FirstFragment, "is the first fragment").Apart().IP("-"),
		attr.MaskedBE(uapi.TCA_FLOWER_KEY_FLAGS, uapi.TCA_FLOWER_KEY_FLAGS_MASK, "ip_flags", &v.fragments, "").Only(attr.Inside),
		attr.Uint8(uapi.TCA_FLOWER_KEY_NUM_OF_VLANS, "num_of_vlans", &v.VLANs, "number of VLAN tags").IP("-"),
		attr.Uint16(uapi.TCA_FLOWER_KEY_VLAN_ID, "vlan_id", &v.VLAN.ID, "VLAN").Range(0, 4095),
		attr.Uint8(uapi.TCA_FLOWER_KEY_VLAN_PRIO, "vlan_prio", &v.VLAN.Priority, "priority of the VLAN tag").Range(0, 7),
		attr.BE16(uapi.TCA_FLOWER_KEY_VLAN_ETH_TYPE, "vlan_ethtype", &v.VLAN.EtherType, "EtherType behind the VLAN tag; from addresses that are matched unless given").Words(rt.EtherTypes),
		attr.Uint16(uapi.TCA_FLOWER_KEY_CVLAN_ID, "cvlan_id", &v.CVLAN.ID, "VLAN of the inner tag").Range(0, 4095),
		attr.Uint8(uapi.TCA_FLOWER_KEY_CVLAN_PRIO, "cvlan_prio", &v.CVLAN.Priority, "priority of the inner tag").Range(0, 7),
		attr.BE16(uapi.TCA_FLOWER_KEY_CVLAN_ETH_TYPE, "cvlan_ethtype", &v.CVLAN.EtherType, "EtherType behind the inner tag").Words(rt.EtherTypes),
		attr.Bool8(uapi.TCA_FLOWER_L2_MISS, "l2_miss", &v.L2Miss, "the bridge did not know the destination").FromKernel("6.5"),
		attr.MaskedNumber(uapi.TCA_FLOWER_KEY_HASH, uapi.TCA_FLOWER_KEY_HASH_MASK, "hash", &v.Hash, "hash of the packet").IP("-"),
		attr.Nested(uapi.TCA_FLOWER_KEY_CFM, 0,
			attr.Uint8(uapi.TCA_FLOWER_KEY_CFM_MD_LEVEL, "cfm_mdl", &v.CFMLevel, "maintenance domain level of connectivity fault management").Range(0, 7).ResendOnChange().FromKernel("6.5"),
			attr.Uint8(uapi.TCA_FLOWER_KEY_CFM_OPCODE, "cfm_op", &v.CFMOpcode, "operation of connectivity fault management").ResendOnChange().FromKernel("6.5")),
		arpMatch(&v.ARP), mplsMatch(&v.MPLS), connMatch(&v.Conn), tunnelMatch(&v.Tunnel), otherMatch(&v.Other),
	}
	fields = append(fields, v.flags(uapi.TCA_FLOWER_FLAGS))
	for i := range fields { // a change says all
		fields[i] = fields[i].ResendOnChange()
	}
	return append(fields,
		attr.Uint32(uapi.TCA_FLOWER_IN_HW_COUNT, "in_hw_count", &v.InHWCount, "devices whose hardware has the filter").Counter(),
		actionList(uapi.TCA_FLOWER_ACT, &v.options),
		attr.Unknown(&v.Extra))
}).Hooks((*Flower).send, (*Flower).received)

// masked binds a type of which a value and a mask have numbers of their own.
func masked[T comparable](ids []uint16, c *attr.Code[T]) func(name string, p *opt.Value[T], doc string) attr.Field {
	return func(name string, p *opt.Value[T], doc string) attr.Field { return attr.Own(ids, name, p, c, doc) }
}
