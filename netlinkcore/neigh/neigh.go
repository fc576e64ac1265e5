// Package neigh defines the neighbours of devices: ip-neighbour(8).
package neigh

import (
	"net/netip"

	"golang.org/x/sys/unix"

	"github.com/netlark/netlark/netlinkcore/attr"
	"github.com/netlark/netlark/netlinkcore/internal/uapi"
	"github.com/netlark/netlark/netlinkcore/object"
	"github.com/netlark/netlark/netlinkcore/opt"
	"github.com/netlark/netlark/netlinkcore/rt"
)

// A Neigh is the link-layer address of a neighbour, or with Proxy an address
// that is answered for (struct ndmsg, NDA_*; ip-neighbour(8)). Its key is the
// address and the device.
type Neigh struct {
	attr.Extra
	Family                                     opt.Value[uint8] // told by Dst
	Dst                                        netip.Addr
	Dev                                        rt.Dev
	LLAddr                                     rt.MAC
	State                                      opt.Value[rt.NeighState]
	Proxy, Router, ExternLearn, Use, Offloaded opt.Value[bool]
	Managed, Locked, Validated                 opt.Value[bool]
	Protocol                                   opt.Value[rt.Protocol]
	Probes                                     opt.Value[uint32]
	Type                                       opt.Value[uint8]
	Cache                                      *rt.NeighCache
}

// schema is struct ndmsg and NDA_*.
var schema = attr.Define("neigh", "neighbour of a device", unix.SizeofNdMsg, func(v *Neigh) []attr.Field {
	return []attr.Field{
		attr.ByIP("ip neigh", "change", "%|!"),
		attr.Family(0, "family", &v.Family, "4 or 6"),
		attr.Addr(unix.NDA_DST, "dst", &v.Dst, "IP address").IsKey().IP("%"),
		attr.HeadDevice(4, "dev", &v.Dev, "device").IsKey(),
		attr.Device(unix.NDA_IFINDEX, "filter_dev", &v.Dev, "device, in lists").Only(attr.Filter),
		attr.LinkAddr(unix.NDA_LLADDR, "lladdr", &v.LLAddr, "link-layer address"),
		attr.Head16(8, "state", &v.State, "how sure the kernel is of it").Words(rt.NeighStates).IP("nud"),
		rt.NeighFlag(unix.NTF_PROXY, "proxy", &v.Proxy, "answer for the address; such entries are shown only where proxy = True is named").IsKey().Also(attr.Filter).Default(false).IP("<%|!"),
		rt.NeighFlag(unix.NTF_ROUTER, "router", &v.Router, "is a router").Default(false),
		rt.NeighFlag(unix.NTF_EXT_LEARNED, "extern_learn", &v.ExternLearn, "learned by something else than the kernel").Default(false),
		rt.NeighFlag(unix.NTF_USE, "use", &v.Use, "resolve it now").WriteOnly(),
		rt.NeighFlag(unix.NTF_OFFLOADED, "offloaded", &v.Offloaded, "in hardware").Counter(),
		attr.Nested(uapi.NDA_FLAGS_EXT, 4,
			attr.HeadBit(0, -1, 4, uapi.NTF_EXT_MANAGED, "managed", &v.Managed, "keep it resolved").Default(false),
			attr.HeadBit(0, -1, 4, uapi.NTF_EXT_LOCKED, "locked", &v.Locked, "held by a locked port").Counter(),
			attr.HeadBit(0, -1, 4, uapi.NTF_EXT_EXT_VALIDATED, "extern_valid", &v.Validated, "known to be reachable by what learned it, so that it stays").FromKernel("6.17").Default(false)),
		attr.Uint8(uapi.NDA_PROTOCOL, "protocol", &v.Protocol, "who made it").Words(rt.Protocols),
		attr.Uint32(unix.NDA_PROBES, "probes", &v.Probes, "probes sent").Counter(),
		attr.Head8(11, "type", &v.Type, "type of the route to it").ReadOnly(),
		attr.Nest(unix.NDA_CACHEINFO, "cacheinfo", &v.Cache, rt.NeighCacheInfo, "ages").Counter(),
		attr.Unknown(&v.Extra),
	}
})

// stay has an entry be permanent that says nothing else: what is learned ages.
func stay(v *Neigh) {
	if !v.State.IsSet() && !v.Managed.Or(false) {
		v.State.Set(rt.NeighPermanent)
	}
}

// Type gives neighbours their verbs.
var Type = object.Define(&object.Type[Neigh]{
	Upright: true,
	Hashed:  true,
	Schema:  schema,
	Requests: object.Requests{
		object.Add:     {Type: unix.RTM_NEWNEIGH, Flags: unix.NLM_F_CREATE | unix.NLM_F_EXCL},
		object.Replace: {Type: unix.RTM_NEWNEIGH, Flags: unix.NLM_F_CREATE | unix.NLM_F_REPLACE},
		object.Set:     {Type: unix.RTM_NEWNEIGH, Flags: unix.NLM_F_REPLACE},
		object.Delete:  {Type: unix.RTM_DELNEIGH},
		object.List:    {Type: unix.RTM_GETNEIGH},
	},
	Args:       []string{"dst"},
	Events:     []uint32{unix.RTNLGRP_NEIGH},
	Everything: []*Neigh{{}, {Proxy: opt.Of(true)}},
	Complete:   true, // the state is always sent, and flags that are not are taken away
	Fill: func(verb object.Verb, v *Neigh) {
		if verb == object.Add || verb == object.Replace {
			stay(v)
		}
	},
	Insists: func(v *Neigh) { // of others the kernel chooses the state
		if !v.Proxy.Or(false) && !v.Use.Or(false) {
			stay(v)
		}
	},
	Noise: func(filter, v *Neigh) bool { // as ip does: multicast and broadcast are noise, unless one is named
		return !filter.State.IsSet() && !filter.Dst.IsValid() && v.State.Or(0) == rt.NeighNoARP
	},
	Made: func(v *Neigh) object.Origin {
		// Of noarp the kernel makes many, for multicast and for devices without ARP.
		if s := v.State.Or(0); s&rt.NeighPermanent == 0 && !v.Proxy.Or(false) {
			return object.Kernel
		}
		return object.User
	},
})
