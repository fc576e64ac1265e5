package link

import (
	"golang.org/x/sys/unix"

	"github.com/netlark/netlark/netlinkcore/attr"
	"github.com/netlark/netlark/netlinkcore/internal/uapi"
	"github.com/netlark/netlark/netlinkcore/opt"
	"github.com/netlark/netlark/netlinkcore/rt"
)

// BondPort is the options of a bond's port (IFLA_BOND_SLAVE_*).
type BondPort struct {
	attr.Extra
	QueueID, ActorPriority       opt.Value[uint16]
	Priority                     opt.Value[int32]
	State, MIIStatus, ActorState opt.Value[uint8]
	ActorChurn, PartnerChurn     opt.Value[uint8]
	PartnerState, Aggregator     opt.Value[uint16]
	Failures                     opt.Value[uint32]
	PermanentAddress             rt.MAC
}

// PortName returns "bond".
func (*BondPort) PortName() string { return "bond" }

var (
	bondPortStates = attr.Enum{{0, "active"}, {1, "backup"}}
	churnStates    = attr.Enum{{0, "monitoring"}, {1, "churned"}, {2, "none"}}
	miiStates      = attr.Enum{{0, "up"}, {1, "going_down"}, {2, "down"}, {3, "going_back"}}
)

var _ = port("bond", "port of a bond", func(v *BondPort) []attr.Field {
	return []attr.Field{
		attr.InIP("bond_slave", ""),
		attr.Uint16(unix.IFLA_BOND_SLAVE_QUEUE_ID, "queue_id", &v.QueueID, "transmit queue that is this port's").Default(0),
		attr.Uint32(unix.IFLA_BOND_SLAVE_PRIO, "prio", &v.Priority, "preference as the port in use; higher wins").Default(0),
		attr.Uint16(uapi.IFLA_BOND_SLAVE_ACTOR_PORT_PRIO, "actor_port_prio", &v.ActorPriority, "LACP priority of the port").Default(255).FromKernel("6.18"),
		attr.Uint8(unix.IFLA_BOND_SLAVE_STATE, "state", &v.State, "whether the port is in use").Words(bondPortStates).Counter(),
		attr.Uint8(unix.IFLA_BOND_SLAVE_MII_STATUS, "mii_status", &v.MIIStatus, "carrier as the bond sees it").Words(miiStates).Counter(),
		attr.Uint32(unix.IFLA_BOND_SLAVE_LINK_FAILURE_COUNT, "link_failure_count", &v.Failures, "how often carrier went").Counter(),
		attr.LinkAddr(unix.IFLA_BOND_SLAVE_PERM_HWADDR, "perm_hwaddr", &v.PermanentAddress, "address before it became a port").ReadOnly(),
		attr.Uint16(unix.IFLA_BOND_SLAVE_AD_AGGREGATOR_ID, "ad_aggregator_id", &v.Aggregator, "aggregator").Counter(),
		attr.Uint8(unix.IFLA_BOND_SLAVE_AD_ACTOR_OPER_PORT_STATE, "ad_actor_oper_port_state", &v.ActorState, "own LACP state, bits").Counter(),
		attr.Uint16(unix.IFLA_BOND_SLAVE_AD_PARTNER_OPER_PORT_STATE, "ad_partner_oper_port_state", &v.PartnerState, "partner's LACP state, bits").Counter(),
		attr.Uint8(uapi.IFLA_BOND_SLAVE_AD_CHURN_ACTOR_STATE, "ad_churn_actor_state", &v.ActorChurn, "whether the own LACP state settles").Words(churnStates).Counter().FromKernel("7.1"),
		attr.Uint8(uapi.IFLA_BOND_SLAVE_AD_CHURN_PARTNER_STATE, "ad_churn_partner_state", &v.PartnerChurn, "whether the partner's LACP state settles").Words(churnStates).Counter().FromKernel("7.1"),
		attr.Unknown(&v.Extra),
	}
})
