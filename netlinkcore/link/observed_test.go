package link_test

import (
	"errors"
	"net/netip"
	"slices"
	"testing"

	"golang.org/x/sys/unix"

	"github.com/netlark/netlark/netlinkcore/attr"
	"github.com/netlark/netlark/netlinkcore/link"
	"github.com/netlark/netlark/netlinkcore/netns"
	"github.com/netlark/netlark/netlinkcore/object"
	"github.com/netlark/netlark/netlinkcore/opt"
	"github.com/netlark/netlark/netlinkcore/rt"
	"github.com/netlark/netlark/netlinkcore/wire"
	"github.com/netlark/netlark/tests/nstest"
)

func TestMain(m *testing.M) { nstest.Main(m) }

func scope(t *testing.T) (*nstest.NS, *object.Scope) {
	t.Helper()
	ns := nstest.New(t)
	s := object.NewScope(object.Config{Enter: ns.Do, Namespace: func(name string) (object.Namespace, error) { return netns.OpenPath(name) }})
	t.Cleanup(func() { s.Close() })
	return ns, s
}

func named(name string, kind link.Kind) *link.Link {
	return &link.Link{Name: name, Kind: kind}
}

func add(t *testing.T, s *object.Scope, l *link.Link) {
	t.Helper()
	if err := link.Type.Add(t.Context(), s, l); err != nil {
		t.Fatalf("%v: %v", l.Name, err)
	}
}

func get(t *testing.T, s *object.Scope, name string) *link.Link {
	t.Helper()
	l, err := link.Type.Get(t.Context(), s, named(name, nil))
	if err != nil {
		t.Fatal(err)
	}
	return l
}

// shown is what ip shows of a link; info what it shows of its kind or port.
func shown(t *testing.T, ns *nstest.NS, name string) map[string]any {
	t.Helper()
	return ns.IP(t, "link", "show", "dev", name)[0]
}

func info(t *testing.T, ns *nstest.NS, name, what string) map[string]any {
	t.Helper()
	li, _ := shown(t, ns, name)["linkinfo"].(map[string]any)
	out, _ := li[what].(map[string]any)
	return out
}

func want(t *testing.T, got, values map[string]any) {
	t.Helper()
	for key, v := range values {
		if got[key] != v {
			t.Errorf("ip shows %s %v (%T), want %v, of %v", key, got[key], got[key], v, got)
		}
	}
}

var (
	yes = opt.Of(true)
	no  = opt.Of(false)
)

// kinds are made by netlark with what they can have, and shown by ip.
var kinds = []struct {
	name     string
	requires string
	kind     link.Kind
	info     map[string]any
}{
	{"bridge", "kind:bridge", &link.Bridge{AgeingTime: opt.Of[uint32](5000), ForwardDelay: opt.Of[uint32](700), HelloTime: opt.Of[uint32](300), MaxAge: opt.Of[uint32](1700),
		Priority: opt.Of[uint16](100), GroupForwardMask: opt.Of[uint16](8), NoLinkLocalLearn: yes,
		Multicast: &link.BridgeMulticast{Snooping: no, Querier: yes, HashMax: opt.Of[uint32](512), IGMPVersion: opt.Of[uint8](3), QueryInterval: opt.Of[uint64](9000)}},
		map[string]any{"ageing_time": 5000, "forward_delay": 700, "hello_time": 300, "max_age": 1700, "priority": 100, "group_fwd_mask": "0x8", "no_linklocal_learn": 1,
			"mcast_snooping": 0, "mcast_querier": 1, "mcast_hash_max": 512, "mcast_igmp_version": 3, "mcast_query_intvl": 9000}},
	{"vlan-aware", "bridge:vlan", &link.Bridge{VLANFiltering: yes, VLANProtocol: opt.Of(link.VLAN8021AD), VLANDefaultPVID: opt.Of[uint16](7), VLANStats: yes},
		map[string]any{"vlan_filtering": 1, "vlan_protocol": "802.1ad", "vlan_default_pvid": 7, "vlan_stats_enabled": 1}},
	{"vxlan", "kind:vxlan", &link.VXLAN{ID: opt.Of[uint32](42), Remote: netip.MustParseAddr("192.0.2.9"), Local: netip.MustParseAddr("192.0.2.1"), Port: opt.Of[uint16](4789),
		PortMin: opt.Of[uint16](1000), PortMax: opt.Of[uint16](2000), TTL: opt.Of[uint8](9), TOS: opt.Of[uint8](1), Ageing: opt.Of[uint32](60), Limit: opt.Of[uint32](99), Learning: no, DF: opt.Of[uint8](1), Proxy: yes, L2Miss: yes, GBP: yes},
		map[string]any{"id": 42, "remote": "192.0.2.9", "local": "192.0.2.1", "port": 4789, "ttl": 9, "tos": "0x1", "ageing": 60, "limit": 99, "learning": false, "df": "set", "proxy": true, "l2miss": true, "gbp": true}},
	{"vxlan6", "kind:vxlan", &link.VXLAN{ID: opt.Of[uint32](43), Remote: netip.MustParseAddr("ff05::100"), Parent: rt.DevName("lo"), Port: opt.Of[uint16](4790), Label: opt.Of[uint32](0x12345), UDP6ZeroTx: yes},
		map[string]any{"id": 43, "group6": "ff05::100", "link": "lo", "port": 4790, "label": "0x12345", "udp_zero_csum6_tx": true}},
	{"bond", "kind:bond", &link.Bond{Mode: opt.Of[uint8](4), MIIMonitor: opt.Of[uint32](100), UpDelay: opt.Of[uint32](200), LACPRate: opt.Of[uint8](1), HashPolicy: opt.Of[uint8](1), MinLinks: opt.Of[uint32](1), Select: opt.Of[uint8](1), ActorPriority: opt.Of[uint16](9)},
		map[string]any{"mode": "802.3ad", "miimon": 100, "updelay": 200, "ad_lacp_rate": "fast", "xmit_hash_policy": "layer3+4", "min_links": 1, "ad_select": "bandwidth", "ad_actor_sys_prio": 9}},
	{"arp-bond", "kind:bond", &link.Bond{Mode: opt.Of[uint8](1), ARPInterval: opt.Of[uint32](500), ARPTargets: []link.BondTarget{{Addr: netip.MustParseAddr("10.0.0.1")}, {Addr: netip.MustParseAddr("10.0.0.2")}}, ARPValidate: opt.Of[uint32](3), MissedMax: opt.Of[uint8](5)},
		map[string]any{"mode": "active-backup", "arp_interval": 500, "arp_validate": "all", "arp_missed_max": 5}},
	{"vrf", "kind:vrf", &link.VRF{Table: opt.Of[rt.Table](1000)}, map[string]any{"table": 1000}},
	{"gretap", "kind:gretap", gretap(), map[string]any{"remote": "192.0.2.2", "local": "192.0.2.1", "ttl": 7, "ikey": "0.0.0.5", "okey": "0.0.0.6", "ocsum": true, "pmtudisc": false, "ignore_df": true, "fwmark": "0x3"}},
	{"dummy", "kind:dummy", &link.Dummy{}, nil},
	{"wireguard", "kind:wireguard", &link.WireGuard{}, nil},
}

func gretap() *link.GRETap {
	v := &link.GRETap{}
	v.Remote, v.Local, v.TTL = netip.MustParseAddr("192.0.2.2"), netip.MustParseAddr("192.0.2.1"), opt.Of[uint8](7)
	v.InputKey, v.OutputKey, v.OutputChecksum = opt.Of[uint32](5), opt.Of[uint32](6), yes
	v.PMTUDiscovery, v.IgnoreDF, v.Mark = no, yes, opt.Of[uint32](3)
	return v
}

func TestKinds(t *testing.T) {
	for _, c := range kinds {
		t.Run(c.name, func(t *testing.T) {
			nstest.Require(t, c.requires)
			ns, s := scope(t)
			l := named("x0", c.kind)
			l.MTU, l.Group, l.Alias = opt.Of[uint32](1400), opt.Of[uint32](5), opt.Of("an alias")
			add(t, s, l)
			if kind := shown(t, ns, "x0")["linkinfo"].(map[string]any)["info_kind"]; kind != c.kind.KindName() {
				t.Errorf("ip shows kind %v, want %s", kind, c.kind.KindName())
			}
			want(t, info(t, ns, "x0", "info_data"), c.info)
			want(t, shown(t, ns, "x0"), map[string]any{"mtu": 1400, "group": "5", "ifalias": "an alias"})
			if got := get(t, s, "x0"); !link.Type.Schema.Covers(attr.To(got), attr.To(l)) {
				t.Errorf("read back %+v with kind %+v, want %+v", got, got.Kind, c.kind)
			}
			if err := link.Type.Add(t.Context(), s, l); !errors.Is(err, unix.EEXIST) {
				t.Errorf("adding it twice: %v", err)
			}
			if err := link.Type.Delete(t.Context(), s, named("x0", nil)); err != nil {
				t.Error(err)
			}
		})
	}
}

func TestVLAN(t *testing.T) {
	nstest.Require(t, "kind:vlan", "kind:dummy")
	ns, s := scope(t)
	add(t, s, named("d0", &link.Dummy{}))
	l := named("d0.5", &link.VLAN{ID: opt.Of[uint16](5), Protocol: opt.Of(link.VLAN8021AD), ReorderHeader: no, LooseBinding: yes,
		EgressQoS: []link.QoS{{From: opt.Of[uint32](1), To: opt.Of[uint32](2)}, {From: opt.Of[uint32](3), To: opt.Of[uint32](4)}}})
	l.Parent = rt.DevName("d0")
	add(t, s, l)
	data := info(t, ns, "d0.5", "info_data")
	want(t, data, map[string]any{"id": 5, "protocol": "802.1ad"})
	if flags := data["flags"].([]any); len(flags) != 1 || flags[0] != "LOOSE_BINDING" {
		t.Errorf("ip shows flags %v", flags)
	}
	if maps := data["egress_qos"].([]any); len(maps) != 2 {
		t.Errorf("ip shows %v", maps)
	}
	if got := get(t, s, "d0.5"); !link.Type.Schema.Covers(attr.To(got), attr.To(l)) || got.Parent.Name() != "d0" {
		t.Errorf("read back %+v, %+v", got, got.Kind)
	}
	var wrong *object.AttributeError
	if err := link.Type.Set(t.Context(), s, named("d0.5", &link.VLAN{ID: opt.Of[uint16](6)})); !errors.As(err, &wrong) || wrong.Path != "kind.id" || wrong.Code != "immutable" {
		t.Errorf("a VLAN's id, which the kernel ignores silently: %v", err)
	}
}

// A pair is born with both ends where they belong, the other end up.
func TestVethInOtherNamespace(t *testing.T) {
	ns, s := scope(t)
	other := ns.Another(t)
	peer := named("eth0", nil)
	peer.NetNS, peer.MTU, peer.Up, peer.Alias = attr.NSFD("", other.FD()), opt.Of[uint32](1300), yes, opt.Of("far end")
	l := named("v0", &link.Veth{Peer: peer})
	l.Up = yes
	add(t, s, l)
	far := shown(t, other, "eth0")
	want(t, far, map[string]any{"mtu": 1300, "ifalias": "far end"})
	if flags, _ := far["flags"].([]any); !slices.Contains(flags, any("UP")) {
		t.Errorf("the other end is %v", flags)
	}
	if got := get(t, s, "v0"); !got.Up.Or(false) || !got.ParentNSID.IsSet() || got.Parent.Name() != "" {
		t.Errorf("%+v", got)
	}
}

// The kernel applies port options to the present master, ignores alias and
// altnames at creation, and takes "up" before the master: one call is several
// messages in the right order.
func TestOrderOfMessages(t *testing.T) {
	nstest.Require(t, "kernel:6.2") // renames what is up
	ns, s := scope(t)
	add(t, s, named("br0", &link.Bridge{}))
	add(t, s, named("br1", &link.Bridge{}))
	l := named("v0", &link.Veth{Peer: named("v1", nil)})
	l.Master, l.Up, l.Alias = rt.DevName("br0"), yes, opt.Of("port")
	l.Port = &link.BridgePort{Isolated: yes, Cost: opt.Of[uint32](7), Learning: no, Hairpin: yes}
	l.AltNames = []link.AltName{{Name: "a-much-longer-name"}, {Name: "second"}}
	l.Details = genMode(link.GenNone)
	add(t, s, l)
	out := shown(t, ns, "v0")
	want(t, out, map[string]any{"master": "br0", "ifalias": "port", "inet6_addr_gen_mode": "none"})
	if names, _ := out["altnames"].([]any); len(names) != 2 {
		t.Errorf("ip shows altnames %v", names)
	}
	want(t, info(t, ns, "v0", "info_slave_data"), map[string]any{"isolated": true, "cost": 7, "learning": false, "hairpin": true})
	for _, a := range ns.IP(t, "addr", "show", "dev", "v0")[0]["addr_info"].([]any) {
		t.Errorf("addrgenmode came after up: %v", a)
	}

	move := named("second", nil) // by an altname
	move.Master, move.Port = rt.DevName("br1"), &link.BridgePort{Isolated: no, Flood: no}
	if err := link.Type.Set(t.Context(), s, move); err != nil {
		t.Fatal(err)
	}
	want(t, shown(t, ns, "v0"), map[string]any{"master": "br1"})
	want(t, info(t, ns, "v0", "info_slave_data"), map[string]any{"isolated": false, "flood": false})

	free := named("v0", nil)
	free.Master, free.Rename, free.Up = attr.NoDev, "w0", no
	if err := link.Type.Set(t.Context(), s, free); err != nil {
		t.Fatal(err)
	}
	if out := shown(t, ns, "w0"); out["master"] != nil {
		t.Errorf("ip shows %v", out)
	}
}

// Ports of bonds are enslaved while down, ports of VRFs before they come up.
func TestPorts(t *testing.T) {
	nstest.Require(t, "kind:bond", "kind:vrf", "kind:dummy")
	ns, s := scope(t)
	add(t, s, named("bond0", &link.Bond{Mode: opt.Of[uint8](1)}))
	port := named("d0", &link.Dummy{})
	port.Master, port.Up, port.Port = rt.DevName("bond0"), yes, &link.BondPort{Priority: opt.Of[int32](-5), QueueID: opt.Of[uint16](2)}
	add(t, s, port)
	want(t, info(t, ns, "d0", "info_slave_data"), map[string]any{"prio": -5, "queue_id": 2})
	add(t, s, named("vrf0", &link.VRF{Table: opt.Of[rt.Table](50)}))
	inside := named("d1", &link.Dummy{})
	inside.Master, inside.Up = rt.DevName("vrf0"), yes
	add(t, s, inside)
	want(t, info(t, ns, "d1", "info_slave_data"), map[string]any{"table": 50})
	if p, ok := get(t, s, "d1").Port.(*link.VRFPort); !ok || p.Table.Or(0) != 50 {
		t.Errorf("read back %+v", get(t, s, "d1").Port)
	}
}

// A change of a GRE tunnel resets what it does not name: all is sent.
func TestResend(t *testing.T) {
	nstest.Require(t, "kind:gretap")
	ns, s := scope(t)
	add(t, s, named("g0", gretap()))
	change := &link.GRETap{}
	change.TTL = opt.Of[uint8](99)
	if err := link.Type.Set(t.Context(), s, named("g0", change)); err != nil {
		t.Fatal(err)
	}
	want(t, info(t, ns, "g0", "info_data"), map[string]any{"ttl": 99, "remote": "192.0.2.2", "local": "192.0.2.1", "ikey": "0.0.0.5", "okey": "0.0.0.6", "ocsum": true, "pmtudisc": false})
}

// A partial kind in a set sends only what it names.
func TestSetOfKind(t *testing.T) {
	ns, s := scope(t)
	add(t, s, named("br0", &link.Bridge{AgeingTime: opt.Of[uint32](5000), Priority: opt.Of[uint16](9)}))
	if err := link.Type.Set(t.Context(), s, named("br0", &link.Bridge{Priority: opt.Of[uint16](10)})); err != nil {
		t.Fatal(err)
	}
	want(t, info(t, ns, "br0", "info_data"), map[string]any{"ageing_time": 5000, "priority": 10})
	byKind, err := link.Type.Collect(t.Context(), s, &link.Link{Kind: &link.Bridge{}})
	if err != nil || len(byKind) != 1 {
		t.Errorf("%d bridges, %v", len(byKind), err)
	}
}

// A kind without a definition keeps its name and bytes, and is sent by its name.
func TestOtherKind(t *testing.T) {
	_, s := scope(t)
	strange := &link.OtherKind{Name: "strange", Data: []byte{8, 0, 1, 0, 7, 0, 0, 0}}
	var w wire.Writer
	w.Zero(unix.SizeofIfInfomsg)
	info := w.Begin(unix.IFLA_LINKINFO)
	w.String(unix.IFLA_INFO_KIND, strange.Name)
	w.Blob(unix.IFLA_INFO_DATA, strange.Data)
	w.End(info, false)
	body, err := w.Bytes()
	got := &link.Link{}
	if err := errors.Join(err, link.Type.Schema.Decode(&attr.Dec{}, got, body)); err != nil {
		t.Fatal(err)
	}
	if k, ok := got.Kind.(*link.OtherKind); !ok || k.Name != "strange" || !slices.Equal(k.Data, strange.Data) {
		t.Errorf("read %+v", got.Kind)
	}
	if err := link.Type.Add(t.Context(), s, named("x0", strange)); object.Code(err) != "unsupported" {
		t.Errorf("a kind that no kernel knows: %v", err)
	}
}

func TestMove(t *testing.T) {
	ns, s := scope(t)
	other := ns.Another(t)
	add(t, s, named("v0", &link.Veth{Peer: named("v1", nil)}))
	if err := link.Type.Set(t.Context(), s, &link.Link{Name: "v0", NetNS: attr.NSFD("", other.FD())}); err != nil {
		t.Fatal(err)
	}
	want(t, shown(t, other, "v0"), map[string]any{"ifname": "v0"})
	if _, err := link.Type.Get(t.Context(), s, named("v0", nil)); !errors.Is(err, object.ErrNotFound) {
		t.Errorf("it is still here: %v", err)
	}
	if n, err := link.Type.Flush(t.Context(), s, nil); n != 1 || err != nil {
		t.Errorf("flush: %d, %v; lo is the kernel's", n, err)
	}
}
