package bridge

import (
	"errors"
	"iter"

	"golang.org/x/sys/unix"

	"github.com/netlark/netlark/netlinkcore/attr"
	"github.com/netlark/netlark/netlinkcore/internal/uapi"
	"github.com/netlark/netlark/netlinkcore/object"
	"github.com/netlark/netlark/netlinkcore/opt"
	"github.com/netlark/netlark/netlinkcore/rt"
)

// A VLAN is the membership of a bridge's port, or of the bridge itself, in a
// VLAN (struct bridge_vlan_info, BRIDGE_VLANDB_ENTRY_*; bridge(8)). Its key is
// the device and the VLAN's number.
type VLAN struct {
	attr.Extra
	Family opt.Value[uint8]
	Dev    rt.Dev
	// VID is one VLAN in what is read. What is asked for may be a range: all verbs
	// that take a key then mean each of its VLANs.
	VID                opt.Value[attr.Span[uint16]]
	PVID, Untagged     opt.Value[bool]
	State              opt.Value[uint8]
	TunnelID           opt.Value[uint32]
	MulticastRouter    opt.Value[uint8]
	MulticastGroups    opt.Value[uint32]
	MaxMulticastGroups opt.Value[uint32]
	NeighSuppress      opt.Value[bool]
	ForwardGratuitous  opt.Value[bool]
	Stats              *VLANStats
	ends               vidEnds
	onlyOptions        opt.Value[bool]
	tunnelCommand      opt.Value[uint32]
}

// VLANStats are counters of a VLAN (BRIDGE_VLANDB_STATS_*): of the port if the
// bridge has vlan_stats_per_port, else of the bridge as a whole.
type VLANStats struct{ RxBytes, RxPackets, TxBytes, TxPackets opt.Value[uint64] }

// VID is one VLAN, for VLAN.VID.
func VID(vid uint16) opt.Value[attr.Span[uint16]] { return VIDs(vid, vid) }

// VIDs are the VLANs from first to last, for VLAN.VID.
func VIDs(first, last uint16) opt.Value[attr.Span[uint16]] {
	return opt.Of(attr.Span[uint16]{From: first, To: last})
}

// vidEnds are the ends of a range of VLANs where the kernel has them: each in an
// attribute, the last one left out if it is the first.
type vidEnds struct{ first, last opt.Value[uint16] }

func (e *vidEnds) send(vid opt.Value[attr.Span[uint16]]) {
	vids, ok := vid.Get()
	if !ok {
		return
	}
	e.first.Set(vids.From)
	if vids.To != vids.From {
		e.last.Set(vids.To)
	}
}

func (e *vidEnds) read(vid *opt.Value[attr.Span[uint16]]) {
	if first := e.first.Or(0); first != 0 {
		*vid = VIDs(first, e.last.Or(first))
	}
	*e = vidEnds{}
}

// vlanSchema is struct br_vlan_msg and BRIDGE_VLANDB_ENTRY. The kernel tells of
// the VLANs of a device in one message, and of several that are alike as of one
// with BRIDGE_VLANDB_ENTRY_RANGE.
var vlanSchema = attr.Define("bridge.vlan", "VLAN of a bridge's port, or of the bridge itself", uapi.SizeofBrVLANMsg, func(v *VLAN) []attr.Field {
	return append(portFields(v),
		attr.Range(0, "vid", &v.VID, "VLAN; a range means each in it").Range(1, 4094).IsKey().EachOf().Apart(),
		attr.Nested(uapi.BRIDGE_VLANDB_ENTRY, 0, entryFields(v)...),
		attr.Unknown(&v.Extra))
}).Hooks(sendVLAN, readVLAN).Several(uapi.BRIDGE_VLANDB_ENTRY)

// vlanList is what a list is asked for by.
var vlanList = attr.Define("bridge.vlan", "device whose VLANs are listed", uapi.SizeofBrVLANMsg, portFields)

func portFields(v *VLAN) []attr.Field {
	return []attr.Field{
		attr.ByIP("bridge vlan", "add", "%|!"),
		attr.Family(0, "family", &v.Family, "bridge").Default("bridge"),
		attr.HeadDevice(4, "dev", &v.Dev, "port of a bridge, or a bridge").IsKey().Also(attr.Filter),
	}
}

func entryFields(v *VLAN) []attr.Field {
	flag := func(bit uint64, name string, p *opt.Value[bool], doc string) attr.Field {
		return attr.HeadBit(0, -1, 2, bit, name, p, doc)
	}
	return []attr.Field{
		attr.Nested(uapi.BRIDGE_VLANDB_ENTRY_INFO, 4,
			flag(uapi.BRIDGE_VLAN_INFO_PVID, "pvid", &v.PVID, "takes what comes in without a tag; one VLAN of a port can be it").Default(false),
			flag(uapi.BRIDGE_VLAN_INFO_UNTAGGED, "untagged", &v.Untagged, "leaves without a tag").Default(false),
			flag(uapi.BRIDGE_VLAN_INFO_ONLY_OPTS, "only_opts", &v.onlyOptions, "").Only(attr.Inside),
			attr.Head16(2, "first", &v.ends.first, "").Only(attr.Inside)),
		attr.Uint16(uapi.BRIDGE_VLANDB_ENTRY_RANGE, "last", &v.ends.last, "").Only(attr.Inside),
		attr.Uint8(uapi.BRIDGE_VLANDB_ENTRY_STATE, "state", &v.State, "STP state").Words(rt.BridgePortStates).Range(0, 4).Default("forwarding").IP("-"),
		attr.Nested(uapi.BRIDGE_VLANDB_ENTRY_TUNNEL_INFO, 0,
			attr.Uint32(uapi.BRIDGE_VLANDB_TINFO_ID, "tunnel_id", &v.TunnelID, "VNI that the VLAN is in a tunnel, at a port with vlan_tunnel; of a range, the first one's; 0 none").Range(0, 1<<24-1).Clears(0).IP("-"),
			attr.Uint32(uapi.BRIDGE_VLANDB_TINFO_CMD, "tunnel_cmd", &v.tunnelCommand, "").Only(attr.Inside)),
		attr.Uint8(uapi.BRIDGE_VLANDB_ENTRY_MCAST_ROUTER, "mcast_router", &v.MulticastRouter, "whether a multicast router is there").Words(rt.MulticastRouters).Range(0, 3).Default("auto").IP("-"),
		attr.Uint32(uapi.BRIDGE_VLANDB_ENTRY_MCAST_N_GROUPS, "mcast_n_groups", &v.MulticastGroups, "multicast groups in it").FromKernel("6.3").Counter(),
		attr.Uint32(uapi.BRIDGE_VLANDB_ENTRY_MCAST_MAX_GROUPS, "mcast_max_groups", &v.MaxMulticastGroups, "most multicast groups, while the bridge has mcast_vlan_snooping; 0 any number").FromKernel("6.3").Default(0),
		attr.Bool8(uapi.BRIDGE_VLANDB_ENTRY_NEIGH_SUPPRESS, "neigh_suppress", &v.NeighSuppress, "answer ARP and ND for known neighbours, at a port with neigh_vlan_suppress").FromKernel("6.4").Default(false),
		attr.Bool8(uapi.BRIDGE_VLANDB_ENTRY_NEIGH_FORWARD_GRAT, "neigh_forward_grat", &v.ForwardGratuitous, "forward gratuitous ARP and NA in spite of neigh_suppress").FromKernel("7.2").Default(false),
		attr.Nest(uapi.BRIDGE_VLANDB_ENTRY_STATS, "stats", &v.Stats, vlanStats, "counters").Counter(),
	}
}

var vlanStats = attr.Define("stats", "counters of a VLAN", 0, func(v *VLANStats) []attr.Field {
	return []attr.Field{
		attr.Uint64(uapi.BRIDGE_VLANDB_STATS_RX_BYTES, "rx_bytes", &v.RxBytes, "bytes received").Counter(),
		attr.Uint64(uapi.BRIDGE_VLANDB_STATS_RX_PACKETS, "rx_packets", &v.RxPackets, "packets received").Counter(),
		attr.Uint64(uapi.BRIDGE_VLANDB_STATS_TX_BYTES, "tx_bytes", &v.TxBytes, "bytes sent").Counter(),
		attr.Uint64(uapi.BRIDGE_VLANDB_STATS_TX_PACKETS, "tx_packets", &v.TxPackets, "packets sent").Counter(),
		attr.Ignored(uapi.BRIDGE_VLANDB_STATS_PAD),
	}
})

// sendVLAN puts the range where the kernel has it, and says what is to be done
// with the tunnel.
func sendVLAN(v *VLAN) {
	v.ends.send(v.VID)
	switch id, ok := v.TunnelID.Get(); {
	case ok && id == 0:
		v.tunnelCommand.Set(unix.RTM_DELLINK)
	case ok:
		v.tunnelCommand.Set(unix.RTM_SETLINK)
	}
}

// readVLAN is the reverse of sendVLAN.
func readVLAN(v *VLAN) {
	v.ends.read(&v.VID)
	v.onlyOptions.Unset()
	v.tunnelCommand.Unset()
}

// VLANType gives VLANs their verbs. A Replace leaves the options alone that it
// does not name, but not the two flags. Lists ask for counters: without them the
// kernel tells of a range what is true of its first VLAN.
var VLANType = object.Define(&object.Type[VLAN]{
	Schema: vlanSchema,
	Requests: object.Requests{
		object.Add:     {Type: unix.RTM_NEWVLAN},
		object.Replace: {Type: unix.RTM_NEWVLAN},
		object.Set:     {Type: unix.RTM_NEWVLAN},
		object.Delete:  {Type: unix.RTM_DELVLAN},
		object.List: {Type: unix.RTM_GETVLAN, Table: vlanList.Table,
			Also: []object.Word{{Number: uapi.BRIDGE_VLANDB_DUMP_FLAGS, Value: uapi.BRIDGE_VLANDB_DUMPF_STATS}}},
	},
	Args:      []string{"dev", "vid"},
	Events:    []uint32{unix.RTNLGRP_BRVLAN},
	OfBridges: true,
	NotFor:    unix.EINVAL,
	Fill: func(verb object.Verb, v *VLAN) {
		v.Family.Set(unix.AF_BRIDGE)
		if verb == object.Set && !v.PVID.IsSet() && !v.Untagged.IsSet() {
			v.onlyOptions.Set(true) // of what is there, else an error
		}
	},
	Check:  func(_ object.Verb, v *VLAN) error { return keyed(v.Dev, v.VID) },
	Spread: spread,
	Several: func(v *VLAN) (out []*VLAN) {
		for one := range spread(*v) {
			out = append(out, &one)
		}
		return out
	},
	// The VLAN that was the pvid before is it no more, and nothing tells.
	Unsettles: func(v *VLAN) bool { return v.PVID.Or(false) },
	Before:    look,
	BeforeIf: func(verb object.Verb, v *VLAN) bool {
		return verb != object.Replace && !v.onlyOptions.Or(false) || v.TunnelID.IsSet()
	},
	Born: born,
	Clash: func(v, other *VLAN) bool { // a port has one pvid
		return v.Dev.Name() == other.Dev.Name() && v.PVID.Or(false) && other.PVID.Or(false)
	},
})

// keyed refuses what does not name a VLAN.
func keyed(dev rt.Dev, vid opt.Value[attr.Span[uint16]]) error {
	missing := ""
	switch {
	case !dev.IsSet():
		missing = "dev"
	case !vid.IsSet():
		missing = "vid"
	default:
		return nil
	}
	return &object.AttributeError{Code: "invalid", Path: missing, Err: errors.New("is missing")}
}

// spread yields a VLAN of its own for each of a range. The tunnels of a range
// have numbers in a row.
func spread(v VLAN) iter.Seq[VLAN] {
	return func(yield func(VLAN) bool) {
		vids := v.VID.Or(attr.Span[uint16]{})
		first, inTunnel := v.TunnelID.Get()
		for vid := uint32(vids.From); vid <= uint32(vids.To); vid++ {
			one := v
			if v.VID.IsSet() {
				one.VID = VID(uint16(vid))
			}
			if inTunnel && first != 0 {
				one.TunnelID.Set(first + vid - uint32(vids.From))
			}
			if !yield(one) {
				return
			}
		}
	}
}
