package capture_test

import (
	"net/netip"
	"testing"

	"github.com/netlark/netlark/netlinkcore/addr"
	"github.com/netlark/netlark/netlinkcore/attr"
	"github.com/netlark/netlark/netlinkcore/bridge"
	"github.com/netlark/netlark/netlinkcore/link"
	"github.com/netlark/netlark/netlinkcore/neigh"
	"github.com/netlark/netlark/netlinkcore/object"
	"github.com/netlark/netlark/netlinkcore/opt"
	"github.com/netlark/netlark/netlinkcore/rt"
	"github.com/netlark/netlark/netlinkcore/rule"
	"github.com/netlark/netlark/netlinkcore/xfrm"
)

// made adds to a scenario what the ip command of an older release cannot make.
// What the kernel cannot do is told and left out.
func made(t *testing.T, file string) {
	t.Helper()
	s := object.NewScope(object.Config{})
	defer s.Close()
	on := opt.Of(true)
	table := opt.Of(rt.Table(8))
	var refs []object.Ref
	verb := object.Add
	switch file {
	case "link_kinds":
		refs = append(refs, link.Type.Ref(&link.Link{Name: "vxn", Kind: &link.VXLAN{ID: opt.Of[uint32](77), RemoteChecksumNoPartial: on}}),
			link.Type.Ref(&link.Link{Name: "vxm", Kind: &link.VXLAN{ID: opt.Of[uint32](78), MulticastRoute: on}}))
		refs = append(refs, moreKinds()...)
	case "link_ports":
		verb = object.Set
		refs = append(refs, link.Type.Ref(&link.Link{Name: "p0", Port: &link.BridgePort{BackupNextHop: opt.Of[uint32](5)}}))
	case "addr_all":
		refs = append(refs, addr.Type.Ref(&addr.Addr{Address: netip.MustParsePrefix("10.0.0.1/8"), Dev: rt.DevName("d0"), Protocol: opt.Of[uint8](5)}))
	case "bridge_fdb":
		mac, _ := attr.ParseMAC("02:00:00:00:00:07")
		refs = append(refs, bridge.FDBType.Ref(&bridge.FDB{LLAddr: mac, Dev: rt.DevName("v0"), Master: on, ActivityNotify: opt.Of[uint8](1)}))
	case "bridge_mdb":
		refs = groups()
	case "bridge_vlan":
		refs = append(refs, bridge.VLANType.Ref(&bridge.VLAN{Dev: rt.DevName("v0"), VID: bridge.VID(20), MaxMulticastGroups: opt.Of[uint32](7)}),
			bridge.VLANType.Ref(&bridge.VLAN{Dev: rt.DevName("v0"), VID: bridge.VID(20), NeighSuppress: on}))
		verb = object.Set
	case "rule_all":
		refs = append(refs, rule.Type.Ref(&rule.Rule{Priority: opt.Of[uint32](113), Table: table, DSCP: opt.Of(attr.Masked[uint8]{Value: 10, Mask: 0xff})}),
			rule.Type.Ref(&rule.Rule{Priority: opt.Of[uint32](114), Table: table, FlowLabel: opt.Of(attr.Masked[uint32]{Value: 1, Mask: 0xff}), Family: opt.Of[uint8](10)}),
			rule.Type.Ref(&rule.Rule{Priority: opt.Of[uint32](115), Table: table, SrcPorts: opt.Of(attr.Span[uint16]{From: 0x1000, To: 0x1000, Mask: 0xf000}),
				DstPorts: opt.Of(attr.Span[uint16]{From: 0x10, To: 0x10, Mask: 0xfff0})}))
	case "nexthop_all":
		refs = nexthops()
	case "neigh_all":
		mac, _ := attr.ParseMAC("02:00:00:00:00:0d")
		refs = append(refs, neigh.Type.Ref(&neigh.Neigh{Dst: netip.MustParseAddr("192.0.2.14"), Dev: rt.DevName("v0"), LLAddr: mac,
			State: opt.Of(rt.NeighStale), ExternLearn: on, Validated: on}))
	case "route_all":
		refs = routes(t)
	case "tc_filter":
		refs = filters()
	case "xfrm_all":
		refs = append(refs, xfrm.StateType.Ref(state(0x300, func(v *xfrm.State) {
			v.Mode = opt.Of(xfrm.IPTFS)
			v.More = &xfrm.StateMore{DontFragment: on, InitDelay: opt.Of[uint32](500), MaxQueue: opt.Of[uint32](100000), PacketSize: opt.Of[uint32](1000)}
		})), xfrm.StateType.Ref(state(0x301, func(v *xfrm.State) {
			v.Encap = &xfrm.Encap{Type: opt.Of[uint16](2), SrcPort: opt.Of[uint16](4500), DstPort: opt.Of[uint16](4500)}
			v.More = &xfrm.StateMore{KeepAlive: opt.Of[uint32](20)}
		})), xfrm.StateType.Ref(state(0x303, func(v *xfrm.State) {
			v.Dir = opt.Of[uint8](1)
			v.Encap = &xfrm.Encap{Type: opt.Of[uint16](2), SrcPort: opt.Of[uint16](4500), DstPort: opt.Of[uint16](4500)}
			v.More = &xfrm.StateMore{MappingTime: opt.Of[uint32](7)}
		})), xfrm.StateType.Ref(state(0x302, func(v *xfrm.State) { v.More = &xfrm.StateMore{CPU: opt.Of[uint32](0)} })))
	}
	for _, r := range refs {
		if _, err := r.Family.Do(t.Context(), s, verb, r); err != nil {
			t.Logf("left out: %s: %v", r, err)
		}
	}
}

// moreKinds are links that are younger than the ip command.
func moreKinds() []object.Ref {
	on, cutoff := opt.Of(true), &link.MACVLAN{}
	cutoff.Cutoff = opt.Of[int32](7)
	tap := link.MACVTap(*cutoff)
	far, near := netip.MustParseAddr("192.0.2.66"), netip.MustParseAddr("192.0.2.1")
	parent := func(name string, kind link.Kind) *link.Link {
		return &link.Link{Name: name, Kind: kind, Parent: rt.DevName("v2")}
	}
	var refs []object.Ref
	for _, v := range []*link.Link{
		parent("mv3", cutoff), parent("mt3", &tap),
		{Name: "gn3", Kind: &link.Geneve{ID: opt.Of[uint32](9), Remote: far, Local: near, PortMin: opt.Of[uint16](2000), PortMax: opt.Of[uint16](3000)}},
		{Name: "gn4", Kind: &link.Geneve{ID: opt.Of[uint32](10), Remote: far, AggregationHint: on}},
		{Name: "nkl", Kind: &link.Netkit{Mode: opt.Of[uint32](0), Policy: opt.Of[uint32](2)}},
		{Name: "nkr", Kind: &link.Netkit{Scrub: opt.Of[uint32](0), Headroom: opt.Of[uint16](64), Tailroom: opt.Of[uint16](32)}},
		{Name: "nks", Kind: &link.Netkit{Pairing: opt.Of[uint32](1)}},
		{Name: "ovm", Kind: &link.OVPN{Mode: opt.Of[uint8](1)}},
		{Name: "ha", Kind: &link.Veth{}}, {Name: "hb", Kind: &link.Veth{}}, {Name: "hc", Kind: &link.Veth{}},
		{Name: "hs1", Kind: &link.HSR{Slave1: rt.DevName("ha"), Slave2: rt.DevName("hb"), Interlink: rt.DevName("hc")}},
	} {
		refs = append(refs, link.Type.Ref(v))
	}
	return refs
}

// state is an outgoing state of a tunnel, with what change adds.
func state(spi uint32, change func(*xfrm.State)) *xfrm.State {
	v := &xfrm.State{Src: netip.MustParseAddr("192.0.2.1"), Dst: netip.MustParseAddr("192.0.2.40"), Proto: opt.Of(xfrm.ESP),
		SPI: opt.Of(spi), Mode: opt.Of(xfrm.Tunnel), Dir: opt.Of[uint8](2),
		AEAD: &xfrm.AEAD{Name: opt.Of("rfc4106(gcm(aes))"), Key: make([]byte, 20), ICV: opt.Of[uint32](128)}}
	change(v)
	return v
}
