// Package nexthop defines nexthop objects and their groups: ip-nexthop(8).
package nexthop

import (
	"net/netip"

	"golang.org/x/sys/unix"

	"github.com/netlark/netlark/netlinkcore/attr"
	"github.com/netlark/netlark/netlinkcore/encap"
	"github.com/netlark/netlark/netlinkcore/internal/uapi"
	"github.com/netlark/netlark/netlinkcore/object"
	"github.com/netlark/netlark/netlinkcore/opt"
	"github.com/netlark/netlark/netlinkcore/rt"
)

// A NextHop is where routes that name it lead, or a group of such (struct
// nhmsg, NHA_*; ip-nexthop(8)). Its key is the id.
type NextHop struct {
	attr.Extra
	Family                                opt.Value[uint8] // told by Via
	ID                                    opt.Value[uint32]
	Via                                   netip.Addr
	Dev                                   rt.Dev
	Blackhole, FDB                        opt.Value[bool]
	Group                                 []Member
	GroupType                             opt.Value[GroupType]
	Buckets                               opt.Value[uint16]
	IdleTimer, UnbalancedTimer            opt.Value[uint32] // 1/100 s
	UnbalancedTime                        opt.Value[uint64] // 1/100 s
	Protocol                              opt.Value[rt.Protocol]
	Scope                                 opt.Value[rt.Scope]
	OnLink, Dead, LinkDown, Offload, Trap opt.Value[bool]
	GroupsOnly                            opt.Value[bool]
	Master                                rt.Dev
	Encap                                 encap.Encap
	HWStats, HWStatsUsed                  opt.Value[bool]
	GroupStats                            []MemberStats
	Port                                  opt.Value[uint16]
}

// MemberStats counts what a group sent by a member (NHA_GROUP_STATS_ENTRY_*).
type MemberStats struct {
	attr.Extra
	ID        opt.Value[uint32]
	Packets   opt.Value[uint64] // with those of hardware
	PacketsHW opt.Value[uint64]
}

// A Member is a nexthop of a group (struct nexthop_grp).
type Member struct {
	ID     opt.Value[uint32]
	Weight opt.Value[uint32] // 1 to 65536
}

// A GroupType is how a group shares traffic.
type GroupType uint16

// Types of groups.
const (
	Multipath GroupType = iota
	Resilient
)

var groupTypes = attr.Enum{{0, "mpath"}, {1, "resilient"}}

// member is struct nexthop_grp.
var member = attr.Define("member", "member of a group", 8, func(v *Member) []attr.Field {
	return []attr.Field{
		attr.InIP("", ""),
		attr.Head32(0, "id", &v.ID, "nexthop").IP("%"),
		attr.HeadWideShare(4, "weight", &v.Weight, "share of the traffic, 1 to 65536; more than 256 since Linux 6.12").Default(1).IP("%"),
	}
}).Made("", "id")

var memberStats = attr.Define("member_stats", "what a group sent by a member", 0, func(v *MemberStats) []attr.Field {
	return []attr.Field{
		attr.Uint32(uapi.NHA_GROUP_STATS_ENTRY_ID, "id", &v.ID, "member").Counter(),
		attr.Uint(uapi.NHA_GROUP_STATS_ENTRY_PACKETS, "packets", &v.Packets, "packets").Counter(),
		attr.Uint(uapi.NHA_GROUP_STATS_ENTRY_PACKETS_HW, "packets_hw", &v.PacketsHW, "of these, in hardware").Counter(),
		attr.Unknown(&v.Extra),
	}
})

// withStats makes the kernel report what groups sent: NHA_OP_FLAG_DUMP_STATS and
// NHA_OP_FLAG_DUMP_HW_STATS. Before Linux 6.9 it refuses that.
var withStats = []object.Word{{Number: uapi.NHA_OP_FLAGS, Value: 1 | 2, Since: attr.Release{Major: 6, Minor: 9}}}

// schema is struct nhmsg and NHA_*.
var schema = attr.Define("nexthop", "nexthop object", 8, func(v *NextHop) []attr.Field {
	flag := func(bit uint64, name string, p *opt.Value[bool], doc string) attr.Field {
		return attr.HeadBit(4, -1, 4, bit, name, p, doc)
	}
	return []attr.Field{
		attr.ByIP("ip nexthop", "", "%|!"),
		attr.Family(0, "family", &v.Family, "4 or 6").Default("all"),
		attr.Uint32(unix.NHA_ID, "id", &v.ID, "number; the kernel chooses one unless given").IsKey().KernelChooses(),
		attr.Addr(unix.NHA_GATEWAY, "via", &v.Via, "address of the next router").Means("gateway"),
		attr.Device(unix.NHA_OIF, "dev", &v.Dev, "output device").Also(attr.Filter),
		attr.Flag(unix.NHA_BLACKHOLE, "blackhole", &v.Blackhole, "drop traffic"),
		attr.Flag(uapi.NHA_FDB, "fdb", &v.FDB, "for forwarding entries of VXLAN").Also(attr.Filter),
		encap.Field(unix.NHA_ENCAP_TYPE, unix.NHA_ENCAP, &v.Encap),
		attr.List(unix.NHA_GROUP, 0, attr.Array, "group", &v.Group, member, "members, such as [1, 2], or [(1, 10), (2, 20)] with shares of the traffic; each has").AnyOrder().IP("group %/,"),
		attr.Uint16(unix.NHA_GROUP_TYPE, "type", &v.GroupType, "how a group shares traffic").Words(groupTypes).Default("mpath").CreateOnly(),
		attr.Nested(uapi.NHA_RES_GROUP, 0,
			attr.Uint16(uapi.NHA_RES_GROUP_BUCKETS, "buckets", &v.Buckets, "number of buckets of a resilient group").CreateOnly(),
			attr.Uint32(uapi.NHA_RES_GROUP_IDLE_TIMER, "idle_timer", &v.IdleTimer, "after which an idle bucket may move").In(attr.Centiseconds).InTicks().Default(12000).IP("-"),
			attr.Uint32(uapi.NHA_RES_GROUP_UNBALANCED_TIMER, "unbalanced_timer", &v.UnbalancedTimer, "after which buckets are made to move").In(attr.Centiseconds).InTicks().Default(0).IP("-"),
			attr.Uint64(uapi.NHA_RES_GROUP_UNBALANCED_TIME, "unbalanced_time", &v.UnbalancedTime, "how long the group has been unbalanced").In(attr.Centiseconds).Counter(),
			attr.Ignored(uapi.NHA_RES_GROUP_PAD)),
		attr.Head8(2, "protocol", &v.Protocol, "who made it").Words(rt.Protocols).Default("unspec").FixedIf("group").IP("proto"),
		attr.Head8(1, "scope", &v.Scope, "distance").Words(rt.Scopes).ReadOnly(),
		flag(unix.RTNH_F_ONLINK, "onlink", &v.OnLink, "the next router is on the link, whatever the addresses say").Default(false),
		flag(unix.RTNH_F_DEAD, "dead", &v.Dead, "not usable").Counter(),
		flag(unix.RTNH_F_LINKDOWN, "linkdown", &v.LinkDown, "the device has no carrier").Counter(),
		flag(unix.RTNH_F_OFFLOAD, "offload", &v.Offload, "in hardware").Counter(),
		flag(unix.RTNH_F_TRAP, "trap", &v.Trap, "hardware hands packets up").Counter(),
		attr.Flag(unix.NHA_GROUPS, "groups", &v.GroupsOnly, "groups only, in lists").Only(attr.Filter),
		attr.Device(unix.NHA_MASTER, "master", &v.Master, "those by devices of this VRF, in lists").Only(attr.Filter),
		attr.Bool32(uapi.NHA_HW_STATS_ENABLE, "hw_stats", &v.HWStats, "count in hardware what a group sends").FromKernel("6.9").Default(false),
		attr.Bool32(uapi.NHA_HW_STATS_USED, "hw_stats_used", &v.HWStatsUsed, "hardware counts").Counter(),
		attr.List(uapi.NHA_GROUP_STATS, uapi.NHA_GROUP_STATS_ENTRY, attr.Items, "group_stats", &v.GroupStats, memberStats, "what a group sent by each member").Counter(),
		attr.BE16(uapi.NHA_DST_PORT, "port", &v.Port, "UDP port of the remote, of a nexthop for VXLAN").FromKernel("7.2"),
		attr.Ignored(uapi.NHA_OP_FLAGS),
		attr.Unknown(&v.Extra),
	}
})

// Type gives nexthops their verbs.
var Type = object.Define(&object.Type[NextHop]{
	Upright: true,
	Schema:  schema,
	Requests: object.Requests{
		object.Add:     {Type: unix.RTM_NEWNEXTHOP, Flags: unix.NLM_F_CREATE | unix.NLM_F_EXCL},
		object.Replace: {Type: unix.RTM_NEWNEXTHOP, Flags: unix.NLM_F_CREATE | unix.NLM_F_REPLACE},
		object.Delete:  {Type: unix.RTM_DELNEXTHOP},
		object.Get:     {Type: unix.RTM_GETNEXTHOP, Also: withStats},
		object.List:    {Type: unix.RTM_GETNEXTHOP, Also: withStats},
	},
	Args:   []string{"id"},
	Rank:   func(v *NextHop) int { return min(len(v.Group), 1) }, // a group after its members
	Echo:   true,
	Events: []uint32{unix.RTNLGRP_NEXTHOP},
	Fill:   fill,
	Made: func(v *NextHop) object.Origin {
		kernel, daemon := v.Protocol.Or(rt.ProtoUnspec).Origin()
		switch {
		case kernel:
			return object.Kernel
		case daemon:
			return object.Daemon
		}
		return object.User
	},
})

// fill sets the family where no address tells it: a group has none, a device or
// blackhole is IPv4's unless said otherwise.
func fill(verb object.Verb, v *NextHop) {
	if verb != object.Add && verb != object.Replace {
		return
	}
	if !v.Family.IsSet() && !v.Via.IsValid() && v.Group == nil {
		v.Family.Set(unix.AF_INET)
	}
}
