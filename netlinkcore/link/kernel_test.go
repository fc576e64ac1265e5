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
)

func ref(v *link.Link) object.Ref { return link.Type.Ref(v) }

func called(name string, kind link.Kind) *link.Link {
	return &link.Link{Name: name, Kind: kind}
}

func mac(s string) rt.MAC {
	m, err := attr.ParseMAC(s)
	if err != nil {
		panic(err)
	}
	return m
}

// links looks at a link with ip.
func links(p *verbtest.Place, name string, want map[string]any) {
	p.Helper()
	p.Observe(want, p.NS.IP, "link", "show", "dev", name)
}

func TestVeth(t *testing.T) {
	p := verbtest.New(t, "kind:veth")
	p.Must(object.Add, ref(&link.Link{Name: "v0", Up: yes, MTU: opt.Of[uint32](1400), Address: mac("02:00:00:00:00:01"),
		Kind: &link.Veth{Peer: &link.Link{Name: "v1", NetNS: rt.NSName("other"), Up: yes, MTU: opt.Of[uint32](1300),
			Address: mac("02:00:00:00:00:02"), Alias: opt.Of("far end"), QueueLength: opt.Of[uint32](55), TxQueues: opt.Of[uint32](3)}}}))
	links(p, "v0", map[string]any{"mtu": 1400, "address": "02:00:00:00:00:01", "linkinfo.info_kind": "veth"})
	p.Observe(map[string]any{"mtu": 1300, "address": "02:00:00:00:00:02", "ifalias": "far end", "txqlen": 55, "num_tx_queues": 3},
		p.Other.IP, "link", "show", "dev", "v1")
	if len(p.Other.IP(t, "link", "show", "up", "dev", "v1")) != 1 || len(p.NS.IP(t, "link", "show", "up", "dev", "v0")) != 1 {
		t.Error("not both ends are up")
	}
	p.Must(object.Add, ref(called("v2", &link.Veth{Peer: &link.Link{Name: "v3"}})))
	p.Must(object.Add, ref(called("v4", &link.Veth{})))
	links(p, "v3", map[string]any{"link": "v2", "operstate": "DOWN"})
	p.Must(object.Delete, ref(called("v3", nil)))
	if _, err := link.Type.Get(t.Context(), p.Scope, called("v2", nil)); object.Code(err) != "not_found" {
		t.Errorf("the other end is left: %v", err)
	}
}

// The peer cannot be made: nothing is.
func TestVethUndone(t *testing.T) {
	p := verbtest.New(t, "kind:veth")
	bad := &link.Link{Name: "v0", Kind: &link.Veth{Peer: &link.Link{Name: "v1", NetNS: rt.NSName("other"),
		AltNames: []link.AltName{{Name: "lo"}}}}}
	if _, err := p.Try(object.Add, ref(bad)); object.Code(err) != "exists" {
		t.Fatal(err)
	}
	p.Count(0, ref(called("v0", nil)))
}

func TestAttributes(t *testing.T) {
	p := verbtest.New(t, "kind:dummy")
	all := &link.Link{Name: "d0", Index: opt.Of[uint32](77), Kind: &link.Dummy{}, Up: yes, ARP: no, Multicast: no, AllMulticast: yes,
		Promisc: yes, Address: mac("02:00:00:00:00:0d"), Broadcast: mac("ff:ff:ff:ff:ff:fe"), MTU: opt.Of[uint32](1400), QueueLength: opt.Of[uint32](5),
		Group: opt.Of[uint32](9), TxQueues: opt.Of[uint32](2), RxQueues: opt.Of[uint32](3), GSOMaxSize: opt.Of[uint32](30000),
		GSOMaxSegs: opt.Of[uint32](44), GROMaxSize: opt.Of[uint32](20000), Alias: opt.Of("über dummy"), Details: genMode(link.GenRandom),
		AltNames: []link.AltName{{Name: "a-name-of-more-than-fifteen-bytes"}, {Name: "short"}}}
	p.Must(object.Add, ref(all))
	p.Same(ref(all))
	links(p, "d0", map[string]any{"ifindex": 77, "mtu": 1400, "address": "02:00:00:00:00:0d", "broadcast": "ff:ff:ff:ff:ff:fe", "txqlen": 5,
		"group": 9, "num_tx_queues": 2, "num_rx_queues": 3, "gso_max_size": 30000, "gso_max_segs": 44, "gro_max_size": 20000,
		"ifalias": "über dummy", "inet6_addr_gen_mode": "random", "altnames": "[a-name-of-more-than-fifteen-bytes short]",
		"promiscuity": 1, "flags": "[BROADCAST NOARP ALLMULTI PROMISC UP LOWER_UP]"})
	byAltName := &link.Link{Name: "a-name-of-more-than-fifteen-bytes", MTU: opt.Of[uint32](1300)}
	p.Must(object.Set, ref(byAltName))
	p.Must(object.Set, ref(&link.Link{Name: "d0", Alias: opt.Of(""), Promisc: no, ARP: yes, Up: no}))
	links(p, "d0", map[string]any{"mtu": 1300, "ifalias": nil, "flags": "[BROADCAST ALLMULTI]"})
	p.Must(object.Delete, ref(called("short", nil)))
	p.Count(0, ref(&link.Link{Index: opt.Of[uint32](77)}))
}

func TestRename(t *testing.T) {
	p := verbtest.New(t, "kind:dummy", "kernel:6.2")
	p.Must(object.Add, ref(&link.Link{Name: "d0", Kind: &link.Dummy{}, Up: yes}))
	p.Must(object.Set, ref(&link.Link{Name: "d0", Rename: "d1", MTU: opt.Of[uint32](1400)}))
	links(p, "d1", map[string]any{"mtu": 1400})
	p.Must(object.Add, ref(called("d0", &link.Dummy{})))
	p.Refused(object.Set, ref(&link.Link{Name: "d0", Rename: "d1"}), "exists", "")
}

// Every kernel renames a device that the same call takes down, and changes the
// mode of a bond.
func TestDownFirst(t *testing.T) {
	p := verbtest.New(t, "kind:dummy", "kind:bond")
	p.Must(object.Add, ref(&link.Link{Name: "d0", Kind: &link.Dummy{}, Up: yes}))
	p.Must(object.Set, ref(&link.Link{Name: "d0", Rename: "d1", MTU: opt.Of[uint32](1400), Up: no}))
	links(p, "d1", map[string]any{"mtu": 1400, "operstate": "DOWN"})
	p.Must(object.Add, ref(called("d0", &link.Dummy{})))
	p.Must(object.Set, ref(&link.Link{Name: "d1", Up: yes}))
	p.Refused(object.Set, ref(&link.Link{Name: "d1", Rename: "d0", Up: no}), "exists", "")
	p.Count(1, ref(&link.Link{Name: "d1", Up: yes})) // set back
	p.Must(object.Add, ref(&link.Link{Name: "b0", Kind: &link.Bond{}, Up: yes}))
	p.Must(object.Set, ref(&link.Link{Name: "b0", Kind: &link.Bond{Mode: opt.Of[uint8](4)}, Up: no}))
	links(p, "b0", map[string]any{"linkinfo.info_data.mode": "802.3ad", "operstate": "DOWN"})
}

// A later message fails: the name is set back.
func TestRenameUndone(t *testing.T) {
	p := verbtest.New(t, "kind:dummy")
	p.Must(object.Add, ref(called("d0", &link.Dummy{})))
	bad := &link.Link{Name: "d0", Rename: "d1", AltNames: []link.AltName{{Name: "lo"}}}
	p.Refused(object.Set, ref(bad), "exists", "altnames")
	p.Count(1, ref(called("d0", nil)))
}

// Options of a kind go back, too; those that stay cannot be told again.
func TestOptionsUndone(t *testing.T) {
	p := verbtest.New(t, "kind:vxlan")
	p.Must(object.Add, ref(called("x0", &link.VXLAN{ID: n32(5), Port: n16(4789), TTL: n8(9)})))
	v := &link.Link{Name: "x0", Kind: &link.VXLAN{TTL: n8(10), Learning: no}, AltNames: alt("lo")}
	p.Refused(object.Set, ref(v), "exists", "altnames")
	options(p, "x0", map[string]any{"id": 5, "ttl": 9, "learning": true})
}

func TestMoveAndRename(t *testing.T) {
	p := verbtest.New(t, "kind:veth")
	p.Must(object.Add, ref(called("v0", &link.Veth{Peer: &link.Link{Name: "v1"}})))
	p.Must(object.Set, ref(&link.Link{Name: "v1", NetNS: rt.NSName("other"), Rename: "moved"}))
	p.Observe(map[string]any{"ifname": "moved"}, p.Other.IP, "link", "show", "dev", "moved")
	p.Count(0, ref(called("v1", nil)))
}

func TestRefused(t *testing.T) {
	p := verbtest.New(t, "kind:dummy", "kind:vlan", "kind:bridge", "kind:vxlan")
	p.Must(object.Add, ref(called("d0", &link.Dummy{})))
	p.Must(object.Add, ref(&link.Link{Name: "d0.5", Parent: rt.DevName("d0"), Kind: &link.VLAN{ID: opt.Of[uint16](5)}}))
	p.Refused(object.Add, ref(called("d0", &link.Dummy{})), "exists", "")
	p.Refused(object.Delete, ref(called("none", nil)), "not_found", "name")
	p.Refused(object.Set, ref(&link.Link{Name: "none", Up: yes}), "not_found", "name")
	p.Refused(object.Set, ref(&link.Link{Name: "d0", Master: rt.DevName("none")}), "not_found", "master")
	p.Refused(object.Add, ref(&link.Link{Name: "x", Kind: &link.Dummy{}, Master: rt.DevName("none")}), "not_found", "master")
	p.Refused(object.Set, ref(&link.Link{Name: "d0.5", Kind: &link.VLAN{ID: opt.Of[uint16](6)}}), "immutable", "kind.id")
	p.Refused(object.Add, ref(&link.Link{Name: "x", Parent: rt.DevName("d0"), Kind: &link.VLAN{ID: opt.Of[uint16](5)}}), "exists", "")
	p.Refused(object.Add, ref(&link.Link{Name: "x", Parent: rt.DevName("d0"), Kind: &link.VLAN{ID: opt.Of[uint16](4095)}}), "invalid", "kind.id")
	p.Refused(object.Add, ref(called("x", &link.VXLAN{ID: opt.Of[uint32](1 << 24)})), "invalid", "kind.id")
	p.Refused(object.Set, ref(&link.Link{Name: "d0", Master: rt.DevName("d0.5")}), "unsupported", "")
	p.Refused(object.Add, ref(called("x", &link.OtherKind{Name: "nosuchkind"})), "unsupported", "kind")
	p.Refused(object.Add, ref(&link.Link{Name: "x", Kind: &link.Bridge{Multicast: &link.BridgeMulticast{IGMPVersion: opt.Of[uint8](9)}}}),
		"invalid", "kind.mcast_igmp_version")
	p.Count(0, ref(called("x", nil)))
	p.Refused(object.Set, ref(&link.Link{Name: "d0", Details: genMode(link.AddrGenMode(99))}), "invalid", "addrgenmode")
	p.Refused(object.Add, ref(called("x", &link.Veth{Peer: &link.Link{Details: genMode(link.AddrGenMode(99))}})), "invalid", "kind.peer.addrgenmode")
	p.Refused(object.Set, ref(&link.Link{Name: "d0", MTU: opt.Of[uint32](1 << 31)}), "invalid", "mtu")
}

// The kernel would take the first bytes of an IPv6 address for an IPv4 one.
func TestOtherFamily(t *testing.T) {
	p := verbtest.New(t)
	v4, v6 := netip.MustParseAddr("192.0.2.1"), netip.MustParseAddr("2001:db8::1")
	gre := &link.GRE{}
	gre.Remote = v6
	p.Refused(object.Add, ref(called("g0", gre)), "invalid", "kind.remote")
	bond := &link.Bond{ARPTargets: []link.BondTarget{{Addr: v4}, {Addr: v6}}}
	p.Refused(object.Add, ref(called("b0", bond)), "invalid", "kind.arp_ip_target[1]")
	p.Refused(object.Add, ref(called("b0", &link.Bond{NSTargets: []link.BondTarget{{Addr: v4}}})), "invalid", "kind.ns_ip6_target[0]")
}

func TestUndone(t *testing.T) {
	p := verbtest.New(t, "kind:dummy")
	bad := &link.Link{Name: "d0", Kind: &link.Dummy{}, MTU: opt.Of[uint32](1300), Alias: opt.Of("x"), AltNames: []link.AltName{{Name: "lo"}}}
	if _, err := p.Try(object.Add, ref(bad)); object.Code(err) != "exists" {
		t.Error(err)
	}
	p.Count(0, ref(called("d0", nil)))
	p.Must(object.Add, ref(&link.Link{Name: "d0", Kind: &link.Dummy{}, Alias: opt.Of("before"), MTU: opt.Of[uint32](1400)}))
	bad.Kind = nil
	bad.AltNames = []link.AltName{{Name: "d0"}} // is taken
	if _, err := p.Try(object.Set, ref(bad)); object.Code(err) != "exists" {
		t.Errorf("%v", err)
	}
	links(p, "d0", map[string]any{"mtu": 1400, "ifalias": "before", "altnames": nil})
}

func TestList(t *testing.T) {
	p := verbtest.New(t, "kind:dummy", "kind:bridge")
	p.Must(object.Add, ref(called("b0", &link.Bridge{})))
	for _, name := range []string{"d0", "d1", "d2"} {
		p.Must(object.Add, ref(&link.Link{Name: name, Kind: &link.Dummy{}, Group: opt.Of[uint32](7)}))
	}
	p.Must(object.Set, ref(&link.Link{Name: "d1", Master: rt.DevName("b0"), Up: yes}))
	p.Count(3, ref(&link.Link{Group: opt.Of[uint32](7)}))
	p.Count(3, ref(&link.Link{Kind: &link.Dummy{}}))
	p.Count(1, ref(&link.Link{Master: rt.DevName("b0")}))
	p.Count(1, ref(&link.Link{Up: yes}))
	n, err := link.Type.Flush(t.Context(), p.Scope, &link.Link{})
	if err != nil || n != 4 {
		t.Errorf("%d flushed, %v", n, err)
	}
	if _, err := link.Type.Get(t.Context(), p.Scope, called("lo", nil)); err != nil {
		t.Error("lo: ", err)
	}
}

func TestToken(t *testing.T) {
	p := verbtest.New(t, "kind:veth")
	p.Must(object.Add, ref(called("v0", &link.Veth{})))
	p.Sh("sysctl -qw net.ipv6.conf.v0.accept_ra=2; ip link set v0 up")
	v := &link.Link{Name: "v0", Details: &link.Details{}}
	v.Details.Token = netip.MustParseAddr("::dead:beef")
	p.Must(object.Set, ref(v))
	p.Same(ref(v))
}

func genMode(m link.AddrGenMode) *link.Details {
	v := &link.Details{}
	v.AddrGenMode = opt.Of(m)
	return v
}
