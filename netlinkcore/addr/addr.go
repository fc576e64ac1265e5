// Package addr defines the IP addresses of devices: ip-address(8).
package addr

import (
	"errors"
	"net/netip"

	"golang.org/x/sys/unix"

	"github.com/netlark/netlark/netlinkcore/attr"
	"github.com/netlark/netlark/netlinkcore/internal/uapi"
	"github.com/netlark/netlark/netlinkcore/object"
	"github.com/netlark/netlark/netlinkcore/opt"
	"github.com/netlark/netlark/netlinkcore/rt"
)

// An Addr is an IP address of a device (struct ifaddrmsg, IFA_*;
// ip-address(8)). Its key is the device and the address with its prefix length.
type Addr struct {
	attr.Extra
	Family    opt.Value[uint8] // unix.AF_INET or AF_INET6; told by Address
	Address   netip.Prefix     // own address, and the length of its network
	Dev       rt.Dev
	Peer      netip.Prefix // the other end of a point-to-point link
	Broadcast netip.Addr
	Label     opt.Value[string]
	Scope     opt.Value[rt.Scope]
	Metric    opt.Value[uint32] // of the route to the network
	Protocol  opt.Value[uint8]
	// Valid and Preferred are lifetimes in seconds; Forever has none.
	Valid, Preferred opt.Value[uint32]
	// Created and Updated are times since boot, in 1/100 s.
	Created, Updated opt.Value[uint32]

	Secondary, NoDAD, Optimistic, DADFailed, HomeAddress, Deprecated, Tentative opt.Value[bool]
	Permanent, ManageTempAddr, NoPrefixRoute, AutoJoin, StablePrivacy           opt.Value[bool]
}

// Forever is a lifetime without end.
const Forever = 0xffffffff

var (
	lifetimes = attr.Enum{{Forever, "forever"}}
	// Who added an address (linux/if_addr.h, IFAPROT_*): numbers of their own.
	protocols = attr.Enum{{0, "unspec"}, {1, "kernel_lo"}, {2, "kernel_ra"}, {3, "kernel_ll"}}
)

// schema is struct ifaddrmsg and IFA_*.
var schema = attr.Define("addr", "IP address of a device", unix.SizeofIfAddrmsg, func(v *Addr) []attr.Field {
	flag := func(bit uint64, name string, p *opt.Value[bool], doc string) attr.Field {
		return attr.HeadBit(0, -1, 4, bit, name, p, doc)
	}
	return []attr.Field{
		attr.ByIP("ip addr", "change", "%|!"),
		attr.Family(0, "family", &v.Family, "4 or 6"),
		attr.Prefix(unix.IFA_LOCAL, 1, "address", &v.Address, "address with its prefix length").IsKey().WithLength().IP("%"),
		attr.HeadDevice(4, "dev", &v.Dev, "device").IsKey().Also(attr.Filter),
		attr.Prefix(unix.IFA_ADDRESS, 1, "peer", &v.Peer, "address of the other end, with the prefix length").CreateOnly().Matches(),
		attr.Addr(unix.IFA_BROADCAST, "broadcast", &v.Broadcast, "IPv4 broadcast address; \"+\" and \"-\" are the last and the first of the network").CreateOnly().EndsOf("peer", "address"),
		attr.String(unix.IFA_LABEL, "label", &v.Label, "IPv4 label: the device's name, perhaps with a colon and more").Range(0, 15).CreateOnly().Matches(),
		attr.Head8(3, "scope", &v.Scope, "where the address is valid").Words(rt.Scopes).CreateOnly(),
		attr.Uint32(unix.IFA_RT_PRIORITY, "metric", &v.Metric, "metric of the route to the network"),
		attr.Uint8(uapi.IFA_PROTO, "protocol", &v.Protocol, "who added the address").Words(protocols).IP("proto"),
		attr.Nested(unix.IFA_CACHEINFO, 16,
			attr.Head32(0, "preferred_lft", &v.Preferred, "time until it is deprecated").In(attr.Seconds).Words(lifetimes).Default("forever"),
			attr.Head32(4, "valid_lft", &v.Valid, "time until it goes").In(attr.Seconds).Words(lifetimes).Default("forever"),
			attr.Head32(8, "created", &v.Created, "when it was made, 1/100 s since boot").Counter(),
			attr.Head32(12, "updated", &v.Updated, "when it was changed, 1/100 s since boot").Counter()),
		attr.Nested(unix.IFA_FLAGS, 4,
			flag(unix.IFA_F_SECONDARY, "secondary", &v.Secondary, "secondary (IPv4) or temporary (IPv6)").ReadOnly(),
			flag(unix.IFA_F_NODAD, "nodad", &v.NoDAD, "usable without duplicate address detection").Default(false),
			flag(unix.IFA_F_OPTIMISTIC, "optimistic", &v.Optimistic, "usable while duplicates are looked for").Default(false),
			flag(unix.IFA_F_DADFAILED, "dadfailed", &v.DADFailed, "a duplicate was found").Counter(),
			flag(unix.IFA_F_HOMEADDRESS, "home", &v.HomeAddress, "Mobile IPv6 home address").Default(false),
			flag(unix.IFA_F_DEPRECATED, "deprecated", &v.Deprecated, "past its preferred lifetime").Counter(),
			flag(unix.IFA_F_TENTATIVE, "tentative", &v.Tentative, "duplicates are being looked for").Counter(),
			flag(unix.IFA_F_PERMANENT, "permanent", &v.Permanent, "has no valid lifetime").Counter(),
			flag(unix.IFA_F_MANAGETEMPADDR, "mngtmpaddr", &v.ManageTempAddr, "the kernel makes temporary addresses from it").Default(false),
			flag(unix.IFA_F_NOPREFIXROUTE, "noprefixroute", &v.NoPrefixRoute, "makes no route to its network").Default(false).FixedIf("family", "4"),
			flag(unix.IFA_F_MCAUTOJOIN, "autojoin", &v.AutoJoin, "joins the multicast group").CreateOnly().Default(false),
			flag(unix.IFA_F_STABLE_PRIVACY, "stable_privacy", &v.StablePrivacy, "made from a secret (RFC 7217)").ReadOnly()),
		attr.Ignored(unix.IFA_ANYCAST, unix.IFA_MULTICAST),
		attr.Unknown(&v.Extra),
	}
}).Hooks(nil, split)

// split tells own address and peer apart: what IFA_ADDRESS means depends on
// whether IFA_LOCAL is there.
func split(v *Addr) {
	switch {
	case !v.Address.IsValid():
		v.Address, v.Peer = v.Peer, netip.Prefix{}
	case v.Peer.Addr() == v.Address.Addr():
		v.Peer = netip.Prefix{}
	}
}

// Type gives addresses their verbs.
var Type = object.Define(&object.Type[Addr]{
	Schema: schema,
	Clash: func(v, other *Addr) bool { // whatever its length and peer
		return v.Address.Addr().Is6() && v.Address.Addr() == other.Address.Addr() && v.Dev.Name() == other.Dev.Name()
	},
	Requests: object.Requests{
		object.Add:     {Type: unix.RTM_NEWADDR, Flags: unix.NLM_F_CREATE | unix.NLM_F_EXCL},
		object.Replace: {Type: unix.RTM_NEWADDR, Flags: unix.NLM_F_CREATE | unix.NLM_F_REPLACE},
		object.Set:     {Type: unix.RTM_NEWADDR, Flags: unix.NLM_F_REPLACE},
		object.Delete:  {Type: unix.RTM_DELADDR},
		object.List:    {Type: unix.RTM_GETADDR},
	},
	Args:     []string{"address"},
	Complete: true, // flags and lifetimes that are not sent are reset
	Fill:     fill,
	Check:    check,
	Events:   []uint32{unix.RTNLGRP_IPV4_IFADDR, unix.RTNLGRP_IPV6_IFADDR},
	Implied: func(v *Addr) {
		if label, _ := v.Label.Get(); label == v.Dev.Name() {
			v.Label.Unset()
		}
		if scope, _ := v.Scope.Get(); scope == rt.ScopeGlobal && !v.Address.Addr().IsLoopback() || v.Address.Addr().Is6() {
			v.Scope.Unset() // IPv6's follows from the address
		}
	},
	OrderedBy: func(v *Addr) string { // the first of a subnet is its primary one
		return v.Dev.String() + " " + v.Address.Masked().String()
	},
	Made: func(v *Addr) object.Origin {
		switch p := v.Protocol.Or(0); {
		case p != 0 && p <= 3:
			return object.Kernel
		case p != 0:
			return object.Daemon
		}
		return object.User
	},
})

// fill sets what ip sets: the scope of loopback addresses, and the second
// lifetime when only one is given, since the kernel takes both or none.
func fill(verb object.Verb, v *Addr) {
	if verb == object.Delete && !v.Peer.IsValid() {
		v.Peer = v.Address // or else the kernel takes the first one, whatever its length
	}
	if verb.Reads() || verb == object.Delete {
		return
	}
	if a := v.Address.Addr(); verb == object.Add && !v.Scope.IsSet() && a.Is4() && a.IsLoopback() {
		v.Scope.Set(rt.ScopeHost)
	}
	valid, hasValid := v.Valid.Get()
	switch {
	case hasValid && !v.Preferred.IsSet():
		v.Preferred.Set(valid)
	case !hasValid && v.Preferred.IsSet():
		v.Valid.Set(Forever)
	}
}

// check refuses what says too little, in better words than the kernel's, which
// calls it a device that is not there or a family that it does not support.
func check(_ object.Verb, v *Addr) error {
	switch {
	case !v.Address.IsValid():
		return &object.AttributeError{Code: "invalid", Path: "address", Err: errors.New("is missing")}
	case !v.Dev.IsSet():
		return &object.AttributeError{Code: "invalid", Path: "dev", Err: errors.New("is missing: an address is one of a device")}
	}
	return nil
}
