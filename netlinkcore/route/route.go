// Package route defines the entries of routing tables: ip-route(8).
package route

import (
	"context"
	"net/netip"

	"golang.org/x/sys/unix"

	"github.com/netlark/netlark/netlinkcore/attr"
	"github.com/netlark/netlark/netlinkcore/encap"
	"github.com/netlark/netlark/netlinkcore/internal/uapi"
	"github.com/netlark/netlark/netlinkcore/object"
	"github.com/netlark/netlark/netlinkcore/opt"
	"github.com/netlark/netlark/netlinkcore/rt"
)

// A Route is an entry of a routing table (struct rtmsg, RTA_*; ip-route(8)).
// Size matters here: tables of a million routes are ordinary, so what is rare
// stands in More.
type Route struct {
	attr.Extra
	Dst      netip.Prefix
	Label    opt.Value[uint32] // of an MPLS route, in place of Dst
	Via      netip.Addr        // next hop, of either family
	ViaLink  *rt.MAC           // of an MPLS route, in place of Via
	Dev      rt.Dev
	Table    opt.Value[rt.Table]
	Metric   opt.Value[uint32]
	Family   opt.Value[uint8] // unix.AF_INET or AF_INET6; told by Dst and Via
	Protocol opt.Value[rt.Protocol]
	Scope    opt.Value[rt.Scope]
	Type     opt.Value[Kind]
	TOS      opt.Value[uint8]
	OnLink, Pervasive, Dead, LinkDown,
	Offload, Trap, OffloadFailed, Cloned opt.Value[bool]
	lookupTable opt.Value[bool] // of a lookup: tell the table
	More        *More
}

// More is what few routes have (RTA_*).
type More struct {
	Src       netip.Addr   // preferred source
	From      netip.Prefix // source prefix (IPv6)
	Hops      []Hop
	Metrics   *Metrics
	NextHopID opt.Value[uint32]
	Realms    opt.Value[uint32]
	Mark      opt.Value[uint32]
	Pref      opt.Value[Preference]
	Expires   opt.Value[uint32] // seconds
	IIF       rt.Dev
	Cache     *CacheInfo
	Encap     encap.Encap
	NewLabels []uint32 // of an MPLS route: in place of its label; none: the label goes
	// TTLPropagate copies the TTL from labels to packets and back.
	TTLPropagate opt.Value[bool]

	// VRF gives the route the table of a VRF. A lookup is made in it.
	VRF rt.Dev
	// Force lets a Replace take the place of a route that the kernel made.
	Force opt.Value[bool]

	// Of lookups: the packet, and whether the answer is the entry of the table
	// and not the route that it leads to.
	UID              opt.Value[uint32]
	IPProto          opt.Value[uint8]
	SrcPort, DstPort opt.Value[uint16]
	FlowLabel        opt.Value[uint32]
	FIBMatch         opt.Value[bool]

	// DelReason is why the kernel removed it (RTA_DEL_REASON), in a Change that
	// tells of that.
	DelReason opt.Value[DelReason]
}

// A Kind is the type of a route (RTN_*).
type Kind uint8

// Kinds that scripts make; the kernel makes the others.
const (
	Unicast     Kind = unix.RTN_UNICAST
	Local       Kind = unix.RTN_LOCAL
	Broadcast   Kind = unix.RTN_BROADCAST
	Blackhole   Kind = unix.RTN_BLACKHOLE
	Unreachable Kind = unix.RTN_UNREACHABLE
	Prohibit    Kind = unix.RTN_PROHIBIT
	Throw       Kind = unix.RTN_THROW
)

// A DelReason is why the kernel removed a route by itself (RT_DEL_REASON_*).
type DelReason uint32

// A Preference is a router's preference (RFC 4191).
type Preference uint8

// A Hop is one next hop of a multipath route (struct rtnexthop).
type Hop struct {
	attr.Extra
	Via     netip.Addr
	ViaLink *rt.MAC // of an MPLS route, in place of Via
	Dev     rt.Dev
	Weight  opt.Value[uint32] // 1 to 256
	OnLink, Dead, LinkDown, Pervasive,
	Offload, Trap opt.Value[bool]
	Realms    opt.Value[uint32]
	Encap     encap.Encap
	NewLabels []uint32
}

// CacheInfo counts the use of a route (struct rta_cacheinfo); times are in
// 1/100 s.
type CacheInfo struct {
	References, LastUse, Error, Used, ID, Stamp, StampAge opt.Value[uint32]
	Expires                                               opt.Value[int32]
}

var (
	kinds = attr.Enum{{unix.RTN_UNICAST, "unicast"}, {unix.RTN_LOCAL, "local"}, {unix.RTN_BROADCAST, "broadcast"},
		{unix.RTN_ANYCAST, "anycast"}, {unix.RTN_MULTICAST, "multicast"}, {unix.RTN_BLACKHOLE, "blackhole"},
		{unix.RTN_UNREACHABLE, "unreachable"}, {unix.RTN_PROHIBIT, "prohibit"}, {unix.RTN_THROW, "throw"},
		{unix.RTN_NAT, "nat"}, {unix.RTN_XRESOLVE, "xresolve"}}
	delReasons  = attr.Enum{{1, "expired"}, {2, "ra_withdrawn"}}
	preferences = attr.Enum{{0, "medium"}, {1, "high"}, {3, "low"}}
)

// The flags of next hops stand in a route's u32 and in a hop's u8 (RTNH_F_*).
func flag(off int16, width int, bit uint64, name string, p *opt.Value[bool], doc string) attr.Field {
	return attr.HeadBit(off, -1, width, bit, name, p, doc)
}

// hop is struct rtnexthop and its attributes.
var hop = attr.Define("hop", "next hop of a multipath route", unix.SizeofRtNexthop, func(v *Hop) []attr.Field {
	return []attr.Field{
		attr.InIP("", "%|!"),
		attr.Via(unix.RTA_GATEWAY, unix.RTA_VIA, "via", &v.Via, &v.ViaLink, "address of the next router; of an MPLS route also that of its device, \"link 02:00:00:00:00:01\""),
		attr.HeadDevice(4, "dev", &v.Dev, "output device"),
		attr.HeadShare(3, "weight", &v.Weight, "share of the traffic, 1 to 256").Default(1),
		flag(2, 1, unix.RTNH_F_ONLINK, "onlink", &v.OnLink, "the next router is on the link, whatever the addresses say").Default(false),
		flag(2, 1, unix.RTNH_F_DEAD, "dead", &v.Dead, "not usable").Counter(),
		flag(2, 1, unix.RTNH_F_LINKDOWN, "linkdown", &v.LinkDown, "the device has no carrier").Counter(),
		flag(2, 1, unix.RTNH_F_PERVASIVE, "pervasive", &v.Pervasive, "looked up again").Default(false),
		flag(2, 1, unix.RTNH_F_OFFLOAD, "offload", &v.Offload, "in hardware").Counter(),
		flag(2, 1, unix.RTNH_F_TRAP, "trap", &v.Trap, "hardware hands packets up").Counter(),
		attr.Uint32(unix.RTA_FLOW, "realms", &v.Realms, "realms, \"source/destination\" or the destination alone").Written(rt.Realms),
		encap.Field(unix.RTA_ENCAP_TYPE, unix.RTA_ENCAP, &v.Encap),
		attr.Labels(unix.RTA_NEWDST, "as_", &v.NewLabels, "labels that take the place of an MPLS route's").IP("as %/"),
		attr.Unknown(&v.Extra),
	}
}).Made("route.hop")

var cacheInfo = attr.Define("cacheinfo", "use of a route", 32, func(v *CacheInfo) []attr.Field {
	return []attr.Field{
		attr.Head32(0, "references", &v.References, "references").Counter(),
		attr.Head32(4, "lastuse", &v.LastUse, "time since the last use, 1/100 s").Counter(),
		attr.Head32(8, "expires", &v.Expires, "time left, 1/100 s").Counter(),
		attr.Head32(12, "error", &v.Error, "error that packets get").Counter(),
		attr.Head32(16, "used", &v.Used, "lookups").Counter(),
		attr.Head32(20, "id", &v.ID, "id").Counter(),
		attr.Head32(24, "ts", &v.Stamp, "time stamp").Counter(),
		attr.Head32(28, "tsage", &v.StampAge, "age of the time stamp").Counter(),
	}
})

// schema is struct rtmsg and RTA_*.
var schema = attr.Define("route", "entry of a routing table", unix.SizeofRtMsg, func(v *Route) []attr.Field {
	return []attr.Field{
		attr.ByIP("ip route", "", "%|!"),
		attr.Family(0, "family", &v.Family, "4 or 6"),
		attr.PrefixOrLabel(unix.RTA_DST, 1, "dst", &v.Dst, &v.Label, "destination; \"default\" is everything; a number is an MPLS label").OrAll().IsKey().Means("prefix length").IP("%"),
		attr.Head8(3, "tos", &v.TOS, "type of service").IsKey().Default(0),
		attr.Uint32(unix.RTA_TABLE, "table", &v.Table, "routing table").Words(rt.Tables).AlsoHead(4, unix.RT_TABLE_COMPAT).IsKey().Without(attr.Lookup).Also(attr.Filter).Default("main"),
		attr.Uint32(unix.RTA_PRIORITY, "metric", &v.Metric, "lower wins; 1024 for IPv6 unless given").IsKey().Without(attr.Lookup),
		attr.Via(unix.RTA_GATEWAY, unix.RTA_VIA, "via", &v.Via, &v.ViaLink, "address of the next router, of either family; of an MPLS route also that of its device, \"link 02:00:00:00:00:01\"").Matches().Means("gateway"),
		attr.Device(unix.RTA_OIF, "dev", &v.Dev, "output device").Matches().Also(attr.Filter | attr.Lookup).AlsoCalled("oif"),
		attr.Head8(5, "protocol", &v.Protocol, "who made the route").Words(rt.Protocols).Matches().Also(attr.Filter).Default("boot").IP("proto"),
		attr.Head8(6, "scope", &v.Scope, "distance of the destination").Words(rt.Scopes).Matches().Default("global"),
		attr.Head8(7, "type", &v.Type, "what happens to packets").Means("route type").Words(kinds).Matches().Also(attr.Filter).Default("unicast").IP("<%"),
		flag(8, 4, unix.RTNH_F_ONLINK, "onlink", &v.OnLink, "the next router is on the link, whatever the addresses say").Default(false),
		flag(8, 4, unix.RTNH_F_PERVASIVE, "pervasive", &v.Pervasive, "looked up again").Default(false),
		flag(8, 4, unix.RTNH_F_DEAD, "dead", &v.Dead, "not usable").Counter(),
		flag(8, 4, unix.RTNH_F_LINKDOWN, "linkdown", &v.LinkDown, "the device has no carrier").Counter(),
		flag(8, 4, unix.RTM_F_OFFLOAD, "offload", &v.Offload, "in hardware").Counter(),
		flag(8, 4, unix.RTM_F_TRAP, "trap", &v.Trap, "hardware hands packets up").Counter(),
		flag(8, 4, unix.RTM_F_OFFLOAD_FAILED, "offload_failed", &v.OffloadFailed, "hardware did not take it").Counter(),
		flag(8, 4, unix.RTM_F_CLONED, "cloned", &v.Cloned, "made by traffic").Counter(),
		flag(8, 4, unix.RTM_F_LOOKUP_TABLE, "lookup_table", &v.lookupTable, "").Only(attr.Inside),
		more(&v.More),
		attr.Ignored(unix.RTA_MFC_STATS),
		attr.Unknown(&v.Extra),
	}
})

func more(p **More) attr.Field {
	return attr.Group(p, func(v *More) []attr.Field {
		return []attr.Field{
			attr.Addr(unix.RTA_PREFSRC, "src", &v.Src, "preferred source address").Matches().Means("prefsrc"),
			attr.Prefix(unix.RTA_SRC, 2, "from_", &v.From, "source prefix (IPv6); in lookups the source address").Matches().Also(attr.Lookup),
			attr.List(unix.RTA_MULTIPATH, 0, attr.Records, "nexthops", &v.Hops, hop, "next hops to share the traffic").Matches().Means("Nexthop has").IP(">nexthop %"),
			attr.Nest(unix.RTA_METRICS, "metrics", &v.Metrics, metrics, "what is known of the path").IP("%"),
			encap.Field(unix.RTA_ENCAP_TYPE, unix.RTA_ENCAP, &v.Encap).Matches(),
			attr.Labels(unix.RTA_NEWDST, "as_", &v.NewLabels, "labels that take the place of an MPLS route's; the label goes unless given").Matches().IP("as %/"),
			attr.Bool8(unix.RTA_TTL_PROPAGATE, "ttl_propagate", &v.TTLPropagate, "copy the TTL from an MPLS label to the packet and back").IP("ttl-propagate enabled|ttl-propagate disabled"),
			attr.Uint32(uapi.RTA_NH_ID, "nhid", &v.NextHopID, "nexthop object").Matches(),
			attr.Uint32(unix.RTA_FLOW, "realms", &v.Realms, "realms, \"source/destination\" or the destination alone").Written(rt.Realms),
			attr.Uint32(unix.RTA_MARK, "mark", &v.Mark, "mark of the packet").Only(attr.Lookup | attr.Report),
			attr.Uint8(unix.RTA_PREF, "pref", &v.Pref, "router preference (IPv6, RFC 4191)").Words(preferences).Default("medium"),
			attr.Uint32(unix.RTA_EXPIRES, "expires", &v.Expires, "time until it goes (IPv6); 0 deletes it at once").In(attr.Seconds).WriteOnly(),
			attr.Device(unix.RTA_IIF, "iif", &v.IIF, "input device of the packet").Only(attr.Lookup | attr.Report),
			attr.Uint32(unix.RTA_UID, "uid", &v.UID, "user of the socket").Only(attr.Lookup | attr.Report),
			attr.Uint8(unix.RTA_IP_PROTO, "ipproto", &v.IPProto, "IP protocol of the packet").Words(rt.IPProtos).Only(attr.Lookup),
			attr.BE16(unix.RTA_SPORT, "sport", &v.SrcPort, "source port of the packet").Only(attr.Lookup),
			attr.BE16(unix.RTA_DPORT, "dport", &v.DstPort, "destination port of the packet").Only(attr.Lookup),
			attr.BE32(uapi.RTA_FLOWLABEL, "flowlabel", &v.FlowLabel, "IPv6 flow label of the packet").Range(0, 1<<20-1).Only(attr.Lookup).FromKernel("6.14"),
			flag(8, 4, unix.RTM_F_FIB_MATCH, "fibmatch", &v.FIBMatch, "give the entry of the table, and not the route that it leads to").Only(attr.Lookup),
			attr.Device(0, "vrf", &v.VRF, "VRF whose table it is; a lookup is made in it").Only(attr.Create | attr.Delete | attr.Filter | attr.Lookup).Apart(),
			attr.Flag(0, "force", &v.Force, "let replace take the place of a route that the kernel made").Only(attr.Create).Apart().IP("!"),
			attr.Uint32(uapi.RTA_DEL_REASON, "del_reason", &v.DelReason, "why the kernel removed it").Words(delReasons).WhenGone(),
			attr.Nest(unix.RTA_CACHEINFO, "cacheinfo", &v.Cache, cacheInfo, "use of the route").Counter(),
		}
	})
}

// Type gives routes their verbs.
var Type = object.Define(&object.Type[Route]{
	Upright: true,
	Schema:  schema,
	Requests: object.Requests{
		object.Add:     {Type: unix.RTM_NEWROUTE, Flags: unix.NLM_F_CREATE | unix.NLM_F_EXCL},
		object.Append:  {Type: unix.RTM_NEWROUTE, Flags: unix.NLM_F_CREATE | unix.NLM_F_APPEND},
		object.Replace: {Type: unix.RTM_NEWROUTE, Flags: unix.NLM_F_CREATE | unix.NLM_F_REPLACE},
		object.Delete:  {Type: unix.RTM_DELROUTE},
		object.List:    {Type: unix.RTM_GETROUTE},
		object.Lookup:  {Type: unix.RTM_GETROUTE},
	},
	Args:    []string{"dst"},
	Events:  []uint32{unix.RTNLGRP_IPV4_ROUTE, unix.RTNLGRP_IPV6_ROUTE, unix.RTNLGRP_MPLS_ROUTE},
	Family:  unix.AF_INET,
	Fill:    fill,
	Check:   check,
	Resolve: resolve,
	Before: func(ctx context.Context, t *object.Type[Route], s *object.Scope, verb object.Verb, v *Route) error {
		if verb == object.Delete {
			return findLabel(ctx, t, s, v)
		}
		return spareKernels(ctx, t, s, v)
	},
	BeforeIf: func(verb object.Verb, v *Route) bool {
		return verb == object.Delete && v.Label.IsSet() || verb == object.Replace && !v.Label.IsSet()
	},
	Everything: []*Route{{Table: opt.Of(rt.TableAll)}, {Family: opt.Of[uint8](unix.AF_MPLS)}},
	Implied: func(v *Route) {
		if v.More != nil && v.More.NextHopID.IsSet() { // the object says how to go on
			v.Via, v.Dev, v.More.Hops = netip.Addr{}, rt.Dev{}, nil
		}
		if m := v.Metric.Or(0); v.Dst.Addr().Is6() && (m == defaultMetric6 || m == 0) { // 0 can only be the kernel's own
			v.Metric.Unset()
		}
	},
	IdentifiedBy: func(v *Route) string {
		if v.Dst.Addr().Is6() && !v.Metric.IsSet() {
			named := *v
			named.Metric.Set(defaultMetric6)
			v = &named
		}
		if v.More != nil && v.More.From.IsValid() {
			return schema.KeyText(attr.To(v)) + " from " + v.More.From.String()
		}
		return schema.KeyText(attr.To(v))
	},
	Inside: func(v *Route) (hops []Route) {
		if v.More == nil {
			return nil
		}
		for _, h := range v.More.Hops {
			hop := *v
			hop.Dev, hop.Via, hop.ViaLink = h.Dev, h.Via, h.ViaLink
			hops = append(hops, hop)
		}
		return hops
	},
	Rank: func(v *Route) int { // what covers a gateway comes before the routes by it
		rank := 0
		if v.Via.IsValid() || v.More != nil && (v.More.Hops != nil || v.More.NextHopID.IsSet()) {
			rank = 1
		}
		if v.Dst.Bits() == 0 {
			rank++
		}
		return rank
	},
	Skip: func(filter, v *Route) bool {
		return v.Cloned.Or(false) && !filter.Cloned.Or(false) || !isIP(v) && schema.FamilyOf(attr.To(filter)) == 0
	},
	NotFor: unix.ENOENT, // a table of which nobody has made a route yet
	Made: func(v *Route) object.Origin {
		kernel, daemon := v.Protocol.Or(rt.ProtoBoot).Origin()
		switch {
		case kernel:
			return object.Kernel
		case daemon:
			return object.Daemon
		}
		return object.User
	},
})
