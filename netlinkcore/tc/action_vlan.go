package tc

import (
	"github.com/netlark/netlark/netlinkcore/attr"
	"github.com/netlark/netlark/netlinkcore/internal/uapi"
	"github.com/netlark/netlark/netlinkcore/opt"
	"github.com/netlark/netlark/netlinkcore/rt"
)

// VLAN changes the VLAN tag of a packet, or its Ethernet header: tc-vlan(8).
type VLAN struct {
	Common
	Operation opt.Value[VLANOperation]
	ID        opt.Value[uint16]
	Protocol  opt.Value[rt.EtherType]
	Priority  opt.Value[uint8]
	Dst, Src  rt.MAC // of the header to push
}

// A VLANOperation is what is done (TCA_VLAN_ACT_*).
type VLANOperation uint32

// Operations.
const (
	VLANPop     VLANOperation = 1
	VLANPush    VLANOperation = 2
	VLANModify  VLANOperation = 3
	VLANPopEth  VLANOperation = 4
	VLANPushEth VLANOperation = 5
)

var vlanOperations = attr.Enum{{uint64(VLANPop), "pop"}, {uint64(VLANPush), "push"}, {uint64(VLANModify), "modify"},
	{uint64(VLANPopEth), "pop_eth"}, {uint64(VLANPushEth), "push_eth"}}

// ActionKind returns "vlan".
func (*VLAN) ActionKind() string { return "vlan" }

// complete sets what tc(8) sends when it is not given.
func (v *VLAN) complete() Action {
	w := *v
	w.anew()
	w.Control.Set(w.Control.Or(Pipe))
	return &w
}

var _ = action("vlan", "change the VLAN tag or the Ethernet header", func(v *VLAN) []attr.Field {
	return []attr.Field{
		v.parms(uapi.TCA_VLAN_PARMS, 24,
			attr.Head32(20, "operation", &v.Operation, "what is done").Words(vlanOperations)),
		attr.Uint16(uapi.TCA_VLAN_PUSH_VLAN_ID, "id", &v.ID, "VLAN of the tag").Range(0, 4094),
		attr.BE16(uapi.TCA_VLAN_PUSH_VLAN_PROTOCOL, "protocol", &v.Protocol, "EtherType of the tag").Words(rt.EtherTypes).Default("802.1Q"),
		attr.Uint8(uapi.TCA_VLAN_PUSH_VLAN_PRIORITY, "priority", &v.Priority, "priority of the tag; 0 of a new one, else left alone").Range(0, 7),
		attr.LinkAddr(uapi.TCA_VLAN_PUSH_ETH_DST, "dst_mac", &v.Dst, "destination, with push_eth"),
		attr.LinkAddr(uapi.TCA_VLAN_PUSH_ETH_SRC, "src_mac", &v.Src, "source, with push_eth"),
		v.times(uapi.TCA_VLAN_TM),
		attr.Ignored(uapi.TCA_VLAN_PAD),
	}
}, "operation")
