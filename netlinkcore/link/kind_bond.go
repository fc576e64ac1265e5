package link

import (
	"net/netip"

	"golang.org/x/sys/unix"

	"github.com/netlark/netlark/netlinkcore/attr"
	"github.com/netlark/netlark/netlinkcore/internal/uapi"
	"github.com/netlark/netlark/netlinkcore/opt"
	"github.com/netlark/netlark/netlinkcore/rt"
)

// Bond joins devices into one (Documentation/networking/bonding.rst).
type Bond struct {
	attr.Extra
	Mode                                            opt.Value[uint8]
	MIIMonitor, UpDelay, DownDelay, PeerNotifyDelay opt.Value[uint32] // ms
	UseCarrier                                      opt.Value[bool]
	ARPInterval                                     opt.Value[uint32] // ms
	ARPTargets                                      []BondTarget
	NSTargets                                       []BondTarget
	ARPValidate, ARPAllTargets                      opt.Value[uint32]
	MissedMax                                       opt.Value[uint8]
	Active, Primary                                 rt.Dev
	PrimaryReselect, FailOverMAC, HashPolicy        opt.Value[uint8]
	ResendIGMP                                      opt.Value[uint32]
	PeerNotifications                               opt.Value[uint8]
	AllPortsActive, DynamicLB                       opt.Value[bool]
	MinLinks, PacketsPerPort                        opt.Value[uint32]
	LearnInterval                                   opt.Value[uint32] // seconds
	LACPRate, Select                                opt.Value[uint8]
	LACPActive, CoupledControl, BroadcastNeigh      opt.Value[bool]
	LACPStrict                                      opt.Value[bool]
	ActorPriority, UserPortKey                      opt.Value[uint16]
	ActorSystem                                     rt.MAC
	Aggregator                                      *BondAggregator
}

// A BondTarget is an address that is asked to see whether a port works
// (IFLA_BOND_ARP_IP_TARGET, IFLA_BOND_NS_IP6_TARGET).
type BondTarget struct{ Addr netip.Addr }

// BondAggregator is the active aggregator of LACP (IFLA_BOND_AD_INFO_*; IEEE
// 802.1AX).
type BondAggregator struct {
	ID, Ports, ActorKey, PartnerKey opt.Value[uint16]
	Partner                         rt.MAC
}

// KindName returns "bond".
func (*Bond) KindName() string { return "bond" }

var (
	bondModes = attr.Enum{{0, "balance-rr"}, {1, "active-backup"}, {2, "balance-xor"}, {3, "broadcast"}, {4, "802.3ad"}, {5, "balance-tlb"}, {6, "balance-alb"}}
	validates = attr.Enum{{0, "none"}, {1, "active"}, {2, "backup"}, {3, "all"}, {4, "filter"}, {5, "filter_active"}, {6, "filter_backup"}}
	anyAll    = attr.Enum{{0, "any"}, {1, "all"}}
	reselects = attr.Enum{{0, "always"}, {1, "better"}, {2, "failure"}}
	failovers = attr.Enum{{0, "none"}, {1, "active"}, {2, "follow"}}
	hashes    = attr.Enum{{0, "layer2"}, {1, "layer3+4"}, {2, "layer2+3"}, {3, "encap2+3"}, {4, "encap3+4"}, {5, "vlan+srcmac"}}
	lacpRates = attr.Enum{{0, "slow"}, {1, "fast"}}
	selects   = attr.Enum{{0, "stable"}, {1, "bandwidth"}, {2, "count"}, {3, "prio"}}
)

// A BondTarget's number is its place in the list. The kernel would take the
// first bytes of an IPv6 address for an IPv4 one.
var (
	bondTarget = attr.Define("target", "address that is asked", 0, func(v *BondTarget) []attr.Field {
		return []attr.Field{attr.Addr(1, "address", &v.Addr, "IPv4 address").Holding(unix.AF_INET)}
	}).Scalar()
	bondTarget6 = attr.Define("target6", "address that is asked", 0, func(v *BondTarget) []attr.Field {
		return []attr.Field{attr.Addr(1, "address", &v.Addr, "IPv6 address").Holding(unix.AF_INET6)}
	}).Scalar()
)

var bondAggregator = attr.Define("ad_info", "active aggregator", 0, func(v *BondAggregator) []attr.Field {
	return []attr.Field{
		attr.Uint16(unix.IFLA_BOND_AD_INFO_AGGREGATOR, "aggregator", &v.ID, "number").Counter(),
		attr.Uint16(unix.IFLA_BOND_AD_INFO_NUM_PORTS, "num_ports", &v.Ports, "ports").Counter(),
		attr.Uint16(unix.IFLA_BOND_AD_INFO_ACTOR_KEY, "actor_key", &v.ActorKey, "own key").Counter(),
		attr.Uint16(unix.IFLA_BOND_AD_INFO_PARTNER_KEY, "partner_key", &v.PartnerKey, "partner's key").Counter(),
		attr.LinkAddr(unix.IFLA_BOND_AD_INFO_PARTNER_MAC, "partner_mac", &v.Partner, "partner's address").Counter(),
	}
})

var _ = kind("bond", "several devices as one", func(v *Bond) []attr.Field {
	return []attr.Field{
		attr.InIP("bond", "% 1|% 0"),
		attr.Uint8(unix.IFLA_BOND_MODE, "mode", &v.Mode, "how ports are used; changeable while down and without ports").Words(bondModes).IfDown().Default("balance-rr"),
		attr.Uint32(unix.IFLA_BOND_MIIMON, "miimon", &v.MIIMonitor, "between looks at the ports' carrier").In(attr.Milliseconds).Default(0),
		attr.Uint32(unix.IFLA_BOND_UPDELAY, "updelay", &v.UpDelay, "before a port that came back is used").In(attr.Milliseconds).Default(0),
		attr.Uint32(unix.IFLA_BOND_DOWNDELAY, "downdelay", &v.DownDelay, "before a port that went is given up").In(attr.Milliseconds).Default(0),
		attr.Uint32(unix.IFLA_BOND_PEER_NOTIF_DELAY, "peer_notify_delay", &v.PeerNotifyDelay, "between notifications of neighbours").In(attr.Milliseconds).Default(0),
		attr.Bool8(unix.IFLA_BOND_USE_CARRIER, "use_carrier", &v.UseCarrier, "obsolete: look at the carrier").Default(true),
		attr.Uint32(unix.IFLA_BOND_ARP_INTERVAL, "arp_interval", &v.ARPInterval, "between ARP probes; excludes miimon").In(attr.Milliseconds).Default(0),
		attr.List(unix.IFLA_BOND_ARP_IP_TARGET, 0, attr.Indexed0, "arp_ip_target", &v.ARPTargets, bondTarget, "IPv4 addresses to probe, up to 16").IP("arp_ip_target %,"),
		attr.List(unix.IFLA_BOND_NS_IP6_TARGET, 0, attr.Indexed0, "ns_ip6_target", &v.NSTargets, bondTarget6, "IPv6 addresses to probe, up to 16").IP("ns_ip6_target %,"),
		attr.Uint32(unix.IFLA_BOND_ARP_VALIDATE, "arp_validate", &v.ARPValidate, "which answers are checked").Words(validates).Default("none"),
		attr.Uint32(unix.IFLA_BOND_ARP_ALL_TARGETS, "arp_all_targets", &v.ARPAllTargets, "how many targets must answer").Words(anyAll).Default("any"),
		attr.Uint8(unix.IFLA_BOND_MISSED_MAX, "arp_missed_max", &v.MissedMax, "probes missed before a port is down").Range(1, 255).Default(2),
		attr.Device(unix.IFLA_BOND_ACTIVE_SLAVE, "active_slave", &v.Active, "port in use").Clears("").Also(attr.Volatile).IP("active_slave %|clear_active_slave"),
		attr.Device(unix.IFLA_BOND_PRIMARY, "primary", &v.Primary, "preferred port").Clears(""),
		attr.Uint8(unix.IFLA_BOND_PRIMARY_RESELECT, "primary_reselect", &v.PrimaryReselect, "when the preferred port is used again").Words(reselects).Default("always"),
		attr.Uint8(unix.IFLA_BOND_FAIL_OVER_MAC, "fail_over_mac", &v.FailOverMAC, "whose address the bond has; only without ports").Words(failovers).Default("none"),
		attr.Uint8(unix.IFLA_BOND_XMIT_HASH_POLICY, "xmit_hash_policy", &v.HashPolicy, "what chooses the port of a packet").Words(hashes).Default("layer2"),
		attr.Uint32(unix.IFLA_BOND_RESEND_IGMP, "resend_igmp", &v.ResendIGMP, "IGMP reports after a change of ports").Range(0, 255).Default(1),
		attr.Uint8(unix.IFLA_BOND_NUM_PEER_NOTIF, "num_grat_arp", &v.PeerNotifications, "notifications of neighbours after a change of ports").AlsoCalled("num_unsol_na").Default(1),
		attr.Bool8(unix.IFLA_BOND_ALL_SLAVES_ACTIVE, "all_slaves_active", &v.AllPortsActive, "take frames from ports that are not in use").Default(false),
		attr.Uint32(unix.IFLA_BOND_MIN_LINKS, "min_links", &v.MinLinks, "working ports that carrier needs").Default(0),
		attr.Uint32(unix.IFLA_BOND_LP_INTERVAL, "lp_interval", &v.LearnInterval, "between learning packets").In(attr.Seconds).Default(1),
		attr.Uint32(unix.IFLA_BOND_PACKETS_PER_SLAVE, "packets_per_slave", &v.PacketsPerPort, "packets before the next port; only balance-rr").Range(0, 65535).Default(1),
		attr.Uint8(unix.IFLA_BOND_AD_LACP_RATE, "lacp_rate", &v.LACPRate, "rate of LACPDUs to ask for; only 802.3ad").Words(lacpRates).IfDown().Default("slow"),
		attr.Bool8(unix.IFLA_BOND_AD_LACP_ACTIVE, "lacp_active", &v.LACPActive, "send LACPDUs unasked; only 802.3ad").IfDown().Default(true).IP("% on|% off"),
		attr.Uint8(unix.IFLA_BOND_AD_SELECT, "ad_select", &v.Select, "how an aggregator is chosen").Words(selects).IfDown().Default("stable"),
		attr.Uint16(unix.IFLA_BOND_AD_ACTOR_SYS_PRIO, "ad_actor_sys_prio", &v.ActorPriority, "LACP priority of the system; only 802.3ad").Range(1, 65535).Default(65535),
		attr.Uint16(unix.IFLA_BOND_AD_USER_PORT_KEY, "ad_user_port_key", &v.UserPortKey, "upper bits of the ports' key; only 802.3ad").Range(0, 1023).IfDown().Default(0),
		attr.LinkAddr(unix.IFLA_BOND_AD_ACTOR_SYSTEM, "ad_actor_system", &v.ActorSystem, "LACP address of the system; only 802.3ad"),
		attr.Bool8(unix.IFLA_BOND_TLB_DYNAMIC_LB, "tlb_dynamic_lb", &v.DynamicLB, "balance by load; only balance-tlb").IfDown().Default(true),
		attr.Bool8(unix.IFLA_BOND_COUPLED_CONTROL, "coupled_control", &v.CoupledControl, "collecting and distributing go together; only 802.3ad").IfDown().Default(true).FromKernel("6.9"),
		attr.Bool8(uapi.IFLA_BOND_BROADCAST_NEIGH, "broadcast_neighbor", &v.BroadcastNeigh, "send ARP and ND by every port; only 802.3ad").Default(false).FromKernel("6.17"),
		attr.Bool8(uapi.IFLA_BOND_LACP_STRICT, "lacp_strict", &v.LACPStrict, "no port carries traffic before its LACP partner answers").Default(false).FromKernel("7.2"),
		attr.Nest(unix.IFLA_BOND_AD_INFO, "ad_info", &v.Aggregator, bondAggregator, "active aggregator").Counter(),
		attr.Unknown(&v.Extra),
	}
})
