package link_test

import (
	"net/netip"
	"testing"

	"github.com/netlark/netlark/netlinkcore/attr"
	"github.com/netlark/netlark/netlinkcore/internal/verbtest"
	"github.com/netlark/netlark/netlinkcore/link"
	"github.com/netlark/netlark/netlinkcore/object"
	"github.com/netlark/netlark/netlinkcore/opt"
	"github.com/netlark/netlark/netlinkcore/rt"
	"github.com/netlark/netlark/tests/nstest"
)

// A parent in another namespace is named by its name there.
func TestParentElsewhere(t *testing.T) {
	p := verbtest.New(t, "kind:dummy", "kind:vlan", "kind:vxlan", "kind:gre")
	other := attr.NSFD("", p.Other.FD())
	p.Sh("ip link add p0 type dummy; ip link add p1 type dummy") // a name and indexes that could be mistaken
	p.Other.Sh(t, "ip link add p1 type dummy; ip link add p0 up type dummy")
	there := p.Other.IP(t, "link", "show", "dev", "p0")[0]["ifindex"]
	parent := rt.DevName("p0")
	p.Must(object.Add, ref(&link.Link{Name: "vl", Parent: parent, ParentNetNS: other, Kind: &link.VLAN{ID: opt.Of[uint16](5)}, Up: yes}))
	links(p, "vl", map[string]any{"link_index": there, "link_netnsid": 0, "linkinfo.info_data.id": 5})
	p.Must(object.Add, ref(&link.Link{Name: "vx", Parent: parent, ParentNetNS: rt.NSName("other"),
		Kind: &link.VXLAN{ID: opt.Of[uint32](5), Port: opt.Of[uint16](4789)}}))
	links(p, "vx", map[string]any{"link_netnsid": 0})
	gre := &link.GRE{}
	gre.Remote, gre.Local = netip.MustParseAddr("192.0.2.2"), netip.MustParseAddr("192.0.2.1")
	p.Must(object.Add, ref(&link.Link{Name: "g1", ParentNetNS: other, Kind: gre}))
	links(p, "g1", map[string]any{"link_netnsid": 0, "link": nil})

	v, _ := link.Type.As(p.One(ref(called("vx", nil))))
	if k := v.Kind.(*link.VXLAN); v.Parent.IsSet() || k.Parent.Name() != "" || k.Parent.Index != uint32(there.(int)) {
		t.Errorf("the device underneath is %v, %v; want that with the index %v, which has no name here", v.Parent, k.Parent, there)
	}
	v, _ = link.Type.As(p.One(ref(called("vl", nil))))
	p.Count(1, ref(&link.Link{Parent: parent, ParentNetNS: other}))
	p.Count(0, ref(&link.Link{Parent: rt.DevName("p1"), ParentNetNS: other}))
	p.Refused(object.Add, ref(&link.Link{Name: "x", Parent: rt.DevName("none"), ParentNetNS: other, Kind: &link.VLAN{ID: opt.Of[uint16](6)}}),
		"not_found", "parent")
	p.Refused(object.Add, ref(&link.Link{Name: "x", Parent: parent, ParentNetNS: attr.NSFD("", 0), Kind: &link.VLAN{ID: opt.Of[uint16](6)}}),
		"invalid", "parent_netns")

	p.Must(object.Add, ref(&link.Link{Name: "own", Parent: parent, ParentNetNS: attr.NSFD("", p.NS.FD()), Kind: &link.VLAN{ID: opt.Of[uint16](7)}}))
	links(p, "own", map[string]any{"link": "p0", "link_netnsid": nil})
	p.Must(object.Add, ref(&link.Link{Name: "again", Parent: v.Parent, ParentNSID: v.ParentNSID, Kind: &link.VLAN{ID: opt.Of[uint16](8)}}))
	links(p, "again", map[string]any{"link_index": there, "link_netnsid": 0})
}

// What a link is given beside its namespace is given to it there.
func TestBornElsewhere(t *testing.T) {
	p := verbtest.New(t, "kind:dummy", "kind:bridge", "kind:veth")
	other := attr.NSFD("", p.Other.FD())
	p.Sh("ip link add b0 type bridge")
	p.Other.Sh(t, "ip link add pad type dummy; ip link add b0 type bridge; ip link add x type dummy; ip link property add dev x altname taken")
	all := &link.Link{Name: "d0", NetNS: other, Kind: &link.Dummy{}, Master: rt.DevName("b0"), Alias: opt.Of("there"), Up: yes,
		MTU: opt.Of[uint32](1400), Port: &link.BridgePort{Isolated: yes}, AltNames: []link.AltName{{Name: "further"}}}
	p.Must(object.Add, ref(all))
	p.Observe(map[string]any{"master": "b0", "ifalias": "there", "mtu": 1400, "altnames": "[further]", "linkinfo.info_slave_data.isolated": true,
		"flags": "[BROADCAST NOARP UP LOWER_UP]"}, p.Other.IP, "link", "show", "dev", "d0")
	bad := *all
	bad.Name, bad.AltNames = "d1", []link.AltName{{Name: "taken"}}
	p.Refused(object.Add, ref(&bad), "exists", "altnames")
	for _, ns := range []*nstest.NS{p.NS, p.Other} {
		ns.Sh(t, "! ip link show dev d1")
	}
	p.Must(object.Add, ref(called("v0", &link.Veth{Peer: &link.Link{Name: "v1", NetNS: other, Master: rt.DevName("b0"), Up: yes}})))
	p.Observe(map[string]any{"master": "b0"}, p.Other.IP, "link", "show", "up", "dev", "v1")
	p.Must(object.Add, ref(called("v2", &link.Veth{Peer: &link.Link{Name: "v3", Master: rt.DevName("b0")}})))
	links(p, "v3", map[string]any{"master": "b0"})
}

// So is what it is given when it moves; a move that fails half-way is undone.
func TestMoveElsewhere(t *testing.T) {
	p := verbtest.New(t, "kind:dummy", "kind:bridge")
	other := attr.NSFD("", p.Other.FD())
	p.Sh("ip link add b0 type bridge")
	p.Other.Sh(t, "ip link add pad type dummy; ip link add b0 type bridge; ip link property add dev pad altname taken")
	p.Must(object.Add, ref(&link.Link{Name: "d0", Kind: &link.Dummy{}, Alias: opt.Of("before")}))
	move := &link.Link{Name: "d0", NetNS: other, Rename: "e0", Master: rt.DevName("b0"), Alias: opt.Of("after"),
		AltNames: []link.AltName{{Name: "taken"}}}
	p.Refused(object.Set, ref(move), "exists", "altnames")
	links(p, "d0", map[string]any{"ifalias": "before", "master": nil})
	p.Other.Sh(t, "! ip link show dev e0")
	move.AltNames[0].Name = "free"
	p.Must(object.Set, ref(move))
	p.Observe(map[string]any{"master": "b0", "ifalias": "after", "altnames": "[free]"}, p.Other.IP, "link", "show", "dev", "e0")
	p.Count(0, ref(called("d0", nil)))
}

// A device gets the index that is asked for where it moves to.
func TestNewIndex(t *testing.T) {
	p := verbtest.New(t, "kind:veth")
	p.Sh("ip link add v0 type veth peer name v1")
	other, wanted := attr.NSFD("", p.Other.FD()), &link.Details{Facts: link.Facts{NewIndex: opt.Of[uint32](777)}}
	p.Must(object.Set, ref(&link.Link{Name: "v0", NetNS: other, Details: wanted}))
	p.Observe(map[string]any{"ifindex": 777}, p.Other.IP, "link", "show", "dev", "v0")
	p.Refused(object.Set, ref(&link.Link{Name: "v1", Details: wanted}), "invalid", "new_index")
	if _, err := p.Try(object.Set, ref(&link.Link{Name: "v1", NetNS: other, Details: wanted})); object.Code(err) != "busy" {
		t.Errorf("an index that is taken: %v", err)
	}
	p.Count(1, ref(called("v1", nil)))
}

// Who watches learns where a device went, though what was told of it before
// stays as it was.
func TestWatchMove(t *testing.T) {
	p := verbtest.New(t, "kind:veth")
	p.Sh("ip link add v0 type veth peer name v1")
	var before *link.Link
	for e, err := range link.Watch(t.Context(), p.Scope, called("v0", nil)) {
		if err != nil {
			t.Fatal(err)
		}
		switch e.What {
		case object.Present:
			before = e.Object
		case object.Synced:
			p.Must(object.Set, ref(&link.Link{Name: "v0", NetNS: attr.NSFD("", p.Other.FD())}))
		case object.Gone:
			v1 := p.One(ref(called("v1", nil)))
			peer, _ := link.Type.As(v1)
			if e.Object.Details == nil || !e.Object.Details.NewNSID.IsSet() || e.Object.Details.NewNSID != peer.ParentNSID {
				t.Errorf("gone to %v, and its peer says %v", e.Object, peer.ParentNSID)
			}
			if before.Details != nil && before.Details.NewNSID.IsSet() {
				t.Error("what was told before has changed")
			}
			return
		}
	}
}
