package link

import (
	"golang.org/x/sys/unix"

	"github.com/netlark/netlark/netlinkcore/attr"
	"github.com/netlark/netlark/netlinkcore/internal/uapi"
	"github.com/netlark/netlark/netlinkcore/opt"
	"github.com/netlark/netlark/netlinkcore/rt"
)

// BridgePort is the options of a bridge's port (IFLA_BRPORT_*).
type BridgePort struct {
	attr.Extra
	State                                                        opt.Value[uint8]
	Priority                                                     opt.Value[uint16]
	Cost                                                         opt.Value[uint32]
	Hairpin, Guard, RootBlock, FastLeave, Learning, Flood        opt.Value[bool]
	ProxyARP, ProxyARPWiFi, MulticastFlood, MulticastToUnicast   opt.Value[bool]
	BroadcastFlood, VLANTunnel, NeighSuppress, NeighVLANSuppress opt.Value[bool]
	Isolated, Locked, MAB, ForwardGratuitous                     opt.Value[bool]
	MulticastRouter                                              opt.Value[uint8]
	GroupForwardMask                                             opt.Value[uint16]
	BackupPort                                                   rt.Dev
	BackupNextHop, MaxGroups, Groups, EHTLimit, EHTCount         opt.Value[uint32]
	FlushFDB                                                     opt.Value[bool]
	STP                                                          *BridgePortSTP
}

// BridgePortSTP is what the spanning tree protocol has found at a port
// (IFLA_BRPORT_*). Timers are in 1/100 s.
type BridgePortSTP struct {
	RootID, BridgeID               *BridgeID
	DesignatedPort, DesignatedCost opt.Value[uint16]
	ID, Number                     opt.Value[uint16]
	ChangeAck, ConfigPending       opt.Value[bool]
	MRPRingOpen, MRPInOpen         opt.Value[bool]
	MessageAge, ForwardDelay, Hold opt.Value[uint64]
}

// PortName returns "bridge".
func (*BridgePort) PortName() string { return "bridge" }

var _ = port("bridge", "port of a bridge", func(v *BridgePort) []attr.Field {
	on := func(id uint16, name string, p *opt.Value[bool], doc string, def bool) attr.Field {
		return attr.Bool8(id, name, p, doc).Default(def)
	}
	return []attr.Field{
		attr.InIP("bridge_slave", ""),
		attr.Uint8(unix.IFLA_BRPORT_STATE, "state", &v.State, "STP state").Words(rt.BridgePortStates).Range(0, 4).Also(attr.Volatile).IP("state %#"),
		attr.Uint16(unix.IFLA_BRPORT_PRIORITY, "priority", &v.Priority, "STP priority").Range(0, 63).Default(32),
		attr.Uint32(unix.IFLA_BRPORT_COST, "cost", &v.Cost, "STP path cost").Range(1, 65535),
		on(unix.IFLA_BRPORT_MODE, "hairpin", &v.Hairpin, "send frames back out of the port they came in by", false),
		on(unix.IFLA_BRPORT_GUARD, "guard", &v.Guard, "disable the port when a BPDU comes", false),
		on(unix.IFLA_BRPORT_PROTECT, "root_block", &v.RootBlock, "cannot become the root port", false),
		on(unix.IFLA_BRPORT_FAST_LEAVE, "mcast_fast_leave", &v.FastLeave, "leave groups without asking further members", false),
		on(unix.IFLA_BRPORT_LEARNING, "learning", &v.Learning, "learn source addresses", true),
		on(unix.IFLA_BRPORT_UNICAST_FLOOD, "flood", &v.Flood, "flood unknown unicast", true),
		on(unix.IFLA_BRPORT_PROXYARP, "proxy_arp", &v.ProxyARP, "answer ARP for stations", false),
		on(unix.IFLA_BRPORT_PROXYARP_WIFI, "proxy_arp_wifi", &v.ProxyARPWiFi, "answer ARP for stations, as IEEE 802.11 wants it", false),
		on(unix.IFLA_BRPORT_MCAST_FLOOD, "mcast_flood", &v.MulticastFlood, "flood unknown multicast", true),
		on(unix.IFLA_BRPORT_MCAST_TO_UCAST, "mcast_to_unicast", &v.MulticastToUnicast, "deliver multicast as unicast copies", false),
		on(unix.IFLA_BRPORT_BCAST_FLOOD, "bcast_flood", &v.BroadcastFlood, "flood broadcast", true),
		on(unix.IFLA_BRPORT_VLAN_TUNNEL, "vlan_tunnel", &v.VLANTunnel, "map VLANs to tunnel ids", false),
		on(unix.IFLA_BRPORT_NEIGH_SUPPRESS, "neigh_suppress", &v.NeighSuppress, "answer ARP and ND from the neighbour table", false),
		on(unix.IFLA_BRPORT_NEIGH_VLAN_SUPPRESS, "neigh_vlan_suppress", &v.NeighVLANSuppress, "neigh_suppress by VLAN", false).FromKernel("6.4"),
		on(uapi.IFLA_BRPORT_NEIGH_FORWARD_GRAT, "neigh_forward_grat", &v.ForwardGratuitous, "forward gratuitous ARP and NA in spite of neigh_suppress", false).FromKernel("7.2"),
		on(unix.IFLA_BRPORT_ISOLATED, "isolated", &v.Isolated, "talks only to ports that are not isolated", false),
		on(unix.IFLA_BRPORT_LOCKED, "locked", &v.Locked, "drop frames of unknown sources (802.1X)", false),
		on(unix.IFLA_BRPORT_MAB, "mab", &v.MAB, "learn locked entries from unknown sources", false).FromKernel("6.2"),
		attr.Uint8(unix.IFLA_BRPORT_MULTICAST_ROUTER, "mcast_router", &v.MulticastRouter, "whether a multicast router is behind the port").Words(rt.MulticastRouters).Range(0, 3).Default("auto").IP("mcast_router %#"),
		attr.Uint16(unix.IFLA_BRPORT_GROUP_FWD_MASK, "group_fwd_mask", &v.GroupForwardMask, "bit n: forward 01:80:c2:00:00:0n").Default(0),
		attr.Device(unix.IFLA_BRPORT_BACKUP_PORT, "backup_port", &v.BackupPort, "port to use when this one loses carrier").Clears("").IP("backup_port %|nobackup_port"),
		attr.Uint32(unix.IFLA_BRPORT_BACKUP_NHID, "backup_nhid", &v.BackupNextHop, "nexthop of what goes to the backup port").Default(0).FromKernel("6.6"),
		attr.Uint32(unix.IFLA_BRPORT_MCAST_MAX_GROUPS, "mcast_max_groups", &v.MaxGroups, "limit of multicast groups; 0 none").Default(0).FromKernel("6.3"),
		attr.Uint32(unix.IFLA_BRPORT_MCAST_N_GROUPS, "mcast_n_groups", &v.Groups, "number of multicast groups").Counter().FromKernel("6.3"),
		attr.Uint32(unix.IFLA_BRPORT_MCAST_EHT_HOSTS_LIMIT, "mcast_eht_hosts_limit", &v.EHTLimit, "limit of tracked multicast hosts").Default(512),
		attr.Uint32(unix.IFLA_BRPORT_MCAST_EHT_HOSTS_CNT, "mcast_eht_hosts_cnt", &v.EHTCount, "number of tracked multicast hosts").Counter(),
		attr.Flag(unix.IFLA_BRPORT_FLUSH, "fdb_flush", &v.FlushFDB, "forget the port's learned entries").WriteOnly().IP("fdb_flush|!"),
		bridgePortSTP(&v.STP),
		attr.Unknown(&v.Extra),
	}
})

func bridgePortSTP(p **BridgePortSTP) attr.Field {
	return attr.Group(p, func(v *BridgePortSTP) []attr.Field {
		timer := func(id uint16, name string, p *opt.Value[uint64], doc string) attr.Field {
			return attr.Uint64(id, name, p, doc).In(attr.Centiseconds).Counter()
		}
		return []attr.Field{
			attr.Nest(unix.IFLA_BRPORT_ROOT_ID, "root_id", &v.RootID, bridgeID, "designated root").Counter(),
			attr.Nest(unix.IFLA_BRPORT_BRIDGE_ID, "bridge_id", &v.BridgeID, bridgeID, "designated bridge").Counter(),
			attr.Uint16(unix.IFLA_BRPORT_DESIGNATED_PORT, "designated_port", &v.DesignatedPort, "designated port").Counter(),
			attr.Uint16(unix.IFLA_BRPORT_DESIGNATED_COST, "designated_cost", &v.DesignatedCost, "designated cost").Counter(),
			attr.Uint16(unix.IFLA_BRPORT_ID, "id", &v.ID, "STP port id").Counter(),
			attr.Uint16(unix.IFLA_BRPORT_NO, "no", &v.Number, "port number").Counter(),
			attr.Bool8(unix.IFLA_BRPORT_TOPOLOGY_CHANGE_ACK, "topology_change_ack", &v.ChangeAck, "change acknowledged").Counter(),
			attr.Bool8(unix.IFLA_BRPORT_CONFIG_PENDING, "config_pending", &v.ConfigPending, "configuration BPDU pending").Counter(),
			attr.Bool8(unix.IFLA_BRPORT_MRP_RING_OPEN, "mrp_ring_open", &v.MRPRingOpen, "MRP ring is open").Counter(),
			attr.Bool8(unix.IFLA_BRPORT_MRP_IN_OPEN, "mrp_in_open", &v.MRPInOpen, "MRP interconnection is open").Counter(),
			timer(unix.IFLA_BRPORT_MESSAGE_AGE_TIMER, "message_age_timer", &v.MessageAge, "until the message is too old"),
			timer(unix.IFLA_BRPORT_FORWARD_DELAY_TIMER, "forward_delay_timer", &v.ForwardDelay, "until the port forwards"),
			timer(unix.IFLA_BRPORT_HOLD_TIMER, "hold_timer", &v.Hold, "until a BPDU may be sent"),
		}
	})
}
