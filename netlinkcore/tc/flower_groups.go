package tc

import (
	"github.com/netlark/netlark/netlinkcore/attr"
	"github.com/netlark/netlark/netlinkcore/internal/uapi"
	"github.com/netlark/netlark/netlinkcore/opt"
)

// Matches of flower that are rare. Scripts see them beside the others.
type (
	// An ARPMatch is what ARP and RARP have (TCA_FLOWER_KEY_ARP_*).
	ARPMatch struct {
		SenderIP, TargetIP   opt.Value[IPMatch]
		Operation            opt.Value[attr.Masked[uint8]]
		SenderMAC, TargetMAC opt.Value[MACMatch]
	}
	// An MPLSMatch is what the outer label has, or several labels
	// (TCA_FLOWER_KEY_MPLS_*).
	MPLSMatch struct {
		Label        opt.Value[uint32]
		TC, BOS, TTL opt.Value[uint8]
		Stack        []LabelStackEntry
	}
	// A LabelStackEntry is a label at a depth, of which 1 is the outer one
	// (TCA_FLOWER_KEY_MPLS_OPT_LSE_*).
	LabelStackEntry struct {
		Depth, TC, BOS, TTL opt.Value[uint8]
		Label               opt.Value[uint32]
	}
	// A ConnMatch is what connection tracking says of the packet
	// (TCA_FLOWER_KEY_CT_*).
	ConnMatch struct {
		State opt.Value[CTState]
		Zone  opt.Value[attr.Masked[uint16]]
		Mark  opt.Value[attr.Masked[uint32]]
		Label opt.Value[LabelMatch]
	}
	// A TunnelMatch is what the packet came in (TCA_FLOWER_KEY_ENC_*).
	TunnelMatch struct {
		KeyID                  opt.Value[uint32]
		Src, Dst               opt.Value[IPMatch]
		SrcPort, DstPort       opt.Value[attr.Masked[uint16]]
		TOS, TTL               opt.Value[attr.Masked[uint8]]
		Checksum, DontFragment opt.Value[bool]
		OAM, Critical          opt.Value[bool]
		flags                  opt.Value[attr.Masked[uint32]]
	}
	// An OtherMatch is what rare protocols have (TCA_FLOWER_KEY_*).
	OtherMatch struct {
		PPPoESession opt.Value[uint16]
		PPPProtocol  opt.Value[uint16]
		L2TPSession  opt.Value[uint32]
		SPI          opt.Value[attr.Masked[uint32]]
	}
)

func (m *TunnelMatch) flagList() []flag {
	return []flag{{uapi.TCA_FLOWER_KEY_FLAGS_TUNNEL_CSUM, &m.Checksum}, {uapi.TCA_FLOWER_KEY_FLAGS_TUNNEL_DONT_FRAGMENT, &m.DontFragment},
		{uapi.TCA_FLOWER_KEY_FLAGS_TUNNEL_OAM, &m.OAM}, {uapi.TCA_FLOWER_KEY_FLAGS_TUNNEL_CRIT_OPT, &m.Critical}}
}

// resent gives all of a group back to a change, which the kernel takes for
// everything.
func resent(fields ...attr.Field) []attr.Field {
	for i := range fields {
		fields[i] = fields[i].ResendOnChange().IP("-")
	}
	return fields
}

var arpOperations = attr.Enum{{1, "request"}, {2, "reply"}}

func arpMatch(p **ARPMatch) attr.Field {
	return attr.Group(p, func(v *ARPMatch) []attr.Field {
		return resent(
			masked(ipMatch(uapi.TCA_FLOWER_KEY_ARP_SIP, uapi.TCA_FLOWER_KEY_ARP_SIP_MASK, 0, 0))("arp_sip", &v.SenderIP, "sender's IPv4 address or prefix in ARP"),
			masked(ipMatch(uapi.TCA_FLOWER_KEY_ARP_TIP, uapi.TCA_FLOWER_KEY_ARP_TIP_MASK, 0, 0))("arp_tip", &v.TargetIP, "target's IPv4 address or prefix in ARP"),
			attr.MaskedNumber(uapi.TCA_FLOWER_KEY_ARP_OP, uapi.TCA_FLOWER_KEY_ARP_OP_MASK, "arp_op", &v.Operation, "operation of ARP").Words(arpOperations),
			masked(macMatch(uapi.TCA_FLOWER_KEY_ARP_SHA, uapi.TCA_FLOWER_KEY_ARP_SHA_MASK))("arp_sha", &v.SenderMAC, "sender's Ethernet address in ARP"),
			masked(macMatch(uapi.TCA_FLOWER_KEY_ARP_THA, uapi.TCA_FLOWER_KEY_ARP_THA_MASK))("arp_tha", &v.TargetMAC, "target's Ethernet address in ARP"))
	})
}

var labelStackEntry = attr.Define("lse", "entry of a label stack", 0, func(v *LabelStackEntry) []attr.Field {
	return []attr.Field{
		attr.Uint8(uapi.TCA_FLOWER_KEY_MPLS_OPT_LSE_DEPTH, "depth", &v.Depth, "1 is the outer label").Range(1, 7),
		attr.Uint32(uapi.TCA_FLOWER_KEY_MPLS_OPT_LSE_LABEL, "label", &v.Label, "label").Range(0, 1<<20-1),
		attr.Uint8(uapi.TCA_FLOWER_KEY_MPLS_OPT_LSE_TC, "tc", &v.TC, "traffic class").Range(0, 7),
		attr.Uint8(uapi.TCA_FLOWER_KEY_MPLS_OPT_LSE_BOS, "bos", &v.BOS, "is the last label").Range(0, 1),
		attr.Uint8(uapi.TCA_FLOWER_KEY_MPLS_OPT_LSE_TTL, "ttl", &v.TTL, "TTL"),
	}
}).Made("tc.filter.lse", "depth", "label")

func mplsMatch(p **MPLSMatch) attr.Field {
	return attr.Group(p, func(v *MPLSMatch) []attr.Field {
		return resent(
			attr.Uint32(uapi.TCA_FLOWER_KEY_MPLS_LABEL, "mpls_label", &v.Label, "outer label").Range(0, 1<<20-1),
			attr.Uint8(uapi.TCA_FLOWER_KEY_MPLS_TC, "mpls_tc", &v.TC, "traffic class of the outer label").Range(0, 7),
			attr.Uint8(uapi.TCA_FLOWER_KEY_MPLS_BOS, "mpls_bos", &v.BOS, "the outer label is the last").Range(0, 1),
			attr.Uint8(uapi.TCA_FLOWER_KEY_MPLS_TTL, "mpls_ttl", &v.TTL, "TTL of the outer label"),
			attr.List(uapi.TCA_FLOWER_KEY_MPLS_OPTS, uapi.TCA_FLOWER_KEY_MPLS_OPTS_LSE, attr.Items, "mpls", &v.Stack, labelStackEntry, "labels by their depth, in place of the outer one"))
	})
}

func connMatch(p **ConnMatch) attr.Field {
	return attr.Group(p, func(v *ConnMatch) []attr.Field {
		return resent(
			attr.Own([]uint16{uapi.TCA_FLOWER_KEY_CT_STATE, uapi.TCA_FLOWER_KEY_CT_STATE_MASK}, "ct_state", &v.State, ctState, "state of the connection, as \"+trk-new\""),
			attr.MaskedNumber(uapi.TCA_FLOWER_KEY_CT_ZONE, uapi.TCA_FLOWER_KEY_CT_ZONE_MASK, "ct_zone", &v.Zone, "zone of connection tracking"),
			attr.MaskedNumber(uapi.TCA_FLOWER_KEY_CT_MARK, uapi.TCA_FLOWER_KEY_CT_MARK_MASK, "ct_mark", &v.Mark, "mark of the connection"),
			attr.Own([]uint16{uapi.TCA_FLOWER_KEY_CT_LABELS, uapi.TCA_FLOWER_KEY_CT_LABELS_MASK}, "ct_label", &v.Label, labels, "label of the connection, 32 hexadecimal digits"))
	})
}

func tunnelMatch(p **TunnelMatch) attr.Field {
	return attr.Group(p, func(v *TunnelMatch) []attr.Field {
		flag := func(name string, p *opt.Value[bool], doc string) attr.Field {
			return attr.Bool8(0, name, p, doc).Apart().FromKernel("6.11")
		}
		return append(resent(
			attr.BE32(uapi.TCA_FLOWER_KEY_ENC_KEY_ID, "enc_key_id", &v.KeyID, "key of the tunnel"),
			masked(ipMatch(uapi.TCA_FLOWER_KEY_ENC_IPV4_SRC, uapi.TCA_FLOWER_KEY_ENC_IPV4_SRC_MASK, uapi.TCA_FLOWER_KEY_ENC_IPV6_SRC, uapi.TCA_FLOWER_KEY_ENC_IPV6_SRC_MASK))("enc_src_ip", &v.Src, "outer source"),
			masked(ipMatch(uapi.TCA_FLOWER_KEY_ENC_IPV4_DST, uapi.TCA_FLOWER_KEY_ENC_IPV4_DST_MASK, uapi.TCA_FLOWER_KEY_ENC_IPV6_DST, uapi.TCA_FLOWER_KEY_ENC_IPV6_DST_MASK))("enc_dst_ip", &v.Dst, "outer destination"),
			attr.MaskedBE(uapi.TCA_FLOWER_KEY_ENC_UDP_SRC_PORT, uapi.TCA_FLOWER_KEY_ENC_UDP_SRC_PORT_MASK, "enc_src_port", &v.SrcPort, "outer source port"),
			attr.MaskedBE(uapi.TCA_FLOWER_KEY_ENC_UDP_DST_PORT, uapi.TCA_FLOWER_KEY_ENC_UDP_DST_PORT_MASK, "enc_dst_port", &v.DstPort, "outer destination port"),
			attr.MaskedNumber(uapi.TCA_FLOWER_KEY_ENC_IP_TOS, uapi.TCA_FLOWER_KEY_ENC_IP_TOS_MASK, "enc_tos", &v.TOS, "outer type of service"),
			attr.MaskedNumber(uapi.TCA_FLOWER_KEY_ENC_IP_TTL, uapi.TCA_FLOWER_KEY_ENC_IP_TTL_MASK, "enc_ttl", &v.TTL, "outer TTL"),
			flag("tuncsum", &v.Checksum, "the tunnel has a checksum"), flag("tundf", &v.DontFragment, "the tunnel must not be fragmented"),
			flag("tunoam", &v.OAM, "the tunnel carries its own control"), flag("tuncrit", &v.Critical, "the tunnel has critical options")),
			attr.MaskedBE(uapi.TCA_FLOWER_KEY_ENC_FLAGS, uapi.TCA_FLOWER_KEY_ENC_FLAGS_MASK, "enc_flags", &v.flags, "").Only(attr.Inside))
	})
}

func otherMatch(p **OtherMatch) attr.Field {
	return attr.Group(p, func(v *OtherMatch) []attr.Field {
		return resent(
			attr.BE16(uapi.TCA_FLOWER_KEY_PPPOE_SID, "pppoe_sid", &v.PPPoESession, "session of PPPoE"),
			attr.BE16(uapi.TCA_FLOWER_KEY_PPP_PROTO, "ppp_proto", &v.PPPProtocol, "protocol in PPP").Words(pppProtocols),
			attr.BE32(uapi.TCA_FLOWER_KEY_L2TPV3_SID, "l2tpv3_sid", &v.L2TPSession, "session of L2TPv3"),
			attr.MaskedBE(uapi.TCA_FLOWER_KEY_SPI, uapi.TCA_FLOWER_KEY_SPI_MASK, "spi", &v.SPI, "SPI of ESP or AH").FromKernel("6.6"))
	})
}

// pppProtocols are numbers of PPP (linux/ppp_defs.h).
var pppProtocols = attr.Enum{{0x21, "ip"}, {0x57, "ipv6"}, {0x281, "mpls_uc"}, {0x283, "mpls_mc"}}
