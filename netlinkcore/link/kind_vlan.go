package link

import (
	"golang.org/x/sys/unix"

	"github.com/netlark/netlark/netlinkcore/attr"
	"github.com/netlark/netlark/netlinkcore/opt"
)

// VLAN is an IEEE 802.1Q or 802.1ad sub-interface of Link.Parent (IFLA_VLAN_*).
type VLAN struct {
	attr.Extra
	ID                                               opt.Value[uint16]
	Protocol                                         opt.Value[VLANProtocol]
	ReorderHeader, GVRP, MVRP, LooseBinding, Binding opt.Value[bool]
	EgressQoS, IngressQoS                            []QoS
}

// A VLANProtocol is the EtherType of a tag.
type VLANProtocol uint16

// Tags.
const (
	VLAN8021Q  VLANProtocol = unix.ETH_P_8021Q
	VLAN8021AD VLANProtocol = unix.ETH_P_8021AD
)

var vlanProtocols = attr.Enum{{unix.ETH_P_8021Q, "802.1Q"}, {unix.ETH_P_8021AD, "802.1ad"}}

// QoS maps a packet's priority to the tag's, or the other way round (struct
// ifla_vlan_qos_mapping).
type QoS struct{ From, To opt.Value[uint32] }

var vlanQoS = attr.Define("qos", "priority mapping", 8, func(v *QoS) []attr.Field {
	return []attr.Field{
		attr.InIP("", ""),
		attr.Head32(0, "from", &v.From, "priority that is mapped").IP("%"),
		attr.Head32(4, "to", &v.To, "what it becomes").IP("%"),
	}
})

// KindName returns "vlan".
func (*VLAN) KindName() string { return "vlan" }

var _ = kind("vlan", "IEEE 802.1Q or 802.1ad sub-interface", func(v *VLAN) []attr.Field {
	flag := func(bit uint64, name string, p *opt.Value[bool], doc string) attr.Field {
		return attr.HeadBit(0, 4, 4, bit, name, p, doc)
	}
	return []attr.Field{
		attr.InIP("vlan", ""),
		attr.Uint16(unix.IFLA_VLAN_ID, "id", &v.ID, "VLAN identifier").Range(0, 4094).CreateOnly(),
		attr.BE16(unix.IFLA_VLAN_PROTOCOL, "protocol", &v.Protocol, "EtherType of the tag").Words(vlanProtocols).CreateOnly().Default("802.1Q"),
		attr.Nested(unix.IFLA_VLAN_FLAGS, 8,
			flag(1, "reorder_hdr", &v.ReorderHeader, "take the tag out of packets received").Default(true),
			flag(2, "gvrp", &v.GVRP, "register the VLAN by GVRP").Default(false),
			flag(4, "loose_binding", &v.LooseBinding, "stay operational whatever the parent does").Default(false),
			flag(8, "mvrp", &v.MVRP, "register the VLAN by MVRP").Default(false),
			flag(16, "bridge_binding", &v.Binding, "carrier follows the bridge's ports of the VLAN").Default(false)),
		attr.Nested(unix.IFLA_VLAN_EGRESS_QOS, 0,
			attr.List(unix.IFLA_VLAN_QOS_MAPPING, 0, attr.Repeat, "egress_qos_map", &v.EgressQoS, vlanQoS, "packet priority to tag priority").AnyOrder().AsMap().IP("egress-qos-map % :")),
		attr.Nested(unix.IFLA_VLAN_INGRESS_QOS, 0,
			attr.List(unix.IFLA_VLAN_QOS_MAPPING, 0, attr.Repeat, "ingress_qos_map", &v.IngressQoS, vlanQoS, "tag priority to packet priority").AnyOrder().AsMap().IP("ingress-qos-map % :")),
		attr.Unknown(&v.Extra),
	}
})
