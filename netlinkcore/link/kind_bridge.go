package link

import (
	"golang.org/x/sys/unix"

	"github.com/netlark/netlark/netlinkcore/attr"
	"github.com/netlark/netlark/netlinkcore/internal/uapi"
	"github.com/netlark/netlark/netlinkcore/opt"
	"github.com/netlark/netlark/netlinkcore/rt"
)

// Bridge is an Ethernet bridge (IFLA_BR_*). Times are in 1/100 s.
type Bridge struct {
	attr.Extra
	ForwardDelay, HelloTime, MaxAge, AgeingTime  opt.Value[uint32]
	STP, STPMode                                 opt.Value[uint32]
	Priority, GroupForwardMask                   opt.Value[uint16]
	VLANFiltering                                opt.Value[bool]
	VLANProtocol                                 opt.Value[VLANProtocol]
	VLANDefaultPVID                              opt.Value[uint16]
	VLANStats, VLANStatsPerPort                  opt.Value[bool]
	NoLinkLocalLearn, MulticastVLANSnooping, MST opt.Value[bool]
	NotifyMDBOffloadFailure, LocalInVLAN0        opt.Value[bool]
	GroupAddress                                 rt.MAC
	FlushFDB                                     opt.Value[bool]
	MaxLearned, Learned                          opt.Value[uint32]
	CallIPTables, CallIP6Tables, CallARPTables   opt.Value[bool]
	STPState                                     *BridgeSTP
	Multicast                                    *BridgeMulticast
}

// BridgeMulticast is how a bridge treats multicast (IFLA_BR_MCAST_*). Intervals
// are in 1/100 s.
type BridgeMulticast struct {
	Router                                           opt.Value[uint8]
	Snooping, QueryUseIfAddr, Querier, Stats         opt.Value[bool]
	HashElasticity, HashMax, LastCount, StartupCount opt.Value[uint32]
	LastInterval, Membership, QuerierInterval        opt.Value[uint64]
	QueryInterval, QueryResponse, StartupInterval    opt.Value[uint64]
	IGMPVersion, MLDVersion                          opt.Value[uint8]
	QuerierState                                     *rt.Querier
}

// BridgeSTP is what the spanning tree protocol has found (IFLA_BR_*; IEEE
// 802.1D). Timers are in 1/100 s.
type BridgeSTP struct {
	RootID, BridgeID            *BridgeID
	RootPort                    opt.Value[uint16]
	RootPathCost                opt.Value[uint32]
	Change, ChangeDetected      opt.Value[bool]
	Hello, TCN, ChangeTimer, GC opt.Value[uint64]
}

// A BridgeID is a priority and an address (struct ifla_bridge_id).
type BridgeID struct {
	Priority opt.Value[uint16]
	Address  rt.MAC
}

var bridgeID = attr.Define("bridge_id", "identifier of a bridge", 8, func(v *BridgeID) []attr.Field {
	return []attr.Field{
		attr.HeadBE16(0, "priority", &v.Priority, "STP priority"),
		attr.HeadMAC(2, "address", &v.Address, "address"),
	}
})

// KindName returns "bridge".
func (*Bridge) KindName() string { return "bridge" }

var (
	stpStates = attr.Enum{{0, "off"}, {1, "kernel"}, {2, "user"}}
	stpModes  = attr.Enum{{0, "auto"}, {1, "user"}, {2, "kernel"}}
)

var _ = kind("bridge", "Ethernet bridge", func(v *Bridge) []attr.Field {
	option := func(bit uint64, name string, p *opt.Value[bool], doc string) attr.Field {
		return attr.HeadBit(0, 4, 4, bit, name, p, doc).Default(false)
	}
	return []attr.Field{
		attr.InIP("bridge", "% 1|% 0"),
		attr.Uint32(unix.IFLA_BR_FORWARD_DELAY, "forward_delay", &v.ForwardDelay, "STP forward delay; 2 s to 30 s while the spanning tree is on").In(attr.Centiseconds).InTicks().AtTimes(200, 3000).Default(1500),
		attr.Uint32(unix.IFLA_BR_HELLO_TIME, "hello_time", &v.HelloTime, "STP hello interval").In(attr.Centiseconds).InTicks().Range(100, 1000).Default(200),
		attr.Uint32(unix.IFLA_BR_MAX_AGE, "max_age", &v.MaxAge, "STP maximum age of a message").In(attr.Centiseconds).InTicks().Range(600, 4000).Default(2000),
		attr.Uint32(unix.IFLA_BR_AGEING_TIME, "ageing_time", &v.AgeingTime, "lifetime of learned entries").In(attr.Centiseconds).InTicks().Default(30000),
		attr.Uint32(unix.IFLA_BR_STP_STATE, "stp_state", &v.STP, "spanning tree: off, the kernel's, or a daemon's").Words(stpStates).Default("off").IP("stp_state %#"),
		attr.Uint32(uapi.IFLA_BR_STP_MODE, "stp_mode", &v.STPMode, "whose spanning tree stp_state turns on").Words(stpModes).Default("auto").FromKernel("7.1"),
		attr.Uint16(unix.IFLA_BR_PRIORITY, "priority", &v.Priority, "STP priority of the bridge").Default(32768),
		attr.Bool8(unix.IFLA_BR_VLAN_FILTERING, "vlan_filtering", &v.VLANFiltering, "forward by VLAN").Default(false),
		attr.BE16(unix.IFLA_BR_VLAN_PROTOCOL, "vlan_protocol", &v.VLANProtocol, "EtherType of the tags filtered by").Words(vlanProtocols).Default("802.1Q"),
		attr.Uint16(unix.IFLA_BR_VLAN_DEFAULT_PVID, "vlan_default_pvid", &v.VLANDefaultPVID, "VLAN that new ports get; 0 none").Range(0, 4094).Default(1),
		attr.Bool8(unix.IFLA_BR_VLAN_STATS_ENABLED, "vlan_stats_enabled", &v.VLANStats, "count by VLAN").Default(false),
		attr.Bool8(unix.IFLA_BR_VLAN_STATS_PER_PORT, "vlan_stats_per_port", &v.VLANStatsPerPort, "count by VLAN and port; only without ports").Default(false),
		attr.Uint16(unix.IFLA_BR_GROUP_FWD_MASK, "group_fwd_mask", &v.GroupForwardMask, "bit n: forward 01:80:c2:00:00:0n").Default(0),
		attr.LinkAddr(unix.IFLA_BR_GROUP_ADDR, "group_address", &v.GroupAddress, "address that STP sends to").Default("01:80:c2:00:00:00"),
		attr.Flag(unix.IFLA_BR_FDB_FLUSH, "fdb_flush", &v.FlushFDB, "forget all learned entries").WriteOnly().ChangeOnly().IP("fdb_flush|!"),
		attr.Uint32(unix.IFLA_BR_FDB_MAX_LEARNED, "fdb_max_learned", &v.MaxLearned, "limit of learned entries; 0 none").Default(0).FromKernel("6.7"),
		attr.Uint32(unix.IFLA_BR_FDB_N_LEARNED, "fdb_n_learned", &v.Learned, "number of learned entries").Counter().FromKernel("6.7"),
		attr.Bool8(unix.IFLA_BR_NF_CALL_IPTABLES, "nf_call_iptables", &v.CallIPTables, "show bridged IPv4 packets to iptables").Default(false),
		attr.Bool8(unix.IFLA_BR_NF_CALL_IP6TABLES, "nf_call_ip6tables", &v.CallIP6Tables, "show bridged IPv6 packets to ip6tables").Default(false),
		attr.Bool8(unix.IFLA_BR_NF_CALL_ARPTABLES, "nf_call_arptables", &v.CallARPTables, "show bridged ARP packets to arptables").Default(false),
		attr.Nested(unix.IFLA_BR_MULTI_BOOLOPT, 8,
			option(1, "no_linklocal_learn", &v.NoLinkLocalLearn, "do not learn from link-local frames"),
			option(2, "mcast_vlan_snooping", &v.MulticastVLANSnooping, "snoop multicast by VLAN"),
			option(4, "mst_enabled", &v.MST, "spanning trees by VLAN group").IP("-"),
			option(8, "mdb_offload_fail_notification", &v.NotifyMDBOffloadFailure, "notify when hardware does not take a group").FromKernel("6.16"),
			option(16, "fdb_local_vlan_0", &v.LocalInVLAN0, "keep local addresses in VLAN 0 only").FromKernel("6.18")),
		bridgeMulticast(&v.Multicast), bridgeSTP(&v.STPState),
		attr.Unknown(&v.Extra),
	}
})

func bridgeMulticast(p **BridgeMulticast) attr.Field {
	return attr.Group(p, func(v *BridgeMulticast) []attr.Field {
		interval := func(id uint16, name string, p *opt.Value[uint64], doc string, def int) attr.Field {
			return attr.Uint64(id, name, p, doc).In(attr.Centiseconds).InTicks().Default(def)
		}
		return []attr.Field{
			attr.Uint8(unix.IFLA_BR_MCAST_ROUTER, "mcast_router", &v.Router, "whether the bridge is a multicast router").Words(rt.MulticastRouters[:3]).Range(0, 2).Default("auto").IP("mcast_router %#"),
			attr.Bool8(unix.IFLA_BR_MCAST_SNOOPING, "mcast_snooping", &v.Snooping, "snoop IGMP and MLD").Default(true),
			attr.Bool8(unix.IFLA_BR_MCAST_QUERY_USE_IFADDR, "mcast_query_use_ifaddr", &v.QueryUseIfAddr, "send queries from the bridge's address").Default(false),
			attr.Bool8(unix.IFLA_BR_MCAST_QUERIER, "mcast_querier", &v.Querier, "send queries").Default(false),
			attr.Bool8(unix.IFLA_BR_MCAST_STATS_ENABLED, "mcast_stats_enabled", &v.Stats, "count IGMP and MLD").Default(false),
			attr.Uint32(unix.IFLA_BR_MCAST_HASH_ELASTICITY, "mcast_hash_elasticity", &v.HashElasticity, "obsolete, has no effect").Default(16),
			attr.Uint32(unix.IFLA_BR_MCAST_HASH_MAX, "mcast_hash_max", &v.HashMax, "most groups").Default(4096),
			attr.Uint32(unix.IFLA_BR_MCAST_LAST_MEMBER_CNT, "mcast_last_member_count", &v.LastCount, "queries before a group that is left is dropped").Default(2),
			attr.Uint32(unix.IFLA_BR_MCAST_STARTUP_QUERY_CNT, "mcast_startup_query_count", &v.StartupCount, "queries sent at the start").Default(2),
			interval(unix.IFLA_BR_MCAST_LAST_MEMBER_INTVL, "mcast_last_member_interval", &v.LastInterval, "between queries after a leave", 100),
			interval(unix.IFLA_BR_MCAST_MEMBERSHIP_INTVL, "mcast_membership_interval", &v.Membership, "lifetime of a membership", 26000),
			interval(unix.IFLA_BR_MCAST_QUERIER_INTVL, "mcast_querier_interval", &v.QuerierInterval, "how long another querier is trusted", 25500),
			interval(unix.IFLA_BR_MCAST_QUERY_INTVL, "mcast_query_interval", &v.QueryInterval, "between general queries", 12500),
			interval(unix.IFLA_BR_MCAST_QUERY_RESPONSE_INTVL, "mcast_query_response_interval", &v.QueryResponse, "longest time to respond", 1000),
			interval(unix.IFLA_BR_MCAST_STARTUP_QUERY_INTVL, "mcast_startup_query_interval", &v.StartupInterval, "between queries at the start", 3124),
			attr.Uint8(unix.IFLA_BR_MCAST_IGMP_VERSION, "mcast_igmp_version", &v.IGMPVersion, "IGMP version").Range(2, 3).Default(2),
			attr.Uint8(unix.IFLA_BR_MCAST_MLD_VERSION, "mcast_mld_version", &v.MLDVersion, "MLD version").Range(1, 2).Default(1),
			attr.Nest(unix.IFLA_BR_MCAST_QUERIER_STATE, "mcast_querier_state", &v.QuerierState, rt.QuerierState, "who asks for memberships").Counter(),
		}
	})
}

func bridgeSTP(p **BridgeSTP) attr.Field {
	return attr.Group(p, func(v *BridgeSTP) []attr.Field {
		timer := func(id uint16, name string, p *opt.Value[uint64], doc string) attr.Field {
			return attr.Uint64(id, name, p, doc).In(attr.Centiseconds).InTicks().Counter()
		}
		return []attr.Field{
			attr.Nest(unix.IFLA_BR_ROOT_ID, "root_id", &v.RootID, bridgeID, "the root bridge").Counter(),
			attr.Nest(unix.IFLA_BR_BRIDGE_ID, "bridge_id", &v.BridgeID, bridgeID, "this bridge").Counter(),
			attr.Uint16(unix.IFLA_BR_ROOT_PORT, "root_port", &v.RootPort, "port towards the root").Counter(),
			attr.Uint32(unix.IFLA_BR_ROOT_PATH_COST, "root_path_cost", &v.RootPathCost, "cost to the root").Counter(),
			attr.Bool8(unix.IFLA_BR_TOPOLOGY_CHANGE, "topology_change", &v.Change, "topology is changing").Counter(),
			attr.Bool8(unix.IFLA_BR_TOPOLOGY_CHANGE_DETECTED, "topology_change_detected", &v.ChangeDetected, "change seen here").Counter(),
			timer(unix.IFLA_BR_HELLO_TIMER, "hello_timer", &v.Hello, "until the next hello"),
			timer(unix.IFLA_BR_TCN_TIMER, "tcn_timer", &v.TCN, "until the next change notification"),
			timer(unix.IFLA_BR_TOPOLOGY_CHANGE_TIMER, "topology_change_timer", &v.ChangeTimer, "until the change is over"),
			timer(unix.IFLA_BR_GC_TIMER, "gc_timer", &v.GC, "until learned entries are swept"),
		}
	})
}
