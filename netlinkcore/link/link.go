// Package link defines network devices and their kinds: ip-link(8).
//
// Each kind is a file, kind_<name>.go, each kind of port port_<name>.go. The
// generic attributes are in this one.
package link

import (
	"context"
	"errors"

	"golang.org/x/sys/unix"

	"github.com/netlark/netlark/netlinkcore/attr"
	"github.com/netlark/netlark/netlinkcore/internal/uapi"
	"github.com/netlark/netlark/netlinkcore/object"
	"github.com/netlark/netlark/netlinkcore/opt"
	"github.com/netlark/netlark/netlinkcore/rt"
)

// A Link is a network device (struct ifinfomsg, IFLA_*; ip-link(8)). Its name
// is its key.
type Link struct {
	attr.Extra
	Name   string
	Index  opt.Value[uint32]
	Rename string            // the name to give it, in a change
	Kind   Kind              // nil: a physical device, or not known
	Port   Port              // options of a port, by its master's kind
	Type   opt.Value[uint16] // ARPHRD_*

	Up, Promisc, AllMulticast, Multicast, ARP, Dynamic   opt.Value[bool]
	Loopback, Broadcasts, PointToPoint, Running, Carrier opt.Value[bool]
	ForceCarrier, ProtoDown                              opt.Value[bool]
	Master, Parent                                       rt.Dev
	ParentNetNS                                          rt.NetNS // where Parent is, in a creation or filter; unset: here
	ParentNSID                                           opt.Value[int32]
	NetNS                                                rt.NetNS
	Address, Broadcast                                   rt.MAC
	MTU, QueueLength, Group, TxQueues, RxQueues          opt.Value[uint32]
	GSOMaxSize, GSOMaxSegs, GROMaxSize                   opt.Value[uint32]
	GSOIPv4MaxSize, GROIPv4MaxSize                       opt.Value[uint32]
	State                                                opt.Value[OperState]
	Mode                                                 opt.Value[uint8]
	Alias                                                opt.Value[string]
	Qdisc                                                string
	AltNames                                             []AltName
	ProtoDownReason                                      opt.Value[rt.Mark]
	Stats                                                *Stats
	XDP                                                  *XDP
	Map                                                  *Map
	Hardware                                             *Hardware
	Details                                              *Details
}

// Details are what is rarely asked for, though the kernel always says it
// (IFLA_*, ip -details link).
type Details struct {
	Facts
	Families
}

// An AltName is a further name of a device, up to 127 bytes (IFLA_ALT_IFNAME).
type AltName struct{ Name string }

// An OperState is a device's operational state (RFC 2863).
type OperState uint8

// Operational states.
const (
	StateUnknown        OperState = 0
	StateNotPresent     OperState = 1
	StateDown           OperState = 2
	StateLowerLayerDown OperState = 3
	StateTesting        OperState = 4
	StateDormant        OperState = 5
	StateUp             OperState = 6
)

// An AddrGenMode says how IPv6 link-local addresses are made.
type AddrGenMode uint8

// Modes of address generation.
const (
	GenEUI64 AddrGenMode = iota
	GenNone
	GenStableSecret
	GenRandom
)

var (
	operStates = attr.Enum{{0, "unknown"}, {1, "notpresent"}, {2, "down"}, {3, "lowerlayerdown"}, {4, "testing"}, {5, "dormant"}, {6, "up"}}
	linkModes  = attr.Enum{{0, "default"}, {1, "dormant"}}
	genModes   = attr.Enum{{0, "eui64"}, {1, "none"}, {2, "stable_secret"}, {3, "random"}}
	groups     = attr.Enum{{0, "default"}}
)

var altName = attr.Define("altname", "a further name", 0, func(v *AltName) []attr.Field {
	return []attr.Field{attr.String(unix.IFLA_ALT_IFNAME, "name", &v.Name, "up to 127 bytes").Checked(attr.CheckAltName)}
}).Scalar()

// schema is struct ifinfomsg and IFLA_*.
var schema = attr.Define("link", "network device", unix.SizeofIfInfomsg, func(v *Link) []attr.Field {
	bit := func(flag uint64, name string, p *opt.Value[bool], doc string) attr.Field {
		return attr.HeadBit(8, 12, 4, flag, name, p, doc)
	}
	return append([]attr.Field{
		attr.ByIP("ip link", "set", ""),
		attr.String(unix.IFLA_IFNAME, "name", &v.Name, "name, 15 bytes at most; of what is there an altname, too").Only(attr.Create | attr.Report | attr.Key).Checked(attr.CheckReference).IP("name %;dev %"),
		attr.Head32(4, "index", &v.Index, "interface index; the kernel chooses that of a new device unless given").IsKey().IP("index %;!"),
		attr.String(unix.IFLA_IFNAME, "rename", &v.Rename, "new name; before Linux 6.2 only while down").ToSet("name").IfDown().Checked(attr.CheckNewName).IP("name"),
		attr.Nested(unix.IFLA_LINKINFO, 0,
			attr.Select(unix.IFLA_INFO_KIND, unix.IFLA_INFO_DATA, true, "kind", &v.Kind, kinds, "what sort of device, with its options").Means("Unknown device type").IP("type"),
			attr.Select(unix.IFLA_INFO_SLAVE_KIND, unix.IFLA_INFO_SLAVE_DATA, true, "port", &v.Port, ports, "options of a port of its master").ChangeOnly().FollowsChangeOf("master").IP("type"),
			attr.Ignored(unix.IFLA_INFO_XSTATS),
		),
		attr.Head16(2, "type", &v.Type, "hardware type, ARPHRD_*").ReadOnly(),
		bit(unix.IFF_UP, "up", &v.Up, "administratively up").Default(false).GoesLast().FollowsChangeOf("master").IP("up|down"),
		bit(unix.IFF_PROMISC, "promisc", &v.Promisc, "receive all packets").Default(false),
		bit(unix.IFF_ALLMULTI, "allmulticast", &v.AllMulticast, "receive all multicast packets").Default(false),
		bit(unix.IFF_MULTICAST, "multicast", &v.Multicast, "takes part in multicast").DefaultBut(true, "kind", "ifb"),
		bit(unix.IFF_NOARP, "arp", &v.ARP, "resolves addresses with ARP and ND").Inverted().DefaultBut(true, "kind", "ifb"),
		bit(unix.IFF_DYNAMIC, "dynamic", &v.Dynamic, "loses its addresses when it goes down").Default(false),
		bit(unix.IFF_LOOPBACK, "loopback", &v.Loopback, "is the loopback device").ReadOnly(),
		bit(unix.IFF_BROADCAST, "broadcasts", &v.Broadcasts, "can send broadcasts").ReadOnly(),
		bit(unix.IFF_POINTOPOINT, "pointopoint", &v.PointToPoint, "has one peer").ReadOnly(),
		bit(unix.IFF_RUNNING, "running", &v.Running, "operational: RFC 2863 state up or unknown").Counter(),
		bit(unix.IFF_LOWER_UP, "lower_up", &v.Carrier, "has carrier").Counter(),
		attr.Device(unix.IFLA_MASTER, "master", &v.Master, "bridge, bond or VRF that it is a port of").Clears("").Also(attr.Filter).Settles().IP("master %|nomaster"),
		attr.Device(unix.IFLA_LINK, "parent", &v.Parent, "device underneath; ns.dev(…) is one of another namespace").CreateOnly().MayBeIn("parent_netns").IP("<link %"),
		attr.Uint32(unix.IFLA_LINK_NETNSID, "parent_nsid", &v.ParentNSID, "id of the namespace that the parent, the peer or a tunnel's end is in").CreateOnly().IP("link-netnsid"),
		attr.Namespace(0, "parent_netns", &v.ParentNetNS, "namespace that the parent or a tunnel's end is in").Only(attr.Create | attr.Filter).Apart().AlsoCalled("link_netns").IP("link-netns"),
		attr.Namespace(unix.IFLA_NET_NS_FD, "netns", &v.NetNS, "namespace to be born in or to move to").Means("netns").MovesIt(),
		attr.LinkAddr(unix.IFLA_ADDRESS, "address", &v.Address, "link-layer address").FixedIf("kind", "ifb"),
		attr.LinkAddr(unix.IFLA_BROADCAST, "broadcast", &v.Broadcast, "link-layer broadcast address, or a tunnel's peer").Default("ff:ff:ff:ff:ff:ff"),
		attr.Uint32(unix.IFLA_MTU, "mtu", &v.MTU, "largest packet, bytes").Means("mtu "),
		attr.Uint32(unix.IFLA_TXQLEN, "txqueuelen", &v.QueueLength, "length of the transmit queue, packets").DefaultBut(1000, "kind", "ifb"),
		attr.Uint32(unix.IFLA_GROUP, "group", &v.Group, "group number").Words(groups).Default("default"),
		attr.Uint32(unix.IFLA_NUM_TX_QUEUES, "numtxqueues", &v.TxQueues, "number of transmit queues; 1 unless given, or what the kind says (veth, bond, team, tun)").CreateOnly().DefaultBut(1, "kind", "veth", "bond", "team", "tun"),
		attr.Uint32(unix.IFLA_NUM_RX_QUEUES, "numrxqueues", &v.RxQueues, "number of receive queues; 1 unless given, or what the kind says (veth, bond, team, tun)").CreateOnly().DefaultBut(1, "kind", "veth", "bond", "team", "tun"),
		attr.Uint32(unix.IFLA_GSO_MAX_SIZE, "gso_max_size", &v.GSOMaxSize, "largest segmented packet, bytes").Default(65536),
		attr.Uint32(unix.IFLA_GSO_MAX_SEGS, "gso_max_segs", &v.GSOMaxSegs, "most segments in one packet").Default(65535),
		attr.Uint32(unix.IFLA_GRO_MAX_SIZE, "gro_max_size", &v.GROMaxSize, "largest aggregated packet, bytes").Default(65536),
		attr.Uint32(unix.IFLA_GSO_IPV4_MAX_SIZE, "gso_ipv4_max_size", &v.GSOIPv4MaxSize, "largest segmented IPv4 packet, bytes").Default(65536).FromKernel("6.3"),
		attr.Uint32(unix.IFLA_GRO_IPV4_MAX_SIZE, "gro_ipv4_max_size", &v.GROIPv4MaxSize, "largest aggregated IPv4 packet, bytes").Default(65536).FromKernel("6.3"),
		attr.Uint8(unix.IFLA_OPERSTATE, "state", &v.State, "operational state, RFC 2863").Words(operStates).Also(attr.Volatile),
		attr.Uint8(unix.IFLA_LINKMODE, "mode", &v.Mode, "whether carrier alone makes it operational").Words(linkModes).Default("default"),
		attr.String(unix.IFLA_IFALIAS, "alias", &v.Alias, "free text, 255 bytes at most").Range(0, 255).ChangeOnly().Clears(""),
		attr.String(unix.IFLA_QDISC, "qdisc", &v.Qdisc, "kind of the root queueing discipline").ReadOnly(),
		attr.Nested(unix.IFLA_PROP_LIST, 0,
			attr.List(unix.IFLA_ALT_IFNAME, 0, attr.Repeat, "altnames", &v.AltNames, altName, "further names").AnyOrder().By(unix.RTM_NEWLINKPROP, unix.RTM_DELLINKPROP).IP("property altname")),
		perFamily(v),
		attr.Bool8(unix.IFLA_CARRIER, "carrier", &v.ForceCarrier, "carrier, which some kinds let the user set").ChangeOnly().Also(attr.Volatile),
		attr.Bool8(unix.IFLA_PROTO_DOWN, "protodown", &v.ProtoDown, "held down on behalf of a protocol").ChangeOnly().Default(false),
		attr.Nest(unix.IFLA_STATS64, "stats", &v.Stats, stats, "counters").Counter().Shared(),
		attr.Nested(unix.IFLA_PROTO_DOWN_REASON, 0,
			attr.MaskedNumber(unix.IFLA_PROTO_DOWN_REASON_VALUE, unix.IFLA_PROTO_DOWN_REASON_MASK, "protodown_reason", &v.ProtoDownReason, "why it is held down, bits with a mask").ChangeOnly().IP("-")),
		attr.Nest(unix.IFLA_XDP, "xdp", &v.XDP, xdp, "XDP program").ChangeOnly().Quiet().Lost("its XDP program goes if it is pinned nowhere").IP("-"),
		attr.Nest(unix.IFLA_MAP, "map", &v.Map, ifMap, "addresses of old hardware").ChangeOnly().Quiet().IP("-"),
		attr.Ignored(unix.IFLA_STATS, unix.IFLA_WEIGHT, unix.IFLA_COST, unix.IFLA_PRIORITY, unix.IFLA_EVENT),
		hardware(&v.Hardware), facts(&v.Details),
		attr.Unknown(&v.Extra),
	}, hardwareOfOthers(&v.Hardware)...)
}).Made("link.peer", "name").Hooks(nil, received)

// received says of a link what the kernel means.
func received(v *Link) {
	if v.ParentNSID.IsSet() {
		nameless(v)
	}
	if k, ok := v.Kind.(*Netkit); ok && k.Mode.Or(0) == netkitL3 {
		v.Address = rt.MAC{} // zeros, which it would not take
	}
}

// withVFs asks for virtual functions, which the kernel leaves out otherwise.
var withVFs = []object.Word{{Number: unix.IFLA_EXT_MASK, Value: uapi.ExtFilterVF}}

// Type gives links their verbs.
var Type = object.Define(&object.Type[Link]{
	Schema: schema,
	Requests: object.Requests{
		object.Add:    {Type: unix.RTM_NEWLINK, Flags: unix.NLM_F_CREATE | unix.NLM_F_EXCL},
		object.Set:    {Type: unix.RTM_NEWLINK},
		object.Delete: {Type: unix.RTM_DELLINK},
		object.Get:    {Type: unix.RTM_GETLINK, Also: withVFs},
		object.List:   {Type: unix.RTM_GETLINK, Also: withVFs},
	},
	Args:         []string{"name", "kind"},
	Events:       []uint32{unix.RTNLGRP_LINK},
	Fill:         fill,
	Resolve:      resolve,
	Check:        check,
	Find:         find,
	Arrived:      arrived,
	Loses:        heldByProgram,
	IdentifiedBy: func(v *Link) string { return v.Name },
	Along:        along,
	EndOf:        joint,
	Ends:         joined,
	With:         join,
	Far:          far,
	Outside:      outside,
	Together:     removeTogether,
	Made: func(v *Link) object.Origin {
		if v.Loopback.Or(false) || v.Kind == nil {
			return object.Kernel
		}
		return object.User
	},
})

// check refuses what names no device or has no kind, and names for what is to be made that a device may have and should
// not: a terminal would act on some, a shell on others.
func check(verb object.Verb, v *Link) error {
	if d := v.Details; d != nil && d.NewIndex.IsSet() && (verb != object.Set || !v.NetNS.IsSet()) { // the kernel would ignore it
		return &object.AttributeError{Code: "invalid", Path: "new_index", Err: errors.New("is for a device that moves: set netns with it")}
	}
	if verb != object.Add {
		return named(v)
	}
	if v.Kind == nil {
		return &object.AttributeError{Code: "invalid", Path: "kind", Err: errors.New("is missing: what sort of device?")}
	}
	names := map[string]*Link{"name": v}
	if end, ok := v.Kind.(pair); ok && end.peer() != nil {
		names["kind.peer.name"] = end.peer()
	}
	for path, l := range names {
		if err := attr.CheckNewName(l.Name); l.Name != "" && err != nil {
			return &object.AttributeError{Code: "invalid", Path: path, Err: err}
		}
	}
	return nil
}

// named refuses a link without anything to find it by.
func named(v *Link) error {
	if v.Name == "" && !v.Index.IsSet() {
		return &object.AttributeError{Code: "invalid", Path: "name", Err: errors.New("is missing: which device?")}
	}
	return nil
}

// find looks up the index of a link that is named: requests name no devices.
func find(ctx context.Context, s *object.Scope, v *Link) error {
	if v.Name == "" || v.Index.IsSet() {
		return nil
	}
	i, err := s.Index(ctx, v.Name)
	if err != nil {
		return &object.AttributeError{Code: object.Code(err), Path: "name", Err: err}
	}
	v.Index.Set(i)
	return nil
}

// along returns what a pair's other end cannot be given at its birth.
func along(v *Link) (rt.NetNS, *Link) {
	end, ok := v.Kind.(pair)
	if !ok || end.peer() == nil {
		return rt.NetNS{}, nil
	}
	peer, rest := end.peer(), &Link{}
	late := false
	schema.Merge(attr.To(rest), attr.To(peer), func(f *attr.Field) bool {
		take := f.Access&attr.Change != 0 && (f.Last || f.There || f.Access&attr.Create == 0)
		late = late || take
		return take || f.Name == "name"
	})
	if !late {
		return rt.NetNS{}, nil
	}
	return peer.NetNS, rest
}
