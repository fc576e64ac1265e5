package bridge

import (
	"iter"

	"golang.org/x/sys/unix"

	"github.com/netlark/netlark/netlinkcore/attr"
	"github.com/netlark/netlark/netlinkcore/internal/uapi"
	"github.com/netlark/netlark/netlinkcore/object"
	"github.com/netlark/netlark/netlinkcore/opt"
	"github.com/netlark/netlark/netlinkcore/rt"
)

// A VLANGlobal is what a bridge does with a VLAN as a whole
// (BRIDGE_VLANDB_GOPTS_*; bridge(8)). It is there as long as the bridge or one
// of its ports is in the VLAN. Its key is the bridge and the VLAN's number.
// Intervals are in 1/100 s.
type VLANGlobal struct {
	attr.Extra
	Family opt.Value[uint8]
	Dev    rt.Dev
	// VID is one VLAN in what is read. What is asked for may be a range.
	VID                         opt.Value[attr.Span[uint16]]
	Snooping, Querier           opt.Value[bool]
	IGMPVersion, MLDVersion     opt.Value[uint8]
	LastCount, StartupCount     opt.Value[uint32]
	LastInterval, Membership    opt.Value[uint64]
	QuerierInterval, Query      opt.Value[uint64]
	QueryResponse, StartupQuery opt.Value[uint64]
	MSTI                        opt.Value[uint16]
	RouterPorts                 []RouterPort
	QuerierState                *rt.Querier
	ends                        vidEnds
}

// A RouterPort is a port of a bridge behind which is a multicast router
// (MDBA_ROUTER_PATTR_*). Timers tell how long that is so, in 1/100 s.
type RouterPort struct {
	Dev                          rt.Dev
	VID                          opt.Value[uint16]
	Type                         opt.Value[uint8]
	Timer, InetTimer, Inet6Timer opt.Value[uint32]
}

var routerPort = attr.Define("router_port", "port with a multicast router", 4, func(v *RouterPort) []attr.Field {
	timer := func(id uint16, name string, p *opt.Value[uint32], doc string) attr.Field {
		return attr.Uint32(id, name, p, doc).In(attr.Centiseconds).Counter()
	}
	return []attr.Field{
		attr.HeadDevice(0, "dev", &v.Dev, "port"),
		timer(uapi.MDBA_ROUTER_PATTR_TIMER, "timer", &v.Timer, "time left"),
		attr.Uint8(uapi.MDBA_ROUTER_PATTR_TYPE, "type", &v.Type, "why").Words(rt.MulticastRouters),
		timer(uapi.MDBA_ROUTER_PATTR_INET_TIMER, "inet_timer", &v.InetTimer, "time left for IPv4"),
		timer(uapi.MDBA_ROUTER_PATTR_INET6_TIMER, "inet6_timer", &v.Inet6Timer, "time left for IPv6"),
		attr.Uint16(uapi.MDBA_ROUTER_PATTR_VID, "vid", &v.VID, "VLAN"),
	}
})

// globalSchema is struct br_vlan_msg and BRIDGE_VLANDB_GLOBAL_OPTIONS. VLANs that
// are alike are told of as a range.
var globalSchema = attr.Define("bridge.vlan_global", "options of a VLAN of a bridge as a whole", uapi.SizeofBrVLANMsg, func(v *VLANGlobal) []attr.Field {
	return append(bridgeFields(v),
		attr.Range(0, "vid", &v.VID, "VLAN; a range means each in it").Range(1, 4094).IsKey().EachOf().Apart(),
		attr.Nested(uapi.BRIDGE_VLANDB_GLOBAL_OPTIONS, 0, globalFields(v)...),
		attr.Unknown(&v.Extra))
}).Hooks(sendGlobal, readGlobal).Several(uapi.BRIDGE_VLANDB_GLOBAL_OPTIONS)

// globalList is what a list is asked for by.
var globalList = attr.Define("bridge.vlan_global", "bridge whose VLANs are listed", uapi.SizeofBrVLANMsg, bridgeFields)

func bridgeFields(v *VLANGlobal) []attr.Field {
	return []attr.Field{
		attr.ByIP("bridge vlan global", "set", "% 1|% 0"),
		attr.Family(0, "family", &v.Family, "bridge").Default("bridge"),
		attr.HeadDevice(4, "dev", &v.Dev, "bridge").IsKey().Also(attr.Filter),
	}
}

func globalFields(v *VLANGlobal) []attr.Field {
	interval := func(id uint16, name string, p *opt.Value[uint64], doc string, def int) attr.Field {
		return attr.Uint64(id, name, p, doc).In(attr.Centiseconds).InTicks().Default(def)
	}
	return []attr.Field{
		attr.Uint16(uapi.BRIDGE_VLANDB_GOPTS_ID, "first", &v.ends.first, "").Only(attr.Inside),
		attr.Uint16(uapi.BRIDGE_VLANDB_GOPTS_RANGE, "last", &v.ends.last, "").Only(attr.Inside),
		attr.Bool8(uapi.BRIDGE_VLANDB_GOPTS_MCAST_SNOOPING, "mcast_snooping", &v.Snooping, "snoop IGMP and MLD, while the bridge has mcast_vlan_snooping").Default(true),
		attr.Bool8(uapi.BRIDGE_VLANDB_GOPTS_MCAST_QUERIER, "mcast_querier", &v.Querier, "send queries").Default(false),
		attr.Uint8(uapi.BRIDGE_VLANDB_GOPTS_MCAST_IGMP_VERSION, "mcast_igmp_version", &v.IGMPVersion, "IGMP version").Range(2, 3).Default(2),
		attr.Uint8(uapi.BRIDGE_VLANDB_GOPTS_MCAST_MLD_VERSION, "mcast_mld_version", &v.MLDVersion, "MLD version").Range(1, 2).Default(1),
		attr.Uint32(uapi.BRIDGE_VLANDB_GOPTS_MCAST_LAST_MEMBER_CNT, "mcast_last_member_count", &v.LastCount, "queries before a group that is left is dropped").Default(2),
		attr.Uint32(uapi.BRIDGE_VLANDB_GOPTS_MCAST_STARTUP_QUERY_CNT, "mcast_startup_query_count", &v.StartupCount, "queries sent at the start").Default(2),
		interval(uapi.BRIDGE_VLANDB_GOPTS_MCAST_LAST_MEMBER_INTVL, "mcast_last_member_interval", &v.LastInterval, "between queries after a leave", 100),
		interval(uapi.BRIDGE_VLANDB_GOPTS_MCAST_MEMBERSHIP_INTVL, "mcast_membership_interval", &v.Membership, "lifetime of a membership", 26000),
		interval(uapi.BRIDGE_VLANDB_GOPTS_MCAST_QUERIER_INTVL, "mcast_querier_interval", &v.QuerierInterval, "how long another querier is trusted", 25500),
		interval(uapi.BRIDGE_VLANDB_GOPTS_MCAST_QUERY_INTVL, "mcast_query_interval", &v.Query, "between general queries", 12500),
		interval(uapi.BRIDGE_VLANDB_GOPTS_MCAST_QUERY_RESPONSE_INTVL, "mcast_query_response_interval", &v.QueryResponse, "longest time to respond", 1000),
		interval(uapi.BRIDGE_VLANDB_GOPTS_MCAST_STARTUP_QUERY_INTVL, "mcast_startup_query_interval", &v.StartupQuery, "between queries at the start", 3124),
		attr.Uint16(uapi.BRIDGE_VLANDB_GOPTS_MSTI, "msti", &v.MSTI, "spanning tree that the VLAN belongs to, of a bridge with mst_enabled").Range(0, 4095).Default(0),
		attr.Nested(uapi.BRIDGE_VLANDB_GOPTS_MCAST_ROUTER_PORTS, 0,
			attr.List(uapi.MDBA_ROUTER, uapi.MDBA_ROUTER_PORT, attr.Items, "mcast_router_ports", &v.RouterPorts, routerPort, "ports with a multicast router").Counter()),
		attr.Nest(uapi.BRIDGE_VLANDB_GOPTS_MCAST_QUERIER_STATE, "mcast_querier_state", &v.QuerierState, rt.QuerierState, "who asks for memberships").Counter(),
		attr.Ignored(uapi.BRIDGE_VLANDB_GOPTS_PAD),
	}
}

// sendGlobal puts the range where the kernel has it.
func sendGlobal(v *VLANGlobal) {
	v.ends.send(v.VID)
}

// readGlobal is the reverse of sendGlobal.
func readGlobal(v *VLANGlobal) {
	v.ends.read(&v.VID)
}

// VLANGlobalType gives the options of VLANs as a whole their verbs. The kernel
// tells of changes, but not when the last port has left a VLAN: nobody can watch.
var VLANGlobalType = object.Define(&object.Type[VLANGlobal]{
	Schema: globalSchema,
	Requests: object.Requests{
		object.Set: {Type: unix.RTM_NEWVLAN},
		object.List: {Type: unix.RTM_GETVLAN, Table: globalList.Table,
			Also: []object.Word{{Number: uapi.BRIDGE_VLANDB_DUMP_FLAGS, Value: uapi.BRIDGE_VLANDB_DUMPF_GLOBAL}}},
	},
	Reply:  unix.RTM_NEWVLAN,
	Args:   []string{"dev", "vid"},
	NotFor: unix.EINVAL,
	Fill:   func(_ object.Verb, v *VLANGlobal) { v.Family.Set(unix.AF_BRIDGE) },
	Check:  func(_ object.Verb, v *VLANGlobal) error { return keyed(v.Dev, v.VID) },
	Spread: spreadGlobal,
	Several: func(v *VLANGlobal) (out []*VLANGlobal) {
		for one := range spreadGlobal(*v) {
			out = append(out, &one)
		}
		return out
	},
})

// spreadGlobal yields one object for each VLAN of a range.
func spreadGlobal(v VLANGlobal) iter.Seq[VLANGlobal] {
	return func(yield func(VLANGlobal) bool) {
		vids, ok := v.VID.Get()
		for vid := uint32(vids.From); vid <= uint32(vids.To); vid++ {
			one := v
			if ok {
				one.VID = VID(uint16(vid))
			}
			if !yield(one) {
				return
			}
		}
	}
}
