// Package bridge defines what bridges and VXLAN devices forward by: bridge(8).
package bridge

import (
	"errors"
	"net/netip"
	"slices"

	"golang.org/x/sys/unix"

	"github.com/netlark/netlark/netlinkcore/attr"
	"github.com/netlark/netlark/netlinkcore/internal/uapi"
	"github.com/netlark/netlark/netlinkcore/object"
	"github.com/netlark/netlark/netlinkcore/opt"
	"github.com/netlark/netlark/netlinkcore/rt"
)

// A FDB is an entry of a forwarding table (struct ndmsg, NDA_*; bridge(8)): of
// a bridge (Master, by its port) or of the device itself (Self: VXLAN and
// others). Its key is the address, the device, the VLAN, and for VXLAN one of
// several remotes.
type FDB struct {
	attr.Extra
	Family                              opt.Value[uint8]
	LLAddr                              rt.MAC
	Dev                                 rt.Dev
	VLAN                                opt.Value[uint16]
	Self, Master                        opt.Value[bool]
	State                               opt.Value[rt.NeighState]
	Dst                                 netip.Addr
	Port                                opt.Value[uint16]
	VNI, SourceVNI                      opt.Value[uint32]
	Via                                 rt.Dev
	NextHopID                           opt.Value[uint32]
	Bridge                              rt.Dev
	Use, ExternLearn, Sticky, Offloaded opt.Value[bool]
	Locked, Router                      opt.Value[bool]
	UnderlayNSID                        opt.Value[int32]
	Protocol                            opt.Value[rt.Protocol]
	ActivityNotify                      opt.Value[uint8]
	NoRefresh                           opt.Value[bool]
	Cache                               *rt.NeighCache
}

// Entries of a forwarding table have three states in bridge(8).
var states = attr.Enum{{unix.NUD_PERMANENT, "permanent"}, {unix.NUD_NOARP, "static"}, {unix.NUD_REACHABLE, "dynamic"}, {unix.NUD_STALE, "stale"}}

// schema is struct ndmsg of family AF_BRIDGE and NDA_*.
var schema = attr.Define("bridge.fdb", "entry of a forwarding table", unix.SizeofNdMsg, func(v *FDB) []attr.Field {
	return fields(v, attr.Head16(8, "state", &v.State, "whether the entry ages").Words(states).KeptAs(lasting).IP("%"))
}).Hooks(nil, tell)

// deletion is what removes an entry: devices want to hear that it is permanent,
// which tells no entry from another.
var deletion = attr.Define("bridge.fdb", "name of an entry", unix.SizeofNdMsg, func(v *FDB) []attr.Field {
	return fields(v, attr.Head16(8, "state", &v.State, "always permanent").Words(states).Matches())
})

func fields(v *FDB, state attr.Field) []attr.Field {
	return []attr.Field{
		attr.ByIP("bridge fdb", "", "%|!"),
		attr.Family(0, "family", &v.Family, "bridge").Default("bridge"),
		attr.LinkAddr(unix.NDA_LLADDR, "lladdr", &v.LLAddr, "address").IsKey().IP("%"),
		attr.HeadDevice(4, "dev", &v.Dev, "port of a bridge, or the device that has the table").IsKey().Also(attr.Filter),
		attr.Uint16(unix.NDA_VLAN, "vlan", &v.VLAN, "VLAN").Range(1, 4094).IsKey(),
		rt.NeighFlag(unix.NTF_MASTER, "master", &v.Master, "in the table of the device's bridge").IsKey().Default(false),
		rt.NeighFlag(unix.NTF_SELF, "self", &v.Self, "in the device's own table").IsKey().Default(false),
		state,
		attr.Addr(unix.NDA_DST, "dst", &v.Dst, "remote end point of the tunnel").Matches(),
		attr.BE16(unix.NDA_PORT, "port", &v.Port, "UDP port of the remote").Matches(),
		attr.Uint32(unix.NDA_VNI, "vni", &v.VNI, "VNI at the remote").Range(0, 1<<24-1).Matches(),
		attr.Uint32(unix.NDA_SRC_VNI, "src_vni", &v.SourceVNI, "VNI of the entry, where a device has several").Range(0, 1<<24-1).Matches(),
		attr.Device(unix.NDA_IFINDEX, "via", &v.Via, "device to send by").Matches(),
		attr.Uint32(uapi.NDA_NH_ID, "nhid", &v.NextHopID, "nexthop object").Matches(),
		attr.Device(unix.NDA_MASTER, "bridge", &v.Bridge, "bridge that has the table").Only(attr.Report | attr.Filter),
		rt.NeighFlag(unix.NTF_USE, "use", &v.Use, "counts as used").WriteOnly(),
		rt.NeighFlag(unix.NTF_EXT_LEARNED, "extern_learn", &v.ExternLearn, "learned by something else than the kernel").Default(false).CreateOnly(),
		rt.NeighFlag(uapi.NTF_STICKY, "sticky", &v.Sticky, "stays at its port").Default(false),
		rt.NeighFlag(unix.NTF_ROUTER, "router", &v.Router, "is a router, for VXLAN with rsc").Default(false),
		rt.NeighFlag(unix.NTF_OFFLOADED, "offloaded", &v.Offloaded, "in hardware").Counter(),
		attr.Nested(uapi.NDA_FLAGS_EXT, 4,
			attr.HeadBit(0, -1, 4, uapi.NTF_EXT_LOCKED, "locked", &v.Locked, "held by a locked port").Counter()),
		attr.Uint32(unix.NDA_LINK_NETNSID, "link_netnsid", &v.UnderlayNSID, "id of the namespace that the tunnel runs in").ReadOnly(),
		attr.Uint8(uapi.NDA_PROTOCOL, "protocol", &v.Protocol, "who made it, of devices that keep it").Words(rt.Protocols).ReadOnly(),
		attr.Nested(uapi.NDA_FDB_EXT_ATTRS, 0,
			attr.Uint8(uapi.NFEA_ACTIVITY_NOTIFY, "activity_notify", &v.ActivityNotify, "notify when the address is active again").IP("-"),
			attr.Flag(uapi.NFEA_DONT_REFRESH, "norefresh", &v.NoRefresh, "leave the ages alone").WriteOnly().IP("-")),
		attr.Nest(unix.NDA_CACHEINFO, "cacheinfo", &v.Cache, rt.NeighCacheInfo, "ages").Counter(),
		attr.Unknown(&v.Extra),
	}
}

// oneOfSeveral reports whether an entry is one remote of those that a tunnel sends
// to what is for all, or for a group: only there the kernel keeps several.
func oneOfSeveral(v *FDB) bool {
	a := v.LLAddr.Bytes()
	return v.Dst.IsValid() && !v.Master.Or(false) && len(a) > 0 && (a[0]&1 != 0 || !slices.ContainsFunc(a, func(b byte) bool { return b != 0 }))
}

// tell says in which table an entry is: the kernel reports those of a bridge
// without a flag, by the bridge's index. Where the device is the bridge, its own
// table is the one to name.
func tell(v *FDB) {
	switch {
	case !v.Bridge.IsSet() || v.Self.Or(false) || v.Master.Or(false):
	case v.Bridge.Index == v.Dev.Index:
		v.Self.Set(true)
	default:
		v.Master.Set(true)
	}
}

// lasting has one state stand for those that are the same to a VXLAN device, which keeps
// what it is given: bridge(8) says of what is permanent that it is static, too, and the
// kernel of what it has of itself that it is reachable.
func lasting(state uint64) uint64 {
	switch state {
	case unix.NUD_PERMANENT | unix.NUD_NOARP, unix.NUD_PERMANENT | unix.NUD_REACHABLE:
		return unix.NUD_PERMANENT
	}
	return state
}

// FDBType gives forwarding entries their verbs. An Append of a remote that a
// VXLAN entry has already is reported as done: the kernel changes nothing, and
// does not say so.
var FDBType = object.Define(&object.Type[FDB]{
	Hashed: true,
	Schema: schema,
	Requests: object.Requests{
		object.Add:     {Type: unix.RTM_NEWNEIGH, Flags: unix.NLM_F_CREATE | unix.NLM_F_EXCL},
		object.Append:  {Type: unix.RTM_NEWNEIGH, Flags: unix.NLM_F_CREATE | unix.NLM_F_APPEND},
		object.Replace: {Type: unix.RTM_NEWNEIGH, Flags: unix.NLM_F_CREATE | unix.NLM_F_REPLACE},
		object.Delete:  {Type: unix.RTM_DELNEIGH, Table: deletion.Table},
		object.List:    {Type: unix.RTM_GETNEIGH},
	},
	Args:      []string{"lladdr"},
	Events:    []uint32{unix.RTNLGRP_NEIGH},
	OfBridges: true,
	Fill:      fill,
	Insists: func(v *FDB) { // such are never permanent in the table of a bridge
		if !v.State.IsSet() && !v.Use.Or(false) && !v.ExternLearn.Or(false) {
			v.State.Set(rt.NeighPermanent)
		}
	},
	Check: func(verb object.Verb, v *FDB) error {
		if !v.Self.Or(false) && !v.Master.Or(false) {
			return &object.AttributeError{Path: "dev", Err: errors.New(
				"say which table: master = True is the bridge's, self = True the device's own (dst, nhid and via mean that too)")}
		}
		return nil
	},
	Made: func(v *FDB) object.Origin {
		if s := v.State.Or(0); s&(rt.NeighPermanent|rt.NeighNoARP) == 0 || isGroup(v) || isDefault(v) {
			return object.Kernel
		}
		return object.User
	},
	Spares: notOwn,
	IdentifiedBy: func(v *FDB) string {
		if oneOfSeveral(v) {
			return schema.KeyText(attr.To(v)) + " dst " + v.Dst.String()
		}
		return schema.KeyText(attr.To(v))
	},
	OneOfSeveral: oneOfSeveral,
	Clash: func(v, other *FDB) bool { // one without a VLAN is made in each that the port has
		return v.Master.Or(false) && other.Master.Or(false) && v.LLAddr == other.LLAddr && v.Dev.Name() == other.Dev.Name() && v.VLAN.IsSet() != other.VLAN.IsSet()
	},
})

func fill(verb object.Verb, v *FDB) {
	v.Family.Set(unix.AF_BRIDGE)
	if verb.Reads() || verb == object.Flush {
		return
	}
	if !v.Self.IsSet() && !v.Master.IsSet() && (v.Dst.IsValid() || v.NextHopID.IsSet() || v.Via.IsSet()) {
		v.Self.Set(true)
	}
	if verb == object.Delete || !v.State.IsSet() {
		v.State.Set(rt.NeighPermanent)
	}
}
